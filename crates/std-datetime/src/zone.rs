//! `tzinfo`, and what a `tzinfo` says of a date or time.

use crate::objects::{DateTime, Delta, TZINFO, Zone};
use orochi_object::layout;
use orochi_object::prelude::*;

pub(crate) static TYPE: TypeDef = TypeDef {
    name: "datetime.tzinfo",
    cell: &TZINFO,
    layout: layout::OBJECT,
    size: size_of::<Header>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(|cx, class, _| cx.new_instance(class)), ..Slots::NONE },
    methods: &[
        method("tzname", "(self, dt, /)", |cx, _| missing(cx, "tzname"))
            .doc("datetime -> string name of time zone."),
        method("utcoffset", "(self, dt, /)", |cx, _| missing(cx, "utcoffset")).doc(
            "datetime -> timedelta showing offset from UTC, negative values indicating West of UTC",
        ),
        method("dst", "(self, dt, /)", |cx, _| missing(cx, "dst"))
            .doc("datetime -> DST offset as timedelta positive east of UTC."),
        method("fromutc", "(self, dt, /)", fromutc)
            .doc("datetime in UTC -> datetime in local time."),
        method("__reduce__", "(self, /)", reduce).doc("-> (cls, state)"),
    ],
    doc: Some("Abstract base class for time zone info objects."),
    ..TypeDef::DEFAULT
};

fn missing(cx: &Cx, name: &str) -> Res {
    raise!(cx, NOT_IMPLEMENTED_ERROR, "a tzinfo subclass must implement {name}()")
}

/// ValueError unless the offset is less than a day.
pub(crate) fn check_offset(cx: &Cx, offset: Ref<Delta>) -> Res<()> {
    if offset.total().abs() < Delta::DAY {
        return Ok(());
    }
    let shown = ops::repr_text(cx, offset.value())?;
    raise!(
        cx,
        VALUE_ERROR,
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), \
         not {shown}"
    )
}

/// What a method of a `tzinfo` that gives an offset says.
fn offset(cx: &Cx, zone: Value, name: Ref<PyStr>, arg: Value) -> Res<Option<Ref<Delta>>> {
    let answer = ops::call_method(cx, zone, name, &[arg])?;
    if answer.is_none() {
        return Ok(None);
    }
    let Some(delta) = answer.downcast::<Delta>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "tzinfo.{}() must return None or timedelta, not '{}'",
            name.to_string_lossy(),
            class_of(answer).display_name()
        );
    };
    check_offset(cx, delta)?;
    Ok(Some(delta))
}

/// The offset from UTC that `zone`, a `tzinfo` or None, gives for `arg`.
pub(crate) fn utcoffset(cx: &Cx, zone: Value, arg: Value) -> Res<Option<Ref<Delta>>> {
    if zone.is_none() {
        return Ok(None);
    }
    if let Some(fixed) = zone.downcast::<Zone>() {
        return Ok(fixed.offset.or_none().downcast::<Delta>());
    }
    offset(cx, zone, name!(cx, "utcoffset"), arg)
}

/// As [`utcoffset`] for daylight saving.
pub(crate) fn dst(cx: &Cx, zone: Value, arg: Value) -> Res<Option<Ref<Delta>>> {
    if zone.is_none() || zone.downcast::<Zone>().is_some() {
        return Ok(None);
    }
    offset(cx, zone, name!(cx, "dst"), arg)
}

/// The name of `zone` for `arg`.
pub(crate) fn tzname(cx: &Cx, zone: Value, arg: Value) -> Res<Option<Ref<PyStr>>> {
    if zone.is_none() {
        return Ok(None);
    }
    let answer = ops::call_method(cx, zone, name!(cx, "tzname"), &[arg])?;
    match answer.as_str() {
        None if !answer.is_none() => raise!(
            cx,
            TYPE_ERROR,
            "tzinfo.tzname() must return None or a string, not '{}'",
            class_of(answer).display_name()
        ),
        name => Ok(name),
    }
}

/// An optional offset as a value.
pub(crate) fn or_none(delta: Option<Ref<Delta>>) -> Value {
    delta.map_or(Value::NONE, Ref::value)
}

/// The argument of a `fromutc`: a datetime of this zone.
pub(crate) fn utc_arg(cx: &Cx, zone: Value, v: Value) -> Res<Ref<DateTime>> {
    let Some(datetime) = v.downcast::<DateTime>() else {
        return raise!(cx, TYPE_ERROR, "fromutc: argument must be a datetime");
    };
    if !datetime.zone().is(zone) {
        return raise!(cx, VALUE_ERROR, "fromutc: dt.tzinfo is not self");
    }
    Ok(datetime)
}

fn fromutc(cx: &Cx, args: Args) -> Res {
    let (own, v) = (args.get(0), args.get(1));
    let datetime = utc_arg(cx, own, v)?;
    let Some(off) = utcoffset(cx, datetime.zone(), v)? else {
        return raise!(cx, VALUE_ERROR, "fromutc: non-None utcoffset() result required");
    };
    let Some(summer) = dst(cx, datetime.zone(), v)? else {
        return raise!(cx, VALUE_ERROR, "fromutc: non-None dst() result required");
    };
    // Standard time first; then what daylight saving adds to it there.
    let standard = crate::datetime::moved(cx, datetime, off.total() - summer.total())?;
    let Some(summer) = dst(cx, datetime.zone(), standard)? else {
        return raise!(
            cx,
            VALUE_ERROR,
            "fromutc: tz.dst() gave inconsistent results; cannot convert"
        );
    };
    match standard.downcast::<DateTime>() {
        Some(datetime) if !summer.is_zero() => crate::datetime::moved(cx, datetime, summer.total()),
        _ => Ok(standard),
    }
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let initial = match ops::getattr_opt(cx, v, name!(cx, "__getinitargs__"))? {
        Some(getter) => ops::call(cx, getter, &[])?,
        None => cx.new_tuple(&[])?.value(),
    };
    let state = ops::call_method(cx, v, name!(cx, "__getstate__"), &[])?;
    Ok(cx.new_tuple(&[class_of(v).value(), initial, state])?.value())
}
