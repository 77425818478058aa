//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`.

use super::base::{self, exc};
use super::simple::member;
use orochi_object::exception::{PyException, field};
use orochi_object::prelude::*;

/// Which of the three an instance is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Encode,
    Decode,
    Translate,
}

fn init(cx: &Cx, v: Value, args: CallArgs, kind: Kind) -> Res<()> {
    base::init(cx, v, args)?;
    let e = exc(v);
    let wanted = if kind == Kind::Translate { 4 } else { 5 };
    let values = args.positional();
    if values.len() != wanted {
        return raise!(
            cx,
            TYPE_ERROR,
            "function takes exactly {wanted} arguments ({} given)",
            values.len()
        );
    }
    let mut rest = values;
    if kind != Kind::Translate {
        text(cx, values[0], 1)?;
        e.set_field(cx, field::ENCODING, values[0]);
        rest = &values[1..];
    }
    let first = values.len() - 3;
    if kind != Kind::Decode {
        text(cx, rest[0], first)?;
    }
    let start = ops::index_isize(cx, rest[1], &exception::OVERFLOW_ERROR)?;
    let end = ops::index_isize(cx, rest[2], &exception::OVERFLOW_ERROR)?;
    text(cx, rest[3], first + 3)?;
    let object = if kind == Kind::Decode { bytes_of(cx, rest[0])? } else { rest[0] };
    e.set_field(cx, field::OBJECT, object);
    e.set_field(cx, field::START, cx.new_int(start as i64)?);
    e.set_field(cx, field::END, cx.new_int(end as i64)?);
    e.set_field(cx, field::REASON, rest[3]);
    Ok(())
}

fn text(cx: &Cx, v: Value, position: usize) -> Res {
    if v.as_str().is_some() {
        return Ok(v);
    }
    let class = if v.is_none() { "None".into() } else { class_of(v).display_name() };
    raise!(cx, TYPE_ERROR, "argument {position} must be str, not {class}")
}

fn bytes_of(cx: &Cx, v: Value) -> Res {
    if v.downcast::<PyBytes>().is_some() {
        return Ok(v);
    }
    if class_of(v).slots.buffer().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "a bytes-like object is required, not '{}'",
            class_of(v).display_name()
        );
    }
    ops::call(cx, types::BYTES.get().value(), &[v])
}

pub(super) fn init_encode(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    init(cx, v, args, Kind::Encode)
}
pub(super) fn init_decode(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    init(cx, v, args, Kind::Decode)
}
pub(super) fn init_translate(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    init(cx, v, args, Kind::Translate)
}

/// The text of an encoding or translation error; a program may have put anything there.
pub(crate) fn object_text(cx: &Cx, e: Ref<PyException>) -> Res<Ref<PyStr>> {
    match e.field(field::OBJECT).map(|object| object.as_str()) {
        Some(Some(text)) => Ok(text),
        Some(None) => raise!(cx, TYPE_ERROR, "UnicodeError 'object' attribute must be a string"),
        None => raise!(cx, TYPE_ERROR, "UnicodeError 'object' attribute is not set"),
    }
}

/// The bytes of a decoding error.
pub(crate) fn object_bytes(cx: &Cx, e: Ref<PyException>) -> Res<Ref<PyBytes>> {
    match e.field(field::OBJECT).map(|object| object.downcast::<PyBytes>()) {
        Some(Some(bytes)) => Ok(bytes),
        Some(None) => raise!(cx, TYPE_ERROR, "UnicodeError 'object' attribute must be a bytes"),
        None => raise!(cx, TYPE_ERROR, "UnicodeError 'object' attribute is not set"),
    }
}

/// The faulty range as stored; it may lie outside the object.
fn range(v: Value) -> (i64, i64) {
    let number = |i| exc(v).field(i).and_then(Value::as_i64).unwrap_or(0);
    (number(field::START), number(field::END))
}

/// How messages write the faulty character.
fn escaped(point: u32) -> String {
    match point {
        0..=0xff => format!("\\x{point:02x}"),
        0x100..=0xffff => format!("\\u{point:04x}"),
        _ => format!("\\U{point:08x}"),
    }
}

fn message(cx: &Cx, v: Value, kind: Kind) -> Res {
    let e = exc(v);
    if e.field(field::OBJECT).is_none() {
        return Ok(cx.new_str("")?.value());
    }
    let part = |i: usize| match e.field(i) {
        Some(value) => ops::str(cx, value),
        None => cx.new_str("<NULL>"),
    };
    let reason = part(field::REASON)?;
    let head = match kind {
        Kind::Translate => String::from("can't translate"),
        _ => {
            let encoding = part(field::ENCODING)?;
            let verb = if kind == Kind::Encode { "encode" } else { "decode" };
            format!("'{}' codec can't {verb}", encoding.to_string_lossy())
        }
    };
    let noun = if kind == Kind::Decode { "bytes" } else { "characters" };
    let (start, end) = range(v);
    let at = usize::try_from(start).ok().filter(|_| end == start.wrapping_add(1));
    let one = if kind == Kind::Decode {
        let bytes = object_bytes(cx, e)?;
        at.and_then(|at| bytes.data().get(at)).map(|byte| format!("byte 0x{byte:02x}"))
    } else {
        let text = object_text(cx, e)?;
        at.and_then(|at| text.text().iter().nth(at))
            .map(|point| format!("character '{}'", escaped(point)))
    };
    let place = match one {
        Some(one) => format!("{head} {one} in position {start}: "),
        None => format!("{head} {noun} in position {start}-{}: ", end.wrapping_sub(1)),
    };
    Ok(cx.str_concat(cx.new_str(&place)?, reason)?.value())
}

pub(super) fn str_encode(cx: &Cx, v: Value) -> Res {
    message(cx, v, Kind::Encode)
}
pub(super) fn str_decode(cx: &Cx, v: Value) -> Res {
    message(cx, v, Kind::Decode)
}
pub(super) fn str_translate(cx: &Cx, v: Value) -> Res {
    message(cx, v, Kind::Translate)
}

fn get_number<const I: usize>(_: &Cx, v: Value) -> Res {
    Ok(exc(v).field(I).unwrap_or(Value::int(0)))
}
fn set_number<const I: usize>(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, TYPE_ERROR, "can't delete numeric/char attribute");
    };
    let n = ops::state_index(cx, value)?;
    exc(v).set_field(cx, I, cx.new_int(n as i64)?);
    Ok(())
}

const START: GetSetDef =
    field("start", get_number::<{ field::START }>, set_number::<{ field::START }>);
const END: GetSetDef = field("end", get_number::<{ field::END }>, set_number::<{ field::END }>);

pub(super) static GETSET: &[GetSetDef] = &[
    member::<{ field::ENCODING }>("encoding"),
    member::<{ field::OBJECT }>("object"),
    START,
    END,
    member::<{ field::REASON }>("reason"),
];
