//! ASCII and Latin-1.

use super::{DecodeError, EncodeError};
use crate::{Builder, Units};

/// Decodes ASCII from `at`.
pub fn decode_ascii(b: &[u8], at: usize, out: &mut Builder) -> Result<usize, DecodeError> {
    let rest = &b[at..];
    if rest.is_ascii() {
        out.push_latin1(rest);
        return Ok(b.len());
    }
    let n = rest.iter().take_while(|c| c.is_ascii()).count();
    out.push_latin1(&rest[..n]);
    Err(DecodeError::new(at + n, at + n + 1, "ordinal not in range(128)"))
}

/// Encodes code points below `limit`; the error spans a whole bad run.
pub(super) fn encode(
    s: Units<'_>,
    at: usize,
    limit: u32,
    reason: &'static str,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    if let Units::One(b) = s
        && (limit == 0x100 || b[at..].is_ascii())
    {
        out.extend_from_slice(&b[at..]);
        return Ok(());
    }
    for i in at..s.len() {
        let c = s.get(i);
        if c >= limit {
            let run = s.slice(i..s.len()).iter().take_while(|c| *c >= limit).count();
            return Err(EncodeError { start: i, end: i + run, reason });
        }
        out.push(c as u8);
    }
    Ok(())
}
