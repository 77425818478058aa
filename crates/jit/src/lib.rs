//! Machine code for hot Python code, on every thread.
//!
//! A method compiler from feedback: `plan` gathers what is known of a code object, `kind` derives what every
//! register holds where, `emit` turns bytecode into Cranelift's IR, with guards that leave for the
//! interpreter at the exact instruction; `worker` is the thread on which that happens while the program goes on;
//! `memory` keeps the code. `orochi_interp::machine` enters it.
//! Decision 0022 says why it is built this way.

mod callee;
mod calls;
mod emit;
mod family;
mod flow;
mod items;
mod kind;
mod lean;
mod memory;
mod operators;
mod plan;
mod quiet;
mod seeded;
mod settings;
mod supers;
mod worker;

pub use settings::{Options, start, statistics};

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use orochi_object::prelude::*;
use orochi_runtime::code::{self, PyCode};
use orochi_runtime::frame::Frame;
use orochi_runtime::machine::{self, Exit, MachineCode, Parts};
use plan::Plan;

/// Code with more instructions is interpreted.
const MOST_INSTRUCTIONS: usize = 4000;
/// So many wrong guesses in one code object, and no more are made there.
const MOST_UNLEARNED: usize = 64;
/// So often one code object is compiled anew since globals have moved, as they do when a module grows or a
/// function is defined again; then no guesses are made about those that still move.
const MOST_MOVES: u32 = 32;

/// Code to be compiled, and what it becomes.
pub(crate) struct Job {
    plan: Plan,
    machine: Ref<MachineCode>,
    /// See [`Parts::moves`].
    moves: u32,
}

/// Compiles the code of the running frame: on the worker's thread, or here if that was asked for. Nothing polls
/// here: no collection can come while the plan holds values.
fn compile(cx: &Cx, frame: *mut Frame) {
    let Some(job) = prepare(cx, frame) else { return };
    if settings::at_once() {
        job.run();
    } else if let Err(job) = worker::submit(cx, job) {
        job.abandon();
    }
}

/// Gathers what is known; `None` if the code is not to be compiled, or already is being compiled.
fn prepare(cx: &Cx, frame: *mut Frame) -> Option<Job> {
    // SAFETY: the running frame.
    let frame = unsafe { &*frame };
    let code = frame.code;
    // Made here, so that no fork finds them half made.
    settings::isa().and(quiet::stubs())?;
    if code.unit().instrs.len() > MOST_INSTRUCTIONS {
        return None;
    }
    let old = code.machine();
    let unlearned = old.map(|machine| machine.unlearned()).unwrap_or_default();
    if unlearned.len() > MOST_UNLEARNED {
        return None;
    }
    let moves = old.map_or(0, |machine| machine.moves());
    let mut plan = Plan::gather(cx, frame, unlearned);
    plan.roots.extend(old.map(Ref::value));
    let machine = machine::new_machine(cx, &plan.roots).ok()?;
    code::begin_machine(cx, code, machine).then_some(Job { plan, machine, moves })
}

impl Job {
    /// Compiles and publishes. Failures leave the code as it is.
    fn run(self) {
        let started = std::time::Instant::now();
        let flow = flow::analyse(&self.plan);
        let made = generate(&self.plan, &flow, self.machine)
            .and_then(|(bytes, exits)| Some((memory::publish(&bytes)?, bytes.len(), exits)));
        let Some((entry, size, exits)) = made else {
            settings::count_refusal();
            self.machine.fail();
            return;
        };
        settings::note_for_perf(self.plan.code, entry as usize, size);
        self.machine.finish(Parts {
            entry,
            headers: flow.headers.into_boxed_slice(),
            exits: exits.into_boxed_slice(),
            size,
            unlearned: self.plan.unlearned,
            moves: self.moves,
        });
        code::publish_machine(self.plan.code, self.machine);
        settings::count_compiled(size, started.elapsed());
    }

    /// Gives up for now: the code may be compiled when it is hot again.
    fn abandon(self) {
        self.machine.fail();
        self.plan.code.cool_down();
    }
}

/// The bytes of a plan's machine code, which will be those of `machine`, and its exits.
fn generate(
    plan: &Plan,
    flow: &flow::Flow,
    machine: Ref<MachineCode>,
) -> Option<(Vec<u8>, Vec<Exit>)> {
    let isa: &OwnedTargetIsa = settings::isa()?;
    let mut context = Context::new();
    context.func.signature = emit::signature(isa.default_call_conv());
    let mut builder_context = FunctionBuilderContext::new();
    let builder = FunctionBuilder::new(&mut context.func, &mut builder_context);
    let exits = emit::emit(plan, flow, builder, isa.frontend_config(), quiet::stubs()?, machine);
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
    Some((compiled.buffer.data().to_vec(), exits))
}

/// A guess fails too often: the code is compiled anew without it.
fn unlearn(cx: &Cx, code: Ref<PyCode>, machine: Ref<MachineCode>, key: u32) {
    if code.machine() == Some(machine) {
        machine.unlearn(key);
        code::retire_machine(cx, code);
        code.cool_down();
    }
}

/// A global has moved: the code is compiled anew with what the inline caches say then.
fn renew(cx: &Cx, code: Ref<PyCode>, machine: Ref<MachineCode>, key: u32) {
    if machine.moves() >= MOST_MOVES {
        unlearn(cx, code, machine, key);
    } else if code.machine() == Some(machine) {
        machine.note_moved();
        code::retire_machine(cx, code);
        code.cool_down();
    }
}

/// The code is better interpreted.
fn give_up(cx: &Cx, code: Ref<PyCode>) {
    if code.machine().is_some_and(|machine| machine.is_ready()) {
        code::retire_machine(cx, code);
    }
}
