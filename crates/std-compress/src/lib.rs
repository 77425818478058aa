//! Native compression modules: `zlib` and `_bz2`.

mod bz2;
mod codec;
mod stream;
mod zlib;

use orochi_object::layout::HeapLayout;
use orochi_object::prelude::*;
use stream::Machine;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&bz2::MODULE, &zlib::MODULE];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (codec::Codec::LAYOUT_NUMBER, stream::layout::<codec::Codec>()),
    (bz2::Codec::LAYOUT_NUMBER, stream::layout::<bz2::Codec>()),
];
