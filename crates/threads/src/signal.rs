//! Signals: the C handler, and running Python handlers in the main thread.
//!
//! Rules:
//! 1. The C handler only sets atomics, writes to the wakeup descriptor, and asks the main thread to
//!    poll. In another thread it passes the signal on to the main thread and does nothing else.
//! 2. Python handlers run in the main thread, in [`run_pending`]: at polls between bytecodes, and
//!    when a wait or an interrupted system call of the main thread asks for it.

use crate::{hooks, registry};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use orochi_object::collector::Root;
use orochi_object::cx::interrupt;
use orochi_object::prelude::*;

/// One past the largest signal number.
pub const COUNT: usize = 65;

static TRIPPED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
static ANY: AtomicBool = AtomicBool::new(false);
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
static WARN_FULL: AtomicBool = AtomicBool::new(true);
static MAIN_THREAD: AtomicU64 = AtomicU64::new(0);
/// A list of `COUNT` handlers; None where Python did not install the one in force.
static HANDLERS: Root = Root::new();

/// Whether this is the main thread's context.
pub fn is_main(cx: &Cx) -> bool {
    registry::is_main(cx)
}

/// Sets the wakeup descriptor and gives the old one.
pub fn set_wakeup_fd(fd: i32, warn_full: bool) -> i32 {
    WARN_FULL.store(warn_full, Ordering::Relaxed);
    WAKEUP_FD.swap(fd, Ordering::AcqRel)
}

/// Notes that a signal arrived. Async-signal-safe.
pub fn trip(number: i32) {
    let Some(flag) = TRIPPED.get(number as usize) else { return };
    flag.store(true, Ordering::Release);
    ANY.store(true, Ordering::Release);
    if let Some(main) = registry::main_context() {
        main.interrupt(interrupt::SIGNAL);
    }
    let fd = WAKEUP_FD.load(Ordering::Acquire);
    if fd >= 0 {
        let byte = number as u8;
        // SAFETY: write is async-signal-safe. A full pipe wakes its reader anyway.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
}

extern "C" fn on_signal(number: libc::c_int) {
    // SAFETY: all calls here are async-signal-safe; errno is kept.
    unsafe {
        let errno = *libc::__errno_location();
        let main = MAIN_THREAD.load(Ordering::Acquire);
        if main != 0 && libc::pthread_self() as u64 != main {
            libc::pthread_kill(main as libc::pthread_t, number);
        } else {
            trip(number);
        }
        *libc::__errno_location() = errno;
    }
}

/// What the system does with a signal.
#[derive(Clone, Copy, PartialEq)]
pub enum Disposition {
    Default,
    Ignore,
    /// Our handler.
    Python,
    /// Somebody else's.
    Other,
}

/// Asks what happens on a signal now.
pub fn disposition(number: i32) -> Disposition {
    // SAFETY: only reads the present action.
    let handler = unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        if libc::sigaction(number, core::ptr::null(), &mut action) != 0 {
            return Disposition::Other;
        }
        action.sa_sigaction
    };
    if handler == libc::SIG_DFL {
        Disposition::Default
    } else if handler == libc::SIG_IGN {
        Disposition::Ignore
    } else if handler == on_signal as extern "C" fn(libc::c_int) as usize {
        Disposition::Python
    } else {
        Disposition::Other
    }
}

/// Changes what happens on a signal; an errno on failure.
pub fn set_disposition(number: i32, what: Disposition) -> Result<(), i32> {
    let handler = match what {
        Disposition::Default => libc::SIG_DFL,
        Disposition::Ignore => libc::SIG_IGN,
        _ => on_signal as extern "C" fn(libc::c_int) as usize,
    };
    // SAFETY: a valid action; interrupted calls are not restarted, so that they see the handler.
    let failed = unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = handler;
        action.sa_flags = libc::SA_ONSTACK;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(number, &action, core::ptr::null_mut()) != 0
    };
    if failed {
        return Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0));
    }
    Ok(())
}

/// The list of handlers.
pub fn handlers(cx: &Cx) -> Res<Ref<PyList>> {
    if let Some(list) = HANDLERS.get().and_then(Value::downcast) {
        return Ok(list);
    }
    let mut row = [Value::NONE; COUNT];
    for (number, slot) in row.iter_mut().enumerate().skip(1) {
        *slot = match disposition(number as i32) {
            Disposition::Default => Value::int(0),
            Disposition::Ignore => Value::int(1),
            _ => Value::NONE,
        };
    }
    let list = cx.new_list(&row)?;
    HANDLERS.set(list.value());
    Ok(list)
}

/// Sets signals up as CPython does at its start: SIGPIPE and SIGXFSZ are ignored, SIGINT raises
/// KeyboardInterrupt. SIGSEGV and SIGBUS end the process: Rust's handlers, which look for stack overflows that our
/// own checks exclude, would let one through that was sent and not caused. `default_int_handler` is the function of `_signal`.
pub fn init(cx: &Cx, default_int_handler: Value) -> Res<()> {
    // SAFETY: asks for the calling thread's own id.
    MAIN_THREAD.store(unsafe { libc::pthread_self() } as u64, Ordering::Release);
    for number in [libc::SIGPIPE, libc::SIGXFSZ] {
        let _ = set_disposition(number, Disposition::Ignore);
    }
    for number in [libc::SIGSEGV, libc::SIGBUS] {
        if disposition(number) == Disposition::Other {
            let _ = set_disposition(number, Disposition::Default);
        }
    }
    let list = handlers(cx)?;
    if disposition(libc::SIGINT) == Disposition::Default {
        let _ = set_disposition(libc::SIGINT, Disposition::Python);
        list.set(cx, libc::SIGINT as usize, default_int_handler);
    }
    Ok(())
}

/// In a forked child: nothing is pending, and the calling thread is the main one.
pub(crate) fn after_fork_child() {
    // SAFETY: asks for the calling thread's own id.
    MAIN_THREAD.store(unsafe { libc::pthread_self() } as u64, Ordering::Release);
    ANY.store(false, Ordering::Release);
    TRIPPED.iter().for_each(|flag| flag.store(false, Ordering::Release));
}

/// Whether a signal waits for its handler.
pub fn pending() -> bool {
    ANY.load(Ordering::Acquire)
}

/// Runs the handlers of the signals that arrived; in the main thread, elsewhere it does nothing.
///
/// # Errors
/// What a handler raises; the remaining signals stay pending.
pub fn run_pending(cx: &Cx) -> Res<()> {
    if !is_main(cx) {
        return Ok(());
    }
    cx.interrupts.fetch_and(!interrupt::SIGNAL, Ordering::AcqRel);
    if !ANY.swap(false, Ordering::AcqRel) {
        return Ok(());
    }
    let list = handlers(cx)?;
    for number in 1..COUNT {
        if !TRIPPED[number].swap(false, Ordering::AcqRel) {
            continue;
        }
        let handler = list.get(number).unwrap_or(Value::NONE);
        if class_of(handler).slots.call().is_none() {
            continue;
        }
        let frame = hooks::HOOKS.get().map_or(Value::NONE, |hooks| (hooks.current_frame)(cx));
        if let Err(raised) = ops::call(cx, handler, &[Value::int(number as i64), frame]) {
            if TRIPPED.iter().any(|flag| flag.load(Ordering::Acquire)) {
                ANY.store(true, Ordering::Release);
                cx.interrupt(interrupt::SIGNAL);
            }
            return Err(raised);
        }
    }
    Ok(())
}

/// Repeats a system call that a signal interrupts, as PEP 475 asks: `call` gives -1 and sets errno
/// on failure. It runs detached.
///
/// # Errors
/// `Ok(Err(errno))` if the call failed; `Err` if a signal handler raised.
pub fn retry(cx: &Cx, mut call: impl FnMut() -> i64) -> Res<Result<i64, i32>> {
    loop {
        let result = cx.detached(|| match call() {
            -1 => Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0)),
            n => Ok(n),
        });
        match result {
            Err(libc::EINTR) => run_pending(cx)?,
            other => return Ok(other),
        }
    }
}
