//! Implicit returns. One has no line of its own: each way to it gets a return that has the line the
//! way comes from, so that a tracer and a frame that has ended tell what ran last.

use crate::unit::{Ins, Label, NO_LABEL, Pos, Unit};
use orochi_bytecode::Op;
use std::collections::HashMap;

/// Places the implicit returns of a unit.
pub(crate) fn place(unit: &mut Unit<'_>) {
    inherit(unit, Op::Jump);
    copy(unit);
    inherit(unit, Op::ReturnNone);
    inherit(unit, Op::Reraise);
}

/// Gives artificial instructions of this kind the position of the one before, where that is the
/// only way to them.
fn inherit(unit: &mut Unit<'_>, op: Op) {
    let target = |label: Label| unit.labels[label.0 as usize] as usize;
    let mut ways = vec![0; unit.ins.len() + 1];
    let mut jumps = vec![0; unit.ins.len() + 1];
    for (i, ins) in unit.ins.iter().enumerate() {
        if ins.label != NO_LABEL {
            ways[target(ins.label)] += 1;
            jumps[target(ins.label)] = i;
        }
        ways[i + 1] += !ins.op.is_terminal() as usize;
    }
    for range in &unit.ranges {
        ways[target(range.target)] += 2;
    }
    for i in 1..unit.ins.len() {
        if unit.ins[i].op == op && unit.ins[i].pos.is_none() && ways[i] == 1 {
            let from = if unit.ins[i - 1].op.is_terminal() { jumps[i] } else { i - 1 };
            unit.ins[i].pos = unit.ins[from].pos;
        }
    }
}

/// Jumps to an implicit return become returns, conditional ones get copies of it to jump to.
fn copy(unit: &mut Unit<'_>) {
    let mut copies: HashMap<Pos, Label> = HashMap::new();
    for i in 0..unit.ins.len() {
        let ins = unit.ins[i];
        if ins.label == NO_LABEL {
            continue;
        }
        let exit = unit.ins.get(unit.labels[ins.label.0 as usize] as usize).copied();
        let Some(exit) = exit.filter(|exit| exit.op == Op::ReturnNone && exit.pos.is_none()) else {
            continue;
        };
        if ins.op == Op::Jump {
            unit.ins[i] = Ins { pos: ins.pos, ..exit };
        } else if ins.pos.is_some() {
            let label = *copies.entry(ins.pos).or_insert_with(|| {
                let label = unit.label();
                unit.bind(label);
                unit.ins.push(Ins { pos: ins.pos, ..exit });
                label
            });
            unit.ins[i].label = label;
        }
    }
}
