//! Paths and bytes as system calls take them: `os.fspath`, the file system encoding (UTF-8 with
//! `surrogateescape`), bytes-like arguments.

use crate::buffer::{Buffer, request};
use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::error::Res;
use crate::exception;
use crate::object::Ref;
use crate::ops;
use crate::raise;
use crate::str::PyStr;
use crate::types::class_of;
use crate::value::Value;
use orochi_text::codec::{Encoding, Handler};

/// `os.fspath(v)`: a str or bytes, itself or what `__fspath__` gives.
pub fn fspath(cx: &Cx, v: Value) -> Res {
    match fspath_opt(cx, v)? {
        Some(path) => Ok(path),
        None => raise!(
            cx,
            TYPE_ERROR,
            "expected str, bytes or os.PathLike object, not {}",
            class_of(v).display_name()
        ),
    }
}

/// As [`fspath`]; `None` when `v` is no path.
pub fn fspath_opt(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let is_text = |v: Value| v.as_str().is_some() || v.downcast::<PyBytes>().is_some();
    if is_text(v) {
        return Ok(Some(v));
    }
    let Some(special) = ops::lookup_special(cx, v, crate::name!(cx, "__fspath__"))? else {
        return Ok(None);
    };
    if special.is_none() {
        return Ok(None);
    }
    let path = special.call(cx, &[])?;
    if is_text(path) {
        return Ok(Some(path));
    }
    raise!(
        cx,
        TYPE_ERROR,
        "expected {}.__fspath__() to return str or bytes, not {}",
        class_of(v).display_name(),
        class_of(path).display_name()
    )
}

/// Text in the file system encoding.
///
/// # Errors
/// UnicodeEncodeError for a surrogate that stands for no byte.
pub fn fs_encode(cx: &Cx, s: Ref<PyStr>) -> Res<Vec<u8>> {
    if let Some(text) = s.as_ascii() {
        return cx.copied(text.as_bytes());
    }
    cx.expect_memory(s.len().saturating_mul(8))?;
    match Encoding::Utf8.encode_all(s.text(), Handler::SurrogateEscape) {
        Ok(bytes) => Ok(bytes),
        Err(e) => {
            let args = [
                cx.new_str("utf-8")?.value(),
                s.value(),
                Value::int(e.start as i64),
                Value::int(e.end as i64),
                cx.new_str(e.reason)?.value(),
            ];
            Err(cx.error_args(exception::UNICODE_ENCODE_ERROR.get(), &args))
        }
    }
}

/// Bytes of the system as a str.
pub fn fs_decode(cx: &Cx, bytes: &[u8]) -> Res<Ref<PyStr>> {
    if let Ok(text) = core::str::from_utf8(bytes) {
        return cx.new_str(text);
    }
    match Encoding::Utf8.decode_all(bytes, Handler::SurrogateEscape) {
        Ok(buf) => cx.str_from_buf(&buf),
        Err(_) => cx.new_str(&String::from_utf8_lossy(bytes)),
    }
}

/// The bytes of a str or bytes path, not NUL-terminated; NULs are the caller's to reject.
pub fn path_bytes(cx: &Cx, path: Value) -> Res<Vec<u8>> {
    if let Some(s) = path.as_str() {
        return fs_encode(cx, s);
    }
    match path.downcast::<PyBytes>() {
        Some(b) => cx.copied(b.data()),
        None => raise!(cx, TYPE_ERROR, "expected str or bytes"),
    }
}

/// A read-only window on the bytes of any bytes-like object.
pub fn bytes_like(cx: &Cx, v: Value) -> Res<Buffer> {
    if let Some(b) = v.downcast::<PyBytes>() {
        let data = b.data();
        return Ok(Buffer::bytes(v, data.as_ptr().cast_mut(), data.len(), true));
    }
    match class_of(v).slots.buffer() {
        Some(buffer) => buffer(cx, v, request::SIMPLE),
        None => raise!(
            cx,
            TYPE_ERROR,
            "a bytes-like object is required, not '{}'",
            class_of(v).display_name()
        ),
    }
}

/// A window on the bytes of an object that may be written.
pub fn writable_buffer(cx: &Cx, v: Value, what: &str) -> Res<Buffer> {
    let found = class_of(v).slots.buffer().map(|buffer| buffer(cx, v, request::WRITABLE));
    match found {
        Some(Ok(buffer)) if !buffer.readonly => Ok(buffer),
        Some(Err(raised)) if !raised.is(&exception::BUFFER_ERROR) => Err(raised),
        _ => raise!(
            cx,
            TYPE_ERROR,
            "{what} must be read-write bytes-like object, not {}",
            class_of(v).display_name()
        ),
    }
}
