//! Small helpers of this crate.

use orochi_object::args::Signature;
use orochi_object::intern;
use orochi_object::prelude::*;
use std::sync::OnceLock;

/// A signature for a `new` slot, parsed at the first call.
pub(crate) struct Sig(&'static str, &'static str, OnceLock<Signature>);

impl Sig {
    /// `name` is what messages call the function.
    pub(crate) const fn new(name: &'static str, text: &'static str) -> Sig {
        Sig(name, text, OnceLock::new())
    }
    /// Binds `args` and calls `f` with the bound row.
    pub(crate) fn bind<R>(
        &self,
        cx: &Cx,
        args: CallArgs,
        mut f: impl FnMut(Args) -> Res<R>,
    ) -> Res<R> {
        let signature = self.2.get_or_init(|| Signature::parse(self.1));
        signature.bind(cx, self.0, 0, args, &mut f)
    }
}

/// A str value from Rust text.
pub(crate) fn text(cx: &Cx, s: &str) -> Res {
    Ok(cx.new_str(s)?.value())
}

/// An interned str value from Rust text.
pub(crate) fn interned(cx: &Cx, s: &str) -> Res {
    Ok(intern::intern_text(cx, s)?.value())
}

/// A tuple of interned names.
pub(crate) fn names<'a>(cx: &Cx, all: impl Iterator<Item = &'a str>) -> Res {
    let list = cx.new_list(&[])?;
    for name in all {
        list.push(cx, interned(cx, name)?)?;
    }
    Ok(list.snapshot(cx)?.value())
}

/// The text of a slot that holds a str.
pub(crate) fn slot_text(slot: &Slot) -> String {
    slot.get().and_then(Value::as_str).map_or_else(String::new, |s| s.to_string_lossy())
}

/// A number or None where it is negative.
pub(crate) fn number_or_none(n: i32) -> Value {
    if n < 0 { Value::NONE } else { Value::int(n as i64) }
}

/// TypeError for an argument of the wrong class.
pub(crate) fn wrong_argument<T>(cx: &Cx, what: &str, wanted: &str, v: Value) -> Res<T> {
    raise!(cx, TYPE_ERROR, "{what} must be {wanted}, not {}", class_of(v).display_name())
}
