//! The type `float`.

mod methods;
mod parse;

pub use parse::number_to_float;

use crate::number::Operand;
use orochi_num::float::Pow;
use orochi_num::{Complex, NumError, convert, dtoa, float as num, hash as num_hash};
use orochi_object::float::PyFloat;
use orochi_object::layout;
use orochi_object::prelude::*;

/// The table of `float`.
pub static TYPE: TypeDef = TypeDef {
    name: "float",
    cell: &types::FLOAT,
    layout: layout::FLOAT,
    size: size_of::<PyFloat>(),
    flags: flag::BASETYPE | flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        bool_: Some(|_, v| Ok(v.as_float() != Some(0.0))),
        add: Some(|cx, v, w| binary(cx, v, w, |a, b| Ok(a + b))),
        sub: Some(|cx, v, w| binary(cx, v, w, |a, b| Ok(a - b))),
        mul: Some(|cx, v, w| binary(cx, v, w, |a, b| Ok(a * b))),
        truediv: Some(|cx, v, w| binary(cx, v, w, num::divide)),
        floordiv: Some(|cx, v, w| binary(cx, v, w, num::floordiv)),
        mod_: Some(|cx, v, w| binary(cx, v, w, num::modulo)),
        divmod: Some(divmod),
        pow: Some(pow),
        neg: Some(|cx, v| cx.new_float(-number(v))),
        pos: Some(exact),
        abs: Some(|cx, v| cx.new_float(number(v).abs())),
        int: Some(to_int),
        float: Some(exact),
        new: Some(parse::new),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: Some("Convert a string or number to a floating-point number, if possible."),
    ..TypeDef::DEFAULT
};

/// The number of a float; slots of `float` are called with floats only.
#[inline]
fn number(v: Value) -> f64 {
    v.as_float().unwrap_or(f64::NAN)
}

/// The same number as an exact `float`.
pub fn exact(cx: &Cx, v: Value) -> Res {
    if v.is_inline_float() || is_exact(v, &types::FLOAT) { Ok(v) } else { cx.new_float(number(v)) }
}

/// An operand of float arithmetic: a float, or an int that fits one.
#[inline]
fn operand(cx: &Cx, v: Value) -> Res<Option<f64>> {
    if let Some(x) = v.as_float() {
        return Ok(Some(x));
    }
    if let Some(n) = v.as_small() {
        return Ok(Some(n as f64));
    }
    match Operand::new(v) {
        Some(n) => match convert::to_f64(n.get()) {
            Ok(x) => Ok(Some(x)),
            Err(_) => raise!(cx, OVERFLOW_ERROR, "int too large to convert to float"),
        },
        None => Ok(None),
    }
}

#[cold]
fn error(cx: &Cx, error: NumError) -> Raised {
    match error {
        NumError::ZeroDivision => cx.error(&exception::ZERO_DIVISION_ERROR, "division by zero"),
        _ => range_error(cx),
    }
}

/// OverflowError `(34, 'Numerical result out of range')`.
#[cold]
pub fn range_error(cx: &Cx) -> Raised {
    match cx.new_str("Numerical result out of range") {
        Ok(text) => {
            let args = [Value::int(34), text.value()];
            cx.error_args(exception::OVERFLOW_ERROR.get(), &args)
        }
        Err(raised) => raised,
    }
}

#[inline]
fn binary(cx: &Cx, v: Value, w: Value, f: fn(f64, f64) -> orochi_num::Result<f64>) -> Res {
    let (Some(a), Some(b)) = (operand(cx, v)?, operand(cx, w)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match f(a, b) {
        Ok(x) => cx.new_float(x),
        Err(kind) => Err(error(cx, kind)),
    }
}

fn divmod(cx: &Cx, v: Value, w: Value) -> Res {
    let (Some(a), Some(b)) = (operand(cx, v)?, operand(cx, w)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match num::divmod(a, b) {
        Ok((q, r)) => Ok(cx.new_tuple(&[cx.new_float(q)?, cx.new_float(r)?])?.value()),
        Err(kind) => Err(error(cx, kind)),
    }
}

fn pow(cx: &Cx, v: Value, w: Value, modulus: Option<Value>) -> Res {
    if modulus.is_some() {
        return raise!(
            cx,
            TYPE_ERROR,
            "pow() 3rd argument not allowed unless all arguments are integers"
        );
    }
    match (operand(cx, v)?, operand(cx, w)?) {
        (Some(a), Some(b)) => power(cx, a, b),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `x ** y`.
pub fn power(cx: &Cx, x: f64, y: f64) -> Res {
    match num::pow(x, y) {
        Ok(Pow::Real(z)) => cx.new_float(z),
        Ok(Pow::Complex) => {
            let z = Complex { re: x, im: 0.0 }.power(Complex { re: y, im: 0.0 });
            match z {
                Ok(z) => cx.new_complex(z.re, z.im),
                Err(_) => raise!(cx, OVERFLOW_ERROR, "complex exponentiation"),
            }
        }
        Err(NumError::ZeroDivision) => {
            raise!(cx, ZERO_DIVISION_ERROR, "zero to a negative power")
        }
        Err(_) => Err(range_error(cx)),
    }
}

/// `int(x)`: cut towards zero.
pub fn truncate(cx: &Cx, x: f64) -> Res {
    if x.abs() < 1e18 {
        return cx.new_int(x as i64);
    }
    match convert::from_f64(x) {
        Some(n) => cx.int_from_big(&n),
        None if x.is_nan() => raise!(cx, VALUE_ERROR, "cannot convert float NaN to integer"),
        None => raise!(cx, OVERFLOW_ERROR, "cannot convert float infinity to integer"),
    }
}

fn to_int(cx: &Cx, v: Value) -> Res {
    truncate(cx, number(v))
}

fn repr(cx: &Cx, v: Value) -> Res {
    Ok(cx.new_str(&dtoa::repr(number(v)))?.value())
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    match num_hash::float(number(v)) {
        Some(hash) => Ok(hash),
        None => ops::hash_identity(cx, v),
    }
}

fn compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let a = number(v);
    let holds = |ordering: Option<core::cmp::Ordering>| match ordering {
        Some(ordering) => op.holds(ordering),
        None => op == CmpOp::Ne,
    };
    if let Some(b) = w.as_float() {
        return Ok(Value::bool(holds(a.partial_cmp(&b))));
    }
    match Operand::new(w) {
        // The comparison is of the int with the float: turn it round.
        Some(n) => Ok(Value::bool(holds(
            convert::compare_f64(n.get(), a).map(core::cmp::Ordering::reverse),
        ))),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
