//! `TypeAliasType`: what `type X = …` makes.

use super::param::{has_default_value, is_any_param, is_tuple_param};
use super::{evaluate, evaluator, ready, union, unpacked, words};
use crate::bind::Sig;
use crate::hooks;
use orochi_object::layout;
use orochi_object::object::Object;
use orochi_object::prelude::*;

static CELL: TypeCell = TypeCell::new();

#[repr(C)]
struct Alias {
    header: Header,
    name: Slot,
    params: Slot,
    value: Slot,
    evaluate: Slot,
    module: Slot,
}
words!(Alias);

fn this(v: Value) -> Ref<Alias> {
    // SAFETY: receivers of these slots are aliases.
    unsafe { v.cast() }
}

/// The alias of `type name[params] = …`; `function` computes the value.
pub fn new_alias(cx: &Cx, name: Value, params: Value, function: Value) -> Res {
    ready(cx)?;
    let alias: Ref<Alias> = cx.alloc_instance(CELL.get(), 0)?;
    alias.name.init(name);
    let params = params.downcast::<PyTuple>().filter(|params| params.len() > 0);
    alias.params.init_opt(params.map(Ref::value));
    alias.evaluate.init(function);
    let module = ops::getattr_opt(cx, function, name!(cx, "__module__"))?;
    alias.module.init_opt(module);
    Ok(alias.value())
}

static SIG: Sig = Sig::new("typealias", "(name, value, *, type_params=())");

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    SIG.bind(cx, args, |args| {
        let name = args.get(0);
        if name.as_str().is_none() {
            return raise!(
                cx,
                TYPE_ERROR,
                "typealias() argument 'name' must be str, not {}",
                class_of(name).display_name()
            );
        }
        let params = match args.opt(2) {
            None => None,
            Some(params) => Some(check_params(cx, params)?),
        };
        let alias: Ref<Alias> = cx.alloc_instance(class, 0)?;
        alias.name.init(name);
        alias.params.init_opt(params.filter(|params| params.len() > 0).map(Ref::value));
        alias.value.init(args.get(1));
        let module = hooks::caller_globals(cx).and_then(|g| g.get_str(name!(cx, "__name__")));
        alias.module.init_opt(module);
        Ok(alias.value())
    })
}

fn check_params(cx: &Cx, params: Value) -> Res<Ref<PyTuple>> {
    let Some(params) = params.downcast::<PyTuple>() else {
        return raise!(cx, TYPE_ERROR, "type_params must be a tuple");
    };
    let mut seen_default = false;
    for param in params.values() {
        if !is_any_param(*param) {
            let text = ops::repr_text(cx, *param)?;
            return raise!(cx, TYPE_ERROR, "Expected a type param, got {text}");
        }
        if has_default_value(*param) {
            seen_default = true;
        } else if seen_default {
            let text = ops::repr_text(cx, *param)?;
            return raise!(
                cx,
                TYPE_ERROR,
                "non-default type parameter '{text}' follows default type parameter"
            );
        }
    }
    Ok(params)
}

fn get_value(cx: &Cx, v: Value) -> Res {
    let alias = this(v);
    if let Some(value) = alias.value.get() {
        return Ok(value);
    }
    let value = evaluate(cx, alias.evaluate.or_none())?;
    alias.value.set(cx, alias, value);
    Ok(value)
}
fn get_evaluate(cx: &Cx, v: Value) -> Res {
    match this(v).evaluate.get() {
        Some(function) => Ok(function),
        None => evaluator::constant(cx, this(v).value.or_none()),
    }
}
fn params(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    match this(v).params.get().and_then(Value::downcast) {
        Some(params) => Ok(params),
        None => cx.new_tuple(&[]),
    }
}
fn get_type_params(cx: &Cx, v: Value) -> Res {
    Ok(params(cx, v)?.value())
}

/// The type parameters with TypeVarTuples unpacked.
pub(super) fn with_unpacked(cx: &Cx, params: Ref<PyTuple>) -> Res<Ref<PyTuple>> {
    let list = cx.new_list(&[])?;
    for param in params.values() {
        let item = if is_tuple_param(*param) { unpacked(cx, *param)? } else { *param };
        list.push(cx, item)?;
    }
    list.snapshot(cx)
}
fn get_parameters(cx: &Cx, v: Value) -> Res {
    Ok(with_unpacked(cx, params(cx, v)?)?.value())
}

fn getitem(cx: &Cx, v: Value, item: Value) -> Res {
    if this(v).params.is_unset() {
        return raise!(cx, TYPE_ERROR, "Only generic type aliases are subscriptable");
    }
    crate::generic_alias::new(cx, v, item)
}

fn iter(cx: &Cx, v: Value) -> Res {
    let row = cx.new_tuple(&[unpacked(cx, v)?])?;
    ops::iter(cx, row.value())
}

fn name(_: &Cx, v: Value) -> Res {
    Ok(this(v).name.or_none())
}

fn reduce(_: &Cx, args: Args) -> Res {
    Ok(this(args.get(0)).name.or_none())
}

pub(super) static TYPE: TypeDef = TypeDef {
    name: "typing.TypeAliasType",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Alias>(),
    flags: flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(name),
        getitem: Some(getitem),
        iter: Some(iter),
        or: Some(union),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", reduce)],
    getset: &[
        getter("__name__", name),
        getter("__value__", get_value),
        getter("__type_params__", get_type_params),
        getter("__parameters__", get_parameters),
        getter("__module__", |_, v| Ok(this(v).module.or_none())),
        getter("evaluate_value", get_evaluate),
    ],
    doc: Some("Type alias, as made by the type statement."),
    ..TypeDef::DEFAULT
};
