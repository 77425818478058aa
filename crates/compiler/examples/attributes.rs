//! Prints the attributes of all code objects of a tree, one line each, to be compared with another implementation.

use orochi_bytecode::{CodeUnit, Const};
use orochi_compiler::{Mode, Options, Source, compile};
use std::path::Path;

fn dump(file: &str, c: &CodeUnit) {
    let doc = match c.docstring() {
        Some(Const::Str(s, _)) => s.len().to_string(),
        _ => "-".into(),
    };
    println!(
        "{file}|{}|{}|{}|{}|{}|{:#x}|{}|{}|{}|{doc}",
        c.qualname,
        c.firstlineno,
        c.argcount,
        c.posonlyargcount,
        c.kwonlyargcount,
        c.flags,
        c.varnames.join(" "),
        c.cellvars.join(" "),
        c.freevars.join(" ")
    );
    for k in &c.consts {
        if let Const::Code(inner) = k {
            dump(file, inner);
        }
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
            let name = p.strip_prefix(root).unwrap_or(&p).to_string_lossy().into_owned();
            let compiled = Source::from_bytes(&bytes, None)
                .and_then(|s| compile(&s, &name, Mode::Exec, &Options::default()));
            if let Ok(c) = compiled {
                dump(&name, &c.code);
            }
        }
    }
}

fn main() {
    for dir in std::env::args().skip(1) {
        tree(Path::new(&dir), Path::new(&dir));
    }
}
