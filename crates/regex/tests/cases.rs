//! The engine against CPython's answers (`tools/gen_cases.py`), and polling.

use orochi_regex::{Matcher, Mode, Stop, tables};
use orochi_text::{Buf, Builder};

fn words(s: &str) -> Vec<u32> {
    if s == "e" {
        Vec::new()
    } else {
        s.split('.').map(|x| u32::from_str_radix(x, 16).unwrap()).collect()
    }
}

fn text(s: &str) -> Buf {
    let mut b = Builder::new();
    words(s).into_iter().for_each(|c| b.push(c));
    b.finish()
}

fn show(m: &Matcher<'_>, groups: usize) -> String {
    let spans: Vec<String> = (1..=groups)
        .map(|i| m.group(i).map_or("-1,-1".into(), |(a, b)| format!("{a},{b}")))
        .collect();
    let (a, b) = m.span();
    format!("{a},{b}:{}:{}", m.last_index().unwrap_or(0), spans.join(" "))
}

fn one(code: &[u32], groups: usize, subject: &Buf, mode: Mode) -> String {
    let tables = tables(code);
    let mut m = Matcher::new(code, &tables, groups, subject.units(), usize::MAX);
    if m.run(mode, 0, false, &mut || true).unwrap() { show(&m, groups) } else { "-".into() }
}

fn all(code: &[u32], groups: usize, subject: &Buf) -> String {
    let tables = tables(code);
    let mut m = Matcher::new(code, &tables, groups, subject.units(), usize::MAX);
    let (mut at, mut must, mut out) = (0, false, Vec::new());
    while m.run(Mode::Search, at, must, &mut || true).unwrap() {
        out.push(show(&m, groups));
        let (a, b) = m.span();
        (at, must) = (b, a == b);
    }
    if out.is_empty() { "-".into() } else { out.join("|") }
}

#[test]
fn agrees_with_cpython() {
    let (mut code, mut groups, mut pattern) = (Vec::new(), 0, "");
    let mut bad = 0;
    for line in include_str!("data/cases.txt").lines() {
        let f: Vec<&str> = line.split('\t').collect();
        if f[0] == "P" {
            (code, groups, pattern) = (words(f[1]), f[2].parse().unwrap(), f[3]);
            continue;
        }
        let subject = text(f[1]);
        let got = [
            one(&code, groups, &subject, Mode::Match),
            one(&code, groups, &subject, Mode::Full),
            all(&code, groups, &subject),
        ];
        if got[..] != f[2..] {
            bad += 1;
            if bad < 30 {
                println!(
                    "{pattern} on {:?}\n   got {got:?}\n  want {:?}",
                    subject.units().to_string_lossy(),
                    &f[2..]
                );
            }
        }
    }
    assert_eq!(bad, 0);
}

/// `(?:a+)+b` never matches here and takes exponential time.
#[test]
fn polls_and_stops() {
    let code: Vec<u32> = include_str!("data/slow.txt")
        .trim()
        .split('.')
        .map(|x| u32::from_str_radix(x, 16).unwrap())
        .collect();
    let subject = vec![97u8; 60];
    let mut m = Matcher::new(&code, &[], 0, orochi_text::Units::One(&subject), usize::MAX);
    let mut polls = 0;
    let r = m.run(Mode::Match, 0, false, &mut || {
        polls += 1;
        polls < 100
    });
    assert_eq!(r, Err(Stop::Interrupted));
    assert_eq!(polls, 100);
}

#[test]
fn nonsense_code_does_no_harm() {
    let mut x = 1u64;
    let subject = text("61.62.63");
    for _ in 0..20_000 {
        let code: Vec<u32> = (0..12)
            .map(|_| {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                (x % 43) as u32
            })
            .collect();
        let tables = tables(&code);
        let mut m = Matcher::new(&code, &tables, 2, subject.units(), usize::MAX);
        let mut polls = 0;
        let _ = m.run(Mode::Search, 0, false, &mut || {
            polls += 1;
            polls < 3
        });
    }
}
