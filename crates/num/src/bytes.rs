//! `int.to_bytes` and `int.from_bytes`.

use crate::int::{Int, IntRef};

/// Why an integer does not go into the given number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesError {
    /// "can't convert negative int to unsigned"
    NegativeUnsigned,
    /// "int too big to convert"
    TooBig,
}

/// The integer in `length` bytes.
pub fn to_bytes(
    a: IntRef<'_>,
    length: usize,
    little: bool,
    signed: bool,
) -> Result<Vec<u8>, BytesError> {
    if a.neg && !signed {
        return Err(BytesError::NegativeUnsigned);
    }
    let bits = crate::bitwise::bit_length(a);
    let room = length as u64 * 8;
    let power = a.neg && crate::bitwise::trailing_zeros(a) + 1 == bits;
    // -2**(8k-1) is the one value whose magnitude needs the sign bit's place.
    let need = if signed && bits > 0 && !power { bits + 1 } else { bits };
    if need > room {
        return Err(BytesError::TooBig);
    }
    let mut out = vec![0u8; length];
    for (chunk, m) in out.chunks_mut(8).zip(a.mag) {
        chunk.copy_from_slice(&m.to_le_bytes()[..chunk.len()]);
    }
    if a.neg {
        let mut carry = true;
        for b in &mut out {
            let (v, c) = (!*b).overflowing_add(u8::from(carry));
            (*b, carry) = (v, c);
        }
    }
    if !little {
        out.reverse();
    }
    Ok(out)
}

/// The integer that the bytes spell.
pub fn from_bytes(bytes: &[u8], little: bool, signed: bool) -> Int {
    let mut le = bytes.to_vec();
    if !little {
        le.reverse();
    }
    let neg = signed && le.last().is_some_and(|b| b & 0x80 != 0);
    if neg {
        let mut carry = true;
        for b in &mut le {
            let (v, c) = (!*b).overflowing_add(u8::from(carry));
            (*b, carry) = (v, c);
        }
    }
    let mag = le
        .chunks(8)
        .map(|c| {
            let mut w = [0u8; 8];
            w[..c.len()].copy_from_slice(c);
            u64::from_le_bytes(w)
        })
        .collect();
    Int::new(neg, mag)
}
