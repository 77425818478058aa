//! Starting OS threads that run Python code.

use crate::handle::{self, State};
use crate::{hooks, local, registry};
use core::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use orochi_base::sync::contention;
use orochi_object::args::CallArgs;
use orochi_object::cx::interrupt;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::typedef::with_keywords;
use std::sync::Arc;

/// `threading.stack_size()`; 0 is the default.
static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);
/// Bytes of stack that a thread gets by default; only touched pages cost memory.
const DEFAULT_STACK: usize = 16 << 20;
/// Threads running, the main thread not counted.
static RUNNING: AtomicI64 = AtomicI64::new(0);
/// Set when the interpreter shuts down: no more threads.
static CLOSED: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);

/// The smallest stack that a thread gets.
const MIN_STACK: usize = 128 << 10;

/// Sets the stack size of new threads and gives the old one.
pub fn set_stack_size(size: usize) -> usize {
    STACK_SIZE.swap(size, Ordering::Relaxed)
}

/// The stack size of new threads; 0 is the default.
pub fn stack_size() -> usize {
    STACK_SIZE.load(Ordering::Relaxed)
}

/// Threads running, the main thread not counted.
pub fn running() -> i64 {
    RUNNING.load(Ordering::Relaxed)
}

/// The calling thread shuts the interpreter down: no thread is started any more, and all others
/// stop at their next poll between bytecodes. (Not earlier: a thread in a blocking call may hold a
/// stream's lock.)
pub fn close(cx: &Cx) {
    CLOSED.store(true, Ordering::Release);
    registry::with_all(|all| {
        for other in all.iter().filter(|other| !core::ptr::eq(**other, cx)) {
            other.interrupt(interrupt::RETIRE);
        }
    });
}

/// Whether the interpreter is being shut down.
pub(crate) fn is_closed() -> bool {
    CLOSED.load(Ordering::Acquire)
}

/// For the poll of a thread whose `RETIRE` bit was set: sleeps until the process ends.
pub fn retire(cx: &Cx) {
    cx.detached(|| {
        loop {
            std::thread::park();
        }
    })
}

/// What a new thread is to call: a pinned heap object until the thread has read it.
#[repr(C)]
struct Record {
    header: Header,
    function: Slot,
    args: Slot,
    kwargs: Slot,
    handle: Slot,
}
// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl orochi_object::object::Object for Record {
    const LAYOUT: u16 = layout::WORDS;
}

/// The address of a pinned record, on its way to its thread.
struct Parcel(*mut Record);
// SAFETY: the record is pinned, and only the new thread uses the address.
unsafe impl Send for Parcel {}

/// Starts a thread that calls `function(*args, **kwargs)`; `handle` is a `_ThreadHandle` that has
/// not been used. Returns once the thread runs.
pub fn start(
    cx: &Cx,
    function: Value,
    args: Ref<PyTuple>,
    kwargs: Option<Ref<PyDict>>,
    handle: Ref<handle::PyHandle>,
    daemon: bool,
) -> Res<u64> {
    if is_closed() {
        return raise!(
            cx,
            PYTHON_FINALIZATION_ERROR,
            "can't create new thread at interpreter shutdown"
        );
    }
    let state = handle::state_of(handle);
    if !state.begin() {
        return raise!(cx, RUNTIME_ERROR, "thread already started");
    }
    let record: Ref<Record> = match cx.alloc_internal(0) {
        Ok(record) => record,
        Err(raised) => {
            state.failed();
            return Err(raised);
        }
    };
    record.function.init(function);
    record.args.init(args.value());
    record.kwargs.init_opt(kwargs.map(Ref::value));
    record.handle.init(handle.value());
    orochi_heap::pin(record.header_ptr());
    let parcel = Parcel(record.as_ptr());
    let (size, thread_state) = (stack_size(), state.clone());
    let size = if size == 0 { DEFAULT_STACK } else { size.max(MIN_STACK) };
    RUNNING.fetch_add(1, Ordering::Relaxed);
    let spawned = cx.detached(|| {
        let spawned = os_thread(size, Box::new(move || run(parcel, thread_state)));
        if spawned {
            state.await_running();
        }
        spawned
    });
    if !spawned {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        orochi_heap::unpin(record.header_ptr());
        state.failed();
        return raise!(cx, RUNTIME_ERROR, "can't start new thread");
    }
    if !daemon {
        handle::wait_at_shutdown(state.clone());
    }
    Ok(state.ident())
}

/// What a thread is to do.
type Work = Box<dyn FnOnce() + Send>;

/// Starts a thread of the operating system; says whether there is one.
fn os_thread(stack: usize, work: Work) -> bool {
    extern "C" fn start(work: *mut libc::c_void) -> *mut libc::c_void {
        // SAFETY: `os_thread` gave up this box for the thread.
        let work = unsafe { Box::from_raw(work.cast::<Work>()) };
        work();
        core::ptr::null_mut()
    }
    let work = Box::into_raw(Box::new(work));
    // SAFETY: `start` makes the box its own.
    let spawned = unsafe { orochi_base::thread::spawn(stack, start, work.cast()) };
    if !spawned {
        // SAFETY: no thread has it.
        drop(unsafe { Box::from_raw(work) });
    }
    spawned
}

/// The life of a thread.
fn run(parcel: Parcel, state: Arc<State>) {
    let parcel = parcel;
    let cx = registry::new_context();
    // SAFETY: the box stays until `detach_thread`.
    unsafe { registry::attach_thread(&cx) };
    if is_closed() {
        // Started just before `close`, which may not have seen it.
        cx.interrupt(interrupt::RETIRE);
    }
    // SAFETY: the starter pinned the record.
    let record: Ref<Record> = unsafe { Ref::from_ptr(parcel.0) };
    state.running(cx.ident.get());
    call(&cx, record);
    contention::relieve();
    // Whoever has joined the thread finds nothing alive on its stack.
    let is_main = registry::is_main(&cx);
    let last = registry::detach_thread(&cx);
    if is_main {
        // A signal handler may be looking at it.
        core::mem::forget(cx);
    }
    RUNNING.fetch_sub(1, Ordering::Relaxed);
    state.done();
    if last {
        // The process ends with its last thread; those of the collector and of the compiler do not count.
        // SAFETY: no Python thread is left.
        unsafe { libc::exit(0) };
    }
}

#[inline(never)]
fn call(cx: &Cx, record: Ref<Record>) {
    let function = record.function.or_none();
    // SAFETY: `start` stored a tuple.
    let args: Ref<PyTuple> = unsafe { record.args.or_none().cast() };
    let kwargs = record.kwargs.get().and_then(Value::downcast::<PyDict>);
    cx.locals[orochi_object::cx::thread_slot::HANDLE].init(record.handle.or_none());
    orochi_heap::unpin(record.header_ptr());
    // The record stays on this thread's stack; what it held lives no longer than the call.
    for slot in [&record.function, &record.args, &record.kwargs, &record.handle] {
        slot.clear();
    }
    let Some(hooks) = hooks::HOOKS.get() else { return };
    let outcome = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
        (hooks.on_thread_start)(cx)?;
        match kwargs {
            None => ops::call_args(cx, function, CallArgs::new(args.values())),
            Some(kwargs) => {
                with_keywords(cx, args.values(), kwargs, |args| ops::call_args(cx, function, args))
            }
        }
    }));
    match outcome {
        Ok(Err(raised)) if !raised.is(&exception::SYSTEM_EXIT) => {
            let text = ops::repr_text(cx, function).unwrap_or_default();
            let message = format!("Exception ignored in thread started by {text}");
            hooks::unraisable(cx, raised, &message, Value::NONE);
        }
        Ok(_) => {}
        Err(_) => {
            let raised = cx.error(&exception::SYSTEM_ERROR, "a thread ended by an internal fault");
            hooks::unraisable(cx, raised, "Exception ignored in a thread", Value::NONE);
        }
    }
    local::thread_ends(cx);
    (hooks.on_thread_end)(cx);
}
