//! Finds the interpreter that tests run: the one built from this workspace, unless the variable
//! `OROCHI` names another.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The package with the executable.
const PACKAGE: &str = "orochi-cli";
/// The executable's name.
const BINARY: &str = "orochi";

/// The interpreter's command, as words; or why there is none.
///
/// The executable is built first, in the profile of the running test binary, so that no test runs
/// an old one. Cargo is quick when nothing has changed.
pub fn find(root: &Path) -> Result<Vec<String>, String> {
    if let Ok(words) = std::env::var("OROCHI") {
        return Ok(words.split_whitespace().map(str::to_owned).collect());
    }
    if !root.join("crates/cli/Cargo.toml").exists() {
        return Err("there is no crates/cli to build the interpreter from".into());
    }
    let folder = profile_folder().ok_or("the test binary is not in a target folder")?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", PACKAGE, "--bin", BINARY, "--profile", profile])
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo could not be run: {error}"))?;
    if !built.success() {
        return Err("the interpreter does not build".into());
    }
    let binary = folder.join(format!("{BINARY}{}", std::env::consts::EXE_SUFFIX));
    if !binary.exists() {
        return Err(format!("{} was not built", binary.display()));
    }
    Ok(vec![binary.display().to_string()])
}

/// `target/PROFILE`, from `target/PROFILE/deps/NAME-HASH` or `target/PROFILE/NAME`.
fn profile_folder() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let folder = executable.parent()?;
    if folder.ends_with("deps") {
        folder.parent().map(Path::to_path_buf)
    } else {
        Some(folder.into())
    }
}
