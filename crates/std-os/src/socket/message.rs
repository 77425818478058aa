//! `sendmsg`, `recvmsg` and ancillary data.

use super::address::{self, Address};
use super::object::{bytes_of, deadline, of, room, transfer};
use super::*;
use orochi_object::buffer::Buffer;

fn control_size(cx: &Cx, v: Value, f: unsafe extern "C" fn(u32) -> u32, name: &str) -> Res {
    match u32::try_from(ops::to_i64(cx, v)?) {
        Ok(n) if n <= 0x7fff_ffff - 16 - 8 * (name == "CMSG_SPACE") as u32 => {
            // SAFETY: pure arithmetic.
            Ok(Value::int(unsafe { f(n) } as i64))
        }
        _ => raise!(cx, OVERFLOW_ERROR, "{name}() argument out of range"),
    }
}

unsafe extern "C" fn length(n: u32) -> u32 {
    // SAFETY: pure arithmetic.
    unsafe { libc::CMSG_LEN(n) }
}

unsafe extern "C" fn space(n: u32) -> u32 {
    // SAFETY: pure arithmetic.
    unsafe { libc::CMSG_SPACE(n) }
}

pub(super) fn cmsg_len(cx: &Cx, args: Args) -> Res {
    control_size(cx, args.get(0), length, "CMSG_LEN")
}

pub(super) fn cmsg_space(cx: &Cx, args: Args) -> Res {
    control_size(cx, args.get(0), space, "CMSG_SPACE")
}

/// Receives into `vectors`; gives the count, then ancillary data, flags and address.
fn receive(cx: &Cx, args: Args, vectors: &mut [libc::iovec]) -> Res<(isize, [Value; 3])> {
    let s = of(args.get(0));
    let ancillary = match args.opt(2) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => 0,
    };
    if !(0..=1 << 20).contains(&ancillary) {
        return raise!(cx, VALUE_ERROR, "invalid ancillary data buffer length");
    }
    let flags = int_or(cx, args.opt(3), 0)?;
    let mut a = Address::room();
    // Words, so that control headers are aligned.
    let mut control = vec![0u64; (ancillary as usize).div_ceil(8)];
    // SAFETY: plain data, for which zeroes are valid.
    let mut header: libc::msghdr = unsafe { core::mem::zeroed() };
    header.msg_name = a.ptr_mut().cast();
    header.msg_namelen = a.len;
    header.msg_iov = vectors.as_mut_ptr();
    header.msg_iovlen = vectors.len() as _;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = ancillary as _;
    let p = &raw mut header;
    // SAFETY: the header describes locals and exported bytes.
    let got =
        transfer(cx, s, libc::POLLIN, deadline(s), |fd| unsafe { libc::recvmsg(fd, p, flags) })?;
    a.len = header.msg_namelen;
    let list = cx.new_list(&[])?;
    // SAFETY: the header was filled by the system; its records lie within `control`.
    unsafe {
        let mut at = libc::CMSG_FIRSTHDR(p);
        while !at.is_null() {
            let end = control.as_ptr().cast::<u8>().add(header.msg_controllen as usize);
            let data = libc::CMSG_DATA(at);
            let wanted = ((*at).cmsg_len as usize).saturating_sub(libc::CMSG_LEN(0) as usize);
            let n = wanted.min((end as usize).saturating_sub(data as usize));
            let items = [
                Value::int((*at).cmsg_level as i64),
                Value::int((*at).cmsg_type as i64),
                cx.new_bytes(core::slice::from_raw_parts(data, n))?.value(),
            ];
            list.push(cx, cx.new_tuple(&items)?.value())?;
            at = libc::CMSG_NXTHDR(p, at);
        }
    }
    let address = address::to_python(cx, &a)?;
    Ok((got, [list.value(), Value::int(header.msg_flags as i64), address]))
}

pub(super) fn recvmsg(cx: &Cx, args: Args) -> Res {
    let mut data = room(cx, args.get(1), "recvmsg")?;
    let n = ops::to_i64(cx, args.get(1))? as usize;
    let mut vectors = [libc::iovec { iov_base: data.as_mut_ptr().cast(), iov_len: n }];
    let (got, [list, flags, address]) = receive(cx, args, &mut vectors)?;
    let bytes = bytes_of(cx, &mut data, got)?;
    Ok(cx.new_tuple(&[bytes, list, flags, address])?.value())
}

/// Exports of buffers and the records for the system. `items` keeps the owners alive.
fn vectors(cx: &Cx, items: Ref<PyTuple>, writable: bool) -> Res<(Vec<Buffer>, Vec<libc::iovec>)> {
    let mut buffers = Vec::with_capacity(items.len());
    let mut records = Vec::with_capacity(items.len());
    for item in items.values() {
        let buffer = if writable {
            path::writable_buffer(cx, *item, "recvmsg_into() argument 1 must be an iterable of")?
        } else {
            path::bytes_like(cx, *item)?
        };
        records.push(libc::iovec { iov_base: buffer.data.cast(), iov_len: buffer.len });
        buffers.push(buffer);
    }
    Ok((buffers, records))
}

pub(super) fn recvmsg_into(cx: &Cx, args: Args) -> Res {
    let items = ops::to_tuple(cx, args.get(1))?;
    let (buffers, mut records) = vectors(cx, items, true)?;
    let result = receive(cx, args, &mut records);
    drop(buffers);
    core::hint::black_box(items);
    let (got, [list, flags, address]) = result?;
    Ok(cx.new_tuple(&[Value::int(got as i64), list, flags, address])?.value())
}

/// Ancillary data as the system wants it.
fn control(cx: &Cx, v: Option<Value>) -> Res<(Vec<u64>, usize)> {
    let Some(v) = v else { return Ok((Vec::new(), 0)) };
    let items = ops::to_tuple(cx, v)?;
    let mut records = Vec::with_capacity(items.len());
    for item in items.values() {
        let parts = ops::to_tuple(cx, *item)?;
        if parts.len() != 3 {
            return raise!(
                cx,
                TYPE_ERROR,
                "[sendmsg() argument 2] must be sequence of length 3, not {}",
                parts.len()
            );
        }
        let (level, kind) =
            (ops::to_i32(cx, parts.values()[0])?, ops::to_i32(cx, parts.values()[1])?);
        let data = path::bytes_like(cx, parts.values()[2])?.as_slice().to_vec();
        records.push((level, kind, data));
    }
    // SAFETY: pure arithmetic.
    let total: usize =
        records.iter().map(|(_, _, data)| unsafe { space(data.len() as u32) } as usize).sum();
    let mut words = vec![0u64; total.div_ceil(8)];
    // SAFETY: plain data, for which zeroes are valid.
    let mut header: libc::msghdr = unsafe { core::mem::zeroed() };
    header.msg_control = words.as_mut_ptr().cast();
    header.msg_controllen = total as _;
    // SAFETY: the records fit the room computed above.
    unsafe {
        let mut at = libc::CMSG_FIRSTHDR(&raw const header);
        for (level, kind, data) in &records {
            if at.is_null() {
                break;
            }
            (*at).cmsg_level = *level;
            (*at).cmsg_type = *kind;
            (*at).cmsg_len = length(data.len() as u32) as _;
            core::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(at), data.len());
            at = libc::CMSG_NXTHDR(&raw const header, at);
        }
    }
    Ok((words, total))
}

pub(super) fn sendmsg(cx: &Cx, args: Args) -> Res {
    let s = of(args.get(0));
    let items = ops::to_tuple(cx, args.get(1))?;
    let (mut control, total) = control(cx, args.opt(2))?;
    let flags = int_or(cx, args.opt(3), 0)?;
    let address = match args.non_none(4) {
        Some(v) => Some(address::from_python(cx, s.family(), v, "sendmsg")?),
        None => None,
    };
    let (buffers, mut records) = vectors(cx, items, false)?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut header: libc::msghdr = unsafe { core::mem::zeroed() };
    if let Some(a) = &address {
        header.msg_name = a.ptr().cast_mut().cast();
        header.msg_namelen = a.len;
    }
    header.msg_iov = records.as_mut_ptr();
    header.msg_iovlen = records.len() as _;
    if total > 0 {
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = total as _;
    }
    let p = &raw const header;
    // SAFETY: the header describes locals and exported bytes.
    let put =
        transfer(cx, s, libc::POLLOUT, deadline(s), |fd| unsafe { libc::sendmsg(fd, p, flags) });
    drop(buffers);
    core::hint::black_box(items);
    Ok(Value::int(put? as i64))
}
