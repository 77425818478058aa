//! Instances that are made within inlined functions, and what those store.
//!
//! A new instance is no more than its attributes' values as long as nobody else can know it: one that is only read from
//! is never allocated. It gets its place in memory where its word is wanted: as the result, or in another object.

use super::super::Emitter;
use super::{Operand, Return, Way};
use crate::callee::Construction;
use crate::plan::{Case, What};
use cranelift_codegen::ir::Value as Ssa;
use orochi_object::prelude::*;

/// An instance that is made.
#[derive(Clone)]
pub(super) struct Instance<'p> {
    pub made: &'p Construction,
    /// Its shape so far.
    pub shape: u64,
    /// Its attributes, by offset.
    slots: Vec<(usize, Operand)>,
    /// Its word, if it has its place in memory.
    word: Option<Ssa>,
    /// Whether its attributes are being given theirs.
    is_busy: bool,
}

impl Instance<'_> {
    fn put(&mut self, offset: usize, value: Operand) {
        self.slots.retain(|(at, _)| *at != offset);
        self.slots.push((offset, value));
    }

    /// An attribute, if it has it.
    pub(super) fn at(&self, offset: usize) -> Option<Operand> {
        self.slots.iter().find(|(at, _)| *at == offset).map(|(_, value)| *value)
    }

    /// Which of these cases it is.
    pub(super) fn case(&self, cases: &[Case]) -> Option<Case> {
        let fits = |case: &&Case| case.key == self.shape && case.version == self.made.version;
        cases.iter().find(fits).copied()
    }
}

/// A store into an attribute that is done at the end.
#[derive(Clone, Copy)]
pub(super) struct Store {
    pub object: Ssa,
    pub offset: usize,
    pub value: Operand,
}

impl<'a> Emitter<'a, '_> {
    /// Begins a new instance and its `__init__`.
    pub(super) fn enter_init(
        &mut self,
        way: &mut Way<'a>,
        made: &'a Construction,
        args: &[Operand],
        back: Return,
    ) -> Option<()> {
        self.check_word(way, made.class as usize + PyType::VERSION_OFFSET, made.version);
        let number = way.instances.len();
        let instance =
            Instance { made, shape: made.shape, slots: Vec::new(), word: None, is_busy: false };
        way.instances.push(instance);
        let args = [&[Operand::Made(number)], args].concat();
        let function = self.constant(made.init.function as i64);
        self.enter_body(way, &made.init, function, &args, back)?;
        way.scope().init_of = Some(number);
        Some(())
    }

    /// A store into an instance that is made. One that has its place in memory is not stored into any more.
    pub(super) fn store_into_made(
        &mut self,
        way: &mut Way<'a>,
        number: usize,
        cases: &[Case],
        value: Operand,
    ) -> Option<()> {
        let instance = &mut way.instances[number];
        let case = instance.case(cases).filter(|_| instance.word.is_none())?;
        match case.what {
            What::Add(offset, shape) if offset + 8 <= instance.made.size => {
                instance.put(offset, value);
                instance.shape = shape;
            }
            What::Slot(offset) | What::Member(offset) => instance.put(offset, value),
            _ => return None,
        }
        Some(())
    }

    /// The word of an instance, with its attributes in memory; goes to `fail` if there is no room. It is young and nobody
    /// knows it, so it needs no lock and no barrier.
    pub(super) fn materialize(&mut self, way: &mut Way<'a>, number: usize) -> Option<Ssa> {
        let instance = way.instances[number].clone();
        if let Some(word) = instance.word {
            return Some(word);
        }
        // An `__init__` that is not over may store into it yet; one that leads to itself is not worth the trouble.
        if instance.is_busy || way.scopes.iter().any(|scope| scope.init_of == Some(number)) {
            return None;
        }
        way.instances[number].is_busy = true;
        let mut words = Vec::new();
        for (offset, value) in &instance.slots {
            words.push((*offset, self.word_of(way, *value)?));
        }
        let made = instance.made;
        let word = self.bump(instance.shape, (made.header, made.size), way.ends.fail);
        for (offset, value) in words {
            self.store(value, word, offset);
        }
        let instance = &mut way.instances[number];
        (instance.word, instance.is_busy) = (Some(word), false);
        Some(word)
    }

    /// Does the stores that were put off. Nothing may fail any more.
    pub(super) fn store_all(&mut self, way: &mut Way<'a>) -> Option<()> {
        let mut words = Vec::new();
        for store in way.stores.clone() {
            words.push((store, self.word_of(way, store.value)?));
        }
        for (store, word) in words {
            self.store(word, store.object, store.offset);
            self.barrier(store.object, store.offset);
        }
        Some(())
    }
}
