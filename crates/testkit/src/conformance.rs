//! CPython's own tests, untouched, against lists of expectations.
//!
//! `tests/conformance/MODULE.txt` lists what does not pass, one test a line: `ID STATE reason`, where
//! STATE is `fail`, `slow` or `flaky`. What is not listed passes. A listed `fail` that passes is a
//! failure too, so that the lists stay true; `flaky` may do either. The line `* STATE reason` is for
//! a module that cannot be run as a whole. Tests of `cpython-internals.txt` count for nothing.
//!
//! What is around the tests counts, and is as it is for CPython: stand-ins for the extension modules of its tests are on the
//! path, and the interpreter belongs to a virtual environment that has the package `test`, for child processes that are
//! isolated.

use crate::process::{self, End};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What is expected of a test that is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// `fail`, `slow` or `flaky`.
    pub state: String,
    /// Why.
    pub reason: String,
}

/// The expectations of one module, by test.
pub type Expectations = BTreeMap<String, Expectation>;

/// CPython's tests on this machine.
pub struct Suite {
    /// The folder that holds the package `test`.
    pub folder: PathBuf,
    /// By module, the tests that CPython passes, and others could.
    pub baseline: BTreeMap<String, BTreeSet<String>>,
    /// `PYTHONPATH`: the stand-ins and the folder.
    path: OsString,
}

/// A virtual environment for the interpreter; it goes with the value.
pub struct Surroundings {
    home: PathBuf,
    /// The interpreter in there, with its arguments.
    pub interpreter: Vec<String>,
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        // Only a folder for temporary files would be left.
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// What a module did.
#[derive(Default, Debug)]
pub struct ModuleResult {
    /// Tests that passed.
    pub passed: BTreeSet<String>,
    /// How the process ended, if not as it should.
    pub end: Option<End>,
    /// The end of its output.
    pub tail: String,
}

impl Suite {
    /// Finds the tests: where `OROCHI_CPYTHON_TESTS` says, or beside the workspace. They are not
    /// part of it.
    pub fn find(root: &Path) -> Result<Suite, String> {
        let named = std::env::var_os("OROCHI_CPYTHON_TESTS").map(PathBuf::from);
        let beside = root.parent().map(|parent| parent.join("shared/cpython-3.14-tests"));
        let folder = named
            .into_iter()
            .chain(beside)
            .find(|folder| folder.join("test").is_dir())
            .ok_or("CPython's tests are not on this machine (set OROCHI_CPYTHON_TESTS)")?;
        let path = folder.join("baseline.json");
        let text = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let value: Value = serde_json::from_slice(&text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let internals = fs::read_to_string(root.join("tests/conformance/cpython-internals.txt"));
        let internals = internals.unwrap_or_default();
        let internals: BTreeSet<&str> = internals.lines().collect();
        let mut baseline = BTreeMap::new();
        for (module, tests) in value.as_object().into_iter().flatten() {
            let tests = tests.as_array().into_iter().flatten();
            let tests = tests.filter_map(Value::as_str).filter(|test| !internals.contains(test));
            let tests = tests.map(str::to_owned).collect();
            baseline.insert(module.clone(), tests);
        }
        let parts = [root.join("tests/support/cpython"), folder.clone()];
        let path = std::env::join_paths(parts).map_err(|error| error.to_string())?;
        Ok(Suite { folder, baseline, path })
    }

    /// Makes a virtual environment of `interpreter` that has the package `test`.
    pub fn surroundings(&self, interpreter: &[String]) -> Result<Surroundings, String> {
        let (program, arguments) =
            interpreter.split_first().ok_or("the interpreter's command is empty")?;
        let home =
            std::env::temp_dir().join(format!("orochi-conformance-venv-{}", std::process::id()));
        let mut made = Surroundings { home: home.clone(), interpreter: Vec::new() };
        let mut command = Command::new(program);
        command.args(arguments).args(["-m", "venv", "--without-pip"]).arg(&home);
        let outcome = process::run(&mut command, Duration::from_secs(120))
            .map_err(|error| error.to_string())?;
        if outcome.end != End::Status(0) {
            return Err(format!("no virtual environment: {:?}", outcome.end));
        }
        let told = |error: std::io::Error| format!("{}: {error}", home.display());
        for library in fs::read_dir(home.join("lib")).map_err(told)? {
            let packages = library.map_err(told)?.path().join("site-packages");
            std::os::unix::fs::symlink(self.folder.join("test"), packages.join("test"))
                .map_err(told)?;
        }
        made.interpreter.push(home.join("bin/python").display().to_string());
        made.interpreter.extend(arguments.iter().cloned());
        Ok(made)
    }

    /// Runs one module in an empty folder.
    pub fn run(
        &self,
        interpreter: &[String],
        module: &str,
        limit: Duration,
    ) -> Result<ModuleResult, String> {
        let scratch = std::env::temp_dir()
            .join(format!("orochi-conformance-{}-{module}", std::process::id()));
        fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
        let (program, first) =
            interpreter.split_first().ok_or("the interpreter's command is empty")?;
        let mut command = Command::new(program);
        command
            .args(first)
            .args(["-m", "unittest", "-v", &format!("test.{module}")])
            .current_dir(&scratch)
            .env("PYTHONPATH", &self.path)
            .env("PYTHONUNBUFFERED", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("LC_ALL", "C.UTF-8");
        let outcome = process::run(&mut command, limit).map_err(|error| format!("{error}"));
        // What a test leaves behind is no matter of ours.
        let _ = fs::remove_dir_all(&scratch);
        let outcome = outcome?;
        let mut output = String::from_utf8_lossy(&outcome.stderr).into_owned();
        output.push_str(&String::from_utf8_lossy(&outcome.stdout));
        let end = match outcome.end {
            End::Status(0 | 1 | 5) => None,
            end => Some(end),
        };
        let tail: Vec<&str> = output.lines().rev().take(15).collect();
        let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
        Ok(ModuleResult { passed: passed_tests(&output), end, tail })
    }
}

/// The tests that a verbose run of `unittest` reports as passed.
///
/// A report is `method (package.module.Class.method) ... ok`; the verdict may come on a later line,
/// after a docstring or after what the test printed.
fn passed_tests(output: &str) -> BTreeSet<String> {
    let mut passed = BTreeSet::new();
    let mut current: Option<String> = None;
    for line in output.lines() {
        if let Some(id) = test_id(line) {
            current = Some(id);
        }
        let Some(verdict) = verdict(line) else { continue };
        if (line.contains("...") || verdict.len() == line.len())
            && let Some(id) = current.take()
            && verdict == "ok"
        {
            passed.insert(id);
        }
    }
    passed
}

fn test_id(line: &str) -> Option<String> {
    let (method, rest) = line.split_once(" (")?;
    // Some tests print how long they took, and the next report follows in the same line.
    let method = match method.split_once("s ") {
        Some((seconds, method)) if seconds.parse::<f64>().is_ok() => method,
        _ => method,
    };
    if method.is_empty() || method.contains(char::is_whitespace) {
        return None;
    }
    let place = rest.split([')', ' ']).next()?;
    if place.is_empty() {
        return None;
    }
    if place.ends_with(&format!(".{method}")) {
        return Some(place.to_owned());
    }
    Some(format!("{place}.{method}"))
}

fn verdict(line: &str) -> Option<&str> {
    for word in ["ok", "FAIL", "ERROR", "expected failure", "unexpected success"] {
        if line.ends_with(word) {
            return Some(&line[line.len() - word.len()..]);
        }
    }
    line.find("skipped ").map(|at| &line[at..])
}

/// Where a module's expectations are.
pub fn list_path(root: &Path, module: &str) -> PathBuf {
    root.join("tests/conformance").join(format!("{module}.txt"))
}

/// Reads a module's expectations; none if there is no list.
pub fn read_list(path: &Path) -> Result<Expectations, String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    let mut expectations = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.splitn(3, ' ');
        let (Some(id), Some(state)) = (words.next(), words.next()) else {
            return Err(format!("{}: {line:?} has no state", path.display()));
        };
        if !["fail", "slow", "flaky"].contains(&state) {
            return Err(format!("{}: {state:?} is no state", path.display()));
        }
        let reason = words.next().unwrap_or("").to_owned();
        expectations.insert(id.to_owned(), Expectation { state: state.to_owned(), reason });
    }
    Ok(expectations)
}

/// Compares a result with what is expected; one line for each surprise.
pub fn compare(
    baseline: &BTreeSet<String>,
    expected: &Expectations,
    result: &ModuleResult,
) -> Vec<String> {
    let whole = expected.get("*");
    let mut surprises = Vec::new();
    for test in baseline {
        let state = expected.get(test).or(whole).map(|expectation| expectation.state.as_str());
        match (result.passed.contains(test), state) {
            (true, Some("fail")) => surprises.push(format!("{test} passes now")),
            (false, None) => surprises.push(format!("{test} does not pass")),
            _ => {}
        }
    }
    surprises
}

/// The list that fits a result. Reasons and states other than `fail` are kept.
pub fn retag(
    baseline: &BTreeSet<String>,
    expected: &Expectations,
    result: &ModuleResult,
) -> String {
    let mut text = String::new();
    for test in baseline {
        let old = expected.get(test);
        let keep = old.is_some_and(|old| old.state != "fail");
        if result.passed.contains(test) && !keep {
            continue;
        }
        let state = old.map_or("fail", |old| old.state.as_str());
        let reason = old.map_or("", |old| old.reason.as_str());
        let line = format!("{test} {state} {reason}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
test_a (test.test_x.T.test_a) ... ok
test_b (test.test_x.T.test_b)
Its docstring. ... ok
test_c (test.test_x.T.test_c) ... FAIL
test_d (test.test_x.T) ... printed
ok
test_e (test.test_x.T.test_e) ... skipped 'no'
0.08s test_f (test.test_x.T.test_f) ... 1.20s ok
";

    #[test]
    fn verdicts_are_read() {
        let passed = passed_tests(OUTPUT);
        let passed: Vec<&str> = passed.iter().map(String::as_str).collect();
        assert_eq!(
            passed,
            [
                "test.test_x.T.test_a",
                "test.test_x.T.test_b",
                "test.test_x.T.test_d",
                "test.test_x.T.test_f"
            ]
        );
    }

    #[test]
    fn surprises_go_both_ways() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let baseline: BTreeSet<String> = set(&["a", "b", "c"]);
        let result = ModuleResult { passed: set(&["a", "b"]), ..ModuleResult::default() };
        let fail = Expectation { state: "fail".into(), reason: "why".into() };
        let expected = BTreeMap::from([("b".to_owned(), fail)]);
        assert_eq!(compare(&baseline, &expected, &result), ["b passes now", "c does not pass"]);
        assert_eq!(retag(&baseline, &expected, &result), "c fail\n");
    }
}
