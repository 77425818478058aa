//! Source lines for tracebacks, and the marks below them.

use core::sync::atomic::{AtomicBool, Ordering};
use orochi_bytecode::Position;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Gives the source of a file that is not on disk (the packed standard library), by its name.
pub type ReadFn = fn(&str) -> Option<String>;

/// `-X no_debug_ranges`: positions are lines only. Set once at start.
pub static HIDES_COLUMNS: AtomicBool = AtomicBool::new(false);

/// Set once at start.
pub static READ: OnceLock<ReadFn> = OnceLock::new();

/// The files read for one traceback.
pub(crate) struct Sources(HashMap<String, Option<Vec<String>>>);

impl Sources {
    pub(crate) fn new() -> Sources {
        Sources(HashMap::new())
    }

    fn lines(&mut self, file: &str) -> Option<&Vec<String>> {
        if !self.0.contains_key(file) {
            let text = match READ.get().and_then(|read| read(file)) {
                Some(text) => Some(text),
                None if file.starts_with('<') => None,
                None => std::fs::read(file).ok().map(|b| String::from_utf8_lossy(&b).into_owned()),
            };
            let lines = text.map(|text| text.lines().map(str::to_string).collect());
            self.0.insert(file.to_string(), lines);
        }
        self.0.get(file)?.as_ref()
    }

    /// The indented source of a frame, with marks at a position where they say more than the line.
    pub(crate) fn excerpt(
        &mut self,
        file: &str,
        line: i32,
        at: Option<Position>,
    ) -> Option<String> {
        let lines = self.lines(file)?;
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let source = lines.get(index)?;
        let code = source.trim();
        if code.is_empty() {
            return None;
        }
        let mut out = format!("    {code}\n");
        let shown = !HIDES_COLUMNS.load(Ordering::Relaxed);
        let at = at.filter(|at| shown && at.line == line && at.col >= 0 && at.end_col >= 0);
        let Some(at) = at else { return Some(out) };
        let last = if at.end_line == at.line { at.end_col as usize } else { source.len() };
        if let Some(marks) = marks(source, at.col as usize, last) {
            out.push_str("    ");
            out.push_str(&marks);
            out.push('\n');
        }
        Some(out)
    }
}

/// The marks below the trimmed line, for byte columns `start..end`; `None` if they would cover it.
fn marks(source: &str, start: usize, end: usize) -> Option<String> {
    let trimmed = source.trim_start();
    let indent = source.len() - trimmed.len();
    let trimmed = trimmed.trim_end();
    let (start, end) = (start.checked_sub(indent)?, end.checked_sub(indent)?.min(trimmed.len()));
    let before = trimmed.get(..start)?;
    let segment = trimmed.get(start..end)?;
    if segment.is_empty() {
        return None;
    }
    let anchors = anchors(segment);
    if anchors.is_none() && segment.len() == trimmed.len() {
        return None;
    }
    let mut out: String = before.chars().map(|c| if c == '\t' { c } else { ' ' }).collect();
    let (from, to) = anchors.unwrap_or((0, segment.len()));
    for (i, c) in segment.char_indices() {
        let mark = if i >= from && i < to { '^' } else { '~' };
        out.extend(std::iter::repeat_n(mark, width(c)));
    }
    Some(out)
}

/// Columns a character takes in a terminal.
fn width(c: char) -> usize {
    let wide = matches!(c as u32,
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xA000..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6 | 0x1F300..=0x1F64F | 0x1F900..=0x1F9FF | 0x20000..=0x3FFFD);
    1 + wide as usize
}

/// The part of an expression that is at fault: a binary operator, or the brackets of a call or
/// subscript. Works on the text alone, so it gives up where that is not plain.
fn anchors(segment: &str) -> Option<(usize, usize)> {
    let bytes = segment.as_bytes();
    let mut depth = 0usize;
    let mut quote = None;
    let mut group_start = None;
    let mut operator: Option<(usize, usize, u8)> = None;
    let mut i = 0;
    while i < bytes.len() {
        let b = bytes[i];
        match (quote, b) {
            (Some(q), _) if b == q => quote = None,
            (Some(_), b'\\') => i += 1,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(b),
            (None, b'#') => return None,
            (None, b'(' | b'[' | b'{') => {
                if depth == 0 {
                    group_start = Some(i);
                }
                depth += 1;
            }
            (None, b')' | b']' | b'}') => depth = depth.checked_sub(1)?,
            (None, b'<' | b'>' | b'=' | b'!') if depth == 0 => {
                let shift = bytes.get(i + 1) == Some(&b) && matches!(b, b'<' | b'>');
                if !shift {
                    return None;
                }
                operator = lower(operator, (i, 2, 3));
                i += 1;
            }
            (None, b',' | b':' | b';') if depth == 0 => return None,
            (None, b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^') if depth == 0 => {
                let double = bytes.get(i + 1) == Some(&b) && matches!(b, b'*' | b'/');
                if is_binary(&segment[..i]) {
                    let level = match b {
                        b'|' => 0,
                        b'^' => 1,
                        b'&' => 2,
                        b'+' | b'-' => 4,
                        b'*' if double => 6,
                        _ => 5,
                    };
                    operator = lower(operator, (i, 1 + double as usize, level));
                }
                i += double as usize;
            }
            (None, _) => {}
        }
        i += 1;
    }
    let words = ["and", "or", "not", "in", "is", "if", "lambda", "await", "yield", "return"];
    if segment.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| words.contains(&w)) {
        return None;
    }
    if let Some((at, len, _)) = operator {
        return Some((at, at + len));
    }
    let start = group_start.filter(|start| *start > 0)?;
    matches!(bytes[bytes.len() - 1], b')' | b']').then_some((start, bytes.len()))
}

/// Whether an operator after this text has a left operand.
fn is_binary(before: &str) -> bool {
    let before = before.trim_end();
    before
        .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '}' | '\'' | '"'))
}

/// The operator that binds less; of two that bind alike the later one, the earlier for `**`.
fn lower(old: Option<(usize, usize, u8)>, new: (usize, usize, u8)) -> Option<(usize, usize, u8)> {
    match old {
        Some(old) if old.2 < new.2 || (old.2 == 6 && new.2 == 6) => Some(old),
        _ => Some(new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_point_at_the_fault() {
        assert_eq!(marks("    1 / 0", 4, 9).as_deref(), Some("~~^~~"));
        assert_eq!(marks("  f(x)", 2, 6).as_deref(), Some("~^^^"));
        assert_eq!(marks("x = a[1]", 4, 8).as_deref(), Some("    ~^^^"));
        assert_eq!(marks("raise ValueError", 0, 16), None);
        assert_eq!(marks("x = y", 4, 5).as_deref(), Some("    ^"));
        assert_eq!(marks("a + b * c", 0, 9).as_deref(), Some("~~^~~~~~~"));
    }
}
