//! Ending the interpreter as CPython does: threads, `atexit`, streams, modules, finalizers.

use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;
use orochi_std_core::sys;

/// Runs everything that is due before the process may end; says whether the streams were flushed.
pub fn finalize(cx: &Cx) -> bool {
    wait_for_threads(cx);
    // Not by way of the module: a program may have taken it out of `sys.modules`.
    orochi_std_core::atexit::run(cx);
    let flushed = flush(cx);
    sys::set_finalizing();
    orochi_threads::start::close(cx);
    if crate::remains::matter(cx) {
        run_pending_finalizers(cx);
        let main = forget_modules(cx);
        run_pending_finalizers(cx);
        if let Some(main) = main {
            clear_survivor(cx, main);
            run_pending_finalizers(cx);
        }
    }
    // Before the standard streams, which may share a file with others.
    orochi_std_io::flush_all(cx);
    // What failed is not tried again.
    flushed && flush(cx)
}

/// `threading._shutdown()`: waits for the threads that are no daemons.
fn wait_for_threads(cx: &Cx) {
    let Some(threading) = loaded(cx, "threading") else { return };
    if let Err(raised) = ops::call_method(cx, threading, name!(cx, "_shutdown"), &[]) {
        let message = "Exception ignored on threading shutdown";
        sys::write_unraisable(cx, raised, message, threading);
    }
}

/// A module that was imported.
fn loaded(cx: &Cx, name: &str) -> Option<Value> {
    let modules = orochi_import::state::modules(cx).ok()?;
    let name = orochi_object::intern::intern_text(cx, name).ok()?;
    modules.get_str(name).and_then(Value::non_none)
}

/// Flushes stdout and stderr; an error of stdout is reported.
fn flush(cx: &Cx) -> bool {
    let mut all = true;
    for name in ["stdout", "stderr"] {
        let Some(stream) = sys::attr(cx, name).and_then(Value::non_none) else { continue };
        let closed = ops::getattr_opt(cx, stream, name!(cx, "closed"));
        if let Ok(Some(closed)) = closed
            && ops::truth(cx, closed).unwrap_or(true)
        {
            continue;
        }
        if let Err(raised) = ops::call_method(cx, stream, name!(cx, "flush"), &[]) {
            if name == "stdout" {
                let message = "Exception ignored while flushing sys.stdout";
                sys::write_unraisable(cx, raised, message, Value::NONE);
            }
            all = false;
        }
    }
    all
}

/// Collects garbage and runs the finalizers of what was found, until nothing more turns up.
pub fn run_pending_finalizers(cx: &Cx) {
    for _ in 0..4 {
        cx.mutator.collect(true);
        if !orochi_heap::has_pending() {
            break;
        }
        crate::finalize::run(cx);
    }
}

/// Empties `sys.modules`, so that modules and what only they hold become garbage. Gives a weak
/// reference to `__main__`: something else may keep it.
#[inline(never)]
fn forget_modules(cx: &Cx) -> Option<Ref<PyWeak>> {
    let modules = orochi_import::state::modules(cx).ok()?;
    for name in ["path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value"] {
        let _ = sys::set_attr(cx, name, Value::NONE);
    }
    let main = modules.get_str(name!(cx, "__main__")).and_then(Value::non_none);
    let weak = main.filter(|main| main.as_object().is_some()).map(|main| cx.new_weak_box(main));
    let kept = ["sys", "builtins"].map(|name| {
        let name = orochi_object::intern::intern_text(cx, name).ok()?;
        Some((name, modules.get_str(name)?))
    });
    modules.clear(cx);
    for (name, module) in kept.into_iter().flatten() {
        let _ = modules.set_str(cx, name, module);
    }
    weak?.ok()
}

/// Empties the namespace of a module that has outlived [`forget_modules`], so that its objects with
/// finalizers become garbage.
#[inline(never)]
fn clear_survivor(cx: &Cx, weak: Ref<PyWeak>) {
    if let Some(module) = weak.target().and_then(Value::downcast::<PyModule>) {
        clear_namespace(cx, module.namespace());
    }
}

/// Sets the names of a module to None: private ones first, then all but `__builtins__`.
fn clear_namespace(cx: &Cx, dict: Ref<PyDict>) {
    let Ok(pairs) = dict.snapshot(cx) else { return };
    for private in [true, false] {
        for pair in pairs.values().chunks_exact(2) {
            let Some(name) = pair[0].as_str() else { continue };
            let text = name.to_string_lossy();
            let is_private = text.starts_with('_') && !text.starts_with("__");
            if text != "__builtins__" && is_private == private && !pair[1].is_none() {
                let _ = dict.set(cx, pair[0], Value::NONE);
            }
        }
    }
}
