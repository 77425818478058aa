//! `sys.stdin`, `sys.stdout`, `sys.stderr`.

use crate::fileio::{FILE_IO, PyFileIO};
use crate::text::wrapper_type::{Options, new_wrapper};
use crate::{buffered, fileio};
use orochi_object::prelude::*;

/// How the standard streams are to be.
#[derive(Clone, Default)]
pub struct StreamOptions {
    /// `-u` or `PYTHONUNBUFFERED`.
    pub unbuffered: bool,
    /// `PYTHONIOENCODING`: `encoding`, `encoding:errors` or `:errors`.
    pub io_encoding: Option<String>,
    /// `-X warn_default_encoding`.
    pub warn_default_encoding: bool,
    /// `-i`: stdin and stdout are treated as interactive.
    pub interactive: bool,
}

/// Makes the three streams and hands each to `set` under its name in `sys` (`stdin`, `__stdin__` and
/// so on). A descriptor that is not open gives `None`.
pub fn make_std_streams(
    cx: &Cx,
    options: &StreamOptions,
    set: &mut dyn FnMut(&str, Value) -> Res<()>,
) -> Res<()> {
    crate::install_hooks();
    for def in MODULE_TYPES {
        orochi_object::typedef::make_type(cx, def)?;
    }
    let warn = options.warn_default_encoding;
    crate::open::WARN_DEFAULT_ENCODING.store(warn, core::sync::atomic::Ordering::Relaxed);
    let (encoding, errors) = match &options.io_encoding {
        None => (None, None),
        Some(text) => {
            let (encoding, errors) = text.split_once(':').unwrap_or((text, ""));
            let encoding = match encoding {
                "" => None,
                name => Some(codec_name(cx, name)?),
            };
            (encoding, (!errors.is_empty()).then(|| errors.to_string()))
        }
    };
    for (fd, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        let errors = match (fd, &errors) {
            (2, _) => Some("backslashreplace".to_string()),
            (_, Some(errors)) => Some(errors.clone()),
            _ if encoding.is_none() && is_c_locale() => Some("surrogateescape".to_string()),
            _ => Some("strict".to_string()),
        };
        let stream = make_stream(cx, fd, name, encoding.as_deref(), errors.as_deref(), options)?;
        set(name, stream)?;
        set(&format!("__{name}__"), stream)?;
    }
    Ok(())
}

/// The name that the codec itself has.
fn codec_name(cx: &Cx, name: &str) -> Res<String> {
    let lookup = orochi_object::hooks::module_attr(cx, "codecs", "lookup")?;
    let codec = ops::call(cx, lookup, &[cx.new_str(name)?.value()])?;
    let name = ops::getattr(cx, codec, name!(cx, "name"))?;
    Ok(ops::str(cx, name)?.to_string_lossy())
}

/// The types of `_io`, bases first.
static MODULE_TYPES: &[&TypeDef] = crate::open::MODULE.types;

/// Whether the locale is `C` or `POSIX`, in which bytes that are no UTF-8 are let through.
fn is_c_locale() -> bool {
    for key in ["LC_ALL", "LC_CTYPE", "LANG"] {
        if let Some(value) = std::env::var_os(key).filter(|value| !value.is_empty()) {
            return value == "C" || value == "POSIX" || value.to_string_lossy().starts_with("C.");
        }
    }
    true
}

fn make_stream(
    cx: &Cx,
    fd: i32,
    name: &str,
    encoding: Option<&str>,
    errors: Option<&str>,
    options: &StreamOptions,
) -> Res {
    // SAFETY: fcntl and isatty have no memory effects.
    let (open, terminal) = unsafe { (libc::fcntl(fd, libc::F_GETFD) >= 0, libc::isatty(fd) == 1) };
    if !open {
        return Ok(Value::NONE);
    }
    let raw: Ref<PyFileIO> = cx.alloc_instance(FILE_IO.get(), 0)?;
    let mode = if fd == 0 { "r" } else { "w" };
    fileio::open_into(cx, raw, Value::int(i64::from(fd)), mode, false, None)?;
    let label = cx.new_str(&format!("<{name}>"))?.value();
    ops::setattr(cx, raw.value(), name!(cx, "name"), label)?;
    let unbuffered = options.unbuffered && fd != 0;
    let buffer = if unbuffered {
        raw.value()
    } else {
        buffered::new_buffered(cx, raw.value(), buffered::DEFAULT_SIZE, fd == 0, fd != 0)?
    };
    let text = |s: Option<&str>, default: &str| cx.new_str(s.unwrap_or(default)).map(Some);
    let options = Options {
        encoding: text(encoding, "utf-8")?,
        errors: text(errors, "strict")?,
        newline: if fd == 0 { None } else { Some("\n") },
        line_buffering: !unbuffered && (fd == 2 || terminal || options.interactive),
        write_through: unbuffered,
    };
    let wrapper = new_wrapper(cx, buffer, &options)?;
    ops::setattr(cx, wrapper, name!(cx, "mode"), cx.new_str(mode)?.value())?;
    Ok(wrapper)
}
