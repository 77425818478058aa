//! Pieces: memory that a thread has taken and bumps a pointer through.
//!
//! 1. A piece belongs to its thread. It lies in one hole of a block that the thread owns until the next collection; the holes
//!    of the block are taken one after the other.
//! 2. Objects of more than a line have pieces of their own, for they would go past most holes between small ones. Their
//!    holes lie in blocks with much free memory in a row: else each collection that leaves a few of them alive
//!    would cost as many blocks.
//! 3. Memory is cleared a little ahead of the cursor, so that it is in the cache when it is written to and nothing else
//!    is driven out of it. Behind what is cleared lies an empty header.
//! 4. The last granule of a hole is no object's: what lies behind the hole may be old and long in use, and its address is
//!    the end of the last object in the hole, which it would keep alive (`conserv`, rule 2).
//! 5. What is left of a piece, and a hole that is passed over, is closed by a filler: memory that was handed out can be
//!    walked object by object.

use crate::biased::NEW;
use crate::chunk::{self, LINES};
use crate::header::{FILLER, GRANULE, HEADER_BYTES, Header};
use crate::heap;
use crate::space::claim_lines;
use core::cell::Cell;
use core::sync::atomic::Ordering::Relaxed;

/// Bytes that are cleared at once.
const AHEAD: usize = 4 << 10;

/// What fresh memory holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Zero,
    /// Anything: its owner writes it.
    Any,
}

/// See the module.
#[repr(C)]
pub(crate) struct Piece {
    /// Where the next object goes.
    pub(crate) cursor: Cell<usize>,
    /// The end of what is cleared.
    pub(crate) end: Cell<usize>,
    /// The end of the hole.
    limit: Cell<usize>,
    block: Cell<usize>,
}

impl Piece {
    pub(crate) const fn new() -> Piece {
        Piece { cursor: Cell::new(0), end: Cell::new(0), limit: Cell::new(0), block: Cell::new(0) }
    }

    /// Whether the thread has taken memory since the last collection.
    pub(crate) fn is_taken(&self) -> bool {
        self.block.get() != 0
    }

    /// Forgets the memory: in a collection, or when the thread ends.
    pub(crate) fn give_up(&self) {
        [&self.cursor, &self.end, &self.limit, &self.block].iter().for_each(|cell| cell.set(0));
    }

    /// The bytes that are left of the hole.
    pub(crate) fn rest(&self) -> usize {
        self.limit.get() - self.cursor.get()
    }

    /// Takes `size` bytes of what is cleared.
    #[inline(always)]
    pub(crate) fn bump(&self, size: usize) -> Option<usize> {
        let at = self.cursor.get();
        if size > self.end.get() - at {
            return None;
        }
        self.cursor.set(at + size);
        Some(at)
    }

    /// Takes `size` bytes of the hole.
    pub(crate) fn take(&self, size: usize) -> Option<usize> {
        if size > self.rest() {
            return None;
        }
        let end = self.end.get();
        if size > end - self.cursor.get() {
            let most = self.limit.get();
            let to = (end + AHEAD).max(self.cursor.get() + size).min(most);
            // SAFETY: the memory is the thread's alone.
            unsafe { (end as *mut u8).write_bytes(0, (to + HEADER_BYTES).min(most) - end) };
            self.end.set(to);
        }
        self.bump(size)
    }

    /// Closes what is left with a filler.
    pub(crate) fn close(&self) {
        fill(self.cursor.get(), self.limit.get());
    }

    /// Goes on to the next hole of zeroes, of whatever length; returns the length. `None`: there is no memory.
    pub(crate) fn next_hole(&self, reserve: bool) -> Option<usize> {
        loop {
            let block = self.block.get();
            if block != 0
                && let Some((start, end)) = claim_lines(block, heap().rules())
            {
                return Some(self.go_on(block, start, end, Content::Zero));
            }
            self.block.set(heap().space.take_block(reserve)?);
        }
    }

    /// Goes on to a hole of at least `size` bytes; returns the length. `None`: there is no memory.
    pub(crate) fn next_roomy_hole(
        &self,
        size: usize,
        content: Content,
        reserve: bool,
    ) -> Option<usize> {
        let mut rules = heap().rules();
        rules.max_lines = LINES;
        loop {
            let block = self.block.get();
            while block != 0
                && let Some((start, end)) = claim_lines(block, rules)
            {
                if size <= end - start - GRANULE {
                    return Some(self.go_on(block, start, end, content));
                }
                fill(start, end);
            }
            self.block.set(heap().space.take_roomy_block(reserve)?);
        }
    }

    fn go_on(&self, block: usize, start: usize, end: usize, content: Content) -> usize {
        self.close();
        let end = end - GRANULE;
        fill(end, end + GRANULE);
        self.cursor.set(start);
        self.limit.set(end);
        let ready = content == Content::Any || chunk::info(block).clean.load(Relaxed) != 0;
        self.end.set(if ready { end } else { start });
        if !ready {
            // SAFETY: the memory is the thread's alone.
            unsafe { (start as *mut u8).write_bytes(0, HEADER_BYTES) };
        }
        end - start
    }
}

fn fill(from: usize, to: usize) {
    if to != from {
        // SAFETY: the memory is the thread's alone; pieces are multiples of 16 bytes.
        unsafe { Header::write(from, 0, FILLER, to - from, NEW) };
    }
}
