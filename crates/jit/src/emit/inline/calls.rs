//! What inlined functions call: further functions, operators, simple natives.

use super::super::Emitter;
use super::{DEEPEST, Operand, Return, Scope, Way};
use crate::callee::{Callee, Intrinsic, Native, Passed, Target};
use crate::operators::{Operator, RightOperand, site};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_object::prelude::*;
use orochi_runtime::function::PyFunction;

impl<'a> Emitter<'a, '_> {
    /// Begins the body of a callee, whose code has been compared.
    pub(super) fn enter_body(
        &mut self,
        way: &mut Way<'a>,
        callee: &'a Callee,
        function: Ssa,
        args: &[Operand],
        back: Return,
    ) -> Option<()> {
        let body = self.plan.body(callee.code)?;
        let recurs = way.scopes.iter().any(|scope| scope.code == callee.code);
        if recurs || way.scopes.len() >= DEEPEST {
            return None;
        }
        if callee.uses_defaults() {
            self.check_defaults(callee, function, way.ends.fail);
        }
        let mut registers: Vec<Option<Operand>> =
            self.parameters(callee, args)?.into_iter().map(Some).collect();
        registers.resize(body.unit.nregs as usize, None);
        let code = callee.code;
        way.scopes.push(Scope { body, code, function, registers, pc: 0, back, init_of: None });
        Some(())
    }

    /// Begins a function that is known.
    pub(super) fn enter_function(
        &mut self,
        way: &mut Way<'a>,
        callee: &'a Callee,
        args: &[Operand],
        back: Return,
    ) -> Option<()> {
        let code = callee.function as usize + core::mem::offset_of!(PyFunction, code);
        self.check_word(way, code, callee.code);
        let function = self.constant(callee.function as i64);
        self.enter_body(way, callee, function, args, back)
    }

    /// A call of what is known.
    pub(super) fn inline_call(&mut self, way: &mut Way<'a>, pc: u32, i: Instr) -> Option<()> {
        let Operand::Known(word) = way.get(i.b)? else { return None };
        let first = way.get(i.b + 1);
        let has_receiver = i.operation() == Op::CallMethod && !matches!(first?, Operand::Known(0));
        let passed = Passed::positional(u32::from(i.c));
        let (at, passed) = match has_receiver {
            true => (i.b + 1, passed.with_receiver()),
            false => (i.b + 2, passed),
        };
        let args: Vec<Operand> = (at..i.b + 2 + i.c).map(|r| way.get(r)).collect::<Option<_>>()?;
        let plan = self.plan;
        match plan.target(word, passed)? {
            Target::Function(callee) => {
                self.enter_function(way, callee, &args, Return::Register(i.a))
            }
            Target::Class(made) => {
                let code = made.init.function as usize + core::mem::offset_of!(PyFunction, code);
                self.check_word(way, code, made.init.code);
                self.enter_init(way, made, &args, Return::Register(i.a))
            }
            Target::Native(native) => {
                let result = self.inline_native(way, pc, native, at, &args)?;
                way.set(i.a, result);
                Some(())
            }
            Target::Builtin(_) | Target::Bound(_) => None,
        }
    }

    /// A simple native function; its arguments are in the registers from `first` on.
    fn inline_native(
        &mut self,
        way: &mut Way<'a>,
        pc: u32,
        native: &Native,
        first: u16,
        args: &[Operand],
    ) -> Option<Operand> {
        match native.intrinsic? {
            Intrinsic::Real(function) => {
                let x = self.argument_of(way, pc, first)?;
                let x = self.exact_double(way, x)?;
                let y = self.call_real(function, &[x]);
                let finite = self.is_finite(y);
                self.unless(finite, way.ends.fail);
                Some(Operand::Float(y))
            }
            Intrinsic::Abs => match self.argument_of(way, pc, first)? {
                Operand::Float(x) => Some(Operand::Float(self.b.ins().fabs(x))),
                Operand::Int(word) => {
                    let (negated, overflow) = self.negated(word);
                    let fine = self.fits(overflow);
                    self.unless(fine, way.ends.fail);
                    let negative = self.compare(IntCC::SignedLessThan, word, 0);
                    Some(Operand::Int(self.b.ins().select(negative, negated, word)))
                }
                _ => None,
            },
            Intrinsic::Min | Intrinsic::Max => {
                let least = native.intrinsic == Some(Intrinsic::Min);
                let x = self.argument_of(way, pc, first)?;
                let y = self.argument_of(way, pc, first + 1)?;
                match (x, y) {
                    (Operand::Float(x), Operand::Float(y)) => {
                        let cc = if least { FloatCC::LessThan } else { FloatCC::GreaterThan };
                        let second = self.b.ins().fcmp(cc, y, x);
                        Some(Operand::Float(self.b.ins().select(second, y, x)))
                    }
                    (Operand::Int(x), Operand::Int(y)) => Some(Operand::Int(match least {
                        true => self.b.ins().smin(x, y),
                        false => self.b.ins().smax(x, y),
                    })),
                    _ => None,
                }
            }
            Intrinsic::IsInstance => match (args[0], args[1]) {
                (Operand::Made(number), Operand::Known(class)) => {
                    let same = way.instances[number].made.class == class;
                    same.then_some(Operand::Known(Value::TRUE.word()))
                }
                _ => None,
            },
            Intrinsic::Len | Intrinsic::Range | Intrinsic::ListAppend => None,
        }
    }

    /// An operator of a class made by Python code.
    pub(super) fn inline_operator(&mut self, way: &mut Way<'a>, pc: u32, i: Instr) -> Option<()> {
        let operator: &Operator = way.scope().body.operators.get(&pc)?;
        let site = site(i)?;
        let left = way.get(site.left)?;
        let right = match site.right {
            Some(r) => way.get(r)?,
            None => self.known(Value::int(i64::from(i.imm_c()))),
        };
        self.check_operand(way, left, operator.class)?;
        match operator.right {
            RightOperand::Any => {}
            RightOperand::Of(class) => self.check_operand(way, right, class)?,
            RightOperand::Int | RightOperand::Float => {
                let wanted = operator.right == RightOperand::Int;
                match self.number_of_operand(way, right)? {
                    Operand::Int(_) if wanted => {}
                    Operand::Float(_) if !wanted => {}
                    Operand::Number { is_int, .. } => {
                        let fits = self.compare_flag(is_int, wanted);
                        self.unless(fits, way.ends.fail);
                    }
                    _ => return None,
                }
            }
        }
        for (at, version) in &operator.versions {
            self.check_word(way, *at, *version);
        }
        self.enter_function(way, &operator.callee, &[left, right], Return::OfOperator(i.a))
    }

    /// NotImplemented is for others to judge.
    pub(super) fn unless_not_implemented(&mut self, way: &Way, result: Operand) -> Option<()> {
        let not_implemented = Value::NOT_IMPLEMENTED.word();
        match result {
            Operand::Known(word) => (word != not_implemented).then_some(()),
            Operand::Word(word) => {
                let fine = self.compare(IntCC::NotEqual, word, not_implemented as i64);
                self.unless(fine, way.ends.fail);
                Some(())
            }
            _ => Some(()),
        }
    }
}
