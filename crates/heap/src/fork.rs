//! `fork`: in a stopped world, with no lock of the heap held by a thread that the child loses.
//!
//! 1. `before_fork` stops the world and takes the locks that detached threads might hold.
//! 2. The parent releases all and goes on.
//! 3. In the child only the forking thread's mutator survives. The lists of the others are adopted,
//!    their allocation memory is closed by its zeroes. Marking helpers are forgotten, and started anew when they are
//!    wanted.
//! 4. What the lost threads referred to stays alive in the child for good: the threads go on in the parent, and
//!    finalizers in the child would end what they use (remove a temporary folder, say).

use crate::collect;
use crate::mutator::{Mutator, resume_after_fork, stop_for_fork};
use crate::{heap, mutator::World};

impl Mutator {
    /// Makes the heap ready for `fork`; the calling thread is the one that forks. It may neither
    /// allocate nor poll until one of the other two calls.
    #[inline(never)]
    pub fn before_fork(&self) {
        let guard = self.enter_detached();
        stop_for_fork(self);
        heap().lock_all();
        // The thread stays detached until the stop ends.
        core::mem::forget(guard);
    }

    /// Undoes [`Mutator::before_fork`] in the parent (also if the fork failed).
    pub fn after_fork_parent(&self) {
        heap().unlock_all();
        resume_after_fork();
        self.attach_now();
    }

    /// Undoes [`Mutator::before_fork`] in the child.
    pub fn after_fork_child(&self) {
        heap().unlock_all();
        heap().pool.forget_helpers();
        base::sync::contention::after_fork();
        World::stopped(|world| {
            world.for_each_mutator(|other| {
                if !core::ptr::eq(other, self) {
                    other.retire();
                }
            });
            collect::keep_roots_of_lost(world, self);
            world.for_each_mutator(|other| {
                if !core::ptr::eq(other, self) {
                    // SAFETY: the thread is gone.
                    heap().adopt_orphans(unsafe { other.lists() });
                }
            });
        });
        // SAFETY: the registry's lock is held by the stop, and this is the only thread.
        unsafe { (*heap().registry.as_ptr()).retain(|&other| core::ptr::eq(other, self)) };
        self.own_after_fork();
        resume_after_fork();
        self.attach_now();
    }
}
