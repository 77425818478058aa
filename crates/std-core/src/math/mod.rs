//! `math`.

mod floats;
mod integers;
mod sequences;

use orochi_object::prelude::*;
use orochi_object::typedef::Const;

/// The definition of `math`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "math",
    doc: Some(
        "This module provides access to the mathematical functions\ndefined by the C standard.",
    ),
    functions: &[
        function("acos", "(x, /)", floats::acos).real(floats::real::acos)
            .doc("Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi."),
        function("acosh", "(x, /)", floats::acosh).real(floats::real::acosh)
            .doc("Return the inverse hyperbolic cosine of x."),
        function("asin", "(x, /)", floats::asin).real(floats::real::asin)
            .doc("Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
        function("asinh", "(x, /)", floats::asinh).real(floats::real::asinh)
            .doc("Return the inverse hyperbolic sine of x."),
        function("atan", "(x, /)", floats::atan).real(floats::real::atan)
            .doc("Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
        function("atan2", "(y, x, /)", floats::atan2)
            .doc("Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered."),
        function("atanh", "(x, /)", floats::atanh).real(floats::real::atanh)
            .doc("Return the inverse hyperbolic tangent of x."),
        function("cbrt", "(x, /)", floats::cbrt).real(floats::real::cbrt).doc("Return the cube root of x."),
        function("ceil", "(x, /)", floats::ceil)
            .doc("Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x."),
        function("comb", "(n, k, /)", integers::comb)
            .doc("Number of ways to choose k items from n items without repetition and without order."),
        function("copysign", "(x, y, /)", floats::copysign)
            .doc("Return a float with the magnitude (absolute value) of x but the sign of y."),
        function("cos", "(x, /)", floats::cos).real(floats::real::cos)
            .doc("Return the cosine of x (measured in radians)."),
        function("cosh", "(x, /)", floats::cosh).real(floats::real::cosh).doc("Return the hyperbolic cosine of x."),
        function("degrees", "(x, /)", floats::degrees)
            .doc("Convert angle x from radians to degrees."),
        function("dist", "(p, q, /)", sequences::dist)
            .doc("Return the Euclidean distance between two points p and q."),
        function("erf", "(x, /)", floats::erf).real(floats::real::erf).doc("Error function at x."),
        function("erfc", "(x, /)", floats::erfc).real(floats::real::erfc).doc("Complementary error function at x."),
        function("exp", "(x, /)", floats::exp).real(floats::real::exp).doc("Return e raised to the power of x."),
        function("exp2", "(x, /)", floats::exp2).real(floats::real::exp2).doc("Return 2 raised to the power of x."),
        function("expm1", "(x, /)", floats::expm1).real(floats::real::expm1).doc("Return exp(x)-1."),
        function("fabs", "(x, /)", floats::fabs).real(floats::real::fabs)
            .doc("Return the absolute value of the float x."),
        function("factorial", "(n, /)", integers::factorial).doc("Find n!."),
        function("floor", "(x, /)", floats::floor)
            .doc("Return the floor of x as an Integral.\n\nThis is the largest integer <= x."),
        function("fma", "(x, y, z, /)", floats::fma)
            .doc("Fused multiply-add operation.\n\nCompute (x * y) + z with a single round."),
        function("fmod", "(x, y, /)", floats::fmod)
            .doc("Return fmod(x, y), according to platform C.\n\nx % y may differ."),
        function("frexp", "(x, /)", floats::frexp)
            .doc("Return the mantissa and exponent of x, as pair (m, e)."),
        function("fsum", "(seq, /)", sequences::fsum)
            .doc("Return an accurate floating-point sum of values in the iterable seq."),
        function("gamma", "(x, /)", floats::gamma).doc("Gamma function at x."),
        function("gcd", "(*integers)", integers::gcd).doc("Greatest Common Divisor."),
        function("hypot", "(*coordinates)", sequences::hypot)
            .doc("Multidimensional Euclidean distance from the origin to a point."),
        function("isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", floats::isclose)
            .doc("Determine whether two floating-point numbers are close in value."),
        function("isfinite", "(x, /)", floats::isfinite)
            .doc("Return True if x is neither an infinity nor a NaN, and False otherwise."),
        function("isinf", "(x, /)", floats::isinf)
            .doc("Return True if x is a positive or negative infinity, and False otherwise."),
        function("isnan", "(x, /)", floats::isnan)
            .doc("Return True if x is a NaN (not a number), and False otherwise."),
        function("isqrt", "(n, /)", integers::isqrt)
            .doc("Return the integer part of the square root of the input."),
        function("lcm", "(*integers)", integers::lcm).doc("Least Common Multiple."),
        function("ldexp", "(x, i, /)", floats::ldexp)
            .doc("Return x * (2**i).\n\nThis is essentially the inverse of frexp()."),
        function("lgamma", "(x, /)", floats::lgamma)
            .doc("Natural logarithm of absolute value of Gamma function at x."),
        function("log", "(x, base=<unrepresentable>, /)", floats::log).real(floats::real_log)
            .doc("log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x."),
        function("log10", "(x, /)", floats::log10).real(floats::real_log10)
            .doc("Return the base 10 logarithm of x."),
        function("log1p", "(x, /)", floats::log1p).real(floats::real::log1p)
            .doc("Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero."),
        function("log2", "(x, /)", floats::log2).real(floats::real_log2).doc("Return the base 2 logarithm of x."),
        function("modf", "(x, /)", floats::modf)
            .doc("Return the fractional and integer parts of x."),
        function("nextafter", "(x, y, /, *, steps=None)", floats::nextafter)
            .doc("Return the floating-point value the given number of steps after x towards y."),
        function("perm", "(n, k=None, /)", integers::perm)
            .doc("Number of ways to choose k items from n items without repetition and with order."),
        function("pow", "(x, y, /)", floats::pow).doc("Return x**y (x to the power of y)."),
        function("prod", "(iterable, /, *, start=1)", sequences::prod)
            .doc("Calculate the product of all the elements in the input iterable."),
        function("radians", "(x, /)", floats::radians)
            .doc("Convert angle x from degrees to radians."),
        function("remainder", "(x, y, /)", floats::remainder)
            .doc("Difference between x and the closest integer multiple of y."),
        function("sin", "(x, /)", floats::sin).real(floats::real::sin)
            .doc("Return the sine of x (measured in radians)."),
        function("sinh", "(x, /)", floats::sinh).real(floats::real::sinh).doc("Return the hyperbolic sine of x."),
        function("sqrt", "(x, /)", floats::sqrt).real(floats::real::sqrt).doc("Return the square root of x."),
        function("sumprod", "(p, q, /)", sequences::sumprod)
            .doc("Return the sum of products of values from two iterables p and q."),
        function("tan", "(x, /)", floats::tan).real(floats::real::tan)
            .doc("Return the tangent of x (measured in radians)."),
        function("tanh", "(x, /)", floats::tanh).real(floats::real::tanh).doc("Return the hyperbolic tangent of x."),
        function("trunc", "(x, /)", floats::trunc)
            .doc("Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method."),
        function("ulp", "(x, /)", floats::ulp)
            .doc("Return the value of the least significant bit of the float x."),
    ],
    constants: &[
        ("pi", Const::Float(core::f64::consts::PI)),
        ("e", Const::Float(core::f64::consts::E)),
        ("tau", Const::Float(core::f64::consts::TAU)),
        ("inf", Const::Float(f64::INFINITY)),
        ("nan", Const::Float(f64::NAN)),
    ],
    ..ModuleDef::DEFAULT
};
