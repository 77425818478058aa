//! The encodings with state: ISO 2022 and HZ. Escape sequences say which set the bytes are of.
//!
//! The state of ISO 2022 is one word: the sets in G0, G1 and G2, a byte each, and a bit for "shifted to G1". A set
//! is known by the last byte of its escape sequence, with a bit for two bytes a character.

use super::Stop;
use super::plain::push;
use super::tables::{self, Lazy, NONE, PAIRS, Table};
use std::sync::OnceLock;

const ESC: u8 = 0x1b;
const SHIFT_OUT: u8 = 0x0e;
const SHIFT_IN: u8 = 0x0f;
const DOUBLE: u8 = 0x80;
const ASCII: u8 = b'B';
const SHIFTED: u64 = 1 << 24;

/// ASCII in G0 and G1, nothing in G2.
pub(super) const START: u64 = (ASCII as u64) << 8 | ASCII as u64;

const ROMAN: u8 = b'J';
const KATAKANA: u8 = b'I';
const JIS_X_0208: u8 = b'B' | DOUBLE;
const JIS_X_0208_OLD: u8 = b'@' | DOUBLE;
const JIS_X_0212: u8 = b'D' | DOUBLE;
const JIS_X_0213_1_2000: u8 = b'O' | DOUBLE;
const JIS_X_0213_1_2004: u8 = b'Q' | DOUBLE;
const JIS_X_0213_2: u8 = b'P' | DOUBLE;
const GB_2312: u8 = b'A' | DOUBLE;
const KS_X_1001: u8 = b'C' | DOUBLE;
/// Sets of 96 characters, for G2. They are read, but never written.
const LATIN_1: u8 = b'A';
const GREEK: u8 = b'F';

/// An encoding of the family.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Variant {
    name: &'static str,
    /// The sets besides ASCII, in the order in which they are tried.
    sets: &'static [u8],
    shifts: bool,
    g2: bool,
    /// JIS X 0208 may stand in for plane 1 of JIS X 0213.
    extended: bool,
}

const fn variant(name: &'static str, sets: &'static [u8]) -> Variant {
    Variant { name, sets, shifts: false, g2: false, extended: false }
}

static VARIANTS: [Variant; 7] = [
    variant("iso2022_jp", &[JIS_X_0208, ROMAN, JIS_X_0208_OLD]),
    variant("iso2022_jp_1", &[JIS_X_0208, JIS_X_0212, ROMAN, JIS_X_0208_OLD]),
    Variant {
        g2: true,
        ..variant(
            "iso2022_jp_2",
            &[JIS_X_0208, JIS_X_0212, KS_X_1001, ROMAN, JIS_X_0208_OLD, GB_2312, LATIN_1, GREEK],
        )
    },
    Variant {
        extended: true,
        ..variant("iso2022_jp_2004", &[JIS_X_0208, JIS_X_0213_1_2004, JIS_X_0213_2])
    },
    Variant {
        extended: true,
        ..variant("iso2022_jp_3", &[JIS_X_0208, JIS_X_0213_1_2000, JIS_X_0213_2])
    },
    variant("iso2022_jp_ext", &[JIS_X_0208, JIS_X_0212, ROMAN, KATAKANA, JIS_X_0208_OLD]),
    Variant { shifts: true, ..variant("iso2022_kr", &[KS_X_1001]) },
];

/// The encoding with this name.
pub(super) fn find(name: &str) -> Option<&'static Variant> {
    VARIANTS.iter().find(|own| own.name == name)
}

fn table(
    name: &'static str,
    cell: &'static OnceLock<Option<&'static Lazy>>,
) -> Option<&'static Table> {
    cell.get_or_init(|| tables::find(name)).map(Lazy::get)
}

macro_rules! tables {
    ($($function:ident $name:literal)*) => {
        $(fn $function() -> Option<&'static Table> {
            static CELL: OnceLock<Option<&'static Lazy>> = OnceLock::new();
            table($name, &CELL)
        })*
    };
}
tables! {
    euc_jp "euc_jp"
    euc_2000 "euc_jisx0213"
    euc_2004 "euc_jis_2004"
    gb2312 "gb2312"
    euc_kr "euc_kr"
}

/// What a code of seven-bit bytes stands for in a set.
fn lookup(set: u8, code: u32) -> Option<u32> {
    let high = code | 0x8080;
    match set {
        // Bytes that the table of EUC gives another character for.
        JIS_X_0208 | JIS_X_0208_OLD if code == 0x2140 => Some(0xff3c),
        JIS_X_0208 | JIS_X_0208_OLD => euc_jp()?.two(high),
        JIS_X_0212 => euc_jp()?.three(high),
        JIS_X_0213_1_2000 => euc_2000()?.two(high),
        JIS_X_0213_1_2004 => euc_2004()?.two(high),
        JIS_X_0213_2 if is_plane_2(code) => euc_2004()?.three(high),
        GB_2312 => gb2312()?.two(high),
        // In EUC it begins a syllable of eight bytes.
        KS_X_1001 if code == 0x2454 => Some(0x3164),
        KS_X_1001 => euc_kr()?.two(high),
        ROMAN => match code {
            0x5c => Some(0xa5),
            0x7e => Some(0x203e),
            0..0x80 => Some(code),
            _ => None,
        },
        KATAKANA => (0x21..0x60).contains(&code).then_some(0xff61 - 0x21 + code),
        LATIN_1 => (code < 0x80).then_some(code + 0x80),
        GREEK => greek(code + 0x80),
        _ => None,
    }
}

/// Whether a code is in a row of plane 2 of JIS X 0213: EUC has JIS X 0212 in the other ones.
fn is_plane_2(code: u32) -> bool {
    matches!(code >> 8, 0x21 | 0x23..=0x25 | 0x28 | 0x2c..=0x2f | 0x6e..=0x7e)
}

/// ISO 8859-7 of 1987.
fn greek(byte: u32) -> Option<u32> {
    match byte {
        0xa1 => Some(0x2018),
        0xa2 => Some(0x2019),
        0xaf => Some(0x2015),
        0xa0 | 0xa3 | 0xa6..=0xa9 | 0xab..=0xad | 0xb0..=0xb3 | 0xb7 | 0xbb | 0xbd => Some(byte),
        0xb4..=0xb6 | 0xb8..=0xba | 0xbc | 0xbe..=0xd1 | 0xd3..=0xfe => Some(byte - 0xa0 + 0x370),
        _ => None,
    }
}

/// The code of a character in a set, of seven-bit bytes.
fn code_in(set: u8, point: u32) -> Option<u32> {
    let two = |table: Option<&Table>| match table?.code(point)? {
        (2, code) if code >= 0xa1a1 && code & 0x80 != 0 => Some(code & 0x7f7f),
        _ => None,
    };
    match set {
        JIS_X_0208 | JIS_X_0208_OLD if point == 0xff3c => Some(0x2140),
        JIS_X_0208 | JIS_X_0208_OLD => two(euc_jp()),
        JIS_X_0212 => match euc_jp()?.code(point)? {
            (3, code) => Some(code & 0x7f7f),
            _ => None,
        },
        JIS_X_0213_1_2000 | JIS_X_0213_1_2004 if point == 0xff5e => None,
        JIS_X_0213_1_2000 => two(euc_2000()),
        JIS_X_0213_1_2004 => two(euc_2004()),
        JIS_X_0213_2 => match euc_2004()?.code(point)? {
            (3, code) => Some(code & 0x7f7f).filter(|code| is_plane_2(*code)),
            _ => None,
        },
        GB_2312 => two(gb2312()),
        KS_X_1001 => two(euc_kr()),
        ROMAN => match point {
            0xa5 => Some(0x5c),
            0x203e => Some(0x7e),
            0x5c | 0x7e => None,
            0..0x80 => Some(point),
            _ => None,
        },
        KATAKANA => (0xff61..0xffa0).contains(&point).then(|| point - 0xff61 + 0x21),
        _ => None,
    }
}

fn set_of(state: u64, g: u32) -> u8 {
    (state >> (8 * g)) as u8
}

fn with_set(state: u64, g: u32, set: u8) -> u64 {
    state & !(0xff << (8 * g)) | u64::from(set) << (8 * g)
}

/// Decodes what the bytes begin with: a character, or an escape sequence.
pub(super) fn decode(
    variant: &Variant,
    data: &[u8],
    state: &mut u64,
    out: &mut String,
) -> Result<usize, Stop> {
    let first = data[0];
    match first {
        ESC => {
            let second = *data.get(1).ok_or(Stop::TooFew)?;
            if b"()$.&".contains(&second) {
                return escape(variant, data, state);
            }
            if variant.g2 && second == b'N' {
                let third = u32::from(*data.get(2).ok_or(Stop::TooFew)?);
                let value = match set_of(*state, 2) {
                    LATIN_1 | GREEK if third < 0x80 => lookup(set_of(*state, 2), third),
                    _ => None,
                };
                push(value.ok_or(Stop::Wrong(3))?, out);
                return Ok(3);
            }
        }
        SHIFT_OUT if variant.shifts => {
            *state |= SHIFTED;
            return Ok(1);
        }
        SHIFT_IN if variant.shifts => {
            *state &= !SHIFTED;
            return Ok(1);
        }
        b'\n' => *state &= !SHIFTED,
        0..0x20 => {}
        0x80.. => return Err(Stop::Wrong(1)),
        _ => {
            let set = set_of(*state, u32::from(*state & SHIFTED != 0));
            if set != ASCII {
                let width = if set & DOUBLE != 0 { 2 } else { 1 };
                let mut code = u32::from(first);
                if width == 2 {
                    code = code << 8 | u32::from(*data.get(1).ok_or(Stop::TooFew)?);
                }
                let value = match code & 0x8080 {
                    0 => lookup(set, code),
                    _ => None,
                };
                push(value.ok_or(Stop::Wrong(width))?, out);
                return Ok(width);
            }
        }
    }
    out.push(char::from(first));
    Ok(1)
}

/// An escape sequence that designates a set.
fn escape(variant: &Variant, data: &[u8], state: &mut u64) -> Result<usize, Stop> {
    const LONGEST: usize = 16;
    let mut i = 1;
    let length = loop {
        if i >= LONGEST {
            return Err(Stop::Wrong(1));
        }
        match *data.get(i).ok_or(Stop::TooFew)? {
            b'A'..=b'Z' => break i + 1,
            b'@' => break i + 1,
            b'&' if variant.extended && data.get(i + 1) == Some(&b'@') => i += 2,
            _ => {}
        }
        i += 1;
    };
    let wrong = Err(Stop::Wrong(length));
    let (set, g) = match &data[..length] {
        [_, b'$', set] => (*set | DOUBLE, 0),
        [_, b'(', set] => (*set, 0),
        [_, b')', set] => (*set, 1),
        [_, b'.', set] if variant.g2 => (*set, 2),
        [_, b'$', b'(', set] => (*set | DOUBLE, 0),
        [_, b'$', b')', set] => (*set | DOUBLE, 1),
        // JIS X 0208 of 1990.
        [_, b'&', b'@', _, b'$', set] if variant.extended => (*set | DOUBLE, 0),
        _ => return wrong,
    };
    if set != ASCII && !variant.sets.contains(&set) {
        return wrong;
    }
    *state = with_set(*state, g, set);
    Ok(length)
}

/// Encodes the character or pair that the text begins with.
pub(super) fn encode(
    variant: &'static Variant,
    points: &[u32],
    state: &mut u64,
    out: &mut Vec<u8>,
) -> Result<usize, Stop> {
    for set in variant.sets {
        let table = match *set {
            JIS_X_0213_1_2000 => euc_2000(),
            JIS_X_0213_1_2004 => euc_2004(),
            _ => None,
        };
        if let Some(table) = table
            && let Some((2, code)) = table.pair_code(points)?
        {
            put(*set, code & 0x7f7f, state, out);
            return Ok(2);
        }
    }
    encode_one(variant, points[0], state, out)
}

/// Encodes one character.
pub(super) fn encode_one(
    variant: &'static Variant,
    point: u32,
    state: &mut u64,
    out: &mut Vec<u8>,
) -> Result<usize, Stop> {
    if point < 0x80 {
        finish_sets(state, out);
        out.push(point as u8);
        return Ok(1);
    }
    if point >= PAIRS || point == NONE {
        return Err(Stop::Wrong(1));
    }
    let found = variant.sets.iter().find_map(|set| Some((*set, code_in(*set, point)?)));
    let (set, code) = found.ok_or(Stop::Wrong(1))?;
    if variant.shifts && set_of(*state, 1) != set {
        out.extend([ESC, b'$', b')', set & !DOUBLE]);
        *state = with_set(*state, 1, set);
    }
    put(set, code, state, out);
    Ok(1)
}

fn put(set: u8, code: u32, state: &mut u64, out: &mut Vec<u8>) {
    if set == KS_X_1001 && set_of(*state, 1) == KS_X_1001 {
        if *state & SHIFTED == 0 {
            out.push(SHIFT_OUT);
            *state |= SHIFTED;
        }
    } else if set_of(*state, 0) != set {
        out.push(ESC);
        match set {
            JIS_X_0208 | JIS_X_0208_OLD => out.push(b'$'),
            _ if set & DOUBLE != 0 => out.extend(b"$("),
            _ => out.push(b'('),
        }
        out.push(set & !DOUBLE);
        *state = with_set(*state, 0, set);
    }
    if set & DOUBLE != 0 {
        out.push((code >> 8) as u8);
    }
    out.push(code as u8);
}

/// Leads back to ASCII.
fn finish_sets(state: &mut u64, out: &mut Vec<u8>) {
    if *state & SHIFTED != 0 {
        out.push(SHIFT_IN);
        *state &= !SHIFTED;
    }
    if set_of(*state, 0) != ASCII {
        out.extend([ESC, b'(', ASCII]);
        *state = with_set(*state, 0, ASCII);
    }
}

/// The end of a text.
pub(super) fn finish(state: &mut u64, out: &mut Vec<u8>) {
    finish_sets(state, out);
}

/// HZ: GB 2312 between `~{` and `~}`. The state is 1 there.
pub(super) fn decode_hz(data: &[u8], state: &mut u64, out: &mut String) -> Result<usize, Stop> {
    let first = data[0];
    if first == b'~' {
        let second = *data.get(1).ok_or(Stop::TooFew)?;
        match (second, *state) {
            (b'~', 0) => out.push('~'),
            (b'{', 0) => *state = 1,
            (b'\n', 0) => {}
            (b'}', 1) => *state = 0,
            _ => return Err(Stop::Wrong(1)),
        }
        return Ok(2);
    }
    if first & 0x80 != 0 {
        return Err(Stop::Wrong(1));
    }
    if *state == 0 {
        out.push(char::from(first));
        return Ok(1);
    }
    let second = *data.get(1).ok_or(Stop::TooFew)?;
    let code = u32::from(first) << 8 | u32::from(second);
    let value = if second & 0x80 == 0 { lookup(GB_2312, code) } else { None };
    push(value.ok_or(Stop::Wrong(1))?, out);
    Ok(2)
}

pub(super) fn encode_hz(points: &[u32], state: &mut u64, out: &mut Vec<u8>) -> Result<usize, Stop> {
    let point = points[0];
    if point < 0x80 {
        finish_hz(state, out);
        if point == u32::from(b'~') {
            out.push(b'~');
        }
        out.push(point as u8);
        return Ok(1);
    }
    let code = code_in(GB_2312, point).ok_or(Stop::Wrong(1))?;
    if *state == 0 {
        out.extend(b"~{");
        *state = 1;
    }
    out.extend([(code >> 8) as u8, code as u8]);
    Ok(1)
}

pub(super) fn finish_hz(state: &mut u64, out: &mut Vec<u8>) {
    if *state == 1 {
        out.extend(b"~}");
        *state = 0;
    }
}
