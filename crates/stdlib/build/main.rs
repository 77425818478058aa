//! Packs the standard library: collects the files of the `rustpython-pylib` crate and of our own
//! `overlay/`, applies the patch rules, compiles every module and writes one blob, `pack.bin`.

mod collect;
mod compile;
mod pack;
mod patches;

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=overlay");
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(variable("OUT_DIR"));

    let mut files = collect::library(rustpython_pylib::LIB_PATH.as_ref());
    patches::apply(&mut files);
    collect::overlay(&root.join("overlay"), &mut files);

    let blob = pack::write(&files);
    let target = out.join("pack.bin");
    std::fs::write(&target, blob).unwrap_or_else(|error| panic!("{}: {error}", target.display()));
}

/// A variable that Cargo sets for every build script.
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("Cargo did not set {name}"))
}
