//! Messages and places of syntax errors, as CPython 3.14 gives them.

use crate::{Mode, Source, parse};

/// `(message, line, col, end_line, end_col)` of the error of a source.
fn error(text: &str) -> (String, u32, u32, u32, i32) {
    let source = Source::from_text(text).expect("source");
    match parse(&source, Mode::Exec) {
        Ok(_) => ("valid".into(), 0, 0, 0, 0),
        Err(e) => (e.msg, e.line, e.col, e.end_line, e.end_col),
    }
}

#[test]
fn messages() {
    let cases = include_str!("cases.txt");
    let mut failed = Vec::new();
    for case in cases.split("\n====\n") {
        let Some((text, wanted)) = case.split_once("\n----\n") else { continue };
        let (msg, a, b, c, d) = error(text);
        let got = format!("{a}:{b}-{c}:{d} {msg}");
        if got != wanted.trim_end() {
            failed.push(format!("{text}\n  wanted {wanted}\n  got    {got}"));
        }
    }
    assert!(failed.is_empty(), "{} differ:\n{}", failed.len(), failed.join("\n"));
}
