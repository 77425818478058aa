//! Inline caches: data beside the code, never patched code.
//!
//! Rules:
//! 1. A site is one slot of the code's [`CacheRow`]: an immutable [`Entry`] published with Release,
//!    read with Acquire. To add a case a new entry is made whose `next` is the old one, up to
//!    [`MAX_CHAIN`]; then the chain starts anew.
//! 2. An entry is used only while its guards hold: the receiver's shape (or the class itself) is
//!    `key` and the class's version is `version`; for global names, the dict's table is `key`.
//! 3. Entries are hints held weakly: a full collection empties all rows. Threads are stopped then
//!    and hold no entry across a poll.

use orochi_heap::Tracer;
use orochi_object::collector;
use orochi_object::layout::{self, HeapLayout, RUNTIME_BASE};
use orochi_object::prelude::*;

/// Layout numbers.
pub const LAYOUT: u16 = RUNTIME_BASE + 5;
pub const ROW_LAYOUT: u16 = RUNTIME_BASE + 6;
/// Longest chain of a polymorphic site.
pub const MAX_CHAIN: usize = 4;

/// What an entry says of its site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum Kind {
    /// The attribute is the inline slot at byte `offset`.
    Slot = 1,
    /// The attribute is `value`, found on the class; the instance has none of that name.
    Class = 3,
    /// As `Class`, for a function-like method.
    Method = 5,
    /// The receiver is a class: the attribute is `value`.
    OfClass = 7,
    /// The receiver is a module: the attribute is the row at address `offset` of table `extra`.
    Module = 9,
    /// Storing adds the attribute: new shape `extra`, inline slot at byte `offset`.
    Add = 11,
    /// A global: row at address `offset` of table `key`.
    Global = 13,
    /// A builtin: `key` is the globals' table with `version` rows; row at `offset` of `extra`.
    Builtin = 15,
    /// The attribute is to be had from the property `value`.
    Property = 17,
    /// The attribute is a member (`__slots__`) at byte `offset`; it may be UNSET.
    Member = 19,
    /// The attribute is what the native data descriptor `value`, found on the class, gives for the instance.
    Native = 21,
}

/// One case of a site. All words are values or odd numbers.
#[repr(C)]
pub struct Entry {
    header: Header,
    kind: Kind,
    version: u64,
    offset: u64,
    key: Slot,
    value: Slot,
    extra: Slot,
    next: Slot,
}

// SAFETY: repr(C) with a Header first; every word is a slot or odd.
unsafe impl Object for Entry {
    const LAYOUT: u16 = LAYOUT;
}

/// The heap layout of entries.
pub const CACHE_LAYOUT: HeapLayout = HeapLayout { name: "cache entry", ..layout::WORDS_LAYOUT };

impl Entry {
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.kind
    }
    /// The class version (or row count) of the guard.
    #[inline(always)]
    pub fn version(&self) -> u64 {
        self.version >> 1
    }
    /// A byte offset, or the address of a row.
    #[inline(always)]
    pub fn offset(&self) -> usize {
        (self.offset >> 1) as usize
    }
    #[inline(always)]
    pub fn key_word(&self) -> u64 {
        self.key.get().map_or(0, Value::word)
    }
    #[inline(always)]
    pub fn payload(&self) -> Value {
        self.value.or_none()
    }
    #[inline(always)]
    pub fn extra(&self) -> Option<Value> {
        self.extra.get()
    }
    #[inline(always)]
    pub fn next(&self) -> Option<Ref<Entry>> {
        // SAFETY: `next` holds an entry or UNSET.
        self.next.get().map(|next| unsafe { next.cast() })
    }
}

/// The parts of a new entry.
pub struct NewEntry {
    pub kind: Kind,
    pub key: Value,
    pub version: u64,
    pub offset: usize,
    pub value: Option<Value>,
    pub extra: Option<Value>,
}

/// The caches of one code object.
#[repr(C)]
pub struct CacheRow {
    header: Header,
    len: usize,
}

// SAFETY: repr(C) with a Header first; all words after the struct are slots.
unsafe impl Object for CacheRow {
    const LAYOUT: u16 = ROW_LAYOUT;
}

/// The heap layout of cache rows: emptied by full collections (rule 3).
pub const CACHES_LAYOUT: HeapLayout =
    HeapLayout { name: "inline caches", trace: Some(trace_row), trace_range: None, drop: None };

/// # Safety
/// Called by the collector with a cache row.
unsafe fn trace_row(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is CacheRow.
    let row = unsafe { &*header.cast::<CacheRow>() };
    for slot in row.slots() {
        if collector::is_full() {
            slot.clear();
        } else {
            layout::visit(slot, tracer);
        }
    }
}

impl CacheRow {
    #[inline(always)]
    fn slots(&self) -> &[Slot] {
        // SAFETY: `len` slots follow the struct.
        unsafe {
            let first = (self as *const CacheRow).add(1).cast::<Slot>();
            core::slice::from_raw_parts(first, self.len)
        }
    }
    /// The first entry of site `i`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Ref<Entry>> {
        debug_assert!(i < self.len);
        // SAFETY: the verifier has checked site numbers; slots hold entries or UNSET.
        unsafe { self.slots().get_unchecked(i).get().map(|entry| entry.cast()) }
    }
}

/// A row of `n` empty sites.
pub fn new_row(cx: &Cx, n: usize) -> Res<Ref<CacheRow>> {
    let row = cx.alloc_internal::<CacheRow>(n * 8)?;
    // SAFETY: fresh and unpublished.
    unsafe { (*row.as_ptr()).len = n };
    Ok(row)
}

/// Adds a case to site `i`. Without memory nothing is cached.
#[cold]
#[inline(never)]
pub fn add(cx: &Cx, row: Ref<CacheRow>, i: usize, new: NewEntry) {
    let Ok(entry) = cx.alloc_internal::<Entry>(0) else { return };
    let mut chain = row.get(i);
    let mut length = 0;
    while let Some(at) = chain {
        length += 1;
        chain = at.next();
    }
    // SAFETY: fresh and unpublished.
    unsafe {
        let raw = entry.as_ptr();
        (*raw).kind = new.kind;
        (*raw).version = new.version << 1 | 1;
        (*raw).offset = (new.offset as u64) << 1 | 1;
    }
    entry.key.init(new.key);
    entry.value.init_opt(new.value);
    entry.extra.init_opt(new.extra);
    if length < MAX_CHAIN
        && matches!(new.kind, Kind::Slot | Kind::Class | Kind::Method | Kind::Add | Kind::Member)
    {
        entry.next.init_opt(row.get(i).map(Ref::value));
    }
    row.slots()[i].set(cx, row, Ref::value(entry));
}
