//! Native modules, one file each.
//!
//! A module is one file `src/<name>.rs` whose table is `pub static MODULE: ModuleDef`; here it is
//! one `mod` line and one line of [`MODULES`].

mod posix;
mod resource;
mod time;
mod util;

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::ModuleDef;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&posix::MODULE, &resource::MODULE, &time::MODULE];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[];
