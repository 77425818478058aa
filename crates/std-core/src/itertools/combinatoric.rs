//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.

use super::iterator;
use crate::common::{bind, number, receiver, words};
use orochi_object::args::unexpected_keyword;
use orochi_object::list::Array;
use orochi_object::prelude::*;

/// All four: the pool (for `product` a tuple of pools), the indices of the tuple last given, that tuple, the
/// cycle counts of `permutations`, the length of results, and whether the first result is still to
/// come (`True`), was given (`False`), or all were (UNSET).
#[repr(C)]
struct Picks {
    header: Header,
    pool: Slot,
    indices: Slot,
    last: Slot,
    cycles: Slot,
    length: Slot,
    first: Slot,
}
words!(Picks);
receiver!(this, Picks);

const SIZE: usize = size_of::<Picks>();

static COMBINATIONS_CELL: TypeCell = TypeCell::new();
static REPLACEMENT_CELL: TypeCell = TypeCell::new();
static PERMUTATIONS_CELL: TypeCell = TypeCell::new();
static PRODUCT_CELL: TypeCell = TypeCell::new();

pub(super) static COMBINATIONS: TypeDef = {
    let mut def = iterator(
        "itertools.combinations",
        &COMBINATIONS_CELL,
        SIZE,
        combinations_new,
        combinations_next,
    );
    def.doc = Some(
        "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
    );
    def
};
pub(super) static COMBINATIONS_WITH_REPLACEMENT: TypeDef = {
    let mut def = iterator(
        "itertools.combinations_with_replacement",
        &REPLACEMENT_CELL,
        SIZE,
        replacement_new,
        replacement_next,
    );
    def.doc = Some(
        "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')",
    );
    def
};
pub(super) static PERMUTATIONS: TypeDef = {
    let mut def = iterator(
        "itertools.permutations",
        &PERMUTATIONS_CELL,
        SIZE,
        permutations_new,
        permutations_next,
    );
    def.doc = Some(
        "Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
    );
    def
};
pub(super) static PRODUCT: TypeDef = {
    let mut def = iterator("itertools.product", &PRODUCT_CELL, SIZE, product_new, product_next);
    def.doc = Some(
        "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, \
         product(A, B) returns the same as:  ((x,y) for x in A for y in B).",
    );
    def
};

/// An array of numbers.
fn numbers(cx: &Cx, n: usize, f: impl Fn(usize) -> usize) -> Res<Ref<Array>> {
    let array = Array::new(cx, n)?;
    for (i, cell) in array.cells().iter().enumerate() {
        cell.init(Value::int(f(i) as i64));
    }
    Ok(array)
}

fn make(
    cx: &Cx,
    class: Ref<PyType>,
    pool: Ref<PyTuple>,
    indices: Ref<Array>,
    length: usize,
    possible: bool,
) -> Res<Ref<Picks>> {
    let it: Ref<Picks> = cx.alloc_instance(class, 0)?;
    it.pool.init(pool.value());
    it.indices.init(indices.value());
    it.length.init(cx.new_int(length as i64)?);
    if possible {
        it.first.init(Value::TRUE);
    }
    Ok(it)
}

fn array(slot: &Slot) -> Ref<Array> {
    // SAFETY: `indices` and `cycles` hold arrays wherever they are read.
    unsafe { slot.or_none().cast() }
}

fn pool_of(it: Ref<Picks>) -> &'static [Value] {
    match it.pool.get().and_then(Value::downcast::<PyTuple>) {
        Some(pool) => pool.values(),
        None => &[],
    }
}

fn at(cells: &[Slot], i: usize) -> usize {
    number(&cells[i]) as usize
}

fn put(cells: &[Slot], i: usize, n: usize) {
    cells[i].init(Value::int(n as i64));
}

/// The next result: as the last one, but from place `from` on, where it has `item` of the place.
fn given(
    cx: &Cx,
    it: Ref<Picks>,
    from: usize,
    item: impl Fn(usize) -> Option<Value>,
) -> Res<Option<Value>> {
    let t = match it.last.get().and_then(Value::downcast::<PyTuple>) {
        Some(last) => cx.new_tuple(last.values())?,
        None => PyTuple::new_internal(cx, number(&it.length) as usize)?,
    };
    for (i, slot) in t.items().iter().enumerate().skip(from) {
        slot.init(item(i).unwrap_or(Value::NONE));
    }
    it.last.set(cx, it, t.value());
    Ok(Some(t.value()))
}

/// The tuple of the pool's items at the first `length` indices, which are the same as last time before place `from`.
fn picked(cx: &Cx, it: Ref<Picks>, from: usize) -> Res<Option<Value>> {
    let (pool, indices) = (pool_of(it), array(&it.indices));
    given(cx, it, from, |i| pool.get(at(indices.cells(), i)).copied())
}

fn length_of(cx: &Cx, v: Value) -> Res<usize> {
    let r = ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?;
    if r < 0 {
        return raise!(cx, VALUE_ERROR, "r must be non-negative");
    }
    Ok(r as usize)
}

/// Whether the first result is due; marks it as given.
fn take_first(it: Ref<Picks>) -> bool {
    let first = it.first.get() == Some(Value::TRUE);
    if first {
        it.first.init(Value::FALSE);
    }
    first
}

fn combinations_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "combinations", "(iterable, r)", args, |row| {
        let pool = ops::to_tuple(cx, row.get(0))?;
        let r = length_of(cx, row.get(1))?;
        let possible = r <= pool.len();
        let indices = numbers(cx, if possible { r } else { 0 }, |i| i)?;
        Ok(make(cx, class, pool, indices, r, possible)?.value())
    })
}

fn combinations_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    if it.first.is_unset() {
        return Ok(None);
    }
    if take_first(it) {
        return picked(cx, it, 0);
    }
    let n = pool_of(it).len();
    let indices = array(&it.indices);
    let cells = indices.cells();
    let r = cells.len();
    let Some(i) = (0..r).rev().find(|i| at(cells, *i) != i + n - r) else {
        it.first.clear();
        return Ok(None);
    };
    put(cells, i, at(cells, i) + 1);
    for j in i + 1..r {
        put(cells, j, at(cells, j - 1) + 1);
    }
    picked(cx, it, i)
}

fn replacement_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "combinations_with_replacement", "(iterable, r)", args, |row| {
        let pool = ops::to_tuple(cx, row.get(0))?;
        let r = length_of(cx, row.get(1))?;
        let indices = numbers(cx, r, |_| 0)?;
        Ok(make(cx, class, pool, indices, r, pool.len() > 0 || r == 0)?.value())
    })
}

fn replacement_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    if it.first.is_unset() {
        return Ok(None);
    }
    if take_first(it) {
        return picked(cx, it, 0);
    }
    let n = pool_of(it).len();
    let indices = array(&it.indices);
    let cells = indices.cells();
    let Some(i) = (0..cells.len()).rev().find(|i| at(cells, *i) + 1 != n) else {
        it.first.clear();
        return Ok(None);
    };
    let index = at(cells, i) + 1;
    for j in i..cells.len() {
        put(cells, j, index);
    }
    picked(cx, it, i)
}

fn permutations_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    bind!(cx, "permutations", "(iterable, r=None)", args, |row| {
        let pool = ops::to_tuple(cx, row.get(0))?;
        let r = match row.non_none(1) {
            None => pool.len(),
            Some(r) if !r.is_int() => return raise!(cx, TYPE_ERROR, "Expected int as r"),
            Some(r) => length_of(cx, r)?,
        };
        let n = pool.len();
        let possible = r <= n;
        let indices = numbers(cx, n, |i| i)?;
        let cycles = numbers(cx, if possible { r } else { 0 }, |i| n - i)?;
        let it = make(cx, class, pool, indices, r, possible)?;
        it.cycles.init(cycles.value());
        Ok(it.value())
    })
}

fn permutations_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    if it.first.is_unset() {
        return Ok(None);
    }
    if take_first(it) {
        return picked(cx, it, 0);
    }
    let (indices, cycles) = (array(&it.indices), array(&it.cycles));
    let (cells, cycles) = (indices.cells(), cycles.cells());
    let n = cells.len();
    for i in (0..cycles.len()).rev() {
        let left = at(cycles, i).saturating_sub(1);
        put(cycles, i, left);
        if left == 0 {
            let index = at(cells, i);
            for j in i..n - 1 {
                put(cells, j, at(cells, j + 1));
            }
            put(cells, n - 1, index);
            put(cycles, i, n - i);
            continue;
        }
        // Racing threads may leave odd counts behind; the bounds hold all the same.
        let j = n - left.min(n);
        let (a, b) = (at(cells, i), at(cells, j));
        put(cells, i, b);
        put(cells, j, a);
        return picked(cx, it, i);
    }
    it.first.clear();
    Ok(None)
}

fn product_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let mut repeat = 1;
    for (name, value) in args.keywords() {
        if !name.eq_str("repeat") {
            return Err(unexpected_keyword(cx, "product()", name, ["repeat"].into_iter()));
        }
        let n = ops::index_isize(cx, value, &exception::OVERFLOW_ERROR)?;
        if n < 0 {
            return raise!(cx, VALUE_ERROR, "repeat argument cannot be negative");
        }
        repeat = n as usize;
    }
    let given = args.positional();
    let total = match given.len().checked_mul(repeat) {
        Some(total) if total < isize::MAX as usize / 16 => total,
        _ => return raise!(cx, OVERFLOW_ERROR, "repeat argument too large"),
    };
    let pools = PyTuple::new_internal(cx, total)?;
    let n = given.len();
    for (i, iterable) in given.iter().enumerate().take(total) {
        let pool = ops::to_tuple(cx, *iterable)?;
        for slot in pools.items()[i..].iter().step_by(n) {
            slot.set(cx, pools, pool.value());
        }
    }
    let indices = numbers(cx, total, |_| 0)?;
    let possible = pools.values().iter().all(|pool| pool_len(*pool) > 0);
    Ok(make(cx, class, pools, indices, total, possible)?.value())
}

fn pool_len(pool: Value) -> usize {
    pool.downcast::<PyTuple>().map_or(0, |pool| pool.len())
}

fn product_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    if it.first.is_unset() {
        return Ok(None);
    }
    let pools = pool_of(it);
    let indices = array(&it.indices);
    let cells = indices.cells();
    // The places from here on have got other items.
    let mut moved = 0;
    if !take_first(it) {
        let last = (0..cells.len()).rev().find(|i| {
            let next = at(cells, *i) + 1;
            let carry = next >= pool_len(pools[*i]);
            put(cells, *i, if carry { 0 } else { next });
            !carry
        });
        match last {
            Some(i) => moved = i,
            None => {
                it.first.clear();
                return Ok(None);
            }
        }
    }
    given(cx, it, moved, |i| pools[i].downcast::<PyTuple>()?.get(at(cells, i)))
}
