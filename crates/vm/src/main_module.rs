//! The module `__main__`: making it, compiling for it, running in it.

use crate::hooks;
use orochi_builtins::hooks::{CompileMode, CompileRequest};
use orochi_compiler::{Mode, Options, Source, SyntaxError};
use orochi_import::{bootstrap, compile, imp, state};
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;

/// Makes `__main__`.
pub fn make_main(cx: &Cx) -> Res<()> {
    let module = cx.new_module(name!(cx, "__main__"))?;
    let dict = module.namespace();
    let builtins = state::modules(cx)?.get_str(name!(cx, "builtins"));
    dict.set_str(cx, name!(cx, "__builtins__"), builtins.unwrap_or(Value::NONE))?;
    if let Some(bootstrap) = state::BOOTSTRAP.get() {
        let loader = ops::getattr(cx, bootstrap, name!(cx, "BuiltinImporter"))?;
        dict.set_str(cx, name!(cx, "__loader__"), loader)?;
    }
    bootstrap::register(cx, "__main__", module.value())
}

fn main_dict(cx: &Cx) -> Res<Ref<PyDict>> {
    let found = state::modules(cx)?.get_str(name!(cx, "__main__"));
    match found.and_then(Value::downcast::<PyModule>) {
        Some(module) => Ok(module.namespace()),
        None => raise!(cx, RUNTIME_ERROR, "there is no module __main__"),
    }
}

/// Sets `__main__.__file__`.
pub fn set_main_file(cx: &Cx, file: Value) -> Res<()> {
    main_dict(cx)?.set_str(cx, name!(cx, "__file__"), file)
}

/// Tells `__main__` which file it is run from, and what that holds.
pub fn describe_main(cx: &Cx, file: Value, text: &[u8]) -> Res<()> {
    set_main_file(cx, file)?;
    let dict = main_dict(cx)?;
    dict.set_str(cx, name!(cx, "__cached__"), Value::NONE)?;
    let external = orochi_object::hooks::import_module(cx, "_frozen_importlib_external")?;
    let class = match is_compiled(text) {
        true => name!(cx, "SourcelessFileLoader"),
        false => name!(cx, "SourceFileLoader"),
    };
    let class = ops::getattr(cx, external, class)?;
    let loader = ops::call(cx, class, &[name!(cx, "__main__").value(), file])?;
    dict.set_str(cx, name!(cx, "__loader__"), loader)
}

/// Whether this is the content of a `.pyc` file.
fn is_compiled(text: &[u8]) -> bool {
    text.starts_with(&imp::pyc_magic())
}

/// The code in the content of a `.pyc` file.
fn read_compiled(cx: &Cx, text: &[u8]) -> Res<Ref<PyCode>> {
    // The magic number, flags, and time and size of the source or its hash.
    let body = cx.new_bytes(text.get(16..).unwrap_or(&[]))?.value();
    let marshal = orochi_object::hooks::import_module(cx, "marshal")?;
    let code = ops::call_method(cx, marshal, name!(cx, "loads"), &[body])?;
    match code.downcast() {
        Some(code) => Ok(code),
        None => raise!(cx, RUNTIME_ERROR, "Bad code object in .pyc file"),
    }
}

/// Compiles the source of the main program, unless it is compiled already.
pub fn compile_bytes(cx: &Cx, text: &[u8], filename: &str) -> Res<Ref<PyCode>> {
    if is_compiled(text) {
        return read_compiled(cx, text);
    }
    let source = compile::decode(cx, text, Some(filename))?;
    compile_source(cx, source, filename)
}

/// Compiles the main program from text, whatever encoding it names.
pub fn compile_text(cx: &Cx, text: &str, filename: &str) -> Res<Ref<PyCode>> {
    compile_source(cx, Source::from_text(text), filename)
}

fn compile_source(
    cx: &Cx,
    source: Result<Source, SyntaxError>,
    filename: &str,
) -> Res<Ref<PyCode>> {
    let source = match source {
        Ok(source) => source,
        Err(error) => return Err(compile::syntax_error(cx, &error, filename, false)),
    };
    let names = compile::NAMES.get().map(|names| names as &dyn Fn(&str) -> Option<String>);
    let options = Options { optimize: state::state().optimize, names, ..Options::default() };
    compile::compile_source(cx, &source, filename, Mode::Exec, &options, false)
}

/// Compiles what was typed at a prompt; nothing if more is to come. `last`: the last line was empty.
pub fn compile_interactive(cx: &Cx, text: &str, last: bool) -> Res<Option<Ref<PyCode>>> {
    let mut flags = compile::flags::ALLOW_INCOMPLETE_INPUT;
    let mut text = text;
    if !last {
        // A block goes on until an empty line.
        flags |= compile::flags::DONT_IMPLY_DEDENT;
        text = text.strip_suffix('\n').unwrap_or(text);
    }
    let request = CompileRequest {
        source: cx.new_str(text)?.value(),
        filename: cx.new_str("<stdin>")?.value(),
        mode: CompileMode::Single,
        flags,
        dont_inherit: true,
        optimize: -1,
        feature_version: -1,
    };
    match compile::compile(cx, &request) {
        Ok(code) => Ok(code.downcast()),
        Err(raised) if raised.is(&exception::INCOMPLETE_INPUT_ERROR) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// Runs code in `__main__`.
pub fn run_in_main(cx: &Cx, code: Ref<PyCode>) -> Res {
    hooks::run_module(cx, code, main_dict(cx)?)
}
