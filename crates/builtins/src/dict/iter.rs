//! Iterators of dicts, forward and reverse; their payload is `orochi_object::iters::DictIter`.

use crate::list::{RELAXED, own_iter};
use orochi_object::iters::{self, DictIter, dict_kind};
use orochi_object::layout;
use orochi_object::module::builtin;
use orochi_object::prelude::*;

static REVERSE_KEYS: TypeCell = TypeCell::new();
static REVERSE_VALUES: TypeCell = TypeCell::new();
static REVERSE_ITEMS: TypeCell = TypeCell::new();

const METHODS: &[orochi_object::native::NativeDef] =
    &[method("__length_hint__", "(self, /)", hint), method("__reduce__", "(self, /)", reduce)];

const fn iterator(name: &'static str, cell: &'static TypeCell) -> TypeDef {
    TypeDef {
        name,
        cell,
        layout: layout::DICT_ITER,
        size: size_of::<DictIter>(),
        slots: Slots {
            iter: Some(own_iter),
            next: Some(iters::dict_next),
            pair: Some(iters::dict_pair),
            ..Slots::NONE
        },
        methods: METHODS,
        ..TypeDef::DEFAULT
    }
}

pub static KEYS: TypeDef = iterator("dict_keyiterator", &iters::DICT_KEYITERATOR);
pub static VALUES: TypeDef = iterator("dict_valueiterator", &iters::DICT_VALUEITERATOR);
pub static ITEMS: TypeDef = iterator("dict_itemiterator", &iters::DICT_ITEMITERATOR);
pub static KEYS_REVERSE: TypeDef = iterator("dict_reversekeyiterator", &REVERSE_KEYS);
pub static VALUES_REVERSE: TypeDef = iterator("dict_reversevalueiterator", &REVERSE_VALUES);
pub static ITEMS_REVERSE: TypeDef = iterator("dict_reverseitemiterator", &REVERSE_ITEMS);

/// A reverse iterator; `kind` is one of `dict_kind`.
pub(crate) fn new_reverse(cx: &Cx, dict: Ref<PyDict>, kind: usize) -> Res {
    let class = match kind {
        dict_kind::KEYS => &REVERSE_KEYS,
        dict_kind::VALUES => &REVERSE_VALUES,
        _ => &REVERSE_ITEMS,
    };
    cx.new_dict_iter(class, dict, kind | dict_kind::REVERSE)
}

/// A forward iterator; `kind` is one of `dict_kind`.
pub(crate) fn new_forward(cx: &Cx, dict: Ref<PyDict>, kind: usize) -> Res {
    let class = match kind {
        dict_kind::KEYS => &iters::DICT_KEYITERATOR,
        dict_kind::VALUES => &iters::DICT_VALUEITERATOR,
        _ => &iters::DICT_ITEMITERATOR,
    };
    cx.new_dict_iter(class, dict, kind)
}

fn this(v: Value) -> Ref<DictIter> {
    // SAFETY: methods of the dict iterators are called with their instances.
    unsafe { v.cast() }
}

fn hint(_: &Cx, args: Args) -> Res {
    let it = this(args.get(0));
    let dict = it.dict.get().and_then(Value::downcast::<PyDict>);
    let valid = dict.is_some_and(|dict| dict.len() == it.len.load(RELAXED));
    Ok(Value::int(if valid { it.left.load(RELAXED) as i64 } else { 0 }))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let it = this(args.get(0));
    // A copy, so that pickling does not move the iterator itself.
    let copy: Ref<DictIter> = cx.alloc_instance(class_of(args.get(0)), 0)?;
    copy.dict.init_opt(it.dict.get());
    for (to, from) in [
        (&copy.cursor, &it.cursor),
        (&copy.len, &it.len),
        (&copy.kind, &it.kind),
        (&copy.left, &it.left),
    ] {
        to.store(from.load(RELAXED), RELAXED);
    }
    let rest = ops::to_list(cx, copy.value())?;
    let args = cx.new_tuple(&[rest.value()])?;
    Ok(cx.new_tuple(&[builtin(cx, name!(cx, "iter"))?, args.value()])?.value())
}
