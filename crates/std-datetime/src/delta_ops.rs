//! Arithmetic of `timedelta`s: exact, in microseconds. 2**67 of them are the most there can be.

use crate::delta::{from_micros, too_large};
use crate::objects::Delta;
use orochi_num::{Int, IntRef, NumError, arith, convert};
use orochi_object::prelude::*;

/// What big-integer arithmetic gives.
pub(crate) fn number<T>(cx: &Cx, made: Result<T, NumError>) -> Res<T> {
    match made {
        Ok(made) => Ok(made),
        Err(NumError::ZeroDivision) => raise!(cx, ZERO_DIVISION_ERROR, "division by zero"),
        Err(_) => Err(orochi_object::error::memory_error(cx)),
    }
}

fn micros(v: Value) -> Option<i128> {
    v.downcast::<Delta>().map(|delta| delta.total())
}

pub(crate) fn add(cx: &Cx, v: Value, w: Value) -> Res {
    match (micros(v), micros(w)) {
        (Some(a), Some(b)) => from_micros(cx, a + b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

pub(crate) fn sub(cx: &Cx, v: Value, w: Value) -> Res {
    match (micros(v), micros(w)) {
        (Some(a), Some(b)) => from_micros(cx, a - b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// An int operand.
fn whole(v: Value) -> Option<Int> {
    v.to_big()
}

/// `a / b` to the nearest integer, halves to the even one.
fn divide_nearest(cx: &Cx, a: IntRef<'_>, b: IntRef<'_>) -> Res<Int> {
    let (q, r) = number(cx, arith::divmod(a, b))?;
    let doubled = arith::add(r.as_ref(), r.as_ref());
    let over = doubled.as_ref().compare(b);
    // The rest has the sign of the divisor.
    let over = if b.neg { over.reverse() } else { over };
    if over.is_gt() || over.is_eq() && q.as_ref().is_odd() {
        return Ok(arith::add(q.as_ref(), Int::one().as_ref()));
    }
    Ok(q)
}

fn from_int(cx: &Cx, n: &Int) -> Res {
    match n.as_ref().to_i128() {
        Some(micros) => from_micros(cx, micros),
        None => too_large(cx),
    }
}

/// The ratio that an instance of a subclass of `float` says it is.
fn own_ratio(cx: &Cx, v: Value) -> Res<(Int, Int)> {
    let answer = ops::call_method(cx, v, name!(cx, "as_integer_ratio"), &[])?;
    let Some(row) = answer.downcast::<PyTuple>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "unexpected return type from as_integer_ratio(): expected tuple, not '{}'",
            class_of(answer).display_name()
        );
    };
    let [n, d] = row.values() else {
        return raise!(cx, VALUE_ERROR, "as_integer_ratio() must return a 2-tuple");
    };
    match (n.to_big(), d.to_big()) {
        (Some(n), Some(d)) => Ok((n, d)),
        _ => raise!(cx, TYPE_ERROR, "non-integer arguments in division"),
    }
}

/// The ratio of a float operand.
fn ratio_of(cx: &Cx, v: Value, f: f64) -> Res<(Int, Int)> {
    if !is_exact(v, &types::FLOAT) {
        return own_ratio(cx, v);
    }
    if f.is_nan() {
        return raise!(cx, VALUE_ERROR, "cannot convert NaN to integer ratio");
    }
    match convert::as_integer_ratio(f) {
        Some(ratio) => Ok(ratio),
        None => raise!(cx, OVERFLOW_ERROR, "cannot convert Infinity to integer ratio"),
    }
}

/// `a * n / d` where `n / d` is the float `v`, or `a * d / n`.
fn times_float(cx: &Cx, a: i128, v: Value, f: f64, inverse: bool) -> Res {
    let (n, d) = ratio_of(cx, v, f)?;
    let (n, d) = if inverse { (d, n) } else { (n, d) };
    let product = arith::mul(Int::from(a).as_ref(), n.as_ref());
    from_int(cx, &divide_nearest(cx, product.as_ref(), d.as_ref())?)
}

pub(crate) fn mul(cx: &Cx, v: Value, w: Value) -> Res {
    let (a, factor) = match (micros(v), micros(w)) {
        (Some(a), None) => (a, w),
        (None, Some(a)) => (a, v),
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    if let Some(n) = factor.as_small() {
        return match a.checked_mul(n as i128) {
            Some(micros) => from_micros(cx, micros),
            None => too_large(cx),
        };
    }
    if let Some(n) = whole(factor) {
        let product = arith::mul(Int::from(a).as_ref(), n.as_ref());
        return from_int(cx, &product);
    }
    match factor.as_float() {
        Some(f) => times_float(cx, a, factor, f, false),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The quotient as a float.
fn ratio(cx: &Cx, a: i128, b: i128) -> Res {
    const EXACT: i128 = 1 << 53;
    if b != 0 && a.abs() <= EXACT && b.abs() <= EXACT {
        return cx.new_float(a as f64 / b as f64);
    }
    let quotient = convert::true_divide(Int::from(a).as_ref(), Int::from(b).as_ref());
    cx.new_float(number(cx, quotient)?)
}

/// Microseconds as seconds.
pub(crate) fn seconds(cx: &Cx, micros: i128) -> Res {
    ratio(cx, micros, Delta::SECOND)
}

pub(crate) fn truediv(cx: &Cx, v: Value, w: Value) -> Res {
    let Some(a) = micros(v) else { return Ok(Value::NOT_IMPLEMENTED) };
    if let Some(b) = micros(w) {
        return ratio(cx, a, b);
    }
    if let Some(n) = whole(w) {
        let quotient = divide_nearest(cx, Int::from(a).as_ref(), n.as_ref())?;
        return from_int(cx, &quotient);
    }
    match w.as_float() {
        Some(f) => times_float(cx, a, w, f, true),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn zero_division<T>(cx: &Cx) -> Res<T> {
    raise!(cx, ZERO_DIVISION_ERROR, "division by zero")
}

fn floor_div(a: i128, b: i128) -> i128 {
    let q = a / b;
    if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q }
}

pub(crate) fn floordiv(cx: &Cx, v: Value, w: Value) -> Res {
    let Some(a) = micros(v) else { return Ok(Value::NOT_IMPLEMENTED) };
    if let Some(b) = micros(w) {
        if b == 0 {
            return zero_division(cx);
        }
        return cx.int_from_big(&Int::from(floor_div(a, b)));
    }
    let Some(n) = whole(w) else { return Ok(Value::NOT_IMPLEMENTED) };
    match n.as_ref().to_i128() {
        Some(0) => zero_division(cx),
        Some(b) => from_micros(cx, floor_div(a, b)),
        // Whatever is larger leaves nothing, or minus one.
        None => from_micros(cx, if a != 0 && (a < 0) != n.neg { -1 } else { 0 }),
    }
}

pub(crate) fn modulo(cx: &Cx, v: Value, w: Value) -> Res {
    match (micros(v), micros(w)) {
        (Some(_), Some(0)) => zero_division(cx),
        (Some(a), Some(b)) => from_micros(cx, a - floor_div(a, b) * b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

pub(crate) fn divmod(cx: &Cx, v: Value, w: Value) -> Res {
    match (micros(v), micros(w)) {
        (Some(_), Some(0)) => zero_division(cx),
        (Some(a), Some(b)) => {
            let q = floor_div(a, b);
            let quotient = cx.int_from_big(&Int::from(q))?;
            Ok(cx.new_tuple(&[quotient, from_micros(cx, a - q * b)?])?.value())
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
