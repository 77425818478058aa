//! The module `_codecs`: the registry and the built-in codecs as functions.

use core::cell::Cell;
use orochi_builtins::bytes_like::{ByteView, bytes_like, try_bytes_like};
use orochi_builtins::codecs::{self, charmap, registry};
use orochi_object::prelude::*;
use orochi_text::codec::escape::{self, BadEscape, BytesEscapeError};
use orochi_text::codec::{Encoding, Order};
use orochi_text::{Builder, Units};

/// The module `_codecs`.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_codecs", functions: &FUNCTIONS, ..ModuleDef::DEFAULT };

const ENCODE: &str = "(str, errors=None, /)";
const DECODE: &str = "(data, errors=None, final=False, /)";

static FUNCTIONS: [NativeDef; 41] = [
    function("register", "(search_function, /)", register),
    function("unregister", "(search_function, /)", unregister),
    function("lookup", "(encoding, /)", lookup),
    function("encode", "(obj, encoding='utf-8', errors='strict')", encode),
    function("decode", "(obj, encoding='utf-8', errors='strict')", decode),
    function("register_error", "(errors, handler, /)", register_error),
    function("_unregister_error", "(errors, /)", unregister_error),
    function("lookup_error", "(name, /)", lookup_error),
    function("escape_encode", "(data, errors=None, /)", escape_encode),
    function("escape_decode", "(data, errors=None, /)", escape_decode),
    function("utf_8_encode", ENCODE, |cx, a| plain_encode(cx, a, Encoding::Utf8)),
    function("utf_8_decode", DECODE, |cx, a| plain_decode(cx, a, Encoding::Utf8)),
    function("utf_7_encode", ENCODE, |cx, a| plain_encode(cx, a, Encoding::Utf7)),
    function("utf_7_decode", DECODE, |cx, a| plain_decode(cx, a, Encoding::Utf7)),
    function("utf_16_encode", "(str, errors=None, byteorder=0, /)", |cx, a| {
        order_encode(cx, a, 16)
    }),
    function("utf_16_le_encode", ENCODE, |cx, a| {
        plain_encode(cx, a, Encoding::Utf16(Order::Little))
    }),
    function("utf_16_be_encode", ENCODE, |cx, a| plain_encode(cx, a, Encoding::Utf16(Order::Big))),
    function("utf_16_decode", DECODE, |cx, a| order_decode(cx, a, 16, None)),
    function("utf_16_le_decode", DECODE, |cx, a| {
        plain_decode(cx, a, Encoding::Utf16(Order::Little))
    }),
    function("utf_16_be_decode", DECODE, |cx, a| plain_decode(cx, a, Encoding::Utf16(Order::Big))),
    function("utf_16_ex_decode", EX_DECODE, |cx, a| order_ex_decode(cx, a, 16)),
    function("utf_32_encode", "(str, errors=None, byteorder=0, /)", |cx, a| {
        order_encode(cx, a, 32)
    }),
    function("utf_32_le_encode", ENCODE, |cx, a| {
        plain_encode(cx, a, Encoding::Utf32(Order::Little))
    }),
    function("utf_32_be_encode", ENCODE, |cx, a| plain_encode(cx, a, Encoding::Utf32(Order::Big))),
    function("utf_32_decode", DECODE, |cx, a| order_decode(cx, a, 32, None)),
    function("utf_32_le_decode", DECODE, |cx, a| {
        plain_decode(cx, a, Encoding::Utf32(Order::Little))
    }),
    function("utf_32_be_decode", DECODE, |cx, a| plain_decode(cx, a, Encoding::Utf32(Order::Big))),
    function("utf_32_ex_decode", EX_DECODE, |cx, a| order_ex_decode(cx, a, 32)),
    function("unicode_escape_encode", ENCODE, |cx, a| plain_encode(cx, a, Encoding::UnicodeEscape)),
    function("unicode_escape_decode", "(data, errors=None, final=True, /)", unicode_escape_decode),
    function("raw_unicode_escape_encode", ENCODE, |cx, a| {
        plain_encode(cx, a, Encoding::RawUnicodeEscape)
    }),
    function("raw_unicode_escape_decode", "(data, errors=None, final=True, /)", raw_escape_decode),
    function("latin_1_encode", ENCODE, |cx, a| plain_encode(cx, a, Encoding::Latin1)),
    function("latin_1_decode", "(data, errors=None, /)", |cx, a| {
        whole_decode(cx, a, Encoding::Latin1)
    }),
    function("ascii_encode", ENCODE, |cx, a| plain_encode(cx, a, Encoding::Ascii)),
    function("ascii_decode", "(data, errors=None, /)", |cx, a| {
        whole_decode(cx, a, Encoding::Ascii)
    }),
    function("charmap_encode", "(str, errors=None, mapping=None, /)", charmap_encode),
    function("charmap_decode", "(data, errors=None, mapping=None, /)", charmap_decode),
    function("charmap_build", "(map, /)", charmap_build),
    function("readbuffer_encode", "(data, errors=None, /)", readbuffer_encode),
    function("_normalize_encoding", "(encoding)", normalize_encoding),
];

const EX_DECODE: &str = "(data, errors=None, byteorder=0, final=False, /)";

fn text(cx: &Cx, args: Args, i: usize, function: &str) -> Res<Ref<PyStr>> {
    match args.get(i).as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "{function}() argument {} must be str, not {}",
            i + 1,
            class_of(args.get(i)).display_name()
        ),
    }
}

/// The optional `errors` argument at `i`.
fn errors(cx: &Cx, args: Args, i: usize) -> Res<Option<Ref<PyStr>>> {
    match args.non_none(i) {
        None => Ok(None),
        Some(v) => match v.as_str() {
            Some(text) => Ok(Some(text)),
            None => raise!(
                cx,
                TYPE_ERROR,
                "argument {} must be str or None, not {}",
                i + 1,
                class_of(v).display_name()
            ),
        },
    }
}

fn truth(cx: &Cx, args: Args, i: usize, default: bool) -> Res<bool> {
    args.opt(i).map_or(Ok(default), |v| ops::truth(cx, v))
}

fn pair(cx: &Cx, value: Value, n: usize) -> Res {
    Ok(cx.new_tuple(&[value, Value::int(n as i64)])?.value())
}

fn register(cx: &Cx, args: Args) -> Res {
    registry::register(cx, args.get(0))?;
    Ok(Value::NONE)
}
fn unregister(cx: &Cx, args: Args) -> Res {
    registry::unregister(cx, args.get(0))?;
    Ok(Value::NONE)
}
fn lookup(cx: &Cx, args: Args) -> Res {
    let name = text(cx, args, 0, "lookup")?.to_string_lossy();
    Ok(registry::lookup(cx, &name)?.value())
}

fn coding(cx: &Cx, args: Args, function: &str) -> Res<(String, Option<Ref<PyStr>>)> {
    let named = |i: usize, what: &str| match args.opt(i) {
        None => Ok(None),
        Some(v) => match v.as_str() {
            Some(text) => Ok(Some(text)),
            None => raise!(
                cx,
                TYPE_ERROR,
                "{function}() argument '{what}' must be str, not {}",
                class_of(v).display_name()
            ),
        },
    };
    let encoding = named(1, "encoding")?.map_or("utf-8".to_string(), |e| e.to_string_lossy());
    Ok((encoding, named(2, "errors")?))
}

fn encode(cx: &Cx, args: Args) -> Res {
    let (encoding, errors) = coding(cx, args, "encode")?;
    registry::encode(cx, args.get(0), &encoding, errors)
}
fn decode(cx: &Cx, args: Args) -> Res {
    let (encoding, errors) = coding(cx, args, "decode")?;
    registry::decode(cx, args.get(0), &encoding, errors)
}
fn register_error(cx: &Cx, args: Args) -> Res {
    registry::register_error(cx, text(cx, args, 0, "register_error")?, args.get(1))?;
    Ok(Value::NONE)
}
fn unregister_error(cx: &Cx, args: Args) -> Res {
    let name = text(cx, args, 0, "_unregister_error")?;
    Ok(Value::bool(registry::unregister_error(cx, name)?))
}
fn lookup_error(cx: &Cx, args: Args) -> Res {
    registry::lookup_error(cx, Some(text(cx, args, 0, "lookup_error")?))
}

fn normalize_encoding(cx: &Cx, args: Args) -> Res {
    let name = text(cx, args, 0, "_normalize_encoding")?.to_string_lossy();
    Ok(cx.new_str(&codecs::normalize(&name))?.value())
}

fn plain_encode(cx: &Cx, args: Args, encoding: Encoding) -> Res {
    let s = text(cx, args, 0, "encode")?;
    let mut out = Vec::new();
    codecs::encode_with(cx, encoding, s, errors(cx, args, 1)?, &mut out)?;
    pair(cx, cx.new_bytes(&out)?.value(), s.len())
}

fn decoded(cx: &Cx, args: Args, encoding: Encoding, last: bool) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let errors = errors(cx, args, 1)?;
    let (text, end) = codecs::decode_with(cx, encoding, args.get(0), &data, 0, errors, last)?;
    pair(cx, text.value(), end)
}

fn plain_decode(cx: &Cx, args: Args, encoding: Encoding) -> Res {
    let last = truth(cx, args, 2, false)?;
    decoded(cx, args, encoding, last)
}
fn whole_decode(cx: &Cx, args: Args, encoding: Encoding) -> Res {
    decoded(cx, args, encoding, true)
}

fn sized(bits: u32, order: Order) -> Encoding {
    if bits == 16 { Encoding::Utf16(order) } else { Encoding::Utf32(order) }
}

/// UTF-16 and UTF-32 with a byte order mark (order 0), little (-1) or big endian (1).
fn order_encode(cx: &Cx, args: Args, bits: u32) -> Res {
    let s = text(cx, args, 0, "encode")?;
    let order = args.opt(2).map_or(Ok(0), |order| ops::to_i32(cx, order))?;
    let encoding = sized(bits, if order > 0 { Order::Big } else { Order::Little });
    let mut out = Vec::new();
    if order == 0 {
        out.extend_from_slice(if bits == 16 { &[0xff, 0xfe][..] } else { &[0xff, 0xfe, 0, 0] });
    }
    codecs::encode_with(cx, encoding, s, errors(cx, args, 1)?, &mut out)?;
    pair(cx, cx.new_bytes(&out)?.value(), s.len())
}

/// The order a mark at the start says, and its length.
fn marked(data: &[u8], bits: u32) -> Option<(Order, usize)> {
    match (bits, data) {
        (32, [0xff, 0xfe, 0, 0, ..]) => Some((Order::Little, 4)),
        (32, [0, 0, 0xfe, 0xff, ..]) => Some((Order::Big, 4)),
        (16, [0xff, 0xfe, ..]) => Some((Order::Little, 2)),
        (16, [0xfe, 0xff, ..]) => Some((Order::Big, 2)),
        _ => None,
    }
}

/// Decodes with a byte order given (-1, 1) or found by a mark (0); gives the order as well.
fn decode_ordered(
    cx: &Cx,
    args: Args,
    bits: u32,
    order: i32,
    last: bool,
) -> Res<(Ref<PyStr>, usize, i32)> {
    let data = bytes_like(cx, args.get(0))?;
    let errors = errors(cx, args, 1)?;
    let (encoding, at, order) = match (order, marked(&data, bits)) {
        (0, Some((Order::Little, n))) => (sized(bits, Order::Little), n, -1),
        (0, Some((Order::Big, n))) => (sized(bits, Order::Big), n, 1),
        (1.., _) => (sized(bits, Order::Big), 0, order),
        _ => (sized(bits, Order::Little), 0, order),
    };
    let (text, end) = codecs::decode_with(cx, encoding, args.get(0), &data, at, errors, last)?;
    Ok((text, end, order))
}

fn order_decode(cx: &Cx, args: Args, bits: u32, order: Option<i32>) -> Res {
    let last = truth(cx, args, 2, false)?;
    let (text, end, _) = decode_ordered(cx, args, bits, order.unwrap_or(0), last)?;
    pair(cx, text.value(), end)
}

fn order_ex_decode(cx: &Cx, args: Args, bits: u32) -> Res {
    let order = args.opt(2).map_or(Ok(0), |order| ops::to_i32(cx, order))?;
    let last = truth(cx, args, 3, false)?;
    let (text, end, order) = decode_ordered(cx, args, bits, order, last)?;
    let row = [text.value(), Value::int(end as i64), Value::int(i64::from(order))];
    Ok(cx.new_tuple(&row)?.value())
}

/// The bytes of a str (as UTF-8) or bytes-like argument.
enum Source {
    Text(Vec<u8>),
    View(ByteView),
}
impl core::ops::Deref for Source {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Source::Text(data) => data,
            Source::View(view) => view,
        }
    }
}

fn source(cx: &Cx, v: Value) -> Res<Source> {
    if let Some(text) = v.as_str() {
        let mut out = Vec::new();
        codecs::encode_with(cx, Encoding::Utf8, text, None, &mut out)?;
        return Ok(Source::Text(out));
    }
    match try_bytes_like(cx, v)? {
        Some(view) => Ok(Source::View(view)),
        None => raise!(
            cx,
            TYPE_ERROR,
            "a bytes-like object is required, not '{}'",
            class_of(v).display_name()
        ),
    }
}

/// Warns of an invalid escape.
fn warn_escape(cx: &Cx, data: &[u8], bad: Option<BadEscape>) -> Res<()> {
    let Some(bad) = bad else { return Ok(()) };
    const FUTURE: &str = "Such sequences will not work in the future. ";
    let message = match bad.octal {
        Some(n) => format!("\"\\{n:o}\" is an invalid octal escape sequence. {FUTURE}"),
        None => {
            let c = data.get(bad.at + 1).map_or('?', |c| *c as char);
            format!("\"\\{c}\" is an invalid escape sequence. {FUTURE}")
        }
    };
    cx.warn(&exception::DEPRECATION_WARNING, &message, 1)
}

fn unicode_escape_decode(cx: &Cx, args: Args) -> Res {
    let data = source(cx, args.get(0))?;
    let errors = errors(cx, args, 1)?;
    let last = truth(cx, args, 2, true)?;
    let bad: Cell<Option<BadEscape>> = Cell::new(None);
    let step = |data: &[u8], at: usize, out: &mut Builder| {
        let mut found = bad.get();
        let result = escape::decode(data, at, last, out, &mut found);
        bad.set(found);
        result
    };
    let mut out = Builder::with_capacity(data.len());
    let encoding = Encoding::UnicodeEscape;
    let end = codecs::decode_loop(
        cx,
        encoding.name(),
        Some(encoding),
        args.get(0),
        &data,
        0,
        errors,
        &mut out,
        &step,
    )?;
    warn_escape(cx, &data, bad.get())?;
    pair(cx, cx.str_from_buf(&out.finish())?.value(), end)
}

fn raw_escape_decode(cx: &Cx, args: Args) -> Res {
    let data = source(cx, args.get(0))?;
    let errors = errors(cx, args, 1)?;
    let last = truth(cx, args, 2, true)?;
    let encoding = Encoding::RawUnicodeEscape;
    let (text, end) = codecs::decode_with(cx, encoding, args.get(0), &data, 0, errors, last)?;
    pair(cx, text.value(), end)
}

fn escape_encode(cx: &Cx, args: Args) -> Res {
    let Some(b) = args.get(0).downcast::<PyBytes>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "escape_encode() argument 1 must be bytes, not {}",
            class_of(args.get(0)).display_name()
        );
    };
    let length = |c: &u8| match c {
        b'\'' | b'\\' | b'\t' | b'\n' | b'\r' => 2,
        0x20..=0x7e => 1,
        _ => 4,
    };
    let mut out = Vec::new();
    cx.make_room(&mut out, b.data().iter().map(length).sum())?;
    for c in b.data() {
        match c {
            b'\'' | b'\\' => out.extend([b'\\', *c]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            0x20..=0x7e => out.push(*c),
            _ => out.extend(format!("\\x{c:02x}").bytes()),
        }
    }
    pair(cx, cx.new_bytes(&out)?.value(), b.len())
}

fn escape_decode(cx: &Cx, args: Args) -> Res {
    let data = source(cx, args.get(0))?;
    let handling = errors(cx, args, 1)?.map_or("strict".to_string(), |e| e.to_string_lossy());
    let mut bad = None;
    let mut rest = cx.copied(&data)?;
    let mut out = Vec::new();
    loop {
        cx.expect_memory(rest.len().saturating_mul(2))?;
        match escape::decode_bytes(&rest, &mut bad) {
            Ok(decoded) if out.is_empty() => {
                out = decoded;
                break;
            }
            Ok(decoded) => {
                out.extend(decoded);
                break;
            }
            Err(BytesEscapeError::Trailing) => {
                return raise!(cx, VALUE_ERROR, "Trailing \\ in string");
            }
            Err(BytesEscapeError::Hex(at)) => {
                let (before, mut after) = (rest[..at].to_vec(), at + 2);
                if rest.get(after).is_some_and(u8::is_ascii_hexdigit) {
                    after += 1;
                }
                match handling.as_str() {
                    "strict" => {
                        let at = at + (data.len() - rest.len());
                        return raise!(cx, VALUE_ERROR, "invalid \\x escape at position {at}");
                    }
                    "replace" | "ignore" => {
                        if let Ok(decoded) = escape::decode_bytes(&before, &mut bad) {
                            out.extend(decoded);
                        }
                        if handling == "replace" {
                            out.push(b'?');
                        }
                        rest.drain(..after.min(rest.len()));
                    }
                    other => {
                        return raise!(
                            cx,
                            VALUE_ERROR,
                            "decoding error; unknown error handling code: {other}"
                        );
                    }
                }
            }
        }
    }
    warn_escape(cx, &data, bad)?;
    pair(cx, cx.new_bytes(&out)?.value(), data.len())
}

fn charmap_encode(cx: &Cx, args: Args) -> Res {
    let s = text(cx, args, 0, "charmap_encode")?;
    let errors = errors(cx, args, 1)?;
    let mut out = Vec::new();
    match args.non_none(2) {
        None => codecs::encode_with(cx, Encoding::Latin1, s, errors, &mut out)?,
        Some(mapping) => out = charmap::encode(cx, s, mapping, errors)?,
    }
    pair(cx, cx.new_bytes(&out)?.value(), s.len())
}

fn charmap_decode(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let errors = errors(cx, args, 1)?;
    let text = match args.non_none(2) {
        None => cx.str_from_units(Units::One(&data))?,
        Some(mapping) => charmap::decode(cx, args.get(0), &data, mapping, errors)?,
    };
    pair(cx, text.value(), data.len())
}

fn charmap_build(cx: &Cx, args: Args) -> Res {
    Ok(charmap::build(cx, text(cx, args, 0, "charmap_build")?)?.value())
}

fn readbuffer_encode(cx: &Cx, args: Args) -> Res {
    let data = source(cx, args.get(0))?;
    pair(cx, cx.new_bytes(&data)?.value(), data.len())
}
