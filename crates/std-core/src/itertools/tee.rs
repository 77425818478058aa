//! `tee`: iterators over a shared linked list of items.

use crate::common::{own_iter, receiver, words};
use orochi_object::layout;
use orochi_object::prelude::*;

/// One item of the list; `next` is set once.
#[repr(C)]
struct Node {
    header: Header,
    value: Slot,
    next: Slot,
}
/// What the copies share: the iterator, and whether it is being advanced.
#[repr(C)]
struct Source {
    header: Header,
    iterator: Slot,
    busy: Slot,
}
/// A `_tee`: the node of the item last given.
#[repr(C)]
struct Tee {
    header: Header,
    node: Slot,
    source: Slot,
}
words!(Node, Source, Tee);
receiver!(this, Tee);
receiver!(node_of, Node);
receiver!(source_of, Source);

static CELL: TypeCell = TypeCell::new();

pub(super) static TEE: TypeDef = TypeDef {
    name: "itertools._tee",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Tee>(),
    flags: flag::WEAKREF,
    slots: Slots { new: Some(new), iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    methods: &[method("__copy__", "(self, /)", |cx, args| copy(cx, args.get(0)))],
    doc: Some("Iterator wrapped to make it copyable."),
    ..TypeDef::DEFAULT
};

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.exactly(cx, "_tee", 1, 1)?;
    from_iterable(cx, given[0])
}

fn from_iterable(cx: &Cx, iterable: Value) -> Res {
    let iterator = ops::iter(cx, iterable)?;
    if is_exact(iterator, &CELL) {
        return copy(cx, iterator);
    }
    let source: Ref<Source> = cx.alloc_internal(0)?;
    source.iterator.init(iterator);
    source.busy.init(Value::FALSE);
    let node: Ref<Node> = cx.alloc_internal(0)?;
    let it: Ref<Tee> = cx.alloc_instance(CELL.get(), 0)?;
    it.node.init(node.value());
    it.source.init(source.value());
    Ok(it.value())
}

fn copy(cx: &Cx, v: Value) -> Res {
    let own = this(v);
    let it: Ref<Tee> = cx.alloc_instance(CELL.get(), 0)?;
    it.node.init_opt(own.node.get());
    it.source.init_opt(own.source.get());
    Ok(it.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    let node = node_of(it.node.or_none());
    if node.next.is_unset() && !read(cx, source_of(it.source.or_none()), node)? {
        return Ok(None);
    }
    let Some(next) = node.next.get() else { return Ok(None) };
    it.node.set(cx, it, next);
    Ok(node_of(next).value.get())
}

/// Reads one item from the iterator and links it after `node`.
fn read(cx: &Cx, source: Ref<Source>, node: Ref<Node>) -> Res<bool> {
    if source.busy.replace(cx, source, Some(Value::FALSE), Value::TRUE).is_err() {
        return raise!(cx, RUNTIME_ERROR, "cannot re-enter the tee iterator");
    }
    let result = link(cx, source, node);
    source.busy.init(Value::FALSE);
    result
}

fn link(cx: &Cx, source: Ref<Source>, node: Ref<Node>) -> Res<bool> {
    if !node.next.is_unset() {
        return Ok(true);
    }
    let Some(item) = ops::next(cx, source.iterator.or_none())? else { return Ok(false) };
    let next: Ref<Node> = cx.alloc_internal(0)?;
    next.value.init(item);
    node.next.set(cx, node, next.value());
    Ok(true)
}

/// `itertools.tee(iterable, n=2)`.
pub(super) fn tee(cx: &Cx, args: Args) -> Res {
    let n = match args.opt(1) {
        Some(n) => ops::index_isize(cx, n, &exception::OVERFLOW_ERROR)?,
        None => 2,
    };
    if n < 0 {
        return raise!(cx, VALUE_ERROR, "n must be >= 0");
    }
    let copies = PyTuple::new_internal(cx, n as usize)?;
    if n == 0 {
        return Ok(copies.value());
    }
    let iterator = ops::iter(cx, args.get(0))?;
    let copier = ops::getattr_opt(cx, iterator, name!(cx, "__copy__"))?;
    let first = match copier {
        Some(copier) => ops::call(cx, copier, &[])?,
        None => from_iterable(cx, iterator)?,
    };
    for (i, slot) in copies.items().iter().enumerate() {
        let made = match i {
            0 => first,
            _ => ops::call_method(cx, first, name!(cx, "__copy__"), &[])?,
        };
        slot.set(cx, copies, made);
    }
    Ok(copies.value())
}
