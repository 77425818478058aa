//! `unicodedata.ucd_3_2_0`: the properties as of Unicode 3.2, for IDNA.

use super::tables::{OLD_INDEX1, OLD_INDEX2, OLD_REC, OLD_RECORDS};
use super::{BIDI, CATEGORIES, Form, WIDTHS, number};
use crate::{Buf, Units};

/// The database of Unicode 3.2.
#[derive(Clone, Copy, Debug)]
pub struct Old;

fn record(c: u32) -> &'static [u8] {
    let c = if c <= crate::MAX_CODE_POINT { c } else { 0xfffff };
    let block = OLD_INDEX1[(c >> 7) as usize] as usize;
    let id = OLD_INDEX2[block << 7 | (c & 127) as usize] as usize;
    &OLD_RECORDS[id * OLD_REC..id * OLD_REC + OLD_REC]
}

impl Old {
    /// `unidata_version`.
    pub const VERSION: &'static str = "3.2.0";

    /// Whether the code point is assigned in Unicode 3.2.
    pub fn is_assigned(c: u32) -> bool {
        record(c)[0] != 0
    }

    /// `category`.
    pub fn category(c: u32) -> &'static str {
        CATEGORIES[record(c)[0] as usize]
    }

    /// `bidirectional`.
    pub fn bidirectional(c: u32) -> &'static str {
        BIDI[record(c)[1] as usize]
    }

    /// `east_asian_width`.
    pub fn east_asian_width(c: u32) -> &'static str {
        WIDTHS[record(c)[2] as usize]
    }

    /// `mirrored`.
    pub fn mirrored(c: u32) -> bool {
        record(c)[3] != 0
    }

    /// `combining`.
    pub fn combining(c: u32) -> u8 {
        record(c)[4]
    }

    /// `decimal`.
    pub fn decimal(c: u32) -> Option<u8> {
        u8::try_from(record(c)[5] as i8).ok()
    }

    /// `digit`.
    pub fn digit(c: u32) -> Option<u8> {
        u8::try_from(record(c)[6] as i8).ok()
    }

    /// `numeric`.
    pub fn numeric(c: u32) -> Option<f64> {
        let r = record(c);
        number(u16::from_le_bytes([r[8], r[9]]) as usize)
    }

    /// `decomposition`.
    pub fn decomposition(c: u32) -> String {
        if Old::is_assigned(c) { super::decomposition(c) } else { String::new() }
    }

    /// `name`.
    pub fn name(c: u32) -> Option<String> {
        if Old::is_assigned(c) { super::name(c) } else { None }
    }

    /// `normalize`.
    pub fn normalize(form: Form, s: Units<'_>) -> Buf {
        super::normalize::normalize_with(form, s, true)
    }

    /// `is_normalized`.
    pub fn is_normalized(form: Form, s: Units<'_>) -> bool {
        Old::normalize(form, s).units() == s
    }
}
