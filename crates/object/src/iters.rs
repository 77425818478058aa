//! Payloads and `next` of the iterators that the interpreter knows by layout.
//!
//! Rules:
//! 1. Positions are plain atomics without read-modify-write: threads that share an iterator may see
//!    an item twice, never a wrong one.
//! 2. An exhausted iterator forgets its container.

use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::Res;
use crate::intern;
use crate::layout;
use crate::list::PyList;
use crate::object::Ref;
use crate::raise;
use crate::slot::Slot;
use crate::slots::Pair;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::types::TypeCell;
use crate::value::Value;
use core::sync::atomic::Ordering::{Acquire, Relaxed};
use core::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize};
use orochi_heap::Header;
use orochi_text::Units;

/// `range`.
pub static RANGE: TypeCell = TypeCell::new();
/// `range_iterator`: a range whose numbers all lie within [`RANGE_LIMIT`].
pub static RANGE_ITERATOR: TypeCell = TypeCell::new();
/// `list_iterator`.
pub static LIST_ITERATOR: TypeCell = TypeCell::new();
/// `tuple_iterator`.
pub static TUPLE_ITERATOR: TypeCell = TypeCell::new();
/// `dict_keyiterator`, `dict_valueiterator`, `dict_itemiterator`.
pub static DICT_KEYITERATOR: TypeCell = TypeCell::new();
pub static DICT_VALUEITERATOR: TypeCell = TypeCell::new();
pub static DICT_ITEMITERATOR: TypeCell = TypeCell::new();

/// `dict_keys`, `dict_values`, `dict_items`: the classes of views.
pub static DICT_KEYS: TypeCell = TypeCell::new();
pub static DICT_VALUES: TypeCell = TypeCell::new();
pub static DICT_ITEMS: TypeCell = TypeCell::new();

/// A view of a dict; its class says which.
#[repr(C)]
pub struct DictView {
    pub header: Header,
    pub dict: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl crate::object::Object for DictView {
    const LAYOUT: u16 = layout::WORDS;
}

/// Bound on start, stop and step of a [`RangeIter`]: sums of two stay small ints.
pub const RANGE_LIMIT: i64 = 1 << 60;

/// Iterator of a range of small numbers. The next number is `current` while `current < stop`
/// (`step > 0`) or `current > stop` (`step < 0`).
#[repr(C)]
pub struct RangeIter {
    pub header: Header,
    pub current: AtomicI64,
    pub stop: AtomicI64,
    pub step: AtomicI64,
    /// 1: of one loop, which alone knows it. Machine code keeps the numbers of such an iterator in registers while it
    /// is in the loop; `current` is right again when the interpreter goes on.
    pub own: AtomicU64,
}
crate::trace!(RangeIter, layout::RANGE_ITER, []);

impl RangeIter {
    /// Numbers left.
    pub fn remaining(&self) -> usize {
        let (current, stop, step) =
            (self.current.load(Relaxed), self.stop.load(Relaxed), self.step.load(Relaxed));
        if step > 0 && current < stop {
            ((stop - current - 1) / step + 1) as usize
        } else if step < 0 && current > stop {
            ((current - stop - 1) / -step + 1) as usize
        } else {
            0
        }
    }
    /// The next number.
    #[inline(always)]
    pub fn next(&self) -> Option<Value> {
        let (current, step) = (self.current.load(Relaxed), self.step.load(Relaxed));
        let stop = self.stop.load(Relaxed);
        if if step > 0 { current < stop } else { current > stop } {
            self.current.store(current + step, Relaxed);
            return Some(Value::int(current));
        }
        None
    }
}

/// Iterator of a list (also a subclass's): the next index and the list, UNSET once exhausted.
#[repr(C)]
pub struct ListIter {
    pub header: Header,
    pub list: Slot,
    pub index: AtomicUsize,
}
crate::trace!(ListIter, layout::LIST_ITER, [list]);

impl ListIter {
    #[inline(always)]
    pub fn next(&self) -> Option<Value> {
        // SAFETY: `list` holds a list or UNSET.
        let list: Ref<PyList> = unsafe { self.list.get()?.cast() };
        let index = self.index.load(Relaxed);
        match list.get(index) {
            Some(item) => {
                self.index.store(index + 1, Relaxed);
                Some(item)
            }
            None => {
                self.list.clear();
                None
            }
        }
    }
}

/// Iterator of a tuple: the next index and the tuple, UNSET once exhausted.
#[repr(C)]
pub struct TupleIter {
    pub header: Header,
    pub tuple: Slot,
    pub index: AtomicUsize,
}
crate::trace!(TupleIter, layout::TUPLE_ITER, [tuple]);

impl TupleIter {
    #[inline(always)]
    pub fn next(&self) -> Option<Value> {
        // SAFETY: `tuple` holds a tuple or UNSET.
        let tuple: Ref<PyTuple> = unsafe { self.tuple.get()?.cast() };
        let index = self.index.load(Relaxed);
        match tuple.get(index) {
            Some(item) => {
                self.index.store(index + 1, Relaxed);
                Some(item)
            }
            None => {
                self.tuple.clear();
                None
            }
        }
    }
}

/// Iterator of a list from its end: the next index, -1 after the first item, and the list, UNSET once exhausted.
#[repr(C)]
pub struct ReverseListIter {
    pub header: Header,
    pub list: Slot,
    pub index: Slot,
}
crate::trace!(ReverseListIter, layout::REVERSE_LIST_ITER, [list, index]);

impl ReverseListIter {
    pub fn next(&self) -> Option<Value> {
        // SAFETY: `list` holds a list or UNSET.
        let list: Ref<PyList> = unsafe { self.list.get()?.cast() };
        let index = self.index.or_none().as_small().unwrap_or(-1);
        if index >= 0
            && let Some(item) = list.get(index as usize)
        {
            // A small int needs no barrier.
            self.index.init(Value::int(index - 1));
            return Some(item);
        }
        self.index.init(Value::int(-1));
        self.list.clear();
        None
    }
}

/// Iterator of a string: the next index and the string, UNSET once exhausted.
#[repr(C)]
pub struct StrIter {
    pub header: Header,
    pub text: Slot,
    pub index: Slot,
}
crate::trace!(StrIter, layout::STR_ITER, [text, index]);

impl StrIter {
    /// The next character, if that is a string which was made before.
    fn next_made(&self) -> Option<Option<Value>> {
        let Some(text) = self.text.get() else { return Some(None) };
        // SAFETY: `text` holds a string or UNSET.
        let text: Ref<PyStr> = unsafe { text.cast() };
        let at = self.index.or_none().as_small().unwrap_or(0);
        let Units::One(bytes) = text.text() else { return None };
        let Some(c) = bytes.get(at as usize) else {
            self.text.clear();
            return Some(None);
        };
        let made = Value::from_word(intern::latin1_cells()[*c as usize].load(Acquire))?;
        // A small int needs no barrier.
        self.index.init(Value::int(at + 1));
        Some(Some(made))
    }
}

/// What a [`DictIter`] gives.
pub mod dict_kind {
    pub const KEYS: usize = 0;
    pub const VALUES: usize = 1;
    pub const ITEMS: usize = 2;
    /// Added to the above for reverse iterators.
    pub const REVERSE: usize = 4;
}

/// Iterator of a dict: `cursor` for [`Ref::<PyDict>::next`] or `previous`, `len` of the dict at the
/// start (`usize::MAX` once it was seen to have changed), `kind` one of [`dict_kind`], `left` the
/// number of items not yet given. `dict` is UNSET once exhausted.
#[repr(C)]
pub struct DictIter {
    pub header: Header,
    pub dict: Slot,
    pub cursor: AtomicUsize,
    pub len: AtomicUsize,
    pub kind: AtomicUsize,
    pub left: AtomicUsize,
}
crate::trace!(DictIter, layout::DICT_ITER, [dict]);

impl Cx {
    /// An iterator over small numbers; all three within [`RANGE_LIMIT`].
    pub fn new_range_iter(&self, start: i64, stop: i64, step: i64) -> Res {
        let it: Ref<RangeIter> = self.alloc_instance(RANGE_ITERATOR.get(), 0)?;
        it.current.store(start, Relaxed);
        it.stop.store(stop, Relaxed);
        it.step.store(step, Relaxed);
        Ok(it.value())
    }
    /// An iterator of a list from `index` on.
    pub fn new_list_iter(&self, list: Option<Ref<PyList>>, index: usize) -> Res {
        let it: Ref<ListIter> = self.alloc_instance(LIST_ITERATOR.get(), 0)?;
        it.list.init_opt(list.map(Ref::value));
        it.index.store(index, Relaxed);
        Ok(it.value())
    }
    /// An iterator of a tuple from `index` on.
    pub fn new_tuple_iter(&self, tuple: Option<Ref<PyTuple>>, index: usize) -> Res {
        let it: Ref<TupleIter> = self.alloc_instance(TUPLE_ITERATOR.get(), 0)?;
        it.tuple.init_opt(tuple.map(Ref::value));
        it.index.store(index, Relaxed);
        Ok(it.value())
    }
    /// An iterator of a dict; `class` and `kind` go together.
    pub fn new_dict_iter(&self, class: &TypeCell, dict: Ref<PyDict>, kind: usize) -> Res {
        let it: Ref<DictIter> = self.alloc_instance(class.get(), 0)?;
        it.dict.init(dict.value());
        let reverse = kind & dict_kind::REVERSE != 0;
        it.cursor.store(if reverse { dict.past_last() } else { 0 }, Relaxed);
        it.len.store(dict.len(), Relaxed);
        it.left.store(dict.len(), Relaxed);
        it.kind.store(kind, Relaxed);
        Ok(it.value())
    }
}

impl Ref<DictIter> {
    /// The next key and value.
    ///
    /// # Errors
    /// RuntimeError if the dict has changed.
    #[inline]
    fn step(self, cx: &Cx) -> Res<Option<(Value, Value)>> {
        let Some(dict) = self.dict.get() else { return Ok(None) };
        // SAFETY: `dict` holds a dict or UNSET.
        let dict: Ref<PyDict> = unsafe { dict.cast() };
        if self.len.load(Relaxed) != dict.len() {
            self.len.store(usize::MAX, Relaxed);
            return raise!(cx, RUNTIME_ERROR, "dictionary changed size during iteration");
        }
        let cursor = self.cursor.load(Relaxed);
        let found = if self.kind.load(Relaxed) & dict_kind::REVERSE == 0 {
            dict.next(cursor)
        } else {
            dict.previous(cursor)
        };
        let Some((cursor, key, value)) = found else {
            self.dict.clear();
            return Ok(None);
        };
        let left = self.left.load(Relaxed);
        if left == 0 {
            self.dict.clear();
            return raise!(cx, RUNTIME_ERROR, "dictionary keys changed during iteration");
        }
        self.left.store(left - 1, Relaxed);
        self.cursor.store(cursor, Relaxed);
        Ok(Some((key, value)))
    }
}

/// The next item of an iterator whose layout says how it goes on; `None` if it does not. Inner `None`: there is none left.
#[inline(always)]
pub fn native_next(iterator: Value) -> Option<Option<Value>> {
    let header = iterator.as_object()?;
    // SAFETY: a live object; each cast follows from the layout.
    unsafe {
        match (*header).layout {
            layout::RANGE_ITER => Some(iterator.cast::<RangeIter>().next()),
            layout::LIST_ITER => Some(iterator.cast::<ListIter>().next()),
            layout::TUPLE_ITER => Some(iterator.cast::<TupleIter>().next()),
            layout::STR_ITER | layout::REVERSE_LIST_ITER => next_of_others(iterator),
            _ => None,
        }
    }
}

/// Whether [`native_next`] knows how an iterator goes on.
pub fn has_native_next(iterator: Value) -> bool {
    let native = [
        layout::RANGE_ITER,
        layout::LIST_ITER,
        layout::TUPLE_ITER,
        layout::STR_ITER,
        layout::REVERSE_LIST_ITER,
    ];
    // SAFETY: a live object.
    iterator.as_object().is_some_and(|header| native.contains(unsafe { &(*header).layout }))
}

/// Those that are met less.
#[inline(never)]
fn next_of_others(iterator: Value) -> Option<Option<Value>> {
    match iterator.downcast::<StrIter>() {
        Some(it) => it.next_made(),
        None => Some(iterator.downcast::<ReverseListIter>()?.next()),
    }
}

/// `next` of `range_iterator`.
pub fn range_next(_: &Cx, v: Value) -> Res<Option<Value>> {
    // SAFETY: the next slot of the type of RangeIter.
    Ok(unsafe { v.cast::<RangeIter>() }.next())
}
/// `next` of `list_iterator`.
pub fn list_next(_: &Cx, v: Value) -> Res<Option<Value>> {
    // SAFETY: the next slot of the type of ListIter.
    Ok(unsafe { v.cast::<ListIter>() }.next())
}
/// `next` of `tuple_iterator`.
pub fn tuple_next(_: &Cx, v: Value) -> Res<Option<Value>> {
    // SAFETY: the next slot of the type of TupleIter.
    Ok(unsafe { v.cast::<TupleIter>() }.next())
}
/// `next` of `list_reverseiterator`.
pub fn reverse_list_next(_: &Cx, v: Value) -> Res<Option<Value>> {
    // SAFETY: the next slot of the type of ReverseListIter.
    Ok(unsafe { v.cast::<ReverseListIter>() }.next())
}
/// `pair` of the dict iterators.
pub fn dict_pair(cx: &Cx, v: Value) -> Res<Pair> {
    // SAFETY: the pair slot of the types of DictIter.
    next_items(cx, unsafe { v.cast() })
}
/// The next key and value of an iterator of both.
#[inline]
pub fn next_items(cx: &Cx, it: Ref<DictIter>) -> Res<Pair> {
    if it.kind.load(Relaxed) & !dict_kind::REVERSE != dict_kind::ITEMS {
        return Ok(Pair::Other);
    }
    Ok(it.step(cx)?.map_or(Pair::End, |(key, value)| Pair::Both(key, value)))
}
/// `next` of the dict iterators.
pub fn dict_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    // SAFETY: the next slot of the types of DictIter.
    let it: Ref<DictIter> = unsafe { v.cast() };
    let Some((key, value)) = it.step(cx)? else { return Ok(None) };
    match it.kind.load(Relaxed) & 3 {
        dict_kind::KEYS => Ok(Some(key)),
        dict_kind::VALUES => Ok(Some(value)),
        _ => Ok(Some(cx.new_tuple(&[key, value])?.value())),
    }
}
