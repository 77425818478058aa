//! Python's numbers as algorithms: big integers, floats and complex numbers.
//!
//! Nothing here knows a Python object. Integers come in as [`IntRef`] (a sign
//! and little-endian `u64` limbs, as heap integers hold them) and go out as
//! [`Int`]; floats and complex numbers are plain `f64`s. Errors are small enums
//! that the object layer turns into exceptions.
//!
//! Operations on huge integers do not poll. They read and write only plain
//! owned memory, so the caller may copy its operands out and run detached.
#![forbid(unsafe_code)]

pub mod arith;
pub mod bitwise;
pub mod bytes;
pub mod combinatorics;
pub mod complex;
pub mod convert;
pub(crate) mod div;
pub mod dtoa;
pub mod float;
pub mod floathex;
pub mod floatparse;
pub mod hash;
pub mod int;
pub mod math;
pub mod norm;
pub mod radix;
pub mod sums;

pub use complex::Complex;
pub use int::{Int, IntRef};

/// What can go wrong in arithmetic; the object layer words the exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumError {
    /// Division or modulo by zero.
    ZeroDivision,
    /// The result does not fit the float range (OverflowError).
    Overflow,
    /// An argument outside the function's domain (ValueError).
    Domain,
    /// A negative shift count or exponent where none may be.
    Negative,
    /// `pow(a, -1, m)` where `a` has no inverse modulo `m`.
    NotInvertible,
    /// The result would be larger than an int can be.
    TooLarge,
    /// There is no memory for the result.
    NoMemory,
}

/// Shorthand for results of this crate.
pub type Result<T> = core::result::Result<T, NumError>;
