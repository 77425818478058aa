//! Arguments of constructors, with the messages of CPython's argument parser, and the ranges of fields.

use crate::calendar::{Clock, MAX_YEAR, MIN_YEAR, Ymd, days_in_month};
use crate::objects::is_tzinfo;
use orochi_object::args::unexpected_keyword;
use orochi_object::prelude::*;

/// The parameters of a constructor.
pub(crate) struct Params {
    /// What messages call it; empty where they name no function.
    pub(crate) function: &'static str,
    pub(crate) names: &'static [&'static str],
    /// How many may be given by position.
    pub(crate) positional: usize,
}

impl Params {
    fn subject(&self) -> String {
        if self.function.is_empty() { "function".into() } else { format!("{}()", self.function) }
    }

    /// The argument for each parameter.
    pub(crate) fn bind<const N: usize>(&self, cx: &Cx, args: CallArgs) -> Res<[Option<Value>; N]> {
        debug_assert_eq!(N, self.names.len());
        let mut row = [None; N];
        let given = args.positional();
        if args.all().len() > N || given.len() > self.positional {
            return self.too_many(cx, args);
        }
        for (to, from) in row.iter_mut().zip(given) {
            *to = Some(*from);
        }
        for (name, value) in args.keywords() {
            let Some(i) = self.names.iter().position(|own| name.eq_str(own)) else {
                let subject =
                    if self.function.is_empty() { "this function".into() } else { self.subject() };
                return Err(unexpected_keyword(cx, &subject, name, self.names.iter().copied()));
            };
            if row[i].is_some() {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "argument for {} given by name ('{}') and position ({})",
                    self.subject(),
                    self.names[i],
                    i + 1
                );
            }
            row[i] = Some(value);
        }
        Ok(row)
    }

    /// Argument `i`, which must be there. As in CPython it is looked for when those before it have been read.
    pub(crate) fn required(&self, cx: &Cx, v: Option<Value>, i: usize) -> Res {
        match v {
            Some(v) => Ok(v),
            None => raise!(
                cx,
                TYPE_ERROR,
                "{} missing required argument '{}' (pos {})",
                self.subject(),
                self.names[i],
                i + 1
            ),
        }
    }

    /// As [`Params::required`], and [`c_int`] of it.
    pub(crate) fn required_int(&self, cx: &Cx, v: Option<Value>, i: usize) -> Res<i64> {
        c_int(cx, self.required(cx, v, i)?)
    }

    #[cold]
    fn too_many<T>(&self, cx: &Cx, args: CallArgs) -> Res<T> {
        let (all, by_position) = (args.all().len(), args.positional().len());
        let (limit, kind, given) = if all > self.names.len() {
            let kind = if by_position == 0 { "keyword " } else { "" };
            (self.names.len(), kind, all)
        } else {
            (self.positional, "positional ", by_position)
        };
        let plural = if limit == 1 { "" } else { "s" };
        raise!(
            cx,
            TYPE_ERROR,
            "{} takes at most {limit} {kind}argument{plural} ({given} given)",
            self.subject()
        )
    }
}

/// An argument that CPython reads as a C int.
pub(crate) fn c_int(cx: &Cx, v: Value) -> Res<i64> {
    let n = match v.as_small() {
        Some(n) => n,
        None => ops::to_i64(cx, v)?,
    };
    if n > i32::MAX as i64 {
        return raise!(cx, OVERFLOW_ERROR, "signed integer is greater than maximum");
    }
    if n < i32::MIN as i64 {
        return raise!(cx, OVERFLOW_ERROR, "signed integer is less than minimum");
    }
    Ok(n)
}

/// As [`c_int`] for an argument that may be missing.
pub(crate) fn c_int_or(cx: &Cx, v: Option<Value>, default: i64) -> Res<i64> {
    v.map_or(Ok(default), |v| c_int(cx, v))
}

/// An int that `replace` puts in place of another; what does not fit has a message of its own here.
pub(crate) fn replaced_int(cx: &Cx, v: Option<Value>, own: i64) -> Res<i64> {
    let Some(v) = v else { return Ok(own) };
    match ops::index(cx, v)?.as_i64().filter(|n| i32::try_from(*n).is_ok()) {
        Some(n) => Ok(n),
        None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C int"),
    }
}

#[cold]
pub(crate) fn bad_year<T>(cx: &Cx, year: i64) -> Res<T> {
    raise!(cx, VALUE_ERROR, "year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}")
}

/// The date, if there is one.
pub(crate) fn check_date(cx: &Cx, year: i64, month: i64, day: i64) -> Res<Ymd> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return bad_year(cx, year);
    }
    if !(1..=12).contains(&month) {
        return raise!(cx, VALUE_ERROR, "month must be in 1..12, not {month}");
    }
    let last = days_in_month(year, month);
    if !(1..=last).contains(&day) {
        return raise!(
            cx,
            VALUE_ERROR,
            "day {day} must be in range 1..{last} for month {month} in year {year}"
        );
    }
    Ok(Ymd::new(year, month, day))
}

/// The time of day, if there is one.
pub(crate) fn check_time(
    cx: &Cx,
    hour: i64,
    minute: i64,
    second: i64,
    micro: i64,
    fold: i64,
) -> Res<Clock> {
    let fields = [
        ("hour", hour, 23),
        ("minute", minute, 59),
        ("second", second, 59),
        ("microsecond", micro, 999_999),
    ];
    for (name, value, last) in fields {
        if !(0..=last).contains(&value) {
            return raise!(cx, VALUE_ERROR, "{name} must be in 0..{last}, not {value}");
        }
    }
    if fold != 0 && fold != 1 {
        return raise!(cx, VALUE_ERROR, "fold must be either 0 or 1, not {fold}");
    }
    Ok(Clock::new(hour, minute, second, micro).folded(fold == 1))
}

/// TypeError unless `v` is None or a `tzinfo`.
pub(crate) fn check_zone(cx: &Cx, v: Value) -> Res<()> {
    if v.is_none() || is_tzinfo(v) {
        return Ok(());
    }
    raise!(
        cx,
        TYPE_ERROR,
        "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
        class_of(v).display_name()
    )
}

/// The data of a pickled object of `size` bytes: bytes, or a str made of them by Python 2. `sane` looks at the
/// data and says whether it is a state at all. None for other arguments.
pub(crate) fn pickled<const N: usize>(
    cx: &Cx,
    v: Value,
    what: &str,
    sane: fn(&[u32; N]) -> bool,
) -> Res<Option<[u8; N]>> {
    let mut points = [0u32; N];
    if let Some(bytes) = v.downcast::<PyBytes>() {
        let Ok(data) = <[u8; N]>::try_from(bytes.data()) else { return Ok(None) };
        return Ok(sane(&data.map(u32::from)).then_some(data));
    }
    match v.as_str() {
        Some(text) if text.len() == N => {
            points.iter_mut().zip(text.text().iter()).for_each(|(to, c)| *to = c);
        }
        _ => return Ok(None),
    }
    if !sane(&points) {
        return Ok(None);
    }
    if points.iter().any(|c| *c > 255) {
        return raise!(
            cx,
            VALUE_ERROR,
            "Failed to encode latin1 string when unpickling a {what} object. pickle.load(data, \
             encoding='latin1') is assumed."
        );
    }
    Ok(Some(points.map(|c| c as u8)))
}
