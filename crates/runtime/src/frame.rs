//! Frames and the VM stack of one thread.
//!
//! Rules:
//! 1. A [`Vm`] is used by its own thread only, and by the collector while that thread is stopped.
//! 2. Frames are records in linked chunks; `Vm::fp` is the running one. Register windows lie on the
//!    window stack (linked chunks too) or, for generators, in the generator object.
//! 3. A window is zeroed where it has no arguments before its code runs, so every word of a window
//!    in use is UNSET or a value that was live at the last collection: windows are traced exactly.
//! 4. The poll word of the thread's mutator holds the end of the current window chunk, so that
//!    "does the window fit" and "is a poll wanted" are one comparison.

use crate::code::PyCode;
use crate::function::PyFunction;
use crate::generator::PyGen;
use crate::pyframe::PyFrame;
use core::cell::Cell;
use core::ptr;
use orochi_bytecode::{Instr, Op};
use orochi_heap::Tracer;
use orochi_object::collector;
use orochi_object::prelude::*;

/// What happens to a frame's result, besides being stored in the caller's `dst`.
pub mod ret {
    /// Leaving this frame leaves the interpreter loop: a native function called it.
    pub const ENTRY: u8 = 1;
    /// `__init__`: the result must be None; the value of the call is the instance in `r[dst_base]`.
    pub const INIT: u8 = 2;
    /// The window began a new chunk: the old limit comes back.
    pub const CHUNK: u8 = 4;
    /// A frame object exists and must be given the locals.
    pub const TOUCHED: u8 = 8;
    /// The frame belongs to a generator.
    pub const GENERATOR: u8 = 16;
    /// Tracing or profiling wants to know.
    pub const TRACED: u8 = 32;
}

/// One activation of a code object.
#[repr(C)]
pub struct Frame {
    /// The caller's frame, null at the bottom.
    pub prev: *mut Frame,
    /// The next record, linked ahead of time; null at the end of the last chunk.
    next: *mut Frame,
    pub code: Ref<PyCode>,
    pub function: Ref<PyFunction>,
    pub globals: Ref<PyDict>,
    /// Namespace of module, class and exec code.
    pub locals: Option<Value>,
    /// First register.
    pub base: *mut u64,
    /// One past the stack space in use by this frame and its callers.
    pub top: *mut u64,
    /// The next instruction; valid whenever other code may look at the frame.
    pub pc: *const Instr,
    /// Register of the caller that receives the result.
    pub dst: u16,
    /// Register of the caller that holds the instance (`ret::INIT`).
    pub instance: u16,
    pub flags: u8,
    pub depth: u32,
    pub frame_object: Option<Ref<PyFrame>>,
    pub generator: Option<Ref<PyGen>>,
    /// The poll limit before this frame's chunk (`ret::CHUNK`).
    saved_limit: usize,
    /// The handled exception of the caller, while a generator runs.
    pub saved_handled: Option<Value>,
}

const FRAMES_A_CHUNK: usize = 64;
/// Words of the first window chunk; later ones double up to a megaword.
const FIRST_WORDS: usize = 4096;
/// Window stacks larger than this are endless recursion, whatever the limit says.
const MAX_WORDS: usize = 1 << 28;

/// The interpreter's state of one thread.
pub struct Vm {
    /// The running frame; null when no Python code runs.
    pub fp: Cell<*mut Frame>,
    frames: Cell<*mut Frame>,
    frame_chunks: Cell<Vec<Box<[Frame]>>>,
    chunks: Cell<Vec<Box<[u64]>>>,
    words: Cell<usize>,
    /// Set to have the loop leave for the driver before `gc.collect()`.
    pub collect_requested: Cell<bool>,
    /// Inside a trace function: no events.
    pub tracing: Cell<bool>,
    /// The event the trace function is being told of: 0 none, 1 `call`, 2 `line`, 3 another.
    pub event: Cell<u8>,
    /// How many callers a coroutine remembers of where it was made.
    pub origin_depth: Cell<usize>,
    /// The thread has a trace or profile function.
    pub trace_on: Cell<bool>,
}

impl Vm {
    /// The state of the calling thread; made on first use.
    #[inline(always)]
    pub fn of(cx: &Cx) -> &Vm {
        let vm = cx.interp.get().cast::<Vm>();
        if vm.is_null() {
            return Vm::create(cx);
        }
        // SAFETY: set by `create`, freed by `destroy` when the thread ends.
        unsafe { &*vm }
    }

    #[cold]
    fn create(cx: &Cx) -> &Vm {
        let vm = Box::leak(Box::new(Vm {
            fp: Cell::new(ptr::null_mut()),
            frames: Cell::new(ptr::null_mut()),
            frame_chunks: Cell::new(Vec::new()),
            chunks: Cell::new(Vec::new()),
            words: Cell::new(0),
            collect_requested: Cell::new(false),
            tracing: Cell::new(false),
            event: Cell::new(0),
            origin_depth: Cell::new(0),
            trace_on: Cell::new(false),
        }));
        let first = vm.new_frame_chunk();
        vm.frames.set(first);
        let (_, end) = vm.new_window_chunk(FIRST_WORDS).unwrap_or((ptr::null_mut(), 0));
        cx.mutator.set_poll_limit(end);
        cx.interp.set(ptr::from_mut(vm).cast());
        vm
    }

    /// Frees the state of a thread that has ended.
    pub fn destroy(cx: &Cx) {
        let vm = cx.interp.replace(ptr::null_mut()).cast::<Vm>();
        if !vm.is_null() {
            // SAFETY: made by `create` from a Box; no frame is running.
            drop(unsafe { Box::from_raw(vm) });
        }
    }

    fn new_frame_chunk(&self) -> *mut Frame {
        let mut chunk: Vec<Frame> = Vec::with_capacity(FRAMES_A_CHUNK);
        let first = chunk.as_mut_ptr();
        // SAFETY: capacity was reserved; frames hold no values while they are not linked to from
        // `fp`, and every field is written by `push` before a frame is.
        unsafe {
            ptr::write_bytes(first, 0, FRAMES_A_CHUNK);
            for i in 0..FRAMES_A_CHUNK - 1 {
                (*first.add(i)).next = first.add(i + 1);
            }
            chunk.set_len(FRAMES_A_CHUNK);
        }
        let mut chunks = self.frame_chunks.take();
        let mut chunk = chunk.into_boxed_slice();
        let first = chunk.as_mut_ptr();
        chunks.push(chunk);
        self.frame_chunks.set(chunks);
        first
    }

    /// A window chunk of at least `words`: its start and the poll limit that stands for its end.
    fn new_window_chunk(&self, words: usize) -> Option<(*mut u64, usize)> {
        if self.words.get() + words > MAX_WORDS {
            return None;
        }
        let mut chunk: Vec<u64> = Vec::new();
        chunk.try_reserve_exact(words).ok()?;
        chunk.resize(words, 0);
        let mut chunk = chunk.into_boxed_slice();
        let start = chunk.as_mut_ptr();
        let mut chunks = self.chunks.take();
        chunks.push(chunk);
        self.chunks.set(chunks);
        self.words.set(self.words.get() + words);
        // SAFETY: one past the end of the chunk.
        Some((start, unsafe { start.add(words) } as usize))
    }

    /// The start of the first chunk: where the first window goes.
    pub fn bottom(&self) -> *mut u64 {
        let chunks = self.chunks.take();
        let start = chunks.first().map_or(ptr::null_mut(), |chunk| chunk.as_ptr().cast_mut());
        self.chunks.set(chunks);
        start
    }

    /// Where a new window may begin.
    #[inline]
    pub fn top(&self) -> *mut u64 {
        let fp = self.fp.get();
        // SAFETY: `fp` is null or the running frame.
        if fp.is_null() { self.bottom() } else { unsafe { (*fp).top } }
    }

    /// A record for the frame after `fp`.
    #[inline(always)]
    pub fn next_record(&self, fp: *mut Frame) -> *mut Frame {
        if fp.is_null() {
            return self.frames.get();
        }
        // SAFETY: `fp` is a record of this thread.
        let next = unsafe { (*fp).next };
        if next.is_null() { self.more_records(fp) } else { next }
    }

    #[cold]
    fn more_records(&self, fp: *mut Frame) -> *mut Frame {
        let first = self.new_frame_chunk();
        // SAFETY: `fp` is the last record of the last chunk.
        unsafe { (*fp).next = first };
        first
    }

    /// Room for a window of `nregs` words, the first `nargs` of which are the arguments at `at`: `at`
    /// itself if that is `on_stack` (in the current chunk) and it fits, else the start of a new chunk to which the arguments were copied (then
    /// the flag to set on the frame).
    ///
    /// # Errors
    /// RecursionError when the stack has grown beyond any measure, MemoryError without memory.
    pub fn window(
        &self,
        cx: &Cx,
        at: *mut u64,
        on_stack: bool,
        nargs: usize,
        nregs: usize,
    ) -> Res<(*mut u64, u8, usize)> {
        let limit = cx.mutator.poll_limit();
        if on_stack && at.wrapping_add(nregs) as usize <= limit {
            return Ok((at, 0, limit));
        }
        if self.words.get() >= MAX_WORDS {
            return raise!(cx, RECURSION_ERROR, "maximum recursion depth exceeded");
        }
        let size = (self.words.get()).clamp(FIRST_WORDS, 1 << 20).max(nregs * 4);
        let Some((start, end)) = self.new_window_chunk(size) else {
            return Err(orochi_object::error::memory_error(cx));
        };
        // SAFETY: `at` has `nargs` words; the new chunk has room for more.
        unsafe { ptr::copy_nonoverlapping(at, start, nargs) };
        cx.mutator.set_poll_limit(end);
        Ok((start, ret::CHUNK, limit))
    }

    /// Gives back the chunk that `frame`'s window began.
    #[cold]
    pub fn drop_chunk(&self, cx: &Cx, frame: &Frame) {
        let mut chunks = self.chunks.take();
        if let Some(chunk) = chunks.pop() {
            self.words.set(self.words.get() - chunk.len());
        }
        self.chunks.set(chunks);
        cx.mutator.set_poll_limit(frame.saved_limit);
    }

    /// Visits every frame of the thread. Called in a stop. Before a full collection, registers that
    /// are dead at the call a frame is in are cleared, so that they keep nothing alive.
    pub fn trace(&self, tracer: &mut Tracer) {
        let mut fp = self.fp.get();
        // The end of the windows of the frames seen so far; they may lie within a caller's window.
        let mut in_use = 0;
        while !fp.is_null() {
            // SAFETY: linked records of a stopped thread.
            let frame = unsafe { &*fp };
            if collector::is_full() {
                frame.clear_dead(in_use);
            }
            frame.trace(tracer);
            if frame.generator.is_none() {
                // SAFETY: the code is alive: see `Frame::trace`.
                let nregs = unsafe { (*frame.code.as_ptr()).nregs } as usize;
                in_use = in_use.max(frame.base.wrapping_add(nregs) as usize);
            }
            fp = frame.prev;
        }
    }
}

impl Frame {
    /// Clears the registers above the arguments of the call this frame is in (temporaries obey
    /// stack discipline), but not those below address `in_use`, where the windows of the frames
    /// above it end.
    fn clear_dead(&self, in_use: usize) {
        // SAFETY: the code is alive and `pc` within it: see `trace`.
        let (instr, nregs) = unsafe {
            if self.pc == (*self.code.as_ptr()).instrs() {
                return;
            }
            (*self.pc.sub(1), (*self.code.as_ptr()).nregs as usize)
        };
        let (b, c) = (instr.b as usize, instr.c as usize);
        let mut dead = match instr.operation() {
            Op::Call | Op::CallMethod => b + 2 + c,
            Op::CallKw => b + 3 + c,
            Op::CallEx => b + 4,
            _ => return,
        };
        let base = self.base as usize;
        if in_use > base {
            dead = dead.max((in_use - base) / 8);
        }
        for i in dead..nregs {
            // SAFETY: a register of this frame's window; the thread is stopped.
            unsafe { *self.base.add(i) = 0 };
        }
    }

    fn trace(&self, tracer: &mut Tracer) {
        tracer.visit(self.code.value().word());
        tracer.visit(self.function.value().word());
        tracer.visit(self.globals.value().word());
        for value in [
            self.locals,
            self.saved_handled,
            self.frame_object.map(Ref::value),
            self.generator.map(|generator| Ref::value(generator)),
        ] {
            tracer.visit(value.map_or(0, Value::word));
        }
        // SAFETY: rule 3: every word of the window is a value or 0. `code` is alive: nothing has
        // been freed yet in this collection and frames held it in the one before.
        unsafe {
            let n = (*self.code.as_ptr()).nregs as usize;
            tracer.visit_range(self.base.cast(), n);
        }
    }

    /// Remembers the poll limit to restore when this frame is left.
    #[inline(always)]
    pub fn set_saved_limit(&mut self, limit: usize) {
        self.saved_limit = limit;
    }

    /// Register `i`.
    ///
    /// # Safety
    /// `i` is below the code's `nregs`; the frame is alive.
    #[inline(always)]
    pub unsafe fn reg(&self, i: usize) -> Option<Value> {
        // SAFETY: as the caller promises.
        Value::from_word(unsafe { *self.base.add(i) })
    }

    /// The instruction being executed (the one before `pc`).
    pub fn current(&self) -> u32 {
        self.code.index_of(self.pc).saturating_sub(1)
    }

    /// The line being executed.
    pub fn line(&self) -> i32 {
        self.code.position(self.current()).line
    }
}

/// The running frame of the calling thread; null if there is none.
pub fn current(cx: &Cx) -> *mut Frame {
    Vm::of(cx).fp.get()
}

/// The globals of the running Python code.
pub fn current_globals(cx: &Cx) -> Option<Ref<PyDict>> {
    let fp = current(cx);
    // SAFETY: null or the running frame.
    unsafe { fp.as_ref() }.map(|frame| frame.globals)
}
