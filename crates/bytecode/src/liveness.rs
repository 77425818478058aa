//! Which temporaries hold values that may still be read: what a precise scan of a suspended frame needs.
//!
//! Locals, cells and free variables always count as live (Python can see them); only temporaries die.

use crate::code::CodeUnit;
use crate::instr::{Effect, effects};
use crate::ops::Op;

type Bits = Vec<u64>;

/// Liveness of the temporaries of a code object, computed once.
#[derive(Debug)]
pub struct Liveness {
    /// Live before each instruction, one row of words an instruction.
    rows: Vec<u64>,
    words: usize,
    base: usize,
}

impl Liveness {
    /// Analyses a verified code object.
    pub fn new(code: &CodeUnit) -> Liveness {
        let base = code.temp_base();
        let temps = (code.nregs as usize).saturating_sub(base);
        let words = temps.div_ceil(64).max(1);
        let n = code.instrs.len();
        let mut l = Liveness { rows: vec![0; n * words], words, base };
        let mut changed = true;
        // Backward passes until nothing changes; straight code needs one, loops one or two more.
        while changed {
            changed = false;
            for pc in (0..n).rev() {
                let row = l.before(code, pc);
                let old = &mut l.rows[pc * words..(pc + 1) * words];
                if old != row.as_slice() {
                    old.copy_from_slice(&row);
                    changed = true;
                }
            }
        }
        l
    }

    /// Whether register `r` may be read from instruction `pc` on, or is one that Python can see.
    pub fn is_live(&self, pc: usize, r: usize) -> bool {
        match r.checked_sub(self.base) {
            Some(t) if pc * self.words < self.rows.len() => {
                self.row(pc)[t / 64] >> (t % 64) & 1 != 0
            }
            Some(_) => false,
            None => true,
        }
    }

    fn row(&self, pc: usize) -> &[u64] {
        &self.rows[pc * self.words..(pc + 1) * self.words]
    }

    /// Live after instruction `pc` on any way out of it.
    fn after(&self, code: &CodeUnit, pc: usize) -> Bits {
        let mut out = vec![0; self.words];
        let i = code.instrs[pc];
        let mut join = |row: &[u64]| out.iter_mut().zip(row).for_each(|(o, r)| *o |= r);
        if !i.operation().is_terminal() && pc + 1 < code.instrs.len() {
            join(self.row(pc + 1));
        }
        if let Some(off) = i.jump_offset() {
            join(self.row((pc as i64 + 1 + off as i64) as usize));
        }
        out
    }

    /// Live in the handler of instruction `pc`, without what the handler receives.
    fn handler(&self, code: &CodeUnit, pc: usize, out: &mut Bits) {
        if let Some(h) = code.handler_at(pc as u32) {
            let row = self.row(h.target as usize);
            let reg = (h.reg as usize).saturating_sub(self.base);
            for (w, r) in row.iter().enumerate() {
                let mut bits = *r;
                if reg / 64 == w {
                    bits &= !(1 << (reg % 64));
                }
                out[w] |= bits;
            }
        }
    }

    fn set(&self, bits: &mut Bits, first: u16, n: u16, on: bool) {
        for r in first as usize..first as usize + n as usize {
            if let Some(t) = r.checked_sub(self.base) {
                if t / 64 < bits.len() {
                    if on {
                        bits[t / 64] |= 1 << (t % 64);
                    } else {
                        bits[t / 64] &= !(1 << (t % 64));
                    }
                }
            }
        }
    }

    fn before(&self, code: &CodeUnit, pc: usize) -> Bits {
        let mut bits = self.during(code, pc);
        effects(code.instrs[pc], &mut |e| {
            if let Effect::Read(r, n) = e {
                self.set(&mut bits, r, n, true);
            }
        });
        bits
    }

    /// Live while instruction `pc` runs, besides its operands: read afterwards and not written by it.
    fn during(&self, code: &CodeUnit, pc: usize) -> Bits {
        let mut bits = self.after(code, pc);
        effects(code.instrs[pc], &mut |e| match e {
            Effect::Write(r, n) => self.set(&mut bits, r, n, false),
            Effect::Clobber(r) => {
                let n = (code.nregs as u16).saturating_sub(r);
                self.set(&mut bits, r, n, false);
            }
            Effect::Read(..) => {}
        });
        self.handler(code, pc, &mut bits);
        bits
    }

    /// Calls `f` with every temporary register that is live while instruction `pc` runs, operands included: natives
    /// read their arguments where the caller put them.
    pub fn live_at(&self, code: &CodeUnit, pc: usize, f: &mut dyn FnMut(usize)) {
        self.each(&self.running(code, pc), f);
    }

    /// Calls `f` with every temporary register that is dead while instruction `pc` runs.
    pub fn dead_at(&self, code: &CodeUnit, pc: usize, f: &mut dyn FnMut(usize)) {
        self.each_other(code, self.running(code, pc), f);
    }

    /// Calls `f` with every temporary register that is dead while a generator is suspended by instruction `pc`: the
    /// caller has the value given by then, and the register of the value sent is written first of all.
    pub fn dead_suspended(&self, code: &CodeUnit, pc: usize, f: &mut dyn FnMut(usize)) {
        if pc < code.instrs.len() {
            self.each_other(code, self.during(code, pc), f);
        }
    }

    /// Calls `f` with every temporary register that is not in `bits`.
    fn each_other(&self, code: &CodeUnit, mut bits: Bits, f: &mut dyn FnMut(usize)) {
        let temps = (code.nregs as usize).saturating_sub(self.base);
        for (w, word) in bits.iter_mut().enumerate() {
            let here = temps.saturating_sub(w * 64).min(64);
            let mask = if here == 64 { u64::MAX } else { (1 << here) - 1 };
            *word = !*word & mask;
        }
        self.each(&bits, f);
    }

    fn running(&self, code: &CodeUnit, pc: usize) -> Bits {
        if pc >= code.instrs.len() {
            return vec![0; self.words];
        }
        let mut bits = self.during(code, pc);
        let i = code.instrs[pc];
        effects(i, &mut |e| {
            if let Effect::Read(r, n) = e {
                self.set(&mut bits, r, n, true);
            }
        });
        if i.operation() == Op::Call {
            // A bound method's receiver goes into the room before the arguments.
            self.set(&mut bits, i.b, 2, true);
        }
        bits
    }

    fn each(&self, bits: &Bits, f: &mut dyn FnMut(usize)) {
        for (w, b) in bits.iter().enumerate() {
            let mut b = *b;
            while b != 0 {
                f(self.base + w * 64 + b.trailing_zeros() as usize);
                b &= b - 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instr::Instr;

    #[test]
    fn temporaries_die() {
        let code = CodeUnit {
            instrs: vec![
                Instr::wide(Op::LoadInt, 0, 1),
                Instr::wide(Op::LoadInt, 1, 2),
                Instr::new(Op::Add, 2, 0, 1),
                Instr::new(Op::Neg, 0, 2, 0),
                Instr::new(Op::Return, 0, 0, 0),
            ],
            nregs: 3,
            ..CodeUnit::default()
        };
        let l = Liveness::new(&code);
        let at = |pc| {
            let mut v = Vec::new();
            l.live_at(&code, pc, &mut |r| v.push(r));
            v
        };
        assert_eq!(at(1), vec![0]);
        assert_eq!(at(2), vec![0, 1]);
        assert_eq!(at(3), vec![2]);
        assert_eq!(at(4), vec![0]);
    }

    #[test]
    fn what_a_generator_gave_is_dead() {
        let code = CodeUnit {
            instrs: vec![
                Instr::wide(Op::LoadInt, 0, 1),
                Instr::wide(Op::LoadInt, 1, 2),
                Instr::new(Op::Yield, 2, 1, 0),
                Instr::new(Op::Add, 0, 0, 2),
                Instr::new(Op::Return, 0, 0, 0),
            ],
            nregs: 3,
            ..CodeUnit::default()
        };
        let mut dead = Vec::new();
        Liveness::new(&code).dead_suspended(&code, 2, &mut |r| dead.push(r));
        assert_eq!(dead, vec![1, 2]);
    }
}
