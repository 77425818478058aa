//! Reading any object with the buffer protocol as a slice of bytes.

use crate::bytearray::{PyByteArray, Raw};
use orochi_object::buffer::{Buffer, request};
use orochi_object::prelude::*;

/// The bytes of an object, for as long as this lives. Keep it on the native stack.
pub enum ByteView {
    /// A `bytes` object: no export to count.
    Bytes(Ref<PyBytes>),
    /// The current content of a `bytearray`, which it may leave behind when it grows.
    Raw(Ref<Raw>, usize, usize),
    /// Any other exporter.
    Buffer(Buffer),
}

impl core::ops::Deref for ByteView {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            ByteView::Bytes(b) => b.data(),
            ByteView::Raw(raw, start, len) => &raw.all()[*start..*start + *len],
            ByteView::Buffer(b) => b.as_slice(),
        }
    }
}

/// Whether the object exports a buffer.
pub fn is_bytes_like(v: Value) -> bool {
    v.downcast::<PyBytes>().is_some() || class_of(v).slots.buffer().is_some()
}

/// The bytes of `v`, `None` if it exports no buffer.
pub fn try_bytes_like(cx: &Cx, v: Value) -> Res<Option<ByteView>> {
    if let Some(b) = v.downcast::<PyBytes>() {
        return Ok(Some(ByteView::Bytes(b)));
    }
    if let Some(array) = v.downcast::<PyByteArray>() {
        return Ok(Some(array.view(cx)));
    }
    match class_of(v).slots.buffer() {
        Some(buffer) => Ok(Some(ByteView::Buffer(buffer(cx, v, request::SIMPLE)?))),
        None => Ok(None),
    }
}

/// The bytes of `v`.
///
/// # Errors
/// TypeError "a bytes-like object is required, not …".
pub fn bytes_like(cx: &Cx, v: Value) -> Res<ByteView> {
    match try_bytes_like(cx, v)? {
        Some(view) => Ok(view),
        None => raise!(
            cx,
            TYPE_ERROR,
            "a bytes-like object is required, not '{}'",
            class_of(v).display_name()
        ),
    }
}

/// A writable window on the bytes of `v`. `what` begins the message, as in "readinto() argument".
pub fn writable_buffer(cx: &Cx, v: Value, what: &str) -> Res<Buffer> {
    let Some(buffer) = class_of(v).slots.buffer().filter(|_| v.downcast::<PyBytes>().is_none())
    else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{what} must be read-write bytes-like object, not {}",
            class_of(v).display_name()
        );
    };
    let buffer = match buffer(cx, v, request::WRITABLE) {
        Ok(buffer) => buffer,
        Err(raised) if raised.is(&exception::BUFFER_ERROR) => {
            return raise!(
                cx,
                TYPE_ERROR,
                "{what} must be read-write bytes-like object, not {}",
                class_of(v).display_name()
            );
        }
        Err(raised) => return Err(raised),
    };
    if buffer.readonly {
        return raise!(
            cx,
            TYPE_ERROR,
            "{what} must be read-write bytes-like object, not {}",
            class_of(v).display_name()
        );
    }
    Ok(buffer)
}
