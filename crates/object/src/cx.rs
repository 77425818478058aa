//! `Cx`: the per-thread context every operation takes first.
//!
//! Rules:
//! 1. A `Cx` belongs to one thread; only that thread uses it, except the collector while the
//!    thread is stopped, and other threads through the atomics of `Mutator` and `interrupt`.
//! 2. The heap's `Mutator` is the first field, so its bump pointers are at fixed offsets.
//! 3. Values kept here are `Slot`s that [`Cx::trace`] visits.

use crate::layout::{self, Tracer};
use crate::slot::Slot;
use crate::typecache::TypeCache;
use core::cell::Cell;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};
use orochi_heap::Mutator;

/// Per-thread context.
#[repr(C)]
pub struct Cx {
    pub mutator: Mutator,
    /// Native stack addresses below this raise RecursionError.
    pub native_limit: Cell<usize>,
    /// The interpreter's state of this thread (`runtime` knows its type).
    pub interp: Cell<*mut ()>,
    /// Reasons why the slow path of the next poll has work (bits of [`interrupt`]).
    pub interrupts: AtomicU32,
    /// `threading.get_ident()` of this thread.
    pub ident: Cell<u64>,
    /// The value a generator or iterator returned when it last reported exhaustion.
    pub stop_value: Slot,
    /// The exception being handled (`sys.exception()`), UNSET if none.
    pub handled: Slot,
    /// Objects whose repr is being made: a list, against endless recursion.
    pub repr_stack: Slot,
    /// The current `contextvars` context.
    pub context: Slot,
    /// `sys.settrace` and `sys.setprofile` functions.
    pub trace_func: Slot,
    pub profile_func: Slot,
    /// Asynchronous generator hooks.
    pub asyncgen_firstiter: Slot,
    pub asyncgen_finalizer: Slot,
    /// The exception to raise at the next poll (`PyThreadState_SetAsyncExc`).
    pub async_exc: Slot,
    /// Per-thread values of modules written in Rust, by the constants of [`thread_slot`].
    pub locals: [Slot; 24],
    pub(crate) type_cache: TypeCache,
    /// The call that failed last for what may be a stale word of the native stack only.
    pub again: Cell<Option<Again>>,
    /// Whether a call is being made with a clean native stack (the interpreter's `outside`).
    pub outside: Cell<bool>,
}

/// A call of a native method that is worth being made once more outside the interpreter's loop, with nothing of earlier
/// calls on the native stack. Words of values, compared only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// The exception it raised.
    pub raised: u64,
    pub receiver: u64,
}

/// Bits of `Cx::interrupts`.
pub mod interrupt {
    /// A signal arrived (main thread).
    pub const SIGNAL: u32 = 1;
    /// Finalizers or weakref callbacks wait.
    pub const FINALIZERS: u32 = 2;
    /// `async_exc` is set.
    pub const ASYNC_EXC: u32 = 4;
    /// Another thread wants the global lock (`-X gil=1`).
    pub const GIL_DROP: u32 = 8;
    /// Tracing was switched on or off.
    pub const TRACE: u32 = 16;
    /// `yield at every poll` stress mode.
    pub const STRESS: u32 = 32;
    /// The interpreter is shut down by another thread: this one runs no more Python code.
    pub const RETIRE: u32 = 64;
}

/// Indices into `Cx::locals`.
pub mod thread_slot {
    /// The `threading.local` objects this thread has values in: a list of weak boxes.
    pub const THREAD_LOCALS: usize = 0;
    /// The running asyncio loop.
    pub const RUNNING_LOOP: usize = 1;
    /// Decimal context.
    pub const DECIMAL: usize = 2;
    /// `_thread` handle object of this thread.
    pub const HANDLE: usize = 3;
    /// The asyncio task that runs.
    pub const CURRENT_TASK: usize = 4;
    /// A number no other thread ever had, as an int: key of this thread in `threading.local`s.
    pub const SERIAL: usize = 5;
    /// The asyncio tasks made in this thread: a list of weak boxes.
    pub const TASKS: usize = 6;
    /// The asyncio tasks in their first, eager step: a set.
    pub const EAGER_TASKS: usize = 7;
}

thread_local! {
    static CURRENT: Cell<*const Cx> = const { Cell::new(core::ptr::null()) };
}

/// Recursion limit (`sys.setrecursionlimit`), in Python frames; read by all, written rarely.
pub static RECURSION_LIMIT: AtomicUsize = AtomicUsize::new(1000);

/// How to give up and take back the global lock of `-X gil=1`; both are called detached.
pub struct GlobalLock {
    pub release: fn(&Cx),
    pub take: fn(&Cx),
}

/// The global lock's functions; null (the default) means that there is no global lock.
pub static GLOBAL_LOCK: AtomicPtr<GlobalLock> = AtomicPtr::new(core::ptr::null_mut());

impl Cx {
    /// A context for the calling thread. Call [`Cx::enter`] once it has its final address.
    pub fn new(mutator: Mutator) -> Cx {
        Cx {
            mutator,
            native_limit: Cell::new(0),
            interp: Cell::new(core::ptr::null_mut()),
            interrupts: AtomicU32::new(0),
            ident: Cell::new(0),
            stop_value: Slot::EMPTY,
            handled: Slot::EMPTY,
            repr_stack: Slot::EMPTY,
            context: Slot::EMPTY,
            trace_func: Slot::EMPTY,
            profile_func: Slot::EMPTY,
            asyncgen_firstiter: Slot::EMPTY,
            asyncgen_finalizer: Slot::EMPTY,
            async_exc: Slot::EMPTY,
            locals: [const { Slot::EMPTY }; 24],
            type_cache: TypeCache::new(),
            again: Cell::new(None),
            outside: Cell::new(false),
        }
    }

    /// Makes this the calling thread's current context.
    pub fn enter(&self) {
        CURRENT.with(|current| current.set(self));
    }

    /// The calling thread has no context any more.
    pub fn leave(&self) {
        CURRENT.with(|current| current.set(core::ptr::null()));
    }

    /// The calling thread's context, if it is a Python thread.
    pub fn current<'a>() -> Option<&'a Cx> {
        let current = CURRENT.with(Cell::get);
        // SAFETY: `enter` stored the address of a live context, `leave` removes it.
        unsafe { current.as_ref() }
    }

    /// Raises RecursionError when the native stack is nearly used up. Call it in every native
    /// function that can recurse through Python code or nested data.
    #[inline]
    pub fn check_native_stack(&self) -> crate::error::Res<()> {
        let marker = 0u8;
        let sp = (&raw const marker) as usize;
        if sp < self.native_limit.get() { Err(self.native_stack_overflow()) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn native_stack_overflow(&self) -> crate::error::Raised {
        // Room for making the exception itself.
        let limit = self.native_limit.get();
        self.native_limit.set(limit.saturating_sub(64 << 10));
        let raised =
            self.error(&crate::exception::RECURSION_ERROR, "maximum recursion depth exceeded");
        self.native_limit.set(limit);
        raised
    }

    /// Safepoint for long native loops. Signals and finalizers run only between bytecodes.
    #[inline(always)]
    pub fn poll(&self) {
        if self.mutator.poll_word().load(Ordering::Relaxed) == 0 {
            self.poll_slow();
        }
    }

    /// What else the poll was asked for is left to the next one between bytecodes, for which this asks again.
    #[cold]
    #[inline(never)]
    fn poll_slow(&self) {
        self.mutator.poll_slow();
        if self.interrupts.load(Ordering::Acquire) != 0 {
            self.mutator.request_poll();
        }
    }

    /// Runs a blocking operation detached: no collection waits for it. With a global lock
    /// (`-X gil=1`) the thread gives it up meanwhile.
    #[inline]
    pub fn detached<R>(&self, f: impl FnOnce() -> R) -> R {
        let hooks = GLOBAL_LOCK.load(Ordering::Relaxed);
        if hooks.is_null() || self.mutator.is_detached() {
            return self.mutator.detached(f);
        }
        // SAFETY: only the address of a static is stored there.
        let hooks = unsafe { &*hooks };
        self.mutator.detached(|| {
            (hooks.release)(self);
            let result = f();
            (hooks.take)(self);
            result
        })
    }

    /// Runs what foreign code calls back, inside [`Cx::detached`]: attached and with the global lock, if there is one.
    pub fn attached<R>(&self, f: impl FnOnce() -> R) -> R {
        let hooks = GLOBAL_LOCK.load(Ordering::Relaxed);
        if hooks.is_null() || !self.mutator.is_detached() {
            return self.mutator.attached(f);
        }
        // SAFETY: only the address of a static is stored there.
        let hooks = unsafe { &*hooks };
        (hooks.take)(self);
        let result = self.mutator.attached(f);
        (hooks.release)(self);
        result
    }

    /// Asks this thread to look at `bits` at its next poll. Any thread may call it.
    pub fn interrupt(&self, bits: u32) {
        self.interrupts.fetch_or(bits, Ordering::AcqRel);
        self.mutator.request_poll();
    }

    /// Visits the values kept in the context. Called by the collector in a stop.
    pub fn trace(&self, tracer: &mut Tracer) {
        for slot in [
            &self.stop_value,
            &self.handled,
            &self.repr_stack,
            &self.context,
            &self.trace_func,
            &self.profile_func,
            &self.asyncgen_firstiter,
            &self.asyncgen_finalizer,
            &self.async_exc,
        ] {
            layout::visit(slot, tracer);
        }
        for slot in &self.locals {
            layout::visit(slot, tracer);
        }
    }
}
