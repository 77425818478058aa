//! What the heap asks of the interpreter: roots, and pruning after marking.

use orochi_heap::{Client, Header, Liveness, Mutator, Tracer};
use orochi_object::{collector, layout};
use orochi_runtime::frame::Vm;
use orochi_runtime::{function, generator, pyframe, traceback};

/// The interpreter as the heap's user.
pub(crate) struct Interpreter;

impl Client for Interpreter {
    fn trace_roots(&self, tracer: &mut Tracer) {
        collector::trace_roots(tracer);
    }

    fn trace_mutator(&self, mutator: &Mutator, tracer: &mut Tracer) {
        let cx = collector::cx_of(mutator);
        collector::trace_thread(cx, tracer);
        let vm = cx.interp.get().cast::<Vm>();
        if !vm.is_null() {
            // SAFETY: made by `Vm::of`, freed when the thread ends; the thread is stopped.
            unsafe { (*vm).trace(tracer) };
        }
    }

    /// No loop that may be at a safepoint runs over the words of these, and they refer to much.
    fn reached_by_end(&self, layout: u16) -> bool {
        !matches!(
            layout,
            layout::OBJECT
                | layout::CELL
                | layout::METHOD
                | layout::WEAKREF
                | function::LAYOUT
                | pyframe::LAYOUT
                | traceback::LAYOUT
        )
    }

    fn before_mark(&self, full: bool) {
        collector::before_mark(full);
    }

    fn wants_finalizing(&self, object: *const Header) -> bool {
        // SAFETY: the heap asks about objects that are dead or alive, not about reused memory.
        unsafe { generator::wants_finalizing(object) && orochi_std_async::wants_finalizing(object) }
    }

    fn after_mark(&self, full: bool, live: &Liveness) {
        collector::after_mark(full, live);
        orochi_builtins::weakref::table::after_mark(full, live);
    }
}
