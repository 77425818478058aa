//! The type `filter`.

use crate::list::own_iter;
use orochi_object::layout;
use orochi_object::prelude::*;

/// A `filter`: the predicate and the iterator.
#[repr(C)]
pub struct Filter {
    header: Header,
    predicate: Slot,
    iterator: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Filter {
    const LAYOUT: u16 = layout::WORDS;
}

static CELL: TypeCell = TypeCell::new();

/// The type `filter`.
pub static TYPE: TypeDef = TypeDef {
    name: "filter",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Filter>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    methods: &[method("__reduce__", "(self, /)", reduce)],
    doc: Some(
        "Return an iterator yielding those items of iterable for which\nfunction(item) is true.  \
         If function is None, return the items that\nare true.",
    ),
    ..TypeDef::DEFAULT
};

fn this(v: Value) -> Ref<Filter> {
    // SAFETY: slots and methods of `filter` are called with its instances.
    unsafe { v.cast() }
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let given = match class.overrides(orochi_object::slots::SlotId::Init) {
        true => CallArgs::new(args.positional()).exactly(cx, "filter", 2, 2)?,
        false => args.exactly(cx, "filter", 2, 2)?,
    };
    let iterator = ops::iter(cx, given[1])?;
    let filter: Ref<Filter> = cx.alloc_instance(class, 0)?;
    filter.predicate.init(given[0]);
    filter.iterator.init(iterator);
    Ok(filter.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let filter = this(v);
    let (predicate, iterator) = (filter.predicate.or_none(), filter.iterator.or_none());
    let by_truth = predicate.is_none() || predicate.is(types::BOOL.get().value());
    while let Some(item) = ops::next(cx, iterator)? {
        let verdict = if by_truth { item } else { ops::call_one(cx, predicate, item)? };
        let holds = match verdict.as_small() {
            Some(n) => n != 0,
            None => ops::truth(cx, verdict)?,
        };
        if holds {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let filter = this(args.get(0));
    let parts = cx.new_tuple(&[filter.predicate.or_none(), filter.iterator.or_none()])?;
    Ok(cx.new_tuple(&[class_of(args.get(0)).value(), parts.value()])?.value())
}
