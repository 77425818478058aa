//! Native functions that are done in line, without saving anything: what does not fit goes the general way.

use super::Emitter;
use crate::callee::Intrinsic;
use crate::calls;
use crate::kind::{self, Kind, State};
use crate::seeded::{self, Bug};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, InstBuilder, MemFlagsData, Signature, Value as Ssa,
};
use orochi_bytecode::{Instr, Op};
use orochi_object::layout;
use orochi_object::list::Array;
use orochi_object::prelude::*;
use orochi_object::shape::Shape;
use orochi_runtime::machine::Reason;

impl Emitter<'_, '_> {
    /// The call at `pc`, which is [`calls::quick`].
    pub(super) fn quick_call(
        &mut self,
        state: &mut State,
        pc: u32,
        i: Instr,
        intrinsic: Intrinsic,
    ) {
        let (first, _) = calls::arguments(state, i);
        match intrinsic {
            Intrinsic::Abs => self.absolute(state, pc, i, first),
            Intrinsic::Min => self.extreme(state, pc, i, first, true),
            Intrinsic::Max => self.extreme(state, pc, i, first, false),
            Intrinsic::Real(function) => self.real(state, pc, i, first, function),
            Intrinsic::IsInstance => self.is_instance(state, pc, i, first),
            Intrinsic::ListAppend => self.append_by_call(state, pc, i, first),
            Intrinsic::Range => self.range_of_call(state, pc, i),
            Intrinsic::Len => self.length_of_sequence(state, pc, i, first),
        }
        kind::step(self.plan, state, pc);
    }

    /// The call by the interpreter's means, on a rare way: nothing of it is in the window yet.
    fn rare_call(&mut self, state: &State, pc: u32, i: Instr) -> Ssa {
        for r in i.b..i.b + i.c + 2 {
            if state.is_dirty(r as usize) {
                self.save(state, r);
            }
        }
        self.prepare(state, pc);
        self.general_call(state, pc, i)
    }

    /// `len` of what is taken for an exact sequence.
    fn length_of_sequence(&mut self, state: &State, pc: u32, i: Instr, r: u16) {
        let x = self.word(state, r);
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        let found = calls::sized(self.plan, pc, r).unwrap_or(layout::LIST);
        self.check_known(state, r, found, slow);
        let n = self.length_of(x, found);
        let length = self.tag(n);
        self.b.ins().jump(done, &[BlockArg::Value(length)]);
        self.seal_and_switch(slow);
        let word = self.rare_call(state, pc, i);
        self.b.ins().jump(done, &[BlockArg::Value(word)]);
        self.seal_and_switch(done);
        self.define(i.a, result);
    }

    /// The argument in register `r` as a tagged small int: leaves if it is none.
    pub(super) fn int_argument(&mut self, state: &State, pc: u32, r: u16) -> Ssa {
        let word = self.word(state, r);
        if state.kinds[r as usize].widened() != Kind::Int {
            let fits = self.is_int(word);
            self.guard(fits, state, pc);
        }
        word
    }

    /// The argument in register `r` as a double: leaves if it is no number of the kind it is taken for.
    fn real_argument(&mut self, state: &State, pc: u32, r: u16) -> Ssa {
        match calls::argument(self.plan, state, pc, r) {
            Kind::Float if state.kinds[r as usize] == Kind::Float => {
                self.b.use_var(self.floats[r as usize])
            }
            Kind::Float => {
                let word = self.word(state, r);
                self.double_of(word, state, pc, Reason::Guard, pc)
            }
            _ => {
                let word = self.int_argument(state, pc, r);
                let n = self.untag(word);
                let exact = self.is_exact_double(n);
                self.guard(exact, state, pc);
                self.b.ins().fcvt_from_sint(F64, n)
            }
        }
    }

    fn absolute(&mut self, state: &State, pc: u32, i: Instr, r: u16) {
        if calls::argument(self.plan, state, pc, r) == Kind::Float {
            let x = self.real_argument(state, pc, r);
            let float = self.b.ins().fabs(x);
            self.b.def_var(self.floats[i.a as usize], float);
            return;
        }
        let word = self.int_argument(state, pc, r);
        let two = self.constant(2);
        let (negated, overflow) = self.b.ins().ssub_overflow(two, word);
        let fine = self.fits(overflow);
        self.guard(fine, state, pc);
        let first = if seeded::has(Bug::Absolute) { -1 } else { 0 };
        let negative = self.compare(IntCC::SignedLessThan, word, first);
        let result = self.b.ins().select(negative, negated, word);
        self.define(i.a, result);
    }

    /// `min` or `max` of two numbers of one kind: the first of equal ones.
    fn extreme(&mut self, state: &State, pc: u32, i: Instr, r: u16, least: bool) {
        if calls::argument(self.plan, state, pc, r) == Kind::Float {
            let (x, y) = (self.real_argument(state, pc, r), self.real_argument(state, pc, r + 1));
            let cc = match (least, seeded::has(Bug::Extreme)) {
                (true, false) => FloatCC::LessThan,
                (false, false) => FloatCC::GreaterThan,
                (true, true) => FloatCC::LessThanOrEqual,
                (false, true) => FloatCC::GreaterThanOrEqual,
            };
            let second = self.b.ins().fcmp(cc, y, x);
            let float = self.b.ins().select(second, y, x);
            self.b.def_var(self.floats[i.a as usize], float);
            return;
        }
        let (x, y) = (self.int_argument(state, pc, r), self.int_argument(state, pc, r + 1));
        let word = if least { self.b.ins().smin(x, y) } else { self.b.ins().smax(x, y) };
        self.define(i.a, word);
    }

    /// A function of one real number; what is not finite is for its Python side to judge.
    fn real(&mut self, state: &State, pc: u32, i: Instr, r: u16, function: usize) {
        let x = self.real_argument(state, pc, r);
        let y = self.call_real(function, &[x]);
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, F64);
        self.b.set_cold_block(slow);
        let finite = self.is_finite(y);
        self.b.ins().brif(finite, done, &[BlockArg::Value(y)], slow, &[]);
        self.seal_and_switch(slow);
        let word = self.rare_call(state, pc, i);
        let float = self.double_of(word, state, pc, Reason::Guard, pc);
        self.b.ins().jump(done, &[BlockArg::Value(float)]);
        self.seal_and_switch(done);
        self.b.def_var(self.floats[i.a as usize], result);
    }

    /// Calls a C function of doubles.
    pub(super) fn call_real(&mut self, function: usize, args: &[Ssa]) -> Ssa {
        let (b, call_conv) = (&mut self.b, self.call_conv);
        let signature = *self.real_signatures.entry(args.len()).or_insert_with(|| {
            let mut signature = Signature::new(call_conv);
            signature.params = vec![AbiParam::new(F64); args.len()];
            signature.returns = vec![AbiParam::new(F64)];
            b.import_signature(signature)
        });
        let address = self.constant(function as i64);
        let inst = self.b.ins().call_indirect(signature, address, args);
        self.b.inst_results(inst)[0]
    }

    pub(super) fn is_finite(&mut self, x: Ssa) -> Ssa {
        let size = self.b.ins().fabs(x);
        let infinity = self.b.ins().f64const(f64::INFINITY);
        self.b.ins().fcmp(FloatCC::LessThan, size, infinity)
    }

    /// `isinstance(x, C)` with a known class whose class is `type`.
    fn is_instance(&mut self, state: &State, pc: u32, i: Instr, r: u16) {
        let Some(class) = calls::tests_class(state, r + 1) else { unreachable!("not quick") };
        let (object, other, slow, done) = (
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
            self.b.create_block(),
        );
        let result = self.b.append_block_param(done, I64);
        let yes = self.constant(Value::TRUE.word() as i64);
        let word = self.word(state, r);
        let is_object = self.is_object(word);
        self.b.ins().brif(is_object, object, &[], other, &[]);
        self.seal_and_switch(object);
        let shape = self.load(word, core::mem::offset_of!(Header, word));
        let own = self.load(shape, Shape::CLASS_OFFSET);
        let same = self.compare(IntCC::Equal, own, class.value().word() as i64);
        if seeded::has(Bug::Instance) {
            let no = self.constant(Value::FALSE.word() as i64);
            self.b.ins().brif(same, done, &[BlockArg::Value(yes)], done, &[BlockArg::Value(no)]);
        } else {
            self.b.ins().brif(same, done, &[BlockArg::Value(yes)], slow, &[]);
        }
        self.seal_and_switch(other);
        // Small ints and floats are told by their tags; for other classes all that is no object goes the general way.
        let fits = match class {
            c if c == types::INT.get() => Some(self.is_int(word)),
            c if c == types::FLOAT.get() => Some(self.is_float(word)),
            _ => None,
        };
        match fits {
            Some(fits) => self.b.ins().brif(fits, done, &[BlockArg::Value(yes)], slow, &[]),
            None => self.b.ins().jump(slow, &[]),
        };
        self.seal_and_switch(slow);
        let answer = self.rare_call(state, pc, i);
        self.b.ins().jump(done, &[BlockArg::Value(answer)]);
        self.seal_and_switch(done);
        self.define(i.a, result);
    }

    // ---- lists -----------------------------------------------------------------------------

    fn append_by_call(&mut self, state: &State, pc: u32, i: Instr, r: u16) {
        let (list, item) = (self.word(state, r), self.word(state, r + 1));
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        self.append_in_line(list, item, (slow, done));
        self.seal_and_switch(slow);
        self.rare_call(state, pc, i);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(done);
    }

    /// `ListAppend`: to the list of a comprehension.
    pub(super) fn append_to_own(&mut self, state: &State, pc: u32, i: Instr) {
        let (list, item) = (self.word(state, i.a), self.word(state, i.b));
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(slow);
        self.append_in_line(list, item, (slow, done));
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let appended = self.call_rarely(super::helper!(list_append), &[self.cx, list, item]);
        self.unless_left(appended, state, pc);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(done);
    }

    /// Appends to what is taken for an exact list, under its lock: what `Edit::push` does where there is room.
    pub(super) fn append_in_line(&mut self, list: Ssa, item: Ssa, (slow, done): (Block, Block)) {
        let full = self.b.create_block();
        self.b.set_cold_block(full);
        self.check_sequence(list, types::LIST.get(), slow);
        let held = self.take_lock(list, slow);
        let length = self.load(list, PyList::LEN_OFFSET);
        let array = self.load(list, PyList::ARRAY_OFFSET);
        self.unless(array, full);
        let slot = self.slot_of_array(array, length, full);
        let version = self.load(array, Array::VERSION_OFFSET);
        let one = self.constant(1);
        let odd = self.b.ins().bor(version, one);
        self.store(odd, array, Array::VERSION_OFFSET);
        self.store(item, slot, 0);
        self.barrier_at(array, slot);
        let longer = self.add(length, 1);
        self.store(longer, list, PyList::LEN_OFFSET);
        let even = self.add(odd, 1);
        self.store(even, array, Array::VERSION_OFFSET);
        self.release_lock(list, held);
        self.b.ins().jump(done, &[]);
        self.seal_and_switch(full);
        self.release_lock(list, held);
        self.b.ins().jump(slow, &[]);
    }

    // ---- tuples ----------------------------------------------------------------------------

    /// `BuildTuple` of a few items: a new object, filled before anybody sees it.
    pub(super) fn build_tuple(&mut self, state: &State, pc: u32, i: Instr) {
        debug_assert_eq!(i.operation(), Op::BuildTuple);
        let words: Vec<Ssa> = (i.b..i.b + i.c).map(|r| self.word(state, r)).collect();
        let (slow, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.set_cold_block(slow);
        let payload = PyTuple::ITEMS_OFFSET - size_of::<Header>() + words.len() * 8;
        let tuple = self.new_object(&types::TUPLE, PyTuple::LAYOUT, payload, slow);
        let length = self.constant(words.len() as i64);
        self.store(length, tuple, PyTuple::LEN_OFFSET);
        for (at, word) in words.iter().enumerate() {
            self.store(*word, tuple, PyTuple::ITEMS_OFFSET + at * 8);
        }
        self.b.ins().jump(done, &[BlockArg::Value(tuple)]);
        self.seal_and_switch(slow);
        for r in i.b..i.b + i.c {
            if state.is_dirty(r as usize) {
                self.save(state, r);
            }
        }
        self.prepare(state, pc);
        let first = self.add(self.base, i64::from(i.b) * 8);
        let n = self.constant(i64::from(i.c));
        let made = self.call_rarely(super::helper!(build_tuple), &[self.cx, first, n]);
        self.unless_left(made, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(made)]);
        self.seal_and_switch(done);
        self.define(i.a, result);
    }

    /// Whether an int is a double exactly.
    pub(super) fn is_exact_double(&mut self, n: Ssa) -> Ssa {
        let shifted = self.add(n, super::arith::EXACT);
        self.compare(IntCC::UnsignedLessThanOrEqual, shifted, 2 * super::arith::EXACT)
    }

    /// The cells that `CopyFree` names, from the running function.
    pub(super) fn copy_free(&mut self, i: Instr) {
        let function = self.load(self.fp, orochi_runtime::frame::offset::FUNCTION);
        let closure = core::mem::offset_of!(orochi_runtime::function::PyFunction, closure);
        let cells = self.load(function, closure);
        for at in 0..i.c {
            let cell = self.b.ins().load(
                I64,
                MemFlagsData::trusted(),
                cells,
                (PyTuple::ITEMS_OFFSET + at as usize * 8) as i32,
            );
            self.define(i.a + at, cell);
        }
    }
}
