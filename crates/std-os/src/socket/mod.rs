//! `_socket`: sockets, addresses and the databases of hosts and services.

mod address;
mod message;
mod names;
mod object;

use crate::consts;
use crate::util::*;
use core::sync::atomic::{AtomicI64, Ordering};
use libc::c_int;
use orochi_object::collector::Root;
use orochi_object::error::Raised;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::{intern, path};

pub(crate) use object::{LAYOUT, LAYOUT_NUMBER};

/// The module `_socket`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_socket",
    doc: Some(
        "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    ),
    functions: &[
        function(
            "socketpair",
            "(family=AF_UNIX, type=SOCK_STREAM, proto=0, /)",
            object::socketpair,
        ),
        function("close", "(fd, /)", close),
        function("dup", "(fd, /)", dup),
        function("getdefaulttimeout", "()", |cx, _| {
            seconds(cx, DEFAULT_TIMEOUT.load(Ordering::Relaxed))
        }),
        function("setdefaulttimeout", "(timeout, /)", setdefaulttimeout),
        function("gethostname", "()", names::gethostname),
        function("sethostname", "(name, /)", names::sethostname),
        function("gethostbyname", "(host, /)", names::gethostbyname),
        function("gethostbyname_ex", "(host, /)", names::gethostbyname_ex),
        function("gethostbyaddr", "(host, /)", names::gethostbyaddr),
        function(
            "getaddrinfo",
            "(host, port, family=0, type=0, proto=0, flags=0)",
            names::getaddrinfo,
        ),
        function("getnameinfo", "(sockaddr, flags, /)", names::getnameinfo),
        function("getservbyname", "(servicename, protocolname=None, /)", names::getservbyname),
        function("getservbyport", "(port, protocolname=None, /)", names::getservbyport),
        function("getprotobyname", "(name, /)", names::getprotobyname),
        function("if_nameindex", "()", names::if_nameindex),
        function("if_nametoindex", "(oname, /)", names::if_nametoindex),
        function("if_indextoname", "(if_index, /)", names::if_indextoname),
        function("inet_aton", "(ip_addr, /)", address::inet_aton),
        function("inet_ntoa", "(packed_ip, /)", address::inet_ntoa),
        function("inet_pton", "(address_family, ip_string, /)", address::inet_pton),
        function("inet_ntop", "(address_family, packed_ip, /)", address::inet_ntop),
        function("htons", "(integer, /)", |cx, args| swap16(cx, args, "htons")),
        function("ntohs", "(integer, /)", |cx, args| swap16(cx, args, "ntohs")),
        function("htonl", "(integer, /)", |cx, args| swap32(cx, args, "htonl")),
        function("ntohl", "(integer, /)", |cx, args| swap32(cx, args, "ntohl")),
        function("CMSG_LEN", "(length, /)", message::cmsg_len),
        function("CMSG_SPACE", "(length, /)", message::cmsg_space),
    ],
    constants: consts::socket::CONSTANTS,
    types: &[&object::TYPE],
    init: Some(init),
};

/// `setdefaulttimeout` in nanoseconds, -1 for none.
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

static GAIERROR: Root = Root::new();
static HERROR: Root = Root::new();

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    let error = exception::OS_ERROR.get().value();
    dict.set_str(cx, name!(cx, "error"), error)?;
    dict.set_str(cx, name!(cx, "timeout"), exception::TIMEOUT_ERROR.get().value())?;
    dict.set_str(cx, name!(cx, "has_ipv6"), Value::TRUE)?;
    dict.set_str(cx, name!(cx, "SocketType"), object::CELL.get().value())?;
    for (name, root) in [("gaierror", &GAIERROR), ("herror", &HERROR)] {
        let name = intern::intern_text(cx, name)?;
        let namespace = cx.new_dict()?;
        namespace.set_str(cx, name!(cx, "__module__"), name!(cx, "socket").value())?;
        let bases = cx.new_tuple(&[error])?.value();
        let args = [name.value(), bases, namespace.value()];
        let class = ops::call(cx, types::TYPE.get().value(), &args)?;
        root.set(class);
        dict.set_str(cx, name, class)?;
    }
    Ok(())
}

/// An exception of a class made by this module, with a number and a text.
#[cold]
fn own_error(cx: &Cx, class: &Root, code: c_int, text: &str) -> Raised {
    let make = || -> Res<Raised> {
        let args = [Value::int(code as i64), cx.new_str(text)?.value()];
        let class = class.get().unwrap_or(exception::OS_ERROR.get().value());
        match ops::call(cx, class, &args)?.downcast::<exception::PyException>() {
            Some(e) => Ok(Raised::new(e)),
            None => Ok(exception::os_error(cx, code, None)),
        }
    };
    make().unwrap_or_else(|raised| raised)
}

/// The error of a failed name lookup.
#[cold]
fn lookup_error(cx: &Cx, code: c_int) -> Raised {
    if code == libc::EAI_SYSTEM {
        return exception::last_os_error(cx, None);
    }
    // SAFETY: the C library gives a static text.
    let text = unsafe { core::ffi::CStr::from_ptr(libc::gai_strerror(code)) };
    own_error(cx, &GAIERROR, code, &text.to_string_lossy())
}

/// Nanoseconds as a float of seconds; negative is None.
fn seconds(cx: &Cx, nanos: i64) -> Res {
    if nanos < 0 { Ok(Value::NONE) } else { cx.new_float(nanos as f64 / 1e9) }
}

/// A timeout argument in nanoseconds, -1 for None.
fn timeout_nanos(cx: &Cx, v: Value) -> Res<i64> {
    if v.is_none() {
        return Ok(-1);
    }
    if v.as_float().is_some_and(|f| f < 0.0) || v.as_i64().is_some_and(|n| n < 0) {
        return raise!(cx, VALUE_ERROR, "Timeout value out of range");
    }
    Ok(timeout(cx, v)?.map_or(-1, |span| span.as_nanos() as i64))
}

fn setdefaulttimeout(cx: &Cx, args: Args) -> Res {
    DEFAULT_TIMEOUT.store(timeout_nanos(cx, args.get(0))?, Ordering::Relaxed);
    Ok(Value::NONE)
}

fn close(cx: &Cx, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    // SAFETY: takes no pointers. An interrupted close has closed the descriptor.
    let (result, code) = cx.detached(|| (unsafe { libc::close(fd) }, errno()));
    if result < 0 && code != libc::ECONNRESET && code != libc::EINTR {
        return Err(exception::os_error(cx, code, None));
    }
    Ok(Value::NONE)
}

fn dup(cx: &Cx, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    // SAFETY: takes no pointers.
    let own = check(cx, unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?;
    Ok(Value::int(own as i64))
}

fn swap16(cx: &Cx, args: Args, name: &str) -> Res {
    match ops::to_i64(cx, args.get(0))? {
        n if n < 0 => {
            raise!(
                cx,
                OVERFLOW_ERROR,
                "{name}: can't convert negative Python int to C 16-bit unsigned integer"
            )
        }
        n if n > 0xffff => {
            raise!(
                cx,
                OVERFLOW_ERROR,
                "{name}: Python int too large to convert to C 16-bit unsigned integer"
            )
        }
        n => Ok(Value::int((n as u16).to_be() as i64)),
    }
}

fn swap32(cx: &Cx, args: Args, name: &str) -> Res {
    match ops::to_i64(cx, args.get(0))? {
        n if n < 0 => raise!(cx, OVERFLOW_ERROR, "can't convert negative value to unsigned int"),
        n if n > 0xffff_ffff => raise!(cx, OVERFLOW_ERROR, "{name}: int larger than 32 bits"),
        n => Ok(Value::int((n as u32).to_be() as i64)),
    }
}
