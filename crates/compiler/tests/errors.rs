//! Errors of whole compilations, compared with what CPython 3.14 reports: `errors.txt` holds source, a line of four dashes,
//! `line:col-end_line:end_col message`, and lines of four equal signs between cases.

use orochi_compiler::{Mode, Options, Source, compile};

fn error(text: &str) -> String {
    let source = match Source::from_text(text) {
        Ok(s) => s,
        Err(e) => return e.to_string(),
    };
    match compile(&source, "x", Mode::Exec, &Options::default()) {
        Ok(_) => "0:0-0:0 valid".into(),
        Err(e) => format!("{}:{}-{}:{} {}", e.line, e.col, e.end_line, e.end_col, e.msg),
    }
}

#[test]
fn errors() {
    let cases = include_str!("errors.txt");
    let (mut failed, mut count) = (Vec::new(), 0);
    for case in cases.split("\n====\n") {
        let Some((text, wanted)) = case.split_once("\n----\n") else { continue };
        count += 1;
        let got = error(text);
        if got != wanted.trim_end() {
            failed.push(format!("{text}\n  wanted {wanted}\n  got    {got}"));
        }
    }
    assert!(failed.is_empty(), "{} of {count} differ:\n{}", failed.len(), failed.join("\n"));
}
