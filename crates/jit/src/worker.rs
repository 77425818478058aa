//! The thread that compiles.
//!
//! Rules:
//! 1. Mutators queue jobs; one thread, which is no mutator, takes them in order. It never touches the heap's
//!    references: it reads what a [`Plan`](crate::plan::Plan) names and publishes an address.
//! 2. `QUEUE` is taken for moments, without a poll under it: whoever waits for it may be attached. The tuple of rule 3 is
//!    allocated under it, which never collects, and the heap never asks for this lock. A fork holds
//!    it, in a stopped world; in the child nobody compiles what the lost thread had taken.
//! 3. `PENDING` is a tuple of the machine code objects that are queued or being compiled: a root, since the
//!    worker uses what they refer to. It is written under `QUEUE`.

use crate::Job;
use core::sync::atomic::{AtomicU32, Ordering};
use orochi_base::sync::{Futex, Lock};
use orochi_object::collector::Root;
use orochi_object::prelude::*;
use orochi_runtime::machine::MachineCode;
use std::collections::VecDeque;

/// More jobs are not queued: what is still hot comes again.
const MOST_JOBS: usize = 256;
/// Cranelift's recursions stay far below.
const STACK: usize = 4 << 20;

struct Queue {
    jobs: VecDeque<Job>,
    /// What the worker compiles at the moment.
    current: Option<Ref<MachineCode>>,
    running: bool,
}

// SAFETY: objects are named by address; `PENDING` keeps them.
unsafe impl Send for Queue {}

static QUEUE: Lock<Queue> =
    Lock::new(Queue { jobs: VecDeque::new(), current: None, running: false });
static PENDING: Root = Root::new();
/// Counts jobs that were queued: what the worker sleeps on.
static QUEUED: AtomicU32 = AtomicU32::new(0);

/// Queues a job; gives it back if there are too many, no memory, or no thread to be had.
pub(crate) fn submit(cx: &Cx, job: Job) -> Result<(), Job> {
    let mut queue = QUEUE.lock();
    if queue.jobs.len() >= MOST_JOBS || keep(cx, &queue, &job).is_err() {
        return Err(job);
    }
    if !queue.running {
        // SAFETY: `work` takes no data and does not unwind.
        queue.running = unsafe { orochi_base::thread::spawn(STACK, work, core::ptr::null_mut()) };
        if !queue.running {
            return Err(job);
        }
    }
    queue.jobs.push_back(job);
    drop(queue);
    QUEUED.fetch_add(1, Ordering::Release);
    Futex::wake(&QUEUED, 1);
    Ok(())
}

/// Makes the machine code objects of all unfinished jobs roots.
fn keep(cx: &Cx, queue: &Queue, job: &Job) -> Res<()> {
    let unfinished = queue.jobs.iter().map(|job| job.machine).chain(queue.current);
    let all: Vec<Value> = unfinished.chain([job.machine]).map(Ref::value).collect();
    PENDING.set(cx.new_tuple(&all)?.value());
    Ok(())
}

extern "C" fn work(_: *mut libc::c_void) -> *mut libc::c_void {
    become_quiet();
    loop {
        let seen = QUEUED.load(Ordering::Acquire);
        match next() {
            Some(job) => {
                let machine = job.machine;
                if std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| job.run())).is_err() {
                    machine.fail();
                }
                QUEUE.lock().current = None;
            }
            None => {
                Futex::wait(&QUEUED, seen, None);
            }
        }
    }
}

fn next() -> Option<Job> {
    let mut queue = QUEUE.lock();
    let job = queue.jobs.pop_front()?;
    queue.current = Some(job.machine);
    Some(job)
}

/// Signals are for Python's threads.
fn become_quiet() {
    // SAFETY: a mask on the stack; the thread's name is a C string.
    unsafe {
        let mut all = core::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, core::ptr::null_mut());
        libc::pthread_setname_np(libc::pthread_self(), c"orochi-jit".as_ptr());
    }
}

/// Before a fork: nobody is in the queue.
pub(crate) fn hold() {
    QUEUE.raw().lock();
    crate::memory::hold();
}

/// After a fork. What the child had queued may get hot again there.
pub(crate) fn release(in_child: bool) {
    crate::memory::release();
    QUEUE.raw().unlock();
    if in_child {
        let mut queue = QUEUE.lock();
        queue.running = false;
        queue.jobs.drain(..).for_each(Job::abandon);
        if let Some(machine) = queue.current.take() {
            machine.fail();
        }
    }
}
