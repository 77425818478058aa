//! Executable memory.
//!
//! Rules:
//! 1. No page is ever writable and executable at one address. A region of memory is mapped twice: code is
//!    written through one mapping and runs in the other, so nothing changes under a running thread.
//! 2. The writable mapping is not inherited by a forked child, which gets regions of its own.
//! 3. Pieces are handed out and given back under one lock; what was given back is used again.

use orochi_base::sync::Lock;

/// Bytes of a region.
const REGION: usize = 1 << 20;
/// Pieces are multiples of this.
const ALIGN: usize = 64;

struct Region {
    /// Where code is written.
    write: usize,
    /// Where it runs.
    run: usize,
    size: usize,
    /// Free pieces: offset, size; in order.
    free: Vec<(usize, usize)>,
    process: u32,
}

static REGIONS: Lock<Vec<Region>> = Lock::new(Vec::new());

/// Puts code into executable memory; gives its address, `None` without memory.
pub(crate) fn publish(code: &[u8]) -> Option<*const ()> {
    let size = code.len().next_multiple_of(ALIGN);
    let mut regions = REGIONS.lock();
    let process = std::process::id();
    let found = regions
        .iter_mut()
        .filter(|region| region.process == process)
        .find_map(|region| region.take(size).map(|at| (region.write + at, region.run + at)));
    let (write, run) = match found {
        Some(found) => found,
        None => {
            let mut region = Region::new(size.max(REGION))?;
            let at = region.take(size)?;
            let found = (region.write + at, region.run + at);
            regions.push(region);
            found
        }
    };
    // SAFETY: a piece of the region that nobody else has.
    unsafe { core::ptr::copy_nonoverlapping(code.as_ptr(), write as *mut u8, code.len()) };
    synchronise(run, code.len());
    Some(run as *const ())
}

/// Gives the memory of `size` bytes of code at `address` back.
pub(crate) fn free(address: *const (), size: usize) {
    let address = address as usize;
    let mut regions = REGIONS.lock();
    let process = std::process::id();
    let owner =
        regions.iter_mut().find(|region| (region.run..region.run + region.size).contains(&address));
    if let Some(region) = owner.filter(|region| region.process == process) {
        region.give(address - region.run, size.next_multiple_of(ALIGN));
    }
}

/// Before a fork: nobody is in the regions.
pub(crate) fn hold() {
    REGIONS.raw().lock();
}

/// After a fork, in parent and child.
pub(crate) fn release() {
    REGIONS.raw().unlock();
}

/// Other cores see the code: nothing to do on x86.
#[cfg(target_arch = "x86_64")]
fn synchronise(_at: usize, _size: usize) {}

#[cfg(not(target_arch = "x86_64"))]
fn synchronise(at: usize, size: usize) {
    unsafe extern "C" {
        fn __clear_cache(start: *mut core::ffi::c_char, end: *mut core::ffi::c_char);
    }
    // SAFETY: a range of mapped code.
    unsafe { __clear_cache(at as *mut _, (at + size) as *mut _) };
    // Threads that run go through a barrier before they can reach the code.
    // SAFETY: a system call without memory arguments.
    unsafe { libc::syscall(libc::SYS_membarrier, 1 << 6, 0, 0) };
}

impl Region {
    fn new(size: usize) -> Option<Region> {
        let size = size.next_multiple_of(4096);
        // SAFETY: system calls; what they give is checked.
        unsafe {
            let file = libc::memfd_create(c"orochi code".as_ptr(), libc::MFD_CLOEXEC);
            if file < 0 {
                return None;
            }
            let map = |protection| {
                libc::mmap(core::ptr::null_mut(), size, protection, libc::MAP_SHARED, file, 0)
            };
            let sized = libc::ftruncate(file, size as libc::off_t) == 0;
            let (write, run) = match sized {
                true => (
                    map(libc::PROT_READ | libc::PROT_WRITE),
                    map(libc::PROT_READ | libc::PROT_EXEC),
                ),
                false => (libc::MAP_FAILED, libc::MAP_FAILED),
            };
            libc::close(file);
            if write == libc::MAP_FAILED || run == libc::MAP_FAILED {
                for mapping in [write, run] {
                    if mapping != libc::MAP_FAILED {
                        libc::munmap(mapping, size);
                    }
                }
                return None;
            }
            libc::madvise(write, size, libc::MADV_DONTFORK);
            Some(Region {
                write: write as usize,
                run: run as usize,
                size,
                free: vec![(0, size)],
                process: std::process::id(),
            })
        }
    }

    fn take(&mut self, size: usize) -> Option<usize> {
        let found = self.free.iter().position(|(_, free)| *free >= size)?;
        let (at, free) = self.free[found];
        if free == size {
            self.free.remove(found);
        } else {
            self.free[found] = (at + size, free - size);
        }
        Some(at)
    }

    fn give(&mut self, at: usize, size: usize) {
        let place = self.free.partition_point(|(start, _)| *start < at);
        self.free.insert(place, (at, size));
        if place + 1 < self.free.len() && self.free[place + 1].0 == at + size {
            self.free[place].1 += self.free.remove(place + 1).1;
        }
        if place > 0 && self.free[place - 1].0 + self.free[place - 1].1 == at {
            self.free[place - 1].1 += self.free.remove(place).1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_runs_and_memory_is_used_again() {
        #[cfg(target_arch = "x86_64")]
        {
            // mov eax, 42; ret
            let address = publish(&[0xb8, 42, 0, 0, 0, 0xc3]).unwrap();
            // SAFETY: the code above is such a function.
            let f: extern "C" fn() -> i32 = unsafe { core::mem::transmute(address) };
            assert_eq!(f(), 42);
            free(address, 6);
            assert_eq!(publish(&[0xc3]), Some(address));
        }
    }

    #[test]
    fn free_pieces_join() {
        let mut region = Region { write: 0, run: 0, size: 256, free: vec![(0, 256)], process: 0 };
        let pieces = [region.take(64), region.take(64), region.take(64)].map(Option::unwrap);
        region.give(pieces[0], 64);
        region.give(pieces[2], 64);
        region.give(pieces[1], 64);
        assert_eq!(region.free, [(0, 256)]);
    }
}
