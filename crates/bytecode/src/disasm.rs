//! Text form of code objects, for golden tests and people.

use crate::code::{CodeUnit, Const};
use crate::instr::Instr;
use crate::ops::Kind;
use crate::positions::{Position, positions};
use std::fmt::Write;

/// The whole code object with nested ones after it.
pub fn disassemble(code: &CodeUnit) -> String {
    let mut out = String::new();
    unit(code, &mut out);
    out
}

fn unit(code: &CodeUnit, out: &mut String) {
    let _ = writeln!(
        out,
        "code {} args={}/{}/{} flags={:#x} regs={}",
        code.qualname,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.flags,
        code.nregs
    );
    for (label, names) in
        [("locals", &code.varnames), ("cells", &code.cellvars), ("free", &code.freevars)]
    {
        if !names.is_empty() {
            let _ = writeln!(out, "  {label}: {}", names.join(" "));
        }
    }
    let mut targets: Vec<usize> = code
        .instrs
        .iter()
        .enumerate()
        .filter_map(|(pc, i)| i.jump_offset().map(|o| (pc as i64 + 1 + o as i64) as usize))
        .collect();
    targets.extend(code.exceptions.iter().map(|e| e.target as usize));
    targets.sort_unstable();
    let mut line = -2;
    let mut places =
        positions(&code.positions).flat_map(|(p, n)| std::iter::repeat_n(p, n as usize));
    for pc in 0..code.instrs.len() {
        let p = places.next().unwrap_or(Position::NONE);
        let mark = if targets.binary_search(&pc).is_ok() { ">" } else { " " };
        let shown = if p.line != line { format!("{:>4}", p.line) } else { "    ".into() };
        line = p.line;
        let _ = writeln!(out, "{shown} {mark}{pc:>4} {}", disassemble_one(code, pc));
    }
    for e in &code.exceptions {
        let _ = writeln!(out, "  except {}..{} -> {} r{}", e.start, e.end, e.target, e.reg);
    }
    for c in &code.consts {
        nested(c, out);
    }
}

fn nested(c: &Const, out: &mut String) {
    if let Const::Code(inner) = c {
        out.push('\n');
        unit(inner, out);
    }
}

/// One instruction.
pub fn disassemble_one(code: &CodeUnit, pc: usize) -> String {
    let Some(&i) = code.instrs.get(pc) else { return String::new() };
    let op = i.operation();
    let mut s = op.name().to_string();
    for (kind, x) in op.kinds().into_iter().zip([i.a, i.b, i.c]) {
        operand(code, pc, i, kind, x, &mut s);
    }
    s
}

fn operand(code: &CodeUnit, pc: usize, i: Instr, kind: Kind, x: u16, s: &mut String) {
    let name = |n: usize| code.names.get(n).map(|s| &**s).unwrap_or("?");
    let _ = match kind {
        Kind::No | Kind::Hi => Ok(()),
        Kind::Dst | Kind::Src | Kind::Opt | Kind::Mut | Kind::Cell | Kind::Base => {
            write!(s, " {}", register(code, x as usize))
        }
        Kind::Const => match code.consts.get(i.bc() as usize) {
            Some(c) => write!(s, " {}", constant(c)),
            None => write!(s, " ?const"),
        },
        Kind::Imm32 => write!(s, " #{}", i.sbc()),
        Kind::Imm => write!(s, " #{}", x as i16),
        Kind::Count | Kind::Which => write!(s, " {x}"),
        Kind::Off32 => write!(s, " ->{}", pc as i64 + 1 + i.sbc() as i64),
        Kind::Off16 => write!(s, " ->{}", pc as i64 + 1 + i.imm_c() as i64),
        Kind::Name => write!(s, " '{}'", name(x as usize)),
        Kind::Site => {
            let n = code.sites.get(x as usize).map_or(usize::MAX, |s| s.name as usize);
            write!(s, " .{}", name(n))
        }
    };
}

fn register(code: &CodeUnit, r: usize) -> String {
    let (c, f, t) = (code.cell_base(), code.free_base(), code.temp_base());
    if r < c {
        code.varnames[r].to_string()
    } else if r < f {
        format!("cell:{}", code.cellvars[r - c])
    } else if r < t {
        format!("free:{}", code.freevars[r - f])
    } else {
        format!("t{}", r - t)
    }
}

fn constant(c: &Const) -> String {
    let list = |items: &[Const]| items.iter().map(constant).collect::<Vec<_>>().join(", ");
    match c {
        Const::None => "None".into(),
        Const::True => "True".into(),
        Const::False => "False".into(),
        Const::Ellipsis => "Ellipsis".into(),
        Const::Int(n) => n.to_string(),
        Const::BigInt { negative, limbs } => {
            let hex: String = limbs.iter().rev().map(|l| format!("{l:08x}")).collect();
            format!("{}0x{}", if *negative { "-" } else { "" }, hex.trim_start_matches('0'))
        }
        Const::Float(x) => format!("{x:?}"),
        Const::Complex(x, y) => format!("({x:?}+{y:?}j)"),
        Const::Str(s, _) => format!("{:?}", String::from_utf8_lossy(s)),
        Const::Bytes(b) => format!("b\"{}\"", b.escape_ascii()),
        Const::Tuple(items) => format!("({})", list(items)),
        Const::FrozenSet(items) => format!("frozenset({})", list(items)),
        Const::Slice(p) => format!("slice({})", list(&p[..])),
        Const::Code(code) => format!("<code {}>", code.qualname),
    }
}
