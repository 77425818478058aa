//! Which files go into the pack, under which path.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Path inside the pack (`/`-separated, relative to the library's root) to content.
/// A sorted map, so that the index of the pack is sorted too.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Folders that are left out: tests, and programs that need a window system we do not have.
const SKIPPED_FOLDERS: &[&str] =
    &["test", "tests", "idle_test", "idlelib", "tkinter", "turtledemo", "__pycache__"];

/// Files that are left out: no part of CPython's library, of no use outside its source tree, or of
/// no use without `tkinter`.
const SKIPPED_FILES: &[&str] = &[
    "README.md",
    "_dummy_os.py",
    "_dummy_thread.py",
    "_pycodecs.py",
    "ctypes/macholib/README.ctypes",
    "ctypes/macholib/fetch_macholib",
    "ctypes/macholib/fetch_macholib.bat",
    "dummy_threading.py",
    "email/architecture.rst",
    "turtle.py",
];

/// Data files that are no help at run time, whatever their folder.
const SKIPPED_NAMES: &[&str] = &["mypy.ini"];

/// The library's files, under the names they have in CPython.
pub(crate) fn library(root: &Path) -> Files {
    let mut files = Files::new();
    walk(root, "", &mut files);
    assert!(files.contains_key("os.py"), "no standard library in {}", root.display());
    if let Some(license) = files.remove("PSF-LICENSE") {
        files.insert("LICENSE.txt".into(), license);
    }
    files
}

/// Adds our own modules; they replace files of the library that have the same path.
pub(crate) fn overlay(root: &Path, files: &mut Files) {
    walk(root, "", files);
}

fn walk(folder: &Path, prefix: &str, files: &mut Files) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            if !SKIPPED_FOLDERS.contains(&name.as_str()) {
                walk(&entry.path(), &format!("{path}/"), files);
            }
        } else if wanted(&path, &name) {
            let content = fs::read(entry.path())
                .unwrap_or_else(|error| panic!("{}: {error}", entry.path().display()));
            files.insert(path, content);
        }
    }
}

fn wanted(path: &str, name: &str) -> bool {
    !name.ends_with(".pyc") && !SKIPPED_FILES.contains(&path) && !SKIPPED_NAMES.contains(&name)
}
