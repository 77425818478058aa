//! `Slot`: the one way to keep a `Value` in memory that other threads may reach.
//!
//! Rules:
//! 1. Every load is Acquire, every store Release: who sees a word sees the object behind it whole.
//! 2. A store into an object that may have been seen by a collection goes through the heap's
//!    barrier; [`Slot::set`] does both. [`Slot::init`] is for objects not yet published and not
//!    older than the thread's last poll.
//! 3. UNSET is the zero word, so zeroed memory is a row of empty slots.

use crate::cx::Cx;
use crate::value::Value;
use core::sync::atomic::{AtomicU64, Ordering};
use orochi_heap::Header;

/// One shared word that holds a value or UNSET.
#[repr(transparent)]
pub struct Slot(AtomicU64);

impl Slot {
    pub const EMPTY: Slot = Slot(AtomicU64::new(0));

    /// A slot that holds `value` already (for objects under construction).
    #[inline(always)]
    pub const fn new(value: Value) -> Slot {
        Slot(AtomicU64::new(value.word()))
    }

    /// Values as slots, to be read.
    #[inline(always)]
    pub(crate) fn of_values(values: &[Value]) -> &[Slot] {
        // SAFETY: both are one word of the same form, and an atomic load may read what nobody writes.
        unsafe { core::slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
    }

    #[inline(always)]
    pub fn get(&self) -> Option<Value> {
        Value::from_word(self.0.load(Ordering::Acquire))
    }

    /// The value of a slot that is known to be set.
    ///
    /// # Safety
    /// The slot is not UNSET.
    #[inline(always)]
    pub unsafe fn get_set(&self) -> Value {
        // SAFETY: as the caller promises.
        unsafe { Value::from_word_unchecked(self.0.load(Ordering::Acquire)) }
    }

    /// The value, or `None` (Python's) where the slot is UNSET.
    #[inline(always)]
    pub fn or_none(&self) -> Value {
        self.get().unwrap_or(Value::NONE)
    }

    #[inline(always)]
    pub fn is_unset(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }

    /// Stores without a barrier: rule 2.
    #[inline(always)]
    pub fn init(&self, value: Value) {
        self.0.store(value.word(), Ordering::Release);
    }

    /// Stores a word without a barrier: rule 2, or an UNSET or immediate word.
    #[inline(always)]
    pub fn init_opt(&self, value: Option<Value>) {
        self.0.store(value.map_or(0, Value::word), Ordering::Release);
    }

    /// Stores `value` in a slot of `owner`.
    #[inline(always)]
    pub fn set<T>(&self, cx: &Cx, owner: crate::object::Ref<T>, value: Value) {
        self.set_in(cx, owner.header_ptr(), value);
    }

    /// As [`Slot::set`], for who has the owner's address only.
    #[inline(always)]
    #[allow(clippy::not_unsafe_ptr_arg_deref, reason = "whoever has a slot has its owner alive")]
    pub fn set_in(&self, cx: &Cx, owner: *mut Header, value: Value) {
        self.0.store(value.word(), Ordering::Release);
        // SAFETY: `owner` is a live object and this slot lies in it (or in memory it traces).
        unsafe { cx.mutator.barrier(owner, &raw const self.0) };
    }

    /// The barrier for stores without one in this slot of `owner`.
    pub(crate) fn note_stored<T>(&self, cx: &Cx, owner: crate::object::Ref<T>) {
        // SAFETY: `owner` is a live object and this slot lies in it (or in memory it traces).
        unsafe { cx.mutator.barrier(owner.header_ptr(), &raw const self.0) };
    }

    #[inline(always)]
    pub fn set_opt<T>(&self, cx: &Cx, owner: crate::object::Ref<T>, value: Option<Value>) {
        match value {
            Some(value) => self.set(cx, owner, value),
            None => self.clear(),
        }
    }

    /// Makes the slot UNSET.
    #[inline(always)]
    pub fn clear(&self) {
        self.0.store(0, Ordering::Release);
    }

    /// Takes the value out, leaving UNSET; atomic.
    #[inline]
    pub fn take(&self) -> Option<Value> {
        Value::from_word(self.0.swap(0, Ordering::AcqRel))
    }

    /// Stores `value` if the slot holds `old`; atomic. Gives what was there on failure.
    pub fn replace<T>(
        &self,
        cx: &Cx,
        owner: crate::object::Ref<T>,
        old: Option<Value>,
        value: Value,
    ) -> Result<(), Option<Value>> {
        let old = old.map_or(0, Value::word);
        match self.0.compare_exchange(old, value.word(), Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => {
                // SAFETY: as in `set_in`.
                unsafe { cx.mutator.barrier(owner.header_ptr(), &raw const self.0) };
                Ok(())
            }
            Err(seen) => Err(Value::from_word(seen)),
        }
    }

    /// The word as the collector sees it.
    #[inline(always)]
    pub fn raw(&self) -> *const AtomicU64 {
        &raw const self.0
    }
}
