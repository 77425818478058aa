//! Arithmetic and comparison: small-int fast paths and the way to the general operations.

use orochi_object::ops::BinOp;
use orochi_object::prelude::*;

/// The value of a word whose low bit is set.
#[inline(always)]
fn tagged(word: i64) -> Value {
    debug_assert!(word & 1 != 0);
    // SAFETY: a small int's word, hence not UNSET.
    unsafe { Value::from_word_unchecked(word as u64) }
}

/// `x + y` of two tagged ints; `None` on overflow.
#[inline(always)]
pub(crate) fn add_small(x: Value, y: Value) -> Option<Value> {
    let sum = (x.word() as i64).checked_add(y.word() as i64 - 1)?;
    Some(tagged(sum))
}

/// `x - y` of two tagged ints; `None` on overflow.
#[inline(always)]
pub(crate) fn sub_small(x: Value, y: Value) -> Option<Value> {
    let difference = (x.word() as i64).checked_sub(y.word() as i64 - 1)?;
    Some(tagged(difference))
}

/// `x * y` of two tagged ints; `None` on overflow.
#[inline(always)]
pub(crate) fn mul_small(x: Value, y: Value) -> Option<Value> {
    let product = (x.word() as i64 - 1).checked_mul(y.word() as i64 >> 1)?;
    Some(tagged(product | 1))
}

fn floordiv_i64(a: i64, b: i64) -> Option<Value> {
    if b == 0 {
        return None;
    }
    let quotient = a / b;
    let down = a % b != 0 && (a < 0) != (b < 0);
    Value::small(quotient - down as i64)
}

fn mod_i64(a: i64, b: i64) -> Option<Value> {
    if b == 0 {
        return None;
    }
    let rest = a % b;
    Value::small(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
}

fn lshift_i64(a: i64, n: i64) -> Option<Value> {
    if !(0..62).contains(&n) {
        return None;
    }
    let shifted = a << n;
    if shifted >> n == a { Value::small(shifted) } else { None }
}

fn rshift_i64(a: i64, n: i64) -> Option<Value> {
    if n < 0 { None } else { Value::small(a >> n.min(63)) }
}

fn and_i64(a: i64, n: i64) -> Option<Value> {
    Value::small(a & n)
}

macro_rules! on_small {
    ($($name:ident $f:ident),*) => {
        $(#[inline(always)]
        pub(crate) fn $name(x: Value, y: Value) -> Option<Value> {
            $f(x.as_small()?, y.as_small()?)
        })*
    };
}
on_small! {
    floordiv_small floordiv_i64, mod_small mod_i64, lshift_small lshift_i64,
    rshift_small rshift_i64, and_small and_i64
}

/// `x op y` in general.
#[inline(never)]
pub(crate) fn binary(cx: &Cx, op: BinOp, x: Value, y: Value) -> Res {
    ops::binary(cx, op, x, y)
}

/// `x op= y` in general.
#[inline(never)]
pub(crate) fn inplace(cx: &Cx, op: BinOp, x: Value, y: Value) -> Res {
    ops::inplace(cx, op, x, y)
}

/// `x is y`. Floats that are boxed are the same if their bits are.
#[inline(always)]
pub(crate) fn is(x: Value, y: Value) -> bool {
    x.is(y)
}

/// Comparison with a fast path for floats.
#[inline(never)]
pub(crate) fn compare(cx: &Cx, x: Value, y: Value, op: CmpOp) -> Res {
    if let Some(truth) = compare_floats(x, y, op) {
        return Ok(Value::bool(truth));
    }
    ops::compare(cx, x, y, op)
}

/// The truth of a comparison.
#[inline(never)]
pub(crate) fn compare_truth(cx: &Cx, x: Value, y: Value, op: CmpOp) -> Res<bool> {
    if let Some(truth) = compare_floats(x, y, op) {
        return Ok(truth);
    }
    if matches!(op, CmpOp::Eq | CmpOp::Ne)
        && let (Some(a), Some(b)) = (x.as_str(), y.as_str())
        && is_exact(x, &types::STR)
        && is_exact(y, &types::STR)
    {
        return Ok(a.same(&b) == (op == CmpOp::Eq));
    }
    let result = ops::compare(cx, x, y, op)?;
    ops::truth(cx, result)
}

#[inline(always)]
fn compare_floats(x: Value, y: Value, op: CmpOp) -> Option<bool> {
    let (a, b) = (x.as_inline_float()?, y.as_inline_float()?);
    Some(match op {
        CmpOp::Lt => a < b,
        CmpOp::Le => a <= b,
        CmpOp::Eq => a == b,
        CmpOp::Ne => a != b,
        CmpOp::Gt => a > b,
        CmpOp::Ge => a >= b,
    })
}
