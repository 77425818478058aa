//! Views and iterators of `OrderedDict`.

use super::ordered::{CELL as ORDERED, is_lively};
use crate::common::{number, own_iter, receiver, words};
use orochi_object::iters::{DICT_ITEMS, DICT_KEYS, DICT_VALUES, DictView, dict_kind};
use orochi_object::layout;
use orochi_object::module::builtin;
use orochi_object::prelude::*;

static KEYS_CELL: TypeCell = TypeCell::new();
static VALUES_CELL: TypeCell = TypeCell::new();
static ITEMS_CELL: TypeCell = TypeCell::new();

static VIEW_METHODS: &[orochi_object::native::NativeDef] =
    &[method("__reversed__", "(self, /)", view_reversed)];

const fn view(name: &'static str, cell: &'static TypeCell, base: &'static TypeCell) -> TypeDef {
    TypeDef {
        name,
        cell,
        base: Some(base),
        layout: layout::WORDS,
        size: size_of::<DictView>(),
        slots: Slots { iter: Some(view_iter), items: Some(view_items), ..Slots::NONE },
        methods: VIEW_METHODS,
        ..TypeDef::DEFAULT
    }
}

pub static KEYS: TypeDef = view("odict_keys", &KEYS_CELL, &DICT_KEYS);
pub static VALUES: TypeDef = view("odict_values", &VALUES_CELL, &DICT_VALUES);
pub static ITEMS: TypeDef = view("odict_items", &ITEMS_CELL, &DICT_ITEMS);

receiver!(view_of, DictView);

/// A new view of the first argument.
pub(super) fn new(cx: &Cx, args: Args, kind: usize) -> Res {
    let class = match kind {
        dict_kind::KEYS => &KEYS_CELL,
        dict_kind::VALUES => &VALUES_CELL,
        _ => &ITEMS_CELL,
    };
    let view: Ref<DictView> = cx.alloc_instance(class.get(), 0)?;
    view.dict.init(args.get(0));
    Ok(view.value())
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

fn view_iter(cx: &Cx, v: Value) -> Res {
    iterator(cx, view_of(v).dict.or_none(), kind(v))
}

fn view_items(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    let own = view_of(v).dict.or_none();
    // SAFETY: the dict of these views is an OrderedDict, which begins as a dict.
    let dict: Ref<PyDict> = unsafe { own.cast() };
    let kind = kind(v);
    let keys = dict.items(cx, dict_kind::KEYS)?;
    if kind == dict_kind::KEYS {
        return Ok(keys);
    }
    if is_exact(own, &ORDERED) && !keys.values().iter().any(|key| is_lively(*key)) {
        return dict.items(cx, kind);
    }
    // A subclass may compute its values.
    let row = PyTuple::new_internal(cx, keys.len())?;
    for (slot, key) in row.items().iter().zip(keys.values()) {
        let value = ops::getitem(cx, own, *key)?;
        let item = match kind == dict_kind::VALUES {
            true => value,
            false => cx.new_tuple(&[*key, value])?.value(),
        };
        slot.set(cx, row, item);
    }
    Ok(row)
}

fn view_reversed(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    iterator(cx, view_of(v).dict.or_none(), kind(v) | dict_kind::REVERSE)
}

/// An `odict_iterator`: cursor, kind, and length and version of the dict at the start (ints).
#[repr(C)]
struct OrderedIter {
    header: Header,
    dict: Slot,
    cursor: Slot,
    kind: Slot,
    version: Slot,
}
words!(OrderedIter);
receiver!(this, OrderedIter);

static ITERATOR_CELL: TypeCell = TypeCell::new();

pub static ITERATOR: TypeDef = TypeDef {
    name: "odict_iterator",
    cell: &ITERATOR_CELL,
    layout: layout::WORDS,
    size: size_of::<OrderedIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    methods: &[method("__reduce__", "(self, /)", reduce)],
    ..TypeDef::DEFAULT
};

/// A new iterator; `kind` as in `dict_kind`.
pub(super) fn iterator(cx: &Cx, v: Value, kind: usize) -> Res {
    let it: Ref<OrderedIter> = cx.alloc_instance(ITERATOR_CELL.get(), 0)?;
    // SAFETY: `v` is an OrderedDict, which begins as a dict.
    let dict: Ref<PyDict> = unsafe { v.cast() };
    it.dict.init(v);
    let cursor = if kind & dict_kind::REVERSE != 0 { -1 } else { 0 };
    it.cursor.init(Value::int(cursor));
    it.kind.init(Value::int(kind as i64));
    it.version.init(Value::int(dict.version() as i64));
    Ok(it.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    let Some(own) = it.dict.get() else { return Ok(None) };
    // SAFETY: `dict` holds an OrderedDict, which begins as a dict.
    let dict: Ref<PyDict> = unsafe { own.cast() };
    if number(&it.version) != dict.version() as i64 {
        it.dict.clear();
        return raise!(cx, RUNTIME_ERROR, "OrderedDict mutated during iteration");
    }
    let kind = number(&it.kind) as usize;
    let cursor = number(&it.cursor);
    let found = match kind & dict_kind::REVERSE {
        0 => dict.next(cursor as usize),
        _ => dict.previous(if cursor < 0 { usize::MAX } else { cursor as usize }),
    };
    let Some((cursor, key, value)) = found else {
        it.dict.clear();
        return Ok(None);
    };
    it.cursor.init(Value::int(cursor as i64));
    let more = match kind & dict_kind::REVERSE {
        0 => dict.next(cursor),
        _ => dict.previous(cursor),
    };
    if more.is_none() {
        // Whoever changes the dict after its last item was given does no harm.
        it.dict.clear();
    }
    let kind = kind & 3;
    if kind == dict_kind::KEYS {
        return Ok(Some(key));
    }
    // A subclass may compute its values.
    let value = match is_exact(own, &ORDERED) && !is_lively(key) {
        true => value,
        false => ops::getitem(cx, own, key)?,
    };
    if kind == dict_kind::VALUES {
        return Ok(Some(value));
    }
    Ok(Some(cx.new_tuple(&[key, value])?.value()))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let it = this(args.get(0));
    let copy: Ref<OrderedIter> = cx.alloc_instance(ITERATOR_CELL.get(), 0)?;
    for (to, from) in [
        (&copy.dict, &it.dict),
        (&copy.cursor, &it.cursor),
        (&copy.kind, &it.kind),
        (&copy.version, &it.version),
    ] {
        to.init_opt(from.get());
    }
    let rest = ops::to_list(cx, copy.value())?;
    let args = cx.new_tuple(&[rest.value()])?;
    Ok(cx.new_tuple(&[builtin(cx, name!(cx, "iter"))?, args.value()])?.value())
}
