//! Owned strings and the builder that widens them on demand.
//!
//! How long a text gets is a program's choice, so want of memory is no panic here: the text is lost
//! ([`Buf::Lost`]), what is appended afterwards too, and whoever makes an object of it raises MemoryError.

use crate::{Unit, Units};
use core::cell::Cell;

/// An owned string of one of three widths.
#[derive(Clone, Debug)]
pub enum Buf {
    /// Latin-1.
    One(Vec<u8>),
    /// Code points below 0x10000.
    Two(Vec<u16>),
    /// Any code points.
    Four(Vec<u32>),
    /// There was no memory for it. It looks empty.
    Lost,
}

impl Buf {
    /// The items, as text of their width.
    pub fn collect<T: Unit>(items: impl ExactSizeIterator<Item = T>) -> Buf {
        let mut v = Vec::new();
        if v.try_reserve_exact(items.len()).is_err() {
            return Buf::Lost;
        }
        v.extend(items);
        T::buf(v)
    }

    /// A copy, as text of its width.
    pub fn copied<T: Unit>(s: &[T]) -> Buf {
        Buf::collect(s.iter().copied())
    }

    /// Whether there was no memory for the text.
    pub fn is_lost(&self) -> bool {
        matches!(self, Buf::Lost)
    }

    /// A view of the string.
    #[inline]
    pub fn units(&self) -> Units<'_> {
        match self {
            Buf::One(v) => Units::One(v),
            Buf::Two(v) => Units::Two(v),
            Buf::Four(v) => Units::Four(v),
            Buf::Lost => Units::One(&[]),
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

/// The longest room that a thread keeps for its next text.
const MOST_KEPT: usize = 4096;

thread_local! {
    /// Room of a text that is not needed any more. A thread's own: no other has to be asked or kept out.
    static KEPT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl Buf {
    /// Gives the room back for the next [`Builder::kept`] of this thread.
    #[inline]
    pub fn keep(self) {
        if let Buf::One(mut room) = self
            && room.capacity() <= MOST_KEPT
        {
            room.clear();
            // A thread that is ending keeps nothing.
            let _ = KEPT.try_with(|kept| kept.set(room));
        }
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
        let mut v = Vec::new();
        let room = v.try_reserve_exact(n);
        Builder { buf: if room.is_ok() { Buf::One(v) } else { Buf::Lost } }
    }

    /// An empty builder with what room the thread kept: for texts that are soon copied and let go.
    #[inline]
    pub fn kept() -> Builder {
        Builder { buf: Buf::One(KEPT.try_with(Cell::take).unwrap_or_default()) }
    }

    /// The number of code points so far.
    pub fn len(&self) -> usize {
        self.buf.len()
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.buf.is_empty()
    }

    /// Whether there was no memory for what was pushed.
    pub fn is_lost(&self) -> bool {
        self.buf.is_lost()
    }

    /// What was pushed so far.
    pub fn units(&self) -> Units<'_> {
        self.buf.units()
    }

    /// Makes room for code points up to `max`.
    #[cold]
    fn widen(&mut self, max: u32) {
        let Some(room) = self.len().checked_add(8) else { return };
        let mut wider = match &self.buf {
            Buf::One(_) | Buf::Two(_) if max > 0xffff => Buf::Four(Vec::new()),
            Buf::One(_) if max > 0xff => Buf::Two(Vec::new()),
            _ => return,
        };
        if wider.grow(room) {
            wider.extend(self.buf.units());
        }
        self.buf = wider;
    }

    /// Appends a code point.
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.buf {
            Buf::One(v) if c <= 0xff && v.len() < v.capacity() => v.push(c as u8),
            Buf::Two(v) if c <= 0xffff && v.len() < v.capacity() => v.push(c as u16),
            Buf::Four(v) if v.len() < v.capacity() => v.push(c),
            _ => self.push_slow(c),
        }
    }

    #[cold]
    #[inline(never)]
    fn push_slow(&mut self, c: u32) {
        self.push_units(Units::Four(&[c]));
    }

    /// Appends a code point `n` times.
    pub fn push_n(&mut self, c: u32, n: usize) {
        if n == 0 {
            return;
        }
        if let Buf::One(v) = &mut self.buf
            && c <= 0xff
            && v.capacity() - v.len() >= n
        {
            return v.resize(v.len() + n, c as u8);
        }
        self.widen(c);
        if !self.buf.grow(n) {
            return;
        }
        match &mut self.buf {
            Buf::One(v) => v.resize(v.len() + n, c as u8),
            Buf::Two(v) => v.resize(v.len() + n, c as u16),
            Buf::Four(v) => v.resize(v.len() + n, c),
            Buf::Lost => {}
        }
    }

    /// Appends ASCII or Latin-1 bytes.
    #[inline]
    pub fn push_latin1(&mut self, s: &[u8]) {
        match &mut self.buf {
            Buf::One(v) if v.capacity() - v.len() >= s.len() => v.extend_from_slice(s),
            _ => self.append(Units::One(s)),
        }
    }

    /// Appends what is not wider than what was pushed so far.
    #[inline(never)]
    fn append(&mut self, u: Units<'_>) {
        if self.buf.grow(u.len()) {
            self.buf.extend(u);
        }
    }

    /// Appends the decimal digits of a number.
    pub fn push_int(&mut self, n: i64) {
        self.push_latin1(itoa::Buffer::new().format(n).as_bytes());
    }

    /// Appends a Rust string.
    #[inline]
    pub fn push_str(&mut self, s: &str) {
        if s.is_ascii() { self.push_latin1(s.as_bytes()) } else { self.push_chars(s) }
    }

    #[inline(never)]
    fn push_chars(&mut self, s: &str) {
        s.chars().for_each(|c| self.push(c as u32));
    }

    /// Appends a string, or part of one.
    #[inline]
    pub fn push_units(&mut self, u: Units<'_>) {
        match u {
            Units::One(s) => self.push_latin1(s),
            _ => self.push_wide(u),
        }
    }

    fn push_wide(&mut self, u: Units<'_>) {
        match (&self.buf, u) {
            (Buf::Two(_), Units::Two(_)) | (Buf::Four(_), _) => {}
            _ => self.widen(u.max_char()),
        }
        self.append(u);
    }

    /// The finished string.
    pub fn finish(self) -> Buf {
        self.buf
    }
}

impl Buf {
    /// Makes room for `n` more code points of the width, or loses the text.
    #[inline]
    fn grow(&mut self, n: usize) -> bool {
        let room = match self {
            Buf::One(v) => v.try_reserve(n),
            Buf::Two(v) => v.try_reserve(n),
            Buf::Four(v) => v.try_reserve(n),
            Buf::Lost => return false,
        };
        if room.is_err() {
            *self = Buf::Lost;
        }
        room.is_ok()
    }

    /// Appends what fits the width; there is room.
    fn extend(&mut self, u: Units<'_>) {
        match (self, u) {
            (Buf::One(v), Units::One(s)) => v.extend_from_slice(s),
            (Buf::Two(v), Units::Two(s)) => v.extend_from_slice(s),
            (Buf::Four(v), Units::Four(s)) => v.extend_from_slice(s),
            (Buf::One(v), u) => extend_as(v, u),
            (Buf::Two(v), u) => extend_as(v, u),
            (Buf::Four(v), u) => extend_as(v, u),
            (Buf::Lost, _) => {}
        }
    }
}

fn extend_as<T: Unit>(v: &mut Vec<T>, u: Units<'_>) {
    each!(u, s => v.extend(s.iter().map(|c| T::of(c.cp()))));
}
