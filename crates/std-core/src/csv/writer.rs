//! `_csv.writer`.

use super::dialect::{self, Format};
use super::error;
use crate::common::{receiver, words};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_text::{Builder, Units};

/// A writer: the file's `write` and the dialect.
#[repr(C)]
struct Writer {
    header: Header,
    write: Slot,
    dialect: Slot,
}
words!(Writer);
receiver!(this, Writer);

static CELL: TypeCell = TypeCell::new();

pub(super) static WRITER: TypeDef = TypeDef {
    name: "_csv.Writer",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Writer>(),
    flags: flag::NO_NEW,
    methods: &[
        method("writerow", "(self, row, /)", |cx, args| row(cx, this(args.get(0)), args.get(1))),
        method("writerows", "(self, rows, /)", |cx, args| {
            let writer = this(args.get(0));
            ops::for_each(cx, args.get(1), &mut |own| {
                row(cx, writer, own)?;
                Ok(true)
            })?;
            Ok(Value::NONE)
        }),
    ],
    getset: &[field_getter("dialect", |_, v| Ok(this(v).dialect.or_none()))],
    doc: Some(
        "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.",
    ),
    ..TypeDef::DEFAULT
};

/// `_csv.writer(fileobj, dialect='excel', **fmtparams)`.
pub(super) fn writer(cx: &Cx, args: Args) -> Res {
    let dialect = dialect::make(cx, args.opt(1), args.kwargs(2))?;
    let write = ops::getattr_opt(cx, args.get(0), name!(cx, "write"))?;
    let Some(write) = write.filter(|write| class_of(*write).slots.call().is_some()) else {
        return raise!(cx, TYPE_ERROR, "argument 1 must have a \"write\" method");
    };
    let writer: Ref<Writer> = cx.alloc_instance(CELL.get(), 0)?;
    writer.write.init(write);
    writer.dialect.init(dialect);
    Ok(writer.value())
}

const ALL: i64 = 1;
const NONNUMERIC: i64 = 2;
const NONE: i64 = 3;
const STRINGS: i64 = 4;
const NOTNULL: i64 = 5;

fn is_number(v: Value) -> bool {
    let slots = &class_of(v).slots;
    v.is_int()
        || v.is_float()
        || v.as_complex().is_some()
        || slots.index().is_some()
        || slots.int().is_some()
        || slots.float().is_some()
}

fn row(cx: &Cx, writer: Ref<Writer>, fields: Value) -> Res {
    let format = Format::of(writer.dialect.or_none());
    let iterator = match ops::iter(cx, fields) {
        Ok(iterator) => iterator,
        Err(raised) if raised.is(&exception::TYPE_ERROR) => {
            let class = class_of(fields).display_name();
            return error(cx, &format!("iterable expected, not {class}"));
        }
        Err(raised) => return Err(raised),
    };
    let mut out = Builder::new();
    let (mut count, mut last_null) = (0, false);
    while let Some(field) = ops::next(cx, iterator)? {
        let quoted = match format.quoting {
            NONNUMERIC => !is_number(field),
            ALL => true,
            STRINGS => field.as_str().is_some(),
            NOTNULL => !field.is_none(),
            _ => false,
        };
        last_null = field.is_none();
        if count > 0 {
            out.push(format.delimiter);
        }
        count += 1;
        if field.is_none() {
            append(cx, &mut out, &format, Units::One(&[]), quoted)?;
        } else {
            let text = ops::str(cx, field)?;
            append(cx, &mut out, &format, text.text(), quoted)?;
        }
    }
    cx.stop_value.clear();
    if count > 0 && out.is_empty() {
        if format.quoting == NONE || (last_null && matches!(format.quoting, STRINGS | NOTNULL)) {
            return error(cx, "single empty field record must be quoted");
        }
        append(cx, &mut out, &format, Units::One(&[]), true)?;
    }
    out.push_units(format.lineterminator.text());
    let line = cx.str_from_buf(&out.finish())?;
    ops::call(cx, writer.write.or_none(), &[line.value()])
}

/// Appends one field.
fn append(cx: &Cx, out: &mut Builder, format: &Format, field: Units<'_>, quoted: bool) -> Res<()> {
    let mut quoted = quoted;
    let mut body = Builder::new();
    if format.delimiter == ' ' as u32 && format.skipinitialspace {
        // Would be skipped by a reader.
        let hidden = field.is_empty() || field.get(0) == ' ' as u32;
        if hidden && format.quoting == NONE {
            return error(
                cx,
                "empty field must be quoted if delimiter is a space and skipinitialspace is true",
            );
        }
        quoted |= hidden;
    }
    for c in field.iter() {
        let special = c == format.delimiter
            || Some(c) == format.escapechar
            || Some(c) == format.quotechar
            || c == 10
            || c == 13
            || format.lineterminator.units().iter().any(|d| d == c);
        if special {
            let mut escape = false;
            if format.quoting == NONE {
                escape = true;
            } else {
                if Some(c) == format.quotechar {
                    if format.doublequote {
                        body.push(c);
                    } else {
                        escape = true;
                    }
                } else if Some(c) == format.escapechar {
                    escape = true;
                }
                quoted |= !escape;
            }
            if escape {
                match format.escapechar {
                    Some(escape) => body.push(escape),
                    None => return error(cx, "need to escape, but no escapechar set"),
                }
            }
        }
        body.push(c);
    }
    let quote = format.quotechar.filter(|_| quoted);
    if let Some(quote) = quote {
        out.push(quote);
    }
    out.push_units(body.units());
    if let Some(quote) = quote {
        out.push(quote);
    }
    Ok(())
}
