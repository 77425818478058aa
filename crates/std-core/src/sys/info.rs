//! The structs of numbers and settings in `sys`.

use super::Config;
use orochi_object::descr::GetSetDef;
use orochi_object::int::MAX_STR_DIGITS;
use orochi_object::intern;
use orochi_object::prelude::*;
use orochi_object::structseq::{self, rows};
use std::sync::atomic::Ordering;

macro_rules! infos {
    ($($kind:ident $id:ident $rows:ident $name:literal $visible:literal $total:literal [$($field:literal)*];)*) => {
        $(
            static $rows: [GetSetDef; $total] = rows([$($field),*]);
            pub(super) static $id: TypeCell = TypeCell::new();
        )*
        /// The struct types, to be made before their instances.
        pub(super) static TYPES: &[&TypeDef] = &[$({
            static DEF: TypeDef =
                structseq::$kind::<$visible, $total>($name, &$id, &$rows, $name);
            &DEF
        }),*];
    };
}

infos! {
    sealed VERSION_INFO VERSION_ROWS "sys.version_info" 5 5
        ["major" "minor" "micro" "releaselevel" "serial"];
    sealed FLAGS FLAGS_ROWS "sys.flags" 18 21
        ["debug" "inspect" "interactive" "optimize" "dont_write_bytecode" "no_user_site" "no_site"
         "ignore_environment" "verbose" "bytes_warning" "quiet" "hash_randomization" "isolated"
         "dev_mode" "utf8_mode" "warn_default_encoding" "safe_path" "int_max_str_digits" "gil"
         "thread_inherit_context" "context_aware_warnings"];
    definition FLOAT_INFO FLOAT_ROWS "sys.float_info" 11 11
        ["max" "max_exp" "max_10_exp" "min" "min_exp" "min_10_exp" "dig" "mant_dig" "epsilon"
         "radix" "rounds"];
    definition INT_INFO INT_ROWS "sys.int_info" 4 4
        ["bits_per_digit" "sizeof_digit" "default_max_str_digits" "str_digits_check_threshold"];
    definition HASH_INFO HASH_ROWS "sys.hash_info" 9 9
        ["width" "modulus" "inf" "nan" "imag" "algorithm" "hash_bits" "seed_bits" "cutoff"];
    definition THREAD_INFO THREAD_ROWS "sys.thread_info" 3 3 ["name" "lock" "version"];
    definition ASYNCGEN_HOOKS ASYNCGEN_ROWS "sys.asyncgen_hooks" 2 2 ["firstiter" "finalizer"];
    definition UNRAISABLE_ARGS UNRAISABLE_ROWS "sys.UnraisableHookArgs" 5 5
        ["exc_type" "exc_value" "exc_traceback" "err_msg" "object"];
}

/// The Python version this implements: major, minor, micro.
pub const VERSION: (i64, i64, i64) = (3, 14, 0);

/// `sys.hexversion`.
pub const HEXVERSION: i64 = VERSION.0 << 24 | VERSION.1 << 16 | VERSION.2 << 8 | 0xf0;

pub(super) fn version_info(cx: &Cx) -> Res {
    let (major, minor, micro) = VERSION;
    let level = cx.new_str("final")?.value();
    let row = [Value::int(major), Value::int(minor), Value::int(micro), level, Value::int(0)];
    structseq::make(cx, &VERSION_INFO, &row)
}

/// `sys.flags`, whose settings the command line decides.
pub(super) fn flags(cx: &Cx, config: &Config) -> Res {
    let f = &config.flags;
    let int = |n: i32| Value::int(n as i64);
    let row = [
        int(f.debug),
        int(f.inspect),
        int(f.interactive),
        int(f.optimize),
        int(f.dont_write_bytecode),
        int(f.no_user_site),
        int(f.no_site),
        int(f.ignore_environment),
        int(f.verbose),
        int(f.bytes_warning),
        int(f.quiet),
        int(f.hash_randomization),
        int(f.isolated),
        Value::bool(f.dev_mode),
        int(f.utf8_mode),
        int(f.warn_default_encoding),
        Value::bool(f.safe_path),
        Value::int(MAX_STR_DIGITS.load(Ordering::Relaxed) as i64),
        f.gil.map_or(Value::NONE, |on| int(on.into())),
        int(f.thread_inherit_context as i32),
        int(f.context_aware_warnings as i32),
    ];
    structseq::make(cx, &FLAGS, &row)
}

pub(super) fn float_info(cx: &Cx) -> Res {
    let row = [
        cx.new_float(f64::MAX)?,
        Value::int(1024),
        Value::int(308),
        cx.new_float(f64::MIN_POSITIVE)?,
        Value::int(-1021),
        Value::int(-307),
        Value::int(15),
        Value::int(53),
        cx.new_float(f64::EPSILON)?,
        Value::int(2),
        Value::int(1),
    ];
    structseq::make(cx, &FLOAT_INFO, &row)
}

pub(super) fn int_info(cx: &Cx) -> Res {
    let row = [30, 4, 4300, 640].map(Value::int);
    structseq::make(cx, &INT_INFO, &row)
}

pub(super) fn hash_info(cx: &Cx) -> Res {
    let row = [
        Value::int(64),
        Value::int((1 << 61) - 1),
        Value::int(314_159),
        Value::int(0),
        Value::int(1_000_003),
        cx.new_str("siphash13")?.value(),
        Value::int(64),
        Value::int(128),
        Value::int(0),
    ];
    structseq::make(cx, &HASH_INFO, &row)
}

pub(super) fn thread_info(cx: &Cx) -> Res {
    let version = match pthread_version() {
        Some(version) => cx.new_str(&version)?.value(),
        None => Value::NONE,
    };
    let row = [cx.new_str("pthread")?.value(), Value::NONE, version];
    structseq::make(cx, &THREAD_INFO, &row)
}

/// Which thread library the C library has, as it says itself (`NPTL 2.36`).
#[cfg(target_env = "gnu")]
fn pthread_version() -> Option<String> {
    let mut text = [0u8; 64];
    // SAFETY: the buffer is writable for its length.
    let n =
        unsafe { libc::confstr(libc::_CS_GNU_LIBPTHREAD_VERSION, text.as_mut_ptr().cast(), 64) };
    let text = text.get(..n.checked_sub(1)?)?;
    Some(String::from_utf8_lossy(text).into_owned())
}

#[cfg(not(target_env = "gnu"))]
fn pthread_version() -> Option<String> {
    None
}

/// `sys.implementation`.
pub(super) fn implementation(cx: &Cx, version: Value) -> Res {
    let text = |s: &str| cx.new_str(s).map(Ref::value);
    let multiarch = format!("{}-linux-gnu", std::env::consts::ARCH);
    let names = [
        "name",
        "cache_tag",
        "version",
        "hexversion",
        "_multiarch",
        "supports_isolated_interpreters",
    ];
    let values = [
        text("orochi")?,
        text("orochi-314")?,
        version,
        Value::int(HEXVERSION),
        text(&multiarch)?,
        Value::FALSE,
    ];
    namespace(cx, &names, &values)
}

/// A SimpleNamespace of these attributes.
pub(super) fn namespace(cx: &Cx, names: &[&str], values: &[Value]) -> Res {
    let made = ops::call(cx, types::SIMPLE_NAMESPACE.get().value(), &[])?;
    for (name, value) in names.iter().zip(values) {
        ops::setattr(cx, made, intern::intern_text(cx, name)?, *value)?;
    }
    Ok(made)
}
