//! Machine code of a code object: what the interpreter needs to know to enter and leave it.
//!
//! Rules:
//! 1. A [`MachineCode`] is immutable after publication, but for `exits`, which count without
//!    read-modify-write: they are hints.
//! 2. The values that generated code contains as immediates are in `roots`: they live as long as it.
//! 3. The executable memory is given back when the object dies. Frames may run retired code: machine code that
//!    replaces it has it among its roots, so that it dies with the code object.

use core::sync::atomic::{AtomicU32, Ordering};
use orochi_heap::Tracer;
use orochi_object::layout::{self, HeapLayout, RUNTIME_BASE};
use orochi_object::prelude::*;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Layout number.
pub const LAYOUT: u16 = RUNTIME_BASE + 7;

/// The function of generated code: context, frame, number of the entry (0: a call). Gives the word of
/// the value returned, the frame being popped, or 0: then `Vm::exit` says why the frame goes on in the
/// interpreter.
pub type Entry = unsafe extern "C" fn(*const Cx, *mut crate::frame::Frame, u64) -> u64;

/// Words of `Vm::exit`: a reason, above it the number of the exit.
pub mod exit {
    /// What the interpreter is to run was not compiled.
    pub const PLAIN: u64 = 0;
    /// A guess did not hold.
    pub const GUARD: u64 = 1;
    /// A helper raised: `Vm::raised`.
    pub const RAISED: u64 = 2;
    /// The frame was written to or is traced.
    pub const WATCHED: u64 = 3;
    /// The native stack is short.
    pub const STACK: u64 = 4;
    /// Bits of the reason.
    pub const BITS: u32 = 3;
}

/// What the compiler hands over, besides the roots.
pub struct Parts {
    /// Where a call enters.
    pub entry: *const (),
    /// Loop headers that can be entered, by instruction: entry 1 is the first.
    pub headers: Box<[u32]>,
    /// The instruction each exit stands for.
    pub exit_pcs: Box<[u32]>,
    /// Bytes of executable memory.
    pub size: usize,
    /// Where nothing was guessed.
    pub unlearned: Vec<u32>,
}

struct Inner {
    parts: Parts,
    exits: Box<[AtomicU32]>,
    /// Guesses that failed since.
    unlearned: Mutex<Vec<u32>>,
}

/// Machine code of one code object.
#[repr(C)]
pub struct MachineCode {
    header: Header,
    roots: Slot,
    inner: *mut Inner,
}

// SAFETY: repr(C) with a Header first; `trace_machine` visits the slot.
unsafe impl Object for MachineCode {
    const LAYOUT: u16 = LAYOUT;
}

/// The heap layout of machine code.
pub const MACHINE_LAYOUT: HeapLayout = HeapLayout {
    name: "machine code",
    trace: Some(trace_machine),
    trace_range: None,
    drop: Some(drop_machine),
};

/// # Safety
/// Called by the collector with machine code.
unsafe fn trace_machine(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is MachineCode.
    layout::visit(unsafe { &(*header.cast::<MachineCode>()).roots }, tracer);
}

/// # Safety
/// Called by the collector once, with dead machine code.
unsafe fn drop_machine(header: *mut Header) {
    // SAFETY: the layout is MachineCode; `inner` is null or came from a Box and is this object's alone.
    unsafe {
        let inner = (*header.cast::<MachineCode>()).inner;
        if !inner.is_null() {
            let inner = Box::from_raw(inner);
            if let Some(jit) = JIT.get() {
                (jit.free)(inner.parts.entry, inner.parts.size);
            }
        }
    }
}

impl MachineCode {
    fn inner(&self) -> &Inner {
        // SAFETY: set at creation, freed with the object.
        unsafe { &*self.inner }
    }
    /// Where a call enters.
    #[inline(always)]
    pub fn entry(&self) -> *const () {
        self.inner().parts.entry
    }
    /// The number of the entry at instruction `pc`, if that is a loop header.
    pub fn entry_at(&self, pc: u32) -> Option<u64> {
        let at = self.inner().parts.headers.binary_search(&pc).ok()?;
        Some(at as u64 + 1)
    }
    /// Counts one more leaving by exit `number`: its instruction, and how often that was.
    pub fn count_exit(&self, number: usize) -> (u32, u32) {
        let inner = self.inner();
        let (Some(count), Some(pc)) = (inner.exits.get(number), inner.parts.exit_pcs.get(number))
        else {
            return (0, 0);
        };
        let n = count.load(Ordering::Relaxed).saturating_add(1);
        count.store(n, Ordering::Relaxed);
        (*pc, n)
    }
    /// A guess at this instruction fails too often.
    pub fn unlearn(&self, pc: u32) {
        self.inner().unlearned.lock().unwrap_or_else(PoisonError::into_inner).push(pc);
    }
    /// Where nothing is to be guessed any more.
    pub fn unlearned(&self) -> Vec<u32> {
        let mut all = self.inner().parts.unlearned.clone();
        all.extend(&*self.inner().unlearned.lock().unwrap_or_else(PoisonError::into_inner));
        all
    }
    /// Bytes of executable memory.
    pub fn size(&self) -> usize {
        self.inner().parts.size
    }
}

/// A machine code object.
///
/// # Errors
/// MemoryError.
pub fn new_machine(cx: &Cx, parts: Parts, roots: Ref<PyTuple>) -> Res<Ref<MachineCode>> {
    let machine = cx.alloc_internal::<MachineCode>(0)?;
    let exits = (0..parts.exit_pcs.len()).map(|_| AtomicU32::new(0)).collect();
    let inner = Box::new(Inner { parts, exits, unlearned: Mutex::new(Vec::new()) });
    machine.roots.init(roots.value());
    // SAFETY: fresh and unpublished.
    unsafe { (*machine.as_ptr()).inner = Box::into_raw(inner) };
    Ok(machine)
}

/// The compiler, as the interpreter knows it.
pub struct Jit {
    /// Compiles the code of the frame, whose registers hold typical values: at the instruction that
    /// the frame's `pc` is at. Publishes the code if all goes well.
    pub compile: fn(&Cx, *mut crate::frame::Frame),
    /// A guess at this instruction of the code has failed too often.
    pub unlearn: fn(&Cx, Ref<crate::code::PyCode>, pc: u32),
    /// The code is better interpreted.
    pub give_up: fn(&Cx, Ref<crate::code::PyCode>),
    /// Gives executable memory back.
    pub free: fn(*const (), usize),
    /// Ticks from one sample to the next.
    pub ticks: u32,
    /// Samples until code is hot.
    pub samples: u32,
    /// Whether exits are counted: a word all threads write, so only where somebody asked.
    pub statistics: bool,
}

/// The compiler of this process, if it is on.
pub static JIT: OnceLock<Jit> = OnceLock::new();

/// Ticks without a compiler.
pub const NEVER: u32 = u32::MAX;

/// What `Vm::ticks` begins with.
pub(crate) fn first_ticks() -> u32 {
    JIT.get().map_or(NEVER, |jit| jit.ticks)
}
