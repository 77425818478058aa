//! Native functions that run outside the interpreter loop (`Binding::Outside`, `Binding::MethodOutside`).
//!
//! `gc.collect()` scans the native stack conservatively, and so does the collection that joining a thread may
//! bring about. The loop's own stack frame is large, and most of it is room that the current instruction
//! does not use, with references of earlier instructions in it. So a call of such a function leaves the loop first, overwrites the stack it
//! used, and only then runs; what a program has let go is not found by accident.
//!
//! A method that would collect only now and then runs in the loop, and if it fails for what it found, asks in `Cx::again` for the
//! same once more out here ([`again`]). `Cx::again` and `Cx::outside` are a thread's own.

use orochi_bytecode::{Instr, Op};
use orochi_object::native::{self, Binding, PyNative};
use orochi_object::prelude::*;
use orochi_runtime::frame::{Frame, Vm};

/// Whether the call `i` of `native` has to leave the loop. With keywords, or through a bound method, it
/// need not: it works the same.
pub(crate) fn wanted(
    fp: *mut Frame,
    native: Ref<PyNative>,
    names: Option<Ref<PyTuple>>,
    i: Instr,
) -> bool {
    // SAFETY: the running frame; `r[b]` is the callable of the instruction.
    let direct = unsafe { *(*fp).base.add(i.b as usize) } == native.value().word();
    matches!(native.def().binding, Binding::Outside | Binding::MethodOutside)
        && names.is_none()
        && direct
}

/// Whether the call of the current instruction failed for the sake of a window that only a stale word of the native stack
/// may keep, and is to be made once more (see `Exports::settle`).
#[cold]
pub(crate) fn again(cx: &Cx, fp: *mut Frame, raised: Raised) -> bool {
    let Some(failed) = cx.again.take() else { return false };
    // SAFETY: the running frame, at an instruction that raised; a call's group lies within the window.
    unsafe {
        let i = *(*fp).pc.sub(1);
        let call = i.op == Op::CallMethod as u16;
        let group = (*fp).base.add(i.b as usize);
        call && *group.add(1) == failed.receiver
            && raised.value().word() == failed.raised
            && Value::from_word(*group).is_some_and(|v| v.downcast::<PyNative>().is_some())
    }
}

/// Runs the function that the current instruction calls, and stores its result.
///
/// # Errors
/// What the function raises.
#[inline(never)]
pub(crate) fn call(cx: &Cx, vm: &Vm) -> Res<()> {
    orochi_heap::wipe_stack();
    let fp = vm.fp.get();
    // SAFETY: the running frame; its instruction is a call with positional arguments, bound by
    // `invoke`: the callable is in `r[b]`, a receiver or UNSET in `r[b + 1]`, arguments follow.
    unsafe {
        let i = *(*fp).pc.sub(1);
        debug_assert!(i.op == Op::Call as u16 || i.op == Op::CallMethod as u16);
        let group = (*fp).base.add(i.b as usize);
        let bound = (*group.add(1) != 0) as usize;
        let args = group.add(2 - bound).cast::<Value>();
        let args = core::slice::from_raw_parts(args, i.c as usize + bound);
        let callable = Value::from_word_unchecked(*group);
        let before = cx.outside.replace(true);
        let value = native::call_native(cx, callable, CallArgs::new(args));
        cx.outside.set(before);
        let value = value?;
        *(*fp).base.add(i.a as usize) = value.word();
    }
    Ok(())
}
