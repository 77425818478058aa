//! Exception objects and the cells of the builtin exception types.

use crate::args::CallArgs;
use crate::cx::Cx;
use crate::error::{Raised, Res};
use crate::layout;
use crate::object::Ref;
use crate::slot::Slot;
use crate::tuple::PyTuple;
use crate::types::{PyType, TypeCell};
use crate::value::Value;
use core::sync::atomic::{AtomicU64, Ordering};
use orochi_heap::Header;

/// An exception instance. The meaning of `fields` depends on the class: see [`field`].
#[repr(C)]
pub struct PyException {
    pub header: Header,
    pub args: Slot,
    pub traceback: Slot,
    pub context: Slot,
    pub cause: Slot,
    /// `True` if `__suppress_context__`.
    pub suppress: Slot,
    pub fields: [Slot; 7],
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl crate::object::Object for PyException {
    const LAYOUT: u16 = layout::EXCEPTION;
}
impl PyException {
    /// The heap layout of exceptions.
    pub const HEAP_LAYOUT: layout::HeapLayout = layout::WORDS_LAYOUT;
}

/// Indices into `PyException::fields`, by class.
pub mod field {
    /// StopIteration.value, SystemExit.code
    pub const VALUE: usize = 0;
    /// ImportError
    pub const IMPORT_MSG: usize = 0;
    pub const IMPORT_NAME: usize = 1;
    pub const IMPORT_PATH: usize = 2;
    pub const IMPORT_NAME_FROM: usize = 3;
    /// OSError
    pub const ERRNO: usize = 0;
    pub const STRERROR: usize = 1;
    pub const FILENAME: usize = 2;
    pub const FILENAME2: usize = 3;
    pub const WRITTEN: usize = 4;
    /// NameError, AttributeError
    pub const NAME: usize = 0;
    pub const OBJ: usize = 1;
    /// UnicodeError
    pub const ENCODING: usize = 0;
    pub const OBJECT: usize = 1;
    pub const START: usize = 2;
    pub const END: usize = 3;
    pub const REASON: usize = 4;
    /// SyntaxError; `print_file_and_line` and `metadata` are kept in the instance's dict.
    pub const MSG: usize = 0;
    pub const FILE: usize = 1;
    pub const LINENO: usize = 2;
    pub const OFFSET: usize = 3;
    pub const TEXT: usize = 4;
    pub const END_LINENO: usize = 5;
    pub const END_OFFSET: usize = 6;
    /// BaseExceptionGroup
    pub const GROUP_MSG: usize = 0;
    pub const GROUP_EXCS: usize = 1;
}

macro_rules! exceptions {
    ($($cell:ident $name:literal: $base:ident;)*) => {
        $(
            #[doc = concat!("The type `", $name, "`.")]
            pub static $cell: TypeCell = TypeCell::new();
        )*
        /// Cell, name and base of every builtin exception type below `BaseException`, bases first.
        pub static ALL: &[(&TypeCell, &str, &TypeCell)] = &[$((&$cell, $name, &$base)),*];
    };
}

/// The type `BaseException`.
pub static BASE_EXCEPTION: TypeCell = TypeCell::new();

exceptions! {
    BASE_EXCEPTION_GROUP "BaseExceptionGroup": BASE_EXCEPTION;
    EXCEPTION "Exception": BASE_EXCEPTION;
    EXCEPTION_GROUP "ExceptionGroup": BASE_EXCEPTION_GROUP;
    GENERATOR_EXIT "GeneratorExit": BASE_EXCEPTION;
    KEYBOARD_INTERRUPT "KeyboardInterrupt": BASE_EXCEPTION;
    SYSTEM_EXIT "SystemExit": BASE_EXCEPTION;
    ARITHMETIC_ERROR "ArithmeticError": EXCEPTION;
    FLOATING_POINT_ERROR "FloatingPointError": ARITHMETIC_ERROR;
    OVERFLOW_ERROR "OverflowError": ARITHMETIC_ERROR;
    ZERO_DIVISION_ERROR "ZeroDivisionError": ARITHMETIC_ERROR;
    ASSERTION_ERROR "AssertionError": EXCEPTION;
    ATTRIBUTE_ERROR "AttributeError": EXCEPTION;
    BUFFER_ERROR "BufferError": EXCEPTION;
    EOF_ERROR "EOFError": EXCEPTION;
    IMPORT_ERROR "ImportError": EXCEPTION;
    MODULE_NOT_FOUND_ERROR "ModuleNotFoundError": IMPORT_ERROR;
    LOOKUP_ERROR "LookupError": EXCEPTION;
    INDEX_ERROR "IndexError": LOOKUP_ERROR;
    KEY_ERROR "KeyError": LOOKUP_ERROR;
    MEMORY_ERROR "MemoryError": EXCEPTION;
    NAME_ERROR "NameError": EXCEPTION;
    UNBOUND_LOCAL_ERROR "UnboundLocalError": NAME_ERROR;
    OS_ERROR "OSError": EXCEPTION;
    BLOCKING_IO_ERROR "BlockingIOError": OS_ERROR;
    CHILD_PROCESS_ERROR "ChildProcessError": OS_ERROR;
    CONNECTION_ERROR "ConnectionError": OS_ERROR;
    BROKEN_PIPE_ERROR "BrokenPipeError": CONNECTION_ERROR;
    CONNECTION_ABORTED_ERROR "ConnectionAbortedError": CONNECTION_ERROR;
    CONNECTION_REFUSED_ERROR "ConnectionRefusedError": CONNECTION_ERROR;
    CONNECTION_RESET_ERROR "ConnectionResetError": CONNECTION_ERROR;
    FILE_EXISTS_ERROR "FileExistsError": OS_ERROR;
    FILE_NOT_FOUND_ERROR "FileNotFoundError": OS_ERROR;
    INTERRUPTED_ERROR "InterruptedError": OS_ERROR;
    IS_A_DIRECTORY_ERROR "IsADirectoryError": OS_ERROR;
    NOT_A_DIRECTORY_ERROR "NotADirectoryError": OS_ERROR;
    PERMISSION_ERROR "PermissionError": OS_ERROR;
    PROCESS_LOOKUP_ERROR "ProcessLookupError": OS_ERROR;
    TIMEOUT_ERROR "TimeoutError": OS_ERROR;
    REFERENCE_ERROR "ReferenceError": EXCEPTION;
    RUNTIME_ERROR "RuntimeError": EXCEPTION;
    NOT_IMPLEMENTED_ERROR "NotImplementedError": RUNTIME_ERROR;
    PYTHON_FINALIZATION_ERROR "PythonFinalizationError": RUNTIME_ERROR;
    RECURSION_ERROR "RecursionError": RUNTIME_ERROR;
    STOP_ASYNC_ITERATION "StopAsyncIteration": EXCEPTION;
    STOP_ITERATION "StopIteration": EXCEPTION;
    SYNTAX_ERROR "SyntaxError": EXCEPTION;
    INCOMPLETE_INPUT_ERROR "_IncompleteInputError": SYNTAX_ERROR;
    INDENTATION_ERROR "IndentationError": SYNTAX_ERROR;
    TAB_ERROR "TabError": INDENTATION_ERROR;
    SYSTEM_ERROR "SystemError": EXCEPTION;
    TYPE_ERROR "TypeError": EXCEPTION;
    VALUE_ERROR "ValueError": EXCEPTION;
    UNICODE_ERROR "UnicodeError": VALUE_ERROR;
    UNICODE_DECODE_ERROR "UnicodeDecodeError": UNICODE_ERROR;
    UNICODE_ENCODE_ERROR "UnicodeEncodeError": UNICODE_ERROR;
    UNICODE_TRANSLATE_ERROR "UnicodeTranslateError": UNICODE_ERROR;
    WARNING "Warning": EXCEPTION;
    BYTES_WARNING "BytesWarning": WARNING;
    DEPRECATION_WARNING "DeprecationWarning": WARNING;
    ENCODING_WARNING "EncodingWarning": WARNING;
    FUTURE_WARNING "FutureWarning": WARNING;
    IMPORT_WARNING "ImportWarning": WARNING;
    PENDING_DEPRECATION_WARNING "PendingDeprecationWarning": WARNING;
    RESOURCE_WARNING "ResourceWarning": WARNING;
    RUNTIME_WARNING "RuntimeWarning": WARNING;
    SYNTAX_WARNING "SyntaxWarning": WARNING;
    UNICODE_WARNING "UnicodeWarning": WARNING;
    USER_WARNING "UserWarning": WARNING;
}

/// An instance of a builtin exception class with `args`; runs only native code.
pub fn new_exception(cx: &Cx, class: Ref<PyType>, args: &[Value]) -> Res<Ref<PyException>> {
    let exception = allocate(cx, class, args)?;
    if let Some(init) = class.slots.init() {
        init(cx, exception.value(), CallArgs::new(args))?;
    }
    Ok(exception)
}

/// `BaseException.__new__`: an instance with `args` set and nothing else.
pub fn allocate(cx: &Cx, class: Ref<PyType>, args: &[Value]) -> Res<Ref<PyException>> {
    let args = cx.new_tuple(args)?;
    let exception: Ref<PyException> = cx.alloc_instance(class, 0)?;
    exception.args.init(args.value());
    Ok(exception)
}

/// The subclass of OSError that stands for this error number.
pub fn class_of_errno(errno: i64) -> &'static TypeCell {
    match errno as i32 {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => &BLOCKING_IO_ERROR,
        libc::EPIPE | libc::ESHUTDOWN => &BROKEN_PIPE_ERROR,
        libc::ECHILD => &CHILD_PROCESS_ERROR,
        libc::ECONNABORTED => &CONNECTION_ABORTED_ERROR,
        libc::ECONNREFUSED => &CONNECTION_REFUSED_ERROR,
        libc::ECONNRESET => &CONNECTION_RESET_ERROR,
        libc::EEXIST => &FILE_EXISTS_ERROR,
        libc::ENOENT => &FILE_NOT_FOUND_ERROR,
        libc::EISDIR => &IS_A_DIRECTORY_ERROR,
        libc::ENOTDIR => &NOT_A_DIRECTORY_ERROR,
        libc::EINTR => &INTERRUPTED_ERROR,
        libc::EACCES | libc::EPERM => &PERMISSION_ERROR,
        libc::ESRCH => &PROCESS_LOOKUP_ERROR,
        libc::ETIMEDOUT => &TIMEOUT_ERROR,
        _ => &OS_ERROR,
    }
}

/// The system's text for an error number.
pub fn strerror(errno: i32) -> String {
    let mut text = [0u8; 256];
    // SAFETY: the buffer is writable for its length; the function ends the text with a NUL.
    unsafe { libc::strerror_r(errno, text.as_mut_ptr().cast(), text.len()) };
    let end = text.iter().position(|b| *b == 0).unwrap_or(text.len());
    String::from_utf8_lossy(&text[..end]).into_owned()
}

/// The OSError for a failed system call, of the subclass its number selects.
#[cold]
pub fn os_error(cx: &Cx, errno: i32, filename: Option<Value>) -> Raised {
    os_error_two(cx, errno, filename, None)
}

/// As [`os_error`] for calls with two file names.
#[cold]
pub fn os_error_two(
    cx: &Cx,
    errno: i32,
    filename: Option<Value>,
    filename2: Option<Value>,
) -> Raised {
    let make = || -> Res<Ref<PyException>> {
        let (number, text) = (Value::int(errno as i64), cx.new_str(&strerror(errno))?.value());
        let e = allocate(cx, class_of_errno(errno as i64).get(), &[number, text])?;
        e.fields[field::ERRNO].init(number);
        e.fields[field::STRERROR].init(text);
        e.fields[field::FILENAME].init_opt(filename);
        e.fields[field::FILENAME2].init_opt(filename2);
        Ok(e)
    };
    match make() {
        Ok(e) => Raised::new(e),
        Err(raised) => raised,
    }
}

/// The OSError for the calling thread's `errno`.
#[cold]
pub fn last_os_error(cx: &Cx, filename: Option<Value>) -> Raised {
    os_error(cx, std::io::Error::last_os_error().raw_os_error().unwrap_or(0), filename)
}

static MEMORY_ERROR_INSTANCE: AtomicU64 = AtomicU64::new(0);

/// Makes the MemoryError that is raised when there is no memory to make one. Boot only.
pub fn prepare_memory_error(cx: &Cx) -> Res<()> {
    let instance = allocate(cx, MEMORY_ERROR.get(), &[])?;
    MEMORY_ERROR_INSTANCE.store(instance.value().word(), Ordering::Release);
    Ok(())
}

/// The prepared MemoryError; a fresh one where that is possible.
pub(crate) fn memory_error_instance(cx: &Cx) -> Ref<PyException> {
    if let Some(object) = cx.mutator.alloc(
        layout::EXCEPTION,
        MEMORY_ERROR.get().instance_size() - size_of::<Header>(),
        MEMORY_ERROR.get().root_shape_word(),
    ) {
        // SAFETY: fresh memory of the exception layout; UNSET args read as ().
        return unsafe { Ref::from_ptr(object.as_ptr().cast()) };
    }
    let word = MEMORY_ERROR_INSTANCE.load(Ordering::Acquire);
    if word == 0 {
        crate::fatal("out of memory while starting");
    }
    // SAFETY: set by `prepare_memory_error`, a root.
    unsafe { Ref::from_ptr(word as *mut PyException) }
}

/// An exception has been handled. What the frames of a MemoryError hold is garbage only now: if memory was short, it is collected at
/// the next poll. The prepared MemoryError, which is never garbage itself, lets them go.
pub fn end_memory_error(handled: Value) {
    let Some(error) = handled.downcast::<PyException>() else { return };
    if error.class() != MEMORY_ERROR.get() {
        return;
    }
    if handled.word() == memory_error_word() {
        [&error.traceback, &error.context, &error.cause].into_iter().for_each(Slot::clear);
    }
    if orochi_heap::take_shortage() {
        orochi_heap::request_full();
    }
}

/// The word of the prepared MemoryError, for the collector.
pub(crate) fn memory_error_word() -> u64 {
    MEMORY_ERROR_INSTANCE.load(Ordering::Acquire)
}

impl Ref<PyException> {
    /// The `args` tuple.
    pub fn args_tuple(self) -> Option<Ref<PyTuple>> {
        self.args.get().and_then(Value::downcast)
    }
    pub fn field(self, i: usize) -> Option<Value> {
        self.fields[i].get()
    }
    pub fn set_field(self, cx: &Cx, i: usize, value: Value) {
        self.fields[i].set(cx, self, value);
    }
    /// Sets `__context__` as `raise` does: not to itself, cutting cycles.
    pub fn set_context(self, cx: &Cx, context: Value) {
        if context.is(self.value()) {
            return;
        }
        let mut at = context.downcast::<PyException>();
        let mut steps = 0;
        while let Some(e) = at {
            let next = e.context.get();
            if next == Some(self.value()) {
                e.context.clear();
                break;
            }
            steps += 1;
            if steps > 10_000 {
                break;
            }
            at = next.and_then(Value::downcast);
        }
        self.context.set(cx, self, context);
    }
}
