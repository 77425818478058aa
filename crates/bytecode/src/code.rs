//! Code objects as plain data.

use crate::instr::Instr;

/// `co_flags` values, CPython's.
#[allow(non_snake_case)]
pub mod CodeFlags {
    #![allow(missing_docs)]
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_DIVISION: u32 = 0x20000;
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x40000;
    pub const FUTURE_WITH_STATEMENT: u32 = 0x80000;
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x100000;
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x200000;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    pub const FUTURE_GENERATOR_STOP: u32 = 0x800000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x1000000;
    /// All future flags.
    pub const FUTURE_MASK: u32 = 0x1fe0000;
    pub const NO_MONITORING_EVENTS: u32 = 0x2000000;
    /// `consts[0]` is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x4000000;
    /// Defined directly in a class body.
    pub const METHOD: u32 = 0x8000000;
}

/// What a site's cache is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SiteKind {
    /// LoadGlobal, LoadName and their kin.
    Name = 0,
    /// LoadAttr, StoreAttr, DelAttr.
    Attr = 1,
    /// LoadMethod.
    Method = 2,
    /// `super().x`
    Super0 = 3,
    /// `super(C, self).x`
    Super2 = 4,
}

/// One inline cache site: each owns a cache cell at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Index into `names`.
    pub name: u32,
    /// What the cache is for.
    pub kind: SiteKind,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An int that fits.
    Int(i64),
    /// Any other int: sign and little-endian limbs without leading zeros.
    BigInt {
        /// Negative.
        negative: bool,
        /// Magnitude.
        limbs: Vec<u32>,
    },
    /// A float (compare by bits where identity matters).
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A str in WTF-8 (lone surrogates as three-byte sequences). The flag says: looks like an identifier, to be interned.
    Str(Box<[u8]>, bool),
    /// A bytes object.
    Bytes(Box<[u8]>),
    /// A tuple.
    Tuple(Vec<Const>),
    /// A frozenset.
    FrozenSet(Vec<Const>),
    /// A slice: start, stop, step.
    Slice(Box<[Const; 3]>),
    /// A nested code object.
    Code(Box<CodeUnit>),
}

impl Const {
    /// A str constant from text.
    pub fn text(s: &str) -> Const {
        Const::wtf8(s.as_bytes())
    }

    /// A str constant from WTF-8 bytes; identifiers are marked for interning as CPython does (all name characters).
    pub fn wtf8(s: &[u8]) -> Const {
        let ident = s.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
        Const::Str(s.into(), ident)
    }
}

/// A row of the exception table: instructions `start..end` are covered; on an exception `r[reg]` receives it and
/// execution goes on at `target`. Rows are ordered so that the first that covers an instruction is the innermost.
/// Registers above `reg` are dead in the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First covered instruction.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Handler.
    pub target: u32,
    /// Register that receives the exception.
    pub reg: u16,
}

/// A code object. Window layout: `varnames` (arguments first, in CPython's order), then one register for each of
/// `cellvars`, then of `freevars`, then temporaries.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CodeUnit {
    /// `co_name`
    pub name: Box<str>,
    /// `co_qualname`
    pub qualname: Box<str>,
    /// `co_filename`
    pub filename: Box<str>,
    /// `co_argcount` (positional, including positional-only).
    pub argcount: u32,
    /// `co_posonlyargcount`
    pub posonlyargcount: u32,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: u32,
    /// `co_flags`
    pub flags: u32,
    /// `co_firstlineno`
    pub firstlineno: u32,
    /// Names of the local variable registers, `co_varnames`.
    pub varnames: Vec<Box<str>>,
    /// Names of the cell registers, `co_cellvars`.
    pub cellvars: Vec<Box<str>>,
    /// Names of the free variable registers, `co_freevars`.
    pub freevars: Vec<Box<str>>,
    /// Names used by instructions, `co_names`.
    pub names: Vec<Box<str>>,
    /// Constants, `co_consts`.
    pub consts: Vec<Const>,
    /// Instructions.
    pub instrs: Vec<Instr>,
    /// Size of the register window.
    pub nregs: u32,
    /// Exception table.
    pub exceptions: Vec<ExceptionEntry>,
    /// Packed positions: see [`crate::position_at`].
    pub positions: Vec<u8>,
    /// Inline cache sites.
    pub sites: Vec<Site>,
}

impl CodeUnit {
    /// First cell register.
    pub fn cell_base(&self) -> usize {
        self.varnames.len()
    }

    /// First free variable register.
    pub fn free_base(&self) -> usize {
        self.varnames.len() + self.cellvars.len()
    }

    /// First temporary register.
    pub fn temp_base(&self) -> usize {
        self.free_base() + self.freevars.len()
    }

    /// Registers that receive arguments: positional, keyword-only, `*args`, `**kwargs`.
    pub fn parameter_count(&self) -> usize {
        let var = (self.flags & CodeFlags::VARARGS != 0) as usize;
        let kw = (self.flags & CodeFlags::VARKEYWORDS != 0) as usize;
        (self.argcount + self.kwonlyargcount) as usize + var + kw
    }

    /// The handler that covers an instruction.
    pub fn handler_at(&self, pc: u32) -> Option<&ExceptionEntry> {
        self.exceptions.iter().find(|e| e.start <= pc && pc < e.end)
    }

    /// The docstring constant, if there is one.
    pub fn docstring(&self) -> Option<&Const> {
        if self.flags & CodeFlags::HAS_DOCSTRING != 0 { self.consts.first() } else { None }
    }
}
