//! The encodings of Chinese, Japanese and Korean text: the module `_orochi_cjk`. The classes around it are
//! Python (`_multibytecodec`); these functions convert as much as they can and say why they stopped.

mod iso2022;
mod plain;
mod tables;

use orochi_object::prelude::*;

/// Why a conversion has stopped before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// So many bytes, or characters, stand for nothing.
    Wrong(usize),
    /// What is left is the beginning of something.
    TooFew,
}

/// A kind of encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    /// Of one table, without state.
    Plain(&'static tables::Lazy),
    Hz,
    Iso2022(&'static iso2022::Variant),
}

impl Codec {
    fn find(name: &str) -> Option<Codec> {
        if name == "hz" {
            return Some(Codec::Hz);
        }
        iso2022::find(name).map(Codec::Iso2022).or_else(|| tables::find(name).map(Codec::Plain))
    }
}

fn codec(cx: &Cx, v: Value) -> Res<Codec> {
    let found = v.as_str().and_then(|name| Codec::find(&name.to_string_lossy()));
    match found {
        Some(codec) => Ok(codec),
        None => raise!(cx, LOOKUP_ERROR, "no such codec is supported."),
    }
}

/// Whether there is an encoding of this name.
fn exists(_: &Cx, args: Args) -> Res {
    let found = args.get(0).as_str().and_then(|name| Codec::find(&name.to_string_lossy()));
    Ok(Value::bool(found.is_some()))
}

/// The state before the first byte.
fn start(cx: &Cx, args: Args) -> Res {
    Ok(Value::int(match codec(cx, args.get(0))? {
        Codec::Iso2022(_) => iso2022::START as i64,
        _ => 0,
    }))
}

/// `decode(name, data, at, state)`: the text of the bytes from `at` on, where it stopped, the state
/// there, and why: 0 at the end, the number of wrong bytes, or -1 if some are missing.
fn decode(cx: &Cx, args: Args) -> Res {
    let codec = codec(cx, args.get(0))?;
    let Some(data) = args.get(1).downcast::<PyBytes>() else {
        return raise!(cx, TYPE_ERROR, "expected bytes");
    };
    let data = data.data();
    let mut at = (ops::to_i64(cx, args.get(2))?.max(0) as usize).min(data.len());
    let mut state = ops::to_i64(cx, args.get(3))? as u64;
    let mut out = String::with_capacity(data.len() - at);
    let stop = loop {
        let rest = &data[at..];
        if rest.is_empty() {
            break None;
        }
        let step = match codec {
            Codec::Plain(table) => plain::decode(table.get(), rest, &mut out),
            Codec::Hz => iso2022::decode_hz(rest, &mut state, &mut out),
            Codec::Iso2022(variant) => iso2022::decode(variant, rest, &mut state, &mut out),
        };
        match step {
            Ok(n) => at += n,
            Err(stop) => break Some(stop),
        }
    };
    let text = cx.new_str(&out)?.value();
    result(cx, text, at, state, stop)
}

/// `encode(name, text, at, state)`: the bytes of the characters from `at` on, where it stopped, the
/// state there, and why, as `decode`.
fn encode(cx: &Cx, args: Args) -> Res {
    let codec = codec(cx, args.get(0))?;
    let Some(text) = args.get(1).as_str() else {
        return raise!(cx, TYPE_ERROR, "couldn't convert the object to str.");
    };
    let points: Vec<u32> = text.units().iter().collect();
    let mut at = (ops::to_i64(cx, args.get(2))?.max(0) as usize).min(points.len());
    let mut state = ops::to_i64(cx, args.get(3))? as u64;
    let mut out = Vec::with_capacity((points.len() - at) * 2);
    let stop = loop {
        let rest = &points[at..];
        if rest.is_empty() {
            break None;
        }
        let step = match codec {
            Codec::Plain(table) => plain::encode(table.get(), rest, &mut out),
            Codec::Hz => iso2022::encode_hz(rest, &mut state, &mut out),
            Codec::Iso2022(variant) => iso2022::encode(variant, rest, &mut state, &mut out),
        };
        match step {
            Ok(n) => at += n,
            Err(stop) => break Some(stop),
        }
    };
    let bytes = cx.new_bytes(&out)?.value();
    result(cx, bytes, at, state, stop)
}

fn result(cx: &Cx, out: Value, at: usize, state: u64, stop: Option<Stop>) -> Res {
    let why = match stop {
        None => 0,
        Some(Stop::Wrong(n)) => n as i64,
        Some(Stop::TooFew) => -1,
    };
    let row = [out, Value::int(at as i64), Value::int(state as i64), Value::int(why)];
    Ok(cx.new_tuple(&row)?.value())
}

/// `finish(name, state)`: the bytes that lead back to the first state, and the state after them.
fn finish(cx: &Cx, args: Args) -> Res {
    let codec = codec(cx, args.get(0))?;
    let mut state = ops::to_i64(cx, args.get(1))? as u64;
    let mut out = Vec::new();
    match codec {
        Codec::Plain(_) => {}
        Codec::Hz => iso2022::finish_hz(&mut state, &mut out),
        Codec::Iso2022(_) => iso2022::finish(&mut state, &mut out),
    }
    let row = [cx.new_bytes(&out)?.value(), Value::int(state as i64)];
    Ok(cx.new_tuple(&row)?.value())
}

/// `single(name, text, at, state)`: as `encode`, for the one character at `at` even if another one could
/// follow that belongs to it.
fn single(cx: &Cx, args: Args) -> Res {
    let codec = codec(cx, args.get(0))?;
    let at = ops::to_i64(cx, args.get(2))?.max(0) as usize;
    let mut state = ops::to_i64(cx, args.get(3))? as u64;
    let point = args.get(1).as_str().and_then(|text| text.units().iter().nth(at));
    let mut out = Vec::new();
    let stop = match (point, codec) {
        (Some(point), Codec::Plain(table)) => plain::encode_one(table.get(), point, &mut out),
        (Some(point), Codec::Iso2022(variant)) => {
            iso2022::encode_one(variant, point, &mut state, &mut out)
        }
        _ => Err(Stop::Wrong(1)),
    };
    let bytes = cx.new_bytes(&out)?.value();
    result(cx, bytes, at + stop.unwrap_or(0), state, stop.err())
}

/// The module `_orochi_cjk`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_orochi_cjk",
    functions: &[
        function("exists", "(name, /)", exists),
        function("start", "(name, /)", start),
        function("decode", "(name, data, at, state, /)", decode),
        function("encode", "(name, text, at, state, /)", encode),
        function("single", "(name, text, at, state, /)", single),
        function("finish", "(name, state, /)", finish),
    ],
    ..ModuleDef::DEFAULT
};
