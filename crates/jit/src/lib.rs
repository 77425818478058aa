//! Machine code for hot Python code, on every thread.
//!
//! A method compiler from feedback: `plan` gathers what is known of a code object, `kind` derives what every
//! register holds where, `emit` turns bytecode into Cranelift's IR, with guards that leave for the
//! interpreter at the exact instruction; `memory` keeps the code. `orochi_interp::machine` enters it.
//! Decision 0022 says why it is built this way.

mod emit;
mod kind;
mod memory;
mod plan;
mod settings;

pub use settings::{Options, start, statistics};

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use orochi_object::prelude::*;
use orochi_runtime::code::{self, PyCode};
use orochi_runtime::frame::Frame;
use orochi_runtime::machine::{self, Parts};
use plan::Plan;

/// Code with more instructions is interpreted.
const MOST_INSTRUCTIONS: usize = 4000;
/// So many wrong guesses in one code object, and no more are made there.
const MOST_UNLEARNED: usize = 64;

/// Compiles the code of the running frame and publishes it. Failures leave the code as it is. Nothing polls
/// between: no collection can come while the plan holds values.
fn compile(cx: &Cx, frame: *mut Frame) {
    // SAFETY: the running frame.
    let frame = unsafe { &*frame };
    let code = frame.code;
    let unit = code.unit();
    if unit.instrs.len() > MOST_INSTRUCTIONS || code.is_generator_like() {
        return;
    }
    let old = code.machine();
    let unlearned = old.map(|machine| machine.unlearned()).unwrap_or_default();
    if unlearned.len() > MOST_UNLEARNED {
        return;
    }
    let started = std::time::Instant::now();
    let mut plan = Plan::gather(cx, frame, unit, unlearned.clone());
    let flow = kind::analyse(&plan);
    let Some((bytes, exit_pcs)) = generate(&mut plan, &flow) else {
        settings::count_refusal();
        return;
    };
    let Some(entry) = memory::publish(&bytes) else { return };
    let parts = Parts {
        entry,
        headers: flow.headers.clone().into_boxed_slice(),
        exit_pcs: exit_pcs.into_boxed_slice(),
        size: bytes.len(),
        unlearned,
    };
    let mut roots = core::mem::take(&mut plan.roots);
    roots.extend(old.map(Ref::value));
    let Ok(roots) = cx.new_tuple(&roots) else { return };
    if let Ok(machine) = machine::new_machine(cx, parts, roots) {
        code::set_machine(cx, code, machine);
        settings::count_compiled(bytes.len(), started.elapsed());
    }
}

/// The machine code of a plan, and the instruction of each exit.
fn generate(plan: &mut Plan, flow: &kind::Flow) -> Option<(Vec<u8>, Vec<u32>)> {
    let isa: &OwnedTargetIsa = settings::isa()?;
    let mut context = Context::new();
    context.func.signature = emit::signature(isa.default_call_conv());
    let mut builder_context = FunctionBuilderContext::new();
    let builder = FunctionBuilder::new(&mut context.func, &mut builder_context);
    let exit_pcs = emit::emit(plan, flow, builder, isa.frontend_config());
    let dump = settings::wants_dump(plan.code);
    context.set_disasm(dump);
    if dump {
        eprintln!("{}", context.func.display());
    }
    let mut control = ControlPlane::default();
    let compiled = match context.compile(&**isa, &mut control) {
        Ok(compiled) => compiled,
        Err(error) => {
            debug_assert!(false, "{}: {:?}", plan.unit.qualname, error.inner);
            return None;
        }
    };
    if let Some(assembly) = &compiled.vcode {
        eprintln!("{assembly}");
    }
    if !compiled.buffer.relocs().is_empty() {
        debug_assert!(false, "generated code has relocations");
        return None;
    }
    Some((compiled.buffer.data().to_vec(), exit_pcs))
}

/// A guess at instruction `pc` fails too often: the code is compiled anew without it.
fn unlearn(cx: &Cx, code: Ref<PyCode>, pc: u32) {
    if let Some(machine) = code.machine() {
        machine.unlearn(pc);
        code::retire_machine(cx, code);
        code.cool_down();
    }
}

/// The code is better interpreted.
fn give_up(cx: &Cx, code: Ref<PyCode>) {
    code::retire_machine(cx, code);
}
