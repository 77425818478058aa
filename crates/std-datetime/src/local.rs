//! The system's clock and local time. Times here are seconds since 1970, and "local seconds" are what a local
//! clock shows, counted from the same day.

use crate::args::bad_year;
use crate::calendar::{Clock, MAX_YEAR, MIN_YEAR, Ymd, ordinal};
use crate::objects::{DateTime, raw_delta, raw_zone};
use orochi_object::prelude::*;

/// The ordinal of 1970-01-01.
pub(crate) const EPOCH: i64 = 719_163;
/// No clock is set back by more.
const FOLD: i64 = 24 * 3600;

/// Seconds and microseconds now.
pub(crate) fn now(cx: &Cx) -> Res<(i64, i64)> {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a local.
    if unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut t) } != 0 {
        return raise!(cx, OS_ERROR, "the system has no clock");
    }
    Ok((t.tv_sec, t.tv_nsec / 1000))
}

#[cold]
fn out_of_range<T>(cx: &Cx) -> Res<T> {
    raise!(cx, OVERFLOW_ERROR, "timestamp out of range for platform time_t")
}

fn check_float(cx: &Cx, f: f64) -> Res<()> {
    if f.is_nan() {
        return raise!(cx, VALUE_ERROR, "Invalid value NaN (not a number)");
    }
    Ok(())
}

fn whole(cx: &Cx, f: f64) -> Res<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&f) { Ok(f as i64) } else { out_of_range(cx) }
}

fn whole_int(cx: &Cx, v: Value) -> Res<i64> {
    match ops::to_i64(cx, v) {
        Err(raised) if raised.is(&exception::OVERFLOW_ERROR) => out_of_range(cx),
        n => n,
    }
}

/// A timestamp in whole seconds, rounded down.
pub(crate) fn whole_seconds(cx: &Cx, v: Value) -> Res<i64> {
    let Some(f) = v.as_float() else { return whole_int(cx, v) };
    check_float(cx, f)?;
    whole(cx, f.floor())
}

/// A timestamp in seconds and microseconds, rounded to even.
pub(crate) fn seconds_and_micros(cx: &Cx, v: Value) -> Res<(i64, i64)> {
    let Some(f) = v.as_float() else {
        if !v.is_int() && class_of(v).slots.index().is_none() {
            let class = class_of(v).display_name();
            return raise!(cx, TYPE_ERROR, "argument must be int or float, not {class}");
        }
        return Ok((whole_int(cx, v)?, 0));
    };
    check_float(cx, f)?;
    let (mut seconds, mut micros) = (f.trunc(), (f.fract() * 1e6).round_ties_even());
    if micros >= 1e6 {
        micros -= 1e6;
        seconds += 1.0;
    } else if micros < 0.0 {
        micros += 1e6;
        seconds -= 1.0;
    }
    Ok((whole(cx, seconds)?, micros as i64))
}

fn broken_down(
    cx: &Cx,
    seconds: i64,
    f: unsafe extern "C" fn(*const libc::time_t, *mut libc::tm) -> *mut libc::tm,
) -> Res<(i64, libc::tm)> {
    // SAFETY: all zeros is a valid `tm`.
    let mut tm: libc::tm = unsafe { core::mem::zeroed() };
    // SAFETY: the pointers are to locals.
    if unsafe { f(&raw const seconds, &raw mut tm) }.is_null() {
        let error = std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EOVERFLOW);
        return Err(exception::os_error(cx, error, None));
    }
    Ok((tm.tm_year as i64 + 1900, tm))
}

/// The year, and the rest, of a time as local clocks show it.
pub(crate) fn localtime(cx: &Cx, seconds: i64) -> Res<(i64, libc::tm)> {
    broken_down(cx, seconds, libc::localtime_r)
}

/// As [`localtime`], at Greenwich.
pub(crate) fn gmtime(cx: &Cx, seconds: i64) -> Res<(i64, libc::tm)> {
    broken_down(cx, seconds, libc::gmtime_r)
}

/// What a clock shows, as seconds.
fn clock_seconds(cx: &Cx, year: i64, month: i64, day: i64, clock: i64) -> Res<i64> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return bad_year(cx, year);
    }
    Ok((ordinal(year, month, day) - EPOCH) * 86_400 + clock)
}

/// The local seconds at a time.
fn local(cx: &Cx, seconds: i64) -> Res<i64> {
    let (year, tm) = localtime(cx, seconds)?;
    let clock = tm.tm_hour as i64 * 3600 + tm.tm_min as i64 * 60 + tm.tm_sec as i64;
    clock_seconds(cx, year, tm.tm_mon as i64 + 1, tm.tm_mday as i64, clock)
}

/// The time at which local clocks show this; of two the one that `fold` says. In a gap, what would be shown if
/// the clocks had not been changed, before or after as `fold` says.
fn from_local(cx: &Cx, shown: i64, fold: bool) -> Res<i64> {
    let offset = local(cx, shown)? - shown;
    let first = shown - offset;
    let there = local(cx, first)?;
    let other_offset = if there == shown {
        // A solution. Is there another, a change of the clocks earlier or later?
        let probe = if fold { first + FOLD } else { first - FOLD };
        let other = local(cx, probe)? - probe;
        if other == offset {
            return Ok(first);
        }
        other
    } else {
        there - first
    };
    let second = shown - other_offset;
    if local(cx, second)? == shown {
        return Ok(second);
    }
    if there == shown {
        return Ok(first);
    }
    Ok(if fold { first.min(second) } else { first.max(second) })
}

/// The timestamp, in whole seconds, of what a naive datetime shows on a local clock.
pub(crate) fn timestamp(cx: &Cx, datetime: &DateTime) -> Res<i64> {
    let clock = datetime.clock();
    let (year, month, day) = datetime.ymd().parts();
    let shown = clock_seconds(cx, year, month, day, clock.seconds())?;
    from_local(cx, shown, clock.fold)
}

/// The `timezone` of local clocks where they show what a naive datetime says. In a gap it is the one that `fold`
/// says: before the clocks were changed, or after.
pub(crate) fn zone_of(cx: &Cx, datetime: &DateTime) -> Res {
    let clock = datetime.clock();
    let (year, month, day) = datetime.ymd().parts();
    let shown = clock_seconds(cx, year, month, day, clock.seconds())?;
    let seconds = from_local(cx, shown, clock.fold)?;
    let other = from_local(cx, shown, !clock.fold)?;
    // In a gap, and only there, the later reading comes first.
    let in_gap = other != seconds && (other > seconds) == clock.fold;
    zone_at(cx, if in_gap { other } else { seconds })
}

/// Date and time of day as a local clock shows them, with `fold`.
pub(crate) fn shown(cx: &Cx, seconds: i64, micros: i64) -> Res<(Ymd, Clock)> {
    let (year, tm) = localtime(cx, seconds)?;
    let (ymd, clock) = fields(cx, year, &tm, micros)?;
    let here = clock_seconds(cx, year, ymd.month as i64, ymd.day as i64, clock.seconds())?;
    // It is the second time that this is shown if the clocks were set back, not long ago, by as much as there is
    // between then and now.
    let change = here - local(cx, seconds.saturating_sub(FOLD))? - FOLD;
    let fold = change < 0 && local(cx, seconds + change)? == here;
    Ok((ymd, clock.folded(fold)))
}

/// Date and time of day at Greenwich.
pub(crate) fn shown_utc(cx: &Cx, seconds: i64, micros: i64) -> Res<(Ymd, Clock)> {
    let (year, tm) = gmtime(cx, seconds)?;
    fields(cx, year, &tm, micros)
}

fn fields(cx: &Cx, year: i64, tm: &libc::tm, micros: i64) -> Res<(Ymd, Clock)> {
    let ymd = crate::args::check_date(cx, year, tm.tm_mon as i64 + 1, tm.tm_mday as i64)?;
    // A leap second counts as the last of its minute.
    let second = tm.tm_sec.min(59) as i64;
    Ok((ymd, Clock::new(tm.tm_hour as i64, tm.tm_min as i64, second, micros)))
}

/// The `timezone` of local clocks at a time.
pub(crate) fn zone_at(cx: &Cx, seconds: i64) -> Res {
    let (_, tm) = localtime(cx, seconds)?;
    let name = if tm.tm_zone.is_null() {
        String::new()
    } else {
        // SAFETY: the C library keeps zone names for good.
        unsafe { core::ffi::CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
    };
    let (days, rest) = (tm.tm_gmtoff.div_euclid(86_400), tm.tm_gmtoff.rem_euclid(86_400));
    let offset = raw_delta(cx, crate::objects::DELTA.get(), days as i32, rest as i32, 0)?;
    let name = cx.new_str(&name)?.value();
    raw_zone(cx, crate::objects::TIMEZONE.get(), offset, name)
}
