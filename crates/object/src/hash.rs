//! Hashing of byte strings: SipHash-1-3, as CPython has it, keyed per process (`PYTHONHASHSEED`). The key is written once
//! at start, before other threads are there.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::OnceLock;

/// The two halves of the process's hash key.
static KEY0: AtomicU64 = AtomicU64::new(0);
static KEY1: AtomicU64 = AtomicU64::new(0);
static SET: OnceLock<()> = OnceLock::new();

/// Sets the key before the first string is hashed; later calls do nothing.
pub fn set_key(key: [u64; 2]) {
    SET.get_or_init(|| {
        KEY0.store(key[0], Ordering::Relaxed);
        KEY1.store(key[1], Ordering::Relaxed);
    });
}

/// The key that stands for a number in `PYTHONHASHSEED`. It is the one CPython derives, so that fixed hashes are the same.
pub fn key_of_seed(seed: u32) -> [u64; 2] {
    if seed == 0 {
        return [0, 0];
    }
    let mut state = seed;
    let mut half = || {
        u64::from_le_bytes(core::array::from_fn(|_| {
            state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
            (state >> 16) as u8
        }))
    };
    [half(), half()]
}

/// Hash of a byte string: never 0 (which means "not computed") unless empty, never -1.
pub fn bytes(data: &[u8]) -> i64 {
    if data.is_empty() {
        return 0;
    }
    let key = [KEY0.load(Ordering::Relaxed), KEY1.load(Ordering::Relaxed)];
    match siphash13(key, data) as i64 {
        -1 => -2,
        0 => 1,
        hash => hash,
    }
}

/// SipHash with one round a word and three at the end.
#[inline]
pub fn siphash13(key: [u64; 2], data: &[u8]) -> u64 {
    let mut v = [
        key[0] ^ 0x736f_6d65_7073_6575,
        key[1] ^ 0x646f_7261_6e64_6f6d,
        key[0] ^ 0x6c79_6765_6e65_7261,
        key[1] ^ 0x7465_6462_7974_6573,
    ];
    let mut chunks = data.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        absorb(&mut v, u64::from_le_bytes(word));
    }
    let last = tail(chunks.remainder());
    absorb(&mut v, last | (data.len() as u64) << 56);
    v[2] ^= 0xff;
    round(&mut v);
    round(&mut v);
    round(&mut v);
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

/// Fewer than eight bytes as a number, without a call to copy them.
#[inline]
fn tail(rest: &[u8]) -> u64 {
    rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[inline(always)]
fn absorb(v: &mut [u64; 4], word: u64) {
    v[3] ^= word;
    round(v);
    v[0] ^= word;
}

#[inline(always)]
fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[2] = v[2].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[1]);
    v[0] = v[0].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].rotate_left(32);
}
