//! The module `_uuid`: identifiers of time and place (version 1), as `uuid.uuid1` wants them.

use core::time::Duration;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::typedef::Const;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Ticks of 100 ns from the beginning of the Gregorian calendar to 1970.
const GREGORIAN: u64 = 0x01b2_1dd2_1381_4000;

/// What the next identifier follows on. The lock is held for a few instructions.
static LAST: Mutex<Last> = Mutex::new(Last { ticks: 0, sequence: None });

struct Last {
    ticks: u64,
    /// 14 bits that tell apart clocks that were set back.
    sequence: Option<u16>,
}

/// The address of a network card, or 48 random bits that say so, and whether it is the former.
static NODE: OnceLock<([u8; 6], bool)> = OnceLock::new();

fn random(out: &mut [u8]) {
    // SAFETY: the slice is writable; a short read leaves the rest as it was.
    unsafe { libc::getrandom(out.as_mut_ptr().cast(), out.len(), 0) };
}

fn node() -> &'static ([u8; 6], bool) {
    NODE.get_or_init(|| {
        card().map_or_else(
            || {
                let mut bytes = [0; 6];
                random(&mut bytes);
                // No card has this bit.
                bytes[0] |= 1;
                (bytes, false)
            },
            |bytes| (bytes, true),
        )
    })
}

/// The address of the first network card that has one of its own.
fn card() -> Option<[u8; 6]> {
    let mut names: Vec<_> =
        std::fs::read_dir("/sys/class/net").ok()?.flatten().map(|entry| entry.path()).collect();
    names.sort();
    names.iter().find_map(|path| {
        let text = std::fs::read_to_string(path.join("address")).ok()?;
        let mut bytes = [0; 6];
        let mut parts = text.trim().split(':');
        for byte in &mut bytes {
            *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
        }
        (parts.next().is_none() && bytes != [0; 6] && bytes[0] & 1 == 0).then_some(bytes)
    })
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    GREGORIAN + since.as_secs() * 10_000_000 + u64::from(since.subsec_nanos() / 100)
}

/// A time that no identifier of this process has had, with its sequence number.
fn next() -> (u64, u16) {
    let now = now();
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let mut sequence = last.sequence.unwrap_or_else(|| {
        let mut bytes = [0; 2];
        random(&mut bytes);
        u16::from_le_bytes(bytes) & 0x3fff
    });
    let ticks = if now > last.ticks {
        now
    } else if last.ticks - now < 10_000_000 {
        // Faster than the clock.
        last.ticks + 1
    } else {
        // The clock was set back.
        sequence = (sequence + 1) & 0x3fff;
        now
    };
    last.ticks = ticks;
    last.sequence = Some(sequence);
    (ticks, sequence)
}

/// 16 bytes, and -1: no daemon has made sure that no other process has the same.
fn generate_time_safe(cx: &Cx, _: Args) -> Res {
    let (ticks, sequence) = next();
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&(ticks as u32).to_be_bytes());
    bytes[4..6].copy_from_slice(&((ticks >> 32) as u16).to_be_bytes());
    bytes[6..8].copy_from_slice(&((ticks >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
    bytes[8..10].copy_from_slice(&(sequence | 0x8000).to_be_bytes());
    bytes[10..].copy_from_slice(&node().0);
    Ok(cx.new_tuple(&[cx.new_bytes(&bytes)?.value(), Value::int(-1)])?.value())
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let stable = Value::int(i64::from(node().1));
    module.namespace().set_str(cx, name!(cx, "has_stable_extractable_node"), stable)
}

/// The module `_uuid`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_uuid",
    functions: &[function("generate_time_safe", "()", generate_time_safe)],
    constants: &[("has_uuid_generate_time_safe", Const::Int(1))],
    init: Some(init),
    ..ModuleDef::DEFAULT
};
