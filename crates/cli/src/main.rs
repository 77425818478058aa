//! The command `orochi`: reads the command line, starts the interpreter, runs what was asked for,
//! and ends with the right code.

mod help;
mod options;
mod paths;
mod prompt;
mod run;

use core::sync::atomic::{AtomicU8, Ordering};
use options::{Options, Parsed};
use orochi_vm::{Settings, boot};

/// So that running out of memory becomes an exception.
#[global_allocator]
static ALLOCATOR: orochi_heap::ReserveAllocator = orochi_heap::ReserveAllocator;

/// Which of the descriptors 0, 1 and 2 were closed when the process began. Rust's runtime opens them
/// before `main`; a program must find them closed, so that its streams are None.
static CLOSED: AtomicU8 = AtomicU8::new(0);

extern "C" fn note_closed() {
    for fd in 0..3 {
        // SAFETY: asks about a descriptor.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            CLOSED.fetch_or(1 << fd, Ordering::Relaxed);
        }
    }
}

// SAFETY: the loader calls functions of this section once each, before `main`; this one needs
// nothing that is set up later.
#[used]
#[unsafe(link_section = ".init_array")]
static NOTE_CLOSED: extern "C" fn() = note_closed;

fn main() {
    for fd in 0..3 {
        if CLOSED.load(Ordering::Relaxed) & 1 << fd != 0 {
            // SAFETY: nothing of ours uses the descriptor yet.
            unsafe { libc::close(fd) };
        }
    }
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

/// Whether standard input is a folder.
fn stdin_is_folder() -> bool {
    // SAFETY: the descriptor is borrowed for the call and never closed.
    let stdin = unsafe { std::os::fd::BorrowedFd::borrow_raw(0) };
    let file = stdin.try_clone_to_owned().map(std::fs::File::from);
    file.and_then(|file| file.metadata()).is_ok_and(|meta| meta.is_dir())
}

fn start(options: Options) -> i32 {
    if stdin_is_folder() {
        let message = "init_sys_streams: <stdin> is a directory, cannot continue";
        eprint!("{}", help::fatal(message, "core initialized"));
        return 1;
    }
    let (cx, result) = boot(Settings {
        sys: options.config.clone(),
        unbuffered: options.unbuffered,
        gil: options.gil,
        jit: options
            .jit
            .clone()
            .map(|jit| orochi_vm::jit::Options { statistics: options.jit_stats, ..jit }),
        io_encoding: options.variable("PYTHONIOENCODING").map(|v| v.to_string_lossy().into_owned()),
        hash_seed: options.hash_seed,
        import_time: options.import_time,
        check_hash_based_pycs: options.check_hash_based_pycs,
        int_max_str_digits: options.int_max_str_digits,
    });
    if let Err(raised) = result {
        let message = if options.variable("PYTHONIOENCODING").is_some() {
            "init_stdio_encoding: failed to get the Python codec name of the stdio encoding"
        } else {
            "init_interp_main: failed to start"
        };
        eprint!("{}", help::fatal(message, "core initialized").trim_end_matches('\n'));
        eprintln!();
        orochi_vm::sys::print_exception(cx, raised.value());
        return 1;
    }
    run::run(cx, &options)
}
