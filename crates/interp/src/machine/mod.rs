//! Entering and leaving machine code.
//!
//! Machine code runs one frame at a time: the frame's record, window and `pc` are those the interpreter would
//! use, so that the interpreter can go on wherever machine code leaves off, at the exact instruction.
//!
//! Rules:
//! 1. Machine code may hold registers in machine registers. Before it calls anything that may look at the
//!    frame (any helper but those that say so) it has saved `pc` and the named registers. When it leaves, the window
//!    is complete; `pc` is set by `left`, from the table of exits.
//! 2. It returns from a frame without flags (but `ret::ENTRY` and `ret::INIT`) itself, and from others by `helpers::pop`. It leaves
//!    at the return instruction where the frame was written to or is traced, or is a generator's that a loop resumed.
//! 3. After whatever may run Python code the frame's flags are looked at, by the helper or after a direct call:
//!    machine code leaves if the frame was written to (`ret::WRITTEN`) or is traced.
//! 4. No machine register holds an object over a call that may poll, and no stack slot does: such registers are saved
//!    before and read from the window when they are used next. Else a value that is dead would stay in machine code's
//!    frame, where the collector's scan of the native stack finds it.
//! 5. What is hot is found by sampling: each back edge and return in the interpreter is a tick of
//!    the thread (`Vm::ticks`); at zero, the running code gets warmer. Nothing shared is written in between. Warm code is
//!    recorded (`orochi_runtime::feedback`): its thread runs in the slow copy of the loop meanwhile and enters no machine code.

pub mod helpers;

use orochi_object::prelude::*;
use orochi_runtime::code::{Heat, PyCode};
use orochi_runtime::feedback::Recording;
use orochi_runtime::frame::{Frame, Vm, ret};
use orochi_runtime::machine::{Entry, HERE, JIT, Jit, MachineCode, NEVER, Reason};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Native stack that machine code, and the interpreter called from it, may need before the next check.
pub const STACK_MARGIN: usize = 96 << 10;

/// A guess that failed so often at one place is not made there again.
const FAILURES: u32 = 20;
/// A thread looks for a way back into machine code after so many ticks.
const TICKS_AFTER_EXIT: u32 = 2;
/// Code that leaves for the interpreter so often at one place is better interpreted.
const PLAIN_EXITS: u32 = 2000;

/// What became of a frame that entered machine code.
pub(crate) enum Entered {
    /// It has returned; its record is not the running one any more.
    Returned(Value),
    /// It goes on in the interpreter.
    Left,
    /// It goes on in the interpreter, with an exception.
    Raised(Raised),
}

/// A place where frames left machine code.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The qualified name of the function.
    pub function: String,
    pub line: i32,
    /// The name of the instruction that the interpreter went on with.
    pub instruction: String,
    pub reason: Reason,
}

/// How often frames left machine code where: counted where statistics were asked for.
static EXITS: Mutex<BTreeMap<Place, u64>> = Mutex::new(BTreeMap::new());

/// How often frames left machine code where, most often first.
pub fn exits() -> Vec<(Place, u64)> {
    let exits = EXITS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut all: Vec<(Place, u64)> =
        exits.iter().map(|(place, count)| (place.clone(), *count)).collect();
    all.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    all
}

#[cold]
fn count_exit(fp: *mut Frame, reason: Reason) {
    // SAFETY: the running frame, whose `pc` says where it goes on.
    let (code, pc) = unsafe { ((*fp).code, (*fp).pc) };
    let index = code.index_of(pc) as usize;
    let unit = code.unit();
    let place = Place {
        function: unit.qualname.to_string(),
        line: orochi_bytecode::position_at(&unit.positions, index).line,
        instruction: format!("{:?}", unit.instrs[index].operation()),
        reason,
    };
    let mut exits = EXITS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    *exits.entry(place).or_default() += 1;
}

/// Whether there is room on the native stack for machine code.
#[inline(always)]
fn has_stack(cx: &Cx) -> bool {
    let marker = 0u8;
    (&raw const marker) as usize >= cx.native_limit.get() + STACK_MARGIN
}

/// Enters the machine code of the running frame, which is at its first instruction or, if it is drained, at the begin
/// of a generator. Others are left to the interpreter until they are in a loop: they would come and go at each
/// `yield`.
pub(crate) fn enter_frame(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Entered {
    // SAFETY: the running frame.
    let (code, flags) = unsafe { ((*fp).code, (*fp).flags) };
    if flags & ret::DRAINED != 0 {
        enter_here(cx, vm, fp)
    } else if code.is_generator_like() {
        Entered::Left
    } else {
        enter(cx, vm, fp, 0)
    }
}

/// Enters the machine code of the running frame, a function's that native code calls: without the interpreter's loop, whose native
/// frame is large.
#[inline]
pub(crate) fn enter_called(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Entered {
    // SAFETY: the running frame.
    match unsafe { (*fp).code }.has_entry() {
        true => enter_frame(cx, vm, fp),
        false => Entered::Left,
    }
}

/// Enters the machine code of the running frame, a generator's that native code resumes. It gives the next value as what
/// the frame returns: the state of the generator tells.
#[inline]
pub(crate) fn enter_resumed(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Entered {
    // SAFETY: the running frame.
    match unsafe { (*fp).code }.has_entry() {
        true => enter_here(cx, vm, fp),
        false => Entered::Left,
    }
}

/// Enters the machine code of the running frame, if it can be entered at the frame's `pc`.
fn enter_here(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Entered {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let at = frame.code.index_of(frame.pc);
    match frame.code.machine().and_then(|machine| machine.entry_at(at)) {
        Some(number) => enter(cx, vm, fp, number),
        None => Entered::Left,
    }
}

fn enter(cx: &Cx, vm: &Vm, fp: *mut Frame, number: u64) -> Entered {
    // SAFETY: the running frame.
    let (code, flags) = unsafe { ((*fp).code, (*fp).flags) };
    let unfit = ret::TRACED | ret::WRITTEN;
    let Some(machine) = code.machine().filter(|_| code.has_entry()) else { return Entered::Left };
    if flags & unfit != 0 || crate::trace::slow_loop(vm) || !has_stack(cx) {
        return Entered::Left;
    }
    // SAFETY: the entry of this code's machine code, whose frame this is, at the instruction `number` stands for.
    let word = unsafe {
        let entry: Entry = core::mem::transmute::<*const (), Entry>(machine.entry());
        entry(core::ptr::from_ref(cx), fp, number, 0)
    };
    match Value::from_word(word) {
        Some(value) => Entered::Returned(value),
        None => left(cx, vm, fp),
    }
}

/// After machine code has left the frame `fp`, the running one.
fn left(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Entered {
    // SAFETY: the running frame's code holds all its machine code, also what was retired.
    let (code, machine) =
        unsafe { ((*fp).code, Ref::<MachineCode>::from_ptr(vm.exit_of.get() as *mut _)) };
    let number = vm.exit.get() as usize;
    let (Some(jit), Some(exit)) = (JIT.get(), machine.exit(number)) else { return Entered::Left };
    if exit.resume != HERE {
        // SAFETY: the running frame.
        unsafe { (*fp).pc = code.instrs().wrapping_add(exit.resume as usize) };
    }
    if jit.statistics {
        count_exit(fp, exit.reason);
    }
    if matches!(exit.reason, Reason::Guard | Reason::Moved | Reason::Plain) {
        vm.ticks.set(vm.ticks.get().min(TICKS_AFTER_EXIT));
    }
    match exit.reason {
        Reason::Helper => {
            if let Some(raised) = vm.raised.take() {
                // Not to be called again: the registers in the window may be older.
                cx.again.set(None);
                // A loop that handles it goes on in machine code.
                vm.ticks.set(vm.ticks.get().min(TICKS_AFTER_EXIT));
                return Entered::Raised(raised);
            }
        }
        Reason::Guard if machine.count_exit(number, FAILURES) => {
            (jit.unlearn)(cx, code, machine, exit.key);
        }
        Reason::Moved if machine.count_exit(number, FAILURES) => {
            (jit.renew)(cx, code, machine, exit.key);
        }
        Reason::Plain if machine.count_exit(number, PLAIN_EXITS) => {
            (jit.give_up)(cx, code);
        }
        _ => {}
    }
    Entered::Left
}

/// A thread's ticks are used up at the header of a loop, where the running frame's `pc` is.
#[cold]
#[inline(never)]
pub(crate) fn sample_edge(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Entered {
    let Some(jit) = begin_sample(vm) else { return Entered::Left };
    if sample(cx, jit, fp) { enter_here(cx, vm, fp) } else { Entered::Left }
}

/// A thread's ticks are used up at a return: the registers of the running frame hold what is typical.
#[cold]
#[inline(never)]
pub(crate) fn sample_return(cx: &Cx, vm: &Vm, fp: *mut Frame) {
    if let Some(jit) = begin_sample(vm) {
        sample(cx, jit, fp);
    }
}

/// Sets the ticks until the next sample: never the same number for long, so that samples do not keep step with
/// the program.
fn begin_sample(vm: &Vm) -> Option<&'static Jit> {
    let jit = JIT.get();
    let ticks = jit.map_or(NEVER, |jit| {
        let seed = vm.sample_seed.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        vm.sample_seed.set(seed);
        jit.ticks + (seed >> 16) % (jit.ticks / 4 + 1)
    });
    vm.ticks.set(ticks);
    jit
}

/// Counts a sample of the running frame's code; compiles it when it is hot. Gives whether there is
/// machine code.
fn sample(cx: &Cx, jit: &Jit, fp: *mut Frame) -> bool {
    // SAFETY: the running frame.
    let (code, flags) = unsafe { ((*fp).code, (*fp).flags) };
    if flags & ret::TRACED != 0 {
        return false;
    }
    if !code.has_entry() {
        match code.heat_up(jit.samples) {
            Heat::Warm => begin_recording(cx, Vm::of(cx), code),
            Heat::Hot => {
                end_recording(cx, Vm::of(cx), code);
                (jit.compile)(cx, fp);
            }
            Heat::Past => {}
        }
    }
    code.has_entry()
}

/// Records what the instructions of warm code see from now on, unless other code is recorded already.
fn begin_recording(cx: &Cx, vm: &Vm, code: Ref<PyCode>) {
    if vm.is_recording.get() {
        return;
    }
    if let Some(recording) = Recording::begin(code) {
        vm.recording.set(Some(recording));
        vm.is_recording.set(true);
        // The loop changes over to its slow copy after the next poll.
        cx.mutator.request_poll();
    }
}

/// Ends the recording of `code`, if there is one.
fn end_recording(cx: &Cx, vm: &Vm, code: Ref<PyCode>) {
    let Some(recording) = vm.recording.take() else { return };
    if recording.is_of(code) {
        vm.is_recording.set(false);
        recording.store(cx, code);
    } else {
        vm.recording.set(Some(recording));
    }
}

/// Ahead of instruction `index` of the running frame, while something is recorded.
#[cold]
pub(crate) fn record(cx: &Cx, vm: &Vm, fp: *mut Frame, index: usize) {
    let Some(mut recording) = vm.recording.take() else { return };
    // SAFETY: the running frame; its instructions name registers of its window.
    let frame = unsafe { &*fp };
    // SAFETY: as above.
    let goes_on = recording.note(cx, frame.code, index, |r| unsafe { frame.reg(r as usize) });
    if goes_on {
        vm.recording.set(Some(recording));
    } else {
        vm.is_recording.set(false);
        recording.store(cx, frame.code);
    }
}
