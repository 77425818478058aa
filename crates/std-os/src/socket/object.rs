//! The type `_socket.socket`.

use super::address::{self, Address};
use super::*;
use core::sync::atomic::AtomicI32;
use orochi_object::args::Signature;
use orochi_object::layout::{self, HeapLayout};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The layout number of sockets.
pub(crate) const LAYOUT_NUMBER: u16 = layout::STD_OS_BASE + 1;

/// A socket. All fields are atomics: threads may close it while others use it.
#[repr(C)]
pub(super) struct Socket {
    header: Header,
    /// The descriptor plus one; 0 is closed.
    fd_plus: AtomicI32,
    family: AtomicI32,
    kind: AtomicI32,
    proto: AtomicI32,
    /// Nanoseconds; -1 for none.
    timeout: AtomicI64,
}
// SAFETY: repr(C) with a Header first; there are no slots.
unsafe impl Object for Socket {
    const LAYOUT: u16 = LAYOUT_NUMBER;
}

/// The heap layout of sockets.
pub(crate) const LAYOUT: HeapLayout =
    HeapLayout { name: "socket", trace: Some(trace), trace_range: None, drop: Some(drop_socket) };

/// # Safety
/// Called by the collector with a socket.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: only a subclass's words follow the struct.
    unsafe { layout::visit_rest(header, size_of::<Socket>(), tracer) }
}

/// # Safety
/// Called by the collector with an unreachable socket.
unsafe fn drop_socket(header: *mut Header) {
    // SAFETY: as the caller promises; nobody else uses the descriptor any more.
    unsafe {
        let fd = (*header.cast::<Socket>()).fd_plus.swap(0, Ordering::AcqRel) - 1;
        if fd >= 0 {
            libc::close(fd);
        }
    }
}

pub(super) static CELL: TypeCell = TypeCell::new();
pub(super) static TYPE: TypeDef = TypeDef {
    name: "_socket.socket",
    cell: &CELL,
    layout: LAYOUT_NUMBER,
    size: size_of::<Socket>(),
    flags: types::flag::BASETYPE,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::NONE },
    methods: &[
        method("_accept", "(self, /)", accept),
        method("bind", "(self, address, /)", bind),
        method("close", "(self, /)", close_socket),
        method("connect", "(self, address, /)", connect),
        method("connect_ex", "(self, address, /)", connect_ex),
        method("detach", "(self, /)", |_, args| {
            Ok(Value::int(of(args.get(0)).fd_plus.swap(0, Ordering::AcqRel) as i64 - 1))
        }),
        method("fileno", "(self, /)", |_, args| Ok(Value::int(of(args.get(0)).fd() as i64))),
        method("getpeername", "(self, /)", getpeername),
        method("getsockname", "(self, /)", getsockname),
        method("getsockopt", "(self, level, option, buflen=0, /)", getsockopt),
        method("setsockopt", "(self, level, option, value, optlen=0, /)", setsockopt),
        method("listen", "(self, backlog=128, /)", listen),
        method("recv", "(self, bufsize, flags=0, /)", recv),
        method("recv_into", "(self, buffer, nbytes=0, flags=0)", recv_into),
        method("recvfrom", "(self, bufsize, flags=0, /)", recvfrom),
        method("recvfrom_into", "(self, buffer, nbytes=0, flags=0)", recvfrom_into),
        method("send", "(self, data, flags=0, /)", send),
        method("sendall", "(self, data, flags=0, /)", sendall),
        method("sendto", "(self, data, flags, address=None, /)", sendto),
        method("recvmsg", "(self, bufsize, ancbufsize=0, flags=0, /)", message::recvmsg),
        method("recvmsg_into", "(self, buffers, ancbufsize=0, flags=0, /)", message::recvmsg_into),
        method(
            "sendmsg",
            "(self, buffers, ancdata=(), flags=0, address=None, /)",
            message::sendmsg,
        ),
        method("setblocking", "(self, flag, /)", setblocking),
        method("getblocking", "(self, /)", |_, args| {
            Ok(Value::bool(of(args.get(0)).timeout() != 0))
        }),
        method("settimeout", "(self, timeout, /)", settimeout),
        method("gettimeout", "(self, /)", |cx, args| seconds(cx, of(args.get(0)).timeout())),
        method("shutdown", "(self, how, /)", shutdown),
    ],
    getset: &[
        field_getter("family", |_, v| Ok(Value::int(of(v).family() as i64))),
        field_getter("type", |_, v| Ok(Value::int(of(v).kind.load(Ordering::Relaxed) as i64))),
        field_getter("proto", |_, v| Ok(Value::int(of(v).proto.load(Ordering::Relaxed) as i64))),
        getter("timeout", |cx, v| seconds(cx, of(v).timeout())),
    ],
    ..TypeDef::DEFAULT
};

pub(super) fn of(v: Value) -> Ref<Socket> {
    // SAFETY: receivers of this type.
    unsafe { v.cast() }
}

impl Socket {
    /// The descriptor, -1 when closed.
    pub(super) fn fd(&self) -> c_int {
        self.fd_plus.load(Ordering::Acquire) - 1
    }
    pub(super) fn family(&self) -> c_int {
        self.family.load(Ordering::Relaxed)
    }
    fn timeout(&self) -> i64 {
        self.timeout.load(Ordering::Relaxed)
    }
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    let socket: Ref<Socket> = cx.alloc_instance(class, 0)?;
    socket.timeout.store(-1, Ordering::Relaxed);
    Ok(socket.value())
}

static INIT: LazyLock<Signature> =
    LazyLock::new(|| Signature::parse("(family=-1, type=-1, proto=-1, fileno=None)"));

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT.bind(cx, "socket", 0, args, &mut |args| {
        let family = int_or(cx, args.opt(0), -1)?;
        let kind = int_or(cx, args.opt(1), -1)?;
        let proto = int_or(cx, args.opt(2), -1)?;
        match args.non_none(3) {
            Some(fd) => adopt(cx, v, fd, family, kind, proto),
            None => {
                let family = if family == -1 { libc::AF_INET } else { family };
                let kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
                let proto = if proto == -1 { 0 } else { proto };
                // SAFETY: takes no pointers.
                let fd =
                    sys(cx, || unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) })?;
                fill(cx, v, fd, family, kind, proto)
            }
        }
    })
}

/// Takes over an open descriptor, asking the system for what is not given.
fn adopt(cx: &Cx, v: Value, fd: Value, family: c_int, kind: c_int, proto: c_int) -> Res<()> {
    if fd.is_float() {
        return raise!(cx, TYPE_ERROR, "integer argument expected, got float");
    }
    let fd = ops::to_i32(cx, fd)?;
    if fd < 0 {
        return raise!(cx, VALUE_ERROR, "negative file descriptor");
    }
    let mut a = Address::room();
    let (p, n) = (a.ptr_mut(), a.len_mut());
    // SAFETY: the pointers are to a local with room for any address.
    let known = try_sys(cx, || unsafe { libc::getsockname(fd, p, n) })?;
    let family = match known {
        Ok(_) if family == -1 => a.family(),
        Ok(_) => family,
        Err(code) if family == -1 || code == libc::EBADF || code == libc::ENOTSOCK => {
            return Err(exception::os_error(cx, code, None));
        }
        Err(_) => family,
    };
    let kind = if kind == -1 { option_number(cx, fd, libc::SO_TYPE)? } else { kind };
    let proto = if proto == -1 { option_number(cx, fd, libc::SO_PROTOCOL)? } else { proto };
    fill(cx, v, fd, family, kind, proto)
}

fn option_number(cx: &Cx, fd: c_int, option: c_int) -> Res<c_int> {
    let mut n: c_int = 0;
    let mut len = size_of::<c_int>() as libc::socklen_t;
    let (p, l) = ((&raw mut n).cast(), &raw mut len);
    // SAFETY: the pointers are to locals.
    check(cx, unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, option, p, l) })?;
    Ok(n)
}

fn fill(cx: &Cx, v: Value, fd: c_int, family: c_int, kind: c_int, proto: c_int) -> Res<()> {
    let socket = of(v);
    socket.family.store(family, Ordering::Relaxed);
    socket.kind.store(kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK), Ordering::Relaxed);
    socket.proto.store(proto, Ordering::Relaxed);
    let default = DEFAULT_TIMEOUT.load(Ordering::Relaxed);
    let timeout = if kind & libc::SOCK_NONBLOCK != 0 { 0 } else { default };
    socket.timeout.store(timeout, Ordering::Relaxed);
    socket.fd_plus.store(fd + 1, Ordering::Release);
    if timeout >= 0 && kind & libc::SOCK_NONBLOCK == 0 {
        crate::posix::make_blocking(cx, fd, false)?;
    }
    Ok(())
}

pub(super) fn socketpair(cx: &Cx, args: Args) -> Res {
    let family = int_or(cx, args.opt(0), libc::AF_UNIX)?;
    let kind = int_or(cx, args.opt(1), libc::SOCK_STREAM)?;
    let proto = int_or(cx, args.opt(2), 0)?;
    let mut fds = [0; 2];
    let p = fds.as_mut_ptr();
    // SAFETY: room for two descriptors.
    sys(cx, || unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, p) })?;
    let a = new(cx, CELL.get(), CallArgs::EMPTY)?;
    fill(cx, a, fds[0], family, kind, proto)?;
    let b = new(cx, CELL.get(), CallArgs::EMPTY)?;
    fill(cx, b, fds[1], family, kind, proto)?;
    Ok(cx.new_tuple(&[a, b])?.value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let s = of(v);
    let load = |n: &AtomicI32| n.load(Ordering::Relaxed);
    let text = format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        s.fd(),
        s.family(),
        load(&s.kind),
        load(&s.proto)
    );
    Ok(cx.new_str(&text)?.value())
}

/// Waits until the socket is ready; false when the deadline passed first.
fn ready(cx: &Cx, fd: c_int, events: i16, until: Instant) -> Res<bool> {
    let mut fds = [libc::pollfd { fd, events, revents: 0 }];
    Ok(crate::select::wait(cx, &mut fds, Some(until))? > 0)
}

#[cold]
fn timed_out(cx: &Cx) -> Raised {
    cx.error(&exception::TIMEOUT_ERROR, "timed out")
}

/// When an operation that starts now must have ended; `None` without timeout.
pub(super) fn deadline(s: Ref<Socket>) -> Option<Instant> {
    match s.timeout() {
        n if n > 0 => Instant::now().checked_add(Duration::from_nanos(n as u64)),
        _ => None,
    }
}

/// Runs a transfer within the socket's timeout.
pub(super) fn transfer<R: SysResult>(
    cx: &Cx,
    s: Ref<Socket>,
    events: i16,
    until: Option<Instant>,
    mut f: impl FnMut(c_int) -> R,
) -> Res<R> {
    let fd = s.fd();
    loop {
        if let Some(until) = until
            && !ready(cx, fd, events, until)?
        {
            return Err(timed_out(cx));
        }
        match try_sys(cx, || f(fd))? {
            Ok(result) => return Ok(result),
            Err(code) if until.is_some() && (code == libc::EAGAIN || code == libc::EWOULDBLOCK) => {
            }
            Err(code) => return Err(exception::os_error(cx, code, None)),
        }
    }
}

fn accept(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let mut a = Address::room();
    let (p, n) = (a.ptr_mut(), a.len_mut());
    // SAFETY: the pointers are to a local with room for any address.
    let fd = transfer(cx, s, libc::POLLIN, deadline(s), |fd| unsafe {
        libc::accept4(fd, p, n, libc::SOCK_CLOEXEC)
    })?;
    let address = address::to_python(cx, &a)?;
    Ok(cx.new_tuple(&[Value::int(fd as i64), address])?.value())
}

fn bind(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let a = address::from_python(cx, s.family(), args.get(1), "bind")?;
    // SAFETY: the address is a local.
    sys(cx, || unsafe { libc::bind(s.fd(), a.ptr(), a.len) })?;
    Ok(Value::NONE)
}

fn close_socket(cx: &Cx, args: Args) -> Res {
    let fd = of(args.get(0)).fd_plus.swap(0, Ordering::AcqRel) - 1;
    if fd >= 0 {
        // SAFETY: takes no pointers.
        let (result, code) = cx.detached(|| (unsafe { libc::close(fd) }, errno()));
        if result < 0 && code != libc::ECONNRESET && code != libc::EINTR {
            return Err(exception::os_error(cx, code, None));
        }
    }
    Ok(Value::NONE)
}

/// Connects; the inner error is an error number.
fn try_connect(cx: &Cx, args: Args, caller: &str) -> Res<Result<(), i32>> {
    let s = of(args.get(0));
    let a = address::from_python(cx, s.family(), args.get(1), caller)?;
    let (fd, until) = (s.fd(), deadline(s));
    // SAFETY: the address is a local.
    let (result, code) = cx.detached(|| (unsafe { libc::connect(fd, a.ptr(), a.len) }, errno()));
    if result == 0 {
        return Ok(Ok(()));
    }
    let waits = match code {
        libc::EINTR => {
            cx.check_signals()?;
            s.timeout() != 0
        }
        libc::EINPROGRESS => s.timeout() > 0,
        _ => false,
    };
    if !waits {
        return Ok(Err(code));
    }
    let mut fds = [libc::pollfd { fd, events: libc::POLLOUT, revents: 0 }];
    if crate::select::wait(cx, &mut fds, until)? == 0 {
        return Err(timed_out(cx));
    }
    match option_number(cx, fd, libc::SO_ERROR)? {
        0 | libc::EISCONN => Ok(Ok(())),
        code => Ok(Err(code)),
    }
}

fn connect(cx: &Cx, args: Args) -> Res {
    match try_connect(cx, args, "connect")? {
        Ok(()) => Ok(Value::NONE),
        Err(code) => Err(exception::os_error(cx, code, None)),
    }
}

fn connect_ex(cx: &Cx, args: Args) -> Res {
    match try_connect(cx, args, "connect_ex") {
        Ok(Ok(())) => Ok(Value::int(0)),
        Ok(Err(code)) => Ok(Value::int(code as i64)),
        Err(raised) if raised.is(&exception::TIMEOUT_ERROR) => {
            Ok(Value::int(libc::EWOULDBLOCK as i64))
        }
        Err(raised) => Err(raised),
    }
}

fn getsockname(cx: &Cx, args: Args) -> Res {
    let mut a = Address::room();
    let (p, n) = (a.ptr_mut(), a.len_mut());
    // SAFETY: the pointers are to a local with room for any address.
    check(cx, unsafe { libc::getsockname(of(args.get(0)).fd(), p, n) })?;
    address::to_python(cx, &a)
}

fn getpeername(cx: &Cx, args: Args) -> Res {
    let mut a = Address::room();
    let (p, n) = (a.ptr_mut(), a.len_mut());
    // SAFETY: the pointers are to a local with room for any address.
    check(cx, unsafe { libc::getpeername(of(args.get(0)).fd(), p, n) })?;
    address::to_python(cx, &a)
}

fn getsockopt(cx: &Cx, args: Args) -> Res {
    let fd = of(args.get(0)).fd();
    let (level, option) = (ops::to_i32(cx, args.get(1))?, ops::to_i32(cx, args.get(2))?);
    let size = int_or(cx, args.opt(3), 0)?;
    if !(0..=1024).contains(&size) {
        return raise!(cx, OS_ERROR, "getsockopt buflen out of range");
    }
    let mut data = [0u8; 1024];
    let mut len = if size == 0 { 4 } else { size as libc::socklen_t };
    let (p, n) = (data.as_mut_ptr().cast(), &raw mut len);
    // SAFETY: the buffer has room for `len` bytes.
    check(cx, unsafe { libc::getsockopt(fd, level, option, p, n) })?;
    if size == 0 {
        let n = i32::from_ne_bytes([data[0], data[1], data[2], data[3]]);
        return Ok(Value::int(n as i64));
    }
    Ok(cx.new_bytes(&data[..len as usize])?.value())
}

fn setsockopt(cx: &Cx, args: Args) -> Res {
    let fd = of(args.get(0)).fd();
    let (level, option) = (ops::to_i32(cx, args.get(1))?, ops::to_i32(cx, args.get(2))?);
    let v = args.get(3);
    if v.is_none() {
        let Some(size) = args.opt(4) else {
            return raise!(cx, TYPE_ERROR, "setsockopt() takes 4 arguments when value is None");
        };
        let size = ops::to_i32(cx, size)? as libc::socklen_t;
        // SAFETY: a null value of a given length, as the option demands.
        check(cx, unsafe { libc::setsockopt(fd, level, option, core::ptr::null(), size) })?;
        return Ok(Value::NONE);
    }
    if v.is_int() || class_of(v).slots.index().is_some() {
        let n = ops::to_i32(cx, v)?;
        let p = (&raw const n).cast();
        // SAFETY: the value is a local int.
        check(cx, unsafe { libc::setsockopt(fd, level, option, p, 4) })?;
        return Ok(Value::NONE);
    }
    let buffer = path::bytes_like(cx, v)?;
    let n = buffer.len as libc::socklen_t;
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    check(cx, unsafe { libc::setsockopt(fd, level, option, buffer.data.cast(), n) })?;
    Ok(Value::NONE)
}

fn listen(cx: &Cx, args: Args) -> Res {
    let backlog = int_or(cx, args.opt(1), 128)?.max(0);
    let fd = of(args.get(0)).fd();
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::listen(fd, backlog) })?;
    Ok(Value::NONE)
}

/// Room for a message of a size that the program chose.
pub(super) fn room(cx: &Cx, v: Value, function: &str) -> Res<Vec<u8>> {
    let n = ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?;
    if n < 0 {
        return raise!(cx, VALUE_ERROR, "negative buffersize in {function}");
    }
    let mut data = Vec::new();
    if data.try_reserve_exact(n as usize).is_err() {
        return Err(orochi_object::error::memory_error(cx));
    }
    Ok(data)
}

/// `data` with the `n` bytes that a system call wrote.
pub(super) fn bytes_of(cx: &Cx, data: &mut Vec<u8>, n: isize) -> Res {
    // SAFETY: the call wrote `n` bytes, at most the capacity.
    unsafe { data.set_len(n as usize) };
    Ok(cx.new_bytes(data)?.value())
}

fn recv(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let mut data = room(cx, args.get(1), "recv")?;
    let flags = int_or(cx, args.opt(2), 0)?;
    let n = ops::to_i64(cx, args.get(1))? as usize;
    let p = data.as_mut_ptr();
    // SAFETY: `p` has room for `n` bytes.
    let got = transfer(cx, s, libc::POLLIN, deadline(s), |fd| unsafe {
        libc::recv(fd, p.cast(), n, flags)
    })?;
    bytes_of(cx, &mut data, got)
}

fn recvfrom(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let mut data = room(cx, args.get(1), "recvfrom")?;
    let flags = int_or(cx, args.opt(2), 0)?;
    let n = ops::to_i64(cx, args.get(1))? as usize;
    let mut a = Address::room();
    let (p, to, len) = (data.as_mut_ptr(), a.ptr_mut(), a.len_mut());
    // SAFETY: `p` has room for `n` bytes, the address is a local.
    let got = transfer(cx, s, libc::POLLIN, deadline(s), |fd| unsafe {
        libc::recvfrom(fd, p.cast(), n, flags, to, len)
    })?;
    let bytes = bytes_of(cx, &mut data, got)?;
    Ok(cx.new_tuple(&[bytes, address::to_python(cx, &a)?])?.value())
}

/// Where `recv_into` and `recvfrom_into` write, and how much.
fn window(cx: &Cx, args: Args, function: &str) -> Res<(orochi_object::buffer::Buffer, usize)> {
    let buffer = path::writable_buffer(cx, args.get(1), &format!("{function}() argument 1"))?;
    let n = match args.opt(2) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => 0,
    };
    if n < 0 {
        return raise!(cx, VALUE_ERROR, "negative buffersize in {function}");
    }
    if n as usize > buffer.len {
        if function == "recvfrom_into" {
            return raise!(cx, VALUE_ERROR, "nbytes is greater than the length of the buffer");
        }
        return raise!(cx, VALUE_ERROR, "buffer too small for requested bytes");
    }
    let n = if n == 0 { buffer.len } else { n as usize };
    Ok((buffer, n))
}

fn recv_into(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let (buffer, n) = window(cx, args, "recv_into")?;
    let flags = int_or(cx, args.opt(3), 0)?;
    let p = buffer.data;
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    let got = transfer(cx, s, libc::POLLIN, deadline(s), |fd| unsafe {
        libc::recv(fd, p.cast(), n, flags)
    })?;
    Ok(Value::int(got as i64))
}

fn recvfrom_into(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let (buffer, n) = window(cx, args, "recvfrom_into")?;
    let flags = int_or(cx, args.opt(3), 0)?;
    let mut a = Address::room();
    let (p, to, len) = (buffer.data, a.ptr_mut(), a.len_mut());
    // SAFETY: as above; the address is a local.
    let got = transfer(cx, s, libc::POLLIN, deadline(s), |fd| unsafe {
        libc::recvfrom(fd, p.cast(), n, flags, to, len)
    })?;
    Ok(cx.new_tuple(&[Value::int(got as i64), address::to_python(cx, &a)?])?.value())
}

fn send(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let buffer = path::bytes_like(cx, args.get(1))?;
    let flags = int_or(cx, args.opt(2), 0)?;
    let (p, n) = (buffer.data, buffer.len);
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    let put = transfer(cx, s, libc::POLLOUT, deadline(s), |fd| unsafe {
        libc::send(fd, p.cast(), n, flags)
    })?;
    Ok(Value::int(put as i64))
}

fn sendall(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let buffer = path::bytes_like(cx, args.get(1))?;
    let flags = int_or(cx, args.opt(2), 0)?;
    let until = deadline(s);
    let mut at = 0;
    loop {
        let n = buffer.len - at;
        // SAFETY: the exported bytes stay in place until the buffer is dropped.
        let put = transfer(cx, s, libc::POLLOUT, until, |fd| unsafe {
            libc::send(fd, buffer.data.add(at).cast(), n, flags)
        })?;
        at += put as usize;
        if at >= buffer.len {
            return Ok(Value::NONE);
        }
        cx.check_signals()?;
    }
}

fn sendto(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let (flags, to) = match args.opt(3) {
        Some(to) => (ops::to_i32(cx, args.get(2))?, to),
        None => (0, args.get(2)),
    };
    let buffer = path::bytes_like(cx, args.get(1))?;
    let a = address::from_python(cx, s.family(), to, "sendto")?;
    let (p, n) = (buffer.data, buffer.len);
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    let put = transfer(cx, s, libc::POLLOUT, deadline(s), |fd| unsafe {
        libc::sendto(fd, p.cast(), n, flags, a.ptr(), a.len)
    })?;
    Ok(Value::int(put as i64))
}

fn set_timeout(cx: &Cx, s: Ref<Socket>, nanos: i64) -> Res {
    s.timeout.store(nanos, Ordering::Relaxed);
    crate::posix::make_blocking(cx, s.fd(), nanos < 0)?;
    Ok(Value::NONE)
}

fn setblocking(cx: &Cx, args: Args) -> Res {
    let blocking = ops::truth(cx, args.get(1))?;
    set_timeout(cx, of(args.get(0)), if blocking { -1 } else { 0 })
}

fn settimeout(cx: &Cx, args: Args) -> Res {
    let nanos = timeout_nanos(cx, args.get(1))?;
    set_timeout(cx, of(args.get(0)), nanos)
}

fn shutdown(cx: &Cx, args: Args) -> Res {
    let how = ops::to_i32(cx, args.get(1))?;
    let fd = of(args.get(0)).fd();
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::shutdown(fd, how) })?;
    Ok(Value::NONE)
}
