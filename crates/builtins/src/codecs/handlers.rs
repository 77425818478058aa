//! The built-in error handlers as functions on exception objects.

use super::registry;
use crate::exceptions::unicode;
use orochi_object::exception::{PyException, field};
use orochi_object::prelude::*;
use orochi_text::codec::handler::escaped;
use orochi_text::codec::{DecodeError, EncodeError, Encoding, Handler, Order};
use orochi_text::{Buf, Builder, Units, unidata};

/// What takes the place of what could not be encoded.
pub enum Replacement {
    Text(Buf),
    Bytes(Vec<u8>),
}

/// The text that a built-in handler puts for code points that cannot be encoded.
pub fn encode_replacement(handler: Handler, bad: Units<'_>) -> Buf {
    let mut out = Builder::new();
    for c in bad.iter() {
        match handler {
            Handler::Replace => out.push(u32::from(b'?')),
            Handler::BackslashReplace => out.push_str(&escaped(c)),
            Handler::XmlCharRefReplace => out.push_str(&format!("&#{c};")),
            Handler::NameReplace => match unidata::name(c) {
                Some(name) => out.push_str(&format!("\\N{{{name}}}")),
                None => out.push_str(&escaped(c)),
            },
            _ => {}
        }
    }
    out.finish()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Encode,
    Decode,
    Translate,
}

/// A Unicode error taken apart.
struct Problem {
    kind: Kind,
    raised: Raised,
    object: Value,
    start: usize,
    end: usize,
}

impl Problem {
    fn of(cx: &Cx, v: Value) -> Res<Problem> {
        let Some(e) = v.downcast::<PyException>() else { return unknown(cx, v) };
        let raised = Raised::new(e);
        let kind = if raised.is(&exception::UNICODE_ENCODE_ERROR) {
            Kind::Encode
        } else if raised.is(&exception::UNICODE_DECODE_ERROR) {
            Kind::Decode
        } else if raised.is(&exception::UNICODE_TRANSLATE_ERROR) {
            Kind::Translate
        } else {
            return unknown(cx, v);
        };
        let object = match kind {
            Kind::Decode => unicode::object_bytes(cx, e)?.value(),
            _ => unicode::object_text(cx, e)?.value(),
        };
        let len = match object.as_str() {
            Some(s) => s.len(),
            None => object.downcast::<PyBytes>().map_or(0, |b| b.len()),
        };
        let number = |i: usize| e.field(i).and_then(Value::as_i64).unwrap_or(0);
        let start = number(field::START).clamp(0, (len as i64 - 1).max(0)) as usize;
        let end = number(field::END).clamp(1.min(len as i64), len as i64) as usize;
        Ok(Problem { kind, raised, object, start, end: end.max(start) })
    }

    fn bad_text<'a>(&self) -> Units<'a> {
        match self.object.as_str() {
            Some(s) => s.text().slice(self.start..self.end),
            None => Units::EMPTY,
        }
    }
    fn bytes<'a>(&self) -> &'a [u8] {
        self.object.downcast::<PyBytes>().map_or(&[], |b| b.data())
    }
    fn encoding(&self) -> Option<Encoding> {
        let name = self.raised.exception().field(field::ENCODING)?.as_str()?;
        let name = name.as_ascii()?.to_ascii_lowercase().replace(['-', ' '], "_");
        Some(match name.as_str() {
            "utf_8" | "utf8" | "cp_utf8" => Encoding::Utf8,
            "utf_16" | "utf16" | "utf_16_le" | "utf16_le" | "utf_16le" => {
                Encoding::Utf16(Order::Little)
            }
            "utf_16_be" | "utf16_be" | "utf_16be" => Encoding::Utf16(Order::Big),
            "utf_32" | "utf32" | "utf_32_le" | "utf32_le" | "utf_32le" => {
                Encoding::Utf32(Order::Little)
            }
            "utf_32_be" | "utf32_be" | "utf_32be" => Encoding::Utf32(Order::Big),
            _ => return None,
        })
    }
}

fn unknown<T>(cx: &Cx, v: Value) -> Res<T> {
    raise!(
        cx,
        TYPE_ERROR,
        "don't know how to handle {} in error callback",
        class_of(v).display_name()
    )
}

fn answer(cx: &Cx, text: Buf, at: usize) -> Res {
    let text = crate::str::made(cx, &text)?;
    Ok(cx.new_tuple(&[text, Value::int(at as i64)])?.value())
}

fn strict(cx: &Cx, args: Args) -> Res {
    match args.get(0).downcast::<PyException>() {
        Some(e) => Err(Raised::new(e)),
        None => raise!(cx, TYPE_ERROR, "codec must pass exception instance"),
    }
}

fn ignore(cx: &Cx, args: Args) -> Res {
    let p = Problem::of(cx, args.get(0))?;
    answer(cx, Buf::default(), p.end)
}

fn replace(cx: &Cx, args: Args) -> Res {
    let p = Problem::of(cx, args.get(0))?;
    let mut out = Builder::new();
    match p.kind {
        Kind::Encode => out.push_n(u32::from(b'?'), p.end - p.start),
        Kind::Decode => out.push(0xfffd),
        Kind::Translate => out.push_n(0xfffd, p.end - p.start),
    }
    answer(cx, out.finish(), p.end)
}

fn only_encode(cx: &Cx, args: Args, handler: Handler) -> Res {
    let p = Problem::of(cx, args.get(0))?;
    if p.kind != Kind::Encode {
        return unknown(cx, args.get(0));
    }
    answer(cx, encode_replacement(handler, p.bad_text()), p.end)
}

fn xmlcharrefreplace(cx: &Cx, args: Args) -> Res {
    only_encode(cx, args, Handler::XmlCharRefReplace)
}

fn namereplace(cx: &Cx, args: Args) -> Res {
    only_encode(cx, args, Handler::NameReplace)
}

fn backslashreplace(cx: &Cx, args: Args) -> Res {
    let p = Problem::of(cx, args.get(0))?;
    if p.kind == Kind::Decode {
        let text: String =
            p.bytes()[p.start..p.end].iter().map(|b| format!("\\x{b:02x}")).collect();
        return answer(cx, Buf::from(text.as_str()), p.end);
    }
    answer(cx, encode_replacement(Handler::BackslashReplace, p.bad_text()), p.end)
}

/// Handles with the text crate's handler, which needs the encoding.
fn by_handler(cx: &Cx, p: Problem, encoding: Encoding, handler: Handler) -> Res {
    match p.kind {
        Kind::Decode => {
            let mut out = Builder::new();
            let e = DecodeError { start: p.start, end: p.end, reason: "" };
            match handler.decode(encoding, p.bytes(), e, &mut out) {
                Ok(next) => answer(cx, out.finish(), next),
                Err(_) => Err(p.raised),
            }
        }
        Kind::Encode => {
            let mut out = Vec::new();
            let e = EncodeError { start: p.start, end: p.end, reason: "" };
            let Some(s) = p.object.as_str() else { return Err(p.raised) };
            match handler.encode(encoding, s.text(), e, &mut out) {
                Ok(next) => {
                    let bytes = cx.new_bytes(&out)?.value();
                    Ok(cx.new_tuple(&[bytes, Value::int(next as i64)])?.value())
                }
                Err(_) => Err(p.raised),
            }
        }
        Kind::Translate => unknown(cx, p.raised.value()),
    }
}

fn surrogatepass(cx: &Cx, args: Args) -> Res {
    let p = Problem::of(cx, args.get(0))?;
    if p.kind == Kind::Translate {
        return unknown(cx, args.get(0));
    }
    match p.encoding() {
        Some(encoding) => by_handler(cx, p, encoding, Handler::SurrogatePass),
        None => Err(p.raised),
    }
}

fn surrogateescape(cx: &Cx, args: Args) -> Res {
    let p = Problem::of(cx, args.get(0))?;
    by_handler(cx, p, Encoding::Ascii, Handler::SurrogateEscape)
}

static FUNCTIONS: [(&str, NativeDef); 8] = [
    ("strict", function("strict_errors", "(exception, /)", strict)),
    ("ignore", function("ignore_errors", "(exception, /)", ignore)),
    ("replace", function("replace_errors", "(exception, /)", replace)),
    (
        "xmlcharrefreplace",
        function("xmlcharrefreplace_errors", "(exception, /)", xmlcharrefreplace),
    ),
    ("backslashreplace", function("backslashreplace_errors", "(exception, /)", backslashreplace)),
    ("namereplace", function("namereplace_errors", "(exception, /)", namereplace)),
    ("surrogatepass", function("surrogatepass", "(exception, /)", surrogatepass)),
    ("surrogateescape", function("surrogateescape", "(exception, /)", surrogateescape)),
];

/// Puts the built-in handlers in the registry's dict.
pub(super) fn fill(cx: &Cx, errors: Ref<PyDict>) -> Res<()> {
    for (name, def) in &FUNCTIONS {
        let function = cx.new_native(def, None)?;
        errors.set_str(cx, registry::name(cx, name)?, function.value())?;
    }
    Ok(())
}

/// Whether a handler of this name is built in.
pub fn is_builtin(name: &str) -> bool {
    FUNCTIONS.iter().any(|(own, _)| *own == name)
}
