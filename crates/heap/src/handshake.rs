//! The stop-the-world handshake: poll words, detaching, stopping.
//!
//! 1. A thread is `ATTACHED` or `DETACHED`. Only the thread itself changes its state. Attached
//!    threads may touch the heap; a thread that waits or stops is detached.
//! 2. Who stops the world is detached itself, sets `stop` from 0 to 1 (one thread can), asks every
//!    attached thread with `request`, and waits until no thread is attached.
//! 3. Attaching stores the state, then reads `stop`; stopping stores `stop`, then reads the states;
//!    all four sequentially consistent. So a thread that attaches sees the stop, or the stopper
//!    sees the thread.
//! 4. A thread that detaches (or gives way while attaching) while `stop` is set bumps `arrivals`
//!    after its state, so the stopper, which reads `arrivals` before the states, does not sleep
//!    past it.
//! 5. The poll word is the owner's limit, or 0. A request sets `pending`, then writes 0. The owner,
//!    after each write of the limit, reads `pending` and writes 0 again if it is set. All are
//!    sequentially consistent, so no request is lost. The owner takes `pending` before it looks at
//!    the reasons (`stop`, a collection due, the client's own flags), and a requester sets the
//!    reason before `pending`.
//! 6. The release of `stop` and the read of 0 in `attach` order the collector's writes before the
//!    thread's next access to the heap; the store of `DETACHED` and the stopper's read order the
//!    thread's accesses before the collector's.

use base::facade::{
    AtomicU32, AtomicUsize, FutexWord, Ordering::Relaxed, Ordering::SeqCst, SPINS, model_fence,
    spin,
};

/// The number of a thread that owns no locks: no lock byte is this.
pub(crate) const NOBODY: u32 = 256;

const DETACHED: u32 = 0;
const ATTACHED: u32 = 1;

/// One thread's part.
#[repr(C)]
pub(crate) struct ThreadState {
    /// The poll word; generated code reads it.
    pub(crate) poll: AtomicUsize,
    limit: AtomicUsize,
    pending: AtomicU32,
    state: AtomicU32,
    /// The number by which the thread owns locks of objects (`biased`); read by generated code.
    pub(crate) number: AtomicU32,
    /// How often the thread was at a poll that was asked for.
    pub(crate) passes: AtomicU32,
    /// The thread waits, outside of all locks that it owns.
    pub(crate) safe: AtomicU32,
}

impl ThreadState {
    pub(crate) fn new() -> ThreadState {
        ThreadState {
            poll: AtomicUsize::new(0),
            limit: AtomicUsize::new(0),
            pending: AtomicU32::new(0),
            state: AtomicU32::new(DETACHED),
            number: AtomicU32::new(NOBODY),
            passes: AtomicU32::new(0),
            safe: AtomicU32::new(0),
        }
    }

    /// Makes the owner's next poll fail. Any thread, also from a signal handler.
    pub(crate) fn request(&self) {
        self.pending.store(1, SeqCst);
        model_fence();
        self.poll.store(0, SeqCst);
    }

    /// Sets the owner's limit; by the owner.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Relaxed);
        self.restore();
    }

    /// Takes the pending requests, after which the poll word is the limit again; by the owner.
    pub(crate) fn take_request(&self) {
        self.passes.store(self.passes.load(Relaxed).wrapping_add(1), SeqCst);
        model_fence();
        self.pending.store(0, SeqCst);
        self.restore();
    }

    fn restore(&self) {
        self.poll.store(self.limit.load(Relaxed), SeqCst);
        model_fence();
        if self.pending.load(SeqCst) != 0 {
            self.poll.store(0, SeqCst);
        }
    }

    #[cfg(not(loom))]
    pub(crate) fn limit(&self) -> usize {
        self.limit.load(Relaxed)
    }

    pub(crate) fn is_attached(&self) -> bool {
        self.state.load(SeqCst) == ATTACHED
    }

    /// Whether the thread has passed (`biased`, rule 3) since `passes` was `before`.
    pub(crate) fn has_passed(&self, before: u32) -> bool {
        !self.is_attached() || self.safe.load(SeqCst) != 0 || self.passes.load(SeqCst) != before
    }
}

/// The part all threads share.
pub(crate) struct Handshake {
    stop: FutexWord,
    arrivals: FutexWord,
}

impl Handshake {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Handshake {
        Handshake { stop: FutexWord::new(0), arrivals: FutexWord::new(0) }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Handshake {
        Handshake { stop: FutexWord::new(0), arrivals: FutexWord::new(0) }
    }

    pub(crate) fn stopping(&self) -> bool {
        self.stop.load(SeqCst) != 0
    }

    /// Attaches the calling thread, after the stop in progress if there is one.
    #[inline]
    pub(crate) fn attach(&self, me: &ThreadState) {
        loop {
            me.state.store(ATTACHED, SeqCst);
            model_fence();
            if self.stop.load(SeqCst) == 0 {
                return;
            }
            me.state.store(DETACHED, SeqCst);
            self.arrived();
            self.wait_stop_end();
        }
    }

    /// Detaches the calling thread.
    #[inline]
    pub(crate) fn detach(&self, me: &ThreadState) {
        me.state.store(DETACHED, SeqCst);
        model_fence();
        if self.stop.load(SeqCst) != 0 {
            self.arrived();
        }
    }

    #[cold]
    fn arrived(&self) {
        self.arrivals.fetch_add(1, SeqCst);
        self.arrivals.wake_all();
    }

    #[cold]
    fn wait_stop_end(&self) {
        // Most stops are shorter than falling asleep and waking up.
        for _ in 0..SPINS * 4 {
            if self.stop.load(SeqCst) == 0 {
                return;
            }
            spin();
        }
        while self.stop.load(SeqCst) != 0 {
            self.stop.sleep(1);
        }
    }

    /// Becomes the stopper; the calling thread is detached.
    pub(crate) fn claim_stop(&self) {
        while self.stop.compare_exchange(0, 1, SeqCst, SeqCst).is_err() {
            self.wait_stop_end();
        }
        model_fence();
    }

    /// Waits until `thread`, which has been requested, is not attached.
    pub(crate) fn await_stopped(&self, thread: &ThreadState) {
        for _ in 0..SPINS {
            if !thread.is_attached() {
                return;
            }
            spin();
        }
        loop {
            let seen = self.arrivals.load(SeqCst);
            if !thread.is_attached() {
                return;
            }
            self.arrivals.sleep(seen);
        }
    }

    /// Lets the world go on.
    pub(crate) fn release_stop(&self) {
        self.stop.store(0, SeqCst);
        self.stop.wake_all();
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::cell::UnsafeCell;
    use loom::sync::Arc;

    struct Shared {
        handshake: Handshake,
        threads: Vec<ThreadState>,
        heap: UnsafeCell<u32>,
    }
    // SAFETY: loom's cell reports every overlapping access, which is the point of the model.
    unsafe impl Sync for Shared {}
    // SAFETY: as above.
    unsafe impl Send for Shared {}

    fn shared(threads: usize) -> Arc<Shared> {
        Arc::new(Shared {
            handshake: Handshake::new(),
            threads: (0..threads).map(|_| ThreadState::new()).collect(),
            heap: UnsafeCell::new(0),
        })
    }

    fn stop_and_write(s: &Shared, others: &[usize]) {
        s.handshake.claim_stop();
        for &i in others {
            s.threads[i].request();
        }
        for &i in others {
            s.handshake.await_stopped(&s.threads[i]);
        }
        // SAFETY: the world is stopped.
        s.heap.with_mut(|p| unsafe { *p += 1 });
        s.handshake.release_stop();
    }

    #[test]
    fn attach_detach_excludes_the_stopper() {
        loom::model(|| {
            let s = shared(1);
            let t = s.clone();
            let mutator = loom::thread::spawn(move || {
                t.handshake.attach(&t.threads[0]);
                // SAFETY: attached.
                t.heap.with(|p| unsafe { core::hint::black_box(*p) });
                t.handshake.detach(&t.threads[0]);
            });
            stop_and_write(&s, &[0]);
            mutator.join().unwrap();
        });
    }

    #[test]
    fn a_request_is_not_lost_to_a_new_limit() {
        loom::model(|| {
            let s = shared(1);
            let t = s.clone();
            s.threads[0].set_limit(5);
            let owner = loom::thread::spawn(move || {
                t.threads[0].set_limit(7);
            });
            s.threads[0].request();
            owner.join().unwrap();
            assert_eq!(s.threads[0].poll.load(SeqCst), 0);
            s.threads[0].take_request();
            assert_eq!(s.threads[0].poll.load(SeqCst), 7);
        });
    }

    #[test]
    fn a_polling_thread_stops() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let s = shared(1);
            s.threads[0].set_limit(9);
            s.handshake.attach(&s.threads[0]);
            let t = s.clone();
            let mutator = loom::thread::spawn(move || {
                for _ in 0..2 {
                    // SAFETY: attached.
                    t.heap.with(|p| unsafe { core::hint::black_box(*p) });
                    if t.threads[0].poll.load(Relaxed) == 0 {
                        t.threads[0].take_request();
                        if t.handshake.stopping() {
                            t.handshake.detach(&t.threads[0]);
                            t.handshake.attach(&t.threads[0]);
                        }
                    }
                }
                t.handshake.detach(&t.threads[0]);
            });
            stop_and_write(&s, &[0]);
            mutator.join().unwrap();
        });
    }

    #[test]
    fn two_stoppers_take_turns() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let s = shared(2);
            let t = s.clone();
            let other = loom::thread::spawn(move || {
                t.handshake.attach(&t.threads[0]);
                t.handshake.detach(&t.threads[0]);
                stop_and_write(&t, &[0, 1]);
                t.handshake.attach(&t.threads[0]);
                t.handshake.detach(&t.threads[0]);
            });
            s.handshake.attach(&s.threads[1]);
            s.handshake.detach(&s.threads[1]);
            stop_and_write(&s, &[0, 1]);
            other.join().unwrap();
            // SAFETY: nobody else is left.
            s.heap.with(|p| assert_eq!(unsafe { *p }, 2));
        });
    }

    /// What `biased` says of an owner that comes and goes without a read-modify-write.
    #[test]
    fn an_owned_lock_is_held_by_one() {
        use base::facade::AtomicU8;
        const OWN: u8 = 3;
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let s = shared(1);
            s.threads[0].set_limit(9);
            s.handshake.attach(&s.threads[0]);
            let byte = Arc::new(AtomicU8::new(OWN));
            let (t, own) = (s.clone(), byte.clone());
            let owner = loom::thread::spawn(move || {
                for _ in 0..2 {
                    if own.load(Relaxed) == OWN {
                        // SAFETY: the lock is owned.
                        t.heap.with_mut(|p| unsafe { *p += 1 });
                    }
                    if t.threads[0].poll.load(Relaxed) == 0 {
                        t.threads[0].take_request();
                    }
                }
                t.handshake.detach(&t.threads[0]);
            });
            let taken = byte.compare_exchange(OWN, 1, SeqCst, Relaxed).is_ok();
            model_fence();
            let before = s.threads[0].passes.load(SeqCst);
            s.threads[0].request();
            while !s.threads[0].has_passed(before) {
                spin();
            }
            // SAFETY: the lock is held, and the owner is outside.
            s.heap.with_mut(|p| unsafe { *p += 1 });
            assert!(taken);
            owner.join().unwrap();
        });
    }

    /// The write barrier's rule: of all threads that see the UNLOGGED bit, one logs the object.
    #[test]
    fn an_object_is_remembered_once() {
        use base::facade::AtomicU8;
        loom::model(|| {
            let gc = Arc::new(AtomicU8::new(1));
            let log =
                |gc: &AtomicU8| gc.load(Relaxed) & 1 != 0 && gc.fetch_and(!1, Relaxed) & 1 != 0;
            let g = gc.clone();
            let other = loom::thread::spawn(move || log(&g));
            let mine = log(&gc);
            let theirs = other.join().unwrap();
            assert!(mine != theirs);
        });
    }
}
