//! Ring and field arithmetic of integers: `+ - * // % ** gcd isqrt`.
//!
//! Short operands are handled with plain limb loops (here and in [`crate::div`]); long ones go to
//! `dashu-int` (Karatsuba, Toom-3, divide-and-conquer division).

use crate::div::div_rem_mag;
use crate::int::{Int, IntRef, cmp_mag};
use crate::{NumError, Result};
use core::cmp::Ordering;
use dashu_int::UBig;
use dashu_int::ops::{Gcd, SquareRoot};

/// Below this many limbs the schoolbook product here beats a call with copies.
const SCHOOLBOOK: usize = 12;

fn add_mag(a: &[u64], b: &[u64]) -> Vec<u64> {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut out = Vec::with_capacity(a.len() + 1);
    let mut carry = false;
    out.extend(a.iter().zip(b).map(|(&x, &y)| {
        let (s, c1) = x.overflowing_add(y);
        let (s, c2) = s.overflowing_add(u64::from(carry));
        carry = c1 | c2;
        s
    }));
    let mut rest = a[b.len()..].iter();
    while carry && let Some(&x) = rest.next() {
        let (s, c) = x.overflowing_add(1);
        carry = c;
        out.push(s);
    }
    out.extend_from_slice(rest.as_slice());
    if carry {
        out.push(1);
    }
    out
}

/// `a - b` for `a >= b`.
fn sub_mag(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut out = Vec::with_capacity(a.len());
    let b = &b[..b.len().min(a.len())];
    let mut borrow = false;
    out.extend(a.iter().zip(b).map(|(&x, &y)| {
        let (d, b1) = x.overflowing_sub(y);
        let (d, b2) = d.overflowing_sub(u64::from(borrow));
        borrow = b1 | b2;
        d
    }));
    let mut rest = a[b.len()..].iter();
    while borrow && let Some(&x) = rest.next() {
        let (d, b) = x.overflowing_sub(1);
        borrow = b;
        out.push(d);
    }
    out.extend_from_slice(rest.as_slice());
    out
}

fn add_signed(a: IntRef<'_>, b_neg: bool, b: &[u64]) -> Int {
    if a.neg == b_neg {
        return Int::new(a.neg, add_mag(a.mag, b));
    }
    match cmp_mag(a.mag, b) {
        Ordering::Equal => Int::ZERO,
        Ordering::Greater => Int::new(a.neg, sub_mag(a.mag, b)),
        Ordering::Less => Int::new(b_neg, sub_mag(b, a.mag)),
    }
}

/// `a + b`.
pub fn add(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    add_signed(a, b.neg, b.mag)
}

/// `a - b`.
pub fn sub(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    add_signed(a, !b.neg, b.mag)
}

/// `-a`.
pub fn neg(a: IntRef<'_>) -> Int {
    a.to_int().negate()
}

/// `abs(a)`.
pub fn abs(a: IntRef<'_>) -> Int {
    Int { neg: false, mag: a.mag.to_vec() }
}

fn mul_limb(a: &[u64], x: u64) -> Vec<u64> {
    let mut out = Vec::with_capacity(a.len() + 1);
    let mut carry = 0u64;
    out.extend(a.iter().map(|&y| {
        let t = u128::from(x) * u128::from(y) + u128::from(carry);
        carry = (t >> 64) as u64;
        t as u64
    }));
    if carry != 0 {
        out.push(carry);
    }
    out
}

fn mul_school(a: &[u64], b: &[u64]) -> Vec<u64> {
    if let [x] = a {
        return mul_limb(b, *x);
    }
    if let [x] = b {
        return mul_limb(a, *x);
    }
    let mut out = vec![0u64; a.len() + b.len()];
    mul_into(&mut out, a, b);
    out
}

/// The product of two magnitudes, in `out`: zeros, as many as both have limbs.
pub fn mul_into(out: &mut [u64], a: &[u64], b: &[u64]) {
    // The inner loop is over the longer one.
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    for (i, &x) in a.iter().enumerate() {
        let mut carry = 0u64;
        for (o, &y) in out[i..].iter_mut().zip(b) {
            let t = u128::from(x) * u128::from(y) + u128::from(*o) + u128::from(carry);
            *o = t as u64;
            carry = (t >> 64) as u64;
        }
        out[i + b.len()] = carry;
    }
}

/// `a * b`.
pub fn mul(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    let neg = a.neg != b.neg;
    if a.is_zero() || b.is_zero() {
        return Int::ZERO;
    }
    if a.mag.len().min(b.mag.len()) <= SCHOOLBOOK {
        return Int::new(neg, mul_school(a.mag, b.mag));
    }
    let p = if a.mag == b.mag { a.ubig().sqr() } else { a.ubig() * b.ubig() };
    Int::from_ubig(neg, &p)
}

/// The product of two `i64`s.
#[inline]
pub fn mul_i64(a: i64, b: i64) -> Int {
    Int::from(i128::from(a) * i128::from(b))
}

/// `divmod(a, b)`, rounding the quotient towards minus infinity.
pub fn divmod(a: IntRef<'_>, b: IntRef<'_>) -> Result<(Int, Int)> {
    if b.is_zero() {
        return Err(NumError::ZeroDivision);
    }
    let (q, r) = div_rem_mag(a.mag, b.mag);
    let mut q = Int::new(a.neg != b.neg, q);
    let mut r = Int::new(a.neg, r);
    if !r.is_zero() && a.neg != b.neg {
        q = sub(q.as_ref(), Int::one().as_ref());
        r = add(r.as_ref(), b);
    }
    Ok((q, r))
}

/// `a // b`.
pub fn floordiv(a: IntRef<'_>, b: IntRef<'_>) -> Result<Int> {
    if cmp_mag(a.mag, b.mag) == Ordering::Less {
        let below = !a.is_zero() && a.neg != b.neg;
        return Ok(if below { Int::one().negate() } else { Int::ZERO });
    }
    Ok(divmod(a, b)?.0)
}

/// `a % b`, with the sign of `b`.
pub fn modulo(a: IntRef<'_>, b: IntRef<'_>) -> Result<Int> {
    Ok(divmod(a, b)?.1)
}

/// Limbs that a multiplication may want for one of its result.
const SCRATCH: u128 = 50;

/// Whether this many limbs (and the scratch a multiplication wants) can be had.
pub(crate) fn check_limbs(limbs: u128) -> Result<()> {
    let probe = usize::try_from(limbs.saturating_mul(SCRATCH)).map_err(|_| NumError::TooLarge)?;
    if probe < 1 << 20 {
        return Ok(());
    }
    let mut v: Vec<u64> = Vec::new();
    v.try_reserve_exact(probe).map_err(|_| NumError::NoMemory)
}

/// `a ** e` for `e >= 0`; a negative exponent is `Negative` (the caller goes to floats).
pub fn pow(a: IntRef<'_>, e: IntRef<'_>) -> Result<Int> {
    if e.neg {
        return Err(NumError::Negative);
    }
    if e.is_zero() {
        return Ok(Int::one());
    }
    let neg = a.neg && e.is_odd();
    match a.mag {
        [] => return Ok(Int::ZERO),
        [1] => return Ok(Int { neg, mag: vec![1] }),
        _ => {}
    }
    let exp = e.to_u64().and_then(|e| usize::try_from(e).ok()).ok_or(NumError::TooLarge)?;
    let bits = crate::bitwise::bit_length(a) as u128 * exp as u128;
    if bits <= 64
        && let [m] = a.mag
        && let Some(p) = m.checked_pow(exp as u32)
    {
        return Ok(Int { neg, mag: vec![p] });
    }
    check_limbs(bits / 64 + 1)?;
    Ok(Int::from_ubig(neg, &a.ubig().pow(exp)))
}

/// The inverse of `a` modulo `m` (`m > 1`), in `0..m`.
fn inverse_mod(a: Int, m: IntRef<'_>) -> Result<Int> {
    let (mut r0, mut r1) = (m.to_int(), modulo(a.as_ref(), m)?);
    let (mut t0, mut t1) = (Int::ZERO, Int::one());
    while !r1.is_zero() {
        let (q, r) = divmod(r0.as_ref(), r1.as_ref())?;
        let t = sub(t0.as_ref(), mul(q.as_ref(), t1.as_ref()).as_ref());
        (r0, r1, t0, t1) = (r1, r, t1, t);
    }
    if r0.mag != [1] {
        return Err(NumError::NotInvertible);
    }
    modulo(t0.as_ref(), m)
}

/// `pow(a, e, m)`: any signs; `m == 0` is `ZeroDivision` (ValueError in Python).
pub fn powmod(a: IntRef<'_>, e: IntRef<'_>, m: IntRef<'_>) -> Result<Int> {
    if m.is_zero() {
        return Err(NumError::ZeroDivision);
    }
    let m_abs = IntRef { neg: false, mag: m.mag };
    if m.mag == [1] {
        return Ok(Int::ZERO);
    }
    let base = if e.neg { inverse_mod(a.to_int(), m_abs)? } else { modulo(a, m_abs)? };
    let r = match (m.mag, base.mag.as_slice(), e.mag) {
        ([m1], b, [e1]) => Int::from(powmod_limb(b.first().copied().unwrap_or(0), *e1, *m1)),
        (_, _, []) => Int::one(),
        _ => {
            let ring = dashu_int::fast_div::ConstDivisor::new(m_abs.ubig());
            let p = ring.reduce(base.as_ref().ubig()).pow(&UBig::from_words(e.mag));
            Int::from_ubig(false, &p.residue())
        }
    };
    if m.neg && !r.is_zero() { Ok(add(r.as_ref(), m)) } else { Ok(r) }
}

fn powmod_limb(mut b: u64, mut e: u64, m: u64) -> u64 {
    let mut r = 1 % m;
    while e > 0 {
        if e & 1 == 1 {
            r = (u128::from(r) * u128::from(b) % u128::from(m)) as u64;
        }
        b = (u128::from(b) * u128::from(b) % u128::from(m)) as u64;
        e >>= 1;
    }
    r
}

/// The greatest common divisor, never negative.
pub fn gcd(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a.mag, b.mag) {
        ([], _) => abs(b),
        (_, []) => abs(a),
        ([x], [y]) => Int::from(gcd_limb(*x, *y)),
        _ => Int::from_ubig(false, &a.ubig().gcd(b.ubig())),
    }
}

fn gcd_limb(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The least common multiple, never negative.
pub fn lcm(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if a.is_zero() || b.is_zero() {
        return Int::ZERO;
    }
    let g = gcd(a, b);
    let (q, _) = div_rem_mag(a.mag, &g.mag);
    mul(IntRef::new(false, &q), IntRef { neg: false, mag: b.mag })
}

/// The integer square root; a negative argument is `Domain`.
pub fn isqrt(a: IntRef<'_>) -> Result<Int> {
    if a.neg {
        return Err(NumError::Domain);
    }
    if let Some(v) = a.to_u64() {
        return Ok(Int::from(v.isqrt()));
    }
    Ok(Int::from_ubig(false, &a.ubig().sqrt()))
}
