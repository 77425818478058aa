//! Attributes and globals of inlined functions. What was compared once on a way is not compared again.

use super::super::Emitter;
use super::objects::Store;
use super::{Operand, Return, Way};
use crate::callee::{Passed, Target};
use crate::plan::{Case, Note, What};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value as Ssa};
use orochi_bytecode::Instr;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::shape::Shape;
use orochi_runtime::function::PyFunction;

impl<'a> Emitter<'a, '_> {
    /// Compares the word at an address with what it was.
    pub(super) fn check_word(&mut self, way: &mut Way<'a>, at: usize, word: u64) {
        if way.compared.contains(&(at, word)) {
            return;
        }
        let address = self.constant(at as i64);
        let own = self.load(address, 0);
        let same = self.compare(IntCC::Equal, own, word as i64);
        self.unless(same, way.ends.fail);
        way.compared.push((at, word));
    }

    /// Compares the shape of an object and its class's version with those of a case.
    fn check_object(&mut self, way: &mut Way<'a>, object: Ssa, case: &Case) {
        if !way.shapes.contains(&(object, case.key)) {
            self.check_is_object(way, object);
            let same = self.has_shape(object, case.key);
            self.unless(same, way.ends.fail);
            way.shapes.push((object, case.key));
        }
        self.check_word(way, case.version_at, case.version);
    }

    /// Compares the class of an operand.
    pub(super) fn check_operand(
        &mut self,
        way: &mut Way<'a>,
        operand: Operand,
        class: u64,
    ) -> Option<()> {
        match operand {
            Operand::Made(number) => (way.instances[number].made.class == class).then_some(()),
            Operand::Word(object) if way.classes.contains(&(object, class)) => Some(()),
            Operand::Word(object) => {
                self.check_is_object(way, object);
                let shape = self.load(object, core::mem::offset_of!(Header, word));
                let own = self.load(shape, Shape::CLASS_OFFSET);
                let same = self.compare(IntCC::Equal, own, class as i64);
                self.unless(same, way.ends.fail);
                way.classes.push((object, class));
                Some(())
            }
            _ => None,
        }
    }

    /// The case that an operand fits: of a word, the only one, or the first one, the others being other ways, which begin with the
    /// instruction at `pc` again. `None` if there are too many.
    fn only_case(&mut self, way: &mut Way<'a>, pc: u32, receiver: Operand) -> Option<Case> {
        let Note::Attr(cases) = way.note(pc) else { return None };
        match receiver {
            Operand::Made(number) => way.instances[number].case(cases),
            Operand::Known(word) => self.case_of_known(way, cases, word),
            Operand::Word(object) => {
                if let Some((_, shape)) = way.shapes.iter().find(|(own, _)| *own == object) {
                    let case = *cases.iter().find(|case| case.key == *shape)?;
                    self.check_object(way, object, &case);
                    return Some(case);
                }
                let of_class = |case: &Case| matches!(case.what, What::OfClass(_));
                let (last, others) = cases.split_last().filter(|_| !cases.iter().any(of_class))?;
                for case in others {
                    let mut other = way.fork()?;
                    other.scope().pc = pc;
                    other.shapes.push((object, case.key));
                    let (is_it, on) = (self.b.create_block(), self.b.create_block());
                    self.check_is_object(way, object);
                    let same = self.has_shape(object, case.key);
                    self.b.ins().brif(same, is_it, &[], on, &[]);
                    self.seal_and_switch(is_it);
                    self.go(other);
                    self.seal_and_switch(on);
                }
                self.check_object(way, object, last);
                Some(*last)
            }
            _ => None,
        }
    }

    /// The case that a known class or module fits.
    fn case_of_known(&mut self, way: &mut Way<'a>, cases: &[Case], word: u64) -> Option<Case> {
        let is_module = Value::from_word(word)?.downcast::<PyModule>().is_some();
        let case = match cases {
            [case] if is_module && matches!(case.what, What::OfModule { .. }) => {
                self.check_word(way, word as usize + core::mem::offset_of!(Header, word), case.key);
                case
            }
            cases => cases
                .iter()
                .find(|case| matches!(case.what, What::OfClass(_)) && case.key == word)?,
        };
        self.check_word(way, case.version_at, case.version);
        Some(*case)
    }

    fn check_is_object(&mut self, way: &Way, word: Ssa) {
        let is_object = self.is_object(word);
        self.unless(is_object, way.ends.fail);
    }

    pub(super) fn inline_load_attr(&mut self, way: &mut Way<'a>, pc: u32, i: Instr) -> Option<()> {
        let receiver = way.get(i.b)?;
        if let Some(word) = self.slot_of_any(way, pc, receiver) {
            way.set(i.a, Operand::Word(word));
            return Some(());
        }
        let case = self.only_case(way, pc, receiver)?;
        let result = match (case.what, receiver) {
            (What::Slot(offset) | What::Member(offset), Operand::Made(number)) => {
                way.instances[number].at(offset)?
            }
            (What::Slot(offset) | What::Member(offset), Operand::Word(object)) => {
                self.load_slot(way, object, offset)
            }
            (What::Value(word) | What::OfClass(word), _) => Operand::Known(word),
            (What::OfModule { table, slot, .. }, Operand::Known(module)) => {
                Operand::Word(self.word_of_module(way, module, table, slot))
            }
            (What::Getter(getter), _) => return self.enter_getter(way, getter, receiver, i.a),
            _ => return None,
        };
        let result = match result {
            // SAFETY: a value that the plan keeps.
            Operand::Known(word) => self.known(unsafe { Value::from_word_unchecked(word) }),
            other => other,
        };
        way.set(i.a, result);
        Some(())
    }

    /// The word of an attribute that objects of several shapes have in their own slots: the ways meet again.
    fn slot_of_any(&mut self, way: &mut Way<'a>, pc: u32, receiver: Operand) -> Option<Ssa> {
        let Operand::Word(object) = receiver else { return None };
        let Note::Attr(cases) = way.note(pc) else { return None };
        let offset = |case: &Case| match case.what {
            What::Slot(offset) | What::Member(offset) => Some(offset),
            _ => None,
        };
        let offsets: Vec<usize> = cases.iter().map(offset).collect::<Option<_>>()?;
        let is_stored = way.stores.iter().any(|store| offsets.contains(&store.offset));
        let is_known = cases.iter().any(|case| way.shapes.contains(&(object, case.key)));
        if cases.len() == 1 || is_stored || is_known {
            return None;
        }
        let done = self.b.create_block();
        let result = self.b.append_block_param(done, I64);
        for (case, offset) in cases.iter().zip(offsets) {
            let miss = self.b.create_block();
            self.check_case(object, case, miss);
            let found = self.load(object, offset);
            self.unless(found, way.ends.fail);
            self.b.ins().jump(done, &[BlockArg::Value(found)]);
            self.seal_and_switch(miss);
        }
        self.b.ins().jump(way.ends.fail, &[]);
        self.seal_and_switch(done);
        Some(result)
    }

    /// What lies in the slot of an object: what is to be stored there, or the word.
    fn load_slot(&mut self, way: &mut Way<'a>, object: Ssa, offset: usize) -> Operand {
        for store in way.stores.clone().iter().rev().filter(|store| store.offset == offset) {
            if store.object == object {
                return store.value;
            }
            let other = self.b.ins().icmp(IntCC::NotEqual, store.object, object);
            self.unless(other, way.ends.fail);
        }
        let known = way.loads.iter().find(|(own, at, _)| (*own, *at) == (object, offset));
        if let Some((.., word)) = known {
            return Operand::Word(*word);
        }
        let found = self.load(object, offset);
        self.unless(found, way.ends.fail);
        way.loads.push((object, offset, found));
        Operand::Word(found)
    }

    /// What a known module has in an attribute's slot.
    fn word_of_module(&mut self, way: &mut Way<'a>, module: u64, table: u64, slot: usize) -> Ssa {
        self.check_module(way, module, table);
        let address = self.constant(slot as i64);
        let found = self.load(address, 0);
        self.unless(found, way.ends.fail);
        found
    }

    fn check_module(&mut self, way: &Way, module: u64, table: u64) {
        let module = self.constant(module as i64);
        let dict = self.load(module, core::mem::offset_of!(PyModule, dict));
        let same = self.same_globals(dict, table, None);
        self.unless(same, way.ends.fail);
    }

    /// `LoadMethod`: a function found on the class, or what a module has.
    pub(super) fn inline_load_method(
        &mut self,
        way: &mut Way<'a>,
        pc: u32,
        i: Instr,
    ) -> Option<()> {
        let receiver = way.get(i.b)?;
        let case = self.only_case(way, pc, receiver)?;
        let (function, first) = match (case.what, receiver) {
            (What::Method(function), _) => (function, receiver),
            (What::OfModule { table, slot, value }, Operand::Known(module)) => {
                self.check_module(way, module, table);
                self.check_word(way, slot, value);
                (value, Operand::Known(0))
            }
            _ => return None,
        };
        way.set(i.a, Operand::Known(function));
        way.set(i.a + 1, first);
        Some(())
    }

    pub(super) fn inline_store_attr(&mut self, way: &mut Way<'a>, pc: u32, i: Instr) -> Option<()> {
        let (receiver, value) = (way.get(i.a)?, way.get(i.b)?);
        if let Operand::Made(number) = receiver {
            let Note::Attr(cases) = way.note(pc) else { return None };
            return self.store_into_made(way, number, cases, value);
        }
        let Operand::Word(object) = receiver else { return None };
        let case = self.only_case(way, pc, receiver)?;
        let offset = match case.what {
            What::Slot(offset) => {
                self.load_slot(way, object, offset);
                offset
            }
            What::Member(offset) => offset,
            _ => return None,
        };
        way.stores.push(Store { object, offset, value });
        Some(())
    }

    pub(super) fn inline_global(&mut self, way: &mut Way<'a>, pc: u32) -> Option<Operand> {
        let scope = way.scope();
        let (table, rows, slot, value, stable) = match scope.body.notes[pc as usize] {
            Note::Global { table, slot, value, stable } => (table, None, slot, value, stable),
            Note::Builtin { table, rows, slot, value, stable } => {
                (table, Some(rows), slot, value, stable)
            }
            _ => return None,
        };
        let function = scope.function;
        let globals = self.load(function, core::mem::offset_of!(PyFunction, globals));
        let same = self.same_globals(globals, table, rows);
        self.unless(same, way.ends.fail);
        if stable {
            self.check_word(way, slot, value);
            return Some(Operand::Known(value));
        }
        let address = self.constant(slot as i64);
        let found = self.load(address, 0);
        self.unless(found, way.ends.fail);
        Some(Operand::Word(found))
    }

    /// Begins the getter of a property.
    fn enter_getter(
        &mut self,
        way: &mut Way<'a>,
        getter: u64,
        receiver: Operand,
        register: u16,
    ) -> Option<()> {
        let plan = self.plan;
        let Some(Target::Function(callee)) = plan.target(getter, Passed::positional(1)) else {
            return None;
        };
        self.enter_function(way, callee, &[receiver], Return::Register(register))
    }
}
