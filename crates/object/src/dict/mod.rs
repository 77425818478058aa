//! `dict` objects, including the `__dict__` of instances.
//!
//! Rules:
//! 1. Lookups take no lock (`table.rs`). Writers hold the dict's lock; for the dict of an instance
//!    (`owner` set) that is the instance's lock, so that there is never a second one.
//! 2. `__eq__` and `__hash__` run unlocked. A writer that had to ask Python relocks and starts
//!    again if the answer may be out of date (`Asked::still_true`).
//! 3. `version` moves, under the lock, whenever a row is added or deleted or the table replaced.
//! 4. The dict of an instance shows the instance's inline slots first, then its own rows; a name
//!    that is live inline hides a row of the same name.
//! 5. `writes` is odd while the lock is held for a change. A copy of the whole dict is read without the lock, and counts if
//!    `writes` (and an instance's shape) is the same afterwards: threads that copy the same dict do not write to it.

mod asked;
mod bulk;
mod same;
pub mod table;

use crate::cx::Cx;
use crate::error::{Raised, Res};
use crate::instance;
use crate::layout;
use crate::object::{ObjectLock, Ref};
use crate::ops;
use crate::seeded;
use crate::slot::Slot;
use crate::slots::SlotId;
use crate::str::PyStr;
use crate::types::{self, PyType};
use crate::value::Value;
pub(crate) use asked::{Asked, find_asking};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use orochi_base::sync::Sequence;
use orochi_heap::Header;
pub use same::native_same;
use table::{At, Entry, Probe, Table};

/// A `dict`.
#[repr(C)]
pub struct PyDict {
    pub header: Header,
    table: Slot,
    /// The instance whose `__dict__` this is.
    owner: Slot,
    used: AtomicU32,
    /// Rule 5.
    writes: Sequence,
    version: AtomicU64,
}
crate::trace!(PyDict, layout::DICT, [table, owner]);

/// What a lookup needs to know of a key.
#[derive(Clone, Copy)]
pub struct Key {
    pub value: Value,
    pub hash: i64,
}

impl Key {
    /// Hashes a key of a dict; may run Python code.
    #[inline]
    pub fn new(cx: &Cx, value: Value) -> Res<Key> {
        Key::asked(cx, value, "a dict key")
    }
    #[inline]
    fn asked(cx: &Cx, value: Value, purpose: &str) -> Res<Key> {
        match ops::hash(cx, value) {
            Ok(hash) => Ok(Key { value, hash }),
            Err(raised) => Err(unhashable(cx, value, raised, purpose)),
        }
    }
    /// As [`Key::new`]; that a value is unhashable is told without what it was for.
    pub fn hashed(cx: &Cx, value: Value) -> Res<Key> {
        Ok(Key { value, hash: ops::hash(cx, value)? })
    }
    /// As [`Key::new`] for an element of a set.
    #[inline]
    pub fn for_set(cx: &Cx, value: Value) -> Res<Key> {
        match Key::native(value) {
            Some(key) => Ok(key),
            None => Key::asked(cx, value, "a set element"),
        }
    }
    /// A key whose hash needs no Python code.
    #[inline]
    pub fn native(value: Value) -> Option<Key> {
        if let Some(n) = value.as_small() {
            return Some(Key { value, hash: ops::hash_small(n) });
        }
        let name = value.as_str().filter(|name| name.class() == types::STR.get())?;
        Some(Key::str(name))
    }
    #[inline]
    pub fn str(name: Ref<PyStr>) -> Key {
        Key { value: name.value(), hash: name.hash() }
    }
}

/// Says what the unhashable value was to be used as.
#[cold]
fn unhashable(cx: &Cx, v: Value, raised: Raised, purpose: &str) -> Raised {
    if raised.exception().class() != crate::exception::TYPE_ERROR.get() {
        return raised;
    }
    match ops::str(cx, raised.value()) {
        Ok(reason) => cx.error(
            &crate::exception::TYPE_ERROR,
            &format!(
                "cannot use '{}' as {purpose} ({})",
                ops::full_name(cx, types::class_of(v)),
                reason.to_string_lossy()
            ),
        ),
        Err(raised) => raised,
    }
}

/// The dict that `v` is, if its items may be read directly: Python code has no say in how it is
/// iterated over. (One that iterates in its own way may compute its values, too.)
pub fn direct(v: Value) -> Option<Ref<PyDict>> {
    let dict = v.downcast::<PyDict>()?;
    let class = types::class_of(v);
    let iter = SlotId::Iter as usize;
    let native = !class.has_flag(types::flag::HEAPTYPE)
        || class.slots.word(iter) == types::DICT.get().slots.word(iter);
    native.then_some(dict)
}

impl PyDict {
    /// Offset for generated code.
    pub const TABLE_OFFSET: usize = core::mem::offset_of!(PyDict, table);

    #[inline(always)]
    pub fn table(&self) -> Option<Ref<Table>> {
        // SAFETY: `table` holds a Table or UNSET.
        self.table.get().map(|table| unsafe { table.cast() })
    }
    /// Number of rows of its own that are live (not counting an owner's inline slots).
    #[inline(always)]
    pub(crate) fn own_len(&self) -> usize {
        self.used.load(Ordering::Acquire) as usize
    }
    /// Notes that there are `used` rows now. The lock is held, so that plain stores do.
    fn count(&self, used: usize) {
        // A table has fewer rows than that.
        self.used.store(used as u32, Ordering::Release);
        self.moved();
    }
    /// Moves the version. The lock is held.
    fn moved(&self) {
        self.version.store(self.version.load(Ordering::Relaxed) + 1, Ordering::Release);
    }
    /// Moves when a row is added or deleted.
    #[inline(always)]
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }
    #[inline(always)]
    pub(crate) fn owner(&self) -> Option<Value> {
        self.owner.get()
    }
}

impl Cx {
    /// A new empty dict.
    pub fn new_dict(&self) -> Res<Ref<PyDict>> {
        self.dict_of_class(types::DICT.get())
    }
    /// As [`Cx::new_dict`] for a subclass of `dict`.
    pub fn dict_of_class(&self, class: Ref<PyType>) -> Res<Ref<PyDict>> {
        self.alloc_instance(class, 0)
    }
    /// The `__dict__` of an instance, not yet published.
    pub(crate) fn instance_dict(&self, owner: Value) -> Res<Ref<PyDict>> {
        let dict = self.new_dict()?;
        dict.owner.init(owner);
        Ok(dict)
    }
}

/// Where a lookup ended.
enum Found<'a> {
    Inline(u32),
    Row(&'a Entry, usize),
    Missing,
}

impl Ref<PyDict> {
    /// Number of items. Lock-free.
    #[inline]
    pub fn len(self) -> usize {
        match self.owner() {
            Some(owner) => {
                instance::live_inline(owner) + self.own_len().saturating_sub(self.hidden(owner))
            }
            None => self.own_len(),
        }
    }
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// How many rows are hidden by inline attributes of the owner (rule 4).
    fn hidden(self, owner: Value) -> usize {
        if self.own_len() == 0 || !instance::may_hide(owner) {
            return 0;
        }
        let hides = |slot: &u32| {
            instance::inline_item(owner, *slot)
                .is_some_and(|(name, _)| self.own_row(name).is_some())
        };
        (0..instance::inline_count(owner) as u32).filter(hides).count()
    }

    /// Whether this row is hidden by an inline attribute of the owner (rule 4).
    fn is_hidden(owner: Value, key: Value) -> bool {
        instance::may_hide(owner)
            && key.as_str().is_some_and(|name| instance::inline_by_name(owner, name).is_some())
    }

    /// The live row of its own with this name.
    fn own_row(self, name: Ref<PyStr>) -> Option<usize> {
        let table = self.table()?;
        match table.find(name.hash(), &[], &|own| native_same(own, name.value()).or(Some(false))) {
            Probe::Found(at, _) => Some(at.row),
            _ => None,
        }
    }

    /// Looks `key` up, running `__eq__` where keys need it. Lock-free.
    pub fn get(self, cx: &Cx, key: Value) -> Res<Option<Value>> {
        let key = Key::new(cx, key)?;
        self.get_key(cx, key)
    }

    /// As [`get`](Self::get) with a known hash.
    #[inline]
    pub fn get_key(self, cx: &Cx, key: Key) -> Res<Option<Value>> {
        if let Some(owner) = self.owner()
            && let Some(value) = instance::inline_by_key(cx, owner, key.value)
        {
            return Ok(Some(value));
        }
        let Some(table) = self.table() else { return Ok(None) };
        match table.search(key.hash, &[], |own| native_same(own, key.value)) {
            Probe::Found(_, value) => Ok(Some(value)),
            Probe::Missing(_) => Ok(None),
            Probe::Ask(row) => Ok(find_asking(cx, table, key, row)?.map(|(_, value)| value)),
        }
    }

    /// Looks up a str among str keys without running Python code. Lock-free. For namespaces.
    #[inline]
    pub fn get_str(self, name: Ref<PyStr>) -> Option<Value> {
        if let Some(owner) = self.owner()
            && let Some(value) = instance::inline_by_name(owner, name)
        {
            return Some(value);
        }
        let table = self.table()?;
        let hash = name.hash();
        match table.find(hash, &[], &|own| {
            native_same(own, name.value())
                .or_else(|| own.as_str().map(|own| own.same(&name)))
                .or(Some(false))
        }) {
            Probe::Found(_, value) => Some(value),
            _ => None,
        }
    }

    /// Looks an exact `str` up: `None` also where the answer needs Python code (keys that are not
    /// exact strs) or the dict is an instance's. Lock-free.
    #[inline]
    pub fn get_exact_str(self, name: Ref<PyStr>) -> Option<Value> {
        let table = self.table()?;
        if self.owner().is_some() {
            return None;
        }
        let hash = name.hash();
        if let Some(value) = table.find_identical(name.value(), hash) {
            return Some(value);
        }
        match table.search(hash, &[], |own| native_same(own, name.value())) {
            Probe::Found(_, value) => Some(value),
            _ => None,
        }
    }

    /// The table and the row of `name` for inline caches; `None` if absent or if this is an
    /// instance's dict.
    pub fn row_of(self, name: Ref<PyStr>) -> Option<(Ref<Table>, &'static Entry)> {
        let table = self.table()?;
        if self.owner().is_some() {
            return None;
        }
        match table.find(name.hash(), &[], &|own| native_same(own, name.value()).or(Some(false))) {
            Probe::Found(At { row, .. }, _) => {
                // SAFETY: the entry lies in `table`, which the caller keeps with it; tables are
                // traced and do not move.
                let entry = unsafe { &*(table.row(row) as *const Entry) };
                Some((table, entry))
            }
            _ => None,
        }
    }

    fn lock_target(self) -> *mut Header {
        match self.owner().and_then(Value::as_object) {
            Some(owner) => owner,
            None => self.header_ptr(),
        }
    }

    /// Runs `f`, which changes the dict, with the right lock held (rules 1 and 5).
    pub(crate) fn with_lock<R>(self, cx: &Cx, f: impl FnOnce() -> R) -> R {
        self.locked_right(cx, || {
            let _change = self.writes.change();
            f()
        })
    }

    /// What `f` reads at one moment: without the lock if that will do. `f` may meet a mixture and is called again then. (`len` may be out
    /// of step with the rows.)
    fn read<R>(self, cx: &Cx, f: &mut dyn FnMut() -> R) -> R {
        let stable = || {
            let owner = self.owner();
            (owner, owner.map(instance::plain_shape))
        };
        let before = stable();
        // The inline slots and rows of an object whose attributes were deleted are another matter.
        if before.1 != Some(None)
            && let Some(result) = self.read_unlocked(f)
            && stable() == before
        {
            return result;
        }
        self.locked_right(cx, f)
    }

    fn read_unlocked<R>(self, f: &mut dyn FnMut() -> R) -> Option<R> {
        if seeded::has(seeded::Bug::DictMoments) { Some(f()) } else { self.writes.read(f) }
    }

    fn locked_right<R>(self, cx: &Cx, f: impl FnOnce() -> R) -> R {
        let mut f = Some(f);
        loop {
            let target = self.lock_target();
            // SAFETY: the dict and its owner are live objects.
            let guard = ObjectLock::acquire(cx, unsafe { &*target });
            if self.lock_target() == target
                && let Some(f) = f.take()
            {
                let result = f();
                drop(guard);
                return result;
            }
        }
    }

    /// Where `key` is, or the table and the row whose key only Python code can compare. The lock is
    /// held.
    fn find_locked<'a>(self, cx: &Cx, key: Key) -> Result<Found<'a>, (Ref<Table>, usize)> {
        if let Some(owner) = self.owner()
            && let Some(slot) = instance::inline_slot(cx, owner, key.value)
        {
            return Ok(Found::Inline(slot));
        }
        let Some(table) = self.table() else { return Ok(Found::Missing) };
        match table.search(key.hash, &[], |own| native_same(own, key.value)) {
            Probe::Found(At { row, .. }, _) => Ok(Found::Row(table.row_static(row), row)),
            Probe::Missing(_) => Ok(Found::Missing),
            Probe::Ask(row) => Err((table, row)),
        }
    }

    /// Finds `key`, asking Python unlocked where needed, then runs `f` under the lock with where it
    /// is; starts again if the dict changed between (rule 2).
    fn locate<R>(self, cx: &Cx, key: Key, f: &mut dyn FnMut(Found<'_>) -> Res<R>) -> Res<R> {
        let mut asked: Option<Asked> = None;
        loop {
            let mut ask = None;
            let done = self.with_lock(cx, || match self.find_locked(cx, key) {
                Ok(found) => Some(f(found)),
                Err((table, first)) => match asked.as_ref().and_then(|a| a.still_true(table)) {
                    Some(Some(row)) => Some(f(Found::Row(table.row(row), row))),
                    Some(None) => Some(f(Found::Missing)),
                    None => {
                        ask = Some((table, first, table.rows().len()));
                        None
                    }
                },
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

    /// Sets `self[key] = value`; atomic.
    pub fn set(self, cx: &Cx, key: Value, value: Value) -> Res<()> {
        let key = Key::new(cx, key)?;
        self.set_key(cx, key, value)
    }

    /// As [`set`](Self::set) with a known hash.
    pub fn set_key(self, cx: &Cx, key: Key, value: Value) -> Res<()> {
        // A dict without owner never gets one.
        let put = || {
            let _change = self.writes.change();
            self.put_own(cx, key, value)
        };
        if self.owner().is_none() && self.locked(cx, put)? {
            return Ok(());
        }
        self.locate(cx, key, &mut |found| self.put(cx, key, value, found))
    }

    /// As [`set_key`](Self::set_key) for a dict made since the last poll, among keys that need no Python code: it takes no lock.
    /// From the next poll on others may know the dict, be it by `gc.get_objects()`.
    pub fn set_own_key(self, cx: &Cx, key: Key, value: Value) -> Res<()> {
        match self.put_own(cx, key, value)? {
            true => Ok(()),
            false => self.set_key(cx, key, value),
        }
    }

    /// Sets a str key; never runs Python code among str keys.
    pub fn set_str(self, cx: &Cx, name: Ref<PyStr>, value: Value) -> Res<()> {
        self.set_key(cx, Key::str(name), value)
    }

    /// Stores under the lock in a dict that is no instance's. False if only Python code can tell whether the key is there.
    #[inline(always)]
    fn put_own(self, cx: &Cx, key: Key, value: Value) -> Res<bool> {
        let table = match self.table() {
            Some(table) => table,
            None => self.replace_table_locked(cx, None)?,
        };
        match table.search(key.hash, &[], |own| native_same(own, key.value)) {
            Probe::Found(at, _) => table.row(at.row).value.set(cx, table, value),
            Probe::Missing(vacancy) if !table.is_full() => {
                table.insert_at(cx, vacancy, key.hash, key.value, value);
                self.count(self.own_len() + 1);
            }
            Probe::Missing(_) => {
                let table = self.replace_table_locked(cx, Some(table))?;
                self.insert_locked(cx, table, key, value);
            }
            Probe::Ask(_) => return Ok(false),
        }
        Ok(true)
    }

    /// Stores under the lock.
    fn put(self, cx: &Cx, key: Key, value: Value, found: Found<'_>) -> Res<()> {
        match found {
            Found::Inline(slot) => {
                if let Some(owner) = self.owner() {
                    instance::store_inline(cx, owner, slot, value);
                }
                Ok(())
            }
            Found::Row(entry, _) => {
                let table = self.table().unwrap_or_else(|| unreachable!("a row has a table"));
                entry.value.set(cx, table, value);
                Ok(())
            }
            Found::Missing => {
                // Shapes have exact names.
                if let Some(owner) = self.owner()
                    && types::is_exact(key.value, &types::STR)
                    && let Some(name) = key.value.as_str()
                    && instance::add_inline_locked(cx, owner, name, value)?
                {
                    return Ok(());
                }
                self.append_locked(cx, key, value)
            }
        }
    }

    /// Adds a row for a key that is not there; the lock is held.
    pub(crate) fn append_locked(self, cx: &Cx, key: Key, value: Value) -> Res<()> {
        let table = match self.table() {
            Some(table) if !table.is_full() => table,
            old => self.replace_table_locked(cx, old)?,
        };
        self.insert_locked(cx, table, key, value);
        if let Some(owner) = self.owner() {
            instance::enter_dict_mode_locked(cx, owner)?;
        }
        Ok(())
    }

    /// Adds a row to the table, which has room; the lock is held.
    #[inline]
    fn insert_locked(self, cx: &Cx, table: Ref<Table>, key: Key, value: Value) {
        table.insert(cx, key.hash, key.value, value);
        self.count(self.own_len() + 1);
    }

    /// Publishes a table with the live rows of `old` and room for more; the lock is held.
    fn replace_table_locked(self, cx: &Cx, old: Option<Ref<Table>>) -> Res<Ref<Table>> {
        let capacity = Table::capacity_for(self.own_len());
        let table = match old {
            Some(old) => old.rebuilt(cx, capacity)?,
            None => Table::new(cx, capacity)?,
        };
        self.table.set(cx, self, table.value());
        Ok(table)
    }

    /// Makes room for `wanted` items in all.
    pub fn reserve(self, cx: &Cx, wanted: usize) -> Res<()> {
        self.with_lock(cx, || {
            let table = match self.table() {
                Some(table) if table.capacity() >= wanted => return Ok(()),
                Some(table) => table.rebuilt(cx, wanted)?,
                None => Table::new(cx, wanted)?,
            };
            self.table.set(cx, self, table.value());
            self.moved();
            Ok(())
        })
    }

    /// Makes room for `n` items in a dict made since the last poll, if it is empty.
    pub fn reserve_own(self, cx: &Cx, n: usize) -> Res<()> {
        if self.table().is_none() {
            self.table.set(cx, self, Table::new(cx, n)?.value());
        }
        Ok(())
    }

    /// Removes `key` and gives its value, if it was there; atomic.
    pub fn remove(self, cx: &Cx, key: Value) -> Res<Option<Value>> {
        let key = Key::new(cx, key)?;
        self.remove_key(cx, key)
    }

    pub fn remove_key(self, cx: &Cx, key: Key) -> Res<Option<Value>> {
        if self.owner().is_none()
            && let Some(removed) = self.locked(cx, || self.cut_own(key))
        {
            return Ok(removed);
        }
        self.locate(cx, key, &mut |found| Ok(self.cut(found)))
    }

    /// Removes under the lock from a dict that is no instance's. `None` if only Python code can tell whether the key is there.
    #[inline(always)]
    fn cut_own(self, key: Key) -> Option<Option<Value>> {
        let Some(table) = self.table() else { return Some(None) };
        match table.search(key.hash, &[], |own| native_same(own, key.value)) {
            Probe::Found(at, value) => {
                let _change = self.writes.change();
                table.delete_at(at);
                self.count(self.own_len() - 1);
                Some(Some(value))
            }
            Probe::Missing(_) => Some(None),
            Probe::Ask(_) => None,
        }
    }

    fn cut(self, found: Found<'_>) -> Option<Value> {
        match found {
            Found::Inline(slot) => {
                let owner = self.owner()?;
                let value = instance::take_inline(owner, slot);
                self.moved();
                if let Some(row) = instance::inline_name(owner, slot).and_then(|n| self.own_row(n))
                {
                    self.cut_row(row);
                }
                value
            }
            Found::Row(entry, row) => {
                let value = entry.value.get();
                self.cut_row(row);
                value
            }
            Found::Missing => None,
        }
    }

    fn cut_row(self, row: usize) {
        if let Some(table) = self.table() {
            table.delete(row);
            self.count(self.own_len() - 1);
        }
    }

    /// `dict.setdefault`; atomic. Gives the value that is there afterwards.
    pub fn set_default(self, cx: &Cx, key: Value, default: Value) -> Res<Value> {
        let key = Key::new(cx, key)?;
        self.locate(cx, key, &mut |found| {
            match &found {
                Found::Row(entry, _) => {
                    if let Some(value) = entry.value.get() {
                        return Ok(value);
                    }
                }
                Found::Inline(slot) => {
                    let owner = self.owner();
                    if let Some(value) = owner.and_then(|o| instance::load_inline(o, *slot)) {
                        return Ok(value);
                    }
                }
                Found::Missing => {}
            }
            self.put(cx, key, default, found)?;
            Ok(default)
        })
    }

    /// Removes and gives the last item; atomic.
    pub fn pop_item(self, cx: &Cx) -> Option<(Value, Value)> {
        self.with_lock(cx, || {
            if let Some(table) = self.table() {
                let rows = table.rows();
                let rows = &rows[..table.end().min(rows.len())];
                for (row, entry) in rows.iter().enumerate().rev() {
                    if let (Some(key), Some(value)) = (entry.key(), entry.value.get())
                        && !self.owner().is_some_and(|owner| Self::is_hidden(owner, key))
                    {
                        self.cut(Found::Row(entry, row));
                        return Some((key, value));
                    }
                }
            }
            let owner = self.owner()?;
            let (slot, name, value) = instance::last_inline(owner)?;
            self.cut(Found::Inline(slot));
            Some((name.value(), value))
        })
    }

    /// Removes and gives the first item; atomic, amortised O(1).
    pub fn pop_first(self, cx: &Cx) -> Option<(Value, Value)> {
        self.with_lock(cx, || {
            if let Some(owner) = self.owner()
                && let Some((_, key, value)) = self.next(0)
                && let Some(slot) = instance::inline_slot(cx, owner, key)
            {
                self.cut(Found::Inline(slot));
                return Some((key, value));
            }
            let table = self.table()?;
            let (row, key, value) = table.next_live(0)?;
            self.cut(Found::Row(table.row(row), row));
            Some((key.value, value))
        })
    }

    /// Moves the item of `key` to the end (or the beginning, O(n)) of the order; atomic. Gives its
    /// value, or `None` if there is none. Not for dicts of instances.
    pub fn move_item(self, cx: &Cx, key: Key, last: bool) -> Res<Option<Value>> {
        self.locate(cx, key, &mut |found| {
            let Found::Row(entry, row) = found else { return Ok(None) };
            let (Some(own), Some(value)) = (entry.key(), entry.value.get()) else {
                return Ok(None);
            };
            let hash = entry.hash();
            let Some(table) = self.table() else { return Ok(None) };
            if last {
                if row + 1 == table.end() {
                    return Ok(Some(value));
                }
                if table.is_full() {
                    let table = self.replace_table_locked(cx, Some(table))?;
                    if let Probe::Found(at, _) = table.find(hash, &[], &|key| Some(key.is(own))) {
                        table.move_to_end(cx, at.row);
                    }
                } else {
                    table.move_to_end(cx, row);
                }
                self.version.fetch_add(1, Ordering::Release);
                return Ok(Some(value));
            }
            let moved = Table::new(cx, self.own_len() * 2)?;
            moved.insert(cx, hash, own, value);
            for (at, entry) in table.rows().iter().enumerate() {
                if let (Some(key), Some(value)) = (entry.key(), entry.value.get())
                    && at != row
                {
                    moved.insert(cx, entry.hash(), key, value);
                }
            }
            self.table.set(cx, self, moved.value());
            self.moved();
            Ok(Some(value))
        })
    }

    /// Removes everything; atomic.
    pub fn clear(self, cx: &Cx) {
        self.with_lock(cx, || {
            self.table.clear();
            self.count(0);
            if let Some(owner) = self.owner() {
                instance::clear_inline(owner);
            }
        });
    }

    /// The next item at or after `cursor` (0 to begin with) and the cursor to go on with.
    /// Lock-free; under concurrent change it gives valid items, each row at most once.
    #[inline]
    pub fn next(self, cursor: usize) -> Option<(usize, Value, Value)> {
        self.next_entry(cursor).map(|(at, key, value)| (at, key.value, value))
    }

    /// As [`next`](Self::next), with the key's hash.
    #[inline]
    pub fn next_entry(self, cursor: usize) -> Option<(usize, Key, Value)> {
        match self.owner() {
            None => {
                let (row, key, value) = self.table()?.next_live(cursor)?;
                Some((row + 1, key, value))
            }
            Some(owner) => self.next_of_owner(owner, cursor),
        }
    }

    fn next_of_owner(self, owner: Value, cursor: usize) -> Option<(usize, Key, Value)> {
        let skip = instance::inline_count(owner);
        for slot in cursor..skip {
            if let Some((name, value)) = instance::inline_item(owner, slot as u32) {
                return Some((slot + 1, Key::str(name), value));
            }
        }
        let table = self.table()?;
        let mut at = cursor.saturating_sub(skip);
        loop {
            let (row, key, value) = table.next_live(at)?;
            at = row + 1;
            if !Self::is_hidden(owner, key.value) {
                return Some((skip + at, key, value));
            }
        }
    }

    /// Where reverse iteration begins.
    pub fn past_last(self) -> usize {
        let skip = self.owner().map_or(0, instance::inline_count);
        skip + self.table().map_or(0, |table| table.rows().len())
    }

    /// The last item before `cursor` (`usize::MAX` to begin with), for reverse iteration. A dict that has been cleared since
    /// has none.
    pub fn previous(self, cursor: usize) -> Option<(usize, Value, Value)> {
        let skip = self.owner().map_or(0, instance::inline_count);
        let table = self.table();
        let rows = table.as_ref().map_or(&[][..], |table| table.rows());
        if cursor != usize::MAX && cursor > skip + rows.len() {
            return None;
        }
        let mut at = cursor.min(skip + rows.len());
        while at > 0 {
            at -= 1;
            if at >= skip {
                let entry = &rows[at - skip];
                if let (Some(key), Some(value)) = (entry.key(), entry.value.get())
                    && !self.owner().is_some_and(|owner| Self::is_hidden(owner, key))
                {
                    return Some((at, key, value));
                }
            } else if let Some((name, value)) =
                self.owner().and_then(|owner| instance::inline_item(owner, at as u32))
            {
                return Some((at, name.value(), value));
            }
        }
        None
    }

    /// Cuts the tie to the instance (its `__dict__` was replaced): takes the inline values over.
    /// The instance's lock is held.
    pub(crate) fn disown_locked(self, cx: &Cx) -> Res<()> {
        let Some(owner) = self.owner() else { return Ok(()) };
        let _change = self.writes.change();
        for slot in 0..instance::inline_count(owner) as u32 {
            if let Some((name, value)) = instance::inline_item(owner, slot) {
                match (self.own_row(name), self.table()) {
                    (Some(row), Some(table)) => table.row(row).value.set(cx, table, value),
                    _ => self.append_locked(cx, Key::str(name), value)?,
                }
            }
        }
        self.owner.clear();
        Ok(())
    }
}
