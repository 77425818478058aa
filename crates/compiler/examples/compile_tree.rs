//! Compiles and verifies every Python file under the given directories, and reports what fails.

use orochi_compiler::{Mode, Options, Source, compile};
use std::path::{Path, PathBuf};

fn collect(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for e in entries.flatten() {
        let p = e.path();
        if p.is_dir() {
            collect(&p, out);
        } else if p.extension().is_some_and(|x| x == "py") {
            out.push(p);
        }
    }
}

fn one(path: &Path) -> Result<usize, String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    let source = Source::from_bytes(&bytes, None, None).map_err(|e| e.to_string())?;
    let name = path.to_string_lossy();
    let c = compile(&source, &name, Mode::Exec, &Options::default()).map_err(|e| e.to_string())?;
    orochi_bytecode::verify(&c.code).map_err(|e| format!("verify: {e}"))?;
    orochi_bytecode::check_flow(&c.code).map_err(|e| format!("flow: {e}"))?;
    let packed = orochi_bytecode::encode(&c.code);
    match orochi_bytecode::decode(&packed) {
        Ok(code) if code == c.code => Ok(packed.len()),
        Ok(_) => Err("codec: differs".into()),
        Err(e) => Err(format!("codec: {e:?}")),
    }
}

fn main() {
    let mut files = Vec::new();
    for dir in std::env::args().skip(1) {
        let p = PathBuf::from(dir);
        if p.is_file() { files.push(p) } else { collect(&p, &mut files) }
    }
    files.sort();
    let (mut failed, mut size) = (0, 0);
    let start = std::time::Instant::now();
    for f in &files {
        match one(f) {
            Ok(n) => size += n,
            Err(e) => {
                failed += 1;
                println!("{}: {e}", f.display());
            }
        }
    }
    println!(
        "{} files, {failed} failed, {size} bytes of code, {:.2} s",
        files.len(),
        start.elapsed().as_secs_f64()
    );
    std::process::exit((failed > 0) as i32);
}
