//! `bytearray`: the payload and its protocol, the type and its slots.
//!
//! Rules:
//! 1. The bytes lie in a [`Raw`] object, `len` of them from `start`. Whoever changes `raw`, `start`
//!    or `len` holds the object's lock, and where more than one of them changes, its `sequence`; nothing under it polls or raises.
//! 2. Readers take the three as they were at one moment, by the sequence, and then read without a lock: an old `Raw` stays alive. A
//!    racing writer may change the bytes they see, one by one.
//! 3. While buffers are exported, a change of size goes to a new block: views keep the old one alive and
//!    see what was in it. (CPython refuses, with BufferError, while its counts see a view; without
//!    counts a view that the program has dropped looks like one that it holds, so refusing would break
//!    programs that are right.) Exports are counted outside the heap, so that a dead memoryview can
//!    give its count back while it is swept.
//! 4. A method that runs Python code while it reads the bytes holds a [`Pin`], which is given back for certain. While there is
//!    one, a change of size is refused.

mod methods;
mod slots;

use crate::bytes_like::ByteView;
use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use orochi_base::sync::Sequence;
use orochi_object::buffer::Buffer;
use orochi_object::layout;
use orochi_object::prelude::*;
use std::sync::Arc;

pub(crate) use slots::made;
pub use slots::{TYPE, new_bytearray};

/// The type's cell.
pub static CELL: TypeCell = TypeCell::new();

/// Layout number.
pub const LAYOUT: u16 = layout::BUILTINS_BASE + 60;

/// A block of bytes of fixed capacity; internal.
#[repr(C)]
pub struct Raw {
    header: Header,
    capacity: usize,
}

// SAFETY: repr(C) with a Header first; the layout is a leaf, the payload holds no slots.
unsafe impl Object for Raw {
    const LAYOUT: u16 = layout::BYTES_RAW;
}

impl Raw {
    fn new(cx: &Cx, capacity: usize) -> Res<Ref<Raw>> {
        if capacity > 1 << 40 {
            return Err(orochi_object::error::memory_error(cx));
        }
        let raw = cx.alloc_internal::<Raw>(capacity)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*raw.as_ptr()).capacity = capacity };
        Ok(raw)
    }
    /// All bytes of the block.
    pub fn all(&self) -> &[u8] {
        // SAFETY: `capacity` bytes follow the struct, zeroed when it was made.
        unsafe { core::slice::from_raw_parts((self as *const Raw).add(1).cast(), self.capacity) }
    }
    fn data(&self) -> *mut u8 {
        // SAFETY: the data follow the struct.
        unsafe { (self as *const Raw).add(1).cast::<u8>().cast_mut() }
    }
}

/// A `bytearray`.
#[repr(C)]
pub struct PyByteArray {
    pub header: Header,
    raw: Slot,
    start: AtomicUsize,
    len: AtomicUsize,
    /// Address of an `Arc<AtomicUsize>`, 0 until the first export.
    exports: AtomicUsize,
    sequence: Sequence,
}
orochi_object::trace!(PyByteArray, LAYOUT, [raw]);

/// The heap layout: [`PyByteArray`] with its cleanup.
pub const HEAP_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { drop: Some(drop_exports), ..PyByteArray::HEAP_LAYOUT };

/// # Safety
/// Called by the collector with a dead bytearray.
unsafe fn drop_exports(header: *mut Header) {
    // SAFETY: the layout is PyByteArray; the word is 0 or came from Arc::into_raw.
    unsafe {
        // Nobody else touches the dead.
        let word = (*header.cast::<PyByteArray>()).exports.load(Ordering::Relaxed);
        if word != 0 {
            drop(Arc::from_raw(word as *const AtomicUsize));
        }
    }
}

/// What a pin adds to the count of exports, which takes the lower half.
const PIN: usize = 1 << 32;

/// Keeps a bytearray from changing its size.
pub struct Pin(Arc<AtomicUsize>);

impl Drop for Pin {
    fn drop(&mut self) {
        self.0.fetch_sub(PIN, Ordering::AcqRel);
    }
}

/// Counts one export less, if any is counted.
pub(crate) fn give_back(count: &AtomicUsize) {
    let less = |n: usize| if n % PIN == 0 { None } else { Some(n - 1) };
    let _ = count.fetch_update(Ordering::AcqRel, Ordering::Acquire, less);
}

/// A pin of `v`, if it is a bytearray and `others` may run Python code when they are used.
pub(crate) fn pin_for(cx: &Cx, v: Value, others: &[Value]) -> Option<Pin> {
    let array = v.downcast::<PyByteArray>()?;
    others.iter().any(|other| runs_code(*other)).then(|| array.pin(cx))
}

/// Whether looking at a value may run Python code.
fn runs_code(v: Value) -> bool {
    match v.downcast::<PyTuple>() {
        Some(tuple) if is_exact(v, &types::TUPLE) => tuple.values().iter().any(|v| runs_code(*v)),
        _ if v.is_int() || v.as_str().is_some() || v.downcast::<PyBytes>().is_some() => {
            class_of(v).has_flag(flag::HEAPTYPE)
        }
        _ => !(v.is_none() || is_exact(v, &types::FLOAT) || is_exact(v, &CELL)),
    }
}

impl PyByteArray {
    /// Number of bytes.
    #[allow(clippy::len_without_is_empty, reason = "Python tests `len(b) == 0`")]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }
    fn raw(&self) -> Option<Ref<Raw>> {
        // SAFETY: `raw` holds a Raw or UNSET.
        self.raw.get().map(|raw| unsafe { Ref::from_ptr(raw.word() as *mut Raw) })
    }
    /// The export count, if there has been an export.
    fn export_count(&self) -> Option<&AtomicUsize> {
        let word = self.exports.load(Ordering::Acquire);
        // SAFETY: 0 or an Arc's content, alive as long as this object.
        unsafe { (word as *const AtomicUsize).as_ref() }
    }
    /// The number of exports and, times [`PIN`], of pins.
    fn exported(&self) -> usize {
        self.export_count().map_or(0, |count| count.load(Ordering::Acquire))
    }
}

impl PyByteArray {
    fn this(&self) -> Ref<PyByteArray> {
        // SAFETY: `self` is a live heap object.
        unsafe { Ref::from_ptr((self as *const PyByteArray).cast_mut()) }
    }

    /// The content now: rule 2.
    pub fn view(&self, cx: &Cx) -> ByteView {
        let look = || (self.raw(), self.start.load(Ordering::Relaxed), self.len());
        match self.sequence.read(look).unwrap_or_else(|| self.this().locked(cx, look)) {
            (Some(raw), start, len) => ByteView::Raw(raw, start, len),
            _ => ByteView::Buffer(Buffer::bytes(Value::NONE, core::ptr::null_mut(), 0, true)),
        }
    }

    /// Replaces `start..end` (clamped to the content) by `data`, atomically.
    pub fn splice(&self, cx: &Cx, start: usize, end: usize, data: &[u8]) -> Res<()> {
        self.edit(cx, |edit| edit.splice(start, end, data))
    }

    /// Runs `f` with the lock held.
    pub fn edit<R>(&self, cx: &Cx, f: impl FnOnce(&Edit<'_>) -> Res<R>) -> Res<R> {
        self.this().locked(cx, || f(&Edit { cx, array: self.this() }))
    }

    /// Counts an export and gives its window: `len` bytes that do not move.
    pub fn export(&self, cx: &Cx) -> Res<Buffer> {
        self.this().locked(cx, || {
            if self.raw().is_none() {
                let raw = Raw::new(cx, 1)?;
                self.raw.set(cx, self.this(), raw.value());
            }
            self.count_cell().fetch_add(1, Ordering::AcqRel);
            let start = self.start.load(Ordering::Relaxed);
            let data = match self.raw() {
                // SAFETY: `start` lies within the block.
                Some(raw) => unsafe { raw.data().add(start) },
                None => core::ptr::null_mut(),
            };
            let mut buffer = Buffer::bytes(self.this().value(), data, self.len(), false);
            buffer.on_release = Some(release);
            Ok(buffer)
        })
    }

    /// Has changes of the size be refused as long as the pin lives.
    pub fn pin(&self, cx: &Cx) -> Pin {
        self.this().locked(cx, || {
            let word = self.count_cell() as *const AtomicUsize;
            // SAFETY: the word came from Arc::into_raw; under the lock this object holds a count.
            let count = unsafe {
                Arc::increment_strong_count(word);
                Arc::from_raw(word)
            };
            count.fetch_add(PIN, Ordering::AcqRel);
            Pin(count)
        })
    }

    /// The export count, made if need be. The lock is held.
    fn count_cell(&self) -> &AtomicUsize {
        if self.exports.load(Ordering::Relaxed) == 0 {
            let cell = Arc::into_raw(Arc::new(AtomicUsize::new(0)));
            self.exports.store(cell as usize, Ordering::Release);
        }
        // SAFETY: not 0 any more; alive as long as this object, which `self` keeps.
        unsafe { &*(self.exports.load(Ordering::Relaxed) as *const AtomicUsize) }
    }

    /// A share of the export count, for who must give an export back while being swept, and the
    /// block that is exported.
    pub(crate) fn share_count(&self, cx: &Cx) -> (Option<Arc<AtomicUsize>>, Option<Ref<Raw>>) {
        self.this().locked(cx, || {
            let word = self.exports.load(Ordering::Acquire) as *const AtomicUsize;
            if word.is_null() {
                return (None, self.raw());
            }
            // SAFETY: the word came from Arc::into_raw; under the lock this object holds a count.
            unsafe {
                Arc::increment_strong_count(word);
                (Some(Arc::from_raw(word)), self.raw())
            }
        })
    }

    /// The exports so far are of a block that is no longer this object's. The lock is held.
    fn forget_exports(&self) {
        let word = self.exports.swap(0, Ordering::AcqRel);
        if word != 0 {
            // SAFETY: the word came from Arc::into_raw and was taken out once.
            drop(unsafe { Arc::from_raw(word as *const AtomicUsize) });
        }
    }
}

/// Gives an export back. It may have been of a block left behind: then there is nothing to count, or
/// one export too few is counted, and the next change of size copies for nothing or moves a view's
/// bytes, which that view's holder has to expect.
fn release(owner: Value) {
    let Some(cx) = Cx::current() else { return };
    if let Some(array) = owner.downcast::<PyByteArray>() {
        array.locked(cx, || {
            if let Some(count) = array.export_count() {
                give_back(count);
            }
        });
    }
}

/// The content while the lock is held.
pub struct Edit<'a> {
    cx: &'a Cx,
    array: Ref<PyByteArray>,
}

impl Edit<'_> {
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.array.len.load(Ordering::Relaxed)
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match self.array.raw() {
            // SAFETY: `len` bytes from `start` lie in the block, which the array keeps alive.
            Some(raw) => unsafe {
                let start = self.array.start.load(Ordering::Relaxed);
                core::slice::from_raw_parts(raw.data().add(start), self.len())
            },
            None => &[],
        }
    }
    /// Stores a byte at `i < len`.
    pub fn set(&self, i: usize, b: u8) {
        if let Some(raw) = self.array.raw()
            && i < self.len()
        {
            let start = self.array.start.load(Ordering::Relaxed);
            // SAFETY: within the content; who reads meanwhile sees the old byte or the new one.
            unsafe { (*raw.data().add(start + i).cast::<AtomicU8>()).store(b, Ordering::Relaxed) };
        }
    }
    /// Reverses the bytes in place.
    pub fn reverse(&self) {
        let n = self.len();
        for i in 0..n / 2 {
            let (a, b) = (self.bytes()[i], self.bytes()[n - 1 - i]);
            self.set(i, b);
            self.set(n - 1 - i, a);
        }
    }

    /// Replaces `start..end` by `data`.
    pub fn splice(&self, start: usize, end: usize, data: &[u8]) -> Res<()> {
        let len = self.len();
        let start = start.min(len);
        let end = end.clamp(start, len);
        let grown = len - (end - start) + data.len();
        let exported = if grown == len { 0 } else { self.array.exported() };
        if exported >= PIN {
            let message = "Existing exports of data: object cannot be re-sized";
            return Err(self.cx.error(&exception::BUFFER_ERROR, message));
        }
        if exported > 0 {
            self.rebuild(start, end, data, grown)?;
            self.array.forget_exports();
            return Ok(());
        }
        let offset = self.array.start.load(Ordering::Relaxed);
        if start == 0 && data.is_empty() && end < len {
            // Cutting the front moves the start only.
            let _change = self.array.sequence.change();
            self.array.start.store(offset + end, Ordering::Relaxed);
            self.array.len.store(grown, Ordering::Release);
            return Ok(());
        }
        match self.array.raw() {
            Some(raw) if offset + grown <= raw.capacity => {
                // SAFETY: all ranges lie within the block's capacity.
                unsafe {
                    let base = raw.data().add(offset);
                    core::ptr::copy(base.add(end), base.add(start + data.len()), len - end);
                    core::ptr::copy(data.as_ptr(), base.add(start), data.len());
                }
                self.array.len.store(grown, Ordering::Release);
                Ok(())
            }
            _ => self.rebuild(start, end, data, grown),
        }
    }

    /// As `splice`, into a new block.
    fn rebuild(&self, start: usize, end: usize, data: &[u8], grown: usize) -> Res<()> {
        let capacity = if grown > self.len() { grown + (grown >> 3) + 16 } else { grown };
        let raw = Raw::new(self.cx, capacity)?;
        let old = self.bytes();
        // SAFETY: the three parts sum up to `grown <= capacity`; the block is fresh.
        unsafe {
            let to = raw.data();
            core::ptr::copy_nonoverlapping(old.as_ptr(), to, start);
            core::ptr::copy_nonoverlapping(data.as_ptr(), to.add(start), data.len());
            let tail = &old[end..];
            core::ptr::copy_nonoverlapping(tail.as_ptr(), to.add(start + data.len()), tail.len());
        }
        let _change = self.array.sequence.change();
        self.array.raw.set(self.cx, self.array, raw.value());
        self.array.start.store(0, Ordering::Relaxed);
        self.array.len.store(grown, Ordering::Release);
        Ok(())
    }
}
