//! Frame objects: made when somebody asks (`sys._getframe`, a traceback, a trace function).
//!
//! Rules:
//! 1. While its frame runs, `record` is its address, and only the frame's own thread follows it;
//!    others look at it while the world stands still (`elsewhere`).
//! 2. When the frame is left, the named registers are copied to `fast` and `record` becomes 0.

use crate::code::PyCode;
use crate::elsewhere;
use crate::frame::{Frame, UNPRIMED, Vm, ret};
use crate::function::PyFunction;
use crate::generator::{PyGen, state};
use core::sync::atomic::{AtomicUsize, Ordering};
use orochi_object::layout::RUNTIME_BASE;
use orochi_object::list::Array;
use orochi_object::prelude::*;

/// Layout number of frame objects.
pub const LAYOUT: u16 = RUNTIME_BASE + 3;

/// A `frame`.
#[repr(C)]
pub struct PyFrame {
    pub header: Header,
    pub code: Slot,
    pub function: Slot,
    pub globals: Slot,
    pub locals: Slot,
    /// The caller's frame object, once this frame was left.
    pub back: Slot,
    /// Copy of the named registers, once the frame was left.
    pub fast: Slot,
    /// `f_trace`.
    pub trace: Slot,
    /// `f_trace_lines` and `f_trace_opcodes` where they differ from their defaults.
    pub trace_lines: Slot,
    pub trace_opcodes: Slot,
    /// Last instruction, as an int, once the frame was left.
    pub lasti: Slot,
    /// What trace functions are told while an event has no instruction: the instruction shown
    /// (counted from 0, which stands for the entry) and the line, packed in an int.
    pub event_line: Slot,
    /// While tracing: the last instruction and its line, packed in an int.
    pub trace_state: Slot,
    /// Names set through `f_locals` that are no registers: a dict.
    pub extra_locals: Slot,
    /// The generator it belongs to.
    pub generator: Slot,
    record: AtomicUsize,
    /// Identity of the thread that runs it.
    thread: AtomicUsize,
}
orochi_object::trace!(
    PyFrame,
    LAYOUT,
    [
        code,
        function,
        globals,
        locals,
        back,
        fast,
        trace,
        trace_lines,
        trace_opcodes,
        lasti,
        event_line,
        trace_state,
        extra_locals,
        generator
    ]
);

impl PyFrame {
    /// The running frame, if this is one of the calling thread.
    pub fn record(&self, cx: &Cx) -> Option<&Frame> {
        let record = self.record.load(Ordering::Acquire) as *const Frame;
        if record.is_null() || self.thread.load(Ordering::Relaxed) != thread_key(cx) {
            return None;
        }
        // SAFETY: the record is this thread's and is not left while `record` is set.
        Some(unsafe { &*record })
    }
    /// As [`record`](Self::record), to change the frame.
    pub fn record_mut(&self, cx: &Cx) -> Option<*mut Frame> {
        self.record(cx).map(|frame| core::ptr::from_ref(frame).cast_mut())
    }
    /// Whether the frame runs in some thread.
    pub fn is_running(&self) -> bool {
        self.record.load(Ordering::Acquire) != 0
    }
    pub fn code(&self) -> Ref<PyCode> {
        // SAFETY: set at creation.
        unsafe { self.code.or_none().cast() }
    }
    pub fn function(&self) -> Ref<PyFunction> {
        // SAFETY: set at creation.
        unsafe { self.function.or_none().cast() }
    }
    /// Index of the instruction being or last executed.
    pub fn lasti(&self, cx: &Cx) -> u32 {
        match self.record(cx) {
            Some(frame) => frame.current(),
            None => {
                let elsewhere = if self.is_running() { elsewhere::lasti(cx, self) } else { None };
                elsewhere.unwrap_or_else(|| self.lasti.or_none().as_small().unwrap_or(0) as u32)
            }
        }
    }
    /// The instruction as Python sees it: 0 is the entry to the code.
    pub fn shown_lasti(&self, cx: &Cx) -> i64 {
        match self.event_line.get().and_then(Value::as_small) {
            Some(told) => told >> 32,
            None => i64::from(self.lasti(cx)) + 1,
        }
    }
    /// Current line.
    pub fn line(&self, cx: &Cx) -> i32 {
        if let Some(told) = self.event_line.get().and_then(Value::as_small) {
            return told as u32 as i32;
        }
        let (code, at) = (self.code(), self.lasti(cx));
        let line = code.position(at).line;
        let unstarted =
            |i: &orochi_bytecode::Instr| i.op == orochi_bytecode::Op::ReturnGenerator as u16;
        if line < 0 && code.unit().instrs.get(at as usize).is_some_and(unstarted) {
            return code.unit().firstlineno as i32;
        }
        line
    }
    /// Named register `i`: from the running frame, the copy, or the suspended generator.
    pub fn fast_local(&self, cx: &Cx, i: usize) -> Option<Value> {
        if let Some(frame) = self.record(cx) {
            // SAFETY: the caller asks for named registers only.
            return unsafe { frame.reg(i) };
        }
        if let Some(generator) = self.generator.get().and_then(Value::downcast) {
            // SAFETY: named registers are below the generator's count.
            return Value::from_word(unsafe { *crate::generator::registers(generator).add(i) });
        }
        self.fast.get().and_then(Value::downcast::<Array>)?.cells().get(i)?.get()
    }
    /// Sets named register `i` (`f_locals` is written through).
    pub fn set_fast_local(self: &PyFrame, cx: &Cx, i: usize, value: Option<Value>) {
        let word = value.map_or(0, Value::word);
        if let Some(frame) = self.record_mut(cx) {
            // SAFETY: the caller passes named registers only; the frame is this thread's.
            unsafe {
                Vm::of(cx).touch(&mut *frame);
                (*frame).flags |= ret::WRITTEN;
                *(*frame).base.add(i) = word;
            }
        } else if let Some(generator) = self.generator.get().and_then(Value::downcast) {
            // SAFETY: named registers are below the generator's count; remembered right after.
            unsafe {
                *crate::generator::registers(generator).add(i) = word;
                cx.mutator.remember(generator.header_ptr());
            }
        } else if let Some(array) = self.fast.get().and_then(Value::downcast::<Array>)
            && let Some(cell) = array.cells().get(i)
        {
            cell.set_opt(cx, array, value);
        }
    }
}

fn thread_key(cx: &Cx) -> usize {
    core::ptr::from_ref(cx) as usize
}

/// The frame object of a running frame of the calling thread.
pub fn frame_object(cx: &Cx, frame: *mut Frame) -> Res<Ref<PyFrame>> {
    // SAFETY: a running frame of this thread.
    let frame = unsafe { &mut *frame };
    if let Some(object) = frame.frame_object {
        return Ok(object);
    }
    if let Some(generator) = frame.generator
        && let Some(object) = generator.frame_object.get().and_then(Value::downcast::<PyFrame>)
    {
        attach(cx, object, frame);
        return Ok(object);
    }
    let object: Ref<PyFrame> = cx.alloc_instance(types::FRAME.get(), 0)?;
    object.code.init(frame.code.value());
    object.function.init(Ref::value(frame.function));
    object.globals.init(frame.globals.value());
    object.locals.init_opt(frame.locals);
    if let Some(generator) = frame.generator {
        object.generator.init(Ref::value(generator));
        generator.frame_object.set(cx, generator, object.value());
    }
    attach(cx, object, frame);
    Ok(object)
}

/// Ties a frame object to the record that runs it.
pub fn attach(cx: &Cx, object: Ref<PyFrame>, frame: &mut Frame) {
    object.thread.store(thread_key(cx), Ordering::Relaxed);
    object.record.store(core::ptr::from_mut(frame) as usize, Ordering::Release);
    Vm::of(cx).touch(frame);
    frame.frame_object = Some(object);
    frame.primed = UNPRIMED;
    frame.flags |= ret::TOUCHED;
}

/// Called when a touched frame is left or suspended.
pub fn detach(cx: &Cx, frame: &mut Frame, finished: bool) {
    let Some(object) = frame.frame_object.take() else { return };
    object.lasti.set(cx, object, Value::int(frame.current() as i64));
    if frame.generator.is_none() || finished {
        copy_locals(cx, object, frame);
        object.generator.clear();
    }
    if !frame.prev.is_null() && frame.generator.is_none() {
        // SAFETY: the caller's record is still running.
        if let Ok(back) = frame_object(cx, frame.prev) {
            object.back.set(cx, object, back.value());
        }
    }
    object.record.store(0, Ordering::Release);
}

fn copy_locals(cx: &Cx, object: Ref<PyFrame>, frame: &Frame) {
    let n = frame.code.unit().temp_base();
    // Without memory the locals of a dead frame are lost; nothing else is.
    let Ok(array) = Array::new(cx, n) else { return };
    for (i, cell) in array.cells().iter().enumerate() {
        // SAFETY: named registers of the frame.
        cell.init_opt(unsafe { frame.reg(i) });
    }
    object.fast.set(cx, object, array.value());
}

/// The frame object `depth` frames up from the running one; `None` beyond the bottom.
pub fn nth_frame(cx: &Cx, depth: usize) -> Res<Option<Ref<PyFrame>>> {
    let mut fp = Vm::of(cx).fp.get();
    for _ in 0..depth {
        if fp.is_null() {
            return Ok(None);
        }
        // SAFETY: linked records of this thread.
        fp = unsafe { (*fp).prev };
    }
    if fp.is_null() { Ok(None) } else { frame_object(cx, fp).map(Some) }
}

/// `f_back` of a frame object.
pub fn back(cx: &Cx, object: Ref<PyFrame>) -> Res<Option<Ref<PyFrame>>> {
    match object.record(cx) {
        Some(frame) if frame.prev.is_null() => Ok(None),
        Some(frame) => frame_object(cx, frame.prev).map(Some),
        None if object.is_running() => elsewhere::caller(cx, &object),
        None => Ok(object.back.get().and_then(Value::downcast)),
    }
}

/// The frame object of a generator; `None` once it has finished or while another thread runs it.
pub fn of_generator(cx: &Cx, generator: Ref<PyGen>) -> Res<Option<Ref<PyFrame>>> {
    match generator.state() {
        state::DONE => return Ok(None),
        state::RUNNING => {
            let mut fp = Vm::of(cx).fp.get();
            // SAFETY: linked records of this thread.
            while let Some(frame) = unsafe { fp.as_ref() } {
                if frame.generator == Some(generator) {
                    return frame_object(cx, fp).map(Some);
                }
                fp = frame.prev;
            }
            return Ok(None);
        }
        _ => {}
    }
    if let Some(object) = generator.frame_object.get().and_then(Value::downcast::<PyFrame>) {
        return Ok(Some(object));
    }
    let object: Ref<PyFrame> = cx.alloc_instance(types::FRAME.get(), 0)?;
    object.code.init(generator.code().value());
    object.function.init(Ref::value(generator.function()));
    object.globals.init(generator.globals().value());
    object.locals.init_opt(generator.locals.get());
    let at = generator.code().index_of(generator.pc()).saturating_sub(1);
    object.lasti.init(Value::int(at as i64));
    object.generator.init(Ref::value(generator));
    generator.frame_object.set(cx, generator, object.value());
    Ok(Some(object))
}
