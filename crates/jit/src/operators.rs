//! What the operators of classes made by Python code call: `x + y`, `x < y`, `x[key]` with an `x` whose class has been
//! recorded (`orochi_runtime::feedback`).

use crate::callee::{Callee, Passed};
use crate::family::{self, Arith};
use crate::plan::Plan;
use orochi_bytecode::{CodeUnit, Instr, Op};
use orochi_object::intern::intern_text;
use orochi_object::prelude::*;
use orochi_runtime::feedback::{Feedback, Seen};
use std::collections::HashMap;

/// What the right operand is taken for. Its class is no subclass of the left one's, whose method is therefore asked first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RightOperand {
    /// A small int.
    Int,
    /// A float that lies in the word.
    Float,
    /// An instance of this class.
    Of(u64),
    /// Anything: nothing but the left operand is asked.
    Any,
}

/// What follows if the method gives NotImplemented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Otherwise {
    /// Arithmetic goes on with the right operand.
    Arithmetic(Arith),
    /// A comparison (its number) does.
    Comparison(u8),
    /// It is the result.
    Nothing,
}

/// An operator, guarded by the operands' classes and their versions.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    pub class: u64,
    pub right: RightOperand,
    /// Addresses of versions, and the versions.
    pub versions: Vec<(usize, u64)>,
    pub callee: Callee,
    pub otherwise: Otherwise,
}

/// An instruction that may be an operator: its operands (the right one `None` for a small int in the instruction), and
/// the names of methods.
pub(crate) struct Site {
    pub left: u16,
    pub right: Option<u16>,
    names: [&'static str; 2],
    pub otherwise: Otherwise,
}

/// The site that an instruction is.
pub(crate) fn site(i: Instr) -> Option<Site> {
    let op = i.operation();
    if let Some(arith) = family::arith(op) {
        let at = arith.op as usize;
        let own = if arith.inplace { INPLACE[at] } else { "" };
        let right = (!arith.immediate).then_some(i.c);
        let otherwise = Otherwise::Arithmetic(arith);
        let names = [FORWARD[at], own];
        return (FORWARD[at] != "__pow__").then_some(Site { left: i.b, right, names, otherwise });
    }
    if let Some(comparison) = family::comparison(op) {
        let (left, right) = match comparison.jump_if {
            Some(_) => (i.a, i.b),
            None => (i.b, i.c),
        };
        let names = [COMPARE[comparison.op as usize], ""];
        let otherwise = Otherwise::Comparison(comparison.op);
        return Some(Site {
            left,
            right: (!comparison.immediate).then_some(right),
            names,
            otherwise,
        });
    }
    let names = ["__getitem__", ""];
    match op {
        Op::GetItem => {
            Some(Site { left: i.b, right: Some(i.c), names, otherwise: Otherwise::Nothing })
        }
        Op::GetItemI => Some(Site { left: i.b, right: None, names, otherwise: Otherwise::Nothing }),
        _ => None,
    }
}

impl Plan {
    pub(crate) fn find_operators(&mut self, cx: &Cx) {
        let feedback = Feedback::of(self.code);
        self.operators = self.operators_of(cx, self.unit, &feedback);
        let unlearned = &self.unlearned;
        self.operators.retain(|pc, _| !unlearned.contains(pc));
    }

    /// The operators of code, of which this is known.
    pub(crate) fn operators_of(
        &mut self,
        cx: &Cx,
        unit: &CodeUnit,
        feedback: &Feedback,
    ) -> HashMap<u32, Operator> {
        let mut found = HashMap::new();
        for (pc, i) in unit.instrs.iter().enumerate() {
            let seen = |r: u16| feedback.seen(pc, *i, r);
            if let Some(operator) = self.find_operator(cx, *i, feedback, seen) {
                found.insert(pc as u32, operator);
            }
        }
        found
    }

    fn find_operator(
        &mut self,
        cx: &Cx,
        i: Instr,
        feedback: &Feedback,
        seen: impl Fn(u16) -> Seen,
    ) -> Option<Operator> {
        let site = site(i)?;
        let class_seen = |r: u16| match seen(r) {
            Seen::Instance(number) => feedback.class(number),
            _ => None,
        };
        let class = class_seen(site.left)?;
        let mut classes = vec![(class, class.version())];
        let right = match (site.otherwise, site.right) {
            (Otherwise::Nothing, _) => RightOperand::Any,
            (_, None) => RightOperand::Int,
            (_, Some(r)) => match seen(r) {
                Seen::Int => RightOperand::Int,
                Seen::Float => RightOperand::Float,
                _ => {
                    let other = class_seen(r)?;
                    if other != class {
                        if other.is_subtype(class) {
                            return None;
                        }
                        classes.push((other, other.version()));
                    }
                    RightOperand::Of(other.value().word())
                }
            },
        };
        let [name, own] = site.names;
        let lookup = |name: &str| Some(class.lookup(cx, intern_text(cx, name).ok()?));
        if !own.is_empty() && lookup(own)?.is_some() {
            return None;
        }
        let callee = self.callee(cx, lookup(name)??.word(), Passed::positional(2))?;
        let unchanged = classes.iter().all(|(class, version)| class.version() == *version);
        let address = |class: Ref<PyType>| class.value().word() as usize + PyType::VERSION_OFFSET;
        let versions = classes.iter().map(|(class, version)| (address(*class), *version)).collect();
        let class = class.value().word();
        let otherwise = site.otherwise;
        unchanged.then_some(Operator { class, right, versions, callee, otherwise })
    }
}

/// By the numbers of `ArithOp`.
const FORWARD: [&str; 13] = [
    "__add__",
    "__sub__",
    "__mul__",
    "__matmul__",
    "__truediv__",
    "__floordiv__",
    "__mod__",
    "__pow__",
    "__lshift__",
    "__rshift__",
    "__and__",
    "__or__",
    "__xor__",
];
const INPLACE: [&str; 13] = [
    "__iadd__",
    "__isub__",
    "__imul__",
    "__imatmul__",
    "__itruediv__",
    "__ifloordiv__",
    "__imod__",
    "__ipow__",
    "__ilshift__",
    "__irshift__",
    "__iand__",
    "__ior__",
    "__ixor__",
];
/// By the numbers of comparisons.
const COMPARE: [&str; 6] = ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"];
