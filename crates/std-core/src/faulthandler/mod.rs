//! The module `faulthandler`: Python stacks on fatal signals, on signals of one's choice, after a time, and on demand.
//!
//! What is not asked for by the thread itself is written without a Python object. A signal handler writes the stack of the
//! thread that got the signal only: others run on, and cannot be stopped from there. Otherwise the world is stopped and
//! the stacks of all threads are written.

mod user;

use crate::sys;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use core::time::Duration;
use orochi_object::prelude::*;
use orochi_threads::registry;
use std::sync::mpsc;

static ENABLED: AtomicBool = AtomicBool::new(false);
static FD: AtomicI32 = AtomicI32::new(2);
/// Whether `enable` asked for all threads.
static ALL: AtomicBool = AtomicBool::new(true);
/// Bumped by each watchdog and each cancellation; a watchdog whose number is old does nothing.
static WATCH: AtomicU64 = AtomicU64::new(0);

/// How long a watchdog that is to end the process waits for threads that cannot be stopped.
const PATIENCE: Duration = Duration::from_secs(2);
/// Threads that are shown.
const MOST_THREADS: usize = 100;

const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];

fn put(fd: i32, text: &str) {
    write(fd, text.as_bytes());
}

fn write(fd: i32, text: &[u8]) {
    // SAFETY: write is async-signal-safe; the text is valid memory.
    unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
}

/// The stack of the calling thread, in a signal handler.
fn own_stack(fd: i32, all: bool) {
    if all {
        put(fd, "<Cannot show all threads while the GIL is disabled>\n");
    }
    put(fd, "Stack (most recent call first):\n");
    match (sys::HOOKS.get(), Cx::current()) {
        (Some(hooks), Some(cx)) => (hooks.dump_stack_in_handler)(cx, &mut |piece| write(fd, piece)),
        _ => put(fd, "  <no Python frame>\n"),
    }
}

extern "C" fn on_fatal(number: libc::c_int) {
    let name = FATAL.iter().find(|(n, _)| *n == number).map_or("fault", |(_, name)| *name);
    let fd = FD.load(Ordering::Relaxed);
    // The first one only: a fault in here ends the process.
    // SAFETY: restores the default action.
    unsafe { libc::signal(number, libc::SIG_DFL) };
    put(fd, "Fatal Python error: ");
    put(fd, name);
    put(fd, "\n\n");
    own_stack(fd, ALL.load(Ordering::Relaxed));
    // SAFETY: raises the signal again.
    unsafe { libc::raise(number) };
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
    ALL.store(args.opt(1).map_or(Ok(true), |all| ops::truth(cx, all))?, Ordering::Relaxed);
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

/// The stacks of all threads; without the calling one unless it is `shown`. A stop of the world goes on meanwhile.
fn all_stacks(own: &Cx, shown: bool, fd: i32) {
    let Some(hooks) = sys::HOOKS.get() else { return };
    own.mutator.stop_the_world(|_| {
        registry::with_all(|all| {
            // The youngest comes first.
            let told = all.iter().rev().filter(|cx| shown || !core::ptr::eq(own, **cx));
            for (n, cx) in told.enumerate() {
                if n != 0 {
                    put(fd, "\n");
                }
                if n == MOST_THREADS {
                    return put(fd, "...\n");
                }
                let mine = core::ptr::eq(own, *cx);
                head(fd, cx.ident.get(), if mine { "Current thread" } else { "Thread" });
                (hooks.dump_stack)(cx, &mut |piece| write(fd, piece));
            }
        });
    });
}

fn head(fd: i32, ident: u64, what: &str) {
    let mut name = [0u8; 32];
    let room = name.len();
    // SAFETY: a thread of the registry, which is locked, and a buffer of that length.
    let failed =
        unsafe { libc::pthread_getname_np(ident as _, name.as_mut_ptr().cast(), room) } != 0;
    let end = name.iter().position(|b| *b == 0).unwrap_or(0);
    let mut text = format!("{what} {ident:#018x}");
    if !failed && end != 0 {
        text += &format!(" [{}]", String::from_utf8_lossy(&name[..end]));
    }
    put(fd, &(text + " (most recent call first):\n"));
}

fn dump_traceback(cx: &Cx, args: Args) -> Res {
    let fd = descriptor(cx, args.opt(0))?;
    if args.opt(1).map_or(Ok(true), |all| ops::truth(cx, all))? {
        all_stacks(cx, true, fd);
        return Ok(Value::NONE);
    }
    put(fd, "Stack (most recent call first):\n");
    if let Some(hooks) = sys::HOOKS.get() {
        (hooks.dump_stack)(cx, &mut |piece| write(fd, piece));
    }
    Ok(Value::NONE)
}

/// Nobody here can tell the native stack.
fn dump_c_stack(cx: &Cx, args: Args) -> Res {
    let fd = descriptor(cx, args.opt(0))?;
    put(fd, "Current thread's C stack trace (most recent call first):\n");
    put(fd, "  <cannot get C stack on this system>\n");
    Ok(Value::NONE)
}

/// Writes the stacks from a thread of its own, which joins the heap for that. Says when it is done.
fn stacks_from_outside(fd: i32) -> mpsc::Receiver<()> {
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || {
        // The collector takes every thread of the heap for one with a context.
        let cx = registry::new_context();
        // SAFETY: boxed, so it stays where it is until it is detached below.
        unsafe { registry::attach_thread(&cx) };
        all_stacks(&cx, false, fd);
        registry::detach_thread(&cx);
        let _ = done.send(());
    });
    wait
}

fn dump_later(cx: &Cx, args: Args) -> Res {
    let seconds = ops::to_f64(cx, args.get(0))?;
    let repeat = args.opt(1).map_or(Ok(false), |v| ops::truth(cx, v))?;
    let fd = descriptor(cx, args.opt(2))?;
    let exit = args.opt(3).map_or(Ok(false), |v| ops::truth(cx, v))?;
    let micros = (seconds * 1e6).ceil();
    if micros.is_nan() || micros <= 0.0 {
        return raise!(cx, VALUE_ERROR, "timeout must be greater than 0");
    }
    if micros >= i64::MAX as f64 {
        return raise!(cx, OVERFLOW_ERROR, "timeout value is too large");
    }
    let span = Duration::from_micros(micros as u64);
    let mine = WATCH.fetch_add(1, Ordering::AcqRel) + 1;
    let whole = span.as_secs();
    let mut message = format!("Timeout ({}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    if span.subsec_micros() != 0 {
        message += &format!(".{:06}", span.subsec_micros());
    }
    message += ")!\n";
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(span);
            if WATCH.load(Ordering::Acquire) != mine {
                return;
            }
            put(fd, &message);
            let done = stacks_from_outside(fd);
            if exit {
                let _ = done.recv_timeout(PATIENCE);
                // SAFETY: ends the process at once, as asked.
                unsafe { libc::_exit(1) };
            }
            let _ = done.recv();
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
        function("dump_c_stack", "(file=None)", dump_c_stack),
        function(
            "dump_traceback_later",
            "(timeout, repeat=False, file=None, exit=False)",
            dump_later,
        ),
        function("cancel_dump_traceback_later", "()", cancel_later),
        function("register", "(signum, file=None, all_threads=True, chain=False)", user::register),
        function("unregister", "(signum, /)", user::unregister),
        function("_sigsegv", "(release_gil=False, /)", sigsegv),
        function("_sigabrt", "()", sigabrt),
        function("_sigfpe", "()", sigfpe),
        function("_read_null", "()", sigsegv),
    ],
    ..ModuleDef::DEFAULT
};
