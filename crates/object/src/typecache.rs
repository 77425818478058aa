//! Per-thread cache of attribute lookups along the MRO.
//!
//! Rules:
//! 1. Owned by one thread; cleared by the collector at every collection, so entries never name a
//!    dead string or value.
//! 2. An entry is valid while the class's version is the one recorded; versions are never reused.

use crate::value::Value;
use core::cell::Cell;

const SIZE: usize = 1024;

#[derive(Clone, Copy)]
struct Entry {
    version: u64,
    name: u64,
    /// 0: the class has no such attribute.
    value: u64,
}

/// Direct-mapped cache keyed by (class version, interned name).
pub(crate) struct TypeCache {
    entries: Box<[Cell<Entry>]>,
    /// Something was entered since it was cleared last: a collection has nothing to do for threads that only wait.
    used: Cell<bool>,
}

impl TypeCache {
    pub(crate) fn new() -> TypeCache {
        let empty = Entry { version: 0, name: 0, value: 0 };
        TypeCache {
            entries: vec![Cell::new(empty); SIZE].into_boxed_slice(),
            used: Cell::new(false),
        }
    }

    #[inline]
    fn index(version: u64, name: u64) -> usize {
        (version.wrapping_mul(0x9E37_79B9) ^ (name >> 4)) as usize % SIZE
    }

    #[inline]
    pub(crate) fn get(&self, version: u64, name: u64) -> Option<Option<Value>> {
        let entry = self.entries[Self::index(version, name)].get();
        (entry.version == version && entry.name == name).then(|| Value::from_word(entry.value))
    }

    #[inline]
    pub(crate) fn put(&self, version: u64, name: u64, value: Option<Value>) {
        let value = value.map_or(0, Value::word);
        self.entries[Self::index(version, name)].set(Entry { version, name, value });
        self.used.set(true);
    }

    /// Forgets everything. Called by the collector while the thread is stopped.
    pub(crate) fn clear(&self) {
        if !self.used.replace(false) {
            return;
        }
        for entry in &self.entries {
            entry.set(Entry { version: 0, name: 0, value: 0 });
        }
    }
}
