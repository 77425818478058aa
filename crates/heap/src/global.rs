//! The one heap of the process, its settings, counters and module-level functions.

use crate::chunk;
use crate::client::{Client, Config, Layout, Stats};
use crate::collect::{Collector, for_each_list};
use crate::conserv::for_each_new;
use crate::handshake::Handshake;
use crate::header::Header;
use crate::large::LargeSpace;
use crate::mutator::{Lists, Mutator, World, current};
use crate::pool::Pool;
use crate::space::{LineRules, Space};
use crate::tracer::{Tracer, is_marked};
use base::sync::{Lock, RawLock};
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::OnceLock;
use std::time::Duration;

/// Layouts beyond this number have no bit in [`Mutator`].
const MAX_LAYOUTS: usize = 512;

/// The smallest nursery, and that of a program that has just begun.
const LEAST_NURSERY_BYTES: usize = 2 << 20;

/// A nursery collection that marks so many objects takes some milliseconds.
const MANY_OBJECTS: u64 = 200_000;

struct Setup {
    config: Config,
    layouts: &'static [Layout],
    client: &'static dyn Client,
    rules: LineRules,
    drop_bits: [u64; 8],
}

/// What a collection took.
pub(crate) struct Pace {
    /// How long it marked, and how many objects.
    pub(crate) marking: Duration,
    pub(crate) marked: u64,
    /// How long the program ran before.
    pub(crate) before: Duration,
}

/// Lists that ended threads left.
pub(crate) struct Orphans {
    pub(crate) remembered: Vec<*mut Header>,
    pub(crate) droppable: Vec<*mut Header>,
    pub(crate) finalizable: Vec<*mut Header>,
    pub(crate) large: Vec<*mut Header>,
}

/// The attached mutators.
pub(crate) struct Registry(Vec<*const Mutator>);

// SAFETY: the pointers are only followed while the mutators are attached.
unsafe impl Send for Registry {}
// SAFETY: as above; only reached under the lock or in a stop.
unsafe impl Send for Orphans {}

impl core::ops::Deref for Registry {
    type Target = Vec<*const Mutator>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl core::ops::DerefMut for Registry {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'a> IntoIterator for &'a Registry {
    type Item = &'a *const Mutator;
    type IntoIter = core::slice::Iter<'a, *const Mutator>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What all threads count now and then: on a cache line of its own, apart from what they read all the time.
#[repr(align(128))]
struct Taken {
    /// Bytes taken since the last collection.
    since: AtomicUsize,
    /// Bytes taken since the start.
    ever: AtomicU64,
}

/// All global state.
pub(crate) struct Heap {
    setup: OnceLock<Setup>,
    pub(crate) handshake: Handshake,
    pub(crate) registry: Lock<Registry>,
    pub(crate) orphans: Lock<Orphans>,
    pub(crate) space: Space,
    pub(crate) large: LargeSpace,
    pub(crate) collector: Collector,
    pub(crate) pool: Pool,
    pub(crate) pins: Lock<Vec<(usize, usize)>>,
    /// Objects that threads lost by a fork referred to.
    pub(crate) lost: Lock<Vec<usize>>,
    taken: Taken,
    external: AtomicUsize,
    /// Bytes of the blocks and large objects that the last collection left in use.
    kept: AtomicUsize,
    full_at: AtomicUsize,
    /// The bytes that all threads may allocate until the next collection.
    nursery: AtomicUsize,
    /// The most bytes of one thread, as set.
    nursery_most: AtomicUsize,
    /// The bytes of one thread.
    nursery_each: AtomicUsize,
    /// The last nursery collection came so soon that the nursery is too small.
    hasty: AtomicBool,
    want_full: AtomicBool,
    /// An allocation has failed since somebody asked ([`take_shortage`]).
    shortage: AtomicBool,
    enabled: AtomicBool,
}

static HEAP: Heap = Heap {
    setup: OnceLock::new(),
    handshake: Handshake::new(),
    registry: Lock::new(Registry(Vec::new())),
    orphans: Lock::new(Orphans {
        remembered: Vec::new(),
        droppable: Vec::new(),
        finalizable: Vec::new(),
        large: Vec::new(),
    }),
    space: Space::new(),
    large: LargeSpace::new(),
    collector: Collector::new(),
    pool: Pool::new(),
    pins: Lock::new(Vec::new()),
    lost: Lock::new(Vec::new()),
    taken: Taken { since: AtomicUsize::new(0), ever: AtomicU64::new(0) },
    external: AtomicUsize::new(0),
    kept: AtomicUsize::new(0),
    full_at: AtomicUsize::new(usize::MAX),
    nursery: AtomicUsize::new(usize::MAX),
    nursery_most: AtomicUsize::new(usize::MAX),
    nursery_each: AtomicUsize::new(usize::MAX),
    hasty: AtomicBool::new(false),
    want_full: AtomicBool::new(false),
    shortage: AtomicBool::new(false),
    enabled: AtomicBool::new(true),
};

/// The heap.
#[inline(always)]
pub(crate) fn heap() -> &'static Heap {
    &HEAP
}

impl Heap {
    fn setup(&self) -> &Setup {
        self.setup.get().expect("heap::init comes first")
    }

    pub(crate) fn config(&self) -> &Config {
        &self.setup().config
    }

    pub(crate) fn layouts(&self) -> &'static [Layout] {
        self.setup().layouts
    }

    pub(crate) fn client(&self) -> &'static dyn Client {
        self.setup().client
    }

    pub(crate) fn rules(&self) -> LineRules {
        self.setup().rules
    }

    pub(crate) fn drop_bits(&self, index: usize) -> u64 {
        self.setup().drop_bits[index]
    }

    pub(crate) fn stressed(&self) -> bool {
        let config = self.config();
        config.stress_full_every | config.stress_nursery_every != 0
    }

    pub(crate) fn external(&self) -> usize {
        self.external.load(Relaxed)
    }

    /// Adds to the bytes taken since the last collection; true if one is due.
    pub(crate) fn count_allocated(&self, bytes: usize) -> bool {
        self.taken.ever.fetch_add(bytes as u64, Relaxed);
        let since = self.taken.since.fetch_add(bytes, Relaxed) + bytes;
        since >= self.nursery.load(Relaxed)
    }

    /// The bytes that one thread allocates between nursery collections.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    pub(crate) fn nursery_bytes(&self) -> usize {
        self.nursery_most.load(Relaxed)
    }

    /// The bytes that all threads may allocate until the next collection.
    pub(crate) fn nursery_budget(&self) -> usize {
        self.nursery.load(Relaxed)
    }

    /// Whether `address` lies in what is written when a thread takes memory.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    pub(crate) fn is_taking(&self, address: usize) -> bool {
        let within = |start: usize, size: usize| address.wrapping_sub(start) < size;
        within(&raw const self.taken as usize, size_of::<Taken>())
            || within(&raw const self.space as usize, size_of::<Space>())
            || within(&raw const self.large.bytes as usize, size_of::<AtomicUsize>())
    }

    /// Asks for a full collection at the next poll that looks.
    pub(crate) fn demand_full(&self) {
        self.want_full.store(true, Relaxed);
    }

    /// An allocation has failed.
    pub(crate) fn note_shortage(&self) {
        self.shortage.store(true, Relaxed);
        self.demand_full();
    }

    pub(crate) fn take_demand(&self) -> bool {
        self.want_full.swap(false, Relaxed)
    }

    /// Whether a collection is due, and if so whether a full one.
    pub(crate) fn collection_due(&self) -> Option<bool> {
        if self.want_full.load(Relaxed) {
            return Some(true);
        }
        let since = self.taken.since.load(Relaxed);
        if since < self.nursery.load(Relaxed) {
            return None;
        }
        let size = self.kept.load(Relaxed) + self.external();
        let limit = self.full_at.load(Relaxed);
        let limit = if self.enabled.load(Relaxed) { limit } else { limit.saturating_mul(4) };
        Some(size >= limit)
    }

    /// Notes the outcome of a collection and sets the next thresholds.
    ///
    /// The budget grows with the number of threads that allocate, so that each thread gets about
    /// as far between two stops as one alone does.
    pub(crate) fn collected(&self, full: bool, allocating: usize, pace: Option<Pace>) {
        if let Some(pace) = pace.filter(|_| !full) {
            self.adapt_nursery(pace);
        }
        let kept = self.space.used.load(Relaxed);
        // Beside little that is kept a large nursery would be most of the memory.
        let fitting = match self.nursery_each.load(Relaxed) {
            usize::MAX => usize::MAX,
            each => each.min((kept / 3).max(LEAST_NURSERY_BYTES)),
        };
        self.nursery.store(fitting.saturating_mul(allocating.clamp(1, 16)), Relaxed);
        self.taken.since.store(0, Relaxed);
        self.kept.store(kept, Relaxed);
        if full {
            self.want_full.store(false, Relaxed);
            let double = (kept + self.external()).saturating_mul(2);
            self.full_at.store(double.max(self.config().full_min_bytes), Relaxed);
        }
    }

    /// Sets the size of the nursery by what survives: it doubles while marking takes more than a twentieth of the
    /// time in two collections in a row, and is halved when it takes less than a hundredth. A program of which little survives
    /// touches little memory so. What a collection does besides grows with the nursery, and is no reason.
    /// All threads wait meanwhile: it is halved, too, when [`MANY_OBJECTS`] survive.
    fn adapt_nursery(&self, pace: Pace) {
        let Pace { marking, before, marked } = pace;
        let most = self.nursery_most.load(Relaxed);
        let each = self.nursery_each.load(Relaxed);
        // Without bound there is to be no collection but those that are asked for.
        if most == usize::MAX {
            return;
        }
        let hasty = marking * 20 > before;
        let grown = if hasty && marked < MANY_OBJECTS / 2 && self.hasty.swap(hasty, Relaxed) {
            each * 2
        } else if marked > MANY_OBJECTS || marking * 100 < before {
            each / 2
        } else {
            each
        };
        self.hasty.store(hasty, Relaxed);
        self.nursery_each.store(grown.max(LEAST_NURSERY_BYTES).min(most), Relaxed);
    }

    pub(crate) fn fill_current(&self, stats: &mut Stats) {
        stats.allocated_bytes = self.taken.ever.load(Relaxed);
        stats.large_bytes = self.large.bytes.load(Relaxed);
        stats.external_bytes = self.external();
        stats.mapped_bytes = self.space.mapped.load(Relaxed);
    }

    /// Takes over the lists of a thread that ends.
    pub(crate) fn adopt_orphans(&self, lists: Lists) {
        let mut orphans = self.orphans.lock();
        orphans.remembered.append(lists.remembered);
        orphans.droppable.append(lists.droppable);
        orphans.finalizable.append(lists.finalizable);
        orphans.large.append(lists.large);
    }

    fn locks(&self) -> [&RawLock; 10] {
        [
            self.orphans.raw(),
            self.space.grow.raw(),
            self.large.young.raw(),
            self.large.doomed.raw(),
            self.pins.raw(),
            self.lost.raw(),
            self.collector.finalize.raw(),
            self.collector.cleared.raw(),
            self.collector.stats.raw(),
            self.collector.state_lock(),
        ]
    }

    /// Takes every lock that a detached thread might hold.
    pub(crate) fn lock_all(&self) {
        self.locks().iter().for_each(|lock| lock.lock());
        #[cfg(feature = "detector")]
        crate::detector::lock().lock();
    }

    pub(crate) fn unlock_all(&self) {
        #[cfg(feature = "detector")]
        crate::detector::lock().unlock();
        self.locks().iter().for_each(|lock| lock.unlock());
    }
}

/// Sets the heap up. Once a process, before anything else.
///
/// # Panics
/// If called twice, with more than 512 layouts, or without memory for the first chunk.
pub fn init(config: Config, layouts: &'static [Layout], client: &'static dyn Client) {
    assert!(layouts.len() <= MAX_LAYOUTS, "too many layouts");
    let mut drop_bits = [0; 8];
    for (i, layout) in layouts.iter().enumerate() {
        if layout.drop.is_some() {
            drop_bits[i / 64] |= 1 << (i % 64);
        }
    }
    let rules = LineRules {
        poison: config.poison,
        ..if config.tiny_blocks {
            LineRules { min_lines: 1, max_lines: 2, poison: false }
        } else {
            LineRules::NORMAL
        }
    };
    base::pages::keep_c_heap();
    HEAP.space.max_bytes.store(config.max_bytes, Relaxed);
    set_thresholds(config.nursery_bytes);
    let first = LEAST_NURSERY_BYTES.min(config.nursery_bytes);
    HEAP.nursery.store(first, Relaxed);
    HEAP.nursery_each.store(first, Relaxed);
    HEAP.full_at.store(config.full_min_bytes, Relaxed);
    let setup = Setup { config, layouts, client, rules, drop_bits };
    assert!(HEAP.setup.set(setup).is_ok(), "heap::init called twice");
    assert!(HEAP.space.start(), "no memory for the heap");
}

/// Makes the calling thread a thread of the heap. The mutator must stay where it is until
/// [`detach_forever`]. References that live on the stack of this thread are roots, from its
/// outermost frame on.
pub fn attach(mutator: &Mutator) {
    mutator.attach_first();
}

/// Ends the calling thread's part in the heap.
pub fn detach_forever(mutator: &Mutator) {
    mutator.detach_last();
}

/// Counts memory outside the heap that objects own (negative: that they gave up), so that it
/// brings collections forward.
pub fn account_external(delta: isize) {
    if delta <= 0 {
        let less = delta.unsigned_abs();
        let _ = HEAP.external.fetch_update(Relaxed, Relaxed, |n| Some(n.saturating_sub(less)));
        return;
    }
    HEAP.external.fetch_add(delta as usize, Relaxed);
    if HEAP.count_allocated(delta as usize) {
        let mutator = current();
        if !mutator.is_null() {
            // SAFETY: the calling thread's own mutator.
            unsafe { (*mutator).request_poll() };
        }
    }
}

/// Whether an allocation has failed since this was called last.
pub fn take_shortage() -> bool {
    HEAP.shortage.swap(false, Relaxed)
}

/// Asks for a full collection at the next poll of any thread that looks.
pub fn request_full() {
    HEAP.demand_full();
    let mutator = current();
    if !mutator.is_null() {
        // SAFETY: the calling thread's own mutator.
        unsafe { (*mutator).request_poll() };
    }
}

/// Whether a poll would start a collection.
pub fn collection_wanted() -> bool {
    HEAP.collection_due().is_some()
}

/// Makes automatic full collections rarer (four times the threshold); nothing else frees old
/// objects, so they are not switched off.
pub fn gc_disable() {
    HEAP.enabled.store(false, Relaxed);
}

/// Undoes [`gc_disable`].
pub fn gc_enable() {
    HEAP.enabled.store(true, Relaxed);
}

/// Whether automatic full collections run at their usual threshold.
pub fn gc_is_enabled() -> bool {
    HEAP.enabled.load(Relaxed)
}

/// Changes the bytes that one thread allocates at most between nursery collections, and for now.
pub fn set_thresholds(nursery_bytes: usize) {
    let bytes = nursery_bytes.max(64 << 10);
    HEAP.nursery.store(bytes, Relaxed);
    HEAP.nursery_each.store(bytes, Relaxed);
    HEAP.nursery_most.store(bytes, Relaxed);
}

/// Undoes [`set_thresholds`].
pub fn reset_thresholds() {
    set_thresholds(HEAP.config().nursery_bytes);
}

/// Changes the limit of the heap.
pub fn set_max_bytes(bytes: usize) {
    HEAP.space.max_bytes.store(bytes, Relaxed);
}

/// Counts and sizes.
pub fn stats() -> Stats {
    let mut stats = HEAP.collector.stats.lock().clone();
    HEAP.fill_current(&mut stats);
    stats
}

/// Keeps `object` alive until [`unpin`] was called as often.
pub fn pin(object: *mut Header) {
    let mut pins = HEAP.pins.lock();
    match pins.iter_mut().find(|(o, _)| *o == object as usize) {
        Some((_, count)) => *count += 1,
        None => pins.push((object as usize, 1)),
    }
}

/// Undoes one [`pin`].
pub fn unpin(object: *mut Header) {
    let mut pins = HEAP.pins.lock();
    if let Some(i) = pins.iter().position(|(o, _)| *o == object as usize) {
        pins[i].1 -= 1;
        if pins[i].1 == 0 {
            pins.swap_remove(i);
        }
    }
}

/// Calls `f` with every object: those that survived the last collection and those allocated
/// since, dead ones included. `f` must not allocate in the heap.
pub fn for_each_object(world: &World, mut f: impl FnMut(*mut Header)) {
    // SAFETY: the world is stopped.
    for &chunk in unsafe { HEAP.space.chunks() } {
        for block in chunk::data_blocks(chunk) {
            for at in (block..block + chunk::BLOCK).step_by(16) {
                if is_marked(at) {
                    f(at as *mut Header);
                }
            }
            for_each_new(block, |object| f(object as *mut Header));
        }
    }
    HEAP.large.for_each(|object| f(object as *mut Header));
    for_each_list(world, |lists| lists.large.iter().for_each(|&object| f(object)));
}

/// Whether `object`, which `for_each_object` has passed, had survived a collection before this stop.
pub fn is_old(_world: &World, object: *const Header) -> bool {
    is_marked(object as usize)
}

/// The references that `object` holds (the header word first), as its layout reports them.
///
/// # Safety
/// `object` is a valid object, and its trace function may run now (the world is stopped, or the
/// layout's fields can be read while other threads run). The result must not outlive the next
/// poll unless the words are kept somewhere the collector sees.
pub unsafe fn references(object: *mut Header) -> Vec<u64> {
    let mut tracer = Tracer::collector();
    // SAFETY: by contract.
    unsafe { tracer.children(object) };
    tracer.collected
}
