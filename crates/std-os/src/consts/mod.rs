//! Tables of system constants, one file a module.

pub(crate) mod fcntl;
pub(crate) mod mmap;
pub(crate) mod select;
pub(crate) mod socket;
pub(crate) mod syslog;
pub(crate) mod termios;
