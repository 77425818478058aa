//! Comparison, hashing, truth.

use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::error::Res;
use crate::list::PyList;
use crate::raise;
use crate::slots::CmpOp;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::types::{self, class_of, is_exact};
use crate::value::Value;

/// `v op w`, giving whatever the comparison gives.
pub fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if let (Some(a), Some(b)) = (v.as_small(), w.as_small()) {
        return Ok(Value::bool(op.holds(a.cmp(&b))));
    }
    cx.check_native_stack()?;
    compare_slots(cx, v, w, op)
}

fn compare_slots(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (vc, wc) = (class_of(v), class_of(w));
    let mut tried_right = false;
    if vc != wc
        && wc.is_subtype(vc)
        && let Some(compare) = wc.slots.compare()
    {
        tried_right = true;
        let result = compare(cx, w, v, op.swapped())?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(compare) = vc.slots.compare() {
        let result = compare(cx, v, w, op)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if !tried_right {
        return compare_after_left(cx, v, w, op);
    }
    compare_identity(cx, v, w, op)
}

/// What `v op w` comes to after the method of `v` has given NotImplemented; that of `w` was not asked yet.
pub fn compare_after_left(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if let Some(compare) = class_of(w).slots.compare() {
        let result = compare(cx, w, v, op.swapped())?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    compare_identity(cx, v, w, op)
}

/// What `v op w` comes to where neither knows.
fn compare_identity(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    match op {
        CmpOp::Eq => Ok(Value::bool(v.is(w))),
        CmpOp::Ne => Ok(Value::bool(!v.is(w))),
        _ => raise!(
            cx,
            TYPE_ERROR,
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            class_of(v).display_name(),
            class_of(w).display_name()
        ),
    }
}

/// The truth of `v op w`. Identity implies equality, as in containers.
pub fn compare_bool(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res<bool> {
    if v.is(w) {
        match op {
            CmpOp::Eq => return Ok(true),
            CmpOp::Ne => return Ok(false),
            _ => {}
        }
    }
    let result = compare(cx, v, w, op)?;
    truth(cx, result)
}

/// Whether two values are the same or equal: the test of containers.
#[inline]
pub fn eq(cx: &Cx, v: Value, w: Value) -> Res<bool> {
    if v.is(w) {
        return Ok(true);
    }
    if let (Some(a), Some(b)) = (v.downcast::<PyStr>(), w.downcast::<PyStr>())
        && a.class() == b.class()
        && a.class() == types::STR.get()
    {
        return Ok(a.same(&b));
    }
    compare_bool(cx, v, w, CmpOp::Eq)
}

/// `hash(v)`.
#[inline]
pub fn hash(cx: &Cx, v: Value) -> Res<i64> {
    if let Some(n) = v.as_small() {
        return Ok(hash_small(n));
    }
    if let Some(s) = v.downcast::<PyStr>()
        && s.class() == types::STR.get()
    {
        return Ok(s.hash());
    }
    if let Some(t) = v.downcast::<PyTuple>()
        && t.class() == types::TUPLE.get()
        && let Some(hash) = t.known_hash()
    {
        return Ok(hash);
    }
    hash_slot(cx, v)
}

/// Hash of a small int: its value modulo 2^61 - 1.
#[inline(always)]
pub fn hash_small(n: i64) -> i64 {
    const P: i64 = (1 << 61) - 1;
    let n = if n > -P && n < P { n } else { n % P };
    if n == -1 { -2 } else { n }
}

fn hash_slot(cx: &Cx, v: Value) -> Res<i64> {
    match class_of(v).slots.hash() {
        Some(hash) => hash(cx, v),
        None => crate::pyslots::hash_not_implemented(cx, v),
    }
}

/// Hash by identity.
pub fn hash_identity(_: &Cx, v: Value) -> Res<i64> {
    let word = v.word();
    let hash = (word >> 4 | word << 60) as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

/// `bool(v)`.
#[inline(always)]
pub fn truth(cx: &Cx, v: Value) -> Res<bool> {
    match v.as_bool() {
        Some(truth) => Ok(truth),
        None => truth_slow(cx, v),
    }
}

#[inline(never)]
fn truth_slow(cx: &Cx, v: Value) -> Res<bool> {
    if let Some(n) = v.as_small() {
        return Ok(n != 0);
    }
    if v.is_none() {
        return Ok(false);
    }
    let class = class_of(v);
    if let Some(list) = v.downcast::<PyList>().filter(|_| class == types::LIST.get()) {
        return Ok(list.len() != 0);
    }
    if let Some(truth) = class.slots.bool_() {
        return truth(cx, v);
    }
    match class.slots.len() {
        Some(len) => Ok(len(cx, v)? != 0),
        None => Ok(true),
    }
}

/// Whether the value is exactly a `bytes`.
pub fn is_exact_bytes(v: Value) -> bool {
    v.downcast::<PyBytes>().is_some() && is_exact(v, &types::BYTES)
}
