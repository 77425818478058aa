//! The value word: every Python value is one 64-bit word (docs/architecture.md, "Values").
//!
//! 1. `0` is UNSET and never a value; `Option<Value>` is one word, `None` being UNSET.
//! 2. Bit 0 set: a small int of 63 bits.
//! 3. Low bits `10`: a double whose exponent lies in the usual range, rotated; NaN is never inline.
//! 4. Low bits `100`: an immediate (`None`, `False`, `True`, `Ellipsis`, `NotImplemented`).
//! 5. Low bits `000`: a pointer to a heap object, 16-byte aligned.

use core::num::NonZeroU64;
use orochi_heap::Header;

/// A Python value: a tagged word. Copy it freely; it may live on native stacks, in register
/// windows, in heap objects and in registered roots, and nowhere else.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Value(NonZeroU64);

const fn immediate(n: u64) -> Value {
    match NonZeroU64::new(n << 3 | 4) {
        Some(word) => Value(word),
        None => unreachable!(),
    }
}

/// Smallest int that is a tagged word.
pub const SMALL_MIN: i64 = -(1 << 62);
/// Largest int that is a tagged word.
pub const SMALL_MAX: i64 = (1 << 62) - 1;
const FLOAT_ZERO: u64 = 0x8000_0000_0000_0002;

impl Value {
    pub const NONE: Value = immediate(0);
    pub const FALSE: Value = immediate(1);
    pub const TRUE: Value = immediate(2);
    pub const ELLIPSIS: Value = immediate(3);
    pub const NOT_IMPLEMENTED: Value = immediate(4);

    /// The raw word.
    #[inline(always)]
    pub const fn word(self) -> u64 {
        self.0.get()
    }

    /// The value with this word, or `None` for UNSET.
    #[inline(always)]
    pub const fn from_word(word: u64) -> Option<Value> {
        match NonZeroU64::new(word) {
            Some(word) => Some(Value(word)),
            None => None,
        }
    }

    /// # Safety
    /// `word` is not zero and is a valid value word.
    #[inline(always)]
    pub const unsafe fn from_word_unchecked(word: u64) -> Value {
        // SAFETY: the caller promises a non-zero word.
        Value(unsafe { NonZeroU64::new_unchecked(word) })
    }

    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    /// A small int, if `n` fits 63 bits.
    #[inline(always)]
    pub const fn small(n: i64) -> Option<Value> {
        if n >= SMALL_MIN && n <= SMALL_MAX { Value::from_word((n as u64) << 1 | 1) } else { None }
    }

    /// A small int from a number known to fit (lengths, indices, 32-bit values).
    #[inline(always)]
    pub const fn int(n: i64) -> Value {
        debug_assert!(n >= SMALL_MIN && n <= SMALL_MAX);
        // SAFETY: bit 0 is set, so the word is not zero.
        unsafe { Value::from_word_unchecked((n as u64) << 1 | 1) }
    }

    #[inline(always)]
    pub const fn is_small(self) -> bool {
        self.word() & 1 != 0
    }

    /// The small int held, if it is one.
    #[inline(always)]
    pub const fn as_small(self) -> Option<i64> {
        if self.is_small() { Some(self.word() as i64 >> 1) } else { None }
    }

    /// The double as an inline word, if its exponent allows.
    #[inline(always)]
    pub fn inline_float(f: f64) -> Option<Value> {
        let bits = f.to_bits();
        let top = bits >> 60 & 7;
        if top == 3 || top == 4 {
            let word = bits.rotate_left(3) & !3 | 2;
            if word != FLOAT_ZERO {
                return Value::from_word(word);
            }
            return None;
        }
        if bits == 0 { Value::from_word(FLOAT_ZERO) } else { None }
    }

    #[inline(always)]
    pub const fn is_inline_float(self) -> bool {
        self.word() & 3 == 2
    }

    /// The double held inline, if it is one.
    #[inline(always)]
    pub fn as_inline_float(self) -> Option<f64> {
        if !self.is_inline_float() {
            return None;
        }
        let word = self.word();
        if word == FLOAT_ZERO {
            return Some(0.0);
        }
        Some(f64::from_bits(((2 - (word >> 63)) | (word & !3)).rotate_right(3)))
    }

    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self.word() & 7 == 0
    }

    /// The object pointed to, if it is a heap object.
    #[inline(always)]
    pub const fn as_object(self) -> Option<*mut Header> {
        if self.is_object() { Some(self.word() as *mut Header) } else { None }
    }

    /// # Safety
    /// `object` is a live heap object.
    #[inline(always)]
    pub unsafe fn from_object(object: *mut Header) -> Value {
        // SAFETY: a live object has a non-null, aligned address.
        unsafe { Value::from_word_unchecked(object as u64) }
    }

    #[inline(always)]
    pub const fn is(self, other: Value) -> bool {
        self.word() == other.word()
    }
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.is(Value::NONE)
    }
    /// `True` or `False`, else `None`.
    #[inline(always)]
    pub const fn as_bool(self) -> Option<bool> {
        if self.is(Value::TRUE) {
            Some(true)
        } else if self.is(Value::FALSE) {
            Some(false)
        } else {
            None
        }
    }
    #[inline(always)]
    pub const fn is_not_implemented(self) -> bool {
        self.is(Value::NOT_IMPLEMENTED)
    }
    /// `None` becomes `Option::None`: for optional arguments whose default is `None`.
    #[inline(always)]
    pub const fn non_none(self) -> Option<Value> {
        if self.is_none() { None } else { Some(self) }
    }
}

impl core::fmt::Debug for Value {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if let Some(n) = self.as_small() {
            write!(f, "int {n}")
        } else if let Some(x) = self.as_inline_float() {
            write!(f, "float {x}")
        } else if self.is_object() {
            write!(f, "object {:#x}", self.word())
        } else {
            write!(f, "immediate {}", self.word() >> 3)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_round_trip() {
        for f in [0.0, 1.0, -1.0, 0.5, 3.25e10, -1e-30, 1.5e70, 2.0, core::f64::consts::PI] {
            let v = Value::inline_float(f).unwrap();
            assert!(v.is_inline_float() && !v.is_small() && !v.is_object());
            assert_eq!(v.as_inline_float().unwrap().to_bits(), f.to_bits());
        }
        for f in [-0.0, f64::NAN, f64::INFINITY, 1e300, 1e-300, 1.72723371101888e-77] {
            if let Some(v) = Value::inline_float(f) {
                assert_eq!(v.as_inline_float().unwrap().to_bits(), f.to_bits());
            }
        }
        assert!(Value::inline_float(f64::NAN).is_none());
        assert!(Value::inline_float(-0.0).is_none());
    }

    #[test]
    fn small_ints_round_trip() {
        for n in [0, 1, -1, SMALL_MAX, SMALL_MIN] {
            assert_eq!(Value::small(n).unwrap().as_small(), Some(n));
        }
        assert!(Value::small(SMALL_MAX + 1).is_none());
        assert!(Value::small(SMALL_MIN - 1).is_none());
    }
}
