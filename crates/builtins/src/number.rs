//! What the numeric types share: operands, big-int arithmetic off the collector's way, errors.

use orochi_num::int::Small;
use orochi_num::{Int, IntRef, NumError};
use orochi_object::int::PyInt;
use orochi_object::prelude::*;
use orochi_text::Buf;
use std::borrow::Cow;

/// An int operand, of any size.
#[derive(Clone, Copy)]
pub enum Operand {
    Small(Small),
    Big(Ref<PyInt>),
}

impl Operand {
    /// The operand, if the value is an int (or bool, or subclass instance).
    #[inline]
    pub fn new(v: Value) -> Option<Operand> {
        if let Some(n) = v.as_small() {
            return Some(Operand::Small(Small::new(n)));
        }
        match v.as_bool() {
            Some(b) => Some(Operand::Small(Small::new(b as i64))),
            None => v.downcast().map(Operand::Big),
        }
    }

    /// The number.
    #[inline]
    pub fn get(&self) -> IntRef<'_> {
        match self {
            Operand::Small(small) => small.as_ref(),
            Operand::Big(big) => big.borrow(),
        }
    }
}

/// From this many limbs on, operations run detached on copies.
const LONG: usize = 512;

/// Bytes that an operation takes for each limb of its operands: copies, the result, scratch.
#[derive(Clone, Copy)]
pub enum Work {
    /// A pass over the digits.
    Linear = 32,
    /// Multiplication, and what is made of it: long ones transform their operands.
    Product = 400,
}

/// Runs a big-int operation; a long one so that no collection waits for it.
///
/// # Errors
/// MemoryError.
pub fn run<R: Send>(
    cx: &Cx,
    a: &Operand,
    b: &Operand,
    work: Work,
    f: impl FnOnce(IntRef<'_>, IntRef<'_>) -> R,
) -> Res<R> {
    let (x, y) = (a.get(), b.get());
    if x.mag.len() + y.mag.len() < LONG {
        return Ok(f(x, y));
    }
    cx.expect_memory((x.mag.len() + y.mag.len()).saturating_mul(work as usize))?;
    let (x, y) = (x.to_int(), y.to_int());
    Ok(cx.detached(|| f(x.as_ref(), y.as_ref())))
}

/// As [`run`] for one operand.
///
/// # Errors
/// MemoryError.
pub fn run_one<R: Send>(
    cx: &Cx,
    a: &Operand,
    work: Work,
    f: impl FnOnce(IntRef<'_>) -> R,
) -> Res<R> {
    let x = a.get();
    if x.mag.len() < LONG {
        return Ok(f(x));
    }
    cx.expect_memory(x.mag.len().saturating_mul(work as usize))?;
    let x = x.to_int();
    Ok(cx.detached(|| f(x.as_ref())))
}

/// The exception for an arithmetic error, in the wording of ints.
#[cold]
pub fn error(cx: &Cx, error: NumError) -> Raised {
    let (class, message) = match error {
        NumError::ZeroDivision => (&exception::ZERO_DIVISION_ERROR, "division by zero"),
        NumError::Overflow => {
            (&exception::OVERFLOW_ERROR, "integer division result too large for a float")
        }
        NumError::Domain => (&exception::VALUE_ERROR, "math domain error"),
        NumError::Negative => (&exception::VALUE_ERROR, "negative shift count"),
        NumError::NotInvertible => {
            (&exception::VALUE_ERROR, "base is not invertible for the given modulus")
        }
        NumError::NoMemory => return orochi_object::error::memory_error(cx),
        NumError::TooLarge => (&exception::OVERFLOW_ERROR, "too many digits in integer"),
    };
    cx.error(class, message)
}

/// Makes an int of a result that may be an error.
pub fn checked(cx: &Cx, result: orochi_num::Result<Int>) -> Res {
    match result {
        Ok(n) => cx.int_from_big(&n),
        Err(kind) => Err(error(cx, kind)),
    }
}

/// The str of a formatting result.
pub fn formatted(cx: &Cx, result: orochi_fmt::Result<Buf>) -> Res {
    match result {
        Ok(buf) => Ok(cx.str_from_buf(&buf)?.value()),
        Err(failed) => Err(format_error(cx, &failed)),
    }
}

/// The exception of a formatting error.
#[cold]
pub fn format_error(cx: &Cx, error: &orochi_fmt::FormatError) -> Raised {
    let class = match error.kind {
        orochi_fmt::Kind::Value => &exception::VALUE_ERROR,
        orochi_fmt::Kind::Type => &exception::TYPE_ERROR,
        orochi_fmt::Kind::Overflow => &exception::OVERFLOW_ERROR,
    };
    cx.error(class, &error.message)
}

/// The `format_spec` argument of `__format__`.
pub fn spec_argument(cx: &Cx, spec: Value) -> Res<Ref<PyStr>> {
    match spec.as_str() {
        Some(spec) => Ok(spec),
        None => raise!(
            cx,
            TYPE_ERROR,
            "__format__() argument must be str, not {}",
            ops::argument_class(spec)
        ),
    }
}

/// The name of the class of `v`, for messages that are rarely needed: a builtin class's is no copy.
pub fn type_name(v: Value) -> Cow<'static, str> {
    let class = class_of(v);
    match class.definition {
        Some(definition) if !definition.name.contains('.') => Cow::Borrowed(definition.name),
        _ => Cow::Owned(class.display_name()),
    }
}

/// Emits a warning through the module `warnings`.
pub fn warn(cx: &Cx, category: &TypeCell, message: &str) -> Res<()> {
    cx.warn(category, message, 1)
}

/// The bytes of a bytes-like value, copied; `None` if it is none.
pub fn bytes_like(cx: &Cx, v: Value) -> Res<Option<Vec<u8>>> {
    if let Some(bytes) = v.downcast::<PyBytes>() {
        return cx.copied(bytes.data()).map(Some);
    }
    match class_of(v).slots.buffer() {
        Some(buffer) => {
            let window = buffer(cx, v, orochi_object::buffer::request::SIMPLE)?;
            cx.copied(window.as_slice()).map(Some)
        }
        None => Ok(None),
    }
}

/// The number of a result that may be an error.
pub fn checked_int(cx: &Cx, result: orochi_num::Result<Int>) -> Res<Int> {
    result.map_err(|kind| error(cx, kind))
}
