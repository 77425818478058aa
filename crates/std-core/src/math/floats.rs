//! Functions of floats.

use orochi_num::dtoa;
use orochi_num::{IntRef, NumError, math as num};
use orochi_object::prelude::*;

#[inline]
fn arg(cx: &Cx, args: Args, i: usize) -> Res<f64> {
    ops::to_f64(cx, args.get(i))
}

#[cold]
fn range_error(cx: &Cx) -> Raised {
    cx.error(&exception::OVERFLOW_ERROR, "math range error")
}

#[cold]
fn domain_error(cx: &Cx) -> Raised {
    cx.error(&exception::VALUE_ERROR, "math domain error")
}

/// ValueError `message` with the number at its end.
#[cold]
fn unsuitable(cx: &Cx, message: &str, x: f64) -> Raised {
    cx.error(&exception::VALUE_ERROR, &format!("{message}, got {}", dtoa::repr(x)))
}

/// A NaN from a number, or an infinity from a finite one, is an error: of the domain in words of
/// `domain`, of the range.
#[inline]
fn checked(cx: &Cx, x: f64, r: f64, domain: &str, can_overflow: bool) -> Res {
    if r.is_nan() && !x.is_nan() {
        return Err(unsuitable(cx, domain, x));
    }
    if r.is_infinite() && x.is_finite() {
        return Err(if can_overflow { range_error(cx) } else { unsuitable(cx, domain, x) });
    }
    cx.new_float(r)
}

macro_rules! unary {
    ($($name:ident $f:expr, $overflows:literal, $domain:literal;)*) => {
        $(pub(super) fn $name(cx: &Cx, args: Args) -> Res {
            let x = arg(cx, args, 0)?;
            checked(cx, x, real::$name(x), $domain, $overflows)
        })*

        /// The functions themselves, for machine code.
        pub(super) mod real {
            use super::*;
            $(pub(in crate::math) extern "C" fn $name(x: f64) -> f64 {
                let f: fn(f64) -> f64 = $f;
                f(x)
            })*
        }
    };
}
unary! {
    acos f64::acos, false, "expected a number in range from -1 up to 1";
    asin f64::asin, false, "expected a number in range from -1 up to 1";
    acosh libm_acosh, false, "expected argument value not less than 1";
    asinh libm_asinh, false, "";
    atan f64::atan, false, "";
    atanh libm_atanh, false, "expected a number between -1 and 1";
    cbrt f64::cbrt, false, "";
    cos f64::cos, false, "expected a finite input";
    cosh f64::cosh, true, "";
    exp f64::exp, true, "";
    exp2 f64::exp2, true, "";
    expm1 f64::exp_m1, true, "";
    fabs f64::abs, false, "";
    log1p f64::ln_1p, false, "expected argument value > -1";
    sin f64::sin, false, "expected a finite input";
    sinh f64::sinh, true, "";
    sqrt f64::sqrt, false, "expected a nonnegative input";
    tan f64::tan, false, "expected a finite input";
    tanh f64::tanh, false, "";
    erf num::erf, false, "";
    erfc num::erfc, false, "";
}

unsafe extern "C" {
    #[link_name = "acosh"]
    safe fn c_acosh(x: f64) -> f64;
    #[link_name = "asinh"]
    safe fn c_asinh(x: f64) -> f64;
    #[link_name = "atanh"]
    safe fn c_atanh(x: f64) -> f64;
}

// The C library's functions are rounded better than Rust's formulas.
fn libm_acosh(x: f64) -> f64 {
    c_acosh(x)
}
fn libm_asinh(x: f64) -> f64 {
    c_asinh(x)
}
fn libm_atanh(x: f64) -> f64 {
    c_atanh(x)
}

pub(super) fn degrees(cx: &Cx, args: Args) -> Res {
    cx.new_float(arg(cx, args, 0)? * (180.0 / core::f64::consts::PI))
}

pub(super) fn radians(cx: &Cx, args: Args) -> Res {
    cx.new_float(arg(cx, args, 0)? * (core::f64::consts::PI / 180.0))
}

pub(super) fn atan2(cx: &Cx, args: Args) -> Res {
    cx.new_float(arg(cx, args, 0)?.atan2(arg(cx, args, 1)?))
}

pub(super) fn copysign(cx: &Cx, args: Args) -> Res {
    cx.new_float(arg(cx, args, 0)?.copysign(arg(cx, args, 1)?))
}

pub(super) fn isfinite(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(arg(cx, args, 0)?.is_finite()))
}

pub(super) fn isinf(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(arg(cx, args, 0)?.is_infinite()))
}

pub(super) fn isnan(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(arg(cx, args, 0)?.is_nan()))
}

pub(super) fn ulp(cx: &Cx, args: Args) -> Res {
    cx.new_float(num::ulp(arg(cx, args, 0)?))
}

pub(super) fn modf(cx: &Cx, args: Args) -> Res {
    let (fraction, whole) = num::modf(arg(cx, args, 0)?);
    Ok(cx.new_tuple(&[cx.new_float(fraction)?, cx.new_float(whole)?])?.value())
}

pub(super) fn frexp(cx: &Cx, args: Args) -> Res {
    let (mantissa, exponent) = num::frexp(arg(cx, args, 0)?);
    Ok(cx.new_tuple(&[cx.new_float(mantissa)?, Value::int(exponent as i64)])?.value())
}

fn gamma_like(cx: &Cx, args: Args, f: fn(f64) -> orochi_num::Result<f64>) -> Res {
    let x = arg(cx, args, 0)?;
    match f(x) {
        Ok(r) => cx.new_float(r),
        Err(NumError::Domain) => {
            Err(unsuitable(cx, "expected a noninteger or positive integer", x))
        }
        Err(_) => Err(range_error(cx)),
    }
}

pub(super) fn gamma(cx: &Cx, args: Args) -> Res {
    gamma_like(cx, args, num::gamma)
}

pub(super) fn lgamma(cx: &Cx, args: Args) -> Res {
    gamma_like(cx, args, num::lgamma)
}

pub(super) fn fma(cx: &Cx, args: Args) -> Res {
    match num::fma(arg(cx, args, 0)?, arg(cx, args, 1)?, arg(cx, args, 2)?) {
        Ok(r) => cx.new_float(r),
        Err(NumError::Overflow) => raise!(cx, OVERFLOW_ERROR, "overflow in fma"),
        Err(_) => raise!(cx, VALUE_ERROR, "invalid operation in fma"),
    }
}

pub(super) fn fmod(cx: &Cx, args: Args) -> Res {
    let (x, y) = (arg(cx, args, 0)?, arg(cx, args, 1)?);
    if y.is_infinite() && x.is_finite() {
        return cx.new_float(x);
    }
    let r = x % y;
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(cx));
    }
    cx.new_float(r)
}

pub(super) fn remainder(cx: &Cx, args: Args) -> Res {
    match num::remainder(arg(cx, args, 0)?, arg(cx, args, 1)?) {
        Ok(r) => cx.new_float(r),
        Err(_) => Err(domain_error(cx)),
    }
}

pub(super) fn pow(cx: &Cx, args: Args) -> Res {
    let (x, y) = (arg(cx, args, 0)?, arg(cx, args, 1)?);
    let r = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if r.is_nan() || (x == 0.0 && r.is_infinite()) {
            return Err(domain_error(cx));
        }
        if r.is_infinite() {
            return Err(range_error(cx));
        }
    }
    cx.new_float(r)
}

pub(super) fn ldexp(cx: &Cx, args: Args) -> Res {
    let x = arg(cx, args, 0)?;
    let e = args.get(1);
    if !e.is_int() {
        return raise!(cx, TYPE_ERROR, "Expected an int as second argument to ldexp.");
    }
    let e = ops::index_clamped(cx, e)? as i64;
    match num::ldexp(x, e) {
        Ok(r) => cx.new_float(r),
        Err(_) => Err(range_error(cx)),
    }
}

pub(super) fn isclose(cx: &Cx, args: Args) -> Res {
    let option = |i: usize, default: f64| match args.opt(i) {
        Some(v) => ops::to_f64(cx, v),
        None => Ok(default),
    };
    let (a, b) = (arg(cx, args, 0)?, arg(cx, args, 1)?);
    let (rel, abs) = (option(2, 1e-9)?, option(3, 0.0)?);
    if rel < 0.0 || abs < 0.0 {
        return raise!(cx, VALUE_ERROR, "tolerances must be non-negative");
    }
    Ok(Value::bool(num::is_close(a, b, rel, abs)))
}

pub(super) fn nextafter(cx: &Cx, args: Args) -> Res {
    let (x, y) = (arg(cx, args, 0)?, arg(cx, args, 1)?);
    let Some(steps) = args.non_none(2) else { return cx.new_float(num::nextafter(x, y)) };
    let steps = ops::index(cx, steps)?;
    match steps.to_big() {
        Some(n) if n.neg => raise!(cx, VALUE_ERROR, "steps must be a non-negative integer"),
        Some(n) => {
            let steps = n.as_ref().to_u64().unwrap_or(u64::MAX);
            cx.new_float(num::nextafter_steps(x, y, steps))
        }
        None => cx.new_float(x),
    }
}

/// A logarithm, of ints of any size.
fn logarithm(cx: &Cx, v: Value, f: fn(f64) -> orochi_num::Result<f64>) -> Res<f64> {
    let result = match v.as_small() {
        Some(n) => f(n as f64),
        None if v.is_int() => match v.to_big() {
            Some(n) => num::log_int(IntRef::new(n.neg, &n.mag), f),
            None => Err(NumError::Domain),
        },
        None => {
            let x = ops::to_f64(cx, v)?;
            if x > 0.0 || x.is_nan() {
                f(x)
            } else {
                return Err(unsuitable(cx, "expected a positive input", x));
            }
        }
    };
    match result {
        Ok(x) => Ok(x),
        Err(_) => raise!(cx, VALUE_ERROR, "expected a positive input"),
    }
}

pub(super) fn log(cx: &Cx, args: Args) -> Res {
    let x = logarithm(cx, args.get(0), num::ln)?;
    let Some(base) = args.opt(1) else { return cx.new_float(x) };
    let base = logarithm(cx, base, num::ln)?;
    if base == 0.0 {
        return raise!(cx, ZERO_DIVISION_ERROR, "division by zero");
    }
    cx.new_float(x / base)
}

pub(super) extern "C" fn real_log(x: f64) -> f64 {
    num::ln(x).unwrap_or(f64::NAN)
}

pub(super) extern "C" fn real_log2(x: f64) -> f64 {
    num::log2(x).unwrap_or(f64::NAN)
}

pub(super) extern "C" fn real_log10(x: f64) -> f64 {
    num::log10(x).unwrap_or(f64::NAN)
}

pub(super) fn log2(cx: &Cx, args: Args) -> Res {
    cx.new_float(logarithm(cx, args.get(0), num::log2)?)
}

pub(super) fn log10(cx: &Cx, args: Args) -> Res {
    cx.new_float(logarithm(cx, args.get(0), num::log10)?)
}

/// The int of a float that is whole.
fn whole(cx: &Cx, x: f64) -> Res {
    if x.abs() < 1e18 {
        return cx.new_int(x as i64);
    }
    match orochi_num::convert::from_f64(x) {
        Some(n) => cx.int_from_big(&n),
        None if x.is_nan() => raise!(cx, VALUE_ERROR, "cannot convert float NaN to integer"),
        None => raise!(cx, OVERFLOW_ERROR, "cannot convert float infinity to integer"),
    }
}

fn rounded(cx: &Cx, v: Value, name: Ref<PyStr>, f: fn(f64) -> f64) -> Res {
    if is_exact(v, &types::FLOAT)
        && let Some(x) = v.as_float()
    {
        return whole(cx, f(x));
    }
    match ops::lookup_special(cx, v, name)? {
        Some(method) => method.call(cx, &[]),
        None => whole(cx, f(ops::to_f64(cx, v)?)),
    }
}

pub(super) fn ceil(cx: &Cx, args: Args) -> Res {
    rounded(cx, args.get(0), name!(cx, "__ceil__"), f64::ceil)
}

pub(super) fn floor(cx: &Cx, args: Args) -> Res {
    rounded(cx, args.get(0), name!(cx, "__floor__"), f64::floor)
}

pub(super) fn trunc(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    match ops::lookup_special(cx, v, name!(cx, "__trunc__"))? {
        Some(method) => method.call(cx, &[]),
        None => raise!(
            cx,
            TYPE_ERROR,
            "type {} doesn't define __trunc__ method",
            class_of(v).display_name()
        ),
    }
}
