//! Binding the arguments of constructors by a signature, as native functions do.

use orochi_object::args::Signature;
use orochi_object::prelude::*;
use std::sync::OnceLock;

/// A signature for a `new` or `init` slot, parsed at the first call.
pub struct Sig(&'static str, &'static str, OnceLock<Signature>);

impl Sig {
    /// `name` is what messages call the function.
    pub const fn new(name: &'static str, text: &'static str) -> Sig {
        Sig(name, text, OnceLock::new())
    }
    /// Binds `args` and calls `f` with the bound row.
    pub fn bind<R>(&self, cx: &Cx, args: CallArgs, mut f: impl FnMut(Args) -> Res<R>) -> Res<R> {
        let signature = self.2.get_or_init(|| Signature::parse(self.1));
        signature.bind(cx, self.0, 0, args, &mut f)
    }
}
