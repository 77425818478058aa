//! Starting the import system: importlib's two bootstrap files, run as frozen modules.

use crate::pack;
use crate::state::{self, state};
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::{intern, typedef};
use orochi_runtime::code::PyCode;

/// Modules that are served by `_imp.get_frozen_object`: name, path in the library, file name.
const FROZEN: &[(&str, &str, &str)] = &[
    ("_frozen_importlib", "importlib/_bootstrap.py", "<frozen importlib._bootstrap>"),
    (
        "_frozen_importlib_external",
        "importlib/_bootstrap_external.py",
        "<frozen importlib._bootstrap_external>",
    ),
    ("zipimport", "zipimport.py", "<frozen zipimport>"),
];

/// The row of a frozen module.
pub fn frozen(name: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    FROZEN.iter().find(|row| row.0 == name)
}

/// The names of all frozen modules.
pub fn frozen_names() -> impl Iterator<Item = &'static str> {
    FROZEN.iter().map(|row| row.0)
}

/// The code of a frozen module.
pub fn frozen_code(cx: &Cx, name: &str) -> Res<Option<Ref<PyCode>>> {
    let Some((_, path, filename)) = frozen(name) else { return Ok(None) };
    match orochi_stdlib::find(path) {
        Some(entry) => pack::code_of(cx, entry, filename).map(Some),
        None => Ok(None),
    }
}

/// Whether a frame of this file belongs to importlib itself: tracebacks leave such frames out.
pub fn is_importlib(filename: &str) -> bool {
    FROZEN[..2].iter().any(|row| row.2 == filename)
}

/// Makes a native module and puts it into `sys.modules`.
pub fn add_native(cx: &Cx, name: &str) -> Res<Ref<PyModule>> {
    let Some(def) = state::native(name) else {
        return raise!(cx, IMPORT_ERROR, "no built-in module named '{name}'");
    };
    let module = typedef::make_module(cx, def)?;
    register(cx, name, module.value())?;
    Ok(module)
}

/// `sys.modules[name] = module`.
pub fn register(cx: &Cx, name: &str, module: Value) -> Res<()> {
    state::modules(cx)?.set_str(cx, intern::intern_text(cx, name)?, module)
}

/// Runs `_frozen_importlib` and ties it to `sys` and `_imp`: after it builtin and frozen modules
/// can be imported.
pub fn start(cx: &Cx, sys: Ref<PyModule>) -> Res<()> {
    let imp = add_native(cx, "_imp")?;
    let name = "_frozen_importlib";
    let Some(code) = frozen_code(cx, name)? else {
        return raise!(cx, IMPORT_ERROR, "the library has no importlib");
    };
    let module = cx.new_module(intern::intern_text(cx, name)?)?;
    state::BOOTSTRAP.set(module.value());
    // importlib takes this away again when it gives the module its spec.
    let origin = cx.new_str("importlib._bootstrap")?;
    module.namespace().set_str(cx, name!(cx, "__origname__"), origin.value())?;
    register(cx, name, module.value())?;
    (state().run_module)(cx, code, module.namespace())?;
    ops::call_method(cx, module.value(), name!(cx, "_install"), &[sys.value(), imp.value()])?;
    state::set_ready();
    Ok(())
}

/// Installs the importers that need the file system, and the one of the packed library.
pub fn start_external(cx: &Cx) -> Res<()> {
    let Some(bootstrap) = state::BOOTSTRAP.get() else { return Ok(()) };
    ops::call_method(cx, bootstrap, name!(cx, "_install_external_importers"), &[])?;
    install_packed(cx)
}

/// Runs `_orochi_importer` of the library, whose path hooks go before all others.
fn install_packed(cx: &Cx) -> Res<()> {
    let name = "_orochi_importer";
    let Some(entry) = orochi_stdlib::find("_orochi_importer.py") else {
        return raise!(cx, IMPORT_ERROR, "the library has no importer");
    };
    let code = pack::code_of(cx, entry, "<frozen _orochi_importer>")?;
    let module = cx.new_module(intern::intern_text(cx, name)?)?;
    register(cx, name, module.value())?;
    (state().run_module)(cx, code, module.namespace())?;
    ops::call_method(cx, module.value(), name!(cx, "install"), &[])?;
    Ok(())
}
