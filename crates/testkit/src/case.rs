//! One language test: a Python file `x.py` and the output it must have, `x.out`.
//!
//! Directives are comments at the head of the file:
//!
//! - `# args: 4 1000`: arguments;
//! - `# status: 1`: the exit status, 0 if not said;
//! - `# skip: threads, stress: reason`: modes it does not run in, and why;
//! - `# timeout: 120`: seconds, for the slow ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a test is allowed to take unless it says otherwise. Debug builds and stress are slow.
const TIMEOUT: Duration = Duration::from_secs(120);

/// One test.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name: the path below the folder, without `.py`.
    pub name: String,
    /// The Python file.
    pub path: PathBuf,
    /// The standard output it must have.
    pub expected: String,
    /// Arguments for it.
    pub arguments: Vec<String>,
    /// The exit status it must have.
    pub status: i32,
    /// Modes it does not run in.
    pub skipped: Vec<String>,
    /// The time limit.
    pub timeout: Duration,
}

/// All tests below `folder`, sorted by name. A test without expected output is an error.
pub fn collect(folder: &Path) -> Result<Vec<Case>, String> {
    let mut paths = Vec::new();
    walk(folder, &mut paths)?;
    paths.sort();
    paths.iter().map(|path| read(folder, path)).collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            // A folder that begins with `_` holds modules that tests import.
            let name = entry.file_name();
            if !name.to_string_lossy().starts_with('_') {
                walk(&path, paths)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "py") {
            paths.push(path);
        }
    }
    Ok(())
}

fn read(folder: &Path, path: &Path) -> Result<Case, String> {
    let fail = |error: std::io::Error| format!("{}: {error}", path.display());
    let source = String::from_utf8_lossy(&fs::read(path).map_err(fail)?).into_owned();
    let expected_path = path.with_extension("out");
    let expected = fs::read_to_string(&expected_path)
        .map_err(|error| format!("{}: {error}", expected_path.display()))?;
    let relative = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    let mut case = Case {
        name: relative.display().to_string(),
        path: path.to_path_buf(),
        expected,
        arguments: Vec::new(),
        status: 0,
        skipped: Vec::new(),
        timeout: TIMEOUT,
    };
    for line in source.lines().take_while(|line| line.starts_with('#')) {
        directive(&mut case, line.trim_start_matches('#').trim())?;
    }
    Ok(case)
}

fn directive(case: &mut Case, line: &str) -> Result<(), String> {
    let Some((name, value)) = line.split_once(':') else { return Ok(()) };
    let value = value.trim();
    let number = |text: &str| {
        text.parse::<u32>().map_err(|_| format!("{}: {name}: {text:?} is no number", case.name))
    };
    match name {
        "args" => case.arguments = value.split_whitespace().map(str::to_owned).collect(),
        "status" => case.status = number(value)? as i32,
        "timeout" => case.timeout = Duration::from_secs(u64::from(number(value)?)),
        "skip" => {
            let Some((modes, _reason)) = value.split_once(':') else {
                return Err(format!("{}: a skip needs a reason", case.name));
            };
            case.skipped = modes.split(',').map(|mode| mode.trim().to_owned()).collect();
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Case {
        Case {
            name: "x".into(),
            path: PathBuf::new(),
            expected: String::new(),
            arguments: Vec::new(),
            status: 0,
            skipped: Vec::new(),
            timeout: TIMEOUT,
        }
    }

    #[test]
    fn directives_are_read() {
        let mut case = empty();
        for line in ["args: 4 1000", "status: 3", "skip: threads, stress: it forks", "any: text"] {
            directive(&mut case, line).expect(line);
        }
        assert_eq!(case.arguments, ["4", "1000"]);
        assert_eq!(case.status, 3);
        assert_eq!(case.skipped, ["threads", "stress"]);
        assert!(directive(&mut case, "skip: threads").is_err());
        assert!(directive(&mut case, "status: many").is_err());
    }

    #[test]
    fn the_language_tests_are_well_formed() {
        let cases = collect(&crate::root().join("tests/lang")).expect("tests/lang");
        assert!(!cases.is_empty());
    }
}
