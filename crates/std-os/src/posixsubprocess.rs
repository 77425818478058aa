//! `_posixsubprocess`: fork and exec for `subprocess`.
//!
//! Everything the child needs is made before the fork; the child only makes system calls, unless a
//! `preexec_fn` is given.

use crate::posix::{Strings, fork_with, id_arg, run_at_fork, warn_of_threads};
use crate::util::*;
use core::ptr::null;
use libc::{c_char, c_int};
use orochi_object::path;
use orochi_object::prelude::*;
use std::ffi::CString;

/// The module `_posixsubprocess`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_posixsubprocess",
    functions: &[function(
        "fork_exec",
        "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, \
         c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, \
         pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)",
        fork_exec,
    )],
    ..ModuleDef::DEFAULT
};

/// What the child does.
struct Plan {
    argv: Option<Strings>,
    executables: Vec<CString>,
    env: Option<Strings>,
    cwd: Option<CString>,
    close_fds: bool,
    keep: Vec<c_int>,
    p2c: (c_int, c_int),
    c2p: (c_int, c_int),
    err: (c_int, c_int),
    errpipe: (c_int, c_int),
    restore_signals: bool,
    setsid: bool,
    group: c_int,
    gid: Option<u32>,
    groups: Option<Vec<libc::gid_t>>,
    uid: Option<u32>,
    umask: c_int,
}

fn strings(cx: &Cx, v: Value, what: &str) -> Res<Vec<CString>> {
    let items = match snapshot(cx, v)? {
        Some(items) => items,
        None if class_of(v).slots.iter().is_some() || class_of(v).slots.getitem().is_some() => {
            ops::to_tuple(cx, v)?
        }
        None => return raise!(cx, TYPE_ERROR, "{what} must be a sequence"),
    };
    let mut all = Vec::with_capacity(items.len());
    for item in items.values() {
        all.push(c_string(cx, *item)?);
    }
    Ok(all)
}

fn descriptors(cx: &Cx, v: Value) -> Res<Vec<c_int>> {
    let Some(items) = v.downcast::<PyTuple>() else {
        return Err(wrong_type(cx, "fork_exec() argument 4 must be tuple", v));
    };
    let mut keep: Vec<c_int> = Vec::with_capacity(items.len());
    for item in items.values() {
        match item.as_i64() {
            Some(fd)
                if fd >= 0
                    && fd <= c_int::MAX as i64
                    && keep.last().is_none_or(|last| (*last as i64) < fd) =>
            {
                keep.push(fd as c_int);
            }
            _ => return raise!(cx, VALUE_ERROR, "bad value(s) in fds_to_keep"),
        }
    }
    Ok(keep)
}

fn plan(cx: &Cx, args: Args) -> Res<Plan> {
    let int = |i: usize| ops::to_i32(cx, args.get(i));
    let close_fds = ops::truth(cx, args.get(2))?;
    let keep = descriptors(cx, args.get(3))?;
    if close_fds && int(13)? < 3 {
        return raise!(cx, VALUE_ERROR, "errpipe_write must be >= 3");
    }
    let argv = match args.non_none(0) {
        Some(v) => {
            let texts = strings(cx, v, "argv")?;
            Some(Strings::new(texts))
        }
        None => None,
    };
    let groups = match args.non_none(18) {
        None => None,
        Some(v) => {
            let Some(items) = snapshot(cx, v)? else {
                return raise!(cx, TYPE_ERROR, "setgroups argument must be a sequence");
            };
            let mut groups = Vec::with_capacity(items.len());
            for item in items.values() {
                match id_arg(cx, *item, "gid") {
                    Ok(u32::MAX) => return raise!(cx, VALUE_ERROR, "invalid group id"),
                    Err(raised) if raised.is(&exception::OVERFLOW_ERROR) => {
                        return raise!(cx, VALUE_ERROR, "invalid group id");
                    }
                    gid => groups.push(gid?),
                }
            }
            Some(groups)
        }
    };
    Ok(Plan {
        argv,
        executables: strings(cx, args.get(1), "executable_list")?,
        env: match args.non_none(5) {
            Some(v) => Some(Strings::new(strings(cx, v, "env")?)),
            None => None,
        },
        cwd: match args.non_none(4) {
            Some(v) => Some(c_string(cx, path::fspath(cx, v)?)?),
            None => None,
        },
        close_fds,
        keep,
        p2c: (int(6)?, int(7)?),
        c2p: (int(8)?, int(9)?),
        err: (int(10)?, int(11)?),
        errpipe: (int(12)?, int(13)?),
        restore_signals: ops::truth(cx, args.get(14))?,
        setsid: ops::truth(cx, args.get(15))?,
        group: int(16)?,
        gid: args.non_none(17).map(|v| id_arg(cx, v, "gid")).transpose()?,
        groups,
        uid: args.non_none(19).map(|v| id_arg(cx, v, "uid")).transpose()?,
        umask: int(20)?,
    })
}

fn fork_exec(cx: &Cx, args: Args) -> Res {
    let plan = plan(cx, args)?;
    let preexec = args.non_none(21);
    cx.flush_writers();
    let Some(preexec) = preexec else {
        let pid = cx.detached(|| {
            // SAFETY: the child makes system calls only, on memory prepared above.
            unsafe {
                let pid = libc::fork();
                if pid == 0 {
                    run_child(&plan, None);
                }
                (pid, errno())
            }
        });
        return match pid {
            (pid, code) if pid < 0 => Err(exception::os_error(cx, code, None)),
            (pid, _) => Ok(Value::int(pid as i64)),
        };
    };
    run_at_fork(cx, 0, true)?;
    // SAFETY: the heap is prepared by `fork_with`; the child goes on as the only thread.
    let done = fork_with(cx, || unsafe { libc::fork() });
    match done {
        Ok(0) => {
            let mut ok = run_at_fork(cx, 1, false).is_ok();
            let mut call = || {
                ok = ok && ops::call(cx, preexec, &[]).is_ok();
                ok
            };
            // SAFETY: in the child.
            unsafe { run_child(&plan, Some(&mut call)) }
        }
        Ok(pid) => {
            run_at_fork(cx, 2, false)?;
            warn_of_threads(cx, "fork")?;
            Ok(Value::int(pid as i64))
        }
        Err(code) => {
            run_at_fork(cx, 2, false)?;
            Err(exception::os_error(cx, code, None))
        }
    }
}

/// Where the child failed: what the parent is told beside `errno`.
struct Failure {
    errno: i32,
    what: &'static [u8],
}

type Step<T = ()> = Result<T, Failure>;

fn failure(what: &'static [u8]) -> Failure {
    Failure { errno: errno(), what }
}

fn ok(result: c_int) -> Step<c_int> {
    if result < 0 { Err(failure(b"")) } else { Ok(result) }
}

/// The child: becomes the new program or reports why not, and ends.
///
/// # Safety
/// Called in a forked child only. Without `preexec` nothing is allocated.
unsafe fn run_child(plan: &Plan, preexec: Option<&mut dyn FnMut() -> bool>) -> ! {
    // SAFETY: as the caller promises.
    let failed = unsafe { prepare(plan, preexec) }.and_then(|()| exec(plan));
    if let Err(failed) = failed {
        report(plan.errpipe.1, &failed);
    }
    // SAFETY: ends the child without running exit handlers.
    unsafe { libc::_exit(255) }
}

/// Writes `OSError:<errno in hex>:<what>` to the pipe, as `subprocess` expects.
fn report(fd: c_int, failed: &Failure) {
    let mut text = [0u8; 96];
    let mut n = 0;
    let mut put = |bytes: &[u8]| {
        for b in bytes {
            if n < text.len() {
                text[n] = *b;
                n += 1;
            }
        }
    };
    if failed.errno != 0 {
        put(b"OSError:");
        let mut started = false;
        for shift in (0..8).rev() {
            let digit = (failed.errno as u32 >> (shift * 4) & 15) as usize;
            started |= digit != 0;
            if started {
                put(&b"0123456789ABCDEF"[digit..digit + 1]);
            }
        }
        put(b":");
    } else {
        put(b"SubprocessError:0:");
    }
    put(failed.what);
    // SAFETY: the text is a local of `n` bytes.
    unsafe { libc::write(fd, text.as_ptr().cast(), n) };
}

/// # Safety
/// As [`run_child`].
unsafe fn prepare(plan: &Plan, preexec: Option<&mut dyn FnMut() -> bool>) -> Step {
    // SAFETY: system calls on integers and on strings of the plan, in the child.
    unsafe {
        for fd in &plan.keep {
            if *fd != plan.errpipe.1 {
                let flags = ok(libc::fcntl(*fd, libc::F_GETFD))?;
                ok(libc::fcntl(*fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
            }
        }
        for fd in [plan.p2c.1, plan.c2p.0, plan.err.0, plan.errpipe.0] {
            if fd >= 0 {
                libc::close(fd);
            }
        }
        redirect(plan)?;
        if let Some(cwd) = &plan.cwd
            && libc::chdir(cwd.as_ptr()) < 0
        {
            return Err(failure(b"noexec:chdir"));
        }
        if plan.umask >= 0 {
            libc::umask(plan.umask as libc::mode_t);
        }
        if plan.restore_signals {
            for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                libc::signal(signal, libc::SIG_DFL);
            }
        }
        if plan.setsid {
            libc::setsid();
        }
        identity(plan)?;
        if let Some(preexec) = preexec
            && !preexec()
        {
            return Err(Failure { errno: 0, what: b"Exception occurred in preexec_fn." });
        }
        if plan.close_fds {
            close_others(&plan.keep);
        }
    }
    Ok(())
}

/// # Safety
/// As [`run_child`].
unsafe fn identity(plan: &Plan) -> Step {
    // SAFETY: system calls on integers and an array of the plan.
    unsafe {
        if plan.group >= 0 && libc::setpgid(0, plan.group) < 0 {
            return Err(failure(b"noexec"));
        }
        if let Some(groups) = &plan.groups
            && libc::setgroups(groups.len(), groups.as_ptr()) < 0
        {
            return Err(failure(b"noexec"));
        }
        if let Some(gid) = plan.gid
            && libc::setregid(gid, gid) < 0
        {
            return Err(failure(b"noexec"));
        }
        if let Some(uid) = plan.uid
            && libc::setreuid(uid, uid) < 0
        {
            return Err(failure(b"noexec"));
        }
    }
    Ok(())
}

/// Puts the pipe ends in place of standard input, output and error.
///
/// # Safety
/// As [`run_child`].
unsafe fn redirect(plan: &Plan) -> Step {
    let (input, mut output, mut error) = (plan.p2c.0, plan.c2p.1, plan.err.1);
    // SAFETY: system calls on integers.
    unsafe {
        // Ends that sit where another must go are moved out of the way.
        if output == 0 {
            output = ok(libc::dup(output))?;
        }
        while error == 0 || error == 1 {
            error = ok(libc::dup(error))?;
        }
        place(input, 0)?;
        place(output, 1)?;
        place(error, 2)
    }
}

/// Makes descriptor `to` a copy of `from`, inheritable.
///
/// # Safety
/// As [`run_child`].
unsafe fn place(from: c_int, to: c_int) -> Step {
    // SAFETY: system calls on integers.
    unsafe {
        if from == to {
            let flags = ok(libc::fcntl(from, libc::F_GETFD))?;
            ok(libc::fcntl(from, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
        } else if from >= 0 {
            ok(libc::dup2(from, to))?;
        }
    }
    Ok(())
}

/// Closes all descriptors above 2 but the sorted ones in `keep`.
///
/// # Safety
/// As [`run_child`].
unsafe fn close_others(keep: &[c_int]) {
    let mut low = 3;
    for fd in keep {
        // SAFETY: as the caller promises.
        unsafe { close_range(low, *fd - 1) };
        low = low.max(*fd + 1);
    }
    // SAFETY: as the caller promises.
    unsafe { close_range(low, c_int::MAX) };
}

/// # Safety
/// As [`run_child`].
unsafe fn close_range(low: c_int, high: c_int) {
    if low > high {
        return;
    }
    // SAFETY: system calls on integers.
    unsafe {
        if libc::syscall(libc::SYS_close_range, low as u32, high as u32, 0) == 0 {
            return;
        }
        let most = libc::sysconf(libc::_SC_OPEN_MAX).clamp(256, 65536) as c_int;
        for fd in low..=high.min(most) {
            libc::close(fd);
        }
    }
}

/// Tries the executables in turn; returns only on failure.
fn exec(plan: &Plan) -> Step {
    let mut kept = 0;
    let empty: [*const c_char; 1] = [null()];
    let argv = plan.argv.as_ref().map_or(empty.as_ptr(), |argv| argv.ptr());
    for executable in &plan.executables {
        // SAFETY: strings are NUL-terminated, arrays end with null.
        unsafe {
            match &plan.env {
                Some(env) => libc::execve(executable.as_ptr(), argv, env.ptr()),
                None => libc::execv(executable.as_ptr(), argv),
            };
        }
        let code = errno();
        if code != libc::ENOENT && code != libc::ENOTDIR && kept == 0 {
            kept = code;
        }
    }
    let errno = if kept != 0 { kept } else { errno() };
    Err(Failure { errno, what: b"" })
}
