//! `_thread._ThreadHandle`: what is known of a thread outside of it.
//!
//! The state is shared by the handle object and the thread, on the Rust heap; it holds no Values.

use crate::time::nanoseconds;
use crate::{time, wait};
use core::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use orochi_base::sync::{Futex, Lock};
use orochi_object::layout::{HeapLayout, visit_rest};
use orochi_object::object::Object;
use orochi_object::prelude::*;
use std::sync::{Arc, Weak};

const NEW: u32 = 0;
const STARTING: u32 = 1;
const RUNNING: u32 = 2;
const DONE: u32 = 3;

/// The life of a thread.
pub struct State {
    /// Also the futex that joiners sleep on.
    phase: AtomicU32,
    ident: AtomicU64,
}

impl State {
    fn new(phase: u32, ident: u64) -> Arc<State> {
        let state = Arc::new(State { phase: AtomicU32::new(phase), ident: AtomicU64::new(ident) });
        let mut all = HANDLES.lock();
        if all.len() == all.capacity() {
            all.retain(|handle| handle.strong_count() > 0);
        }
        all.push(Arc::downgrade(&state));
        state
    }
    /// Claims the handle for a new thread; false if it had one.
    pub(crate) fn begin(&self) -> bool {
        let moved = self.phase.compare_exchange(NEW, STARTING, Ordering::AcqRel, Ordering::Acquire);
        moved.is_ok()
    }
    /// The thread could not be started.
    pub(crate) fn failed(&self) {
        self.phase.store(NEW, Ordering::Release);
    }
    pub(crate) fn running(&self, ident: u64) {
        self.ident.store(ident, Ordering::Release);
        let _ = self.phase.compare_exchange(STARTING, RUNNING, Ordering::AcqRel, Ordering::Acquire);
        Futex::wake_all(&self.phase);
    }
    /// The starter waits for the thread to have an ident.
    pub(crate) fn await_running(&self) {
        while self.phase.load(Ordering::Acquire) == STARTING {
            let _ = Futex::wait(&self.phase, STARTING, None);
        }
    }
    /// Tells joiners that the thread has ended.
    pub(crate) fn done(&self) {
        self.phase.store(DONE, Ordering::Release);
        Futex::wake_all(&self.phase);
    }
    pub(crate) fn is_done(&self) -> bool {
        self.phase.load(Ordering::Acquire) == DONE
    }
    pub fn ident(&self) -> u64 {
        self.ident.load(Ordering::Acquire)
    }
}

/// All handles, for `fork`.
static HANDLES: Lock<Vec<Weak<State>>> = Lock::new(Vec::new());
/// Threads that `_shutdown` waits for.
static SHUTDOWN: Lock<Vec<Arc<State>>> = Lock::new(Vec::new());

/// `_shutdown` has to wait for this thread.
pub(crate) fn wait_at_shutdown(state: Arc<State>) {
    let mut list = SHUTDOWN.lock();
    list.retain(|other| !other.is_done());
    list.push(state);
}

/// In a forked child: all other threads are done.
pub(crate) fn after_fork_child(cx: &Cx) {
    HANDLES.raw().reset();
    SHUTDOWN.raw().reset();
    SHUTDOWN.lock().clear();
    for handle in HANDLES.lock().iter().filter_map(Weak::upgrade) {
        let phase = handle.phase.load(Ordering::Acquire);
        if handle.ident() != cx.ident.get() && (phase == RUNNING || phase == STARTING) {
            handle.phase.store(DONE, Ordering::Release);
        }
    }
}

/// `threading._shutdown`: waits for all threads that are not daemons.
pub fn shutdown(cx: &Cx) -> Res<()> {
    loop {
        let next = {
            let mut list = SHUTDOWN.lock();
            list.retain(|state| !state.is_done());
            list.iter().find(|state| state.ident() != cx.ident.get()).cloned()
        };
        let Some(state) = next else { return Ok(()) };
        join_state(cx, &state, None)?;
    }
}

fn join_state(cx: &Cx, state: &State, nanos: Option<i64>) -> Res<bool> {
    let deadline = nanos.map(time::deadline);
    wait::wait_until(cx, &state.phase, deadline, &|| match state.phase.load(Ordering::Acquire) {
        DONE => Ok(()),
        phase => Err(phase),
    })
}

/// A `_thread._ThreadHandle`.
#[repr(C)]
pub struct PyHandle {
    pub header: Header,
    /// `Arc::into_raw` of the state; 0 before `new` has filled it.
    state: AtomicUsize,
}

// SAFETY: repr(C) with a Header first; no slots but those of subclasses.
unsafe impl Object for PyHandle {
    const LAYOUT: u16 = crate::HANDLE;
}

/// The heap layout of handles.
pub const HANDLE_LAYOUT: HeapLayout = HeapLayout {
    name: "thread handle",
    trace: Some(trace),
    trace_range: None,
    drop: Some(drop_handle),
};

/// # Safety
/// Called by the collector with a handle.
unsafe fn trace(header: *mut Header, tracer: &mut orochi_heap::Tracer) {
    // SAFETY: words after the struct are value words or zero.
    unsafe { visit_rest(header, size_of::<PyHandle>(), tracer) }
}

/// # Safety
/// Called by the collector with a dead handle.
unsafe fn drop_handle(header: *mut Header) {
    // SAFETY: the word is 0 or came from `Arc::into_raw` and is used no more.
    unsafe {
        let state = (*header.cast::<PyHandle>()).state.load(Ordering::Relaxed);
        if state != 0 {
            drop(Arc::from_raw(state as *const State));
        }
    }
}

/// The cell of `_thread._ThreadHandle`.
pub static CELL: TypeCell = TypeCell::new();

fn with_state(cx: &Cx, class: Ref<PyType>, state: Arc<State>) -> Res<Ref<PyHandle>> {
    let handle: Ref<PyHandle> = cx.alloc_instance(class, 0)?;
    handle.state.store(Arc::into_raw(state) as usize, Ordering::Relaxed);
    Ok(handle)
}

/// A handle without a thread.
pub(crate) fn new_handle(cx: &Cx) -> Res<Ref<PyHandle>> {
    with_state(cx, CELL.get(), State::new(NEW, 0))
}

/// A handle of a running thread that was not started with one.
pub(crate) fn handle_of(cx: &Cx, ident: u64) -> Res {
    Ok(with_state(cx, CELL.get(), State::new(RUNNING, ident))?.value())
}

/// The state of a handle.
pub(crate) fn state_of(handle: Ref<PyHandle>) -> Arc<State> {
    let state = handle.state.load(Ordering::Relaxed) as *const State;
    // SAFETY: the handle owns one count; the clone owns another.
    unsafe {
        Arc::increment_strong_count(state);
        Arc::from_raw(state)
    }
}

fn this(v: Value) -> Arc<State> {
    // SAFETY: receivers of these methods are handles.
    state_of(unsafe { v.cast() })
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    args.exactly(cx, "_ThreadHandle", 0, 0)?;
    Ok(with_state(cx, class, State::new(NEW, 0))?.value())
}

fn get_ident(cx: &Cx, v: Value) -> Res {
    cx.new_uint(this(v).ident())
}

fn started(cx: &Cx, state: &State) -> Res<()> {
    if state.phase.load(Ordering::Acquire) < RUNNING {
        return raise!(cx, RUNTIME_ERROR, "thread not started");
    }
    Ok(())
}

fn join(cx: &Cx, args: Args) -> Res {
    let state = this(args.get(0));
    let nanos = match args.non_none(1) {
        Some(timeout) => Some(nanoseconds(cx, timeout)?).filter(|n| *n >= 0),
        None => None,
    };
    started(cx, &state)?;
    if !state.is_done() && state.ident() == cx.ident.get() {
        return raise!(cx, RUNTIME_ERROR, "Cannot join current thread");
    }
    if !state.is_done() && crate::start::is_closed() {
        // It runs no more, so that waiting would never end.
        let message = "cannot join thread at interpreter shutdown";
        return raise!(cx, PYTHON_FINALIZATION_ERROR, "{message}");
    }
    join_state(cx, &state, nanos)?;
    Ok(Value::NONE)
}

fn is_done(_: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).is_done()))
}

fn set_done(cx: &Cx, args: Args) -> Res {
    let state = this(args.get(0));
    started(cx, &state)?;
    state.done();
    Ok(Value::NONE)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let class = ops::full_name(cx, class_of(v));
    Ok(cx.new_str(&format!("<{class} object: ident={}>", this(v).ident()))?.value())
}

/// The type `_thread._ThreadHandle`.
pub static TYPE: TypeDef = TypeDef {
    name: "_thread._ThreadHandle",
    cell: &CELL,
    layout: crate::HANDLE,
    size: size_of::<PyHandle>(),
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::NONE },
    methods: &[
        // It may collect while it waits.
        method_outside("join", "(self, timeout=None, /)", join),
        method("is_done", "(self, /)", is_done),
        method("_set_done", "(self, /)", set_done),
    ],
    getset: &[getter("ident", get_ident)],
    doc: Some("What other threads can ask of a thread."),
    ..TypeDef::DEFAULT
};
