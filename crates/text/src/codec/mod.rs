//! Codecs between text and bytes.
//!
//! A decoder appends what it can to a [`Builder`] from a position on; at the
//! first malformed input it stops with a [`DecodeError`], the caller's error
//! handler supplies a replacement, and decoding goes on where the handler
//! says. Encoders work the same way. [`Handler`] holds Python's built-in
//! handlers for the common case that no Python code is involved.

pub mod escape;
pub mod handler;
pub mod single;
pub mod utf16;
pub mod utf32;
pub mod utf7;
pub mod utf8;
pub mod whole;

use crate::{Buf, Builder, Units};
pub use handler::Handler;

/// What a decoder could not read: `UnicodeDecodeError` without its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The first bad byte.
    pub start: usize,
    /// One past the last bad byte.
    pub end: usize,
    /// Python's wording.
    pub reason: &'static str,
}

/// What an encoder could not write: `UnicodeEncodeError` without its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeError {
    /// The first bad code point.
    pub start: usize,
    /// One past the last bad code point.
    pub end: usize,
    /// Python's wording.
    pub reason: &'static str,
}

impl DecodeError {
    pub(crate) fn new(start: usize, end: usize, reason: &'static str) -> DecodeError {
        DecodeError { start, end, reason }
    }
}

/// Byte order of the wider encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// The encodings of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `utf-8`.
    Utf8,
    /// `utf-16-le` and `utf-16-be`.
    Utf16(Order),
    /// `utf-32-le` and `utf-32-be`.
    Utf32(Order),
    /// `latin-1`.
    Latin1,
    /// `ascii`.
    Ascii,
    /// `utf-7`.
    Utf7,
    /// `unicode_escape`.
    UnicodeEscape,
    /// `raw_unicode_escape`.
    RawUnicodeEscape,
}

impl Encoding {
    /// The name that error messages use.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16(Order::Little) => "utf-16-le",
            Encoding::Utf16(Order::Big) => "utf-16-be",
            Encoding::Utf32(Order::Little) => "utf-32-le",
            Encoding::Utf32(Order::Big) => "utf-32-be",
            Encoding::Latin1 => "latin-1",
            Encoding::Ascii => "ascii",
            Encoding::Utf7 => "utf7",
            Encoding::UnicodeEscape => "unicodeescape",
            Encoding::RawUnicodeEscape => "rawunicodeescape",
        }
    }

    /// Decodes from `at`. With `last` false an incomplete tail is left alone.
    /// Answers how far it came.
    pub fn decode(
        self,
        b: &[u8],
        at: usize,
        last: bool,
        out: &mut Builder,
    ) -> Result<usize, DecodeError> {
        match self {
            Encoding::Utf8 => utf8::decode(b, at, last, out),
            Encoding::Utf16(order) => utf16::decode(b, at, last, order, out),
            Encoding::Utf32(order) => utf32::decode(b, at, last, order, out),
            Encoding::Latin1 => {
                out.push_latin1(&b[at..]);
                Ok(b.len())
            }
            Encoding::Ascii => single::decode_ascii(b, at, out),
            Encoding::Utf7 => utf7::decode(b, at, last, out),
            Encoding::UnicodeEscape => escape::decode(b, at, last, out, &mut None),
            Encoding::RawUnicodeEscape => escape::decode_raw(b, at, last, out),
        }
    }

    /// Encodes from `at`.
    pub fn encode(self, s: Units<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Encoding::Utf8 => utf8::encode(s, at, out),
            Encoding::Utf16(order) => utf16::encode(s, at, order, out),
            Encoding::Utf32(order) => utf32::encode(s, at, order, out),
            Encoding::Latin1 => single::encode(s, at, 0x100, "ordinal not in range(256)", out),
            Encoding::Ascii => single::encode(s, at, 0x80, "ordinal not in range(128)", out),
            Encoding::Utf7 => {
                utf7::encode(s.slice(at..s.len()), out);
                Ok(())
            }
            Encoding::UnicodeEscape => {
                escape::encode(s.slice(at..s.len()), out);
                Ok(())
            }
            Encoding::RawUnicodeEscape => {
                escape::encode_raw(s.slice(at..s.len()), out);
                Ok(())
            }
        }
    }

    /// Decodes all of `b` with a built-in handler.
    pub fn decode_all(self, b: &[u8], handler: Handler) -> Result<Buf, DecodeError> {
        let mut out = Builder::with_capacity(b.len());
        let mut at = 0;
        loop {
            match self.decode(b, at, true, &mut out) {
                Ok(_) => return Ok(out.finish()),
                Err(e) => at = handler.decode(self, b, e, &mut out)?,
            }
        }
    }

    /// Encodes all of `s` with a built-in handler.
    pub fn encode_all(self, s: Units<'_>, handler: Handler) -> Result<Vec<u8>, EncodeError> {
        let mut out = Vec::with_capacity(s.len());
        let mut at = 0;
        loop {
            match self.encode(s, at, &mut out) {
                Ok(()) => return Ok(out),
                Err(e) => at = handler.encode(self, s, e, &mut out)?,
            }
        }
    }
}
