//! Arithmetic of inlined functions.
//!
//! Numbers that may be ints or floats are computed with as what they are: as ints if both are, as doubles else. Where
//! that is not known beforehand, the two ways meet again in an [`Operand::Number`].

use super::super::Emitter;
use super::super::arith::EXACT;
use super::super::helper;
use super::{Operand, Way};
use crate::family::{Arith, ArithOp, Comparison};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value as Ssa};
use orochi_bytecode::Instr;
use orochi_runtime::feedback::Seen;

impl<'a> Emitter<'a, '_> {
    /// A register as a number, guarded to be what it was seen to be.
    fn number_of(&mut self, way: &mut Way<'a>, pc: u32, r: u16) -> Option<Operand> {
        let seen = way.scope().body.seen(pc, r);
        let number = self.number_seen(way, way.get(r)?, seen)?;
        way.set(r, number);
        Some(number)
    }

    /// An argument of a native function as a number.
    pub(super) fn argument_of(&mut self, way: &mut Way<'a>, pc: u32, r: u16) -> Option<Operand> {
        let seen = way.scope().body.argument_seen(pc, r);
        self.number_seen(way, way.get(r)?, seen)
    }

    /// An operand as a number, of which nothing is known.
    pub(super) fn number_of_operand(&mut self, way: &mut Way<'a>, x: Operand) -> Option<Operand> {
        self.number_seen(way, x, Seen::Nothing)
    }

    fn number_seen(&mut self, way: &mut Way<'a>, x: Operand, seen: Seen) -> Option<Operand> {
        let word = match x {
            Operand::Word(word) => word,
            Operand::Int(_) | Operand::Float(_) | Operand::Number { .. } => return Some(x),
            Operand::Known(_) | Operand::Made(_) => return None,
        };
        if let Some((_, known)) = way.numbers.iter().find(|(own, _)| *own == word) {
            return Some(*known);
        }
        let fail = way.ends.fail;
        let number = match seen {
            Seen::Int => {
                let fits = self.is_int(word);
                self.unless(fits, fail);
                Operand::Int(word)
            }
            Seen::Float => {
                let fits = self.is_float(word);
                self.unless(fits, fail);
                Operand::Float(self.unbox(word))
            }
            Seen::Number | Seen::Nothing => {
                let (float, int) = (self.is_float(word), self.is_int(word));
                let is_int = self.b.ins().ireduce(I8, int);
                let fits = self.b.ins().bor(float, is_int);
                self.unless(fits, fail);
                let (unboxed, n) = (self.unbox(word), self.untag(word));
                let converted = self.b.ins().fcvt_from_sint(F64, n);
                let double = self.b.ins().select(float, unboxed, converted);
                Operand::Number { is_int, word, double }
            }
            _ => return None,
        };
        way.numbers.push((word, number));
        Some(number)
    }

    /// Whether a flag is set, or is not.
    pub(super) fn compare_flag(&mut self, flag: Ssa, wanted: bool) -> Ssa {
        let zero = self.b.ins().iconst(I8, 0);
        let cc = if wanted { IntCC::NotEqual } else { IntCC::Equal };
        self.b.ins().icmp(cc, flag, zero)
    }

    fn numbers(
        &mut self,
        way: &mut Way<'a>,
        pc: u32,
        (x, y): (u16, u16),
        immediate: Option<i64>,
    ) -> Option<(Operand, Operand)> {
        let left = self.number_of(way, pc, x)?;
        let right = match immediate {
            Some(n) => Operand::Int(self.constant(n << 1 | 1)),
            None => self.number_of(way, pc, y)?,
        };
        Some((left, right))
    }

    /// The double of a number; an int is rounded.
    fn as_double(&mut self, operand: Operand) -> Option<Ssa> {
        match operand {
            Operand::Float(double) | Operand::Number { double, .. } => Some(double),
            Operand::Int(word) => {
                let n = self.untag(word);
                Some(self.b.ins().fcvt_from_sint(F64, n))
            }
            _ => None,
        }
    }

    /// The double of a number; an int must be one exactly.
    pub(super) fn exact_double(&mut self, way: &Way, operand: Operand) -> Option<Ssa> {
        let double = self.as_double(operand)?;
        match operand {
            Operand::Int(word) => {
                let n = self.untag(word);
                let exact = self.is_exact_double(n);
                self.unless(exact, way.ends.fail);
            }
            Operand::Number { is_int, .. } => {
                let exact = self.is_small_double(double);
                let float = self.compare_flag(is_int, false);
                let fine = self.b.ins().bor(exact, float);
                self.unless(fine, way.ends.fail);
            }
            _ => {}
        }
        Some(double)
    }

    /// Whether an int that was converted to this double is it exactly.
    fn is_small_double(&mut self, double: Ssa) -> Ssa {
        let size = self.b.ins().fabs(double);
        let most = self.b.ins().f64const(EXACT as f64);
        self.b.ins().fcmp(FloatCC::LessThan, size, most)
    }

    /// Whether a number is an int, and its word.
    fn int_part(&mut self, operand: Operand) -> Option<(Ssa, Ssa)> {
        match operand {
            Operand::Int(word) => Some((self.b.ins().iconst(I8, 1), word)),
            Operand::Number { is_int, word, .. } => Some((is_int, word)),
            _ => None,
        }
    }

    pub(super) fn inline_arithmetic(
        &mut self,
        way: &mut Way<'a>,
        pc: u32,
        i: Instr,
        arith: Arith,
    ) -> Option<Operand> {
        use ArithOp as A;
        let in_line = matches!(arith.op, A::Add | A::Sub | A::Mul | A::TrueDiv | A::Pow);
        let immediate = arith.immediate.then(|| i64::from(i.imm_c()));
        let (x, y) = match in_line {
            true => self.numbers(way, pc, (i.b, i.c), immediate)?,
            false => return None,
        };
        match arith.op {
            A::TrueDiv => self.quotient(way, x, y),
            A::Pow => self.inline_power(way, x, y),
            op => self.sum_or_product(way, op, x, y),
        }
    }

    /// A quotient is a float in any case.
    fn quotient(&mut self, way: &Way, x: Operand, y: Operand) -> Option<Operand> {
        let is_float = |operand: &Operand| matches!(operand, Operand::Float(_));
        let (a, b) = match is_float(&x) || is_float(&y) {
            true => (self.as_double(x)?, self.as_double(y)?),
            false => (self.exact_double(way, x)?, self.exact_double(way, y)?),
        };
        let zero = self.b.ins().f64const(0.0);
        let fine = self.b.ins().fcmp(FloatCC::NotEqual, b, zero);
        self.unless(fine, way.ends.fail);
        Some(Operand::Float(self.b.ins().fdiv(a, b)))
    }

    /// `x ** y` of a float and a number.
    fn inline_power(&mut self, way: &Way, x: Operand, y: Operand) -> Option<Operand> {
        if !matches!(x, Operand::Float(_)) && !matches!(y, Operand::Float(_)) {
            return None;
        }
        let (x, y) = (self.as_double(x)?, self.as_double(y)?);
        let power = self.call_real(helper!(power), &[x, y]);
        let finite = self.is_finite(power);
        self.unless(finite, way.ends.fail);
        Some(Operand::Float(power))
    }

    fn sum_or_product(
        &mut self,
        way: &Way,
        op: ArithOp,
        x: Operand,
        y: Operand,
    ) -> Option<Operand> {
        let fail = way.ends.fail;
        if let (Operand::Int(a), Operand::Int(b)) = (x, y) {
            let (word, overflow) = self.checked(op, a, b);
            let fine = self.fits(overflow);
            self.unless(fine, fail);
            return Some(Operand::Int(word));
        }
        let (a, b) = (self.as_double(x)?, self.as_double(y)?);
        let (Some((int_x, m)), Some((int_y, n))) = (self.int_part(x), self.int_part(y)) else {
            return Some(Operand::Float(self.float_operation(op, a, b)));
        };
        let (ints, floats, done) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let [word, double] = [I64, F64].map(|kind| self.b.append_block_param(done, kind));
        let is_int = self.b.ins().band(int_x, int_y);
        self.b.ins().brif(is_int, ints, &[], floats, &[]);
        self.seal_and_switch(ints);
        let (int, overflow) = self.checked(op, m, n);
        let fine = self.fits(overflow);
        self.unless(fine, fail);
        let whole = self.untag(int);
        let converted = self.b.ins().fcvt_from_sint(F64, whole);
        self.b.ins().jump(done, &[BlockArg::Value(int), BlockArg::Value(converted)]);
        self.seal_and_switch(floats);
        let result = self.float_operation(op, a, b);
        self.b.ins().jump(done, &[BlockArg::Value(m), BlockArg::Value(result)]);
        self.seal_and_switch(done);
        Some(Operand::Number { is_int, word, double })
    }

    pub(super) fn inline_negation(
        &mut self,
        way: &mut Way<'a>,
        pc: u32,
        i: Instr,
    ) -> Option<Operand> {
        match self.number_of(way, pc, i.b)? {
            Operand::Float(x) => Some(Operand::Float(self.b.ins().fneg(x))),
            Operand::Int(word) => {
                let (negated, overflow) = self.negated(word);
                let fine = self.fits(overflow);
                self.unless(fine, way.ends.fail);
                Some(Operand::Int(negated))
            }
            // Zero is the only int whose double is not negated as it is.
            Operand::Number { is_int, word, double } => {
                let (negated, overflow) = self.negated(word);
                let float = self.compare_flag(is_int, false);
                let fits = self.fits(overflow);
                let fine = self.b.ins().bor(fits, float);
                self.unless(fine, way.ends.fail);
                let zero = self.b.ins().f64const(0.0);
                let (minus, difference) =
                    (self.b.ins().fneg(double), self.b.ins().fsub(zero, double));
                let double = self.b.ins().select(is_int, difference, minus);
                Some(Operand::Number { is_int, word: negated, double })
            }
            _ => None,
        }
    }

    /// The word of a small int negated, and whether that overflowed.
    pub(super) fn negated(&mut self, word: Ssa) -> (Ssa, Ssa) {
        let two = self.constant(2);
        self.b.ins().ssub_overflow(two, word)
    }

    pub(super) fn inline_comparison(
        &mut self,
        way: &mut Way<'a>,
        pc: u32,
        i: Instr,
        comparison: Comparison,
    ) -> Option<Operand> {
        if comparison.jump_if.is_some() {
            return None;
        }
        let immediate = comparison.immediate.then(|| i64::from(i.imm_c()));
        let truth = self.inline_truth(way, pc, comparison.op, (i.b, i.c), immediate)?;
        Some(Operand::Word(self.bool_word(truth)))
    }

    /// The truth of a comparison of two numbers.
    pub(super) fn inline_truth(
        &mut self,
        way: &mut Way<'a>,
        pc: u32,
        op: u8,
        registers: (u16, u16),
        immediate: Option<i64>,
    ) -> Option<Ssa> {
        match self.numbers(way, pc, registers, immediate)? {
            (Operand::Int(a), Operand::Int(b)) => Some(self.compare_ints(op, a, b)),
            (x, y) => {
                let (a, b) = (self.exact_double(way, x)?, self.exact_double(way, y)?);
                Some(self.compare_doubles(op, a, b))
            }
        }
    }
}
