//! `factorial`, `comb` and `perm` by balanced products.

use crate::arith::mul;
use crate::bitwise::{shl_bits, shr_bits, trailing_zeros};
use crate::div::div_rem_mag;
use crate::int::{Int, IntRef};
use crate::{NumError, Result};

/// The product of the consecutive integers in `lo..hi`.
fn range_product(lo: u64, hi: u64) -> Int {
    if hi <= lo {
        return Int::one();
    }
    if hi - lo <= 8 {
        let mut r = Int::one();
        let mut acc = 1u64;
        for v in lo..hi {
            match acc.checked_mul(v) {
                Some(p) => acc = p,
                None => {
                    r = mul(r.as_ref(), Int::from(acc).as_ref());
                    acc = v;
                }
            }
        }
        return mul(r.as_ref(), Int::from(acc).as_ref());
    }
    let mid = lo + (hi - lo) / 2;
    mul(range_product(lo, mid).as_ref(), range_product(mid, hi).as_ref())
}

/// The product of the odd integers in `lo..=hi` (both odd).
fn odd_product(lo: u64, hi: u64) -> Int {
    if lo > hi {
        return Int::one();
    }
    if hi - lo <= 16 {
        let mut r = Int::one();
        let mut v = lo;
        while v <= hi {
            r = mul(r.as_ref(), Int::from(v).as_ref());
            v += 2;
        }
        return r;
    }
    let mid = (lo + (hi - lo) / 2) | 1;
    mul(odd_product(lo, mid - 2).as_ref(), odd_product(mid, hi).as_ref())
}

/// `math.factorial(n)`.
pub fn factorial(n: u64) -> Result<Int> {
    if n < 21 {
        return Ok(Int::from((1..=n).product::<u64>()));
    }
    // n! has about n*log2(n) bits; refuse what cannot be held.
    crate::arith::check_limbs(u128::from(n) * u128::from(64 - n.leading_zeros()) / 64)?;
    let (mut inner, mut outer) = (Int::one(), Int::one());
    let mut lower = 3;
    for i in (0..=(63 - n.leading_zeros())).rev() {
        let v = n >> i;
        if v <= 2 {
            continue;
        }
        let upper = (v + 1) | 1;
        inner = mul(inner.as_ref(), odd_product(lower, upper - 2).as_ref());
        lower = upper;
        outer = mul(outer.as_ref(), inner.as_ref());
    }
    shl_bits(outer.as_ref(), n - u64::from(n.count_ones()))
}

/// `math.perm(n, k)` for `k <= n`.
pub fn perm(n: IntRef<'_>, k: u64) -> Result<Int> {
    if let Some(v) = n.to_u64() {
        if k > v {
            return Ok(Int::ZERO);
        }
        crate::arith::check_limbs(u128::from(k) * u128::from(64 - v.leading_zeros()) / 64)?;
        if v < u64::MAX {
            return Ok(range_product(v - k + 1, v + 1));
        }
    }
    falling(n, k)
}

fn falling(n: IntRef<'_>, k: u64) -> Result<Int> {
    crate::arith::check_limbs(u128::from(k) * (n.mag.len() as u128 + 1))?;
    match k {
        0 => Ok(Int::one()),
        1 => Ok(n.to_int()),
        _ => {
            let half = k / 2;
            let a = falling(n, half)?;
            let rest = crate::arith::sub(n, Int::from(half).as_ref());
            let b = falling(rest.as_ref(), k - half)?;
            Ok(mul(a.as_ref(), b.as_ref()))
        }
    }
}

/// `math.comb(n, k)`; the caller has rejected negative arguments and replaced
/// `k` by the smaller of `k` and `n - k`.
pub fn comb(n: IntRef<'_>, k: u64) -> Result<Int> {
    if n.neg {
        return Err(NumError::Domain);
    }
    if let Some(r) = comb_small(n, k) {
        return Ok(r);
    }
    let p = perm(n, k)?;
    let f = factorial(k)?;
    let tz = trailing_zeros(f.as_ref());
    let (p, f) = (shr_bits(p.as_ref(), tz), shr_bits(f.as_ref(), tz));
    Ok(Int::new(false, div_rem_mag(&p.mag, &f.mag).0))
}

fn comb_small(n: IntRef<'_>, k: u64) -> Option<Int> {
    let n = n.to_u64()?;
    if k > n {
        return Some(Int::ZERO);
    }
    let mut r = 1u128;
    for i in 0..k {
        r = r.checked_mul(u128::from(n - i))? / u128::from(i + 1);
    }
    Some(Int::from(r))
}
