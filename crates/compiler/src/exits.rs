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
}

/// Gives artificial instructions of this kind the position of the one before, where that is the
/// only way to them.
fn inherit(unit: &mut Unit<'_>, op: Op) {
    let mut joined = vec![false; unit.ins.len() + 1];
    let jumps = unit.ins.iter().map(|ins| ins.label).filter(|label| *label != NO_LABEL);
    for label in jumps.chain(unit.ranges.iter().map(|range| range.target)) {
        joined[unit.labels[label.0 as usize] as usize] = true;
    }
    for i in 1..unit.ins.len() {
        let last = unit.ins[i - 1];
        let ins = &mut unit.ins[i];
        if ins.op == op && ins.pos.is_none() && !joined[i] && !last.op.is_terminal() {
            ins.pos = last.pos;
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
