//! `-X importtime`: how long imports take, each without and with those inside it. Every thread measures
//! its own.

use core::cell::Cell;
use orochi_object::prelude::*;
use std::sync::Once;
use std::time::{Duration, Instant};

thread_local! {
    /// Imports that are under way.
    static LEVEL: Cell<usize> = const { Cell::new(0) };
    /// Time of the imports that ended inside the one under way.
    static INSIDE: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

static HEADER: Once = Once::new();

fn header() {
    HEADER.call_once(|| eprintln!("import time: self [us] | cumulative | imported package"));
}

/// The name with escapes for what cannot be encoded.
fn shown(name: Ref<PyStr>) -> String {
    let point = |point: u32| match char::from_u32(point) {
        Some(c) => c.to_string(),
        None => format!("\\u{point:04x}"),
    };
    name.units().iter().map(point).collect()
}

/// Tells of an import of what is there.
pub(crate) fn cached(name: Ref<PyStr>) {
    header();
    let indent = LEVEL.get() * 2;
    let (own, total) = ("cached   ", "cached    ");
    eprintln!("import time: {own} | {total} | {:indent$}{}", "", shown(name));
}

/// Runs an import and writes a line on it.
pub(crate) fn timed(name: Ref<PyStr>, import: impl FnOnce() -> Res) -> Res {
    header();
    let level = LEVEL.replace(LEVEL.get() + 1);
    let before = INSIDE.replace(Duration::ZERO);
    let start = Instant::now();
    let result = import();
    let total = start.elapsed();
    let own = total.saturating_sub(INSIDE.get()).as_micros();
    LEVEL.set(level);
    INSIDE.set(before + total);
    let (total, indent) = (total.as_micros(), level * 2);
    eprintln!("import time: {own:>9} | {total:>10} | {:indent$}{}", "", shown(name));
    result
}
