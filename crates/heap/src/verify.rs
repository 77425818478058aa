//! The verifier: a second, naive trace from the same roots, with a hash set for marks.
//!
//! It runs after weak references are cleared and before anything is freed. Whatever it reaches
//! must bear a mark; what does not was lost, by a missing barrier for instance.

use crate::chunk::{in_chunk, in_data};
use crate::header::Header;
use crate::mutator::World;
use crate::tracer::{Tracer, is_marked};
use crate::{collect, heap};
use std::collections::HashSet;

pub(crate) fn check(world: &World, conservative: &[usize]) {
    let mut tracer = Tracer::collector();
    tracer.collected.extend(conservative.iter().map(|&o| o as u64));
    collect::trace_roots(world, &mut tracer);
    let mut seen: HashSet<u64> = HashSet::new();
    let mut work: Vec<(u64, u64)> = tracer.collected.drain(..).map(|o| (0, o)).collect();
    while let Some((parent, object)) = work.pop() {
        if !seen.insert(object) {
            continue;
        }
        if let Some(fault) = fault(object) {
            let layouts = heap().layouts();
            let name = |o: u64| {
                if o == 0 {
                    return "root";
                }
                // SAFETY: parents were found valid before.
                let layout = unsafe { (*(o as *const Header)).layout };
                layouts.get(layout as usize).map_or("?", |l| l.name)
            };
            heap().client().verify_failed(&format!(
                "{fault}: {object:#x}, reached from {} at {parent:#x}",
                name(parent),
            ));
            return;
        }
        // SAFETY: the object is valid and the world stopped.
        unsafe { tracer.children(object as *mut Header) };
        if let Some(message) = untraced(object, &tracer) {
            heap().client().verify_failed(&message);
            return;
        }
        work.extend(tracer.collected.drain(..).map(|child| (object, child)));
        for word in tracer.collected_weak.drain(..) {
            if !is_marked(word as usize) {
                heap().client().verify_failed(&format!("a weak slot refers to dead {word:#x}"));
                return;
            }
        }
    }
}

/// A word of a traced object that is exactly the address of an object which is about to be freed,
/// and which the layout's trace function did not visit: most likely a forgotten field.
fn untraced(object: u64, tracer: &Tracer) -> Option<String> {
    // SAFETY: the object is valid.
    let header = unsafe { &*(object as *const Header) };
    let layout = &heap().layouts()[header.layout as usize];
    layout.trace?;
    let first = Header::payload(object as *mut Header).cast::<u64>();
    for i in 0..header.payload_bytes() / 8 {
        // SAFETY: within the payload.
        let word = unsafe { first.add(i).read_volatile() };
        let address = word as usize;
        if !word.is_multiple_of(16) || !is_new_or_marked(address) || is_marked(address) {
            continue;
        }
        if !tracer.collected.contains(&word) && !tracer.collected_weak.contains(&word) {
            let name = layout.name;
            return Some(format!(
                "word {i} of a {name} at {object:#x} is not traced, and refers to {word:#x}, \
                 which is dead"
            ));
        }
    }
    None
}

/// Whether `address` is certainly an object that existed before this collection.
fn is_new_or_marked(address: usize) -> bool {
    if !crate::chunk::is_mappable(address) {
        return false;
    }
    if in_chunk(address) { in_data(address) && is_new(address) } else { false }
}

/// Whether an object allocated since the last collection started at `address`. Its line may have
/// been marked meanwhile, so the walk of the block is of no use; the header has to do.
fn is_new(address: usize) -> bool {
    let claimed = crate::chunk::info(address).claimed.load(core::sync::atomic::Ordering::Relaxed);
    let line = address % crate::chunk::BLOCK / crate::chunk::LINE;
    // SAFETY: the address lies in a chunk.
    let header = unsafe { &*(address as *const Header) };
    line < claimed as usize
        && header.granules != 0
        && header.size() <= crate::mutator::MAX_SMALL_BYTES
        && (header.layout as usize) < heap().layouts().len()
}

fn fault(object: u64) -> Option<&'static str> {
    let address = object as usize;
    if !address.is_multiple_of(16) {
        return Some("misaligned reference");
    }
    if in_chunk(address) && !in_data(address) {
        return Some("reference into tables");
    }
    if !in_chunk(address) && !heap().large.contains(address) {
        return Some("reference out of the heap");
    }
    // SAFETY: the address lies in the heap.
    let header = unsafe { &*(address as *const Header) };
    if header.granules == 0 {
        return Some("reference to free memory");
    }
    if header.layout as usize >= heap().layouts().len() {
        return Some("reference to something that is no object");
    }
    (!is_marked(address)).then_some("a reachable object bears no mark")
}
