//! The module `_suggestions`: the name nearest to a mistyped one.
//!
//! Costs as CPython weighs them: 2 for an insertion, a deletion or another letter, 1 for the same
//! letter in the other case.

use orochi_object::prelude::*;

const MOVE: usize = 2;
const CASE: usize = 1;
const MAX_ITEMS: usize = 750;
const MAX_NAME: usize = 40;

fn substitution(a: u32, b: u32) -> usize {
    if a == b {
        return 0;
    }
    let lower = |c: u32| u8::try_from(c).map_or(c, |c| c.to_ascii_lowercase() as u32);
    if lower(a) == lower(b) { CASE } else { MOVE }
}

/// The distance of two names; more than `limit` if it is more than that.
fn distance(a: &[u32], b: &[u32], limit: usize) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE;
    }
    if a.len() > MAX_NAME || b.len() > MAX_NAME || a.len().abs_diff(b.len()) * MOVE > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=b.len()).map(|i| i * MOVE).collect();
    for (i, x) in a.iter().enumerate() {
        let (mut diagonal, mut left) = (i * MOVE, (i + 1) * MOVE);
        let mut least = usize::MAX;
        for (y, above) in b.iter().zip(row.iter_mut()) {
            let cost = (diagonal + substitution(*x, *y)).min(left.min(*above) + MOVE);
            diagonal = *above;
            *above = cost;
            left = cost;
            least = least.min(cost);
        }
        if least > limit {
            return limit + 1;
        }
    }
    row[b.len() - 1]
}

/// The candidate nearest to `name`, if one is near enough.
pub fn nearest(name: &[u32], candidates: &[Vec<u32>]) -> Option<usize> {
    if candidates.len() >= MAX_ITEMS {
        return None;
    }
    let mut best: Option<(usize, usize)> = None;
    for (i, candidate) in candidates.iter().enumerate() {
        if candidate == name {
            continue;
        }
        let mut limit = (name.len() + candidate.len() + 3) * MOVE / 6;
        if let Some((_, least)) = best {
            limit = limit.min(least.saturating_sub(1));
        }
        let cost = distance(name, candidate, limit);
        if cost <= limit && best.is_none_or(|(_, least)| cost < least) {
            best = Some((i, cost));
        }
    }
    best.map(|(i, _)| i)
}

/// The code points of a text.
fn points(cx: &Cx, text: Ref<PyStr>) -> Res<Vec<u32>> {
    let mut points = Vec::new();
    cx.make_room(&mut points, text.len())?;
    points.extend(text.text().iter());
    Ok(points)
}

fn generate(cx: &Cx, args: Args) -> Res {
    let Some(list) = args.get(0).downcast::<PyList>() else {
        return raise!(cx, TYPE_ERROR, "candidates must be a list");
    };
    let items = list.snapshot(cx)?;
    // Copies of all texts, four bytes a character.
    let texts = items.values().iter().copied().chain([args.get(1)]).filter_map(Value::as_str);
    cx.expect_memory(texts.map(|text| text.len() * 4 + 32).sum())?;
    let mut candidates = Vec::with_capacity(items.len());
    for item in items.values() {
        match item.as_str() {
            Some(text) => candidates.push(points(cx, text)?),
            None => {
                return raise!(cx, TYPE_ERROR, "all elements in 'candidates' must be strings");
            }
        }
    }
    let name = ops::expect_str(cx, args.get(1), "_generate_suggestions() argument 2")?;
    let name = points(cx, name)?;
    let found = nearest(&name, &candidates);
    Ok(found.map_or(Value::NONE, |i| items.values()[i]))
}

/// The module `_suggestions`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_suggestions",
    functions: &[function("_generate_suggestions", "(candidates, item, /)", generate)],
    ..ModuleDef::DEFAULT
};
