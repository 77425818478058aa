//! The number algorithms against CPython's answers (`tools/gen_cases.py`).

use orochi_num::{
    Complex, Int, NumError, arith, bitwise, bytes, combinatorics, complex, convert, dtoa, float,
    floathex, floatparse, hash, math, norm, radix, sums,
};

fn int(s: &str) -> Int {
    radix::parse(s.as_bytes(), 0, 0).unwrap()
}

fn flt(s: &str) -> f64 {
    if s == "nan" { f64::NAN } else { f64::from_bits(u64::from_str_radix(s, 16).unwrap()) }
}

fn num(s: &str) -> i64 {
    int(s).to_i64().unwrap()
}

fn show(i: &Int) -> String {
    let h = radix::to_string(i.as_ref(), 16);
    match h.strip_prefix('-') {
        Some(h) => format!("-0x{h}"),
        None => format!("0x{h}"),
    }
}

fn showf(x: f64) -> String {
    if x.is_nan() { "nan".into() } else { format!("{:016x}", x.to_bits()) }
}

fn err(e: NumError) -> String {
    match e {
        NumError::ZeroDivision => "ZeroDivision",
        NumError::Overflow => "Overflow",
        NumError::NotInvertible | NumError::Negative | NumError::Domain => "Domain",
        NumError::TooLarge => "TooLarge",
        NumError::NoMemory => "NoMemory",
    }
    .into()
}

fn ri(r: Result<Int, NumError>) -> String {
    r.map_or_else(err, |i| show(&i))
}

fn rf(r: Result<f64, NumError>) -> String {
    r.map_or_else(err, showf)
}

fn showc(z: Complex) -> String {
    format!("{},{}", showf(z.re), showf(z.im))
}

fn cplx(s: &str) -> Complex {
    let (a, b) = s.split_once(',').unwrap();
    Complex::new(flt(a), flt(b))
}

fn integers(f: &[&str]) -> Option<String> {
    let a = || int(f[1]);
    let b = || int(f[2]);
    let (x, y) = (a, b);
    Some(match f[0] {
        "add" => show(&arith::add(x().as_ref(), y().as_ref())),
        "sub" => show(&arith::sub(x().as_ref(), y().as_ref())),
        "mul" => show(&arith::mul(x().as_ref(), y().as_ref())),
        "divmod" => arith::divmod(x().as_ref(), y().as_ref())
            .map_or_else(err, |(q, r)| format!("{},{}", show(&q), show(&r))),
        "truediv" => rf(convert::true_divide(x().as_ref(), y().as_ref())),
        "and" => show(&bitwise::and(x().as_ref(), y().as_ref())),
        "or" => show(&bitwise::or(x().as_ref(), y().as_ref())),
        "xor" => show(&bitwise::xor(x().as_ref(), y().as_ref())),
        "shl" => ri(bitwise::shl(x().as_ref(), y().as_ref())),
        "shr" => ri(bitwise::shr(x().as_ref(), y().as_ref())),
        "not" => show(&bitwise::not(x().as_ref())),
        "gcd" => show(&arith::gcd(x().as_ref(), y().as_ref())),
        "float" => rf(convert::to_f64(x().as_ref())),
        "hash" => show(&Int::from(hash::int(x().as_ref()))),
        "isqrt" => ri(arith::isqrt(x().as_ref())),
        "pow" => ri(arith::pow(x().as_ref(), y().as_ref())),
        "powmod" => match arith::powmod(x().as_ref(), y().as_ref(), int(f[3]).as_ref()) {
            Err(NumError::ZeroDivision) => "Domain".into(),
            r => ri(r),
        },
        "bits" => format!(
            "{:#x},{:#x}",
            bitwise::bit_length(x().as_ref()),
            bitwise::bit_count(x().as_ref())
        ),
        "tobytes" => {
            match bytes::to_bytes(x().as_ref(), num(f[2]) as usize, f[3] == "little", f[4] == "0x1")
            {
                Ok(v) => v.iter().map(|b| format!("{b:02x}")).collect(),
                Err(_) => "Overflow".into(),
            }
        }
        "frombytes" => {
            let v: Vec<u8> = (0..f[1].len() / 2)
                .map(|i| u8::from_str_radix(&f[1][2 * i..2 * i + 2], 16).unwrap())
                .collect();
            show(&bytes::from_bytes(&v, f[2] == "little", f[3] == "0x1"))
        }
        "str" => radix::to_decimal(x().as_ref()),
        "cmpf" => {
            let o = convert::compare_f64(x().as_ref(), flt(f[2]));
            let v = match o {
                Some(core::cmp::Ordering::Less) => 2,
                Some(core::cmp::Ordering::Equal) => 1,
                _ => 0,
            };
            format!("{v:#x}")
        }
        "comb" => ri(combinatorics::comb(x().as_ref(), num(f[2]) as u64)),
        "perm" => ri(combinatorics::perm(x().as_ref(), num(f[2]) as u64)),
        "factorial" => ri(combinatorics::factorial(num(f[1]) as u64)),
        "parse" => {
            radix::parse(f[1].as_bytes(), num(f[2]) as u32, 0).map_or("Domain".into(), |i| show(&i))
        }
        _ => return None,
    })
}

fn floats(f: &[&str]) -> String {
    let x = || flt(f[1]);
    let y = || flt(f[2]);
    match f[0] {
        "parsef" => floatparse::parse(f[1].as_bytes()).map_or("Domain".into(), showf),
        "parsec" => complex::parse(f[1].as_bytes()).map_or("Domain".into(), showc),
        "reprf" => dtoa::repr(x()),
        "hex" => floathex::hex(x()),
        "hashf" => show(&Int::from(hash::float(x()).unwrap_or(0))),
        "divmodf" => {
            float::divmod(x(), y()).map_or_else(err, |(a, b)| format!("{},{}", showf(a), showf(b)))
        }
        "modf" => rf(float::modulo(x(), y())),
        "fmt" => dtoa::double_to_string(x(), f[2].as_bytes()[0], num(f[3]) as usize, 0),
        "fmtalt" => dtoa::double_to_string(x(), f[2].as_bytes()[0], num(f[3]) as usize, dtoa::ALT),
        "round" => rf(float::round(x(), num(f[2]))),
        "ratio" => match convert::as_integer_ratio(x()) {
            Some((a, b)) => format!("{},{}", show(&a), show(&b)),
            None => {
                if x().is_nan() {
                    "Domain".into()
                } else {
                    "Overflow".into()
                }
            }
        },
        "powf" => match float::pow(x(), y()) {
            Ok(float::Pow::Real(v)) => showf(v),
            Ok(float::Pow::Complex) => "complex".into(),
            Err(e) => err(e),
        },
        "nextafter" => showf(math::nextafter_steps(x(), y(), num(f[3]) as u64)),
        "ulp" => showf(math::ulp(x())),
        "remainder" => rf(math::remainder(x(), y())),
        "hypot" => showf(norm::vector_norm(&list(f[1]))),
        "fsum" => {
            let mut s = sums::Fsum::new();
            let r = list(f[1]).into_iter().try_for_each(|v| s.add(v)).and_then(|()| s.finish());
            rf(r)
        }
        "reprc" => complex::repr(cplx(f[1])),
        "mulc" => showc(cplx(f[1]).times(cplx(f[2]))),
        "divc" => cplx(f[1]).divided(cplx(f[2])).map_or_else(err, showc),
        "addcr" => showc(cplx(f[1]).plus_real(y())),
        "subcr" => showc(cplx(f[1]).minus_real(y())),
        "subrc" => showc(Complex::real_minus(y(), cplx(f[1]))),
        "mulcr" => showc(cplx(f[1]).times_real(y())),
        "divcr" => cplx(f[1]).divided_real(y()).map_or_else(err, showc),
        "divrc" => Complex::real_divided(y(), cplx(f[1])).map_or_else(err, showc),
        "absc" => rf(cplx(f[1]).modulus()),
        "powc" => cplx(f[1]).power(cplx(f[2])).map_or_else(err, showc),
        "hashc" => {
            let z = cplx(f[1]);
            let h =
                hash::float(z.re).zip(hash::float(z.im)).map_or(0, |(a, b)| hash::complex(a, b));
            show(&Int::from(h))
        }
        "fromhex" => rf(floathex::from_hex(f[1].as_bytes())),
        "~gamma" => rf(math::gamma(x())),
        "~lgamma" => rf(math::lgamma(x())),
        "~erf" => showf(math::erf(x())),
        "~erfc" => showf(math::erfc(x())),
        op => panic!("unknown case {op}"),
    }
}

fn list(s: &str) -> Vec<f64> {
    if s.is_empty() { Vec::new() } else { s.split(',').map(flt).collect() }
}

/// The functions that C libraries round differently may be a few ulps off.
fn near(op: &str, got: &str, want: &str) -> bool {
    if got == want {
        return true;
    }
    let parse = |s: &str| u64::from_str_radix(s, 16).ok().map(f64::from_bits);
    match (op.starts_with('~'), parse(got), parse(want)) {
        (true, Some(a), Some(b)) => {
            (a - b).abs() <= 1e-15 * b.abs().max(1.0) * 20.0 || (a - b).abs() <= 2e-14 * b.abs()
        }
        _ => false,
    }
}

#[test]
fn agrees_with_cpython() {
    let mut bad = 0;
    for line in include_str!("data/cases.txt").lines() {
        let f: Vec<&str> = line.split('|').collect();
        let got = integers(&f).unwrap_or_else(|| floats(&f));
        if !near(f[0], &got, f[f.len() - 1]) {
            bad += 1;
            if bad < 40 {
                println!("{}\n   got {}", &line[..line.len().min(300)], &got[..got.len().min(300)]);
            }
        }
    }
    assert_eq!(bad, 0);
}

#[test]
fn huge_integers_come_back() {
    let a = arith::pow(Int::from(7u64).as_ref(), Int::from(30_000u64).as_ref()).unwrap();
    let text = radix::to_decimal(a.as_ref());
    assert_eq!(radix::parse(text.as_bytes(), 10, 0).unwrap(), a);
    let (q, r) = arith::divmod(a.as_ref(), Int::from(49u64).as_ref()).unwrap();
    assert!(r.is_zero());
    assert_eq!(arith::mul(q.as_ref(), Int::from(49u64).as_ref()), a);
    assert!(radix::parse(text.as_bytes(), 10, 4300).is_err());
    assert!(radix::exceeds_digits(a.as_ref(), 4300));
    let f = combinatorics::factorial(1000).unwrap();
    assert_eq!(radix::to_decimal(f.as_ref()).len(), 2568);
    let too_big = arith::pow(Int::from(3u64).as_ref(), Int::from(1u64 << 62).as_ref());
    assert!(matches!(too_big, Err(NumError::TooLarge | NumError::NoMemory)));
}
