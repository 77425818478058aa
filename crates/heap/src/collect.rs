//! A collection, from the stopped world to the rebuilt free lists.
//!
//! The order of a collection:
//! 1. Threads lose their allocation memory; their stack words are resolved to objects.
//! 2. A full collection clears all marks and forgets the remembered set; a nursery collection keeps
//!    the marks (what bears one is old and live) and scans the remembered objects.
//! 3. Everything reachable from roots is marked.
//! 4. Weak slots whose objects are not marked are cleared. So weak references to garbage are gone
//!    before its finalizers see it.
//! 5. Unmarked finalizable objects are queued and marked with all they reach; weak slots found on
//!    the way are cleared if their objects are dead even now.
//! 6. The client prunes its caches, dead objects get their native cleanup, memory is swept.

use crate::census::Census;
use crate::chunk::{BLOCK, LINE};
use crate::client::{Liveness, Stats};
use crate::conserv::resolve;
use crate::global::Pace;
use crate::header::{Header, LARGE};
use crate::large::{LargeMeta, has_cards};
use crate::mutator::{Lists, Mutator, World};
use crate::order::order;
use crate::tracer::{Tracer, is_marked, rescan_marked};
use crate::{heap, verify};
use base::sync::{Lock, RawLock};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::collections::VecDeque;
use std::time::Instant;

/// What the collector keeps between collections.
pub(crate) struct Collector {
    state: Lock<State>,
    /// Found unreachable and waiting for the client to finalize them.
    pub(crate) finalize: Lock<VecDeque<usize>>,
    /// Containers with a cleared weak slot, waiting for the client.
    pub(crate) cleared: Lock<VecDeque<usize>>,
    /// Dead objects in cycles that a [`Judge`] wanted to be kept.
    pub(crate) saved: Lock<VecDeque<usize>>,
    pub(crate) stats: Lock<Stats>,
    epoch: AtomicU32,
    /// The C library has much that it could give back to the system.
    trim: AtomicBool,
}

struct State {
    old_finalizable: Vec<usize>,
    old_droppable: Vec<usize>,
    roots: Vec<usize>,
    /// When the last collection was over.
    ended: Option<Instant>,
}

impl Collector {
    pub(crate) const fn new() -> Collector {
        Collector {
            state: Lock::new(State {
                old_finalizable: Vec::new(),
                old_droppable: Vec::new(),
                roots: Vec::new(),
                ended: None,
            }),
            finalize: Lock::new(VecDeque::new()),
            cleared: Lock::new(VecDeque::new()),
            saved: Lock::new(VecDeque::new()),
            stats: Lock::new(Stats {
                nursery_collections: 0,
                full_collections: 0,
                allocated_bytes: 0,
                live_bytes: 0,
                live_after_full: 0,
                large_bytes: 0,
                external_bytes: 0,
                mapped_bytes: 0,
                traced_objects: 0,
                dropped_objects: 0,
                weak_cleared: 0,
                last_pause_ns: 0,
                min_pause_ns: 0,
                max_pause_ns: 0,
                total_pause_ns: 0,
                max_nursery_pause_ns: 0,
                last_stop_ns: 0,
                mark_threads: 0,
                abandoned: 0,
            }),
            epoch: AtomicU32::new(0),
            trim: AtomicBool::new(false),
        }
    }

    /// For `fork`.
    pub(crate) fn state_lock(&self) -> &RawLock {
        self.state.raw()
    }
}

/// The next object to finalize.
pub fn take_finalizable() -> Option<NonNull<Header>> {
    pop(&heap().collector.finalize)
}

/// The next object one of whose weak slots was cleared.
pub fn take_cleared() -> Option<NonNull<Header>> {
    pop(&heap().collector.cleared)
}

/// The next object that a [`Judge`] wanted to be kept.
pub fn take_saved() -> Option<NonNull<Header>> {
    pop(&heap().collector.saved)
}

/// Whether [`take_finalizable`] or [`take_cleared`] would return something.
pub fn has_pending() -> bool {
    let waiting = |queue: &Lock<VecDeque<usize>>| !queue.lock().is_empty();
    waiting(&heap().collector.finalize) || waiting(&heap().collector.cleared)
}

/// The registered finalizable objects, dead ones included. `None`: no memory for the list. The caller may use them until
/// its next poll.
pub fn finalizable_objects(world: &World) -> Option<Vec<NonNull<Header>>> {
    let state = heap().collector.state.lock();
    let mut all = Vec::new();
    let mut complete = true;
    let mut add = |object: *mut Header| {
        complete &= all.try_reserve(1).is_ok();
        if complete {
            all.extend(NonNull::new(object));
        }
    };
    state.old_finalizable.iter().for_each(|&object| add(object as *mut Header));
    for_each_list(world, |lists| lists.finalizable.iter().for_each(|&object| add(object)));
    complete.then_some(all)
}

fn pop(queue: &Lock<VecDeque<usize>>) -> Option<NonNull<Header>> {
    NonNull::new(queue.lock().pop_front()? as *mut Header)
}

/// Is shown each object that dies in this collection and that counted references would not have freed (see
/// [`Mutator::collect_judged`]); says whether it is to be kept.
pub(crate) type Judge<'a> = &'a mut dyn FnMut(*mut Header) -> bool;

/// Collects; the world is stopped.
pub(crate) fn run(world: &World, full: bool, asked: Instant, judge: Option<Judge>) {
    #[cfg(feature = "detector")]
    return crate::detector::exempt(|| run_exempt(world, full, asked, judge));
    #[cfg(not(feature = "detector"))]
    run_exempt(world, full, asked, judge)
}

fn run_exempt(world: &World, full: bool, asked: Instant, judge: Option<Judge>) {
    let heap = heap();
    let began = Instant::now();
    let full = full || heap.take_demand();
    let collector = &heap.collector;
    let epoch = collector.epoch.fetch_add(1, Relaxed).wrapping_add(1);
    let mut state = collector.state.lock();
    heap.client().before_mark(full);
    let mut allocating = 0;
    world.for_each_mutator(|mutator| {
        allocating += usize::from(mutator.has_allocated());
        mutator.retire();
    });
    state.roots.clear();
    if !gather_large(world)
        || !conservative_roots(world, epoch, &mut state.roots)
        || !gather_lists(world, &mut state)
    {
        // No memory for the collector itself.
        collector.stats.lock().abandoned += 1;
        if full {
            heap.demand_full();
        }
        return;
    }
    #[cfg(feature = "detector")]
    let all = crate::detector::objects(world);
    let census = if judge.is_some() { Census::before(world, epoch) } else { None };
    let mut tracer = Tracer::new();
    if full {
        forget_remembered(world);
        // SAFETY: the world is stopped.
        unsafe { heap.space.clear_marks() };
        heap.large.clear_marks();
    } else {
        scan_remembered(world, &mut tracer);
    }
    let mut session = Session { tracer, threads: 1, cleared: 0 };
    for &root in &state.roots {
        session.tracer.visit(root as u64);
    }
    trace_roots(world, &mut session.tracer);
    session.mark();
    session.clear_weak();
    let in_cycles = census.and_then(|mut census| census.in_cycles());
    session.resurrect(&mut state.old_finalizable, world, full);
    session.mark();
    if let (Some(dead), Some(judge)) = (in_cycles, judge) {
        session.judge(dead, judge);
        session.mark();
    }
    session.clear_weak();
    if heap.config().verify {
        verify::check(world, &state.roots);
    }
    let marked = Instant::now();
    heap.client().after_mark(full, &Liveness(()));
    let dropped = drop_dead(&mut state.old_droppable, world, full);
    #[cfg(feature = "detector")]
    crate::detector::check(&all);
    let live = sweep(full);
    let pace = state.ended.replace(Instant::now()).map(|last| Pace {
        marking: marked - began,
        marked: session.tracer.objects,
        before: began - last,
    });
    drop(state);
    heap.collected(full, allocating, pace);
    let stats = finish(full, live, &session, dropped, began, asked);
    heap.client().after_collection(&stats);
}

/// Takes the threads' lists of large objects over, so that they are found by address. False if there is no memory for that.
fn gather_large(world: &World) -> bool {
    let mut ok = true;
    for_each_list(world, |lists| ok &= heap().large.gather(lists.large));
    heap().large.prepare();
    ok
}

/// Resolves every stack word of every thread. False if there is no memory for the list.
fn conservative_roots(world: &World, epoch: u32, roots: &mut Vec<usize>) -> bool {
    let mut ok = true;
    world.for_each_mutator(|mutator| {
        // SAFETY: the world is stopped.
        unsafe {
            mutator.for_each_stack_word(|word| {
                resolve(word, epoch, |object| {
                    if roots.len() < roots.capacity() || roots.try_reserve(1024).is_ok() {
                        roots.push(object);
                    } else {
                        ok = false;
                    }
                });
            });
        }
    });
    ok
}

/// In a forked child: what the other threads, which are gone, referred to at the fork are roots from now on.
pub(crate) fn keep_roots_of_lost(world: &World, survivor: &Mutator) {
    let heap = heap();
    let epoch = heap.collector.epoch.fetch_add(1, Relaxed).wrapping_add(1);
    // Without memory for that their large objects stay in lists of their own, which nobody sweeps.
    gather_large(world);
    let mut lost = heap.lost.lock();
    world.for_each_mutator(|mutator| {
        if core::ptr::eq(mutator, survivor) {
            return;
        }
        // SAFETY: the thread is gone; its stack is still as it left it.
        unsafe {
            mutator.for_each_stack_word(|word| resolve(word, epoch, |object| lost.push(object)));
        }
        let mut tracer = Tracer::collector();
        heap.client().trace_mutator(mutator, &mut tracer);
        lost.extend(tracer.collected.iter().map(|&word| word as usize));
    });
    lost.sort_unstable();
    lost.dedup();
}

/// Makes room for the threads' lists in the collector's. False if there is no memory.
fn gather_lists(world: &World, state: &mut State) -> bool {
    let (mut finalizable, mut droppable) = (0, 0);
    for_each_list(world, |lists| {
        finalizable += lists.finalizable.len();
        droppable += lists.droppable.len();
    });
    state.old_finalizable.try_reserve(finalizable).is_ok()
        && state.old_droppable.try_reserve(droppable).is_ok()
}

/// Calls `f` with the lists of each thread, and with those that ended threads left.
pub(crate) fn for_each_list(world: &World, mut f: impl FnMut(Lists)) {
    world.for_each_mutator(|mutator| {
        // SAFETY: the world is stopped.
        f(unsafe { mutator.lists() });
    });
    let mut orphans = heap().orphans.lock();
    let orphans = &mut *orphans;
    f(Lists {
        remembered: &mut orphans.remembered,
        droppable: &mut orphans.droppable,
        finalizable: &mut orphans.finalizable,
        large: &mut orphans.large,
    });
}

fn forget_remembered(world: &World) {
    for_each_list(world, |lists| {
        for object in lists.remembered.drain(..) {
            // SAFETY: remembered objects existed at the last collection; nothing is freed yet.
            unsafe {
                let header = &*object;
                if header.gc.load(Relaxed) & LARGE != 0
                    && has_cards(&heap().layouts()[header.layout as usize])
                {
                    LargeMeta::of(object as usize).clean();
                }
            }
        }
    });
}

fn scan_remembered(world: &World, tracer: &mut Tracer) {
    for_each_list(world, |lists| {
        for object in lists.remembered.drain(..) {
            // SAFETY: old objects live through nursery collections.
            unsafe { tracer.scan_remembered(object) };
        }
        if lists.remembered.capacity() > 1 << 16 {
            *lists.remembered = Vec::new();
        }
    });
}

/// Visits all roots but the conservative ones.
pub(crate) fn trace_roots(world: &World, tracer: &mut Tracer) {
    let heap = heap();
    heap.client().trace_roots(tracer);
    world.for_each_mutator(|mutator| heap.client().trace_mutator(mutator, tracer));
    for queue in [&heap.collector.finalize, &heap.collector.cleared, &heap.collector.saved] {
        queue.lock().iter().for_each(|&object| tracer.visit(object as u64));
    }
    heap.pins.lock().iter().for_each(|&(object, _)| tracer.visit(object as u64));
    heap.lost.lock().iter().for_each(|&object| tracer.visit(object as u64));
}

struct Session {
    tracer: Tracer,
    threads: usize,
    cleared: u64,
}

impl Session {
    /// Marks all that is reachable from what the tracer holds.
    fn mark(&mut self) {
        self.threads = self.threads.max(heap().pool.mark(&mut self.tracer));
        while core::mem::take(&mut self.tracer.overflowed) {
            // SAFETY: the world is stopped.
            unsafe { rescan_marked(&mut self.tracer) };
        }
    }

    /// Clears the noted weak slots whose objects are dead.
    fn clear_weak(&mut self) {
        let mut cleared = heap().collector.cleared.lock();
        for (container, slot) in self.tracer.weak.drain(..) {
            // SAFETY: the slot lies in a live object.
            let slot = unsafe { &*slot };
            let word = slot.load(Relaxed);
            if word != 0 && !is_marked(word as usize) {
                slot.store(0, Relaxed);
                self.cleared += 1;
                if cleared.try_reserve(1).is_ok() {
                    cleared.push_back(container as usize);
                }
            }
        }
    }

    /// Shows those that die to the judge, and keeps what it wants to be kept.
    fn judge(&mut self, mut objects: Vec<usize>, judge: Judge) {
        objects.retain(|&object| !is_marked(object));
        let mut saved = heap().collector.saved.lock();
        for object in objects {
            if judge(object as *mut Header) && saved.try_reserve(1).is_ok() {
                saved.push_back(object);
            }
        }
        saved.iter().for_each(|&object| self.tracer.visit(object as u64));
    }

    /// Queues and visits the finalizable objects that are unreachable.
    fn resurrect(&mut self, old: &mut Vec<usize>, world: &World, full: bool) {
        let mut queue = heap().collector.finalize.lock();
        let before = queue.len();
        let client = heap().client();
        let mut unqueued = false;
        // Whether the object stays registered.
        let mut check = |object: usize| {
            if is_marked(object) {
                return true;
            }
            if !client.wants_finalizing(object as *const Header) {
                return false;
            }
            if queue.try_reserve(1).is_err() {
                unqueued = true;
                return true;
            }
            queue.push_back(object);
            false
        };
        if full {
            old.retain(|&object| check(object));
        }
        for_each_list(world, |lists| {
            // Room was made at the start.
            old.extend(lists.finalizable.drain(..).map(|o| o as usize).filter(|&o| check(o)));
        });
        order(&mut queue.make_contiguous()[before..]);
        for &object in queue.iter() {
            self.tracer.visit(object as u64);
        }
        if unqueued {
            // Those that found no place in the queue stay registered, and alive.
            old.iter().for_each(|&object| self.tracer.visit(object as u64));
        }
    }
}

/// Runs the native cleanup of dead objects; returns how many there were.
fn drop_dead(old: &mut Vec<usize>, world: &World, full: bool) -> u64 {
    let mut count = 0;
    let mut check = |object: usize| {
        if is_marked(object) {
            return true;
        }
        count += 1;
        // SAFETY: the object is dead, and its memory not yet reused.
        unsafe {
            let layout = (*(object as *const Header)).layout;
            if let Some(drop) = heap().layouts()[layout as usize].drop {
                drop(object as *mut Header);
            }
        }
        false
    };
    if full {
        old.retain(|&object| check(object));
    }
    for_each_list(world, |lists| {
        // Room was made at the start.
        old.extend(lists.droppable.drain(..).map(|o| o as usize).filter(|&o| check(o)));
    });
    count
}

/// What is left to do after the stop, while all threads run: the system takes long to take much memory back. The calling
/// thread is detached.
pub(crate) fn give_memory_back() {
    let heap = heap();
    heap.large.free_doomed();
    if heap.collector.trim.swap(false, Relaxed) {
        base::pages::trim_c_heap();
    }
}

/// Rebuilds the free lists and returns the live bytes.
fn sweep(full: bool) -> usize {
    let heap = heap();
    let freed_large = heap.large.sweep(full);
    let keep = heap.nursery_budget().saturating_mul(3) / 2 + heap.space.used.load(Relaxed) / 8;
    // SAFETY: the world is stopped, marking is over, the threads gave their blocks up.
    let swept = unsafe { heap.space.sweep(full, heap.rules(), keep) };
    let large = heap.large.bytes.load(Relaxed);
    heap.space.used.store(swept.used_blocks * BLOCK + large, Relaxed);
    if full && freed_large > 16 << 20 {
        heap.collector.trim.store(true, Relaxed);
    }
    swept.live_lines * LINE + large
}

fn finish(
    full: bool,
    live: usize,
    session: &Session,
    dropped: u64,
    began: Instant,
    asked: Instant,
) -> Stats {
    let heap = heap();
    let mut stats = heap.collector.stats.lock();
    let pause = u64::try_from(asked.elapsed().as_nanos()).unwrap_or(u64::MAX);
    if full {
        stats.full_collections += 1;
        stats.live_after_full = live + heap.external();
    } else {
        stats.nursery_collections += 1;
        stats.max_nursery_pause_ns = stats.max_nursery_pause_ns.max(pause);
    }
    stats.live_bytes = live;
    stats.traced_objects = session.tracer.objects;
    stats.weak_cleared = session.cleared;
    stats.dropped_objects = dropped;
    stats.mark_threads = session.threads;
    stats.last_pause_ns = pause;
    stats.last_stop_ns = u64::try_from((began - asked).as_nanos()).unwrap_or(u64::MAX);
    let least = if stats.min_pause_ns == 0 { u64::MAX } else { stats.min_pause_ns };
    stats.min_pause_ns = least.min(pause);
    stats.max_pause_ns = stats.max_pause_ns.max(pause);
    stats.total_pause_ns += pause;
    heap.fill_current(&mut stats);
    stats.clone()
}
