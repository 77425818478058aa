//! Calls of small functions, done in place.
//!
//! What is inlined has no effect until its last instruction: it reads attributes, computes with numbers and returns, or
//! is the `__init__` of a new instance and stores attributes that nobody sees before it has ended. So a guess that does
//! not hold goes to the call itself, which begins anew; there is no frame to rebuild, and nobody can miss one: nothing here
//! calls or polls.

use super::Emitter;
use crate::callee::Construction;
use crate::family::{self, Arith, ArithOp, Comparison};
use crate::kind::{Kind, State};
use crate::plan::{Body, Case, Note, What};
use core::cell::Cell;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_interp::machine::helpers;
use orochi_object::prelude::*;
use orochi_runtime::feedback::Seen;
use orochi_runtime::function::PyFunction;

/// Ways through an inlined function that are gone.
const MOST_WAYS: u32 = 8;

/// A value in an inlined function.
#[derive(Clone, Copy)]
pub(super) enum Operand {
    /// Any word.
    Word(Ssa),
    /// The word of a small int.
    Int(Ssa),
    /// A double.
    Float(Ssa),
    /// The instance that is being made.
    New,
}

/// The state of an inlined call, on one way through it.
#[derive(Clone)]
struct Inlined<'p> {
    body: &'p Body,
    /// The function's object.
    function: Ssa,
    registers: Vec<Option<Operand>>,
    /// Where the call is made instead.
    fail: Block,
    /// Where the result goes.
    done: Block,
    made: Option<&'p Construction>,
    /// The shape of the instance so far, and what is stored in it where.
    shape: u64,
    stores: Vec<(usize, Operand)>,
    /// Ways through the function that are gone so far.
    ways: &'p Cell<u32>,
    /// Words that are attributes, and of which object.
    attributes: Vec<(Ssa, Ssa)>,
    /// Whether this way takes the numbers of an object, or a word, for ints: for floats if not.
    takes_ints: Vec<(Ssa, bool)>,
}

impl Emitter<'_, '_> {
    /// The operands that the registers from `first` on are.
    pub(super) fn operands(&mut self, state: &State, first: u16, n: u16) -> Vec<Operand> {
        (first..first + n)
            .map(|r| match state.kinds[r as usize] {
                Kind::Float => Operand::Float(self.b.use_var(self.floats[r as usize])),
                kind if kind.widened() == Kind::Int => Operand::Int(self.word(state, r)),
                _ => Operand::Word(self.word(state, r)),
            })
            .collect()
    }

    /// Does what `body` does with these arguments and goes to `done` with the result's word, or to `fail` where a guess does
    /// not hold or something cannot be done here: then nothing has happened. Ends the block.
    pub(super) fn inline(
        &mut self,
        body: &Body,
        function: Ssa,
        args: Vec<Operand>,
        made: Option<&Construction>,
        (fail, done): (Block, Block),
    ) {
        let mut registers: Vec<Option<Operand>> = args.into_iter().map(Some).collect();
        registers.resize(body.unit.nregs as usize, None);
        let shape = made.map_or(0, |made| made.shape);
        let ways = Cell::new(0);
        let call = Inlined {
            body,
            function,
            registers,
            fail,
            done,
            made,
            shape,
            stores: Vec::new(),
            ways: &ways,
            attributes: Vec::new(),
            takes_ints: Vec::new(),
        };
        self.inline_way(call, 0);
    }

    /// The way from instruction `pc` on. Where it forks both are gone: they do not meet again.
    fn inline_way(&mut self, mut call: Inlined, pc: u32) {
        call.ways.update(|n| n + 1);
        if self.follow(&mut call, pc).is_none() {
            self.b.ins().jump(call.fail, &[]);
        }
    }

    /// `None` if the way cannot be gone; the block is open then.
    fn follow(&mut self, call: &mut Inlined, pc: u32) -> Option<()> {
        let mut pc = pc;
        loop {
            let i = *call.body.unit.instrs.get(pc as usize)?;
            let op = i.operation();
            match op {
                Op::Return if call.made.is_none() => {
                    let result = call.registers[i.a as usize]?;
                    let word = self.word_of(result)?;
                    self.b.ins().jump(call.done, &[BlockArg::Value(word)]);
                    return Some(());
                }
                Op::ReturnNone => {
                    let word = match call.made {
                        Some(_) => self.make(call)?,
                        None => self.constant(Value::NONE.word() as i64),
                    };
                    self.b.ins().jump(call.done, &[BlockArg::Value(word)]);
                    return Some(());
                }
                _ => {}
            }
            let Some(offset) = i.jump_offset() else {
                self.inline_instruction(call, pc, i)?;
                pc += 1;
                continue;
            };
            let target = u32::try_from(i64::from(pc) + 1 + i64::from(offset)).ok()?;
            if target <= pc || call.ways.get() >= MOST_WAYS {
                return None;
            }
            if op == Op::Jump {
                pc = target;
                continue;
            }
            let truth = self.inline_test(call, pc, i)?;
            let (yes, no) = (self.b.create_block(), self.b.create_block());
            self.b.ins().brif(truth, yes, &[], no, &[]);
            let wanted = helpers::jumps_if(op)?;
            let (taken, on) = if wanted { (yes, no) } else { (no, yes) };
            self.seal_and_switch(taken);
            self.inline_way(call.clone(), target);
            self.seal_and_switch(on);
            pc += 1;
        }
    }

    /// The truth that a conditional jump tests.
    fn inline_test(&mut self, call: &mut Inlined, pc: u32, i: Instr) -> Option<Ssa> {
        let op = i.operation();
        if let Some(comparison) = family::comparison(op) {
            let immediate = comparison.immediate.then(|| i64::from(i.imm_b()));
            return self.inline_truth(call, pc, comparison.op, (i.a, i.b), immediate);
        }
        let tested = call.registers[i.a as usize]?;
        match op {
            Op::JumpIfTrue | Op::JumpIfFalse => self.truth_of_operand(call, tested),
            Op::JumpIfNone | Op::JumpIfNotNone => {
                let word = self.word_of(tested)?;
                Some(self.compare(IntCC::Equal, word, Value::NONE.word() as i64))
            }
            Op::JumpIfIs | Op::JumpIfNotIs => {
                self.same_operand(tested, call.registers[i.b as usize]?)
            }
            _ => None,
        }
    }

    fn truth_of_operand(&mut self, call: &Inlined, operand: Operand) -> Option<Ssa> {
        match operand {
            Operand::Int(word) => Some(self.compare(IntCC::NotEqual, word, 1)),
            Operand::Float(float) => {
                let zero = self.b.ins().f64const(0.0);
                Some(self.b.ins().fcmp(FloatCC::NotEqual, float, zero))
            }
            Operand::Word(word) => {
                let is_true = self.compare(IntCC::Equal, word, Value::TRUE.word() as i64);
                let is_false = self.compare(IntCC::Equal, word, Value::FALSE.word() as i64);
                let is_none = self.compare(IntCC::Equal, word, Value::NONE.word() as i64);
                let known = self.b.ins().bor(is_true, is_false);
                let known = self.b.ins().bor(known, is_none);
                self.unless(known, call.fail);
                Some(is_true)
            }
            Operand::New => None,
        }
    }

    fn inline_instruction(&mut self, call: &mut Inlined, pc: u32, i: Instr) -> Option<()> {
        let result = match i.operation() {
            Op::Nop => return Some(()),
            Op::CheckBound => return call.registers[i.a as usize].map(|_| ()),
            Op::Move => call.registers[i.b as usize]?,
            Op::LoadConst => {
                let value = call.body.consts[i.bc() as usize];
                match value.as_inline_float() {
                    Some(float) => Operand::Float(self.b.ins().f64const(float)),
                    None => self.known(value),
                }
            }
            Op::LoadInt => self.known(Value::int(i64::from(i.sbc()))),
            Op::LoadNone => self.known(Value::NONE),
            Op::LoadTrue => self.known(Value::TRUE),
            Op::LoadFalse => self.known(Value::FALSE),
            Op::Not | Op::ToBool => {
                let truth = self.truth_of_operand(call, call.registers[i.b as usize]?)?;
                Operand::Word(match i.operation() {
                    Op::Not => self.bool_word_of(truth, Value::FALSE, Value::TRUE),
                    _ => self.bool_word(truth),
                })
            }
            Op::Is | Op::IsNot => {
                let (x, y) = (call.registers[i.b as usize]?, call.registers[i.c as usize]?);
                let truth = self.same_operand(x, y)?;
                Operand::Word(match i.operation() {
                    Op::Is => self.bool_word(truth),
                    _ => self.bool_word_of(truth, Value::FALSE, Value::TRUE),
                })
            }
            Op::LoadAttr => self.inline_load_attr(call, pc, i)?,
            Op::StoreAttr => return self.inline_store_attr(call, pc, i),
            Op::LoadGlobal => self.inline_global(call, pc)?,
            op => match (family::arith(op), family::comparison(op)) {
                (Some(arith), _) => self.inline_arithmetic(call, pc, i, arith)?,
                (_, Some(comparison)) => self.inline_comparison(call, pc, i, comparison)?,
                _ => return None,
            },
        };
        call.registers[i.a as usize] = Some(result);
        Some(())
    }

    pub(super) fn known(&mut self, value: Value) -> Operand {
        let word = self.constant(value.word() as i64);
        if value.is_small() { Operand::Int(word) } else { Operand::Word(word) }
    }

    /// Whether two operands are the same object.
    fn same_operand(&mut self, x: Operand, y: Operand) -> Option<Ssa> {
        Some(match (x, y) {
            (Operand::Float(x), Operand::Float(y)) => self.same_bits(x, y),
            (Operand::Float(float), other) | (other, Operand::Float(float)) => {
                let word = self.word_of(other)?;
                self.is_float_of(float, word)
            }
            (x, y) => {
                let (x, y) = (self.word_of(x)?, self.word_of(y)?);
                self.b.ins().icmp(IntCC::Equal, x, y)
            }
        })
    }

    fn word_of(&mut self, operand: Operand) -> Option<Ssa> {
        match operand {
            Operand::Word(word) | Operand::Int(word) => Some(word),
            Operand::Float(float) => Some(self.boxed(float)),
            Operand::New => None,
        }
    }

    // ---- attributes and globals ------------------------------------------------------------

    fn inline_load_attr(&mut self, call: &mut Inlined, pc: u32, i: Instr) -> Option<Operand> {
        let Operand::Word(receiver) = call.registers[i.b as usize]? else { return None };
        let Note::Attr(cases) = &call.body.notes[pc as usize] else { return None };
        let done = self.b.create_block();
        let result = self.b.append_block_param(done, I64);
        for case in cases {
            let miss = self.b.create_block();
            match case.what {
                What::Slot(offset) | What::Member(offset) => {
                    self.check_case(receiver, case, miss);
                    let found = self.load(receiver, offset);
                    self.unless(found, call.fail);
                    self.b.ins().jump(done, &[BlockArg::Value(found)]);
                }
                What::Value(word) | What::OfClass(word) => {
                    self.check_case(receiver, case, miss);
                    let word = self.constant(word as i64);
                    self.b.ins().jump(done, &[BlockArg::Value(word)]);
                }
                What::Method(_) | What::Add(..) | What::OfModule { .. } | What::Getter(_) => {
                    self.b.ins().jump(miss, &[]);
                }
            }
            self.seal_and_switch(miss);
        }
        self.b.ins().jump(call.fail, &[]);
        self.seal_and_switch(done);
        call.attributes.push((result, receiver));
        Some(Operand::Word(result))
    }

    /// Of the new instance only. What it is like is known.
    fn inline_store_attr(&mut self, call: &mut Inlined, pc: u32, i: Instr) -> Option<()> {
        let Operand::New = call.registers[i.a as usize]? else { return None };
        let (value, made) = (call.registers[i.b as usize]?, call.made?);
        let Note::Attr(cases) = &call.body.notes[pc as usize] else { return None };
        let fits = |case: &&Case| case.key == call.shape && case.version == made.version;
        match cases.iter().find(fits)?.what {
            What::Add(offset, shape) if offset + 8 <= made.size => {
                call.stores.push((offset, value));
                call.shape = shape;
            }
            What::Slot(offset) | What::Member(offset) => {
                call.stores.retain(|(at, _)| *at != offset);
                call.stores.push((offset, value));
            }
            _ => return None,
        }
        Some(())
    }

    fn inline_global(&mut self, call: &Inlined, pc: u32) -> Option<Operand> {
        let (table, rows, slot, value) = match call.body.notes[pc as usize] {
            Note::Global { table, slot, value, stable: true } => (table, None, slot, value),
            Note::Builtin { table, rows, slot, value, stable: true } => {
                (table, Some(rows), slot, value)
            }
            _ => return None,
        };
        let globals = self.load(call.function, core::mem::offset_of!(PyFunction, globals));
        let same = self.same_globals(globals, table, rows);
        self.unless(same, call.fail);
        let slot = self.constant(slot as i64);
        let found = self.load(slot, 0);
        let same = self.compare(IntCC::Equal, found, value as i64);
        self.unless(same, call.fail);
        Some(Operand::Word(found))
    }

    /// The new instance with its attributes; goes to `fail` if there is no room. It is young and nobody knows it, so it
    /// needs no lock and no barrier.
    fn make(&mut self, call: &Inlined) -> Option<Ssa> {
        let made = call.made?;
        let mut words = Vec::new();
        for (offset, value) in &call.stores {
            words.push((*offset, self.word_of(*value)?));
        }
        let class = self.constant(made.class as i64);
        let version = self.load(class, PyType::VERSION_OFFSET);
        let same = self.compare(IntCC::Equal, version, made.version as i64);
        self.unless(same, call.fail);
        let instance = self.bump(call.shape, (made.header, made.size), call.fail);
        for (offset, word) in words {
            self.store(word, instance, offset);
        }
        Some(instance)
    }

    // ---- numbers ---------------------------------------------------------------------------

    /// A register as a number, guarded to be what it was seen to be.
    fn number_of(&mut self, call: &mut Inlined, pc: u32, r: u16) -> Option<Operand> {
        let Operand::Word(word) = call.registers[r as usize]? else {
            return call.registers[r as usize].filter(|x| !matches!(x, Operand::New));
        };
        let takes_int = match call.body.seen(pc, r) {
            Seen::Int => true,
            Seen::Float => false,
            Seen::Number => self.takes_int(call, pc, r, word)?,
            _ => return None,
        };
        let number = if takes_int {
            let fits = self.is_int(word);
            self.unless(fits, call.fail);
            Operand::Int(word)
        } else {
            let fits = self.is_float(word);
            self.unless(fits, call.fail);
            Operand::Float(self.unbox(word))
        };
        call.registers[r as usize] = Some(number);
        Some(number)
    }

    /// Whether a register that has been both is taken for an int on this way. Where that is not said yet, the way forks: one takes all
    /// numbers of the same object for ints, the other, which goes on here, for floats.
    fn takes_int(&mut self, call: &mut Inlined, pc: u32, r: u16, word: Ssa) -> Option<bool> {
        let owner = call.attributes.iter().find(|(attribute, _)| *attribute == word);
        let key = owner.map_or(word, |(_, object)| *object);
        if let Some((_, known)) = call.takes_ints.iter().find(|(object, _)| *object == key) {
            return Some(*known);
        }
        if call.ways.get() >= MOST_WAYS {
            return None;
        }
        let (int, other) = (self.b.create_block(), self.b.create_block());
        let is_int = self.is_int(word);
        self.b.ins().brif(is_int, int, &[], other, &[]);
        self.seal_and_switch(int);
        let mut way = call.clone();
        way.takes_ints.push((key, true));
        way.registers[r as usize] = Some(Operand::Int(word));
        self.inline_way(way, pc);
        self.seal_and_switch(other);
        call.takes_ints.push((key, false));
        Some(false)
    }

    fn numbers(
        &mut self,
        call: &mut Inlined,
        pc: u32,
        (x, y): (u16, u16),
        immediate: Option<i64>,
    ) -> Option<(Operand, Operand)> {
        let left = self.number_of(call, pc, x)?;
        let right = match immediate {
            Some(n) => Operand::Int(self.constant(n << 1 | 1)),
            None => self.number_of(call, pc, y)?,
        };
        Some((left, right))
    }

    fn as_double(&mut self, operand: Operand) -> Option<Ssa> {
        match operand {
            Operand::Float(float) => Some(float),
            Operand::Int(word) => {
                let n = self.untag(word);
                Some(self.b.ins().fcvt_from_sint(F64, n))
            }
            _ => None,
        }
    }

    fn inline_arithmetic(
        &mut self,
        call: &mut Inlined,
        pc: u32,
        i: Instr,
        arith: Arith,
    ) -> Option<Operand> {
        let in_line =
            matches!(arith.op, ArithOp::Add | ArithOp::Sub | ArithOp::Mul | ArithOp::TrueDiv);
        let immediate = arith.immediate.then(|| i64::from(i.imm_c()));
        let (x, y) = match in_line {
            true => self.numbers(call, pc, (i.b, i.c), immediate)?,
            false => return None,
        };
        if let (Operand::Int(a), Operand::Int(b)) = (x, y) {
            if arith.op == ArithOp::TrueDiv {
                return None;
            }
            let (word, overflow) = self.checked(arith.op, a, b);
            let fine = self.fits(overflow);
            self.unless(fine, call.fail);
            return Some(Operand::Int(word));
        }
        let (a, b) = (self.as_double(x)?, self.as_double(y)?);
        if arith.op == ArithOp::TrueDiv {
            let zero = self.b.ins().f64const(0.0);
            let fine = self.b.ins().fcmp(FloatCC::NotEqual, b, zero);
            self.unless(fine, call.fail);
        }
        Some(Operand::Float(self.float_operation(arith.op, a, b)))
    }

    fn inline_comparison(
        &mut self,
        call: &mut Inlined,
        pc: u32,
        i: Instr,
        comparison: Comparison,
    ) -> Option<Operand> {
        if comparison.jump_if.is_some() {
            return None;
        }
        let immediate = comparison.immediate.then(|| i64::from(i.imm_c()));
        let truth = self.inline_truth(call, pc, comparison.op, (i.b, i.c), immediate)?;
        Some(Operand::Word(self.bool_word(truth)))
    }

    /// The truth of a comparison of two numbers of the same kind.
    fn inline_truth(
        &mut self,
        call: &mut Inlined,
        pc: u32,
        op: u8,
        registers: (u16, u16),
        immediate: Option<i64>,
    ) -> Option<Ssa> {
        match self.numbers(call, pc, registers, immediate)? {
            (Operand::Int(a), Operand::Int(b)) => Some(self.compare_ints(op, a, b)),
            (Operand::Float(a), Operand::Float(b)) => Some(self.compare_doubles(op, a, b)),
            _ => None,
        }
    }
}
