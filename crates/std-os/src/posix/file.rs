//! Descriptors: opening, reading, writing, duplicating, seeking.

use super::*;
use orochi_object::buffer::Buffer;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    function("open", "(path, flags, mode=0o777, *, dir_fd=None)", open),
    function("close", "(fd)", close),
    function("closerange", "(fd_low, fd_high, /)", closerange),
    function("read", "(fd, length, /)", read),
    function("readinto", "(fd, buffer, /)", readinto),
    function("write", "(fd, data, /)", write),
    function("pread", "(fd, length, offset, /)", pread),
    function("pwrite", "(fd, buffer, offset, /)", pwrite),
    function("readv", "(fd, buffers, /)", readv),
    function("writev", "(fd, buffers, /)", writev),
    function("preadv", "(fd, buffers, offset, flags=0, /)", preadv),
    function("pwritev", "(fd, buffers, offset, flags=0, /)", pwritev),
    function("lseek", "(fd, position, whence, /)", lseek),
    function("dup", "(fd, /)", dup),
    function("dup2", "(fd, fd2, inheritable=True)", dup2),
    function("pipe", "()", pipe),
    function("pipe2", "(flags, /)", pipe2),
    function("isatty", "(fd, /)", isatty),
    function("ttyname", "(fd, /)", ttyname),
    function("ctermid", "()", ctermid),
    function("fsync", "(fd)", fsync),
    function("fdatasync", "(fd)", fdatasync),
    function("sync", "()", sync),
    function("truncate", "(path, length)", truncate),
    function("ftruncate", "(fd, length, /)", ftruncate),
    function("posix_fallocate", "(fd, offset, length, /)", posix_fallocate),
    function("posix_fadvise", "(fd, offset, length, advice, /)", posix_fadvise),
    function("lockf", "(fd, command, length, /)", lockf),
    function("sendfile", "(out_fd, in_fd, offset, count)", sendfile),
    function(
        "copy_file_range",
        "(src, dst, count, offset_src=None, offset_dst=None)",
        copy_file_range,
    ),
    function("splice", "(src, dst, count, offset_src=None, offset_dst=None, flags=0)", splice),
    function("memfd_create", "(name, flags=MFD_CLOEXEC)", memfd_create),
    function("eventfd", "(initval, flags=EFD_CLOEXEC)", eventfd),
    function("eventfd_read", "(fd)", eventfd_read),
    function("eventfd_write", "(fd, value)", eventfd_write),
    function("get_inheritable", "(fd, /)", get_inheritable),
    function("set_inheritable", "(fd, inheritable, /)", set_inheritable),
    function("get_blocking", "(fd, /)", get_blocking),
    function("set_blocking", "(fd, blocking, /)", set_blocking),
    function("device_encoding", "(fd)", device_encoding),
    function("get_terminal_size", "(fd=1, /)", get_terminal_size),
    function("openpty", "()", openpty),
    function("posix_openpt", "(oflag, /)", posix_openpt),
    function("grantpt", "(fd, /)", grantpt),
    function("unlockpt", "(fd, /)", unlockpt),
    function("ptsname", "(fd, /)", ptsname),
    function("login_tty", "(fd, /)", login_tty),
    function("tcgetpgrp", "(fd, /)", tcgetpgrp),
    function("tcsetpgrp", "(fd, pgid, /)", tcsetpgrp),
    function("fpathconf", "(fd, name, /)", super::conf::fpathconf),
];

fn fd_of(cx: &Cx, args: Args) -> Res<c_int> {
    ops::to_i32(cx, args.get(0))
}

/// Most bytes one system call may move.
const MAX_IO: usize = 0x7fff_f000;

fn open(cx: &Cx, args: Args) -> Res {
    let file = plain_path(cx, args.get(0), "open")?;
    let flags = ops::to_i32(cx, args.get(1))? | libc::O_CLOEXEC;
    let mode = int_or(cx, args.opt(2), 0o777)?;
    let dir = dir_fd(cx, args.opt(3))?;
    cx.flush_writers();
    // SAFETY: the path is NUL-terminated.
    let fd = sys_at(cx, &file, || unsafe { libc::openat(dir, file.ptr(), flags, mode) })?;
    Ok(Value::int(fd as i64))
}

fn close(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    // SAFETY: takes no pointers. An interrupted close has closed the descriptor.
    let (result, code) = cx.detached(|| (unsafe { libc::close(fd) }, errno()));
    if result < 0 && code != libc::EINTR {
        return Err(exception::os_error(cx, code, None));
    }
    Ok(Value::NONE)
}

fn closerange(cx: &Cx, args: Args) -> Res {
    let (low, high) = (ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    cx.detached(|| close_range(low.max(0), high));
    Ok(Value::NONE)
}

/// Closes descriptors `low..high`, ignoring errors.
fn close_range(low: c_int, high: c_int) {
    if low >= high {
        return;
    }
    // SAFETY: takes no pointers.
    let done =
        unsafe { libc::syscall(libc::SYS_close_range, low as u32, (high - 1) as u32, 0) == 0 };
    if !done {
        for fd in low..high {
            // SAFETY: takes no pointers.
            unsafe { libc::close(fd) };
        }
    }
}

/// Room for a read of `n` bytes.
fn room(cx: &Cx, n: isize) -> Res<Vec<u8>> {
    if n < 0 {
        return Err(exception::os_error(cx, libc::EINVAL, None));
    }
    let mut data = Vec::new();
    if data.try_reserve_exact((n as usize).min(MAX_IO)).is_err() {
        return Err(orochi_object::error::memory_error(cx));
    }
    Ok(data)
}

/// The first `n` bytes that a system call put into `data`.
fn filled(cx: &Cx, data: &mut Vec<u8>, n: isize) -> Res {
    // SAFETY: the call wrote `n` bytes, at most the capacity.
    unsafe { data.set_len(n as usize) };
    Ok(cx.new_bytes(data)?.value())
}

fn read(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let n = ops::index_isize(cx, args.get(1), &exception::OVERFLOW_ERROR)?;
    let mut data = room(cx, n)?;
    let (to, n) = (data.as_mut_ptr(), data.capacity().min(n as usize));
    // SAFETY: `to` has room for `n` bytes.
    let got = sys(cx, || unsafe { libc::read(fd, to.cast(), n) })?;
    filled(cx, &mut data, got)
}

fn readinto(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let buffer = path::writable_buffer(cx, args.get(1), "readinto() argument 2")?;
    let (to, n) = (buffer.data, buffer.len.min(MAX_IO));
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    let got = sys(cx, || unsafe { libc::read(fd, to.cast(), n) })?;
    Ok(Value::int(got as i64))
}

fn write(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let buffer = path::bytes_like(cx, args.get(1))?;
    let (from, n) = (buffer.data, buffer.len.min(MAX_IO));
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    let put = sys(cx, || unsafe { libc::write(fd, from.cast(), n) })?;
    Ok(Value::int(put as i64))
}

fn pread(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let n = ops::to_i32(cx, args.get(1))? as isize;
    let offset = ops::to_i64(cx, args.get(2))?;
    let mut data = room(cx, n)?;
    let to = data.as_mut_ptr();
    // SAFETY: `to` has room for `n` bytes.
    let got = sys(cx, || unsafe { libc::pread(fd, to.cast(), n as usize, offset) })?;
    filled(cx, &mut data, got)
}

fn pwrite(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let buffer = path::bytes_like(cx, args.get(1))?;
    let offset = ops::to_i64(cx, args.get(2))?;
    let (from, n) = (buffer.data, buffer.len);
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    let put = sys(cx, || unsafe { libc::pwrite(fd, from.cast(), n, offset) })?;
    Ok(Value::int(put as i64))
}

/// Exports of a sequence of buffers, and the records the system wants. The sequence's snapshot,
/// which the caller holds, keeps the owners alive.
fn vectors(
    cx: &Cx,
    function: &str,
    items: Ref<PyTuple>,
    writable: bool,
) -> Res<(Vec<Buffer>, Vec<libc::iovec>)> {
    let mut buffers = Vec::with_capacity(items.len());
    let mut records = Vec::with_capacity(items.len());
    for item in items.values() {
        let buffer = if writable {
            path::writable_buffer(cx, *item, &format!("{function}() argument 2"))?
        } else {
            path::bytes_like(cx, *item)?
        };
        records.push(libc::iovec { iov_base: buffer.data.cast(), iov_len: buffer.len });
        buffers.push(buffer);
    }
    Ok((buffers, records))
}

fn sequence(cx: &Cx, v: Value, function: &str) -> Res<Ref<PyTuple>> {
    match snapshot(cx, v)? {
        Some(items) => Ok(items),
        None if class_of(v).slots.getitem().is_some() && v.as_str().is_none() => {
            ops::to_tuple(cx, v)
        }
        None => raise!(cx, TYPE_ERROR, "{function}() arg 2 must be a sequence"),
    }
}

fn readv(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let items = sequence(cx, args.get(1), "readv")?;
    let (buffers, records) = vectors(cx, "readv", items, true)?;
    let (p, n) = (records.as_ptr(), records.len() as c_int);
    // SAFETY: the records describe exported bytes.
    let got = sys(cx, || unsafe { libc::readv(fd, p, n) });
    drop(buffers);
    core::hint::black_box(items);
    Ok(Value::int(got? as i64))
}

fn writev(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let items = sequence(cx, args.get(1), "writev")?;
    let (buffers, records) = vectors(cx, "writev", items, false)?;
    let (p, n) = (records.as_ptr(), records.len() as c_int);
    // SAFETY: the records describe exported bytes.
    let put = sys(cx, || unsafe { libc::writev(fd, p, n) });
    drop(buffers);
    core::hint::black_box(items);
    Ok(Value::int(put? as i64))
}

fn preadv(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let items = sequence(cx, args.get(1), "preadv")?;
    let offset = ops::to_i64(cx, args.get(2))?;
    let flags = int_or(cx, args.opt(3), 0)?;
    let (buffers, records) = vectors(cx, "preadv", items, true)?;
    let (p, n) = (records.as_ptr(), records.len() as c_int);
    // SAFETY: the records describe exported bytes.
    let got = sys(cx, || unsafe { libc::preadv2(fd, p, n, offset, flags) });
    drop(buffers);
    core::hint::black_box(items);
    Ok(Value::int(got? as i64))
}

fn pwritev(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let items = sequence(cx, args.get(1), "pwritev")?;
    let offset = ops::to_i64(cx, args.get(2))?;
    let flags = int_or(cx, args.opt(3), 0)?;
    let (buffers, records) = vectors(cx, "pwritev", items, false)?;
    let (p, n) = (records.as_ptr(), records.len() as c_int);
    // SAFETY: the records describe exported bytes.
    let put = sys(cx, || unsafe { libc::pwritev2(fd, p, n, offset, flags) });
    drop(buffers);
    core::hint::black_box(items);
    Ok(Value::int(put? as i64))
}

fn lseek(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let position = ops::to_i64(cx, args.get(1))?;
    let whence = ops::to_i32(cx, args.get(2))?;
    // SAFETY: takes no pointers.
    let at = sys(cx, || unsafe { libc::lseek(fd, position, whence) })?;
    cx.new_int(at)
}

fn dup(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    // SAFETY: takes no pointers.
    let own = sys(cx, || unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?;
    Ok(Value::int(own as i64))
}

fn dup2(cx: &Cx, args: Args) -> Res {
    let (fd, fd2) = (fd_of(cx, args)?, ops::to_i32(cx, args.get(1))?);
    let inheritable = flag(cx, args.opt(2), true)?;
    if fd < 0 || fd2 < 0 {
        return Err(exception::os_error(cx, libc::EBADF, None));
    }
    // SAFETY: takes no pointers.
    sys(cx, || unsafe {
        if inheritable || fd == fd2 {
            libc::dup2(fd, fd2)
        } else {
            libc::dup3(fd, fd2, libc::O_CLOEXEC)
        }
    })?;
    Ok(Value::int(fd2 as i64))
}

fn pair(cx: &Cx, a: c_int, b: c_int) -> Res {
    Ok(cx.new_tuple(&[Value::int(a as i64), Value::int(b as i64)])?.value())
}

fn make_pipe(cx: &Cx, flags: c_int) -> Res {
    let mut fds = [0; 2];
    let out = fds.as_mut_ptr();
    // SAFETY: `out` has room for two descriptors.
    sys(cx, || unsafe { libc::pipe2(out, flags) })?;
    pair(cx, fds[0], fds[1])
}

fn pipe(cx: &Cx, _: Args) -> Res {
    make_pipe(cx, libc::O_CLOEXEC)
}

fn pipe2(cx: &Cx, args: Args) -> Res {
    make_pipe(cx, ops::to_i32(cx, args.get(0))?)
}

fn isatty(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    // SAFETY: takes no pointers.
    Ok(Value::bool(unsafe { libc::isatty(fd) } == 1))
}

fn ttyname(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let mut name = [0 as libc::c_char; 256];
    // SAFETY: the buffer is writable for its length.
    let code = unsafe { libc::ttyname_r(fd, name.as_mut_ptr(), name.len()) };
    if code != 0 {
        return Err(exception::os_error(cx, code, None));
    }
    // SAFETY: the call has ended the name with a NUL.
    unsafe { text_or_none(cx, name.as_ptr()) }
}

fn ctermid(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_str("/dev/tty")?.value())
}

fn fsync(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::fsync(fd) })?;
    Ok(Value::NONE)
}

fn fdatasync(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::fdatasync(fd) })?;
    Ok(Value::NONE)
}

fn sync(cx: &Cx, _: Args) -> Res {
    // SAFETY: takes no arguments.
    cx.detached(|| unsafe { libc::sync() });
    Ok(Value::NONE)
}

fn truncate(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "truncate", "path", Also::Fd)?;
    let length = ops::to_i64(cx, args.get(1))?;
    cx.flush_writers();
    match file.fd {
        // SAFETY: takes no pointers.
        Some(fd) => sys_at(cx, &file, || unsafe { libc::ftruncate(fd, length) })?,
        // SAFETY: the path is NUL-terminated.
        None => sys_at(cx, &file, || unsafe { libc::truncate(file.ptr(), length) })?,
    };
    Ok(Value::NONE)
}

fn ftruncate(cx: &Cx, args: Args) -> Res {
    let (fd, length) = (fd_of(cx, args)?, ops::to_i64(cx, args.get(1))?);
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::ftruncate(fd, length) })?;
    Ok(Value::NONE)
}

/// A call that gives an error number instead of setting `errno`.
fn by_number(cx: &Cx, mut f: impl FnMut() -> c_int) -> Res {
    loop {
        match cx.detached(&mut f) {
            0 => return Ok(Value::NONE),
            libc::EINTR => cx.check_signals()?,
            code => return Err(exception::os_error(cx, code, None)),
        }
    }
}

fn posix_fallocate(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let (offset, length) = (ops::to_i64(cx, args.get(1))?, ops::to_i64(cx, args.get(2))?);
    // SAFETY: takes no pointers.
    by_number(cx, || unsafe { libc::posix_fallocate(fd, offset, length) })
}

fn posix_fadvise(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let (offset, length) = (ops::to_i64(cx, args.get(1))?, ops::to_i64(cx, args.get(2))?);
    let advice = ops::to_i32(cx, args.get(3))?;
    // SAFETY: takes no pointers.
    by_number(cx, || unsafe { libc::posix_fadvise(fd, offset, length, advice) })
}

fn lockf(cx: &Cx, args: Args) -> Res {
    let (fd, command) = (fd_of(cx, args)?, ops::to_i32(cx, args.get(1))?);
    let length = ops::to_i64(cx, args.get(2))?;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::lockf(fd, command, length) })?;
    Ok(Value::NONE)
}

fn sendfile(cx: &Cx, args: Args) -> Res {
    let (out, input) = (fd_of(cx, args)?, ops::to_i32(cx, args.get(1))?);
    let offset = args.get(2).non_none().map(|v| ops::to_i64(cx, v)).transpose()?;
    let count = ops::index_isize(cx, args.get(3), &exception::OVERFLOW_ERROR)?;
    if count < 0 {
        return raise!(cx, VALUE_ERROR, "count must be non-negative");
    }
    let mut at = offset.unwrap_or(0);
    let at_ptr = if offset.is_some() { &raw mut at } else { core::ptr::null_mut() };
    // SAFETY: the offset is null or points to a local.
    let moved = sys(cx, || unsafe { libc::sendfile(out, input, at_ptr, count as usize) })?;
    Ok(Value::int(moved as i64))
}

/// Source, target, count and optional offsets of `copy_file_range` and `splice`.
struct Transfer {
    src: c_int,
    dst: c_int,
    count: usize,
    from: Option<i64>,
    to: Option<i64>,
}

fn transfer(cx: &Cx, args: Args) -> Res<Transfer> {
    let count = ops::index_isize(cx, args.get(2), &exception::OVERFLOW_ERROR)?;
    if count < 0 {
        return raise!(cx, VALUE_ERROR, "negative value for 'count' not allowed");
    }
    Ok(Transfer {
        src: ops::to_i32(cx, args.get(0))?,
        dst: ops::to_i32(cx, args.get(1))?,
        count: count as usize,
        from: args.non_none(3).map(|v| ops::to_i64(cx, v)).transpose()?,
        to: args.non_none(4).map(|v| ops::to_i64(cx, v)).transpose()?,
    })
}

fn optional(n: &mut Option<i64>) -> *mut i64 {
    n.as_mut().map_or(core::ptr::null_mut(), |n| &raw mut *n)
}

fn copy_file_range(cx: &Cx, args: Args) -> Res {
    let mut t = transfer(cx, args)?;
    let (from, to) = (optional(&mut t.from), optional(&mut t.to));
    // SAFETY: offsets are null or point to locals.
    let n = sys(cx, || unsafe { libc::copy_file_range(t.src, from, t.dst, to, t.count, 0) })?;
    Ok(Value::int(n as i64))
}

fn splice(cx: &Cx, args: Args) -> Res {
    let mut t = transfer(cx, args)?;
    let flags = int_or(cx, args.opt(5), 0)? as u32;
    let (from, to) = (optional(&mut t.from), optional(&mut t.to));
    // SAFETY: offsets are null or point to locals.
    let n = sys(cx, || unsafe { libc::splice(t.src, from, t.dst, to, t.count, flags) })?;
    Ok(Value::int(n as i64))
}

fn memfd_create(cx: &Cx, args: Args) -> Res {
    let name = c_string(cx, args.get(0))?;
    let flags = int_or(cx, args.opt(1), libc::MFD_CLOEXEC as i32)? as u32;
    // SAFETY: the name is NUL-terminated.
    let fd = sys(cx, || unsafe { libc::memfd_create(name.as_ptr(), flags) })?;
    Ok(Value::int(fd as i64))
}

fn eventfd(cx: &Cx, args: Args) -> Res {
    let start = match u32::try_from(ops::to_i64(cx, args.get(0))?) {
        Ok(n) => n,
        Err(_) => return raise!(cx, OVERFLOW_ERROR, "Python int too large for C unsigned int"),
    };
    let flags = int_or(cx, args.opt(1), libc::EFD_CLOEXEC)?;
    // SAFETY: takes no pointers.
    let fd = sys(cx, || unsafe { libc::eventfd(start, flags) })?;
    Ok(Value::int(fd as i64))
}

fn eventfd_read(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let mut n = 0u64;
    let out = &raw mut n;
    // SAFETY: `out` points to eight bytes.
    sys(cx, || unsafe { libc::read(fd, out.cast(), 8) })?;
    cx.new_uint(n)
}

fn eventfd_write(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let n = ops::index(cx, args.get(1))?;
    let n = match n.to_big().map(|n| n.as_ref().to_u64()) {
        Some(Some(n)) => n,
        _ => return raise!(cx, OVERFLOW_ERROR, "int too big to convert"),
    };
    let from = &raw const n;
    // SAFETY: `from` points to eight bytes.
    sys(cx, || unsafe { libc::write(fd, from.cast(), 8) })?;
    Ok(Value::NONE)
}

fn get_inheritable(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    // SAFETY: takes no pointers.
    let flags = check(cx, unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    Ok(Value::bool(flags & libc::FD_CLOEXEC == 0))
}

/// Switches close-on-exec.
pub(crate) fn make_inheritable(cx: &Cx, fd: c_int, inheritable: bool) -> Res<()> {
    // SAFETY: takes no pointers.
    let flags = check(cx, unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    let wanted = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
    if wanted != flags {
        // SAFETY: takes no pointers.
        check(cx, unsafe { libc::fcntl(fd, libc::F_SETFD, wanted) })?;
    }
    Ok(())
}

fn set_inheritable(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    make_inheritable(cx, fd, ops::to_i32(cx, args.get(1))? != 0)?;
    Ok(Value::NONE)
}

fn get_blocking(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    // SAFETY: takes no pointers.
    let flags = check(cx, unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
    Ok(Value::bool(flags & libc::O_NONBLOCK == 0))
}

/// Switches `O_NONBLOCK`.
pub(crate) fn make_blocking(cx: &Cx, fd: c_int, blocking: bool) -> Res<()> {
    // SAFETY: takes no pointers.
    let flags = check(cx, unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
    let wanted = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
    if wanted != flags {
        // SAFETY: takes no pointers.
        check(cx, unsafe { libc::fcntl(fd, libc::F_SETFL, wanted) })?;
    }
    Ok(())
}

fn set_blocking(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    make_blocking(cx, fd, ops::truth(cx, args.get(1))?)?;
    Ok(Value::NONE)
}

fn device_encoding(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    // SAFETY: takes no pointers.
    if unsafe { libc::isatty(fd) } != 1 {
        return Ok(Value::NONE);
    }
    Ok(cx.new_str("utf-8")?.value())
}

fn get_terminal_size(cx: &Cx, args: Args) -> Res {
    let fd = int_or(cx, args.opt(0), 1)?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut size: libc::winsize = unsafe { core::mem::zeroed() };
    // SAFETY: TIOCGWINSZ fills a winsize.
    check(cx, unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) })?;
    let fields = [Value::int(size.ws_col as i64), Value::int(size.ws_row as i64)];
    orochi_object::structseq::make(cx, &super::TERMINAL_SIZE, &fields)
}

fn openpty(cx: &Cx, _: Args) -> Res {
    let (mut master, mut slave) = (-1, -1);
    let null = core::ptr::null_mut();
    let (m, s) = (&raw mut master, &raw mut slave);
    // SAFETY: the descriptors go to locals; name, settings and size may be null.
    sys(cx, || unsafe { libc::openpty(m, s, null, null.cast(), null.cast()) })?;
    make_inheritable(cx, master, false)?;
    make_inheritable(cx, slave, false)?;
    pair(cx, master, slave)
}

fn posix_openpt(cx: &Cx, args: Args) -> Res {
    let flags = ops::to_i32(cx, args.get(0))? | libc::O_CLOEXEC;
    // SAFETY: takes no pointers.
    let fd = sys(cx, || unsafe { libc::posix_openpt(flags) })?;
    Ok(Value::int(fd as i64))
}

fn grantpt(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::grantpt(fd_of(cx, args)?) })?;
    Ok(Value::NONE)
}

fn unlockpt(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::unlockpt(fd_of(cx, args)?) })?;
    Ok(Value::NONE)
}

fn ptsname(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, args)?;
    let mut name = [0 as libc::c_char; 256];
    // SAFETY: the buffer is writable for its length.
    let code = unsafe { libc::ptsname_r(fd, name.as_mut_ptr(), name.len()) };
    if code != 0 {
        return Err(exception::os_error(cx, code, None));
    }
    // SAFETY: the call has ended the name with a NUL.
    unsafe { text_or_none(cx, name.as_ptr()) }
}

fn login_tty(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::login_tty(fd_of(cx, args)?) })?;
    Ok(Value::NONE)
}

fn tcgetpgrp(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    let group = check(cx, unsafe { libc::tcgetpgrp(fd_of(cx, args)?) })?;
    Ok(Value::int(group as i64))
}

fn tcsetpgrp(cx: &Cx, args: Args) -> Res {
    let (fd, group) = (fd_of(cx, args)?, ops::to_i32(cx, args.get(1))?);
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::tcsetpgrp(fd, group) })?;
    Ok(Value::NONE)
}
