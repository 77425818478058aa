//! The module `sys.monitoring`. The state is in `orochi_runtime::monitor`, the events are made in the
//! interpreter (`orochi_interp::monitor`).

use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::typedef::Const;
use orochi_runtime::code::PyCode;
use orochi_runtime::monitor::{self, event};
use std::sync::OnceLock;

/// Has every thread look whether it is to report events.
pub static CHANGED: OnceLock<fn(&Cx)> = OnceLock::new();

/// Events that are reported only together with [`event::CALL`].
const RESULTS: u32 = 1 << event::C_RETURN | 1 << event::C_RAISE;
const CALLS: u32 = RESULTS | 1 << event::CALL;

fn changed(cx: &Cx) {
    if let Some(changed) = CHANGED.get() {
        changed(cx);
    }
}

fn tool(cx: &Cx, v: Value) -> Res<usize> {
    let id = ops::to_i32(cx, v)?;
    match usize::try_from(id) {
        Ok(tool) if tool < monitor::TOOLS => Ok(tool),
        _ => raise!(cx, VALUE_ERROR, "invalid tool {id} (must be between 0 and 5)"),
    }
}

fn tool_in_use(cx: &Cx, v: Value) -> Res<usize> {
    let tool = tool(cx, v)?;
    if monitor::tool_name(cx, tool)?.is_none() {
        return raise!(cx, VALUE_ERROR, "tool {tool} is not in use");
    }
    Ok(tool)
}

/// A set of events below `1 << limit`.
fn event_set(cx: &Cx, v: Value, limit: usize, what: &str) -> Res<u32> {
    let given = ops::to_i32(cx, v)? as u32;
    let mut set = given;
    let check_range = |set: u32| -> Res<()> {
        if set >> limit != 0 {
            return raise!(cx, VALUE_ERROR, "invalid {what} {given:#x}");
        }
        Ok(())
    };
    if limit == monitor::EVENTS {
        check_range(set)?;
    }
    if set & RESULTS != 0 && set & CALLS != CALLS {
        return raise!(cx, VALUE_ERROR, "cannot set C_RETURN or C_RAISE events independently");
    }
    set &= !RESULTS;
    if set >> event::BRANCH & 1 != 0 {
        set &= !(1 << event::BRANCH);
        set |= 1 << event::BRANCH_LEFT | 1 << event::BRANCH_RIGHT;
    }
    check_range(set)?;
    Ok(set)
}

fn code(cx: &Cx, v: Value) -> Res<Ref<PyCode>> {
    match v.downcast::<PyCode>() {
        Some(code) => Ok(code),
        None => raise!(cx, TYPE_ERROR, "code must be a code object"),
    }
}

fn use_tool_id(cx: &Cx, args: Args) -> Res {
    let tool = tool(cx, args.get(0))?;
    let name = args.get(1);
    if !ops::is_instance_of(name, &types::STR) {
        return raise!(cx, VALUE_ERROR, "tool name must be a str");
    }
    if !monitor::take_tool(cx, tool, name)? {
        return raise!(cx, VALUE_ERROR, "tool {tool} is already in use");
    }
    Ok(Value::NONE)
}

fn clear_tool_id(cx: &Cx, args: Args) -> Res {
    let tool = tool(cx, args.get(0))?;
    if monitor::tool_name(cx, tool)?.is_some() {
        monitor::clear_tool(cx, tool)?;
        changed(cx);
    }
    Ok(Value::NONE)
}

fn free_tool_id(cx: &Cx, args: Args) -> Res {
    let tool = tool(cx, args.get(0))?;
    if monitor::tool_name(cx, tool)?.is_some() {
        monitor::free_tool(cx, tool)?;
        changed(cx);
    }
    Ok(Value::NONE)
}

fn get_tool(cx: &Cx, args: Args) -> Res {
    let tool = tool(cx, args.get(0))?;
    Ok(monitor::tool_name(cx, tool)?.unwrap_or(Value::NONE))
}

fn register_callback(cx: &Cx, args: Args) -> Res {
    let tool = tool(cx, args.get(0))?;
    let event = ops::to_i32(cx, args.get(1))?;
    if event <= 0 || event.count_ones() != 1 {
        let text = "The callback can only be set for one event at a time";
        return raise!(cx, VALUE_ERROR, "{text}");
    }
    let kind = event.trailing_zeros() as usize;
    if kind >= monitor::EVENTS {
        return raise!(cx, VALUE_ERROR, "invalid event {event}");
    }
    let before = monitor::set_callback(cx, tool, kind, args.get(2).non_none())?;
    Ok(before.unwrap_or(Value::NONE))
}

fn get_events(cx: &Cx, args: Args) -> Res {
    let tool = tool(cx, args.get(0))?;
    Ok(Value::int(i64::from(monitor::events(tool))))
}

fn set_events(cx: &Cx, args: Args) -> Res {
    tool(cx, args.get(0))?;
    let events = event_set(cx, args.get(1), monitor::EVENTS, "event set")?;
    let tool = tool_in_use(cx, args.get(0))?;
    monitor::set_events(tool, events);
    changed(cx);
    Ok(Value::NONE)
}

fn get_local_events(cx: &Cx, args: Args) -> Res {
    let code = code(cx, args.get(1))?;
    let tool = tool(cx, args.get(0))?;
    Ok(Value::int(i64::from(monitor::local_events(cx, tool, code)?)))
}

fn set_local_events(cx: &Cx, args: Args) -> Res {
    let code = code(cx, args.get(1))?;
    tool(cx, args.get(0))?;
    let events = event_set(cx, args.get(2), monitor::LOCAL_EVENTS, "local event set")?;
    let tool = tool_in_use(cx, args.get(0))?;
    monitor::set_local_events(cx, tool, code, events)?;
    changed(cx);
    Ok(Value::NONE)
}

fn restart_events(_: &Cx, _: Args) -> Res {
    monitor::restart();
    Ok(Value::NONE)
}

fn all_events(cx: &Cx, _: Args) -> Res {
    let dict = cx.new_dict()?;
    for (kind, name) in monitor::NAMES.iter().enumerate() {
        let wants = |tool: usize| (monitor::events(tool) >> kind & 1) << tool;
        let tools: u32 = (0..monitor::TOOLS).map(wants).sum();
        if tools != 0 {
            dict.set_str(cx, intern::intern_text(cx, name)?, Value::int(i64::from(tools)))?;
        }
    }
    Ok(dict.value())
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    let events = ops::call(cx, types::SIMPLE_NAMESPACE.get().value(), &[])?;
    for (kind, name) in monitor::NAMES.iter().enumerate() {
        ops::setattr(cx, events, intern::intern_text(cx, name)?, Value::int(1 << kind))?;
    }
    ops::setattr(cx, events, intern::intern_text(cx, "NO_EVENTS")?, Value::int(0))?;
    dict.set_str(cx, name!(cx, "events"), events)?;
    for (name, root) in [("DISABLE", &monitor::DISABLE), ("MISSING", &monitor::MISSING)] {
        let marker = root.set_first(cx.new_instance(types::OBJECT.get())?);
        dict.set_str(cx, intern::intern_text(cx, name)?, marker)?;
    }
    Ok(())
}

/// The table of the module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "sys.monitoring",
    functions: &[
        function("use_tool_id", "(tool_id, name, /)", use_tool_id),
        function("clear_tool_id", "(tool_id, /)", clear_tool_id),
        function("free_tool_id", "(tool_id, /)", free_tool_id),
        function("get_tool", "(tool_id, /)", get_tool),
        function("register_callback", "(tool_id, event, func, /)", register_callback),
        function("get_events", "(tool_id, /)", get_events),
        function("set_events", "(tool_id, event_set, /)", set_events),
        function("get_local_events", "(tool_id, code, /)", get_local_events),
        function("set_local_events", "(tool_id, code, event_set, /)", set_local_events),
        function("restart_events", "()", restart_events),
        function("_all_events", "()", all_events),
    ],
    constants: &[
        ("DEBUGGER_ID", Const::Int(0)),
        ("COVERAGE_ID", Const::Int(1)),
        ("PROFILER_ID", Const::Int(2)),
        ("OPTIMIZER_ID", Const::Int(5)),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};
