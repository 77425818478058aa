//! A thread's part of the heap: allocation, write barrier, polling, detaching.
//!
//! 1. A [`Mutator`] is used by its own thread only, except for [`Mutator::request_poll`], and by
//!    the collecting thread while its own is detached.
//! 2. Allocation never collects and never waits for a collection; a collection that is due makes
//!    the thread's next poll fail.
//! 3. Between a store into the heap and its barrier, and between an allocation and the stores
//!    that make the object valid for its trace function, there is no poll and no detaching.
//!    (Zeroed payloads must be valid for every trace function.)
//! 4. The pieces `small` and `medium` are zero up to their `end`. What is left of `raw` is anything behind the header of a
//!    filler, which every allocation from it writes anew.

use crate::chunk::LINE;
use crate::handshake::ThreadState;
use crate::header::{GRANULE, HEADER_BYTES, Header, LARGE, UNLOGGED, object_bytes};
use crate::large::{LargeMeta, has_cards};
use crate::piece::{Content, Piece};
use crate::regs::{SAVED, save_registers, stack_top, wipe_stack};
use crate::{biased, collect, heap};
use core::cell::{Cell, UnsafeCell};
use core::marker::PhantomPinned;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Larger objects (with header) go to the large-object space.
pub const MAX_SMALL_BYTES: usize = 8 << 10;

/// From this size of the payload on it pays not to zero what is written over anyway.
pub const MIN_RAW_BYTES: usize = 512;

/// Bytes a thread takes before it tells the shared counter.
const REPORT_BYTES: usize = 32 << 10;

/// The lists of objects that a thread keeps for the collector.
pub(crate) struct Lists<'a> {
    /// Old objects that were stored to.
    pub(crate) remembered: &'a mut Vec<*mut Header>,
    /// Objects with native cleanup, allocated since the last collection.
    pub(crate) droppable: &'a mut Vec<*mut Header>,
    /// Objects registered as finalizable since the last collection.
    pub(crate) finalizable: &'a mut Vec<*mut Header>,
    /// Large objects allocated since the last collection.
    pub(crate) large: &'a mut Vec<*mut Header>,
}

/// One thread's allocator and safepoint state. The first field of the client's thread context.
#[repr(C)]
pub struct Mutator {
    state: ThreadState,
    /// For objects of whatever size that fit.
    small: Piece,
    /// Bit n: objects of layout n have native cleanup.
    drop_bits: [Cell<u64>; 8],
    /// For objects of more than a line that do not fit there.
    medium: Piece,
    /// For objects that need no zeroes.
    raw: Piece,
    unreported: Cell<usize>,
    polls: Cell<u64>,
    reserve_used: Cell<bool>,
    detached: Cell<bool>,
    /// The owner has stopped the world.
    stopper: Cell<bool>,
    stack_top: Cell<usize>,
    stack_pointer: Cell<usize>,
    registers: UnsafeCell<[usize; SAVED]>,
    remembered: UnsafeCell<Vec<*mut Header>>,
    droppable: UnsafeCell<Vec<*mut Header>>,
    finalizable: UnsafeCell<Vec<*mut Header>>,
    large: UnsafeCell<Vec<*mut Header>>,
    _pinned: PhantomPinned,
}

// SAFETY: see rule 1.
unsafe impl Sync for Mutator {}
// SAFETY: it may be made in one thread and attached in another.
unsafe impl Send for Mutator {}

thread_local! {
    static CURRENT: Cell<*const Mutator> = const { Cell::new(core::ptr::null()) };
}

/// The mutator attached by the calling thread, or null.
#[inline]
pub fn current() -> *const Mutator {
    CURRENT.try_with(Cell::get).unwrap_or(core::ptr::null())
}

impl Default for Mutator {
    fn default() -> Self {
        Mutator::new()
    }
}

impl Mutator {
    /// Offset of the poll word in bytes, for generated code.
    pub const POLL_OFFSET: usize = core::mem::offset_of!(Mutator, state);
    /// Offset of the number by which the thread owns locks of objects, four bytes, for generated code.
    pub const NUMBER_OFFSET: usize = core::mem::offset_of!(Mutator, state.number);
    /// Offset of the allocation cursor, for generated code.
    pub const CURSOR_OFFSET: usize = core::mem::offset_of!(Mutator, small.cursor);
    /// Offset of the end of the memory at the cursor, for generated code.
    pub const END_OFFSET: usize = core::mem::offset_of!(Mutator, small.end);

    /// A mutator that is not attached yet. It must not move once it is.
    pub fn new() -> Mutator {
        Mutator {
            state: ThreadState::new(),
            small: Piece::new(),
            drop_bits: [const { Cell::new(0) }; 8],
            medium: Piece::new(),
            raw: Piece::new(),
            unreported: Cell::new(0),
            polls: Cell::new(0),
            reserve_used: Cell::new(false),
            detached: Cell::new(true),
            stopper: Cell::new(false),
            stack_top: Cell::new(0),
            stack_pointer: Cell::new(0),
            registers: UnsafeCell::new([0; SAVED]),
            remembered: UnsafeCell::new(Vec::new()),
            droppable: UnsafeCell::new(Vec::new()),
            finalizable: UnsafeCell::new(Vec::new()),
            large: UnsafeCell::new(Vec::new()),
            _pinned: PhantomPinned,
        }
    }

    // ---- attaching -------------------------------------------------------------------------

    /// Makes the calling thread a thread of the heap. See [`crate::attach`].
    pub(crate) fn attach_first(&self) {
        self.stack_top.set(stack_top());
        for (i, bits) in self.drop_bits.iter().enumerate() {
            bits.set(heap().drop_bits(i));
        }
        {
            let mut registry = heap().registry.lock();
            registry.push(self);
            self.begin_owning();
        }
        CURRENT.with(|current| current.set(self));
        heap().handshake.attach(&self.state);
        self.detached.set(false);
    }

    pub(crate) fn detach_last(&self) {
        if !self.detached.get() {
            self.detached.set(true);
            heap().handshake.detach(&self.state);
        }
        let mut registry = heap().registry.lock();
        // The lock keeps a stop from being under way.
        self.retire();
        // SAFETY: the owner is going and no stop is under way.
        heap().adopt_orphans(unsafe { self.lists() });
        registry.retain(|&other| !core::ptr::eq(other, self));
        self.end_owning();
        if let [last] = registry[..] {
            // SAFETY: attached mutators are pinned, and none goes while the lock is held.
            unsafe { &*last }.is_alone();
        }
        drop(registry);
        CURRENT.with(|current| current.set(core::ptr::null()));
    }

    pub(crate) fn state(&self) -> &ThreadState {
        &self.state
    }

    /// The number by which the thread owns locks of objects ([`biased`]).
    #[inline(always)]
    pub(crate) fn number(&self) -> u32 {
        self.state.number.load(Relaxed)
    }

    /// Whether the thread has allocated since the last collection.
    pub(crate) fn has_allocated(&self) -> bool {
        [&self.small, &self.medium, &self.raw].iter().any(|piece| piece.is_taken())
    }

    /// Gives up all allocation memory. By the owner, or in a stop.
    pub(crate) fn retire(&self) {
        self.report();
        [&self.small, &self.medium, &self.raw].iter().for_each(|piece| piece.give_up());
    }

    /// The thread's lists. By the owner, or in a stop.
    ///
    /// # Safety
    /// Nobody else uses them meanwhile.
    #[allow(clippy::mut_from_ref)]
    pub(crate) unsafe fn lists(&self) -> Lists<'_> {
        // SAFETY: by contract.
        unsafe {
            Lists {
                remembered: &mut *self.remembered.get(),
                droppable: &mut *self.droppable.get(),
                finalizable: &mut *self.finalizable.get(),
                large: &mut *self.large.get(),
            }
        }
    }

    /// Calls `f` with each word of the thread's registers and stack; in a stop.
    ///
    /// # Safety
    /// The thread is detached.
    pub(crate) unsafe fn for_each_stack_word(&self, mut f: impl FnMut(usize)) {
        // SAFETY: the owner wrote the registers before it detached.
        for &word in unsafe { &*self.registers.get() } {
            f(word);
        }
        let mut at = self.stack_pointer.get() & !7;
        if at == 0 {
            return;
        }
        while at < self.stack_top.get() {
            // SAFETY: stack memory above the published stack pointer stays mapped; the owner may
            // write to it meanwhile, but not references that it did not have before.
            f(unsafe { (at as *const usize).read_volatile() });
            at += 8;
        }
    }

    // ---- allocation ------------------------------------------------------------------------

    /// Allocates an object of `bytes` payload bytes (zeroed) with header word `word`. `None`: out
    /// of memory; a full collection is then due at the next poll.
    #[inline(always)]
    pub fn alloc(&self, layout: u16, bytes: usize, word: u64) -> Option<NonNull<Header>> {
        let index = layout as usize / 64 % 8;
        let plain = self.drop_bits[index].get() >> (layout % 64) & 1 == 0;
        if bytes <= MAX_SMALL_BYTES - HEADER_BYTES && plain {
            let size = (bytes + HEADER_BYTES + GRANULE - 1) & !(GRANULE - 1);
            if let Some(at) = self.small.bump(size) {
                // SAFETY: rule 4; the memory is ours alone. It is not at 0, where the end is 0 too.
                return Some(unsafe {
                    NonNull::new_unchecked(Header::write(
                        at,
                        word,
                        layout,
                        size,
                        self.number() as u8,
                    ))
                });
            }
        }
        self.alloc_slow(layout, bytes, word, false)
    }

    /// Like [`Mutator::alloc`], but the payload is anything, if that is quicker: the caller writes all of it before the next
    /// poll.
    pub fn alloc_unzeroed(&self, layout: u16, bytes: usize, word: u64) -> Option<NonNull<Header>> {
        // The verifier looks at words that are not traced, too.
        let listed = heap().layouts()[layout as usize].drop.is_some();
        if bytes < MIN_RAW_BYTES || listed || heap().config().verify {
            return self.alloc(layout, bytes, word);
        }
        let object = self.alloc_raw(layout, bytes, word);
        if object.is_none() {
            heap().note_shortage();
            self.state.request();
        }
        object
    }

    fn alloc_raw(&self, layout: u16, bytes: usize, word: u64) -> Option<NonNull<Header>> {
        debug_assert!(!self.detached.get(), "allocation by a detached thread");
        let size = object_bytes(bytes)?;
        if size > MAX_SMALL_BYTES {
            return self.alloc_large(size, layout, word, Content::Any);
        }
        loop {
            if let Some(at) = self.raw.bump(size) {
                self.raw.close();
                // SAFETY: the memory is ours alone.
                return NonNull::new(unsafe {
                    Header::write(at, word, layout, size, self.number() as u8)
                });
            }
            self.count(self.raw.next_roomy_hole(size, Content::Any, false)?);
        }
    }

    fn alloc_large(
        &self,
        size: usize,
        layout: u16,
        word: u64,
        content: Content,
    ) -> Option<NonNull<Header>> {
        // SAFETY: the list belongs to this thread.
        let young = unsafe { &mut *self.large.get() };
        let object = heap().large.alloc(young, size, layout, word, content)?;
        self.count(size);
        Some(object)
    }

    /// Like [`Mutator::alloc`], for objects of fixed small size whose allocation must not fail:
    /// draws on the reserve and notes that it did ([`Mutator::take_reserve_used`]), so that the
    /// client raises its out-of-memory error at the next poll.
    pub fn alloc_reserved(&self, layout: u16, bytes: usize, word: u64) -> Option<NonNull<Header>> {
        if let Some(object) = self.alloc(layout, bytes, word) {
            return Some(object);
        }
        let object = self.alloc_slow(layout, bytes, word, true)?;
        self.note_reserve_used();
        Some(object)
    }

    /// Notes that memory was taken from a reserve; by the owner.
    pub(crate) fn note_reserve_used(&self) {
        self.reserve_used.set(true);
        self.state.request();
    }

    /// Whether a reserve was drawn on since the last call.
    pub fn take_reserve_used(&self) -> bool {
        self.reserve_used.replace(false)
    }

    #[cold]
    #[inline(never)]
    fn alloc_slow(
        &self,
        layout: u16,
        bytes: usize,
        word: u64,
        reserve: bool,
    ) -> Option<NonNull<Header>> {
        debug_assert!(!self.detached.get(), "allocation by a detached thread");
        debug_assert!((layout as usize) < heap().layouts().len());
        let object = self.alloc_listed(layout, bytes, word, reserve);
        if object.is_none() {
            heap().note_shortage();
            self.state.request();
        }
        object
    }

    fn alloc_listed(
        &self,
        layout: u16,
        bytes: usize,
        word: u64,
        reserve: bool,
    ) -> Option<NonNull<Header>> {
        let size = object_bytes(bytes)?;
        let listed = heap().layouts()[layout as usize].drop.is_some();
        if listed {
            // SAFETY: the list belongs to this thread.
            if !room(unsafe { &mut *self.droppable.get() }, 1) {
                return None;
            }
        }
        let object = if size > MAX_SMALL_BYTES {
            self.alloc_large(size, layout, word, Content::Zero)?
        } else {
            let at = self.take_memory(size, reserve)?;
            // SAFETY: rule 4; the memory is ours alone.
            NonNull::new(unsafe { Header::write(at, word, layout, size, self.number() as u8) })?
        };
        if listed {
            // SAFETY: the list belongs to this thread; room was made above.
            unsafe { (*self.droppable.get()).push(object.as_ptr()) };
        }
        Some(object)
    }

    fn take_memory(&self, size: usize, reserve: bool) -> Option<usize> {
        loop {
            if let Some(at) = self.small.take(size) {
                return Some(at);
            }
            if size > LINE {
                if let Some(at) = self.medium.take(size) {
                    return Some(at);
                }
                // A hole that is nearly used up is not worth keeping.
                if self.small.rest() >= LINE {
                    self.count(self.medium.next_roomy_hole(size, Content::Zero, reserve)?);
                    continue;
                }
            }
            self.count(self.small.next_hole(reserve)?);
        }
    }

    fn count(&self, bytes: usize) {
        let sum = self.unreported.get() + bytes;
        self.unreported.set(sum);
        if sum >= REPORT_BYTES {
            self.report();
        }
    }

    fn report(&self) {
        let bytes = self.unreported.replace(0);
        if bytes != 0 && heap().count_allocated(bytes) {
            self.state.request();
        }
    }

    /// Has [`crate::take_finalizable`] return `object` once it is found unreachable. Returns false
    /// if there is no memory to note that.
    pub fn register_finalizable(&self, object: *mut Header) -> bool {
        // SAFETY: the list belongs to this thread.
        let list = unsafe { &mut *self.finalizable.get() };
        if !room(list, 1) {
            return false;
        }
        list.push(object);
        true
    }

    /// Takes back the registration of `object` if it is the thread's last: one that needs no finalizing any more would
    /// be looked at in the next collection, when it is in no cache. O(1).
    #[inline]
    pub fn unregister_last(&self, object: *mut Header) {
        // SAFETY: the list belongs to this thread.
        let list = unsafe { &mut *self.finalizable.get() };
        if list.last() == Some(&object) {
            list.pop();
        }
    }

    // ---- barrier ---------------------------------------------------------------------------

    /// To be called after a reference was stored into `slot` of `object`.
    ///
    /// # Safety
    /// `object` is a valid object, `slot` lies in it (in the payload or the header word).
    #[inline(always)]
    pub unsafe fn barrier(&self, object: *mut Header, slot: *const AtomicU64) {
        // SAFETY: by contract.
        if unsafe { self.is_watched(object) } {
            // SAFETY: by contract.
            unsafe { self.barrier_slow(object, slot) };
        }
    }

    /// Whether the barrier of `object` has anything to do: for who stores several references.
    ///
    /// # Safety
    /// `object` is a valid object.
    #[inline(always)]
    pub unsafe fn is_watched(&self, object: *mut Header) -> bool {
        // SAFETY: by contract.
        unsafe { (*object).gc.load(Relaxed) & UNLOGGED != 0 }
    }

    /// Notes that any reference in `object` may have changed.
    ///
    /// # Safety
    /// `object` is a valid object.
    #[inline]
    pub unsafe fn remember(&self, object: *mut Header) {
        // SAFETY: by contract.
        unsafe { self.barrier(object, core::ptr::null()) };
    }

    /// The slow path of [`Mutator::barrier`].
    ///
    /// # Safety
    /// As for `barrier`.
    #[cold]
    #[inline(never)]
    pub unsafe fn barrier_slow(&self, object: *mut Header, slot: *const AtomicU64) {
        // SAFETY: by contract.
        let header = unsafe { &*object };
        let carded = header.gc.load(Relaxed) & LARGE != 0
            && has_cards(&heap().layouts()[header.layout as usize]);
        let first = if carded {
            // SAFETY: a large object.
            unsafe { LargeMeta::of(object as usize).note_store(slot as usize) }
        } else {
            header.gc.fetch_and(!UNLOGGED, Relaxed) & UNLOGGED != 0
        };
        if !first {
            return;
        }
        // SAFETY: the buffer belongs to this thread.
        let buffer = unsafe { &mut *self.remembered.get() };
        if !room(buffer, 256) {
            // A full collection needs no remembered set.
            heap().demand_full();
            return;
        }
        buffer.push(object);
    }

    // ---- polling ---------------------------------------------------------------------------

    /// The poll word: the limit that the owner set, or 0 when [`Mutator::poll_slow`] is wanted.
    #[inline(always)]
    pub fn poll_word(&self) -> &AtomicUsize {
        &self.state.poll
    }

    /// Sets what the poll word is while nothing is requested.
    pub fn set_poll_limit(&self, limit: usize) {
        self.state.set_limit(limit);
        self.keep_polling();
    }

    /// The limit as last set.
    pub fn poll_limit(&self) -> usize {
        self.state.limit()
    }

    /// Makes the thread's next poll fail. From any thread, also in a signal handler. The client
    /// sets its own reason first and looks at it after `poll_slow`.
    pub fn request_poll(&self) {
        self.state.request();
    }

    /// To be called when the poll word is 0: joins a stop, starts a collection that is due.
    #[cold]
    #[inline(never)]
    pub fn poll_slow(&self) {
        self.state.take_request();
        if self.detached.get() {
            return;
        }
        if heap().handshake.stopping() {
            self.detached(|| ());
        }
        if biased::is_overdone() {
            self.stop_the_world(biased::give_up);
        }
        if heap().stressed() {
            self.stress();
        }
        if let Some(full) = heap().collection_due() {
            self.collect_if(|| heap().collection_due().map(|now| now || full));
        }
        self.keep_polling();
    }

    /// In stress modes every poll is a slow one; and that a reserve was drawn on is for the client to look at.
    fn keep_polling(&self) {
        if heap().stressed() || self.reserve_used.get() {
            self.state.request();
        }
    }

    fn stress(&self) {
        let polls = self.polls.get() + 1;
        self.polls.set(polls);
        let config = heap().config();
        let hit = |every: u64| every != 0 && polls.is_multiple_of(every);
        if hit(config.stress_full_every) {
            self.collect(true);
        } else if hit(config.stress_nursery_every) {
            self.collect(false);
        }
    }

    // ---- detaching -------------------------------------------------------------------------

    /// Runs `f` detached: no stop waits for the thread meanwhile, and it may not touch the heap.
    /// What it has on its stack and in its registers at this moment is kept alive.
    #[inline(always)]
    pub fn detached<R>(&self, f: impl FnOnce() -> R) -> R {
        let guard = self.enter_detached();
        let result = f();
        drop(guard);
        result
    }

    /// Detaches until the guard is dropped. Inside another detached region it does nothing.
    // Always inlined, so that the registers are those of the frame that stays.
    #[inline(always)]
    pub fn enter_detached(&self) -> DetachGuard<'_> {
        let outermost = !self.detached.get();
        if outermost {
            // SAFETY: the array has room, and belongs to this thread while it is attached.
            self.stack_pointer.set(unsafe { save_registers(self.registers.get().cast()) });
            self.detach_now();
        }
        DetachGuard { mutator: self, outermost }
    }

    /// Runs `f` attached in a detached region: for what foreign code calls back. References may not go from `f` to what is
    /// around it, nor the other way, but through the heap.
    pub fn attached<R>(&self, f: impl FnOnce() -> R) -> R {
        if !self.detached.get() {
            return f();
        }
        self.attach_now();
        let result = f();
        // SAFETY: as in `enter_detached`. What the frames of the outer region had in registers lies in frames in between.
        self.stack_pointer.set(unsafe { save_registers(self.registers.get().cast()) });
        self.detach_now();
        result
    }

    #[inline]
    fn detach_now(&self) {
        self.detached.set(true);
        heap().handshake.detach(&self.state);
    }

    #[inline]
    pub(crate) fn attach_now(&self) {
        heap().handshake.attach(&self.state);
        self.detached.set(false);
    }

    /// Whether the owner is detached; for the owner.
    pub fn is_detached(&self) -> bool {
        self.detached.get()
    }

    // ---- stopping --------------------------------------------------------------------------

    /// Collects now: the nursery, or everything.
    #[inline(never)]
    pub fn collect(&self, full: bool) {
        wipe_stack();
        self.collect_if(|| Some(full));
    }

    /// Collects as [`Mutator::collect`] does, and shows `judge` each object that dies and that a counting collector
    /// would have had to find: one in a cycle, or one that such an object refers to. Those that it wants to be kept come
    /// from [`crate::take_saved`]. It runs in the stop, and neither allocates in the heap nor changes anything there.
    #[inline(never)]
    pub fn collect_judged(&self, full: bool, judge: &mut dyn FnMut(*mut Header) -> bool) {
        wipe_stack();
        let asked = std::time::Instant::now();
        self.stop_the_world(|world| collect::run(world, full, asked, Some(judge)));
        self.detached(collect::give_memory_back);
    }

    #[inline(never)]
    fn collect_if(&self, due: impl FnOnce() -> Option<bool>) {
        let asked = std::time::Instant::now();
        self.stop_the_world(|world| {
            if let Some(full) = due() {
                collect::run(world, full, asked, None);
            }
        });
        self.detached(collect::give_memory_back);
    }

    /// Stops all other threads, runs `f`, and lets them go on. `f` does not wait for other threads.
    /// A stop inside a stop is the same stop.
    #[inline(never)]
    pub fn stop_the_world<R>(&self, f: impl FnOnce(&World) -> R) -> R {
        if self.stopper.get() {
            // What the frames between have on the stack counts as well.
            // SAFETY: the array has room and is ours.
            self.stack_pointer.set(unsafe { save_registers(self.registers.get().cast()) });
            return f(&ManuallyDrop::new(World { _private: () }));
        }
        let guard = self.enter_detached();
        let world = World::stop(self);
        let end = EndStop(self);
        self.stopper.set(true);
        let result = f(&world);
        drop(end);
        drop(world);
        drop(guard);
        result
    }
}

/// Makes room in a list for one more, and if it has to grow, for `more`.
pub(crate) fn room(list: &mut Vec<*mut Header>, more: usize) -> bool {
    if list.len() < list.capacity() {
        return true;
    }
    #[cfg(feature = "detector")]
    return crate::detector::exempt(|| list.try_reserve(more).is_ok());
    #[cfg(not(feature = "detector"))]
    list.try_reserve(more).is_ok()
}

/// Ends a detached region when dropped.
pub struct DetachGuard<'a> {
    mutator: &'a Mutator,
    outermost: bool,
}

impl Drop for DetachGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.outermost {
            self.mutator.attach_now();
        }
    }
}

struct EndStop<'a>(&'a Mutator);

impl Drop for EndStop<'_> {
    fn drop(&mut self) {
        self.0.stopper.set(false);
    }
}

/// Proof that the world is stopped.
pub struct World {
    _private: (),
}

impl World {
    /// Stops the world for the calling thread, which is detached.
    fn stop(me: &Mutator) -> World {
        debug_assert!(me.detached.get());
        heap().handshake.claim_stop();
        // Held during the whole stop, so that no thread comes or goes.
        heap().registry.raw().lock();
        let world = World { _private: () };
        world.for_each_mutator(|other| {
            // Who is not attached now sees the stop when it attaches (handshake, rule 3).
            if !core::ptr::eq(other, me) && other.state.is_attached() {
                other.state.request();
            }
        });
        // They may have fallen asleep on their way to a poll.
        base::sync::contention::forbid();
        world.for_each_mutator(|other| heap().handshake.await_stopped(&other.state));
        world
    }

    /// For code that runs in a stop that outlived its [`World`].
    pub(crate) fn stopped(f: impl FnOnce(&World)) {
        f(&ManuallyDrop::new(World { _private: () }));
    }

    /// Calls `f` with every mutator, the stopping thread's too.
    pub fn for_each_mutator(&self, mut f: impl FnMut(&Mutator)) {
        // SAFETY: the lock is held while a World exists, and attached mutators are pinned.
        for &mutator in unsafe { &*heap().registry.as_ptr() } {
            // SAFETY: as above.
            f(unsafe { &*mutator });
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        base::sync::contention::allow();
        heap().registry.raw().unlock();
        heap().handshake.release_stop();
    }
}

/// Becomes the stopper for a fork: the stop outlives the call.
pub(crate) fn stop_for_fork(me: &Mutator) {
    core::mem::forget(World::stop(me));
}

/// Ends the stop of [`stop_for_fork`].
pub(crate) fn resume_after_fork() {
    drop(World { _private: () });
}
