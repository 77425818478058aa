//! A number that tells readers whether what they read belongs together, without a write of theirs.
//!
//! 1. It is odd while what it guards is being changed, and a higher even number afterwards. Changes exclude each other by
//!    other means: a lock.
//! 2. What it guards is read and written atomically, word by word. A reader may therefore meet a mixture, which must not harm it;
//!    it learns afterwards and forgets what it read.
//! 3. Words that a change writes are ordered by the fences: a reader that saw one of them sees the odd number, or a later one.

use crate::facade::{
    AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release, fence, spin,
};

/// How often a reader tries before it takes the lock.
const TRIES: usize = 4;

/// See the module.
#[derive(Default)]
pub struct Sequence(AtomicU32);

impl Sequence {
    /// Begins a change, which lasts until the guard is dropped. The lock is held.
    #[inline]
    pub fn change(&self) -> Change<'_> {
        self.0.store(self.0.load(Relaxed) | 1, Relaxed);
        fence(Release);
        Change(self)
    }

    /// What `f` read at one moment; `None` if others kept changing it.
    #[inline]
    pub fn read<R>(&self, mut f: impl FnMut() -> R) -> Option<R> {
        for _ in 0..TRIES {
            let before = self.0.load(Acquire);
            if before & 1 != 0 {
                spin();
                continue;
            }
            let result = f();
            fence(Acquire);
            if self.0.load(Relaxed) == before {
                return Some(result);
            }
        }
        None
    }
}

/// A change under way.
pub struct Change<'a>(&'a Sequence);

impl Drop for Change<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.0.store(self.0.0.load(Relaxed).wrapping_add(1), Release);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn readers_see_whole_changes() {
        let sequence = Sequence::default();
        let words = [const { AtomicU32::new(0) }; 4];
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for i in 1..20_000 {
                    let _change = sequence.change();
                    words.iter().for_each(|word| word.store(i, Relaxed));
                }
            });
            let mut seen = 0;
            while seen < 1000 {
                let read = || words.each_ref().map(|word| word.load(Relaxed));
                if let Some(row) = sequence.read(read) {
                    assert!(row.iter().all(|word| *word == row[0]), "{row:?}");
                    seen += 1;
                }
            }
        });
    }

    #[test]
    fn a_change_in_a_change_ends_odd_no_more() {
        let sequence = Sequence::default();
        drop(sequence.change());
        assert_eq!(sequence.0.load(Relaxed), 2);
        assert_eq!(sequence.read(|| 1), Some(1));
        let _change = sequence.change();
        assert_eq!(sequence.read(|| 1), None);
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::Arc;

    #[test]
    fn what_is_read_belongs_together() {
        loom::model(|| {
            let shared = Arc::new((Sequence::default(), AtomicU32::new(0), AtomicU32::new(0)));
            let theirs = shared.clone();
            let writer = loom::thread::spawn(move || {
                let (sequence, a, b) = &*theirs;
                for n in 1..3 {
                    let _change = sequence.change();
                    a.store(n, Relaxed);
                    b.store(n, Relaxed);
                }
            });
            let (sequence, a, b) = &*shared;
            if let Some((a, b)) = sequence.read(|| (a.load(Relaxed), b.load(Relaxed))) {
                assert_eq!(a, b);
            }
            writer.join().unwrap();
        });
    }
}
