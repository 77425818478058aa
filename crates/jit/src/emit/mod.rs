//! From bytecode to Cranelift's IR.
//!
//! A function of generated code runs one frame (`orochi_runtime::machine::Entry`). Registers are Cranelift
//! variables: one for the word and one for the double of each; `kind` says which holds. The window gets a
//! register's value when somebody may look (rule 1 of `orochi_interp::machine`), and all of them when the
//! frame is left for the interpreter.
//!
//! Slow paths are cold blocks that call a helper. They save what must be saved in their own block, so that
//! the fast path does not pay.

mod access;
mod arith;
mod call;
mod direct;
mod entry;
mod inline;
mod intrinsic;
mod leave;
mod loops;
mod object;
mod operator;
mod resume;
mod typed;
mod words;

use crate::family;
use crate::flow::{self, After, Flow};
use crate::items;
use crate::kind::{self, Kind, Place, State, Touch};
use crate::lean::{Operand, lean};
use crate::plan::Plan;
use crate::quiet::Stubs;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F64, I8, I16, I64};
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, InstBuilder, MemFlagsData, SigRef, Signature, Value as Ssa,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, Variable};
use orochi_bytecode::{Instr, Kind as OperandKind, Op};
use orochi_interp::machine::helpers;
use orochi_object::prelude::*;
use orochi_runtime::frame::{offset, ret};
use orochi_runtime::machine::{Exit, MachineCode, Reason};
use std::collections::HashMap;

/// The addresses of helpers.
macro_rules! helper {
    ($name:ident) => {
        orochi_interp::machine::helpers::$name as *const () as usize
    };
}
pub(crate) use helper;

/// The state of the emission of one function.
pub(crate) struct Emitter<'a, 'b> {
    plan: &'a Plan,
    flow: &'a Flow,
    b: FunctionBuilder<'b>,
    words: Vec<Variable>,
    floats: Vec<Variable>,
    /// Of registers of [`Kind::Range`]: where the range stops, as a tagged word. The next number is in `words`.
    stops: Vec<Variable>,
    blocks: HashMap<u32, Block>,
    signatures: HashMap<(usize, bool), SigRef>,
    quiet_signatures: HashMap<usize, SigRef>,
    entry_signature: Option<SigRef>,
    real_signatures: HashMap<usize, SigRef>,
    call_conv: CallConv,
    stubs: Stubs,
    cx: Ssa,
    fp: Ssa,
    vm: Ssa,
    base: Ssa,
    globals: Ssa,
    exits: Vec<Exit>,
    /// Where all exits end.
    tail: Option<Block>,
    /// What the code becomes.
    machine: Ref<MachineCode>,
}

/// The signature of generated functions.
pub(crate) fn signature(call_conv: CallConv) -> Signature {
    let mut signature = Signature::new(call_conv);
    signature.params = vec![AbiParam::new(I64); 4];
    signature.returns = vec![AbiParam::new(I64)];
    signature
}

/// Emits the function, which becomes the code of `machine`; gives its exits.
pub(crate) fn emit<'a, 'b>(
    plan: &'a Plan,
    flow: &'a Flow,
    mut b: FunctionBuilder<'b>,
    config: cranelift_codegen::isa::TargetFrontendConfig,
    stubs: Stubs,
    machine: Ref<MachineCode>,
) -> Vec<Exit> {
    let n = plan.unit.nregs as usize;
    let words = (0..n).map(|_| b.declare_var(I64)).collect();
    let floats = (0..n).map(|_| b.declare_var(F64)).collect();
    let stops = (0..n).map(|_| b.declare_var(I64)).collect();
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    b.seal_block(entry);
    let params = b.block_params(entry).to_vec();
    let (cx, fp) = (params[0], params[1]);
    let flags = MemFlagsData::trusted();
    let vm = b.ins().load(I64, flags, cx, core::mem::offset_of!(Cx, interp) as i32);
    let call_conv = config.default_call_conv;
    let mut emitter = Emitter {
        plan,
        flow,
        b,
        words,
        floats,
        stops,
        blocks: HashMap::new(),
        signatures: HashMap::new(),
        quiet_signatures: HashMap::new(),
        entry_signature: None,
        real_signatures: HashMap::new(),
        call_conv,
        stubs,
        cx,
        fp,
        vm,
        base: fp,
        globals: fp,
        exits: Vec::new(),
        tail: None,
        machine,
    };
    emitter.begin(params[2], params[3]);
    emitter.body();
    emitter.emit_tail();
    emitter.b.seal_all_blocks();
    emitter.b.finalize(config);
    emitter.exits
}

impl Emitter<'_, '_> {
    fn body(&mut self) {
        let flow = self.flow;
        for (start, state) in flow.before.iter().enumerate() {
            let Some(state) = state else { continue };
            let block = self.blocks[&(start as u32)];
            self.b.switch_to_block(block);
            let mut state = state.clone();
            let mut pc = start as u32;
            loop {
                if !self.instruction(&mut state, pc) {
                    break;
                }
                pc += 1;
                if self.blocks.contains_key(&pc) {
                    self.goto(pc - 1, pc, &state);
                    break;
                }
            }
        }
    }

    fn seal_and_switch(&mut self, block: Block) {
        self.b.seal_block(block);
        self.b.switch_to_block(block);
    }

    fn is_live(&self, pc: u32, r: usize) -> bool {
        self.plan.is_live(pc, r)
    }

    /// Goes from the instruction `from` to the block at `to`.
    fn goto(&mut self, from: u32, to: u32, state: &State) {
        if to <= from && from != 0 {
            self.poll(from, to, state);
        }
        let Some(wanted) = self.flow.before[to as usize].clone() else {
            self.leave(state, to, Reason::Plain, from);
            return;
        };
        let at = to;
        for r in 0..state.kinds.len() {
            if !self.is_live(to, r) {
                continue;
            }
            let (from, to) = (state.kinds[r], wanted.kinds[r]);
            if let Some(kind) = self.flow.kept_promise(at, r, from).filter(|kind| *kind == to) {
                self.keep_promise(state, (at, r as u16), kind);
                continue;
            }
            debug_assert!(from.join(to) == to);
            if from == Kind::Range && to != Kind::Range {
                self.write_back(r as u16);
            }
            match (state.places[r], wanted.places[r]) {
                (place, Place::Window) => {
                    debug_assert!(place != Place::Machine);
                    continue;
                }
                (Place::Window, _) => {
                    self.reload(r as u16);
                    continue;
                }
                _ if from == to => continue,
                _ => {}
            }
            let word = self.word(state, r as u16);
            self.b.def_var(self.words[r], word);
        }
        let block = self.blocks[&to];
        self.b.ins().jump(block, &[]);
    }

    /// Guards that a register is of the kind that the loop at `at` takes for granted.
    fn keep_promise(&mut self, state: &State, (at, r): (u32, u16), kind: Kind) {
        let word = self.word(state, r);
        self.define(r, word);
        let key = flow::promise(at, r);
        self.enter_register(state, r as usize, kind, at, Reason::Guard, key);
    }

    /// The poll of a back edge.
    fn poll(&mut self, from: u32, to: u32, state: &State) {
        let limit = self.load(self.cx, orochi_heap::Mutator::POLL_OFFSET);
        let (wanted, on) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(wanted);
        self.b.ins().brif(limit, on, &[], wanted, &[]);
        self.seal_and_switch(wanted);
        self.save_kept(state, from);
        self.save_pc(to);
        let after = self.address_of(from + 1);
        let done = self.call_rarely(helper!(poll_edge), &[self.cx, self.fp, after]);
        self.exit_unless(done, state, from);
        for r in 0..state.kinds.len() {
            let in_machine = state.kinds[r].is_word() && state.places[r] != Place::Window;
            if in_machine && self.is_live(to, r) {
                self.reload(r as u16);
            }
        }
        if let Some(same) = self.shapes_are_same(state, to) {
            self.guard_for(same, state, to, Reason::Watched, to);
        }
        self.b.ins().jump(on, &[]);
        self.seal_and_switch(on);
    }

    // ---- the window ------------------------------------------------------------------------

    /// The instruction to go on with, for whoever looks at the frame.
    fn save_pc(&mut self, next: u32) {
        let address = self.address_of(next);
        self.store(address, self.fp, offset::PC);
    }

    fn address_of(&mut self, pc: u32) -> Ssa {
        let address = self.plan.code.instrs() as usize + pc as usize * size_of::<Instr>();
        self.constant(address as i64)
    }

    fn save(&mut self, state: &State, r: u16) {
        let word = self.word(state, r);
        self.store(word, self.base, r as usize * 8);
    }

    /// Saves what is kept over a call at `pc`, on this way only.
    fn save_kept(&mut self, state: &State, pc: u32) {
        let after = After::of(self.plan, pc);
        for r in 0..state.kinds.len() {
            if state.is_dirty(r) && kind::kept_over(self.plan, state, &after, r) {
                self.save(state, r as u16);
            }
        }
    }

    /// Saves what a helper of instruction `pc` may look at, on this way only.
    fn prepare(&mut self, state: &State, pc: u32) {
        self.save_kept(state, pc);
        self.save_pc(pc + 1);
    }

    /// As [`prepare`](Self::prepare), for an instruction that always calls.
    fn prepare_always(&mut self, state: &mut State, pc: u32) {
        self.prepare(state, pc);
        kind::sync(self.plan, state, pc);
    }

    /// Saves registers that a helper reads.
    fn save_group(&mut self, state: &mut State, first: u16, n: u16) {
        for r in first..first + n {
            if state.is_dirty(r as usize) {
                self.save(state, r);
                state.saved(r as usize);
            }
        }
    }

    /// The word of a register.
    fn word(&mut self, state: &State, r: u16) -> Ssa {
        if state.places[r as usize] == Place::Window {
            return self.load(self.base, r as usize * 8);
        }
        match state.kinds[r as usize] {
            Kind::Known(word) => self.constant(word as i64),
            Kind::Float => {
                let float = self.b.use_var(self.floats[r as usize]);
                self.boxed(float)
            }
            _ => self.b.use_var(self.words[r as usize]),
        }
    }

    /// Defines a register that was read from the window.
    fn reload(&mut self, r: u16) {
        let word = self.load(self.base, r as usize * 8);
        self.b.def_var(self.words[r as usize], word);
    }

    fn define(&mut self, r: u16, word: Ssa) {
        self.b.def_var(self.words[r as usize], word);
    }

    // ---- instructions ----------------------------------------------------------------------

    /// Emits the instruction at `pc` and takes `state` past it; gives whether control falls through.
    fn instruction(&mut self, state: &mut State, pc: u32) -> bool {
        let i = self.plan.at(pc);
        let op = i.operation();
        kind::touch(self.plan, state, pc, |_, r, touch| match touch {
            Touch::Load => self.reload(r),
            Touch::WriteBack => self.write_back(r),
        });
        if family::is_left(op) {
            let reason = if family::suspends(op) { Reason::Watched } else { Reason::Plain };
            self.leave(state, pc, reason, pc);
            return false;
        }
        if let Some(arith) = family::arith(op) {
            self.arithmetic(state, pc, i, arith);
            return true;
        }
        if let Some(comparison) = family::comparison(op) {
            return self.comparison(state, pc, i, comparison);
        }
        match op {
            Op::Nop => {}
            Op::Move => match state.kinds[i.b as usize] {
                Kind::Float => {
                    let float = self.b.use_var(self.floats[i.b as usize]);
                    self.b.def_var(self.floats[i.a as usize], float);
                }
                Kind::Known(_) => {}
                _ => {
                    let word = self.word(state, i.b);
                    self.define(i.a, word);
                }
            },
            Op::LoadConst => {
                if let Some(float) = self.plan.consts[i.bc() as usize].as_inline_float() {
                    let float = self.b.ins().f64const(float);
                    self.b.def_var(self.floats[i.a as usize], float);
                }
            }
            Op::LoadInt | Op::LoadNone | Op::LoadTrue | Op::LoadFalse | Op::LoadUnset => {}
            Op::CheckBound | Op::DelFast => {
                if matches!(state.kinds[i.a as usize], Kind::Any | Kind::Known(0)) {
                    let word = self.word(state, i.a);
                    self.guard_for(word, state, pc, Reason::Watched, pc);
                }
            }
            Op::LoadDeref => {
                let cell = self.word(state, i.b);
                let content =
                    self.load(cell, core::mem::offset_of!(orochi_object::cell::PyCell, content));
                self.guard_for(content, state, pc, Reason::Watched, pc);
                self.define(i.a, content);
            }
            Op::StoreDeref => {
                let (cell, value) = (self.word(state, i.a), self.word(state, i.b));
                let content = core::mem::offset_of!(orochi_object::cell::PyCell, content);
                self.store(value, cell, content);
                self.barrier(cell, content);
            }
            Op::Is | Op::IsNot => {
                let truth = self.identical(state, i.b, i.c);
                let word = match op {
                    Op::Is => self.bool_word(truth),
                    _ => self.bool_word_of(truth, Value::FALSE, Value::TRUE),
                };
                self.define(i.a, word);
            }
            Op::Not | Op::ToBool => {
                let truth = self.truth(state, pc, i.b);
                let word = match op {
                    Op::Not => self.bool_word_of(truth, Value::FALSE, Value::TRUE),
                    _ => self.bool_word(truth),
                };
                self.define(i.a, word);
            }
            Op::Neg => self.negation(state, pc, i),
            Op::Jump | Op::Loop => {
                let (_, target) = flow::successors(self.plan, pc);
                self.goto(pc, target.unwrap_or(pc), state);
                return false;
            }
            Op::JumpIfTrue | Op::JumpIfFalse => {
                let truth = self.truth(state, pc, i.a);
                kind::step(self.plan, state, pc);
                self.branch(state, pc, truth);
                return false;
            }
            Op::JumpIfNone | Op::JumpIfNotNone | Op::JumpIfUnset => {
                let word = self.word(state, i.a);
                let wanted = if op == Op::JumpIfUnset { 0 } else { Value::NONE.word() };
                let truth = self.compare(IntCC::Equal, word, wanted as i64);
                self.branch(state, pc, truth);
                return false;
            }
            Op::JumpIfIs | Op::JumpIfNotIs => {
                let truth = self.identical(state, i.a, i.b);
                self.branch(state, pc, truth);
                return false;
            }
            Op::JumpIfIn | Op::JumpIfNotIn => {
                let truth = self.contains(state, pc, i.b, i.a);
                kind::step(self.plan, state, pc);
                self.branch(state, pc, truth);
                return false;
            }
            Op::Contains | Op::NotContains => {
                let truth = self.contains(state, pc, i.c, i.b);
                let word = match op {
                    Op::Contains => self.bool_word(truth),
                    _ => self.bool_word_of(truth, Value::FALSE, Value::TRUE),
                };
                self.define(i.a, word);
            }
            Op::LoadGlobal => self.load_global(state, pc, i),
            Op::LoadAttr => {
                self.load_attr(state, pc, i);
                kind::step(self.plan, state, pc);
                if kind::calls_getter(self.plan, pc) {
                    self.watch(state, pc);
                }
                return true;
            }
            Op::StoreAttr => self.store_attr(state, pc, i),
            Op::LoadMethod => self.load_method(state, pc, i),
            Op::LoadSuperMethod if self.plan.supers.contains_key(&pc) => {
                self.load_super_method(state, pc, i);
            }
            Op::GetItem | Op::GetItemI
                if let Some(item) = items::typed_item(self.plan, state, pc) =>
            {
                self.get_typed_item(state, pc, i, item);
            }
            Op::GetItem | Op::GetItemI => {
                self.get_item(state, pc, i);
                kind::step(self.plan, state, pc);
                if self.is_operator(pc) {
                    self.watch(state, pc);
                }
                return true;
            }
            Op::ForIter | Op::ForLoop => {
                self.for_next(state, pc, i);
                return false;
            }
            Op::UnpackSequence => {
                self.unpack(state, pc, i);
                return true;
            }
            Op::SetItem if let Some(item) = items::typed_store(self.plan, state, pc) => {
                self.set_typed_item(state, pc, i, item);
            }
            Op::SetItem if items::stores_in_line(self.plan, state, pc) => {
                self.set_item_of_list(state, pc, i);
                return true;
            }
            Op::GetIter if state.kinds[i.b as usize] == Kind::Numbers => {
                self.iterate_numbers(state, pc, i);
            }
            Op::GetIter if kind::iterates_list(self.plan, pc) => {
                self.get_list_iterator(state, pc, i);
            }
            Op::GetIter if kind::makes_range(self.plan, pc) => {
                self.get_range_iterator(state, pc, i);
                return true;
            }
            Op::GetIter => {
                let x = self.word(state, i.b);
                self.prepare_always(state, pc);
                let made = self.call(helper!(get_iter), &[self.cx, x]);
                self.unless_left(made, state, pc);
                self.store(made, self.base, i.a as usize * 8);
                self.define(i.a, made);
            }
            Op::ListAppend if kind::APPENDS_IN_LINE => self.append_to_own(state, pc, i),
            Op::BuildTuple if kind::makes_tuple(i) => self.build_tuple(state, pc, i),
            Op::CopyFree => self.copy_free(i),
            Op::Call | Op::CallMethod | Op::CallKw | Op::CallEx => {
                return self.any_call(state, pc, i);
            }
            Op::Return => {
                let word = self.word(state, i.a);
                self.return_word(state, pc, word);
                return false;
            }
            Op::ReturnNone => {
                let word = self.constant(Value::NONE.word() as i64);
                self.return_word(state, pc, word);
                return false;
            }
            Op::Yield => self.give(state, pc, i),
            Op::Poll => self.poll(pc, pc + 1, state),
            _ if let Some((helper, operands)) = lean(i) => {
                let args = self.operands_of_helper(state, operands);
                self.prepare_always(state, pc);
                let result = self.call(helper, &args);
                self.unless_left(result, state, pc);
                if op.kinds()[0] == OperandKind::Dst {
                    self.define(i.a, result);
                }
            }
            _ => return self.out_of_line(state, pc, i),
        }
        kind::step(self.plan, state, pc);
        true
    }

    /// What the helper of an instruction that is [`lean`] gets.
    fn operands_of_helper(&mut self, state: &mut State, operands: Vec<Operand>) -> Vec<Ssa> {
        let mut args = vec![self.cx];
        for operand in operands {
            match operand {
                Operand::Word(r) => args.push(self.word(state, r)),
                Operand::Number(n) => args.push(self.constant(n)),
                Operand::Frame => args.push(self.fp),
                Operand::Group(first, n) => {
                    self.save_group(state, first, n);
                    args.push(self.add(self.base, i64::from(first) * 8));
                    args.push(self.constant(i64::from(n)));
                }
            }
        }
        args
    }

    /// Runs a rare instruction by the interpreter's own function, on the window.
    fn out_of_line(&mut self, state: &mut State, pc: u32, i: Instr) -> bool {
        let mut reads = Vec::new();
        orochi_bytecode::effects(i, &mut |effect| {
            if let orochi_bytecode::Effect::Read(r, n) = effect {
                reads.push((r, n));
            }
        });
        for (r, n) in reads {
            self.save_group(state, r, n);
        }
        self.prepare_always(state, pc);
        let word = self.constant(i.to_u64() as i64);
        let done = self.call(helper!(run), &[self.cx, self.fp, word]);
        self.unless_left(done, state, pc);
        kind::step(self.plan, state, pc);
        true
    }

    /// Which of these flags the frame has: 0 if none.
    fn flags_of(&mut self, mask: u16) -> Ssa {
        let flags = self.b.ins().load(I16, MemFlagsData::trusted(), self.fp, offset::FLAGS as i32);
        let mask = self.b.ins().iconst(I16, i64::from(mask));
        self.b.ins().band(flags, mask)
    }

    /// Returns from the frame, by the interpreter's own function if it has flags; leaves at the return if its registers
    /// were written to, if it is traced, or if it is a generator's that a loop of the interpreter resumed.
    fn return_word(&mut self, state: &State, pc: u32, word: Ssa) {
        let flags = self.flags_of(!(ret::ENTRY | ret::INIT));
        let (plain, flagged) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(flagged);
        self.b.ins().brif(flags, flagged, &[], plain, &[]);
        self.seal_and_switch(flagged);
        for r in 0..self.plan.unit.temp_base() {
            if state.is_dirty(r) {
                self.save(state, r as u16);
            }
        }
        self.save_pc(pc + 1);
        let word_if_popped = self.call(helper!(pop), &[self.cx, self.fp, word]);
        let (popped, out) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(word_if_popped, popped, &[], out, &[]);
        self.seal_and_switch(popped);
        self.b.ins().return_(&[word_if_popped]);
        self.seal_and_switch(out);
        self.leave(state, pc, Reason::Watched, pc);
        self.seal_and_switch(plain);
        let prev = self.load(self.fp, offset::PREV);
        self.store(prev, self.vm, offset::FP);
        self.b.ins().return_(&[word]);
    }

    fn bool_word(&mut self, truth: Ssa) -> Ssa {
        self.bool_word_of(truth, Value::TRUE, Value::FALSE)
    }

    fn bool_word_of(&mut self, truth: Ssa, yes: Value, no: Value) -> Ssa {
        let (yes, no) = (self.constant(yes.word() as i64), self.constant(no.word() as i64));
        self.b.ins().select(truth, yes, no)
    }

    /// Jumps to the instruction's target if `truth` is what it jumps on, else goes on after it.
    fn branch(&mut self, state: &State, pc: u32, truth: Ssa) {
        let wanted = helpers::jumps_if(self.plan.at(pc).operation()).unwrap_or(true);
        let (next, target) = flow::successors(self.plan, pc);
        let (Some(next), Some(target)) = (next, target) else { unreachable!("a branch") };
        let (yes, no) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(truth, yes, &[], no, &[]);
        let (taken, on) = if wanted { (yes, no) } else { (no, yes) };
        self.seal_and_switch(taken);
        self.goto(pc, target, state);
        self.seal_and_switch(on);
        self.goto(pc, next, state);
    }

    /// The truth of a register, as a byte.
    fn truth(&mut self, state: &State, pc: u32, r: u16) -> Ssa {
        match state.kinds[r as usize] {
            Kind::Float => {
                let float = self.b.use_var(self.floats[r as usize]);
                let zero = self.b.ins().f64const(0.0);
                self.b.ins().fcmp(cranelift_codegen::ir::condcodes::FloatCC::NotEqual, float, zero)
            }
            kind if kind.widened() == Kind::Int => {
                let word = self.word(state, r);
                self.compare(IntCC::NotEqual, word, 1)
            }
            kind if kind.widened() == Kind::Bool => {
                let word = self.word(state, r);
                self.compare(IntCC::Equal, word, Value::TRUE.word() as i64)
            }
            _ => self.truth_of_any(state, pc, r),
        }
    }

    /// Whether two registers hold the same object.
    fn identical(&mut self, state: &State, x: u16, y: u16) -> Ssa {
        let float = |r: u16| state.kinds[r as usize] == Kind::Float;
        match (float(x), float(y)) {
            (true, true) => {
                let x = self.b.use_var(self.floats[x as usize]);
                let y = self.b.use_var(self.floats[y as usize]);
                self.same_bits(x, y)
            }
            (true, false) | (false, true) => {
                let (float, other) = if float(x) { (x, y) } else { (y, x) };
                let word = self.word(state, other);
                let float = self.b.use_var(self.floats[float as usize]);
                self.is_float_of(float, word)
            }
            (false, false) => {
                let (x, y) = (self.word(state, x), self.word(state, y));
                self.b.ins().icmp(IntCC::Equal, x, y)
            }
        }
    }

    fn truth_of_any(&mut self, state: &State, pc: u32, r: u16) -> Ssa {
        let word = self.word(state, r);
        self.truth_of_word(state, pc, word)
    }

    fn truth_of_word(&mut self, state: &State, pc: u32, word: Ssa) -> Ssa {
        let is_true = self.compare(IntCC::Equal, word, Value::TRUE.word() as i64);
        let is_false = self.compare(IntCC::Equal, word, Value::FALSE.word() as i64);
        let known = self.b.ins().bor(is_true, is_false);
        let (other, slow, done) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I8);
        self.b.ins().brif(known, done, &[BlockArg::Value(is_true)], other, &[]);
        self.seal_and_switch(other);
        let is_int = self.is_int(word);
        let is_some = self.compare(IntCC::NotEqual, word, 1);
        self.b.ins().brif(is_int, done, &[BlockArg::Value(is_some)], slow, &[]);
        self.seal_and_switch(slow);
        self.prepare(state, pc);
        let answer = self.call(helper!(truth), &[self.cx, word]);
        let truth = self.answered(answer, state, pc);
        self.b.ins().jump(done, &[BlockArg::Value(truth)]);
        self.seal_and_switch(done);
        result
    }

    /// The truth that a helper gave; leaves if it says so.
    fn answered(&mut self, answer: Ssa, state: &State, pc: u32) -> Ssa {
        let fine = self.compare(IntCC::NotEqual, answer, helpers::FAILED as i64);
        self.unless_left(fine, state, pc);
        self.b.ins().ireduce(I8, answer)
    }

    fn contains(&mut self, state: &mut State, pc: u32, container: u16, item: u16) -> Ssa {
        let (container, item) = (self.word(state, container), self.word(state, item));
        self.prepare_always(state, pc);
        let answer = self.call(helper!(contains), &[self.cx, container, item]);
        self.answered(answer, state, pc)
    }
}
