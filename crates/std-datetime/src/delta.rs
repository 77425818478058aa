//! `timedelta`: the type, its construction and its text. Its arithmetic is in `delta_ops`.

use crate::args::Params;
use crate::delta_ops as arithmetic;
use crate::objects::{DELTA, DELTA_LAYOUT, Delta, raw_delta, receiver};
use orochi_num::{Int, arith};
use orochi_object::prelude::*;

receiver!(this, Delta);

pub(crate) const MAX_DAYS: i64 = 999_999_999;

pub(crate) static TYPE: TypeDef = TypeDef {
    name: "datetime.timedelta",
    cell: &DELTA,
    layout: DELTA_LAYOUT,
    size: size_of::<Delta>(),
    flags: flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(str_),
        hash: Some(hash),
        compare: Some(compare),
        bool_: Some(|_, v| Ok(!this(v).is_zero())),
        add: Some(arithmetic::add),
        sub: Some(arithmetic::sub),
        mul: Some(arithmetic::mul),
        truediv: Some(arithmetic::truediv),
        floordiv: Some(arithmetic::floordiv),
        mod_: Some(arithmetic::modulo),
        divmod: Some(arithmetic::divmod),
        neg: Some(|cx, v| from_micros(cx, -this(v).total())),
        pos: Some(|cx, v| from_micros(cx, this(v).total())),
        abs: Some(|cx, v| from_micros(cx, this(v).total().abs())),
        ..Slots::NONE
    },
    methods: &[
        method("total_seconds", "(self, /)", |cx, args| {
            arithmetic::seconds(cx, this(args.get(0)).total())
        })
        .doc("Total seconds in the duration."),
        method("__reduce__", "(self, /)", reduce).doc("__reduce__() -> (cls, state)"),
    ],
    getset: &[
        field("days", |_, v| Ok(Value::int(this(v).days as i64)), readonly),
        field("seconds", |_, v| Ok(Value::int(this(v).seconds as i64)), readonly),
        field("microseconds", |_, v| Ok(Value::int(this(v).micro as i64)), readonly),
    ],
    doc: Some("Difference between two datetime values."),
    init: Some(|cx, class| {
        let names = class.namespace();
        let days = MAX_DAYS as i32;
        let max = raw_delta(cx, class, days, 86_399, 999_999)?;
        names.set_str(cx, name!(cx, "min"), raw_delta(cx, class, -days, 0, 0)?)?;
        names.set_str(cx, name!(cx, "max"), max)?;
        names.set_str(cx, name!(cx, "resolution"), raw_delta(cx, class, 0, 0, 1)?)
    }),
    ..TypeDef::DEFAULT
};

fn readonly(cx: &Cx, _: Value, _: Option<Value>) -> Res<()> {
    raise!(cx, ATTRIBUTE_ERROR, "readonly attribute")
}

/// A `timedelta` of any class.
fn of_class(cx: &Cx, class: Ref<PyType>, micros: i128) -> Res {
    let days = micros.div_euclid(Delta::DAY);
    let Ok(days) = i32::try_from(days) else { return too_large(cx) };
    if (days as i64).abs() > MAX_DAYS {
        return raise!(cx, OVERFLOW_ERROR, "days={days}; must have magnitude <= {MAX_DAYS}");
    }
    let rest = micros.rem_euclid(Delta::DAY) as i64;
    raw_delta(cx, class, days, (rest / 1_000_000) as i32, (rest % 1_000_000) as i32)
}

/// More days than a C int can count.
#[cold]
pub(crate) fn too_large<T>(cx: &Cx) -> Res<T> {
    raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C int")
}

/// The `timedelta` of this many microseconds.
pub(crate) fn from_micros(cx: &Cx, micros: i128) -> Res {
    of_class(cx, DELTA.get(), micros)
}

static PARAMS: Params = Params {
    function: "__new__",
    names: &["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"],
    positional: 7,
};

/// Microseconds in the unit of each parameter.
const UNITS: [i64; 7] =
    [86_400_000_000, 1_000_000, 1, 1_000, 60_000_000, 3_600_000_000, 604_800_000_000];
/// The order in which the parameters are added up; it shows where rounding and errors are concerned.
const ORDER: [usize; 7] = [2, 3, 1, 4, 5, 0, 6];

/// A sum of microseconds: whole ones, exactly, and the fractions of floats.
struct Sum {
    whole: i128,
    /// What does not fit: Python's own integers.
    big: Option<Int>,
    fraction: f64,
}

impl Sum {
    fn add(&mut self, cx: &Cx, n: &Int, unit: i64) -> Res<()> {
        if let Some(n) = n.to_i64() {
            self.whole += n as i128 * unit as i128;
            return Ok(());
        }
        // Product and sum are new integers of about this size.
        cx.expect_memory(n.mag.len() * 24)?;
        let product = arith::mul(n.as_ref(), Int::from(unit).as_ref());
        let so_far = self.big.take().unwrap_or_else(|| Int::from(0i64));
        self.big = Some(arith::add(so_far.as_ref(), product.as_ref()));
        Ok(())
    }

    fn add_float(&mut self, cx: &Cx, f: f64, unit: i64) -> Res<()> {
        if f.is_nan() {
            return raise!(cx, VALUE_ERROR, "cannot convert float NaN to integer");
        }
        let Some(whole) = orochi_num::convert::from_f64(f.trunc()) else {
            return raise!(cx, OVERFLOW_ERROR, "cannot convert float infinity to integer");
        };
        self.add(cx, &whole, unit)?;
        let rest = f.fract() * unit as f64;
        // A rest below one unit is below 2**53 microseconds.
        self.whole += rest.trunc() as i128;
        self.fraction += rest.fract();
        Ok(())
    }

    fn total(self, cx: &Cx) -> Res<i128> {
        let mut whole = self.whole;
        if let Some(big) = self.big {
            let sum = arith::add(big.as_ref(), Int::from(whole).as_ref());
            match sum.as_ref().to_i128() {
                Some(sum) => whole = sum,
                None => return too_large(cx),
            }
        }
        if self.fraction == 0.0 {
            return Ok(whole);
        }
        // Halves go to the even total.
        let mut rounded = self.fraction.round();
        if (rounded - self.fraction).abs() == 0.5 {
            let odd = (whole & 1) as f64;
            rounded = 2.0 * ((self.fraction + odd) * 0.5).round() - odd;
        }
        Ok(whole + rounded as i128)
    }
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let row = PARAMS.bind::<7>(cx, args)?;
    let mut sum = Sum { whole: 0, big: None, fraction: 0.0 };
    for i in ORDER {
        let Some(v) = row[i] else { continue };
        if let Some(n) = v.as_small() {
            sum.whole += n as i128 * UNITS[i] as i128;
        } else if let Some(n) = v.to_big() {
            sum.add(cx, &n, UNITS[i])?;
        } else if let Some(f) = v.as_float() {
            sum.add_float(cx, f, UNITS[i])?;
        } else {
            return raise!(
                cx,
                TYPE_ERROR,
                "unsupported type for timedelta {} component: {}",
                PARAMS.names[i],
                class_of(v).display_name()
            );
        }
    }
    of_class(cx, class, sum.total(cx)?)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let delta = this(v);
    let mut text = crate::text::shown_name(v);
    text.push('(');
    let mut first = true;
    let fields = [("days", delta.days), ("seconds", delta.seconds), ("microseconds", delta.micro)];
    for (name, value) in fields {
        if value == 0 {
            continue;
        }
        if !first {
            text.push_str(", ");
        }
        first = false;
        text.push_str(&format!("{name}={value}"));
    }
    if first {
        text.push('0');
    }
    text.push(')');
    Ok(cx.new_str(&text)?.value())
}

fn str_(cx: &Cx, v: Value) -> Res {
    let delta = this(v);
    let mut text = String::new();
    if delta.days != 0 {
        let plural = if delta.days.abs() == 1 { "" } else { "s" };
        text.push_str(&format!("{} day{plural}, ", delta.days));
    }
    let (hours, minutes, seconds) =
        (delta.seconds / 3600, delta.seconds / 60 % 60, delta.seconds % 60);
    text.push_str(&format!("{hours}:{minutes:02}:{seconds:02}"));
    if delta.micro != 0 {
        text.push_str(&format!(".{:06}", delta.micro));
    }
    Ok(cx.new_str(&text)?.value())
}

fn state(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    let (days, seconds, micro) = this(v).parts();
    cx.new_tuple(&[days, seconds, micro].map(|n| Value::int(n as i64)))
}

pub(crate) fn hash(cx: &Cx, v: Value) -> Res<i64> {
    this(v).hash.get_or(|| ops::hash(cx, state(cx, v)?.value()))
}

fn compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    match w.downcast::<Delta>() {
        Some(other) => Ok(Value::bool(op.holds(this(v).parts().cmp(&other.parts())))),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    Ok(cx.new_tuple(&[class_of(v).value(), state(cx, v)?.value()])?.value())
}
