//! Loops: iterators, and the numbers of ranges in machine registers.
//!
//! The iterator of a loop over a range with step 1 that nobody else knows is left as it is while machine code runs the
//! loop ([`Kind::Range`]): its next number and its end are in machine registers. Whoever leaves writes the number back.

use super::{Emitter, helper};
use crate::calls;
use crate::flow;
use crate::kind::{self, Kind, State};
use crate::seeded::{self, Bug};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I16, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_interp::machine::helpers;
use orochi_object::iters::{self, ListIter, RangeIter, TupleIter};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_runtime::feedback::Seen;
use orochi_runtime::generator::PyGen;
use orochi_runtime::machine::Reason;

impl Emitter<'_, '_> {
    /// `GetIter` that is [`kind::makes_range`].
    pub(super) fn get_range_iterator(&mut self, state: &mut State, pc: u32, i: Instr) {
        let x = self.word(state, i.b);
        let (miss, fits) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(miss);
        self.check_sequence(x, iters::RANGE.get(), miss);
        self.b.ins().jump(fits, &[]);
        self.seal_and_switch(miss);
        self.leave(state, pc, Reason::Guard, pc);
        self.seal_and_switch(fits);
        self.prepare_always(state, pc);
        let iterator = self.call(helper!(get_iter), &[self.cx, x]);
        self.unless_left(iterator, state, pc);
        self.store(iterator, self.base, i.a as usize * 8);
        let mut plain = state.clone();
        plain.set_in_window(i.a);
        let counts = self.is_own_range(iterator);
        self.guard_for(counts, &plain, pc + 1, Reason::Guard, pc);
        self.load_range(i.a, iterator);
        kind::step(self.plan, state, pc);
    }

    /// `range(...)` that is [`Kind::Numbers`].
    pub(super) fn range_of_call(&mut self, state: &State, pc: u32, i: Instr) {
        let (first, n) = calls::arguments(state, i);
        let mut words = Vec::new();
        for r in first..first + n {
            let word = self.int_argument(state, pc, r);
            // Twice the limit of small ranges, for the tag: see `RangeIter`.
            let shifted = self.add(word, 2 * iters::RANGE_LIMIT);
            let fits = self.compare(IntCC::UnsignedLessThan, shifted, 4 * iters::RANGE_LIMIT);
            self.guard(fits, state, pc);
            words.push(word);
        }
        let (start, stop) = match words[..] {
            [start, stop] => (start, stop),
            _ => (self.constant(1), words[0]),
        };
        self.b.def_var(self.words[i.a as usize], start);
        self.b.def_var(self.stops[i.a as usize], stop);
    }

    /// `GetIter` of [`Kind::Numbers`]: the loop's own iterator.
    pub(super) fn iterate_numbers(&mut self, state: &State, pc: u32, i: Instr) {
        let start = self.b.use_var(self.words[i.b as usize]);
        let stop = self.b.use_var(self.stops[i.b as usize]);
        self.b.def_var(self.words[i.a as usize], start);
        self.b.def_var(self.stops[i.a as usize], stop);
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        let payload = size_of::<RangeIter>() - size_of::<Header>();
        let iterator = self.new_object(&iters::RANGE_ITERATOR, RangeIter::LAYOUT, payload, slow);
        let (first, end, one) = (self.untag(start), self.untag(stop), self.constant(1));
        for (value, offset) in [
            (first, core::mem::offset_of!(RangeIter, current)),
            (end, core::mem::offset_of!(RangeIter, stop)),
            (one, core::mem::offset_of!(RangeIter, step)),
            (one, core::mem::offset_of!(RangeIter, own)),
        ] {
            self.store(value, iterator, offset);
        }
        self.store(iterator, self.base, i.a as usize * 8);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let (first, end) = (self.untag(start), self.untag(stop));
        let made = self.call_rarely(helper!(own_range), &[self.cx, first, end]);
        self.unless_left(made, state, pc);
        self.store(made, self.base, i.a as usize * 8);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(done);
    }

    /// `GetIter` of what is taken for an exact list.
    pub(super) fn get_list_iterator(&mut self, state: &State, pc: u32, i: Instr) {
        let list = self.word(state, i.b);
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        self.check_sequence(list, types::LIST.get(), slow);
        let payload = size_of::<ListIter>() - size_of::<Header>();
        let iterator = self.new_object(&iters::LIST_ITERATOR, ListIter::LAYOUT, payload, slow);
        self.store(list, iterator, core::mem::offset_of!(ListIter, list));
        self.b.ins().jump(done, &[BlockArg::Value(iterator)]);
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let made = self.call(helper!(get_iter), &[self.cx, list]);
        self.unless_left(made, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(made)]);
        self.seal_and_switch(done);
        self.store(result, self.base, i.a as usize * 8);
        self.define(i.a, result);
    }

    /// Enters a loop whose iterator, in register `r`, is to be of [`Kind::Range`].
    pub(super) fn enter_range(&mut self, bare: &State, r: u16, pc: u32) {
        let iterator = self.load(self.base, r as usize * 8);
        self.guard_for(iterator, bare, pc, Reason::Plain, pc);
        let is_object = self.is_object(iterator);
        self.guard_for(is_object, bare, pc, Reason::Plain, pc);
        let counts = self.is_own_range(iterator);
        self.guard_for(counts, bare, pc, Reason::Plain, pc);
        self.load_range(r, iterator);
    }

    /// Whether an object is an iterator over a range with step 1 that its loop alone knows.
    fn is_own_range(&mut self, iterator: Ssa) -> Ssa {
        let is_range = self.has_layout(iterator, layout::RANGE_ITER);
        let (inside, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        let no = self.constant(0);
        self.b.ins().brif(is_range, inside, &[], done, &[BlockArg::Value(no)]);
        self.seal_and_switch(inside);
        let own = self.load(iterator, core::mem::offset_of!(RangeIter, own));
        let step = self.load(iterator, core::mem::offset_of!(RangeIter, step));
        let by_one = self.compare(IntCC::Equal, step, 1);
        let by_one = self.b.ins().uextend(I64, by_one);
        let both = self.b.ins().band(own, by_one);
        self.b.ins().jump(done, &[BlockArg::Value(both)]);
        self.seal_and_switch(done);
        result
    }

    pub(super) fn has_layout(&mut self, object: Ssa, layout: u16) -> Ssa {
        let at = core::mem::offset_of!(Header, layout) as i32;
        let own = self.b.ins().load(I16, MemFlagsData::trusted(), object, at);
        let wanted = self.b.ins().iconst(I16, i64::from(layout));
        self.b.ins().icmp(IntCC::Equal, own, wanted)
    }

    /// Takes the numbers of an iterator to machine registers.
    fn load_range(&mut self, r: u16, iterator: Ssa) {
        let current = self.load(iterator, core::mem::offset_of!(RangeIter, current));
        let stop = self.load(iterator, core::mem::offset_of!(RangeIter, stop));
        let (current, stop) = (self.tag(current), self.tag(stop));
        self.b.def_var(self.words[r as usize], current);
        self.b.def_var(self.stops[r as usize], stop);
    }

    /// Gives the iterator in register `r` of the window its next number.
    pub(super) fn write_back(&mut self, r: u16) {
        if seeded::has(Bug::WriteBack) {
            return;
        }
        let iterator = self.load(self.base, r as usize * 8);
        let word = self.b.use_var(self.words[r as usize]);
        let current = self.untag(word);
        self.store(current, iterator, core::mem::offset_of!(RangeIter, current));
    }

    /// `ForIter` and `ForLoop` with an iterator of [`Kind::Range`].
    fn next_in_register(&mut self, state: &State, pc: u32, i: Instr) {
        let (some, none) = (self.b.create_block(), self.b.create_block());
        let current = self.b.use_var(self.words[i.b as usize]);
        let stop = self.b.use_var(self.stops[i.b as usize]);
        let more = self.b.ins().icmp(IntCC::SignedLessThan, current, stop);
        self.b.ins().brif(more, some, &[], none, &[]);
        let (with_item, without) = self.ways_of_loop(pc, i);
        self.seal_and_switch(some);
        // The tag stays: two words further is the next number.
        let next = self.add(current, 2);
        self.b.def_var(self.words[i.b as usize], next);
        self.define(i.a, current);
        let mut after = state.clone();
        kind::step(self.plan, &mut after, pc);
        self.goto(pc, with_item, &after);
        self.seal_and_switch(none);
        let mut exhausted = state.clone();
        kind::exhaust(self.plan, &mut exhausted, pc);
        self.goto(pc, without, &exhausted);
    }

    /// Where a loop's instruction goes on with an item, and where without.
    fn ways_of_loop(&self, pc: u32, i: Instr) -> (u32, u32) {
        let (next, target) = flow::successors(self.plan, pc);
        let (Some(next), Some(target)) = (next, target) else { unreachable!("a loop") };
        match i.operation() {
            Op::ForLoop => (target, next),
            _ => (next, target),
        }
    }

    /// `ForIter` and `ForLoop`.
    pub(super) fn for_next(&mut self, state: &State, pc: u32, i: Instr) {
        if state.kinds[i.b as usize] == Kind::Range {
            self.next_in_register(state, pc, i);
            return;
        }
        let iterator = self.word(state, i.b);
        let (slow, some, none) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let item = self.b.append_block_param(some, I64);
        let seen = self.plan.seen(pc, i.b);
        let mut after = state.clone();
        kind::step(self.plan, &mut after, pc);
        let counted = kind::counts(self.plan, pc);
        match seen {
            Seen::Object(found @ (layout::RANGE_ITER | layout::LIST_ITER | layout::TUPLE_ITER)) => {
                self.b.set_cold_block(slow);
                let at = core::mem::offset_of!(Header, layout);
                let own = self.b.ins().load(I16, MemFlagsData::trusted(), iterator, at as i32);
                let wanted = self.b.ins().iconst(I16, i64::from(found));
                let same = self.b.ins().icmp(IntCC::Equal, own, wanted);
                self.unless(same, slow);
                match found {
                    layout::RANGE_ITER => self.next_number(iterator, some, none),
                    layout::LIST_ITER => self.next_of_list(iterator, slow, some),
                    _ => self.next_of_tuple(iterator, slow, some),
                }
            }
            _ => {
                self.b.ins().jump(slow, &[]);
            }
        }
        self.seal_and_switch(slow);
        if counted {
            self.leave(state, pc, Reason::Guard, pc);
        } else {
            let word = self.next_by_call(state, pc, i, iterator);
            self.unless_left(word, state, pc);
            let exhausted = self.compare(IntCC::Equal, word, helpers::DONE as i64);
            self.b.ins().brif(exhausted, none, &[], some, &[BlockArg::Value(word)]);
        }
        let (with_item, without) = self.ways_of_loop(pc, i);
        self.seal_and_switch(some);
        self.define(i.a, item);
        self.goto(pc, with_item, &after);
        self.seal_and_switch(none);
        let mut exhausted = state.clone();
        kind::exhaust(self.plan, &mut exhausted, pc);
        self.goto(pc, without, &exhausted);
    }

    /// The next item of any iterator, or [`helpers::DONE`], or 0 if this code has to be left.
    fn next_by_call(&mut self, state: &State, pc: u32, i: Instr, iterator: Ssa) -> Ssa {
        self.prepare(state, pc);
        let by_helper = |emitter: &mut Self| match kind::pair_of_loop(emitter.plan, pc) {
            Some(first) => {
                let to = emitter.add(emitter.base, i64::from(first) * 8);
                emitter.call(helper!(next_pair), &[emitter.cx, iterator, to])
            }
            None => emitter.call(helper!(next), &[emitter.cx, iterator]),
        };
        if self.plan.seen(pc, i.b) != Seen::Object(PyGen::LAYOUT) {
            return by_helper(self);
        }
        let (slow, joined) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(joined, I64);
        self.b.set_cold_block(slow);
        self.resume_in_line(iterator, i.b, slow, joined);
        self.seal_and_switch(slow);
        let word = by_helper(self);
        self.b.ins().jump(joined, &[BlockArg::Value(word)]);
        self.seal_and_switch(joined);
        result
    }

    fn next_number(&mut self, iterator: Ssa, some: Block, none: Block) {
        let current = self.load(iterator, core::mem::offset_of!(RangeIter, current));
        let stop = self.load(iterator, core::mem::offset_of!(RangeIter, stop));
        let step = self.load(iterator, core::mem::offset_of!(RangeIter, step));
        let up = self.compare(IntCC::SignedGreaterThan, step, 0);
        let below = self.b.ins().icmp(IntCC::SignedLessThan, current, stop);
        let above = self.b.ins().icmp(IntCC::SignedGreaterThan, current, stop);
        let more = self.b.ins().select(up, below, above);
        let on = self.b.create_block();
        self.b.ins().brif(more, on, &[], none, &[]);
        self.seal_and_switch(on);
        let next = self.b.ins().iadd(current, step);
        self.store(next, iterator, core::mem::offset_of!(RangeIter, current));
        let word = self.tag(current);
        self.b.ins().jump(some, &[BlockArg::Value(word)]);
    }

    /// The slow way ends the iteration.
    fn next_of_list(&mut self, iterator: Ssa, slow: Block, some: Block) {
        let list = self.load(iterator, core::mem::offset_of!(ListIter, list));
        self.unless(list, slow);
        let index = self.load(iterator, core::mem::offset_of!(ListIter, index));
        let length = self.load(list, PyList::LEN_OFFSET);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, index, length);
        self.unless(inside, slow);
        let item = self.cell(list, index, slow);
        let next = self.add(index, 1);
        self.store(next, iterator, core::mem::offset_of!(ListIter, index));
        self.b.ins().jump(some, &[BlockArg::Value(item)]);
    }

    fn next_of_tuple(&mut self, iterator: Ssa, slow: Block, some: Block) {
        let tuple = self.load(iterator, core::mem::offset_of!(TupleIter, tuple));
        self.unless(tuple, slow);
        let index = self.load(iterator, core::mem::offset_of!(TupleIter, index));
        let length = self.load(tuple, PyTuple::LEN_OFFSET);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, index, length);
        self.unless(inside, slow);
        let three = self.constant(3);
        let offset = self.b.ins().ishl(index, three);
        let at = self.b.ins().iadd(tuple, offset);
        let item = self.load(at, PyTuple::ITEMS_OFFSET);
        let next = self.add(index, 1);
        self.store(next, iterator, core::mem::offset_of!(TupleIter, index));
        self.b.ins().jump(some, &[BlockArg::Value(item)]);
    }
}
