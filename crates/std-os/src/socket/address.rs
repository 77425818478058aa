//! Socket addresses between Python and the system.

use super::*;
use core::ffi::CStr;
use libc::{sockaddr, sockaddr_storage, socklen_t};
use std::ffi::CString;

/// An address as the system keeps it.
pub(super) struct Address {
    storage: sockaddr_storage,
    pub(super) len: socklen_t,
}

impl Address {
    /// Room for any address.
    pub(super) fn room() -> Address {
        // SAFETY: plain data, for which zeroes are valid.
        let storage = unsafe { core::mem::zeroed() };
        Address { storage, len: size_of::<sockaddr_storage>() as socklen_t }
    }
    pub(super) fn ptr(&self) -> *const sockaddr {
        (&raw const self.storage).cast()
    }
    pub(super) fn ptr_mut(&mut self) -> *mut sockaddr {
        (&raw mut self.storage).cast()
    }
    pub(super) fn len_mut(&mut self) -> *mut socklen_t {
        &raw mut self.len
    }
    fn from<T: Copy>(value: T, len: usize) -> Address {
        let mut address = Address::room();
        const { assert!(size_of::<T>() <= size_of::<sockaddr_storage>()) };
        // SAFETY: the storage is large enough for every kind of address, and aligned for it.
        unsafe { (&raw mut address.storage).cast::<T>().write(value) };
        address.len = len as socklen_t;
        address
    }
    fn read<T: Copy>(&self) -> T {
        const { assert!(size_of::<T>() <= size_of::<sockaddr_storage>()) };
        // SAFETY: the storage is large enough and all its bytes are initialised.
        unsafe { (&raw const self.storage).cast::<T>().read() }
    }
    pub(super) fn family(&self) -> c_int {
        self.storage.ss_family as c_int
    }
    /// Copies an address the system gave.
    ///
    /// # Safety
    /// `from` points to `len` bytes.
    pub(super) unsafe fn copy(from: *const sockaddr, len: socklen_t) -> Address {
        let mut address = Address::room();
        let n = (len as usize).min(size_of::<sockaddr_storage>());
        // SAFETY: both have `n` bytes.
        unsafe {
            core::ptr::copy_nonoverlapping(from.cast::<u8>(), address.ptr_mut().cast(), n);
        }
        address.len = n as socklen_t;
        address
    }
}

/// The text of a numeric IPv4 or IPv6 address.
fn ip_text(family: c_int, bytes: &[u8]) -> String {
    match <[u8; 16]>::try_from(bytes) {
        Ok(bytes) if family == libc::AF_INET6 => std::net::Ipv6Addr::from(bytes).to_string(),
        _ => match <[u8; 4]>::try_from(bytes) {
            Ok(bytes) => std::net::Ipv4Addr::from(bytes).to_string(),
            Err(_) => String::new(),
        },
    }
}

/// A Python object for an address.
pub(super) fn to_python(cx: &Cx, a: &Address) -> Res {
    if a.len == 0 {
        return Ok(Value::NONE);
    }
    match a.family() {
        libc::AF_INET => {
            let inet: libc::sockaddr_in = a.read();
            let host = ip_text(libc::AF_INET, &inet.sin_addr.s_addr.to_ne_bytes());
            let items =
                [cx.new_str(&host)?.value(), Value::int(u16::from_be(inet.sin_port) as i64)];
            Ok(cx.new_tuple(&items)?.value())
        }
        libc::AF_INET6 => {
            let inet: libc::sockaddr_in6 = a.read();
            let host = ip_text(libc::AF_INET6, &inet.sin6_addr.s6_addr);
            let items = [
                cx.new_str(&host)?.value(),
                Value::int(u16::from_be(inet.sin6_port) as i64),
                Value::int(u32::from_be(inet.sin6_flowinfo) as i64),
                Value::int(inet.sin6_scope_id as i64),
            ];
            Ok(cx.new_tuple(&items)?.value())
        }
        libc::AF_UNIX => unix_path(cx, a),
        libc::AF_NETLINK => {
            let n: libc::sockaddr_nl = a.read();
            let items = [Value::int(n.nl_pid as i64), Value::int(n.nl_groups as i64)];
            Ok(cx.new_tuple(&items)?.value())
        }
        libc::AF_VSOCK => {
            let v: libc::sockaddr_vm = a.read();
            let items = [Value::int(v.svm_cid as i64), Value::int(v.svm_port as i64)];
            Ok(cx.new_tuple(&items)?.value())
        }
        family => {
            let sa: libc::sockaddr = a.read();
            let data: Vec<u8> = sa.sa_data.iter().map(|c| *c as u8).collect();
            let items = [Value::int(family as i64), cx.new_bytes(&data)?.value()];
            Ok(cx.new_tuple(&items)?.value())
        }
    }
}

fn unix_path(cx: &Cx, a: &Address) -> Res {
    let un: libc::sockaddr_un = a.read();
    let n = (a.len as usize).saturating_sub(2).min(un.sun_path.len());
    let bytes: Vec<u8> = un.sun_path[..n].iter().map(|c| *c as u8).collect();
    if bytes.first() == Some(&0) {
        // An abstract name: all its bytes count.
        return Ok(cx.new_bytes(&bytes)?.value());
    }
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    Ok(path::fs_decode(cx, &bytes[..end])?.value())
}

/// A host name as the lookup functions take it.
pub(super) fn host_text(cx: &Cx, v: Value) -> Res<CString> {
    let bytes = match (v.as_str(), v.downcast::<PyBytes>()) {
        (Some(s), _) => match s.as_ascii() {
            Some(text) => text.as_bytes().to_vec(),
            None => {
                let encode = name!(cx, "encode");
                let encoded = ops::call_method(cx, v, encode, &[name!(cx, "idna").value()])?;
                path::bytes_like(cx, encoded)?.as_slice().to_vec()
            }
        },
        (None, Some(b)) => b.data().to_vec(),
        _ if class_of(v).slots.buffer().is_some() => path::bytes_like(cx, v)?.as_slice().to_vec(),
        _ => return Err(wrong_type(cx, "str, bytes or bytearray expected", v)),
    };
    match CString::new(bytes) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, TYPE_ERROR, "host name must not contain null character"),
    }
}

/// The address of a host in `family`; an empty name is any address.
pub(super) fn resolve(cx: &Cx, host: &CStr, family: c_int) -> Res<Address> {
    let text = host.to_str().unwrap_or("");
    if family == libc::AF_INET || family == libc::AF_UNSPEC {
        let number = match text {
            "" if family == libc::AF_INET => Some(std::net::Ipv4Addr::UNSPECIFIED),
            "255.255.255.255" | "<broadcast>" => Some(std::net::Ipv4Addr::BROADCAST),
            text => text.parse().ok(),
        };
        if let Some(ip) = number {
            return Ok(v4(ip.octets(), 0));
        }
    }
    if family == libc::AF_INET6
        && let Ok(ip) = text.parse::<std::net::Ipv6Addr>()
    {
        return Ok(v6(ip.octets(), 0, 0, 0));
    }
    if family == libc::AF_INET6 && text.is_empty() {
        return Ok(v6([0; 16], 0, 0, 0));
    }
    let found = super::names::look_up(cx, Some(host), None, family, libc::SOCK_DGRAM, 0, 0)?;
    match found.into_iter().next() {
        Some(found) => Ok(found.address),
        None => Err(lookup_error(cx, libc::EAI_NONAME)),
    }
}

fn v4(octets: [u8; 4], port: u16) -> Address {
    // SAFETY: plain data, for which zeroes are valid.
    let mut inet: libc::sockaddr_in = unsafe { core::mem::zeroed() };
    inet.sin_family = libc::AF_INET as libc::sa_family_t;
    inet.sin_port = port.to_be();
    inet.sin_addr.s_addr = u32::from_ne_bytes(octets);
    Address::from(inet, size_of::<libc::sockaddr_in>())
}

fn v6(octets: [u8; 16], port: u16, flow: u32, scope: u32) -> Address {
    // SAFETY: plain data, for which zeroes are valid.
    let mut inet: libc::sockaddr_in6 = unsafe { core::mem::zeroed() };
    inet.sin6_family = libc::AF_INET6 as libc::sa_family_t;
    inet.sin6_port = port.to_be();
    inet.sin6_addr.s6_addr = octets;
    inet.sin6_flowinfo = flow.to_be();
    inet.sin6_scope_id = scope;
    Address::from(inet, size_of::<libc::sockaddr_in6>())
}

/// The items of an address tuple.
fn items(
    cx: &Cx,
    v: Value,
    caller: &str,
    family: &str,
    min: usize,
    max: usize,
) -> Res<Ref<PyTuple>> {
    let Some(t) = v.downcast::<PyTuple>() else {
        let class = class_of(v).display_name();
        return raise!(cx, TYPE_ERROR, "{caller}(): {family} address must be tuple, not {class}");
    };
    if t.len() < min || t.len() > max {
        let wanted = if min == max {
            String::from("a pair (host, port)")
        } else {
            String::from("a tuple (host, port[, flowinfo[, scopeid]])")
        };
        return raise!(cx, TYPE_ERROR, "{family} address must be {wanted}");
    }
    Ok(t)
}

fn port(cx: &Cx, v: Value, caller: &str) -> Res<u16> {
    match u16::try_from(ops::to_i64(cx, v)?) {
        Ok(port) => Ok(port),
        Err(_) => raise!(cx, OVERFLOW_ERROR, "{caller}(): port must be 0-65535."),
    }
}

/// The address a Python object stands for in `family`.
pub(super) fn from_python(cx: &Cx, family: c_int, v: Value, caller: &str) -> Res<Address> {
    match family {
        libc::AF_INET => {
            let t = items(cx, v, caller, "AF_INET", 2, 2)?;
            let host = host_text(cx, t.values()[0])?;
            let port = port(cx, t.values()[1], caller)?;
            let found = resolve(cx, &host, libc::AF_INET)?;
            let inet: libc::sockaddr_in = found.read();
            Ok(v4(inet.sin_addr.s_addr.to_ne_bytes(), port))
        }
        libc::AF_INET6 => {
            let t = items(cx, v, caller, "AF_INET6", 2, 4)?;
            let host = host_text(cx, t.values()[0])?;
            let port = port(cx, t.values()[1], caller)?;
            let number = |i: usize| -> Res<u32> {
                match t.get(i) {
                    Some(v) => Ok(ops::to_i64(cx, v)? as u32),
                    None => Ok(0),
                }
            };
            let (flow, scope) = (number(2)?, number(3)?);
            if flow > 0xfffff {
                return raise!(cx, OVERFLOW_ERROR, "{caller}(): flowinfo must be 0-1048575.");
            }
            let found = resolve(cx, &host, libc::AF_INET6)?;
            let inet: libc::sockaddr_in6 = found.read();
            let scope = if scope != 0 { scope } else { inet.sin6_scope_id };
            Ok(v6(inet.sin6_addr.s6_addr, port, flow, scope))
        }
        libc::AF_UNIX => unix_address(cx, v),
        libc::AF_NETLINK => {
            let t = items(cx, v, caller, "AF_NETLINK", 2, 2)?;
            // SAFETY: plain data, for which zeroes are valid.
            let mut n: libc::sockaddr_nl = unsafe { core::mem::zeroed() };
            n.nl_family = libc::AF_NETLINK as libc::sa_family_t;
            n.nl_pid = ops::to_i64(cx, t.values()[0])? as u32;
            n.nl_groups = ops::to_i64(cx, t.values()[1])? as u32;
            Ok(Address::from(n, size_of::<libc::sockaddr_nl>()))
        }
        libc::AF_VSOCK => {
            let t = items(cx, v, caller, "AF_VSOCK", 2, 2)?;
            // SAFETY: plain data, for which zeroes are valid.
            let mut n: libc::sockaddr_vm = unsafe { core::mem::zeroed() };
            n.svm_family = libc::AF_VSOCK as libc::sa_family_t;
            n.svm_cid = ops::to_i64(cx, t.values()[0])? as u32;
            n.svm_port = ops::to_i64(cx, t.values()[1])? as u32;
            Ok(Address::from(n, size_of::<libc::sockaddr_vm>()))
        }
        _ => raise!(cx, OS_ERROR, "{caller}(): bad family"),
    }
}

fn unix_address(cx: &Cx, v: Value) -> Res<Address> {
    let bytes = match (v.as_str(), v.downcast::<PyBytes>()) {
        (Some(s), _) => path::fs_encode(cx, s)?,
        (None, Some(b)) => b.data().to_vec(),
        _ => path::bytes_like(cx, v)?.as_slice().to_vec(),
    };
    // SAFETY: plain data, for which zeroes are valid.
    let mut un: libc::sockaddr_un = unsafe { core::mem::zeroed() };
    un.sun_family = libc::AF_UNIX as libc::sa_family_t;
    let is_abstract = bytes.first().is_none_or(|b| *b == 0);
    let most = un.sun_path.len() - !is_abstract as usize;
    if bytes.len() > most {
        return raise!(cx, OS_ERROR, "AF_UNIX path too long");
    }
    for (to, from) in un.sun_path.iter_mut().zip(&bytes) {
        *to = *from as libc::c_char;
    }
    let len = 2 + bytes.len() + !is_abstract as usize;
    Ok(Address::from(un, len))
}

fn text_arg(cx: &Cx, v: Value, function: &str, position: usize) -> Res<String> {
    match v.as_str() {
        Some(s) => Ok(s.to_string_lossy()),
        None => Err(wrong_type(cx, &format!("{function}() argument {position} must be str"), v)),
    }
}

pub(super) fn inet_aton(cx: &Cx, args: Args) -> Res {
    let text = text_arg(cx, args.get(0), "inet_aton", 1)?;
    let mut ip = libc::in_addr { s_addr: 0 };
    let ok = match CString::new(text) {
        // SAFETY: the text is NUL-terminated, the result a local.
        Ok(text) => unsafe { inet_aton_c(text.as_ptr(), &raw mut ip) != 0 },
        Err(_) => false,
    };
    if !ok {
        return raise!(cx, OS_ERROR, "illegal IP address string passed to inet_aton");
    }
    Ok(cx.new_bytes(&ip.s_addr.to_ne_bytes())?.value())
}

unsafe extern "C" {
    #[link_name = "inet_aton"]
    fn inet_aton_c(text: *const libc::c_char, ip: *mut libc::in_addr) -> c_int;
}

pub(super) fn inet_ntoa(cx: &Cx, args: Args) -> Res {
    let packed = path::bytes_like(cx, args.get(0))?;
    match <[u8; 4]>::try_from(packed.as_slice()) {
        Ok(ip) => Ok(cx.new_str(&std::net::Ipv4Addr::from(ip).to_string())?.value()),
        Err(_) => raise!(cx, OS_ERROR, "packed IP wrong length"),
    }
}

pub(super) fn inet_pton(cx: &Cx, args: Args) -> Res {
    let family = ops::to_i32(cx, args.get(0))?;
    let text = text_arg(cx, args.get(1), "inet_pton", 2)?;
    let packed: Option<Vec<u8>> = match family {
        libc::AF_INET => text.parse::<std::net::Ipv4Addr>().ok().map(|ip| ip.octets().to_vec()),
        libc::AF_INET6 => text.parse::<std::net::Ipv6Addr>().ok().map(|ip| ip.octets().to_vec()),
        _ => return Err(exception::os_error(cx, libc::EAFNOSUPPORT, None)),
    };
    match packed {
        Some(packed) => Ok(cx.new_bytes(&packed)?.value()),
        None => raise!(cx, OS_ERROR, "illegal IP address string passed to inet_pton"),
    }
}

pub(super) fn inet_ntop(cx: &Cx, args: Args) -> Res {
    let family = ops::to_i32(cx, args.get(0))?;
    let packed = path::bytes_like(cx, args.get(1))?;
    let wanted = match family {
        libc::AF_INET => 4,
        libc::AF_INET6 => 16,
        _ => return raise!(cx, VALUE_ERROR, "unknown address family {family}"),
    };
    if packed.len != wanted {
        return raise!(cx, VALUE_ERROR, "invalid length of packed IP address string");
    }
    Ok(cx.new_str(&ip_text(family, packed.as_slice()))?.value())
}
