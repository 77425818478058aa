//! The writable memory of the process, as `/proc/self/maps` tells it.

use std::ops::Range;
use std::time::Duration;

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

/// Where the threads other than the calling one have their stacks: the stack pointer, by `/proc`, which tells it of sleeping
/// threads only. So it waits for those that are busy, as the compiler's may be, up to a minute.
pub(super) fn stack_pointers() -> Vec<usize> {
    const PAUSE: Duration = Duration::from_millis(1);
    for _ in 0..60_000 {
        match sleeping_stacks() {
            Some(found) => return found,
            None => std::thread::sleep(PAUSE),
        }
    }
    Vec::new()
}

/// `None`: a thread runs.
fn sleeping_stacks() -> Option<Vec<usize>> {
    // SAFETY: asks for a number.
    let own = unsafe { libc::gettid() }.to_string();
    let mut found = Vec::new();
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let file = task.path().join("syscall");
        // A thread may be gone meanwhile.
        let text = std::fs::read_to_string(file).unwrap_or_default();
        if task.file_name().to_str() == Some(&own) || text.is_empty() {
            continue;
        }
        // The number and six arguments of the call, the stack pointer, the program counter.
        let word = text.split_ascii_whitespace().nth(7)?.strip_prefix("0x")?;
        found.push(usize::from_str_radix(word, 16).ok()?);
    }
    Some(found)
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
