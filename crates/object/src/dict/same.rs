//! Equality of keys that needs no Python code, so that it may be decided under a lock.

use crate::bytes::PyBytes;
use crate::int::PyInt;
use crate::slots::SlotId;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::types::{self, class_of, flag, is_exact};
use crate::value::Value;

/// How deep tuples in tuples are compared before Python code is asked after all.
const DEPTH: usize = 8;

/// Native equality of two keys of equal hash: `None` means that Python must be asked.
#[inline]
pub fn native_same(a: Value, b: Value) -> Option<bool> {
    same_to_depth(a, b, DEPTH)
}

#[inline(always)]
fn same_to_depth(a: Value, b: Value, depth: usize) -> Option<bool> {
    if a.is(b) {
        return Some(true);
    }
    if is_exact(a, &types::STR) && is_exact(b, &types::STR) {
        return Some(a.downcast::<PyStr>()?.same(&*b.downcast::<PyStr>()?));
    }
    if a.is_small() && b.is_small() {
        return Some(false);
    }
    same_contents(a, b, depth)
}

/// Tuples, bytes and numbers that are not small.
#[inline(never)]
fn same_contents(a: Value, b: Value, depth: usize) -> Option<bool> {
    if let (Some(x), Some(y)) = (a.downcast::<PyTuple>(), b.downcast::<PyTuple>()) {
        if !compares_as_tuple(a) || !compares_as_tuple(b) {
            return None;
        }
        return same_items(x.values(), y.values(), depth.checked_sub(1)?);
    }
    let both = |cell| is_exact(a, cell) && is_exact(b, cell);
    if both(&types::BYTES) {
        return Some(a.downcast::<PyBytes>()?.data() == b.downcast::<PyBytes>()?.data());
    }
    if both(&types::FLOAT) {
        return Some(a.as_float()? == b.as_float()?);
    }
    if both(&types::INT) {
        // At most one is small: those are the same only if identical.
        let (Some(x), Some(y)) = (a.downcast::<PyInt>(), b.downcast::<PyInt>()) else {
            return Some(false);
        };
        return Some(x.is_negative() == y.is_negative() && x.limbs() == y.limbs());
    }
    None
}

/// Whether a tuple's class is `tuple`, or one that Python code has made of it (a named tuple) without an equality of its own.
fn compares_as_tuple(v: Value) -> bool {
    let (class, tuple, compare) = (class_of(v), types::TUPLE.get(), SlotId::Compare as usize);
    class == tuple
        || class.has_flag(flag::HEAPTYPE) && class.slots.word(compare) == tuple.slots.word(compare)
}

/// Whether all items are the same: the first that is not, or that Python must be asked about,
/// decides, as in a comparison in Python.
fn same_items(x: &[Value], y: &[Value], depth: usize) -> Option<bool> {
    if x.len() != y.len() {
        return Some(false);
    }
    for (a, b) in x.iter().zip(y) {
        match same_to_depth(*a, *b, depth) {
            Some(true) => {}
            other => return other,
        }
    }
    Some(true)
}
