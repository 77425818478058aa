//! From labelled instructions to a code unit: dead code, redundant bound checks, jump layout, tables.

use crate::unit::{Ins, Label, NO_LABEL, Unit};
use orochi_bytecode::{
    CodeUnit, Effect, ExceptionEntry, Instr, Kind, Op, Position, PositionWriter, effects,
};
use orochi_syntax::{Source, TextRange};

/// No handler covers the instruction.
const NO_HANDLER: u32 = u32::MAX;

/// Finishes a unit. `None`: it does not fit the instruction format.
pub(crate) fn assemble(mut unit: Unit<'_>, source: &Source, filename: &str) -> Option<CodeUnit> {
    if unit.max_depth + 8 > u16::MAX as u32
        || unit.names.len() > u16::MAX as usize
        || unit.sites.len() > u16::MAX as usize
    {
        return None;
    }
    let lines = lines(&unit, source);
    thread_jumps(&mut unit, &lines);
    let skipped = invert_jumps(&mut unit, &lines);
    crate::exits::place(&mut unit);
    let lines = self::lines(&unit, source);
    let handlers = handlers(&unit);
    let mut live = reachable(&unit, &handlers);
    skipped.into_iter().for_each(|i| live[i] = false);
    let checks = redundant_checks(&unit, &handlers, &live);
    let idle = (0..unit.ins.len())
        .filter(|i| unit.ins[*i].op == Op::Jump && falls_to(&unit, &live, &checks, *i));
    let (spare, told): (Vec<usize>, Vec<usize>) = idle.partition(|i| is_told(&lines, *i));
    for i in told {
        // A jump to the next instruction does nothing, but its line has an event.
        unit.ins[i].op = Op::Nop;
        unit.ins[i].label = NO_LABEL;
    }
    spare.into_iter().for_each(|i| live[i] = false);
    let keep: Vec<bool> = (0..unit.ins.len())
        .map(|i| {
            let ins = &unit.ins[i];
            let noop = ins.op == Op::Move && ins.a == ins.b
                || ins.op == Op::Nop
                    && unit.ins.get(i + 1).is_some_and(|n| live[i + 1] && n.pos == ins.pos);
            live[i] && !checks[i] && !noop
        })
        .collect();
    Layout::new(&unit, &keep).finish(unit, source, filename)
}

/// Whether the jump at `i` goes to the next instruction that is kept anyway.
fn falls_to(unit: &Unit<'_>, live: &[bool], gone: &[bool], i: usize) -> bool {
    let target = unit.labels[unit.ins[i].label.0 as usize] as usize;
    target > i && (i + 1..target).all(|k| !live[k] || gone[k])
}

/// The line of each instruction, 0 for none.
fn lines(unit: &Unit<'_>, source: &Source) -> Vec<u32> {
    let mut last = (None, 0);
    unit.ins
        .iter()
        .map(|ins| {
            if ins.pos != last.0 {
                let line = |r: TextRange| source.index().position(r.start()).line;
                last = (ins.pos, ins.pos.map_or(0, line));
            }
            last.1
        })
        .collect()
}

/// Whether the line of instruction `i` has its event without it.
fn is_told(lines: &[u32], i: usize) -> bool {
    let neighbours = [i.checked_sub(1), Some(i + 1)];
    lines[i] == 0
        || neighbours.iter().flatten().any(|n| lines.get(*n).is_some_and(|l| *l == lines[i]))
}

/// Makes jumps to jumps go to the final target, except over a line that would be missed by a tracer.
fn thread_jumps(unit: &mut Unit<'_>, lines: &[u32]) {
    for i in 0..unit.ins.len() {
        if unit.ins[i].label == NO_LABEL {
            continue;
        }
        let mut label = unit.ins[i].label;
        for _ in 0..8 {
            let at = unit.labels[label.0 as usize] as usize;
            match unit.ins.get(at) {
                // Back edges stay where they are: only forward hops are shortened.
                Some(next)
                    if next.op == Op::Jump
                        && (lines[at] == 0 || lines[at] == lines[i])
                        && at != i
                        && unit.labels[next.label.0 as usize] as usize > at
                        && at > i =>
                {
                    label = next.label;
                }
                _ => break,
            }
        }
        unit.ins[i].label = label;
    }
}

/// `if a: jump` is one jump: a conditional jump over a jump takes the opposite condition and its target. Returns the
/// jumps that are gone.
fn invert_jumps(unit: &mut Unit<'_>, lines: &[u32]) -> Vec<usize> {
    let mut is_target = vec![false; unit.ins.len() + 1];
    for l in unit.labels.iter().filter(|l| **l != u32::MAX) {
        is_target[*l as usize] = true;
    }
    let mut gone = Vec::new();
    for i in 0..unit.ins.len().saturating_sub(1) {
        let (a, b) = (unit.ins[i], unit.ins[i + 1]);
        if a.label == NO_LABEL || b.op != Op::Jump || is_target[i + 1] || lines[i + 1] > lines[i] {
            continue;
        }
        let Some(op) = inverse(a.op) else { continue };
        if target(unit, a.label) == i + 2 {
            unit.ins[i].op = op;
            unit.ins[i].label = b.label;
            // Nothing falls through it, as far as the analyses are concerned.
            unit.ins[i + 1].op = Op::Nop;
            unit.ins[i + 1].label = NO_LABEL;
            gone.push(i + 1);
        }
    }
    gone
}

/// For each instruction the range (index) of its innermost handler.
fn handlers(unit: &Unit<'_>) -> Vec<u32> {
    let mut out = vec![NO_HANDLER; unit.ins.len()];
    for (n, r) in unit.ranges.iter().enumerate().rev() {
        out[r.start as usize..r.end as usize].fill(n as u32);
    }
    out
}

fn target(unit: &Unit<'_>, label: Label) -> usize {
    unit.labels[label.0 as usize] as usize
}

fn reachable(unit: &Unit<'_>, handlers: &[u32]) -> Vec<bool> {
    let mut live = vec![false; unit.ins.len()];
    let mut work = vec![0usize];
    while let Some(mut i) = work.pop() {
        while i < live.len() && !live[i] {
            live[i] = true;
            let ins = &unit.ins[i];
            if handlers[i] != NO_HANDLER {
                work.push(target(unit, unit.ranges[handlers[i] as usize].target));
            }
            if ins.label != NO_LABEL {
                work.push(target(unit, ins.label));
            }
            if ins.op.is_terminal() {
                break;
            }
            i += 1;
        }
    }
    live
}

/// Marks the bound checks that can never fail: a forward must-be-bound analysis over local variables.
fn redundant_checks(unit: &Unit<'_>, handlers: &[u32], live: &[bool]) -> Vec<bool> {
    let n = unit.ins.len();
    let mut out = vec![false; n];
    if !unit.ins.iter().any(|i| i.op == Op::CheckBound) {
        return out;
    }
    // Only registers that are checked somewhere matter.
    let mut slot = vec![usize::MAX; unit.max_depth as usize + 1];
    let mut count = 0;
    for i in &unit.ins {
        if i.op == Op::CheckBound && slot[i.a as usize] == usize::MAX {
            slot[i.a as usize] = count;
            count += 1;
        }
    }
    let words = count.div_ceil(64);
    // State before each block start; `None`: not reached yet (everything bound).
    let mut starts = vec![false; n + 1];
    starts[0] = true;
    for l in &unit.labels {
        if (*l as usize) < n {
            starts[*l as usize] = true;
        }
    }
    let mut states: Vec<Option<Vec<u64>>> = vec![None; n];
    let mut entry = vec![0u64; words];
    let params = unit.argcount as usize + unit.kwonly as usize + extra_params(unit);
    for (r, s) in slot.iter().enumerate() {
        if *s != usize::MAX && r < params {
            entry[s / 64] |= 1 << (s % 64);
        }
    }
    states[0] = Some(entry);
    let mut work = vec![0usize];
    let meet = |states: &mut Vec<Option<Vec<u64>>>, work: &mut Vec<usize>, at: usize, s: &[u64]| {
        match &mut states[at] {
            Some(old) => {
                let mut changed = false;
                for (o, n) in old.iter_mut().zip(s) {
                    changed |= *o & !n != 0;
                    *o &= n;
                }
                if changed {
                    work.push(at);
                }
            }
            none => {
                *none = Some(s.to_vec());
                work.push(at);
            }
        }
    };
    while let Some(start) = work.pop() {
        let Some(mut state) = states[start].clone() else { continue };
        let mut i = start;
        // The handler sees the state before each instruction; it is joined only when it changed.
        let mut told: u32 = NO_HANDLER;
        let mut dirty = true;
        while i < n {
            let ins = &unit.ins[i];
            let h = handlers[i];
            if h != NO_HANDLER && (dirty || h != told) {
                let at = target(unit, unit.ranges[h as usize].target);
                meet(&mut states, &mut work, at, &state);
                told = h;
                dirty = false;
            }
            // Only one way out of a loop instruction has the next item.
            let before = (ins.op == Op::ForIter).then(|| state.clone());
            dirty |= transfer(ins, &slot, &mut state);
            if ins.label != NO_LABEL {
                let at = target(unit, ins.label);
                match before {
                    Some(s) => meet(&mut states, &mut work, at, &s),
                    None if ins.op == Op::ForLoop => {
                        let mut s = state.clone();
                        set_bound(&slot, &mut s, ins.a);
                        meet(&mut states, &mut work, at, &s);
                    }
                    None => meet(&mut states, &mut work, at, &state),
                }
            }
            if ins.op.is_terminal() {
                break;
            }
            i += 1;
            if i < n && starts[i] {
                meet(&mut states, &mut work, i, &state);
                break;
            }
        }
    }
    for start in (0..n).filter(|i| starts[*i]) {
        let Some(mut state) = states[start].clone() else { continue };
        let mut i = start;
        loop {
            let ins = &unit.ins[i];
            if ins.op == Op::CheckBound && live[i] {
                let s = slot[ins.a as usize];
                out[i] = state[s / 64] >> (s % 64) & 1 == 1;
            }
            transfer(ins, &slot, &mut state);
            i += 1;
            if i >= n || starts[i] {
                break;
            }
        }
    }
    out
}

fn extra_params(unit: &Unit<'_>) -> usize {
    use orochi_bytecode::CodeFlags as f;
    (unit.flags & f::VARARGS != 0) as usize + (unit.flags & f::VARKEYWORDS != 0) as usize
}

fn set_bound(slot: &[usize], state: &mut [u64], r: u16) {
    let s = slot.get(r as usize).copied().unwrap_or(usize::MAX);
    if s != usize::MAX {
        state[s / 64] |= 1 << (s % 64);
    }
}

/// Applies an instruction to the set of bound registers; tells whether a register may have become unbound.
fn transfer(ins: &Ins, slot: &[usize], state: &mut [u64]) -> bool {
    let mut lost = false;
    let mut set = |r: u16, bound: bool| {
        let s = slot.get(r as usize).copied().unwrap_or(usize::MAX);
        if s != usize::MAX {
            if bound {
                state[s / 64] |= 1 << (s % 64);
            } else {
                lost |= state[s / 64] >> (s % 64) & 1 == 1;
                state[s / 64] &= !(1 << (s % 64));
            }
        }
    };
    match ins.op {
        Op::LoadUnset | Op::DelFast => set(ins.a, false),
        Op::ForLoop => {}
        Op::CheckBound => set(ins.a, true),
        Op::MakeCell => {
            set(ins.a, true);
            set(ins.b, false);
        }
        _ => effects(Instr::new(ins.op, ins.a, ins.b, ins.c), &mut |e| {
            if let Effect::Write(r, n) = e {
                (r..r.saturating_add(n)).for_each(|r| set(r, true));
            }
        }),
    }
    lost
}

/// Placement of the kept instructions, with far jumps expanded.
struct Layout {
    /// Old indices of the kept instructions.
    order: Vec<u32>,
    /// Size in instructions of each (1, or more for far jumps).
    size: Vec<u8>,
    /// New index of each old instruction (of the next kept one if it was dropped).
    new: Vec<u32>,
}

impl Layout {
    fn new(unit: &Unit<'_>, keep: &[bool]) -> Layout {
        let order: Vec<u32> = (0..keep.len()).filter(|i| keep[*i]).map(|i| i as u32).collect();
        let size = vec![1; order.len()];
        let mut l = Layout { order, size, new: Vec::new() };
        loop {
            l.place(keep);
            if !l.expand(unit) {
                return l;
            }
        }
    }

    fn place(&mut self, keep: &[bool]) {
        self.new = vec![0; keep.len() + 1];
        let mut at = 0u32;
        let mut k = 0;
        for (i, kept) in keep.iter().enumerate() {
            self.new[i] = at;
            if *kept {
                at += self.size[k] as u32;
                k += 1;
            }
        }
        self.new[keep.len()] = at;
    }

    /// Enlarges 16-bit jumps that are out of range; tells whether there were any.
    fn expand(&mut self, unit: &Unit<'_>) -> bool {
        let mut changed = false;
        for k in 0..self.order.len() {
            let ins = &unit.ins[self.order[k] as usize];
            if self.size[k] > 1 || ins.label == NO_LABEL || ins.op.kinds()[2] != Kind::Off16 {
                continue;
            }
            let from = self.new[self.order[k] as usize] as i64 + 1;
            let to = self.new[target(unit, ins.label)] as i64;
            // A margin, because later expansions move things.
            if (to - from).abs() > 30_000 {
                self.size[k] =
                    if inverse(ins.op).is_some() || ins.op == Op::ForLoop { 2 } else { 3 };
                changed = true;
            }
        }
        changed
    }

    fn finish(self, unit: Unit<'_>, source: &Source, filename: &str) -> Option<CodeUnit> {
        let mut instrs = Vec::with_capacity(self.order.len());
        let mut positions = PositionWriter::default();
        let mut cache: Option<(TextRange, Position)> = None;
        // A module without a statement has an event for its line 0, or no debugger would stop in it.
        let empty = unit.ins.iter().all(|ins| ins.pos.is_none());
        for (k, old) in self.order.iter().enumerate() {
            let ins = unit.ins[*old as usize];
            let before = instrs.len();
            self.emit(&unit, ins, self.size[k], &mut instrs);
            let p = match ins.pos {
                None if empty => Position { line: 0, end_line: 1, col: 0, end_col: 0 },
                None => Position::NONE,
                Some(r) => match cache {
                    Some((q, p)) if q == r => p,
                    _ => {
                        let p = position(source, r);
                        cache = Some((r, p));
                        p
                    }
                },
            };
            (before..instrs.len()).for_each(|_| positions.push(p));
        }
        let exceptions = unit
            .ranges
            .iter()
            .map(|r| ExceptionEntry {
                start: self.new[r.start as usize],
                end: self.new[r.end as usize],
                target: self.new[target(&unit, r.target)],
                reg: r.reg,
            })
            .filter(|e| e.start < e.end)
            .collect();
        let text = |v: &[crate::names::Name]| v.iter().map(|n| Box::from(&**n)).collect();
        Some(CodeUnit {
            name: Box::from(&*unit.name),
            qualname: unit.qualname.as_str().into(),
            filename: filename.into(),
            argcount: unit.argcount,
            posonlyargcount: unit.posonly,
            kwonlyargcount: unit.kwonly,
            flags: unit.flags,
            firstlineno: unit.firstlineno,
            varnames: text(&unit.varnames),
            cellvars: text(&unit.cellvars),
            freevars: text(&unit.freevars),
            names: text(&unit.names),
            nregs: unit.max_depth,
            consts: unit.consts,
            instrs,
            exceptions,
            positions: positions.finish(),
            sites: unit.sites,
        })
    }

    fn emit(&self, unit: &Unit<'_>, ins: Ins, size: u8, out: &mut Vec<Instr>) {
        let Ins { mut op, a, b, c, label, .. } = ins;
        if label == NO_LABEL {
            out.push(Instr::new(op, a, b, c));
            return;
        }
        let to = self.new[target(unit, label)] as i64;
        let rel = |at: usize| (to - at as i64 - 1) as i32;
        let here = out.len();
        if op.kinds()[2] != Kind::Off16 {
            if matches!(op, Op::Jump | Op::Loop) {
                op = if rel(here) < 0 { Op::Loop } else { Op::Jump };
            }
            let a = if op == Op::Jump { 0 } else { a };
            out.push(Instr::wide(op, a, rel(here) as u32));
            return;
        }
        let far = |at: usize| {
            Instr::wide(if rel(at) < 0 { Op::Loop } else { Op::Jump }, 0, rel(at) as u32)
        };
        match (size, inverse(op)) {
            (1, _) => out.push(Instr::new(op, a, b, rel(here) as i16 as u16)),
            (_, Some(inv)) => {
                out.push(Instr::new(inv, a, b, 1));
                out.push(far(here + 1));
            }
            _ if op == Op::ForLoop => {
                out.push(Instr::new(Op::ForIter, a, b, 1));
                out.push(far(here + 1));
            }
            _ => {
                out.push(Instr::new(op, a, b, 1));
                out.push(Instr::wide(Op::Jump, 0, 1));
                out.push(far(here + 2));
            }
        }
    }
}

fn position(source: &Source, r: TextRange) -> Position {
    let (s, e) = (source.index().position(r.start()), source.index().position(r.end()));
    Position {
        line: s.line as i32,
        end_line: e.line as i32,
        col: s.col as i32,
        end_col: e.col as i32,
    }
}

/// The jump with the opposite condition.
pub(crate) fn inverse(op: Op) -> Option<Op> {
    Some(match op {
        Op::JumpIfTrue => Op::JumpIfFalse,
        Op::JumpIfFalse => Op::JumpIfTrue,
        Op::JumpIfNone => Op::JumpIfNotNone,
        Op::JumpIfNotNone => Op::JumpIfNone,
        Op::JumpIfIs => Op::JumpIfNotIs,
        Op::JumpIfNotIs => Op::JumpIfIs,
        Op::JumpIfIn => Op::JumpIfNotIn,
        Op::JumpIfNotIn => Op::JumpIfIn,
        Op::JumpIfLt => Op::JumpIfNotLt,
        Op::JumpIfLe => Op::JumpIfNotLe,
        Op::JumpIfEq => Op::JumpIfNotEq,
        Op::JumpIfNe => Op::JumpIfNotNe,
        Op::JumpIfGt => Op::JumpIfNotGt,
        Op::JumpIfGe => Op::JumpIfNotGe,
        Op::JumpIfNotLt => Op::JumpIfLt,
        Op::JumpIfNotLe => Op::JumpIfLe,
        Op::JumpIfNotEq => Op::JumpIfEq,
        Op::JumpIfNotNe => Op::JumpIfNe,
        Op::JumpIfNotGt => Op::JumpIfGt,
        Op::JumpIfNotGe => Op::JumpIfGe,
        Op::JumpIfLtI => Op::JumpIfNotLtI,
        Op::JumpIfLeI => Op::JumpIfNotLeI,
        Op::JumpIfEqI => Op::JumpIfNotEqI,
        Op::JumpIfNeI => Op::JumpIfNotNeI,
        Op::JumpIfGtI => Op::JumpIfNotGtI,
        Op::JumpIfGeI => Op::JumpIfNotGeI,
        Op::JumpIfNotLtI => Op::JumpIfLtI,
        Op::JumpIfNotLeI => Op::JumpIfLeI,
        Op::JumpIfNotEqI => Op::JumpIfEqI,
        Op::JumpIfNotNeI => Op::JumpIfNeI,
        Op::JumpIfNotGtI => Op::JumpIfGtI,
        Op::JumpIfNotGeI => Op::JumpIfGeI,
        _ => return None,
    })
}
