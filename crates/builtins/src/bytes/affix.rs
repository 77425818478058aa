//! `startswith`, `endswith`, `removeprefix`, `removesuffix` of `bytes` and `bytearray`.

use super::methods::{bounds, part, receiver, same};
use crate::bytes_like::{bytes_like, is_bytes_like};
use orochi_object::prelude::*;
use orochi_text::bytes as algo;
use orochi_text::clamp_range;

type Test = fn(&[u8], &[u8], usize, usize) -> bool;

fn affix(cx: &Cx, args: Args, name: &str, test: Test) -> Res {
    let (start, end) = bounds(cx, args, 2)?;
    let holds = |sub: Value| -> Res<bool> {
        let sub = bytes_like(cx, sub)?;
        let data = receiver(cx, args)?;
        Ok(clamp_range(start, end, data.len()).is_some_and(|(a, b)| test(&data, &sub, a, b)))
    };
    let wanted = args.get(1);
    if let Some(all) = wanted.downcast::<PyTuple>() {
        for one in all.values() {
            if holds(*one)? {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    if !is_bytes_like(wanted) {
        return raise!(
            cx,
            TYPE_ERROR,
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            class_of(wanted).display_name()
        );
    }
    Ok(Value::bool(holds(wanted)?))
}

pub(super) fn startswith(cx: &Cx, args: Args) -> Res {
    affix(cx, args, "startswith", algo::startswith)
}
pub(super) fn endswith(cx: &Cx, args: Args) -> Res {
    affix(cx, args, "endswith", algo::endswith)
}
pub(super) fn removeprefix(cx: &Cx, args: Args) -> Res {
    let sub = bytes_like(cx, args.get(1))?;
    let data = receiver(cx, args)?;
    if !sub.is_empty() && data.starts_with(&sub) {
        return part(cx, args.get(0), &data, sub.len()..data.len());
    }
    same(cx, args.get(0), &data)
}
pub(super) fn removesuffix(cx: &Cx, args: Args) -> Res {
    let sub = bytes_like(cx, args.get(1))?;
    let data = receiver(cx, args)?;
    if !sub.is_empty() && data.ends_with(&sub) {
        return part(cx, args.get(0), &data, 0..data.len() - sub.len());
    }
    same(cx, args.get(0), &data)
}
