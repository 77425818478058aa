//! Documents: every path and every link they name exists. And every language test has an expected
//! output.

use super::{Report, files, shown};
use std::fs;
use std::path::Path;

/// Where a path in backquotes must begin to be checked.
const PLACES: &[&str] = &["crates/", "docs/", "tests/", "bench/", "xtask/", "examples/", ".ci/"];

pub(crate) fn check(root: &Path, report: &mut Report) -> Result<(), String> {
    let mut documents = files(&root.join("docs"), "md");
    for name in ["README.md", "CONTRIBUTING.md"] {
        documents.push(root.join(name));
    }
    for path in documents {
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for named in paths(&text) {
            if !root.join(&named).exists() {
                report.errors.push(format!("{}: there is no `{named}`", shown(root, &path)));
            }
        }
        let folder = path.parent().unwrap_or(root);
        for link in links(&text) {
            if !folder.join(&link).exists() {
                report
                    .errors
                    .push(format!("{}: the link to {link} leads nowhere", shown(root, &path)));
            }
        }
    }
    check_tests(root, report);
    Ok(())
}

fn check_tests(root: &Path, report: &mut Report) {
    for group in ["lang", "threads"] {
        let mut count = 0;
        for path in files(&root.join("tests").join(group), "py") {
            if path.components().any(|part| part.as_os_str().to_string_lossy().starts_with('_')) {
                continue;
            }
            count += 1;
            if !path.with_extension("out").exists() {
                report.errors.push(format!("{}: no expected output beside it", shown(root, &path)));
            }
        }
        report.notes.push(format!("{count} tests in tests/{group}"));
    }
}

/// Paths of the repository in backquotes, patterns apart.
fn paths(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| PLACES.iter().any(|place| word.starts_with(place)))
        .filter(|word| !word.contains(['*', '<', '{', ' ', '\n']) && !is_placeholder(word))
        .map(|word| word.split(':').next().unwrap_or(word).trim_end_matches('/').to_owned())
        .collect()
}

/// Whether a component of the path is written in capitals, as `NAME` is.
fn is_placeholder(word: &str) -> bool {
    word.split(['/', '.', '-']).any(|part| {
        part.len() > 1
            && part.chars().all(|c| c.is_ascii_uppercase() || c == '_')
            && !word.ends_with(".md")
    })
}

/// Targets of relative links.
fn links(text: &str) -> Vec<String> {
    text.match_indices("](")
        .filter_map(|(at, _)| text[at + 2..].split(')').next())
        .filter(|link| !link.contains("://") && !link.starts_with(['#', ' ']) && !link.is_empty())
        .filter_map(|link| link.split('#').next())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_links_are_found() {
        let text = "See `crates/heap/src/lib.rs`, `crates/NAME`, `docs/*.md`, [it](docs/gc.md#x) and [that](https://x.y).";
        assert_eq!(paths(text), ["crates/heap/src/lib.rs"]);
        assert_eq!(links(text), ["docs/gc.md"]);
    }
}
