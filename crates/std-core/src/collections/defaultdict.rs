//! `collections.defaultdict`: a dict with a factory of missing values.

use crate::common::receiver;
use orochi_object::layout;
use orochi_object::prelude::*;

/// A `defaultdict`: a dict and its factory.
#[repr(C)]
pub struct DefaultDict {
    dict: PyDict,
    factory: Slot,
}

// SAFETY: begins as a PyDict, whose trace function visits all words after it.
unsafe impl Object for DefaultDict {
    const LAYOUT: u16 = layout::DICT;
}
receiver!(this, DefaultDict);

fn dict_of(v: Value) -> Ref<PyDict> {
    // SAFETY: a defaultdict begins as a dict.
    unsafe { v.cast() }
}

static CELL: TypeCell = TypeCell::new();

/// The type's table.
pub static TYPE: TypeDef = TypeDef {
    name: "collections.defaultdict",
    cell: &CELL,
    base: Some(&types::DICT),
    layout: layout::DICT,
    size: size_of::<DefaultDict>(),
    flags: flag::BASETYPE,
    slots: Slots {
        getattr: Some(ops::generic_getattr),
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        or: Some(or),
        ..Slots::NONE
    },
    methods: &[
        method("__missing__", "(self, key, /)", missing),
        method("copy", "(self, /)", copy),
        method("__copy__", "(self, /)", copy),
        method("__reduce__", "(self, /)", reduce),
        ops::CLASS_GETITEM,
    ],
    getset: &[field(
        "default_factory",
        |_, v| Ok(this(v).factory.or_none()),
        |cx, v, value| {
            let own = this(v);
            own.factory.set(cx, own, value.unwrap_or(Value::NONE));
            Ok(())
        },
    )],
    doc: Some(
        "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default \
         factory is called without arguments to produce\na new value when a key is not present, in \
         __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll \
         remaining arguments are treated the same as if they were\npassed to the dict constructor, \
         including keyword arguments.\n",
    ),
    ..TypeDef::DEFAULT
};

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    let made: Ref<DefaultDict> = cx.alloc_instance(class, 0)?;
    made.factory.init(Value::NONE);
    Ok(made.value())
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let own = this(v);
    let (factory, skip) = match args.positional().first() {
        Some(first) => (*first, 1),
        None => (Value::NONE, 0),
    };
    if !factory.is_none() && class_of(factory).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "first argument must be callable or None");
    }
    own.factory.set(cx, own, factory);
    let rest = ArgRow::new(&args.all()[skip..], args.names());
    match types::DICT.get().slots.init() {
        Some(init) => init(cx, v, rest.args()),
        None => Ok(()),
    }
}

fn missing(cx: &Cx, args: Args) -> Res {
    let (v, key) = (args.get(0), args.get(1));
    let factory = this(v).factory.or_none();
    if factory.is_none() {
        let key = cx.new_tuple(&[key])?;
        return Err(cx.error_args(exception::KEY_ERROR.get(), key.values()));
    }
    let value = ops::call(cx, factory, &[])?;
    // Another thread may have been faster: one value wins.
    if class_of(v).slots.setitem().map(|f| f as usize)
        == types::DICT.get().slots.setitem().map(|f| f as usize)
    {
        return dict_of(v).set_default(cx, key, value);
    }
    ops::setitem(cx, v, key, value)?;
    Ok(value)
}

/// A new instance of the class of `v` with its factory and items.
fn copied(cx: &Cx, v: Value) -> Res {
    ops::call(cx, class_of(v).value(), &[this(v).factory.or_none(), v])
}

fn copy(cx: &Cx, args: Args) -> Res {
    copied(cx, args.get(0))
}

fn or(cx: &Cx, v: Value, w: Value) -> Res {
    let (mine, other, left) = match class_of(v).is_subtype(CELL.get()) {
        true => (v, w, true),
        false => (w, v, false),
    };
    if other.downcast::<PyDict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let made = if left {
        copied(cx, mine)?
    } else {
        ops::call(cx, class_of(mine).value(), &[this(mine).factory.or_none(), other])?
    };
    let last = if left { other } else { mine };
    ops::call_method(cx, made, name!(cx, "update"), &[last])?;
    Ok(made)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let name = class_of(v).name_str().to_string_lossy();
    let factory = this(v).factory.or_none();
    let done = ops::repr_guarded(cx, factory, || Ok(ops::repr(cx, factory)?.value()))?;
    let factory = match done.and_then(Value::as_str) {
        Some(text) => text.to_string_lossy(),
        None => "...".to_owned(),
    };
    let Some(base) = types::DICT.get().slots.repr() else { return ops::default_repr(cx, v) };
    let items = base(cx, v)?;
    let mut text = orochi_text::Builder::new();
    text.push_str(&format!("{name}({factory}, "));
    if let Some(items) = items.as_str() {
        text.push_units(items.text());
    }
    text.push_str(")");
    Ok(cx.str_from_buf(&text.finish())?.value())
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let factory = this(v).factory.or_none();
    let parts = match factory.is_none() {
        true => cx.new_tuple(&[])?,
        false => cx.new_tuple(&[factory])?,
    };
    let items = ops::call_method(cx, v, name!(cx, "items"), &[])?;
    let items = ops::iter(cx, items)?;
    let none = Value::NONE;
    Ok(cx.new_tuple(&[class_of(v).value(), parts.value(), none, none, items])?.value())
}
