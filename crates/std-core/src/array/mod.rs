//! The module `array`.
//!
//! Rules:
//! 1. The items lie in a block. Whoever changes items, `block` or `len` holds the array's lock; an old block stays alive for who
//!    reads it.
//! 2. Items are read without the lock: `len` first, then `block`. A block is never replaced by a smaller one, and one that is
//!    large enough is there before `len` says so. So the item of an index below `len` lies within the block.
//! 3. While buffers are exported the length does not change.

mod block;
mod item;
mod methods;

use block::Block;
use core::sync::atomic::{AtomicUsize, Ordering};
use item::Code;
use orochi_object::buffer::{Buffer, Exports};
use orochi_object::layout::{HeapLayout, STD_CORE_BASE};
use orochi_object::prelude::*;
use orochi_object::typed::{TYPED_ARRAYS, TypedArrays};
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
        let _ = TYPED_ARRAYS.set(TypedArrays {
            class: &methods::CELL,
            len: core::mem::offset_of!(PyArray, len),
            block: core::mem::offset_of!(PyArray, block),
            code: core::mem::offset_of!(PyArray, code),
            data: Block::DATA_OFFSET,
        });
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

    /// Runs `f` with the block and the number of items in it, the lock held.
    fn with_items<R>(&self, cx: &Cx, f: impl FnOnce(Option<Ref<Block>>, usize) -> R) -> R {
        self.own().locked(cx, || f(self.block(), self.len()))
    }

    /// A copy of the bytes.
    fn copied(&self, cx: &Cx) -> Vec<u8> {
        let size = self.code().size();
        self.with_items(cx, |block, len| match block {
            Some(block) => {
                // SAFETY: `len` items lie in the block; writers hold the lock.
                unsafe { core::slice::from_raw_parts(block.data(), len * size) }.to_vec()
            }
            None => Vec::new(),
        })
    }

    /// Has `f` change the items, as numbers.
    fn rewrite(&self, cx: &Cx, f: impl FnOnce(&mut [u64])) {
        let size = self.code().size();
        self.with_items(cx, |block, len| {
            let Some(block) = block else { return };
            let mut words: Vec<u64> = (0..len).map(|i| block.load(i, size)).collect();
            f(&mut words);
            words.iter().enumerate().for_each(|(i, word)| block.store(i, size, *word));
        });
    }

    /// Item `i`, if there is one.
    #[inline]
    fn item(&self, cx: &Cx, i: usize) -> Option<Res> {
        // Rule 2 about the order.
        if i >= self.len() {
            return None;
        }
        let code = self.code();
        Some(code.decode_word(cx, self.block()?.load(i, code.size())))
    }

    /// Sets item `i` to the number; false if there is no such item.
    fn set_item(&self, cx: &Cx, i: usize, word: u64) -> bool {
        let size = self.code().size();
        self.with_items(cx, |block, len| match block.filter(|_| i < len) {
            Some(block) => {
                block.store(i, size, word);
                true
            }
            None => false,
        })
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
            let block = self.roomy(cx, grown, len)?;
            if let Some(block) = block {
                block.shift(end, start + added, len - end, size);
                for (k, raw) in data.chunks_exact(size).enumerate() {
                    block.store(start + k, size, Code::word(raw));
                }
            }
            self.len.store(grown, Ordering::Release);
            Ok(true)
        })
    }

    /// The block, with room for `wanted` items; a larger one with the `len` items if need be. Under the lock.
    fn roomy(&self, cx: &Cx, wanted: usize, len: usize) -> Res<Option<Ref<Block>>> {
        let size = self.code().size();
        let old = self.block();
        if wanted * size <= old.map_or(0, |block| block.capacity()) {
            return Ok(old);
        }
        let bytes = wanted * size;
        let block = Block::new(cx, if len > 0 { bytes + (bytes >> 3) + 16 } else { bytes })?;
        if let Some(old) = old {
            // SAFETY: `len` items lie in the old block, which others only read, and fit into the new one, which nobody knows.
            unsafe { core::ptr::copy_nonoverlapping(old.data(), block.data(), len * size) };
        }
        self.block.set(cx, self.own(), block.value());
        Ok(Some(block))
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
