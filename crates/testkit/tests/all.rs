//! Every test that is data: the language tests in all modes, and the thread programs.

use orochi_testkit::case::{self, Case};
use orochi_testkit::harness::{self, Check, Options};
use orochi_testkit::modes::{self, Mode};
use orochi_testkit::process::{self, End};
use orochi_testkit::{interpreter, root};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, String> {
    let root = root();
    let options = Options::from_env();
    let interpreter = match interpreter::find(&root) {
        Ok(words) => words,
        Err(reason) if !root.join("crates/cli").exists() => {
            println!("language tests are skipped: {reason}");
            return Ok(harness::run(&[], &options));
        }
        Err(reason) => return Err(reason),
    };
    let read = |name: &str| {
        let path = root.join(name);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let modes = modes::parse(&read("tests/modes.txt")?)?;
    let known = known_failures(&read("tests/known-failures.txt")?);

    let mut checks = Vec::new();
    for case in case::collect(&root.join("tests/lang"))? {
        for mode in &modes {
            if !case.skipped.contains(&mode.name) {
                checks.push(check("lang", &case, mode, &interpreter, &root, &known));
            }
        }
    }
    // The thread programs start their own threads; once each is enough.
    for case in case::collect(&root.join("tests/threads"))? {
        for mode in modes.iter().filter(|mode| mode.threads == 1) {
            if !case.skipped.contains(&mode.name) {
                checks.push(check("threads", &case, mode, &interpreter, &root, &known));
            }
        }
    }
    Ok(harness::run(&checks, &options))
}

/// Names of checks that are known to fail; one that passes must leave the list.
fn known_failures(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.split('#').next())
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

fn check<'a>(
    group: &str,
    case: &Case,
    mode: &Mode,
    interpreter: &'a [String],
    root: &'a Path,
    known: &BTreeSet<String>,
) -> Check<'a> {
    let name = format!("{group}/{}[{}]", case.name, mode.name);
    let known = known.contains(&name);
    let (case, mode) = (case.clone(), mode.clone());
    let work = move || match (examine(&case, &mode, interpreter, root), known) {
        (Ok(()), true) => Err("it passes now: remove it from tests/known-failures.txt".into()),
        (Err(_), true) => Ok(()),
        (result, false) => result,
    };
    Check { name, work: Box::new(work) }
}

fn examine(case: &Case, mode: &Mode, interpreter: &[String], root: &Path) -> Result<(), String> {
    let mut command = mode.command(interpreter, case, root);
    let outcome = process::run(&mut command, case.timeout)
        .map_err(|error| format!("{command:?}: {error}"))?;
    let stdout = String::from_utf8_lossy(&outcome.stdout);
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    let mut wrong = Vec::new();
    match outcome.end {
        End::Status(status) if status == case.status => {}
        End::Status(status) => {
            wrong.push(format!("exit status {status}, expected {}", case.status))
        }
        End::Signal(signal) => wrong.push(format!("killed by signal {signal}")),
        End::TimedOut => wrong.push(format!("still running after {:?}", case.timeout)),
    }
    if stdout != case.expected {
        wrong.push(harness::difference(&case.expected, &stdout));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let tail: Vec<&str> = stderr.lines().rev().take(20).collect();
    if !tail.is_empty() {
        wrong.push("standard error ends with:".into());
        wrong.extend(tail.iter().rev().map(|line| format!("  {line}")));
    }
    wrong.push(format!("command: {command:?}"));
    Err(wrong.join("\n"))
}
