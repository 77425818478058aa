//! How control flows through code, and what is known where: [`analyse`] follows all ways until nothing changes.

use crate::family;
use crate::kind::{Kind, Place, State, exhaust, step, taken_for, touch};
use crate::plan::{LOOP, PARAMETER, Plan};
use orochi_bytecode::Op;
use std::collections::HashMap;

/// Where the instruction at `pc` goes on.
pub(crate) struct After {
    ways: [Option<u32>; 2],
    handler: Option<u32>,
}

impl After {
    pub(crate) fn of(plan: &Plan, pc: u32) -> After {
        let (next, target) = successors(plan, pc);
        let handler = plan.unit.handler_at(pc).map(|handler| handler.target);
        After { ways: [next, target], handler }
    }

    /// Whether register `r` may be read later.
    pub(crate) fn may_read(&self, plan: &Plan, r: usize) -> bool {
        self.goes_on_with(plan, r) || self.handler.is_some_and(|at| plan.is_live(at, r))
    }

    /// Whether register `r` may be read later if there is no exception.
    pub(crate) fn goes_on_with(&self, plan: &Plan, r: usize) -> bool {
        self.ways.iter().flatten().any(|at| plan.is_live(*at, r))
    }
}

/// The guess for parameter `r` at a call.
pub(crate) fn parameter(plan: &Plan, r: u16) -> Kind {
    if !plan.may_guess(PARAMETER | u32::from(r)) {
        return Kind::Any;
    }
    taken_for(Kind::Any, plan.parameter(r))
}

/// The state in which a call enters: parameters lie in the window and are what they are taken for, other named registers
/// are UNSET there.
pub(crate) fn entry(plan: &Plan) -> State {
    let mut state = State::new(plan.unit.nregs as usize);
    for r in 0..plan.unit.temp_base() {
        if r >= plan.unit.parameter_count() {
            state.kinds[r] = Kind::Known(0);
        } else {
            state.kinds[r] = parameter(plan, r as u16);
        }
        if state.kinds[r] != Kind::Any {
            state.places[r] = Place::Both;
        }
    }
    state
}

/// Where the instruction at `pc` goes on: falling through, and by a jump.
pub(crate) fn successors(plan: &Plan, pc: u32) -> (Option<u32>, Option<u32>) {
    let i = plan.at(pc);
    let op = i.operation();
    if family::is_left(op) {
        return (None, None);
    }
    let target = i.jump_offset().map(|offset| (i64::from(pc) + 1 + i64::from(offset)) as u32);
    let next = (!op.is_terminal()).then_some(pc + 1);
    (next, target)
}

/// The states at the start of each block that can be reached from a call.
pub(crate) struct Flow {
    /// By instruction: the state before it, where a block begins there.
    pub before: Vec<Option<State>>,
    /// Where the code can be entered besides its begin, in order: targets of back edges, the begin of a generator and
    /// where it goes on after a `yield`.
    pub headers: Vec<u32>,
    /// Registers that are guarded to be of a kind where a loop is entered, by the loop's header.
    pub promised: HashMap<(u32, u16), Kind>,
}

/// Rounds in which promises are found: those of inner loops make others possible.
const ROUNDS: usize = 4;

/// Analyses the code.
pub(crate) fn analyse(plan: &Plan) -> Flow {
    let mut promised = HashMap::new();
    for _ in 0..ROUNDS {
        let (flow, backs) = follow(plan, promised.clone());
        let found = promises(plan, &flow, &backs);
        if found.is_empty() {
            return flow;
        }
        promised.extend(found);
    }
    follow(plan, promised).0
}

/// What each loop finds out about registers that are anything when it is entered, and that are still so when it goes round: a
/// guard at its entry spares one in each round.
fn promises(plan: &Plan, flow: &Flow, backs: &Backs) -> HashMap<(u32, u16), Kind> {
    let mut found = HashMap::new();
    for header in &flow.headers {
        let Some(state) = &flow.before[*header as usize] else { continue };
        let mut ways = backs.iter().filter(|((_, to), _)| to == header).map(|(_, state)| state);
        let Some(first) = ways.next() else { continue };
        let mut joined = first.clone();
        for way in ways {
            joined.join(way, |_| true);
        }
        for (r, kind) in joined.kinds.iter().enumerate() {
            let is_worth_it = matches!(kind, Kind::Int | Kind::Float | Kind::Shaped(_));
            let wanted = state.kinds[r] == Kind::Any && plan.is_live(*header, r);
            if is_worth_it && wanted && plan.may_guess(promise(*header, r as u16)) {
                found.insert((*header, r as u16), *kind);
            }
        }
    }
    found
}

/// What a promise that does not hold is counted for.
pub(crate) fn promise(header: u32, r: u16) -> u32 {
    LOOP | header << 16 | u32::from(r)
}

/// The states on back edges, by where they begin and end.
type Backs = HashMap<(u32, u32), State>;

/// Follows all ways through the code, with these promises.
fn follow(plan: &Plan, promised: HashMap<(u32, u16), Kind>) -> (Flow, Backs) {
    let n = plan.unit.instrs.len();
    let mut leaders = vec![false; n + 1];
    let mut headers = Vec::new();
    leaders[0] = true;
    let enters = |op: Op| matches!(op, Op::ReturnGenerator | Op::Yield);
    let resumed: Vec<u32> =
        (0..n as u32).filter(|pc| enters(plan.at(*pc).operation())).map(|pc| pc + 1).collect();
    for at in &resumed {
        leaders[*at as usize] = true;
        headers.push(*at);
    }
    for pc in 0..n as u32 {
        let (next, target) = successors(plan, pc);
        if let Some(target) = target {
            leaders[target as usize] = true;
            if target <= pc && !headers.contains(&target) {
                headers.push(target);
            }
            if let Some(next) = next {
                leaders[next as usize] = true;
            }
        }
    }
    headers.sort_unstable();
    let mut flow = Flow { before: vec![None; n], headers, promised };
    let mut backs = Backs::new();
    flow.before[0] = Some(entry(plan));
    let mut work = vec![0u32];
    for at in resumed {
        flow.before[at as usize] = Some(State::new(plan.unit.nregs as usize));
        work.push(at);
    }
    while let Some(start) = work.pop() {
        let Some(mut state) = flow.before[start as usize].clone() else { continue };
        let mut pc = start;
        loop {
            let (next, target) = successors(plan, pc);
            touch(plan, &mut state, pc, |_, _, _| {});
            let op = plan.at(pc).operation();
            let exhausted = matches!(op, Op::ForIter | Op::ForLoop).then(|| {
                let mut exhausted = state.clone();
                exhaust(plan, &mut exhausted, pc);
                exhausted
            });
            step(plan, &mut state, pc);
            let mut send = |to: u32, state: &State| {
                if to <= pc {
                    backs.insert((pc, to), state.clone());
                }
                if flow.meet(plan, to, state) {
                    work.push(to);
                }
            };
            if let Some(target) = target {
                match &exhausted {
                    Some(exhausted) if op == Op::ForIter => send(target, exhausted),
                    _ => send(target, &state),
                }
            }
            let Some(next) = next else { break };
            if leaders[next as usize] {
                match &exhausted {
                    Some(exhausted) if op == Op::ForLoop => send(next, exhausted),
                    _ => send(next, &state),
                }
                break;
            }
            pc = next;
        }
    }
    (flow, backs)
}

impl Flow {
    /// What register `r` of this kind is guarded to be on the way to `to`, if it is.
    pub(crate) fn kept_promise(&self, to: u32, r: usize, kind: Kind) -> Option<Kind> {
        let promised = *self.promised.get(&(to, r as u16))?;
        (kind == Kind::Any).then_some(promised)
    }

    /// A way with this state leads to `to`; gives whether anything is new there.
    fn meet(&mut self, plan: &Plan, to: u32, state: &State) -> bool {
        let mut state = state.clone();
        for r in 0..state.kinds.len() {
            if let Some(kind) = self.kept_promise(to, r, state.kinds[r]) {
                state.kinds[r] = kind;
                if !kind.is_word() {
                    state.places[r] = Place::Both;
                }
            }
        }
        let live = |r: usize| plan.is_live(to, r);
        match &mut self.before[to as usize] {
            Some(old) => old.join(&state, live),
            None => {
                let mut first = state.clone();
                first.join(&state, live);
                self.before[to as usize] = Some(first);
                true
            }
        }
    }
}
