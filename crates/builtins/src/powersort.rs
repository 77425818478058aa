//! A stable merge sort of indices with a fallible comparison: natural runs, merged in the order of
//! Munro and Wild's powersort, with galloping.
//!
//! Rule: after an error the slice still holds every index once.

use orochi_object::error::Res;

/// `less(a, b)`: whether `a` belongs before `b`.
pub type Less<'a> = dyn FnMut(usize, usize) -> Res<bool> + 'a;

const MIN_GALLOP: usize = 7;

struct Run {
    start: usize,
    len: usize,
    power: u32,
}

/// Sorts `v`.
///
/// `scratch` has room for half of `v`.
///
/// # Errors
/// What `less` raises.
pub fn powersort(v: &mut [usize], scratch: &mut Vec<usize>, less: &mut Less) -> Res<()> {
    let n = v.len();
    let least = min_run(n);
    let mut runs: Vec<Run> = Vec::new();
    let mut gallop = MIN_GALLOP;
    let mut at = 0;
    while at < n {
        let mut len = natural_run(&mut v[at..], less)?;
        let forced = least.min(n - at);
        if len < forced {
            insertion(&mut v[at..at + forced], len, less)?;
            len = forced;
        }
        if let Some(top) = runs.last() {
            let power = node_power(top.start, top.len, len, n);
            while runs.len() > 1 && runs[runs.len() - 2].power > power {
                merge_top(v, scratch, &mut runs, &mut gallop, less)?;
            }
            if let Some(top) = runs.last_mut() {
                top.power = power;
            }
        }
        runs.push(Run { start: at, len, power: 0 });
        at += len;
    }
    while runs.len() > 1 {
        merge_top(v, scratch, &mut runs, &mut gallop, less)?;
    }
    Ok(())
}

/// Between 32 and 63, so that `n` divided by it is a power of two or just below.
fn min_run(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= 64 {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// Length of the run at the start of `v`; a strictly descending one is turned round.
fn natural_run(v: &mut [usize], less: &mut Less) -> Res<usize> {
    if v.len() < 2 {
        return Ok(v.len());
    }
    let descending = less(v[1], v[0])?;
    let mut len = 2;
    while len < v.len() && less(v[len], v[len - 1])? == descending {
        len += 1;
    }
    if descending {
        v[..len].reverse();
    }
    Ok(len)
}

/// Binary insertion sort of `v`, whose first `sorted` items are in order.
fn insertion(v: &mut [usize], sorted: usize, less: &mut Less) -> Res<()> {
    for at in sorted.max(1)..v.len() {
        let item = v[at];
        let (mut low, mut high) = (0, at);
        while low < high {
            let middle = low + (high - low) / 2;
            if less(item, v[middle])? { high = middle } else { low = middle + 1 }
        }
        v[low..=at].rotate_right(1);
    }
    Ok(())
}

/// The depth in the ideal merge tree of the boundary between two runs.
fn node_power(start: usize, first: usize, second: usize, n: usize) -> u32 {
    let (mut a, mut b) = (2 * start + first, 2 * start + 2 * first + second);
    let mut power = 0;
    loop {
        power += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

fn merge_top(
    v: &mut [usize],
    scratch: &mut Vec<usize>,
    runs: &mut Vec<Run>,
    gallop: &mut usize,
    less: &mut Less,
) -> Res<()> {
    let (Some(second), Some(first)) = (runs.pop(), runs.last_mut()) else { return Ok(()) };
    let (start, middle) = (first.start, first.len);
    first.len += second.len;
    merge(&mut v[start..second.start + second.len], scratch, middle, gallop, less)
}

/// Merges `v[..middle]` and `v[middle..]`.
fn merge(
    v: &mut [usize],
    scratch: &mut Vec<usize>,
    middle: usize,
    gallop: &mut usize,
    less: &mut Less,
) -> Res<()> {
    let skip = after(&v[..middle], v[middle], true, less)?;
    let v = &mut v[skip..];
    let middle = middle - skip;
    if middle == 0 {
        return Ok(());
    }
    let end = before(&v[middle..], v[middle - 1], false, less)?;
    let v = &mut v[..middle + end];
    if end == 0 {
        return Ok(());
    }
    if middle <= end {
        merge_low(v, scratch, middle, gallop, less)
    } else {
        merge_high(v, scratch, middle, gallop, less)
    }
}

/// How many items of the sorted `v` are not greater than `key`; looks from the left (or the right)
/// end first.
fn after(v: &[usize], key: usize, from_left: bool, less: &mut Less) -> Res<usize> {
    search(v, from_left, &mut |own| Ok(!less(key, own)?))
}

/// How many items of the sorted `v` are less than `key`.
fn before(v: &[usize], key: usize, from_left: bool, less: &mut Less) -> Res<usize> {
    search(v, from_left, &mut |own| less(own, key))
}

/// The number of leading items for which `belongs` holds, by exponential, then binary search.
fn search(v: &[usize], from_left: bool, belongs: &mut dyn FnMut(usize) -> Res<bool>) -> Res<usize> {
    let n = v.len();
    let (mut low, mut high) = (0, n);
    let mut step = 1;
    if from_left {
        while low + step - 1 < n {
            if !belongs(v[low + step - 1])? {
                high = low + step - 1;
                break;
            }
            low += step;
            step *= 2;
        }
    } else {
        while high >= step {
            if belongs(v[high - step])? {
                low = high - step + 1;
                break;
            }
            high -= step;
            step *= 2;
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if belongs(v[middle])? { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// Merges from the left; the left part is the shorter one.
fn merge_low(
    v: &mut [usize],
    scratch: &mut Vec<usize>,
    middle: usize,
    gallop: &mut usize,
    less: &mut Less,
) -> Res<()> {
    scratch.clear();
    scratch.extend_from_slice(&v[..middle]);
    let left = &scratch[..];
    let (mut i, mut j, mut to) = (0, middle, 0);
    let result = (|| -> Res<()> {
        let (mut wins_left, mut wins_right) = (0, 0);
        while i < left.len() && j < v.len() {
            if wins_left >= *gallop || wins_right >= *gallop {
                let n = after(&left[i..], v[j], true, less)?;
                v[to..to + n].copy_from_slice(&left[i..i + n]);
                i += n;
                to += n;
                wins_left = 0;
                if i == left.len() {
                    break;
                }
                let m = before(&v[j..], left[i], true, less)?;
                v.copy_within(j..j + m, to);
                j += m;
                to += m;
                wins_right = 0;
                let paid = n >= MIN_GALLOP || m >= MIN_GALLOP;
                *gallop = if paid { gallop.saturating_sub(1).max(1) } else { *gallop + 2 };
                continue;
            }
            if less(v[j], left[i])? {
                v[to] = v[j];
                j += 1;
                wins_right += 1;
                wins_left = 0;
            } else {
                v[to] = left[i];
                i += 1;
                wins_left += 1;
                wins_right = 0;
            }
            to += 1;
        }
        Ok(())
    })();
    v[to..to + left.len() - i].copy_from_slice(&left[i..]);
    result
}

/// Merges from the right; the right part is the shorter one.
fn merge_high(
    v: &mut [usize],
    scratch: &mut Vec<usize>,
    middle: usize,
    gallop: &mut usize,
    less: &mut Less,
) -> Res<()> {
    scratch.clear();
    scratch.extend_from_slice(&v[middle..]);
    let right = &scratch[..];
    // Ends (exclusive) of what is left of both parts, and of the gap.
    let (mut i, mut j, mut to) = (middle, right.len(), v.len());
    let result = (|| -> Res<()> {
        let (mut wins_left, mut wins_right) = (0, 0);
        while i > 0 && j > 0 {
            if wins_left >= *gallop || wins_right >= *gallop {
                let keep = after(&v[..i], right[j - 1], false, less)?;
                let n = i - keep;
                v.copy_within(keep..i, to - n);
                i = keep;
                to -= n;
                wins_left = 0;
                if i == 0 {
                    break;
                }
                let keep = before(&right[..j], v[i - 1], false, less)?;
                let m = j - keep;
                v[to - m..to].copy_from_slice(&right[keep..j]);
                j = keep;
                to -= m;
                wins_right = 0;
                let paid = n >= MIN_GALLOP || m >= MIN_GALLOP;
                *gallop = if paid { gallop.saturating_sub(1).max(1) } else { *gallop + 2 };
                continue;
            }
            to -= 1;
            if less(right[j - 1], v[i - 1])? {
                v[to] = v[i - 1];
                i -= 1;
                wins_left += 1;
                wins_right = 0;
            } else {
                v[to] = right[j - 1];
                j -= 1;
                wins_right += 1;
                wins_left = 0;
            }
        }
        Ok(())
    })();
    // After an error in the plain step the gap may begin one too low; its end is `i + j`.
    v[i..i + j].copy_from_slice(&right[..j]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[i64]) {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        let mut expected = order.clone();
        expected.sort_by_key(|i| keys[*i]);
        assert!(powersort(&mut order, &mut Vec::new(), &mut |a, b| Ok(keys[a] < keys[b])).is_ok());
        assert_eq!(order, expected);
    }

    #[test]
    fn sorts_stably() {
        let mut seed = 12345u64;
        let mut random = |limit: u64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((seed >> 33) % limit) as i64
        };
        for n in [0, 1, 2, 3, 31, 32, 63, 64, 65, 100, 1000, 5000] {
            for limit in [2, 10, 1 << 30] {
                let keys: Vec<i64> = (0..n).map(|_| random(limit)).collect();
                check(&keys);
                let mut sorted = keys.clone();
                sorted.sort();
                check(&sorted);
                sorted.reverse();
                check(&sorted);
                let saw: Vec<i64> = (0..n).map(|i| (i % 200) + random(3)).collect();
                check(&saw);
                let blocks: Vec<i64> = (0..n).map(|i| (i / 150) % 3 * 1000 + i % 150).collect();
                check(&blocks);
            }
        }
    }
}
