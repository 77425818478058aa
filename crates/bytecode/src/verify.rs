//! The verifier: code that passes can be run without bounds checks on registers, constants, names, sites and jumps.

use crate::code::{CodeUnit, Const};
use crate::instr::{Effect, effects};
use crate::ops::{Kind, Op};

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// `co_qualname` of the code object.
    pub code: String,
    /// Instruction, or the number of instructions for faults of the whole.
    pub pc: usize,
    /// What is wrong.
    pub what: &'static str,
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}: {}", self.code, self.pc, self.what)
    }
}

/// Verifies a code object and all nested ones.
pub fn verify(code: &CodeUnit) -> Result<(), VerifyError> {
    let fail = |pc, what| Err(VerifyError { code: code.qualname.to_string(), pc, what });
    let n = code.instrs.len();
    if n == 0 {
        return fail(0, "no instructions");
    }
    if code.nregs as usize > u16::MAX as usize || (code.nregs as usize) < code.temp_base() {
        return fail(n, "window size");
    }
    if code.parameter_count() > code.varnames.len() || code.posonlyargcount > code.argcount {
        return fail(n, "parameter count");
    }
    for pc in 0..n {
        if let Err(what) = instruction(code, pc) {
            return fail(pc, what);
        }
    }
    if !code.instrs[n - 1].operation().is_terminal() {
        return fail(n - 1, "falls off the end");
    }
    for e in &code.exceptions {
        if e.start >= e.end || e.end as usize > n || e.target as usize >= n {
            return fail(e.start as usize, "exception range");
        }
        if e.reg as u32 >= code.nregs {
            return fail(e.start as usize, "exception register");
        }
    }
    if code.sites.iter().any(|s| s.name as usize >= code.names.len()) {
        return fail(n, "site name");
    }
    for c in &code.consts {
        if let Const::Code(inner) = c {
            verify(inner)?;
        }
    }
    Ok(())
}

fn instruction(code: &CodeUnit, pc: usize) -> Result<(), &'static str> {
    let i = code.instrs[pc];
    let Some(op) = Op::from_u16(i.op) else { return Err("unknown operation") };
    for (kind, x) in op.kinds().into_iter().zip([i.a, i.b, i.c]) {
        let ok = match kind {
            Kind::Dst | Kind::Src | Kind::Opt | Kind::Mut | Kind::Cell => (x as u32) < code.nregs,
            Kind::Const => (i.bc() as usize) < code.consts.len(),
            Kind::Name => (x as usize) < code.names.len(),
            Kind::Site => (x as usize) < code.sites.len(),
            Kind::No => x == 0,
            Kind::Hi | Kind::Base | Kind::Imm | Kind::Imm32 => true,
            Kind::Off16 | Kind::Off32 | Kind::Count | Kind::Which => true,
        };
        if !ok {
            return Err("operand out of bounds");
        }
    }
    let mut in_window = true;
    effects(i, &mut |e| {
        if let Effect::Read(r, n) | Effect::Write(r, n) = e {
            in_window &= r as u32 + n as u32 <= code.nregs;
        }
    });
    if !in_window {
        return Err("register group out of the window");
    }
    if op == Op::MakeFunction && !matches!(code.consts[i.bc() as usize], Const::Code(_)) {
        return Err("not a code constant");
    }
    if let Some(off) = i.jump_offset() {
        let target = pc as i64 + 1 + off as i64;
        if target < 0 || target >= code.instrs.len() as i64 {
            return Err("jump out of the code");
        }
        let bad = match op {
            Op::Jump => off < 0,
            Op::Loop | Op::ForLoop => off >= 0,
            Op::ForIter | Op::Send | Op::YieldDelegate => off < 0,
            _ => false,
        };
        if bad {
            return Err("jump in the wrong direction");
        }
    }
    Ok(())
}
