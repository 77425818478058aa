//! The order of keys that compare without Python code: numbers of one word, strings, and tuples of such.
//!
//! Each key is sorted by a word, which decides nearly always, and its index; where words are equal, the keys are looked at.

use core::cmp::Ordering;
use orochi_object::list::Array;
use orochi_object::prelude::*;
use orochi_text::Units;

/// Rows longer than this are sorted detached.
const DETACH: usize = 2000;

/// The sorted order of keys that all are of one such kind. Long rows are sorted detached, by `cx`, if it is given.
pub(crate) fn native_order(
    cx: Option<&Cx>,
    keys: Ref<Array>,
    len: usize,
    reverse: bool,
) -> Option<Vec<usize>> {
    // What is referred to stays alive through `keys`.
    let cells = &keys.cells()[..len];
    match cells.first()?.get()? {
        first if first.is_small() || first.is_inline_float() => {
            Some(order_of(cx, number_rows(cells)?, reverse, |_, _| Ordering::Equal))
        }
        first if is_exact(first, &types::TUPLE) => {
            let (rows, tuples) = tuple_rows(cells)?;
            Some(order_of(cx, rows, reverse, |a, b| columns_order(tuples[a], tuples[b])))
        }
        _ => {
            let (rows, texts) = text_rows(cells)?;
            Some(order_of(cx, rows, reverse, |a, b| texts[a].compare(texts[b])))
        }
    }
}

/// A word that a key is sorted by, and its index.
type Row = (u64, usize);

fn room<T>(n: usize) -> Option<Vec<T>> {
    let mut rows = Vec::new();
    rows.try_reserve_exact(n).ok()?;
    Some(rows)
}

/// Numbers, of which the words say all.
fn number_rows(cells: &[Slot]) -> Option<Vec<Row>> {
    let mut rows = room(cells.len())?;
    let (mut ints, mut floats) = (0, 0);
    for (at, cell) in cells.iter().enumerate() {
        let v = cell.get()?;
        match v.as_small() {
            Some(n) => {
                ints += 1;
                rows.push((of_int(n), at));
            }
            None => {
                floats += 1;
                rows.push((of_float(v.as_inline_float()?), at));
            }
        }
    }
    if ints > 0 && floats > 0 {
        for (word, at) in &mut rows {
            if let Some(n) = cells[*at].get()?.as_small() {
                if n.unsigned_abs() > 1 << 53 {
                    return None;
                }
                *word = of_float(n as f64);
            }
        }
    }
    Some(rows)
}

fn of_int(n: i64) -> u64 {
    n as u64 ^ 1 << 63
}

/// Maps doubles (no NaN, no -0.0) to integers in the same order.
fn of_float(f: f64) -> u64 {
    let bits = f.to_bits() as i64;
    of_int(bits ^ ((bits >> 63) as u64 >> 1) as i64)
}

/// Strings of one byte a character by the first eight behind what they all begin with, others by nothing.
fn text_rows<'a>(cells: &[Slot]) -> Option<(Vec<Row>, Vec<Units<'a>>)> {
    let (mut rows, mut texts) = (room(cells.len())?, room(cells.len())?);
    let str_type = types::STR.get();
    let first = cells.first()?.get()?.as_str()?.text();
    let mut common = match first {
        Units::One(first) => Some(first),
        _ => None,
    };
    for cell in cells {
        let text = cell.get()?.as_str().filter(|s| s.class() == str_type)?.text();
        common = match (common, text) {
            (Some(common), Units::One(text)) if text.starts_with(common) => Some(common),
            (Some(common), Units::One(text)) => {
                let same = common.iter().zip(text).take_while(|(a, b)| a == b).count();
                Some(&common[..same])
            }
            _ => None,
        };
        texts.push(text);
    }
    rows.extend(texts.iter().enumerate().map(|(at, text)| match (common, text) {
        (Some(common), Units::One(text)) => (of_text(&text[common.len()..]), at),
        _ => (0, at),
    }));
    Some((rows, texts))
}

/// The first eight bytes as a number that sorts alike; shorter texts are filled with NUL.
fn of_text(text: &[u8]) -> u64 {
    match text.first_chunk::<8>() {
        Some(eight) => u64::from_be_bytes(*eight),
        None => {
            text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
                << (64 - 8 * text.len()).min(63)
        }
    }
}

/// The kinds of values of which tuples are compared here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Float,
    Text,
}

fn kind(v: Value) -> Option<Kind> {
    if v.is_small() {
        return Some(Kind::Int);
    }
    if v.is_inline_float() {
        return Some(Kind::Float);
    }
    is_exact(v, &types::STR).then_some(Kind::Text)
}

/// Tuples each of whose columns is of one kind, by the first column.
fn tuple_rows<'a>(cells: &[Slot]) -> Option<(Vec<Row>, Vec<&'a [Value]>)> {
    let (mut rows, mut tuples) = (room(cells.len())?, room(cells.len())?);
    let mut kinds: Vec<Kind> = Vec::new();
    let mut narrow = true;
    for (at, cell) in cells.iter().enumerate() {
        let v = cell.get()?;
        let values = v.downcast::<PyTuple>().filter(|_| is_exact(v, &types::TUPLE))?.values();
        for (column, value) in values.iter().enumerate() {
            let kind = kind(*value)?;
            match kinds.get(column) {
                Some(known) if *known != kind => return None,
                Some(_) => {}
                None => kinds.push(kind),
            }
        }
        let word = match values.first()?.as_str().map(Ref::text) {
            Some(Units::One(text)) => of_text(text),
            Some(_) => {
                narrow = false;
                0
            }
            None => number_word(values[0])?,
        };
        rows.push((word, at));
        tuples.push(values);
    }
    if !narrow {
        rows.iter_mut().for_each(|row| row.0 = 0);
    }
    let less = |a: &Row, b: &Row| {
        a.0 < b.0 || a.0 == b.0 && columns_order(tuples[a.1], tuples[b.1]).is_lt()
    };
    // What consists of a few runs is merged faster than it is sorted.
    let breaks = rows.windows(2).filter(|pair| less(&pair[1], &pair[0]));
    let most = rows.len() / FEW_RUNS;
    (breaks.take(most + 1).count() > most).then_some((rows, tuples))
}

/// Items a run, where there are few runs.
const FEW_RUNS: usize = 16;

fn number_word(v: Value) -> Option<u64> {
    match v.as_small() {
        Some(n) => Some(of_int(n)),
        None => v.as_inline_float().map(of_float),
    }
}

/// The order of tuples whose columns are of the same kinds.
fn columns_order(a: &[Value], b: &[Value]) -> Ordering {
    for (x, y) in a.iter().zip(b).filter(|(x, y)| !x.is(**y)) {
        match native_order_of(*x, *y) {
            Some(Ordering::Equal) | None => {}
            Some(order) => return order,
        }
    }
    a.len().cmp(&b.len())
}

fn order_of(
    cx: Option<&Cx>,
    mut rows: Vec<Row>,
    reverse: bool,
    equal_words: impl Fn(usize, usize) -> Ordering,
) -> Vec<usize> {
    let long = rows.len() > DETACH;
    let order = |a: &Row, b: &Row| a.0.cmp(&b.0).then_with(|| equal_words(a.1, b.1));
    let mut run = || {
        if reverse {
            rows.sort_unstable_by(|a, b| order(b, a).then(a.1.cmp(&b.1)));
        } else {
            rows.sort_unstable_by(|a, b| order(a, b).then(a.1.cmp(&b.1)));
        }
    };
    match cx.filter(|_| long) {
        Some(cx) => cx.detached(&mut run),
        None => run(),
    }
    rows.into_iter().map(|(_, at)| at).collect()
}

/// `x < y` where that takes no Python code: of plain values, and of tuples of such.
pub fn native_less(x: Value, y: Value) -> Option<bool> {
    if !is_exact(x, &types::TUPLE) || !is_exact(y, &types::TUPLE) {
        return Some(native_order_of(x, y)?.is_lt());
    }
    let (a, b) = (x.downcast::<PyTuple>()?, y.downcast::<PyTuple>()?);
    for (x, y) in a.values().iter().zip(b.values()) {
        if !x.is(*y) {
            let order = native_order_of(*x, *y)?;
            if order.is_ne() {
                return Some(order.is_lt());
            }
        }
    }
    Some(a.len() < b.len())
}

/// The order of two ints, two floats (never NaN) or two strings of the plainest kind.
fn native_order_of(x: Value, y: Value) -> Option<core::cmp::Ordering> {
    if let (Some(a), Some(b)) = (x.as_small(), y.as_small()) {
        return Some(a.cmp(&b));
    }
    if let (Some(a), Some(b)) = (x.as_inline_float(), y.as_inline_float()) {
        return a.partial_cmp(&b);
    }
    let (a, b) = (x.as_str()?, y.as_str()?);
    let exact = types::STR.get();
    if a.class() != exact || b.class() != exact {
        return None;
    }
    Some(a.text().compare(b.text()))
}
