//! The generic slot functions of classes made by Python code: each looks its dunder method up on
//! the class and calls it. Mirrors the `slot_*` functions of CPython's typeobject.c.

use crate::args::CallArgs;
use crate::buffer::Buffer;
use crate::cx::Cx;
use crate::error::Res;
use crate::exception;
use crate::intern::InternedName;
use crate::name;
use crate::object::Ref;
use crate::ops::{self, Special};
use crate::raise;
use crate::slots::CmpOp;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::types::{PyType, class_of};
use crate::value::Value;

/// Calls the method `name` of `v`'s class; `None` if there is none.
pub fn call_method_opt(cx: &Cx, v: Value, name: Ref<PyStr>, args: &[Value]) -> Res<Option<Value>> {
    match lookup(cx, v, name)? {
        Some(method) => Ok(Some(method.call(cx, args)?)),
        None => Ok(None),
    }
}

/// A method that may be missing: so does one whose descriptor raises AttributeError.
fn lookup(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<Option<Special>> {
    match ops::lookup_special(cx, v, name) {
        Err(raised) if raised.is(&exception::ATTRIBUTE_ERROR) => Ok(None),
        found => found,
    }
}

fn required(cx: &Cx, v: Value, name: Ref<PyStr>, args: &[Value]) -> Res {
    match ops::lookup_special(cx, v, name)? {
        Some(method) => method.call(cx, args),
        None => raise!(cx, ATTRIBUTE_ERROR, "{}", name.to_string_lossy()),
    }
}

macro_rules! unary {
    ($($fn:ident $name:literal),* $(,)?) => {
        $(pub(crate) fn $fn(cx: &Cx, v: Value) -> Res { required(cx, v, name!(cx, $name), &[]) })*
    };
}
unary! {
    neg "__neg__", pos "__pos__", abs "__abs__", invert "__invert__", int "__int__",
    float "__float__", index "__index__", await_ "__await__", aiter "__aiter__",
    anext "__anext__",
}

/// One binary slot of a Python class: tries the left method, then the reflected one of the right,
/// the right one first where its class is a subclass that overrides it.
fn dispatch(
    cx: &Cx,
    v: Value,
    w: Value,
    slot: crate::slots::SlotId,
    generic: usize,
    names: (&InternedName, &InternedName),
) -> Res {
    let (forward, backward) = (names.0.get(cx), names.1.get(cx));
    let (vc, wc) = (class_of(v), class_of(w));
    let mut do_other = vc != wc && wc.slots.word(slot as usize) == generic;
    if vc.slots.word(slot as usize) == generic {
        if do_other && wc.is_subtype(vc) && overrides(cx, vc, wc, backward) {
            if let Some(result) = call_method_opt(cx, w, backward, &[v])?
                && !result.is_not_implemented()
            {
                return Ok(result);
            }
            do_other = false;
        }
        if let Some(result) = call_method_opt(cx, v, forward, &[w])?
            && (!result.is_not_implemented() || vc == wc)
        {
            return Ok(result);
        }
    }
    if do_other && let Some(result) = call_method_opt(cx, w, backward, &[v])? {
        return Ok(result);
    }
    Ok(Value::NOT_IMPLEMENTED)
}

fn overrides(cx: &Cx, vc: Ref<PyType>, wc: Ref<PyType>, name: Ref<PyStr>) -> bool {
    match (wc.lookup(cx, name), vc.lookup(cx, name)) {
        (Some(right), Some(left)) => !right.is(left),
        (Some(_), None) => true,
        _ => false,
    }
}

macro_rules! binary {
    ($($fn:ident $slot:ident $forward:literal $backward:literal),* $(,)?) => {
        $(pub(crate) fn $fn(cx: &Cx, v: Value, w: Value) -> Res {
            static FORWARD: InternedName = InternedName::new($forward);
            static BACKWARD: InternedName = InternedName::new($backward);
            let generic = $fn as crate::slots::BinaryFn as usize;
            dispatch(cx, v, w, crate::slots::SlotId::$slot, generic, (&FORWARD, &BACKWARD))
        })*

        /// The name of the reflected method of a binary slot.
        pub(crate) fn backward_name(cx: &Cx, slot: crate::slots::SlotId) -> Ref<PyStr> {
            match slot {
                $(crate::slots::SlotId::$slot => name!(cx, $backward),)*
                _ => name!(cx, "__rpow__"),
            }
        }
    };
}
binary! {
    add Add "__add__" "__radd__", sub Sub "__sub__" "__rsub__", mul Mul "__mul__" "__rmul__",
    mod_ Mod "__mod__" "__rmod__", divmod DivMod "__divmod__" "__rdivmod__",
    lshift LShift "__lshift__" "__rlshift__", rshift RShift "__rshift__" "__rrshift__",
    and And "__and__" "__rand__", or Or "__or__" "__ror__", xor Xor "__xor__" "__rxor__",
    floordiv FloorDiv "__floordiv__" "__rfloordiv__",
    truediv TrueDiv "__truediv__" "__rtruediv__", matmul MatMul "__matmul__" "__rmatmul__",
}

pub(crate) fn pow(cx: &Cx, v: Value, w: Value, modulus: Option<Value>) -> Res {
    static FORWARD: InternedName = InternedName::new("__pow__");
    static BACKWARD: InternedName = InternedName::new("__rpow__");
    let generic = pow as crate::slots::TernaryFn as usize;
    match modulus {
        None => dispatch(cx, v, w, crate::slots::SlotId::Pow, generic, (&FORWARD, &BACKWARD)),
        Some(modulus) => {
            if class_of(v).slots.word(crate::slots::SlotId::Pow as usize) == generic
                && let Some(result) = call_method_opt(cx, v, FORWARD.get(cx), &[w, modulus])?
            {
                return Ok(result);
            }
            if class_of(w).slots.word(crate::slots::SlotId::Pow as usize) == generic
                && let Some(result) = call_method_opt(cx, w, BACKWARD.get(cx), &[v, modulus])?
            {
                return Ok(result);
            }
            Ok(Value::NOT_IMPLEMENTED)
        }
    }
}

macro_rules! inplace {
    ($($fn:ident $name:literal),* $(,)?) => {
        $(pub(crate) fn $fn(cx: &Cx, v: Value, w: Value) -> Res {
            required(cx, v, name!(cx, $name), &[w])
        })*
    };
}
inplace! {
    iadd "__iadd__", isub "__isub__", imul "__imul__", imod "__imod__", ipow "__ipow__",
    ilshift "__ilshift__", irshift "__irshift__", iand "__iand__", ixor "__ixor__",
    ior "__ior__", ifloordiv "__ifloordiv__", itruediv "__itruediv__", imatmul "__imatmul__",
    getitem "__getitem__",
}

pub(crate) fn repr(cx: &Cx, v: Value) -> Res {
    match call_method_opt(cx, v, name!(cx, "__repr__"), &[])? {
        Some(result) => Ok(result),
        None => ops::default_repr(cx, v),
    }
}

pub(crate) fn str(cx: &Cx, v: Value) -> Res {
    match call_method_opt(cx, v, name!(cx, "__str__"), &[])? {
        Some(result) => Ok(result),
        None => repr(cx, v),
    }
}

pub(crate) fn hash(cx: &Cx, v: Value) -> Res<i64> {
    let result = match lookup(cx, v, name!(cx, "__hash__"))? {
        Some(method) if !method.is_none() => method.call(cx, &[])?,
        _ => return hash_not_implemented(cx, v),
    };
    let Some(big) = result.to_big() else {
        return raise!(cx, TYPE_ERROR, "__hash__ method should return an integer");
    };
    Ok(match big.to_i64() {
        Some(-1) => -2,
        Some(n) => n,
        None => orochi_num::hash::int(big.as_ref()),
    })
}

/// The hash slot of unhashable types.
pub fn hash_not_implemented(cx: &Cx, v: Value) -> Res<i64> {
    raise!(cx, TYPE_ERROR, "unhashable type: '{}'", class_of(v).display_name())
}

pub(crate) fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    cx.check_native_stack()?;
    match ops::lookup_special(cx, v, name!(cx, "__call__"))? {
        Some(method) => method.call_args(cx, args),
        None => ops::not_callable(cx, v),
    }
}

pub(crate) fn iter(cx: &Cx, v: Value) -> Res {
    match lookup(cx, v, name!(cx, "__iter__"))? {
        Some(method) if method.is_none() => {
            raise!(cx, TYPE_ERROR, "'{}' object is not iterable", class_of(v).display_name())
        }
        Some(method) => method.call(cx, &[]),
        None => ops::sequence_iter(cx, v),
    }
}

pub(crate) fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    required(cx, v, name!(cx, "__next__"), &[]).map(Some).or_else(|raised| ops::ended(cx, raised))
}

/// `__getattribute__`, then `__getattr__` where that raised AttributeError.
pub(crate) fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    let class = class_of(v);
    let own = class.lookup(cx, name!(cx, "__getattribute__"));
    let native = own.and_then(Value::downcast::<crate::descr::PyWrapper>);
    let generic = ops::generic_getattr as crate::slots::GetAttrFn as usize;
    let result = match (native, own) {
        (Some(wrapper), _) if wrapper.word() != generic => {
            // SAFETY: a `__getattribute__` wrapper holds a getattr slot.
            let f =
                unsafe { core::mem::transmute::<usize, crate::slots::GetAttrFn>(wrapper.word()) };
            f(cx, v, name).map(Some)
        }
        (None, Some(_)) => {
            required(cx, v, name!(cx, "__getattribute__"), &[name.value()]).map(Some)
        }
        // Nothing found is the usual case here: no exception is made for it.
        _ => ops::generic_getattr_opt(cx, v, name),
    };
    let raised = match result {
        Ok(Some(value)) => return Ok(value),
        Ok(None) => None,
        Err(raised) if raised.is(&exception::ATTRIBUTE_ERROR) => Some(raised),
        Err(raised) => return Err(raised),
    };
    match ops::lookup_special(cx, v, name!(cx, "__getattr__"))? {
        Some(fallback) => fallback.call(cx, &[name.value()]),
        None => Err(raised.unwrap_or_else(|| ops::no_attribute(cx, v, name))),
    }
}

pub(crate) fn setattr(cx: &Cx, v: Value, name: Ref<PyStr>, value: Option<Value>) -> Res<()> {
    match value {
        Some(value) => required(cx, v, name!(cx, "__setattr__"), &[name.value(), value])?,
        None => required(cx, v, name!(cx, "__delattr__"), &[name.value()])?,
    };
    Ok(())
}

static COMPARE: [InternedName; 6] = [
    InternedName::new("__lt__"),
    InternedName::new("__le__"),
    InternedName::new("__eq__"),
    InternedName::new("__ne__"),
    InternedName::new("__gt__"),
    InternedName::new("__ge__"),
];

pub(crate) fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    match lookup(cx, v, COMPARE[op as usize].get(cx))? {
        Some(method) if method.is_none() => Ok(Value::NOT_IMPLEMENTED),
        Some(method) => method.call(cx, &[w]),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

pub(crate) fn descr_get(cx: &Cx, v: Value, object: Option<Value>, owner: Option<Value>) -> Res {
    let args = [object.unwrap_or(Value::NONE), owner.unwrap_or(Value::NONE)];
    match call_method_opt(cx, v, name!(cx, "__get__"), &args)? {
        Some(result) => Ok(result),
        None => Ok(v),
    }
}

pub(crate) fn descr_set(cx: &Cx, v: Value, object: Value, value: Option<Value>) -> Res<()> {
    match value {
        Some(value) => required(cx, v, name!(cx, "__set__"), &[object, value])?,
        None => required(cx, v, name!(cx, "__delete__"), &[object])?,
    };
    Ok(())
}

pub(crate) fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let result = match ops::lookup_special(cx, v, name!(cx, "__init__"))? {
        Some(method) => method.call_args(cx, args)?,
        None => return Ok(()),
    };
    if !result.is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "__init__() should return None, not '{}'",
            class_of(result).display_name()
        );
    }
    Ok(())
}

pub(crate) fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let new = ops::getattr(cx, class.value(), name!(cx, "__new__"))?;
    args.prepended(class.value(), |args| ops::call_args(cx, new, args))
}

pub(crate) fn del(cx: &Cx, v: Value) -> Res<()> {
    call_method_opt(cx, v, name!(cx, "__del__"), &[])?;
    Ok(())
}

pub(crate) fn bool_(cx: &Cx, v: Value) -> Res<bool> {
    if let Some(result) = call_method_opt(cx, v, name!(cx, "__bool__"), &[])? {
        return match result.as_bool() {
            Some(truth) => Ok(truth),
            None => raise!(
                cx,
                TYPE_ERROR,
                "__bool__ should return bool, returned {}",
                class_of(result).display_name()
            ),
        };
    }
    match class_of(v).slots.len() {
        Some(len) => Ok(len(cx, v)? != 0),
        None => Ok(true),
    }
}

pub(crate) fn len(cx: &Cx, v: Value) -> Res<usize> {
    let result = required(cx, v, name!(cx, "__len__"), &[])?;
    let result = ops::index(cx, result)?;
    match result.to_big() {
        Some(n) if n.neg => {
            raise!(cx, VALUE_ERROR, "__len__() should return >= 0")
        }
        _ => ops::index_isize(cx, result, &exception::OVERFLOW_ERROR).map(|n| n as usize),
    }
}

pub(crate) fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    match value {
        Some(value) => required(cx, v, name!(cx, "__setitem__"), &[key, value])?,
        None => required(cx, v, name!(cx, "__delitem__"), &[key])?,
    };
    Ok(())
}

pub(crate) fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    match lookup(cx, v, name!(cx, "__contains__"))? {
        Some(method) if method.is_none() => {
            raise!(cx, TYPE_ERROR, "'{}' object is not a container", class_of(v).display_name())
        }
        Some(method) => {
            let result = method.call(cx, &[item])?;
            ops::truth(cx, result)
        }
        None => ops::contains_by_iteration(cx, v, item),
    }
}

/// The window that `__buffer__` gives: that of the memoryview it returns. What is handed back with it is
/// a tuple of the object, the view, and the function that gives the view's own window back.
pub(crate) fn buffer(cx: &Cx, v: Value, flags: u32) -> Res<Buffer> {
    let view = required(cx, v, name!(cx, "__buffer__"), &[Value::int(i64::from(flags))])?;
    let export = class_of(view).slots.buffer();
    let is_view = class_of(view).is_subtype(ops::MEMORYVIEW.get());
    let Some(export) = export.filter(|_| is_view) else {
        return raise!(cx, TYPE_ERROR, "__buffer__ returned non-memoryview object");
    };
    let mut buffer = export(cx, view, flags)?;
    let inner = buffer.on_release.map_or(0, |release| release as usize);
    let owner = cx.new_tuple(&[v, view, Value::int(inner as i64)])?;
    buffer.owner = owner.value();
    buffer.on_release = Some(release_buffer);
    buffer.count = None;
    Ok(buffer)
}

/// Tells the object of [`buffer`] that its window is closed.
fn release_buffer(owner: Value) {
    let (Some(cx), Some(row)) = (Cx::current(), owner.downcast::<PyTuple>()) else { return };
    let &[v, view, inner] = row.values() else { return };
    let inner = inner.as_small().unwrap_or(0) as usize;
    if inner != 0 {
        // SAFETY: `buffer` made the row and took the word from a function of this type.
        let release = unsafe { core::mem::transmute::<usize, fn(Value)>(inner) };
        release(view);
    }
    let told = call_method_opt(cx, v, name!(cx, "__release_buffer__"), &[view]);
    let closed = ops::call_method(cx, view, name!(cx, "release"), &[]);
    for result in [told.map(|_| ()), closed.map(|_| ())] {
        if let Err(raised) = result {
            crate::hooks::unraisable(cx, raised, "Exception ignored in __release_buffer__ of", v);
        }
    }
}
