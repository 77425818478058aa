//! The header of every object, and the units memory is counted in.

use core::sync::atomic::{AtomicU8, AtomicU64};

/// The unit objects are aligned to and measured in.
pub const GRANULE: usize = 16;

/// Bytes of a [`Header`].
pub const HEADER_BYTES: usize = 16;

/// Bit of [`Header::gc`]: the object is old and not in the remembered set, so the next store of a
/// reference into it has to be logged.
pub const UNLOGGED: u8 = 1;

/// Bit of [`Header::gc`]: the object lies in the large-object space.
pub const LARGE: u8 = 2;

/// The layout number of the filler that closes an abandoned piece of memory.
pub(crate) const FILLER: u16 = u16::MAX;

/// What every object begins with; the payload follows.
///
/// `word` and `lock` belong to the client, the rest to the heap. No two fields are ever reached
/// through one wider atomic access once the object is published.
#[repr(C, align(16))]
pub struct Header {
    /// The client's word (the shape). The heap traces it as a reference.
    pub word: AtomicU64,
    /// The object's lock (`biased`): at birth the number of the thread that makes it.
    pub lock: AtomicU8,
    /// The heap's bits.
    pub gc: AtomicU8,
    /// Index into the table of layouts.
    pub layout: u16,
    /// Size in 16-byte units with the header; 0 means free memory.
    pub granules: u32,
}

const _: () = assert!(size_of::<Header>() == HEADER_BYTES);

impl Header {
    /// The first byte after the header.
    #[inline(always)]
    pub fn payload(this: *mut Header) -> *mut u8 {
        this.cast::<u8>().wrapping_add(HEADER_BYTES)
    }

    /// Size in bytes with the header.
    #[inline(always)]
    pub fn size(&self) -> usize {
        self.granules as usize * GRANULE
    }

    /// Bytes of the payload, rounded up to whole granules.
    #[inline(always)]
    pub fn payload_bytes(&self) -> usize {
        self.size() - HEADER_BYTES
    }

    /// The second word of a fresh small object's header and the object's size in bytes, for
    /// generated code that allocates: bump the cursor by the size, store the client's word at
    /// offset 0 and this word, with the number of the thread in its lowest byte, at offset 8. Not for layouts with native
    /// cleanup.
    pub const fn template(layout: u16, payload: usize) -> (u64, usize) {
        let size = (payload + HEADER_BYTES + GRANULE - 1) & !(GRANULE - 1);
        ((layout as u64) << 16 | ((size / GRANULE) as u64) << 32, size)
    }

    /// Writes the header of a fresh object that belongs to the thread with this number: one store for the word, one for the rest.
    ///
    /// # Safety
    /// `at` is 16-byte aligned, zeroed memory that only this thread knows.
    #[inline(always)]
    pub(crate) unsafe fn write(
        at: usize,
        word: u64,
        layout: u16,
        size: usize,
        owner: u8,
    ) -> *mut Header {
        let pointer = at as *mut u64;
        let rest = owner as u64 | (layout as u64) << 16 | ((size / GRANULE) as u64) << 32;
        // SAFETY: by contract; little endian puts `lock` at byte 0, `layout` at byte 2 and `granules` at byte 4.
        unsafe {
            pointer.write(word);
            pointer.add(1).write(rest);
        }
        at as *mut Header
    }
}

#[cfg(not(target_endian = "little"))]
compile_error!("the header is written as one little-endian word");

/// Bytes of an object with `payload` bytes, header included; `None` if that is not representable.
#[inline]
pub(crate) fn object_bytes(payload: usize) -> Option<usize> {
    let size = payload.checked_add(HEADER_BYTES + GRANULE - 1)? & !(GRANULE - 1);
    (size / GRANULE <= u32::MAX as usize).then_some(size)
}

/// Whether a word has the form of a reference to a heap object.
#[inline(always)]
pub fn is_reference(word: u64) -> bool {
    word != 0 && word & 7 == 0
}
