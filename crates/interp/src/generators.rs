//! Generators, coroutines, asynchronous generators: making, resuming, suspending, delegating.

use crate::calls::Dest;
use crate::machine::{self, Entered};
use crate::unwind::{self, Unwound};
use crate::{dispatch, trace};
use core::ptr;
use core::sync::atomic::Ordering;
use orochi_bytecode::{CodeFlags, Instr, Liveness, Op};
use orochi_object::exception::PyException;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::{Frame, Sink, UNPRIMED, Vm, ret};
use orochi_runtime::function::PyFunction;
use orochi_runtime::generator::{self, PyGen, async_flag, start_running, state};
use orochi_runtime::pyframe;

/// What running a generator came to.
pub enum Resumed {
    Yielded(Value),
    Returned(Value),
}

/// What pushing a generator's frame came to.
pub(crate) enum Pushed {
    /// Its frame is the running one.
    Running,
    /// It was done already.
    Returned(Value),
}

/// The generator object for the frame at its `ReturnGenerator`; the frame is left next.
pub(crate) fn from_frame(cx: &Cx, fp: *mut Frame) -> Res {
    // SAFETY: the running frame, whose window has the code's registers.
    let (frame, g) = unsafe {
        let frame = &mut *fp;
        let n = frame.code.nregs as usize;
        (&*frame, generator::new_generator(cx, frame.function, frame.base, n, frame.pc)?)
    };
    g.locals.init_opt(frame.locals);
    made(cx, frame.prev, g)?;
    Ok(g.value())
}

/// The generator object of a call of `function` with the `n` arguments at `args`, if they are just its parameters: without
/// a frame for the way to `ReturnGenerator`.
///
/// # Errors
/// MemoryError.
pub(crate) fn of_call(
    cx: &Cx,
    fp: *mut Frame,
    function: Ref<PyFunction>,
    args: *const u64,
    n: usize,
) -> Res<Option<Value>> {
    const KINDS: u32 = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
    const STARS: u32 = CodeFlags::VARARGS | CodeFlags::VARKEYWORDS;
    let code = function.code();
    let suits = code.flags & KINDS != 0 && code.flags & STARS == 0 && code.argcount as usize == n;
    if !suits || !code.is_loaded() || code.unit().kwonlyargcount != 0 {
        return Ok(None);
    }
    // SAFETY: loaded code has an instruction; the verifier wants registers for its parameters. The arguments are bound.
    let g = unsafe {
        if (*code.instrs()).op != Op::ReturnGenerator as u16 {
            return Ok(None);
        }
        generator::new_generator(cx, function, args, n, code.instrs().add(1))?
    };
    made(cx, fp, g)?;
    Ok(Some(g.value()))
}

/// Readies a generator object that a call in the frame `caller` gives.
fn made(cx: &Cx, caller: *mut Frame, g: Ref<PyGen>) -> Res<()> {
    if g.is_coroutine() {
        // It may have to say that it was never awaited. Nobody else has it yet.
        g.async_flags.store(async_flag::FINALIZABLE, Ordering::Relaxed);
        cx.mutator.register_finalizable(g.header_ptr());
        let depth = Vm::of(cx).origin_depth.get();
        if depth > 0 {
            g.origin.set(cx, g, origin(cx, caller, depth)?);
        }
    }
    Ok(())
}

/// `cr_origin`: (file, line, function) of each of the `depth` innermost callers.
fn origin(cx: &Cx, caller: *mut Frame, depth: usize) -> Res {
    let list = cx.new_list(&[])?;
    let mut fp = caller;
    // SAFETY: linked records of this thread.
    while let Some(frame) = unsafe { fp.as_ref() }
        && list.len() < depth
    {
        let line = Value::int(i64::from(frame.line()));
        let row = [frame.code.filename.or_none(), line, frame.code.name.or_none()];
        list.push(cx, cx.new_tuple(&row)?.value())?;
        fp = frame.prev;
    }
    Ok(list.snapshot(cx)?.value())
}

/// Has the generator closed when it becomes unreachable before its end.
pub fn register_finalizable(cx: &Cx, g: Ref<PyGen>) {
    let before = g.async_flags.fetch_or(async_flag::FINALIZABLE, Ordering::Relaxed);
    if before & async_flag::FINALIZABLE == 0 {
        cx.mutator.register_finalizable(g.header_ptr());
    }
}

/// Whether something must run if the generator, suspended here, is never resumed.
#[inline]
fn has_cleanup(g: Ref<PyGen>, frame: &Frame) -> bool {
    let unit = frame.code.unit();
    !unit.exceptions.is_empty()
        && g.async_flags.load(Ordering::Relaxed) & async_flag::FINALIZABLE == 0
        && unit.handler_at(frame.current()).is_some()
}

/// Makes `frame`, the record after the running one, the frame of a generator that may run.
fn push(cx: &Cx, vm: &Vm, frame: *mut Frame, g: Ref<PyGen>, dest: Dest) {
    let top = vm.top();
    let handled = cx.handled.get();
    // SAFETY: an unused record; the generator's window lies in the object.
    unsafe {
        ptr::write(&raw mut (*frame).code, g.code());
        ptr::write(&raw mut (*frame).function, g.function());
        ptr::write(&raw mut (*frame).globals, g.globals());
        (*frame).locals = g.locals.get();
        (*frame).base = generator::registers(g);
        (*frame).top = top;
        (*frame).pc = g.pc();
        (*frame).dst = dest.dst;
        (*frame).instance = 0;
        (*frame).flags = dest.flags | ret::GENERATOR;
        (*frame).frame_object = None;
        (*frame).generator = Some(g);
        (*frame).saved_handled = handled;
        (*frame).primed = UNPRIMED;
    }
    if let Some(own) = g.handled.get() {
        cx.handled.init(own);
        // The handler will give the state back to the caller of now, not to that of then.
        // SAFETY: just pushed; the register is one of its window.
        unsafe {
            if let Some(r) = saved_register(&*frame) {
                *(*frame).base.add(r) = handled.unwrap_or(Value::NONE).word();
            }
        }
    }
    g.delegate.clear();
    vm.fp.set(frame);
    if let Some(object) = g.frame_object.get().and_then(Value::downcast::<pyframe::PyFrame>) {
        // SAFETY: just pushed.
        pyframe::attach(cx, object, unsafe { &mut *frame });
    }
}

/// In a generator suspended inside an `except` block: the register that keeps what was handled
/// before the outermost one.
#[cold]
fn saved_register(frame: &Frame) -> Option<usize> {
    let unit = frame.code.unit();
    let pushes: Vec<usize> =
        unit.instrs.iter().filter(|i| i.op == Op::PushExc as u16).map(|i| i.a as usize).collect();
    if pushes.is_empty() {
        return None;
    }
    // What lives after the yield, not the value that it gives or gets.
    let at = frame.current() as usize;
    let got = unit.instrs[at].a as usize;
    let mut found = None;
    Liveness::new(unit).live_at(unit, at + 1, &mut |r| {
        // SAFETY: a temporary of the frame's window.
        let held = unsafe { frame.reg(r) };
        let fits = held.is_some_and(|v| v.is_none() || v.downcast::<PyException>().is_some());
        if fits && r != got && pushes.contains(&r) && found.is_none_or(|least| r < least) {
            found = Some(r);
        }
    });
    found
}

/// Puts the value sent where the suspended instruction wants it.
fn deliver(frame: *mut Frame, value: Value) {
    // SAFETY: the frame's `pc` is after the instruction that suspended it, whose `a` is a register
    // of the window.
    unsafe {
        let i = *(*frame).pc.sub(1);
        if i.op != Op::ReturnGenerator as u16 {
            *(*frame).base.add(i.a as usize) = value.word();
        }
    }
}

fn kind(g: Ref<PyGen>) -> &'static str {
    if g.is_async_generator() {
        "async generator"
    } else if g.is_coroutine() {
        "coroutine"
    } else {
        "generator"
    }
}

fn already_running(cx: &Cx, g: Ref<PyGen>) -> Raised {
    cx.error(&exception::VALUE_ERROR, &format!("{} already executing", kind(g)))
}

fn check_sent(cx: &Cx, g: Ref<PyGen>, before: u8, value: Value) -> Res<()> {
    if before == state::CREATED && !value.is_none() {
        g.stop_running(state::CREATED);
        return raise!(cx, TYPE_ERROR, "can't send non-None value to a just-started {}", kind(g));
    }
    Ok(())
}

/// For a `for` loop: pushes the generator's frame; false if it is exhausted.
pub(crate) fn push_resume(cx: &Cx, vm: &Vm, g: Ref<PyGen>, dest: Dest) -> Res<bool> {
    let record = vm.next_record(cx, vm.fp.get())?;
    match start_running(cx, g) {
        state::RUNNING => Err(already_running(cx, g)),
        state::DONE => Ok(false),
        _ => {
            push(cx, vm, record, g, dest);
            deliver(record, Value::NONE);
            Ok(true)
        }
    }
}

/// For `Send`: pushes the frame of a generator or coroutine.
pub(crate) fn push_send(cx: &Cx, vm: &Vm, g: Ref<PyGen>, value: Value, dest: Dest) -> Res<Pushed> {
    let record = vm.next_record(cx, vm.fp.get())?;
    match start_running(cx, g) {
        state::RUNNING => Err(already_running(cx, g)),
        state::DONE if g.is_coroutine() => {
            raise!(cx, RUNTIME_ERROR, "cannot reuse already awaited coroutine")
        }
        state::DONE => Ok(Pushed::Returned(Value::NONE)),
        before => {
            check_sent(cx, g, before, value)?;
            push(cx, vm, record, g, dest);
            deliver(record, value);
            Ok(Pushed::Running)
        }
    }
}

/// The value as a generator or coroutine that may run in this loop.
pub fn plain_generator(v: Value) -> Option<Ref<PyGen>> {
    let g: Ref<PyGen> = v.downcast()?;
    (!g.is_async_generator()).then_some(g)
}

/// Suspends the running frame's generator with a value. `Some`: the loop was entered for it and
/// ends with the value; `None`: the caller has it in its register and goes on.
pub(crate) fn suspend(
    cx: &Cx,
    vm: &Vm,
    fp: *mut Frame,
    value: Value,
    delegate: Option<Value>,
) -> Option<Value> {
    // SAFETY: the running frame, which is a generator's.
    let frame = unsafe { &mut *fp };
    let Some(g) = frame.generator else { return Some(value) };
    if frame.flags & ret::TOUCHED != 0 {
        pyframe::detach(cx, frame, false);
    }
    if frame.flags & ret::EDGE_OF_CLEAN != 0 {
        vm.enter_clean(frame);
    }
    g.set_pc(frame.pc);
    g.forget_machine();
    let handled = cx.handled.get();
    // The same exception may be handled here and by the caller.
    let own =
        handled.is_some() && (handled != frame.saved_handled || saved_register(frame).is_some());
    if !own {
        g.handled.clear();
    } else {
        g.handled.set_opt(cx, g, handled);
        cx.handled.init_opt(frame.saved_handled);
    }
    g.delegate.set_opt(cx, g, delegate);
    if has_cleanup(g, frame) {
        register_finalizable(cx, g);
    }
    // SAFETY: the generator is live; its window was written without barriers.
    unsafe { cx.mutator.remember(g.header_ptr()) };
    vm.fp.set(frame.prev);
    g.stop_running(state::SUSPENDED);
    if frame.flags & ret::ENTRY != 0 {
        return Some(value);
    }
    // SAFETY: a frame without ENTRY has a caller in this loop.
    unsafe { *(*frame.prev).base.add(frame.dst as usize) = value.word() };
    None
}

/// A generator resumed by the caller's `ForIter`, `ForLoop` or `Send` has returned: the caller goes
/// on as if its iterator were exhausted.
pub(crate) fn finished(caller: &mut Frame, dst: usize, value: Value) {
    // SAFETY: the instruction before `pc` resumed the generator; its jump target was verified.
    unsafe {
        let i: Instr = *caller.pc.sub(1);
        if i.op == Op::ForIter as u16 {
            caller.pc = caller.pc.offset(i.imm_c() as isize);
        } else if i.op == Op::Send as u16 {
            *caller.base.add(dst) = value.word();
            caller.pc = caller.pc.offset(i.imm_c() as isize);
        }
    }
}

/// An exception leaves a generator's frame: StopIteration would look like its end, so it becomes a
/// RuntimeError (PEP 479).
pub(crate) fn escaping(cx: &Cx, code: Ref<PyCode>, raised: Raised) -> Raised {
    let is_async = code.flags & CodeFlags::ASYNC_GENERATOR != 0;
    let name = if raised.is(&exception::STOP_ITERATION) {
        "StopIteration"
    } else if is_async && raised.is(&exception::STOP_ASYNC_ITERATION) {
        "StopAsyncIteration"
    } else {
        return raised;
    };
    let kind = if is_async {
        "async generator"
    } else if code.flags & CodeFlags::COROUTINE != 0 {
        "coroutine"
    } else {
        "generator"
    };
    let wrapped = cx.error(&exception::RUNTIME_ERROR, &format!("{kind} raised {name}"));
    let (outer, inner) = (wrapped.exception(), raised.value());
    outer.cause.set(cx, outer, inner);
    outer.context.set(cx, outer, inner);
    outer.suppress.init(Value::TRUE);
    wrapped
}

/// Resumes a generator from native code with a value (None for `next`).
///
/// # Errors
/// What its code raises; ValueError if it is running; TypeError if it was not started and the
/// value is not None.
pub fn resume(cx: &Cx, g: Ref<PyGen>, value: Value) -> Res<Resumed> {
    cx.check_native_stack()?;
    let vm = Vm::of(cx);
    match push_send(cx, vm, g, value, Dest::ENTRY)? {
        Pushed::Returned(value) => Ok(Resumed::Returned(value)),
        Pushed::Running => outcome(g, run_resumed(cx, vm)?),
    }
}

/// Runs the frame of a generator, which was pushed for native code, to its next value.
fn run_resumed(cx: &Cx, vm: &Vm) -> Res {
    match machine::enter_resumed(cx, vm, vm.fp.get()) {
        Entered::Returned(value) => Ok(value),
        Entered::Left => dispatch::run(cx, vm, None),
        Entered::Raised(raised) => dispatch::run(cx, vm, Some(raised)),
    }
}

/// Has a generator run to its end, or to a value that `take` does not take: that is what `Yielded` has. `take` is
/// called inside the running generator and must not run Python code.
pub fn drain(cx: &Cx, g: Ref<PyGen>, mut take: Sink<'_>) -> Res<Resumed> {
    cx.check_native_stack()?;
    let vm = Vm::of(cx);
    let outer = vm.sink.replace((&raw mut take).cast());
    let result = match push_send(cx, vm, g, Value::NONE, Dest::DRAINED) {
        Ok(Pushed::Returned(value)) => Ok(Resumed::Returned(value)),
        Ok(Pushed::Running) => run_resumed(cx, vm).and_then(|value| outcome(g, value)),
        Err(raised) => Err(raised),
    };
    vm.sink.set(outer);
    result
}

/// Whether the running frame's value has gone to the function that drains its generator, or one that delegates to it.
#[inline(always)]
pub(crate) fn drained(vm: &Vm, fp: *mut Frame, value: Value) -> bool {
    // SAFETY: the running frame.
    let flags = unsafe { (*fp).flags };
    if flags & ret::DRAINED != 0 {
        // SAFETY: a frame that is drained is the entry frame of the innermost `drain`, which has set the sink: a drain
        // further in has put it back.
        return unsafe { (*vm.sink.get())(value) };
    }
    flags & ret::ENTRY == 0 && drained_by_delegation(vm, fp, value)
}

/// As [`drained`] for a generator that others delegate to, the outermost of which is drained. All of them stay on the stack,
/// as if each had passed the value up and been resumed at once: who takes it runs no Python code and cannot tell.
fn drained_by_delegation(vm: &Vm, fp: *mut Frame, value: Value) -> bool {
    let mut frame = fp;
    loop {
        // SAFETY: the running frame or one that called it: those without ENTRY have a caller in this loop, whose `pc`
        // is behind the instruction that resumed the frame and not behind the last one.
        let caller = unsafe {
            let caller = (*frame).prev;
            let (resumed_by, next) = (*(*caller).pc.sub(1), *(*caller).pc);
            if resumed_by.op != Op::Send as u16 || next.op != Op::YieldDelegate as u16 {
                return false;
            }
            caller
        };
        // SAFETY: as above.
        let flags = unsafe { (*caller).flags };
        if flags & ret::DRAINED != 0 {
            // SAFETY: as in `drained`.
            return unsafe { (*vm.sink.get())(value) };
        }
        if flags & ret::ENTRY != 0 {
            return false;
        }
        frame = caller;
    }
}

/// As [`drain`], where `v` is a generator.
pub fn drain_value(
    cx: &Cx,
    v: Value,
    take: &mut dyn FnMut(Value) -> bool,
) -> Option<Res<Option<Value>>> {
    let g = plain_generator(v).filter(|g| !g.is_coroutine())?;
    Some(match drain(cx, g, take) {
        Ok(Resumed::Yielded(value)) => Ok(Some(value)),
        Ok(Resumed::Returned(value)) => {
            cx.stop_value.init(value);
            Ok(None)
        }
        Err(raised) => Err(raised),
    })
}

/// Tells a yielded value from a returned one by the state the generator was left in. A generator
/// that another thread has resumed since counts as one that yielded.
fn outcome(g: Ref<PyGen>, value: Value) -> Res<Resumed> {
    Ok(match g.state() {
        state::DONE => Resumed::Returned(value),
        _ => Resumed::Yielded(value),
    })
}

/// Runs the generator's frame, just pushed, from the exception thrown into it.
fn run_thrown(cx: &Cx, vm: &Vm, raised: Raised) -> Res {
    let raised = match trace::wanted(vm) {
        true => trace::thrown(cx, vm, vm.fp.get(), raised),
        false => raised,
    };
    // What the generator itself handles becomes the context; not so what its caller does.
    // SAFETY: the running frame, which is a generator's.
    let own = unsafe { (*vm.fp.get()).generator }.and_then(|g| g.handled.get());
    if let Some(own) = own {
        raised.exception().set_context(cx, own);
    }
    match unwind::find_handler(cx, vm, raised, false) {
        Unwound::Handled => dispatch::run(cx, vm, None),
        Unwound::Exit(raised) => Err(raised),
    }
}

/// Throws an exception into a generator from native code: to what it delegates to first, as
/// `yield from` does.
pub fn throw(cx: &Cx, g: Ref<PyGen>, raised: Raised) -> Res<Resumed> {
    cx.check_native_stack()?;
    if let Some(delegate) = g.delegate.get()
        && g.state() == state::SUSPENDED
    {
        return throw_delegate(cx, g, delegate, raised);
    }
    throw_here(cx, g, raised)
}

fn throw_here(cx: &Cx, g: Ref<PyGen>, raised: Raised) -> Res<Resumed> {
    let vm = Vm::of(cx);
    let record = vm.next_record(cx, vm.fp.get())?;
    match start_running(cx, g) {
        state::RUNNING => Err(already_running(cx, g)),
        state::DONE if g.is_coroutine() => {
            raise!(cx, RUNTIME_ERROR, "cannot reuse already awaited coroutine")
        }
        state::DONE => Err(raised),
        _ => {
            push(cx, vm, record, g, Dest::ENTRY);
            outcome(g, run_thrown(cx, vm, raised)?)
        }
    }
}

/// Throws into the delegate; goes on in the generator with what comes of it. Meanwhile the generator
/// counts as running and its frame is on the stack.
fn throw_delegate(cx: &Cx, g: Ref<PyGen>, delegate: Value, raised: Raised) -> Res<Resumed> {
    let vm = Vm::of(cx);
    let record = vm.next_record(cx, vm.fp.get())?;
    match start_running(cx, g) {
        state::RUNNING => return Err(already_running(cx, g)),
        state::DONE => return Err(raised),
        _ => {}
    }
    push(cx, vm, record, g, Dest::ENTRY);
    if raised.is(&exception::GENERATOR_EXIT) {
        let other = close_delegate(cx, delegate).err();
        return outcome(g, run_thrown(cx, vm, other.unwrap_or(raised))?);
    }
    let result = match plain_generator(delegate) {
        Some(inner) => throw(cx, inner, raised),
        None => match ops::getattr_opt(cx, delegate, name!(cx, "throw")) {
            Ok(Some(method)) => match ops::call(cx, method, &[raised.value()]) {
                Ok(value) => Ok(Resumed::Yielded(value)),
                Err(stop) if stop.is(&exception::STOP_ITERATION) => Ok(Resumed::Returned(
                    stop.exception().field(exception::field::VALUE).unwrap_or(Value::NONE),
                )),
                Err(other) => Err(other),
            },
            Ok(None) => Err(raised),
            Err(other) => {
                // The generator is as it was.
                suspend(cx, vm, record, Value::NONE, Some(delegate));
                return Err(other);
            }
        },
    };
    match result {
        Ok(Resumed::Yielded(value)) => {
            suspend(cx, vm, record, value, Some(delegate));
            Ok(Resumed::Yielded(value))
        }
        Ok(Resumed::Returned(value)) => {
            after_delegate(record, value);
            outcome(g, dispatch::run(cx, vm, None)?)
        }
        Err(other) => outcome(g, run_thrown(cx, vm, other)?),
    }
}

/// Closes what the generator delegates to.
fn close_delegate(cx: &Cx, delegate: Value) -> Res<()> {
    if let Some(inner) = plain_generator(delegate) {
        return close(cx, inner).map(|_| ());
    }
    match ops::getattr_opt(cx, delegate, name!(cx, "close")) {
        Ok(Some(method)) => ops::call(cx, method, &[]).map(|_| ()),
        Ok(None) => Ok(()),
        Err(raised) => {
            let message = "Exception ignored while closing generator";
            (crate::hooks::hooks().unraisable)(cx, raised, message, delegate);
            Ok(())
        }
    }
}

/// The delegate has returned: the value goes to `r[a]` and execution on past the delegation.
fn after_delegate(frame: *mut Frame, value: Value) {
    deliver(frame, value);
    // SAFETY: `pc` is after the YieldDelegate, whose jump target was verified.
    unsafe {
        let i = *(*frame).pc.sub(1);
        if i.op == Op::YieldDelegate as u16 {
            (*frame).pc = (*frame).pc.offset(i.imm_c() as isize);
        }
    }
}

/// `generator.close()`: the value it returned, None if none.
pub fn close(cx: &Cx, g: Ref<PyGen>) -> Res {
    if g.state() == state::CREATED && start_running(cx, g) == state::CREATED {
        g.stop_running(state::DONE);
        return Ok(Value::NONE);
    }
    if g.state() == state::DONE {
        return Ok(Value::NONE);
    }
    let exit = cx.error_args(exception::GENERATOR_EXIT.get(), &[]);
    match throw(cx, g, exit) {
        Ok(Resumed::Returned(value)) => Ok(value),
        Ok(Resumed::Yielded(_)) => {
            raise!(cx, RUNTIME_ERROR, "{} ignored GeneratorExit", kind(g))
        }
        Err(raised)
            if raised.is(&exception::GENERATOR_EXIT) || raised.is(&exception::STOP_ITERATION) =>
        {
            Ok(Value::NONE)
        }
        Err(raised) => Err(raised),
    }
}

/// Sends to any iterator (`yield from`, `await`).
pub fn send(cx: &Cx, to: Value, value: Value) -> Res<Resumed> {
    if let Some(g) = plain_generator(to) {
        return resume(cx, g, value);
    }
    let result = if value.is_none() && class_of(to).slots.next().is_some() {
        cx.stop_value.clear();
        match ops::next(cx, to)? {
            Some(value) => return Ok(Resumed::Yielded(value)),
            None => {
                return Ok(Resumed::Returned(cx.stop_value.take().unwrap_or(Value::NONE)));
            }
        }
    } else {
        ops::call_method(cx, to, name!(cx, "send"), &[value])
    };
    returned(result)
}

/// What the result of a method `send` or `throw` means.
pub fn returned(result: Res) -> Res<Resumed> {
    match result {
        Ok(value) => Ok(Resumed::Yielded(value)),
        Err(stop) if stop.is(&exception::STOP_ITERATION) => Ok(Resumed::Returned(
            stop.exception().field(exception::field::VALUE).unwrap_or(Value::NONE),
        )),
        Err(raised) => Err(raised),
    }
}

/// What `yield from v` iterates.
pub(crate) fn yield_from_iter(cx: &Cx, code: Ref<PyCode>, v: Value) -> Res {
    if let Some(g) = v.downcast::<PyGen>() {
        let flags = CodeFlags::COROUTINE | CodeFlags::ITERABLE_COROUTINE;
        if g.is_coroutine() && code.flags & flags == 0 {
            return raise!(
                cx,
                TYPE_ERROR,
                "cannot 'yield from' a coroutine object in a non-coroutine generator"
            );
        }
        if !g.is_async_generator() {
            return Ok(v);
        }
    }
    ops::iter(cx, v)
}

/// Whether `v` is a coroutine that nobody awaits yet: its own iterator.
#[inline(always)]
pub(crate) fn is_fresh_coroutine(v: Value) -> bool {
    v.downcast::<PyGen>().is_some_and(|g| g.is_coroutine() && g.delegate.is_unset())
}

/// The iterator that `await v` runs; `which` as for `GetAwaitable`.
pub fn awaitable(cx: &Cx, v: Value, which: u16) -> Res {
    if let Some(g) = v.downcast::<PyGen>()
        && (g.is_coroutine() || g.is_iterable_coroutine())
    {
        if g.is_coroutine() && !g.delegate.is_unset() {
            return raise!(cx, RUNTIME_ERROR, "coroutine is being awaited already");
        }
        return Ok(v);
    }
    let Some(await_slot) = class_of(v).slots.await_() else {
        let class = ops::full_name(cx, class_of(v));
        return match which {
            1 => raise!(
                cx,
                TYPE_ERROR,
                "'async with' received an object from __aenter__ that does not implement \
                 __await__: {class}"
            ),
            2 => raise!(
                cx,
                TYPE_ERROR,
                "'async with' received an object from __aexit__ that does not implement \
                 __await__: {class}"
            ),
            _ => raise!(cx, TYPE_ERROR, "'{}' object can't be awaited", class_of(v).display_name()),
        };
    };
    let iterator = await_slot(cx, v)?;
    if iterator.downcast::<PyGen>().is_some_and(|g| g.is_coroutine()) {
        return raise!(cx, TYPE_ERROR, "__await__() returned a coroutine");
    }
    if class_of(iterator).slots.next().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "__await__() returned non-iterator of type '{}'",
            class_of(iterator).display_name()
        );
    }
    Ok(iterator)
}

/// `aiter(v)` of an `async for`.
pub(crate) fn async_iter(cx: &Cx, v: Value) -> Res {
    let Some(aiter) = class_of(v).slots.aiter() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "'async for' requires an object with __aiter__ method, got {}",
            class_of(v).display_name()
        );
    };
    let iterator = aiter(cx, v)?;
    if class_of(iterator).slots.anext().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            class_of(iterator).display_name()
        );
    }
    Ok(iterator)
}

/// The awaitable of the next item of an asynchronous iterator.
pub(crate) fn async_next(cx: &Cx, v: Value) -> Res {
    let Some(anext) = class_of(v).slots.anext() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "'async for' requires an iterator with __anext__ method, got {}",
            class_of(v).display_name()
        );
    };
    let next = anext(cx, v)?;
    match awaitable(cx, next, 0) {
        Err(raised) => {
            let wrong = cx.error(
                &exception::TYPE_ERROR,
                &format!(
                    "'async for' received an invalid object from __anext__: {}",
                    class_of(next).display_name()
                ),
            );
            let (outer, inner) = (wrong.exception(), raised.value());
            outer.cause.set(cx, outer, inner);
            outer.suppress.init(Value::TRUE);
            Err(wrong)
        }
        result => result,
    }
}

/// The wrapper that tells a value yielded by an asynchronous generator from one that an awaitable
/// inside it passes up.
#[repr(C)]
pub struct WrappedValue {
    pub header: Header,
    pub value: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for WrappedValue {
    const LAYOUT: u16 = orochi_object::layout::WORDS;
}

/// The type of [`WrappedValue`] (`async_generator_wrapped_value`).
pub static WRAPPED_VALUE: TypeCell = TypeCell::new();

/// Wraps a value an asynchronous generator yields.
pub(crate) fn wrap_async(cx: &Cx, value: Value) -> Res {
    let wrapped: Ref<WrappedValue> = cx.alloc_instance(WRAPPED_VALUE.get(), 0)?;
    wrapped.value.init(value);
    Ok(wrapped.value())
}

/// An exception for `throw(type, value, traceback)` in its one-argument form.
pub fn as_raised(cx: &Cx, v: Value) -> Res<Raised> {
    if let Some(exception) = v.downcast::<PyException>() {
        return Ok(Raised::new(exception));
    }
    if let Some(class) = v.downcast::<PyType>()
        && class.has_flag(flag::EXCEPTION)
    {
        let made = ops::call(cx, v, &[])?;
        if let Some(exception) = made.downcast::<PyException>() {
            return Ok(Raised::new(exception));
        }
        return raise!(
            cx,
            TYPE_ERROR,
            "calling {} should have returned an instance of BaseException, not {}",
            ops::repr_text(cx, v)?,
            class_of(made).display_name()
        );
    }
    raise!(
        cx,
        TYPE_ERROR,
        "exceptions must be classes or instances deriving from BaseException, not {}",
        class_of(v).display_name()
    )
}
