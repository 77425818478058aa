//! Calling.

use crate::args::{Args, CallArgs};
use crate::cx::Cx;
use crate::error::Res;
use crate::native::{self, PyNative};
use crate::object::Ref;
use crate::raise;
use crate::types::{self, PyType, class_of, flag};
use crate::value::Value;

/// Calls with positional arguments.
#[inline]
pub fn call(cx: &Cx, callable: Value, args: &[Value]) -> Res {
    call_args(cx, callable, CallArgs::new(args))
}

/// Calls with one argument: a native function that takes it as it is without a detour.
#[inline]
pub fn call_one(cx: &Cx, callable: Value, arg: Value) -> Res {
    if let Some(native) = callable.downcast::<PyNative>()
        && let plain = native.plain()
        && let Some(params) = plain.params(1)
        && !plain.is_method()
    {
        cx.check_native_stack()?;
        let (function, given) = (native.def().function, [Some(arg)]);
        return match params {
            1 => function(cx, Args::new(&given)),
            _ => native::call_padded(cx, function, &given, params),
        };
    }
    call(cx, callable, &[arg])
}

/// Calls with any arguments.
#[inline]
pub fn call_args(cx: &Cx, callable: Value, args: CallArgs) -> Res {
    // Callables that call others (`partial`, `staticmethod`) may be nested without end.
    cx.check_native_stack()?;
    match class_of(callable).slots.call() {
        Some(call) => call(cx, callable, args),
        None => not_callable(cx, callable),
    }
}

#[cold]
pub fn not_callable<T>(cx: &Cx, v: Value) -> Res<T> {
    raise!(cx, TYPE_ERROR, "'{}' object is not callable", class_of(v).display_name())
}

/// `call` of bound methods.
pub fn call_method_object(cx: &Cx, callable: Value, args: CallArgs) -> Res {
    // SAFETY: this is the call slot of the type of PyMethod.
    let method: Ref<crate::native::PyMethod> = unsafe { callable.cast() };
    let function = method.function.or_none();
    args.prepended(method.receiver.or_none(), |args| call_args(cx, function, args))
}

/// `type.__call__`: makes an instance.
pub fn call_type(cx: &Cx, callable: Value, args: CallArgs) -> Res {
    // SAFETY: this is the call slot of `type`, whose instances are PyType.
    let class: Ref<PyType> = unsafe { callable.cast() };
    if class == types::TYPE.get() && args.keyword_count() == 0 && args.all().len() == 1 {
        return Ok(class_of(args.all()[0]).value());
    }
    if class == types::TYPE.get() && args.positional().len() != 3 {
        return raise!(cx, TYPE_ERROR, "type() takes 1 or 3 arguments");
    }
    if let Some(make) = class.definition.and_then(|definition| definition.make) {
        return make(cx, args);
    }
    let Some(new) = class.slots.new().filter(|_| !class.has_flag(flag::NO_NEW)) else {
        return raise!(cx, TYPE_ERROR, "cannot create '{}' instances", full_name(cx, class));
    };
    let instance = new(cx, class, args)?;
    let made = class_of(instance);
    if made.is_subtype(class)
        && let Some(init) = made.slots.init()
    {
        init(cx, instance, args)?;
    }
    Ok(instance)
}

/// As [`full_name`], but without the module of the program itself: how errors name classes.
pub fn name_in_errors(cx: &Cx, class: Ref<PyType>) -> String {
    let module = class.namespace().get_str(crate::name!(cx, "__module__"));
    match module.and_then(Value::as_str) {
        Some(module) if module.eq_str("__main__") => qualname(class),
        _ => full_name(cx, class),
    }
}

/// `module.qualname` of a class, without the module for builtins: as in error messages.
pub fn full_name(cx: &Cx, class: Ref<PyType>) -> String {
    let module = class.namespace().get_str(crate::name!(cx, "__module__"));
    match module.and_then(Value::as_str) {
        Some(module) if !module.eq_str("builtins") => {
            format!("{}.{}", module.to_string_lossy(), qualname(class))
        }
        Some(_) => qualname(class),
        None => match class.builtin_module() {
            Some(module) => format!("{module}.{}", qualname(class)),
            None => qualname(class),
        },
    }
}

/// The name in the reprs of a class and of its instances: in full, but where there is no module to tell the bare name.
pub fn shown_name(cx: &Cx, class: Ref<PyType>) -> String {
    let module = class.namespace().get_str(crate::name!(cx, "__module__"));
    let is_told = |module: Value| module.as_str().is_some_and(|text| !text.eq_str("builtins"));
    match module {
        Some(module) if !is_told(module) => class.name_str().to_string_lossy(),
        _ => full_name(cx, class),
    }
}

/// The qualified name of a class.
pub fn qualname(class: Ref<PyType>) -> String {
    match class.qualname.get().and_then(Value::as_str) {
        Some(name) => name.to_string_lossy(),
        None => class.display_name(),
    }
}

/// `isinstance(v, class)` for a class; honours `__instancecheck__` and tuples through
/// `isinstance_hook` of the builtins. This is the plain test along the MRO.
#[inline]
pub fn is_instance_of(v: Value, class: &types::TypeCell) -> bool {
    class_of(v).is_subtype(class.get())
}

/// `memoryview(v)`: the builtins' type is reached through its cell.
pub fn call_memoryview(cx: &Cx, v: Value) -> Res {
    call(cx, MEMORYVIEW.get().value(), &[v])
}

/// The type `memoryview`.
pub static MEMORYVIEW: types::TypeCell = types::TypeCell::new();

/// The full `isinstance(v, classinfo)`: tuples, unions, `__instancecheck__`.
pub fn isinstance(cx: &Cx, v: Value, classinfo: Value) -> Res<bool> {
    if class_of(v).value().is(classinfo) {
        return Ok(true);
    }
    if types::is_exact(classinfo, &types::TYPE) {
        return recursive_isinstance(cx, v, classinfo);
    }
    if let Some(tuple) = classinfo.downcast::<crate::tuple::PyTuple>() {
        cx.check_native_stack()?;
        for item in tuple.values() {
            if isinstance(cx, v, *item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) =
        super::lookup_special(cx, classinfo, crate::name!(cx, "__instancecheck__"))?
    {
        let result = check.call(cx, &[v])?;
        return super::truth(cx, result);
    }
    recursive_isinstance(cx, v, classinfo)
}

/// `type.__instancecheck__`, and the fallback for class-like objects with `__bases__`.
pub fn recursive_isinstance(cx: &Cx, v: Value, class: Value) -> Res<bool> {
    let class_attr = crate::name!(cx, "__class__");
    if let Some(class) = class.downcast::<PyType>() {
        let own = class_of(v);
        if own.is_subtype(class) {
            return Ok(true);
        }
        if super::has_generic_getattr(own) && !own.has_dict() && own.definition.is_some() {
            return Ok(false);
        }
        return Ok(match super::getattr_opt(cx, v, class_attr)? {
            Some(claimed) if !claimed.is(own.value()) => {
                claimed.downcast::<PyType>().is_some_and(|c| c.is_subtype(class))
            }
            _ => false,
        });
    }
    check_class(cx, class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match super::getattr_opt(cx, v, class_attr)? {
        Some(claimed) => abstract_issubclass(cx, claimed, class),
        None => Ok(false),
    }
}

/// The full `issubclass(derived, classinfo)`.
pub fn issubclass(cx: &Cx, derived: Value, classinfo: Value) -> Res<bool> {
    if types::is_exact(classinfo, &types::TYPE) {
        if derived.is(classinfo) {
            return Ok(true);
        }
        return recursive_issubclass(cx, derived, classinfo);
    }
    if let Some(tuple) = classinfo.downcast::<crate::tuple::PyTuple>() {
        cx.check_native_stack()?;
        for item in tuple.values() {
            if issubclass(cx, derived, *item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) =
        super::lookup_special(cx, classinfo, crate::name!(cx, "__subclasscheck__"))?
    {
        let result = check.call(cx, &[derived])?;
        return super::truth(cx, result);
    }
    recursive_issubclass(cx, derived, classinfo)
}

/// `type.__subclasscheck__`.
pub fn recursive_issubclass(cx: &Cx, derived: Value, class: Value) -> Res<bool> {
    if let (Some(derived), Some(class)) = (derived.downcast::<PyType>(), class.downcast::<PyType>())
    {
        return Ok(derived.is_subtype(class));
    }
    check_class(cx, derived, "issubclass() arg 1 must be a class")?;
    check_class(cx, class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_issubclass(cx, derived, class)
}

fn bases_of(cx: &Cx, class: Value) -> Res<Option<Ref<crate::tuple::PyTuple>>> {
    let bases = super::getattr_opt(cx, class, crate::name!(cx, "__bases__"))?;
    Ok(bases.and_then(Value::downcast))
}

fn check_class(cx: &Cx, class: Value, message: &str) -> Res<()> {
    match bases_of(cx, class)? {
        Some(_) => Ok(()),
        None => raise!(cx, TYPE_ERROR, "{message}"),
    }
}

fn abstract_issubclass(cx: &Cx, derived: Value, class: Value) -> Res<bool> {
    cx.check_native_stack()?;
    if derived.is(class) {
        return Ok(true);
    }
    let Some(bases) = bases_of(cx, derived)? else { return Ok(false) };
    for base in bases.values() {
        if abstract_issubclass(cx, *base, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `__class_getitem__` of generic builtin classes: a `types.GenericAlias`.
pub fn class_getitem(cx: &Cx, args: crate::args::Args) -> Res {
    call(cx, types::GENERIC_ALIAS.get().value(), &[args.get(0), args.get(1)])
}

/// The row for a type's method table.
pub const CLASS_GETITEM: crate::native::NativeDef =
    crate::native::class_method("__class_getitem__", "(cls, key, /)", class_getitem);
