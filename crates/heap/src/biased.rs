//! Object locks that belong to a thread, which takes them without a read-modify-write (biased locking: Russell and Detlefs,
//! 2006).
//!
//! An object belongs to the thread that made it until another thread wants its lock. Few objects are ever locked by two.
//!
//! 1. A lock byte is [`NEW`], [`HELD`], [`SHARED`] (free, for everybody) or the number of the thread that owns the lock. From
//!    [`SHARED`] and [`HELD`] it goes to no other state. Who makes an object writes its byte before others know the object; all
//!    else is done by compare-and-swap, but for the release, which is a plain store of [`SHARED`].
//! 2. An owner that finds its number in the byte is in: it writes nothing, neither then nor when it leaves. In between
//!    it does not poll, detach or wait.
//! 3. Who wants a lock that another thread owns replaces the number by [`HELD`]. The owner, if it was inside, leaves; and if
//!    it comes again, sees that. So the other one waits until it has seen the owner *pass*: detached, at a poll (`passes`)
//!    or asleep for a lock (`safe`), at a moment after the replacement. Then it is in. All those words are written and read
//!    sequentially consistent, and the owner reads the byte after it has written them.
//! 4. While a thread waits for a lock or for an owner to pass, it is `safe`: it is inside no owned lock. For that, a lock
//!    that may be owned is never wanted by who holds another. Locks that are wanted inside others (of shapes, say) are taken
//!    by [`Mutator::lock_inside`]: those are never owned, and nothing is wanted inside them. Debug builds check it.
//! 5. Threads that hand each other many objects would wait often. When [`MOST_REVOKED`] locks were taken from their owners, the
//!    world is stopped, no thread owns anything any more, and all bytes but [`HELD`] are free. It begins anew when
//!    one thread is left.
//! 6. Numbers are given and taken back under the registry's lock. What a thread that is gone owned belongs to the next one
//!    with its number, if there is one: its last store came before its number was free. [`Owner::users`] keeps a mutator in place
//!    while another thread waits for it to pass.

use crate::handshake::{NOBODY, ThreadState};
use crate::mutator::{Mutator, World};
use base::sync::{contention, nap_until, spin_until};
use core::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU32,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};

/// Of an object that has not been locked and belongs to nobody.
pub const NEW: u8 = 0;
/// Somebody holds the lock.
pub const HELD: u8 = 1;
/// The lock is free and belongs to nobody.
pub const SHARED: u8 = 2;
/// The first number of a thread.
const FIRST: usize = 3;
/// So many locks taken from their owners, and nothing is owned.
const MOST_REVOKED: u32 = 64;

/// What is known of a thread's number.
struct Owner {
    mutator: AtomicPtr<Mutator>,
    /// Threads that look at it at the moment.
    users: AtomicU32,
}

static OWNERS: [Owner; 256] =
    [const { Owner { mutator: AtomicPtr::new(core::ptr::null_mut()), users: AtomicU32::new(0) } };
        256];

/// Whether threads own locks (rule 5). Written under the registry's lock.
static ENABLED: AtomicBool = AtomicBool::new(true);
static REVOKED: AtomicU32 = AtomicU32::new(0);

/// How a lock was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// By its owner: nothing is to be released.
    Owned,
    Held,
}

impl Mutator {
    /// Takes an object's lock: at once if the thread owns it; else it spins, then sleeps. It is no safepoint. The caller holds
    /// no other lock of an object, and until it releases this one neither polls nor detaches.
    #[inline(always)]
    pub fn lock_object(&self, byte: &AtomicU8) -> Taken {
        #[cfg(debug_assertions)]
        nesting::enter(true);
        if u32::from(byte.load(Relaxed)) == self.number() {
            return Taken::Owned;
        }
        if take_shared(byte) { Taken::Held } else { self.lock_slowly(byte) }
    }

    /// Takes a lock that nobody owns, perhaps while it holds another. No lock is taken before this one is released.
    pub fn lock_inside(&self, byte: &AtomicU8) -> Taken {
        #[cfg(debug_assertions)]
        nesting::enter(false);
        let take = || {
            let seen = byte.load(Relaxed);
            seen != HELD && byte.compare_exchange(seen, HELD, Acquire, Relaxed).is_ok()
        };
        if !take() && !spin_until(take) {
            nap_until(take);
        }
        Taken::Held
    }

    /// Releases a lock that was taken so.
    #[inline(always)]
    pub fn unlock_object(byte: &AtomicU8, taken: Taken) {
        #[cfg(debug_assertions)]
        nesting::leave();
        if taken == Taken::Held {
            byte.store(SHARED, Release);
        }
    }

    #[cold]
    #[inline(never)]
    fn lock_slowly(&self, byte: &AtomicU8) -> Taken {
        loop {
            let seen = byte.load(Relaxed);
            let own = self.number();
            match seen {
                HELD => {
                    self.wait_for(byte);
                    return Taken::Held;
                }
                NEW if own != NOBODY => {
                    if byte.compare_exchange(NEW, own as u8, Acquire, Relaxed).is_ok() {
                        return Taken::Owned;
                    }
                }
                _ if u32::from(seen) == own => return Taken::Owned,
                _ => {
                    if byte.compare_exchange(seen, HELD, SeqCst, Relaxed).is_ok() {
                        if usize::from(seen) >= FIRST && ENABLED.load(Relaxed) {
                            self.revoke(seen);
                        }
                        return Taken::Held;
                    }
                }
            }
        }
    }

    fn wait_for(&self, byte: &AtomicU8) {
        if !spin_until(|| take_shared(byte)) {
            self.safely(|| {
                contention::step_back();
                nap_until(|| take_shared(byte));
            });
        }
    }

    /// Runs `f`, which waits; the thread is inside no owned lock (rule 4).
    fn safely(&self, f: impl FnOnce()) {
        let safe = &self.state().safe;
        safe.store(1, SeqCst);
        f();
        safe.store(0, SeqCst);
        fence(SeqCst);
    }

    /// Waits until the thread with this number has passed (rule 3).
    fn revoke(&self, number: u8) {
        let owner = &OWNERS[usize::from(number)];
        owner.users.fetch_add(1, SeqCst);
        let mutator = owner.mutator.load(SeqCst);
        if !mutator.is_null() && !core::ptr::eq(mutator, self) {
            // SAFETY: a mutator stays where it is while its number has users (rule 6).
            let state = unsafe { &*mutator }.state();
            self.safely(|| await_pass(state));
        }
        owner.users.fetch_sub(1, SeqCst);
        if REVOKED.fetch_add(1, Relaxed) + 1 >= MOST_REVOKED {
            self.request_poll();
        }
    }

    /// Gives the thread a number; under the registry's lock.
    pub(crate) fn begin_owning(&self) {
        let free = |owner: &&Owner| owner.mutator.load(Relaxed).is_null();
        let Some(owner) = OWNERS[FIRST..].iter().find(free) else { return };
        owner.mutator.store(core::ptr::from_ref(self).cast_mut(), SeqCst);
        if ENABLED.load(Relaxed) {
            self.own_again();
        }
    }

    /// Takes the thread's number back; under the registry's lock. The thread is detached.
    pub(crate) fn end_owning(&self) {
        let Some(owner) = self.owner() else { return };
        // Should the mutator be attached again, it may get another number, or none.
        self.state().number.store(NOBODY, Relaxed);
        OWNERS[owner].mutator.store(core::ptr::null_mut(), SeqCst);
        // Who waits for this thread sees that it is detached.
        while OWNERS[owner].users.load(SeqCst) != 0 {
            std::thread::yield_now();
        }
    }

    /// The thread is the only one left; under the registry's lock.
    pub(crate) fn is_alone(&self) {
        REVOKED.store(0, Relaxed);
        ENABLED.store(true, Relaxed);
        self.own_again();
    }

    /// In a forked child, where only this thread is left.
    pub(crate) fn own_after_fork(&self) {
        for owner in &OWNERS {
            owner.users.store(0, Relaxed);
            if !core::ptr::eq(owner.mutator.load(Relaxed), self) {
                owner.mutator.store(core::ptr::null_mut(), Relaxed);
            }
        }
        self.is_alone();
    }

    fn own_again(&self) {
        self.state().number.store(self.owner().map_or(NOBODY, |owner| owner as u32), Relaxed);
    }

    /// The thread's number, whether or not it owns anything.
    fn owner(&self) -> Option<usize> {
        OWNERS.iter().position(|owner| core::ptr::eq(owner.mutator.load(Relaxed), self))
    }
}

/// Whether too many locks were taken from their owners (rule 5).
pub(crate) fn is_overdone() -> bool {
    REVOKED.load(Relaxed) >= MOST_REVOKED && ENABLED.load(Relaxed)
}

/// From now on nobody owns anything.
pub(crate) fn give_up(world: &World) {
    ENABLED.store(false, Relaxed);
    world.for_each_mutator(|mutator| mutator.state().number.store(NOBODY, Relaxed));
}

#[inline(always)]
fn take_shared(byte: &AtomicU8) -> bool {
    byte.load(Relaxed) == SHARED && byte.compare_exchange(SHARED, HELD, Acquire, Relaxed).is_ok()
}

fn await_pass(state: &ThreadState) {
    let before = state.passes.load(SeqCst);
    state.request();
    let passed = || state.has_passed(before);
    if !spin_until(passed) {
        nap_until(passed);
    }
}

/// How many locks of objects the thread holds: the check of rule 4.
#[cfg(debug_assertions)]
mod nesting {
    use core::cell::Cell;

    thread_local! {
        static HELD: Cell<u32> = const { Cell::new(0) };
    }

    pub(super) fn enter(outermost: bool) {
        let held = HELD.get();
        assert!(!outermost || held == 0, "an object's lock is taken inside another's");
        HELD.set(held + 1);
    }

    pub(super) fn leave() {
        HELD.set(HELD.get() - 1);
    }
}
