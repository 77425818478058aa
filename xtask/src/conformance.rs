//! `cargo xtask conformance`: CPython's own tests against the lists in `tests/conformance`.

use orochi_testkit::conformance::{Suite, compare, list_path, read_list, retag};
use orochi_testkit::interpreter;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const HELP: &str = "\
usage: cargo xtask conformance [--retag] [--timeout SECONDS] [--jobs N] [--all] [MODULE ...]

Runs CPython's tests, which are not part of this repository: they lie beside it, or where
OROCHI_CPYTHON_TESTS says. The variable OROCHI may name the interpreter.

  --retag            write the lists anew from what passes; reasons are kept
  --timeout SECONDS  for one module, 300 if not said
  --jobs N           modules at the same time
  --all              every module there is; otherwise those that have a list
  MODULE             only these
";

struct Options {
    retag: bool,
    limit: Duration,
    jobs: usize,
    all: bool,
    modules: Vec<String>,
}

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if arguments.iter().any(|word| word == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let root = orochi_testkit::root();
    let options = parse(arguments)?;
    let suite = match Suite::find(&root) {
        Ok(suite) => suite,
        Err(reason) => {
            println!("skipped: {reason}");
            return Ok(());
        }
    };
    let surroundings = suite.surroundings(&interpreter::find(&root)?)?;
    let interpreter = &surroundings.interpreter;
    let modules: Vec<&String> = if options.modules.is_empty() {
        let listed = |module: &&String| options.all || list_path(&root, module).exists();
        suite.baseline.keys().filter(listed).collect()
    } else {
        options.modules.iter().collect()
    };

    let next = AtomicUsize::new(0);
    let totals = Mutex::new((0, 0, Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while let Some(module) = modules.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = one(&suite, interpreter, module, &options, &root);
                    let Ok(mut totals) = totals.lock() else { return };
                    match result {
                        Ok((passed, count, surprises)) => {
                            totals.0 += passed;
                            totals.1 += count;
                            totals.2.extend(surprises);
                        }
                        Err(error) => totals.2.push(error),
                    }
                }
            });
        }
    });
    let (passed, count, surprises) = totals.into_inner().map_err(|_| "a worker failed")?;
    println!("{passed} of {count} tests in {} modules pass", modules.len());
    if surprises.is_empty() { Ok(()) } else { Err(surprises.join("\n")) }
}

/// Runs one module: how many passed, of how many, and what was not as expected.
fn one(
    suite: &Suite,
    interpreter: &[String],
    module: &str,
    options: &Options,
    root: &std::path::Path,
) -> Result<(usize, usize, Vec<String>), String> {
    let baseline = suite.baseline.get(module).ok_or(format!("CPython's tests have no {module}"))?;
    let path = list_path(root, module);
    let expected = read_list(&path)?;
    let result = suite.run(interpreter, module, options.limit)?;
    let passed = baseline.intersection(&result.passed).count();
    let end = result.end.map_or(String::new(), |end| format!(" ({end:?})"));
    println!("{module}: {passed} of {}{end}", baseline.len());
    if !options.retag {
        return Ok((passed, baseline.len(), compare(baseline, &expected, &result)));
    }
    let text = retag(baseline, &expected, &result);
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((passed, baseline.len(), Vec::new()))
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        retag: false,
        limit: Duration::from_secs(300),
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        all: false,
        modules: Vec::new(),
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut number = || {
            let value = words.next().and_then(|value| value.parse::<u64>().ok());
            value.filter(|value| *value > 0).ok_or(format!("{word} needs a number"))
        };
        match word.as_str() {
            "--retag" => options.retag = true,
            "--all" => options.all = true,
            "--timeout" => options.limit = Duration::from_secs(number()?),
            "--jobs" => options.jobs = number()? as usize,
            _ if word.starts_with('-') => return Err(HELP.into()),
            _ => options.modules.push(word.clone()),
        }
    }
    Ok(options)
}
