//! `input`.

use crate::hooks;
use orochi_object::prelude::*;

fn stream(cx: &Cx, name: &str) -> Res {
    match hooks::sys_attr(cx, orochi_object::intern::intern_text(cx, name)?)?
        .and_then(Value::non_none)
    {
        Some(stream) => Ok(stream),
        None => raise!(cx, RUNTIME_ERROR, "lost sys.{name}"),
    }
}

/// Flushes a stream; what it raises does not matter here.
fn flush(cx: &Cx, stream: Value) {
    let _ = ops::call_method(cx, stream, name!(cx, "flush"), &[]);
}

pub(super) fn input(cx: &Cx, args: Args) -> Res {
    let stdin = stream(cx, "stdin")?;
    let stdout = stream(cx, "stdout")?;
    let stderr = stream(cx, "stderr")?;
    flush(cx, stderr);
    let prompt = match args.opt(0) {
        Some(prompt) => Some(ops::str(cx, prompt)?),
        None => None,
    };
    if let Some(hooks) = hooks::HOOKS.get() {
        let text = prompt.map_or(String::new(), |prompt| prompt.to_string_lossy());
        if let Some(line) = (hooks.read_line)(cx, &text)? {
            return Ok(line);
        }
    }
    if let Some(prompt) = prompt {
        ops::call_method(cx, stdout, name!(cx, "write"), &[prompt.value()])?;
    }
    flush(cx, stdout);
    let line = ops::call_method(cx, stdin, name!(cx, "readline"), &[])?;
    let Some(text) = line.as_str() else {
        return raise!(cx, TYPE_ERROR, "object.readline() returned non-string");
    };
    let units = text.text();
    match units.len() {
        0 => raise!(cx, EOF_ERROR, "EOF when reading a line"),
        n if units.get(n - 1) == 10 => Ok(cx.str_from_units(units.slice(0..n - 1))?.value()),
        _ => Ok(line),
    }
}
