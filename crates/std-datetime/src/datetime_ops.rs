//! Arithmetic, comparison and hashing of `datetime`s, and moving them from one zone to another.

use crate::args::check_zone;
use crate::datetime::moved;
use crate::objects::{DATETIME, DateTime, Delta, new_datetime, raw_datetime, receiver};
use crate::{delta, local, timezone, zone};
use orochi_object::prelude::*;

receiver!(this, DateTime);

pub(crate) fn add(cx: &Cx, v: Value, w: Value) -> Res {
    let (datetime, delta) = match (v.downcast::<DateTime>(), w.downcast::<DateTime>()) {
        (Some(datetime), None) => (datetime, w),
        (None, Some(datetime)) => (datetime, v),
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    match delta.downcast::<Delta>() {
        Some(delta) => moved(cx, datetime, delta.total()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

pub(crate) fn sub(cx: &Cx, v: Value, w: Value) -> Res {
    let Some(own) = v.downcast::<DateTime>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if let Some(delta) = w.downcast::<Delta>() {
        return moved(cx, own, -delta.total());
    }
    let Some(other) = w.downcast::<DateTime>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let mut micros = own.micros() - other.micros();
    if !own.zone().is(other.zone()) {
        let offset = zone::utcoffset(cx, own.zone(), v)?;
        let other_offset = zone::utcoffset(cx, other.zone(), w)?;
        match (offset, other_offset) {
            (None, None) => {}
            (Some(a), Some(b)) => micros += b.total() - a.total(),
            _ => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "can't subtract offset-naive and offset-aware datetimes"
                );
            }
        }
    }
    delta::from_micros(cx, micros)
}

/// Whether the offset of a datetime depends on its `fold`.
fn depends_on_fold(cx: &Cx, own: Ref<DateTime>, offset: Option<Ref<Delta>>) -> Res<bool> {
    let clock = own.clock();
    let other = clock.folded(!clock.fold);
    let flipped = raw_datetime(cx, DATETIME.get(), own.ymd(), other, own.zone())?;
    let other = zone::utcoffset(cx, own.zone(), flipped)?;
    Ok(other.map(|delta| delta.total()) != offset.map(|delta| delta.total()))
}

pub(crate) fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let Some(other) = w.downcast::<DateTime>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let own = this(v);
    let plain = (own.ymd(), own.clock().order()).cmp(&(other.ymd(), other.clock().order()));
    if own.zone().is(other.zone()) {
        return Ok(Value::bool(op.holds(plain)));
    }
    let offset = zone::utcoffset(cx, own.zone(), v)?;
    let other_offset = zone::utcoffset(cx, other.zone(), w)?;
    let order = match (offset, other_offset) {
        (None, None) => plain,
        (Some(a), Some(b)) => (own.micros() - a.total()).cmp(&(other.micros() - b.total())),
        _ => {
            return match op {
                CmpOp::Eq => Ok(Value::FALSE),
                CmpOp::Ne => Ok(Value::TRUE),
                _ => {
                    raise!(cx, TYPE_ERROR, "can't compare offset-naive and offset-aware datetimes")
                }
            };
        }
    };
    // Times that clocks show twice, or never, are equal to none of another zone.
    if order.is_eq()
        && matches!(op, CmpOp::Eq | CmpOp::Ne)
        && (depends_on_fold(cx, own, offset)? || depends_on_fold(cx, other, other_offset)?)
    {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    Ok(Value::bool(op.holds(order)))
}

pub(crate) fn hash(cx: &Cx, v: Value) -> Res<i64> {
    let own = this(v);
    own.hash.get_or(|| {
        let clock = own.clock();
        let mut asked = v;
        // The offset is that of the first of two times of one name, so that both have one hash.
        if clock.fold && !own.zone().is_none() {
            asked = raw_datetime(cx, DATETIME.get(), own.ymd(), clock.folded(false), own.zone())?;
        }
        match zone::utcoffset(cx, own.zone(), asked)? {
            None => {
                let (high, low) = (own.ymd().pack() as u64, clock.order());
                let mut data = [0; 16];
                data[..8].copy_from_slice(&high.to_be_bytes());
                data[8..].copy_from_slice(&low.to_be_bytes());
                Ok(orochi_object::hash::bytes(&data))
            }
            Some(offset) => delta::hash(cx, delta::from_micros(cx, own.micros() - offset.total())?),
        }
    })
}

pub(crate) fn timestamp(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let own = this(v);
    match zone::utcoffset(cx, own.zone(), v)? {
        Some(offset) => {
            let epoch = local::EPOCH as i128 * Delta::DAY;
            crate::delta_ops::seconds(cx, own.micros() - offset.total() - epoch)
        }
        None if !own.zone().is_none() => {
            raise!(cx, TYPE_ERROR, "can't subtract offset-naive and offset-aware datetimes")
        }
        None => {
            let seconds = local::timestamp(cx, &own)?;
            cx.new_float(seconds as f64 + own.clock().micro as f64 / 1e6)
        }
    }
}

pub(crate) fn astimezone(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let own = this(v);
    let target = args.opt(1).unwrap_or(Value::NONE);
    check_zone(cx, target)?;
    let mut source = own.zone();
    if source.is_none() {
        source = local::zone_of(cx, &own)?;
    }
    if source.is(target) {
        return Ok(v);
    }
    let offset = match zone::utcoffset(cx, source, v)? {
        Some(offset) => offset.total(),
        // A zone that knows no offset: local clocks are meant.
        None => {
            source = local::zone_of(cx, &own)?;
            zone::utcoffset(cx, source, v)?.map_or(0, |offset| offset.total())
        }
    };
    let (ymd, clock) = crate::datetime::shifted(cx, own, -offset)?;
    let target = match target.is_none() {
        false => target,
        true => {
            let days = ymd.ordinal() - local::EPOCH;
            local::zone_at(cx, days * 86_400 + clock.seconds())?
        }
    };
    // `fromutc` wants its own zone in what it is given, the time at Greenwich.
    let given = new_datetime(cx, class_of(v).value(), ymd, clock, target)?;
    if target.is(timezone::utc()) {
        return Ok(given);
    }
    ops::call_method(cx, target, name!(cx, "fromutc"), &[given])
}
