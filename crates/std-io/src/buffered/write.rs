//! The writing half.

use super::{CAN_WRITE, Held, PyBuffered, raw};
use crate::common::{blocking_error, unsupported};
use crate::fileio;
use core::sync::atomic::Ordering;
use orochi_builtins::bytes_like::bytes_like;
use orochi_object::prelude::*;

const WOULD_BLOCK: &str = "write could not complete without blocking";

fn cast(v: Value) -> Ref<PyBuffered> {
    // SAFETY: methods of the buffered types get instances of them.
    unsafe { v.cast() }
}

/// Writes out what is unwritten.
pub(super) fn drain(cx: &Cx, b: &PyBuffered, held: &mut Held<'_>) -> Res<()> {
    let mut done = 0;
    let mut result = Ok(());
    while done < held.write.len() {
        match raw::write(cx, b.raw.or_none(), &held.write[done..]) {
            Ok(Some(n)) => {
                done += n;
                // A partial write may have been cut short by a signal.
                if done < held.write.len()
                    && let Err(raised) = cx.check_signals()
                {
                    result = Err(raised);
                    break;
                }
            }
            Ok(None) => {
                result = Err(blocking_error(cx, WOULD_BLOCK, 0));
                break;
            }
            Err(raised) => {
                result = Err(raised);
                break;
            }
        }
    }
    held.write.drain(..done);
    b.dirty.store(!held.write.is_empty(), Ordering::Release);
    result
}

/// Moves the raw position back over read-ahead that nobody has taken.
pub(super) fn rewind(cx: &Cx, b: &PyBuffered, held: &mut Held<'_>) -> Res<()> {
    let ahead = held.ahead().len() as i64;
    held.forget_ahead();
    if ahead > 0 {
        raw::seek(cx, b.raw.or_none(), -ahead, 1)?;
    }
    Ok(())
}

/// `write`: how many bytes were taken (all of them).
pub fn write_bytes(cx: &Cx, b: Ref<PyBuffered>, data: &[u8]) -> Res<usize> {
    let mut held = b.hold(cx)?;
    b.check_open(cx, "write to")?;
    if !b.has(CAN_WRITE) {
        return unsupported(cx, "write");
    }
    if !held.ahead().is_empty() {
        rewind(cx, &b, &mut held)?;
    }
    held.forget_ahead();
    let size = held.size;
    // What is kept is at most `size` bytes.
    let keep = data.len().min(size.saturating_sub(held.write.len()));
    cx.built(held.write.try_reserve(keep))?;
    if held.write.len() + data.len() <= size {
        held.write.extend_from_slice(data);
        held.account();
        b.dirty.store(true, Ordering::Release);
        return Ok(data.len());
    }
    if !held.write.is_empty()
        && let Err(raised) = drain(cx, &b, &mut held)
    {
        return keep_some(cx, &b, &mut held, data, raised);
    }
    cx.built(held.write.try_reserve(data.len().min(size)))?;
    let mut done = 0;
    while data.len() - done > size {
        match raw::write(cx, b.raw.or_none(), &data[done..])? {
            Some(n) => {
                done += n;
                cx.check_signals()?;
            }
            None => {
                let room = size.min(data.len() - done);
                held.write.extend_from_slice(&data[done..done + room]);
                b.dirty.store(true, Ordering::Release);
                return Err(blocking_error(cx, WOULD_BLOCK, done + room));
            }
        }
    }
    held.write.extend_from_slice(&data[done..]);
    held.account();
    b.dirty.store(!held.write.is_empty(), Ordering::Release);
    Ok(data.len())
}

/// The raw file would block: takes what fits.
fn keep_some(
    cx: &Cx,
    b: &PyBuffered,
    held: &mut Held<'_>,
    data: &[u8],
    raised: Raised,
) -> Res<usize> {
    if !raised.is(&exception::BLOCKING_IO_ERROR) {
        return Err(raised);
    }
    let room = held.size.saturating_sub(held.write.len()).min(data.len());
    held.write.extend_from_slice(&data[..room]);
    b.dirty.store(true, Ordering::Release);
    if room == data.len() {
        return Ok(room);
    }
    Err(blocking_error(cx, WOULD_BLOCK, room))
}

/// `flush`.
pub fn flush_locked(cx: &Cx, b: Ref<PyBuffered>) -> Res<()> {
    b.check_open(cx, "flush of")?;
    let mut held = b.hold(cx)?;
    drain(cx, &b, &mut held)?;
    if b.has(super::CAN_READ) {
        rewind(cx, &b, &mut held)?;
    }
    Ok(())
}

/// Whether a writer to a regular file has unwritten data.
pub fn holds_back(writer: Value) -> bool {
    writer.downcast::<PyBuffered>().is_some_and(|b| b.is_dirty() && is_of_file(&b, true))
}

/// Whether a writer's file is an open `FileIO`, of a regular file if `regular`.
pub fn is_of_file(b: &PyBuffered, regular: bool) -> bool {
    let file = b.raw.get().and_then(fileio::exact);
    file.is_some_and(|file| file.fd().is_some() && (!regular || is_regular(file)))
}

/// Writes out a writer's data if its file is a `FileIO` (of a regular file, if `regular`) and
/// nobody uses it.
pub fn flush_quietly(cx: &Cx, writer: Value, regular: bool) {
    let Some(b) = writer.downcast::<PyBuffered>() else { return };
    if !b.is_dirty() || !is_of_file(&b, regular) {
        return;
    }
    let Some(guard) = b.lock.try_acquire(cx) else { return };
    if let Ok(mut held) = b.with_guard(cx, guard) {
        let _ = drain(cx, &b, &mut held);
    }
}

/// Whether the descriptor is of a regular file.
fn is_regular(file: Ref<fileio::PyFileIO>) -> bool {
    let Some(fd) = file.fd() else { return false };
    // SAFETY: plain data filled by fstat.
    unsafe {
        let mut stat: libc::stat = core::mem::zeroed();
        libc::fstat(fd, &raw mut stat) == 0 && stat.st_mode & libc::S_IFMT == libc::S_IFREG
    }
}

pub(super) fn write(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    b.raw_file(cx)?;
    if args.get(1).as_str().is_some() {
        return raise!(cx, TYPE_ERROR, "a bytes-like object is required, not 'str'");
    }
    let data = bytes_like(cx, args.get(1))?;
    Ok(Value::int(write_bytes(cx, b, &data)? as i64))
}

pub(super) fn flush(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let file = b.raw_file(cx)?;
    if !b.has(CAN_WRITE) {
        return ops::call_method(cx, file, name!(cx, "flush"), &[]);
    }
    flush_locked(cx, b)?;
    Ok(Value::NONE)
}
