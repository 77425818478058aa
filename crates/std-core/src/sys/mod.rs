//! The module `sys`.
//!
//! `vm` makes the module from [`MODULE`], calls [`configure`] with the command line's settings, and
//! installs [`HOOKS`]. Standard streams and the import system's lists are filled in later.

mod audit;
pub mod display;
mod info;
mod names;

pub use audit::audit;
pub use display::{last_line, print_exception, write_stderr, write_stderr_line, write_unraisable};
pub use info::{HEXVERSION, VERSION};

use core::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use orochi_object::collector::Root;
use orochi_object::cx::RECURSION_LIMIT;
use orochi_object::dict::Key;
use orochi_object::int::MAX_STR_DIGITS;
use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::structseq;
use orochi_object::typedef::{Const, make_module, make_type};
use orochi_threads::gil;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::sync::OnceLock;

/// Functions of the interpreter that `sys` needs.
pub struct Hooks {
    /// The frame object `depth` Python frames above the innermost one; `None` if there are fewer.
    pub frame: fn(&Cx, usize) -> Res<Option<Value>>,
    /// `__name__` of the module whose function runs `depth` frames up, or None.
    pub frame_module_name: fn(&Cx, usize) -> Res,
    /// A dict from thread ident to that thread's innermost frame object.
    pub current_frames: fn(&Cx) -> Res,
    /// Gives the Python stack of a thread that stands still, or of this one, as text: with the lines of all code.
    pub dump_stack: fn(&Cx, &mut dyn FnMut(&[u8])),
    /// The same in a signal handler: with the lines that can be told without memory.
    pub dump_stack_in_handler: fn(&Cx, &mut dyn FnMut(&[u8])),
    /// `cx.trace_func` / `cx.profile_func` have changed; true: for all threads.
    pub tracing_changed: fn(&Cx, bool),
    /// The module `sys.monitoring`.
    pub monitoring: &'static ModuleDef,
    /// `sys.set_coroutine_origin_tracking_depth`.
    pub coroutine_origin_depth: fn(&Cx, i64),
}

/// The installed functions.
pub static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// `sys.flags`, as the command line and the environment set them.
#[derive(Clone, Debug)]
pub struct Flags {
    pub debug: i32,
    pub inspect: i32,
    pub interactive: i32,
    pub optimize: i32,
    pub dont_write_bytecode: i32,
    pub no_user_site: i32,
    pub no_site: i32,
    pub ignore_environment: i32,
    pub verbose: i32,
    pub bytes_warning: i32,
    pub quiet: i32,
    pub hash_randomization: i32,
    pub isolated: i32,
    pub dev_mode: bool,
    pub utf8_mode: i32,
    pub warn_default_encoding: i32,
    pub safe_path: bool,
    /// Whether there is a global lock; None where nothing was said.
    pub gil: Option<bool>,
    pub thread_inherit_context: bool,
    pub context_aware_warnings: bool,
}

impl Default for Flags {
    fn default() -> Flags {
        Flags {
            debug: 0,
            inspect: 0,
            interactive: 0,
            optimize: 0,
            dont_write_bytecode: 0,
            no_user_site: 0,
            no_site: 0,
            ignore_environment: 0,
            verbose: 0,
            bytes_warning: 0,
            quiet: 0,
            hash_randomization: 1,
            isolated: 0,
            dev_mode: false,
            utf8_mode: 0,
            warn_default_encoding: 0,
            safe_path: false,
            gil: None,
            thread_inherit_context: true,
            context_aware_warnings: true,
        }
    }
}

/// What the command line says of `sys`.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub flags: Flags,
    pub argv: Vec<OsString>,
    pub orig_argv: Vec<OsString>,
    pub executable: OsString,
    pub base_executable: OsString,
    pub prefix: OsString,
    pub exec_prefix: OsString,
    pub base_prefix: OsString,
    pub base_exec_prefix: OsString,
    pub stdlib_dir: Option<OsString>,
    pub path: Vec<OsString>,
    pub warnoptions: Vec<OsString>,
    /// `-X` options; without `=value` the value is True.
    pub xoptions: Vec<(String, Option<String>)>,
    pub pycache_prefix: Option<OsString>,
    /// `-X cpu_count`.
    pub cpu_count: Option<i64>,
    /// `-X no_debug_ranges`.
    pub hides_columns: bool,
    pub builtin_module_names: Vec<String>,
}

static SYS: Root = Root::new();
static FINALIZING: AtomicBool = AtomicBool::new(false);
static ORIGIN_DEPTH: AtomicI64 = AtomicI64::new(0);
/// `-X cpu_count`, or -1.
static CPU_COUNT: AtomicI64 = AtomicI64::new(-1);
static DLOPEN_FLAGS: AtomicI64 = AtomicI64::new(libc::RTLD_NOW as i64);

/// The module `sys`, once configured.
pub fn module() -> Option<Ref<PyModule>> {
    SYS.get().and_then(Value::downcast)
}

/// An attribute of `sys`.
pub fn attr(cx: &Cx, name: &str) -> Option<Value> {
    let name = intern::intern_text(cx, name).ok()?;
    module()?.namespace().get_str(name)
}

/// Sets an attribute of `sys`.
pub fn set_attr(cx: &Cx, name: &str, value: Value) -> Res<()> {
    match module() {
        Some(module) => module.namespace().set_str(cx, intern::intern_text(cx, name)?, value),
        None => Ok(()),
    }
}

/// `sys.modules`; a new dict if the program has replaced it by something else.
pub fn modules(cx: &Cx) -> Res<Ref<PyDict>> {
    match attr(cx, "modules").and_then(Value::downcast) {
        Some(modules) => Ok(modules),
        None => cx.new_dict(),
    }
}

/// The interpreter is going down: `sys.is_finalizing()` says so.
pub fn set_finalizing() {
    FINALIZING.store(true, Ordering::Release);
}

/// Whether the interpreter is going down.
pub fn is_finalizing() -> bool {
    FINALIZING.load(Ordering::Acquire)
}

/// A str from bytes of the operating system: UTF-8, other bytes as surrogates.
pub fn os_str(cx: &Cx, text: &std::ffi::OsStr) -> Res {
    let bytes = text.as_bytes();
    if let Ok(text) = core::str::from_utf8(bytes) {
        return Ok(cx.new_str(text)?.value());
    }
    let mut points: Vec<u32> = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        points.extend(chunk.valid().chars().map(|c| c as u32));
        points.extend(chunk.invalid().iter().map(|b| 0xdc00 + *b as u32));
    }
    Ok(cx.str_from_units(orochi_text::Units::Four(&points))?.value())
}

fn os_list(cx: &Cx, items: &[OsString]) -> Res {
    let list = cx.new_list(&[])?;
    for item in items {
        list.push(cx, os_str(cx, item)?)?;
    }
    Ok(list.value())
}

/// Fills in what the command line decides, and makes this the module `sys`.
pub fn configure(cx: &Cx, module: Ref<PyModule>, config: &Config) -> Res<()> {
    SYS.set(module.value());
    CPU_COUNT.store(config.cpu_count.unwrap_or(-1), Ordering::Relaxed);
    orochi_object::bytes::WARN.store(config.flags.bytes_warning > 0, Ordering::Relaxed);
    orochi_builtins::codecs::CHECK_NAMES.store(config.flags.dev_mode, Ordering::Relaxed);
    set_attr(cx, "flags", info::flags(cx, config)?)?;
    set_attr(cx, "argv", os_list(cx, &config.argv)?)?;
    set_attr(cx, "orig_argv", os_list(cx, &config.orig_argv)?)?;
    set_attr(cx, "path", os_list(cx, &config.path)?)?;
    set_attr(cx, "warnoptions", os_list(cx, &config.warnoptions)?)?;
    for (name, text) in [
        ("executable", &config.executable),
        ("_base_executable", &config.base_executable),
        ("prefix", &config.prefix),
        ("exec_prefix", &config.exec_prefix),
        ("base_prefix", &config.base_prefix),
        ("base_exec_prefix", &config.base_exec_prefix),
    ] {
        set_attr(cx, name, os_str(cx, text)?)?;
    }
    for (name, text) in
        [("_stdlib_dir", &config.stdlib_dir), ("pycache_prefix", &config.pycache_prefix)]
    {
        let value = match text {
            Some(text) => os_str(cx, text)?,
            None => Value::NONE,
        };
        set_attr(cx, name, value)?;
    }
    let options = cx.new_dict()?;
    for (name, value) in &config.xoptions {
        let value = match value {
            Some(value) => cx.new_str(value)?.value(),
            None => Value::TRUE,
        };
        options.set(cx, cx.new_str(name)?.value(), value)?;
    }
    set_attr(cx, "_xoptions", options.value())?;
    set_attr(cx, "dont_write_bytecode", Value::bool(config.flags.dont_write_bytecode != 0))?;
    let mut names = config.builtin_module_names.clone();
    names.sort();
    let list = cx.new_list(&[])?;
    for name in &names {
        list.push(cx, cx.new_str(name)?.value())?;
    }
    set_attr(cx, "builtin_module_names", list.snapshot(cx)?.value())
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    for t in info::TYPES {
        make_type(cx, t)?;
    }
    let dict = module.namespace();
    let set = |name: &str, value: Value| dict.set_str(cx, intern::intern_text(cx, name)?, value);
    let version = info::version_info(cx)?;
    let (major, minor, micro) = VERSION;
    let text = format!("{major}.{minor}.{micro} (main) [Orochi {}]", env!("CARGO_PKG_VERSION"));
    set("version_info", version)?;
    set("version", cx.new_str(&text)?.value())?;
    set("implementation", info::implementation(cx, version)?)?;
    set("float_info", info::float_info(cx)?)?;
    set("int_info", info::int_info(cx)?)?;
    set("hash_info", info::hash_info(cx)?)?;
    set("thread_info", info::thread_info(cx)?)?;
    set("monitoring", make_module(cx, hooks(cx)?.monitoring)?.value())?;
    for name in ["modules", "path_importer_cache"] {
        set(name, cx.new_dict()?.value())?;
    }
    for name in ["meta_path", "path_hooks"] {
        set(name, cx.new_list(&[])?.value())?;
    }
    for name in ["displayhook", "excepthook", "unraisablehook", "breakpointhook"] {
        if let Some(hook) = dict.get_str(intern::intern_text(cx, name)?) {
            set(&format!("__{name}__"), hook)?;
        }
    }
    let git = ["Orochi", "", ""].map(|s| cx.new_str(s).map(Ref::value));
    let git = [git[0]?, git[1]?, git[2]?];
    set("_git", cx.new_tuple(&git)?.value())?;
    let list = cx.new_list(&[])?;
    for name in names::STDLIB.split_whitespace() {
        list.push(cx, cx.new_str(name)?.value())?;
    }
    let stdlib = ops::call(cx, types::FROZENSET.get().value(), &[list.value()])?;
    set("stdlib_module_names", stdlib)
}

fn hooks(cx: &Cx) -> Res<&'static Hooks> {
    match HOOKS.get() {
        Some(hooks) => Ok(hooks),
        None => raise!(cx, RUNTIME_ERROR, "the interpreter is not running"),
    }
}

/// Takes `__dict__` and `__weakref__` from a class, of which another one with slots is made.
fn clear_type_descriptors(cx: &Cx, args: Args) -> Res {
    let class = args.get(0).downcast::<PyType>();
    let Some(class) = class.filter(|class| class.has_flag(flag::HEAPTYPE)) else {
        return raise!(cx, TYPE_ERROR, "argument is immutable");
    };
    for name in [name!(cx, "__dict__"), name!(cx, "__weakref__")] {
        if class.namespace().remove_key(cx, Key::str(name))?.is_some() {
            ops::class_changed(cx, class, name)?;
        }
    }
    Ok(Value::NONE)
}

fn none(_: &Cx, _: Args) -> Res {
    Ok(Value::NONE)
}
fn falsehood(_: &Cx, _: Args) -> Res {
    Ok(Value::FALSE)
}
fn zero(_: &Cx, _: Args) -> Res {
    Ok(Value::int(0))
}

fn handled(cx: &Cx) -> Value {
    cx.handled.or_none()
}
fn exception(cx: &Cx, _: Args) -> Res {
    Ok(handled(cx))
}
fn exc_info(cx: &Cx, _: Args) -> Res {
    let value = handled(cx);
    let row = match value.downcast::<exception::PyException>() {
        Some(e) => [e.class().value(), value, e.traceback.or_none()],
        None => [Value::NONE; 3],
    };
    Ok(cx.new_tuple(&row)?.value())
}

fn exit(cx: &Cx, args: Args) -> Res {
    let class = exception::SYSTEM_EXIT.get();
    Err(match args.non_none(0) {
        None => cx.error_args(class, &[]),
        Some(code) => match code.downcast::<PyTuple>() {
            Some(codes) => cx.error_args(class, codes.values()),
            None => cx.error_args(class, &[code]),
        },
    })
}

fn get_recursion_limit(_: &Cx, _: Args) -> Res {
    Ok(Value::int(RECURSION_LIMIT.load(Ordering::Relaxed) as i64))
}
fn set_recursion_limit(cx: &Cx, args: Args) -> Res {
    let n = ops::to_i32(cx, args.get(0))?;
    if n < 1 {
        return raise!(cx, VALUE_ERROR, "recursion limit must be greater or equal than 1");
    }
    RECURSION_LIMIT.store(n as usize, Ordering::Relaxed);
    Ok(Value::NONE)
}

fn get_refcount(_: &Cx, _: Args) -> Res {
    // Objects are traced, not counted; programs compare this with small numbers.
    Ok(Value::int(2))
}

fn get_sizeof(cx: &Cx, args: Args) -> Res {
    let (object, default) = (args.get(0), args.opt(1));
    let found = ops::lookup_special(cx, object, name!(cx, "__sizeof__"))?;
    let size = match found {
        Some(method) => method.call(cx, &[]),
        None => raise!(
            cx,
            TYPE_ERROR,
            "Type {} doesn't define __sizeof__",
            class_of(object).display_name()
        ),
    };
    match (size, default) {
        (Err(raised), Some(default)) if raised.is(&exception::TYPE_ERROR) => Ok(default),
        (Err(raised), _) => Err(raised),
        (Ok(size), _) => {
            let n = ops::to_i64(cx, size)?;
            if n < 0 {
                return raise!(cx, VALUE_ERROR, "__sizeof__() should return >= 0");
            }
            cx.new_int(n)
        }
    }
}

fn intern_str(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let Some(s) = v.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "intern() argument must be str, not {}",
            class_of(v).display_name()
        );
    };
    if !is_exact(v, &types::STR) {
        return raise!(cx, TYPE_ERROR, "can't intern {}", class_of(v).display_name());
    }
    Ok(intern::intern(cx, s)?.value())
}
fn is_interned(cx: &Cx, args: Args) -> Res {
    if args.get(0).as_str().is_none() {
        let got = class_of(args.get(0)).display_name();
        return raise!(cx, TYPE_ERROR, "_is_interned() argument must be str, not {got}");
    }
    Ok(Value::bool(args.get(0).as_str().is_some_and(|s| s.is_interned())))
}
fn is_immortal(_: &Cx, args: Args) -> Res {
    Ok(Value::bool(!args.get(0).is_object()))
}

fn get_frame(cx: &Cx, args: Args) -> Res {
    let depth = args.opt(0).map_or(Ok(0), |depth| ops::to_i32(cx, depth))?;
    match (hooks(cx)?.frame)(cx, depth.max(0) as usize)? {
        Some(frame) => {
            audit(cx, "sys._getframe", &[frame])?;
            Ok(frame)
        }
        None => raise!(cx, VALUE_ERROR, "call stack is not deep enough"),
    }
}
fn get_frame_module_name(cx: &Cx, args: Args) -> Res {
    let depth = args.opt(0).map_or(Ok(0), |depth| ops::to_i32(cx, depth))?;
    (hooks(cx)?.frame_module_name)(cx, depth.max(0) as usize)
}
fn current_frames(cx: &Cx, _: Args) -> Res {
    (hooks(cx)?.current_frames)(cx)
}
fn current_exceptions(cx: &Cx, _: Args) -> Res {
    let dict = cx.new_dict()?;
    let mut at = 0;
    // One after the other: nothing may run while the threads' registry is held.
    while let Some((ident, handled)) = orochi_threads::registry::with_all(|all| {
        let other = all.get(at)?;
        Some((other.ident.get(), other.handled.or_none()))
    }) {
        at += 1;
        dict.set(cx, cx.new_uint(ident)?, handled)?;
    }
    Ok(dict.value())
}

fn get_trace(cx: &Cx, _: Args) -> Res {
    Ok(cx.trace_func.or_none())
}
fn get_profile(cx: &Cx, _: Args) -> Res {
    Ok(cx.profile_func.or_none())
}
fn set_trace(cx: &Cx, args: Args) -> Res {
    cx.trace_func.init_opt(args.get(0).non_none());
    (hooks(cx)?.tracing_changed)(cx, false);
    Ok(Value::NONE)
}
fn set_profile(cx: &Cx, args: Args) -> Res {
    cx.profile_func.init_opt(args.get(0).non_none());
    (hooks(cx)?.tracing_changed)(cx, false);
    Ok(Value::NONE)
}
fn set_trace_all(cx: &Cx, args: Args) -> Res {
    let f = args.get(0).non_none();
    orochi_threads::registry::with_all(|all| all.iter().for_each(|c| c.trace_func.init_opt(f)));
    (hooks(cx)?.tracing_changed)(cx, true);
    Ok(Value::NONE)
}
fn set_profile_all(cx: &Cx, args: Args) -> Res {
    let f = args.get(0).non_none();
    orochi_threads::registry::with_all(|all| all.iter().for_each(|c| c.profile_func.init_opt(f)));
    (hooks(cx)?.tracing_changed)(cx, true);
    Ok(Value::NONE)
}
fn call_tracing(cx: &Cx, args: Args) -> Res {
    let Some(row) = args.get(1).downcast::<PyTuple>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "call_tracing() argument 2 must be tuple, not {}",
            class_of(args.get(1)).display_name()
        );
    };
    ops::call(cx, args.get(0), row.values())
}

fn get_switch_interval(cx: &Cx, _: Args) -> Res {
    cx.new_float(gil::interval_us() as f64 * 1e-6)
}
fn set_switch_interval(cx: &Cx, args: Args) -> Res {
    let seconds = ops::to_f64(cx, args.get(0))?;
    if seconds.is_nan() || seconds <= 0.0 {
        return raise!(cx, VALUE_ERROR, "switch interval must be strictly positive");
    }
    gil::set_interval_us((seconds * 1e6) as u64);
    Ok(Value::NONE)
}
fn is_gil_enabled(_: &Cx, _: Args) -> Res {
    Ok(Value::bool(gil::is_on()))
}

fn utf8(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_str("utf-8")?.value())
}
fn surrogateescape(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_str("surrogateescape")?.value())
}

fn get_int_max_str_digits(_: &Cx, _: Args) -> Res {
    Ok(Value::int(MAX_STR_DIGITS.load(Ordering::Relaxed) as i64))
}
fn set_int_max_str_digits(cx: &Cx, args: Args) -> Res {
    let n = ops::to_i32(cx, args.get(0))?;
    if n != 0 && n < 640 {
        return raise!(cx, VALUE_ERROR, "maxdigits must be >= 640 or 0 for unlimited");
    }
    MAX_STR_DIGITS.store(n as usize, Ordering::Relaxed);
    Ok(Value::NONE)
}

fn get_asyncgen_hooks(cx: &Cx, _: Args) -> Res {
    let row = [cx.asyncgen_firstiter.or_none(), cx.asyncgen_finalizer.or_none()];
    structseq::make(cx, &info::ASYNCGEN_HOOKS, &row)
}
fn set_asyncgen_hooks(cx: &Cx, args: Args) -> Res {
    for (i, name) in ["firstiter", "finalizer"].into_iter().enumerate() {
        if let Some(hook) = args.non_none(i)
            && class_of(hook).slots.call().is_none()
        {
            return raise!(
                cx,
                TYPE_ERROR,
                "callable {name} expected, got {}",
                class_of(hook).display_name()
            );
        }
    }
    if let Some(hook) = args.opt(0) {
        cx.asyncgen_firstiter.init_opt(hook.non_none());
    }
    if let Some(hook) = args.opt(1) {
        cx.asyncgen_finalizer.init_opt(hook.non_none());
    }
    Ok(Value::NONE)
}

fn set_origin_depth(cx: &Cx, args: Args) -> Res {
    let depth = ops::to_i32(cx, args.get(0))? as i64;
    if depth < 0 {
        return raise!(cx, VALUE_ERROR, "depth must be >= 0");
    }
    ORIGIN_DEPTH.store(depth, Ordering::Relaxed);
    if let Some(hooks) = HOOKS.get() {
        (hooks.coroutine_origin_depth)(cx, depth);
    }
    Ok(Value::NONE)
}
fn get_origin_depth(_: &Cx, _: Args) -> Res {
    Ok(Value::int(ORIGIN_DEPTH.load(Ordering::Relaxed)))
}

fn get_dlopen_flags(_: &Cx, _: Args) -> Res {
    Ok(Value::int(DLOPEN_FLAGS.load(Ordering::Relaxed)))
}
fn set_dlopen_flags(cx: &Cx, args: Args) -> Res {
    DLOPEN_FLAGS.store(ops::to_i32(cx, args.get(0))? as i64, Ordering::Relaxed);
    Ok(Value::NONE)
}
fn finalizing(_: &Cx, _: Args) -> Res {
    Ok(Value::bool(is_finalizing()))
}
fn allocated_blocks(cx: &Cx, _: Args) -> Res {
    cx.new_int((orochi_heap::stats().live_bytes / 32) as i64)
}
fn cpu_count_config(_: &Cx, _: Args) -> Res {
    Ok(Value::int(CPU_COUNT.load(Ordering::Relaxed)))
}
fn no_trampoline(cx: &Cx, _: Args) -> Res {
    raise!(cx, VALUE_ERROR, "perf trampoline not available")
}
fn remote_exec(cx: &Cx, _: Args) -> Res {
    raise!(cx, NOT_IMPLEMENTED_ERROR, "remote execution is not supported")
}

/// The module `sys`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "sys",
    doc: Some("Objects and functions of the interpreter itself."),
    functions: &[
        function("_clear_internal_caches", "()", none),
        function("_clear_type_cache", "()", none),
        function("_clear_type_descriptors", "(type, /)", clear_type_descriptors),
        function("_current_exceptions", "()", current_exceptions),
        function("_current_frames", "()", current_frames),
        function("_debugmallocstats", "()", none),
        function("_get_cpu_count_config", "()", cpu_count_config),
        function("_getframe", "(depth=0, /)", get_frame),
        function("_getframemodulename", "(depth=0)", get_frame_module_name),
        function("_is_gil_enabled", "()", is_gil_enabled),
        function("_is_immortal", "(op, /)", is_immortal),
        function("_is_interned", "(string, /)", is_interned),
        function("_setprofileallthreads", "(function, /)", set_profile_all),
        function("_settraceallthreads", "(function, /)", set_trace_all),
        function("activate_stack_trampoline", "(backend, /)", no_trampoline),
        function("addaudithook", "(hook)", audit::add_audit_hook),
        function("audit", "(event, /, *args)", audit::sys_audit),
        function("breakpointhook", "(*args, **kws)", display::breakpointhook),
        function("call_tracing", "(func, args, /)", call_tracing),
        function("deactivate_stack_trampoline", "()", none),
        function("displayhook", "(object, /)", display::displayhook),
        function("exc_info", "()", exc_info),
        function("excepthook", "(exctype, value, traceback, /)", display::excepthook),
        function("exception", "()", exception),
        function("exit", "(status=None, /)", exit),
        function("get_asyncgen_hooks", "()", get_asyncgen_hooks),
        function("get_coroutine_origin_tracking_depth", "()", get_origin_depth),
        function("get_int_max_str_digits", "()", get_int_max_str_digits),
        function("getallocatedblocks", "()", allocated_blocks),
        function("getdefaultencoding", "()", utf8),
        function("getdlopenflags", "()", get_dlopen_flags),
        function("getfilesystemencodeerrors", "()", surrogateescape),
        function("getfilesystemencoding", "()", utf8),
        function("getprofile", "()", get_profile),
        function("getrecursionlimit", "()", get_recursion_limit),
        function("getrefcount", "(object, /)", get_refcount),
        function("getsizeof", "(object, default=None)", get_sizeof),
        function("getswitchinterval", "()", get_switch_interval),
        function("gettrace", "()", get_trace),
        function("getunicodeinternedsize", "(*, _only_immortal=False)", zero),
        function("intern", "(string, /)", intern_str),
        function("is_finalizing", "()", finalizing),
        function("is_remote_debug_enabled", "()", falsehood),
        function("is_stack_trampoline_active", "()", falsehood),
        function("remote_exec", "(pid, script)", remote_exec),
        function("set_asyncgen_hooks", "(firstiter=None, finalizer=None)", set_asyncgen_hooks),
        function("set_coroutine_origin_tracking_depth", "(depth)", set_origin_depth),
        function("set_int_max_str_digits", "(maxdigits)", set_int_max_str_digits),
        function("setdlopenflags", "(flags, /)", set_dlopen_flags),
        function("setprofile", "(function, /)", set_profile),
        function("setrecursionlimit", "(limit, /)", set_recursion_limit),
        function("setswitchinterval", "(interval, /)", set_switch_interval),
        function("settrace", "(function, /)", set_trace),
        function("unraisablehook", "(unraisable, /)", display::unraisablehook),
    ],
    constants: &[
        ("_framework", Const::Str("")),
        ("_home", Const::None),
        ("abiflags", Const::Str("t")),
        ("api_version", Const::Int(1013)),
        ("byteorder", Const::Str(if cfg!(target_endian = "big") { "big" } else { "little" })),
        ("copyright", Const::Str("Copyright (c) the Orochi contributors.")),
        ("float_repr_style", Const::Str("short")),
        ("hexversion", Const::Int(HEXVERSION)),
        ("maxsize", Const::Int(i64::MAX)),
        ("maxunicode", Const::Int(0x10ffff)),
        ("platform", Const::Str("linux")),
        ("platlibdir", Const::Str("lib")),
        ("pycache_prefix", Const::None),
        ("dont_write_bytecode", Const::Bool(false)),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};
