//! `BytesIO`: a file in memory. The content is a private `bytearray`, so that its views count as
//! exports; the position is an atomic under the object's [`IoLock`].

use crate::base;
use crate::common::{IoLock, offset, size_argument};
use core::sync::atomic::{AtomicUsize, Ordering};
use orochi_builtins::bind::Sig;
use orochi_builtins::bytearray::{PyByteArray, new_bytearray};
use orochi_builtins::bytes_like::{bytes_like, writable_buffer};
use orochi_object::layout;
use orochi_object::prelude::*;

/// The type's cell.
pub static BYTES_IO: TypeCell = TypeCell::new();
/// Layout number.
pub const LAYOUT: u16 = layout::STD_IO_BASE + 2;

/// A `BytesIO`; `content` is UNSET when closed (or not initialised).
#[repr(C)]
pub struct PyBytesIO {
    pub header: Header,
    content: Slot,
    lock: IoLock,
    at: AtomicUsize,
}
orochi_object::trace!(PyBytesIO, LAYOUT, [content]);

/// `_io.BytesIO`.
pub static TYPE: TypeDef = TypeDef {
    name: "_io.BytesIO",
    cell: &BYTES_IO,
    base: Some(&base::BUFFERED_IO_BASE),
    layout: LAYOUT,
    size: size_of::<PyBytesIO>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots { new: Some(new), init: Some(init), next: Some(next), ..Slots::NONE },
    methods: &METHODS,
    getset: &GETSET,
    init: Some(crate::base::without_finalizer),
    doc: Some("Buffered I/O implementation using an in-memory bytes buffer."),
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 21] = [
    method("readable", "(self, /)", yes),
    method("seekable", "(self, /)", yes),
    method("writable", "(self, /)", yes),
    method("close", "(self, /)", close),
    method("flush", "(self, /)", flush),
    method("isatty", "(self, /)", isatty),
    method("tell", "(self, /)", tell),
    method("write", "(self, b, /)", write),
    method("writelines", "(self, lines, /)", writelines),
    method("read", "(self, size=-1, /)", read),
    method("read1", "(self, size=-1, /)", read),
    method("readinto", "(self, buffer, /)", readinto),
    method("readline", "(self, size=-1, /)", readline),
    method("readlines", "(self, size=None, /)", readlines),
    method("seek", "(self, pos, whence=0, /)", seek),
    method("truncate", "(self, size=None, /)", truncate),
    method("getbuffer", "(self, /)", getbuffer),
    method("getvalue", "(self, /)", getvalue),
    method("__getstate__", "(self, /)", getstate),
    method("__setstate__", "(self, state, /)", setstate),
    method("__sizeof__", "(self, /)", sizeof),
];

static GETSET: [GetSetDef; 1] =
    [getter("closed", |_, v| Ok(Value::bool(cast(v).content.get().is_none())))];

fn cast(v: Value) -> Ref<PyBytesIO> {
    // SAFETY: slots and methods of BytesIO get instances of it.
    unsafe { v.cast() }
}

fn content(cx: &Cx, v: Value) -> Res<Ref<PyByteArray>> {
    match cast(v).content.get().and_then(Value::downcast) {
        Some(content) => Ok(content),
        None => crate::common::closed_error(cx),
    }
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    let io: Ref<PyBytesIO> = cx.alloc_instance(class, 0)?;
    io.content.init(new_bytearray(cx, b"")?.value());
    Ok(io.value())
}

static INIT: Sig = Sig::new("BytesIO", "(initial_bytes=b'')");

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT.bind(cx, args, |args| {
        let io = cast(v);
        let data = match args.non_none(0) {
            Some(initial) => bytes_like(cx, initial)?.to_vec(),
            None => Vec::new(),
        };
        // A new one has an empty array already.
        let fresh = content(cx, v).is_ok_and(|content| content.len() == 0);
        if !(fresh && data.is_empty()) {
            io.content.set(cx, io, new_bytearray(cx, &data)?.value());
        }
        io.at.store(0, Ordering::Release);
        Ok(())
    })
}

fn yes(cx: &Cx, args: Args) -> Res {
    content(cx, args.get(0))?;
    Ok(Value::TRUE)
}
fn isatty(cx: &Cx, args: Args) -> Res {
    content(cx, args.get(0))?;
    Ok(Value::FALSE)
}
fn flush(cx: &Cx, args: Args) -> Res {
    content(cx, args.get(0))?;
    Ok(Value::NONE)
}
fn close(cx: &Cx, args: Args) -> Res {
    let io = cast(args.get(0));
    if let Some(array) = io.content.get().and_then(Value::downcast::<PyByteArray>) {
        // Raises BufferError while views exist.
        if array.len() > 0 {
            array.splice(cx, 0, usize::MAX, &[])?;
        }
        io.content.clear();
    }
    Ok(Value::NONE)
}
fn tell(cx: &Cx, args: Args) -> Res {
    content(cx, args.get(0))?;
    cx.new_int(cast(args.get(0)).at.load(Ordering::Acquire) as i64)
}

/// Writes at the position; gaps are filled with zeros.
fn put(cx: &Cx, v: Value, data: &[u8]) -> Res<()> {
    let array = content(cx, v)?;
    let io = cast(v);
    let _guard = io.lock.acquire(cx, v)?;
    let at = io.at.load(Ordering::Acquire);
    if data.is_empty() {
        return Ok(());
    }
    let len = array.len();
    if at > 1 << 40 {
        return raise!(cx, OVERFLOW_ERROR, "new position too large");
    }
    if at > len {
        array.splice(cx, len, len, &cx.zeroed(at - len)?)?;
    }
    array.splice(cx, at, at + data.len(), data)?;
    io.at.store(at + data.len(), Ordering::Release);
    Ok(())
}

fn write(cx: &Cx, args: Args) -> Res {
    content(cx, args.get(0))?;
    let data = bytes_like(cx, args.get(1))?;
    let n = data.len();
    if is_exact(args.get(1), &types::BYTES) {
        put(cx, args.get(0), &data)?;
    } else {
        let copy = data.to_vec();
        drop(data);
        put(cx, args.get(0), &copy)?;
    }
    Ok(Value::int(n as i64))
}

fn writelines(cx: &Cx, args: Args) -> Res {
    content(cx, args.get(0))?;
    ops::for_each(cx, args.get(1), &mut |line| {
        let copy = bytes_like(cx, line)?.to_vec();
        put(cx, args.get(0), &copy)?;
        Ok(true)
    })?;
    Ok(Value::NONE)
}

/// Takes what `pick` says of the rest of the content.
fn take(cx: &Cx, v: Value, pick: impl Fn(&[u8]) -> usize) -> Res<Ref<PyBytes>> {
    let array = content(cx, v)?;
    let io = cast(v);
    let _guard = io.lock.acquire(cx, v)?;
    let view = array.view(cx);
    let at = io.at.load(Ordering::Acquire);
    let rest = &view[at.min(view.len())..];
    let n = pick(rest).min(rest.len());
    let data = cx.new_bytes(&rest[..n])?;
    io.at.store(at + n, Ordering::Release);
    Ok(data)
}

fn read(cx: &Cx, args: Args) -> Res {
    let n = size_argument(cx, args.opt(1))?;
    let data = take(cx, args.get(0), |rest| if n < 0 { rest.len() } else { n as usize })?;
    Ok(data.value())
}

fn line_end(rest: &[u8], limit: isize) -> usize {
    let window = if limit < 0 { rest } else { &rest[..rest.len().min(limit as usize)] };
    orochi_text::bytes::find(window, b"\n", 0, window.len()).map_or(window.len(), |i| i + 1)
}

fn readline(cx: &Cx, args: Args) -> Res {
    let n = size_argument(cx, args.opt(1))?;
    Ok(take(cx, args.get(0), |rest| line_end(rest, n))?.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let line = take(cx, v, |rest| line_end(rest, -1))?;
    Ok(if line.len() == 0 { None } else { Some(line.value()) })
}

fn readlines(cx: &Cx, args: Args) -> Res {
    let hint = size_argument(cx, args.opt(1))?;
    let list = cx.new_list(&[])?;
    let mut total = 0;
    while let Some(line) = next(cx, args.get(0))? {
        total += line.downcast::<PyBytes>().map_or(0, |line| line.len());
        list.push(cx, line)?;
        if hint > 0 && total >= hint as usize {
            break;
        }
    }
    Ok(list.value())
}

fn readinto(cx: &Cx, args: Args) -> Res {
    content(cx, args.get(0))?;
    let target = writable_buffer(cx, args.get(1), "readinto() argument")?;
    let data = take(cx, args.get(0), |_| target.len)?;
    target.write(0, data.data());
    Ok(Value::int(data.len() as i64))
}

fn seek(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let array = content(cx, v)?;
    let pos = offset(cx, args.get(1))?;
    let whence = args.opt(2).map_or(Ok(0), |whence| ops::to_i32(cx, whence))?;
    let base = match whence {
        0 if pos < 0 => return raise!(cx, VALUE_ERROR, "negative seek value {pos}"),
        0 => 0,
        1 => cast(v).at.load(Ordering::Acquire) as i64,
        2 => array.len() as i64,
        _ => {
            return raise!(cx, VALUE_ERROR, "invalid whence ({whence}, should be 0, 1 or 2)");
        }
    };
    let Some(at) = base.checked_add(pos) else {
        return raise!(cx, OVERFLOW_ERROR, "new position too large");
    };
    let at = at.max(0);
    cast(v).at.store(at as usize, Ordering::Release);
    cx.new_int(at)
}

fn truncate(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let array = content(cx, v)?;
    let size = match args.non_none(1) {
        Some(size) => ops::index_isize(cx, size, &exception::OVERFLOW_ERROR)?,
        None => cast(v).at.load(Ordering::Acquire) as isize,
    };
    if size < 0 {
        return raise!(cx, VALUE_ERROR, "negative size value {size}");
    }
    if (size as usize) < array.len() {
        array.splice(cx, size as usize, usize::MAX, &[])?;
    }
    cx.new_int(size as i64)
}

fn getbuffer(cx: &Cx, args: Args) -> Res {
    ops::call_memoryview(cx, content(cx, args.get(0))?.value())
}

fn getvalue(cx: &Cx, args: Args) -> Res {
    let view = content(cx, args.get(0))?.view(cx);
    Ok(cx.new_bytes(&view)?.value())
}

fn getstate(cx: &Cx, args: Args) -> Res {
    let value = getvalue(cx, args)?;
    let at = cx.new_int(cast(args.get(0)).at.load(Ordering::Acquire) as i64)?;
    let dict = match ops::getattr_opt(cx, args.get(0), name!(cx, "__dict__"))? {
        Some(dict) => match dict.downcast::<PyDict>().filter(|dict| !dict.is_empty()) {
            Some(dict) => dict.copy(cx)?.value(),
            None => Value::NONE,
        },
        None => Value::NONE,
    };
    Ok(cx.new_tuple(&[value, at, dict])?.value())
}

fn setstate(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let array = content(cx, v)?;
    let state = args.get(1).downcast::<PyTuple>().filter(|t| t.len() >= 3);
    let Some(state) = state else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{}.__setstate__ argument should be 3-tuple, got {}",
            ops::full_name(cx, class_of(v)),
            class_of(args.get(1)).display_name()
        );
    };
    let data = bytes_like(cx, state.values()[0])?.to_vec();
    array.splice(cx, 0, usize::MAX, &data)?;
    let at = ops::index_isize(cx, state.values()[1], &exception::OVERFLOW_ERROR)?;
    if at < 0 {
        return raise!(cx, VALUE_ERROR, "position value cannot be negative");
    }
    cast(v).at.store(at as usize, Ordering::Release);
    if let Some(dict) = state.values()[2].non_none() {
        let own = ops::getattr(cx, v, name!(cx, "__dict__"))?;
        ops::call_method(cx, own, name!(cx, "update"), &[dict])?;
    }
    Ok(Value::NONE)
}

fn sizeof(cx: &Cx, args: Args) -> Res {
    let n = content(cx, args.get(0)).map_or(0, |array| array.len());
    Ok(Value::int(size_of::<PyBytesIO>() as i64 + n as i64))
}
