//! The module `_functools`.

pub mod lru;
pub mod partial;

use crate::common::{receiver, words};
use orochi_object::layout;
use orochi_object::prelude::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_functools",
    doc: Some("Tools that operate on functions."),
    functions: &[
        function("reduce", "(function, iterable, /, initial=<unrepresentable>)", reduce).doc(
            "Apply a function of two arguments cumulatively to the items of an iterable, from left \
             to right.",
        ),
        function("cmp_to_key", "(mycmp)", cmp_to_key)
            .doc("Convert a cmp= function into a key= function."),
    ],
    types: &[&partial::PLACEHOLDER, &partial::TYPE, &lru::TYPE, &KEY],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    let dict = module.namespace();
    dict.remove(cx, name!(cx, "_PlaceholderType").value())?;
    dict.remove(cx, name!(cx, "KeyWrapper").value())?;
    let placeholder = partial::placeholder(cx)?;
    dict.set_str(cx, name!(cx, "Placeholder"), placeholder)
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let (function, iterable) = (args.get(0), args.get(1));
    let of = class_of(iterable);
    if of.slots.iter().is_none() && of.slots.getitem().is_none() {
        return raise!(cx, TYPE_ERROR, "reduce() arg 2 must support iteration");
    }
    let mut result = args.opt(2);
    ops::for_each(cx, iterable, &mut |item| {
        cx.poll();
        result = Some(match result {
            None => item,
            Some(so_far) => ops::call(cx, function, &[so_far, item])?,
        });
        Ok(true)
    })?;
    match result {
        Some(result) => Ok(result),
        None => raise!(cx, TYPE_ERROR, "reduce() of empty iterable with no initial value"),
    }
}

/// A `KeyWrapper`: the comparison, and the object once called with one.
#[repr(C)]
struct Key {
    header: Header,
    compare: Slot,
    object: Slot,
}
words!(Key);
receiver!(key_of, Key);

static KEY_CELL: TypeCell = TypeCell::new();

static KEY: TypeDef = TypeDef {
    name: "functools.KeyWrapper",
    cell: &KEY_CELL,
    layout: layout::WORDS,
    size: size_of::<Key>(),
    slots: Slots { call: Some(key_call), compare: Some(key_compare), ..Slots::NONE },
    getset: &[
        getset(
            "obj",
            |cx, v| match key_of(v).object.get() {
                Some(object) => Ok(object),
                None => Err(ops::no_attribute(cx, v, name!(cx, "obj"))),
            },
            |cx, v, value| {
                let key = key_of(v);
                key.object.set_opt(cx, key, value);
                Ok(())
            },
        ),
        getter("__text_signature__", |cx, _| Ok(cx.new_str("(obj)")?.value())),
    ],
    ..TypeDef::DEFAULT
};

fn new_key(cx: &Cx, compare: Value, object: Option<Value>) -> Res {
    let key: Ref<Key> = cx.alloc_instance(KEY_CELL.get(), 0)?;
    key.compare.init(compare);
    key.object.init_opt(object);
    Ok(key.value())
}

fn cmp_to_key(cx: &Cx, args: Args) -> Res {
    new_key(cx, args.get(0), None)
}

fn key_call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let object = match (args.positional(), args.keyword_count()) {
        ([object], 0) => *object,
        ([], 1) if args.keyword("obj").is_some() => args.all()[0],
        ([], 0) => return raise!(cx, TYPE_ERROR, "K() missing required argument 'obj' (pos 1)"),
        ([], _) => return raise!(cx, TYPE_ERROR, "K() got an unexpected keyword argument"),
        (given, _) => {
            return raise!(cx, TYPE_ERROR, "K() takes at most 1 argument ({} given)", given.len());
        }
    };
    new_key(cx, key_of(v).compare.or_none(), Some(object))
}

fn key_compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !is_exact(w, &KEY_CELL) {
        return raise!(cx, TYPE_ERROR, "other argument must be K instance");
    }
    let (a, b) = (key_of(v), key_of(w));
    let (Some(x), Some(y)) = (a.object.get(), b.object.get()) else {
        return raise!(cx, ATTRIBUTE_ERROR, "object");
    };
    let order = ops::call(cx, a.compare.or_none(), &[x, y])?;
    ops::compare(cx, order, Value::int(0), op)
}
