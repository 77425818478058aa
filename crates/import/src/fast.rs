//! `import`: modules that are there already are found without locks; everything else is importlib's.

use crate::bootstrap;
use crate::{state, timing};
use orochi_builtins::hooks::ImportRequest;
use orochi_builtins::module::is_initializing;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_runtime::traceback::PyTraceback;
use std::sync::OnceLock;

/// `builtins.__import__`.
pub fn import(cx: &Cx, request: &ImportRequest) -> Res {
    let Some(name) = request.name.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "__import__() argument 1 must be str, not {}",
            class_of(request.name).display_name()
        );
    };
    import_name(cx, name, request.globals, request.fromlist, i64::from(request.level))
}

/// `import name` and `from name import fromlist`, `level` packages up.
pub fn import_name(cx: &Cx, name: Ref<PyStr>, globals: Value, fromlist: Value, level: i64) -> Res {
    if level < 0 {
        return raise!(cx, VALUE_ERROR, "level must be >= 0");
    }
    if name.len() == 0 && level == 0 {
        return raise!(cx, VALUE_ERROR, "Empty module name");
    }
    let absolute = if level == 0 { name } else { resolve(cx, name, globals, level)? };
    let module = match loaded(cx, absolute)? {
        Some(module) => {
            if state::state().import_time > 1 {
                timing::cached(absolute);
            }
            module
        }
        None => load(cx, absolute)?,
    };
    if !fromlist.is_none() && ops::truth(cx, fromlist)? {
        return from(cx, module, fromlist);
    }
    let text = name.to_string_lossy();
    let Some(front) = text.find('.') else {
        return Ok(module);
    };
    if level == 0 {
        let front = orochi_object::intern::intern_text(cx, &text[..front])?;
        return match loaded(cx, front)? {
            Some(module) => Ok(module),
            None => load(cx, front),
        };
    }
    let whole = absolute.to_string_lossy();
    let top = &whole[..whole.len() - (text.len() - front)];
    match state::modules(cx)?.get(cx, cx.new_str(top)?.value())? {
        Some(module) => Ok(module),
        None => raise!(cx, KEY_ERROR, "'{top}' not in sys.modules as expected"),
    }
}

/// The module from `sys.modules`, waited for if another thread is still loading it.
#[inline]
fn loaded(cx: &Cx, name: Ref<PyStr>) -> Res<Option<Value>> {
    let modules = state::modules(cx)?;
    let registered = || Ok(modules.get(cx, name.value())?.and_then(Value::non_none));
    let Some(found) = registered()? else { return Ok(None) };
    let Some(module) = found.downcast::<PyModule>() else { return Ok(Some(found)) };
    let spec = module.namespace().get_str(name!(cx, "__spec__")).unwrap_or(Value::NONE);
    if is_initializing(cx, spec)?
        && let Some(bootstrap) = state::BOOTSTRAP.get()
    {
        let wait = name!(cx, "_lock_unlock_module");
        ops::call_method(cx, bootstrap, wait, &[name.value()])?;
        // Its code may have put another module in its place, or have failed.
        return registered();
    }
    Ok(Some(found))
}

fn load(cx: &Cx, name: Ref<PyStr>) -> Res {
    let Some(bootstrap) = state::BOOTSTRAP.get().filter(|_| state::is_ready()) else {
        return load_before_importlib(cx, name);
    };
    let import = ops::getattr(cx, bootstrap, name!(cx, "_gcd_import"))?;
    let function = name!(cx, "_find_and_load");
    let find = || {
        ops::call_method(cx, bootstrap, function, &[name.value(), import])
            .inspect_err(|raised| trim_traceback(cx, *raised))
    };
    if state::state().import_time > 0 { timing::timed(name, find) } else { find() }
}

/// While `_frozen_importlib` itself is being run, native modules can be imported.
fn load_before_importlib(cx: &Cx, name: Ref<PyStr>) -> Res {
    Ok(bootstrap::add_native(cx, &name.to_string_lossy())?.value())
}

/// Leaves importlib's own frames out of a traceback, as CPython does: all of them for an
/// ImportError, else chunks that end in `_call_with_frames_removed`.
fn trim_traceback(cx: &Cx, raised: Raised) {
    let always = raised.is(&exception::IMPORT_ERROR);
    let exception = raised.exception();
    let mut kept: Option<Ref<PyTraceback>> = None;
    let mut chunk_before: Option<Option<Ref<PyTraceback>>> = None;
    let mut at = exception.traceback.get().and_then(Value::downcast::<PyTraceback>);
    let set_next = |before: Option<Ref<PyTraceback>>, next: Option<Ref<PyTraceback>>| {
        let next = next.map(Ref::value);
        match before {
            Some(before) => before.next.set_opt(cx, before, next),
            None => exception.traceback.set_opt(cx, exception, next),
        }
    };
    while let Some(entry) = at {
        let next = entry.next.get().and_then(Value::downcast::<PyTraceback>);
        let code = entry.frame().code();
        let file = code.filename.get().and_then(Value::as_str);
        let is_importlib =
            file.is_some_and(|file| file.as_ascii().is_some_and(bootstrap::is_importlib));
        if !is_importlib {
            chunk_before = None;
            kept = Some(entry);
        } else {
            let before = *chunk_before.get_or_insert(kept);
            let removes = code
                .name
                .get()
                .and_then(Value::as_str)
                .is_some_and(|name| name.eq_str("_call_with_frames_removed"));
            if always || removes {
                set_next(before, next);
                kept = before;
            } else {
                kept = Some(entry);
            }
        }
        at = next;
    }
}

/// The absolute name of a relative import.
fn resolve(cx: &Cx, name: Ref<PyStr>, globals: Value, level: i64) -> Res<Ref<PyStr>> {
    let Some(globals) = globals.downcast::<PyDict>() else {
        return raise!(cx, TYPE_ERROR, "globals must be a dict");
    };
    let package = package_of(cx, globals)?;
    let text = package.to_string_lossy();
    if text.is_empty() {
        return raise!(cx, IMPORT_ERROR, "attempted relative import with no known parent package");
    }
    let mut base = text.as_str();
    for _ in 1..level {
        base = match base.rfind('.') {
            Some(dot) => &base[..dot],
            None => {
                return raise!(
                    cx,
                    IMPORT_ERROR,
                    "attempted relative import beyond top-level package"
                );
            }
        };
    }
    let own = name.to_string_lossy();
    let full = if own.is_empty() { base.to_string() } else { format!("{base}.{own}") };
    orochi_object::intern::intern_text(cx, &full)
}

/// `__package__`, else what `__spec__` or `__name__` say.
fn package_of(cx: &Cx, globals: Ref<PyDict>) -> Res<Ref<PyStr>> {
    let package = globals.get_str(name!(cx, "__package__")).and_then(Value::non_none);
    let spec = globals.get_str(name!(cx, "__spec__")).and_then(Value::non_none);
    if let Some(package) = package {
        return match package.as_str() {
            Some(package) => Ok(package),
            None => raise!(cx, TYPE_ERROR, "package must be a string"),
        };
    }
    if let Some(spec) = spec {
        let parent = ops::getattr(cx, spec, name!(cx, "parent"))?;
        return match parent.as_str() {
            Some(parent) => Ok(parent),
            None => raise!(cx, TYPE_ERROR, "__spec__.parent must be a string"),
        };
    }
    let message =
        "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
    cx.warn(&exception::IMPORT_WARNING, message, 1)?;
    let Some(name) = globals.get_str(name!(cx, "__name__")) else {
        return raise!(cx, KEY_ERROR, "'__name__' not in globals");
    };
    let Some(name) = name.as_str() else {
        return raise!(cx, TYPE_ERROR, "__name__ must be a string");
    };
    if globals.get_str(name!(cx, "__path__")).is_some() {
        return Ok(name);
    }
    let text = name.to_string_lossy();
    let parent = text.rsplit_once('.').map_or("", |(parent, _)| parent);
    cx.new_str(parent)
}

/// `from module import a, b`: submodules that are not attributes yet are imported.
fn from(cx: &Cx, module: Value, fromlist: Value) -> Res {
    if ops::getattr_opt(cx, module, name!(cx, "__path__"))?.is_none() {
        return Ok(module);
    }
    if let Some(names) = fromlist.downcast::<PyTuple>() {
        let mut all_there = true;
        for name in names.values() {
            let Some(name) = name.as_str().filter(|name| !name.eq_str("*")) else {
                all_there = false;
                break;
            };
            if ops::getattr_opt(cx, module, name)?.is_none() {
                all_there = false;
                break;
            }
        }
        if all_there {
            return Ok(module);
        }
    }
    let Some(bootstrap) = state::BOOTSTRAP.get() else { return Ok(module) };
    let import = ops::getattr(cx, bootstrap, name!(cx, "_gcd_import"))?;
    ops::call_method(cx, bootstrap, name!(cx, "_handle_fromlist"), &[module, fromlist, import])
        .inspect_err(|raised| trim_traceback(cx, *raised))
}

/// Decodes with a Python codec: used for sources in encodings Rust does not know.
pub type Decoder = fn(&Cx, &str, Ref<PyBytes>) -> Res<Ref<PyStr>>;

/// The installed decoder.
pub static DECODER: OnceLock<Decoder> = OnceLock::new();
