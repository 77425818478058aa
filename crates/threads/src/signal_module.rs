//! The module `_signal`.

use crate::signal::{self, COUNT, Disposition};
use crate::time::nanoseconds;
use core::time::Duration;
use orochi_base::sync::Deadline;
use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::structseq;
use orochi_object::typedef::Const;

static SIGINFO_CELL: TypeCell = TypeCell::new();
static SIGINFO_ROWS: [orochi_object::descr::GetSetDef; 7] = structseq::rows([
    "si_signo",
    "si_code",
    "si_errno",
    "si_pid",
    "si_uid",
    "si_status",
    "si_band",
]);
static SIGINFO: TypeDef = structseq::definition::<7, 7>(
    "signal.struct_siginfo",
    &SIGINFO_CELL,
    &SIGINFO_ROWS,
    "struct_siginfo: Result from sigwaitinfo or sigtimedwait.",
);

static ITIMER_ERROR_CELL: TypeCell = TypeCell::new();
static ITIMER_ERROR: TypeDef = TypeDef {
    name: "signal.ItimerError",
    cell: &ITIMER_ERROR_CELL,
    base: Some(&exception::OS_ERROR),
    layout: orochi_object::layout::EXCEPTION,
    size: size_of::<exception::PyException>(),
    dict: true,
    flags: flag::BASETYPE | flag::EXCEPTION,
    ..TypeDef::DEFAULT
};

static DEFAULT_INT_HANDLER: NativeDef =
    function("default_int_handler", "(signalnum, frame, /)", default_int_handler)
        .doc("The default handler for SIGINT installed by Python: raises KeyboardInterrupt.");

fn default_int_handler(cx: &Cx, _: Args) -> Res {
    Err(cx.error_args(exception::KEYBOARD_INTERRUPT.get(), &[]))
}

static HANDLER_ROOT: orochi_object::collector::Root = orochi_object::collector::Root::new();

/// The one function object `default_int_handler`.
pub fn default_int_handler_object(cx: &Cx) -> Res {
    if let Some(function) = HANDLER_ROOT.get() {
        return Ok(function);
    }
    let native = cx.new_native(&DEFAULT_INT_HANDLER, None)?;
    native.module.init(name!(cx, "_signal").value());
    Ok(HANDLER_ROOT.set_first(native.value()))
}

fn number(cx: &Cx, v: Value) -> Res<i32> {
    let n = ops::to_i32(cx, v)?;
    if n < 1 || n >= COUNT as i32 {
        return raise!(cx, VALUE_ERROR, "signal number out of range");
    }
    Ok(n)
}

fn os_error(cx: &Cx) -> Raised {
    exception::last_os_error(cx, None)
}

fn set_signal(cx: &Cx, args: Args) -> Res {
    let handler = args.get(1);
    let n = ops::to_i32(cx, args.get(0))?;
    if !signal::is_main(cx) {
        return raise!(cx, VALUE_ERROR, "signal only works in main thread of the main interpreter");
    }
    let n = number(cx, Value::int(n as i64))?;
    let what = if is_number(cx, handler, 0)? {
        Disposition::Default
    } else if is_number(cx, handler, 1)? {
        Disposition::Ignore
    } else if class_of(handler).slots.call().is_some() {
        Disposition::Python
    } else {
        return raise!(
            cx,
            TYPE_ERROR,
            "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
        );
    };
    signal::run_pending(cx)?;
    let list = signal::handlers(cx)?;
    if let Err(errno) = signal::set_disposition(n, what) {
        return Err(exception::os_error(cx, errno, None));
    }
    let old = list.get(n as usize).unwrap_or(Value::NONE);
    let stored = match what {
        Disposition::Default => Value::int(0),
        Disposition::Ignore => Value::int(1),
        _ => handler,
    };
    list.set(cx, n as usize, stored);
    Ok(old)
}

/// Whether a handler is the int `n` (perhaps as a member of an enumeration).
fn is_number(cx: &Cx, v: Value, n: i64) -> Res<bool> {
    if class_of(v).slots.call().is_some() && !v.is_int() {
        return Ok(false);
    }
    ops::eq(cx, v, Value::int(n))
}

fn get_signal(cx: &Cx, args: Args) -> Res {
    let n = number(cx, args.get(0))?;
    Ok(signal::handlers(cx)?.get(n as usize).unwrap_or(Value::NONE))
}

fn raise_signal(cx: &Cx, args: Args) -> Res {
    let n = ops::to_i32(cx, args.get(0))?;
    // SAFETY: sends a signal to the calling thread.
    if unsafe { libc::raise(n) } != 0 {
        return Err(os_error(cx));
    }
    signal::run_pending(cx)?;
    Ok(Value::NONE)
}

fn pthread_kill(cx: &Cx, args: Args) -> Res {
    let thread = ops::index(cx, args.get(0))?.as_i64().unwrap_or(0) as u64;
    let n = ops::to_i32(cx, args.get(1))?;
    let known =
        crate::registry::with_all(|all| all.iter().any(|other| other.ident.get() == thread));
    let errno = if known {
        // SAFETY: the thread was alive a moment ago; the id of an ended thread gives ESRCH at worst.
        unsafe { libc::pthread_kill(thread as libc::pthread_t, n) }
    } else {
        libc::ESRCH
    };
    if errno != 0 {
        return Err(exception::os_error(cx, errno, None));
    }
    signal::run_pending(cx)?;
    Ok(Value::NONE)
}

fn set_wakeup_fd(cx: &Cx, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    let warn = match args.opt(1) {
        None => true,
        Some(warn) => ops::truth(cx, warn)?,
    };
    if !signal::is_main(cx) {
        return raise!(
            cx,
            VALUE_ERROR,
            "set_wakeup_fd only works in main thread of the main interpreter"
        );
    }
    if fd != -1 {
        // SAFETY: asks for the flags of a descriptor.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        if flags < 0 {
            return Err(os_error(cx));
        }
        if flags & libc::O_NONBLOCK == 0 {
            return raise!(cx, VALUE_ERROR, "the fd {fd} must be in non-blocking mode");
        }
    }
    Ok(Value::int(signal::set_wakeup_fd(fd, warn) as i64))
}

fn siginterrupt(cx: &Cx, args: Args) -> Res {
    let n = number(cx, args.get(0))?;
    let interrupts = ops::to_i32(cx, args.get(1))? != 0;
    // SAFETY: reads an action and writes it back with another flag.
    let failed = unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        libc::sigaction(n, core::ptr::null(), &mut action);
        if interrupts {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        libc::sigaction(n, &action, core::ptr::null_mut()) != 0
    };
    if failed {
        return Err(os_error(cx));
    }
    Ok(Value::NONE)
}

fn alarm(cx: &Cx, args: Args) -> Res {
    let seconds = ops::to_i32(cx, args.get(0))?;
    // SAFETY: sets a timer.
    Ok(Value::int(unsafe { libc::alarm(seconds as u32) } as i64))
}

fn pause(cx: &Cx, _: Args) -> Res {
    // SAFETY: waits for a signal.
    cx.detached(|| unsafe { libc::pause() });
    signal::run_pending(cx)?;
    Ok(Value::NONE)
}

fn timeval(cx: &Cx, v: Value) -> Res<libc::timeval> {
    let micros = nanoseconds(cx, v)?.div_euclid(1000);
    Ok(libc::timeval {
        tv_sec: micros.div_euclid(1_000_000),
        tv_usec: micros.rem_euclid(1_000_000),
    })
}

fn itimer_tuple(cx: &Cx, value: &libc::itimerval) -> Res {
    let seconds = |t: libc::timeval| cx.new_float(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    Ok(cx.new_tuple(&[seconds(value.it_value)?, seconds(value.it_interval)?])?.value())
}

fn itimer_error(cx: &Cx) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    match cx.new_str(&exception::strerror(errno)) {
        Ok(text) => {
            cx.error_args(ITIMER_ERROR_CELL.get(), &[Value::int(errno as i64), text.value()])
        }
        Err(raised) => raised,
    }
}

fn setitimer(cx: &Cx, args: Args) -> Res {
    let which = ops::to_i32(cx, args.get(0))?;
    let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let it_interval = match args.opt(2) {
        None => zero,
        Some(interval) => timeval(cx, interval)?,
    };
    let new = libc::itimerval { it_interval, it_value: timeval(cx, args.get(1))? };
    let mut old = libc::itimerval { it_interval: zero, it_value: zero };
    // SAFETY: both structs are valid.
    if unsafe { libc::setitimer(which as _, &new, &mut old) } != 0 {
        return Err(itimer_error(cx));
    }
    itimer_tuple(cx, &old)
}

fn getitimer(cx: &Cx, args: Args) -> Res {
    let which = ops::to_i32(cx, args.get(0))?;
    let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let mut now = libc::itimerval { it_interval: zero, it_value: zero };
    // SAFETY: the struct is valid.
    if unsafe { libc::getitimer(which as _, &mut now) } != 0 {
        return Err(itimer_error(cx));
    }
    itimer_tuple(cx, &now)
}

/// A set of signals from an iterable of numbers.
fn sigset(cx: &Cx, v: Value) -> Res<libc::sigset_t> {
    // SAFETY: initialised right away.
    let mut set: libc::sigset_t = unsafe { core::mem::zeroed() };
    // SAFETY: a valid set.
    unsafe { libc::sigemptyset(&mut set) };
    ops::for_each(cx, v, &mut |item| {
        let n = ops::to_i64(cx, item)?;
        if n < 1 || n >= COUNT as i64 {
            return raise!(cx, VALUE_ERROR, "signal number {n} out of range [1; {}]", COUNT - 1);
        }
        // SAFETY: a valid set and number.
        unsafe { libc::sigaddset(&mut set, n as i32) };
        Ok(true)
    })?;
    Ok(set)
}

/// The signals of a set, as a Python set.
fn numbers(cx: &Cx, set: &libc::sigset_t) -> Res {
    let list = cx.new_list(&[])?;
    for n in 1..COUNT as i32 {
        // SAFETY: a valid set and number.
        if unsafe { libc::sigismember(set, n) } == 1 {
            list.push(cx, Value::int(n as i64))?;
        }
    }
    ops::call(cx, types::SET.get().value(), &[list.value()])
}

fn pthread_sigmask(cx: &Cx, args: Args) -> Res {
    let how = ops::to_i32(cx, args.get(0))?;
    let set = sigset(cx, args.get(1))?;
    // SAFETY: overwritten by the call.
    let mut old: libc::sigset_t = unsafe { core::mem::zeroed() };
    // SAFETY: both sets are valid.
    let errno = unsafe { libc::pthread_sigmask(how, &set, &mut old) };
    if errno != 0 {
        return Err(exception::os_error(cx, errno, None));
    }
    signal::run_pending(cx)?;
    numbers(cx, &old)
}

fn sigpending(cx: &Cx, _: Args) -> Res {
    // SAFETY: overwritten by the call.
    let mut set: libc::sigset_t = unsafe { core::mem::zeroed() };
    // SAFETY: a valid set.
    if unsafe { libc::sigpending(&mut set) } != 0 {
        return Err(os_error(cx));
    }
    numbers(cx, &set)
}

fn sigwait(cx: &Cx, args: Args) -> Res {
    let set = sigset(cx, args.get(0))?;
    let mut n = 0;
    // SAFETY: a valid set.
    let errno = cx.detached(|| unsafe { libc::sigwait(&set, &mut n) });
    if errno != 0 {
        return Err(exception::os_error(cx, errno, None));
    }
    Ok(Value::int(n as i64))
}

fn siginfo(cx: &Cx, info: &libc::siginfo_t) -> Res {
    // SAFETY: all members of the union are plain numbers.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    let row = [
        Value::int(info.si_signo as i64),
        Value::int(info.si_code as i64),
        Value::int(info.si_errno as i64),
        Value::int(pid as i64),
        Value::int(uid as i64),
        Value::int(status as i64),
        Value::int(0),
    ];
    structseq::make(cx, &SIGINFO_CELL, &row)
}

fn sigwaitinfo(cx: &Cx, args: Args) -> Res {
    let set = sigset(cx, args.get(0))?;
    // SAFETY: overwritten by the call.
    let mut info: libc::siginfo_t = unsafe { core::mem::zeroed() };
    // SAFETY: valid structs.
    let result = signal::retry(cx, || unsafe { libc::sigwaitinfo(&set, &mut info) } as i64)?;
    match result {
        Ok(_) => siginfo(cx, &info),
        Err(errno) => Err(exception::os_error(cx, errno, None)),
    }
}

fn sigtimedwait(cx: &Cx, args: Args) -> Res {
    let set = sigset(cx, args.get(0))?;
    let nanos = nanoseconds(cx, args.get(1))?;
    if nanos < 0 {
        return raise!(cx, VALUE_ERROR, "timeout must be non-negative");
    }
    let deadline = Deadline::after(Duration::from_nanos(nanos as u64));
    // SAFETY: overwritten by the call.
    let mut info: libc::siginfo_t = unsafe { core::mem::zeroed() };
    let result = signal::retry(cx, || {
        let left = deadline.remaining();
        let left = libc::timespec {
            tv_sec: left.as_secs() as libc::time_t,
            tv_nsec: left.subsec_nanos() as libc::c_long,
        };
        // SAFETY: valid structs.
        unsafe { libc::sigtimedwait(&set, &mut info, &left) as i64 }
    })?;
    match result {
        Ok(_) => siginfo(cx, &info),
        Err(libc::EAGAIN) => Ok(Value::NONE),
        Err(errno) => Err(exception::os_error(cx, errno, None)),
    }
}

fn strsignal(cx: &Cx, args: Args) -> Res {
    let n = number(cx, args.get(0))?;
    // SAFETY: the text is static or per thread, and copied at once.
    let text = unsafe {
        let text = libc::strsignal(n);
        if text.is_null() {
            return Ok(Value::NONE);
        }
        core::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    if text.starts_with("Unknown signal") {
        return Ok(Value::NONE);
    }
    Ok(cx.new_str(&text)?.value())
}

fn valid_signals(cx: &Cx, _: Args) -> Res {
    // SAFETY: initialised right away.
    let mut set: libc::sigset_t = unsafe { core::mem::zeroed() };
    // SAFETY: a valid set.
    unsafe { libc::sigfillset(&mut set) };
    numbers(cx, &set)
}

fn pidfd_send_signal(cx: &Cx, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    let n = ops::to_i32(cx, args.get(1))?;
    if args.non_none(2).is_some() {
        return raise!(cx, TYPE_ERROR, "siginfo must be None");
    }
    let flags = args.opt(3).map_or(Ok(0), |flags| ops::to_i32(cx, flags))?;
    let none = core::ptr::null::<libc::siginfo_t>();
    // SAFETY: no pointers but null.
    if unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, n, none, flags) } < 0 {
        return Err(os_error(cx));
    }
    signal::run_pending(cx)?;
    Ok(Value::NONE)
}

const SIGNALS: &[(&str, i32)] = &[
    ("SIGABRT", libc::SIGABRT),
    ("SIGALRM", libc::SIGALRM),
    ("SIGBUS", libc::SIGBUS),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCONT", libc::SIGCONT),
    ("SIGFPE", libc::SIGFPE),
    ("SIGHUP", libc::SIGHUP),
    ("SIGILL", libc::SIGILL),
    ("SIGINT", libc::SIGINT),
    ("SIGIO", libc::SIGIO),
    ("SIGIOT", libc::SIGABRT),
    ("SIGKILL", libc::SIGKILL),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGPOLL", libc::SIGIO),
    ("SIGPROF", libc::SIGPROF),
    ("SIGPWR", libc::SIGPWR),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGSYS", libc::SIGSYS),
    ("SIGTERM", libc::SIGTERM),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
    ("SIG_SETMASK", libc::SIG_SETMASK),
];

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    for (name, n) in SIGNALS {
        dict.set_str(cx, intern::intern_text(cx, name)?, Value::int(*n as i64))?;
    }
    for (name, n) in [("SIGRTMIN", libc::SIGRTMIN()), ("SIGRTMAX", libc::SIGRTMAX())] {
        dict.set_str(cx, intern::intern_text(cx, name)?, Value::int(n as i64))?;
    }
    dict.set_str(cx, name!(cx, "default_int_handler"), default_int_handler_object(cx)?)
}

/// The module `_signal`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_signal",
    doc: Some("Signals of the operating system."),
    functions: &[
        function("signal", "(signalnum, handler, /)", set_signal),
        function("getsignal", "(signalnum, /)", get_signal),
        function("raise_signal", "(signalnum, /)", raise_signal),
        function("pthread_kill", "(thread_id, signalnum, /)", pthread_kill),
        function("set_wakeup_fd", "(fd, /, *, warn_on_full_buffer=True)", set_wakeup_fd),
        function("siginterrupt", "(signalnum, flag, /)", siginterrupt),
        function("alarm", "(seconds, /)", alarm),
        function("pause", "()", pause),
        function("setitimer", "(which, seconds, interval=0.0, /)", setitimer),
        function("getitimer", "(which, /)", getitimer),
        function("pthread_sigmask", "(how, mask, /)", pthread_sigmask),
        function("sigpending", "()", sigpending),
        function("sigwait", "(sigset, /)", sigwait),
        function("sigwaitinfo", "(sigset, /)", sigwaitinfo),
        function("sigtimedwait", "(sigset, timeout, /)", sigtimedwait),
        function("strsignal", "(signalnum, /)", strsignal),
        function("valid_signals", "()", valid_signals),
        function(
            "pidfd_send_signal",
            "(pidfd, signalnum, siginfo=None, flags=0, /)",
            pidfd_send_signal,
        ),
    ],
    constants: &[
        ("NSIG", Const::Int(COUNT as i64)),
        ("SIG_DFL", Const::Int(0)),
        ("SIG_IGN", Const::Int(1)),
        ("ITIMER_REAL", Const::Int(0)),
        ("ITIMER_VIRTUAL", Const::Int(1)),
        ("ITIMER_PROF", Const::Int(2)),
    ],
    types: &[&SIGINFO, &ITIMER_ERROR],
    init: Some(init),
};
