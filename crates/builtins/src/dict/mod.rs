//! The type `dict`.
//!
//! Rules: those of `orochi_object::dict`. Operations with a second dict copy it first.

pub mod iter;
pub mod views;

use orochi_object::iters::{self, dict_kind};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_text::Builder;

/// The type `dict`.
pub static TYPE: TypeDef = TypeDef {
    name: "dict",
    cell: &types::DICT,
    layout: layout::DICT,
    size: size_of::<PyDict>(),
    flags: flag::BASETYPE | flag::MAPPING | flag::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(iter_slot),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        or: Some(or),
        ior: Some(ior),
        items: Some(|cx, v| this(v).items(cx, dict_kind::KEYS)),
        ..Slots::NONE
    },
    methods: &[
        // Methods of their own beside the slots: bound, they have a module.
        method("__getitem__", "(self, key, /)", |cx, args| getitem(cx, args.get(0), args.get(1)))
            .doc("Return self[key]."),
        method("__contains__", "(self, key, /)", |cx, args| {
            Ok(Value::bool(contains(cx, args.get(0), args.get(1))?))
        })
        .doc("True if the dictionary has the specified key, else False."),
        method("__reversed__", "(self, /)", reversed),
        method("__sizeof__", "(self, /)", sizeof),
        method("clear", "(self, /)", clear),
        method("copy", "(self, /)", copy),
        class_method("fromkeys", "(type, iterable, value=None, /)", fromkeys),
        method("get", "(self, key, default=None, /)", get),
        method("items", "(self, /)", items),
        method("keys", "(self, /)", keys),
        method("pop", "(self, key, default=<unrepresentable>, /)", pop),
        method("popitem", "(self, /)", popitem),
        method("setdefault", "(self, key, default=None, /)", setdefault),
        method("update", "(self, /, *args, **kwargs)", update_method),
        method("values", "(self, /)", values),
        ops::CLASS_GETITEM,
    ],
    doc: Some(
        "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a \
         mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as \
         if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new \
         dictionary initialized with the name=value pairs\n    in the keyword argument list.  For \
         example:  dict(one=1, two=2)",
    ),
    ..TypeDef::DEFAULT
};

/// The receiver of a dict method.
#[inline(always)]
pub(crate) fn this(v: Value) -> Ref<PyDict> {
    // SAFETY: slots and methods of `dict` are called with dicts.
    unsafe { v.cast() }
}

/// `KeyError(key)`.
#[cold]
pub(crate) fn key_error(cx: &Cx, key: Value) -> Raised {
    cx.error_args(exception::KEY_ERROR.get(), &[key])
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.dict_of_class(class)?.value())
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let given = CallArgs::new(args.positional()).exactly(cx, "dict", 0, 1)?;
    let dict = this(v);
    if let Some(source) = given.first() {
        update(cx, dict, *source)?;
    }
    for (name, value) in args.keywords() {
        dict.set_str(cx, name, value)?;
    }
    Ok(())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let dict = this(v);
    let done = ops::repr_guarded(cx, v, || {
        let items = dict.snapshot(cx)?;
        let mut text = Builder::new();
        text.push_str("{");
        for (i, pair) in items.values().chunks_exact(2).enumerate() {
            if i > 0 {
                text.push_str(", ");
            }
            text.push_units(ops::repr(cx, pair[0])?.text());
            text.push_str(": ");
            text.push_units(ops::repr(cx, pair[1])?.text());
        }
        text.push_str("}");
        Ok(cx.str_from_buf(&text.finish())?.value())
    })?;
    match done {
        Some(text) => Ok(text),
        None => Ok(cx.new_str("{...}")?.value()),
    }
}

/// Whether two dicts have equal items.
pub(crate) fn equal(cx: &Cx, a: Ref<PyDict>, b: Ref<PyDict>) -> Res<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut cursor = 0;
    while let Some((next, key, value)) = a.next_entry(cursor) {
        cursor = next;
        cx.poll();
        match b.get_key(cx, key)? {
            Some(other) if ops::eq(cx, value, other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (v.downcast::<PyDict>(), w.downcast::<PyDict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match op {
        CmpOp::Eq => Ok(Value::bool(equal(cx, a, b)?)),
        CmpOp::Ne => Ok(Value::bool(!equal(cx, a, b)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `dict.__iter__`.
pub(crate) fn iter_slot(cx: &Cx, v: Value) -> Res {
    cx.new_dict_iter(&iters::DICT_KEYITERATOR, this(v), dict_kind::KEYS)
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(this(v).len())
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    if let Some(value) = this(v).get(cx, key)? {
        return Ok(value);
    }
    if !is_exact(v, &types::DICT)
        && let Some(missing) = ops::lookup_special(cx, v, name!(cx, "__missing__"))?
    {
        return missing.call(cx, &[key]);
    }
    Err(key_error(cx, key))
}

fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    match value {
        Some(value) => this(v).set(cx, key, value),
        None => match this(v).remove(cx, key)? {
            Some(_) => Ok(()),
            None => Err(key_error(cx, key)),
        },
    }
}

fn contains(cx: &Cx, v: Value, key: Value) -> Res<bool> {
    Ok(this(v).get(cx, key)?.is_some())
}

/// Copies the items of `from` into `to`.
pub(crate) fn merge(cx: &Cx, to: Ref<PyDict>, from: Ref<PyDict>) -> Res<()> {
    if to == from || from.is_empty() {
        return Ok(());
    }
    to.merge_copy(cx, from)
}

/// `dict.update(source)`: a dict, an object with `keys`, or an iterable of pairs.
pub fn update(cx: &Cx, dict: Ref<PyDict>, source: Value) -> Res<()> {
    if let Some(from) = orochi_object::dict::direct(source) {
        return merge(cx, dict, from);
    }
    if let Some(mapping) = crate::mappingproxy::target(source)
        && is_exact(mapping, &types::DICT)
    {
        return update(cx, dict, mapping);
    }
    if let Some(keys) = ops::getattr_opt(cx, source, name!(cx, "keys"))? {
        let keys = ops::to_list(cx, ops::call(cx, keys, &[])?)?;
        return ops::for_each(cx, keys.value(), &mut |key| {
            let value = ops::getitem(cx, source, key)?;
            dict.set(cx, key, value)?;
            Ok(true)
        });
    }
    update_from_pairs(cx, dict, source)
}

fn update_from_pairs(cx: &Cx, dict: Ref<PyDict>, pairs: Value) -> Res<()> {
    let iterator = ops::iter(cx, pairs)?;
    let mut n = 0;
    while let Some(item) = ops::next(cx, iterator)? {
        let pair = match ops::to_tuple(cx, item) {
            Ok(pair) => pair,
            Err(raised) if raised.is(&exception::TYPE_ERROR) => {
                return Err(noted(cx, raised, item, n));
            }
            Err(raised) => return Err(raised),
        };
        let [key, value] = pair.values() else {
            return raise!(
                cx,
                VALUE_ERROR,
                "dictionary update sequence element #{n} has length {}; 2 is required",
                pair.len()
            );
        };
        dict.set(cx, *key, *value)?;
        n += 1;
    }
    cx.stop_value.clear();
    Ok(())
}

/// Adds to the error of an item that is no sequence which item it was.
#[cold]
fn noted(cx: &Cx, raised: Raised, item: Value, n: usize) -> Raised {
    let class = class_of(item);
    let mut raised = raised;
    if class.slots.iter().is_none() && class.slots.getitem().is_none() {
        raised = cx.error(&exception::TYPE_ERROR, "object is not iterable");
    }
    let note = format!("Cannot convert dictionary update sequence element #{n} to a sequence");
    let added = cx.new_str(&note).and_then(|note| {
        ops::call_method(cx, raised.value(), name!(cx, "add_note"), &[note.value()])
    });
    match added {
        Ok(_) => raised,
        Err(other) => other,
    }
}

fn or(cx: &Cx, v: Value, w: Value) -> Res {
    let (Some(a), Some(b)) = (v.downcast::<PyDict>(), w.downcast::<PyDict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let joined = a.copy_with_room(cx, b.len())?;
    update(cx, joined, w)?;
    Ok(joined.value())
}

fn ior(cx: &Cx, v: Value, w: Value) -> Res {
    update(cx, this(v), w)?;
    Ok(v)
}

fn reversed(cx: &Cx, args: Args) -> Res {
    iter::new_reverse(cx, this(args.get(0)), dict_kind::KEYS)
}

fn sizeof(cx: &Cx, args: Args) -> Res {
    let rows = this(args.get(0)).table().map_or(0, |table| table.capacity());
    cx.new_int((class_of(args.get(0)).instance_size() + rows * 32) as i64)
}

fn clear(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).clear(cx);
    Ok(Value::NONE)
}

fn copy(cx: &Cx, args: Args) -> Res {
    Ok(this(args.get(0)).copy(cx)?.value())
}

fn fromkeys(cx: &Cx, args: Args) -> Res {
    let (class, value) = (args.get(0), args.or(2, Value::NONE));
    let made = ops::call(cx, class, &[])?;
    if is_exact(made, &types::DICT) {
        let (dict, keys) = (this(made), args.get(1));
        let hashed = [&types::SET, &types::FROZENSET, &types::DICT];
        if hashed.iter().any(|class| is_exact(keys, class)) {
            crate::set::for_each_key(cx, keys, &mut |key| {
                dict.set_key(cx, key, value)?;
                Ok(true)
            })?;
        } else {
            let keys = ops::own_items(cx, keys)?.map_or(keys, Ref::value);
            ops::for_each(cx, keys, &mut |key| {
                dict.set(cx, key, value)?;
                Ok(true)
            })?;
        }
    } else {
        ops::for_each(cx, args.get(1), &mut |key| {
            ops::setitem(cx, made, key, value)?;
            Ok(true)
        })?;
    }
    Ok(made)
}

fn get(cx: &Cx, args: Args) -> Res {
    let found = this(args.get(0)).get(cx, args.get(1))?;
    Ok(found.unwrap_or(args.or(2, Value::NONE)))
}

fn items(cx: &Cx, args: Args) -> Res {
    views::new(cx, &iters::DICT_ITEMS, this(args.get(0)))
}
fn keys(cx: &Cx, args: Args) -> Res {
    views::new(cx, &iters::DICT_KEYS, this(args.get(0)))
}
fn values(cx: &Cx, args: Args) -> Res {
    views::new(cx, &iters::DICT_VALUES, this(args.get(0)))
}

fn pop(cx: &Cx, args: Args) -> Res {
    let dict = this(args.get(0));
    // Nothing is hashed for an empty dict.
    let found = if dict.is_empty() { None } else { dict.remove(cx, args.get(1))? };
    match (found, args.opt(2)) {
        (Some(value), _) | (None, Some(value)) => Ok(value),
        (None, None) => Err(key_error(cx, args.get(1))),
    }
}

fn popitem(cx: &Cx, args: Args) -> Res {
    match this(args.get(0)).pop_item(cx) {
        Some((key, value)) => Ok(cx.new_tuple(&[key, value])?.value()),
        None => raise!(cx, KEY_ERROR, "popitem(): dictionary is empty"),
    }
}

fn setdefault(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).set_default(cx, args.get(1), args.or(2, Value::NONE))
}

fn update_method(cx: &Cx, args: Args) -> Res {
    let dict = this(args.get(0));
    let given = CallArgs::new(args.rest(1)).exactly(cx, "update", 0, 1)?;
    if let Some(source) = given.first() {
        update(cx, dict, *source)?;
    }
    if let Some(keywords) = args.kwargs(2) {
        merge(cx, dict, keywords)?;
    }
    Ok(Value::NONE)
}
