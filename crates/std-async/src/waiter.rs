//! What `await` of a future iterates: it gives the future once, then its result.

use crate::common::words;
use crate::future::{self, future, mark};
use orochi_interp::generators::as_raised;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_runtime::traceback::PyTraceback;

/// A `FutureIter`: the future, UNSET at the end.
#[repr(C)]
struct Waiter {
    header: Header,
    future: Slot,
}
words!(Waiter);

static CELL: TypeCell = TypeCell::new();

/// The type's table.
pub(crate) static TYPE: TypeDef = TypeDef {
    name: "_asyncio.FutureIter",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Waiter>(),
    flags: flag::NO_NEW,
    slots: Slots { iter: Some(|_, v| Ok(v)), next: Some(next), ..Slots::NONE },
    methods: &[
        method("send", "(self, value, /)", send),
        method("throw", "(self, type, val=None, tb=None, /)", throw),
        method("close", "(self, /)", |_, args| {
            waiter(args.get(0)).future.clear();
            Ok(Value::NONE)
        }),
    ],
    ..TypeDef::DEFAULT
};

#[inline(always)]
fn waiter(v: Value) -> Ref<Waiter> {
    // SAFETY: slots and methods of the type are called with its instances only.
    unsafe { v.cast() }
}

/// An iterator that waits for the future.
pub(crate) fn new(cx: &Cx, v: Value) -> Res {
    let made: Ref<Waiter> = cx.alloc_instance(CELL.get(), 0)?;
    made.future.init(v);
    Ok(made.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let Some(awaited) = waiter(v).future.get() else { return Ok(None) };
    let own = future(awaited);
    if own.is_pending() {
        if own.has(mark::BLOCKING) {
            return raise!(cx, RUNTIME_ERROR, "await wasn't used with future");
        }
        own.set_mark(mark::BLOCKING, true);
        return Ok(Some(awaited));
    }
    waiter(v).future.clear();
    let result = future::result(cx, own)?;
    cx.stop_value.init(result);
    Ok(None)
}

fn send(cx: &Cx, args: Args) -> Res {
    cx.stop_value.clear();
    match next(cx, args.get(0))? {
        Some(value) => Ok(value),
        None => Err(ops::stop_iteration(cx)),
    }
}

fn throw(cx: &Cx, args: Args) -> Res {
    if args.opt(2).is_some() {
        let message = "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
        orochi_object::hooks::warn(cx, &exception::DEPRECATION_WARNING, message, 1)?;
    }
    let (what, value, traceback) = (args.get(1), args.non_none(2), args.non_none(3));
    if traceback.is_some_and(|given| given.downcast::<PyTraceback>().is_none()) {
        return raise!(cx, TYPE_ERROR, "throw() third argument must be a traceback");
    }
    let class = what.downcast::<PyType>().filter(|class| class.has_flag(flag::EXCEPTION));
    let raised = match (class, value) {
        (Some(class), Some(value)) if class_of(value).is_subtype(class) => as_raised(cx, value)?,
        (Some(_), value) => as_raised(cx, ops::call(cx, what, value.as_slice())?)?,
        (None, _) if !ops::is_instance_of(what, &exception::BASE_EXCEPTION) => {
            return raise!(
                cx,
                TYPE_ERROR,
                "exceptions must be classes deriving BaseException or instances of such a class"
            );
        }
        (None, Some(_)) => {
            return raise!(cx, TYPE_ERROR, "instance exception may not have a separate value");
        }
        (None, None) => as_raised(cx, what)?,
    };
    if let Some(traceback) = traceback {
        let e = raised.exception();
        e.traceback.set(cx, e, traceback);
    }
    waiter(args.get(0)).future.clear();
    Err(raised)
}
