//! The interpreter loop.
//!
//! `run` executes frames from the running one down to the frame that was entered from native code.
//! The loop keeps the register base and the program counter in locals; `pc` is
//! written back to the frame before anything that may look at it. An error leaves the inner loop
//! with the exception; `unwind` finds the handler.
//!
//! Fast paths are here; what is rarer is a function of another file of this crate.

use crate::calls::{self, Dest};
use crate::invoke::Called;
use crate::machine::{self, Entered};
use crate::unwind::{self, Unwound};
use crate::{
    arith, attrs, build, generators, globals, invoke, iteration, outside, poll, rare, trace,
};
use core::sync::atomic::Ordering;
use orochi_bytecode::{Instr, Op};
use orochi_object::dict::PyDict;
use orochi_object::exception::PyException;
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;
use orochi_runtime::frame::{Vm, ret};
use orochi_runtime::function::PyFunction;

/// Why the loop stops executing the current frame for a moment.
enum Leave {
    /// `Vm::raised` was raised at the current instruction.
    Raise,
    /// As `Raise`, without a new traceback entry.
    Reraise,
    /// The entry frame is done: its result.
    Exit(Value),
    /// Tracing was switched on or off: the other copy of the loop goes on.
    Switch,
    /// See [`Done::Outside`].
    Outside,
}

/// An instruction as one word, taken apart only where an operand is used.
#[derive(Clone, Copy)]
struct Decoded(u64);

impl Decoded {
    #[inline(always)]
    fn a(self) -> u16 {
        (self.0 >> 16) as u16
    }
    #[inline(always)]
    fn b(self) -> u16 {
        (self.0 >> 32) as u16
    }
    #[inline(always)]
    fn c(self) -> u16 {
        (self.0 >> 48) as u16
    }
    #[inline(always)]
    fn imm_b(self) -> i16 {
        self.b() as i16
    }
    #[inline(always)]
    fn imm_c(self) -> i16 {
        self.c() as i16
    }
    #[inline(always)]
    fn bc(self) -> u32 {
        (self.0 >> 32) as u32
    }
    #[inline(always)]
    fn sbc(self) -> i32 {
        self.bc() as i32
    }
    #[inline(always)]
    fn instr(self) -> Instr {
        Instr::from_u64(self.0)
    }
}

/// The program counter and the register base, as values LLVM knows nothing of. Else it keeps the program counter from before
/// the increment in a register too, because jumps could be reckoned from it, and copies both at the end of each instruction;
/// and it may keep the base, which nearly each instruction needs, in memory.
#[inline(always)]
fn opaque(pc: *const Instr, base: *mut u64) -> (*const Instr, *mut u64) {
    let (mut pc, mut base) = (pc, base);
    // SAFETY: a comment.
    unsafe {
        core::arch::asm!(
            "/* {0} {1} */",
            inout(reg) pc,
            inout(reg) base,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    (pc, base)
}

/// Runs the frame at `vm.fp` until the entry frame returns, yields or raises. `first` is raised at
/// once (an exception thrown into a generator).
pub(crate) fn run(cx: &Cx, vm: &Vm, first: Option<Raised>) -> Res {
    let mut first = first;
    loop {
        let done = if trace::slow_loop(vm) {
            run_frames::<true>(cx, vm, first.take())
        } else {
            run_frames::<false>(cx, vm, first.take())
        };
        match done {
            Ok(Done::Value(value)) => return Ok(value),
            Ok(Done::Switch) => {}
            Ok(Done::Outside) => first = outside::call(cx, vm).err(),
            Err(raised) => return Err(raised),
        }
    }
}

/// Why [`run_frames`] has returned.
enum Done {
    /// The entry frame is done: its result.
    Value(Value),
    /// Tracing was switched on or off: the other copy of the loop must go on.
    Switch,
    /// The current instruction calls a function that must run outside the loop.
    Outside,
}

/// One copy of the loop for threads that are traced and one that pays nothing for it.
fn run_frames<const TRACE: bool>(cx: &Cx, vm: &Vm, first: Option<Raised>) -> Res<Done> {
    // Not a variable of the loop: it would take a register from those that each instruction needs.
    macro_rules! fp {
        () => {
            vm.fp.get()
        };
    }
    // SAFETY: of the whole loop: `fp` is the running frame; `base` its window of `nregs` words;
    // `pc` points into its code, which the verifier has checked: operands are registers of the
    // window, constants, names and sites that exist, and jumps land on instructions. Registers the
    // table says are read are bound.
    let (mut base, mut pc): (*mut u64, *const Instr) = unsafe { ((*fp!()).base, (*fp!()).pc) };
    let mut pending = first;
    // The frame that was entered is at its begin; a called one can be, too, where the copies of the loop change over.
    // SAFETY: see above.
    let (flags, begin) = unsafe { ((*fp!()).flags, (*fp!()).code.instrs()) };
    let mut fresh = !TRACE
        && pending.is_none()
        && flags & ret::ENTRY != 0
        && (flags & ret::DRAINED != 0 || pc == begin);

    macro_rules! word {
        ($i:expr) => {
            // SAFETY: see above.
            unsafe { *base.add($i as usize) }
        };
    }
    macro_rules! val {
        ($i:expr) => {
            // SAFETY: see above; bound registers are not UNSET.
            unsafe { Value::from_word_unchecked(*base.add($i as usize)) }
        };
    }
    macro_rules! opt {
        ($i:expr) => {
            Value::from_word(word!($i))
        };
    }
    macro_rules! put {
        ($i:expr, $v:expr) => {{
            let value: Value = $v;
            // SAFETY: see above.
            unsafe { *base.add($i as usize) = value.word() }
        }};
    }
    macro_rules! put_word {
        ($i:expr, $w:expr) => {{
            let word: u64 = $w;
            // SAFETY: see above.
            unsafe { *base.add($i as usize) = word }
        }};
    }
    macro_rules! save {
        () => {
            // SAFETY: `fp` is the running frame.
            unsafe { (*fp!()).pc = pc }
        };
    }
    macro_rules! load_pc {
        () => {
            // SAFETY: `fp` is the running frame.
            pc = unsafe { (*fp!()).pc }
        };
    }
    macro_rules! load_frame {
        () => {{
            load_pc!();
            // SAFETY: `fp` is the running frame.
            base = unsafe { (*fp!()).base };
        }};
    }
    macro_rules! code {
        () => {
            // SAFETY: `fp` is the running frame.
            unsafe { (*fp!()).code }
        };
    }
    macro_rules! jump {
        ($offset:expr) => {{
            // SAFETY: the verifier has checked jump targets.
            pc = unsafe { pc.offset($offset as isize) };
        }};
    }

    loop {
        let leave = 'ops: {
            /// Raises. The exception is not kept in a variable, which would leave it in this frame's memory: it would stay alive with
            /// all its frames until another one is raised.
            macro_rules! raise {
                ($how:ident, $raised:expr) => {{
                    vm.raised.set(Some($raised));
                    break 'ops Leave::$how;
                }};
            }
            if let Some(raised) = pending.take() {
                raise!(Raise, raised);
            }
            if core::mem::take(&mut fresh) && code!().has_entry() {
                match machine::enter_frame(cx, vm, fp!()) {
                    Entered::Returned(value) => break 'ops Leave::Exit(value),
                    Entered::Left => load_frame!(),
                    Entered::Raised(raised) => {
                        load_pc!();
                        raise!(Raise, raised);
                    }
                }
                if trace::slow_loop(vm) != TRACE {
                    break 'ops Leave::Switch;
                }
            }
            /// The value, after `save!`; raises else. What raised may have left the frame: then `pc` is that of another one.
            macro_rules! tri {
                ($e:expr) => {
                    match $e {
                        Ok(value) => value,
                        Err(raised) => {
                            load_pc!();
                            raise!(Raise, raised);
                        }
                    }
                };
            }
            /// Leaves for the other copy of the loop if tracing was switched.
            macro_rules! switch_if_changed {
                () => {
                    if trace::slow_loop(vm) != TRACE {
                        break 'ops Leave::Switch;
                    }
                };
            }
            /// Goes on after machine code.
            macro_rules! entered {
                ($e:expr) => {{
                    let entered = fp!();
                    match $e {
                        Entered::Returned(value) => {
                            // SAFETY: the record of the frame that has returned, which is as it was.
                            let record = unsafe { &*entered };
                            let (dst, instance) = (record.dst, record.instance);
                            let flags = record.flags;
                            if flags & ret::ENTRY != 0 {
                                break 'ops Leave::Exit(value);
                            }
                            load_frame!();
                            if flags & ret::INIT == 0 {
                                put!(dst, value);
                            } else {
                                tri!(unwind::check_init(cx, value));
                                put!(dst, val!(instance));
                            }
                        }
                        Entered::Left => load_frame!(),
                        Entered::Raised(raised) => {
                            load_pc!();
                            raise!(Raise, raised);
                        }
                    }
                }};
            }
            /// One tick: see `machine`.
            macro_rules! tick {
                ($at_zero:expr) => {
                    if !TRACE {
                        let ticks = vm.ticks.get().wrapping_sub(1);
                        vm.ticks.set(ticks);
                        if ticks == 0 {
                            save!();
                            $at_zero
                        }
                    }
                };
            }
            /// A back edge with this offset: polls.
            macro_rules! back {
                ($offset:expr) => {{
                    let offset = $offset as isize;
                    jump!(offset);
                    if poll::pending(cx) {
                        save!();
                        if let Err(raised) = poll::handle_edge(cx, fp!()) {
                            // It comes from the jump, which may be the whole of a `try` body.
                            jump!(-offset);
                            raise!(Raise, raised);
                        }
                        switch_if_changed!();
                    }
                    tick!({
                        entered!(machine::sample_edge(cx, vm, fp!()));
                        switch_if_changed!();
                    });
                }};
            }
            /// A jump whose offset may be negative.
            macro_rules! branch {
                ($offset:expr) => {{
                    let offset = $offset as isize;
                    if offset < 0 {
                        back!(offset);
                    } else {
                        jump!(offset);
                    }
                }};
            }
            /// Arithmetic with a fast path for small ints and one for floats.
            macro_rules! arith {
                ($i:ident, $op:ident, $call:ident, $fast:expr, $float:expr) => {{
                    let (x, y) = (val!($i.b()), val!($i.c()));
                    let fast: Option<Value> = if x.word() & y.word() & 1 != 0 {
                        $fast(x, y)
                    } else if let (Some(a), Some(b)) = (x.as_inline_float(), y.as_inline_float()) {
                        Value::inline_float($float(a, b))
                    } else {
                        None
                    };
                    match fast {
                        Some(value) => put!($i.a(), value),
                        None => {
                            save!();
                            put!($i.a(), tri!(arith::$call(cx, BinOp::$op, x, y)))
                        }
                    }
                }};
            }
            macro_rules! slow_binary {
                ($i:ident, $op:ident) => {{
                    save!();
                    put!($i.a(), tri!(arith::binary(cx, BinOp::$op, val!($i.b()), val!($i.c()))))
                }};
            }
            macro_rules! inplace {
                ($i:ident, $op:ident) => {{
                    save!();
                    put!($i.a(), tri!(arith::inplace(cx, BinOp::$op, val!($i.b()), val!($i.c()))))
                }};
            }
            macro_rules! arith_imm {
                ($i:ident, $op:ident, $call:ident, $fast:ident) => {{
                    let (x, y) = (val!($i.b()), Value::int($i.imm_c() as i64));
                    let fast = if x.is_small() { arith::$fast(x, y) } else { None };
                    match fast {
                        Some(value) => put!($i.a(), value),
                        None => {
                            save!();
                            put!($i.a(), tri!(arith::$call(cx, BinOp::$op, x, y)))
                        }
                    }
                }};
            }
            macro_rules! compare {
                ($i:ident, $op:ident, $cmp:tt) => {{
                    let (x, y) = (val!($i.b()), val!($i.c()));
                    let value = if x.word() & y.word() & 1 != 0 {
                        Value::bool((x.word() as i64) $cmp (y.word() as i64))
                    } else {
                        save!();
                        tri!(arith::compare(cx, x, y, CmpOp::$op))
                    };
                    put!($i.a(), value)
                }};
            }
            macro_rules! compare_jump {
                ($i:ident, $op:ident, $cmp:tt, $wanted:literal) => {{
                    let (x, y) = (val!($i.a()), val!($i.b()));
                    let truth = if x.word() & y.word() & 1 != 0 {
                        (x.word() as i64) $cmp (y.word() as i64)
                    } else {
                        save!();
                        tri!(arith::compare_truth(cx, x, y, CmpOp::$op))
                    };
                    if truth == $wanted {
                        branch!($i.imm_c());
                    }
                }};
            }
            macro_rules! compare_jump_imm {
                ($i:ident, $op:ident, $cmp:tt, $wanted:literal) => {{
                    let x = val!($i.a());
                    let n = $i.imm_b() as i64;
                    let truth = if x.is_small() {
                        (x.word() as i64) $cmp (n << 1 | 1)
                    } else {
                        save!();
                        tri!(arith::compare_truth(cx, x, Value::int(n), CmpOp::$op))
                    };
                    if truth == $wanted {
                        branch!($i.imm_c());
                    }
                }};
            }
            macro_rules! truth {
                ($v:expr) => {{
                    let value = $v;
                    match value.as_bool() {
                        Some(truth) => truth,
                        None => {
                            save!();
                            tri!(ops::truth(cx, value))
                        }
                    }
                }};
            }
            /// Pushes the frame of a Python function whose parameters are just the `n` arguments at
            /// `at` and goes on there, if nothing else is to be done.
            macro_rules! push_simple {
                ($callable:expr, $at:expr, $n:expr, $dst:expr) => {{
                    let (at, n): (*mut u64, usize) = ($at, $n);
                    if let Some(function) = $callable.downcast::<PyFunction>() {
                        let code = function.code();
                        let nregs = code.nregs as usize;
                        let end = at.wrapping_add(nregs) as usize;
                        let limit = cx.mutator.poll_word().load(Ordering::Relaxed);
                        // A generator's registers lie in the heap, where no window can follow.
                        // SAFETY: `fp` is the running frame.
                        let plain = unsafe { (*fp!()).flags } & ret::GENERATOR == 0;
                        if code.simple_argcount() == n as u32
                            && plain
                            && end <= limit
                            && let Some(record) = vm.ready_record(fp!())
                        {
                            save!();
                            let dest = Dest::register($dst);
                            calls::push(vm, record, function, code, (at, nregs), n, dest);
                            base = at;
                            pc = code.instrs();
                            continue;
                        }
                    }
                }};
            }
            /// Calls a native function and goes on, if nothing else is to be done.
            macro_rules! plain_native {
                ($callable:expr, $at:expr, $n:expr, $dst:expr) => {
                    if !TRACE && let Some(result) = invoke::plain_native(cx, $callable, $at, $n) {
                        put!($dst, tri!(result));
                        switch_if_changed!();
                        continue;
                    }
                };
            }
            /// Goes on after a call.
            macro_rules! called {
                ($e:expr) => {
                    match tri!($e) {
                        Called::Pushed => {
                            load_frame!();
                            if !TRACE && code!().has_entry() {
                                entered!(machine::enter_frame(cx, vm, fp!()));
                                switch_if_changed!();
                            }
                        }
                        Called::Finished => switch_if_changed!(),
                        Called::Outside => break 'ops Leave::Outside,
                    }
                };
            }
            /// Returns a value from the running frame.
            macro_rules! ret {
                ($v:expr) => {{
                    let value: Value = $v;
                    // SAFETY: `fp` is the running frame.
                    if unsafe { (*fp!()).flags } == 0 {
                        tick!(machine::sample_return(cx, vm, fp!()));
                        // SAFETY: a frame without flags has a caller that runs in this loop.
                        unsafe {
                            let dst = (*fp!()).dst;
                            let caller = (*fp!()).prev;
                            vm.fp.set(caller);
                            base = (*caller).base;
                            pc = (*caller).pc;
                            *base.add(dst as usize) = value.word();
                        }
                    } else {
                        save!();
                        tick!(machine::sample_return(cx, vm, fp!()));
                        match tri!(unwind::leave(cx, vm, fp!(), value)) {
                            Some(value) => break 'ops Leave::Exit(value),
                            None => load_frame!(),
                        }
                    }
                }};
            }

            loop {
                if TRACE {
                    save!();
                    if let Err(raised) = trace::before(cx, vm, fp!()) {
                        // The instruction at which the trace function raised is the current one.
                        pc = pc.wrapping_add(1);
                        raise!(Raise, raised);
                    }
                    load_frame!();
                    switch_if_changed!();
                }
                // SAFETY: see above.
                let i = Decoded(unsafe { *pc.cast::<u64>() });
                // SAFETY: see above.
                (pc, base) = opaque(unsafe { pc.add(1) }, base);
                // SAFETY: the verifier has checked operation numbers.
                let op: Op = unsafe { core::mem::transmute::<u16, Op>(i.0 as u16) };
                match op {
                    // With nothing here the dispatch itself would be the target of its jump, a loop, and LLVM would
                    // not copy it to the ends of the other instructions (decision 0029).
                    Op::Nop => core::sync::atomic::compiler_fence(Ordering::SeqCst),
                    Op::Move => put_word!(i.a(), word!(i.b())),
                    Op::LoadConst => {
                        let consts = code!().consts();
                        // SAFETY: the verifier has checked constant numbers.
                        put!(i.a(), unsafe { *consts.get_unchecked(i.bc() as usize) })
                    }
                    Op::LoadInt => put!(i.a(), Value::int(i.sbc() as i64)),
                    Op::LoadNone => put!(i.a(), Value::NONE),
                    Op::LoadTrue => put!(i.a(), Value::TRUE),
                    Op::LoadFalse => put!(i.a(), Value::FALSE),
                    Op::LoadUnset => put_word!(i.a(), 0),
                    Op::CheckBound => {
                        if word!(i.a()) == 0 {
                            raise!(Raise, globals::unbound(cx, code!(), i.c()));
                        }
                    }
                    Op::DelFast => {
                        if word!(i.a()) == 0 {
                            raise!(Raise, globals::unbound(cx, code!(), i.c()));
                        }
                        put_word!(i.a(), 0)
                    }

                    Op::LoadDeref => match globals::cell_content(val!(i.b())) {
                        Some(value) => put!(i.a(), value),
                        None => {
                            raise!(Raise, globals::empty_cell(cx, code!(), i.b(), i.c(),));
                        }
                    },
                    Op::StoreDeref => globals::store_cell(cx, val!(i.a()), opt!(i.b())),

                    Op::LoadGlobal => {
                        // SAFETY: `fp` is the running frame.
                        let dict: Ref<PyDict> = unsafe { (*fp!()).globals };
                        match globals::cached(code!(), dict, i.c() as usize) {
                            Some(value) => put!(i.a(), value),
                            None => {
                                save!();
                                put!(i.a(), tri!(globals::load_global(cx, fp!(), i.c() as usize)))
                            }
                        }
                    }

                    Op::LoadAttr => {
                        let object = val!(i.b());
                        match attrs::cached_load(code!(), object, i.c() as usize) {
                            Some(value) => put!(i.a(), value),
                            None => {
                                save!();
                                called!(attrs::load_at(cx, vm, fp!(), object, i.instr()))
                            }
                        }
                    }
                    Op::StoreAttr => {
                        let (object, value) = (val!(i.a()), val!(i.b()));
                        if !attrs::cached_store(cx, code!(), object, value, i.c() as usize) {
                            save!();
                            tri!(attrs::store(cx, code!(), object, value, i.c() as usize))
                        }
                    }
                    Op::LoadMethod => {
                        let object = val!(i.b());
                        match attrs::cached_method(code!(), object, i.c() as usize) {
                            Some(function) => {
                                put!(i.a(), function);
                                put!(i.a() + 1, object)
                            }
                            None => {
                                save!();
                                let site = i.c() as usize;
                                let code = code!();
                                // SAFETY: the second register of the group.
                                let found = unsafe {
                                    let receiver = base.add(i.a() as usize + 1);
                                    attrs::load_method(cx, code, object, site, receiver)
                                };
                                put!(i.a(), tri!(found))
                            }
                        }
                    }

                    Op::Add => arith!(i, Add, binary, arith::add_small, |a, b| a + b),
                    Op::Sub => arith!(i, Sub, binary, arith::sub_small, |a, b| a - b),
                    Op::Mul => arith!(i, Mul, binary, arith::mul_small, |a: f64, b: f64| a * b),
                    Op::MatMul => slow_binary!(i, MatMul),
                    Op::TrueDiv => {
                        let (x, y) = (val!(i.b()), val!(i.c()));
                        let fast = match (x.as_inline_float(), y.as_inline_float()) {
                            (Some(a), Some(b)) if b != 0.0 => Value::inline_float(a / b),
                            _ => None,
                        };
                        match fast {
                            Some(value) => put!(i.a(), value),
                            None => slow_binary!(i, TrueDiv),
                        }
                    }
                    Op::FloorDiv => match arith::floordiv_small(val!(i.b()), val!(i.c())) {
                        Some(value) => put!(i.a(), value),
                        None => slow_binary!(i, FloorDiv),
                    },
                    Op::Mod => match arith::mod_small(val!(i.b()), val!(i.c())) {
                        Some(value) => put!(i.a(), value),
                        None => slow_binary!(i, Mod),
                    },
                    Op::Pow => slow_binary!(i, Pow),
                    Op::LShift => match arith::lshift_small(val!(i.b()), val!(i.c())) {
                        Some(value) => put!(i.a(), value),
                        None => slow_binary!(i, LShift),
                    },
                    Op::RShift => match arith::rshift_small(val!(i.b()), val!(i.c())) {
                        Some(value) => put!(i.a(), value),
                        None => slow_binary!(i, RShift),
                    },
                    Op::And => {
                        let (x, y) = (val!(i.b()), val!(i.c()));
                        if x.word() & y.word() & 1 != 0 {
                            put_word!(i.a(), x.word() & y.word())
                        } else {
                            slow_binary!(i, And)
                        }
                    }
                    Op::Or => {
                        let (x, y) = (val!(i.b()), val!(i.c()));
                        if x.word() & y.word() & 1 != 0 {
                            put_word!(i.a(), x.word() | y.word())
                        } else {
                            slow_binary!(i, Or)
                        }
                    }
                    Op::Xor => {
                        let (x, y) = (val!(i.b()), val!(i.c()));
                        if x.word() & y.word() & 1 != 0 {
                            put_word!(i.a(), x.word() ^ y.word() | 1)
                        } else {
                            slow_binary!(i, Xor)
                        }
                    }
                    Op::IAdd => arith!(i, Add, inplace, arith::add_small, |a, b| a + b),
                    Op::ISub => arith!(i, Sub, inplace, arith::sub_small, |a, b| a - b),
                    Op::IMul => arith!(i, Mul, inplace, arith::mul_small, |a, b| a * b),
                    Op::IMatMul => inplace!(i, MatMul),
                    Op::ITrueDiv => inplace!(i, TrueDiv),
                    Op::IFloorDiv => inplace!(i, FloorDiv),
                    Op::IMod => inplace!(i, Mod),
                    Op::IPow => inplace!(i, Pow),
                    Op::ILShift => inplace!(i, LShift),
                    Op::IRShift => inplace!(i, RShift),
                    Op::IAnd => inplace!(i, And),
                    Op::IOr => inplace!(i, Or),
                    Op::IXor => inplace!(i, Xor),
                    Op::AddI => arith_imm!(i, Add, binary, add_small),
                    Op::SubI => arith_imm!(i, Sub, binary, sub_small),
                    Op::MulI => arith_imm!(i, Mul, binary, mul_small),
                    Op::FloorDivI => arith_imm!(i, FloorDiv, binary, floordiv_small),
                    Op::ModI => arith_imm!(i, Mod, binary, mod_small),
                    Op::LShiftI => arith_imm!(i, LShift, binary, lshift_small),
                    Op::RShiftI => arith_imm!(i, RShift, binary, rshift_small),
                    Op::AndI => arith_imm!(i, And, binary, and_small),
                    Op::IAddI => arith_imm!(i, Add, inplace, add_small),
                    Op::ISubI => arith_imm!(i, Sub, inplace, sub_small),
                    Op::IMulI => arith_imm!(i, Mul, inplace, mul_small),
                    Op::IFloorDivI => arith_imm!(i, FloorDiv, inplace, floordiv_small),
                    Op::IModI => arith_imm!(i, Mod, inplace, mod_small),
                    Op::ILShiftI => arith_imm!(i, LShift, inplace, lshift_small),
                    Op::IRShiftI => arith_imm!(i, RShift, inplace, rshift_small),
                    Op::IAndI => arith_imm!(i, And, inplace, and_small),

                    Op::Neg => {
                        let x = val!(i.b());
                        match x.as_small().and_then(|n| Value::small(-n)) {
                            Some(value) => put!(i.a(), value),
                            None => {
                                save!();
                                put!(i.a(), tri!(ops::negative(cx, x)))
                            }
                        }
                    }
                    Op::Not => {
                        let truth = truth!(val!(i.b()));
                        put!(i.a(), Value::bool(!truth))
                    }
                    Op::ToBool => {
                        let truth = truth!(val!(i.b()));
                        put!(i.a(), Value::bool(truth))
                    }

                    Op::Lt => compare!(i, Lt, <),
                    Op::Le => compare!(i, Le, <=),
                    Op::Eq => compare!(i, Eq, ==),
                    Op::Ne => compare!(i, Ne, !=),
                    Op::Gt => compare!(i, Gt, >),
                    Op::Ge => compare!(i, Ge, >=),
                    Op::Is => put!(i.a(), Value::bool(arith::is(val!(i.b()), val!(i.c())))),
                    Op::IsNot => put!(i.a(), Value::bool(!arith::is(val!(i.b()), val!(i.c())))),
                    Op::Contains => {
                        save!();
                        put!(
                            i.a(),
                            Value::bool(tri!(build::contains(cx, val!(i.c()), val!(i.b()))))
                        )
                    }
                    Op::NotContains => {
                        save!();
                        put!(
                            i.a(),
                            Value::bool(!tri!(build::contains(cx, val!(i.c()), val!(i.b()))))
                        )
                    }

                    Op::Jump => jump!(i.sbc()),
                    Op::Loop => back!(i.sbc()),
                    Op::JumpIfTrue => {
                        if truth!(val!(i.a())) {
                            branch!(i.sbc());
                        }
                    }
                    Op::JumpIfFalse => {
                        if !truth!(val!(i.a())) {
                            branch!(i.sbc());
                        }
                    }
                    Op::JumpIfNone => {
                        if val!(i.a()).is_none() {
                            branch!(i.sbc());
                        }
                    }
                    Op::JumpIfNotNone => {
                        if !val!(i.a()).is_none() {
                            branch!(i.sbc());
                        }
                    }
                    Op::JumpIfUnset => {
                        if word!(i.a()) == 0 {
                            branch!(i.sbc());
                        }
                    }
                    Op::JumpIfIs => {
                        if arith::is(val!(i.a()), val!(i.b())) {
                            branch!(i.imm_c());
                        }
                    }
                    Op::JumpIfNotIs => {
                        if !arith::is(val!(i.a()), val!(i.b())) {
                            branch!(i.imm_c());
                        }
                    }
                    Op::JumpIfIn => {
                        save!();
                        if tri!(build::contains(cx, val!(i.b()), val!(i.a()))) {
                            branch!(i.imm_c());
                        }
                    }
                    Op::JumpIfNotIn => {
                        save!();
                        if !tri!(build::contains(cx, val!(i.b()), val!(i.a()))) {
                            branch!(i.imm_c());
                        }
                    }
                    Op::JumpIfLt => compare_jump!(i, Lt, <, true),
                    Op::JumpIfLe => compare_jump!(i, Le, <=, true),
                    Op::JumpIfEq => compare_jump!(i, Eq, ==, true),
                    Op::JumpIfNe => compare_jump!(i, Ne, !=, true),
                    Op::JumpIfGt => compare_jump!(i, Gt, >, true),
                    Op::JumpIfGe => compare_jump!(i, Ge, >=, true),
                    Op::JumpIfNotLt => compare_jump!(i, Lt, <, false),
                    Op::JumpIfNotLe => compare_jump!(i, Le, <=, false),
                    Op::JumpIfNotEq => compare_jump!(i, Eq, ==, false),
                    Op::JumpIfNotNe => compare_jump!(i, Ne, !=, false),
                    Op::JumpIfNotGt => compare_jump!(i, Gt, >, false),
                    Op::JumpIfNotGe => compare_jump!(i, Ge, >=, false),
                    Op::JumpIfLtI => compare_jump_imm!(i, Lt, <, true),
                    Op::JumpIfLeI => compare_jump_imm!(i, Le, <=, true),
                    Op::JumpIfEqI => compare_jump_imm!(i, Eq, ==, true),
                    Op::JumpIfNeI => compare_jump_imm!(i, Ne, !=, true),
                    Op::JumpIfGtI => compare_jump_imm!(i, Gt, >, true),
                    Op::JumpIfGeI => compare_jump_imm!(i, Ge, >=, true),
                    Op::JumpIfNotLtI => compare_jump_imm!(i, Lt, <, false),
                    Op::JumpIfNotLeI => compare_jump_imm!(i, Le, <=, false),
                    Op::JumpIfNotEqI => compare_jump_imm!(i, Eq, ==, false),
                    Op::JumpIfNotNeI => compare_jump_imm!(i, Ne, !=, false),
                    Op::JumpIfNotGtI => compare_jump_imm!(i, Gt, >, false),
                    Op::JumpIfNotGeI => compare_jump_imm!(i, Ge, >=, false),

                    Op::GetItem => {
                        let (object, key) = (val!(i.b()), val!(i.c()));
                        match build::fast_item(object, key) {
                            Some(value) => put!(i.a(), value),
                            None => {
                                save!();
                                put!(i.a(), tri!(ops::getitem(cx, object, key)))
                            }
                        }
                    }
                    Op::GetItemI => {
                        let (object, key) = (val!(i.b()), Value::int(i.imm_c() as i64));
                        match build::fast_item(object, key) {
                            Some(value) => put!(i.a(), value),
                            None => {
                                save!();
                                put!(i.a(), tri!(ops::getitem(cx, object, key)))
                            }
                        }
                    }
                    Op::SetItem => {
                        save!();
                        tri!(build::set_item(cx, val!(i.a()), val!(i.b()), val!(i.c())))
                    }

                    Op::BuildTuple => {
                        save!();
                        let items = build::row(base, i.b(), i.c());
                        put!(i.a(), tri!(cx.new_tuple(items)).value())
                    }
                    Op::BuildList => {
                        save!();
                        let items = build::row(base, i.b(), i.c());
                        put!(i.a(), tri!(cx.new_list(items)).value())
                    }
                    Op::UnpackSequence => {
                        // SAFETY: the group lies within the window.
                        let to = unsafe { base.add(i.a() as usize) };
                        if !iteration::unpack_row(val!(i.b()), i.c() as usize, to) {
                            save!();
                            tri!(rare::run(cx, fp!(), i.instr()))
                        }
                    }
                    Op::ListAppend => {
                        let list = val!(i.a());
                        // SAFETY: the compiler's list.
                        let list: Ref<PyList> = unsafe { list.cast() };
                        save!();
                        tri!(list.append(cx, val!(i.b())))
                    }

                    Op::GetIter => {
                        save!();
                        put!(i.a(), tri!(iteration::get_iter(cx, val!(i.b()))))
                    }
                    Op::ForIter => {
                        let iterator = val!(i.b());
                        match iteration::fast_next(cx, iterator) {
                            iteration::Fast::Item(value) => put!(i.a(), value),
                            iteration::Fast::Done => jump!(i.imm_c()),
                            iteration::Fast::Generator(generator) => {
                                save!();
                                let dest = Dest::register(i.a());
                                match tri!(generators::push_resume(cx, vm, generator, dest)) {
                                    true => load_frame!(),
                                    false => jump!(i.imm_c()),
                                }
                            }
                            iteration::Fast::Slow => {
                                save!();
                                if !TRACE {
                                    // SAFETY: an instruction follows: the jump over the body is not the last.
                                    let then = unsafe { *pc };
                                    match tri!(iteration::next_pair(
                                        cx,
                                        iterator,
                                        fp!(),
                                        i.a(),
                                        then,
                                        base
                                    )) {
                                        iteration::Unpacked::Stored => {
                                            jump!(1);
                                            continue;
                                        }
                                        iteration::Unpacked::Done => {
                                            jump!(i.imm_c());
                                            continue;
                                        }
                                        iteration::Unpacked::Other => {}
                                    }
                                }
                                match tri!(iteration::next(cx, iterator)) {
                                    Some(value) => put!(i.a(), value),
                                    None => jump!(i.imm_c()),
                                }
                            }
                        }
                    }
                    Op::ForLoop => {
                        let iterator = val!(i.b());
                        match iteration::fast_next(cx, iterator) {
                            iteration::Fast::Item(value) => {
                                put!(i.a(), value);
                                back!(i.imm_c())
                            }
                            iteration::Fast::Done => {}
                            iteration::Fast::Generator(generator) => {
                                save!();
                                let dest = Dest::register(i.a());
                                if tri!(generators::push_resume(cx, vm, generator, dest)) {
                                    load_frame!();
                                }
                            }
                            iteration::Fast::Slow => {
                                save!();
                                // What happens at the edge of a loop happens before its body.
                                if !TRACE && !poll::pending(cx) && vm.ticks.get() != 1 {
                                    // SAFETY: where the jump leads.
                                    let then = unsafe { *pc.offset(i.imm_c() as isize) };
                                    match tri!(iteration::next_pair(
                                        cx,
                                        iterator,
                                        fp!(),
                                        i.a(),
                                        then,
                                        base
                                    )) {
                                        iteration::Unpacked::Stored => {
                                            vm.ticks.set(vm.ticks.get().wrapping_sub(1));
                                            jump!(i.imm_c() as isize + 1);
                                            continue;
                                        }
                                        iteration::Unpacked::Done => continue,
                                        iteration::Unpacked::Other => {}
                                    }
                                }
                                if let Some(value) = tri!(iteration::next(cx, iterator)) {
                                    put!(i.a(), value);
                                    back!(i.imm_c())
                                }
                            }
                        }
                    }

                    Op::Call => {
                        let callable = val!(i.b());
                        // SAFETY: arguments lie at b+2 in the window.
                        let at = unsafe { base.add(i.b() as usize + 2) };
                        push_simple!(callable, at, i.c() as usize, i.a());
                        save!();
                        plain_native!(callable, at, i.c() as usize, i.a());
                        put_word!(i.b() + 1, 0);
                        called!(invoke::call(
                            cx,
                            vm,
                            fp!(),
                            callable,
                            at.wrapping_sub(1),
                            i.instr()
                        ))
                    }
                    Op::CallMethod => {
                        let callable = val!(i.b());
                        let bound = (word!(i.b() + 1) != 0) as usize;
                        // SAFETY: arguments lie at b+2 in the window, self before them.
                        let at = unsafe { base.add(i.b() as usize + 2 - bound) };
                        push_simple!(callable, at, i.c() as usize + bound, i.a());
                        save!();
                        plain_native!(callable, at, i.c() as usize + bound, i.a());
                        // SAFETY: the group lies within the window.
                        let at = unsafe { base.add(i.b() as usize + 1) };
                        called!(invoke::call(cx, vm, fp!(), callable, at, i.instr()))
                    }
                    Op::CallKw => {
                        save!();
                        // SAFETY: the group lies within the window.
                        let at = unsafe { base.add(i.b() as usize + 1) };
                        called!(invoke::call_kw(cx, vm, fp!(), val!(i.b()), at, i.instr()))
                    }
                    Op::CallEx => {
                        save!();
                        // SAFETY: the group lies within the window.
                        let group = unsafe { base.add(i.b() as usize) };
                        called!(invoke::call_ex(cx, vm, fp!(), group, i.instr()))
                    }
                    Op::Return => ret!(val!(i.a())),
                    Op::ReturnNone => ret!(Value::NONE),

                    Op::GetAwaitable if generators::is_fresh_coroutine(val!(i.b())) => {
                        put!(i.a(), val!(i.b()))
                    }
                    Op::ReturnGenerator => {
                        save!();
                        let generator = tri!(generators::from_frame(cx, fp!()));
                        match tri!(unwind::leave(cx, vm, fp!(), generator)) {
                            Some(value) => break 'ops Leave::Exit(value),
                            None => load_frame!(),
                        }
                    }
                    Op::Yield | Op::YieldAsyncGen => {
                        save!();
                        let mut value = val!(i.b());
                        if op == Op::YieldAsyncGen {
                            value = tri!(generators::wrap_async(cx, value));
                        }
                        if TRACE && trace::wanted(vm) {
                            tri!(trace::returning(cx, vm, fp!(), value));
                        } else if generators::drained(vm, fp!(), value) {
                            // As if it had been resumed at once.
                            put!(i.a(), Value::NONE);
                            continue;
                        }
                        match generators::suspend(cx, vm, fp!(), value, None) {
                            Some(value) => break 'ops Leave::Exit(value),
                            None => {
                                load_frame!();
                                if let Some(offset) = iteration::loop_back(pc) {
                                    back!(offset);
                                }
                            }
                        }
                    }
                    Op::YieldDelegate => {
                        save!();
                        let delegate = val!(i.b());
                        if TRACE {
                            tri!(trace::returning(cx, vm, fp!(), val!(i.a())));
                        }
                        match generators::suspend(cx, vm, fp!(), val!(i.a()), Some(delegate)) {
                            Some(value) => break 'ops Leave::Exit(value),
                            None => {
                                load_frame!();
                                if let Some(offset) = iteration::loop_back(pc) {
                                    back!(offset);
                                }
                            }
                        }
                    }
                    Op::Send => {
                        save!();
                        let (value, to) = (val!(i.a()), val!(i.b()));
                        if let Some(generator) = generators::plain_generator(to) {
                            let dest = Dest::register(i.a());
                            match tri!(generators::push_send(cx, vm, generator, value, dest)) {
                                generators::Pushed::Running => load_frame!(),
                                generators::Pushed::Returned(value) => {
                                    put!(i.a(), value);
                                    jump!(i.imm_c());
                                }
                            }
                        } else {
                            match tri!(generators::send(cx, to, value)) {
                                generators::Resumed::Yielded(value) => put!(i.a(), value),
                                generators::Resumed::Returned(value) => {
                                    if TRACE {
                                        tri!(trace::exhausted(cx, vm, fp!(), value));
                                    }
                                    put!(i.a(), value);
                                    jump!(i.imm_c());
                                }
                            }
                        }
                    }
                    Op::EndAsyncFor => {
                        let exception = val!(i.a());
                        if !ops::is_instance_of(exception, &exception::STOP_ASYNC_ITERATION)
                            && let Some(exception) = exception.downcast::<PyException>()
                        {
                            raise!(Reraise, Raised::new(exception));
                        }
                    }

                    Op::Raise => {
                        save!();
                        let raised = unwind::raise(cx, val!(i.a()), opt!(i.b()));
                        raise!(Raise, raised);
                    }
                    Op::RaiseCurrent => {
                        save!();
                        match cx.handled.get().and_then(Value::downcast::<PyException>) {
                            Some(handled) => raise!(Reraise, Raised::new(handled)),
                            None => {
                                let text = "No active exception to reraise";
                                raise!(Raise, cx.error(&exception::RUNTIME_ERROR, text))
                            }
                        }
                    }
                    Op::Reraise => {
                        save!();
                        if let Some(exception) = val!(i.a()).downcast::<PyException>() {
                            raise!(Reraise, Raised::new(exception));
                        }
                    }
                    Op::JumpIfNotExcMatch => {
                        save!();
                        if !tri!(unwind::matches(cx, val!(i.a()), val!(i.b()))) {
                            branch!(i.imm_c());
                        }
                    }

                    Op::JumpIfNotSequence => {
                        if !class_of(val!(i.a())).has_flag(flag::SEQUENCE) {
                            branch!(i.sbc());
                        }
                    }
                    Op::JumpIfNotMapping => {
                        if !class_of(val!(i.a())).has_flag(flag::MAPPING) {
                            branch!(i.sbc());
                        }
                    }

                    Op::Poll => {
                        if poll::pending(cx) {
                            save!();
                            tri!(poll::handle_poll(cx));
                        }
                    }

                    // What is rarer, or long in itself.
                    Op::LoadCommon
                    | Op::NewCell
                    | Op::MakeCell
                    | Op::CopyFree
                    | Op::DelDeref
                    | Op::LoadFromDictOrDeref
                    | Op::StoreGlobal
                    | Op::DelGlobal
                    | Op::LoadName
                    | Op::StoreName
                    | Op::DelName
                    | Op::LoadFromDictOrGlobals
                    | Op::LoadLocals
                    | Op::DelAttr
                    | Op::LoadSuperAttr
                    | Op::LoadSuperMethod
                    | Op::Pos
                    | Op::Invert
                    | Op::DelItem
                    | Op::GetSlice
                    | Op::GetStepped
                    | Op::SetSlice
                    | Op::BuildSlice
                    | Op::BuildSet
                    | Op::BuildMap
                    | Op::BuildString
                    | Op::ListExtend
                    | Op::ListToTuple
                    | Op::SetAdd
                    | Op::SetUpdate
                    | Op::MapAdd
                    | Op::DictUpdate
                    | Op::DictMerge
                    | Op::UnpackEx
                    | Op::GetYieldFromIter
                    | Op::GetAwaitable
                    | Op::GetAIter
                    | Op::GetANext
                    | Op::MakeFunction
                    | Op::SetFuncAttr
                    | Op::LoadBuildClass
                    | Op::SetupAnnotations
                    | Op::MakeTypeVar
                    | Op::MakeTypeVarBound
                    | Op::MakeTypeVarConstraints
                    | Op::MakeParamSpec
                    | Op::MakeTypeVarTuple
                    | Op::SubscriptGeneric
                    | Op::MakeTypeAlias
                    | Op::SetTypeParamDefault
                    | Op::SetTypeParams
                    | Op::PushExc
                    | Op::PopExc
                    | Op::CheckEgMatch
                    | Op::PrepReraiseStar
                    | Op::LoadSpecial
                    | Op::LoadExcTriple
                    | Op::FormatSimple
                    | Op::FormatWithSpec
                    | Op::ConvertValue
                    | Op::BuildInterpolation
                    | Op::BuildTemplate
                    | Op::GetLen
                    | Op::MatchKeys
                    | Op::MatchClass
                    | Op::ImportName
                    | Op::ImportFrom
                    | Op::ImportStar
                    | Op::PrintExpr => {
                        save!();
                        tri!(rare::run(cx, fp!(), i.instr()))
                    }
                }
            }
        };
        let again = match leave {
            Leave::Exit(value) => return Ok(Done::Value(value)),
            Leave::Switch => {
                save!();
                return Ok(Done::Switch);
            }
            Leave::Outside => return Ok(Done::Outside),
            Leave::Raise => false,
            Leave::Reraise => true,
        };
        save!();
        match raise(cx, vm, again) {
            Ok(None) => load_frame!(),
            Ok(Some(done)) => return Ok(done),
            Err(raised) => return Err(raised),
        }
    }
}

/// Takes `Vm::raised` to its handler: then nothing is to be done but go on.
#[cold]
#[inline(never)]
fn raise(cx: &Cx, vm: &Vm, again: bool) -> Res<Option<Done>> {
    let Some(raised) = vm.raised.take() else { unreachable!("nothing was raised") };
    if cx.again.get().is_some() && outside::again(cx, vm.fp.get(), raised) {
        return Ok(Some(Done::Outside));
    }
    match unwind::unwind(cx, vm, raised, again) {
        Unwound::Handled => Ok(None),
        Unwound::Exit(raised) => Err(raised),
    }
}
