//! Interned strings: one object for each identifier, so that names compare by address.
//!
//! Rules:
//! 1. The table is guarded by a byte lock held for the probe only; no Python code, poll or
//!    collection happens under it (allocation never collects), and waiting for it is no safepoint. In
//!    a stop nobody is inside, so the collector goes in without the lock.
//! 2. The table holds its strings weakly: a full collection drops the dead ones. Names made by
//!    [`InternedName`] and the Latin-1 characters are immortal.

use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::object::Ref;
use crate::str::PyStr;
use crate::types;
use crate::value::Value;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use orochi_base::sync::ByteLock;
use orochi_heap::Tracer;

/// Open-addressing set of string words; 0 is empty. Immortal ones are also in `immortal`.
struct Table {
    cells: Vec<u64>,
    len: usize,
    immortal: Vec<u64>,
}

struct Shared {
    lock: AtomicU8,
    table: UnsafeCell<Table>,
}

// SAFETY: the table is reached through `with_table` (lock held) or in a stop: rule 1.
unsafe impl Sync for Shared {}

static SHARED: Shared = Shared {
    lock: AtomicU8::new(0),
    table: UnsafeCell::new(Table { cells: Vec::new(), len: 0, immortal: Vec::new() }),
};
static LATIN1: [AtomicU64; 256] = [const { AtomicU64::new(0) }; 256];
static EMPTY: AtomicU64 = AtomicU64::new(0);

fn with_table<R>(f: impl FnOnce(&mut Table) -> R) -> R {
    ByteLock::lock(&SHARED.lock);
    // SAFETY: the lock is held.
    let result = f(unsafe { &mut *SHARED.table.get() });
    ByteLock::unlock(&SHARED.lock);
    result
}

fn as_str(word: u64) -> Ref<PyStr> {
    // SAFETY: only words of live strings are in the table; dead ones are dropped in the stop.
    unsafe { Ref::from_ptr(word as *mut PyStr) }
}

impl Table {
    /// The cell where a string equal to `s` is, or the empty one where it belongs.
    fn probe(&self, s: Ref<PyStr>) -> usize {
        let mask = self.cells.len() - 1;
        let mut at = s.hash() as usize & mask;
        while self.cells[at] != 0 && !as_str(self.cells[at]).same(&s) {
            at = (at + 1) & mask;
        }
        at
    }

    /// The string of an ASCII text.
    fn find_ascii(&self, text: &[u8]) -> Option<Ref<PyStr>> {
        let mask = self.cells.len().checked_sub(1)?;
        let mut at = crate::hash::bytes(text) as usize & mask;
        while self.cells[at] != 0 {
            let s = as_str(self.cells[at]);
            if s.is_ascii_text(text) {
                return Some(s);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Makes room for one more; says whether there is. Without memory the table may get fuller than it
    /// should, but it keeps `spare` cells.
    fn reserve(&mut self, spare: usize) -> bool {
        if self.len * 2 < self.cells.len() {
            return true;
        }
        let size = (self.cells.len() * 2).max(4096);
        let mut cells = Vec::new();
        if cells.try_reserve_exact(size).is_err() {
            return self.len + spare < self.cells.len();
        }
        cells.resize(size, 0);
        let old = core::mem::replace(&mut self.cells, cells);
        for word in old.into_iter().filter(|word| *word != 0) {
            let at = self.probe(as_str(word));
            self.cells[at] = word;
        }
        true
    }

    /// Drops what is not alive, without memory.
    fn retain(&mut self, is_live: &dyn Fn(u64) -> bool) {
        // Going on from an empty cell, every string is met after those it has to stand behind: it
        // finds its place at or before the cell it had.
        let Some(start) = self.cells.iter().position(|word| *word == 0) else { return };
        let size = self.cells.len();
        for at in (start..size).chain(0..start) {
            let word = core::mem::take(&mut self.cells[at]);
            if word == 0 {
                continue;
            }
            if is_live(word) {
                let at = self.probe(as_str(word));
                self.cells[at] = word;
            } else {
                self.len -= 1;
            }
        }
    }
}

/// Cells that are left for the names of [`InternedName`] when the table cannot grow.
const SPARE: usize = 1024;

/// The interned string equal to `s`: `s` itself if it is the first (and an exact `str`).
pub fn intern(cx: &Cx, s: Ref<PyStr>) -> Res<Ref<PyStr>> {
    if s.is_interned() {
        return Ok(s);
    }
    intern_sparing(cx, s, SPARE)
}

fn intern_sparing(cx: &Cx, s: Ref<PyStr>, spare: usize) -> Res<Ref<PyStr>> {
    let s = cx.exact_str(s)?;
    let interned = with_table(|table| {
        if !table.reserve(spare) {
            return None;
        }
        let at = table.probe(s);
        if table.cells[at] == 0 {
            s.mark_interned();
            table.cells[at] = s.value().word();
            table.len += 1;
        }
        Some(as_str(table.cells[at]))
    });
    interned.ok_or_else(|| memory_error(cx))
}

/// The interned string equal to `s`, if there is one.
pub fn find(_cx: &Cx, s: Ref<PyStr>) -> Option<Ref<PyStr>> {
    if s.is_interned() {
        return Some(s);
    }
    with_table(|table| {
        if table.cells.is_empty() {
            return None;
        }
        let word = table.cells[table.probe(s)];
        (word != 0).then(|| as_str(word))
    })
}

/// Interns Rust text.
pub fn intern_text(cx: &Cx, text: &str) -> Res<Ref<PyStr>> {
    // Names of code are there already, mostly: no string is made then.
    if text.is_ascii()
        && let Some(found) = with_table(|table| table.find_ascii(text.as_bytes()))
    {
        return Ok(found);
    }
    let s = cx.new_str(text)?;
    intern(cx, s)
}

/// The one-character string of a Latin-1 character; immortal.
pub fn latin1(cx: &Cx, c: u8) -> Res<Ref<PyStr>> {
    let word = LATIN1[c as usize].load(Ordering::Acquire);
    if word != 0 {
        return Ok(as_str(word));
    }
    let s = cx.str_from_narrow(types::STR.get(), orochi_text::Units::One(&[c]))?;
    immortal(cx, s, &LATIN1[c as usize])
}

/// The empty string; immortal.
pub fn empty(cx: &Cx) -> Res<Ref<PyStr>> {
    let word = EMPTY.load(Ordering::Acquire);
    if word != 0 {
        return Ok(as_str(word));
    }
    let s = cx.str_from_narrow(types::STR.get(), orochi_text::Units::One(&[]))?;
    immortal(cx, s, &EMPTY)
}

fn immortal(cx: &Cx, s: Ref<PyStr>, cell: &AtomicU64) -> Res<Ref<PyStr>> {
    let s = intern_sparing(cx, s, 1)?;
    with_table(|table| {
        if cell.load(Ordering::Acquire) == 0 {
            table.immortal.push(s.value().word());
            cell.store(s.value().word(), Ordering::Release);
        }
    });
    Ok(s)
}

/// A name written in Rust source, interned on first use: see the `name!` macro.
pub struct InternedName {
    text: &'static str,
    cell: AtomicU64,
}

impl InternedName {
    pub const fn new(text: &'static str) -> InternedName {
        InternedName { text, cell: AtomicU64::new(0) }
    }
    /// The interned string; immortal.
    #[inline]
    pub fn get(&self, cx: &Cx) -> Ref<PyStr> {
        let word = self.cell.load(Ordering::Acquire);
        if word != 0 { as_str(word) } else { self.make(cx) }
    }
    #[cold]
    fn make(&self, cx: &Cx) -> Ref<PyStr> {
        let made = cx.reserved_str(self.text).and_then(|s| immortal(cx, s, &self.cell));
        match made {
            Ok(s) => s,
            // The names in our sources are few and short: the heap's reserve covers them.
            Err(_) => crate::fatal("out of memory while interning a name"),
        }
    }
}

/// `name!(cx, "__init__")`: the interned string.
#[macro_export]
macro_rules! name {
    ($cx:expr, $text:expr) => {{
        static NAME: $crate::intern::InternedName = $crate::intern::InternedName::new($text);
        NAME.get($cx)
    }};
}

/// Visits what is immortal; in a nursery collection everything. Called in a stop.
pub(crate) fn trace(tracer: &mut Tracer, full: bool) {
    // SAFETY: in a stop nobody is inside: rule 1.
    let table = unsafe { &*SHARED.table.get() };
    let words = if full { &table.immortal } else { &table.cells };
    words.iter().filter(|word| **word != 0).for_each(|word| tracer.visit(*word));
}

/// Drops dead strings after a full marking. Called in a stop.
pub(crate) fn prune(is_live: &dyn Fn(u64) -> bool) {
    // SAFETY: in a stop nobody is inside: rule 1.
    let table = unsafe { &mut *SHARED.table.get() };
    table.retain(is_live);
}

impl Cx {
    /// Interns a value that must be a str; gives it unchanged if it is not.
    pub fn interned_value(&self, value: Value) -> Res {
        match value.as_str() {
            Some(s) => Ok(intern(self, s)?.value()),
            None => Ok(value),
        }
    }
}
