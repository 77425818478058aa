//! The text algorithms against CPython's answers (`tools/gen_cases.py`).

use orochi_text::codec::{Encoding, Handler, Order};
use orochi_text::strip::Side;
use orochi_text::unidata::{Form, normalize};
use orochi_text::{
    Buf, Builder, Units, case, clamp_range, classify, pad, replace, repr, search, split, strip,
};

fn text(s: &str) -> Buf {
    let mut b = Builder::new();
    if s != "e" {
        s.split('.').for_each(|x| b.push(u32::from_str_radix(x, 16).unwrap()));
    }
    b.finish()
}

fn bytes(s: &str) -> Vec<u8> {
    let s = if s == "e" { "" } else { s };
    (0..s.len() / 2).map(|i| u8::from_str_radix(&s[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn show(u: Units<'_>) -> String {
    let v: Vec<String> = u.iter().map(|c| format!("{c:x}")).collect();
    if v.is_empty() { "e".into() } else { v.join(".") }
}

fn show_bytes(b: &[u8]) -> String {
    if b.is_empty() { "e".into() } else { b.iter().map(|c| format!("{c:02x}")).collect() }
}

fn parts(s: Units<'_>, r: split::Parts) -> String {
    let r = r.unwrap();
    let v: Vec<String> = r.into_iter().map(|r| show(s.slice(r))).collect();
    if v.is_empty() { "none".into() } else { v.join(",") }
}

fn encoding(name: &[u8]) -> Encoding {
    match name {
        b"utf-8" => Encoding::Utf8,
        b"utf-16-le" => Encoding::Utf16(Order::Little),
        b"utf-16-be" => Encoding::Utf16(Order::Big),
        b"utf-32-le" => Encoding::Utf32(Order::Little),
        b"latin-1" => Encoding::Latin1,
        b"ascii" => Encoding::Ascii,
        b"utf-7" => Encoding::Utf7,
        b"unicode_escape" => Encoding::UnicodeEscape,
        _ => Encoding::RawUnicodeEscape,
    }
}

fn predicate(op: &str) -> Option<fn(Units<'_>) -> bool> {
    Some(match op {
        "isalpha" => classify::isalpha,
        "isdigit" => classify::isdigit,
        "isdecimal" => classify::isdecimal,
        "isnumeric" => classify::isnumeric,
        "isalnum" => classify::isalnum,
        "isspace" => classify::isspace,
        "isupper" => classify::isupper,
        "islower" => classify::islower,
        "istitle" => classify::istitle,
        "isprintable" => classify::isprintable,
        "isidentifier" => classify::isidentifier,
        _ => return None,
    })
}

fn mapping(op: &str) -> Option<fn(Units<'_>) -> Buf> {
    Some(match op {
        "upper" => case::upper,
        "lower" => case::lower,
        "title" => case::title,
        "capitalize" => case::capitalize,
        "swapcase" => case::swapcase,
        "casefold" => case::casefold,
        "repr" => repr::repr,
        "ascii" => repr::ascii,
        _ => return None,
    })
}

fn run(f: &[&str]) -> String {
    let op = f[0];
    if op.starts_with("decode") || op.starts_with("encode") {
        return run_codec(f);
    }
    let buf = text(f[1]);
    let s = buf.units();
    if let Some(p) = predicate(op) {
        return u8::from(p(s)).to_string();
    }
    if let Some(m) = mapping(op) {
        return show(m(s).units());
    }
    if let Some(form) = Form::from_name(op) {
        return show(normalize(form, s).units());
    }
    let int = |i: usize| f[i].parse::<i64>().unwrap();
    let n = text(
        f.get(2)
            .filter(|_| {
                !matches!(
                    op,
                    "split" | "rsplit" | "splitlines" | "center" | "zfill" | "expandtabs" | "strip"
                )
            })
            .unwrap_or(&"e"),
    );
    let n = n.units();
    let at = |r: Option<usize>| r.map_or(-1, |i| i as i64).to_string();
    if matches!(op, "find" | "rfind" | "count" | "startswith" | "endswith") {
        let range = clamp_range(Some(int(3)), Some(int(4)), s.len());
        return match (op, range) {
            ("find", Some((a, b))) => at(search::find(s, n, a, b)),
            ("rfind", Some((a, b))) => at(search::rfind(s, n, a, b)),
            ("count", Some((a, b))) => search::count(s, n, a, b).to_string(),
            ("startswith", Some((a, b))) => u8::from(search::startswith(s, n, a, b)).to_string(),
            ("endswith", Some((a, b))) => u8::from(search::endswith(s, n, a, b)).to_string(),
            ("find" | "rfind", None) => "-1".into(),
            _ => "0".into(),
        };
    }
    match op {
        "split" => parts(s, split::split_whitespace(s, int(2))),
        "rsplit" => parts(s, split::rsplit_whitespace(s, int(2))),
        "splitsep" => parts(s, split::split(s, n, int(3))),
        "rsplitsep" => parts(s, split::rsplit(s, n, int(3))),
        "splitlines" => parts(s, split::splitlines(s, true)),
        "replace" => {
            show(replace::replace(s, n, text(f[3]).units(), int(4)).unwrap_or(s.to_buf()).units())
        }
        "strip" => show(s.slice(strip::strip(s, Side::Both))),
        "stripchars" => show(s.slice(strip::strip_chars(s, n, Side::Both))),
        "center" => show(pad::center(s, 10, 42).units()),
        "zfill" => show(pad::zfill(s, 7).units()),
        "expandtabs" => show(pad::expandtabs(s, 3).unwrap().units()),
        _ => panic!("unknown case {op}"),
    }
}

fn run_codec(f: &[&str]) -> String {
    let handler = Handler::from_name(core::str::from_utf8(&bytes(f[2])).unwrap()).unwrap();
    let enc = encoding(&bytes(f[3]));
    let (start, end, reason) = if f[0].starts_with("decode") {
        match enc.decode_all(&bytes(f[1]), handler) {
            Ok(b) => return show(b.units()),
            Err(e) => (e.start, e.end, e.reason),
        }
    } else {
        match enc.encode_all(text(f[1]).units(), handler) {
            Ok(b) => return show_bytes(&b),
            Err(e) => (e.start, e.end, e.reason),
        }
    };
    format!("{start}|{end}|{}", show_bytes(reason.as_bytes()))
}

#[test]
fn agrees_with_cpython() {
    let mut bad = 0;
    for line in include_str!("data/cases.txt").lines() {
        let f: Vec<&str> = line.split('|').collect();
        let got = run(&f);
        let want =
            if f[0].ends_with("err") { f[4..].join("|") } else { f[f.len() - 1].to_string() };
        if got != want {
            bad += 1;
            if bad < 40 {
                let reason = |s: &str| {
                    String::from_utf8_lossy(&bytes(s.rsplit('|').next().unwrap_or(""))).into_owned()
                };
                let names = if f[0].contains("code") {
                    format!("{} {}", reason(f[2]), reason(f[3]))
                } else {
                    String::new()
                };
                let extra = if want.contains('|') || got.contains('|') {
                    format!("{} / {}", reason(&got), reason(&want))
                } else {
                    String::new()
                };
                println!("{line}\n   got {got}\n  want {want}   {names} {extra}");
            }
        }
    }
    assert_eq!(bad, 0);
}
