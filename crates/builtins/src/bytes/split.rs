//! `split`, `rsplit`, `splitlines`, `partition`, `rpartition`, `join` of `bytes` and `bytearray`.

use super::methods::{like, receiver, same};
use crate::bytearray::pin_for;
use crate::bytes_like::{ByteView, bytes_like, try_bytes_like};
use orochi_object::list::Array;
use orochi_object::prelude::*;
use orochi_text::bytes as algo;
use orochi_text::split::Parts;

fn list_of(cx: &Cx, v: Value, data: &[u8], parts: Parts) -> Res {
    let ranges = cx.built(parts)?;
    let array = Array::new(cx, ranges.len())?;
    for (cell, range) in array.cells().iter().zip(&ranges) {
        cell.init(like(cx, v, &data[range.clone()])?);
    }
    Ok(cx.list_from_array(array, ranges.len())?.value())
}

fn max_split(cx: &Cx, v: Option<Value>) -> Res<i64> {
    match v {
        Some(v) => Ok(ops::size_argument(cx, v)? as i64),
        None => Ok(-1),
    }
}

fn separator(cx: &Cx, v: Value) -> Res<ByteView> {
    let sep = bytes_like(cx, v)?;
    if sep.is_empty() {
        return raise!(cx, VALUE_ERROR, "empty separator");
    }
    Ok(sep)
}

pub(super) fn split(cx: &Cx, args: Args) -> Res {
    let max = max_split(cx, args.opt(2))?;
    let _pin = args.non_none(1).and_then(|sep| pin_for(cx, args.get(0), &[sep]));
    let sep = args.non_none(1).map(|sep| separator(cx, sep)).transpose()?;
    let data = receiver(cx, args)?;
    let parts = match sep {
        Some(sep) => algo::split(&data, &sep, max),
        None => algo::split_whitespace(&data, max),
    };
    list_of(cx, args.get(0), &data, parts)
}

pub(super) fn rsplit(cx: &Cx, args: Args) -> Res {
    let max = max_split(cx, args.opt(2))?;
    let _pin = args.non_none(1).and_then(|sep| pin_for(cx, args.get(0), &[sep]));
    let sep = args.non_none(1).map(|sep| separator(cx, sep)).transpose()?;
    let data = receiver(cx, args)?;
    let parts = match sep {
        Some(sep) => algo::rsplit(&data, &sep, max),
        None => algo::rsplit_whitespace(&data, max),
    };
    list_of(cx, args.get(0), &data, parts)
}

pub(super) fn splitlines(cx: &Cx, args: Args) -> Res {
    let keep = match args.opt(1) {
        Some(keep) => ops::truth(cx, keep)?,
        None => false,
    };
    let data = receiver(cx, args)?;
    let parts = algo::splitlines(&data, keep);
    list_of(cx, args.get(0), &data, parts)
}

fn partitioned(cx: &Cx, args: Args, from_right: bool) -> Res {
    let sep = separator(cx, args.get(1))?;
    let (v, data) = (args.get(0), receiver(cx, args)?);
    let found =
        if from_right { algo::rpartition(&data, &sep) } else { algo::partition(&data, &sep) };
    let empty = || like(cx, v, b"");
    let row = match found {
        Some(at) => {
            let middle =
                if v.downcast::<PyBytes>().is_some() && is_exact(args.get(1), &types::BYTES) {
                    args.get(1)
                } else {
                    like(cx, v, &sep)?
                };
            let before = like(cx, v, &data[..at.start])?;
            [before, middle, like(cx, v, &data[at.end..])?]
        }
        // Where there is nothing to part, it is the receiver itself, of a subclass too.
        None => {
            let whole = if v.downcast::<PyBytes>().is_some() { v } else { same(cx, v, &data)? };
            if from_right { [empty()?, empty()?, whole] } else { [whole, empty()?, empty()?] }
        }
    };
    Ok(cx.new_tuple(&row)?.value())
}

pub(super) fn partition(cx: &Cx, args: Args) -> Res {
    partitioned(cx, args, false)
}
pub(super) fn rpartition(cx: &Cx, args: Args) -> Res {
    partitioned(cx, args, true)
}

fn append(cx: &Cx, out: &mut Vec<u8>, more: &[u8]) -> Res<()> {
    cx.built(out.try_reserve(more.len()))?;
    out.extend_from_slice(more);
    Ok(())
}

/// Joins what is all `bytes`; `None` if something is not, or there is too much.
fn join_bytes(cx: &Cx, sep: Ref<PyBytes>, items: &[Value]) -> Res<Option<Ref<PyBytes>>> {
    let mut total = sep.len().checked_mul(items.len().saturating_sub(1));
    for item in items {
        let Some(piece) = item.downcast::<PyBytes>() else { return Ok(None) };
        total = total.and_then(|n| n.checked_add(piece.len()));
    }
    let Some(total) = total else { return Ok(None) };
    let made = cx.bytes_uninit(types::BYTES.get(), total)?;
    // SAFETY: fresh, with room for `total` bytes after the struct, which are the sum of the pieces written.
    unsafe {
        let mut to = made.as_ptr().add(1).cast::<u8>();
        let mut put = |piece: &[u8]| {
            core::ptr::copy_nonoverlapping(piece.as_ptr(), to, piece.len());
            to = to.add(piece.len());
        };
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                put(sep.data());
            }
            put(item.cast::<PyBytes>().data());
        }
    }
    Ok(Some(made))
}

pub(super) fn join(cx: &Cx, args: Args) -> Res {
    let iterable = args.get(1);
    let class = class_of(iterable);
    if class.slots.iter().is_none() && class.slots.getitem().is_none() {
        return raise!(cx, TYPE_ERROR, "can only join an iterable");
    }
    let list = iterable.downcast::<PyList>();
    let _pin = match list {
        Some(_) => None,
        None => pin_for(cx, args.get(0), &[iterable]),
    };
    let items = ops::to_items(cx, iterable, "can only join an iterable")?;
    let _pin = pin_for(cx, args.get(0), items.values());
    if let [only] = items.values()
        && is_exact(*only, &types::BYTES)
        && args.get(0).downcast::<PyBytes>().is_some()
    {
        return Ok(*only);
    }
    if let Some(sep) = args.get(0).downcast::<PyBytes>()
        && let Some(joined) = join_bytes(cx, sep, items.values())?
    {
        return Ok(joined.value());
    }
    let mut out = Vec::new();
    let known: usize =
        items.values().iter().filter_map(|v| v.downcast::<PyBytes>()).map(|b| b.len()).sum();
    cx.expect_memory(known)?;
    out.reserve(known);
    for (i, item) in items.values().iter().enumerate() {
        if i > 0 {
            append(cx, &mut out, &receiver(cx, args)?)?;
        }
        // What gives no plain bytes is taken for something without any.
        match try_bytes_like(cx, *item).ok().flatten() {
            Some(_)
                if class_of(*item).has_flag(flag::HEAPTYPE)
                    && list.is_some_and(|list| list.len() != items.len()) =>
            {
                return raise!(cx, RUNTIME_ERROR, "sequence changed size during iteration");
            }
            Some(view) => append(cx, &mut out, &view)?,
            None => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "sequence item {i}: expected a bytes-like object, {} found",
                    class_of(*item).display_name()
                );
            }
        }
    }
    like(cx, args.get(0), &out)
}
