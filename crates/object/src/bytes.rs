//! `bytes` objects: immutable, payload inline and NUL-terminated. Immutable, hence no locking.

use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::layout;
use crate::object::{Object, Ref};
use crate::types::{self, PyType};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use orochi_heap::{Header, Tracer};

/// `-b`: BytesWarning where bytes are compared with a str or an int, or turned into a str.
pub static WARN: AtomicBool = AtomicBool::new(false);

/// A `bytes` object; the data follows the struct.
#[repr(C)]
pub struct PyBytes {
    pub header: Header,
    hash: AtomicI64,
    len: usize,
}

impl PyBytes {
    /// Offsets for generated code.
    pub const LEN_OFFSET: usize = core::mem::offset_of!(PyBytes, len);
    pub const DATA_OFFSET: usize = size_of::<PyBytes>();
}

// SAFETY: repr(C) with a Header first; the payload holds no slots before its rounded end.
unsafe impl Object for PyBytes {
    const LAYOUT: u16 = layout::BYTES;
}

/// The heap layout of bytes objects.
pub const BYTES_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { name: "bytes", trace: Some(trace_bytes), trace_range: None, drop: None };

/// # Safety
/// Called by the collector with a bytes object.
unsafe fn trace_bytes(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is PyBytes; words after the data are zero or a subclass's dict word.
    unsafe {
        let end = size_of::<PyBytes>() + (*header.cast::<PyBytes>()).len + 1;
        layout::visit_rest(header, end, tracer);
    }
}

impl Ref<PyBytes> {
    /// The data, borrowed for as long as the caller keeps this `Ref` on its stack.
    #[inline]
    pub fn data<'a>(self) -> &'a [u8] {
        // SAFETY: `len` bytes follow the struct; immutable and unmoving while `self` is on a stack.
        unsafe { core::slice::from_raw_parts(self.as_ptr().add(1).cast(), self.len) }
    }

    /// Hash, as that of the same ASCII text; cached.
    pub fn hash(self) -> i64 {
        let cached = self.hash.load(Ordering::Relaxed);
        if cached != 0 {
            return cached;
        }
        let hash = crate::hash::bytes(self.data());
        self.hash.store(hash, Ordering::Relaxed);
        hash
    }
}

impl PyBytes {
    #[inline(always)]
    #[allow(clippy::len_without_is_empty, reason = "Python tests `len(b) == 0`")]
    pub fn len(&self) -> usize {
        self.len
    }
}

impl Cx {
    /// A new `bytes` with this content.
    pub fn new_bytes(&self, data: &[u8]) -> Res<Ref<PyBytes>> {
        self.bytes_of_class(types::BYTES.get(), data)
    }

    /// As [`Cx::new_bytes`] for a subclass of `bytes`.
    pub fn bytes_of_class(&self, class: Ref<PyType>, data: &[u8]) -> Res<Ref<PyBytes>> {
        let b = self.bytes_uninit(class, data.len())?;
        // SAFETY: room for `data.len()` bytes after the struct.
        unsafe {
            crate::str::copy_short(data, b.as_ptr().add(1).cast());
        }
        Ok(b)
    }

    /// A new `bytes` of `len` bytes, which `fill` writes; `None` if it says that it could not.
    pub fn bytes_filled(
        &self,
        len: usize,
        fill: impl FnOnce(&mut [MaybeUninit<u8>]) -> bool,
    ) -> Res<Option<Ref<PyBytes>>> {
        let b = self.bytes_uninit(types::BYTES.get(), len)?;
        // SAFETY: there is room for `len` bytes after the struct, which nobody else knows yet.
        let room = unsafe { core::slice::from_raw_parts_mut(b.as_ptr().add(1).cast(), len) };
        Ok(fill(room).then_some(b))
    }

    /// A new `bytes` of `len` bytes of whatever content, to be filled through `as_ptr().add(1)` before anyone
    /// sees it and before the next poll.
    pub fn bytes_uninit(&self, class: Ref<PyType>, len: usize) -> Res<Ref<PyBytes>> {
        if len > isize::MAX as usize / 2 {
            return Err(memory_error(self));
        }
        let slack = if class.attrs_offset == types::ATTRS_AT_END { 16 } else { 0 };
        let b = self.alloc_unzeroed::<PyBytes>(class, len + 1 + slack)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*b.as_ptr()).len = len };
        Ok(b)
    }
}
