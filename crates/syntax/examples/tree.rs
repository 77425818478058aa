//! Prints the trees of all files of a directory, one line a statement, to be compared with another implementation.

use orochi_syntax::{Field, Literals, Mode, Node, Source, parse, to_tree};
use std::path::Path;

fn value(f: &Field, out: &mut String) {
    let hex = |s: &[u8]| s.iter().map(|b| format!("{b:02x}")).collect::<String>();
    match f {
        Field::None => out.push_str("None"),
        Field::Node(n) => node(n, out),
        Field::List(items) => {
            out.push('[');
            for (i, x) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                value(x, out);
            }
            out.push(']');
        }
        Field::Name(s) => *out += &format!("s{}", hex(s.as_bytes())),
        Field::Text(s) => *out += &format!("s{}", hex(s)),
        Field::Bytes(s) => *out += &format!("b{}", hex(s)),
        Field::Int(n) => *out += &format!("i{n}"),
        Field::Big(_) => out.push_str("ibig"),
        Field::Float(_) => out.push('f'),
        Field::Imaginary(_) => out.push('j'),
        Field::Bool(b) => out.push_str(if *b { "True" } else { "False" }),
        Field::Ellipsis => out.push_str("..."),
    }
}

fn node(n: &Node, out: &mut String) {
    out.push_str(n.class);
    out.push('(');
    for (i, (name, f)) in n.fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(name);
        out.push('=');
        value(f, out);
    }
    out.push(')');
    if let Some([a, b, c, d]) = n.position {
        *out += &format!("@{a},{b},{c},{d}");
    }
}

fn tree(root: &Path, dir: &Path) {
    let mut entries: Vec<_> =
        std::fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for p in entries {
        if p.is_dir() {
            tree(root, &p);
        } else if p.extension().is_some_and(|x| x == "py") {
            let Ok(bytes) = std::fs::read(&p) else { continue };
            let Ok(source) = Source::from_bytes(&bytes, None, None) else { continue };
            let Ok(parsed) = parse(&source, Mode::Exec) else { continue };
            let mut lits = Literals { source: &source, names: None, warnings: Vec::new() };
            let module = to_tree(&mut lits, &parsed.tree, false);
            if let Some((_, Field::List(body))) = module.fields.first() {
                for s in body {
                    let mut out = String::new();
                    value(s, &mut out);
                    println!("{}|{out}", p.strip_prefix(root).unwrap_or(&p).display());
                }
            }
        }
    }
}

fn main() {
    for dir in std::env::args().skip(1) {
        tree(Path::new(&dir), Path::new(&dir));
    }
}
