//! Binary serialisation of code objects: a version byte, then the fields in order; nested code has its length
//! before it, so that it can be passed over. Decoding validates: every length is checked and the result passes
//! the verifier's bounds only if the caller asks for it.

use crate::code::{CodeUnit, Const, ExceptionEntry, Site, SiteKind};
use crate::instr::Instr;

/// Changes whenever the format or the instruction table changes.
pub const FORMAT_VERSION: u8 = 3;

/// Why bytes are not a code object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Other format version.
    Version,
    /// Truncated or malformed.
    Malformed,
}

/// Serialises a code object.
pub fn encode(code: &CodeUnit) -> Vec<u8> {
    let mut w = vec![FORMAT_VERSION];
    put_code(&mut w, code);
    w
}

/// Reads what [`encode`] wrote.
pub fn decode(bytes: &[u8]) -> Result<CodeUnit, DecodeError> {
    match bytes.split_first() {
        Some((&FORMAT_VERSION, rest)) => {
            let mut r = Reader { rest, nested: None };
            let code = r.code(0)?;
            if r.rest.is_empty() { Ok(code) } else { Err(DecodeError::Malformed) }
        }
        _ => Err(DecodeError::Version),
    }
}

/// Code that stays in its encoded form until it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Encoded(&'static [u8]);

/// What is known of [`Encoded`] code without decoding it: what a function object needs before it is called.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// `co_name`
    pub name: &'static str,
    /// `co_qualname`
    pub qualname: &'static str,
    /// `co_argcount`
    pub argcount: u32,
    /// `co_flags`
    pub flags: u32,
    /// Size of the register window.
    pub nregs: u32,
    /// As [`CodeUnit::parameter_count`].
    pub parameters: u32,
}

impl Encoded {
    /// Takes what [`encode`] wrote.
    pub fn new(bytes: &'static [u8]) -> Result<Encoded, DecodeError> {
        match bytes.split_first() {
            Some((&FORMAT_VERSION, rest)) => Ok(Encoded(rest)),
            _ => Err(DecodeError::Version),
        }
    }

    /// Reads the beginning.
    pub fn head(self) -> Result<Head, DecodeError> {
        let mut r = Reader { rest: self.0, nested: None };
        let (name, qualname, _) = (r.str()?, r.str()?, r.str()?);
        let (argcount, _, kwonlyargcount) = (r.u32()?, r.u32()?, r.u32()?);
        let (flags, _, nregs) = (r.u32()?, r.u32()?, r.u32()?);
        let unit = CodeUnit { argcount, kwonlyargcount, flags, ..CodeUnit::default() };
        let parameters = unit.parameter_count() as u32;
        Ok(Head { name, qualname, argcount, flags, nregs, parameters })
    }

    /// Decodes this code, but not the code nested in it: the constants have empty units in its place, and the
    /// second result has it in order.
    pub fn decode(self) -> Result<(CodeUnit, Vec<Encoded>), DecodeError> {
        let mut r = Reader { rest: self.0, nested: Some(Vec::new()) };
        let code = r.code(0)?;
        let nested = r.nested.unwrap_or_default();
        Ok((code, nested.into_iter().map(Encoded).collect()))
    }
}

fn put_u32(w: &mut Vec<u8>, n: u32) {
    crate::positions::put(w, n);
}

fn put_bytes(w: &mut Vec<u8>, b: &[u8]) {
    put_u32(w, b.len() as u32);
    w.extend_from_slice(b);
}

fn put_names(w: &mut Vec<u8>, names: &[Box<str>]) {
    put_u32(w, names.len() as u32);
    names.iter().for_each(|n| put_bytes(w, n.as_bytes()));
}

fn put_code(w: &mut Vec<u8>, c: &CodeUnit) {
    put_bytes(w, c.name.as_bytes());
    put_bytes(w, c.qualname.as_bytes());
    put_bytes(w, c.filename.as_bytes());
    for n in [c.argcount, c.posonlyargcount, c.kwonlyargcount, c.flags, c.firstlineno, c.nregs] {
        put_u32(w, n);
    }
    for names in [&c.varnames, &c.cellvars, &c.freevars, &c.names] {
        put_names(w, names);
    }
    put_u32(w, c.instrs.len() as u32);
    c.instrs.iter().for_each(|i| w.extend_from_slice(&i.to_u64().to_le_bytes()));
    put_u32(w, c.exceptions.len() as u32);
    for e in &c.exceptions {
        for n in [e.start, e.end, e.target, e.reg as u32] {
            put_u32(w, n);
        }
    }
    put_bytes(w, &c.positions);
    put_u32(w, c.sites.len() as u32);
    for s in &c.sites {
        put_u32(w, s.name);
        w.push(s.kind as u8);
    }
    put_consts(w, &c.consts);
}

fn put_consts(w: &mut Vec<u8>, consts: &[Const]) {
    put_u32(w, consts.len() as u32);
    consts.iter().for_each(|c| put_const(w, c));
}

fn put_const(w: &mut Vec<u8>, c: &Const) {
    match c {
        Const::None => w.push(0),
        Const::True => w.push(1),
        Const::False => w.push(2),
        Const::Ellipsis => w.push(3),
        Const::Int(n) => {
            w.push(4);
            w.extend_from_slice(&n.to_le_bytes());
        }
        Const::BigInt { negative, limbs } => {
            w.push(5);
            w.push(*negative as u8);
            put_u32(w, limbs.len() as u32);
            limbs.iter().for_each(|l| w.extend_from_slice(&l.to_le_bytes()));
        }
        Const::Float(x) => {
            w.push(6);
            w.extend_from_slice(&x.to_bits().to_le_bytes());
        }
        Const::Complex(x, y) => {
            w.push(7);
            w.extend_from_slice(&x.to_bits().to_le_bytes());
            w.extend_from_slice(&y.to_bits().to_le_bytes());
        }
        Const::Str(s, ident) => {
            w.push(if *ident { 9 } else { 8 });
            put_bytes(w, s);
        }
        Const::Bytes(b) => {
            w.push(10);
            put_bytes(w, b);
        }
        Const::Tuple(items) => {
            w.push(11);
            put_consts(w, items);
        }
        Const::FrozenSet(items) => {
            w.push(12);
            put_consts(w, items);
        }
        Const::Slice(parts) => {
            w.push(13);
            parts.iter().for_each(|p| put_const(w, p));
        }
        Const::Code(code) => {
            w.push(14);
            let mut nested = Vec::new();
            put_code(&mut nested, code);
            put_bytes(w, &nested);
        }
    }
}

/// Nesting that the decoder follows; the compiler's own limits are far below.
const MAX_DEPTH: u32 = 400;

struct Reader<'a> {
    rest: &'a [u8],
    /// Where nested code is collected instead of being decoded.
    nested: Option<Vec<&'a [u8]>>,
}

type Res<T> = Result<T, DecodeError>;

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Res<&'a [u8]> {
        if n > self.rest.len() {
            return Err(DecodeError::Malformed);
        }
        let (head, tail) = self.rest.split_at(n);
        self.rest = tail;
        Ok(head)
    }

    fn u8(&mut self) -> Res<u8> {
        let (&b, rest) = self.rest.split_first().ok_or(DecodeError::Malformed)?;
        self.rest = rest;
        Ok(b)
    }

    #[inline]
    fn u32(&mut self) -> Res<u32> {
        let first = self.u8()?;
        if first < 0x80 {
            return Ok(first as u32);
        }
        let (mut n, mut shift) = ((first & 0x7f) as u32, 7);
        loop {
            let b = self.u8()?;
            if shift > 28 {
                return Err(DecodeError::Malformed);
            }
            n |= ((b & 0x7f) as u32) << shift;
            if b < 0x80 {
                return Ok(n);
            }
            shift += 7;
        }
    }

    fn u64(&mut self) -> Res<u64> {
        let b = self.take(8)?;
        let mut w = [0u8; 8];
        w.copy_from_slice(b);
        Ok(u64::from_le_bytes(w))
    }

    fn bytes(&mut self) -> Res<&'a [u8]> {
        let n = self.u32()? as usize;
        self.take(n)
    }

    fn str(&mut self) -> Res<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| DecodeError::Malformed)
    }

    fn text(&mut self) -> Res<Box<str>> {
        self.str().map(Box::from)
    }

    /// A count of items that take at least `size` bytes each, so that a lie cannot make us allocate.
    fn count(&mut self, size: usize) -> Res<usize> {
        let n = self.u32()? as usize;
        if n.saturating_mul(size) > self.rest.len() { Err(DecodeError::Malformed) } else { Ok(n) }
    }

    fn names(&mut self) -> Res<Vec<Box<str>>> {
        let n = self.count(1)?;
        let mut names = Vec::with_capacity(n);
        for _ in 0..n {
            names.push(self.text()?);
        }
        Ok(names)
    }

    fn consts(&mut self, depth: u32) -> Res<Vec<Const>> {
        let n = self.count(1)?;
        let mut consts = Vec::with_capacity(n);
        for _ in 0..n {
            consts.push(self.constant(depth)?);
        }
        Ok(consts)
    }

    fn constant(&mut self, depth: u32) -> Res<Const> {
        if depth > MAX_DEPTH {
            return Err(DecodeError::Malformed);
        }
        Ok(match self.u8()? {
            0 => Const::None,
            1 => Const::True,
            2 => Const::False,
            3 => Const::Ellipsis,
            4 => Const::Int(self.u64()? as i64),
            5 => {
                let negative = self.u8()? != 0;
                let n = self.count(4)?;
                let limbs = self
                    .take(n * 4)?
                    .chunks_exact(4)
                    .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
                    .collect();
                Const::BigInt { negative, limbs }
            }
            6 => Const::Float(f64::from_bits(self.u64()?)),
            7 => Const::Complex(f64::from_bits(self.u64()?), f64::from_bits(self.u64()?)),
            8 => Const::Str(self.bytes()?.into(), false),
            9 => Const::Str(self.bytes()?.into(), true),
            10 => Const::Bytes(self.bytes()?.into()),
            11 => Const::Tuple(self.consts(depth + 1)?),
            12 => Const::FrozenSet(self.consts(depth + 1)?),
            13 => Const::Slice(Box::new([
                self.constant(depth + 1)?,
                self.constant(depth + 1)?,
                self.constant(depth + 1)?,
            ])),
            14 => {
                let bytes = self.bytes()?;
                let code = match &mut self.nested {
                    Some(nested) => {
                        nested.push(bytes);
                        CodeUnit::default()
                    }
                    None => {
                        let mut inner = Reader { rest: bytes, nested: None };
                        let code = inner.code(depth + 1)?;
                        if !inner.rest.is_empty() {
                            return Err(DecodeError::Malformed);
                        }
                        code
                    }
                };
                Const::Code(Box::new(code))
            }
            _ => return Err(DecodeError::Malformed),
        })
    }

    fn code(&mut self, depth: u32) -> Res<CodeUnit> {
        let (name, qualname, filename) = (self.text()?, self.text()?, self.text()?);
        let (argcount, posonlyargcount, kwonlyargcount) = (self.u32()?, self.u32()?, self.u32()?);
        let (flags, firstlineno, nregs) = (self.u32()?, self.u32()?, self.u32()?);
        let (varnames, cellvars) = (self.names()?, self.names()?);
        let (freevars, names) = (self.names()?, self.names()?);
        let n = self.count(8)?;
        let instrs = self
            .take(n * 8)?
            .chunks_exact(8)
            .map(|c| {
                Instr::from_u64(u64::from_le_bytes([
                    c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7],
                ]))
            })
            .collect();
        let n = self.count(4)?;
        let mut exceptions = Vec::with_capacity(n);
        for _ in 0..n {
            let (start, end, target) = (self.u32()?, self.u32()?, self.u32()?);
            let reg = u16::try_from(self.u32()?).map_err(|_| DecodeError::Malformed)?;
            exceptions.push(ExceptionEntry { start, end, target, reg });
        }
        let positions = self.bytes()?.to_vec();
        let n = self.count(2)?;
        let mut sites = Vec::with_capacity(n);
        for _ in 0..n {
            let name = self.u32()?;
            let kind = match self.u8()? {
                0 => SiteKind::Name,
                1 => SiteKind::Attr,
                2 => SiteKind::Method,
                3 => SiteKind::Super0,
                4 => SiteKind::Super2,
                _ => return Err(DecodeError::Malformed),
            };
            sites.push(Site { name, kind });
        }
        let consts = self.consts(depth)?;
        Ok(CodeUnit {
            name,
            qualname,
            filename,
            argcount,
            posonlyargcount,
            kwonlyargcount,
            flags,
            firstlineno,
            varnames,
            cellvars,
            freevars,
            names,
            consts,
            instrs,
            nregs,
            exceptions,
            positions,
            sites,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::Op;

    #[test]
    fn round_trip() {
        let inner = CodeUnit { name: "g".into(), nregs: 3, ..CodeUnit::default() };
        let code = CodeUnit {
            name: "f".into(),
            instrs: vec![
                Instr::wide(Op::LoadInt, 1, (-5i32) as u32),
                Instr::new(Op::Return, 1, 0, 0),
            ],
            nregs: 2,
            consts: vec![
                Const::None,
                Const::Int(-7),
                Const::BigInt { negative: true, limbs: vec![0, 0, 9] },
                Const::Float(-0.0),
                Const::Tuple(vec![Const::text("abc"), Const::Bytes(Box::new([1, 2]))]),
                Const::Code(Box::new(inner)),
            ],
            exceptions: vec![ExceptionEntry { start: 0, end: 300, target: 5, reg: 7 }],
            sites: vec![Site { name: 0, kind: SiteKind::Method }],
            ..CodeUnit::default()
        };
        let bytes = encode(&code);
        assert_eq!(decode(&bytes).as_ref(), Ok(&code));
        for n in 0..bytes.len() {
            assert!(decode(&bytes[..n]).is_err());
        }
        let encoded = Encoded::new(bytes.leak()).expect("the version fits");
        let head = encoded.head().expect("a head");
        assert_eq!((head.name, head.nregs), ("f", 2));
        let (unit, nested) = encoded.decode().expect("code");
        assert_eq!(unit.instrs, code.instrs);
        assert_eq!(nested[0].head().map(|head| head.name), Ok("g"));
    }
}
