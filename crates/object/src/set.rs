//! `set` and `frozenset` objects: the table of dicts with `True` as every value.
//!
//! Rules: those of `dict/mod.rs` (1, 2 and 5); a frozenset is immutable after publication. `hash` is 0 until
//! computed; racing writers write the same number.

use crate::cx::Cx;
use crate::dict::table::{Entry, Probe, Table};
use crate::dict::{Asked, Key, find_asking, native_same};
use crate::error::Res;
use crate::layout;
use crate::object::Ref;
use crate::slot::Slot;
use crate::tuple::PyTuple;
use crate::types::{self, PyType};
use crate::value::Value;
use core::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use orochi_base::sync::Sequence;
use orochi_heap::Header;

/// A `set` or `frozenset`.
#[repr(C)]
pub struct PySet {
    pub header: Header,
    table: Slot,
    used: AtomicU32,
    writes: Sequence,
    /// Cached hash of a frozenset.
    pub hash: AtomicI64,
}
crate::trace!(PySet, layout::SET, [table]);

impl PySet {
    /// Notes that there are `used` items now. The lock is held, so that a plain store does.
    fn count(&self, used: usize) {
        // A table has fewer rows than that.
        self.used.store(used as u32, Ordering::Release);
    }
}

impl Ref<PySet> {
    #[inline]
    pub fn len(self) -> usize {
        self.used.load(Ordering::Acquire) as usize
    }
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    fn table(self) -> Option<Ref<Table>> {
        // SAFETY: `table` holds a Table or UNSET.
        self.table.get().map(|table| unsafe { table.cast() })
    }

    /// Runs `f`, which changes the set, under its lock.
    fn change<R>(self, cx: &Cx, f: impl FnOnce() -> R) -> R {
        self.locked(cx, || {
            let _change = self.writes.change();
            f()
        })
    }

    /// What `f` reads at one moment: without the lock if that will do. `f` may meet a mixture and is called again then.
    #[inline]
    fn read<R>(self, cx: &Cx, mut f: impl FnMut() -> R) -> R {
        match self.writes.read(&mut f) {
            Some(result) => result,
            None => self.locked(cx, f),
        }
    }

    pub fn contains(self, cx: &Cx, item: Value) -> Res<bool> {
        let key = Key::for_set(cx, item)?;
        self.contains_key(cx, key)
    }
    /// Whether an equal item is there. Lock-free.
    pub fn contains_key(self, cx: &Cx, key: Key) -> Res<bool> {
        let Some(table) = self.table() else { return Ok(false) };
        match table.search(key.hash, &[], |own| native_same(own, key.value)) {
            Probe::Found(..) => Ok(true),
            Probe::Missing(_) => Ok(false),
            Probe::Ask(row) => Ok(find_asking(cx, table, key, row)?.is_some()),
        }
    }

    fn locate<R>(self, cx: &Cx, key: Key, f: &mut dyn FnMut(Option<usize>) -> Res<R>) -> Res<R> {
        let mut asked: Option<Asked> = None;
        loop {
            let mut ask = None;
            let done = self.change(cx, || {
                let Some(table) = self.table() else { return Some(f(None)) };
                match table.search(key.hash, &[], |own| native_same(own, key.value)) {
                    Probe::Found(at, _) => Some(f(Some(at.row))),
                    Probe::Missing(_) => Some(f(None)),
                    Probe::Ask(first) => match asked.as_ref().and_then(|a| a.still_true(table)) {
                        Some(row) => Some(f(row)),
                        None => {
                            ask = Some((table, first, table.rows().len()));
                            None
                        }
                    },
                }
            });
            match (done, ask) {
                (Some(result), _) => return result,
                (None, Some((table, first, rows))) => {
                    let row = find_asking(cx, table, key, first)?.map(|(row, _)| row);
                    asked = Some(Asked { table, rows, row });
                }
                (None, None) => {}
            }
        }
    }

    /// Adds an item; atomic. True if it was new.
    pub fn add(self, cx: &Cx, item: Value) -> Res<bool> {
        let key = Key::for_set(cx, item)?;
        self.add_key(cx, key)
    }
    pub fn add_key(self, cx: &Cx, key: Key) -> Res<bool> {
        if let Some(added) = self.change(cx, || self.add_locked(cx, key))? {
            return Ok(added);
        }
        self.locate(cx, key, &mut |row| match row {
            Some(_) => Ok(false),
            None => {
                self.append_locked(cx, key)?;
                Ok(true)
            }
        })
    }

    /// Adds items, all in one step, up to one that only Python code can hash or compare; says how many. There are not more
    /// of them than can be done between two polls.
    pub fn add_natively(self, cx: &Cx, items: &[Value]) -> Res<usize> {
        self.change(cx, || {
            for (i, item) in items.iter().enumerate() {
                let Some(key) = Key::native(*item) else { return Ok(i) };
                if self.add_locked(cx, key)?.is_none() {
                    return Ok(i);
                }
            }
            Ok(items.len())
        })
    }

    /// Adds an item under the lock; says whether it was new. `None` if only Python code can tell.
    #[inline(always)]
    fn add_locked(self, cx: &Cx, key: Key) -> Res<Option<bool>> {
        if let Some(table) = self.table() {
            match table.search(key.hash, &[], |own| native_same(own, key.value)) {
                Probe::Found(..) => return Ok(Some(false)),
                Probe::Ask(_) => return Ok(None),
                Probe::Missing(vacancy) if !table.is_full() => {
                    table.insert_at(cx, vacancy, key.hash, key.value, Value::TRUE);
                    self.count(self.len() + 1);
                    return Ok(Some(true));
                }
                Probe::Missing(_) => {}
            }
        }
        self.append_locked(cx, key)?;
        Ok(Some(true))
    }

    /// Whether an equal item is there; `None` if only Python code can tell.
    #[inline(always)]
    fn find_natively(self, key: Key) -> Option<bool> {
        let Some(table) = self.table() else { return Some(false) };
        match table.search(key.hash, &[], |own| native_same(own, key.value)) {
            Probe::Found(..) => Some(true),
            Probe::Missing(_) => Some(false),
            Probe::Ask(_) => None,
        }
    }

    /// A new set of `class` with those items that are in `other`, too; consistent. `None` if only Python code can tell.
    pub fn common(self, cx: &Cx, class: Ref<PyType>, other: Ref<PySet>) -> Res<Option<Ref<PySet>>> {
        self.sifted(cx, class, |key| other.find_natively(key))
    }

    /// As [`Ref::common`] with those that are not.
    pub fn without(
        self,
        cx: &Cx,
        class: Ref<PyType>,
        other: Ref<PySet>,
    ) -> Res<Option<Ref<PySet>>> {
        self.sifted(cx, class, |key| Some(!other.find_natively(key)?))
    }

    fn sifted(
        self,
        cx: &Cx,
        class: Ref<PyType>,
        keep: impl Fn(Key) -> Option<bool>,
    ) -> Res<Option<Ref<PySet>>> {
        self.read(cx, || {
            let result = cx.new_set(class)?;
            let Some(table) = self.table() else { return Ok(Some(result)) };
            // Few items cost little room, and many let the table grow once only.
            let room = (table.rows().len() / 4).max(5);
            result.table.init(Table::new(cx, room)?.value());
            for (key, _) in table.rows().iter().filter_map(Entry::item) {
                match keep(key) {
                    Some(true) => result.append_locked(cx, key)?,
                    Some(false) => {}
                    None => return Ok(None),
                }
            }
            Ok(Some(result))
        })
    }

    /// Whether all items are in `other`, too, those of one moment; `None` if only Python code can tell.
    pub fn is_within(self, cx: &Cx, other: Ref<PySet>) -> Option<bool> {
        self.read(cx, || {
            let Some(table) = self.table() else { return Some(true) };
            for (key, _) in table.rows().iter().filter_map(Entry::item) {
                match other.find_natively(key) {
                    Some(true) => {}
                    answer => return answer,
                }
            }
            Some(true)
        })
    }

    fn append_locked(self, cx: &Cx, key: Key) -> Res<()> {
        let table = match self.table() {
            Some(table) if !table.is_full() => table,
            old => {
                let capacity = Self::capacity_for(self.len());
                let table = match old {
                    Some(old) => old.rebuilt(cx, capacity)?,
                    None => Table::new(cx, capacity)?,
                };
                self.table.set(cx, self, table.value());
                table
            }
        };
        table.insert(cx, key.hash, key.value, Value::TRUE);
        self.count(self.len() + 1);
        Ok(())
    }

    /// How many rows a table that replaces a full one with `live` items has: small sets grow faster than dicts.
    fn capacity_for(live: usize) -> usize {
        if live < 50_000 { (live * 4).max(5) } else { live * 2 }
    }

    /// Removes an item; atomic. False if it was not there.
    pub fn remove(self, cx: &Cx, item: Value) -> Res<bool> {
        let key = Key::for_set(cx, item)?;
        self.remove_key(cx, key)
    }
    pub fn remove_key(self, cx: &Cx, key: Key) -> Res<bool> {
        self.locate(cx, key, &mut |row| {
            if let (Some(row), Some(table)) = (row, self.table()) {
                table.delete(row);
                self.count(self.len() - 1);
                return Ok(true);
            }
            Ok(false)
        })
    }

    /// Removes and gives some item; atomic.
    pub fn pop(self, cx: &Cx) -> Option<Value> {
        self.change(cx, || {
            let table = self.table()?;
            let (row, key, _) = table.next_live(0)?;
            table.delete(row);
            self.count(self.len() - 1);
            Some(key.value)
        })
    }

    pub fn clear(self, cx: &Cx) {
        self.change(cx, || {
            self.table.clear();
            self.count(0);
        });
    }

    /// The next item at or after `cursor`, its hash, and the cursor to go on with. Lock-free.
    pub fn next(self, cursor: usize) -> Option<(usize, Key)> {
        let (row, key, _) = self.table()?.next_live(cursor)?;
        Some((row + 1, key))
    }

    /// All items: a consistent snapshot.
    pub fn snapshot(self, cx: &Cx) -> Res<Ref<PyTuple>> {
        self.read(cx, || {
            let t = PyTuple::new_internal(cx, self.len())?;
            let mut cursor = 0;
            for slot in t.items() {
                if let Some((next, key)) = self.next(cursor) {
                    cursor = next;
                    slot.init(key.value);
                }
            }
            Ok(t)
        })
    }

    /// A new set of `class` with the same items; consistent.
    pub fn copy(self, cx: &Cx, class: Ref<PyType>) -> Res<Ref<PySet>> {
        self.copy_with_room(cx, class, 0)
    }

    /// As [`Ref::copy`], with room for `more` items.
    pub fn copy_with_room(self, cx: &Cx, class: Ref<PyType>, more: usize) -> Res<Ref<PySet>> {
        let copy: Ref<PySet> = cx.alloc_instance(class, 0)?;
        let (table, used) = self.content(cx, more)?;
        copy.table.init_opt(table.map(Ref::value));
        copy.count(used);
        Ok(copy)
    }

    /// A copy of the table with room for `more` items, and the number of items, of one moment.
    fn content(self, cx: &Cx, more: usize) -> Res<(Option<Ref<Table>>, usize)> {
        self.read(cx, || {
            let used = self.len();
            let copy = |table: Ref<Table>| table.rebuilt(cx, (used + more).max(5));
            Ok((self.table().map(copy).transpose()?, used))
        })
    }

    /// Adds the items of `other`, consistently, to a set that nobody else sees. False if only Python code can
    /// tell whether two items are equal; some have been added then.
    pub fn absorb(self, cx: &Cx, other: Ref<PySet>) -> Res<bool> {
        if self.table().is_none() {
            let (table, used) = other.content(cx, 0)?;
            self.table.set_opt(cx, self, table.map(Ref::value));
            self.count(used);
            return Ok(true);
        }
        let before = self.len();
        other.read(cx, || {
            self.forget_behind(before);
            match other.table() {
                Some(from) => self.absorb_table(cx, from),
                None => Ok(true),
            }
        })
    }

    /// As [`Ref::absorb`] where nobody else sees `other` either, which is not used any more afterwards.
    pub fn absorb_own(self, cx: &Cx, other: Ref<PySet>) -> Res<bool> {
        if self.table().is_none() {
            self.table.set_opt(cx, self, other.table.get());
            self.count(other.len());
            return Ok(true);
        }
        other.table().map_or(Ok(true), |from| self.absorb_table(cx, from))
    }

    fn absorb_table(self, cx: &Cx, from: Ref<Table>) -> Res<bool> {
        for (key, _) in from.rows().iter().filter_map(Entry::item) {
            if self.add_locked(cx, key)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Removes all but the `kept` oldest items from a set that nobody else sees.
    fn forget_behind(self, kept: usize) {
        let Some(table) = self.table() else { return };
        if self.len() == kept {
            return;
        }
        let newer = (0..table.rows().len()).filter(|&row| table.rows()[row].item().is_some());
        newer.skip(kept).for_each(|row| table.delete(row));
        self.count(kept);
    }

    /// Takes the content of `other` (a set nobody else sees) if it has none of its own; atomic. Says whether it did.
    pub fn take_content(self, cx: &Cx, other: Ref<PySet>) -> bool {
        self.change(cx, || {
            let empty = self.is_empty();
            if empty {
                self.table.set_opt(cx, self, other.table.get());
                self.count(other.len());
            }
            empty
        })
    }

    /// Takes the content of `other` (a set nobody else sees) in place of its own; atomic.
    pub fn replace_with(self, cx: &Cx, other: Ref<PySet>) {
        self.change(cx, || {
            self.table.set_opt(cx, self, other.table.get());
            self.count(other.len());
        });
    }
}

impl Cx {
    /// A new empty set of `class` (`set`, `frozenset` or a subclass).
    pub fn new_set(&self, class: Ref<PyType>) -> Res<Ref<PySet>> {
        self.alloc_instance(class, 0)
    }
    /// A new `set` of these items; may run Python code. Many are small and stay so: there is room for just them.
    pub fn set_of(&self, items: &[Value]) -> Res<Ref<PySet>> {
        let set = self.new_set(types::SET.get())?;
        set.table.init(Table::new(self, items.len())?.value());
        let mut known = false;
        for item in items {
            match Key::native(*item).filter(|_| !known) {
                // Nobody else knows the set before a poll.
                Some(key) => _ = set.add_locked(self, key)?,
                None => {
                    // Python code may run.
                    known = true;
                    set.add(self, *item)?;
                }
            }
        }
        Ok(set)
    }
}
