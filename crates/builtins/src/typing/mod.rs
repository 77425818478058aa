//! Type parameters, type aliases and `Generic`: the module `_typing`, and what PEP 695 syntax makes.
//!
//! What needs no speed is asked of the module `typing`.

mod alias;
mod evaluator;
mod generic;
mod param;

use crate::hooks;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::{instance, intern};

pub use alias::new_alias;
pub use generic::subscript_generic;
pub use param::{
    new_param_spec, new_type_var, new_type_var_bound, new_type_var_constraints, new_type_var_tuple,
    set_default,
};

/// Calls `typing.name(*args)`.
fn call_typing(cx: &Cx, name: &str, args: &[Value]) -> Res {
    let function = orochi_object::hooks::module_attr(cx, "typing", name)?;
    ops::call(cx, function, args)
}

/// `typing.Unpack[v]`.
fn unpacked(cx: &Cx, v: Value) -> Res {
    let unpack = orochi_object::hooks::module_attr(cx, "typing", "Unpack")?;
    ops::getitem(cx, unpack, v)
}

/// `typing.Union[v, w]`.
fn union(cx: &Cx, v: Value, w: Value) -> Res {
    let row = cx.new_tuple(&[v, w])?.value();
    ops::getitem(cx, crate::union::CELL.get().value(), row)
}

/// Records the module of the calling code in an object's `__module__`.
fn set_module(cx: &Cx, v: Value) -> Res<()> {
    let module = hooks::caller_globals(cx).and_then(|g| g.get_str(name!(cx, "__name__")));
    instance::set(cx, v, name!(cx, "__module__"), module.unwrap_or(Value::NONE))?;
    Ok(())
}

/// What a lazily evaluated value is worth: calls its function.
fn evaluate(cx: &Cx, function: Value) -> Res {
    ops::call(cx, function, &[Value::int(1)])
}

static NO_DEFAULT_CELL: TypeCell = TypeCell::new();
static NO_DEFAULT_ROOT: orochi_object::collector::Root = orochi_object::collector::Root::new();

/// The singleton `typing.NoDefault`.
pub fn no_default(cx: &Cx) -> Res {
    if let Some(v) = NO_DEFAULT_ROOT.get() {
        return Ok(v);
    }
    orochi_object::typedef::make_type(cx, &NO_DEFAULT)?;
    let v = cx.new_instance(NO_DEFAULT_CELL.get())?;
    Ok(NO_DEFAULT_ROOT.set_first(v))
}

fn is_no_default(v: Value) -> bool {
    NO_DEFAULT_ROOT.get() == Some(v)
}

static NO_DEFAULT: TypeDef = TypeDef {
    name: "NoDefaultType",
    cell: &NO_DEFAULT_CELL,
    slots: Slots {
        new: Some(|cx, _, args| {
            if !args.is_empty() {
                return raise!(cx, TYPE_ERROR, "NoDefaultType takes no arguments");
            }
            no_default(cx)
        }),
        repr: Some(|cx, _| Ok(cx.new_str("typing.NoDefault")?.value())),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", |cx, _| Ok(cx.new_str("NoDefault")?.value()))],
    doc: Some("The type of the NoDefault singleton."),
    ..TypeDef::DEFAULT
};

fn identity(_: &Cx, args: Args) -> Res {
    Ok(args.get(0))
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    orochi_object::typedef::make_type(cx, &evaluator::TYPE)?;
    dict.set_str(cx, intern::intern_text(cx, "NoDefault")?, no_default(cx)?)?;
    let union = crate::union::CELL.get().value();
    dict.set_str(cx, intern::intern_text(cx, "Union")?, union)
}

/// Makes the types that PEP 695 syntax needs, whether or not `_typing` is imported. What is made
/// last tells other threads that all of it is there.
fn ready(cx: &Cx) -> Res<()> {
    if NO_DEFAULT_ROOT.get().is_some() {
        return Ok(());
    }
    for def in MODULE.types {
        orochi_object::typedef::make_type(cx, def)?;
    }
    orochi_object::typedef::make_type(cx, &evaluator::TYPE)?;
    no_default(cx)?;
    Ok(())
}

/// The module `_typing`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_typing",
    doc: Some("Primitives and accelerators for the typing module."),
    functions: &[function("_idfunc", "(x, /)", identity)],
    types: &[
        &param::TYPE_VAR,
        &param::PARAM_SPEC,
        &param::TYPE_VAR_TUPLE,
        &param::PARAM_SPEC_ARGS,
        &param::PARAM_SPEC_KWARGS,
        &alias::TYPE,
        &generic::TYPE,
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// Declares a payload of plain words.
macro_rules! words {
    ($type:ty) => {
        // SAFETY: repr(C) with a Header first; every word after the header is a slot.
        unsafe impl Object for $type {
            const LAYOUT: u16 = layout::WORDS;
        }
    };
}
use words;
