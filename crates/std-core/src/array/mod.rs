//! The module `array`.
//!
//! Rules:
//! 1. The items are bytes of a block in native byte order. Whoever changes `block` or `len` holds
//!    the array's lock; an old block stays alive for who reads it.
//! 2. While buffers are exported the length does not change.

mod item;
mod methods;

use core::sync::atomic::{AtomicUsize, Ordering};
use item::Code;
use orochi_object::buffer::{Buffer, Exports};
use orochi_object::layout::{self, HeapLayout, STD_CORE_BASE};
use orochi_object::prelude::*;
use orochi_object::typedef::Const;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "array",
    doc: Some(
        "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.",
    ),
    functions: &[function(
        "_array_reconstructor",
        "(arraytype, typecode, mformat_code, items, /)",
        methods::reconstruct,
    )],
    constants: &[("typecodes", Const::Str("bBuwhHiIlLqQfd"))],
    types: &[&methods::TYPE, &methods::ITERATOR],
    init: Some(|cx, module| {
        let dict = module.namespace();
        dict.remove(cx, name!(cx, "arrayiterator").value())?;
        dict.set_str(cx, name!(cx, "ArrayType"), methods::CELL.get().value())?;
        let class = orochi_object::hooks::module_attr(cx, "collections.abc", "MutableSequence")?;
        ops::call_method(cx, class, name!(cx, "register"), &[methods::CELL.get().value()])?;
        Ok(())
    }),
};

/// The layout number of arrays.
pub const LAYOUT: u16 = STD_CORE_BASE + 44;

/// An `array`.
#[repr(C)]
pub struct PyArray {
    header: Header,
    block: Slot,
    /// Number of items.
    len: AtomicUsize,
    exports: Exports,
    /// The type code's character.
    code: AtomicUsize,
}
orochi_object::trace!(PyArray, LAYOUT, [block]);

/// The heap layout: [`PyArray`] with its cleanup.
pub const HEAP_LAYOUT: HeapLayout = HeapLayout { drop: Some(drop_exports), ..PyArray::HEAP_LAYOUT };

/// # Safety
/// Called by the collector with a dead array.
unsafe fn drop_exports(header: *mut Header) {
    // SAFETY: the layout is PyArray.
    unsafe { (*header.cast::<PyArray>()).exports.free() }
}

/// A block of bytes of fixed capacity; internal.
#[repr(C)]
struct Block {
    header: Header,
    capacity: usize,
}

// SAFETY: repr(C) with a Header first; the layout is a leaf, the payload holds no slots.
unsafe impl Object for Block {
    const LAYOUT: u16 = layout::BYTES_RAW;
}

impl Block {
    fn new(cx: &Cx, capacity: usize) -> Res<Ref<Block>> {
        if capacity > 1 << 40 {
            return Err(orochi_object::error::memory_error(cx));
        }
        let block = cx.alloc_internal::<Block>(capacity)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*block.as_ptr()).capacity = capacity };
        Ok(block)
    }
    fn data(&self) -> *mut u8 {
        // SAFETY: the data follow the struct.
        unsafe { (self as *const Block).add(1).cast::<u8>().cast_mut() }
    }
}

impl PyArray {
    fn own(&self) -> Ref<PyArray> {
        // SAFETY: `self` is a live heap object.
        unsafe { Ref::from_ptr(core::ptr::from_ref(self).cast_mut()) }
    }
    fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }
    fn code(&self) -> Code {
        Code(self.code.load(Ordering::Relaxed) as u8)
    }
    fn block(&self) -> Option<Ref<Block>> {
        // SAFETY: `block` holds a Block or UNSET.
        self.block.get().map(|block| unsafe { block.cast() })
    }

    /// Runs `f` with the bytes of the items, the lock held.
    fn with_bytes<R>(&self, cx: &Cx, f: impl FnOnce(&mut [u8]) -> R) -> R {
        self.own().locked(cx, || {
            let n = self.len() * self.code().size();
            match self.block() {
                // SAFETY: `len` items lie in the block; writers hold the lock.
                Some(block) => f(unsafe { core::slice::from_raw_parts_mut(block.data(), n) }),
                None => f(&mut []),
            }
        })
    }

    /// A copy of the bytes.
    fn copied(&self, cx: &Cx) -> Vec<u8> {
        self.with_bytes(cx, |bytes| bytes.to_vec())
    }

    /// Item `i`, if there is one.
    fn item(&self, cx: &Cx, i: usize) -> Option<Res> {
        let code = self.code();
        let size = code.size();
        let word = self.with_bytes(cx, |bytes| {
            bytes.get(i * size..(i + 1) * size).map(|bytes| Code::word(bytes))
        });
        word.map(|word| code.decode_word(cx, word))
    }

    /// Replaces the items `start..end` (clamped) by those of `data`; atomic.
    fn splice(&self, cx: &Cx, start: usize, end: usize, data: &[u8]) -> Res<()> {
        const IN_USE: &str = "cannot resize an array that is exporting buffers";
        if self.try_splice(cx, start, end, data)? {
            return Ok(());
        }
        self.exports.settle(cx, self.own().value(), IN_USE)?;
        match self.try_splice(cx, start, end, data)? {
            true => Ok(()),
            false => raise!(cx, BUFFER_ERROR, "{IN_USE}"),
        }
    }

    /// As `splice`; false if exports keep the array from changing its size.
    fn try_splice(&self, cx: &Cx, start: usize, end: usize, data: &[u8]) -> Res<bool> {
        let size = self.code().size();
        self.own().locked(cx, || -> Res<bool> {
            let len = self.len();
            let start = start.min(len);
            let end = end.clamp(start, len);
            let added = data.len() / size;
            let grown = len - (end - start) + added;
            if grown != len && self.exports.any() {
                return Ok(false);
            }
            self.splice_locked(cx, [start * size, end * size, len * size], data, grown * size)?;
            self.len.store(grown, Ordering::Release);
            Ok(true)
        })
    }

    fn splice_locked(
        &self,
        cx: &Cx,
        [start, end, len]: [usize; 3],
        data: &[u8],
        grown: usize,
    ) -> Res<()> {
        let old = self.block();
        let room = old.map_or(0, |block| block.capacity);
        // SAFETY: all ranges lie within the blocks' capacities; the lock is held.
        unsafe {
            if let Some(block) = old.filter(|_| grown <= room) {
                let base = block.data();
                core::ptr::copy(base.add(end), base.add(start + data.len()), len - end);
                core::ptr::copy(data.as_ptr(), base.add(start), data.len());
                return Ok(());
            }
            let capacity = if grown > len { grown + (grown >> 3) + 16 } else { grown };
            let block = Block::new(cx, capacity)?;
            let to = block.data();
            if let Some(old) = old {
                let from = old.data();
                core::ptr::copy_nonoverlapping(from, to, start);
                core::ptr::copy_nonoverlapping(
                    from.add(end),
                    to.add(start + data.len()),
                    len - end,
                );
            }
            core::ptr::copy_nonoverlapping(data.as_ptr(), to.add(start), data.len());
            self.block.set(cx, self.own(), block.value());
        }
        Ok(())
    }

    /// Counts an export and gives its window.
    fn export(&self, cx: &Cx) -> Res<Buffer> {
        let code = self.code();
        let format = cx.new_str(code.format())?;
        if self.block().is_none() {
            let block = Block::new(cx, 16)?;
            let _ = self.block.replace(cx, self.own(), None, block.value());
        }
        let mut buffer = self.own().locked(cx, || {
            let count = self.exports.take();
            let data = self.block().map_or(core::ptr::null_mut(), |block| block.data());
            let owner = self.own().value();
            let mut buffer = Buffer::bytes(owner, data, self.len() * code.size(), false);
            buffer.count = Some(count);
            buffer
        });
        buffer.format = Some(format.value());
        buffer.itemsize = code.size();
        buffer.on_release = Some(release);
        Ok(buffer)
    }
}

fn release(owner: Value) {
    if let Some(array) = owner.downcast::<PyArray>() {
        array.exports.give_back();
    }
}
