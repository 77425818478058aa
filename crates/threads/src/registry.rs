//! All thread contexts of the process, and the making of contexts for OS threads.
//!
//! Rules:
//! 1. A context is entered before its thread runs Python code, and leaves (under the lock) before
//!    it is dropped; whoever iterates holds the lock, so the contexts are alive.
//! 2. The lock is never held across a poll or a call of Python code.
//! 3. `MAIN` is written by the main thread: when it begins, when it is the only thread of a forked child, and (null) when it
//!    ends before its process, which happens in such a child only. Signal handlers read it on any thread, so the context of a main
//!    thread is never freed.

use crate::gil;
use core::sync::atomic::{AtomicI64, AtomicPtr, Ordering};
use orochi_base::sync::Lock;
use orochi_heap::Mutator;
use orochi_object::cx::thread_slot;
use orochi_object::prelude::*;

struct Contexts(Vec<*const Cx>);
// SAFETY: the pointers are followed under the lock only (rule 1).
unsafe impl Send for Contexts {}

static ALL: Lock<Contexts> = Lock::new(Contexts(Vec::new()));
static MAIN: AtomicPtr<Cx> = AtomicPtr::new(core::ptr::null_mut());
static SERIAL: AtomicI64 = AtomicI64::new(1);

/// Room left on a native stack when RecursionError is raised.
const STACK_RESERVE: usize = 256 << 10;

/// Makes the calling thread a Python thread with this context and enters it in the registry.
///
/// # Safety
/// `cx` stays where it is until [`detach_thread`].
pub unsafe fn attach_thread(cx: &Cx) {
    gil::take_new(cx);
    orochi_heap::attach(&cx.mutator);
    cx.enter();
    // SAFETY: asks for the calling thread's own id.
    cx.ident.set(unsafe { libc::pthread_self() } as u64);
    let limit = stack_limit();
    cx.native_limit.set(limit);
    cx.mutator.set_poll_limit(limit);
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    cx.locals[thread_slot::SERIAL].init(Value::int(serial));
    ALL.lock().0.push(cx);
}

/// The calling thread is a Python thread no longer. Says whether it was the last one, which there is in a child only that
/// another thread than the main one has forked: the original main thread never ends before its process.
pub fn detach_thread(cx: &Cx) -> bool {
    let last = {
        let mut all = ALL.lock();
        all.0.retain(|other| !core::ptr::eq(*other, cx));
        all.0.is_empty()
    };
    if is_main(cx) {
        MAIN.store(core::ptr::null_mut(), Ordering::Release);
    }
    cx.leave();
    orochi_heap::detach_forever(&cx.mutator);
    gil::release_last(cx);
    last
}

/// Makes `cx` the main thread's context.
///
/// # Safety
/// As for [`attach_thread`]; called once, by the main thread.
pub unsafe fn attach_main(cx: &Cx) {
    MAIN.store(core::ptr::from_ref(cx).cast_mut(), Ordering::Release);
    // SAFETY: as promised.
    unsafe { attach_thread(cx) };
}

/// A context on the Rust heap, not attached yet.
pub fn new_context() -> Box<Cx> {
    Box::new(Cx::new(Mutator::new()))
}

/// The main thread's context, if there is one. Async-signal-safe.
pub fn main_context() -> Option<&'static Cx> {
    // SAFETY: rule 3.
    unsafe { MAIN.load(Ordering::Acquire).as_ref() }
}

/// Whether this is the main thread's context.
pub fn is_main(cx: &Cx) -> bool {
    core::ptr::eq(MAIN.load(Ordering::Acquire), cx)
}

/// Calls `f` with the contexts of all threads, this one's too (rule 2).
pub fn with_all<R>(f: impl FnOnce(&[&Cx]) -> R) -> R {
    let all = ALL.lock();
    // SAFETY: rule 1; a raw pointer and a reference are the same word.
    f(unsafe { core::slice::from_raw_parts(all.0.as_ptr().cast(), all.0.len()) })
}

/// How many Python threads there are.
pub fn count() -> usize {
    ALL.lock().0.len()
}

/// In a forked child: only the calling thread is left, and it is the main thread now.
pub fn after_fork_child(cx: &Cx) {
    ALL.raw().reset();
    ALL.lock().0.retain(|other| core::ptr::eq(*other, cx));
    MAIN.store(core::ptr::from_ref(cx).cast_mut(), Ordering::Release);
    // SAFETY: asks for the calling thread's own id.
    cx.ident.set(unsafe { libc::pthread_self() } as u64);
    gil::after_fork_child(cx);
    crate::handle::after_fork_child(cx);
    crate::signal::after_fork_child();
}

/// The stack address below which RecursionError is raised in the calling thread.
pub fn stack_limit() -> usize {
    let here = 0u8;
    let sp = (&raw const here) as usize;
    let mut low = core::ptr::null_mut();
    let mut size = 0;
    // SAFETY: the attributes are filled for the calling thread and destroyed again.
    let known = unsafe {
        let mut attributes = core::mem::zeroed();
        let known = libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) == 0;
        if known {
            libc::pthread_attr_getstack(&attributes, &mut low, &mut size);
            libc::pthread_attr_destroy(&mut attributes);
        }
        known
    };
    let low = low as usize;
    if !known || low == 0 || low > sp {
        return sp.saturating_sub(4 << 20);
    }
    low + STACK_RESERVE.min(size / 3)
}
