//! The name nearest to a mistyped one.
//!
//! Costs as CPython weighs them: 2 for an insertion, a deletion or another letter, 1 for the same
//! letter in the other case.

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

/// As [`nearest`], of names.
pub fn nearest_name<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let points = |text: &str| text.chars().map(u32::from).collect::<Vec<u32>>();
    let candidates: Vec<&str> = candidates.collect();
    let all: Vec<Vec<u32>> = candidates.iter().map(|text| points(text)).collect();
    nearest(&points(name), &all).map(|i| candidates[i])
}
