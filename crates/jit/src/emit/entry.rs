//! Entering: by a call from the interpreter, whose frame is pushed; by a call from other machine code, which pushes the
//! frame here; at the header of a loop.

use super::Emitter;
use crate::flow;
use crate::kind::{Kind, Place, State};
use crate::plan::PARAMETER;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I16, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_heap::Mutator;
use orochi_object::cx::RECURSION_LIMIT;
use orochi_object::prelude::*;
use orochi_runtime::code::takes_fixed;
use orochi_runtime::frame::offset;
use orochi_runtime::function::PyFunction;
use orochi_runtime::machine::{DIRECT, REFUSED, Reason};

impl Emitter<'_, '_> {
    /// From the function's parameters to the first instruction: `number` says which, or is the window of a direct
    /// call of `function`.
    pub(super) fn begin(&mut self, number: Ssa, function: Ssa) {
        let (plain, start) = (self.b.create_block(), self.b.create_block());
        for _ in 0..4 {
            self.b.append_block_param(start, I64);
        }
        if !takes_fixed(self.plan.unit) {
            self.b.ins().jump(plain, &[]);
        } else {
            let direct = self.b.create_block();
            let is_direct = self.compare(IntCC::UnsignedGreaterThanOrEqual, number, DIRECT as i64);
            self.b.ins().brif(is_direct, direct, &[], plain, &[]);
            self.seal_and_switch(direct);
            self.direct_entry(number, function, start);
        }
        self.seal_and_switch(plain);
        let base = self.load(self.fp, offset::BASE);
        let globals = self.load(self.fp, offset::GLOBALS);
        let args = [self.fp, base, globals, number].map(BlockArg::Value);
        self.b.ins().jump(start, &args);
        self.seal_and_switch(start);
        let params = self.b.block_params(start).to_vec();
        (self.fp, self.base, self.globals) = (params[0], params[1], params[2]);
        self.dispatch(params[3]);
    }

    /// Pushes the frame, as `calls::push` does in the interpreter: the parameters are in the window. Refuses where
    /// there is no room, the recursion is too deep, a poll is wanted or the native stack is short.
    fn direct_entry(&mut self, window: Ssa, function: Ssa, start: Block) {
        let refuse = self.b.create_block();
        self.b.set_cold_block(refuse);
        let record = self.next_record(refuse);
        let nregs = self.plan.unit.nregs as usize;
        let top = self.add(window, nregs as i64 * 8);
        let limit = self.load(self.cx, Mutator::POLL_OFFSET);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, top, limit);
        self.unless(fits, refuse);
        let zero = self.constant(0);
        for r in self.plan.unit.parameter_count()..nregs {
            self.store(zero, window, r * 8);
        }
        let globals = self.prime(record, function);
        let pc = self.constant(self.plan.code.instrs() as i64);
        for (value, offset) in [(window, offset::BASE), (top, offset::TOP), (pc, offset::PC)] {
            self.store(value, record, offset);
        }
        let flags = self.b.ins().iconst(I16, 0);
        self.b.ins().store(MemFlagsData::trusted(), flags, record, offset::FLAGS as i32);
        self.store(record, self.vm, offset::FP);
        let args = [record, window, globals, zero].map(BlockArg::Value);
        self.b.ins().jump(start, &args);
        self.seal_and_switch(refuse);
        let refused = self.constant(REFUSED as i64);
        self.store(refused, self.vm, offset::EXIT);
        let none = self.constant(0);
        self.b.ins().return_(&[none]);
    }

    /// The record for the frame of a callee; goes to `slow` if there is none, the recursion is too deep or the native stack short.
    pub(super) fn next_record(&mut self, slow: Block) -> Ssa {
        let record = self.load(self.fp, offset::NEXT);
        self.unless(record, slow);
        let trusted = MemFlagsData::trusted();
        let depth = self.b.ins().uload32(trusted, record, offset::DEPTH as i32);
        let limit = self.constant(&raw const RECURSION_LIMIT as i64);
        let limit = self.load(limit, 0);
        let allowed = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, depth, limit);
        self.unless(allowed, slow);
        let enough = self.has_stack();
        self.unless(enough, slow);
        record
    }

    /// As `Frame::prime`. Gives the function's globals.
    fn prime(&mut self, record: Ssa, function: Ssa) -> Ssa {
        let (again, other, primed) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(primed, I64);
        let last = self.load(record, offset::PRIMED);
        let same = self.b.ins().icmp(IntCC::Equal, last, function);
        self.b.ins().brif(same, again, &[], other, &[]);
        self.b.seal_block(again);
        self.b.switch_to_block(again);
        let code = self.load(record, offset::CODE);
        let same = self.compare(IntCC::Equal, code, self.plan.code.value().word() as i64);
        let globals = self.load(record, offset::GLOBALS);
        self.b.ins().brif(same, primed, &[BlockArg::Value(globals)], other, &[]);
        self.seal_and_switch(other);
        let code = self.constant(self.plan.code.value().word() as i64);
        let globals = self.load(function, core::mem::offset_of!(PyFunction, globals));
        let zero = self.constant(0);
        for (value, offset) in [
            (code, offset::CODE),
            (function, offset::FUNCTION),
            (globals, offset::GLOBALS),
            (zero, offset::LOCALS),
            (zero, offset::FRAME_OBJECT),
            (zero, offset::GENERATOR),
            (zero, offset::SAVED_HANDLED),
            (function, offset::PRIMED),
        ] {
            self.store(value, record, offset);
        }
        self.b.ins().jump(primed, &[BlockArg::Value(globals)]);
        self.seal_and_switch(primed);
        result
    }

    /// Jumps to the call's entry or to one of the loop headers', by `number`.
    fn dispatch(&mut self, number: Ssa) {
        for (pc, state) in self.flow.before.iter().enumerate() {
            if state.is_some() {
                let block = self.b.create_block();
                self.blocks.insert(pc as u32, block);
            }
        }
        let headers: Vec<u32> = self.flow.headers.clone();
        let call = self.b.create_block();
        let others = self.b.create_block();
        self.b.ins().brif(number, others, &[], call, &[]);
        self.b.set_cold_block(others);
        self.seal_and_switch(others);
        let last = self.b.create_block();
        let mut entries = Vec::new();
        for (i, _) in headers.iter().enumerate() {
            let entry = self.b.create_block();
            self.b.set_cold_block(entry);
            let is_it = self.compare(IntCC::Equal, number, i as i64 + 1);
            let next = if i + 1 == headers.len() { last } else { self.b.create_block() };
            self.b.ins().brif(is_it, entry, &[], next, &[]);
            entries.push(entry);
            if next != last {
                self.b.seal_block(next);
                self.b.switch_to_block(next);
            }
        }
        if headers.is_empty() {
            self.b.ins().jump(last, &[]);
        }
        self.b.set_cold_block(last);
        self.seal_and_switch(last);
        self.leave_bare(Reason::Watched);
        for (entry, pc) in entries.into_iter().zip(headers) {
            self.seal_and_switch(entry);
            self.header_entry(pc);
        }
        self.seal_and_switch(call);
        self.call_entry();
    }

    /// Loads the parameters of which something is taken for granted.
    fn call_entry(&mut self) {
        let state = flow::entry(self.plan);
        let bare = State::new(state.kinds.len());
        for r in 0..self.plan.unit.parameter_count() {
            if state.places[r] == Place::Both {
                self.reload(r as u16);
                let key = PARAMETER | r as u32;
                self.enter_register(&bare, r, state.kinds[r], 0, Reason::Guard, key);
            }
        }
        self.goto(0, 0, &state);
    }

    /// Loads the registers that the loop's header has in machine registers, which must be of the kinds it has.
    fn header_entry(&mut self, pc: u32) {
        let Some(state) = self.flow.before[pc as usize].clone() else {
            self.leave_bare(Reason::Watched);
            return;
        };
        let bare = State::new(state.kinds.len());
        for r in 0..state.kinds.len() {
            if state.kinds[r] == Kind::Range && self.is_live(pc, r) {
                self.enter_range(&bare, r as u16, pc);
            }
            // What is only in the window may have to have a shape all the same.
            let is_plain =
                state.places[r] == Place::Window && !matches!(state.kinds[r], Kind::Shaped(_));
            if state.kinds[r] != Kind::Range && !is_plain && self.is_live(pc, r) {
                self.reload(r as u16);
                self.enter_register(&bare, r, state.kinds[r], pc, Reason::Plain, pc);
            }
        }
        let block = self.blocks[&pc];
        self.b.ins().jump(block, &[]);
    }

    /// Checks that the word of register `r`, which was loaded, is of this kind.
    pub(super) fn enter_register(
        &mut self,
        bare: &State,
        r: usize,
        kind: Kind,
        pc: u32,
        reason: Reason,
        key: u32,
    ) {
        let word = self.b.use_var(self.words[r]);
        let fits = match kind {
            Kind::Any => return,
            Kind::Shaped(shape) => {
                let miss = self.b.create_block();
                self.b.set_cold_block(miss);
                self.check_shape(word, shape, miss);
                self.finish_guard(miss, bare, pc, reason, key);
                return;
            }
            Kind::Float => {
                let float = self.double_of(word, bare, pc, reason, key);
                self.b.def_var(self.floats[r], float);
                return;
            }
            Kind::Int => self.is_int(word),
            Kind::Bool => {
                let is_true = self.compare(IntCC::Equal, word, Value::TRUE.word() as i64);
                let is_false = self.compare(IntCC::Equal, word, Value::FALSE.word() as i64);
                self.b.ins().bor(is_true, is_false)
            }
            Kind::Known(known) => self.compare(IntCC::Equal, word, known as i64),
            Kind::Range | Kind::Numbers => unreachable!("not in a machine register at a header"),
        };
        self.guard_for(fits, bare, pc, reason, key);
    }
}
