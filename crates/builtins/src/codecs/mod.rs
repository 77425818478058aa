//! Encoding and decoding: the built-in encodings without Python code, all others through the
//! registry, and errors through built-in or Python handlers.

pub mod charmap;
pub mod handlers;
pub mod registry;

use core::sync::atomic::{AtomicBool, Ordering};
use orochi_object::exception::field;
use orochi_object::prelude::*;
use orochi_text::codec::{DecodeError, EncodeError, Encoding, Handler, Order, whole};
use orochi_text::{Builder, Unit, Units};

/// An encoding that needs no registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// One of the text crate's.
    Plain(Encoding),
    /// With a byte order mark.
    Utf16,
    /// With a byte order mark.
    Utf32,
}

/// Letters in lower case; every run of other characters but the dot is one underscore.
pub fn normalize(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// The built-in encoding of a name.
pub fn known(name: &str) -> Option<Known> {
    known_normal(name).or_else(|| known_normal(&normalize(name)))
}

fn known_normal(name: &str) -> Option<Known> {
    let plain = match name {
        "utf-8" | "utf_8" | "utf8" => Encoding::Utf8,
        "latin-1" | "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" | "l1" => Encoding::Latin1,
        "ascii" | "us_ascii" => Encoding::Ascii,
        "utf_16_le" => Encoding::Utf16(Order::Little),
        "utf_16_be" => Encoding::Utf16(Order::Big),
        "utf_32_le" => Encoding::Utf32(Order::Little),
        "utf_32_be" => Encoding::Utf32(Order::Big),
        "utf_16" | "utf16" => return Some(Known::Utf16),
        "utf_32" | "utf32" => return Some(Known::Utf32),
        _ => return None,
    };
    Some(Known::Plain(plain))
}

/// How errors are handled: a built-in way, or a handler to look up when an error occurs.
#[derive(Clone, Copy)]
pub enum Errors {
    Native(Handler),
    Named(Ref<PyStr>),
}

impl Errors {
    /// The handling of this name; `strict` without one.
    pub fn of(name: Option<Ref<PyStr>>) -> Errors {
        let Some(name) = name else { return Errors::Native(Handler::Strict) };
        match name.as_ascii().and_then(Handler::from_name) {
            Some(handler) => Errors::Native(handler),
            None => Errors::Named(name),
        }
    }
}

/// Whether encodings and error handlers must exist even where they are not needed (`-X dev`). Written once at start.
pub static CHECK_NAMES: AtomicBool = AtomicBool::new(false);

fn check_names(cx: &Cx, encoding: Option<Ref<PyStr>>, errors: Option<Ref<PyStr>>) -> Res<()> {
    if !CHECK_NAMES.load(Ordering::Relaxed) {
        return Ok(());
    }
    if let Some(encoding) = encoding {
        registry::lookup(cx, &encoding.to_string_lossy())?;
    }
    if errors.is_some() {
        registry::lookup_error(cx, errors)?;
    }
    Ok(())
}

/// The error of an encoding that CPython finds in its registry, though it is built in here, has a note.
#[cold]
fn noted(cx: &Cx, raised: Raised, verb: &str, encoding: Option<Ref<PyStr>>) -> Raised {
    let Some(name) = encoding.map(|name| name.to_string_lossy()) else { return raised };
    let direct = [
        "utf_8",
        "utf8",
        "utf_16",
        "utf16",
        "utf_32",
        "utf32",
        "ascii",
        "us_ascii",
        "latin1",
        "latin_1",
        "iso8859_1",
        "iso_8859_1",
    ];
    match direct.contains(&normalize(&name).as_str()) {
        true => raised,
        false => registry::noted(cx, raised, verb, &name),
    }
}

/// `bytes.decode`: `data` are the bytes of `object`.
pub fn decode_text(
    cx: &Cx,
    object: Value,
    data: &[u8],
    encoding: Option<Ref<PyStr>>,
    errors: Option<Ref<PyStr>>,
) -> Res<Ref<PyStr>> {
    check_names(cx, encoding, errors)?;
    let known = match encoding {
        None => Some(Known::Plain(Encoding::Utf8)),
        Some(name) => name.as_ascii().and_then(known),
    };
    if let Some(known) = known {
        let result = decode_known(cx, known, object, data, errors);
        return result.map_err(|raised| noted(cx, raised, "decoding", encoding));
    }
    if data.is_empty() {
        // Nothing is looked up for it.
        return orochi_object::intern::empty(cx);
    }
    let name = encoding.map_or_else(|| "utf-8".to_string(), |name| name.to_string_lossy());
    let object = registry::as_memoryview_or_bytes(cx, object)?;
    let result = registry::decode_as_text(cx, object, &name, errors)?;
    match result.as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "'{name}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            class_of(result).display_name()
        ),
    }
}

/// Decodes all of `data` in a built-in encoding.
pub fn decode_known(
    cx: &Cx,
    known: Known,
    object: Value,
    data: &[u8],
    errors: Option<Ref<PyStr>>,
) -> Res<Ref<PyStr>> {
    let (encoding, skip) = match known {
        Known::Plain(encoding) => (encoding, 0),
        Known::Utf16 => match data {
            [0xfe, 0xff, ..] => (Encoding::Utf16(Order::Big), 2),
            [0xff, 0xfe, ..] => (Encoding::Utf16(Order::Little), 2),
            _ => (Encoding::Utf16(Order::Little), 0),
        },
        Known::Utf32 => match data {
            [0, 0, 0xfe, 0xff, ..] => (Encoding::Utf32(Order::Big), 4),
            [0xff, 0xfe, 0, 0, ..] => (Encoding::Utf32(Order::Little), 4),
            _ => (Encoding::Utf32(Order::Little), 0),
        },
    };
    if matches!(encoding, Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1) && data.is_ascii() {
        return ascii_text(cx, data);
    }
    // What others may change would have to be measured again while it is read.
    if encoding == Encoding::Utf8
        && object.downcast::<PyBytes>().is_some()
        && let Some(text) = valid_text(cx, data)?
    {
        return Ok(text);
    }
    Ok(decode_with(cx, encoding, object, data, skip, errors, true)?.0)
}

/// A `str` of UTF-8 that is not ASCII; `None` if it is not valid.
fn valid_text(cx: &Cx, data: &[u8]) -> Res<Option<Ref<PyStr>>> {
    let (len, width) = whole::measure(data);
    match width {
        1 => cx.str_filled(len, |room| whole::decode::<u8>(data, room)),
        2 => cx.str_filled(len, |room| whole::decode::<u16>(data, room)),
        _ => cx.str_filled(len, |room| whole::decode::<u32>(data, room)),
    }
}

/// The UTF-8 of a text; `None` if it has surrogates.
fn valid_utf8(cx: &Cx, text: Units<'_>) -> Res<Option<Ref<PyBytes>>> {
    fn of<T: Unit>(cx: &Cx, s: &[T]) -> Res<Option<Ref<PyBytes>>> {
        cx.bytes_filled(whole::measure_encoded(s), |room| whole::encode(s, room))
    }
    match text {
        Units::One(s) => of(cx, s),
        Units::Two(s) => of(cx, s),
        Units::Four(s) => of(cx, s),
    }
}

/// A `str` of ASCII bytes.
fn ascii_text(cx: &Cx, data: &[u8]) -> Res<Ref<PyStr>> {
    match data {
        [] => orochi_object::intern::empty(cx),
        [c] => cx.str_from_char(u32::from(*c)),
        _ => cx.str_from_narrow(types::STR.get(), Units::One(data)),
    }
}

/// Decodes `data` from `at`; with `last` false an incomplete tail is left. Gives the text and where
/// decoding ended.
pub fn decode_with(
    cx: &Cx,
    encoding: Encoding,
    object: Value,
    data: &[u8],
    at: usize,
    errors: Option<Ref<PyStr>>,
    last: bool,
) -> Res<(Ref<PyStr>, usize)> {
    let mut out = Builder::with_capacity(data.len());
    let run = |data: &[u8], at: usize, out: &mut Builder| encoding.decode(data, at, last, out);
    let end =
        decode_loop(cx, encoding.name(), Some(encoding), object, data, at, errors, &mut out, &run)?;
    let text = out.finish();
    if text.is_empty() {
        return Ok((orochi_object::intern::empty(cx)?, end));
    }
    Ok((cx.str_from_buf(&text)?, end))
}

/// A decoder for [`decode_loop`]: decodes from a position on as far as it can.
pub type DecodeStep<'a> = &'a dyn Fn(&[u8], usize, &mut Builder) -> Result<usize, DecodeError>;

/// Runs a decoder over all of `data`, handling errors.
#[allow(clippy::too_many_arguments, reason = "the parts of one decoding job")]
pub fn decode_loop(
    cx: &Cx,
    name: &str,
    encoding: Option<Encoding>,
    object: Value,
    data: &[u8],
    at: usize,
    errors: Option<Ref<PyStr>>,
    out: &mut Builder,
    step: DecodeStep<'_>,
) -> Res<usize> {
    let errors = Errors::of(errors);
    let mut at = at;
    // A handler may exchange the object: then its bytes are decoded from there on.
    let mut replaced: Option<Ref<PyBytes>> = None;
    loop {
        let bytes = replaced.map_or(data, |b| b.data());
        let problem = match step(bytes, at, out) {
            Ok(end) => return Ok(end),
            Err(problem) => problem,
        };
        match errors {
            Errors::Native(Handler::XmlCharRefReplace | Handler::NameReplace) => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "don't know how to handle UnicodeDecodeError in error callback"
                );
            }
            Errors::Native(handler) => {
                let fallback = encoding.unwrap_or(Encoding::Ascii);
                match handler.decode(fallback, bytes, problem, out) {
                    Ok(next) => at = next,
                    Err(e) => return Err(decode_error(cx, name, object, bytes, e)),
                }
            }
            Errors::Named(handler) => {
                let raised = decode_error(cx, name, object, bytes, problem);
                let (text, next, own) = call_decode_handler(cx, handler, raised)?;
                out.push_units(text.text());
                at = next;
                replaced = Some(own);
            }
        }
    }
}

fn call_decode_handler(
    cx: &Cx,
    handler: Ref<PyStr>,
    raised: Raised,
) -> Res<(Ref<PyStr>, usize, Ref<PyBytes>)> {
    let function = registry::lookup_error(cx, Some(handler))?;
    if !raised.is(&exception::UNICODE_DECODE_ERROR) {
        return Err(raised);
    }
    let result = ops::call(cx, function, &[raised.value()])?;
    let pair = result.downcast::<PyTuple>().filter(|t| t.len() == 2);
    let text = pair.and_then(|t| t.get(0)).and_then(Value::as_str);
    let (Some(pair), Some(text)) = (pair, text) else {
        return raise!(cx, TYPE_ERROR, "decoding error handler must return (str, int) tuple");
    };
    let position = pair.values()[1];
    if !position.is_int() {
        return raise!(cx, TYPE_ERROR, "decoding error handler must return (str, int) tuple");
    }
    let object = raised.exception().field(field::OBJECT).and_then(Value::downcast::<PyBytes>);
    let Some(object) = object else {
        return raise!(cx, TYPE_ERROR, "exception attribute object must be bytes");
    };
    let next = handler_position(cx, position, object.len())?;
    Ok((text, next, object))
}

fn handler_position(cx: &Cx, position: Value, len: usize) -> Res<usize> {
    let n = ops::index_isize(cx, position, &exception::OVERFLOW_ERROR)?;
    let at = if n < 0 { n + len as isize } else { n };
    if at < 0 || at as usize > len {
        return raise!(cx, INDEX_ERROR, "position {n} from error handler out of bounds");
    }
    Ok(at as usize)
}

/// A `UnicodeDecodeError`; `object` is used if it is `bytes`, else a copy of `data`.
pub fn decode_error(cx: &Cx, encoding: &str, object: Value, data: &[u8], e: DecodeError) -> Raised {
    let make = || -> Res<Raised> {
        let object = match object.downcast::<PyBytes>() {
            Some(b) if b.data() == data => object,
            _ => cx.new_bytes(data)?.value(),
        };
        let args = [
            cx.new_str(encoding)?.value(),
            object,
            Value::int(e.start as i64),
            Value::int(e.end as i64),
            cx.new_str(e.reason)?.value(),
        ];
        Ok(cx.error_args(exception::UNICODE_DECODE_ERROR.get(), &args))
    };
    make().unwrap_or_else(|raised| raised)
}

/// A `UnicodeEncodeError`.
pub fn encode_error(cx: &Cx, encoding: &str, s: Ref<PyStr>, e: EncodeError) -> Raised {
    let make = || -> Res<Raised> {
        let args = [
            cx.new_str(encoding)?.value(),
            s.value(),
            Value::int(e.start as i64),
            Value::int(e.end as i64),
            cx.new_str(e.reason)?.value(),
        ];
        Ok(cx.error_args(exception::UNICODE_ENCODE_ERROR.get(), &args))
    };
    make().unwrap_or_else(|raised| raised)
}

/// `str.encode`: a `bytes` value.
pub fn encode_text(
    cx: &Cx,
    s: Ref<PyStr>,
    encoding: Option<Ref<PyStr>>,
    errors: Option<Ref<PyStr>>,
) -> Res {
    check_names(cx, encoding, errors)?;
    let known = match encoding {
        None => Some(Known::Plain(Encoding::Utf8)),
        Some(name) => name.as_ascii().and_then(known),
    };
    if let Some(known) = known {
        let result = encode_known(cx, known, s, errors);
        return result.map_err(|raised| noted(cx, raised, "encoding", encoding));
    }
    let name = encoding.map_or_else(|| "utf-8".to_string(), |name| name.to_string_lossy());
    let result = registry::encode_as_text(cx, s.value(), &name, errors)?;
    if result.downcast::<PyBytes>().is_some() {
        return Ok(result);
    }
    if class_of(result).is_subtype(crate::bytearray::CELL.get()) {
        let copy = crate::bytes_like::bytes_like(cx, result)?;
        return Ok(cx.new_bytes(&copy)?.value());
    }
    raise!(
        cx,
        TYPE_ERROR,
        "'{name}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        class_of(result).display_name()
    )
}

/// Encodes in a built-in encoding.
pub fn encode_known(cx: &Cx, known: Known, s: Ref<PyStr>, errors: Option<Ref<PyStr>>) -> Res {
    let mut out = Vec::new();
    let (encoding, name) = match known {
        Known::Plain(encoding) => (encoding, encoding.name()),
        Known::Utf16 => {
            out.extend_from_slice(&[0xff, 0xfe]);
            (Encoding::Utf16(Order::Little), "utf-16")
        }
        Known::Utf32 => {
            out.extend_from_slice(&[0xff, 0xfe, 0, 0]);
            (Encoding::Utf32(Order::Little), "utf-32")
        }
    };
    if let (Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1, Some(text)) =
        (encoding, s.as_ascii())
    {
        return Ok(cx.new_bytes(text.as_bytes())?.value());
    }
    if encoding == Encoding::Utf8
        && let Some(bytes) = valid_utf8(cx, s.text())?
    {
        return Ok(bytes.value());
    }
    encode_named(cx, (encoding, name), s, errors, &mut out)?;
    Ok(cx.new_bytes(&out)?.value())
}

/// Appends `s` in `encoding` to `out`.
pub fn encode_with(
    cx: &Cx,
    encoding: Encoding,
    s: Ref<PyStr>,
    errors: Option<Ref<PyStr>>,
    out: &mut Vec<u8>,
) -> Res<()> {
    encode_named(cx, (encoding, encoding.name()), s, errors, out)
}

/// As [`encode_with`], with the name that errors use.
fn encode_named(
    cx: &Cx,
    (encoding, name): (Encoding, &str),
    s: Ref<PyStr>,
    errors: Option<Ref<PyStr>>,
    out: &mut Vec<u8>,
) -> Res<()> {
    let text = s.text();
    let most = match (encoding, text) {
        (Encoding::Utf8, Units::One(_)) => 2,
        (Encoding::Utf8, Units::Two(_)) => 3,
        (Encoding::Utf8 | Encoding::Utf16(_) | Encoding::Utf32(_), _) => 4,
        _ => 1,
    };
    cx.make_room(out, text.len().saturating_mul(most))?;
    let step = |at: usize, out: &mut Vec<u8>| encoding.encode(text, at, out);
    encode_loop(cx, name, s, errors, out, &step, &|s, out| encoding.encode(s, 0, out))
}

/// An encoder for [`encode_loop`]: encodes from a position on as far as it can.
pub type EncodeStep<'a> = &'a dyn Fn(usize, &mut Vec<u8>) -> Result<(), EncodeError>;
/// Encodes a replacement text.
pub type EncodePart<'a> = &'a dyn Fn(Units<'_>, &mut Vec<u8>) -> Result<(), EncodeError>;

/// Runs an encoder over all of `s`, handling errors.
pub fn encode_loop(
    cx: &Cx,
    name: &str,
    s: Ref<PyStr>,
    errors: Option<Ref<PyStr>>,
    out: &mut Vec<u8>,
    step: EncodeStep<'_>,
    part: EncodePart<'_>,
) -> Res<()> {
    // Four bytes a character, in a buffer that grows.
    cx.expect_memory(s.len().saturating_mul(12))?;
    let errors_of = Errors::of(errors);
    // Handlers may put whole units in place only.
    let unit = match name {
        _ if name.starts_with("utf-16") => 2,
        _ if name.starts_with("utf-32") => 4,
        _ => 1,
    };
    let first = |problem: EncodeError| EncodeError { end: problem.start + 1, ..problem };
    let mut at = 0;
    loop {
        let Err(problem) = step(at, out) else { return Ok(()) };
        if let Errors::Native(Handler::Strict) = errors_of {
            return Err(encode_error(cx, name, s, problem));
        }
        if let Errors::Native(handler) = errors_of
            && let Some(replacement) = native_replacement(handler, s.text(), problem)
        {
            match replacement {
                handlers::Replacement::Text(text) => {
                    if part(text.units(), out).is_err() {
                        return Err(encode_error(cx, name, s, problem));
                    }
                }
                handlers::Replacement::Bytes(bytes) if bytes.len() % unit != 0 => {
                    return Err(encode_error(cx, name, s, first(problem)));
                }
                handlers::Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            }
            at = problem.end;
            continue;
        }
        let raised = encode_error(cx, name, s, problem);
        let (replacement, next) = call_encode_handler(cx, errors, raised, s.len())?;
        if let Some(text) = replacement.as_str() {
            if part(text.text(), out).is_err() {
                return Err(raised);
            }
        } else if let Some(bytes) = replacement.downcast::<PyBytes>() {
            if bytes.len() % unit != 0 {
                return Err(encode_error(cx, name, s, first(problem)));
            }
            out.extend_from_slice(bytes.data());
        }
        at = next;
    }
}

/// What a built-in handler puts in place, where that needs no exception object.
fn native_replacement(
    handler: Handler,
    s: Units<'_>,
    e: EncodeError,
) -> Option<handlers::Replacement> {
    let bad = s.slice(e.start..e.end);
    match handler {
        Handler::Ignore => Some(handlers::Replacement::Text(Default::default())),
        Handler::SurrogateEscape => {
            if !bad.iter().all(|c| (0xdc80..=0xdcff).contains(&c)) {
                return None;
            }
            let bytes = bad.iter().map(|c| (c - 0xdc00) as u8).collect();
            Some(handlers::Replacement::Bytes(bytes))
        }
        Handler::Replace
        | Handler::BackslashReplace
        | Handler::XmlCharRefReplace
        | Handler::NameReplace => {
            Some(handlers::Replacement::Text(handlers::encode_replacement(handler, bad)))
        }
        _ => None,
    }
}

fn call_encode_handler(
    cx: &Cx,
    errors: Option<Ref<PyStr>>,
    raised: Raised,
    len: usize,
) -> Res<(Value, usize)> {
    let function = registry::lookup_error(cx, errors)?;
    if !raised.is(&exception::UNICODE_ENCODE_ERROR) {
        return Err(raised);
    }
    let result = ops::call(cx, function, &[raised.value()])?;
    const MESSAGE: &str = "encoding error handler must return (str/bytes, int) tuple";
    let Some(pair) = result.downcast::<PyTuple>().filter(|t| t.len() == 2) else {
        return raise!(cx, TYPE_ERROR, "{MESSAGE}");
    };
    let (text, position) = (pair.values()[0], pair.values()[1]);
    let fits = text.as_str().is_some() || text.downcast::<PyBytes>().is_some();
    if !fits || !position.is_int() {
        return raise!(cx, TYPE_ERROR, "{MESSAGE}");
    }
    Ok((text, handler_position(cx, position, len)?))
}
