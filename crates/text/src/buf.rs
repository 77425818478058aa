//! Owned strings and the builder that widens them on demand.

use crate::{Unit, Units};

/// An owned string of one of three widths.
#[derive(Clone, Debug)]
pub enum Buf {
    /// Latin-1.
    One(Vec<u8>),
    /// Code points below 0x10000.
    Two(Vec<u16>),
    /// Any code points.
    Four(Vec<u32>),
}

impl Buf {
    /// A view of the string.
    #[inline]
    pub fn units(&self) -> Units<'_> {
        match self {
            Buf::One(v) => Units::One(v),
            Buf::Two(v) => Units::Two(v),
            Buf::Four(v) => Units::Four(v),
        }
    }

    /// The number of code points.
    pub fn len(&self) -> usize {
        self.units().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl PartialEq for Buf {
    fn eq(&self, other: &Buf) -> bool {
        self.units() == other.units()
    }
}

impl Eq for Buf {}

impl Default for Buf {
    fn default() -> Buf {
        Buf::One(Vec::new())
    }
}

impl From<&str> for Buf {
    fn from(s: &str) -> Buf {
        let mut b = Builder::with_capacity(s.len());
        b.push_str(s);
        b.finish()
    }
}

/// Builds a string; its width is always the narrowest that holds what was pushed.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    buf: Buf,
}

impl Builder {
    /// An empty builder.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// An empty builder with room for `n` narrow code points.
    pub fn with_capacity(n: usize) -> Builder {
        Builder { buf: Buf::One(Vec::with_capacity(n)) }
    }

    /// The number of code points so far.
    pub fn len(&self) -> usize {
        self.buf.len()
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.buf.is_empty()
    }

    /// What was pushed so far.
    pub fn units(&self) -> Units<'_> {
        self.buf.units()
    }

    /// Makes room for code points up to `max`.
    #[cold]
    fn widen(&mut self, max: u32) {
        let wide = |u: Units<'_>, more: usize| {
            let mut v = Vec::with_capacity((u.len() + more) * 2);
            v.extend(u.iter());
            Buf::Four(v)
        };
        match &self.buf {
            Buf::One(v) if max > 0xffff => self.buf = wide(Units::One(v), 8),
            Buf::Two(v) if max > 0xffff => self.buf = wide(Units::Two(v), 8),
            Buf::One(v) if max > 0xff => {
                let mut w = Vec::with_capacity(v.capacity().max(v.len() + 8));
                w.extend(v.iter().map(|c| u16::from(*c)));
                self.buf = Buf::Two(w);
            }
            _ => {}
        }
    }

    /// Appends a code point.
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.buf {
            Buf::One(v) if c <= 0xff => return v.push(c as u8),
            Buf::Two(v) if c <= 0xffff => return v.push(c as u16),
            Buf::Four(v) => return v.push(c),
            _ => {}
        }
        self.widen(c);
        match &mut self.buf {
            Buf::One(v) => v.push(c as u8),
            Buf::Two(v) => v.push(c as u16),
            Buf::Four(v) => v.push(c),
        }
    }

    /// Appends a code point `n` times.
    pub fn push_n(&mut self, c: u32, n: usize) {
        if n == 0 {
            return;
        }
        self.widen(c);
        match &mut self.buf {
            Buf::One(v) => v.resize(v.len() + n, c as u8),
            Buf::Two(v) => v.resize(v.len() + n, c as u16),
            Buf::Four(v) => v.resize(v.len() + n, c),
        }
    }

    /// Appends ASCII or Latin-1 bytes.
    pub fn push_latin1(&mut self, s: &[u8]) {
        match &mut self.buf {
            Buf::One(v) => v.extend_from_slice(s),
            Buf::Two(v) => v.extend(s.iter().map(|c| u16::from(*c))),
            Buf::Four(v) => v.extend(s.iter().map(|c| u32::from(*c))),
        }
    }

    /// Appends a Rust string.
    pub fn push_str(&mut self, s: &str) {
        if s.is_ascii() {
            return self.push_latin1(s.as_bytes());
        }
        s.chars().for_each(|c| self.push(c as u32));
    }

    /// Appends a string, or part of one.
    pub fn push_units(&mut self, u: Units<'_>) {
        match (&mut self.buf, u) {
            (_, Units::One(s)) => return self.push_latin1(s),
            (Buf::Two(v), Units::Two(s)) => return v.extend_from_slice(s),
            (Buf::Four(v), Units::Four(s)) => return v.extend_from_slice(s),
            _ => {}
        }
        let max = u.max_char();
        self.widen(max);
        match &mut self.buf {
            Buf::One(v) => extend_narrow(v, u),
            Buf::Two(v) => extend_narrow(v, u),
            Buf::Four(v) => extend_narrow(v, u),
        }
    }

    /// The finished string.
    pub fn finish(self) -> Buf {
        self.buf
    }
}

fn extend_narrow<T: Unit>(v: &mut Vec<T>, u: Units<'_>) {
    each!(u, s => v.extend(s.iter().map(|c| T::of(c.cp()))));
}
