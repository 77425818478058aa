//! Traceback objects: one for each frame an exception has passed through.

use crate::frame::Frame;
use crate::pyframe::{self, PyFrame};
use orochi_object::exception::PyException;
use orochi_object::layout::RUNTIME_BASE;
use orochi_object::prelude::*;

/// Layout number of tracebacks.
pub const LAYOUT: u16 = RUNTIME_BASE + 4;

/// A `traceback`.
#[repr(C)]
pub struct PyTraceback {
    pub header: Header,
    pub frame: Slot,
    /// The next traceback, inwards.
    pub next: Slot,
    /// Twice the index of the instruction, as an int; one more if somebody has given an odd offset.
    pub lasti: Slot,
    /// Line, as an int; UNSET until asked for.
    pub lineno: Slot,
}
orochi_object::trace!(PyTraceback, LAYOUT, [frame, next, lasti, lineno]);

impl PyTraceback {
    pub fn frame(&self) -> Ref<PyFrame> {
        // SAFETY: set at creation.
        unsafe { self.frame.or_none().cast() }
    }
    pub fn lasti(&self) -> u32 {
        (self.lasti.or_none().as_small().unwrap_or(0) >> 1) as u32
    }
    pub fn line(&self) -> i32 {
        match self.lineno.get().and_then(Value::as_small) {
            Some(line) => line as i32,
            None => self.frame().code().position(self.lasti()).line,
        }
    }
}

/// A new traceback entry.
pub fn new_traceback(
    cx: &Cx,
    frame: Ref<PyFrame>,
    lasti: u32,
    next: Option<Value>,
) -> Res<Ref<PyTraceback>> {
    let tb: Ref<PyTraceback> = cx.alloc_instance(types::TRACEBACK.get(), 0)?;
    tb.frame.init(frame.value());
    tb.next.init_opt(next.and_then(Value::non_none));
    tb.lasti.init(Value::int(i64::from(lasti) * 2));
    Ok(tb)
}

/// Adds an entry for the running `frame` to an exception on its way out. Without memory the entry
/// is left out.
pub fn add_here(cx: &Cx, exception: Ref<PyException>, frame: *mut Frame) {
    // SAFETY: a running frame of this thread.
    let lasti = unsafe { (*frame).current() };
    let Ok(object) = pyframe::frame_object(cx, frame) else { return };
    let Ok(tb) = new_traceback(cx, object, lasti, exception.traceback.get()) else { return };
    exception.traceback.set(cx, exception, Ref::value(tb));
}
