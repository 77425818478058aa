//! Tests as data. A language test is a Python file with the output it must have; adding one
//! compiles nothing. `tests/all.rs` is the one binary that runs them, `cargo xtask conformance` the
//! one that runs CPython's own tests against lists of expectations.

pub mod case;
pub mod conformance;
pub mod harness;
pub mod interpreter;
pub mod limit;
pub mod modes;
pub mod process;

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}
