//! Native compression modules: `zlib`, `_bz2` and what `_lzma` stands on.

mod bz2;
mod codec;
mod lzma;
mod stream;
mod zlib;

use orochi_object::layout::HeapLayout;
use orochi_object::prelude::*;
use stream::Machine;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&bz2::MODULE, &lzma::MODULE, &zlib::MODULE];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (codec::Codec::LAYOUT_NUMBER, stream::layout::<codec::Codec>()),
    (bz2::Codec::LAYOUT_NUMBER, stream::layout::<bz2::Codec>()),
    (lzma::Codec::LAYOUT_NUMBER, stream::layout::<lzma::Codec>()),
];
