//! The detector of hidden references: finds references to dying objects in the Rust heap.
//!
//! A binary built with the feature `detector` installs [`WatchedAllocator`] as its global
//! allocator. After each marking every live allocation of the Rust heap is searched for words that
//! are exactly the address of an object which is about to be freed. Such a word is a reference the
//! collector did not know of (or a stale one in spare capacity); the report names the object's
//! layout and where the memory was allocated.
//!
//! 1. The table of allocations lies in pages of its own and is guarded by one lock.
//! 2. Allocations made inside [`exempt`] are not watched: the collector's own lists, and caches of
//!    the client that hold objects weakly and are pruned in `Client::after_mark`.
//! 3. It is a tool for stress builds: each allocation costs a backtrace.

use crate::header::Header;
use crate::heap;
use crate::mutator::World;
use crate::tracer::is_marked;
use base::sync::RawLock;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::Relaxed};
use std::alloc::System;
use std::collections::HashSet;

const SLOTS: usize = 1 << 21;
const FRAMES: usize = 10;

#[repr(C)]
#[derive(Clone, Copy)]
struct Record {
    address: usize,
    size: usize,
    frames: [usize; FRAMES],
}

static TABLE: AtomicPtr<Record> = AtomicPtr::new(core::ptr::null_mut());
static COUNT: AtomicUsize = AtomicUsize::new(0);
static LOCK: RawLock = RawLock::new();

thread_local! {
    static EXEMPT: Cell<u32> = const { Cell::new(0) };
}

/// Runs `f`; allocations it makes are not watched.
pub fn exempt<R>(f: impl FnOnce() -> R) -> R {
    let change = |by: i32| {
        let _ = EXEMPT.try_with(|e| e.set(e.get().wrapping_add_signed(by)));
    };
    change(1);
    let result = f();
    change(-1);
    result
}

/// The global allocator of a build with the detector.
pub struct WatchedAllocator;

// SAFETY: hands everything on to the system allocator.
unsafe impl GlobalAlloc for WatchedAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's contract.
        let memory = unsafe { System.alloc(layout) };
        watch(memory, layout.size());
        memory
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's contract.
        let memory = unsafe { System.alloc_zeroed(layout) };
        watch(memory, layout.size());
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unwatch(memory);
        // SAFETY: by the caller's contract.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let was_watched = unwatch(memory);
        // SAFETY: by the caller's contract.
        let new = unsafe { System.realloc(memory, layout, size) };
        if new.is_null() {
            if was_watched {
                watch(memory, layout.size());
            }
        } else if was_watched {
            watch(new, size);
        }
        new
    }
}

fn home(address: usize) -> usize {
    (address >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 43 & (SLOTS - 1)
}

fn table() -> *mut Record {
    let known = TABLE.load(Relaxed);
    if !known.is_null() {
        return known;
    }
    let bytes = SLOTS * size_of::<Record>();
    let pages = base::pages::map_pages(bytes, base::pages::PAGE);
    let table = pages.map_or(core::ptr::null_mut(), |p| p.as_ptr().cast());
    TABLE.store(table, Relaxed);
    table
}

fn watch(memory: *mut u8, size: usize) {
    if memory.is_null() || size < 8 || EXEMPT.try_with(Cell::get).unwrap_or(1) != 0 {
        return;
    }
    let record = Record { address: memory as usize, size, frames: backtrace() };
    LOCK.lock();
    let table = table();
    if !table.is_null() && COUNT.load(Relaxed) < SLOTS / 2 {
        COUNT.fetch_add(1, Relaxed);
        let mut i = home(record.address);
        // SAFETY: indices stay inside the table, which has free slots; the lock is held.
        unsafe {
            while (*table.add(i)).address != 0 {
                i = (i + 1) & (SLOTS - 1);
            }
            *table.add(i) = record;
        }
    }
    LOCK.unlock();
}

/// Forgets an allocation; true if it was known.
fn unwatch(memory: *mut u8) -> bool {
    let table = TABLE.load(Relaxed);
    if table.is_null() {
        return false;
    }
    LOCK.lock();
    let mut i = home(memory as usize);
    // SAFETY: as in `watch`. Entries behind the removed one move up, so that none is cut off.
    let found = unsafe {
        while (*table.add(i)).address != 0 && (*table.add(i)).address != memory as usize {
            i = (i + 1) & (SLOTS - 1);
        }
        let found = (*table.add(i)).address != 0;
        if found {
            COUNT.fetch_sub(1, Relaxed);
            let mut next = (i + 1) & (SLOTS - 1);
            while (*table.add(next)).address != 0 {
                let wanted = home((*table.add(next)).address);
                if next.wrapping_sub(wanted) & (SLOTS - 1) >= next.wrapping_sub(i) & (SLOTS - 1) {
                    *table.add(i) = *table.add(next);
                    i = next;
                }
                next = (next + 1) & (SLOTS - 1);
            }
            (*table.add(i)).address = 0;
        }
        found
    };
    LOCK.unlock();
    found
}

fn backtrace() -> [usize; FRAMES] {
    #[repr(C)]
    struct Walk {
        skip: usize,
        at: usize,
        frames: [usize; FRAMES],
    }
    unsafe extern "C" {
        fn _Unwind_Backtrace(
            step: extern "C" fn(*mut core::ffi::c_void, *mut core::ffi::c_void) -> i32,
            argument: *mut core::ffi::c_void,
        ) -> i32;
        fn _Unwind_GetIP(context: *mut core::ffi::c_void) -> usize;
    }
    extern "C" fn step(context: *mut core::ffi::c_void, walk: *mut core::ffi::c_void) -> i32 {
        // SAFETY: `walk` is the structure below; the context is the unwinder's.
        let (walk, ip) = unsafe { (&mut *walk.cast::<Walk>(), _Unwind_GetIP(context)) };
        if walk.skip > 0 {
            walk.skip -= 1;
            return 0;
        }
        walk.frames[walk.at] = ip;
        walk.at += 1;
        if walk.at == FRAMES { 5 } else { 0 }
    }
    let mut walk = Walk { skip: 2, at: 0, frames: [0; FRAMES] };
    // SAFETY: the callback only writes to `walk`.
    unsafe { _Unwind_Backtrace(step, (&raw mut walk).cast()) };
    walk.frames
}

/// Every object there is, before a marking.
pub(crate) fn objects(world: &World) -> HashSet<usize> {
    let mut all = HashSet::new();
    if !TABLE.load(Relaxed).is_null() {
        crate::for_each_object(world, |object| {
            all.insert(object as usize);
        });
    }
    all
}

/// Searches the watched allocations for references to those of `all` that bear no mark.
pub(crate) fn check(all: &HashSet<usize>) {
    let table = TABLE.load(Relaxed);
    if table.is_null() {
        return;
    }
    let mut reports = Vec::new();
    LOCK.lock();
    for i in 0..SLOTS {
        // SAFETY: inside the table, under the lock.
        let record = unsafe { *table.add(i) };
        if record.address == 0 {
            continue;
        }
        for at in (record.address.next_multiple_of(8)..record.address + record.size - 7).step_by(8)
        {
            // SAFETY: the allocation lives: it cannot be freed while we hold the lock.
            let word = unsafe { (at as *const usize).read_volatile() };
            if word.is_multiple_of(16) && word != 0 && all.contains(&word) && !is_marked(word) {
                reports.push((record, at - record.address, word));
                break;
            }
        }
    }
    LOCK.unlock();
    for (record, offset, word) in reports {
        heap().client().verify_failed(&describe(&record, offset, word));
    }
}

fn describe(record: &Record, offset: usize, word: usize) -> String {
    // SAFETY: the object is dying but not freed yet.
    let layout = unsafe { (*(word as *const Header)).layout };
    let name = heap().layouts().get(layout as usize).map_or("?", |l| l.name);
    let base = executable_base();
    let frames: Vec<String> = record
        .frames
        .iter()
        .filter(|&&ip| ip != 0)
        .map(|&ip| format!("{:#x}", ip.wrapping_sub(base).wrapping_sub(1)))
        .collect();
    format!(
        "hidden reference: a dying {name} at {word:#x} is referred to from offset {offset} of {} \
         bytes of the Rust heap, allocated at: addr2line -Cfie /proc/{}/exe {}",
        record.size,
        std::process::id(),
        frames.join(" "),
    )
}

fn executable_base() -> usize {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return 0 };
    let first = maps.split('-').next().unwrap_or("0");
    usize::from_str_radix(first, 16).unwrap_or(0)
}

/// For `fork`.
pub(crate) fn lock() -> &'static RawLock {
    &LOCK
}
