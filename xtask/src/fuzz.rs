//! `cargo xtask fuzz`: the comparison of generated cases, `tests/fuzz/compare.py`, run by our own interpreter.

use std::path::PathBuf;
use std::process::Command;

/// Runs the comparison with these arguments; a difference is an error.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let root = orochi_testkit::root();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let orochi = target.join("release/orochi");
    let mut command = Command::new(&orochi);
    command.arg(root.join("tests/fuzz/compare.py")).args(arguments).current_dir(&root);
    let status = command.status().map_err(|error| format!("{}: {error}", orochi.display()))?;
    if status.success() { Ok(()) } else { Err("the interpreters differ".into()) }
}
