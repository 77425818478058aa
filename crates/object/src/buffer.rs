//! The buffer protocol between our types: a window on bytes that an object keeps alive.

use crate::value::Value;

/// Flags of a buffer request, numbered as in PEP 688.
pub mod request {
    pub const SIMPLE: u32 = 0;
    pub const WRITABLE: u32 = 1;
    pub const FORMAT: u32 = 4;
    pub const ND: u32 = 8;
    pub const STRIDES: u32 = 0x10 | ND;
    pub const FULL_RO: u32 = 0x100 | STRIDES | FORMAT;
}

/// A window on `len` bytes at `data`, kept alive by `owner`. The exporter counts its exports and
/// must be told by [`Buffer::release`] when the window is closed.
pub struct Buffer {
    pub owner: Value,
    pub data: *mut u8,
    pub len: usize,
    pub readonly: bool,
    /// `struct` format of an item.
    pub format: Option<Value>,
    pub itemsize: usize,
    /// Shape and strides of more than one dimension or step: tuples of ints.
    pub shape: Option<Value>,
    pub strides: Option<Value>,
    /// Called once with `owner`.
    pub on_release: Option<fn(Value)>,
}

impl Buffer {
    /// A one-dimensional window on bytes.
    pub fn bytes(owner: Value, data: *mut u8, len: usize, readonly: bool) -> Buffer {
        Buffer {
            owner,
            data,
            len,
            readonly,
            format: None,
            itemsize: 1,
            shape: None,
            strides: None,
            on_release: None,
        }
    }

    /// The bytes. Racing writers may change them while they are read.
    pub fn as_slice(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the exporter promised `len` bytes at `data` for as long as it is not released.
        unsafe { core::slice::from_raw_parts(self.data, self.len) }
    }

    /// Writes `source` at byte `at`; the range lies within the window and it is writable.
    pub fn write(&self, at: usize, source: &[u8]) {
        debug_assert!(!self.readonly && at + source.len() <= self.len);
        // SAFETY: the range is within the exported bytes.
        unsafe { core::ptr::copy(source.as_ptr(), self.data.add(at), source.len()) };
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(release) = self.on_release.take() {
            release(self.owner);
        }
    }
}
