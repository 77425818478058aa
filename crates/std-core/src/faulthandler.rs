//! The module `faulthandler`: messages for fatal signals, and the Python stack on demand.
//!
//! A fatal signal says which it was and ends the process; stacks are shown only where Python code
//! can be asked for them, that is not in a signal handler.

use crate::sys;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use core::time::Duration;
use orochi_object::prelude::*;

static ENABLED: AtomicBool = AtomicBool::new(false);
static FD: AtomicI32 = AtomicI32::new(2);
/// Bumped by each watchdog and each cancellation; a watchdog whose number is old does nothing.
static WATCH: AtomicU64 = AtomicU64::new(0);

const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

fn put(fd: i32, text: &str) {
    // SAFETY: write is async-signal-safe; the text is valid memory.
    unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
}

extern "C" fn on_fatal(number: libc::c_int) {
    let name = FATAL.iter().find(|(n, _)| *n == number).map_or("fault", |(_, name)| *name);
    let fd = FD.load(Ordering::Relaxed);
    put(fd, "Fatal Python error: ");
    put(fd, name);
    put(fd, "\n\n");
    // SAFETY: restores the default action and raises the signal again.
    unsafe {
        libc::signal(number, libc::SIG_DFL);
        libc::raise(number);
    }
}

/// The descriptor of the `file` argument.
fn descriptor(cx: &Cx, file: Option<Value>) -> Res<i32> {
    let file = match file.and_then(Value::non_none).or_else(|| sys::attr(cx, "stderr")) {
        Some(file) if !file.is_none() => file,
        _ => return raise!(cx, RUNTIME_ERROR, "unable to get sys.stderr"),
    };
    if file.is_int() {
        let fd = ops::to_i32(cx, file)?;
        if fd < 0 {
            return raise!(cx, VALUE_ERROR, "file is not a valid file descriptor");
        }
        return Ok(fd);
    }
    let fd = ops::call_method(cx, file, name!(cx, "fileno"), &[])?;
    let Some(fd) = fd.as_i64().and_then(|fd| i32::try_from(fd).ok()).filter(|fd| *fd >= 0) else {
        return raise!(cx, RUNTIME_ERROR, "file.fileno() is not a valid file descriptor");
    };
    let _ = ops::call_method(cx, file, name!(cx, "flush"), &[]);
    Ok(fd)
}

fn enable(cx: &Cx, args: Args) -> Res {
    FD.store(descriptor(cx, args.opt(0))?, Ordering::Relaxed);
    ENABLED.store(true, Ordering::Release);
    for (number, _) in FATAL {
        // SAFETY: installs a handler that does only async-signal-safe things.
        unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            action.sa_sigaction = on_fatal as extern "C" fn(libc::c_int) as usize;
            action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigaction(number, &action, core::ptr::null_mut());
        }
    }
    Ok(Value::NONE)
}

fn disable(_: &Cx, _: Args) -> Res {
    let was = ENABLED.swap(false, Ordering::AcqRel);
    if was {
        for (number, _) in FATAL {
            // SAFETY: restores the default action.
            unsafe { libc::signal(number, libc::SIG_DFL) };
        }
    }
    Ok(Value::bool(was))
}

fn is_enabled(_: &Cx, _: Args) -> Res {
    Ok(Value::bool(ENABLED.load(Ordering::Acquire)))
}

/// The calling thread's Python stack, innermost frame first.
fn stack_text(cx: &Cx) -> Res<String> {
    let mut text = String::new();
    let Some(hooks) = sys::HOOKS.get() else { return Ok(text) };
    let mut frame = (hooks.frame)(cx, 0)?;
    for _ in 0..100 {
        let Some(at) = frame else { return Ok(text) };
        let code = ops::getattr(cx, at, name!(cx, "f_code"))?;
        let file = ops::getattr(cx, code, name!(cx, "co_filename"))?;
        let name = ops::getattr(cx, code, name!(cx, "co_name"))?;
        let line = ops::getattr(cx, at, name!(cx, "f_lineno"))?;
        text += &format!(
            "  File \"{}\", line {} in {}\n",
            ops::str(cx, file)?.to_string_lossy(),
            ops::str(cx, line)?.to_string_lossy(),
            ops::str(cx, name)?.to_string_lossy()
        );
        frame = ops::getattr(cx, at, name!(cx, "f_back"))?.non_none();
    }
    text += "  ...\n";
    Ok(text)
}

fn dump_traceback(cx: &Cx, args: Args) -> Res {
    let fd = descriptor(cx, args.opt(0))?;
    let all = args.opt(1).map_or(Ok(true), |all| ops::truth(cx, all))?;
    let stack = stack_text(cx)?;
    if all {
        put(fd, &format!("Current thread {:#018x} (most recent call first):\n", cx.ident.get()));
    } else {
        put(fd, "Stack (most recent call first):\n");
    }
    put(fd, &stack);
    Ok(Value::NONE)
}

fn dump_later(cx: &Cx, args: Args) -> Res {
    let seconds = ops::to_f64(cx, args.get(0))?;
    let repeat = args.opt(1).map_or(Ok(false), |v| ops::truth(cx, v))?;
    let fd = descriptor(cx, args.opt(2))?;
    let exit = args.opt(3).map_or(Ok(false), |v| ops::truth(cx, v))?;
    let Ok(span) = Duration::try_from_secs_f64(seconds) else {
        return raise!(cx, VALUE_ERROR, "timeout must be greater than 0");
    };
    if span.is_zero() {
        return raise!(cx, VALUE_ERROR, "timeout must be greater than 0");
    }
    let mine = WATCH.fetch_add(1, Ordering::AcqRel) + 1;
    let whole = span.as_secs();
    let message = format!("Timeout ({}:{:02}:{:02})!\n", whole / 3600, whole / 60 % 60, whole % 60);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(span);
            if WATCH.load(Ordering::Acquire) != mine {
                return;
            }
            put(fd, &message);
            if exit {
                // SAFETY: ends the process at once, as asked.
                unsafe { libc::_exit(1) };
            }
            if !repeat {
                return;
            }
        }
    });
    Ok(Value::NONE)
}

fn cancel_later(_: &Cx, _: Args) -> Res {
    WATCH.fetch_add(1, Ordering::AcqRel);
    Ok(Value::NONE)
}

fn register(cx: &Cx, _: Args) -> Res {
    raise!(cx, NOT_IMPLEMENTED_ERROR, "faulthandler.register() is not supported")
}
fn unregister(_: &Cx, _: Args) -> Res {
    Ok(Value::FALSE)
}

macro_rules! raisers {
    ($($name:ident $signal:ident)*) => {
        $(fn $name(_: &Cx, _: Args) -> Res {
            // SAFETY: raises a signal in the calling thread, as the test helper is meant to.
            unsafe { libc::raise(libc::$signal) };
            Ok(Value::NONE)
        })*
    };
}
raisers! { sigsegv SIGSEGV sigabrt SIGABRT sigfpe SIGFPE }

/// The module `faulthandler`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "faulthandler",
    doc: Some("Dump the Python traceback on faults and on demand."),
    functions: &[
        function("enable", "(file=None, all_threads=True, c_stack=True)", enable),
        function("disable", "()", disable),
        function("is_enabled", "()", is_enabled),
        function("dump_traceback", "(file=None, all_threads=True)", dump_traceback),
        function("dump_c_stack", "(file=None)", |_, _| Ok(Value::NONE)),
        function(
            "dump_traceback_later",
            "(timeout, repeat=False, file=None, exit=False)",
            dump_later,
        ),
        function("cancel_dump_traceback_later", "()", cancel_later),
        function("register", "(signum, file=None, all_threads=True, chain=False)", register),
        function("unregister", "(signum, /)", unregister),
        function("_sigsegv", "(release_gil=False, /)", sigsegv),
        function("_sigabrt", "()", sigabrt),
        function("_sigfpe", "()", sigfpe),
        function("_read_null", "()", sigsegv),
    ],
    ..ModuleDef::DEFAULT
};
