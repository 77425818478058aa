//! `StringIO`: text in memory. The content lies outside the heap, under the object's own lock: who holds it
//! runs no Python code.

use super::newline::Newlines;
use crate::base;
use crate::common::size_argument;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use orochi_builtins::bind::Sig;
use orochi_object::error::memory_error;
use orochi_object::layout;
use orochi_object::object::ObjectLock;
use orochi_object::prelude::*;
use orochi_text::{Builder, Units, search};

/// The type's cell.
pub static STRING_IO: TypeCell = TypeCell::new();
/// Layout number.
pub const LAYOUT: u16 = layout::STD_IO_BASE + 3;

/// A `StringIO`.
#[repr(C)]
pub struct PyStringIO {
    pub header: Header,
    closed: AtomicBool,
    /// Address of a boxed [`State`], 0 before `__init__`.
    state: AtomicUsize,
}
orochi_object::trace!(PyStringIO, LAYOUT, []);

/// The heap layout: frees the content.
pub const HEAP_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { drop: Some(drop_state), ..PyStringIO::HEAP_LAYOUT };

/// # Safety
/// Called by the collector with a dead `StringIO`.
unsafe fn drop_state(header: *mut Header) {
    // SAFETY: the layout is PyStringIO; the word is 0 or came from Box::into_raw.
    unsafe {
        let word = (*header.cast::<PyStringIO>()).state.swap(0, Ordering::Relaxed);
        if word != 0 {
            drop(Box::from_raw(word as *mut State));
        }
    }
}

#[derive(Default)]
struct State {
    content: Builder,
    at: usize,
    /// Universal newlines are recognised (and translated, says the inner flag).
    universal: Option<Newlines>,
    /// What ends a line when read; empty: any, else this.
    read_newline: &'static str,
    /// What `\n` becomes when written.
    write_newline: Option<&'static str>,
    /// The `newline` argument, for pickling.
    newline: Option<&'static str>,
}

/// `_io.StringIO`.
pub static TYPE: TypeDef = TypeDef {
    name: "_io.StringIO",
    cell: &STRING_IO,
    base: Some(&base::TEXT_IO_BASE),
    layout: LAYOUT,
    size: size_of::<PyStringIO>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots { new: Some(new), init: Some(init), next: Some(next), ..Slots::NONE },
    methods: &METHODS,
    getset: &GETSET,
    init: Some(crate::base::without_finalizer),
    doc: Some("Text I/O implementation using an in-memory buffer."),
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 13] = [
    method("close", "(self, /)", close),
    method("getvalue", "(self, /)", getvalue),
    method("read", "(self, size=-1, /)", read),
    method("readline", "(self, size=-1, /)", readline),
    method("tell", "(self, /)", tell),
    method("truncate", "(self, pos=None, /)", truncate),
    method("seek", "(self, pos, whence=0, /)", seek),
    method("write", "(self, s, /)", write),
    method("seekable", "(self, /)", yes),
    method("readable", "(self, /)", yes),
    method("writable", "(self, /)", yes),
    method("__getstate__", "(self, /)", getstate),
    method("__setstate__", "(self, state, /)", setstate),
];

static GETSET: [GetSetDef; 3] = [
    getter("closed", |cx, v| {
        if cast(v).state.load(Ordering::Acquire) == 0 {
            return raise!(cx, VALUE_ERROR, "I/O operation on uninitialized object");
        }
        Ok(Value::bool(cast(v).closed.load(Ordering::Acquire)))
    }),
    getter("newlines", |cx, v| {
        let held = hold(cx, v)?;
        held.universal.map_or(Ok(Value::NONE), |newlines| newlines.seen_value(cx))
    }),
    getter("line_buffering", |cx, v| {
        hold(cx, v)?;
        Ok(Value::FALSE)
    }),
];

fn cast(v: Value) -> Ref<PyStringIO> {
    // SAFETY: slots and methods of StringIO get instances of it.
    unsafe { v.cast() }
}

struct Held<'a> {
    state: &'a mut State,
    _guard: ObjectLock<'a>,
}
impl core::ops::Deref for Held<'_> {
    type Target = State;
    fn deref(&self) -> &State {
        self.state
    }
}
impl core::ops::DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut State {
        self.state
    }
}

/// Takes the lock of an open object.
fn hold<'a>(cx: &Cx, v: Value) -> Res<Held<'a>> {
    // SAFETY: the object outlives the guard: its value is on the caller's stack.
    let io: &'a PyStringIO = unsafe { &*cast(v).as_ptr() };
    if io.closed.load(Ordering::Acquire) {
        return raise!(cx, VALUE_ERROR, "I/O operation on closed file");
    }
    let guard = ObjectLock::acquire(cx, &io.header);
    let state = io.state.load(Ordering::Acquire) as *mut State;
    if state.is_null() {
        return raise!(cx, VALUE_ERROR, "I/O operation on uninitialized object");
    }
    // SAFETY: the box lives as long as the object; the lock makes this the only reference.
    Ok(Held { state: unsafe { &mut *state }, _guard: guard })
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.alloc_instance::<PyStringIO>(class, 0)?.value())
}

/// The `newline` argument of text files: `None` is Python's. `quoted` says how messages show it.
pub fn newline_argument(cx: &Cx, v: Option<Value>, quoted: bool) -> Res<Option<&'static str>> {
    let Some(v) = v else { return Ok(None) };
    let Some(text) = v.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "newline must be str or None, not {}",
            class_of(v).display_name()
        );
    };
    match text.to_string_lossy().as_str() {
        "" => Ok(Some("")),
        "\n" => Ok(Some("\n")),
        "\r" => Ok(Some("\r")),
        "\r\n" => Ok(Some("\r\n")),
        _ if quoted => raise!(cx, VALUE_ERROR, "illegal newline value: {}", ops::repr_text(cx, v)?),
        other => raise!(cx, VALUE_ERROR, "illegal newline value: {other}"),
    }
}

static INIT: Sig = Sig::new("StringIO", "(initial_value='', newline='\\n')");

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT.bind(cx, args, |args| {
        let newline = match args.opt(1) {
            None => Some("\n"),
            Some(newline) => newline_argument(cx, newline.non_none(), true)?,
        };
        let initial = match args.non_none(0) {
            None => None,
            Some(initial) => match initial.as_str() {
                Some(text) => Some(text),
                None => {
                    return raise!(
                        cx,
                        TYPE_ERROR,
                        "initial_value must be str or None, not {}",
                        class_of(initial).display_name()
                    );
                }
            },
        };
        let io = cast(v);
        let universal = match newline {
            None => Some(Newlines { translate: true, ..Newlines::default() }),
            Some("") => Some(Newlines::default()),
            Some(_) => None,
        };
        let state = State {
            universal,
            read_newline: newline.unwrap_or("\n"),
            write_newline: newline.filter(|newline| newline.starts_with('\r')),
            newline,
            ..State::default()
        };
        install(cx, io, state);
        io.closed.store(false, Ordering::Release);
        if let Some(text) = initial {
            let mut held = hold(cx, v)?;
            put(&mut held, text.text());
            held.at = 0;
        }
        Ok(())
    })
}

fn install(cx: &Cx, io: Ref<PyStringIO>, state: State) {
    let fresh = Box::into_raw(Box::new(state)) as usize;
    // Under the lock nobody else uses the old one.
    let old = io.locked(cx, || io.state.swap(fresh, Ordering::AcqRel));
    if old != 0 {
        // SAFETY: came from Box::into_raw and has been taken out.
        drop(unsafe { Box::from_raw(old as *mut State) });
    }
}

#[inline]
fn put(held: &mut State, text: Units<'_>) {
    // At the end, and as it is.
    if held.universal.is_none() && held.write_newline.is_none() && held.at == held.content.len() {
        held.content.push_units(text);
        held.at += text.len();
        return;
    }
    put_translated(held, text);
}

fn put_translated(held: &mut State, text: Units<'_>) {
    let translated = match &mut held.universal {
        Some(newlines) => newlines.feed(text, true),
        None => None,
    };
    let text = translated.as_ref().map_or(text, |buf| buf.units());
    let lf = Units::One(b"\n");
    let replaced = held
        .write_newline
        .and_then(|to| orochi_text::replace::replace(text, lf, Units::One(to.as_bytes()), -1));
    let text = replaced.as_ref().map_or(text, |buf| buf.units());
    if text.is_empty() {
        return;
    }
    let (at, len) = (held.at, held.content.len());
    if at >= len {
        held.content.push_n(0, at - len);
        held.content.push_units(text);
    } else {
        let mut out = Builder::with_capacity(len.max(at + text.len()));
        let old = held.content.units();
        out.push_units(old.slice(0..at));
        out.push_units(text);
        if at + text.len() < len {
            out.push_units(old.slice(at + text.len()..len));
        }
        held.content = out;
    }
    held.at = at + text.len();
}

fn write(cx: &Cx, args: Args) -> Res {
    let Some(text) = args.get(1).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "string argument expected, got '{}'",
            class_of(args.get(1)).display_name()
        );
    };
    let mut held = hold(cx, args.get(0))?;
    if held.at > 1 << 40 {
        return raise!(cx, OVERFLOW_ERROR, "new position too large");
    }
    put(&mut held, text.text());
    let lost = held.content.is_lost();
    drop(held);
    if lost {
        return Err(memory_error(cx));
    }
    Ok(Value::int(text.len() as i64))
}

fn slice(cx: &Cx, held: &mut State, n: usize) -> Res {
    let start = held.at.min(held.content.len());
    let end = start.saturating_add(n).min(held.content.len());
    if held.content.is_lost() {
        return Err(memory_error(cx));
    }
    let text = cx.str_from_units(held.content.units().slice(start..end))?;
    if end > start {
        held.at = end;
    }
    Ok(text.value())
}

fn getvalue(cx: &Cx, args: Args) -> Res {
    let held = hold(cx, args.get(0))?;
    if held.content.is_lost() {
        return Err(memory_error(cx));
    }
    Ok(cx.str_from_units(held.content.units())?.value())
}

fn read(cx: &Cx, args: Args) -> Res {
    let n = size_argument(cx, args.opt(1))?;
    let mut held = hold(cx, args.get(0))?;
    slice(cx, &mut held, if n < 0 { usize::MAX } else { n as usize })
}

/// Where the line that begins at `start` ends.
pub fn line_end(text: Units<'_>, start: usize, newline: &str) -> Option<usize> {
    match newline {
        "\n" => search::find_char(text, 10, start, text.len()).map(|i| i + 1),
        "\r" => search::find_char(text, 13, start, text.len()).map(|i| i + 1),
        "" => {
            let lf = search::find_char(text, 10, start, text.len());
            let stop = lf.map_or(text.len(), |i| i + 1);
            match search::find_char(text, 13, start, stop) {
                Some(cr) if cr + 1 < text.len() && text.get(cr + 1) == 10 => Some(cr + 2),
                Some(cr) => Some(cr + 1),
                None => lf.map(|i| i + 1),
            }
        }
        other => {
            let sought = Units::One(other.as_bytes());
            search::find(text, sought, start, text.len()).map(|i| i + other.len())
        }
    }
}

fn line(cx: &Cx, v: Value, limit: isize) -> Res {
    let mut held = hold(cx, v)?;
    let start = held.at.min(held.content.len());
    let rest = held.content.len() - start;
    let found = line_end(held.content.units(), start, held.read_newline);
    let n = found.map_or(rest, |end| end - start);
    slice(cx, &mut held, if limit < 0 { n } else { n.min(limit as usize) })
}

fn readline(cx: &Cx, args: Args) -> Res {
    let limit = size_argument(cx, args.opt(1))?;
    line(cx, args.get(0), limit)
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let line = if class_of(v) == STRING_IO.get() {
        line(cx, v, -1)?
    } else {
        let line = ops::call_method(cx, v, name!(cx, "readline"), &[])?;
        if line.as_str().is_none() {
            return raise!(
                cx,
                OS_ERROR,
                "readline() should have returned an str object, not '{}'",
                class_of(line).display_name()
            );
        }
        line
    };
    Ok(if line.as_str().is_some_and(|line| line.len() == 0) { None } else { Some(line) })
}

fn tell(cx: &Cx, args: Args) -> Res {
    cx.new_int(hold(cx, args.get(0))?.at as i64)
}

fn truncate(cx: &Cx, args: Args) -> Res {
    let size = match args.non_none(1) {
        Some(size) => ops::index_isize(cx, size, &exception::OVERFLOW_ERROR)?,
        None => hold(cx, args.get(0))?.at as isize,
    };
    let mut held = hold(cx, args.get(0))?;
    if size < 0 {
        return raise!(cx, VALUE_ERROR, "Negative size value {size}");
    }
    if (size as usize) < held.content.len() {
        let mut out = Builder::new();
        out.push_units(held.content.units().slice(0..size as usize));
        held.content = out;
    }
    cx.new_int(size as i64)
}

fn seek(cx: &Cx, args: Args) -> Res {
    let pos = ops::index_isize(cx, args.get(1), &exception::OVERFLOW_ERROR)?;
    let whence = args.opt(2).map_or(Ok(0), |whence| ops::to_i32(cx, whence))?;
    let mut held = hold(cx, args.get(0))?;
    match whence {
        0 if pos < 0 => raise!(cx, VALUE_ERROR, "Negative seek position {pos}"),
        0 => {
            held.at = pos as usize;
            cx.new_int(pos as i64)
        }
        1 | 2 if pos != 0 => {
            drop(held);
            raise!(cx, OS_ERROR, "Can't do nonzero cur-relative seeks")
        }
        1 => cx.new_int(held.at as i64),
        2 => {
            held.at = held.content.len();
            Ok(Value::int(held.at as i64))
        }
        _ => raise!(cx, VALUE_ERROR, "Invalid whence ({whence}, should be 0, 1 or 2)"),
    }
}

fn yes(cx: &Cx, args: Args) -> Res {
    hold(cx, args.get(0))?;
    Ok(Value::TRUE)
}

fn close(cx: &Cx, args: Args) -> Res {
    let io = cast(args.get(0));
    if !io.closed.load(Ordering::Acquire) {
        if let Ok(mut held) = hold(cx, args.get(0)) {
            held.content = Builder::new();
        }
        io.closed.store(true, Ordering::Release);
    }
    Ok(Value::NONE)
}

fn getstate(cx: &Cx, args: Args) -> Res {
    let value = getvalue(cx, args)?;
    let (newline, at) = {
        let held = hold(cx, args.get(0))?;
        (held.newline, held.at)
    };
    let newline = match newline {
        Some(newline) => cx.new_str(newline)?.value(),
        None => Value::NONE,
    };
    let dict = match ops::getattr_opt(cx, args.get(0), name!(cx, "__dict__"))? {
        Some(dict) => match dict.downcast::<PyDict>().filter(|dict| !dict.is_empty()) {
            Some(dict) => dict.copy(cx)?.value(),
            None => Value::NONE,
        },
        None => Value::NONE,
    };
    Ok(cx.new_tuple(&[value, newline, cx.new_int(at as i64)?, dict])?.value())
}

fn setstate(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let Some(state) = args.get(1).downcast::<PyTuple>().filter(|t| t.len() >= 4) else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{}.__setstate__ argument should be 4-tuple, got {}",
            ops::full_name(cx, class_of(v)),
            class_of(args.get(1)).display_name()
        );
    };
    let state = state.values();
    init(cx, v, CallArgs::new(&[cx.new_str("")?.value(), state[1]]))?;
    let Some(text) = state[0].as_str() else {
        return raise!(cx, TYPE_ERROR, "initial_value must be str or None");
    };
    let at = ops::index_isize(cx, state[2], &exception::OVERFLOW_ERROR)?;
    if at < 0 {
        return raise!(cx, VALUE_ERROR, "position value cannot be negative");
    }
    {
        // The text has been translated before: it goes in as it is.
        let mut held = hold(cx, v)?;
        let mut out = Builder::new();
        out.push_units(text.text());
        held.content = out;
        held.at = at as usize;
    }
    if let Some(dict) = state[3].non_none() {
        let own = ops::getattr(cx, v, name!(cx, "__dict__"))?;
        ops::call_method(cx, own, name!(cx, "update"), &[dict])?;
    }
    Ok(Value::NONE)
}
