//! The state of `sys.monitoring`: tools, their callbacks, and which events they want where.
//!
//! Rules:
//! 1. Which events a tool wants everywhere is in [`EVERYWHERE`]; what it wants in one code object is in
//!    that object's `monitor` dict, whose keys are ints: the tool's number for its local events, and
//!    `FIRST_PLACE + instruction * EVENTS + event` for the tools that want no more of a place.
//! 2. Both kinds of entries carry a count in their upper half, [`TOOL_USES`] or [`RESTARTS`]: an entry
//!    with another count than that of now says nothing. So nobody has to find all code objects.
//! 3. Any thread reads; changes are made under [`CHANGE`]. The dicts are whole at any time, and what
//!    a race can lose is one wish of one of the threads that race.

use crate::code::PyCode;
use core::sync::atomic::{AtomicI64, AtomicU32, AtomicUsize, Ordering};
use orochi_object::collector::Root;
use orochi_object::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tools that Python programs can use.
pub const TOOLS: usize = 6;
/// Kinds of events.
pub const EVENTS: usize = 19;

/// The numbers of the events.
pub mod event {
    pub const PY_START: usize = 0;
    pub const PY_RESUME: usize = 1;
    pub const PY_RETURN: usize = 2;
    pub const PY_YIELD: usize = 3;
    pub const CALL: usize = 4;
    pub const LINE: usize = 5;
    pub const INSTRUCTION: usize = 6;
    pub const JUMP: usize = 7;
    pub const BRANCH_LEFT: usize = 8;
    pub const BRANCH_RIGHT: usize = 9;
    pub const STOP_ITERATION: usize = 10;
    pub const RAISE: usize = 11;
    pub const EXCEPTION_HANDLED: usize = 12;
    pub const PY_UNWIND: usize = 13;
    pub const PY_THROW: usize = 14;
    pub const RERAISE: usize = 15;
    pub const C_RETURN: usize = 16;
    pub const C_RAISE: usize = 17;
    pub const BRANCH: usize = 18;
}

/// The names of the events, by number.
pub const NAMES: [&str; EVENTS] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];

/// Events below this belong to a place in the code: they can be wanted locally and disabled.
pub const LOCAL_EVENTS: usize = 11;

/// The first key of a place: see rule 1.
const FIRST_PLACE: i64 = TOOLS as i64;

/// The events each tool wants in all code.
static EVERYWHERE: [AtomicU32; TOOLS] = [const { AtomicU32::new(0) }; TOOLS];
/// How often each tool was cleared.
static TOOL_USES: [AtomicI64; TOOLS] = [const { AtomicI64::new(0) }; TOOLS];
/// In how many code objects each tool has local events.
static LOCAL_USES: [AtomicUsize; TOOLS] = [const { AtomicUsize::new(0) }; TOOLS];
/// How often `restart_events` was called.
static RESTARTS: AtomicI64 = AtomicI64::new(0);
/// A list: the names of the tools, then the callbacks of each, None where there is none.
static TABLE: Root = Root::new();
/// See rule 3. Held for a few loads and stores; nobody calls Python meanwhile.
static CHANGE: Mutex<()> = Mutex::new(());

/// What a callback returns to be told no more of a place.
pub static DISABLE: Root = Root::new();
/// What stands for the first argument of a call without arguments.
pub static MISSING: Root = Root::new();

fn change() -> MutexGuard<'static, ()> {
    CHANGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether any tool wants any event anywhere.
pub fn active() -> bool {
    EVERYWHERE.iter().any(|events| events.load(Ordering::Relaxed) != 0)
        || LOCAL_USES.iter().any(|uses| uses.load(Ordering::Relaxed) != 0)
}

fn table(cx: &Cx) -> Res<Ref<PyList>> {
    if let Some(table) = TABLE.get().and_then(Value::downcast) {
        return Ok(table);
    }
    let fresh = cx.new_list(&[Value::NONE; TOOLS + TOOLS * EVENTS])?;
    Ok(TABLE.set_first(fresh.value()).downcast().unwrap_or(fresh))
}

fn exchange(cx: &Cx, at: usize, new: Option<Value>) -> Res<Option<Value>> {
    let table = table(cx)?;
    Ok(table.edit(cx, |items| {
        let old = items.get(at);
        items.set(at, new.unwrap_or(Value::NONE));
        old.and_then(Value::non_none)
    }))
}

fn entry(cx: &Cx, at: usize) -> Res<Option<Value>> {
    Ok(table(cx)?.edit(cx, |items| items.get(at)).and_then(Value::non_none))
}

/// The name of the tool, if it is in use.
pub fn tool_name(cx: &Cx, tool: usize) -> Res<Option<Value>> {
    entry(cx, tool)
}

/// Takes a tool number; false if it is in use.
pub fn take_tool(cx: &Cx, tool: usize, name: Value) -> Res<bool> {
    let table = table(cx)?;
    Ok(table.edit(cx, |items| {
        let free = items.get(tool).is_none_or(Value::is_none);
        if free {
            items.set(tool, name);
        }
        free
    }))
}

/// Takes away all events and callbacks of a tool.
pub fn clear_tool(cx: &Cx, tool: usize) -> Res<()> {
    {
        let _change = change();
        EVERYWHERE[tool].store(0, Ordering::Relaxed);
        LOCAL_USES[tool].store(0, Ordering::Relaxed);
        TOOL_USES[tool].fetch_add(1, Ordering::Relaxed);
    }
    for event in 0..EVENTS {
        set_callback(cx, tool, event, None)?;
    }
    Ok(())
}

/// Gives a tool number back.
pub fn free_tool(cx: &Cx, tool: usize) -> Res<()> {
    clear_tool(cx, tool)?;
    exchange(cx, tool, None).map(|_| ())
}

/// Sets a callback; gives the one before.
pub fn set_callback(
    cx: &Cx,
    tool: usize,
    event: usize,
    callback: Option<Value>,
) -> Res<Option<Value>> {
    exchange(cx, TOOLS + tool * EVENTS + event, callback)
}

/// A tool's callback for an event.
pub fn callback(cx: &Cx, tool: usize, event: usize) -> Res<Option<Value>> {
    entry(cx, TOOLS + tool * EVENTS + event)
}

/// The events that a tool wants in all code.
pub fn events(tool: usize) -> u32 {
    EVERYWHERE[tool].load(Ordering::Relaxed)
}

/// Sets them.
pub fn set_events(tool: usize, events: u32) {
    let _change = change();
    EVERYWHERE[tool].store(events, Ordering::Relaxed);
}

/// From now on all places count again.
pub fn restart() {
    RESTARTS.fetch_add(1, Ordering::Relaxed);
}

/// The lower half of an entry, if its count is that of now.
fn current(cx: &Cx, dict: Ref<PyDict>, key: i64, count: &AtomicI64) -> Res<u32> {
    let word = dict.get(cx, Value::int(key))?.and_then(Value::as_small).unwrap_or(-1);
    let fresh = word >= 0 && word >> 32 == count.load(Ordering::Relaxed);
    Ok(if fresh { word as u32 } else { 0 })
}

fn put(cx: &Cx, dict: Ref<PyDict>, key: i64, count: &AtomicI64, bits: u32) -> Res<()> {
    let word = count.load(Ordering::Relaxed) << 32 | i64::from(bits);
    dict.set(cx, Value::int(key), Value::int(word))
}

fn wishes(code: Ref<PyCode>) -> Option<Ref<PyDict>> {
    code.monitor.get().and_then(Value::downcast)
}

fn make_wishes(cx: &Cx, code: Ref<PyCode>) -> Res<Ref<PyDict>> {
    if let Some(dict) = wishes(code) {
        return Ok(dict);
    }
    let fresh = cx.new_dict()?;
    let _change = change();
    if let Some(dict) = wishes(code) {
        return Ok(dict);
    }
    code.monitor.set(cx, code, fresh.value());
    Ok(fresh)
}

/// The events that a tool wants in this code object besides those it wants everywhere.
pub fn local_events(cx: &Cx, tool: usize, code: Ref<PyCode>) -> Res<u32> {
    match wishes(code) {
        Some(dict) => current(cx, dict, tool as i64, &TOOL_USES[tool]),
        None => Ok(0),
    }
}

/// Sets them.
pub fn set_local_events(cx: &Cx, tool: usize, code: Ref<PyCode>, events: u32) -> Res<()> {
    let dict = make_wishes(cx, code)?;
    let before = current(cx, dict, tool as i64, &TOOL_USES[tool])?;
    put(cx, dict, tool as i64, &TOOL_USES[tool], events)?;
    let _change = change();
    let uses = LOCAL_USES[tool].load(Ordering::Relaxed);
    let now = match (before != 0, events != 0) {
        (false, true) => uses + 1,
        (true, false) => uses.saturating_sub(1),
        _ => uses,
    };
    LOCAL_USES[tool].store(now, Ordering::Relaxed);
    Ok(())
}

/// The events that some tool wants in this code object.
pub fn wanted(cx: &Cx, code: Ref<PyCode>) -> Res<u32> {
    let mut all = 0;
    for tool in 0..TOOLS {
        all |= events(tool);
        if LOCAL_USES[tool].load(Ordering::Relaxed) != 0 {
            all |= local_events(cx, tool, code)?;
        }
    }
    Ok(all)
}

fn place(index: u32, event: usize) -> i64 {
    FIRST_PLACE + i64::from(index) * EVENTS as i64 + event as i64
}

/// The tools, as bits, to be told of an event at an instruction.
pub fn tools(cx: &Cx, code: Ref<PyCode>, index: u32, event: usize) -> Res<u32> {
    // What comes of a call goes with the call.
    let kind = match event {
        event::C_RETURN | event::C_RAISE => event::CALL,
        other => other,
    };
    let mut tools = 0;
    for tool in 0..TOOLS {
        let local = LOCAL_USES[tool].load(Ordering::Relaxed) != 0;
        let own = if local { local_events(cx, tool, code)? } else { 0 };
        tools |= ((events(tool) | own) >> kind & 1) << tool;
    }
    if let Some(dict) = wishes(code).filter(|_| tools != 0 && kind < LOCAL_EVENTS) {
        tools &= !current(cx, dict, place(index, kind), &RESTARTS)?;
    }
    Ok(tools)
}

/// Tells a tool no more of an event at an instruction, until `restart_events`.
pub fn disable(cx: &Cx, code: Ref<PyCode>, index: u32, event: usize, tool: usize) -> Res<()> {
    let dict = make_wishes(cx, code)?;
    let key = place(index, event);
    let tools = current(cx, dict, key, &RESTARTS)?;
    put(cx, dict, key, &RESTARTS, tools | 1 << tool)
}
