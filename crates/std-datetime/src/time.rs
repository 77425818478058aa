//! `time`.

use crate::args::{self, Params, c_int_or, check_time, check_zone, replaced_int};
use crate::calendar::Clock;
use crate::date::{invalid_text, iso_text};
use crate::iso::{self, RawTime};
use crate::objects::{
    DELTA, Delta, TIME, TIME_LAYOUT, Time, new_time, raw_delta, raw_time, receiver,
};
use crate::text::Spec;
use crate::{delta, strftime, text, timezone, zone};
use orochi_object::prelude::*;

receiver!(this, Time);

pub(crate) static TYPE: TypeDef = TypeDef {
    name: "datetime.time",
    cell: &TIME,
    layout: TIME_LAYOUT,
    size: size_of::<Time>(),
    flags: flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(|cx, v| ops::call_method(cx, v, name!(cx, "isoformat"), &[])),
        hash: Some(hash),
        compare: Some(compare),
        ..Slots::NONE
    },
    methods: &[
        class_method("strptime", "(cls, string, format, /)", |cx, args| {
            strftime::strptime(cx, args, "_strptime_datetime_time")
        })
        .doc("string, format -> new time parsed from a string (like time.strptime())."),
        class_method("fromisoformat", "(cls, string, /)", from_iso_format)
            .doc("Construct a time from a string in ISO 8601 format."),
        method("isoformat", "(self, /, timespec='auto')", iso_format)
            .doc("Return the time formatted according to ISO."),
        method("strftime", "(self, format)", |cx, args| {
            strftime::strftime_of_time(cx, this(args.get(0)), args.get(1))
        })
        .doc("format -> strftime() style string."),
        method("__format__", "(self, format, /)", strftime::format)
            .doc("Formats self with strftime."),
        method("utcoffset", "(self, /)", |cx, args| {
            Ok(zone::or_none(zone::utcoffset(cx, this(args.get(0)).zone(), Value::NONE)?))
        })
        .doc("Return self.tzinfo.utcoffset(self)."),
        method("tzname", "(self, /)", |cx, args| {
            let name = zone::tzname(cx, this(args.get(0)).zone(), Value::NONE)?;
            Ok(name.map_or(Value::NONE, Ref::value))
        })
        .doc("Return self.tzinfo.tzname(self)."),
        method("dst", "(self, /)", |cx, args| {
            Ok(zone::or_none(zone::dst(cx, this(args.get(0)).zone(), Value::NONE)?))
        })
        .doc("Return self.tzinfo.dst(self)."),
        method("replace", REPLACE, replace).doc("Return time with new specified fields."),
        method("__replace__", REPLACE, replace).doc("The same as replace()."),
        method("__reduce_ex__", "(self, proto, /)", |cx, args| {
            reduce(cx, args.get(0), args::c_int(cx, args.get(1))?)
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
        "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\nAll \
         arguments are optional. tzinfo may be None, or an instance of\na tzinfo subclass. The \
         remaining arguments may be ints.",
    ),
    init: Some(|cx, class| {
        let names = class.namespace();
        let last = Clock::new(23, 59, 59, 999_999);
        let resolution = raw_delta(cx, DELTA.get(), 0, 0, 1)?;
        names.set_str(cx, name!(cx, "min"), raw_time(cx, class, Clock::ZERO, Value::NONE)?)?;
        names.set_str(cx, name!(cx, "max"), raw_time(cx, class, last, Value::NONE)?)?;
        names.set_str(cx, name!(cx, "resolution"), resolution)
    }),
    ..TypeDef::DEFAULT
};

const REPLACE: &str = "(self, /, hour=unchanged, minute=unchanged, second=unchanged, \
                       microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)";

static PARAMS: Params = Params {
    function: "",
    names: &["hour", "minute", "second", "microsecond", "tzinfo", "fold"],
    positional: 5,
};

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if let [state, rest @ ..] = args.all()
        && args.names().is_none()
        && rest.len() < 2
    {
        let state = args::pickled::<6>(cx, *state, "time", |s| s[0] & 0x7f < 24)?;
        if let Some([hour, minute, second, a, b, c]) = state {
            let zone = state_zone(cx, rest)?;
            let micro = u32::from_be_bytes([0, a, b, c]);
            let clock = Clock { hour: hour & 0x7f, minute, second, micro, fold: hour & 0x80 != 0 };
            return raw_time(cx, class, clock, zone);
        }
    }
    let [hour, minute, second, micro, zone, fold] = PARAMS.bind::<6>(cx, args)?;
    let clock = clock_of(cx, [hour, minute, second, micro, fold], Clock::ZERO)?;
    let zone = zone.unwrap_or(Value::NONE);
    check_zone(cx, zone)?;
    raw_time(cx, class, clock, zone)
}

/// The `tzinfo` after the state in a pickle.
pub(crate) fn state_zone(cx: &Cx, rest: &[Value]) -> Res {
    let Some(zone) = rest.first() else { return Ok(Value::NONE) };
    if !zone.is_none() && !crate::objects::is_tzinfo(*zone) {
        return raise!(cx, TYPE_ERROR, "bad tzinfo state arg");
    }
    Ok(*zone)
}

/// Hour, minute, second, microsecond and fold from arguments; what is missing is as in `default`.
pub(crate) fn clock_of(cx: &Cx, fields: [Option<Value>; 5], default: Clock) -> Res<Clock> {
    let defaults = [
        default.hour as i64,
        default.minute as i64,
        default.second as i64,
        default.micro as i64,
        default.fold as i64,
    ];
    let mut row = [0; 5];
    for (to, (v, default)) in row.iter_mut().zip(fields.into_iter().zip(defaults)) {
        *to = c_int_or(cx, v, default)?;
    }
    let [hour, minute, second, micro, fold] = row;
    check_time(cx, hour, minute, second, micro, fold)
}

/// The six bytes of a pickled time; `fold` goes into the first.
pub(crate) fn pickled_time(clock: Clock, with_fold: bool) -> [u8; 6] {
    let [_, a, b, c] = clock.micro.to_be_bytes();
    let fold = if with_fold && clock.fold { 0x80 } else { 0 };
    [clock.hour | fold, clock.minute, clock.second, a, b, c]
}

/// `hour, minute[, second[, microsecond]]` for `repr`.
pub(crate) fn push_fields(out: &mut String, clock: Clock) {
    out.push_str(&format!("{}, {}", clock.hour, clock.minute));
    if clock.second != 0 || clock.micro != 0 {
        out.push_str(&format!(", {}", clock.second));
    }
    if clock.micro != 0 {
        out.push_str(&format!(", {}", clock.micro));
    }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let time = this(v);
    let clock = time.clock();
    let mut head = text::shown_name(v);
    head.push('(');
    push_fields(&mut head, clock);
    let mut out = orochi_text::Builder::new();
    out.push_str(&head);
    if let Some(zone) = time.zone().non_none() {
        out.push_str(", tzinfo=");
        out.push_units(ops::repr(cx, zone)?.text());
    }
    if clock.fold {
        out.push_str(", fold=1");
    }
    out.push_str(")");
    Ok(cx.str_from_buf(&out.finish())?.value())
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    let time = this(v);
    time.hash.get_or(|| {
        let clock = time.clock().folded(false);
        // The offset is that of the first of two times of one name, so that both have one hash.
        match zone::utcoffset(cx, time.zone(), Value::NONE)? {
            None => Ok(orochi_object::hash::bytes(&pickled_time(clock, false))),
            Some(offset) => {
                let micros = clock.seconds() as i128 * Delta::SECOND + clock.micro as i128;
                delta::hash(cx, delta::from_micros(cx, micros - offset.total())?)
            }
        }
    })
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let Some(other) = w.downcast::<Time>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let own = this(v);
    let (a, b) = (own.clock(), other.clock());
    let plain = a.order().cmp(&b.order());
    if own.zone().is(other.zone()) {
        return Ok(Value::bool(op.holds(plain)));
    }
    let offset = zone::utcoffset(cx, own.zone(), Value::NONE)?;
    let other_offset = zone::utcoffset(cx, other.zone(), Value::NONE)?;
    match (offset, other_offset) {
        (None, None) => Ok(Value::bool(op.holds(plain))),
        (Some(x), Some(y)) if x.total() == y.total() => Ok(Value::bool(op.holds(plain))),
        (Some(x), Some(y)) => {
            // In whole seconds: CPython does not look at the microseconds of an offset here.
            let seconds = |clock: Clock, offset: Ref<Delta>| {
                clock.seconds() - offset.days as i64 * 86_400 - offset.seconds as i64
            };
            let order = (seconds(a, x), a.micro).cmp(&(seconds(b, y), b.micro));
            Ok(Value::bool(op.holds(order)))
        }
        _ => match op {
            CmpOp::Eq => Ok(Value::FALSE),
            CmpOp::Ne => Ok(Value::TRUE),
            _ => raise!(cx, TYPE_ERROR, "can't compare offset-naive and offset-aware times"),
        },
    }
}

fn iso_format(cx: &Cx, args: Args) -> Res {
    let time = this(args.get(0));
    let clock = time.clock();
    let spec = Spec::from_arg(cx, args.opt(1), 1, clock)?;
    let mut out = String::with_capacity(32);
    text::push_time(&mut out, clock, spec);
    if let Some(offset) = zone::utcoffset(cx, time.zone(), Value::NONE)? {
        text::push_offset(&mut out, &offset, ":");
    }
    Ok(cx.new_str(&out)?.value())
}

/// The `tzinfo` of a time that was read.
pub(crate) fn read_zone(cx: &Cx, raw: &RawTime) -> Res {
    let Some((seconds, micros)) = raw.offset else { return Ok(Value::NONE) };
    let micros = seconds as i128 * Delta::SECOND + micros as i128;
    timezone::of_offset(cx, delta::from_micros(cx, micros)?)
}

/// ValueError for an hour of 24 with anything after it.
pub(crate) fn check_midnight(cx: &Cx, raw: &RawTime) -> Res<()> {
    if raw.minute == 0 && raw.second == 0 && raw.micro == 0 {
        return Ok(());
    }
    raise!(cx, VALUE_ERROR, "minute, second, and microsecond must be 0 when hour is 24")
}

fn from_iso_format(cx: &Cx, args: Args) -> Res {
    let v = args.get(1);
    let written = iso_text(cx, v)?;
    let read = written
        .as_ascii()
        .and_then(|text| iso::time(text.strip_prefix('T').unwrap_or(text).as_bytes()));
    let Some(mut raw) = read else { return invalid_text(cx, v) };
    if raw.hour == 24 {
        check_midnight(cx, &raw)?;
        raw.hour = 0;
    }
    let zone = read_zone(cx, &raw)?;
    let class = args.get(0);
    if class.is(TIME.get().value()) {
        let clock = check_time(cx, raw.hour, raw.minute, raw.second, raw.micro, 0)?;
        return raw_time(cx, TIME.get(), clock, zone);
    }
    let [hour, minute, second, micro] =
        [raw.hour, raw.minute, raw.second, raw.micro].map(Value::int);
    ops::call(cx, class, &[hour, minute, second, micro, zone])
}

fn replace(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let time = this(v);
    let mut fields = [args.opt(1), args.opt(2), args.opt(3), args.opt(4), args.opt(6)];
    for v in fields.iter_mut().flatten() {
        *v = Value::int(replaced_int(cx, Some(*v), 0)?);
    }
    let clock = clock_of(cx, fields, time.clock())?;
    let zone = args.opt(5).unwrap_or(time.zone());
    check_zone(cx, zone)?;
    new_time(cx, class_of(v).value(), clock, zone)
}

fn reduce(cx: &Cx, v: Value, protocol: i64) -> Res {
    let time = this(v);
    let state = cx.new_bytes(&pickled_time(time.clock(), protocol > 3))?.value();
    let row = [state, time.zone()];
    let row = cx.new_tuple(if row[1].is_none() { &row[..1] } else { &row })?.value();
    Ok(cx.new_tuple(&[class_of(v).value(), row])?.value())
}
