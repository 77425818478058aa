//! The payload of compressor and decompressor objects.

use crate::codec::Codec;
use core::sync::atomic::{AtomicPtr, Ordering};
use orochi_object::layout::{self, HeapLayout};
use orochi_object::prelude::*;
use std::sync::{Mutex, MutexGuard};

/// The layout number of stream objects (in the range of the crates over the system).
pub(crate) const LAYOUT_NUMBER: u16 = layout::STD_OS_BASE + 17;

/// A stream object. The machine is set once, before publication.
#[repr(C)]
pub(crate) struct Stream {
    header: Header,
    codec: AtomicPtr<Mutex<Codec>>,
    pub(crate) unused: Slot,
    pub(crate) tail: Slot,
    /// Bools.
    pub(crate) eof: Slot,
    pub(crate) needs_input: Slot,
}
// SAFETY: repr(C) with a Header first; the trace function visits all slots.
unsafe impl Object for Stream {
    const LAYOUT: u16 = LAYOUT_NUMBER;
}

pub(crate) const LAYOUT: HeapLayout =
    HeapLayout { name: "zlib stream", trace: Some(trace), trace_range: None, drop: Some(free) };

/// # Safety
/// Called by the collector with a stream object.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: the slots follow the pointer, then a subclass's words.
    unsafe {
        let start = size_of::<Header>() + size_of::<AtomicPtr<Mutex<Codec>>>();
        layout::visit_rest(header, start, tracer);
    }
}

/// # Safety
/// Called by the collector with an unreachable stream object.
unsafe fn free(header: *mut Header) {
    // SAFETY: nobody else refers to the object; the pointer came from a Box.
    unsafe {
        let codec = (*header.cast::<Stream>()).codec.swap(core::ptr::null_mut(), Ordering::AcqRel);
        if !codec.is_null() {
            drop(Box::from_raw(codec));
        }
    }
}

/// A receiver as a stream.
pub(crate) fn of(v: Value) -> Ref<Stream> {
    // SAFETY: receivers of the stream types.
    unsafe { v.cast() }
}

/// A stream object around a machine.
pub(crate) fn make(cx: &Cx, class: Ref<PyType>, codec: Codec) -> Res {
    let empty = cx.new_bytes(&[])?.value();
    let stream: Ref<Stream> = cx.alloc_instance(class, 0)?;
    stream.unused.init(empty);
    stream.tail.init(empty);
    stream.eof.init(Value::FALSE);
    stream.needs_input.init(Value::TRUE);
    stream.codec.store(Box::into_raw(Box::new(Mutex::new(codec))), Ordering::Release);
    orochi_heap::account_external(40 << 10);
    Ok(stream.value())
}

/// The locked machine. Holders allocate in the heap only after they let go.
pub(crate) fn codec<'a>(cx: &Cx, v: Value) -> MutexGuard<'a, Codec> {
    // SAFETY: set at creation, freed when the object is unreachable; `v` is on the caller's stack.
    let mutex = unsafe { &*of(v).codec.load(Ordering::Acquire) };
    match mutex.try_lock() {
        Ok(guard) => guard,
        Err(_) => cx.detached(|| mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())),
    }
}
