//! `repr(bytes)`.

use std::collections::TryReserveError;

/// `repr(s)`, with the `b` and the quotes.
pub fn repr(s: &[u8]) -> Result<Vec<u8>, TryReserveError> {
    let has = |q: u8| memchr::memchr(q, s).is_some();
    let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
    let length = |c: &u8| match *c {
        b'\\' | b'\t' | b'\n' | b'\r' => 2,
        c if c == quote => 2,
        0x20..=0x7e => 1,
        _ => 4,
    };
    let mut out = super::room(s.iter().map(length).sum::<usize>() + 3)?;
    out.extend([b'b', quote]);
    for &c in s {
        match c {
            b'\\' => out.extend(b"\\\\"),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            _ if c == quote => out.extend([b'\\', c]),
            0x20..=0x7e => out.push(c),
            _ => out.extend(format!("\\x{c:02x}").into_bytes()),
        }
    }
    out.push(quote);
    Ok(out)
}
