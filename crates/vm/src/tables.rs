//! The native modules and layouts of all crates.

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::ModuleDef;

/// The native modules, by crate.
pub static TABLES: &[&[&ModuleDef]] = &[
    orochi_builtins::MODULES,
    orochi_import::MODULES,
    orochi_introspect::MODULES,
    orochi_std_async::MODULES,
    orochi_std_compress::MODULES,
    orochi_std_db::MODULES,
    orochi_std_core::MODULES,
    orochi_std_datetime::MODULES,
    orochi_std_hash::MODULES,
    orochi_std_io::MODULES,
    orochi_std_os::MODULES,
    orochi_threads::MODULES,
];

/// The layouts, by crate.
pub(crate) fn layouts() -> [&'static [(u16, HeapLayout)]; 13] {
    [
        orochi_object::layout::LAYOUTS,
        orochi_runtime::LAYOUTS,
        orochi_builtins::LAYOUTS,
        orochi_import::LAYOUTS,
        orochi_introspect::LAYOUTS,
        orochi_std_compress::LAYOUTS,
        orochi_std_db::LAYOUTS,
        orochi_std_core::LAYOUTS,
        orochi_std_datetime::LAYOUTS,
        orochi_std_hash::LAYOUTS,
        orochi_std_io::LAYOUTS,
        orochi_std_os::LAYOUTS,
        orochi_threads::LAYOUTS,
    ]
}

/// `sys.builtin_module_names`, not sorted.
pub fn module_names() -> Vec<String> {
    TABLES.iter().flat_map(|table| table.iter()).map(|def| def.name.to_string()).collect()
}
