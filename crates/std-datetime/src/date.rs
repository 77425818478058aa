//! `date` and what `date.isocalendar` gives.

use crate::args::{self, Params, c_int, check_date, replaced_int};
use crate::calendar::{Clock, IsoError, MAX_ORDINAL, Ymd, iso_ordinal};
use crate::objects::{DATE, DATE_LAYOUT, Date, DateTime, Delta, new_date, raw_date, raw_delta};
use crate::{iso, local, strftime, text};
use orochi_object::prelude::*;

pub(crate) static TYPE: TypeDef = TypeDef {
    name: "datetime.date",
    cell: &DATE,
    layout: DATE_LAYOUT,
    size: size_of::<Date>(),
    flags: flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(|cx, v| ops::call_method(cx, v, name!(cx, "isoformat"), &[])),
        hash: Some(hash),
        compare: Some(compare),
        add: Some(add),
        sub: Some(sub),
        ..Slots::NONE
    },
    methods: &[
        class_method("today", "(cls, /)", today)
            .doc("Current date or datetime:  same as self.__class__.fromtimestamp(time.time())."),
        class_method("fromtimestamp", "(cls, timestamp, /)", from_timestamp)
            .doc("Create a date from a POSIX timestamp, in local time."),
        class_method("fromordinal", "(cls, ordinal, /)", from_ordinal)
            .doc("int -> date corresponding to a proleptic Gregorian ordinal."),
        class_method("fromisoformat", "(cls, string, /)", from_iso_format)
            .doc("Construct a date from a string in ISO 8601 format."),
        class_method("fromisocalendar", "(cls, year, week, day)", from_iso_calendar)
            .doc("Construct a date from the ISO year, week number and weekday."),
        class_method("strptime", "(cls, string, format, /)", |cx, args| {
            strftime::strptime(cx, args, "_strptime_datetime_date")
        })
        .doc("string, format -> new date parsed from a string (like time.strptime())."),
        method("ctime", "(self, /)", |cx, args| text::ctime(cx, ymd(args.get(0)), Clock::ZERO))
            .doc("Return ctime() style string."),
        method("strftime", "(self, format)", |cx, args| {
            strftime::strftime(cx, args.get(0), args.get(1))
        })
        .doc("format -> strftime() style string."),
        method("__format__", "(self, format, /)", strftime::format)
            .doc("Formats self with strftime."),
        method("isoformat", "(self, /)", |cx, args| {
            let mut out = String::with_capacity(10);
            text::push_date(&mut out, ymd(args.get(0)));
            Ok(cx.new_str(&out)?.value())
        })
        .doc("Return string in ISO 8601 format, YYYY-MM-DD."),
        method("isoweekday", "(self, /)", |_, args| Ok(Value::int(ymd(args.get(0)).weekday() + 1)))
            .doc("The day of the week; Monday is 1, Sunday is 7."),
        method("weekday", "(self, /)", |_, args| Ok(Value::int(ymd(args.get(0)).weekday())))
            .doc("The day of the week; Monday is 0, Sunday is 6."),
        method("isocalendar", "(self, /)", iso_calendar)
            .doc("A named tuple of ISO year, week number and weekday."),
        method("toordinal", "(self, /)", |_, args| Ok(Value::int(ymd(args.get(0)).ordinal())))
            .doc("The proleptic Gregorian ordinal; January 1 of year 1 is day 1."),
        method("timetuple", "(self, /)", |cx, args| {
            strftime::struct_time(cx, ymd(args.get(0)), Clock::ZERO, -1)
        })
        .doc("Return time tuple, compatible with time.localtime()."),
        method("replace", "(self, /, year=unchanged, month=unchanged, day=unchanged)", replace)
            .doc("Return date with new specified fields."),
        method("__replace__", "(self, /, year=unchanged, month=unchanged, day=unchanged)", replace)
            .doc("The same as replace()."),
        method("__reduce__", "(self, /)", reduce).doc("__reduce__() -> (cls, state)"),
    ],
    getset: &[
        getter("year", |_, v| Ok(Value::int(ymd(v).year as i64))),
        getter("month", |_, v| Ok(Value::int(ymd(v).month as i64))),
        getter("day", |_, v| Ok(Value::int(ymd(v).day as i64))),
    ],
    doc: Some("date(year, month, day) --> date object"),
    init: Some(|cx, class| {
        let names = class.namespace();
        let resolution = raw_delta(cx, crate::objects::DELTA.get(), 1, 0, 0)?;
        names.set_str(cx, name!(cx, "min"), raw_date(cx, class, Ymd::new(1, 1, 1))?)?;
        names.set_str(cx, name!(cx, "max"), raw_date(cx, class, Ymd::new(9999, 12, 31))?)?;
        names.set_str(cx, name!(cx, "resolution"), resolution)
    }),
    ..TypeDef::DEFAULT
};

/// The date in the receiver, which may be a `datetime`.
fn ymd(v: Value) -> Ymd {
    match v.downcast::<DateTime>() {
        Some(datetime) => datetime.ymd(),
        // SAFETY: methods of `date` get its instances only: those with a time are handled above.
        None => unsafe { v.cast::<Date>() }.ymd(),
    }
}

static PARAMS: Params = Params { function: "", names: &["year", "month", "day"], positional: 3 };

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if let [state] = args.all() {
        let state = args::pickled::<4>(cx, *state, "date", |s| (1..=12).contains(&s[2]))?;
        if let Some(state) = state {
            return raw_date(cx, class, unpickled_date(&state));
        }
    }
    let row = PARAMS.bind::<3>(cx, args)?;
    let mut fields = [0; 3];
    for (i, to) in fields.iter_mut().enumerate() {
        *to = PARAMS.required_int(cx, row[i], i)?;
    }
    let [year, month, day] = fields;
    raw_date(cx, class, check_date(cx, year, month, day)?)
}

/// The date in the four bytes of a pickle.
pub(crate) fn unpickled_date(state: &[u8]) -> Ymd {
    Ymd { year: u16::from_be_bytes([state[0], state[1]]), month: state[2], day: state[3] }
}

/// The four bytes of a pickled date.
pub(crate) fn pickled_date(ymd: Ymd) -> [u8; 4] {
    let [high, low] = ymd.year.to_be_bytes();
    [high, low, ymd.month, ymd.day]
}

fn repr(cx: &Cx, v: Value) -> Res {
    let (year, month, day) = ymd(v).parts();
    let text = format!("{}({year}, {month}, {day})", text::shown_name(v));
    Ok(cx.new_str(&text)?.value())
}

fn hash(_: &Cx, v: Value) -> Res<i64> {
    let Some(date) = v.downcast::<Date>() else { return Ok(ymd(v).ordinal()) };
    date.hash.get_or(|| Ok(orochi_object::hash::bytes(&pickled_date(date.ymd()))))
}

fn compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    // A `datetime` is no date that could be compared with one.
    match (v.downcast::<Date>(), w.downcast::<Date>()) {
        (Some(a), Some(b)) => Ok(Value::bool(op.holds(a.ymd().cmp(&b.ymd())))),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// OverflowError: there is no such day.
#[cold]
pub(crate) fn out_of_range<T>(cx: &Cx) -> Res<T> {
    raise!(cx, OVERFLOW_ERROR, "date value out of range")
}

/// The date of an ordinal that arithmetic gave.
pub(crate) fn date_at(cx: &Cx, ordinal: i64) -> Res<Ymd> {
    if (1..=MAX_ORDINAL).contains(&ordinal) {
        return Ok(Ymd::from_ordinal(ordinal));
    }
    out_of_range(cx)
}

fn moved(cx: &Cx, date: Value, days: i64) -> Res {
    let to = date_at(cx, ymd(date).ordinal() + days)?;
    new_date(cx, class_of(date).value(), to)
}

fn add(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.downcast::<Date>(), v.downcast::<Delta>(), w.downcast::<Date>(), w.downcast::<Delta>())
    {
        (Some(_), _, _, Some(delta)) => moved(cx, v, delta.days as i64),
        (_, Some(delta), Some(_), _) => moved(cx, w, delta.days as i64),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn sub(cx: &Cx, v: Value, w: Value) -> Res {
    let Some(date) = v.downcast::<Date>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if let Some(other) = w.downcast::<Date>() {
        let days = date.ymd().ordinal() - other.ymd().ordinal();
        return crate::delta::from_micros(cx, days as i128 * Delta::DAY);
    }
    match w.downcast::<Delta>() {
        Some(delta) => moved(cx, v, -(delta.days as i64)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn today(cx: &Cx, args: Args) -> Res {
    let class = args.get(0);
    if class.is(DATE.get().value()) {
        let (seconds, _) = local::now(cx)?;
        let (year, tm) = local::localtime(cx, seconds)?;
        let today = check_date(cx, year, tm.tm_mon as i64 + 1, tm.tm_mday as i64)?;
        return raw_date(cx, DATE.get(), today);
    }
    let time = cx.import_from("time", "time")?;
    let now = ops::call(cx, time, &[])?;
    ops::call_method(cx, class, name!(cx, "fromtimestamp"), &[now])
}

fn from_timestamp(cx: &Cx, args: Args) -> Res {
    let seconds = local::whole_seconds(cx, args.get(1))?;
    let (year, tm) = local::localtime(cx, seconds)?;
    let (month, day) = (tm.tm_mon as i64 + 1, tm.tm_mday as i64);
    let ymd = check_date(cx, year, month, day)?;
    new_date(cx, args.get(0), ymd)
}

fn from_ordinal(cx: &Cx, args: Args) -> Res {
    let ordinal = c_int(cx, args.get(1))?;
    if ordinal < 1 {
        return raise!(cx, VALUE_ERROR, "ordinal must be >= 1");
    }
    if ordinal > MAX_ORDINAL {
        // CPython works out the year that it would be.
        return args::bad_year(cx, far_year(ordinal));
    }
    new_date(cx, args.get(0), Ymd::from_ordinal(ordinal))
}

/// The year of an ordinal past the calendar's end.
fn far_year(ordinal: i64) -> i64 {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    let cycles = (ordinal - 1) / DAYS_IN_400_YEARS;
    cycles * 400 + Ymd::from_ordinal(ordinal - cycles * DAYS_IN_400_YEARS).year as i64
}

/// ValueError for a text that is not in a form of ISO 8601.
#[cold]
pub(crate) fn invalid_text<T>(cx: &Cx, v: Value) -> Res<T> {
    let shown = ops::repr_text(cx, v)?;
    raise!(cx, VALUE_ERROR, "Invalid isoformat string: {shown}")
}

/// The argument of a `fromisoformat`.
pub(crate) fn iso_text(cx: &Cx, v: Value) -> Res<Ref<PyStr>> {
    match v.as_str() {
        Some(text) => Ok(text),
        None => raise!(cx, TYPE_ERROR, "fromisoformat: argument must be str"),
    }
}

fn from_iso_format(cx: &Cx, args: Args) -> Res {
    let v = args.get(1);
    let written = iso_text(cx, v)?;
    let read = written.as_ascii().filter(|text| matches!(text.len(), 7 | 8 | 10));
    match read.and_then(|text| iso::date(text.as_bytes())) {
        Some(raw) => {
            let ymd = check_date(cx, raw.year, raw.month, raw.day)?;
            new_date(cx, args.get(0), ymd)
        }
        None => invalid_text(cx, v),
    }
}

fn from_iso_calendar(cx: &Cx, args: Args) -> Res {
    let mut row = [0; 3];
    for (i, to) in row.iter_mut().enumerate() {
        *to = match c_int(cx, args.get(i + 1)) {
            Err(raised) if raised.is(&exception::OVERFLOW_ERROR) => {
                return raise!(cx, VALUE_ERROR, "ISO calendar component out of range");
            }
            n => n?,
        };
    }
    let [year, week, day] = row;
    match iso_ordinal(year, week, day) {
        Ok(ordinal) if ordinal > MAX_ORDINAL => args::bad_year(cx, far_year(ordinal)),
        Ok(ordinal) => new_date(cx, args.get(0), Ymd::from_ordinal(ordinal)),
        Err(IsoError::Year) => args::bad_year(cx, year),
        Err(IsoError::Week) => raise!(cx, VALUE_ERROR, "Invalid week: {week}"),
        Err(IsoError::Weekday) => {
            raise!(cx, VALUE_ERROR, "Invalid weekday: {day} (range is [1, 7])")
        }
    }
}

fn iso_calendar(cx: &Cx, args: Args) -> Res {
    let (year, week, day) = ymd(args.get(0)).iso();
    let parts = [year, week, day].map(Value::int);
    Ok(cx.tuple_of_class(ISO_CALENDAR.get(), &parts)?.value())
}

fn replace(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let (year, month, day) = ymd(v).parts();
    let year = replaced_int(cx, args.opt(1), year)?;
    let month = replaced_int(cx, args.opt(2), month)?;
    let day = replaced_int(cx, args.opt(3), day)?;
    let class = class_of(v).value();
    if class.is(DATE.get().value()) {
        return raw_date(cx, DATE.get(), check_date(cx, year, month, day)?);
    }
    ops::call(cx, class, &[year, month, day].map(Value::int))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let state = cx.new_bytes(&pickled_date(ymd(v)))?.value();
    let state = cx.new_tuple(&[state])?.value();
    Ok(cx.new_tuple(&[class_of(v).value(), state])?.value())
}

static ISO_CALENDAR: TypeCell = TypeCell::new();

/// `datetime.IsoCalendarDate`: a tuple of year, week and weekday. No module shows it.
pub(crate) static ISO_TYPE: TypeDef = TypeDef {
    name: "datetime.IsoCalendarDate",
    cell: &ISO_CALENDAR,
    base: Some(&types::TUPLE),
    layout: orochi_object::layout::TUPLE,
    size: size_of::<PyTuple>(),
    slots: Slots {
        new: Some(|cx, class, args| {
            let row = ISO_PARAMS.bind::<3>(cx, args)?;
            let mut parts = [Value::NONE; 3];
            for (i, to) in parts.iter_mut().enumerate() {
                *to = Value::int(ISO_PARAMS.required_int(cx, row[i], i)?);
            }
            Ok(cx.tuple_of_class(class, &parts)?.value())
        }),
        repr: Some(|cx, v| {
            let [year, week, day] = [0, 1, 2].map(|i| iso_part(v, i).as_i64().unwrap_or(0));
            let name = text::shown_name(v);
            let text = format!("{name}(year={year}, week={week}, weekday={day})");
            Ok(cx.new_str(&text)?.value())
        }),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", |cx, args| {
        let plain = cx.new_tuple(&[0, 1, 2].map(|i| iso_part(args.get(0), i)))?.value();
        let row = cx.new_tuple(&[plain])?.value();
        Ok(cx.new_tuple(&[types::TUPLE.get().value(), row])?.value())
    })],
    getset: &[
        getter("year", |_, v| Ok(iso_part(v, 0))),
        getter("week", |_, v| Ok(iso_part(v, 1))),
        getter("weekday", |_, v| Ok(iso_part(v, 2))),
    ],
    doc: Some("The result of date.isocalendar() or datetime.isocalendar()"),
    ..TypeDef::DEFAULT
};

static ISO_PARAMS: Params =
    Params { function: "IsoCalendarDate", names: &["year", "week", "weekday"], positional: 3 };

fn iso_part(v: Value, i: usize) -> Value {
    v.downcast::<PyTuple>().and_then(|row| row.get(i)).unwrap_or(Value::NONE)
}
