//! Printing exceptions that nobody caught.
//!
//! As in CPython the work is that of the standard library's `traceback`; where that cannot be
//! imported or fails (at start and exit, without memory or stack), the text is made here.

use crate::source::Sources;
use crate::util::slot_text;
use orochi_object::exception::{PyException, field};
use orochi_object::prelude::*;
use orochi_runtime::traceback::PyTraceback;

/// The text of an exception with its traceback, causes and contexts, made without the standard
/// library. Calls `str` and `repr` of what it shows.
pub fn format_exception(cx: &Cx, exception: Value) -> String {
    let mut printer = Printer::new(cx);
    if let Some(exception) = exception.downcast::<PyException>() {
        printer.chain(exception, &mut Vec::new());
    }
    printer.out
}

/// The frames of a traceback as lines, without marks: for exceptions that nobody can catch.
pub fn format_traceback(cx: &Cx, traceback: Value) -> String {
    let mut printer = Printer { marks: false, ..Printer::new(cx) };
    if let Some(traceback) = traceback.downcast::<PyTraceback>() {
        printer.frames(traceback);
    }
    printer.out
}

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
const MAX_WIDTH: usize = 15;
const MAX_DEPTH: usize = 10;
/// Frames shown from each end of a very long traceback.
const MAX_FRAMES: usize = 1000;

struct Printer<'a> {
    cx: &'a Cx,
    out: String,
    /// Nesting of exception groups.
    depth: usize,
    need_close: bool,
    /// Whether the part of a line that is at fault is marked.
    marks: bool,
    sources: Sources,
}

impl Printer<'_> {
    fn new(cx: &Cx) -> Printer<'_> {
        Printer {
            cx,
            out: String::new(),
            depth: 0,
            need_close: false,
            marks: true,
            sources: Sources::new(),
        }
    }

    fn margin(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    /// Writes lines behind the margin of the group they belong to.
    fn emit_with(&mut self, text: &str, mark: char) {
        for line in text.split_inclusive('\n') {
            if self.depth > 0 {
                self.out.push_str(&self.margin());
                self.out.push(mark);
                self.out.push(' ');
            }
            self.out.push_str(line);
        }
    }

    fn emit(&mut self, text: &str) {
        self.emit_with(text, '|');
    }

    /// An exception after those that led to it. `seen`: addresses of exceptions on the way.
    fn chain(&mut self, exception: Ref<PyException>, seen: &mut Vec<u64>) {
        // The exceptions of the chain are held by the first one.
        let mut all = vec![(None, exception)];
        let mut at = exception;
        loop {
            seen.push(at.value().word());
            let cause = at.cause.get().and_then(Value::non_none);
            let context = at.context.get().and_then(Value::non_none);
            let suppressed = at.suppress.get().is_some_and(|v| v.is(Value::TRUE));
            let (text, next) = match (cause, context) {
                (Some(cause), _) => (CAUSE, cause),
                (None, Some(context)) if !suppressed => (CONTEXT, context),
                _ => break,
            };
            let Some(next) = next.downcast::<PyException>() else { break };
            if seen.contains(&next.value().word()) || all.len() > MAX_FRAMES {
                break;
            }
            if let Some(last) = all.last_mut() {
                last.0 = Some(text);
            }
            all.push((None, next));
            at = next;
        }
        // A text stands before the exception it leads to.
        for i in (0..all.len()).rev() {
            if let Some(text) = all[i].0 {
                self.emit(text);
            }
            self.one(all[i].1, seen);
        }
    }

    fn one(&mut self, exception: Ref<PyException>, seen: &mut Vec<u64>) {
        let group = ops::is_instance_of(exception.value(), &exception::BASE_EXCEPTION_GROUP);
        let members = exception.field(field::GROUP_EXCS).and_then(Value::downcast::<PyTuple>);
        match members.filter(|_| group) {
            Some(members) if self.cx.check_native_stack().is_ok() => {
                self.group(exception, members, seen);
            }
            _ => {
                if let Some(tb) = exception.traceback.get().and_then(Value::downcast) {
                    self.emit("Traceback (most recent call last):\n");
                    self.frames(tb);
                }
                self.only(exception);
            }
        }
    }

    fn group(&mut self, exception: Ref<PyException>, members: Ref<PyTuple>, seen: &mut Vec<u64>) {
        if self.depth > MAX_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_DEPTH})\n"));
            return;
        }
        let top = self.depth == 0;
        self.depth += top as usize;
        if let Some(tb) = exception.traceback.get().and_then(Value::downcast) {
            let mark = if top { '+' } else { '|' };
            self.emit_with("Exception Group Traceback (most recent call last):\n", mark);
            self.frames(tb);
        }
        self.only(exception);
        let shown = members.len().min(MAX_WIDTH + 1);
        self.need_close = false;
        for (i, member) in members.values().iter().take(shown).enumerate() {
            let last = i + 1 == shown;
            self.need_close |= last;
            let cut = i >= MAX_WIDTH;
            let title = if cut { "...".to_string() } else { (i + 1).to_string() };
            let lead = if i == 0 { "+-" } else { "  " };
            let margin = self.margin();
            self.out
                .push_str(&format!("{margin}{lead}+---------------- {title} ----------------\n"));
            self.depth += 1;
            if cut {
                let left = members.len() - MAX_WIDTH;
                let plural = if left > 1 { "s" } else { "" };
                self.emit(&format!("and {left} more exception{plural}\n"));
            } else if let Some(member) = member.downcast::<PyException>() {
                self.chain(member, seen);
            }
            if last && self.need_close {
                let margin = self.margin();
                self.out.push_str(&format!("{margin}+------------------------------------\n"));
                self.need_close = false;
            }
            self.depth -= 1;
        }
        self.depth -= top as usize;
    }

    /// The frames of a traceback; a line repeated more than three times in a row is counted.
    fn frames(&mut self, first: Ref<PyTraceback>) {
        let mut last = None;
        let mut repeated = 0;
        let mut at = Some(first);
        while let Some(tb) = at {
            let frame = tb.frame();
            let line = tb.line();
            let key = Some((frame.code().value().word(), line));
            repeated = if key == last { repeated + 1 } else { self.repeats(repeated) };
            last = key;
            if repeated < 3 {
                self.frame(tb, line);
            }
            at = tb.next.get().and_then(Value::downcast);
        }
        self.repeats(repeated);
    }

    fn repeats(&mut self, repeated: usize) -> usize {
        if repeated >= 3 {
            let more = repeated - 2;
            let plural = if more > 1 { "s" } else { "" };
            self.emit(&format!("  [Previous line repeated {more} more time{plural}]\n"));
        }
        0
    }

    fn frame(&mut self, tb: Ref<PyTraceback>, line: i32) {
        let code = tb.frame().code();
        let (file, name) = (slot_text(&code.filename), slot_text(&code.name));
        self.emit(&format!("  File \"{file}\", line {line}, in {name}\n"));
        let position = self.marks.then(|| code.position(tb.lasti()));
        if let Some(text) = self.sources.excerpt(&file, line, position) {
            self.emit(&text);
        }
    }

    /// The exception itself: its name, text and notes.
    fn only(&mut self, exception: Ref<PyException>) {
        let mut text = String::new();
        if ops::is_instance_of(exception.value(), &exception::SYNTAX_ERROR) {
            self.syntax(exception, &mut text);
        } else {
            let (name, what) = (self.name(exception), self.text(exception));
            text.push_str(&name);
            if !what.is_empty() {
                text.push_str(": ");
                text.push_str(&what);
            }
            text.push('\n');
        }
        self.notes(exception, &mut text);
        self.emit(&text);
    }

    fn name(&self, exception: Ref<PyException>) -> String {
        let name = ops::full_name(self.cx, exception.class());
        match name.strip_prefix("__main__.") {
            Some(short) => short.to_string(),
            None => name,
        }
    }

    fn text(&self, exception: Ref<PyException>) -> String {
        match ops::str(self.cx, exception.value()) {
            Ok(text) => text.to_string_lossy(),
            Err(_) => "<exception str() failed>".to_string(),
        }
    }

    fn notes(&self, exception: Ref<PyException>, text: &mut String) {
        let cx = self.cx;
        let Ok(Some(notes)) = ops::getattr_opt(cx, exception.value(), name!(cx, "__notes__"))
        else {
            return;
        };
        let items = match (notes.downcast::<PyList>(), notes.downcast::<PyTuple>()) {
            (Some(list), _) => list.snapshot(cx).ok(),
            (None, tuple) => tuple,
        };
        match items {
            Some(items) => {
                for note in items.values() {
                    let note = match ops::str(cx, *note) {
                        Ok(note) => note.to_string_lossy(),
                        Err(_) => "<note str() failed>".to_string(),
                    };
                    text.push_str(&note);
                    text.push('\n');
                }
            }
            None if notes.is_none() => {}
            None => {
                text.push_str(
                    ops::repr_text(cx, notes).as_deref().unwrap_or("<notes repr() failed>"),
                );
                text.push('\n');
            }
        }
    }

    fn syntax(&mut self, exception: Ref<PyException>, out: &mut String) {
        let number = |i| exception.field(i).and_then(Value::as_small);
        let shown = |i| exception.field(i).and_then(Value::as_str).map(|s| s.to_string_lossy());
        if let Some(line) = number(field::LINENO) {
            let file = shown(field::FILE).unwrap_or_else(|| "<string>".to_string());
            out.push_str(&format!("  File \"{file}\", line {line}\n"));
        }
        if let Some(source) = shown(field::TEXT) {
            let source = source.trim_end_matches(['\n', '\r']);
            let code = source.trim_start_matches([' ', '\n', '\t', '\x0c']);
            out.push_str(&format!("    {code}\n"));
            let indent = source.chars().count() - code.chars().count();
            if let Some(offset) = number(field::OFFSET).filter(|offset| *offset >= 1) {
                let same_line =
                    number(field::END_LINENO).is_none_or(|end| Some(end) == number(field::LINENO));
                let end = number(field::END_OFFSET).filter(|end| same_line && *end > offset);
                let start = (offset - 1 - indent as i64).max(0) as usize;
                let end = match end {
                    Some(end) => (end - 1 - indent as i64).max(0) as usize,
                    None if !same_line => code.chars().count(),
                    None => start + 1,
                };
                let blanks: String = code
                    .chars()
                    .chain(std::iter::repeat(' '))
                    .take(start)
                    .map(|c| if c.is_whitespace() { c } else { ' ' })
                    .collect();
                let carets = "^".repeat(end.saturating_sub(start).max(1));
                out.push_str(&format!("    {blanks}{carets}\n"));
            }
        }
        let message = match exception.field(field::MSG).and_then(Value::non_none) {
            Some(message) => ops::str(self.cx, message).map(|s| s.to_string_lossy()),
            None => Ok("<no detail available>".to_string()),
        };
        let message = message.unwrap_or_default();
        out.push_str(&format!("{}: {message}\n", self.name(exception)));
    }
}
