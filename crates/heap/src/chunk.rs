//! Chunks, blocks and lines, and the tables that describe them.
//!
//! A chunk is 4 MiB at a multiple of 4 MiB. Its first four blocks hold tables: mark bits and start
//! bits (one a granule), line marks (a byte a line), block descriptions. So every table is found
//! from an address by masking.
//!
//! 1. A mark bit says: an object that the last collection found live starts here.
//! 2. A line is marked if such an object covers a part of it. Unmarked lines were free at the end
//!    of the last collection.
//! 3. An unmarked line below `claimed` of its block was handed to a thread since; it holds whole
//!    objects from the start of its run of unmarked lines on, closed by a filler or by zeroes.
//! 4. An object lies in one block.
//! 5. `clean` says that all memory of the block that is not handed out reads as zero.

use core::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed};

pub(crate) const CHUNK: usize = 4 << 20;
pub(crate) const BLOCK: usize = 32 << 10;
pub(crate) const LINE: usize = 128;
pub(crate) const LINES: usize = BLOCK / LINE;
pub(crate) const BLOCKS: usize = CHUNK / BLOCK;
/// Blocks at the start of a chunk that hold its tables.
pub(crate) const META_BLOCKS: usize = 4;
pub(crate) const DATA_BLOCKS: usize = BLOCKS - META_BLOCKS;

const MARKS: usize = 0;
const LINE_MARKS: usize = BLOCK;
const STARTS: usize = 2 * BLOCK;
const INFOS: usize = 3 * BLOCK;

const OFFSET: usize = CHUNK - 1;

/// What is known about a block: on cache lines of its own, for the thread that owns the block writes to it.
#[repr(C, align(128))]
pub(crate) struct BlockInfo {
    /// Lines below this one, if unmarked, were handed out since the last collection.
    pub(crate) claimed: AtomicU16,
    /// Free lines at the last sweep.
    pub(crate) free_lines: AtomicU16,
    /// All memory that is not handed out is zero.
    pub(crate) clean: AtomicU8,
    /// Not free, but with many free lines in a row at the last sweep.
    pub(crate) roomy: AtomicU8,
    /// The collection for which the start bits of the block were built.
    pub(crate) starts_epoch: AtomicU32,
}

const _: () = assert!(size_of::<BlockInfo>() * BLOCKS <= BLOCK);

// Which chunks are ours: one bit for each 4 MiB of the address space. It lies in zero pages that
// are never touched but for those in use.
#[cfg(target_arch = "x86_64")]
const ADDRESS_BITS: usize = 47;
#[cfg(not(target_arch = "x86_64"))]
const ADDRESS_BITS: usize = 48;
const MAP_WORDS: usize = 1 << (ADDRESS_BITS - 22 - 6);
static CHUNK_MAP: [AtomicU64; MAP_WORDS] = [const { AtomicU64::new(0) }; MAP_WORDS];

/// Whether `address` can be looked up at all.
#[inline(always)]
pub(crate) fn is_mappable(address: usize) -> bool {
    address >> ADDRESS_BITS == 0
}

/// Whether `address` (below the end of the user's address space) lies in a chunk of ours.
#[inline(always)]
pub(crate) fn in_chunk(address: usize) -> bool {
    let word = CHUNK_MAP[(address >> 28) & (MAP_WORDS - 1)].load(Relaxed);
    word >> ((address >> 22) & 63) & 1 != 0
}

/// Enters or removes a chunk.
pub(crate) fn set_in_chunk(chunk: usize, present: bool) {
    let word = &CHUNK_MAP[(chunk >> 28) & (MAP_WORDS - 1)];
    let bit = 1 << ((chunk >> 22) & 63);
    if present {
        word.fetch_or(bit, Relaxed);
    } else {
        word.fetch_and(!bit, Relaxed);
    }
}

#[inline(always)]
fn bitmap(address: usize, table: usize) -> (&'static AtomicU64, u64) {
    let granule = (address & OFFSET) >> 4;
    let word = (address & !OFFSET) + table + (granule >> 6) * 8;
    // SAFETY: callers pass addresses in live chunks; the tables are only reached atomically.
    (unsafe { &*(word as *const AtomicU64) }, 1 << (granule & 63))
}

/// The word and bit that mark the object at `address`, which lies in a chunk.
#[inline(always)]
pub(crate) fn mark_bit(address: usize) -> (&'static AtomicU64, u64) {
    bitmap(address, MARKS)
}

/// The word and bit that say that an object allocated since the last collection starts there.
#[inline(always)]
pub(crate) fn start_bit(address: usize) -> (&'static AtomicU64, u64) {
    bitmap(address, STARTS)
}

/// The mark of the line that covers `address`, which lies in a chunk.
#[inline(always)]
pub(crate) fn line_mark(address: usize) -> &'static AtomicU8 {
    let index = (address & !OFFSET) + LINE_MARKS + ((address & OFFSET) / LINE);
    // SAFETY: as for the bitmaps.
    unsafe { &*(index as *const AtomicU8) }
}

/// The description of the block that covers `address`.
#[inline(always)]
pub(crate) fn info(address: usize) -> &'static BlockInfo {
    let index = (address & OFFSET) / BLOCK;
    let at = (address & !OFFSET) + INFOS + index * size_of::<BlockInfo>();
    // SAFETY: as for the bitmaps.
    unsafe { &*(at as *const BlockInfo) }
}

/// The line marks of a block, eight at a time.
#[inline]
pub(crate) fn line_words(block: usize) -> &'static [AtomicU64; LINES / 8] {
    let at = (block & !OFFSET) + LINE_MARKS + ((block & OFFSET) / LINE);
    // SAFETY: as for the bitmaps. These words and the bytes of `line_mark` overlap; the words are
    // only used by the block's owner (no line of it is marked meanwhile) and in a stop's sweep.
    unsafe { &*(at as *const [AtomicU64; LINES / 8]) }
}

/// Clears all mark bits and line marks of a block.
pub(crate) fn clear_marks(block: usize) {
    for word in line_words(block) {
        word.store(0, Relaxed);
    }
    clear_bits(block, MARKS);
}

/// Clears the start bits of a block.
pub(crate) fn clear_starts(block: usize) {
    clear_bits(block, STARTS);
}

fn clear_bits(block: usize, table: usize) {
    let first = bitmap(block, table).0 as *const AtomicU64;
    for i in 0..BLOCK / 16 / 64 {
        // SAFETY: the block's part of the table.
        unsafe { (*first.add(i)).store(0, Relaxed) };
    }
}

/// The blocks of a chunk that hold objects.
pub(crate) fn data_blocks(chunk: usize) -> impl DoubleEndedIterator<Item = usize> {
    (META_BLOCKS..BLOCKS).map(move |i| chunk + i * BLOCK)
}

/// Whether `address`, which lies in a chunk, lies in one of its data blocks.
#[inline]
pub(crate) fn in_data(address: usize) -> bool {
    address & OFFSET >= META_BLOCKS * BLOCK
}

/// Counts the marked lines of a block.
pub(crate) fn marked_lines(block: usize) -> usize {
    // Each of the eight bytes counts marks of its own, and none overflows.
    const { assert!(LINES / 8 < 256) };
    let sums: u64 = line_words(block).iter().map(|w| w.load(Relaxed)).sum();
    const EVEN: u64 = 0x00FF_00FF_00FF_00FF;
    let pairs = (sums & EVEN) + (sums >> 8 & EVEN);
    (pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48) as usize
}

const ALL_MARKED: u64 = 0x0101_0101_0101_0101;

/// The first line at or after `from` whose mark, turned over where `flip` has a bit, is set; else [`LINES`].
#[inline(always)]
fn next_line(block: usize, from: usize, flip: u64) -> usize {
    let words = line_words(block);
    let mut i = from / 8;
    let mut beyond = u64::MAX << (from % 8 * 8);
    while let Some(word) = words.get(i) {
        let found = (word.load(Relaxed) ^ flip) & beyond;
        if found != 0 {
            return i * 8 + found.trailing_zeros() as usize / 8;
        }
        beyond = u64::MAX;
        i += 1;
    }
    LINES
}

/// The first run of at least `min` unmarked lines at or after line `from`: its first line and the
/// one after its last.
pub(crate) fn next_run(block: usize, from: usize, min: usize) -> Option<(usize, usize)> {
    let mut line = from;
    loop {
        let start = next_line(block, line, ALL_MARKED);
        if start >= LINES {
            return None;
        }
        let end = next_line(block, start, 0);
        if end - start >= min {
            return Some((start, end));
        }
        line = end;
    }
}

/// Calls `f` with the addresses of the parts of a block that were handed out since the last
/// collection: whole runs of unmarked lines, the last one cut at `claimed`.
pub(crate) fn claimed_runs(block: usize, min: usize, mut f: impl FnMut(usize, usize)) {
    let claimed = info(block).claimed.load(Relaxed) as usize;
    let mut line = 0;
    while let Some((start, end)) = next_run(block, line, min) {
        if start >= claimed {
            return;
        }
        f(block + start * LINE, block + end.min(claimed) * LINE);
        line = end;
    }
}
