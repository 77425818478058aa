//! The prompt: `_pyrepl` on a terminal, else a plain loop.

use crate::options::Options;
use crate::run;
use orochi_object::exception::field;
use orochi_object::prelude::*;
use orochi_vm::{import_module, sys};

/// Shows prompts until the input ends; with a banner if it is what was asked for.
pub(crate) fn run(cx: &Cx, options: &Options, banner: bool) -> Res<i32> {
    // SAFETY: asks about descriptors.
    let terminal = unsafe { libc::isatty(0) == 1 && libc::isatty(1) == 1 };
    if banner && options.config.flags.quiet == 0 {
        let text = sys::attr(cx, "version").map(|text| ops::str(cx, text)).transpose()?;
        let text = text.map_or(String::new(), |text| text.to_string_lossy());
        sys::write_stderr(
            cx,
            &format!(
                "Python {text} on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" \
                 for more information.\n"
            ),
        );
    }
    run_startup(cx, options, banner);
    let basic = std::env::var_os("PYTHON_BASIC_REPL").is_some_and(|value| !value.is_empty());
    if terminal && !basic && dumb_terminal().is_none() {
        match with_editing(cx) {
            Ok(()) => return Ok(0),
            Err(raised) if raised.is(&exception::SYSTEM_EXIT) => return Err(raised),
            Err(raised) => {
                let text = sys::last_line(cx, raised.value());
                sys::write_stderr(cx, &format!("warning: can't use pyrepl: {text}\n"));
            }
        }
    }
    plain(cx)
}

fn dumb_terminal() -> Option<()> {
    matches!(std::env::var("TERM").as_deref(), Err(_) | Ok("" | "dumb")).then_some(())
}

/// `$PYTHONSTARTUP`.
fn run_startup(cx: &Cx, options: &Options, wanted: bool) {
    let Some(name) = options.variable("PYTHONSTARTUP").filter(|_| wanted) else { return };
    let shown = name.to_string_lossy().into_owned();
    let outcome = match std::fs::read(&name) {
        Ok(text) => orochi_vm::compile_bytes(cx, &text, &shown)
            .and_then(|code| orochi_vm::run_in_main(cx, code).map(|_| ())),
        Err(error) => {
            sys::write_stderr(cx, &format!("Could not open PYTHONSTARTUP\n{shown}: {error}\n"));
            Ok(())
        }
    };
    if let Err(raised) = outcome {
        run::show(cx, raised);
    }
}

fn with_editing(cx: &Cx) -> Res<()> {
    let main = import_module(cx, "_pyrepl.main")?;
    let unavailable = ops::getattr(cx, main, name!(cx, "CAN_USE_PYREPL"))?;
    if !ops::truth(cx, unavailable)? {
        return raise!(cx, RUNTIME_ERROR, "this terminal lacks what it needs");
    }
    let interact = name!(cx, "interactive_console");
    ops::call_method(cx, main, interact, &[])?;
    Ok(())
}

/// Reads statements line by line with `sys.ps1` and `sys.ps2`.
fn plain(cx: &Cx) -> Res<i32> {
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if sys::attr(cx, name).is_none() {
            sys::set_attr(cx, name, cx.new_str(text)?.value())?;
        }
    }
    let mut pending = String::new();
    loop {
        let line = read_line(cx, if pending.is_empty() { "ps1" } else { "ps2" });
        let line = match line {
            Ok(Some(line)) => line,
            Ok(None) if pending.is_empty() => {
                sys::write_stderr(cx, "\n");
                return Ok(0);
            }
            Ok(None) => {
                sys::write_stderr(cx, "\n");
                "\n".to_string()
            }
            // As at the end of the input: it may have been closed.
            Err(raised) if raised.is(&exception::OS_ERROR) => return Ok(0),
            Err(raised) if raised.is(&exception::KEYBOARD_INTERRUPT) => {
                sys::write_stderr(cx, "\nKeyboardInterrupt\n");
                pending.clear();
                continue;
            }
            Err(raised) => return Err(raised),
        };
        let last = line.trim().is_empty();
        pending.push_str(&line);
        if pending.trim().is_empty() {
            pending.clear();
            continue;
        }
        match orochi_vm::compile_interactive(cx, &pending, last) {
            Ok(None) => continue,
            Ok(Some(code)) => {
                run::register_source(cx, code.value(), pending.as_bytes(), "<stdin>");
                pending.clear();
                if let Err(raised) = orochi_vm::run_in_main(cx, code) {
                    if raised.is(&exception::SYSTEM_EXIT) {
                        return Err(raised);
                    }
                    run::show(cx, raised);
                }
            }
            Err(raised) => {
                add_text(cx, raised, &pending);
                pending.clear();
                run::show(cx, raised);
            }
        }
        flush(cx);
    }
}

/// Gives a syntax error its line of the source, which is in no file.
fn add_text(cx: &Cx, raised: Raised, source: &str) {
    let error = raised.exception();
    if !raised.is(&exception::SYNTAX_ERROR)
        || error.field(field::TEXT).is_some_and(|text| !text.is_none())
    {
        return;
    }
    let line = error.field(field::LINENO).and_then(Value::as_small).unwrap_or(1).max(1);
    let text = source.split_inclusive('\n').nth(line as usize - 1).unwrap_or_default();
    if let Ok(text) = cx.new_str(text) {
        error.set_field(cx, field::TEXT, text.value());
    }
}

fn flush(cx: &Cx) {
    if let Some(stdout) = sys::attr(cx, "stdout").and_then(Value::non_none) {
        let _ = ops::call_method(cx, stdout, name!(cx, "flush"), &[]);
    }
}

/// Shows a prompt and reads a line with its end; nothing at the end of the input.
fn read_line(cx: &Cx, prompt: &str) -> Res<Option<String>> {
    flush(cx);
    if let Some(prompt) = sys::attr(cx, prompt).and_then(Value::non_none) {
        let text = ops::str(cx, prompt)?.to_string_lossy();
        sys::write_stderr(cx, &text);
    }
    let Some(stdin) = sys::attr(cx, "stdin").and_then(Value::non_none) else {
        let mut line = String::new();
        let n = cx.detached(|| std::io::stdin().read_line(&mut line)).unwrap_or(0);
        return Ok((n > 0).then_some(line));
    };
    let line = ops::call_method(cx, stdin, name!(cx, "readline"), &[])?;
    let line = ops::expect_str(cx, line, "line")?.to_string_lossy();
    if !line.is_empty() && !line.ends_with('\n') {
        // The input ended in the middle of the line: CPython asks for its rest.
        let text = match sys::attr(cx, "ps2").and_then(Value::non_none) {
            Some(prompt) => ops::str(cx, prompt)?.to_string_lossy(),
            None => String::new(),
        };
        sys::write_stderr(cx, &format!("{text}\n"));
    }
    Ok((!line.is_empty()).then_some(line))
}
