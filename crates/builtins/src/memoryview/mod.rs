//! `memoryview`.

use orochi_object::buffer::Buffer;

/// The bytes of a buffer in C order.
pub(crate) fn contiguous(buffer: &Buffer) -> Vec<u8> {
    buffer.as_slice().to_vec()
}
