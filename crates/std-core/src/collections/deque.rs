//! `collections.deque`: a ring of slots.
//!
//! Rules:
//! 1. `ring`, `head`, `len` and `state` are written under the deque's own lock; comparing and calling happen outside it. They are read
//!    without it, and what was read counts if `writes` is the same afterwards: threads that read one deque do not write to it.
//! 2. Cells outside the ring's live part are UNSET. The capacity is a power of two.
//! 3. `state` moves at every change of length or order, so that iterators notice.

use crate::common::{number, own_iter, receiver, words};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use orochi_base::sync::Sequence;
use orochi_object::args::unexpected_keyword;
use orochi_object::layout::{self, STD_CORE_BASE};
use orochi_object::list::Array;
use orochi_object::prelude::*;
use orochi_text::Builder;

/// The layout number of deques.
pub const LAYOUT: u16 = STD_CORE_BASE + 42;

/// A `deque`.
#[repr(C)]
pub struct Deque {
    header: Header,
    ring: Slot,
    head: AtomicUsize,
    len: AtomicUsize,
    state: AtomicUsize,
    /// `usize::MAX` without a limit.
    maxlen: AtomicUsize,
    writes: Sequence,
}
orochi_object::trace!(Deque, LAYOUT, [ring]);
receiver!(this, Deque);

static CELL: TypeCell = TypeCell::new();

/// The type's table.
pub static TYPE: TypeDef = TypeDef {
    name: "collections.deque",
    cell: &CELL,
    layout: LAYOUT,
    size: size_of::<Deque>(),
    flags: flag::BASETYPE | flag::SEQUENCE | flag::SEQUENCE_ONLY | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(iter),
        items: Some(snapshot),
        len: Some(len),
        bool_: Some(|_, v| Ok(this(v).len() > 0)),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        getattr: Some(ops::generic_getattr),
        inplace_concat: Some(inplace_concat),
        inplace_repeat: Some(inplace_repeat),
        ..Slots::NONE
    },
    methods: &[
        method("append", "(self, item, /)", append),
        method("appendleft", "(self, item, /)", appendleft),
        method("clear", "(self, /)", clear),
        method("copy", "(self, /)", copy),
        method("__copy__", "(self, /)", copy),
        method("count", "(self, value, /)", count),
        method("extend", "(self, iterable, /)", extend),
        method("extendleft", "(self, iterable, /)", extendleft),
        method("index", "(self, value, start=0, stop=None, /)", index),
        method("insert", "(self, index, value, /)", insert),
        method("pop", "(self, /)", pop),
        method("popleft", "(self, /)", popleft),
        method("remove", "(self, value, /)", remove),
        method("reverse", "(self, /)", reverse),
        method("rotate", "(self, n=1, /)", rotate),
        method("__reversed__", "(self, /)", reversed),
        method("__reduce__", "(self, /)", reduce),
        method("__sizeof__", "(self, /)", sizeof),
        ops::CLASS_GETITEM,
    ],
    getset: &[getter("maxlen", |_, v| Ok(this(v).maxlen_value()))],
    doc: Some("A list-like sequence optimized for data accesses near its endpoints."),
    ..TypeDef::DEFAULT
};

impl Deque {
    fn len(&self) -> usize {
        self.len.load(Relaxed)
    }
    fn maxlen(&self) -> usize {
        self.maxlen.load(Relaxed)
    }
    fn maxlen_value(&self) -> Value {
        match self.maxlen() {
            usize::MAX => Value::NONE,
            n => Value::int(n as i64),
        }
    }
    fn state(&self) -> usize {
        self.state.load(Relaxed)
    }
    fn ring(&self) -> Option<Ref<Array>> {
        // SAFETY: `ring` holds an Array or UNSET.
        self.ring.get().map(|ring| unsafe { ring.cast() })
    }
}

/// The content of a deque: while its lock is held, or to be read (rule 1).
struct Held<'a> {
    cx: &'a Cx,
    deque: Ref<Deque>,
}

impl Held<'_> {
    fn len(&self) -> usize {
        self.deque.len()
    }
    fn changed(&self, head: usize, len: usize) {
        self.deque.head.store(head, Relaxed);
        self.deque.len.store(len, Relaxed);
        self.deque.state.store(self.deque.state().wrapping_add(1), Relaxed);
    }
    fn head(&self) -> usize {
        self.deque.head.load(Relaxed)
    }
    fn cell(&self, i: usize) -> Option<(Ref<Array>, usize)> {
        let ring = self.deque.ring()?;
        let mask = ring.cells().len() - 1;
        Some((ring, self.head().wrapping_add(i) & mask))
    }
    fn get(&self, i: usize) -> Option<Value> {
        if i >= self.len() {
            return None;
        }
        let (ring, at) = self.cell(i)?;
        ring.cells()[at].get()
    }
    fn set(&self, i: usize, value: Value) {
        if let Some((ring, at)) = self.cell(i) {
            ring.cells()[at].set(self.cx, ring, value);
        }
    }
    /// Makes room for one more item.
    #[inline]
    fn reserve(&self) -> Res<()> {
        let len = self.len();
        let capacity = self.deque.ring().map_or(0, |ring| ring.cells().len());
        if len < capacity { Ok(()) } else { self.grow(len, capacity) }
    }
    #[inline(never)]
    fn grow(&self, len: usize, capacity: usize) -> Res<()> {
        let ring = Array::new(self.cx, (capacity * 2).max(8))?;
        for (i, cell) in ring.cells()[..len].iter().enumerate() {
            cell.init_opt(self.get(i));
        }
        self.deque.ring.set(self.cx, self.deque, ring.value());
        self.deque.head.store(0, Relaxed);
        Ok(())
    }
    #[inline]
    fn push_back(&self, value: Value) -> Res<()> {
        if self.deque.maxlen() == 0 {
            return Ok(());
        }
        if self.len() >= self.deque.maxlen() {
            self.pop_front();
        }
        self.reserve()?;
        let len = self.len();
        self.set(len, value);
        self.changed(self.head(), len + 1);
        Ok(())
    }
    fn push_front(&self, value: Value) -> Res<()> {
        if self.deque.maxlen() == 0 {
            return Ok(());
        }
        if self.len() >= self.deque.maxlen() {
            self.pop_back();
        }
        self.reserve()?;
        self.changed(self.head().wrapping_sub(1), self.len() + 1);
        self.set(0, value);
        Ok(())
    }
    fn pop_back(&self) -> Option<Value> {
        let last = self.len().checked_sub(1)?;
        let (ring, at) = self.cell(last)?;
        let value = taken(&ring.cells()[at]);
        self.changed(self.head(), last);
        value
    }
    #[inline]
    fn pop_front(&self) -> Option<Value> {
        let left = self.len().checked_sub(1)?;
        let (ring, at) = self.cell(0)?;
        let value = taken(&ring.cells()[at]);
        self.changed(self.head().wrapping_add(1), left);
        value
    }
    fn clear(&self) {
        self.deque.ring.clear();
        self.changed(0, 0);
    }
    fn rotate(&self, n: isize) {
        let len = self.len();
        if len < 2 {
            return;
        }
        let n = n.rem_euclid(len as isize) as usize;
        // Moves the shorter part round the ring's end.
        if n <= len / 2 {
            for _ in 0..n {
                self.back_to_front();
            }
        } else {
            for _ in 0..len - n {
                self.front_to_back();
            }
        }
    }
    fn back_to_front(&self) {
        if let Some(value) = self.pop_back() {
            self.changed(self.head().wrapping_sub(1), self.len() + 1);
            self.set(0, value);
        }
    }
    fn front_to_back(&self) {
        if let Some(value) = self.pop_front() {
            let len = self.len();
            self.set(len, value);
            self.changed(self.head(), len + 1);
        }
    }
    fn remove_at(&self, i: usize) -> Option<Value> {
        self.get(i)?;
        self.rotate(-(i as isize));
        let value = self.pop_front();
        self.rotate(i as isize);
        value
    }
    fn snapshot(&self) -> Res<Ref<PyTuple>> {
        let t = PyTuple::new_internal(self.cx, self.len())?;
        for (i, slot) in t.items().iter().enumerate() {
            slot.init_opt(self.get(i));
        }
        Ok(t)
    }
}

/// What was in a cell, which is UNSET then. The lock is held, so that nobody else takes it.
fn taken(cell: &Slot) -> Option<Value> {
    let value = cell.get();
    cell.clear();
    value
}

fn held<R>(cx: &Cx, deque: Ref<Deque>, f: impl FnOnce(&Held<'_>) -> R) -> R {
    deque.locked(cx, || {
        let _change = deque.writes.change();
        f(&Held { cx, deque })
    })
}

/// What `f` reads at one moment; it is called again if others changed the deque meanwhile.
fn read<R>(cx: &Cx, deque: Ref<Deque>, mut f: impl FnMut(&Held<'_>) -> R) -> R {
    let content = Held { cx, deque };
    match deque.writes.read(|| f(&content)) {
        Some(result) => result,
        None => deque.locked(cx, || f(&content)),
    }
}

fn snapshot(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    read(cx, this(v), |held| held.snapshot())
}

fn is_deque(v: Value) -> bool {
    v.downcast::<Deque>().is_some()
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    let deque: Ref<Deque> = cx.alloc_instance(class, 0)?;
    deque.maxlen.store(usize::MAX, Relaxed);
    Ok(deque.value())
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let given = args.positional();
    if args.all().len() > 2 {
        let n = args.all().len();
        let kind = if given.is_empty() { "keyword " } else { "" };
        return raise!(cx, TYPE_ERROR, "deque() takes at most 2 {kind}arguments ({n} given)");
    }
    let mut row = [given.first().copied(), given.get(1).copied()];
    for (name, value) in args.keywords() {
        let i = if name.eq_str("iterable") {
            0
        } else if name.eq_str("maxlen") {
            1
        } else {
            let names = ["iterable", "maxlen"].into_iter();
            return Err(unexpected_keyword(cx, "deque()", name, names));
        };
        if row[i].is_some() {
            return raise!(
                cx,
                TYPE_ERROR,
                "argument for deque() given by name ('{}') and position ({})",
                name.to_string_lossy(),
                i + 1
            );
        }
        row[i] = Some(value);
    }
    let maxlen = match row[1].and_then(Value::non_none) {
        None => usize::MAX,
        Some(n) if !n.is_int() => return raise!(cx, TYPE_ERROR, "an integer is required"),
        Some(n) => match ops::size_argument(cx, n)? {
            n if n < 0 => return raise!(cx, VALUE_ERROR, "maxlen must be non-negative"),
            n => n as usize,
        },
    };
    let deque = this(v);
    deque.maxlen.store(maxlen, Relaxed);
    if deque.len() > 0 {
        held(cx, deque, |held| held.clear());
    }
    match row[0] {
        Some(iterable) => extend_with(cx, deque, iterable),
        None => Ok(()),
    }
}

fn extend_with(cx: &Cx, deque: Ref<Deque>, iterable: Value) -> Res<()> {
    if iterable.is(deque.value()) {
        let items = snapshot(cx, iterable)?;
        return extend_with(cx, deque, items.value());
    }
    let items = match iterable.downcast::<PyTuple>() {
        Some(row) if is_exact(iterable, &types::TUPLE) => Some(row),
        _ => ops::own_items(cx, iterable)?,
    };
    if let Some(items) = items {
        return held(cx, deque, |held| {
            items.values().iter().try_for_each(|item| held.push_back(*item))
        });
    }
    ops::for_each(cx, iterable, &mut |item| {
        held(cx, deque, |held| held.push_back(item))?;
        Ok(true)
    })
}

fn repr(cx: &Cx, v: Value) -> Res {
    let name = class_of(v).name_str().to_string_lossy();
    let deque = this(v);
    let done = ops::repr_guarded(cx, v, || {
        let items = snapshot(cx, v)?;
        let mut text = Builder::new();
        text.push_str(&name);
        text.push_str("([");
        for (i, item) in items.values().iter().enumerate() {
            if i > 0 {
                text.push_str(", ");
            }
            text.push_units(ops::repr(cx, *item)?.text());
        }
        match deque.maxlen() {
            usize::MAX => text.push_str("])"),
            n => text.push_str(&format!("], maxlen={n})")),
        }
        Ok(cx.str_from_buf(&text.finish())?.value())
    })?;
    match done {
        Some(text) => Ok(text),
        None => Ok(cx.new_str("[...]")?.value()),
    }
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !is_deque(v) || !is_deque(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (snapshot(cx, v)?, snapshot(cx, w)?);
    if v.is(w) {
        return Ok(Value::bool(op.holds(core::cmp::Ordering::Equal)));
    }
    if a.len() != b.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    ops::compare(cx, a.value(), b.value(), op)
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(this(v).len())
}

fn position(cx: &Cx, key: Value) -> Res<isize> {
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "sequence index must be integer, not '{}'",
            class_of(key).display_name()
        );
    }
    ops::index_isize(cx, key, &exception::INDEX_ERROR)
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let i = position(cx, key)?;
    let found = read(cx, this(v), |held| held.get(ops::position(i, held.len())?));
    match found {
        Some(item) => Ok(item),
        None => raise!(cx, INDEX_ERROR, "deque index out of range"),
    }
}

fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    let i = position(cx, key)?;
    let done = held(cx, this(v), |held| {
        let i = ops::position(i, held.len())?;
        match value {
            Some(value) => held.set(i, value),
            None => {
                held.remove_at(i);
            }
        }
        Some(())
    });
    match done {
        Some(()) => Ok(()),
        None => raise!(cx, INDEX_ERROR, "deque index out of range"),
    }
}

#[cold]
fn mutated<T>(cx: &Cx) -> Res<T> {
    raise!(cx, RUNTIME_ERROR, "deque mutated during iteration")
}

/// Calls `f` with the items `start..stop` and their indices until it gives false.
///
/// # Errors
/// RuntimeError if the deque changes meanwhile.
fn walk(
    cx: &Cx,
    deque: Ref<Deque>,
    start: usize,
    stop: usize,
    f: &mut dyn FnMut(usize, Value) -> Res<bool>,
) -> Res<()> {
    let state = deque.state();
    for i in start..stop {
        let item = read(cx, deque, |held| (held.deque.state() == state).then(|| held.get(i)));
        match item {
            Some(Some(item)) => {
                let go_on = f(i, item)?;
                if deque.state() != state {
                    return mutated(cx);
                }
                if !go_on {
                    break;
                }
            }
            Some(None) => break,
            None => return mutated(cx),
        }
        if i % 256 == 255 {
            cx.poll();
        }
    }
    Ok(())
}

fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    let mut found = false;
    walk(cx, this(v), 0, usize::MAX, &mut |_, own| {
        found = ops::eq(cx, own, item)?;
        Ok(!found)
    })?;
    Ok(found)
}

fn concat(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_deque(w) {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only concatenate deque (not \"{}\") to deque",
            class_of(w).display_name()
        );
    }
    let joined = copied(cx, v)?;
    let Some(deque) = joined.downcast::<Deque>() else { return Ok(joined) };
    extend_with(cx, deque, w)?;
    Ok(joined)
}

fn inplace_concat(cx: &Cx, v: Value, w: Value) -> Res {
    extend_with(cx, this(v), w)?;
    Ok(v)
}

fn inplace_repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let deque = this(v);
    let items = snapshot(cx, v)?;
    if n <= 0 || items.len() == 0 {
        held(cx, deque, |held| held.clear());
        return Ok(v);
    }
    // With a limit only the last items matter.
    let total = items.len().checked_mul(n as usize).filter(|total| *total <= isize::MAX as usize);
    let total = match total {
        Some(total) if deque.maxlen() < usize::MAX || total <= isize::MAX as usize / 16 => total,
        _ => return Err(orochi_object::error::memory_error(cx)),
    };
    let added = (total - items.len()).min(deque.maxlen());
    let first = (total - added) % items.len();
    for i in 0..added {
        let item = items.values()[(first + i) % items.len()];
        held(cx, deque, |held| held.push_back(item))?;
        if i % 256 == 255 {
            cx.poll();
        }
    }
    Ok(v)
}

fn repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let made = copied(cx, v)?;
    if is_deque(made) { inplace_repeat(cx, made, n) } else { Ok(made) }
}

/// A deque of the same class with the same items and limit.
fn copied(cx: &Cx, v: Value) -> Res {
    let deque = this(v);
    if is_exact(v, &CELL) {
        let made = new(cx, CELL.get(), CallArgs::EMPTY)?;
        this(made).maxlen.store(deque.maxlen(), Relaxed);
        extend_with(cx, this(made), v)?;
        return Ok(made);
    }
    let class = class_of(v).value();
    let made = match deque.maxlen_value() {
        limit if limit.is_none() => ops::call(cx, class, &[v])?,
        limit => ops::call(cx, class, &[v, limit])?,
    };
    if !is_deque(made) {
        return raise!(
            cx,
            TYPE_ERROR,
            "{}() must return a deque, not {}",
            class_of(v).display_name(),
            class_of(made).display_name()
        );
    }
    Ok(made)
}

fn append(cx: &Cx, args: Args) -> Res {
    held(cx, this(args.get(0)), |held| held.push_back(args.get(1)))?;
    Ok(Value::NONE)
}

fn appendleft(cx: &Cx, args: Args) -> Res {
    held(cx, this(args.get(0)), |held| held.push_front(args.get(1)))?;
    Ok(Value::NONE)
}

fn clear(cx: &Cx, args: Args) -> Res {
    held(cx, this(args.get(0)), |held| held.clear());
    Ok(Value::NONE)
}

fn copy(cx: &Cx, args: Args) -> Res {
    copied(cx, args.get(0))
}

fn count(cx: &Cx, args: Args) -> Res {
    let mut n = 0;
    walk(cx, this(args.get(0)), 0, usize::MAX, &mut |_, own| {
        n += ops::eq(cx, own, args.get(1))? as i64;
        Ok(true)
    })?;
    Ok(Value::int(n))
}

fn extend(cx: &Cx, args: Args) -> Res {
    extend_with(cx, this(args.get(0)), args.get(1))?;
    Ok(Value::NONE)
}

fn extendleft(cx: &Cx, args: Args) -> Res {
    let (deque, mut iterable) = (this(args.get(0)), args.get(1));
    if iterable.is(deque.value()) {
        iterable = snapshot(cx, iterable)?.value();
    }
    ops::for_each(cx, iterable, &mut |item| {
        held(cx, deque, |held| held.push_front(item))?;
        Ok(true)
    })?;
    Ok(Value::NONE)
}

fn index(cx: &Cx, args: Args) -> Res {
    let deque = this(args.get(0));
    let bound = |i: usize, default: usize| -> Res<usize> {
        let Some(v) = args.opt(i) else { return Ok(default) };
        let n = ops::slice_index_not_none(cx, v)?;
        Ok(if n < 0 { n.saturating_add(deque.len() as isize).max(0) as usize } else { n as usize })
    };
    let (start, stop) = (bound(2, 0)?, bound(3, usize::MAX)?);
    let mut found = None;
    walk(cx, deque, start, stop.min(deque.len()), &mut |i, own| {
        if ops::eq(cx, own, args.get(1))? {
            found = Some(i);
        }
        Ok(found.is_none())
    })?;
    match found {
        Some(i) => Ok(Value::int(i as i64)),
        None => raise!(cx, VALUE_ERROR, "deque.index(x): x not in deque"),
    }
}

fn insert(cx: &Cx, args: Args) -> Res {
    let i = ops::size_argument(cx, args.get(1))?;
    let full = held(cx, this(args.get(0)), |held| -> Res<bool> {
        let len = held.len();
        if len == held.deque.maxlen() {
            return Ok(true);
        }
        let at = if i < 0 { i.saturating_add(len as isize).max(0) } else { i.min(len as isize) };
        held.rotate(-at);
        if at as usize == len {
            held.push_back(args.get(2))?
        } else {
            held.push_front(args.get(2))?
        }
        if (at as usize) < len {
            held.rotate(at);
        }
        Ok(false)
    })?;
    if full {
        raise!(cx, INDEX_ERROR, "deque already at its maximum size")
    } else {
        Ok(Value::NONE)
    }
}

fn pop(cx: &Cx, args: Args) -> Res {
    match held(cx, this(args.get(0)), |held| held.pop_back()) {
        Some(item) => Ok(item),
        None => raise!(cx, INDEX_ERROR, "pop from an empty deque"),
    }
}

fn popleft(cx: &Cx, args: Args) -> Res {
    match held(cx, this(args.get(0)), |held| held.pop_front()) {
        Some(item) => Ok(item),
        None => raise!(cx, INDEX_ERROR, "pop from an empty deque"),
    }
}

fn remove(cx: &Cx, args: Args) -> Res {
    let deque = this(args.get(0));
    let state = deque.state();
    let (mut found, mut failed) = (None, false);
    let walked = walk(cx, deque, 0, usize::MAX, &mut |i, own| {
        let equal = ops::eq(cx, own, args.get(1)).inspect_err(|_| failed = true)?;
        found = equal.then_some(i);
        Ok(!equal)
    });
    if deque.state() != state && walked.is_err() && !failed {
        return raise!(cx, INDEX_ERROR, "deque mutated during iteration");
    }
    walked?;
    let Some(i) = found else {
        return raise!(cx, VALUE_ERROR, "deque.remove(x): x not in deque");
    };
    let removed =
        held(cx, deque, |held| (held.deque.state() == state).then(|| held.remove_at(i)).flatten());
    match removed {
        Some(_) => Ok(Value::NONE),
        None => raise!(cx, INDEX_ERROR, "deque mutated during iteration"),
    }
}

fn reverse(cx: &Cx, args: Args) -> Res {
    held(cx, this(args.get(0)), |held| {
        let len = held.len();
        for i in 0..len / 2 {
            if let (Some(a), Some(b)) = (held.get(i), held.get(len - 1 - i)) {
                held.set(i, b);
                held.set(len - 1 - i, a);
            }
        }
    });
    Ok(Value::NONE)
}

fn rotate(cx: &Cx, args: Args) -> Res {
    let n = match args.opt(1) {
        None => 1,
        Some(n) => ops::index_isize(cx, n, &exception::OVERFLOW_ERROR)?,
    };
    held(cx, this(args.get(0)), |held| held.rotate(n));
    Ok(Value::NONE)
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let state = ops::call_method(cx, v, name!(cx, "__getstate__"), &[])?;
    let iterator = ops::iter(cx, v)?;
    let parts = match this(v).maxlen_value() {
        limit if limit.is_none() => cx.new_tuple(&[])?,
        limit => cx.new_tuple(&[cx.new_tuple(&[])?.value(), limit])?,
    };
    Ok(cx.new_tuple(&[class_of(v).value(), parts.value(), state, iterator])?.value())
}

fn sizeof(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let cells = this(v).ring().map_or(0, |ring| ring.cells().len());
    cx.new_int((class_of(v).instance_size() + cells * 8) as i64)
}

/// An iterator of a deque: the next index, the deque's state at the start, and items left (ints).
#[repr(C)]
struct DequeIter {
    header: Header,
    deque: Slot,
    index: Slot,
    state: Slot,
    left: Slot,
}
words!(DequeIter);
receiver!(iter_of, DequeIter);

static ITERATOR_CELL: TypeCell = TypeCell::new();
static REVERSE_CELL: TypeCell = TypeCell::new();

const ITERATOR_METHODS: &[orochi_object::native::NativeDef] = &[
    method("__length_hint__", "(self, /)", |_, args| Ok(iter_of(args.get(0)).left.or_none())),
    method("__reduce__", "(self, /)", iterator_reduce),
];

/// `_deque_iterator`.
pub static ITERATOR: TypeDef = TypeDef {
    name: "_collections._deque_iterator",
    cell: &ITERATOR_CELL,
    layout: layout::WORDS,
    size: size_of::<DequeIter>(),
    slots: Slots {
        new: Some(iterator_new),
        iter: Some(own_iter),
        next: Some(iterator_next),
        ..Slots::NONE
    },
    methods: ITERATOR_METHODS,
    ..TypeDef::DEFAULT
};

/// `_deque_reverse_iterator`.
pub static REVERSE_ITERATOR: TypeDef = TypeDef {
    name: "_collections._deque_reverse_iterator",
    cell: &REVERSE_CELL,
    layout: layout::WORDS,
    size: size_of::<DequeIter>(),
    slots: Slots {
        new: Some(iterator_new),
        iter: Some(own_iter),
        next: Some(iterator_next),
        ..Slots::NONE
    },
    methods: ITERATOR_METHODS,
    ..TypeDef::DEFAULT
};

fn iterator(cx: &Cx, class: Ref<PyType>, v: Value) -> Res {
    let it: Ref<DequeIter> = cx.alloc_instance(class, 0)?;
    let deque = this(v);
    it.deque.init(v);
    it.index.init(Value::int(0));
    it.state.init(Value::int(deque.state() as i64));
    it.left.init(Value::int(deque.len() as i64));
    Ok(it.value())
}

fn iter(cx: &Cx, v: Value) -> Res {
    iterator(cx, ITERATOR_CELL.get(), v)
}

fn reversed(cx: &Cx, args: Args) -> Res {
    iterator(cx, REVERSE_CELL.get(), args.get(0))
}

fn iterator_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.exactly(cx, "_deque_iterator", 1, 2)?;
    if !is_deque(given[0]) {
        return raise!(
            cx,
            TYPE_ERROR,
            "argument 1 must be collections.deque, not {}",
            class_of(given[0]).display_name()
        );
    }
    let made = iterator(cx, class, given[0])?;
    let skip = match given.get(1) {
        Some(n) => ops::to_i64(cx, *n)?,
        None => 0,
    };
    for _ in 0..skip.max(0) {
        if iterator_next(cx, made)?.is_none() {
            break;
        }
    }
    Ok(made)
}

fn iterator_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = iter_of(v);
    let Some(deque) = it.deque.get().map(this) else { return Ok(None) };
    let left = number(&it.left);
    if left > 0 && number(&it.state) != deque.state() as i64 {
        it.left.init(Value::int(0));
        return mutated(cx);
    }
    if left <= 0 {
        return Ok(None);
    }
    let i = number(&it.index) as usize;
    let reverse = class_of(v).is_subtype(REVERSE_CELL.get());
    let item = read(cx, deque, |held| {
        let at = if reverse { held.len().checked_sub(i + 1)? } else { i };
        held.get(at)
    });
    match item {
        Some(item) => {
            it.index.init(Value::int(i as i64 + 1));
            it.left.init(Value::int(left - 1));
            Ok(Some(item))
        }
        None => mutated(cx),
    }
}

fn iterator_reduce(cx: &Cx, args: Args) -> Res {
    let it = iter_of(args.get(0));
    let parts = cx.new_tuple(&[it.deque.or_none(), it.index.or_none()])?;
    Ok(cx.new_tuple(&[class_of(args.get(0)).value(), parts.value()])?.value())
}
