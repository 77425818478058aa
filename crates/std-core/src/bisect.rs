//! The module `_bisect`.

use orochi_object::prelude::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_bisect",
    doc: Some("Bisection algorithms."),
    functions: &[
        function("bisect_right", SIGNATURE, |cx, args| {
            Ok(Value::int(find(cx, args, Side::Right, true)? as i64))
        }),
        function("bisect", SIGNATURE, |cx, args| {
            Ok(Value::int(find(cx, args, Side::Right, true)? as i64))
        }),
        function("bisect_left", SIGNATURE, |cx, args| {
            Ok(Value::int(find(cx, args, Side::Left, true)? as i64))
        }),
        function("insort_right", SIGNATURE, |cx, args| insort(cx, args, Side::Right)),
        function("insort", SIGNATURE, |cx, args| insort(cx, args, Side::Right)),
        function("insort_left", SIGNATURE, |cx, args| insort(cx, args, Side::Left)),
    ],
    ..ModuleDef::DEFAULT
};

const SIGNATURE: &str = "(a, x, lo=0, hi=None, *, key=None)";

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
}

/// The insertion point; `x_is_key` says that `key` is not to be applied to `x`.
fn find(cx: &Cx, args: Args, side: Side, x_is_key: bool) -> Res<usize> {
    let (a, mut x, key) = (args.get(0), args.get(1), args.non_none(4));
    let low = match args.opt(2) {
        Some(low) => ops::index_isize(cx, low, &exception::OVERFLOW_ERROR)?,
        None => 0,
    };
    if low < 0 {
        return raise!(cx, VALUE_ERROR, "lo must be non-negative");
    }
    let high = match args.non_none(3) {
        Some(high) => ops::index_isize(cx, high, &exception::OVERFLOW_ERROR)?,
        None => ops::len(cx, a)? as isize,
    };
    if let (Some(key), false) = (key, x_is_key) {
        x = ops::call(cx, key, &[x])?;
    }
    let (mut low, mut high) = (low as usize, high.max(0) as usize);
    let list = a.downcast::<PyList>().filter(|_| is_exact(a, &types::LIST));
    while low < high {
        cx.poll();
        let middle = low + (high - low) / 2;
        let mut own = match list.and_then(|list| list.get(middle)) {
            Some(own) => own,
            None => ops::getitem(cx, a, Value::int(middle as i64))?,
        };
        if let Some(key) = key {
            own = ops::call(cx, key, &[own])?;
        }
        let before = match (side, own.as_small().zip(x.as_small())) {
            (Side::Left, Some((own, x))) => own < x,
            (Side::Right, Some((own, x))) => own <= x,
            (Side::Left, None) => ops::compare_bool(cx, own, x, CmpOp::Lt)?,
            (Side::Right, None) => !ops::compare_bool(cx, x, own, CmpOp::Lt)?,
        };
        if before { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

fn insort(cx: &Cx, args: Args, side: Side) -> Res {
    let at = find(cx, args, side, false)?;
    let (a, x) = (args.get(0), args.get(1));
    if is_exact(a, &types::LIST)
        && let Some(list) = a.downcast::<PyList>()
    {
        list.edit(cx, |edit| edit.splice(at, at, &[x]))?;
        return Ok(Value::NONE);
    }
    ops::call_method(cx, a, name!(cx, "insert"), &[Value::int(at as i64), x])?;
    Ok(Value::NONE)
}
