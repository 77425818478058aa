//! The type `enumerate`.

use crate::list::own_iter;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::slots::Pair;

/// An `enumerate`: the iterator and the next number.
#[repr(C)]
pub struct Enumerate {
    header: Header,
    iterator: Slot,
    index: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Enumerate {
    const LAYOUT: u16 = layout::WORDS;
}

static CELL: TypeCell = TypeCell::new();

/// The type `enumerate`.
pub static TYPE: TypeDef = TypeDef {
    name: "enumerate",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Enumerate>(),
    flags: flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        iter: Some(own_iter),
        next: Some(next),
        pair: Some(pair),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", reduce), ops::CLASS_GETITEM],
    doc: Some(
        "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe \
         enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and \
         a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed \
         list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    ),
    ..TypeDef::DEFAULT
};

fn this(v: Value) -> Ref<Enumerate> {
    // SAFETY: slots and methods of `enumerate` are called with its instances.
    unsafe { v.cast() }
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let mut given = [args.positional().first().copied(), args.positional().get(1).copied()];
    if args.all().len() > 2 {
        return raise!(
            cx,
            TYPE_ERROR,
            "enumerate() takes at most 2 arguments ({} given)",
            args.all().len()
        );
    }
    for (name, value) in args.keywords() {
        let i = if name.eq_str("iterable") {
            0
        } else if name.eq_str("start") {
            1
        } else {
            let name = name.to_string_lossy();
            return raise!(
                cx,
                TYPE_ERROR,
                "'{name}' is an invalid keyword argument for enumerate()"
            );
        };
        if given[i].is_some() {
            return raise!(cx, TYPE_ERROR, "enumerate() got multiple values for an argument");
        }
        given[i] = Some(value);
    }
    let Some(iterable) = given[0] else {
        return raise!(cx, TYPE_ERROR, "enumerate() missing required argument 'iterable'");
    };
    let index = match given[1] {
        Some(start) => crate::range::exact_index(cx, start)?,
        None => Value::int(0),
    };
    let iterator = ops::iter(cx, iterable)?;
    let it: Ref<Enumerate> = cx.alloc_instance(class, 0)?;
    it.iterator.init(iterator);
    it.index.init(index);
    Ok(it.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    match pair(cx, v)? {
        Pair::Both(index, item) => Ok(Some(cx.new_tuple(&[index, item])?.value())),
        _ => Ok(None),
    }
}

fn pair(cx: &Cx, v: Value) -> Res<Pair> {
    let it = this(v);
    let Some(item) = ops::next(cx, it.iterator.or_none())? else { return Ok(Pair::End) };
    let index = it.index.or_none();
    match index.as_small() {
        Some(n) if n < i64::MAX / 4 => it.index.init(Value::int(n + 1)),
        _ => {
            let sum = ops::binary(cx, ops::BinOp::Add, index, Value::int(1))?;
            it.index.set(cx, it, sum);
        }
    }
    Ok(Pair::Both(index, item))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let it = this(args.get(0));
    let state = cx.new_tuple(&[it.iterator.or_none(), it.index.or_none()])?;
    Ok(cx.new_tuple(&[class_of(args.get(0)).value(), state.value()])?.value())
}
