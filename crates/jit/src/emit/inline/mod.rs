//! Calls of small functions, done in place, with the small functions that those call.
//!
//! What is inlined has no effect until its end: it reads attributes, computes with numbers, makes instances that nobody
//! knows, and returns; what it stores into other objects is stored at the end. So a guess that does not hold goes to the
//! call itself, which begins anew; there is no frame to rebuild, and nobody can miss one: nothing here calls Python code
//! or polls.
//!
//! The functions are followed as they would run ([`Emitter::follow`]), with a [`Way`] that says what is known. Where a way
//! forks, both parts are followed to the end: they do not meet again.

mod attributes;
mod calls;
mod numbers;
mod objects;

use super::Emitter;
use crate::callee::{Callee, Construction, Source};
use crate::family;
use crate::kind::{Kind, State};
use crate::plan::{Body, Note};
use core::cell::Cell;

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value as Ssa};
use objects::{Instance, Store};
use orochi_bytecode::{Instr, Op};
use orochi_interp::machine::helpers;
use orochi_object::prelude::*;
use std::rc::Rc;

/// Ways through an inlined call that are gone.
const MOST_WAYS: u32 = 8;

/// Instructions that are done in place of one call, on all ways.
const MOST_STEPS: u32 = 320;

/// Functions within each other.
const DEEPEST: usize = 6;

/// A value in an inlined function.
#[derive(Clone, Copy)]
pub(super) enum Operand {
    /// Any word.
    Word(Ssa),
    /// The word of a small int.
    Int(Ssa),
    /// A double.
    Float(Ssa),
    /// Either of both: whether it is an int, its word if so, and the double in any case.
    Number { is_int: Ssa, word: Ssa, double: Ssa },
    /// This very word, of no number; 0 for UNSET.
    Known(u64),
    /// The instance with this number among those that are made.
    Made(usize),
}

/// What becomes of the result of an inlined function.
#[derive(Clone, Copy)]
enum Return {
    /// It is the result of all.
    Outermost,
    /// It goes to this register of the caller.
    Register(u16),
    /// As `Register`, unless it is NotImplemented.
    OfOperator(u16),
}

/// A function that is run.
#[derive(Clone)]
struct Scope<'p> {
    body: &'p Body,
    /// The code's word.
    code: u64,
    /// The function's object.
    function: Ssa,
    registers: Vec<Option<Operand>>,
    /// The next instruction.
    pc: u32,
    back: Return,
    /// The instance whose `__init__` it is, by number.
    init_of: Option<usize>,
}

/// Where an inlined call goes on.
#[derive(Clone, Copy)]
struct Ends {
    /// With the result's word.
    done: Block,
    /// Where the call is made instead.
    fail: Block,
}

/// What is done in place of one call so far, on all ways.
#[derive(Default)]
struct Spent {
    ways: Cell<u32>,
    steps: Cell<u32>,
    /// Ways that got to the end.
    finished: Cell<u32>,
}

/// A way through an inlined call: what is known on it.
#[derive(Clone)]
struct Way<'p> {
    ends: Ends,
    spent: Rc<Spent>,
    /// The outermost first.
    scopes: Vec<Scope<'p>>,
    /// The instances that are made.
    instances: Vec<Instance<'p>>,
    /// What is stored into other objects at the end, in order.
    stores: Vec<Store>,
    /// Objects whose shapes, and classes' versions, were compared.
    shapes: Vec<(Ssa, u64)>,
    /// Objects whose classes were compared.
    classes: Vec<(Ssa, u64)>,
    /// Addresses of words that were compared, and the words.
    compared: Vec<(usize, u64)>,
    /// Attributes that were read: object, offset, word.
    loads: Vec<(Ssa, usize, Ssa)>,
    /// Words that were found to be numbers.
    numbers: Vec<(Ssa, Operand)>,
}

impl<'p> Way<'p> {
    fn scope(&mut self) -> &mut Scope<'p> {
        self.scopes.last_mut().expect("a function runs")
    }

    fn get(&self, r: u16) -> Option<Operand> {
        self.scopes.last()?.registers[r as usize]
    }

    fn set(&mut self, r: u16, operand: Operand) {
        self.scope().registers[r as usize] = Some(operand);
    }

    /// What is known of the instruction at `pc` of the innermost function.
    fn note(&mut self, pc: u32) -> &'p Note {
        &self.scope().body.notes[pc as usize]
    }

    /// Another way through the same call: `None` if there are too many.
    fn fork(&self) -> Option<Way<'p>> {
        (self.spent.ways.get() < MOST_WAYS).then(|| self.clone())
    }
}

impl<'a> Emitter<'a, '_> {
    /// The operands that the registers from `first` on are.
    pub(super) fn operands(&mut self, state: &State, first: u16, n: u16) -> Vec<Operand> {
        (first..first + n)
            .map(|r| match state.kinds[r as usize] {
                Kind::Float => Operand::Float(self.b.use_var(self.floats[r as usize])),
                Kind::Known(word) if word & 1 == 0 => Operand::Known(word),
                kind if kind.widened() == Kind::Int => Operand::Int(self.word(state, r)),
                _ => Operand::Word(self.word(state, r)),
            })
            .collect()
    }

    /// Does the call in place if it is one of those, and jumps to `done` with the result's word; goes on where that does not
    /// work, nothing having happened. The arguments are those of `callee`; the `__init__` of a `made` instance gets it ahead
    /// of them.
    pub(super) fn in_place(
        &mut self,
        callee: &'a Callee,
        function: Ssa,
        args: &[Operand],
        made: Option<&'a Construction>,
        done: Block,
    ) {
        let (gate, attempt, call) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.ins().jump(gate, &[]);
        self.seal_and_switch(gate);
        self.b.switch_to_block(attempt);
        let spent = Rc::new(Spent::default());
        let mut way = Way {
            ends: Ends { done, fail: call },
            spent: spent.clone(),
            scopes: Vec::new(),
            instances: Vec::new(),
            stores: Vec::new(),
            shapes: Vec::new(),
            classes: Vec::new(),
            compared: Vec::new(),
            loads: Vec::new(),
            numbers: Vec::new(),
        };
        let entered = match made {
            Some(made) => self.enter_init(&mut way, made, args, Return::Outermost),
            None => self.enter_body(&mut way, callee, function, args, Return::Outermost),
        };
        match entered {
            Some(()) => self.go(way),
            None => {
                self.b.ins().jump(call, &[]);
            }
        }
        // What never gets to the end is not begun.
        self.b.switch_to_block(gate);
        let begin = if spent.finished.get() > 0 { attempt } else { call };
        self.b.ins().jump(begin, &[]);
        self.b.seal_block(attempt);
        self.seal_and_switch(call);
    }

    /// Follows a way to its end.
    fn go(&mut self, mut way: Way<'a>) {
        way.spent.ways.update(|n| n + 1);
        if self.follow(&mut way).is_none() {
            self.b.ins().jump(way.ends.fail, &[]);
        }
    }

    /// `None` if the way cannot be gone; the block is open then.
    fn follow(&mut self, way: &mut Way<'a>) -> Option<()> {
        loop {
            way.spent.steps.update(|n| n + 1);
            let scope = way.scope();
            let pc = scope.pc;
            let i = *scope.body.unit.instrs.get(pc as usize)?;
            if way.spent.steps.get() > MOST_STEPS {
                return None;
            }
            way.scope().pc += 1;
            let result = match i.operation() {
                Op::Return => way.get(i.a)?,
                Op::ReturnNone => Operand::Known(Value::NONE.word()),
                _ if i.jump_offset().is_some() => {
                    self.inline_jump(way, pc, i)?;
                    continue;
                }
                _ => {
                    self.inline_instruction(way, pc, i)?;
                    continue;
                }
            };
            if self.inline_return(way, result)? {
                return Some(());
            }
        }
    }

    /// Returns from the innermost function; gives whether that ends all.
    fn inline_return(&mut self, way: &mut Way<'a>, result: Operand) -> Option<bool> {
        let scope = way.scopes.pop()?;
        let result = match scope.init_of {
            Some(number) if matches!(result, Operand::Known(word) if word == Value::NONE.word()) => {
                Operand::Made(number)
            }
            Some(_) => return None,
            None => result,
        };
        let register = match scope.back {
            Return::Outermost => {
                self.finish(way, result)?;
                return Some(true);
            }
            Return::Register(r) => r,
            Return::OfOperator(r) => {
                self.unless_not_implemented(way, result)?;
                r
            }
        };
        way.set(register, result);
        Some(false)
    }

    /// Does what is left to do and goes to the end with the result.
    fn finish(&mut self, way: &mut Way<'a>, result: Operand) -> Option<()> {
        let word = self.word_of(way, result)?;
        self.store_all(way)?;
        self.b.ins().jump(way.ends.done, &[BlockArg::Value(word)]);
        way.spent.finished.update(|n| n + 1);
        Some(())
    }

    /// A jump of the innermost function; a conditional one forks the way.
    fn inline_jump(&mut self, way: &mut Way<'a>, pc: u32, i: Instr) -> Option<()> {
        let target = u32::try_from(i64::from(pc) + 1 + i64::from(i.jump_offset()?)).ok()?;
        if target <= pc {
            return None;
        }
        if i.operation() == Op::Jump {
            way.scope().pc = target;
            return Some(());
        }
        let truth = self.inline_test(way, pc, i)?;
        let mut other = way.fork()?;
        other.scope().pc = target;
        let (yes, no) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(truth, yes, &[], no, &[]);
        let wanted = helpers::jumps_if(i.operation())?;
        let (taken, on) = if wanted { (yes, no) } else { (no, yes) };
        self.seal_and_switch(taken);
        self.go(other);
        self.seal_and_switch(on);
        Some(())
    }

    /// The truth that a conditional jump tests.
    fn inline_test(&mut self, way: &mut Way<'a>, pc: u32, i: Instr) -> Option<Ssa> {
        let op = i.operation();
        if let Some(comparison) = family::comparison(op) {
            let immediate = comparison.immediate.then(|| i64::from(i.imm_b()));
            return self.inline_truth(way, pc, comparison.op, (i.a, i.b), immediate);
        }
        let tested = way.get(i.a)?;
        match op {
            Op::JumpIfTrue | Op::JumpIfFalse => self.truth_of_operand(way, tested),
            Op::JumpIfNone | Op::JumpIfNotNone => {
                self.same_operand(way, tested, Operand::Known(Value::NONE.word()))
            }
            Op::JumpIfIs | Op::JumpIfNotIs => self.same_operand(way, tested, way.get(i.b)?),
            _ => None,
        }
    }

    fn truth_of_operand(&mut self, way: &Way, operand: Operand) -> Option<Ssa> {
        match operand {
            Operand::Int(word) => Some(self.compare(IntCC::NotEqual, word, 1)),
            Operand::Float(double) | Operand::Number { double, .. } => {
                let zero = self.b.ins().f64const(0.0);
                Some(self.b.ins().fcmp(FloatCC::NotEqual, double, zero))
            }
            Operand::Word(word) => {
                let is_true = self.compare(IntCC::Equal, word, Value::TRUE.word() as i64);
                let is_false = self.compare(IntCC::Equal, word, Value::FALSE.word() as i64);
                let is_none = self.compare(IntCC::Equal, word, Value::NONE.word() as i64);
                let known = self.b.ins().bor(is_true, is_false);
                let known = self.b.ins().bor(known, is_none);
                self.unless(known, way.ends.fail);
                Some(is_true)
            }
            Operand::Known(word) => {
                let singletons = [Value::TRUE, Value::FALSE, Value::NONE].map(Value::word);
                singletons.contains(&word).then(|| self.truth_known(word == singletons[0]))
            }
            Operand::Made(_) => None,
        }
    }

    fn inline_instruction(&mut self, way: &mut Way<'a>, pc: u32, i: Instr) -> Option<()> {
        let result = match i.operation() {
            Op::Nop => return Some(()),
            Op::CheckBound => return way.get(i.a).map(|_| ()),
            Op::Move => way.get(i.b)?,
            Op::LoadConst => {
                let value = way.scope().body.consts[i.bc() as usize];
                self.known(value)
            }
            Op::LoadInt => self.known(Value::int(i64::from(i.sbc()))),
            Op::LoadNone => Operand::Known(Value::NONE.word()),
            Op::LoadTrue => Operand::Known(Value::TRUE.word()),
            Op::LoadFalse => Operand::Known(Value::FALSE.word()),
            Op::Not | Op::ToBool => {
                let truth = self.truth_of_operand(way, way.get(i.b)?)?;
                Operand::Word(match i.operation() {
                    Op::Not => self.bool_word_of(truth, Value::FALSE, Value::TRUE),
                    _ => self.bool_word(truth),
                })
            }
            Op::Is | Op::IsNot => {
                let truth = self.same_operand(way, way.get(i.b)?, way.get(i.c)?)?;
                Operand::Word(match i.operation() {
                    Op::Is => self.bool_word(truth),
                    _ => self.bool_word_of(truth, Value::FALSE, Value::TRUE),
                })
            }
            Op::Neg => self.inline_negation(way, pc, i)?,
            Op::LoadAttr => return self.inline_load_attr(way, pc, i),
            Op::StoreAttr => return self.inline_store_attr(way, pc, i),
            Op::LoadGlobal => self.inline_global(way, pc)?,
            Op::LoadMethod => return self.inline_load_method(way, pc, i),
            Op::Call | Op::CallMethod => return self.inline_call(way, pc, i),
            op => match (family::arith(op), family::comparison(op)) {
                (Some(_), _) | (_, Some(_)) if way.scope().body.operators.contains_key(&pc) => {
                    return self.inline_operator(way, pc, i);
                }
                (Some(arith), _) => self.inline_arithmetic(way, pc, i, arith)?,
                (_, Some(comparison)) => self.inline_comparison(way, pc, i, comparison)?,
                _ => return None,
            },
        };
        way.set(i.a, result);
        Some(())
    }

    // ---- operands --------------------------------------------------------------------------

    pub(super) fn known(&mut self, value: Value) -> Operand {
        match value.as_inline_float() {
            Some(float) => Operand::Float(self.b.ins().f64const(float)),
            None if value.is_small() => Operand::Int(self.constant(value.word() as i64)),
            None => Operand::Known(value.word()),
        }
    }

    /// The parameters of a callee with these arguments.
    fn parameters(&mut self, callee: &Callee, args: &[Operand]) -> Option<Vec<Operand>> {
        let mut parameters = Vec::new();
        for source in &callee.sources {
            parameters.push(match source {
                Source::Argument(n) => *args.get(*n as usize)?,
                // SAFETY: a default, which the plan keeps.
                Source::Default(word) => self.known(unsafe { Value::from_word_unchecked(*word) }),
            });
        }
        Some(parameters)
    }

    fn truth_known(&mut self, truth: bool) -> Ssa {
        self.b.ins().iconst(cranelift_codegen::ir::types::I8, i64::from(truth))
    }

    /// Whether two operands are the same object.
    fn same_operand(&mut self, way: &mut Way<'a>, x: Operand, y: Operand) -> Option<Ssa> {
        use Operand as O;
        Some(match (x, y) {
            (O::Float(x), O::Float(y)) => self.same_bits(x, y),
            (O::Made(x), O::Made(y)) => self.truth_known(x == y),
            (O::Made(_) | O::Float(_) | O::Int(_) | O::Number { .. }, O::Known(_))
            | (O::Known(_), O::Made(_) | O::Float(_) | O::Int(_) | O::Number { .. }) => {
                self.truth_known(false)
            }
            (O::Made(_) | O::Number { .. }, _) | (_, O::Made(_) | O::Number { .. }) => return None,
            (O::Float(float), other) | (other, O::Float(float)) => {
                let word = self.word_of(way, other)?;
                self.is_float_of(float, word)
            }
            (x, y) => {
                let (x, y) = (self.word_of(way, x)?, self.word_of(way, y)?);
                self.b.ins().icmp(IntCC::Equal, x, y)
            }
        })
    }

    /// The word of an operand; an instance that has been in no memory so far gets its place.
    fn word_of(&mut self, way: &mut Way<'a>, operand: Operand) -> Option<Ssa> {
        Some(match operand {
            Operand::Word(word) | Operand::Int(word) => word,
            Operand::Float(double) => self.boxed(double),
            Operand::Number { is_int, word, double } => {
                let float = self.boxed(double);
                self.b.ins().select(is_int, word, float)
            }
            Operand::Known(0) => return None,
            Operand::Known(word) => self.constant(word as i64),
            Operand::Made(number) => return self.materialize(way, number),
        })
    }
}
