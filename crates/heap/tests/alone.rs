//! The end of a single thread's time: the second thread waits for a safepoint of the first. Alone in its process, for that
//! time comes once.

mod common;
use base::sync::{ByteLock, alone};
use common::*;
use orochi_heap::Config;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::SeqCst};
use std::time::Duration;

#[test]
fn the_second_thread_waits_for_the_first() {
    start(Config::default());
    let (byte, entered) = (AtomicU8::new(0), AtomicBool::new(false));
    attached(|first| {
        assert!(!alone::is_shared());
        // As alone: a load and a store.
        assert!(ByteLock::try_take(&byte));
        assert!(!ByteLock::try_take(&byte));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                attached(|_| {
                    entered.store(true, SeqCst);
                    while !ByteLock::try_take(&byte) {
                        std::thread::yield_now();
                    }
                    ByteLock::unlock(&byte);
                })
            });
            while !alone::is_shared() {
                std::thread::yield_now();
            }
            // It has told, and is not in before the first polls.
            std::thread::sleep(Duration::from_millis(30));
            assert!(!entered.load(SeqCst));
            ByteLock::unlock(&byte);
            for _ in 0..1000 {
                first.poll();
                assert!(byte.load(SeqCst) <= 1);
                std::thread::yield_now();
            }
            while !entered.load(SeqCst) {
                first.poll();
            }
        });
    });
    // A third one has nobody to wait for.
    std::thread::scope(|scope| {
        scope.spawn(|| attached(|_| assert!(alone::is_shared())));
    });
}
