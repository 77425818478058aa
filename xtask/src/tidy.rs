//! `cargo xtask tidy`: the rules of the house that a program can check.

mod docs;
mod layers;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};

/// Checks everything and lists what is wrong.
pub(crate) fn run() -> Result<(), String> {
    let root = orochi_testkit::root();
    let mut report = Report::default();
    layers::check(&root, &mut report)?;
    sources::check(&root, &mut report)?;
    docs::check(&root, &mut report)?;
    for line in &report.warnings {
        println!("warning: {line}");
    }
    for line in &report.notes {
        println!("{line}");
    }
    if report.errors.is_empty() {
        println!("tidy");
        return Ok(());
    }
    let count = report.errors.len();
    Err(format!("{}\n{count} untidy", report.errors.join("\n")))
}

/// What was found.
#[derive(Default)]
pub(crate) struct Report {
    /// Broken rules.
    pub(crate) errors: Vec<String>,
    /// Soft limits that were passed.
    pub(crate) warnings: Vec<String>,
    /// Figures.
    pub(crate) notes: Vec<String>,
}

/// All files below `folder` whose name ends with `.extension`, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != "target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|each| each == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path as the report shows it.
pub(crate) fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
