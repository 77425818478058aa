//! Hashing of byte strings, keyed per process (`PYTHONHASHSEED`).

use core::hash::Hasher;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::OnceLock;

/// The two halves of the process's hash key. Written once at start.
static KEY0: AtomicU64 = AtomicU64::new(0x6f72_6f63_6869_0001);
static KEY1: AtomicU64 = AtomicU64::new(0x736e_616b_6500_0008);
static SET: OnceLock<()> = OnceLock::new();

/// Sets the key before the first string is hashed; later calls do nothing.
pub fn set_key(key: [u64; 2]) {
    SET.get_or_init(|| {
        KEY0.store(key[0], Ordering::Relaxed);
        KEY1.store(key[1], Ordering::Relaxed);
    });
}

/// Hash of a byte string: never 0 (which means "not computed") unless empty, never -1.
pub fn bytes(data: &[u8]) -> i64 {
    if data.is_empty() {
        return 0;
    }
    let mut hasher = FoldHasher::new();
    hasher.write(data);
    match hasher.finish() as i64 {
        -1 => -2,
        0 => 1,
        hash => hash,
    }
}

/// A keyed multiply-fold hash over 8-byte words (in the manner of wyhash): fast on short names.
struct FoldHasher(u64, u64);

impl FoldHasher {
    fn new() -> FoldHasher {
        FoldHasher(KEY0.load(Ordering::Relaxed), KEY1.load(Ordering::Relaxed) | 1)
    }
    fn mix(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word) * u128::from(0x9E37_79B9_7F4A_7C15 ^ self.1);
        self.0 = (wide as u64) ^ (wide >> 64) as u64;
    }
}

impl Hasher for FoldHasher {
    fn write(&mut self, data: &[u8]) {
        let mut chunks = data.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        let rest = chunks.remainder();
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        self.mix(u64::from_le_bytes(word) ^ (data.len() as u64) << 56);
    }
    fn finish(&self) -> u64 {
        let wide = u128::from(self.0 ^ 0xA076_1D64_78BD_642F) * u128::from(self.1);
        (wide as u64) ^ (wide >> 64) as u64
    }
}
