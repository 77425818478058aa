//! What the system tells of itself: configuration, random numbers, load, names; the environment.

use super::*;
use orochi_object::structseq;
use std::os::unix::ffi::OsStrExt;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    function("sysconf", "(name, /)", sysconf),
    function("confstr", "(name, /)", confstr),
    function("pathconf", "(path, name)", pathconf),
    function("uname", "()", uname),
    function("cpu_count", "()", cpu_count),
    function("getloadavg", "()", getloadavg),
    function("urandom", "(size, /)", urandom),
    function("getrandom", "(size, flags=0)", getrandom),
    function("strerror", "(code, /)", strerror),
    function("putenv", "(name, value, /)", putenv),
    function("unsetenv", "(name, /)", unsetenv),
    function("_create_environ", "()", |cx, _| Ok(create_environ(cx)?.value())),
    function("_inputhook", "()", |_, _| Ok(Value::int(0))),
    function("_is_inputhook_installed", "()", |_, _| Ok(Value::FALSE)),
];

static UNAME_RESULT: TypeCell = TypeCell::new();
static UNAME_ROWS: [GetSetDef; 5] =
    structseq::rows(["sysname", "nodename", "release", "version", "machine"]);
pub(super) static UNAME_TYPE: TypeDef = structseq::definition::<5, 5>(
    "posix.uname_result",
    &UNAME_RESULT,
    &UNAME_ROWS,
    "uname_result: Result from os.uname().",
);

macro_rules! names {
    ($($name:literal = $value:ident,)*) => { &[$(($name, libc::$value as i64)),*] };
}

pub(super) static SYSCONF: &[(&str, i64)] = names! {
    "SC_ARG_MAX" = _SC_ARG_MAX,
    "SC_CHILD_MAX" = _SC_CHILD_MAX,
    "SC_CLK_TCK" = _SC_CLK_TCK,
    "SC_NGROUPS_MAX" = _SC_NGROUPS_MAX,
    "SC_OPEN_MAX" = _SC_OPEN_MAX,
    "SC_STREAM_MAX" = _SC_STREAM_MAX,
    "SC_TZNAME_MAX" = _SC_TZNAME_MAX,
    "SC_JOB_CONTROL" = _SC_JOB_CONTROL,
    "SC_SAVED_IDS" = _SC_SAVED_IDS,
    "SC_REALTIME_SIGNALS" = _SC_REALTIME_SIGNALS,
    "SC_PRIORITY_SCHEDULING" = _SC_PRIORITY_SCHEDULING,
    "SC_TIMERS" = _SC_TIMERS,
    "SC_ASYNCHRONOUS_IO" = _SC_ASYNCHRONOUS_IO,
    "SC_FSYNC" = _SC_FSYNC,
    "SC_MAPPED_FILES" = _SC_MAPPED_FILES,
    "SC_MEMLOCK" = _SC_MEMLOCK,
    "SC_SEMAPHORES" = _SC_SEMAPHORES,
    "SC_SHARED_MEMORY_OBJECTS" = _SC_SHARED_MEMORY_OBJECTS,
    "SC_AIO_LISTIO_MAX" = _SC_AIO_LISTIO_MAX,
    "SC_AIO_MAX" = _SC_AIO_MAX,
    "SC_MQ_OPEN_MAX" = _SC_MQ_OPEN_MAX,
    "SC_VERSION" = _SC_VERSION,
    "SC_PAGESIZE" = _SC_PAGESIZE,
    "SC_PAGE_SIZE" = _SC_PAGE_SIZE,
    "SC_RTSIG_MAX" = _SC_RTSIG_MAX,
    "SC_SEM_NSEMS_MAX" = _SC_SEM_NSEMS_MAX,
    "SC_SEM_VALUE_MAX" = _SC_SEM_VALUE_MAX,
    "SC_SIGQUEUE_MAX" = _SC_SIGQUEUE_MAX,
    "SC_TIMER_MAX" = _SC_TIMER_MAX,
    "SC_BC_BASE_MAX" = _SC_BC_BASE_MAX,
    "SC_BC_DIM_MAX" = _SC_BC_DIM_MAX,
    "SC_LINE_MAX" = _SC_LINE_MAX,
    "SC_RE_DUP_MAX" = _SC_RE_DUP_MAX,
    "SC_2_VERSION" = _SC_2_VERSION,
    "SC_IOV_MAX" = _SC_IOV_MAX,
    "SC_THREADS" = _SC_THREADS,
    "SC_GETGR_R_SIZE_MAX" = _SC_GETGR_R_SIZE_MAX,
    "SC_GETPW_R_SIZE_MAX" = _SC_GETPW_R_SIZE_MAX,
    "SC_LOGIN_NAME_MAX" = _SC_LOGIN_NAME_MAX,
    "SC_TTY_NAME_MAX" = _SC_TTY_NAME_MAX,
    "SC_THREAD_KEYS_MAX" = _SC_THREAD_KEYS_MAX,
    "SC_THREAD_STACK_MIN" = _SC_THREAD_STACK_MIN,
    "SC_THREAD_THREADS_MAX" = _SC_THREAD_THREADS_MAX,
    "SC_NPROCESSORS_CONF" = _SC_NPROCESSORS_CONF,
    "SC_NPROCESSORS_ONLN" = _SC_NPROCESSORS_ONLN,
    "SC_PHYS_PAGES" = _SC_PHYS_PAGES,
    "SC_AVPHYS_PAGES" = _SC_AVPHYS_PAGES,
    "SC_ATEXIT_MAX" = _SC_ATEXIT_MAX,
    "SC_XOPEN_VERSION" = _SC_XOPEN_VERSION,
    "SC_HOST_NAME_MAX" = _SC_HOST_NAME_MAX,
    "SC_SYMLOOP_MAX" = _SC_SYMLOOP_MAX,
    "SC_MONOTONIC_CLOCK" = _SC_MONOTONIC_CLOCK,
};

pub(super) static PATHCONF: &[(&str, i64)] = names! {
    "PC_LINK_MAX" = _PC_LINK_MAX,
    "PC_MAX_CANON" = _PC_MAX_CANON,
    "PC_MAX_INPUT" = _PC_MAX_INPUT,
    "PC_NAME_MAX" = _PC_NAME_MAX,
    "PC_PATH_MAX" = _PC_PATH_MAX,
    "PC_PIPE_BUF" = _PC_PIPE_BUF,
    "PC_CHOWN_RESTRICTED" = _PC_CHOWN_RESTRICTED,
    "PC_NO_TRUNC" = _PC_NO_TRUNC,
    "PC_VDISABLE" = _PC_VDISABLE,
    "PC_SYNC_IO" = _PC_SYNC_IO,
    "PC_ASYNC_IO" = _PC_ASYNC_IO,
    "PC_PRIO_IO" = _PC_PRIO_IO,
    "PC_FILESIZEBITS" = _PC_FILESIZEBITS,
    "PC_REC_INCR_XFER_SIZE" = _PC_REC_INCR_XFER_SIZE,
    "PC_REC_MAX_XFER_SIZE" = _PC_REC_MAX_XFER_SIZE,
    "PC_REC_MIN_XFER_SIZE" = _PC_REC_MIN_XFER_SIZE,
    "PC_REC_XFER_ALIGN" = _PC_REC_XFER_ALIGN,
    "PC_ALLOC_SIZE_MIN" = _PC_ALLOC_SIZE_MIN,
    "PC_SYMLINK_MAX" = _PC_SYMLINK_MAX,
};

pub(super) static CONFSTR: &[(&str, i64)] =
    &[("CS_PATH", 0), ("CS_GNU_LIBC_VERSION", 2), ("CS_GNU_LIBPTHREAD_VERSION", 3)];

/// A name of a table of names, or the number itself.
fn conf_name(cx: &Cx, v: Value, table: &[(&str, i64)]) -> Res<c_int> {
    if let Some(s) = v.as_str() {
        return match table.iter().find(|(name, _)| s.eq_str(name)) {
            Some((_, n)) => Ok(*n as c_int),
            None => raise!(cx, VALUE_ERROR, "unrecognized configuration name"),
        };
    }
    if !v.is_int() && class_of(v).slots.index().is_none() {
        return raise!(cx, TYPE_ERROR, "configuration names must be strings or integers");
    }
    ops::to_i32(cx, v)
}

fn sysconf(cx: &Cx, args: Args) -> Res {
    let name = conf_name(cx, args.get(0), SYSCONF)?;
    set_errno(0);
    // SAFETY: takes no pointers.
    let value = unsafe { libc::sysconf(name) };
    if value == -1 && errno() != 0 {
        return Err(exception::last_os_error(cx, None));
    }
    cx.new_int(value)
}

fn confstr(cx: &Cx, args: Args) -> Res {
    let name = conf_name(cx, args.get(0), CONFSTR)?;
    let mut text = vec![0u8; 4096];
    set_errno(0);
    // SAFETY: the buffer is writable for its length.
    let n = unsafe { libc::confstr(name, text.as_mut_ptr().cast(), text.len()) };
    if n == 0 {
        if errno() != 0 {
            return Err(exception::last_os_error(cx, None));
        }
        return Ok(Value::NONE);
    }
    let end = n.min(text.len()).saturating_sub(1);
    Ok(path::fs_decode(cx, &text[..end])?.value())
}

fn pathconf(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "pathconf", "path", Also::Fd)?;
    let name = conf_name(cx, args.get(1), PATHCONF)?;
    set_errno(0);
    // SAFETY: the path is NUL-terminated.
    let value = unsafe {
        match file.fd {
            Some(fd) => libc::fpathconf(fd, name),
            None => libc::pathconf(file.ptr(), name),
        }
    };
    if value == -1 && errno() != 0 {
        return Err(exception::last_os_error(cx, file.name()));
    }
    cx.new_int(value)
}

pub(super) fn fpathconf(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let name = conf_name(cx, args.get(1), PATHCONF)?;
    set_errno(0);
    // SAFETY: takes no pointers.
    let value = unsafe { libc::fpathconf(fd, name) };
    if value == -1 && errno() != 0 {
        return Err(exception::last_os_error(cx, None));
    }
    cx.new_int(value)
}

fn uname(cx: &Cx, _: Args) -> Res {
    // SAFETY: plain data, for which zeroes are valid.
    let mut info: libc::utsname = unsafe { core::mem::zeroed() };
    // SAFETY: fills a local.
    check(cx, unsafe { libc::uname(&raw mut info) })?;
    // SAFETY: the fields are NUL-terminated.
    let text = |field: &[libc::c_char]| unsafe { text_or_none(cx, field.as_ptr()) };
    let fields = [
        text(&info.sysname)?,
        text(&info.nodename)?,
        text(&info.release)?,
        text(&info.version)?,
        text(&info.machine)?,
    ];
    structseq::make(cx, &UNAME_RESULT, &fields)
}

fn cpu_count(cx: &Cx, _: Args) -> Res {
    let config = orochi_object::hooks::module_attr(cx, "sys", "_get_cpu_count_config")?;
    let wanted = ops::to_i64(cx, ops::call(cx, config, &[])?)?;
    if wanted > 0 {
        return Ok(Value::int(wanted));
    }
    // SAFETY: takes no pointers.
    let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    Ok(if n < 1 { Value::NONE } else { Value::int(n) })
}

fn getloadavg(cx: &Cx, _: Args) -> Res {
    let mut loads = [0f64; 3];
    // SAFETY: the array has three elements.
    if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
        return raise!(cx, OS_ERROR, "Load averages are unobtainable");
    }
    let items = [cx.new_float(loads[0])?, cx.new_float(loads[1])?, cx.new_float(loads[2])?];
    Ok(cx.new_tuple(&items)?.value())
}

/// Fills `data` with random bytes of the system.
pub(crate) fn random_bytes(cx: &Cx, data: &mut [u8], flags: u32) -> Res<()> {
    let mut at = 0;
    while at < data.len() {
        let (to, n) = (data[at..].as_mut_ptr(), data.len() - at);
        // SAFETY: `to` has room for `n` bytes.
        at += sys(cx, || unsafe { libc::getrandom(to.cast(), n, flags) })? as usize;
    }
    Ok(())
}

fn urandom(cx: &Cx, args: Args) -> Res {
    let n = ops::index_isize(cx, args.get(0), &exception::OVERFLOW_ERROR)?;
    if n < 0 {
        return raise!(cx, VALUE_ERROR, "negative argument not allowed");
    }
    let mut data = Vec::new();
    if data.try_reserve_exact(n as usize).is_err() {
        return Err(orochi_object::error::memory_error(cx));
    }
    data.resize(n as usize, 0);
    random_bytes(cx, &mut data, 0)?;
    Ok(cx.new_bytes(&data)?.value())
}

fn getrandom(cx: &Cx, args: Args) -> Res {
    let n = ops::index_isize(cx, args.get(0), &exception::OVERFLOW_ERROR)?;
    let flags = int_or(cx, args.opt(1), 0)? as u32;
    if n < 0 {
        return Err(exception::os_error(cx, libc::EINVAL, None));
    }
    let mut data = vec![0u8; (n as usize).min(1 << 25)];
    let (to, n) = (data.as_mut_ptr(), data.len());
    // SAFETY: `to` has room for `n` bytes.
    let got = sys(cx, || unsafe { libc::getrandom(to.cast(), n, flags) })?;
    Ok(cx.new_bytes(&data[..got as usize])?.value())
}

fn strerror(cx: &Cx, args: Args) -> Res {
    let code = ops::to_i32(cx, args.get(0))?;
    Ok(cx.new_str(&exception::strerror(code))?.value())
}

/// The environment as a dict of bytes.
pub(super) fn create_environ(cx: &Cx) -> Res<Ref<PyDict>> {
    let dict = cx.new_dict()?;
    for (name, value) in std::env::vars_os() {
        let name = cx.new_bytes(name.as_bytes())?.value();
        dict.set_default(cx, name, cx.new_bytes(value.as_bytes())?.value())?;
    }
    Ok(dict)
}

fn putenv(cx: &Cx, args: Args) -> Res {
    let (name, value) = (c_string(cx, args.get(0))?, c_string(cx, args.get(1))?);
    if name.as_bytes().contains(&b'=') {
        return raise!(cx, VALUE_ERROR, "illegal environment variable name");
    }
    // SAFETY: the strings are NUL-terminated; Rust code reads the environment through the same
    // C library, which locks it.
    check(cx, unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })?;
    Ok(Value::NONE)
}

fn unsetenv(cx: &Cx, args: Args) -> Res {
    let name = c_string(cx, args.get(0))?;
    // SAFETY: as `putenv`.
    check(cx, unsafe { libc::unsetenv(name.as_ptr()) })?;
    Ok(Value::NONE)
}
