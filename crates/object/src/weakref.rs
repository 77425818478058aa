//! Weak references: the object behind `weakref.ref`, also used inside (subclass lists).
//!
//! Rules:
//! 1. `target` is cleared by the collector, in a stop, when its object is dead; readers load it
//!    with Acquire and hold what they got strongly.
//! 2. The collector queues containers whose target it cleared; `finalize.rs` of `runtime` runs
//!    their callbacks between bytecodes.

use crate::cx::Cx;
use crate::error::Res;
use crate::layout;
use crate::object::{Object, Ref};
use crate::slot::Slot;
use crate::types::{self, PyType};
use crate::value::Value;
use core::sync::atomic::AtomicI64;
use orochi_heap::{Header, Tracer};

/// A weak reference.
#[repr(C)]
pub struct PyWeak {
    pub header: Header,
    target: Slot,
    pub callback: Slot,
    /// Cached hash of the target; 0 until known.
    pub hash: AtomicI64,
}

// SAFETY: repr(C) with a Header first; `target` is visited weakly, the rest strongly.
unsafe impl Object for PyWeak {
    const LAYOUT: u16 = layout::WEAKREF;
}

/// The heap layout of weak references.
pub const WEAKREF_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { name: "weakref", trace: Some(trace_weak), trace_range: None, drop: None };

/// # Safety
/// Called by the collector with a weak reference.
unsafe fn trace_weak(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is PyWeak.
    unsafe {
        let weak = &*header.cast::<PyWeak>();
        tracer.visit_weak(header, weak.target.raw());
        layout::visit(&weak.callback, tracer);
        layout::visit_rest(header, size_of::<PyWeak>(), tracer);
    }
}

impl PyWeak {
    /// The object, if it is alive.
    #[inline]
    pub fn target(&self) -> Option<Value> {
        self.target.get()
    }
    /// Forgets the object without calling back.
    pub fn forget(&self) {
        self.target.clear();
    }
}

impl Cx {
    /// A new weak reference of `class` to `target`, which is a heap object.
    pub fn new_weak(
        &self,
        class: Ref<PyType>,
        target: Value,
        callback: Option<Value>,
    ) -> Res<Ref<PyWeak>> {
        let weak: Ref<PyWeak> = self.alloc_instance(class, 0)?;
        weak.target.init(target);
        weak.callback.init_opt(callback);
        Ok(weak)
    }
    /// A weak box for internal use.
    pub fn new_weak_box(&self, target: Value) -> Res<Ref<PyWeak>> {
        if types::WEAKREF.is_ready() {
            return self.new_weak(types::WEAKREF.get(), target, None);
        }
        let weak: Ref<PyWeak> = self.alloc_internal(0)?;
        weak.target.init(target);
        Ok(weak)
    }
}
