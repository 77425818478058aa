//! `cmath`: functions of complex numbers. The elementary functions are those of C's library, which
//! follows annex G for zeros, infinities and NaNs, as Python's tables do.

mod c;

use orochi_num::Complex;
use orochi_object::prelude::*;
use orochi_object::typedef::Const;

/// The definition of `cmath`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "cmath",
    doc: Some(
        "This module provides access to mathematical functions for complex\nnumbers.",
    ),
    functions: &[
        function("acos", "(z, /)", |cx, args| apply(cx, args, c::acos))
            .doc("Return the arc cosine of z."),
        function("acosh", "(z, /)", |cx, args| apply(cx, args, c::acosh))
            .doc("Return the inverse hyperbolic cosine of z."),
        function("asin", "(z, /)", |cx, args| apply(cx, args, c::asin))
            .doc("Return the arc sine of z."),
        function("asinh", "(z, /)", |cx, args| apply(cx, args, c::asinh))
            .doc("Return the inverse hyperbolic sine of z."),
        function("atan", "(z, /)", |cx, args| {
            let z = complex(cx, args.get(0))?;
            if z.re == 0.0 && z.im.abs() == 1.0 {
                return domain(cx);
            }
            finish(cx, z, c::atan(z), true)
        })
        .doc("Return the arc tangent of z."),
        function("atanh", "(z, /)", |cx, args| {
            let z = complex(cx, args.get(0))?;
            if z.im == 0.0 && z.re.abs() == 1.0 {
                return domain(cx);
            }
            finish(cx, z, c::atanh(z), true)
        })
        .doc("Return the inverse hyperbolic tangent of z."),
        function("cos", "(z, /)", |cx, args| wave(cx, args, c::cos, true))
            .doc("Return the cosine of z."),
        function("cosh", "(z, /)", |cx, args| wave(cx, args, c::cosh, false))
            .doc("Return the hyperbolic cosine of z."),
        function("exp", "(z, /)", |cx, args| exp(cx, args))
            .doc("Return the exponential value e**z."),
        function("isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", isclose)
            .doc("Determine whether two complex numbers are close in value."),
        function("isfinite", "(z, /)", |cx, args| {
            let z = complex(cx, args.get(0))?;
            Ok(Value::bool(z.re.is_finite() && z.im.is_finite()))
        })
        .doc("Return True if both the real and imaginary parts of z are finite, else False."),
        function("isinf", "(z, /)", |cx, args| {
            let z = complex(cx, args.get(0))?;
            Ok(Value::bool(z.re.is_infinite() || z.im.is_infinite()))
        })
        .doc("Checks if the real or imaginary part of z is infinite."),
        function("isnan", "(z, /)", |cx, args| {
            let z = complex(cx, args.get(0))?;
            Ok(Value::bool(z.re.is_nan() || z.im.is_nan()))
        })
        .doc("Checks if the real or imaginary part of z not a number (NaN)."),
        function("log", "(z, base=<unrepresentable>, /)", log)
            .doc("log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of z."),
        function("log10", "(z, /)", |cx, args| {
            let z = logarithm(cx, args.get(0))?;
            let scale = core::f64::consts::LN_10;
            cx.new_complex(z.re / scale, z.im / scale)
        })
        .doc("Return the base-10 logarithm of z."),
        function("phase", "(z, /)", |cx, args| {
            let z = complex(cx, args.get(0))?;
            cx.new_float(z.im.atan2(z.re))
        })
        .doc("Return argument, also known as the phase angle, of a complex."),
        function("polar", "(z, /)", polar)
            .doc("Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle."),
        function("rect", "(r, phi, /)", rect)
            .doc("Convert from polar coordinates to rectangular coordinates."),
        function("sin", "(z, /)", |cx, args| wave(cx, args, c::sin, true))
            .doc("Return the sine of z."),
        function("sinh", "(z, /)", |cx, args| wave(cx, args, c::sinh, false))
            .doc("Return the hyperbolic sine of z."),
        function("sqrt", "(z, /)", |cx, args| apply(cx, args, c::sqrt))
            .doc("Return the square root of z."),
        function("tan", "(z, /)", |cx, args| tangent(cx, args, c::tan, true))
            .doc("Return the tangent of z."),
        function("tanh", "(z, /)", |cx, args| tangent(cx, args, c::tanh, false))
            .doc("Return the hyperbolic tangent of z."),
    ],
    constants: &[
        ("pi", Const::Float(core::f64::consts::PI)),
        ("e", Const::Float(core::f64::consts::E)),
        ("tau", Const::Float(core::f64::consts::TAU)),
        ("inf", Const::Float(f64::INFINITY)),
        ("nan", Const::Float(f64::NAN)),
    ],
    init: Some(|cx, module| {
        let dict = module.namespace();
        dict.set_str(cx, name!(cx, "infj"), cx.new_complex(0.0, f64::INFINITY)?)?;
        dict.set_str(cx, name!(cx, "nanj"), cx.new_complex(0.0, f64::NAN)?)
    }),
    ..ModuleDef::DEFAULT
};

/// A complex argument.
fn complex(cx: &Cx, v: Value) -> Res<Complex> {
    if let Some((re, im)) = v.as_complex() {
        return Ok(Complex { re, im });
    }
    if let Some(method) = ops::lookup_special(cx, v, name!(cx, "__complex__"))? {
        let made = method.call(cx, &[])?;
        return match made.as_complex() {
            Some((re, im)) => Ok(Complex { re, im }),
            None => raise!(
                cx,
                TYPE_ERROR,
                "__complex__ returned non-complex (type {})",
                class_of(made).display_name()
            ),
        };
    }
    Ok(Complex { re: ops::to_f64(cx, v)?, im: 0.0 })
}

#[cold]
fn domain(cx: &Cx) -> Res {
    raise!(cx, VALUE_ERROR, "math domain error")
}

fn is_finite(z: Complex) -> bool {
    z.re.is_finite() && z.im.is_finite()
}

/// The result, or the error that an infinity or NaN from special arguments stands for.
fn finish(cx: &Cx, z: Complex, result: Complex, domain_only: bool) -> Res {
    if is_finite(z) && !is_finite(result) {
        if domain_only || result.re.is_nan() || result.im.is_nan() {
            return domain(cx);
        }
        return raise!(cx, OVERFLOW_ERROR, "math range error");
    }
    // Trigonometric functions of an infinity have no value.
    let no_nan = !z.re.is_nan() && !z.im.is_nan();
    if no_nan && result.re.is_nan() && result.im.is_nan() {
        return domain(cx);
    }
    cx.new_complex(result.re, result.im)
}

fn apply(cx: &Cx, args: Args, f: fn(Complex) -> Complex) -> Res {
    let z = complex(cx, args.get(0))?;
    finish(cx, z, f(z), false)
}

/// `exp`: an infinite imaginary part has no direction.
fn exp(cx: &Cx, args: Args) -> Res {
    let z = complex(cx, args.get(0))?;
    if z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY) {
        return domain(cx);
    }
    finish(cx, z, c::exp(z), false)
}

/// `cosh`, `sinh`; turned by a right angle `cos`, `sin`.
fn wave(cx: &Cx, args: Args, f: fn(Complex) -> Complex, turned: bool) -> Res {
    let z = complex(cx, args.get(0))?;
    let (along, across) = if turned { (z.im, z.re) } else { (z.re, z.im) };
    if across.is_infinite() && !along.is_nan() {
        return domain(cx);
    }
    finish(cx, z, f(z), false)
}

/// `tanh`; turned by a right angle `tan`.
fn tangent(cx: &Cx, args: Args, f: fn(Complex) -> Complex, turned: bool) -> Res {
    let z = complex(cx, args.get(0))?;
    let (along, across) = if turned { (z.im, z.re) } else { (z.re, z.im) };
    if across.is_infinite() && along.is_finite() {
        return domain(cx);
    }
    finish(cx, z, f(z), false)
}

fn logarithm(cx: &Cx, v: Value) -> Res<Complex> {
    let z = complex(cx, v)?;
    if z.re == 0.0 && z.im == 0.0 {
        return raise!(cx, VALUE_ERROR, "math domain error");
    }
    Ok(c::log(z))
}

fn log(cx: &Cx, args: Args) -> Res {
    let z = logarithm(cx, args.get(0))?;
    let Some(base) = args.opt(1) else { return cx.new_complex(z.re, z.im) };
    let base = logarithm(cx, base)?;
    match z.divided(base) {
        Ok(z) => cx.new_complex(z.re, z.im),
        Err(_) => raise!(cx, ZERO_DIVISION_ERROR, "division by zero"),
    }
}

fn polar(cx: &Cx, args: Args) -> Res {
    let z = complex(cx, args.get(0))?;
    match z.modulus() {
        Ok(r) => Ok(cx.new_tuple(&[cx.new_float(r)?, cx.new_float(z.im.atan2(z.re))?])?.value()),
        Err(_) => raise!(cx, OVERFLOW_ERROR, "math range error"),
    }
}

fn rect(cx: &Cx, args: Args) -> Res {
    let (r, phi) = (ops::to_f64(cx, args.get(0))?, ops::to_f64(cx, args.get(1))?);
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return domain(cx);
    }
    if phi == 0.0 {
        return cx.new_complex(r, r * phi);
    }
    if r == 0.0 && !phi.is_finite() {
        return cx.new_complex(0.0, 0.0);
    }
    if r.is_infinite() && phi.is_finite() {
        let part = |x: f64| f64::INFINITY.copysign(x) * r.signum();
        return cx.new_complex(part(phi.cos()), part(phi.sin()));
    }
    cx.new_complex(r * phi.cos(), r * phi.sin())
}

fn isclose(cx: &Cx, args: Args) -> Res {
    let option = |i: usize, default: f64| match args.opt(i) {
        Some(v) => ops::to_f64(cx, v),
        None => Ok(default),
    };
    let (a, b) = (complex(cx, args.get(0))?, complex(cx, args.get(1))?);
    let (rel, abs) = (option(2, 1e-9)?, option(3, 0.0)?);
    if rel < 0.0 || abs < 0.0 {
        return raise!(cx, VALUE_ERROR, "tolerances must be non-negative");
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    let infinite = |z: Complex| z.re.is_infinite() || z.im.is_infinite();
    if infinite(a) || infinite(b) {
        return Ok(Value::FALSE);
    }
    let size = |z: Complex| z.re.hypot(z.im);
    let difference = size(a.minus(b));
    let close = difference <= rel * size(b) || difference <= rel * size(a) || difference <= abs;
    Ok(Value::bool(close))
}
