//! What the modules of this crate share.

use orochi_object::prelude::*;

/// `iter` of every iterator: itself.
pub(crate) fn own_iter(_: &Cx, v: Value) -> Res {
    Ok(v)
}

/// The small int in a slot, 0 if there is none.
pub(crate) fn number(slot: &Slot) -> i64 {
    slot.or_none().as_small().unwrap_or(0)
}

/// The layout of types whose payload is all slots.
macro_rules! words {
    ($($type:ty),*) => {
        $(
            // SAFETY: repr(C) with a Header first; every word after the header is a slot.
            unsafe impl orochi_object::object::Object for $type {
                const LAYOUT: u16 = orochi_object::layout::WORDS;
            }
        )*
    };
}
pub(crate) use words;

/// `fn $name(v) -> Ref<$type>` for slots and methods of a type, which get its instances only.
macro_rules! receiver {
    ($name:ident, $type:ty) => {
        #[inline(always)]
        fn $name(v: Value) -> Ref<$type> {
            // SAFETY: slots and methods of the type are called with its instances only.
            unsafe { v.cast() }
        }
    };
}
pub(crate) use receiver;

/// Binds call arguments to a signature, parsed once, and runs the body with the bound row.
macro_rules! bind {
    ($cx:expr, $name:literal, $signature:literal, $args:expr, |$row:ident| $body:expr) => {{
        static SIGNATURE: std::sync::OnceLock<orochi_object::args::Signature> =
            std::sync::OnceLock::new();
        SIGNATURE.get_or_init(|| orochi_object::args::Signature::parse($signature)).bind(
            $cx,
            $name,
            0,
            $args,
            &mut |$row| $body,
        )
    }};
}
pub(crate) use bind;
