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
        work.extend(tracer.collected.drain(..).map(|child| (object, child)));
        for word in tracer.collected_weak.drain(..) {
            if !is_marked(word as usize) {
                heap().client().verify_failed(&format!("a weak slot refers to dead {word:#x}"));
                return;
            }
        }
    }
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
