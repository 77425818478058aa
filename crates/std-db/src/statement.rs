//! Prepared statements: binding, stepping, and the rows that come out.

use crate::STATEMENT;
use crate::database::{self, Fault, Left, Open, Shared, check, raised, utf8};
use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use libsqlite3_sys as lite;
use orochi_object::layout::{self, HeapLayout};
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use std::sync::Arc;

/// A statement of the library, and the connection it belongs to.
struct Prepared {
    shared: Arc<Shared>,
    /// Null once it is finalized. Used under the connection's lock.
    raw: AtomicPtr<lite::sqlite3_stmt>,
    /// It runs, and a function that it calls may use the connection meanwhile.
    busy: AtomicBool,
}

/// A statement object.
#[repr(C)]
pub(crate) struct Statement {
    header: Header,
    /// From a Box; set once, before publication.
    prepared: AtomicPtr<Prepared>,
    /// The connection object, whose hooks the statement may call.
    database: Slot,
}
// SAFETY: repr(C) with a Header first; the trace function visits the slot.
unsafe impl Object for Statement {
    const LAYOUT: u16 = STATEMENT;
}

pub(crate) const HEAP_LAYOUT: HeapLayout =
    HeapLayout { name: "statement", trace: Some(trace), trace_range: None, drop: Some(free) };

/// # Safety
/// Called by the collector with a statement object.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: the slot follows the pointer.
    unsafe { layout::visit_rest(header, size_of::<Header>() + size_of::<usize>(), tracer) }
}

/// # Safety
/// Called by the collector with an unreachable statement object.
unsafe fn free(header: *mut Header) {
    // SAFETY: nobody else refers to the object; the pointer came from a Box.
    let prepared = unsafe {
        let raw =
            (*header.cast::<Statement>()).prepared.swap(core::ptr::null_mut(), Ordering::AcqRel);
        if raw.is_null() {
            return;
        }
        Box::from_raw(raw)
    };
    let raw = prepared.raw.load(Ordering::Acquire);
    if !raw.is_null() {
        prepared.shared.leave(Left::Statement(raw as usize));
    }
}

fn prepared<'a>(v: Value) -> &'a Prepared {
    // SAFETY: a receiver of the type; the Box lives as long as the object, which is on the caller's stack.
    unsafe {
        let statement: Ref<Statement> = v.cast();
        &*statement.prepared.load(Ordering::Acquire)
    }
}

/// A statement whose connection is locked and which does not run.
struct Ready<'a> {
    raw: *mut lite::sqlite3_stmt,
    open: Open<'a>,
}

fn ready<'a>(cx: &Cx, v: Value) -> Res<Ready<'a>> {
    let prepared = prepared(v);
    let open = prepared.shared.open(cx)?;
    let raw = prepared.raw.load(Ordering::Acquire);
    let busy = prepared.busy.load(Ordering::Acquire);
    if raw.is_null() || busy {
        drop(open);
        let text = if busy {
            "Recursive use of cursors not allowed."
        } else {
            "Cannot operate on a finalized statement."
        };
        return Err(raised(cx, "ProgrammingError", text));
    }
    Ok(Ready { raw, open })
}

/// `database.prepare(sql, at)`: the statement that begins at byte `at`, None if there is none, and where the next one begins.
pub(crate) fn prepare(cx: &Cx, args: Args) -> Res {
    let sql = bytes_like(cx, args.get(1))?;
    let at = ops::index_isize(cx, args.get(2), &exception::OVERFLOW_ERROR)?;
    let Some(text) = usize::try_from(at).ok().and_then(|at| sql.as_slice().get(at..)) else {
        return raise!(cx, VALUE_ERROR, "no such place in the text");
    };
    let text = cx.copied(text)?;
    let len = c_int::try_from(text.len()).unwrap_or(c_int::MAX);
    let shared = database::shared(args.get(0));
    let open = shared.open(cx)?;
    let (mut raw, mut tail) = (core::ptr::null_mut(), core::ptr::null());
    let code = cx.detached(|| {
        // SAFETY: an open and locked connection, and a text of this length.
        unsafe {
            lite::sqlite3_prepare_v2(
                open.raw,
                text.as_ptr().cast(),
                len,
                &raw mut raw,
                &raw mut tail,
            )
        }
    });
    check(cx, open, code)?;
    let used = if tail.is_null() { text.len() } else { tail as usize - text.as_ptr() as usize };
    let statement = if raw.is_null() {
        Value::NONE
    } else {
        let prepared = Prepared {
            shared: Arc::clone(shared),
            raw: AtomicPtr::new(raw),
            busy: AtomicBool::new(false),
        };
        let prepared = Box::into_raw(Box::new(prepared));
        let statement: Ref<Statement> = match cx.alloc_instance(CELL.get(), 0) {
            Ok(statement) => statement,
            Err(raised) => {
                shared.leave(Left::Statement(raw as usize));
                // SAFETY: just made.
                drop(unsafe { Box::from_raw(prepared) });
                return Err(raised);
            }
        };
        statement.database.init(args.get(0));
        statement.prepared.store(prepared, Ordering::Release);
        orochi_heap::account_external(2 << 10);
        statement.value()
    };
    Ok(cx.new_tuple(&[statement, Value::int((at as usize + used) as i64)])?.value())
}

fn finalize(cx: &Cx, args: Args) -> Res {
    let prepared = prepared(args.get(0));
    // Where the connection is closed or the statement runs, the collector's way is good.
    let Ok(ready) = ready(cx, args.get(0)) else { return Ok(Value::NONE) };
    prepared.raw.store(core::ptr::null_mut(), Ordering::Release);
    // SAFETY: the only pointer to it has just been removed, under the lock.
    cx.detached(|| unsafe { lite::sqlite3_finalize(ready.raw) });
    Ok(Value::NONE)
}

fn reset(cx: &Cx, args: Args) -> Res {
    let ready = ready(cx, args.get(0))?;
    // SAFETY: a statement that does not run, under the lock.
    let code = cx.detached(|| unsafe { lite::sqlite3_reset(ready.raw) });
    check(cx, ready.open, code)?;
    Ok(Value::NONE)
}

/// A value on its way to the library.
enum Bound {
    Null,
    Int(i64),
    Float(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

/// What a Python value is to the library; None if it is nothing.
fn bound(cx: &Cx, v: Value) -> Res<Option<Bound>> {
    if v.is_none() {
        return Ok(Some(Bound::Null));
    }
    if v.is_int() {
        return match v.as_i64() {
            Some(n) => Ok(Some(Bound::Int(n))),
            None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to SQLite INTEGER"),
        };
    }
    if class_of(v).is_subtype(types::FLOAT.get()) {
        return Ok(Some(Bound::Float(ops::to_f64(cx, v)?)));
    }
    if let Some(text) = v.as_str() {
        return Ok(Some(Bound::Text(utf8(cx, text)?)));
    }
    if class_of(v).slots.buffer().is_some() || v.downcast::<PyBytes>().is_some() {
        let view = bytes_like(cx, v)?;
        return Ok(Some(Bound::Blob(cx.copied(view.as_slice())?)));
    }
    Ok(None)
}

fn is_basic(v: Value) -> bool {
    let class = class_of(v);
    v.is_none()
        || [&types::INT, &types::FLOAT, &types::STR, &types::BYTES]
            .iter()
            .any(|cell| class == cell.get())
}

/// `statement.bind(values, adapt, all)`: `adapt` is asked for what is of no basic type, or for all.
fn bind(cx: &Cx, args: Args) -> Res {
    let Some(values) = args.get(1).downcast::<PyTuple>() else {
        return raise!(cx, TYPE_ERROR, "values must be a tuple");
    };
    let all = ops::truth(cx, args.get(3))?;
    let mut row = Vec::new();
    for (i, item) in values.values().iter().enumerate() {
        let mut item = *item;
        if all || !is_basic(item) {
            item = ops::call(cx, args.get(2), &[item])?;
        }
        match bound(cx, item)? {
            Some(bound) => row.push(bound),
            None => {
                let got = class_of(item).display_name();
                let text =
                    format!("Error binding parameter {}: type '{got}' is not supported", i + 1);
                return Err(raised(cx, "ProgrammingError", &text));
            }
        }
    }
    let ready = ready(cx, args.get(0))?;
    let too_big = row.iter().any(
        |bound| matches!(bound, Bound::Text(data) | Bound::Blob(data) if data.len() > i32::MAX as usize),
    );
    if too_big {
        drop(ready);
        return raise!(cx, OVERFLOW_ERROR, "string or BLOB longer than INT_MAX bytes");
    }
    for (i, bound) in row.iter().enumerate() {
        let at = i as c_int + 1;
        // SAFETY: a statement that does not run, under the lock; the library copies what it is given.
        let code = unsafe {
            match bound {
                Bound::Null => lite::sqlite3_bind_null(ready.raw, at),
                Bound::Int(n) => lite::sqlite3_bind_int64(ready.raw, at, *n),
                Bound::Float(x) => lite::sqlite3_bind_double(ready.raw, at, *x),
                Bound::Text(data) => lite::sqlite3_bind_text(
                    ready.raw,
                    at,
                    data.as_ptr().cast(),
                    data.len() as c_int,
                    lite::SQLITE_TRANSIENT(),
                ),
                Bound::Blob(data) if data.is_empty() => {
                    lite::sqlite3_bind_zeroblob(ready.raw, at, 0)
                }
                Bound::Blob(data) => lite::sqlite3_bind_blob(
                    ready.raw,
                    at,
                    data.as_ptr().cast(),
                    data.len() as c_int,
                    lite::SQLITE_TRANSIENT(),
                ),
            }
        };
        if code != lite::SQLITE_OK {
            check(cx, ready.open, code)?;
            return Ok(Value::NONE);
        }
    }
    Ok(Value::NONE)
}

/// `statement.step(raw)`: a row, or None at the end. With `raw`, texts are pairs of the type's number and bytes, as is
/// everything else that is not NULL.
fn step(cx: &Cx, args: Args) -> Res {
    let raw_row = ops::truth(cx, args.get(1))?;
    match stepped(cx, args.get(0))? {
        Some(ready) => row(cx, ready, raw_row),
        None => Ok(Value::NONE),
    }
}

/// Takes a step: the statement, still locked, if there is a row.
fn stepped<'a>(cx: &Cx, v: Value) -> Res<Option<Ready<'a>>> {
    let prepared = prepared(v);
    let ready = ready(cx, v)?;
    prepared.busy.store(true, Ordering::Release);
    // SAFETY: a statement that did not run, under the lock.
    let code = cx.detached(|| unsafe { lite::sqlite3_step(ready.raw) });
    prepared.busy.store(false, Ordering::Release);
    match code {
        lite::SQLITE_ROW => Ok(Some(ready)),
        lite::SQLITE_DONE => Ok(None),
        _ => {
            let fault = Fault::of(ready.open.raw);
            // SAFETY: as above; the statement can run again.
            unsafe { lite::sqlite3_reset(ready.raw) };
            drop(ready);
            Err(fault.raise(cx))
        }
    }
}

/// `statement.advance()`: whether there is a row then.
fn advance(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(stepped(cx, args.get(0))?.is_some()))
}

/// `statement.row(raw)`: the current row as `step` gives it, None if there is none.
fn current_row(cx: &Cx, args: Args) -> Res {
    let raw_row = ops::truth(cx, args.get(1))?;
    let ready = ready(cx, args.get(0))?;
    // SAFETY: a statement that does not run, under the lock.
    if unsafe { lite::sqlite3_data_count(ready.raw) } == 0 {
        return Ok(Value::NONE);
    }
    row(cx, ready, raw_row)
}

/// The current row. Nothing here polls, so that the lock is held over no Python code.
fn row(cx: &Cx, ready: Ready<'_>, raw_row: bool) -> Res {
    // SAFETY: a statement with a row, under the lock.
    let n = unsafe { lite::sqlite3_data_count(ready.raw) };
    let row = PyTuple::new_internal(cx, n as usize)?;
    for (i, slot) in row.items().iter().enumerate() {
        let i = i as c_int;
        // SAFETY: as above, and a column that exists.
        let kind = unsafe { lite::sqlite3_column_type(ready.raw, i) };
        let value = match kind {
            lite::SQLITE_NULL => {
                slot.init(Value::NONE);
                continue;
            }
            lite::SQLITE_INTEGER => {
                // SAFETY: as above.
                cx.new_int(unsafe { lite::sqlite3_column_int64(ready.raw, i) })?
            }
            lite::SQLITE_FLOAT => {
                // SAFETY: as above.
                cx.new_float(unsafe { lite::sqlite3_column_double(ready.raw, i) })?
            }
            lite::SQLITE_TEXT if !raw_row => match core::str::from_utf8(text_of(&ready, i)) {
                Ok(text) => cx.new_str(text)?.value(),
                Err(_) => {
                    let text = String::from_utf8_lossy(text_of(&ready, i)).into_owned();
                    // SAFETY: as above; the name is copied.
                    let name = unsafe { name_of(lite::sqlite3_column_name(ready.raw, i)) };
                    drop(ready);
                    let text =
                        format!("Could not decode to UTF-8 column '{name}' with text '{text}'");
                    return Err(raised(cx, "OperationalError", &text));
                }
            },
            lite::SQLITE_TEXT => cx.new_bytes(text_of(&ready, i))?.value(),
            _ => cx.new_bytes(blob_of(&ready, i))?.value(),
        };
        if raw_row {
            slot.init(cx.new_tuple(&[Value::int(i64::from(kind)), value])?.value());
        } else {
            slot.init(value);
        }
    }
    Ok(row.value())
}

fn text_of<'a>(ready: &'a Ready<'_>, i: c_int) -> &'a [u8] {
    // SAFETY: a row with such a column, under the lock; the text stays until the next call on the statement.
    unsafe {
        let text = lite::sqlite3_column_text(ready.raw, i);
        bytes_at(text.cast(), lite::sqlite3_column_bytes(ready.raw, i))
    }
}

fn blob_of<'a>(ready: &'a Ready<'_>, i: c_int) -> &'a [u8] {
    // SAFETY: as in `text_of`.
    unsafe {
        let blob = lite::sqlite3_column_blob(ready.raw, i);
        bytes_at(blob.cast(), lite::sqlite3_column_bytes(ready.raw, i))
    }
}

/// # Safety
/// Null, or that many readable bytes.
pub(crate) unsafe fn bytes_at<'a>(data: *const u8, len: c_int) -> &'a [u8] {
    if data.is_null() || len <= 0 {
        return &[];
    }
    // SAFETY: by contract.
    unsafe { core::slice::from_raw_parts(data, len as usize) }
}

/// # Safety
/// Null, or a text that ends with a null byte.
unsafe fn name_of(text: *const core::ffi::c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: by contract.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// A tuple of texts or None, one for each of `n`.
fn names(
    cx: &Cx,
    args: Args,
    first: c_int,
    count: unsafe extern "C" fn(*mut lite::sqlite3_stmt) -> c_int,
    name: unsafe extern "C" fn(*mut lite::sqlite3_stmt, c_int) -> *const core::ffi::c_char,
) -> Res {
    let ready = ready(cx, args.get(0))?;
    // SAFETY: a statement that does not run, under the lock.
    let n = unsafe { count(ready.raw) };
    let row = PyTuple::new_internal(cx, n as usize)?;
    for (i, slot) in row.items().iter().enumerate() {
        // SAFETY: as above, and a number that exists.
        let text = unsafe { name(ready.raw, i as c_int + first) };
        if text.is_null() {
            slot.init(Value::NONE);
        } else {
            // SAFETY: a text that stays until the statement ends.
            slot.init(cx.new_str(&unsafe { name_of(text) })?.value());
        }
    }
    Ok(row.value())
}

fn is_readonly(cx: &Cx, args: Args) -> Res {
    let ready = ready(cx, args.get(0))?;
    // SAFETY: a statement that does not run, under the lock.
    Ok(Value::bool(unsafe { lite::sqlite3_stmt_readonly(ready.raw) } != 0))
}

static CELL: TypeCell = TypeCell::new();
pub(crate) static TYPE: TypeDef = TypeDef {
    name: "_orochi_sqlite.Statement",
    cell: &CELL,
    layout: STATEMENT,
    size: size_of::<Statement>(),
    methods: &[
        method("finalize", "(self, /)", finalize),
        method("reset", "(self, /)", reset),
        method("bind", "(self, values, adapt, all, /)", bind),
        method("step", "(self, raw, /)", step),
        method("advance", "(self, /)", advance),
        method("row", "(self, raw, /)", current_row),
        method("is_readonly", "(self, /)", is_readonly),
        method("columns", "(self, /)", |cx, args| {
            names(cx, args, 0, lite::sqlite3_column_count, lite::sqlite3_column_name)
        }),
        method("declared", "(self, /)", |cx, args| {
            names(cx, args, 0, lite::sqlite3_column_count, lite::sqlite3_column_decltype)
        }),
        method("parameters", "(self, /)", |cx, args| {
            names(
                cx,
                args,
                1,
                lite::sqlite3_bind_parameter_count,
                lite::sqlite3_bind_parameter_name,
            )
        }),
    ],
    ..TypeDef::DEFAULT
};
