//! Prints the bytecode of a file, or of standard input.

use orochi_compiler::{Mode, Options, Source, compile};
use std::io::Read;

fn main() {
    let mut bytes = Vec::new();
    let mode = match std::env::args().nth(2).as_deref() {
        Some("eval") => Mode::Eval,
        Some("single") => Mode::Single,
        _ => Mode::Exec,
    };
    let name = std::env::args().nth(1).unwrap_or_else(|| "-".into());
    if name == "-" {
        let _ = std::io::stdin().read_to_end(&mut bytes);
    } else {
        bytes = std::fs::read(&name).unwrap_or_default();
    }
    let result = Source::from_bytes(&bytes, None, None)
        .and_then(|s| compile(&s, &name, mode, &Options::default()));
    match result {
        Ok(c) => {
            for w in &c.warnings {
                println!("line {}: {:?} {}", w.line, w.kind, w.msg);
            }
            print!("{}", orochi_bytecode::disassemble(&c.code));
            let flow = orochi_bytecode::check_flow(&c.code);
            if let Err(e) = orochi_bytecode::verify(&c.code).and(flow) {
                println!("VERIFY: {e}");
            }
        }
        Err(e) => println!(
            "{:?}: {} at {}:{}-{}:{} incomplete={}\n{}",
            e.kind,
            e.msg,
            e.line,
            e.col,
            e.end_line,
            e.end_col,
            e.incomplete,
            e.text.unwrap_or_default()
        ),
    }
}
