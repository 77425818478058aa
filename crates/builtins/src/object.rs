//! The type `object`: the slots and methods every object has.

use crate::hooks;
use orochi_object::args::CallArgs;
use orochi_object::layout;
use orochi_object::native::PyNative;
use orochi_object::prelude::*;
use orochi_object::slots::{InitFn, NewFn};

/// The table of `object`.
pub static TYPE: TypeDef = TypeDef {
    name: "object",
    cell: &types::OBJECT,
    layout: layout::OBJECT,
    size: size_of::<Header>(),
    flags: flag::BASETYPE,
    slots: Slots {
        repr: Some(ops::default_repr),
        str: Some(str),
        hash: Some(ops::hash_identity),
        compare: Some(compare),
        getattr: Some(ops::generic_getattr),
        setattr: Some(ops::generic_setattr),
        new: Some(new),
        init: Some(init),
        ..Slots::NONE
    },
    methods: &[
        method("__format__", "(self, format_spec, /)", format)
            .doc("Default object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError otherwise."),
        method("__reduce__", "(self, /)", reduce).doc("Helper for pickle."),
        method("__reduce_ex__", "(self, protocol, /)", reduce_ex).doc("Helper for pickle."),
        method("__getstate__", "(self, /)", getstate).doc("Helper for pickle."),
        method("__sizeof__", "(self, /)", sizeof).doc("Size of object in memory, in bytes."),
        method("__dir__", "(self, /)", dir).doc("Default dir() implementation."),
        class_method("__init_subclass__", "(cls, /, *args, **kwargs)", init_subclass)
            .doc("This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses."),
        class_method("__subclasshook__", "(cls, object, /)", subclasshook)
            .doc("Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached)."),
    ],
    getset: &[getset("__class__", get_class, set_class)],
    doc: Some(
        "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns \
         a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    ),
    ..TypeDef::DEFAULT
};

fn str(cx: &Cx, v: Value) -> Res {
    Ok(ops::repr(cx, v)?.value())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    match op {
        CmpOp::Eq if v.is(w) => Ok(Value::TRUE),
        CmpOp::Ne => {
            let Some(compare) = class_of(v).slots.compare() else {
                return Ok(Value::NOT_IMPLEMENTED);
            };
            let equal = compare(cx, v, w, CmpOp::Eq)?;
            if equal.is_not_implemented() {
                return Ok(equal);
            }
            Ok(Value::bool(!ops::truth(cx, equal)?))
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Whether a class's `new` slot is `object.__new__`.
fn has_own_new(class: Ref<PyType>) -> bool {
    class.slots.new().is_none_or(|f| f as usize != new as NewFn as usize)
}

fn has_own_init(class: Ref<PyType>) -> bool {
    class.slots.init().is_none_or(|f| f as usize != init as InitFn as usize)
}

/// `object.__new__`.
pub fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if !args.is_empty() {
        if has_own_new(class) {
            return raise!(
                cx,
                TYPE_ERROR,
                "object.__new__() takes exactly one argument (the type to instantiate)"
            );
        }
        if !has_own_init(class) {
            return raise!(cx, TYPE_ERROR, "{}() takes no arguments", class.display_name());
        }
    }
    if class.has_flag(flag::ABSTRACT) {
        return Err(abstract_class(cx, class)?);
    }
    cx.new_instance(class)
}

/// `object.__init__`.
pub fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    if args.is_empty() {
        return Ok(());
    }
    let class = class_of(v);
    if has_own_init(class) {
        return raise!(
            cx,
            TYPE_ERROR,
            "object.__init__() takes exactly one argument (the instance to initialize)"
        );
    }
    if !has_own_new(class) {
        return raise!(
            cx,
            TYPE_ERROR,
            "{}.__init__() takes exactly one argument (the instance to initialize)",
            class.display_name()
        );
    }
    Ok(())
}

/// The TypeError for an instance of a class with abstract methods.
#[cold]
fn abstract_class(cx: &Cx, class: Ref<PyType>) -> Res<Raised> {
    let names = ops::getattr(cx, class.value(), name!(cx, "__abstractmethods__"))?;
    let mut texts = Vec::new();
    ops::for_each(cx, names, &mut |name| {
        if let Some(name) = name.as_str() {
            texts.push(format!("'{}'", name.to_string_lossy()));
        }
        Ok(true)
    })?;
    texts.sort();
    let plural = if texts.len() == 1 { "" } else { "s" };
    Ok(cx.error(
        &exception::TYPE_ERROR,
        &format!(
            "Can't instantiate abstract class {} without an implementation for abstract \
             method{plural} {}",
            class.display_name(),
            texts.join(", ")
        ),
    ))
}

fn format(cx: &Cx, args: Args) -> Res {
    let spec = args.get(1);
    let Some(text) = spec.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "__format__() argument must be str, not {}",
            ops::argument_class(spec)
        );
    };
    if text.len() > 0 {
        return raise!(
            cx,
            TYPE_ERROR,
            "unsupported format string passed to {}.__format__",
            class_of(args.get(0)).display_name()
        );
    }
    Ok(ops::str(cx, args.get(0))?.value())
}

fn sizeof(cx: &Cx, args: Args) -> Res {
    match args.get(0).as_object() {
        // SAFETY: a pointer value points to a live object.
        Some(header) => cx.new_int(unsafe { (*header).granules } as i64 * 16),
        None => cx.new_int(class_of(args.get(0)).instance_size() as i64),
    }
}

fn init_subclass(cx: &Cx, args: Args) -> Res {
    let name = args.get(0).downcast::<PyType>().map_or(String::new(), |t| t.display_name());
    if args.kwargs(2).is_some_and(|kwargs| !kwargs.is_empty()) {
        return raise!(cx, TYPE_ERROR, "{name}.__init_subclass__() takes no keyword arguments");
    }
    let given = args.rest(1).len();
    if given > 0 {
        return raise!(
            cx,
            TYPE_ERROR,
            "{name}.__init_subclass__() takes no arguments ({given} given)"
        );
    }
    Ok(Value::NONE)
}

fn subclasshook(_: &Cx, _: Args) -> Res {
    Ok(Value::NOT_IMPLEMENTED)
}

fn dir(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let names = match ops::getattr_opt(cx, v, name!(cx, "__dict__"))? {
        Some(dict) => match dict.downcast::<PyDict>() {
            Some(dict) => dict.copy(cx)?,
            None => cx.new_dict()?,
        },
        None => cx.new_dict()?,
    };
    if let Some(class) = ops::getattr_opt(cx, v, name!(cx, "__class__"))? {
        merge_class_names(cx, names, class)?;
    }
    Ok(ops::to_list(cx, names.value())?.value())
}

/// Adds the names in a class's and its bases' dicts.
pub fn merge_class_names(cx: &Cx, names: Ref<PyDict>, class: Value) -> Res<()> {
    cx.check_native_stack()?;
    if let Some(dict) = ops::getattr_opt(cx, class, name!(cx, "__dict__"))? {
        ops::for_each(cx, dict, &mut |key| {
            names.set(cx, key, Value::NONE)?;
            Ok(true)
        })?;
    }
    if let Some(bases) = ops::getattr_opt(cx, class, name!(cx, "__bases__"))?
        && let Some(bases) = bases.downcast::<PyTuple>()
    {
        for base in bases.values() {
            merge_class_names(cx, names, *base)?;
        }
    }
    Ok(())
}

fn get_class(_: &Cx, v: Value) -> Res {
    Ok(class_of(v).value())
}

fn set_class(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, TYPE_ERROR, "can't delete __class__ attribute");
    };
    let Some(new) = value.downcast::<PyType>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "__class__ must be set to a class, not '{}' object",
            class_of(value).display_name()
        );
    };
    let old = class_of(v);
    let module = types::MODULE.get();
    let modules = new.is_subtype(module) && old.is_subtype(module);
    let same_layout = crate::type_::layout::same_layout(old, new);
    // In CPython ExceptionGroup is made like a class of a program.
    let group = old == exception::EXCEPTION_GROUP.get() && new.has_flag(flag::HEAPTYPE);
    if !modules
        && !(new.has_flag(flag::HEAPTYPE) && old.has_flag(flag::HEAPTYPE))
        && (same_layout || !group)
    {
        return raise!(
            cx,
            TYPE_ERROR,
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        );
    }
    if new == old {
        return Ok(());
    }
    if !same_layout {
        return raise!(
            cx,
            TYPE_ERROR,
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.display_name(),
            old.display_name()
        );
    }
    orochi_object::instance::set_class(cx, v, new)
}

/// The state for pickling: `__dict__`, and the slots if there are any.
fn default_state(cx: &Cx, v: Value, required: bool) -> Res {
    let class = class_of(v);
    if required && class.instance_layout() != layout::OBJECT {
        return raise!(cx, TYPE_ERROR, "cannot pickle '{}' object", class.display_name());
    }
    let mut state = match attributes(cx, v)? {
        Some(dict) if !dict.is_empty() => dict.value(),
        _ => Value::NONE,
    };
    let names = slot_names(cx, class)?;
    let slots = cx.new_dict()?;
    for name in names.values() {
        let Some(name) = name.as_str() else { continue };
        let name = orochi_object::intern::intern(cx, name)?;
        if let Some(value) = ops::getattr_opt(cx, v, name)? {
            slots.set_str(cx, name, value)?;
        }
    }
    if !slots.is_empty() {
        state = cx.new_tuple(&[state, slots.value()])?.value();
    }
    Ok(state)
}

/// The attributes of the object itself: those of a module are its namespace. What a class has is given as a copy, as
/// nothing may be put in past its `__setattr__`; a builtin class shows nothing.
fn attributes(cx: &Cx, v: Value) -> Res<Option<Ref<PyDict>>> {
    if let Some(module) = v.downcast::<orochi_object::module::PyModule>() {
        return Ok(Some(module.namespace()));
    }
    match v.downcast::<PyType>() {
        Some(class) if class.has_flag(flag::HEAPTYPE) => class.namespace().copy(cx).map(Some),
        _ => orochi_object::instance::dict(cx, v),
    }
}

/// `copyreg._slotnames(class)` as a tuple.
fn slot_names(cx: &Cx, class: Ref<PyType>) -> Res<Ref<PyTuple>> {
    if let Some(names) = class.namespace().get_str(name!(cx, "__slotnames__")) {
        return if names.is_none() { cx.new_tuple(&[]) } else { ops::to_tuple(cx, names) };
    }
    if !crate::type_::layout::has_members(class) {
        return cx.new_tuple(&[]);
    }
    let slotnames = hooks::import_attr(cx, "copyreg", "_slotnames")?;
    let names = ops::call(cx, slotnames, &[class.value()])?;
    if names.is_none() { cx.new_tuple(&[]) } else { ops::to_tuple(cx, names) }
}

fn getstate(cx: &Cx, args: Args) -> Res {
    default_state(cx, args.get(0), false)
}

fn reduce(cx: &Cx, args: Args) -> Res {
    common_reduce(cx, args.get(0), 0)
}

fn reduce_ex(cx: &Cx, args: Args) -> Res {
    let (v, protocol) = (args.get(0), ops::to_i32(cx, args.get(1))?);
    let name = name!(cx, "__reduce__");
    let own = class_of(v).lookup(cx, name);
    if own != types::OBJECT.get().namespace().get_str(name) {
        return ops::call_method(cx, v, name, &[]);
    }
    if let Some(found) = orochi_object::instance::get(cx, v, name) {
        return ops::call(cx, found, &[]);
    }
    common_reduce(cx, v, protocol)
}

fn common_reduce(cx: &Cx, v: Value, protocol: i32) -> Res {
    if protocol >= 2 {
        return reduce_newobj(cx, v);
    }
    let reduce = hooks::import_attr(cx, "copyreg", "_reduce_ex")?;
    ops::call(cx, reduce, &[v, Value::int(protocol as i64)])
}

/// `__getnewargs_ex__` or `__getnewargs__`: positional arguments and keywords.
fn new_arguments(cx: &Cx, v: Value) -> Res<(Option<Ref<PyTuple>>, Option<Ref<PyDict>>)> {
    if let Some(method) = ops::lookup_special(cx, v, name!(cx, "__getnewargs_ex__"))? {
        let made = method.call(cx, &[])?;
        let Some(pair) = made.downcast::<PyTuple>() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "__getnewargs_ex__ should return a tuple, not '{}'",
                class_of(made).display_name()
            );
        };
        if pair.len() != 2 {
            return raise!(
                cx,
                VALUE_ERROR,
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.len()
            );
        }
        let Some(args) = pair.values()[0].downcast::<PyTuple>() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                class_of(pair.values()[0]).display_name()
            );
        };
        let Some(kwargs) = pair.values()[1].downcast::<PyDict>() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                class_of(pair.values()[1]).display_name()
            );
        };
        return Ok((Some(args), Some(kwargs)));
    }
    let Some(method) = ops::lookup_special(cx, v, name!(cx, "__getnewargs__"))? else {
        return Ok((None, None));
    };
    let made = method.call(cx, &[])?;
    match made.downcast::<PyTuple>() {
        Some(args) => Ok((Some(args), None)),
        None => raise!(
            cx,
            TYPE_ERROR,
            "__getnewargs__ should return a tuple, not '{}'",
            class_of(made).display_name()
        ),
    }
}

fn reduce_newobj(cx: &Cx, v: Value) -> Res {
    let class = class_of(v);
    if class.slots.new().is_none() || class.has_flag(flag::NO_NEW) {
        return raise!(cx, TYPE_ERROR, "cannot pickle '{}' object", class.display_name());
    }
    let (args, kwargs) = new_arguments(cx, v)?;
    let has_args = args.is_some();
    let (function, new_args) = match kwargs.filter(|kwargs| !kwargs.is_empty()) {
        Some(kwargs) => {
            let args = args.map_or(Value::NONE, Ref::value);
            let row = cx.new_tuple(&[class.value(), args, kwargs.value()])?;
            (hooks::import_attr(cx, "copyreg", "__newobj_ex__")?, row)
        }
        None => {
            let given: &[Value] = args.map_or(&[], |args| args.values());
            let row = PyTuple::new_internal(cx, given.len() + 1)?;
            row.items()[0].init(class.value());
            for (to, from) in row.items()[1..].iter().zip(given) {
                to.init(*from);
            }
            (hooks::import_attr(cx, "copyreg", "__newobj__")?, row)
        }
    };
    let is_list = class.is_subtype(types::LIST.get());
    let is_dict = class.is_subtype(types::DICT.get());
    let state = state_of(cx, v, !(has_args || is_list || is_dict))?;
    let list_items = if is_list { ops::iter(cx, v)? } else { Value::NONE };
    let dict_items = if is_dict {
        let items = ops::call_method(cx, v, name!(cx, "items"), &[])?;
        ops::iter(cx, items)?
    } else {
        Value::NONE
    };
    let row = [function, new_args.value(), state, list_items, dict_items];
    Ok(cx.new_tuple(&row)?.value())
}

/// `v.__getstate__()`; the default one may refuse.
fn state_of(cx: &Cx, v: Value, required: bool) -> Res {
    let name = name!(cx, "__getstate__");
    let default = types::OBJECT.get().namespace().get_str(name);
    let class = class_of(v);
    if class.slots.getattr().is_none()
        && class.lookup(cx, name) == default
        && orochi_object::instance::get(cx, v, name).is_none()
    {
        return default_state(cx, v, required);
    }
    let method = ops::getattr(cx, v, name)?;
    let definition = |v: Value| v.downcast::<PyNative>().map(|native| native.def() as *const _);
    let bound = method.downcast::<PyNative>().and_then(|native| native.bound.get());
    if bound.is_some_and(|bound| bound.is(v)) && definition(method) == default.and_then(definition)
    {
        return default_state(cx, v, required);
    }
    ops::call(cx, method, &[])
}
