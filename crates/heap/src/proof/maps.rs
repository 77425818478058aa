//! The writable memory of the process, as `/proc/self/maps` tells it.

use std::ops::Range;

/// One mapping.
pub(super) struct Mapping {
    pub(super) range: Range<usize>,
    pub(super) name: String,
}

/// The private writable mappings.
pub(super) fn writable() -> Vec<Mapping> {
    let text = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let mapping = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        let (from, to) = words.next()?.split_once('-')?;
        if words.next()? != "rw-p" {
            return None;
        }
        let address = |text| usize::from_str_radix(text, 16).ok();
        let name = words.nth(3).unwrap_or("").to_string();
        Some(Mapping { range: address(from)?..address(to)?, name })
    };
    text.lines().filter_map(mapping).collect()
}

/// What is in `from` but not in `holes`, in order.
pub(super) fn without(from: &[Range<usize>], holes: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut holes: Vec<_> = holes.iter().filter(|hole| !hole.is_empty()).cloned().collect();
    holes.sort_by_key(|hole| hole.start);
    let mut rest = Vec::new();
    for range in from {
        let mut at = range.start;
        for hole in holes.iter().filter(|hole| hole.start < range.end && hole.end > range.start) {
            if hole.start > at {
                rest.push(at..hole.start);
            }
            at = at.max(hole.end);
        }
        if at < range.end {
            rest.push(at..range.end);
        }
    }
    rest
}

/// What is both in `one` and in `other`.
pub(super) fn both(one: &[Range<usize>], other: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut shared = Vec::new();
    for a in one {
        for b in other {
            let (start, end) = (a.start.max(b.start), a.end.min(b.end));
            if start < end {
                shared.push(start..end);
            }
        }
    }
    shared
}

/// Where the sleeping threads other than the calling one have their stacks: the stack pointer, by `/proc`.
pub(super) fn stack_pointers() -> Vec<usize> {
    let mut found = Vec::new();
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return found };
    for task in tasks.flatten() {
        let text = std::fs::read_to_string(task.path().join("syscall")).unwrap_or_default();
        // The number and six arguments of the call, the stack pointer, the program counter.
        let pointer = text.split_ascii_whitespace().nth(7).and_then(|word| word.strip_prefix("0x"));
        found.extend(pointer.and_then(|word| usize::from_str_radix(word, 16).ok()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_without_holes() {
        let all = [0..10, 20..30];
        assert_eq!(without(&all, &[2..4, 8..22, 30..40]), [0..2, 4..8, 22..30]);
        assert_eq!(without(&all, &[0..30]), []);
        assert_eq!(both(&all, &[5..25]), [5..10, 20..25]);
    }

    #[test]
    fn finds_this_program() {
        static mut MARK: u8 = 1;
        let mark = &raw mut MARK as usize;
        assert!(writable().iter().any(|mapping| mapping.range.contains(&mark)));
    }
}
