//! Stubs that call helpers and keep all machine registers: what machine code holds need not be saved around such a call,
//! and no copy of it is left in its stack frame.
//!
//! Two kinds: a few that are called in the middle of an instruction, and one for each helper that is called on a rare way
//! ([`rare`]). A plain call there would cost the usual way, too: no float stays in a register over one, so a loop would
//! keep its floats in memory. The helper may poll: then the objects in the saved registers live until it is done.

use crate::settings;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, Signature};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use orochi_interp::machine::helpers;
use orochi_object::prelude::*;
use orochi_runtime::frame::offset;
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

/// The addresses of the stubs.
#[derive(Clone, Copy)]
pub(crate) struct Stubs {
    /// After a store: context, object, address of the slot.
    pub barrier: usize,
    /// Boxes a double into `Vm::boxed`: context, bits.
    pub box_float: usize,
}

/// The stubs; `None` if there is no code generator or no memory for them.
pub(crate) fn stubs() -> Option<Stubs> {
    static STUBS: OnceLock<Option<Stubs>> = OnceLock::new();
    *STUBS.get_or_init(|| {
        Some(Stubs {
            barrier: stub(helpers::barrier as *const () as usize, 3)?,
            box_float: stub(helpers::box_float as *const () as usize, 2)?,
        })
    })
}

/// The signature of a stub with so many arguments.
pub(crate) fn signature(args: usize) -> Signature {
    let mut signature = Signature::new(CallConv::PreserveAll);
    signature.params = vec![AbiParam::new(I64); args];
    signature
}

/// The stub for a helper that gives a word, which it leaves in `Vm::boxed`; `None` without memory for it.
pub(crate) fn rare(helper: usize, args: usize) -> Option<usize> {
    static RARE: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());
    let mut rare = RARE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(stub) = rare.get(&helper) {
        return Some(*stub);
    }
    let made = build(helper, args, true)?;
    rare.insert(helper, made);
    Some(made)
}

fn stub(helper: usize, args: usize) -> Option<usize> {
    build(helper, args, false)
}

fn build(helper: usize, args: usize, gives: bool) -> Option<usize> {
    let isa = settings::isa()?;
    let mut context = Context::new();
    context.func.signature = signature(args);
    let mut builder_context = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut context.func, &mut builder_context);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    b.seal_block(block);
    let params = b.block_params(block).to_vec();
    let mut plain = Signature::new(isa.default_call_conv());
    plain.params = vec![AbiParam::new(I64); args];
    if gives {
        plain.returns = vec![AbiParam::new(I64)];
    }
    let plain = b.import_signature(plain);
    let address = b.ins().iconst(I64, helper as i64);
    let call = b.ins().call_indirect(plain, address, &params);
    if gives {
        let word = b.inst_results(call)[0];
        let flags = MemFlagsData::trusted();
        let vm = b.ins().load(I64, flags, params[0], core::mem::offset_of!(Cx, interp) as i32);
        b.ins().store(flags, word, vm, offset::BOXED as i32);
    }
    b.ins().return_(&[]);
    b.finalize(isa.frontend_config());
    let compiled = context.compile(&**isa, &mut ControlPlane::default()).ok()?;
    crate::memory::publish(compiled.buffer.data()).map(|address| address as usize)
}
