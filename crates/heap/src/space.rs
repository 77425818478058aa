//! The block space: handing out blocks, claiming holes, sweeping, giving memory back.
//!
//! 1. Between collections blocks are only handed out. Blocks with some free lines come first, by
//!    address, then free ones, then those of new chunks. Those with many free lines in a row are listed apart: objects of
//!    more than a line go there. The lists are fixed during that time and taken from with one atomic counter each.
//! 2. At a collection all threads lose their blocks, and the lists are built anew.
//! 3. `used` counts the bytes of blocks that are not free, and of large objects; allocation fails
//!    beyond `Config::max_bytes`. A few blocks are kept back as the reserve.
//! 4. Nothing here aborts for want of memory: the lists have room for all blocks before a chunk is
//!    entered.

use crate::chunk::{self, BLOCK, CHUNK, DATA_BLOCKS, LINE, LINES};
use crate::mutator::MAX_SMALL_BYTES;
use base::sync::Lock;
use core::cell::UnsafeCell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Blocks that only allocations which must not fail may take.
const RESERVE_BLOCKS: usize = 8;

/// Blocks with fewer free lines are left alone.
const MIN_FREE_LINES: usize = 8;

/// Blocks with as many free lines in a row are for objects of more than a line: each of them fits there, before the last
/// granule of the hole.
const ROOMY_LINES: usize = MAX_SMALL_BYTES / LINE + 1;

const POISON: u8 = 0xDB;

struct List {
    blocks: UnsafeCell<Vec<usize>>,
    next: AtomicUsize,
}

// SAFETY: the vector changes only while the world is stopped or under the lock of `Grow` for its
// capacity (never its elements); see `reserve`.
unsafe impl Sync for List {}

impl List {
    const fn new() -> List {
        List { blocks: UnsafeCell::new(Vec::new()), next: AtomicUsize::new(0) }
    }

    fn pop(&self) -> Option<usize> {
        // SAFETY: elements do not change while threads run.
        let blocks = unsafe { &*self.blocks.get() };
        if self.next.load(Relaxed) >= blocks.len() {
            return None;
        }
        blocks.get(self.next.fetch_add(1, Relaxed)).copied()
    }

    /// # Safety
    /// The world is stopped.
    #[allow(clippy::mut_from_ref)]
    unsafe fn reset(&self) -> &mut Vec<usize> {
        self.next.store(0, Relaxed);
        // SAFETY: by contract nobody else looks.
        let blocks = unsafe { &mut *self.blocks.get() };
        blocks.clear();
        blocks
    }
}

/// Chunks, and blocks of chunks mapped since the last collection.
pub(crate) struct Grow {
    pub(crate) chunks: Vec<usize>,
    fresh: Vec<usize>,
    reserve: Vec<usize>,
}

/// The block space: apart from what threads read all the time, for they write to it whenever they take a block.
#[repr(align(128))]
pub(crate) struct Space {
    recycled: List,
    roomy: List,
    free: List,
    pub(crate) grow: Lock<Grow>,
    /// Bytes of blocks in use and of large objects.
    pub(crate) used: AtomicUsize,
    pub(crate) max_bytes: AtomicUsize,
    pub(crate) mapped: AtomicUsize,
}

/// What a sweep found.
#[derive(Default)]
pub(crate) struct Swept {
    pub(crate) live_lines: usize,
    pub(crate) used_blocks: usize,
    pub(crate) free_blocks: usize,
}

/// How the parts of the heap that hand out and walk lines behave; fixed at start.
#[derive(Clone, Copy)]
pub(crate) struct LineRules {
    /// Shorter runs of free lines are not used.
    pub(crate) min_lines: usize,
    /// At most this many lines are claimed at once.
    pub(crate) max_lines: usize,
    pub(crate) poison: bool,
}

impl LineRules {
    pub(crate) const NORMAL: LineRules =
        LineRules { min_lines: 2, max_lines: LINES, poison: false };
}

impl Space {
    pub(crate) const fn new() -> Space {
        Space {
            recycled: List::new(),
            roomy: List::new(),
            free: List::new(),
            grow: Lock::new(Grow { chunks: Vec::new(), fresh: Vec::new(), reserve: Vec::new() }),
            used: AtomicUsize::new(0),
            max_bytes: AtomicUsize::new(usize::MAX),
            mapped: AtomicUsize::new(0),
        }
    }

    /// Counts `bytes` as used, unless the limit forbids it.
    pub(crate) fn charge(&self, bytes: usize) -> bool {
        let before = self.used.fetch_add(bytes, Relaxed);
        if before.saturating_add(bytes) <= self.max_bytes.load(Relaxed) {
            return true;
        }
        self.used.fetch_sub(bytes, Relaxed);
        false
    }

    /// A block with free lines.
    pub(crate) fn take_block(&self, reserve: bool) -> Option<usize> {
        self.recycled.pop().or_else(|| self.take_roomy_block(reserve))
    }

    /// A block with [`ROOMY_LINES`] free lines in a row.
    pub(crate) fn take_roomy_block(&self, reserve: bool) -> Option<usize> {
        self.roomy.pop().or_else(|| self.take_free_block(reserve))
    }

    /// A wholly free block.
    pub(crate) fn take_free_block(&self, reserve: bool) -> Option<usize> {
        if self.charge(BLOCK) {
            if let Some(block) = self.free.pop().or_else(|| self.take_fresh()) {
                return Some(block);
            }
            self.used.fetch_sub(BLOCK, Relaxed);
        }
        if !reserve {
            return None;
        }
        let block = self.grow.lock().reserve.pop()?;
        self.used.fetch_add(BLOCK, Relaxed);
        Some(block)
    }

    fn take_fresh(&self) -> Option<usize> {
        let mut grow = self.grow.lock();
        if grow.fresh.is_empty() {
            self.map_chunk(&mut grow)?;
        }
        grow.fresh.pop()
    }

    fn map_chunk(&self, grow: &mut Grow) -> Option<()> {
        grow.chunks.try_reserve(1).ok()?;
        grow.fresh.try_reserve(DATA_BLOCKS).ok()?;
        grow.reserve.try_reserve(RESERVE_BLOCKS).ok()?;
        let chunk = base::pages::map_pages(CHUNK, CHUNK)?.as_ptr() as usize;
        for block in chunk::data_blocks(chunk) {
            chunk::info(block).clean.store(1, Relaxed);
            chunk::info(block).free_lines.store(LINES as u16, Relaxed);
        }
        let mut blocks = chunk::data_blocks(chunk);
        if grow.chunks.is_empty() {
            grow.reserve.extend(blocks.by_ref().take(RESERVE_BLOCKS));
        }
        grow.chunks.push(chunk);
        grow.fresh.extend(blocks.rev());
        self.mapped.fetch_add(CHUNK, Relaxed);
        chunk::set_in_chunk(chunk, true);
        Some(())
    }

    /// Maps the first chunk.
    pub(crate) fn start(&self) -> bool {
        self.map_chunk(&mut self.grow.lock()).is_some()
    }

    /// Has blocks of new chunks only be handed out from now on, until the next collection: for the read-only proof. False
    /// without memory.
    ///
    /// # Safety
    /// The world is stopped, and no thread owns a block.
    pub(crate) unsafe fn only_fresh(&self, chunks: usize) -> bool {
        // SAFETY: by contract.
        unsafe {
            self.recycled.reset();
            self.roomy.reset();
            self.free.reset();
        }
        let mut grow = self.grow.lock();
        grow.fresh = Vec::new();
        (0..chunks).all(|_| self.map_chunk(&mut grow).is_some())
    }

    /// All chunks.
    ///
    /// # Safety
    /// The world is stopped.
    pub(crate) unsafe fn chunks(&self) -> &[usize] {
        // SAFETY: only `map_chunk` and `sweep` change the list, and neither runs now.
        unsafe { &(*self.grow.as_ptr()).chunks }
    }

    /// Clears every mark, before a full marking.
    ///
    /// # Safety
    /// The world is stopped.
    pub(crate) unsafe fn clear_marks(&self) {
        // SAFETY: by contract.
        for &chunk in unsafe { self.chunks() } {
            for block in chunk::data_blocks(chunk) {
                let info = chunk::info(block);
                if (info.free_lines.load(Relaxed) as usize) < LINES {
                    chunk::clear_marks(block);
                }
            }
        }
    }

    /// Rebuilds the lists from the line marks.
    ///
    /// # Safety
    /// The world is stopped, marking has ended, and no thread owns a block.
    pub(crate) unsafe fn sweep(&self, full: bool, rules: LineRules, keep_free: usize) -> Swept {
        let mut grow = self.grow.lock();
        let grow = &mut *grow;
        grow.fresh.clear();
        grow.reserve.clear();
        // SAFETY: by contract.
        let (recycled, roomy, free) =
            unsafe { (self.recycled.reset(), self.roomy.reset(), self.free.reset()) };
        let mut swept = Swept::default();
        grow.chunks.sort_unstable();
        for &chunk in &grow.chunks {
            for block in chunk::data_blocks(chunk) {
                let lines = sweep_block(block, full, rules);
                swept.live_lines += LINES - lines;
                if lines == LINES {
                    swept.free_blocks += 1;
                    push(free, block);
                } else {
                    swept.used_blocks += 1;
                    if chunk::info(block).roomy.load(Relaxed) != 0 {
                        push(roomy, block);
                    } else if lines >= MIN_FREE_LINES {
                        push(recycled, block);
                    }
                }
            }
        }
        if full {
            self.shrink(grow, free, &mut swept, keep_free);
        }
        let keep = free.len().saturating_sub(RESERVE_BLOCKS);
        if grow.reserve.capacity() >= RESERVE_BLOCKS {
            grow.reserve.extend(free.drain(keep..));
        }
        swept
    }

    /// Gives free memory beyond `keep_free` bytes back: whole chunks if possible, else pages.
    fn shrink(&self, grow: &mut Grow, free: &mut Vec<usize>, swept: &mut Swept, keep_free: usize) {
        let keep = keep_free / BLOCK + RESERVE_BLOCKS;
        let mut i = grow.chunks.len();
        while i > 1 && swept.free_blocks >= keep + DATA_BLOCKS {
            i -= 1;
            let chunk = grow.chunks[i];
            let is_free = |b| chunk::info(b).free_lines.load(Relaxed) as usize == LINES;
            if !chunk::data_blocks(chunk).all(is_free) {
                continue;
            }
            free.retain(|b| b & !(CHUNK - 1) != chunk);
            swept.free_blocks -= DATA_BLOCKS;
            grow.chunks.remove(i);
            chunk::set_in_chunk(chunk, false);
            self.mapped.fetch_sub(CHUNK, Relaxed);
            if let Some(base) = NonNull::new(chunk as *mut u8) {
                // SAFETY: the chunk is free and no longer known.
                unsafe { base::pages::unmap_pages(base, CHUNK) };
            }
        }
        decommit_blocks(free.get(keep..).unwrap_or(&[]));
    }
}

fn push(list: &mut Vec<usize>, block: usize) {
    // A block that finds no room in the list is merely not used until the next sweep.
    if list.len() < list.capacity() || list.try_reserve(64).is_ok() {
        list.push(block);
    }
}

/// Gives the pages of free blocks back, neighbours together.
fn decommit_blocks(blocks: &[usize]) {
    let dirty = |b: usize| chunk::info(b).clean.load(Relaxed) == 0;
    let mut i = 0;
    while i < blocks.len() {
        let first = blocks[i];
        let mut end = first;
        while i < blocks.len() && blocks[i] == end && dirty(end) {
            end += BLOCK;
            i += 1;
        }
        if end == first {
            i += 1;
            continue;
        }
        let Some(base) = NonNull::new(first as *mut u8) else { continue };
        // SAFETY: the blocks are free.
        if unsafe { base::pages::decommit(base, end - first) } {
            for block in (first..end).step_by(BLOCK) {
                chunk::info(block).clean.store(1, Relaxed);
            }
        }
    }
}

/// Brings the description of a block up to date and returns its number of free lines.
fn sweep_block(block: usize, full: bool, rules: LineRules) -> usize {
    let info = chunk::info(block);
    let claimed = info.claimed.load(Relaxed) as usize;
    if claimed == 0 && !full {
        return info.free_lines.load(Relaxed) as usize;
    }
    let was_free = info.free_lines.load(Relaxed) as usize == LINES;
    if claimed == 0 && was_free {
        return LINES;
    }
    let lines = LINES - chunk::marked_lines(block);
    info.free_lines.store(lines as u16, Relaxed);
    let roomy =
        lines < LINES && lines >= ROOMY_LINES && chunk::next_run(block, 0, ROOMY_LINES).is_some();
    info.roomy.store(u8::from(roomy), Relaxed);
    info.claimed.store(0, Relaxed);
    info.clean.store(0, Relaxed);
    if rules.poison {
        poison(block);
    }
    lines
}

fn poison(block: usize) {
    let mut line = 0;
    while let Some((start, end)) = chunk::next_run(block, line, 1) {
        let at = (block + start * LINE) as *mut u8;
        // SAFETY: the lines are free.
        unsafe { at.write_bytes(POISON, (end - start) * LINE) };
        line = end;
    }
}

/// Claims the next hole of a block that the caller owns, whatever it holds.
pub(crate) fn claim_lines(block: usize, rules: LineRules) -> Option<(usize, usize)> {
    let info = chunk::info(block);
    let from = info.claimed.load(Relaxed) as usize;
    // A piece of a run that was cut by `max_lines` may be shorter than `min_lines`; such rules
    // come with a minimum of one line.
    let (start, end) = chunk::next_run(block, from, rules.min_lines)?;
    let end = end.min(start + rules.max_lines);
    info.claimed.store(end as u16, Relaxed);
    let (from, to) = (block + start * LINE, block + end * LINE);
    if rules.poison {
        let clean = info.clean.load(Relaxed) != 0;
        check_poison(from, to, if clean { 0 } else { POISON });
    }
    Some((from, to))
}

fn check_poison(from: usize, to: usize, expected: u8) {
    for at in from..to {
        // SAFETY: mapped memory that the caller owns.
        let found = unsafe { *(at as *const u8) };
        if found != expected {
            crate::heap().client().verify_failed(&format!(
                "free memory was written to: {found:#x} instead of {expected:#x} at {at:#x}"
            ));
            return;
        }
    }
}
