//! Calls: directly to other machine code where the callee is known, else through the interpreter.

use super::inline::Operand;
use super::{Emitter, helper};
use crate::kind::{self, Kind, State};
use crate::plan::{Callee, Construction, Intrinsic, Native, Target};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I16, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_heap::Mutator;
use orochi_interp::machine::STACK_MARGIN;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::feedback::Seen;
use orochi_runtime::frame::offset;
use orochi_runtime::function::PyFunction;
use orochi_runtime::machine::{REFUSED, Reason};

impl Emitter<'_, '_> {
    pub(super) fn any_call(&mut self, state: &mut State, pc: u32, i: Instr) -> bool {
        let target = kind::target(self.plan, state, i).cloned();
        let (first, n) = group(i);
        let args = match i.operation() {
            Op::Call => self.operands(state, i.b + 2, i.c),
            Op::CallMethod => self.operands(state, i.b + 1, i.c + 1),
            _ => Vec::new(),
        };
        self.save_group(state, first, n);
        self.prepare_always(state, pc);
        let targets = match target {
            Some(Target::Intrinsic(intrinsic)) => {
                let result = self.intrinsic(state, pc, i, intrinsic);
                self.finish_call(state, pc, i, result);
                return true;
            }
            Some(Target::Native(native)) => {
                let result = self.native_call(state, pc, i, native);
                self.finish_call(state, pc, i, result);
                return true;
            }
            Some(target) => vec![target],
            None => self.guesses(state, pc, i),
        };
        let result = match targets.is_empty() {
            true => self.general_call(state, pc, i),
            false => self.direct_calls(state, pc, i, &targets, &args),
        };
        self.finish_call(state, pc, i, result);
        if !targets.is_empty() {
            self.watch(state, pc);
        }
        true
    }

    fn finish_call(&mut self, state: &mut State, pc: u32, i: Instr, result: Ssa) {
        kind::step(self.plan, state, pc);
        self.define(i.a, result);
    }

    /// Native functions with helpers of their own; the arguments are in the window.
    fn intrinsic(&mut self, state: &State, pc: u32, i: Instr, intrinsic: Intrinsic) -> Ssa {
        match intrinsic {
            Intrinsic::ListAppend => {
                let list = self.load(self.base, (i.b as usize + 1) * 8);
                let item = self.load(self.base, (i.b as usize + 2) * 8);
                let done = self.call(helper!(list_append), &[self.cx, list, item]);
                self.unless_left(done, state, pc);
                self.constant(Value::NONE.word() as i64)
            }
            Intrinsic::Len => self.length(state, pc, i.b + 2),
        }
    }

    /// `len` of a register: in line of what is a tuple or list as it was before.
    fn length(&mut self, state: &State, pc: u32, r: u16) -> Ssa {
        let x = self.load(self.base, r as usize * 8);
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        let (class, at) = match self.plan.seen(pc, r) {
            Seen::Object(layout::TUPLE) => (&types::TUPLE, PyTuple::LEN_OFFSET),
            _ => (&types::LIST, PyList::LEN_OFFSET),
        };
        self.check_sequence(x, class.get(), slow);
        let n = self.load(x, at);
        let length = self.tag(n);
        self.b.ins().jump(done, &[BlockArg::Value(length)]);
        self.seal_and_switch(slow);
        let length = self.call(helper!(len), &[self.cx, x]);
        self.unless_left(length, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(length)]);
        self.seal_and_switch(done);
        result
    }

    /// The call of a native function; the arguments are in the window.
    fn native_call(&mut self, state: &State, pc: u32, i: Instr, native: Native) -> Ssa {
        self.check_stack(state, pc);
        // A plain call leaves the register after the callable free.
        let (first, count) = match i.operation() {
            Op::Call => (i.b + 2, u32::from(i.c)),
            _ => (i.b + 1, u32::from(i.c) + 1),
        };
        let def = self.constant(core::ptr::from_ref(native.def) as usize as i64);
        let args = self.add(self.base, i64::from(first) * 8);
        let n = self.constant(i64::from(count));
        let word = if native.params == count {
            self.call(helper!(call_native), &[self.cx, self.fp, def, args, n])
        } else {
            let params = self.constant(i64::from(native.params));
            self.call(helper!(call_native_short), &[self.cx, self.fp, def, args, n, params])
        };
        self.unless_left(word, state, pc);
        word
    }

    /// Leaves before the call if the native stack is short: the interpreter calls without it.
    fn check_stack(&mut self, state: &State, pc: u32) {
        let enough = self.has_stack();
        self.guard_for(enough, state, pc, Reason::Stack, pc);
    }

    pub(super) fn has_stack(&mut self) -> Ssa {
        let limit = self.load(self.cx, core::mem::offset_of!(Cx, native_limit));
        let limit = self.add(limit, STACK_MARGIN as i64);
        let sp = self.b.ins().get_stack_pointer(I64);
        self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, sp, limit)
    }

    /// The call by the interpreter's own means.
    fn general_call(&mut self, state: &State, pc: u32, i: Instr) -> Ssa {
        self.check_stack(state, pc);
        let word = self.constant(i.to_u64() as i64);
        let result = self.call(helper!(call), &[self.cx, self.fp, word]);
        self.unless_left(result, state, pc);
        result
    }

    /// What is called as far as one can tell, where it is not known.
    fn guesses(&self, state: &State, pc: u32, i: Instr) -> Vec<Target> {
        let known = matches!(state.kinds[i.b as usize], Kind::Known(_));
        let plain = matches!(i.operation(), Op::Call | Op::CallMethod);
        match plain && !known && self.plan.may_guess(pc) {
            true => self.plan.guesses(pc).to_vec(),
            false => Vec::new(),
        }
    }

    /// Calls the first of `targets` that fits, or by the interpreter's means.
    fn direct_calls(
        &mut self,
        state: &State,
        pc: u32,
        i: Instr,
        targets: &[Target],
        args: &[Operand],
    ) -> Ssa {
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        let known = matches!(state.kinds[i.b as usize], Kind::Known(_));
        let callable = self.word(state, i.b);
        if !known && i.operation() == Op::CallMethod {
            let receiver = self.load(self.base, (i.b as usize + 1) * 8);
            self.unless(receiver, slow);
        }
        for (at, target) in targets.iter().enumerate() {
            let last = at + 1 == targets.len();
            let miss = if last { slow } else { self.b.create_block() };
            match target {
                Target::Function(callee) => {
                    if !known {
                        self.check_function(callable, miss);
                    }
                    self.check_code(callable, callee, miss);
                    self.in_place(callee, callable, args.to_vec(), None, done);
                    // The window begins with the receiver, or after the free register of a plain call.
                    let window = if i.operation() == Op::Call { i.b + 2 } else { i.b + 1 };
                    self.direct_call(state, pc, (callee, window, callable), None, (slow, done));
                }
                Target::Class(made) => {
                    if !known {
                        let same = self.compare(IntCC::Equal, callable, made.class as i64);
                        self.unless(same, miss);
                    }
                    let init = self.constant(made.init.function as i64);
                    self.check_code(init, &made.init, slow);
                    let args = [&[Operand::New], args].concat();
                    self.in_place(&made.init, init, args, Some(made), done);
                    let callee = (&made.init, i.b + 1, init);
                    self.direct_call(state, pc, callee, Some((made, i.b)), (slow, done));
                }
                Target::Intrinsic(_) | Target::Native(_) => unreachable!("no guess"),
            }
            if !last {
                self.seal_and_switch(miss);
            }
        }
        self.seal_and_switch(slow);
        let word = self.general_call(state, pc, i);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        result
    }

    /// Does the call in place if it is one of those, and jumps to `done` with the result; goes on where that does not
    /// work.
    fn in_place(
        &mut self,
        callee: &Callee,
        function: Ssa,
        args: Vec<Operand>,
        made: Option<&Construction>,
        done: Block,
    ) {
        let Some(body) = self.plan.body(callee.code).filter(|_| callee.filled.is_empty()) else {
            return;
        };
        let call = self.b.create_block();
        self.inline(body, function, args, made, (call, done));
        self.seal_and_switch(call);
    }

    /// Where the window of a callee begins whose arguments are in the registers from `at` on: there, or, since a
    /// generator's registers are in the heap, on top of the stack.
    fn window(&mut self, at: u16) -> Ssa {
        match self.plan.code.is_generator_like() {
            true => self.load(self.fp, offset::TOP),
            false => self.add(self.base, i64::from(at) * 8),
        }
    }

    /// Goes on if `callable` is a Python function.
    fn check_function(&mut self, callable: Ssa, miss: Block) {
        let is_object = self.is_object(callable);
        self.unless(is_object, miss);
        let at = core::mem::offset_of!(Header, layout) as i32;
        let layout = self.b.ins().load(I16, MemFlagsData::trusted(), callable, at);
        let wanted = self.b.ins().iconst(I16, i64::from(PyFunction::LAYOUT));
        let same = self.b.ins().icmp(IntCC::Equal, layout, wanted);
        self.unless(same, miss);
    }

    /// Goes on if `function`, a Python function, has the callee's code.
    fn check_code(&mut self, function: Ssa, callee: &Callee, miss: Block) {
        let code = self.load(function, core::mem::offset_of!(PyFunction, code));
        let same = self.compare(IntCC::Equal, code, callee.code as i64);
        self.unless(same, miss);
    }

    /// Calls the callee's machine code, if it has any, which pushes its frame; ends with a jump to `done` with the
    /// result, or to `slow`. The callee: what is known of it, the register its window begins with, the function.
    /// `made`: the callee is the `__init__` of an instance, which is the result; the group of the call.
    fn direct_call(
        &mut self,
        state: &State,
        pc: u32,
        (callee, at, function): (&Callee, u16, Ssa),
        made: Option<(&Construction, u16)>,
        (slow, done): (Block, Block),
    ) {
        let returned = self.b.create_block();
        let value = self.b.append_block_param(returned, I64);
        let entry = self.find_entry(callee, function, slow);
        let window = self.window(at);
        if !callee.filled.is_empty() || self.plan.code.is_generator_like() {
            self.check_room(callee, window, slow);
        }
        if let Some((made, group)) = made {
            self.allocate(made, group, slow);
        }
        self.pass_arguments(callee, at, window);
        let signature = self.entry_signature();
        let args = [self.cx, self.fp, window, function];
        let inst = self.b.ins().call_indirect(signature, entry, &args);
        let word = self.b.inst_results(inst)[0];
        let (none, refused, left) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        for block in [none, refused, left] {
            self.b.set_cold_block(block);
        }
        self.b.ins().brif(word, returned, &[BlockArg::Value(word)], none, &[]);
        self.seal_and_switch(none);
        let exit = self.load(self.vm, offset::EXIT);
        let is_refused = self.compare(IntCC::Equal, exit, REFUSED as i64);
        self.b.ins().brif(is_refused, refused, &[], left, &[]);
        self.seal_and_switch(refused);
        if let Some((made, group)) = made {
            let class = self.constant(made.class as i64);
            self.store(class, self.base, group as usize * 8);
        }
        self.b.ins().jump(slow, &[]);
        self.seal_and_switch(left);
        let frame = self.load(self.vm, offset::FP);
        let word = self.call(helper!(finish), &[self.cx, frame]);
        self.unless_left(word, state, pc);
        self.b.ins().jump(returned, &[BlockArg::Value(word)]);
        self.seal_and_switch(returned);
        let word = match made {
            Some((_, group)) => {
                self.check_init(state, pc, value);
                self.load(self.base, group as usize * 8)
            }
            None => value,
        };
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
    }

    /// An `__init__` returns None.
    fn check_init(&mut self, state: &State, pc: u32, value: Ssa) {
        let is_none = self.compare(IntCC::Equal, value, Value::NONE.word() as i64);
        let (wrong, on) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(wrong);
        self.b.ins().brif(is_none, on, &[], wrong, &[]);
        self.seal_and_switch(wrong);
        let never = self.call(helper!(check_init), &[self.cx, value]);
        self.unless_left(never, state, pc);
        self.b.ins().jump(on, &[]);
        self.seal_and_switch(on);
    }

    /// A new instance, as the callee's first argument and in place of the callable, in register `group`; goes
    /// to `slow` if the class has changed or there is no room.
    fn allocate(&mut self, made: &Construction, group: u16, slow: Block) {
        let class = self.constant(made.class as i64);
        let version = self.load(class, PyType::VERSION_OFFSET);
        let same = self.compare(IntCC::Equal, version, made.version as i64);
        self.unless(same, slow);
        let cursor = self.bump(made.size, slow);
        let (shape, header) = (self.constant(made.shape as i64), self.constant(made.header as i64));
        self.store(shape, cursor, 0);
        self.store(header, cursor, 8);
        self.store(cursor, self.base, group as usize * 8);
        self.store(cursor, self.base, (group as usize + 1) * 8);
    }

    /// The entry of a callee whose code was checked; goes to `slow` where it has no machine code, or other defaults.
    fn find_entry(&mut self, callee: &Callee, function: Ssa, slow: Block) -> Ssa {
        if !callee.filled.is_empty() {
            let defaults = self.load(function, core::mem::offset_of!(PyFunction, defaults));
            let same = self.compare(IntCC::Equal, defaults, callee.defaults as i64);
            self.unless(same, slow);
        }
        let code = self.constant(callee.code as i64);
        let entry = self.load(code, PyCode::ENTRY_OFFSET);
        self.unless(entry, slow);
        entry
    }

    /// Goes on if the callee's parameters fit: arguments are about to be written where the stack may end.
    fn check_room(&mut self, callee: &Callee, window: Ssa, slow: Block) {
        let end = self.add(window, i64::from(callee.argcount) * 8);
        let limit = self.load(self.cx, Mutator::POLL_OFFSET);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, limit);
        self.unless(fits, slow);
    }

    /// Completes the arguments of a call in the callee's window: all but defaults lie there, unless it is another one
    /// than the registers from `at` on.
    fn pass_arguments(&mut self, callee: &Callee, at: u16, window: Ssa) {
        let given = callee.argcount as usize - callee.filled.len();
        if self.plan.code.is_generator_like() {
            for r in 0..given {
                let argument = self.load(self.base, (at as usize + r) * 8);
                self.store(argument, window, r * 8);
            }
        }
        for (r, word) in callee.filled.iter().enumerate() {
            let word = self.constant(*word as i64);
            self.store(word, window, (given + r) * 8);
        }
    }
}

/// The registers a call instruction reads: first, number.
fn group(i: Instr) -> (u16, u16) {
    match i.operation() {
        Op::CallKw => (i.b, i.c + 3),
        Op::CallEx => (i.b, 4),
        Op::CallMethod => (i.b, i.c + 2),
        _ => (i.b, i.c + 2),
    }
}
