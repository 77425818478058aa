//! `time`: clocks, sleeping, and (in `calendar`) broken-down time.

mod calendar;

use crate::util::*;
use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;

const SECOND: i64 = 1_000_000_000;

/// The module `time`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "time",
    functions: &[
        function("time", "()", |cx, _| seconds(cx, libc::CLOCK_REALTIME)),
        function("time_ns", "()", |cx, _| nanos(cx, libc::CLOCK_REALTIME)),
        function("monotonic", "()", |cx, _| seconds(cx, libc::CLOCK_MONOTONIC)),
        function("monotonic_ns", "()", |cx, _| nanos(cx, libc::CLOCK_MONOTONIC)),
        function("perf_counter", "()", |cx, _| seconds(cx, libc::CLOCK_MONOTONIC)),
        function("perf_counter_ns", "()", |cx, _| nanos(cx, libc::CLOCK_MONOTONIC)),
        function("process_time", "()", |cx, _| seconds(cx, libc::CLOCK_PROCESS_CPUTIME_ID)),
        function("process_time_ns", "()", |cx, _| nanos(cx, libc::CLOCK_PROCESS_CPUTIME_ID)),
        function("thread_time", "()", |cx, _| seconds(cx, libc::CLOCK_THREAD_CPUTIME_ID)),
        function("thread_time_ns", "()", |cx, _| nanos(cx, libc::CLOCK_THREAD_CPUTIME_ID)),
        function("clock_gettime", "(clk_id, /)", |cx, args| seconds(cx, clock(cx, args)?)),
        function("clock_gettime_ns", "(clk_id, /)", |cx, args| nanos(cx, clock(cx, args)?)),
        function("clock_getres", "(clk_id, /)", clock_getres),
        function("clock_settime", "(clk_id, time, /)", clock_settime),
        function("clock_settime_ns", "(clk_id, time, /)", clock_settime_ns),
        function("pthread_getcpuclockid", "(thread_id, /)", thread_clock),
        function("get_clock_info", "(name, /)", get_clock_info),
        function("sleep", "(seconds, /)", sleep),
        function("gmtime", "(seconds=None, /)", calendar::gmtime),
        function("localtime", "(seconds=None, /)", calendar::localtime),
        function("mktime", "(seconds, /)", calendar::mktime),
        function("asctime", "(time_tuple=None, /)", calendar::asctime),
        function("ctime", "(seconds=None, /)", calendar::ctime),
        function("strftime", "(format, time_tuple=None, /)", calendar::strftime),
        function("strptime", "(string, format='%a %b %d %H:%M:%S %Y', /)", strptime),
        function("tzset", "()", tzset),
    ],
    constants: &[
        ("CLOCK_REALTIME", Const::Int(libc::CLOCK_REALTIME as i64)),
        ("CLOCK_MONOTONIC", Const::Int(libc::CLOCK_MONOTONIC as i64)),
        ("CLOCK_MONOTONIC_RAW", Const::Int(libc::CLOCK_MONOTONIC_RAW as i64)),
        ("CLOCK_PROCESS_CPUTIME_ID", Const::Int(libc::CLOCK_PROCESS_CPUTIME_ID as i64)),
        ("CLOCK_THREAD_CPUTIME_ID", Const::Int(libc::CLOCK_THREAD_CPUTIME_ID as i64)),
        ("CLOCK_BOOTTIME", Const::Int(libc::CLOCK_BOOTTIME as i64)),
        ("CLOCK_TAI", Const::Int(libc::CLOCK_TAI as i64)),
        ("_STRUCT_TM_ITEMS", Const::Int(11)),
    ],
    types: &[&calendar::STRUCT_TIME_TYPE],
    init: Some(|cx, module| set_zone(cx, module.namespace())),
    ..ModuleDef::DEFAULT
};

/// The reading of a clock in nanoseconds.
fn read(cx: &Cx, clock: libc::clockid_t) -> Res<i64> {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: fills a local.
    check(cx, unsafe { libc::clock_gettime(clock, &raw mut t) })?;
    Ok(t.tv_sec * SECOND + t.tv_nsec)
}

fn seconds(cx: &Cx, clock: libc::clockid_t) -> Res {
    let n = read(cx, clock)?;
    // Whole seconds divide exactly, as CPython's conversion does.
    let f = if n % SECOND == 0 { (n / SECOND) as f64 } else { n as f64 / 1e9 };
    cx.new_float(f)
}

fn nanos(cx: &Cx, clock: libc::clockid_t) -> Res {
    cx.new_int(read(cx, clock)?)
}

fn clock(cx: &Cx, args: Args) -> Res<libc::clockid_t> {
    ops::to_i32(cx, args.get(0))
}

fn resolution(cx: &Cx, clock: libc::clockid_t) -> Res {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: fills a local.
    check(cx, unsafe { libc::clock_getres(clock, &raw mut t) })?;
    cx.new_float(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9)
}

fn clock_getres(cx: &Cx, args: Args) -> Res {
    resolution(cx, clock(cx, args)?)
}

fn set(cx: &Cx, clock: libc::clockid_t, n: i64) -> Res {
    let t = libc::timespec { tv_sec: n.div_euclid(SECOND), tv_nsec: n.rem_euclid(SECOND) };
    // SAFETY: reads a local.
    check(cx, unsafe { libc::clock_settime(clock, &raw const t) })?;
    Ok(Value::NONE)
}

fn clock_settime(cx: &Cx, args: Args) -> Res {
    let n = to_nanos(cx, args.get(1), f64::floor)?;
    set(cx, clock(cx, args)?, n)
}

fn clock_settime_ns(cx: &Cx, args: Args) -> Res {
    let n = ops::to_i64(cx, args.get(1))?;
    set(cx, clock(cx, args)?, n)
}

fn thread_clock(cx: &Cx, args: Args) -> Res {
    let thread = ops::to_i64(cx, args.get(0))?;
    let mut clock = 0;
    // SAFETY: fills a local; the id is that of a live thread, as the documentation demands.
    let code = unsafe { libc::pthread_getcpuclockid(thread as libc::pthread_t, &raw mut clock) };
    if code != 0 {
        return Err(exception::os_error(cx, code, None));
    }
    Ok(Value::int(clock as i64))
}

fn get_clock_info(cx: &Cx, args: Args) -> Res {
    let Some(name) = args.get(0).as_str() else {
        let class = class_of(args.get(0)).display_name();
        return raise!(cx, TYPE_ERROR, "get_clock_info() argument 1 must be str, not {class}");
    };
    let (clock, id, monotonic, adjustable) = match name.to_string_lossy().as_str() {
        "time" => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", false, true),
        "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true, false),
        "process_time" => (libc::CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID", true, false),
        "thread_time" => (libc::CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID", true, false),
        _ => return raise!(cx, VALUE_ERROR, "unknown clock"),
    };
    let class = cx.import_from("types", "SimpleNamespace")?;
    let names = cx.new_tuple(&[
        name!(cx, "implementation").value(),
        name!(cx, "monotonic").value(),
        name!(cx, "adjustable").value(),
        name!(cx, "resolution").value(),
    ])?;
    let values = [
        cx.new_str(&format!("clock_gettime({id})"))?.value(),
        Value::bool(monotonic),
        Value::bool(adjustable),
        resolution(cx, clock)?,
    ];
    ops::call_args(cx, class, ArgRow::new(&values, Some(names)).args())
}

/// A number of seconds as nanoseconds.
fn to_nanos(cx: &Cx, v: Value, round: fn(f64) -> f64) -> Res<i64> {
    let too_large =
        || cx.error(&exception::OVERFLOW_ERROR, "timestamp out of range for C PyTime_t");
    if let Some(f) = v.as_float() {
        if f.is_nan() {
            return raise!(cx, VALUE_ERROR, "Invalid value NaN (not a number)");
        }
        let n = round(f * 1e9);
        if !(-9.223372036854775e18..=9.223372036854775e18).contains(&n) {
            return Err(too_large());
        }
        return Ok(n as i64);
    }
    if !v.is_int() && class_of(v).slots.index().is_none() {
        let class = ops::name_in_errors(cx, class_of(v));
        return raise!(
            cx,
            TYPE_ERROR,
            "'{class}' object cannot be interpreted as an integer or float"
        );
    }
    let n = ops::index(cx, v)?.as_i64().and_then(|n| n.checked_mul(SECOND));
    n.ok_or_else(too_large)
}

/// Sleeps until an absolute time, so that interruptions do not lengthen it.
fn sleep(cx: &Cx, args: Args) -> Res {
    let span = to_nanos(cx, args.get(0), f64::ceil)?;
    if span < 0 {
        return raise!(cx, VALUE_ERROR, "sleep length must be non-negative");
    }
    let until = read(cx, libc::CLOCK_MONOTONIC)?.saturating_add(span);
    let t = libc::timespec { tv_sec: until / SECOND, tv_nsec: until % SECOND };
    loop {
        // SAFETY: reads a local; the remainder is not asked for.
        let code = cx.detached(|| unsafe {
            libc::clock_nanosleep(
                libc::CLOCK_MONOTONIC,
                libc::TIMER_ABSTIME,
                &raw const t,
                core::ptr::null_mut(),
            )
        });
        match code {
            0 => return Ok(Value::NONE),
            libc::EINTR => cx.check_signals()?,
            code => return Err(exception::os_error(cx, code, None)),
        }
    }
}

fn strptime(cx: &Cx, args: Args) -> Res {
    let f = cx.import_from("_strptime", "_strptime_time")?;
    match args.opt(1) {
        Some(format) => ops::call(cx, f, &[args.get(0), format]),
        None => ops::call(cx, f, &[args.get(0)]),
    }
}

fn tzset(cx: &Cx, _: Args) -> Res {
    let module = cx.import("time")?;
    if let Some(module) = module.downcast::<PyModule>() {
        set_zone(cx, module.namespace())?;
    }
    Ok(Value::NONE)
}

/// Sets `timezone`, `altzone`, `daylight` and `tzname` from the system's rules for this year.
fn set_zone(cx: &Cx, dict: Ref<PyDict>) -> Res<()> {
    let zones = calendar::zones();
    let (winter, summer) =
        if zones[0].0 < zones[1].0 { (&zones[1], &zones[0]) } else { (&zones[0], &zones[1]) };
    // The standard time is the one further west.
    dict.set_str(cx, intern::intern_text(cx, "timezone")?, Value::int(winter.0))?;
    dict.set_str(cx, intern::intern_text(cx, "altzone")?, Value::int(summer.0))?;
    let daylight = Value::int((winter.0 != summer.0) as i64);
    dict.set_str(cx, intern::intern_text(cx, "daylight")?, daylight)?;
    let names = [cx.new_str(&winter.1)?.value(), cx.new_str(&summer.1)?.value()];
    dict.set_str(cx, intern::intern_text(cx, "tzname")?, cx.new_tuple(&names)?.value())
}
