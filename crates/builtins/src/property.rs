//! The type `property`.

use orochi_object::descr::PyProperty;
use orochi_object::layout;
use orochi_object::prelude::*;

/// The table of `property`.
pub static TYPE: TypeDef = TypeDef {
    name: "property",
    cell: &types::PROPERTY,
    layout: layout::WORDS,
    size: size_of::<PyProperty>(),
    flags: flag::BASETYPE,
    slots: Slots {
        descr_get: Some(get),
        descr_set: Some(set),
        new: Some(|cx, class, _| {
            let made: Ref<PyProperty> = cx.alloc_instance(class, 0)?;
            Ok(made.value())
        }),
        init: Some(init),
        ..Slots::NONE
    },
    methods: &[
        method("getter", "(self, fget, /)", |cx, args| copy(cx, args, 0))
            .doc("Descriptor to obtain a copy of the property with a different getter."),
        method("setter", "(self, fset, /)", |cx, args| copy(cx, args, 1))
            .doc("Descriptor to obtain a copy of the property with a different setter."),
        method("deleter", "(self, fdel, /)", |cx, args| copy(cx, args, 2))
            .doc("Descriptor to obtain a copy of the property with a different deleter."),
        method("__set_name__", "(self, /, *args)", |cx, args| {
            let p = property(args.get(0));
            let given = args.rest(1);
            let [_, name] = given else {
                let n = given.len();
                let text = "__set_name__() takes 2 positional arguments but";
                return raise!(cx, TYPE_ERROR, "{text} {n} were given");
            };
            p.name.set(cx, p, *name);
            Ok(Value::NONE)
        })
        .doc("Method to set name of a property."),
    ],
    getset: &[
        field_getter("fget", |_, v| Ok(property(v).getter.or_none())),
        field_getter("fset", |_, v| Ok(property(v).setter.or_none())),
        field_getter("fdel", |_, v| Ok(property(v).deleter.or_none())),
        field(
            "__doc__",
            |_, v| Ok(property(v).doc.or_none()),
            |cx, v, value| {
                property(v).doc.set(cx, property(v), value.unwrap_or(Value::NONE));
                Ok(())
            },
        ),
        getset("__name__", get_name, |cx, v, value| {
            property(v).name.set_opt(cx, property(v), value);
            Ok(())
        }),
        getter("__isabstractmethod__", is_abstract),
    ],
    doc: Some(
        "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  \
         fset\n    function to be used for setting an attribute value\n  fdel\n    function to be \
         used for del'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed \
         attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, \
         value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, \
         delx, \"I'm the 'x' property.\")\n\nDecorators make defining new properties or modifying \
         existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am \
         the 'x' property.\"\n        return self._x\n    @x.setter\n    def x(self, value):\n        \
         self._x = value\n    @x.deleter\n    def x(self):\n        del self._x",
    ),
    ..TypeDef::DEFAULT
};

fn property(v: Value) -> Ref<PyProperty> {
    // SAFETY: slots, methods and rows of `property`, whose instances are PyProperty.
    unsafe { v.cast() }
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    static SIGNATURE: std::sync::OnceLock<orochi_object::args::Signature> =
        std::sync::OnceLock::new();
    let signature = SIGNATURE.get_or_init(|| {
        orochi_object::args::Signature::parse("(fget=None, fset=None, fdel=None, doc=None)")
    });
    signature.bind(cx, "property", 0, args, &mut |args| {
        let p = property(v);
        p.getter.set_opt(cx, p, args.non_none(0));
        p.setter.set_opt(cx, p, args.non_none(1));
        p.deleter.set_opt(cx, p, args.non_none(2));
        p.name.clear();
        fill_doc(cx, p, args.non_none(3))
    })
}

/// The doc given, else that of the getter.
fn fill_doc(cx: &Cx, p: Ref<PyProperty>, given: Option<Value>) -> Res<()> {
    let mut doc = given;
    p.getter_doc.clear();
    if doc.is_none()
        && let Some(getter) = p.getter.get()
    {
        doc = ops::getattr_opt(cx, getter, name!(cx, "__doc__"))?.and_then(Value::non_none);
        p.getter_doc.set_opt(cx, p, doc.map(|_| Value::TRUE));
    }
    p.doc.set_opt(cx, p, doc);
    if p.class() != types::PROPERTY.get() {
        // The class of a subclass has a `__doc__` of its own that hides ours.
        let done = orochi_object::instance::set(
            cx,
            p.value(),
            name!(cx, "__doc__"),
            doc.unwrap_or(Value::NONE),
        )?;
        // Where there is no place for it, a doc that was given is let go, for the sake of what relied on that.
        if !done && p.getter_doc.get().is_some() {
            ops::setattr(cx, p.value(), name!(cx, "__doc__"), doc.unwrap_or(Value::NONE))?;
        }
    }
    Ok(())
}

fn get(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    let Some(object) = object else { return Ok(v) };
    match property(v).getter.get() {
        Some(getter) => ops::call(cx, getter, &[object]),
        None => missing(cx, v, object, "getter"),
    }
}

fn set(cx: &Cx, v: Value, object: Value, value: Option<Value>) -> Res<()> {
    let p = property(v);
    match (p.setter.get(), p.deleter.get(), value) {
        (Some(setter), _, Some(value)) => ops::call(cx, setter, &[object, value])?,
        (_, Some(deleter), None) => ops::call(cx, deleter, &[object])?,
        (None, _, Some(_)) => return missing(cx, v, object, "setter"),
        (_, None, None) => return missing(cx, v, object, "deleter"),
    };
    Ok(())
}

/// The name: as set, else that of the getter.
fn name_of(cx: &Cx, v: Value) -> Res<Option<Value>> {
    if let Some(name) = property(v).name.get() {
        return Ok(Some(name));
    }
    match property(v).getter.get() {
        Some(getter) => ops::getattr_opt(cx, getter, name!(cx, "__name__")),
        None => Ok(None),
    }
}

#[cold]
fn missing<T>(cx: &Cx, v: Value, object: Value, what: &str) -> Res<T> {
    let class = ops::qualname(class_of(object));
    match name_of(cx, v)? {
        Some(name) => {
            let name = ops::repr_text(cx, name)?;
            raise!(cx, ATTRIBUTE_ERROR, "property {name} of '{class}' object has no {what}")
        }
        None => raise!(cx, ATTRIBUTE_ERROR, "property of '{class}' object has no {what}"),
    }
}

fn get_name(cx: &Cx, v: Value) -> Res {
    match name_of(cx, v)? {
        Some(name) => Ok(name),
        None => raise!(
            cx,
            ATTRIBUTE_ERROR,
            "'{}' object has no attribute '__name__'",
            class_of(v).display_name()
        ),
    }
}

/// Whether a function says that it is abstract.
pub fn is_abstract_function(cx: &Cx, function: Value) -> Res<bool> {
    match ops::getattr_opt(cx, function, name!(cx, "__isabstractmethod__"))? {
        Some(answer) => ops::truth(cx, answer),
        None => Ok(false),
    }
}

fn is_abstract(cx: &Cx, v: Value) -> Res {
    let p = property(v);
    for function in [&p.getter, &p.setter, &p.deleter].into_iter().filter_map(Slot::get) {
        if is_abstract_function(cx, function)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

/// `getter`, `setter`, `deleter`: a property with one function replaced.
fn copy(cx: &Cx, args: Args, which: usize) -> Res {
    let p = property(args.get(0));
    let mut row = [p.getter.or_none(), p.setter.or_none(), p.deleter.or_none(), Value::NONE];
    if !args.get(1).is_none() {
        row[which] = args.get(1);
    }
    let from_getter = p.getter_doc.get().is_some() && !row[0].is_none();
    row[3] = if from_getter { Value::NONE } else { p.doc.or_none() };
    let made = ops::call(cx, p.class().value(), &row)?;
    if made.downcast::<PyProperty>().is_some()
        && class_of(made).is_subtype(types::PROPERTY.get())
        && let Some(name) = p.name.get()
    {
        property(made).name.set(cx, property(made), name);
    }
    Ok(made)
}
