//! `all`, `any`, `iter`, `next`, `min`, `max`, `sorted`.

use crate::iterators::new_callable_iter;
use orochi_object::prelude::*;

/// Looks for an item of this truth.
struct Search<'a> {
    cx: &'a Cx,
    wanted: bool,
    found: bool,
}

impl ops::Consumer for Search<'_> {
    fn quick(&mut self, item: Value) -> bool {
        item.is_none() && self.wanted || item.is(Value::bool(!self.wanted))
    }
    fn take(&mut self, item: Value) -> Res<bool> {
        self.found = ops::truth(self.cx, item)? == self.wanted;
        Ok(!self.found)
    }
}

fn search(cx: &Cx, iterable: Value, wanted: bool) -> Res<bool> {
    let mut search = Search { cx, wanted, found: false };
    ops::consume(cx, iterable, &mut search)?;
    Ok(search.found)
}

pub(super) fn all(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(!search(cx, args.get(0), false)?))
}

pub(super) fn any(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(search(cx, args.get(0), true)?))
}

pub(super) fn iter(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let Some(sentinel) = args.opt(1) else { return ops::iter(cx, v) };
    if class_of(v).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "iter(v, w): v must be callable");
    }
    new_callable_iter(cx, v, sentinel)
}

pub(super) fn next(cx: &Cx, args: Args) -> Res {
    // What an iterator within another left, whose end was not the other's.
    cx.stop_value.clear();
    let result = ops::next(cx, args.get(0));
    match (result, args.opt(1)) {
        (Ok(Some(value)), _) => Ok(value),
        (Ok(None), Some(default)) => {
            cx.stop_value.clear();
            Ok(default)
        }
        (Ok(None), None) => Err(ops::stop_iteration(cx)),
        (Err(raised), Some(default)) if raised.is(&exception::STOP_ITERATION) => Ok(default),
        (Err(raised), _) => Err(raised),
    }
}

pub(super) fn min(cx: &Cx, args: Args) -> Res {
    extreme(cx, args, "min", CmpOp::Lt)
}

pub(super) fn max(cx: &Cx, args: Args) -> Res {
    extreme(cx, args, "max", CmpOp::Gt)
}

/// The order of two small ints, or of two floats that have one.
#[inline(always)]
fn native_order(a: Value, b: Value) -> Option<core::cmp::Ordering> {
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small()) {
        return Some(a.cmp(&b));
    }
    a.as_inline_float()?.partial_cmp(&b.as_inline_float()?)
}

/// Keeps the item that comes first by `op`, and its key.
struct Extreme<'a> {
    cx: &'a Cx,
    op: CmpOp,
    key: Option<Value>,
    best: Option<(Value, Value)>,
}

impl ops::Consumer for Extreme<'_> {
    fn quick(&mut self, item: Value) -> bool {
        let (None, Some((_, best))) = (self.key, self.best) else { return false };
        let Some(order) = native_order(item, best) else { return false };
        if self.op.holds(order) {
            self.best = Some((item, item));
        }
        true
    }
    fn take(&mut self, item: Value) -> Res<bool> {
        let rank = match self.key {
            Some(key) => ops::call_one(self.cx, key, item)?,
            None => item,
        };
        let better = match self.best {
            None => true,
            Some((_, old)) => match native_order(rank, old) {
                Some(order) => self.op.holds(order),
                None => ops::compare_bool(self.cx, rank, old, self.op)?,
            },
        };
        if better {
            self.best = Some((item, rank));
        }
        Ok(true)
    }
}

fn extreme(cx: &Cx, args: Args, name: &str, op: CmpOp) -> Res {
    let given = args.rest(0);
    let (key, default) = (args.non_none(1), args.opt(2));
    if given.is_empty() {
        return raise!(cx, TYPE_ERROR, "{name} expected at least 1 argument, got 0");
    }
    if given.len() > 1 && default.is_some() {
        return raise!(
            cx,
            TYPE_ERROR,
            "Cannot specify a default for {name}() with multiple positional arguments"
        );
    }
    let iterable = match given {
        [one] => *one,
        several => cx.new_tuple(several)?.value(),
    };
    let mut extreme = Extreme { cx, op, key, best: None };
    match key {
        // Each item needs a call.
        Some(_) => {
            ops::for_each(cx, iterable, &mut |item| ops::Consumer::take(&mut extreme, item))?
        }
        None => ops::consume(cx, iterable, &mut extreme)?,
    }
    match extreme.best.map(|(item, _)| item).or(default) {
        Some(item) => Ok(item),
        None => raise!(cx, VALUE_ERROR, "{name}() iterable argument is empty"),
    }
}

pub(super) fn sorted(cx: &Cx, args: Args) -> Res {
    let list = ops::to_list(cx, args.get(0))?;
    let reverse = match args.opt(2) {
        Some(reverse) => ops::truth(cx, reverse)?,
        None => false,
    };
    crate::sort::sort(cx, list, args.non_none(1), reverse)?;
    Ok(list.value())
}
