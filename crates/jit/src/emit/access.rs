//! Globals, attributes, items and iteration.

use super::{Emitter, helper};
use crate::items;
use crate::kind::{self, Kind, State};
use crate::plan::{Case, Note, What};
use crate::seeded::{self, Bug};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I32, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_interp::iteration::IN_PARTS;
use orochi_object::dict::table::Table;
use orochi_object::intern;
use orochi_object::layout;
use orochi_object::list::Array;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_runtime::feedback::Seen;
use orochi_runtime::machine::Reason;

impl Emitter<'_, '_> {
    // ---- globals ---------------------------------------------------------------------------

    pub(super) fn load_global(&mut self, state: &mut State, pc: u32, i: Instr) {
        let (table, rows, slot, value, stable) = match self.plan.notes[pc as usize] {
            Note::Global { table, slot, value, stable } => (table, None, slot, value, stable),
            Note::Builtin { table, rows, slot, value, stable } => {
                (table, Some(rows), slot, value, stable)
            }
            _ => {
                self.prepare(state, pc);
                let word = self.global_by_helper(i);
                self.unless_left(word, state, pc);
                self.define(i.a, word);
                return;
            }
        };
        let same = self.same_globals(self.globals, table, rows);
        let slot = self.constant(slot as i64);
        if stable && seeded::has(Bug::Global) {
            return;
        }
        if self.plan.may_guess(pc) {
            self.guard_for(same, state, pc, Reason::Moved, pc);
            let found = self.load(slot, 0);
            if stable {
                let known = self.compare(IntCC::Equal, found, value as i64);
                self.guard_for(known, state, pc, Reason::Moved, pc);
            } else {
                self.guard_for(found, state, pc, Reason::Moved, pc);
                self.define(i.a, found);
            }
            return;
        }
        let (fast, slow, done) = self.three_ways(same);
        let result = self.b.append_block_param(done, I64);
        self.seal_and_switch(fast);
        let found = self.load(slot, 0);
        self.b.ins().brif(found, done, &[BlockArg::Value(found)], slow, &[]);
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let word = self.global_by_helper(i);
        self.unless_left(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        self.define(i.a, result);
    }

    /// Whether the table of a dict of globals is this one still, with so many rows where a builtin is meant.
    pub(super) fn same_globals(&mut self, globals: Ssa, table: u64, rows: Option<u64>) -> Ssa {
        let own = self.load(globals, PyDict::TABLE_OFFSET);
        let same = self.compare(IntCC::Equal, own, table as i64);
        let Some(rows) = rows else { return same };
        // Of the table that is meant, whether or not it is the dict's.
        let table = self.constant(table as i64);
        let filled = self.load(table, Table::FILLED_OFFSET);
        let unchanged = self.compare(IntCC::Equal, filled, rows as i64);
        self.b.ins().band(same, unchanged)
    }

    fn global_by_helper(&mut self, i: Instr) -> Ssa {
        let site = self.constant(i64::from(i.c));
        self.call_rarely(helper!(load_global), &[self.cx, self.fp, site])
    }

    /// Blocks for a fast way (if `test` holds), a cold slow one and where they meet; jumps to the first two.
    fn three_ways(&mut self, test: Ssa) -> (Block, Block, Block) {
        let blocks = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(blocks.1);
        self.b.ins().brif(test, blocks.0, &[], blocks.1, &[]);
        blocks
    }

    // ---- attributes ------------------------------------------------------------------------

    /// Goes on if the word is an object with this shape, whose class is what it was, else to `miss`.
    pub(super) fn check_shape(&mut self, word: Ssa, shape: u64, miss: Block) {
        let is_object = self.is_object(word);
        self.unless(is_object, miss);
        let same = self.has_shape(word, shape);
        self.unless(same, miss);
        if let Some((at, version)) = self.plan.version_of(shape) {
            self.check_version(at, version, miss);
        }
    }

    fn check_version(&mut self, at: usize, version: u64, miss: Block) {
        let at = self.constant(at as i64);
        let own = self.load(at, 0);
        let same = self.compare(IntCC::Equal, own, version as i64);
        self.unless(same, miss);
    }

    /// Whether an object has this shape.
    pub(super) fn has_shape(&mut self, object: Ssa, shape: u64) -> Ssa {
        let own = self.load(object, core::mem::offset_of!(Header, word));
        self.compare(IntCC::Equal, own, shape as i64)
    }

    /// Leaves unless register `r` holds an object with this shape, if that is not known already.
    pub(super) fn guard_shape(&mut self, state: &mut State, pc: u32, r: u16, shape: u64) {
        if state.kinds[r as usize] == Kind::Shaped(shape) {
            return;
        }
        let word = self.word(state, r);
        let miss = self.b.create_block();
        self.b.set_cold_block(miss);
        self.check_shape(word, shape, miss);
        self.finish_guard(miss, state, pc, Reason::Guard, pc);
        kind::refine_shape(state, r, shape);
    }

    /// Goes on if the receiver fits the case, else to `miss`.
    pub(super) fn check_case(&mut self, receiver: Ssa, case: &Case, miss: Block) {
        if let What::OfClass(_) = case.what {
            let same = self.compare(IntCC::Equal, receiver, case.key as i64);
            self.unless(same, miss);
        } else {
            let is_object = self.is_object(receiver);
            self.unless(is_object, miss);
            let same = self.has_shape(receiver, case.key);
            self.unless(same, miss);
        }
        self.check_version(case.version_at, case.version, miss);
    }

    fn cases(&self, pc: u32) -> Vec<Case> {
        match &self.plan.notes[pc as usize] {
            Note::Attr(cases) => cases.clone(),
            _ => Vec::new(),
        }
    }

    fn code_and_site(&mut self, i: Instr) -> (Ssa, Ssa) {
        let code = self.constant(self.plan.code.value().word() as i64);
        (code, self.constant(i64::from(i.c)))
    }

    pub(super) fn load_attr(&mut self, state: &mut State, pc: u32, i: Instr) {
        if let Some(case) = kind::guarded_case(self.plan, pc) {
            self.load_guarded(state, pc, i, case);
            return;
        }
        let receiver = self.word(state, i.b);
        let done = self.b.create_block();
        let result = self.b.append_block_param(done, I64);
        let slow = self.b.create_block();
        self.b.set_cold_block(slow);
        if kind::calls_getter(self.plan, pc) {
            self.prepare_always(state, pc);
        }
        for case in self.cases(pc) {
            let miss = self.b.create_block();
            match case.what {
                What::Getter(getter) => {
                    self.check_case(receiver, &case, miss);
                    self.getter(state, pc, (getter, receiver), (slow, done));
                }
                What::OfModule { table, slot, .. } => {
                    self.check_case(receiver, &case, miss);
                    let found = self.of_module(receiver, table, slot, slow);
                    self.b.ins().brif(found, done, &[BlockArg::Value(found)], slow, &[]);
                }
                What::Slot(offset) | What::Member(offset) => {
                    self.check_case(receiver, &case, miss);
                    let found = self.load(receiver, offset);
                    self.b.ins().brif(found, done, &[BlockArg::Value(found)], slow, &[]);
                }
                What::Value(word) | What::OfClass(word) => {
                    self.check_case(receiver, &case, miss);
                    let word = self.constant(word as i64);
                    self.b.ins().jump(done, &[BlockArg::Value(word)]);
                }
                What::Method(_) | What::Add(..) => {
                    self.b.ins().jump(miss, &[]);
                }
            }
            self.seal_and_switch(miss);
        }
        self.b.ins().jump(slow, &[]);
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let (code, site) = self.code_and_site(i);
        let args = [self.cx, code, receiver, site];
        let word = match self.cases(pc).is_empty() {
            true => self.call(helper!(load_attr), &args),
            false => self.call_rarely(helper!(load_attr), &args),
        };
        self.unless_left(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        self.define(i.a, result);
    }

    /// The attribute of a receiver that is guarded to be of one kind.
    fn load_guarded(&mut self, state: &mut State, pc: u32, i: Instr, case: Case) {
        self.guard_case(state, pc, i.b, &case);
        let word = match case.what {
            What::Value(word) => self.constant(word as i64),
            What::Slot(offset) | What::Member(offset) => {
                let receiver = self.word(state, i.b);
                let found = self.load(receiver, offset);
                self.guard(found, state, pc);
                found
            }
            _ => unreachable!("not guarded"),
        };
        self.define(i.a, word);
    }

    /// As [`guard_shape`](Self::guard_shape), for the receiver of a case.
    fn guard_case(&mut self, state: &mut State, pc: u32, r: u16, case: &Case) {
        if !seeded::has(Bug::Attribute) {
            self.guard_shape(state, pc, r, case.key);
        }
    }

    /// The word in the slot of a module's attribute; goes to `slow` if the module has another table.
    fn of_module(&mut self, module: Ssa, table: u64, slot: usize, slow: Block) -> Ssa {
        let dict = self.load(module, core::mem::offset_of!(PyModule, dict));
        let own = self.load(dict, PyDict::TABLE_OFFSET);
        let same = self.compare(IntCC::Equal, own, table as i64);
        self.unless(same, slow);
        let slot = self.constant(slot as i64);
        self.load(slot, 0)
    }

    pub(super) fn store_attr(&mut self, state: &mut State, pc: u32, i: Instr) {
        if let Some(case) = kind::guarded_case(self.plan, pc) {
            self.store_guarded(state, pc, i, case);
            return;
        }
        let (receiver, value) = (self.word(state, i.a), self.word(state, i.b));
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        for case in self.cases(pc) {
            let (offset, must_be_set) = match case.what {
                What::Slot(offset) => (offset, true),
                What::Member(offset) => (offset, false),
                What::Add(offset, shape) if cfg!(target_arch = "x86_64") => {
                    self.add_attribute(receiver, value, &case, (offset, shape), (slow, done));
                    continue;
                }
                _ => continue,
            };
            let miss = self.b.create_block();
            self.check_case(receiver, &case, miss);
            if must_be_set {
                let old = self.load(receiver, offset);
                self.unless(old, slow);
            }
            self.store(value, receiver, offset);
            self.barrier(receiver, offset);
            self.b.ins().jump(done, &[]);
            self.seal_and_switch(miss);
        }
        self.b.ins().jump(slow, &[]);
        self.seal_and_switch(slow);
        self.store_by_helper(state, pc, i, (receiver, value));
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(done);
    }

    /// A store into the attribute of a receiver that is guarded to be of one kind.
    fn store_guarded(&mut self, state: &mut State, pc: u32, i: Instr, case: Case) {
        self.guard_case(state, pc, i.a, &case);
        let (receiver, value) = (self.word(state, i.a), self.word(state, i.b));
        let (offset, must_be_set) = match case.what {
            What::Slot(offset) => (offset, true),
            What::Member(offset) => (offset, false),
            What::Add(offset, shape) => {
                let (slow, done) = (self.b.create_block(), self.b.create_block());
                self.b.set_cold_block(slow);
                self.add_in_shape(receiver, value, &case, (offset, shape), (slow, done));
                self.seal_and_switch(slow);
                kind::refine_shape(state, i.a, shape);
                self.store_by_helper(state, pc, i, (receiver, value));
                self.b.ins().jump(done, &[]);
                self.seal_and_switch(done);
                return;
            }
            _ => unreachable!("not guarded"),
        };
        if must_be_set {
            let old = self.load(receiver, offset);
            self.guard(old, state, pc);
        }
        self.store(value, receiver, offset);
        self.barrier(receiver, offset);
    }

    fn store_by_helper(&mut self, state: &State, pc: u32, i: Instr, (receiver, value): (Ssa, Ssa)) {
        self.prepare(state, pc);
        let (code, site) = self.code_and_site(i);
        let args = [self.cx, code, receiver, value, site];
        let stored = match self.cases(pc).is_empty() {
            true => self.call(helper!(store_attr), &args),
            false => self.call_rarely(helper!(store_attr), &args),
        };
        self.unless_left(stored, state, pc);
    }

    /// A store that adds an attribute: the object's lock, the value, then the new shape (instance.rs, rule 3). Goes on
    /// if the receiver does not fit the case.
    fn add_attribute(
        &mut self,
        receiver: Ssa,
        value: Ssa,
        case: &Case,
        (offset, shape): (usize, u64),
        (slow, done): (Block, Block),
    ) {
        let miss = self.b.create_block();
        self.check_case(receiver, case, miss);
        self.add_in_shape(receiver, value, case, (offset, shape), (slow, done));
        self.seal_and_switch(miss);
    }

    /// As [`add_attribute`](Self::add_attribute), for a receiver that fits the case. Ends the block.
    fn add_in_shape(
        &mut self,
        receiver: Ssa,
        value: Ssa,
        case: &Case,
        (offset, shape): (usize, u64),
        (slow, done): (Block, Block),
    ) {
        let changed = self.b.create_block();
        self.b.set_cold_block(changed);
        let held = self.take_lock(receiver, slow);
        let word = core::mem::offset_of!(Header, word);
        let own = self.load(receiver, word);
        let same = self.compare(IntCC::Equal, own, case.key as i64);
        self.unless(same, changed);
        self.store(value, receiver, offset);
        self.barrier(receiver, offset);
        let shape = self.constant(shape as i64);
        self.store(shape, receiver, word);
        self.barrier(receiver, word);
        self.release_lock(receiver, held);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(changed);
        self.release_lock(receiver, held);
        self.b.ins().jump(slow, &[]);
    }

    /// After a store into the slot at `offset` of `object`.
    pub(super) fn barrier(&mut self, object: Ssa, offset: usize) {
        let slot = self.add(object, offset as i64);
        self.barrier_at(object, slot);
    }

    /// After a store into `slot`, which is one of `object`'s.
    pub(super) fn barrier_at(&mut self, object: Ssa, slot: Ssa) {
        let at = core::mem::offset_of!(Header, gc);
        let bits = self.b.ins().load(I8, MemFlagsData::trusted(), object, at as i32);
        let mask = self.b.ins().iconst(I8, i64::from(orochi_heap::UNLOGGED));
        let old = self.b.ins().band(bits, mask);
        let (log, on) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(log);
        self.b.ins().brif(old, log, &[], on, &[]);
        self.seal_and_switch(log);
        self.call_quietly(self.stubs.barrier, &[self.cx, object, slot]);
        self.b.ins().jump(on, &[]);
        self.seal_and_switch(on);
    }

    pub(super) fn load_method(&mut self, state: &mut State, pc: u32, i: Instr) {
        let receiver = self.word(state, i.b);
        if let Some((case, _)) = kind::single_method(self.plan, pc) {
            self.guard_shape(state, pc, i.b, case.key);
            match state.kinds[i.b as usize] {
                Kind::Float => {
                    let float = self.b.use_var(self.floats[i.b as usize]);
                    self.b.def_var(self.floats[i.a as usize + 1], float);
                }
                _ => self.define(i.a + 1, receiver),
            }
            return;
        }
        if let Some((case, value)) = kind::single_of_module(self.plan, pc) {
            self.function_of_module(state, pc, receiver, (case, value));
            return;
        }
        let done = self.b.create_block();
        let function = self.b.append_block_param(done, I64);
        let at = (i.a as usize + 1) * 8;
        for case in self.cases(pc) {
            if let What::Method(word) = case.what {
                let miss = self.b.create_block();
                self.check_case(receiver, &case, miss);
                self.store(receiver, self.base, at);
                let word = self.constant(word as i64);
                self.b.ins().jump(done, &[BlockArg::Value(word)]);
                self.seal_and_switch(miss);
            }
        }
        self.prepare(state, pc);
        let (code, site) = self.code_and_site(i);
        let place = self.add(self.base, at as i64);
        let word = self.call(helper!(load_method), &[self.cx, code, receiver, site, place]);
        self.unless_left(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        self.define(i.a, function);
    }

    /// Leaves unless `module` has this value still.
    fn function_of_module(
        &mut self,
        state: &State,
        pc: u32,
        module: Ssa,
        (case, value): (Case, u64),
    ) {
        let What::OfModule { table, slot, .. } = case.what else { unreachable!("of a module") };
        let (miss, on) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(miss);
        self.check_case(module, &case, miss);
        let found = self.of_module(module, table, slot, miss);
        let same = self.compare(IntCC::Equal, found, value as i64);
        self.b.ins().brif(same, on, &[], miss, &[]);
        self.seal_and_switch(miss);
        self.leave(state, pc, Reason::Moved, pc);
        self.seal_and_switch(on);
    }

    // ---- items -----------------------------------------------------------------------------

    pub(super) fn get_item(&mut self, state: &mut State, pc: u32, i: Instr) {
        let sequence = items::indexes(self.plan, state, pc);
        let key = match i.operation() {
            Op::GetItemI => self.constant(i64::from(i.imm_c()) << 1 | 1),
            _ if sequence.is_some() => self.int_operand(state, pc, i.c),
            _ => self.word(state, i.c),
        };
        if sequence.is_some() {
            self.guard_sequence(state, pc, i.b);
        }
        let object = self.word(state, i.b);
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        match sequence {
            Some(found) => {
                self.b.set_cold_block(slow);
                self.check_known(state, i.b, found, slow);
                let item = self.item_of_sequence(object, key, found, slow);
                self.b.ins().jump(done, &[BlockArg::Value(item)]);
            }
            None if self.is_operator(pc) => {
                self.b.set_cold_block(slow);
                self.prepare_operator(state, pc);
                self.operator(state, pc, (object, key), (slow, done));
            }
            None => {
                self.b.ins().jump(slow, &[]);
            }
        }
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let args = [self.cx, object, key];
        let word = match sequence {
            Some(_) => self.call_rarely(helper!(get_item), &args),
            None => self.call(helper!(get_item), &args),
        };
        self.unless_left(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        self.define(i.a, result);
    }

    /// Leaves unless register `r` is of the sequences it has been, if it has been one.
    fn guard_sequence(&mut self, state: &mut State, pc: u32, r: u16) {
        if let Some(class) = items::exact(self.plan, pc, r) {
            self.guard_shape(state, pc, r, class.root_shape().value().word());
        }
    }

    /// Goes on if register `r` is an exact sequence of this layout, else to `slow`.
    pub(super) fn check_known(&mut self, state: &State, r: u16, found: u16, slow: Block) {
        let Some(class) = items::sequence_class(found) else { return };
        let shape = class.get().root_shape().value().word();
        if state.kinds[r as usize] != Kind::Shaped(shape) {
            let object = self.word(state, r);
            self.check_sequence(object, class.get(), slow);
        }
    }

    /// The item at a small int of an exact list, tuple, str or bytes.
    fn item_of_sequence(&mut self, object: Ssa, key: Ssa, found: u16, slow: Block) -> Ssa {
        if found == layout::LIST {
            return self.item_of_list(object, key, slow);
        }
        let length = self.length_of(object, found);
        let index = self.position(key, length, slow);
        match found {
            layout::TUPLE => {
                let at = self.element(object, index);
                self.load(at, PyTuple::ITEMS_OFFSET)
            }
            layout::STR => self.character(object, index, slow),
            _ => {
                let byte = self.byte(object, index, PyBytes::DATA_OFFSET);
                self.tag(byte)
            }
        }
    }

    /// The item of a list. Cells behind the length are UNSET, so the capacity says enough of an index that is not negative.
    fn item_of_list(&mut self, list: Ssa, key: Ssa, slow: Block) -> Ssa {
        let array = self.load(list, PyList::ARRAY_OFFSET);
        self.unless(array, slow);
        let (negative, on) = (self.b.create_block(), self.b.create_block());
        let index = self.b.append_block_param(on, I64);
        self.b.set_cold_block(negative);
        let n = self.untag(key);
        let capacity = self.load(array, Array::CAPACITY_OFFSET);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, n, capacity);
        self.b.ins().brif(inside, on, &[BlockArg::Value(n)], negative, &[]);
        self.seal_and_switch(negative);
        let length = self.load(list, PyList::LEN_OFFSET);
        let from_end = self.from_end(n, length, slow);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, from_end, capacity);
        self.b.ins().brif(inside, on, &[BlockArg::Value(from_end)], slow, &[]);
        self.seal_and_switch(on);
        let cell = self.element(array, index);
        let item = self.load(cell, Array::CELLS_OFFSET);
        self.unless(item, slow);
        item
    }

    /// The length of an exact list, tuple, str or bytes.
    pub(super) fn length_of(&mut self, object: Ssa, found: u16) -> Ssa {
        let at = match found {
            layout::LIST => PyList::LEN_OFFSET,
            layout::TUPLE => PyTuple::LEN_OFFSET,
            layout::STR => PyStr::LEN_OFFSET,
            _ => PyBytes::LEN_OFFSET,
        };
        self.load(object, at)
    }

    /// The one-character string at an index of a str of narrow characters.
    fn character(&mut self, text: Ssa, index: Ssa, slow: Block) -> Ssa {
        self.unless_narrow(text, slow);
        let byte = self.byte(text, index, PyStr::TEXT_OFFSET);
        let cells = self.constant(intern::latin1_cells().as_ptr() as i64);
        let at = self.element(cells, byte);
        let character = self.load(at, 0);
        self.unless(character, slow);
        character
    }

    /// Goes on if a str's characters are bytes that follow it.
    pub(super) fn unless_narrow(&mut self, text: Ssa, slow: Block) {
        let at = PyStr::FORM_OFFSET as i32;
        let form = self.b.ins().load(I32, MemFlagsData::trusted(), text, at);
        let mask = self.b.ins().iconst(I32, i64::from(PyStr::NARROW_MASK));
        let form = self.b.ins().band(form, mask);
        let wanted = self.b.ins().iconst(I32, i64::from(PyStr::NARROW_IN_PLACE));
        let narrow = self.b.ins().icmp(IntCC::Equal, form, wanted);
        self.unless(narrow, slow);
    }

    /// The byte at an index behind an offset.
    pub(super) fn byte(&mut self, object: Ssa, index: Ssa, offset: usize) -> Ssa {
        let at = self.b.ins().iadd(object, index);
        let byte = self.b.ins().load(I8, MemFlagsData::trusted(), at, offset as i32);
        self.b.ins().uextend(I64, byte)
    }

    /// The address of word `index` from `start` on.
    fn element(&mut self, start: Ssa, index: Ssa) -> Ssa {
        let three = self.constant(3);
        let offset = self.b.ins().ishl(index, three);
        self.b.ins().iadd(start, offset)
    }

    /// `UnpackSequence`: the items of an exact tuple in line.
    pub(super) fn unpack(&mut self, state: &mut State, pc: u32, i: Instr) {
        let sequence = self.word(state, i.b);
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        if kind::is_pair_of_loop(self.plan, pc) {
            let (stored, other) = (self.b.create_block(), self.b.create_block());
            let in_parts = self.compare(IntCC::Equal, sequence, IN_PARTS as i64);
            self.b.ins().brif(in_parts, stored, &[], other, &[]);
            self.seal_and_switch(stored);
            for r in i.a..i.a + i.c {
                self.reload(r);
            }
            self.b.ins().jump(done, &[]);
            self.seal_and_switch(other);
        }
        self.check_sequence(sequence, types::TUPLE.get(), slow);
        let length = self.load(sequence, PyTuple::LEN_OFFSET);
        let fits = self.compare(IntCC::Equal, length, i64::from(i.c));
        self.unless(fits, slow);
        let items: Vec<Ssa> = (0..i.c as usize)
            .map(|at| self.load(sequence, PyTuple::ITEMS_OFFSET + at * 8))
            .collect();
        for (r, item) in (i.a..).zip(&items) {
            self.define(r, *item);
        }
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let to = self.add(self.base, i64::from(i.a) * 8);
        let n = self.constant(i64::from(i.c));
        let args = [self.cx, sequence, n, to];
        let unpacked = match self.plan.seen(pc, i.b) {
            Seen::Object(layout::TUPLE) => self.call_rarely(helper!(unpack), &args),
            _ => self.call(helper!(unpack), &args),
        };
        self.unless_left(unpacked, state, pc);
        for r in i.a..i.a + i.c {
            self.reload(r);
        }
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(done);
        kind::step(self.plan, state, pc);
    }

    /// Goes on if `object` is an exact instance of this built-in class.
    pub(super) fn check_sequence(&mut self, object: Ssa, class: Ref<PyType>, slow: Block) {
        let is_object = self.is_object(object);
        self.unless(is_object, slow);
        let shape = self.load(object, core::mem::offset_of!(Header, word));
        let same = self.compare(IntCC::Equal, shape, class.root_shape().value().word() as i64);
        self.unless(same, slow);
    }

    /// The item of a list at an index below its length (`list.rs`, rule 3).
    pub(super) fn cell(&mut self, list: Ssa, index: Ssa, slow: Block) -> Ssa {
        let array = self.load(list, PyList::ARRAY_OFFSET);
        self.unless(array, slow);
        let slot = self.slot_of_array(array, index, slow);
        let item = self.load(slot, 0);
        self.unless(item, slow);
        item
    }

    /// The position that a small int means in a sequence of this length; goes to `outside` if there is none.
    pub(super) fn position(&mut self, key: Ssa, length: Ssa, outside: Block) -> Ssa {
        let n = self.untag(key);
        let (negative, on) = (self.b.create_block(), self.b.create_block());
        let index = self.b.append_block_param(on, I64);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, n, length);
        self.b.ins().brif(inside, on, &[BlockArg::Value(n)], negative, &[]);
        self.seal_and_switch(negative);
        let from_end = self.from_end(n, length, outside);
        self.b.ins().jump(on, &[BlockArg::Value(from_end)]);
        self.seal_and_switch(on);
        index
    }

    /// The position that a number counts from the end of a sequence of this length; goes to `outside` if there is none.
    fn from_end(&mut self, n: Ssa, length: Ssa, outside: Block) -> Ssa {
        let from_end = self.b.ins().iadd(n, length);
        let from_end = if seeded::has(Bug::Index) { self.add(from_end, -1) } else { from_end };
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, from_end, length);
        self.unless(inside, outside);
        from_end
    }

    /// The address of a cell of an array; goes to `outside` if it has too few.
    pub(super) fn slot_of_array(&mut self, array: Ssa, index: Ssa, outside: Block) -> Ssa {
        let capacity = self.load(array, Array::CAPACITY_OFFSET);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, index, capacity);
        self.unless(inside, outside);
        let at = self.element(array, index);
        self.add(at, Array::CELLS_OFFSET as i64)
    }

    /// `SetItem` into what is taken for an exact list, by a small int: what `Edit::set` does, under the list's lock.
    pub(super) fn set_item_of_list(&mut self, state: &mut State, pc: u32, i: Instr) {
        let key = self.int_operand(state, pc, i.b);
        self.guard_sequence(state, pc, i.a);
        let (list, value) = (self.word(state, i.a), self.word(state, i.c));
        let (outside, slow, done) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(outside);
        self.b.set_cold_block(slow);
        self.check_known(state, i.a, layout::LIST, slow);
        let held = self.take_lock(list, slow);
        let length = self.load(list, PyList::LEN_OFFSET);
        let index = self.position(key, length, outside);
        let array = self.load(list, PyList::ARRAY_OFFSET);
        self.unless(array, outside);
        let slot = self.slot_of_array(array, index, outside);
        let version = self.load(array, Array::VERSION_OFFSET);
        let one = self.constant(1);
        let odd = self.b.ins().bor(version, one);
        self.store(odd, array, Array::VERSION_OFFSET);
        self.store(value, slot, 0);
        self.barrier_at(array, slot);
        let even = self.add(odd, 1);
        self.store(even, array, Array::VERSION_OFFSET);
        self.release_lock(list, held);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(outside);
        self.release_lock(list, held);
        self.b.ins().jump(slow, &[]);
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let stored = self.call_rarely(helper!(set_item), &[self.cx, list, key, value]);
        self.unless_left(stored, state, pc);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(done);
        kind::step(self.plan, state, pc);
    }
}
