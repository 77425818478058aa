//! Objects as such: making small ones, and their locks.

use super::Emitter;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I32, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value as Ssa};
use orochi_heap::{Mutator, biased};
use orochi_object::prelude::*;

impl Emitter<'_, '_> {
    /// A new object of a built-in class with its header; the rest is zero.
    pub(super) fn new_object(
        &mut self,
        class: &'static TypeCell,
        layout: u16,
        payload: usize,
        slow: Block,
    ) -> Ssa {
        let shape = class.get().root_shape().value().word();
        self.bump(shape, Header::template(layout, payload), slow)
    }

    /// A new object with its header, by [`Header::template`]; the rest is zero. It is the thread's own. Goes to `slow` if
    /// there is no room.
    pub(super) fn bump(&mut self, shape: u64, (header, size): (u64, usize), slow: Block) -> Ssa {
        let cursor = self.load(self.cx, Mutator::CURSOR_OFFSET);
        let end = self.load(self.cx, Mutator::END_OFFSET);
        let next = self.add(cursor, size as i64);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, next, end);
        self.unless(fits, slow);
        self.store(next, self.cx, Mutator::CURSOR_OFFSET);
        let (shape, header) = (self.constant(shape as i64), self.constant(header as i64));
        let trusted = MemFlagsData::trusted();
        // Of a thread that owns nothing the lowest byte is that of nobody.
        let at = Mutator::NUMBER_OFFSET as i32;
        let number = self.b.ins().uload8(I64, trusted, self.cx, at);
        let header = self.b.ins().bor(header, number);
        self.store(shape, cursor, 0);
        self.store(header, cursor, 8);
        cursor
    }

    /// Takes an object's lock if the thread owns it or nobody holds it, else goes to `slow`: the first two ways of
    /// `Mutator::lock_object`. Gives whether it is to be released.
    pub(super) fn take_lock(&mut self, object: Ssa, slow: Block) -> Ssa {
        let trusted = MemFlagsData::trusted();
        let at = core::mem::offset_of!(Header, lock);
        let byte = self.b.ins().uload8(I32, trusted, object, at as i32);
        let number = self.b.ins().load(I32, trusted, self.cx, Mutator::NUMBER_OFFSET as i32);
        let owns = self.b.ins().icmp(IntCC::Equal, byte, number);
        let (other, on) = (self.b.create_block(), self.b.create_block());
        let held = self.b.append_block_param(on, I8);
        self.b.set_cold_block(other);
        let no = self.b.ins().iconst(I8, 0);
        self.b.ins().brif(owns, on, &[BlockArg::Value(no)], other, &[]);
        self.seal_and_switch(other);
        let at = self.add(object, at as i64);
        let state = |n: u8| i64::from(n);
        let shared = self.b.ins().iconst(I8, state(biased::SHARED));
        let taken = self.b.ins().iconst(I8, state(biased::HELD));
        let old = self.b.ins().atomic_cas(trusted, at, shared, taken);
        let was_free = self.b.ins().icmp(IntCC::Equal, old, shared);
        self.unless(was_free, slow);
        let yes = self.b.ins().iconst(I8, 1);
        self.b.ins().jump(on, &[BlockArg::Value(yes)]);
        self.seal_and_switch(on);
        held
    }

    /// Releases a lock that [`take_lock`](Self::take_lock) took.
    pub(super) fn release_lock(&mut self, object: Ssa, held: Ssa) {
        let (release, on) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(release);
        self.b.ins().brif(held, release, &[], on, &[]);
        self.seal_and_switch(release);
        let shared = self.b.ins().iconst(I8, i64::from(biased::SHARED));
        let at = core::mem::offset_of!(Header, lock) as i32;
        self.b.ins().store(MemFlagsData::trusted(), shared, object, at);
        self.b.ins().jump(on, &[]);
        self.seal_and_switch(on);
    }
}
