//! `aiter`, `anext` and the awaitable of `anext` with a default.

use orochi_object::layout;
use orochi_object::prelude::*;

static CELL: TypeCell = TypeCell::new();

/// What `anext(it, default)` gives: awaits `wrapped`, and answers the end with `default`.
#[repr(C)]
struct AnextAwaitable {
    header: Header,
    wrapped: Slot,
    default: Slot,
    /// The iterator of `wrapped`, once awaited.
    inner: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for AnextAwaitable {
    const LAYOUT: u16 = layout::WORDS;
}

/// The table of `anext_awaitable`.
pub static TYPE: TypeDef = TypeDef {
    name: "anext_awaitable",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<AnextAwaitable>(),
    slots: Slots {
        await_: Some(|_, v| Ok(v)),
        iter: Some(|_, v| Ok(v)),
        next: Some(|cx, v| {
            let inner = inner(cx, v)?;
            let result = ops::next(cx, inner);
            finish(cx, v, result)
        }),
        ..Slots::NONE
    },
    methods: &[
        method("send", "(self, value, /)", |cx, args| forward(cx, args, name!(cx, "send"))),
        method("throw", "(self, typ, val=None, tb=None, /)", |cx, args| {
            forward(cx, args, name!(cx, "throw"))
        }),
        method("close", "(self, /)", |cx, args| forward(cx, args, name!(cx, "close"))),
    ],
    ..TypeDef::DEFAULT
};

fn object(v: Value) -> Ref<AnextAwaitable> {
    // SAFETY: slots and methods of `anext_awaitable` are called with its instances.
    unsafe { v.cast() }
}

/// The iterator behind `await wrapped`.
fn inner(cx: &Cx, v: Value) -> Res {
    let it = object(v);
    if let Some(inner) = it.inner.get() {
        return Ok(inner);
    }
    let wrapped = it.wrapped.or_none();
    let inner = match class_of(wrapped).slots.await_() {
        Some(await_) => await_(cx, wrapped)?,
        None => wrapped,
    };
    if class_of(inner).slots.next().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "__await__() returned non-iterator of type '{}'",
            class_of(inner).display_name()
        );
    }
    it.inner.set(cx, it, inner);
    Ok(inner)
}

/// Turns the end of the asynchronous iterator into the default.
fn finish(cx: &Cx, v: Value, result: Res<Option<Value>>) -> Res<Option<Value>> {
    match result {
        Err(raised) if raised.is(&exception::STOP_ASYNC_ITERATION) => {
            cx.stop_value.init(object(v).default.or_none());
            Ok(None)
        }
        result => result,
    }
}

fn forward(cx: &Cx, args: Args, name: Ref<PyStr>) -> Res {
    let v = args.get(0);
    let inner = inner(cx, v)?;
    let mut row = [Value::NONE; 3];
    let mut n = 0;
    for i in 1..args.len() {
        let Some(value) = args.opt(i) else { break };
        row[n] = value;
        n += 1;
    }
    let result = ops::call_method(cx, inner, name, &row[..n]).map(Some);
    match finish(cx, v, result)? {
        Some(value) => Ok(value),
        None => Err(ops::stop_iteration(cx)),
    }
}

pub(super) fn aiter(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let Some(aiter) = class_of(v).slots.aiter() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "'{}' object is not an async iterable",
            class_of(v).display_name()
        );
    };
    let it = aiter(cx, v)?;
    if class_of(it).slots.anext().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "aiter() returned not an async iterator of type '{}'",
            class_of(it).display_name()
        );
    }
    Ok(it)
}

pub(super) fn anext(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let Some(anext) = class_of(v).slots.anext() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "'{}' object is not an async iterator",
            class_of(v).display_name()
        );
    };
    let awaitable = anext(cx, v)?;
    let Some(default) = args.opt(1) else { return Ok(awaitable) };
    let made: Ref<AnextAwaitable> = cx.alloc_instance(CELL.get(), 0)?;
    made.wrapped.init(awaitable);
    made.default.init(default);
    Ok(made.value())
}
