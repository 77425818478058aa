//! `SyntaxError`: where in a source the fault lies, and its text.

use super::base::{self, exc};
use super::simple::member;
use orochi_object::exception::field;
use orochi_object::instance;
use orochi_object::prelude::*;

const PLACE: [usize; 6] =
    [field::FILE, field::LINENO, field::OFFSET, field::TEXT, field::END_LINENO, field::END_OFFSET];

pub(super) fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    base::init(cx, v, args)?;
    let e = exc(v);
    let values = args.positional();
    if let Some(msg) = values.first() {
        e.set_field(cx, field::MSG, *msg);
    }
    let [_, info] = values else { return Ok(()) };
    let info = ops::to_tuple(cx, *info)?;
    let info = info.values();
    if info.len() < 4 || info.len() > 7 {
        let (word, n) = if info.len() < 4 { ("at least", 4) } else { ("at most", 7) };
        return raise!(
            cx,
            TYPE_ERROR,
            "function takes {word} {n} arguments ({} given)",
            info.len()
        );
    }
    for i in PLACE {
        e.fields[i].clear();
    }
    for (i, value) in PLACE.into_iter().zip(info) {
        e.set_field(cx, i, *value);
    }
    if let Some(metadata) = info.get(6) {
        instance::set(cx, v, name!(cx, "_metadata"), *metadata)?;
    }
    if info.len() == 5 {
        return raise!(cx, TYPE_ERROR, "end_offset must be provided when end_lineno is provided");
    }
    Ok(())
}

pub(super) fn str(cx: &Cx, v: Value) -> Res {
    let e = exc(v);
    let msg = ops::str(cx, e.field(field::MSG).unwrap_or(Value::NONE))?;
    let file = e.field(field::FILE).and_then(Value::as_str).map(|file| {
        let file = file.to_string_lossy();
        file.rsplit('/').next().unwrap_or_default().to_owned()
    });
    let line = e.field(field::LINENO).filter(|line| is_exact(*line, &types::INT));
    let line = line.map(|line| line.as_i64().unwrap_or(-1));
    let place = match (file, line) {
        (None, None) => return Ok(msg.value()),
        (Some(file), Some(line)) => format!(" ({file}, line {line})"),
        (Some(file), None) => format!(" ({file})"),
        (None, Some(line)) => format!(" (line {line})"),
    };
    Ok(cx.str_concat(msg, cx.new_str(&place)?)?.value())
}

fn get_print(cx: &Cx, v: Value) -> Res {
    let found = instance::get(cx, v, name!(cx, "print_file_and_line"));
    Ok(found.unwrap_or(Value::NONE))
}
fn set_print(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let name = name!(cx, "print_file_and_line");
    instance::set(cx, v, name, value.unwrap_or(Value::NONE))?;
    Ok(())
}
fn get_metadata(cx: &Cx, v: Value) -> Res {
    Ok(instance::get(cx, v, name!(cx, "_metadata")).unwrap_or(Value::NONE))
}
fn set_metadata(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    instance::set(cx, v, name!(cx, "_metadata"), value.unwrap_or(Value::NONE))?;
    Ok(())
}

pub(super) static GETSET: &[GetSetDef] = &[
    member::<{ field::MSG }>("msg"),
    member::<{ field::FILE }>("filename"),
    member::<{ field::LINENO }>("lineno"),
    member::<{ field::OFFSET }>("offset"),
    member::<{ field::TEXT }>("text"),
    member::<{ field::END_LINENO }>("end_lineno"),
    member::<{ field::END_OFFSET }>("end_offset"),
    field("print_file_and_line", get_print, set_print),
    field("_metadata", get_metadata, set_metadata),
];
