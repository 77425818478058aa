//! The Unicode Character Database 16.0: properties of code points.
//!
//! The tables are written by `tools/gen_unidata.py`: a two-level trie from
//! code points to records that many of them share, and sorted lists for what
//! few have (multi-character case mappings, decompositions). They are static
//! data of about 300 KB; nothing is built at start-up.

mod names;
mod normalize;
mod old;
mod tables;

pub use names::{lookup, lookup_sequence, name};
pub use normalize::{Form, decomposition, is_normalized, normalize};
pub use old::Old;
use tables::{INDEX1, INDEX2, NUMERICS, REC, RECORDS, SPECIAL};

/// `unicodedata.unidata_version`.
pub const VERSION: &str = "16.0.0";

pub(crate) const ALPHA: u16 = 1;
pub(crate) const DECIMAL: u16 = 1 << 1;
pub(crate) const DIGIT: u16 = 1 << 2;
pub(crate) const NUMERIC: u16 = 1 << 3;
pub(crate) const SPACE: u16 = 1 << 4;
// Bit 5 marks line boundaries, which `is_line_break` knows by heart.
pub(crate) const LOWER: u16 = 1 << 6;
pub(crate) const UPPER: u16 = 1 << 7;
pub(crate) const TITLE: u16 = 1 << 8;
pub(crate) const ID_START: u16 = 1 << 9;
pub(crate) const ID_CONTINUE: u16 = 1 << 10;
pub(crate) const PRINTABLE: u16 = 1 << 11;
pub(crate) const CASED: u16 = 1 << 12;
pub(crate) const CASE_IGNORABLE: u16 = 1 << 13;
pub(crate) const MIRRORED: u16 = 1 << 14;

const CATEGORIES: [&str; 30] = [
    "Cn", "Lu", "Ll", "Lt", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs",
    "Co", "Lm", "Lo", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So",
];
const BIDI: [&str; 24] = [
    "", "L", "LRE", "LRO", "R", "AL", "RLE", "RLO", "PDF", "EN", "ES", "ET", "AN", "CS", "NSM",
    "BN", "B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI",
];
const WIDTHS: [&str; 6] = ["N", "F", "H", "W", "Na", "A"];

/// The record of a code point: its bytes in the record table.
#[inline]
fn record(c: u32) -> &'static [u8] {
    let c = if c <= crate::MAX_CODE_POINT { c } else { 0xfffff };
    let block = INDEX1[(c >> 7) as usize] as usize;
    let id = INDEX2[block << 7 | (c & 127) as usize] as usize;
    &RECORDS[id * REC..id * REC + REC]
}

#[inline]
pub(crate) fn flags(c: u32) -> u16 {
    let r = record(c);
    u16::from_le_bytes([r[6], r[7]])
}

#[inline]
pub(crate) fn has(c: u32, flag: u16) -> bool {
    flags(c) & flag != 0
}

/// The white space of `str.split` and `str.isspace`.
#[inline]
pub fn is_space(c: u32) -> bool {
    if c < 128 { matches!(c, 9..=13 | 28..=32) } else { c != 0xffff_ffff && has(c, SPACE) }
}

/// The line boundaries of `str.splitlines`.
#[inline]
pub fn is_line_break(c: u32) -> bool {
    match c {
        10..=13 | 28..=30 => true,
        0..=0x7f => false,
        _ => matches!(c, 0x85 | 0x2028 | 0x2029),
    }
}

/// `unicodedata.category`.
pub fn category(c: u32) -> &'static str {
    CATEGORIES[record(c)[0] as usize]
}

/// `unicodedata.bidirectional`.
pub fn bidirectional(c: u32) -> &'static str {
    BIDI[record(c)[1] as usize]
}

/// `unicodedata.combining`.
pub fn combining(c: u32) -> u8 {
    if c < 0x300 { 0 } else { record(c)[2] }
}

/// `unicodedata.east_asian_width`.
pub fn east_asian_width(c: u32) -> &'static str {
    WIDTHS[record(c)[3] as usize]
}

/// `unicodedata.mirrored`.
pub fn mirrored(c: u32) -> bool {
    has(c, MIRRORED)
}

/// `unicodedata.decimal`: the value of a decimal digit.
#[inline]
pub fn decimal(c: u32) -> Option<u8> {
    if c < 128 {
        return (48..58).contains(&c).then(|| (c - 48) as u8);
    }
    u8::try_from(record(c)[4] as i8).ok()
}

/// `unicodedata.digit`.
pub fn digit(c: u32) -> Option<u8> {
    u8::try_from(record(c)[5] as i8).ok()
}

/// `unicodedata.numeric`.
pub fn numeric(c: u32) -> Option<f64> {
    let r = record(c);
    let id = u16::from_le_bytes([r[8], r[9]]) as usize;
    number(id)
}

fn number(id: usize) -> Option<f64> {
    let at = id.checked_sub(1)? * 8;
    let b: [u8; 8] = NUMERICS.get(at..at + 8)?.try_into().ok()?;
    Some(f64::from_le_bytes(b))
}

/// Which case mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `str.upper`.
    Upper = 0,
    /// `str.lower`.
    Lower = 1,
    /// The first letter of `str.title`.
    Title = 2,
    /// `str.casefold`.
    Fold = 3,
}

/// A full case mapping: one to three code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseMap {
    chars: [u32; 3],
    len: u8,
}

impl CaseMap {
    /// The code points.
    #[inline]
    pub fn as_slice(&self) -> &[u32] {
        &self.chars[..self.len as usize]
    }
}

fn read_u32(b: &[u8], i: usize) -> u32 {
    u32::from_le_bytes([b[4 * i], b[4 * i + 1], b[4 * i + 2], b[4 * i + 3]])
}

/// The full case mapping of a code point, without context.
#[inline]
pub fn map_case(c: u32, case: Case) -> CaseMap {
    let r = record(c);
    let at = 10 + 4 * case as usize;
    let delta = i32::from_le_bytes([r[at], r[at + 1], r[at + 2], r[at + 3]]);
    if delta == i32::MIN {
        return special_case(c, case);
    }
    CaseMap { chars: [c.wrapping_add_signed(delta), 0, 0], len: 1 }
}

#[cold]
fn special_case(c: u32, case: Case) -> CaseMap {
    let (mut lo, mut hi) = (0, SPECIAL.len() / 20);
    while lo < hi {
        let mid = (lo + hi) / 2;
        let key = (read_u32(SPECIAL, mid * 5), read_u32(SPECIAL, mid * 5 + 1));
        if key < (c, case as u32) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    if lo * 20 >= SPECIAL.len() {
        return CaseMap { chars: [c, 0, 0], len: 1 };
    }
    let chars = [2, 3, 4].map(|k| read_u32(SPECIAL, lo * 5 + k));
    let len = chars.iter().take_while(|c| **c != 0).count() as u8;
    CaseMap { chars, len }
}

/// The simple lower-case mapping, as regular expressions use.
#[inline]
pub fn to_lower_simple(c: u32) -> u32 {
    if c == 0x130 {
        return 0x69;
    }
    map_case(c, Case::Lower).chars[0]
}

/// The simple upper-case mapping: itself where the full one is longer.
#[inline]
pub fn to_upper_simple(c: u32) -> u32 {
    let m = map_case(c, Case::Upper);
    if m.len == 1 { m.chars[0] } else { c }
}
