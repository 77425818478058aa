//! The formatting languages against CPython's answers (`tools/gen_cases.py`).

use orochi_fmt::field::{self, First, Part, Piece};
use orochi_fmt::grouping::Locale;
use orochi_fmt::number::{format_complex, format_float, format_int};
use orochi_fmt::percent::{self, Amount, Conversion, Layout, Template};
use orochi_fmt::string::format_str;
use orochi_fmt::{FormatError, Kind};
use orochi_num::{Complex, radix};
use orochi_text::{Buf, Builder, Units};

fn flt(s: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(s, 16).unwrap())
}

fn err(e: FormatError) -> String {
    let kind = match e.kind {
        Kind::Value => "ValueError",
        Kind::Type => "TypeError",
        Kind::Overflow => "OverflowError",
    };
    format!("!{kind}: {}", e.message)
}

fn show(r: Result<Buf, FormatError>) -> String {
    r.map_or_else(err, |b| b.units().to_string_lossy())
}

fn quoted(s: Units<'_>) -> String {
    orochi_text::repr::repr(s).units().to_string_lossy()
}

fn parse(t: Units<'_>) -> String {
    let mut parts = Vec::new();
    let (mut pieces, mut p) = (field::pieces(t, 0..t.len()), Piece::default());
    loop {
        match pieces.read(&mut p) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return err(e),
        }
        let literal = quoted(t.slice(p.literal.clone()));
        parts.push(match p.field.take() {
            None => format!("({literal}, None, None, None)"),
            Some(f) => {
                let conv = f.conversion.map_or("None".into(), |c| quoted(Units::Four(&[c])));
                format!(
                    "({literal}, {}, {}, {conv})",
                    quoted(t.slice(f.name)),
                    quoted(t.slice(f.spec))
                )
            }
        });
    }
    format!("[{}]", parts.join(", "))
}

fn name(t: Units<'_>) -> String {
    let (first, rest) = match field::split_name(t, 0..t.len()) {
        Ok(x) => x,
        Err(e) => return err(e),
    };
    let first = match first {
        First::Auto => "''".into(),
        First::Index(i) => i.to_string(),
        First::Key(r) => quoted(t.slice(r)),
    };
    let mut parts = Vec::new();
    for p in rest {
        parts.push(match p {
            Ok(Part::Attr(r)) => format!("(True, {})", quoted(t.slice(r))),
            Ok(Part::Index(i)) => format!("(False, {i})"),
            Ok(Part::Key(r)) => format!("(False, {})", quoted(t.slice(r))),
            Err(e) => return err(e),
        });
    }
    format!("({first}, [{}])", parts.join(", "))
}

fn percent(op: &str, value: &str, t: Units<'_>) -> String {
    let (mut reader, mut c) = (Template::new(t), Conversion::NONE);
    if !reader.begin() || reader.conversion(&mut c).is_err() {
        return "?".into();
    }
    let fixed = |a: Amount| if let Amount::Fixed(n) = a { Some(n) } else { None };
    let l = Layout {
        flags: c.flags,
        width: fixed(c.width).unwrap_or(0),
        precision: fixed(c.precision),
    };
    let kind = c.kind as u8;
    let mut out = Builder::new();
    match op {
        "%int" => {
            let n = radix::parse(value.as_bytes(), 0, 0).unwrap();
            percent::push_int(n.as_ref(), kind, l, &mut out);
            if let (Some(small), b'd') = (n.as_ref().to_i64(), kind) {
                let mut other = Builder::new();
                percent::push_small(small, l, &mut other);
                assert_eq!(out.units(), other.units());
            }
        }
        "%float" => percent::push_float(flt(value), kind, l, &mut out),
        _ => percent::push_text(Buf::from(value).units(), l, &mut out),
    }
    out.units().to_string_lossy()
}

fn percent_error(t: Units<'_>) -> String {
    let (mut reader, mut c) = (Template::new(t), Conversion::NONE);
    while !reader.is_done() {
        reader.literal();
        if !reader.begin() {
            continue;
        }
        if reader.has_key()
            && let Err(e) = reader.key()
        {
            return err(e);
        }
        if let Err(e) = reader.conversion(&mut c) {
            return err(e);
        }
        if !(c.kind < 128 && b"diouxXeEfFgGcrsa".contains(&(c.kind as u8))) {
            return err(percent::unsupported(&c));
        }
    }
    "fine".into()
}

#[test]
fn agrees_with_cpython() {
    let mut bad = 0;
    for line in include_str!("data/cases.txt").split('\n').filter(|l| !l.is_empty()) {
        let f: Vec<&str> = line.split('\t').collect();
        let last = f[f.len() - 1];
        let spec = Buf::from(f[f.len() - 2]);
        let s = spec.units();
        let c = &Locale::C;
        let got = match f[0] {
            "int" => {
                show(format_int(radix::parse(f[1].as_bytes(), 0, 0).unwrap().as_ref(), s, "int", c))
            }
            "float" => show(format_float(flt(f[1]), s, "float", c)),
            "complex" => show(format_complex(Complex::new(flt(f[1]), flt(f[2])), s, "complex", c)),
            "str" => show(format_str(Buf::from(f[1]).units(), s, "str")),
            "parse" => parse(s),
            "name" => name(s),
            "%err" => percent_error(s),
            op => percent(op, f[1], s),
        };
        if got != last && !(f[0] == "%err" && got == "fine" && !last.starts_with('!')) {
            bad += 1;
            if bad < 40 {
                println!("{line}\n   got {got}");
            }
        }
    }
    assert_eq!(bad, 0);
}
