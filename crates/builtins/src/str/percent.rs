//! `str % values` and `bytes % values`.

use super::made;
use crate::bytes_like::try_bytes_like;
use crate::number::format_error;
use orochi_fmt::FormatError;
use orochi_fmt::percent::{self, Amount, Conversion, Layout, Template};
use orochi_object::prelude::*;
use orochi_text::{Buf, Builder, Units};

/// The values of one formatting.
struct Values<'a> {
    row: &'a [Value],
    next: usize,
    mapping: Option<Value>,
    /// What was found in the mapping last: from then on it is all there is to take.
    found: Option<[Value; 1]>,
}

impl Values<'_> {
    #[inline]
    fn take(&mut self, cx: &Cx) -> Res {
        let row = self.found.as_ref().map_or(self.row, |found| found);
        match row.get(self.next) {
            Some(value) => {
                self.next += 1;
                Ok(*value)
            }
            None => raise!(cx, TYPE_ERROR, "not enough arguments for format string"),
        }
    }

    /// Takes the next value, if it is text for `%s` or a small number for `%d`, and appends it.
    #[inline(always)]
    fn put_as_is(&mut self, letter: u8, out: &mut Builder) -> bool {
        let row = self.found.as_ref().map_or(self.row, |found| found);
        let Some(value) = row.get(self.next) else { return false };
        match letter {
            b's' if is_exact(*value, &types::STR) => {
                let Some(text) = value.as_str() else { return false };
                out.push_units(text.text());
            }
            b'd' => match value.as_small() {
                Some(n) => out.push_latin1(itoa::Buffer::new().format(n).as_bytes()),
                None => return false,
            },
            _ => return false,
        }
        self.next += 1;
        true
    }

    fn find(&mut self, cx: &Cx, key: Units<'_>, bytes: bool) -> Res<()> {
        let key = match key {
            Units::One(key) if bytes => cx.new_bytes(key)?.value(),
            _ => cx.str_from_units(key)?.value(),
        };
        self.found = Some([ops::getitem(cx, self.mapping.unwrap_or(Value::NONE), key)?]);
        self.next = 0;
        Ok(())
    }
}

/// `template % values` for `str`.
pub fn percent_format(cx: &Cx, template: Ref<PyStr>, values: Value) -> Res {
    let text = match template.text() {
        Units::One(text) => run(cx, Units::One(text), values, false)?,
        wide => run(cx, wide, values, false)?,
    };
    let result = made(cx, &text);
    text.keep();
    result
}

/// `template % values` for `bytes` and `bytearray`: the resulting bytes.
pub fn percent_format_bytes(cx: &Cx, template: &[u8], values: Value) -> Res<Vec<u8>> {
    match run(cx, Units::One(template), values, true)? {
        Buf::One(bytes) => Ok(bytes),
        Buf::Lost => Err(orochi_object::error::memory_error(cx)),
        _ => raise!(cx, SYSTEM_ERROR, "bytes formatting gave wide text"),
    }
}

// In its callers, which know the width.
#[inline(always)]
fn run(cx: &Cx, template: Units<'_>, values: Value, bytes: bool) -> Res<Buf> {
    let tuple = values.downcast::<PyTuple>();
    let single = [values];
    let class = class_of(values);
    let not_mapping = values.as_str().is_some()
        || bytes
            && (class.is_subtype(types::BYTES.get())
                || class.is_subtype(crate::bytearray::CELL.get()));
    let is_mapping = tuple.is_none()
        && !not_mapping
        && class.slots.getitem().is_some()
        && !class.has_flag(flag::SEQUENCE_ONLY);
    let mut v = Values {
        row: match tuple {
            Some(tuple) => tuple.values(),
            None => &single,
        },
        next: 0,
        mapping: is_mapping.then_some(values),
        found: None,
    };
    let mut out = Builder::kept();
    let mut reader = match template {
        Units::One(template) if bytes => Template::of_bytes(template),
        _ => Template::new(template),
    };
    let failed = |error: FormatError| format_error(cx, &error);
    let mut c = Conversion::NONE;
    while !reader.is_done() {
        out.push_units(template.slice(reader.literal()));
        if !reader.begin() {
            continue;
        }
        if reader.has_key() {
            if v.mapping.is_none() {
                return raise!(cx, TYPE_ERROR, "format requires a mapping");
            }
            v.find(cx, template.slice(reader.key().map_err(failed)?), bytes)?;
        }
        if !bytes
            && let Some(letter) = reader.bare()
            && v.put_as_is(letter, &mut out)
        {
            reader.skip();
            continue;
        }
        reader.conversion(&mut c).map_err(failed)?;
        conversion(cx, &c, &mut v, bytes, &mut out)?;
    }
    if v.next < v.row.len() && v.mapping.is_none() {
        let kind = if bytes { "bytes" } else { "string" };
        return raise!(cx, TYPE_ERROR, "not all arguments converted during {kind} formatting");
    }
    Ok(out.finish())
}

fn star(cx: &Cx, v: &mut Values<'_>, what: &str) -> Res<i64> {
    let value = v.take(cx)?;
    if !value.is_int() {
        return raise!(cx, TYPE_ERROR, "* wants int");
    }
    let limit = if what == "width" { i64::MAX } else { i64::from(i32::MAX) };
    if what == "width" && value.as_i64() == Some(i64::MIN) {
        return raise!(cx, OVERFLOW_ERROR, "width too big");
    }
    match value.as_i64().filter(|n| n.unsigned_abs() <= limit as u64) {
        Some(n) => Ok(n),
        None if what == "width" => {
            raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C ssize_t")
        }
        None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C int"),
    }
}

fn conversion(
    cx: &Cx,
    c: &Conversion,
    v: &mut Values<'_>,
    bytes: bool,
    out: &mut Builder,
) -> Res<()> {
    let mut flags = c.flags;
    let width = match c.width {
        Amount::None => 0,
        Amount::Fixed(n) => n,
        Amount::Star => {
            let n = star(cx, v, "width")?;
            if n < 0 {
                flags |= percent::LEFT;
            }
            n.unsigned_abs() as usize
        }
    };
    let precision = match c.precision {
        Amount::None => None,
        Amount::Fixed(n) => Some(n),
        Amount::Star => Some(star(cx, v, "precision")?.max(0) as usize),
    };
    if width > 1 << 40 || precision.is_some_and(|n| n > 1 << 40) {
        return Err(orochi_object::error::memory_error(cx));
    }
    let layout = Layout { flags, width, precision };
    let kind = char::from_u32(c.kind).unwrap_or('\0');
    let known = match kind {
        's' | 'r' | 'a' | 'c' | 'd' | 'i' | 'u' | 'o' | 'x' | 'X' => true,
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => true,
        other => bytes && other == 'b',
    };
    let value = v.take(cx)?;
    if !known {
        return Err(format_error(cx, &percent::unsupported(c)));
    }
    let wide = layout.width.saturating_add(layout.precision.unwrap_or(0));
    cx.expect_memory(wide.saturating_mul(3))?;
    match kind {
        's' | 'b' if bytes => {
            let data = bytes_of(cx, value)?;
            percent::push_text(Units::One(&data), layout, out);
        }
        's' => put_text(ops::str(cx, value)?, layout, out),
        'r' if !bytes => put_text(ops::repr(cx, value)?, layout, out),
        'r' | 'a' => {
            let text = super::format::ascii(cx, value)?;
            if let Some(text) = text.as_str() {
                put_text(text, layout, out);
            }
        }
        'c' => character(cx, value, layout, bytes, out)?,
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            integer(cx, value, kind, layout, out)?;
        }
        _ => {
            let x = match (bytes, value.as_float()) {
                (_, Some(x)) => x,
                (true, None) => match ops::to_f64(cx, value) {
                    Ok(x) => x,
                    Err(raised) if raised.is(&exception::TYPE_ERROR) => {
                        return raise!(
                            cx,
                            TYPE_ERROR,
                            "float argument required, not {}",
                            class_of(value).display_name()
                        );
                    }
                    Err(raised) => return Err(raised),
                },
                (false, None) => ops::to_f64(cx, value)?,
            };
            percent::push_float(x, kind as u8, layout, out);
        }
    }
    Ok(())
}

fn put_text(text: Ref<PyStr>, layout: Layout, out: &mut Builder) {
    if layout.width == 0 && layout.precision.is_none() {
        return out.push_units(text.text());
    }
    percent::push_text(text.text(), layout, out);
}

/// The bytes of `%b`.
fn bytes_of(cx: &Cx, value: Value) -> Res<Vec<u8>> {
    if let Some(b) = value.downcast::<PyBytes>() {
        return Ok(b.data().to_vec());
    }
    if let Some(method) = ops::lookup_special(cx, value, name!(cx, "__bytes__"))? {
        let result = method.call(cx, &[])?;
        return match result.downcast::<PyBytes>() {
            Some(b) => Ok(b.data().to_vec()),
            None => raise!(
                cx,
                TYPE_ERROR,
                "__bytes__ returned non-bytes (type {})",
                class_of(result).display_name()
            ),
        };
    }
    // A view may have its bytes in any order.
    match class_of(value).slots.buffer() {
        Some(buffer) => {
            let full = buffer(cx, value, orochi_object::buffer::request::FULL_RO)?;
            crate::memoryview::contiguous(cx, &full)
        }
        None => raise!(
            cx,
            TYPE_ERROR,
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
            class_of(value).display_name()
        ),
    }
}

fn character(cx: &Cx, value: Value, layout: Layout, bytes: bool, out: &mut Builder) -> Res<()> {
    let layout = Layout { precision: None, ..layout };
    let point = if bytes { byte(cx, value)? } else { code_point(cx, value)? };
    percent::push_text(Units::Four(&[point]), layout, out);
    Ok(())
}

fn byte(cx: &Cx, value: Value) -> Res<u32> {
    let one = match try_bytes_like(cx, value)? {
        Some(view) if view.len() == 1 => Some(u32::from(view[0])),
        Some(view) => {
            let kind = class_of(value).display_name();
            return raise!(
                cx,
                TYPE_ERROR,
                "%c requires an integer in range(256) or a single byte, not a {kind} object of length {}",
                view.len()
            );
        }
        None => None,
    };
    if let Some(b) = one {
        return Ok(b);
    }
    if !value.is_int() && class_of(value).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "%c requires an integer in range(256) or a single byte, not {}",
            ops::full_name(cx, class_of(value))
        );
    }
    match ops::index(cx, value)?.as_i64() {
        Some(n @ 0..=255) => Ok(n as u32),
        _ => raise!(cx, OVERFLOW_ERROR, "%c arg not in range(256)"),
    }
}

fn code_point(cx: &Cx, value: Value) -> Res<u32> {
    if let Some(text) = value.as_str() {
        if text.len() == 1 {
            return Ok(text.text().get(0));
        }
        return raise!(
            cx,
            TYPE_ERROR,
            "%c requires an int or a unicode character, not a string of length {}",
            text.len()
        );
    }
    if !value.is_int() && class_of(value).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "%c requires an int or a unicode character, not {}",
            ops::full_name(cx, class_of(value))
        );
    }
    match ops::index(cx, value)?.as_i64() {
        Some(n @ 0..=0x10ffff) => Ok(n as u32),
        _ => raise!(cx, OVERFLOW_ERROR, "%c arg not in range(0x110000)"),
    }
}

fn integer(cx: &Cx, value: Value, kind: char, layout: Layout, out: &mut Builder) -> Res<()> {
    let hex = matches!(kind, 'o' | 'x' | 'X');
    let number = if value.is_int() { value } else { to_int(cx, value, kind, hex)? };
    if !hex && let Some(n) = number.as_small() {
        percent::push_small(n, layout, out);
        return Ok(());
    }
    let Some(big) = number.to_big() else {
        return raise!(cx, TYPE_ERROR, "int expected");
    };
    if !hex {
        // Checks the limit on the digits of an int.
        if big.mag.len() > 32 {
            ops::str(cx, number)?;
        }
    }
    percent::push_int(big.as_ref(), kind as u8, layout, out);
    Ok(())
}

/// The int of a number that is none.
fn to_int(cx: &Cx, value: Value, kind: char, hex: bool) -> Res {
    let wrong = || -> Res {
        let class = class_of(value).display_name();
        if hex {
            return raise!(cx, TYPE_ERROR, "%{kind} format: an integer is required, not {class}");
        }
        raise!(cx, TYPE_ERROR, "%{kind} format: a real number is required, not {class}")
    };
    let slots = &class_of(value).slots;
    let result = match (hex, slots.index(), slots.int()) {
        (_, Some(_), None) | (true, Some(_), _) => ops::index(cx, value),
        (false, _, Some(int)) => int(cx, value),
        _ => return wrong(),
    };
    match result {
        Ok(n) if n.is_int() => Ok(n),
        Ok(_) => wrong(),
        Err(raised) if raised.is(&exception::TYPE_ERROR) => wrong(),
        Err(raised) => Err(raised),
    }
}
