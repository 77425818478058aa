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
    let mut row = Vec::new();
    cx.make_room(&mut row, items.len())?;
    for item in items {
        row.push(ops::to_f64(cx, *item)?);
    }
    // The other vector's, and what it is computed with.
    cx.expect_memory(items.len().saturating_mul(16))?;
    Ok(row)
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

/// The sum of the products so far: what is left of the int and float paths, and the rest.
struct Products {
    total: Value,
    ints: Option<i64>,
    int_path: bool,
    floats: Option<Sumprod>,
    float_path: bool,
}

pub(super) fn sumprod(cx: &Cx, args: Args) -> Res {
    let (p, q) = (ops::iter(cx, args.get(0))?, ops::iter(cx, args.get(1))?);
    let mut sum = Products {
        total: Value::int(0),
        ints: None,
        int_path: true,
        floats: None,
        float_path: true,
    };
    loop {
        let (a, b) = (ops::next(cx, p)?, ops::next(cx, q)?);
        match (a, b) {
            (Some(a), Some(b)) => sum.add(cx, a, b)?,
            (None, None) => break,
            _ => return raise!(cx, VALUE_ERROR, "Inputs are not the same length"),
        }
    }
    cx.stop_value.clear();
    sum.end_ints(cx)?;
    sum.end_floats(cx)?;
    Ok(sum.total)
}

impl Products {
    fn add(&mut self, cx: &Cx, a: Value, b: Value) -> Res<()> {
        if self.int_path {
            if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
                && let Some(xy) = x.checked_mul(y)
                && let Some(sum) = self.ints.unwrap_or(0).checked_add(xy)
            {
                self.ints = Some(sum);
                return Ok(());
            }
            self.end_ints(cx)?;
        }
        if self.float_path {
            if let Some((x, y)) = float_pair(a, b) {
                let mut sum = self.floats.unwrap_or_default();
                sum.add(x, y);
                if sum.is_finite() {
                    self.floats = Some(sum);
                    return Ok(());
                }
            }
            self.end_floats(cx)?;
        }
        let product = ops::binary(cx, BinOp::Mul, a, b)?;
        self.total = ops::binary(cx, BinOp::Add, self.total, product)?;
        Ok(())
    }

    fn end_ints(&mut self, cx: &Cx) -> Res<()> {
        self.int_path = false;
        if let Some(n) = self.ints.take() {
            self.total = ops::binary(cx, BinOp::Add, self.total, cx.new_int(n)?)?;
        }
        Ok(())
    }

    fn end_floats(&mut self, cx: &Cx) -> Res<()> {
        self.float_path = false;
        if let Some(sum) = self.floats.take() {
            self.total = ops::binary(cx, BinOp::Add, self.total, cx.new_float(sum.finish())?)?;
        }
        Ok(())
    }
}

/// Two factors of which at least one is an exact float and the other one or a small int.
fn float_pair(a: Value, b: Value) -> Option<(f64, f64)> {
    let float = |v: Value| if is_exact(v, &types::FLOAT) { v.as_float() } else { None };
    let int = |v: Value| v.as_small().or(v.as_bool().map(|b| b as i64)).map(|n| n as f64);
    match (float(a), float(b)) {
        (Some(x), Some(y)) => Some((x, y)),
        (Some(x), None) => Some((x, int(b)?)),
        (None, Some(y)) => Some((int(a)?, y)),
        (None, None) => None,
    }
}
