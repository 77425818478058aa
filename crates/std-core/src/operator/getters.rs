//! `attrgetter`, `itemgetter`, `methodcaller`.

use orochi_object::intern;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::typedef::with_keywords;

static ITEM_CELL: TypeCell = TypeCell::new();
static ATTR_CELL: TypeCell = TypeCell::new();
static CALLER_CELL: TypeCell = TypeCell::new();

/// An `itemgetter` (the keys), or an `attrgetter` (the dotted names; `paths` are tuples of their
/// parts). Immutable.
#[repr(C)]
struct Getter {
    header: Header,
    wanted: Slot,
    paths: Slot,
}

/// A `methodcaller`. Immutable.
#[repr(C)]
struct MethodCaller {
    header: Header,
    name: Slot,
    args: Slot,
    kwargs: Slot,
}

crate::common::words!(Getter, MethodCaller);
crate::common::receiver!(getter_of, Getter);
crate::common::receiver!(caller_of, MethodCaller);

/// How instances are called, for `inspect`.
const SIGNATURE: &[GetSetDef] =
    &[getter("__text_signature__", |cx, _| Ok(cx.new_str("(obj, /)")?.value()))];

/// The table of `operator.itemgetter`.
pub static ITEMGETTER: TypeDef = TypeDef {
    name: "operator.itemgetter",
    cell: &ITEM_CELL,
    layout: layout::WORDS,
    size: size_of::<Getter>(),
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots {
        call: Some(call_item),
        repr: Some(repr_getter),
        new: Some(|cx, class, args| {
            args.no_keywords(cx, "itemgetter")?;
            some_arguments(cx, args, "itemgetter")?;
            let made: Ref<Getter> = cx.alloc_instance(class, 0)?;
            made.wanted.init(args.positional_tuple(cx)?.value());
            Ok(made.value())
        }),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", reduce_getter)
        .doc("Return state information for pickling")],
    doc: Some(
        "Return a callable object that fetches the given item(s) from its operand.\n\nAfter \
         f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call \
         g(r) returns (r[2], r[5], r[3])",
    ),
    getset: SIGNATURE,
    ..TypeDef::DEFAULT
};

/// The table of `operator.attrgetter`.
pub static ATTRGETTER: TypeDef = TypeDef {
    name: "operator.attrgetter",
    cell: &ATTR_CELL,
    layout: layout::WORDS,
    size: size_of::<Getter>(),
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots {
        call: Some(call_attr),
        repr: Some(repr_getter),
        new: Some(new_attr),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", reduce_getter)
        .doc("Return state information for pickling")],
    doc: Some(
        "Return a callable object that fetches the given attribute(s) from its operand.\n\nAfter \
         f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', \
         'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', \
         'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    ),
    getset: SIGNATURE,
    ..TypeDef::DEFAULT
};

/// The table of `operator.methodcaller`.
pub static METHODCALLER: TypeDef = TypeDef {
    name: "operator.methodcaller",
    cell: &CALLER_CELL,
    layout: layout::WORDS,
    size: size_of::<MethodCaller>(),
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots {
        call: Some(call_caller),
        repr: Some(repr_caller),
        new: Some(new_caller),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", reduce_caller)
        .doc("Return state information for pickling")],
    doc: Some(
        "Return a callable object that calls the given method on its operand.\n\nAfter \
         f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = \
         methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    ),
    getset: SIGNATURE,
    ..TypeDef::DEFAULT
};

fn some_arguments(cx: &Cx, args: CallArgs, name: &str) -> Res<()> {
    if args.positional().is_empty() {
        return raise!(cx, TYPE_ERROR, "{name} expected 1 argument, got 0");
    }
    Ok(())
}

fn tuple_in(slot: &Slot) -> &'static [Value] {
    match slot.get().and_then(Value::downcast::<PyTuple>) {
        Some(tuple) => tuple.values(),
        None => &[],
    }
}

/// The one result, or a tuple of them.
fn collect(cx: &Cx, n: usize, mut f: impl FnMut(usize) -> Res) -> Res {
    if n == 1 {
        return f(0);
    }
    let row = cx.new_list(&[])?;
    for i in 0..n {
        let value = f(i)?;
        row.push(cx, value)?;
    }
    Ok(row.snapshot(cx)?.value())
}

fn call_item(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let object = args.exactly(cx, "itemgetter", 1, 1)?[0];
    let keys = tuple_in(&getter_of(v).wanted);
    collect(cx, keys.len(), |i| ops::getitem(cx, object, keys[i]))
}

fn new_attr(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    args.no_keywords(cx, "attrgetter")?;
    some_arguments(cx, args, "attrgetter")?;
    let paths = cx.new_list(&[])?;
    for name in args.positional() {
        let Some(name) = name.as_str() else {
            return raise!(cx, TYPE_ERROR, "attribute name must be a string");
        };
        let text = name.to_string_lossy();
        let parts = cx.new_list(&[])?;
        for part in text.split('.') {
            parts.push(cx, intern::intern_text(cx, part)?.value())?;
        }
        paths.push(cx, parts.snapshot(cx)?.value())?;
    }
    let made: Ref<Getter> = cx.alloc_instance(class, 0)?;
    made.wanted.set(cx, made, args.positional_tuple(cx)?.value());
    made.paths.set(cx, made, paths.snapshot(cx)?.value());
    Ok(made.value())
}

fn call_attr(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let object = args.exactly(cx, "attrgetter", 1, 1)?[0];
    let paths = tuple_in(&getter_of(v).paths);
    collect(cx, paths.len(), |i| {
        let mut at = object;
        let parts = paths[i].downcast::<PyTuple>();
        for part in parts.map_or(&[][..], |parts| parts.values()) {
            if let Some(name) = part.as_str() {
                at = ops::getattr(cx, at, name)?;
            }
        }
        Ok(at)
    })
}

fn repr_getter(cx: &Cx, v: Value) -> Res {
    let name = ops::full_name(cx, class_of(v));
    let shown = ops::repr_guarded(cx, v, || {
        let items = tuple_in(&getter_of(v).wanted);
        let parts = items.iter().map(|item| ops::repr_text(cx, *item)).collect::<Res<Vec<_>>>()?;
        Ok(cx.new_str(&format!("{name}({})", parts.join(", ")))?.value())
    })?;
    match shown {
        Some(text) => Ok(text),
        None => Ok(cx.new_str(&format!("{name}(...)"))?.value()),
    }
}

fn reduce_getter(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let row = [class_of(v).value(), getter_of(v).wanted.or_none()];
    Ok(cx.new_tuple(&row)?.value())
}

fn new_caller(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let Some((name, rest)) = args.positional().split_first() else {
        return raise!(cx, TYPE_ERROR, "methodcaller needs at least one argument, the method name");
    };
    let Some(name) = name.as_str() else {
        return raise!(cx, TYPE_ERROR, "method name must be a string");
    };
    let name = intern::intern(cx, name)?;
    let made: Ref<MethodCaller> = cx.alloc_instance(class, 0)?;
    made.name.init(name.value());
    made.args.init(cx.new_tuple(rest)?.value());
    made.kwargs.init_opt(args.keyword_dict(cx)?.map(Ref::value));
    Ok(made.value())
}

fn keywords(v: Value) -> Option<Ref<PyDict>> {
    caller_of(v).kwargs.get().and_then(Value::downcast::<PyDict>)
}

fn call_caller(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let object = args.exactly(cx, "methodcaller", 1, 1)?[0];
    let m = caller_of(v);
    let Some(name) = m.name.or_none().as_str() else { return Ok(Value::NONE) };
    match keywords(v) {
        None => ops::call_method(cx, object, name, tuple_in(&m.args)),
        Some(keywords) => {
            let bound = ops::getattr(cx, object, name)?;
            with_keywords(cx, tuple_in(&m.args), keywords, |args| ops::call_args(cx, bound, args))
        }
    }
}

fn repr_caller(cx: &Cx, v: Value) -> Res {
    let name = ops::full_name(cx, class_of(v));
    let shown = ops::repr_guarded(cx, v, || {
        let m = caller_of(v);
        let mut parts = vec![ops::repr_text(cx, m.name.or_none())?];
        for arg in tuple_in(&m.args) {
            parts.push(ops::repr_text(cx, *arg)?);
        }
        if let Some(keywords) = keywords(v) {
            for pair in keywords.snapshot(cx)?.values().chunks_exact(2) {
                let key = ops::str(cx, pair[0])?.to_string_lossy();
                parts.push(format!("{key}={}", ops::repr_text(cx, pair[1])?));
            }
        }
        Ok(cx.new_str(&format!("{name}({})", parts.join(", ")))?.value())
    })?;
    match shown {
        Some(text) => Ok(text),
        None => Ok(cx.new_str(&format!("{name}(...)"))?.value()),
    }
}

fn reduce_caller(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let m = caller_of(v);
    let name = m.name.or_none();
    let row = cx.new_list(&[name])?;
    for arg in tuple_in(&m.args) {
        row.push(cx, *arg)?;
    }
    let Some(keywords) = keywords(v) else {
        let row = row.snapshot(cx)?.value();
        return Ok(cx.new_tuple(&[class_of(v).value(), row])?.value());
    };
    let partial = orochi_object::hooks::module_attr(cx, "functools", "partial")?;
    let first = [class_of(v).value(), name];
    let made = with_keywords(cx, &first, keywords, |args| ops::call_args(cx, partial, args))?;
    Ok(cx.new_tuple(&[made, m.args.or_none()])?.value())
}
