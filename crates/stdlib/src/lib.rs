//! The Python part of the standard library: sources, data files and precompiled code, found by
//! path. The blob is made by `build/main.rs`; this side only looks things up.
//!
//! Paths are relative to the library's root and use `/`: `json/__init__.py`. Nothing here is
//! mutable, so any thread may read at any time, without a lock.

mod layout;

use layout::{ALIGNMENT, HEADER, MAGIC, RECORD, flags};
use std::borrow::Cow;

/// Gives the blob the alignment that encoded code asks for.
#[repr(C, align(16))]
struct Aligned<T: ?Sized>(T);

const _: () = assert!(align_of::<Aligned<[u8; 0]>>() == ALIGNMENT);

static PACK: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/pack.bin")));

/// One file of the library.
#[derive(Clone, Copy)]
pub struct Entry {
    record: &'static [u8],
}

impl Entry {
    /// The path, relative to the library's root.
    pub fn path(self) -> &'static str {
        let start = self.number(0);
        let length = usize::from(self.small(24));
        std::str::from_utf8(slice(start, length)).unwrap_or("")
    }

    /// The content: Python source for a module, bytes for a data file.
    pub fn source(self) -> Cow<'static, [u8]> {
        let stored = slice(self.number(4), self.number(8));
        if self.small(26) & flags::DEFLATED == 0 {
            return Cow::Borrowed(stored);
        }
        // The build script made the stream, so it is whole; an empty file is the harmless answer
        // should the executable have been damaged.
        Cow::Owned(
            miniz_oxide::inflate::decompress_to_vec_with_limit(stored, self.source_len())
                .unwrap_or_default(),
        )
    }

    /// The length of the content, without unpacking it.
    pub fn source_len(self) -> usize {
        self.number(12)
    }

    /// The encoded code of a module, aligned to 16 bytes; `None` for data files.
    pub fn code(self) -> Option<&'static [u8]> {
        match self.number(20) {
            0 => None,
            length => Some(slice(self.number(16), length)),
        }
    }

    /// Whether this is the `__init__.py` of a package.
    pub fn is_package(self) -> bool {
        self.small(26) & flags::PACKAGE != 0
    }

    /// Whether this is Python source.
    pub fn is_module(self) -> bool {
        self.path().ends_with(".py")
    }

    fn number(self, at: usize) -> usize {
        read_number(self.record, at)
    }

    fn small(self, at: usize) -> u16 {
        u16::from_le_bytes([self.record[at], self.record[at + 1]])
    }
}

/// A name in a folder of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirItem {
    /// The last component of the path.
    pub name: &'static str,
    /// Whether it is itself a folder.
    pub is_dir: bool,
}

/// All of the blob: constant data of the executable.
pub fn blob() -> &'static [u8] {
    &PACK.0
}

/// How many files there are.
pub fn len() -> usize {
    let blob = &PACK.0;
    if blob.starts_with(MAGIC) { read_number(blob, MAGIC.len()) } else { 0 }
}

/// The file with this path.
pub fn find(path: &str) -> Option<Entry> {
    let at = first_not_below(path);
    entry(at).filter(|entry| entry.path() == path)
}

/// The file that holds the module with this dotted name: a package's `__init__.py`, or a module.
pub fn find_module(name: &str) -> Option<Entry> {
    let stem = name.replace('.', "/");
    find(&format!("{stem}/__init__.py")).or_else(|| find(&format!("{stem}.py")))
}

/// All files, sorted by path.
pub fn iter() -> impl Iterator<Item = Entry> {
    (0..len()).filter_map(entry)
}

/// Whether there is a folder with this path. The root is the empty path.
pub fn is_dir(path: &str) -> bool {
    if path.is_empty() {
        return true;
    }
    let prefix = format!("{path}/");
    entry(first_not_below(&prefix)).is_some_and(|entry| entry.path().starts_with(&prefix))
}

/// What a folder holds, sorted by name; `None` if there is no such folder.
pub fn list_dir(path: &str) -> Option<Vec<DirItem>> {
    if !is_dir(path) {
        return None;
    }
    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
    let mut items: Vec<DirItem> = Vec::new();
    for file in (first_not_below(&prefix)..len()).filter_map(entry) {
        let Some(rest) = file.path().strip_prefix(prefix.as_str()) else { break };
        let item = match rest.split_once('/') {
            Some((folder, _)) => DirItem { name: folder, is_dir: true },
            None => DirItem { name: rest, is_dir: false },
        };
        if items.last() != Some(&item) {
            items.push(item);
        }
    }
    items.sort_by_key(|item| item.name);
    items.dedup();
    Some(items)
}

/// The index of the first file whose path is not below `path`.
fn first_not_below(path: &str) -> usize {
    let (mut low, mut high) = (0, len());
    while low < high {
        let middle = (low + high) / 2;
        if entry(middle).is_some_and(|entry| entry.path() < path) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

fn entry(index: usize) -> Option<Entry> {
    if index >= len() {
        return None;
    }
    Some(Entry { record: slice(HEADER + index * RECORD, RECORD) })
}

fn slice(start: usize, length: usize) -> &'static [u8] {
    PACK.0.get(start..start + length).unwrap_or_default()
}

fn read_number(bytes: &[u8], at: usize) -> usize {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number) as usize
}

#[cfg(test)]
mod tests;
