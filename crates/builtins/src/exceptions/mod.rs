//! The builtin exception types. Names, cells and bases are listed in
//! `orochi_object::exception::ALL`; here are their definitions, in the same order.

mod base;
pub mod group;
mod os;
mod simple;
mod syntax;
pub(crate) mod unicode;

pub use base::put_cause;

use orochi_object::exception::*;
use orochi_object::layout;
use orochi_object::slots::{InitFn, Slots, UnaryFn};
use orochi_object::typedef::TypeDef;
use orochi_object::types::{TypeCell, flag};

/// What every exception type has.
const PLAIN: TypeDef = TypeDef {
    layout: layout::EXCEPTION,
    size: size_of::<PyException>(),
    dict: true,
    flags: flag::BASETYPE | flag::EXCEPTION,
    ..TypeDef::DEFAULT
};

/// A type that differs from its base in nothing but the name.
const fn plain(cell: &'static TypeCell, name: &'static str, base: &'static TypeCell) -> TypeDef {
    TypeDef { name, cell, base: Some(base), ..PLAIN }
}

/// A type with its own `__init__` and perhaps `__str__`.
const fn special(init: Option<InitFn>, str: Option<UnaryFn>) -> TypeDef {
    TypeDef { slots: Slots { init, str, ..Slots::NONE }, ..PLAIN }
}

static BASE_EXCEPTION_TYPE: TypeDef = TypeDef {
    name: "BaseException",
    cell: &BASE_EXCEPTION,
    slots: Slots {
        new: Some(base::new),
        init: Some(base::init),
        str: Some(base::str),
        repr: Some(base::repr),
        ..Slots::NONE
    },
    methods: base::METHODS,
    getset: base::GETSET,
    doc: Some("Common base class for all exceptions"),
    ..PLAIN
};

static BASE_EXCEPTION_GROUP_TYPE: TypeDef = TypeDef {
    name: "BaseExceptionGroup",
    cell: &BASE_EXCEPTION_GROUP,
    base: Some(&BASE_EXCEPTION),
    slots: Slots {
        new: Some(group::new),
        init: Some(base::init),
        str: Some(group::str),
        repr: Some(group::repr),
        ..Slots::NONE
    },
    methods: group::METHODS,
    getset: group::GETSET,
    doc: Some("A combination of multiple unrelated exceptions."),
    ..PLAIN
};

static EXCEPTION_GROUP_TYPE: TypeDef = TypeDef {
    name: "ExceptionGroup",
    cell: &EXCEPTION_GROUP,
    base: Some(&BASE_EXCEPTION_GROUP),
    init: Some(group::add_second_base),
    ..PLAIN
};

static SYSTEM_EXIT_TYPE: TypeDef = TypeDef {
    name: "SystemExit",
    cell: &SYSTEM_EXIT,
    base: Some(&BASE_EXCEPTION),
    getset: simple::CODE,
    doc: Some("Request to exit from the interpreter."),
    ..special(Some(simple::init_system_exit), None)
};

static STOP_ITERATION_TYPE: TypeDef = TypeDef {
    name: "StopIteration",
    cell: &STOP_ITERATION,
    base: Some(&EXCEPTION),
    getset: simple::VALUE,
    doc: Some("Signal the end from iterator.__next__()."),
    ..special(Some(simple::init_stop_iteration), None)
};

static ATTRIBUTE_ERROR_TYPE: TypeDef = TypeDef {
    name: "AttributeError",
    cell: &ATTRIBUTE_ERROR,
    base: Some(&EXCEPTION),
    methods: simple::ATTRIBUTE_METHODS,
    getset: simple::ATTRIBUTE_GETSET,
    doc: Some("Attribute not found."),
    ..special(Some(simple::init_attribute_error), None)
};

static NAME_ERROR_TYPE: TypeDef = TypeDef {
    name: "NameError",
    cell: &NAME_ERROR,
    base: Some(&EXCEPTION),
    getset: simple::NAME_GETSET,
    doc: Some("Name not found globally."),
    ..special(Some(simple::init_name_error), None)
};

static IMPORT_ERROR_TYPE: TypeDef = TypeDef {
    name: "ImportError",
    cell: &IMPORT_ERROR,
    base: Some(&EXCEPTION),
    methods: simple::IMPORT_METHODS,
    getset: simple::IMPORT_GETSET,
    doc: Some("Import can't find module, or can't find name in module."),
    ..special(Some(simple::init_import_error), Some(simple::str_import_error))
};

static KEY_ERROR_TYPE: TypeDef = TypeDef {
    name: "KeyError",
    cell: &KEY_ERROR,
    base: Some(&LOOKUP_ERROR),
    doc: Some("Mapping key not found."),
    ..special(None, Some(simple::str_key_error))
};

static OS_ERROR_TYPE: TypeDef = TypeDef {
    name: "OSError",
    cell: &OS_ERROR,
    base: Some(&EXCEPTION),
    slots: Slots { new: Some(os::new), init: Some(os::init), str: Some(os::str), ..Slots::NONE },
    methods: os::METHODS,
    getset: os::GETSET,
    doc: Some("Base class for I/O related errors."),
    ..PLAIN
};

static SYNTAX_ERROR_TYPE: TypeDef = TypeDef {
    name: "SyntaxError",
    cell: &SYNTAX_ERROR,
    base: Some(&EXCEPTION),
    getset: syntax::GETSET,
    doc: Some("Invalid syntax."),
    ..special(Some(syntax::init), Some(syntax::str))
};

static UNICODE_DECODE_ERROR_TYPE: TypeDef = TypeDef {
    name: "UnicodeDecodeError",
    cell: &UNICODE_DECODE_ERROR,
    base: Some(&UNICODE_ERROR),
    getset: unicode::GETSET,
    doc: Some("Unicode decoding error."),
    ..special(Some(unicode::init_decode), Some(unicode::str_decode))
};

static UNICODE_ENCODE_ERROR_TYPE: TypeDef = TypeDef {
    name: "UnicodeEncodeError",
    cell: &UNICODE_ENCODE_ERROR,
    base: Some(&UNICODE_ERROR),
    getset: unicode::GETSET,
    doc: Some("Unicode encoding error."),
    ..special(Some(unicode::init_encode), Some(unicode::str_encode))
};

static UNICODE_TRANSLATE_ERROR_TYPE: TypeDef = TypeDef {
    name: "UnicodeTranslateError",
    cell: &UNICODE_TRANSLATE_ERROR,
    base: Some(&UNICODE_ERROR),
    getset: unicode::GETSET,
    doc: Some("Unicode translation error."),
    ..special(Some(unicode::init_translate), Some(unicode::str_translate))
};

macro_rules! list {
    (@row $cell:ident $name:literal $base:ident) => {{
        static PLAIN_TYPE: TypeDef = plain(&$cell, $name, &$base);
        &PLAIN_TYPE
    }};
    (@row $def:ident) => { &$def };
    ($([$($row:tt)*])*) => { &[$(list!(@row $($row)*)),*] };
}

/// Exception types, bases first.
pub static TYPES: &[&TypeDef] = list! {
    [BASE_EXCEPTION_TYPE]
    [BASE_EXCEPTION_GROUP_TYPE]
    [EXCEPTION "Exception" BASE_EXCEPTION]
    [EXCEPTION_GROUP_TYPE]
    [GENERATOR_EXIT "GeneratorExit" BASE_EXCEPTION]
    [KEYBOARD_INTERRUPT "KeyboardInterrupt" BASE_EXCEPTION]
    [SYSTEM_EXIT_TYPE]
    [ARITHMETIC_ERROR "ArithmeticError" EXCEPTION]
    [FLOATING_POINT_ERROR "FloatingPointError" ARITHMETIC_ERROR]
    [OVERFLOW_ERROR "OverflowError" ARITHMETIC_ERROR]
    [ZERO_DIVISION_ERROR "ZeroDivisionError" ARITHMETIC_ERROR]
    [ASSERTION_ERROR "AssertionError" EXCEPTION]
    [ATTRIBUTE_ERROR_TYPE]
    [BUFFER_ERROR "BufferError" EXCEPTION]
    [EOF_ERROR "EOFError" EXCEPTION]
    [IMPORT_ERROR_TYPE]
    [MODULE_NOT_FOUND_ERROR "ModuleNotFoundError" IMPORT_ERROR]
    [LOOKUP_ERROR "LookupError" EXCEPTION]
    [INDEX_ERROR "IndexError" LOOKUP_ERROR]
    [KEY_ERROR_TYPE]
    [MEMORY_ERROR "MemoryError" EXCEPTION]
    [NAME_ERROR_TYPE]
    [UNBOUND_LOCAL_ERROR "UnboundLocalError" NAME_ERROR]
    [OS_ERROR_TYPE]
    [BLOCKING_IO_ERROR "BlockingIOError" OS_ERROR]
    [CHILD_PROCESS_ERROR "ChildProcessError" OS_ERROR]
    [CONNECTION_ERROR "ConnectionError" OS_ERROR]
    [BROKEN_PIPE_ERROR "BrokenPipeError" CONNECTION_ERROR]
    [CONNECTION_ABORTED_ERROR "ConnectionAbortedError" CONNECTION_ERROR]
    [CONNECTION_REFUSED_ERROR "ConnectionRefusedError" CONNECTION_ERROR]
    [CONNECTION_RESET_ERROR "ConnectionResetError" CONNECTION_ERROR]
    [FILE_EXISTS_ERROR "FileExistsError" OS_ERROR]
    [FILE_NOT_FOUND_ERROR "FileNotFoundError" OS_ERROR]
    [INTERRUPTED_ERROR "InterruptedError" OS_ERROR]
    [IS_A_DIRECTORY_ERROR "IsADirectoryError" OS_ERROR]
    [NOT_A_DIRECTORY_ERROR "NotADirectoryError" OS_ERROR]
    [PERMISSION_ERROR "PermissionError" OS_ERROR]
    [PROCESS_LOOKUP_ERROR "ProcessLookupError" OS_ERROR]
    [TIMEOUT_ERROR "TimeoutError" OS_ERROR]
    [REFERENCE_ERROR "ReferenceError" EXCEPTION]
    [RUNTIME_ERROR "RuntimeError" EXCEPTION]
    [NOT_IMPLEMENTED_ERROR "NotImplementedError" RUNTIME_ERROR]
    [PYTHON_FINALIZATION_ERROR "PythonFinalizationError" RUNTIME_ERROR]
    [RECURSION_ERROR "RecursionError" RUNTIME_ERROR]
    [STOP_ASYNC_ITERATION "StopAsyncIteration" EXCEPTION]
    [STOP_ITERATION_TYPE]
    [SYNTAX_ERROR_TYPE]
    [INCOMPLETE_INPUT_ERROR "_IncompleteInputError" SYNTAX_ERROR]
    [INDENTATION_ERROR "IndentationError" SYNTAX_ERROR]
    [TAB_ERROR "TabError" INDENTATION_ERROR]
    [SYSTEM_ERROR "SystemError" EXCEPTION]
    [TYPE_ERROR "TypeError" EXCEPTION]
    [VALUE_ERROR "ValueError" EXCEPTION]
    [UNICODE_ERROR "UnicodeError" VALUE_ERROR]
    [UNICODE_DECODE_ERROR_TYPE]
    [UNICODE_ENCODE_ERROR_TYPE]
    [UNICODE_TRANSLATE_ERROR_TYPE]
    [WARNING "Warning" EXCEPTION]
    [BYTES_WARNING "BytesWarning" WARNING]
    [DEPRECATION_WARNING "DeprecationWarning" WARNING]
    [ENCODING_WARNING "EncodingWarning" WARNING]
    [FUTURE_WARNING "FutureWarning" WARNING]
    [IMPORT_WARNING "ImportWarning" WARNING]
    [PENDING_DEPRECATION_WARNING "PendingDeprecationWarning" WARNING]
    [RESOURCE_WARNING "ResourceWarning" WARNING]
    [RUNTIME_WARNING "RuntimeWarning" WARNING]
    [SYNTAX_WARNING "SyntaxWarning" WARNING]
    [UNICODE_WARNING "UnicodeWarning" WARNING]
    [USER_WARNING "UserWarning" WARNING]
};

/// Further names of exception types in `builtins`.
pub static ALIASES: &[(&str, &TypeCell)] =
    &[("EnvironmentError", &OS_ERROR), ("IOError", &OS_ERROR)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exception_type_is_defined_with_its_base() {
        assert_eq!(TYPES.len(), ALL.len() + 1);
        for (def, (cell, name, base)) in TYPES[1..].iter().zip(ALL) {
            assert!(core::ptr::eq(def.cell, *cell), "{name}");
            assert_eq!(def.name, *name);
            assert!(def.base.is_some_and(|own| core::ptr::eq(own, *base)), "{name}");
        }
    }
}
