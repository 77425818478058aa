//! UTF-16 of a given byte order; byte order marks are the caller's.

use super::{DecodeError, EncodeError, Order};
use crate::{Builder, Units, is_surrogate};

fn unit(b: &[u8], at: usize, order: Order) -> u32 {
    let pair = [b[at], b[at + 1]];
    u32::from(match order {
        Order::Little => u16::from_le_bytes(pair),
        Order::Big => u16::from_be_bytes(pair),
    })
}

/// Decodes from `at`; see [`super::Encoding::decode`].
pub fn decode(
    b: &[u8],
    mut at: usize,
    last: bool,
    order: Order,
    out: &mut Builder,
) -> Result<usize, DecodeError> {
    while at + 2 <= b.len() {
        let c = unit(b, at, order);
        if !is_surrogate(c) {
            out.push(c);
            at += 2;
            continue;
        }
        if c >= 0xdc00 {
            return Err(DecodeError::new(at, at + 2, "illegal encoding"));
        }
        if at + 4 > b.len() {
            if !last {
                return Ok(at);
            }
            return Err(DecodeError::new(at, b.len(), "unexpected end of data"));
        }
        let d = unit(b, at + 2, order);
        if !(0xdc00..0xe000).contains(&d) {
            return Err(DecodeError::new(at, at + 2, "illegal UTF-16 surrogate"));
        }
        out.push(0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00));
        at += 4;
    }
    if at < b.len() && last {
        return Err(DecodeError::new(at, b.len(), "truncated data"));
    }
    Ok(at)
}

/// Appends one 16-bit unit.
pub fn push_unit(c: u16, order: Order, out: &mut Vec<u8>) {
    out.extend(match order {
        Order::Little => c.to_le_bytes(),
        Order::Big => c.to_be_bytes(),
    });
}

/// Encodes from `at`.
pub fn encode(s: Units<'_>, at: usize, order: Order, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    for i in at..s.len() {
        let c = s.get(i);
        if is_surrogate(c) {
            return Err(EncodeError { start: i, end: i + 1, reason: "surrogates not allowed" });
        }
        if c < 0x10000 {
            push_unit(c as u16, order, out);
        } else {
            let v = c - 0x10000;
            push_unit(0xd800 + (v >> 10) as u16, order, out);
            push_unit(0xdc00 + (v & 0x3ff) as u16, order, out);
        }
    }
    Ok(())
}

/// The byte order that a mark at the start names, if there is one.
pub fn byte_order_mark(b: &[u8]) -> Option<Order> {
    match b {
        [0xff, 0xfe, ..] => Some(Order::Little),
        [0xfe, 0xff, ..] => Some(Order::Big),
        _ => None,
    }
}
