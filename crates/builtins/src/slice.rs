//! The type `slice`. Immutable.

use crate::range::exact_index;
use orochi_object::int::PyInt;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::slice::PySlice;

/// The type `slice`.
pub static TYPE: TypeDef = TypeDef {
    name: "slice",
    cell: &types::SLICE,
    layout: layout::SLICE,
    size: size_of::<PySlice>(),
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        ..Slots::NONE
    },
    methods: &[
        method("indices", "(self, length, /)", indices),
        method("__reduce__", "(self, /)", reduce),
        ops::CLASS_GETITEM,
    ],
    getset: &[
        field_getter("start", |_, v| Ok(this(v).start.or_none())),
        field_getter("stop", |_, v| Ok(this(v).stop.or_none())),
        field_getter("step", |_, v| Ok(this(v).step.or_none())),
    ],
    doc: Some(
        "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.\n\nThis is used for \
         extended slicing (e.g. a[0:10:2]).",
    ),
    ..TypeDef::DEFAULT
};

fn this(v: Value) -> Ref<PySlice> {
    // SAFETY: slots and methods of `slice` are called with slices.
    unsafe { v.cast() }
}

fn parts(v: Value) -> [Value; 3] {
    let slice = this(v);
    [slice.start.or_none(), slice.stop.or_none(), slice.step.or_none()]
}

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    let none = Value::NONE;
    let slice = match *args.exactly(cx, "slice", 1, 3)? {
        [stop] => cx.new_slice(none, stop, none)?,
        [start, stop] => cx.new_slice(start, stop, none)?,
        [start, stop, step] => cx.new_slice(start, stop, step)?,
        _ => cx.new_slice(none, none, none)?,
    };
    Ok(slice.value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let [start, stop, step] = parts(v);
    let text = format!(
        "slice({}, {}, {})",
        ops::repr_text(cx, start)?,
        ops::repr_text(cx, stop)?,
        ops::repr_text(cx, step)?
    );
    Ok(cx.new_str(&text)?.value())
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    const P1: u64 = 11400714785074694791;
    const P2: u64 = 14029467366897019727;
    const P5: u64 = 2870177450012600261;
    let mut acc = P5;
    for part in parts(v) {
        let lane = ops::hash(cx, part)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
    }
    Ok(if acc == u64::MAX { 1546275796 } else { acc as i64 })
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if w.downcast::<PySlice>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if v.is(w) {
        return Ok(Value::bool(matches!(op, CmpOp::Eq | CmpOp::Le | CmpOp::Ge)));
    }
    let (a, b) = (cx.new_tuple(&parts(v))?, cx.new_tuple(&parts(w))?);
    ops::compare(cx, a.value(), b.value(), op)
}

/// An int of a slice part, else the error of slices.
fn part(cx: &Cx, v: Value) -> Res {
    if !v.is_int() && class_of(v).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "slice indices must be integers or None or have an __index__ method"
        );
    }
    // What follows is arithmetic, which a subclass may have of its own.
    exact_index(cx, v)
}

fn less(cx: &Cx, a: Value, b: Value) -> Res<bool> {
    ops::compare_bool(cx, a, b, CmpOp::Lt)
}

/// Adjusts a bound to `0..=len` (or one less, for a negative step), on ints of any size.
fn clamp(cx: &Cx, v: Value, len: Value, low: Value, high: Value) -> Res {
    let zero = Value::int(0);
    if less(cx, v, zero)? {
        let v = ops::binary(cx, ops::BinOp::Add, v, len)?;
        return Ok(if less(cx, v, low)? { low } else { v });
    }
    Ok(if less(cx, high, v)? { high } else { v })
}

/// Start, stop and step for a sequence of `len` items, of any size.
pub(crate) fn indices_of(cx: &Cx, v: Value, len: Value) -> Res<[Value; 3]> {
    let [start, stop, step] = parts(v);
    let (zero, one) = (Value::int(0), Value::int(1));
    let step = match step.non_none() {
        None => one,
        Some(step) => part(cx, step)?,
    };
    if step.as_i64() == Some(0) {
        return raise!(cx, VALUE_ERROR, "slice step cannot be zero");
    }
    let down = less(cx, step, zero)?;
    let (low, high) = if down {
        (Value::int(-1), ops::binary(cx, ops::BinOp::Sub, len, one)?)
    } else {
        (zero, len)
    };
    let start = match start.non_none() {
        None => {
            if down {
                high
            } else {
                low
            }
        }
        Some(start) => clamp(cx, part(cx, start)?, len, low, high)?,
    };
    let stop = match stop.non_none() {
        None => {
            if down {
                low
            } else {
                high
            }
        }
        Some(stop) => clamp(cx, part(cx, stop)?, len, low, high)?,
    };
    Ok([start, stop, step])
}

fn indices(cx: &Cx, args: Args) -> Res {
    let len = exact_index(cx, args.get(1))?;
    let negative = match len.as_i64() {
        Some(n) => n < 0,
        None => len.downcast::<PyInt>().is_some_and(Ref::<PyInt>::is_negative),
    };
    if negative {
        return raise!(cx, VALUE_ERROR, "length should not be negative");
    }
    Ok(cx.new_tuple(&indices_of(cx, args.get(0), len)?)?.value())
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let parts = cx.new_tuple(&parts(args.get(0)))?;
    Ok(cx.new_tuple(&[types::SLICE.get().value(), parts.value()])?.value())
}
