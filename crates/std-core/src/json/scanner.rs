//! The JSON scanner.

use super::{decode_error, strings};
use crate::common::{receiver, words};
use core::cell::Cell;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_text::{Unit, Units};

/// A scanner: the hooks of its context.
#[repr(C)]
struct Scanner {
    header: Header,
    strict: Slot,
    object_hook: Slot,
    pairs_hook: Slot,
    parse_float: Slot,
    parse_int: Slot,
    parse_constant: Slot,
}
words!(Scanner);
receiver!(this, Scanner);

static CELL: TypeCell = TypeCell::new();

pub(super) static SCANNER: TypeDef = TypeDef {
    name: "_json.Scanner",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Scanner>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), call: Some(call), ..Slots::NONE },
    getset: &[
        field_getter("strict", |_, v| Ok(this(v).strict.or_none())),
        field_getter("object_hook", |_, v| Ok(this(v).object_hook.or_none())),
        field_getter("object_pairs_hook", |_, v| Ok(this(v).pairs_hook.or_none())),
        field_getter("parse_float", |_, v| Ok(this(v).parse_float.or_none())),
        field_getter("parse_int", |_, v| Ok(this(v).parse_int.or_none())),
        field_getter("parse_constant", |_, v| Ok(this(v).parse_constant.or_none())),
    ],
    doc: Some("JSON scanner object"),
    ..TypeDef::DEFAULT
};

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    crate::common::bind!(cx, "make_scanner", "(context)", args, |row| {
        let context = row.get(0);
        let strict = ops::getattr(cx, context, name!(cx, "strict"))?;
        let strict = Value::bool(ops::truth(cx, strict)?);
        let object_hook = ops::getattr(cx, context, name!(cx, "object_hook"))?;
        let pairs_hook = ops::getattr(cx, context, name!(cx, "object_pairs_hook"))?;
        let parse_float = ops::getattr(cx, context, name!(cx, "parse_float"))?;
        let parse_int = ops::getattr(cx, context, name!(cx, "parse_int"))?;
        let parse_constant = ops::getattr(cx, context, name!(cx, "parse_constant"))?;
        let scanner: Ref<Scanner> = cx.alloc_instance(class, 0)?;
        scanner.strict.init(strict);
        scanner.object_hook.init(object_hook);
        scanner.pairs_hook.init(pairs_hook);
        scanner.parse_float.init(parse_float);
        scanner.parse_int.init(parse_int);
        scanner.parse_constant.init(parse_constant);
        Ok(scanner.value())
    })
}

fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let scanner = this(v);
    crate::common::bind!(cx, "scan_once", "(string, idx)", args, |row| {
        let Some(source) = row.get(0).as_str() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "first argument must be a string, not {}",
                class_of(row.get(0)).display_name()
            );
        };
        let at = ops::index_isize(cx, row.get(1), &exception::OVERFLOW_ERROR)?;
        if at < 0 {
            return raise!(cx, VALUE_ERROR, "idx cannot be negative");
        }
        let (value, end) = match source.text() {
            Units::One(text) => Scan::new(cx, scanner, source, text)?.value(at as usize)?,
            Units::Two(text) => Scan::new(cx, scanner, source, text)?.value(at as usize)?,
            Units::Four(text) => Scan::new(cx, scanner, source, text)?.value(at as usize)?,
        };
        Ok(cx.new_tuple(&[value, Value::int(end as i64)])?.value())
    })
}

/// One run of a scanner over a string of one width. It stays on the native stack.
struct Scan<'a, T: Unit> {
    cx: &'a Cx,
    scanner: Ref<Scanner>,
    source: Ref<PyStr>,
    text: &'a [T],
    strict: bool,
    /// Keys seen, so that equal ones are one object.
    memo: Ref<PyDict>,
    /// Keys seen lately, by their text: these are neither made nor looked up again.
    recent: [Cell<Option<Ref<PyStr>>>; RECENT],
}

const RECENT: usize = 32;

impl<'a, T: Unit> Scan<'a, T> {
    fn new(
        cx: &'a Cx,
        scanner: Ref<Scanner>,
        source: Ref<PyStr>,
        text: &'a [T],
    ) -> Res<Scan<'a, T>> {
        let strict = scanner.strict.get() == Some(Value::TRUE);
        let memo = cx.new_dict()?;
        let recent = [const { Cell::new(None) }; RECENT];
        Ok(Scan { cx, scanner, source, text, strict, memo, recent })
    }
    /// The character at `i`; 0 past the end.
    #[inline(always)]
    fn at(&self, i: usize) -> u32 {
        self.text.get(i).map_or(0, |c| c.cp())
    }
    #[inline(always)]
    fn is(&self, i: usize, c: char) -> bool {
        self.text.get(i).is_some_and(|own| own.cp() == c as u32)
    }
    fn starts(&self, i: usize, word: &str) -> bool {
        let there = self.text.get(i..i + word.len());
        there.is_some_and(|there| there.iter().zip(word.bytes()).all(|(c, b)| c.cp() == b as u32))
    }
    #[inline]
    fn skip_space(&self, mut i: usize) -> usize {
        while self.text.get(i).is_some_and(|c| matches!(c.cp(), 0x20 | 9 | 10 | 13)) {
            i += 1;
        }
        i
    }
    fn error<R>(&self, message: &str, at: usize) -> Res<R> {
        decode_error(self.cx, message, self.source, at)
    }
    /// `StopIteration(at)`: there is no value here.
    fn no_value<R>(&self, at: usize) -> Res<R> {
        let at = Value::int(at as i64);
        Err(self.cx.error_args(exception::STOP_ITERATION.get(), &[at]))
    }

    fn value(&self, i: usize) -> Res<(Value, usize)> {
        let cx = self.cx;
        if i >= self.text.len() {
            return self.no_value(i);
        }
        match char::from_u32(self.at(i)).unwrap_or('\0') {
            '"' => {
                let (string, end) = strings::scan(cx, self.source, i + 1, self.strict)?;
                Ok((string.value(), end))
            }
            '{' => {
                cx.check_native_stack()?;
                self.object(i + 1)
            }
            '[' => {
                cx.check_native_stack()?;
                self.array(i + 1)
            }
            'n' if self.starts(i, "null") => Ok((Value::NONE, i + 4)),
            't' if self.starts(i, "true") => Ok((Value::TRUE, i + 4)),
            'f' if self.starts(i, "false") => Ok((Value::FALSE, i + 5)),
            'N' if self.starts(i, "NaN") => self.constant("NaN", i),
            'I' if self.starts(i, "Infinity") => self.constant("Infinity", i),
            '-' if self.starts(i, "-Infinity") => self.constant("-Infinity", i),
            _ => self.number(i),
        }
    }

    fn constant(&self, word: &str, i: usize) -> Res<(Value, usize)> {
        let name = self.cx.new_str(word)?.value();
        let value = ops::call(self.cx, self.scanner.parse_constant.or_none(), &[name])?;
        Ok((value, i + word.len()))
    }

    fn array(&self, start: usize) -> Res<(Value, usize)> {
        let cx = self.cx;
        let items = cx.new_list(&[])?;
        let mut i = self.skip_space(start);
        if self.is(i, ']') {
            return Ok((items.value(), i + 1));
        }
        loop {
            cx.poll();
            let (value, end) = self.value(i)?;
            items.push(cx, value)?;
            i = self.skip_space(end);
            if self.is(i, ']') {
                return Ok((items.value(), i + 1));
            }
            if !self.is(i, ',') {
                return self.error("Expecting ',' delimiter", i);
            }
            let comma = i;
            i = self.skip_space(i + 1);
            if self.is(i, ']') {
                return self.error("Illegal trailing comma before end of array", comma);
            }
        }
    }

    fn object(&self, start: usize) -> Res<(Value, usize)> {
        let cx = self.cx;
        let pairs_hook = self.scanner.pairs_hook.or_none().non_none();
        let dict = cx.new_dict()?;
        let pairs = match pairs_hook {
            Some(_) => Some(cx.new_list(&[])?),
            None => None,
        };
        let mut i = self.skip_space(start);
        if !self.is(i, '}') {
            loop {
                cx.poll();
                let (key, value, end) = self.member(i)?;
                if let Some(pairs) = pairs {
                    pairs.push(cx, cx.new_tuple(&[key.value(), value])?.value())?;
                } else {
                    dict.set_str(cx, key, value)?;
                }
                i = self.skip_space(end);
                if self.is(i, '}') {
                    break;
                }
                if !self.is(i, ',') {
                    return self.error("Expecting ',' delimiter", i);
                }
                let comma = i;
                i = self.skip_space(i + 1);
                if self.is(i, '}') {
                    return self.error("Illegal trailing comma before end of object", comma);
                }
            }
        }
        let end = i + 1;
        if let (Some(hook), Some(pairs)) = (pairs_hook, pairs) {
            return Ok((ops::call(cx, hook, &[pairs.value()])?, end));
        }
        match self.scanner.object_hook.or_none().non_none() {
            Some(hook) => Ok((ops::call(cx, hook, &[dict.value()])?, end)),
            None => Ok((dict.value(), end)),
        }
    }

    /// A key and its value, and the index after them.
    fn member(&self, i: usize) -> Res<(Ref<PyStr>, Value, usize)> {
        if !self.is(i, '"') {
            return self.error("Expecting property name enclosed in double quotes", i);
        }
        let (key, end) = self.key(i + 1)?;
        let i = self.skip_space(end);
        if !self.is(i, ':') {
            return self.error("Expecting ':' delimiter", i);
        }
        let (value, end) = self.value(self.skip_space(i + 1))?;
        Ok((key, value, end))
    }

    /// The key whose text begins at `start`, and the index after its quote.
    fn key(&self, start: usize) -> Res<(Ref<PyStr>, usize)> {
        let plain = strings::plain_length(&self.text[start..], self.strict);
        let (text, end) = (&self.text[start..start + plain], start + plain);
        if !self.is(end, '"') {
            let (key, end) = strings::scan(self.cx, self.source, start, self.strict)?;
            return Ok((self.known(key)?, end));
        }
        let ends = |i: Option<&T>| i.map_or(0, |c| c.cp() as usize);
        let mixed = plain ^ ends(text.first()) << 1 ^ ends(text.last()) << 2;
        let recent = &self.recent[mixed % RECENT];
        if let Some(key) = recent.get().filter(|key| same(key.text(), text)) {
            return Ok((key, end + 1));
        }
        let key = self.known(self.cx.str_from_units(T::units(text))?)?;
        recent.set(Some(key));
        Ok((key, end + 1))
    }

    /// The first key that is equal to this one.
    fn known(&self, key: Ref<PyStr>) -> Res<Ref<PyStr>> {
        let known = self.memo.set_default(self.cx, key.value(), key.value())?;
        Ok(known.as_str().unwrap_or(key))
    }

    fn digits(&self, mut i: usize) -> usize {
        while (0x30..0x3a).contains(&self.at(i)) {
            i += 1;
        }
        i
    }

    fn number(&self, start: usize) -> Res<(Value, usize)> {
        let mut i = start + self.is(start, '-') as usize;
        let first = i;
        i = if self.is(i, '0') { i + 1 } else { self.digits(i) };
        if i == first {
            return self.no_value(start);
        }
        let mut is_float = false;
        if self.is(i, '.') && self.digits(i + 1) > i + 1 {
            i = self.digits(i + 1);
            is_float = true;
        }
        if self.is(i, 'e') || self.is(i, 'E') {
            let sign = self.is(i + 1, '+') || self.is(i + 1, '-');
            let from = i + 1 + sign as usize;
            let end = self.digits(from);
            if end > from {
                i = end;
                is_float = true;
            }
        }
        Ok((self.convert(start, i, is_float)?, i))
    }

    fn convert(&self, start: usize, end: usize, is_float: bool) -> Res {
        let cx = self.cx;
        let parser = match is_float {
            true => self.scanner.parse_float.or_none(),
            false => self.scanner.parse_int.or_none(),
        };
        let mut bytes = [0u8; 64];
        let plain = end - start <= bytes.len();
        if plain {
            for (to, from) in bytes.iter_mut().zip(&self.text[start..end]) {
                *to = from.cp() as u8;
            }
            let bytes = &bytes[..end - start];
            if is_float && parser.is(types::FLOAT.get().value()) {
                if let Some(f) = orochi_num::floatparse::parse(bytes) {
                    return cx.new_float(f);
                }
            } else if parser.is(types::INT.get().value())
                && let Ok(text) = core::str::from_utf8(bytes)
                && let Ok(n) = text.parse::<i64>()
            {
                return cx.new_int(n);
            }
        }
        let text = cx.str_from_units(T::units(&self.text[start..end]))?;
        ops::call(cx, parser, &[text.value()])
    }
}

/// Whether a string has this text.
fn same<T: Unit>(own: Units<'_>, text: &[T]) -> bool {
    match T::slice(own) {
        Some(own) => own == text,
        None => own.len() == text.len() && own.iter().zip(text).all(|(a, b)| a == b.cp()),
    }
}
