//! Values of literals, decoded from the source text (the parser replaces lone surrogates).

use crate::error::{Warning, WarningKind};
use crate::source::Source;
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange, TextSize};

/// What decoding needs and collects.
pub struct Literals<'a> {
    /// The source.
    pub source: &'a Source,
    /// Resolves `\N{name}`; without it the parser's own table serves.
    pub names: Option<&'a dyn Fn(&str) -> Option<String>>,
    /// Warnings about invalid escapes.
    pub warnings: Vec<Warning>,
}

/// A numeric literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// Fits a machine word.
    Int(i64),
    /// Little-endian limbs.
    Big(Vec<u32>),
    /// A float.
    Float(f64),
    /// A complex number: of a literal the real part is zero.
    Complex(f64, f64),
}

/// Why a numeric literal has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// More decimal digits than `sys.set_int_max_str_digits` allows; how many.
    TooManyDigits(usize),
}

/// WTF-8 value of a string literal (all parts concatenated).
pub fn string_value(lit: &mut Literals<'_>, e: &ast::ExprStringLiteral) -> Vec<u8> {
    let mut out = Vec::new();
    for part in &e.value {
        string_part(lit, part, &mut out);
    }
    out
}

/// Appends one part of a string literal.
pub fn string_part(lit: &mut Literals<'_>, part: &ast::StringLiteral, out: &mut Vec<u8>) {
    let range = part.content_range();
    let source = lit.source;
    let text = &source.text()[range];
    if part.flags.prefix().is_raw() || !text.contains('\\') {
        out.extend_from_slice(text.as_bytes());
    } else {
        escapes(lit, text, range, Flavour::Str, out);
    }
}

/// Value of the literal text between the replacement fields of an f-string or t-string.
pub fn fstring_literal(
    lit: &mut Literals<'_>,
    e: &ast::InterpolatedStringLiteralElement,
    raw: bool,
    out: &mut Vec<u8>,
) {
    let source = lit.source;
    let text = &source.text()[e.range];
    if raw || !text.contains('\\') {
        out.extend_from_slice(e.value.as_bytes());
    } else {
        escapes(lit, text, e.range, Flavour::Interpolated, out);
    }
}

/// Value of a bytes literal.
pub fn bytes_value(lit: &mut Literals<'_>, e: &ast::ExprBytesLiteral) -> Vec<u8> {
    let mut out = Vec::new();
    for part in &e.value {
        let range = part.content_range();
        let source = lit.source;
        let text = &source.text()[range];
        if part.flags.prefix().is_raw() || !text.contains('\\') {
            out.extend_from_slice(text.as_bytes());
        } else {
            escapes(lit, text, range, Flavour::Bytes, &mut out);
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Flavour {
    Str,
    Bytes,
    Interpolated,
}

/// Warns of what is wrong in a string literal that was not parsed.
pub(crate) fn check_escapes(lit: &mut Literals<'_>, range: TextRange, bytes: bool) {
    let source = lit.source;
    let text = &source.text()[range];
    let body = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let prefix = text.len() - body.len();
    if text[..prefix].contains(['r', 'R']) {
        return;
    }
    let triple = body.starts_with("\"\"\"") || body.starts_with("'''");
    let quotes = if triple { 3 } else { 1 };
    let Some(content) = body.get(quotes..body.len().saturating_sub(quotes)) else { return };
    let start = range.start() + TextSize::from((prefix + quotes) as u32);
    let kind = if bytes { Flavour::Bytes } else { Flavour::Str };
    escapes(lit, content, TextRange::at(start, TextSize::of(content)), kind, &mut Vec::new());
}

fn escapes(lit: &mut Literals<'_>, text: &str, range: TextRange, kind: Flavour, out: &mut Vec<u8>) {
    let b = text.as_bytes();
    let mut i = 0;
    while i < b.len() {
        let c = b[i];
        if c != b'\\' {
            out.push(c);
            i += 1;
            if kind == Flavour::Interpolated && (c == b'{' || c == b'}') && b.get(i) == Some(&c) {
                i += 1;
            }
            continue;
        }
        let at = i;
        i += 1;
        let Some(&e) = b.get(i) else {
            out.push(b'\\');
            break;
        };
        i += 1;
        match e {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(e),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b't' => out.push(9),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let mut n = (e - b'0') as u32;
                let mut k = 1;
                while k < 3 && i < b.len() && matches!(b[i], b'0'..=b'7') {
                    n = n * 8 + (b[i] - b'0') as u32;
                    i += 1;
                    k += 1;
                }
                if n > 0o377 {
                    warn_octal(lit, range, at, &text[at..i], kind);
                }
                put(out, if kind == Flavour::Bytes { n & 0xff } else { n }, kind);
            }
            b'x' => i += hex(b, i, 2, kind, out),
            b'u' if kind != Flavour::Bytes => i += hex(b, i, 4, kind, out),
            b'U' if kind != Flavour::Bytes => i += hex(b, i, 8, kind, out),
            b'N' if kind != Flavour::Bytes && b.get(i) == Some(&b'{') => {
                let end = text[i..].find('}').map_or(b.len(), |n| i + n);
                let name = &text[i + 1..end];
                match resolve(lit, name) {
                    Some(s) => out.extend_from_slice(s.as_bytes()),
                    None => out.extend_from_slice("\u{fffd}".as_bytes()),
                }
                i = (end + 1).min(b.len());
            }
            _ => {
                warn_escape(lit, range, at, text, kind);
                out.push(b'\\');
                // The character itself comes with the next round (it may be multi-byte or a brace).
                i -= 1;
                if b[i] == b'\\' {
                    out.push(b'\\');
                    i += 1;
                }
            }
        }
    }
}

fn resolve(lit: &Literals<'_>, name: &str) -> Option<String> {
    if let Some(s) = lit.names.and_then(|f| f(name)) {
        return Some(s);
    }
    parser_name(name)
}

/// Whether the parser knows a character by this name.
pub(crate) fn known_name(name: &str) -> bool {
    parser_name(name).is_some()
}

fn parser_name(name: &str) -> Option<String> {
    if name.contains(['\'', '\\', '\n']) {
        return None;
    }
    let parsed = ruff_python_parser::parse_expression(&format!("'\\N{{{name}}}'")).ok()?;
    match parsed.expr() {
        ast::Expr::StringLiteral(s) => Some(s.value.to_str().to_string()),
        _ => None,
    }
}

fn hex(b: &[u8], i: usize, width: usize, kind: Flavour, out: &mut Vec<u8>) -> usize {
    let digits = b[i..].iter().take(width).take_while(|c| c.is_ascii_hexdigit()).count();
    let n = b[i..i + digits]
        .iter()
        .fold(0u32, |n, c| n.wrapping_mul(16).wrapping_add((*c as char).to_digit(16).unwrap_or(0)));
    put(out, n, kind);
    digits
}

/// Appends a code point (WTF-8, so surrogates are possible) or a byte.
fn put(out: &mut Vec<u8>, n: u32, kind: Flavour) {
    if kind == Flavour::Bytes {
        out.push(n as u8);
    } else if (0xd800..0xe000).contains(&n) {
        out.extend_from_slice(&[
            0xe0 | (n >> 12) as u8,
            0x80 | (n >> 6 & 0x3f) as u8,
            0x80 | (n & 0x3f) as u8,
        ]);
    } else {
        let c = char::from_u32(n).unwrap_or('\u{fffd}');
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn warn(lit: &mut Literals<'_>, range: TextRange, at: usize, len: usize, msg: String) {
    let start = range.start() + TextSize::from(at as u32);
    let range = TextRange::at(start, TextSize::from(len as u32));
    let line = lit.source.index().position(start).line;
    lit.warnings.push(Warning { kind: WarningKind::Syntax, msg, line, range });
}

fn warn_escape(lit: &mut Literals<'_>, range: TextRange, at: usize, text: &str, _: Flavour) {
    let c = text[at + 1..].chars().next().unwrap_or(' ');
    let msg = format!(
        "\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. Did you mean \"\\\\{c}\"? A raw string is also an option."
    );
    warn(lit, range, at, 1 + c.len_utf8(), msg);
}

fn warn_octal(lit: &mut Literals<'_>, range: TextRange, at: usize, seq: &str, _: Flavour) {
    let msg = format!(
        "\"{seq}\" is an invalid octal escape sequence. Such sequences will not work in the future. Did you mean \"\\{seq}\"? A raw string is also an option."
    );
    warn(lit, range, at, seq.len(), msg);
}

/// Warns of a numeric literal that a keyword follows without a blank: `1if x else y`.
pub fn warn_joined(lit: &mut Literals<'_>, e: &ast::ExprNumberLiteral) {
    let text = &lit.source.text()[e.range()];
    let next = lit.source.text()[usize::from(e.end())..].bytes().next();
    if !next.is_some_and(|c| c.is_ascii_alphabetic()) {
        return;
    }
    let what = match (text.as_bytes().get(1), text.as_bytes().last()) {
        (Some(b'x' | b'X'), _) => "hexadecimal",
        (Some(b'o' | b'O'), _) => "octal",
        (Some(b'b' | b'B'), _) => "binary",
        (_, Some(b'j' | b'J')) => "imaginary",
        _ => "decimal",
    };
    let (msg, len) = (format!("invalid {what} literal"), text.len());
    // A literal may be looked at more than once.
    if !lit.warnings.iter().any(|w| w.range == e.range() && w.msg == msg) {
        warn(lit, e.range(), 0, len, msg);
    }
}

/// Value of a numeric literal; `max_digits` of zero means no limit.
pub fn number_value(
    source: &Source,
    e: &ast::ExprNumberLiteral,
    max_digits: usize,
) -> Result<Number, NumberError> {
    match &e.value {
        ast::Number::Float(x) => Ok(Number::Float(*x)),
        ast::Number::Complex { real, imag } => Ok(Number::Complex(*real, *imag)),
        ast::Number::Int(n) => {
            if let Some(n) = n.as_i64() {
                return Ok(Number::Int(n));
            }
            integer(&source.text()[e.range()], max_digits)
        }
    }
}

fn integer(text: &str, max_digits: usize) -> Result<Number, NumberError> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b'_').collect();
    let (radix, body) = match digits.get(..2) {
        Some(b"0x" | b"0X") => (16, &digits[2..]),
        Some(b"0o" | b"0O") => (8, &digits[2..]),
        Some(b"0b" | b"0B") => (2, &digits[2..]),
        _ => (10, &digits[..]),
    };
    if radix == 10 && max_digits > 0 && body.len() > max_digits {
        return Err(NumberError::TooManyDigits(body.len()));
    }
    let mut limbs: Vec<u32> = Vec::new();
    // Chunks of digits whose radix power fits a limb.
    let per = match radix {
        16 => 7,
        8 => 10,
        2 => 31,
        _ => 9,
    };
    for chunk in body.chunks(per) {
        let mut carry = 0u64;
        let mut factor = 1u64;
        for d in chunk {
            carry = carry * radix + (*d as char).to_digit(16).unwrap_or(0) as u64;
            factor *= radix;
        }
        for limb in &mut limbs {
            let x = *limb as u64 * factor + carry;
            *limb = x as u32;
            carry = x >> 32;
        }
        if carry > 0 {
            limbs.push(carry as u32);
        }
    }
    if limbs.len() <= 2 {
        let n = limbs.iter().rev().fold(0u64, |n, l| n << 32 | *l as u64);
        if let Ok(n) = i64::try_from(n) {
            return Ok(Number::Int(n));
        }
    }
    Ok(Number::Big(limbs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> (Vec<u8>, usize) {
        let source = Source::from_text(text).unwrap();
        let parsed = ruff_python_parser::parse_expression(source.text()).unwrap();
        let ast::Expr::StringLiteral(s) = parsed.expr() else { panic!("not a string") };
        let mut lit = Literals { source: &source, names: None, warnings: Vec::new() };
        let v = string_value(&mut lit, s);
        (v, lit.warnings.len())
    }

    #[test]
    fn strings() {
        assert_eq!(value(r#"'a\n\x41' "b""#), (b"a\nAb".to_vec(), 0));
        assert_eq!(value(r"'\ud800'"), (vec![0xed, 0xa0, 0x80], 0));
        assert_eq!(value(r"'\N{BULLET}'"), ("•".as_bytes().to_vec(), 0));
        assert_eq!(value(r"'\d\é'"), (r"\d\é".as_bytes().to_vec(), 2));
        assert_eq!(value(r"r'\d'"), (br"\d".to_vec(), 0));
    }

    #[test]
    fn integers() {
        assert_eq!(integer("0xffff_ffff_ffff_ffff", 0), Ok(Number::Big(vec![!0, !0])));
        assert_eq!(integer("18446744073709551616", 0), Ok(Number::Big(vec![0, 0, 1])));
        assert_eq!(integer("9223372036854775807", 0), Ok(Number::Int(i64::MAX)));
        assert_eq!(integer("11111", 4), Err(NumberError::TooManyDigits(5)));
    }
}
