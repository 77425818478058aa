//! `sys.settrace` and `sys.setprofile`: when events happen and how the functions are called.
//!
//! 1. While a thread is traced its frames run in a copy of the loop that calls [`before`] ahead of
//!    each instruction; the other copy knows nothing of tracing.
//! 2. A frame that has had its `call` event has `ret::TRACED`, so that every way out of it is a
//!    slow one, which reports `return`.
//! 3. Inside a trace function nothing is traced (`Vm::tracing`).
//! 4. The same moments are events of `sys.monitoring` (`monitor.rs`), whose tools are told first.

use crate::machine;
use crate::monitor;
use core::sync::atomic::Ordering;
use orochi_bytecode::{Op, positions};
use orochi_object::cx::interrupt;
use orochi_object::native::PyNative;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::{Frame, Vm, ret};
use orochi_runtime::pyframe::{self, PyFrame};

/// Whether the thread's frames must run in the traced loop.
#[inline(always)]
pub(crate) fn wanted(vm: &Vm) -> bool {
    vm.trace_on.get() && !vm.tracing.get()
}

/// Whether the thread's frames must run in the loop's slow copy: for functions that are told, or for what is recorded.
#[inline(always)]
pub(crate) fn slow_loop(vm: &Vm) -> bool {
    wanted(vm) || vm.is_recording.get()
}

/// `cx.trace_func` or `cx.profile_func` of the calling thread has changed.
pub fn changed(cx: &Cx) {
    let vm = Vm::of(cx);
    let on = !cx.trace_func.is_unset() || !cx.profile_func.is_unset() || monitor::active();
    if on && !vm.trace_on.get() {
        let mut fp = vm.fp.get();
        // SAFETY: linked records of this thread.
        while let Some(frame) = unsafe { fp.as_mut() } {
            frame.flags |= ret::TRACED;
            fp = frame.prev;
        }
    }
    vm.trace_on.set(on);
}

/// The functions of another thread have changed: it looks at them at its next poll.
pub fn changed_in(cx: &Cx) {
    cx.interrupt(interrupt::TRACE);
}

/// What `Vm::event` says while a function is told of an event.
pub(crate) mod told {
    pub(crate) const CALL: u8 = 1;
    /// The frame may jump.
    pub(crate) const LINE: u8 = 2;
    pub(crate) const OTHER: u8 = 3;
}

/// Calls `callback` with tracing off meanwhile; `event` is one of [`told`]. None, without a call, inside of such a
/// callback: the slow copy of the loop may run there, since it also records.
pub(crate) fn call_told(cx: &Cx, vm: &Vm, event: u8, callback: Value, args: &[Value]) -> Res {
    if vm.tracing.get() {
        return Ok(Value::NONE);
    }
    let stop_value = cx.stop_value.get();
    vm.tracing.set(true);
    vm.event.set(event);
    let result = ops::call(cx, callback, args);
    vm.event.set(0);
    vm.tracing.set(false);
    cx.stop_value.init_opt(stop_value);
    result
}

/// Calls `callback(frame, event, arg)`.
fn call(
    cx: &Cx,
    vm: &Vm,
    callback: Value,
    frame: Ref<PyFrame>,
    event: Ref<PyStr>,
    arg: Value,
) -> Res {
    let told = match event {
        event if event == name!(cx, "call") => told::CALL,
        event if event == name!(cx, "line") => told::LINE,
        _ => told::OTHER,
    };
    call_told(cx, vm, told, callback, &[frame.value(), event.value(), arg])
}

/// An event for the frame's own trace function (the thread's for `call`).
fn trace(
    cx: &Cx,
    vm: &Vm,
    callback: Option<Value>,
    frame: Ref<PyFrame>,
    event: Ref<PyStr>,
    arg: Value,
) -> Res<()> {
    if cx.trace_func.is_unset() {
        return Ok(());
    }
    let Some(callback) = callback.and_then(Value::non_none) else { return Ok(()) };
    match call(cx, vm, callback, frame, event, arg) {
        Ok(next) => {
            if !next.is_none() {
                frame.trace.set(cx, frame, next);
            }
            Ok(())
        }
        Err(raised) => {
            cx.trace_func.clear();
            frame.trace.clear();
            changed(cx);
            Err(raised)
        }
    }
}

/// An event for the profile function.
fn profile(cx: &Cx, vm: &Vm, frame: Ref<PyFrame>, event: Ref<PyStr>, arg: Value) -> Res<()> {
    let Some(callback) = cx.profile_func.get() else { return Ok(()) };
    match call(cx, vm, callback, frame, event, arg) {
        Ok(_) => Ok(()),
        Err(raised) => {
            cx.profile_func.clear();
            changed(cx);
            Err(raised)
        }
    }
}

fn is_prologue(op: u16) -> bool {
    [Op::NewCell, Op::MakeCell, Op::CopyFree].iter().any(|own| *own as u16 == op)
}

fn is_resumed(op: u16) -> bool {
    let all = [Op::ReturnGenerator, Op::Yield, Op::YieldAsyncGen, Op::YieldDelegate];
    all.iter().any(|own| *own as u16 == op)
}

fn is_call(code: Ref<PyCode>, index: usize) -> bool {
    let all = [Op::Call, Op::CallMethod, Op::CallKw, Op::CallEx];
    all.iter().any(|own| *own as u16 == code.unit().instrs[index].op)
}

/// Whether a frame about to execute instruction `index` has just been called or resumed.
fn is_entry(code: Ref<PyCode>, index: usize) -> bool {
    let instrs = &code.unit().instrs;
    match index.checked_sub(1) {
        None => true,
        Some(last) if is_resumed(instrs[last].op) => true,
        Some(last) => instrs[..=last].iter().all(|i| is_prologue(i.op)),
    }
}

/// The line of every instruction, decoded once for each code object.
fn lines(cx: &Cx, code: Ref<PyCode>) -> Res<Ref<PyBytes>> {
    if let Some(known) = code.extra.get().and_then(Value::downcast::<PyBytes>) {
        return Ok(known);
    }
    let mut bytes = Vec::with_capacity(code.unit().instrs.len() * 4);
    for (position, n) in positions(&code.unit().positions) {
        for _ in 0..n {
            bytes.extend_from_slice(&position.line.to_le_bytes());
        }
    }
    let bytes = cx.new_bytes(&bytes)?;
    code.extra.set(cx, code, bytes.value());
    Ok(bytes)
}

fn line_at(lines: Ref<PyBytes>, index: usize) -> i32 {
    match lines.data().as_chunks::<4>().0.get(index) {
        Some(bytes) => i32::from_le_bytes(*bytes),
        None => -1,
    }
}

fn pack(index: usize, line: i32) -> Value {
    Value::int((index as i64) << 32 | i64::from(line as u32))
}

fn unpack(state: i64) -> (usize, i32) {
    ((state >> 32) as usize, state as u32 as i32)
}

/// Ahead of the instruction at the frame's `pc`: `call`, `line` and `opcode` events. The trace
/// function may change `pc` (a jump).
pub(crate) fn before(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Res<()> {
    // SAFETY: the running frame.
    let frame = unsafe { &mut *fp };
    let code = frame.code;
    let index = code.index_of(frame.pc) as usize;
    if vm.is_recording.get() {
        machine::record(cx, vm, fp, index);
    }
    if !wanted(vm) {
        return Ok(());
    }
    if frame.flags & ret::TRACED == 0 {
        let op = code.unit().instrs[index].op;
        if is_prologue(op) || op == Op::ReturnGenerator as u16 {
            return Ok(());
        }
        frame.flags |= ret::TRACED;
        if is_entry(code, index) {
            enter(cx, vm, fp, index)?;
        }
    }
    let watched = monitor::wanted_ahead(cx, code)?;
    let traced = !cx.trace_func.is_unset();
    let object = match frame.frame_object.filter(|own| traced && !own.trace.is_unset()) {
        Some(object) => object,
        None if watched != 0 => pyframe::frame_object(cx, fp)?,
        None => return Ok(()),
    };
    let lines = lines(cx, code)?;
    let line = line_at(lines, index);
    let (last, last_line) = match object.trace_state.get().and_then(Value::as_small) {
        Some(state) => unpack(state),
        None => {
            let last = index.saturating_sub(1);
            (last, line_at(lines, last))
        }
    };
    if monitor::skips_line(code, last, index)
        && ![line, last_line].contains(&line_at(lines, index - 1))
    {
        // It has gone past the line of a loop without a test: it comes by there now.
        frame.pc = frame.pc.wrapping_sub(1);
        return before(cx, vm, fp);
    }
    if line >= 0 {
        object.trace_state.init(pack(index, line));
    }
    let new_line = line >= 0 && (line != last_line || index <= last);
    if watched != 0 {
        watch(cx, vm, fp, (last, index), new_line.then_some(line))?;
        // SAFETY: the running frame, which a callback may have changed.
        if code.index_of(unsafe { (*fp).pc }) as usize != index {
            return before(cx, vm, fp);
        }
    }
    if !traced || object.trace.is_unset() {
        return Ok(());
    }
    let wants_opcodes = || object.trace_opcodes.get().is_some_and(|v| v.is(Value::TRUE));
    if new_line && index == last + 1 && wants_opcodes() && is_call(code, last) {
        // Elsewhere the result of a call is stored or dropped by an instruction of the same line.
        let event = name!(cx, "opcode");
        trace(cx, vm, object.trace.get(), object, event, Value::NONE)?;
    }
    let wants_lines = object.trace_lines.get().is_none_or(|v| v.is(Value::TRUE));
    if new_line && wants_lines {
        tell(cx, vm, fp, object, name!(cx, "line"))?;
        // SAFETY: the running frame, which the trace function may have changed.
        if code.index_of(unsafe { (*fp).pc }) as usize != index {
            return before(cx, vm, fp);
        }
    }
    if wants_opcodes() {
        tell(cx, vm, fp, object, name!(cx, "opcode"))?;
    }
    Ok(())
}

/// The events of `sys.monitoring` ahead of an instruction: how `last` led to it, its line if that is
/// a new one, itself. It counts as the current one meanwhile.
fn watch(
    cx: &Cx,
    vm: &Vm,
    fp: *mut Frame,
    (last, index): (usize, usize),
    line: Option<i32>,
) -> Res<()> {
    // SAFETY: the running frame; both are instructions, so one past them is within the code or its
    // end.
    let (code, after_last) = unsafe { ((*fp).code, (*fp).code.instrs().add(last + 1)) };
    let report = || {
        // SAFETY: as above.
        unsafe {
            (*fp).pc = after_last;
            monitor::moved(cx, vm, code, last, index)?;
            if (*fp).pc != after_last {
                return Ok(());
            }
            (*fp).pc = code.instrs().add(index + 1);
        }
        if let Some(line) = line {
            monitor::line(cx, vm, code, index, line)?;
        }
        monitor::instruction(cx, vm, fp, index)
    };
    let result = report();
    // SAFETY: as above; a jump leaves `pc` one past its target.
    unsafe { (*fp).pc = (*fp).pc.sub(1) };
    result
}

/// An event of the instruction that comes next: it counts as the current one meanwhile.
fn tell(cx: &Cx, vm: &Vm, fp: *mut Frame, object: Ref<PyFrame>, event: Ref<PyStr>) -> Res<()> {
    // SAFETY: the running frame; `pc` is at an instruction, so one past it is within the code or
    // its end.
    unsafe { (*fp).pc = (*fp).pc.add(1) };
    let result = trace(cx, vm, object.trace.get(), object, event, Value::NONE);
    // SAFETY: as above; a jump leaves `pc` one past its target.
    unsafe { (*fp).pc = (*fp).pc.sub(1) };
    result
}

/// The `call` event of a frame just entered or resumed.
fn enter(cx: &Cx, vm: &Vm, fp: *mut Frame, index: usize) -> Res<()> {
    let object = pyframe::frame_object(cx, fp)?;
    let code = object.code();
    let before = index.checked_sub(1).map(|last| code.unit().instrs[last].op);
    let resumed = before.is_some_and(|op| is_resumed(op) && op != Op::ReturnGenerator as u16);
    if resumed {
        let line = line_at(lines(cx, code)?, index - 1);
        object.trace_state.init(pack(index - 1, line));
    } else {
        let module = &*code.unit().name == "<module>";
        let line = if module { 0 } else { code.unit().firstlineno };
        object.event_line.init(pack(0, line as i32));
        object.trace_state.init(pack(0, -1));
    }
    let event = name!(cx, "call");
    let global = cx.trace_func.get();
    let result = monitor::entered(cx, vm, code, index as u32, resumed)
        .and_then(|()| trace(cx, vm, global, object, event, Value::NONE))
        .and_then(|()| profile(cx, vm, object, event, Value::NONE));
    object.event_line.clear();
    result
}

/// The `return` event of a frame that is about to be left or suspended with `value`.
#[cold]
pub(crate) fn returning(cx: &Cx, vm: &Vm, fp: *mut Frame, value: Value) -> Res<()> {
    // SAFETY: the running frame.
    if !wanted(vm) || unsafe { (*fp).flags } & ret::TRACED == 0 {
        return Ok(());
    }
    monitor::left(cx, vm, fp, value)?;
    report_return(cx, vm, fp, value)
}

/// The `return` event for the trace and profile functions.
fn report_return(cx: &Cx, vm: &Vm, fp: *mut Frame, value: Value) -> Res<()> {
    let object = pyframe::frame_object(cx, fp)?;
    let event = name!(cx, "return");
    let state = object.trace_state.get().and_then(Value::as_small).map(unpack);
    // SAFETY: as above.
    let placed = unsafe { (*fp).line() } >= 0;
    if let Some((index, line)) = state.filter(|_| !placed) {
        // The end of a function without `return` belongs to the last line executed.
        object.event_line.init(pack(index + 1, line));
    }
    let result = trace(cx, vm, object.trace.get(), object, event, value)
        .and_then(|()| profile(cx, vm, object, event, value));
    object.event_line.clear();
    result
}

/// The `exception` event of a frame in which `raised` has arrived. Gives what goes on: another
/// exception if the trace function raised.
#[cold]
pub(crate) fn raising(cx: &Cx, vm: &Vm, fp: *mut Frame, raised: Raised) -> Raised {
    // SAFETY: the running frame.
    if !wanted(vm) || unsafe { (*fp).flags } & ret::TRACED == 0 {
        return raised;
    }
    let raised = monitor::raising(cx, vm, fp, raised);
    if cx.trace_func.is_unset() {
        return raised;
    }
    let report = || -> Res<()> {
        let object = pyframe::frame_object(cx, fp)?;
        let exception = raised.exception();
        let row = [exception.class().value(), raised.value(), exception.traceback.or_none()];
        let arg = cx.new_tuple(&row)?.value();
        trace(cx, vm, object.trace.get(), object, name!(cx, "exception"), arg)
    };
    report().err().unwrap_or(raised)
}

/// The `return` event of a frame that an exception leaves.
#[cold]
pub(crate) fn unwinding(cx: &Cx, vm: &Vm, fp: *mut Frame, raised: Raised) -> Raised {
    if !wanted(vm) {
        return raised;
    }
    let raised = monitor::unwinding(cx, vm, fp, raised);
    report_return(cx, vm, fp, Value::NONE).err().unwrap_or(raised)
}

/// What the frame's last instruction resumed has returned `value`. That counts as StopIteration, an
/// `exception` event, unless a `for` loop has merely come to its end.
#[cold]
pub(crate) fn exhausted(cx: &Cx, vm: &Vm, fp: *mut Frame, value: Value) -> Res<()> {
    // SAFETY: the running frame.
    if !wanted(vm) || unsafe { (*fp).flags } & ret::TRACED == 0 {
        return Ok(());
    }
    monitor::exhausted(cx, vm, fp, value)?;
    // SAFETY: as above; an instruction of the frame has been executed.
    let op = unsafe { (*(*fp).pc.sub(1)).op };
    if cx.trace_func.is_unset() || value.is_none() && op != Op::Send as u16 {
        return Ok(());
    }
    let object = pyframe::frame_object(cx, fp)?;
    let stop = cx.error_args(exception::STOP_ITERATION.get(), &[value]);
    let row = [exception::STOP_ITERATION.get().value(), stop.value(), Value::NONE];
    let arg = cx.new_tuple(&row)?.value();
    trace(cx, vm, object.trace.get(), object, name!(cx, "exception"), arg)
}

/// The `call` event of a generator's frame into which `raised` is thrown. Gives what goes on.
#[cold]
pub(crate) fn thrown(cx: &Cx, vm: &Vm, fp: *mut Frame, raised: Raised) -> Raised {
    // SAFETY: the running frame.
    unsafe { (*fp).flags |= ret::TRACED };
    let raised = monitor::thrown(cx, vm, fp, raised);
    let report = || -> Res<()> {
        let object = pyframe::frame_object(cx, fp)?;
        let event = name!(cx, "call");
        let global = cx.trace_func.get();
        trace(cx, vm, global, object, event, Value::NONE)?;
        profile(cx, vm, object, event, Value::NONE)
    };
    report().err().unwrap_or(raised)
}

/// Whether what the running frame calls is reported.
#[inline(always)]
pub(crate) fn reports_calls(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Res<bool> {
    if !wanted(vm) {
        return Ok(false);
    }
    Ok(!cx.profile_func.is_unset() || monitor::watches_calls(cx, vm, fp)?)
}

/// Calls what is not a Python function, with its `c_call`, `c_return` and `c_exception` events
/// if it is a native one.
#[cold]
pub(crate) fn call_native(
    cx: &Cx,
    vm: &Vm,
    fp: *mut Frame,
    callable: Value,
    args: CallArgs,
) -> Res {
    let receiver = args.positional().first().copied();
    let profiled = callable.downcast::<PyNative>().filter(|_| !cx.profile_func.is_unset());
    let frame = pyframe::frame_object(cx, fp)?;
    let shown = match (profiled, receiver) {
        (Some(native), Some(receiver)) if is_exact(callable, &types::METHOD_DESCRIPTOR) => {
            cx.bind_native(native, receiver)?.value()
        }
        _ => callable,
    };
    if profiled.is_some() {
        profile(cx, vm, frame, name!(cx, "c_call"), shown)?;
    }
    let result = ops::call_args(cx, callable, args);
    if monitor::watches_calls(cx, vm, fp)? {
        monitor::returned(cx, vm, fp, callable, receiver, &result)?;
    }
    if profiled.is_some() && wanted(vm) {
        let event = if result.is_ok() { name!(cx, "c_return") } else { name!(cx, "c_exception") };
        profile(cx, vm, frame, event, shown)?;
    }
    result
}

/// Takes note of a change made by another thread; called from a poll.
pub(crate) fn poll(cx: &Cx, bits: u32) {
    if bits & interrupt::TRACE != 0 {
        core::sync::atomic::fence(Ordering::Acquire);
        changed(cx);
    }
}
