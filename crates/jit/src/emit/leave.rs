//! Leaving for the interpreter: side exits, exceptions, frames that others look at.

use super::Emitter;
use crate::kind::{self, Kind, State};
use cranelift_codegen::ir::types::I16;
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_bytecode::Op;
use orochi_object::prelude::*;
use orochi_runtime::frame::{offset, ret};
use orochi_runtime::machine::exit;

impl Emitter<'_, '_, '_> {
    /// Leaves for the interpreter, nothing having changed.
    pub(super) fn leave_bare(&mut self, reason: u64) {
        let number = self.exit_pcs.len() as u64;
        self.exit_pcs.push(0);
        let word = self.constant((reason | number << exit::BITS) as i64);
        self.store(word, self.vm, offset::EXIT);
        let zero = self.constant(0);
        self.b.ins().return_(&[zero]);
    }

    /// Leaves for the interpreter, which goes on at `resume`; `live_at`: the instruction whose live
    /// registers are wanted; `key`: what a wrong guess is counted for.
    pub(super) fn leave(
        &mut self,
        state: &State,
        resume: u32,
        live_at: u32,
        reason: u64,
        key: u32,
    ) {
        for r in 0..state.kinds.len() {
            if state.dirty[r] && self.is_live(live_at, r) {
                self.save(state, r as u16);
            }
        }
        self.save_pc(resume);
        let number = self.exit_pcs.len() as u64;
        self.exit_pcs.push(key);
        let word = self.constant((reason | number << exit::BITS) as i64);
        self.store(word, self.vm, offset::EXIT);
        let zero = self.constant(0);
        self.b.ins().return_(&[zero]);
    }

    /// Leaves at the start of instruction `pc` unless `holds`.
    pub(super) fn guard(&mut self, holds: Ssa, state: &State, pc: u32) {
        self.guard_for(holds, state, pc, exit::GUARD, pc);
    }

    pub(super) fn guard_for(&mut self, holds: Ssa, state: &State, pc: u32, reason: u64, key: u32) {
        let (on, out) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(out);
        self.b.ins().brif(holds, on, &[], out, &[]);
        self.seal_and_switch(out);
        self.leave(state, pc, pc, reason, key);
        self.seal_and_switch(on);
    }

    /// Leaves with the exception that a helper raised at `pc` if `result` is 0. Named registers have been
    /// saved.
    pub(super) fn raise_unless(&mut self, result: Ssa, state: &State, pc: u32) {
        let (on, out) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(out);
        self.b.ins().brif(result, on, &[], out, &[]);
        self.seal_and_switch(out);
        // Registers above those the handler knows are dead; without one only Python looks.
        let end = self.plan.unit.instrs.len() as u32;
        let live_at = self.plan.unit.handler_at(pc).map_or(end, |handler| handler.target);
        let mut saved = state.clone();
        kind::sync(self.plan, &mut saved);
        self.leave(&saved, pc + 1, live_at, exit::RAISED, pc);
        self.seal_and_switch(on);
    }

    /// Leaves before instruction `resume` if the frame was written to or is traced. Named registers have been
    /// saved, but for what the instruction `done` has given.
    pub(super) fn watch(&mut self, state: &State, resume: u32, done: Option<u32>) {
        let out = self.flagged();
        let on = self.b.create_block();
        let watched = self.watched_state(state, done);
        self.b.ins().jump(on, &[]);
        self.seal_and_switch(out);
        self.leave(&watched, resume, resume, exit::WATCHED, resume);
        self.seal_and_switch(on);
    }

    /// A cold block, not yet sealed, for a frame that was written to or is traced.
    pub(super) fn flagged(&mut self) -> Block {
        let flags = self.b.ins().load(I16, MemFlagsData::trusted(), self.fp, offset::FLAGS as i32);
        let mask = self.b.ins().iconst(I16, i64::from(ret::WRITTEN | ret::TRACED));
        let set = self.b.ins().band(flags, mask);
        let (on, out) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(out);
        self.b.ins().brif(set, out, &[], on, &[]);
        self.seal_and_switch(on);
        out
    }

    /// Named registers are in the window, where they may have been written to since, except the ones
    /// that `done` has defined.
    pub(super) fn watched_state(&self, state: &State, done: Option<u32>) -> State {
        let mut saved = state.clone();
        kind::sync(self.plan, &mut saved);
        if let Some(done) = done {
            orochi_bytecode::effects(self.plan.at(done), &mut |effect| {
                if let orochi_bytecode::Effect::Write(r, n) = effect {
                    (r..r + n).for_each(|r| saved.dirty[r as usize] = state.dirty[r as usize]);
                }
            });
        }
        saved
    }

    /// As [`watch`](Self::watch) after a helper that gave the truth which the instruction at `pc` jumps on or
    /// gives.
    pub(super) fn watch_answer(&mut self, state: &State, pc: u32, truth: Ssa) {
        let out = self.flagged();
        let on = self.b.create_block();
        self.b.ins().jump(on, &[]);
        self.seal_and_switch(out);
        let i = self.plan.at(pc);
        match (kind::jumps_if(i.operation()), kind::successors(self.plan, pc)) {
            (Some(wanted), (Some(next), Some(target))) => {
                let watched = self.watched_state(state, None);
                let (yes, no) = (self.b.create_block(), self.b.create_block());
                self.b.ins().brif(truth, yes, &[], no, &[]);
                let (taken, other) = if wanted { (yes, no) } else { (no, yes) };
                self.seal_and_switch(taken);
                self.leave(&watched, target, target, exit::WATCHED, target);
                self.seal_and_switch(other);
                self.leave(&watched, next, next, exit::WATCHED, next);
            }
            _ => {
                let negated = matches!(i.operation(), Op::Not | Op::NotContains);
                let word = match negated {
                    true => self.bool_word_of(truth, Value::FALSE, Value::TRUE),
                    false => self.bool_word(truth),
                };
                self.define(i.a, word);
                let mut after = state.clone();
                after.set(i.a, Kind::Bool);
                let watched = self.watched_state(&after, Some(pc));
                self.leave(&watched, pc + 1, pc + 1, exit::WATCHED, pc + 1);
            }
        }
        self.seal_and_switch(on);
    }
}
