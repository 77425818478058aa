//! Words and doubles: constants, memory, tags, boxing, calls of helpers.

use super::Emitter;
use crate::kind::State;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, Inst, InstBuilder, MemFlagsData, SigRef, Signature, Value as Ssa,
};
use orochi_object::prelude::*;
use orochi_runtime::frame::offset;
use orochi_runtime::machine::Reason;

/// Word of the float zero: the only one that is not a rotated double.
const FLOAT_ZERO: u64 = 0x8000_0000_0000_0002;

impl Emitter<'_, '_> {
    pub(super) fn constant(&mut self, n: i64) -> Ssa {
        self.b.ins().iconst(I64, n)
    }

    pub(super) fn load(&mut self, at: Ssa, offset: usize) -> Ssa {
        self.b.ins().load(I64, MemFlagsData::trusted(), at, offset as i32)
    }

    pub(super) fn store(&mut self, value: Ssa, at: Ssa, offset: usize) {
        self.b.ins().store(MemFlagsData::trusted(), value, at, offset as i32);
    }

    pub(super) fn compare(&mut self, cc: IntCC, x: Ssa, n: i64) -> Ssa {
        let n = self.constant(n);
        self.b.ins().icmp(cc, x, n)
    }

    pub(super) fn and(&mut self, x: Ssa, n: i64) -> Ssa {
        let n = self.constant(n);
        self.b.ins().band(x, n)
    }

    pub(super) fn add(&mut self, x: Ssa, n: i64) -> Ssa {
        let n = self.constant(n);
        self.b.ins().iadd(x, n)
    }

    pub(super) fn is_int(&mut self, word: Ssa) -> Ssa {
        self.and(word, 1)
    }

    pub(super) fn is_float(&mut self, word: Ssa) -> Ssa {
        let tag = self.and(word, 3);
        self.compare(IntCC::Equal, tag, 2)
    }

    pub(super) fn is_object(&mut self, word: Ssa) -> Ssa {
        let tag = self.and(word, 7);
        self.compare(IntCC::Equal, tag, 0)
    }

    /// The number of a small int.
    pub(super) fn untag(&mut self, word: Ssa) -> Ssa {
        let one = self.constant(1);
        self.b.ins().sshr(word, one)
    }

    /// The word of a number that fits.
    pub(super) fn tag(&mut self, n: Ssa) -> Ssa {
        let one = self.constant(1);
        let doubled = self.b.ins().ishl(n, one);
        self.b.ins().bor(doubled, one)
    }

    /// The double of a word; leaves at the start of instruction `pc` if it is no float.
    pub(super) fn double_of(
        &mut self,
        word: Ssa,
        state: &State,
        pc: u32,
        reason: Reason,
        key: u32,
    ) -> Ssa {
        let (other, miss, done) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, F64);
        self.b.set_cold_block(other);
        self.b.set_cold_block(miss);
        let inline = self.is_float(word);
        self.unless(inline, other);
        let float = self.unbox(word);
        self.b.ins().jump(done, &[BlockArg::Value(float)]);
        self.seal_and_switch(other);
        let is_object = self.is_object(word);
        self.unless(is_object, miss);
        let shape = self.load(word, core::mem::offset_of!(Header, word));
        let exact = types::FLOAT.get().root_shape().value().word();
        let same = self.compare(IntCC::Equal, shape, exact as i64);
        self.unless(same, miss);
        // A boxed float's double follows the header.
        let at = size_of::<Header>() as i32;
        let float = self.b.ins().load(F64, MemFlagsData::trusted(), word, at);
        // A NaN stays the object it is: containers find it by nothing else.
        let is_number = self.b.ins().fcmp(FloatCC::Equal, float, float);
        self.unless(is_number, miss);
        self.b.ins().jump(done, &[BlockArg::Value(float)]);
        self.seal_and_switch(miss);
        self.leave(state, pc, reason, key);
        self.seal_and_switch(done);
        result
    }

    /// Whether a word is the object that a double was unboxed from. Nobody knows any more which one that was: floats of the
    /// same bits are taken for it, so that `x is x` holds.
    pub(super) fn is_float_of(&mut self, float: Ssa, word: Ssa) -> Ssa {
        let bits = self.b.ins().bitcast(I64, MemFlagsData::new(), float);
        let (inline, other, object, boxed, done) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        let result = self.b.append_block_param(done, I8);
        let no = self.b.ins().iconst(I8, 0);
        let is_inline = self.is_float(word);
        self.b.ins().brif(is_inline, inline, &[], other, &[]);
        self.seal_and_switch(inline);
        let own = self.unbox(word);
        let own = self.b.ins().bitcast(I64, MemFlagsData::new(), own);
        let same = self.b.ins().icmp(IntCC::Equal, own, bits);
        self.b.ins().jump(done, &[BlockArg::Value(same)]);
        self.seal_and_switch(other);
        let is_object = self.is_object(word);
        self.b.ins().brif(is_object, object, &[], done, &[BlockArg::Value(no)]);
        self.seal_and_switch(object);
        let shape = self.load(word, core::mem::offset_of!(Header, word));
        let exact = types::FLOAT.get().root_shape().value().word();
        let is_exact = self.compare(IntCC::Equal, shape, exact as i64);
        self.b.ins().brif(is_exact, boxed, &[], done, &[BlockArg::Value(no)]);
        self.seal_and_switch(boxed);
        let own = self.load(word, size_of::<Header>());
        let same = self.b.ins().icmp(IntCC::Equal, own, bits);
        self.b.ins().jump(done, &[BlockArg::Value(same)]);
        self.seal_and_switch(done);
        result
    }

    /// Whether two doubles have the same bits.
    pub(super) fn same_bits(&mut self, x: Ssa, y: Ssa) -> Ssa {
        let x = self.b.ins().bitcast(I64, MemFlagsData::new(), x);
        let y = self.b.ins().bitcast(I64, MemFlagsData::new(), y);
        self.b.ins().icmp(IntCC::Equal, x, y)
    }

    /// The double of an inline float's word.
    pub(super) fn unbox(&mut self, word: Ssa) -> Ssa {
        let (c63, three, two) = (self.constant(63), self.constant(3), self.constant(2));
        let top = self.b.ins().ushr(word, c63);
        let low = self.b.ins().isub(two, top);
        let rest = self.and(word, !3);
        let joined = self.b.ins().bor(low, rest);
        let bits = self.b.ins().rotr(joined, three);
        let is_zero = self.compare(IntCC::Equal, word, FLOAT_ZERO as i64);
        let zero = self.constant(0);
        let bits = self.b.ins().select(is_zero, zero, bits);
        self.b.ins().bitcast(F64, MemFlagsData::new(), bits)
    }

    /// The word of a double.
    pub(super) fn boxed(&mut self, float: Ssa) -> Ssa {
        let bits = self.b.ins().bitcast(I64, MemFlagsData::new(), float);
        let (c60, three) = (self.constant(60), self.constant(3));
        let top = self.b.ins().ushr(bits, c60);
        let top = self.and(top, 7);
        let usual = self.add(top, -3);
        let usual = self.compare(IntCC::UnsignedLessThanOrEqual, usual, 1);
        let rotated = self.b.ins().rotl(bits, three);
        let rotated = self.and(rotated, !3);
        let two = self.constant(2);
        let word = self.b.ins().bor(rotated, two);
        let not_zero = self.compare(IntCC::NotEqual, word, FLOAT_ZERO as i64);
        let inline = self.b.ins().band(usual, not_zero);
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        self.b.ins().brif(inline, done, &[BlockArg::Value(word)], slow, &[]);
        self.seal_and_switch(slow);
        self.call_quietly(self.stubs.box_float, &[self.cx, bits]);
        let made = self.load(self.vm, offset::BOXED);
        self.b.ins().jump(done, &[BlockArg::Value(made)]);
        self.seal_and_switch(done);
        result
    }

    /// Calls a helper that gives a word.
    pub(super) fn call(&mut self, helper: usize, args: &[Ssa]) -> Ssa {
        let inst = self.call_helper(helper, args, true);
        self.b.inst_results(inst)[0]
    }

    /// As [`call`](Self::call), on a way that is rarely gone: see [`quiet`](crate::quiet).
    pub(super) fn call_rarely(&mut self, helper: usize, args: &[Ssa]) -> Ssa {
        match crate::quiet::rare(helper, args.len()) {
            Some(stub) => {
                self.call_quietly(stub, args);
                self.load(self.vm, offset::BOXED)
            }
            None => self.call(helper, args),
        }
    }

    pub(super) fn call_helper(&mut self, helper: usize, args: &[Ssa], gives: bool) -> Inst {
        let call_conv = self.call_conv;
        let b = &mut self.b;
        let signature = *self.signatures.entry((args.len(), gives)).or_insert_with(|| {
            let mut signature = Signature::new(call_conv);
            signature.params = vec![AbiParam::new(I64); args.len()];
            if gives {
                signature.returns = vec![AbiParam::new(I64)];
            }
            b.import_signature(signature)
        });
        let address = self.constant(helper as i64);
        self.b.ins().call_indirect(signature, address, args)
    }

    /// The signature of other machine code.
    pub(super) fn entry_signature(&mut self) -> SigRef {
        let (b, call_conv) = (&mut self.b, self.call_conv);
        *self.entry_signature.get_or_insert_with(|| b.import_signature(super::signature(call_conv)))
    }

    /// Calls a stub of `quiet`, which keeps all machine registers.
    pub(super) fn call_quietly(&mut self, stub: usize, args: &[Ssa]) {
        let b = &mut self.b;
        let signature = *self
            .quiet_signatures
            .entry(args.len())
            .or_insert_with(|| b.import_signature(crate::quiet::signature(args.len())));
        let address = self.constant(stub as i64);
        self.b.ins().call_indirect(signature, address, args);
    }

    /// A cold block that is gone to unless `holds`; goes on in the other.
    pub(super) fn unless(&mut self, holds: Ssa, slow: Block) {
        let on = self.b.create_block();
        self.b.ins().brif(holds, on, &[], slow, &[]);
        self.seal_and_switch(on);
    }
}
