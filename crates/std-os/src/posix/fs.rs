//! Names in directories: making, moving, removing; the current directory; extended attributes.

use super::*;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    function("getcwd", "()", getcwd),
    function("getcwdb", "()", getcwdb),
    function("chdir", "(path)", chdir),
    function("fchdir", "(fd)", fchdir),
    function("chroot", "(path)", chroot),
    function("mkdir", "(path, mode=0o777, *, dir_fd=None)", mkdir),
    function("rmdir", "(path, *, dir_fd=None)", rmdir),
    function("unlink", "(path, *, dir_fd=None)", unlink),
    function("remove", "(path, *, dir_fd=None)", remove),
    function("rename", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", rename),
    function("replace", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", replace),
    function(
        "link",
        "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=False)",
        link,
    ),
    function("symlink", "(src, dst, target_is_directory=False, *, dir_fd=None)", symlink),
    function("readlink", "(path, *, dir_fd=None)", readlink),
    function("mkfifo", "(path, mode=0o666, *, dir_fd=None)", mkfifo),
    function("mknod", "(path, mode=0o600, device=0, *, dir_fd=None)", mknod),
    function("major", "(device, /)", major),
    function("minor", "(device, /)", minor),
    function("makedev", "(major, minor, /)", makedev),
    function("getxattr", "(path, attribute, *, follow_symlinks=True)", getxattr),
    function("setxattr", "(path, attribute, value, flags=0, *, follow_symlinks=True)", setxattr),
    function("removexattr", "(path, attribute, *, follow_symlinks=True)", removexattr),
    function("listxattr", "(path=None, *, follow_symlinks=True)", listxattr),
    function("fspath", "(path)", |cx, args| path::fspath(cx, args.get(0))),
    function("_path_normpath", "(path)", normpath),
    function("_path_splitroot_ex", "(p, /)", splitroot),
];

fn current(cx: &Cx) -> Res<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    match cx.detached(std::env::current_dir) {
        Ok(place) => Ok(place.into_os_string().into_vec()),
        Err(e) => Err(exception::os_error(cx, e.raw_os_error().unwrap_or(0), None)),
    }
}

fn getcwd(cx: &Cx, _: Args) -> Res {
    Ok(path::fs_decode(cx, &current(cx)?)?.value())
}

fn getcwdb(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_bytes(&current(cx)?)?.value())
}

fn chdir(cx: &Cx, args: Args) -> Res {
    let place = path_arg(cx, args.opt(0), "chdir", "path", Also::Fd)?;
    match place.fd {
        // SAFETY: takes no pointers.
        Some(fd) => sys_at(cx, &place, || unsafe { libc::fchdir(fd) })?,
        // SAFETY: the path is NUL-terminated.
        None => sys_at(cx, &place, || unsafe { libc::chdir(place.ptr()) })?,
    };
    Ok(Value::NONE)
}

fn fchdir(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::fchdir(fd) })?;
    Ok(Value::NONE)
}

fn chroot(cx: &Cx, args: Args) -> Res {
    let place = plain_path(cx, args.get(0), "chroot")?;
    // SAFETY: the path is NUL-terminated.
    sys_at(cx, &place, || unsafe { libc::chroot(place.ptr()) })?;
    Ok(Value::NONE)
}

fn mkdir(cx: &Cx, args: Args) -> Res {
    let place = plain_path(cx, args.get(0), "mkdir")?;
    let mode = int_or(cx, args.opt(1), 0o777)? as libc::mode_t;
    let dir = dir_fd(cx, args.opt(2))?;
    // SAFETY: the path is NUL-terminated.
    sys_at(cx, &place, || unsafe { libc::mkdirat(dir, place.ptr(), mode) })?;
    Ok(Value::NONE)
}

fn remove_name(cx: &Cx, args: Args, function: &str, flags: c_int) -> Res {
    let place = plain_path(cx, args.get(0), function)?;
    let dir = dir_fd(cx, args.opt(1))?;
    // SAFETY: the path is NUL-terminated.
    sys_at(cx, &place, || unsafe { libc::unlinkat(dir, place.ptr(), flags) })?;
    Ok(Value::NONE)
}

fn rmdir(cx: &Cx, args: Args) -> Res {
    remove_name(cx, args, "rmdir", libc::AT_REMOVEDIR)
}
fn unlink(cx: &Cx, args: Args) -> Res {
    remove_name(cx, args, "unlink", 0)
}
fn remove(cx: &Cx, args: Args) -> Res {
    remove_name(cx, args, "remove", 0)
}

/// Source and target paths of `function`.
fn two_paths(cx: &Cx, args: Args, function: &str) -> Res<(PathArg, PathArg)> {
    let src = path_arg(cx, args.opt(0), function, "src", Also::Nothing)?;
    let dst = path_arg(cx, args.opt(1), function, "dst", Also::Nothing)?;
    Ok((src, dst))
}

/// Runs a call about two files.
fn sys_two(cx: &Cx, src: &PathArg, dst: &PathArg, f: impl FnMut() -> c_int) -> Res {
    match try_sys(cx, f)? {
        Ok(_) => Ok(Value::NONE),
        Err(code) => Err(exception::os_error_two(cx, code, src.name(), dst.name())),
    }
}

fn move_file(cx: &Cx, args: Args, function: &str) -> Res {
    let (src, dst) = two_paths(cx, args, function)?;
    let (from, to) = (dir_fd(cx, args.opt(2))?, dir_fd(cx, args.opt(3))?);
    cx.flush_writers();
    // SAFETY: the paths are NUL-terminated.
    sys_two(cx, &src, &dst, || unsafe { libc::renameat(from, src.ptr(), to, dst.ptr()) })
}

fn rename(cx: &Cx, args: Args) -> Res {
    move_file(cx, args, "rename")
}
fn replace(cx: &Cx, args: Args) -> Res {
    move_file(cx, args, "replace")
}

fn link(cx: &Cx, args: Args) -> Res {
    let (src, dst) = two_paths(cx, args, "link")?;
    let (from, to) = (dir_fd(cx, args.opt(2))?, dir_fd(cx, args.opt(3))?);
    let flags = if flag(cx, args.opt(4), false)? { libc::AT_SYMLINK_FOLLOW } else { 0 };
    // SAFETY: the paths are NUL-terminated.
    sys_two(cx, &src, &dst, || unsafe { libc::linkat(from, src.ptr(), to, dst.ptr(), flags) })
}

fn symlink(cx: &Cx, args: Args) -> Res {
    let (src, dst) = two_paths(cx, args, "symlink")?;
    let dir = dir_fd(cx, args.opt(3))?;
    if src.is_bytes != dst.is_bytes {
        return raise!(cx, TYPE_ERROR, "symlink: src and dst must be the same type");
    }
    // SAFETY: the paths are NUL-terminated.
    sys_two(cx, &src, &dst, || unsafe { libc::symlinkat(src.ptr(), dir, dst.ptr()) })
}

fn readlink(cx: &Cx, args: Args) -> Res {
    let place = plain_path(cx, args.get(0), "readlink")?;
    let dir = dir_fd(cx, args.opt(1))?;
    let mut target = vec![0u8; 4096];
    let (to, n) = (target.as_mut_ptr(), target.len());
    // SAFETY: the path is NUL-terminated, `to` has room for `n` bytes.
    let len = sys_at(cx, &place, || unsafe { libc::readlinkat(dir, place.ptr(), to.cast(), n) })?;
    place.same_kind(cx, &target[..len as usize])
}

fn mkfifo(cx: &Cx, args: Args) -> Res {
    let place = plain_path(cx, args.get(0), "mkfifo")?;
    let mode = int_or(cx, args.opt(1), 0o666)? as libc::mode_t;
    let dir = dir_fd(cx, args.opt(2))?;
    // SAFETY: the path is NUL-terminated.
    sys_at(cx, &place, || unsafe { libc::mkfifoat(dir, place.ptr(), mode) })?;
    Ok(Value::NONE)
}

fn mknod(cx: &Cx, args: Args) -> Res {
    let place = plain_path(cx, args.get(0), "mknod")?;
    let mode = int_or(cx, args.opt(1), 0o600)? as libc::mode_t;
    let device = match args.opt(2) {
        Some(v) => device_arg(cx, v)?,
        None => 0,
    };
    let dir = dir_fd(cx, args.opt(3))?;
    // SAFETY: the path is NUL-terminated.
    sys_at(cx, &place, || unsafe { libc::mknodat(dir, place.ptr(), mode, device) })?;
    Ok(Value::NONE)
}

/// A device number; -1 is `NODEV`.
fn device_arg(cx: &Cx, v: Value) -> Res<u64> {
    let n = ops::index(cx, v)?;
    if n.as_i64() == Some(-1) {
        return Ok(u64::MAX);
    }
    match n.to_big().map(|n| n.as_ref().to_u64()) {
        Some(Some(n)) => Ok(n),
        _ if n.as_i64().is_some_and(|n| n < 0) => {
            raise!(cx, OVERFLOW_ERROR, "can't convert negative int to unsigned")
        }
        _ => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C unsigned long"),
    }
}

fn major(cx: &Cx, args: Args) -> Res {
    let device = device_arg(cx, args.get(0))?;
    if device == u64::MAX {
        return Ok(Value::int(-1));
    }
    Ok(Value::int(libc::major(device) as i64))
}

fn minor(cx: &Cx, args: Args) -> Res {
    let device = device_arg(cx, args.get(0))?;
    if device == u64::MAX {
        return Ok(Value::int(-1));
    }
    Ok(Value::int(libc::minor(device) as i64))
}

fn makedev(cx: &Cx, args: Args) -> Res {
    let (a, b) = (ops::to_i64(cx, args.get(0))?, ops::to_i64(cx, args.get(1))?);
    if a == -1 && b == -1 {
        return Ok(Value::int(-1));
    }
    match (u32::try_from(a), u32::try_from(b)) {
        (Ok(a), Ok(b)) => cx.new_uint(libc::makedev(a, b)),
        _ => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C unsigned int"),
    }
}

/// File and attribute name of the calls about extended attributes.
fn attribute(cx: &Cx, args: Args, function: &str) -> Res<(PathArg, PathArg)> {
    let file = path_arg(cx, args.opt(0), function, "path", Also::Fd)?;
    let name = path_arg(cx, args.opt(1), function, "attribute", Also::Nothing)?;
    Ok((file, name))
}

fn getxattr(cx: &Cx, args: Args) -> Res {
    let (file, name) = attribute(cx, args, "getxattr")?;
    let follow = flag(cx, args.opt(2), true)?;
    let mut data = vec![0u8; 1 << 16];
    let (to, n) = (data.as_mut_ptr().cast(), data.len());
    // SAFETY: names are NUL-terminated, `to` has room for `n` bytes.
    let got = sys_at(cx, &file, || unsafe {
        match file.fd {
            Some(fd) => libc::fgetxattr(fd, name.ptr(), to, n),
            None if follow => libc::getxattr(file.ptr(), name.ptr(), to, n),
            None => libc::lgetxattr(file.ptr(), name.ptr(), to, n),
        }
    })?;
    Ok(cx.new_bytes(&data[..got as usize])?.value())
}

fn setxattr(cx: &Cx, args: Args) -> Res {
    let (file, name) = attribute(cx, args, "setxattr")?;
    let value = path::bytes_like(cx, args.get(2))?;
    let flags = int_or(cx, args.opt(3), 0)?;
    let follow = flag(cx, args.opt(4), true)?;
    let (from, n) = (value.data.cast(), value.len);
    // SAFETY: names are NUL-terminated, `from` has `n` bytes.
    sys_at(cx, &file, || unsafe {
        match file.fd {
            Some(fd) => libc::fsetxattr(fd, name.ptr(), from, n, flags),
            None if follow => libc::setxattr(file.ptr(), name.ptr(), from, n, flags),
            None => libc::lsetxattr(file.ptr(), name.ptr(), from, n, flags),
        }
    })?;
    Ok(Value::NONE)
}

fn removexattr(cx: &Cx, args: Args) -> Res {
    let (file, name) = attribute(cx, args, "removexattr")?;
    let follow = flag(cx, args.opt(2), true)?;
    // SAFETY: names are NUL-terminated.
    sys_at(cx, &file, || unsafe {
        match file.fd {
            Some(fd) => libc::fremovexattr(fd, name.ptr()),
            None if follow => libc::removexattr(file.ptr(), name.ptr()),
            None => libc::lremovexattr(file.ptr(), name.ptr()),
        }
    })?;
    Ok(Value::NONE)
}

fn listxattr(cx: &Cx, args: Args) -> Res {
    let file = path_arg(cx, args.opt(0), "listxattr", "path", Also::FdOrNone)?;
    let follow = flag(cx, args.opt(1), true)?;
    let mut data = vec![0u8; 1 << 16];
    let (to, n) = (data.as_mut_ptr().cast(), data.len());
    // SAFETY: the path is NUL-terminated, `to` has room for `n` bytes.
    let got = sys_at(cx, &file, || unsafe {
        match file.fd {
            Some(fd) => libc::flistxattr(fd, to, n),
            None if follow => libc::listxattr(file.ptr(), to, n),
            None => libc::llistxattr(file.ptr(), to, n),
        }
    })?;
    let list = cx.new_list(&[])?;
    for name in data[..got as usize].split(|b| *b == 0).filter(|name| !name.is_empty()) {
        list.push(cx, path::fs_decode(cx, name)?.value())?;
    }
    Ok(list.value())
}

/// Where the root part of a path ends: `/`, `//`, or nothing.
fn root_length(path: &[u32]) -> usize {
    let slash = '/' as u32;
    match path {
        [a, ..] if *a != slash => 0,
        [] => 0,
        [_, b, c, ..] if *b == slash && *c != slash => 2,
        [_, b] if *b == slash => 2,
        _ => 1,
    }
}

/// Code points of a str or bytes path.
fn points(cx: &Cx, path: Value) -> Res<Vec<u32>> {
    let (text, bytes) = (path.as_str(), path.downcast::<PyBytes>());
    let n = text.map_or(0, |s| s.len()).max(bytes.map_or(0, |b| b.len()));
    let mut points = Vec::new();
    cx.make_room(&mut points, n)?;
    // What is made of them: parts, and the points again.
    cx.expect_memory(n.saturating_mul(16))?;
    match (text, bytes) {
        (Some(s), _) => points.extend(s.text().iter()),
        (None, Some(b)) => points.extend(b.data().iter().map(|b| *b as u32)),
        _ => {}
    }
    Ok(points)
}

fn from_points(cx: &Cx, like: Value, points: &[u32]) -> Res {
    if like.as_str().is_some() {
        return Ok(cx.str_from_units(orochi_text::Units::Four(points))?.value());
    }
    let bytes: Vec<u8> = points.iter().map(|p| *p as u8).collect();
    Ok(cx.new_bytes(&bytes)?.value())
}

fn splitroot(cx: &Cx, args: Args) -> Res {
    let path = path::fspath(cx, args.get(0))?;
    let all = points(cx, path)?;
    let root = root_length(&all);
    let empty = from_points(cx, path, &[])?;
    let root_text = from_points(cx, path, &all[..root])?;
    let tail = from_points(cx, path, &all[root..])?;
    Ok(cx.new_tuple(&[empty, root_text, tail])?.value())
}

fn normpath(cx: &Cx, args: Args) -> Res {
    let path = path::fspath(cx, args.get(0))?;
    let all = points(cx, path)?;
    let (slash, dot) = ('/' as u32, '.' as u32);
    let root = root_length(&all);
    let mut parts: Vec<&[u32]> = Vec::new();
    for part in all[root..].split(|c| *c == slash) {
        if part.is_empty() || part == [dot] {
            continue;
        }
        let up = part == [dot, dot];
        let last_up = parts.last().is_some_and(|last| *last == [dot, dot]);
        if !up || (root == 0 && parts.is_empty()) || last_up {
            parts.push(part);
        } else if !parts.is_empty() {
            parts.pop();
        }
    }
    let mut result = all[..root].to_vec();
    result.extend(parts.join(&slash));
    if result.is_empty() {
        result.push(dot);
    }
    from_points(cx, path, &result)
}
