//! `split`, `rsplit`, `splitlines`, `partition`, `rpartition`, `join`.

use super::{part, receiver, same};
use orochi_object::list::Array;
use orochi_object::prelude::*;
use orochi_text::{search, split as algo};

/// The list of these parts of `s`.
fn list_of(cx: &Cx, s: Ref<PyStr>, parts: algo::Parts) -> Res {
    let ranges = cx.built(parts)?;
    let array = Array::new(cx, ranges.len())?;
    for (cell, range) in array.cells().iter().zip(&ranges) {
        cell.init(part(cx, s, range.clone())?);
    }
    Ok(cx.list_from_array(array, ranges.len())?.value())
}

fn separator(cx: &Cx, v: Option<Value>) -> Res<Option<Ref<PyStr>>> {
    let Some(v) = v else { return Ok(None) };
    match v.as_str() {
        Some(sep) if sep.len() == 0 => raise!(cx, VALUE_ERROR, "empty separator"),
        Some(sep) => Ok(Some(sep)),
        None => {
            raise!(cx, TYPE_ERROR, "must be str or None, not {}", class_of(v).display_name())
        }
    }
}

fn max_split(cx: &Cx, v: Option<Value>) -> Res<i64> {
    match v {
        Some(v) => Ok(ops::size_argument(cx, v)? as i64),
        None => Ok(-1),
    }
}

/// The parts of ASCII text between all the bytes `sep`.
fn split_at_byte(cx: &Cx, s: Ref<PyStr>, text: &[u8], sep: u8) -> Res {
    let count = memchr::memchr_iter(sep, text).count() + 1;
    let array = Array::new(cx, count)?;
    let mut start = 0;
    for cell in array.cells().iter().take(count) {
        let rest = text.get(start..).unwrap_or(&[]);
        let end = start + search::find_near(rest, sep).unwrap_or(rest.len());
        cell.init(part(cx, s, start..end)?);
        start = end + 1;
    }
    Ok(cx.list_from_array(array, count)?.value())
}

pub(super) fn split(cx: &Cx, args: Args) -> Res {
    let s = receiver(args);
    if let (Some(sep), None) = (args.non_none(1), args.opt(2))
        && let Some(sep) = sep.as_str()
        && let Some([sep]) = sep.as_ascii().map(str::as_bytes)
        && let Some(text) = s.as_ascii()
        && !text.is_empty()
    {
        return split_at_byte(cx, s, text.as_bytes(), *sep);
    }
    let max = max_split(cx, args.opt(2))?;
    let parts = match separator(cx, args.non_none(1))? {
        Some(sep) if sep.len() > s.len() => return Ok(cx.new_list(&[s.value()])?.value()),
        Some(sep) => algo::split(s.text(), sep.text(), max),
        None => algo::split_whitespace(s.text(), max),
    };
    list_of(cx, s, parts)
}

pub(super) fn rsplit(cx: &Cx, args: Args) -> Res {
    let s = receiver(args);
    let max = max_split(cx, args.opt(2))?;
    let parts = match separator(cx, args.non_none(1))? {
        Some(sep) if sep.len() > s.len() => return Ok(cx.new_list(&[s.value()])?.value()),
        Some(sep) => algo::rsplit(s.text(), sep.text(), max),
        None => algo::rsplit_whitespace(s.text(), max),
    };
    list_of(cx, s, parts)
}

pub(super) fn splitlines(cx: &Cx, args: Args) -> Res {
    let keep = match args.opt(1) {
        Some(keep) => ops::truth(cx, keep)?,
        None => false,
    };
    let s = receiver(args);
    list_of(cx, s, algo::splitlines(s.text(), keep))
}

fn partition_separator(cx: &Cx, args: Args) -> Res<Ref<PyStr>> {
    match args.get(1).as_str() {
        Some(sep) if sep.len() == 0 => raise!(cx, VALUE_ERROR, "empty separator"),
        Some(sep) => Ok(sep),
        None => {
            let class = class_of(args.get(1)).display_name();
            raise!(cx, TYPE_ERROR, "must be str, not {class}")
        }
    }
}

pub(super) fn partition(cx: &Cx, args: Args) -> Res {
    let (s, sep) = (receiver(args), partition_separator(cx, args)?);
    let empty = orochi_object::intern::empty(cx)?.value();
    let row = match algo::partition(s.text(), sep.text()) {
        Some(found) => {
            let before = part(cx, s, 0..found.start)?;
            [before, sep.value(), part(cx, s, found.end..s.len())?]
        }
        None => [same(cx, s)?, empty, empty],
    };
    Ok(cx.new_tuple(&row)?.value())
}

pub(super) fn rpartition(cx: &Cx, args: Args) -> Res {
    let (s, sep) = (receiver(args), partition_separator(cx, args)?);
    let empty = orochi_object::intern::empty(cx)?.value();
    let row = match algo::rpartition(s.text(), sep.text()) {
        Some(found) => {
            let before = part(cx, s, 0..found.start)?;
            [before, sep.value(), part(cx, s, found.end..s.len())?]
        }
        None => [empty, empty, same(cx, s)?],
    };
    Ok(cx.new_tuple(&row)?.value())
}

pub(super) fn join(cx: &Cx, args: Args) -> Res {
    join_values(cx, receiver(args), args.get(1))
}

/// `sep.join(iterable)`.
pub fn join_values(cx: &Cx, sep: Ref<PyStr>, iterable: Value) -> Res {
    if let Some(list) = iterable.downcast::<PyList>().filter(|_| is_exact(iterable, &types::LIST)) {
        return list.with_items(cx, |values| join_row(cx, sep, values));
    }
    let items = ops::to_items(cx, iterable, "can only join an iterable")?;
    join_row(cx, sep, items.values())
}

fn join_row(cx: &Cx, sep: Ref<PyStr>, values: &[Value]) -> Res {
    if let [only] = values
        && is_exact(*only, &types::STR)
    {
        return Ok(*only);
    }
    if values.is_empty() {
        return Ok(orochi_object::intern::empty(cx)?.value());
    }
    if let Some(joined) = cx.str_join(sep, values)? {
        return Ok(joined.value());
    }
    let i = values.iter().take_while(|v| v.as_str().is_some()).count();
    raise!(
        cx,
        TYPE_ERROR,
        "sequence item {i}: expected str instance, {} found",
        class_of(values[i]).display_name()
    )
}
