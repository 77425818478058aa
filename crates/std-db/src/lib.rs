//! `_orochi_sqlite`: the safe face of SQLite. The module `_sqlite3`, which is Python, has the classes that programs see; here are
//! connections, statements, blobs and backups that no order of calls from any thread can break.

mod backup;
mod blob;
mod callback;
mod database;
mod lock;
mod settings;
mod statement;

use orochi_object::layout::{self, HeapLayout};
use orochi_object::prelude::*;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&database::MODULE];

/// Layout numbers (in the range of the crates over the system).
pub(crate) const DATABASE: u16 = layout::STD_OS_BASE + 20;
pub(crate) const STATEMENT: u16 = layout::STD_OS_BASE + 21;
pub(crate) const BLOB: u16 = layout::STD_OS_BASE + 22;

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (DATABASE, database::HEAP_LAYOUT),
    (STATEMENT, statement::HEAP_LAYOUT),
    (BLOB, blob::HEAP_LAYOUT),
];
