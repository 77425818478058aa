//! Timers behind descriptors.

use super::*;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    function("timerfd_create", "(clockid, /, *, flags=TFD_CLOEXEC)", create),
    function("timerfd_settime", "(fd, /, *, flags=0, initial=0.0, interval=0.0)", |cx, args| {
        settime(cx, args, false)
    }),
    function("timerfd_settime_ns", "(fd, /, *, flags=0, initial=0, interval=0)", |cx, args| {
        settime(cx, args, true)
    }),
    function("timerfd_gettime", "(fd, /)", |cx, args| gettime(cx, args, false)),
    function("timerfd_gettime_ns", "(fd, /)", |cx, args| gettime(cx, args, true)),
];

fn create(cx: &Cx, args: Args) -> Res {
    let clock = ops::to_i32(cx, args.get(0))?;
    let flags = int_or(cx, args.opt(1), libc::TFD_CLOEXEC)?;
    // SAFETY: takes no pointers.
    let fd = check(cx, unsafe { libc::timerfd_create(clock, flags | libc::TFD_CLOEXEC) })?;
    Ok(Value::int(fd as i64))
}

fn span(cx: &Cx, v: Option<Value>, ns: bool) -> Res<libc::timespec> {
    let n = match v {
        None => 0,
        Some(v) if ns => ops::to_i64(cx, v)?,
        Some(v) => (ops::to_f64(cx, v)? * 1e9).round() as i64,
    };
    Ok(libc::timespec { tv_sec: n.div_euclid(1_000_000_000), tv_nsec: n.rem_euclid(1_000_000_000) })
}

fn pair(cx: &Cx, t: &libc::itimerspec, ns: bool) -> Res {
    let number = |t: &libc::timespec| {
        if ns {
            cx.new_int(t.tv_sec * 1_000_000_000 + t.tv_nsec)
        } else {
            cx.new_float(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9)
        }
    };
    Ok(cx.new_tuple(&[number(&t.it_value)?, number(&t.it_interval)?])?.value())
}

fn settime(cx: &Cx, args: Args, ns: bool) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let flags = int_or(cx, args.opt(1), 0)?;
    let new = libc::itimerspec {
        it_value: span(cx, args.opt(2), ns)?,
        it_interval: span(cx, args.opt(3), ns)?,
    };
    // SAFETY: plain data, for which zeroes are valid.
    let mut old: libc::itimerspec = unsafe { core::mem::zeroed() };
    // SAFETY: the pointers are to locals.
    check(cx, unsafe { libc::timerfd_settime(fd, flags, &raw const new, &raw mut old) })?;
    pair(cx, &old, ns)
}

fn gettime(cx: &Cx, args: Args, ns: bool) -> Res {
    let fd = fileno(cx, args.get(0))?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut now: libc::itimerspec = unsafe { core::mem::zeroed() };
    // SAFETY: the pointer is to a local.
    check(cx, unsafe { libc::timerfd_gettime(fd, &raw mut now) })?;
    pair(cx, &now, ns)
}
