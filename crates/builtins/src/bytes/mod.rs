//! `bytes`: the type, its constructor and its slots, and what it shares with `bytearray`.
//! Immutable, hence no locking.

mod affix;
mod iter;
pub(crate) mod methods;
mod split;

pub(crate) use iter::bytearray_iter;
pub use iter::{BYTEARRAY_ITERATOR, BYTES_ITERATOR};
pub use methods::{hex_group, hex_of};

use crate::bind::Sig;
use crate::bytes_like::{ByteView, bytes_like, try_bytes_like};
use crate::str::name_argument;
use core::sync::atomic::Ordering;
use orochi_object::bytes::WARN;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::slice::PySlice;

/// The type `bytes`.
pub static TYPE: TypeDef = TypeDef {
    name: "bytes",
    cell: &types::BYTES,
    layout: layout::BYTES,
    size: size_of::<PyBytes>(),
    flags: flag::BASETYPE | flag::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(str),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(iter::bytes_iter),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(methods::contains),
        concat: Some(concat),
        repeat: Some(repeat),
        mod_: Some(modulo),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: &METHODS,
    doc: Some("bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes"),
    init: Some(add_shared),
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 2] =
    [method("__getnewargs__", "(self, /)", getnewargs), method("__bytes__", "(self, /)", to_bytes)];

/// Adds the methods that `bytes` and `bytearray` share.
pub(crate) fn add_shared(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    methods::install(cx, t)
}

fn cast(v: Value) -> Ref<PyBytes> {
    // SAFETY: slots and methods of `bytes` get instances of it.
    unsafe { v.cast() }
}

static NEW: Sig = Sig::new("bytes", "(source=b'', encoding='utf-8', errors='strict')");

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if args.names().is_none()
        && let [only] = args.all()
        && is_exact(*only, &types::BYTES)
        && class == types::BYTES.get()
    {
        return Ok(*only);
    }
    if args.all().len() > 3 {
        return raise!(
            cx,
            TYPE_ERROR,
            "bytes() takes at most 3 arguments ({} given)",
            args.all().len()
        );
    }
    NEW.bind(cx, args, |args| {
        let source = match coded_source(cx, args, Coding::of(cx, args, "bytes")?)? {
            Source::Coded(bytes) if class == types::BYTES.get() => return Ok(bytes.value()),
            Source::Coded(bytes) => {
                return Ok(cx.bytes_of_class(class, bytes.data())?.value());
            }
            Source::Nothing => return Ok(cx.bytes_of_class(class, b"")?.value()),
            Source::Object(object) => object,
        };
        if let Some(method) = ops::lookup_special(cx, source, name!(cx, "__bytes__"))? {
            let result = method.call(cx, &[])?;
            let Some(bytes) = result.downcast::<PyBytes>() else {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "__bytes__ returned non-bytes (type {})",
                    class_of(result).display_name()
                );
            };
            if class == types::BYTES.get() {
                return Ok(result);
            }
            return Ok(cx.bytes_of_class(class, bytes.data())?.value());
        }
        let data = collect(cx, source, Purpose::Bytes)?;
        Ok(cx.bytes_of_class(class, &data)?.value())
    })
}

/// What the arguments of `bytes()` and `bytearray()` say.
pub(crate) enum Source {
    /// No source.
    Nothing,
    /// Encoded text.
    Coded(Ref<PyBytes>),
    /// Anything else.
    Object(Value),
}

/// The `encoding` and `errors` arguments.
pub(crate) struct Coding {
    encoding: Option<Ref<PyStr>>,
    errors: Option<Ref<PyStr>>,
}

impl Coding {
    pub(crate) fn of(cx: &Cx, args: Args, function: &str) -> Res<Coding> {
        let encoding = name_argument(cx, args.opt(1), function, "encoding")?;
        let errors = name_argument(cx, args.opt(2), function, "errors")?;
        Ok(Coding { encoding, errors })
    }
}

/// What the source is, given those.
pub(crate) fn coded_source(cx: &Cx, args: Args, coding: Coding) -> Res<Source> {
    let Coding { encoding, errors } = coding;
    let complaint = if encoding.is_some() {
        "encoding without a string argument"
    } else {
        "errors without a string argument"
    };
    let Some(source) = args.opt(0) else {
        if encoding.is_some() || errors.is_some() {
            return raise!(cx, TYPE_ERROR, "{complaint}");
        }
        return Ok(Source::Nothing);
    };
    if let Some(text) = source.as_str() {
        if encoding.is_none() {
            // A str subclass with __bytes__ is fine.
            if !is_exact(source, &types::STR)
                && ops::lookup_special(cx, source, name!(cx, "__bytes__"))?.is_some()
            {
                return Ok(Source::Object(source));
            }
            return raise!(cx, TYPE_ERROR, "string argument without an encoding");
        }
        let bytes = crate::codecs::encode_text(cx, text, encoding, errors)?;
        return Ok(Source::Coded(cast(bytes)));
    }
    if encoding.is_some() || errors.is_some() {
        return raise!(cx, TYPE_ERROR, "{complaint}");
    }
    Ok(Source::Object(source))
}

/// Whose constructor [`collect`] works for: the messages differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Bytes,
    ByteArray,
}

/// The bytes that an int, a buffer or an iterable of ints stands for.
pub(crate) fn collect(cx: &Cx, source: Value, purpose: Purpose) -> Res<Vec<u8>> {
    let class = class_of(source);
    if source.is_int() || class.slots.index().is_some() && !crate::bytes_like::is_bytes_like(source)
    {
        match ops::index_isize(cx, source, &exception::OVERFLOW_ERROR) {
            Ok(n) if n < 0 => return raise!(cx, VALUE_ERROR, "negative count"),
            Ok(n) if n > 1 << 40 => return Err(orochi_object::error::memory_error(cx)),
            Ok(n) => {
                return cx.zeroed(n as usize);
            }
            Err(raised) if !source.is_int() && raised.is(&exception::TYPE_ERROR) => {}
            Err(raised) => return Err(raised),
        }
    }
    if let Some(buffer) = class.slots.buffer()
        && source.downcast::<PyBytes>().is_none()
        && !is_exact(source, &crate::bytearray::CELL)
    {
        let full = buffer(cx, source, orochi_object::buffer::request::FULL_RO)?;
        return crate::memoryview::contiguous(cx, &full);
    }
    if let Some(view) = try_bytes_like(cx, source)? {
        return cx.copied(&view);
    }
    let message = match purpose {
        Purpose::Bytes => "bytes must be in range(0, 256)",
        Purpose::ByteArray => "byte must be in range(0, 256)",
    };
    if let Some(bytes) = listed_ints(cx, source, message)? {
        return Ok(bytes);
    }
    let iterator = match ops::iter(cx, source) {
        Err(raised) if raised.is(&exception::TYPE_ERROR) => {
            let name = if purpose == Purpose::Bytes { "bytes" } else { "bytearray" };
            return raise!(
                cx,
                TYPE_ERROR,
                "cannot convert '{}' object to {name}",
                class.display_name()
            );
        }
        iterator => iterator?,
    };
    if purpose == Purpose::Bytes {
        ops::expected(cx, source)?;
    }
    collect_ints(cx, iterator, message)
}

/// The bytes that an iterator gives.
pub(crate) fn collect_ints(cx: &Cx, iterator: Value, message: &str) -> Res<Vec<u8>> {
    let mut out = Vec::new();
    while let Some(item) = ops::next(cx, iterator)? {
        let byte = byte_of(cx, item, message)?;
        cx.built(out.try_reserve(1))?;
        out.push(byte);
    }
    cx.stop_value.clear();
    Ok(out)
}

/// The bytes of a list or tuple of ints; `None` for anything else.
fn listed_ints(cx: &Cx, source: Value, message: &str) -> Res<Option<Vec<u8>>> {
    if !is_exact(source, &types::LIST) && !is_exact(source, &types::TUPLE) {
        return Ok(None);
    }
    let mut out = Vec::new();
    ops::for_each(cx, source, &mut |item| {
        let byte = byte_of(cx, item, message)?;
        cx.built(out.try_reserve(1))?;
        out.push(byte);
        Ok(true)
    })?;
    Ok(Some(out))
}

/// An int in `range(256)`, else ValueError with this message.
pub(crate) fn byte_of(cx: &Cx, v: Value, message: &str) -> Res<u8> {
    let n = ops::index(cx, v)?;
    match n.as_i64().and_then(|n| u8::try_from(n).ok()) {
        Some(b) => Ok(b),
        None => raise!(cx, VALUE_ERROR, "{message}"),
    }
}

/// A `bytes` value.
pub(crate) fn made(cx: &Cx, data: &[u8]) -> Res {
    Ok(cx.new_bytes(data)?.value())
}

/// Latin-1 bytes as a `str` value.
pub(crate) fn text(cx: &Cx, data: &[u8]) -> Res {
    Ok(cx.str_from_units(orochi_text::Units::One(data))?.value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    text(cx, &cx.built(orochi_text::bytes::repr(cast(v).data()))?)
}

fn hash(_: &Cx, v: Value) -> Res<i64> {
    Ok(cast(v).hash())
}

fn str(cx: &Cx, v: Value) -> Res {
    if WARN.load(Ordering::Relaxed) {
        warn(cx, "str() on a bytes instance")?;
    }
    repr(cx, v)
}

/// A BytesWarning (`-b`).
#[cold]
pub(crate) fn warn(cx: &Cx, message: &str) -> Res<()> {
    orochi_object::hooks::warn(cx, &exception::BYTES_WARNING, message, 1)
}

#[cold]
fn warn_of_comparison(cx: &Cx, other: Value) -> Res<()> {
    if class_of(other).has_flag(flag::STR) {
        warn(cx, "Comparison between bytes and string")?;
    } else if class_of(other).has_flag(flag::INT) {
        warn(cx, "Comparison between bytes and int")?;
    }
    Ok(())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (v.downcast::<PyBytes>(), w.downcast::<PyBytes>()) else {
        if matches!(op, CmpOp::Eq | CmpOp::Ne) && WARN.load(Ordering::Relaxed) {
            warn_of_comparison(cx, w)?;
        }
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let result = match op {
        CmpOp::Eq => a.data() == b.data(),
        CmpOp::Ne => a.data() != b.data(),
        _ => op.holds(a.data().cmp(b.data())),
    };
    Ok(Value::bool(result))
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(cast(v).len())
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let b = cast(v);
    if let Some(slice) = key.downcast::<PySlice>() {
        let span = slice.span(cx, || b.len())?;
        if span.step == 1 {
            if span.count == b.len() && is_exact(v, &types::BYTES) {
                return Ok(v);
            }
            return made(cx, &b.data()[span.start as usize..span.start as usize + span.count]);
        }
        return made(cx, &stepped(cx, b.data(), span)?);
    }
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "byte indices must be integers or slices, not {}",
            class_of(key).display_name()
        );
    }
    let i = ops::index_isize(cx, key, &exception::INDEX_ERROR)?;
    match ops::position(i, b.len()) {
        Some(at) => Ok(Value::int(i64::from(b.data()[at]))),
        None => raise!(cx, INDEX_ERROR, "index out of range"),
    }
}

/// The bytes a slice with a step picks.
pub(crate) fn stepped(cx: &Cx, data: &[u8], span: orochi_object::slice::Span) -> Res<Vec<u8>> {
    cx.expect_memory(span.count)?;
    let at = |i| (span.start + i as isize * span.step) as usize;
    Ok((0..span.count).map(|i| data[at(i)]).collect())
}

/// `a + b` for `bytes` and `bytearray`, of the left operand's type.
pub(crate) fn concat(cx: &Cx, v: Value, w: Value) -> Res {
    let (Ok(Some(a)), Ok(Some(b))) = (try_bytes_like(cx, v), try_bytes_like(cx, w)) else {
        return raise!(
            cx,
            TYPE_ERROR,
            "can't concat {} to {}",
            class_of(w).display_name(),
            class_of(v).display_name()
        );
    };
    if let (true, true, ByteView::Bytes(a)) = (b.is_empty(), is_exact(v, &types::BYTES), &a) {
        return Ok(a.value());
    }
    if is_exact(w, &types::BYTES) && a.is_empty() && is_exact(v, &types::BYTES) {
        return Ok(w);
    }
    if v.downcast::<PyBytes>().is_some() {
        let made = cx.bytes_uninit(types::BYTES.get(), a.len() + b.len())?;
        // SAFETY: fresh, with room for both parts after the struct.
        unsafe {
            let to = made.as_ptr().add(1).cast::<u8>();
            core::ptr::copy_nonoverlapping(a.as_ptr(), to, a.len());
            core::ptr::copy_nonoverlapping(b.as_ptr(), to.add(a.len()), b.len());
        }
        return Ok(made.value());
    }
    methods::like(cx, v, &[&a[..], &b[..]].concat())
}

/// `v * n` for `bytes` and `bytearray`.
pub(crate) fn repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let data = bytes_like(cx, v)?;
    if n == 1 && is_exact(v, &types::BYTES) {
        return Ok(v);
    }
    let n = n.max(0) as usize;
    match data.len().checked_mul(n).filter(|total| *total <= isize::MAX as usize) {
        None if v.downcast::<PyBytes>().is_none() => Err(orochi_object::error::memory_error(cx)),
        None => raise!(cx, OVERFLOW_ERROR, "repeated bytes are too long"),
        Some(total) if total > 1 << 40 => Err(orochi_object::error::memory_error(cx)),
        Some(total) => {
            cx.expect_memory(total)?;
            methods::like(cx, v, &data.repeat(n))
        }
    }
}

fn buffer(_: &Cx, v: Value, flags: u32) -> Res<orochi_object::buffer::Buffer> {
    let _ = flags;
    let b = cast(v);
    let data = b.data().as_ptr().cast_mut();
    Ok(orochi_object::buffer::Buffer::bytes(v, data, b.len(), true))
}

fn modulo(cx: &Cx, v: Value, w: Value) -> Res {
    if v.downcast::<PyBytes>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    formatted(cx, v, w)
}

/// `template % values` for `bytes` and `bytearray`.
pub(crate) fn formatted(cx: &Cx, v: Value, w: Value) -> Res {
    let _pin = crate::bytearray::pin_for(cx, v, &[w]);
    let template = bytes_like(cx, v)?;
    let data = crate::str::percent_format_bytes(cx, &template, w)?;
    methods::like(cx, v, &data)
}

fn getnewargs(cx: &Cx, args: Args) -> Res {
    let copy = made(cx, cast(args.get(0)).data())?;
    Ok(cx.new_tuple(&[copy])?.value())
}

fn to_bytes(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    if is_exact(v, &types::BYTES) {
        return Ok(v);
    }
    made(cx, cast(v).data())
}
