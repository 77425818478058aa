//! The number that `TextIOWrapper.tell` gives: a byte position and how to get the decoder there.

use orochi_object::prelude::*;

/// A position in decoded text.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Cookie {
    /// Byte position of a point at which the decoder's state is known.
    pub start: u64,
    /// The decoder's state there.
    pub flags: u64,
    /// Bytes to feed from there.
    pub feed: u64,
    /// Characters to skip in what that gives.
    pub skip: u64,
    /// Whether the decoder must be told of the end of the input.
    pub need_eof: bool,
}

impl Cookie {
    /// The int, as CPython lays it out: five fields of 64 bits.
    pub fn pack(self, cx: &Cx) -> Res {
        let limbs = [self.start, self.flags, self.feed, self.skip, u64::from(self.need_eof)];
        let used = 5 - limbs.iter().rev().take_while(|limb| **limb == 0).count();
        if used <= 1 {
            return cx.new_uint(self.start);
        }
        cx.int_of_class(types::INT.get(), false, &limbs[..used])
    }

    /// The fields of an int that is not negative.
    pub fn unpack(cx: &Cx, v: Value) -> Res<Cookie> {
        let Some(n) = ops::index(cx, v)?.to_big() else {
            return raise!(cx, TYPE_ERROR, "an integer is required");
        };
        if n.mag.len() > 5 {
            return raise!(cx, OVERFLOW_ERROR, "int too big to convert");
        }
        let limb = |i: usize| n.mag.get(i).copied().unwrap_or(0);
        Ok(Cookie {
            start: limb(0),
            flags: limb(1),
            feed: limb(2),
            skip: limb(3),
            need_eof: limb(4) != 0,
        })
    }
}
