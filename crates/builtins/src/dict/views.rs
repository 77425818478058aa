//! Views of dicts: `dict_keys`, `dict_values`, `dict_items`.

use super::iter::{new_forward, new_reverse};
use crate::set;
use orochi_object::iters::{DICT_ITEMS, DICT_KEYS, DICT_VALUES, DictView as View, dict_kind};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::set::PySet;
use orochi_text::Builder;

const SET_SLOTS: Slots = Slots {
    repr: Some(repr),
    iter: Some(iter),
    items: Some(items),
    len: Some(len),
    contains: Some(contains),
    compare: Some(compare),
    sub: Some(sub),
    and: Some(and),
    or: Some(or),
    xor: Some(xor),
    ..Slots::NONE
};

static MAPPING: &[GetSetDef] = &[getter("mapping", mapping)];

const fn view(name: &'static str, cell: &'static TypeCell, slots: Slots) -> TypeDef {
    TypeDef {
        name,
        cell,
        layout: layout::WORDS,
        size: size_of::<View>(),
        slots,
        getset: MAPPING,
        ..TypeDef::DEFAULT
    }
}

const SET_METHODS: &[orochi_object::native::NativeDef] = &[
    method("isdisjoint", "(self, other, /)", isdisjoint),
    method("__reversed__", "(self, /)", reversed),
];

/// `dict_keys`.
pub static KEYS: TypeDef =
    TypeDef { methods: SET_METHODS, ..view("dict_keys", &DICT_KEYS, SET_SLOTS) };
/// `dict_items`.
pub static ITEMS: TypeDef =
    TypeDef { methods: SET_METHODS, ..view("dict_items", &DICT_ITEMS, SET_SLOTS) };
/// `dict_values`.
pub static VALUES: TypeDef = TypeDef {
    methods: &[method("__reversed__", "(self, /)", reversed)],
    ..view(
        "dict_values",
        &DICT_VALUES,
        Slots {
            repr: Some(repr),
            iter: Some(iter),
            items: Some(items),
            len: Some(len),
            ..Slots::NONE
        },
    )
};

/// A new view.
pub fn new(cx: &Cx, class: &TypeCell, dict: Ref<PyDict>) -> Res {
    let view: Ref<View> = cx.alloc_instance(class.get(), 0)?;
    view.dict.init(dict.value());
    Ok(view.value())
}

fn dict_of(v: Value) -> Ref<PyDict> {
    // SAFETY: slots and methods of the views are called with views, whose dict is set.
    unsafe { v.cast::<View>().dict.or_none().cast() }
}

fn kind(v: Value) -> usize {
    let class = class_of(v);
    if class.is_subtype(DICT_KEYS.get()) {
        dict_kind::KEYS
    } else if class.is_subtype(DICT_VALUES.get()) {
        dict_kind::VALUES
    } else {
        dict_kind::ITEMS
    }
}

fn is_view(v: Value) -> bool {
    let class = class_of(v);
    class.is_subtype(DICT_KEYS.get()) || class.is_subtype(DICT_ITEMS.get())
}

fn mapping(cx: &Cx, v: Value) -> Res {
    crate::mappingproxy::new(cx, dict_of(v).value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let name = class_of(v).display_name();
    let done = ops::repr_guarded(cx, v, || {
        let items = ops::to_list(cx, v)?;
        let inner = ops::repr(cx, items.value())?;
        let mut text = Builder::new();
        text.push_str(&name);
        text.push_str("(");
        text.push_units(inner.text());
        text.push_str(")");
        Ok(cx.str_from_buf(&text.finish())?.value())
    })?;
    match done {
        Some(text) => Ok(text),
        None => Ok(cx.new_str("...")?.value()),
    }
}

fn iter(cx: &Cx, v: Value) -> Res {
    new_forward(cx, dict_of(v), kind(v))
}

fn items(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    dict_of(v).items(cx, kind(v))
}

fn reversed(cx: &Cx, args: Args) -> Res {
    new_reverse(cx, dict_of(args.get(0)), kind(args.get(0)))
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(dict_of(v).len())
}

fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    let dict = dict_of(v);
    if kind(v) == dict_kind::KEYS {
        return Ok(dict.get(cx, item)?.is_some());
    }
    let Some([key, value]) = item.downcast::<PyTuple>().map(Ref::values) else { return Ok(false) };
    match dict.get(cx, *key)? {
        Some(own) => ops::eq(cx, own, *value),
        None => Ok(false),
    }
}

fn all_in(cx: &Cx, items: Value, container: Value) -> Res<bool> {
    let mut all = true;
    ops::for_each(cx, items, &mut |item| {
        all = ops::contains(cx, container, item)?;
        Ok(all)
    })?;
    Ok(all)
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !is_view(w) && w.downcast::<PySet>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (m, n) = (dict_of(v).len(), ops::len(cx, w)?);
    let holds = match op {
        CmpOp::Eq => m == n && all_in(cx, v, w)?,
        CmpOp::Ne => !(m == n && all_in(cx, v, w)?),
        CmpOp::Lt => m < n && all_in(cx, v, w)?,
        CmpOp::Le => m <= n && all_in(cx, v, w)?,
        CmpOp::Gt => m > n && all_in(cx, w, v)?,
        CmpOp::Ge => m >= n && all_in(cx, w, v)?,
    };
    Ok(Value::bool(holds))
}

fn sub(cx: &Cx, v: Value, w: Value) -> Res {
    let result = set::from_iterable(cx, v)?;
    set::difference_update(cx, result, w)?;
    Ok(result.value())
}

fn and(cx: &Cx, v: Value, w: Value) -> Res {
    let (view, mut other) = if is_view(v) { (v, w) } else { (w, v) };
    // A set that is as long is asked itself.
    if is_exact(other, &types::SET) && ops::len(cx, view)? <= ops::len(cx, other)? {
        return ops::call_method(cx, other, name!(cx, "intersection"), &[view]);
    }
    let mut container = view;
    // Iterates over the smaller of two containers with a length.
    if is_view(other) && ops::len(cx, other)? > ops::len(cx, view)? {
        (container, other) = (other, view);
    }
    let result = cx.new_set(types::SET.get())?;
    ops::for_each(cx, other, &mut |item| {
        if ops::contains(cx, container, item)? {
            result.add(cx, item)?;
        }
        Ok(true)
    })?;
    Ok(result.value())
}

fn or(cx: &Cx, v: Value, w: Value) -> Res {
    let result = set::from_iterable(cx, v)?;
    set::update(cx, result, w)?;
    Ok(result.value())
}

fn xor(cx: &Cx, v: Value, w: Value) -> Res {
    if [v, w].iter().all(|view| is_exact(*view, &DICT_ITEMS)) {
        return items_xor(cx, dict_of(v), dict_of(w));
    }
    let result = set::from_iterable(cx, v)?;
    set::symmetric_difference_update(cx, result, w)?;
    Ok(result.value())
}

/// The items that are in one of two dicts only. What both have needs no hash.
fn items_xor(cx: &Cx, first: Ref<PyDict>, second: Ref<PyDict>) -> Res {
    let result = cx.new_set(types::SET.get())?;
    let left = first.copy(cx)?;
    let others = second.snapshot(cx)?;
    for pair in others.values().chunks_exact(2) {
        let own = left.get(cx, pair[0])?;
        if let Some(own) = own
            && ops::eq(cx, own, pair[1])?
        {
            left.remove(cx, pair[0])?;
        } else {
            result.add(cx, cx.new_tuple(pair)?.value())?;
        }
    }
    let left = left.snapshot(cx)?;
    for pair in left.values().chunks_exact(2) {
        result.add(cx, cx.new_tuple(pair)?.value())?;
    }
    Ok(result.value())
}

fn isdisjoint(cx: &Cx, args: Args) -> Res {
    let (v, other) = (args.get(0), args.get(1));
    if v.is(other) {
        return Ok(Value::bool(dict_of(v).is_empty()));
    }
    let (mut items, mut container) = (other, v);
    if (is_view(other) || other.downcast::<PySet>().is_some())
        && ops::len(cx, other)? > dict_of(v).len()
    {
        (items, container) = (v, other);
    }
    let mut disjoint = true;
    ops::for_each(cx, items, &mut |item| {
        disjoint = !ops::contains(cx, container, item)?;
        Ok(disjoint)
    })?;
    Ok(Value::bool(disjoint))
}
