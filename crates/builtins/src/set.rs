//! The types `set` and `frozenset`.
//!
//! Rules: those of `orochi_object::set`. Operations with a second set copy it first; results are
//! built in a set nobody else sees, then put in place.

use crate::dict::key_error;
use crate::list::own_iter;
use core::sync::atomic::Ordering;
use orochi_object::dict::Key;
use orochi_object::layout;
use orochi_object::module::builtin;
use orochi_object::native::NativeDef;
use orochi_object::prelude::*;
use orochi_object::set::PySet as Set;
use orochi_object::slots::SlotId;
use orochi_text::Builder;
use std::borrow::Cow;

const SLOTS: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(iter),
    len: Some(len),
    contains: Some(contains),
    sub: Some(sub),
    and: Some(and),
    or: Some(or),
    xor: Some(xor),
    items: Some(|cx, v| this(v).snapshot(cx)),
    ..Slots::NONE
};

/// The type `set`.
pub static TYPE: TypeDef = TypeDef {
    name: "set",
    cell: &types::SET,
    layout: layout::SET,
    size: size_of::<Set>(),
    flags: flag::BASETYPE | flag::WEAKREF | flag::MATCH_SELF,
    slots: Slots {
        new: Some(new_set),
        init: Some(init),
        isub: Some(isub),
        iand: Some(iand),
        ior: Some(ior),
        ixor: Some(ixor),
        ..SLOTS
    },
    methods: &[
        COPY,
        DIFFERENCE,
        INTERSECTION,
        ISDISJOINT,
        ISSUBSET,
        ISSUPERSET,
        SYMMETRIC_DIFFERENCE,
        UNION,
        REDUCE,
        SIZEOF,
        CONTAINS,
        method("add", "(self, object, /)", add),
        method("clear", "(self, /)", clear),
        method("discard", "(self, object, /)", discard),
        method("difference_update", "(self, /, *others)", difference_update_method),
        method("intersection_update", "(self, /, *others)", intersection_update_method),
        method("pop", "(self, /)", pop),
        method("remove", "(self, object, /)", remove),
        method(
            "symmetric_difference_update",
            "(self, other, /)",
            symmetric_difference_update_method,
        ),
        method("update", "(self, /, *others)", update_method),
        ops::CLASS_GETITEM,
    ],
    doc: Some("Build an unordered collection of unique elements."),
    ..TypeDef::DEFAULT
};

/// The type `frozenset`.
pub static FROZENSET: TypeDef = TypeDef {
    name: "frozenset",
    cell: &types::FROZENSET,
    layout: layout::SET,
    size: size_of::<Set>(),
    flags: flag::BASETYPE | flag::WEAKREF | flag::MATCH_SELF,
    slots: Slots { new: Some(new_frozenset), hash: Some(hash), ..SLOTS },
    methods: &[
        COPY,
        DIFFERENCE,
        INTERSECTION,
        ISDISJOINT,
        ISSUBSET,
        ISSUPERSET,
        SYMMETRIC_DIFFERENCE,
        UNION,
        REDUCE,
        SIZEOF,
        CONTAINS,
        ops::CLASS_GETITEM,
    ],
    doc: Some("Build an immutable unordered collection of unique elements."),
    ..TypeDef::DEFAULT
};

/// A method of its own beside the slot: bound, it has a module.
const CONTAINS: NativeDef = method("__contains__", "(self, object, /)", |cx, args| {
    Ok(Value::bool(contains(cx, args.get(0), args.get(1))?))
})
.doc("x.__contains__(y) <==> y in x.");
const COPY: NativeDef = method("copy", "(self, /)", copy);
const DIFFERENCE: NativeDef = method("difference", "(self, /, *others)", difference_method);
const INTERSECTION: NativeDef = method("intersection", "(self, /, *others)", intersection_method);
const ISDISJOINT: NativeDef = method("isdisjoint", "(self, other, /)", isdisjoint);
const ISSUBSET: NativeDef = method("issubset", "(self, other, /)", issubset);
const ISSUPERSET: NativeDef = method("issuperset", "(self, other, /)", issuperset);
const SYMMETRIC_DIFFERENCE: NativeDef =
    method("symmetric_difference", "(self, other, /)", symmetric_difference_method);
const UNION: NativeDef = method("union", "(self, /, *others)", union_method);
const REDUCE: NativeDef = method("__reduce__", "(self, /)", reduce);
const SIZEOF: NativeDef = method("__sizeof__", "(self, /)", sizeof);

#[inline(always)]
fn this(v: Value) -> Ref<Set> {
    // SAFETY: slots and methods of `set` and `frozenset` are called with their instances.
    unsafe { v.cast() }
}

fn is_set(v: Value) -> bool {
    v.downcast::<Set>().is_some()
}

/// `set` or `frozenset`, whichever `v` is an instance of: the class of results.
fn base_class(v: Value) -> Ref<PyType> {
    let frozen = types::FROZENSET.get();
    if class_of(v).is_subtype(frozen) { frozen } else { types::SET.get() }
}

fn new_set(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.new_set(class)?.value())
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let args = match args.all().len() {
        0 | 1 => args.exactly(cx, "set", 0, 1)?,
        _ => args.exactly(cx, &class_of(v).display_name(), 0, 1)?,
    };
    let set = this(v);
    if !set.is_empty() {
        set.clear(cx);
    }
    match args.first() {
        Some(iterable) => update(cx, set, *iterable),
        None => Ok(()),
    }
}

fn new_frozenset(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let exact = class == types::FROZENSET.get();
    let name = if exact { "frozenset".into() } else { Cow::from(class.display_name()) };
    let given = match class.overrides(SlotId::Init) {
        true => CallArgs::new(args.positional()).exactly(cx, &name, 0, 1)?,
        false => args.exactly(cx, &name, 0, 1)?,
    };
    let Some(source) = given.first().copied() else {
        return Ok(cx.new_set(class)?.value());
    };
    if exact && is_exact(source, &types::FROZENSET) {
        return Ok(source);
    }
    let set = cx.new_set(class)?;
    update(cx, set, source)?;
    Ok(set.value())
}

/// A new set of the items of an iterable.
pub(crate) fn from_iterable(cx: &Cx, iterable: Value) -> Res<Ref<Set>> {
    let set = cx.new_set(types::SET.get())?;
    update(cx, set, iterable)?;
    Ok(set)
}

/// Calls `f` with each item of an iterable, hashed; sets and dicts are copied first and their
/// hashes used.
pub(crate) fn for_each_key(
    cx: &Cx,
    iterable: Value,
    f: &mut dyn FnMut(Key) -> Res<bool>,
) -> Res<()> {
    if let Some(other) = iterable.downcast::<Set>() {
        // A frozenset stays what it is.
        let fixed = is_exact(iterable, &types::FROZENSET);
        let other = if fixed { other } else { other.copy(cx, types::SET.get())? };
        let mut cursor = 0;
        while let Some((next, key)) = other.next(cursor) {
            cursor = next;
            if !f(key)? {
                break;
            }
        }
        return Ok(());
    }
    if is_exact(iterable, &types::DICT)
        && let Some(dict) = iterable.downcast::<PyDict>()
    {
        let dict = dict.copy(cx)?;
        let mut cursor = 0;
        while let Some((next, key, _)) = dict.next_entry(cursor) {
            cursor = next;
            if !f(key)? {
                break;
            }
        }
        return Ok(());
    }
    let items = ops::own_items(cx, iterable)?.map_or(iterable, Ref::value);
    ops::for_each(cx, items, &mut |item| f(Key::for_set(cx, item)?))
}

/// Keys that are added in one step.
const BATCH: usize = 1000;

/// `set |= iterable`.
pub(crate) fn update(cx: &Cx, set: Ref<Set>, iterable: Value) -> Res<()> {
    // Sets and dicts know the hashes of their items.
    let hashed = is_set(iterable) || is_exact(iterable, &types::DICT);
    if !hashed && let Some(items) = ops::own_items(cx, iterable)? {
        return add_items(cx, set, items);
    }
    if let Some(other) = iterable.downcast::<Set>()
        && set.take_content(cx, other.copy(cx, types::SET.get())?)
    {
        return Ok(());
    }
    for_each_key(cx, iterable, &mut |key| {
        set.add_key(cx, key)?;
        Ok(true)
    })
}

/// Adds the items of a tuple.
fn add_items(cx: &Cx, set: Ref<Set>, items: Ref<PyTuple>) -> Res<()> {
    let mut rest = items.values();
    while !rest.is_empty() {
        let batch = &rest[..rest.len().min(BATCH)];
        let mut taken = set.add_natively(cx, batch)?;
        if taken < batch.len() {
            set.add(cx, batch[taken])?;
            taken += 1;
        }
        rest = &rest[taken..];
        cx.poll();
    }
    Ok(())
}

/// `set -= iterable`.
pub(crate) fn difference_update(cx: &Cx, set: Ref<Set>, iterable: Value) -> Res<()> {
    if iterable.is(set.value()) {
        set.clear(cx);
        return Ok(());
    }
    for_each_key(cx, iterable, &mut |key| {
        set.remove_key(cx, key)?;
        Ok(true)
    })
}

/// `set ^= iterable`.
pub(crate) fn symmetric_difference_update(cx: &Cx, set: Ref<Set>, iterable: Value) -> Res<()> {
    if iterable.is(set.value()) {
        set.clear(cx);
        return Ok(());
    }
    // Items that an iterable gives twice count once.
    let other = match iterable.downcast::<Set>() {
        Some(other) => other,
        None => from_iterable(cx, iterable)?,
    };
    for_each_key(cx, other.value(), &mut |key| {
        if !set.remove_key(cx, key)? {
            set.add_key(cx, key)?;
        }
        Ok(true)
    })
}

/// The items of `set` that an iterable gives, as a set of `class`.
fn intersection(cx: &Cx, set: Ref<Set>, iterable: Value, class: Ref<PyType>) -> Res<Ref<Set>> {
    if let Some(other) = iterable.downcast::<Set>() {
        // Iterates over the smaller one.
        let (small, big) = if other.len() > set.len() { (set, other) } else { (other, set) };
        if let Some(result) = small.common(cx, class, big)? {
            return Ok(result);
        }
        let result = cx.new_set(class)?;
        for_each_key(cx, small.value(), &mut |key| {
            if big.contains_key(cx, key)? {
                result.add_key(cx, key)?;
            }
            Ok(true)
        })?;
        return Ok(result);
    }
    let result = cx.new_set(class)?;
    ops::for_each(cx, iterable, &mut |item| {
        let key = Key::hashed(cx, item)?;
        if !set.contains_key(cx, key)? {
            return Ok(true);
        }
        result.add_key(cx, key)?;
        // There is nothing more to find.
        Ok(result.len() < set.len())
    })?;
    Ok(result)
}

fn difference(cx: &Cx, v: Value, other: Value) -> Res<Ref<Set>> {
    let set = this(v);
    let Some(container) = other.downcast::<Set>() else {
        let result = set.copy(cx, base_class(v))?;
        difference_update(cx, result, other)?;
        return Ok(result);
    };
    if let Some(result) = set.without(cx, base_class(v), container)? {
        return Ok(result);
    }
    let result = cx.new_set(base_class(v))?;
    for_each_key(cx, v, &mut |key| {
        if !container.contains_key(cx, key)? {
            result.add_key(cx, key)?;
        }
        Ok(true)
    })?;
    Ok(result)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let set = this(v);
    let name = class_of(v).display_name();
    let plain = is_exact(v, &types::SET);
    if set.is_empty() {
        return Ok(cx.new_str(&format!("{name}()"))?.value());
    }
    let done = ops::repr_guarded(cx, v, || {
        let items = set.snapshot(cx)?;
        let mut text = Builder::new();
        if !plain {
            text.push_str(&name);
            text.push_str("(");
        }
        text.push_str("{");
        crate::list::items_repr(cx, &mut text, &mut |i| items.get(i))?;
        text.push_str(if plain { "}" } else { "})" });
        Ok(cx.str_from_buf(&text.finish())?.value())
    })?;
    match done {
        Some(text) => Ok(text),
        None => Ok(cx.new_str(&format!("{name}(...)"))?.value()),
    }
}

fn hash(_: &Cx, v: Value) -> Res<i64> {
    let set = this(v);
    let known = set.hash.load(Ordering::Relaxed);
    if known != 0 {
        return Ok(known);
    }
    let shuffle = |h: u64| (h ^ 89869747 ^ (h << 16)).wrapping_mul(3644798167);
    let (mut hash, mut cursor) = (0u64, 0);
    while let Some((next, key)) = set.next(cursor) {
        cursor = next;
        hash ^= shuffle(key.hash as u64);
    }
    hash ^= (set.len() as u64).wrapping_add(1).wrapping_mul(1927868237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69069).wrapping_add(907133923);
    if hash == u64::MAX {
        hash = 590923713;
    }
    set.hash.store(hash as i64, Ordering::Relaxed);
    Ok(hash as i64)
}

/// Whether every item of `a` is in `b`.
fn contained(cx: &Cx, a: Ref<Set>, b: Ref<Set>) -> Res<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    if let Some(answer) = a.is_within(cx, b) {
        return Ok(answer);
    }
    let mut all = true;
    for_each_key(cx, a.value(), &mut |key| {
        all = b.contains_key(cx, key)?;
        Ok(all)
    })?;
    Ok(all)
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (v.downcast::<Set>(), w.downcast::<Set>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = |cx| Ok(a.len() == b.len() && contained(cx, a, b)?);
    let holds = match op {
        CmpOp::Eq => equal(cx)?,
        CmpOp::Ne => !equal(cx)?,
        CmpOp::Le => contained(cx, a, b)?,
        CmpOp::Ge => contained(cx, b, a)?,
        CmpOp::Lt => a.len() < b.len() && contained(cx, a, b)?,
        CmpOp::Gt => a.len() > b.len() && contained(cx, b, a)?,
    };
    Ok(Value::bool(holds))
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(this(v).len())
}

/// The key of an item looked for: an unhashable set stands for the frozenset of its items.
fn search_key(cx: &Cx, item: Value) -> Res<Key> {
    match Key::for_set(cx, item) {
        Err(raised) if raised.is(&exception::TYPE_ERROR) => {
            let Some(set) = item.downcast::<Set>() else { return Err(raised) };
            Key::for_set(cx, set.copy(cx, types::FROZENSET.get())?.value())
        }
        result => result,
    }
}

fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    let key = search_key(cx, item)?;
    this(v).contains_key(cx, key)
}

fn sub(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_set(v) || !is_set(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(difference(cx, v, w)?.value())
}
fn and(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_set(v) || !is_set(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(intersection(cx, this(v), w, base_class(v))?.value())
}
fn or(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_set(v) || !is_set(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(union(cx, v, w)?.value())
}

/// A new set with the items of two.
fn union(cx: &Cx, v: Value, w: Value) -> Res<Ref<Set>> {
    let (own, other) = (this(v), this(w));
    let result = own.copy_with_room(cx, base_class(v), other.len())?;
    if !result.absorb(cx, other)? {
        update(cx, result, w)?;
    }
    Ok(result)
}

fn xor(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_set(v) || !is_set(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(symmetric_difference(cx, v, w)?.value())
}

/// A new set with the items that only one of two sets has.
fn symmetric_difference(cx: &Cx, v: Value, w: Value) -> Res<Ref<Set>> {
    // What each is at one moment.
    let own = this(v).copy(cx, base_class(v))?;
    let other = this(w).copy(cx, types::SET.get())?;
    if let Some(result) = own.without(cx, base_class(v), other)?
        && let Some(more) = other.without(cx, types::SET.get(), own)?
        && result.absorb_own(cx, more)?
    {
        return Ok(result);
    }
    symmetric_difference_update(cx, own, other.value())?;
    Ok(own)
}
fn isub(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_set(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    difference_update(cx, this(v), w)?;
    Ok(v)
}
fn iand(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_set(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let result = intersection(cx, this(v), w, types::SET.get())?;
    this(v).replace_with(cx, result);
    Ok(v)
}
fn ior(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_set(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    update(cx, this(v), w)?;
    Ok(v)
}
fn ixor(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_set(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    symmetric_difference_update(cx, this(v), w)?;
    Ok(v)
}

fn copy(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    if is_exact(v, &types::FROZENSET) {
        return Ok(v);
    }
    Ok(this(v).copy(cx, base_class(v))?.value())
}

fn difference_method(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let Some((first, rest)) = args.rest(1).split_first() else {
        return Ok(this(v).copy(cx, base_class(v))?.value());
    };
    let result = difference(cx, v, *first)?;
    for other in rest {
        difference_update(cx, result, *other)?;
    }
    Ok(result.value())
}

fn intersection_all(cx: &Cx, v: Value, others: &[Value], class: Ref<PyType>) -> Res<Ref<Set>> {
    let Some((first, rest)) = others.split_first() else { return this(v).copy(cx, class) };
    let mut result = intersection(cx, this(v), *first, class)?;
    for other in rest {
        result = intersection(cx, result, *other, class)?;
    }
    Ok(result)
}

fn intersection_method(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    Ok(intersection_all(cx, v, args.rest(1), base_class(v))?.value())
}

fn intersection_update_method(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let result = intersection_all(cx, v, args.rest(1), types::SET.get())?;
    this(v).replace_with(cx, result);
    Ok(Value::NONE)
}

fn symmetric_difference_method(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    if is_set(args.get(1)) {
        return Ok(symmetric_difference(cx, v, args.get(1))?.value());
    }
    // Asking for the items may change this set.
    let other = from_iterable(cx, args.get(1))?;
    Ok(symmetric_difference(cx, v, other.value())?.value())
}

fn union_method(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    if let [other] = args.rest(1)
        && is_set(*other)
    {
        return Ok(union(cx, v, *other)?.value());
    }
    let result = this(v).copy(cx, base_class(v))?;
    for other in args.rest(1) {
        update(cx, result, *other)?;
    }
    Ok(result.value())
}

fn isdisjoint(cx: &Cx, args: Args) -> Res {
    let (v, other) = (args.get(0), args.get(1));
    let (mut set, mut items) = (this(v), other);
    if let Some(other) = other.downcast::<Set>()
        && other.len() > set.len()
    {
        (set, items) = (other, v);
    }
    let mut disjoint = true;
    for_each_key(cx, items, &mut |key| {
        disjoint = !set.contains_key(cx, key)?;
        Ok(disjoint)
    })?;
    Ok(Value::bool(disjoint))
}

fn issubset(cx: &Cx, args: Args) -> Res {
    let other = args.get(1);
    let set = this(args.get(0));
    if let Some(other) = other.downcast::<Set>() {
        return Ok(Value::bool(contained(cx, set, other)?));
    }
    let common = intersection(cx, set, other, types::SET.get())?;
    Ok(Value::bool(common.len() == set.len()))
}

fn issuperset(cx: &Cx, args: Args) -> Res {
    let (set, other) = (this(args.get(0)), args.get(1));
    if let Some(other) = other.downcast::<Set>() {
        return Ok(Value::bool(contained(cx, other, set)?));
    }
    let mut all = true;
    ops::for_each(cx, other, &mut |item| {
        all = set.contains_key(cx, Key::for_set(cx, item)?)?;
        Ok(all)
    })?;
    Ok(Value::bool(all))
}

fn add(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).add(cx, args.get(1))?;
    Ok(Value::NONE)
}

fn clear(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).clear(cx);
    Ok(Value::NONE)
}

fn discard(cx: &Cx, args: Args) -> Res {
    let key = search_key(cx, args.get(1))?;
    this(args.get(0)).remove_key(cx, key)?;
    Ok(Value::NONE)
}

fn remove(cx: &Cx, args: Args) -> Res {
    let key = search_key(cx, args.get(1))?;
    if this(args.get(0)).remove_key(cx, key)? {
        return Ok(Value::NONE);
    }
    Err(key_error(cx, args.get(1)))
}

fn pop(cx: &Cx, args: Args) -> Res {
    match this(args.get(0)).pop(cx) {
        Some(item) => Ok(item),
        None => raise!(cx, KEY_ERROR, "pop from an empty set"),
    }
}

fn update_method(cx: &Cx, args: Args) -> Res {
    for other in args.rest(1) {
        update(cx, this(args.get(0)), *other)?;
    }
    Ok(Value::NONE)
}

fn difference_update_method(cx: &Cx, args: Args) -> Res {
    for other in args.rest(1) {
        difference_update(cx, this(args.get(0)), *other)?;
    }
    Ok(Value::NONE)
}

fn symmetric_difference_update_method(cx: &Cx, args: Args) -> Res {
    symmetric_difference_update(cx, this(args.get(0)), args.get(1))?;
    Ok(Value::NONE)
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let items = ops::to_list(cx, this(v).snapshot(cx)?.value())?;
    let items = cx.new_tuple(&[items.value()])?;
    let state = ops::call_method(cx, v, name!(cx, "__getstate__"), &[])?;
    Ok(cx.new_tuple(&[class_of(v).value(), items.value(), state])?.value())
}

fn sizeof(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    cx.new_int((class_of(v).instance_size() + this(v).len() * 40) as i64)
}

/// A `set_iterator`: cursor, length at the start and items left as ints; `set` is UNSET once
/// exhausted.
#[repr(C)]
struct SetIter {
    header: Header,
    set: Slot,
    cursor: Slot,
    len: Slot,
    left: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for SetIter {
    const LAYOUT: u16 = layout::WORDS;
}

static ITERATOR_CELL: TypeCell = TypeCell::new();

/// `set_iterator`.
pub static ITERATOR: TypeDef = TypeDef {
    name: "set_iterator",
    cell: &ITERATOR_CELL,
    layout: layout::WORDS,
    size: size_of::<SetIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    methods: &[
        method("__length_hint__", "(self, /)", iterator_hint),
        method("__reduce__", "(self, /)", iterator_reduce),
    ],
    ..TypeDef::DEFAULT
};

fn iter(cx: &Cx, v: Value) -> Res {
    let it: Ref<SetIter> = cx.alloc_instance(ITERATOR_CELL.get(), 0)?;
    let len = Value::int(this(v).len() as i64);
    it.set.init(v);
    it.cursor.init(Value::int(0));
    it.len.init(len);
    it.left.init(len);
    Ok(it.value())
}

fn set_iter(v: Value) -> Ref<SetIter> {
    // SAFETY: slots and methods of `set_iterator` are called with its instances.
    unsafe { v.cast() }
}

fn number(slot: &Slot) -> i64 {
    slot.or_none().as_small().unwrap_or(0)
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = set_iter(v);
    let Some(set) = it.set.get().map(this) else { return Ok(None) };
    if number(&it.len) != set.len() as i64 {
        it.len.init(Value::int(-1));
        return raise!(cx, RUNTIME_ERROR, "Set changed size during iteration");
    }
    match set.next(number(&it.cursor) as usize) {
        Some((cursor, key)) => {
            it.cursor.init(Value::int(cursor as i64));
            it.left.init(Value::int((number(&it.left) - 1).max(0)));
            Ok(Some(key.value))
        }
        None => {
            it.set.clear();
            Ok(None)
        }
    }
}

fn iterator_hint(_: &Cx, args: Args) -> Res {
    let it = set_iter(args.get(0));
    let valid = it.set.get().map(this).is_some_and(|set| set.len() as i64 == number(&it.len));
    Ok(if valid { it.left.or_none() } else { Value::int(0) })
}

fn iterator_reduce(cx: &Cx, args: Args) -> Res {
    let it = set_iter(args.get(0));
    let copy: Ref<SetIter> = cx.alloc_instance(ITERATOR_CELL.get(), 0)?;
    for (to, from) in [
        (&copy.set, &it.set),
        (&copy.cursor, &it.cursor),
        (&copy.len, &it.len),
        (&copy.left, &it.left),
    ] {
        to.init_opt(from.get());
    }
    let rest = ops::to_list(cx, copy.value())?;
    let args = cx.new_tuple(&[rest.value()])?;
    Ok(cx.new_tuple(&[builtin(cx, name!(cx, "iter"))?, args.value()])?.value())
}
