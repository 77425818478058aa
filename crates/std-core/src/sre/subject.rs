//! What is searched: text or bytes, and the running of one match over it.

use super::pattern::Pattern;
use orochi_object::buffer::Buffer;
use orochi_object::cx::interrupt;
use orochi_object::error::{Raised, memory_error};
use orochi_object::prelude::*;
use orochi_object::types::is_exact;
use orochi_regex::{Matcher, Mode, Stop};
use orochi_text::Units;

/// A subject; lives on the stack. The exported bytes of other buffers stay in place until drop.
pub(super) struct Subject {
    pub(super) value: Value,
    pub(super) is_bytes: bool,
    buffer: Option<Buffer>,
}

impl Subject {
    /// A subject without regard to the pattern.
    pub(super) fn new(cx: &Cx, value: Value) -> Res<Subject> {
        if value.as_str().is_some() {
            return Ok(Subject { value, is_bytes: false, buffer: None });
        }
        if value.downcast::<PyBytes>().is_some() {
            return Ok(Subject { value, is_bytes: true, buffer: None });
        }
        if class_of(value).slots.buffer().is_none() {
            let class = class_of(value).display_name();
            return raise!(cx, TYPE_ERROR, "expected string or bytes-like object, got '{class}'");
        }
        let buffer = orochi_object::path::bytes_like(cx, value)?;
        Ok(Subject { value, is_bytes: true, buffer: Some(buffer) })
    }

    /// A subject that suits `pattern`.
    pub(super) fn suiting(cx: &Cx, pattern: Ref<Pattern>, value: Value) -> Res<Subject> {
        let subject = Subject::new(cx, value)?;
        match pattern.is_bytes() {
            Some(true) if !subject.is_bytes => {
                raise!(cx, TYPE_ERROR, "cannot use a bytes pattern on a string-like object")
            }
            Some(false) if subject.is_bytes => {
                raise!(cx, TYPE_ERROR, "cannot use a string pattern on a bytes-like object")
            }
            _ => Ok(subject),
        }
    }

    /// The characters. Valid while the subject is on the caller's stack.
    pub(super) fn units<'a>(&self) -> Units<'a> {
        if let Some(s) = self.value.as_str() {
            return s.text();
        }
        if let Some(b) = self.value.downcast::<PyBytes>() {
            return Units::One(b.data());
        }
        match &self.buffer {
            Some(b) if b.len > 0 => {
                // SAFETY: the exporter keeps the bytes in place until the buffer is dropped, with this
                // subject, which outlives every use of the units.
                Units::One(unsafe { core::slice::from_raw_parts(b.data, b.len) })
            }
            _ => Units::EMPTY,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.units().len()
    }

    /// Characters `start..end` as a str or bytes.
    pub(super) fn slice(&self, cx: &Cx, start: usize, end: usize) -> Res {
        let len = self.len();
        let (start, end) = (start.min(len), end.min(len).max(start.min(len)));
        let whole = start == 0 && end == len;
        if !self.is_bytes {
            if whole && is_exact(self.value, &types::STR) {
                return Ok(self.value);
            }
            if end - start == 1 {
                return Ok(cx.str_from_char(self.units().get(start))?.value());
            }
            return Ok(cx.str_from_units(self.units().slice(start..end))?.value());
        }
        if whole && is_exact(self.value, &types::BYTES) {
            return Ok(self.value);
        }
        match self.units() {
            Units::One(bytes) => Ok(cx.new_bytes(&bytes[start..end])?.value()),
            _ => Ok(cx.new_bytes(&[])?.value()),
        }
    }

    /// The characters of a span; `None` gives Python's None.
    pub(super) fn group(&self, cx: &Cx, span: Option<(usize, usize)>) -> Res<Option<Value>> {
        span.map(|(start, end)| self.slice(cx, start, end)).transpose()
    }
}

/// Start and end of a search as a method's `pos` and `endpos` say.
pub(super) fn bounds(
    cx: &Cx,
    len: usize,
    pos: Option<Value>,
    endpos: Option<Value>,
) -> Res<(usize, usize)> {
    let clamp = |v: Option<Value>, default: usize| -> Res<usize> {
        let Some(v) = v else { return Ok(default) };
        Ok(ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?.clamp(0, len as isize) as usize)
    };
    Ok((clamp(pos, 0)?, clamp(endpos, len)?))
}

/// Runs the machine, polling on the way.
pub(super) fn run(
    cx: &Cx,
    matcher: &mut Matcher<'_>,
    mode: Mode,
    start: usize,
    must_advance: bool,
) -> Res<bool> {
    let mut raised: Option<Raised> = None;
    let done = matcher.run(mode, start, must_advance, &mut || {
        cx.poll();
        let bits = cx.interrupts.load(core::sync::atomic::Ordering::Relaxed);
        if bits & interrupt::SIGNAL != 0
            && let Err(e) = cx.check_signals()
        {
            raised = Some(e);
            return false;
        }
        true
    });
    match done {
        Ok(found) => Ok(found),
        Err(Stop::Interrupted) => Err(raised.unwrap_or_else(|| memory_error(cx))),
        Err(Stop::TooDeep) => Err(memory_error(cx)),
    }
}
