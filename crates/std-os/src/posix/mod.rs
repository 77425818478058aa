//! `posix`: the system calls behind `os`.

mod conf;
mod consts;
mod dir;
mod file;
mod fs;
mod ids;
mod process;
mod spawn;
mod stat;
mod timerfd;

pub(crate) use self::file::make_blocking;
pub(crate) use self::process::{Strings, fork_with, run_at_fork, warn_of_threads};
pub(crate) use self::stat::id_arg;
use crate::util::*;
use libc::c_int;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::{intern, path, structseq};

static TERMINAL_SIZE: TypeCell = TypeCell::new();
static TERMINAL_SIZE_ROWS: [GetSetDef; 2] = structseq::rows(["columns", "lines"]);
static TERMINAL_SIZE_TYPE: TypeDef = structseq::definition::<2, 2>(
    "os.terminal_size",
    &TERMINAL_SIZE,
    &TERMINAL_SIZE_ROWS,
    "A tuple of (columns, lines) for holding terminal window size",
);

/// The module `posix`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "posix",
    doc: Some(
        "This module provides access to operating system functionality that is\n\
         standardized by the C Standard and the POSIX standard (a thinly\n\
         disguised Unix interface).  Refer to the library manual and\n\
         corresponding Unix manual entries for more information on calls.",
    ),
    functions: stat::FUNCTIONS,
    constants: consts::CONSTANTS,
    types: &[
        &stat::STAT_TYPE,
        &stat::STATVFS_TYPE,
        &dir::DIR_ENTRY_TYPE,
        &dir::SCANDIR_TYPE,
        &TERMINAL_SIZE_TYPE,
        &process::WAITID_TYPE,
        &process::TIMES_TYPE,
        &conf::UNAME_TYPE,
        &ids::SCHED_PARAM_TYPE,
    ],
    init: Some(init),
};

/// What `os` asks for to fill `supports_fd` and its relatives.
static HAVE: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_TIMERFD_CREATE",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
    "HAVE_PTSNAME_R",
];

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    let own = intern::intern_text(cx, "posix")?;
    let tables = [
        fs::FUNCTIONS,
        file::FUNCTIONS,
        dir::FUNCTIONS,
        process::FUNCTIONS,
        ids::FUNCTIONS,
        conf::FUNCTIONS,
        spawn::FUNCTIONS,
        timerfd::FUNCTIONS,
    ];
    for def in tables.into_iter().flatten() {
        let native = cx.new_native(def, None)?;
        native.module.init(own.value());
        dict.set_str(cx, intern::intern_text(cx, def.name)?, native.value())?;
    }
    dict.set_str(cx, name!(cx, "error"), exception::OS_ERROR.get().value())?;
    dict.set_str(cx, name!(cx, "environ"), conf::create_environ(cx)?.value())?;
    let have = cx.new_list(&[])?;
    for text in HAVE {
        have.push(cx, cx.new_str(text)?.value())?;
    }
    dict.set_str(cx, name!(cx, "_have_functions"), have.value())?;
    let names = [
        (name!(cx, "sysconf_names"), conf::SYSCONF),
        (name!(cx, "pathconf_names"), conf::PATHCONF),
        (name!(cx, "confstr_names"), conf::CONFSTR),
    ];
    for (name, table) in names {
        let map = cx.new_dict()?;
        for (key, n) in table {
            map.set_str(cx, intern::intern_text(cx, key)?, Value::int(*n))?;
        }
        dict.set_str(cx, name, map.value())?;
    }
    dict.remove(cx, intern::intern_text(cx, "ScandirIterator")?.value())?;
    Ok(())
}
