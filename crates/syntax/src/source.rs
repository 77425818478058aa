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
    /// How interpolated expressions were written, by the places of the fields ([`crate::Layout`]).
    notes: Vec<(u32, String)>,
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
        Ok(Source { text, index, notes: Vec::new() })
    }

    /// What [`crate::Layout`] made: places and notes in the order of their offsets.
    pub(crate) fn laid_out(
        text: String,
        places: Vec<(u32, LineCol)>,
        notes: Vec<(u32, String)>,
    ) -> Source {
        Source { text, index: LineIndex { starts: vec![0], places }, notes }
    }

    /// Whether there is a text that somebody wrote.
    pub fn is_written(&self) -> bool {
        self.index.places.is_empty()
    }

    /// What [`crate::Layout::note`] noted for a place.
    pub fn note(&self, at: TextSize) -> Option<&str> {
        let n = self.notes.binary_search_by_key(&at.to_u32(), |(at, _)| *at).ok()?;
        Some(&self.notes[n].1)
    }

    /// From bytes, honouring BOM and encoding cookie. `file` names the file where CPython's tokenizer
    /// reads one by itself (the main program); its errors then say more.
    pub fn from_bytes(
        bytes: &[u8],
        file: Option<&str>,
        hook: Option<DecodeHook<'_>>,
    ) -> Result<Source, SourceError> {
        let (body, bom) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => (rest, true),
            None => (bytes, false),
        };
        let cookie = cookie(body);
        let name = cookie.as_ref().map_or_else(|| "utf-8".into(), |cookie| canonical(&cookie.name));
        let utf8 = |cookie: &Cookie| {
            // Here other names of it, but for `utf_8`, do not count.
            let given = cookie.name.to_ascii_lowercase().replace('_', "-");
            given == "utf-8" || given.starts_with("utf-8-")
        };
        if let (true, Some(cookie)) = (bom, cookie.as_ref().filter(|cookie| !utf8(cookie))) {
            return Err(cookie.with_bom(body, &name));
        }
        if let Some(at) = body.iter().position(|b| *b == 0) {
            if file.is_none() {
                return Err(null_bytes());
            }
            // A file is read by lines: what is wrong with the encoding of this one comes first.
            let end = body[at..].iter().position(|b| *b == b'\n').map_or(body.len(), |n| at + n);
            if name != "utf-8" || std::str::from_utf8(&body[..end]).is_ok() {
                return Err(null_byte_at(body, at));
            }
        }
        let cookie = cookie.map(|cookie| cookie.name);
        match name.as_str() {
            "utf-8" => match std::str::from_utf8(body) {
                Ok(s) => Source::from_text(s),
                Err(e) => match file {
                    Some(_) if cookie.is_some() => Err(bad_utf8(body, e.valid_up_to())),
                    _ => Err(not_utf8(body, e.valid_up_to(), file)),
                },
            },
            "iso-8859-1" => Source::from_text(&body.iter().map(|&b| b as char).collect::<String>()),
            "ascii" if body.is_ascii() => Source::from_text(&String::from_utf8_lossy(body)),
            other => match hook.and_then(|h| h(other, body)) {
                Some(Ok(text)) => Source::from_text(&text),
                Some(Err(msg)) => Err(SyntaxError::nowhere(ErrorKind::Encoding, msg)),
                None => {
                    let cookie = cookie.unwrap_or_default();
                    let msg = if other == "ascii" {
                        "'ascii' codec can't decode source: ordinal not in range(128)".to_string()
                    } else {
                        format!("unknown encoding: {cookie}")
                    };
                    Err(SyntaxError::nowhere(ErrorKind::Encoding, msg))
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

/// An error at byte `at` of text that could not be decoded; `end` cuts its line off if it is nearer
/// than the line's end.
fn at_byte(body: &[u8], at: usize, end: usize, msg: String) -> SyntaxError {
    let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
    let start = body[..at].iter().rposition(is_end).map_or(0, |i| i + 1);
    let stop = body[at..].iter().position(is_end).map_or(body.len(), |i| at + i).min(end);
    let line = String::from_utf8_lossy(&body[..at]).replace("\r\n", "\n");
    let line = line.matches(['\n', '\r']).count() as u32 + 1;
    SyntaxError {
        line,
        end_line: line,
        text: Some(String::from_utf8_lossy(&body[start..stop]).into_owned()),
        col: String::from_utf8_lossy(&body[start..at]).chars().count() as u32 + 1,
        ..SyntaxError::nowhere(ErrorKind::Syntax, msg)
    }
}

fn null_byte_at(body: &[u8], at: usize) -> SyntaxError {
    let msg = "source code cannot contain null bytes".to_string();
    SyntaxError { col: 0, ..at_byte(body, at, at, msg) }
}

fn not_utf8(body: &[u8], at: usize, file: Option<&str>) -> SyntaxError {
    let mut e = at_byte(body, at, body.len(), String::new());
    let file = file.map_or_else(String::new, |file| format!(" in file {file}"));
    e.msg = format!(
        "Non-UTF-8 code starting with '\\x{:02x}'{file} on line {}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        body[at], e.line
    );
    e.end_col = e.col as i32;
    e
}

/// As [`not_utf8`], for a file whose cookie says it is UTF-8.
fn bad_utf8(body: &[u8], at: usize) -> SyntaxError {
    let start = body[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let msg = format!(
        "(unicode error) 'utf-8' codec can't decode byte {:#x} in position {}: invalid start byte",
        body[at],
        at - start
    );
    SyntaxError { col: 0, ..at_byte(body, at, body.len(), msg) }
}

fn normalise(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// An encoding cookie.
struct Cookie {
    name: String,
    /// Its line, from 0.
    line: usize,
}

impl Cookie {
    /// The error that it contradicts the byte order mark.
    fn with_bom(&self, body: &[u8], name: &str) -> SyntaxError {
        let shown = if name == "iso-8859-1" { name } else { &self.name };
        let text = body.split(|b| *b == b'\n').nth(self.line).unwrap_or_default();
        let text = String::from_utf8_lossy(text).trim_end().to_string();
        let line = self.line as u32 + 1;
        SyntaxError {
            line,
            end_line: line,
            end_col: text.chars().count() as i32,
            text: Some(text),
            ..SyntaxError::nowhere(ErrorKind::Syntax, format!("encoding problem: {shown} with BOM"))
        }
    }
}

/// The encoding cookie of the first two lines.
fn cookie(body: &[u8]) -> Option<Cookie> {
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
            return Some(Cookie { name, line: n });
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
    /// Places that stand for others, in order ([`crate::Layout`]).
    places: Vec<(u32, LineCol)>,
}

impl LineIndex {
    fn new(text: &str) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(
            text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1),
        );
        LineIndex { starts, places: Vec::new() }
    }

    /// Line and byte column of an offset.
    pub fn position(&self, at: TextSize) -> LineCol {
        let at = at.to_u32();
        if !self.places.is_empty() {
            let next = self.places.partition_point(|(place, _)| *place <= at);
            return self.places[next.saturating_sub(1)].1;
        }
        let line = self.starts.partition_point(|s| *s <= at);
        LineCol { line: line as u32, col: at - self.starts[line - 1] }
    }

    /// Line and column in characters.
    pub fn char_position(&self, text: &str, at: TextSize) -> LineCol {
        let p = self.position(at);
        if !self.places.is_empty() {
            return p;
        }
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
        let s =
            Source::from_bytes(b"# -*- coding: latin-1 -*-\nx = '\xe9'\r\n", None, None).unwrap();
        assert_eq!(s.text().lines().nth(1), Some("x = 'é'"));
        assert!(!s.text().contains('\r'));
        let e = Source::from_bytes(b"x\nab\xff", None, None).unwrap_err();
        assert!(e.msg.starts_with("Non-UTF-8 code starting with '\\xff' on line 2"));
        assert_eq!((e.line, e.col, e.text.as_deref()), (2, 3, Some("ab\u{fffd}")));
        assert!(Source::from_bytes(b"# coding: nonesuch\n", None, None).is_err());
        let e = Source::from_bytes(b"x\nab\0c\n", Some("F"), None).unwrap_err();
        assert_eq!((e.line, e.col, e.text.as_deref()), (2, 0, Some("ab")));
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
