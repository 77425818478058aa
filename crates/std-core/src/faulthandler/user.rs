//! `faulthandler.register`: the Python stack on a signal of one's choice.
//!
//! What is to be done on a signal lies in atomics, which the handler reads. Registering and unregistering are under a lock.

use super::{FATAL, descriptor, own_stack};
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use orochi_base::sync::Lock;
use orochi_object::prelude::*;

const COUNT: usize = 65;

/// What is done on one signal.
struct Registered {
    /// Where the stack is written; negative: nothing is registered.
    fd: AtomicI32,
    all: AtomicBool,
    chain: AtomicBool,
}

static REGISTERED: [Registered; COUNT] = [const {
    Registered {
        fd: AtomicI32::new(-1),
        all: AtomicBool::new(false),
        chain: AtomicBool::new(false),
    }
}; COUNT];

/// The actions that were in force before.
struct Before([Option<libc::sigaction>; COUNT]);
// SAFETY: an action is numbers and the address of a function.
unsafe impl Send for Before {}
static BEFORE: Lock<Before> = Lock::new(Before([None; COUNT]));

/// Their handlers, for ours.
static PREVIOUS: [AtomicUsize; COUNT] = [const { AtomicUsize::new(0) }; COUNT];

extern "C" fn on_signal(number: libc::c_int) {
    let Some(registered) = usize::try_from(number).ok().and_then(|n| REGISTERED.get(n)) else {
        return;
    };
    let fd = registered.fd.load(Ordering::Acquire);
    if fd < 0 {
        return;
    }
    // SAFETY: errno is the thread's own.
    let errno = unsafe { *libc::__errno_location() };
    own_stack(fd, registered.all.load(Ordering::Relaxed));
    if registered.chain.load(Ordering::Relaxed) {
        chain(number);
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
}

/// Lets the action that was in force before have the signal. `register` wrote it before the handler was installed, and
/// it is not written again while this one is.
fn chain(number: libc::c_int) {
    let Some(before) = PREVIOUS.get(number as usize) else { return };
    let previous = before.load(Ordering::Acquire);
    if previous == libc::SIG_IGN {
        return;
    }
    if previous == libc::SIG_DFL {
        // SAFETY: the default action takes this signal, once it is let through, and ours comes back if that returns.
        unsafe {
            let mut set: libc::sigset_t = core::mem::zeroed();
            libc::sigemptyset(&mut set);
            libc::sigaddset(&mut set, number);
            libc::signal(number, libc::SIG_DFL);
            libc::raise(number);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &set, core::ptr::null_mut());
            install(number, true);
        }
        return;
    }
    // SAFETY: the address of a handler that was in force.
    let handler: extern "C" fn(libc::c_int) = unsafe { core::mem::transmute(previous) };
    handler(number);
}

/// Puts the handler in force; gives what was. With `chained` a signal may come within the handler.
fn install(number: libc::c_int, chained: bool) -> Option<libc::sigaction> {
    // SAFETY: a valid action, whose handler does only async-signal-safe things.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        let mut before: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = on_signal as extern "C" fn(libc::c_int) as usize;
        action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
        if chained {
            action.sa_flags |= libc::SA_NODEFER;
        }
        libc::sigemptyset(&mut action.sa_mask);
        (libc::sigaction(number, &action, &mut before) == 0).then_some(before)
    }
}

fn signal_number(cx: &Cx, v: Value) -> Res<i32> {
    let number = ops::to_i32(cx, v)?;
    if FATAL.iter().any(|(fatal, _)| *fatal == number) {
        let text = format!("signal {number} cannot be registered, use enable() instead");
        return raise!(cx, RUNTIME_ERROR, "{text}");
    }
    if !(1..COUNT as i32).contains(&number) {
        return raise!(cx, VALUE_ERROR, "signal number out of range");
    }
    Ok(number)
}

pub(super) fn register(cx: &Cx, args: Args) -> Res {
    let number = signal_number(cx, args.get(0))?;
    let fd = descriptor(cx, args.opt(1))?;
    let all = args.opt(2).map_or(Ok(true), |v| ops::truth(cx, v))?;
    let chain = args.opt(3).map_or(Ok(false), |v| ops::truth(cx, v))?;
    let n = number as usize;
    let mut before = BEFORE.lock();
    let registered = &REGISTERED[n];
    registered.all.store(all, Ordering::Relaxed);
    registered.chain.store(chain, Ordering::Relaxed);
    registered.fd.store(fd, Ordering::Release);
    let Some(replaced) = install(number, chain) else {
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        registered.fd.store(-1, Ordering::Release);
        drop(before);
        return Err(exception::os_error(cx, errno, None));
    };
    if before.0[n].is_none() {
        PREVIOUS[n].store(replaced.sa_sigaction, Ordering::Release);
        before.0[n] = Some(replaced);
    }
    Ok(Value::NONE)
}

pub(super) fn unregister(cx: &Cx, args: Args) -> Res {
    let number = signal_number(cx, args.get(0))?;
    let mut before = BEFORE.lock();
    let Some(action) = before.0[number as usize].take() else { return Ok(Value::FALSE) };
    // SAFETY: the action that was in force before.
    unsafe { libc::sigaction(number, &action, core::ptr::null_mut()) };
    REGISTERED[number as usize].fd.store(-1, Ordering::Release);
    Ok(Value::TRUE)
}
