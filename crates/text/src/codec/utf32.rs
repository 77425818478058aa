//! UTF-32 of a given byte order; byte order marks are the caller's.

use super::{DecodeError, EncodeError, Order};
use crate::{Builder, MAX_CODE_POINT, Units, is_surrogate};

/// Decodes from `at`; see [`super::Encoding::decode`].
pub fn decode(
    b: &[u8],
    mut at: usize,
    last: bool,
    order: Order,
    out: &mut Builder,
) -> Result<usize, DecodeError> {
    while at + 4 <= b.len() {
        let w = [b[at], b[at + 1], b[at + 2], b[at + 3]];
        let c = match order {
            Order::Little => u32::from_le_bytes(w),
            Order::Big => u32::from_be_bytes(w),
        };
        if is_surrogate(c) {
            let reason = "code point in surrogate code point range(0xd800, 0xe000)";
            return Err(DecodeError::new(at, at + 4, reason));
        }
        if c > MAX_CODE_POINT {
            return Err(DecodeError::new(at, at + 4, "code point not in range(0x110000)"));
        }
        out.push(c);
        at += 4;
    }
    if at < b.len() && last {
        return Err(DecodeError::new(at, b.len(), "truncated data"));
    }
    Ok(at)
}

/// Appends one code point.
pub fn push_unit(c: u32, order: Order, out: &mut Vec<u8>) {
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
        push_unit(c, order, out);
    }
    Ok(())
}
