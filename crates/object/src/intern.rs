//! Interned strings: one object for each identifier, so that names compare by address.
//!
//! Rules:
//! 1. A string is looked up without a lock: cells go from empty to a string and stay so until a stop. A byte lock is held to add one; no
//!    Python code, poll or collection happens under it (allocation never collects), and waiting for it is no
//!    safepoint. In a stop nobody is inside, so the collector goes in without the lock.
//! 2. When the cells get few, more are made and published. The old ones stay readable until the next stop.
//! 3. The table holds its strings weakly: a full collection drops the dead ones. Names made by
//!    [`InternedName`] and the Latin-1 characters are immortal.

use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::object::Ref;
use crate::str::PyStr;
use crate::types;
use crate::value::Value;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicPtr, AtomicU8, AtomicU64, Ordering};
use orochi_base::sync::ByteLock;
use orochi_heap::Tracer;

/// Open-addressing set of string words; 0 is empty. A power of two of them, and one is empty at least.
struct Cells(Box<[AtomicU64]>);

struct Table {
    cells: AtomicPtr<Cells>,
    lock: AtomicU8,
    owned: UnsafeCell<Owned>,
}

/// What is used under the lock, or in a stop.
struct Owned {
    len: usize,
    immortal: Vec<u64>,
    /// What was added since the last collection: nothing else can die in one of the nursery. `None` if there was no memory for it.
    young: Option<Vec<u64>>,
    /// Cells that were replaced since the last stop.
    replaced: Vec<*mut Cells>,
}

// SAFETY: `owned` is reached under the lock or in a stop: rule 1.
unsafe impl Sync for Table {}

static TABLE: Table = Table {
    cells: AtomicPtr::new(core::ptr::null_mut()),
    lock: AtomicU8::new(0),
    owned: UnsafeCell::new(Owned {
        len: 0,
        immortal: Vec::new(),
        young: Some(Vec::new()),
        replaced: Vec::new(),
    }),
};
static LATIN1: [AtomicU64; 256] = [const { AtomicU64::new(0) }; 256];
static EMPTY: AtomicU64 = AtomicU64::new(0);

/// The cells as they are now; the caller does not poll while it uses them.
fn cells<'a>() -> Option<&'a Cells> {
    // SAFETY: null or a box, freed in a stop.
    unsafe { TABLE.cells.load(Ordering::Acquire).as_ref() }
}

fn with_lock<R>(f: impl FnOnce(&mut Owned) -> R) -> R {
    ByteLock::lock(&TABLE.lock);
    // SAFETY: the lock is held.
    let result = f(unsafe { &mut *TABLE.owned.get() });
    ByteLock::unlock(&TABLE.lock);
    result
}

fn as_str(word: u64) -> Ref<PyStr> {
    // SAFETY: only words of live strings are in the table; dead ones are dropped in the stop.
    unsafe { Ref::from_ptr(word as *mut PyStr) }
}

impl Cells {
    /// The cell where a string with this hash is that is the `same`, and its word, or the empty one where it belongs.
    fn probe(&self, hash: usize, same: impl Fn(Ref<PyStr>) -> bool) -> (&AtomicU64, u64) {
        let mask = self.0.len() - 1;
        let mut at = hash & mask;
        loop {
            let word = self.0[at].load(Ordering::Acquire);
            if word == 0 || same(as_str(word)) {
                return (&self.0[at], word);
            }
            at = (at + 1) & mask;
        }
    }

    fn place(&self, s: Ref<PyStr>) -> (&AtomicU64, u64) {
        self.probe(s.hash() as usize, |own| own.same(&s))
    }

    /// Drops what is not alive, without memory; gives how many there were. In a stop.
    fn retain(&self, is_live: &dyn Fn(u64) -> bool) -> usize {
        // Going on from an empty cell, every string is met after those it has to stand behind: it
        // finds its place at or before the cell it had.
        let empty = |cell: &AtomicU64| cell.load(Ordering::Relaxed) == 0;
        let Some(start) = self.0.iter().position(empty) else { return 0 };
        let size = self.0.len();
        let mut dropped = 0;
        for at in (start..size).chain(0..start) {
            let word = self.0[at].swap(0, Ordering::Relaxed);
            if word == 0 {
                continue;
            }
            if is_live(word) {
                self.place(as_str(word)).0.store(word, Ordering::Relaxed);
            } else {
                dropped += 1;
            }
        }
        dropped
    }
}

impl Owned {
    /// Notes that a string was added.
    fn added(&mut self, word: u64) {
        self.len += 1;
        let Some(young) = &mut self.young else { return };
        if young.try_reserve(1).is_ok() {
            young.push(word);
        } else {
            self.young = None;
        }
    }

    /// The cells, with room for one more; `None` without memory. Then the table may get fuller than it should, but it keeps
    /// `spare` cells.
    fn reserve<'a>(&mut self, spare: usize) -> Option<&'a Cells> {
        let old = cells();
        let size = old.map_or(0, |old| old.0.len());
        if self.len * 2 < size {
            return old;
        }
        let mut more = Vec::new();
        let wanted = (size * 2).max(4096);
        if more.try_reserve_exact(wanted).is_err() || self.replaced.try_reserve(1).is_err() {
            return old.filter(|old| self.len + spare < old.0.len());
        }
        more.resize_with(wanted, || AtomicU64::new(0));
        let more = Box::new(Cells(more.into_boxed_slice()));
        for word in old.iter().flat_map(|old| &old.0).map(|word| word.load(Ordering::Relaxed)) {
            if word != 0 {
                more.place(as_str(word)).0.store(word, Ordering::Relaxed);
            }
        }
        let old = TABLE.cells.swap(Box::into_raw(more), Ordering::AcqRel);
        if !old.is_null() {
            self.replaced.push(old);
        }
        cells()
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
    if let Some(found) = find(cx, s) {
        return Ok(found);
    }
    let s = cx.exact_str(s)?;
    let interned = with_lock(|owned| {
        let (cell, word) = owned.reserve(spare)?.place(s);
        if word != 0 {
            return Some(as_str(word));
        }
        s.mark_interned();
        cell.store(s.value().word(), Ordering::Release);
        owned.added(s.value().word());
        Some(s)
    });
    interned.ok_or_else(|| memory_error(cx))
}

/// The interned string equal to `s`, if there is one.
pub fn find(_cx: &Cx, s: Ref<PyStr>) -> Option<Ref<PyStr>> {
    if s.is_interned() {
        return Some(s);
    }
    let (_, word) = cells()?.place(s);
    (word != 0).then(|| as_str(word))
}

/// The interned string of an ASCII text, if there is one.
fn find_ascii(text: &[u8]) -> Option<Ref<PyStr>> {
    let hash = crate::hash::bytes(text) as usize;
    let (_, word) = cells()?.probe(hash, |own| own.is_ascii_text(text));
    (word != 0).then(|| as_str(word))
}

/// Interns Rust text.
pub fn intern_text(cx: &Cx, text: &str) -> Res<Ref<PyStr>> {
    // Names of code are there already, mostly: no string is made then.
    if text.is_ascii()
        && let Some(found) = find_ascii(text.as_bytes())
    {
        return Ok(found);
    }
    let s = cx.new_str(text)?;
    intern(cx, s)
}

/// The cells with the one-character strings, by their character, for generated code; 0 where there is none yet.
pub fn latin1_cells() -> &'static [AtomicU64; 256] {
    &LATIN1
}

/// The one-character string of a Latin-1 character; immortal.
#[inline]
pub fn latin1(cx: &Cx, c: u8) -> Res<Ref<PyStr>> {
    let word = LATIN1[c as usize].load(Ordering::Acquire);
    if word != 0 {
        return Ok(as_str(word));
    }
    make_latin1(cx, c)
}

#[cold]
fn make_latin1(cx: &Cx, c: u8) -> Res<Ref<PyStr>> {
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
    with_lock(|owned| {
        if cell.load(Ordering::Acquire) == 0 {
            owned.immortal.push(s.value().word());
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

/// Visits what is immortal; in a nursery collection what was added since the last one. Called in a stop.
pub(crate) fn trace(tracer: &mut Tracer, full: bool) {
    // SAFETY: in a stop nobody is inside: rule 1.
    let owned = unsafe { &*TABLE.owned.get() };
    if full {
        return owned.immortal.iter().for_each(|word| tracer.visit(*word));
    }
    if let Some(young) = &owned.young {
        return young.iter().for_each(|word| tracer.visit(*word));
    }
    let words = cells().into_iter().flat_map(|cells| &cells.0).map(|c| c.load(Ordering::Relaxed));
    words.filter(|word| *word != 0).for_each(|word| tracer.visit(word));
}

/// What is in the table has survived a marking. Called in a stop.
pub(crate) fn aged() {
    // SAFETY: in a stop nobody is inside: rule 1.
    let owned = unsafe { &mut *TABLE.owned.get() };
    // Its memory may name dead ones: it goes, too.
    owned.young = Some(Vec::new());
}

/// Drops dead strings after a full marking, and cells that were replaced. Called in a stop.
pub(crate) fn prune(is_live: &dyn Fn(u64) -> bool) {
    // SAFETY: in a stop nobody is inside: rule 1.
    let owned = unsafe { &mut *TABLE.owned.get() };
    for cells in owned.replaced.drain(..) {
        // SAFETY: a box that nobody can find any more.
        drop(unsafe { Box::from_raw(cells) });
    }
    owned.len -= cells().map_or(0, |cells| cells.retain(is_live));
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
