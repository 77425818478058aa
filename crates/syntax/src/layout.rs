//! The source that stands behind a tree which was not parsed: each node of it has a place of its own there, and the
//! literals' texts. The line index says the lines and columns that the nodes ask for, wherever their places are.

use crate::source::{LineCol, Source};
use ruff_text_size::{TextRange, TextSize};

/// A source in the making.
#[derive(Default)]
pub struct Layout {
    text: String,
    places: Vec<(u32, LineCol)>,
    notes: Vec<(u32, String)>,
}

impl Layout {
    /// A new place that stands for a line and column.
    pub fn mark(&mut self, at: LineCol) -> TextSize {
        let offset = self.offset();
        self.places.push((offset.to_u32(), at));
        offset
    }

    /// Where the next text goes.
    pub fn offset(&self) -> TextSize {
        TextSize::from(u32::try_from(self.text.len()).unwrap_or(u32::MAX))
    }

    /// Appends text.
    pub fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Notes how the expression of the interpolation at `at` was written.
    pub fn note(&mut self, at: TextSize, text: String) {
        self.notes.push((at.to_u32(), text));
    }

    /// Appends a string in quotes, given in WTF-8; returns where it is, and its text with surrogates replaced.
    pub fn string(&mut self, at: LineCol, wtf8: &[u8]) -> (TextRange, String) {
        let start = self.mark(at);
        self.put("'");
        let text = self.content(wtf8, Braces::Single);
        self.put("'");
        (TextRange::new(start, self.offset()), text)
    }

    /// Appends bytes in quotes behind a `b`.
    pub fn bytes(&mut self, at: LineCol, bytes: &[u8]) -> TextRange {
        let start = self.mark(at);
        self.put("b'");
        for b in bytes {
            match b {
                b'\\' => self.put("\\\\"),
                0..=127 => self.text.push(char::from(*b)),
                _ => self.put(&format!("\\x{b:02x}")),
            }
        }
        self.put("'");
        TextRange::new(start, self.offset())
    }

    /// Appends text that stands between the replacement fields of an f-string.
    pub fn literal(&mut self, at: LineCol, wtf8: &[u8]) -> (TextRange, String) {
        let start = self.mark(at);
        let text = self.content(wtf8, Braces::Double);
        let end = self.offset();
        self.put(" ");
        (TextRange::new(start, end), text)
    }

    fn content(&mut self, wtf8: &[u8], braces: Braces) -> String {
        let mut whole = String::new();
        let mut rest = wtf8;
        while !rest.is_empty() {
            let (good, bad) = match std::str::from_utf8(rest) {
                Ok(good) => (good, &rest[rest.len()..]),
                Err(e) => {
                    let (good, bad) = rest.split_at(e.valid_up_to());
                    (std::str::from_utf8(good).unwrap_or_default(), bad)
                }
            };
            whole.push_str(good);
            for c in good.chars() {
                match c {
                    '\\' => self.put("\\\\"),
                    '{' if braces == Braces::Double => self.put("{{"),
                    '}' if braces == Braces::Double => self.put("}}"),
                    c => self.text.push(c),
                }
            }
            rest = match bad {
                [0xed, b, c, rest @ ..] => {
                    let n = 0xd000 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
                    self.put(&format!("\\u{n:04x}"));
                    whole.push('\u{fffd}');
                    rest
                }
                _ => &[],
            };
        }
        whole
    }

    /// The source.
    pub fn finish(self) -> Source {
        Source::laid_out(self.text, self.places, self.notes)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Braces {
    Single,
    Double,
}
