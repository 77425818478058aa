//! `accumulate`, `batched`, `chain`, `pairwise`, `zip_longest`.

use super::{iterator, no_keywords};
use crate::common::{bind, number, receiver, words};
use orochi_object::list::Array;
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;

/// An `accumulate`: the total so far (UNSET at first), the function (None: addition).
#[repr(C)]
struct Accumulate {
    header: Header,
    iterator: Slot,
    function: Slot,
    total: Slot,
    initial: Slot,
}
/// A `batched`.
#[repr(C)]
struct Batched {
    header: Header,
    iterator: Slot,
    size: Slot,
    strict: Slot,
}
/// A `chain`: the iterator of iterables and the current one.
#[repr(C)]
struct Chain {
    header: Header,
    source: Slot,
    active: Slot,
}
/// A `pairwise`: the iterator and the item last seen.
#[repr(C)]
struct Pairwise {
    header: Header,
    iterator: Slot,
    last: Slot,
}
/// A `zip_longest`: an array of iterators (UNSET when exhausted), how many are left, the filler.
#[repr(C)]
struct ZipLongest {
    header: Header,
    iterators: Slot,
    active: Slot,
    filler: Slot,
}
words!(Accumulate, Batched, Chain, Pairwise, ZipLongest);
receiver!(accumulate_of, Accumulate);
receiver!(batched_of, Batched);
receiver!(chain_of, Chain);
receiver!(pairwise_of, Pairwise);
receiver!(zip_of, ZipLongest);

static ACCUMULATE_CELL: TypeCell = TypeCell::new();
static BATCHED_CELL: TypeCell = TypeCell::new();
static CHAIN_CELL: TypeCell = TypeCell::new();
static PAIRWISE_CELL: TypeCell = TypeCell::new();
static ZIP_CELL: TypeCell = TypeCell::new();

pub(super) static ACCUMULATE: TypeDef = {
    let mut def = iterator(
        "itertools.accumulate",
        &ACCUMULATE_CELL,
        size_of::<Accumulate>(),
        accumulate_new,
        accumulate_next,
    );
    def.doc = Some("Return series of accumulated sums.");
    def
};

fn accumulate_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "accumulate", "(iterable, func=None, *, initial=None)", args, |row| {
        let iterator = ops::iter(cx, row.get(0))?;
        let it: Ref<Accumulate> = cx.alloc_instance(class, 0)?;
        it.iterator.init(iterator);
        it.function.init(row.or(1, Value::NONE));
        it.initial.init_opt(row.non_none(2));
        Ok(it.value())
    })
}

fn accumulate_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = accumulate_of(v);
    if !it.initial.is_unset()
        && let Some(initial) = it.initial.take()
    {
        it.total.set(cx, it, initial);
        return Ok(Some(initial));
    }
    let Some(item) = ops::next(cx, it.iterator.or_none())? else { return Ok(None) };
    let total = match it.total.get() {
        None => item,
        Some(total) => match it.function.or_none().non_none() {
            None => ops::binary(cx, BinOp::Add, total, item)?,
            Some(function) => ops::call(cx, function, &[total, item])?,
        },
    };
    it.total.set(cx, it, total);
    Ok(Some(total))
}

pub(super) static BATCHED: TypeDef = {
    let mut def = iterator(
        "itertools.batched",
        &BATCHED_CELL,
        size_of::<Batched>(),
        batched_new,
        batched_next,
    );
    def.doc = Some(
        "Batch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.\n\n>>> list(batched(range(5), 2))\n[(0, 1), (2, 3), (4,)]",
    );
    def
};

fn batched_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "batched", "(iterable, n, *, strict=False)", args, |row| {
        let n = ops::index_isize(cx, row.get(1), &exception::OVERFLOW_ERROR)?;
        let strict = row.opt(2).map_or(Ok(false), |strict| ops::truth(cx, strict))?;
        if n < 1 {
            return raise!(cx, VALUE_ERROR, "n must be at least one");
        }
        let iterator = ops::iter(cx, row.get(0))?;
        let it: Ref<Batched> = cx.alloc_instance(class, 0)?;
        it.iterator.init(iterator);
        it.size.init(cx.new_int(n as i64)?);
        it.strict.init(Value::bool(strict));
        Ok(it.value())
    })
}

fn batched_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = batched_of(v);
    let Some(iterator) = it.iterator.get() else { return Ok(None) };
    let n = it.size.or_none().as_i64().unwrap_or(i64::MAX) as usize;
    let items = cx.new_list(&[])?;
    while items.len() < n {
        match ops::next(cx, iterator)? {
            Some(item) => items.push(cx, item)?,
            None => break,
        }
    }
    if items.len() < n {
        it.iterator.clear();
        if items.len() == 0 {
            return Ok(None);
        }
        if it.strict.get() == Some(Value::TRUE) {
            return raise!(cx, VALUE_ERROR, "batched(): incomplete batch");
        }
    }
    Ok(Some(items.snapshot(cx)?.value()))
}

pub(super) static CHAIN: TypeDef = {
    let mut def =
        iterator("itertools.chain", &CHAIN_CELL, size_of::<Chain>(), chain_new, chain_next);
    def.methods = CHAIN_METHODS;
    def.doc = Some(
        "Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.",
    );
    def
};

static CHAIN_METHODS: &[orochi_object::native::NativeDef] = &[
    class_method("from_iterable", "(type, iterable, /)", chain_from_iterable).doc(
        "Alternative chain() constructor taking a single iterable argument that evaluates lazily.",
    ),
    ops::CLASS_GETITEM,
];

fn make_chain(cx: &Cx, class: Ref<PyType>, source: Value) -> Res {
    let it: Ref<Chain> = cx.alloc_instance(class, 0)?;
    it.source.init(source);
    Ok(it.value())
}

fn chain_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    no_keywords(cx, class, args, "chain")?;
    let iterables = cx.new_tuple(args.positional())?;
    let source = ops::iter(cx, iterables.value())?;
    make_chain(cx, class, source)
}

fn chain_from_iterable(cx: &Cx, args: Args) -> Res {
    let source = ops::iter(cx, args.get(1))?;
    match args.get(0).downcast::<PyType>() {
        Some(class) => make_chain(cx, class, source),
        None => raise!(cx, TYPE_ERROR, "from_iterable() needs a class"),
    }
}

fn chain_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = chain_of(v);
    while let Some(source) = it.source.get() {
        if let Some(active) = it.active.get() {
            match ops::next(cx, active)? {
                Some(item) => return Ok(Some(item)),
                None => {
                    it.active.clear();
                    cx.stop_value.clear();
                }
            }
        }
        let next = match ops::next(cx, source) {
            Ok(Some(iterable)) => ops::iter(cx, iterable),
            Ok(None) => {
                it.source.clear();
                return Ok(None);
            }
            Err(raised) => Err(raised),
        };
        match next {
            Ok(active) => it.active.set(cx, it, active),
            Err(raised) => {
                it.source.clear();
                return Err(raised);
            }
        }
    }
    Ok(None)
}

pub(super) static PAIRWISE: TypeDef = {
    let mut def = iterator(
        "itertools.pairwise",
        &PAIRWISE_CELL,
        size_of::<Pairwise>(),
        pairwise_new,
        pairwise_next,
    );
    def.doc = Some("Return an iterator of overlapping pairs taken from the input iterator.");
    def
};

fn pairwise_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    no_keywords(cx, class, args, "pairwise")?;
    let given = CallArgs::new(args.positional()).exactly(cx, "pairwise", 1, 1)?;
    let iterator = ops::iter(cx, given[0])?;
    let it: Ref<Pairwise> = cx.alloc_instance(class, 0)?;
    it.iterator.init(iterator);
    Ok(it.value())
}

fn pairwise_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = pairwise_of(v);
    let Some(iterator) = it.iterator.get() else { return Ok(None) };
    let exhausted = || {
        it.iterator.clear();
        it.last.clear();
    };
    let mut last = it.last.get();
    if last.is_none() {
        last = ops::next(cx, iterator)?;
        it.last.set_opt(cx, it, last);
        // The iterator may have used this object itself.
        if it.iterator.is_unset() {
            it.last.clear();
            return Ok(None);
        }
    }
    let Some(first) = last else {
        exhausted();
        return Ok(None);
    };
    let Some(second) = ops::next(cx, iterator)? else {
        exhausted();
        return Ok(None);
    };
    it.last.set(cx, it, second);
    Ok(Some(cx.new_tuple(&[first, second])?.value()))
}

pub(super) static ZIP_LONGEST: TypeDef = {
    let mut def =
        iterator("itertools.zip_longest", &ZIP_CELL, size_of::<ZipLongest>(), zip_new, zip_next);
    def.doc = Some(
        "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.",
    );
    def
};

fn zip_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let mut filler = Value::NONE;
    for (name, value) in args.keywords() {
        if !name.eq_str("fillvalue") {
            return raise!(cx, TYPE_ERROR, "zip_longest() got an unexpected keyword argument");
        }
        filler = value;
    }
    let iterables = args.positional();
    let iterators = Array::new(cx, iterables.len())?;
    for (cell, iterable) in iterators.cells().iter().zip(iterables) {
        cell.set(cx, iterators, ops::iter(cx, *iterable)?);
    }
    let it: Ref<ZipLongest> = cx.alloc_instance(class, 0)?;
    it.iterators.init(iterators.value());
    it.active.init(Value::int(iterables.len() as i64));
    it.filler.init(filler);
    Ok(it.value())
}

fn zip_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = zip_of(v);
    // SAFETY: `iterators` holds an array from creation on.
    let iterators: Ref<Array> = unsafe { it.iterators.or_none().cast() };
    if number(&it.active) <= 0 {
        return Ok(None);
    }
    let items = PyTuple::new_internal(cx, iterators.cells().len())?;
    for (slot, cell) in items.items().iter().zip(iterators.cells()) {
        let next = match cell.get() {
            None => None,
            Some(iterator) => match ops::next(cx, iterator) {
                Ok(Some(item)) => Some(item),
                Ok(None) => {
                    cell.clear();
                    let left = number(&it.active) - 1;
                    it.active.init(Value::int(left));
                    if left <= 0 {
                        return Ok(None);
                    }
                    None
                }
                Err(raised) => {
                    it.active.init(Value::int(0));
                    return Err(raised);
                }
            },
        };
        slot.set(cx, items, next.unwrap_or(it.filler.or_none()));
    }
    Ok(Some(items.value()))
}
