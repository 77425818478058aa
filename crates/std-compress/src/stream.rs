//! The payload of compressor and decompressor objects.

use crate::codec::{Done, Fault};
use core::sync::atomic::{AtomicPtr, Ordering};
use orochi_object::error::Raised;
use orochi_object::layout::{self, HeapLayout};
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use std::sync::{Mutex, MutexGuard};

/// What compresses or decompresses. Stream objects of each kind have a layout of their own.
pub(crate) trait Machine: Send + Sized + 'static {
    /// The layout number of stream objects (in the range of the crates over the system).
    const LAYOUT_NUMBER: u16;

    /// Input that waits for the next call.
    fn pending(&mut self) -> &mut Vec<u8>;

    /// Decompresses until the input is used up, the stream ends, or `limit` bytes have come out.
    fn expand(&mut self, input: &[u8], limit: usize) -> Result<Done, Fault>;
}

/// A stream object. The machine is set once, before publication.
#[repr(C)]
pub(crate) struct Stream<M> {
    header: Header,
    machine: AtomicPtr<Mutex<M>>,
    pub(crate) unused: Slot,
    pub(crate) tail: Slot,
    /// Bools.
    pub(crate) eof: Slot,
    pub(crate) needs_input: Slot,
}
// SAFETY: repr(C) with a Header first; the trace function visits all slots.
unsafe impl<M: Machine> Object for Stream<M> {
    const LAYOUT: u16 = M::LAYOUT_NUMBER;
}

/// The heap layout of stream objects with this kind of machine.
pub(crate) const fn layout<M: Machine>() -> HeapLayout {
    HeapLayout {
        name: "compression stream",
        trace: Some(trace),
        trace_range: None,
        drop: Some(free::<M>),
    }
}

/// # Safety
/// Called by the collector with a stream object.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: the slots follow the pointer, then a subclass's words.
    unsafe {
        let start = size_of::<Header>() + size_of::<AtomicPtr<()>>();
        layout::visit_rest(header, start, tracer);
    }
}

/// # Safety
/// Called by the collector with an unreachable stream object.
unsafe fn free<M: Machine>(header: *mut Header) {
    // SAFETY: nobody else refers to the object; the pointer came from a Box.
    unsafe {
        let stream = &*header.cast::<Stream<M>>();
        let machine = stream.machine.swap(core::ptr::null_mut(), Ordering::AcqRel);
        if !machine.is_null() {
            drop(Box::from_raw(machine));
        }
    }
}

/// A receiver as a stream.
pub(crate) fn of<M: Machine>(v: Value) -> Ref<Stream<M>> {
    // SAFETY: receivers of the stream types.
    unsafe { v.cast() }
}

/// A stream object around a machine.
pub(crate) fn make<M: Machine>(cx: &Cx, class: Ref<PyType>, machine: M) -> Res {
    let empty = cx.new_bytes(&[])?.value();
    let stream: Ref<Stream<M>> = cx.alloc_instance(class, 0)?;
    stream.unused.init(empty);
    stream.tail.init(empty);
    stream.eof.init(Value::FALSE);
    stream.needs_input.init(Value::TRUE);
    stream.machine.store(Box::into_raw(Box::new(Mutex::new(machine))), Ordering::Release);
    orochi_heap::account_external(40 << 10);
    Ok(stream.value())
}

/// The locked machine. Holders allocate in the heap only after they let go.
pub(crate) fn machine<'a, M: Machine>(cx: &Cx, v: Value) -> MutexGuard<'a, M> {
    // SAFETY: set at creation, freed when the object is unreachable; `v` is on the caller's stack.
    let mutex = unsafe { &*of::<M>(v).machine.load(Ordering::Acquire) };
    match mutex.try_lock() {
        Ok(guard) => guard,
        Err(_) => cx.detached(|| mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())),
    }
}

/// The method `decompress(data, max_length=-1)` of decompressor objects.
pub(crate) fn decompress<M: Machine>(
    cx: &Cx,
    args: Args,
    failed: fn(&Cx, &Fault) -> Raised,
) -> Res {
    let v = args.get(0);
    let s = of::<M>(v);
    let data = bytes_like(cx, args.get(1))?;
    let most = match args.opt(2) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => -1,
    };
    if s.eof.or_none().is(Value::TRUE) {
        return raise!(cx, EOF_ERROR, "End of stream already reached");
    }
    let limit = if most < 0 { usize::MAX } else { most as usize };
    let mut machine = machine::<M>(cx, v);
    let mut input = core::mem::take(machine.pending());
    input.extend_from_slice(data.as_slice());
    let done = cx.detached(|| machine.expand(&input, limit));
    let done = match done {
        Ok(done) => done,
        Err(fault) => {
            drop(machine);
            return Err(failed(cx, &fault));
        }
    };
    let rest = input.split_off(done.used);
    let waits = !done.ended && (!rest.is_empty() || done.output.len() >= limit);
    if !done.ended {
        *machine.pending() = rest.clone();
    }
    drop(machine);
    s.needs_input.set(cx, s, Value::bool(!waits && !done.ended));
    if done.ended {
        s.eof.set(cx, s, Value::TRUE);
        s.unused.set(cx, s, cx.new_bytes(&rest)?.value());
    }
    Ok(cx.new_bytes(&done.output)?.value())
}
