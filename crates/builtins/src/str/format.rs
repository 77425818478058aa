//! `str.format`, `str.format_map`, `str.__format__`.

use super::{made, receiver};
use crate::number::{format_error, type_name};
use core::ops::Range;
use orochi_fmt::field::{self, First, Numbering, Part};
use orochi_fmt::spec::{self, Align, Group, Spec};
use orochi_object::prelude::*;
use orochi_text::{Builder, Units};

/// Where the values of a template come from.
struct Source<'a> {
    positional: Option<&'a [Value]>,
    /// A mapping.
    named: Option<Value>,
}

struct Formatting<'a> {
    template: Ref<PyStr>,
    source: Source<'a>,
    numbering: Numbering,
}

/// `template.format(*positional, **named)`.
pub fn str_format(
    cx: &Cx,
    template: Ref<PyStr>,
    positional: &[Value],
    named: Option<Ref<PyDict>>,
) -> Res {
    let source = Source { positional: Some(positional), named: named.map(Ref::value) };
    run(cx, template, source)
}

fn run(cx: &Cx, template: Ref<PyStr>, source: Source<'_>) -> Res {
    let mut f = Formatting { template, source, numbering: Numbering::default() };
    let mut out = Builder::kept();
    f.pieces(cx, 0..template.len(), 2, &mut out)?;
    let text = out.finish();
    let result = made(cx, &text);
    text.keep();
    result
}

pub(super) fn format(cx: &Cx, args: Args) -> Res {
    str_format(cx, receiver(args), args.rest(1), args.kwargs(2))
}

pub(super) fn format_map(cx: &Cx, args: Args) -> Res {
    run(cx, receiver(args), Source { positional: None, named: Some(args.get(1)) })
}

fn fmt<T>(cx: &Cx, result: orochi_fmt::Result<T>) -> Res<T> {
    result.map_err(|error| format_error(cx, &error))
}

impl Formatting<'_> {
    fn text(&self) -> Units<'_> {
        self.template.text()
    }

    fn pieces(&mut self, cx: &Cx, range: Range<usize>, depth: usize, out: &mut Builder) -> Res<()> {
        if depth == 0 {
            return raise!(cx, VALUE_ERROR, "Max string recursion exceeded");
        }
        let template = self.template;
        let mut pieces = field::pieces(template.text(), range);
        let mut piece = field::Piece::default();
        while fmt(cx, pieces.read(&mut piece))? {
            out.push_units(template.text().slice(piece.literal.clone()));
            if let Some(found) = &piece.field {
                self.field(cx, found, depth, out)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, cx: &Cx, found: &field::Field, depth: usize, out: &mut Builder) -> Res<()> {
        let value = self.value(cx, found.name.clone())?;
        let value = match found.conversion {
            None => value,
            Some(c) => converted(cx, value, c)?,
        };
        // What exact ints and strs do with a specification is known without a look at their class.
        if let Some(n) = value.as_small()
            && found.spec.is_empty()
        {
            out.push_int(n);
            return Ok(());
        }
        if let Some(n) = value.as_small()
            && !found.nested
            && let Some(plan) = spec::short(self.text().slice(found.spec.clone()), Align::Right)
            && let Some(padded) = Padded::of_int(n, &plan)
        {
            out.push_latin1(padded.text());
            return Ok(());
        }
        if let Some(s) = value.as_str()
            && is_exact(value, &types::STR)
            && !found.nested
        {
            if found.spec.is_empty() {
                out.push_units(s.text());
                return Ok(());
            }
            let spec = self.text().slice(found.spec.clone());
            if let Some(padded) = Padded::of_text(s, spec) {
                out.push_latin1(padded.text());
                return Ok(());
            }
            let text = fmt(cx, orochi_fmt::string::format_str(s.text(), spec, "str"))?;
            if text.is_lost() {
                return Err(orochi_object::error::memory_error(cx));
            }
            out.push_units(text.units());
            return Ok(());
        }
        let spec = if found.nested {
            let mut inner = Builder::new();
            self.pieces(cx, found.spec.clone(), depth - 1, &mut inner)?;
            Some(cx.str_from_buf(&inner.finish())?)
        } else if found.spec.is_empty() {
            None
        } else {
            Some(cx.str_from_units(self.text().slice(found.spec.clone()))?)
        };
        out.push_units(ops::format(cx, value, spec)?.text());
        Ok(())
    }

    fn value(&mut self, cx: &Cx, name: Range<usize>) -> Res {
        let template = self.template;
        let (first, rest) = fmt(cx, field::split_name(template.text(), name))?;
        let slice = |range: Range<usize>| cx.str_from_units(template.text().slice(range));
        let mut value = match first {
            First::Auto => {
                let index = fmt(cx, self.numbering.auto())?;
                self.positional(cx, index)?
            }
            First::Index(index) => {
                fmt(cx, self.numbering.manual())?;
                self.positional(cx, index)?
            }
            First::Key(range) => {
                let key = slice(range)?.value();
                match self.source.named {
                    Some(named) => ops::getitem(cx, named, key)?,
                    None => return Err(cx.error_args(exception::KEY_ERROR.get(), &[key])),
                }
            }
        };
        for part in rest {
            value = match fmt(cx, part)? {
                Part::Attr(range) => {
                    let name = orochi_object::intern::intern(cx, slice(range)?)?;
                    ops::getattr(cx, value, name)?
                }
                Part::Index(index) => ops::getitem(cx, value, cx.new_int(index as i64)?)?,
                Part::Key(range) => ops::getitem(cx, value, slice(range)?.value())?,
            };
        }
        Ok(value)
    }

    fn positional(&self, cx: &Cx, index: usize) -> Res {
        let Some(positional) = self.source.positional else {
            return raise!(cx, VALUE_ERROR, "Format string contains positional fields");
        };
        match positional.get(index) {
            Some(value) => Ok(*value),
            None => raise!(
                cx,
                INDEX_ERROR,
                "Replacement index {index} out of range for positional args tuple"
            ),
        }
    }
}

/// A value by the conversion `c` of its field.
fn converted(cx: &Cx, value: Value, c: u32) -> Res {
    match char::from_u32(c) {
        Some('r') => Ok(ops::repr(cx, value)?.value()),
        Some('s') => Ok(ops::str(cx, value)?.value()),
        Some('a') => ascii(cx, value),
        _ => Err(format_error(cx, &field::unknown_conversion(c))),
    }
}

/// `ascii(v)`.
pub fn ascii(cx: &Cx, v: Value) -> Res {
    let repr = ops::repr(cx, v)?;
    if repr.is_ascii() {
        return Ok(repr.value());
    }
    made(cx, &orochi_text::repr::escape_non_ascii(repr.text()))
}

/// Padded text of few bytes, on the stack.
pub(crate) struct Padded {
    bytes: [u8; 96],
    len: usize,
}

impl Padded {
    /// ASCII text behind a sign, padded as `spec` says; `None` if it is long or the fill is no ASCII.
    pub(crate) fn of(sign: &[u8], text: &[u8], spec: &Spec) -> Option<Padded> {
        let content = sign.len() + text.len();
        let len = spec.width.max(content);
        let fill = u8::try_from(spec.fill).ok().filter(u8::is_ascii)?;
        let mut bytes = [fill; 96];
        let padding = len - content;
        let (left, inner) = match spec.align {
            Align::Left => (0, 0),
            Align::Center => (padding / 2, 0),
            Align::Right => (padding, 0),
            Align::Sign => (0, padding),
        };
        if len > bytes.len() {
            return None;
        }
        bytes[left..][..sign.len()].copy_from_slice(sign);
        bytes[left + sign.len() + inner..][..text.len()].copy_from_slice(text);
        Some(Padded { bytes, len })
    }

    /// The small int `n`, if `spec` asks for no more than padding.
    pub(crate) fn of_int(n: i64, spec: &Spec) -> Option<Padded> {
        if !matches!(spec.kind, 0 | 0x64) || spec.precision.is_some() {
            return None;
        }
        let sign: &[u8] = if n < 0 { b"-" } else { b"" };
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(n.unsigned_abs()).as_bytes();
        match spec.group {
            Group::No => Padded::of(sign, digits, spec),
            // Zeros would be grouped, too.
            _ if spec.align == Align::Sign => None,
            group => {
                let mut grouped = [group.byte(); 32];
                let mut at = grouped.len();
                for three in digits.rchunks(3) {
                    grouped[at - three.len()..at].copy_from_slice(three);
                    // The separator is there.
                    at -= three.len() + 1;
                }
                Padded::of(sign, &grouped[at + 1..], spec)
            }
        }
    }

    /// An ASCII text by a specification, if that asks for no more than cutting and padding.
    fn of_text(s: Ref<PyStr>, spec: Units<'_>) -> Option<Padded> {
        let plan = spec::short(spec, Align::Left)?;
        let text = s.as_ascii()?.as_bytes();
        let grouped = plan.group != Group::No;
        if !matches!(plan.kind, 0 | 0x73) || plan.align == Align::Sign || grouped {
            return None;
        }
        let n = plan.precision.map_or(text.len(), |n| n.min(text.len()));
        Padded::of(b"", &text[..n], &plan)
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(crate) fn made(&self, cx: &Cx) -> Res {
        if self.len == 0 {
            return Ok(orochi_object::intern::empty(cx)?.value());
        }
        Ok(cx.str_from_narrow(types::STR.get(), Units::One(self.text()))?.value())
    }
}

/// `str.__format__`.
pub(super) fn format_text(cx: &Cx, args: Args) -> Res {
    let Some(spec) = args.get(1).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "__format__() argument must be str, not {}",
            ops::argument_class(args.get(1))
        );
    };
    let s = receiver(args);
    if spec.len() == 0 {
        if is_exact(args.get(0), &types::STR) {
            return Ok(args.get(0));
        }
        return Ok(ops::str(cx, args.get(0))?.value());
    }
    if let Some(padded) = Padded::of_text(s, spec.text()) {
        return padded.made(cx);
    }
    let name = type_name(args.get(0));
    let buf = fmt(cx, orochi_fmt::string::format_str(s.text(), spec.text(), &name))?;
    made(cx, &buf)
}
