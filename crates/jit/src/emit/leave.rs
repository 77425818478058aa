//! Leaving for the interpreter: side exits, exceptions, frames that others look at.
//!
//! An exit saves what is dirty and jumps to the one tail of the function with its number; the table of exits
//! says the rest.

use super::Emitter;
use crate::flow::After;
use crate::kind::{self, Kind, State};
use crate::seeded::{self, Bug};
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value as Ssa};
use orochi_bytecode::{Effect, effects};
use orochi_runtime::frame::{offset, ret};
use orochi_runtime::machine::{Exit, HERE, Reason};

impl Emitter<'_, '_> {
    /// Leaves for the interpreter, nothing having changed.
    pub(super) fn leave_bare(&mut self, reason: Reason) {
        self.exit(reason, 0, HERE);
    }

    /// Leaves for the interpreter, which goes on at `resume`; `key`: what a wrong guess is counted for.
    pub(super) fn leave(&mut self, state: &State, resume: u32, reason: Reason, key: u32) {
        for r in 0..state.kinds.len() {
            let forgotten = seeded::has(Bug::Save) && r % 4 == 3;
            if state.is_dirty(r) && self.is_live(resume, r) && !forgotten {
                self.save(state, r as u16);
            }
            if state.kinds[r] == Kind::Range && self.is_live(resume, r) {
                self.write_back(r as u16);
            }
        }
        self.exit(reason, key, resume);
    }

    fn exit(&mut self, reason: Reason, key: u32, resume: u32) {
        let number = self.constant(self.exits.len() as i64);
        self.exits.push(Exit { reason, key, resume });
        let tail = *self.tail.get_or_insert_with(|| {
            let tail = self.b.create_block();
            self.b.append_block_param(tail, I64);
            self.b.set_cold_block(tail);
            tail
        });
        self.b.ins().jump(tail, &[BlockArg::Value(number)]);
    }

    /// Where all exits end.
    pub(super) fn emit_tail(&mut self) {
        let Some(tail) = self.tail else { return };
        self.b.switch_to_block(tail);
        let number = self.b.block_params(tail)[0];
        self.store(number, self.vm, offset::EXIT);
        let machine = self.constant(self.machine.value().word() as i64);
        self.store(machine, self.vm, offset::EXIT_OF);
        let zero = self.constant(0);
        self.b.ins().return_(&[zero]);
    }

    /// Leaves at the start of instruction `pc` unless `holds`.
    pub(super) fn guard(&mut self, holds: Ssa, state: &State, pc: u32) {
        self.guard_for(holds, state, pc, Reason::Guard, pc);
    }

    pub(super) fn guard_for(
        &mut self,
        holds: Ssa,
        state: &State,
        pc: u32,
        reason: Reason,
        key: u32,
    ) {
        let (on, out) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(out);
        self.b.ins().brif(holds, on, &[], out, &[]);
        self.seal_and_switch(out);
        self.leave(state, pc, reason, key);
        self.seal_and_switch(on);
    }

    /// Ends a guard of several tests that go to `miss` where they fail: leaves there, and goes on here.
    pub(super) fn finish_guard(
        &mut self,
        miss: Block,
        state: &State,
        pc: u32,
        reason: Reason,
        key: u32,
    ) {
        let on = self.b.create_block();
        self.b.ins().jump(on, &[]);
        self.seal_and_switch(miss);
        self.leave(state, pc, reason, key);
        self.seal_and_switch(on);
    }

    /// Leaves if a helper of instruction `pc` says so by 0 (the first rule of `helpers`), else takes objects from
    /// the window again that are to be in machine registers. What is kept over the call has been saved.
    pub(super) fn unless_left(&mut self, result: Ssa, state: &State, pc: u32) {
        let mut saved = state.clone();
        // The helper has written the result.
        effects(self.plan.at(pc), &mut |effect| {
            if let Effect::Write(r, n) = effect {
                (r..r + n).for_each(|r| saved.saved(r as usize));
            }
        });
        self.exit_unless(result, &saved, pc);
        let after = After::of(self.plan, pc);
        for r in 0..state.kinds.len() {
            let wanted = state.is_dirty(r) && state.kinds[r].is_word();
            if wanted && after.goes_on_with(self.plan, r) {
                self.reload(r as u16);
            }
        }
        if kind::keeps_shapes(self.plan.at(pc).operation()) {
            self.find_shapes_again(result, &saved, pc);
        }
    }

    /// After a rare call of instruction `pc`, which gave `result`: leaves behind it if an object has another shape now than it is
    /// known by.
    fn find_shapes_again(&mut self, result: Ssa, saved: &State, pc: u32) {
        let Some(same) = self.shapes_are_same(saved, pc + 1) else { return };
        let (on, out) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(out);
        self.b.ins().brif(same, on, &[], out, &[]);
        self.seal_and_switch(out);
        effects(self.plan.at(pc), &mut |effect| {
            if let Effect::Write(r, 1) = effect {
                self.store(result, self.base, r as usize * 8);
            }
        });
        self.leave(saved, pc + 1, Reason::Watched, pc);
        self.seal_and_switch(on);
    }

    /// Whether the objects in the window that are live at `pc` have the shapes they are known by; `None` if there are none.
    pub(super) fn shapes_are_same(&mut self, state: &State, pc: u32) -> Option<Ssa> {
        let mut all = None;
        for r in 0..state.kinds.len() {
            let Kind::Shaped(shape) = state.kinds[r] else { continue };
            if kind::lasts(shape) || !self.is_live(pc, r) {
                continue;
            }
            let word = self.load(self.base, r * 8);
            let same = self.has_shape(word, shape);
            all = Some(match all {
                Some(others) => self.b.ins().band(others, same),
                None => same,
            });
        }
        all
    }

    /// Leaves if `result` is 0, after a call of instruction `pc`.
    pub(super) fn exit_unless(&mut self, result: Ssa, state: &State, pc: u32) {
        let (on, out) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(out);
        self.b.ins().brif(result, on, &[], out, &[]);
        self.seal_and_switch(out);
        let after = After::of(self.plan, pc);
        for r in 0..state.kinds.len() {
            let in_window = kind::kept_over(self.plan, state, &after, r);
            if state.is_dirty(r) && !in_window && after.may_read(self.plan, r) {
                self.save(state, r as u16);
            }
            if state.kinds[r] == Kind::Range && after.may_read(self.plan, r) {
                self.write_back(r as u16);
            }
        }
        self.exit(Reason::Helper, pc, HERE);
        self.seal_and_switch(on);
    }

    /// After the call at `pc`, which has taken `state` past it: leaves if the frame was written to or is traced.
    pub(super) fn watch(&mut self, state: &State, pc: u32) {
        let set = self.flags_of(ret::WRITTEN | ret::TRACED);
        let (on, out) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(out);
        self.b.ins().brif(set, out, &[], on, &[]);
        self.seal_and_switch(out);
        self.leave(state, pc + 1, Reason::Watched, pc + 1);
        self.seal_and_switch(on);
    }
}
