//! Linux futexes on an `AtomicU32`, with absolute monotonic deadlines.

use core::sync::atomic::AtomicU32;
use core::time::Duration;

/// A point of `CLOCK_MONOTONIC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    seconds: i64,
    nanos: i64,
}

impl Deadline {
    /// The present moment.
    pub fn now() -> Deadline {
        let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `now` is a valid timespec to write to.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
        Deadline { seconds: now.tv_sec, nanos: now.tv_nsec }
    }

    /// The moment `span` from now; spans beyond the clock's range saturate.
    pub fn after(span: Duration) -> Deadline {
        let now = Deadline::now();
        let nanos = now.nanos + i64::from(span.subsec_nanos());
        let seconds = i64::try_from(span.as_secs())
            .unwrap_or(i64::MAX)
            .saturating_add(now.seconds)
            .saturating_add(nanos / 1_000_000_000);
        // The kernel refuses times it cannot represent; a century is as good as forever.
        Deadline { seconds: seconds.min(1 << 40), nanos: nanos % 1_000_000_000 }
    }

    /// A deadline at a given reading of `CLOCK_MONOTONIC`.
    pub fn at(seconds: i64, nanos: i64) -> Deadline {
        Deadline { seconds, nanos }
    }

    /// Whether the deadline has passed.
    pub fn passed(&self) -> bool {
        Deadline::now() >= *self
    }

    /// The time left, zero if it has passed.
    pub fn remaining(&self) -> Duration {
        let now = Deadline::now();
        if now >= *self {
            return Duration::ZERO;
        }
        let nanos =
            (self.seconds - now.seconds) as i128 * 1_000_000_000 + (self.nanos - now.nanos) as i128;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// Why a wait returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Somebody woke us, or the kernel did so for no reason.
    Woken,
    /// The word did not hold the expected value.
    Changed,
    /// The deadline passed.
    TimedOut,
    /// A signal was delivered to this thread.
    Interrupted,
}

/// The futex calls. All of them are process-private.
pub struct Futex;

impl Futex {
    /// Sleeps if `word` holds `expected`, until a wake, the deadline or a signal.
    pub fn wait(word: &AtomicU32, expected: u32, deadline: Option<Deadline>) -> Wait {
        let spec = deadline.map(|d| libc::timespec { tv_sec: d.seconds, tv_nsec: d.nanos });
        let pointer = spec.as_ref().map_or(core::ptr::null(), |s| s as *const libc::timespec);
        // SAFETY: the word and the timespec outlive the call; WAIT_BITSET takes absolute
        // monotonic time.
        let result = unsafe {
            libc::syscall(
                libc::SYS_futex,
                word.as_ptr(),
                libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG,
                expected,
                pointer,
                core::ptr::null::<u32>(),
                !0u32,
            )
        };
        if result == 0 {
            return Wait::Woken;
        }
        // SAFETY: errno of this thread.
        match unsafe { *libc::__errno_location() } {
            libc::EAGAIN => Wait::Changed,
            libc::ETIMEDOUT => Wait::TimedOut,
            libc::EINTR => Wait::Interrupted,
            _ => Wait::Woken,
        }
    }

    /// Wakes up to `count` sleepers and returns how many there were.
    pub fn wake(word: &AtomicU32, count: u32) -> usize {
        // SAFETY: only the address of the word is used.
        let woken = unsafe {
            libc::syscall(
                libc::SYS_futex,
                word.as_ptr(),
                libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
                count.min(i32::MAX as u32),
            )
        };
        usize::try_from(woken).unwrap_or(0)
    }

    /// Wakes every sleeper.
    pub fn wake_all(word: &AtomicU32) -> usize {
        Futex::wake(word, i32::MAX as u32)
    }
}
