//! Functions of rows of numbers.

use orochi_num::sums::{Fsum, Sumprod};
use orochi_num::{NumError, norm};
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;

pub(super) fn fsum(cx: &Cx, args: Args) -> Res {
    let mut total = Fsum::new();
    let overflow = |cx: &Cx| cx.error(&exception::OVERFLOW_ERROR, "intermediate overflow in fsum");
    ops::for_each(cx, args.get(0), &mut |item| {
        let x = ops::to_f64(cx, item)?;
        match total.add(x) {
            Ok(()) => Ok(true),
            Err(_) => Err(overflow(cx)),
        }
    })?;
    match total.finish() {
        Ok(x) => cx.new_float(x),
        Err(NumError::Overflow) => Err(overflow(cx)),
        Err(_) => raise!(cx, VALUE_ERROR, "-inf + inf in fsum"),
    }
}

fn coordinates(cx: &Cx, items: &[Value]) -> Res<Vec<f64>> {
    items.iter().map(|item| ops::to_f64(cx, *item)).collect()
}

pub(super) fn hypot(cx: &Cx, args: Args) -> Res {
    cx.new_float(norm::vector_norm(&coordinates(cx, args.rest(0))?))
}

pub(super) fn dist(cx: &Cx, args: Args) -> Res {
    let point = |i: usize| ops::to_tuple(cx, args.get(i));
    let (p, q) = (point(0)?, point(1)?);
    if p.len() != q.len() {
        return raise!(cx, VALUE_ERROR, "both points must have the same number of dimensions");
    }
    cx.new_float(norm::dist(&coordinates(cx, p.values())?, &coordinates(cx, q.values())?))
}

pub(super) fn prod(cx: &Cx, args: Args) -> Res {
    let mut total = args.or(1, Value::int(1));
    ops::for_each(cx, args.get(0), &mut |item| {
        total = match (total.as_small(), item.as_small()) {
            (Some(a), Some(b)) if a.checked_mul(b).is_some() => cx.new_int(a * b)?,
            _ => ops::binary(cx, BinOp::Mul, total, item)?,
        };
        Ok(true)
    })?;
    Ok(total)
}

/// The sum so far: exact ints, floats with extended precision, or any values.
enum Total {
    Int(i64),
    Float(Sumprod),
    Any(Value),
}

pub(super) fn sumprod(cx: &Cx, args: Args) -> Res {
    let (p, q) = (ops::iter(cx, args.get(0))?, ops::iter(cx, args.get(1))?);
    let mut total = Total::Int(0);
    loop {
        let (a, b) = (ops::next(cx, p)?, ops::next(cx, q)?);
        let (a, b) = match (a, b) {
            (Some(a), Some(b)) => (a, b),
            (None, None) => break,
            _ => return raise!(cx, VALUE_ERROR, "Inputs are not the same length"),
        };
        total = add_product(cx, total, a, b)?;
    }
    cx.stop_value.clear();
    finish(cx, total)
}

fn finish(cx: &Cx, total: Total) -> Res {
    match total {
        Total::Int(n) => cx.new_int(n),
        Total::Float(sum) => cx.new_float(sum.finish()),
        Total::Any(v) => Ok(v),
    }
}

/// A factor that float arithmetic may take: an exact float, or a small int.
fn real(v: Value) -> Option<f64> {
    match v.as_small() {
        Some(n) => Some(n as f64),
        None if is_exact(v, &types::FLOAT) => v.as_float(),
        None => None,
    }
}

fn add_product(cx: &Cx, total: Total, a: Value, b: Value) -> Res<Total> {
    let some_float = a.is_float() || b.is_float();
    match total {
        Total::Int(n) => {
            if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
                && let Some(sum) = x.checked_mul(y).and_then(|xy| n.checked_add(xy))
            {
                return Ok(Total::Int(sum));
            }
            if some_float && let (Some(x), Some(y)) = (real(a), real(b)) {
                let mut sum = Sumprod::default();
                sum.add(n as f64, 1.0);
                sum.add(x, y);
                return Ok(Total::Float(sum));
            }
        }
        Total::Float(mut sum) => {
            if let (Some(x), Some(y)) = (real(a), real(b)) {
                sum.add(x, y);
                return Ok(Total::Float(sum));
            }
            let so_far = finish(cx, Total::Float(sum))?;
            return add_values(cx, so_far, a, b);
        }
        Total::Any(_) => {}
    }
    let so_far = finish(cx, total)?;
    add_values(cx, so_far, a, b)
}

fn add_values(cx: &Cx, so_far: Value, a: Value, b: Value) -> Res<Total> {
    let product = ops::binary(cx, BinOp::Mul, a, b)?;
    Ok(Total::Any(ops::binary(cx, BinOp::Add, so_far, product)?))
}
