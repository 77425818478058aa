//! `_orochi_proof`: the read-only proof (`orochi_heap::proof`) for the program that drives it,
//! `bench/sharing/proof.py`. There only with `OROCHI_PROOF` in the environment, for it takes the process over.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use orochi_heap::proof;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_runtime::frame;

/// Frames that a position shows.
const SHOWN: usize = 3;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_orochi_proof",
    doc: Some("Finds writes to shared memory by work that only reads."),
    functions: &[
        outside("prepare", "()", prepare),
        outside("begin", "()", begin),
        function("arrive", "()", arrive),
        function("leave", "()", leave),
        outside("watch", "(threads, /)", watch),
        function("write_shared", "()", write_shared),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &Cx, _: Ref<PyModule>) -> Res<()> {
    if std::env::var_os("OROCHI_PROOF").is_none() {
        return raise!(cx, IMPORT_ERROR, "_orochi_proof wants OROCHI_PROOF in the environment");
    }
    Ok(())
}

fn prepare(cx: &Cx, _: Args) -> Res {
    proof::prepare(&cx.mutator);
    Ok(Value::NONE)
}

fn begin(cx: &Cx, _: Args) -> Res {
    if proof::begin(&cx.mutator) {
        Ok(Value::NONE)
    } else {
        Err(orochi_object::error::memory_error(cx))
    }
}

fn arrive(cx: &Cx, _: Args) -> Res {
    cx.detached(proof::arrive);
    Ok(Value::NONE)
}

fn leave(cx: &Cx, _: Args) -> Res {
    cx.detached(proof::leave);
    Ok(Value::NONE)
}

/// Gives a list of pairs: how often something was written, and what and where; the number of writes that are left out; and
/// the number of bytes that were read-only.
fn watch(cx: &Cx, args: Args) -> Res {
    let threads = ops::to_i32(cx, args.get(0))?.max(0) as u32;
    let report = proof::watch(&cx.mutator, threads, position);
    let list = cx.new_list(&[])?;
    for finding in &report.findings {
        let text = cx.new_str(&finding.text)?.value();
        let pair = cx.new_tuple(&[cx.new_uint(finding.count)?, text])?;
        list.push(cx, pair.value())?;
    }
    let numbers = [cx.new_uint(report.blocks)?, cx.new_uint(report.bytes as u64)?];
    Ok(cx.new_tuple(&[list.value(), numbers[0], numbers[1]])?.value())
}

/// The innermost frames of the calling thread.
fn position(text: &mut String) {
    let Some(cx) = Cx::current() else { return };
    let mut at = frame::current(cx);
    for _ in 0..SHOWN {
        // SAFETY: null or a frame of this thread.
        let Some(frame) = (unsafe { at.as_ref() }) else { return };
        let unit = frame.code.unit();
        *text +=
            &format!("  File \"{}\", line {}, in {}\n", unit.filename, frame.line(), unit.name);
        at = frame.prev;
    }
}

/// What the proof must find: counts how often it was called, for all threads together.
fn write_shared(_: &Cx, _: Args) -> Res {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    CALLS.fetch_add(1, Relaxed);
    Ok(Value::NONE)
}
