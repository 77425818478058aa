//! The import system: `_imp`, the bootstrap of importlib from the packed library, the fast path of
//! `import`, the finder of packed modules; and the bridge from sources to code objects.

pub mod bootstrap;
pub mod compile;
pub mod fast;
pub mod imp;
pub mod pack;
pub mod state;
mod symtable;
mod timing;

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::ModuleDef;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&imp::MODULE, &pack::MODULE, &symtable::MODULE];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[];
