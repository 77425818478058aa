//! `all`, `any`, `iter`, `next`, `min`, `max`, `sorted`.

use crate::iterators::new_callable_iter;
use orochi_object::prelude::*;

pub(super) fn all(cx: &Cx, args: Args) -> Res {
    let mut result = true;
    ops::for_each(cx, args.get(0), &mut |item| {
        result = ops::truth(cx, item)?;
        Ok(result)
    })?;
    Ok(Value::bool(result))
}

pub(super) fn any(cx: &Cx, args: Args) -> Res {
    let mut result = false;
    ops::for_each(cx, args.get(0), &mut |item| {
        result = ops::truth(cx, item)?;
        Ok(!result)
    })?;
    Ok(Value::bool(result))
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
        _ => args.get(0),
    };
    let mut best: Option<(Value, Value)> = None;
    ops::for_each(cx, iterable, &mut |item| {
        let rank = match key {
            Some(key) => ops::call(cx, key, &[item])?,
            None => item,
        };
        let better = match best {
            None => true,
            Some((_, old)) => match (rank.as_small(), old.as_small()) {
                (Some(a), Some(b)) => op.holds(a.cmp(&b)),
                _ => ops::compare_bool(cx, rank, old, op)?,
            },
        };
        if better {
            best = Some((item, rank));
        }
        Ok(true)
    })?;
    match best.map(|(item, _)| item).or(default) {
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
