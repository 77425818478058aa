//! Dataflow checks over finished code: every register that is read has been written on every path, and nothing
//! survives where a callee's window or a handler says it does not. A proof of the compiler, for tests.

use crate::code::{CodeUnit, Const};
use crate::instr::{Effect, effects};
use crate::ops::{Kind, Op};
use crate::verify::VerifyError;

type Bits = Vec<u64>;

fn get(b: &Bits, r: usize) -> bool {
    b[r / 64] >> (r % 64) & 1 == 1
}

fn put(b: &mut Bits, r: usize, on: bool) {
    if on {
        b[r / 64] |= 1 << (r % 64);
    } else {
        b[r / 64] &= !(1 << (r % 64));
    }
}

/// Checks a code object and all nested ones.
pub fn check_flow(code: &CodeUnit) -> Result<(), VerifyError> {
    check(code)?;
    for c in &code.consts {
        if let Const::Code(inner) = c {
            check_flow(inner)?;
        }
    }
    Ok(())
}

fn check(code: &CodeUnit) -> Result<(), VerifyError> {
    let n = code.instrs.len();
    let regs = code.nregs as usize;
    let mut states: Vec<Option<Bits>> = vec![None; n];
    let mut entry: Bits = vec![0; regs.div_ceil(64).max(1)];
    (0..code.parameter_count()).for_each(|r| put(&mut entry, r, true));
    let mut work = vec![0];
    states[0] = Some(entry);
    while let Some(pc) = work.pop() {
        let Some(state) = states[pc].clone() else { continue };
        for (to, s) in successors(code, pc, &state) {
            meet(&mut states, &mut work, to, s);
        }
    }
    for (pc, state) in states.iter().enumerate() {
        if let Some(s) = state {
            if let Some(what) = unbound_read(code, pc, s) {
                return Err(VerifyError { code: code.qualname.to_string(), pc, what });
            }
        }
    }
    Ok(())
}

fn meet(states: &mut [Option<Bits>], work: &mut Vec<usize>, to: usize, s: Bits) {
    match &mut states[to] {
        Some(old) => {
            let mut changed = false;
            for (o, n) in old.iter_mut().zip(&s) {
                changed |= *o & !n != 0;
                *o &= n;
            }
            if changed {
                work.push(to);
            }
        }
        none => {
            *none = Some(s);
            work.push(to);
        }
    }
}

/// Where control goes from `pc` with which registers written.
fn successors(code: &CodeUnit, pc: usize, before: &Bits) -> Vec<(usize, Bits)> {
    let i = code.instrs[pc];
    let op = i.operation();
    let regs = code.nregs as usize;
    let mut out = Vec::new();
    let mut raised = before.clone();
    let mut after = before.clone();
    effects(i, &mut |e| match e {
        Effect::Clobber(r) => {
            for r in r as usize..regs {
                put(&mut raised, r, false);
                put(&mut after, r, false);
            }
        }
        Effect::Write(r, n) => (r..r + n).for_each(|r| put(&mut after, r as usize, true)),
        Effect::Read(..) => {}
    });
    match op {
        Op::LoadUnset | Op::DelFast => put(&mut after, i.a as usize, false),
        Op::MakeCell => put(&mut after, i.b as usize, false),
        Op::CheckBound => put(&mut after, i.a as usize, true),
        _ => {}
    }
    if let Some(h) = code.handler_at(pc as u32) {
        let reg = h.reg as usize;
        (reg..regs).for_each(|r| put(&mut raised, r, false));
        put(&mut raised, reg, true);
        out.push((h.target as usize, raised));
    }
    if let Some(off) = i.jump_offset() {
        let to = (pc as i64 + 1 + off as i64) as usize;
        let s = if op == Op::ForIter { before.clone() } else { after.clone() };
        out.push((to, s));
    }
    if !op.is_terminal() && pc + 1 < code.instrs.len() {
        out.push((pc + 1, if op == Op::ForLoop { before.clone() } else { after }));
    }
    out
}

fn unbound_read(code: &CodeUnit, pc: usize, state: &Bits) -> Option<&'static str> {
    let i = code.instrs[pc];
    let op = i.operation();
    // Registers that may be UNSET by the row's definition.
    let mut opt: Vec<u16> = Vec::new();
    for (kind, x) in op.kinds().into_iter().zip([i.a, i.b, i.c]) {
        if kind == Kind::Opt || op == Op::DelFast {
            opt.push(x);
        }
    }
    match op {
        Op::CallMethod | Op::CallKw => opt.push(i.b + 1),
        Op::CallEx => opt.extend([i.b + 1, i.b + 3]),
        Op::BuildInterpolation => opt.push(i.b + 2),
        _ => {}
    }
    let mut bad = None;
    effects(i, &mut |e| {
        if let Effect::Read(r, n) = e {
            for r in r..r + n {
                if !get(state, r as usize) && !opt.contains(&r) {
                    bad = Some("reads a register that may not be written");
                }
            }
        }
    });
    bad
}
