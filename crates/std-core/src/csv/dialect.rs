//! `_csv.Dialect`.

use crate::common::{receiver, words};
use orochi_object::args::unexpected_keyword;
use orochi_object::layout;
use orochi_object::prelude::*;

/// A dialect. Immutable.
#[repr(C)]
pub(super) struct Dialect {
    header: Header,
    delimiter: Slot,
    doublequote: Slot,
    escapechar: Slot,
    lineterminator: Slot,
    quotechar: Slot,
    quoting: Slot,
    skipinitialspace: Slot,
    strict: Slot,
}
words!(Dialect);
receiver!(this, Dialect);

static CELL: TypeCell = TypeCell::new();

pub(super) static DIALECT: TypeDef = TypeDef {
    name: "_csv.Dialect",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Dialect>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &[
        method("__reduce__", "(self, /)", cannot_pickle),
        method("__reduce_ex__", "(self, protocol=None, /)", cannot_pickle),
    ],
    getset: &[
        getter("delimiter", |_, v| Ok(this(v).delimiter.or_none())),
        field_getter("doublequote", |_, v| Ok(this(v).doublequote.or_none())),
        getter("escapechar", |_, v| Ok(this(v).escapechar.or_none())),
        getter("lineterminator", |_, v| Ok(this(v).lineterminator.or_none())),
        getter("quotechar", |_, v| Ok(this(v).quotechar.or_none())),
        getter("quoting", |_, v| Ok(this(v).quoting.or_none())),
        field_getter("skipinitialspace", |_, v| Ok(this(v).skipinitialspace.or_none())),
        field_getter("strict", |_, v| Ok(this(v).strict.or_none())),
    ],
    doc: Some("CSV dialect\n\nThe Dialect type records CSV dialect options."),
    ..TypeDef::DEFAULT
};

fn cannot_pickle(cx: &Cx, args: Args) -> Res {
    let class = class_of(args.get(0)).display_name();
    raise!(cx, TYPE_ERROR, "cannot pickle '{class}' instances")
}

const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.positional();
    if given.len() > 9 {
        let n = given.len();
        return raise!(cx, TYPE_ERROR, "Dialect() takes at most 9 arguments ({n} given)");
    }
    let keywords = cx.new_dict()?;
    for (name, value) in NAMES.iter().zip(given.iter().skip(1)) {
        keywords.set_str(cx, orochi_object::intern::intern_text(cx, name)?, *value)?;
    }
    let mut base = given.first().copied();
    for (name, value) in args.keywords() {
        if name.eq_str("dialect") {
            base = Some(value);
        } else {
            keywords.set_str(cx, name, value)?;
        }
    }
    build(cx, class, base, Some(keywords))
}

/// A dialect from another one, or its name, and keywords.
pub(super) fn make(cx: &Cx, base: Option<Value>, keywords: Option<Ref<PyDict>>) -> Res {
    build(cx, CELL.get(), base, keywords)
}

fn build(cx: &Cx, class: Ref<PyType>, base: Option<Value>, keywords: Option<Ref<PyDict>>) -> Res {
    let keywords = keywords.filter(|keywords| !keywords.is_empty());
    let base = match base.and_then(Value::non_none) {
        Some(name) if name.as_str().is_some() => Some(super::get_dialect(cx, name)?),
        other => other,
    };
    if let (Some(base), None) = (base, keywords)
        && is_exact(base, &CELL)
        && class == CELL.get()
    {
        return Ok(base);
    }
    if let Some(keywords) = keywords {
        let items = keywords.snapshot(cx)?;
        for pair in items.values().chunks_exact(2) {
            if let Some(name) = pair[0].as_str()
                && !NAMES.iter().any(|own| name.eq_str(own))
            {
                let known = NAMES.iter().copied().chain(["dialect"]);
                return Err(unexpected_keyword(cx, "this function", name, known));
            }
        }
    }
    let option = |name: &str| -> Res<Option<Value>> {
        let name = orochi_object::intern::intern_text(cx, name)?;
        if let Some(value) = keywords.and_then(|keywords| keywords.get_str(name)) {
            return Ok(Some(value));
        }
        match base {
            Some(base) => ops::getattr_opt(cx, base, name),
            None => Ok(None),
        }
    };
    let truth = |v: Option<Value>, default: bool| -> Res {
        Ok(Value::bool(match v {
            Some(v) => ops::truth(cx, v)?,
            None => default,
        }))
    };
    let delimiter = character(cx, "delimiter", option("delimiter")?, Some(','), false)?;
    let doublequote = truth(option("doublequote")?, true)?;
    let escapechar = character(cx, "escapechar", option("escapechar")?, None, true)?;
    let lineterminator = match option("lineterminator")? {
        None => cx.new_str("\r\n")?.value(),
        Some(v) if v.as_str().is_some() => v,
        Some(v) => {
            return raise!(
                cx,
                TYPE_ERROR,
                "\"lineterminator\" must be a string, not {}",
                class_of(v).display_name()
            );
        }
    };
    let quote_option = option("quotechar")?;
    let quotechar = character(cx, "quotechar", quote_option, Some('"'), true)?;
    let quoting_option = option("quoting")?;
    let mut quoting = match quoting_option {
        None => 0,
        Some(v) if v.is_int() => v.as_i64().unwrap_or(-1),
        Some(v) => {
            return raise!(
                cx,
                TYPE_ERROR,
                "\"quoting\" must be an integer, not {}",
                class_of(v).display_name()
            );
        }
    };
    if !(0..=5).contains(&quoting) {
        return raise!(cx, TYPE_ERROR, "bad \"quoting\" value");
    }
    let skipinitialspace = truth(option("skipinitialspace")?, false)?;
    let strict = truth(option("strict")?, false)?;
    if quotechar.is_none() && quoting_option.is_none() {
        quoting = 3;
    }
    if quoting != 3 && quotechar.is_none() {
        return raise!(cx, TYPE_ERROR, "quotechar must be set if quoting enabled");
    }
    let made: Ref<Dialect> = cx.alloc_instance(class, 0)?;
    made.delimiter.init(delimiter);
    made.doublequote.init(doublequote);
    made.escapechar.init(escapechar);
    made.lineterminator.init(lineterminator);
    made.quotechar.init(quotechar);
    made.quoting.init(Value::int(quoting));
    made.skipinitialspace.init(skipinitialspace);
    made.strict.init(strict);
    check(cx, &Format::of(made.value()))?;
    Ok(made.value())
}

fn character(cx: &Cx, name: &str, v: Option<Value>, default: Option<char>, optional: bool) -> Res {
    let Some(v) = v else {
        return match default {
            Some(c) => Ok(cx.str_from_char(c as u32)?.value()),
            None => Ok(Value::NONE),
        };
    };
    if v.is_none() && optional {
        return Ok(v);
    }
    let or_none = if optional { " or None" } else { "" };
    let found = match v.as_str() {
        Some(text) if text.len() == 1 => return Ok(v),
        Some(text) => format!("a string of length {}", text.len()),
        None => class_of(v).display_name(),
    };
    raise!(cx, TYPE_ERROR, "\"{name}\" must be a unicode character{or_none}, not {found}")
}

/// A dialect as plain characters.
pub(super) struct Format {
    pub(super) delimiter: u32,
    pub(super) quotechar: Option<u32>,
    pub(super) escapechar: Option<u32>,
    pub(super) doublequote: bool,
    pub(super) skipinitialspace: bool,
    pub(super) strict: bool,
    pub(super) quoting: i64,
    pub(super) lineterminator: Ref<PyStr>,
}

impl Format {
    /// The format of a dialect made by [`make`].
    pub(super) fn of(v: Value) -> Format {
        let dialect = this(v);
        let point = |slot: &Slot| {
            slot.get().and_then(Value::as_str).filter(|s| s.len() > 0).map(|s| s.text().get(0))
        };
        let flag = |slot: &Slot| slot.get() == Some(Value::TRUE);
        Format {
            delimiter: point(&dialect.delimiter).unwrap_or(',' as u32),
            quotechar: point(&dialect.quotechar),
            escapechar: point(&dialect.escapechar),
            doublequote: flag(&dialect.doublequote),
            skipinitialspace: flag(&dialect.skipinitialspace),
            strict: flag(&dialect.strict),
            quoting: crate::common::number(&dialect.quoting),
            // SAFETY: `lineterminator` holds a str from creation on.
            lineterminator: unsafe { dialect.lineterminator.or_none().cast() },
        }
    }
}

fn check(cx: &Cx, format: &Format) -> Res<()> {
    let special = |c: u32| c == '\n' as u32 || c == '\r' as u32;
    let space = |c: u32| format.skipinitialspace && c == ' ' as u32;
    let bad = |what: &str| raise!(cx, VALUE_ERROR, "bad {what} value");
    if special(format.delimiter) {
        return bad("delimiter");
    }
    if format.escapechar.is_some_and(|c| special(c) || space(c)) {
        return bad("escapechar");
    }
    if format.quotechar.is_some_and(|c| special(c) || space(c)) {
        return bad("quotechar");
    }
    let delimiter = Some(format.delimiter);
    if delimiter == format.escapechar {
        return bad("delimiter or escapechar");
    }
    if delimiter == format.quotechar {
        return bad("delimiter or quotechar");
    }
    if format.escapechar.is_some() && format.escapechar == format.quotechar {
        return bad("escapechar or quotechar");
    }
    let ends =
        |c: Option<u32>| c.is_some_and(|c| format.lineterminator.units().iter().any(|d| d == c));
    if ends(delimiter) {
        return bad("delimiter or lineterminator");
    }
    if ends(format.escapechar) {
        return bad("escapechar or lineterminator");
    }
    if ends(format.quotechar) {
        return bad("quotechar or lineterminator");
    }
    Ok(())
}
