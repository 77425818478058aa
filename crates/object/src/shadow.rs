//! Whether a module may hide another one that was meant: what errors about missing names hint at.

use crate::collector::Root;
use crate::cx::Cx;
use crate::error::Res;
use crate::name;
use crate::ops;
use crate::value::Value;

/// What a module may hide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hidden {
    Nothing,
    /// It lies where scripts do, before everything installed.
    Library,
    /// It lies there and is called like a module of the standard library.
    Standard,
}

/// The file a module's spec says it came from.
pub fn origin(cx: &Cx, spec: Value) -> Res<Option<String>> {
    let has_location = match ops::getattr_opt(cx, spec, name!(cx, "has_location"))? {
        Some(answer) => ops::truth(cx, answer)?,
        None => false,
    };
    if !has_location {
        return Ok(None);
    }
    let origin = ops::getattr_opt(cx, spec, name!(cx, "origin"))?;
    Ok(origin.and_then(Value::as_str).map(|origin| origin.to_string_lossy()))
}

/// What the module of this name, which came from `origin`, may hide.
pub fn hidden_by(cx: &Cx, module_name: Value, origin: &str) -> Res<Hidden> {
    if !comes_first(origin) {
        return Ok(Hidden::Nothing);
    }
    let sys = cx.import("sys")?;
    let standard = match ops::getattr_opt(cx, sys, name!(cx, "stdlib_module_names"))? {
        Some(names) if names.downcast::<crate::set::PySet>().is_some() => {
            ops::contains(cx, names, module_name)?
        }
        _ => false,
    };
    Ok(if standard { Hidden::Standard } else { Hidden::Library })
}

/// The folder that was put before the module search path at the start: the script's, or nothing for the current one.
pub static SCRIPT_FOLDER: Root = Root::new();

/// Whether the file is (in a package) in that folder.
fn comes_first(origin: &str) -> bool {
    let Some(first) = SCRIPT_FOLDER.get().and_then(Value::as_str) else { return false };
    let mut first = first.to_string_lossy();
    if first.is_empty() {
        let Ok(here) = std::env::current_dir() else { return false };
        first = here.to_string_lossy().into_owned();
    }
    let file = origin.strip_suffix("/__init__.py").unwrap_or(origin);
    file.rsplit_once('/').is_some_and(|(folder, _)| folder == first)
}

/// Whether the module of this spec is importing its submodule `submodule` at the moment.
pub fn is_importing_submodule(cx: &Cx, spec: Value, submodule: Value) -> Res<bool> {
    match ops::getattr_opt(cx, spec, name!(cx, "_uninitialized_submodules"))? {
        Some(list) if !list.is_none() => ops::contains(cx, list, submodule),
        _ => Ok(false),
    }
}

/// The end of a message about a module that came from `origin`, `None` if it hides nothing that is worth a word.
pub fn hint(hidden: Hidden, initializing: bool, own: &str, origin: &str) -> Option<String> {
    match hidden {
        Hidden::Standard => Some(format!(
            "(consider renaming '{origin}' since it has the same name as the standard library module named '{own}' and \
             prevents importing that standard library module)"
        )),
        Hidden::Library if initializing => Some(format!(
            "(consider renaming '{origin}' if it has the same name as a library you intended to import)"
        )),
        _ => None,
    }
}
