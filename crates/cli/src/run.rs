//! Running a command, module, file or standard input as `__main__`, and what comes after.

use crate::options::{Options, Run};
use crate::{paths, prompt};
use orochi_object::prelude::*;
use orochi_vm::{finalize, import_module, sys};
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Runs everything; gives the exit code of the process.
pub(crate) fn run(cx: &Cx, options: &Options) -> i32 {
    let mut code = match prepare(cx, options) {
        Ok(()) => outcome(cx, options, run_main),
        Err(raised) => report(cx, raised),
    };
    if wants_prompt(options) && !matches!(options.run, Run::Stdin) {
        code = outcome(cx, options, |cx, options| prompt::run(cx, options, false));
    }
    if options.jit_stats {
        eprintln!("{}", orochi_vm::jit::statistics());
    }
    if !finalize(cx) && matches!(code, Ended::Code(_)) {
        code = Ended::Code(120);
    }
    match code {
        Ended::Code(code) => code,
        Ended::Interrupted => die_of_interrupt(),
    }
}

/// How the program ended.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Ended {
    Code(i32),
    /// By an uncaught KeyboardInterrupt.
    Interrupted,
}

/// Ends the process as if by the signal, so that a shell sees why.
fn die_of_interrupt() -> i32 {
    // SAFETY: plain system calls.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
    130
}

/// `-i`; on a terminal also `PYTHONINSPECT`, be it set by the program itself.
fn wants_prompt(options: &Options) -> bool {
    // SAFETY: asks about a descriptor.
    let interactive = options.config.flags.interactive > 0 || unsafe { libc::isatty(0) } == 1;
    let inspect = || options.uses_environment() && std::env::var_os("PYTHONINSPECT").is_some();
    interactive && (options.config.flags.inspect > 0 || inspect())
}

/// `__main__`, `site`, warnings.
fn prepare(cx: &Cx, options: &Options) -> Res<()> {
    orochi_vm::make_main(cx)?;
    if !options.config.warnoptions.is_empty() {
        import_module(cx, "warnings")?;
    }
    let dev = options.config.flags.dev_mode;
    if dev || options.extension("faulthandler", "PYTHONFAULTHANDLER").is_some() {
        let module = import_module(cx, "faulthandler")?;
        ops::call_method(cx, module, name!(cx, "enable"), &[])?;
    }
    if let Some(frames) = options.extension("tracemalloc", "PYTHONTRACEMALLOC") {
        let module = import_module(cx, "tracemalloc")?;
        let frames = Value::int(frames.parse().unwrap_or(1));
        ops::call_method(cx, module, name!(cx, "start"), &[frames])?;
    }
    if options.config.flags.no_site == 0 {
        import_module(cx, "site")?;
    }
    orochi_vm::forget_library();
    Ok(())
}

/// Runs `f` and turns what it raised into an exit code, after reporting it. In a native frame of its own: what was raised knows
/// the frames it left and all they had, which shall be gone when the last finalizers run.
#[inline(never)]
fn outcome(cx: &Cx, options: &Options, f: impl FnOnce(&Cx, &Options) -> Res<i32>) -> Ended {
    match f(cx, options) {
        Ok(code) => Ended::Code(code),
        Err(raised) => report(cx, raised),
    }
}

/// Reports an uncaught exception.
pub(crate) fn report(cx: &Cx, raised: Raised) -> Ended {
    if raised.is(&exception::SYSTEM_EXIT) {
        return Ended::Code(exit_code(cx, raised));
    }
    let interrupted = raised.is(&exception::KEYBOARD_INTERRUPT);
    show(cx, raised);
    if interrupted { Ended::Interrupted } else { Ended::Code(1) }
}

/// Calls `sys.excepthook`.
pub(crate) fn show(cx: &Cx, raised: Raised) {
    let e = raised.exception();
    let traceback = e.traceback.or_none();
    for (name, value) in [
        ("last_exc", raised.value()),
        ("last_type", e.class().value()),
        ("last_value", raised.value()),
        ("last_traceback", traceback),
    ] {
        let _ = sys::set_attr(cx, name, value);
    }
    let Some(hook) = sys::attr(cx, "excepthook") else {
        sys::write_stderr(cx, "sys.excepthook is missing\n");
        return sys::print_exception(cx, raised.value());
    };
    let args = [e.class().value(), raised.value(), traceback];
    if let Err(second) = ops::call(cx, hook, &args) {
        if second.is(&exception::SYSTEM_EXIT) {
            return;
        }
        sys::write_stderr(cx, "Error in sys.excepthook:\n");
        sys::print_exception(cx, second.value());
        sys::write_stderr(cx, "\nOriginal exception was:\n");
        sys::print_exception(cx, raised.value());
    }
}

/// The exit code a SystemExit asks for; other values are printed.
fn exit_code(cx: &Cx, raised: Raised) -> i32 {
    let code = ops::getattr(cx, raised.value(), name!(cx, "code")).unwrap_or(Value::NONE);
    if code.is_none() {
        return 0;
    }
    if class_of(code).has_flag(flag::INT) {
        return ops::to_i64(cx, code).map_or(-1, |code| code as i32) & 0xff;
    }
    match ops::str(cx, code) {
        Ok(text) => sys::write_stderr_line(cx, text),
        Err(_) => sys::write_stderr(cx, "\n"),
    }
    1
}

fn run_main(cx: &Cx, options: &Options) -> Res<i32> {
    match &options.run {
        Run::Command(text) => {
            prepend_path(cx, options, OsStr::new(""))?;
            run_command(cx, text)
        }
        Run::Module(name) => {
            let here = std::env::current_dir().unwrap_or_default();
            prepend_path(cx, options, here.as_os_str())?;
            run_module(cx, sys::os_str(cx, name)?, true)
        }
        Run::File(name) => run_file(cx, options, name),
        Run::Stdin => {
            prepend_path(cx, options, OsStr::new(""))?;
            // SAFETY: asks about a descriptor.
            let terminal = unsafe { libc::isatty(0) } == 1;
            if terminal || options.config.flags.interactive > 0 {
                return prompt::run(cx, options, true);
            }
            let mut text = Vec::new();
            let read = cx.detached(|| std::io::stdin().lock().read_to_end(&mut text));
            if let Err(error) = read {
                return Err(exception::os_error(cx, error.raw_os_error().unwrap_or(0), None));
            }
            orochi_vm::set_main_file(cx, cx.new_str("<stdin>")?.value())?;
            run_text(cx, &text, "<stdin>", options.skip_first_line)
        }
    }
}

/// Puts a folder at the front of `sys.path`, unless the path is to be safe.
fn prepend_path(cx: &Cx, options: &Options, folder: &OsStr) -> Res<()> {
    if options.config.flags.safe_path {
        return Ok(());
    }
    orochi_object::shadow::SCRIPT_FOLDER.set(sys::os_str(cx, folder)?);
    insert_path(cx, folder)
}

fn insert_path(cx: &Cx, folder: &OsStr) -> Res<()> {
    let Some(path) = sys::attr(cx, "path") else { return Ok(()) };
    let folder = sys::os_str(cx, folder)?;
    ops::call_method(cx, path, name!(cx, "insert"), &[Value::int(0), folder])?;
    Ok(())
}

fn run_command(cx: &Cx, text: &OsString) -> Res<i32> {
    let Ok(text) = core::str::from_utf8(text.as_bytes()) else {
        sys::write_stderr(cx, "Unable to decode the command from the command line:\n");
        return Ok(1);
    };
    let text = dedent(text);
    let code = orochi_vm::compile_text(cx, &text, "<string>")?;
    register_source(cx, code.value(), text.as_bytes(), "<string>");
    orochi_vm::run_in_main(cx, code)?;
    Ok(0)
}

/// The text without the indentation that all its lines share.
fn dedent(text: &str) -> String {
    let blank = |line: &str| line.chars().all(|c| c == ' ' || c == '\t');
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let lines: Vec<&str> = text.split('\n').collect();
    let mut shared: Option<&str> = None;
    for line in lines.iter().filter(|line| !blank(line)) {
        let own = &line[..indent(line)];
        shared = Some(match shared {
            None => own,
            Some(shared) => {
                let same = shared.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
                &shared[..same]
            }
        });
    }
    let shared = shared.unwrap_or("");
    if shared.is_empty() {
        return text.to_string();
    }
    let cut = |line: &&str| match line.strip_prefix(shared) {
        Some(rest) if !blank(line) => rest.to_string(),
        _ => String::new(),
    };
    lines.iter().map(cut).collect::<Vec<_>>().join("\n")
}

/// Compiles and runs a source in `__main__`.
fn run_text(cx: &Cx, text: &[u8], filename: &str, skip_first_line: bool) -> Res<i32> {
    let text = match skip_first_line.then(|| text.iter().position(|byte| *byte == b'\n')) {
        // The newline stays, so that lines keep their numbers.
        Some(Some(end)) => &text[end..],
        _ => text,
    };
    let code = orochi_vm::compile_bytes(cx, text, filename)?;
    orochi_vm::run_in_main(cx, code)?;
    Ok(0)
}

/// Lets tracebacks show the lines of `-c` and of the prompt.
pub(crate) fn register_source(cx: &Cx, code: Value, text: &[u8], filename: &str) {
    let register = || -> Res<()> {
        let linecache = import_module(cx, "linecache")?;
        let text = cx.new_str(&String::from_utf8_lossy(text))?.value();
        let args = [code, text, cx.new_str(filename)?.value()];
        ops::call_method(cx, linecache, name!(cx, "_register_code"), &args)?;
        Ok(())
    };
    // Without it the traceback is plainer.
    let _ = register();
}

/// `runpy._run_module_as_main`.
fn run_module(cx: &Cx, name: Value, set_argv: bool) -> Res<i32> {
    let runpy = import_module(cx, "runpy")?;
    let function = name!(cx, "_run_module_as_main");
    ops::call_method(cx, runpy, function, &[name, Value::bool(set_argv)])?;
    Ok(0)
}

fn run_file(cx: &Cx, options: &Options, name: &OsString) -> Res<i32> {
    let here = OsString::from(".");
    let path = Path::new(if name.is_empty() { &here } else { name });
    if path.extension().is_some_and(|extension| extension == "ipynb") {
        prepend_path(cx, options, &paths::script_folder(name))?;
        return run_notebook(cx, options);
    }
    // As CPython: absolute, otherwise as it was written.
    let full = match std::env::current_dir() {
        Ok(folder) if path == Path::new(".") => folder,
        Ok(folder) => folder.join(path),
        Err(_) => path.to_path_buf(),
    };
    if path.is_dir() || is_archive(path) {
        insert_path(cx, full.as_os_str())?;
        return run_module(cx, cx.new_str("__main__")?.value(), false);
    }
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) => {
            let number = error.raw_os_error().unwrap_or(0);
            let program = options.config.orig_argv.first().cloned().unwrap_or_default();
            sys::write_stderr(
                cx,
                &format!(
                    "{}: can't open file '{}': [Errno {number}] {}\n",
                    program.to_string_lossy(),
                    full.display(),
                    exception::strerror(number)
                ),
            );
            return Ok(2);
        }
    };
    prepend_path(cx, options, &paths::script_folder(name))?;
    orochi_vm::describe_main(cx, sys::os_str(cx, full.as_os_str())?, &text)?;
    run_text(cx, &text, &full.to_string_lossy(), options.skip_first_line)
}

/// Whether the file ends as a zip archive does.
fn is_archive(path: &Path) -> bool {
    use std::io::{Seek, SeekFrom};
    let Ok(mut file) = std::fs::File::open(path) else { return false };
    let Ok(length) = file.metadata().map(|meta| if meta.is_file() { meta.len() } else { 0 }) else {
        return false;
    };
    if length < 22 {
        return false;
    }
    let tail = length.min(22 + 0xffff);
    let mut bytes = Vec::new();
    if file.seek(SeekFrom::Start(length - tail)).is_err() || file.read_to_end(&mut bytes).is_err() {
        return false;
    }
    bytes.windows(4).rposition(|window| window == b"PK\x05\x06").is_some_and(|at| {
        // The comment's length must agree with where the record lies.
        let comment = bytes.get(at + 20..at + 22);
        comment
            .is_some_and(|n| at + 22 + usize::from(u16::from_le_bytes([n[0], n[1]])) == bytes.len())
    })
}

fn run_notebook(cx: &Cx, options: &Options) -> Res<i32> {
    let module = import_module(cx, "_orochi_notebook")?;
    let args = cx.new_list(&[])?;
    for arg in &options.config.argv {
        args.push(cx, sys::os_str(cx, arg)?)?;
    }
    let status = ops::call_method(cx, module, name!(cx, "main"), &[args.value()])?;
    if status.is_none() { Ok(0) } else { ops::to_i32(cx, status) }
}
