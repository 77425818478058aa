//! Direct calls: from machine code to that of a Python function, which pushes its own frame.

use super::{Emitter, helper};
use crate::callee::{Callee, Construction, Source};
use crate::kind::State;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_heap::Mutator;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::offset;
use orochi_runtime::function::PyFunction;
use orochi_runtime::machine::REFUSED;

/// Where a call's arguments are.
#[derive(Clone, Copy)]
pub(super) enum Arguments<'c> {
    /// In the window, from this register on.
    Registers(u16),
    /// These words.
    Words(&'c [Ssa]),
}

/// A call whose callee's code was checked.
pub(super) struct Direct<'c> {
    pub callee: &'c Callee,
    pub function: Ssa,
    pub arguments: Arguments<'c>,
    /// The callee is the `__init__` of an instance, which is the result; the group of the call.
    pub made: Option<(&'c Construction, u16)>,
}

impl Emitter<'_, '_> {
    /// Calls the callee's machine code, if it has any; ends with a jump to `done` with the result, or to `slow`.
    pub(super) fn direct_call(
        &mut self,
        state: &State,
        pc: u32,
        call: Direct,
        (slow, done): (Block, Block),
    ) {
        let returned = self.b.create_block();
        let value = self.b.append_block_param(returned, I64);
        let entry = self.find_entry(&call, slow);
        let in_place = self.lies_in_place(&call);
        let window = match (in_place, call.arguments) {
            (true, Arguments::Registers(at)) => self.add(self.base, i64::from(at) * 8),
            _ => self.load(self.fp, offset::TOP),
        };
        if !in_place || call.callee.uses_defaults() {
            self.check_room(call.callee, window, slow);
        }
        if let Some((made, group)) = call.made {
            self.allocate(made, group, slow);
        }
        self.pass_arguments(&call, window, in_place);
        let refused = self.b.create_block();
        self.enter(state, pc, (entry, window, call.function), (refused, returned));
        self.seal_and_switch(refused);
        if let Some((made, group)) = call.made {
            self.restore_group(made, group);
        }
        self.b.ins().jump(slow, &[]);
        self.seal_and_switch(returned);
        let word = match call.made {
            Some((_, group)) => {
                self.check_init(state, pc, value);
                self.load(self.base, group as usize * 8)
            }
            None => value,
        };
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
    }

    /// Calls whatever Python function `callable` is, if it has machine code and as many parameters as there are arguments: `n` of them, in the
    /// window from register `first` on. Ends as [`direct_call`](Self::direct_call).
    pub(super) fn call_any_function(
        &mut self,
        state: &State,
        pc: u32,
        (callable, first, n): (Ssa, u16, u16),
        (slow, done): (Block, Block),
    ) {
        self.check_layout(callable, PyFunction::LAYOUT, slow);
        let code = self.load(callable, core::mem::offset_of!(PyFunction, code));
        let entry = self.load(code, PyCode::ENTRY_OFFSET);
        self.unless(entry, slow);
        let at = PyCode::DIRECT_ARGCOUNT_OFFSET as i32;
        let wanted = self.b.ins().uload32(MemFlagsData::trusted(), code, at);
        let fits = self.compare(IntCC::Equal, wanted, i64::from(n));
        self.unless(fits, slow);
        let window = self.add(self.base, i64::from(first) * 8);
        let returned = self.b.create_block();
        let value = self.b.append_block_param(returned, I64);
        let refused = self.b.create_block();
        self.enter(state, pc, (entry, window, callable), (refused, returned));
        self.seal_and_switch(refused);
        self.b.ins().jump(slow, &[]);
        self.seal_and_switch(returned);
        self.b.ins().jump(done, &[BlockArg::Value(value)]);
    }

    /// Calls the entry of a function's machine code; ends with a jump to `returned` with what it gave, or to `refused`.
    fn enter(
        &mut self,
        state: &State,
        pc: u32,
        (entry, window, function): (Ssa, Ssa, Ssa),
        (refused, returned): (Block, Block),
    ) {
        let signature = self.entry_signature();
        let args = [self.cx, self.fp, window, function];
        let inst = self.b.ins().call_indirect(signature, entry, &args);
        let word = self.b.inst_results(inst)[0];
        let (none, left) = (self.b.create_block(), self.b.create_block());
        for block in [none, refused, left] {
            self.b.set_cold_block(block);
        }
        self.b.ins().brif(word, returned, &[BlockArg::Value(word)], none, &[]);
        self.seal_and_switch(none);
        let exit = self.load(self.vm, offset::EXIT);
        let is_refused = self.compare(IntCC::Equal, exit, REFUSED as i64);
        self.b.ins().brif(is_refused, refused, &[], left, &[]);
        self.seal_and_switch(left);
        let frame = self.load(self.vm, offset::FP);
        let word = self.call(helper!(finish), &[self.cx, frame]);
        self.unless_left(word, state, pc);
        self.b.ins().jump(returned, &[BlockArg::Value(word)]);
    }

    /// Whether the arguments are where the callee's window begins: in its order, not in a generator's registers, which
    /// are in the heap. Else the window is on top of the stack.
    fn lies_in_place(&self, call: &Direct) -> bool {
        let in_window = matches!(call.arguments, Arguments::Registers(_));
        in_window && call.callee.in_order().is_some() && !self.plan.code.is_generator_like()
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
        let instance = self.bump(made.shape, (made.header, made.size), slow);
        self.store(instance, self.base, group as usize * 8);
        self.store(instance, self.base, (group as usize + 1) * 8);
    }

    /// Puts back what [`allocate`](Self::allocate) replaced: the callable, and that there is no receiver.
    fn restore_group(&mut self, made: &Construction, group: u16) {
        let (class, none) = (self.constant(made.class as i64), self.constant(0));
        self.store(class, self.base, group as usize * 8);
        self.store(none, self.base, (group as usize + 1) * 8);
    }

    /// The entry of the callee; goes to `slow` where it has no machine code, or other defaults.
    fn find_entry(&mut self, call: &Direct, slow: Block) -> Ssa {
        if call.callee.uses_defaults() {
            self.check_defaults(call.callee, call.function, slow);
        }
        let code = self.constant(call.callee.code as i64);
        let entry = self.load(code, PyCode::ENTRY_OFFSET);
        self.unless(entry, slow);
        entry
    }

    /// Goes on if the function has the defaults that the callee's parameters get.
    pub(super) fn check_defaults(&mut self, callee: &Callee, function: Ssa, miss: Block) {
        let defaults = self.load(function, core::mem::offset_of!(PyFunction, defaults));
        let same = self.compare(IntCC::Equal, defaults, callee.defaults as i64);
        self.unless(same, miss);
        let Some(keywords) = &callee.keywords else { return };
        let dict = self.load(function, core::mem::offset_of!(PyFunction, kwdefaults));
        let same = self.compare(IntCC::Equal, dict, keywords.dict as i64);
        self.unless(same, miss);
        let table = self.load(dict, PyDict::TABLE_OFFSET);
        let same = self.compare(IntCC::Equal, table, keywords.table as i64);
        self.unless(same, miss);
        for (slot, value) in &keywords.slots {
            let slot = self.constant(*slot as i64);
            let own = self.load(slot, 0);
            let same = self.compare(IntCC::Equal, own, *value as i64);
            self.unless(same, miss);
        }
    }

    /// Goes on if the callee's parameters fit: arguments are about to be written where the stack may end.
    fn check_room(&mut self, callee: &Callee, window: Ssa, slow: Block) {
        let end = self.add(window, callee.sources.len() as i64 * 8);
        let limit = self.load(self.cx, Mutator::POLL_OFFSET);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, limit);
        self.unless(fits, slow);
    }

    /// Writes the parameters to the callee's window, but for arguments that lie there.
    fn pass_arguments(&mut self, call: &Direct, window: Ssa, in_place: bool) {
        for (r, source) in call.callee.sources.iter().enumerate() {
            let word = match (*source, call.arguments) {
                (Source::Default(word), _) => self.constant(word as i64),
                (Source::Argument(_), _) if in_place => continue,
                (Source::Argument(n), Arguments::Registers(at)) => {
                    self.load(self.base, (at as usize + n as usize) * 8)
                }
                (Source::Argument(n), Arguments::Words(words)) => words[n as usize],
            };
            self.store(word, window, r * 8);
        }
    }
}
