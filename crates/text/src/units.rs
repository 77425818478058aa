//! Borrowed strings of one of three widths.

use crate::Buf;
use core::cmp::Ordering;
use core::ops::Range;
use std::borrow::Cow;

/// A borrowed string. Callers keep it canonical: the narrowest width that
/// holds its greatest code point.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    /// Latin-1: code points below 0x100.
    One(&'a [u8]),
    /// Code points below 0x10000.
    Two(&'a [u16]),
    /// Any code points.
    Four(&'a [u32]),
}

/// Runs the same code for each width, monomorphised.
macro_rules! each {
    ($u:expr, $s:ident => $e:expr) => {
        match $u {
            $crate::Units::One($s) => $e,
            $crate::Units::Two($s) => $e,
            $crate::Units::Four($s) => $e,
        }
    };
}

/// One element of a string of some width.
pub trait Unit: Copy + Eq + Ord + core::hash::Hash + Default + 'static {
    /// The greatest code point of this width.
    const MAX: u32;
    /// The code point.
    fn cp(self) -> u32;
    /// The unit for a code point that fits.
    fn of(cp: u32) -> Self;
    /// The slice when `u` has this width.
    fn slice(u: Units<'_>) -> Option<&[Self]>;
    /// A string of this width.
    fn units(s: &[Self]) -> Units<'_>;
    /// An owned string of this width.
    fn buf(v: Vec<Self>) -> Buf;
}

macro_rules! unit {
    ($t:ty, $v:ident) => {
        impl Unit for $t {
            const MAX: u32 = <$t>::MAX as u32;
            #[inline(always)]
            fn cp(self) -> u32 {
                self as u32
            }
            #[inline(always)]
            fn of(cp: u32) -> $t {
                cp as $t
            }
            #[inline]
            fn slice(u: Units<'_>) -> Option<&[$t]> {
                match u {
                    Units::$v(s) => Some(s),
                    _ => None,
                }
            }
            #[inline]
            fn units(s: &[$t]) -> Units<'_> {
                Units::$v(s)
            }
            #[inline]
            fn buf(v: Vec<$t>) -> Buf {
                Buf::$v(v)
            }
        }
    };
}
unit!(u8, One);
unit!(u16, Two);
unit!(u32, Four);

impl<'a> Units<'a> {
    /// The empty string.
    pub const EMPTY: Units<'static> = Units::One(&[]);

    /// The number of code points.
    #[inline]
    pub fn len(self) -> usize {
        each!(self, s => s.len())
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at `i`, which must be inside.
    #[inline]
    pub fn get(self, i: usize) -> u32 {
        each!(self, s => s[i].cp())
    }

    /// The code points in order.
    pub fn iter(self) -> UnitsIter<'a> {
        UnitsIter { units: self, front: 0, back: self.len() }
    }

    /// A part; the range must be inside. The part keeps this width, so use
    /// [`Units::to_buf`] to store it.
    #[inline]
    pub fn slice(self, r: Range<usize>) -> Units<'a> {
        match self {
            Units::One(s) => Units::One(&s[r]),
            Units::Two(s) => Units::Two(&s[r]),
            Units::Four(s) => Units::Four(&s[r]),
        }
    }

    /// An upper bound of the code points: exact above Latin-1; 0x7f for any
    /// ASCII string and 0xff for other Latin-1 ones.
    pub fn max_char(self) -> u32 {
        let coarse = |m: u32| if m < 0x80 { 0x7f } else { m.max(0xff) };
        match self {
            Units::One(s) => coarse(if s.is_ascii() { 0 } else { 0xff }),
            Units::Two(s) => coarse(u32::from(s.iter().copied().max().unwrap_or(0))),
            Units::Four(s) => coarse(s.iter().copied().max().unwrap_or(0)),
        }
    }

    /// Whether all code points are below 0x80.
    #[inline]
    pub fn is_ascii(self) -> bool {
        match self {
            Units::One(s) => s.is_ascii(),
            Units::Two(s) => s.iter().all(|c| *c < 0x80),
            Units::Four(s) => s.iter().all(|c| *c < 0x80),
        }
    }

    /// The bytes when this is an ASCII string of width one.
    #[inline]
    pub fn as_ascii(self) -> Option<&'a [u8]> {
        match self {
            Units::One(s) if s.is_ascii() => Some(s),
            _ => None,
        }
    }

    /// This string as units of width `T`; `None` if it does not fit.
    pub(crate) fn in_width<T: Unit>(self) -> Option<Cow<'a, [T]>> {
        if let Some(s) = T::slice(self) {
            return Some(Cow::Borrowed(s));
        }
        if T::MAX < u32::MAX && self.iter().any(|c| c > T::MAX) {
            return None;
        }
        Some(Cow::Owned(self.iter().map(T::of).collect()))
    }

    /// An owned copy of the narrowest width.
    pub fn to_buf(self) -> Buf {
        let max = self.max_char();
        match self {
            Units::One(s) => Buf::copied(s),
            Units::Two(s) if max > 0xff => Buf::copied(s),
            Units::Four(s) if max > 0xffff => Buf::copied(s),
            Units::Four(s) if max > 0xff => Buf::collect(s.iter().map(|c| *c as u16)),
            Units::Two(s) => Buf::collect(s.iter().map(|c| *c as u8)),
            Units::Four(s) => Buf::collect(s.iter().map(|c| *c as u8)),
        }
    }

    /// Python's order: by code points.
    pub fn compare(self, other: Units<'_>) -> Ordering {
        match (self, other) {
            (Units::One(a), Units::One(b)) => a.cmp(b),
            (Units::Two(a), Units::Two(b)) => a.cmp(b),
            (Units::Four(a), Units::Four(b)) => a.cmp(b),
            _ => self.iter().cmp(other.iter()),
        }
    }

    /// The string lossily as a Rust one (surrogates become U+FFFD), for messages.
    pub fn to_string_lossy(self) -> String {
        self.iter().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect()
    }
}

impl PartialEq for Units<'_> {
    #[inline]
    fn eq(&self, other: &Units<'_>) -> bool {
        match (*self, *other) {
            (Units::One(a), Units::One(b)) => a == b,
            (Units::Two(a), Units::Two(b)) => a == b,
            (Units::Four(a), Units::Four(b)) => a == b,
            (a, b) => a.len() == b.len() && a.iter().eq(b.iter()),
        }
    }
}

impl Eq for Units<'_> {}

impl PartialOrd for Units<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Units<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(*other)
    }
}

impl core::hash::Hash for Units<'_> {
    /// The same for equal strings of different widths.
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        match self {
            Units::One(s) => s.iter().for_each(|c| state.write_u32(u32::from(*c))),
            Units::Two(s) => s.iter().for_each(|c| state.write_u32(u32::from(*c))),
            Units::Four(s) => s.iter().for_each(|c| state.write_u32(*c)),
        }
    }
}

/// The code points of a string, from both ends.
#[derive(Clone, Debug)]
pub struct UnitsIter<'a> {
    units: Units<'a>,
    front: usize,
    back: usize,
}

impl Iterator for UnitsIter<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.front >= self.back {
            return None;
        }
        self.front += 1;
        Some(self.units.get(self.front - 1))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.back - self.front, Some(self.back - self.front))
    }
}

impl DoubleEndedIterator for UnitsIter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.front >= self.back {
            return None;
        }
        self.back -= 1;
        Some(self.units.get(self.back))
    }
}

impl ExactSizeIterator for UnitsIter<'_> {}

/// Resolves Python's optional start and end (negative ones count from the
/// end). `None` when nothing, not even the empty string, can be found there.
pub fn clamp_range(start: Option<i64>, end: Option<i64>, len: usize) -> Option<(usize, usize)> {
    let n = len as i64;
    let from_end = |i: i64| if i < 0 { (i.saturating_add(n)).max(0) } else { i };
    let start = from_end(start.unwrap_or(0));
    let end = from_end(end.unwrap_or(n)).min(n);
    (start <= end).then_some((start as usize, end as usize))
}
