//! Rust files: length, the doc at the head, reasons for `unsafe`, no unfinished code; and the size
//! of crates.

use super::{Report, files, shown};
use std::fs;
use std::path::Path;

/// A file this long should be divided.
const SOFT_LINES: usize = 800;
/// A file may not be longer.
const HARD_LINES: usize = 1500;
/// A crate may not be larger.
const CRATE_LINES: usize = 25_000;
/// How far above an `unsafe` its reason may stand.
const REASON_DISTANCE: usize = 8;

pub(crate) fn check(root: &Path, report: &mut Report) -> Result<(), String> {
    let mut total = 0;
    let crates = fs::read_dir(root.join("crates")).map_err(|error| format!("crates: {error}"))?;
    let mut folders: Vec<_> = crates.flatten().map(|entry| entry.path()).collect();
    folders.push(root.join("xtask"));
    folders.sort();
    for folder in folders {
        let mut lines = 0;
        for path in files(&folder, "rs") {
            let text = fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            lines += text.lines().count();
            check_file(&shown(root, &path), &text, report);
        }
        if lines > CRATE_LINES {
            report
                .errors
                .push(format!("{}: {lines} lines, more than {CRATE_LINES}", shown(root, &folder)));
        }
        total += lines;
    }
    report.notes.push(format!("{total} lines of Rust"));
    Ok(())
}

fn check_file(name: &str, text: &str, report: &mut Report) {
    let lines: Vec<&str> = text.lines().collect();
    // Generated tables say so in their first lines, and may be long.
    let generated = lines.iter().take(3).any(|line| line.contains("@generated"));
    if lines.len() > HARD_LINES && !generated {
        report.errors.push(format!("{name}: {} lines, more than {HARD_LINES}", lines.len()));
    } else if lines.len() > SOFT_LINES && !generated {
        report.warnings.push(format!("{name}: {} lines, more than {SOFT_LINES}", lines.len()));
    }
    if !lines.first().is_some_and(|line| line.starts_with("//!")) {
        report.errors.push(format!("{name}: no module doc (`//!`) in the first line"));
    }
    // A toy client in a test or an example may excuse itself as a whole.
    let excused = (name.contains("/tests/") || name.contains("/examples/"))
        && text.contains("allow(")
        && text.contains("clippy::undocumented_unsafe_blocks");
    for (index, line) in lines.iter().enumerate() {
        let code = line.split("//").next().unwrap_or("");
        let is_unsafe = has_word(code, "unsafe {") || has_word(code, "unsafe impl");
        if is_unsafe && !excused && !explained(&lines, index) {
            report.errors.push(format!("{name}:{}: unsafe without a SAFETY comment", index + 1));
        }
        for (before, after) in [("todo", "!("), ("unimplemented", "!("), ("dbg", "!(")] {
            if has_word(code, &format!("{before}{after}")) {
                report.errors.push(format!("{name}:{}: {before}! is left", index + 1));
            }
        }
    }
}

/// Whether `word` occurs with nothing of a name before it, and outside quotes.
fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = &code[..at];
        let name_before = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        !name_before && before.matches('"').count().is_multiple_of(2)
    })
}

/// Whether a reason stands on the line or in the comment above the statement it belongs to.
fn explained(lines: &[&str], index: usize) -> bool {
    let first = index.saturating_sub(REASON_DISTANCE);
    lines[first..=index].iter().any(|line| line.contains("SAFETY"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        let mut report = Report::default();
        check_file("x.rs", text, &mut report);
        report.errors
    }

    #[test]
    fn rules_hold() {
        assert!(errors("//! Doc.\nfn f() {}\n").is_empty());
        assert_eq!(errors("fn f() {}\n").len(), 1);
        assert_eq!(errors("//! D.\nlet x = unsafe { f() };\n").len(), 1);
        assert!(errors("//! D.\n// SAFETY: it is.\nlet x = unsafe { f() };\n").is_empty());
        assert!(errors("//! D.\nlet x = \"unsafe { \";\n").is_empty());
        assert_eq!(errors(&format!("//! D.\n{}", "\n".repeat(1600))).len(), 1);
    }
}
