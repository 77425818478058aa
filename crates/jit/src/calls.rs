//! What the calls of a code object call, by what is known of registers: part of the transfer function of [`kind`](crate::kind).

use crate::callee::{Intrinsic, Native, Target};
use crate::kind::{APPENDS_IN_LINE, Kind, State, makes_range, taken_for};
use crate::plan::{Plan, wants_instance};
use orochi_bytecode::{Instr, Op};
use orochi_object::iters;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_runtime::feedback::Seen;

/// Whether the call has a receiver ahead of its arguments.
fn has_receiver(state: &State, i: Instr) -> bool {
    i.operation() != Op::Call && state.kinds[i.b as usize + 1] != Kind::Known(0)
}

/// The registers with the arguments of the call at `pc`, its receiver counted: the first, and how many.
pub(crate) fn arguments(state: &State, i: Instr) -> (u16, u16) {
    match has_receiver(state, i) {
        true => (i.b + 1, i.c + 1),
        false => (i.b + 2, i.c),
    }
}

/// What is called for sure.
pub(crate) fn target<'a>(plan: &'a Plan, state: &State, pc: u32) -> Option<&'a Target> {
    let i = plan.at(pc);
    let Kind::Known(word) = state.kinds[i.b as usize] else { return None };
    let passed = plan.passed(pc)?;
    // What `LoadMethod` knows with a receiver is a function found on its class, and fits.
    match has_receiver(state, i) {
        true => plan.target(word, passed.with_receiver()),
        false if wants_instance(word) => None,
        false => plan.target(word, passed),
    }
}

/// The native function called for sure at `pc`, if it is done in line there, and what it gives.
pub(crate) fn quick(plan: &Plan, state: &State, pc: u32) -> Option<(Intrinsic, Kind)> {
    if !plan.may_guess(pc) {
        return None;
    }
    let intrinsic = match target(plan, state, pc)? {
        Target::Native(Native { intrinsic: Some(intrinsic), .. }) => intrinsic,
        Target::Builtin(class) if *class == iters::RANGE.get().value().word() => {
            return counts_range(plan, state, pc).then_some((Intrinsic::Range, Kind::Numbers));
        }
        _ => return None,
    };
    let (first, _) = arguments(state, plan.at(pc));
    let kind = |n: u16| argument(plan, state, pc, first + n);
    let result = match intrinsic {
        Intrinsic::Len => sized(plan, pc, first).map(|_| Kind::Int)?,
        Intrinsic::Range => return None,
        Intrinsic::ListAppend => APPENDS_IN_LINE.then_some(Kind::Known(Value::NONE.word()))?,
        Intrinsic::Abs => number(kind(0))?,
        Intrinsic::Min | Intrinsic::Max => number(kind(0)).filter(|own| *own == kind(1))?,
        Intrinsic::Real(_) => number(kind(0)).map(|_| Kind::Float)?,
        Intrinsic::IsInstance => tests_class(state, first + 1).map(|_| Kind::Bool)?,
    };
    Some((*intrinsic, result))
}

/// Whether the range that is made at `pc`, of one or two small ints, is looped over at once.
fn counts_range(plan: &Plan, state: &State, pc: u32) -> bool {
    let i = plan.at(pc);
    let (first, n) = arguments(state, i);
    let iterates = |next: Instr| next.operation() == Op::GetIter && next.b == i.a;
    (1..=2).contains(&n)
        && (first..first + n).all(|r| argument(plan, state, pc, r) == Kind::Int)
        && plan.unit.instrs.get(pc as usize + 1).is_some_and(|next| iterates(*next))
        && plan.follows(pc + 1)
        && makes_range(plan, pc + 1)
}

/// The kind, if it is that of small ints or floats.
fn number(kind: Kind) -> Option<Kind> {
    matches!(kind, Kind::Int | Kind::Float).then_some(kind)
}

/// What the argument in register `r` of the call at `pc` is taken for: what it is, or was when it was moved there.
pub(crate) fn argument(plan: &Plan, state: &State, pc: u32, r: u16) -> Kind {
    taken_for(state.kinds[r as usize], argument_seen(plan, pc, r))
}

/// What the argument in register `r` of the call at `pc` has been.
fn argument_seen(plan: &Plan, pc: u32, r: u16) -> Seen {
    let moved = (0..pc).rev().map(|at| (at, plan.at(at))).take(8).find(|(_, i)| i.a == r);
    match moved {
        Some((at, i)) if i.operation() == Op::Move => plan.seen(at, i.b),
        _ => plan.parameter(r),
    }
}

/// The layout of the argument in register `r`, if it is taken for a sequence whose length is at hand.
pub(crate) fn sized(plan: &Plan, pc: u32, r: u16) -> Option<u16> {
    let layout = argument_seen(plan, pc, r).layout()?;
    let known = [layout::LIST, layout::TUPLE, layout::STR, layout::BYTES];
    known.contains(&layout).then_some(layout)
}

/// The class in register `r`, if it is known and instances of it are told by their classes alone.
pub(crate) fn tests_class(state: &State, r: u16) -> Option<Ref<PyType>> {
    let Kind::Known(word) = state.kinds[r as usize] else { return None };
    let class: Ref<PyType> = Value::from_word(word)?.downcast()?;
    (class.class() == types::TYPE.get()).then_some(class)
}

/// What the call at `pc` gives.
pub(crate) fn result_of_call(plan: &Plan, state: &State, pc: u32) -> Kind {
    match target(plan, state, pc) {
        Some(Target::Native(Native { intrinsic: Some(Intrinsic::Len), .. })) => Kind::Int,
        Some(Target::Native(Native { intrinsic: Some(Intrinsic::ListAppend), .. })) => {
            Kind::Known(Value::NONE.word())
        }
        _ => Kind::Any,
    }
}
