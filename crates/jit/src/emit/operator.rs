//! Methods that an instruction calls without a call: operators of classes made by Python code, getters of properties.

use super::direct::{Arguments, Direct};
use super::inline::Operand;
use super::{Emitter, helper};
use crate::callee::{Passed, Target};
use crate::kind::State;
use crate::operators::{self, Otherwise, RightOperand};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, Value as Ssa};
use cranelift_codegen::ir::{BlockArg, InstBuilder};
use orochi_bytecode::Instr;
use orochi_object::prelude::*;
use orochi_object::shape::Shape;
use orochi_runtime::frame::ret;
use orochi_runtime::machine::Reason;

impl Emitter<'_, '_> {
    /// Whether the instruction at `pc` is an operator that calls a method written in Python.
    pub(super) fn is_operator(&self, pc: u32) -> bool {
        self.plan.operators.contains_key(&pc)
    }

    /// Saves the operands of an operator and what is kept over its call.
    pub(super) fn prepare_operator(&mut self, state: &mut State, pc: u32) {
        let Some(site) = operators::site(self.plan.at(pc)) else { return };
        for r in [Some(site.left), site.right].into_iter().flatten() {
            self.save_group(state, r, 1);
        }
        self.prepare_always(state, pc);
    }

    /// The result of `x op y`, which has been prepared, if the operands are of the classes they are taken for: ends with a
    /// jump to `done` with it, or to `slow`.
    pub(super) fn operator(
        &mut self,
        state: &State,
        pc: u32,
        (x, y): (Ssa, Ssa),
        (slow, done): (Block, Block),
    ) {
        let plan = self.plan;
        let operator = &plan.operators[&pc];
        self.check_class(x, operator.class, slow);
        match operator.right {
            RightOperand::Any => {}
            RightOperand::Int => {
                let fits = self.is_int(y);
                self.unless(fits, slow);
            }
            RightOperand::Float => {
                let fits = self.is_float(y);
                self.unless(fits, slow);
            }
            RightOperand::Of(class) => self.check_class(y, class, slow),
        }
        for (at, version) in &operator.versions {
            let own = self.constant(*at as i64);
            let own = self.load(own, 0);
            let same = self.compare(IntCC::Equal, own, *version as i64);
            self.unless(same, slow);
        }
        let answered = self.b.create_block();
        let answer = self.b.append_block_param(answered, I64);
        let function = self.constant(operator.callee.function as i64);
        self.check_code(function, &operator.callee, slow);
        let operands = [Operand::Word(x), Operand::Word(y)];
        self.in_place(&operator.callee, function, &operands, None, answered);
        let words = [x, y];
        let call = Direct {
            callee: &operator.callee,
            function,
            arguments: Arguments::Words(&words),
            made: None,
        };
        self.direct_call(state, pc, call, (slow, answered));
        self.seal_and_switch(answered);
        if operator.otherwise == Otherwise::Nothing {
            self.b.ins().jump(done, &[BlockArg::Value(answer)]);
            return;
        }
        let other = self.b.create_block();
        self.b.set_cold_block(other);
        let not_implemented = Value::NOT_IMPLEMENTED.word();
        let is_it = self.compare(IntCC::Equal, answer, not_implemented as i64);
        self.b.ins().brif(is_it, other, &[], done, &[BlockArg::Value(answer)]);
        self.seal_and_switch(other);
        let word = self.after_left(pc, operator.otherwise);
        self.unless_left(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
    }

    /// The method has given NotImplemented: goes on with the operands, which are in the window.
    fn after_left(&mut self, pc: u32, otherwise: Otherwise) -> Ssa {
        let Some(site) = operators::site(self.plan.at(pc)) else { unreachable!("an operator") };
        let x = self.load(self.base, site.left as usize * 8);
        let y = match site.right {
            Some(r) => self.load(self.base, r as usize * 8),
            None => self.immediate_of(pc),
        };
        match otherwise {
            Otherwise::Arithmetic(arith) => {
                let op = self.constant(arith.op as i64);
                let inplace = self.constant(i64::from(arith.inplace));
                self.call(helper!(binary_after_left), &[self.cx, op, x, y, inplace])
            }
            Otherwise::Comparison(op) => {
                let op = self.constant(i64::from(op));
                self.call(helper!(compare_after_left), &[self.cx, op, x, y])
            }
            Otherwise::Nothing => unreachable!("it is the result"),
        }
    }

    /// The truth of what a comparison has given at `pc`; leaves if the frame was written to or is traced.
    pub(super) fn truth_of_answer(&mut self, state: &State, pc: u32, answer: Ssa) -> Ssa {
        let truth = self.truth_of_word(state, pc, answer);
        let set = self.flags_of(ret::WRITTEN | ret::TRACED);
        let (on, out) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(out);
        self.b.ins().brif(set, out, &[], on, &[]);
        self.seal_and_switch(out);
        let word = self.b.ins().uextend(I64, truth);
        let never = self.call(helper!(branch), &[self.cx, self.fp, word]);
        self.exit_unless(never, state, pc);
        self.b.ins().jump(on, &[]);
        self.seal_and_switch(on);
        truth
    }

    /// The word of the small int in the instruction at `pc`.
    pub(super) fn immediate_of(&mut self, pc: u32) -> Ssa {
        let i = self.plan.at(pc);
        let jumps = crate::family::comparison(i.operation()).is_some_and(|c| c.jump_if.is_some());
        let n = if jumps { i.imm_b() } else { i.imm_c() };
        self.constant(i64::from(n) << 1 | 1)
    }

    /// `LoadSuperMethod`: leaves unless it finds what it found.
    pub(super) fn load_super_method(&mut self, state: &State, pc: u32, i: Instr) {
        let found = self.plan.supers[&pc];
        let miss = self.b.create_block();
        self.b.set_cold_block(miss);
        for (r, wanted) in [(i.b, types::SUPER.get().value().word()), (i.b + 1, found.class)] {
            let word = self.word(state, r);
            let same = self.compare(IntCC::Equal, word, wanted as i64);
            self.unless(same, miss);
        }
        let instance = self.word(state, i.b + 2);
        self.check_class(instance, found.own, miss);
        let (at, version) = found.version;
        let own = self.constant(at as i64);
        let own = self.load(own, 0);
        let same = self.compare(IntCC::Equal, own, version as i64);
        let on = self.b.create_block();
        self.b.ins().brif(same, on, &[], miss, &[]);
        self.seal_and_switch(miss);
        self.leave(state, pc, Reason::Guard, pc);
        self.seal_and_switch(on);
        self.define(i.a + 1, instance);
    }

    /// Goes on if `object` is an instance of just this class.
    fn check_class(&mut self, object: Ssa, class: u64, miss: Block) {
        let is_object = self.is_object(object);
        self.unless(is_object, miss);
        let shape = self.load(object, core::mem::offset_of!(Header, word));
        let own = self.load(shape, Shape::CLASS_OFFSET);
        let same = self.compare(IntCC::Equal, own, class as i64);
        self.unless(same, miss);
    }

    /// What the getter with this word gives for `receiver`: ends with a jump to `done` with it, or to `slow`.
    pub(super) fn getter(
        &mut self,
        state: &State,
        pc: u32,
        (getter, receiver): (u64, Ssa),
        (slow, done): (Block, Block),
    ) {
        let plan = self.plan;
        let Some(Target::Function(callee)) = plan.target(getter, Passed::positional(1)) else {
            self.b.ins().jump(slow, &[]);
            return;
        };
        let function = self.constant(callee.function as i64);
        self.check_code(function, callee, slow);
        self.in_place(callee, function, &[Operand::Word(receiver)], None, done);
        let words = [receiver];
        let arguments = Arguments::Words(&words);
        let call = Direct { callee, function, arguments, made: None };
        self.direct_call(state, pc, call, (slow, done));
    }
}
