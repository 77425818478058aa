//! `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`: what Python code may subclass.

use crate::common::{check_closed, size_argument, unsupported};
use orochi_object::layout;
use orochi_object::prelude::*;

/// The types' cells.
pub static IO_BASE: TypeCell = TypeCell::new();
pub static RAW_IO_BASE: TypeCell = TypeCell::new();
pub static BUFFERED_IO_BASE: TypeCell = TypeCell::new();
pub static TEXT_IO_BASE: TypeCell = TypeCell::new();

const FLAGS: u64 = flag::BASETYPE | flag::WEAKREF | flag::HAS_DEL;

/// `_io._IOBase`.
pub static TYPE: TypeDef = TypeDef {
    name: "_io._IOBase",
    cell: &IO_BASE,
    layout: layout::OBJECT,
    size: size_of::<Header>(),
    dict: true,
    flags: FLAGS,
    slots: Slots {
        new: Some(new),
        iter: Some(iter),
        next: Some(next),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: &METHODS,
    getset: &GETSET,
    doc: Some("The abstract base class for all I/O classes."),
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 20] = [
    method("seek", "(self, offset, whence=0, /)", seek),
    method("tell", "(self, /)", tell),
    method("truncate", "(self, size=None, /)", truncate),
    method("flush", "(self, /)", flush),
    method("close", "(self, /)", close),
    method("seekable", "(self, /)", no),
    method("readable", "(self, /)", no),
    method("writable", "(self, /)", no),
    method("_checkClosed", "(self, msg=None, /)", check_closed_method),
    method("_checkSeekable", "(self, msg=None, /)", check_seekable),
    method("_checkReadable", "(self, msg=None, /)", check_readable),
    method("_checkWritable", "(self, msg=None, /)", check_writable),
    method("fileno", "(self, /)", fileno),
    method("isatty", "(self, /)", isatty),
    method("__enter__", "(self, /)", enter),
    method("__exit__", "(self, *args)", exit),
    method("readline", "(self, size=-1, /)", readline),
    method("readlines", "(self, hint=-1, /)", readlines),
    method("writelines", "(self, lines, /)", writelines),
    method("__del__", "(self, /)", del_method),
];

static GETSET: [GetSetDef; 1] = [getter("closed", get_closed)];

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    cx.new_instance(class)
}

/// The name under which `_IOBase.close` notes that it ran.
fn closed_mark(cx: &Cx) -> Ref<PyStr> {
    name!(cx, "__IOBase_closed")
}

fn get_closed(cx: &Cx, v: Value) -> Res {
    Ok(Value::bool(ops::getattr_opt(cx, v, closed_mark(cx))?.is_some()))
}

fn no_such<T>(cx: &Cx, name: &str) -> Res<T> {
    unsupported(cx, name)
}

fn seek(cx: &Cx, _: Args) -> Res {
    no_such(cx, "seek")
}
fn tell(cx: &Cx, args: Args) -> Res {
    ops::call_method(cx, args.get(0), name!(cx, "seek"), &[Value::int(0), Value::int(1)])
}
fn truncate(cx: &Cx, _: Args) -> Res {
    no_such(cx, "truncate")
}
fn fileno(cx: &Cx, _: Args) -> Res {
    no_such(cx, "fileno")
}

fn flush(cx: &Cx, args: Args) -> Res {
    check_closed(cx, args.get(0))?;
    Ok(Value::NONE)
}

fn close(cx: &Cx, args: Args) -> Res {
    close_base(cx, args.get(0))
}

/// `_IOBase.close`: flushes once.
pub fn close_base(cx: &Cx, v: Value) -> Res {
    if ops::getattr_opt(cx, v, closed_mark(cx))?.is_some() {
        return Ok(Value::NONE);
    }
    let flushed = ops::call_method(cx, v, name!(cx, "flush"), &[]);
    ops::setattr(cx, v, closed_mark(cx), Value::TRUE)?;
    flushed?;
    Ok(Value::NONE)
}

/// What the finalizer of every file object does: closes it, quietly.
pub fn finalize(cx: &Cx, v: Value) -> Res<()> {
    let closed = match ops::getattr_opt(cx, v, name!(cx, "closed")) {
        Ok(Some(closed)) => ops::truth(cx, closed).unwrap_or(false),
        Ok(None) | Err(_) => false,
    };
    if closed {
        return Ok(());
    }
    let _ = ops::call_method(cx, v, name!(cx, "close"), &[]);
    Ok(())
}

fn del_method(cx: &Cx, args: Args) -> Res {
    finalize(cx, args.get(0))?;
    Ok(Value::NONE)
}

fn no(_: &Cx, _: Args) -> Res {
    Ok(Value::FALSE)
}

fn check_closed_method(cx: &Cx, args: Args) -> Res {
    check_closed(cx, args.get(0))?;
    Ok(Value::NONE)
}

fn check_able(cx: &Cx, v: Value, method: Ref<PyStr>, message: &str) -> Res {
    let result = ops::call_method(cx, v, method, &[])?;
    if !result.is(Value::TRUE) {
        return unsupported(cx, message);
    }
    Ok(Value::TRUE)
}
fn check_seekable(cx: &Cx, args: Args) -> Res {
    check_able(cx, args.get(0), name!(cx, "seekable"), "File or stream is not seekable.")
}
fn check_readable(cx: &Cx, args: Args) -> Res {
    check_able(cx, args.get(0), name!(cx, "readable"), "File or stream is not readable.")
}
fn check_writable(cx: &Cx, args: Args) -> Res {
    check_able(cx, args.get(0), name!(cx, "writable"), "File or stream is not writable.")
}

fn isatty(cx: &Cx, args: Args) -> Res {
    check_closed(cx, args.get(0))?;
    Ok(Value::FALSE)
}

fn enter(cx: &Cx, args: Args) -> Res {
    check_closed(cx, args.get(0))?;
    Ok(args.get(0))
}

fn exit(cx: &Cx, args: Args) -> Res {
    ops::call_method(cx, args.get(0), name!(cx, "close"), &[])?;
    Ok(Value::NONE)
}

/// `__getstate__` of what cannot be pickled.
pub fn no_pickle(cx: &Cx, args: Args) -> Res {
    let name = class_of(args.get(0)).name_str().to_string_lossy();
    raise!(cx, TYPE_ERROR, "cannot pickle '{name}' instances")
}

fn iter(cx: &Cx, v: Value) -> Res {
    check_closed(cx, v)?;
    Ok(v)
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let line = ops::call_method(cx, v, name!(cx, "readline"), &[])?;
    Ok(if ops::len(cx, line)? == 0 { None } else { Some(line) })
}

/// Reads a line by `peek` and `read`, or one byte at a time.
fn readline(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let limit = size_argument(cx, args.opt(1))?;
    let peek = ops::getattr_opt(cx, v, name!(cx, "peek"))?;
    let mut out: Vec<u8> = Vec::new();
    while limit < 0 || out.len() < limit as usize {
        let mut want = 1usize;
        if let Some(peek) = peek {
            let ahead = ops::call(cx, peek, &[Value::int(1)])?;
            let Some(ahead) = ahead.downcast::<PyBytes>() else {
                return raise!(
                    cx,
                    OS_ERROR,
                    "peek() should have returned a bytes object, not '{}'",
                    class_of(ahead).display_name()
                );
            };
            let data = ahead.data();
            if !data.is_empty() {
                let end = data.iter().position(|b| *b == b'\n').map_or(data.len(), |i| i + 1);
                want = if limit < 0 { end } else { end.min(limit as usize - out.len()) };
            }
        }
        let piece = ops::call_method(cx, v, name!(cx, "read"), &[Value::int(want as i64)])?;
        let Some(piece) = piece.downcast::<PyBytes>() else {
            return raise!(
                cx,
                OS_ERROR,
                "read() should have returned a bytes object, not '{}'",
                class_of(piece).display_name()
            );
        };
        if piece.len() == 0 {
            break;
        }
        out.extend_from_slice(piece.data());
        if out.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(cx.new_bytes(&out)?.value())
}

fn readlines(cx: &Cx, args: Args) -> Res {
    let hint = size_argument(cx, args.opt(1))?;
    let list = cx.new_list(&[])?;
    let mut total = 0usize;
    ops::for_each(cx, args.get(0), &mut |line| {
        list.push(cx, line)?;
        if hint <= 0 {
            return Ok(true);
        }
        total += ops::len(cx, line)?;
        Ok(total <= hint as usize)
    })?;
    Ok(list.value())
}

fn writelines(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    check_closed(cx, v)?;
    ops::for_each(cx, args.get(1), &mut |line| {
        ops::call_method(cx, v, name!(cx, "write"), &[line])?;
        Ok(true)
    })?;
    Ok(Value::NONE)
}

const fn derived(
    name: &'static str,
    cell: &'static TypeCell,
    methods: &'static [NativeDef],
    getset: &'static [GetSetDef],
) -> TypeDef {
    TypeDef {
        name,
        cell,
        base: Some(&IO_BASE),
        layout: layout::OBJECT,
        size: size_of::<Header>(),
        dict: true,
        flags: FLAGS,
        slots: Slots { new: Some(new), ..Slots::NONE },
        methods,
        getset,
        ..TypeDef::DEFAULT
    }
}

/// Instances of memory files need no closing.
pub fn without_finalizer(_: &Cx, t: Ref<PyType>) -> Res<()> {
    t.clear_flag(flag::HAS_DEL);
    Ok(())
}

/// `_io._RawIOBase`.
pub static RAW_TYPE: TypeDef = derived("_io._RawIOBase", &RAW_IO_BASE, &RAW_METHODS, &[]);

static RAW_METHODS: [NativeDef; 4] = [
    method("read", "(self, size=-1, /)", raw_read),
    method("readall", "(self, /)", raw_readall),
    method("readinto", "(self, buffer, /)", raw_unsupported),
    method("write", "(self, b, /)", raw_unsupported),
];

fn raw_unsupported(cx: &Cx, _: Args) -> Res {
    Err(cx.error_args(exception::NOT_IMPLEMENTED_ERROR.get(), &[]))
}

fn raw_read(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let n = size_argument(cx, args.opt(1))?;
    if n < 0 {
        return ops::call_method(cx, v, name!(cx, "readall"), &[]);
    }
    let array = orochi_builtins::bytearray::new_bytearray(cx, &cx.zeroed(n as usize)?)?;
    let read = ops::call_method(cx, v, name!(cx, "readinto"), &[array.value()])?;
    if read.is_none() {
        return Ok(read);
    }
    let count = ops::index_isize(cx, read, &exception::VALUE_ERROR)?;
    let data = array.view(cx);
    if count < 0 || count as usize > data.len() {
        return raise!(
            cx,
            VALUE_ERROR,
            "readinto returned {count} outside buffer size {}",
            data.len()
        );
    }
    Ok(cx.new_bytes(&data[..count as usize])?.value())
}

fn raw_readall(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let mut out: Vec<u8> = Vec::new();
    loop {
        let piece = ops::call_method(cx, v, name!(cx, "read"), &[Value::int(8192)])?;
        if piece.is_none() && out.is_empty() {
            return Ok(piece);
        }
        if piece.is_none() {
            break;
        }
        let Some(piece) = piece.downcast::<PyBytes>() else {
            return raise!(cx, TYPE_ERROR, "read() should return bytes");
        };
        if piece.len() == 0 {
            break;
        }
        out.extend_from_slice(piece.data());
    }
    Ok(cx.new_bytes(&out)?.value())
}

/// `_io._BufferedIOBase`.
pub static BUFFERED_TYPE: TypeDef =
    derived("_io._BufferedIOBase", &BUFFERED_IO_BASE, &BUFFERED_METHODS, &[]);

static BUFFERED_METHODS: [NativeDef; 6] = [
    method("detach", "(self, /)", |cx, _| unsupported(cx, "detach")),
    method("read", "(self, size=-1, /)", |cx, _| unsupported(cx, "read")),
    method("read1", "(self, size=-1, /)", |cx, _| unsupported(cx, "read1")),
    method("readinto", "(self, buffer, /)", readinto),
    method("readinto1", "(self, buffer, /)", readinto1),
    method("write", "(self, b, /)", |cx, _| unsupported(cx, "write")),
];

fn readinto(cx: &Cx, args: Args) -> Res {
    readinto_by(cx, args, name!(cx, "read"), "readinto")
}
fn readinto1(cx: &Cx, args: Args) -> Res {
    readinto_by(cx, args, name!(cx, "read1"), "readinto1")
}

fn readinto_by(cx: &Cx, args: Args, method: Ref<PyStr>, name: &str) -> Res {
    let target = orochi_builtins::bytes_like::writable_buffer(
        cx,
        args.get(1),
        &format!("{name}() argument"),
    )?;
    let data = ops::call_method(cx, args.get(0), method, &[Value::int(target.len as i64)])?;
    if data.is_none() {
        return Ok(data);
    }
    let Some(data) = data.downcast::<PyBytes>() else {
        return raise!(cx, TYPE_ERROR, "read() should return bytes");
    };
    if data.len() > target.len {
        return raise!(
            cx,
            VALUE_ERROR,
            "read() returned too much data: {} bytes requested, {} returned",
            target.len,
            data.len()
        );
    }
    target.write(0, data.data());
    Ok(Value::int(data.len() as i64))
}

/// `_io._TextIOBase`.
pub static TEXT_TYPE: TypeDef =
    derived("_io._TextIOBase", &TEXT_IO_BASE, &TEXT_METHODS, &TEXT_GETSET);

static TEXT_METHODS: [NativeDef; 4] = [
    method("detach", "(self, /)", |cx, _| unsupported(cx, "detach")),
    method("read", "(self, size=-1, /)", |cx, _| unsupported(cx, "read")),
    method("readline", "(self, size=-1, /)", |cx, _| unsupported(cx, "readline")),
    method("write", "(self, s, /)", |cx, _| unsupported(cx, "write")),
];

fn none(_: &Cx, _: Value) -> Res {
    Ok(Value::NONE)
}

static TEXT_GETSET: [GetSetDef; 3] =
    [getter("encoding", none), getter("newlines", none), getter("errors", none)];
