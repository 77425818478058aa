//! Marking on several threads.
//!
//! 1. A marking begins on the collecting thread alone. If it has not ended after some thousand
//!    objects, the helpers are called, and from then on mark bits are set atomically.
//! 2. Work lies in the markers' own stacks; a marker that sees another one idle puts the older half
//!    of its stack into `packets`.
//! 3. `busy` counts the markers that hold work. A packet is taken and `busy` raised under one lock,
//!    so the marking is over when, under that lock, there is no packet and nobody busy.
//! 4. A helper joins under the lock and only while the job is open, so nobody waits for a helper
//!    that the system has not woken yet. The collecting thread waits for those that joined.
//! 5. Helpers are created when they are first wanted. They hold no lock while they wait for a job,
//!    and a forked child forgets them. No helper at all is a valid state.

use crate::header::Header;
use crate::heap;
use crate::tracer::{Tracer, WeakSlot};
use base::sync::{Futex, Lock};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::*};

/// Objects marked alone before helpers are called.
const ALONE: u64 = 16_384;

/// Objects scanned between two looks for idle markers.
const STRIDE: u64 = 1024;

/// The most helpers.
const MAX_HELPERS: usize = 7;

struct Job {
    open: bool,
    busy: usize,
    joined: usize,
    packets: Vec<Packet>,
    weak: Vec<WeakSlot>,
    objects: u64,
    overflowed: bool,
}

struct Packet(Vec<*mut Header>);

// SAFETY: the pointers are handed from one marker to another under the lock.
unsafe impl Send for Job {}

/// The helpers and the job they share.
pub(crate) struct Pool {
    job: Lock<Job>,
    /// Markers without work.
    idle: AtomicUsize,
    /// Bumped when a packet is put down, or the job ends.
    signal: AtomicU32,
    /// Bumped when a job begins.
    begun: AtomicU32,
    /// Bumped when a helper leaves a job.
    left: AtomicU32,
    started: AtomicBool,
}

impl Pool {
    pub(crate) const fn new() -> Pool {
        Pool {
            job: Lock::new(Job {
                open: false,
                busy: 0,
                joined: 0,
                packets: Vec::new(),
                weak: Vec::new(),
                objects: 0,
                overflowed: false,
            }),
            idle: AtomicUsize::new(0),
            signal: AtomicU32::new(0),
            begun: AtomicU32::new(0),
            left: AtomicU32::new(0),
            started: AtomicBool::new(false),
        }
    }

    /// After a fork, in the child.
    pub(crate) fn forget_helpers(&self) {
        self.job.raw().reset();
        self.started.store(false, Relaxed);
        self.idle.store(0, Relaxed);
    }

    /// Marks all that is reachable from the tracer's stack; returns how many threads could help.
    pub(crate) fn mark(&'static self, tracer: &mut Tracer) -> usize {
        // Checked runs have small heaps; there the helpers are wanted early.
        if tracer.drain(if heap().config().poison { 64 } else { ALONE }) {
            return 1;
        }
        let helpers = self.helpers();
        if helpers == 0 {
            tracer.drain(u64::MAX);
            return 1;
        }
        {
            let mut job = self.job.lock();
            job.open = true;
            job.busy = 1;
            job.joined = 0;
        }
        tracer.atomic = true;
        self.begun.fetch_add(1, Release);
        Futex::wake_all(&self.begun);
        // Nobody is idle yet, but helpers are coming.
        self.share(tracer);
        self.work(tracer);
        self.await_helpers();
        tracer.atomic = false;
        let mut job = self.job.lock();
        tracer.objects += core::mem::take(&mut job.objects);
        tracer.overflowed |= core::mem::take(&mut job.overflowed);
        while tracer.weak.try_reserve(job.weak.len()).is_err() {
            keep_referents(&mut job.weak, tracer);
        }
        tracer.weak.append(&mut job.weak);
        helpers + 1
    }

    fn await_helpers(&self) {
        loop {
            let seen = self.left.load(Acquire);
            if self.job.lock().joined == 0 {
                return;
            }
            let _ = Futex::wait(&self.left, seen, None);
        }
    }

    /// Marks until the job is over. The caller is counted as busy.
    fn work(&self, tracer: &mut Tracer) {
        loop {
            while !tracer.drain(STRIDE) {
                if self.idle.load(Relaxed) != 0 {
                    self.share(tracer);
                }
            }
            if !self.find_work(tracer) {
                return;
            }
        }
    }

    /// Puts the older half of the stack down for others.
    fn share(&self, tracer: &mut Tracer) {
        let half = tracer.stack.len() / 2;
        let mut packet = Vec::new();
        if half < 16 || packet.try_reserve_exact(half).is_err() {
            return;
        }
        packet.extend(tracer.stack.drain(..half));
        let mut job = self.job.lock();
        if job.packets.try_reserve(1).is_err() {
            drop(job);
            tracer.stack.extend(packet);
            return;
        }
        job.packets.push(Packet(packet));
        drop(job);
        self.signal.fetch_add(1, Release);
        Futex::wake(&self.signal, 1);
    }

    /// Takes a packet, waiting for one; false when the job is over.
    fn find_work(&self, tracer: &mut Tracer) -> bool {
        self.job.lock().busy -= 1;
        self.idle.fetch_add(1, Relaxed);
        let found = self.wait_for_packet();
        self.idle.fetch_sub(1, Relaxed);
        match found {
            Some(Packet(packet)) => {
                if tracer.stack.capacity() < packet.len() {
                    tracer.stack = packet;
                } else {
                    tracer.stack.extend(packet);
                }
                true
            }
            None => false,
        }
    }

    fn wait_for_packet(&self) -> Option<Packet> {
        let mut spins = 0;
        loop {
            let seen = self.signal.load(Acquire);
            {
                let mut job = self.job.lock();
                if let Some(packet) = job.packets.pop() {
                    job.busy += 1;
                    return Some(packet);
                }
                if job.busy == 0 {
                    job.open = false;
                    drop(job);
                    self.signal.fetch_add(1, Release);
                    Futex::wake_all(&self.signal);
                    return None;
                }
            }
            spins += 1;
            if spins < 50 {
                for _ in 0..20 {
                    core::hint::spin_loop();
                }
            } else {
                let _ = Futex::wait(&self.signal, seen, None);
            }
        }
    }

    /// The number of helpers, started if need be.
    fn helpers(&'static self) -> usize {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        if self.started.load(Relaxed) {
            return COUNT.load(Relaxed);
        }
        self.started.store(true, Relaxed);
        let wanted = match heap().config().mark_threads {
            0 => processors() - 1,
            n => n - 1,
        };
        let count = (0..wanted.min(MAX_HELPERS)).take_while(|_| self.start_helper()).count();
        COUNT.store(count, Relaxed);
        count
    }

    fn start_helper(&'static self) -> bool {
        let begun = self.begun.load(Acquire);
        // Signals are for the client's threads.
        // SAFETY: plain signal-mask calls with valid sets.
        let old = unsafe {
            let mut all: libc::sigset_t = core::mem::zeroed();
            let mut old: libc::sigset_t = core::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
            old
        };
        // SAFETY: `help` is for new threads.
        let spawned = unsafe { base::thread::spawn(256 << 10, Pool::help, begun as usize as _) };
        // SAFETY: restores what was there.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &old, core::ptr::null_mut()) };
        spawned
    }

    /// The life of a helper; `seen` is the job that was going on when it was wanted.
    extern "C" fn help(seen: *mut libc::c_void) -> *mut libc::c_void {
        heap().pool.help_from(seen as usize as u32)
    }

    fn help_from(&self, mut seen: u32) -> ! {
        let mut tracer = Tracer::shared();
        loop {
            while self.begun.load(Acquire) == seen {
                let _ = Futex::wait(&self.begun, seen, None);
            }
            seen = self.begun.load(Acquire);
            {
                let mut job = self.job.lock();
                if !job.open {
                    continue;
                }
                job.joined += 1;
                // Counted as busy until the first look for a packet.
                job.busy += 1;
            }
            self.work(&mut tracer);
            self.leave(&mut tracer);
        }
    }

    fn leave(&self, tracer: &mut Tracer) {
        let mut job = self.job.lock();
        while job.weak.try_reserve(tracer.weak.len()).is_err() {
            drop(job);
            let mut weak = core::mem::take(&mut tracer.weak);
            keep_referents(&mut weak, tracer);
            job = self.job.lock();
        }
        job.objects += core::mem::take(&mut tracer.objects);
        job.overflowed |= core::mem::take(&mut tracer.overflowed);
        job.weak.append(&mut tracer.weak);
        job.joined -= 1;
        drop(job);
        self.left.fetch_add(1, Release);
        Futex::wake_all(&self.left);
    }
}

/// Without memory to note weak slots, they count as strong ones this once.
fn keep_referents(weak: &mut Vec<WeakSlot>, tracer: &mut Tracer) {
    for (_, slot) in weak.drain(..) {
        // SAFETY: the slot lies in a live object.
        tracer.visit(unsafe { (*slot).load(Relaxed) });
    }
    // What this notes goes the same way if it does not fit.
    tracer.drain(u64::MAX);
}

/// The processors this thread may run on.
fn processors() -> usize {
    // SAFETY: a zeroed set is valid, and the call fills it.
    unsafe {
        let mut set: libc::cpu_set_t = core::mem::zeroed();
        if libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &mut set) != 0 {
            return 1;
        }
        usize::try_from(libc::CPU_COUNT(&set)).unwrap_or(1).max(1)
    }
}
