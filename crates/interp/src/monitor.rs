//! `sys.monitoring`: which moments are events, and how the callbacks are told. The state is in
//! `orochi_runtime::monitor`.
//!
//! 1. Events come from the copy of the loop that traces (`trace.rs` calls in here): that copy runs
//!    in every thread while any tool wants any event.
//! 2. Instructions are counted by twos, and 0 stands for the entry, as everywhere in Python's view of
//!    our code.
//! 3. A branch is reported ahead of the instruction that follows it: that one tells which way it went.
//! 4. Inside a callback there are no events (`Vm::tracing`).

use crate::trace::{self, told};
use orochi_bytecode::{Instr, Op, PAST_LINE};
use orochi_object::native::PyMethod;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::{Frame, Vm};
use orochi_runtime::monitor::{self, event};

pub use orochi_runtime::monitor::active;

/// The events reported ahead of an instruction.
const AHEAD: u32 = 1 << event::CALL
    | 1 << event::LINE
    | 1 << event::INSTRUCTION
    | 1 << event::JUMP
    | 1 << event::BRANCH_LEFT
    | 1 << event::BRANCH_RIGHT;

/// Which of them somebody wants in this code; 0 without monitoring.
#[inline]
pub(crate) fn wanted_ahead(cx: &Cx, code: Ref<PyCode>) -> Res<u32> {
    if active() { Ok(monitor::wanted(cx, code)? & AHEAD) } else { Ok(0) }
}

fn offset(index: u32) -> Value {
    Value::int((i64::from(index) + 1) * 2)
}

/// Whether a callback has asked to be told no more.
fn is_disable(result: Value) -> bool {
    monitor::DISABLE.get().is_some_and(|marker| marker.is(result))
}

/// Tells every tool that wants it of an event at instruction `index`: `rest` follows code and offset.
fn fire(cx: &Cx, vm: &Vm, code: Ref<PyCode>, index: u32, kind: usize, rest: &[Value]) -> Res<()> {
    let tools = monitor::tools(cx, code, index, kind)?;
    for tool in (0..monitor::TOOLS).filter(|tool| tools >> tool & 1 != 0) {
        let branch = matches!(kind, event::BRANCH_LEFT | event::BRANCH_RIGHT);
        let mut callback = monitor::callback(cx, tool, kind)?;
        let mut disabled: &[usize] = &[kind];
        if callback.is_none() && branch {
            callback = monitor::callback(cx, tool, event::BRANCH)?;
            disabled = &[event::BRANCH_LEFT, event::BRANCH_RIGHT];
        }
        let Some(callback) = callback else { continue };
        let at = if kind == event::PY_START { Value::int(0) } else { offset(index) };
        let mut row = [code.value(), at, Value::NONE, Value::NONE];
        row[2..2 + rest.len()].copy_from_slice(rest);
        let args = match kind {
            event::LINE => &[row[0], row[2]],
            _ => &row[..2 + rest.len()],
        };
        let movable = kind <= event::BRANCH_RIGHT && kind != event::PY_START;
        let what = if movable { told::LINE } else { told::OTHER };
        let result = trace::call_told(cx, vm, what, callback, args)?;
        if !is_disable(result) {
            continue;
        }
        if kind >= monitor::LOCAL_EVENTS {
            monitor::set_callback(cx, tool, kind, None)?;
            let name = monitor::NAMES[kind];
            return raise!(cx, VALUE_ERROR, "Cannot disable {name} events. Callback removed.");
        }
        for kind in disabled {
            monitor::disable(cx, code, index, *kind, tool)?;
        }
    }
    Ok(())
}

/// An event in the running frame, at the instruction being executed.
fn fire_here(cx: &Cx, vm: &Vm, fp: *mut Frame, kind: usize, rest: &[Value]) -> Res<()> {
    // SAFETY: the running frame.
    let (code, index) = unsafe { ((*fp).code, (*fp).current()) };
    fire(cx, vm, code, index, kind, rest)
}

/// As `fire_here`, for an exception: gives what goes on, another one if a callback raised.
fn fire_raised(cx: &Cx, vm: &Vm, fp: *mut Frame, kind: usize, raised: Raised) -> Raised {
    if !active() {
        return raised;
    }
    fire_here(cx, vm, fp, kind, &[raised.value()]).err().unwrap_or(raised)
}

/// `PY_START` or `PY_RESUME`.
pub(crate) fn entered(cx: &Cx, vm: &Vm, code: Ref<PyCode>, index: u32, resumed: bool) -> Res<()> {
    let kind = if resumed { event::PY_RESUME } else { event::PY_START };
    if active() { fire(cx, vm, code, index, kind, &[]) } else { Ok(()) }
}

/// `PY_THROW`.
pub(crate) fn thrown(cx: &Cx, vm: &Vm, fp: *mut Frame, raised: Raised) -> Raised {
    fire_raised(cx, vm, fp, event::PY_THROW, raised)
}

/// `PY_RETURN` or `PY_YIELD`.
pub(crate) fn left(cx: &Cx, vm: &Vm, fp: *mut Frame, value: Value) -> Res<()> {
    if !active() {
        return Ok(());
    }
    // SAFETY: the running frame.
    let op = unsafe { (*fp).code.unit().instrs[(*fp).current() as usize].op };
    let yields = [Op::Yield, Op::YieldAsyncGen, Op::YieldDelegate];
    let kind = match yields.iter().any(|own| *own as u16 == op) {
        true => event::PY_YIELD,
        false => event::PY_RETURN,
    };
    fire_here(cx, vm, fp, kind, &[value])
}

/// `RAISE`.
pub(crate) fn raising(cx: &Cx, vm: &Vm, fp: *mut Frame, raised: Raised) -> Raised {
    fire_raised(cx, vm, fp, event::RAISE, raised)
}

/// `RERAISE`.
pub(crate) fn reraised(cx: &Cx, vm: &Vm, fp: *mut Frame, raised: Raised) -> Raised {
    if !trace::wanted(vm) {
        return raised;
    }
    fire_raised(cx, vm, fp, event::RERAISE, raised)
}

/// `PY_UNWIND`.
pub(crate) fn unwinding(cx: &Cx, vm: &Vm, fp: *mut Frame, raised: Raised) -> Raised {
    fire_raised(cx, vm, fp, event::PY_UNWIND, raised)
}

/// `EXCEPTION_HANDLED`.
pub(crate) fn handled(cx: &Cx, vm: &Vm, fp: *mut Frame, raised: Raised) -> Res<()> {
    if active() && trace::wanted(vm) {
        fire_here(cx, vm, fp, event::EXCEPTION_HANDLED, &[raised.value()])?;
    }
    Ok(())
}

/// `STOP_ITERATION`: a generator that the instruction before `fp.pc` has resumed returned `value`.
pub(crate) fn exhausted(cx: &Cx, vm: &Vm, fp: *mut Frame, value: Value) -> Res<()> {
    if !active() {
        return Ok(());
    }
    let args: &[Value] = if value.is_none() { &[] } else { &[value] };
    let stop = cx.error_args(exception::STOP_ITERATION.get(), args);
    fire_here(cx, vm, fp, event::STOP_ITERATION, &[stop.value()])
}

/// Whether the calls that the running frame makes are to be reported.
pub(crate) fn watches_calls(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Res<bool> {
    if !trace::wanted(vm) || !active() {
        return Ok(false);
    }
    // SAFETY: the running frame.
    Ok(monitor::wanted(cx, unsafe { (*fp).code })? >> event::CALL & 1 != 0)
}

/// `C_RETURN` or `C_RAISE` of a call that was not that of a Python function.
pub(crate) fn returned(
    cx: &Cx,
    vm: &Vm,
    fp: *mut Frame,
    callable: Value,
    first: Option<Value>,
    result: &Res,
) -> Res<()> {
    let first = first.or(monitor::MISSING.get()).unwrap_or(Value::NONE);
    let kind = if result.is_ok() { event::C_RETURN } else { event::C_RAISE };
    fire_here(cx, vm, fp, kind, &[callable, first])
}

/// Whether the instruction at `last` is the jump back of a loop without a test and leads to `index`, right behind the
/// idle instruction that has the line of the loop.
pub(crate) fn skips_line(code: Ref<PyCode>, last: usize, index: usize) -> bool {
    let instrs = &code.unit().instrs;
    let Some(i) = instrs.get(last).filter(|i| i.operation() == Op::Loop && i.a == PAST_LINE) else {
        return false;
    };
    let to = i.jump_offset().map(|by| (last + 1).wrapping_add_signed(by as isize));
    to == Some(index) && index > 0 && instrs[index - 1].operation() == Op::Nop
}

/// Where the instruction that was executed last, at `last`, has led: to `index`.
pub(crate) fn moved(cx: &Cx, vm: &Vm, code: Ref<PyCode>, last: usize, index: usize) -> Res<()> {
    let Some(i) = code.unit().instrs.get(last).copied() else { return Ok(()) };
    let Some(by) = i.jump_offset() else { return Ok(()) };
    let next = last + 1;
    let to = next.wrapping_add_signed(by as isize);
    let taken = to == index || to == index + 1 && skips_line(code, last, to);
    if !taken && index != next {
        return Ok(());
    }
    let kind = match i.operation() {
        // The way around a handler, which only lies here for want of a better place.
        Op::Jump if code.unit().exceptions.iter().any(|row| row.target as usize == next) => {
            return Ok(());
        }
        Op::Jump | Op::Loop => event::JUMP,
        Op::Send | Op::YieldDelegate => return Ok(()),
        // To go on with the loop is to go left.
        _ if taken == (by < 0) => event::BRANCH_LEFT,
        _ => event::BRANCH_RIGHT,
    };
    fire(cx, vm, code, site_of(code, last), kind, &[offset(index as u32)])
}

/// Where a branch is for those who are told: a `for` loop's is where it begins, though each turn ends with one of its own.
fn site_of(code: Ref<PyCode>, last: usize) -> u32 {
    let instrs = &code.unit().instrs;
    let body = match instrs[last] {
        i if i.operation() == Op::ForLoop => i.jump_offset(),
        _ => None,
    };
    let first = body.map(|by| last.wrapping_add_signed(by as isize));
    let is_first = |at: &usize| instrs.get(*at).is_some_and(|i| i.operation() == Op::ForIter);
    first.filter(is_first).unwrap_or(last) as u32
}

/// `LINE`.
pub(crate) fn line(cx: &Cx, vm: &Vm, code: Ref<PyCode>, index: usize, line: i32) -> Res<()> {
    fire(cx, vm, code, index as u32, event::LINE, &[Value::int(i64::from(line))])
}

/// `INSTRUCTION`, and `CALL` if it is one.
pub(crate) fn instruction(cx: &Cx, vm: &Vm, fp: *mut Frame, index: usize) -> Res<()> {
    // SAFETY: the running frame.
    let (code, base) = unsafe { ((*fp).code, (*fp).base) };
    fire(cx, vm, code, index as u32, event::INSTRUCTION, &[])?;
    let i = code.unit().instrs[index];
    // SAFETY: the operands of a call lie in the window, as its row in the instruction table says.
    let Some((callable, first)) = (unsafe { about_to_call(i, base) }) else { return Ok(()) };
    let first = first.or(monitor::MISSING.get()).unwrap_or(Value::NONE);
    fire(cx, vm, code, index as u32, event::CALL, &[callable, first])
}

/// What a call instruction is about to call, and its first argument.
///
/// # Safety
/// `i` is the next instruction of the frame whose window begins at `base`.
unsafe fn about_to_call(i: Instr, base: *mut u64) -> Option<(Value, Option<Value>)> {
    if !matches!(i.operation(), Op::Call | Op::CallMethod | Op::CallKw | Op::CallEx) {
        return None;
    }
    // SAFETY: as the caller promises; the group of a call begins at `b`.
    let at = |n: usize| Value::from_word(unsafe { *base.add(i.b as usize + n) });
    let callable = at(0)?;
    let own = match i.operation() {
        Op::CallMethod | Op::CallKw => at(1),
        Op::CallEx => {
            let args = at(2).and_then(Value::downcast::<PyTuple>);
            let first = at(1).or_else(|| args.and_then(|row| row.values().first().copied()));
            return Some((callable, first));
        }
        _ => None,
    };
    if own.is_none()
        && let Some(method) = callable.downcast::<PyMethod>()
    {
        return Some((method.function.or_none(), method.receiver.get()));
    }
    let first = own.or_else(|| if i.c > 0 { at(2) } else { None });
    Some((callable, first))
}
