//! Precompiles modules.

use orochi_compiler::{Mode, Options, Source, compile};

/// The encoded code of a module, or nothing if it cannot be compiled ahead of time: the importer
/// then compiles it from source and reports what is wrong.
///
/// Code names its file by the path in the library; the importer puts the library's root before it.
pub(crate) fn module(path: &str, content: &[u8]) -> Vec<u8> {
    let Ok(source) = Source::from_bytes(content, None, None) else { return Vec::new() };
    match compile(&source, path, Mode::Exec, &Options::default()) {
        Ok(compiled) => orochi_bytecode::encode(&compiled.code),
        Err(error) => {
            println!("cargo:warning={path} is not precompiled: {error:?}");
            Vec::new()
        }
    }
}
