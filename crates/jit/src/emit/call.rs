//! Calls: directly to other machine code where the callee is known, else through the interpreter.

use super::direct::{Arguments, Direct};
use super::inline::Operand;
use super::{Emitter, helper};
use crate::callee::{Callee, Intrinsic, Native, Target};
use crate::calls;
use crate::kind::{self, Kind, State};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_interp::machine::STACK_MARGIN;
use orochi_object::native::PyNative;
use orochi_object::prelude::*;
use orochi_runtime::function::PyFunction;
use orochi_runtime::machine::Reason;

impl<'a> Emitter<'a, '_> {
    pub(super) fn any_call(&mut self, state: &mut State, pc: u32, i: Instr) -> bool {
        if let Some((intrinsic, _)) = calls::quick(self.plan, state, pc) {
            self.quick_call(state, pc, i, intrinsic);
            return true;
        }
        let target = calls::target(self.plan, state, pc);
        let (at, n) = calls::arguments(state, i);
        let args = match i.operation() {
            Op::CallEx => Vec::new(),
            _ => self.operands(state, at, n),
        };
        let (first, count) = group(i);
        self.save_group(state, first, count);
        self.prepare_always(state, pc);
        let targets = match target {
            Some(Target::Native(native)) => {
                let result = self.native_call(state, pc, i, *native, (at, n));
                self.finish_call(state, pc, i, result);
                return true;
            }
            Some(Target::Builtin(class)) => {
                let result = self.call_of_class(state, pc, *class, (at, n));
                self.finish_call(state, pc, i, result);
                return true;
            }
            Some(target) => core::slice::from_ref(target),
            None => self.guesses(state, pc, i),
        };
        let is_any = self.calls_anything(state, i);
        let result = match targets.is_empty() && !is_any {
            true => self.general_call(state, pc, i),
            false => self.direct_calls(state, pc, i, targets, (at, &args)),
        };
        self.finish_call(state, pc, i, result);
        if !targets.is_empty() || is_any {
            self.watch(state, pc);
        }
        true
    }

    fn finish_call(&mut self, state: &mut State, pc: u32, i: Instr, result: Ssa) {
        kind::step(self.plan, state, pc);
        self.define(i.a, result);
    }

    /// The call of a native function; the arguments are in the window.
    fn native_call(
        &mut self,
        state: &State,
        pc: u32,
        i: Instr,
        native: Native,
        (first, count): (u16, u16),
    ) -> Ssa {
        match (native.intrinsic, native.params) {
            (Some(Intrinsic::Len), _) => {
                let x = self.load(self.base, first as usize * 8);
                let length = self.call(helper!(len), &[self.cx, x]);
                self.unless_left(length, state, pc);
                length
            }
            (Some(Intrinsic::ListAppend), _) => {
                let list = self.load(self.base, first as usize * 8);
                let item = self.load(self.base, (first as usize + 1) * 8);
                let done = self.call(helper!(list_append), &[self.cx, list, item]);
                self.unless_left(done, state, pc);
                self.constant(Value::NONE.word() as i64)
            }
            (_, None) => self.general_call(state, pc, i),
            (_, Some(params)) => self.plain_native_call(state, pc, native, params, (first, count)),
        }
    }

    /// The call of a built-in class; the arguments are in the window.
    fn call_of_class(
        &mut self,
        state: &State,
        pc: u32,
        class: u64,
        (first, count): (u16, u16),
    ) -> Ssa {
        self.check_stack(state, pc);
        let class = self.constant(class as i64);
        let args = self.add(self.base, i64::from(first) * 8);
        let n = self.constant(i64::from(count));
        let word = self.call(helper!(call_class), &[self.cx, self.fp, class, args, n]);
        self.unless_left(word, state, pc);
        word
    }

    fn plain_native_call(
        &mut self,
        state: &State,
        pc: u32,
        native: Native,
        params: u32,
        (first, count): (u16, u16),
    ) -> Ssa {
        self.check_stack(state, pc);
        let def = self.constant(core::ptr::from_ref(native.def) as usize as i64);
        let args = self.add(self.base, i64::from(first) * 8);
        let n = self.constant(i64::from(count));
        let word = if params == u32::from(count) {
            self.call(helper!(call_native), &[self.cx, self.fp, def, args, n])
        } else {
            let params = self.constant(i64::from(params));
            self.call(helper!(call_native_short), &[self.cx, self.fp, def, args, n, params])
        };
        self.unless_left(word, state, pc);
        word
    }

    /// Leaves before the call if the native stack is short: the interpreter calls without it.
    pub(super) fn check_stack(&mut self, state: &State, pc: u32) {
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
    pub(super) fn general_call(&mut self, state: &State, pc: u32, i: Instr) -> Ssa {
        self.check_stack(state, pc);
        let word = self.constant(i.to_u64() as i64);
        let result = self.call(helper!(call), &[self.cx, self.fp, word]);
        self.unless_left(result, state, pc);
        result
    }

    /// Whether a Python function that is not known, with positional arguments only, is called by its own machine code: its window
    /// lies over the arguments.
    fn calls_anything(&self, state: &State, i: Instr) -> bool {
        let plain = matches!(i.operation(), Op::Call | Op::CallMethod);
        let known = matches!(state.kinds[i.b as usize], Kind::Known(_));
        plain && !known && !self.plan.code.is_generator_like()
    }

    /// What is called as far as one can tell, where it is not known.
    fn guesses(&self, state: &State, pc: u32, i: Instr) -> &'a [Target] {
        let known = matches!(state.kinds[i.b as usize], Kind::Known(_));
        let plain = match i.operation() {
            Op::Call | Op::CallMethod => true,
            Op::CallKw => state.kinds[i.b as usize + 1] == Kind::Known(0),
            _ => false,
        };
        match plain && !known && self.plan.may_guess(pc) {
            true => self.plan.guesses(pc),
            false => &[],
        }
    }

    /// Calls the first of `targets` that fits, or by the interpreter's means. The arguments: the register of the first,
    /// what they are.
    fn direct_calls(
        &mut self,
        state: &State,
        pc: u32,
        i: Instr,
        targets: &'a [Target],
        (at, args): (u16, &[Operand]),
    ) -> Ssa {
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        let known = matches!(state.kinds[i.b as usize], Kind::Known(_));
        let others = if self.calls_anything(state, i) { self.b.create_block() } else { slow };
        let callable = self.word(state, i.b);
        if !known && i.operation() == Op::CallMethod {
            let receiver = self.load(self.base, (i.b as usize + 1) * 8);
            self.unless(receiver, slow);
        }
        for (number, target) in targets.iter().enumerate() {
            let last = number + 1 == targets.len();
            let miss = if last { others } else { self.b.create_block() };
            match target {
                Target::Function(callee) => {
                    if !known {
                        self.check_layout(callable, PyFunction::LAYOUT, miss);
                    }
                    self.check_code(callable, callee, miss);
                    self.in_place(callee, callable, args, None, done);
                    let arguments = Arguments::Registers(at);
                    let call = Direct { callee, function: callable, arguments, made: None };
                    self.direct_call(state, pc, call, (slow, done));
                }
                Target::Class(made) => {
                    if !known {
                        let same = self.compare(IntCC::Equal, callable, made.class as i64);
                        self.unless(same, miss);
                    }
                    let function = self.constant(made.init.function as i64);
                    self.check_code(function, &made.init, slow);
                    self.in_place(&made.init, function, args, Some(made), done);
                    let (callee, arguments) = (&made.init, Arguments::Registers(i.b + 1));
                    let call = Direct { callee, function, arguments, made: Some((made, i.b)) };
                    self.direct_call(state, pc, call, (slow, done));
                }
                Target::Bound(native) => {
                    self.check_layout(callable, PyNative::LAYOUT, miss);
                    self.bound_call(state, pc, i, *native, (callable, miss, done));
                }
                Target::Native(_) | Target::Builtin(_) => unreachable!("no guess"),
            }
            if !last {
                self.seal_and_switch(miss);
            }
        }
        if self.calls_anything(state, i) {
            if !targets.is_empty() {
                self.seal_and_switch(others);
            }
            let callee = match i.operation() {
                Op::Call => (callable, i.b + 2, i.c),
                _ => (callable, i.b + 1, i.c + 1),
            };
            self.call_any_function(state, pc, callee, (slow, done));
        }
        self.seal_and_switch(slow);
        let word = self.general_call(state, pc, i);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        result
    }

    /// A plain call of a method of a built-in type that is bound to its instance; goes to `miss` if it is another one.
    fn bound_call(
        &mut self,
        state: &State,
        pc: u32,
        i: Instr,
        native: Native,
        (callable, miss, done): (Ssa, Block, Block),
    ) {
        let def = self.load(callable, PyNative::DEF_OFFSET);
        let same = self.compare(IntCC::Equal, def, core::ptr::from_ref(native.def) as i64);
        self.unless(same, miss);
        let instance = self.load(callable, core::mem::offset_of!(PyNative, bound));
        self.unless(instance, miss);
        let word = match (native.intrinsic, native.params) {
            (Some(Intrinsic::ListAppend), _) if kind::APPENDS_IN_LINE => {
                let item = self.load(self.base, (i.b as usize + 2) * 8);
                let appended = self.b.create_block();
                self.append_in_line(instance, item, (miss, appended));
                self.seal_and_switch(appended);
                self.constant(Value::NONE.word() as i64)
            }
            (_, params) => {
                // The register ahead of the arguments is free.
                self.store(instance, self.base, (i.b as usize + 1) * 8);
                let group = (i.b + 1, i.c + 1);
                self.plain_native_call(state, pc, native, params.unwrap_or(0), group)
            }
        };
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
    }

    /// Goes on if `callable` is an object of this heap layout.
    pub(super) fn check_layout(&mut self, callable: Ssa, layout: u16, miss: Block) {
        let is_object = self.is_object(callable);
        self.unless(is_object, miss);
        let same = self.has_layout(callable, layout);
        self.unless(same, miss);
    }

    /// Goes on if `function`, a Python function, has the callee's code.
    pub(super) fn check_code(&mut self, function: Ssa, callee: &Callee, miss: Block) {
        let code = self.load(function, core::mem::offset_of!(PyFunction, code));
        let same = self.compare(IntCC::Equal, code, callee.code as i64);
        self.unless(same, miss);
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
