//! Calls: directly to other machine code where the callee is known, else through the interpreter.

use super::{Emitter, helper};
use crate::kind::{self, Kind, State};
use crate::plan::Callee;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I16, I32, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_interp::machine::{STACK_MARGIN, helpers};
use orochi_object::cx::RECURSION_LIMIT;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::{WINDOW_SLACK, offset};
use orochi_runtime::function::PyFunction;
use orochi_runtime::machine::exit;

impl Emitter<'_, '_, '_> {
    pub(super) fn any_call(&mut self, state: &mut State, pc: u32, i: Instr) -> bool {
        let callee = self.direct_callee(state, i);
        let (first, n) = group(i);
        self.save_group(state, first, n);
        self.prepare(state, pc);
        let result = match callee {
            Some((callee, at)) => self.direct_call(state, pc, i, callee, at),
            None => {
                self.check_stack(state, pc);
                self.general_call(state, pc, i)
            }
        };
        kind::step(self.plan, state, pc);
        self.define(i.a, result);
        state.set(i.a, Kind::Any);
        self.watch(state, pc + 1, Some(pc));
        true
    }

    /// The function that is called for sure, and the register where its window begins.
    fn direct_callee(&mut self, state: &State, i: Instr) -> Option<(Callee, u16)> {
        let Kind::Known(word) = state.kinds[i.b as usize] else { return None };
        let bound = match i.operation() {
            Op::Call => 0,
            // What `LoadMethod` knows is a function found on the class: there is a receiver.
            Op::CallMethod => 1,
            _ => return None,
        };
        let callee = self.plan.callee(word, u32::from(i.c) + bound)?;
        Some((callee, i.b + 2 - bound as u16))
    }

    /// Leaves before the call if the native stack is short: the interpreter calls without it.
    fn check_stack(&mut self, state: &State, pc: u32) {
        let enough = self.has_stack();
        self.guard_for(enough, state, pc, exit::STACK, pc);
    }

    fn has_stack(&mut self) -> Ssa {
        let limit = self.load(self.cx, core::mem::offset_of!(Cx, native_limit));
        let limit = self.add(limit, STACK_MARGIN as i64);
        let sp = self.b.ins().get_stack_pointer(I64);
        self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, sp, limit)
    }

    /// The call by the interpreter's own means.
    fn general_call(&mut self, state: &State, pc: u32, i: Instr) -> Ssa {
        let word = self.constant(i.to_u64() as i64);
        let result = self.call(helper!(call), &[self.cx, self.fp, word]);
        self.raise_unless(result, state, pc);
        let made = self.compare(IntCC::NotEqual, result, helpers::LEAVE as i64);
        self.guard_for(made, state, pc, exit::WATCHED, pc);
        result
    }

    /// Pushes the callee's frame and calls its machine code, if it has any.
    fn direct_call(&mut self, state: &State, pc: u32, i: Instr, callee: Callee, at: u16) -> Ssa {
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        let enough = self.has_stack();
        self.guard_for(enough, state, pc, exit::STACK, pc);
        let (record, entry) = self.check_callee(callee, at, slow);
        self.push(callee, at, record);
        let signature = self.b.import_signature(super::signature(self.call_conv));
        let zero = self.constant(0);
        let inst = self.b.ins().call_indirect(signature, entry, &[self.cx, record, zero]);
        let word = self.b.inst_results(inst)[0];
        let left = self.b.create_block();
        self.b.set_cold_block(left);
        self.b.ins().brif(word, done, &[BlockArg::Value(word)], left, &[]);
        self.seal_and_switch(left);
        let word = self.call(helper!(finish), &[self.cx, record]);
        self.raise_unless(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(slow);
        let word = self.general_call(state, pc, i);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        result
    }

    /// The callee's record and entry; goes to `slow` where it has no machine code, a poll is wanted or there
    /// is no room.
    fn check_callee(&mut self, callee: Callee, at: u16, slow: Block) -> (Ssa, Ssa) {
        let function = self.constant(callee.function as i64);
        let code = self.load(function, core::mem::offset_of!(PyFunction, code));
        let same = self.compare(IntCC::Equal, code, callee.code as i64);
        self.unless(same, slow);
        let entry = self.load(code, PyCode::ENTRY_OFFSET);
        self.unless(entry, slow);
        let record = self.load(self.fp, offset::NEXT);
        self.unless(record, slow);
        let trusted = MemFlagsData::trusted();
        let depth = self.b.ins().load(I32, trusted, record, offset::DEPTH as i32);
        let depth = self.b.ins().uextend(I64, depth);
        let limit = self.constant(&raw const RECURSION_LIMIT as i64);
        let limit = self.load(limit, 0);
        let allowed = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, depth, limit);
        self.unless(allowed, slow);
        let end = self.add(self.base, (i64::from(at) + i64::from(callee.nregs)) * 8);
        let limit = self.load(self.cx, orochi_heap::Mutator::POLL_OFFSET);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, limit);
        self.unless(fits, slow);
        (record, entry)
    }

    /// What `calls::push` does in the interpreter.
    fn push(&mut self, callee: Callee, at: u16, record: Ssa) {
        let zero = self.constant(0);
        let base = self.add(self.base, i64::from(at) * 8);
        let rest = callee.nregs.saturating_sub(callee.argcount) as usize;
        for r in 0..rest.next_multiple_of(WINDOW_SLACK.min(2)) {
            self.store(zero, base, (callee.argcount as usize + r) * 8);
        }
        let function = self.constant(callee.function as i64);
        let code = self.constant(callee.code as i64);
        let pc = self.constant(callee.instrs as i64);
        let top = self.add(base, i64::from(callee.nregs) * 8);
        let globals = self.load(function, core::mem::offset_of!(PyFunction, globals));
        for (value, offset) in [
            (code, offset::CODE),
            (function, offset::FUNCTION),
            (globals, offset::GLOBALS),
            (zero, offset::LOCALS),
            (base, offset::BASE),
            (top, offset::TOP),
            (pc, offset::PC),
            (zero, offset::FRAME_OBJECT),
            (zero, offset::GENERATOR),
            (zero, offset::SAVED_HANDLED),
        ] {
            self.store(value, record, offset);
        }
        let flags = self.b.ins().iconst(I16, 0);
        let trusted = MemFlagsData::trusted();
        self.b.ins().store(trusted, flags, record, offset::FLAGS as i32);
        self.store(record, self.vm, offset::FP);
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
