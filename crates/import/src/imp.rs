//! The module `_imp`: what importlib asks of the interpreter.

use crate::bootstrap;
use crate::state::{self, state};
use orochi_object::prelude::*;
use orochi_object::{hash, intern, typedef};
use orochi_runtime::code::PyCode;
use orochi_threads::reentrant::Reentrant;

/// The table of `_imp`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_imp",
    doc: Some("(Extremely) low-level import machinery bits as used by importlib."),
    functions: &[
        function("extension_suffixes", "()", |cx, _| Ok(cx.new_list(&[])?.value())),
        function("lock_held", "()", |_, _| Ok(Value::bool(LOCK.is_held()))),
        function("acquire_lock", "()", |cx, _| {
            LOCK.acquire(cx)?;
            Ok(Value::NONE)
        }),
        function("release_lock", "()", release_lock),
        function("is_builtin", "(name, /)", is_builtin),
        function("is_frozen", "(name, /)", is_frozen),
        function("is_frozen_package", "(name, /)", is_frozen_package),
        function("find_frozen", "(name, /, *, withdata=False)", find_frozen),
        function("get_frozen_object", "(name, data=None, /)", get_frozen_object),
        function("init_frozen", "(name, /)", init_frozen),
        function("create_builtin", "(spec, /)", create_builtin),
        function("exec_builtin", "(mod, /)", |_, _| Ok(Value::int(0))),
        function("create_dynamic", "(spec, file=None, /)", create_dynamic),
        function("exec_dynamic", "(mod, /)", |_, _| Ok(Value::int(0))),
        function("_fix_co_filename", "(code, path, /)", fix_co_filename),
        function("source_hash", "(key, source)", source_hash),
        function("_frozen_module_names", "()", frozen_module_names),
        function("_override_frozen_modules_for_tests", "(override, /)", |_, _| Ok(Value::NONE)),
        function("_override_multi_interp_extensions_check", "(override, /)", |_, _| {
            Ok(Value::int(0))
        }),
        function("_set_lazy_imports", "(enabled=None, /)", |_, _| Ok(Value::NONE)),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// The lock around importlib's table of module locks.
static LOCK: Reentrant = Reentrant::new();

/// In a forked child: the thread that held the import lock may be gone.
pub fn after_fork_child(cx: &Cx) {
    if !LOCK.is_owned(cx) {
        LOCK.reset();
    }
}

fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    let dict = module.namespace();
    let policy = cx.new_str(state().check_hash_based_pycs)?;
    dict.set_str(cx, name!(cx, "check_hash_based_pycs"), policy.value())?;
    let token = u32::from_le_bytes(pyc_magic());
    dict.set_str(cx, name!(cx, "pyc_magic_number_token"), Value::int(i64::from(token)))
}

/// The bytes that a file of compiled code begins with. The last two are CR LF, so that a text-mode copy
/// damages the number.
pub fn pyc_magic() -> [u8; 4] {
    let [low, high] = (orochi_bytecode::FORMAT_VERSION as u16 + 20000).to_le_bytes();
    [low, high, b'\r', b'\n']
}

fn release_lock(cx: &Cx, _: Args) -> Res {
    if LOCK.release(cx) {
        return Ok(Value::NONE);
    }
    raise!(cx, RUNTIME_ERROR, "not holding the import lock")
}

fn name_arg(cx: &Cx, v: Value) -> Res<String> {
    Ok(ops::expect_str(cx, v, "name")?.to_string_lossy())
}

fn is_builtin(cx: &Cx, args: Args) -> Res {
    let name = name_arg(cx, args.get(0))?;
    // -1: there, but cannot be made a second time.
    let answer = match name.as_str() {
        "sys" | "builtins" => -1,
        name => i64::from(state::native(name).is_some()),
    };
    Ok(Value::int(answer))
}

fn is_frozen(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(bootstrap::frozen(&name_arg(cx, args.get(0))?).is_some()))
}

fn no_frozen(cx: &Cx, name: Value) -> Res {
    let text = ops::repr_text(cx, name)?;
    let message = cx.new_str(&format!("No such frozen object named {text}"))?;
    let raised = cx.error_args(exception::IMPORT_ERROR.get(), &[message.value()]);
    if raised.is(&exception::IMPORT_ERROR) {
        raised.exception().set_field(cx, exception::field::IMPORT_NAME, name);
    }
    Err(raised)
}

fn is_frozen_package(cx: &Cx, args: Args) -> Res {
    match bootstrap::frozen(&name_arg(cx, args.get(0))?) {
        Some(_) => Ok(Value::FALSE),
        None => no_frozen(cx, args.get(0)),
    }
}

/// `(data, is_package, original name)` or `None`.
fn find_frozen(cx: &Cx, args: Args) -> Res {
    match bootstrap::frozen(&name_arg(cx, args.get(0))?) {
        Some(_) => {
            let origin = match args.get(0).as_str() {
                Some(name) if name.eq_str("_frozen_importlib") => {
                    cx.new_str("importlib._bootstrap")?.value()
                }
                Some(name) if name.eq_str("_frozen_importlib_external") => {
                    cx.new_str("importlib._bootstrap_external")?.value()
                }
                _ => args.get(0),
            };
            Ok(cx.new_tuple(&[Value::NONE, Value::FALSE, origin])?.value())
        }
        None => Ok(Value::NONE),
    }
}

fn get_frozen_object(cx: &Cx, args: Args) -> Res {
    match bootstrap::frozen_code(cx, &name_arg(cx, args.get(0))?)? {
        Some(code) => Ok(code.value()),
        None => no_frozen(cx, args.get(0)),
    }
}

fn init_frozen(cx: &Cx, args: Args) -> Res {
    let name = name_arg(cx, args.get(0))?;
    let Some(code) = bootstrap::frozen_code(cx, &name)? else { return Ok(Value::NONE) };
    let module = cx.new_module(intern::intern_text(cx, &name)?)?;
    bootstrap::register(cx, &name, module.value())?;
    (state().run_module)(cx, code, module.namespace())?;
    Ok(module.value())
}

fn create_builtin(cx: &Cx, args: Args) -> Res {
    let name = ops::getattr(cx, args.get(0), name!(cx, "name"))?;
    let text = name_arg(cx, name)?;
    if matches!(text.as_str(), "sys" | "builtins")
        && let Some(module) = state::MODULES.get().and_then(Value::downcast::<PyDict>)
        && let Some(module) = module.get(cx, name)?
    {
        return Ok(module);
    }
    match state::native(&text) {
        Some(def) => Ok(typedef::make_module(cx, def)?.value()),
        None => Ok(Value::NONE),
    }
}

fn create_dynamic(cx: &Cx, args: Args) -> Res {
    let name = ops::getattr(cx, args.get(0), name!(cx, "name"))?;
    let text = ops::str(cx, name)?.to_string_lossy();
    raise!(cx, IMPORT_ERROR, "dynamic module '{text}': extension modules in C cannot be loaded")
}

fn fix_co_filename(cx: &Cx, args: Args) -> Res {
    let Some(code) = args.get(0).downcast::<PyCode>() else {
        let class = class_of(args.get(0)).display_name();
        return raise!(cx, TYPE_ERROR, "_fix_co_filename() argument 1 must be code, not {class}");
    };
    let path = ops::expect_str(cx, args.get(1), "path")?;
    fix(cx, code, path);
    Ok(Value::NONE)
}

/// Nested code that is yet to be loaded takes the name from this one then.
fn fix(cx: &Cx, code: Ref<PyCode>, path: Ref<PyStr>) {
    code.filename.set(cx, code, path.value());
    if code.is_loaded() {
        code.consts().iter().filter_map(|v| v.downcast()).for_each(|code| fix(cx, code, path));
    }
}

fn source_hash(cx: &Cx, args: Args) -> Res {
    let key = ops::to_i64(cx, args.get(0))? as u64;
    let Some(source) = args.get(1).downcast::<PyBytes>() else {
        let source = ops::call(cx, types::BYTES.get().value(), &[args.get(1)])?;
        let data = source.downcast::<PyBytes>().map_or(&[][..], |bytes| bytes.data());
        return Ok(cx.new_bytes(&hash::siphash13([key, 0], data).to_le_bytes())?.value());
    };
    Ok(cx.new_bytes(&hash::siphash13([key, 0], source.data()).to_le_bytes())?.value())
}

fn frozen_module_names(cx: &Cx, _: Args) -> Res {
    let list = cx.new_list(&[])?;
    for name in bootstrap::frozen_names() {
        list.push(cx, cx.new_str(name)?.value())?;
    }
    Ok(list.value())
}
