//! Timeouts: Python numbers to durations and deadlines.

use core::time::Duration;
use orochi_base::sync::Deadline;
use orochi_object::prelude::*;

/// `threading.TIMEOUT_MAX`, in seconds.
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// Seconds as an int or float, in nanoseconds, rounded away from zero.
///
/// # Errors
/// TypeError if it is no number, ValueError for NaN, OverflowError out of range.
pub fn nanoseconds(cx: &Cx, v: Value) -> Res<i64> {
    let overflow = || raise!(cx, OVERFLOW_ERROR, "timestamp out of range for C PyTime_t");
    if let Some(f) = v.as_float() {
        if f.is_nan() {
            return raise!(cx, VALUE_ERROR, "Invalid value NaN (not a number)");
        }
        let scaled = f * 1e9;
        let rounded = if scaled < 0.0 { scaled.floor() } else { scaled.ceil() };
        if !(-9.223_372_036_854_775e18..9.223_372_036_854_775e18).contains(&rounded) {
            return overflow();
        }
        return Ok(rounded as i64);
    }
    if !v.is_int() {
        if class_of(v).slots.index().is_none() {
            return raise!(
                cx,
                TYPE_ERROR,
                "'{}' object cannot be interpreted as an integer or float",
                ops::name_in_errors(cx, class_of(v))
            );
        }
        return nanoseconds(cx, ops::index(cx, v)?);
    }
    match v.as_i64().and_then(|n| n.checked_mul(1_000_000_000)) {
        Some(n) => Ok(n),
        None => overflow(),
    }
}

/// The deadline that many nanoseconds from now.
pub fn deadline(nanos: i64) -> Deadline {
    Deadline::after(Duration::from_nanos(nanos.max(0) as u64))
}

/// How long a lock may be waited for.
#[derive(Clone, Copy)]
pub enum Patience {
    /// Not at all.
    None,
    Until(Deadline),
    Forever,
}

/// The `blocking` and `timeout` arguments of locks.
pub fn patience(cx: &Cx, blocking: Option<Value>, timeout: Option<Value>) -> Res<Patience> {
    let blocking = match blocking {
        None => true,
        Some(v) => ops::truth(cx, v)?,
    };
    let nanos = match timeout {
        None => None,
        Some(v) => Some(nanoseconds(cx, v)?).filter(|n| *n != -1_000_000_000),
    };
    match nanos {
        Some(_) if !blocking => {
            raise!(cx, VALUE_ERROR, "can't specify a timeout for a non-blocking call")
        }
        Some(n) if n < 0 => {
            raise!(cx, VALUE_ERROR, "timeout value must be a non-negative number")
        }
        Some(n) if n as f64 > TIMEOUT_MAX * 1e9 => {
            raise!(cx, OVERFLOW_ERROR, "timeout value is too large")
        }
        Some(0) => Ok(Patience::None),
        Some(n) => Ok(Patience::Until(deadline(n))),
        None if blocking => Ok(Patience::Forever),
        None => Ok(Patience::None),
    }
}
