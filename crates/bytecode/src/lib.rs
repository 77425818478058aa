//! Bytecode of Orochi: the instruction table, code objects as plain data, and the tools over them
//! (encoder, decoder, disassembler, verifier). Knows nothing of objects, heaps or interpreters.
#![forbid(unsafe_code)]

mod code;
mod codec;
mod disasm;
mod flow;
mod instr;
mod liveness;
mod ops;
mod positions;
mod verify;

pub use code::{CodeFlags, CodeUnit, Const, ExceptionEntry, Site, SiteKind};
pub use codec::{DecodeError, Encoded, FORMAT_VERSION, Head, decode, encode};
pub use disasm::{disassemble, disassemble_one};
pub use flow::check_flow;
pub use instr::{Effect, Instr, PAST_LINE, effects};
pub use liveness::Liveness;
pub use ops::{Kind, Op};
pub use positions::{Position, PositionWriter, position_at, positions};
pub use verify::{VerifyError, verify};
