//! The module `_heapq`.
//!
//! While items compare without Python code, a whole operation runs under the heap's lock, so that
//! threads may share a heap. From the first comparison on that needs Python code it goes on unlocked;
//! then a heap that changes its length meanwhile is an error.

use orochi_builtins::sort_native::native_less;
use orochi_object::list::Edit;
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

/// As [`above`], `None` if it takes Python code.
fn native_above(order: Order, a: Value, b: Value) -> Option<bool> {
    match order {
        Order::Min => native_less(a, b),
        Order::Max => native_less(b, a),
    }
}

/// A comparison takes Python code.
struct Ask;

/// An item on its way to its place: down to a leaf along the upper children, then up again, not
/// above `start`. Can be run on after it was stopped by an error.
struct Sift {
    order: Order,
    start: usize,
    at: usize,
    down: bool,
}

impl Sift {
    fn up(order: Order, at: usize) -> Sift {
        Sift { order, start: 0, at, down: false }
    }
    fn down(order: Order, start: usize) -> Sift {
        Sift { order, start, at: start, down: true }
    }

    /// Runs under the heap's lock as far as native comparisons go.
    fn run_locked(&mut self, edit: &Edit<'_>) -> Result<(), Ask> {
        // Others move to where it was, and it is stored once, in the end.
        let Some(item) = edit.get(self.at) else { return Err(Ask) };
        let result = self.run_locked_with(edit, item);
        edit.set(self.at, item);
        result
    }

    fn run_locked_with(&mut self, edit: &Edit<'_>, item: Value) -> Result<(), Ask> {
        let (order, len) = (self.order, edit.len());
        let get = |i| edit.get(i).ok_or(Ask);
        let above = |a, b| native_above(order, a, b).ok_or(Ask);
        while self.down && 2 * self.at + 1 < len {
            let mut child = 2 * self.at + 1;
            let mut upper = get(child)?;
            if child + 1 < len {
                let other = get(child + 1)?;
                if !above(upper, other)? {
                    (child, upper) = (child + 1, other);
                }
            }
            edit.set(self.at, upper);
            self.at = child;
        }
        self.down = false;
        while self.at > self.start {
            let place = (self.at - 1) / 2;
            let parent = get(place)?;
            if !above(item, parent)? {
                break;
            }
            edit.set(self.at, parent);
            self.at = place;
        }
        Ok(())
    }

    /// Runs to the end; the heap must keep its length meanwhile. Whoever looks sees all items at each comparison.
    fn finish(&mut self, cx: &Cx, heap: Ref<PyList>) -> Res<()> {
        let (order, len) = (self.order, heap.len());
        let above = |i, j| {
            let (Some(a), Some(b)) = (heap.get(i), heap.get(j)) else { return changed(cx) };
            let result = above(cx, order, a, b)?;
            if heap.len() == len { Ok(result) } else { changed(cx) }
        };
        let swap = |i, j| heap.edit(cx, |edit| swap(edit, i, j));
        while self.down && 2 * self.at + 1 < len {
            let mut child = 2 * self.at + 1;
            if child + 1 < len && !above(child, child + 1)? {
                child += 1;
            }
            swap(self.at, child);
            self.at = child;
        }
        self.down = false;
        while self.at > self.start {
            let parent = (self.at - 1) / 2;
            if !above(self.at, parent)? {
                break;
            }
            swap(self.at, parent);
            self.at = parent;
        }
        Ok(())
    }
}

fn swap(edit: &Edit<'_>, i: usize, j: usize) {
    if let (Some(a), Some(b)) = (edit.get(i), edit.get(j)) {
        edit.set(i, b);
        edit.set(j, a);
    }
}

#[cold]
fn changed<T>(cx: &Cx) -> Res<T> {
    raise!(cx, RUNTIME_ERROR, "list changed size during iteration")
}

/// Runs `first` and the sift that it leaves to do, under one lock as far as that goes.
fn operate<R>(
    cx: &Cx,
    heap: Ref<PyList>,
    first: impl FnOnce(&Edit<'_>) -> Res<(R, Option<Sift>)>,
) -> Res<R> {
    let (result, rest) = heap.edit(cx, |edit| -> Res<_> {
        let (result, sift) = first(edit)?;
        let rest = match sift {
            Some(mut sift) => sift.run_locked(edit).err().map(|_: Ask| sift),
            None => None,
        };
        Ok((result, rest))
    })?;
    if let Some(mut sift) = rest {
        sift.finish(cx, heap)?;
    }
    Ok(result)
}

fn push(cx: &Cx, args: Args, order: Order) -> Res {
    let heap = heap_of(cx, args.get(0), "heappush")?;
    operate(cx, heap, |edit| {
        edit.push(args.get(1))?;
        Ok((Value::NONE, Some(Sift::up(order, edit.len() - 1))))
    })
}

fn pop(cx: &Cx, args: Args, order: Order) -> Res {
    let heap = heap_of(cx, args.get(0), "heappop")?;
    let popped = operate(cx, heap, |edit| {
        let last = edit.pop();
        match (last, edit.get(0)) {
            (Some(last), Some(first)) => {
                edit.set(0, last);
                Ok((Some(first), Some(Sift::down(order, 0))))
            }
            _ => Ok((last, None)),
        }
    })?;
    match popped {
        Some(item) => Ok(item),
        None => raise!(cx, INDEX_ERROR, "index out of range"),
    }
}

/// Puts `item` in place of the first one, which it gives.
fn replace_first(edit: &Edit<'_>, order: Order, item: Value) -> (Option<Value>, Option<Sift>) {
    match edit.get(0) {
        Some(first) => {
            edit.set(0, item);
            (Some(first), Some(Sift::down(order, 0)))
        }
        None => (None, None),
    }
}

fn replace(cx: &Cx, args: Args, order: Order) -> Res {
    let heap = heap_of(cx, args.get(0), "heapreplace")?;
    match operate(cx, heap, |edit| Ok(replace_first(edit, order, args.get(1))))? {
        Some(first) => Ok(first),
        None => raise!(cx, INDEX_ERROR, "index out of range"),
    }
}

fn push_pop(cx: &Cx, args: Args, order: Order) -> Res {
    let (heap, item) = (heap_of(cx, args.get(0), "heappushpop")?, args.get(1));
    // The first item, and whether it belongs above `item`, where Python code must say so.
    let mut asked: Option<(Value, bool)> = None;
    loop {
        let done = operate(cx, heap, |edit| {
            let Some(first) = edit.get(0) else { return Ok((Ok(Some(item)), None)) };
            let known = match asked {
                Some((of, answer)) if of.is(first) => Some(answer),
                _ => native_above(order, first, item),
            };
            Ok(match known {
                Some(true) => {
                    let (first, sift) = replace_first(edit, order, item);
                    (Ok(first), sift)
                }
                Some(false) => (Ok(Some(item)), None),
                None => (Err(first), None),
            })
        })?;
        match done {
            Ok(popped) => return Ok(popped.unwrap_or(item)),
            Err(first) => asked = Some((first, above(cx, order, first, item)?)),
        }
    }
}

fn heapify(cx: &Cx, args: Args, order: Order) -> Res {
    let heap = heap_of(cx, args.get(0), "heapify")?;
    let mut next = 0;
    let stopped = heap.edit(cx, |edit| {
        next = edit.len() / 2;
        while next > 0 {
            next -= 1;
            let mut sift = Sift::down(order, next);
            if let Err(Ask) = sift.run_locked(edit) {
                return Some(sift);
            }
        }
        None
    });
    if let Some(mut sift) = stopped {
        sift.finish(cx, heap)?;
        for start in (0..next).rev() {
            Sift::down(order, start).finish(cx, heap)?;
            cx.poll();
        }
    }
    Ok(Value::NONE)
}
