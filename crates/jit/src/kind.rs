//! What is known of the word in a register, and how instructions change that.
//!
//! The analysis is forward and optimistic: it starts from calls and follows all ways through the code
//! until nothing changes. [`step`] is its transfer function, and the emitter's too: both see the same.

use crate::calls::{quick, result_of_call};
use crate::family::{self, ArithOp};
use crate::flow::{After, successors};
use crate::items::{indexes, refine_array, refine_exact, stores_in_line, typed_item, typed_store};
use crate::lean::lean;
use crate::operators;
use crate::plan::{Case, Note, Plan, What, is_stable};
use orochi_bytecode::{Effect, Instr, Op, effects};
use orochi_interp::iteration::unpacks_pair;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::typed::{Item, TYPED_ARRAYS};
use orochi_runtime::feedback::Seen;

/// What is known of a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Nothing: any value, or UNSET.
    Any,
    /// A small int (a tagged word).
    Int,
    /// A float, held as a double.
    Float,
    /// True or False.
    Bool,
    /// This very word; never a float.
    Known(u64),
    /// An object with this shape (a word), whose class has the version that the plan knows.
    Shaped(u64),
    /// The iterator of this loop alone, over a range whose step is 1. The object is in the window; its next number is
    /// in a machine register, as a tagged word, and what the object has is older.
    Range,
    /// A range with step 1 that was not made: the next instruction loops over it. Its begin and end are in machine
    /// registers.
    Numbers,
}

impl Kind {
    pub(crate) fn join(self, other: Kind) -> Kind {
        if self == other {
            return self;
        }
        match (self.widened(), other.widened()) {
            (a, b) if a == b => a,
            _ => Kind::Any,
        }
    }

    /// The kind of all values like a known one.
    pub(crate) fn widened(self) -> Kind {
        match self {
            Kind::Known(word) if word & 1 != 0 => Kind::Int,
            Kind::Known(word) if word == Value::TRUE.word() || word == Value::FALSE.word() => {
                Kind::Bool
            }
            Kind::Known(_) => Kind::Any,
            kind => kind,
        }
    }

    /// Whether it is a word that may be an object of which no machine register may be the last to know over a call.
    pub(crate) fn is_word(self) -> bool {
        matches!(self, Kind::Any | Kind::Shaped(_))
    }

    /// What is left of it after Python code has run, or may have.
    pub(crate) fn after_call(self) -> Kind {
        match self {
            Kind::Shaped(shape) if !lasts(shape) => Kind::Any,
            kind => kind,
        }
    }
}

/// Whether an object that has this shape has it for good: it is of a built-in class without attributes of its own.
pub(crate) fn lasts(shape: u64) -> bool {
    let arrays = TYPED_ARRAYS.get().map(|arrays| arrays.class);
    let others = [&types::LIST, &types::TUPLE, &types::STR, &types::BYTES];
    arrays.into_iter().chain(others).any(|class| class.get().root_shape().value().word() == shape)
}

/// Where the value of a register is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// In a machine register and in the window.
    Both,
    /// In the window only: whoever wants it reads it there. Its kind is [`Kind::is_word`] or [`Kind::Range`].
    Window,
    /// In a machine register only.
    Machine,
}

impl Place {
    /// Where it is to be where two ways meet: in one place on both, without a store.
    fn join(self, other: Place) -> Place {
        match (self, other) {
            (Place::Machine, _) | (_, Place::Machine) => Place::Machine,
            (Place::Window, _) | (_, Place::Window) => Place::Window,
            _ => Place::Both,
        }
    }
}

/// The state of the registers between two instructions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct State {
    pub kinds: Vec<Kind>,
    pub places: Vec<Place>,
}

impl State {
    /// All registers in the window, nothing known.
    pub(crate) fn new(n: usize) -> State {
        State { kinds: vec![Kind::Any; n], places: vec![Place::Window; n] }
    }

    /// A register was written.
    pub(crate) fn set(&mut self, r: u16, kind: Kind) {
        self.kinds[r as usize] = kind;
        self.places[r as usize] = Place::Machine;
    }

    /// A register was written in the window.
    pub(crate) fn set_in_window(&mut self, r: u16) {
        self.kinds[r as usize] = Kind::Any;
        self.places[r as usize] = Place::Window;
    }

    /// Whether the window does not have the register's value.
    pub(crate) fn is_dirty(&self, r: usize) -> bool {
        self.places[r] == Place::Machine
    }

    /// The window was given the register's value.
    pub(crate) fn saved(&mut self, r: usize) {
        if self.is_dirty(r) {
            self.places[r] = Place::Both;
        }
    }

    /// Joins `other` in, for the registers that are live at `pc`; gives whether anything changed.
    pub(crate) fn join(&mut self, other: &State, live: impl Fn(usize) -> bool) -> bool {
        let mut changed = false;
        for r in 0..self.kinds.len() {
            let (kind, place) = match live(r) {
                true => (self.kinds[r].join(other.kinds[r]), self.places[r].join(other.places[r])),
                false => (Kind::Any, Place::Both),
            };
            changed |= kind != self.kinds[r] || place != self.places[r];
            self.kinds[r] = kind;
            self.places[r] = place;
        }
        changed
    }
}

/// How a binary operation or comparison is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// Both operands are small ints, or guarded to be.
    Int,
    /// Both are floats (or one an int), or guarded to be.
    Float,
    /// Tests at run time decide.
    Mixed,
}

/// What a register of this kind is taken for that has been seen to hold this.
pub(crate) fn taken_for(kind: Kind, seen: Seen) -> Kind {
    match (kind, seen) {
        (Kind::Any, Seen::Int) => Kind::Int,
        (Kind::Any, Seen::Float) => Kind::Float,
        (kind, _) => kind.widened(),
    }
}

/// What register `r` of this kind is taken for by the instruction at `pc`.
pub(crate) fn guess(plan: &Plan, kind: Kind, pc: u32, r: u16) -> Kind {
    taken_for(kind, plan.seen(pc, r))
}

/// How `r[x] op r[y]` is done at `pc`; `y` is `None` for a small int immediate. `exact`: the operation
/// cannot overflow.
pub(crate) fn mode(
    plan: &Plan,
    state: &State,
    pc: u32,
    x: u16,
    y: Option<u16>,
    exact: bool,
) -> Mode {
    let certain = |r: u16| state.kinds[r as usize].widened();
    let (a, b) = (certain(x), y.map_or(Kind::Int, certain));
    let of = |a: Kind, b: Kind| match (a, b) {
        (Kind::Int, Kind::Int) => Some(Mode::Int),
        (Kind::Float, Kind::Float | Kind::Int) | (Kind::Int, Kind::Float) => Some(Mode::Float),
        _ => None,
    };
    if !plan.may_guess(pc) {
        // A sum of small ints may not be one: only floats are sure.
        let sure = of(a, b).filter(|mode| exact || *mode == Mode::Float);
        return sure.unwrap_or(Mode::Mixed);
    }
    let guess = |r: u16| guess(plan, state.kinds[r as usize], pc, r);
    let (a_guess, b_guess) = (guess(x), y.map_or(Kind::Int, guess));
    let number = |r: u16| is_number(plan, state, pc, r);
    let with_float =
        a_guess == Kind::Float && y.is_some_and(number) || b_guess == Kind::Float && number(x);
    let guessed = of(a_guess, b_guess).or(with_float.then_some(Mode::Float));
    of(a, b).or(guessed).unwrap_or(Mode::Mixed)
}

/// Whether register `r` has been now an int, now a float, when the instruction at `pc` read it.
pub(crate) fn is_number(plan: &Plan, state: &State, pc: u32, r: u16) -> bool {
    state.kinds[r as usize] == Kind::Any && plan.seen(pc, r) == Seen::Number
}

/// What an arithmetic instruction gives in a mode, if it can be done in line in that mode.
pub(crate) fn arith_result(op: ArithOp, mode: Mode) -> Option<Kind> {
    use ArithOp as A;
    match (mode, op) {
        (Mode::Int, A::MatMul | A::Pow) => None,
        (Mode::Int, A::TrueDiv) => Some(Kind::Float),
        (Mode::Int, _) => Some(Kind::Int),
        (Mode::Float, A::Add | A::Sub | A::Mul | A::TrueDiv | A::Pow) => Some(Kind::Float),
        _ => None,
    }
}

/// A register was found to be of a kind by a guard.
pub(crate) fn refine(state: &mut State, r: u16, kind: Kind) {
    if state.kinds[r as usize] == Kind::Any {
        state.kinds[r as usize] = kind;
    }
}

/// A register was found to hold an object with this shape.
pub(crate) fn refine_shape(state: &mut State, r: u16, shape: u64) {
    if state.kinds[r as usize].is_word() {
        state.kinds[r as usize] = Kind::Shaped(shape);
    }
}

/// After guards for `mode` on the operands.
pub(crate) fn refine_operands(
    plan: &Plan,
    state: &mut State,
    pc: u32,
    mode: Mode,
    (x, y): (u16, Option<u16>),
) {
    let one = |state: &mut State, r: u16| match mode {
        Mode::Int => refine(state, r, Kind::Int),
        Mode::Float => {
            let kind = guess(plan, state.kinds[r as usize], pc, r);
            refine(state, r, kind);
        }
        Mode::Mixed => {}
    };
    one(state, x);
    if let Some(y) = y {
        one(state, y);
    }
}

/// Whether the loop at `pc` is taken to count: its iterator is that of a range.
pub(crate) fn counts(plan: &Plan, pc: u32) -> bool {
    let iterator = plan.seen(pc, plan.at(pc).b);
    iterator == Seen::Object(layout::RANGE_ITER) && plan.may_guess(pc)
}

/// Whether `GetIter` at `pc` is taken to make the iterator of a loop over a range whose step is 1: the loop begins
/// right behind it.
pub(crate) fn makes_range(plan: &Plan, pc: u32) -> bool {
    let i = plan.at(pc);
    let end = plan.unit.instrs.len() as u32;
    let mut behind = (pc + 1..end).take(3);
    let begins = |at: &u32| plan.at(*at).operation() == Op::ForIter && plan.at(*at).b == i.a;
    i.operation() == Op::GetIter
        && plan.may_guess(pc)
        && !plan.strides.contains(&i.a)
        && behind.find(begins).is_some_and(|at| counts(plan, at))
}

/// Whether the iterator made at `pc` is taken to be one of a list: it is made in line.
pub(crate) fn iterates_list(plan: &Plan, pc: u32) -> bool {
    plan.seen(pc, plan.at(pc).b) == Seen::Object(layout::LIST)
}

/// The first of the two registers that the body of the loop at `pc` begins by unpacking its item into, if the item may come
/// in parts.
pub(crate) fn pair_of_loop(plan: &Plan, pc: u32) -> Option<u16> {
    let (next, target) = successors(plan, pc);
    let body = if plan.at(pc).operation() == Op::ForLoop { target } else { next };
    let then = plan.at(body?);
    unpacks_pair(plan.unit, then, plan.at(pc).a).then_some(then.a)
}

/// Whether the instruction at `pc` unpacks an item that may come in parts: it follows the beginning of a loop.
pub(crate) fn is_pair_of_loop(plan: &Plan, pc: u32) -> bool {
    pc > 0
        && plan.at(pc - 1).operation() == Op::ForIter
        && pair_of_loop(plan, pc - 1) == Some(plan.at(pc).a)
}

/// The only case of a load or store of an attribute, if it is guarded: an object's own attribute, or one of its class that is a
/// plain value. What does not fit leaves.
pub(crate) fn guarded_case(plan: &Plan, pc: u32) -> Option<Case> {
    let Note::Attr(cases) = &plan.notes[pc as usize] else { return None };
    let fits = match cases.first()?.what {
        What::Slot(_) | What::Member(_) => true,
        What::Value(_) => plan.at(pc).operation() == Op::LoadAttr,
        What::Add(..) => APPENDS_IN_LINE && plan.at(pc).operation() == Op::StoreAttr,
        _ => false,
    };
    (cases.len() == 1 && fits && plan.may_guess(pc)).then_some(cases[0])
}

/// What a negation gives that is done in line.
pub(crate) fn negation(plan: &Plan, state: &State, pc: u32, r: u16) -> Option<Kind> {
    match guess(plan, state.kinds[r as usize], pc, r) {
        kind @ (Kind::Int | Kind::Float) if plan.may_guess(pc) => Some(kind),
        _ => None,
    }
}

/// The only method case of a site, if guesses are made there.
pub(crate) fn single_method(plan: &Plan, pc: u32) -> Option<(crate::plan::Case, u64)> {
    match &plan.notes[pc as usize] {
        Note::Attr(cases) if cases.len() == 1 && plan.may_guess(pc) => match cases[0].what {
            What::Method(function) => Some((cases[0], function)),
            _ => None,
        },
        _ => None,
    }
}

/// The only case of a site, an attribute of a module that is worth a guard, if guesses are made there: the value.
pub(crate) fn single_of_module(plan: &Plan, pc: u32) -> Option<(crate::plan::Case, u64)> {
    match &plan.notes[pc as usize] {
        Note::Attr(cases) if cases.len() == 1 && plan.may_guess(pc) => match cases[0].what {
            What::OfModule { value, .. } if is_stable(value) => Some((cases[0], value)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the load of an attribute at `pc` may call the getter of a property.
pub(crate) fn calls_getter(plan: &Plan, pc: u32) -> bool {
    match &plan.notes[pc as usize] {
        Note::Attr(cases) => cases.iter().any(|case| matches!(case.what, What::Getter(_))),
        _ => false,
    }
}

/// Whether a tuple is made in line.
pub(crate) fn makes_tuple(i: Instr) -> bool {
    i.operation() == Op::BuildTuple && (1..=16).contains(&i.c)
}

/// Whether items are appended to lists in line: see [`stores_in_line`].
pub(crate) const APPENDS_IN_LINE: bool = cfg!(target_arch = "x86_64");

/// After an instruction at `pc` that calls: an operator of a class made by Python code, whose operands are saved, or, on a
/// rare way, a helper.
fn after_operation(plan: &Plan, state: &mut State, pc: u32) {
    match operators::site(plan.at(pc)).filter(|_| plan.operators.contains_key(&pc)) {
        Some(site) => {
            for r in [Some(site.left), site.right].into_iter().flatten() {
                state.saved(r as usize);
            }
            sync(plan, state, pc);
        }
        None => relax(plan, state, pc),
    }
}

/// The state after the instruction at `pc`, on the way that falls through or is taken (no
/// instruction differs in that but those that jump when there is no next item, see `emit`).
pub(crate) fn step(plan: &Plan, state: &mut State, pc: u32) {
    let i = plan.at(pc);
    let op = i.operation();
    if let Some(a) = family::arith(op) {
        let y = (!a.immediate).then_some(i.c);
        let mode = mode(plan, state, pc, i.b, y, false);
        let kind = match arith_result(a.op, mode) {
            Some(kind) => {
                refine_operands(plan, state, pc, mode, (i.b, y));
                kind
            }
            None => {
                after_operation(plan, state, pc);
                Kind::Any
            }
        };
        state.set(i.a, kind);
        return;
    }
    if let Some(c) = family::comparison(op) {
        let (x, y) = match c.jump_if {
            Some(_) => (i.a, i.b),
            None => (i.b, i.c),
        };
        let y = (!c.immediate).then_some(y);
        let mode = mode(plan, state, pc, x, y, true);
        refine_operands(plan, state, pc, mode, (x, y));
        if mode == Mode::Mixed {
            after_operation(plan, state, pc);
        }
        if c.jump_if.is_none() {
            let kind = if mode == Mode::Mixed { Kind::Any } else { Kind::Bool };
            state.set(i.a, kind);
        }
        return;
    }
    match op {
        Op::Move => {
            let kind = state.kinds[i.b as usize];
            state.set(i.a, kind);
        }
        Op::LoadConst => {
            let value = plan.consts[i.bc() as usize];
            let kind = if value.as_inline_float().is_some() {
                Kind::Float
            } else {
                Kind::Known(value.word())
            };
            state.set(i.a, kind);
        }
        Op::LoadInt => state.set(i.a, Kind::Known(Value::int(i.sbc() as i64).word())),
        Op::LoadNone => state.set(i.a, Kind::Known(Value::NONE.word())),
        Op::LoadTrue => state.set(i.a, Kind::Known(Value::TRUE.word())),
        Op::LoadFalse => state.set(i.a, Kind::Known(Value::FALSE.word())),
        Op::LoadUnset | Op::DelFast => state.set(i.a, Kind::Known(0)),
        Op::Is | Op::IsNot => state.set(i.a, Kind::Bool),
        Op::Not | Op::ToBool => {
            relax_test(plan, state, pc, i.b);
            state.set(i.a, Kind::Bool);
        }
        Op::Neg => {
            let kind = negation(plan, state, pc, i.b);
            match kind {
                Some(kind) => refine(state, i.b, kind),
                None => relax(plan, state, pc),
            }
            state.set(i.a, kind.unwrap_or(Kind::Any));
        }
        Op::Contains | Op::NotContains => {
            sync(plan, state, pc);
            state.set(i.a, Kind::Bool);
        }
        Op::LoadGlobal => {
            let kind = match plan.notes[pc as usize] {
                Note::Global { value, stable, .. } | Note::Builtin { value, stable, .. }
                    if plan.may_guess(pc) =>
                {
                    if stable {
                        Kind::Known(value)
                    } else {
                        Kind::Any
                    }
                }
                _ => {
                    relax(plan, state, pc);
                    Kind::Any
                }
            };
            state.set(i.a, kind);
        }
        Op::LoadMethod => {
            if let Some((case, function)) = single_method(plan, pc) {
                refine_shape(state, i.b, case.key);
                let receiver = state.kinds[i.b as usize];
                state.set(i.a, Kind::Known(function));
                state.set(i.a + 1, receiver);
            } else if let Some((_, value)) = single_of_module(plan, pc) {
                state.set(i.a, Kind::Known(value));
                state.set(i.a + 1, Kind::Known(0));
            } else {
                relax(plan, state, pc);
                state.set(i.a, Kind::Any);
                state.set_in_window(i.a + 1);
            }
        }
        Op::LoadSuperMethod if plan.supers.contains_key(&pc) => {
            state.set(i.a, Kind::Known(plan.supers[&pc].function));
            state.set(i.a + 1, Kind::Any);
        }
        Op::ForIter | Op::ForLoop => {
            exhaust(plan, state, pc);
            let kind = if counts(plan, pc) { Kind::Int } else { Kind::Any };
            state.set(i.a, kind);
        }
        Op::Yield => {
            settle(plan, state, pc);
            state.set_in_window(i.a);
        }
        Op::LoadAttr if let Some(case) = guarded_case(plan, pc) => {
            refine_shape(state, i.b, case.key);
            state.set(i.a, Kind::Any);
        }
        Op::LoadAttr => {
            match calls_getter(plan, pc) {
                true => sync(plan, state, pc),
                false => relax(plan, state, pc),
            }
            state.set(i.a, Kind::Any);
        }
        Op::GetItem | Op::GetItemI if let Some((_, item)) = typed_item(plan, state, pc) => {
            refine_array(state, i.b, (op == Op::GetItem).then_some(i.c));
            let kind = match item {
                Item::Int { .. } => Kind::Int,
                Item::Float { .. } => Kind::Float,
            };
            state.set(i.a, kind);
        }
        Op::GetItem | Op::GetItemI => {
            if indexes(plan, state, pc).is_some() {
                if op == Op::GetItem {
                    refine(state, i.c, Kind::Int);
                }
                refine_exact(plan, state, pc, i.b);
            }
            after_operation(plan, state, pc);
            state.set(i.a, Kind::Any);
        }
        Op::CopyFree => (i.a..i.a + i.c).for_each(|r| state.set(r, Kind::Any)),
        Op::BuildTuple if makes_tuple(i) => {
            relax(plan, state, pc);
            state.set(i.a, Kind::Any);
        }
        Op::ListAppend if APPENDS_IN_LINE => relax(plan, state, pc),
        Op::UnpackSequence => {
            relax(plan, state, pc);
            (i.a..i.a + i.c).for_each(|r| state.set(r, Kind::Any));
        }
        Op::StoreAttr => match guarded_case(plan, pc).map(|case| (case.key, case.what)) {
            Some((_, What::Add(_, shape))) => {
                relax(plan, state, pc);
                refine_shape(state, i.a, shape);
            }
            Some((shape, _)) => refine_shape(state, i.a, shape),
            None => relax(plan, state, pc),
        },
        Op::JumpIfTrue | Op::JumpIfFalse => relax_test(plan, state, pc, i.a),
        Op::Nop
        | Op::CheckBound
        | Op::Jump
        | Op::Loop
        | Op::JumpIfNone
        | Op::JumpIfNotNone
        | Op::JumpIfUnset
        | Op::JumpIfIs
        | Op::JumpIfNotIs
        | Op::Return
        | Op::ReturnNone
        | Op::Poll
        | Op::StoreDeref
        | Op::LoadDeref => {
            if op == Op::LoadDeref {
                state.set(i.a, Kind::Any);
            }
        }
        Op::Call | Op::CallMethod if quick(plan, state, pc).is_some() => {
            let result = quick(plan, state, pc).map_or(Kind::Any, |(_, result)| result);
            relax(plan, state, pc);
            state.set(i.a, result);
        }
        Op::Call | Op::CallMethod | Op::CallKw | Op::CallEx => {
            let kind = result_of_call(plan, state, pc);
            sync(plan, state, pc);
            // The callee's window lies over the group.
            for r in i.b..plan.unit.nregs as u16 {
                state.set_in_window(r);
            }
            state.set(i.a, kind);
        }
        Op::GetIter if state.kinds[i.b as usize] == Kind::Numbers => {
            relax(plan, state, pc);
            state.set_in_window(i.a);
            state.kinds[i.a as usize] = Kind::Range;
        }
        Op::GetIter if iterates_list(plan, pc) => {
            relax(plan, state, pc);
            state.set(i.a, Kind::Any);
            state.saved(i.a as usize);
        }
        Op::GetIter => {
            sync(plan, state, pc);
            if makes_range(plan, pc) {
                state.set_in_window(i.a);
                state.kinds[i.a as usize] = Kind::Range;
            } else {
                state.set(i.a, Kind::Any);
                state.saved(i.a as usize);
            }
        }
        Op::SetItem if let Some((_, item)) = typed_store(plan, state, pc) => {
            refine_array(state, i.a, Some(i.b));
            let kind = guess(plan, state.kinds[i.c as usize], pc, i.c);
            let kind = if matches!(item, Item::Int { .. }) { Kind::Int } else { kind };
            refine(state, i.c, kind);
        }
        Op::SetItem if stores_in_line(plan, state, pc) => {
            refine(state, i.b, Kind::Int);
            refine_exact(plan, state, pc, i.a);
            relax(plan, state, pc);
        }
        Op::JumpIfIn | Op::JumpIfNotIn => after_helper(plan, state, pc),
        _ if lean(i).is_some() => after_helper(plan, state, pc),
        _ => run_out_of_line(plan, state, pc),
    }
}

/// After an instruction whose helper gives its result.
fn after_helper(plan: &Plan, state: &mut State, pc: u32) {
    sync(plan, state, pc);
    effects(plan.at(pc), &mut |effect| {
        if let Effect::Write(r, n) = effect {
            (r..r + n).for_each(|r| state.set(r, Kind::Any));
        }
    });
}

/// After an instruction that a helper ran on the window.
fn run_out_of_line(plan: &Plan, state: &mut State, pc: u32) {
    let i = plan.at(pc);
    sync(plan, state, pc);
    effects(i, &mut |effect| match effect {
        Effect::Write(r, n) => (r..r + n).for_each(|r| state.set_in_window(r)),
        Effect::Clobber(r) => (r..plan.unit.nregs as u16).for_each(|r| state.set_in_window(r)),
        Effect::Read(r, n) => (r..r + n).for_each(|r| state.saved(r as usize)),
    });
    if i.operation() == Op::MakeCell {
        state.set_in_window(i.b);
    }
}

/// What is to be done with a register before an instruction reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Touch {
    /// It is read from the window.
    Load,
    /// The iterator gets its next number back.
    WriteBack,
}

/// Before the instruction at `pc`: what it reads alone is read from the window, if it is only there; an iterator of
/// [`Kind::Range`] that is not just asked for its next number becomes an ordinary one.
pub(crate) fn touch(
    plan: &Plan,
    state: &mut State,
    pc: u32,
    mut needs: impl FnMut(&mut State, u16, Touch),
) {
    let i = plan.at(pc);
    if family::is_left(i.operation()) {
        return;
    }
    let counts = matches!(i.operation(), Op::ForIter | Op::ForLoop);
    effects(i, &mut |effect| {
        let Effect::Read(first, n) = effect else { return };
        for r in first..first + n {
            if state.kinds[r as usize] == Kind::Range {
                if counts {
                    continue;
                }
                needs(state, r, Touch::WriteBack);
                state.kinds[r as usize] = Kind::Any;
            }
            if n == 1 && state.places[r as usize] == Place::Window {
                needs(state, r, Touch::Load);
                state.places[r as usize] = Place::Both;
            }
        }
    });
}

/// After the registers of [`kept_over`] were saved to the window, and a call at `pc`: objects are only there.
pub(crate) fn sync(plan: &Plan, state: &mut State, pc: u32) {
    let after = After::of(plan, pc);
    for r in 0..state.kinds.len() {
        if kept_over(plan, state, &after, r) {
            state.saved(r);
            if state.kinds[r].is_word() {
                state.places[r] = Place::Window;
            }
        }
        state.kinds[r] = state.kinds[r].after_call();
    }
}

/// After all registers that may be read after `pc` were saved to the window: whoever resumes the frame finds them there.
pub(crate) fn settle(plan: &Plan, state: &mut State, pc: u32) {
    let after = After::of(plan, pc);
    for r in 0..state.kinds.len() {
        if after.may_read(plan, r) {
            state.set_in_window(r as u16);
        }
    }
}

/// Whether what is known of shapes is found out again after a rare call of such an instruction, whose result lies in its register.
pub(crate) fn keeps_shapes(op: Op) -> bool {
    matches!(
        op,
        Op::LoadAttr
            | Op::StoreAttr
            | Op::GetItem
            | Op::GetItemI
            | Op::SetItem
            | Op::LoadGlobal
            | Op::BuildTuple
            | Op::ListAppend
    )
}

/// After an instruction at `pc` that calls on a rare way: objects that the window has are only there. The others are
/// saved and read again on that way.
pub(crate) fn relax(plan: &Plan, state: &mut State, pc: u32) {
    let after = After::of(plan, pc);
    for r in 0..state.kinds.len() {
        if state.places[r] == Place::Both
            && state.kinds[r].is_word()
            && kept_over(plan, state, &after, r)
        {
            state.places[r] = Place::Window;
        }
        if !keeps_shapes(plan.at(pc).operation()) {
            state.kinds[r] = state.kinds[r].after_call();
        }
    }
}

/// After a test of the truth of register `r`.
fn relax_test(plan: &Plan, state: &mut State, pc: u32, r: u16) {
    if tests_any(state, r) {
        relax(plan, state, pc);
    }
}

/// Whether a test of the truth of register `r` may call.
pub(crate) fn tests_any(state: &State, r: u16) -> bool {
    !matches!(state.kinds[r as usize].widened(), Kind::Float | Kind::Int | Kind::Bool)
}

/// The state after a loop's instruction at `pc` where there is no next item.
pub(crate) fn exhaust(plan: &Plan, state: &mut State, pc: u32) {
    if !counts(plan, pc) {
        relax(plan, state, pc);
    }
}

/// Whether a call wants register `r` in the window: named ones, which the callee may look at, and
/// objects, which no machine register may hold meanwhile (rule 4 of `orochi_interp::machine`).
pub(crate) fn kept_over(plan: &Plan, state: &State, after: &After, r: usize) -> bool {
    r < plan.unit.temp_base() || state.kinds[r].is_word() && after.may_read(plan, r)
}
