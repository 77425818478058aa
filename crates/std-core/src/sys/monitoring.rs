//! `sys.monitoring`: the names are there; events are not delivered, and asking for them says so.

use super::info::namespace;
use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::typedef::Const;

const EVENTS: &[&str] = &[
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

fn unsupported(cx: &Cx, _: Args) -> Res {
    raise!(cx, NOT_IMPLEMENTED_ERROR, "sys.monitoring is not supported; use sys.settrace()")
}
fn none(_: &Cx, _: Args) -> Res {
    Ok(Value::NONE)
}
fn no_events(_: &Cx, _: Args) -> Res {
    Ok(Value::int(0))
}
fn all_events(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_dict()?.value())
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let mut names = EVENTS.to_vec();
    names.push("NO_EVENTS");
    let mut values: Vec<Value> = (0..EVENTS.len()).map(|i| Value::int(1 << i)).collect();
    values.push(Value::int(0));
    let dict = module.namespace();
    dict.set_str(cx, name!(cx, "events"), namespace(cx, &names, &values)?)?;
    for name in ["DISABLE", "MISSING"] {
        let marker = cx.new_instance(types::OBJECT.get())?;
        dict.set_str(cx, intern::intern_text(cx, name)?, marker)?;
    }
    Ok(())
}

pub(super) static MODULE: ModuleDef = ModuleDef {
    name: "sys.monitoring",
    functions: &[
        function("use_tool_id", "(tool_id, name, /)", unsupported),
        function("clear_tool_id", "(tool_id, /)", none),
        function("free_tool_id", "(tool_id, /)", none),
        function("get_tool", "(tool_id, /)", none),
        function("register_callback", "(tool_id, event, func, /)", unsupported),
        function("get_events", "(tool_id, /)", no_events),
        function("set_events", "(tool_id, event_set, /)", unsupported),
        function("get_local_events", "(tool_id, code, /)", no_events),
        function("set_local_events", "(tool_id, code, event_set, /)", unsupported),
        function("restart_events", "()", none),
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
