//! Source text: decoding (BOM, PEP 263), newline normalisation and the line index.

use crate::error::{ErrorKind, SyntaxError};
use ruff_text_size::TextSize;

/// Decodes bytes in an encoding that this crate does not know; `None`: unknown encoding.
pub type DecodeHook<'a> = &'a dyn Fn(&str, &[u8]) -> Option<Result<String, String>>;

/// Why bytes are not source text.
pub type SourceError = SyntaxError;

/// Text of a module with its line index. Newlines are `\n` only.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    index: LineIndex,
}

impl Source {
    /// From text (`compile("...")`): newlines are normalised; a leading BOM is dropped.
    pub fn from_text(text: &str) -> Result<Source, SourceError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.as_bytes().contains(&0) {
            return Err(null_bytes());
        }
        let text = normalise(text.to_string());
        let index = LineIndex::new(&text);
        Ok(Source { text, index })
    }

    /// From the bytes of a file, honouring BOM and encoding cookie.
    pub fn from_bytes(bytes: &[u8], hook: Option<DecodeHook<'_>>) -> Result<Source, SourceError> {
        let (body, bom) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => (rest, true),
            None => (bytes, false),
        };
        let cookie = cookie(body);
        let name = cookie.as_deref().map(canonical).unwrap_or_else(|| "utf-8".into());
        if bom && name != "utf-8" {
            let cookie = cookie.unwrap_or_default();
            let msg = format!("encoding problem: {cookie} with BOM");
            return Err(SyntaxError::nowhere(ErrorKind::Syntax, msg));
        }
        match name.as_str() {
            "utf-8" => match std::str::from_utf8(body) {
                Ok(s) => Source::from_text(s),
                Err(e) => Err(not_utf8(body, e.valid_up_to(), cookie.is_some())),
            },
            "iso-8859-1" => Source::from_text(&body.iter().map(|&b| b as char).collect::<String>()),
            "ascii" if body.is_ascii() => Source::from_text(&String::from_utf8_lossy(body)),
            other => match hook.and_then(|h| h(other, body)) {
                Some(Ok(text)) => Source::from_text(&text),
                Some(Err(msg)) => Err(SyntaxError::nowhere(ErrorKind::Syntax, msg)),
                None => {
                    let cookie = cookie.unwrap_or_default();
                    let msg = if other == "ascii" {
                        "'ascii' codec can't decode source: ordinal not in range(128)".to_string()
                    } else {
                        format!("unknown encoding: {cookie}")
                    };
                    Err(SyntaxError::nowhere(ErrorKind::Syntax, msg))
                }
            },
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line index.
    pub fn index(&self) -> &LineIndex {
        &self.index
    }
}

fn null_bytes() -> SyntaxError {
    SyntaxError::nowhere(ErrorKind::Syntax, "source code string cannot contain null bytes")
}

fn not_utf8(body: &[u8], at: usize, declared: bool) -> SyntaxError {
    let line = body[..at].iter().filter(|b| **b == b'\n').count() as u32 + 1;
    let byte = body.get(at).copied().unwrap_or(0);
    let msg = if declared {
        format!(
            "(unicode error) 'utf-8' codec can't decode byte {byte:#x} in position {at}: invalid start byte"
        )
    } else {
        format!(
            "Non-UTF-8 code starting with '\\x{byte:02x}' on line {line}, but no encoding declared; see https://peps.python.org/pep-0263/ for details"
        )
    };
    let mut e = SyntaxError::nowhere(ErrorKind::Syntax, msg);
    e.line = line;
    e
}

fn normalise(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// The encoding cookie of the first two lines.
fn cookie(body: &[u8]) -> Option<String> {
    for (n, line) in body.split(|b| *b == b'\n' || *b == b'\r').take(3).enumerate() {
        if n == 2 {
            break;
        }
        let text = line.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\x0c'));
        let Some(start) = text else { continue };
        if line[start] != b'#' {
            return None;
        }
        if let Some(name) = cookie_in(&line[start..]) {
            return Some(name);
        }
    }
    None
}

fn cookie_in(comment: &[u8]) -> Option<String> {
    let at = comment.windows(6).position(|w| w == b"coding")?;
    let rest = &comment[at + 6..];
    let rest = match rest.first()? {
        b':' | b'=' => &rest[1..],
        _ => return cookie_in(&comment[at + 6..]),
    };
    let skip = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let name: Vec<u8> = rest[skip..]
        .iter()
        .copied()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        .collect();
    if name.is_empty() { None } else { String::from_utf8(name).ok() }
}

fn canonical(name: &str) -> String {
    let n = name.to_ascii_lowercase().replace('_', "-");
    if n == "utf-8" || n.starts_with("utf-8-") || n == "utf8" {
        "utf-8".into()
    } else if ["latin-1", "iso-8859-1", "iso-latin-1", "latin1", "l1"].contains(&n.as_str())
        || n.starts_with("latin-1-")
        || n.starts_with("iso-8859-1-")
    {
        "iso-8859-1".into()
    } else if n == "us-ascii" || n == "ascii" {
        "ascii".into()
    } else {
        n
    }
}

/// A place: 1-based line, 0-based column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCol {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 0.
    pub col: u32,
}

/// Starts of lines.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    fn new(text: &str) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(
            text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1),
        );
        LineIndex { starts }
    }

    /// Line and byte column of an offset.
    pub fn position(&self, at: TextSize) -> LineCol {
        let at = at.to_u32();
        let line = self.starts.partition_point(|s| *s <= at);
        LineCol { line: line as u32, col: at - self.starts[line - 1] }
    }

    /// Line and column in characters.
    pub fn char_position(&self, text: &str, at: TextSize) -> LineCol {
        let p = self.position(at);
        let start = self.starts[p.line as usize - 1] as usize;
        let bytes = text.get(start..start + p.col as usize).unwrap_or("");
        LineCol { line: p.line, col: bytes.chars().count() as u32 }
    }

    /// Offset of the start of a line (1-based).
    pub fn line_start(&self, line: u32) -> usize {
        self.starts.get(line as usize - 1).copied().unwrap_or(0) as usize
    }

    /// Number of lines (a final newline does not start one that counts).
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The text of a line with its newline.
    pub fn line_text<'a>(&self, text: &'a str, line: u32) -> &'a str {
        let n = line as usize;
        if n == 0 || n > self.starts.len() {
            return "";
        }
        let start = self.starts[n - 1] as usize;
        let end = self.starts.get(n).map_or(text.len(), |e| *e as usize);
        &text[start..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding() {
        let s = Source::from_bytes(b"# -*- coding: latin-1 -*-\nx = '\xe9'\r\n", None).unwrap();
        assert_eq!(s.text().lines().nth(1), Some("x = 'é'"));
        assert!(!s.text().contains('\r'));
        let e = Source::from_bytes(b"x\n\xff", None).unwrap_err();
        assert!(e.msg.starts_with("Non-UTF-8 code starting with '\\xff' on line 2"));
        assert!(Source::from_bytes(b"# coding: nonesuch\n", None).is_err());
        assert!(Source::from_text("a\0b").is_err());
    }

    #[test]
    fn lines() {
        let s = Source::from_text("ab\nçd\n").unwrap();
        let p = s.index().char_position(s.text(), TextSize::from(5));
        assert_eq!((p.line, p.col), (2, 1));
        assert_eq!(s.index().line_text(s.text(), 2), "çd\n");
    }
}
