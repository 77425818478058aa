//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: one payload, three types.
//!
//! Rules:
//! 1. The state lies outside the heap and belongs to who holds the object's [`IoLock`]; raw files are
//!    read and written under that lock, so that what a thread writes is whole.
//! 2. At most one of read-ahead and unwritten data is not empty.

mod methods;
pub mod pair;
mod raw;
mod read;
mod write;

pub use methods::{RANDOM_TYPE, READER_TYPE, WRITER_TYPE, new_buffered};
pub use read::{read_exactly, read_to_end, read1, readline_bytes};
pub use write::{flush_locked, flush_quietly, holds_back, is_of_file, write_bytes};

use crate::common::{IoGuard, IoLock};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use orochi_object::layout;
use orochi_object::prelude::*;

/// The types' cells.
pub static READER: TypeCell = TypeCell::new();
pub static WRITER: TypeCell = TypeCell::new();
pub static RANDOM: TypeCell = TypeCell::new();

/// Layout number.
pub const LAYOUT: u16 = layout::STD_IO_BASE + 1;

/// `io.DEFAULT_BUFFER_SIZE`.
pub const DEFAULT_SIZE: usize = 131_072;

const CAN_READ: u32 = 1;
const CAN_WRITE: u32 = 2;
const READY: u32 = 4;
const DETACHED: u32 = 8;

/// A buffered reader, writer or both.
#[repr(C)]
pub struct PyBuffered {
    pub header: Header,
    pub raw: Slot,
    lock: IoLock,
    flags: AtomicU32,
    /// Whether there is unwritten data.
    dirty: AtomicBool,
    /// Address of a boxed [`State`], 0 before `__init__`.
    state: AtomicUsize,
}
orochi_object::trace!(PyBuffered, LAYOUT, [raw]);

/// The heap layout: frees the state.
pub const HEAP_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { drop: Some(drop_state), ..PyBuffered::HEAP_LAYOUT };

/// # Safety
/// Called by the collector with a dead buffered object.
unsafe fn drop_state(header: *mut Header) {
    // SAFETY: the layout is PyBuffered; the word is 0 or came from Box::into_raw.
    unsafe {
        let word = (*header.cast::<PyBuffered>()).state.swap(0, Ordering::Relaxed);
        if word != 0 {
            let state = Box::from_raw(word as *mut State);
            orochi_heap::account_external(-(state.accounted as isize));
        }
    }
}

/// What the lock protects.
pub struct State {
    size: usize,
    /// Read-ahead: `read[at..end]`.
    read: Vec<u8>,
    at: usize,
    end: usize,
    /// Unwritten data.
    write: Vec<u8>,
    accounted: usize,
}

impl State {
    fn ahead(&self) -> &[u8] {
        &self.read[self.at..self.end]
    }
    fn forget_ahead(&mut self) {
        self.at = 0;
        self.end = 0;
    }
    fn account(&mut self) {
        let held = self.read.capacity() + self.write.capacity();
        if held > self.accounted {
            orochi_heap::account_external((held - self.accounted) as isize);
            self.accounted = held;
        }
    }
}

/// The state, while its lock is held.
pub struct Held<'a> {
    state: &'a mut State,
    _guard: IoGuard<'a>,
}

impl core::ops::Deref for Held<'_> {
    type Target = State;
    fn deref(&self) -> &State {
        self.state
    }
}
impl core::ops::DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut State {
        self.state
    }
}

impl PyBuffered {
    fn this(&self) -> Ref<PyBuffered> {
        // SAFETY: `self` is a live heap object.
        unsafe { Ref::from_ptr((self as *const PyBuffered).cast_mut()) }
    }
    fn has(&self, bit: u32) -> bool {
        self.flags.load(Ordering::Acquire) & bit != 0
    }
    /// Whether there is unwritten data.
    pub fn is_dirty(&self) -> bool {
        self.dirty.load(Ordering::Acquire)
    }

    /// The raw file.
    ///
    /// # Errors
    /// ValueError before `__init__` and after `detach`.
    pub fn raw_file(&self, cx: &Cx) -> Res {
        if !self.has(READY) {
            if self.has(DETACHED) {
                return raise!(cx, VALUE_ERROR, "raw stream has been detached");
            }
            return raise!(cx, VALUE_ERROR, "I/O operation on uninitialized object");
        }
        Ok(self.raw.or_none())
    }

    /// Takes the lock.
    pub fn hold(&self, cx: &Cx) -> Res<Held<'_>> {
        let guard = self.lock.acquire(cx, self.this().value())?;
        self.with_guard(cx, guard)
    }

    fn with_guard<'a>(&'a self, cx: &Cx, guard: IoGuard<'a>) -> Res<Held<'a>> {
        let state = self.state.load(Ordering::Acquire) as *mut State;
        if state.is_null() {
            return raise!(cx, VALUE_ERROR, "I/O operation on uninitialized object");
        }
        // SAFETY: the box lives as long as the object; the lock makes this the only reference.
        Ok(Held { state: unsafe { &mut *state }, _guard: guard })
    }

    /// Raises ValueError "`what` closed file" if the raw file is closed.
    fn check_open(&self, cx: &Cx, what: &str) -> Res<()> {
        let raw = self.raw_file(cx)?;
        let closed = match crate::fileio::exact(raw) {
            Some(file) => file.fd().is_none(),
            None => crate::common::is_closed(cx, raw)?,
        };
        if closed { raise!(cx, VALUE_ERROR, "{what} closed file") } else { Ok(()) }
    }
}

/// The buffered object behind a value that is exactly one of the three types.
pub fn exact(v: Value) -> Option<Ref<PyBuffered>> {
    let buffered = v.downcast::<PyBuffered>()?;
    let class = buffered.class();
    let known = [&READER, &WRITER, &RANDOM].iter().any(|cell| class == cell.get());
    known.then_some(buffered)
}
