//! Arithmetic and comparison.

use super::{Emitter, helper};
use crate::family::{Arith, ArithOp, Comparison};
use crate::kind::{self, Kind, Mode, State};
use crate::seeded::{self, Bug};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value as Ssa};
use orochi_bytecode::Instr;
use orochi_interp::machine::helpers::COMPARE;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_runtime::feedback::Seen;
use orochi_runtime::machine::Reason;

/// Numbers up to this are doubles exactly.
pub(super) const EXACT: i64 = 1 << 53;

/// The right operand: a register or a small int in the instruction.
#[derive(Clone, Copy)]
enum Right {
    Register(u16),
    Immediate(i64),
}

/// What becomes of an int among floats that is no double.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ints {
    /// It is rounded: in arithmetic.
    Rounded,
    /// It is for others to compare.
    Exact,
}

impl Emitter<'_, '_> {
    pub(super) fn arithmetic(&mut self, state: &mut State, pc: u32, i: Instr, arith: Arith) {
        let right = match arith.immediate {
            true => Right::Immediate(i64::from(i.imm_c())),
            false => Right::Register(i.c),
        };
        let y = (!arith.immediate).then_some(i.c);
        let mode = kind::mode(self.plan, state, pc, i.b, y, false);
        if kind::arith_result(arith.op, mode).is_none() {
            self.arithmetic_of_any(state, pc, i, arith, right);
            kind::step(self.plan, state, pc);
            if self.is_operator(pc) {
                self.watch(state, pc);
            }
            return;
        }
        match mode {
            Mode::Int => {
                let x = self.small_int(state, pc, i.b);
                let y = self.right_int(state, pc, right);
                let known = self.known_right(state, right);
                if arith.op == ArithOp::TrueDiv {
                    let float = self.divide_ints(state, pc, x, y);
                    self.b.def_var(self.floats[i.a as usize], float);
                } else {
                    let word = self.int_operation(state, pc, arith.op, x, y, known);
                    self.define(i.a, word);
                }
            }
            _ => {
                self.refine_float(state, pc, i.b);
                if let Right::Register(r) = right {
                    self.refine_float(state, pc, r);
                }
                let x = self.double(state, pc, i.b, Ints::Rounded);
                let y = self.right_double(state, pc, right, Ints::Rounded);
                if arith.op == ArithOp::TrueDiv && !seeded::has(Bug::Division) {
                    let zero = self.b.ins().f64const(0.0);
                    let fine = self.b.ins().fcmp(FloatCC::NotEqual, y, zero);
                    self.guard(fine, state, pc);
                }
                let float = match arith.op {
                    ArithOp::Pow => self.power(state, pc, x, y),
                    op => self.float_operation(op, x, y),
                };
                self.b.def_var(self.floats[i.a as usize], float);
            }
        }
        kind::step(self.plan, state, pc);
    }

    /// `x ** y`; leaves where that is no finite real number.
    fn power(&mut self, state: &State, pc: u32, x: Ssa, y: Ssa) -> Ssa {
        let power = self.call_real(helper!(power), &[x, y]);
        let finite = self.is_finite(power);
        self.guard(finite, state, pc);
        power
    }

    // ---- operands --------------------------------------------------------------------------

    /// The word of a register that is, or is guarded to be, a small int.
    fn small_int(&mut self, state: &mut State, pc: u32, r: u16) -> Ssa {
        let word = self.word(state, r);
        if state.kinds[r as usize].is_word() {
            let fits = self.is_int(word);
            self.guard(fits, state, pc);
            state.kinds[r as usize] = Kind::Int;
        }
        debug_assert_eq!(state.kinds[r as usize].widened(), Kind::Int);
        word
    }

    pub(super) fn int_operand(&mut self, state: &mut State, pc: u32, r: u16) -> Ssa {
        self.small_int(state, pc, r)
    }

    fn right_int(&mut self, state: &mut State, pc: u32, right: Right) -> Ssa {
        match right {
            Right::Register(r) => self.small_int(state, pc, r),
            Right::Immediate(n) => self.constant(n << 1 | 1),
        }
    }

    /// The right operand's number, if it is known.
    fn known_right(&self, state: &State, right: Right) -> Option<i64> {
        match right {
            Right::Immediate(n) => Some(n),
            Right::Register(r) => match state.kinds[r as usize] {
                Kind::Known(word) if word & 1 != 0 => Some(word as i64 >> 1),
                _ => None,
            },
        }
    }

    /// Guards that a register is what it is taken for: a float or a small int.
    pub(super) fn refine_float(&mut self, state: &mut State, pc: u32, r: u16) {
        let is_known = state.kinds[r as usize] != Kind::Any;
        if is_known || kind::is_number(self.plan, state, pc, r) {
            return;
        }
        let word = self.word(state, r);
        if self.plan.seen(pc, r) == Seen::Int {
            let fits = self.is_int(word);
            self.guard(fits, state, pc);
            state.kinds[r as usize] = Kind::Int;
            return;
        }
        let float = self.double_of(word, state, pc, Reason::Guard, pc);
        self.b.def_var(self.floats[r as usize], float);
        state.kinds[r as usize] = Kind::Float;
    }

    /// The double of a register that is a float or a small int; leaves if it may be either and is neither.
    fn double(&mut self, state: &State, pc: u32, r: u16, ints: Ints) -> Ssa {
        if kind::is_number(self.plan, state, pc, r) {
            let word = self.word(state, r);
            let miss = self.b.create_block();
            self.b.set_cold_block(miss);
            let double = self.number(word, ints, miss);
            self.finish_guard(miss, state, pc, Reason::Guard, pc);
            return double;
        }
        match state.kinds[r as usize] {
            Kind::Float => self.b.use_var(self.floats[r as usize]),
            Kind::Known(word) => self.b.ins().f64const((word as i64 >> 1) as f64),
            _ => {
                let word = self.word(state, r);
                let n = self.untag(word);
                self.b.ins().fcvt_from_sint(F64, n)
            }
        }
    }

    fn right_double(&mut self, state: &State, pc: u32, right: Right, ints: Ints) -> Ssa {
        match right {
            Right::Register(r) => self.double(state, pc, r, ints),
            Right::Immediate(n) => self.b.ins().f64const(n as f64),
        }
    }

    // ---- small ints ------------------------------------------------------------------------

    /// `x op y` of two tagged words; leaves where the result is none.
    fn int_operation(
        &mut self,
        state: &State,
        pc: u32,
        op: ArithOp,
        x: Ssa,
        y: Ssa,
        known: Option<i64>,
    ) -> Ssa {
        match op {
            ArithOp::Add | ArithOp::Sub | ArithOp::Mul => {
                let (word, overflow) = self.checked(op, x, y);
                let bug = if op == ArithOp::Mul { Bug::Product } else { Bug::Sum };
                if !seeded::has(bug) {
                    let fine = self.fits(overflow);
                    self.guard(fine, state, pc);
                }
                word
            }
            ArithOp::FloorDiv | ArithOp::Mod => self.divide(state, pc, op, x, y, known),
            ArithOp::LShift => self.shift_left(state, pc, x, y),
            ArithOp::RShift => self.shift_right(state, pc, x, y),
            ArithOp::And => self.b.ins().band(x, y),
            ArithOp::Or => self.b.ins().bor(x, y),
            ArithOp::Xor => {
                let bits = self.b.ins().bxor(x, y);
                let one = self.constant(1);
                self.b.ins().bor(bits, one)
            }
            ArithOp::MatMul | ArithOp::Pow | ArithOp::TrueDiv => unreachable!("not in line"),
        }
    }

    /// A sum, difference or product of tagged words, and whether it overflowed.
    pub(super) fn checked(&mut self, op: ArithOp, x: Ssa, y: Ssa) -> (Ssa, Ssa) {
        match op {
            ArithOp::Mul => {
                let (x, y) = (self.add(x, -1), self.untag(y));
                let (product, overflow) = self.b.ins().smul_overflow(x, y);
                let one = self.constant(1);
                (self.b.ins().bor(product, one), overflow)
            }
            ArithOp::Sub => {
                let y = self.add(y, -1);
                self.b.ins().ssub_overflow(x, y)
            }
            _ => {
                let y = self.add(y, -1);
                self.b.ins().sadd_overflow(x, y)
            }
        }
    }

    pub(super) fn fits(&mut self, overflow: Ssa) -> Ssa {
        let zero = self.b.ins().iconst(I8, 0);
        self.b.ins().icmp(IntCC::Equal, overflow, zero)
    }

    fn divide(
        &mut self,
        state: &State,
        pc: u32,
        op: ArithOp,
        x: Ssa,
        y: Ssa,
        known: Option<i64>,
    ) -> Ssa {
        if let Some(n) = known.filter(|n| *n > 0 && n.count_ones() == 1) {
            let k = n.trailing_zeros() as i64;
            if op == ArithOp::Mod {
                return self.and(x, (n - 1) << 1 | 1);
            }
            let shift = self.constant(k + 1);
            let quotient = match seeded::has(Bug::PowerOfTwo) {
                true => self.b.ins().ushr(x, shift),
                false => self.b.ins().sshr(x, shift),
            };
            return self.tag(quotient);
        }
        if known.is_none_or(|n| n == 0) {
            let fine = self.compare(IntCC::NotEqual, y, 1);
            self.guard(fine, state, pc);
        }
        let (a, b) = (self.untag(x), self.untag(y));
        let quotient = self.b.ins().sdiv(a, b);
        let product = self.b.ins().imul(quotient, b);
        let rest = self.b.ins().isub(a, product);
        // Rounded down, the rest has the divisor's sign.
        let not_zero = self.compare(IntCC::NotEqual, rest, 0);
        let signs = self.b.ins().bxor(rest, b);
        let differ = self.compare(IntCC::SignedLessThan, signs, 0);
        let down = self.b.ins().band(not_zero, differ);
        let zero = self.constant(0);
        if op == ArithOp::Mod && seeded::has(Bug::Remainder) {
            return self.tag(rest);
        }
        if op == ArithOp::Mod {
            let more = self.b.ins().select(down, b, zero);
            let rest = self.b.ins().iadd(rest, more);
            return self.tag(rest);
        }
        let less = match seeded::has(Bug::FloorDivision) {
            true => zero,
            false => self.b.ins().uextend(I64, down),
        };
        let quotient = self.b.ins().isub(quotient, less);
        let (doubled, overflow) = self.b.ins().sadd_overflow(quotient, quotient);
        let fine = self.fits(overflow);
        self.guard(fine, state, pc);
        let one = self.constant(1);
        self.b.ins().bor(doubled, one)
    }

    fn shift_left(&mut self, state: &State, pc: u32, x: Ssa, y: Ssa) -> Ssa {
        let n = self.untag(y);
        let small = self.compare(IntCC::UnsignedLessThan, n, 62);
        self.guard(small, state, pc);
        let bits = self.add(x, -1);
        let shifted = self.b.ins().ishl(bits, n);
        let back = self.b.ins().sshr(shifted, n);
        if !seeded::has(Bug::ShiftLeft) {
            let fine = self.b.ins().icmp(IntCC::Equal, back, bits);
            self.guard(fine, state, pc);
        }
        let one = self.constant(1);
        self.b.ins().bor(shifted, one)
    }

    fn shift_right(&mut self, state: &State, pc: u32, x: Ssa, y: Ssa) -> Ssa {
        let n = self.untag(y);
        let fine = self.compare(IntCC::SignedGreaterThanOrEqual, n, 0);
        self.guard(fine, state, pc);
        let most = self.constant(63);
        let n = if seeded::has(Bug::ShiftRight) { n } else { self.b.ins().umin(n, most) };
        let a = self.untag(x);
        let shifted = self.b.ins().sshr(a, n);
        self.tag(shifted)
    }

    /// `/` of two small ints that are doubles exactly.
    fn divide_ints(&mut self, state: &State, pc: u32, x: Ssa, y: Ssa) -> Ssa {
        let fine = self.compare(IntCC::NotEqual, y, 1);
        self.guard(fine, state, pc);
        let mut double = |word: Ssa| {
            let n = self.untag(word);
            let exact = self.is_exact_double(n);
            self.guard(exact, state, pc);
            self.b.ins().fcvt_from_sint(F64, n)
        };
        let (a, b) = (double(x), double(y));
        self.b.ins().fdiv(a, b)
    }

    // ---- floats ----------------------------------------------------------------------------

    pub(super) fn float_operation(&mut self, op: ArithOp, x: Ssa, y: Ssa) -> Ssa {
        match op {
            ArithOp::Add => self.b.ins().fadd(x, y),
            ArithOp::Sub => self.b.ins().fsub(x, y),
            ArithOp::Mul => self.b.ins().fmul(x, y),
            _ => self.b.ins().fdiv(x, y),
        }
    }

    pub(super) fn negation(&mut self, state: &mut State, pc: u32, i: Instr) {
        match kind::negation(self.plan, state, pc, i.b) {
            Some(Kind::Int) => {
                let x = self.small_int(state, pc, i.b);
                let two = self.constant(2);
                let (word, overflow) = self.b.ins().ssub_overflow(two, x);
                let fine = self.fits(overflow);
                self.guard(fine, state, pc);
                self.define(i.a, word);
            }
            Some(_) => {
                self.refine_float(state, pc, i.b);
                let x = self.double(state, pc, i.b, Ints::Rounded);
                let float = self.b.ins().fneg(x);
                self.b.def_var(self.floats[i.a as usize], float);
            }
            None => {
                let x = self.word(state, i.b);
                self.prepare(state, pc);
                let word = self.call(helper!(negative), &[self.cx, x]);
                self.unless_left(word, state, pc);
                self.define(i.a, word);
            }
        }
    }

    // ---- any operands ----------------------------------------------------------------------

    /// Tests at run time: two small ints, two floats, or the general operation.
    fn arithmetic_of_any(
        &mut self,
        state: &mut State,
        pc: u32,
        i: Instr,
        arith: Arith,
        right: Right,
    ) {
        let x = self.word(state, i.b);
        let y = match right {
            Right::Register(r) => self.word(state, r),
            Right::Immediate(n) => self.constant(n << 1 | 1),
        };
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        let in_line =
            matches!(arith.op, ArithOp::Add | ArithOp::Sub | ArithOp::Mul | ArithOp::TrueDiv);
        if self.is_operator(pc) {
            self.prepare_operator(state, pc);
            self.operator(state, pc, (x, y), (slow, done));
        } else if in_line {
            let (ints, others) = (self.b.create_block(), self.b.create_block());
            let both = self.b.ins().band(x, y);
            let both = self.is_int(both);
            self.b.ins().brif(both, ints, &[], others, &[]);
            self.seal_and_switch(ints);
            if arith.op == ArithOp::TrueDiv {
                self.b.ins().jump(slow, &[]);
            } else {
                let (word, overflow) = self.checked(arith.op, x, y);
                self.b.ins().brif(overflow, slow, &[], done, &[BlockArg::Value(word)]);
            }
            self.seal_and_switch(others);
            let (a, b) = (self.number(x, Ints::Rounded, slow), self.number(y, Ints::Rounded, slow));
            if arith.op == ArithOp::TrueDiv {
                let zero = self.b.ins().f64const(0.0);
                let fine = self.b.ins().fcmp(FloatCC::NotEqual, b, zero);
                self.unless(fine, slow);
            }
            let float = self.float_operation(arith.op, a, b);
            let word = self.boxed(float);
            self.b.ins().jump(done, &[BlockArg::Value(word)]);
        } else {
            self.b.ins().jump(slow, &[]);
        }
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let op = self.constant(arith.op as i64);
        let helper = if arith.inplace { helper!(inplace) } else { helper!(binary) };
        let word = self.call(helper, &[self.cx, op, x, y]);
        self.unless_left(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        self.define(i.a, result);
    }

    /// The double of a float or small int, as operations of the two kinds take it; goes to `slow` for all else.
    fn number(&mut self, word: Ssa, ints: Ints, slow: Block) -> Ssa {
        let (float, int) = (self.is_float(word), self.is_int(word));
        let int = self.b.ins().ireduce(I8, int);
        let fits = self.b.ins().bor(float, int);
        self.unless(fits, slow);
        let unboxed = self.unbox(word);
        let n = self.untag(word);
        if ints == Ints::Exact {
            let exact = self.is_exact_double(n);
            let fits = self.b.ins().bor(float, exact);
            self.unless(fits, slow);
        }
        let converted = self.b.ins().fcvt_from_sint(F64, n);
        self.b.ins().select(float, unboxed, converted)
    }

    pub(super) fn compare_ints(&mut self, op: u8, x: Ssa, y: Ssa) -> Ssa {
        self.b.ins().icmp(int_cc(op), x, y)
    }

    pub(super) fn compare_doubles(&mut self, op: u8, x: Ssa, y: Ssa) -> Ssa {
        self.b.ins().fcmp(float_cc(op), x, y)
    }

    /// Compares two words that are not both small ints, if both are numbers; goes to `slow` for all else.
    fn compare_floats(&mut self, op: u8, x: Ssa, y: Ssa, slow: Block) -> Ssa {
        let (a, b) = (self.number(x, Ints::Exact, slow), self.number(y, Ints::Exact, slow));
        self.compare_doubles(op, a, b)
    }

    // ---- comparison ------------------------------------------------------------------------

    pub(super) fn comparison(
        &mut self,
        state: &mut State,
        pc: u32,
        i: Instr,
        c: Comparison,
    ) -> bool {
        let (left, other, n) = match c.jump_if {
            Some(_) => (i.a, i.b, i.imm_b()),
            None => (i.b, i.c, i.imm_c()),
        };
        let right = match c.immediate {
            true => Right::Immediate(i64::from(n)),
            false => Right::Register(other),
        };
        let y = (!c.immediate).then_some(other);
        let mode = kind::mode(self.plan, state, pc, left, y, true);
        let truth = match mode {
            Mode::Int => {
                let x = self.small_int(state, pc, left);
                let y = self.right_int(state, pc, right);
                self.compare_ints(c.op, x, y)
            }
            Mode::Float => {
                self.refine_float(state, pc, left);
                if let Right::Register(r) = right {
                    self.refine_float(state, pc, r);
                    self.guard_exact(state, pc, r);
                }
                self.guard_exact(state, pc, left);
                let x = self.double(state, pc, left, Ints::Exact);
                let y = self.right_double(state, pc, right, Ints::Exact);
                self.compare_doubles(c.op, x, y)
            }
            Mode::Mixed => {
                if c.jump_if.is_none() {
                    self.comparison_of_any(state, pc, i, c.op);
                    kind::step(self.plan, state, pc);
                    if self.is_operator(pc) {
                        self.watch(state, pc);
                    }
                    return true;
                }
                self.truth_of_comparison(state, pc, c.op, left, right)
            }
        };
        if c.jump_if.is_some() {
            kind::step(self.plan, state, pc);
            self.branch(state, pc, truth);
            return false;
        }
        let word = self.bool_word(truth);
        self.define(i.a, word);
        kind::step(self.plan, state, pc);
        true
    }

    /// An int that is compared with a float must be a double exactly.
    fn guard_exact(&mut self, state: &State, pc: u32, r: u16) {
        if state.kinds[r as usize].widened() == Kind::Int && !seeded::has(Bug::Exactness) {
            let word = self.word(state, r);
            let n = self.untag(word);
            let exact = self.is_exact_double(n);
            self.guard(exact, state, pc);
        }
    }

    fn truth_of_comparison(
        &mut self,
        state: &mut State,
        pc: u32,
        op: u8,
        left: u16,
        right: Right,
    ) -> Ssa {
        let x = self.word(state, left);
        let y = match right {
            Right::Register(r) => self.word(state, r),
            Right::Immediate(n) => self.constant(n << 1 | 1),
        };
        if self.is_operator(pc) {
            let answer = self.compared_by_method(state, pc, op, (x, y));
            return self.truth_of_answer(state, pc, answer);
        }
        if self.compares_texts(pc, op, left, right) {
            return self.truth_of_texts(state, pc, op, (x, y));
        }
        let (ints, others) = (self.b.create_block(), self.b.create_block());
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I8);
        let both = self.b.ins().band(x, y);
        let both = self.is_int(both);
        self.b.ins().brif(both, ints, &[], others, &[]);
        self.seal_and_switch(ints);
        let truth = self.compare_ints(op, x, y);
        self.b.ins().jump(done, &[BlockArg::Value(truth)]);
        self.seal_and_switch(others);
        let truth = self.compare_floats(op, x, y, slow);
        self.b.ins().jump(done, &[BlockArg::Value(truth)]);
        self.seal_and_switch(slow);
        let truth = self.compared(state, pc, op, (x, y));
        self.b.ins().jump(done, &[BlockArg::Value(truth)]);
        self.seal_and_switch(done);
        result
    }

    /// The truth of a comparison by the general operation.
    fn compared(&mut self, state: &State, pc: u32, op: u8, (x, y): (Ssa, Ssa)) -> Ssa {
        self.prepare(state, pc);
        let number = self.constant(i64::from(op));
        let answer = self.call(helper!(compare_truth), &[self.cx, number, x, y]);
        self.answered(answer, state, pc)
    }

    /// Whether `==` or `!=` at `pc` is taken to compare two strs.
    fn compares_texts(&self, pc: u32, op: u8, left: u16, right: Right) -> bool {
        let text = |r: u16| self.plan.seen(pc, r) == Seen::Object(layout::STR);
        let Right::Register(right) = right else { return false };
        matches!(COMPARE[op as usize], CmpOp::Eq | CmpOp::Ne) && text(left) && text(right)
    }

    /// `==` or `!=` of what is taken for exact strs: the same one is equal, one of another length or with another begin is not. (An
    /// empty one has a zero behind it.)
    fn truth_of_texts(&mut self, state: &State, pc: u32, op: u8, (x, y): (Ssa, Ssa)) -> Ssa {
        let (same, others) = (self.b.create_block(), self.b.create_block());
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I8);
        let is_equal = COMPARE[op as usize] == CmpOp::Eq;
        self.check_sequence(x, types::STR.get(), slow);
        let it = self.b.ins().icmp(IntCC::Equal, x, y);
        self.b.ins().brif(it, same, &[], others, &[]);
        self.seal_and_switch(same);
        let yes = self.b.ins().iconst(I8, i64::from(is_equal));
        self.b.ins().jump(done, &[BlockArg::Value(yes)]);
        self.seal_and_switch(others);
        self.check_sequence(y, types::STR.get(), slow);
        let (m, n) = (self.load(x, PyStr::LEN_OFFSET), self.load(y, PyStr::LEN_OFFSET));
        let alike = self.b.ins().icmp(IntCC::Equal, m, n);
        let no = self.b.ins().iconst(I8, i64::from(!is_equal));
        let begin = self.b.create_block();
        self.b.ins().brif(alike, begin, &[], done, &[BlockArg::Value(no)]);
        self.seal_and_switch(begin);
        self.unless_narrow(x, slow);
        self.unless_narrow(y, slow);
        let zero = self.constant(0);
        let first = self.byte(x, zero, PyStr::TEXT_OFFSET);
        let other = self.byte(y, zero, PyStr::TEXT_OFFSET);
        let alike = self.b.ins().icmp(IntCC::Equal, first, other);
        if seeded::has(Bug::Texts) {
            let yes = self.b.ins().iconst(I8, i64::from(is_equal));
            self.b.ins().brif(alike, done, &[BlockArg::Value(yes)], done, &[BlockArg::Value(no)]);
        } else {
            self.b.ins().brif(alike, slow, &[], done, &[BlockArg::Value(no)]);
        }
        self.seal_and_switch(slow);
        let truth = self.compared(state, pc, op, (x, y));
        self.b.ins().jump(done, &[BlockArg::Value(truth)]);
        self.seal_and_switch(done);
        result
    }

    /// What a comparison gives whose left operand has a method for it.
    fn compared_by_method(
        &mut self,
        state: &mut State,
        pc: u32,
        op: u8,
        (x, y): (Ssa, Ssa),
    ) -> Ssa {
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        self.prepare_operator(state, pc);
        self.operator(state, pc, (x, y), (slow, done));
        self.seal_and_switch(slow);
        let number = self.constant(i64::from(op));
        let word = self.call(helper!(compare), &[self.cx, number, x, y]);
        self.unless_left(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        result
    }

    fn comparison_of_any(&mut self, state: &mut State, pc: u32, i: Instr, op: u8) {
        let (x, y) = (self.word(state, i.b), self.word(state, i.c));
        if self.is_operator(pc) {
            let answer = self.compared_by_method(state, pc, op, (x, y));
            self.define(i.a, answer);
            return;
        }
        let (ints, others) = (self.b.create_block(), self.b.create_block());
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        let both = self.b.ins().band(x, y);
        let both = self.is_int(both);
        self.b.ins().brif(both, ints, &[], others, &[]);
        self.seal_and_switch(ints);
        let truth = self.compare_ints(op, x, y);
        let word = self.bool_word(truth);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(others);
        let truth = self.compare_floats(op, x, y, slow);
        let word = self.bool_word(truth);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let number = self.constant(i64::from(op));
        let word = self.call(helper!(compare), &[self.cx, number, x, y]);
        self.unless_left(word, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        self.define(i.a, result);
    }
}

fn int_cc(op: u8) -> IntCC {
    [
        IntCC::SignedLessThan,
        IntCC::SignedLessThanOrEqual,
        IntCC::Equal,
        IntCC::NotEqual,
        IntCC::SignedGreaterThan,
        IntCC::SignedGreaterThanOrEqual,
    ][op as usize]
}

fn float_cc(op: u8) -> FloatCC {
    match COMPARE[op as usize] {
        CmpOp::Le if seeded::has(Bug::LessOrEqual) => return FloatCC::LessThan,
        CmpOp::Ne if seeded::has(Bug::NotANumber) => return FloatCC::OrderedNotEqual,
        _ => {}
    }
    [
        FloatCC::LessThan,
        FloatCC::LessThanOrEqual,
        FloatCC::Equal,
        FloatCC::NotEqual,
        FloatCC::GreaterThan,
        FloatCC::GreaterThanOrEqual,
    ][op as usize]
}

// The numbers of operations are those of the helpers.
const _: () = {
    use orochi_interp::machine::helpers::BINARY;
    assert!(matches!(BINARY[ArithOp::TrueDiv as usize], orochi_object::ops::BinOp::TrueDiv));
    assert!(matches!(BINARY[ArithOp::Xor as usize], orochi_object::ops::BinOp::Xor));
    assert!(matches!(COMPARE[2], CmpOp::Eq));
};
