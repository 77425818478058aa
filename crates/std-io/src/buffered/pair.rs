//! `BufferedRWPair`: a reader and a writer as one object.

use super::{READER, WRITER, raw};
use crate::base;
use orochi_builtins::bind::Sig;
use orochi_object::layout;
use orochi_object::prelude::*;

/// The type's cell.
pub static PAIR: TypeCell = TypeCell::new();

/// A `BufferedRWPair`.
#[repr(C)]
pub struct PyPair {
    pub header: Header,
    reader: Slot,
    writer: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PyPair {
    const LAYOUT: u16 = layout::WORDS;
}

/// `_io.BufferedRWPair`.
pub static TYPE: TypeDef = TypeDef {
    name: "_io.BufferedRWPair",
    cell: &PAIR,
    base: Some(&base::BUFFERED_IO_BASE),
    layout: layout::WORDS,
    size: size_of::<PyPair>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::NONE },
    methods: &METHODS,
    getset: &GETSET,
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 11] = [
    method("read", "(self, size=-1, /)", |cx, a| forward(cx, a, reader, name!(cx, "read"))),
    method("peek", "(self, size=0, /)", |cx, a| forward(cx, a, reader, name!(cx, "peek"))),
    method("read1", "(self, size=-1, /)", |cx, a| forward(cx, a, reader, name!(cx, "read1"))),
    method("readinto", "(self, buffer, /)", |cx, a| forward(cx, a, reader, name!(cx, "readinto"))),
    method("readinto1", "(self, buffer, /)", |cx, a| {
        forward(cx, a, reader, name!(cx, "readinto1"))
    }),
    method("write", "(self, buffer, /)", |cx, a| forward(cx, a, writer, name!(cx, "write"))),
    method("flush", "(self, /)", |cx, a| forward(cx, a, writer, name!(cx, "flush"))),
    method("readable", "(self, /)", |cx, a| forward(cx, a, reader, name!(cx, "readable"))),
    method("writable", "(self, /)", |cx, a| forward(cx, a, writer, name!(cx, "writable"))),
    method("close", "(self, /)", close),
    method("isatty", "(self, /)", isatty),
];

static GETSET: [GetSetDef; 1] =
    [getter("closed", |cx, v| ops::getattr(cx, writer(cx, v)?, name!(cx, "closed")))];

fn cast(v: Value) -> Ref<PyPair> {
    // SAFETY: slots and methods of the type get instances of it.
    unsafe { v.cast() }
}

fn part(cx: &Cx, slot: &Slot) -> Res {
    match slot.get() {
        Some(part) => Ok(part),
        None => raise!(cx, VALUE_ERROR, "I/O operation on uninitialized object"),
    }
}
fn reader(cx: &Cx, v: Value) -> Res {
    part(cx, &cast(v).reader)
}
fn writer(cx: &Cx, v: Value) -> Res {
    part(cx, &cast(v).writer)
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.alloc_instance::<PyPair>(class, 0)?.value())
}

static INIT: Sig = Sig::new("BufferedRWPair", "(reader, writer, buffer_size=8192, /)");

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT.bind(cx, args, |args| {
        let (r, w) = (args.get(0), args.get(1));
        raw::require(cx, r, name!(cx, "readable"), "File or stream is not readable.")?;
        raw::require(cx, w, name!(cx, "writable"), "File or stream is not writable.")?;
        let size = args.or(2, Value::int(super::DEFAULT_SIZE as i64));
        let pair = cast(v);
        pair.reader.set(cx, pair, ops::call(cx, READER.get().value(), &[r, size])?);
        pair.writer.set(cx, pair, ops::call(cx, WRITER.get().value(), &[w, size])?);
        Ok(())
    })
}

fn forward(cx: &Cx, args: Args, half: fn(&Cx, Value) -> Res, method: Ref<PyStr>) -> Res {
    let half = half(cx, args.get(0))?;
    match (args.len() > 1).then(|| args.opt(1)).flatten() {
        Some(argument) => ops::call_method(cx, half, method, &[argument]),
        None => ops::call_method(cx, half, method, &[]),
    }
}

fn close(cx: &Cx, args: Args) -> Res {
    let written = ops::call_method(cx, writer(cx, args.get(0))?, name!(cx, "close"), &[]);
    let read = ops::call_method(cx, reader(cx, args.get(0))?, name!(cx, "close"), &[]);
    match (written, read) {
        (Ok(_), read) => read,
        (Err(first), Err(second)) => {
            second.exception().set_context(cx, first.value());
            Err(second)
        }
        (first, _) => first,
    }
}

fn isatty(cx: &Cx, args: Args) -> Res {
    let w = ops::call_method(cx, writer(cx, args.get(0))?, name!(cx, "isatty"), &[])?;
    if ops::truth(cx, w)? {
        return Ok(w);
    }
    ops::call_method(cx, reader(cx, args.get(0))?, name!(cx, "isatty"), &[])
}
