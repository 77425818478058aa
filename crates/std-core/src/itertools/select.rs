//! `compress`, `dropwhile`, `takewhile`, `filterfalse`, `starmap`, `islice`.

use super::{iterator, no_keywords};
use crate::common::{bind, number, receiver, words};
use orochi_object::prelude::*;

/// A function and an iterator, and whether the phase of dropping or taking is over.
#[repr(C)]
struct Selector {
    header: Header,
    function: Slot,
    iterator: Slot,
    done: Slot,
}
/// An `islice`: the iterator (UNSET once exhausted), items taken so far, the index of the next one
/// to give, the end (negative: none), the step.
#[repr(C)]
struct Islice {
    header: Header,
    iterator: Slot,
    count: Slot,
    next: Slot,
    stop: Slot,
    step: Slot,
}
words!(Selector, Islice);
receiver!(this, Selector);
receiver!(islice_of, Islice);

static COMPRESS_CELL: TypeCell = TypeCell::new();
static DROPWHILE_CELL: TypeCell = TypeCell::new();
static TAKEWHILE_CELL: TypeCell = TypeCell::new();
static FILTERFALSE_CELL: TypeCell = TypeCell::new();
static STARMAP_CELL: TypeCell = TypeCell::new();
static ISLICE_CELL: TypeCell = TypeCell::new();

const SIZE: usize = size_of::<Selector>();

pub(super) static COMPRESS: TypeDef = {
    let mut def = iterator("itertools.compress", &COMPRESS_CELL, SIZE, compress_new, compress_next);
    def.doc = Some(
        "Return data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors to\nchoose the data elements.",
    );
    def
};
pub(super) static DROPWHILE: TypeDef = {
    let mut def =
        iterator("itertools.dropwhile", &DROPWHILE_CELL, SIZE, dropwhile_new, dropwhile_next);
    def.doc = Some(
        "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.",
    );
    def
};
pub(super) static TAKEWHILE: TypeDef = {
    let mut def =
        iterator("itertools.takewhile", &TAKEWHILE_CELL, SIZE, takewhile_new, takewhile_next);
    def.doc = Some(
        "Return successive entries from an iterable as long as the predicate evaluates to true for \
         each entry.",
    );
    def
};
pub(super) static FILTERFALSE: TypeDef = {
    let mut def = iterator(
        "itertools.filterfalse",
        &FILTERFALSE_CELL,
        SIZE,
        filterfalse_new,
        filterfalse_next,
    );
    def.doc = Some(
        "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.",
    );
    def
};
pub(super) static STARMAP: TypeDef = {
    let mut def = iterator("itertools.starmap", &STARMAP_CELL, SIZE, starmap_new, starmap_next);
    def.doc = Some(
        "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.",
    );
    def
};
pub(super) static ISLICE: TypeDef = {
    let mut def =
        iterator("itertools.islice", &ISLICE_CELL, size_of::<Islice>(), islice_new, islice_next);
    def.doc = Some(
        "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice \
         object",
    );
    def
};

/// An instance of `class` with a function and an iterator over `iterable`.
fn make(cx: &Cx, class: Ref<PyType>, function: Value, iterable: Value) -> Res {
    let iterator = ops::iter(cx, iterable)?;
    let it: Ref<Selector> = cx.alloc_instance(class, 0)?;
    it.function.init(function);
    it.iterator.init(iterator);
    Ok(it.value())
}

fn two(cx: &Cx, class: Ref<PyType>, args: CallArgs, name: &str) -> Res {
    no_keywords(cx, class, args, name)?;
    let given = CallArgs::new(args.positional()).exactly(cx, name, 2, 2)?;
    make(cx, class, given[0], given[1])
}

fn compress_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "compress", "(data, selectors)", args, |row| {
        let data = ops::iter(cx, row.get(0))?;
        make(cx, class, data, row.get(1))
    })
}

fn compress_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    let (data, selectors) = (it.function.or_none(), it.iterator.or_none());
    loop {
        let Some(item) = ops::next(cx, data)? else { return Ok(None) };
        let Some(selector) = ops::next(cx, selectors)? else { return Ok(None) };
        if ops::truth(cx, selector)? {
            return Ok(Some(item));
        }
    }
}

fn dropwhile_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    two(cx, class, args, "dropwhile")
}

fn dropwhile_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    loop {
        let Some(item) = ops::next(cx, it.iterator.or_none())? else { return Ok(None) };
        if !it.done.is_unset() {
            return Ok(Some(item));
        }
        let verdict = ops::call(cx, it.function.or_none(), &[item])?;
        if !ops::truth(cx, verdict)? {
            it.done.init(Value::TRUE);
            return Ok(Some(item));
        }
    }
}

fn takewhile_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    two(cx, class, args, "takewhile")
}

fn takewhile_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    if !it.done.is_unset() {
        return Ok(None);
    }
    let Some(item) = ops::next(cx, it.iterator.or_none())? else { return Ok(None) };
    let verdict = ops::call(cx, it.function.or_none(), &[item])?;
    if ops::truth(cx, verdict)? {
        return Ok(Some(item));
    }
    it.done.init(Value::TRUE);
    Ok(None)
}

fn filterfalse_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    two(cx, class, args, "filterfalse")
}

fn filterfalse_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    let function = it.function.or_none();
    let by_truth = function.is_none() || function.is(types::BOOL.get().value());
    loop {
        let Some(item) = ops::next(cx, it.iterator.or_none())? else { return Ok(None) };
        let verdict = if by_truth { item } else { ops::call(cx, function, &[item])? };
        if !ops::truth(cx, verdict)? {
            return Ok(Some(item));
        }
    }
}

fn starmap_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    two(cx, class, args, "starmap")
}

fn starmap_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    let Some(item) = ops::next(cx, it.iterator.or_none())? else { return Ok(None) };
    let args = ops::to_tuple(cx, item)?;
    Ok(Some(ops::call(cx, it.function.or_none(), args.values())?))
}

fn islice_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    no_keywords(cx, class, args, "islice")?;
    let given = CallArgs::new(args.positional()).exactly(cx, "islice", 2, 4)?;
    let natural = |v: Value| -> Res<Option<i64>> {
        if !v.is_int() && class_of(v).slots.index().is_none() {
            return Ok(None);
        }
        let n = ops::index(cx, v)?.as_i64();
        Ok(n.filter(|n| *n >= 0))
    };
    let (start, stop) = match given[1..] {
        [stop] => (Value::NONE, stop),
        [start, stop, ..] => (start, stop),
        _ => (Value::NONE, Value::NONE),
    };
    let stop = match stop.non_none() {
        None => -1,
        Some(stop) => match natural(stop)? {
            Some(n) => n,
            None if given.len() == 2 => {
                return raise!(
                    cx,
                    VALUE_ERROR,
                    "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
                );
            }
            None => {
                return raise!(
                    cx,
                    VALUE_ERROR,
                    "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."
                );
            }
        },
    };
    let start = match start.non_none().map(natural).transpose()? {
        None => 0,
        Some(Some(n)) => n,
        Some(None) => {
            return raise!(
                cx,
                VALUE_ERROR,
                "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."
            );
        }
    };
    let step = match given.get(3).copied().and_then(Value::non_none).map(natural).transpose()? {
        None => 1,
        Some(Some(n)) if n > 0 => n,
        Some(_) => {
            return raise!(
                cx,
                VALUE_ERROR,
                "Step for islice() must be a positive integer or None."
            );
        }
    };
    let iterator = ops::iter(cx, given[0])?;
    let small = |n: i64| Value::int(n.min(i64::MAX / 4));
    let it: Ref<Islice> = cx.alloc_instance(class, 0)?;
    it.iterator.init(iterator);
    it.count.init(Value::int(0));
    it.next.init(small(start));
    it.stop.init(small(stop));
    it.step.init(small(step));
    Ok(it.value())
}

fn islice_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = islice_of(v);
    let Some(iterator) = it.iterator.get() else { return Ok(None) };
    let (stop, next) = (number(&it.stop), number(&it.next));
    loop {
        let count = number(&it.count);
        let wanted = count >= next;
        if wanted && stop >= 0 && count >= stop {
            break;
        }
        let Some(item) = ops::next(cx, iterator)? else { break };
        it.count.init(Value::int(count + 1));
        if wanted {
            let after = next + number(&it.step);
            it.next.init(Value::int(if stop >= 0 { after.min(stop) } else { after }));
            return Ok(Some(item));
        }
    }
    it.iterator.clear();
    Ok(None)
}
