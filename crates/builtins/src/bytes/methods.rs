//! The methods that `bytes` and `bytearray` share. The receiver's type decides the result's type.

use super::{affix, byte_of, split, text};
use crate::bytearray::pin_for;
use crate::bytes_like::{ByteView, bytes_like, try_bytes_like};
use crate::str::name_argument;
use crate::str::translate::AsLong;
use orochi_object::prelude::*;
use orochi_text::bytes as algo;
use orochi_text::clamp_range;
use orochi_text::strip::Side;

static TABLE: [NativeDef; 43] = [
    method("capitalize", "(self, /)", capitalize),
    method("center", "(self, width, fillchar=b' ', /)", center),
    method("count", "(self, sub, start=None, end=None, /)", count),
    method("decode", "(self, /, encoding='utf-8', errors='strict')", decode),
    method("endswith", "(self, suffix, start=None, end=None, /)", affix::endswith),
    method("expandtabs", "(self, /, tabsize=8)", expandtabs),
    method("find", "(self, sub, start=None, end=None, /)", find),
    class_method("fromhex", "(cls, string, /)", fromhex),
    method("hex", "(self, /, sep=None, bytes_per_sep=1)", hex).doc(
        "The bytes as hexadecimal digits, in groups if there is a separator.\n\n\
         >>> b'Orochi'.hex(' ', 2)\n'4f72 6f63 6869'",
    ),
    method("index", "(self, sub, start=None, end=None, /)", index),
    method("isalnum", "(self, /)", isalnum),
    method("isalpha", "(self, /)", isalpha),
    method("isascii", "(self, /)", isascii),
    method("isdigit", "(self, /)", isdigit),
    method("islower", "(self, /)", islower),
    method("isspace", "(self, /)", isspace),
    method("istitle", "(self, /)", istitle),
    method("isupper", "(self, /)", isupper),
    method("join", "(self, iterable_of_bytes, /)", split::join),
    method("ljust", "(self, width, fillchar=b' ', /)", ljust),
    method("lower", "(self, /)", lower),
    method("lstrip", "(self, bytes=None, /)", lstrip),
    static_method("maketrans", "(frm, to, /)", maketrans),
    method("partition", "(self, sep, /)", split::partition),
    method("removeprefix", "(self, prefix, /)", affix::removeprefix),
    method("removesuffix", "(self, suffix, /)", affix::removesuffix),
    method("replace", "(self, old, new, count=-1, /)", replace),
    method("rfind", "(self, sub, start=None, end=None, /)", rfind),
    method("rindex", "(self, sub, start=None, end=None, /)", rindex),
    method("rjust", "(self, width, fillchar=b' ', /)", rjust),
    method("rpartition", "(self, sep, /)", split::rpartition),
    method("rsplit", "(self, /, sep=None, maxsplit=-1)", split::rsplit),
    method("rstrip", "(self, bytes=None, /)", rstrip),
    method("split", "(self, /, sep=None, maxsplit=-1)", split::split),
    method("splitlines", "(self, /, keepends=False)", split::splitlines),
    method("startswith", "(self, prefix, start=None, end=None, /)", affix::startswith),
    method("strip", "(self, bytes=None, /)", strip),
    method("swapcase", "(self, /)", swapcase),
    method("title", "(self, /)", title),
    method("translate", "(self, table, /, delete=b'')", translate),
    method("upper", "(self, /)", upper),
    method("zfill", "(self, width, /)", zfill),
    method("__sizeof__", "(self, /)", sizeof),
];

/// Adds the table to a type's namespace.
pub(super) fn install(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    let dict = t.namespace();
    for def in &TABLE {
        let value = match def.binding {
            orochi_object::native::Binding::Static => {
                let function = cx.new_native(def, None)?;
                function.owner.init(t.value());
                orochi_object::typedef::static_method_object(cx, function.value())?
            }
            orochi_object::native::Binding::Class => {
                let native = cx.native_of_class(types::CLASSMETHOD_DESCRIPTOR.get(), def, None)?;
                native.owner.init(t.value());
                native.value()
            }
            _ => {
                let native = cx.native_of_class(types::METHOD_DESCRIPTOR.get(), def, None)?;
                native.owner.init(t.value());
                native.value()
            }
        };
        dict.set_default(cx, orochi_object::intern::intern_text(cx, def.name)?.value(), value)?;
    }
    Ok(())
}

/// The receiver's bytes.
pub(super) fn receiver(cx: &Cx, args: Args) -> Res<ByteView> {
    bytes_like(cx, args.get(0))
}

/// A value with these bytes, `bytes` or `bytearray` as `v` is.
pub(crate) fn like(cx: &Cx, v: Value, data: &[u8]) -> Res {
    if v.downcast::<PyBytes>().is_some() {
        return super::made(cx, data);
    }
    crate::bytearray::made(cx, data)
}

/// The receiver itself where it is exactly `bytes`, else a copy.
pub(super) fn same(cx: &Cx, v: Value, data: &[u8]) -> Res {
    if is_exact(v, &types::BYTES) { Ok(v) } else { like(cx, v, data) }
}

/// A part of the receiver.
pub(super) fn part(cx: &Cx, v: Value, data: &[u8], range: core::ops::Range<usize>) -> Res {
    if range.len() == data.len() { same(cx, v, data) } else { like(cx, v, &data[range]) }
}

macro_rules! mapped {
    ($($name:ident)*) => { $(
        fn $name(cx: &Cx, args: Args) -> Res {
            let mut data = cx.copied(&receiver(cx, args)?)?;
            algo::$name(&mut data);
            like(cx, args.get(0), &data)
        }
    )* };
}
mapped! { capitalize lower swapcase title upper }

macro_rules! tests {
    ($($name:ident)*) => { $(
        fn $name(cx: &Cx, args: Args) -> Res {
            Ok(Value::bool(algo::$name(&receiver(cx, args)?)))
        }
    )* };
}
tests! { isalnum isalpha isascii isdigit islower isspace istitle isupper }

/// The optional `start` and `end` at `i`. Asking for them may change the receiver, whose length is taken afterwards.
pub(super) fn bounds(cx: &Cx, args: Args, i: usize) -> Res<(Option<i64>, Option<i64>)> {
    let bound = |v: Option<Value>| match v {
        Some(v) => Ok(Some(ops::slice_index(cx, v)? as i64)),
        None => Ok(None),
    };
    Ok((bound(args.non_none(i))?, bound(args.non_none(i + 1))?))
}

/// A needle: bytes-like or an int.
enum Needle {
    Byte([u8; 1]),
    View(ByteView),
}
impl core::ops::Deref for Needle {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Needle::Byte(b) => b,
            Needle::View(view) => view,
        }
    }
}

fn needle(cx: &Cx, v: Value) -> Res<Needle> {
    if let Some(view) = try_bytes_like(cx, v)? {
        return Ok(Needle::View(view));
    }
    if v.is_int() || class_of(v).slots.index().is_some() {
        return Ok(Needle::Byte([byte_of(cx, v, "byte must be in range(0, 256)")?]));
    }
    raise!(
        cx,
        TYPE_ERROR,
        "argument should be integer or bytes-like object, not '{}'",
        class_of(v).display_name()
    )
}

type Find = fn(&[u8], &[u8], usize, usize) -> Option<usize>;

fn search(cx: &Cx, args: Args, f: Find) -> Res<Option<usize>> {
    let bounds = bounds(cx, args, 2)?;
    let _pin = pin_for(cx, args.get(0), &[args.get(1)]);
    let sub = needle(cx, args.get(1))?;
    let data = receiver(cx, args)?;
    Ok(clamp_range(bounds.0, bounds.1, data.len())
        .and_then(|(start, end)| f(&data, &sub, start, end)))
}

fn position(found: Option<usize>) -> Res {
    Ok(Value::int(found.map_or(-1, |i| i as i64)))
}
fn required(cx: &Cx, found: Option<usize>) -> Res {
    match found {
        Some(i) => Ok(Value::int(i as i64)),
        None => raise!(cx, VALUE_ERROR, "subsection not found"),
    }
}
fn find(cx: &Cx, args: Args) -> Res {
    position(search(cx, args, algo::find)?)
}
fn rfind(cx: &Cx, args: Args) -> Res {
    position(search(cx, args, algo::rfind)?)
}
fn index(cx: &Cx, args: Args) -> Res {
    required(cx, search(cx, args, algo::find)?)
}
fn rindex(cx: &Cx, args: Args) -> Res {
    required(cx, search(cx, args, algo::rfind)?)
}
fn count(cx: &Cx, args: Args) -> Res {
    let found = search(cx, args, |h, n, start, end| Some(algo::count(h, n, start, end)))?;
    Ok(Value::int(found.unwrap_or(0) as i64))
}

/// `item in b`.
pub(crate) fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    let _pin = pin_for(cx, v, &[item]);
    if !crate::bytes_like::is_bytes_like(item)
        && (item.is_int() || class_of(item).slots.index().is_some())
    {
        // What is no number after all, for whatever reason, is taken for a buffer.
        let Ok(number) = ops::index(cx, item) else {
            return bytes_like(cx, item).map(|_| false);
        };
        let b = byte_of(cx, number, "byte must be in range(0, 256)")?;
        return Ok(bytes_like(cx, v)?.contains(&b));
    }
    let sub = bytes_like(cx, item)?;
    let data = bytes_like(cx, v)?;
    Ok(algo::find(&data, &sub, 0, data.len()).is_some())
}

fn stripped(cx: &Cx, args: Args, side: Side) -> Res {
    let chars = args.non_none(1).map(|chars| bytes_like(cx, chars)).transpose()?;
    let data = receiver(cx, args)?;
    let range = algo::strip(&data, chars.as_deref(), side);
    part(cx, args.get(0), &data, range)
}
fn strip(cx: &Cx, args: Args) -> Res {
    stripped(cx, args, Side::Both)
}
fn lstrip(cx: &Cx, args: Args) -> Res {
    stripped(cx, args, Side::Left)
}
fn rstrip(cx: &Cx, args: Args) -> Res {
    stripped(cx, args, Side::Right)
}

fn width_and_fill(cx: &Cx, args: Args, name: &str) -> Res<(usize, u8)> {
    let width = ops::size_argument(cx, args.get(1))?.max(0) as usize;
    let fill = fill_argument(cx, args, name)?;
    if width > 1 << 40 {
        return Err(orochi_object::error::memory_error(cx));
    }
    Ok((width, fill))
}

fn fill_argument(cx: &Cx, args: Args, name: &str) -> Res<u8> {
    let Some(fill) = args.opt(2) else { return Ok(b' ') };
    let kind = if fill.downcast::<PyBytes>().is_some() {
        "bytes"
    } else if class_of(fill).is_subtype(crate::bytearray::CELL.get()) {
        "bytearray"
    } else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{name}() argument 2 must be a byte string of length 1, not {}",
            ops::argument_class(fill)
        );
    };
    match &bytes_like(cx, fill)?[..] {
        [b] => Ok(*b),
        other => raise!(
            cx,
            TYPE_ERROR,
            "{name}(): argument 2 must be a byte string of length 1, not a {kind} object of length {}",
            other.len()
        ),
    }
}

fn padded(cx: &Cx, args: Args, name: &str, margins: fn(usize, usize) -> (usize, usize)) -> Res {
    let (width, fill) = width_and_fill(cx, args, name)?;
    let data = receiver(cx, args)?;
    if width <= data.len() {
        return same(cx, args.get(0), &data);
    }
    let (left, right) = margins(data.len(), width);
    like(cx, args.get(0), &cx.built(algo::pad(&data, left, right, fill))?)
}
fn center(cx: &Cx, args: Args) -> Res {
    padded(cx, args, "center", orochi_text::pad::center_margins)
}
fn ljust(cx: &Cx, args: Args) -> Res {
    padded(cx, args, "ljust", |len, width| (0, width - len))
}
fn rjust(cx: &Cx, args: Args) -> Res {
    padded(cx, args, "rjust", |len, width| (width - len, 0))
}
fn zfill(cx: &Cx, args: Args) -> Res {
    let width = ops::size_argument(cx, args.get(1))?.max(0) as usize;
    if width > 1 << 40 {
        return Err(orochi_object::error::memory_error(cx));
    }
    let data = receiver(cx, args)?;
    if width <= data.len() {
        return same(cx, args.get(0), &data);
    }
    like(cx, args.get(0), &cx.built(algo::zfill(&data, width))?)
}
fn expandtabs(cx: &Cx, args: Args) -> Res {
    let size = match args.opt(1) {
        None => 8,
        Some(size) => ops::to_i32(cx, size)?,
    };
    match algo::expandtabs(&receiver(cx, args)?, i64::from(size)) {
        Some(data) => like(cx, args.get(0), &data),
        None => raise!(cx, OVERFLOW_ERROR, "result too long"),
    }
}

fn replace(cx: &Cx, args: Args) -> Res {
    let (old, new) = (bytes_like(cx, args.get(1))?, bytes_like(cx, args.get(2))?);
    let count = match args.opt(3) {
        Some(count) => ops::size_argument(cx, count)? as i64,
        None => -1,
    };
    let data = receiver(cx, args)?;
    if count < 0
        && args.get(0).downcast::<PyBytes>().is_some()
        && let Some(as_long) = AsLong::of(&data, &old, &new)
    {
        if as_long.first.is_none() {
            return same(cx, args.get(0), &data);
        }
        let made = cx.bytes_filled(data.len(), |room| {
            as_long.write(room);
            true
        })?;
        if let Some(made) = made {
            return Ok(made.value());
        }
    }
    match cx.built(algo::replace(&data, &old, &new, count))? {
        Some(out) => like(cx, args.get(0), &out),
        None => same(cx, args.get(0), &data),
    }
}

fn translate(cx: &Cx, args: Args) -> Res {
    let table = args.non_none(1).map(|table| bytes_like(cx, table)).transpose()?;
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return raise!(cx, VALUE_ERROR, "translation table must be 256 characters long");
    }
    let delete = args.opt(2).map(|delete| bytes_like(cx, delete)).transpose()?;
    let data = receiver(cx, args)?;
    let out = algo::translate(&data, table.as_deref(), delete.as_deref().unwrap_or(&[]));
    like(cx, args.get(0), &cx.built(out)?)
}

fn maketrans(cx: &Cx, args: Args) -> Res {
    let (from, to) = (bytes_like(cx, args.get(0))?, bytes_like(cx, args.get(1))?);
    match algo::maketrans(&from, &to) {
        Some(table) => super::made(cx, &table),
        None => raise!(cx, VALUE_ERROR, "maketrans arguments must have same length"),
    }
}

fn decode(cx: &Cx, args: Args) -> Res {
    let encoding = name_argument(cx, args.opt(1), "decode", "encoding")?;
    let errors = name_argument(cx, args.opt(2), "decode", "errors")?;
    let data = receiver(cx, args)?;
    Ok(crate::codecs::decode_text(cx, args.get(0), &data, encoding, errors)?.value())
}

fn hex(cx: &Cx, args: Args) -> Res {
    let group = hex_group(cx, args.opt(2))?;
    let _pin = args.opt(1).and_then(|sep| pin_for(cx, args.get(0), &[sep]));
    hex_of(cx, &receiver(cx, args)?, args.opt(1), group)
}

/// The argument `bytes_per_sep` of `hex`.
pub fn hex_group(cx: &Cx, group: Option<Value>) -> Res<i64> {
    Ok(group.map(|group| ops::to_i32(cx, group)).transpose()?.map_or(1, i64::from))
}

/// `data.hex(sep, bytes_per_sep)`.
pub fn hex_of(cx: &Cx, data: &[u8], sep: Option<Value>, group: i64) -> Res {
    let Some(sep) = sep else {
        return text(cx, &cx.built(algo::hex(data))?);
    };
    if ops::len(cx, sep)? != 1 {
        return raise!(cx, VALUE_ERROR, "sep must be length 1.");
    }
    let result = if let Some(sep) = sep.as_str() {
        algo::hex_sep(data, sep.text(), group)
    } else if let Some(sep) = sep.downcast::<PyBytes>() {
        algo::hex_sep(data, orochi_text::Units::One(sep.data()), group)
    } else {
        return raise!(cx, TYPE_ERROR, "sep must be str or bytes.");
    };
    match result {
        Ok(out) => text(cx, &out),
        Err(algo::SepError::Length) => raise!(cx, VALUE_ERROR, "sep must be length 1."),
        Err(algo::SepError::NoMemory) => Err(orochi_object::error::memory_error(cx)),
        Err(algo::SepError::NotAscii) => raise!(cx, VALUE_ERROR, "sep must be ASCII."),
    }
}

fn fromhex(cx: &Cx, args: Args) -> Res {
    let (class, source) = (args.get(0), args.get(1));
    let result = if let Some(s) = source.as_str() {
        algo::fromhex_units(s.text())
    } else if let Some(view) = try_bytes_like(cx, source)? {
        algo::fromhex(&view)
    } else {
        return raise!(
            cx,
            TYPE_ERROR,
            "fromhex() argument must be str or bytes-like, not {}",
            ops::full_name(cx, class_of(source))
        );
    };
    let data = match result {
        Ok(data) => super::made(cx, &data)?,
        Err(algo::FromHexError::NoMemory) => {
            return Err(orochi_object::error::memory_error(cx));
        }
        Err(algo::FromHexError::Odd) => {
            return raise!(
                cx,
                VALUE_ERROR,
                "fromhex() arg must contain an even number of hexadecimal digits"
            );
        }
        Err(algo::FromHexError::NotHex(at)) => {
            return raise!(
                cx,
                VALUE_ERROR,
                "non-hexadecimal number found in fromhex() arg at position {at}"
            );
        }
    };
    if class.is(types::BYTES.get().value()) { Ok(data) } else { ops::call(cx, class, &[data]) }
}

fn sizeof(cx: &Cx, args: Args) -> Res {
    let n = receiver(cx, args)?.len() as i64;
    // What CPython's representations take in its build without GIL.
    let bytes = args.get(0).downcast::<PyBytes>().is_some();
    Ok(Value::int(if bytes { 49 + n } else { 73 + n }))
}
