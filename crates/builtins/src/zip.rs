//! The type `zip`, and what it shares with `map`: advancing several iterators at once.

use crate::list::own_iter;
use orochi_object::args::unexpected_keyword;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::slots::Pair;

/// A `zip`: a tuple of iterators, and whether they must be of equal length.
#[repr(C)]
pub struct Zip {
    header: Header,
    iterators: Slot,
    strict: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Zip {
    const LAYOUT: u16 = layout::WORDS;
}

static CELL: TypeCell = TypeCell::new();

/// The type `zip`.
pub static TYPE: TypeDef = TypeDef {
    name: "zip",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Zip>(),
    flags: flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        iter: Some(own_iter),
        next: Some(next),
        pair: Some(pair),
        ..Slots::NONE
    },
    methods: &[
        method("__reduce__", "(self, /)", reduce),
        method("__setstate__", "(self, state, /)", setstate),
    ],
    doc: Some(
        "The zip object yields n-length tuples, where n is the number of iterables\npassed as \
         positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th \
         iterable argument to zip().  This continues until the\nshortest argument is \
         exhausted.\n\nIf strict is true and one of the arguments is exhausted before the \
         others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   \
         [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    ),
    ..TypeDef::DEFAULT
};

fn this(v: Value) -> Ref<Zip> {
    // SAFETY: slots and methods of `zip` are called with its instances.
    unsafe { v.cast() }
}

/// The `strict` keyword of `zip` and `map`.
pub(crate) fn strict_keyword(cx: &Cx, args: CallArgs, function: &str) -> Res<bool> {
    let n = args.keyword_count();
    if n > 1 {
        return raise!(cx, TYPE_ERROR, "{function}() takes at most 1 keyword argument ({n} given)");
    }
    match args.keywords().next() {
        None => Ok(false),
        Some((name, value)) if name.eq_str("strict") => ops::truth(cx, value),
        Some((name, _)) => {
            let callee = format!("{function}()");
            Err(unexpected_keyword(cx, &callee, name, ["strict"].into_iter()))
        }
    }
}

/// A tuple of iterators of these iterables.
pub(crate) fn iterators_of(cx: &Cx, iterables: &[Value]) -> Res<Ref<PyTuple>> {
    let iterators = PyTuple::new_internal(cx, iterables.len())?;
    for (slot, iterable) in iterators.items().iter().zip(iterables) {
        slot.set(cx, iterators, ops::iter(cx, *iterable)?);
    }
    Ok(iterators)
}

/// Advances all iterators and passes the items to `f`; `None` once one is exhausted.
pub(crate) fn advance(
    cx: &Cx,
    iterators: Ref<PyTuple>,
    strict: bool,
    function: &str,
    f: &mut dyn FnMut(&[Value]) -> Res,
) -> Res<Option<Value>> {
    let iterators = iterators.values();
    let n = iterators.len();
    if n <= 8 {
        let mut items = [Value::NONE; 8];
        for i in 0..n {
            match ops::next(cx, iterators[i])? {
                Some(item) => items[i] = item,
                None if strict => return check_strict(cx, iterators, i, function),
                None => return Ok(None),
            }
        }
        return Ok(Some(f(&items[..n])?));
    }
    let items = PyTuple::new_internal(cx, n)?;
    for i in 0..n {
        match ops::next(cx, iterators[i])? {
            Some(item) => items.items()[i].set(cx, items, item),
            None if strict => return check_strict(cx, iterators, i, function),
            None => return Ok(None),
        }
    }
    Ok(Some(f(items.values())?))
}

/// Iterator `at` is exhausted: all others must be, too.
#[cold]
fn check_strict(cx: &Cx, iterators: &[Value], at: usize, function: &str) -> Res<Option<Value>> {
    let plural = |i: usize| if i == 1 { " " } else { "s 1-" };
    if at > 0 {
        return raise!(
            cx,
            VALUE_ERROR,
            "{function}() argument {} is shorter than argument{}{at}",
            at + 1,
            plural(at)
        );
    }
    for (i, iterator) in iterators.iter().enumerate().skip(1) {
        if ops::next(cx, *iterator)?.is_some() {
            return raise!(
                cx,
                VALUE_ERROR,
                "{function}() argument {} is longer than argument{}{i}",
                i + 1,
                plural(i)
            );
        }
    }
    // What the last one returned is nobody's business.
    cx.stop_value.clear();
    Ok(None)
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let strict = strict_keyword(cx, args, "zip")?;
    let iterators = iterators_of(cx, args.positional())?;
    let zip: Ref<Zip> = cx.alloc_instance(class, 0)?;
    zip.iterators.init(iterators.value());
    zip.strict.init(Value::bool(strict));
    Ok(zip.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let zip = this(v);
    let Some(iterators) = zip.iterators.get().and_then(Value::downcast::<PyTuple>) else {
        return Ok(None);
    };
    let strict = zip.strict.get() == Some(Value::TRUE);
    if iterators.len() == 0 {
        return Ok(None);
    }
    match pair(cx, v)? {
        Pair::Both(x, y) => Ok(Some(cx.new_tuple(&[x, y])?.value())),
        Pair::End => Ok(None),
        Pair::Other => {
            advance(cx, iterators, strict, "zip", &mut |items| Ok(cx.new_tuple(items)?.value()))
        }
    }
}

fn pair(cx: &Cx, v: Value) -> Res<Pair> {
    let zip = this(v);
    let iterators = zip.iterators.get().and_then(Value::downcast::<PyTuple>);
    match iterators.map(|iterators| iterators.values()) {
        Some([a, b]) if zip.strict.get() != Some(Value::TRUE) => {
            let Some(x) = ops::next(cx, *a)? else { return Ok(Pair::End) };
            let Some(y) = ops::next(cx, *b)? else { return Ok(Pair::End) };
            Ok(Pair::Both(x, y))
        }
        _ => Ok(Pair::Other),
    }
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let zip = this(args.get(0));
    let (class, iterators) = (class_of(args.get(0)).value(), zip.iterators.or_none());
    if zip.strict.get() == Some(Value::TRUE) {
        return Ok(cx.new_tuple(&[class, iterators, Value::TRUE])?.value());
    }
    Ok(cx.new_tuple(&[class, iterators])?.value())
}

fn setstate(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).strict.init(Value::bool(ops::truth(cx, args.get(1))?));
    Ok(Value::NONE)
}
