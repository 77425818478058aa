//! The bytes algorithms against CPython's answers (`tools/gen_bytes.py`).

use orochi_text::bytes::{self, FromHexError};
use orochi_text::strip::Side;
use orochi_text::{Buf, Units, clamp_range};

fn raw(s: &str) -> Vec<u8> {
    let s = if s == "e" { "" } else { s };
    (0..s.len() / 2).map(|i| u8::from_str_radix(&s[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn show(b: &[u8]) -> String {
    if b.is_empty() { "e".into() } else { b.iter().map(|c| format!("{c:02x}")).collect() }
}

fn parts(s: &[u8], r: orochi_text::split::Parts) -> String {
    let r = r.unwrap();
    let v: Vec<String> = r.into_iter().map(|r| show(&s[r])).collect();
    if v.is_empty() { "none".into() } else { v.join(",") }
}

fn changed(s: &[u8], f: fn(&mut [u8])) -> Vec<u8> {
    let mut copy = s.to_vec();
    f(&mut copy);
    copy
}

fn search(op: &str, s: &[u8], n: &[u8], a: i64, b: i64) -> String {
    let at = |r: Option<usize>| r.map_or(-1, |i| i as i64).to_string();
    let range = clamp_range(Some(a), Some(b), s.len());
    match (op, range) {
        ("find", Some((a, b))) => at(bytes::find(s, n, a, b)),
        ("rfind", Some((a, b))) => at(bytes::rfind(s, n, a, b)),
        ("count", Some((a, b))) => bytes::count(s, n, a, b).to_string(),
        ("startswith", Some((a, b))) => u8::from(bytes::startswith(s, n, a, b)).to_string(),
        ("endswith", Some((a, b))) => u8::from(bytes::endswith(s, n, a, b)).to_string(),
        ("find" | "rfind", None) => "-1".into(),
        _ => "0".into(),
    }
}

fn fromhex(s: &[u8]) -> String {
    let text = Buf::from(core::str::from_utf8(s).unwrap());
    match bytes::fromhex_units(text.units()) {
        Ok(b) => show(&b),
        Err(FromHexError::NoMemory) => "!no memory".into(),
        Err(FromHexError::Odd) => {
            "!fromhex() arg must contain an even number of hexadecimal digits".into()
        }
        Err(FromHexError::NotHex(i)) => {
            format!("!non-hexadecimal number found in fromhex() arg at position {i}")
        }
    }
}

fn run(f: &[&str]) -> String {
    let s = &raw(f[1])[..];
    let int = |i: usize| f[i].parse::<i64>().unwrap();
    let n = || raw(f[2]);
    let yes = |b: bool| u8::from(b).to_string();
    match f[0] {
        "isalpha" => yes(bytes::isalpha(s)),
        "isdigit" => yes(bytes::isdigit(s)),
        "isalnum" => yes(bytes::isalnum(s)),
        "isspace" => yes(bytes::isspace(s)),
        "isupper" => yes(bytes::isupper(s)),
        "islower" => yes(bytes::islower(s)),
        "istitle" => yes(bytes::istitle(s)),
        "isascii" => yes(bytes::isascii(s)),
        "upper" => show(&changed(s, bytes::upper)),
        "lower" => show(&changed(s, bytes::lower)),
        "title" => show(&changed(s, bytes::title)),
        "capitalize" => show(&changed(s, bytes::capitalize)),
        "swapcase" => show(&changed(s, bytes::swapcase)),
        "repr" => show(&bytes::repr(s).unwrap()),
        "split" => parts(s, bytes::split_whitespace(s, int(2))),
        "rsplit" => parts(s, bytes::rsplit_whitespace(s, int(2))),
        "splitsep" => parts(s, bytes::split(s, &n(), int(3))),
        "rsplitsep" => parts(s, bytes::rsplit(s, &n(), int(3))),
        "splitlines" => parts(s, bytes::splitlines(s, false)),
        "splitkeep" => parts(s, bytes::splitlines(s, true)),
        "replace" => {
            show(&bytes::replace(s, &n(), &raw(f[3]), int(4)).unwrap().unwrap_or(s.to_vec()))
        }
        "strip" => show(&s[bytes::strip(s, None, Side::Both)]),
        "stripchars" => show(&s[bytes::strip(s, Some(&n()), Side::Both)]),
        "zfill" => show(&bytes::zfill(s, 7).unwrap()),
        "expandtabs" => show(&bytes::expandtabs(s, 3).unwrap()),
        "hexsep" => show(&bytes::hex_sep(s, Units::One(b":"), int(2)).unwrap()),
        "fromhex" => fromhex(s),
        op => search(op, s, &n(), int(3), int(4)),
    }
}

#[test]
fn agrees_with_cpython() {
    let mut bad = 0;
    for line in include_str!("data/bytes.txt").lines() {
        let f: Vec<&str> = line.split('|').collect();
        let got = run(&f);
        if got != f[f.len() - 1] {
            bad += 1;
            println!("{line}\n   got {got}");
        }
    }
    assert_eq!(bad, 0);
}
