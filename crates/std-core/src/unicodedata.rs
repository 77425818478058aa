//! The module `unicodedata`: properties of Unicode 16.0, and of 3.2 as `ucd_3_2_0`.

use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_text::unidata::{self, Form, Old};
use orochi_text::{Builder, Units};

/// The module `unicodedata`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "unicodedata",
    doc: Some("This module provides access to the Unicode Character Database."),
    functions: &FUNCTIONS,
    constants: &[("unidata_version", Const::Str("16.0.0"))],
    types: &[&UCD_TYPE],
    init: Some(init),
};

static UCD: TypeCell = TypeCell::new();

/// The type of `ucd_3_2_0`.
#[repr(C)]
struct PyUcd {
    header: Header,
}

// SAFETY: repr(C) with a Header; there are no further words.
unsafe impl Object for PyUcd {
    const LAYOUT: u16 = layout::WORDS;
}

static UCD_TYPE: TypeDef = TypeDef {
    name: "unicodedata.UCD",
    cell: &UCD,
    layout: layout::WORDS,
    size: size_of::<PyUcd>(),
    methods: &METHODS,
    getset: &GETSET,
    ..TypeDef::DEFAULT
};

static GETSET: [GetSetDef; 1] =
    [field_getter("unidata_version", |cx, _| Ok(cx.new_str("3.2.0")?.value()))];

fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    let old: Ref<PyUcd> = cx.alloc_instance(UCD.get(), 0)?;
    module.namespace().set_str(cx, name!(cx, "ucd_3_2_0"), old.value())
}

macro_rules! tables {
    ($($name:literal $signature:literal $body:ident;)*) => {
        static FUNCTIONS: [NativeDef; 13] = [$(
            function($name, concat!("(", $signature, ")"), |cx, args| $body(cx, args, 0, false)),
        )*];
        static METHODS: [NativeDef; 13] = [$(
            method($name, concat!("(self, ", $signature, ")"), |cx, args| $body(cx, args, 1, true)),
        )*];
    };
}

tables! {
    "decimal" "chr, default=None, /" decimal;
    "digit" "chr, default=None, /" digit;
    "numeric" "chr, default=None, /" numeric;
    "category" "chr, /" category;
    "bidirectional" "chr, /" bidirectional;
    "combining" "chr, /" combining;
    "mirrored" "chr, /" mirrored;
    "east_asian_width" "chr, /" east_asian_width;
    "decomposition" "chr, /" decomposition;
    "name" "chr, default=None, /" name;
    "lookup" "name, /" lookup;
    "normalize" "form, unistr, /" normalize;
    "is_normalized" "form, unistr, /" is_normalized;
}

/// The character argument at `i`.
fn character(cx: &Cx, args: Args, i: usize, function: &str) -> Res<u32> {
    let plural =
        if matches!(function, "decimal" | "digit" | "numeric" | "name") { " 1" } else { "" };
    match args.get(i).as_str() {
        Some(text) if text.len() == 1 => Ok(text.text().get(0)),
        Some(text) => raise!(
            cx,
            TYPE_ERROR,
            "{function}(): argument{plural} must be a unicode character, not a string of length {}",
            text.len()
        ),
        None => raise!(
            cx,
            TYPE_ERROR,
            "{function}() argument{plural} must be a unicode character, not {}",
            class_of(args.get(i)).display_name()
        ),
    }
}

/// The value, the default argument, or ValueError.
fn or_default(cx: &Cx, found: Option<Value>, default: Option<Value>, message: &str) -> Res {
    match found.or(default) {
        Some(value) => Ok(value),
        None => raise!(cx, VALUE_ERROR, "{message}"),
    }
}

fn decimal(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "decimal")?;
    let found = if old { Old::decimal(c) } else { unidata::decimal(c) };
    let found = found.map(|n| Value::int(i64::from(n)));
    or_default(cx, found, args.opt(i + 1), "not a decimal")
}
fn digit(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "digit")?;
    let found = if old { Old::digit(c) } else { unidata::digit(c) };
    let found = found.map(|n| Value::int(i64::from(n)));
    or_default(cx, found, args.opt(i + 1), "not a digit")
}
fn numeric(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "numeric")?;
    let found = if old { Old::numeric(c) } else { unidata::numeric(c) };
    let found = found.map(|n| cx.new_float(n)).transpose()?;
    or_default(cx, found, args.opt(i + 1), "not a numeric character")
}
fn category(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "category")?;
    let text = if old { Old::category(c) } else { unidata::category(c) };
    Ok(cx.new_str(text)?.value())
}
fn bidirectional(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "bidirectional")?;
    let text = if old { Old::bidirectional(c) } else { unidata::bidirectional(c) };
    Ok(cx.new_str(text)?.value())
}
fn combining(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "combining")?;
    let n = if old { Old::combining(c) } else { unidata::combining(c) };
    Ok(Value::int(i64::from(n)))
}
fn mirrored(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "mirrored")?;
    let yes = if old { Old::mirrored(c) } else { unidata::mirrored(c) };
    Ok(Value::int(i64::from(yes)))
}
fn east_asian_width(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "east_asian_width")?;
    let text = if old { Old::east_asian_width(c) } else { unidata::east_asian_width(c) };
    Ok(cx.new_str(text)?.value())
}
fn decomposition(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "decomposition")?;
    let text = if old { Old::decomposition(c) } else { unidata::decomposition(c) };
    Ok(cx.new_str(&text)?.value())
}
fn name(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let c = character(cx, args, i, "name")?;
    let text = if old { Old::name(c) } else { unidata::name(c) };
    let found = text.map(|text| cx.new_str(&text)).transpose()?.map(Ref::value);
    or_default(cx, found, args.opt(i + 1), "no such name")
}

fn lookup(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let Some(wanted) = args.get(i).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "lookup() argument must be str, not {}",
            class_of(args.get(i)).display_name()
        );
    };
    let text = wanted.to_string_lossy();
    if let Some(c) = unidata::lookup(&text)
        && (!old || Old::is_assigned(c))
    {
        return Ok(cx.str_from_char(c)?.value());
    }
    if !old && let Some(points) = unidata::lookup_sequence(&text) {
        let mut out = Builder::new();
        points.iter().for_each(|c| out.push(*c));
        return Ok(cx.str_from_buf(&out.finish())?.value());
    }
    raise!(cx, KEY_ERROR, "undefined character name '{text}'")
}

fn form_and_text(cx: &Cx, args: Args, i: usize, function: &str) -> Res<(Form, Ref<PyStr>)> {
    let (Some(form), Some(text)) = (args.get(i).as_str(), args.get(i + 1).as_str()) else {
        let bad = if args.get(i).as_str().is_none() { i } else { i + 1 };
        return raise!(
            cx,
            TYPE_ERROR,
            "{function}() argument {} must be str, not {}",
            bad - i + 1,
            class_of(args.get(bad)).display_name()
        );
    };
    match Form::from_name(&form.to_string_lossy()) {
        Some(form) => Ok((form, text)),
        None => raise!(cx, VALUE_ERROR, "invalid normalization form"),
    }
}

fn normalize(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let (form, text) = form_and_text(cx, args, i, "normalize")?;
    if text.is_ascii() {
        return Ok(cx.exact_str(text)?.value());
    }
    let units: Units<'_> = text.text();
    let buf = if old { Old::normalize(form, units) } else { unidata::normalize(form, units) };
    Ok(cx.str_from_buf(&buf)?.value())
}

fn is_normalized(cx: &Cx, args: Args, i: usize, old: bool) -> Res {
    let (form, text) = form_and_text(cx, args, i, "is_normalized")?;
    let units: Units<'_> = text.text();
    let yes =
        if old { Old::is_normalized(form, units) } else { unidata::is_normalized(form, units) };
    Ok(Value::bool(yes))
}
