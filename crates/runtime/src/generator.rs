//! Generators, coroutines and asynchronous generators: an object that owns a register window.
//!
//! Rules:
//! 1. `state` is moved to RUNNING under the object's lock, by the one thread that resumes, in the interpreter
//!    ([`start_running`]) or in machine code; only that thread touches the window, `pc` and `handled` until it stores
//!    another state (Release).
//! 2. The window is written without barriers while it runs; it is a root then (its frame is
//!    linked), and the object is remembered when it is suspended.
//! 3. `machine` is the machine code that suspended it, if that goes on with it by its entry `entry`, without a value for whoever
//!    asks, and neither `handled` nor `delegate` is set; else 0. Machine code writes it while it is RUNNING, like the other
//!    fields, and looks at it under the lock.

use crate::code::PyCode;
use crate::function::PyFunction;
use core::sync::atomic::{AtomicU8, AtomicU16, AtomicUsize, Ordering};
use orochi_bytecode::{CodeFlags, Instr};
use orochi_heap::Tracer;
use orochi_object::collector;
use orochi_object::layout::{self, HeapLayout, RUNTIME_BASE};
use orochi_object::prelude::*;

/// Layout number of generators of all kinds.
pub const LAYOUT: u16 = RUNTIME_BASE + 2;

/// Values of `state`.
pub mod state {
    pub const CREATED: u8 = 0;
    pub const SUSPENDED: u8 = 1;
    pub const RUNNING: u8 = 2;
    pub const DONE: u8 = 3;
}

/// Bits of `async_flags`.
pub mod async_flag {
    /// The event loop's hooks have been told.
    pub const HOOKED: u8 = 1;
    /// `aclose()` was called or the generator has ended.
    pub const CLOSED: u8 = 2;
    /// An awaitable of `asend` or `athrow` is running it.
    pub const RUNNING: u8 = 4;
    /// Known to the heap as finalizable.
    pub const FINALIZABLE: u8 = 8;
}

/// A generator, coroutine or asynchronous generator; the registers follow the struct.
#[repr(C)]
pub struct PyGen {
    pub header: Header,
    pub code: Slot,
    pub function: Slot,
    pub globals: Slot,
    pub locals: Slot,
    pub name: Slot,
    pub qualname: Slot,
    /// The exception handled inside while suspended, UNSET if none.
    pub handled: Slot,
    /// What it delegates to while suspended in `yield from` or `await`.
    pub delegate: Slot,
    pub frame_object: Slot,
    /// Asynchronous generators: hooks run, closed, finalizer.
    pub finalizer: Slot,
    /// `cr_origin`.
    pub origin: Slot,
    pc: AtomicUsize,
    /// Rule 3.
    machine: AtomicUsize,
    state: AtomicU8,
    /// Bits of [`async_flag`].
    pub async_flags: AtomicU8,
    /// Rule 3.
    entry: AtomicU16,
    nregs: u32,
}

impl PyGen {
    // For generated code.
    pub const PC_OFFSET: usize = core::mem::offset_of!(PyGen, pc);
    pub const MACHINE_OFFSET: usize = core::mem::offset_of!(PyGen, machine);
    /// Two bytes.
    pub const ENTRY_OFFSET: usize = core::mem::offset_of!(PyGen, entry);
    /// A byte: see [`state`](mod@state).
    pub const STATE_OFFSET: usize = core::mem::offset_of!(PyGen, state);
    pub const REGISTERS_OFFSET: usize = size_of::<PyGen>();
}

// SAFETY: repr(C) with a Header first; `trace_generator` visits every slot and register.
unsafe impl Object for PyGen {
    const LAYOUT: u16 = LAYOUT;
}

/// The heap layout of generators.
pub const GENERATOR_LAYOUT: HeapLayout =
    HeapLayout { name: "generator", trace: Some(trace_generator), trace_range: None, drop: None };

/// # Safety
/// Called by the collector with a generator.
unsafe fn trace_generator(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is PyGen; registers hold values or 0, as do the words after them.
    unsafe {
        let g = &*header.cast::<PyGen>();
        for slot in [
            &g.code,
            &g.function,
            &g.globals,
            &g.locals,
            &g.name,
            &g.qualname,
            &g.handled,
            &g.delegate,
            &g.frame_object,
            &g.finalizer,
            &g.origin,
        ] {
            layout::visit(slot, tracer);
        }
        if collector::is_full() {
            g.clear_dead();
        }
        layout::visit_rest(header, size_of::<PyGen>(), tracer);
    }
}

/// Whether finalizing would do anything: nothing is left to close in a generator that is done. Most
/// coroutines are, when they die.
///
/// # Safety
/// `object` is an object whose memory has not been reused, and the world is stopped.
pub unsafe fn wants_finalizing(object: *const Header) -> bool {
    // SAFETY: by contract; the layout says that it is a PyGen.
    unsafe {
        (*object).layout != LAYOUT
            || (*object.cast::<PyGen>()).state.load(Ordering::Relaxed) != state::DONE
    }
}

/// Takes the right to run `g`. Gives the state it was in; RUNNING and DONE are refusals. Under the object's lock, which costs the
/// thread that made it no read-modify-write (decision 0032); who runs it ends that by a plain store.
#[inline(always)]
pub fn start_running(cx: &Cx, g: Ref<PyGen>) -> u8 {
    g.locked(cx, || {
        let seen = g.state();
        if seen != state::RUNNING && seen != state::DONE {
            g.state.store(state::RUNNING, Ordering::Release);
        }
        seen
    })
}

impl PyGen {
    /// Clears the temporaries of a suspended generator that are dead where it is suspended. In a stop,
    /// by the thread that marks the object.
    fn clear_dead(&self) {
        let state = self.state.load(Ordering::Relaxed);
        let Some(code) = self.code.get().filter(|_| state == state::SUSPENDED) else { return };
        // SAFETY: `code` holds a code object; `pc` lies within it while suspended; the registers follow
        // the struct.
        unsafe {
            let code: Ref<PyCode> = code.cast();
            let registers = core::ptr::from_ref(self).add(1).cast::<u64>().cast_mut();
            let pc = self.pc.load(Ordering::Relaxed) as *const Instr;
            let at = code.index_of(pc).saturating_sub(1) as usize;
            code.liveness().dead_suspended(code.unit(), at, &mut |i| *registers.add(i) = 0);
        }
    }
    #[inline(always)]
    pub fn state(&self) -> u8 {
        self.state.load(Ordering::Acquire)
    }
    /// Ends running in `state`.
    #[inline]
    pub fn stop_running(&self, state: u8) {
        self.state.store(state, Ordering::Release);
    }
    pub fn code(&self) -> Ref<PyCode> {
        // SAFETY: `code` holds a code object from creation on.
        unsafe { self.code.or_none().cast() }
    }
    pub fn function(&self) -> Ref<PyFunction> {
        // SAFETY: `function` holds a function from creation on.
        unsafe { self.function.or_none().cast() }
    }
    pub fn globals(&self) -> Ref<PyDict> {
        // SAFETY: `globals` holds a dict from creation on.
        unsafe { self.globals.or_none().cast() }
    }
    #[inline(always)]
    pub fn pc(&self) -> *const Instr {
        self.pc.load(Ordering::Relaxed) as *const Instr
    }
    #[inline(always)]
    pub fn set_pc(&self, pc: *const Instr) {
        self.pc.store(pc as usize, Ordering::Relaxed);
    }
    /// The interpreter suspends it: rule 3.
    #[inline(always)]
    pub fn forget_machine(&self) {
        self.machine.store(0, Ordering::Relaxed);
    }
    pub fn is_coroutine(&self) -> bool {
        self.code().flags & CodeFlags::COROUTINE != 0
    }
    pub fn is_async_generator(&self) -> bool {
        self.code().flags & CodeFlags::ASYNC_GENERATOR != 0
    }
    /// A generator that `await` accepts (`types.coroutine`).
    pub fn is_iterable_coroutine(&self) -> bool {
        self.code().flags & CodeFlags::ITERABLE_COROUTINE != 0
    }
}

/// Registers of a generator.
pub fn registers(generator: Ref<PyGen>) -> *mut u64 {
    // SAFETY: the registers follow the struct.
    unsafe { generator.as_ptr().add(1).cast() }
}

/// Number of registers.
pub fn register_count(generator: Ref<PyGen>) -> usize {
    generator.nregs as usize
}

/// A generator of `function` whose first registers are the `n` words at `base`, the others UNSET; it will go on at `pc`.
///
/// # Safety
/// There are `n` words at `base`, each a value or UNSET, and `n` is at most the code's `nregs`.
pub unsafe fn new_generator(
    cx: &Cx,
    function: Ref<PyFunction>,
    base: *const u64,
    n: usize,
    pc: *const Instr,
) -> Res<Ref<PyGen>> {
    let code = function.code();
    let class = if code.flags & CodeFlags::COROUTINE != 0 {
        types::COROUTINE.get()
    } else if code.flags & CodeFlags::ASYNC_GENERATOR != 0 {
        types::ASYNC_GENERATOR.get()
    } else {
        types::GENERATOR.get()
    };
    let nregs = code.nregs;
    let g: Ref<PyGen> = cx.alloc_instance(class, nregs as usize * 8)?;
    g.code.init(code.value());
    g.function.init(Ref::value(function));
    g.globals.init(function.globals().value());
    g.name.init_opt(function.name.get());
    g.qualname.init_opt(function.qualname.get());
    g.set_pc(pc);
    // SAFETY: fresh, zeroed and unpublished, with room for the registers; the words are as the caller says.
    unsafe {
        (*g.as_ptr()).nregs = nregs;
        core::ptr::copy_nonoverlapping(base, registers(g), n);
    }
    Ok(g)
}
