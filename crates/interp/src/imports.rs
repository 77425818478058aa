//! `import` statements and the expression statement of interactive mode.

use crate::hooks::hooks;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::shadow;
use orochi_runtime::frame::Frame;
use orochi_runtime::function::default_builtins;

/// `import name`: through `builtins.__import__`, straight to the hook where nobody replaced it.
pub(crate) fn import(
    cx: &Cx,
    fp: *mut Frame,
    name: Ref<PyStr>,
    fromlist: Value,
    level: Value,
) -> Res {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let key = name!(cx, "__import__");
    let Some(function) = crate::globals::builtin(cx, frame, key)? else {
        return raise!(cx, IMPORT_ERROR, "__import__ not found");
    };
    let globals = frame.globals.value();
    if default_builtins().get_str(key) == Some(function)
        && function
            .downcast::<orochi_object::native::PyNative>()
            .is_some_and(|native| native.def().name == "__import__")
    {
        let level = level.as_small().unwrap_or(0);
        return (hooks().import)(cx, name, globals, fromlist, level);
    }
    let locals = frame.locals.unwrap_or(Value::NONE);
    ops::call(cx, function, &[name.value(), globals, locals, fromlist, level])
}

/// `from module import name`.
pub(crate) fn import_from(cx: &Cx, module: Value, name: Ref<PyStr>) -> Res {
    if let Some(value) = ops::getattr_opt(cx, module, name)? {
        return Ok(value);
    }
    let package = ops::getattr_opt(cx, module, name!(cx, "__name__"))?.and_then(Value::as_str);
    if let Some(package) = package {
        let full =
            cx.new_str(&format!("{}.{}", package.to_string_lossy(), name.to_string_lossy()))?;
        if let Some(found) = loaded_module(cx, full)? {
            return Ok(found);
        }
    }
    Err(cannot_import(cx, module, name, package)?)
}

fn loaded_module(cx: &Cx, name: Ref<PyStr>) -> Res<Option<Value>> {
    let sys = (hooks().import)(cx, name!(cx, "sys"), Value::NONE, Value::NONE, 0)?;
    let modules = ops::getattr(cx, sys, name!(cx, "modules"))?;
    match modules.downcast::<PyDict>() {
        Some(modules) => modules.get(cx, name.value()),
        None => Ok(None),
    }
}

#[cold]
fn cannot_import(
    cx: &Cx,
    module: Value,
    name: Ref<PyStr>,
    package: Option<Ref<PyStr>>,
) -> Res<Raised> {
    let text = name.to_string_lossy();
    let package_text = package.map_or("<unknown module name>".to_string(), |p| p.to_string_lossy());
    let spec = ops::getattr_opt(cx, module, name!(cx, "__spec__"))?;
    let file = ops::getattr_opt(cx, module, name!(cx, "__file__"))?;
    let origin = match file {
        Some(file) if !file.is_none() => ops::str(cx, file)?.to_string_lossy(),
        _ => "unknown location".to_string(),
    };
    let initializing = match spec {
        Some(spec) if !spec.is_none() => {
            match ops::getattr_opt(cx, spec, name!(cx, "_initializing"))? {
                Some(flag) => ops::truth(cx, flag)?,
                None => false,
            }
        }
        _ => false,
    };
    let from = spec.map_or(Ok(None), |spec| shadow::origin(cx, spec))?;
    let hint = match (&from, package) {
        (Some(from), Some(package)) => {
            let hidden = shadow::hidden_by(cx, package.value(), from)?;
            shadow::hint(hidden, initializing, &package_text, from)
        }
        _ => None,
    };
    let message = if let Some(hint) = hint {
        format!("cannot import name '{text}' from '{package_text}' {hint}")
    } else if initializing {
        format!(
            "cannot import name '{text}' from partially initialized module '{package_text}' (most \
             likely due to a circular import) ({origin})"
        )
    } else {
        format!("cannot import name '{text}' from '{package_text}' ({origin})")
    };
    let raised = cx.error(&exception::IMPORT_ERROR, &message);
    if raised.is(&exception::IMPORT_ERROR) {
        let e = raised.exception();
        e.set_field(cx, exception::field::IMPORT_NAME, package.map_or(Value::NONE, Ref::value));
        e.set_field(cx, exception::field::IMPORT_NAME_FROM, name.value());
        if let Some(file) = file {
            e.set_field(cx, exception::field::IMPORT_PATH, file);
        }
    }
    Ok(raised)
}

/// `from module import *`.
pub(crate) fn import_star(cx: &Cx, fp: *mut Frame, module: Value) -> Res<()> {
    // SAFETY: the running frame.
    let frame = unsafe { &*fp };
    let to = frame.locals.unwrap_or(frame.globals.value());
    let all = ops::getattr_opt(cx, module, name!(cx, "__all__"))?;
    let (names, skip_private) = match all {
        Some(all) => (ops::to_tuple(cx, all)?, false),
        None => {
            let dict = match module.downcast::<PyModule>() {
                Some(module) => module.namespace().value(),
                None => match ops::getattr_opt(cx, module, name!(cx, "__dict__"))? {
                    Some(dict) => dict,
                    None => {
                        return raise!(
                            cx,
                            IMPORT_ERROR,
                            "from-import-* object has no __dict__ and no __all__"
                        );
                    }
                },
            };
            (ops::to_tuple(cx, dict)?, true)
        }
    };
    for name in names.values() {
        let Some(text) = name.as_str() else {
            let module = ops::getattr_opt(cx, module, name!(cx, "__name__"))?;
            let module = match module {
                Some(module) => ops::str(cx, module)?.to_string_lossy(),
                None => String::new(),
            };
            let place = if skip_private { "Key in" } else { "Item in" };
            let what = if skip_private { "__dict__" } else { "__all__" };
            return raise!(
                cx,
                TYPE_ERROR,
                "{place} {module}.{what} must be str, not {}",
                class_of(*name).display_name()
            );
        };
        if skip_private && text.as_ascii().is_some_and(|text| text.starts_with('_')) {
            continue;
        }
        let name = orochi_object::intern::intern(cx, text)?;
        let value = ops::getattr(cx, module, name)?;
        match to.downcast::<PyDict>() {
            Some(dict) if is_exact(to, &types::DICT) => dict.set_str(cx, name, value)?,
            _ => ops::setitem(cx, to, name.value(), value)?,
        }
    }
    Ok(())
}

/// `sys.displayhook(value)`.
pub(crate) fn print_expr(cx: &Cx, value: Value) -> Res<()> {
    let sys = (hooks().import)(cx, name!(cx, "sys"), Value::NONE, Value::NONE, 0)?;
    match ops::getattr_opt(cx, sys, name!(cx, "displayhook"))? {
        Some(hook) => {
            ops::call(cx, hook, &[value])?;
            Ok(())
        }
        None => raise!(cx, RUNTIME_ERROR, "lost sys.displayhook"),
    }
}
