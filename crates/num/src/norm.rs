//! Euclidean norms with an error well under one unit in the last place.

/// The square root of the sum of squares of `v`; infinities win over NaN.
pub fn vector_norm(v: &[f64]) -> f64 {
    let max = v.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    if max.is_infinite() {
        return max;
    }
    if v.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || v.len() <= 1 {
        return max;
    }
    let (_, e) = libm::frexp(max);
    if e < -1023 {
        // All subnormal: scale up first so that the power of two exists.
        let scaled: Vec<f64> = v.iter().map(|x| x / f64::MIN_POSITIVE).collect();
        return f64::MIN_POSITIVE * vector_norm(&scaled);
    }
    let scale = libm::ldexp(1.0, -e);
    let (mut hi, mut lo) = (0.0f64, 0.0f64);
    for x in v {
        let x = x * scale;
        let (p, q) = square(x);
        let (s, r) = two_sum(hi, p);
        hi = s;
        lo += r + q;
    }
    let h = (hi + lo).sqrt();
    // One Newton step with the residual in doubled precision.
    let (p, q) = square(h);
    let (s, r) = two_sum(hi, -p);
    let residual = s + (r + lo - q);
    libm::ldexp(h + residual / (2.0 * h), e)
}

/// `math.dist(p, q)` for vectors of the same length.
pub fn dist(p: &[f64], q: &[f64]) -> f64 {
    let d: Vec<f64> = p.iter().zip(q).map(|(a, b)| a - b).collect();
    vector_norm(&d)
}

fn square(x: f64) -> (f64, f64) {
    let p = x * x;
    (p, libm::fma(x, x, -p))
}

/// The rounded sum and its error.
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let bb = s - a;
    (s, (a - (s - bb)) + (b - bb))
}
