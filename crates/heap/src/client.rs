//! What the heap's user supplies: layouts, roots and settings; and what it is told.

use crate::header::Header;
use crate::mutator::Mutator;
use crate::tracer::Tracer;

/// How objects of one kind are traced and cleaned up. Trace functions run while the world is
/// stopped, but in several threads at once (not for the same object). The layout number of an object is the index
/// of its layout in the table given to [`crate::init`].
pub struct Layout {
    /// For reports.
    pub name: &'static str,
    /// Visits every reference of the payload. `None`: the payload holds none. The header word is
    /// visited by the heap in either case.
    pub trace: Option<unsafe fn(*mut Header, &mut Tracer)>,
    /// Visits the references that lie in the bytes `start..end` of the payload (multiples of 8).
    /// Only for layouts whose large objects are to be scanned card by card.
    pub trace_range: Option<unsafe fn(*mut Header, usize, usize, &mut Tracer)>,
    /// Native cleanup of an object found dead. Runs once, while the world is stopped, in the
    /// collecting thread; must not touch other heap objects, nor allocate in the heap.
    pub drop: Option<unsafe fn(*mut Header)>,
}

impl Layout {
    /// A layout without references and without cleanup.
    pub const fn leaf(name: &'static str) -> Layout {
        Layout { name, trace: None, trace_range: None, drop: None }
    }
}

/// The user of the heap. All calls come from the collecting thread while the world is stopped,
/// unless a method says otherwise.
pub trait Client: Sync {
    /// Visits the roots that belong to no thread.
    fn trace_roots(&self, tracer: &mut Tracer);

    /// Visits the precise roots of one stopped or detached thread. Its native stack and registers
    /// are scanned by the heap.
    fn trace_mutator(&self, mutator: &Mutator, tracer: &mut Tracer);

    /// Whether code may hold on to an object of this layout by no more than the address of its end, as a loop over
    /// the words of its payload may do. If not, such an address does not keep the object alive: most often it is
    /// the next object's.
    fn reached_by_end(&self, _layout: u16) -> bool {
        true
    }

    /// The world has stopped and marking is about to begin.
    fn before_mark(&self, _full: bool) {}

    /// Marking has ended, weak references are cleared, nothing is freed yet: the moment to prune
    /// caches that hold objects weakly.
    fn after_mark(&self, _full: bool, _live: &Liveness) {}

    /// Whether an unreachable object that was registered as finalizable is still to be queued. If not it
    /// dies like any other. Asked in the stop, after marking.
    fn wants_finalizing(&self, _object: *const Header) -> bool {
        true
    }

    /// The collection is over; the world is about to go on.
    fn after_collection(&self, _stats: &Stats) {}

    /// The verifier ([`Config::verify`]) found a fault. The default prints it and aborts.
    fn verify_failed(&self, message: &str) {
        eprintln!("heap verification failed: {message}");
        std::process::abort();
    }
}

/// Answers whether objects survived the marking that has just ended.
pub struct Liveness(pub(crate) ());

impl Liveness {
    /// Whether `object`, which was a valid object before this collection, survives it.
    #[inline]
    pub fn is_live(&self, object: *const Header) -> bool {
        crate::tracer::is_marked(object as usize)
    }
}

/// Settings, fixed at [`crate::init`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Bytes allocated between nursery collections.
    pub nursery_bytes: usize,
    /// No full collection with fewer bytes in use.
    pub full_min_bytes: usize,
    /// Limit of the heap in bytes; allocation fails beyond it.
    pub max_bytes: usize,
    /// Upper bound of threads that mark (1: only the collecting thread); 0 means by cores.
    pub mark_threads: usize,
    /// Run a nursery collection at every n-th poll; 0 is off.
    pub stress_nursery_every: u64,
    /// Run a full collection at every n-th poll; 0 is off.
    pub stress_full_every: u64,
    /// Fill free lines with 0xDB and check that they stay so.
    pub poison: bool,
    /// Check every collection with a second, naive trace.
    pub verify: bool,
    /// Hand memory out a few lines at a time.
    pub tiny_blocks: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            nursery_bytes: 8 << 20,
            full_min_bytes: 8 << 20,
            max_bytes: usize::MAX,
            mark_threads: 0,
            stress_nursery_every: 0,
            stress_full_every: 0,
            poison: false,
            verify: false,
            tiny_blocks: false,
        }
    }
}

/// Counts and sizes, as of the last collection unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Nursery collections so far.
    pub nursery_collections: u64,
    /// Full collections so far.
    pub full_collections: u64,
    /// Bytes handed out to threads since the start (up to now).
    pub allocated_bytes: u64,
    /// Bytes in lines and large objects that survived the last collection.
    pub live_bytes: usize,
    /// The same for the last full collection, with external bytes.
    pub live_after_full: usize,
    /// Bytes of large objects (up to now).
    pub large_bytes: usize,
    /// Bytes reported by `account_external` (up to now).
    pub external_bytes: usize,
    /// Bytes of chunks mapped (up to now).
    pub mapped_bytes: usize,
    /// Objects traced by the last collection.
    pub traced_objects: u64,
    /// Objects that the last collection found dead and cleaned up natively.
    pub dropped_objects: u64,
    /// Weak slots cleared by the last collection.
    pub weak_cleared: u64,
    /// Length of the last stop for a collection, in nanoseconds.
    pub last_pause_ns: u64,
    /// The shortest one.
    pub min_pause_ns: u64,
    /// The longest one.
    pub max_pause_ns: u64,
    /// All of them together.
    pub total_pause_ns: u64,
    /// The longest nursery pause.
    pub max_nursery_pause_ns: u64,
    /// The part of the last pause spent until all threads had stopped.
    pub last_stop_ns: u64,
    /// Threads that took part in the last marking.
    pub mark_threads: usize,
    /// Collections given up for want of memory for the collector itself.
    pub abandoned: u64,
}
