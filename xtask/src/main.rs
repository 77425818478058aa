//! Project tasks, run with `cargo xtask NAME`.

mod bench;
mod conformance;
mod fuzz;
mod measure;
mod stress;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask NAME [ARGUMENT ...]

  tidy          check what the compiler does not: layers, file lengths, module docs, SAFETY
                comments, paths in the documentation
  bench         time the programs of bench on several interpreters, interleaved
  conformance   run CPython's own tests against the lists in tests/conformance
  stress        run the thread programs for an hour, in all modes, with ever new seeds
  fuzz          compare generated cases with another interpreter: --peer COMMAND

cargo xtask NAME --help shows the options.
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let result = match name.as_str() {
        "tidy" => tidy::run(),
        "bench" => bench::run(&rest),
        "conformance" => conformance::run(&rest),
        "stress" => stress::run(&rest),
        "fuzz" => fuzz::run(&rest),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::from(if message == USAGE { 2 } else { 1 })
        }
    }
}
