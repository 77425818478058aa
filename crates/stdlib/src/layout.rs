//! The layout of the blob, shared by the build script that writes it and the library that reads it.
//!
//! The blob is a header (magic, number of files), one record a file sorted by path, then names,
//! sources and code in any order. All numbers are little-endian. A record is:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | where the path begins |
//! | 4 | 4 | where the stored source begins |
//! | 8 | 4 | its stored length |
//! | 12 | 4 | its length once unpacked |
//! | 16 | 4 | where the encoded code begins, at a multiple of `ALIGNMENT` |
//! | 20 | 4 | its length, 0 if there is none |
//! | 24 | 2 | length of the path |
//! | 26 | 2 | flags |

/// First bytes of a blob.
pub(crate) const MAGIC: &[u8; 12] = b"orochi-lib-1";
/// Length of the header: magic and number of files.
pub(crate) const HEADER: usize = 16;
/// Length of a record.
pub(crate) const RECORD: usize = 32;
/// Code begins at multiples of this.
pub(crate) const ALIGNMENT: usize = 16;

/// Bits of a record's flags.
pub(crate) mod flags {
    /// The source is stored as a raw deflate stream.
    pub(crate) const DEFLATED: u16 = 1;
    /// The file is the `__init__.py` of a package.
    pub(crate) const PACKAGE: u16 = 2;
}
