//! The binary tables, decoded at compile time where they are arrays of words.

const fn words<const N: usize>(b: &[u8]) -> [u16; N] {
    let mut out = [0u16; N];
    let mut i = 0;
    while i < N {
        out[i] = b[2 * i] as u16 | (b[2 * i + 1] as u16) << 8;
        i += 1;
    }
    out
}

const B1: &[u8] = include_bytes!("index1.bin");
const B2: &[u8] = include_bytes!("index2.bin");
const O1: &[u8] = include_bytes!("old_index1.bin");
const O2: &[u8] = include_bytes!("old_index2.bin");

/// Bytes of a record.
pub(super) const REC: usize = 26;
/// Bytes of a record of Unicode 3.2.
pub(super) const OLD_REC: usize = 10;

pub(super) static INDEX1: [u16; B1.len() / 2] = words(B1);
pub(super) static INDEX2: [u16; B2.len() / 2] = words(B2);
pub(super) static OLD_INDEX1: [u16; O1.len() / 2] = words(O1);
pub(super) static OLD_INDEX2: [u16; O2.len() / 2] = words(O2);
pub(super) static RECORDS: &[u8] = include_bytes!("records.bin");
pub(super) static OLD_RECORDS: &[u8] = include_bytes!("old_records.bin");
pub(super) static OLD_DECOMP: &[u8] = include_bytes!("old_decomp.bin");
pub(super) static NUMERICS: &[u8] = include_bytes!("numerics.bin");
pub(super) static SPECIAL: &[u8] = include_bytes!("special.bin");
pub(super) static DECOMP: &[u8] = include_bytes!("decomp.bin");
pub(super) static DECOMP_DATA: &[u8] = include_bytes!("decomp_data.bin");
pub(super) static COMP: &[u8] = include_bytes!("comp.bin");
