//! The hash table of dicts and sets: insertion-ordered, open addressing, readable without a lock.
//!
//! Rules:
//! 1. Writers hold the owner's object lock; readers hold nothing.
//! 2. A table never grows: a bigger one is built and published. A table that was replaced stays
//!    readable.
//! 3. An entry's hash and key are written once, before its number is published in `indices`
//!    (Release); entries are never reused within a table. Only then does `filled` count it, so that
//!    who sees an old count after a miss knows of no key added since.
//! 4. Deleting stores `DELETED` in the index cell, then UNSET as the value. A new key takes the
//!    first cell of its probe sequence that is empty or deleted; the cell of a key that is there
//!    never changes, so that a reader cannot miss it. Moving a key to the end of the order stores
//!    the new row in the same cell.
//! 5. A reader loads the index cell (Acquire), then key, then value. An UNSET value is an entry that
//!    was deleted or moved since: the reader looks again, and finds the cell changed.
//! 6. Tracing clears the key of a deleted entry, so that it dies; a reader that was on its way to the
//!    entry finds no key.

use super::Key;
use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::layout;
use crate::object::{Object, Ref};
use crate::slot::Slot;
use crate::value::Value;
use core::sync::atomic::{AtomicI64, AtomicU32, AtomicUsize, Ordering};
use orochi_heap::{Header, MIN_RAW_BYTES, Tracer};

/// A table: `entries` rows after the struct, then the index cells.
#[repr(C)]
pub struct Table {
    header: Header,
    /// Rows written so far (live and deleted).
    filled: AtomicUsize,
    /// Number of index cells minus one (a power of two minus one).
    mask: u32,
    /// Rows there is room for.
    capacity: u32,
    /// Rows before this one are deleted; a hint that only ever lags.
    first: AtomicU32,
    /// Rows at or after this one are deleted or not yet written; kept under the lock.
    end: AtomicU32,
}

/// One row.
#[repr(C)]
pub struct Entry {
    hash: AtomicI64,
    key: Slot,
    pub value: Slot,
}

impl Entry {
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        self.hash.load(Ordering::Relaxed)
    }
    #[inline(always)]
    pub fn key(&self) -> Option<Value> {
        self.key.get()
    }
    /// The key with its hash and the value, unless the row is deleted.
    #[inline(always)]
    pub(crate) fn item(&self) -> Option<(Key, Value)> {
        let (value, item) = (self.key.get()?, self.value.get()?);
        Some((Key { value, hash: self.hash() }, item))
    }
    /// A deleted row does not keep its key alive (rule 6).
    fn trace(&self, tracer: &mut Tracer) {
        if self.value.is_unset() {
            self.key.clear();
            return;
        }
        layout::visit(&self.key, tracer);
        layout::visit(&self.value, tracer);
    }
}

const EMPTY: u32 = 0;
const DELETED: u32 = u32::MAX;

// SAFETY: repr(C) with a Header first; the trace function visits every row's key and value.
unsafe impl Object for Table {
    const LAYOUT: u16 = layout::DICT_TABLE;
}

/// The heap layout of tables.
pub const TABLE_LAYOUT: layout::HeapLayout = layout::HeapLayout {
    name: "dict table",
    trace: Some(trace_table),
    trace_range: Some(trace_table_range),
    drop: None,
};

/// # Safety
/// Called by the collector with a table.
unsafe fn trace_table(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is Table.
    let table = unsafe { &*header.cast::<Table>() };
    table.rows().iter().for_each(|entry| entry.trace(tracer));
}

/// # Safety
/// Called by the collector with a table and a byte range in it.
unsafe fn trace_table_range(header: *mut Header, start: usize, end: usize, tracer: &mut Tracer) {
    // SAFETY: the layout is Table.
    let table = unsafe { &*header.cast::<Table>() };
    let row = size_of::<Entry>();
    let first = start.saturating_sub(size_of::<Table>()) / row;
    let last = end.saturating_sub(size_of::<Table>()).div_ceil(row);
    let rows = table.rows();
    let rows = &rows[first.min(rows.len())..last.min(rows.len())];
    rows.iter().for_each(|entry| entry.trace(tracer));
}

/// A row of a table, and the index cell that names it, or will.
#[derive(Clone, Copy)]
pub struct At {
    pub row: usize,
    cell: usize,
}

/// The index cell that a missing key's row goes into. It holds while the owner's lock is held and nothing is added.
#[derive(Clone, Copy)]
pub struct Vacancy(usize);

/// Where a key was found and its value then, or that it is not there.
pub enum Probe {
    Found(At, Value),
    Missing(Vacancy),
    /// A key with the same hash whose equality needs Python code, at this row.
    Ask(usize),
}

impl Table {
    /// Offset for generated code.
    pub const FILLED_OFFSET: usize = core::mem::offset_of!(Table, filled);

    /// A table with room for `capacity` rows.
    pub fn new(cx: &Cx, capacity: usize) -> Res<Ref<Table>> {
        let cells = (capacity + capacity / 2 + 1).next_power_of_two().max(4);
        if capacity > (u32::MAX / 2) as usize {
            return Err(memory_error(cx));
        }
        let rows = capacity * size_of::<Entry>();
        let bytes = rows + cells * 4;
        let table = if bytes < MIN_RAW_BYTES {
            cx.alloc_internal::<Table>(bytes)?
        } else {
            let table = cx.alloc_internal_unzeroed::<Table>(bytes)?;
            // SAFETY: fresh and unpublished. Rows are not looked at before they are written (rule 3).
            unsafe { table.as_ptr().add(1).cast::<u8>().add(rows).write_bytes(0, cells * 4) };
            table
        };
        // SAFETY: fresh and unpublished. Both fit as the capacity does.
        unsafe {
            (*table.as_ptr()).mask = (cells - 1) as u32;
            (*table.as_ptr()).capacity = capacity as u32;
        }
        Ok(table)
    }

    #[inline(always)]
    fn all_rows(&self) -> &[Entry] {
        // SAFETY: `capacity` rows follow the struct; they may hold anything before they are written.
        unsafe {
            let first = (self as *const Table).add(1).cast::<Entry>();
            core::slice::from_raw_parts(first, self.capacity())
        }
    }

    #[inline(always)]
    fn indices(&self) -> &[AtomicU32] {
        // SAFETY: `mask + 1` cells follow the rows.
        unsafe {
            let first = (self as *const Table).add(1).cast::<Entry>().add(self.capacity());
            core::slice::from_raw_parts(first.cast::<AtomicU32>(), self.mask as usize + 1)
        }
    }

    /// The cell that a search is at.
    #[inline(always)]
    fn cell(&self, probe: &Probing) -> &AtomicU32 {
        // SAFETY: `mask + 1` cells follow the rows, and the probe stays within the mask.
        unsafe {
            let first = (self as *const Table).add(1).cast::<Entry>().add(self.capacity());
            &*first.cast::<AtomicU32>().add(probe.at & self.mask as usize)
        }
    }

    /// The rows written so far, in insertion order; those with an UNSET value are deleted.
    #[inline(always)]
    pub fn rows(&self) -> &[Entry] {
        &self.all_rows()[..self.filled.load(Ordering::Acquire).min(self.capacity())]
    }
    /// Rows before this one are all deleted: where a search for the first live row begins.
    #[inline(always)]
    pub fn first(&self) -> usize {
        self.first.load(Ordering::Acquire) as usize
    }
    /// Rows at or after this one are all deleted: where a search for the last live row ends. Exact
    /// enough under the owner's lock only.
    #[inline(always)]
    pub fn end(&self) -> usize {
        self.end.load(Ordering::Acquire) as usize
    }
    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.capacity as usize
    }
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.filled.load(Ordering::Relaxed) >= self.capacity()
    }

    /// The value whose key is this very object. Lock-free; complete for interned strings looked up
    /// among interned strings, else a miss proves nothing.
    #[inline(always)]
    pub fn find_identical(&self, key: Value, hash: i64) -> Option<Value> {
        let mut probe = Probing::new(hash, self.mask);
        loop {
            let index = self.cell(&probe).load(Ordering::Acquire);
            if index == EMPTY {
                return None;
            }
            if index != DELETED {
                let entry = &self.all_rows()[index as usize - 1];
                if entry.key() == Some(key) {
                    match entry.value.get() {
                        None if self.cell(&probe).load(Ordering::Acquire) != index => continue,
                        value => return value,
                    }
                }
            }
            probe.next();
        }
    }

    /// Looks for `key` by identity, then by `same` (pure native equality, `None` = must ask
    /// Python) among keys of the same hash, skipping the first `skip` rows that had to be asked.
    #[inline]
    pub fn find(&self, hash: i64, skip: &[usize], same: &dyn Fn(Value) -> Option<bool>) -> Probe {
        self.search(hash, skip, same)
    }

    /// As [`Table::find`], made for one kind of comparison.
    #[inline(always)]
    pub(crate) fn search(
        &self,
        hash: i64,
        skip: &[usize],
        same: impl Fn(Value) -> Option<bool>,
    ) -> Probe {
        let mut probe = Probing::new(hash, self.mask);
        let mut vacancy = None;
        loop {
            let index = self.cell(&probe).load(Ordering::Acquire);
            if index == EMPTY {
                return Probe::Missing(Vacancy(vacancy.unwrap_or(probe.at)));
            }
            if index == DELETED {
                vacancy = vacancy.or(Some(probe.at));
            } else {
                let row = index as usize - 1;
                let entry = &self.all_rows()[row];
                if entry.hash() == hash
                    && let Some(own) = entry.key()
                {
                    match same(own) {
                        Some(true) => match entry.value.get() {
                            Some(value) => {
                                return Probe::Found(At { row, cell: probe.at }, value);
                            }
                            // Deleted or moved (rule 5): the cell tells.
                            None if self.cell(&probe).load(Ordering::Acquire) != index => continue,
                            None => {}
                        },
                        None if !skip.contains(&row) => return Probe::Ask(row),
                        _ => {}
                    }
                }
            }
            probe.next();
        }
    }

    /// The row at `row`, which `find` gave.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &Entry {
        &self.all_rows()[row]
    }

    /// The first live row at or after `from`.
    #[inline(always)]
    pub fn next_live(&self, from: usize) -> Option<(usize, Key, Value)> {
        let rows = self.rows();
        let mut row = from.max(self.first());
        while let Some(entry) = rows.get(row) {
            if let Some((key, value)) = entry.item() {
                return Some((row, key, value));
            }
            row += 1;
        }
        None
    }

    /// How many rows a table that replaces a full one with `live` items has.
    pub fn capacity_for(live: usize) -> usize {
        if live < 5 { 5 } else { live * 2 }
    }
}

impl Ref<Table> {
    /// As [`Table::row`], borrowed for as long as the caller keeps this `Ref` on its stack.
    #[inline(always)]
    pub fn row_static<'a>(self, row: usize) -> &'a Entry {
        // SAFETY: tables are traced and do not move.
        unsafe { &*core::ptr::from_ref(self.row(row)) }
    }

    /// Appends a row for a key that is not there. The owner's lock is held (or the table is not
    /// yet published) and the table is not full.
    #[inline]
    pub fn insert(self, cx: &Cx, hash: i64, key: Value, value: Value) {
        let indices = self.indices();
        let mut probe = Probing::new(hash, self.mask);
        while !matches!(indices[probe.at].load(Ordering::Relaxed), EMPTY | DELETED) {
            probe.next();
        }
        self.append(cx, &indices[probe.at], hash, key, value);
    }

    /// As [`Ref::insert`], where a search for the key ended.
    #[inline(always)]
    pub fn insert_at(self, cx: &Cx, vacancy: Vacancy, hash: i64, key: Value, value: Value) {
        self.append(cx, &self.indices()[vacancy.0], hash, key, value);
    }

    /// Writes the next row and publishes its number in `cell`, then counts it (rule 3).
    #[inline]
    fn append(self, cx: &Cx, cell: &AtomicU32, hash: i64, key: Value, value: Value) {
        let row = self.filled.load(Ordering::Relaxed);
        let entry = &self.all_rows()[row];
        entry.hash.store(hash, Ordering::Relaxed);
        entry.value.init(value);
        entry.key.init(key);
        // SAFETY: a live object.
        if unsafe { cx.mutator.is_watched(self.header_ptr()) } {
            entry.value.note_stored(cx, self);
            entry.key.note_stored(cx, self);
        }
        cell.store(row as u32 + 1, Ordering::Release);
        self.filled.store(row + 1, Ordering::Release);
        self.end.store(row as u32 + 1, Ordering::Release);
    }

    /// Deletes row `row`. The owner's lock is held.
    pub fn delete(self, row: usize) {
        if let Some(cell) = self.cell_of(row) {
            cell.store(DELETED, Ordering::Release);
        }
        self.row(row).value.clear();
        self.note_deleted();
    }

    /// As [`Ref::delete`], for a row that a search found.
    #[inline(always)]
    pub fn delete_at(self, at: At) {
        self.indices()[at.cell].store(DELETED, Ordering::Release);
        self.row(at.row).value.clear();
        self.note_deleted();
    }

    /// Moves row `row` to the end of the order. The owner's lock is held and the table is not full.
    /// A reader finds the key all the while (rule 4).
    pub fn move_to_end(self, cx: &Cx, row: usize) {
        let entry = self.row(row);
        if let (Some(cell), Some(key), Some(value)) =
            (self.cell_of(row), entry.key(), entry.value.get())
        {
            self.append(cx, cell, entry.hash(), key, value);
            entry.value.clear();
            self.note_deleted();
        }
    }

    /// The index cell that names row `row`.
    fn cell_of(&self, row: usize) -> Option<&AtomicU32> {
        let indices = self.indices();
        let mut probe = Probing::new(self.row(row).hash(), self.mask);
        loop {
            let index = indices[probe.at].load(Ordering::Relaxed);
            if index == row as u32 + 1 {
                return Some(&indices[probe.at]);
            }
            if index == EMPTY {
                return None;
            }
            probe.next();
        }
    }

    /// Moves the hints over deleted rows. Amortised O(1): both move one way between insertions.
    fn note_deleted(self) {
        let rows = self.rows();
        let mut first = self.first();
        while rows.get(first).is_some_and(|entry| entry.value.is_unset()) {
            first += 1;
        }
        self.first.store(first as u32, Ordering::Release);
        let mut end = self.end().min(rows.len());
        while end > 0 && rows[end - 1].value.is_unset() {
            end -= 1;
        }
        self.end.store(end as u32, Ordering::Release);
    }

    /// A new table with the live rows of this one and room for `capacity`. The owner's lock is held, or the table is forgotten
    /// if there was a change meanwhile: then it may lack rows.
    pub fn rebuilt(self, cx: &Cx, capacity: usize) -> Res<Ref<Table>> {
        let table = Table::new(cx, capacity)?;
        let rows = self.rows();
        let indices = table.indices();
        let same_cells = table.mask == self.mask && rows.len() <= capacity;
        let mut filled = 0;
        for (to, from) in table.all_rows().iter().zip(rows) {
            let (Some(key), Some(value)) = (from.key(), from.value.get()) else { break };
            to.hash.store(from.hash(), Ordering::Relaxed);
            to.key.init(key);
            to.value.init(value);
            filled += 1;
        }
        if filled == rows.len() && same_cells {
            // The same cells lead to the same rows.
            for (to, from) in indices.iter().zip(self.indices()) {
                to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
            }
        } else {
            for (row, entry) in table.all_rows()[..filled].iter().enumerate() {
                let mut probe = Probing::new(entry.hash(), table.mask);
                while indices[probe.at].load(Ordering::Relaxed) != EMPTY {
                    probe.next();
                }
                indices[probe.at].store(row as u32 + 1, Ordering::Relaxed);
            }
        }
        table.filled.store(filled, Ordering::Release);
        table.end.store(filled as u32, Ordering::Release);
        for entry in &rows[filled..] {
            if let (Some(key), Some(value)) = (entry.key(), entry.value.get())
                && !table.is_full()
            {
                table.insert(cx, entry.hash(), key, value);
            }
        }
        Ok(table)
    }
}

/// The probe sequence: CPython's perturbed recurrence.
struct Probing {
    at: usize,
    perturb: u64,
    mask: usize,
}

impl Probing {
    #[inline(always)]
    fn new(hash: i64, mask: u32) -> Probing {
        let mask = mask as usize;
        Probing { at: hash as usize & mask, perturb: hash as u64, mask }
    }
    #[inline(always)]
    fn next(&mut self) {
        self.perturb >>= 5;
        let next = (self.at as u64).wrapping_mul(5).wrapping_add(self.perturb).wrapping_add(1);
        self.at = next as usize & self.mask;
    }
}
