//! The buffer protocol between our types: a window on bytes that an object keeps alive.

use crate::cx::{Again, Cx};
use crate::error::Res;
use crate::exception::BUFFER_ERROR;
use crate::value::Value;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

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
    /// The owner's count of exports, for a holder that dies without having released: it counts one less then, while
    /// it is swept and may not touch the owner.
    pub count: Option<Arc<AtomicUsize>>,
}

/// How many windows on an object are open, counted outside the heap (see [`Buffer::count`]). Zeroed memory is a
/// valid one that counts none. Taken and looked at under the object's lock.
#[repr(transparent)]
pub struct Exports {
    /// Address of an `Arc<AtomicUsize>`, 0 until the first export.
    cell: AtomicUsize,
}

impl Exports {
    fn count(&self) -> Option<&AtomicUsize> {
        // SAFETY: 0 or what `Arc::into_raw` gave, which `free` alone takes back.
        unsafe { (self.cell.load(Ordering::Acquire) as *const AtomicUsize).as_ref() }
    }

    /// Counts one more; gives the count.
    pub fn take(&self) -> Arc<AtomicUsize> {
        if self.count().is_none() {
            let cell = Arc::into_raw(Arc::new(AtomicUsize::new(0)));
            self.cell.store(cell as usize, Ordering::Release);
        }
        let cell = self.cell.load(Ordering::Acquire) as *const AtomicUsize;
        // SAFETY: not 0 any more; this object holds one share, the caller gets another.
        unsafe {
            (*cell).fetch_add(1, Ordering::AcqRel);
            Arc::increment_strong_count(cell);
            Arc::from_raw(cell)
        }
    }

    /// Counts one less.
    pub fn give_back(&self) {
        if let Some(count) = self.count() {
            count.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Whether windows are open.
    pub fn any(&self) -> bool {
        self.count().is_some_and(|count| count.load(Ordering::Acquire) > 0)
    }

    /// Makes sure that no windows on `owner` are open, before it is resized or closed: those that nobody refers to any more
    /// are collected first. Not under the object's lock. As the collection takes stale words of the native stack for
    /// references, the interpreter makes the call once more with a clean one; nothing may have happened before.
    ///
    /// # Errors
    /// BufferError with this message, if somebody still has one.
    pub fn settle(&self, cx: &Cx, owner: Value, message: &str) -> Res<()> {
        if !self.any() {
            return Ok(());
        }
        cx.mutator.collect(true);
        if !self.any() {
            return Ok(());
        }
        let raised = cx.error(&BUFFER_ERROR, message);
        if !cx.outside.get() {
            let word = raised.value().word();
            cx.again.set(Some(Again { raised: word, receiver: owner.word() }));
        }
        Err(raised)
    }

    /// For the cleanup of the dead object.
    pub fn free(&self) {
        // Nobody else touches the dead.
        let cell = self.cell.load(Ordering::Acquire) as *const AtomicUsize;
        if !cell.is_null() {
            // SAFETY: what `Arc::into_raw` gave, taken out once: nobody reads the cell again.
            drop(unsafe { Arc::from_raw(cell) });
        }
    }
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
            count: None,
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
