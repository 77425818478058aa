//! `_struct`: numbers to and from packed bytes.

mod codes;
mod float16;
mod format;
mod object;

use orochi_object::buffer::{Buffer, request};
use orochi_object::exception::PyException;
use orochi_object::layout;
use orochi_object::prelude::*;

static ERROR_CELL: TypeCell = TypeCell::new();

/// `struct.error`.
static ERROR: TypeDef = TypeDef {
    name: "struct.error",
    cell: &ERROR_CELL,
    base: Some(&exception::EXCEPTION),
    layout: layout::EXCEPTION,
    size: size_of::<PyException>(),
    dict: true,
    flags: flag::BASETYPE | flag::EXCEPTION,
    ..TypeDef::DEFAULT
};

/// The definition of `_struct`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_struct",
    doc: Some("Functions to convert between Python values and C structs."),
    functions: &[
        function("calcsize", "(format, /)", |cx, args| {
            let format = format::parse(cx, args.get(0))?;
            cx.new_uint(format.get().size as u64)
        })
        .doc("Return size in bytes of the struct described by the format string."),
        function("pack", "(format, /, *values)", |cx, args| {
            let format = format::parse(cx, args.get(0))?;
            pack(cx, format.get(), args.rest(1))
        })
        .doc("Return a bytes object containing values packed according to the format string."),
        function("pack_into", "(format, buffer, offset, /, *values)", |cx, args| {
            let format = format::parse(cx, args.get(0))?;
            pack_into(cx, format.get(), args.get(1), args.get(2), args.rest(3))
        })
        .doc("Pack values and write the packed bytes into the buffer."),
        function("unpack", "(format, buffer, /)", |cx, args| {
            let format = format::parse(cx, args.get(0))?;
            unpack(cx, format.get(), args.get(1))
        })
        .doc("Return a tuple containing values unpacked according to the format string."),
        function("unpack_from", "(format, /, buffer, offset=0)", |cx, args| {
            let format = format::parse(cx, args.get(0))?;
            unpack_from(cx, format.get(), args.get(1), args.opt(2))
        })
        .doc("Return a tuple containing values unpacked according to the format string."),
        function("iter_unpack", "(format, buffer, /)", |cx, args| {
            let made = object::make(cx, args.get(0))?;
            object::iterate(cx, made, args.get(1))
        })
        .doc("Return an iterator yielding tuples unpacked from the given bytes."),
        function("_clearcache", "()", |_, _| Ok(Value::NONE)).doc("Clear the internal cache."),
    ],
    types: &[&ERROR, &object::STRUCT, &object::ITERATOR],
    init: Some(|cx, module| {
        // The iterator's type is not a name of the module.
        module.namespace().remove(cx, name!(cx, "unpack_iterator").value())?;
        Ok(())
    }),
    ..ModuleDef::DEFAULT
};

/// `struct.error` with a message.
#[cold]
fn error(cx: &Cx, message: &str) -> Raised {
    cx.error(&ERROR_CELL, message)
}

fn fail<T>(cx: &Cx, message: &str) -> Res<T> {
    Err(error(cx, message))
}

fn window(cx: &Cx, v: Value, flags: u32) -> Res<Buffer> {
    match class_of(v).slots.buffer() {
        Some(buffer) => buffer(cx, v, flags),
        None => raise!(
            cx,
            TYPE_ERROR,
            "a bytes-like object is required, not '{}'",
            class_of(v).display_name()
        ),
    }
}

/// `pack(*values)`.
fn pack(cx: &Cx, format: format::Format<'_>, values: &[Value]) -> Res {
    // What is small is put together on the stack.
    let mut small = [0u8; 64];
    if let Some(data) = small.get_mut(..format.size) {
        write_values(cx, format, values, "pack", data)?;
        return Ok(cx.new_bytes(data)?.value());
    }
    let data = packed(cx, format, values, "pack")?;
    Ok(cx.new_bytes(&data)?.value())
}

fn packed(cx: &Cx, format: format::Format<'_>, values: &[Value], what: &str) -> Res<Vec<u8>> {
    let mut data = cx.zeroed(format.size)?;
    write_values(cx, format, values, what, &mut data)?;
    Ok(data)
}

/// Writes the values to `data`, zeros of the format's size.
fn write_values(
    cx: &Cx,
    format: format::Format<'_>,
    values: &[Value],
    what: &str,
    data: &mut [u8],
) -> Res<()> {
    if values.len() != format.values {
        let (wanted, given) = (format.values, values.len());
        return fail(cx, &format!("{what} expected {wanted} items for packing (got {given})"));
    }
    let mut next = values.iter();
    for code in format.codes {
        let (count, bytes) = code.shape();
        let mut at = code.offset;
        for _ in 0..count {
            let Some(value) = next.next() else { return Ok(()) };
            codes::write(cx, code, *value, &mut data[at..at + bytes])?;
            at += bytes;
        }
    }
    Ok(())
}

fn pack_into(
    cx: &Cx,
    format: format::Format<'_>,
    buffer: Value,
    offset: Value,
    values: &[Value],
) -> Res {
    let offset = ops::index_isize(cx, offset, &exception::INDEX_ERROR)?;
    let data = packed(cx, format, values, "pack_into")?;
    let Some(into) = class_of(buffer).slots.buffer() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "pack_into() argument 2 must be read-write bytes-like object, not {}",
            class_of(buffer).display_name()
        );
    };
    let window = into(cx, buffer, request::WRITABLE)?;
    let (len, size) = (window.len, format.size);
    let mut at = offset;
    if at < 0 {
        if at + size as isize > 0 {
            return fail(cx, &format!("no space to pack {size} bytes at offset {offset}"));
        }
        at += len as isize;
        if at < 0 {
            return fail(cx, &format!("offset {offset} out of range for {len}-byte buffer"));
        }
    }
    let at = at as usize;
    if len < at || len - at < size {
        return fail(
            cx,
            &format!(
                "pack_into requires a buffer of at least {} bytes for packing {size} bytes at \
                 offset {at} (actual buffer size is {len})",
                size + at
            ),
        );
    }
    window.write(at, &data);
    Ok(Value::NONE)
}

/// The values in `data`, which has the format's size.
fn values_of(cx: &Cx, format: format::Format<'_>, data: &[u8]) -> Res {
    let row = PyTuple::new_internal(cx, format.values)?;
    let mut slots = row.items().iter();
    for code in format.codes {
        let (count, bytes) = code.shape();
        let mut at = code.offset;
        for slot in slots.by_ref().take(count) {
            slot.init(codes::read(cx, code, &data[at..at + bytes])?);
            at += bytes;
        }
    }
    Ok(row.value())
}

fn unpack(cx: &Cx, format: format::Format<'_>, buffer: Value) -> Res {
    let window = window(cx, buffer, request::SIMPLE)?;
    if window.len != format.size {
        return fail(cx, &format!("unpack requires a buffer of {} bytes", format.size));
    }
    values_of(cx, format, window.as_slice())
}

fn unpack_from(cx: &Cx, format: format::Format<'_>, buffer: Value, offset: Option<Value>) -> Res {
    let window = window(cx, buffer, request::SIMPLE)?;
    let offset = match offset {
        Some(offset) => ops::index_isize(cx, offset, &exception::INDEX_ERROR)?,
        None => 0,
    };
    let (len, size) = (window.len, format.size);
    let mut at = offset;
    if at < 0 {
        if at + size as isize > 0 {
            return fail(cx, &format!("not enough data to unpack {size} bytes"));
        }
        at += len as isize;
        if at < 0 {
            return fail(cx, &format!("offset {offset} out of range for {len}-byte buffer"));
        }
    }
    let at = at as usize;
    if len < at || len - at < size {
        return fail(
            cx,
            &format!(
                "unpack_from requires a buffer of at least {} bytes for unpacking {size} bytes at \
                 offset {at} (actual buffer size is {len})",
                size.saturating_add(at)
            ),
        );
    }
    values_of(cx, format, &window.as_slice()[at..at + size])
}
