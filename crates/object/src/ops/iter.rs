//! Iteration.

use crate::cx::Cx;
use crate::error::{Raised, Res};
use crate::exception;
use crate::iters;
use crate::list::{self, Array, PyList};
use crate::name;
use crate::object::Ref;
use crate::raise;
use crate::slot::Slot;
use crate::slots::{NextFn, SlotId};
use crate::tuple::PyTuple;
use crate::types::{self, TypeCell, class_of, flag, is_exact};
use crate::value::Value;
use orochi_heap::Header;

/// `iter(v)`.
pub fn iter(cx: &Cx, v: Value) -> Res {
    match class_of(v).slots.iter() {
        Some(iter) => {
            let iterator = iter(cx, v)?;
            if class_of(iterator).slots.next().is_none() {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "iter() returned non-iterator of type '{}'",
                    class_of(iterator).display_name()
                );
            }
            Ok(iterator)
        }
        None => sequence_iter(cx, v),
    }
}

/// An iterator by `__getitem__`, where there is one.
pub fn sequence_iter(cx: &Cx, v: Value) -> Res {
    let class = class_of(v);
    // Builtin types with items but no length are no sequences: matches, unions.
    let sized = class.definition.is_none() || class.slots.len().is_some();
    if sized && class.slots.getitem().is_some() && !class.is_subtype(types::DICT.get()) {
        let iterator: Ref<PySequenceIter> = cx.alloc_instance(SEQUENCE_ITERATOR.get(), 0)?;
        iterator.sequence.init(v);
        iterator.index.init(Value::int(0));
        return Ok(iterator.value());
    }
    raise!(cx, TYPE_ERROR, "'{}' object is not iterable", class.display_name())
}

/// The type of iterators by `__getitem__` (`iterator`).
pub static SEQUENCE_ITERATOR: TypeCell = TypeCell::new();

/// An iterator by `__getitem__`; `sequence` is UNSET once exhausted.
#[repr(C)]
pub struct PySequenceIter {
    pub header: Header,
    pub sequence: Slot,
    pub index: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl crate::object::Object for PySequenceIter {
    const LAYOUT: u16 = crate::layout::WORDS;
}

/// `next` of [`PySequenceIter`].
pub fn sequence_iter_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    // SAFETY: this is the next slot of the type of PySequenceIter.
    let it: Ref<PySequenceIter> = unsafe { v.cast() };
    let Some(sequence) = it.sequence.get() else { return Ok(None) };
    let index = it.index.or_none();
    it.index.set(cx, it, cx.new_int(index.as_i64().unwrap_or(0) + 1)?);
    match super::getitem(cx, sequence, index) {
        Ok(value) => Ok(Some(value)),
        Err(raised)
            if raised.is(&exception::INDEX_ERROR) || raised.is(&exception::STOP_ITERATION) =>
        {
            it.sequence.clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// The next value of an iterator, `None` when exhausted (the value of a `StopIteration` is then in
/// `cx.stop_value`).
#[inline]
pub fn next(cx: &Cx, iterator: Value) -> Res<Option<Value>> {
    cx.poll();
    if let Some(item) = iters::native_next(iterator) {
        return Ok(item);
    }
    match class_of(iterator).slots.next() {
        Some(next) => {
            // Iterators that take from others (`map`, `chain`) may be nested without end.
            cx.check_native_stack()?;
            next(cx, iterator).or_else(|raised| ended(cx, raised))
        }
        None => raise!(
            cx,
            TYPE_ERROR,
            "'{}' object is not an iterator",
            class_of(iterator).display_name()
        ),
    }
}

/// What an iterator ends with that lets an exception through: StopIteration of a function that it calls (`map(next, ...)`)
/// is its end like any other.
#[cold]
pub fn ended(cx: &Cx, raised: Raised) -> Res<Option<Value>> {
    if !raised.is(&exception::STOP_ITERATION) {
        return Err(raised);
    }
    cx.stop_value.init_opt(raised.exception().field(exception::field::VALUE));
    Ok(None)
}

/// Calls `f` with each item of an iterable until it gives false.
pub fn for_each(cx: &Cx, iterable: Value, f: &mut dyn FnMut(Value) -> Res<bool>) -> Res<()> {
    if let Some(t) = iterable.downcast::<PyTuple>()
        && is_exact(iterable, &types::TUPLE)
    {
        for item in t.values() {
            cx.poll();
            if !f(*item)? {
                break;
            }
        }
        return Ok(());
    }
    if let Some(list) = iterable.downcast::<PyList>()
        && is_exact(iterable, &types::LIST)
    {
        let mut i = 0;
        while let Some(item) = list.get(i) {
            i += 1;
            cx.poll();
            if !f(item)? {
                break;
            }
        }
        return Ok(());
    }
    let iterator = iter(cx, iterable)?;
    while let Some(item) = next(cx, iterator)? {
        if !f(item)? {
            break;
        }
    }
    cx.stop_value.clear();
    Ok(())
}

/// What takes the items of an iterable one by one.
pub trait Consumer {
    /// Takes an item if that needs no Python code; false leaves it to [`Consumer::take`]. It may be called while a
    /// generator is running.
    fn quick(&mut self, item: Value) -> bool;
    /// Takes an item; false wants no more.
    fn take(&mut self, item: Value) -> Res<bool>;
    /// Takes items as `quick` does, up to the first that is none for it or an UNSET cell; gives how many. It is here to be
    /// compiled together with `quick`: a call for each item would take longer than most of them do.
    fn quick_run(&mut self, cells: &[Slot]) -> usize {
        let left = cells.iter().position(|cell| !cell.get().is_some_and(|item| self.quick(item)));
        left.unwrap_or(cells.len())
    }
}

/// How many items of a list or tuple are taken between two polls.
const RUN: usize = 512;

/// Has `consumer` take the items of an iterable.
pub fn consume(cx: &Cx, iterable: Value, consumer: &mut dyn Consumer) -> Res<()> {
    if let Some(list) = iterable.downcast::<PyList>().filter(|_| is_exact(iterable, &types::LIST)) {
        return consume_cells(cx, &mut || list.read_cells(), consumer);
    }
    if let Some(t) = iterable.downcast::<PyTuple>().filter(|_| is_exact(iterable, &types::TUPLE)) {
        return consume_cells(cx, &mut || (t.items_static(), t.len()), consumer);
    }
    consume_iterator(cx, iter(cx, iterable)?, consumer)
}

/// As [`consume`], for what `read` gives: cells and how many of them count, which may be others each time.
fn consume_cells<'a>(
    cx: &Cx,
    read: &mut dyn FnMut() -> (&'a [Slot], usize),
    consumer: &mut dyn Consumer,
) -> Res<()> {
    let mut i = 0;
    loop {
        let (cells, len) = read();
        let Some(run) = cells.get(i..len.min(i + RUN)).filter(|run| !run.is_empty()) else {
            return Ok(());
        };
        let taken = consumer.quick_run(run);
        i += taken;
        if taken < run.len() {
            let Some(item) = run[taken].get() else { return Ok(()) };
            i += 1;
            if !consumer.take(item)? {
                return Ok(());
            }
        }
        cx.poll();
    }
}

/// As [`consume`] for an iterator.
fn consume_iterator(cx: &Cx, iterator: Value, consumer: &mut dyn Consumer) -> Res<()> {
    let mut drain = crate::host::DRAIN.get();
    loop {
        let drained = drain.and_then(|drain| drain(cx, iterator, &mut |item| consumer.quick(item)));
        // What is no generator will not become one.
        drain = drain.filter(|_| drained.is_some());
        let item = match drained {
            // What is left is no item for `quick`.
            Some(item) => item?.map(|item| (item, false)),
            None => next(cx, iterator)?.map(|item| (item, true)),
        };
        let Some((item, quick)) = item else { break };
        if !(quick && consumer.quick(item)) && !consumer.take(item)? {
            break;
        }
        if drain.is_none()
            && let Some(next) = steady_next(iterator)
        {
            consume_steadily(cx, iterator, next, consumer)?;
            break;
        }
    }
    cx.stop_value.clear();
    Ok(())
}

/// The `next` of an iterator whose class stays what it is, and whose layout does not say how it goes on.
fn steady_next(iterator: Value) -> Option<NextFn> {
    let class = class_of(iterator);
    let next = class.slots.next()?;
    (!class.has_flag(flag::HEAPTYPE) && !iters::has_native_next(iterator)).then_some(next)
}

/// [`consume_iterator`] by this function.
fn consume_steadily(
    cx: &Cx,
    iterator: Value,
    next: NextFn,
    consumer: &mut dyn Consumer,
) -> Res<()> {
    cx.check_native_stack()?;
    loop {
        cx.poll();
        let Some(item) = next(cx, iterator).or_else(|raised| ended(cx, raised))? else {
            return Ok(());
        };
        if !consumer.quick(item) && !consumer.take(item)? {
            return Ok(());
        }
    }
}

/// Appends to a list.
struct Appending<'a> {
    cx: &'a Cx,
    list: Ref<PyList>,
}

impl Consumer for Appending<'_> {
    fn quick(&mut self, item: Value) -> bool {
        self.list.push(self.cx, item).is_ok()
    }
    fn take(&mut self, item: Value) -> Res<bool> {
        self.list.append(self.cx, item)?;
        Ok(true)
    }
}

/// Fills a list that nobody else sees, so that it takes no lock.
struct Building<'a> {
    cx: &'a Cx,
    array: Ref<Array>,
    len: usize,
}

impl Consumer for Building<'_> {
    fn quick(&mut self, item: Value) -> bool {
        match self.array.cells().get(self.len) {
            Some(cell) => {
                cell.set(self.cx, self.array, item);
                self.len += 1;
                true
            }
            None => false,
        }
    }
    fn take(&mut self, item: Value) -> Res<bool> {
        self.array = list::doubled(self.cx, self.array, self.len)?;
        Ok(self.quick(item))
    }
}

/// The items of a native container as of one moment, `None` for other iterables. Its class may be
/// a Python subclass that iterates as the native one does.
pub fn own_items(cx: &Cx, iterable: Value) -> Res<Option<Ref<PyTuple>>> {
    let class = class_of(iterable);
    match class.slots.items() {
        Some(items) if !class.overrides(SlotId::Iter) && !class.overrides(SlotId::Len) => {
            items(cx, iterable).map(Some)
        }
        _ => Ok(None),
    }
}

/// `tuple(iterable)`.
pub fn to_tuple(cx: &Cx, iterable: Value) -> Res<Ref<PyTuple>> {
    if let Some(t) = iterable.downcast::<PyTuple>()
        && is_exact(iterable, &types::TUPLE)
    {
        return Ok(t);
    }
    match own_items(cx, iterable)? {
        Some(items) => Ok(items),
        // Unlike for a list, nobody asks how many there will be.
        None => {
            let (array, len) = gathered(cx, iter(cx, iterable)?, FEW)?;
            PyTuple::of_cells(cx, &array.cells()[..len])
        }
    }
}

/// As [`to_tuple`], but how many items there will be is asked for first, as for a list, and what cannot be iterated over is
/// told in these words.
pub fn to_items(cx: &Cx, iterable: Value, message: &str) -> Res<Ref<PyTuple>> {
    if let Some(items) = own_items(cx, iterable)? {
        return Ok(items);
    }
    if is_exact(iterable, &types::TUPLE) || is_exact(iterable, &types::LIST) {
        return to_tuple(cx, iterable);
    }
    let iterator = match iter(cx, iterable) {
        Err(raised) if raised.is(&exception::TYPE_ERROR) => {
            return raise!(cx, TYPE_ERROR, "{message}");
        }
        iterator => iterator?,
    };
    let room = expected(cx, iterable)?;
    collected(cx, iterator, room)?.snapshot(cx)
}

/// `list(iterable)`: always a new list.
pub fn to_list(cx: &Cx, iterable: Value) -> Res<Ref<PyList>> {
    if let Some(list) = iterable.downcast::<PyList>().filter(|_| is_exact(iterable, &types::LIST)) {
        let (array, len) = list.read(cx, |items| list::copy(cx, items))?;
        return cx.list_from_array(array, len);
    }
    if let Some(items) = own_items(cx, iterable)? {
        return cx.new_list(items.values());
    }
    let iterator = iter(cx, iterable)?;
    let room = expected(cx, iterable)?;
    collected(cx, iterator, room)
}

/// How many items to make room for.
///
/// # Errors
/// MemoryError if there will be more than any memory holds; what `__len__` and `__length_hint__` raise.
pub fn expected(cx: &Cx, iterable: Value) -> Res<usize> {
    expected_after(cx, iterable, 0)
}

/// As [`expected`] where there are items already. A hint that cannot be true then is passed over.
fn expected_after(cx: &Cx, iterable: Value, len: usize) -> Res<usize> {
    let hint = length_hint(cx, iterable, 0)?;
    if hint > isize::MAX as usize - len {
        return Ok(0);
    }
    if hint > 1 << 36 {
        return Err(crate::error::memory_error(cx));
    }
    Ok(hint.min(MOST_EXPECTED))
}

/// The items of an iterator as a list.
fn collected(cx: &Cx, iterator: Value, room: usize) -> Res<Ref<PyList>> {
    let (array, len) = gathered(cx, iterator, room)?;
    cx.list_from_array(list::trimmed(cx, array, len)?, len)
}

/// The items of an iterator at the begin of an array that nobody else has, and how many they are.
fn gathered(cx: &Cx, iterator: Value, room: usize) -> Res<(Ref<Array>, usize)> {
    let mut building = Building { cx, array: Array::new(cx, room)?, len: 0 };
    consume_iterator(cx, iterator, &mut building)?;
    Ok((building.array, building.len))
}

/// Room for the items of most tuples.
const FEW: usize = 8;

/// As many items a length hint makes room for.
const MOST_EXPECTED: usize = 1 << 24;

/// `list.extend(iterable)`.
pub fn extend(cx: &Cx, list: Ref<PyList>, iterable: Value) -> Res<()> {
    // A list is added to itself as it is, whatever it iterates over.
    let plain = |from: &Ref<PyList>| is_exact(iterable, &types::LIST) || *from == list;
    if let Some(from) = iterable.downcast::<PyList>().filter(plain) {
        let (array, len) = from.read(cx, |items| list::copy(cx, items))?;
        return list.edit(cx, |edit| edit.append_array(array, len));
    }
    let items = match iterable.downcast::<PyTuple>() {
        Some(t) if is_exact(iterable, &types::TUPLE) => Some(t),
        _ => own_items(cx, iterable)?,
    };
    if let Some(items) = items {
        return list.edit(cx, |edit| edit.splice(usize::MAX, usize::MAX, items.values()));
    }
    let iterator = iter(cx, iterable)?;
    let room = expected_after(cx, iterable, list.len())?;
    if room > 0 {
        list.edit(cx, |edit| edit.reserve(edit.len() + room))?;
    }
    consume_iterator(cx, iterator, &mut Appending { cx, list })
}

/// `operator.length_hint(v, default)`.
pub fn length_hint(cx: &Cx, v: Value, default: usize) -> Res<usize> {
    if let Some(len) = class_of(v).slots.len() {
        match len(cx, v) {
            Ok(n) => return Ok(n),
            Err(raised) if raised.is(&exception::TYPE_ERROR) => {}
            Err(raised) => return Err(raised),
        }
    }
    let Some(method) = super::lookup_special(cx, v, name!(cx, "__length_hint__"))? else {
        return Ok(default);
    };
    let hint = match method.call(cx, &[]) {
        Ok(hint) => hint,
        Err(raised) if raised.is(&exception::TYPE_ERROR) => return Ok(default),
        Err(raised) => return Err(raised),
    };
    if hint.is_not_implemented() {
        return Ok(default);
    }
    if !hint.is_int() {
        return raise!(
            cx,
            TYPE_ERROR,
            "__length_hint__ must be an integer, not {}",
            class_of(hint).display_name()
        );
    }
    let n = super::index_isize(cx, hint, &exception::OVERFLOW_ERROR)?;
    if n < 0 {
        return raise!(cx, VALUE_ERROR, "__length_hint__() should return >= 0");
    }
    Ok(n as usize)
}
