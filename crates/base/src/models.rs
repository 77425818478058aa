//! Protocols of other crates, in small: the orders of loads and stores that their rules prescribe, with nothing else around
//! them. Who changes such a rule changes the model as well.

use crate::facade::{
    AtomicU32, AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release,
};
use loom::sync::{Arc, Mutex};
use loom::thread;

const EMPTY: u32 = 0;

fn words<const N: usize>() -> [AtomicU32; N] {
    core::array::from_fn(|_| AtomicU32::new(EMPTY))
}

fn check(f: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(f);
}

/// `object::types`, rule 2: the change first, then the version; who fills a cache reads the version before and after.
#[test]
fn a_cache_by_version_is_not_stale() {
    check(|| {
        // The attribute of a class, the version of the class.
        let class = Arc::new((AtomicU32::new(1), AtomicU32::new(1)));
        let theirs = class.clone();
        let writer = thread::spawn(move || {
            theirs.0.store(2, Release);
            theirs.1.store(2, Release);
        });
        let version = class.1.load(Acquire);
        let found = class.0.load(Acquire);
        let cache = (class.1.load(Acquire) == version).then_some((version, found));
        writer.join().unwrap();
        if let Some((version, found)) = cache
            && version == class.1.load(Acquire)
        {
            assert_eq!(found, class.0.load(Acquire));
        }
    });
}

/// `object::instance`, rules 1 and 3: the value is stored before the shape that has its name is published.
#[test]
fn who_sees_the_shape_sees_the_value() {
    check(|| {
        // Slots by number; the shape is how many have names.
        let object = Arc::new((words::<2>(), AtomicU32::new(0), Mutex::new(())));
        let adders: Vec<_> = (1..3)
            .map(|value| {
                let object = object.clone();
                thread::spawn(move || {
                    let _lock = object.2.lock().unwrap();
                    let count = object.1.load(Relaxed);
                    object.0[count as usize].store(value, Release);
                    object.1.store(count + 1, Release);
                })
            })
            .collect();
        for slot in 0..object.1.load(Acquire) {
            assert_ne!(object.0[slot as usize].load(Acquire), EMPTY);
        }
        adders.into_iter().for_each(|adder| adder.join().unwrap());
        assert_eq!(object.1.load(Acquire), 2);
    });
}

/// `object::list`, rules 2 and 3: one appends, for which the array grows; a reader finds what was there before.
#[test]
fn a_list_that_grows_keeps_its_items() {
    check(|| {
        struct List {
            arrays: [[AtomicU32; 2]; 2],
            array: AtomicUsize,
            len: AtomicUsize,
        }
        let list = Arc::new(List {
            arrays: [words(), words()],
            array: AtomicUsize::new(0),
            len: AtomicUsize::new(1),
        });
        list.arrays[0][0].store(7, Relaxed);
        let theirs = list.clone();
        let writer = thread::spawn(move || {
            // The array had room for one.
            theirs.arrays[1][0].store(7, Relaxed);
            theirs.arrays[1][1].store(8, Release);
            theirs.array.store(1, Release);
            theirs.len.store(2, Release);
        });
        let len = list.len.load(Acquire);
        let array = list.array.load(Acquire);
        assert_eq!(list.arrays[array][0].load(Acquire), 7);
        if len == 2 {
            assert_eq!(list.arrays[array][1].load(Acquire), 8);
        }
        writer.join().unwrap();
    });
}

/// `object::dict::table`: two keys that hash to the same cell, and a writer.
struct Table {
    /// The number of an entry, plus one; or deleted.
    indices: [AtomicU32; 2],
    keys: [AtomicU32; 3],
    values: [AtomicU32; 3],
}

const DELETED: u32 = 9;

impl Table {
    fn new() -> Table {
        Table { indices: words(), keys: words(), values: words() }
    }

    /// Rule 3: the entry first, then its number.
    fn add(&self, entry: usize, cell: usize, key: u32, value: u32) {
        self.keys[entry].store(key, Relaxed);
        self.values[entry].store(value, Relaxed);
        self.indices[cell].store(entry as u32 + 1, Release);
    }

    /// Rule 5. `None` if the key is not there.
    fn get(&self, key: u32) -> Option<u32> {
        for cell in &self.indices {
            loop {
                let index = cell.load(Acquire);
                if index == EMPTY {
                    return None;
                }
                if index == DELETED {
                    break;
                }
                let entry = index as usize - 1;
                let found = self.keys[entry].load(Acquire);
                assert_ne!(found, EMPTY, "an entry without a key");
                if found != key {
                    break;
                }
                let value = self.values[entry].load(Acquire);
                if value != EMPTY {
                    return Some(value);
                }
                // Deleted since: the cell has changed.
                thread::yield_now();
            }
        }
        None
    }
}

#[test]
fn a_key_that_stays_is_not_missed() {
    check(|| {
        let table = Arc::new(Table::new());
        table.add(0, 0, 1, 10);
        table.add(1, 1, 2, 20);
        let theirs = table.clone();
        let writer = thread::spawn(move || {
            // Rule 4: the first key goes and comes back; its cell comes first in the second key's sequence.
            theirs.indices[0].store(DELETED, Release);
            theirs.values[0].store(EMPTY, Release);
            theirs.add(2, 0, 1, 11);
        });
        assert_eq!(table.get(2), Some(20));
        assert!(matches!(table.get(1), None | Some(10 | 11)));
        writer.join().unwrap();
        assert_eq!(table.get(1), Some(11));
    });
}

#[test]
fn a_table_that_is_replaced_stays_true() {
    check(|| {
        let dict = Arc::new(([Table::new(), Table::new()], AtomicUsize::new(0)));
        dict.0[0].add(0, 0, 1, 10);
        let theirs = dict.clone();
        let writer = thread::spawn(move || {
            theirs.0[1].add(0, 0, 1, 10);
            theirs.1.store(1, Release);
            theirs.0[1].add(1, 1, 2, 20);
        });
        let get = |key| dict.0[dict.1.load(Acquire)].get(key);
        assert_eq!(get(1), Some(10));
        let second = get(2);
        // Once seen, it stays.
        assert!(second.is_none() || get(2) == second);
        writer.join().unwrap();
        assert_eq!(get(2), Some(20));
    });
}

/// `object::intern`, rules 1 and 2: equal names become one object, also while more cells are made.
#[test]
fn a_name_is_interned_once() {
    check(|| {
        struct Names {
            cells: [[AtomicU32; 1]; 2],
            current: AtomicUsize,
            adding: Mutex<bool>,
        }
        impl Names {
            fn find(&self) -> Option<u32> {
                let found = self.cells[self.current.load(Acquire)][0].load(Acquire);
                (found != EMPTY).then_some(found)
            }
            fn intern(&self, mine: u32, grow: bool) -> u32 {
                if let Some(found) = self.find() {
                    return found;
                }
                let _adding = self.adding.lock().unwrap();
                if grow {
                    let old = self.cells[0][0].load(Relaxed);
                    self.cells[1][0].store(old, Relaxed);
                    self.current.store(1, Release);
                }
                if let Some(found) = self.find() {
                    return found;
                }
                self.cells[self.current.load(Relaxed)][0].store(mine, Release);
                mine
            }
        }
        let names = Arc::new(Names {
            cells: [words(), words()],
            current: AtomicUsize::new(0),
            adding: Mutex::new(false),
        });
        let theirs = names.clone();
        let other = thread::spawn(move || theirs.intern(1, true));
        let mine = names.intern(2, false);
        assert_eq!(mine, other.join().unwrap());
        assert_eq!(names.find(), Some(mine));
    });
}

/// `interp::machine`: the instructions, then the address; who finds the address runs the instructions.
#[test]
fn machine_code_is_whole_when_it_is_found() {
    check(|| {
        let code = Arc::new((AtomicU32::new(0), AtomicU32::new(0)));
        let theirs = code.clone();
        let compiler = thread::spawn(move || {
            theirs.0.store(5, Relaxed);
            theirs.1.store(1, Release);
        });
        if code.1.load(Acquire) != 0 {
            assert_eq!(code.0.load(Relaxed), 5);
        }
        compiler.join().unwrap();
    });
}
