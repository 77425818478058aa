//! What the first characters of a match can be: narrows a search where the pattern begins with no one literal text.
//!
//! For each of the first few positions a table says of every byte which of up to eight alternatives of the pattern could have
//! it there, a bit each. A match can begin only where some alternative's bit is set in the tables of all positions. (The idea
//! of the matcher "Teddy" of Hyperscan, one position at a time.)

use crate::items;
use crate::op;
use orochi_text::Unit;

/// How many characters are looked at.
const DEPTH: usize = 4;
/// How many ways through the pattern are followed before it is given up.
const WAYS: usize = 64;
const TABLE: usize = 256;

/// The tables of a pattern, one after the other, 256 bytes each; none for a pattern that they do not help.
pub fn tables(code: &[u32]) -> Vec<u8> {
    let word = |i: usize| code.get(i).copied().unwrap_or(0);
    if word(0) != op::INFO {
        return Vec::new();
    }
    let (min, prefixed) = (word(3) as usize, word(2) & op::info::PREFIX != 0);
    let depth = DEPTH.min(min);
    if prefixed || depth == 0 {
        return Vec::new();
    }
    let mut builder = Builder { code, tables: vec![0; depth * TABLE], depth, ways: 0 };
    let done = builder.walk(1 + word(1) as usize, 0, None).is_some();
    let let_through = |table: &[u8]| table.iter().filter(|&&byte| byte != 0).count();
    let narrows = |table: &[u8]| let_through(table) <= TABLE * 3 / 4;
    if done && builder.tables.chunks(TABLE).any(narrows) { builder.tables } else { Vec::new() }
}

struct Builder<'a> {
    code: &'a [u32],
    tables: Vec<u8>,
    depth: usize,
    ways: usize,
}

impl Builder<'_> {
    fn word(&self, i: usize) -> u32 {
        self.code.get(i).copied().unwrap_or(0)
    }

    /// Follows the code from `pc` on, at position `pos`, for the alternative `bit` (none chosen yet: `None`). `None`: there
    /// are too many ways.
    fn walk(&mut self, mut pc: usize, mut pos: usize, bit: Option<u8>) -> Option<()> {
        self.ways += 1;
        if self.ways > WAYS {
            return None;
        }
        while pos < self.depth {
            match self.word(pc) {
                op::JUMP | op::INFO => pc += 1 + self.word(pc + 1) as usize,
                // Conditions that take no character are looked at by the machine.
                op::MARK | op::AT => pc += 2,
                op::BRANCH => return self.branch(pc + 1, pos, bit),
                op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                    return self.repeat(pc + 1, pos, bit);
                }
                op::REPEAT if self.word(pc + 2) > 0 => pc += 4,
                _ => match items::end(self.code, pc) {
                    Some(next) => {
                        self.add(pc, pos, bit);
                        (pc, pos) = (next, pos + 1);
                    }
                    None => {
                        self.tables[pos * TABLE..].iter_mut().for_each(|byte| *byte |= mask(bit));
                        return Some(());
                    }
                },
            }
        }
        Some(())
    }

    /// Every alternative from the skip word at `at` on; the first branch of a pattern gives them their bits.
    fn branch(&mut self, mut at: usize, pos: usize, bit: Option<u8>) -> Option<()> {
        for number in 0.. {
            let skip = self.word(at) as usize;
            if skip == 0 {
                break;
            }
            self.walk(at + 1, pos, bit.or(Some(1 << (number % 8))))?;
            at += skip;
        }
        Some(())
    }

    /// A repeated item, whose skip word is at `at`: as often as it must, and then once more or what follows it.
    fn repeat(&mut self, at: usize, pos: usize, bit: Option<u8>) -> Option<()> {
        let (min, max) = (self.word(at + 1) as usize, self.word(at + 2) as usize);
        let tail = at + self.word(at) as usize;
        for taken in 0..=max {
            if pos + taken >= self.depth {
                break;
            }
            if taken >= min {
                self.walk(tail, pos + taken, bit)?;
            }
            if taken < max {
                self.add(at + 3, pos + taken, bit);
            }
        }
        Some(())
    }

    fn add(&mut self, item: usize, pos: usize, bit: Option<u8>) {
        for c in 0..TABLE {
            if items::takes(self.code, item, c as u32) {
                self.tables[pos * TABLE + c] |= mask(bit);
            }
        }
    }
}

fn mask(bit: Option<u8>) -> u8 {
    bit.unwrap_or(u8::MAX)
}

/// The alternatives that may have `c` at the position of a table. Characters above 255 are let through.
#[inline]
fn look<T: Unit>(table: &[u8; TABLE], c: T) -> u8 {
    table.get(c.cp() as usize).copied().unwrap_or(u8::MAX)
}

/// The first position of `part` where a match may begin; of the last characters, fewer than there are tables, none.
pub(crate) fn find<T: Unit>(tables: &[u8], part: &[T]) -> Option<usize> {
    let (tables, _) = tables.as_chunks::<TABLE>();
    match tables {
        [a] => part.iter().position(|&c| look(a, c) != 0),
        [a, b] => part.array_windows().position(|&[c, d]| look(a, c) & look(b, d) != 0),
        [a, b, third] => part.array_windows().position(|&[c, d, e]| {
            let both = look(a, c) & look(b, d);
            both != 0 && both & look(third, e) != 0
        }),
        [a, b, third, fourth] => part.array_windows().position(|&[c, d, e, f]| {
            let both = look(a, c) & look(b, d);
            both != 0 && both & look(third, e) & look(fourth, f) != 0
        }),
        _ => Some(0),
    }
}
