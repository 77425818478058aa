//! Golden tests of the bytecode: each file holds a source, a line of dashes and the disassembly. `BLESS=1` rewrites.

use orochi_compiler::{Mode, Options, Source, compile};
use std::path::Path;

const RULE: &str = "--------------------";

fn render(text: &str) -> String {
    let source = Source::from_text(text).expect("source");
    match compile(&source, "golden", Mode::Exec, &Options::default()) {
        Ok(c) => {
            orochi_bytecode::verify(&c.code).expect("verify");
            orochi_bytecode::check_flow(&c.code).expect("flow");
            let packed = orochi_bytecode::encode(&c.code);
            assert_eq!(orochi_bytecode::decode(&packed).as_ref(), Ok(&c.code));
            let mut out = String::new();
            for w in &c.warnings {
                out.push_str(&format!("warning line {}: {}\n", w.line, w.msg));
            }
            out + &orochi_bytecode::disassemble(&c.code)
        }
        Err(e) => {
            format!("{:?} {}:{}-{}:{} {}\n", e.kind, e.line, e.col, e.end_line, e.end_col, e.msg)
        }
    }
}

#[test]
fn golden() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/bytecode");
    let bless = std::env::var_os("BLESS").is_some();
    let mut failed = Vec::new();
    let mut files: Vec<_> =
        std::fs::read_dir(&dir).expect("golden directory").flatten().map(|e| e.path()).collect();
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("golden file");
        let (source, wanted) = text.split_once(RULE).unwrap_or((&text, ""));
        let got = render(source);
        if got.trim_end() == wanted.trim() {
            continue;
        }
        if bless {
            let new = format!("{}\n{RULE}\n{got}", source.trim_end());
            std::fs::write(&path, new).expect("bless");
        } else {
            failed.push(format!("{}\n{got}", path.display()));
        }
    }
    assert!(failed.is_empty(), "differs:\n{}", failed.join("\n"));
}
