//! What the interpreter asks of crates it does not know; installed once by `vm`.

use orochi_object::prelude::*;
use std::sync::OnceLock;

/// The functions the interpreter calls out to.
pub struct Hooks {
    /// Runs the Python handlers of signals that have arrived (main thread).
    pub run_signals: fn(&Cx) -> Res<()>,
    /// Runs waiting finalizers and weakref callbacks.
    pub run_finalizers: fn(&Cx),
    /// Gives the global lock up for a moment (`-X gil=1`).
    pub yield_gil: fn(&Cx),
    /// Lets other threads run, as the stress mode wants it.
    pub give_way: fn(&Cx),
    /// Does not come back: another thread shuts the interpreter down.
    pub retire: fn(&Cx),
    /// `import name`: what `builtins.__import__` does when it has not been replaced.
    pub import: fn(&Cx, name: Ref<PyStr>, globals: Value, fromlist: Value, level: i64) -> Res,
    /// Makes typing objects of PEP 695 syntax: see [`Typing`].
    pub typing: fn(&Cx, Typing) -> Res,
    /// `Template(strings, interpolations)` and `Interpolation(...)` of PEP 750.
    pub template: fn(&Cx, strings: Value, interpolations: Value) -> Res,
    pub interpolation: fn(&Cx, &[Value; 4]) -> Res,
    /// Reports an exception that cannot be raised (`sys.unraisablehook`).
    pub unraisable: fn(&Cx, Raised, message: &str, object: Value),
    /// Warns (`warnings.warn` with a category).
    pub warn: fn(&Cx, category: &TypeCell, message: &str) -> Res<()>,
}

/// A request to [`Hooks::typing`].
pub enum Typing {
    TypeVar { name: Value },
    TypeVarBound { name: Value, bound: Value },
    TypeVarConstraints { name: Value, constraints: Value },
    ParamSpec { name: Value },
    TypeVarTuple { name: Value },
    SetDefault { param: Value, default: Value },
    Generic { params: Value },
    Alias { name: Value, params: Value, value: Value },
}

/// The hooks of this process.
pub static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// The installed hooks.
#[inline]
pub(crate) fn hooks() -> &'static Hooks {
    match HOOKS.get() {
        Some(hooks) => hooks,
        None => orochi_object::fatal("interpreter used before its hooks were installed"),
    }
}

/// The candidate closest to `word` by edit distance, if one is close enough to suggest (the rule of
/// CPython's suggestions: a move costs 2, a change of case 1, at most a third of the length).
pub(crate) fn suggest(word: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for candidate in candidates.take(750) {
        if candidate == word {
            continue;
        }
        let most = (word.chars().count() + candidate.chars().count() + 3) * 2 / 6;
        let most = best.as_ref().map_or(most, |(cost, _)| most.min(cost.saturating_sub(1)));
        let cost = distance(word, &candidate);
        if cost <= most {
            best = Some((cost, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).map(|i| i * 2).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * 2;
        for (j, y) in b.iter().enumerate() {
            let change = match x {
                x if x == y => 0,
                x if x.eq_ignore_ascii_case(y) => 1,
                _ => 2,
            };
            let cost = (diagonal + change).min(row[j] + 2).min(row[j + 1] + 2);
            diagonal = core::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[b.len()]
}
