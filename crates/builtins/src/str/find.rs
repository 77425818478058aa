//! `find`, `index`, `count`, `startswith`, `endswith`, `removeprefix`, `removesuffix`.

use super::{part, receiver, same};
use orochi_object::prelude::*;
use orochi_text::search;
use orochi_text::{Units, clamp_range};

/// The optional `start` and `end` arguments at `i`, clamped; `None` when nothing lies there.
#[inline]
pub(crate) fn range(cx: &Cx, args: Args, i: usize, len: usize) -> Res<Option<(usize, usize)>> {
    if args.opt(i).is_none() && args.opt(i + 1).is_none() {
        return Ok(Some((0, len)));
    }
    given_range(cx, args, i, len)
}

fn given_range(cx: &Cx, args: Args, i: usize, len: usize) -> Res<Option<(usize, usize)>> {
    let bound = |v: Option<Value>| match v {
        Some(v) => Ok(Some(ops::slice_index(cx, v)? as i64)),
        None => Ok(None),
    };
    let (start, end) = (bound(args.non_none(i))?, bound(args.non_none(i + 1))?);
    Ok(clamp_range(start, end, len))
}

/// A str argument in position `i`, else CPython's TypeError.
pub(crate) fn text_argument(cx: &Cx, args: Args, i: usize, function: &str) -> Res<Ref<PyStr>> {
    match args.get(i).as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "{function}() argument {i} must be str, not {}",
            ops::argument_class(args.get(i))
        ),
    }
}

fn search_with(
    cx: &Cx,
    args: Args,
    name: &str,
    f: fn(orochi_text::Units<'_>, orochi_text::Units<'_>, usize, usize) -> Option<usize>,
) -> Res<Option<usize>> {
    let (s, sub) = (receiver(args), text_argument(cx, args, 1, name)?);
    if args.opt(2).is_none() && args.opt(3).is_none() {
        return Ok(f(s.text(), sub.text(), 0, s.len()));
    }
    Ok(range(cx, args, 2, s.len())?.and_then(|(start, end)| f(s.text(), sub.text(), start, end)))
}

fn position(found: Option<usize>) -> Res {
    Ok(Value::int(found.map_or(-1, |i| i as i64)))
}

fn required(cx: &Cx, found: Option<usize>) -> Res {
    match found {
        Some(i) => Ok(Value::int(i as i64)),
        None => raise!(cx, VALUE_ERROR, "substring not found"),
    }
}

pub(super) fn find(cx: &Cx, args: Args) -> Res {
    position(search_with(cx, args, "find", search::find)?)
}
pub(super) fn rfind(cx: &Cx, args: Args) -> Res {
    position(search_with(cx, args, "rfind", search::rfind)?)
}
pub(super) fn index(cx: &Cx, args: Args) -> Res {
    required(cx, search_with(cx, args, "index", search::find)?)
}
pub(super) fn rindex(cx: &Cx, args: Args) -> Res {
    required(cx, search_with(cx, args, "rindex", search::rfind)?)
}
pub(super) fn count(cx: &Cx, args: Args) -> Res {
    let (s, sub) = (receiver(args), text_argument(cx, args, 1, "count")?);
    let n = match range(cx, args, 2, s.len())? {
        Some((start, end)) => search::count(s.text(), sub.text(), start, end),
        None => 0,
    };
    Ok(Value::int(n as i64))
}

/// `f` says whether a text begins or ends with another in a range.
#[inline(always)]
fn affix(
    cx: &Cx,
    args: Args,
    name: &str,
    f: impl Fn(Units<'_>, Units<'_>, usize, usize) -> bool,
) -> Res {
    let s = receiver(args);
    let range = range(cx, args, 2, s.len())?;
    let test = |sub: Ref<PyStr>| range.is_some_and(|(a, b)| f(s.text(), sub.text(), a, b));
    match args.get(1).as_str() {
        Some(sub) => Ok(Value::bool(test(sub))),
        None => any_affix(cx, args.get(1), name, &test),
    }
}

/// `test` of any string of a tuple.
#[inline(never)]
fn any_affix(cx: &Cx, wanted: Value, name: &str, test: &dyn Fn(Ref<PyStr>) -> bool) -> Res {
    let Some(all) = wanted.downcast::<PyTuple>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{name} first arg must be str or a tuple of str, not {}",
            class_of(wanted).display_name()
        );
    };
    for one in all.values() {
        let Some(sub) = one.as_str() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "tuple for {name} must only contain str, not {}",
                class_of(*one).display_name()
            );
        };
        if test(sub) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

pub(super) fn startswith(cx: &Cx, args: Args) -> Res {
    affix(cx, args, "startswith", search::startswith)
}
pub(super) fn endswith(cx: &Cx, args: Args) -> Res {
    affix(cx, args, "endswith", search::endswith)
}

fn affix_argument(cx: &Cx, args: Args, name: &str) -> Res<Ref<PyStr>> {
    match args.get(1).as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "{name}() argument must be str, not {}",
            ops::argument_class(args.get(1))
        ),
    }
}

pub(super) fn removeprefix(cx: &Cx, args: Args) -> Res {
    let (s, sub) = (receiver(args), affix_argument(cx, args, "removeprefix")?);
    if search::startswith(s.text(), sub.text(), 0, s.len()) {
        return part(cx, s, sub.len()..s.len());
    }
    same(cx, s)
}
pub(super) fn removesuffix(cx: &Cx, args: Args) -> Res {
    let (s, sub) = (receiver(args), affix_argument(cx, args, "removesuffix")?);
    if sub.len() > 0 && search::endswith(s.text(), sub.text(), 0, s.len()) {
        return part(cx, s, 0..s.len() - sub.len());
    }
    same(cx, s)
}
