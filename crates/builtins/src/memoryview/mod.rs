//! `memoryview`: the payload and its share in the exporter's buffer.
//!
//! Rules:
//! 1. A view is immutable but for `RELEASED`, which is set once. Its window stays valid as long as
//!    the exporter keeps it, which counts exports.
//! 2. Views made of a view share its [`Shared`]; the last one released gives the export back. A share is taken, and given back,
//!    under the view's lock.
//! 3. A view that dies without release gives its share back while it is swept, where the exporter
//!    counts outside the heap (`bytearray` does).

mod access;
mod format;
mod iter;
mod methods;
mod slots;
mod window;

pub use iter::ITERATOR;
pub use slots::TYPE;
pub use window::{Window, contiguous};

use crate::bytearray::{PyByteArray, give_back};
use core::sync::atomic::{AtomicI64, AtomicU32, AtomicUsize, Ordering};
use orochi_object::buffer::{Buffer, request};
use orochi_object::layout;
use orochi_object::prelude::*;
use std::sync::Arc;

/// Layout number.
pub const LAYOUT: u16 = layout::BUILTINS_BASE + 61;

const READONLY: u32 = 1;
const RELEASED: u32 = 2;

/// A `memoryview`.
#[repr(C)]
pub struct PyMemoryView {
    pub header: Header,
    /// The exporter.
    owner: Slot,
    /// A str; UNSET is `B`.
    format: Slot,
    /// Tuples of ints, one for each dimension.
    shape: Slot,
    strides: Slot,
    /// The block of a bytearray that is shown, which the bytearray may leave behind.
    block: Slot,
    data: AtomicUsize,
    itemsize: AtomicUsize,
    flags: AtomicU32,
    /// Buffers taken of this view.
    exports: AtomicUsize,
    hash: AtomicI64,
    /// Address of an `Arc<Shared>`, 0 after release.
    shared: AtomicUsize,
}
orochi_object::trace!(PyMemoryView, LAYOUT, [owner, format, shape, strides, block]);

/// The heap layout: gives shares back.
pub const HEAP_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { drop: Some(drop_view), ..PyMemoryView::HEAP_LAYOUT };

/// What the views of one export share, outside the heap.
struct Shared {
    /// The exporter's count, if it can be given back without the exporter.
    count: Option<Arc<AtomicUsize>>,
    on_release: Option<fn(Value)>,
}

/// # Safety
/// Called by the collector with a dead view.
unsafe fn drop_view(header: *mut Header) {
    // SAFETY: the layout is PyMemoryView; the word is 0 or came from Arc::into_raw.
    unsafe {
        // Nobody else touches the dead.
        let word = (*header.cast::<PyMemoryView>()).shared.load(Ordering::Relaxed);
        if word != 0
            && let Some(shared) = Arc::into_inner(Arc::from_raw(word as *const Shared))
            && let Some(count) = &shared.count
        {
            give_back(count);
        }
    }
}

impl PyMemoryView {
    fn has(&self, bit: u32) -> bool {
        self.flags.load(Ordering::Acquire) & bit != 0
    }
    fn dims(&self) -> &[Value] {
        self.shape.get().and_then(Value::downcast::<PyTuple>).map_or(&[], |t| t.values())
    }
    fn strides(&self) -> &[Value] {
        self.strides.get().and_then(Value::downcast::<PyTuple>).map_or(&[], |t| t.values())
    }
    fn itemsize(&self) -> usize {
        self.itemsize.load(Ordering::Relaxed)
    }
    /// Raises if the view has been released.
    fn check(&self, cx: &Cx) -> Res<()> {
        if self.has(RELEASED) {
            return raise!(cx, VALUE_ERROR, "operation forbidden on released memoryview object");
        }
        Ok(())
    }
}

/// Gives a view's share back.
fn release(cx: &Cx, view: Ref<PyMemoryView>) {
    let word = view.locked(cx, || {
        view.flags.fetch_or(RELEASED, Ordering::AcqRel);
        view.shared.swap(0, Ordering::AcqRel)
    });
    if word == 0 {
        return;
    }
    // SAFETY: the word came from Arc::into_raw and was taken out once.
    let shared = unsafe { Arc::from_raw(word as *const Shared) };
    if let Some(shared) = Arc::into_inner(shared) {
        match (&shared.count, shared.on_release) {
            (Some(count), _) => {
                give_back(count);
            }
            (None, Some(release)) => release(view.owner.or_none()),
            (None, None) => {}
        }
    }
}

/// A view of any exporter; `None` if `v` exports nothing.
pub fn view_of(cx: &Cx, v: Value, flags: u32) -> Res<Option<Ref<PyMemoryView>>> {
    if let Some(view) = v.downcast::<PyMemoryView>() {
        view.check(cx)?;
        let window = Window::of_view(&view);
        return Ok(Some(derive(cx, view, &window, view.format.get())?));
    }
    let Some(export) = class_of(v).slots.buffer() else { return Ok(None) };
    let buffer = export(cx, v, flags | request::FULL_RO)?;
    Ok(Some(of_buffer(cx, buffer)?))
}

/// A view that takes over an export.
pub fn of_buffer(cx: &Cx, mut buffer: Buffer) -> Res<Ref<PyMemoryView>> {
    let window = Window::of_buffer(&buffer);
    let view = make(cx, buffer.owner, &window, buffer.format)?;
    let on_release = buffer.on_release.take();
    let (count, block) = match buffer.owner.downcast::<PyByteArray>() {
        Some(array) if on_release.is_some() => array.share_count(cx),
        _ => (buffer.count.take(), None),
    };
    view.block.init_opt(block.map(Ref::value));
    let shared = Shared { count, on_release };
    view.shared.store(Arc::into_raw(Arc::new(shared)) as usize, Ordering::Release);
    Ok(view)
}

/// Another window on what `view` shows.
fn derive(
    cx: &Cx,
    view: Ref<PyMemoryView>,
    window: &Window,
    format: Option<Value>,
) -> Res<Ref<PyMemoryView>> {
    let made = make(cx, view.owner.or_none(), window, format)?;
    share(cx, view, made)
}

/// A part of a view of one dimension.
fn derive_line(
    cx: &Cx,
    view: Ref<PyMemoryView>,
    data: usize,
    count: usize,
    stride: isize,
) -> Res<Ref<PyMemoryView>> {
    let shape = cx.new_tuple(&[Value::int(count as i64)])?;
    let own = view.strides.get().and_then(Value::downcast::<PyTuple>);
    let stride = cx.new_int(stride as i64)?;
    let strides = match own.filter(|own| matches!(own.values(), [same] if same.is(stride))) {
        Some(own) => own,
        None => cx.new_tuple(&[stride])?,
    };
    let flags = view.flags.load(Ordering::Relaxed) & READONLY;
    let made = place(cx, shape, strides, data, view.itemsize(), flags)?;
    made.owner.init(view.owner.or_none());
    made.format.init_opt(view.format.get());
    share(cx, view, made)
}

/// Has a fresh view on the memory of another have a share in the export.
fn share(cx: &Cx, view: Ref<PyMemoryView>, made: Ref<PyMemoryView>) -> Res<Ref<PyMemoryView>> {
    made.block.init_opt(view.block.get());
    let word = view.locked(cx, || {
        let word = view.shared.load(Ordering::Acquire) as *const Shared;
        if !word.is_null() {
            // SAFETY: the view's own share is not given back under the lock.
            unsafe { Arc::increment_strong_count(word) };
        }
        word
    });
    if word.is_null() {
        view.check(cx)?;
        return Ok(made);
    }
    made.shared.store(word as usize, Ordering::Release);
    Ok(made)
}

fn make(cx: &Cx, owner: Value, window: &Window, format: Option<Value>) -> Res<Ref<PyMemoryView>> {
    let shape: Vec<Value> = window.shape.iter().map(|n| Value::int(*n as i64)).collect();
    let strides: Vec<Value> = window.strides.iter().map(|n| Value::int(*n as i64)).collect();
    let shape = cx.new_tuple(&shape)?;
    let strides = cx.new_tuple(&strides)?;
    let flags = if window.readonly { READONLY } else { 0 };
    let view = place(cx, shape, strides, window.data as usize, window.itemsize, flags)?;
    view.owner.init(owner);
    view.format.init_opt(format);
    Ok(view)
}

/// A fresh view without owner and format.
fn place(
    cx: &Cx,
    shape: Ref<PyTuple>,
    strides: Ref<PyTuple>,
    data: usize,
    itemsize: usize,
    flags: u32,
) -> Res<Ref<PyMemoryView>> {
    let view: Ref<PyMemoryView> = cx.alloc_instance(ops::MEMORYVIEW.get(), 0)?;
    view.shape.init(shape.value());
    view.strides.init(strides.value());
    view.data.store(data, Ordering::Relaxed);
    view.itemsize.store(itemsize, Ordering::Relaxed);
    view.flags.store(flags, Ordering::Release);
    Ok(view)
}
