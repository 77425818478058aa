//! Names of hosts, services, protocols and interfaces.

use super::address::{self, Address, host_text, resolve};
use super::*;
use core::ffi::CStr;
use core::ptr::null;
use std::ffi::CString;
use std::sync::Mutex;

/// The databases of the C library that keep their answers in static memory.
static STATIC_ANSWERS: Mutex<()> = Mutex::new(());

/// One answer of `getaddrinfo`.
pub(super) struct Found {
    family: c_int,
    kind: c_int,
    proto: c_int,
    canonical: Vec<u8>,
    pub(super) address: Address,
}

/// Runs `getaddrinfo` detached.
pub(super) fn look_up(
    cx: &Cx,
    host: Option<&CStr>,
    service: Option<&CStr>,
    family: c_int,
    kind: c_int,
    proto: c_int,
    flags: c_int,
) -> Res<Vec<Found>> {
    // SAFETY: plain data, for which zeroes are valid.
    let mut hints: libc::addrinfo = unsafe { core::mem::zeroed() };
    hints.ai_family = family;
    hints.ai_socktype = kind;
    hints.ai_protocol = proto;
    hints.ai_flags = flags;
    let answers = cx.detached(|| {
        let mut list = core::ptr::null_mut();
        let host = host.map_or(null(), CStr::as_ptr);
        let service = service.map_or(null(), CStr::as_ptr);
        // SAFETY: strings are null or NUL-terminated; the list is freed below.
        let code = unsafe { libc::getaddrinfo(host, service, &raw const hints, &raw mut list) };
        if code != 0 {
            return Err(code);
        }
        let mut found = Vec::new();
        let mut at = list;
        // SAFETY: the list ends with null and its addresses have the lengths given.
        unsafe {
            while !at.is_null() {
                let a = &*at;
                let canonical = match a.ai_canonname.is_null() {
                    true => Vec::new(),
                    false => CStr::from_ptr(a.ai_canonname).to_bytes().to_vec(),
                };
                found.push(Found {
                    family: a.ai_family,
                    kind: a.ai_socktype,
                    proto: a.ai_protocol,
                    canonical,
                    address: Address::copy(a.ai_addr, a.ai_addrlen),
                });
                at = a.ai_next;
            }
            libc::freeaddrinfo(list);
        }
        Ok(found)
    });
    answers.map_err(|code| lookup_error(cx, code))
}

pub(super) fn getaddrinfo(cx: &Cx, args: Args) -> Res {
    let host = match args.get(0) {
        v if v.is_none() => None,
        v => Some(host_text(cx, v)?),
    };
    let port = args.get(1);
    let service = if port.is_none() {
        None
    } else if port.is_int() || class_of(port).slots.index().is_some() {
        let n = ops::to_i64(cx, port)?;
        Some(CString::new(n.to_string()).unwrap_or_default())
    } else if port.as_str().is_some() || port.downcast::<PyBytes>().is_some() {
        Some(c_string(cx, port)?)
    } else {
        return raise!(cx, OS_ERROR, "Int or String expected");
    };
    let int = |i| int_or(cx, args.opt(i), 0);
    let (family, kind, proto, flags) = (int(2)?, int(3)?, int(4)?, int(5)?);
    let found = look_up(cx, host.as_deref(), service.as_deref(), family, kind, proto, flags)?;
    let list = cx.new_list(&[])?;
    for one in &found {
        let items = [
            Value::int(one.family as i64),
            Value::int(one.kind as i64),
            Value::int(one.proto as i64),
            path::fs_decode(cx, &one.canonical)?.value(),
            address::to_python(cx, &one.address)?,
        ];
        list.push(cx, cx.new_tuple(&items)?.value())?;
    }
    Ok(list.value())
}

pub(super) fn getnameinfo(cx: &Cx, args: Args) -> Res {
    let Some(t) = args.get(0).downcast::<PyTuple>() else {
        return raise!(cx, TYPE_ERROR, "getnameinfo() argument 1 must be a tuple");
    };
    let flags = ops::to_i32(cx, args.get(1))?;
    if t.len() < 2 || t.len() > 4 {
        return raise!(cx, TYPE_ERROR, "getnameinfo(): illegal sockaddr argument");
    }
    let host = host_text(cx, t.values()[0])?;
    let port = ops::to_i64(cx, t.values()[1])?;
    let service = CString::new(port.to_string()).unwrap_or_default();
    let numeric = libc::AI_NUMERICHOST;
    let found = look_up(cx, Some(&host), Some(&service), 0, libc::SOCK_DGRAM, 0, numeric)?;
    let [one] = &found[..] else {
        return raise!(cx, OS_ERROR, "sockaddr resolved to multiple addresses");
    };
    let address = match one.family {
        libc::AF_INET if t.len() != 2 => {
            return raise!(cx, OS_ERROR, "IPv4 sockaddr must be 2 tuple");
        }
        family => address::from_python(cx, family, args.get(0), "getnameinfo")?,
    };
    let (mut name, mut port) = ([0u8; 1025], [0u8; 32]);
    // SAFETY: the buffers are writable for their lengths.
    let code = cx.detached(|| unsafe {
        libc::getnameinfo(
            address.ptr(),
            address.len,
            name.as_mut_ptr().cast(),
            name.len() as _,
            port.as_mut_ptr().cast(),
            port.len() as _,
            flags,
        )
    });
    if code != 0 {
        return Err(lookup_error(cx, code));
    }
    let text = |bytes: &[u8]| -> Res {
        let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
        Ok(path::fs_decode(cx, &bytes[..end])?.value())
    };
    Ok(cx.new_tuple(&[text(&name)?, text(&port)?])?.value())
}

pub(super) fn gethostname(cx: &Cx, _: Args) -> Res {
    let mut name = [0u8; 1025];
    // SAFETY: the buffer is writable for its length, its last byte stays NUL.
    check(cx, unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) })?;
    // SAFETY: NUL-terminated.
    unsafe { text_or_none(cx, name.as_ptr().cast()) }
}

pub(super) fn sethostname(cx: &Cx, args: Args) -> Res {
    let name = c_string(cx, args.get(0))?;
    // SAFETY: the name has the length given.
    check(cx, unsafe { libc::sethostname(name.as_ptr(), name.as_bytes().len()) })?;
    Ok(Value::NONE)
}

/// The address part of what `to_python` gives.
fn ip_of(cx: &Cx, a: &Address) -> Res {
    let pair = address::to_python(cx, a)?;
    Ok(pair.downcast::<PyTuple>().and_then(|t| t.get(0)).unwrap_or(Value::NONE))
}

pub(super) fn gethostbyname(cx: &Cx, args: Args) -> Res {
    let host = host_text(cx, args.get(0))?;
    ip_of(cx, &resolve(cx, &host, libc::AF_INET)?)
}

/// A host's name, aliases and addresses.
fn host_triple(cx: &Cx, name: &[u8], addresses: &[Found]) -> Res {
    let list = cx.new_list(&[])?;
    for one in addresses {
        list.push(cx, ip_of(cx, &one.address)?)?;
    }
    let aliases = cx.new_list(&[])?.value();
    let name = path::fs_decode(cx, name)?.value();
    Ok(cx.new_tuple(&[name, aliases, list.value()])?.value())
}

pub(super) fn gethostbyname_ex(cx: &Cx, args: Args) -> Res {
    let host = host_text(cx, args.get(0))?;
    let flags = libc::AI_CANONNAME;
    let found = look_up(cx, Some(&host), None, libc::AF_INET, libc::SOCK_STREAM, 0, flags)?;
    let name = found.first().map_or(&[][..], |one| &one.canonical[..]);
    host_triple(cx, name, &found)
}

pub(super) fn gethostbyaddr(cx: &Cx, args: Args) -> Res {
    let host = host_text(cx, args.get(0))?;
    let found = look_up(cx, Some(&host), None, 0, libc::SOCK_STREAM, 0, 0)?;
    let Some(one) = found.first() else { return Err(lookup_error(cx, libc::EAI_NONAME)) };
    let mut name = [0u8; 1025];
    // SAFETY: the buffer is writable for its length.
    let code = cx.detached(|| unsafe {
        libc::getnameinfo(
            one.address.ptr(),
            one.address.len,
            name.as_mut_ptr().cast(),
            name.len() as _,
            core::ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    });
    if code != 0 {
        return Err(own_error(cx, &HERROR, 1, "Unknown host"));
    }
    let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
    host_triple(cx, &name[..end], &found[..1])
}

/// Runs a lookup whose answer lies in static memory.
fn exclusive<R>(cx: &Cx, f: impl FnOnce() -> R) -> R {
    cx.detached(|| {
        let _guard = STATIC_ANSWERS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        f()
    })
}

fn protocol(cx: &Cx, v: Option<Value>, function: &str) -> Res<Option<CString>> {
    v.map(|v| c_text(cx, v, function, 2)).transpose()
}

pub(super) fn getservbyname(cx: &Cx, args: Args) -> Res {
    let name = c_text(cx, args.get(0), "getservbyname", 1)?;
    let proto = protocol(cx, args.opt(1), "getservbyname")?;
    let proto = proto.as_ref().map_or(null(), |p| p.as_ptr());
    let port = exclusive(cx, || {
        // SAFETY: strings are NUL-terminated; the answer is read under the lock.
        unsafe {
            let found = libc::getservbyname(name.as_ptr(), proto);
            if found.is_null() { None } else { Some(u16::from_be((*found).s_port as u16)) }
        }
    });
    match port {
        Some(port) => Ok(Value::int(port as i64)),
        None => raise!(cx, OS_ERROR, "service/proto not found"),
    }
}

pub(super) fn getservbyport(cx: &Cx, args: Args) -> Res {
    let Ok(port) = u16::try_from(ops::to_i64(cx, args.get(0))?) else {
        return raise!(cx, OVERFLOW_ERROR, "getservbyport: port must be 0-65535.");
    };
    let proto = protocol(cx, args.opt(1), "getservbyport")?;
    let proto = proto.as_ref().map_or(null(), |p| p.as_ptr());
    let name = exclusive(cx, || {
        // SAFETY: as above.
        unsafe {
            let found = libc::getservbyport(port.to_be() as c_int, proto);
            if found.is_null() {
                None
            } else {
                Some(CStr::from_ptr((*found).s_name).to_bytes().to_vec())
            }
        }
    });
    match name {
        Some(name) => Ok(path::fs_decode(cx, &name)?.value()),
        None => raise!(cx, OS_ERROR, "port/proto not found"),
    }
}

pub(super) fn getprotobyname(cx: &Cx, args: Args) -> Res {
    let name = c_text(cx, args.get(0), "getprotobyname", 1)?;
    let number = exclusive(cx, || {
        // SAFETY: as above.
        unsafe {
            let found = libc::getprotobyname(name.as_ptr());
            if found.is_null() { None } else { Some((*found).p_proto) }
        }
    });
    match number {
        Some(number) => Ok(Value::int(number as i64)),
        None => raise!(cx, OS_ERROR, "protocol not found"),
    }
}

pub(super) fn if_nameindex(cx: &Cx, _: Args) -> Res {
    let list = cx.new_list(&[])?;
    // SAFETY: takes no arguments; the table ends with an index of 0 and is freed below.
    unsafe {
        let table = libc::if_nameindex();
        if table.is_null() {
            return Err(exception::last_os_error(cx, None));
        }
        let mut at = table;
        while (*at).if_index != 0 && !(*at).if_name.is_null() {
            let items = [Value::int((*at).if_index as i64), text_or_none(cx, (*at).if_name)?];
            list.push(cx, cx.new_tuple(&items)?.value())?;
            at = at.add(1);
        }
        libc::if_freenameindex(table);
    }
    Ok(list.value())
}

pub(super) fn if_nametoindex(cx: &Cx, args: Args) -> Res {
    let name = c_string(cx, args.get(0))?;
    // SAFETY: the name is NUL-terminated.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(exception::last_os_error(cx, None)),
        index => Ok(Value::int(index as i64)),
    }
}

pub(super) fn if_indextoname(cx: &Cx, args: Args) -> Res {
    let Ok(index) = u32::try_from(ops::to_i64(cx, args.get(0))?) else {
        return raise!(cx, OVERFLOW_ERROR, "index out of range");
    };
    let mut name = [0 as libc::c_char; libc::IF_NAMESIZE];
    // SAFETY: the buffer has the size the call demands.
    if unsafe { libc::if_indextoname(index, name.as_mut_ptr()) }.is_null() {
        return Err(exception::last_os_error(cx, None));
    }
    // SAFETY: the call has ended the name with a NUL.
    unsafe { text_or_none(cx, name.as_ptr()) }
}
