//! Native modules, one file each.
//!
//! A module is one file `src/<name>.rs` whose table is `pub static MODULE: ModuleDef`; here it is
//! one `mod` line and one line of [`MODULES`].

pub mod abc;
pub mod array;
pub mod atexit;
pub mod binascii;
pub mod bisect;
mod cjk;
pub mod cmath;
pub mod codecs;
pub mod collections;
mod common;
pub mod contextvars;
pub mod csv;
pub mod errno;
pub mod faulthandler;
pub mod functools;
pub mod gc;
pub mod heapq;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod marshal;
pub mod math;
pub mod opcode;
pub mod operator;
pub mod pickle;
pub mod random;
pub mod sre;
pub mod stat;
pub mod statistics;
pub mod string;
pub mod struct_;
pub mod suggestions;
pub mod sys;
pub mod sysconfig;
pub mod tracemalloc;
pub mod unicodedata;
pub mod warnings_native;

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::ModuleDef;

/// Modules of this crate.
#[rustfmt::skip]
pub static MODULES: &[&ModuleDef] = &[
    &abc::MODULE,
    &array::MODULE,
    &atexit::MODULE,
    &bisect::MODULE,
    &codecs::MODULE,
    &string::MODULE,
    &unicodedata::MODULE,
    &binascii::MODULE,
    &cmath::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &csv::MODULE,
    &errno::MODULE,
    &faulthandler::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &heapq::MODULE,
    &itertools::MODULE,
    &json::MODULE,
    &locale::MODULE,
    &marshal::MODULE,
    &math::MODULE,
    &cjk::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &pickle::MODULE,
    &random::MODULE,
    &sre::MODULE,
    &stat::MODULE,
    &statistics::MODULE,
    &struct_::MODULE,
    &suggestions::MODULE,
    &sys::MODULE,
    &sysconfig::MODULE,
    &tracemalloc::MODULE,
    &warnings_native::MODULE,
];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (collections::deque::LAYOUT, collections::deque::Deque::HEAP_LAYOUT),
    (random::LAYOUT, random::PyRandom::HEAP_LAYOUT),
    (functools::lru::LAYOUT, functools::lru::Wrapper::HEAP_LAYOUT),
    (array::LAYOUT, array::HEAP_LAYOUT),
];
