//! Items of arrays of numbers: read and written as they lie in memory. What does not fit leaves, and is not tried again where that is
//! often so.

use super::Emitter;
use crate::kind::{Kind, State};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F32, F64, I8, I16, I32, I64};
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Type, Value as Ssa};
use orochi_bytecode::{Instr, Op};
use orochi_object::typed::{Item, TYPED_ARRAYS, TypedArrays};
use orochi_runtime::machine::Reason;

impl Emitter<'_, '_> {
    /// `GetItem` and `GetItemI` of what is taken for an array with this type code.
    pub(super) fn get_typed_item(
        &mut self,
        state: &mut State,
        pc: u32,
        i: Instr,
        (code, item): (u8, Item),
    ) {
        let key = match i.operation() {
            Op::GetItemI => self.constant(i64::from(i.imm_c()) << 1 | 1),
            _ => self.int_operand(state, pc, i.c),
        };
        let Some(arrays) = TYPED_ARRAYS.get() else { unreachable!("an array was seen") };
        self.guard_array(state, pc, i.b, (arrays, code));
        let array = self.word(state, i.b);
        let miss = self.b.create_block();
        self.b.set_cold_block(miss);
        let at = self.address_of_item(array, key, (arrays, item), miss);
        let trusted = MemFlagsData::trusted();
        match item {
            Item::Float { bytes } => {
                let ty = if bytes == 4 { F32 } else { F64 };
                let float = self.b.ins().load(ty, trusted, at, arrays.data as i32);
                let float = if bytes == 4 { self.b.ins().fpromote(F64, float) } else { float };
                self.b.def_var(self.floats[i.a as usize], float);
            }
            Item::Int { bytes, signed } => {
                let n = self.b.ins().load(int_type(bytes), trusted, at, arrays.data as i32);
                let n = match (bytes, signed) {
                    (8, _) => n,
                    (_, true) => self.b.ins().sextend(I64, n),
                    (_, false) => self.b.ins().uextend(I64, n),
                };
                if bytes == 8 {
                    self.unless_small(n, miss);
                }
                let word = self.tag(n);
                self.define(i.a, word);
            }
        }
        self.finish_guard(miss, state, pc, Reason::Guard, pc);
    }

    /// `SetItem` of what is taken for an array with this type code, under its lock.
    pub(super) fn set_typed_item(
        &mut self,
        state: &mut State,
        pc: u32,
        i: Instr,
        (code, item): (u8, Item),
    ) {
        let key = self.int_operand(state, pc, i.b);
        let Some(arrays) = TYPED_ARRAYS.get() else { unreachable!("an array was seen") };
        self.guard_array(state, pc, i.a, (arrays, code));
        let (miss, outside, done) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(miss);
        self.b.set_cold_block(outside);
        let raw = match item {
            Item::Float { bytes } => {
                let double = self.number_operand(state, pc, i.c);
                if bytes == 4 { self.demoted(double, miss) } else { double }
            }
            Item::Int { bytes, signed } => {
                let word = self.int_operand(state, pc, i.c);
                let n = self.untag(word);
                self.unless_in_range(n, bytes, signed, miss);
                if bytes == 8 { n } else { self.b.ins().ireduce(int_type(bytes), n) }
            }
        };
        let array = self.word(state, i.a);
        let held = self.take_lock(array, miss);
        let at = self.address_of_item(array, key, (arrays, item), outside);
        self.b.ins().store(MemFlagsData::trusted(), raw, at, arrays.data as i32);
        self.release_lock(array, held);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(outside);
        self.release_lock(array, held);
        self.b.ins().jump(miss, &[]);
        self.seal_and_switch(done);
        self.finish_guard(miss, state, pc, Reason::Guard, pc);
    }

    /// Leaves unless register `r` holds an exact array with this type code.
    fn guard_array(
        &mut self,
        state: &mut State,
        pc: u32,
        r: u16,
        (arrays, code): (&TypedArrays, u8),
    ) {
        self.guard_shape(state, pc, r, arrays.class.get().root_shape().value().word());
        let array = self.word(state, r);
        let own = self.load(array, arrays.code);
        let same = self.compare(IntCC::Equal, own, i64::from(code));
        self.guard(same, state, pc);
    }

    /// The address of an item, less the offset of data in blocks; goes to `outside` if there is none.
    fn address_of_item(
        &mut self,
        array: Ssa,
        key: Ssa,
        (arrays, item): (&TypedArrays, Item),
        outside: Block,
    ) -> Ssa {
        let length = self.load(array, arrays.len);
        let index = self.position(key, length, outside);
        let block = self.load(array, arrays.block);
        let shift = self.constant(i64::from(item.bytes().trailing_zeros()));
        let offset = self.b.ins().ishl(index, shift);
        self.b.ins().iadd(block, offset)
    }

    /// Goes on if a number is a small int.
    fn unless_small(&mut self, n: Ssa, miss: Block) {
        let two = self.constant(2);
        let (_, overflow) = self.b.ins().smul_overflow(n, two);
        let fine = self.fits(overflow);
        self.unless(fine, miss);
    }

    /// Goes on if a small int fits into so many bytes.
    fn unless_in_range(&mut self, n: Ssa, bytes: usize, signed: bool, miss: Block) {
        if bytes == 8 {
            return;
        }
        let bits = bytes as i64 * 8;
        let least = if signed { -(1i64 << (bits - 1)) } else { 0 };
        let above = self.add(n, -least);
        let inside = self.compare(IntCC::UnsignedLessThan, above, 1i64 << bits);
        self.unless(inside, miss);
    }

    /// A double as a float of four bytes; goes to `miss` where it is not finite, or too large for one.
    fn demoted(&mut self, double: Ssa, miss: Block) -> Ssa {
        let finite = self.is_finite(double);
        self.unless(finite, miss);
        let float = self.b.ins().fdemote(F32, double);
        let back = self.b.ins().fpromote(F64, float);
        let finite = self.is_finite(back);
        self.unless(finite, miss);
        float
    }

    /// The double of a register that is a float or a small int, or is guarded to be what it was seen to be.
    fn number_operand(&mut self, state: &mut State, pc: u32, r: u16) -> Ssa {
        self.refine_float(state, pc, r);
        match state.kinds[r as usize] {
            Kind::Float => self.b.use_var(self.floats[r as usize]),
            _ => {
                let word = self.word(state, r);
                let n = self.untag(word);
                self.b.ins().fcvt_from_sint(F64, n)
            }
        }
    }
}

fn int_type(bytes: usize) -> Type {
    match bytes {
        1 => I8,
        2 => I16,
        4 => I32,
        _ => I64,
    }
}
