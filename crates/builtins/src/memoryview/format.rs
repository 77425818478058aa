//! Items of native single-character formats as Python values.

use orochi_object::prelude::*;

/// The character of a format: `B` without one, `None` if it is not a native single character.
pub(super) fn of_value(format: Option<Value>) -> Option<u8> {
    let Some(format) = format else { return Some(b'B') };
    parse(format.as_str()?.as_ascii()?)
}

/// As [`of_value`] for text.
pub(super) fn parse(format: &str) -> Option<u8> {
    let c = match format.as_bytes() {
        [c] | [b'@', c] => *c,
        _ => return None,
    };
    size(c).map(|_| c)
}

/// Bytes of an item.
pub(super) fn size(c: u8) -> Option<usize> {
    Some(match c {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'P' | b'd' => 8,
        _ => return None,
    })
}

fn half_to_f64(h: u16) -> f64 {
    let sign = if h >> 15 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(h >> 10 & 31), f64::from(h & 1023));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + fraction / 1024.0) * 2f64.powi(e - 15),
    }
}

fn f64_to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let a = x.abs();
    if a.is_nan() {
        return Some(sign | 0x7e00);
    }
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if a < 2f64.powi(-14) {
        let n = (a * 2f64.powi(24)).round_ties_even();
        return Some(sign | n as u16);
    }
    let e = a.log2().floor() as i32;
    let e = if 2f64.powi(e) > a { e - 1 } else { e };
    let fraction = ((a / 2f64.powi(e) - 1.0) * 1024.0).round_ties_even() as u32;
    let bits = ((e + 15) as u32) << 10;
    let bits = bits + fraction;
    if bits >= 0x7c00 { None } else { Some(sign | bits as u16) }
}

/// Reads an item.
pub(super) fn unpack(cx: &Cx, c: u8, item: &[u8]) -> Res {
    let mut raw = [0u8; 8];
    raw[..item.len().min(8)].copy_from_slice(&item[..item.len().min(8)]);
    let bits = u64::from_le_bytes(raw);
    match c {
        b'B' => Ok(Value::int(bits as i64)),
        b'b' => Ok(Value::int(i64::from(bits as i8))),
        b'c' => Ok(cx.new_bytes(&item[..1])?.value()),
        b'?' => Ok(Value::bool(bits != 0)),
        b'h' => Ok(Value::int(i64::from(bits as i16))),
        b'H' => Ok(Value::int(bits as i64)),
        b'i' => Ok(Value::int(i64::from(bits as i32))),
        b'I' => Ok(Value::int(bits as i64)),
        b'l' | b'q' | b'n' => cx.new_int(bits as i64),
        b'L' | b'Q' | b'N' | b'P' => cx.new_uint(bits),
        b'e' => cx.new_float(half_to_f64(bits as u16)),
        b'f' => cx.new_float(f64::from(f32::from_bits(bits as u32))),
        _ => cx.new_float(f64::from_bits(bits)),
    }
}

fn bad_type<T>(cx: &Cx, c: u8) -> Res<T> {
    raise!(cx, TYPE_ERROR, "memoryview: invalid type for format '{}'", c as char)
}
fn bad_value<T>(cx: &Cx, c: u8) -> Res<T> {
    raise!(cx, VALUE_ERROR, "memoryview: invalid value for format '{}'", c as char)
}

/// The bytes of a value in a format.
pub(super) fn pack(cx: &Cx, c: u8, v: Value) -> Res<Vec<u8>> {
    let float = |v: Value| match ops::to_f64(cx, v) {
        Ok(x) => Ok(x),
        Err(raised) if raised.is(&exception::TYPE_ERROR) => bad_type(cx, c),
        Err(raised) => Err(raised),
    };
    Ok(match c {
        b'c' => match v.downcast::<PyBytes>() {
            Some(b) if b.len() == 1 => b.data().to_vec(),
            Some(_) => return bad_value(cx, c),
            None => return bad_type(cx, c),
        },
        b'?' => vec![u8::from(ops::truth(cx, v)?)],
        b'd' => float(v)?.to_le_bytes().to_vec(),
        b'f' => {
            let x = float(v)?;
            if x.is_finite() && (x as f32).is_infinite() {
                return bad_value(cx, c);
            }
            (x as f32).to_le_bytes().to_vec()
        }
        b'e' => match f64_to_half(float(v)?) {
            Some(h) => h.to_le_bytes().to_vec(),
            None => return bad_value(cx, c),
        },
        _ => integer(cx, c, v)?,
    })
}

fn integer(cx: &Cx, c: u8, v: Value) -> Res<Vec<u8>> {
    if !v.is_int() && class_of(v).slots.index().is_none() {
        return bad_type(cx, c);
    }
    let n = ops::index(cx, v)?;
    let size = size(c).unwrap_or(8);
    let signed = c.is_ascii_lowercase();
    let bits = match n.as_i64() {
        Some(n) => i128::from(n),
        None => match n.to_big() {
            Some(big) if !big.neg && big.mag.len() == 1 => i128::from(big.mag[0]),
            _ => return bad_value(cx, c),
        },
    };
    let width = size as u32 * 8;
    let (low, high) = if signed {
        (-(1i128 << (width - 1)), (1i128 << (width - 1)) - 1)
    } else {
        (0, (1i128 << width) - 1)
    };
    if bits < low || bits > high {
        return bad_value(cx, c);
    }
    Ok((bits as u64).to_le_bytes()[..size].to_vec())
}
