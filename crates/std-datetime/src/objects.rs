//! The objects: their memory, how they are made, and which value is which. What they hold is written before
//! anybody else sees them and does not change; only a hash is filled in later, and `fold` of what a subclass's
//! constructor gave (an atomic word each).

use crate::calendar::{Clock, Ymd};
use core::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use orochi_object::layout::STD_DATETIME_BASE;
use orochi_object::prelude::*;

pub(crate) static DELTA: TypeCell = TypeCell::new();
pub(crate) static DATE: TypeCell = TypeCell::new();
pub(crate) static TIME: TypeCell = TypeCell::new();
pub(crate) static DATETIME: TypeCell = TypeCell::new();
pub(crate) static TZINFO: TypeCell = TypeCell::new();
pub(crate) static TIMEZONE: TypeCell = TypeCell::new();

pub(crate) const DELTA_LAYOUT: u16 = STD_DATETIME_BASE;
pub(crate) const DATE_LAYOUT: u16 = STD_DATETIME_BASE + 1;
pub(crate) const TIME_LAYOUT: u16 = STD_DATETIME_BASE + 2;
pub(crate) const DATETIME_LAYOUT: u16 = STD_DATETIME_BASE + 3;
pub(crate) const ZONE_LAYOUT: u16 = STD_DATETIME_BASE + 4;

/// A hash once it is known; 0 before. What hashes to 0 is hashed each time.
#[repr(transparent)]
pub(crate) struct HashCell(AtomicI64);

impl HashCell {
    pub(crate) fn get_or(&self, make: impl FnOnce() -> Res<i64>) -> Res<i64> {
        let known = self.0.load(Relaxed);
        if known != 0 {
            return Ok(known);
        }
        let hash = make()?;
        self.0.store(hash, Relaxed);
        Ok(hash)
    }
}

/// A `timedelta`: normalized, so seconds and microseconds are not negative.
#[repr(C)]
pub(crate) struct Delta {
    header: Header,
    pub(crate) days: i32,
    pub(crate) seconds: i32,
    pub(crate) micro: i32,
    pub(crate) hash: HashCell,
}
orochi_object::trace!(Delta, DELTA_LAYOUT, []);

/// A `date` that is no `datetime`.
#[repr(C)]
pub(crate) struct Date {
    header: Header,
    packed: u32,
    pub(crate) hash: HashCell,
}
orochi_object::trace!(Date, DATE_LAYOUT, []);

/// A `time`.
#[repr(C)]
pub(crate) struct Time {
    header: Header,
    zone: Slot,
    clock: AtomicU64,
    pub(crate) hash: HashCell,
}
orochi_object::trace!(Time, TIME_LAYOUT, [zone]);

/// A `datetime`.
#[repr(C)]
pub(crate) struct DateTime {
    header: Header,
    zone: Slot,
    clock: AtomicU64,
    date: u32,
    pub(crate) hash: HashCell,
}
orochi_object::trace!(DateTime, DATETIME_LAYOUT, [zone]);

/// A `timezone`.
#[repr(C)]
pub(crate) struct Zone {
    header: Header,
    pub(crate) offset: Slot,
    pub(crate) name: Slot,
}
orochi_object::trace!(Zone, ZONE_LAYOUT, [offset, name]);

/// `fn $name(v) -> Ref<$type>` for slots and methods of a type, which get its instances only.
macro_rules! receiver {
    ($name:ident, $type:ty) => {
        #[inline(always)]
        fn $name(v: Value) -> Ref<$type> {
            // SAFETY: slots and methods of the type are called with its instances only.
            unsafe { v.cast() }
        }
    };
}
pub(crate) use receiver;

impl Delta {
    pub(crate) const SECOND: i128 = 1_000_000;
    pub(crate) const DAY: i128 = 86_400 * Delta::SECOND;

    /// All of it in microseconds.
    pub(crate) fn total(&self) -> i128 {
        self.days as i128 * Delta::DAY + self.micros_of_day() as i128
    }
    pub(crate) fn micros_of_day(&self) -> i64 {
        self.seconds as i64 * 1_000_000 + self.micro as i64
    }
    pub(crate) fn is_zero(&self) -> bool {
        self.days == 0 && self.seconds == 0 && self.micro == 0
    }
    /// Days, seconds, microseconds: compared in this order, that of durations.
    pub(crate) fn parts(&self) -> (i32, i32, i32) {
        (self.days, self.seconds, self.micro)
    }
}

impl Date {
    pub(crate) fn ymd(&self) -> Ymd {
        Ymd::unpack(self.packed)
    }
}

impl Time {
    pub(crate) fn clock(&self) -> Clock {
        Clock::unpack(self.clock.load(Relaxed))
    }
    /// The `tzinfo`, or None.
    pub(crate) fn zone(&self) -> Value {
        self.zone.or_none()
    }
}

impl DateTime {
    pub(crate) fn ymd(&self) -> Ymd {
        Ymd::unpack(self.date)
    }
    pub(crate) fn clock(&self) -> Clock {
        Clock::unpack(self.clock.load(Relaxed))
    }
    /// The `tzinfo`, or None.
    pub(crate) fn zone(&self) -> Value {
        self.zone.or_none()
    }
    /// Microseconds since the midnight that ordinal 0 would begin.
    pub(crate) fn micros(&self) -> i128 {
        let clock = self.clock();
        (self.ymd().ordinal() as i128 * 86_400 + clock.seconds() as i128) * Delta::SECOND
            + clock.micro as i128
    }
}

/// The date in a `date` or `datetime`.
pub(crate) fn ymd_of(v: Value) -> Option<Ymd> {
    match (v.downcast::<Date>(), v.downcast::<DateTime>()) {
        (Some(date), _) => Some(date.ymd()),
        (_, Some(datetime)) => Some(datetime.ymd()),
        _ => None,
    }
}

pub(crate) fn is_tzinfo(v: Value) -> bool {
    class_of(v).is_subtype(TZINFO.get())
}

/// A `timedelta` of normalized parts.
pub(crate) fn raw_delta(cx: &Cx, class: Ref<PyType>, days: i32, seconds: i32, micro: i32) -> Res {
    let made = cx.alloc_instance::<Delta>(class, 0)?;
    // SAFETY: fresh and unpublished.
    unsafe {
        let made = made.as_ptr();
        (*made).days = days;
        (*made).seconds = seconds;
        (*made).micro = micro;
    }
    Ok(made.value())
}

pub(crate) fn raw_date(cx: &Cx, class: Ref<PyType>, ymd: Ymd) -> Res {
    let made = cx.alloc_instance::<Date>(class, 0)?;
    // SAFETY: fresh and unpublished.
    unsafe { (*made.as_ptr()).packed = ymd.pack() };
    Ok(made.value())
}

pub(crate) fn raw_time(cx: &Cx, class: Ref<PyType>, clock: Clock, zone: Value) -> Res {
    let made = cx.alloc_instance::<Time>(class, 0)?;
    made.clock.store(clock.pack(), Relaxed);
    made.zone.init(zone);
    Ok(made.value())
}

pub(crate) fn raw_datetime(
    cx: &Cx,
    class: Ref<PyType>,
    ymd: Ymd,
    clock: Clock,
    zone: Value,
) -> Res {
    let made = cx.alloc_instance::<DateTime>(class, 0)?;
    // SAFETY: fresh and unpublished.
    unsafe { (*made.as_ptr()).date = ymd.pack() };
    made.clock.store(clock.pack(), Relaxed);
    made.zone.init(zone);
    Ok(made.value())
}

pub(crate) fn raw_zone(cx: &Cx, class: Ref<PyType>, offset: Value, name: Value) -> Res {
    let made = cx.alloc_instance::<Zone>(class, 0)?;
    made.offset.init(offset);
    made.name.init(name);
    Ok(made.value())
}

/// A `date` of any class, through the constructor of a subclass.
pub(crate) fn new_date(cx: &Cx, class: Value, ymd: Ymd) -> Res {
    if class.is(DATE.get().value()) {
        return raw_date(cx, DATE.get(), ymd);
    }
    if class.is(DATETIME.get().value()) {
        return raw_datetime(cx, DATETIME.get(), ymd, Clock::ZERO, Value::NONE);
    }
    let (year, month, day) = ymd.parts();
    ops::call(cx, class, &[Value::int(year), Value::int(month), Value::int(day)])
}

fn clock_values(clock: Clock) -> [Value; 4] {
    [clock.hour as i64, clock.minute as i64, clock.second as i64, clock.micro as i64]
        .map(Value::int)
}

/// A `time` of any class, through the constructor of a subclass.
pub(crate) fn new_time(cx: &Cx, class: Value, clock: Clock, zone: Value) -> Res {
    if class.is(TIME.get().value()) {
        return raw_time(cx, TIME.get(), clock, zone);
    }
    let [hour, minute, second, micro] = clock_values(clock);
    let made = ops::call(cx, class, &[hour, minute, second, micro, zone])?;
    if clock.fold
        && let Some(time) = made.downcast::<Time>()
    {
        time.clock.store(time.clock().folded(true).pack(), Relaxed);
    }
    Ok(made)
}

/// A `datetime` of any class, through the constructor of a subclass.
pub(crate) fn new_datetime(cx: &Cx, class: Value, ymd: Ymd, clock: Clock, zone: Value) -> Res {
    if class.is(DATETIME.get().value()) {
        return raw_datetime(cx, DATETIME.get(), ymd, clock, zone);
    }
    let (year, month, day) = ymd.parts();
    let [year, month, day] = [year, month, day].map(Value::int);
    let [hour, minute, second, micro] = clock_values(clock);
    let made = ops::call(cx, class, &[year, month, day, hour, minute, second, micro, zone])?;
    if clock.fold
        && let Some(datetime) = made.downcast::<DateTime>()
    {
        datetime.clock.store(datetime.clock().folded(true).pack(), Relaxed);
    }
    Ok(made)
}
