//! The order in which unreachable objects are finalized: one that refers to another, directly or not, goes before it, as
//! with counted references. A text file is closed before the byte buffer it writes into, whichever is older.
//!
//! A walk in depth over the objects that are not marked, starting from the finalizable ones; the order is that in
//! which it leaves them, backwards. Objects that have nothing to do with each other keep their order; within
//! a cycle there is none. The walk stops, and leaves everything as it was, without memory or after very many objects.

use crate::client::Layout;
use crate::header::Header;
use crate::heap;
use crate::tracer::{Tracer, is_marked};
use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashSet;

/// The most objects that are walked over.
const MOST: usize = 1 << 18;

/// A set of addresses.
type Addresses = HashSet<usize, BuildHasherDefault<Spread>>;

/// Spreads an address, whose low bits are always the same.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_usize(usize::from(byte)));
    }
    fn write_usize(&mut self, n: usize) {
        self.0 = (self.0 ^ n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }
}

#[derive(Clone, Copy)]
enum Step {
    Enter(usize),
    Leave(usize),
}

/// Orders unreachable finalizable objects. The world is stopped, nothing of theirs is marked yet.
pub(crate) fn order(objects: &mut [usize]) {
    if objects.len() > 1
        && let Some(left) = walk(objects)
        && left.len() == objects.len()
    {
        for (to, from) in objects.iter_mut().zip(left.into_iter().rev()) {
            *to = from;
        }
    }
}

/// The objects in the order in which a walk in depth leaves them.
fn walk(objects: &[usize]) -> Option<Vec<usize>> {
    let layouts: &[Layout] = heap().layouts();
    let mut wanted = Addresses::default();
    wanted.try_reserve(objects.len()).ok()?;
    wanted.extend(objects.iter().copied());
    let mut left = Vec::new();
    left.try_reserve(objects.len()).ok()?;
    let mut seen = Addresses::default();
    let mut stack = Vec::new();
    let mut tracer = Tracer::collector();
    for &object in objects.iter().rev() {
        push(&mut stack, Step::Enter(object))?;
        while let Some(step) = stack.pop() {
            let object = match step {
                Step::Enter(object) => object,
                Step::Leave(object) => {
                    left.push(object);
                    continue;
                }
            };
            seen.try_reserve(1).ok()?;
            if !seen.insert(object) {
                continue;
            }
            if seen.len() > MOST {
                return None;
            }
            if wanted.contains(&object) {
                push(&mut stack, Step::Leave(object))?;
            }
            let header = object as *mut Header;
            // SAFETY: an object that was valid before the collection; nothing is freed yet.
            unsafe {
                if let Some(trace) = layouts[(*header).layout as usize].trace {
                    trace(header, &mut tracer);
                }
            }
            if core::mem::take(&mut tracer.overflowed) {
                return None;
            }
            tracer.collected_weak.clear();
            for word in tracer.collected.drain(..) {
                if !is_marked(word as usize) && !seen.contains(&(word as usize)) {
                    push(&mut stack, Step::Enter(word as usize))?;
                }
            }
        }
    }
    Some(left)
}

fn push(stack: &mut Vec<Step>, step: Step) -> Option<()> {
    stack.try_reserve(1).ok()?;
    stack.push(step);
    Some(())
}
