//! The three types: construction, positions, closing, delegation to the raw file.

use super::{
    CAN_READ, CAN_WRITE, DEFAULT_SIZE, DETACHED, LAYOUT, PyBuffered, RANDOM, READER, READY, State,
    WRITER, raw, read, write,
};
use crate::base;
use crate::common::offset;
use core::sync::atomic::Ordering;
use orochi_builtins::bind::Sig;
use orochi_object::prelude::*;

const FLAGS: u64 = flag::BASETYPE | flag::WEAKREF | flag::HAS_DEL;

const SLOTS: Slots = Slots { new: Some(new), repr: Some(repr), ..Slots::NONE };

const fn def(
    name: &'static str,
    cell: &'static TypeCell,
    slots: Slots,
    methods: &'static [NativeDef],
) -> TypeDef {
    TypeDef {
        name,
        cell,
        base: Some(&base::BUFFERED_IO_BASE),
        layout: LAYOUT,
        size: size_of::<PyBuffered>(),
        dict: true,
        flags: FLAGS,
        slots,
        methods,
        getset: &GETSET,
        ..TypeDef::DEFAULT
    }
}

/// `_io.BufferedReader`.
pub static READER_TYPE: TypeDef = def(
    "_io.BufferedReader",
    &READER,
    Slots { init: Some(init_reader), next: Some(read::next), ..SLOTS },
    &READER_METHODS,
);
/// `_io.BufferedWriter`.
pub static WRITER_TYPE: TypeDef =
    def("_io.BufferedWriter", &WRITER, Slots { init: Some(init_writer), ..SLOTS }, &WRITER_METHODS);
/// `_io.BufferedRandom`.
pub static RANDOM_TYPE: TypeDef = def(
    "_io.BufferedRandom",
    &RANDOM,
    Slots { init: Some(init_random), next: Some(read::next), ..SLOTS },
    &RANDOM_METHODS,
);

macro_rules! table {
    ($name:ident, $n:literal, [$($row:expr),* $(,)?]) => {
        static $name: [NativeDef; $n] = [
            method("__getstate__", "(self, /)", base::no_pickle),
            method("flush", "(self, /)", write::flush),
            method("close", "(self, /)", close),
            method("detach", "(self, /)", detach),
            method("seekable", "(self, /)", |cx, args| ask(cx, args, name!(cx, "seekable"))),
            method("fileno", "(self, /)", |cx, args| ask(cx, args, name!(cx, "fileno"))),
            method("isatty", "(self, /)", |cx, args| ask(cx, args, name!(cx, "isatty"))),
            method("tell", "(self, /)", tell),
            method("seek", "(self, target, whence=0, /)", seek),
            method("truncate", "(self, pos=None, /)", truncate),
            method("_dealloc_warn", "(self, source, /)", |_, _| Ok(Value::NONE)),
            $($row),*
        ];
    };
}

table!(
    READER_METHODS,
    18,
    [
        method("read", "(self, size=-1, /)", read::read),
        method("read1", "(self, size=-1, /)", read::read1_method),
        method("peek", "(self, size=0, /)", read::peek),
        method("readinto", "(self, buffer, /)", read::readinto),
        method("readinto1", "(self, buffer, /)", read::readinto1),
        method("readline", "(self, size=-1, /)", read::readline),
        method("readable", "(self, /)", |cx, args| ask(cx, args, name!(cx, "readable"))),
    ]
);
table!(
    WRITER_METHODS,
    13,
    [
        method("write", "(self, buffer, /)", write::write),
        method("writable", "(self, /)", |cx, args| ask(cx, args, name!(cx, "writable"))),
    ]
);
table!(
    RANDOM_METHODS,
    20,
    [
        method("read", "(self, size=-1, /)", read::read),
        method("read1", "(self, size=-1, /)", read::read1_method),
        method("peek", "(self, size=0, /)", read::peek),
        method("readinto", "(self, buffer, /)", read::readinto),
        method("readinto1", "(self, buffer, /)", read::readinto1),
        method("readline", "(self, size=-1, /)", read::readline),
        method("readable", "(self, /)", |cx, args| ask(cx, args, name!(cx, "readable"))),
        method("write", "(self, buffer, /)", write::write),
        method("writable", "(self, /)", |cx, args| ask(cx, args, name!(cx, "writable"))),
    ]
);

static GETSET: [GetSetDef; 5] = [
    getter("closed", |cx, v| ops::getattr(cx, cast(v).raw_file(cx)?, name!(cx, "closed"))),
    getter("name", |cx, v| ops::getattr(cx, cast(v).raw_file(cx)?, name!(cx, "name"))),
    getter("mode", |cx, v| ops::getattr(cx, cast(v).raw_file(cx)?, name!(cx, "mode"))),
    field_getter("raw", |_, v| Ok(cast(v).raw.or_none())),
    field("_finalizing", |_, _| Ok(Value::FALSE), |_, _, _| Ok(())),
];

fn cast(v: Value) -> Ref<PyBuffered> {
    // SAFETY: slots and methods of the buffered types get instances of them.
    unsafe { v.cast() }
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.alloc_instance::<PyBuffered>(class, 0)?.value())
}

static INIT_READER: Sig = Sig::new("BufferedReader", "(raw, buffer_size=8192)");
static INIT_WRITER: Sig = Sig::new("BufferedWriter", "(raw, buffer_size=8192)");
static INIT_RANDOM: Sig = Sig::new("BufferedRandom", "(raw, buffer_size=8192)");

fn init_reader(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT_READER.bind(cx, args, |args| {
        cast(v).flags.store(0, Ordering::Release);
        raw::require(cx, args.get(0), name!(cx, "readable"), "File or stream is not readable.")?;
        setup(cx, cast(v), args, CAN_READ)
    })
}
fn init_writer(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT_WRITER.bind(cx, args, |args| {
        cast(v).flags.store(0, Ordering::Release);
        raw::require(cx, args.get(0), name!(cx, "writable"), "File or stream is not writable.")?;
        setup(cx, cast(v), args, CAN_WRITE)
    })
}
fn init_random(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT_RANDOM.bind(cx, args, |args| {
        cast(v).flags.store(0, Ordering::Release);
        raw::require(cx, args.get(0), name!(cx, "seekable"), "File or stream is not seekable.")?;
        raw::require(cx, args.get(0), name!(cx, "readable"), "File or stream is not readable.")?;
        raw::require(cx, args.get(0), name!(cx, "writable"), "File or stream is not writable.")?;
        setup(cx, cast(v), args, CAN_READ | CAN_WRITE)
    })
}

fn setup(cx: &Cx, b: Ref<PyBuffered>, args: Args, able: u32) -> Res<()> {
    let size = match args.opt(1) {
        Some(size) => ops::index_isize(cx, size, &exception::OVERFLOW_ERROR)?,
        None => DEFAULT_SIZE as isize,
    };
    if size <= 0 {
        return raise!(cx, VALUE_ERROR, "buffer size must be strictly positive");
    }
    prepare(cx, b, args.get(0), size as usize, able)
}

fn prepare(cx: &Cx, b: Ref<PyBuffered>, file: Value, size: usize, able: u32) -> Res<()> {
    if size > 1 << 36 {
        return Err(orochi_object::error::memory_error(cx));
    }
    let state = State { size, read: Vec::new(), at: 0, end: 0, write: Vec::new(), accounted: 0 };
    if b.state.load(Ordering::Acquire) == 0 {
        let fresh = Box::into_raw(Box::new(state)) as usize;
        if b.state.compare_exchange(0, fresh, Ordering::AcqRel, Ordering::Acquire).is_err() {
            // SAFETY: nobody else has seen this box.
            drop(unsafe { Box::from_raw(fresh as *mut State) });
        }
    } else {
        *b.hold(cx)?.state = state;
    }
    b.raw.set(cx, b, file);
    b.flags.store(able | READY, Ordering::Release);
    if able & CAN_WRITE != 0 {
        crate::dirty::register(cx, b.value())?;
    }
    Ok(())
}

/// A buffered object of the exact type for a raw file: for `open`.
pub fn new_buffered(cx: &Cx, file: Value, size: usize, reads: bool, writes: bool) -> Res {
    let (cell, able) = match (reads, writes) {
        (true, true) => (&RANDOM, CAN_READ | CAN_WRITE),
        (true, false) => (&READER, CAN_READ),
        _ => (&WRITER, CAN_WRITE),
    };
    let b: Ref<PyBuffered> = cx.alloc_instance(cell.get(), 0)?;
    prepare(cx, b, file, size, able)?;
    Ok(b.value())
}

/// Asks the raw file.
fn ask(cx: &Cx, args: Args, method: Ref<PyStr>) -> Res {
    let file = cast(args.get(0)).raw_file(cx)?;
    ops::call_method(cx, file, method, &[])
}

fn repr(cx: &Cx, v: Value) -> Res {
    let class = ops::full_name(cx, class_of(v));
    let name = crate::common::shown_attr(cx, v, name!(cx, "name"))?;
    let text = match name {
        Some(name) => format!("<{class} name={}>", ops::repr_text(cx, name)?),
        None => format!("<{class}>"),
    };
    Ok(cx.new_str(&text)?.value())
}

fn close(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let file = b.raw_file(cx)?;
    if crate::common::is_closed(cx, file)? {
        return Ok(Value::NONE);
    }
    let flushed = ops::call_method(cx, args.get(0), name!(cx, "flush"), &[]);
    let closed = ops::call_method(cx, file, name!(cx, "close"), &[]);
    if let Ok(mut held) = b.hold(cx) {
        held.write.clear();
        held.forget_ahead();
        b.dirty.store(false, Ordering::Release);
    }
    match (flushed, closed) {
        (Ok(_), closed) => closed,
        (Err(first), Ok(_)) => Err(first),
        (Err(first), Err(second)) => {
            second.exception().set_context(cx, first.value());
            Err(second)
        }
    }
}

fn detach(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let file = b.raw_file(cx)?;
    ops::call_method(cx, args.get(0), name!(cx, "flush"), &[])?;
    b.raw.clear();
    b.flags.store(DETACHED, Ordering::Release);
    Ok(file)
}

fn tell(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let file = b.raw_file(cx)?;
    let held = b.hold(cx)?;
    let at = raw::tell(cx, file)?;
    // Character devices may not count what was read.
    cx.new_int((at - held.ahead().len() as i64 + held.write.len() as i64).max(0))
}

fn seek(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let whence = args.opt(2).map_or(Ok(0), |whence| ops::to_i32(cx, whence))?;
    if !(0..=4).contains(&whence) {
        return raise!(cx, VALUE_ERROR, "whence value {whence} unsupported");
    }
    let file = b.raw_file(cx)?;
    b.check_open(cx, "seek of")?;
    raw::require(cx, file, name!(cx, "seekable"), "File or stream is not seekable.")?;
    let mut target = offset(cx, args.get(1))?;
    let mut held = b.hold(cx)?;
    if whence <= 1 && !held.ahead().is_empty() {
        let here = raw::tell(cx, file)?;
        let first = here - held.end as i64;
        let wanted = if whence == 0 { target } else { first + held.at as i64 + target };
        if first >= 0 && wanted >= first && wanted <= here {
            held.at = (wanted - first) as usize;
            return cx.new_int(wanted);
        }
    }
    write::drain(cx, &b, &mut held)?;
    if whence == 1 {
        target -= held.ahead().len() as i64;
    }
    let at = raw::seek(cx, file, target, whence)?;
    held.forget_ahead();
    cx.new_int(at)
}

fn truncate(cx: &Cx, args: Args) -> Res {
    let b = cast(args.get(0));
    let file = b.raw_file(cx)?;
    b.check_open(cx, "truncate of")?;
    if !b.has(CAN_WRITE) {
        return crate::common::unsupported(cx, "truncate");
    }
    let mut held = b.hold(cx)?;
    write::drain(cx, &b, &mut held)?;
    write::rewind(cx, &b, &mut held)?;
    let size = match args.non_none(1) {
        Some(size) => size,
        None => cx.new_int(raw::tell(cx, file)?)?,
    };
    ops::call_method(cx, file, name!(cx, "truncate"), &[size])
}
