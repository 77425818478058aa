//! Runs what the collector has queued: `__del__` methods and callbacks of weak references.

use core::sync::atomic::{AtomicU64, Ordering};
use orochi_object::prelude::*;

/// Identity of the thread that is running finalizers; 0 if none is.
static RUNNING: AtomicU64 = AtomicU64::new(0);

/// Runs all waiting finalizers, unless some thread is inside one. Only between bytecodes.
pub(crate) fn run(cx: &Cx) {
    let me = core::ptr::from_ref(cx) as u64;
    if RUNNING.compare_exchange(0, me, Ordering::AcqRel, Ordering::Acquire).is_ok() {
        run_waiting(cx);
        RUNNING.store(0, Ordering::Release);
    }
}

/// As [`run`], also while another thread is inside a finalizer: for who has asked for a collection and wants what it found
/// finalized. (That finalizer may well wait for this thread, so nobody waits for its end.)
pub(crate) fn run_beside_others(cx: &Cx) {
    let me = core::ptr::from_ref(cx) as u64;
    match RUNNING.load(Ordering::Acquire) {
        0 => run(cx),
        running if running == me => {}
        _ => run_waiting(cx),
    }
}

fn run_waiting(cx: &Cx) {
    let stop_value = cx.stop_value.get();
    orochi_builtins::weakref::run_callbacks(cx);
    cx.stop_value.init_opt(stop_value);
}

/// In a forked child the thread that ran finalizers may be gone.
pub(crate) fn after_fork_child(_: &Cx) {
    RUNNING.store(0, Ordering::Release);
}
