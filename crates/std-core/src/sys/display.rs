//! The hooks that show values and errors: displayhook, excepthook, unraisablehook, breakpointhook.

use super::{attr, info};
use orochi_object::exception::PyException;
use orochi_object::hooks::{import_module, module_attr};
use orochi_object::prelude::*;
use orochi_object::structseq;

fn write(cx: &Cx, file: Value, text: &str) -> Res<()> {
    let text = cx.new_str(text)?.value();
    ops::call_method(cx, file, name!(cx, "write"), &[text])?;
    Ok(())
}

/// Makes the text of an exception with its traceback without the standard library, for when
/// `traceback` cannot be used. Set once at start.
pub static FORMAT: std::sync::OnceLock<fn(&Cx, Value) -> String> = std::sync::OnceLock::new();

/// The same for the frames of a traceback.
pub static FORMAT_TRACEBACK: std::sync::OnceLock<fn(&Cx, Value) -> String> =
    std::sync::OnceLock::new();

/// Writes text to `sys.stderr`, or to the descriptor if there is none; errors are dropped.
pub fn write_stderr(cx: &Cx, text: &str) {
    match attr(cx, "stderr").and_then(Value::non_none) {
        Some(file) => {
            let _ = write(cx, file, text);
            let _ = ops::call_method(cx, file, name!(cx, "flush"), &[]);
        }
        None => eprint!("{text}"),
    }
}

/// As [`write_stderr`], for a text that may have surrogates, and a line's end after it.
pub fn write_stderr_line(cx: &Cx, text: Ref<PyStr>) {
    if let Some(file) = attr(cx, "stderr").and_then(Value::non_none) {
        let _ = ops::call_method(cx, file, name!(cx, "write"), &[text.value()]);
        write_stderr(cx, "\n");
    } else {
        eprintln!("{}", text.to_string_lossy());
    }
}

pub(super) fn displayhook(cx: &Cx, args: Args) -> Res {
    let value = args.get(0);
    if value.is_none() {
        return Ok(Value::NONE);
    }
    let builtins = import_module(cx, "builtins")?;
    ops::setattr(cx, builtins, name!(cx, "_"), Value::NONE)?;
    let Some(out) = attr(cx, "stdout").and_then(Value::non_none) else {
        return raise!(cx, RUNTIME_ERROR, "lost sys.stdout");
    };
    let text = ops::repr(cx, value)?.value();
    match ops::call_method(cx, out, name!(cx, "write"), &[text]) {
        Ok(_) => {}
        Err(raised) if raised.is(&exception::UNICODE_ENCODE_ERROR) => {
            write_escaped(cx, out, text)?;
        }
        Err(raised) => return Err(raised),
    }
    write(cx, out, "\n")?;
    ops::setattr(cx, builtins, name!(cx, "_"), value)?;
    Ok(Value::NONE)
}

/// Writes a text that the stream cannot encode, with backslash escapes.
fn write_escaped(cx: &Cx, out: Value, text: Value) -> Res<()> {
    let encoding = ops::getattr(cx, out, name!(cx, "encoding"))?;
    let handler = cx.new_str("backslashreplace")?.value();
    let bytes = ops::call_method(cx, text, name!(cx, "encode"), &[encoding, handler])?;
    if let Some(buffer) = ops::getattr_opt(cx, out, name!(cx, "buffer"))? {
        ops::call_method(cx, buffer, name!(cx, "write"), &[bytes])?;
        return Ok(());
    }
    let strict = cx.new_str("strict")?.value();
    let text = ops::call_method(cx, bytes, name!(cx, "decode"), &[encoding, strict])?;
    ops::call_method(cx, out, name!(cx, "write"), &[text])?;
    Ok(())
}

pub(super) fn excepthook(cx: &Cx, args: Args) -> Res {
    let (value, traceback) = (args.get(1), args.get(2));
    if let Some(e) = value.downcast::<PyException>() {
        if !traceback.is_none() && e.traceback.get().is_none() {
            e.traceback.set(cx, e, traceback);
        }
        print_exception(cx, value);
    } else {
        let class = class_of(value).display_name();
        write_stderr(
            cx,
            &format!("TypeError: print_exception(): Exception expected for value, {class} found\n"),
        );
    }
    Ok(Value::NONE)
}

/// Prints an exception with its traceback to `sys.stderr`, as the interpreter does at its end.
/// Never fails: what goes wrong on the way makes the output plainer.
pub fn print_exception(cx: &Cx, value: Value) {
    if attr(cx, "stderr").is_some_and(Value::is_none) {
        return;
    }
    let printed = !is_very_long(cx, value)
        && module_attr(cx, "traceback", "_print_exception_bltin")
            .and_then(|print| ops::call(cx, print, &[value]))
            .is_ok();
    if !printed {
        match FORMAT.get() {
            Some(format) => write_stderr(cx, &format(cx, value)),
            None => write_stderr(cx, &format!("{}\n", last_line(cx, value))),
        }
    }
    if let Some(file) = attr(cx, "stderr").and_then(Value::non_none) {
        let _ = ops::call_method(cx, file, name!(cx, "flush"), &[]);
    }
}

/// Frames of which `traceback`, which makes objects of each, prints in some seconds.
const LONG: usize = 100_000;

/// Whether an exception has more frames than `traceback` can sensibly look at: it ended an endless recursion.
fn is_very_long(cx: &Cx, exception: Value) -> bool {
    let Some(exception) = exception.downcast::<exception::PyException>() else { return false };
    let mut at = exception.traceback.get();
    for _ in 0..LONG {
        let Some(traceback) = at.and_then(Value::non_none) else { return false };
        at = ops::getattr(cx, traceback, name!(cx, "tb_next")).ok();
    }
    true
}

/// `module.Class: message`.
pub fn last_line(cx: &Cx, value: Value) -> String {
    let class = ops::full_name(cx, class_of(value));
    match ops::str(cx, value) {
        Ok(text) if text.len() == 0 => class,
        Ok(text) => format!("{class}: {}", text.to_string_lossy()),
        Err(_) => format!("{class}: <exception str() failed>"),
    }
}

pub(super) fn unraisablehook(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    if !is_exact(v, &info::UNRAISABLE_ARGS) {
        return raise!(
            cx,
            TYPE_ERROR,
            "sys.unraisablehook argument type must be UnraisableHookArgs"
        );
    }
    show_unraisable(cx, v)?;
    Ok(Value::NONE)
}

fn show_unraisable(cx: &Cx, v: Value) -> Res<()> {
    let [class, value, traceback, message, object] =
        [0, 1, 2, 3, 4].map(|i| structseq::field(v, i));
    let Some(file) = attr(cx, "stderr").and_then(Value::non_none) else { return Ok(()) };
    let mut head = match message.as_str() {
        Some(message) => message.to_string_lossy(),
        None => String::from("Exception ignored in"),
    };
    if !object.is_none() {
        let shown = match ops::repr_text(cx, object) {
            Ok(text) => text,
            Err(_) => String::from("<object repr() failed>"),
        };
        head = format!("{head}: {shown}");
    } else if message.is_none() {
        head.clear();
    } else {
        head.push(':');
    }
    if !head.is_empty() {
        write(cx, file, &format!("{head}\n"))?;
    }
    if !traceback.is_none() {
        let frames = FORMAT_TRACEBACK.get().map_or(String::new(), |format| format(cx, traceback));
        write(cx, file, &format!("Traceback (most recent call last):\n{frames}"))?;
    }
    if class.is_none() {
        return Ok(());
    }
    let mut line = class.downcast::<PyType>().map_or(String::new(), |c| ops::full_name(cx, c));
    if let Some(short) = line.strip_prefix("__main__.") {
        line = short.to_string();
    }
    if !value.is_none() {
        let text = ops::str(cx, value).map(|text| text.to_string_lossy());
        line = format!("{line}: {}", text.unwrap_or("<exception str() failed>".to_string()));
    }
    write(cx, file, &format!("{line}\n"))?;
    ops::call_method(cx, file, name!(cx, "flush"), &[])?;
    Ok(())
}

/// Reports an exception that nobody can catch, through `sys.unraisablehook`. An empty message is
/// CPython's default one ("Exception ignored in"). Never fails.
pub fn write_unraisable(cx: &Cx, raised: Raised, message: &str, object: Value) {
    let e = raised.exception();
    let make = || -> Res<()> {
        let message = if message.is_empty() { Value::NONE } else { cx.new_str(message)?.value() };
        let row = [e.class().value(), raised.value(), e.traceback.or_none(), message, object];
        let args = structseq::make(cx, &info::UNRAISABLE_ARGS, &row)?;
        match attr(cx, "unraisablehook").and_then(Value::non_none) {
            None => show_unraisable(cx, args),
            Some(hook) => match ops::call(cx, hook, &[args]) {
                Ok(_) => Ok(()),
                Err(second) => {
                    let e = second.exception();
                    let message = cx.new_str("Exception ignored in sys.unraisablehook")?.value();
                    let row =
                        [e.class().value(), second.value(), e.traceback.or_none(), message, hook];
                    let args = structseq::make(cx, &info::UNRAISABLE_ARGS, &row)?;
                    show_unraisable(cx, args)
                }
            },
        }
    };
    if make().is_err() {
        write_stderr(cx, "Exception ignored; it could not be shown\n");
    }
}

pub(super) fn breakpointhook(cx: &Cx, args: Args) -> Res {
    let wanted = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
    let wanted = if wanted.is_empty() { "pdb.set_trace".to_owned() } else { wanted };
    if wanted == "0" {
        return Ok(Value::NONE);
    }
    let (module, attr) = wanted.rsplit_once('.').unwrap_or(("builtins", &wanted));
    let hook = match module_attr(cx, module, attr) {
        Ok(hook) => hook,
        Err(raised)
            if raised.is(&exception::IMPORT_ERROR)
                || raised.is(&exception::ATTRIBUTE_ERROR)
                || module.is_empty() =>
        {
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wanted}\"");
            orochi_object::hooks::warn(cx, &exception::RUNTIME_WARNING, &text, 1)?;
            return Ok(Value::NONE);
        }
        Err(raised) => return Err(raised),
    };
    match args.kwargs(1) {
        None => ops::call(cx, hook, args.rest(0)),
        Some(kwargs) => orochi_object::typedef::with_keywords(cx, args.rest(0), kwargs, |args| {
            ops::call_args(cx, hook, args)
        }),
    }
}
