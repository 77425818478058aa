//! Writes the blob. `src/layout.rs` describes it and reads it.

use crate::collect::Files;
use crate::compile;

#[path = "../src/layout.rs"]
mod layout;

use layout::{ALIGNMENT, HEADER, MAGIC, RECORD, flags};

/// One file, ready to be laid out.
struct Packed {
    flags: u16,
    raw_length: usize,
    source: Vec<u8>,
    code: Vec<u8>,
}

/// The blob with all files.
pub(crate) fn write(files: &Files) -> Vec<u8> {
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let packed = pack_all(files);

    let mut blob = Vec::new();
    blob.extend_from_slice(MAGIC);
    blob.extend_from_slice(&number(packed.len()));
    blob.resize(HEADER + packed.len() * RECORD, 0);

    for (index, (name, file)) in names.iter().zip(&packed).enumerate() {
        let name_at = append(&mut blob, name.as_bytes(), 1);
        let source_at = append(&mut blob, &file.source, 1);
        let code_at = append(&mut blob, &file.code, ALIGNMENT);
        let fields =
            [name_at, source_at, file.source.len(), file.raw_length, code_at, file.code.len()];
        let mut record = Vec::with_capacity(RECORD);
        for field in fields {
            record.extend_from_slice(&number(field));
        }
        record.extend_from_slice(&small(name.len()));
        record.extend_from_slice(&file.flags.to_le_bytes());
        record.resize(RECORD, 0);
        let at = HEADER + index * RECORD;
        blob[at..at + RECORD].copy_from_slice(&record);
    }
    blob
}

/// Packs the files on all processors.
fn pack_all(files: &Files) -> Vec<Packed> {
    let jobs: Vec<(&String, &Vec<u8>)> = files.iter().collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut results: Vec<(usize, Packed)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                let work = || {
                    let mut done = Vec::new();
                    loop {
                        let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some((path, content)) = jobs.get(index) else { return done };
                        done.push((index, pack_one(path, content)));
                    }
                };
                // The compiler is recursive, and some library expressions are deep.
                std::thread::Builder::new()
                    .stack_size(64 << 20)
                    .spawn_scoped(scope, work)
                    .unwrap_or_else(|error| panic!("no thread to pack with: {error}"))
            })
            .collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap_or_else(|_| panic!("packing failed")))
            .collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, packed)| packed).collect()
}

fn pack_one(path: &str, content: &[u8]) -> Packed {
    let is_module = path.ends_with(".py");
    let mut bits = 0;
    if path.ends_with("/__init__.py") {
        bits |= flags::PACKAGE;
    }
    let deflated = miniz_oxide::deflate::compress_to_vec(content, 6);
    let source = if deflated.len() < content.len() {
        bits |= flags::DEFLATED;
        deflated
    } else {
        content.to_vec()
    };
    let code = if is_module { compile::module(path, content) } else { Vec::new() };
    Packed { flags: bits, raw_length: content.len(), source, code }
}

/// Appends `bytes` at the next multiple of `alignment` and tells where that is.
fn append(blob: &mut Vec<u8>, bytes: &[u8], alignment: usize) -> usize {
    if bytes.is_empty() {
        return 0;
    }
    blob.resize(blob.len().next_multiple_of(alignment), 0);
    let at = blob.len();
    blob.extend_from_slice(bytes);
    at
}

fn number(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or_else(|_| panic!("the pack is too large")).to_le_bytes()
}

fn small(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or_else(|_| panic!("a path is too long")).to_le_bytes()
}
