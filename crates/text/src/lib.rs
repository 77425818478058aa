//! Python's text algorithms over strings of three widths, the same for bytes,
//! the codecs, and Unicode 16.0 data.
//!
//! A string is a slice of code points of one, two or four bytes ([`Units`]);
//! lone surrogates are ordinary code points and there are no UTF-16 pairs.
//! Results that are parts of an input come back as ranges, others as a [`Buf`]
//! of the narrowest width.
#![forbid(unsafe_code)]

#[macro_use]
mod units;
mod buf;
pub mod bytes;
pub mod case;
pub mod classify;
pub mod codec;
pub mod nearest;
pub mod pad;
pub mod replace;
pub mod repr;
pub mod search;
pub mod split;
pub mod strip;
pub mod unidata;

pub use buf::{Buf, Builder};
pub use codec::{DecodeError, EncodeError};
pub use units::{Unit, Units, UnitsIter, clamp_range};

/// The greatest code point.
pub const MAX_CODE_POINT: u32 = 0x10_ffff;

/// Whether a code point is a surrogate.
#[inline]
pub fn is_surrogate(c: u32) -> bool {
    (0xd800..=0xdfff).contains(&c)
}
