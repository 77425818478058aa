//! Ints from and to text and other numbers; `int()`.

use crate::number::{self, Operand, Work, run_one};
use core::sync::atomic::Ordering;
use orochi_num::radix::{self, ParseError};
use orochi_num::{Int, IntRef};
use orochi_object::args::unexpected_keyword;
use orochi_object::int::PyInt;
use orochi_object::prelude::*;
use orochi_text::Units;

pub use orochi_object::int::MAX_STR_DIGITS;

/// The same number as an exact `int`.
pub fn exact(cx: &Cx, v: Value) -> Res {
    if v.is_small() {
        return Ok(v);
    }
    if let Some(b) = v.as_bool() {
        return Ok(Value::int(b as i64));
    }
    match v.downcast::<PyInt>() {
        Some(n) if n.class() != types::INT.get() => cx.int_from_big(&n.to_int()),
        _ => Ok(v),
    }
}

/// The decimal text of an int, within the limit of digits.
pub fn decimal_text(cx: &Cx, n: &Operand) -> Res<String> {
    let limit = MAX_STR_DIGITS.load(Ordering::Relaxed);
    let long = limit > 0 && n.get().mag.len() > 32;
    let mut text = None;
    if !long || !radix::exceeds_digits(n.get(), limit) {
        text = Some(run_one(cx, n, Work::Product, |n| radix::to_decimal(n))?);
    }
    match text.filter(|text| !long || text.len() - n.get().neg as usize <= limit) {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            VALUE_ERROR,
            "Exceeds the limit ({limit} digits) for integer string conversion; use \
             sys.set_int_max_str_digits() to increase the limit"
        ),
    }
}

/// `repr` of ints.
pub fn repr(cx: &Cx, v: Value) -> Res {
    if let Some(n) = v.as_small() {
        if (0..10).contains(&n) {
            return Ok(orochi_object::intern::latin1(cx, b'0' + n as u8)?.value());
        }
        let mut buffer = itoa::Buffer::new();
        let text = Units::One(buffer.format(n).as_bytes());
        return Ok(cx.str_from_narrow(types::STR.get(), text)?.value());
    }
    match Operand::new(v) {
        Some(n) => match radix::short_decimal(n.get(), &mut [0; radix::SHORT_TEXT]) {
            Some(text) => Ok(cx.str_from_narrow(types::STR.get(), Units::One(text))?.value()),
            None => Ok(cx.new_str(&decimal_text(cx, &n)?)?.value()),
        },
        None => ops::default_repr(cx, v),
    }
}

/// `bin`, `oct`, `hex`: the digits after sign and prefix.
pub fn repr_radix(cx: &Cx, v: Value, base: u32, prefix: &str) -> Res {
    let index = ops::index(cx, v)?;
    let Some(n) = Operand::new(index) else { return Ok(index) };
    let text =
        run_one(cx, &n, Work::Product, |n| radix::to_string(IntRef { neg: false, ..n }, base))?;
    let sign = if n.get().neg { "-" } else { "" };
    Ok(cx.new_str(&format!("{sign}{prefix}{text}"))?.value())
}

/// The ValueError for text that is no int. `shown` is the argument.
#[cold]
pub fn parse_error(cx: &Cx, error: ParseError, base: u32, shown: Value) -> Raised {
    let message = match error {
        ParseError::TooManyDigits(given) => format!(
            "Exceeds the limit ({} digits) for integer string conversion: value has {given} \
             digits; use sys.set_int_max_str_digits() to increase the limit",
            MAX_STR_DIGITS.load(Ordering::Relaxed)
        ),
        ParseError::Invalid => match ops::repr_text(cx, shown) {
            Ok(text) => {
                let text: String = text.chars().take(200).collect();
                format!("invalid literal for int() with base {base}: {text}")
            }
            Err(raised) => return raised,
        },
    };
    cx.error(&exception::VALUE_ERROR, &message)
}

/// The number that text spells; `shown` is the argument for messages.
pub fn from_text(cx: &Cx, text: &[u8], base: u32, shown: Value) -> Res<Int> {
    let limit = MAX_STR_DIGITS.load(Ordering::Relaxed);
    let parsed = if text.len() > 4096 {
        let text = cx.copied(text)?;
        cx.detached(|| radix::parse(&text, base, limit))
    } else {
        radix::parse(text, base, limit)
    };
    parsed.map_err(|error| parse_error(cx, error, base, shown))
}

fn from_str(cx: &Cx, s: Ref<PyStr>, base: u32) -> Res<Int> {
    match orochi_text::classify::to_ascii_number(s.text()) {
        Some(text) => from_text(cx, &text, base, s.value()),
        None => Err(parse_error(cx, ParseError::Invalid, base, s.value())),
    }
}

/// `int(v)`: an exact int.
pub fn number_to_int(cx: &Cx, v: Value) -> Res {
    if v.is_small() {
        return Ok(v);
    }
    let class = class_of(v);
    if let Some(int) = class.slots.int() {
        let result = int(cx, v)?;
        if is_exact(result, &types::INT) {
            return Ok(result);
        }
        if !result.is_int() {
            return raise!(
                cx,
                TYPE_ERROR,
                "__int__ returned non-int (type {})",
                class_of(result).display_name()
            );
        }
        let message = format!(
            "__int__ returned non-int (type {}).  The ability to return an instance of a strict \
             subclass of int is deprecated, and may not be supported in a future version of \
             Python.",
            class_of(result).display_name()
        );
        number::warn(cx, &exception::DEPRECATION_WARNING, &message)?;
        return exact(cx, result);
    }
    if class.slots.index().is_some() {
        let result = ops::index(cx, v)?;
        return exact(cx, result);
    }
    if let Some(s) = v.as_str() {
        if let Some(n) =
            s.as_ascii().and_then(|text| radix::parse_plain(text.as_bytes().trim_ascii()))
        {
            return Ok(Value::int(n));
        }
        return cx.int_from_big(&from_str(cx, s, 10)?);
    }
    if let Ok(Some(text)) = number::bytes_like(cx, v) {
        let shown = cx.new_bytes(&text)?.value();
        return cx.int_from_big(&from_text(cx, &text, 10, shown)?);
    }
    raise!(
        cx,
        TYPE_ERROR,
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        class.display_name()
    )
}

/// The arguments of `int()`: number and base.
fn arguments(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res<(Option<Value>, Option<Value>)> {
    let given = args.positional();
    // A subclass words it in another way.
    if args.keyword_count() == 0 && (class == types::INT.get() || given.len() <= 2) {
        let row = args.exactly(cx, "int", 0, 2)?;
        return Ok((row.first().copied(), row.get(1).copied()));
    }
    let all = args.all().len();
    if all > 2 {
        let kind = if given.is_empty() { "keyword " } else { "" };
        return raise!(cx, TYPE_ERROR, "int() takes at most 2 {kind}arguments ({all} given)");
    }
    for (name, value) in args.keywords() {
        if !name.eq_str("base") {
            return Err(unexpected_keyword(cx, "int()", name, ["base"].into_iter()));
        }
        if given.len() < 2 {
            return Ok((given.first().copied(), Some(value)));
        }
    }
    Ok((given.first().copied(), given.get(1).copied()))
}

fn with_base(cx: &Cx, v: Option<Value>, base: Value) -> Res<Int> {
    let Some(v) = v else { return raise!(cx, TYPE_ERROR, "int() missing string argument") };
    let base = ops::index_clamped(cx, base)?;
    if base != 0 && !(2..=36).contains(&base) {
        return raise!(cx, VALUE_ERROR, "int() base must be >= 2 and <= 36, or 0");
    }
    if let Some(s) = v.as_str() {
        return from_str(cx, s, base as u32);
    }
    let is_bytes =
        v.downcast::<PyBytes>().is_some() || class_of(v).is_subtype(crate::bytearray::CELL.get());
    if is_bytes && let Some(text) = number::bytes_like(cx, v)? {
        let shown = cx.new_bytes(&text)?.value();
        return from_text(cx, &text, base as u32, shown);
    }
    raise!(cx, TYPE_ERROR, "int() can't convert non-string with explicit base")
}

/// `int.__new__`.
pub(super) fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let (v, base) = arguments(cx, class, args)?;
    let value = match (v, base) {
        (v, Some(base)) => {
            let n = with_base(cx, v, base)?;
            cx.int_from_big(&n)?
        }
        (Some(v), None) => number_to_int(cx, v)?,
        (None, None) => Value::int(0),
    };
    if class == types::INT.get() {
        return Ok(value);
    }
    match Operand::new(value) {
        Some(n) => cx.int_of_class(class, n.get().neg, n.get().mag),
        None => Ok(value),
    }
}
