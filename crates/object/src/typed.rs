//! How the items of `array.array` lie in memory: what generated code reads and writes without calling the module, which says it when it is
//! made. The rules are the module's (`std-core/src/array`): items are read without the lock, the length first, then the
//! block; they are written under the array's lock.

use crate::object::Ref;
use crate::types::TypeCell;
use crate::value::Value;
use std::sync::OnceLock;

/// Offsets in bytes within an array, but for `data`, which is one within its block.
#[derive(Clone, Copy)]
pub struct TypedArrays {
    pub class: &'static TypeCell,
    /// Number of items, a word.
    pub len: usize,
    /// The block: a reference, or UNSET.
    pub block: usize,
    /// The type code's character, a word that never changes.
    pub code: usize,
    pub data: usize,
}

/// Set when `array` is imported.
pub static TYPED_ARRAYS: OnceLock<TypedArrays> = OnceLock::new();

/// The items of an array with some type code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    /// An int of so many bytes, with a sign or without.
    Int { bytes: usize, signed: bool },
    /// A float of so many bytes.
    Float { bytes: usize },
}

impl Item {
    /// `None` for items that are no numbers.
    pub fn of(code: u8) -> Option<Item> {
        let int = |bytes, signed| Item::Int { bytes, signed };
        Some(match code {
            b'b' => int(1, true),
            b'B' => int(1, false),
            b'h' => int(2, true),
            b'H' => int(2, false),
            b'i' => int(4, true),
            b'I' => int(4, false),
            b'l' | b'q' => int(8, true),
            b'f' => Item::Float { bytes: 4 },
            b'd' => Item::Float { bytes: 8 },
            _ => return None,
        })
    }

    /// Bytes of an item.
    pub fn bytes(self) -> usize {
        match self {
            Item::Int { bytes, .. } | Item::Float { bytes } => bytes,
        }
    }
}

impl TypedArrays {
    /// The type code of `value`, if it is an array of exactly that class.
    pub fn code_of(value: Value) -> Option<u8> {
        let arrays = TYPED_ARRAYS.get()?;
        let object = value.as_object()?;
        let shape = arrays.class.get().root_shape();
        // SAFETY: a live object.
        let own: Ref<_> = crate::object::shape_of(unsafe { &*object });
        // SAFETY: an array has a word there.
        (own == shape).then(|| unsafe { *object.byte_add(arrays.code).cast::<u64>() } as u8)
    }
}
