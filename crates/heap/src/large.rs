//! Large objects: one allocation of the C library each.
//!
//! 1. A [`LargeMeta`] precedes the object's header; a card byte for each 512 bytes follows it.
//! 2. Each thread lists the objects it has allocated since the last collection; a stop moves them to `young`, and a collection that leaves them
//!    alive to `old`. Both are in order of addresses.
//! 3. A store of a reference into an old large object sets its card; the first one since the last
//!    collection also puts the object into a remembered buffer.

use crate::biased::NEW;
use crate::client;
use crate::header::{GRANULE, Header, LARGE};
use crate::heap;
use crate::mutator::room;
use crate::piece::Content;
use crate::proof::arena;
use base::sync::Lock;
use core::alloc::Layout;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::Relaxed};

/// Bytes of payload that one card covers.
pub const CARD: usize = 512;

const PREFIX: usize = 64;

/// The system takes long to take so many bytes back, page by page.
const LONG_TO_FREE: usize = 1 << 20;

/// What precedes the header of a large object.
#[repr(C, align(16))]
pub(crate) struct LargeMeta {
    size: usize,
    pub(crate) mark: AtomicU8,
    /// In a remembered buffer.
    dirty: AtomicU8,
    /// To be rescanned whole.
    all_dirty: AtomicU8,
}

impl LargeMeta {
    /// # Safety
    /// `object` is a large object.
    #[inline]
    pub(crate) unsafe fn of<'a>(object: usize) -> &'a LargeMeta {
        // SAFETY: by contract the prefix is there.
        unsafe { &*((object - PREFIX) as *const LargeMeta) }
    }

    /// Whether what was stored since the last collection is known by card. The world is not stopped: as of now.
    pub(crate) fn is_known(&self) -> bool {
        self.mark.load(Relaxed) != 0 && self.all_dirty.load(Relaxed) == 0
    }

    pub(crate) fn is_dirty(&self, card: usize) -> bool {
        self.cards().get(card).is_none_or(|card| card.load(Relaxed) != 0)
    }

    fn object(&self) -> usize {
        self as *const LargeMeta as usize + PREFIX
    }

    fn cards(&self) -> &[AtomicU8] {
        let first = (self.object() + self.size) as *const AtomicU8;
        // SAFETY: the cards follow the object in the same allocation.
        unsafe { core::slice::from_raw_parts(first, card_count(self.size)) }
    }

    /// Notes that the word at `slot` was stored to (null: any word). Returns whether the object
    /// has to go into a remembered buffer.
    pub(crate) fn note_store(&self, slot: usize) -> bool {
        let offset = slot.wrapping_sub(self.object() + size_of::<Header>());
        match self.cards().get(offset / CARD) {
            Some(card) => card.store(1, Relaxed),
            None => self.all_dirty.store(1, Relaxed),
        }
        self.dirty.load(Relaxed) == 0 && self.dirty.swap(1, Relaxed) == 0
    }

    /// Forgets all stores.
    pub(crate) fn clean(&self) {
        self.dirty.store(0, Relaxed);
        self.all_dirty.store(0, Relaxed);
        for card in self.cards() {
            card.store(0, Relaxed);
        }
    }

    /// Calls `f` with each range of payload bytes that was stored to, and forgets the stores.
    pub(crate) fn take_dirty(&self, mut f: impl FnMut(usize, usize)) {
        let payload = self.size - size_of::<Header>();
        self.dirty.store(0, Relaxed);
        if self.all_dirty.swap(0, Relaxed) != 0 {
            self.clean();
            f(0, payload);
            return;
        }
        for (i, card) in self.cards().iter().enumerate() {
            if card.load(Relaxed) != 0 {
                card.store(0, Relaxed);
                f(i * CARD, ((i + 1) * CARD).min(payload));
            }
        }
    }
}

fn alloc_charged(
    young: &mut Vec<*mut Header>,
    size: usize,
    layout: u16,
    word: u64,
    content: Content,
) -> Option<NonNull<Header>> {
    if !room(young, 16) {
        return None;
    }
    let total = size.checked_add(PREFIX + card_count(size))?;
    let memory = NonNull::new(match content {
        Content::Zero => allocate(total),
        Content::Any => allocate_around(size, total),
    })?;
    let meta = memory.cast::<LargeMeta>();
    // SAFETY: fresh memory whose prefix is zero, which is a valid LargeMeta but for its size.
    unsafe { (*meta.as_ptr()).size = size };
    let object = memory.as_ptr() as usize + PREFIX;
    // SAFETY: fresh and aligned.
    let header = unsafe { Header::write(object, word, layout, size, NEW) };
    // SAFETY: just written.
    unsafe { (*header).gc.store(LARGE, Relaxed) };
    young.push(header);
    NonNull::new(header)
}

/// Zeroed memory of the C library, or null.
fn allocate(bytes: usize) -> *mut u8 {
    if arena::is_on() {
        return Layout::from_size_align(bytes, GRANULE).map_or(null_mut(), arena::allocate);
    }
    // SAFETY: the size is not zero.
    unsafe { libc::calloc(1, bytes) }.cast()
}

/// Memory for an object of `size` bytes of which only what is around the object is zero, or null.
fn allocate_around(size: usize, total: usize) -> *mut u8 {
    if arena::is_on() {
        return allocate(total);
    }
    // SAFETY: the size is not zero, and the prefix and the cards lie within the memory.
    unsafe {
        let memory: *mut u8 = libc::malloc(total).cast();
        if !memory.is_null() {
            memory.write_bytes(0, PREFIX);
            memory.add(PREFIX + size).write_bytes(0, total - PREFIX - size);
        }
        memory
    }
}

/// # Safety
/// The memory came from [`allocate`] or [`allocate_around`], and nobody uses it any more.
unsafe fn free(memory: *mut u8) {
    if !(arena::was_on() && arena::keeps(memory)) {
        // SAFETY: by contract; it is the C library's.
        unsafe { libc::free(memory.cast()) };
    }
}

fn card_count(size: usize) -> usize {
    size.div_ceil(CARD)
}

/// The large-object space.
pub(crate) struct LargeSpace {
    pub(crate) young: Lock<Vec<usize>>,
    old: Lock<Vec<usize>>,
    /// An old object has lost its mark (`successor`, rule 3).
    retired: AtomicBool,
    /// Memory of dead objects that is freed after the stop.
    pub(crate) doomed: Lock<Vec<usize>>,
    pub(crate) bytes: AtomicUsize,
}

impl LargeSpace {
    pub(crate) const fn new() -> LargeSpace {
        LargeSpace {
            young: Lock::new(Vec::new()),
            old: Lock::new(Vec::new()),
            retired: AtomicBool::new(false),
            doomed: Lock::new(Vec::new()),
            bytes: AtomicUsize::new(0),
        }
    }

    /// Allocates an object of `size` bytes with its header, and enters it in the thread's list `young`.
    pub(crate) fn alloc(
        &self,
        young: &mut Vec<*mut Header>,
        size: usize,
        layout: u16,
        word: u64,
        content: Content,
    ) -> Option<NonNull<Header>> {
        if !heap().space.charge(size) {
            return None;
        }
        let object = alloc_charged(young, size, layout, word, content);
        match object {
            Some(_) => self.bytes.fetch_add(size, Relaxed),
            None => heap().space.used.fetch_sub(size, Relaxed),
        };
        object
    }

    /// Takes a thread's list over; in a stop, or when the thread ends. False without memory for that.
    pub(crate) fn gather(&self, list: &mut Vec<*mut Header>) -> bool {
        let mut young = self.young.lock();
        let done = young.try_reserve(list.len()).is_ok();
        if done {
            young.extend(list.drain(..).map(|object| object as usize));
        }
        done
    }

    /// Puts `young` in order, so that [`LargeSpace::covering`] works.
    pub(crate) fn prepare(&self) {
        self.young.lock().sort_unstable();
    }

    /// Forgets all marks before a full marking.
    pub(crate) fn clear_marks(&self) {
        // SAFETY: listed objects exist.
        self.for_each(|object| unsafe { LargeMeta::of(object).mark.store(0, Relaxed) });
    }

    /// An old object has lost its mark, so that the next collection looks for the dead among the old ones, too.
    pub(crate) fn note_retired(&self) {
        self.retired.store(true, Relaxed);
    }

    /// Calls `f` with the objects that contain `address` or end there; for a stop.
    pub(crate) fn covering(&self, address: usize, mut f: impl FnMut(usize)) {
        for list in [&self.young, &self.old] {
            let list = list.lock();
            let i = list.partition_point(|&object| object <= address);
            let Some(&object) = i.checked_sub(1).and_then(|i| list.get(i)) else { continue };
            // SAFETY: listed objects exist.
            if address - object <= unsafe { LargeMeta::of(object) }.size {
                f(object);
            }
        }
    }

    /// Whether `object` is a large object; for checks in a stop.
    pub(crate) fn contains(&self, object: usize) -> bool {
        [&self.young, &self.old].iter().any(|list| list.lock().binary_search(&object).is_ok())
    }

    /// Frees the dead: of the young, and of all in a full collection, or if old ones were retired. Returns the bytes freed.
    pub(crate) fn sweep(&self, full: bool) -> usize {
        let mut freed = 0;
        let mut doomed = self.doomed.lock();
        let mut keep = |object: &usize| {
            // SAFETY: listed objects exist until they are freed here, once.
            unsafe {
                let meta = LargeMeta::of(*object);
                if meta.mark.load(Relaxed) != 0 {
                    return true;
                }
                freed += meta.size;
                let memory = *object - PREFIX;
                if meta.size >= LONG_TO_FREE && doomed.try_reserve(1).is_ok() {
                    doomed.push(memory);
                } else {
                    free(memory as *mut u8);
                }
                false
            }
        };
        let mut old = self.old.lock();
        if self.retired.swap(false, Relaxed) || full {
            old.retain(&mut keep);
        }
        let mut young = self.young.lock();
        young.retain(&mut keep);
        if old.try_reserve(young.len()).is_ok() && !young.is_empty() {
            old.append(&mut young);
            old.sort();
        }
        self.bytes.fetch_sub(freed, Relaxed);
        heap().space.used.fetch_sub(freed, Relaxed);
        freed
    }

    /// Frees the large ones of the dead; after the stop, by a detached thread.
    pub(crate) fn free_doomed(&self) {
        loop {
            let Some(memory) = self.doomed.lock().pop() else { return };
            // SAFETY: the last collection found that nobody uses it.
            unsafe { free(memory as *mut u8) };
        }
    }

    /// Calls `f` with every large object; for a stop.
    pub(crate) fn for_each(&self, mut f: impl FnMut(usize)) {
        for list in [&self.young, &self.old] {
            list.lock().iter().for_each(|&object| f(object));
        }
    }
}

/// Whether a layout's large objects can be scanned by card.
pub(crate) fn has_cards(layout: &client::Layout) -> bool {
    layout.trace_range.is_some()
}
