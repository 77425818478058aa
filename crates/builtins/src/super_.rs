//! The type `super`.

use crate::hooks;
use orochi_object::layout;
use orochi_object::prelude::*;

/// A `super` object. All fields are UNSET until `init`; `object` also where it is unbound.
#[repr(C)]
pub struct PySuper {
    pub header: Header,
    class: Slot,
    object: Slot,
    object_class: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PySuper {
    const LAYOUT: u16 = layout::WORDS;
}

/// The table of `super`.
pub static TYPE: TypeDef = TypeDef {
    name: "super",
    cell: &types::SUPER,
    layout: layout::WORDS,
    size: size_of::<PySuper>(),
    flags: flag::BASETYPE,
    slots: Slots {
        repr: Some(repr),
        getattr: Some(getattr),
        descr_get: Some(bind),
        new: Some(|cx, class, _| {
            let made: Ref<PySuper> = cx.alloc_instance(class, 0)?;
            Ok(made.value())
        }),
        init: Some(init),
        ..Slots::NONE
    },
    getset: &[
        field_getter("__thisclass__", |_, v| Ok(object(v).class.or_none())),
        field_getter("__self__", |_, v| Ok(object(v).object.or_none())),
        field_getter("__self_class__", |_, v| Ok(object(v).object_class.or_none())),
    ],
    doc: Some(
        "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super \
         object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\n\
         super(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use \
         to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        \
         super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    \
         def cmeth(cls, arg):\n        super().cmeth(arg)\n",
    ),
    make: Some(|cx, args| {
        let made: Ref<PySuper> = cx.alloc_instance(types::SUPER.get(), 0)?;
        args.no_keywords(cx, "super")?;
        let given = args.exactly(cx, "super()", 0, 2)?;
        fill(cx, made, given, "a type")?;
        Ok(made.value())
    }),
    ..TypeDef::DEFAULT
};

fn object(v: Value) -> Ref<PySuper> {
    // SAFETY: slots and rows of `super`, whose instances are PySuper.
    unsafe { v.cast() }
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    args.no_keywords(cx, "super")?;
    let given = args.positional();
    if given.len() > 2 {
        let n = given.len();
        return raise!(cx, TYPE_ERROR, "super() takes at most 2 arguments ({n} given)");
    }
    fill(cx, object(v), given, "type")
}

/// Sets what a super object is about; errors call a class `wanted`: a call and `__init__` word them differently.
fn fill(cx: &Cx, s: Ref<PySuper>, given: &[Value], wanted: &str) -> Res<()> {
    let (class, receiver) = match *given {
        [] => {
            let (class, receiver) = (hooks::hooks(cx)?.super_args)(cx)?;
            (class, Some(receiver))
        }
        [class] => (class, None),
        [class, receiver, ..] => (class, receiver.non_none()),
    };
    let Some(class) = class.downcast::<PyType>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "super() argument 1 must be {wanted}, not {}",
            if wanted == "type" {
                ops::argument_class(class)
            } else {
                class_of(class).display_name()
            }
        );
    };
    let object_class = match receiver {
        Some(receiver) => Some(check(cx, class, receiver)?.value()),
        None => None,
    };
    s.class.set(cx, s, class.value());
    s.object.set_opt(cx, s, receiver);
    s.object_class.set_opt(cx, s, object_class);
    Ok(())
}

/// The class whose order is searched: `receiver` itself if it is a subclass of `class`, else the
/// class of it.
pub fn check(cx: &Cx, class: Ref<PyType>, receiver: Value) -> Res<Ref<PyType>> {
    if let Some(own) = receiver.downcast::<PyType>()
        && own.is_subtype(class)
    {
        return Ok(own);
    }
    let own = class_of(receiver);
    if own.is_subtype(class) {
        return Ok(own);
    }
    if let Some(claimed) = ops::getattr_opt(cx, receiver, name!(cx, "__class__"))?
        && let Some(claimed) = claimed.downcast::<PyType>()
        && claimed != own
        && claimed.is_subtype(class)
    {
        return Ok(claimed);
    }
    let (kind, shown) = match receiver.downcast::<PyType>() {
        Some(own) => ("type", own.display_name()),
        None => ("instance of", own.display_name()),
    };
    raise!(
        cx,
        TYPE_ERROR,
        "super(type, obj): obj ({kind} {shown}) is not an instance or subtype of type ({}).",
        class.display_name()
    )
}

/// The attribute `name` found after `class` in the order of `object_class`, not yet bound.
pub fn find(class: Ref<PyType>, object_class: Ref<PyType>, name: Ref<PyStr>) -> Option<Value> {
    let order = object_class.mro_tuple();
    let at = order.values().iter().position(|own| own.is(class.value()))?;
    order.values()[at + 1..]
        .iter()
        .find_map(|own| own.downcast::<PyType>()?.namespace().get_str(name))
}

/// `super(class, receiver).name` without making the `super` object; for the interpreter.
pub fn lookup(cx: &Cx, class: Ref<PyType>, receiver: Value, name: Ref<PyStr>) -> Res {
    let object_class = check(cx, class, receiver)?;
    match find(class, object_class, name) {
        Some(found) => bind_found(cx, found, receiver, object_class),
        None => raise!(
            cx,
            ATTRIBUTE_ERROR,
            "'super' object has no attribute '{}'",
            name.to_string_lossy()
        ),
    }
}

fn bind_found(cx: &Cx, found: Value, receiver: Value, object_class: Ref<PyType>) -> Res {
    match class_of(found).slots.descr_get() {
        Some(get) => {
            let instance = (!receiver.is(object_class.value())).then_some(receiver);
            get(cx, found, instance, Some(object_class.value()))
        }
        None => Ok(found),
    }
}

fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    let s = object(v);
    let classes = (
        s.class.get().and_then(Value::downcast::<PyType>),
        s.object_class.get().and_then(Value::downcast::<PyType>),
    );
    if let (Some(class), Some(object_class)) = classes
        && !name.eq_str("__class__")
        && let Some(found) = find(class, object_class, name)
    {
        return bind_found(cx, found, s.object.or_none(), object_class);
    }
    ops::generic_getattr(cx, v, name)
}

fn bind(cx: &Cx, v: Value, receiver: Option<Value>, _: Option<Value>) -> Res {
    let s = object(v);
    let Some(receiver) = receiver.filter(|_| s.object.is_unset()) else { return Ok(v) };
    if s.class() != types::SUPER.get() {
        return ops::call(cx, s.class().value(), &[s.class.or_none(), receiver]);
    }
    let Some(class) = s.class.get().and_then(Value::downcast::<PyType>) else { return Ok(v) };
    let object_class = check(cx, class, receiver)?;
    let made: Ref<PySuper> = cx.alloc_instance(types::SUPER.get(), 0)?;
    made.class.init(class.value());
    made.object.init(receiver);
    made.object_class.init(object_class.value());
    Ok(made.value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let s = object(v);
    let name = |slot: &Slot| match slot.get().and_then(Value::downcast::<PyType>) {
        Some(class) => class.display_name(),
        None => "NULL".to_owned(),
    };
    let text = match s.object_class.get() {
        Some(_) => {
            format!("<super: <class '{}'>, <{} object>>", name(&s.class), name(&s.object_class))
        }
        None => format!("<super: <class '{}'>, NULL>", name(&s.class)),
    };
    Ok(cx.new_str(&text)?.value())
}
