//! The long run of the thread programs: the same files as in the tests, with more threads, in more modes, for as long as asked.

use orochi_testkit::process::{self, End};
use orochi_testkit::{interpreter, root};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const USAGE: &str = "\
usage: cargo xtask stress [--seconds N] [--threads N] [--seed N] [--seeded] [NAME ...]

Runs the programs tests/threads/hammer*.py (or those whose names contain a NAME) in all modes in turn, each time with a new
seed, until the time is over or one fails. `--seed` gives the first seed; what failed says which one it had.
The variable OROCHI names the interpreter to run.

`--seeded` tells which bugs in the protocols of containers these and some other programs find, and how fast, with N seconds at most for
a bug. It needs an interpreter with bugs: cargo build -p orochi-cli -p orochi-object --features orochi-object/seeded
";

/// What finds bugs besides the hammers.
const ALSO: &[&str] = &["list_moments", "snapshots", "promises", "keys_in_python", "changes_seen"];

/// The bugs of `crates/object/src/seeded.rs`.
const BUGS: &[&str] = &[
    "lists without lock",
    "dicts without lock",
    "sets without lock",
    "instances without lock",
    "others without lock",
    "stale answers about keys",
    "copies of lists of two moments",
    "copies of dicts of two moments",
    "versions stay",
];

/// Seconds that one program runs.
const EACH: u64 = 10;
/// What is given to a program that is slower than it should be, before it counts as stuck.
const GRACE: Duration = Duration::from_secs(300);

/// Options and variables; `{seed}` is replaced.
const MODES: &[(&[&str], &[(&str, &str)])] = &[
    (&[], &[]),
    (&["-X", "jit=0"], &[]),
    (&["-X", "jit=always"], &[]),
    (&[], &[("OROCHI_GC_STRESS", "211")]),
    (
        &[],
        &[("OROCHI_GC_STRESS", "503,5003"), ("OROCHI_GC_VERIFY", "1"), ("OROCHI_GC_POISON", "1")],
    ),
    (&[], &[("OROCHI_YIELD", "1")]),
    (&[], &[("OROCHI_PREEMPT", "{seed}")]),
    (&["-X", "jit=0"], &[("OROCHI_PREEMPT", "{seed}"), ("OROCHI_GC_STRESS", "997")]),
];

struct Options {
    seconds: u64,
    threads: u64,
    seed: u64,
    seeded: bool,
    names: Vec<String>,
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |d| d.as_secs());
    let mut options =
        Options { seconds: 3600, threads: 8, seed: now, seeded: false, names: vec![] };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let target = match word.as_str() {
            "--seconds" => &mut options.seconds,
            "--threads" => &mut options.threads,
            "--seed" => &mut options.seed,
            "--seeded" => {
                options.seeded = true;
                continue;
            }
            option if option.starts_with('-') => return Err(USAGE.into()),
            name => {
                options.names.push(name.into());
                continue;
            }
        };
        *target = words.next().and_then(|word| word.parse().ok()).ok_or(USAGE)?;
    }
    Ok(options)
}

fn programs(names: &[String]) -> Result<Vec<PathBuf>, String> {
    let folder = root().join("tests/threads");
    let files = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut found: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    found.retain(|path| {
        let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into());
        let wanted = names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
        name.starts_with("hammer") && name.ends_with(".py") && wanted
    });
    found.sort();
    if found.is_empty() { Err("no such program".into()) } else { Ok(found) }
}

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let options = parse(arguments)?;
    if options.seeded {
        return find_seeded(&options);
    }
    let programs = programs(&options.names)?;
    let interpreter = interpreter::find(&root())?;
    let (first, words) = interpreter.split_first().ok_or("no interpreter")?;
    let end = Instant::now() + Duration::from_secs(options.seconds);
    let mut seed = options.seed;
    let mut runs = 0;
    while Instant::now() < end {
        for (flags, variables) in MODES {
            for program in &programs {
                let mut command = Command::new(first);
                command.args(words).args(*flags).arg(program);
                command.args([options.threads, EACH, seed].map(|n| n.to_string()));
                for (name, value) in *variables {
                    command.env(name, value.replace("{seed}", &seed.to_string()));
                }
                let shown = format!("{variables:?} {command:?}");
                let output = process::run(&mut command, Duration::from_secs(EACH) + GRACE)
                    .map_err(|error| format!("{shown}: {error}"))?;
                if !matches!(output.end, End::Status(0)) {
                    let text = String::from_utf8_lossy(&output.stderr);
                    return Err(format!("{shown}\n{:?}\n{text}", output.end));
                }
                runs += 1;
                seed += 1;
            }
        }
        println!("{runs} runs clean; the next seed is {seed}");
    }
    Ok(())
}

fn find_seeded(options: &Options) -> Result<(), String> {
    let interpreter = interpreter::find(&root())?;
    let (first, words) = interpreter.split_first().ok_or("no interpreter")?;
    let folder = root().join("tests/threads");
    let hammers = programs(&[])?;
    let all =
        hammers.iter().cloned().chain(ALSO.iter().map(|name| folder.join(format!("{name}.py"))));
    let all: Vec<PathBuf> = all.collect();
    let mut missed = Vec::new();
    for (number, bug) in BUGS.iter().enumerate() {
        let begun = Instant::now();
        let mut seed = options.seed;
        let mut found = None;
        while found.is_none() && begun.elapsed() < Duration::from_secs(options.seconds) {
            for program in &all {
                let mut command = Command::new(first);
                command.args(words).arg(program).env("OROCHI_OBJECT_BUG", number.to_string());
                match hammers.contains(program) {
                    true => command.args([options.threads, 2, seed].map(|n| n.to_string())),
                    false => command.args(arguments_of(program)),
                };
                let output = process::run(&mut command, Duration::from_secs(60))
                    .map_err(|error| format!("{}: {error}", program.display()))?;
                if !matches!(output.end, End::Status(0)) {
                    found = program.file_stem().map(|name| name.to_string_lossy().into_owned());
                    break;
                }
            }
            seed += 1;
        }
        let seconds = begun.elapsed().as_secs();
        match found {
            Some(program) => println!("{bug}: found by {program} after {seconds} s"),
            None => missed.push(*bug),
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("not found: {}", missed.join(", "))) }
}

/// What stands after `# args:` in a program.
fn arguments_of(program: &PathBuf) -> Vec<String> {
    let text = std::fs::read_to_string(program).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("# args:"));
    line.map(|line| line.split_whitespace().map(String::from).collect()).unwrap_or_default()
}
