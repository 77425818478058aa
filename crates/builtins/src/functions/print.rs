//! `print`.

use crate::hooks;
use orochi_object::prelude::*;
use orochi_text::Builder;

/// The `sep` or `end` argument; `None` for the default.
fn text_option(cx: &Cx, v: Option<Value>, name: &str) -> Res<Option<Ref<PyStr>>> {
    let Some(v) = v.and_then(Value::non_none) else { return Ok(None) };
    match v.as_str() {
        Some(_) => Ok(Some(ops::str(cx, v)?)),
        None => raise!(
            cx,
            TYPE_ERROR,
            "{name} must be None or a string, not {}",
            class_of(v).display_name()
        ),
    }
}

/// Whether the stream is our own text layer, which one write of everything suits.
fn is_own_stream(file: Value) -> bool {
    class_of(file).definition.is_some_and(|def| def.name.ends_with("TextIOWrapper"))
}

pub(super) fn print(cx: &Cx, args: Args) -> Res {
    let values = args.rest(0);
    let file = match args.non_none(3) {
        Some(file) => file,
        None => match hooks::sys_attr(cx, name!(cx, "stdout"))? {
            Some(file) if file.is_none() => return Ok(Value::NONE),
            Some(file) => file,
            None => return raise!(cx, RUNTIME_ERROR, "lost sys.stdout"),
        },
    };
    let sep = text_option(cx, args.opt(1), "sep")?;
    let end = text_option(cx, args.opt(2), "end")?;
    let sep = sep.unwrap_or(name!(cx, " "));
    let end = end.unwrap_or(name!(cx, "\n"));
    let write = name!(cx, "write");
    if is_own_stream(file) {
        let mut all = Builder::new();
        for (i, v) in values.iter().enumerate() {
            if i > 0 {
                all.push_units(sep.text());
            }
            all.push_units(ops::str(cx, *v)?.text());
        }
        all.push_units(end.text());
        let text = cx.str_from_buf(&all.finish())?.value();
        ops::call_method(cx, file, write, &[text])?;
    } else {
        for (i, v) in values.iter().enumerate() {
            if i > 0 {
                ops::call_method(cx, file, write, &[sep.value()])?;
            }
            let text = ops::str(cx, *v)?.value();
            ops::call_method(cx, file, write, &[text])?;
        }
        ops::call_method(cx, file, write, &[end.value()])?;
    }
    if let Some(flush) = args.opt(4)
        && ops::truth(cx, flush)?
    {
        ops::call_method(cx, file, name!(cx, "flush"), &[])?;
    }
    Ok(Value::NONE)
}
