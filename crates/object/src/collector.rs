//! What the collector must know of values that no object holds: the roots of the object model.

use crate::cx::Cx;
use crate::exception;
use crate::intern;
use crate::types::TypeCell;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use orochi_heap::{Header, Liveness, Mutator, Tracer};
use std::sync::Mutex;

/// Whether the collection under way is a full one. Written and read in stops only.
static FULL: AtomicBool = AtomicBool::new(false);

/// Cells of all builtin types, registered at boot.
static CELLS: Mutex<Vec<&'static TypeCell>> = Mutex::new(Vec::new());

/// A registered root: one word that lives for the whole process, in a `static`.
pub struct Root(AtomicU64);

impl Root {
    #[allow(clippy::new_without_default, reason = "only statics are made of it")]
    pub const fn new() -> Root {
        Root(AtomicU64::new(0))
    }
    #[inline]
    pub fn get(&self) -> Option<crate::value::Value> {
        crate::value::Value::from_word(self.0.load(Ordering::Acquire))
    }
    /// Stores a value and, the first time, registers the root.
    pub fn set(&'static self, value: crate::value::Value) {
        if self.0.swap(value.word(), Ordering::AcqRel) == 0 {
            self.register();
        }
    }
    /// Stores a value unless there is one already; gives the one that is there. So of two threads
    /// that make the same thing one wins.
    pub fn set_first(&'static self, value: crate::value::Value) -> crate::value::Value {
        match self.0.compare_exchange(0, value.word(), Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => {
                self.register();
                value
            }
            Err(word) => crate::value::Value::from_word(word).unwrap_or(value),
        }
    }
    fn register(&'static self) {
        let mut roots = ROOTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !roots.iter().any(|root| core::ptr::eq(*root, self)) {
            roots.push(self);
        }
    }
    pub fn clear(&self) {
        self.0.store(0, Ordering::Release);
    }
}

static ROOTS: Mutex<Vec<&'static Root>> = Mutex::new(Vec::new());

/// Registers the cell of a builtin type as a root.
pub(crate) fn register_cell(cell: &'static TypeCell) {
    CELLS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(cell);
}

/// Visits the roots of the object model. Called in a stop: the mutexes here are held by no stopped
/// thread, as no poll happens under them.
pub fn trace_roots(tracer: &mut Tracer) {
    for cell in CELLS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).iter() {
        tracer.visit(cell.word());
    }
    for root in ROOTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).iter() {
        tracer.visit(root.0.load(Ordering::Acquire));
    }
    tracer.visit(exception::memory_error_word());
    intern::trace(tracer, FULL.load(Ordering::Relaxed));
}

/// Marking is about to begin.
pub fn before_mark(full: bool) {
    FULL.store(full, Ordering::Relaxed);
}

/// Whether the collection under way is a full one.
pub fn is_full() -> bool {
    FULL.load(Ordering::Relaxed)
}

/// Marking has ended: drops what is held weakly.
pub fn after_mark(full: bool, live: &Liveness) {
    intern::aged();
    if full {
        intern::prune(&|word| live.is_live(word as *const Header));
    }
}

/// The context a mutator is part of (the mutator is its first field).
pub fn cx_of(mutator: &Mutator) -> &Cx {
    // SAFETY: every mutator of this process is the first field of a `Cx` (cx.rs, rule 2).
    unsafe { &*core::ptr::from_ref(mutator).cast::<Cx>() }
}

/// Visits a thread's values that this crate knows of, and forgets its lookup cache.
pub fn trace_thread(cx: &Cx, tracer: &mut Tracer) {
    cx.type_cache.clear();
    cx.trace(tracer);
}
