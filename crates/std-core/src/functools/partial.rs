//! `functools.partial` and its `Placeholder`.

use crate::common::{receiver, words};
use orochi_object::collector::Root;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::typedef::with_keywords;

/// A `partial`: the function, its first arguments (a tuple), its keywords (a dict).
#[repr(C)]
pub struct Partial {
    header: Header,
    function: Slot,
    args: Slot,
    keywords: Slot,
}
words!(Partial);
receiver!(this, Partial);

static CELL: TypeCell = TypeCell::new();

/// The type's table.
pub static TYPE: TypeDef = TypeDef {
    name: "functools.partial",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Partial>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::METHOD_DESCRIPTOR,
    slots: Slots {
        new: Some(new),
        call: Some(call),
        repr: Some(repr),
        descr_get: Some(descr_get),
        ..Slots::NONE
    },
    methods: &[
        method("__reduce__", "(self, /)", reduce),
        method("__setstate__", "(self, state, /)", setstate),
        ops::CLASS_GETITEM,
    ],
    getset: &[
        field_getter("func", |_, v| Ok(this(v).function.or_none())),
        field_getter("args", |_, v| Ok(this(v).args.or_none())),
        field_getter("keywords", |_, v| Ok(this(v).keywords.or_none())),
    ],
    doc: Some(
        "Create a new function with partial application of the given arguments and keywords.",
    ),
    ..TypeDef::DEFAULT
};

static PLACEHOLDER_CELL: TypeCell = TypeCell::new();

/// The type of `Placeholder`.
pub static PLACEHOLDER: TypeDef = TypeDef {
    name: "functools._PlaceholderType",
    cell: &PLACEHOLDER_CELL,
    slots: Slots {
        new: Some(|cx, _, args| {
            if !args.is_empty() {
                return raise!(cx, TYPE_ERROR, "_PlaceholderType takes no arguments");
            }
            placeholder(cx)
        }),
        repr: Some(|cx, _| Ok(cx.new_str("Placeholder")?.value())),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", |cx, _| Ok(cx.new_str("Placeholder")?.value()))],
    doc: Some(
        "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.",
    ),
    ..TypeDef::DEFAULT
};

static THE_PLACEHOLDER: Root = Root::new();

/// The one `Placeholder`.
pub fn placeholder(cx: &Cx) -> Res {
    if let Some(own) = THE_PLACEHOLDER.get() {
        return Ok(own);
    }
    let own = cx.new_instance(PLACEHOLDER_CELL.get())?;
    THE_PLACEHOLDER.set(own);
    Ok(own)
}

fn is_placeholder(v: Value) -> bool {
    THE_PLACEHOLDER.get() == Some(v)
}

fn tuple_of(slot: &Slot) -> &'static [Value] {
    match slot.get().and_then(Value::downcast::<PyTuple>) {
        Some(tuple) => tuple.values(),
        None => &[],
    }
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let Some((function, given)) = args.positional().split_first() else {
        return raise!(cx, TYPE_ERROR, "type 'partial' takes at least one argument");
    };
    if class_of(*function).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "the first argument must be callable");
    }
    if given.last().is_some_and(|last| is_placeholder(*last)) {
        return raise!(cx, TYPE_ERROR, "trailing Placeholders are not allowed");
    }
    if args.keywords().any(|(_, value)| is_placeholder(value)) {
        return raise!(cx, TYPE_ERROR, "Placeholder cannot be passed as a keyword argument");
    }
    let mut function = *function;
    let mut all = cx.new_tuple(given)?;
    let keywords = cx.new_dict()?;
    // A partial of a partial becomes one.
    if class_of(function).is_subtype(CELL.get())
        && (is_exact(function, &CELL)
            || orochi_object::instance::dict(cx, function)?.is_none_or(Ref::<PyDict>::is_empty))
    {
        let inner = this(function);
        all = merged(cx, tuple_of(&inner.args), given)?;
        if let Some(own) = inner.keywords.get().and_then(Value::downcast::<PyDict>) {
            copy_into(cx, keywords, own)?;
        }
        function = inner.function.or_none();
    }
    for (name, value) in args.keywords() {
        keywords.set_str(cx, name, value)?;
    }
    let made: Ref<Partial> = cx.alloc_instance(class, 0)?;
    made.function.init(function);
    made.args.init(all.value());
    made.keywords.init(keywords.value());
    Ok(made.value())
}

/// `first` with its placeholders replaced by leading items of `then`, followed by the rest.
fn merged(cx: &Cx, first: &[Value], then: &[Value]) -> Res<Ref<PyTuple>> {
    let holes = first.iter().filter(|v| is_placeholder(**v)).count();
    let total = first.len() + then.len().saturating_sub(holes);
    let all = PyTuple::new_internal(cx, total)?;
    let mut rest = then.iter();
    for (slot, own) in all.items().iter().zip(first) {
        let filled = if is_placeholder(*own) { rest.next().unwrap_or(own) } else { own };
        slot.init(*filled);
    }
    for (slot, own) in all.items()[first.len()..].iter().zip(rest) {
        slot.init(*own);
    }
    Ok(all)
}

fn copy_into(cx: &Cx, to: Ref<PyDict>, from: Ref<PyDict>) -> Res<()> {
    let items = from.snapshot(cx)?;
    for pair in items.values().chunks_exact(2) {
        to.set(cx, pair[0], pair[1])?;
    }
    Ok(())
}

fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let own = this(v);
    let function = own.function.or_none();
    let first = tuple_of(&own.args);
    let keywords =
        own.keywords.get().and_then(Value::downcast::<PyDict>).filter(|kw| !kw.is_empty());
    let holes = first.iter().filter(|v| is_placeholder(**v)).count();
    let given = args.positional();
    if given.len() < holes {
        return raise!(
            cx,
            TYPE_ERROR,
            "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
            given.len()
        );
    }
    let Some(keywords) = keywords else {
        if first.is_empty() {
            return ops::call_args(cx, function, args);
        }
        let all = merged_call(cx, first, args)?;
        return ops::call_args(cx, function, ArgRow::new(all.values(), args.names()).args());
    };
    let all = merged(cx, first, given)?;
    let both = if args.keyword_count() > 0 {
        let both = keywords.copy(cx)?;
        for (name, value) in args.keywords() {
            both.set_str(cx, name, value)?;
        }
        both
    } else {
        keywords
    };
    with_keywords(cx, all.values(), both, |args| ops::call_args(cx, function, args))
}

/// As [`merged`], with the values of the call's keywords after the positional ones.
fn merged_call(cx: &Cx, first: &[Value], args: CallArgs) -> Res<Ref<PyTuple>> {
    merged(cx, first, args.all())
}

fn descr_get(cx: &Cx, v: Value, object: Option<Value>, _: Option<Value>) -> Res {
    match object {
        Some(object) => Ok(cx.new_method(v, object)?.value()),
        None => Ok(v),
    }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let own = this(v);
    let name = ops::full_name(cx, class_of(v));
    let done = ops::repr_guarded(cx, v, || {
        let mut text = orochi_text::Builder::new();
        text.push_str(&name);
        // A repr may change the partial: what is shown is what it was.
        let (function, args) = (own.function.or_none(), tuple_of(&own.args));
        let keywords = own.keywords.get().and_then(Value::downcast::<PyDict>);
        text.push_str("(");
        text.push_units(ops::repr(cx, function)?.text());
        for item in args {
            text.push_str(", ");
            text.push_units(ops::repr(cx, *item)?.text());
        }
        if let Some(keywords) = keywords {
            let items = keywords.snapshot(cx)?;
            for pair in items.values().chunks_exact(2) {
                text.push_str(", ");
                text.push_units(ops::str(cx, pair[0])?.text());
                text.push_str("=");
                text.push_units(ops::repr(cx, pair[1])?.text());
            }
        }
        text.push_str(")");
        Ok(cx.str_from_buf(&text.finish())?.value())
    })?;
    match done {
        Some(text) => Ok(text),
        None => Ok(cx.new_str("...")?.value()),
    }
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let own = this(v);
    let attributes = match orochi_object::instance::dict(cx, v)? {
        Some(dict) if !dict.is_empty() => dict.value(),
        _ => Value::NONE,
    };
    let function = own.function.or_none();
    let state =
        cx.new_tuple(&[function, own.args.or_none(), own.keywords.or_none(), attributes])?;
    let parts = cx.new_tuple(&[function])?;
    Ok(cx.new_tuple(&[class_of(v).value(), parts.value(), state.value()])?.value())
}

fn setstate(cx: &Cx, args: Args) -> Res {
    let (v, state) = (args.get(0), args.get(1));
    let own = this(v);
    let parts = state.downcast::<PyTuple>().map(Ref::values);
    let valid = match parts {
        Some([function, args, keywords, attributes]) => {
            (class_of(*function).slots.call().is_some()
                && args.downcast::<PyTuple>().is_some()
                && (keywords.is_none() || keywords.downcast::<PyDict>().is_some())
                && (attributes.is_none() || attributes.downcast::<PyDict>().is_some()))
            .then_some((*function, *args, *keywords, *attributes))
        }
        _ => None,
    };
    let Some((function, all, keywords, attributes)) = valid else {
        return raise!(cx, TYPE_ERROR, "invalid partial state");
    };
    let all = match all.downcast::<PyTuple>() {
        Some(own) if is_exact(all, &types::TUPLE) => own,
        other => cx.new_tuple(other.map_or(&[][..], Ref::values))?,
    };
    if all.values().last().is_some_and(|last| is_placeholder(*last)) {
        return raise!(cx, TYPE_ERROR, "trailing Placeholders are not allowed");
    }
    let keywords = match keywords.downcast::<PyDict>() {
        Some(dict) if is_exact(keywords, &types::DICT) => dict,
        Some(dict) => dict.copy(cx)?,
        None => cx.new_dict()?,
    };
    own.function.set(cx, own, function);
    own.args.set(cx, own, all.value());
    own.keywords.set(cx, own, keywords.value());
    let attributes = match attributes.downcast::<PyDict>() {
        Some(attributes) => attributes,
        None => cx.new_dict()?,
    };
    orochi_object::instance::set_dict(cx, v, attributes)?;
    Ok(Value::NONE)
}
