//! The Unicode tables against checksums of CPython's answers for every code
//! point (see `tools/gen_sums.py`).

use orochi_text::unidata::{self, Case, Form, Old, map_case, normalize};
use orochi_text::{Buf, Units};

fn fnv(h: &mut u64, bytes: &[u8]) {
    for b in bytes {
        *h = (*h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3);
    }
}

fn wtf8(b: &Buf) -> Vec<u8> {
    orochi_text::codec::utf8::to_wtf8(b.units())
}

fn sum(f: impl Fn(u32) -> Vec<u8>) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325;
    for c in 0..0x11_0000 {
        fnv(&mut h, &f(c));
        fnv(&mut h, b";");
    }
    h
}

fn num(v: Option<f64>) -> Vec<u8> {
    v.map_or(b"-".to_vec(), |v| v.to_bits().to_le_bytes().to_vec())
}

fn want(name: &str) -> u64 {
    let line =
        include_str!("data/sums.txt").lines().find(|l| l.starts_with(&format!("{name} "))).unwrap();
    u64::from_str_radix(line.split(' ').nth(1).unwrap(), 16).unwrap()
}

#[test]
fn properties_of_every_code_point() {
    let byte = |v: Option<u8>| v.map_or(b"-".to_vec(), |v| vec![v]);
    assert_eq!(sum(|c| unidata::category(c).into()), want("category"));
    assert_eq!(sum(|c| unidata::bidirectional(c).into()), want("bidirectional"));
    assert_eq!(sum(|c| vec![unidata::combining(c)]), want("combining"));
    assert_eq!(sum(|c| unidata::east_asian_width(c).into()), want("width"));
    assert_eq!(sum(|c| unidata::decomposition(c).into()), want("decomposition"));
    assert_eq!(sum(|c| byte(unidata::decimal(c))), want("decimal"));
    assert_eq!(sum(|c| byte(unidata::digit(c))), want("digit"));
    assert_eq!(sum(|c| num(unidata::numeric(c))), want("numeric"));
    assert_eq!(sum(|c| vec![u8::from(unidata::mirrored(c))]), want("mirrored"));
    assert_eq!(sum(|c| Old::category(c).into()), want("old_category"));
    assert_eq!(sum(|c| num(Old::numeric(c))), want("old_numeric"));
}

#[test]
fn names_of_every_code_point() {
    assert_eq!(sum(|c| unidata::name(c).unwrap_or_default().into()), want("name"));
    for c in (0..0x11_0000).step_by(7) {
        if let Some(n) = unidata::name(c) {
            assert_eq!(unidata::lookup(&n.to_lowercase()), Some(c), "{n}");
        }
    }
    assert_eq!(unidata::lookup("NULL"), Some(0));
    assert_eq!(unidata::lookup("latinsmalllettera"), None);
    assert_eq!(
        unidata::lookup_sequence("LATIN SMALL LETTER R WITH TILDE"),
        Some(vec![0x72, 0x303])
    );
}

#[test]
fn mappings_of_every_code_point() {
    let case = |k: Case| {
        move |c: u32| {
            let m = map_case(c, k);
            wtf8(&Units::Four(m.as_slice()).to_buf())
        }
    };
    assert_eq!(sum(case(Case::Upper)), want("upper"));
    assert_eq!(sum(case(Case::Lower)), want("lower"));
    assert_eq!(sum(case(Case::Title)), want("title"));
    assert_eq!(sum(case(Case::Fold)), want("casefold"));
    for (name, form) in
        [("NFC", Form::Nfc), ("NFD", Form::Nfd), ("NFKC", Form::Nfkc), ("NFKD", Form::Nfkd)]
    {
        assert_eq!(sum(|c| wtf8(&normalize(form, Units::Four(&[c])))), want(name), "{name}");
        assert_eq!(
            sum(|c| wtf8(&Old::normalize(form, Units::Four(&[c])))),
            want(&format!("old_{name}")),
            "{name}"
        );
    }
}
