//! Threads that sleep until somebody has put an item down, where items and all this are kept under one lock.
//!
//! 1. `asleep` and `calling` are read and changed under the lock only.
//! 2. Who finds nothing calls [`Sleepers::fall_asleep`] in the same critical section and then sleeps until `calls` is not what it was
//!    before that section. Whoever wakes one takes it out of `asleep` and sets `calling`, under the lock, and
//!    then adds to `calls`.
//! 3. One sleeper is called at a time: who puts an item down while `calling` is set leaves it at that. Who comes back from its
//!    sleep, for whatever reason, ends the call if there is one, or else takes itself out of `asleep`, and calls the next one if
//!    items are left. (A thread needs microseconds to wake up, in which others put and take many.)
//! 4. So `asleep` and `calling` together say how many threads are between falling asleep and coming back, and a call always
//!    brings one of them back.

use crate::facade::{AtomicU32, FutexWord, Ordering};

/// See the module; all zero is valid.
#[derive(Default)]
#[repr(C)]
pub struct Sleepers {
    /// The word they sleep on.
    pub calls: FutexWord,
    asleep: AtomicU32,
    calling: AtomicU32,
}

impl Sleepers {
    /// What to sleep on, before the critical section that finds nothing.
    pub fn seen(&self) -> u32 {
        self.calls.load(Ordering::Acquire)
    }

    /// Whether somebody has been called since [`seen`](Self::seen) said this.
    pub fn has_called(&self, seen: u32) -> bool {
        self.calls.load(Ordering::Acquire) != seen
    }

    /// The caller has found nothing and is about to sleep. Under the lock.
    pub fn fall_asleep(&self) {
        self.asleep.store(self.asleep.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// There is an item for one of them: whether the caller is to [`call`](Self::call). Under the lock.
    #[inline]
    pub fn is_to_call(&self) -> bool {
        let asleep = self.asleep.load(Ordering::Relaxed);
        if asleep == 0 || self.calling.load(Ordering::Relaxed) != 0 {
            return false;
        }
        self.asleep.store(asleep - 1, Ordering::Relaxed);
        self.calling.store(1, Ordering::Relaxed);
        true
    }

    /// The caller comes back from its sleep and has taken what it wants; `left` says whether there is more. Whether it
    /// is to [`call`](Self::call) the next one. Under the lock.
    pub fn come_back(&self, left: bool) -> bool {
        if self.calling.load(Ordering::Relaxed) != 0 {
            self.calling.store(0, Ordering::Relaxed);
        } else {
            let asleep = self.asleep.load(Ordering::Relaxed);
            self.asleep.store(asleep.saturating_sub(1), Ordering::Relaxed);
        }
        left && self.is_to_call()
    }

    /// Wakes one, after the critical section.
    #[cold]
    pub fn call(&self) {
        self.calls.fetch_add(1, Ordering::Release);
        self.calls.wake_one();
    }

    /// In the child of a fork, where nobody sleeps. Under the lock.
    pub fn forget_all(&self) {
        self.asleep.store(0, Ordering::Relaxed);
        self.calling.store(0, Ordering::Relaxed);
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::{Arc, Mutex};

    type Shared = Arc<(Sleepers, Mutex<u32>)>;

    fn put(shared: &Shared) {
        let call = {
            let mut items = shared.1.lock().unwrap();
            *items += 1;
            shared.0.is_to_call()
        };
        if call {
            shared.0.call();
        }
    }

    /// Takes an item, if need be after `sleeps` sleeps at most.
    fn get(shared: &Shared, sleeps: u32) -> bool {
        for n in 0..=sleeps {
            let seen = shared.0.seen();
            let (taken, call) = {
                let mut items = shared.1.lock().unwrap();
                let taken = *items != 0;
                *items -= u32::from(taken);
                let call = n != 0 && shared.0.come_back(*items != 0);
                if !taken && n != sleeps {
                    shared.0.fall_asleep();
                }
                (taken, call)
            };
            if call {
                shared.0.call();
            }
            if taken {
                return true;
            }
            if n != sleeps {
                shared.0.calls.sleep(seen);
            }
        }
        false
    }

    fn model(f: impl Fn() + Sync + Send + 'static) {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(f);
    }

    #[test]
    fn two_getters_get_two_items() {
        model(|| {
            let shared: Shared = Arc::default();
            let getters: Vec<_> = (0..2)
                .map(|_| {
                    let shared = shared.clone();
                    loom::thread::spawn(move || assert!(get(&shared, 10)))
                })
                .collect();
            put(&shared);
            put(&shared);
            getters.into_iter().for_each(|getter| getter.join().unwrap());
        });
    }

    /// One of the getters comes back once, be it that it was called or gave up, and does not want the item any more.
    #[test]
    fn who_gives_up_leaves_it_to_another() {
        model(|| {
            let shared: Shared = Arc::default();
            let other = shared.clone();
            let getter = loom::thread::spawn(move || assert!(get(&other, 10)));
            let other = shared.clone();
            let quitter = loom::thread::spawn(move || {
                let asleep = {
                    let items = other.1.lock().unwrap();
                    if *items == 0 {
                        other.0.fall_asleep();
                    }
                    *items == 0
                };
                // Its time is over at once.
                if asleep {
                    let items = other.1.lock().unwrap();
                    let call = other.0.come_back(*items != 0);
                    drop(items);
                    if call {
                        other.0.call();
                    }
                }
            });
            put(&shared);
            quitter.join().unwrap();
            getter.join().unwrap();
        });
    }
}
