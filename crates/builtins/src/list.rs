//! The type `list`.
//!
//! Rules: those of `orochi_object::list`. Compound methods snapshot the other operand before they
//! take the list's lock; comparisons run unlocked.

use crate::sort;
use orochi_object::list::{self, Array, PyList as List};
use orochi_object::module::builtin;
use orochi_object::prelude::*;
use orochi_object::slice::{PySlice, adjust};
use orochi_object::slots::SlotId;
use orochi_object::{iters, layout};
use orochi_text::Builder;

/// The type `list`.
pub static TYPE: TypeDef = TypeDef {
    name: "list",
    cell: &types::LIST,
    layout: layout::LIST,
    size: size_of::<List>(),
    flags: flag::BASETYPE | flag::SEQUENCE | flag::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(iter),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(inplace_concat),
        inplace_repeat: Some(inplace_repeat),
        items: Some(|cx, v| this(v).snapshot(cx)),
        ..Slots::NONE
    },
    methods: &[
        // A method of its own beside the slot: bound, it has a module.
        method("__getitem__", "(self, index, /)", |cx, args| getitem(cx, args.get(0), args.get(1)))
            .doc("Return self[index]."),
        method("append", "(self, object, /)", append),
        method("clear", "(self, /)", clear),
        method("copy", "(self, /)", copy),
        method("count", "(self, value, /)", count),
        method("extend", "(self, iterable, /)", extend),
        method("index", "(self, value, start=0, stop=9223372036854775807, /)", index),
        method("insert", "(self, index, object, /)", insert),
        method("pop", "(self, index=-1, /)", pop),
        method("remove", "(self, value, /)", remove),
        method("reverse", "(self, /)", reverse),
        method("sort", "(self, /, *, key=None, reverse=False)", sort::list_sort),
        method("__reversed__", "(self, /)", reversed),
        method("__sizeof__", "(self, /)", sizeof),
        ops::CLASS_GETITEM,
    ],
    doc: Some(
        "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new \
         empty list.\nThe argument must be an iterable if specified.",
    ),
    make: Some(make),
    ..TypeDef::DEFAULT
};

/// The receiver of a list method.
#[inline(always)]
pub(crate) fn this(v: Value) -> Ref<List> {
    // SAFETY: slots and methods of `list` are called with lists.
    unsafe { v.cast() }
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.list_of_class(class, &[])?.value())
}

/// `list(iterable)`: nobody sees the list before it is whole.
fn make(cx: &Cx, args: CallArgs) -> Res {
    match args.exactly(cx, "list", 0, 1)? {
        [iterable] => Ok(ops::to_list(cx, *iterable)?.value()),
        _ => Ok(cx.new_list(&[])?.value()),
    }
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    // A class with its own `__new__` may take keywords there.
    let args = match class_of(v).overrides(SlotId::New) {
        true => CallArgs::new(args.positional()).exactly(cx, "list", 0, 1)?,
        false => args.exactly(cx, "list", 0, 1)?,
    };
    let list = this(v);
    if list.len() > 0 {
        list.edit(cx, |edit| edit.clear());
    }
    match args.first() {
        Some(iterable) => ops::extend(cx, list, *iterable),
        None => Ok(()),
    }
}

/// The repr of a row of items that may change meanwhile.
pub(crate) fn items_repr(
    cx: &Cx,
    text: &mut Builder,
    item: &mut dyn FnMut(usize) -> Option<Value>,
) -> Res<usize> {
    let mut i = 0;
    while let Some(item) = item(i) {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_units(ops::repr(cx, item)?.text());
        i += 1;
        if i % 64 == 0 {
            cx.poll();
        }
    }
    Ok(i)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let list = this(v);
    let done = ops::repr_guarded(cx, v, || {
        let mut text = Builder::new();
        text.push_str("[");
        items_repr(cx, &mut text, &mut |i| list.get(i))?;
        text.push_str("]");
        Ok(cx.str_from_buf(&text.finish())?.value())
    })?;
    match done {
        Some(text) => Ok(text),
        None => Ok(cx.new_str("[...]")?.value()),
    }
}

/// Compares two rows of items as lists and tuples do.
pub(crate) fn compare_items(
    cx: &Cx,
    op: CmpOp,
    a: impl Fn(usize) -> Option<Value>,
    b: impl Fn(usize) -> Option<Value>,
    lens: impl Fn() -> (usize, usize),
) -> Res {
    let (m, n) = lens();
    if m != n && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    let mut i = 0;
    while let (Some(x), Some(y)) = (a(i), b(i)) {
        if !x.is(y) && !ops::eq(cx, x, y)? {
            let (m, n) = lens();
            if i >= m || i >= n {
                // The comparison has emptied a list.
                break;
            }
            return match op {
                CmpOp::Eq => Ok(Value::FALSE),
                CmpOp::Ne => Ok(Value::TRUE),
                _ => ops::compare(cx, x, y, op),
            };
        }
        i += 1;
        if i % 256 == 0 {
            cx.poll();
        }
    }
    let (m, n) = lens();
    Ok(Value::bool(op.holds(m.cmp(&n))))
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (v.downcast::<List>(), w.downcast::<List>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    compare_items(cx, op, |i| a.get(i), |i| b.get(i), || (a.len(), b.len()))
}

fn iter(cx: &Cx, v: Value) -> Res {
    cx.new_list_iter(Some(this(v)), 0)
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(this(v).len())
}

/// Whether the two are unequal at first sight: different small ints.
#[inline(always)]
fn differ(a: Value, b: Value) -> bool {
    a.is_small() && b.is_small() && !a.is(b)
}

/// So many items are looked at between two polls.
const LOOKED_AT: usize = 1024;

fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    let list = this(v);
    let mut at = 0;
    while let Some((found, own)) = candidate(cx, list, at, item) {
        if ops::eq(cx, own, item)? {
            return Ok(true);
        }
        at = found + 1;
        if at % LOOKED_AT == 0 {
            cx.poll();
        }
    }
    Ok(false)
}

/// The first item from `at` on that may equal `item`, and its position.
fn candidate(cx: &Cx, list: Ref<List>, mut at: usize, item: Value) -> Option<(usize, Value)> {
    loop {
        let (cells, len) = list.read_cells();
        let until = len.min(at + LOOKED_AT);
        for (i, cell) in cells.get(at..until)?.iter().enumerate() {
            let own = cell.get()?;
            if !differ(own, item) {
                return Some((at + i, own));
            }
        }
        if until == len {
            return None;
        }
        at = until;
        cx.poll();
    }
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let list = this(v);
    if let Some(i) = key.as_small() {
        return item_at(cx, list, i as isize);
    }
    if let Some(slice) = key.downcast::<PySlice>() {
        return get_slice(cx, list, slice);
    }
    if class_of(key).slots.index().is_some() {
        let i = ops::index_isize(cx, key, &exception::INDEX_ERROR)?;
        return item_at(cx, list, i);
    }
    raise!(
        cx,
        TYPE_ERROR,
        "list indices must be integers or slices, not {}",
        class_of(key).display_name()
    )
}

fn item_at(cx: &Cx, list: Ref<List>, i: isize) -> Res {
    match ops::position(i, list.len()).and_then(|i| list.get(i)) {
        Some(item) => Ok(item),
        None => raise!(cx, INDEX_ERROR, "list index out of range"),
    }
}

fn get_slice(cx: &Cx, list: Ref<List>, slice: Ref<PySlice>) -> Res {
    let (start, stop, step) = slice.unpack(cx)?;
    let (array, len) =
        list.read(cx, |items| list::picked(cx, items, adjust(start, stop, step, items.len())))?;
    Ok(cx.list_from_array(array, len)?.value())
}

fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    let list = this(v);
    if let Some(slice) = key.downcast::<PySlice>() {
        return match value {
            Some(value) => set_slice(cx, list, slice, value),
            None => delete_slice(cx, list, slice),
        };
    }
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "list indices must be integers or slices, not {}",
            class_of(key).display_name()
        );
    }
    let i = match key.as_small() {
        Some(i) => i as isize,
        None => ops::index_isize(cx, key, &exception::INDEX_ERROR)?,
    };
    let done = list.edit(cx, |edit| -> Res<bool> {
        let Some(i) = ops::position(i, edit.len()) else { return Ok(false) };
        match value {
            Some(value) => edit.set(i, value),
            None => edit.splice(i, i + 1, &[])?,
        }
        Ok(true)
    })?;
    if done { Ok(()) } else { raise!(cx, INDEX_ERROR, "list assignment index out of range") }
}

fn set_slice(cx: &Cx, list: Ref<List>, slice: Ref<PySlice>, value: Value) -> Res<()> {
    let (start, stop, step) = slice.unpack(cx)?;
    if class_of(value).slots.iter().is_none() && class_of(value).slots.getitem().is_none() {
        let what = "must assign iterable to extended slice";
        return raise!(cx, TYPE_ERROR, "{what}");
    }
    let items = ops::to_tuple(cx, value)?;
    let items = items.values();
    let wrong = list.edit(cx, |edit| -> Res<Option<usize>> {
        let span = adjust(start, stop, step, edit.len());
        if span.step == 1 {
            let start = span.start as usize;
            edit.splice(start, start + span.count, items)?;
            return Ok(None);
        }
        if span.count != items.len() {
            return Ok(Some(span.count));
        }
        let mut at = span.start;
        for item in items {
            edit.set(at as usize, *item);
            at = at.wrapping_add(span.step);
        }
        Ok(None)
    })?;
    match wrong {
        None => Ok(()),
        Some(count) => raise!(
            cx,
            VALUE_ERROR,
            "attempt to assign sequence of size {} to extended slice of size {count}",
            items.len()
        ),
    }
}

fn delete_slice(cx: &Cx, list: Ref<List>, slice: Ref<PySlice>) -> Res<()> {
    let (start, stop, step) = slice.unpack(cx)?;
    list.edit(cx, |edit| {
        let span = adjust(start, stop, step, edit.len());
        if span.count == 0 {
            return Ok(());
        }
        let stride = span.step.unsigned_abs();
        let first = if span.step > 0 {
            span.start as usize
        } else {
            (span.start + span.step * (span.count as isize - 1)) as usize
        };
        if stride == 1 {
            return edit.splice(first, first + span.count, &[]);
        }
        let last = first + stride * (span.count - 1);
        let mut to = first;
        for from in first..edit.len() {
            let cut = from <= last && (from - first) % stride == 0;
            if !cut && let Some(item) = edit.get(from) {
                edit.set(to, item);
                to += 1;
            }
        }
        edit.splice(to, edit.len(), &[])
    })
}

fn concat(cx: &Cx, v: Value, w: Value) -> Res {
    let Some(other) = w.downcast::<List>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only concatenate list (not \"{}\") to list",
            class_of(w).display_name()
        );
    };
    let (array, len) =
        other.with_items(cx, |tail| this(v).read(cx, |head| list::joined(cx, head, tail)))?;
    Ok(cx.list_from_array(array, len)?.value())
}

fn repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let items = this(v).snapshot(cx)?;
    let n = n.max(0) as usize;
    let Some(total) = items.len().checked_mul(n) else {
        return Err(orochi_object::error::memory_error(cx));
    };
    let array = Array::new(cx, total)?;
    if !items.values().is_empty() {
        for chunk in array.cells().chunks_exact(items.len()) {
            for (cell, item) in chunk.iter().zip(items.values()) {
                cell.init(*item);
            }
        }
    }
    Ok(cx.list_from_array(array, total)?.value())
}

fn inplace_concat(cx: &Cx, v: Value, w: Value) -> Res {
    ops::extend(cx, this(v), w)?;
    Ok(v)
}

fn inplace_repeat(cx: &Cx, v: Value, n: isize) -> Res {
    this(v).edit(cx, |edit| {
        let len = edit.len();
        if n <= 0 {
            edit.clear();
            return Ok(());
        }
        let Some(total) = len.checked_mul(n as usize) else {
            return Err(orochi_object::error::memory_error(cx));
        };
        edit.reserve(total)?;
        for i in len..total {
            if let Some(item) = edit.get(i - len) {
                edit.push(item)?;
            }
        }
        Ok(())
    })?;
    Ok(v)
}

fn append(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).append(cx, args.get(1))?;
    Ok(Value::NONE)
}

fn clear(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).edit(cx, |edit| edit.clear());
    Ok(Value::NONE)
}

fn copy(cx: &Cx, args: Args) -> Res {
    let (array, len) = this(args.get(0)).read(cx, |items| list::copy(cx, items))?;
    Ok(cx.list_from_array(array, len)?.value())
}

fn count(cx: &Cx, args: Args) -> Res {
    let list = this(args.get(0));
    let (mut i, mut n) = (0, 0);
    while let Some(own) = list.get(i) {
        n += (!differ(own, args.get(1)) && ops::eq(cx, own, args.get(1))?) as i64;
        i += 1;
        if i % 1024 == 0 {
            cx.poll();
        }
    }
    Ok(Value::int(n))
}

fn extend(cx: &Cx, args: Args) -> Res {
    ops::extend(cx, this(args.get(0)), args.get(1))?;
    Ok(Value::NONE)
}

/// The bounds of an `index` method, negative ones counted from the end.
pub(crate) fn bounds(cx: &Cx, args: Args, len: usize) -> Res<(usize, usize)> {
    let one = |i: usize, default: usize| -> Res<usize> {
        let Some(v) = args.opt(i) else { return Ok(default) };
        let n = ops::slice_index_not_none(cx, v)?;
        Ok(if n < 0 { n.saturating_add(len as isize).max(0) as usize } else { n as usize })
    };
    Ok((one(2, 0)?, one(3, usize::MAX)?))
}

fn index(cx: &Cx, args: Args) -> Res {
    let list = this(args.get(0));
    let (start, stop) = bounds(cx, args, list.len())?;
    let mut i = start;
    while i < stop
        && let Some(own) = list.get(i)
    {
        if !differ(own, args.get(1)) && ops::eq(cx, own, args.get(1))? {
            return Ok(Value::int(i as i64));
        }
        i += 1;
        if i % 1024 == 0 {
            cx.poll();
        }
    }
    raise!(cx, VALUE_ERROR, "list.index(x): x not in list")
}

fn insert(cx: &Cx, args: Args) -> Res {
    let i = ops::size_argument(cx, args.get(1))?;
    this(args.get(0)).edit(cx, |edit| {
        let len = edit.len();
        let at = if i < 0 {
            i.saturating_add(len as isize).max(0) as usize
        } else {
            (i as usize).min(len)
        };
        edit.insert(at, args.get(2))
    })?;
    Ok(Value::NONE)
}

fn pop(cx: &Cx, args: Args) -> Res {
    let i = match args.opt(1) {
        None => -1,
        Some(i) => ops::size_argument(cx, i)?,
    };
    let popped = this(args.get(0)).edit(cx, |edit| -> Res<Result<Value, bool>> {
        let len = edit.len();
        let Some(at) = ops::position(i, len) else { return Ok(Err(len == 0)) };
        if at + 1 == len {
            return Ok(edit.pop().ok_or(true));
        }
        Ok(edit.remove(at).ok_or(false))
    })?;
    match popped {
        Ok(item) => Ok(item),
        Err(true) => raise!(cx, INDEX_ERROR, "pop from empty list"),
        Err(false) => raise!(cx, INDEX_ERROR, "pop index out of range"),
    }
}

fn remove(cx: &Cx, args: Args) -> Res {
    let list = this(args.get(0));
    let mut i = 0;
    while let Some(own) = list.get(i) {
        if ops::eq(cx, own, args.get(1))? {
            // Another thread may have moved the item while it was compared.
            let removed = list.edit(cx, |edit| -> Res<bool> {
                let same = edit.get(i) == Some(own) && i < edit.len();
                if same {
                    edit.splice(i, i + 1, &[])?;
                }
                Ok(same)
            })?;
            if removed {
                return Ok(Value::NONE);
            }
            i = 0;
            continue;
        }
        i += 1;
        if i % 1024 == 0 {
            cx.poll();
        }
    }
    raise!(cx, VALUE_ERROR, "list.remove(x): x not in list")
}

fn reverse(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).edit(cx, |edit| edit.reverse());
    Ok(Value::NONE)
}

fn reversed(cx: &Cx, args: Args) -> Res {
    let list = this(args.get(0));
    let it: Ref<iters::ReverseListIter> = cx.alloc_instance(REVERSE_CELL.get(), 0)?;
    it.list.init(list.value());
    it.index.init(Value::int(list.len() as i64 - 1));
    Ok(it.value())
}

fn sizeof(cx: &Cx, args: Args) -> Res {
    let list = this(args.get(0));
    cx.new_int((class_of(args.get(0)).instance_size() + list.read_cells().0.len() * 8) as i64)
}

/// `list_iterator`.
pub static ITERATOR: TypeDef = TypeDef {
    name: "list_iterator",
    cell: &iters::LIST_ITERATOR,
    layout: layout::LIST_ITER,
    size: size_of::<iters::ListIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(iters::list_next), ..Slots::NONE },
    methods: &[
        method("__length_hint__", "(self, /)", iterator_hint),
        method("__reduce__", "(self, /)", iterator_reduce),
        method("__setstate__", "(self, state, /)", iterator_setstate),
    ],
    ..TypeDef::DEFAULT
};

/// `iter` of every iterator.
pub(crate) fn own_iter(_: &Cx, v: Value) -> Res {
    Ok(v)
}

fn list_iter(v: Value) -> Ref<iters::ListIter> {
    // SAFETY: methods of `list_iterator` are called with its instances.
    unsafe { v.cast() }
}

fn iterator_hint(_: &Cx, args: Args) -> Res {
    let it = list_iter(args.get(0));
    let len = it.list.get().map_or(0, |list| this(list).len());
    Ok(Value::int(len.saturating_sub(it.index.load(RELAXED)) as i64))
}

pub(crate) const RELAXED: core::sync::atomic::Ordering = core::sync::atomic::Ordering::Relaxed;

fn iterator_reduce(cx: &Cx, args: Args) -> Res {
    let it = list_iter(args.get(0));
    let iter = builtin(cx, name!(cx, "iter"))?;
    let index = it.index.load(RELAXED) as i64;
    match it.list.get().filter(|_| index >= 0) {
        Some(list) => {
            let index = Value::int(index);
            let args = cx.new_tuple(&[list])?;
            Ok(cx.new_tuple(&[iter, args.value(), index])?.value())
        }
        None => exhausted_reduce(cx, iter),
    }
}

/// `(iter, ([],))`: how an exhausted iterator is pickled.
pub(crate) fn exhausted_reduce(cx: &Cx, iter: Value) -> Res {
    let args = cx.new_tuple(&[cx.new_list(&[])?.value()])?;
    Ok(cx.new_tuple(&[iter, args.value()])?.value())
}

fn iterator_setstate(cx: &Cx, args: Args) -> Res {
    let it = list_iter(args.get(0));
    let index = ops::state_index(cx, args.get(1))?;
    if let Some(list) = it.list.get() {
        // A negative one is its end.
        let end = this(list).len();
        it.index.store(if index < 0 { usize::MAX } else { end.min(index as usize) }, RELAXED);
    }
    Ok(Value::NONE)
}

static REVERSE_CELL: TypeCell = TypeCell::new();

/// `list_reverseiterator`.
pub static REVERSE_ITERATOR: TypeDef = TypeDef {
    name: "list_reverseiterator",
    cell: &REVERSE_CELL,
    layout: layout::REVERSE_LIST_ITER,
    size: size_of::<iters::ReverseListIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(iters::reverse_list_next), ..Slots::NONE },
    methods: &[
        method("__length_hint__", "(self, /)", reverse_hint),
        method("__reduce__", "(self, /)", reverse_reduce),
        method("__setstate__", "(self, state, /)", reverse_setstate),
    ],
    ..TypeDef::DEFAULT
};

fn reverse_iter(v: Value) -> Ref<iters::ReverseListIter> {
    // SAFETY: slots and methods of `list_reverseiterator` are called with its instances.
    unsafe { v.cast() }
}

fn reverse_hint(_: &Cx, args: Args) -> Res {
    let it = reverse_iter(args.get(0));
    let len = it.list.get().map_or(0, |list| this(list).len()) as i64;
    let left = it.index.or_none().as_small().unwrap_or(-1) + 1;
    Ok(Value::int(if left > len { 0 } else { left }))
}

fn reverse_reduce(cx: &Cx, args: Args) -> Res {
    let it = reverse_iter(args.get(0));
    match it.list.get() {
        Some(list) => {
            let reversed = builtin(cx, name!(cx, "reversed"))?;
            if it.index.or_none().as_small() == Some(-1) {
                return exhausted_reduce(cx, reversed);
            }
            let args = cx.new_tuple(&[list])?;
            Ok(cx.new_tuple(&[reversed, args.value(), it.index.or_none()])?.value())
        }
        None => exhausted_reduce(cx, builtin(cx, name!(cx, "reversed"))?),
    }
}

fn reverse_setstate(cx: &Cx, args: Args) -> Res {
    let it = reverse_iter(args.get(0));
    let index = ops::state_index(cx, args.get(1))? as i64;
    if let Some(list) = it.list.get() {
        it.index.init(Value::int(index.clamp(-1, this(list).len() as i64 - 1)));
    }
    Ok(Value::NONE)
}
