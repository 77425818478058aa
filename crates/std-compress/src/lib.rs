//! Native compression modules: `zlib`.

mod codec;
mod stream;
mod zlib;

use orochi_object::layout::HeapLayout;
use orochi_object::prelude::*;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&zlib::MODULE];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[(stream::LAYOUT_NUMBER, stream::LAYOUT)];
