//! Replacement templates and the building of substituted text.

use super::pattern::{Pattern, is_pattern};
use super::subject::Subject;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_regex::Matcher;
use orochi_text::{Builder, Units};

/// A parsed replacement: a literal, then group numbers and literals in turn.
#[repr(C)]
pub(super) struct Template {
    header: Header,
    items: Slot,
}
// SAFETY: repr(C) with a Header first; every word after it is a slot.
unsafe impl Object for Template {
    const LAYOUT: u16 = layout::WORDS;
}

static CELL: TypeCell = TypeCell::new();
pub(super) static TYPE: TypeDef = TypeDef {
    name: "_sre.SRE_Template",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Template>(),
    ..TypeDef::DEFAULT
};

pub(super) fn template(cx: &Cx, args: Args) -> Res {
    if !is_pattern(args.get(0)) {
        let class = class_of(args.get(0)).display_name();
        return raise!(cx, TYPE_ERROR, "template() argument 1 must be re.Pattern, not {class}");
    }
    let Some(list) = args.get(1).downcast::<PyList>() else {
        let class = class_of(args.get(1)).display_name();
        return raise!(cx, TYPE_ERROR, "template() argument 2 must be list, not {class}");
    };
    let items = list.snapshot(cx)?;
    let numbers_fit =
        items.values().iter().skip(1).step_by(2).all(|v| v.as_small().is_some_and(|n| n >= 0));
    if items.len() % 2 == 0 || !numbers_fit {
        return raise!(cx, TYPE_ERROR, "invalid template");
    }
    let template: Ref<Template> = cx.alloc_instance(CELL.get(), 0)?;
    template.items.init(items.value());
    Ok(template.value())
}

impl Template {
    fn parts<'a>(&self) -> &'a [Value] {
        match self.items.get().and_then(Value::downcast::<PyTuple>) {
            Some(items) => items.values(),
            None => &[],
        }
    }
}

/// What a substitution puts in.
#[derive(Clone, Copy)]
pub(super) enum Filter {
    Literal(Value),
    Template(Ref<Template>),
    Callable(Value),
}

/// What `repl` means.
pub(super) fn filter(cx: &Cx, pattern: Ref<Pattern>, repl: Value) -> Res<Filter> {
    if class_of(repl).slots.call().is_some() {
        return Ok(Filter::Callable(repl));
    }
    let literal = match Subject::new(cx, repl) {
        Ok(subject) => !subject.units().iter().any(|c| c == '\\' as u32),
        Err(_) => false,
    };
    if literal {
        return Ok(Filter::Literal(repl));
    }
    let compile = cx.import_from("re", "_compile_template")?;
    let made = ops::call(cx, compile, &[pattern.value(), repl])?;
    if class_of(made) == CELL.get() {
        // SAFETY: just checked.
        let template: Ref<Template> = unsafe { made.cast() };
        return match template.parts() {
            [only] => Ok(Filter::Literal(*only)),
            _ => Ok(Filter::Template(template)),
        };
    }
    Ok(Filter::Callable(made))
}

/// Text or bytes under construction. Holds no values.
pub(super) enum Output {
    Text(Builder),
    Bytes(Vec<u8>),
}

impl Output {
    pub(super) fn new(is_bytes: bool) -> Output {
        if is_bytes { Output::Bytes(Vec::new()) } else { Output::Text(Builder::new()) }
    }
    fn push_units(&mut self, units: Units<'_>) {
        match (self, units) {
            (Output::Text(b), units) => b.push_units(units),
            (Output::Bytes(b), Units::One(bytes)) => b.extend_from_slice(bytes),
            (Output::Bytes(_), _) => {}
        }
    }
    pub(super) fn push_range(&mut self, subject: &Subject, start: usize, end: usize) {
        if start < end {
            self.push_units(subject.units().slice(start..end));
        }
    }
    /// Adds a str, or bytes, or raises what joining would raise.
    pub(super) fn push_value(&mut self, cx: &Cx, v: Value) -> Res<()> {
        let is_bytes = matches!(self, Output::Bytes(_));
        if !is_bytes && v.as_str().is_none() {
            let class = class_of(v).display_name();
            return raise!(cx, TYPE_ERROR, "sequence item 0: expected str instance, {class} found");
        }
        if is_bytes && (v.as_str().is_some() || class_of(v).slots.buffer().is_none()) {
            let class = class_of(v).display_name();
            return raise!(
                cx,
                TYPE_ERROR,
                "sequence item 0: expected a bytes-like object, {class} found"
            );
        }
        let subject = Subject::new(cx, v)?;
        self.push_units(subject.units());
        Ok(())
    }
    pub(super) fn finish(self, cx: &Cx) -> Res {
        match self {
            Output::Text(b) => Ok(cx.str_from_buf(&b.finish())?.value()),
            Output::Bytes(b) => Ok(cx.new_bytes(&b)?.value()),
        }
    }
}

/// Adds the expansion of `template` for the machine's last match.
pub(super) fn expand(
    cx: &Cx,
    template: Ref<Template>,
    subject: &Subject,
    matcher: &Matcher<'_>,
    out: &mut Output,
) -> Res<()> {
    for (i, part) in template.parts().iter().enumerate() {
        if i % 2 == 0 {
            out.push_value(cx, *part)?;
        } else if let Some((start, end)) = matcher.group(part.as_small().unwrap_or(0) as usize) {
            out.push_range(subject, start, end);
        }
    }
    Ok(())
}

/// The expansion for a match object whose spans `span` gives.
pub(super) fn expand_match(
    cx: &Cx,
    pattern: Ref<Pattern>,
    repl: Value,
    subject: &Subject,
    span: impl Fn(usize) -> Option<(usize, usize)>,
) -> Res {
    let compile = cx.import_from("re", "_compile_template")?;
    let made = ops::call(cx, compile, &[pattern.value(), repl])?;
    if class_of(made) != CELL.get() {
        return raise!(cx, TYPE_ERROR, "invalid template");
    }
    // SAFETY: just checked.
    let template: Ref<Template> = unsafe { made.cast() };
    if let [only] = template.parts() {
        return Ok(*only);
    }
    let mut out = Output::new(subject.is_bytes);
    for (i, part) in template.parts().iter().enumerate() {
        if i % 2 == 0 {
            out.push_value(cx, *part)?;
        } else if let Some((start, end)) = span(part.as_small().unwrap_or(0) as usize) {
            out.push_range(subject, start, end);
        }
    }
    out.finish(cx)
}
