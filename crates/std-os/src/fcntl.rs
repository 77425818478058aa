//! `fcntl`: control of descriptors and file locks.

use crate::consts;
use crate::util::*;
use libc::c_int;
use orochi_object::path;
use orochi_object::prelude::*;

/// The module `fcntl`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "fcntl",
    functions: &[
        function("fcntl", "(fd, cmd, arg=0, /)", fcntl),
        function("ioctl", "(fd, request, arg=0, mutate_flag=True, /)", ioctl),
        function("flock", "(fd, operation, /)", flock),
        function("lockf", "(fd, cmd, len=0, start=0, whence=0, /)", lockf),
    ],
    constants: consts::fcntl::CONSTANTS,
    ..ModuleDef::DEFAULT
};

/// Room for arguments that are copied in and out.
const ROOM: usize = 1024;

fn number(cx: &Cx, v: Option<Value>) -> Res<i64> {
    let Some(v) = v else { return Ok(0) };
    let n = ops::index(cx, v)?;
    match n.as_i64() {
        Some(n) => Ok(n),
        None => match n.to_big().and_then(|n| n.as_ref().to_u64()) {
            Some(n) => Ok(n as i64),
            None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C long"),
        },
    }
}

/// The bytes of a str or bytes-like argument; `None` for a number.
fn data(cx: &Cx, v: Option<Value>) -> Res<Option<Vec<u8>>> {
    let Some(v) = v else { return Ok(None) };
    if let Some(s) = v.as_str() {
        return Ok(Some(path::fs_encode(cx, s)?));
    }
    if v.is_int() || class_of(v).slots.buffer().is_none() {
        return Ok(None);
    }
    Ok(Some(path::bytes_like(cx, v)?.as_slice().to_vec()))
}

fn fcntl(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let command = ops::to_i32(cx, args.get(1))?;
    if let Some(data) = data(cx, args.opt(2))? {
        if data.len() > ROOM {
            return raise!(cx, VALUE_ERROR, "fcntl argument 3 is too long");
        }
        let mut buffer = [0u8; ROOM];
        buffer[..data.len()].copy_from_slice(&data);
        let p = buffer.as_mut_ptr();
        // SAFETY: commands read and write at most the record that was passed in.
        sys(cx, || unsafe { libc::fcntl(fd, command, p) })?;
        return Ok(cx.new_bytes(&buffer[..data.len()])?.value());
    }
    let arg = number(cx, args.opt(2))?;
    // SAFETY: the command takes an integer.
    let result = sys(cx, || unsafe { libc::fcntl(fd, command, arg as c_int) })?;
    Ok(Value::int(result as i64))
}

fn ioctl(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let request = number(cx, args.opt(1))? as u32 as libc::Ioctl;
    let mutate = flag(cx, args.opt(3), true)?;
    let Some(v) = args.opt(2).filter(|v| !v.is_int()) else {
        let arg = number(cx, args.opt(2))?;
        // SAFETY: the request takes an integer.
        let result = sys(cx, || unsafe { libc::ioctl(fd, request, arg as c_int) })?;
        return Ok(Value::int(result as i64));
    };
    let mut buffer = [0u8; ROOM];
    let p = buffer.as_mut_ptr();
    let writable = match class_of(v).slots.buffer() {
        Some(_) if v.downcast::<PyBytes>().is_none() && mutate => {
            path::writable_buffer(cx, v, "ioctl() argument 3").ok()
        }
        _ => None,
    };
    if let Some(window) = writable {
        if window.len > ROOM {
            let p = window.data;
            // SAFETY: the exported bytes stay in place until the buffer is dropped.
            let result = sys(cx, || unsafe { libc::ioctl(fd, request, p) })?;
            return Ok(Value::int(result as i64));
        }
        buffer[..window.len].copy_from_slice(window.as_slice());
        // SAFETY: requests read and write at most the record that was passed in.
        let result = sys(cx, || unsafe { libc::ioctl(fd, request, p) })?;
        window.write(0, &buffer[..window.len]);
        return Ok(Value::int(result as i64));
    }
    let Some(data) = data(cx, Some(v))? else {
        return Err(wrong_type(
            cx,
            "ioctl() argument 3 must be an integer, a bytes-like object, or a string",
            v,
        ));
    };
    if data.len() > ROOM {
        return raise!(cx, VALUE_ERROR, "ioctl argument 3 is too long");
    }
    buffer[..data.len()].copy_from_slice(&data);
    // SAFETY: as above.
    sys(cx, || unsafe { libc::ioctl(fd, request, p) })?;
    Ok(cx.new_bytes(&buffer[..data.len()])?.value())
}

fn flock(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let operation = ops::to_i32(cx, args.get(1))?;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::flock(fd, operation) })?;
    Ok(Value::NONE)
}

fn lockf(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let operation = ops::to_i32(cx, args.get(1))?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut lock: libc::flock = unsafe { core::mem::zeroed() };
    lock.l_type = if operation == libc::LOCK_UN {
        libc::F_UNLCK as i16
    } else if operation & libc::LOCK_SH != 0 {
        libc::F_RDLCK as i16
    } else if operation & libc::LOCK_EX != 0 {
        libc::F_WRLCK as i16
    } else {
        return raise!(cx, VALUE_ERROR, "unrecognized lockf argument");
    };
    lock.l_len = number(cx, args.opt(2))?;
    lock.l_start = number(cx, args.opt(3))?;
    lock.l_whence = int_or(cx, args.opt(4), 0)? as i16;
    let command = if operation & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    let record = &raw const lock;
    // SAFETY: the record is a local.
    sys(cx, || unsafe { libc::fcntl(fd, command, record) })?;
    Ok(Value::NONE)
}
