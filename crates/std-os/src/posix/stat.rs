//! `stat` and its relatives, and the results they give.

use super::*;
use orochi_object::structseq;

/// The cell of `os.stat_result`.
static STAT_RESULT: TypeCell = TypeCell::new();
static STAT_ROWS: [GetSetDef; 16] = structseq::rows_at([
    ("st_mode", 0),
    ("st_ino", 1),
    ("st_dev", 2),
    ("st_nlink", 3),
    ("st_uid", 4),
    ("st_gid", 5),
    ("st_size", 6),
    ("st_atime", 10),
    ("st_mtime", 11),
    ("st_ctime", 12),
    ("st_atime_ns", 13),
    ("st_mtime_ns", 14),
    ("st_ctime_ns", 15),
    ("st_blksize", 16),
    ("st_blocks", 17),
    ("st_rdev", 18),
]);
pub(super) static STAT_TYPE: TypeDef = structseq::definition::<10, 19>(
    "os.stat_result",
    &STAT_RESULT,
    &STAT_ROWS,
    "stat_result: Result from stat, fstat, or lstat.",
);

static STATVFS_RESULT: TypeCell = TypeCell::new();
static STATVFS_ROWS: [GetSetDef; 11] = structseq::rows([
    "f_bsize",
    "f_frsize",
    "f_blocks",
    "f_bfree",
    "f_bavail",
    "f_files",
    "f_ffree",
    "f_favail",
    "f_flag",
    "f_namemax",
    "f_fsid",
]);
pub(super) static STATVFS_TYPE: TypeDef = structseq::definition::<10, 11>(
    "os.statvfs_result",
    &STATVFS_RESULT,
    &STATVFS_ROWS,
    "statvfs_result: Result from statvfs or fstatvfs.",
);

pub(super) static FUNCTIONS: &[NativeDef] = &[
    function("stat", "(path, *, dir_fd=None, follow_symlinks=True)", stat),
    function("lstat", "(path, *, dir_fd=None)", lstat),
    function("fstat", "(fd)", fstat),
    function("statvfs", "(path)", statvfs),
    function("fstatvfs", "(fd, /)", fstatvfs),
    function(
        "access",
        "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
        access,
    ),
    function("chmod", "(path, mode, *, dir_fd=None, follow_symlinks=True)", chmod),
    function("fchmod", "(fd, mode)", fchmod),
    function("chown", "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)", chown),
    function("lchown", "(path, uid, gid)", lchown),
    function("fchown", "(fd, uid, gid)", fchown),
    function("utime", "(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)", utime),
    function("umask", "(mask, /)", umask),
];

/// A `stat_result` from the system's record.
pub(crate) fn stat_result(cx: &Cx, st: &libc::stat) -> Res {
    let ns = |sec: i64, nsec: i64| -> Res {
        match sec.checked_mul(1_000_000_000).and_then(|n| n.checked_add(nsec)) {
            Some(n) => cx.new_int(n),
            None => cx.int_from_big(&big_ns(sec, nsec)),
        }
    };
    let float = |sec: i64, nsec: i64| cx.new_float(sec as f64 + 1e-9 * nsec as f64);
    let fields = [
        Value::int(st.st_mode as i64),
        cx.new_uint(st.st_ino)?,
        cx.new_uint(st.st_dev)?,
        cx.new_int(st.st_nlink as i64)?,
        Value::int(st.st_uid as i64),
        Value::int(st.st_gid as i64),
        cx.new_int(st.st_size)?,
        cx.new_int(st.st_atime)?,
        cx.new_int(st.st_mtime)?,
        cx.new_int(st.st_ctime)?,
        float(st.st_atime, st.st_atime_nsec)?,
        float(st.st_mtime, st.st_mtime_nsec)?,
        float(st.st_ctime, st.st_ctime_nsec)?,
        ns(st.st_atime, st.st_atime_nsec)?,
        ns(st.st_mtime, st.st_mtime_nsec)?,
        ns(st.st_ctime, st.st_ctime_nsec)?,
        cx.new_int(st.st_blksize as i64)?,
        cx.new_int(st.st_blocks)?,
        cx.new_uint(st.st_rdev)?,
    ];
    structseq::make(cx, &STAT_RESULT, &fields)
}

fn big_ns(sec: i64, nsec: i64) -> orochi_num::Int {
    orochi_num::Int::from(sec as i128 * 1_000_000_000 + nsec as i128)
}

/// `fstatat` or `fstat` of a path argument.
pub(super) fn stat_path(
    cx: &Cx,
    function: &str,
    file: &PathArg,
    dir: c_int,
    follow: bool,
) -> Res<libc::stat> {
    // SAFETY: plain data, for which zeroes are valid.
    let mut st: libc::stat = unsafe { core::mem::zeroed() };
    let out = &raw mut st;
    if let Some(fd) = file.fd {
        fd_alone(cx, function, dir, follow)?;
        // SAFETY: `out` points to a local.
        sys_at(cx, file, || unsafe { libc::fstat(fd, out) })?;
        return Ok(st);
    }
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated, `out` points to a local.
    sys_at(cx, file, || unsafe { libc::fstatat(dir, file.ptr(), out, flags) })?;
    Ok(st)
}

/// Raises when a descriptor given for a path is combined with what needs a path.
pub(super) fn fd_alone(cx: &Cx, function: &str, dir: c_int, follow: bool) -> Res<()> {
    if dir != libc::AT_FDCWD {
        return raise!(cx, VALUE_ERROR, "{function}: can't specify dir_fd without matching path");
    }
    if !follow {
        return raise!(cx, VALUE_ERROR, "{function}: cannot use fd and follow_symlinks together");
    }
    Ok(())
}

fn stat(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "stat", "path", Also::Fd)?;
    let dir = dir_fd(cx, args.opt(1))?;
    let follow = flag(cx, args.opt(2), true)?;
    cx.flush_writers();
    stat_result(cx, &stat_path(cx, "stat", &file, dir, follow)?)
}

fn lstat(cx: &Cx, args: Args) -> Res {
    let file = plain_path(cx, args.get(0), "lstat")?;
    let dir = dir_fd(cx, args.opt(1))?;
    cx.flush_writers();
    stat_result(cx, &stat_path(cx, "lstat", &file, dir, false)?)
}

fn fstat(cx: &Cx, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut st: libc::stat = unsafe { core::mem::zeroed() };
    let out = &raw mut st;
    cx.flush_writers();
    // SAFETY: `out` points to a local.
    sys(cx, || unsafe { libc::fstat(fd, out) })?;
    stat_result(cx, &st)
}

fn statvfs_result(cx: &Cx, st: &libc::statvfs) -> Res {
    let fields = [
        cx.new_uint(st.f_bsize)?,
        cx.new_uint(st.f_frsize)?,
        cx.new_uint(st.f_blocks)?,
        cx.new_uint(st.f_bfree)?,
        cx.new_uint(st.f_bavail)?,
        cx.new_uint(st.f_files)?,
        cx.new_uint(st.f_ffree)?,
        cx.new_uint(st.f_favail)?,
        cx.new_uint(st.f_flag)?,
        cx.new_uint(st.f_namemax)?,
        cx.new_uint(st.f_fsid)?,
    ];
    structseq::make(cx, &STATVFS_RESULT, &fields)
}

fn statvfs(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "statvfs", "path", Also::Fd)?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut st: libc::statvfs = unsafe { core::mem::zeroed() };
    let out = &raw mut st;
    match file.fd {
        // SAFETY: `out` points to a local.
        Some(fd) => sys_at(cx, &file, || unsafe { libc::fstatvfs(fd, out) })?,
        // SAFETY: the path is NUL-terminated, `out` points to a local.
        None => sys_at(cx, &file, || unsafe { libc::statvfs(file.ptr(), out) })?,
    };
    statvfs_result(cx, &st)
}

fn fstatvfs(cx: &Cx, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut st: libc::statvfs = unsafe { core::mem::zeroed() };
    let out = &raw mut st;
    // SAFETY: `out` points to a local.
    sys(cx, || unsafe { libc::fstatvfs(fd, out) })?;
    statvfs_result(cx, &st)
}

fn access(cx: &Cx, args: Args) -> Res {
    let file = plain_path(cx, args.get(0), "access")?;
    let mode = ops::to_i32(cx, args.get(1))?;
    let dir = dir_fd(cx, args.opt(2))?;
    let effective = flag(cx, args.opt(3), false)?;
    let follow = flag(cx, args.opt(4), true)?;
    let mut flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    if effective {
        flags |= libc::AT_EACCESS;
    }
    // SAFETY: the path is NUL-terminated.
    let ok = cx.detached(|| unsafe { libc::faccessat(dir, file.ptr(), mode, flags) == 0 });
    Ok(Value::bool(ok))
}

fn chmod(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "chmod", "path", Also::Fd)?;
    let mode = ops::to_i32(cx, args.get(1))? as libc::mode_t;
    let dir = dir_fd(cx, args.opt(2))?;
    let follow = flag(cx, args.opt(3), true)?;
    if let Some(fd) = file.fd {
        fd_alone(cx, "chmod", dir, true)?;
        // SAFETY: takes no pointers.
        sys_at(cx, &file, || unsafe { libc::fchmod(fd, mode) })?;
        return Ok(Value::NONE);
    }
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated.
    let done = try_sys(cx, || unsafe { libc::fchmodat(dir, file.ptr(), mode, flags) })?;
    match done {
        Ok(_) => Ok(Value::NONE),
        Err(code) if !follow && (code == libc::ENOTSUP || code == libc::EOPNOTSUPP) => {
            raise!(cx, NOT_IMPLEMENTED_ERROR, "chmod: follow_symlinks unavailable on this platform")
        }
        Err(code) => Err(exception::os_error(cx, code, file.name())),
    }
}

fn fchmod(cx: &Cx, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    let mode = ops::to_i32(cx, args.get(1))? as libc::mode_t;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::fchmod(fd, mode) })?;
    Ok(Value::NONE)
}

/// A user or group number; -1 leaves it as it is.
pub(crate) fn id_arg(cx: &Cx, v: Value, what: &str) -> Res<u32> {
    if !v.is_int() && class_of(v).slots.index().is_none() {
        let class = class_of(v).display_name();
        return raise!(cx, TYPE_ERROR, "{what} should be integer, not {class}");
    }
    let n = ops::index(cx, v)?;
    match n.as_i64() {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n < 0 => raise!(cx, OVERFLOW_ERROR, "{what} is less than minimum"),
        Some(n) if n < u32::MAX as i64 => Ok(n as u32),
        Some(_) => raise!(cx, OVERFLOW_ERROR, "{what} is greater than maximum"),
        None if n.to_big().is_some_and(|n| n.neg) => {
            raise!(cx, OVERFLOW_ERROR, "{what} is less than minimum")
        }
        None => raise!(cx, OVERFLOW_ERROR, "{what} is greater than maximum"),
    }
}

fn chown(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "chown", "path", Also::Fd)?;
    let uid = id_arg(cx, args.get(1), "uid")?;
    let gid = id_arg(cx, args.get(2), "gid")?;
    let dir = dir_fd(cx, args.opt(3))?;
    let follow = flag(cx, args.opt(4), true)?;
    if let Some(fd) = file.fd {
        fd_alone(cx, "chown", dir, follow)?;
        // SAFETY: takes no pointers.
        sys_at(cx, &file, || unsafe { libc::fchown(fd, uid, gid) })?;
        return Ok(Value::NONE);
    }
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated.
    sys_at(cx, &file, || unsafe { libc::fchownat(dir, file.ptr(), uid, gid, flags) })?;
    Ok(Value::NONE)
}

fn lchown(cx: &Cx, args: Args) -> Res {
    let file = plain_path(cx, args.get(0), "lchown")?;
    let uid = id_arg(cx, args.get(1), "uid")?;
    let gid = id_arg(cx, args.get(2), "gid")?;
    // SAFETY: the path is NUL-terminated.
    sys_at(cx, &file, || unsafe { libc::lchown(file.ptr(), uid, gid) })?;
    Ok(Value::NONE)
}

fn fchown(cx: &Cx, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    let uid = id_arg(cx, args.get(1), "uid")?;
    let gid = id_arg(cx, args.get(2), "gid")?;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::fchown(fd, uid, gid) })?;
    Ok(Value::NONE)
}

/// A time in seconds (int or float) as a `timespec`, rounded down.
fn seconds(cx: &Cx, v: Value) -> Res<libc::timespec> {
    if let Some(f) = v.as_float() {
        if f.is_nan() {
            return raise!(cx, VALUE_ERROR, "Invalid value NaN (not a number)");
        }
        let whole = f.floor();
        if !(-9.2e18..=9.2e18).contains(&whole) {
            return raise!(cx, OVERFLOW_ERROR, "timestamp out of range for platform time_t");
        }
        let mut nanos = ((f - whole) * 1e9).floor() as i64;
        let mut sec = whole as i64;
        if nanos >= 1_000_000_000 {
            nanos -= 1_000_000_000;
            sec += 1;
        }
        return Ok(libc::timespec { tv_sec: sec, tv_nsec: nanos });
    }
    match ops::index(cx, v)?.as_i64() {
        Some(sec) => Ok(libc::timespec { tv_sec: sec, tv_nsec: 0 }),
        None => raise!(cx, OVERFLOW_ERROR, "timestamp out of range for platform time_t"),
    }
}

fn nanoseconds(cx: &Cx, v: Value) -> Res<libc::timespec> {
    let n = ops::index(cx, v)?;
    let n = match n.to_big().map(|n| n.as_ref().to_i128()) {
        Some(Some(n)) => n,
        _ => return raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C long"),
    };
    match i64::try_from(n.div_euclid(1_000_000_000)) {
        Ok(tv_sec) => Ok(libc::timespec { tv_sec, tv_nsec: n.rem_euclid(1_000_000_000) as i64 }),
        Err(_) => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C long"),
    }
}

/// The two times of `utime`.
fn utime_times(cx: &Cx, times: Option<Value>, ns: Option<Value>) -> Res<[libc::timespec; 2]> {
    if times.is_some_and(|v| !v.is_none()) && ns.is_some() {
        return raise!(
            cx,
            VALUE_ERROR,
            "utime: you may specify either 'times' or 'ns' but not both"
        );
    }
    if let Some(times) = times.and_then(Value::non_none) {
        let Some(t) = times.downcast::<PyTuple>().filter(|t| t.len() == 2) else {
            return raise!(
                cx,
                TYPE_ERROR,
                "utime: 'times' must be either a tuple of two ints or None"
            );
        };
        return Ok([seconds(cx, t.values()[0])?, seconds(cx, t.values()[1])?]);
    }
    if let Some(ns) = ns {
        let Some(t) = ns.downcast::<PyTuple>().filter(|t| t.len() == 2) else {
            return raise!(cx, TYPE_ERROR, "utime: 'ns' must be a tuple of two ints");
        };
        return Ok([nanoseconds(cx, t.values()[0])?, nanoseconds(cx, t.values()[1])?]);
    }
    let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
    Ok([now, now])
}

fn utime(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "utime", "path", Also::Fd)?;
    let times = utime_times(cx, args.opt(1), args.opt(2))?;
    let dir = dir_fd(cx, args.opt(3))?;
    let follow = flag(cx, args.opt(4), true)?;
    cx.flush_writers();
    if let Some(fd) = file.fd {
        fd_alone(cx, "utime", dir, follow)?;
        // SAFETY: the array has two elements.
        sys_at(cx, &file, || unsafe { libc::futimens(fd, times.as_ptr()) })?;
        return Ok(Value::NONE);
    }
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated, the array has two elements.
    sys_at(cx, &file, || unsafe { libc::utimensat(dir, file.ptr(), times.as_ptr(), flags) })?;
    Ok(Value::NONE)
}

fn umask(cx: &Cx, args: Args) -> Res {
    let mask = ops::to_i32(cx, args.get(0))?;
    // SAFETY: takes no pointers.
    Ok(Value::int(unsafe { libc::umask(mask as libc::mode_t) } as i64))
}
