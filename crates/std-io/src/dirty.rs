//! Writers with unwritten data: a weak list of them, flushed before files are looked at and at exit,
//! since nothing is closed by a count that drops to zero.

use orochi_object::collector::Root;
use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;

/// A list of weak boxes of writers.
static WRITERS: Root = Root::new();
static MAKING: std::sync::Mutex<()> = std::sync::Mutex::new(());

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
    each(cx, &mut |writer| {
        crate::text::wrapper::flush_quietly(cx, writer, true);
        crate::buffered::flush_quietly(cx, writer, true);
    });
}

/// Flushes all writers: at exit.
pub fn flush_all(cx: &Cx) {
    // Text first: what it holds goes into the byte writers.
    each(cx, &mut |writer| crate::text::wrapper::flush_quietly(cx, writer, false));
    each(cx, &mut |writer| crate::buffered::flush_quietly(cx, writer, false));
}

fn each(cx: &Cx, f: &mut dyn FnMut(Value)) {
    if WRITERS.get().is_none() {
        return;
    }
    let Ok(list) = writers(cx) else { return };
    let mut i = 0;
    while let Some(weak) = list.get(i) {
        i += 1;
        if let Some(writer) = live(Some(weak)) {
            f(writer);
        }
    }
}
