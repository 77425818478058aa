//! Hooks through which native modules reach what lies above them: pending signals, unflushed
//! writers, the registry of threads, imports and warnings.

use crate::cx::Cx;
use crate::error::Res;
use crate::intern;
use crate::module;
use crate::object::Ref;
use crate::ops;
use crate::types::TypeCell;
use crate::value::Value;
use std::sync::{Mutex, OnceLock};

/// Runs the Python handlers of signals that have arrived (main thread only); set by `signal`.
pub static CHECK_SIGNALS: OnceLock<fn(&Cx) -> Res<()>> = OnceLock::new();

/// Writes out what file objects hold back, as far as their locks are free; set by `_io`.
pub static FLUSH_WRITERS: OnceLock<fn(&Cx)> = OnceLock::new();

/// How many Python threads there are; set by `_thread`.
pub static THREAD_COUNT: OnceLock<fn() -> usize> = OnceLock::new();

/// Whether the calling thread is Python's main thread; set by `_thread`.
pub static IS_MAIN: OnceLock<fn(&Cx) -> bool> = OnceLock::new();

/// Runs weakref callbacks and finalizers that wait; set by `vm`.
pub static RUN_FINALIZERS: OnceLock<fn(&Cx)> = OnceLock::new();

/// If the value is a generator: runs it and gives each value to the function, which takes it without running Python
/// code, until that does not take one. The result is that value, `None` at the end. Set by `vm`.
pub static DRAIN: OnceLock<DrainFn> = OnceLock::new();
pub type DrainFn = fn(&Cx, Value, &mut dyn FnMut(Value) -> bool) -> Option<Res<Option<Value>>>;

static AFTER_FORK_CHILD: Mutex<Vec<fn(&Cx)>> = Mutex::new(Vec::new());

/// Registers a function that a forked child runs before any Python code.
pub fn at_fork_in_child(f: fn(&Cx)) {
    let mut all = AFTER_FORK_CHILD.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if !all.iter().any(|known| core::ptr::fn_addr_eq(*known, f)) {
        all.push(f);
    }
}

/// Functions for before and after a fork.
type AroundFork = (fn(), fn(bool));

static AROUND_FORK: OnceLock<AroundFork> = OnceLock::new();

/// Registers for whoever has a thread that no stop of the world stops: `hold` is called just before a fork, `release`
/// just after, with whether this is the child. Only the first caller is heard.
pub fn around_fork(hold: fn(), release: fn(bool)) {
    let _ = AROUND_FORK.set((hold, release));
}

/// Calls `fork` between what [`around_fork`] registered.
pub fn held_for_fork(fork: impl FnOnce() -> libc::pid_t) -> libc::pid_t {
    let Some((hold, release)) = AROUND_FORK.get() else { return fork() };
    hold();
    let pid = fork();
    release(pid == 0);
    pid
}

/// Runs what [`at_fork_in_child`] registered.
pub fn run_after_fork_child(cx: &Cx) {
    // Nobody holds the list while it forks: registration happens at start-up.
    let Ok(all) = AFTER_FORK_CHILD.try_lock() else { return };
    for f in all.iter() {
        f(cx);
    }
}

impl Cx {
    /// Collects all garbage and finalizes it.
    pub fn collect_garbage(&self) {
        self.mutator.collect(true);
        self.run_finalizers();
    }

    /// Runs weakref callbacks and finalizers that wait.
    pub fn run_finalizers(&self) {
        if let Some(run) = RUN_FINALIZERS.get() {
            run(self);
        }
    }

    /// Lets signal handlers run after a system call was interrupted.
    pub fn check_signals(&self) -> Res<()> {
        match CHECK_SIGNALS.get() {
            Some(check) => check(self),
            None => Ok(()),
        }
    }

    /// Writes out dirty file objects before a call that can see the files' content.
    #[inline]
    pub fn flush_writers(&self) {
        if let Some(flush) = FLUSH_WRITERS.get() {
            flush(self);
        }
    }

    /// The module `name` (without dots), imported if need be.
    pub fn import(&self, name: &str) -> Res {
        let import = module::builtin(self, crate::name!(self, "__import__"))?;
        ops::call(self, import, &[intern::intern_text(self, name)?.value()])
    }

    /// Attribute `attribute` of the module `name`.
    pub fn import_from(&self, name: &str, attribute: &str) -> Res {
        let module = self.import(name)?;
        ops::getattr(self, module, intern::intern_text(self, attribute)?)
    }

    /// Issues a warning of `category`, as `warnings.warn` does.
    ///
    /// # Errors
    /// What the filters turn into an exception.
    pub fn warn(&self, category: &TypeCell, message: &str, stacklevel: i64) -> Res<()> {
        let warn = self.import_from("warnings", "warn")?;
        let message = self.new_str(message)?.value();
        let category = Ref::value(category.get());
        ops::call(self, warn, &[message, category, Value::int(stacklevel)]).map(drop)
    }
}
