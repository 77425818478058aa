//! The long run of the thread programs: the same files as in the tests, with more threads, in more modes, for as long as asked.

use orochi_testkit::process::{self, End};
use orochi_testkit::{interpreter, root};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const USAGE: &str = "\
usage: cargo xtask stress [--seconds N] [--threads N] [--seed N] [NAME ...]

Runs the programs tests/threads/hammer*.py (or those whose names contain a NAME) in all modes in turn, each time with a new
seed, until the time is over or one fails. `--seed` gives the first seed; what failed says which one it had.
The variable OROCHI names the interpreter to run.
";

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
    names: Vec<String>,
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |d| d.as_secs());
    let mut options = Options { seconds: 3600, threads: 8, seed: now, names: vec![] };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let target = match word.as_str() {
            "--seconds" => &mut options.seconds,
            "--threads" => &mut options.threads,
            "--seed" => &mut options.seed,
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
