//! Prints the attributes of all code objects of a tree, one line each, to be compared with another implementation.

use orochi_bytecode::{CodeUnit, Const, Op};
use orochi_compiler::{Mode, Options, Source, compile};
use std::path::Path;

/// Groups of operations whose positions are compared.
fn group(op: Op) -> Option<char> {
    Some(match op {
        Op::Call | Op::CallMethod | Op::CallKw | Op::CallEx => 'C',
        Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Mod
        | Op::AddI
        | Op::SubI
        | Op::IAdd
        | Op::IAddI
        | Op::GetItem => 'B',
        Op::Or
        | Op::And
        | Op::Xor
        | Op::FloorDiv
        | Op::FloorDivI
        | Op::LShift
        | Op::RShift
        | Op::LShiftI
        | Op::RShiftI
        | Op::AndI
        | Op::ISubI
        | Op::ISub
        | Op::GetSlice
        | Op::GetStepped
        | Op::IMul
        | Op::MatMul
        | Op::TrueDiv
        | Op::Pow
        | Op::GetItemI
        | Op::MulI
        | Op::ModI
        | Op::IOr => 'B',
        Op::LoadAttr | Op::LoadMethod => 'A',
        Op::StoreAttr => 'S',
        Op::Lt | Op::Le | Op::Eq | Op::Ne | Op::Gt | Op::Ge => 'Q',
        Op::JumpIfLt | Op::JumpIfEq | Op::JumpIfNotEq | Op::JumpIfNotLt | Op::JumpIfEqI => 'Q',
        Op::Raise | Op::RaiseCurrent => 'R',
        Op::ImportName => 'I',
        Op::ImportFrom => 'M',
        Op::SetItem | Op::SetSlice => 'T',
        Op::ForIter => 'F',
        Op::GetIter => 'G',
        Op::LoadGlobal => 'L',
        Op::Return | Op::ReturnNone => 'V',
        Op::UnpackSequence => 'U',
        _ => return None,
    })
}

/// Prints the distinct positions of the operations of each group.
fn dump_positions(file: &str, c: &CodeUnit) {
    let mut out = std::collections::BTreeSet::new();
    for (pc, i) in c.instrs.iter().enumerate() {
        let p = orochi_bytecode::position_at(&c.positions, pc);
        if let (Some(g), true) = (group(i.operation()), p.line > 0) {
            out.insert(format!("{g}{},{},{},{}", p.line, p.end_line, p.col, p.end_col));
        }
    }
    for x in out {
        println!("{file}|{}|{}|{x}", c.qualname, c.firstlineno);
    }
    for k in &c.consts {
        if let Const::Code(inner) = k {
            dump_positions(file, inner);
        }
    }
}

fn dump(file: &str, c: &CodeUnit) {
    if std::env::var_os("POSITIONS").is_some() {
        return dump_positions(file, c);
    }
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
            let compiled = Source::from_bytes(&bytes, None, None)
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
