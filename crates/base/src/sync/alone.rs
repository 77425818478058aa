//! Read-modify-writes that cost no more than a load and a store while one thread alone runs.
//!
//! 1. Threads here are those of the heap's handshake. What they exchange by [`exchange`] no other thread changes, and a thread
//!    that exchanges is attached; it neither polls nor detaches between the load and the store, nor while it holds what it took.
//! 2. While [`is_shared`] is false there is one such thread at most. A second one calls [`share`], then has the first pass a
//!    safepoint (a stop of the world), and becomes a thread of the heap after that. So at no time is one thread between
//!    the load and the store of rule 1 while another touches the word; and the stop orders what the first did before what the
//!    second does, and the second's call before whatever the first does next.
//! 3. It stays so once it is shared: programs that start a thread start more.
//!    Debug builds check it: [`took`], [`gave_back`], [`check_nothing_held`].
//! 4. Generated code reads the word at [`address`] and does the same.

use core::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// On a cache line of its own: all threads read it all the time.
#[repr(align(128))]
struct Flag(AtomicBool);

static SHARED: Flag = Flag(AtomicBool::new(false));

/// Whether there is, or was, a second thread.
#[inline(always)]
pub fn is_shared() -> bool {
    SHARED.0.load(Ordering::Relaxed)
}

/// Ends the time of the one thread; the caller sees to the rest of rule 2.
pub fn share() {
    SHARED.0.store(true, Ordering::SeqCst);
}

/// Where generated code finds a byte that is zero while one thread runs alone.
pub fn address() -> *const u8 {
    SHARED.0.as_ptr().cast()
}

/// Puts `new` in place of `old`, if that is there; otherwise gives what is. An acquire, and a release.
#[inline(always)]
pub fn exchange(byte: &AtomicU8, old: u8, new: u8) -> Result<u8, u8> {
    if is_shared() {
        return byte.compare_exchange(old, new, Ordering::AcqRel, Ordering::Acquire);
    }
    match byte.load(Ordering::Acquire) {
        seen if seen == old => {
            byte.store(new, Ordering::Release);
            Ok(old)
        }
        seen => Err(seen),
    }
}

#[cfg(debug_assertions)]
thread_local! {
    /// How many locks of objects the thread holds.
    static HELD: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// Tells that the thread has taken something it will hold.
#[inline(always)]
pub fn took() {
    #[cfg(debug_assertions)]
    HELD.with(|held| held.set(held.get() + 1));
}

/// Tells that the thread holds one thing less.
#[inline(always)]
pub fn gave_back() {
    #[cfg(debug_assertions)]
    HELD.with(|held| held.set(held.get() - 1));
}

/// For the places where rule 1 says that the thread holds nothing.
#[inline(always)]
pub fn check_nothing_held() {
    #[cfg(debug_assertions)]
    HELD.with(|held| {
        assert_eq!(held.get(), 0, "a thread polls or detaches that holds the lock of an object")
    });
}
