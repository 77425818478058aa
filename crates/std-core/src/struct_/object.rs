//! `struct.Struct` and its iterator.

use super::format::{self, Code, Format};
use super::{fail, pack, pack_into, unpack, unpack_from, values_of, window};
use crate::common::{own_iter, receiver, words};
use orochi_object::buffer::request;
use orochi_object::layout;
use orochi_object::prelude::*;

static STRUCT_CELL: TypeCell = TypeCell::new();
static ITERATOR_CELL: TypeCell = TypeCell::new();

/// A `Struct`: its format, what that means as bytes, and the size. UNSET before `__init__`.
#[repr(C)]
pub(super) struct PyStruct {
    header: Header,
    format: Slot,
    /// A code that says the size and the number of values, then the codes; only `fill` makes such. In one object, so that
    /// who reads it while `__init__` runs again sees what belongs together.
    meaning: Slot,
    size: Slot,
}

/// An iterator over the structs in a buffer.
#[repr(C)]
struct Unpacker {
    header: Header,
    structure: Slot,
    /// The buffer, UNSET once exhausted.
    buffer: Slot,
    at: Slot,
}

words!(PyStruct, Unpacker);
receiver!(structure, PyStruct);
receiver!(unpacker, Unpacker);

/// The table of `Struct`.
pub(super) static STRUCT: TypeDef = TypeDef {
    name: "_struct.Struct",
    cell: &STRUCT_CELL,
    layout: layout::WORDS,
    size: size_of::<PyStruct>(),
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots {
        repr: Some(|cx, v| {
            let name = class_of(v).name_str().to_string_lossy();
            let format = ops::repr_text(cx, structure(v).format.or_none())?;
            Ok(cx.new_str(&format!("{name}({format})"))?.value())
        }),
        new: Some(|cx, class, _| {
            let made: Ref<PyStruct> = cx.alloc_instance(class, 0)?;
            Ok(made.value())
        }),
        init: Some(|cx, v, args| {
            let format = match (args.positional(), args.keyword("format")) {
                ([], Some(format)) => format,
                _ => args.exactly(cx, "Struct", 1, 1)?[0],
            };
            fill(cx, structure(v), format)
        }),
        ..Slots::NONE
    },
    methods: &[
        method("pack", "(self, /, *values)", |cx, args| {
            pack(cx, parsed(cx, args.get(0))?, args.rest(1))
        })
        .doc("Pack values and return the packed bytes."),
        method("pack_into", "(self, buffer, offset, /, *values)", |cx, args| {
            pack_into(cx, parsed(cx, args.get(0))?, args.get(1), args.get(2), args.rest(3))
        })
        .doc("Pack values and write the packed bytes into the buffer."),
        method("unpack", "(self, buffer, /)", |cx, args| {
            unpack(cx, parsed(cx, args.get(0))?, args.get(1))
        })
        .doc("Return a tuple containing unpacked values."),
        method("unpack_from", "(self, /, buffer, offset=0)", |cx, args| {
            unpack_from(cx, parsed(cx, args.get(0))?, args.get(1), args.opt(2))
        })
        .doc("Return a tuple containing unpacked values."),
        method("iter_unpack", "(self, buffer, /)", |cx, args| {
            iterate(cx, structure(args.get(0)), args.get(1))
        })
        .doc("Return an iterator yielding tuples."),
    ],
    getset: &[
        getter("format", |_, v| Ok(structure(v).format.or_none())),
        getter("size", |_, v| Ok(structure(v).size.get().unwrap_or(Value::int(-1)))),
    ],
    doc: Some(
        "Struct(fmt) --> compiled struct object\n\nReturn a new Struct object which writes and \
         reads binary data according to\nthe format string fmt.\n\nSee help(struct) for more on \
         format strings.",
    ),
    ..TypeDef::DEFAULT
};

/// The table of the iterator.
pub(super) static ITERATOR: TypeDef = TypeDef {
    name: "_struct.unpack_iterator",
    cell: &ITERATOR_CELL,
    layout: layout::WORDS,
    size: size_of::<Unpacker>(),
    slots: Slots { iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    methods: &[method("__length_hint__", "(self, /)", |cx, args| {
        let it = unpacker(args.get(0));
        let Some(buffer) = it.buffer.get() else { return Ok(Value::int(0)) };
        let left = window(cx, buffer, request::SIMPLE)?.len as i64 - at(it);
        Ok(Value::int(left / step(it).max(1)))
    })],
    ..TypeDef::DEFAULT
};

fn fill(cx: &Cx, s: Ref<PyStruct>, format: Value) -> Res<()> {
    let text = format::text_of(cx, format)?;
    let parsed = format::parse_anew(cx, &text)?;
    let parsed = parsed.get();
    let shown: String = text.iter().map(|byte| *byte as char).collect();
    let whole = Code::new(0, false, parsed.values, 0, parsed.size);
    let meaning: Vec<u8> =
        [&[whole], parsed.codes].concat().iter().flat_map(Code::to_bytes).collect();
    let meaning = cx.new_bytes(&meaning)?;
    s.format.set(cx, s, cx.new_str(&shown)?.value());
    s.meaning.set(cx, s, meaning.value());
    s.size.set(cx, s, cx.new_uint(parsed.size as u64)?);
    Ok(())
}

/// A new `Struct` of this format.
pub(super) fn make(cx: &Cx, format: Value) -> Res<Ref<PyStruct>> {
    let made: Ref<PyStruct> = cx.alloc_instance(STRUCT_CELL.get(), 0)?;
    fill(cx, made, format)?;
    Ok(made)
}

/// What the format of a `Struct` means, valid while the bytes that it gives too are on the caller's stack.
fn parsed<'a>(cx: &Cx, v: Value) -> Res<Format<'a>> {
    let meaning = structure(v).meaning.get().and_then(Value::downcast::<PyBytes>);
    match meaning.map(|bytes| Code::row(bytes.data())) {
        Some([whole, codes @ ..]) => Ok(Format { codes, size: whole.offset, values: whole.count }),
        _ => raise!(cx, RUNTIME_ERROR, "Struct object is not initialized"),
    }
}

/// `iter_unpack`.
pub(super) fn iterate(cx: &Cx, s: Ref<PyStruct>, buffer: Value) -> Res {
    let size = parsed(cx, s.value())?.size;
    if size == 0 {
        return fail(cx, "cannot iteratively unpack with a struct of length 0");
    }
    if window(cx, buffer, request::SIMPLE)?.len % size != 0 {
        return fail(
            cx,
            &format!("iterative unpacking requires a buffer of a multiple of {size} bytes"),
        );
    }
    let made: Ref<Unpacker> = cx.alloc_instance(ITERATOR_CELL.get(), 0)?;
    made.structure.init(s.value());
    made.buffer.init(buffer);
    made.at.init(Value::int(0));
    Ok(made.value())
}

fn at(it: Ref<Unpacker>) -> i64 {
    it.at.or_none().as_small().unwrap_or(0)
}

fn step(it: Ref<Unpacker>) -> i64 {
    let s = it.structure.get().map(structure);
    s.and_then(|s| s.size.get()?.as_small()).unwrap_or(0)
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = unpacker(v);
    let (Some(buffer), Some(s)) = (it.buffer.get(), it.structure.get()) else { return Ok(None) };
    let format = parsed(cx, s)?;
    let window = window(cx, buffer, request::SIMPLE)?;
    let start = at(it) as usize;
    let Some(data) = window.as_slice().get(start..start + format.size) else {
        it.buffer.clear();
        return Ok(None);
    };
    it.at.set(cx, it, Value::int((start + format.size) as i64));
    Ok(Some(values_of(cx, format, data)?))
}
