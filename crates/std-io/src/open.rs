//! `open`, `open_code`, `text_encoding`, and the module `_io`.

use crate::common::{UNSUPPORTED, unsupported};
use crate::fileio::{FILE_IO, PyFileIO};
use crate::text::stringio::newline_argument;
use crate::text::wrapper_type::{Options, new_wrapper};
use crate::{base, buffered, bytesio, fileio, text};
use core::sync::atomic::{AtomicBool, Ordering};
use orochi_object::prelude::*;

/// The module `_io`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_io",
    doc: Some("The io module provides the Python interfaces to stream handling."),
    functions: &FUNCTIONS,
    constants: &[("DEFAULT_BUFFER_SIZE", Const::Int(buffered::DEFAULT_SIZE as i64))],
    types: &[
        &base::TYPE,
        &base::RAW_TYPE,
        &base::BUFFERED_TYPE,
        &base::TEXT_TYPE,
        &fileio::TYPE,
        &bytesio::TYPE,
        &buffered::READER_TYPE,
        &buffered::WRITER_TYPE,
        &buffered::RANDOM_TYPE,
        &buffered::pair::TYPE,
        &text::newline::TYPE,
        &text::stringio::TYPE,
        &text::wrapper_type::TYPE,
    ],
    init: Some(init),
};

/// `open`, also shown in `builtins`.
pub static OPEN: NativeDef = function(
    "open",
    "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
    open,
);

static FUNCTIONS: [NativeDef; 3] = [
    function(
        "open",
        "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        open,
    ),
    function("open_code", "(path)", open_code),
    function("text_encoding", "(encoding, stacklevel=2, /)", text_encoding),
];

/// Makes `UnsupportedOperation(OSError, ValueError)`.
fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    crate::install_hooks();
    let dict = module.namespace();
    if UNSUPPORTED.get().is_none() {
        let bases = cx.new_tuple(&[
            exception::OS_ERROR.get().value(),
            exception::VALUE_ERROR.get().value(),
        ])?;
        let namespace = cx.new_dict()?;
        namespace.set_str(cx, name!(cx, "__module__"), cx.new_str("io")?.value())?;
        let name = cx.new_str("UnsupportedOperation")?.value();
        let class =
            ops::call(cx, types::TYPE.get().value(), &[name, bases.value(), namespace.value()])?;
        UNSUPPORTED.set(class);
    }
    if let Some(class) = UNSUPPORTED.get() {
        dict.set_str(cx, name!(cx, "UnsupportedOperation"), class)?;
    }
    dict.set_str(cx, name!(cx, "BlockingIOError"), exception::BLOCKING_IO_ERROR.get().value())
}

/// A mode taken apart.
#[derive(Default)]
struct Mode {
    raw: String,
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

fn parse_mode(cx: &Cx, mode: &str) -> Res<Mode> {
    let mut m = Mode::default();
    let mut seen = Vec::new();
    for c in mode.chars() {
        let known = match c {
            'x' => &mut m.creating,
            'r' => &mut m.reading,
            'w' => &mut m.writing,
            'a' => &mut m.appending,
            '+' => &mut m.updating,
            't' => &mut m.text,
            'b' => &mut m.binary,
            _ => return raise!(cx, VALUE_ERROR, "invalid mode: '{mode}'"),
        };
        *known = true;
        if seen.contains(&c) {
            return raise!(cx, VALUE_ERROR, "invalid mode: '{mode}'");
        }
        seen.push(c);
        if !matches!(c, 't' | 'b') {
            m.raw.push(c);
        }
    }
    if m.text && m.binary {
        return raise!(cx, VALUE_ERROR, "can't have text and binary mode at once");
    }
    let kinds = [m.creating, m.reading, m.writing, m.appending].iter().filter(|on| **on).count();
    if kinds > 1 {
        return raise!(cx, VALUE_ERROR, "must have exactly one of create/read/write/append mode");
    }
    Ok(m)
}

fn text_argument(cx: &Cx, v: Option<Value>, name: &str) -> Res<Option<Ref<PyStr>>> {
    let Some(v) = v else { return Ok(None) };
    match v.as_str() {
        Some(text) => Ok(Some(text)),
        None => raise!(
            cx,
            TYPE_ERROR,
            "open() argument '{name}' must be str or None, not {}",
            class_of(v).display_name()
        ),
    }
}

fn open(cx: &Cx, args: Args) -> Res {
    let mode = match args.opt(1) {
        None => "r".to_string(),
        Some(mode) => match mode.as_str() {
            Some(mode) => mode.to_string_lossy(),
            None => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "open() argument 'mode' must be str, not {}",
                    class_of(mode).display_name()
                );
            }
        },
    };
    let buffering = args.opt(2).map_or(Ok(-1), |buffering| ops::to_i32(cx, buffering))?;
    let encoding = text_argument(cx, args.non_none(3), "encoding")?;
    let errors = text_argument(cx, args.non_none(4), "errors")?;
    let closefd = args.opt(6).map_or(Ok(true), |closefd| ops::truth(cx, closefd))?;
    let file = fs_path(cx, args.get(0))?;
    let m = parse_mode(cx, &mode)?;
    if m.binary {
        let complaint = if encoding.is_some() {
            Some("an encoding")
        } else if errors.is_some() {
            Some("an errors")
        } else if args.non_none(5).is_some() {
            Some("a newline")
        } else {
            None
        };
        if let Some(what) = complaint {
            return raise!(cx, VALUE_ERROR, "binary mode doesn't take {what} argument");
        }
        if buffering == 1 {
            cx.warn(&exception::RUNTIME_WARNING,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
                1,
            )?;
        }
    }
    if encoding.is_none() && !m.binary {
        warn_default_encoding(cx, 1)?;
    }
    let newline = newline_argument(cx, args.non_none(5), false)?;
    let raw: Ref<PyFileIO> = cx.alloc_instance(FILE_IO.get(), 0)?;
    fileio::open_into(cx, raw, file, &m.raw, closefd, args.non_none(7))?;
    let options =
        Options { encoding, errors, newline, line_buffering: false, write_through: false };
    let made = layers(cx, raw, &m, &mode, buffering, options);
    if made.is_err() && closefd {
        let _ = ops::call_method(cx, raw.value(), name!(cx, "close"), &[]);
    }
    made
}

/// The path behind a `PathLike`; ints and the rest as they are.
fn fs_path(cx: &Cx, v: Value) -> Res {
    if v.is_int() || v.as_str().is_some() || v.downcast::<PyBytes>().is_some() {
        return Ok(v);
    }
    if let Some(method) = ops::lookup_special(cx, v, name!(cx, "__fspath__"))? {
        let path = method.call(cx, &[])?;
        if path.as_str().is_some() || path.downcast::<PyBytes>().is_some() {
            return Ok(path);
        }
        return raise!(
            cx,
            TYPE_ERROR,
            "expected {}.__fspath__() to return str or bytes, not {}",
            class_of(v).display_name(),
            class_of(path).display_name()
        );
    }
    if class_of(v).slots.index().is_some() {
        return ops::index(cx, v);
    }
    raise!(
        cx,
        TYPE_ERROR,
        "expected str, bytes or os.PathLike object, not {}",
        class_of(v).display_name()
    )
}

/// Puts the buffer and the text layer on a raw file.
fn layers(
    cx: &Cx,
    raw: Ref<PyFileIO>,
    m: &Mode,
    mode: &str,
    buffering: i32,
    mut options: Options,
) -> Res {
    let mut buffering = buffering;
    let mut line_buffering = buffering == 1 && !m.binary;
    if buffering < 0 || buffering == 1 {
        if buffering < 0 && fileio::is_terminal(raw) {
            line_buffering = !m.binary;
        }
        buffering = -1;
    }
    if buffering == 0 {
        if !m.binary {
            return raise!(cx, VALUE_ERROR, "can't have unbuffered text I/O");
        }
        return Ok(raw.value());
    }
    let size = match buffering {
        n if n > 1 => n as usize,
        _ => raw.block_size().min(8 << 20).max(buffered::DEFAULT_SIZE),
    };
    let reads = m.reading || m.updating;
    let writes = !m.reading || m.updating;
    if reads && writes && !fileio::is_seekable(cx, raw)? {
        return unsupported(cx, "File or stream is not seekable.");
    }
    let buffer = buffered::new_buffered(cx, raw.value(), size, reads, writes)?;
    if m.binary {
        return Ok(buffer);
    }
    options.line_buffering = line_buffering;
    let wrapper = new_wrapper(cx, buffer, &options)?;
    ops::setattr(cx, wrapper, name!(cx, "mode"), cx.new_str(mode)?.value())?;
    Ok(wrapper)
}

fn open_code(cx: &Cx, args: Args) -> Res {
    let Some(path) = args.get(0).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "open_code() argument 'path' must be str, not {}",
            class_of(args.get(0)).display_name()
        );
    };
    let raw: Ref<PyFileIO> = cx.alloc_instance(FILE_IO.get(), 0)?;
    fileio::open_into(cx, raw, path.value(), "r", true, None)?;
    buffered::new_buffered(cx, raw.value(), buffered::DEFAULT_SIZE, true, false)
}

fn text_encoding(cx: &Cx, args: Args) -> Res {
    match args.non_none(0) {
        Some(encoding) => Ok(encoding),
        None => {
            let level = args.opt(1).map_or(Ok(2), |level| ops::to_i32(cx, level))?;
            warn_default_encoding(cx, level.into())?;
            Ok(cx.new_str("locale")?.value())
        }
    }
}

/// `-X warn_default_encoding`.
pub static WARN_DEFAULT_ENCODING: AtomicBool = AtomicBool::new(false);

/// The EncodingWarning that no encoding was named, if it is asked for.
pub(crate) fn warn_default_encoding(cx: &Cx, level: i64) -> Res<()> {
    if !WARN_DEFAULT_ENCODING.load(Ordering::Relaxed) {
        return Ok(());
    }
    cx.warn(&exception::ENCODING_WARNING, "'encoding' argument not specified", level)
}
