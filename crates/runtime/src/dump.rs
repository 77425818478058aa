//! The Python stack of a thread as text, for messages from where no Python object can be made: a thread that another has
//! stopped, or a signal handler. Nothing is allocated in the heap.
//!
//! The thread whose stack it is stands still, or is the calling one.

use crate::code::PyCode;
use crate::frame::Vm;
use orochi_object::prelude::*;

/// Frames that are shown.
const MOST_FRAMES: usize = 100;
/// Characters of a name that are shown.
const MOST_CHARS: usize = 500;

/// How lines are found whose code has not been decoded yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// The code is decoded, which takes memory.
    Decoded,
    /// They are not: a signal may have come in the middle of an allocation.
    Known,
}

/// Gives `put` the stack of the thread of `cx`, a piece at a time, the innermost frame first.
pub fn stack(cx: &Cx, lines: Lines, put: &mut dyn FnMut(&[u8])) {
    if cx.interp.get().is_null() {
        return put(b"  <no Python frame>\n");
    }
    let mut at = Vm::of(cx).fp.get();
    if at.is_null() {
        return put(b"  <no Python frame>\n");
    }
    for _ in 0..MOST_FRAMES {
        // SAFETY: a frame of a thread that stands still, or of this one; null at the bottom.
        let Some(frame) = (unsafe { at.as_ref() }) else { return };
        let line = line(&frame.code, frame.current(), lines);
        put(b"  File ");
        match frame.code.filename.get().and_then(Value::as_str) {
            Some(name) => {
                put(b"\"");
                text(name, put);
                put(b"\"");
            }
            None => put(b"???"),
        }
        put(b", line ");
        match line {
            Some(line) => number(line, put),
            None => put(b"???"),
        }
        put(b" in ");
        match frame.code.name.get().and_then(Value::as_str) {
            Some(name) => text(name, put),
            None => put(b"???"),
        }
        put(b"\n");
        at = frame.prev;
    }
    if !at.is_null() {
        put(b"  ...\n");
    }
}

fn line(code: &PyCode, index: u32, lines: Lines) -> Option<u32> {
    let position = match lines {
        Lines::Decoded => code.position(index),
        Lines::Known => code.known_position(index)?,
    };
    u32::try_from(position.line).ok()
}

fn number(mut n: u32, put: &mut dyn FnMut(&[u8])) {
    let mut digits = [0; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            return put(&digits[at..]);
        }
    }
}

/// Printable ASCII as it is, everything else as an escape.
fn text(name: Ref<PyStr>, put: &mut dyn FnMut(&[u8])) {
    if let Some(plain) = name.as_ascii()
        && plain.len() <= MOST_CHARS
        && plain.bytes().all(|b| matches!(b, 0x20..=0x7e))
    {
        return put(plain.as_bytes());
    }
    let units = name.units();
    for (n, c) in units.iter().enumerate() {
        if n == MOST_CHARS {
            return put(b"...");
        }
        match c {
            0x20..=0x7e => put(&[c as u8]),
            0..=0xff => escape(b'x', c, 2, put),
            0x100..=0xffff => escape(b'u', c, 4, put),
            _ => escape(b'U', c, 8, put),
        }
    }
}

fn escape(kind: u8, c: u32, width: u32, put: &mut dyn FnMut(&[u8])) {
    put(&[b'\\', kind]);
    for n in (0..width).rev() {
        put(&[b"0123456789abcdef"[(c >> (4 * n) & 15) as usize]]);
    }
}
