//! What machine code calls: instructions whose way is not compiled in line.
//!
//! Rules:
//! 1. A helper that gives a value gives its word, or 0 if machine code has to leave. One that gives a truth gives
//!    [`FALSE`], [`TRUE`] or [`FAILED`]. If it raised, `Vm::raised` is set; if not, the frame was written to or is
//!    traced: then the window has the result and `pc` is where the interpreter goes on.
//! 2. The running frame is that of the machine code; its `pc` is saved (behind the instruction) and its named registers
//!    are in the window. Operands are passed in registers, except those of calls and of [`run`], which are in the window.
//! 3. Helpers do not unwind: a Rust panic in one ends the process, as it does in a native function that is not
//!    called through `PyNative`.

#![allow(clippy::missing_safety_doc, reason = "rule 2 and the types say what the caller promises")]

use super::Entered;
use crate::generators::Resumed;
use crate::invoke::{self, Called};
use crate::{
    arith, attrs, build, classes, dispatch, generators, globals, iteration, poll, rare, slices,
    trace,
};
use orochi_bytecode::{Instr, Op};
use orochi_object::args::Args;
use orochi_object::layout;
use orochi_object::native::{NativeDef, call_padded};
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::{Frame, Vm, ret};

pub const FALSE: u64 = 0;
pub const TRUE: u64 = 1;
pub const FAILED: u64 = 2;

/// What [`next`] gives where there is no next item.
pub const DONE: u64 = 0x7ff4;

#[cold]
fn fail(cx: &Cx, raised: Raised) {
    Vm::of(cx).raised.set(Some(raised));
}

/// The frame of the machine code that calls, if it has to be left.
#[inline(always)]
fn watched(cx: &Cx) -> Option<*mut Frame> {
    let fp = Vm::of(cx).fp.get();
    // SAFETY: the running frame.
    let flags = unsafe { (*fp).flags };
    (flags & (ret::WRITTEN | ret::TRACED) != 0).then_some(fp)
}

/// The instruction that is being done.
fn current(fp: *mut Frame) -> Instr {
    // SAFETY: rule 2: `pc` is behind an instruction of the frame's code.
    unsafe { *(*fp).pc.sub(1) }
}

/// Writes a register of a frame.
fn set(fp: *mut Frame, r: u16, word: u64) {
    // SAFETY: a destination of the frame's own instruction.
    unsafe { *(*fp).base.add(r as usize) = word }
}

/// Takes the jump of the current instruction.
fn jump(fp: *mut Frame) {
    let offset = current(fp).jump_offset().unwrap_or(0);
    // SAFETY: a jump within the frame's code.
    unsafe { (*fp).pc = (*fp).pc.offset(offset as isize) };
}

#[inline(always)]
fn word(cx: &Cx, result: Res) -> u64 {
    match result {
        Ok(value) => match watched(cx) {
            None => value.word(),
            Some(fp) => {
                set(fp, current(fp).a, value.word());
                0
            }
        },
        Err(raised) => {
            fail(cx, raised);
            0
        }
    }
}

#[inline(always)]
fn done(cx: &Cx, result: Res<()>) -> u64 {
    match result {
        Ok(()) => u64::from(watched(cx).is_none()),
        Err(raised) => {
            fail(cx, raised);
            0
        }
    }
}

#[inline(always)]
fn truth_word(cx: &Cx, result: Res<bool>) -> u64 {
    match result {
        Ok(truth) => match watched(cx) {
            None => u64::from(truth),
            Some(fp) => {
                finish_truth(fp, truth);
                FAILED
            }
        },
        Err(raised) => {
            fail(cx, raised);
            FAILED
        }
    }
}

/// What the current instruction does with a truth.
#[cold]
fn finish_truth(fp: *mut Frame, truth: bool) {
    let i = current(fp);
    match jumps_if(i.operation()) {
        Some(wanted) if wanted == truth => jump(fp),
        Some(_) => {}
        None => {
            let negated = matches!(i.operation(), Op::Not | Op::NotContains);
            set(fp, i.a, Value::bool(truth != negated).word());
        }
    }
}

/// For instructions that jump on a truth: which one. (`JumpIfNone`: whether it is None, and so on.)
pub fn jumps_if(op: Op) -> Option<bool> {
    match op {
        Op::JumpIfTrue
        | Op::JumpIfNone
        | Op::JumpIfUnset
        | Op::JumpIfIs
        | Op::JumpIfIn
        | Op::JumpIfLt
        | Op::JumpIfLe
        | Op::JumpIfEq
        | Op::JumpIfNe
        | Op::JumpIfGt
        | Op::JumpIfGe
        | Op::JumpIfLtI
        | Op::JumpIfLeI
        | Op::JumpIfEqI
        | Op::JumpIfNeI
        | Op::JumpIfGtI
        | Op::JumpIfGeI => Some(true),
        Op::JumpIfFalse
        | Op::JumpIfNotNone
        | Op::JumpIfNotIs
        | Op::JumpIfNotIn
        | Op::JumpIfNotLt
        | Op::JumpIfNotLe
        | Op::JumpIfNotEq
        | Op::JumpIfNotNe
        | Op::JumpIfNotGt
        | Op::JumpIfNotGe
        | Op::JumpIfNotLtI
        | Op::JumpIfNotLeI
        | Op::JumpIfNotEqI
        | Op::JumpIfNotNeI
        | Op::JumpIfNotGtI
        | Op::JumpIfNotGeI => Some(false),
        _ => None,
    }
}

/// All binary operations, by number.
pub const BINARY: [BinOp; 13] = [
    BinOp::Add,
    BinOp::Sub,
    BinOp::Mul,
    BinOp::MatMul,
    BinOp::TrueDiv,
    BinOp::FloorDiv,
    BinOp::Mod,
    BinOp::Pow,
    BinOp::LShift,
    BinOp::RShift,
    BinOp::And,
    BinOp::Or,
    BinOp::Xor,
];

/// All comparisons, by number.
pub const COMPARE: [CmpOp; 6] = [CmpOp::Lt, CmpOp::Le, CmpOp::Eq, CmpOp::Ne, CmpOp::Gt, CmpOp::Ge];

/// `x op y`; `op` is an index into [`BINARY`].
pub extern "C" fn binary(cx: &Cx, op: u64, x: Value, y: Value) -> u64 {
    word(cx, arith::binary(cx, BINARY[op as usize], x, y))
}

/// `x op= y`.
pub extern "C" fn inplace(cx: &Cx, op: u64, x: Value, y: Value) -> u64 {
    word(cx, arith::inplace(cx, BINARY[op as usize], x, y))
}

/// `x op y`; `op` is an index into [`COMPARE`].
pub extern "C" fn compare(cx: &Cx, op: u64, x: Value, y: Value) -> u64 {
    word(cx, arith::compare(cx, x, y, COMPARE[op as usize]))
}

/// The truth of `x op y`.
pub extern "C" fn compare_truth(cx: &Cx, op: u64, x: Value, y: Value) -> u64 {
    truth_word(cx, arith::compare_truth(cx, x, y, COMPARE[op as usize]))
}

/// What `x op y` (`x op= y`) comes to after the method of `x` has given NotImplemented: see `ops::binary_after_left`.
pub extern "C" fn binary_after_left(cx: &Cx, op: u64, x: Value, y: Value, inplace: u64) -> u64 {
    word(cx, ops::binary_after_left(cx, BINARY[op as usize], x, y, inplace != 0))
}

/// What `x op y` comes to after the method of `x` has given NotImplemented.
pub extern "C" fn compare_after_left(cx: &Cx, op: u64, x: Value, y: Value) -> u64 {
    word(cx, ops::compare_after_left(cx, x, y, COMPARE[op as usize]))
}

/// The frame has to be left: does what the current instruction does with a truth, and gives 0.
pub extern "C" fn branch(_: &Cx, fp: *mut Frame, truth: u64) -> u64 {
    finish_truth(fp, truth != 0);
    0
}

/// The truth of `x`.
pub extern "C" fn truth(cx: &Cx, x: Value) -> u64 {
    truth_word(cx, ops::truth(cx, x))
}

/// Whether `item in container`.
pub extern "C" fn contains(cx: &Cx, container: Value, item: Value) -> u64 {
    truth_word(cx, build::contains(cx, container, item))
}

/// `-x`.
pub extern "C" fn negative(cx: &Cx, x: Value) -> u64 {
    word(cx, ops::negative(cx, x))
}

/// The double with these bits, as a value in `Vm::boxed`: never fails, since machine code asks in the middle of
/// other things. Without memory it draws on the heap's reserve, and the next poll raises MemoryError. Runs no
/// Python code and does not poll.
pub extern "C" fn box_float(cx: &Cx, bits: u64) {
    let word = match cx.new_float(f64::from_bits(bits)) {
        Ok(value) => value.word(),
        Err(_) => box_float_from_reserve(cx, bits),
    };
    Vm::of(cx).boxed.set(word);
}

#[cold]
fn box_float_from_reserve(cx: &Cx, bits: u64) -> u64 {
    let shape = types::FLOAT.get().root_shape().value().word();
    let Some(float) = cx.mutator.alloc_reserved(layout::FLOAT, 8, shape) else {
        orochi_object::fatal("no memory for a float")
    };
    // SAFETY: a fresh object whose payload is the double.
    unsafe { Header::payload(float.as_ptr()).cast::<u64>().write(bits) };
    float.as_ptr() as u64
}

/// `object[key]`.
pub extern "C" fn get_item(cx: &Cx, object: Value, key: Value) -> u64 {
    if let Some(value) = build::fast_item(object, key) {
        return value.word();
    }
    word(cx, ops::getitem(cx, object, key))
}

/// `object[key] = value`.
pub extern "C" fn set_item(cx: &Cx, object: Value, key: Value, value: Value) -> u64 {
    done(cx, build::set_item(cx, object, key, value))
}

/// `del object[key]`.
pub extern "C" fn del_item(cx: &Cx, object: Value, key: Value) -> u64 {
    done(cx, build::del_item(cx, object, key))
}

/// `x[start:stop]`.
pub extern "C" fn get_slice(cx: &Cx, x: Value, start: Value, stop: Value) -> u64 {
    word(cx, slices::get(cx, x, start, stop))
}

/// `x[start:stop:step]`.
pub extern "C" fn get_stepped(cx: &Cx, x: Value, start: Value, stop: Value, step: Value) -> u64 {
    word(cx, slices::get_stepped(cx, x, [start, stop, step]))
}

/// `x[start:stop] = value`.
pub extern "C" fn set_slice(cx: &Cx, x: Value, start: Value, stop: Value, value: Value) -> u64 {
    done(cx, slices::set(cx, x, start, stop, value))
}

/// Global or builtin of site `i`.
pub extern "C" fn load_global(cx: &Cx, fp: *mut Frame, i: u64) -> u64 {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    if let Some(value) = globals::cached(frame.code, frame.globals, i as usize) {
        return value.word();
    }
    word(cx, globals::load_global(cx, fp, i as usize))
}

/// `object.name` of site `i`.
pub extern "C" fn load_attr(cx: &Cx, code: Ref<PyCode>, object: Value, i: u64) -> u64 {
    if let Some(value) = attrs::cached_load(code, object, i as usize) {
        return value.word();
    }
    word(cx, attrs::load(cx, code, object, i as usize))
}

/// `object.name = value` of site `i`.
pub extern "C" fn store_attr(
    cx: &Cx,
    code: Ref<PyCode>,
    object: Value,
    value: Value,
    i: u64,
) -> u64 {
    if attrs::cached_store(cx, code, object, value, i as usize) {
        return 1;
    }
    done(cx, attrs::store(cx, code, object, value, i as usize))
}

/// The pair of a method call of site `i`: gives the function's word and writes the receiver's (or UNSET) to
/// `receiver`.
pub unsafe extern "C" fn load_method(
    cx: &Cx,
    code: Ref<PyCode>,
    object: Value,
    i: u64,
    receiver: *mut u64,
) -> u64 {
    if let Some(function) = attrs::cached_method(code, object, i as usize) {
        // SAFETY: a register of the running frame.
        unsafe { *receiver = object.word() };
        return function.word();
    }
    // SAFETY: as above.
    word(cx, unsafe { attrs::load_method(cx, code, object, i as usize, receiver) })
}

/// Stores a value in a slot of `owner`: what `Slot::set_in` does after the store.
pub unsafe extern "C" fn barrier(cx: &Cx, owner: *mut Header, slot: *const u64) {
    // SAFETY: `owner` is a live object and the slot lies in it.
    unsafe { cx.mutator.barrier(owner, slot.cast()) };
}

/// Appends to the list of a comprehension.
pub extern "C" fn list_append(cx: &Cx, list: Value, item: Value) -> u64 {
    // SAFETY: the compiler's list.
    let list: Ref<PyList> = unsafe { list.cast() };
    done(cx, list.append(cx, item))
}

/// Adds to the set of a comprehension.
pub extern "C" fn set_add(cx: &Cx, set: Value, item: Value) -> u64 {
    done(cx, build::set_add(cx, set, item))
}

/// Adds to the dict of a comprehension.
pub extern "C" fn map_add(cx: &Cx, dict: Value, key: Value, value: Value) -> u64 {
    done(cx, build::map_add(cx, dict, key, value))
}

/// `format(x)`.
pub extern "C" fn format_simple(cx: &Cx, x: Value) -> u64 {
    word(cx, ops::format(cx, x, None).map(Ref::value))
}

/// `format(x, spec)`.
pub extern "C" fn format_with_spec(cx: &Cx, x: Value, spec: Value) -> u64 {
    word(cx, build::format(cx, x, spec))
}

/// Unpacks exactly `n` items of `x` to registers of the running frame.
///
/// # Safety
/// `to` is the first of `n` registers of the running frame.
pub unsafe extern "C" fn unpack(cx: &Cx, x: Value, n: u64, to: *mut u64) -> u64 {
    done(cx, iteration::unpack(cx, x, n as usize, to))
}

/// `len(x)`.
pub extern "C" fn len(cx: &Cx, x: Value) -> u64 {
    word(cx, ops::len(cx, x).map(|n| Value::int(n as i64)))
}

/// What `__init__` returned, which is not None.
pub extern "C" fn check_init(cx: &Cx, value: Value) -> u64 {
    done(cx, crate::unwind::check_init(cx, value))
}

/// A tuple of `n` registers from `first` on.
pub extern "C" fn build_tuple(cx: &Cx, first: *mut u64, n: u64) -> u64 {
    word(cx, cx.new_tuple(build::row(first, 0, n as u16)).map(Ref::value))
}

/// A list of `n` registers from `first` on.
pub extern "C" fn build_list(cx: &Cx, first: *mut u64, n: u64) -> u64 {
    word(cx, cx.new_list(build::row(first, 0, n as u16)).map(Ref::value))
}

/// A set of `n` registers from `first` on.
pub extern "C" fn build_set(cx: &Cx, first: *mut u64, n: u64) -> u64 {
    word(cx, build::set(cx, build::row(first, 0, n as u16)))
}

/// A dict of `n` registers from `first` on: a key, its value, and so on.
pub extern "C" fn build_map(cx: &Cx, first: *mut u64, n: u64) -> u64 {
    word(cx, build::map(cx, build::row(first, 0, n as u16)))
}

/// The concatenation of `n` registers from `first` on, which hold strings.
pub extern "C" fn build_string(cx: &Cx, first: *mut u64, n: u64) -> u64 {
    word(cx, build::string(cx, build::row(first, 0, n as u16)))
}

/// An empty cell.
pub extern "C" fn new_cell(cx: &Cx) -> u64 {
    word(cx, cx.new_cell(None).map(Ref::value))
}

/// A function of the frame's constant `code`.
pub extern "C" fn make_function(cx: &Cx, fp: *mut Frame, code: u64) -> u64 {
    // SAFETY: the running frame.
    let code = unsafe { (*fp).code }.consts()[code as usize];
    word(cx, classes::make_function(cx, fp, code))
}

/// `iter(x)`.
pub extern "C" fn get_iter(cx: &Cx, x: Value) -> u64 {
    word(cx, iteration::get_iter(cx, x))
}

/// The iterator of one loop, of its own, over the small numbers from `start` on.
pub extern "C" fn own_range(cx: &Cx, start: i64, stop: i64) -> u64 {
    word(cx, iteration::own_range(cx, start, stop))
}

/// The next item of an iterator, or [`DONE`].
pub extern "C" fn next(cx: &Cx, iterator: Value) -> u64 {
    let found = iteration::fast_next(cx, iterator);
    match found {
        iteration::Fast::Item(value) => return value.word(),
        iteration::Fast::Done => return DONE,
        iteration::Fast::Generator(_) | iteration::Fast::Slow => {}
    }
    let item = match found {
        iteration::Fast::Generator(generator) => generators::resume(cx, generator, Value::NONE)
            .map(|resumed| match resumed {
                Resumed::Yielded(value) => Some(value),
                Resumed::Returned(_) => None,
            }),
        _ => iteration::next(cx, iterator),
    };
    match item {
        Ok(item) => match watched(cx) {
            None => item.map_or(DONE, Value::word),
            Some(fp) => {
                finish_next(fp, item);
                0
            }
        },
        Err(raised) => {
            fail(cx, raised);
            0
        }
    }
}

/// A loop's generator, resumed by machine code, has given `item` ([`DONE`] if none), but the frame of the loop is looked at: does what is left
/// of the instruction. Gives 0.
pub extern "C" fn watched_next(cx: &Cx, item: u64) -> u64 {
    if let Some(fp) = watched(cx) {
        finish_next(fp, Value::from_word(item).filter(|_| item != DONE));
    }
    0
}

/// As [`next`], for a loop over two variables: [`iteration::IN_PARTS`] if they are in the registers from `to` on.
pub extern "C" fn next_pair(cx: &Cx, iterator: Value, to: *mut u64) -> u64 {
    let word = match iteration::pair_of(cx, iterator, to) {
        Ok(iteration::Unpacked::Stored) => iteration::IN_PARTS,
        Ok(iteration::Unpacked::Done) => DONE,
        Ok(iteration::Unpacked::Other) => return next(cx, iterator),
        Err(raised) => {
            fail(cx, raised);
            return 0;
        }
    };
    match watched(cx) {
        None => word,
        Some(fp) => {
            finish_next(fp, Value::from_word(word).filter(|_| word != DONE));
            0
        }
    }
}

/// What `ForIter` (jumps where there is no item) and `ForLoop` (jumps where there is one) do with the next item.
#[cold]
fn finish_next(fp: *mut Frame, item: Option<Value>) {
    let i = current(fp);
    if let Some(item) = item {
        set(fp, i.a, item.word());
    }
    if item.is_some() == (i.operation() == Op::ForLoop) {
        jump(fp);
    }
}

/// For a frame that is drained: gives the value to who drains it. If that has enough, the frame is not drained any more
/// and the interpreter suspends it. Does not poll.
pub extern "C" fn drain(cx: &Cx, fp: *mut Frame, value: Value) -> u64 {
    let taken = generators::drained(Vm::of(cx), fp, value);
    if !taken {
        // SAFETY: the running frame.
        unsafe { (*fp).flags &= !ret::DRAINED };
    }
    u64::from(taken)
}

/// Pops the running frame, which has flags, and gives its result; 0 if the interpreter has to return from it.
pub extern "C" fn pop(cx: &Cx, fp: *mut Frame, value: Value) -> u64 {
    // SAFETY: the running frame.
    let flags = unsafe { (*fp).flags };
    let of_loop = flags & (ret::GENERATOR | ret::ENTRY) == ret::GENERATOR;
    if of_loop || flags & (ret::TRACED | ret::WRITTEN) != 0 {
        return 0;
    }
    crate::unwind::pop(cx, Vm::of(cx), fp);
    value.word()
}

/// Suspends the frame of a generator that native code resumed: gives the value, which machine code returns.
pub extern "C" fn suspend(cx: &Cx, fp: *mut Frame, value: Value) -> u64 {
    generators::suspend(cx, Vm::of(cx), fp, value, None).map_or(0, Value::word)
}

/// The awaitable iterator of `x`: see `Op::GetAwaitable`.
pub extern "C" fn get_awaitable(cx: &Cx, x: Value, which: u64) -> u64 {
    word(cx, generators::awaitable(cx, x, which as u16))
}

/// Runs a rare instruction: see [`rare`].
pub extern "C" fn run(cx: &Cx, fp: *mut Frame, instr: u64) -> u64 {
    done(cx, rare::run(cx, fp, Instr::from_u64(instr)))
}

/// A poll at a back edge. What it raises comes from the jump, which may be the whole of a `try` body: then `pc` is
/// `after`, behind the jump.
pub extern "C" fn poll_edge(cx: &Cx, fp: *mut Frame, after: *const Instr) -> u64 {
    let result = poll::handle_edge(cx, fp);
    if result.is_err() {
        // SAFETY: the running frame.
        unsafe { (*fp).pc = after };
    }
    done(cx, result)
}

/// A native function with a row of `n` arguments, one for each parameter.
///
/// # Safety
/// The function takes so many parameters, and any values for them; `args` are registers of the running frame.
pub unsafe extern "C" fn call_native(
    cx: &Cx,
    fp: *mut Frame,
    def: &'static NativeDef,
    args: *const u64,
    n: u64,
) -> u64 {
    // SAFETY: Option<Value> has the layout of Value (None is the zero word); the caller's promise.
    let row = unsafe { core::slice::from_raw_parts(args.cast::<Option<Value>>(), n as usize) };
    by_machine(cx, fp, |cx| (def.function)(cx, Args::new(row)))
}

/// As [`call_native`] for a function with more parameters, `params` of them: see [`call_padded`].
///
/// # Safety
/// As [`call_native`].
pub unsafe extern "C" fn call_native_short(
    cx: &Cx,
    fp: *mut Frame,
    def: &'static NativeDef,
    args: *const u64,
    n: u64,
    params: u64,
) -> u64 {
    // SAFETY: as `call_native`.
    let given = unsafe { core::slice::from_raw_parts(args.cast::<Option<Value>>(), n as usize) };
    by_machine(cx, fp, |cx| call_padded(cx, def.function, given, params as usize))
}

/// A built-in class with `n` arguments.
///
/// # Safety
/// `args` are registers of the running frame.
pub unsafe extern "C" fn call_class(
    cx: &Cx,
    fp: *mut Frame,
    class: Value,
    args: *const u64,
    n: u64,
) -> u64 {
    // SAFETY: the caller's promise; arguments are bound.
    let args = unsafe { core::slice::from_raw_parts(args.cast::<Value>(), n as usize) };
    by_machine(cx, fp, |cx| ops::call_type(cx, class, CallArgs::new(args)))
}

/// `x ** y` of floats, which is no finite real number now and then.
pub extern "C" fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

/// Calls a native function for the machine code of the frame `fp`.
#[inline(always)]
fn by_machine(cx: &Cx, fp: *mut Frame, function: impl FnOnce(&Cx) -> Res) -> u64 {
    let vm = Vm::of(cx);
    let outer = vm.machine_caller.replace(fp);
    let result = function(cx);
    vm.machine_caller.set(outer);
    word(cx, result)
}

/// Any call instruction: gives the result, or 0; then, if nothing was raised and the frame is not watched, the
/// interpreter has to make the call.
pub extern "C" fn call(cx: &Cx, fp: *mut Frame, instr: u64) -> u64 {
    let i = Instr::from_u64(instr);
    let vm = Vm::of(cx);
    let outer = vm.machine_caller.replace(fp);
    let result = call_any(cx, vm, fp, i);
    vm.machine_caller.set(outer);
    match result {
        Ok(Some(value)) => word(cx, Ok(value)),
        Ok(None) => {
            // SAFETY: rule 2.
            unsafe { (*fp).pc = (*fp).pc.sub(1) };
            0
        }
        Err(raised) => {
            fail(cx, raised);
            0
        }
    }
}

fn call_any(cx: &Cx, vm: &Vm, fp: *mut Frame, i: Instr) -> Res<Option<Value>> {
    // SAFETY: the group of the instruction lies within the window of the running frame.
    let (group, callable) = unsafe {
        let group = (*fp).base.add(i.b as usize);
        (group, Value::from_word_unchecked(*group))
    };
    let at = group.wrapping_add(1);
    let called = match i.operation() {
        Op::Call => {
            // SAFETY: as above: without self this register is free.
            unsafe { *at = 0 };
            invoke::call(cx, vm, fp, callable, at, i)?
        }
        Op::CallMethod => {
            // SAFETY: as above; the arguments follow self, if there is one.
            let bound = unsafe { *at != 0 } as usize;
            let args = at.wrapping_add(1 - bound);
            if !trace::slow_loop(vm)
                && let Some(result) = invoke::plain_native(cx, callable, args, i.c as usize + bound)
            {
                return result.map(Some);
            }
            invoke::call(cx, vm, fp, callable, at, i)?
        }
        Op::CallKw => invoke::call_kw(cx, vm, fp, callable, at, i)?,
        _ => invoke::call_ex(cx, vm, fp, group, i)?,
    };
    match called {
        Called::Outside => return Ok(None),
        Called::Finished => {}
        Called::Pushed => finish_call(cx, vm, fp)?,
    }
    // SAFETY: the destination, a register of the running frame.
    Ok(Some(unsafe { Value::from_word_unchecked(*(*fp).base.add(i.a as usize)) }))
}

/// Runs the frame that was pushed above `fp` to its end, and stores its result in `fp`'s register.
fn finish_call(cx: &Cx, vm: &Vm, fp: *mut Frame) -> Res<()> {
    let callee = vm.fp.get();
    // SAFETY: the running frame.
    let (flags, dst, instance) = unsafe {
        let flags = (*callee).flags;
        (*callee).flags |= ret::ENTRY;
        (flags, (*callee).dst as usize, (*callee).instance as usize)
    };
    let mut value = match super::enter_frame(cx, vm, callee) {
        Entered::Returned(value) => value,
        Entered::Left => dispatch::run(cx, vm, None)?,
        Entered::Raised(raised) => dispatch::run(cx, vm, Some(raised))?,
    };
    // SAFETY: registers of the frame that called.
    let base = unsafe { (*fp).base };
    if flags & ret::INIT != 0 {
        crate::unwind::check_init(cx, value)?;
        // SAFETY: as above.
        value = unsafe { Value::from_word_unchecked(*base.add(instance)) };
    }
    // SAFETY: as above.
    unsafe { *base.add(dst) = value.word() };
    Ok(())
}

/// The frame at `callee`, which machine code called and which has left machine code: runs it to its end. Gives
/// its result or 0 if it raised.
pub extern "C" fn finish(cx: &Cx, callee: *mut Frame) -> u64 {
    let vm = Vm::of(cx);
    // SAFETY: the running frame.
    unsafe { (*callee).flags |= ret::ENTRY };
    let first = match super::left(cx, vm, callee) {
        Entered::Raised(raised) => Some(raised),
        _ => None,
    };
    match dispatch::run(cx, vm, first) {
        Ok(value) => value.word(),
        Err(raised) => {
            fail(cx, raised);
            0
        }
    }
}
