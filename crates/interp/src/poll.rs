//! What a poll does besides joining a stop: signals, finalizers, the global lock, exceptions set by
//! other threads.

use crate::hooks::hooks;
use core::sync::atomic::Ordering;
use orochi_object::cx::interrupt;
use orochi_object::prelude::*;
use orochi_runtime::frame::{Frame, ret};

/// The slow path of a poll. The running frame's `pc` has been saved.
///
/// # Errors
/// What a signal handler raised, or an exception another thread sent.
#[cold]
#[inline(never)]
pub fn handle_poll(cx: &Cx) -> Res<()> {
    cx.mutator.poll_slow();
    let bits = cx.interrupts.swap(0, Ordering::AcqRel);
    if bits & interrupt::RETIRE != 0 {
        (hooks().retire)(cx);
    }
    if bits & interrupt::GIL_DROP != 0 {
        (hooks().yield_gil)(cx);
    }
    if bits & interrupt::FINALIZERS != 0 || orochi_heap::has_pending() {
        (hooks().run_finalizers)(cx);
    }
    if cx.mutator.take_reserve_used() && !cx.mutator.relieve() {
        cx.interrupts.fetch_or(bits, Ordering::AcqRel);
        cx.mutator.request_poll();
        return Err(orochi_object::error::memory_error(cx));
    }
    crate::trace::poll(cx, bits);
    if bits & interrupt::STRESS != 0 {
        (hooks().give_way)(cx);
        cx.interrupt(interrupt::STRESS);
    }
    if bits & interrupt::SIGNAL != 0 {
        // A handler's exception must not lose the one of another thread.
        (hooks().run_signals)(cx).inspect_err(|_| cx.interrupt(bits & interrupt::ASYNC_EXC))?;
    }
    if bits & interrupt::ASYNC_EXC != 0
        && let Some(class) = cx.async_exc.take()
    {
        let instance = ops::call(cx, class, &[])?;
        if let Some(exception) = instance.downcast() {
            return Err(Raised::new(exception));
        }
    }
    Ok(())
}

/// As [`handle_poll`], after the jump that closes a loop: `pc` is where the running frame goes on.
///
/// # Errors
/// As `handle_poll`.
#[cold]
#[inline(never)]
pub(crate) fn handle_edge(cx: &Cx, fp: *mut Frame) -> Res<()> {
    // SAFETY: the running frame, which stays until the poll ends.
    unsafe {
        (*fp).flags |= ret::AT_EDGE;
        let result = handle_poll(cx);
        (*fp).flags &= !ret::AT_EDGE;
        result
    }
}

/// Polls if one is wanted.
#[inline(always)]
pub(crate) fn pending(cx: &Cx) -> bool {
    cx.mutator.poll_word().load(Ordering::Relaxed) == 0
}
