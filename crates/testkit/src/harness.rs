//! Runs many checks on all processors and reports like Rust's own test harness, so that
//! `cargo test` reads the same for tests that are data.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// One check.
pub struct Check<'a> {
    /// What the report calls it.
    pub name: String,
    /// Does it; the error is what to show.
    pub work: Box<dyn Fn() -> Result<(), String> + Send + Sync + 'a>,
}

/// What the command line asks for: the part of `cargo test -- ...` that makes sense here.
#[derive(Default)]
pub struct Options {
    filters: Vec<String>,
    skips: Vec<String>,
    exact: bool,
    list: bool,
    ignored: bool,
    threads: Option<usize>,
}

impl Options {
    /// Reads the process's arguments; options it does not know are for other harnesses.
    pub fn from_env() -> Options {
        let mut options = Options::default();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--exact" => options.exact = true,
                "--list" => options.list = true,
                "--ignored" => options.ignored = true,
                "--skip" => options.skips.extend(words.next()),
                "--test-threads" => {
                    options.threads = words.next().and_then(|count| count.parse().ok());
                }
                "--format" | "--logfile" | "--color" | "--report-time" => {
                    words.next();
                }
                _ if word.starts_with('-') => {}
                _ => options.filters.push(word),
            }
        }
        options
    }

    fn wants(&self, name: &str) -> bool {
        let matches = |filter: &String| {
            if self.exact { name == filter } else { name.contains(filter.as_str()) }
        };
        !self.ignored
            && (self.filters.is_empty() || self.filters.iter().any(matches))
            && !self.skips.iter().any(matches)
    }
}

/// Runs the checks that the options ask for; tells whether all passed.
pub fn run(checks: &[Check<'_>], options: &Options) -> bool {
    let chosen: Vec<&Check<'_>> =
        checks.iter().filter(|check| options.wants(&check.name)).collect();
    if options.list {
        for check in &chosen {
            println!("{}: test", check.name);
        }
        return true;
    }
    println!("\nrunning {} tests", chosen.len());
    let start = Instant::now();
    let failures = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let workers = options
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            scope.spawn(|| {
                while let Some(check) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = (check.work)();
                    let verdict = if result.is_ok() { "ok" } else { "FAILED" };
                    println!("test {} ... {verdict}", check.name);
                    if let Err(error) = result
                        && let Ok(mut failures) = failures.lock()
                    {
                        failures.push((check.name.clone(), error));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_default();
    failures.sort();
    report(&failures);
    let verdict = if failures.is_empty() { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {} passed; {} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
        chosen.len() - failures.len(),
        failures.len(),
        checks.len() - chosen.len(),
        start.elapsed().as_secs_f64()
    );
    failures.is_empty()
}

fn report(failures: &[(String, String)]) {
    if failures.is_empty() {
        return;
    }
    println!("\nfailures:\n");
    for (name, error) in failures {
        println!("---- {name} ----\n{error}\n");
    }
    println!("failures:");
    for (name, _) in failures {
        println!("    {name}");
    }
}

/// A short account of how two texts differ: the first lines that do.
pub fn difference(expected: &str, actual: &str) -> String {
    let (mut left, mut right) = (expected.lines(), actual.lines());
    let mut number = 1;
    loop {
        match (left.next(), right.next()) {
            (None, None) => return "the ends of the last lines differ".into(),
            (a, b) if a == b => number += 1,
            (a, b) => {
                let show = |line: Option<&str>| {
                    line.map_or("(end)".to_owned(), |line| format!("{line:?}"))
                };
                return format!("line {number}: expected {}\n{:>15} {}", show(a), "got", show(b));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_the_line() {
        assert!(difference("a\nb\n", "a\nc\n").starts_with("line 2: expected \"b\""));
        assert!(difference("a\n", "a\nb\n").contains("(end)"));
        assert!(difference("a\n", "a").contains("ends"));
    }

    #[test]
    fn filters_choose() {
        let options = Options { filters: vec!["lang".into()], ..Options::default() };
        assert!(options.wants("lang/x") && !options.wants("threads/x"));
    }
}
