//! `groupby`.

use super::iterator;
use crate::common::{bind, own_iter, receiver, words};
use orochi_object::layout;
use orochi_object::prelude::*;

/// A `groupby`: the key of the group last given, key and value of the item last read, and the group
/// that may still give items.
#[repr(C)]
struct GroupBy {
    header: Header,
    iterator: Slot,
    function: Slot,
    target: Slot,
    key: Slot,
    value: Slot,
    group: Slot,
}
/// A `_grouper`: its `groupby` and its key.
#[repr(C)]
struct Grouper {
    header: Header,
    parent: Slot,
    target: Slot,
}
words!(GroupBy, Grouper);
receiver!(this, GroupBy);
receiver!(grouper_of, Grouper);

static CELL: TypeCell = TypeCell::new();
static GROUPER_CELL: TypeCell = TypeCell::new();

pub(super) static GROUPBY: TypeDef = {
    let mut def = iterator("itertools.groupby", &CELL, size_of::<GroupBy>(), new, next);
    def.doc = Some(
        "make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.",
    );
    def
};

pub(super) static GROUPER: TypeDef = TypeDef {
    name: "itertools._grouper",
    cell: &GROUPER_CELL,
    layout: layout::WORDS,
    size: size_of::<Grouper>(),
    slots: Slots {
        new: Some(grouper_new),
        iter: Some(own_iter),
        next: Some(grouper_next),
        ..Slots::NONE
    },
    ..TypeDef::DEFAULT
};

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "groupby", "(iterable, key=None)", args, |row| {
        let iterator = ops::iter(cx, row.get(0))?;
        let it: Ref<GroupBy> = cx.alloc_instance(class, 0)?;
        it.iterator.init(iterator);
        it.function.init(row.or(1, Value::NONE));
        Ok(it.value())
    })
}

/// Reads one item; false when there is none.
fn step(cx: &Cx, it: Ref<GroupBy>) -> Res<bool> {
    let Some(value) = ops::next(cx, it.iterator.or_none())? else { return Ok(false) };
    let key = match it.function.or_none().non_none() {
        None => value,
        Some(function) => ops::call(cx, function, &[value])?,
    };
    it.value.set(cx, it, value);
    it.key.set(cx, it, key);
    Ok(true)
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    it.group.clear();
    loop {
        if let Some(key) = it.key.get() {
            match it.target.get() {
                None => break,
                Some(target) if !ops::eq(cx, target, key)? => break,
                Some(_) => {}
            }
        }
        if !step(cx, it)? {
            return Ok(None);
        }
    }
    let key = it.key.or_none();
    it.target.set(cx, it, key);
    let group = make_grouper(cx, it, key)?;
    Ok(Some(cx.new_tuple(&[key, group])?.value()))
}

fn make_grouper(cx: &Cx, parent: Ref<GroupBy>, key: Value) -> Res {
    let group: Ref<Grouper> = cx.alloc_instance(GROUPER_CELL.get(), 0)?;
    group.parent.init(parent.value());
    group.target.init(key);
    parent.group.set(cx, parent, group.value());
    Ok(group.value())
}

fn grouper_new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.exactly(cx, "_grouper", 2, 2)?;
    if !is_exact(given[0], &CELL) {
        return raise!(cx, TYPE_ERROR, "incorrect usage of internal _grouper");
    }
    make_grouper(cx, this(given[0]), given[1])
}

fn grouper_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let group = grouper_of(v);
    let parent = this(group.parent.or_none());
    if parent.group.get() != Some(v) {
        return Ok(None);
    }
    if parent.value.is_unset() && !step(cx, parent)? {
        return Ok(None);
    }
    let Some(key) = parent.key.get() else { return Ok(None) };
    if !ops::eq(cx, group.target.or_none(), key)? {
        return Ok(None);
    }
    Ok(parent.value.take())
}
