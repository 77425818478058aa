//! Methods of `float`.

use super::{error, exact, number, truncate};
use crate::number::{formatted, spec_argument};
use orochi_fmt::grouping::Locale;
use orochi_num::{NumError, convert, float as num, floathex};
use orochi_object::descr::GetSetDef;
use orochi_object::prelude::*;

pub(super) static METHODS: &[NativeDef] = &[
    method("conjugate", "(self, /)", |cx, args| exact(cx, args.get(0)))
        .doc("Return self, the complex conjugate of any float."),
    method("is_integer", "(self, /)", |_, args| {
        Ok(Value::bool(num::is_integer(number(args.get(0)))))
    })
    .doc("Return True if the float is an integer."),
    method("as_integer_ratio", "(self, /)", ratio).doc(
        "Return a pair of integers, whose ratio is exactly equal to the original float.\n\n\
              >>> (0.75).as_integer_ratio()\n(3, 4)",
    ),
    method("hex", "(self, /)", |cx, args| {
        Ok(cx.new_str(&floathex::hex(number(args.get(0))))?.value())
    })
    .doc(
        "Return a hexadecimal representation of a floating-point number.\n\n\
          >>> (0.5).hex()\n'0x1.0000000000000p-1'",
    ),
    class_method("fromhex", "(cls, string, /)", from_hex).doc(
        "Create a floating-point number from a hexadecimal string.\n\n\
              >>> float.fromhex('0x1.8p+1')\n3.0",
    ),
    class_method("from_number", "(cls, number, /)", from_number)
        .doc("Convert real number to a floating-point number."),
    method("__trunc__", "(self, /)", |cx, args| truncate(cx, number(args.get(0))))
        .doc("Return the Integral closest to x between 0 and x."),
    method("__floor__", "(self, /)", |cx, args| truncate(cx, number(args.get(0)).floor()))
        .doc("Return the floor as an Integral."),
    method("__ceil__", "(self, /)", |cx, args| truncate(cx, number(args.get(0)).ceil()))
        .doc("Return the ceiling as an Integral."),
    method("__round__", "(self, ndigits=None, /)", round).doc(
        "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is \
         passed, work like built-in round(x, ndigits).",
    ),
    method("__getnewargs__", "(self, /)", |cx, args| {
        Ok(cx.new_tuple(&[exact(cx, args.get(0))?])?.value())
    }),
    method("__format__", "(self, format_spec, /)", format)
        .doc("Formats the float according to format_spec."),
    class_method("__getformat__", "(cls, typestr, /)", get_format)
        .doc("You probably don't want to use this function."),
];

pub(super) static GETSET: &[GetSetDef] =
    &[getter("real", exact), getter("imag", |cx, _| cx.new_float(0.0))];

fn ratio(cx: &Cx, args: Args) -> Res {
    let x = number(args.get(0));
    match convert::as_integer_ratio(x) {
        Some((n, d)) => {
            let pair = [cx.int_from_big(&n)?, cx.int_from_big(&d)?];
            Ok(cx.new_tuple(&pair)?.value())
        }
        None if x.is_nan() => raise!(cx, VALUE_ERROR, "cannot convert NaN to integer ratio"),
        None => raise!(cx, OVERFLOW_ERROR, "cannot convert Infinity to integer ratio"),
    }
}

fn of_class(cx: &Cx, class: Value, x: f64) -> Res {
    let value = cx.new_float(x)?;
    if class.is(types::FLOAT.get().value()) { Ok(value) } else { ops::call(cx, class, &[value]) }
}

fn from_hex(cx: &Cx, args: Args) -> Res {
    let Some(text) = args.get(1).as_str() else {
        return raise!(cx, TYPE_ERROR, "bad argument type for built-in operation");
    };
    crate::str::check_utf8(cx, text)?;
    let bytes: Vec<u8> =
        text.units().iter().map(|c| if c < 128 { c as u8 } else { b'?' }).collect();
    match floathex::from_hex(&bytes) {
        Ok(x) => of_class(cx, args.get(0), x),
        Err(NumError::Overflow) => {
            raise!(cx, OVERFLOW_ERROR, "hexadecimal value too large to represent as a float")
        }
        Err(_) => raise!(cx, VALUE_ERROR, "invalid hexadecimal floating-point string"),
    }
}

fn from_number(cx: &Cx, args: Args) -> Res {
    let v = args.get(1);
    if args.get(0).is(types::FLOAT.get().value()) && is_exact(v, &types::FLOAT) {
        return Ok(v);
    }
    let x = ops::to_f64(cx, v)?;
    of_class(cx, args.get(0), x)
}

fn round(cx: &Cx, args: Args) -> Res {
    let x = number(args.get(0));
    let Some(digits) = args.non_none(1) else { return truncate(cx, x.round_ties_even()) };
    let digits = ops::index_clamped(cx, digits)?;
    match num::round(x, digits as i64) {
        Ok(x) => cx.new_float(x),
        Err(NumError::Overflow) => {
            raise!(cx, OVERFLOW_ERROR, "rounded value too large to represent")
        }
        Err(kind) => Err(error(cx, kind)),
    }
}

fn format(cx: &Cx, args: Args) -> Res {
    let spec = spec_argument(cx, args.get(1))?;
    if spec.len() == 0 {
        return Ok(ops::str(cx, args.get(0))?.value());
    }
    let x = number(args.get(0));
    let name = class_of(args.get(0)).display_name();
    formatted(cx, orochi_fmt::number::format_float(x, spec.text(), &name, &Locale::C))
}

fn get_format(cx: &Cx, args: Args) -> Res {
    let Some(kind) = args.get(1).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "__getformat__() argument must be str, not {}",
            ops::argument_class(args.get(1))
        );
    };
    crate::str::check_c_text(cx, kind)?;
    if !kind.eq_str("double") && !kind.eq_str("float") {
        return raise!(cx, VALUE_ERROR, "__getformat__() argument 1 must be 'double' or 'float'");
    }
    let order = if cfg!(target_endian = "little") { "little" } else { "big" };
    Ok(cx.new_str(&format!("IEEE, {order}-endian"))?.value())
}
