//! `repr(bytes)`.

/// `repr(s)`, with the `b` and the quotes.
pub fn repr(s: &[u8]) -> Vec<u8> {
    let has = |q: u8| memchr::memchr(q, s).is_some();
    let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
    let mut out = Vec::with_capacity(s.len() + 3);
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
    out
}
