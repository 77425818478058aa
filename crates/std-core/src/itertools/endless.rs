//! `count`, `cycle`, `repeat`.

use super::iterator;
use crate::common::{bind, number, receiver, words};
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;

/// A `count`: the next number and the step.
#[repr(C)]
struct Count {
    header: Header,
    next: Slot,
    step: Slot,
}
/// A `cycle`: the iterator (UNSET after the first round), the items saved, the next index.
#[repr(C)]
struct Cycle {
    header: Header,
    iterator: Slot,
    saved: Slot,
    index: Slot,
}
/// A `repeat`: the object and how often it is still to come (negative: forever).
#[repr(C)]
struct Repeat {
    header: Header,
    object: Slot,
    times: Slot,
}
words!(Count, Cycle, Repeat);
receiver!(count_of, Count);
receiver!(cycle_of, Cycle);
receiver!(repeat_of, Repeat);

static COUNT_CELL: TypeCell = TypeCell::new();
static CYCLE_CELL: TypeCell = TypeCell::new();
static REPEAT_CELL: TypeCell = TypeCell::new();

pub(super) static COUNT: TypeDef = {
    let mut def =
        iterator("itertools.count", &COUNT_CELL, size_of::<Count>(), count_new, count_next);
    def.slots.repr = Some(count_repr);
    def.doc = Some(
        "Return a count object whose .__next__() method returns consecutive values.\n\nEquivalent \
         to:\n    def count(firstval=0, step=1):\n        x = firstval\n        while 1:\n            \
         yield x\n            x += step",
    );
    def
};

fn is_number(v: Value) -> bool {
    let slots = &class_of(v).slots;
    v.is_int()
        || v.is_float()
        || v.as_complex().is_some()
        || slots.index().is_some()
        || slots.int().is_some()
        || slots.float().is_some()
}

fn count_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "count", "(start=0, step=1)", args, |row| {
        let (start, step) = (row.or(0, Value::int(0)), row.or(1, Value::int(1)));
        if !is_number(start) || !is_number(step) {
            return raise!(cx, TYPE_ERROR, "a number is required");
        }
        let it: Ref<Count> = cx.alloc_instance(class, 0)?;
        it.next.init(start);
        it.step.init(step);
        Ok(it.value())
    })
}

fn count_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = count_of(v);
    loop {
        let (next, step) = (it.next.or_none(), it.step.or_none());
        let after = match (next.as_small(), step.as_small()) {
            (Some(n), Some(step)) => cx.new_int(n.wrapping_add(step))?,
            _ => ops::binary(cx, BinOp::Add, next, step)?,
        };
        // Threads that share a counter each get their own numbers.
        if it.next.replace(cx, it, Some(next), after).is_ok() {
            return Ok(Some(next));
        }
    }
}

fn count_repr(cx: &Cx, v: Value) -> Res {
    let it = count_of(v);
    let name = class_of(v).name_str().to_string_lossy();
    let (next, step) = (ops::repr_text(cx, it.next.or_none())?, it.step.or_none());
    let text = match step == Value::int(1) {
        true => format!("{name}({next})"),
        false => format!("{name}({next}, {})", ops::repr_text(cx, step)?),
    };
    Ok(cx.new_str(&text)?.value())
}

pub(super) static CYCLE: TypeDef = {
    let mut def =
        iterator("itertools.cycle", &CYCLE_CELL, size_of::<Cycle>(), cycle_new, cycle_next);
    def.doc = Some(
        "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
    );
    def
};

fn cycle_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    super::no_keywords(cx, class, args, "cycle")?;
    let given = CallArgs::new(args.positional()).exactly(cx, "cycle", 1, 1)?;
    let iterator = ops::iter(cx, given[0])?;
    let saved = cx.new_list(&[])?;
    let it: Ref<Cycle> = cx.alloc_instance(class, 0)?;
    it.iterator.init(iterator);
    it.saved.init(saved.value());
    it.index.init(Value::int(0));
    Ok(it.value())
}

fn cycle_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = cycle_of(v);
    // SAFETY: `saved` holds a list from creation on.
    let saved: Ref<PyList> = unsafe { it.saved.or_none().cast() };
    if let Some(iterator) = it.iterator.get() {
        if let Some(item) = ops::next(cx, iterator)? {
            saved.push(cx, item)?;
            return Ok(Some(item));
        }
        it.iterator.clear();
    }
    let i = number(&it.index) as usize;
    let Some(item) = saved.get(i) else { return Ok(None) };
    let next = if i + 1 >= saved.len() { 0 } else { i + 1 };
    it.index.init(Value::int(next as i64));
    Ok(Some(item))
}

pub(super) static REPEAT: TypeDef = {
    let mut def =
        iterator("itertools.repeat", &REPEAT_CELL, size_of::<Repeat>(), repeat_new, repeat_next);
    def.slots.repr = Some(repeat_repr);
    def.methods = REPEAT_METHODS;
    def.doc = Some(
        "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified \
         number of times.  If not specified, returns the object\nendlessly.",
    );
    def
};

static REPEAT_METHODS: &[orochi_object::native::NativeDef] =
    &[method("__length_hint__", "(self, /)", repeat_hint)];

fn repeat_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "repeat", "(object, times=-1)", args, |row| {
        let times = match row.opt(1) {
            Some(n) => ops::index_isize(cx, n, &exception::OVERFLOW_ERROR)?.max(0) as i64,
            None => -1,
        };
        let it: Ref<Repeat> = cx.alloc_instance(class, 0)?;
        it.object.init(row.get(0));
        it.times.init(cx.new_int(times.min(i64::MAX / 4))?);
        Ok(it.value())
    })
}

fn repeat_next(_: &Cx, v: Value) -> Res<Option<Value>> {
    let it = repeat_of(v);
    match number(&it.times) {
        0 => Ok(None),
        n => {
            if n > 0 {
                it.times.init(Value::int(n - 1));
            }
            Ok(it.object.get())
        }
    }
}

fn repeat_hint(cx: &Cx, args: Args) -> Res {
    match number(&repeat_of(args.get(0)).times) {
        n if n < 0 => raise!(cx, TYPE_ERROR, "len() of unsized object"),
        n => Ok(Value::int(n)),
    }
}

fn repeat_repr(cx: &Cx, v: Value) -> Res {
    let it = repeat_of(v);
    let (name, object) =
        (class_of(v).name_str().to_string_lossy(), ops::repr_text(cx, it.object.or_none())?);
    let text = match number(&it.times) {
        n if n < 0 => format!("{name}({object})"),
        n => format!("{name}({object}, {n})"),
    };
    Ok(cx.new_str(&text)?.value())
}
