//! The module `_collections`.

pub mod defaultdict;
pub mod deque;
pub mod ordered;
pub mod ordered_views;

use crate::common::receiver;
use crate::common::words;
use orochi_object::layout;
use orochi_object::prelude::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_collections",
    doc: Some(
        "High performance data structures.\n- deque:        ordered collection accessible from \
         endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
    ),
    functions: &[function("_count_elements", "(mapping, iterable, /)", count_elements)],
    types: &[
        &deque::TYPE,
        &deque::ITERATOR,
        &deque::REVERSE_ITERATOR,
        &defaultdict::TYPE,
        &ordered::TYPE,
        &ordered_views::KEYS,
        &ordered_views::VALUES,
        &ordered_views::ITEMS,
        &ordered_views::ITERATOR,
        &TUPLE_GETTER,
    ],
    init: Some(hide_helpers),
    ..ModuleDef::DEFAULT
};

fn hide_helpers(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    for name in [
        name!(cx, "odict_keys"),
        name!(cx, "odict_values"),
        name!(cx, "odict_items"),
        name!(cx, "odict_iterator"),
    ] {
        module.namespace().remove(cx, name.value())?;
    }
    Ok(())
}

/// Counts the items of an iterable in a mapping.
fn count_elements(cx: &Cx, args: Args) -> Res {
    let mapping = args.get(0);
    let class = class_of(mapping);
    let dict_type = types::DICT.get();
    let get = name!(cx, "get");
    let set = name!(cx, "__setitem__");
    let plain = class.lookup(cx, get) == dict_type.lookup(cx, get)
        && class.lookup(cx, set) == dict_type.lookup(cx, set);
    let one = Value::int(1);
    let plus_one = |old: Value| match old.as_small() {
        Some(n) if n < i64::MAX / 4 => Ok(Value::int(n + 1)),
        _ => ops::binary(cx, ops::BinOp::Add, old, one),
    };
    if let Some(dict) = mapping.downcast::<PyDict>().filter(|_| plain) {
        ops::for_each(cx, args.get(1), &mut |item| {
            let key = orochi_object::dict::Key::hashed(cx, item)?;
            let n = match dict.get_key(cx, key)? {
                Some(old) => plus_one(old)?,
                None => one,
            };
            dict.set_key(cx, key, n)?;
            Ok(true)
        })?;
        return Ok(Value::NONE);
    }
    let get = ops::getattr(cx, mapping, get)?;
    ops::for_each(cx, args.get(1), &mut |item| {
        let old = ops::call(cx, get, &[item, Value::int(0)])?;
        ops::setitem(cx, mapping, item, plus_one(old)?)?;
        Ok(true)
    })?;
    Ok(Value::NONE)
}

/// A `_tuplegetter`: an index and a docstring.
#[repr(C)]
struct TupleGetter {
    header: Header,
    index: Slot,
    doc: Slot,
}
words!(TupleGetter);
receiver!(getter_of, TupleGetter);

static TUPLE_GETTER_CELL: TypeCell = TypeCell::new();

static TUPLE_GETTER: TypeDef = TypeDef {
    name: "collections._tuplegetter",
    cell: &TUPLE_GETTER_CELL,
    layout: layout::WORDS,
    size: size_of::<TupleGetter>(),
    slots: Slots {
        new: Some(tuple_getter_new),
        repr: Some(tuple_getter_repr),
        descr_get: Some(tuple_getter_get),
        descr_set: Some(tuple_getter_set),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", tuple_getter_reduce)],
    getset: &[getset(
        "__doc__",
        |_, v| Ok(getter_of(v).doc.or_none()),
        |cx, v, doc| {
            let getter = getter_of(v);
            getter.doc.set(cx, getter, doc.unwrap_or(Value::NONE));
            Ok(())
        },
    )],
    ..TypeDef::DEFAULT
};

fn tuple_getter_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.exactly(cx, "_tuplegetter", 2, 2)?;
    let index = ops::index_isize(cx, given[0], &exception::INDEX_ERROR)?;
    let getter: Ref<TupleGetter> = cx.alloc_instance(class, 0)?;
    getter.index.init(Value::int(index as i64));
    getter.doc.init(given[1]);
    Ok(getter.value())
}

fn tuple_getter_get(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    let Some(object) = object else { return Ok(v) };
    let index = crate::common::number(&getter_of(v).index);
    let Some(tuple) = object.downcast::<PyTuple>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{}' object",
            class_of(object).display_name()
        );
    };
    match usize::try_from(index).ok().and_then(|i| tuple.get(i)) {
        Some(item) => Ok(item),
        None => raise!(cx, INDEX_ERROR, "tuple index out of range"),
    }
}

fn tuple_getter_set(cx: &Cx, _: Value, _: Value, value: Option<Value>) -> Res<()> {
    match value {
        Some(_) => raise!(cx, ATTRIBUTE_ERROR, "can't set attribute"),
        None => raise!(cx, ATTRIBUTE_ERROR, "can't delete attribute"),
    }
}

fn tuple_getter_repr(cx: &Cx, v: Value) -> Res {
    let getter = getter_of(v);
    let (name, index) =
        (class_of(v).name_str().to_string_lossy(), crate::common::number(&getter.index));
    let doc = ops::repr_text(cx, getter.doc.or_none())?;
    Ok(cx.new_str(&format!("{name}({index}, {doc})"))?.value())
}

fn tuple_getter_reduce(cx: &Cx, args: Args) -> Res {
    let getter = getter_of(args.get(0));
    let parts = cx.new_tuple(&[getter.index.or_none(), getter.doc.or_none()])?;
    Ok(cx.new_tuple(&[class_of(args.get(0)).value(), parts.value()])?.value())
}
