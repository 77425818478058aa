//! Modules of the packed library: their code, and the native half of the importer that serves them
//! (`_orochi_importer` in the library's overlay is the other half).

use crate::compile;
use crate::state::state;
use orochi_bytecode::Encoded;
use orochi_compiler::{Mode, Options, Source};
use orochi_object::prelude::*;
use orochi_runtime::code::{PyCode, new_encoded};
use orochi_stdlib::Entry;

/// `_orochi_pack`: files of the packed library by path.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_orochi_pack",
    functions: &[
        function("find", "(stem, /)", find),
        function("get_code", "(path, /)", get_code),
        function("get_data", "(path, /)", get_data),
        function("exists", "(path, /)", exists),
        function("is_dir", "(path, /)", is_dir),
        function("list_dir", "(path, /)", list_dir),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    let root = cx.new_str(&state().stdlib)?;
    module.namespace().set_str(cx, name!(cx, "ROOT"), root.value())
}

fn path_of(cx: &Cx, v: Value) -> Res<String> {
    Ok(ops::expect_str(cx, v, "path")?.to_string_lossy())
}

/// `find('json/decoder')`: the path of the module's file, and whether it is a package; or `None`.
fn find(cx: &Cx, args: Args) -> Res {
    let stem = path_of(cx, args.get(0))?;
    let package = format!("{stem}/__init__.py");
    let (path, is_package) = match orochi_stdlib::find(&package) {
        Some(_) => (package, true),
        None => (format!("{stem}.py"), false),
    };
    if orochi_stdlib::find(&path).is_none() {
        return Ok(Value::NONE);
    }
    let path = cx.new_str(&path)?.value();
    Ok(cx.new_tuple(&[path, Value::bool(is_package)])?.value())
}

fn entry(cx: &Cx, v: Value) -> Res<Entry> {
    let path = path_of(cx, v)?;
    match orochi_stdlib::find(&path) {
        Some(entry) => Ok(entry),
        None => {
            let full = cx.new_str(&format!("{}/{path}", state().stdlib))?;
            Err(exception::os_error(cx, libc::ENOENT, Some(full.value())))
        }
    }
}

/// Modules that CPython has frozen: their code is named so, and tracebacks show no lines of it.
const FROZEN: &[&str] = &[
    "__phello__/__init__.py",
    "__hello__.py",
    "_collections_abc.py",
    "_sitebuiltins.py",
    "abc.py",
    "codecs.py",
    "genericpath.py",
    "importlib/machinery.py",
    "importlib/util.py",
    "io.py",
    "ntpath.py",
    "os.py",
    "posixpath.py",
    "runpy.py",
    "site.py",
    "stat.py",
];

fn get_code(cx: &Cx, args: Args) -> Res {
    let entry = entry(cx, args.get(0))?;
    let path = entry.path();
    let filename = if FROZEN.contains(&path) {
        let stem = path.trim_end_matches(".py").trim_end_matches("/__init__");
        format!("<frozen {}>", stem.replace('/', "."))
    } else {
        format!("{}/{path}", state().stdlib)
    };
    Ok(code_of(cx, entry, &filename)?.value())
}

fn get_data(cx: &Cx, args: Args) -> Res {
    Ok(cx.new_bytes(&entry(cx, args.get(0))?.source())?.value())
}

fn exists(cx: &Cx, args: Args) -> Res {
    let path = path_of(cx, args.get(0))?;
    Ok(Value::bool(orochi_stdlib::find(&path).is_some()))
}

fn is_dir(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(orochi_stdlib::is_dir(&path_of(cx, args.get(0))?)))
}

/// The names in a folder with a flag for folders, or `None`.
fn list_dir(cx: &Cx, args: Args) -> Res {
    let Some(items) = orochi_stdlib::list_dir(&path_of(cx, args.get(0))?) else {
        return Ok(Value::NONE);
    };
    let list = cx.new_list(&[])?;
    for item in items {
        let name = cx.new_str(item.name)?.value();
        list.push(cx, cx.new_tuple(&[name, Value::bool(item.is_dir)])?.value())?;
    }
    Ok(list.value())
}

/// Gives back the pages of the library that were looked at: most of what was decoded is not wanted again.
pub fn forget() {
    // SAFETY: the blob is a static without references.
    unsafe { orochi_base::pages::forget(orochi_stdlib::blob()) };
}

/// The code of a packed module, naming `filename` as its file: precompiled if it may be used.
pub fn code_of(cx: &Cx, entry: Entry, filename: &str) -> Res<Ref<PyCode>> {
    forget();
    if state().optimize == 0
        && let Some(Ok(encoded)) = entry.code().map(Encoded::new)
    {
        return new_encoded(cx, encoded, cx.new_str(filename)?);
    }
    let source = match Source::from_bytes(&entry.source(), None, None) {
        Ok(source) => source,
        Err(error) => return Err(compile::syntax_error(cx, &error, filename, false)),
    };
    let options = Options { optimize: state().optimize, ..Options::default() };
    compile::compile_source(cx, &source, filename, Mode::Exec, &options, false)
}

/// The source of a file of the packed library, by the name its code gives.
pub fn source_of(filename: &str) -> Option<String> {
    let inner = filename.strip_prefix(state().stdlib.as_str())?.strip_prefix('/')?;
    let entry = orochi_stdlib::find(inner)?;
    Some(String::from_utf8_lossy(&entry.source()).into_owned())
}
