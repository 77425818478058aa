//! Starting the interpreter: heap, types, `sys`, `builtins`, import system, streams.

use crate::{client, hooks, layouts, stress, tables};
use core::sync::atomic::Ordering;
use orochi_import::{bootstrap, state};
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::{exception, typedef};
use orochi_std_core::sys;
use orochi_threads::{gil, registry};

/// What the command line decides.
pub struct Settings {
    pub sys: sys::Config,
    /// `-u`.
    pub unbuffered: bool,
    /// `PYTHONIOENCODING`.
    pub io_encoding: Option<String>,
    /// `-X gil=1`.
    pub gil: bool,
    /// `-X jit`: how hot code is compiled; `None`: it is interpreted.
    pub jit: Option<orochi_jit::Options>,
    /// `--check-hash-based-pycs`; empty for the default.
    pub check_hash_based_pycs: &'static str,
    /// `PYTHONHASHSEED`: a number fixes the hashes of strings.
    pub hash_seed: Option<u32>,
    /// `-X importtime`.
    pub import_time: u8,
    /// `-X int_max_str_digits`.
    pub int_max_str_digits: Option<usize>,
}

impl Default for Settings {
    /// What a plain command line decides: no global lock, hot code is compiled.
    fn default() -> Settings {
        Settings {
            sys: sys::Config::default(),
            unbuffered: false,
            io_encoding: None,
            gil: false,
            jit: Some(orochi_jit::Options::default()),
            check_hash_based_pycs: "",
            hash_seed: None,
            import_time: 0,
            int_max_str_digits: None,
        }
    }
}

static CLIENT: client::Interpreter = client::Interpreter;

/// Starts the interpreter in the calling thread, which becomes the main thread. Once a process.
///
/// # Errors
/// What went wrong while the first modules were made; the context is usable to report it.
pub fn boot(settings: Settings) -> (&'static Cx, Res<()>) {
    if let Some(options) = settings.jit.clone() {
        orochi_jit::start(options);
    }
    orochi_heap::init(stress::heap_config(), layouts::table(), &CLIENT);
    let cx: &'static Cx = Box::leak(registry::new_context());
    // SAFETY: leaked, so it stays where it is.
    unsafe { registry::attach_main(cx) };
    if settings.gil {
        gil::enable(cx);
    }
    hooks::install();
    set_hash_key(settings.hash_seed);
    let result = start(cx, settings);
    (cx, result)
}

fn start(cx: &Cx, mut settings: Settings) -> Res<()> {
    boot_types(cx)?;
    exception::prepare_memory_error(cx)?;
    if let Some(digits) = settings.int_max_str_digits {
        orochi_object::int::MAX_STR_DIGITS.store(digits, core::sync::atomic::Ordering::Relaxed);
    }
    let stdlib = settings.sys.stdlib_dir.clone().unwrap_or_default();
    let check = match settings.check_hash_based_pycs {
        "" => "default",
        other => other,
    };
    state::install(state::State {
        native: tables::TABLES,
        stdlib: stdlib.to_string_lossy().into_owned(),
        run_module: hooks::run_module,
        optimize: settings.sys.flags.optimize.clamp(0, 2) as u8,
        import_time: settings.import_time,
        verbose: settings.sys.flags.verbose.clamp(0, 9) as u8,
        check_hash_based_pycs: check,
    });
    settings.sys.builtin_module_names = tables::module_names();
    let sys = make_sys(cx, &settings)?;
    make_builtins(cx)?;
    if stress::yields() {
        cx.interrupt(orochi_object::cx::interrupt::STRESS);
    }
    let options = orochi_std_io::StreamOptions {
        unbuffered: settings.unbuffered,
        warn_default_encoding: settings.sys.flags.warn_default_encoding > 0,
        io_encoding: settings.io_encoding,
        interactive: settings.sys.flags.interactive > 0,
    };
    let mut set = |name: &str, stream| sys::set_attr(cx, name, stream);
    // First, for messages of the import system (`-v`); a codec that is written in Python has to wait.
    let early = options.io_encoding.is_none();
    if early {
        orochi_std_io::make_std_streams(cx, &options, &mut set)?;
    }
    bootstrap::start(cx, sys)?;
    bootstrap::start_external(cx)?;
    if !early {
        orochi_std_io::make_std_streams(cx, &options, &mut set)?;
    }
    let handler = orochi_threads::signal_module::default_int_handler_object(cx)?;
    orochi_threads::signal::init(cx, handler)
}

/// Keys the hashes of strings: from the seed, else at random.
fn set_hash_key(seed: Option<u32>) {
    let key = seed.map_or_else(random_key, orochi_object::hash::key_of_seed);
    orochi_object::hash::set_key(key);
}

fn random_key() -> [u64; 2] {
    let mut key = [0u64; 2];
    // SAFETY: fills the array; on failure it stays as it is.
    unsafe { libc::getrandom(key.as_mut_ptr().cast(), size_of_val(&key), libc::GRND_NONBLOCK) };
    key
}

fn boot_types(cx: &Cx) -> Res<()> {
    let mut defs: Vec<&'static TypeDef> = orochi_builtins::TYPES.to_vec();
    defs.extend_from_slice(orochi_builtins::exceptions::TYPES);
    defs.extend_from_slice(orochi_introspect::TYPES);
    typedef::boot_types(cx, &defs)
}

fn make_sys(cx: &Cx, settings: &Settings) -> Res<Ref<PyModule>> {
    let sys = typedef::make_module(cx, &sys::MODULE)?;
    sys::configure(cx, sys, &settings.sys)?;
    orochi_introspect::source::HIDES_COLUMNS.store(settings.sys.hides_columns, Ordering::Relaxed);
    let jit = typedef::make_module(cx, &orochi_introspect::jit::MODULE)?;
    sys.namespace().set_str(cx, name!(cx, "_jit"), jit.value())?;
    state::SYS.set(sys.value());
    let modules = sys::modules(cx)?;
    state::MODULES.set(modules.value());
    bootstrap::register(cx, "sys", sys.value())?;
    Ok(sys)
}

fn make_builtins(cx: &Cx) -> Res<()> {
    let builtins = bootstrap::add_native(cx, "builtins")?;
    let dict = builtins.namespace();
    orochi_runtime::function::BUILTINS.set(dict.value());
    dict.set_str(cx, name!(cx, "__debug__"), Value::bool(state::state().optimize == 0))
}
