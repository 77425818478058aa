//! The one way to wait: on a futex word, detached, woken by signals in the main thread.
//!
//! A signal may arrive between the last look at the interrupt bits and the system call; so the main
//! thread sleeps in slices.

use crate::idle::Idle;
use crate::signal;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use orochi_base::sync::{Deadline, Futex, Wait};
use orochi_object::cx::interrupt;
use orochi_object::prelude::*;

/// The longest sleep of a main thread that might have missed a signal.
const SLICE: Duration = Duration::from_millis(100);

enum Outcome {
    Ready,
    TimedOut,
    Interrupted,
    Idle,
}

/// Waits until `ready` says so; false if the deadline passed first. `ready` gives the value of
/// `word` to sleep on while the answer is no; it runs detached and must not touch the heap.
///
/// # Errors
/// Whatever a signal handler raises.
pub fn wait_until(
    cx: &Cx,
    word: &AtomicU32,
    deadline: Option<Deadline>,
    ready: &dyn Fn() -> Result<(), u32>,
) -> Res<bool> {
    let mut idle = signal::is_main(cx).then(Idle::default);
    loop {
        match cx.detached(|| sleep(cx, word, deadline, &mut idle, ready)) {
            Outcome::Ready => return Ok(true),
            Outcome::TimedOut => return Ok(false),
            Outcome::Interrupted => signal::run_pending(cx)?,
            Outcome::Idle => cx.collect_garbage(),
        }
    }
}

fn sleep(
    cx: &Cx,
    word: &AtomicU32,
    deadline: Option<Deadline>,
    main: &mut Option<Idle>,
    ready: &dyn Fn() -> Result<(), u32>,
) -> Outcome {
    loop {
        let Err(expected) = ready() else { return Outcome::Ready };
        if main.is_some() && cx.interrupts.load(Ordering::Acquire) & interrupt::SIGNAL != 0 {
            return Outcome::Interrupted;
        }
        let until = match deadline {
            Some(deadline) if main.is_some() => Some(deadline.min(Deadline::after(SLICE))),
            None if main.is_some() => Some(Deadline::after(SLICE)),
            other => other,
        };
        if let Wait::TimedOut = Futex::wait(word, expected, until) {
            if deadline.is_some_and(|deadline| deadline.passed()) {
                return if ready().is_ok() { Outcome::Ready } else { Outcome::TimedOut };
            }
            if main.as_mut().is_some_and(Idle::due) {
                return Outcome::Idle;
            }
        }
    }
}
