//! Which of the dead a counting collector would have found: those that lie in cycles, and what these refer to. The rest would
//! have died with its last reference.
//!
//! A collection that is asked to count notes before marking where objects start ([`Census::before`]). After marking, the dead are
//! those that bear no mark. Each gets the number of references that the dead have to it; then those that nobody refers to are
//! taken away, and their references with them, until no such object is left. What remains is the answer. Without memory for the
//! tables there is none: nothing is counted.

use crate::chunk::{self, BLOCK, CHUNK, mark_bit, start_bit};
use crate::conserv::build_starts;
use crate::header::{GRANULE, Header};
use crate::heap;
use crate::mutator::World;
use crate::tracer::{Tracer, is_marked};
use core::sync::atomic::Ordering::Relaxed;

/// Bytes that a word of a bitmap covers.
const SPAN: usize = 64 * GRANULE;
/// Words of a chunk's bitmap.
const WORDS: usize = CHUNK / SPAN;

/// Where objects start in a chunk, later which of them are dead.
struct Chunk {
    address: usize,
    bits: Vec<u64>,
    /// The number of the first dead object of each word.
    first: Vec<u32>,
}

/// The tables of one collection.
pub(crate) struct Census {
    /// In order of addresses.
    chunks: Vec<Chunk>,
    /// The dead large objects, in order of addresses; their numbers follow those of the small ones.
    large: Vec<usize>,
    small: usize,
}

impl Census {
    /// Notes where objects start. The world is stopped, and no mark has changed since.
    pub(crate) fn before(_world: &World, epoch: u32) -> Option<Census> {
        let mut census = Census { chunks: Vec::new(), large: Vec::new(), small: 0 };
        // SAFETY: the world is stopped.
        let chunks = unsafe { heap().space.chunks() };
        census.chunks.try_reserve(chunks.len()).ok()?;
        for &address in chunks {
            let mut bits = Vec::new();
            bits.try_reserve_exact(WORDS).ok()?;
            bits.resize(WORDS, 0);
            for block in chunk::data_blocks(address) {
                let info = chunk::info(block);
                let claimed = info.claimed.load(Relaxed) != 0;
                if claimed && info.starts_epoch.load(Relaxed) != epoch {
                    build_starts(block);
                    info.starts_epoch.store(epoch, Relaxed);
                }
                for at in (block..block + BLOCK).step_by(SPAN) {
                    let mut word = mark_bit(at).0.load(Relaxed);
                    if claimed {
                        word |= start_bit(at).0.load(Relaxed);
                    }
                    bits[(at - address) / SPAN] = word;
                }
            }
            census.chunks.push(Chunk { address, bits, first: Vec::new() });
        }
        census.chunks.sort_unstable_by_key(|chunk| chunk.address);
        Some(census)
    }

    /// The dead that lie in cycles, or that such objects refer to. Marking has ended, nothing is freed yet.
    pub(crate) fn in_cycles(&mut self) -> Option<Vec<usize>> {
        self.find_dead()?;
        let mut counts: Vec<u32> = Vec::new();
        counts.try_reserve_exact(self.small + self.large.len()).ok()?;
        counts.resize(self.small + self.large.len(), 0);
        let mut tracer = Tracer::collector();
        let mut complete = true;
        self.for_each(|object, _| {
            complete &= self.for_each_referent(object, &mut tracer, |_, i| {
                counts[i] = counts[i].saturating_add(1);
            });
        });
        let mut free = Vec::new();
        self.for_each(|object, i| complete &= counts[i] != 0 || push(&mut free, object));
        while complete && let Some(object) = free.pop() {
            let mut more = true;
            complete &= self.for_each_referent(object, &mut tracer, |referent, i| {
                // A number that has reached the end of its type stays there.
                if counts[i] != u32::MAX {
                    counts[i] -= 1;
                    more &= counts[i] != 0 || push(&mut free, referent);
                }
            });
            complete &= more;
        }
        self.for_each(|object, i| complete &= counts[i] == 0 || push(&mut free, object));
        complete.then_some(free)
    }

    /// Takes the living from the bitmaps, and numbers the dead.
    fn find_dead(&mut self) -> Option<()> {
        let mut dead = 0;
        for chunk in &mut self.chunks {
            chunk.first.try_reserve_exact(WORDS).ok()?;
            for (i, bits) in chunk.bits.iter_mut().enumerate() {
                chunk.first.push(dead);
                if *bits != 0 {
                    *bits &= !mark_bit(chunk.address + i * SPAN).0.load(Relaxed);
                    dead += bits.count_ones();
                }
            }
        }
        self.small = dead as usize;
        let mut complete = true;
        let large = &mut self.large;
        heap().large.for_each(|object| {
            complete &= is_marked(object) || push(large, object);
        });
        large.sort_unstable();
        complete.then_some(())
    }

    /// Calls `f` with each dead object and its number.
    fn for_each(&self, mut f: impl FnMut(usize, usize)) {
        let mut number = 0;
        for chunk in &self.chunks {
            for (i, &word) in chunk.bits.iter().enumerate() {
                let mut bits = word;
                while bits != 0 {
                    let at = bits.trailing_zeros() as usize;
                    f(chunk.address + i * SPAN + at * GRANULE, number);
                    number += 1;
                    bits &= bits - 1;
                }
            }
        }
        for (i, &object) in self.large.iter().enumerate() {
            f(object, self.small + i);
        }
    }

    /// The number of a dead object; `None` for the living.
    fn number(&self, object: usize) -> Option<usize> {
        if is_marked(object) {
            return None;
        }
        let base = object & !(CHUNK - 1);
        match self.chunks.binary_search_by_key(&base, |chunk| chunk.address) {
            Ok(i) => {
                let (chunk, at) = (&self.chunks[i], (object - base) / SPAN);
                let bit = 1u64 << ((object - base) / GRANULE % 64);
                let below = (chunk.bits[at] & (bit - 1)).count_ones();
                (chunk.bits[at] & bit != 0).then(|| (chunk.first[at] + below) as usize)
            }
            Err(_) => self.large.binary_search(&object).ok().map(|i| self.small + i),
        }
    }

    /// Calls `f` with each dead object that a dead object refers to, and its number. False without memory.
    fn for_each_referent(
        &self,
        object: usize,
        tracer: &mut Tracer,
        mut f: impl FnMut(usize, usize),
    ) -> bool {
        // SAFETY: an object that was valid before the collection; nothing is freed yet, and the world is stopped.
        unsafe { tracer.children(object as *mut Header) };
        tracer.collected_weak.clear();
        for word in tracer.collected.drain(..) {
            if let Some(number) = self.number(word as usize) {
                f(word as usize, number);
            }
        }
        !core::mem::take(&mut tracer.overflowed)
    }
}

fn push(list: &mut Vec<usize>, object: usize) -> bool {
    let room = list.try_reserve(1).is_ok();
    if room {
        list.push(object);
    }
    room
}
