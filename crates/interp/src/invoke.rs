//! The call instructions where their fast path in the loop does not serve: bound methods, natives,
//! classes, keyword and starred arguments.

use crate::calls::{self, Dest, Place};
use crate::{build, classes, generators, outside, poll, trace};
use orochi_bytecode::Instr;
use orochi_object::native::{Binding, PyMethod, PyNative, call_padded};
use orochi_object::prelude::*;
use orochi_runtime::frame::{Frame, Vm};
use orochi_runtime::function::PyFunction;

/// What became of a call. A whole word, so that with an exception instead it still comes back in registers: a slot for it
/// in the loop's stack frame would keep the last result alive.
#[repr(u64)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    /// A frame was pushed.
    Pushed,
    /// The result is in the caller's register.
    Finished,
    /// The loop must be left for it: see [`outside`].
    Outside,
}

/// Calls a native function with the `n` arguments at `args`, if there is nothing to bind.
#[inline(always)]
pub(crate) fn plain_native(cx: &Cx, callable: Value, args: *mut u64, n: usize) -> Option<Res> {
    let native: Ref<PyNative> = callable.downcast()?;
    let plain = native.plain();
    let params = plain.params(n)?;
    // SAFETY: `n` bound words lie at `args`; Option<Value> has the layout of Value.
    let given = unsafe { core::slice::from_raw_parts(args.cast::<Option<Value>>(), n) };
    if plain.is_method() {
        let class = class_of(given.first().copied()??);
        let owner = native.owner.get()?;
        if owner.word() != class.value().word() && !class.is_subtype(owner.downcast()?) {
            return None;
        }
    }
    let function = native.def().function;
    Some(match params == n {
        true => function(cx, Args::new(given)),
        false => call_padded(cx, function, given, params),
    })
}

/// The general call: `at` holds self (or UNSET), then `i.c` positional arguments.
pub(crate) fn call(
    cx: &Cx,
    vm: &Vm,
    fp: *mut Frame,
    callable: Value,
    at: *mut u64,
    i: Instr,
) -> Res<Called> {
    if poll::pending(cx) {
        poll::handle_poll(cx)?;
    }
    let mut callable = callable;
    let mut nargs = i.c as usize;
    // SAFETY: `at` is a register of the running frame.
    let bound = unsafe { *at != 0 };
    if bound {
        nargs += 1;
    }
    // SAFETY: as above.
    let mut args = if bound { at } else { unsafe { at.add(1) } };
    if !bound && let Some(method) = callable.downcast::<PyMethod>() {
        callable = method.function.or_none();
        // SAFETY: as above.
        unsafe { *at = method.receiver.or_none().word() };
        args = at;
        nargs += 1;
    }
    call_at(cx, vm, fp, callable, args, nargs, None, i)
}

/// Calls with arguments at `args` in the running frame's window, in the registers `r[b + 1]` (self) or `r[b + 2]` and those
/// behind it.
#[allow(clippy::too_many_arguments, reason = "the parts of one call")]
fn call_at(
    cx: &Cx,
    vm: &Vm,
    fp: *mut Frame,
    callable: Value,
    args: *mut u64,
    nargs: usize,
    names: Option<Ref<PyTuple>>,
    i: Instr,
) -> Res<Called> {
    if let Some(function) = callable.downcast::<PyFunction>() {
        if names.is_none()
            && !trace::slow_loop(vm)
            && let Some(made) = generators::of_call(cx, fp, function, args, nargs)?
        {
            // SAFETY: `fp` is the running frame, its destination a register.
            unsafe { *(*fp).base.add(i.a as usize) = made.word() };
            return Ok(Called::Finished);
        }
        let at = stack_args(cx, vm, fp, args, nargs);
        calls::push_call(cx, vm, function, at, nargs, names, Dest::register(i.a))?;
        return Ok(Called::Pushed);
    }
    // SAFETY: `nargs` bound words lie at `args`.
    let slice = unsafe { core::slice::from_raw_parts(args.cast::<Value>(), nargs) };
    let row = ArgRow::new(slice, names);
    let call = row.args();
    if trace::reports_calls(cx, vm, fp)? {
        let result = trace::call_native(cx, vm, fp, callable, call)?;
        return finished(fp, i, result);
    }
    if let Some(class) = callable.downcast::<PyType>() {
        if let ([one], None) = (slice, names)
            && class == types::TYPE.get()
        {
            return finished(fp, i, class_of(*one).value());
        }
        if let Some(pushed) = classes::push_init(cx, vm, fp, class, call, i)? {
            return Ok(if pushed { Called::Pushed } else { Called::Finished });
        }
    }
    let Some(native) = callable.downcast::<PyNative>() else {
        return finished(fp, i, ops::call_args(cx, callable, call)?);
    };
    match (native.bound.get(), native.def().binding) {
        (None, Binding::Function) => finished(fp, i, native.call(cx, call, 0)?),
        _ if outside::wanted(fp, native, names, i) => Ok(Called::Outside),
        (Some(bound), Binding::Method) if group_has_no_self(fp, args, i) => {
            // SAFETY: the register before the first argument is that of self, which this call has not. It is UNSET again
            // afterwards, since `outside::again` looks at it.
            let result = unsafe {
                let with_self = args.sub(1);
                *with_self = bound.word();
                let slice = core::slice::from_raw_parts(with_self.cast::<Value>(), nargs + 1);
                let result = native.call(cx, ArgRow::new(slice, names).args(), 1);
                *with_self = 0;
                result
            };
            finished(fp, i, result?)
        }
        _ => finished(fp, i, ops::call_args(cx, callable, call)?),
    }
}

/// Whether the arguments of a call begin behind the register of self.
#[inline(always)]
fn group_has_no_self(fp: *mut Frame, args: *mut u64, i: Instr) -> bool {
    // SAFETY: the group of the instruction lies within the window of the running frame.
    core::ptr::eq(args, unsafe { (*fp).base.add(i.b as usize + 2) })
}

/// Stores the result of a call.
#[inline(always)]
fn finished(fp: *mut Frame, i: Instr, result: Value) -> Res<Called> {
    // SAFETY: `fp` is the running frame, its destination a register.
    unsafe { *(*fp).base.add(i.a as usize) = result.word() };
    Ok(Called::Finished)
}

/// Arguments of a generator's frame lie in the heap: they are copied to the stack, where the
/// callee's window goes.
fn stack_args(cx: &Cx, vm: &Vm, fp: *mut Frame, args: *mut u64, nargs: usize) -> Place {
    // SAFETY: `fp` is the running frame.
    if unsafe { (*fp).generator.is_none() } {
        return Place::stack(args);
    }
    // SAFETY: `nargs` bound words lie at `args`.
    let slice = unsafe { core::slice::from_raw_parts(args.cast::<Value>(), nargs) };
    calls::place_args(cx, vm, CallArgs::new(slice))
}

/// A call with keyword arguments.
pub(crate) fn call_kw(
    cx: &Cx,
    vm: &Vm,
    fp: *mut Frame,
    callable: Value,
    at: *mut u64,
    i: Instr,
) -> Res<Called> {
    if poll::pending(cx) {
        poll::handle_poll(cx)?;
    }
    // SAFETY: the group lies within the window; the names follow the arguments.
    let (bound, names) = unsafe {
        let names = Value::from_word_unchecked(*at.add(1 + i.c as usize));
        (*at != 0, names.downcast::<PyTuple>())
    };
    let mut callable = callable;
    let mut nargs = i.c as usize + bound as usize;
    // SAFETY: as above.
    let mut args = if bound { at } else { unsafe { at.add(1) } };
    if !bound && let Some(method) = callable.downcast::<PyMethod>() {
        callable = method.function.or_none();
        // SAFETY: as above.
        unsafe { *at = method.receiver.or_none().word() };
        args = at;
        nargs += 1;
    }
    call_at(cx, vm, fp, callable, args, nargs, names, i)
}

/// A call with `*args` or `**kwargs`.
pub(crate) fn call_ex(cx: &Cx, vm: &Vm, fp: *mut Frame, group: *mut u64, i: Instr) -> Res<Called> {
    // SAFETY: the group of four lies within the window.
    let (callable, receiver, args, kwargs) = unsafe {
        (
            Value::from_word_unchecked(*group),
            Value::from_word(*group.add(1)),
            Value::from_word_unchecked(*group.add(2)),
            Value::from_word(*group.add(3)),
        )
    };
    let given = kwargs;
    let kwargs = match given {
        Some(kwargs) => Some(build::star_kwargs(cx, callable, args, kwargs)?),
        None => None,
    };
    let positional = build::star_args(cx, callable, args)?;
    if poll::pending(cx) {
        poll::handle_poll(cx)?;
    }
    let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
    let nargs = receiver.is_some() as usize + positional.len();
    if let (Some(kwargs), Some(function)) = (kwargs, callable.downcast::<PyFunction>())
        && calls::takes_all(cx, function, nargs)?
    {
        let own = i.c != 0 || given.is_some_and(|given| !kwargs.value().is(given));
        let named = if own { kwargs } else { kwargs.copy(cx)? };
        build::check_names(cx, named)?;
        let (row, _) = build::call_row(cx, receiver, positional, None)?;
        let at = calls::place_args(cx, vm, CallArgs::new(row.values()));
        let dest = Dest::register(i.a);
        calls::push_call_with_dict(cx, vm, function, at, nargs, named, dest)?;
        return Ok(Called::Pushed);
    }
    let (row, names) = build::call_row(cx, receiver, positional, kwargs)?;
    let arguments = ArgRow::new(row.values(), names);
    let call = arguments.args();
    if let Some(function) = callable.downcast::<PyFunction>() {
        let at = calls::place_args(cx, vm, call);
        let n = row.len();
        calls::push_call(cx, vm, function, at, n, names, Dest::register(i.a))?;
        return Ok(Called::Pushed);
    }
    let result = if trace::reports_calls(cx, vm, fp)? {
        trace::call_native(cx, vm, fp, callable, call)?
    } else {
        ops::call_args(cx, callable, call)?
    };
    // SAFETY: `fp` is the running frame, its destination a register.
    unsafe { *(*fp).base.add(i.a as usize) = result.word() };
    Ok(Called::Finished)
}
