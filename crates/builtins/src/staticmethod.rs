//! The types `staticmethod` and `classmethod`.

use crate::property::is_abstract_function;
use crate::type_::attrs;
use orochi_object::descr::GetSetDef;
use orochi_object::prelude::*;
use orochi_object::typedef::PyStaticMethod;
use orochi_object::{instance, intern, layout};

/// The table of `staticmethod`.
pub static STATICMETHOD: TypeDef = TypeDef {
    name: "staticmethod",
    cell: &types::STATICMETHOD,
    layout: layout::WORDS,
    size: size_of::<PyStaticMethod>(),
    dict: true,
    flags: flag::BASETYPE,
    slots: Slots {
        call: Some(|cx, v, args| ops::call_args(cx, callable(v), args)),
        repr: Some(|cx, v| repr(cx, v, "staticmethod")),
        descr_get: Some(|_, v, _, _| Ok(callable(v))),
        new: Some(new),
        init: Some(|cx, v, args| init(cx, v, args, "staticmethod")),
        ..Slots::NONE
    },
    methods: &[class_method("__class_getitem__", "(cls, item, /)", crate::generic_alias::of_class)],
    getset: ROWS,
    doc: Some(
        "Convert a function to be a static method.\n\nA static method does not receive an implicit \
         first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         \
         @staticmethod\n         def f(arg1, arg2, argN):\n             ...\n\nIt can be called \
         either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()). Both the class and the \
         instance are ignored, and\nneither is passed implicitly as the first argument to the \
         method.\n\nStatic methods in Python are similar to those found in Java or C++.\nFor a more \
         advanced concept, see the classmethod builtin.",
    ),
    ..TypeDef::DEFAULT
};

/// The table of `classmethod`.
pub static CLASSMETHOD: TypeDef = TypeDef {
    name: "classmethod",
    cell: &types::CLASSMETHOD,
    layout: layout::WORDS,
    size: size_of::<PyStaticMethod>(),
    dict: true,
    flags: flag::BASETYPE,
    slots: Slots {
        repr: Some(|cx, v| repr(cx, v, "classmethod")),
        descr_get: Some(class_get),
        new: Some(new),
        init: Some(|cx, v, args| init(cx, v, args, "classmethod")),
        ..Slots::NONE
    },
    methods: &[class_method("__class_getitem__", "(cls, item, /)", crate::generic_alias::of_class)],
    getset: ROWS,
    doc: Some(
        "Convert a function to be a class method.\n\nA class method receives the class as implicit \
         first argument,\njust like an instance method receives the instance.\nTo declare a class \
         method, use this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, \
         argN):\n          ...\n\nIt can be called either on the class (e.g. C.f()) or on an \
         instance\n(e.g. C().f()).  The instance is ignored except for its class.\nIf a class method \
         is called for a derived class, the derived class\nobject is passed as the implied first \
         argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want \
         those, see the staticmethod builtin.",
    ),
    ..TypeDef::DEFAULT
};

const ROWS: &[GetSetDef] = &[
    field_getter("__func__", |_, v| Ok(callable(v))),
    field_getter("__wrapped__", |_, v| Ok(callable(v))),
    getset("__dict__", attrs::get_instance_dict, attrs::set_instance_dict),
    getter("__isabstractmethod__", |cx, v| Ok(Value::bool(is_abstract_function(cx, callable(v))?))),
    getset(
        "__annotations__",
        |cx, v| forward(cx, v, name!(cx, "__annotations__")),
        |cx, v, value| store(cx, v, name!(cx, "__annotations__"), value),
    ),
    getset(
        "__annotate__",
        |cx, v| forward(cx, v, name!(cx, "__annotate__")),
        |cx, v, value| store(cx, v, name!(cx, "__annotate__"), value),
    ),
];

fn object(v: Value) -> Ref<PyStaticMethod> {
    // SAFETY: slots and rows of types whose instances are PyStaticMethod.
    unsafe { v.cast() }
}

fn callable(v: Value) -> Value {
    object(v).callable.or_none()
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    let made: Ref<PyStaticMethod> = cx.alloc_instance(class, 0)?;
    Ok(made.value())
}

fn init(cx: &Cx, v: Value, args: CallArgs, name: &str) -> Res<()> {
    let function = args.exactly(cx, name, 1, 1)?[0];
    object(v).callable.set(cx, object(v), function);
    for attr in ["__module__", "__name__", "__qualname__", "__doc__"] {
        let attr = intern::intern_text(cx, attr)?;
        if let Some(value) = ops::getattr_opt(cx, function, attr)? {
            instance::set(cx, v, attr, value)?;
        }
    }
    Ok(())
}

fn repr(cx: &Cx, v: Value, name: &str) -> Res {
    let inner = ops::repr_text(cx, callable(v))?;
    Ok(cx.new_str(&format!("<{name}({inner})>"))?.value())
}

fn class_get(cx: &Cx, v: Value, object: Option<Value>, owner: Option<Value>) -> Res {
    let owner = owner.or(object.map(|object| class_of(object).value()));
    let function = callable(v);
    Ok(cx.new_method(function, owner.unwrap_or(Value::NONE))?.value())
}

/// An attribute of the function, kept here once asked for.
fn forward(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    if let Some(value) = instance::get(cx, v, name) {
        return Ok(value);
    }
    let value = ops::getattr(cx, callable(v), name)?;
    instance::set(cx, v, name, value)?;
    Ok(value)
}

fn store(cx: &Cx, v: Value, name: Ref<PyStr>, value: Option<Value>) -> Res<()> {
    match value {
        Some(value) => {
            instance::set(cx, v, name, value)?;
        }
        None => {
            if !instance::delete(cx, v, name)? {
                let msg = format!(
                    "'{}' object has no attribute '{}'",
                    class_of(v).display_name(),
                    name.to_string_lossy()
                );
                return Err(ops::attribute_error(cx, v, name, &msg));
            }
        }
    };
    Ok(())
}
