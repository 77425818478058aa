//! The command `orochi`: reads the command line, starts the interpreter, runs what was asked for,
//! and ends with the right code.

mod help;
mod options;
mod paths;
mod prompt;
mod run;

use options::{Options, Parsed};
use orochi_vm::{Settings, boot};

fn main() {
    let code = match options::parse(std::env::args_os().collect()) {
        Parsed::Print(text, 0) => {
            print!("{text}");
            0
        }
        Parsed::Print(text, code) => {
            eprint!("{text}");
            code
        }
        Parsed::Go(options) => start(*options),
    };
    std::process::exit(code)
}

fn start(options: Options) -> i32 {
    let (cx, result) = boot(Settings {
        sys: options.config.clone(),
        unbuffered: options.unbuffered,
        gil: options.gil,
        io_encoding: options.variable("PYTHONIOENCODING").map(|v| v.to_string_lossy().into_owned()),
        hash_seed: options.hash_seed,
        check_hash_based_pycs: options.check_hash_based_pycs,
        int_max_str_digits: options.int_max_str_digits,
    });
    if let Err(raised) = result {
        eprintln!("Fatal Python error: init_interp_main: failed to start");
        orochi_vm::sys::print_exception(cx, raised.value());
        return 1;
    }
    run::run(cx, &options)
}
