//! Broken-down time: `struct_time` and the conversions to and from it.

use core::ffi::CStr;
use orochi_object::prelude::*;
use orochi_object::{path, structseq};
use std::ffi::CString;

pub(super) static STRUCT_TIME: TypeCell = TypeCell::new();
static ROWS: [GetSetDef; 11] = structseq::rows([
    "tm_year",
    "tm_mon",
    "tm_mday",
    "tm_hour",
    "tm_min",
    "tm_sec",
    "tm_wday",
    "tm_yday",
    "tm_isdst",
    "tm_zone",
    "tm_gmtoff",
]);
pub(super) static STRUCT_TIME_TYPE: TypeDef = TypeDef {
    flags: flag::MUTABLE,
    ..structseq::definition::<9, 11>(
        "time.struct_time",
        &STRUCT_TIME,
        &ROWS,
        "The time value as returned by gmtime(), localtime(), and strptime(), and\n \
         accepted by asctime(), mktime() and strftime().  May be considered as a\n \
         sequence of 9 integers.",
    )
};

unsafe extern "C" {
    fn tzset();
}

fn empty_tm() -> libc::tm {
    // SAFETY: plain data, for which zeroes are valid.
    unsafe { core::mem::zeroed() }
}

/// Seconds west of Greenwich and zone name, in January and in July of this year.
pub(super) fn zones() -> [(i64, String); 2] {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    // SAFETY: no other thread of ours changes the environment without the C library's lock.
    unsafe { tzset() };
    // SAFETY: a null pointer asks for the result only.
    let now = unsafe { libc::time(core::ptr::null_mut()) };
    let january = now / YEAR * YEAR;
    [january, january + YEAR / 2].map(|t| {
        let mut tm = empty_tm();
        // SAFETY: the pointers are to locals.
        if unsafe { libc::localtime_r(&raw const t, &raw mut tm) }.is_null() {
            return (0, String::from("UTC"));
        }
        (-tm.tm_gmtoff, zone_name(&tm))
    })
}

fn zone_name(tm: &libc::tm) -> String {
    if tm.tm_zone.is_null() {
        return String::new();
    }
    // SAFETY: the C library keeps zone names for good.
    unsafe { CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
}

/// Whole seconds from an optional argument; the present by default.
fn seconds_arg(cx: &Cx, v: Option<Value>) -> Res<i64> {
    let Some(v) = v.and_then(Value::non_none) else {
        // SAFETY: a null pointer asks for the result only.
        return Ok(unsafe { libc::time(core::ptr::null_mut()) });
    };
    let out_of_range =
        || cx.error(&exception::OVERFLOW_ERROR, "timestamp out of range for platform time_t");
    if let Some(f) = v.as_float() {
        if f.is_nan() {
            return raise!(cx, VALUE_ERROR, "Invalid value NaN (not a number)");
        }
        let n = f.floor();
        if !(-9.223372036854775e18..=9.223372036854775e18).contains(&n) {
            return Err(out_of_range());
        }
        return Ok(n as i64);
    }
    ops::index(cx, v)?.as_i64().ok_or_else(out_of_range)
}

fn to_struct(cx: &Cx, tm: &libc::tm, zone: &str) -> Res {
    let int = |n: i32| Value::int(n as i64);
    let fields = [
        Value::int(tm.tm_year as i64 + 1900),
        int(tm.tm_mon + 1),
        int(tm.tm_mday),
        int(tm.tm_hour),
        int(tm.tm_min),
        int(tm.tm_sec),
        int((tm.tm_wday + 6) % 7),
        int(tm.tm_yday + 1),
        int(tm.tm_isdst),
        cx.new_str(zone)?.value(),
        Value::int(tm.tm_gmtoff),
    ];
    structseq::make(cx, &STRUCT_TIME, &fields)
}

fn broken_down(cx: &Cx, t: i64, local: bool) -> Res<libc::tm> {
    let mut tm = empty_tm();
    // SAFETY: the pointers are to locals.
    let done = unsafe {
        if local {
            libc::localtime_r(&raw const t, &raw mut tm)
        } else {
            libc::gmtime_r(&raw const t, &raw mut tm)
        }
    };
    if done.is_null() {
        return Err(exception::last_os_error(cx, None));
    }
    Ok(tm)
}

pub(super) fn gmtime(cx: &Cx, args: Args) -> Res {
    let tm = broken_down(cx, seconds_arg(cx, args.opt(0))?, false)?;
    to_struct(cx, &tm, "UTC")
}

pub(super) fn localtime(cx: &Cx, args: Args) -> Res {
    let tm = broken_down(cx, seconds_arg(cx, args.opt(0))?, true)?;
    to_struct(cx, &tm, &zone_name(&tm))
}

/// A time tuple; the zone's name is kept beside it, for `tm_zone` points to it.
struct Broken {
    tm: libc::tm,
    _zone: Option<CString>,
}

fn from_tuple(cx: &Cx, v: Value, function: &str) -> Res<Broken> {
    let Some(t) = v.downcast::<PyTuple>() else {
        return raise!(cx, TYPE_ERROR, "Tuple or struct_time argument required");
    };
    if t.len() != 9 {
        return raise!(cx, TYPE_ERROR, "{function}(): illegal time tuple argument");
    }
    let mut n = [0i32; 9];
    for (to, item) in n.iter_mut().zip(t.values()) {
        if !item.is_int() && class_of(*item).slots.index().is_none() {
            return raise!(cx, TYPE_ERROR, "{function}(): illegal time tuple argument");
        }
        *to = ops::to_i32(cx, *item)?;
    }
    let Some(year) = n[0].checked_sub(1900) else {
        return raise!(cx, OVERFLOW_ERROR, "year out of range");
    };
    let mut tm = empty_tm();
    tm.tm_year = year;
    tm.tm_mon = n[1].wrapping_sub(1);
    tm.tm_mday = n[2];
    tm.tm_hour = n[3];
    tm.tm_min = n[4];
    tm.tm_sec = n[5];
    tm.tm_wday = n[6].wrapping_add(1) % 7;
    tm.tm_yday = n[7].wrapping_sub(1);
    tm.tm_isdst = n[8];
    let mut zone = None;
    if class_of(v).is_subtype(STRUCT_TIME.get()) {
        if let Some(name) = structseq::field(v, 9).as_str() {
            zone = CString::new(path::fs_encode(cx, name)?).ok();
        }
        tm.tm_gmtoff = structseq::field(v, 10).as_i64().unwrap_or(0);
    }
    tm.tm_zone = zone.as_ref().map_or(core::ptr::null(), |zone| zone.as_ptr());
    Ok(Broken { tm, _zone: zone })
}

/// Checks the ranges that formatting relies on.
fn check_ranges(cx: &Cx, tm: &mut libc::tm) -> Res<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let checks = [
        (0..12).contains(&tm.tm_mon).then_some(()).ok_or("month out of range"),
        (0..32).contains(&tm.tm_mday).then_some(()).ok_or("day of month out of range"),
        (0..24).contains(&tm.tm_hour).then_some(()).ok_or("hour out of range"),
        (0..60).contains(&tm.tm_min).then_some(()).ok_or("minute out of range"),
        (0..62).contains(&tm.tm_sec).then_some(()).ok_or("seconds out of range"),
        (tm.tm_wday >= 0).then_some(()).ok_or("day of week out of range"),
        (0..366).contains(&tm.tm_yday).then_some(()).ok_or("day of year out of range"),
    ];
    match checks.into_iter().find_map(Result::err) {
        Some(message) => raise!(cx, VALUE_ERROR, "{message}"),
        None => Ok(()),
    }
}

pub(super) fn mktime(cx: &Cx, args: Args) -> Res {
    let mut broken = from_tuple(cx, args.get(0), "mktime")?;
    // An impossible weekday that only success replaces.
    broken.tm.tm_wday = -1;
    // SAFETY: a local.
    let t = unsafe { libc::mktime(&raw mut broken.tm) };
    if t == -1 && broken.tm.tm_wday == -1 {
        return raise!(cx, OVERFLOW_ERROR, "mktime argument out of range");
    }
    cx.new_float(t as f64)
}

fn asctime_text(tm: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday.rem_euclid(7) as usize],
        MONTHS[tm.tm_mon.clamp(0, 11) as usize],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        tm.tm_year as i64 + 1900
    )
}

pub(super) fn asctime(cx: &Cx, args: Args) -> Res {
    let tm = match args.opt(0) {
        None => broken_down(cx, seconds_arg(cx, None)?, true)?,
        Some(v) => {
            let mut tm = from_tuple(cx, v, "asctime")?.tm;
            check_ranges(cx, &mut tm)?;
            tm
        }
    };
    Ok(cx.new_str(&asctime_text(&tm))?.value())
}

pub(super) fn ctime(cx: &Cx, args: Args) -> Res {
    let tm = broken_down(cx, seconds_arg(cx, args.opt(0))?, true)?;
    Ok(cx.new_str(&asctime_text(&tm))?.value())
}

pub(super) fn strftime(cx: &Cx, args: Args) -> Res {
    let Some(format) = args.get(0).as_str() else {
        let class = class_of(args.get(0)).display_name();
        return raise!(cx, TYPE_ERROR, "strftime() argument 1 must be str, not {class}");
    };
    let mut broken = match args.opt(1) {
        None => Broken { tm: broken_down(cx, seconds_arg(cx, None)?, true)?, _zone: None },
        Some(v) => from_tuple(cx, v, "strftime")?,
    };
    check_ranges(cx, &mut broken.tm)?;
    broken.tm.tm_isdst = broken.tm.tm_isdst.clamp(-1, 1);
    let mut out = orochi_text::Builder::new();
    let mut piece: Vec<u8> = Vec::new();
    cx.make_room(&mut piece, format.len())?;
    for c in format.text().iter() {
        if c != 0 && c < 0x80 {
            piece.push(c as u8);
            continue;
        }
        // The C library sees ASCII only; everything else stands for itself.
        format_piece(cx, &piece, &broken.tm, &mut out)?;
        piece.clear();
        out.push(c);
    }
    format_piece(cx, &piece, &broken.tm, &mut out)?;
    Ok(cx.str_from_buf(&out.finish())?.value())
}

fn format_piece(cx: &Cx, piece: &[u8], tm: &libc::tm, out: &mut orochi_text::Builder) -> Res<()> {
    if !piece.contains(&b'%') {
        out.push_latin1(piece);
        return Ok(());
    }
    // A mark at the end tells an empty result from one that did not fit.
    let mut text = Vec::new();
    // With the mark, and the NUL that follows.
    cx.make_room(&mut text, piece.len() + 2)?;
    text.extend_from_slice(piece);
    text.push(b'+');
    let Ok(format) = CString::new(text) else { return Ok(()) };
    let mut room = 1024;
    loop {
        let mut buffer = cx.zeroed(room)?;
        // SAFETY: the buffer is writable for its length; format and zone are NUL-terminated.
        let n = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), room, format.as_ptr(), tm) };
        if n > 0 {
            let text = path::fs_decode(cx, &buffer[..n - 1])?;
            out.push_units(text.text());
            return Ok(());
        }
        if room > 256 * format.as_bytes().len() + 4096 {
            return Ok(());
        }
        room *= 2;
    }
}
