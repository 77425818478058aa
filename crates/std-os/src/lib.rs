//! Native modules, one file each.
//!
//! A module is one file `src/<name>.rs` whose table is `pub static MODULE: ModuleDef`; here it is
//! one `mod` line and one line of [`MODULES`].

mod consts;
mod fcntl;
mod mmap;
mod multiprocessing;
mod posix;
mod posixsubprocess;
mod pwd;
mod resource;
mod select;
mod socket;
mod syslog;
mod termios;
mod time;
mod util;
mod uuid;

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::ModuleDef;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[
    &fcntl::MODULE,
    &mmap::MODULE,
    &multiprocessing::MODULE,
    &multiprocessing::SHARED_MEMORY,
    &posix::MODULE,
    &posixsubprocess::MODULE,
    &pwd::GRP,
    &pwd::MODULE,
    &resource::MODULE,
    &select::MODULE,
    &socket::MODULE,
    &syslog::MODULE,
    &termios::MODULE,
    &time::MODULE,
    &uuid::MODULE,
];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (orochi_object::layout::STD_OS_BASE, select::EPOLL_LAYOUT),
    (mmap::LAYOUT_NUMBER, mmap::LAYOUT),
    (multiprocessing::LAYOUT_NUMBER, multiprocessing::LAYOUT),
    (socket::LAYOUT_NUMBER, socket::LAYOUT),
];
