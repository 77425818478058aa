//! `datetime`: the type, its constructors and its parts. Comparisons and zones are in `datetime_ops`.

use crate::args::{self, Params, c_int, check_date, check_zone, replaced_int};
use crate::calendar::{Clock, Ymd, days_in_month};
use crate::date::{invalid_text, iso_text, pickled_date, unpickled_date};
use crate::objects::{
    DATE, DATETIME, DATETIME_LAYOUT, DELTA, DateTime, Delta, Time, new_datetime, raw_date,
    raw_datetime, raw_delta, raw_time, receiver, ymd_of,
};
use crate::text::Spec;
use crate::time::{check_midnight, clock_of, pickled_time, push_fields, read_zone, state_zone};
use crate::{date, datetime_ops as arithmetic, iso, local, strftime, text, zone};
use orochi_object::prelude::*;
use std::borrow::Cow;

receiver!(this, DateTime);

pub(crate) static TYPE: TypeDef = TypeDef {
    name: "datetime.datetime",
    cell: &DATETIME,
    base: Some(&DATE),
    layout: DATETIME_LAYOUT,
    size: size_of::<DateTime>(),
    flags: flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(|cx, v| {
            let sep = name!(cx, " ").value();
            ops::call_method(cx, v, name!(cx, "isoformat"), &[sep])
        }),
        hash: Some(arithmetic::hash),
        compare: Some(arithmetic::compare),
        add: Some(arithmetic::add),
        sub: Some(arithmetic::sub),
        ..Slots::NONE
    },
    methods: &[
        class_method("now", "(cls, /, tz=None)", now)
            .doc("Returns new datetime object representing current time local to tz."),
        class_method("utcnow", "(cls, /)", utcnow)
            .doc("Return a new datetime representing UTC day and time."),
        class_method("fromtimestamp", "(cls, timestamp, tz=None)", from_timestamp)
            .doc("timestamp[, tz] -> tz's local time from POSIX timestamp."),
        class_method("utcfromtimestamp", "(cls, timestamp, /)", utc_from_timestamp)
            .doc("Construct a naive UTC datetime from a POSIX timestamp."),
        class_method("strptime", "(cls, string, format, /)", |cx, args| {
            strftime::strptime(cx, args, "_strptime_datetime_datetime")
        })
        .doc("string, format -> new datetime parsed from a string (like time.strptime())."),
        class_method("combine", "(cls, date, time, tzinfo=)", combine)
            .doc("date, time -> datetime with same date and time fields"),
        class_method("fromisoformat", "(cls, string, /)", from_iso_format)
            .doc("Construct a datetime from a string in ISO 8601 format."),
        method("date", "(self, /)", |cx, args| raw_date(cx, DATE.get(), this(args.get(0)).ymd()))
            .doc("Return date object with same year, month and day."),
        method("time", "(self, /)", |cx, args| {
            raw_time(cx, crate::objects::TIME.get(), this(args.get(0)).clock(), Value::NONE)
        })
        .doc("Return time object with same time but with tzinfo=None."),
        method("timetz", "(self, /)", |cx, args| {
            let own = this(args.get(0));
            raw_time(cx, crate::objects::TIME.get(), own.clock(), own.zone())
        })
        .doc("Return time object with same time and tzinfo."),
        method("ctime", "(self, /)", |cx, args| {
            let own = this(args.get(0));
            text::ctime(cx, own.ymd(), own.clock())
        })
        .doc("Return ctime() style string."),
        method("timetuple", "(self, /)", |cx, args| {
            let own = this(args.get(0));
            let dst = match zone::dst(cx, own.zone(), args.get(0))? {
                None => -1,
                Some(delta) => !delta.is_zero() as i64,
            };
            strftime::struct_time(cx, own.ymd(), own.clock(), dst)
        })
        .doc("Return time tuple, compatible with time.localtime()."),
        method("timestamp", "(self, /)", arithmetic::timestamp)
            .doc("Return POSIX timestamp as float."),
        method("utctimetuple", "(self, /)", |cx, args| {
            let own = this(args.get(0));
            let offset = zone::utcoffset(cx, own.zone(), args.get(0))?;
            let (ymd, clock) = shifted(cx, own, -offset.map_or(0, |offset| offset.total()))?;
            strftime::struct_time(cx, ymd, clock, 0)
        })
        .doc("Return UTC time tuple, compatible with time.localtime()."),
        method("isoformat", "(self, /, sep='T', timespec='auto')", iso_format).doc(
            "[sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].",
        ),
        method("utcoffset", "(self, /)", |cx, args| {
            let v = args.get(0);
            Ok(zone::or_none(zone::utcoffset(cx, this(v).zone(), v)?))
        })
        .doc("Return self.tzinfo.utcoffset(self)."),
        method("tzname", "(self, /)", |cx, args| {
            let v = args.get(0);
            Ok(zone::tzname(cx, this(v).zone(), v)?.map_or(Value::NONE, Ref::value))
        })
        .doc("Return self.tzinfo.tzname(self)."),
        method("dst", "(self, /)", |cx, args| {
            let v = args.get(0);
            Ok(zone::or_none(zone::dst(cx, this(v).zone(), v)?))
        })
        .doc("Return self.tzinfo.dst(self)."),
        method("replace", REPLACE, replace).doc("Return datetime with new specified fields."),
        method("__replace__", REPLACE, replace).doc("The same as replace()."),
        method("astimezone", "(self, /, tz=None)", arithmetic::astimezone)
            .doc("tz -> convert to local time in new timezone tz"),
        method("__reduce_ex__", "(self, proto, /)", |cx, args| {
            reduce(cx, args.get(0), c_int(cx, args.get(1))?)
        })
        .doc("__reduce_ex__(proto) -> (cls, state)"),
        method("__reduce__", "(self, /)", |cx, args| reduce(cx, args.get(0), 2))
            .doc("__reduce__() -> (cls, state)"),
    ],
    getset: &[
        getter("hour", |_, v| Ok(Value::int(this(v).clock().hour as i64))),
        getter("minute", |_, v| Ok(Value::int(this(v).clock().minute as i64))),
        getter("second", |_, v| Ok(Value::int(this(v).clock().second as i64))),
        getter("microsecond", |_, v| Ok(Value::int(this(v).clock().micro as i64))),
        getter("tzinfo", |_, v| Ok(this(v).zone())),
        getter("fold", |_, v| Ok(Value::int(this(v).clock().fold as i64))),
    ],
    doc: Some(
        "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\nThe \
         year, month and day arguments are required. tzinfo may be None, or an\ninstance of a \
         tzinfo subclass. The remaining arguments may be ints.",
    ),
    init: Some(|cx, class| {
        let names = class.namespace();
        let (first, last) = (Ymd::new(1, 1, 1), Ymd::new(9999, 12, 31));
        let midnight = Clock::new(23, 59, 59, 999_999);
        let min = raw_datetime(cx, class, first, Clock::ZERO, Value::NONE)?;
        let max = raw_datetime(cx, class, last, midnight, Value::NONE)?;
        names.set_str(cx, name!(cx, "min"), min)?;
        names.set_str(cx, name!(cx, "max"), max)?;
        names.set_str(cx, name!(cx, "resolution"), raw_delta(cx, DELTA.get(), 0, 0, 1)?)
    }),
    ..TypeDef::DEFAULT
};

const REPLACE: &str = "(self, /, year=unchanged, month=unchanged, day=unchanged, hour=unchanged, \
                       minute=unchanged, second=unchanged, microsecond=unchanged, \
                       tzinfo=unchanged, *, fold=unchanged)";

static PARAMS: Params = Params {
    function: "",
    names: &["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"],
    positional: 8,
};

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if let [state, rest @ ..] = args.all()
        && args.names().is_none()
        && rest.len() < 2
    {
        let sane = |s: &[u32; 10]| (1..=12).contains(&(s[2] & 0x7f));
        if let Some(state) = args::pickled::<10>(cx, *state, "datetime", sane)? {
            let zone = state_zone(cx, rest)?;
            let mut ymd = unpickled_date(&state);
            let fold = ymd.month & 0x80 != 0;
            ymd.month &= 0x7f;
            let micro = u32::from_be_bytes([0, state[7], state[8], state[9]]);
            let (hour, minute, second) = (state[4], state[5], state[6]);
            let clock = Clock { hour, minute, second, micro, fold };
            return raw_datetime(cx, class, ymd, clock, zone);
        }
    }
    let row = PARAMS.bind::<9>(cx, args)?;
    let [year, month, day, hour, minute, second, micro, zone, fold] = row;
    let year = PARAMS.required_int(cx, year, 0)?;
    let month = PARAMS.required_int(cx, month, 1)?;
    let day = PARAMS.required_int(cx, day, 2)?;
    // All numbers are read before any is checked.
    let mut fields = [hour, minute, second, micro, fold];
    for v in fields.iter_mut().flatten() {
        *v = Value::int(c_int(cx, *v)?);
    }
    let ymd = check_date(cx, year, month, day)?;
    let clock = clock_of(cx, fields, Clock::ZERO)?;
    let zone = zone.unwrap_or(Value::NONE);
    check_zone(cx, zone)?;
    raw_datetime(cx, class, ymd, clock, zone)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let own = this(v);
    let (year, month, day) = own.ymd().parts();
    let clock = own.clock();
    let mut head = format!("{}({year}, {month}, {day}, ", text::shown_name(v));
    push_fields(&mut head, clock);
    if clock.fold {
        head.push_str(", fold=1");
    }
    let mut out = orochi_text::Builder::new();
    out.push_str(&head);
    if let Some(zone) = own.zone().non_none() {
        out.push_str(", tzinfo=");
        out.push_units(ops::repr(cx, zone)?.text());
    }
    out.push_str(")");
    Ok(cx.str_from_buf(&out.finish())?.value())
}

/// Date and time of day this many microseconds later.
pub(crate) fn shifted(cx: &Cx, own: Ref<DateTime>, micros: i128) -> Res<(Ymd, Clock)> {
    let total = own.micros() + micros;
    let ymd = date::date_at(cx, total.div_euclid(Delta::DAY) as i64)?;
    let rest = total.rem_euclid(Delta::DAY) as i64;
    Ok((ymd, Clock::from_seconds(rest / 1_000_000, rest % 1_000_000)))
}

/// A datetime of the same class and zone, this many microseconds later.
pub(crate) fn moved(cx: &Cx, own: Ref<DateTime>, micros: i128) -> Res {
    let (ymd, clock) = shifted(cx, own, micros)?;
    new_datetime(cx, own.class().value(), ymd, clock, own.zone())
}

/// `zone.fromutc(v)` where there is a zone.
fn in_zone(cx: &Cx, v: Value, zone: Value) -> Res {
    if zone.is_none() {
        return Ok(v);
    }
    ops::call_method(cx, zone, name!(cx, "fromutc"), &[v])
}

/// The datetime of class `class` at a time, in a zone or on local clocks.
fn at(cx: &Cx, class: Value, (seconds, micros): (i64, i64), zone: Value) -> Res {
    let (ymd, clock) = match zone.is_none() {
        true => local::shown(cx, seconds, micros)?,
        false => local::shown_utc(cx, seconds, micros)?,
    };
    let made = new_datetime(cx, class, ymd, clock, zone)?;
    in_zone(cx, made, zone)
}

fn now(cx: &Cx, args: Args) -> Res {
    let zone = args.opt(1).unwrap_or(Value::NONE);
    check_zone(cx, zone)?;
    at(cx, args.get(0), local::now(cx)?, zone)
}

fn from_timestamp(cx: &Cx, args: Args) -> Res {
    let zone = args.opt(2).unwrap_or(Value::NONE);
    check_zone(cx, zone)?;
    at(cx, args.get(0), local::seconds_and_micros(cx, args.get(1))?, zone)
}

fn naive_utc(cx: &Cx, class: Value, (seconds, micros): (i64, i64)) -> Res {
    let (ymd, clock) = local::shown_utc(cx, seconds, micros)?;
    new_datetime(cx, class, ymd, clock, Value::NONE)
}

fn utcnow(cx: &Cx, args: Args) -> Res {
    let message = "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future \
                   version. Use timezone-aware objects to represent datetimes in UTC: \
                   datetime.datetime.now(datetime.UTC).";
    orochi_object::hooks::warn(cx, &exception::DEPRECATION_WARNING, message, 1)?;
    naive_utc(cx, args.get(0), local::now(cx)?)
}

fn utc_from_timestamp(cx: &Cx, args: Args) -> Res {
    let message = "datetime.datetime.utcfromtimestamp() is deprecated and scheduled for removal in \
                   a future version. Use timezone-aware objects to represent datetimes in UTC: \
                   datetime.datetime.fromtimestamp(timestamp, datetime.UTC).";
    orochi_object::hooks::warn(cx, &exception::DEPRECATION_WARNING, message, 1)?;
    naive_utc(cx, args.get(0), local::seconds_and_micros(cx, args.get(1))?)
}

fn combine(cx: &Cx, args: Args) -> Res {
    let wrong = |i: usize, what: &str, v: Value| {
        let class = if v.is_none() { "None".into() } else { class_of(v).display_name() };
        raise!(cx, TYPE_ERROR, "combine() argument {i} must be datetime.{what}, not {class}")
    };
    let (date, time) = (args.get(1), args.get(2));
    let Some(ymd) = ymd_of(date) else { return wrong(1, "date", date) };
    let Some(time) = time.downcast::<Time>() else { return wrong(2, "time", time) };
    let zone = args.opt(3).unwrap_or(time.zone());
    check_zone(cx, zone)?;
    new_datetime(cx, args.get(0), ymd, time.clock(), zone)
}

/// The text with an ASCII letter instead of a separator that is none, and where the date ends.
fn plain_text<'a>(cx: &Cx, text: Ref<PyStr>) -> Res<Option<(Cow<'a, [u8]>, usize)>> {
    if text.len() < 7 {
        return Ok(None);
    }
    let units = text.text();
    if let Some(bytes) = units.as_ascii() {
        return Ok(Some((Cow::Borrowed(bytes), iso::separator(bytes))));
    }
    let mut bytes = Vec::new();
    cx.make_room(&mut bytes, units.len())?;
    let mut other = None;
    for (i, c) in units.iter().enumerate() {
        if c < 128 {
            bytes.push(c as u8);
        } else if matches!(i, 7 | 8 | 10) && other.is_none() {
            other = Some(i);
            bytes.push(b'T');
        } else {
            return Ok(None);
        }
    }
    let at = iso::separator(&bytes);
    // What is not ASCII can only be the separator.
    Ok(other.is_none_or(|i| i == at).then_some((Cow::Owned(bytes), at)))
}

fn from_iso_format(cx: &Cx, args: Args) -> Res {
    let v = args.get(1);
    let written = iso_text(cx, v)?;
    let Some((bytes, at)) = plain_text(cx, written)? else { return invalid_text(cx, v) };
    let Some(mut day) = iso::date(&bytes[..at.min(bytes.len())]) else {
        return invalid_text(cx, v);
    };
    let mut raw = iso::RawTime::default();
    if bytes.len() > at {
        match iso::time(&bytes[at + 1..]) {
            Some(time) => raw = time,
            None => return invalid_text(cx, v),
        }
    }
    let zone = read_zone(cx, &raw)?;
    if raw.hour == 24 && (1..=12).contains(&day.month) {
        let last = days_in_month(day.year, day.month);
        if (1..=last).contains(&day.day) {
            check_midnight(cx, &raw)?;
            // Midnight at the end of a day is that of the next one.
            raw.hour = 0;
            day.day += 1;
            if day.day > last {
                day.day = 1;
                day.month += 1;
            }
            if day.month > 12 {
                day.month = 1;
                day.year += 1;
            }
        }
    }
    let class = args.get(0);
    if class.is(DATETIME.get().value()) {
        let ymd = check_date(cx, day.year, day.month, day.day)?;
        let clock = args::check_time(cx, raw.hour, raw.minute, raw.second, raw.micro, 0)?;
        return raw_datetime(cx, DATETIME.get(), ymd, clock, zone);
    }
    let [year, month, day] = [day.year, day.month, day.day].map(Value::int);
    let [hour, minute, second, micro] =
        [raw.hour, raw.minute, raw.second, raw.micro].map(Value::int);
    ops::call(cx, class, &[year, month, day, hour, minute, second, micro, zone])
}

fn iso_format(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let own = this(v);
    let clock = own.clock();
    let sep = separator(cx, args.opt(1))?;
    let spec = Spec::from_arg(cx, args.opt(2), 2, clock)?;
    let mut out = String::with_capacity(40);
    text::push_date(&mut out, own.ymd());
    let date_length = out.len();
    text::push_time(&mut out, clock, spec);
    if let Some(offset) = zone::utcoffset(cx, own.zone(), v)? {
        text::push_offset(&mut out, &offset, ":");
    }
    if let Some(sep) = char::from_u32(sep) {
        out.insert(date_length, sep);
        return Ok(cx.new_str(&out)?.value());
    }
    // A lone surrogate is no `char`.
    let mut text = orochi_text::Builder::new();
    text.push_str(&out[..date_length]);
    text.push(sep);
    text.push_str(&out[date_length..]);
    Ok(cx.str_from_buf(&text.finish())?.value())
}

fn separator(cx: &Cx, v: Option<Value>) -> Res<u32> {
    let Some(v) = v else { return Ok('T' as u32) };
    let what = match v.as_str() {
        Some(text) if text.len() == 1 => return Ok(text.text().iter().next().unwrap_or(0)),
        Some(text) => format!("a string of length {}", text.len()),
        None if v.is_none() => "None".into(),
        None => class_of(v).display_name(),
    };
    raise!(cx, TYPE_ERROR, "isoformat() argument 1 must be a unicode character, not {what}")
}

fn replace(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let own = this(v);
    let (year, month, day) = own.ymd().parts();
    let year = replaced_int(cx, args.opt(1), year)?;
    let month = replaced_int(cx, args.opt(2), month)?;
    let day = replaced_int(cx, args.opt(3), day)?;
    let mut fields = [args.opt(4), args.opt(5), args.opt(6), args.opt(7), args.opt(9)];
    for v in fields.iter_mut().flatten() {
        *v = Value::int(replaced_int(cx, Some(*v), 0)?);
    }
    let zone = args.opt(8).unwrap_or(own.zone());
    let ymd = check_date(cx, year, month, day)?;
    let clock = clock_of(cx, fields, own.clock())?;
    check_zone(cx, zone)?;
    new_datetime(cx, class_of(v).value(), ymd, clock, zone)
}

fn reduce(cx: &Cx, v: Value, protocol: i64) -> Res {
    let own = this(v);
    let clock = own.clock();
    let mut state = [0; 10];
    state[..4].copy_from_slice(&pickled_date(own.ymd()));
    if protocol > 3 && clock.fold {
        state[2] |= 0x80;
    }
    state[4..].copy_from_slice(&pickled_time(clock, false));
    let row = [cx.new_bytes(&state)?.value(), own.zone()];
    let row = cx.new_tuple(if row[1].is_none() { &row[..1] } else { &row })?.value();
    Ok(cx.new_tuple(&[class_of(v).value(), row])?.value())
}
