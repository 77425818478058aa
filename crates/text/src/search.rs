//! Finding: always linear time, with fast paths for Latin-1 and single
//! code points.
//!
//! Wide strings are searched naively on the first and last unit of the needle
//! while that goes well; when comparisons cost more than progress, the rest is
//! searched by Knuth-Morris-Pratt.

use crate::{Unit, Units};
use memchr::memmem;

/// A needle prepared for repeated searches in haystacks of width `T`.
struct Needle<'n, T> {
    units: &'n [T],
    table: Vec<u32>,
}

fn failure_table<T: Eq>(n: usize, at: impl Fn(usize) -> T) -> Vec<u32> {
    let mut table = vec![0u32; n];
    let mut k = 0usize;
    for i in 1..n {
        while k > 0 && at(i) != at(k) {
            k = table[k - 1] as usize;
        }
        if at(i) == at(k) {
            k += 1;
        }
        table[i] = k as u32;
    }
    table
}

/// The search proper, over accessors so that it also runs backwards.
fn scan<T: Unit>(
    hlen: usize,
    h: impl Fn(usize) -> T,
    nlen: usize,
    n: impl Fn(usize) -> T,
    table: &mut Vec<u32>,
) -> Option<usize> {
    if nlen > hlen {
        return None;
    }
    let (first, last) = (n(0), n(nlen - 1));
    let mut work = 0;
    let mut i = 0;
    while i + nlen <= hlen {
        if h(i) == first && h(i + nlen - 1) == last {
            let mut j = 1;
            while j + 1 < nlen && h(i + j) == n(j) {
                j += 1;
            }
            if j + 1 >= nlen {
                return Some(i);
            }
            work += j;
            if work > 4 * i + 256 {
                return scan_kmp(hlen, h, nlen, n, table, i);
            }
        }
        i += 1;
    }
    None
}

fn scan_kmp<T: Unit>(
    hlen: usize,
    h: impl Fn(usize) -> T,
    nlen: usize,
    n: impl Fn(usize) -> T,
    table: &mut Vec<u32>,
    from: usize,
) -> Option<usize> {
    if table.is_empty() {
        *table = failure_table(nlen, &n);
    }
    let mut k = 0;
    for i in from..hlen {
        let c = h(i);
        while k > 0 && c != n(k) {
            k = table[k - 1] as usize;
        }
        if c == n(k) {
            k += 1;
        }
        if k == nlen {
            return Some(i + 1 - nlen);
        }
    }
    None
}

impl<'n, T: Unit> Needle<'n, T> {
    fn new(units: &'n [T]) -> Needle<'n, T> {
        Needle { units, table: Vec::new() }
    }

    fn find(&mut self, h: &[T]) -> Option<usize> {
        match self.units {
            [] => Some(0),
            [c] => h.iter().position(|x| x == c),
            n => scan(h.len(), |i| h[i], n.len(), |i| n[i], &mut self.table),
        }
    }
}

fn rfind_wide<T: Unit>(h: &[T], n: &[T]) -> Option<usize> {
    match n {
        [] => Some(h.len()),
        [c] => h.iter().rposition(|x| x == c),
        _ => {
            let (hl, nl) = (h.len(), n.len());
            let found = scan(hl, |i| h[hl - 1 - i], nl, |i| n[nl - 1 - i], &mut Vec::new())?;
            Some(hl - found - nl)
        }
    }
}

/// Finds bytes.
pub fn find_bytes(h: &[u8], n: &[u8]) -> Option<usize> {
    match n {
        [] => Some(0),
        [c] => memchr::memchr(*c, h),
        _ if n.len() > h.len() => None,
        _ => memmem::find(h, n),
    }
}

/// Finds the last occurrence of bytes.
pub fn rfind_bytes(h: &[u8], n: &[u8]) -> Option<usize> {
    match n {
        [] => Some(h.len()),
        [c] => memchr::memrchr(*c, h),
        _ if n.len() > h.len() => None,
        _ => memmem::rfind(h, n),
    }
}

/// The first occurrence of `n` in `h[start..end]`, as an index into `h`.
pub fn find(h: Units<'_>, n: Units<'_>, start: usize, end: usize) -> Option<usize> {
    if n.len() > end.checked_sub(start)? {
        return None;
    }
    fn wide<T: Unit>(h: &[T], n: Units<'_>) -> Option<usize> {
        Needle::new(&n.in_width::<T>()?).find(h)
    }
    let at = match h.slice(start..end) {
        Units::One(h) => find_bytes(h, &n.in_width::<u8>()?),
        Units::Two(h) => wide(h, n),
        Units::Four(h) => wide(h, n),
    }?;
    Some(start + at)
}

/// The last occurrence of `n` in `h[start..end]`, as an index into `h`.
pub fn rfind(h: Units<'_>, n: Units<'_>, start: usize, end: usize) -> Option<usize> {
    if n.len() > end.checked_sub(start)? {
        return None;
    }
    let at = match h.slice(start..end) {
        Units::One(h) => rfind_bytes(h, &n.in_width::<u8>()?),
        Units::Two(h) => rfind_wide(h, &n.in_width::<u16>()?),
        Units::Four(h) => rfind_wide(h, &n.in_width::<u32>()?),
    }?;
    Some(start + at)
}

/// Finds one code point in `h[start..end]`.
pub fn find_char(h: Units<'_>, c: u32, start: usize, end: usize) -> Option<usize> {
    find(h, Units::Four(&[c]), start, end)
}

/// Calls `found` with every non-overlapping occurrence of a non-empty needle,
/// from the left, until it answers false.
pub fn each_match(h: Units<'_>, n: Units<'_>, mut found: impl FnMut(usize) -> bool) {
    fn wide<T: Unit>(h: &[T], n: Units<'_>, found: &mut dyn FnMut(usize) -> bool) {
        let Some(n) = n.in_width::<T>() else { return };
        let mut needle = Needle::new(&n);
        let mut at = 0;
        while let Some(i) = needle.find(&h[at..]) {
            if !found(at + i) {
                return;
            }
            at += i + n.len();
        }
    }
    if n.is_empty() || n.len() > h.len() {
        return;
    }
    match h {
        Units::One(h) => {
            let Some(n) = n.in_width::<u8>() else { return };
            each_match_bytes(h, &n, found);
        }
        Units::Two(h) => wide(h, n, &mut found),
        Units::Four(h) => wide(h, n, &mut found),
    }
}

/// Haystacks that `memmem::find` searches without a searcher.
pub const SHORT: usize = 64;

/// [`each_match`] for bytes.
pub fn each_match_bytes(h: &[u8], n: &[u8], mut found: impl FnMut(usize) -> bool) {
    match n {
        [] => {}
        [c] => {
            for i in memchr::memchr_iter(*c, h) {
                if !found(i) {
                    return;
                }
            }
        }
        // A searcher takes longer to make than so few bytes to search.
        _ if h.len() < SHORT => {
            let mut at = 0;
            while let Some(i) = memmem::find(&h[at..], n) {
                if !found(at + i) {
                    return;
                }
                at += i + n.len();
            }
        }
        _ => {
            for i in memmem::find_iter(h, n) {
                if !found(i) {
                    return;
                }
            }
        }
    }
}

/// Where `byte` is first, which mostly is near.
#[inline]
pub fn find_near(text: &[u8], byte: u8) -> Option<usize> {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    if let Some(eight) = text.first_chunk::<8>() {
        let differing = u64::from_le_bytes(*eight) ^ (LOWEST * u64::from(byte));
        // The highest bits of bytes that are zero, and perhaps of some behind the first.
        let zeros = differing.wrapping_sub(LOWEST) & !differing & LOWEST << 7;
        if zeros != 0 {
            return Some(zeros.trailing_zeros() as usize / 8);
        }
    }
    memchr::memchr(byte, text)
}

/// The number of non-overlapping occurrences in `h[start..end]`.
pub fn count(h: Units<'_>, n: Units<'_>, start: usize, end: usize) -> usize {
    let Some(len) = end.checked_sub(start) else { return 0 };
    if n.is_empty() {
        return len + 1;
    }
    let mut k = 0;
    each_match(h.slice(start..end), n, |_| {
        k += 1;
        true
    });
    k
}

/// `n in h`.
pub fn contains(h: Units<'_>, n: Units<'_>) -> bool {
    find(h, n, 0, h.len()).is_some()
}

/// `h[start:end].startswith(n)` for a range from `clamp_range`.
#[inline]
pub fn startswith(h: Units<'_>, n: Units<'_>, start: usize, end: usize) -> bool {
    end.checked_sub(start).is_some_and(|len| n.len() <= len) && h.slice(start..start + n.len()) == n
}

/// `h[start:end].endswith(n)` for a range from `clamp_range`.
#[inline]
pub fn endswith(h: Units<'_>, n: Units<'_>, start: usize, end: usize) -> bool {
    end.checked_sub(start).is_some_and(|len| n.len() <= len) && h.slice(end - n.len()..end) == n
}
