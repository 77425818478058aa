//! Families of instructions that are compiled alike.

use orochi_bytecode::Op;
use orochi_interp::machine::helpers::jumps_if;

/// The family of an arithmetic instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Arith {
    pub op: ArithOp,
    pub immediate: bool,
    pub inplace: bool,
}

/// Arithmetic that is compiled in line for small ints or floats; the numbers are those of
/// `helpers::BINARY`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ArithOp {
    Add = 0,
    Sub = 1,
    Mul = 2,
    MatMul = 3,
    TrueDiv = 4,
    FloorDiv = 5,
    Mod = 6,
    Pow = 7,
    LShift = 8,
    RShift = 9,
    And = 10,
    Or = 11,
    Xor = 12,
}

/// The arithmetic of an instruction.
pub(crate) fn arith(op: Op) -> Option<Arith> {
    use ArithOp as A;
    let (op, immediate, inplace) = match op {
        Op::Add => (A::Add, false, false),
        Op::Sub => (A::Sub, false, false),
        Op::Mul => (A::Mul, false, false),
        Op::MatMul => (A::MatMul, false, false),
        Op::TrueDiv => (A::TrueDiv, false, false),
        Op::FloorDiv => (A::FloorDiv, false, false),
        Op::Mod => (A::Mod, false, false),
        Op::Pow => (A::Pow, false, false),
        Op::LShift => (A::LShift, false, false),
        Op::RShift => (A::RShift, false, false),
        Op::And => (A::And, false, false),
        Op::Or => (A::Or, false, false),
        Op::Xor => (A::Xor, false, false),
        Op::IAdd => (A::Add, false, true),
        Op::ISub => (A::Sub, false, true),
        Op::IMul => (A::Mul, false, true),
        Op::IMatMul => (A::MatMul, false, true),
        Op::ITrueDiv => (A::TrueDiv, false, true),
        Op::IFloorDiv => (A::FloorDiv, false, true),
        Op::IMod => (A::Mod, false, true),
        Op::IPow => (A::Pow, false, true),
        Op::ILShift => (A::LShift, false, true),
        Op::IRShift => (A::RShift, false, true),
        Op::IAnd => (A::And, false, true),
        Op::IOr => (A::Or, false, true),
        Op::IXor => (A::Xor, false, true),
        Op::AddI => (A::Add, true, false),
        Op::SubI => (A::Sub, true, false),
        Op::MulI => (A::Mul, true, false),
        Op::FloorDivI => (A::FloorDiv, true, false),
        Op::ModI => (A::Mod, true, false),
        Op::LShiftI => (A::LShift, true, false),
        Op::RShiftI => (A::RShift, true, false),
        Op::AndI => (A::And, true, false),
        Op::IAddI => (A::Add, true, true),
        Op::ISubI => (A::Sub, true, true),
        Op::IMulI => (A::Mul, true, true),
        Op::IFloorDivI => (A::FloorDiv, true, true),
        Op::IModI => (A::Mod, true, true),
        Op::ILShiftI => (A::LShift, true, true),
        Op::IRShiftI => (A::RShift, true, true),
        Op::IAndI => (A::And, true, true),
        _ => return None,
    };
    Some(Arith { op, immediate, inplace })
}

/// A comparison: its number (`helpers::COMPARE`), whether the right side is an immediate, and for
/// jumps whether a true or a false comparison jumps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    pub op: u8,
    pub immediate: bool,
    pub jump_if: Option<bool>,
}

/// The comparison of an instruction.
pub(crate) fn comparison(op: Op) -> Option<Comparison> {
    let (number, immediate) = match op {
        Op::Lt | Op::JumpIfLt | Op::JumpIfNotLt => (0, false),
        Op::Le | Op::JumpIfLe | Op::JumpIfNotLe => (1, false),
        Op::Eq | Op::JumpIfEq | Op::JumpIfNotEq => (2, false),
        Op::Ne | Op::JumpIfNe | Op::JumpIfNotNe => (3, false),
        Op::Gt | Op::JumpIfGt | Op::JumpIfNotGt => (4, false),
        Op::Ge | Op::JumpIfGe | Op::JumpIfNotGe => (5, false),
        Op::JumpIfLtI | Op::JumpIfNotLtI => (0, true),
        Op::JumpIfLeI | Op::JumpIfNotLeI => (1, true),
        Op::JumpIfEqI | Op::JumpIfNotEqI => (2, true),
        Op::JumpIfNeI | Op::JumpIfNotNeI => (3, true),
        Op::JumpIfGtI | Op::JumpIfNotGtI => (4, true),
        Op::JumpIfGeI | Op::JumpIfNotGeI => (5, true),
        _ => return None,
    };
    Some(Comparison { op: number, immediate, jump_if: jumps_if(op) })
}

/// Instructions that are left to the interpreter.
pub(crate) fn is_left(op: Op) -> bool {
    matches!(
        op,
        Op::ReturnGenerator
            | Op::YieldAsyncGen
            | Op::YieldDelegate
            | Op::Send
            | Op::EndAsyncFor
            | Op::Raise
            | Op::RaiseCurrent
            | Op::Reraise
            | Op::JumpIfNotExcMatch
            | Op::JumpIfNotSequence
            | Op::JumpIfNotMapping
    )
}

/// Instructions that suspend the frame, or begin a generator's: the interpreter does them, and it is no fault that it
/// does.
pub(crate) fn suspends(op: Op) -> bool {
    matches!(op, Op::ReturnGenerator | Op::YieldAsyncGen | Op::YieldDelegate | Op::Send)
}
