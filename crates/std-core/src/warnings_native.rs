//! The module `_warnings`: issuing warnings, by the filters of `warnings`.
//!
//! State lives in this module (`filters`, `_defaultaction`, `_onceregistry`); where `warnings` is
//! imported, its attributes count, as programs replace them.

use crate::sys;
use core::sync::atomic::{AtomicI64, Ordering};
use orochi_object::collector::Root;
use orochi_object::hooks::import_module;
use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_threads::rlock;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// Bumped by each change of the filters; registries of an older version are cleared.
static VERSION: AtomicI64 = AtomicI64::new(1);
static STATE: Root = Root::new();
static LOCK: Root = Root::new();

fn lock_object(cx: &Cx) -> Res {
    if let Some(lock) = LOCK.get() {
        return Ok(lock);
    }
    orochi_object::typedef::make_type(cx, &rlock::TYPE)?;
    let lock = rlock::new_rlock(cx)?;
    // Of two threads that make it one wins: else each would hold a lock of its own.
    Ok(LOCK.set_first(lock))
}

/// An attribute of `warnings` if that is imported, else ours.
fn state(cx: &Cx, name: &str, own: &str) -> Res<Option<Value>> {
    let key = cx.new_str("warnings")?.value();
    if let Some(module) = sys::modules(cx)?.get(cx, key)?
        && !module.is_none()
        && let Some(value) = ops::getattr_opt(cx, module, intern::intern_text(cx, name)?)?
    {
        return Ok(Some(value));
    }
    let Some(module) = STATE.get().and_then(Value::downcast::<PyModule>) else { return Ok(None) };
    Ok(module.namespace().get_str(intern::intern_text(cx, own)?))
}

/// The filters in force: those of the current context, if it has some.
fn filters(cx: &Cx) -> Res {
    let aware = sys::attr(cx, "flags")
        .map(|flags| ops::getattr(cx, flags, name!(cx, "context_aware_warnings")));
    if let Some(aware) = aware
        && ops::truth(cx, aware?)?
        && let Some(variable) = state(cx, "_warnings_context", "_warnings_context")?
        && !variable.is_none()
    {
        let context = ops::call_method(cx, variable, name!(cx, "get"), &[Value::NONE])?;
        if !context.is_none() {
            return ops::getattr(cx, context, name!(cx, "_filters"));
        }
    }
    match state(cx, "filters", "filters")? {
        Some(filters) => Ok(filters),
        None => Ok(cx.new_list(&[])?.value()),
    }
}

/// Whether a filter's pattern (None, a plain str or a compiled pattern) fits.
fn fits(cx: &Cx, pattern: Value, text: Value) -> Res<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if is_exact(pattern, &types::STR) {
        return ops::eq(cx, pattern, text);
    }
    let found = ops::call_method(cx, pattern, name!(cx, "match"), &[text])?;
    ops::truth(cx, found)
}

/// What is known of a warning.
struct Warning {
    message: Value,
    text: Value,
    category: Value,
    filename: Value,
    lineno: i64,
    module: Value,
    registry: Option<Ref<PyDict>>,
    source: Value,
}

/// The action of the first filter that fits, and that filter.
fn action(cx: &Cx, w: &Warning) -> Res<(Value, Value)> {
    let list = ops::to_list(cx, filters(cx)?)?;
    for i in 0..list.len() {
        let Some(item) = list.get(i) else { break };
        let Some([action, message, category, module, line]) =
            item.downcast::<PyTuple>().map(|t| t.values())
        else {
            return raise!(cx, VALUE_ERROR, "warnings.filters item {i} isn't a 5-tuple");
        };
        let line = ops::to_i64(cx, *line)?;
        if fits(cx, *message, w.text)?
            && ops::issubclass(cx, w.category, *category)?
            && fits(cx, *module, w.module)?
            && (line == 0 || line == w.lineno)
        {
            return Ok((*action, item));
        }
    }
    match state(cx, "defaultaction", "_defaultaction")? {
        Some(action) if action.as_str().is_some() => Ok((action, Value::NONE)),
        Some(action) => raise!(
            cx,
            TYPE_ERROR,
            "_warnings.defaultaction must be a string, not '{}'",
            class_of(action).display_name()
        ),
        None => Ok((cx.new_str("default")?.value(), Value::NONE)),
    }
}

/// Whether the registry knows the key; clears it first if the filters have changed since.
fn already(cx: &Cx, registry: Ref<PyDict>, key: Value, add: bool) -> Res<bool> {
    let version = name!(cx, "version");
    let current = Value::int(VERSION.load(Ordering::Acquire));
    if registry.get_str(version) != Some(current) {
        registry.clear(cx);
        registry.set_str(cx, version, current)?;
    } else if let Some(seen) = registry.get(cx, key)?
        && ops::truth(cx, seen)?
    {
        return Ok(true);
    }
    if add {
        registry.set(cx, key, Value::TRUE)?;
    }
    Ok(false)
}

fn issue(cx: &Cx, w: &Warning) -> Res<()> {
    let lock = lock_object(cx)?;
    rlock::acquire_object(cx, lock)?;
    let decided = decide(cx, w);
    rlock::release_object(cx, lock)?;
    if decided? { show(cx, w) } else { Ok(()) }
}

/// Whether the warning is to be shown; raises it if the filters say so.
fn decide(cx: &Cx, w: &Warning) -> Res<bool> {
    let key = cx.new_tuple(&[w.text, w.category, Value::int(w.lineno)])?.value();
    if let Some(registry) = w.registry
        && already(cx, registry, key, false)?
    {
        return Ok(false);
    }
    let (action, item) = action(cx, w)?;
    let name = ops::str(cx, action)?.to_string_lossy();
    match name.as_str() {
        "error" => {
            let Some(e) = w.message.downcast::<exception::PyException>() else {
                return raise!(cx, TYPE_ERROR, "exceptions must derive from BaseException");
            };
            return Err(Raised::new(e));
        }
        "ignore" => return Ok(false),
        "always" | "all" => return Ok(true),
        _ => {}
    }
    if let Some(registry) = w.registry {
        registry.set(cx, key, Value::TRUE)?;
    }
    match name.as_str() {
        "default" => Ok(true),
        "once" => {
            let registry = match w.registry {
                Some(registry) => Some(registry),
                None => state(cx, "onceregistry", "_onceregistry")?.and_then(Value::downcast),
            };
            let key = cx.new_tuple(&[w.text, w.category])?.value();
            let once = state(cx, "onceregistry", "_onceregistry")?.and_then(Value::downcast);
            match once.or(registry) {
                Some(registry) => Ok(!already(cx, registry, key, true)?),
                None => Ok(true),
            }
        }
        "module" => {
            let key = cx.new_tuple(&[w.text, w.category, Value::int(0)])?.value();
            match w.registry {
                Some(registry) => Ok(!already(cx, registry, key, true)?),
                None => Ok(true),
            }
        }
        _ => raise!(
            cx,
            RUNTIME_ERROR,
            "Unrecognized action ({}) in warnings.filters:\n {}",
            ops::repr_text(cx, action)?,
            ops::repr_text(cx, item)?
        ),
    }
}

/// Shows the warning through `warnings._showwarnmsg`, or plainly if that is not imported.
fn show(cx: &Cx, w: &Warning) -> Res<()> {
    if !w.source.is_none() {
        import_module(cx, "warnings")?;
    }
    let line = Value::int(w.lineno);
    let show = state(cx, "_showwarnmsg", "")?;
    let make = state(cx, "WarningMessage", "")?;
    if let (Some(show), Some(make)) = (show, make) {
        let none = Value::NONE;
        let row = [w.message, w.category, w.filename, line, none, none, w.source];
        let message = ops::call(cx, make, &row)?;
        ops::call(cx, show, &[message])?;
        return Ok(());
    }
    let category = match w.category.downcast::<PyType>() {
        Some(category) => category.display_name(),
        None => ops::repr_text(cx, w.category)?,
    };
    let filename = ops::str(cx, w.filename)?.to_string_lossy();
    let mut text = format!(
        "{filename}:{}: {category}: {}\n",
        w.lineno,
        ops::str(cx, w.text)?.to_string_lossy()
    );
    if let Some(line) = cx.detached(|| source_line(&filename, w.lineno)) {
        text.push_str(&format!("  {line}\n"));
    }
    sys::write_stderr(cx, &text);
    Ok(())
}

/// A line of a source file, without what surrounds it.
fn source_line(filename: &str, number: i64) -> Option<String> {
    let file = BufReader::new(File::open(filename).ok()?);
    let bytes = file.split(b'\n').nth(usize::try_from(number).ok()?.checked_sub(1)?)?.ok()?;
    let line = String::from_utf8_lossy(&bytes);
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

fn is_warning(v: Value) -> bool {
    class_of(v).is_subtype(exception::WARNING.get())
}

/// Text, category and instance of a warning given as text or as instance.
fn resolve(cx: &Cx, message: Value, category: Value) -> Res<(Value, Value, Value)> {
    if is_warning(message) {
        let text = ops::str(cx, message)?.value();
        return Ok((text, class_of(message).value(), message));
    }
    let instance = ops::call(cx, category, &[message])?;
    Ok((message, category, instance))
}

fn category_of(cx: &Cx, message: Value, category: Option<Value>) -> Res {
    if is_warning(message) {
        return Ok(class_of(message).value());
    }
    let Some(category) = category.and_then(Value::non_none) else {
        return Ok(exception::USER_WARNING.get().value());
    };
    match category.downcast::<PyType>() {
        Some(class) if class.is_subtype(exception::WARNING.get()) => Ok(category),
        _ => raise!(
            cx,
            TYPE_ERROR,
            "category must be a Warning subclass, not '{}'",
            class_of(category).display_name()
        ),
    }
}

fn filename_of(cx: &Cx, frame: Value) -> Res {
    let code = ops::getattr(cx, frame, name!(cx, "f_code"))?;
    ops::getattr(cx, code, name!(cx, "co_filename"))
}

fn is_internal(cx: &Cx, frame: Value) -> Res<bool> {
    let name = filename_of(cx, frame)?;
    let text = name.as_str().map(|name| name.to_string_lossy()).unwrap_or_default();
    let bootstrap = text.contains("importlib") && text.contains("_bootstrap");
    // Our half of the import system is no more to blame than CPython's.
    Ok(bootstrap || text == "<frozen _orochi_importer>")
}

fn is_skipped(cx: &Cx, frame: Value, prefixes: &[Value]) -> Res<bool> {
    if is_internal(cx, frame)? {
        return Ok(true);
    }
    let name = filename_of(cx, frame)?;
    for prefix in prefixes {
        let starts = ops::call_method(cx, name, name!(cx, "startswith"), &[*prefix])?;
        if ops::truth(cx, starts)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn back(cx: &Cx, frame: Value) -> Res<Option<Value>> {
    Ok(ops::getattr(cx, frame, name!(cx, "f_back"))?.non_none())
}

/// The frame that a warning is about.
fn blamed_frame(cx: &Cx, mut level: i64, prefixes: &[Value]) -> Res<Option<Value>> {
    let Some(hooks) = sys::HOOKS.get() else { return Ok(None) };
    let mut frame = (hooks.frame)(cx, 0)?;
    let Some(first) = frame else { return Ok(None) };
    let plain = level <= 0 || is_internal(cx, first)?;
    while level > 1 {
        level -= 1;
        let Some(at) = frame else { break };
        frame = back(cx, at)?;
        while !plain && let Some(at) = frame {
            if !is_skipped(cx, at, prefixes)? {
                break;
            }
            frame = back(cx, at)?;
        }
    }
    Ok(frame)
}

fn warn(cx: &Cx, args: Args) -> Res {
    let message = args.get(0);
    let category = category_of(cx, message, args.opt(1))?;
    let mut level = args.opt(2).map_or(Ok(1), |level| ops::to_i64(cx, level))?;
    let source = args.or(3, Value::NONE);
    let prefixes = match args.opt(4) {
        None => &[][..],
        Some(given) => match given.downcast::<PyTuple>() {
            Some(prefixes) => prefixes.values(),
            None => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "warn() argument 'skip_file_prefixes' must be tuple, not {}",
                    class_of(given).display_name()
                );
            }
        },
    };
    for prefix in prefixes {
        if prefix.as_str().is_none() {
            return raise!(
                cx,
                TYPE_ERROR,
                "Found non-str '{}' in skip_file_prefixes.",
                class_of(*prefix).display_name()
            );
        }
    }
    if !prefixes.is_empty() {
        level = level.max(2);
    }
    let (globals, filename, lineno) = match blamed_frame(cx, level, prefixes)? {
        Some(frame) => {
            let globals = ops::getattr(cx, frame, name!(cx, "f_globals"))?;
            let line = ops::getattr(cx, frame, name!(cx, "f_lineno"))?;
            (globals.downcast::<PyDict>(), filename_of(cx, frame)?, line.as_i64().unwrap_or(0))
        }
        None => {
            let globals = sys::module().map(|sys| sys.namespace());
            (globals, cx.new_str("<sys>")?.value(), 0)
        }
    };
    let module = match globals.and_then(|globals| globals.get_str(name!(cx, "__name__"))) {
        Some(name) if name.as_str().is_some() => name,
        _ => cx.new_str("<string>")?.value(),
    };
    let registry = match globals {
        None => None,
        Some(globals) => {
            let key = name!(cx, "__warningregistry__").value();
            let fresh = cx.new_dict()?.value();
            globals.set_default(cx, key, fresh)?.downcast::<PyDict>()
        }
    };
    let (text, category, message) = resolve(cx, message, category)?;
    let w = Warning { message, text, category, filename, lineno, module, registry, source };
    issue(cx, &w)?;
    Ok(Value::NONE)
}

fn warn_explicit(cx: &Cx, args: Args) -> Res {
    let filename = args.get(2);
    if filename.as_str().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "warn_explicit() argument 'filename' must be str, not {}",
            class_of(filename).display_name()
        );
    }
    let lineno = ops::to_i32(cx, args.get(3))? as i64;
    let module = match args.non_none(4) {
        Some(module) => module,
        None => default_module(cx, filename)?,
    };
    let registry = match args.non_none(5) {
        None => None,
        Some(registry) => match registry.downcast::<PyDict>() {
            Some(registry) => Some(registry),
            None => return raise!(cx, TYPE_ERROR, "'registry' must be a dict or None"),
        },
    };
    if let Some(globals) = args.non_none(6)
        && globals.downcast::<PyDict>().is_none()
    {
        return raise!(
            cx,
            TYPE_ERROR,
            "module_globals must be a dict, not '{}'",
            class_of(globals).display_name()
        );
    }
    if let Some(globals) = args.non_none(6) {
        // The loader gives the source line, if the file cannot be read; that it is the one of the spec is checked here.
        let importlib = orochi_object::hooks::import_module(cx, "_frozen_importlib_external")?;
        ops::call_method(cx, importlib, name!(cx, "_bless_my_loader"), &[globals])?;
        let lines = orochi_object::hooks::module_attr(cx, "linecache", "getlines")?;
        // Without the line the warning is shown all the same.
        let _ = ops::call(cx, lines, &[filename, globals]);
    }
    let category = category_of(cx, args.get(0), Some(args.get(1)))?;
    let (text, category, message) = resolve(cx, args.get(0), category)?;
    let source = args.or(7, Value::NONE);
    let w = Warning { message, text, category, filename, lineno, module, registry, source };
    issue(cx, &w)?;
    Ok(Value::NONE)
}

/// A module's name made from its file's.
fn default_module(cx: &Cx, filename: Value) -> Res {
    let name = ops::str(cx, filename)?.to_string_lossy();
    let name = if name.is_empty() { "<unknown>" } else { &name };
    Ok(cx.new_str(name.strip_suffix(".py").unwrap_or(name))?.value())
}

/// Issues a warning about a line of source, as the compiler does: no registry.
pub fn warn_at(
    cx: &Cx,
    category: &TypeCell,
    message: &str,
    filename: Value,
    lineno: i64,
) -> Res<()> {
    let message = cx.new_str(message)?.value();
    let (text, category, message) = resolve(cx, message, category.get().value())?;
    let module = default_module(cx, filename)?;
    let source = Value::NONE;
    let registry = None;
    issue(cx, &Warning { message, text, category, filename, lineno, module, registry, source })
}

fn acquire_lock(cx: &Cx, _: Args) -> Res {
    rlock::acquire_object(cx, lock_object(cx)?)?;
    Ok(Value::NONE)
}
fn release_lock(cx: &Cx, _: Args) -> Res {
    rlock::release_object(cx, lock_object(cx)?)?;
    Ok(Value::NONE)
}
fn filters_mutated(cx: &Cx, _: Args) -> Res {
    if !rlock::is_held(cx, lock_object(cx)?) {
        return raise!(
            cx,
            RUNTIME_ERROR,
            "warnings._filters_mutated_lock_held() called without the lock"
        );
    }
    VERSION.fetch_add(1, Ordering::AcqRel);
    Ok(Value::NONE)
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    STATE.set(module.value());
    let dict = module.namespace();
    let list = cx.new_list(&[])?;
    let main = cx.new_str("__main__")?.value();
    let rows = [
        ("default", &exception::DEPRECATION_WARNING, main),
        ("ignore", &exception::DEPRECATION_WARNING, Value::NONE),
        ("ignore", &exception::PENDING_DEPRECATION_WARNING, Value::NONE),
        ("ignore", &exception::IMPORT_WARNING, Value::NONE),
        ("ignore", &exception::RESOURCE_WARNING, Value::NONE),
    ];
    for (action, category, module) in rows {
        let action = intern::intern_text(cx, action)?.value();
        let row = [action, Value::NONE, category.get().value(), module, Value::int(0)];
        list.push(cx, cx.new_tuple(&row)?.value())?;
    }
    dict.set_str(cx, name!(cx, "filters"), list.value())?;
    dict.set_str(cx, name!(cx, "_defaultaction"), name!(cx, "default").value())?;
    dict.set_str(cx, name!(cx, "_onceregistry"), cx.new_dict()?.value())?;
    let variable = orochi_object::hooks::module_attr(cx, "_contextvars", "ContextVar")?;
    let variable = ops::call(cx, variable, &[cx.new_str("warnings_context")?.value()])?;
    dict.set_str(cx, name!(cx, "_warnings_context"), variable)
}

/// The module `_warnings`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_warnings",
    doc: Some("Basic warning filtering support."),
    functions: &[
        function(
            "warn",
            "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())",
            warn,
        ),
        function(
            "warn_explicit",
            "(message, category, filename, lineno, module=None, registry=None, \
             module_globals=None, source=None)",
            warn_explicit,
        ),
        function("_acquire_lock", "()", acquire_lock),
        function("_release_lock", "()", release_lock),
        function("_filters_mutated_lock_held", "()", filters_mutated),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};
