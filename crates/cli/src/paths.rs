//! Where we are: the executable, prefixes, the folder of the library, `sys.path`.

use crate::options::Options;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Fills in what `sys` says of places.
pub(crate) fn fill(options: &mut Options) {
    let executable = executable(options.config.orig_argv.first());
    let real = std::fs::canonicalize(&executable).unwrap_or_else(|_| executable.clone());
    let base = prefix_of(&real);
    let venv = virtual_environment(&executable);
    let prefix = venv.as_ref().map_or(&base, |(folder, _)| folder).clone();
    let base_executable = match &venv {
        Some((_, Some(home))) => {
            home.join(executable.file_name().unwrap_or_else(|| OsStr::new("orochi")))
        }
        _ => executable.clone(),
    };
    let stdlib = base.join("lib").join("python3.14");
    let mut path: Vec<OsString> = Vec::new();
    if let Some(list) = options.variable("PYTHONPATH") {
        for entry in list.as_bytes().split(|byte| *byte == b':') {
            path.push(absolute(OsStr::from_bytes(entry)).into_os_string());
        }
    }
    path.push(stdlib.clone().into_os_string());
    let config = &mut options.config;
    config.executable = executable.into_os_string();
    config.base_executable = base_executable.into_os_string();
    config.prefix = prefix.clone().into_os_string();
    config.exec_prefix = prefix.into_os_string();
    config.base_prefix = base.clone().into_os_string();
    config.base_exec_prefix = base.into_os_string();
    config.stdlib_dir = Some(stdlib.into_os_string());
    config.path = path;
}

fn absolute(path: &OsStr) -> PathBuf {
    if path.is_empty() {
        return std::env::current_dir().unwrap_or_default();
    }
    std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path))
}

/// The executable as it was called, absolute, symbolic links kept.
fn executable(program: Option<&OsString>) -> PathBuf {
    let here = || std::env::current_exe().unwrap_or_default();
    let Some(program) = program.filter(|program| !program.is_empty()) else { return here() };
    if program.as_bytes().contains(&b'/') {
        return absolute(program);
    }
    let list = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&list).map(|folder| folder.join(program)).find(|file| {
        use std::os::unix::fs::PermissionsExt;
        file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    });
    found.map_or_else(here, |file| absolute(file.as_os_str()))
}

/// `/opt/orochi` for `/opt/orochi/bin/orochi`; else the executable's own folder.
fn prefix_of(executable: &Path) -> PathBuf {
    let folder = executable.parent().unwrap_or(Path::new("/"));
    match folder.parent() {
        Some(parent) if folder.ends_with("bin") => parent.to_path_buf(),
        _ => folder.to_path_buf(),
    }
}

/// The folder of the virtual environment the executable belongs to, and the `home` it names.
fn virtual_environment(executable: &Path) -> Option<(PathBuf, Option<PathBuf>)> {
    let folder = executable.parent()?;
    [Some(folder), folder.parent()].into_iter().flatten().find_map(|candidate| {
        let text = std::fs::read_to_string(candidate.join("pyvenv.cfg")).ok()?;
        let home = text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "home").then(|| PathBuf::from(value.trim()))
        });
        Some((candidate.to_path_buf(), home))
    })
}

/// The folder of a script, symbolic links of the script followed: `sys.path[0]`.
pub(crate) fn script_folder(script: &OsStr) -> OsString {
    let path = Path::new(script);
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| absolute(script));
    real.parent().map(|folder| folder.as_os_str().to_owned()).unwrap_or_default()
}
