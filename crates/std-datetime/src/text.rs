//! Dates and times as text: `isoformat`, offsets, `ctime`.

use crate::calendar::{Clock, Ymd};
use crate::objects::Delta;
use orochi_object::prelude::*;

const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTH_NAMES: [&str; 13] =
    ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Appends `n` with at least `width` digits.
pub(crate) fn push_digits(out: &mut String, n: u32, width: usize) {
    let mut digits = [b'0'; 10];
    let (mut rest, mut at) = (n, digits.len());
    while rest > 0 {
        at -= 1;
        digits[at] += (rest % 10) as u8;
        rest /= 10;
    }
    let from = at.min(digits.len() - width.min(digits.len()));
    digits[from..].iter().for_each(|c| out.push(*c as char));
}

/// `YYYY-MM-DD`.
pub(crate) fn push_date(out: &mut String, ymd: Ymd) {
    push_digits(out, ymd.year as u32, 4);
    out.push('-');
    push_digits(out, ymd.month as u32, 2);
    out.push('-');
    push_digits(out, ymd.day as u32, 2);
}

/// How much of a time is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spec {
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Spec {
    /// The `timespec` argument of `isoformat`.
    pub(crate) fn from_arg(cx: &Cx, v: Option<Value>, i: usize, clock: Clock) -> Res<Spec> {
        let auto = if clock.micro == 0 { Spec::Seconds } else { Spec::Microseconds };
        let Some(v) = v else { return Ok(auto) };
        let Some(text) = v.as_str() else {
            let class = class_of(v).display_name();
            let class = if v.is_none() { "None" } else { &class };
            return raise!(cx, TYPE_ERROR, "isoformat() argument {i} must be str, not {class}");
        };
        const NAMES: [(&str, Spec); 5] = [
            ("hours", Spec::Hours),
            ("minutes", Spec::Minutes),
            ("seconds", Spec::Seconds),
            ("milliseconds", Spec::Milliseconds),
            ("microseconds", Spec::Microseconds),
        ];
        if text.eq_str("auto") {
            return Ok(auto);
        }
        match NAMES.iter().find(|(name, _)| text.eq_str(name)) {
            Some((_, spec)) => Ok(*spec),
            None => raise!(cx, VALUE_ERROR, "Unknown timespec value"),
        }
    }
}

/// `HH:MM:SS.ffffff`, or as much of it as is asked for.
pub(crate) fn push_time(out: &mut String, clock: Clock, spec: Spec) {
    push_digits(out, clock.hour as u32, 2);
    if spec == Spec::Hours {
        return;
    }
    out.push(':');
    push_digits(out, clock.minute as u32, 2);
    if spec == Spec::Minutes {
        return;
    }
    out.push(':');
    push_digits(out, clock.second as u32, 2);
    match spec {
        Spec::Milliseconds => {
            out.push('.');
            push_digits(out, clock.micro / 1000, 3);
        }
        Spec::Microseconds => {
            out.push('.');
            push_digits(out, clock.micro, 6);
        }
        _ => {}
    }
}

/// `+HH:MM`, with seconds and microseconds if there are any; `sep` between the fields.
pub(crate) fn push_offset(out: &mut String, offset: &Delta, sep: &str) {
    let total = offset.total();
    out.push(if total < 0 { '-' } else { '+' });
    let (seconds, micro) = (total.abs() / Delta::SECOND, total.abs() % Delta::SECOND);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    push_digits(out, hours as u32, 2);
    out.push_str(sep);
    push_digits(out, minutes as u32, 2);
    if seconds != 0 || micro != 0 {
        out.push_str(sep);
        push_digits(out, seconds as u32, 2);
    }
    if micro != 0 {
        out.push('.');
        push_digits(out, micro as u32, 6);
    }
}

/// As C's `ctime` writes it.
pub(crate) fn ctime(cx: &Cx, ymd: Ymd, clock: Clock) -> Res {
    let text = format!(
        "{} {} {:2} {:02}:{:02}:{:02} {:04}",
        DAY_NAMES[ymd.weekday() as usize % 7],
        MONTH_NAMES[ymd.month as usize % 13],
        ymd.day,
        clock.hour,
        clock.minute,
        clock.second,
        ymd.year
    );
    Ok(cx.new_str(&text)?.value())
}

/// The name that `repr` shows: with the module for the types of this one, alone for subclasses.
pub(crate) fn shown_name(v: Value) -> String {
    class_of(v).display_name()
}
