//! Open blobs: reading and writing in place.

use crate::BLOB;
use crate::database::{self, Left, Shared, c_text, check, raised};
use core::ffi::c_int;
use core::sync::atomic::{AtomicPtr, Ordering};
use libsqlite3_sys as lite;
use orochi_object::layout::{self, HeapLayout};
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use std::sync::Arc;

/// An open blob, and the connection it belongs to.
struct Opened {
    shared: Arc<Shared>,
    /// Null once it is closed. Used under the connection's lock.
    raw: AtomicPtr<lite::sqlite3_blob>,
}

/// A blob object.
#[repr(C)]
pub(crate) struct Blob {
    header: Header,
    /// From a Box; set once, before publication.
    opened: AtomicPtr<Opened>,
}
// SAFETY: repr(C) with a Header first; there are no slots.
unsafe impl Object for Blob {
    const LAYOUT: u16 = BLOB;
}

pub(crate) const HEAP_LAYOUT: HeapLayout =
    HeapLayout { name: "blob", trace: Some(trace), trace_range: None, drop: Some(free) };

/// # Safety
/// Called by the collector with a blob object.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: nothing follows the struct.
    unsafe { layout::visit_rest(header, size_of::<Blob>(), tracer) }
}

/// # Safety
/// Called by the collector with an unreachable blob object.
unsafe fn free(header: *mut Header) {
    // SAFETY: nobody else refers to the object; the pointer came from a Box.
    let opened = unsafe {
        let raw = (*header.cast::<Blob>()).opened.swap(core::ptr::null_mut(), Ordering::AcqRel);
        if raw.is_null() {
            return;
        }
        Box::from_raw(raw)
    };
    let raw = opened.raw.load(Ordering::Acquire);
    if !raw.is_null() {
        opened.shared.leave(Left::Blob(raw as usize));
    }
}

fn opened<'a>(v: Value) -> &'a Opened {
    // SAFETY: a receiver of the type; the Box lives as long as the object, which is on the caller's stack.
    unsafe {
        let blob: Ref<Blob> = v.cast();
        &*blob.opened.load(Ordering::Acquire)
    }
}

/// `database.blob(table, column, row, write, name)`.
pub(crate) fn open(cx: &Cx, args: Args) -> Res {
    let (table, column) = (c_text(cx, args.get(1))?, c_text(cx, args.get(2))?);
    let row = ops::to_i64(cx, args.get(3))?;
    let write = c_int::from(ops::truth(cx, args.get(4))?);
    let name = c_text(cx, args.get(5))?;
    let blob: Ref<Blob> = cx.alloc_instance(CELL.get(), 0)?;
    let shared = database::shared(args.get(0));
    let open = shared.open(cx)?;
    let mut raw = core::ptr::null_mut();
    let code = cx.detached(|| {
        let (name, table, column) = (name.as_ptr(), table.as_ptr(), column.as_ptr());
        // SAFETY: an open and locked connection, texts, and a place for the blob.
        unsafe { lite::sqlite3_blob_open(open.raw, name, table, column, row, write, &raw mut raw) }
    });
    check(cx, open, code)?;
    let opened = Opened { shared: Arc::clone(shared), raw: AtomicPtr::new(raw) };
    blob.opened.store(Box::into_raw(Box::new(opened)), Ordering::Release);
    Ok(blob.value())
}

fn close(cx: &Cx, args: Args) -> Res {
    let opened = opened(args.get(0));
    // With a closed connection there is nothing left to close.
    let Ok(open) = opened.shared.open(cx) else { return Ok(Value::NONE) };
    let raw = opened.raw.swap(core::ptr::null_mut(), Ordering::AcqRel);
    // SAFETY: taken from the only place that holds it, under the lock; null is good.
    cx.detached(|| unsafe { lite::sqlite3_blob_close(raw) });
    drop(open);
    Ok(Value::NONE)
}

/// Runs `f` on the blob under the lock; its code decides.
fn with(cx: &Cx, v: Value, f: impl FnOnce(*mut lite::sqlite3_blob) -> c_int) -> Res<()> {
    let opened = opened(v);
    let open = opened.shared.open(cx)?;
    let raw = opened.raw.load(Ordering::Acquire);
    if raw.is_null() {
        drop(open);
        return Err(raised(cx, "ProgrammingError", "Cannot operate on a closed blob."));
    }
    let code = f(raw);
    check(cx, open, code)
}

fn size(cx: &Cx, args: Args) -> Res {
    let mut size = 0;
    with(cx, args.get(0), |raw| {
        // SAFETY: an open blob under the lock.
        size = unsafe { lite::sqlite3_blob_bytes(raw) };
        lite::SQLITE_OK
    })?;
    Ok(Value::int(i64::from(size)))
}

/// `blob.read(at, len)`; the library checks the bounds.
fn read(cx: &Cx, args: Args) -> Res {
    let (at, len) = (ops::to_i32(cx, args.get(1))?, ops::to_i32(cx, args.get(2))?);
    let mut data = cx.zeroed(len.max(0) as usize)?;
    with(cx, args.get(0), |raw| {
        // SAFETY: an open blob under the lock, and room for what is read.
        unsafe { lite::sqlite3_blob_read(raw, data.as_mut_ptr().cast(), len.max(0), at) }
    })?;
    Ok(cx.new_bytes(&data)?.value())
}

/// `blob.write(at, data)`; the library checks the bounds.
fn write(cx: &Cx, args: Args) -> Res {
    let at = ops::to_i32(cx, args.get(1))?;
    let view = bytes_like(cx, args.get(2))?;
    let data = view.as_slice();
    let Ok(len) = c_int::try_from(data.len()) else {
        return raise!(cx, OVERFLOW_ERROR, "data longer than INT_MAX bytes");
    };
    with(cx, args.get(0), |raw| {
        // SAFETY: an open blob under the lock, and that many bytes.
        unsafe { lite::sqlite3_blob_write(raw, data.as_ptr().cast(), len, at) }
    })?;
    Ok(Value::NONE)
}

static CELL: TypeCell = TypeCell::new();
pub(crate) static TYPE: TypeDef = TypeDef {
    name: "_orochi_sqlite.Blob",
    cell: &CELL,
    layout: BLOB,
    size: size_of::<Blob>(),
    methods: &[
        method("close", "(self, /)", close),
        method("size", "(self, /)", size),
        method("read", "(self, at, len, /)", read),
        method("write", "(self, at, data, /)", write),
    ],
    ..TypeDef::DEFAULT
};
