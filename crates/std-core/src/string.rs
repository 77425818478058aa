//! The module `_string`: the parser of format strings for `string.Formatter`.

use orochi_fmt::field::{self, First, Part};
use orochi_object::prelude::*;

/// The module `_string`.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_string", functions: &FUNCTIONS, ..ModuleDef::DEFAULT };

static FUNCTIONS: [NativeDef; 2] = [
    function("formatter_parser", "(string, /)", parser),
    function("formatter_field_name_split", "(string, /)", split),
];

fn text(cx: &Cx, args: Args) -> Res<Ref<PyStr>> {
    match args.get(0).as_str() {
        Some(text) => Ok(text),
        None => {
            raise!(cx, TYPE_ERROR, "expected str, got {}", class_of(args.get(0)).display_name())
        }
    }
}

fn failed(cx: &Cx, error: orochi_fmt::FormatError) -> Raised {
    cx.error(&exception::VALUE_ERROR, &error.message)
}

fn parser(cx: &Cx, args: Args) -> Res {
    let template = text(cx, args)?;
    let list = cx.new_list(&[])?;
    let part = |range| Ok(cx.str_from_units(template.text().slice(range))?.value());
    let (mut pieces, mut piece) =
        (field::pieces(template.text(), 0..template.len()), field::Piece::default());
    while pieces.read(&mut piece).map_err(|error| failed(cx, error))? {
        let literal = part(piece.literal.clone())?;
        let none = Value::NONE;
        let row = match piece.field.take() {
            None => [literal, none, none, none],
            Some(found) => {
                let conversion = match found.conversion {
                    Some(c) => cx.str_from_char(c)?.value(),
                    None => none,
                };
                [literal, part(found.name)?, part(found.spec)?, conversion]
            }
        };
        list.push(cx, cx.new_tuple(&row)?.value())?;
    }
    ops::iter(cx, list.value())
}

fn split(cx: &Cx, args: Args) -> Res {
    let name = text(cx, args)?;
    let part = |range| Ok(cx.str_from_units(name.text().slice(range))?.value());
    let (first, rest) =
        field::split_name(name.text(), 0..name.len()).map_err(|error| failed(cx, error))?;
    let first = match first {
        First::Auto => orochi_object::intern::empty(cx)?.value(),
        First::Index(n) => cx.new_int(n as i64)?,
        First::Key(range) => part(range)?,
    };
    let list = cx.new_list(&[])?;
    for step in rest {
        let row = match step.map_err(|error| failed(cx, error))? {
            Part::Attr(range) => [Value::TRUE, part(range)?],
            Part::Index(n) => [Value::FALSE, cx.new_int(n as i64)?],
            Part::Key(range) => [Value::FALSE, part(range)?],
        };
        list.push(cx, cx.new_tuple(&row)?.value())?;
    }
    let iterator = ops::iter(cx, list.value())?;
    Ok(cx.new_tuple(&[first, iterator])?.value())
}
