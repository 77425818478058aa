//! The encodings without state: EUC, Shift JIS, Big5, GBK and their kin.

use super::Stop;
use super::tables::{Kind, NONE, PAIRS, Table, four_bytes, number_of, pair};

/// Appends what a table gives.
pub(super) fn push(value: u32, out: &mut String) {
    let put = |point: u32, out: &mut String| out.push(char::from_u32(point).unwrap_or('\u{fffd}'));
    if value >= PAIRS {
        pair(value).into_iter().for_each(|point| put(point, out));
    } else {
        put(value, out);
    }
}

/// Decodes the character that the bytes begin with; gives how many it takes.
pub(super) fn decode(table: &Table, data: &[u8], out: &mut String) -> Result<usize, Stop> {
    let first = data[0];
    let single = table.one[first as usize];
    if single != NONE {
        push(single, out);
        return Ok(1);
    }
    if !table.is_lead(first) {
        return Err(Stop::Wrong(1));
    }
    let second = *data.get(1).ok_or(Stop::TooFew)?;
    if first == 0x8f && !table.three.is_empty() {
        let third = *data.get(2).ok_or(Stop::TooFew)?;
        let value = table.three(u32::from(second) << 8 | u32::from(third)).ok_or(Stop::Wrong(1))?;
        push(value, out);
        return Ok(3);
    }
    if table.kind == Kind::Gb18030 && second.is_ascii_digit() {
        return decode_four(data, out);
    }
    if table.kind == Kind::EucKr && (first, second) == (0xa4, 0xd4) {
        return decode_jamo(data, out);
    }
    let value = table.two(u32::from(first) << 8 | u32::from(second)).ok_or(Stop::Wrong(1))?;
    push(value, out);
    Ok(2)
}

fn decode_four(data: &[u8], out: &mut String) -> Result<usize, Stop> {
    let &[a, b, c, d, ..] = data else { return Err(Stop::TooFew) };
    if !(0x81..=0xfe).contains(&c) || !d.is_ascii_digit() {
        return Err(Stop::Wrong(1));
    }
    let digits = [a - 0x81, b - 0x30, c - 0x81, d - 0x30].map(u32::from);
    let number = ((digits[0] * 10 + digits[1]) * 126 + digits[2]) * 10 + digits[3];
    push(four_bytes(number).ok_or(Stop::Wrong(1))?, out);
    Ok(4)
}

/// Encodes the character or pair that the text begins with; gives how many characters it takes.
pub(super) fn encode(table: &Table, points: &[u32], out: &mut Vec<u8>) -> Result<usize, Stop> {
    if points[0] < 0x80 && table.one[points[0] as usize] == points[0] {
        out.push(points[0] as u8);
        return Ok(1);
    }
    if let Some(code) = table.pair_code(points)? {
        put(code, out);
        return Ok(2);
    }
    encode_one(table, points[0], out)
}

/// Encodes one character.
pub(super) fn encode_one(table: &Table, point: u32, out: &mut Vec<u8>) -> Result<usize, Stop> {
    if let Some(code) = table.code(point).filter(|_| point < PAIRS) {
        put(code, out);
        return Ok(1);
    }
    match table.kind {
        Kind::Gb18030 => {
            let mut n = number_of(point).ok_or(Stop::Wrong(1))?;
            let mut bytes = [0; 4];
            for (i, (size, first)) in
                [(10, 0x30), (126, 0x81), (10, 0x30), (126, 0x81)].iter().enumerate()
            {
                bytes[3 - i] = (n % size) as u8 + first;
                n /= size;
            }
            out.extend(bytes);
            Ok(1)
        }
        Kind::EucKr if (0xac00..0xd7a4).contains(&point) => {
            let n = point as usize - 0xac00;
            out.extend([0xa4, 0xd4]);
            for jamo in [INITIAL[n / 588], MEDIAL[n / 28 % 21], FINAL[n % 28]] {
                out.extend([0xa4, jamo]);
            }
            Ok(1)
        }
        _ => Err(Stop::Wrong(1)),
    }
}

fn put((length, code): (u32, u32), out: &mut Vec<u8>) {
    let [high, low] = (code as u16).to_be_bytes();
    match length {
        1 => out.push(low),
        2 => out.extend([high, low]),
        _ => out.extend([0x8f, high, low]),
    }
}

/// The letters of a Korean syllable that has no code of its own, as second bytes after A4.
static INITIAL: [u8; 19] = [
    0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb,
    0xbc, 0xbd, 0xbe,
];
static MEDIAL: [u8; 21] = [
    0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce,
    0xcf, 0xd0, 0xd1, 0xd2, 0xd3,
];
static FINAL: [u8; 28] = [
    0xd4, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0,
    0xb1, 0xb2, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe,
];

fn decode_jamo(data: &[u8], out: &mut String) -> Result<usize, Stop> {
    let &[_, _, a, initial, b, medial, c, last, ..] = data else { return Err(Stop::TooFew) };
    if [a, b, c] != [0xa4; 3] {
        return Err(Stop::Wrong(1));
    }
    let find = |row: &[u8], jamo: u8| row.iter().position(|own| *own == jamo);
    let parts = (find(&INITIAL, initial), find(&MEDIAL, medial), find(&FINAL, last));
    let (Some(initial), Some(medial), Some(last)) = parts else { return Err(Stop::Wrong(1)) };
    push(0xac00 + (initial * 588 + medial * 28 + last) as u32, out);
    Ok(8)
}
