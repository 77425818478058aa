//! Anonymous memory from the operating system.
//!
//! 1. Mapped pages read as zero, also after [`decommit`].
//! 2. Failure is a `None` or nothing at all, never an abort: the address space may be limited.
//! 3. Nothing is reserved beyond what is asked for (an aligned mapping trims its slack at once).

use core::ptr::NonNull;

/// The page size that lengths must be multiples of at least; larger system pages only make
/// [`decommit`] round inward.
pub const PAGE: usize = 4096;

fn map(length: usize) -> Option<usize> {
    map_with(length, libc::MAP_NORESERVE)
}

fn map_with(length: usize, flags: libc::c_int) -> Option<usize> {
    // SAFETY: a fresh anonymous mapping touches no memory of ours.
    let base = unsafe {
        libc::mmap(
            core::ptr::null_mut(),
            length,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | flags,
            -1,
            0,
        )
    };
    (base != libc::MAP_FAILED).then_some(base as usize)
}

/// Maps `length` zeroed bytes at a multiple of `align` (a power of two, at least a page).
pub fn map_pages(length: usize, align: usize) -> Option<NonNull<u8>> {
    let base = map(length)?;
    if base & (align - 1) == 0 {
        return NonNull::new(base as *mut u8);
    }
    // SAFETY: the mapping was made above and nobody knows it yet.
    unsafe { unmap_raw(base, length) };
    let base = map(length.checked_add(align)?)?;
    let start = (base + align - 1) & !(align - 1);
    // SAFETY: both pieces are inside the fresh mapping and outside the part we return.
    unsafe {
        unmap_raw(base, start - base);
        unmap_raw(start + length, base + align - start);
    }
    NonNull::new(start as *mut u8)
}

/// Whether the system would map `length` bytes now, and has as much at all. For what somebody allocates who cannot be
/// told that there is no memory.
pub fn available(length: usize) -> bool {
    let Some(base) = map_with(length, 0) else { return false };
    // SAFETY: the mapping was made above and nobody knows it.
    unsafe { unmap_raw(base, length) };
    true
}

/// # Safety
/// The range is a mapping of ours that nobody uses.
unsafe fn unmap_raw(base: usize, length: usize) {
    if length != 0 {
        // SAFETY: by contract.
        unsafe { libc::munmap(base as *mut libc::c_void, length) };
    }
}

/// Gives pages back.
///
/// # Safety
/// The range came from [`map_pages`] and nobody uses it any more.
pub unsafe fn unmap_pages(base: NonNull<u8>, length: usize) {
    // SAFETY: by contract.
    unsafe { unmap_raw(base.as_ptr() as usize, length) };
}

/// Gives the memory of pages back and keeps the addresses; they read as zero afterwards. Returns
/// false if the system refused, in which case nothing changed.
///
/// # Safety
/// The range is part of one mapping of [`map_pages`] and its contents are not needed.
pub unsafe fn decommit(base: NonNull<u8>, length: usize) -> bool {
    // SAFETY: by contract.
    unsafe { libc::madvise(base.as_ptr().cast(), length, libc::MADV_DONTNEED) == 0 }
}

/// Has the system forget that it mapped pages of the executable's constant data: they are read from its cache again when
/// they are wanted again.
///
/// # Safety
/// The bytes are in a part of the executable that nothing is ever written to, not even by the loader.
pub unsafe fn forget(constant: &[u8]) {
    #[cfg(target_os = "linux")]
    {
        let start = (constant.as_ptr() as usize).next_multiple_of(PAGE);
        let end = (constant.as_ptr() as usize + constant.len()) & !(PAGE - 1);
        if start < end {
            // SAFETY: a private mapping of a file, which by contract is as in the file.
            unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_DONTNEED) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = constant;
}

/// Has the C library keep what is freed at the end of its heap, up to some nurseries of it, and take medium blocks from
/// there: else it gives pages back in each collection and has them cleared anew right after.
pub fn keep_c_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt may be called at any time.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, 32 << 20);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 4 << 20);
    }
}

/// Asks the C library to give free memory of its heap back to the system.
pub fn trim_c_heap() {
    #[cfg(target_env = "gnu")]
    // SAFETY: malloc_trim may be called at any time.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligned_zeroed_and_reusable() {
        let align = 4 << 20;
        for _ in 0..4 {
            let pages = map_pages(align, align).expect("memory");
            assert_eq!(pages.as_ptr() as usize % align, 0);
            // SAFETY: freshly mapped, not yet unmapped.
            unsafe {
                assert_eq!(*pages.as_ptr(), 0);
                *pages.as_ptr().add(align - 1) = 7;
                assert!(decommit(pages, align));
                assert_eq!(*pages.as_ptr().add(align - 1), 0);
                unmap_pages(pages, align);
            }
        }
    }
}
