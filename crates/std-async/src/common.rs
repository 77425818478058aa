//! What the files of this crate share: numbers in slots, calls with keywords, the exceptions of asyncio.

use orochi_object::collector::Root;
use orochi_object::hooks;
use orochi_object::prelude::*;

/// The layout of types whose payload is all slots.
macro_rules! words {
    ($type:ty) => {
        // SAFETY: repr(C) with a Header first; every word after the header is a slot.
        unsafe impl orochi_object::object::Object for $type {
            const LAYOUT: u16 = orochi_object::layout::WORDS;
        }
    };
}
pub(crate) use words;

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

/// The small int in a slot, 0 if there is none.
#[inline]
pub(crate) fn number(slot: &Slot) -> i64 {
    slot.get().and_then(Value::as_small).unwrap_or(0)
}

/// A class of `asyncio.exceptions`, looked up once.
fn exception_class(cx: &Cx, root: &'static Root, name: &str) -> Res {
    match root.get() {
        Some(class) => Ok(class),
        None => Ok(root.set_first(hooks::module_attr(cx, "asyncio.exceptions", name)?)),
    }
}

/// `asyncio.CancelledError`.
pub(crate) fn cancelled_class(cx: &Cx) -> Res {
    static CLASS: Root = Root::new();
    exception_class(cx, &CLASS, "CancelledError")
}

/// Whether a value is a `CancelledError`.
pub(crate) fn is_cancelled(cx: &Cx, v: Value) -> Res<bool> {
    let class = cancelled_class(cx)?;
    Ok(class.downcast::<PyType>().is_some_and(|class| class_of(v).is_subtype(class)))
}

/// An `InvalidStateError`.
#[cold]
pub(crate) fn invalid_state(cx: &Cx, message: &str) -> Raised {
    static CLASS: Root = Root::new();
    let made = exception_class(cx, &CLASS, "InvalidStateError").and_then(|class| {
        let message = cx.new_str(message)?.value();
        orochi_interp::generators::as_raised(cx, ops::call(cx, class, &[message])?)
    });
    made.unwrap_or_else(|raised| raised)
}

/// `receiver.name(*args, keyword=value)`.
pub(crate) fn call_method_with(
    cx: &Cx,
    receiver: Value,
    name: Ref<PyStr>,
    args: &[Value],
    (keyword, value): (&'static Keyword, Value),
) -> Res {
    let (function, own) = ops::lookup_method(cx, receiver, name)?;
    let mut row = [Value::NONE; 4];
    let mut n = 0;
    for given in own.iter().chain(args).chain([&value]) {
        row[n] = *given;
        n += 1;
    }
    ops::call_args(cx, function, ArgRow::new(&row[..n], Some(keyword.names(cx)?)).args())
}

/// The name of the only keyword of a call.
pub(crate) struct Keyword(&'static str, Root);

/// `context=`
pub(crate) static CONTEXT: Keyword = Keyword("context", Root::new());
/// `msg=`
pub(crate) static MSG: Keyword = Keyword("msg", Root::new());

impl Keyword {
    fn names(&'static self, cx: &Cx) -> Res<Ref<PyTuple>> {
        let known = match self.1.get() {
            Some(known) => known,
            None => {
                let name = orochi_object::intern::intern_text(cx, self.0)?;
                self.1.set_first(cx.new_tuple(&[name.value()])?.value())
            }
        };
        match known.downcast::<PyTuple>() {
            Some(names) => Ok(names),
            None => raise!(cx, SYSTEM_ERROR, "the names of a call are no tuple"),
        }
    }
}

/// `loop.call_soon(callback, *args, context=context)`.
pub(crate) fn call_soon(
    cx: &Cx,
    event_loop: Value,
    callback: Value,
    arg: Option<Value>,
    context: Value,
) -> Res<()> {
    let args = [callback, arg.unwrap_or(Value::NONE)];
    let args = if arg.is_some() { &args[..] } else { &args[..1] };
    call_method_with(cx, event_loop, name!(cx, "call_soon"), args, (&CONTEXT, context))?;
    Ok(())
}
