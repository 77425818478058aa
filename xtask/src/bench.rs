//! `cargo xtask bench`: the programs of `bench` on several interpreters.
//!
//! Runs are interleaved (each round runs every interpreter once on every program), so that a change
//! of the machine's mood hits all of them. The figure is the minimum. Every output is checked, and every
//! sample is kept in `bench/runs`, with what two threads can win on the machine at all.

mod timed;

use crate::measure::{self, Sample};
use orochi_testkit::limit::{self, Limit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

const HELP: &str = "\
usage: cargo xtask bench [--suite NAME] [--runs N] [--peer NAME=COMMAND]... [--no-save] [PROGRAM ...]

  --suite NAME         programs: whole processes, bench/suites; this if not said
                       classic: well-known programs, warm and in two threads, bench/classic
                       sharing: what two threads win at everyday statements, bench/sharing
                       contended: objects that many threads write, bench/sharing
                       builtins: operations of the built-in types, bench/builtins
  --runs N             rounds, 5 if not said
  --peer NAME=COMMAND  an interpreter; ratios are against the first. Without any: orochi, as
                       target/release/orochi
  --no-save            do not write the samples to bench/runs
  PROGRAM              names in the suite; all if none is given
";

struct Program {
    name: String,
    path: PathBuf,
    arguments: Vec<String>,
    expected: String,
}

struct Peer {
    name: String,
    words: Vec<String>,
}

/// Where the programs come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suite {
    Programs,
    Classic,
    Sharing,
    Contended,
    Builtins,
}

impl Suite {
    const ALL: [(&str, Suite); 5] = [
        ("programs", Suite::Programs),
        ("classic", Suite::Classic),
        ("sharing", Suite::Sharing),
        ("contended", Suite::Contended),
        ("builtins", Suite::Builtins),
    ];

    fn named(name: &str) -> Result<Suite, String> {
        let found = Suite::ALL.iter().find(|(each, _)| *each == name);
        found.map(|(_, suite)| *suite).ok_or(format!("there is no suite {name}"))
    }

    fn name(self) -> &'static str {
        Suite::ALL.iter().find(|(_, suite)| *suite == self).map_or("", |(name, _)| name)
    }
}

struct Plan {
    suite: Suite,
    runs: usize,
    peers: Vec<Peer>,
    /// Names of programs, as they were given.
    chosen: Vec<String>,
    save: bool,
}

/// Samples by program, then by peer.
type Samples = BTreeMap<(usize, usize), Vec<Sample>>;

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if arguments.iter().any(|word| word == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let root = orochi_testkit::root();
    let plan = plan(&root, arguments)?;
    let limit = limit::measure(5, 100_000_000);
    println!("two threads win {:.2} times on this machine now", limit.speedup());
    let results = match plan.suite {
        Suite::Programs => whole_processes(&root, &plan)?,
        Suite::Classic | Suite::Sharing | Suite::Contended | Suite::Builtins => {
            let results = timed::run(&root, &plan)?;
            print!("{}", results.table(&plan));
            results.lines().to_vec()
        }
    };
    if plan.save {
        let path = save(&root, &plan, &limit, &results)?;
        println!("samples: {}", path.display());
    }
    Ok(())
}

/// Runs the programs of `bench/suites` and prints their table.
fn whole_processes(root: &Path, plan: &Plan) -> Result<Vec<Value>, String> {
    let programs = programs(&root.join("bench/suites"), &plan.chosen)?;
    let mut samples = Samples::new();
    for round in 0..plan.runs {
        for (p, program) in programs.iter().enumerate() {
            for (i, peer) in plan.peers.iter().enumerate() {
                let sample = one(program, peer, root)?;
                samples.entry((p, i)).or_default().push(sample);
            }
        }
        eprintln!("round {} of {}", round + 1, plan.runs);
    }
    print!("{}", table(plan, &programs, &samples));
    let result = |((p, i), samples): (&(usize, usize), &Vec<Sample>)| {
        json!({
            "program": programs[*p].name,
            "peer": plan.peers[*i].name,
            "wall": samples.iter().map(|sample| sample.wall).collect::<Vec<_>>(),
            "cpu": samples.iter().map(|sample| sample.cpu).collect::<Vec<_>>(),
            "memory": samples.iter().map(|sample| sample.memory).collect::<Vec<_>>(),
        })
    };
    Ok(samples.iter().map(result).collect())
}

fn plan(root: &Path, arguments: &[String]) -> Result<Plan, String> {
    let mut plan =
        Plan { suite: Suite::Programs, runs: 5, peers: Vec::new(), chosen: Vec::new(), save: true };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().cloned().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--runs" => plan.runs = value()?.parse().map_err(|_| "--runs needs a number")?,
            "--suite" => plan.suite = Suite::named(&value()?)?,
            "--no-save" => plan.save = false,
            "--peer" => {
                let value = value()?;
                let (name, command) = value.split_once('=').ok_or("--peer needs NAME=COMMAND")?;
                plan.peers.push(Peer {
                    name: name.into(),
                    words: command.split_whitespace().map(str::to_owned).collect(),
                });
            }
            _ if word.starts_with('-') => return Err(HELP.into()),
            _ => plan.chosen.push(word.clone()),
        }
    }
    if plan.peers.is_empty() {
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
        let words = vec![target.join("release/orochi").display().to_string()];
        plan.peers.push(Peer { name: "orochi".into(), words });
    }
    Ok(plan)
}

/// The programs, or those of them that are chosen.
fn programs(folder: &Path, chosen: &[String]) -> Result<Vec<Program>, String> {
    let cases = orochi_testkit::case::collect(folder)?;
    for name in chosen {
        if !cases.iter().any(|case| case.name == *name) {
            return Err(format!("there is no program {name} in bench/suites"));
        }
    }
    Ok(cases
        .into_iter()
        .filter(|case| chosen.is_empty() || chosen.contains(&case.name))
        .map(|case| Program {
            name: case.name,
            path: case.path,
            arguments: case.arguments,
            expected: case.expected,
        })
        .collect())
}

fn one(program: &Program, peer: &Peer, root: &Path) -> Result<Sample, String> {
    let (first, rest) = peer.words.split_first().ok_or("a peer's command is empty")?;
    let mut command = Command::new(first);
    command.args(rest).arg(&program.path).args(&program.arguments).current_dir(root);
    let (sample, output, succeeded) = measure::run(&mut command)?;
    let output = String::from_utf8_lossy(&output);
    if !succeeded || output != program.expected {
        let how = orochi_testkit::harness::difference(&program.expected, &output);
        return Err(format!("{} on {}: wrong output: {how}", program.name, peer.name));
    }
    Ok(sample)
}

fn table(plan: &Plan, programs: &[Program], samples: &Samples) -> String {
    let mut text = format!("{:24}", "seconds, minimum");
    for peer in &plan.peers {
        text.push_str(&format!("{:>22}", peer.name));
    }
    text.push('\n');
    for (p, program) in programs.iter().enumerate() {
        text.push_str(&format!("{:24}", program.name));
        let reference = best(samples, p, 0).map_or(f64::NAN, |sample| sample.wall);
        for i in 0..plan.peers.len() {
            if let Some(sample) = best(samples, p, i) {
                let ratio = sample.wall / reference;
                let memory = sample.memory as f64 / f64::from(1 << 20);
                text.push_str(&format!("{:9.4} {ratio:5.2}x {memory:4.0}M", sample.wall));
            }
        }
        text.push('\n');
    }
    text
}

/// The fastest run.
fn best(samples: &Samples, program: usize, peer: usize) -> Option<Sample> {
    samples.get(&(program, peer))?.iter().copied().min_by(|a, b| a.wall.total_cmp(&b.wall))
}

fn save(root: &Path, plan: &Plan, limit: &Limit, results: &[Value]) -> Result<PathBuf, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let folder = root.join("bench/runs").join(date(now));
    let value = json!({
        "machine": machine(),
        "time": now,
        "suite": plan.suite.name(),
        "limit": { "one": limit.one, "two": limit.two, "speedup": limit.speedup() },
    });
    // A line a result: the files are long, and are read by people as well.
    let lines: Vec<String> = results.iter().map(Value::to_string).collect();
    let text = format!("{{\"run\": {value},\n\"results\": [\n{}\n]}}\n", lines.join(",\n"));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let path = folder.join(format!("{now}.json"));
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// The processor and how many of it there are.
fn machine() -> Value {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split(": ").nth(1))
        .unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    json!({ "processor": model, "cores": cores, "system": std::env::consts::OS, "arch": std::env::consts::ARCH })
}

/// The day, as `2026-01-31`, of a number of seconds since 1970.
fn date(seconds: u64) -> String {
    // Days are counted from 1 March of year 0, so that the leap day is the last of a year.
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_767_225_599), "2025-12-31");
    }
}
