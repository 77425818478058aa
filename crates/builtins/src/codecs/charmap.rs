//! Encoding and decoding by tables: the codecs of code pages.

use orochi_object::prelude::*;
use orochi_text::Builder;
use orochi_text::codec::{DecodeError, EncodeError};

const UNDEFINED: &str = "character maps to <undefined>";

/// `_codecs.charmap_decode`.
pub fn decode(
    cx: &Cx,
    object: Value,
    data: &[u8],
    mapping: Value,
    errors: Option<Ref<PyStr>>,
) -> Res<Ref<PyStr>> {
    let mut out = Builder::with_capacity(data.len());
    if let Some(table) = mapping.as_str() {
        let table = table.text();
        let step = |data: &[u8], at: usize, out: &mut Builder| {
            for (i, b) in data.iter().enumerate().skip(at) {
                let index = usize::from(*b);
                match (index < table.len()).then(|| table.get(index)) {
                    Some(0xfffe) | None => {
                        return Err(DecodeError { start: i, end: i + 1, reason: UNDEFINED });
                    }
                    Some(c) => out.push(c),
                }
            }
            Ok(data.len())
        };
        super::decode_loop(cx, "charmap", None, object, data, 0, errors, &mut out, &step)?;
        return cx.str_from_buf(&out.finish());
    }
    decode_by_mapping(cx, object, data, mapping, errors, out)
}

fn decode_by_mapping(
    cx: &Cx,
    object: Value,
    data: &[u8],
    mapping: Value,
    errors: Option<Ref<PyStr>>,
    mut out: Builder,
) -> Res<Ref<PyStr>> {
    // One byte at a time, as the mapping is Python code.
    for (i, b) in data.iter().enumerate() {
        match mapped_text(cx, mapping, *b, &mut out)? {
            true => {}
            false => {
                let step = |data: &[u8], at: usize, _: &mut Builder| match at {
                    at if at == i => Err(DecodeError { start: i, end: i + 1, reason: UNDEFINED }),
                    _ => Ok(data.len()),
                };
                super::decode_loop(cx, "charmap", None, object, data, i, errors, &mut out, &step)?;
            }
        }
    }
    cx.str_from_buf(&out.finish())
}

/// Appends what `mapping` has for a byte; false if undefined.
fn mapped_text(cx: &Cx, mapping: Value, b: u8, out: &mut Builder) -> Res<bool> {
    let found = match ops::getitem(cx, mapping, Value::int(i64::from(b))) {
        Ok(found) => found,
        Err(raised) if raised.is(&exception::LOOKUP_ERROR) => return Ok(false),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(false);
    }
    if found.is_int() {
        return match found.as_i64() {
            Some(0xfffe) => Ok(false),
            Some(n @ 0..=0x10ffff) => {
                out.push(n as u32);
                Ok(true)
            }
            _ => raise!(cx, TYPE_ERROR, "character mapping must be in range(0x110000)"),
        };
    }
    match found.as_str() {
        Some(text) if text.len() == 1 && text.text().get(0) == 0xfffe => Ok(false),
        Some(text) => {
            out.push_units(text.text());
            Ok(true)
        }
        None => raise!(cx, TYPE_ERROR, "character mapping must return integer, None or str"),
    }
}

/// `_codecs.charmap_build`: the dict from code points to bytes of a decoding table.
pub fn build(cx: &Cx, table: Ref<PyStr>) -> Res<Ref<PyDict>> {
    let dict = cx.new_dict()?;
    for (i, c) in table.text().iter().enumerate().take(256) {
        if c != 0xfffe {
            dict.set(cx, Value::int(i64::from(c)), Value::int(i as i64))?;
        }
    }
    Ok(dict)
}

/// The bytes for a code point, `None` if undefined.
fn mapped_bytes(cx: &Cx, mapping: Value, c: u32, out: &mut Vec<u8>) -> Res<bool> {
    let found = match ops::getitem(cx, mapping, Value::int(i64::from(c))) {
        Ok(found) => found,
        Err(raised) if raised.is(&exception::LOOKUP_ERROR) => return Ok(false),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(false);
    }
    if found.is_int() {
        return match found.as_i64() {
            Some(n @ 0..=255) => {
                out.push(n as u8);
                Ok(true)
            }
            _ => raise!(cx, TYPE_ERROR, "character mapping must be in range(256)"),
        };
    }
    match found.downcast::<PyBytes>() {
        Some(bytes) => {
            out.extend_from_slice(bytes.data());
            Ok(true)
        }
        None => raise!(
            cx,
            TYPE_ERROR,
            "character mapping must return integer, bytes or None, not {}",
            class_of(found).display_name()
        ),
    }
}

/// `_codecs.charmap_encode`.
pub fn encode(cx: &Cx, s: Ref<PyStr>, mapping: Value, errors: Option<Ref<PyStr>>) -> Res<Vec<u8>> {
    // Look all distinct code points up first: the loop below then runs without Python code.
    let mut table = std::collections::BTreeMap::new();
    let all_defined = std::cell::Cell::new(true);
    let mut add = |c: u32| -> Res<()> {
        if let std::collections::btree_map::Entry::Vacant(entry) = table.entry(c) {
            let mut bytes = Vec::new();
            let defined = mapped_bytes(cx, mapping, c, &mut bytes)?;
            all_defined.set(all_defined.get() & defined);
            entry.insert(defined.then_some(bytes));
        }
        Ok(())
    };
    for c in s.text().iter() {
        add(c)?;
    }
    if !all_defined.get() {
        // What replacements are made of.
        for c in 0..256 {
            add(c)?;
        }
    }
    let text = s.text();
    let run = |text: orochi_text::Units<'_>, at: usize, out: &mut Vec<u8>| {
        let lookup = |c: u32| table.get(&c).and_then(|bytes| bytes.as_ref());
        let mut i = at;
        while i < text.len() {
            match lookup(text.get(i)) {
                Some(bytes) => out.extend_from_slice(bytes),
                None => {
                    let bad = (i..text.len()).take_while(|j| lookup(text.get(*j)).is_none());
                    return Err(EncodeError { start: i, end: i + bad.count(), reason: UNDEFINED });
                }
            }
            i += 1;
        }
        Ok(())
    };
    let mut out = Vec::with_capacity(s.len());
    super::encode_loop(
        cx,
        "charmap",
        s,
        errors,
        &mut out,
        &|at, out| run(text, at, out),
        &|part, out| run(part, 0, out),
    )?;
    Ok(out)
}
