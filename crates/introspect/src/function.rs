//! The type `function`.

use crate::util::{Sig, slot_text, wrong_argument};
use orochi_bytecode::CodeFlags;
use orochi_object::cell::PyCell;
use orochi_object::instance;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::function::{LAYOUT, PyFunction, builtins_of, doc, new_function, set_doc};

/// The table of `function`.
pub static TYPE: TypeDef = TypeDef {
    name: "function",
    cell: &types::FUNCTION,
    layout: LAYOUT,
    size: size_of::<PyFunction>(),
    dict: true,
    flags: flag::METHOD_DESCRIPTOR | flag::WEAKREF,
    slots: Slots {
        repr: Some(repr),
        call: Some(orochi_interp::call_function),
        descr_get: Some(bind),
        new: Some(new),
        ..Slots::NONE
    },
    getset: &[
        getset("__code__", |_, v| Ok(function(v).code.or_none()), set_code),
        getset("__defaults__", |_, v| Ok(function(v).defaults.or_none()), set_defaults),
        getset("__kwdefaults__", |_, v| Ok(function(v).kwdefaults.or_none()), set_kwdefaults),
        field_getter("__globals__", |_, v| Ok(function(v).globals.or_none())),
        field_getter("__builtins__", |_, v| Ok(function(v).builtins.or_none())),
        field_getter("__closure__", |_, v| Ok(function(v).closure.or_none())),
        getset("__name__", |_, v| Ok(function(v).name.or_none()), set_name),
        getset("__qualname__", |_, v| Ok(function(v).qualname.or_none()), set_qualname),
        getset(
            "__doc__",
            |cx, v| doc(cx, function(v)),
            |cx, v, value| {
                set_doc(cx, function(v), value.unwrap_or(Value::NONE));
                Ok(())
            },
        ),
        getset(
            "__module__",
            |_, v| Ok(function(v).module.or_none()),
            |cx, v, value| {
                function(v).module.set(cx, function(v), value.unwrap_or(Value::NONE));
                Ok(())
            },
        ),
        getset("__annotations__", annotations, set_annotations),
        getset("__annotate__", |_, v| Ok(function(v).annotate.or_none()), set_annotate),
        getset("__type_params__", type_params, set_type_params),
        getset("__dict__", get_dict, set_dict),
    ],
    ..TypeDef::DEFAULT
};

fn function(v: Value) -> Ref<PyFunction> {
    // SAFETY: slots and rows of `function`, whose instances are PyFunction.
    unsafe { v.cast() }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let name = slot_text(&function(v).qualname);
    crate::util::text(cx, &format!("<function {name} at {:#x}>", v.word()))
}

fn bind(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    match object.and_then(Value::non_none) {
        Some(object) => Ok(cx.new_method(v, object)?.value()),
        None => Ok(v),
    }
}

static NEW: Sig =
    Sig::new("function", "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)");

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    NEW.bind(cx, args, |args| {
        let Some(code) = args.get(0).downcast::<PyCode>() else {
            return wrong_argument(cx, "function() argument 'code'", "code", args.get(0));
        };
        let Some(globals) = args.get(1).downcast::<PyDict>() else {
            return wrong_argument(cx, "function() argument 'globals'", "dict", args.get(1));
        };
        let (name, defaults) = (args.non_none(2), args.non_none(3));
        let (closure, kwdefaults) = (args.non_none(4), args.non_none(5));
        if name.is_some_and(|name| name.as_str().is_none()) {
            return raise!(cx, TYPE_ERROR, "arg 3 (name) must be None or string");
        }
        if defaults.is_some_and(|v| v.downcast::<PyTuple>().is_none()) {
            return raise!(cx, TYPE_ERROR, "arg 4 (defaults) must be None or tuple");
        }
        check_closure(cx, code, closure)?;
        if kwdefaults.is_some_and(|v| v.downcast::<PyDict>().is_none()) {
            return raise!(cx, TYPE_ERROR, "arg 6 (kwdefaults) must be None or dict");
        }
        let made = new_function(cx, code, globals, builtins_of(cx, globals))?;
        if let Some(name) = name {
            made.name.init(name);
        }
        made.defaults.init_opt(defaults);
        made.closure.init_opt(closure);
        made.kwdefaults.init_opt(kwdefaults);
        Ok(made.value())
    })
}

/// Whether `closure` fits the free variables of `code`.
fn check_closure(cx: &Cx, code: Ref<PyCode>, closure: Option<Value>) -> Res<()> {
    let free = code.unit().freevars.len();
    let tuple = closure.and_then(Value::downcast::<PyTuple>);
    if tuple.is_none() && (closure.is_some() || free > 0) {
        let wanted = if free > 0 && closure.is_none() { "tuple" } else { "None or tuple" };
        return raise!(cx, TYPE_ERROR, "arg 5 (closure) must be {wanted}");
    }
    let cells: &[Value] = tuple.map_or(&[], |tuple| tuple.values());
    if cells.len() != free {
        return raise!(
            cx,
            VALUE_ERROR,
            "{} requires closure of length {free}, not {}",
            slot_text(&code.name),
            cells.len()
        );
    }
    match cells.iter().find(|cell| cell.downcast::<PyCell>().is_none()) {
        Some(wrong) => raise!(
            cx,
            TYPE_ERROR,
            "arg 5 (closure) expected cell, found {}",
            class_of(*wrong).display_name()
        ),
        None => Ok(()),
    }
}

fn set_code(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(code) = value.and_then(Value::downcast::<PyCode>) else {
        return raise!(cx, TYPE_ERROR, "__code__ must be set to a code object");
    };
    let f = function(v);
    let cells = f.closure.get().and_then(Value::downcast::<PyTuple>).map_or(0, |cells| cells.len());
    let free = code.unit().freevars.len();
    if cells != free {
        return raise!(
            cx,
            VALUE_ERROR,
            "{}() requires a code object with {cells} free vars, not {free}",
            slot_text(&f.name)
        );
    }
    let kinds = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
    if f.code().flags & kinds != code.flags & kinds {
        let message = "Assigning a code object of non-matching type is deprecated (e.g., from a \
                       generator to a plain function)";
        orochi_object::hooks::warn(cx, &exception::DEPRECATION_WARNING, message, 1)?;
    }
    orochi_runtime::function::set_code(cx, f, code)
}

fn set_name(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    match value.filter(|value| value.as_str().is_some()) {
        Some(value) => function(v).name.set(cx, function(v), value),
        None => return raise!(cx, TYPE_ERROR, "__name__ must be set to a string object"),
    }
    Ok(())
}

fn set_qualname(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    match value.filter(|value| value.as_str().is_some()) {
        Some(value) => function(v).qualname.set(cx, function(v), value),
        None => return raise!(cx, TYPE_ERROR, "__qualname__ must be set to a string object"),
    }
    Ok(())
}

fn set_defaults(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let value = value.and_then(Value::non_none);
    if value.is_some_and(|value| value.downcast::<PyTuple>().is_none()) {
        return raise!(cx, TYPE_ERROR, "__defaults__ must be set to a tuple object");
    }
    function(v).defaults.set_opt(cx, function(v), value);
    Ok(())
}

fn set_kwdefaults(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let value = value.and_then(Value::non_none);
    if value.is_some_and(|value| value.downcast::<PyDict>().is_none()) {
        return raise!(cx, TYPE_ERROR, "__kwdefaults__ must be set to a dict object");
    }
    function(v).kwdefaults.set_opt(cx, function(v), value);
    Ok(())
}

/// The annotations, made by `__annotate__` at the first demand.
fn annotations(cx: &Cx, v: Value) -> Res {
    let f = function(v);
    if let Some(known) = f.annotations.get() {
        return Ok(known);
    }
    let made = match f.annotate.get().and_then(Value::non_none) {
        Some(annotate) => {
            let made = ops::call(cx, annotate, &[Value::int(1)])?;
            if made.downcast::<PyDict>().is_none() {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "__annotate__() must return a dict, not {}",
                    ops::full_name(cx, class_of(made))
                );
            }
            made
        }
        None => cx.new_dict()?.value(),
    };
    match f.annotations.replace(cx, f, None, made) {
        Ok(()) => Ok(made),
        Err(other) => Ok(other.unwrap_or(made)),
    }
}

fn set_annotations(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let value = value.and_then(Value::non_none);
    if value.is_some_and(|value| value.downcast::<PyDict>().is_none()) {
        return raise!(cx, TYPE_ERROR, "__annotations__ must be set to a dict object");
    }
    let f = function(v);
    f.annotations.set_opt(cx, f, value);
    f.annotate.clear();
    Ok(())
}

fn set_annotate(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, TYPE_ERROR, "__annotate__ cannot be deleted");
    };
    let f = function(v);
    if value.is_none() {
        f.annotate.set(cx, f, value);
        return Ok(());
    }
    if class_of(value).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "__annotate__ must be callable or None");
    }
    f.annotate.set(cx, f, value);
    f.annotations.clear();
    Ok(())
}

fn type_params(cx: &Cx, v: Value) -> Res {
    match function(v).type_params.get() {
        Some(params) => Ok(params),
        None => Ok(cx.new_tuple(&[])?.value()),
    }
}

fn set_type_params(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    match value.filter(|value| value.downcast::<PyTuple>().is_some()) {
        Some(value) => function(v).type_params.set(cx, function(v), value),
        None => return raise!(cx, TYPE_ERROR, "__type_params__ must be set to a tuple"),
    }
    Ok(())
}

fn get_dict(cx: &Cx, v: Value) -> Res {
    Ok(instance::dict(cx, v)?.map_or(Value::NONE, Ref::value))
}

fn set_dict(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, TYPE_ERROR, "cannot delete __dict__");
    };
    match value.downcast::<PyDict>() {
        Some(dict) => instance::set_dict(cx, v, dict),
        None => raise!(
            cx,
            TYPE_ERROR,
            "__dict__ must be set to a dictionary, not a '{}'",
            class_of(value).display_name()
        ),
    }
}
