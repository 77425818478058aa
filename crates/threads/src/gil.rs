//! The global lock of `-X gil=1`.
//!
//! Rules:
//! 1. Off by default; then nothing here is reached but one relaxed load per detached region.
//! 2. When on, an attached thread holds the lock, except while it stops the world. It is taken and
//!    released detached, so that no collection waits for a thread that waits for the lock.
//! 3. A waiter that has waited for the switch interval without any switch asks the holder to give
//!    way; the holder does so at its next poll and waits until somebody else has had the lock.

use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
use core::time::Duration;
use orochi_base::sync::{Deadline, Futex};
use orochi_object::cx::{Cx, GLOBAL_LOCK, GlobalLock, interrupt};

static ON: AtomicBool = AtomicBool::new(false);
/// 0 free, 1 held, 2 held with waiters.
static WORD: AtomicU32 = AtomicU32::new(0);
/// Bumped at each taking.
static SWITCHES: AtomicU32 = AtomicU32::new(0);
static HOLDER: AtomicPtr<Cx> = AtomicPtr::new(core::ptr::null_mut());
static INTERVAL_US: AtomicU64 = AtomicU64::new(5000);

static FUNCTIONS: GlobalLock = GlobalLock { release: unlock, take: lock };

/// Switches the lock on; the calling thread is the only one and holds it from now on.
pub fn enable(cx: &Cx) {
    lock(cx);
    ON.store(true, Ordering::Release);
    GLOBAL_LOCK.store((&raw const FUNCTIONS).cast_mut(), Ordering::Release);
}

/// Whether the lock is on.
pub fn is_on() -> bool {
    ON.load(Ordering::Acquire)
}

/// `sys.getswitchinterval()` in microseconds.
pub fn interval_us() -> u64 {
    INTERVAL_US.load(Ordering::Relaxed)
}

/// Sets the switch interval.
pub fn set_interval_us(us: u64) {
    INTERVAL_US.store(us.max(1), Ordering::Relaxed);
}

/// Before a thread attaches for the first time.
pub(crate) fn take_new(cx: &Cx) {
    if is_on() {
        lock(cx);
    }
}

/// After a thread has detached for the last time.
pub(crate) fn release_last(cx: &Cx) {
    if is_on() {
        unlock(cx);
    }
}

pub(crate) fn after_fork_child(cx: &Cx) {
    if is_on() {
        WORD.store(1, Ordering::Release);
        HOLDER.store(core::ptr::from_ref(cx).cast_mut(), Ordering::Release);
    }
}

fn lock(cx: &Cx) {
    if WORD.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
        lock_slow();
    }
    HOLDER.store(core::ptr::from_ref(cx).cast_mut(), Ordering::Release);
    SWITCHES.fetch_add(1, Ordering::Release);
    Futex::wake_all(&SWITCHES);
}

fn lock_slow() {
    loop {
        let seen = SWITCHES.load(Ordering::Acquire);
        if WORD.swap(2, Ordering::Acquire) == 0 {
            return;
        }
        let deadline = Deadline::after(Duration::from_micros(interval_us()));
        let _ = Futex::wait(&WORD, 2, Some(deadline));
        if deadline.passed() && SWITCHES.load(Ordering::Acquire) == seen {
            ask_holder();
        }
    }
}

fn ask_holder() {
    let holder = HOLDER.load(Ordering::Acquire).cast_const();
    crate::registry::with_all(|all| {
        for cx in all {
            if core::ptr::eq(*cx, holder) {
                cx.interrupt(interrupt::GIL_DROP);
            }
        }
    });
}

fn unlock(_: &Cx) {
    HOLDER.store(core::ptr::null_mut(), Ordering::Release);
    if WORD.swap(0, Ordering::Release) == 2 {
        Futex::wake(&WORD, 1);
    }
}

/// For the poll of a thread whose `GIL_DROP` bit was set: lets another thread run.
pub fn give_way(cx: &Cx) {
    if !is_on() {
        return;
    }
    cx.detached(|| {
        let seen = SWITCHES.load(Ordering::Acquire);
        let patience = Deadline::after(Duration::from_millis(2));
        while SWITCHES.load(Ordering::Acquire) == seen && !patience.passed() {
            let _ = Futex::wait(&SWITCHES, seen, Some(patience));
        }
    });
}
