//! Items of arrays: between values and bytes.

use orochi_object::prelude::*;

/// A type code: its character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(pub(super) u8);

impl Code {
    pub(super) fn new(c: u32) -> Option<Code> {
        let code = u8::try_from(c).ok()?;
        b"bBuwhHiIlLqQfd".contains(&code).then_some(Code(code))
    }
    /// Bytes of an item.
    pub(super) fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'u' | b'w' => 4,
            _ => 8,
        }
    }
    pub(super) fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }
    /// The `struct` format.
    pub(super) fn format(self) -> &'static str {
        match self.0 {
            b'b' => "b",
            b'B' => "B",
            b'u' => "w",
            b'w' => "w",
            b'h' => "h",
            b'H' => "H",
            b'i' => "i",
            b'I' => "I",
            b'l' => "l",
            b'L' => "L",
            b'q' => "q",
            b'Q' => "Q",
            b'f' => "f",
            _ => "d",
        }
    }

    /// The bytes of an item as a number without sign.
    #[inline]
    pub(super) fn word(raw: &[u8]) -> u64 {
        match *raw {
            [a] => u64::from(a),
            [a, b] => u64::from(u16::from_ne_bytes([a, b])),
            [a, b, c, d] => u64::from(u32::from_ne_bytes([a, b, c, d])),
            [a, b, c, d, e, f, g, h] => u64::from_ne_bytes([a, b, c, d, e, f, g, h]),
            _ => 0,
        }
    }

    pub(super) fn decode(self, cx: &Cx, raw: &[u8]) -> Res {
        self.decode_word(cx, Code::word(raw))
    }

    /// The value of an item's [`Code::word`].
    pub(super) fn decode_word(self, cx: &Cx, word: u64) -> Res {
        match self.0 {
            b'b' => cx.new_int(word as u8 as i8 as i64),
            b'B' => cx.new_int(word as u8 as i64),
            b'h' => cx.new_int(word as u16 as i16 as i64),
            b'H' => cx.new_int(word as u16 as i64),
            b'i' => cx.new_int(word as u32 as i32 as i64),
            b'I' => cx.new_int(word as u32 as i64),
            b'l' | b'q' => cx.new_int(word as i64),
            b'L' | b'Q' => cx.new_uint(word),
            b'f' => cx.new_float(f32::from_bits(word as u32) as f64),
            b'd' => cx.new_float(f64::from_bits(word)),
            _ => {
                let point = word as u32;
                if point > 0x10ffff {
                    return raise!(
                        cx,
                        VALUE_ERROR,
                        "character U+{point:x} is not in range [U+0000; U+10ffff]"
                    );
                }
                Ok(cx.str_from_char(point)?.value())
            }
        }
    }

    /// The bytes of a value, in the first `size()` of the result.
    pub(super) fn encode(self, cx: &Cx, v: Value) -> Res<[u8; 8]> {
        Ok(self.encode_word(cx, v)?.to_ne_bytes())
    }

    /// The bytes of a value as a number, in its low `size()` bytes.
    pub(super) fn encode_word(self, cx: &Cx, v: Value) -> Res<u64> {
        match self.0 {
            b'f' => Ok((ops::to_f64(cx, v)? as f32).to_bits() as u64),
            b'd' => Ok(ops::to_f64(cx, v)?.to_bits()),
            b'u' | b'w' => self.encode_char(cx, v),
            _ => self.encode_int(cx, v),
        }
    }

    fn encode_char(self, cx: &Cx, v: Value) -> Res<u64> {
        match v.as_str() {
            Some(text) if text.len() == 1 => Ok(text.text().get(0) as u64),
            Some(text) => raise!(
                cx,
                TYPE_ERROR,
                "array item must be a unicode character, not a string of length {}",
                text.len()
            ),
            None => raise!(
                cx,
                TYPE_ERROR,
                "array item must be a unicode character, not {}",
                class_of(v).display_name()
            ),
        }
    }

    fn encode_int(self, cx: &Cx, v: Value) -> Res<u64> {
        if v.is_float() {
            return raise!(cx, TYPE_ERROR, "'float' object cannot be interpreted as an integer");
        }
        let index = ops::index(cx, v)?;
        let n = match index.as_i64() {
            Some(n) => n as i128,
            None => match index.to_big() {
                Some(big) => {
                    big.as_ref().to_i128().unwrap_or(if big.neg { i128::MIN } else { i128::MAX })
                }
                None => 0,
            },
        };
        let (name, low, high) = match self.0 {
            b'b' => ("signed char", i8::MIN as i128, i8::MAX as i128),
            b'B' => ("unsigned byte integer", 0, u8::MAX as i128),
            b'h' => ("signed short integer", i16::MIN as i128, i16::MAX as i128),
            b'H' => ("unsigned short", 0, u16::MAX as i128),
            b'i' => ("signed integer", i32::MIN as i128, i32::MAX as i128),
            b'I' => ("unsigned int", 0, u32::MAX as i128),
            b'l' | b'q' => ("", i64::MIN as i128, i64::MAX as i128),
            _ => ("unsigned long", 0, u64::MAX as i128),
        };
        if (low..=high).contains(&n) {
            return Ok(n as u64);
        }
        match (self.0, n < low) {
            (b'l', _) => {
                raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C long")
            }
            (b'q', _) => raise!(cx, OVERFLOW_ERROR, "int too big to convert"),
            (b'I' | b'L' | b'Q', true) => {
                raise!(cx, OVERFLOW_ERROR, "can't convert negative value to unsigned int")
            }
            (b'L' | b'Q', false) => raise!(cx, OVERFLOW_ERROR, "int too big to convert"),
            (_, true) => raise!(cx, OVERFLOW_ERROR, "{name} is less than minimum"),
            (_, false) => raise!(cx, OVERFLOW_ERROR, "{name} is greater than maximum"),
        }
    }
}
