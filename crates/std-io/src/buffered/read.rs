//! The reading half.

use super::{CAN_READ, CAN_WRITE, Held, PyBuffered, raw, write};
use crate::common::{size_argument, unsupported};
use orochi_builtins::bytes_like::writable_buffer;
use orochi_object::prelude::*;

fn cast(v: Value) -> Ref<PyBuffered> {
    // SAFETY: methods of the buffered types get instances of them.
    unsafe { v.cast() }
}

/// Prepares reading: unwritten data goes out first.
fn begin<'a>(cx: &Cx, b: &'a PyBuffered, what: &str) -> Res<Held<'a>> {
    b.check_open(cx, what)?;
    if !b.has(CAN_READ) {
        return unsupported(cx, "read");
    }
    let mut held = b.hold(cx)?;
    if b.has(CAN_WRITE) && !held.write.is_empty() {
        write::drain(cx, b, &mut held)?;
    }
    Ok(held)
}

/// Fills the empty read-ahead once. `None`: nothing there now.
fn fill(cx: &Cx, b: &PyBuffered, held: &mut Held<'_>) -> Res<Option<usize>> {
    let size = held.size;
    if held.read.len() < size {
        held.read = cx.zeroed(size)?;
        held.account();
    }
    held.forget_ahead();
    let file = b.raw.or_none();
    let n = raw::read(cx, file, &mut held.read)?;
    held.end = n.unwrap_or(0);
    Ok(n)
}

/// Bytes that one read of the raw file may get at first; with what comes it gets more.
const MOST_AT_ONCE: usize = 16 << 20;

/// Appends up to `n` bytes to `out`; false if the file would block before that.
fn read_some(
    cx: &Cx,
    b: &PyBuffered,
    held: &mut Held<'_>,
    n: usize,
    out: &mut Vec<u8>,
) -> Res<bool> {
    let wanted = out.len() + n;
    while out.len() < wanted {
        let missing = wanted - out.len();
        let ahead = held.ahead();
        if !ahead.is_empty() {
            let take = ahead.len().min(missing);
            out.extend_from_slice(&ahead[..take]);
            held.at += take;
            continue;
        }
        let got = if missing >= held.size {
            // What is asked for may be far more than there is.
            let start = out.len();
            let room = missing.min(start.max(MOST_AT_ONCE));
            cx.make_room(out, room)?;
            out.resize(start + room, 0);
            let got = raw::read(cx, b.raw.or_none(), &mut out[start..]);
            out.truncate(start + got.as_ref().map_or(0, |n| n.unwrap_or(0)));
            got?
        } else {
            fill(cx, b, held)?
        };
        match got {
            None => return Ok(false),
            Some(0) => break,
            Some(_) => {}
        }
    }
    Ok(true)
}

/// Everything to the end. `None`: nothing there now.
pub fn read_to_end(cx: &Cx, b: Ref<PyBuffered>) -> Res<Option<Vec<u8>>> {
    let mut held = begin(cx, &b, "read of")?;
    let head = cx.copied(held.ahead())?;
    held.forget_ahead();
    raw::read_all(cx, b.raw.or_none(), head)
}

/// Up to `n` bytes, fewer only at the end. `None`: nothing there now.
pub fn read_exactly(cx: &Cx, b: Ref<PyBuffered>, n: usize) -> Res<Option<Vec<u8>>> {
    if n > 1 << 40 {
        return Err(orochi_object::error::memory_error(cx));
    }
    cx.expect_memory(n)?;
    let mut held = begin(cx, &b, "read of")?;
    let mut out = Vec::with_capacity(n.min(1 << 20));
    let all = read_some(cx, &b, &mut held, n, &mut out)?;
    Ok(if out.is_empty() && !all { None } else { Some(out) })
}

/// Up to `n` bytes by at most one raw read.
pub fn read1(cx: &Cx, b: Ref<PyBuffered>, n: usize) -> Res<Vec<u8>> {
    let mut held = begin(cx, &b, "read of")?;
    let ahead = held.ahead();
    if !ahead.is_empty() || n == 0 {
        let take = ahead.len().min(n);
        let out = cx.copied(&ahead[..take])?;
        held.at += take;
        return Ok(out);
    }
    let mut out = cx.zeroed(n)?;
    let got = raw::read(cx, b.raw.or_none(), &mut out)?.unwrap_or(0);
    out.truncate(got);
    Ok(out)
}

/// A line of at most `limit` bytes.
pub fn readline_bytes(cx: &Cx, b: Ref<PyBuffered>, limit: Option<usize>) -> Res<Vec<u8>> {
    let mut held = begin(cx, &b, "readline of")?;
    let limit = limit.unwrap_or(usize::MAX);
    let mut out = Vec::new();
    while out.len() < limit {
        if held.ahead().is_empty() && fill(cx, &b, &mut held)?.unwrap_or(0) == 0 {
            break;
        }
        let ahead = held.ahead();
        let window = &ahead[..ahead.len().min(limit - out.len())];
        let (take, done) = match find_newline(window) {
            Some(i) => (i + 1, true),
            None => (window.len(), false),
        };
        out.extend_from_slice(&window[..take]);
        held.at += take;
        if done {
            break;
        }
    }
    Ok(out)
}

fn find_newline(data: &[u8]) -> Option<usize> {
    orochi_text::bytes::find(data, b"\n", 0, data.len())
}

fn bytes_or_none(cx: &Cx, data: Option<Vec<u8>>) -> Res {
    match data {
        Some(data) => Ok(cx.new_bytes(&data)?.value()),
        None => Ok(Value::NONE),
    }
}

pub(super) fn read(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let n = size_argument(cx, args.opt(1))?;
    if n < -1 {
        return raise!(cx, VALUE_ERROR, "read length must be non-negative or -1");
    }
    b.raw_file(cx)?;
    let data = if n == -1 { read_to_end(cx, b)? } else { read_exactly(cx, b, n as usize)? };
    bytes_or_none(cx, data)
}

pub(super) fn read1_method(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let n = size_argument(cx, args.opt(1))?;
    b.raw_file(cx)?;
    let n = if n < 0 { b.hold(cx)?.size } else { n as usize };
    Ok(cx.new_bytes(&read1(cx, b, n)?)?.value())
}

pub(super) fn peek(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    b.raw_file(cx)?;
    let mut held = begin(cx, &b, "peek of")?;
    if held.ahead().is_empty() {
        fill(cx, &b, &mut held)?;
    }
    Ok(cx.new_bytes(held.ahead())?.value())
}

pub(super) fn readline(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let n = size_argument(cx, args.opt(1))?;
    b.raw_file(cx)?;
    let line = readline_bytes(cx, b, (n >= 0).then_some(n as usize))?;
    Ok(cx.new_bytes(&line)?.value())
}

pub(super) fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    if super::exact(v).is_none() {
        let line = ops::call_method(cx, v, name!(cx, "readline"), &[])?;
        return match line.downcast::<PyBytes>() {
            Some(bytes) if bytes.len() == 0 => Ok(None),
            Some(_) => Ok(Some(line)),
            None => raise!(
                cx,
                OS_ERROR,
                "readline() should have returned a bytes object, not '{}'",
                class_of(line).display_name()
            ),
        };
    }
    let line = readline_bytes(cx, cast(v), None)?;
    if line.is_empty() { Ok(None) } else { Ok(Some(cx.new_bytes(&line)?.value())) }
}

fn readinto_by(cx: &Cx, args: Args, once: bool) -> Res {
    let b = cast(args.get(0));
    b.raw_file(cx)?;
    let name = if once { "readinto1() argument" } else { "readinto() argument" };
    let target = writable_buffer(cx, args.get(1), name)?;
    let mut held = begin(cx, &b, "readinto of")?;
    // SAFETY: the export keeps `len` bytes at `data` in place.
    let room = unsafe { core::slice::from_raw_parts_mut(target.data, target.len) };
    let (mut done, mut filled) = (0, false);
    while done < room.len() {
        let ahead = held.ahead();
        if !ahead.is_empty() {
            let take = ahead.len().min(room.len() - done);
            room[done..done + take].copy_from_slice(&ahead[..take]);
            held.at += take;
            done += take;
            // What was read ahead may be followed by one raw read into a large target.
            if once && (filled || room.len() - done <= held.size) {
                break;
            }
            continue;
        }
        let direct = room.len() - done > held.size;
        let got = if direct {
            raw::read(cx, b.raw.or_none(), &mut room[done..])?
        } else {
            fill(cx, &b, &mut held)?
        };
        match got {
            None if done == 0 => return Ok(Value::NONE),
            None | Some(0) => break,
            Some(n) if direct => {
                done += n;
                if once {
                    break;
                }
            }
            Some(_) => filled = true,
        }
    }
    Ok(Value::int(done as i64))
}

pub(super) fn readinto(cx: &Cx, args: Args) -> Res {
    readinto_by(cx, args, false)
}
pub(super) fn readinto1(cx: &Cx, args: Args) -> Res {
    readinto_by(cx, args, true)
}
