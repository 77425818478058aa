//! The type `type`.

pub mod attrs;
mod bases;
pub mod layout;
mod mro;
mod new;

pub use new::{calculate_metaclass, new_class, type_new};

use crate::union;
use orochi_object::args::CallArgs;
use orochi_object::prelude::*;

/// The table of `type`.
pub static TYPE: TypeDef = TypeDef {
    name: "type",
    cell: &types::TYPE,
    layout: orochi_object::layout::TYPE,
    size: size_of::<PyType>(),
    flags: flag::BASETYPE | flag::TYPE | flag::WEAKREF,
    slots: Slots {
        repr: Some(repr),
        call: Some(ops::call_type),
        getattr: Some(ops::type_getattr),
        setattr: Some(ops::type_setattr),
        new: Some(type_new),
        init: Some(init),
        or: Some(union::or),
        ..Slots::NONE
    },
    methods: &[
        method("mro", "(self, /)", mro_list).doc("Return a type's method resolution order."),
        method("__subclasses__", "(self, /)", subclasses_method)
            .doc("Return a list of immediate subclasses."),
        class_method("__prepare__", "(cls, /, *args, **kwargs)", prepare)
            .doc("Create the namespace for the class statement"),
        method("__instancecheck__", "(self, instance, /)", instancecheck)
            .doc("Check if an object is an instance."),
        method("__subclasscheck__", "(self, subclass, /)", subclasscheck)
            .doc("Check if a class is a subclass."),
        method("__dir__", "(self, /)", dir).doc("Specialized __dir__ implementation for types."),
        method("__sizeof__", "(self, /)", sizeof)
            .doc("Return memory consumption of the type object."),
    ],
    getset: attrs::GETSET,
    doc: Some("type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type"),
    ..TypeDef::DEFAULT
};

fn class(v: Value) -> Ref<PyType> {
    // SAFETY: methods of `type` are only called with instances of it, which are PyType.
    unsafe { v.cast() }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let text = format!("<class '{}'>", ops::shown_name(cx, class(v)));
    Ok(cx.new_str(&text)?.value())
}

fn init(cx: &Cx, _: Value, args: CallArgs) -> Res<()> {
    let given = args.positional().len();
    if given == 1 && args.keyword_count() > 0 {
        return raise!(cx, TYPE_ERROR, "type.__init__() takes no keyword arguments");
    }
    if given != 1 && given != 3 {
        return raise!(cx, TYPE_ERROR, "type.__init__() takes 1 or 3 arguments");
    }
    Ok(())
}

fn mro_list(cx: &Cx, args: Args) -> Res {
    let t = class(args.get(0));
    let order = mro::linearize_now(cx, t)?;
    Ok(cx.new_list(order.values())?.value())
}

/// The live direct subclasses.
pub fn subclasses(cx: &Cx, t: Ref<PyType>) -> Res<Ref<PyList>> {
    let list = cx.new_list(&[])?;
    let mut result = Ok(());
    types::for_each_subclass(t, &mut |sub| {
        if result.is_ok() {
            result = list.push(cx, sub.value());
        }
    });
    result?;
    Ok(list)
}

fn subclasses_method(cx: &Cx, args: Args) -> Res {
    Ok(subclasses(cx, class(args.get(0)))?.value())
}

fn prepare(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_dict()?.value())
}

fn instancecheck(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(ops::recursive_isinstance(cx, args.get(1), args.get(0))?))
}

fn subclasscheck(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(ops::recursive_issubclass(cx, args.get(1), args.get(0))?))
}

fn dir(cx: &Cx, args: Args) -> Res {
    let names = cx.new_dict()?;
    crate::object::merge_class_names(cx, names, args.get(0))?;
    Ok(ops::to_list(cx, names.value())?.value())
}

fn sizeof(_: &Cx, args: Args) -> Res {
    Ok(Value::int(class(args.get(0)).bytes() as i64))
}
