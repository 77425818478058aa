//! Functions, classes, instances: the bytecode that makes them.

use crate::calls::{self, Dest};
use crate::hooks::{Typing, hooks};
use orochi_bytecode::{Instr, Op};
use orochi_object::prelude::*;
use orochi_object::slots::SlotId;
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::{Frame, Vm, ret};
use orochi_runtime::function::{self, PyFunction};

/// Common objects of `LoadCommon`.
pub(crate) fn common(which: u16) -> Value {
    match which {
        0 => exception::ASSERTION_ERROR.get().value(),
        _ => exception::NOT_IMPLEMENTED_ERROR.get().value(),
    }
}

/// A function of a code constant with the frame's globals.
pub(crate) fn make_function(cx: &Cx, fp: *mut Frame, code: Value) -> Res {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    // SAFETY: the compiler's code constant.
    let code: Ref<PyCode> = unsafe { code.cast() };
    let f = function::new_function(cx, code, frame.globals, frame.function.builtins())?;
    Ok(f.value())
}

/// Fills a field of a fresh function.
pub(crate) fn set_function_field(cx: &Cx, f: Value, value: Value, which: u16) {
    // SAFETY: the compiler's function.
    let f: Ref<PyFunction> = unsafe { f.cast() };
    let slot = match which {
        1 => &f.defaults,
        2 => &f.kwdefaults,
        4 => &f.annotations,
        8 => &f.closure,
        _ => &f.annotate,
    };
    slot.set(cx, f, value);
}

pub(crate) fn set_type_params(cx: &Cx, f: Value, params: Value) {
    if let Some(f) = f.downcast::<PyFunction>() {
        f.type_params.set(cx, f, params);
    }
}

/// `builtins.__build_class__`.
pub(crate) fn build_class(cx: &Cx, fp: *mut Frame) -> Res {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    match crate::globals::builtin(cx, frame, name!(cx, "__build_class__"))? {
        Some(function) => Ok(function),
        None => raise!(cx, NAME_ERROR, "__build_class__ not found"),
    }
}

/// Makes sure that the frame's namespace has `__annotations__`.
pub(crate) fn setup_annotations(cx: &Cx, fp: *mut Frame) -> Res<()> {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let map = frame.locals.unwrap_or(frame.globals.value());
    let key = name!(cx, "__annotations__");
    match map.downcast::<PyDict>() {
        Some(dict) if is_exact(map, &types::DICT) => {
            if dict.get_str(key).is_none() {
                dict.set_str(cx, key, cx.new_dict()?.value())?;
            }
        }
        _ => match ops::getitem(cx, map, key.value()) {
            Err(raised) if raised.is(&exception::KEY_ERROR) => {
                ops::setitem(cx, map, key.value(), cx.new_dict()?.value())?;
            }
            result => {
                result?;
            }
        },
    }
    Ok(())
}

/// The typing objects of PEP 695 syntax.
pub(crate) fn typing(cx: &Cx, op: Op, base: *mut u64, i: Instr) -> Res {
    // SAFETY: the operands are bound registers of the window.
    let reg = |n: u16| unsafe { Value::from_word_unchecked(*base.add(n as usize)) };
    let request = match op {
        Op::MakeTypeVar => Typing::TypeVar { name: reg(i.b) },
        Op::MakeTypeVarBound => Typing::TypeVarBound { name: reg(i.b), bound: reg(i.c) },
        Op::MakeTypeVarConstraints => {
            Typing::TypeVarConstraints { name: reg(i.b), constraints: reg(i.c) }
        }
        Op::MakeParamSpec => Typing::ParamSpec { name: reg(i.b) },
        Op::MakeTypeVarTuple => Typing::TypeVarTuple { name: reg(i.b) },
        Op::SubscriptGeneric => Typing::Generic { params: reg(i.b) },
        _ => Typing::Alias { name: reg(i.b), params: reg(i.b + 1), value: reg(i.b + 2) },
    };
    (hooks().typing)(cx, request)
}

pub(crate) fn set_type_param_default(cx: &Cx, param: Value, default: Value) -> Res<()> {
    (hooks().typing)(cx, Typing::SetDefault { param, default })?;
    Ok(())
}

/// `__enter__`, `__exit__` and their asynchronous twins, looked up on the type.
pub(crate) fn load_special(cx: &Cx, v: Value, which: u16) -> Res<(Value, Option<Value>)> {
    let name = match which {
        0 => name!(cx, "__enter__"),
        1 => name!(cx, "__exit__"),
        2 => name!(cx, "__aenter__"),
        _ => name!(cx, "__aexit__"),
    };
    if let Some(special) = ops::lookup_special(cx, v, name)? {
        return Ok(special.parts());
    }
    Err(no_context_manager(cx, v, which)?)
}

#[cold]
fn no_context_manager(cx: &Cx, v: Value, which: u16) -> Res<Raised> {
    let class = ops::full_name(cx, class_of(v));
    let has = |name| class_of(v).lookup(cx, name).is_some();
    let sync = has(name!(cx, "__enter__")) && has(name!(cx, "__exit__"));
    let is_async = has(name!(cx, "__aenter__")) && has(name!(cx, "__aexit__"));
    let kind = if which >= 2 { "asynchronous context manager" } else { "context manager" };
    let mut message = format!("'{class}' object does not support the {kind} protocol");
    message.push_str(match which {
        0 => " (missed __enter__ method)",
        1 => " (missed __exit__ method)",
        2 => " (missed __aenter__ method)",
        _ => " (missed __aexit__ method)",
    });
    if which < 2 && is_async {
        message.push_str(
            " but it supports the asynchronous context manager protocol. Did you mean to use \
             'async with'?",
        );
    } else if which >= 2 && sync {
        message
            .push_str(" but it supports the context manager protocol. Did you mean to use 'with'?");
    }
    Ok(cx.error(&exception::TYPE_ERROR, &message))
}

/// A call of a class whose `__new__` is `object`'s and whose `__init__` is a Python function:
/// makes the instance and pushes the frame of `__init__`. `None`: not such a class. False: the
/// instance is in the caller's register already.
pub(crate) fn push_init(
    cx: &Cx,
    vm: &Vm,
    fp: *mut Frame,
    class: Ref<PyType>,
    args: CallArgs,
    i: Instr,
) -> Res<Option<bool>> {
    let meta = class_of(class.value());
    let call_type = ops::call_type as orochi_object::slots::CallFn as usize;
    let object_new = types::OBJECT.get().slots.word(SlotId::New as usize);
    if meta.slots.call().is_none_or(|f| f as usize != call_type)
        || class.slots.word(SlotId::New as usize) != object_new
        || class.has_flag(flag::ABSTRACT)
    {
        return Ok(None);
    }
    let Some(init) = class.lookup(cx, name!(cx, "__init__")) else { return Ok(None) };
    let Some(init) = init.downcast::<PyFunction>() else { return Ok(None) };
    let instance = cx.new_instance(class)?;
    // SAFETY: `r[b]` is the callable's register, dead during the call: it holds the instance.
    unsafe { *(*fp).base.add(i.b as usize) = instance.word() };
    let n = args.all().len() + 1;
    // SAFETY: as in `dispatch`: `b + 1` is room for self before the arguments.
    let at = unsafe {
        let room = (*fp).base.add(i.b as usize + 1);
        let in_place = core::ptr::eq(room.add(1).cast(), args.all().as_ptr());
        if in_place && (*fp).generator.is_none() {
            *room = instance.word();
            calls::Place::stack(room)
        } else {
            args.prepended(instance, |args| calls::place_args(cx, vm, args))
        }
    };
    if !at.on_stack {
        // Too many arguments for the stack's rest, and the row just made is gone: the plain way.
        if let Some(init) = class.slots.init() {
            init(cx, instance, args)?;
        }
        // SAFETY: `fp` is the running frame, its destination a register.
        unsafe { *(*fp).base.add(i.a as usize) = instance.word() };
        return Ok(Some(false));
    }
    let dest = Dest { dst: i.a, instance: i.b, flags: ret::INIT };
    calls::push_call(cx, vm, init, at, n, args.names(), dest)?;
    Ok(Some(true))
}
