//! Per-thread cache of attribute lookups along the MRO.
//!
//! Rules:
//! 1. Owned by one thread; cleared by the collector at every collection, so entries never name a
//!    dead string or value.
//! 2. An entry is valid while the class's version is the one recorded; versions are never reused.

use crate::value::Value;
use core::cell::{Cell, UnsafeCell};

/// Entries at first; most threads do little. Powers of four of it follow.
const FIRST: usize = 64;
const MOST: usize = 1024;

#[derive(Clone, Copy)]
struct Entry {
    version: u64,
    name: u64,
    /// 0: the class has no such attribute.
    value: u64,
}

const EMPTY: Entry = Entry { version: 0, name: 0, value: 0 };

/// Direct-mapped cache keyed by (class version, interned name).
pub(crate) struct TypeCache {
    /// A power of two of them.
    entries: UnsafeCell<Vec<Cell<Entry>>>,
    /// How many were entered since it was cleared last: with 0 a collection has nothing to do for a thread that only waits.
    entered: Cell<usize>,
}

impl TypeCache {
    pub(crate) fn new() -> TypeCache {
        TypeCache { entries: UnsafeCell::new(vec![Cell::new(EMPTY); FIRST]), entered: Cell::new(0) }
    }

    #[inline]
    fn entry(&self, version: u64, name: u64) -> &Cell<Entry> {
        // SAFETY: used by the owner alone, or while it is stopped; `grow`, which replaces them, keeps no reference.
        let entries = unsafe { &*self.entries.get() };
        let hash = (version.wrapping_mul(0x9E37_79B9) ^ (name >> 4)) as usize;
        &entries[hash & (entries.len() - 1)]
    }

    #[inline]
    pub(crate) fn get(&self, version: u64, name: u64) -> Option<Option<Value>> {
        let entry = self.entry(version, name).get();
        (entry.version == version && entry.name == name).then(|| Value::from_word(entry.value))
    }

    #[inline]
    pub(crate) fn put(&self, version: u64, name: u64, value: Option<Value>) {
        let entered = self.entered.get() + 1;
        self.entered.set(entered);
        if entered.is_multiple_of(FIRST / 2) {
            self.grow(entered);
        }
        let value = value.map_or(0, Value::word);
        self.entry(version, name).set(Entry { version, name, value });
    }

    /// Takes more room if many entries were made; what was entered is forgotten.
    #[cold]
    fn grow(&self, entered: usize) {
        // SAFETY: as in `entry`, of which no reference is left.
        let entries = unsafe { &mut *self.entries.get() };
        let len = entries.len();
        if len < MOST && entered > len / 2 && entries.try_reserve_exact(len * 3).is_ok() {
            entries.clear();
            entries.resize(len * 4, Cell::new(EMPTY));
        }
    }

    /// Forgets everything. Called by the collector while the thread is stopped.
    pub(crate) fn clear(&self) {
        if self.entered.replace(0) == 0 {
            return;
        }
        // SAFETY: as in `entry`.
        for entry in unsafe { &*self.entries.get() } {
            entry.set(EMPTY);
        }
    }
}
