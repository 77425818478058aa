//! Switching the compiler on, what it counts, and how it is asked to show its work.

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use orochi_interp::machine::Place;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::machine::{JIT, Jit, Reason};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How the compiler is to work.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Compile what runs for the second time, at once.
    pub always: bool,
    /// Count exits.
    pub statistics: bool,
    /// Tell `perf` where the code of which function is, in `/tmp/perf-PID.map`.
    pub map: bool,
    /// Print the IR and the assembly of functions of this qualified name.
    pub dump: Option<String>,
}

static OPTIONS: OnceLock<Options> = OnceLock::new();
static ISA: OnceLock<Option<OwnedTargetIsa>> = OnceLock::new();

static COMPILED: AtomicU64 = AtomicU64::new(0);
static REFUSED: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static NANOSECONDS: AtomicU64 = AtomicU64::new(0);

/// Switches the compiler on. Call it before the first frame runs.
pub fn start(options: Options) {
    let (first_ticks, ticks, samples) = if options.always { (1, 1, 2) } else { (40_000, 600, 2) };
    let statistics = options.statistics;
    let _ = OPTIONS.set(options);
    orochi_object::host::around_fork(crate::worker::hold, crate::worker::release);
    let _ = JIT.set(Jit {
        compile: crate::compile,
        unlearn: crate::unlearn,
        renew: crate::renew,
        give_up: crate::give_up,
        free: crate::memory::free,
        first_ticks,
        ticks,
        samples,
        statistics,
    });
}

/// Whether code is compiled on the thread that finds it hot.
pub(crate) fn at_once() -> bool {
    OPTIONS.get().is_some_and(|options| options.always)
}

/// The code generator for this machine; `None` if Cranelift has none.
pub(crate) fn isa() -> Option<&'static OwnedTargetIsa> {
    ISA.get_or_init(|| {
        let mut flags = settings::builder();
        flags.set("opt_level", "speed").ok()?;
        flags.set("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }).ok()?;
        flags.set("unwind_info", "false").ok()?;
        flags.set("enable_probestack", "false").ok()?;
        let host = cranelift_codegen::isa::lookup(target()).ok()?;
        host.finish(settings::Flags::new(flags)).ok()
    })
    .as_ref()
}

fn target() -> target_lexicon::Triple {
    target_lexicon::Triple::host()
}

pub(crate) fn count_compiled(bytes: usize, time: Duration) {
    COMPILED.fetch_add(1, Ordering::Relaxed);
    BYTES.fetch_add(bytes as u64, Ordering::Relaxed);
    NANOSECONDS.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
}

pub(crate) fn count_refusal() {
    REFUSED.fetch_add(1, Ordering::Relaxed);
}

/// Tells `perf` that a function's machine code is here, if that was asked for.
pub(crate) fn note_for_perf(code: Ref<PyCode>, address: usize, size: usize) {
    if !OPTIONS.get().is_some_and(|options| options.map) {
        return;
    }
    let path = format!("/tmp/perf-{}.map", std::process::id());
    let unit = code.unit();
    let line = format!("{address:x} {size:x} py::{}:{}\n", unit.qualname, unit.filename);
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    // A map that cannot be written is missed by nobody but who looks for it.
    let _ = file.and_then(|mut file| std::io::Write::write_all(&mut file, line.as_bytes()));
}

/// Whether the IR and the assembly of this code are to be printed.
pub(crate) fn wants_dump(code: Ref<PyCode>) -> bool {
    let wanted = OPTIONS.get().and_then(|options| options.dump.as_ref());
    wanted.is_some_and(|name| *code.unit().qualname == **name)
}

/// What the compiler has done, as lines of text.
pub fn statistics() -> String {
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let exits = orochi_interp::machine::exits();
    let all = |reason: Reason| -> u64 {
        exits.iter().filter(|(place, _)| place.reason == reason).map(|(_, count)| count).sum()
    };
    let mut text = format!(
        "compiled: {} functions, {} bytes, {:.1} ms; refused: {}\n\
         exits: {} plain, {} wrong guesses, {} moved globals, {} exceptions, {} watched, {} short of stack",
        of(&COMPILED),
        of(&BYTES),
        of(&NANOSECONDS) as f64 / 1e6,
        of(&REFUSED),
        all(Reason::Plain),
        all(Reason::Guard),
        all(Reason::Moved),
        all(Reason::Helper),
        all(Reason::Watched),
        all(Reason::Stack),
    );
    for (place, count) in exits.iter().take(MOST_PLACES) {
        let Place { function, line, instruction, reason } = place;
        text.push_str(&format!("\n{count:>12} {reason:?} {function}:{line} {instruction}"));
    }
    text
}

/// Places that the statistics name.
const MOST_PLACES: usize = 12;
