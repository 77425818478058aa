//! The methods that only `bytearray` has.

use super::slots::{cast, made};
use crate::bytes::{byte_of, collect_ints};
use crate::bytes_like::try_bytes_like;
use crate::memoryview::PyMemoryView;
use orochi_object::prelude::*;

pub(super) static TABLE: [NativeDef; 13] = [
    method("append", "(self, item, /)", append),
    method("extend", "(self, iterable_of_ints, /)", extend),
    method("insert", "(self, index, item, /)", insert),
    method("pop", "(self, index=-1, /)", pop),
    method("remove", "(self, value, /)", remove),
    method("reverse", "(self, /)", reverse),
    method("clear", "(self, /)", clear),
    method("copy", "(self, /)", copy),
    method("resize", "(self, size, /)", resize),
    method("__alloc__", "(self, /)", alloc),
    method("__reduce__", "(self, /)", reduce),
    method("__reduce_ex__", "(self, proto=0, /)", reduce_ex),
    method("__release_buffer__", "(self, buffer, /)", release_buffer),
];

const RANGE: &str = "byte must be in range(0, 256)";

fn append(cx: &Cx, args: Args) -> Res {
    let b = byte_of(cx, args.get(1), RANGE)?;
    cast(args.get(0)).splice(cx, usize::MAX, usize::MAX, &[b])?;
    Ok(Value::NONE)
}

fn extend(cx: &Cx, args: Args) -> Res {
    let (array, source) = (cast(args.get(0)), args.get(1));
    // A buffer that changes the array itself when it is asked for still goes where the end was.
    let plain = !class_of(source).has_flag(flag::HEAPTYPE);
    let end = if plain { usize::MAX } else { array.len() };
    let Ok(buffer) = try_bytes_like(cx, source) else {
        let class = class_of(source).display_name();
        return raise!(cx, TYPE_ERROR, "can't set bytearray slice from {class}");
    };
    let data = if let Some(view) = buffer {
        let data = cx.copied(&view)?;
        array.splice(cx, end, end, &data)?;
        return Ok(Value::NONE);
    } else if source.as_str().is_some_and(|text| text.len() > 0) {
        return raise!(cx, TYPE_ERROR, "expected iterable of integers; got: 'str'");
    } else {
        let iterator = match ops::iter(cx, source) {
            Err(raised) if raised.is(&exception::TYPE_ERROR) => {
                let class = class_of(source).display_name();
                return raise!(cx, TYPE_ERROR, "can't extend bytearray with {class}");
            }
            iterator => iterator?,
        };
        ops::expected(cx, source)?;
        collect_ints(cx, iterator, RANGE)?
    };
    array.splice(cx, usize::MAX, usize::MAX, &data)?;
    Ok(Value::NONE)
}

fn insert(cx: &Cx, args: Args) -> Res {
    let i = ops::size_argument(cx, args.get(1))?;
    let b = byte_of(cx, args.get(2), RANGE)?;
    cast(args.get(0)).edit(cx, |edit| {
        let len = edit.len() as isize;
        let at = if i < 0 { (i + len).max(0) } else { i.min(len) } as usize;
        edit.splice(at, at, &[b])
    })?;
    Ok(Value::NONE)
}

fn pop(cx: &Cx, args: Args) -> Res {
    let i = match args.opt(1) {
        Some(i) => ops::size_argument(cx, i)?,
        None => -1,
    };
    let array = cast(args.get(0));
    let popped = array.edit(cx, |edit| match ops::position(i, edit.len()) {
        Some(at) => {
            let b = edit.bytes()[at];
            edit.splice(at, at + 1, &[])?;
            Ok(Some(b))
        }
        None => Ok(None),
    })?;
    match popped {
        Some(b) => Ok(Value::int(i64::from(b))),
        None if array.len() == 0 => raise!(cx, INDEX_ERROR, "pop from empty bytearray"),
        None => raise!(cx, INDEX_ERROR, "pop index out of range"),
    }
}

fn remove(cx: &Cx, args: Args) -> Res {
    let b = byte_of(cx, args.get(1), RANGE)?;
    let removed =
        cast(args.get(0)).edit(cx, |edit| match edit.bytes().iter().position(|own| *own == b) {
            Some(at) => edit.splice(at, at + 1, &[]).map(|()| true),
            None => Ok(false),
        })?;
    if removed {
        return Ok(Value::NONE);
    }
    raise!(cx, VALUE_ERROR, "value not found in bytearray")
}

fn reverse(cx: &Cx, args: Args) -> Res {
    cast(args.get(0)).edit(cx, |edit| {
        edit.reverse();
        Ok(())
    })?;
    Ok(Value::NONE)
}

fn clear(cx: &Cx, args: Args) -> Res {
    cast(args.get(0)).splice(cx, 0, usize::MAX, &[])?;
    Ok(Value::NONE)
}

fn copy(cx: &Cx, args: Args) -> Res {
    made(cx, &cast(args.get(0)).view(cx))
}

fn resize(cx: &Cx, args: Args) -> Res {
    let size = ops::size_argument(cx, args.get(1))?;
    if size < 0 {
        return raise!(cx, VALUE_ERROR, "Can only resize to positive sizes, got {size}");
    }
    let size = size as usize;
    if size > 1 << 40 {
        return Err(orochi_object::error::memory_error(cx));
    }
    // The zeros, and the array with them.
    cx.expect_memory(size.saturating_mul(2))?;
    cast(args.get(0)).edit(cx, |edit| {
        let len = edit.len();
        if size <= len {
            return edit.splice(size, len, &[]);
        }
        edit.splice(len, len, &vec![0; size - len])
    })?;
    Ok(Value::NONE)
}

fn alloc(_: &Cx, args: Args) -> Res {
    let array = cast(args.get(0));
    Ok(Value::int(array.raw().map_or(0, |raw| raw.capacity as i64 + 1)))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    reduce_with(cx, args.get(0), 2)
}

fn reduce_ex(cx: &Cx, args: Args) -> Res {
    let protocol = match args.opt(1) {
        Some(protocol) => ops::to_i32(cx, protocol)?,
        None => 0,
    };
    reduce_with(cx, args.get(0), protocol)
}

fn reduce_with(cx: &Cx, v: Value, protocol: i32) -> Res {
    let data = cast(v).view(cx);
    let inner = if data.is_empty() {
        cx.new_tuple(&[])?
    } else if protocol < 3 {
        let text = crate::bytes::text(cx, &data)?;
        let latin1 = cx.new_str("latin-1")?.value();
        cx.new_tuple(&[text, latin1])?
    } else {
        cx.new_tuple(&[cx.new_bytes(&data)?.value()])?
    };
    let state = ops::call_method(cx, v, name!(cx, "__getstate__"), &[])?;
    Ok(cx.new_tuple(&[class_of(v).value(), inner.value(), state])?.value())
}

fn release_buffer(cx: &Cx, args: Args) -> Res {
    // Buffers handed out by `__buffer__` are memoryviews; releasing one gives its export back.
    let Some(view) = args.get(1).downcast::<PyMemoryView>() else {
        return raise!(cx, TYPE_ERROR, "expected a memoryview object");
    };
    ops::call_method(cx, view.value(), name!(cx, "release"), &[])
}
