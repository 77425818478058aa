//! `strftime`, `strptime`, `__format__` and time tuples: what the modules `time` and `_strptime` do the work of.

use crate::calendar::{Clock, Ymd};
use crate::objects::{DateTime, Time};
use crate::zone;
use orochi_object::prelude::*;
use orochi_text::Builder;

/// A `time.struct_time`.
pub(crate) fn struct_time(cx: &Cx, ymd: Ymd, clock: Clock, dst: i64) -> Res {
    let (year, month, day) = ymd.parts();
    let row = [
        year,
        month,
        day,
        clock.hour as i64,
        clock.minute as i64,
        clock.second as i64,
        ymd.weekday(),
        ymd.day_of_year(),
        dst,
    ];
    let row = cx.new_tuple(&row.map(Value::int))?.value();
    let class = cx.import_from("time", "struct_time")?;
    ops::call(cx, class, &[row])
}

fn text_arg(cx: &Cx, function: &str, i: usize, v: Value) -> Res<Ref<PyStr>> {
    match v.as_str() {
        Some(text) => Ok(text),
        None => {
            let class = class_of(v).display_name();
            let class = if v.is_none() { "None" } else { &class };
            raise!(cx, TYPE_ERROR, "{function}() argument {i} must be str, not {class}")
        }
    }
}

/// `date.strftime` and `datetime.strftime`.
pub(crate) fn strftime(cx: &Cx, v: Value, format: Value) -> Res {
    let format = text_arg(cx, "strftime", 1, format)?;
    let tuple = ops::call_method(cx, v, name!(cx, "timetuple"), &[])?;
    let year = match tuple.downcast::<PyTuple>().and_then(|row| row.get(0)) {
        Some(year) => year,
        None => ops::getitem(cx, tuple, Value::int(0))?,
    };
    let date = Source { v, zone_arg: v, tuple, year: ops::to_i64(cx, year)? };
    date.format(cx, format)
}

/// `time.strftime`.
pub(crate) fn strftime_of_time(cx: &Cx, time: Ref<Time>, format: Value) -> Res {
    let format = text_arg(cx, "strftime", 1, format)?;
    let clock = time.clock();
    let row = [1900, 1, 1, clock.hour as i64, clock.minute as i64, clock.second as i64, 0, 1, -1];
    let tuple = cx.new_tuple(&row.map(Value::int))?.value();
    Source { v: time.value(), zone_arg: Value::NONE, tuple, year: 1900 }.format(cx, format)
}

/// What is formatted.
struct Source {
    v: Value,
    /// What the methods of the `tzinfo` are asked about.
    zone_arg: Value,
    tuple: Value,
    year: i64,
}

impl Source {
    fn zone(&self) -> Value {
        match (self.v.downcast::<DateTime>(), self.v.downcast::<Time>()) {
            (Some(datetime), _) => datetime.zone(),
            (_, Some(time)) => time.zone(),
            _ => Value::NONE,
        }
    }

    fn micro(&self) -> u32 {
        match (self.v.downcast::<DateTime>(), self.v.downcast::<Time>()) {
            (Some(datetime), _) => datetime.clock().micro,
            (_, Some(time)) => time.clock().micro,
            _ => 0,
        }
    }

    fn offset(&self, cx: &Cx, sep: &str) -> Res<String> {
        let mut out = String::new();
        if let Some(offset) = zone::utcoffset(cx, self.zone(), self.zone_arg)? {
            crate::text::push_offset(&mut out, &offset, sep);
        }
        Ok(out)
    }

    /// Fills in what `time.strftime` does not know, and leaves the rest to it.
    fn format(&self, cx: &Cx, format: Ref<PyStr>) -> Res {
        let function = cx.import_from("time", "strftime")?;
        let mut out = Builder::new();
        let mut points = format.text().iter().peekable();
        while let Some(c) = points.next() {
            if c != '%' as u32 {
                out.push(c);
                continue;
            }
            let Some(code) = points.next() else {
                out.push(c);
                break;
            };
            match char::from_u32(code) {
                Some('f') => out.push_str(&format!("{:06}", self.micro())),
                Some('z') => out.push_str(&self.offset(cx, "")?),
                Some(':') if points.peek() == Some(&('z' as u32)) => {
                    points.next();
                    out.push_str(&self.offset(cx, ":")?);
                }
                Some('Z') => {
                    if let Some(name) = zone::tzname(cx, self.zone(), self.zone_arg)? {
                        out.push_units(escaped(cx, name)?.text());
                    }
                }
                // The C library writes years before 1000 without zeros.
                Some(code @ ('Y' | 'G' | 'F' | 'C')) if self.year < 1000 => {
                    let mut year = self.year;
                    if code == 'G' {
                        let text =
                            ops::call(cx, function, &[cx.new_str("%G")?.value(), self.tuple])?;
                        let text = ops::str(cx, text)?.to_string_lossy();
                        year = text.trim().parse().unwrap_or(year);
                    }
                    match code {
                        'C' => out.push_str(&format!("{:02}", year / 100)),
                        'F' => out.push_str(&format!("{year:04}-%m-%d")),
                        _ => out.push_str(&format!("{year:04}")),
                    }
                }
                _ => {
                    out.push(c);
                    out.push(code);
                }
            }
        }
        let format = cx.str_from_buf(&out.finish())?.value();
        ops::call(cx, function, &[format, self.tuple])
    }
}

/// A name with its percent signs doubled: what follows would take them for codes.
fn escaped(cx: &Cx, name: Ref<PyStr>) -> Res<Ref<PyStr>> {
    let (one, two) = (name!(cx, "%").value(), name!(cx, "%%").value());
    match ops::call_method(cx, name.value(), name!(cx, "replace"), &[one, two])?.as_str() {
        Some(name) => Ok(name),
        None => raise!(cx, TYPE_ERROR, "tzname.replace() did not return a string"),
    }
}

/// `__format__`: `str` or `strftime` of the object.
pub(crate) fn format(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let format = text_arg(cx, "__format__", 1, args.get(1))?;
    if format.len() == 0 {
        return Ok(ops::str(cx, v)?.value());
    }
    ops::call_method(cx, v, name!(cx, "strftime"), &[format.value()])
}

/// The `strptime` of a class, by a function of the module `_strptime`.
pub(crate) fn strptime(cx: &Cx, args: Args, function: &str) -> Res {
    text_arg(cx, "strptime", 1, args.get(1))?;
    text_arg(cx, "strptime", 2, args.get(2))?;
    let function = cx.import_from("_strptime", function)?;
    ops::call(cx, function, &[args.get(0), args.get(1), args.get(2)])
}
