//! `TextIOWrapper`: the type, construction, reconfiguration, attributes.

use super::newline::Newlines;
use super::stringio::newline_argument;
use super::wrapper::{
    LAYOUT, PyTextWrapper, TEXT_WRAPPER, TextState, cast, flush_file, next, read, readline, write,
    write_pending,
};
use super::{decoder, seek};
use crate::base;
use core::sync::atomic::Ordering;
use orochi_builtins::bind::Sig;
use orochi_builtins::codecs::registry;
use orochi_object::prelude::*;

/// `_io.TextIOWrapper`.
pub static TYPE: TypeDef = TypeDef {
    name: "_io.TextIOWrapper",
    cell: &TEXT_WRAPPER,
    base: Some(&base::TEXT_IO_BASE),
    layout: LAYOUT,
    size: size_of::<PyTextWrapper>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        next: Some(next),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &METHODS,
    getset: &GETSET,
    doc: Some("Character and line based layer over a BufferedIOBase object, buffer."),
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 16] = [
    method("__getstate__", "(self, /)", base::no_pickle),
    method("write", "(self, text, /)", write),
    method("read", "(self, size=-1, /)", read),
    method("readline", "(self, size=-1, /)", readline),
    method("flush", "(self, /)", flush),
    method("close", "(self, /)", close),
    method("detach", "(self, /)", detach),
    method("fileno", "(self, /)", |cx, args| ask(cx, args, name!(cx, "fileno"))),
    method("seekable", "(self, /)", |cx, args| ask(cx, args, name!(cx, "seekable"))),
    method("readable", "(self, /)", |cx, args| ask(cx, args, name!(cx, "readable"))),
    method("writable", "(self, /)", |cx, args| ask(cx, args, name!(cx, "writable"))),
    method("isatty", "(self, /)", |cx, args| ask(cx, args, name!(cx, "isatty"))),
    method("seek", "(self, cookie, whence=0, /)", seek::seek),
    method("tell", "(self, /)", seek::tell),
    method("truncate", "(self, pos=None, /)", seek::truncate),
    method(
        "reconfigure",
        "(self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
        reconfigure,
    ),
];

static GETSET: [GetSetDef; 10] = [
    field_getter("encoding", |cx, v| {
        cast(v).file(cx)?;
        Ok(cast(v).encoding.or_none())
    }),
    getter("errors", |cx, v| {
        cast(v).file(cx)?;
        Ok(cast(v).errors.or_none())
    }),
    getter("buffer", |cx, v| cast(v).file(cx)),
    field_getter("line_buffering", |cx, v| Ok(Value::bool(cast(v).hold(cx)?.line_buffering))),
    field_getter("write_through", |cx, v| Ok(Value::bool(cast(v).hold(cx)?.write_through))),
    getter("closed", |cx, v| ops::getattr(cx, cast(v).file(cx)?, name!(cx, "closed"))),
    getter("name", |cx, v| ops::getattr(cx, cast(v).file(cx)?, name!(cx, "name"))),
    getter("newlines", |cx, v| {
        let held = cast_static(v).hold(cx)?;
        match held.universal {
            Some(newlines) => newlines.seen_value(cx),
            None => Ok(Value::NONE),
        }
    }),
    getset(
        "_CHUNK_SIZE",
        |cx, v| Ok(Value::int(cast(v).hold(cx)?.chunk as i64)),
        |cx, v, value| {
            let Some(value) = value else {
                return raise!(cx, ATTRIBUTE_ERROR, "cannot delete attribute");
            };
            let n = ops::index_isize(cx, value, &exception::VALUE_ERROR)?;
            if n <= 0 {
                return raise!(cx, VALUE_ERROR, "a strictly positive integer is required");
            }
            cast(v).hold(cx)?.chunk = n as usize;
            Ok(())
        },
    ),
    field("_finalizing", |_, _| Ok(Value::FALSE), |_, _, _| Ok(())),
];

/// As [`cast`], for getters that hold the lock to their end.
fn cast_static(v: Value) -> &'static PyTextWrapper {
    // SAFETY: the value is on the caller's stack for longer than the reference is used.
    unsafe { &*cast(v).as_ptr() }
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.alloc_instance::<PyTextWrapper>(class, 0)?.value())
}

static INIT: Sig = Sig::new(
    "TextIOWrapper",
    "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
);

fn text_argument(cx: &Cx, v: Option<Value>, name: &str) -> Res<Option<Ref<PyStr>>> {
    let Some(v) = v else { return Ok(None) };
    match v.as_str() {
        Some(text) if text.text().iter().any(|c| c == 0) => {
            raise!(cx, VALUE_ERROR, "embedded null character")
        }
        Some(text) => Ok(Some(text)),
        None => raise!(
            cx,
            TYPE_ERROR,
            "TextIOWrapper() argument '{name}' must be str or None, not {}",
            class_of(v).display_name()
        ),
    }
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT.bind(cx, args, |args| {
        let encoding = text_argument(cx, args.non_none(1), "encoding")?;
        let errors = text_argument(cx, args.non_none(2), "errors")?;
        let newline = newline_argument(cx, args.non_none(3), false)?;
        let line_buffering = args.opt(4).map_or(Ok(false), |v| ops::truth(cx, v))?;
        let write_through = args.opt(5).map_or(Ok(false), |v| ops::truth(cx, v))?;
        if encoding.is_none() {
            crate::open::warn_default_encoding(cx, 1)?;
        }
        let options = Options { encoding, errors, newline, line_buffering, write_through };
        setup(cx, cast(v), args.get(0), &options)
    })
}

/// The arguments of the constructor.
pub struct Options {
    pub encoding: Option<Ref<PyStr>>,
    pub errors: Option<Ref<PyStr>>,
    pub newline: Option<&'static str>,
    pub line_buffering: bool,
    pub write_through: bool,
}

/// A wrapper of the exact type.
pub fn new_wrapper(cx: &Cx, buffer: Value, options: &Options) -> Res {
    let w: Ref<PyTextWrapper> = cx.alloc_instance(TEXT_WRAPPER.get(), 0)?;
    setup(cx, w, buffer, options)?;
    Ok(w.value())
}

/// The name of the encoding that is used where none is given.
pub const DEFAULT_ENCODING: &str = "UTF-8";

fn newline_state(st: &mut TextState, newline: Option<&'static str>) {
    st.universal = match newline {
        None => Some(Newlines { translate: true, ..Newlines::default() }),
        Some("") => Some(Newlines::default()),
        Some(_) => None,
    };
    st.read_newline = newline.unwrap_or("\n");
    st.write_newline = newline.filter(|newline| newline.starts_with('\r'));
}

fn setup(cx: &Cx, w: Ref<PyTextWrapper>, buffer: Value, options: &Options) -> Res<()> {
    w.buffer.clear();
    let encoding = match options.encoding {
        Some(encoding) if encoding.eq_str("locale") => cx.new_str(DEFAULT_ENCODING)?,
        Some(encoding) => encoding,
        None => cx.new_str(DEFAULT_ENCODING)?,
    };
    let errors = match options.errors {
        Some(errors) => errors,
        None => cx.new_str("strict")?,
    };
    let ask = |question: Ref<PyStr>| -> Res<bool> {
        let answer = ops::call_method(cx, buffer, question, &[])?;
        ops::truth(cx, answer)
    };
    let native = decoder::native(&encoding.to_string_lossy());
    let codec = match native {
        Some(_) => None,
        None => Some(registry::lookup_text(cx, &encoding.to_string_lossy(), "codecs.open()")?),
    };
    let can_read = ask(name!(cx, "readable"))?;
    let can_write = ask(name!(cx, "writable"))?;
    let seekable = ask(name!(cx, "seekable"))?;
    let has_read1 = ops::getattr_opt(cx, buffer, name!(cx, "read1"))?.is_some();
    let mut state = TextState {
        native,
        can_read,
        can_write,
        universal: None,
        pending_in: Vec::new(),
        read_newline: "\n",
        write_newline: None,
        line_buffering: options.line_buffering,
        write_through: options.write_through,
        seekable,
        telling: seekable,
        has_read1,
        used: 0,
        snapshot_flags: 0,
        pending_out: Vec::new(),
        chunk: 8192,
    };
    newline_state(&mut state, options.newline);
    install_coders(cx, w, codec, &state, errors)?;
    w.encoding.set(cx, w, encoding.value());
    w.errors.set(cx, w, errors.value());
    w.decoded.clear();
    w.snapshot.clear();
    if w.state.load(Ordering::Acquire) == 0 {
        let fresh = Box::into_raw(Box::new(state)) as usize;
        if w.state.compare_exchange(0, fresh, Ordering::AcqRel, Ordering::Acquire).is_err() {
            // SAFETY: nobody else has seen this box.
            drop(unsafe { Box::from_raw(fresh as *mut TextState) });
        }
    } else {
        *w.hold(cx)? = state;
    }
    w.detached.store(false, Ordering::Release);
    w.buffer.set(cx, w, buffer);
    start_encoder(cx, w)?;
    if can_write {
        crate::dirty::register(cx, w.value())?;
    }
    Ok(())
}

/// An encoder that begins in the middle of a file writes no byte order mark.
fn start_encoder(cx: &Cx, w: Ref<PyTextWrapper>) -> Res<()> {
    let held = w.hold(cx)?;
    if !held.seekable || held.native.is_some() || w.encoder.get().is_none() {
        return Ok(());
    }
    let at = ops::call_method(cx, w.file(cx)?, name!(cx, "tell"), &[])?;
    if ops::index(cx, at)?.as_i64() == Some(0) {
        return Ok(());
    }
    seek::reset_encoder(cx, &w, &held, false)
}

fn install_coders(
    cx: &Cx,
    w: Ref<PyTextWrapper>,
    codec: Option<Ref<PyTuple>>,
    state: &TextState,
    errors: Ref<PyStr>,
) -> Res<()> {
    w.decoder.clear();
    w.encoder.clear();
    let Some(codec) = codec else { return Ok(()) };
    let errors = errors.value();
    if state.can_read {
        let made = decoder::incremental(cx, codec, name!(cx, "incrementaldecoder"), errors)?;
        w.decoder.set(cx, w, made);
    }
    if state.can_write {
        let made = decoder::incremental(cx, codec, name!(cx, "incrementalencoder"), errors)?;
        w.encoder.set(cx, w, made);
    }
    Ok(())
}

fn reconfigure(cx: &Cx, args: Args) -> Res {
    let w = cast(args.get(0));
    w.file(cx)?;
    let encoding = text_argument(cx, args.non_none(1), "encoding")?;
    let errors = text_argument(cx, args.non_none(2), "errors")?;
    let newline = match args.opt(3) {
        Some(newline) => Some(newline_argument(cx, newline.non_none(), false)?),
        None => None,
    };
    let truth = |v: Option<Value>| v.map(|v| ops::truth(cx, v)).transpose();
    let (line_buffering, write_through) = (truth(args.non_none(4))?, truth(args.non_none(5))?);
    let mut held = w.hold(cx)?;
    let st = &mut *held;
    let recodes = encoding.is_some() || errors.is_some() || newline.is_some();
    if recodes && w.decoded.get().is_some() {
        drop(held);
        return crate::common::unsupported(
            cx,
            "It is not possible to set the encoding or newline of stream after the first read",
        );
    }
    write_pending(cx, &w, st)?;
    flush_file(cx, &w)?;
    if let Some(newline) = newline {
        newline_state(st, newline);
    }
    if encoding.is_some() || errors.is_some() {
        recode(cx, w, st, encoding, errors)?;
    }
    if let Some(line_buffering) = line_buffering {
        st.line_buffering = line_buffering;
    }
    if let Some(write_through) = write_through {
        st.write_through = write_through;
    }
    drop(held);
    if recodes {
        start_encoder(cx, w)?;
    }
    Ok(Value::NONE)
}

fn recode(
    cx: &Cx,
    w: Ref<PyTextWrapper>,
    st: &mut TextState,
    encoding: Option<Ref<PyStr>>,
    errors: Option<Ref<PyStr>>,
) -> Res<()> {
    let errors = match (errors, encoding) {
        (Some(errors), _) => errors,
        (None, Some(_)) => cx.new_str("strict")?,
        (None, None) => match w.errors.get().and_then(Value::as_str) {
            Some(errors) => errors,
            None => cx.new_str("strict")?,
        },
    };
    let encoding = match encoding {
        Some(encoding) if encoding.eq_str("locale") => cx.new_str(DEFAULT_ENCODING)?,
        Some(encoding) => encoding,
        None => match w.encoding.get().and_then(Value::as_str) {
            Some(encoding) => encoding,
            None => cx.new_str(DEFAULT_ENCODING)?,
        },
    };
    let native = decoder::native(&encoding.to_string_lossy());
    let codec = match native {
        Some(_) => None,
        None => Some(registry::lookup_text(cx, &encoding.to_string_lossy(), "codecs.open()")?),
    };
    st.native = native;
    install_coders(cx, w, codec, st, errors)?;
    w.encoding.set(cx, w, encoding.value());
    w.errors.set(cx, w, errors.value());
    Ok(())
}

fn ask(cx: &Cx, args: Args, method: Ref<PyStr>) -> Res {
    let file = cast(args.get(0)).file(cx)?;
    ops::call_method(cx, file, method, &[])
}

fn flush(cx: &Cx, args: Args) -> Res {
    let w = cast(args.get(0));
    w.check_open(cx)?;
    let mut held = w.hold(cx)?;
    held.telling = held.seekable;
    write_pending(cx, &w, &mut held)?;
    drop(held);
    flush_file(cx, &w)?;
    Ok(Value::NONE)
}

fn close(cx: &Cx, args: Args) -> Res {
    let w = cast(args.get(0));
    let file = w.file(cx)?;
    if crate::common::is_closed(cx, args.get(0))? {
        return Ok(Value::NONE);
    }
    let flushed = ops::call_method(cx, args.get(0), name!(cx, "flush"), &[]);
    let closed = ops::call_method(cx, file, name!(cx, "close"), &[]);
    w.dirty.store(false, Ordering::Release);
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
    let w = cast(args.get(0));
    let file = w.file(cx)?;
    ops::call_method(cx, args.get(0), name!(cx, "flush"), &[])?;
    w.detached.store(true, Ordering::Release);
    w.buffer.clear();
    Ok(file)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let w = cast(v);
    let mut text = format!("<{}", ops::full_name(cx, class_of(v)));
    for (key, name) in [("name", name!(cx, "name")), ("mode", name!(cx, "mode"))] {
        if let Some(value) = crate::common::shown_attr(cx, v, name)? {
            text += &format!(" {key}={}", ops::repr_text(cx, value)?);
        }
    }
    text += &format!(" encoding={}>", ops::repr_text(cx, w.encoding.or_none())?);
    Ok(cx.new_str(&text)?.value())
}
