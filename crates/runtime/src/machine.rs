//! Machine code of a code object: what the interpreter needs to know to enter and leave it.
//!
//! Rules:
//! 1. A [`MachineCode`] begins without content; the thread that compiles gives it some or calls it failed, once:
//!    `inner` is stored with Release and loaded with Acquire. From then on it is immutable, but for `counts` and `moved`,
//!    which are written without read-modify-write: they are hints.
//! 2. The values that generated code contains as immediates are in `roots`: they live as long as it.
//! 3. The executable memory is given back when the object dies. Frames may run retired code: machine code that
//!    replaces it has it among its roots, so that it dies with the code object.

use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use orochi_heap::Tracer;
use orochi_object::layout::{self, HeapLayout, RUNTIME_BASE};
use orochi_object::list::Array;
use orochi_object::prelude::*;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Layout number.
pub const LAYOUT: u16 = RUNTIME_BASE + 7;

/// The function of generated code: context, frame, number of the entry (0: a call), and nothing. Or, called by other
/// generated code: context, the caller's frame, the window with the arguments, the function: then it pushes its frame
/// itself. Gives the word of the value returned, the frame being popped, or 0: then `Vm::exit` says why the frame
/// goes on in the interpreter, or that none was pushed ([`REFUSED`]).
pub type Entry = unsafe extern "C" fn(*const Cx, *mut crate::frame::Frame, u64, u64) -> u64;

/// What is not less than this is no number of an entry but the address of a window.
pub const DIRECT: u64 = 1 << 20;

/// `Vm::exit` of a direct call that did not come about.
pub const REFUSED: u64 = u64::MAX;

/// Why machine code is left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// What the interpreter is to run was not compiled.
    Plain,
    /// A guard did not hold.
    Guard,
    /// A global is not where it was, or not what it was: the next guess may be as good as this one.
    Moved,
    /// A helper raised (`Vm::raised`), or found the frame written to or traced.
    Helper,
    /// The frame was written to or is traced, or the interpreter knows better what comes.
    Watched,
    /// The native stack is short.
    Stack,
}

/// One place where machine code is left for the interpreter: `Vm::exit` is its number.
#[derive(Clone, Copy, Debug)]
pub struct Exit {
    pub reason: Reason,
    /// What a wrong guess is counted for: an instruction or a parameter.
    pub key: u32,
    /// The instruction that the interpreter goes on with; [`HERE`]: the frame's `pc` says it.
    pub resume: u32,
}

/// See [`Exit::resume`].
pub const HERE: u32 = u32::MAX;

/// What the compiler hands over, besides the roots.
pub struct Parts {
    /// Where a call enters.
    pub entry: *const (),
    /// Loop headers that can be entered, by instruction: entry 1 is the first.
    pub headers: Box<[u32]>,
    /// By number.
    pub exits: Box<[Exit]>,
    /// Bytes of executable memory.
    pub size: usize,
    /// Where nothing was guessed.
    pub unlearned: Vec<u32>,
    /// How often the code was compiled anew since globals moved.
    pub moves: u32,
}

struct Inner {
    parts: Parts,
    counts: Box<[AtomicU32]>,
    /// Guesses that failed since.
    unlearned: Mutex<Vec<u32>>,
    /// 1 when it was retired since globals moved.
    moved: AtomicU32,
}

/// Machine code of one code object.
#[repr(C)]
pub struct MachineCode {
    header: Header,
    roots: Slot,
    /// Null while it is being made, [`FAILED`] if nothing came of it.
    inner: AtomicPtr<Inner>,
}

/// Of machine code that could not be made.
const FAILED: *mut Inner = core::ptr::without_provenance_mut(align_of::<Inner>());

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
        let inner = (*header.cast::<MachineCode>()).inner.load(Ordering::Acquire);
        if !inner.is_null() && inner != FAILED {
            let inner = Box::from_raw(inner);
            if let Some(jit) = JIT.get() {
                (jit.free)(inner.parts.entry, inner.parts.size);
            }
        }
    }
}

impl MachineCode {
    fn inner(&self) -> Option<&Inner> {
        let inner = self.inner.load(Ordering::Acquire);
        if inner.is_null() || inner == FAILED {
            return None;
        }
        // SAFETY: stored once, by `finish`; freed with the object.
        Some(unsafe { &*inner })
    }
    /// Whether it is still being made.
    pub fn is_pending(&self) -> bool {
        self.inner.load(Ordering::Acquire).is_null()
    }
    /// Whether it can be run.
    pub fn is_ready(&self) -> bool {
        self.inner().is_some()
    }
    /// Gives it its content. Called once, by the thread that compiles.
    pub fn finish(&self, parts: Parts) {
        let counts = parts.exits.iter().map(|_| AtomicU32::new(0)).collect();
        let (unlearned, moved) = (Mutex::new(Vec::new()), AtomicU32::new(0));
        let inner = Box::new(Inner { parts, counts, unlearned, moved });
        self.inner.store(Box::into_raw(inner), Ordering::Release);
    }
    /// Says that nothing came of it, in place of [`MachineCode::finish`].
    pub fn fail(&self) {
        self.inner.store(FAILED, Ordering::Release);
    }
    /// Where a call enters; null if it cannot be run.
    #[inline(always)]
    pub fn entry(&self) -> *const () {
        self.inner().map_or(core::ptr::null(), |inner| inner.parts.entry)
    }
    /// The number of the entry at instruction `pc`, if that is a loop header.
    pub fn entry_at(&self, pc: u32) -> Option<u64> {
        // There are few.
        let at = self.inner()?.parts.headers.iter().position(|header| *header == pc)?;
        Some(at as u64 + 1)
    }
    /// The exit with this number.
    pub fn exit(&self, number: usize) -> Option<Exit> {
        self.inner()?.parts.exits.get(number).copied()
    }
    /// Counts one more leaving by exit `number`; says whether that makes `many`. Further ones are not counted: all threads
    /// that run the code would write here.
    pub fn count_exit(&self, number: usize, many: u32) -> bool {
        let Some(count) = self.inner().and_then(|inner| inner.counts.get(number)) else {
            return false;
        };
        let n = count.load(Ordering::Relaxed);
        if n < many {
            count.store(n + 1, Ordering::Relaxed);
        }
        n + 1 == many
    }
    /// A guess at this instruction fails too often.
    pub fn unlearn(&self, pc: u32) {
        if let Some(inner) = self.inner() {
            inner.unlearned.lock().unwrap_or_else(PoisonError::into_inner).push(pc);
        }
    }
    /// Where nothing is to be guessed any more.
    pub fn unlearned(&self) -> Vec<u32> {
        let Some(inner) = self.inner() else { return Vec::new() };
        let mut all = inner.parts.unlearned.clone();
        all.extend(&*inner.unlearned.lock().unwrap_or_else(PoisonError::into_inner));
        all
    }
    /// It is to be compiled anew, with the same guesses about what has moved.
    pub fn note_moved(&self) {
        if let Some(inner) = self.inner() {
            inner.moved.store(1, Ordering::Relaxed);
        }
    }
    /// How often that was said of the code.
    pub fn moves(&self) -> u32 {
        self.inner().map_or(0, |inner| inner.parts.moves + inner.moved.load(Ordering::Relaxed))
    }
    /// Bytes of executable memory.
    pub fn size(&self) -> usize {
        self.inner().map_or(0, |inner| inner.parts.size)
    }
}

/// A machine code object without content.
///
/// # Errors
/// MemoryError.
pub fn new_machine(cx: &Cx, roots: &[Value]) -> Res<Ref<MachineCode>> {
    // No tuple: shapes and tables are among them, and Python sees tuples (`gc.get_objects`).
    let array = Array::new(cx, roots.len())?;
    array.cells().iter().zip(roots).for_each(|(cell, root)| cell.init(*root));
    let machine = cx.alloc_internal::<MachineCode>(0)?;
    machine.roots.init(array.value());
    Ok(machine)
}

/// The compiler, as the interpreter knows it.
pub struct Jit {
    /// Has the code of the frame compiled, whose registers hold typical values: at the instruction that
    /// the frame's `pc` is at.
    pub compile: fn(&Cx, *mut crate::frame::Frame),
    /// A guess that this machine code of the code makes has failed too often.
    pub unlearn: fn(&Cx, Ref<crate::code::PyCode>, Ref<MachineCode>, key: u32),
    /// What this machine code of the code takes for a global has moved.
    pub renew: fn(&Cx, Ref<crate::code::PyCode>, Ref<MachineCode>, key: u32),
    /// The code is better interpreted.
    pub give_up: fn(&Cx, Ref<crate::code::PyCode>),
    /// Gives executable memory back.
    pub free: fn(*const (), usize),
    /// Ticks of a new thread until its first sample: short programs end before it, and are spared the compiler.
    pub first_ticks: u32,
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
    JIT.get().map_or(NEVER, |jit| jit.first_ticks)
}
