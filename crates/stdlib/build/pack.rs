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

    // What is read together lies together, for memory is mapped in pages: names, then the code of
    // modules that most programs import, then other code, then sources.
    let names_at: Vec<usize> =
        names.iter().map(|name| append(&mut blob, name.as_bytes(), 1)).collect();
    let mut order: Vec<usize> = (0..packed.len()).collect();
    order.sort_by_key(|index| !OFTEN.contains(&names[*index]));
    let mut code_at = vec![0; packed.len()];
    for index in order {
        code_at[index] = append(&mut blob, &packed[index].code, ALIGNMENT);
    }
    for (index, (name, file)) in names.iter().zip(&packed).enumerate() {
        let source_at = append(&mut blob, &file.source, 1);
        let (source, code) = (file.source.len(), file.code.len());
        let fields = [names_at[index], source_at, source, file.raw_length, code_at[index], code];
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

/// Modules that are imported at every start or by many programs.
const OFTEN: &[&str] = &[
    "__future__.py",
    "_ast.py",
    "_collections_abc.py",
    "_colorize.py",
    "_opcode_metadata.py",
    "_orochi_importer.py",
    "_orochi_template.py",
    "_py_warnings.py",
    "_sitebuiltins.py",
    "_tokenize.py",
    "_weakrefset.py",
    "abc.py",
    "annotationlib.py",
    "argparse.py",
    "ast.py",
    "codecs.py",
    "codeop.py",
    "collections/__init__.py",
    "concurrent/__init__.py",
    "concurrent/futures/__init__.py",
    "concurrent/futures/_base.py",
    "concurrent/futures/thread.py",
    "contextlib.py",
    "copy.py",
    "copyreg.py",
    "dataclasses.py",
    "dis.py",
    "encodings/__init__.py",
    "encodings/aliases.py",
    "encodings/utf_8.py",
    "enum.py",
    "functools.py",
    "genericpath.py",
    "gettext.py",
    "heapq.py",
    "importlib/__init__.py",
    "importlib/_bootstrap.py",
    "importlib/_bootstrap_external.py",
    "importlib/machinery.py",
    "importlib/util.py",
    "inspect.py",
    "io.py",
    "json/__init__.py",
    "json/decoder.py",
    "json/encoder.py",
    "json/scanner.py",
    "keyword.py",
    "linecache.py",
    "locale.py",
    "logging/__init__.py",
    "opcode.py",
    "operator.py",
    "os.py",
    "posixpath.py",
    "queue.py",
    "random.py",
    "re/__init__.py",
    "re/_casefix.py",
    "re/_compiler.py",
    "re/_constants.py",
    "re/_parser.py",
    "reprlib.py",
    "runpy.py",
    "selectors.py",
    "signal.py",
    "site.py",
    "stat.py",
    "string/__init__.py",
    "subprocess.py",
    "tempfile.py",
    "textwrap.py",
    "threading.py",
    "token.py",
    "tokenize.py",
    "traceback.py",
    "types.py",
    "typing.py",
    "warnings.py",
    "weakref.py",
];

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
