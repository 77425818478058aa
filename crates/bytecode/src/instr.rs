//! One instruction: eight bytes, and what it reads and writes.

use crate::ops::{Kind, Op};

/// One instruction. `op` is an [`Op`] number; operands as the table says.
#[repr(C, align(8))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Instr {
    /// Operation number.
    pub op: u16,
    /// First operand.
    pub a: u16,
    /// Second operand.
    pub b: u16,
    /// Third operand.
    pub c: u16,
}

/// Operand `a` of a jump back past an instruction that only has a line.
pub const PAST_LINE: u16 = 1;

impl Instr {
    /// An instruction from its parts.
    #[inline]
    pub const fn new(op: Op, a: u16, b: u16, c: u16) -> Self {
        Instr { op: op as u16, a, b, c }
    }

    /// An instruction with a 32-bit operand in (b, c).
    #[inline]
    pub const fn wide(op: Op, a: u16, bc: u32) -> Self {
        Instr { op: op as u16, a, b: bc as u16, c: (bc >> 16) as u16 }
    }

    /// The operation. Verified code has no unknown ones; those read as `Nop`.
    #[inline]
    pub fn operation(self) -> Op {
        Op::from_u16(self.op).unwrap_or(Op::Nop)
    }

    /// The unsigned 32-bit operand in (b, c).
    #[inline]
    pub const fn bc(self) -> u32 {
        self.b as u32 | (self.c as u32) << 16
    }

    /// The signed 32-bit operand in (b, c).
    #[inline]
    pub const fn sbc(self) -> i32 {
        self.bc() as i32
    }

    /// `b` as a signed immediate.
    #[inline]
    pub const fn imm_b(self) -> i16 {
        self.b as i16
    }

    /// `c` as a signed immediate or offset.
    #[inline]
    pub const fn imm_c(self) -> i16 {
        self.c as i16
    }

    /// The 64-bit little-endian image.
    #[inline]
    pub const fn to_u64(self) -> u64 {
        self.op as u64 | (self.a as u64) << 16 | (self.b as u64) << 32 | (self.c as u64) << 48
    }

    /// From the 64-bit image.
    #[inline]
    pub const fn from_u64(w: u64) -> Self {
        Instr { op: w as u16, a: (w >> 16) as u16, b: (w >> 32) as u16, c: (w >> 48) as u16 }
    }

    /// The relative jump offset, if this is an instruction that may jump.
    pub fn jump_offset(self) -> Option<i32> {
        let [_, b, c] = self.operation().kinds();
        if c == Kind::Off16 {
            Some(self.imm_c() as i32)
        } else if b == Kind::Off32 {
            Some(self.sbc())
        } else {
            None
        }
    }
}

/// What an instruction does to registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Reads `n` registers from the first.
    Read(u16, u16),
    /// Writes `n` registers from the first.
    Write(u16, u16),
    /// Leaves every register from here on undefined (a callee's window lies there).
    Clobber(u16),
}

/// Reports the effects of an instruction: reads first, then clobbers, then writes.
pub fn effects(i: Instr, out: &mut dyn FnMut(Effect)) {
    let op = i.operation();
    let kinds = op.kinds();
    let (mut reads, mut writes) = ([(0u16, 0u16); 4], [(0u16, 0u16); 3]);
    let (mut nr, mut nw) = (0, 0);
    let mut clobber = None;
    for (kind, x) in kinds.into_iter().zip([i.a, i.b, i.c]) {
        match kind {
            Kind::Src | Kind::Opt | Kind::Cell => {
                reads[nr] = (x, 1);
                nr += 1;
            }
            Kind::Dst => {
                writes[nw] = (x, 1);
                nw += 1;
            }
            Kind::Mut => {
                reads[nr] = (x, 1);
                nr += 1;
                writes[nw] = (x, 1);
                nw += 1;
            }
            _ => {}
        }
    }
    let mut read = |r: u16, n: u16| {
        reads[nr] = (r, n);
        nr += 1;
    };
    let mut write = |r: u16, n: u16| {
        writes[nw] = (r, n);
        nw += 1;
    };
    match op {
        Op::LoadMethod | Op::LoadSpecial | Op::CheckEgMatch => write(i.a, 2),
        Op::LoadSuperMethod => {
            read(i.b, 3);
            write(i.a, 2);
        }
        Op::LoadSuperAttr => read(i.b, 3),
        Op::LoadExcTriple => write(i.a, 3),
        Op::CopyFree => write(i.a, i.c),
        Op::GetSlice => read(i.c, 2),
        Op::GetStepped => read(i.c, 3),
        Op::SetSlice => read(i.b, 2),
        Op::BuildSlice | Op::MakeTypeAlias | Op::BuildInterpolation | Op::MatchClass => {
            read(i.b, 3);
        }
        Op::ImportName => read(i.b, 2),
        Op::BuildTuple | Op::BuildList | Op::BuildSet | Op::BuildString => read(i.b, i.c),
        Op::BuildMap => read(i.b, i.c.saturating_mul(2)),
        Op::UnpackSequence => write(i.a, i.c),
        Op::UnpackEx => write(i.a, (i.c & 0xff) + (i.c >> 8) + 1),
        Op::Call => {
            read(i.b, 1);
            read(i.b.saturating_add(2), i.c);
            clobber = Some(i.b);
        }
        Op::CallMethod => {
            read(i.b, i.c.saturating_add(2));
            clobber = Some(i.b);
        }
        Op::CallKw => {
            read(i.b, i.c.saturating_add(3));
            clobber = Some(i.b);
        }
        Op::CallEx => {
            read(i.b, 4);
            clobber = Some(i.b);
        }
        _ => {}
    }
    for &(r, n) in &reads[..nr] {
        if n > 0 {
            out(Effect::Read(r, n));
        }
    }
    if let Some(r) = clobber {
        out(Effect::Clobber(r));
    }
    for &(r, n) in &writes[..nw] {
        if n > 0 {
            out(Effect::Write(r, n));
        }
    }
}

const _: () = assert!(std::mem::size_of::<Instr>() == 8);
