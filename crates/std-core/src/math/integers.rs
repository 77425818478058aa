//! Functions of ints.

use orochi_num::{Int, IntRef, NumError, arith, combinatorics};
use orochi_object::prelude::*;

/// An int argument as an owned number.
fn big(cx: &Cx, v: Value) -> Res<Int> {
    let index = ops::index(cx, v)?;
    match index.to_big() {
        Some(n) => Ok(n),
        None => raise!(cx, TYPE_ERROR, "an integer is required"),
    }
}

fn made(cx: &Cx, result: orochi_num::Result<Int>) -> Res {
    match result {
        Ok(n) => cx.int_from_big(&n),
        Err(NumError::TooLarge | NumError::NoMemory) => Err(orochi_object::error::memory_error(cx)),
        Err(_) => raise!(cx, VALUE_ERROR, "math domain error"),
    }
}

pub(super) fn factorial(cx: &Cx, args: Args) -> Res {
    factorial_of(cx, &big(cx, args.get(0))?)
}

fn factorial_of(cx: &Cx, n: &Int) -> Res {
    if n.neg {
        return raise!(cx, VALUE_ERROR, "factorial() not defined for negative values");
    }
    let Some(n) = n.to_i64() else {
        return raise!(cx, OVERFLOW_ERROR, "factorial() argument should not exceed {}", i64::MAX);
    };
    let n = n as u64;
    if n < 500 {
        return made(cx, combinatorics::factorial(n));
    }
    let result = cx.detached(|| combinatorics::factorial(n));
    made(cx, result)
}

pub(super) fn isqrt(cx: &Cx, args: Args) -> Res {
    let n = big(cx, args.get(0))?;
    if n.neg {
        return raise!(cx, VALUE_ERROR, "isqrt() argument must be nonnegative");
    }
    if n.mag.len() > 64 {
        let result = cx.detached(|| arith::isqrt(n.as_ref()));
        return made(cx, result);
    }
    made(cx, arith::isqrt(n.as_ref()))
}

/// Raises unless `n` is zero or more.
fn not_negative(cx: &Cx, n: &Int, name: &str) -> Res<()> {
    if n.neg {
        return raise!(cx, VALUE_ERROR, "{name} must be a non-negative integer");
    }
    Ok(())
}

fn count(cx: &Cx, k: &Int, function: &str) -> Res<u64> {
    match k.to_i64() {
        Some(k) => Ok(k as u64),
        None => raise!(cx, OVERFLOW_ERROR, "{function} must not exceed {}", i64::MAX),
    }
}

pub(super) fn perm(cx: &Cx, args: Args) -> Res {
    let n = big(cx, args.get(0))?;
    let Some(k) = args.non_none(1) else { return factorial_of(cx, &n) };
    let k = big(cx, k)?;
    not_negative(cx, &n, "n")?;
    not_negative(cx, &k, "k")?;
    if n.as_ref().compare(k.as_ref()).is_lt() {
        return Ok(Value::int(0));
    }
    let k = count(cx, &k, "k")?;
    let result = cx.detached(|| combinatorics::perm(n.as_ref(), k));
    made(cx, result)
}

pub(super) fn comb(cx: &Cx, args: Args) -> Res {
    let (n, k) = (big(cx, args.get(0))?, big(cx, args.get(1))?);
    not_negative(cx, &n, "n")?;
    not_negative(cx, &k, "k")?;
    if n.as_ref().compare(k.as_ref()).is_lt() {
        return Ok(Value::int(0));
    }
    let other = arith::sub(n.as_ref(), k.as_ref());
    let k = if other.as_ref().compare(k.as_ref()).is_lt() { other } else { k };
    let k = count(cx, &k, "min(n - k, k)")?;
    let result = cx.detached(|| combinatorics::comb(n.as_ref(), k));
    made(cx, result)
}

fn fold(cx: &Cx, args: Args, start: u64, f: fn(IntRef<'_>, IntRef<'_>) -> Int) -> Res {
    let mut total = Int::from(start);
    for v in args.rest(0) {
        let n = big(cx, *v)?;
        total = f(total.as_ref(), n.as_ref());
    }
    cx.int_from_big(&total)
}

pub(super) fn gcd(cx: &Cx, args: Args) -> Res {
    if let [a, b] = args.rest(0)
        && let (Some(a), Some(b)) = (a.as_small(), b.as_small())
    {
        let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return cx.new_uint(a);
    }
    fold(cx, args, 0, arith::gcd)
}

pub(super) fn lcm(cx: &Cx, args: Args) -> Res {
    fold(cx, args, 1, arith::lcm)
}
