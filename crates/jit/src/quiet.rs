//! Stubs that call helpers from the middle of an instruction and keep all machine registers: what machine
//! code holds need not be saved around such a call, and no copy of it is left in its stack frame.

use crate::settings;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use orochi_interp::machine::helpers;
use std::sync::OnceLock;

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

fn stub(helper: usize, args: usize) -> Option<usize> {
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
    let plain = b.import_signature(plain);
    let address = b.ins().iconst(I64, helper as i64);
    b.ins().call_indirect(plain, address, &params);
    b.ins().return_(&[]);
    b.finalize(isa.frontend_config());
    let compiled = context.compile(&**isa, &mut ControlPlane::default()).ok()?;
    crate::memory::publish(compiled.buffer.data()).map(|address| address as usize)
}
