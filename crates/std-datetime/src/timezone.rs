//! `timezone`: a `tzinfo` with one offset.

use crate::args::Params;
use crate::objects::{
    DELTA, DateTime, Delta, TIMEZONE, TZINFO, ZONE_LAYOUT, Zone, raw_delta, raw_zone, receiver,
};
use crate::{datetime, delta, text, zone};
use orochi_object::collector::Root;
use orochi_object::prelude::*;

receiver!(this, Zone);

pub(crate) static TYPE: TypeDef = TypeDef {
    name: "datetime.timezone",
    cell: &TIMEZONE,
    base: Some(&TZINFO),
    layout: ZONE_LAYOUT,
    size: size_of::<Zone>(),
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(|cx, v| Ok(name(cx, this(v))?.value())),
        hash: Some(|cx, v| delta::hash(cx, this(v).offset.or_none())),
        compare: Some(compare),
        ..Slots::NONE
    },
    methods: &[
        method("tzname", "(self, dt, /)", |cx, args| {
            check(cx, "tzname", args.get(1))?;
            Ok(name(cx, this(args.get(0)))?.value())
        })
        .doc("If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'."),
        method("utcoffset", "(self, dt, /)", |cx, args| {
            check(cx, "utcoffset", args.get(1))?;
            Ok(this(args.get(0)).offset.or_none())
        })
        .doc("Return fixed offset."),
        method("dst", "(self, dt, /)", |cx, args| {
            check(cx, "dst", args.get(1))?;
            Ok(Value::NONE)
        })
        .doc("Return None."),
        method("fromutc", "(self, dt, /)", |cx, args| {
            let own = this(args.get(0));
            let datetime = zone::utc_arg(cx, args.get(0), args.get(1))?;
            datetime::moved(cx, datetime, offset(own).map_or(0, |offset| offset.total()))
        })
        .doc("datetime in UTC -> datetime in local time."),
        method("__getinitargs__", "(self, /)", |cx, args| {
            let own = this(args.get(0));
            let row = [own.offset.or_none(), own.name.or_none()];
            let known = if row[1].is_none() { &row[..1] } else { &row };
            Ok(cx.new_tuple(known)?.value())
        })
        .doc("pickle support"),
    ],
    doc: Some("Fixed offset from UTC implementation of tzinfo."),
    init: Some(|cx, class| {
        let names = class.namespace();
        let hours = |days, seconds| {
            let offset = raw_delta(cx, DELTA.get(), days, seconds, 0)?;
            raw_zone(cx, class, offset, Value::NONE)
        };
        let utc = match UTC.get() {
            Some(utc) => utc,
            None => UTC.set_first(hours(0, 0)?),
        };
        names.set_str(cx, name!(cx, "utc"), utc)?;
        names.set_str(cx, name!(cx, "min"), hours(-1, 60)?)?;
        names.set_str(cx, name!(cx, "max"), hours(0, 86_340)?)
    }),
    ..TypeDef::DEFAULT
};

static UTC: Root = Root::new();

/// `timezone.utc`.
pub(crate) fn utc() -> Value {
    // The type's table has set it.
    UTC.get().unwrap_or(Value::NONE)
}

/// The `timezone` of an offset, without a name.
pub(crate) fn of_offset(cx: &Cx, offset: Value) -> Res {
    match offset.downcast::<Delta>() {
        Some(delta) if delta.is_zero() => Ok(utc()),
        Some(delta) => {
            zone::check_offset(cx, delta)?;
            raw_zone(cx, TIMEZONE.get(), offset, Value::NONE)
        }
        None => Ok(Value::NONE),
    }
}

static PARAMS: Params = Params { function: "timezone", names: &["offset", "name"], positional: 2 };

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let [offset, name] = PARAMS.bind::<2>(cx, args)?;
    let shown = |v: Value| match v.is_none() {
        true => "None".into(),
        false => class_of(v).display_name(),
    };
    let offset = PARAMS.required(cx, offset, 0)?;
    let Some(delta) = offset.downcast::<Delta>() else {
        let class = shown(offset);
        return raise!(
            cx,
            TYPE_ERROR,
            "timezone() argument 1 must be datetime.timedelta, not {class}"
        );
    };
    let Some(name) = name else { return of_offset(cx, offset) };
    if name.as_str().is_none() {
        let class = shown(name);
        return raise!(cx, TYPE_ERROR, "timezone() argument 2 must be str, not {class}");
    }
    zone::check_offset(cx, delta)?;
    raw_zone(cx, class, offset, name)
}

fn offset(zone: Ref<Zone>) -> Option<Ref<Delta>> {
    zone.offset.or_none().downcast::<Delta>()
}

fn check(cx: &Cx, method: &str, v: Value) -> Res<()> {
    if v.is_none() || v.downcast::<DateTime>().is_some() {
        return Ok(());
    }
    raise!(
        cx,
        TYPE_ERROR,
        "{method}(dt) argument must be a datetime instance or None, not {}",
        class_of(v).display_name()
    )
}

fn name(cx: &Cx, own: Ref<Zone>) -> Res<Ref<PyStr>> {
    if let Some(name) = own.name.or_none().as_str() {
        return Ok(name);
    }
    let mut out = String::from("UTC");
    // Only `utc` itself is shown without an offset of zero; another zone of that offset has a name.
    if let Some(offset) = offset(own).filter(|_| !own.value().is(utc())) {
        text::push_offset(&mut out, &offset, ":");
    }
    cx.new_str(&out)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let own = this(v);
    if v.is(utc()) {
        return Ok(cx.new_str("datetime.timezone.utc")?.value());
    }
    let mut out = orochi_text::Builder::new();
    out.push_str(&text::shown_name(v));
    out.push_str("(");
    out.push_units(ops::repr(cx, own.offset.or_none())?.text());
    if let Some(name) = own.name.get().and_then(Value::non_none) {
        out.push_str(", ");
        out.push_units(ops::repr(cx, name)?.text());
    }
    out.push_str(")");
    Ok(cx.str_from_buf(&out.finish())?.value())
}

fn compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let Some(other) = w.downcast::<Zone>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let total = |zone| offset(zone).map(|offset| offset.total());
    match op {
        CmpOp::Eq => Ok(Value::bool(total(this(v)) == total(other))),
        CmpOp::Ne => Ok(Value::bool(total(this(v)) != total(other))),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
