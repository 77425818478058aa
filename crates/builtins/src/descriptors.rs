//! Types of builtin functions and of the descriptors in builtin types' dicts.

use crate::hooks;
use orochi_object::descr::{PyGetSet, PyMember, PyMethodWrapper, PyWrapper};
use orochi_object::instance;
use orochi_object::layout;
use orochi_object::native::{self, Binding, PyNative};
use orochi_object::prelude::*;

/// `builtin_function_or_method`.
pub static NATIVE_FUNCTION: TypeDef = TypeDef {
    name: "builtin_function_or_method",
    cell: &types::NATIVE_FUNCTION,
    layout: layout::NATIVE,
    size: size_of::<PyNative>(),
    flags: flag::WEAKREF,
    slots: Slots {
        call: Some(native::call_native),
        repr: Some(native_repr),
        hash: Some(native_hash),
        compare: Some(native_compare),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", native_reduce)],
    getset: &[
        getter("__name__", native_name),
        getter("__qualname__", native_qualname),
        getter("__doc__", native_doc),
        getter("__text_signature__", native_signature),
        getter("__self__", native_self),
        field("__module__", native_module, set_native_module),
    ],
    ..TypeDef::DEFAULT
};

/// `method_descriptor`.
pub static METHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "method_descriptor",
    cell: &types::METHOD_DESCRIPTOR,
    layout: layout::NATIVE,
    size: size_of::<PyNative>(),
    flags: flag::METHOD_DESCRIPTOR,
    slots: Slots {
        call: Some(native::call_descriptor),
        repr: Some(method_repr),
        descr_get: Some(bind_method),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", descr_reduce)],
    getset: NATIVE_DESCRIPTOR_ROWS,
    ..TypeDef::DEFAULT
};

/// `classmethod_descriptor`.
pub static CLASSMETHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "classmethod_descriptor",
    cell: &types::CLASSMETHOD_DESCRIPTOR,
    layout: layout::NATIVE,
    size: size_of::<PyNative>(),
    slots: Slots {
        call: Some(call_class_method),
        repr: Some(method_repr),
        descr_get: Some(bind_class_method),
        ..Slots::NONE
    },
    getset: NATIVE_DESCRIPTOR_ROWS,
    ..TypeDef::DEFAULT
};

const NATIVE_DESCRIPTOR_ROWS: &[orochi_object::descr::GetSetDef] = &[
    field_getter("__name__", native_name),
    getter("__qualname__", |cx, v| descr_qualname(cx, v, &native(v).owner, native(v).def().name)),
    getter("__doc__", native_doc),
    getter("__text_signature__", native_signature),
    field_getter("__objclass__", |_, v| Ok(native(v).owner.or_none())),
];

/// `wrapper_descriptor`.
pub static WRAPPER_DESCRIPTOR: TypeDef = TypeDef {
    name: "wrapper_descriptor",
    cell: &types::WRAPPER_DESCRIPTOR,
    layout: layout::WRAPPER,
    size: size_of::<PyWrapper>(),
    flags: flag::METHOD_DESCRIPTOR,
    slots: Slots {
        call: Some(orochi_object::descr::call_wrapper),
        repr: Some(|cx, v| {
            descr_repr(cx, "slot wrapper", wrapper(v).def().name, &wrapper(v).owner)
        }),
        descr_get: Some(bind_wrapper),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", descr_reduce)],
    getset: &[
        field_getter("__name__", |cx, v| Ok(cx.new_str(wrapper(v).def().name)?.value())),
        getter("__qualname__", |cx, v| {
            descr_qualname(cx, v, &wrapper(v).owner, wrapper(v).def().name)
        }),
        getter("__doc__", |cx, v| wrapper_doc(cx, wrapper(v))),
        getter("__text_signature__", |cx, v| wrapper_signature(cx, wrapper(v))),
        field_getter("__objclass__", |_, v| Ok(wrapper(v).owner.or_none())),
    ],
    ..TypeDef::DEFAULT
};

/// `method-wrapper`.
pub static METHOD_WRAPPER: TypeDef = TypeDef {
    name: "method-wrapper",
    cell: &types::METHOD_WRAPPER,
    layout: layout::METHOD_WRAPPER,
    size: size_of::<PyMethodWrapper>(),
    slots: Slots {
        call: Some(orochi_object::descr::call_method_wrapper),
        repr: Some(bound_repr),
        hash: Some(bound_hash),
        compare: Some(bound_compare),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", bound_reduce)],
    getset: &[
        getter("__name__", |cx, v| Ok(cx.new_str(bound_wrapper(v).def().name)?.value())),
        getter("__qualname__", |cx, v| {
            let wrapper = bound_wrapper(v);
            descr_qualname(cx, v, &wrapper.owner, wrapper.def().name)
        }),
        getter("__doc__", |cx, v| wrapper_doc(cx, bound_wrapper(v))),
        getter("__text_signature__", |cx, v| wrapper_signature(cx, bound_wrapper(v))),
        getter("__objclass__", |_, v| Ok(bound_wrapper(v).owner.or_none())),
        field_getter("__self__", |_, v| Ok(bound(v).receiver.or_none())),
    ],
    ..TypeDef::DEFAULT
};

/// `getset_descriptor`.
pub static GETSET_DESCRIPTOR: TypeDef = TypeDef {
    name: "getset_descriptor",
    cell: &types::GETSET_DESCRIPTOR,
    layout: layout::GETSET,
    size: size_of::<PyGetSet>(),
    slots: Slots {
        repr: Some(|cx, v| descr_repr(cx, "attribute", row(v).def().name, &row(v).owner)),
        descr_get: Some(getset_get),
        descr_set: Some(getset_set),
        ..Slots::NONE
    },
    getset: &[
        field_getter("__name__", |cx, v| Ok(cx.new_str(row(v).def().name)?.value())),
        getter("__qualname__", |cx, v| descr_qualname(cx, v, &row(v).owner, row(v).def().name)),
        getter("__doc__", |cx, v| row_doc(cx, row(v).def())),
        field_getter("__objclass__", |_, v| Ok(row(v).owner.or_none())),
    ],
    ..TypeDef::DEFAULT
};

/// `member_descriptor`.
pub static MEMBER_DESCRIPTOR: TypeDef = TypeDef {
    name: "member_descriptor",
    cell: &types::MEMBER_DESCRIPTOR,
    layout: layout::MEMBER,
    size: size_of::<PyMember>(),
    slots: Slots {
        repr: Some(|cx, v| descr_repr(cx, "member", &member_name(v), &member(v).owner)),
        descr_get: Some(member_get),
        descr_set: Some(member_set),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", descr_reduce)],
    getset: &[
        field_getter("__name__", |_, v| Ok(member(v).name.or_none())),
        getter("__qualname__", |cx, v| descr_qualname(cx, v, &member(v).owner, &member_name(v))),
        getter("__doc__", member_doc),
        field_getter("__objclass__", |_, v| Ok(member(v).owner.or_none())),
    ],
    ..TypeDef::DEFAULT
};

fn native(v: Value) -> Ref<PyNative> {
    // SAFETY: slots and rows of types whose instances are PyNative.
    unsafe { v.cast() }
}
fn wrapper(v: Value) -> Ref<PyWrapper> {
    // SAFETY: slots and rows of the type of PyWrapper.
    unsafe { v.cast() }
}
fn bound(v: Value) -> Ref<PyMethodWrapper> {
    // SAFETY: slots and rows of the type of PyMethodWrapper.
    unsafe { v.cast() }
}
fn bound_wrapper(v: Value) -> Ref<PyWrapper> {
    // SAFETY: `wrapper` holds a PyWrapper from creation on.
    unsafe { bound(v).wrapper.or_none().cast() }
}
fn row(v: Value) -> Ref<PyGetSet> {
    // SAFETY: slots and rows of the type of PyGetSet.
    unsafe { v.cast() }
}
fn member(v: Value) -> Ref<PyMember> {
    // SAFETY: slots and rows of the type of PyMember.
    unsafe { v.cast() }
}
fn member_name(v: Value) -> String {
    member(v).name.or_none().as_str().map_or(String::new(), |name| name.to_string_lossy())
}

fn owner_name(owner: &Slot) -> String {
    match owner.get().and_then(Value::downcast::<PyType>) {
        Some(owner) => owner.display_name(),
        None => "?".to_owned(),
    }
}

fn descr_repr(cx: &Cx, kind: &str, name: &str, owner: &Slot) -> Res {
    let text = format!("<{kind} '{name}' of '{}' objects>", owner_name(owner));
    Ok(cx.new_str(&text)?.value())
}

fn descr_qualname(cx: &Cx, _: Value, owner: &Slot, name: &str) -> Res {
    match owner.get().and_then(Value::downcast::<PyType>) {
        Some(owner) => Ok(cx.new_str(&format!("{}.{name}", ops::qualname(owner)))?.value()),
        None => Ok(cx.new_str(name)?.value()),
    }
}

/// `(getattr, (owner, name))`.
fn descr_reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let owner = ops::getattr(cx, v, name!(cx, "__objclass__"))?;
    let name = ops::getattr(cx, v, name!(cx, "__name__"))?;
    reduce_getattr(cx, owner, name)
}

/// `(getattr, (object, name))`.
pub fn reduce_getattr(cx: &Cx, object: Value, name: Value) -> Res {
    let getattr = orochi_object::module::builtin(cx, name!(cx, "getattr"))?;
    let inner = cx.new_tuple(&[object, name])?;
    Ok(cx.new_tuple(&[getattr, inner.value()])?.value())
}

// Builtin functions.

fn is_module_or_none(bound: Option<Value>) -> bool {
    bound.is_none_or(|bound| ops::is_instance_of(bound, &types::MODULE))
}

fn native_repr(cx: &Cx, v: Value) -> Res {
    let (name, bound) = (native(v).def().name, native(v).bound.get());
    let text = match bound {
        Some(receiver) if !is_module_or_none(bound) => format!(
            "<built-in method {name} of {} object at {:#x}>",
            class_of(receiver).display_name(),
            receiver.word()
        ),
        _ => format!("<built-in function {name}>"),
    };
    Ok(cx.new_str(&text)?.value())
}

fn def_address(v: Value) -> usize {
    core::ptr::from_ref(native(v).def()) as usize
}

fn native_hash(cx: &Cx, v: Value) -> Res<i64> {
    let own = (def_address(v) >> 4) as i64;
    let hash = own ^ ops::hash_identity(cx, native(v).bound.or_none())?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn native_compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let equality = matches!(op, CmpOp::Eq | CmpOp::Ne);
    if !equality || !is_exact(w, &types::NATIVE_FUNCTION) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same =
        native(v).bound.or_none().is(native(w).bound.or_none()) && def_address(v) == def_address(w);
    Ok(Value::bool(same == (op == CmpOp::Eq)))
}

fn native_name(cx: &Cx, v: Value) -> Res {
    Ok(cx.new_str(native(v).def().name)?.value())
}

fn native_qualname(cx: &Cx, v: Value) -> Res {
    let (name, bound) = (native(v).def().name, native(v).bound.get());
    let class = match bound {
        Some(receiver) if !is_module_or_none(bound) => {
            receiver.downcast::<PyType>().unwrap_or(class_of(receiver))
        }
        _ => match native(v).owner.get().and_then(Value::downcast::<PyType>) {
            Some(owner) => owner,
            None => return native_name(cx, v),
        },
    };
    Ok(cx.new_str(&format!("{}.{name}", ops::qualname(class)))?.value())
}

fn native_doc(cx: &Cx, v: Value) -> Res {
    docstring(cx, native(v).def().doc)
}
fn row_doc(cx: &Cx, row: &GetSetDef) -> Res {
    docstring(cx, row.doc)
}
/// A row's docstring; one that has none says nothing.
fn docstring(cx: &Cx, doc: &str) -> Res {
    match doc {
        "" => Ok(Value::NONE),
        doc => Ok(cx.new_str(doc)?.value()),
    }
}

/// The signature as `inspect` reads it: the receiver marked with `$`.
fn native_signature(cx: &Cx, v: Value) -> Res {
    let def = native(v).def();
    let text = match def.binding {
        Binding::Function | Binding::Outside => def.signature.replacen('(', "($module, /, ", 1),
        Binding::Static => def.signature.to_owned(),
        Binding::Method | Binding::MethodOutside | Binding::Class => {
            def.signature.replacen('(', "($", 1)
        }
    };
    let text = if matches!(def.binding, Binding::Function | Binding::Outside) {
        // A marker of positional-only parameters of the function's own takes the place of ours.
        let own = def.signature.contains("/)") || def.signature.contains("/,");
        if own { def.signature.replacen('(', "($module, ", 1) } else { text.replace(", )", ")") }
    } else {
        text
    };
    Ok(cx.new_str(&text)?.value())
}

fn native_self(cx: &Cx, v: Value) -> Res {
    if let Some(bound) = native(v).bound.get() {
        return Ok(bound);
    }
    let Some(module) = native(v).module.get() else { return Ok(Value::NONE) };
    let Some(modules) = hooks::sys_attr(cx, name!(cx, "modules"))? else { return Ok(Value::NONE) };
    match modules.downcast::<PyDict>() {
        Some(modules) => Ok(modules.get(cx, module)?.unwrap_or(Value::NONE)),
        None => Ok(Value::NONE),
    }
}

fn native_module(_: &Cx, v: Value) -> Res {
    Ok(native(v).module.or_none())
}

fn set_native_module(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let function = native(v);
    match value {
        Some(value) => function.module.set(cx, function, value),
        None => function.module.clear(),
    }
    Ok(())
}

fn native_reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    match native(v).bound.get() {
        Some(receiver) if !is_module_or_none(Some(receiver)) => {
            reduce_getattr(cx, receiver, native_name(cx, v)?)
        }
        _ => native_name(cx, v),
    }
}

// Methods of builtin types.

fn method_repr(cx: &Cx, v: Value) -> Res {
    descr_repr(cx, "method", native(v).def().name, &native(v).owner)
}

fn bind_method(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    let Some(object) = object else { return Ok(v) };
    native::check_receiver(cx, native(v), Some(object))?;
    Ok(cx.bind_native(native(v), object)?.value())
}

fn bind_class_method(cx: &Cx, v: Value, object: Option<Value>, owner: Option<Value>) -> Res {
    let name = native(v).def().name;
    let class = match (owner, object) {
        (Some(owner), _) => owner,
        (None, Some(object)) => class_of(object).value(),
        (None, None) => {
            return raise!(
                cx,
                TYPE_ERROR,
                "descriptor '{name}' for type '{}' needs either an object or a type",
                owner_name(&native(v).owner)
            );
        }
    };
    let Some(class) = class.downcast::<PyType>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "descriptor '{name}' for type '{}' needs a type, not a '{}' as arg 2",
            owner_name(&native(v).owner),
            class_of(class).display_name()
        );
    };
    if let Some(own) = native(v).owner.get().and_then(Value::downcast::<PyType>)
        && !class.is_subtype(own)
    {
        return raise!(
            cx,
            TYPE_ERROR,
            "descriptor '{name}' requires a subtype of '{}' but received '{}'",
            own.display_name(),
            class.display_name()
        );
    }
    Ok(cx.bind_native(native(v), class.value())?.value())
}

fn call_class_method(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let Some((class, _)) = args.positional().split_first() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "descriptor '{}' of '{}' object needs an argument",
            native(v).def().name,
            owner_name(&native(v).owner)
        );
    };
    let function = bind_class_method(cx, v, None, Some(*class))?;
    ops::call_args(cx, function, ArgRow::new(&args.all()[1..], args.names()).args())
}

// Slot wrappers.

fn bind_wrapper(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    let Some(object) = object else { return Ok(v) };
    let owner = wrapper(v).owner_type();
    if !class_of(object).is_subtype(owner) {
        return raise!(
            cx,
            TYPE_ERROR,
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            wrapper(v).def().name,
            owner.display_name(),
            class_of(object).display_name()
        );
    }
    let made: Ref<PyMethodWrapper> = cx.alloc_instance(types::METHOD_WRAPPER.get(), 0)?;
    made.wrapper.init(v);
    made.receiver.init(object);
    Ok(made.value())
}

fn wrapper_signature(cx: &Cx, wrapper: Ref<PyWrapper>) -> Res {
    let text =
        wrapper.def().signature.replacen('(', "($self, ", 1).replace("($self, )", "($self, /)");
    let text = if text.contains('/') { text } else { text.replacen("($self, ", "($self, /, ", 1) };
    Ok(cx.new_str(&text)?.value())
}

fn wrapper_doc(cx: &Cx, wrapper: Ref<PyWrapper>) -> Res {
    let name = wrapper.def().name;
    let text = match name {
        "__init__" => "Initialize self.  See help(type(self)) for accurate signature.".to_owned(),
        "__repr__" => "Return repr(self).".to_owned(),
        "__str__" => "Return str(self).".to_owned(),
        "__hash__" => "Return hash(self).".to_owned(),
        "__call__" => "Call self as a function.".to_owned(),
        "__getattribute__" => "Return getattr(self, name).".to_owned(),
        "__setattr__" => "Implement setattr(self, name, value).".to_owned(),
        "__delattr__" => "Implement delattr(self, name).".to_owned(),
        "__iter__" => "Implement iter(self).".to_owned(),
        "__next__" => "Implement next(self).".to_owned(),
        "__len__" => "Return len(self).".to_owned(),
        "__getitem__" => "Return self[key].".to_owned(),
        "__setitem__" => "Set self[key] to value.".to_owned(),
        "__delitem__" => "Delete self[key].".to_owned(),
        "__contains__" => "Return bool(key in self).".to_owned(),
        "__bool__" => "True if self else False".to_owned(),
        "__int__" => "int(self)".to_owned(),
        "__float__" => "float(self)".to_owned(),
        "__eq__" => "Return self==value.".to_owned(),
        "__ne__" => "Return self!=value.".to_owned(),
        "__lt__" => "Return self<value.".to_owned(),
        "__le__" => "Return self<=value.".to_owned(),
        "__gt__" => "Return self>value.".to_owned(),
        "__ge__" => "Return self>=value.".to_owned(),
        "__add__" => "Return self+value.".to_owned(),
        "__sub__" => "Return self-value.".to_owned(),
        "__mul__" => "Return self*value.".to_owned(),
        "__get__" => "Return an attribute of instance, which is of type owner.".to_owned(),
        "__set__" => "Set an attribute of instance to value.".to_owned(),
        "__delete__" => "Delete an attribute of instance.".to_owned(),
        _ => return Ok(Value::NONE),
    };
    Ok(cx.new_str(&text)?.value())
}

fn bound_repr(cx: &Cx, v: Value) -> Res {
    let receiver = bound(v).receiver.or_none();
    let text = format!(
        "<method-wrapper '{}' of {} object at {:#x}>",
        bound_wrapper(v).def().name,
        class_of(receiver).display_name(),
        receiver.word()
    );
    Ok(cx.new_str(&text)?.value())
}

fn bound_hash(cx: &Cx, v: Value) -> Res<i64> {
    let hash = ops::hash_identity(cx, bound(v).wrapper.or_none())?
        ^ ops::hash_identity(cx, bound(v).receiver.or_none())?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn bound_compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let equality = matches!(op, CmpOp::Eq | CmpOp::Ne);
    if !equality || !is_exact(w, &types::METHOD_WRAPPER) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = bound(v).wrapper.or_none().is(bound(w).wrapper.or_none())
        && bound(v).receiver.or_none().is(bound(w).receiver.or_none());
    Ok(Value::bool(same == (op == CmpOp::Eq)))
}

fn bound_reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let name = cx.new_str(bound_wrapper(v).def().name)?.value();
    reduce_getattr(cx, bound(v).receiver.or_none(), name)
}

// Computed attributes and members.

/// Raises TypeError unless `object` is an instance of a descriptor's class.
fn check_owner(cx: &Cx, owner: &Slot, name: impl Fn() -> String, object: Value) -> Res<()> {
    match owner.get().and_then(Value::downcast::<PyType>) {
        Some(owner) if !class_of(object).is_subtype(owner) => raise!(
            cx,
            TYPE_ERROR,
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            name(),
            owner.display_name(),
            class_of(object).display_name()
        ),
        _ => Ok(()),
    }
}

fn getset_get(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    let Some(object) = object else { return Ok(v) };
    let def = row(v).def();
    check_owner(cx, &row(v).owner, || def.name.to_owned(), object)?;
    (def.get)(cx, object)
}

fn getset_set(cx: &Cx, v: Value, object: Value, value: Option<Value>) -> Res<()> {
    let def = row(v).def();
    check_owner(cx, &row(v).owner, || def.name.to_owned(), object)?;
    match def.set {
        Some(set) => set(cx, object, value),
        None => raise!(
            cx,
            ATTRIBUTE_ERROR,
            "attribute '{}' of '{}' objects is not writable",
            def.name,
            owner_name(&row(v).owner)
        ),
    }
}

fn member_slot_name(cx: &Cx, v: Value) -> Res<Ref<PyStr>> {
    ops::attribute_name(cx, member(v).name.or_none())
}

fn member_get(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    let Some(object) = object else { return Ok(v) };
    check_owner(cx, &member(v).owner, || member_name(v), object)?;
    if let Some(row) = member(v).row() {
        return (row.get)(cx, object);
    }
    let name = member_slot_name(cx, v)?;
    let found = match member(v).offset() {
        0 => instance::get(cx, object, name),
        offset => instance::slot_at(object, offset).and_then(|(slot, _)| slot.get()),
    };
    match found {
        Some(value) => Ok(value),
        None => {
            let class = ops::name_in_errors(cx, class_of(object));
            let text = format!("'{class}' object has no attribute '{}'", name.to_string_lossy());
            Err(ops::attribute_error(cx, object, name, &text))
        }
    }
}

fn member_set(cx: &Cx, v: Value, object: Value, value: Option<Value>) -> Res<()> {
    check_owner(cx, &member(v).owner, || member_name(v), object)?;
    if let Some(row) = member(v).row() {
        return match row.set {
            Some(set) => set(cx, object, value),
            None => raise!(cx, ATTRIBUTE_ERROR, "readonly attribute"),
        };
    }
    let name = member_slot_name(cx, v)?;
    let done = match (member(v).offset(), value) {
        (0, Some(value)) => instance::set(cx, object, name, value)?,
        (0, None) => instance::delete(cx, object, name)?,
        (offset, value) => match (instance::slot_at(object, offset), value) {
            (Some((slot, header)), Some(value)) => {
                slot.set_in(cx, header, value);
                true
            }
            (Some((slot, _)), None) => slot.take().is_some(),
            (None, _) => false,
        },
    };
    if done {
        return Ok(());
    }
    Err(ops::attribute_error(cx, object, name, &name.to_string_lossy()))
}

/// The documentation of a member: `__slots__` may be a dict from names to texts.
fn member_doc(cx: &Cx, v: Value) -> Res {
    if let Some(row) = member(v).row() {
        return row_doc(cx, row);
    }
    let owner = member(v).owner.get().and_then(Value::downcast::<PyType>);
    let slots = owner.and_then(|owner| owner.namespace().get_str(name!(cx, "__slots__")));
    match slots.and_then(Value::downcast::<PyDict>) {
        Some(docs) => Ok(docs.get(cx, member(v).name.or_none())?.unwrap_or(Value::NONE)),
        None => Ok(Value::NONE),
    }
}
