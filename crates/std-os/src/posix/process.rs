//! Processes: fork, exec, waiting, signals sent, identities.

use super::*;
use orochi_object::{collector, host, structseq};
use std::ffi::CString;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    outside("fork", "()", fork),
    outside("forkpty", "()", forkpty),
    function(
        "register_at_fork",
        "(*, before=None, after_in_child=None, after_in_parent=None)",
        register_at_fork,
    ),
    function("execv", "(path, argv, /)", execv),
    function("execve", "(path, argv, env)", execve),
    function("_exit", "(status)", exit),
    function("abort", "()", |_, _| std::process::abort()),
    function("system", "(command)", system),
    function("kill", "(pid, signal, /)", kill),
    function("killpg", "(pgid, signal, /)", killpg),
    function("wait", "()", wait),
    function("wait3", "(options)", wait3),
    function("wait4", "(pid, options)", wait4),
    function("waitpid", "(pid, options, /)", waitpid),
    function("waitid", "(idtype, id, options, /)", waitid),
    function("waitstatus_to_exitcode", "(status)", waitstatus_to_exitcode),
    function("WCOREDUMP", "(status, /)", |cx, args| status_bool(cx, args, |s| libc::WCOREDUMP(s))),
    function("WIFCONTINUED", "(status)", |cx, args| {
        status_bool(cx, args, |s| libc::WIFCONTINUED(s))
    }),
    function("WIFEXITED", "(status)", |cx, args| status_bool(cx, args, |s| libc::WIFEXITED(s))),
    function("WIFSIGNALED", "(status)", |cx, args| status_bool(cx, args, |s| libc::WIFSIGNALED(s))),
    function("WIFSTOPPED", "(status)", |cx, args| status_bool(cx, args, |s| libc::WIFSTOPPED(s))),
    function("WEXITSTATUS", "(status)", |cx, args| status_int(cx, args, |s| libc::WEXITSTATUS(s))),
    function("WTERMSIG", "(status)", |cx, args| status_int(cx, args, |s| libc::WTERMSIG(s))),
    function("WSTOPSIG", "(status)", |cx, args| status_int(cx, args, |s| libc::WSTOPSIG(s))),
    function("pidfd_open", "(pid, flags=0)", pidfd_open),
    function("times", "()", times),
    function("nice", "(increment, /)", nice),
];

static WAITID_RESULT: TypeCell = TypeCell::new();
static WAITID_ROWS: [GetSetDef; 5] =
    structseq::rows(["si_pid", "si_uid", "si_signo", "si_status", "si_code"]);
pub(super) static WAITID_TYPE: TypeDef = structseq::definition::<5, 5>(
    "posix.waitid_result",
    &WAITID_RESULT,
    &WAITID_ROWS,
    "waitid_result: Result from waitid.",
);

static TIMES_RESULT: TypeCell = TypeCell::new();
static TIMES_ROWS: [GetSetDef; 5] =
    structseq::rows(["user", "system", "children_user", "children_system", "elapsed"]);
pub(super) static TIMES_TYPE: TypeDef = structseq::definition::<5, 5>(
    "posix.times_result",
    &TIMES_RESULT,
    &TIMES_ROWS,
    "times_result: Result from os.times().",
);

/// The functions that `register_at_fork` keeps: three lists in a tuple.
static AT_FORK: collector::Root = collector::Root::new();

fn at_fork(cx: &Cx) -> Res<Ref<PyTuple>> {
    if let Some(lists) = AT_FORK.get().and_then(Value::downcast::<PyTuple>) {
        return Ok(lists);
    }
    let (a, b, c) = (cx.new_list(&[])?, cx.new_list(&[])?, cx.new_list(&[])?);
    let lists = cx.new_tuple(&[a.value(), b.value(), c.value()])?;
    AT_FORK.set(lists.value());
    Ok(lists)
}

fn register_at_fork(cx: &Cx, args: Args) -> Res {
    let names = ["before", "after_in_child", "after_in_parent"];
    let mut any = false;
    for (i, name) in names.into_iter().enumerate() {
        let Some(f) = args.non_none(i) else { continue };
        if class_of(f).slots.call().is_none() {
            let class = class_of(f).display_name();
            return raise!(cx, TYPE_ERROR, "'{name}' must be callable, not {class}");
        }
        any = true;
    }
    if !any {
        return raise!(cx, TYPE_ERROR, "At least one argument is required.");
    }
    let lists = at_fork(cx)?;
    for i in 0..3 {
        let list = lists.values()[i].downcast::<PyList>();
        if let (Some(f), Some(list)) = (args.non_none(i), list) {
            list.push(cx, f)?;
        }
    }
    Ok(Value::NONE)
}

/// Runs the functions registered for a moment; what they raise is reported and ignored.
pub(crate) fn run_at_fork(cx: &Cx, moment: usize, reversed: bool) -> Res<()> {
    let Some(list) = at_fork(cx)?.values()[moment].downcast::<PyList>() else { return Ok(()) };
    let all = list.snapshot(cx)?;
    let n = all.len();
    for i in 0..n {
        let f = all.values()[if reversed { n - 1 - i } else { i }];
        if let Err(raised) = ops::call(cx, f, &[]) {
            report(cx, raised)?;
        }
    }
    Ok(())
}

/// Hands an exception that nobody can catch to `sys.excepthook`.
fn report(cx: &Cx, raised: orochi_object::error::Raised) -> Res<()> {
    let hook = cx.import_from("sys", "excepthook")?;
    let e = raised.exception();
    let args = [e.class().value(), e.value(), e.traceback.or_none()];
    ops::call(cx, hook, &args).map(drop)
}

/// Forks with the heap's protocol; `start` is the system call. Python's functions have run before.
pub(crate) fn fork_with(cx: &Cx, start: impl FnOnce() -> libc::pid_t) -> Result<libc::pid_t, i32> {
    cx.flush_writers();
    cx.mutator.before_fork();
    let mut code = 0;
    let pid = host::held_for_fork(|| {
        let pid = start();
        code = errno();
        pid
    });
    if pid == 0 {
        cx.mutator.after_fork_child();
        host::run_after_fork_child(cx);
        return Ok(0);
    }
    cx.mutator.after_fork_parent();
    if pid < 0 { Err(code) } else { Ok(pid) }
}

/// Warns that other threads may hold locks in the child.
pub(crate) fn warn_of_threads(cx: &Cx, function: &str) -> Res<()> {
    if host::THREAD_COUNT.get().is_none_or(|count| count() <= 1) {
        return Ok(());
    }
    let message = format!(
        "This process (pid={}) is multi-threaded, use of {function}() may lead to deadlocks in the child.",
        std::process::id()
    );
    cx.warn(&exception::DEPRECATION_WARNING, &message, 1)
}

fn fork_python(cx: &Cx, function: &str, start: impl FnOnce() -> libc::pid_t) -> Res<libc::pid_t> {
    // Garbage is finalized here, once, not in either process.
    cx.collect_garbage();
    run_at_fork(cx, 0, true)?;
    // No other thread is in the middle of an import: the child would never see its end.
    call_imp(cx, "acquire_lock")?;
    let loses_main = host::IS_MAIN.get().is_some_and(|is_main| !is_main(cx));
    let done = fork_with(cx, start);
    call_imp(cx, "release_lock")?;
    match done {
        Ok(0) => run_at_fork(cx, 1, false)?,
        _ => run_at_fork(cx, 2, false)?,
    }
    match done {
        Ok(0) => {
            if loses_main {
                // `threading` has replaced the object of the main thread, and knows of no lost one.
                cx.collect_garbage();
            }
            Ok(0)
        }
        Ok(pid) => {
            warn_of_threads(cx, function)?;
            Ok(pid)
        }
        Err(code) => Err(exception::os_error(cx, code, None)),
    }
}

fn call_imp(cx: &Cx, name: &str) -> Res<()> {
    let function = cx.import_from("_imp", name)?;
    ops::call(cx, function, &[]).map(drop)
}

fn fork(cx: &Cx, _: Args) -> Res {
    // SAFETY: the heap is prepared; the child goes on as the only thread.
    let pid = fork_python(cx, "fork", || unsafe { libc::fork() })?;
    Ok(Value::int(pid as i64))
}

fn forkpty(cx: &Cx, _: Args) -> Res {
    let mut master = -1;
    let out = &raw mut master;
    let null = core::ptr::null_mut();
    // SAFETY: as `fork`; name, settings and size may be null.
    let pid = fork_python(cx, "forkpty", || unsafe {
        libc::forkpty(out, null, null.cast(), null.cast())
    })?;
    let fd = if pid == 0 { -1 } else { master };
    Ok(cx.new_tuple(&[Value::int(pid as i64), Value::int(fd as i64)])?.value())
}

/// An argument vector: strings and the array of pointers to them.
pub(crate) struct Strings {
    _texts: Vec<CString>,
    pub(crate) pointers: Vec<*const libc::c_char>,
}

impl Strings {
    pub(crate) fn new(texts: Vec<CString>) -> Strings {
        let mut pointers: Vec<_> = texts.iter().map(|text| text.as_ptr()).collect();
        pointers.push(core::ptr::null());
        Strings { _texts: texts, pointers }
    }
    pub(crate) fn ptr(&self) -> *const *const libc::c_char {
        self.pointers.as_ptr()
    }
}

/// The `argv` of `function`, its second argument.
pub(crate) fn argv(cx: &Cx, v: Value, function: &str, what: &str) -> Res<Strings> {
    let Some(items) = snapshot(cx, v)? else {
        return raise!(cx, TYPE_ERROR, "{function}: {what} must be a tuple or list");
    };
    if items.len() == 0 {
        return raise!(cx, VALUE_ERROR, "{function}: {what} must not be empty");
    }
    let mut texts = Vec::with_capacity(items.len());
    for item in items.values() {
        texts.push(c_string(cx, *item)?);
    }
    if texts[0].is_empty() {
        return raise!(cx, VALUE_ERROR, "{function}: {what} first element cannot be empty");
    }
    Ok(Strings::new(texts))
}

/// An environment: a mapping of names to values as `name=value` strings.
pub(crate) fn environment(cx: &Cx, v: Value) -> Res<Strings> {
    let keys = ops::to_list(cx, ops::call_method(cx, v, name!(cx, "keys"), &[])?)?;
    let values = ops::to_list(cx, ops::call_method(cx, v, name!(cx, "values"), &[])?)?;
    let (keys, values) = (keys.snapshot(cx)?, values.snapshot(cx)?);
    let mut texts = Vec::with_capacity(keys.len());
    for (key, value) in keys.values().iter().zip(values.values()) {
        let name = c_string(cx, *key)?.into_bytes();
        if name.is_empty() || name[1..].contains(&b'=') {
            return raise!(cx, VALUE_ERROR, "illegal environment variable name");
        }
        let mut text = name;
        text.push(b'=');
        text.extend(c_string(cx, *value)?.into_bytes());
        texts.push(CString::new(text).unwrap_or_default());
    }
    Ok(Strings::new(texts))
}

fn execv(cx: &Cx, args: Args) -> Res {
    let file = plain_path(cx, args.get(0), "execv")?;
    let Some(_) = snapshot(cx, args.get(1))? else {
        return raise!(cx, TYPE_ERROR, "execv() arg 2 must be a tuple or list");
    };
    let argv = exec_argv(cx, args.get(1), "execv()")?;
    cx.flush_writers();
    // SAFETY: path and arguments are NUL-terminated, the array ends with null.
    let code = unsafe {
        libc::execv(file.ptr(), argv.ptr());
        errno()
    };
    Err(exception::os_error(cx, code, file.name()))
}

fn exec_argv(cx: &Cx, v: Value, function: &str) -> Res<Strings> {
    let Some(items) = snapshot(cx, v)? else {
        return raise!(cx, TYPE_ERROR, "{function}: argv must be a tuple or list");
    };
    let what = if function == "execv()" { "execv() arg 2" } else { "execve: argv" };
    if items.len() == 0 {
        return raise!(cx, VALUE_ERROR, "{what} must not be empty");
    }
    let mut texts = Vec::with_capacity(items.len());
    for item in items.values() {
        texts.push(c_string(cx, *item)?);
    }
    if texts[0].is_empty() {
        return raise!(cx, VALUE_ERROR, "{what} first element cannot be empty");
    }
    Ok(Strings::new(texts))
}

fn execve(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "execve", "path", Also::Fd)?;
    let argv = exec_argv(cx, args.get(1), "execve")?;
    if class_of(args.get(2)).slots.getitem().is_none() {
        return raise!(cx, TYPE_ERROR, "execve: environment must be a mapping object");
    }
    let env = environment(cx, args.get(2))?;
    cx.flush_writers();
    // SAFETY: path, arguments and environment are NUL-terminated, the arrays end with null.
    let code = unsafe {
        match file.fd {
            Some(fd) => libc::fexecve(fd, argv.ptr(), env.ptr()),
            None => libc::execve(file.ptr(), argv.ptr(), env.ptr()),
        };
        errno()
    };
    Err(exception::os_error(cx, code, file.name()))
}

fn exit(cx: &Cx, args: Args) -> Res {
    let status = ops::to_i32(cx, args.get(0))?;
    // SAFETY: ends the process.
    unsafe { libc::_exit(status) }
}

fn system(cx: &Cx, args: Args) -> Res {
    let command = c_string(cx, args.get(0))?;
    cx.flush_writers();
    // SAFETY: the command is NUL-terminated.
    let status = cx.detached(|| unsafe { libc::system(command.as_ptr()) });
    Ok(Value::int(status as i64))
}

fn kill(cx: &Cx, args: Args) -> Res {
    let (pid, signal) = (ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::kill(pid, signal) })?;
    cx.check_signals()?;
    Ok(Value::NONE)
}

fn killpg(cx: &Cx, args: Args) -> Res {
    let (group, signal) = (ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::killpg(group, signal) })?;
    cx.check_signals()?;
    Ok(Value::NONE)
}

fn pid_status(cx: &Cx, pid: c_int, status: c_int) -> Res {
    Ok(cx.new_tuple(&[Value::int(pid as i64), Value::int(status as i64)])?.value())
}

fn wait(cx: &Cx, _: Args) -> Res {
    let mut status = 0;
    let out = &raw mut status;
    // SAFETY: `out` points to a local.
    let pid = sys(cx, || unsafe { libc::waitpid(-1, out, 0) })?;
    pid_status(cx, pid, status)
}

fn waitpid(cx: &Cx, args: Args) -> Res {
    let (pid, options) = (ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    let mut status = 0;
    let out = &raw mut status;
    // SAFETY: `out` points to a local.
    let pid = sys(cx, || unsafe { libc::waitpid(pid, out, options) })?;
    pid_status(cx, pid, status)
}

fn wait_usage(cx: &Cx, pid: c_int, options: c_int) -> Res {
    let mut status = 0;
    // SAFETY: plain data, for which zeroes are valid.
    let mut usage: libc::rusage = unsafe { core::mem::zeroed() };
    let (out, used) = (&raw mut status, &raw mut usage);
    // SAFETY: the pointers are to locals.
    let pid = sys(cx, || unsafe { libc::wait4(pid, out, options, used) })?;
    let usage = crate::resource::usage_result(cx, &usage)?;
    Ok(cx.new_tuple(&[Value::int(pid as i64), Value::int(status as i64), usage])?.value())
}

fn wait3(cx: &Cx, args: Args) -> Res {
    wait_usage(cx, -1, ops::to_i32(cx, args.get(0))?)
}

fn wait4(cx: &Cx, args: Args) -> Res {
    wait_usage(cx, ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?)
}

fn waitid(cx: &Cx, args: Args) -> Res {
    let kind = ops::to_i32(cx, args.get(0))? as libc::idtype_t;
    let id = ops::to_i64(cx, args.get(1))? as libc::id_t;
    let options = ops::to_i32(cx, args.get(2))?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut info: libc::siginfo_t = unsafe { core::mem::zeroed() };
    let out = &raw mut info;
    // SAFETY: `out` points to a local.
    sys(cx, || unsafe { libc::waitid(kind, id, out, options) })?;
    // SAFETY: waitid filled the fields of a child's information.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    if pid == 0 {
        return Ok(Value::NONE);
    }
    let int = |n: i64| Value::int(n);
    let fields = [
        int(pid as i64),
        int(uid as i64),
        int(info.si_signo as i64),
        int(status as i64),
        int(info.si_code as i64),
    ];
    structseq::make(cx, &WAITID_RESULT, &fields)
}

fn status_bool(cx: &Cx, args: Args, f: fn(c_int) -> bool) -> Res {
    Ok(Value::bool(f(ops::to_i32(cx, args.get(0))?)))
}

fn status_int(cx: &Cx, args: Args, f: fn(c_int) -> c_int) -> Res {
    Ok(Value::int(f(ops::to_i32(cx, args.get(0))?) as i64))
}

fn waitstatus_to_exitcode(cx: &Cx, args: Args) -> Res {
    let status = ops::to_i32(cx, args.get(0))?;
    if libc::WIFEXITED(status) {
        return Ok(Value::int(libc::WEXITSTATUS(status) as i64));
    }
    if libc::WIFSIGNALED(status) {
        return Ok(Value::int(-(libc::WTERMSIG(status) as i64)));
    }
    if libc::WIFSTOPPED(status) {
        let signal = libc::WSTOPSIG(status);
        return raise!(cx, VALUE_ERROR, "process stopped by delivery of signal {signal}");
    }
    raise!(cx, VALUE_ERROR, "invalid wait status: {status}")
}

fn pidfd_open(cx: &Cx, args: Args) -> Res {
    let pid = ops::to_i32(cx, args.get(0))?;
    let flags = int_or(cx, args.opt(1), 0)?;
    // SAFETY: takes no pointers.
    let fd = check(cx, unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) })?;
    Ok(Value::int(fd))
}

fn times(cx: &Cx, _: Args) -> Res {
    // SAFETY: plain data, for which zeroes are valid.
    let mut t: libc::tms = unsafe { core::mem::zeroed() };
    // SAFETY: `times` fills a local; sysconf takes no pointers.
    let (elapsed, rate) = unsafe { (libc::times(&raw mut t), libc::sysconf(libc::_SC_CLK_TCK)) };
    let float = |ticks: i64| cx.new_float(ticks as f64 / rate as f64);
    let fields = [
        float(t.tms_utime)?,
        float(t.tms_stime)?,
        float(t.tms_cutime)?,
        float(t.tms_cstime)?,
        float(elapsed)?,
    ];
    structseq::make(cx, &TIMES_RESULT, &fields)
}

fn nice(cx: &Cx, args: Args) -> Res {
    let increment = ops::to_i32(cx, args.get(0))?;
    set_errno(0);
    // SAFETY: takes no pointers.
    let value = unsafe { libc::nice(increment) };
    if value == -1 && errno() != 0 {
        return Err(exception::last_os_error(cx, None));
    }
    Ok(Value::int(value as i64))
}
