//! Writers with unwritten data: a weak list of them, flushed before files are looked at and at exit,
//! since nothing is closed by a count that drops to zero.
//!
//! 1. The list is written under its own lock. Entries are only added at the end, and dead ones taken out; who walks it
//!    from the end meets every entry that was there.
//! 2. One thread at a time flushes: when a file is looked at, no other thread is still about to write its data.

use crate::common::IoLock;
use crate::{buffered, text};
use orochi_object::collector::Root;
use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;

/// A list of weak boxes of writers.
static WRITERS: Root = Root::new();
static MAKING: std::sync::Mutex<()> = std::sync::Mutex::new(());
/// Held by the thread that flushes. It waits for no other lock of a file meanwhile.
static FLUSHING: IoLock = IoLock::new();

fn writers(cx: &Cx) -> Res<Ref<PyList>> {
    if WRITERS.get().is_none() {
        let list = cx.new_list(&[])?;
        let _guard = MAKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if WRITERS.get().is_none() {
            WRITERS.set(list.value());
        }
    }
    // SAFETY: the root holds a list from its making on.
    Ok(unsafe { WRITERS.get().unwrap_or(Value::NONE).cast() })
}

fn live(weak: Option<Value>) -> Option<Value> {
    weak.and_then(Value::downcast::<PyWeak>).and_then(|weak| weak.target())
}

/// Notes a writer that may come to hold unwritten data.
pub fn register(cx: &Cx, writer: Value) -> Res<()> {
    let weak = cx.new_weak_box(writer)?.value();
    writers(cx)?.edit(cx, |edit| {
        let len = edit.len();
        if len >= 16 && len.is_power_of_two() {
            for i in (0..len).rev() {
                if live(edit.get(i)).is_none() {
                    edit.splice(i, i + 1, &[])?;
                }
            }
        }
        edit.push(weak)
    })
}

/// Flushes writers to regular files that are not busy. Errors stay for the owner to meet.
pub fn flush_dirty(cx: &Cx) {
    let mut any = false;
    each(cx, &mut |writer| {
        any |= text::wrapper::holds_back(writer) || buffered::holds_back(writer);
    });
    if !any {
        return;
    }
    // A signal handler that runs while this thread flushes finds the lock its own.
    let Some(_guard) = FLUSHING.enter(cx) else { return };
    each(cx, &mut |writer| {
        text::wrapper::flush_quietly(cx, writer, true);
        buffered::flush_quietly(cx, writer, true);
    });
}

/// Flushes all writers: at exit.
pub fn flush_all(cx: &Cx) {
    // Text first: what it holds goes into the byte writers.
    each(cx, &mut |writer| text::wrapper::flush_quietly(cx, writer, false));
    each(cx, &mut |writer| buffered::flush_quietly(cx, writer, false));
}

fn each(cx: &Cx, f: &mut dyn FnMut(Value)) {
    if WRITERS.get().is_none() {
        return;
    }
    let Ok(list) = writers(cx) else { return };
    for i in (0..list.len()).rev() {
        if let Some(writer) = live(list.get(i)) {
            f(writer);
        }
    }
}
