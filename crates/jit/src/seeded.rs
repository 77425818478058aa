//! Bugs put in on purpose, for the comparison of generated programs to find (`tests/fuzz/compare.py --seeded`).
//!
//! They are compiled in with the feature `seeded` only, and `OROCHI_JIT_BUG` says by its number which one is to be there. Without
//! the feature [`has`] is a constant.

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Sums and differences of small ints may overflow.
    Sum,
    /// Products may.
    Product,
    /// `//` cuts off.
    FloorDivision,
    /// `%` has the sign of the left operand.
    Remainder,
    /// `//` by a power of two takes the left operand for positive.
    PowerOfTwo,
    /// `<<` loses bits.
    ShiftLeft,
    /// `>>` takes the distance modulo 64.
    ShiftRight,
    /// Floats are divided by zero.
    Division,
    /// `<=` of floats is `<`.
    LessOrEqual,
    /// A NaN is not unequal to anything.
    NotANumber,
    /// Large ints are compared with floats as floats.
    Exactness,
    /// `min` and `max` give the second of equal floats.
    Extreme,
    /// `abs` leaves -1 as it is.
    Absolute,
    /// A global is what it was.
    Global,
    /// An attribute of a class is what it was, whatever the object.
    Attribute,
    /// An index of -1 is the last but one.
    Index,
    /// An exit in a loop over a range forgets how far it got.
    WriteBack,
    /// An exit forgets every fourth register.
    Save,
    /// Texts of one length with one beginning are equal.
    Texts,
    /// An instance of a subclass is none of the class.
    Instance,
}

#[cfg(feature = "seeded")]
pub(crate) fn has(bug: Bug) -> bool {
    static CHOSEN: std::sync::OnceLock<Option<u8>> = std::sync::OnceLock::new();
    let chosen = CHOSEN.get_or_init(|| std::env::var("OROCHI_JIT_BUG").ok()?.parse().ok());
    *chosen == Some(bug as u8)
}

#[cfg(not(feature = "seeded"))]
pub(crate) const fn has(_: Bug) -> bool {
    false
}
