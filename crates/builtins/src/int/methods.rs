//! Methods of `int`.

use super::convert::exact;
use crate::memoryview::PyMemoryView;
use crate::number::{self, Operand, formatted};
use crate::str::Padded;
use orochi_fmt::grouping::Locale;
use orochi_fmt::spec::Align;
use orochi_num::bytes::{self, BytesError};
use orochi_num::{Int, arith, bitwise};
use orochi_object::descr::GetSetDef;
use orochi_object::prelude::*;

pub(super) static METHODS: &[NativeDef] = &[
    method("conjugate", "(self, /)", |cx, args| exact(cx, args.get(0)))
        .doc("Returns self, the complex conjugate of any int."),
    method("bit_length", "(self, /)", bit_length).doc(
        "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> \
         (37).bit_length()\n6",
    ),
    method("bit_count", "(self, /)", bit_count).doc(
        "Number of ones in the binary representation of the absolute value of self.\n\nAlso known \
         as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3",
    ),
    method("to_bytes", "(self, /, length=1, byteorder='big', *, signed=False)", to_bytes)
        .doc("Return an array of bytes representing an integer."),
    class_method("from_bytes", "(cls, /, bytes, byteorder='big', *, signed=False)", from_bytes)
        .doc("Return the integer represented by the given array of bytes."),
    method("as_integer_ratio", "(self, /)", |cx, args| {
        Ok(cx.new_tuple(&[exact(cx, args.get(0))?, Value::int(1)])?.value())
    })
    .doc("Return a pair of integers, whose ratio is equal to the original int.\n\n\
          >>> (-7).as_integer_ratio()\n(-7, 1)"),
    method("is_integer", "(self, /)", |_, _| Ok(Value::TRUE))
        .doc("Returns True. Exists for duck type compatibility with float.is_integer."),
    method("__trunc__", "(self, /)", |cx, args| exact(cx, args.get(0)))
        .doc("Truncating an Integral returns itself."),
    method("__floor__", "(self, /)", |cx, args| exact(cx, args.get(0)))
        .doc("Flooring an Integral returns itself."),
    method("__ceil__", "(self, /)", |cx, args| exact(cx, args.get(0)))
        .doc("Ceiling of an Integral returns itself."),
    method("__round__", "(self, ndigits=None, /)", round)
        .doc("Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer."),
    method("__getnewargs__", "(self, /)", |cx, args| {
        Ok(cx.new_tuple(&[exact(cx, args.get(0))?])?.value())
    }),
    method("__format__", "(self, format_spec, /)", format)
        .doc("Convert to a string according to format_spec."),
    method("__sizeof__", "(self, /)", |cx, args| {
        // As `__itemsize__` tells it: in digits of `sys.int_info`, at least one.
        let bits = bitwise::bit_length(operand(cx, args.get(0))?.get());
        let own = class_of(args.get(0)).instance_size();
        Ok(Value::int(own as i64 + 4 * bits.div_ceil(30).max(1) as i64))
    })
    .doc("Returns size in memory, in bytes."),
];

pub(super) static GETSET: &[GetSetDef] = &[
    getter("real", exact),
    getter("imag", |_, _| Ok(Value::int(0))),
    getter("numerator", exact),
    getter("denominator", |_, _| Ok(Value::int(1))),
];

fn operand(cx: &Cx, v: Value) -> Res<Operand> {
    match Operand::new(v) {
        Some(n) => Ok(n),
        None => raise!(cx, TYPE_ERROR, "an integer is required"),
    }
}

fn bit_length(cx: &Cx, args: Args) -> Res {
    cx.new_uint(bitwise::bit_length(operand(cx, args.get(0))?.get()))
}

fn bit_count(cx: &Cx, args: Args) -> Res {
    cx.new_uint(bitwise::bit_count(operand(cx, args.get(0))?.get()))
}

/// The `byteorder` argument: whether it is little.
fn is_little(cx: &Cx, function: &str, order: Option<Value>) -> Res<bool> {
    let Some(order) = order else { return Ok(false) };
    let Some(text) = order.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{function}() argument 'byteorder' must be str, not {}",
            ops::argument_class(order)
        );
    };
    match (text.eq_str("little"), text.eq_str("big")) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => raise!(cx, VALUE_ERROR, "byteorder must be either 'little' or 'big'"),
    }
}

fn is_signed(cx: &Cx, signed: Option<Value>) -> Res<bool> {
    match signed {
        Some(signed) => ops::truth(cx, signed),
        None => Ok(false),
    }
}

fn to_bytes(cx: &Cx, args: Args) -> Res {
    let length = match args.opt(1) {
        Some(length) => ops::size_argument(cx, length)?,
        None => 1,
    };
    let little = is_little(cx, "to_bytes", args.opt(2))?;
    let signed = is_signed(cx, args.opt(3))?;
    let Ok(length) = usize::try_from(length) else {
        return raise!(cx, VALUE_ERROR, "length argument must be non-negative");
    };
    if length > isize::MAX as usize / 16 {
        return Err(orochi_object::error::memory_error(cx));
    }
    cx.expect_memory(length)?;
    match bytes::to_bytes(operand(cx, args.get(0))?.get(), length, little, signed) {
        Ok(data) => Ok(cx.new_bytes(&data)?.value()),
        Err(BytesError::NegativeUnsigned) => {
            raise!(cx, OVERFLOW_ERROR, "can't convert negative int to unsigned")
        }
        Err(BytesError::TooBig) => raise!(cx, OVERFLOW_ERROR, "int too big to convert"),
    }
}

fn from_bytes(cx: &Cx, args: Args) -> Res {
    let little = is_little(cx, "from_bytes", args.opt(2))?;
    let signed = is_signed(cx, args.opt(3))?;
    let source = args.get(1);
    let method = ops::lookup_special(cx, source, name!(cx, "__bytes__"))?;
    let source = match method {
        Some(method) => {
            let made = method.call(cx, &[])?;
            if made.downcast::<PyBytes>().is_none() {
                let class = class_of(made).display_name();
                return raise!(cx, TYPE_ERROR, "__bytes__ returned non-bytes (type {class})");
            }
            made
        }
        // A view may have its bytes in any order.
        None if source.downcast::<PyMemoryView>().is_some() => {
            ops::call(cx, types::BYTES.get().value(), &[source])?
        }
        None => source,
    };
    let data = match number::bytes_like(cx, source)? {
        Some(data) => data,
        None => bytes_of_items(cx, source)?,
    };
    // The number, and a copy of it that is negated.
    cx.expect_memory(data.len() * 2)?;
    let n = cx.int_from_big(&bytes::from_bytes(&data, little, signed))?;
    if args.get(0).is(types::INT.get().value()) { Ok(n) } else { ops::call(cx, args.get(0), &[n]) }
}

/// The bytes that an iterable of ints gives.
fn bytes_of_items(cx: &Cx, source: Value) -> Res<Vec<u8>> {
    let class = class_of(source);
    let iterable = class.slots.iter().is_some() || class.slots.getitem().is_some();
    if !iterable || source.as_str().is_some() {
        return raise!(cx, TYPE_ERROR, "cannot convert '{}' object to bytes", class.display_name());
    }
    let mut data = Vec::new();
    let iterator = ops::iter(cx, source)?;
    ops::expected(cx, source)?;
    ops::for_each(cx, iterator, &mut |item| {
        let n = ops::index_clamped(cx, item)?;
        match u8::try_from(n) {
            Ok(byte) => {
                cx.built(data.try_reserve(1))?;
                data.push(byte);
            }
            Err(_) => return raise!(cx, VALUE_ERROR, "bytes must be in range(0, 256)"),
        }
        Ok(true)
    })?;
    Ok(data)
}

fn round(cx: &Cx, args: Args) -> Res {
    let Some(digits) = args.non_none(1) else { return exact(cx, args.get(0)) };
    let digits = ops::index(cx, digits)?;
    round_int(cx, args.get(0), digits)
}

/// `round(v, digits)` for ints, ties to even.
pub fn round_int(cx: &Cx, v: Value, digits: Value) -> Res {
    let places = match digits.as_i64() {
        Some(n) if n >= 0 => return exact(cx, v),
        Some(n) => n.unsigned_abs(),
        None if digits.to_big().is_some_and(|n| !n.neg) => return exact(cx, v),
        None => u64::MAX,
    };
    let n = operand(cx, v)?;
    // More places than digits: the answer is 0.
    if places > bitwise::bit_length(n.get()) {
        return Ok(Value::int(0));
    }
    let unit =
        number::checked_int(cx, arith::pow(Int::from(10u64).as_ref(), Int::from(places).as_ref()))?;
    let (q, r) = match arith::divmod(n.get(), unit.as_ref()) {
        Ok(pair) => pair,
        Err(kind) => return Err(number::error(cx, kind)),
    };
    let twice = arith::add(r.as_ref(), r.as_ref());
    let up = match twice.as_ref().compare(unit.as_ref()) {
        core::cmp::Ordering::Less => false,
        core::cmp::Ordering::Greater => true,
        core::cmp::Ordering::Equal => q.as_ref().is_odd(),
    };
    let q = if up { arith::add(q.as_ref(), Int::one().as_ref()) } else { q };
    cx.int_from_big(&arith::mul(q.as_ref(), unit.as_ref()))
}

fn format(cx: &Cx, args: Args) -> Res {
    let spec = number::spec_argument(cx, args.get(1))?;
    if spec.len() == 0 {
        return Ok(ops::str(cx, args.get(0))?.value());
    }
    if let Some(n) = args.get(0).as_small()
        && let Some(plan) = orochi_fmt::spec::short(spec.text(), Align::Right)
        && let Some(padded) = Padded::of_int(n, &plan)
    {
        return padded.made(cx);
    }
    let n = operand(cx, args.get(0))?;
    let name = number::type_name(args.get(0));
    // Decimal conversions of huge numbers fall under the limit of digits.
    let last = spec.text().get(spec.len() - 1);
    let other = b"boxXc%eEfFgG".iter().any(|c| *c as u32 == last);
    if !other && n.get().mag.len() > 32 {
        super::decimal_text(cx, &n)?;
    }
    formatted(cx, orochi_fmt::number::format_int(n.get(), spec.text(), &name, &Locale::C))
}
