//! Whole dicts at once: snapshots, copies, merging. A copy is of one moment; merging happens under the dict's lock, so that other
//! threads see none of it half done.

use super::table::Entry;
use super::{Key, PyDict};
use crate::cx::Cx;
use crate::error::Res;
use crate::iters::dict_kind;
use crate::object::Ref;
use crate::raise;
use crate::tuple::PyTuple;
use crate::value::Value;
use core::sync::atomic::Ordering;

/// How often a row is made anew because the number of items was another one.
const TRIES: usize = 3;

impl Ref<PyDict> {
    /// All items as a tuple `(k0, v0, k1, v1, …)`: a consistent snapshot.
    pub fn snapshot(self, cx: &Cx) -> Res<Ref<PyTuple>> {
        self.gather(cx, &|key, value| [Some(key), Some(value)])
    }

    /// What an iterator of this [`dict_kind`] would give, as a tuple: a consistent snapshot.
    pub fn items(self, cx: &Cx, kind: usize) -> Res<Ref<PyTuple>> {
        match kind {
            dict_kind::KEYS => self.gather(cx, &|key, _| [Some(key), None]),
            dict_kind::VALUES => self.gather(cx, &|_, value| [Some(value), None]),
            _ => {
                let row = self.snapshot(cx)?;
                let pairs = PyTuple::new_internal(cx, row.len() / 2)?;
                for (slot, pair) in pairs.items().iter().zip(row.values().chunks_exact(2)) {
                    slot.init(cx.new_tuple(pair)?.value());
                }
                Ok(pairs)
            }
        }
    }

    /// A tuple of all keys, and one of all values behind room for `before` others, which the caller fills before the next
    /// poll: a consistent snapshot.
    pub fn columns(self, cx: &Cx, before: usize) -> Res<(Ref<PyTuple>, Ref<PyTuple>)> {
        self.read(cx, &mut || {
            for _ in 0..TRIES {
                let n = self.len();
                let keys = PyTuple::new_internal(cx, n)?;
                let values = PyTuple::new_internal(cx, before + n)?;
                let mut cursor = 0;
                let filled =
                    keys.items().iter().zip(&values.items()[before..]).all(|(key, value)| {
                        let Some((next, own_key, own_value)) = self.next(cursor) else {
                            return false;
                        };
                        cursor = next;
                        key.init(own_key);
                        value.init(own_value);
                        true
                    });
                if filled && self.next(cursor).is_none() {
                    return Ok((keys, values));
                }
            }
            let (mut keys, mut values) = (Vec::new(), vec![Value::NONE; before]);
            let mut cursor = 0;
            while let Some((next, key, value)) = self.next(cursor) {
                cursor = next;
                keys.push(key);
                values.push(value);
            }
            Ok((cx.new_tuple(&keys)?, cx.new_tuple(&values)?))
        })
    }

    /// A row of one or two values of each item, all of one moment.
    fn gather(self, cx: &Cx, f: &impl Fn(Value, Value) -> [Option<Value>; 2]) -> Res<Ref<PyTuple>> {
        let width = f(Value::NONE, Value::NONE).iter().flatten().count();
        self.read(cx, &mut || {
            // A late store may make an inline attribute live again meanwhile, and without the lock rows may come and go: then the
            // row is of another length than was thought.
            for _ in 0..TRIES {
                let row = PyTuple::new_internal(cx, self.len() * width)?;
                if self.fill(row, width, f) {
                    return Ok(row);
                }
            }
            let mut found = Vec::new();
            let mut cursor = 0;
            while let Some((next, key, value)) = self.next(cursor) {
                cursor = next;
                found.extend(f(key, value).into_iter().flatten());
            }
            cx.new_tuple(&found)
        })
    }

    /// Fills `row`; says whether it had the right length.
    fn fill(
        self,
        row: Ref<PyTuple>,
        width: usize,
        f: &impl Fn(Value, Value) -> [Option<Value>; 2],
    ) -> bool {
        let mut cursor = 0;
        for slots in row.items().chunks_exact(width) {
            let Some((next, key, value)) = self.next(cursor) else { return false };
            cursor = next;
            for (slot, value) in slots.iter().zip(f(key, value)) {
                slot.init_opt(value);
            }
        }
        self.next(cursor).is_none()
    }

    /// Sets items, keys and values in turn, not more than can be done between two polls; those whose keys need no Python code
    /// in one step.
    pub fn set_pairs(self, cx: &Cx, pairs: &[Value]) -> Res<()> {
        let (pairs, _) = pairs.as_chunks::<2>();
        let mut n = 0;
        while n < pairs.len() {
            if self.owner().is_none() {
                self.with_lock(cx, || {
                    while let Some([key, value]) = pairs.get(n)
                        && let Some(key) = Key::native(*key)
                        && self.put_own(cx, key, *value)?
                    {
                        n += 1;
                    }
                    Ok(())
                })?;
            }
            if let Some([key, value]) = pairs.get(n) {
                self.set(cx, *key, *value)?;
                n += 1;
            }
        }
        Ok(())
    }

    /// Sets all items of `from`, a dict that nobody else sees and that is not used any more afterwards; atomic unless the
    /// equality of keys needs Python code.
    pub fn merge(self, cx: &Cx, from: Ref<PyDict>) -> Res<()> {
        self.merge_rows(cx, from, &mut || Ok(()))
    }

    /// Sets all items that `source` has now. If the Python code that compares keys then adds or takes some there: RuntimeError.
    pub fn merge_copy(self, cx: &Cx, source: Ref<PyDict>) -> Res<()> {
        let from = source.copy(cx)?;
        let count = from.len();
        self.merge_rows(cx, from, &mut || match source.len() == count {
            true => Ok(()),
            false => raise!(cx, RUNTIME_ERROR, "dict mutated during update"),
        })
    }

    /// As [`merge`](Self::merge); `check` is called after each comparison that needed Python code.
    fn merge_rows(self, cx: &Cx, from: Ref<PyDict>, check: &mut dyn FnMut() -> Res<()>) -> Res<()> {
        let Some(given) = from.table() else { return Ok(()) };
        if self.take_content(cx, from) {
            return Ok(());
        }
        // If most of it is new, the table would grow several times.
        let capacity = self.table().map_or(0, |table| table.capacity());
        if self.owner().is_none() && capacity < from.len() {
            self.reserve(cx, self.own_len() + from.len())?;
        }
        let mut rows = given.rows().iter();
        loop {
            let asked = self.with_lock(cx, || match self.owner() {
                Some(_) => self.put_rows(cx, &mut rows),
                None => self.put_own_rows(cx, &mut rows),
            })?;
            match asked {
                Some((key, value)) => {
                    self.set_key(cx, key, value)?;
                    check()?;
                }
                None => return Ok(()),
            }
        }
    }

    /// Takes the table of `from` if there are no items yet; atomic. Says whether it did.
    fn take_content(self, cx: &Cx, from: Ref<PyDict>) -> bool {
        self.with_lock(cx, || {
            let empty = self.own_len() == 0 && self.owner().is_none() && from.owner().is_none();
            if empty {
                self.table.set_opt(cx, self, from.table.get());
                self.count(from.own_len());
            }
            empty
        })
    }

    /// Sets the items of the rows up to one whose key only Python code can compare: that is the answer. The lock is held.
    fn put_rows(
        self,
        cx: &Cx,
        rows: &mut core::slice::Iter<'_, Entry>,
    ) -> Res<Option<(Key, Value)>> {
        for (key, value) in rows.filter_map(Entry::item) {
            match self.find_locked(cx, key) {
                Ok(found) => self.put(cx, key, value, found)?,
                Err(_) => return Ok(Some((key, value))),
            }
        }
        Ok(None)
    }

    /// As `put_rows` for a dict that is no instance's.
    fn put_own_rows(
        self,
        cx: &Cx,
        rows: &mut core::slice::Iter<'_, Entry>,
    ) -> Res<Option<(Key, Value)>> {
        for (key, value) in rows.filter_map(Entry::item) {
            if !self.put_own(cx, key, value)? {
                return Ok(Some((key, value)));
            }
        }
        Ok(None)
    }

    /// A new exact dict with the same items; consistent.
    pub fn copy(self, cx: &Cx) -> Res<Ref<PyDict>> {
        self.copy_with_room(cx, 0)
    }

    /// As [`Ref::copy`], with room for `more` items.
    pub fn copy_with_room(self, cx: &Cx, more: usize) -> Res<Ref<PyDict>> {
        self.read(cx, &mut || {
            let copy = cx.new_dict()?;
            if self.owner().is_none() {
                if let Some(table) = self.table() {
                    let used = self.own_len();
                    let table = table.rebuilt(cx, (used + more).max(5))?;
                    copy.table.init(table.value());
                    copy.used.store(used as u32, Ordering::Release);
                }
                return Ok(copy);
            }
            let mut cursor = 0;
            while let Some((next, key, value)) = self.next(cursor) {
                cursor = next;
                if let Some(name) = key.as_str() {
                    copy.append_locked(cx, Key::str(name), value)?;
                }
            }
            Ok(copy)
        })
    }
}
