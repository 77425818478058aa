//! Calls on the raw file: straight to the system call for `FileIO`, else by method.

use crate::common::unsupported;
use crate::fileio;
use orochi_builtins::bytearray::new_bytearray;
use orochi_object::prelude::*;

/// Reads once into `room`. `None`: nothing there now, and the file does not block.
pub(super) fn read(cx: &Cx, raw: Value, room: &mut [u8]) -> Res<Option<usize>> {
    if let Some(file) = fileio::exact(raw) {
        return fileio::read_into(cx, file, room);
    }
    let target = new_bytearray(cx, &cx.zeroed(room.len())?)?;
    let view = ops::call_memoryview(cx, target.value())?;
    let read = ops::call_method(cx, raw, name!(cx, "readinto"), &[view]);
    let content = target.view(cx);
    if let Err(raised) = ops::call_method(cx, view, name!(cx, "release"), &[])
        && read.is_ok()
    {
        return Err(raised);
    }
    let read = read?;
    if read.is_none() {
        return Ok(None);
    }
    let Ok(n) = ops::index_isize(cx, read, &exception::VALUE_ERROR) else {
        return raise!(cx, OS_ERROR, "raw readinto() failed");
    };
    if n < 0 || n as usize > room.len() {
        return raise!(
            cx,
            OS_ERROR,
            "raw readinto() returned invalid length {n} (should have been between 0 and {})",
            room.len()
        );
    }
    room[..n as usize].copy_from_slice(&content[..n as usize]);
    Ok(Some(n as usize))
}

/// Writes once. `None`: nothing taken, and the file does not block.
pub(super) fn write(cx: &Cx, raw: Value, data: &[u8]) -> Res<Option<usize>> {
    if let Some(file) = fileio::exact(raw) {
        return fileio::write_from(cx, file, data);
    }
    let copy = cx.new_bytes(data)?.value();
    let view = ops::call_memoryview(cx, copy)?;
    let written = ops::call_method(cx, raw, name!(cx, "write"), &[view])?;
    if written.is_none() {
        return Ok(None);
    }
    let n = ops::index_isize(cx, written, &exception::VALUE_ERROR)?;
    if n < 0 || n as usize > data.len() {
        return raise!(
            cx,
            OS_ERROR,
            "raw write() returned invalid length {n} (should have been between 0 and {})",
            data.len()
        );
    }
    Ok(Some(n as usize))
}

/// Moves the raw position.
pub(super) fn seek(cx: &Cx, raw: Value, offset: i64, whence: i32) -> Res<i64> {
    if let Some(file) = fileio::exact(raw) {
        return fileio::seek_to(cx, file, offset, whence);
    }
    let args = [cx.new_int(offset)?, Value::int(i64::from(whence))];
    let at = ops::call_method(cx, raw, name!(cx, "seek"), &args)?;
    let at = ops::to_i64(cx, at)?;
    if at < 0 {
        return raise!(cx, OS_ERROR, "Raw stream returned invalid position {at}");
    }
    Ok(at)
}

/// The raw position.
pub(super) fn tell(cx: &Cx, raw: Value) -> Res<i64> {
    if let Some(file) = fileio::exact(raw) {
        return fileio::seek_to(cx, file, 0, libc::SEEK_CUR);
    }
    let at = ops::call_method(cx, raw, name!(cx, "tell"), &[])?;
    let at = ops::to_i64(cx, at)?;
    if at < 0 {
        return raise!(cx, OS_ERROR, "Raw stream returned invalid position {at}");
    }
    Ok(at)
}

/// Reads the raw file to its end, after `head`. `None`: nothing there now.
pub(super) fn read_all(cx: &Cx, raw: Value, head: Vec<u8>) -> Res<Option<Vec<u8>>> {
    if let Some(file) = fileio::exact(raw) {
        return Ok(match fileio::read_all(cx, file)? {
            Some(rest) if head.is_empty() => Some(rest),
            Some(rest) => {
                cx.expect_memory(head.len() + rest.len())?;
                Some([head, rest].concat())
            }
            None if head.is_empty() => None,
            None => Some(head),
        });
    }
    let mut out = head;
    if let Some(readall) = ops::getattr_opt(cx, raw, name!(cx, "readall"))? {
        let rest = ops::call(cx, readall, &[])?;
        if rest.is_none() {
            return Ok(if out.is_empty() { None } else { Some(out) });
        }
        let Some(rest) = rest.downcast::<PyBytes>() else {
            return raise!(cx, TYPE_ERROR, "readall() should return bytes");
        };
        cx.expect_memory(out.len() + rest.data().len())?;
        out.extend_from_slice(rest.data());
        return Ok(Some(out));
    }
    loop {
        let piece = ops::call_method(cx, raw, name!(cx, "read"), &[])?;
        if piece.is_none() {
            return Ok(if out.is_empty() { None } else { Some(out) });
        }
        let Some(piece) = piece.downcast::<PyBytes>() else {
            return raise!(cx, TYPE_ERROR, "read() should return bytes");
        };
        if piece.len() == 0 {
            return Ok(Some(out));
        }
        out.extend_from_slice(piece.data());
    }
}

/// Raises unless the raw file answers True to this question.
pub(super) fn require(cx: &Cx, raw: Value, question: Ref<PyStr>, message: &str) -> Res<()> {
    let able = ops::call_method(cx, raw, question, &[])?;
    if able.is(Value::TRUE) { Ok(()) } else { unsupported(cx, message) }
}
