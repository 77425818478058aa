//! `compile()`: sources to code objects, and the compiler's errors and warnings as Python's.

use crate::fast::DECODER;
use crate::state::state;
use orochi_builtins::hooks::{CompileMode, CompileRequest};
use orochi_bytecode::CodeFlags;
use orochi_compiler::{
    Compiled, ErrorKind, Mode, Options, Source, SyntaxError, Warning, WarningKind, with_big_stack,
};
use orochi_object::error::memory_error;
use orochi_object::int::MAX_STR_DIGITS;
use orochi_object::prelude::*;
use orochi_runtime::code::{PyCode, new_code};
use orochi_runtime::frame;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;

/// `PyCF_*` flags of `compile()`.
pub mod flags {
    pub const DONT_IMPLY_DEDENT: i64 = 0x200;
    pub const ONLY_AST: i64 = 0x400;
    pub const IGNORE_COOKIE: i64 = 0x800;
    pub const TYPE_COMMENTS: i64 = 0x1000;
    pub const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
    pub const OPTIMIZED_AST: i64 = 0x8000;
}

/// What a crate that knows `ast` nodes installs: makes a tree of source text, and source text (or
/// rather a parsed source) of a tree.
pub struct AstHooks {
    /// An `ast` object for a source.
    pub parse: fn(&Cx, &Source, &CompileRequest) -> Res,
    /// The code object of an `ast` object.
    pub compile: fn(&Cx, &CompileRequest, &Options) -> Res,
    /// Whether the value is an `ast.AST`.
    pub is_ast: fn(&Cx, Value) -> bool,
}

/// The installed hooks.
pub static AST: OnceLock<AstHooks> = OnceLock::new();

/// Resolves `\N{name}` in literals; installed by whoever has the names.
pub static NAMES: OnceLock<fn(&str) -> Option<String>> = OnceLock::new();

/// The hook behind `builtins.compile`, `exec` and `eval`.
pub fn compile(cx: &Cx, request: &CompileRequest) -> Res {
    let filename = match request.filename.as_str() {
        Some(name) => name.to_string_lossy(),
        None => "<string>".to_string(),
    };
    let optimize = match request.optimize {
        -1 => state().optimize,
        level => level.clamp(0, 2) as u8,
    };
    let mut future = request.flags as u32 & CodeFlags::FUTURE_MASK;
    if !request.dont_inherit {
        future |= inherited(cx);
    }
    let digits = match MAX_STR_DIGITS.load(Relaxed) {
        0 => usize::MAX,
        limit => limit,
    };
    let names = NAMES.get().map(|names| names as &dyn Fn(&str) -> Option<String>);
    let options = Options {
        optimize,
        future,
        top_level_await: request.flags & flags::ALLOW_TOP_LEVEL_AWAIT != 0,
        dont_imply_dedent: request.flags & flags::DONT_IMPLY_DEDENT != 0,
        max_int_digits: digits,
        names,
    };
    let ast = AST.get();
    if let Some(ast) = ast
        && (ast.is_ast)(cx, request.source)
    {
        return (ast.compile)(cx, request, &options);
    }
    let incomplete_ok = request.flags & flags::ALLOW_INCOMPLETE_INPUT != 0;
    let source = read_source(cx, request, &filename, incomplete_ok)?;
    if request.flags & flags::ONLY_AST != 0 || request.mode == CompileMode::FuncType {
        return match ast {
            Some(ast) => (ast.parse)(cx, &source, request),
            None => raise!(cx, NOT_IMPLEMENTED_ERROR, "syntax trees are not available"),
        };
    }
    let mode = match request.mode {
        CompileMode::Eval => Mode::Eval,
        CompileMode::Single => Mode::Single,
        _ => Mode::Exec,
    };
    Ok(compile_source(cx, &source, &filename, mode, &options, incomplete_ok)?.value())
}

/// Future flags of the calling code.
fn inherited(cx: &Cx) -> u32 {
    let fp = frame::current(cx);
    // SAFETY: null or the running frame.
    unsafe { fp.as_ref() }.map_or(0, |frame| frame.code.flags & CodeFlags::FUTURE_MASK)
}

pub(crate) fn read_source(
    cx: &Cx,
    request: &CompileRequest,
    filename: &str,
    incomplete_ok: bool,
) -> Res<Source> {
    let parsed = if let Some(text) = request.source.as_str() {
        Source::from_text(&utf8_of(cx, text)?)
    } else {
        let data = bytes_of(cx, request.source)?;
        if request.flags & flags::IGNORE_COOKIE != 0 {
            match std::str::from_utf8(&data) {
                Ok(text) => Source::from_text(text),
                Err(_) => Source::from_bytes(&data, None, None),
            }
        } else {
            decode(cx, &data, None)?
        }
    };
    parsed.map_err(|error| syntax_error(cx, &error, filename, incomplete_ok))
}

fn bytes_of(cx: &Cx, v: Value) -> Res<Vec<u8>> {
    match class_of(v).slots.buffer() {
        Some(buffer) => Ok(buffer(cx, v, 0)?.as_slice().to_vec()),
        None => raise!(cx, TYPE_ERROR, "compile() arg 1 must be a string, bytes or AST object"),
    }
}

/// Source from bytes, decoded by a Python codec if its cookie asks for one; for `file` see
/// [`Source::from_bytes`].
pub fn decode(cx: &Cx, data: &[u8], file: Option<&str>) -> Res<Result<Source, SyntaxError>> {
    let failed = core::cell::Cell::new(None);
    let hook = |name: &str, body: &[u8]| -> Option<Result<String, String>> {
        let decoder = DECODER.get()?;
        let decoded = cx.new_bytes(body).and_then(|bytes| decoder(cx, name, bytes));
        match decoded {
            Ok(text) => Some(Ok(text.to_string_lossy())),
            Err(raised) if raised.is(&exception::LOOKUP_ERROR) => None,
            Err(raised) => {
                let text = ops::str(cx, raised.value());
                let text = text.map(|text| text.to_string_lossy()).unwrap_or_default();
                if !raised.is(&exception::UNICODE_ERROR) {
                    failed.set(Some(raised));
                }
                Some(Err(text))
            }
        }
    };
    let source = Source::from_bytes(data, file, Some(&hook));
    match failed.take() {
        Some(raised) => Err(raised),
        None => Ok(source),
    }
}

/// The text as UTF-8; UnicodeEncodeError if it has surrogates.
pub fn utf8_of(cx: &Cx, text: Ref<PyStr>) -> Res<String> {
    if let Some(ascii) = text.as_ascii() {
        return Ok(ascii.to_string());
    }
    let bad = text.units().iter().position(|point| (0xd800..0xe000).contains(&point));
    match bad {
        None => Ok(text.to_string_lossy()),
        Some(at) => {
            let encoding = cx.new_str("utf-8")?.value();
            let reason = cx.new_str("surrogates not allowed")?.value();
            let at = at as i64;
            let args = [encoding, text.value(), Value::int(at), Value::int(at + 1), reason];
            Err(cx.error_args(exception::UNICODE_ENCODE_ERROR.get(), &args))
        }
    }
}

/// Runs `f` on a native stack that is big enough for what is made of `source`. `f` calls no Python
/// code and polls nowhere: a collection would not look for values there. The limit of the thread's
/// own stack says nothing of the other one.
///
/// # Errors
/// MemoryError if there is no memory for such a stack.
pub fn on_big_stack<R>(cx: &Cx, source: &Source, f: impl FnOnce() -> R) -> Res<R> {
    let limit = cx.native_limit.replace(0);
    let result = with_big_stack(source, f);
    cx.native_limit.set(limit);
    result.ok_or_else(|| memory_error(cx))
}

/// Compiles a source; the compiler's errors become exceptions, its warnings warnings.
pub fn compile_source(
    cx: &Cx,
    source: &Source,
    filename: &str,
    mode: Mode,
    options: &Options,
    incomplete_ok: bool,
) -> Res<Ref<PyCode>> {
    match orochi_compiler::compile(source, filename, mode, options) {
        Ok(compiled) => code_of(cx, source, compiled, filename),
        Err(error) => {
            for warning in &error.warnings {
                warn(cx, source, warning, filename)?;
            }
            let raised = syntax_error(cx, &error, filename, incomplete_ok);
            if error.msg.starts_with("invalid syntax") && raised.is(&exception::SYNTAX_ERROR) {
                // `traceback` looks for a mistyped keyword in the whole source.
                let text = cx.new_str(source.text())?.value();
                let whole = cx.new_tuple(&[Value::int(0), Value::int(0), text])?.value();
                ops::setattr(cx, raised.value(), name!(cx, "_metadata"), whole)?;
            }
            Err(raised)
        }
    }
}

/// The code object of what was compiled; warnings are issued first.
pub fn code_of(cx: &Cx, source: &Source, compiled: Compiled, filename: &str) -> Res<Ref<PyCode>> {
    for warning in &compiled.warnings {
        warn(cx, source, warning, filename)?;
    }
    // Nested functions nest calls here as well. It polls nowhere.
    on_big_stack(cx, source, || new_code(cx, compiled.code))?
}

/// The exception for an error of the compiler.
#[cold]
pub fn syntax_error(cx: &Cx, error: &SyntaxError, filename: &str, incomplete_ok: bool) -> Raised {
    let class = match error.kind {
        ErrorKind::Syntax | ErrorKind::Indentation if error.incomplete && incomplete_ok => {
            &exception::INCOMPLETE_INPUT_ERROR
        }
        ErrorKind::Syntax | ErrorKind::Encoding => &exception::SYNTAX_ERROR,
        ErrorKind::Indentation => &exception::INDENTATION_ERROR,
        ErrorKind::Tab => &exception::TAB_ERROR,
        ErrorKind::Recursion => return cx.error(&exception::RECURSION_ERROR, &error.msg),
        ErrorKind::Memory if error.msg.is_empty() => return memory_error(cx),
        ErrorKind::Memory => return cx.error(&exception::MEMORY_ERROR, &error.msg),
        ErrorKind::Overflow => return cx.error(&exception::OVERFLOW_ERROR, &error.msg),
        ErrorKind::Value => return cx.error(&exception::VALUE_ERROR, &error.msg),
    };
    syntax_error_args(cx, class, error, filename).unwrap_or_else(|raised| raised)
}

fn syntax_error_args(
    cx: &Cx,
    class: &'static types::TypeCell,
    error: &SyntaxError,
    filename: &str,
) -> Res<Raised> {
    let message = cx.new_str(&error.msg)?.value();
    if error.kind == ErrorKind::Encoding {
        let filename = cx.new_str(filename)?.value();
        let details = cx.new_tuple(&[filename, Value::int(0), Value::int(-1), Value::NONE])?;
        return Ok(cx.error_args(class.get(), &[message, details.value()]));
    }
    if error.line == 0 && error.text.is_none() {
        return Ok(cx.error_args(class.get(), &[message]));
    }
    let number = |n: i64| Value::int(n);
    let text = match &error.text {
        Some(text) if !error.late || std::path::Path::new(filename).is_file() => {
            cx.new_str(text)?.value()
        }
        _ => Value::NONE,
    };
    let details = cx.new_tuple(&[
        cx.new_str(filename)?.value(),
        number(error.line.into()),
        number(error.col.into()),
        text,
        number(error.end_line.into()),
        number(error.end_col.into()),
    ])?;
    Ok(cx.error_args(class.get(), &[message, details.value()]))
}

/// Issues a warning of the compiler; one that is turned into an error becomes a SyntaxError.
fn warn(cx: &Cx, source: &Source, warning: &Warning, filename: &str) -> Res<()> {
    let class = match warning.kind {
        WarningKind::Syntax => &exception::SYNTAX_WARNING,
        WarningKind::Deprecation => &exception::DEPRECATION_WARNING,
    };
    let Ok(warnings) = orochi_object::hooks::import_module(cx, "_warnings") else { return Ok(()) };
    let function = ops::getattr(cx, warnings, name!(cx, "warn_explicit"))?;
    let args = [
        cx.new_str(&warning.msg)?.value(),
        class.get().value(),
        cx.new_str(filename)?.value(),
        Value::int(i64::from(warning.line)),
        Value::NONE,
        cx.new_dict()?.value(),
    ];
    match ops::call(cx, function, &args) {
        Ok(_) => Ok(()),
        Err(raised) if raised.is(class) && warning.kind == WarningKind::Syntax => {
            // An error needs no outlook.
            let msg = warning.msg.replace("Such sequences will not work in the future. ", "");
            let error = SyntaxError::at(source, warning.range, msg);
            Err(syntax_error(cx, &error, filename, false))
        }
        Err(raised) => Err(raised),
    }
}
