//! Which task runs in a thread, and which tasks there are.
//!
//! Rules:
//! 1. Each thread has a list of weak boxes of the tasks that were made in it, after a number: at how many entries it is
//!    sifted. A sifted list is a new one, so whoever reads the old one has it whole.
//! 2. Tasks in their first, eager step are in a set of the thread's own.

use crate::common::number;
use crate::future;
use crate::loops;
use orochi_object::cx::thread_slot::{CURRENT_TASK, EAGER_TASKS, RUNNING_LOOP, TASKS};
use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;
use orochi_threads::registry::with_all;

/// Entries of the shortest list that is sifted.
const SIFTED: i64 = 64;

fn check_loop(cx: &Cx, event_loop: Value) -> Res<()> {
    if loops::running(cx).is_some_and(|own| own.is(event_loop)) {
        return Ok(());
    }
    let shown = ops::repr_text(cx, event_loop)?;
    raise!(cx, RUNTIME_ERROR, "loop {shown} is not the running loop")
}

/// The thread runs a task from now on; there must be none yet.
pub(crate) fn enter(cx: &Cx, event_loop: Value, task: Value) -> Res<()> {
    check_loop(cx, event_loop)?;
    if let Some(current) = cx.locals[CURRENT_TASK].get() {
        let (task, current) = (ops::repr_text(cx, task)?, ops::repr_text(cx, current)?);
        return raise!(
            cx,
            RUNTIME_ERROR,
            "Cannot enter into task {task} while another task {current} is being executed."
        );
    }
    cx.locals[CURRENT_TASK].init(task);
    Ok(())
}

/// The thread runs the task no longer.
pub(crate) fn leave(cx: &Cx, event_loop: Value, task: Value) -> Res<()> {
    check_loop(cx, event_loop)?;
    let current = cx.locals[CURRENT_TASK].or_none();
    if !current.is(task) {
        let (task, current) = (ops::repr_text(cx, task)?, ops::repr_text(cx, current)?);
        return raise!(
            cx,
            RUNTIME_ERROR,
            "Invalid attempt to leave task {task} while task {current} is entered."
        );
    }
    cx.locals[CURRENT_TASK].clear();
    Ok(())
}

/// Makes `task` (or none) the running task; gives the one before.
pub(crate) fn swap(cx: &Cx, event_loop: Value, task: Value) -> Res {
    check_loop(cx, event_loop)?;
    let before = cx.locals[CURRENT_TASK].or_none();
    cx.locals[CURRENT_TASK].init_opt(task.non_none());
    Ok(before)
}

/// `_enter_task`
pub(crate) fn enter_task(cx: &Cx, args: Args) -> Res {
    enter(cx, args.get(0), args.get(1))?;
    Ok(Value::NONE)
}

/// `_leave_task`
pub(crate) fn leave_task(cx: &Cx, args: Args) -> Res {
    leave(cx, args.get(0), args.get(1))?;
    Ok(Value::NONE)
}

/// `_swap_current_task`
pub(crate) fn swap_current_task(cx: &Cx, args: Args) -> Res {
    swap(cx, args.get(0), args.get(1))
}

/// `current_task`
pub(crate) fn current_task(cx: &Cx, args: Args) -> Res {
    let event_loop = match args.non_none(0) {
        Some(given) => given,
        None => loops::get_running(cx)?,
    };
    let runs = |c: &&Cx| c.locals[RUNNING_LOOP].get().is_some_and(|own| own.is(event_loop));
    if runs(&cx) {
        return Ok(cx.locals[CURRENT_TASK].or_none());
    }
    let found =
        with_all(|all| all.iter().copied().find(runs).map(|c| c.locals[CURRENT_TASK].get()));
    Ok(found.flatten().unwrap_or(Value::NONE))
}

fn own_list(cx: &Cx) -> Res<Ref<PyList>> {
    if let Some(list) = cx.locals[TASKS].get().and_then(Value::downcast::<PyList>) {
        return Ok(list);
    }
    let list = cx.new_list(&[Value::int(SIFTED)])?;
    cx.locals[TASKS].init(list.value());
    Ok(list)
}

/// The task of an entry, if it is alive and not known to be done.
fn pending(entry: Value) -> Option<Value> {
    let task = entry.downcast::<PyWeak>()?.target()?;
    match future::native(task) {
        Some(known) if !known.is_pending() => None,
        _ => Some(task),
    }
}

/// Notes a task that its loop is to run.
pub(crate) fn register(cx: &Cx, task: Value) -> Res {
    let mut list = own_list(cx)?;
    let limit = list.read(cx, |cells| Ok(cells.first().map_or(0, number)))?;
    if list.len() as i64 > limit {
        list = sifted(cx, list)?;
        cx.locals[TASKS].init(list.value());
    }
    if task.is_object() {
        list.push(cx, cx.new_weak_box(task)?.value())?;
    }
    Ok(Value::NONE)
}

/// The list without what is done or dead.
fn sifted(cx: &Cx, list: Ref<PyList>) -> Res<Ref<PyList>> {
    let entries = list.snapshot(cx)?;
    let left = cx.new_list(&[Value::int(SIFTED)])?;
    for entry in entries.values().iter().filter(|entry| pending(**entry).is_some()) {
        left.push(cx, *entry)?;
    }
    left.set(cx, 0, Value::int(SIFTED.max(left.len() as i64 * 2)));
    Ok(left)
}

/// Forgets a task, in whichever thread it was noted.
pub(crate) fn unregister(cx: &Cx, task: Value) -> Res {
    each_thread_list(cx, TASKS, &mut |list| {
        let Some(list) = list.downcast::<PyList>() else { return Ok(()) };
        let entries = list.snapshot(cx)?;
        for weak in entries.values().iter().filter_map(|entry| entry.downcast::<PyWeak>()) {
            if weak.target().is_some_and(|target| target.is(task)) {
                weak.forget();
            }
        }
        Ok(())
    })?;
    Ok(Value::NONE)
}

/// Calls `f` with what each thread has in a slot of its own.
fn each_thread_list(cx: &Cx, slot: usize, f: &mut dyn FnMut(Value) -> Res<()>) -> Res<()> {
    let mut at = 0;
    // One after the other: nothing may run while the threads' registry is held.
    while let Some(found) = with_all(|all| all.get(at).map(|c| c.locals[slot].get())) {
        at += 1;
        if let Some(value) = found {
            f(value)?;
        }
        cx.check_native_stack()?;
    }
    Ok(())
}

fn own_eager(cx: &Cx) -> Res<Ref<PySet>> {
    if let Some(set) = cx.locals[EAGER_TASKS].get().and_then(Value::downcast::<PySet>) {
        return Ok(set);
    }
    let set = cx.new_set(types::SET.get())?;
    cx.locals[EAGER_TASKS].init(set.value());
    Ok(set)
}

/// Notes a task that is in its first step.
pub(crate) fn register_eager(cx: &Cx, task: Value) -> Res {
    own_eager(cx)?.add(cx, task)?;
    Ok(Value::NONE)
}

/// Forgets a task that is through with its first step.
pub(crate) fn unregister_eager(cx: &Cx, task: Value) -> Res {
    own_eager(cx)?.remove(cx, task)?;
    Ok(Value::NONE)
}

/// `all_tasks`
pub(crate) fn all_tasks(cx: &Cx, args: Args) -> Res {
    let event_loop = match args.non_none(0) {
        Some(given) => given,
        None => loops::get_running(cx)?,
    };
    let found = cx.new_set(types::SET.get())?;
    let mut note = |task: Value| -> Res<()> {
        if future::loop_of(cx, task)?.is(event_loop) && !future::is_done(cx, task)? {
            found.add(cx, task)?;
        }
        Ok(())
    };
    // Eager tasks first: one that becomes an ordinary task meanwhile is not missed.
    each_thread_list(cx, EAGER_TASKS, &mut |set| {
        let Some(set) = set.downcast::<PySet>() else { return Ok(()) };
        let tasks = set.snapshot(cx)?;
        tasks.values().iter().try_for_each(|task| note(*task))
    })?;
    each_thread_list(cx, TASKS, &mut |list| {
        let Some(list) = list.downcast::<PyList>() else { return Ok(()) };
        let entries = list.snapshot(cx)?;
        entries.values().iter().filter_map(|entry| pending(*entry)).try_for_each(&mut note)
    })?;
    Ok(found.value())
}
