//! Frames and the VM stack of one thread.
//!
//! Rules:
//! 1. A [`Vm`] is used by its own thread only, and by the collector while that thread is stopped.
//! 2. Frames are records in linked chunks; `Vm::fp` is the running one. `prev`, `next` and `depth` of a
//!    record never change. Register windows lie on the window stack (linked chunks too) or, for
//!    generators, in the generator object.
//! 3. A window is zeroed where it has no arguments before its code runs, so every word of a window
//!    in use is UNSET or a value that was live at the last collection: windows are traced exactly.
//! 4. Frames up to depth `Vm::clean` have not run since the last collection and hold nothing younger than
//!    it: a nursery collection leaves them out. The frame above them has `ret::EDGE_OF_CLEAN`, so that
//!    the way back into them is a slow one (`Vm::enter_clean`). Who stores a value into a frame that is not the
//!    running one calls `Vm::touch` first.
//! 5. The poll word of the thread's mutator holds the end of the current window chunk, so that
//!    "does the window fit" and "is a poll wanted" are one comparison.
//! 6. A record whose `primed` is a function has `code`, `function` and `globals` as a call of that function wants them
//!    (as long as that function has that code), and no locals, frame object, generator or handled exception: the next
//!    call at that depth leaves them as they are. Who sets one of those four sets `primed` to [`UNPRIMED`]. If it is a generator,
//!    these and `base` are as that generator wants them, but for the handled exception; machine code resumes it so. No function or generator
//!    is known by its address across a collection: records not in use are set to 0 in each stop. They are those
//!    after the running one up to the first 0, since each frame's record has another number.

use crate::code::{self, PyCode};
use crate::feedback::Recording;
use crate::function::PyFunction;
use crate::generator::PyGen;
use crate::machine;
use crate::monitor;
use crate::pyframe::PyFrame;
use core::cell::Cell;
use core::ptr;
use core::sync::atomic::Ordering;
use orochi_bytecode::Instr;
use orochi_heap::Tracer;
use orochi_object::collector;
use orochi_object::cx::RECURSION_LIMIT;
use orochi_object::prelude::*;
use std::alloc::{self, Layout};

/// What happens to a frame's result, besides being stored in the caller's `dst`.
pub mod ret {
    /// Leaving this frame leaves the interpreter loop: a native function called it.
    pub const ENTRY: u16 = 1;
    /// `__init__`: the result must be None; the value of the call is the instance in `r[dst_base]`.
    pub const INIT: u16 = 2;
    /// The window began a new chunk: the old limit comes back.
    pub const CHUNK: u16 = 4;
    /// A frame object exists and must be given the locals.
    pub const TOUCHED: u16 = 8;
    /// The frame belongs to a generator.
    pub const GENERATOR: u16 = 16;
    /// Tracing or profiling wants to know.
    pub const TRACED: u16 = 32;
    /// The frame is in a poll after a jump: the instruction before `pc` is not the current one.
    pub const AT_EDGE: u16 = 64;
    /// The caller's frame is clean: see rule 4.
    pub const EDGE_OF_CLEAN: u16 = 128;
    /// Somebody else wrote to the registers (`f_locals`): machine code does not know of it.
    pub const WRITTEN: u16 = 256;
    /// The frame belongs to a generator whose values a native function takes as they come ([`Vm::sink`]).
    pub const DRAINED: u16 = 512;
}

/// One activation of a code object.
#[repr(C)]
pub struct Frame {
    /// The caller's frame, null at the bottom: the record before this one.
    pub prev: *mut Frame,
    /// The next record, linked ahead of time; null at the end of the last chunk.
    next: *mut Frame,
    /// Number of frames up to this one.
    depth: u32,
    /// Register of the caller that receives the result.
    pub dst: u16,
    /// Register of the caller that holds the instance (`ret::INIT`).
    pub instance: u16,
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
    pub flags: u16,
    pub frame_object: Option<Ref<PyFrame>>,
    pub generator: Option<Ref<PyGen>>,
    /// The poll limit before this frame's chunk (`ret::CHUNK`).
    saved_limit: usize,
    /// The handled exception of the caller, while a generator runs.
    pub saved_handled: Option<Value>,
    /// Rule 6.
    pub primed: u64,
}

/// What [`Frame::primed`] is for a record in use that is primed for no function.
pub const UNPRIMED: u64 = 1;

/// Records of the first chunk; later ones double up to [`MOST_RECORDS`].
const FIRST_RECORDS: usize = 16;
const MOST_RECORDS: usize = 1 << 14;
/// Words of the first window chunk; later ones double up to a megaword.
const FIRST_WORDS: usize = 1024;
/// Words after the end of a window that may be overwritten when it is cleared.
pub const WINDOW_SLACK: usize = 4;
/// A thread whose records and windows take more than this is in endless recursion, whatever the limit
/// says: more than a million frames of functions of usual size.
const MAX_BYTES: usize = 256 << 20;

/// The interpreter's state of one thread.
pub struct Vm {
    /// The running frame; null when no Python code runs.
    pub fp: Cell<*mut Frame>,
    frames: Cell<*mut Frame>,
    /// The chunks of records: where they begin, and how many there are in each.
    record_chunks: Cell<Vec<(*mut Frame, usize)>>,
    /// The chunks of windows: where they begin, and their words.
    chunks: Cell<Vec<(*mut u64, usize)>>,
    /// Words of all window chunks.
    words: Cell<usize>,
    /// Rule 4.
    clean: Cell<u32>,
    /// Bytes of all chunks.
    bytes: Cell<usize>,
    /// Set to have the loop leave for the driver before `gc.collect()`.
    pub collect_requested: Cell<bool>,
    /// Inside a trace function: no events.
    pub tracing: Cell<bool>,
    /// The event the trace function is being told of: 0 none, 1 `call`, 2 `line`, 3 another.
    pub event: Cell<u8>,
    /// How many callers a coroutine remembers of where it was made.
    pub origin_depth: Cell<usize>,
    /// The thread has a trace or profile function, or some tool monitors.
    pub trace_on: Cell<bool>,
    /// What is recorded of warm code; the loop's slow copy runs meanwhile.
    pub recording: Cell<Option<Box<Recording>>>,
    /// Whether something is recorded.
    pub is_recording: Cell<bool>,
    /// Back edges and returns until the next sample of what is hot (`machine.rs`).
    pub ticks: Cell<u32>,
    /// Of the numbers that vary the distance of samples.
    pub sample_seed: Cell<u32>,
    /// Where machine code was left: the number of a [`machine::Exit`](crate::machine::Exit).
    pub exit: Cell<u64>,
    /// Of which machine code, which the running frame's code holds.
    pub exit_of: Cell<u64>,
    /// What a stub of machine code has to give: the word of a float that was boxed, of the result of a rare way.
    pub boxed: Cell<u64>,
    /// The frame whose machine code is in a call right now; null for calls by the interpreter.
    pub machine_caller: Cell<*mut Frame>,
    /// What a helper of machine code raised. Taken before the next poll.
    pub raised: Cell<Option<Raised>>,
    /// What takes the values of the innermost frame with [`ret::DRAINED`]; null without one.
    pub sink: Cell<*mut Sink<'static>>,
}

/// Takes a value without running Python code; false leaves it to others.
pub type Sink<'a> = &'a mut dyn FnMut(Value) -> bool;

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
            record_chunks: Cell::new(Vec::new()),
            chunks: Cell::new(Vec::new()),
            words: Cell::new(0),
            clean: Cell::new(0),
            bytes: Cell::new(0),
            collect_requested: Cell::new(false),
            tracing: Cell::new(false),
            event: Cell::new(0),
            origin_depth: Cell::new(0),
            trace_on: Cell::new(monitor::active()),
            recording: Cell::new(None),
            is_recording: Cell::new(false),
            ticks: Cell::new(machine::first_ticks()),
            sample_seed: Cell::new(0),
            exit: Cell::new(0),
            exit_of: Cell::new(0),
            boxed: Cell::new(0),
            machine_caller: Cell::new(ptr::null_mut()),
            raised: Cell::new(None),
            sink: Cell::new(ptr::null_mut()),
        }));
        vm.frames.set(vm.new_records(ptr::null_mut()).unwrap_or(ptr::null_mut()));
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

    /// Memory for `n` zeroed `T`s, counted; `None` beyond the bound or without memory.
    fn new_chunk<T>(&self, n: usize) -> Option<*mut T> {
        let layout = Layout::array::<T>(n).ok()?;
        let bytes = self.bytes.get() + layout.size();
        if bytes > MAX_BYTES {
            return None;
        }
        // SAFETY: the size is not zero.
        let memory = unsafe { alloc::alloc_zeroed(layout) };
        if memory.is_null() {
            return None;
        }
        self.bytes.set(bytes);
        Some(memory.cast())
    }

    /// Gives back a chunk of `n` `T`s.
    ///
    /// # Safety
    /// It came from [`Vm::new_chunk`], and nothing refers to it any more.
    unsafe fn free_chunk<T>(&self, chunk: *mut T, n: usize) {
        if let Ok(layout) = Layout::array::<T>(n) {
            self.bytes.set(self.bytes.get() - layout.size());
            // SAFETY: as the caller promises.
            unsafe { alloc::dealloc(chunk.cast(), layout) };
        }
    }

    /// A chunk of records that follow `last` (null: the first ones).
    fn new_records(&self, last: *mut Frame) -> Option<*mut Frame> {
        let mut chunks = self.record_chunks.take();
        let n = chunks.last().map_or(FIRST_RECORDS, |(_, n)| (n * 2).min(MOST_RECORDS));
        let first = chunks.try_reserve(1).ok().and_then(|()| self.new_chunk::<Frame>(n));
        if let Some(first) = first {
            chunks.push((first, n));
            // SAFETY: `n` zeroed records, not linked to yet; every other field of a record is written
            // by `push` before it is a frame. `last` is null or a record.
            unsafe {
                let depth = last.as_ref().map_or(0, |last| last.depth);
                for i in 0..n {
                    let record = first.add(i);
                    (*record).depth = depth + 1 + i as u32;
                    (*record).prev = if i == 0 { last } else { record.sub(1) };
                    (*record).next = if i + 1 < n { record.add(1) } else { ptr::null_mut() };
                }
                if let Some(last) = last.as_mut() {
                    last.next = first;
                }
            }
        }
        self.record_chunks.set(chunks);
        first
    }

    /// A window chunk of `words` (and the slack): its start and the poll limit that stands for its end.
    fn new_window_chunk(&self, words: usize) -> Option<(*mut u64, usize)> {
        let mut chunks = self.chunks.take();
        let start = chunks.try_reserve(1).ok().and_then(|()| self.new_chunk(words + WINDOW_SLACK));
        if let Some(start) = start {
            chunks.push((start, words));
            self.words.set(self.words.get() + words);
        }
        self.chunks.set(chunks);
        // SAFETY: one past the end of the chunk.
        start.map(|start| (start, unsafe { start.add(words) } as usize))
    }

    /// The start of the first chunk: where the first window goes.
    pub fn bottom(&self) -> *mut u64 {
        let chunks = self.chunks.take();
        let start = chunks.first().map_or(ptr::null_mut(), |(start, _)| *start);
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

    /// The record after frame `fp`, if there is one yet and the recursion limit allows it: else
    /// [`next_record`](Self::next_record) says more.
    #[inline(always)]
    pub fn ready_record(&self, fp: *mut Frame) -> Option<*mut Frame> {
        // SAFETY: `fp` is a record of this thread.
        let record = unsafe { (*fp).next };
        // SAFETY: null or a record of this thread.
        let depth = unsafe { record.as_ref() }?.depth as usize;
        (depth <= RECURSION_LIMIT.load(Ordering::Relaxed)).then_some(record)
    }

    /// A record for the frame after `fp` (null: the first one).
    ///
    /// # Errors
    /// RecursionError beyond the limit, or without room for more.
    #[inline(always)]
    pub fn next_record(&self, cx: &Cx, fp: *mut Frame) -> Res<*mut Frame> {
        let ready = match fp.is_null() {
            true => Some(self.frames.get()).filter(|first| !first.is_null()),
            false => self.ready_record(fp),
        };
        ready.map_or_else(|| self.more_records(cx, fp), Ok)
    }

    /// Where there is no record, or the limit is reached.
    #[cold]
    #[inline(never)]
    fn more_records(&self, cx: &Cx, fp: *mut Frame) -> Res<*mut Frame> {
        // SAFETY: null or a record of this thread.
        let (depth, last) = unsafe { fp.as_ref() }
            .map_or((0, true), |frame| (frame.depth as usize, frame.next.is_null()));
        if last
            && depth < RECURSION_LIMIT.load(Ordering::Relaxed)
            && let Some(first) = self.new_records(fp)
        {
            if fp.is_null() {
                self.frames.set(first);
            }
            return Ok(first);
        }
        raise!(cx, RECURSION_ERROR, "maximum recursion depth exceeded")
    }

    /// Room for a window of `nregs` words, the first `nargs` of which are the arguments at `at`: `at`
    /// itself if that is `on_stack` (in the current chunk) and it fits, else the start of a new chunk to which the arguments were copied (then
    /// the flag to set on the frame).
    ///
    /// # Errors
    /// RecursionError when the stack has grown beyond any measure, or without memory.
    pub fn window(
        &self,
        cx: &Cx,
        at: *mut u64,
        on_stack: bool,
        nargs: usize,
        nregs: usize,
    ) -> Res<(*mut u64, u16, usize)> {
        let limit = cx.mutator.poll_limit();
        if on_stack && at.wrapping_add(nregs) as usize <= limit {
            return Ok((at, 0, limit));
        }
        let size = (self.words.get()).clamp(FIRST_WORDS, 1 << 20).max(nregs * 4);
        let Some((start, end)) = self.new_window_chunk(size) else {
            return raise!(cx, RECURSION_ERROR, "maximum recursion depth exceeded");
        };
        // SAFETY: `at` has `nargs` words; the new chunk has room for more.
        unsafe { ptr::copy_nonoverlapping(at, start, nargs) };
        cx.mutator.set_poll_limit(end);
        Ok((start, ret::CHUNK, limit))
    }

    /// Gives back the last window chunk; `limit` is the poll limit from before it.
    #[cold]
    pub fn drop_window_chunk(&self, cx: &Cx, limit: usize) {
        let mut chunks = self.chunks.take();
        if let Some((start, words)) = chunks.pop() {
            self.words.set(self.words.get() - words);
            // SAFETY: the frame whose window began it is left.
            unsafe { self.free_chunk(start, words + WINDOW_SLACK) };
        }
        self.chunks.set(chunks);
        cx.mutator.set_poll_limit(limit);
    }

    /// Control comes back to the frame below `frame`, which is being left and was the edge of the clean ones.
    #[cold]
    pub fn enter_clean(&self, frame: &Frame) {
        // SAFETY: null or a record of this thread.
        if let Some(below) = unsafe { frame.prev.as_mut() } {
            self.touch(below);
        }
    }

    /// `frame`, which may not be the running one, is about to be given a value.
    #[inline]
    pub fn touch(&self, frame: &mut Frame) {
        if frame.depth <= self.clean.get() {
            self.clean.set(frame.depth - 1);
            frame.flags |= ret::EDGE_OF_CLEAN;
        }
    }

    /// Visits the frames of the thread that may hold what is to be marked. Called in a stop. Before a
    /// full collection, registers that are dead at the call a frame is in are cleared, so that they keep
    /// nothing alive.
    pub fn trace(&self, tracer: &mut Tracer) {
        let all = collector::is_full() || tracer.is_verifying();
        let clean = if all { 0 } else { self.clean.get() };
        let chunks = self.chunks.take();
        let mut fp = self.fp.get();
        let mut dead = Dead::default();
        let mut chunk = chunks.len();
        let mut in_use = 0;
        // SAFETY: linked records of a stopped thread.
        while let Some(frame) = unsafe { fp.as_ref() }.filter(|frame| frame.depth > clean) {
            if collector::is_full() {
                dead.clear(frame);
            }
            frame.trace(tracer);
            in_use = in_use.max(frame.top as usize);
            if frame.flags & ret::CHUNK != 0 {
                chunk -= 1;
                clear_left_overs(chunks.get(chunk), in_use);
                in_use = 0;
            }
            fp = frame.prev;
        }
        if !fp.is_null() {
            clear_left_overs(chunks.get(chunk.wrapping_sub(1)), in_use);
        }
        self.chunks.set(chunks);
        self.unprime();
        // SAFETY: as above.
        if let Some(top) = unsafe { self.fp.get().as_mut() } {
            self.clean.set(top.depth - 1);
            top.flags |= ret::EDGE_OF_CLEAN;
        }
    }
}

impl Vm {
    /// Rule 6: forgets what the records not in use are primed for.
    fn unprime(&self) {
        let fp = self.fp.get();
        // SAFETY: null or a record of a stopped thread, like those that follow.
        let mut record = unsafe { fp.as_ref() }.map_or(self.frames.get(), |frame| frame.next);
        // SAFETY: as above.
        while let Some(unused) = unsafe { record.as_mut() }.filter(|record| record.primed != 0) {
            unused.primed = 0;
            record = unused.next;
        }
    }
}

/// Clears what frames that are gone have left in a chunk behind `in_use`, where the last window ends (0:
/// none of those that have run lies in this chunk). The
/// windows of clean frames, which are not traced, may reach there: later a collection would take the
/// words for values, when their objects are gone.
fn clear_left_overs(chunk: Option<&(*mut u64, usize)>, in_use: usize) {
    let Some(&(start, words)) = chunk.filter(|_| in_use != 0) else { return };
    let used = in_use.saturating_sub(start as usize) / 8;
    let end = (used + code::most_registers()).min(words + WINDOW_SLACK);
    for i in used..end {
        // SAFETY: words of the chunk that belong to no frame that runs; the thread is stopped.
        unsafe { *start.add(i) = 0 };
    }
}

/// Clears dead temporaries, frame by frame from the running one down.
#[derive(Default)]
struct Dead {
    /// The end of the windows of the frames seen so far; they may lie within a caller's window.
    in_use: usize,
    /// For which instruction `registers` are the dead ones: many frames of a deep recursion are at the same.
    at: usize,
    registers: Vec<usize>,
}

impl Dead {
    fn clear(&mut self, frame: &Frame) {
        // SAFETY: the code is alive: see `Frame::trace`.
        let code = unsafe { &*frame.code.as_ptr() };
        let known = frame.flags & (ret::TRACED | ret::AT_EDGE) == 0 && frame.pc != code.instrs();
        if known {
            if self.at != frame.pc as usize {
                self.at = frame.pc as usize;
                self.registers.clear();
                let registers = &mut self.registers;
                let at = frame.current() as usize;
                code.liveness().dead_at(code.unit(), at, &mut |i| registers.push(i));
            }
            let first = self.in_use.saturating_sub(frame.base as usize) / 8;
            for &i in self.registers.iter().filter(|i| **i >= first) {
                // SAFETY: a register of this frame's window; the thread is stopped.
                unsafe { *frame.base.add(i) = 0 };
            }
        }
        if frame.generator.is_none() {
            let end = frame.base.wrapping_add(code.nregs as usize) as usize;
            self.in_use = self.in_use.max(end);
        }
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        for (start, n) in self.record_chunks.take() {
            // SAFETY: the thread has ended: no frame is left.
            unsafe { self.free_chunk(start, n) };
        }
        for (start, words) in self.chunks.take() {
            // SAFETY: as above.
            unsafe { self.free_chunk(start, words + WINDOW_SLACK) };
        }
    }
}

/// Offsets for generated code.
pub mod offset {
    use super::{Frame, Vm};
    use core::mem::offset_of;

    pub const FP: usize = offset_of!(Vm, fp);
    pub const EXIT: usize = offset_of!(Vm, exit);
    pub const EXIT_OF: usize = offset_of!(Vm, exit_of);
    pub const BOXED: usize = offset_of!(Vm, boxed);
    pub const PREV: usize = offset_of!(Frame, prev);
    pub const NEXT: usize = offset_of!(Frame, next);
    pub const DEPTH: usize = offset_of!(Frame, depth);
    pub const CODE: usize = offset_of!(Frame, code);
    pub const FUNCTION: usize = offset_of!(Frame, function);
    pub const GLOBALS: usize = offset_of!(Frame, globals);
    pub const LOCALS: usize = offset_of!(Frame, locals);
    pub const BASE: usize = offset_of!(Frame, base);
    pub const TOP: usize = offset_of!(Frame, top);
    pub const PC: usize = offset_of!(Frame, pc);
    pub const FLAGS: usize = offset_of!(Frame, flags);
    pub const FRAME_OBJECT: usize = offset_of!(Frame, frame_object);
    pub const GENERATOR: usize = offset_of!(Frame, generator);
    pub const SAVED_HANDLED: usize = offset_of!(Frame, saved_handled);
    pub const PRIMED: usize = offset_of!(Frame, primed);
}

impl Frame {
    /// Writes to an unused record what is the same in each call of `function`, which has `code`; nothing if the last
    /// call here was one (rule 6).
    ///
    /// # Safety
    /// `frame` is a record of the calling thread in which no frame runs.
    #[inline(always)]
    pub unsafe fn prime(frame: *mut Frame, function: Ref<PyFunction>, code: Ref<PyCode>) {
        // SAFETY: as the caller promises. Records are zeroed when they are made, and each field that is read as a
        // reference was written before `primed` was.
        unsafe {
            let word = function.value().word();
            if (*frame).primed == word && (*frame).code.as_ptr() == code.as_ptr() {
                return;
            }
            ptr::write(&raw mut (*frame).code, code);
            ptr::write(&raw mut (*frame).function, function);
            ptr::write(&raw mut (*frame).globals, function.globals());
            (*frame).locals = None;
            (*frame).frame_object = None;
            (*frame).generator = None;
            (*frame).saved_handled = None;
            (*frame).primed = word;
        }
    }

    /// Gives the frame a namespace.
    pub fn set_locals(&mut self, locals: Value) {
        self.locals = Some(locals);
        self.primed = UNPRIMED;
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
    /// The poll limit to restore when this frame is left (`ret::CHUNK`).
    pub fn saved_limit(&self) -> usize {
        self.saved_limit
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
