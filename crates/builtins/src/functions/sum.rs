//! `sum`.

use orochi_num::sums::Compensated;
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;

/// The sum so far: exact ints in a machine word, floats with their lost digits, else any value.
enum Total {
    Int(i64),
    Float(Compensated),
    Complex(Compensated, Compensated),
    Any(Value),
}

impl Total {
    fn of(v: Value) -> Total {
        if let Some(n) = v.as_small() {
            return Total::Int(n);
        }
        if is_exact(v, &types::FLOAT)
            && let Some(x) = v.as_float()
        {
            return Total::Float(Compensated::new(x));
        }
        if is_exact(v, &types::COMPLEX)
            && let Some((re, im)) = v.as_complex()
        {
            return Total::Complex(Compensated::new(re), Compensated::new(im));
        }
        Total::Any(v)
    }

    fn value(self, cx: &Cx) -> Res {
        match self {
            Total::Int(n) => cx.new_int(n),
            Total::Float(x) => cx.new_float(x.finish()),
            Total::Complex(re, im) => cx.new_complex(re.finish(), im.finish()),
            Total::Any(v) => Ok(v),
        }
    }

    /// Adds `item` where that needs no `__add__`.
    fn try_add(&mut self, item: Value) -> bool {
        match self {
            Total::Int(n) => match item.as_small().and_then(|m| n.checked_add(m)) {
                Some(sum) => *n = sum,
                None => return false,
            },
            Total::Float(x) => match real(item) {
                Some(y) => x.add(y),
                None => return false,
            },
            Total::Complex(re, im) => {
                if is_exact(item, &types::COMPLEX)
                    && let Some((x, y)) = item.as_complex()
                {
                    re.add(x);
                    im.add(y);
                } else if let Some(x) = real(item) {
                    re.add(x);
                } else {
                    return false;
                }
            }
            Total::Any(_) => return false,
        }
        true
    }
}

fn real(v: Value) -> Option<f64> {
    match v.as_small() {
        Some(n) => Some(n as f64),
        None if is_exact(v, &types::FLOAT) => v.as_float(),
        None => None,
    }
}

fn check_start(cx: &Cx, start: Value) -> Res<()> {
    if start.as_str().is_some() {
        return raise!(cx, TYPE_ERROR, "sum() can't sum strings [use ''.join(seq) instead]");
    }
    if start.downcast::<PyBytes>().is_some() {
        return raise!(cx, TYPE_ERROR, "sum() can't sum bytes [use b''.join(seq) instead]");
    }
    if class_of(start).definition.is_some_and(|def| def.name == "bytearray") {
        return raise!(cx, TYPE_ERROR, "sum() can't sum bytearray [use b''.join(seq) instead]");
    }
    Ok(())
}

pub(super) fn sum(cx: &Cx, args: Args) -> Res {
    let start = args.or(1, Value::int(0));
    if let Err(wrong) = check_start(cx, start) {
        // That it cannot be iterated over would come first.
        ops::iter(cx, args.get(0))?;
        return Err(wrong);
    }
    let mut sum = Sum { cx, total: Total::of(start) };
    ops::consume(cx, args.get(0), &mut sum)?;
    sum.total.value(cx)
}

struct Sum<'a> {
    cx: &'a Cx,
    total: Total,
}

impl ops::Consumer for Sum<'_> {
    fn quick(&mut self, item: Value) -> bool {
        self.total.try_add(item)
    }
    fn take(&mut self, item: Value) -> Res<bool> {
        let so_far = core::mem::replace(&mut self.total, Total::Int(0)).value(self.cx)?;
        self.total = Total::of(ops::binary(self.cx, BinOp::Add, so_far, item)?);
        Ok(true)
    }
}
