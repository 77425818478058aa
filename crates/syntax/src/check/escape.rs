//! Malformed escapes in string literals, in the words of CPython's codecs.

/// The message for the first malformed escape of a literal's token text, if there is one.
pub(super) fn escape_error(token: &str) -> Option<String> {
    let quote = token.find(['"', '\''])?;
    let (prefix, rest) = token.split_at(quote);
    let prefix = prefix.to_ascii_lowercase();
    if prefix.contains('r') {
        return None;
    }
    let triple = rest.starts_with("\"\"\"") || rest.starts_with("'''");
    let n = if triple { 3 } else { 1 };
    let body = rest.get(n..rest.len().checked_sub(n)?)?;
    if prefix.contains('b') { bytes_error(body) } else { text_error(body) }
}

fn bytes_error(body: &str) -> Option<String> {
    let b = body.as_bytes();
    let (mut i, mut out) = (0, 0);
    while i < b.len() {
        if b[i] != b'\\' {
            i += 1;
            out += 1;
            continue;
        }
        if b.get(i + 1) == Some(&b'x') {
            let digits = b[i + 2..].iter().take(2).take_while(|c| c.is_ascii_hexdigit()).count();
            if digits < 2 {
                return Some(format!("(value error) invalid \\x escape at position {i}"));
            }
        }
        i += 2;
        out += 1;
    }
    let _ = out;
    None
}

fn text_error(body: &str) -> Option<String> {
    let chars: Vec<char> = body.chars().collect();
    // Positions are those of the buffer that CPython decodes: others than ASCII take ten characters.
    let mut at = 0;
    let mut i = 0;
    let fail = |a: usize, b: usize, what: &str| {
        let bytes = if a == b {
            "byte 0x5c in position".to_string() + &format!(" {a}")
        } else {
            format!("bytes in position {a}-{b}")
        };
        Some(format!("(unicode error) 'unicodeescape' codec can't decode {bytes}: {what}"))
    };
    while i < chars.len() {
        if chars[i] != '\\' {
            at += if chars[i].is_ascii() { 1 } else { 10 };
            i += 1;
            continue;
        }
        let Some(e) = chars.get(i + 1) else { return fail(at, at, "\\ at end of string") };
        let width = match e {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'N' => {
                let name: String = chars[i + 2..].iter().take_while(|c| **c != '}').collect();
                let closed = chars.get(i + 2 + name.chars().count()) == Some(&'}');
                if !name.starts_with('{') || !closed || name.len() < 2 {
                    let len = if name.starts_with('{') {
                        name.chars().count() + closed as usize
                    } else {
                        0
                    };
                    return fail(at, at + 1 + len, "malformed \\N character escape");
                }
                let end = at + 2 + name.chars().count();
                if !crate::literal::known_name(&name[1..]) {
                    return fail(at, end, "unknown Unicode character name");
                }
                i += 3 + name.chars().count();
                at = end + 1;
                continue;
            }
            _ => {
                at += 1 + if e.is_ascii() { 1 } else { 10 };
                i += 2;
                continue;
            }
        };
        let digits: String =
            chars[i + 2..].iter().take(width).take_while(|c| c.is_ascii_hexdigit()).collect();
        let end = at + 1 + digits.len();
        if digits.len() < width {
            let shape = match width {
                2 => "\\xXX",
                4 => "\\uXXXX",
                _ => "\\UXXXXXXXX",
            };
            return fail(at, end, &format!("truncated {shape} escape"));
        }
        if u32::from_str_radix(&digits, 16).is_ok_and(|n| n > 0x10ffff) {
            return fail(at, end, "illegal Unicode character");
        }
        at = end + 1;
        i += 2 + width;
    }
    None
}
