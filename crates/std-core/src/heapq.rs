//! The module `_heapq`.

use orochi_object::prelude::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_heapq",
    doc: Some("Heap queue algorithm (a.k.a. priority queue)."),
    functions: &[
        function("heappush", "(heap, item, /)", |cx, args| push(cx, args, Order::Min)),
        function("heappop", "(heap, /)", |cx, args| pop(cx, args, Order::Min)),
        function("heapreplace", "(heap, item, /)", |cx, args| replace(cx, args, Order::Min)),
        function("heappushpop", "(heap, item, /)", |cx, args| push_pop(cx, args, Order::Min)),
        function("heapify", "(heap, /)", |cx, args| heapify(cx, args, Order::Min)),
        function("heappush_max", "(heap, item, /)", |cx, args| push(cx, args, Order::Max)),
        function("heappop_max", "(heap, /)", |cx, args| pop(cx, args, Order::Max)),
        function("heapreplace_max", "(heap, item, /)", |cx, args| replace(cx, args, Order::Max)),
        function("heappushpop_max", "(heap, item, /)", |cx, args| push_pop(cx, args, Order::Max)),
        function("heapify_max", "(heap, /)", |cx, args| heapify(cx, args, Order::Max)),
    ],
    constants: &[("__about__", orochi_object::typedef::Const::Str("Heap queues"))],
    ..ModuleDef::DEFAULT
};

#[derive(Clone, Copy, PartialEq)]
enum Order {
    Min,
    Max,
}

fn heap_of(cx: &Cx, v: Value, function: &str) -> Res<Ref<PyList>> {
    match v.downcast::<PyList>() {
        Some(heap) => Ok(heap),
        None => raise!(
            cx,
            TYPE_ERROR,
            "{function}() argument must be list, not {}",
            class_of(v).display_name()
        ),
    }
}

/// Whether `a` belongs above `b`.
fn above(cx: &Cx, order: Order, a: Value, b: Value) -> Res<bool> {
    match order {
        Order::Min => ops::compare_bool(cx, a, b, CmpOp::Lt),
        Order::Max => ops::compare_bool(cx, b, a, CmpOp::Lt),
    }
}

fn at(cx: &Cx, heap: Ref<PyList>, i: usize) -> Res {
    match heap.get(i) {
        Some(item) => Ok(item),
        None => raise!(cx, RUNTIME_ERROR, "list changed size during iteration"),
    }
}

/// Compares items `i` and `j`; the heap must keep its length meanwhile.
fn item_above(cx: &Cx, heap: Ref<PyList>, order: Order, i: usize, j: usize) -> Res<bool> {
    let len = heap.len();
    let result = above(cx, order, at(cx, heap, i)?, at(cx, heap, j)?)?;
    if heap.len() != len {
        return raise!(cx, RUNTIME_ERROR, "list changed size during iteration");
    }
    Ok(result)
}

fn swap(cx: &Cx, heap: Ref<PyList>, i: usize, j: usize) {
    heap.edit(cx, |edit| {
        if let (Some(a), Some(b)) = (edit.get(i), edit.get(j)) {
            edit.set(i, b);
            edit.set(j, a);
        }
    });
}

/// Moves item `i` up to its place below `start`.
fn sift_up(cx: &Cx, heap: Ref<PyList>, order: Order, start: usize, mut i: usize) -> Res<()> {
    while i > start {
        let parent = (i - 1) / 2;
        if !item_above(cx, heap, order, i, parent)? {
            break;
        }
        swap(cx, heap, i, parent);
        i = parent;
    }
    Ok(())
}

/// Moves item `start` down to a leaf along the upper children, then up to its place.
fn sift_down(cx: &Cx, heap: Ref<PyList>, order: Order, start: usize) -> Res<()> {
    let end = heap.len();
    let mut i = start;
    while 2 * i + 1 < end {
        let mut child = 2 * i + 1;
        if child + 1 < end && !item_above(cx, heap, order, child, child + 1)? {
            child += 1;
        }
        swap(cx, heap, i, child);
        i = child;
    }
    sift_up(cx, heap, order, start, i)
}

fn push(cx: &Cx, args: Args, order: Order) -> Res {
    let heap = heap_of(cx, args.get(0), "heappush")?;
    heap.push(cx, args.get(1))?;
    sift_up(cx, heap, order, 0, heap.len().saturating_sub(1))?;
    Ok(Value::NONE)
}

fn pop(cx: &Cx, args: Args, order: Order) -> Res {
    let heap = heap_of(cx, args.get(0), "heappop")?;
    let popped = heap.edit(cx, |edit| {
        let last = edit.pop()?;
        let first = edit.get(0);
        if first.is_some() && !edit.is_empty() {
            edit.set(0, last);
            return first;
        }
        Some(last)
    });
    let Some(item) = popped else { return raise!(cx, INDEX_ERROR, "index out of range") };
    if heap.len() > 0 {
        sift_down(cx, heap, order, 0)?;
    }
    Ok(item)
}

/// Puts `item` in place of the first one, which it gives.
fn replace_first(cx: &Cx, heap: Ref<PyList>, item: Value) -> Option<Value> {
    heap.edit(cx, |edit| {
        let first = edit.get(0).filter(|_| !edit.is_empty())?;
        edit.set(0, item);
        Some(first)
    })
}

fn replace(cx: &Cx, args: Args, order: Order) -> Res {
    let heap = heap_of(cx, args.get(0), "heapreplace")?;
    match replace_first(cx, heap, args.get(1)) {
        Some(first) => {
            sift_down(cx, heap, order, 0)?;
            Ok(first)
        }
        None => raise!(cx, INDEX_ERROR, "index out of range"),
    }
}

fn push_pop(cx: &Cx, args: Args, order: Order) -> Res {
    let (heap, item) = (heap_of(cx, args.get(0), "heappushpop")?, args.get(1));
    let Some(first) = heap.get(0) else { return Ok(item) };
    if !above(cx, order, first, item)? {
        return Ok(item);
    }
    match replace_first(cx, heap, item) {
        Some(first) => {
            sift_down(cx, heap, order, 0)?;
            Ok(first)
        }
        None => raise!(cx, INDEX_ERROR, "index out of range"),
    }
}

fn heapify(cx: &Cx, args: Args, order: Order) -> Res {
    let heap = heap_of(cx, args.get(0), "heapify")?;
    for i in (0..heap.len() / 2).rev() {
        sift_down(cx, heap, order, i)?;
        cx.poll();
    }
    Ok(Value::NONE)
}
