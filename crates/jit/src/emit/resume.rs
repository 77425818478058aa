//! Generators: resumed by loops, and suspended, by machine code alone.
//!
//! A generator that machine code has suspended goes on in the same machine code at an entry of its own: the generator names both
//! (rule 3 of `orochi_runtime::generator`). So a loop that runs in machine code calls that entry. Whatever is out of the
//! ordinary is left to the interpreter's functions: other machine code by now, another thread at it, a handled exception, a
//! frame object, no room.

use super::{Emitter, helper};
use crate::flow::After;
use crate::kind::{Kind, State};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I16, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_interp::machine::helpers;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::{offset, ret};
use orochi_runtime::generator::{PyGen, async_flag, state};
use orochi_runtime::machine::Reason;

/// Whether it is done at all: the order of stores is that of x86-64.
const IN_LINE: bool = cfg!(target_arch = "x86_64");

impl Emitter<'_, '_> {
    /// Resumes the generator in register `r`, which is in the window, for its next item, with the frame of this code saved; gives it to `joined`,
    /// or [`helpers::DONE`], or 0 if this code has to be left. Goes to `slow` if that is not to be done here.
    pub(super) fn resume_in_line(&mut self, generator: Ssa, r: u16, slow: Block, joined: Block) {
        if !IN_LINE {
            self.b.ins().jump(slow, &[]);
            return;
        }
        self.check_layout(generator, PyGen::LAYOUT, slow);
        let record = self.next_record(slow);
        let code = self.load(generator, core::mem::offset_of!(PyGen, code));
        let entry = self.load(code, PyCode::ENTRY_OFFSET);
        self.unless(entry, slow);
        self.take_generator(generator, code, slow);
        self.push_generator(generator, code, record);
        let trusted = MemFlagsData::trusted();
        let number = self.b.ins().uload16(I64, trusted, generator, PyGen::ENTRY_OFFSET as i32);
        let signature = self.entry_signature();
        let zero = self.constant(0);
        let inst = self.b.ins().call_indirect(signature, entry, &[self.cx, record, number, zero]);
        let word = self.b.inst_results(inst)[0];
        self.after_resumption(r, word, joined);
    }

    /// Takes the right to run the generator, as `generator::start_running` does, if machine code that is still its code's suspended it.
    fn take_generator(&mut self, generator: Ssa, code: Ssa, slow: Block) {
        let trusted = MemFlagsData::trusted();
        let held = self.take_lock(generator, slow);
        let at = PyGen::STATE_OFFSET as i32;
        let own = self.b.ins().uload8(I64, trusted, generator, at);
        let is_suspended = self.compare(IntCC::Equal, own, i64::from(state::SUSPENDED));
        let by = self.load(generator, PyGen::MACHINE_OFFSET);
        let machine = self.load(code, PyCode::MACHINE_OFFSET);
        let is_same = self.b.ins().icmp(IntCC::Equal, by, machine);
        let object = self.load(generator, core::mem::offset_of!(PyGen, frame_object));
        let is_plain = self.compare(IntCC::Equal, object, 0);
        let fits = self.b.ins().band(is_suspended, is_same);
        let fits = self.b.ins().band(fits, is_plain);
        let (taken, refused) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(refused);
        self.b.ins().brif(fits, taken, &[], refused, &[]);
        self.seal_and_switch(refused);
        self.release_lock(generator, held);
        self.b.ins().jump(slow, &[]);
        self.seal_and_switch(taken);
        let running = self.b.ins().iconst(I8, i64::from(state::RUNNING));
        self.b.ins().store(trusted, running, generator, at);
        self.release_lock(generator, held);
    }

    /// Makes `record` the running frame, as `generators::push` does, and gives the generator None for what it asked for.
    fn push_generator(&mut self, generator: Ssa, code: Ssa, record: Ssa) {
        let trusted = MemFlagsData::trusted();
        let pc = self.load(generator, PyGen::PC_OFFSET);
        self.prime_for_generator(generator, code, record);
        let top = self.load(self.fp, offset::TOP);
        let handled = self.load(self.cx, core::mem::offset_of!(Cx, handled));
        for (value, offset) in
            [(top, offset::TOP), (pc, offset::PC), (handled, offset::SAVED_HANDLED)]
        {
            self.store(value, record, offset);
        }
        let flags = self.b.ins().iconst(I16, i64::from(ret::ENTRY | ret::GENERATOR));
        self.b.ins().store(trusted, flags, record, offset::FLAGS as i32);
        // The first operand of the `Yield` before `pc` says where its value goes.
        let at = core::mem::offset_of!(Instr, a) as i32 - size_of::<Instr>() as i32;
        let register = self.b.ins().uload16(I64, trusted, pc, at);
        let three = self.constant(3);
        let register = self.b.ins().ishl(register, three);
        let register = self.b.ins().iadd(generator, register);
        let none = self.constant(Value::NONE.word() as i64);
        self.store(none, register, PyGen::REGISTERS_OFFSET);
        self.store(record, self.vm, offset::FP);
    }

    /// Rule 6 of `orochi_runtime::frame`.
    fn prime_for_generator(&mut self, generator: Ssa, code: Ssa, record: Ssa) {
        let (other, primed) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(other);
        let last = self.load(record, offset::PRIMED);
        let same = self.b.ins().icmp(IntCC::Equal, last, generator);
        self.b.ins().brif(same, primed, &[], other, &[]);
        self.seal_and_switch(other);
        let function = self.load(generator, core::mem::offset_of!(PyGen, function));
        let globals = self.load(generator, core::mem::offset_of!(PyGen, globals));
        let locals = self.load(generator, core::mem::offset_of!(PyGen, locals));
        let base = self.add(generator, PyGen::REGISTERS_OFFSET as i64);
        let zero = self.constant(0);
        for (value, offset) in [
            (code, offset::CODE),
            (function, offset::FUNCTION),
            (globals, offset::GLOBALS),
            (locals, offset::LOCALS),
            (base, offset::BASE),
            (zero, offset::FRAME_OBJECT),
            (generator, offset::GENERATOR),
            (generator, offset::PRIMED),
        ] {
            self.store(value, record, offset);
        }
        self.b.ins().jump(primed, &[]);
        self.seal_and_switch(primed);
    }

    /// After the generator in register `r` was run in machine code, which gave `word`: see [`resume_in_line`](Self::resume_in_line).
    fn after_resumption(&mut self, r: u16, word: Ssa, joined: Block) {
        let (returned, left) = (self.b.create_block(), self.b.create_block());
        let word_of_frame = self.b.append_block_param(returned, I64);
        self.b.set_cold_block(left);
        self.b.ins().brif(word, returned, &[BlockArg::Value(word)], left, &[]);
        self.seal_and_switch(left);
        let frame = self.load(self.vm, offset::FP);
        let word = self.call(helper!(finish), &[self.cx, frame]);
        let failed = self.constant(0);
        self.b.ins().brif(
            word,
            returned,
            &[BlockArg::Value(word)],
            joined,
            &[BlockArg::Value(failed)],
        );
        self.seal_and_switch(returned);
        // The state tells a yielded value from a returned one.
        let generator = self.load(self.base, r as usize * 8);
        let trusted = MemFlagsData::trusted();
        let own = self.b.ins().uload8(I64, trusted, generator, PyGen::STATE_OFFSET as i32);
        let is_done = self.compare(IntCC::Equal, own, i64::from(state::DONE));
        let done = self.constant(helpers::DONE as i64);
        let item = self.b.ins().select(is_done, done, word_of_frame);
        let set = self.flags_of(ret::WRITTEN | ret::TRACED);
        let watched = self.b.create_block();
        self.b.set_cold_block(watched);
        self.b.ins().brif(set, watched, &[], joined, &[BlockArg::Value(item)]);
        self.seal_and_switch(watched);
        let left = self.call(helper!(watched_next), &[self.cx, item]);
        self.b.ins().jump(joined, &[BlockArg::Value(left)]);
    }

    /// `Yield`: goes on where the frame is drained, suspends it where a native function or a loop in machine code resumed it, else leaves
    /// at the instruction.
    pub(super) fn give(&mut self, state: &mut State, pc: u32, i: Instr) {
        let value = self.word(state, i.b);
        self.save_group(state, i.b, 1);
        let after = After::of(self.plan, pc);
        for r in 0..state.kinds.len() {
            if state.is_dirty(r) && after.may_read(self.plan, r) {
                self.save(state, r as u16);
                state.saved(r);
            }
            if state.kinds[r] == Kind::Range && after.may_read(self.plan, r) {
                self.write_back(r as u16);
            }
        }
        self.save_pc(pc + 1);
        let others = self.b.create_block();
        self.suspend_in_line(pc, value, others);
        self.seal_and_switch(others);
        let drained = self.flags_of(ret::DRAINED);
        let (drains, others) = (self.b.create_block(), self.b.create_block());
        let (suspends, on) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(drained, drains, &[], others, &[]);
        self.seal_and_switch(others);
        let entered = self.flags_of(ret::ENTRY);
        self.guard_for(entered, state, pc, Reason::Watched, pc);
        self.b.ins().jump(suspends, &[]);
        self.seal_and_switch(drains);
        let taken = self.call(helper!(drain), &[self.cx, self.fp, value]);
        // A frame that is drained was entered for it.
        self.b.ins().brif(taken, on, &[], suspends, &[]);
        self.seal_and_switch(suspends);
        let word = self.call(helper!(suspend), &[self.cx, self.fp, value]);
        self.b.ins().return_(&[word]);
        self.seal_and_switch(on);
        let none = self.constant(Value::NONE.word() as i64);
        self.store(none, self.base, i.a as usize * 8);
    }

    /// Suspends the frame's generator, as `generators::suspend` does, and returns its value, if nothing is out of the ordinary; else goes
    /// to `others`. Ends the block.
    fn suspend_in_line(&mut self, pc: u32, value: Ssa, others: Block) {
        let unit = self.plan.unit;
        let handles = unit.instrs.iter().any(|i| i.operation() == Op::PushExc);
        let number = self.flow.headers.iter().position(|header| *header == pc + 1);
        let Some(number) = number.filter(|n| IN_LINE && !handles && *n < usize::from(u16::MAX))
        else {
            self.b.ins().jump(others, &[]);
            return;
        };
        let trusted = MemFlagsData::trusted();
        let flags = self.b.ins().uload16(I64, trusted, self.fp, offset::FLAGS as i32);
        let plain = self.compare(IntCC::Equal, flags, i64::from(ret::ENTRY | ret::GENERATOR));
        self.unless(plain, others);
        let generator = self.load(self.fp, offset::GENERATOR);
        if unit.handler_at(pc).is_some() {
            let at = core::mem::offset_of!(PyGen, async_flags) as i32;
            let flags = self.b.ins().uload8(I64, trusted, generator, at);
            let is_known = self.and(flags, i64::from(async_flag::FINALIZABLE));
            self.unless(is_known, others);
        }
        self.barrier(generator, 0);
        let next = self.address_of(pc + 1);
        self.store(next, generator, PyGen::PC_OFFSET);
        let machine = self.constant(self.machine.value().word() as i64);
        self.store(machine, generator, PyGen::MACHINE_OFFSET);
        let number = self.b.ins().iconst(I16, number as i64 + 1);
        self.b.ins().store(trusted, number, generator, PyGen::ENTRY_OFFSET as i32);
        let prev = self.load(self.fp, offset::PREV);
        self.store(prev, self.vm, offset::FP);
        let suspended = self.b.ins().iconst(I8, i64::from(state::SUSPENDED));
        self.b.ins().store(trusted, suspended, generator, PyGen::STATE_OFFSET as i32);
        self.b.ins().return_(&[value]);
    }
}
