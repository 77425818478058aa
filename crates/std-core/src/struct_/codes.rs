//! Reading and writing one value.

use super::format::Code;
use super::{error, fail, float16};
use orochi_object::prelude::*;
use orochi_object::str::copy_few;
use std::borrow::Cow;

/// The word in the bytes of one item, of which there are 1, 2, 4 or 8.
#[inline]
fn bits(code: &Code, data: &[u8]) -> u64 {
    let little = code.little();
    if let Ok(eight) = <[u8; 8]>::try_from(data) {
        return if little { u64::from_le_bytes(eight) } else { u64::from_be_bytes(eight) };
    }
    if let Ok(four) = <[u8; 4]>::try_from(data) {
        let word = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        return u64::from(word);
    }
    if let Ok(two) = <[u8; 2]>::try_from(data) {
        let word = if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) };
        return u64::from(word);
    }
    data.first().map_or(0, |byte| u64::from(*byte))
}

#[inline]
fn put_bits(code: &Code, data: &mut [u8], bits: u64) {
    let bits = match (code.little(), data.len()) {
        (true, _) => bits,
        (false, 8) => bits.swap_bytes(),
        (false, 4) => u64::from((bits as u32).swap_bytes()),
        (false, 2) => u64::from((bits as u16).swap_bytes()),
        (false, _) => bits,
    };
    if let Ok(eight) = <&mut [u8; 8]>::try_from(&mut *data) {
        *eight = bits.to_le_bytes();
    } else if let Ok(four) = <&mut [u8; 4]>::try_from(&mut *data) {
        *four = (bits as u32).to_le_bytes();
    } else if let Ok(two) = <&mut [u8; 2]>::try_from(&mut *data) {
        *two = (bits as u16).to_le_bytes();
    } else if let [one] = data {
        *one = bits as u8;
    }
}

/// The value in the bytes of one item.
#[inline(always)]
pub(super) fn read(cx: &Cx, code: &Code, data: &[u8]) -> Res {
    let word = || bits(code, data);
    let signed = |bytes: usize| {
        let shift = 64 - 8 * bytes as u32;
        ((word() << shift) as i64) >> shift
    };
    match code.kind {
        b'c' => Ok(cx.new_bytes(data)?.value()),
        b's' => Ok(cx.new_bytes(data)?.value()),
        b'p' => {
            let n = data.first().map_or(0, |n| *n as usize).min(data.len().saturating_sub(1));
            Ok(cx.new_bytes(data.get(1..1 + n).unwrap_or(&[]))?.value())
        }
        b'?' => Ok(Value::bool(data.iter().any(|byte| *byte != 0))),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => cx.new_int(signed(code.size())),
        b'e' => cx.new_float(float16::decode(word() as u16)),
        b'f' => cx.new_float(f32::from_bits(word() as u32) as f64),
        b'd' => cx.new_float(f64::from_bits(word())),
        b'F' => {
            let part = |at: usize| f32::from_bits(bits(code, &data[at..at + 4]) as u32) as f64;
            cx.new_complex(part(0), part(4))
        }
        b'D' => {
            let part = |at: usize| f64::from_bits(bits(code, &data[at..at + 8]));
            cx.new_complex(part(0), part(8))
        }
        _ => cx.new_uint(word()),
    }
}

/// Writes one value.
#[inline(always)]
pub(super) fn write(cx: &Cx, code: &Code, v: Value, data: &mut [u8]) -> Res<()> {
    match code.kind {
        b'c' => match v.downcast::<PyBytes>().map(|bytes| bytes.data()) {
            Some([byte]) => data[0] = *byte,
            _ => return fail(cx, "char format requires a bytes object of length 1"),
        },
        b's' => {
            let source = text(cx, code, v)?;
            let n = source.len().min(data.len());
            copy_few(&source[..n], &mut data[..n]);
        }
        b'p' => {
            let source = text(cx, code, v)?;
            if let Some((length, rest)) = data.split_first_mut() {
                let n = source.len().min(rest.len());
                rest[..n].copy_from_slice(&source[..n]);
                *length = n.min(255) as u8;
            }
        }
        b'?' => data[0] = ops::truth(cx, v)? as u8,
        b'e' => match float16::encode(float(cx, v)?) {
            Some(half) => put_bits(code, data, half as u64),
            None => return raise!(cx, OVERFLOW_ERROR, "float too large to pack with e format"),
        },
        b'f' => put_bits(code, data, single(cx, float(cx, v)?)? as u64),
        b'd' => put_bits(code, data, float(cx, v)?.to_bits()),
        b'F' => {
            let (re, im) = complex(cx, v)?;
            put_bits(code, &mut data[..4], single(cx, re)? as u64);
            put_bits(code, &mut data[4..], single(cx, im)? as u64);
        }
        b'D' => {
            let (re, im) = complex(cx, v)?;
            put_bits(code, &mut data[..8], re.to_bits());
            put_bits(code, &mut data[8..], im.to_bits());
        }
        _ => put_bits(code, data, integer(cx, code, v)?),
    }
    Ok(())
}

/// The bytes of an `s` or `p` value.
fn text<'a>(cx: &Cx, code: &Code, v: Value) -> Res<Cow<'a, [u8]>> {
    if let Some(bytes) = v.downcast::<PyBytes>() {
        return Ok(Cow::Borrowed(bytes.data()));
    }
    if class_of(v).definition.is_some_and(|def| def.name == "bytearray")
        && let Some(buffer) = class_of(v).slots.buffer()
    {
        let window = buffer(cx, v, orochi_object::buffer::request::SIMPLE)?;
        return Ok(Cow::Owned(window.as_slice().to_vec()));
    }
    fail(cx, &format!("argument for '{}' must be a bytes object", code.kind as char))
}

#[inline]
fn float(cx: &Cx, v: Value) -> Res<f64> {
    if let Some(x) = v.as_inline_float() {
        return Ok(x);
    }
    match ops::to_f64(cx, v) {
        Ok(x) => Ok(x),
        Err(raised) if raised.is(&exception::TYPE_ERROR) => {
            fail(cx, "required argument is not a float")
        }
        Err(raised) => Err(raised),
    }
}

fn single(cx: &Cx, x: f64) -> Res<u32> {
    let y = x as f32;
    if y.is_infinite() && x.is_finite() {
        return raise!(cx, OVERFLOW_ERROR, "float too large to pack with f format");
    }
    Ok(y.to_bits())
}

fn complex(cx: &Cx, v: Value) -> Res<(f64, f64)> {
    if let Some(parts) = v.as_complex() {
        return Ok(parts);
    }
    if let Some(method) = ops::lookup_special(cx, v, name!(cx, "__complex__"))?
        && let Some(parts) = method.call(cx, &[])?.as_complex()
    {
        return Ok(parts);
    }
    match ops::to_f64(cx, v) {
        Ok(x) => Ok((x, 0.0)),
        Err(raised) if raised.is(&exception::TYPE_ERROR) => {
            fail(cx, "required argument is not a complex")
        }
        Err(raised) => Err(raised),
    }
}

fn integer(cx: &Cx, code: &Code, v: Value) -> Res<u64> {
    if let Some(n) = v.as_small()
        && code.size() < 8
    {
        let least = if code.kind.is_ascii_lowercase() { -1 << (8 * code.size() - 1) } else { 0 };
        // As many numbers as the bytes have values.
        if n >= least && n.wrapping_sub(least) < 1 << (8 * code.size()) {
            return Ok(n as u64);
        }
    }
    let index = if v.is_int() || class_of(v).slots.index().is_some() {
        ops::index(cx, v)?
    } else {
        return fail(cx, "required argument is not an integer");
    };
    let n = match index.as_i64() {
        Some(n) => Some(n as i128),
        None => index.to_big().and_then(|n| n.as_ref().to_i128()),
    };
    let width = 8 * code.size() as u32;
    let is_signed = code.kind.is_ascii_lowercase();
    let (low, high) = if is_signed {
        (-(1i128 << (width - 1)), (1i128 << (width - 1)) - 1)
    } else {
        (0, (1i128 << width) - 1)
    };
    if code.kind == b'P' {
        return match n.filter(|n| (i64::MIN as i128..=u64::MAX as i128).contains(n)) {
            Some(n) => Ok(n as u64),
            None => fail(cx, "int too large to convert"),
        };
    }
    match n {
        Some(n) if (low..=high).contains(&n) => Ok(n as u64),
        _ => Err(out_of_range(cx, code, low, high)),
    }
}

#[cold]
fn out_of_range(cx: &Cx, code: &Code, low: i128, high: i128) -> Raised {
    let kind = code.kind as char;
    error(cx, &format!("'{kind}' format requires {low} <= number <= {high}"))
}
