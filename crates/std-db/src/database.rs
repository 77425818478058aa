//! Connections. What points to the C library's connection is in [`Shared`], which statements, blobs and backups of the connection
//! refer to as well; every use of it goes through its lock, so that closing races with nothing. Objects that die leave what
//! they had to the connection: the collector, in its stop, can neither wait for a lock nor do I/O.

use crate::callback;
use crate::lock::{Held, Lock};
use crate::settings;
use crate::{DATABASE, backup, blob, statement};
use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicPtr, Ordering};
use libsqlite3_sys as lite;
use orochi_object::error::Raised;
use orochi_object::layout::{self, HeapLayout};
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use std::ffi::CString;
use std::sync::{Arc, Mutex, Once, PoisonError};

unsafe extern "C" {
    // The crate does not declare it.
    fn sqlite3_close_v2(database: *mut lite::sqlite3) -> c_int;
}

/// What dead objects leave behind.
pub(crate) enum Left {
    Statement(usize),
    Blob(usize),
}

/// The part of a connection that everything made from it refers to.
pub(crate) struct Shared {
    lock: Lock,
    raw: AtomicPtr<lite::sqlite3>,
    left: Mutex<Vec<Left>>,
    pub(crate) kept: Mutex<callback::Kept>,
}

/// A connection that is open and locked.
pub(crate) struct Open<'a> {
    pub(crate) raw: *mut lite::sqlite3,
    pub(crate) held: Held<'a>,
}

/// Connections whose object died while they were open: closed when the next one is opened.
static ABANDONED: Mutex<Vec<Arc<Shared>>> = Mutex::new(Vec::new());

impl Shared {
    /// Locks the connection.
    pub(crate) fn open<'a>(&'a self, cx: &Cx) -> Res<Open<'a>> {
        match self.open_or_closed(cx) {
            Some(open) => Ok(open),
            None => Err(raised(cx, "ProgrammingError", "Cannot operate on a closed database.")),
        }
    }

    fn open_or_closed<'a>(&'a self, cx: &Cx) -> Option<Open<'a>> {
        let held = self.lock.take(cx);
        let raw = self.raw.load(Ordering::Acquire);
        if raw.is_null() {
            return None;
        }
        self.bury();
        Some(Open { raw, held })
    }

    /// Ends what dead objects left. The lock is held.
    fn bury(&self) {
        let left = core::mem::take(&mut *self.left.lock().unwrap_or_else(PoisonError::into_inner));
        for left in left {
            // SAFETY: each was left once, by the object that owned it, and the connection is open.
            unsafe {
                match left {
                    Left::Statement(raw) => lite::sqlite3_finalize(raw as *mut _),
                    Left::Blob(raw) => lite::sqlite3_blob_close(raw as *mut _),
                };
            }
        }
    }

    /// Leaves something to the connection. Called by the collector, too.
    pub(crate) fn leave(&self, left: Left) {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).push(left);
    }

    /// Closes the connection, whose lock is held: memory goes when its last statement does.
    fn close(&self) {
        self.bury();
        let raw = {
            // Interrupting looks at the pointer without the connection's lock.
            let _left = self.left.lock();
            self.raw.swap(core::ptr::null_mut(), Ordering::AcqRel)
        };
        if !raw.is_null() {
            // SAFETY: taken from the only place that holds it; statements keep the rest alive.
            unsafe { sqlite3_close_v2(raw) };
        }
    }
}

/// A connection object.
#[repr(C)]
pub(crate) struct Database {
    header: Header,
    /// From a Box; set once, before publication.
    shared: AtomicPtr<Arc<Shared>>,
    /// A list: what SQLite calls, by index.
    pub(crate) hooks: Slot,
}
// SAFETY: repr(C) with a Header first; the trace function visits the slot.
unsafe impl Object for Database {
    const LAYOUT: u16 = DATABASE;
}

pub(crate) const HEAP_LAYOUT: HeapLayout =
    HeapLayout { name: "database", trace: Some(trace), trace_range: None, drop: Some(free) };

/// # Safety
/// Called by the collector with a connection object.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: the slot follows the pointer.
    unsafe { layout::visit_rest(header, size_of::<Header>() + size_of::<usize>(), tracer) }
}

/// # Safety
/// Called by the collector with an unreachable connection object.
unsafe fn free(header: *mut Header) {
    // SAFETY: nobody else refers to the object; the pointer came from a Box.
    let shared = unsafe {
        let raw = (*header.cast::<Database>()).shared.swap(core::ptr::null_mut(), Ordering::AcqRel);
        if raw.is_null() {
            return;
        }
        *Box::from_raw(raw)
    };
    if !shared.raw.load(Ordering::Acquire).is_null() {
        ABANDONED.lock().unwrap_or_else(PoisonError::into_inner).push(shared);
    }
}

/// A receiver, or an argument that has been checked.
pub(crate) fn of(v: Value) -> Ref<Database> {
    // SAFETY: receivers of the type, and what `checked` passes.
    unsafe { v.cast() }
}

/// The shared part of a connection object.
pub(crate) fn shared<'a>(v: Value) -> &'a Arc<Shared> {
    // SAFETY: the Box lives as long as the object, which is on the caller's stack.
    unsafe { &*of(v).shared.load(Ordering::Acquire) }
}

/// An argument that must be a connection object.
pub(crate) fn checked(cx: &Cx, v: Value) -> Res {
    match v.downcast::<Database>() {
        Some(_) => Ok(v),
        None => raise!(cx, TYPE_ERROR, "a database handle is wanted"),
    }
}

/// An exception of the module `_sqlite3`.
#[cold]
pub(crate) fn raised(cx: &Cx, class: &str, text: &str) -> Raised {
    let made = || -> Res<Raised> {
        let class = orochi_object::hooks::module_attr(cx, "_sqlite3", class)?;
        let text = cx.new_str(text)?.value();
        match class.downcast::<PyType>() {
            Some(class) => Ok(cx.error_args(class, &[text])),
            None => Ok(cx.error(&exception::RUNTIME_ERROR, "_sqlite3 lacks an exception")),
        }
    };
    made().unwrap_or_else(|raised| raised)
}

/// What went wrong, as `_sqlite3` words it.
pub(crate) struct Fault {
    code: c_int,
    text: String,
}

impl Fault {
    /// Of the last call on a connection that is locked.
    pub(crate) fn of(raw: *mut lite::sqlite3) -> Fault {
        // SAFETY: an open connection; the text is copied before anybody else can use it.
        unsafe {
            let code = lite::sqlite3_extended_errcode(raw);
            if code == lite::SQLITE_OK {
                // It was called as it must not be, and does not remember that.
                return Fault::plain(lite::SQLITE_MISUSE);
            }
            let text = CStr::from_ptr(lite::sqlite3_errmsg(raw)).to_string_lossy().into_owned();
            Fault { code, text }
        }
    }

    /// Of a code without a connection.
    pub(crate) fn plain(code: c_int) -> Fault {
        // SAFETY: a static text for any number.
        let text = unsafe { CStr::from_ptr(lite::sqlite3_errstr(code)) };
        Fault { code, text: text.to_string_lossy().into_owned() }
    }

    /// The exception.
    #[cold]
    pub(crate) fn raise(self, cx: &Cx) -> Raised {
        if self.code & 0xff == lite::SQLITE_NOMEM {
            return orochi_object::error::memory_error(cx);
        }
        let made = || -> Res {
            let make = orochi_object::hooks::module_attr(cx, "_sqlite3", "_error")?;
            let text = cx.new_str(&self.text)?.value();
            ops::call(cx, make, &[Value::int(i64::from(self.code)), text])
        };
        match made() {
            Ok(made) => match made.downcast::<exception::PyException>() {
                Some(exception) => Raised::new(exception),
                None => cx.error(&exception::RUNTIME_ERROR, "_sqlite3 made no exception"),
            },
            Err(raised) => raised,
        }
    }
}

/// The result of a call on a locked connection.
pub(crate) fn check(cx: &Cx, open: Open<'_>, code: c_int) -> Res<()> {
    if code == lite::SQLITE_OK {
        return Ok(());
    }
    let fault = Fault::of(open.raw);
    drop(open);
    Err(fault.raise(cx))
}

/// A text for the C library.
pub(crate) fn c_text(cx: &Cx, v: Value) -> Res<CString> {
    let Some(text) = v.as_str() else {
        let got = class_of(v).display_name();
        return raise!(cx, TYPE_ERROR, "a string is wanted, not {got}");
    };
    let bytes = utf8(cx, text)?;
    match CString::new(bytes) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, VALUE_ERROR, "embedded null character"),
    }
}

/// The text as UTF-8; UnicodeEncodeError if it has surrogates.
pub(crate) fn utf8(cx: &Cx, text: Ref<PyStr>) -> Res<Vec<u8>> {
    if let Some(ascii) = text.as_ascii() {
        return cx.copied(ascii.as_bytes());
    }
    let encoded = ops::call_method(cx, text.value(), name!(cx, "encode"), &[])?;
    match encoded.downcast::<PyBytes>() {
        Some(bytes) => cx.copied(bytes.data()),
        None => raise!(cx, TYPE_ERROR, "encode() made no bytes"),
    }
}

/// An optional text for the C library.
pub(crate) fn c_text_or_none(cx: &Cx, v: Option<Value>) -> Res<Option<CString>> {
    v.map(|v| c_text(cx, v)).transpose()
}

/// The pointer of an optional text.
pub(crate) fn pointer(text: &Option<CString>) -> *const core::ffi::c_char {
    text.as_ref().map_or(core::ptr::null(), |text| text.as_ptr())
}

/// Before the library's first use: names are URIs only where the program says so.
fn configure() {
    static ONCE: Once = Once::new();
    // SAFETY: before the library is initialised; nothing else uses it.
    ONCE.call_once(|| unsafe {
        lite::sqlite3_config(lite::SQLITE_CONFIG_URI, 0 as c_int);
    });
}

/// `open(path, flags, vfs, timeout)`.
fn open(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let [path, flags, vfs, timeout] = *args.exactly(cx, "Database", 4, 4)? else {
        return raise!(cx, TYPE_ERROR, "Database() takes 4 arguments");
    };
    configure();
    let path = bytes_like(cx, path)?;
    let Ok(path) = CString::new(path.as_slice()) else {
        return raise!(cx, VALUE_ERROR, "embedded null byte");
    };
    let flags = ops::to_i32(cx, flags)?;
    let vfs = c_text_or_none(cx, vfs.non_none())?;
    let timeout = ops::to_i32(cx, timeout)?;
    let database: Ref<Database> = cx.alloc_instance(class, 0)?;
    database.hooks.init(cx.new_list(&[])?.value());
    let mut raw = core::ptr::null_mut();
    let abandoned = core::mem::take(&mut *ABANDONED.lock().unwrap_or_else(PoisonError::into_inner));
    let code = cx.detached(|| {
        abandoned.iter().for_each(|shared| shared.close());
        // SAFETY: texts that live over the call; the connection is only used if there is one.
        unsafe {
            let code = lite::sqlite3_open_v2(path.as_ptr(), &raw mut raw, flags, pointer(&vfs));
            if code == lite::SQLITE_OK {
                lite::sqlite3_busy_timeout(raw, timeout);
                let none = core::ptr::null_mut::<c_int>();
                // The bundled library is built with foreign keys on.
                lite::sqlite3_db_config(raw, lite::SQLITE_DBCONFIG_ENABLE_FKEY, 0 as c_int, none);
            }
            code
        }
    });
    if code != lite::SQLITE_OK {
        let fault = if raw.is_null() { Fault::plain(code) } else { Fault::of(raw) };
        // SAFETY: a connection that failed to open wants closing, and null is good.
        unsafe { sqlite3_close_v2(raw) };
        return Err(fault.raise(cx));
    }
    let shared = Shared {
        lock: Lock::new(),
        raw: AtomicPtr::new(raw),
        left: Mutex::new(Vec::new()),
        kept: Mutex::new(callback::Kept::new()),
    };
    database.shared.store(Box::into_raw(Box::new(Arc::new(shared))), Ordering::Release);
    orochi_heap::account_external(64 << 10);
    Ok(database.value())
}

fn close(cx: &Cx, args: Args) -> Res {
    let shared = shared(args.get(0));
    let Some(open) = shared.open_or_closed(cx) else { return Ok(Value::NONE) };
    if open.held.outer > 0 {
        drop(open);
        let text = "Cannot close a database while it runs a statement.";
        return Err(raised(cx, "ProgrammingError", text));
    }
    cx.detached(|| shared.close());
    Ok(Value::NONE)
}

/// A number that the library tells of an open connection.
fn number<T: Into<i64>>(
    cx: &Cx,
    args: Args,
    ask: unsafe extern "C" fn(*mut lite::sqlite3) -> T,
) -> Res {
    let open = shared(args.get(0)).open(cx)?;
    // SAFETY: an open and locked connection.
    let n = unsafe { ask(open.raw) };
    drop(open);
    cx.new_int(n.into())
}

fn interrupt(cx: &Cx, args: Args) -> Res {
    // Without the connection's lock, which the thread to interrupt holds.
    let shared = shared(args.get(0));
    let left = shared.left.lock();
    let raw = shared.raw.load(Ordering::Acquire);
    if !raw.is_null() {
        // SAFETY: an open connection: it is not closed while `left` is locked.
        unsafe { lite::sqlite3_interrupt(raw) };
    }
    drop(left);
    if raw.is_null() {
        return Err(raised(cx, "ProgrammingError", "Cannot operate on a closed database."));
    }
    Ok(Value::NONE)
}

static CELL: TypeCell = TypeCell::new();
static TYPE: TypeDef = TypeDef {
    name: "_orochi_sqlite.Database",
    cell: &CELL,
    layout: DATABASE,
    size: size_of::<Database>(),
    slots: Slots { new: Some(open), ..Slots::NONE },
    methods: &[
        method("close", "(self, /)", close),
        method("interrupt", "(self, /)", interrupt),
        method("prepare", "(self, sql, at, /)", statement::prepare),
        method("changes", "(self, /)", |cx, args| number(cx, args, lite::sqlite3_changes)),
        method("total_changes", "(self, /)", |cx, args| {
            number(cx, args, lite::sqlite3_total_changes)
        }),
        method("last_insert_rowid", "(self, /)", |cx, args| {
            number(cx, args, lite::sqlite3_last_insert_rowid)
        }),
        method("autocommit", "(self, /)", |cx, args| {
            number(cx, args, lite::sqlite3_get_autocommit)
        }),
        method("limit", "(self, category, limit, /)", settings::limit),
        method("config", "(self, op, value, /)", settings::config),
        method("load_extension", "(self, path, entry, /)", settings::load_extension),
        method("serialize", "(self, name, /)", settings::serialize),
        method("deserialize", "(self, data, name, /)", settings::deserialize),
        method("blob", "(self, table, column, row, write, name, /)", blob::open),
        method(
            "backup",
            "(self, target, name, target_name, pages, progress, sleep, /)",
            backup::run,
        ),
        method("add_hook", "(self, callable, /)", callback::add_hook),
        method("set_hook", "(self, index, callable, /)", callback::set_hook),
        method("function", "(self, name, narg, flags, index, /)", callback::create_function),
        method(
            "aggregate",
            "(self, name, narg, flags, index, window, /)",
            callback::create_aggregate,
        ),
        method("collation", "(self, name, index, /)", callback::create_collation),
        method("authorizer", "(self, index, /)", callback::set_authorizer),
        method("progress", "(self, index, n, /)", callback::set_progress),
        method("trace", "(self, index, /)", callback::set_trace),
    ],
    ..TypeDef::DEFAULT
};

/// The module `_orochi_sqlite`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_orochi_sqlite",
    types: &[&TYPE, &statement::TYPE, &blob::TYPE],
    functions: &[
        function("version", "()", |cx, _| {
            // SAFETY: a static text.
            let version = unsafe { CStr::from_ptr(lite::sqlite3_libversion()) };
            Ok(cx.new_str(&version.to_string_lossy())?.value())
        }),
        function("show_errors", "(enable, /)", callback::show_errors),
        function("complete_statement", "(statement, /)", |cx, args| {
            let text = c_text(cx, args.get(0))?;
            // SAFETY: a text that ends with a null byte.
            Ok(Value::bool(unsafe { lite::sqlite3_complete(text.as_ptr()) } != 0))
        }),
    ],
    ..ModuleDef::DEFAULT
};
