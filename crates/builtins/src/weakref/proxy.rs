//! `weakref.ProxyType` and `weakref.CallableProxyType`: every operation goes to the referent.

use super::{check_target, table};
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;

static PROXY_CELL: TypeCell = TypeCell::new();
static CALLABLE_CELL: TypeCell = TypeCell::new();

fn is_proxy(v: Value) -> bool {
    let class = class_of(v);
    class == PROXY_CELL.get() || class == CALLABLE_CELL.get()
}

/// A proxy of `target`; the one without callback is shared.
pub(super) fn make(cx: &Cx, target: Value, callback: Option<Value>) -> Res {
    check_target(cx, target)?;
    let callable = class_of(target).slots.call().is_some();
    let class = if callable { CALLABLE_CELL.get() } else { PROXY_CELL.get() };
    let plain = |other: Ref<PyWeak>| {
        callback.is_none() && other.class() == class && other.callback.is_unset()
    };
    if let Some(old) = table::find(target, plain) {
        return Ok(old.value());
    }
    let weak = cx.new_weak(class, target, callback)?;
    Ok(table::enter(target, weak, plain).value())
}

/// The referent of a proxy; other values are themselves.
fn unwrap(cx: &Cx, v: Value) -> Res {
    if !is_proxy(v) {
        return Ok(v);
    }
    // SAFETY: both proxy types have this layout.
    match unsafe { v.cast::<PyWeak>() }.target() {
        Some(target) => Ok(target),
        None => raise!(cx, REFERENCE_ERROR, "weakly-referenced object no longer exists"),
    }
}

macro_rules! unary {
    ($($name:ident $op:ident)*) => {
        $(fn $name(cx: &Cx, v: Value) -> Res {
            ops::$op(cx, unwrap(cx, v)?)
        })*
    };
}
unary! { neg negative pos positive abs absolute invert invert iter iter index index }

macro_rules! binary {
    ($($name:ident $inplace:ident $op:ident)*) => {
        $(
            fn $name(cx: &Cx, v: Value, w: Value) -> Res {
                ops::binary(cx, BinOp::$op, unwrap(cx, v)?, unwrap(cx, w)?)
            }
            fn $inplace(cx: &Cx, v: Value, w: Value) -> Res {
                ops::inplace(cx, BinOp::$op, unwrap(cx, v)?, unwrap(cx, w)?)
            }
        )*
    };
}
binary! {
    add iadd Add
    sub isub Sub
    mul imul Mul
    matmul imatmul MatMul
    truediv itruediv TrueDiv
    floordiv ifloordiv FloorDiv
    mod_ imod Mod
    lshift ilshift LShift
    rshift irshift RShift
    and iand And
    or ior Or
    xor ixor Xor
    pow_two ipow Pow
}

fn pow(cx: &Cx, v: Value, w: Value, modulus: Option<Value>) -> Res {
    match modulus {
        None => pow_two(cx, v, w),
        Some(m) => ops::power(cx, unwrap(cx, v)?, unwrap(cx, w)?, Some(unwrap(cx, m)?)),
    }
}
fn divmod(cx: &Cx, v: Value, w: Value) -> Res {
    ops::divmod(cx, unwrap(cx, v)?, unwrap(cx, w)?)
}
fn int(cx: &Cx, v: Value) -> Res {
    ops::call(cx, types::INT.get().value(), &[unwrap(cx, v)?])
}
fn float(cx: &Cx, v: Value) -> Res {
    ops::call(cx, types::FLOAT.get().value(), &[unwrap(cx, v)?])
}
fn str(cx: &Cx, v: Value) -> Res {
    Ok(ops::str(cx, unwrap(cx, v)?)?.value())
}
fn bool_(cx: &Cx, v: Value) -> Res<bool> {
    ops::truth(cx, unwrap(cx, v)?)
}
fn len(cx: &Cx, v: Value) -> Res<usize> {
    ops::len(cx, unwrap(cx, v)?)
}
fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    ops::getattr(cx, unwrap(cx, v)?, name)
}
fn setattr(cx: &Cx, v: Value, name: Ref<PyStr>, value: Option<Value>) -> Res<()> {
    let target = unwrap(cx, v)?;
    match value {
        Some(value) => ops::setattr(cx, target, name, value),
        None => ops::delattr(cx, target, name),
    }
}
fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    ops::getitem(cx, unwrap(cx, v)?, unwrap(cx, key)?)
}
fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    let target = unwrap(cx, v)?;
    match value {
        Some(value) => ops::setitem(cx, target, key, value),
        None => ops::delitem(cx, target, key),
    }
}
fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    ops::contains(cx, unwrap(cx, v)?, item)
}
fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    ops::compare(cx, unwrap(cx, v)?, unwrap(cx, w)?, op)
}
fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let target = unwrap(cx, v)?;
    if class_of(target).slots.next().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "Weakref proxy referenced a non-iterator '{}' object",
            class_of(target).display_name()
        );
    }
    ops::next(cx, target)
}
fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    ops::call_args(cx, unwrap(cx, v)?, args)
}

fn repr(cx: &Cx, v: Value) -> Res {
    // SAFETY: both proxy types have this layout.
    let text = match unsafe { v.cast::<PyWeak>() }.target() {
        None => format!("<weakproxy at {:#x}; dead>", v.word()),
        Some(target) => format!(
            "<weakproxy at {:#x}; to '{}' at {:#x}>",
            v.word(),
            ops::full_name(cx, class_of(target)),
            target.word()
        ),
    };
    Ok(cx.new_str(&text)?.value())
}

fn bytes(cx: &Cx, args: Args) -> Res {
    ops::call_method(cx, unwrap(cx, args.get(0))?, name!(cx, "__bytes__"), &[])
}
fn reversed(cx: &Cx, args: Args) -> Res {
    ops::call_method(cx, unwrap(cx, args.get(0))?, name!(cx, "__reversed__"), &[])
}

const SLOTS: Slots = Slots {
    repr: Some(repr),
    str: Some(str),
    hash: Some(orochi_object::pyslots::hash_not_implemented),
    iter: Some(iter),
    next: Some(next),
    getattr: Some(getattr),
    setattr: Some(setattr),
    compare: Some(compare),
    bool_: Some(bool_),
    len: Some(len),
    getitem: Some(getitem),
    setitem: Some(setitem),
    contains: Some(contains),
    add: Some(add),
    sub: Some(sub),
    mul: Some(mul),
    matmul: Some(matmul),
    truediv: Some(truediv),
    floordiv: Some(floordiv),
    mod_: Some(mod_),
    divmod: Some(divmod),
    pow: Some(pow),
    lshift: Some(lshift),
    rshift: Some(rshift),
    and: Some(and),
    or: Some(or),
    xor: Some(xor),
    iadd: Some(iadd),
    isub: Some(isub),
    imul: Some(imul),
    imatmul: Some(imatmul),
    itruediv: Some(itruediv),
    ifloordiv: Some(ifloordiv),
    imod: Some(imod),
    ipow: Some(ipow),
    ilshift: Some(ilshift),
    irshift: Some(irshift),
    iand: Some(iand),
    ior: Some(ior),
    ixor: Some(ixor),
    neg: Some(neg),
    pos: Some(pos),
    abs: Some(abs),
    invert: Some(invert),
    int: Some(int),
    float: Some(float),
    index: Some(index),
    ..Slots::NONE
};

const METHODS: &[NativeDef] =
    &[method("__bytes__", "(self, /)", bytes), method("__reversed__", "(self, /)", reversed)];

/// The type `weakref.ProxyType`.
pub static PROXY: TypeDef = TypeDef {
    name: "weakref.ProxyType",
    cell: &PROXY_CELL,
    layout: orochi_object::layout::WEAKREF,
    size: size_of::<PyWeak>(),
    slots: SLOTS,
    methods: METHODS,
    ..TypeDef::DEFAULT
};

/// The type `weakref.CallableProxyType`.
pub static CALLABLE_PROXY: TypeDef = TypeDef {
    name: "weakref.CallableProxyType",
    cell: &CALLABLE_CELL,
    slots: Slots { call: Some(call), ..SLOTS },
    ..PROXY_TEMPLATE
};

const PROXY_TEMPLATE: TypeDef = TypeDef {
    layout: orochi_object::layout::WEAKREF,
    size: size_of::<PyWeak>(),
    methods: METHODS,
    ..TypeDef::DEFAULT
};
