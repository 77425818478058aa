//! Connects the crates: the functions each of them asks for, made of the others.

use orochi_builtins::hooks as builtins;
use orochi_import::{compile, fast};
use orochi_interp::{Hooks, Typing};
use orochi_object::host as object;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::dump;
use orochi_runtime::elsewhere;
use orochi_runtime::frame::{self, Vm};
use orochi_runtime::function::{PyFunction, new_function};
use orochi_runtime::pyframe;
use orochi_std_core::sys;
use orochi_threads as threads;

/// Installs every hook. Once, at boot.
pub(crate) fn install() {
    orochi_std_ast::install();
    let set = orochi_interp::HOOKS
        .set(Hooks {
            run_signals: threads::signal::run_pending,
            run_finalizers: crate::finalize::run,
            yield_gil: threads::gil::give_way,
            give_way: crate::stress::give_way,
            retire: threads::start::retire,
            import: fast::import_name,
            typing,
            template,
            interpolation,
            unraisable: sys::write_unraisable,
            warn: |cx, category, message| cx.warn(category, message, 1),
        })
        .is_ok();
    let set = set
        & orochi_object::module::OF_RUNNING
            .set(|cx| {
                // SAFETY: null or the running frame.
                unsafe { frame::current(cx).as_ref() }.map(|frame| frame.function.builtins())
            })
            .is_ok();
    let set = set
        & builtins::HOOKS
            .set(builtins::Hooks {
                globals: frame::current_globals,
                locals,
                super_args,
                run_class_body,
                compile: compile::compile,
                run_code,
                import: fast::import,
                read_line: |_, _| Ok(None),
            })
            .is_ok();
    let set = set
        & threads::hooks::HOOKS
            .set(threads::hooks::Hooks {
                on_thread_start: |cx| {
                    Vm::of(cx);
                    if crate::stress::yields() {
                        cx.interrupt(orochi_object::cx::interrupt::STRESS);
                    }
                    Ok(())
                },
                on_thread_end: Vm::destroy,
                unraisable: sys::write_unraisable,
                import: orochi_object::hooks::import_module,
                current_frame: |cx| {
                    pyframe::nth_frame(cx, 0).ok().flatten().map_or(Value::NONE, Ref::value)
                },
                sys_attr: sys::attr,
            })
            .is_ok();
    let set = set
        & sys::HOOKS
            .set(sys::Hooks {
                frame: |cx, depth| Ok(pyframe::nth_frame(cx, depth)?.map(Ref::value)),
                frame_module_name,
                current_frames,
                dump_stack: |cx, put| dump::stack(cx, dump::Lines::Decoded, put),
                dump_stack_in_handler: |cx, put| dump::stack(cx, dump::Lines::Known, put),
                tracing_changed,
                monitoring: &orochi_introspect::monitoring::MODULE,
                coroutine_origin_depth: |cx, depth| {
                    Vm::of(cx).origin_depth.set(depth.max(0) as usize);
                },
            })
            .is_ok();
    let _ = orochi_introspect::monitoring::CHANGED.set(|cx| tracing_changed(cx, true));
    install_small();
    if !set {
        orochi_object::fatal("the interpreter was started twice");
    }
}

/// Hooks that are one function each.
fn install_small() {
    let _ = object::CHECK_SIGNALS.set(threads::signal::run_pending);
    let _ = object::THREAD_COUNT.set(threads::registry::count);
    let _ = object::IS_MAIN.set(threads::registry::is_main);
    orochi_std_io::install_hooks();
    object::at_fork_in_child(threads::registry::after_fork_child);
    object::at_fork_in_child(|_| threads::queue::after_fork_child());
    object::at_fork_in_child(|_| orochi_builtins::weakref::table::after_fork_child());
    object::at_fork_in_child(orochi_import::imp::after_fork_child);
    object::at_fork_in_child(crate::finalize::after_fork_child);
    let _ = object::RUN_FINALIZERS.set(crate::finalize::run_beside_others);
    let _ = object::DRAIN.set(orochi_interp::generators::drain_value);
    let _ = orochi_object::hooks::UNRAISABLE.set(sys::write_unraisable);
    let _ = orochi_builtins::exceptions::group::ALIAS.set(orochi_builtins::generic_alias::new);
    let _ = sys::display::FORMAT.set(orochi_introspect::print::format_exception);
    let _ = sys::display::FORMAT_TRACEBACK.set(orochi_introspect::print::format_traceback);
    let _ = orochi_introspect::source::READ.set(orochi_import::pack::source_of);
    let _ = fast::DECODER.set(decode);
    let _ = compile::NAMES.set(|name| {
        let sequence = orochi_text::unidata::lookup_sequence(name);
        let one = || orochi_text::unidata::lookup(name).map(|point| vec![point]);
        sequence.or_else(one)?.into_iter().map(char::from_u32).collect()
    });
    let _ = orochi_std_core::marshal::CODE.set(orochi_std_core::marshal::CodeHooks {
        write: |cx, v| match v.downcast::<PyCode>() {
            Some(code) => orochi_introspect::code::to_bytes(cx, code),
            None => raise!(cx, VALUE_ERROR, "unmarshallable object"),
        },
        read: |cx, bytes| Ok(orochi_introspect::code::from_bytes(cx, bytes)?.value()),
    });
}

/// Decodes source bytes with a codec.
fn decode(cx: &Cx, encoding: &str, bytes: Ref<PyBytes>) -> Res<Ref<PyStr>> {
    let encoding = cx.new_str(encoding)?.value();
    let text = ops::call_method(cx, bytes.value(), name!(cx, "decode"), &[encoding])?;
    ops::expect_str(cx, text, "decoded source")
}

fn tracing_changed(cx: &Cx, all: bool) {
    orochi_interp::trace::changed(cx);
    if all {
        threads::registry::with_all(|contexts| {
            for other in contexts.iter().filter(|other| !core::ptr::eq(**other, cx)) {
                orochi_interp::trace::changed_in(other);
            }
        });
    }
}

fn locals(cx: &Cx) -> Res {
    let Some(frame) = pyframe::nth_frame(cx, 0)? else {
        return raise!(cx, SYSTEM_ERROR, "frame does not exist");
    };
    if let Some(record) = frame.record(cx)
        && record.locals.is_none()
        && record.code.flags & orochi_bytecode::CodeFlags::OPTIMIZED == 0
    {
        return Ok(record.globals.value());
    }
    let optimized = frame.code().flags & orochi_bytecode::CodeFlags::OPTIMIZED != 0;
    if optimized && frame.record(cx).is_none_or(|record| record.locals.is_none()) {
        return Ok(orochi_introspect::locals::to_dict(cx, frame)?.value());
    }
    orochi_introspect::locals::of_frame(cx, frame)
}

/// `super()`: the cell `__class__` and the first argument of the running function.
fn super_args(cx: &Cx) -> Res<(Value, Value)> {
    let fp = frame::current(cx);
    // SAFETY: null or the running frame.
    let Some(frame) = (unsafe { fp.as_ref() }) else {
        return raise!(cx, RUNTIME_ERROR, "super(): no current frame");
    };
    let unit = frame.code.unit();
    if unit.argcount == 0 {
        return raise!(cx, RUNTIME_ERROR, "super(): no arguments");
    }
    // SAFETY: registers of the running frame: parameters come first.
    let mut first = unsafe { frame.reg(0) };
    let total = unit.temp_base();
    let named = |name: &str| (0..total).find(|i| frame.code.register_name(*i) == Some(name));
    if let Some(own) = unit.varnames.first()
        && let Some(i) = unit.cellvars.iter().position(|cell| cell == own)
    {
        // SAFETY: a named register of the running frame.
        let cell = unsafe { frame.reg(unit.cell_base() + i) };
        let cell = cell.and_then(Value::downcast::<orochi_object::cell::PyCell>);
        first = cell.and_then(|cell| cell.content.get()).or(first);
    }
    let Some(first) = first else {
        return raise!(cx, RUNTIME_ERROR, "super(): arg[0] deleted");
    };
    let Some(i) = named("__class__") else {
        return raise!(cx, RUNTIME_ERROR, "super(): __class__ cell not found");
    };
    // SAFETY: a named register of the running frame.
    let cell = unsafe { frame.reg(i) };
    let cell = cell.and_then(Value::downcast::<orochi_object::cell::PyCell>);
    match cell.and_then(|cell| cell.content.get()) {
        Some(class) => Ok((class, first)),
        None => raise!(cx, RUNTIME_ERROR, "super(): empty __class__ cell"),
    }
}

fn run_class_body(cx: &Cx, function: Value, namespace: Value) -> Res {
    match function.downcast::<PyFunction>() {
        Some(function) => orochi_interp::run_class_body(cx, function, namespace),
        None => raise!(cx, TYPE_ERROR, "__build_class__: func must be a function"),
    }
}

fn run_code(
    cx: &Cx,
    code: Value,
    globals: Ref<PyDict>,
    locals: Value,
    closure: Option<Ref<PyTuple>>,
) -> Res {
    let Some(code) = code.downcast::<PyCode>() else {
        return raise!(cx, TYPE_ERROR, "a code object is required");
    };
    orochi_interp::run_code(cx, code, globals, locals, closure.map(Ref::value))
}

/// Runs a module's code.
pub(crate) fn run_module(cx: &Cx, code: Ref<PyCode>, namespace: Ref<PyDict>) -> Res {
    orochi_interp::run_code(cx, code, namespace, namespace.value(), None)
}

fn frame_module_name(cx: &Cx, depth: usize) -> Res {
    match pyframe::nth_frame(cx, depth)? {
        Some(frame) => Ok(frame.function().module.or_none()),
        None => Ok(Value::NONE),
    }
}

fn current_frames(cx: &Cx) -> Res {
    let dict = cx.new_dict()?;
    if let Some(frame) = pyframe::nth_frame(cx, 0)? {
        dict.set(cx, cx.new_uint(cx.ident.get())?, frame.value())?;
    }
    elsewhere::innermost(cx, &mut |ident, frame| dict.set(cx, cx.new_int(ident)?, frame.value()))?;
    Ok(dict.value())
}

/// Makes the objects of PEP 695.
fn typing(cx: &Cx, request: Typing) -> Res {
    use orochi_builtins::typing as make;
    match request {
        Typing::TypeVar { name } => make::new_type_var(cx, name),
        Typing::TypeVarBound { name, bound } => make::new_type_var_bound(cx, name, bound),
        Typing::TypeVarConstraints { name, constraints } => {
            make::new_type_var_constraints(cx, name, constraints)
        }
        Typing::ParamSpec { name } => make::new_param_spec(cx, name),
        Typing::TypeVarTuple { name } => make::new_type_var_tuple(cx, name),
        Typing::SetDefault { param, default } => {
            make::set_default(cx, param, default)?;
            Ok(param)
        }
        Typing::Generic { params } => make::subscript_generic(cx, params),
        Typing::Alias { name, params, value } => make::new_alias(cx, name, params, value),
    }
}

fn template(cx: &Cx, strings: Value, interpolations: Value) -> Res {
    let make = orochi_object::hooks::module_attr(cx, "_orochi_template", "_make_template")?;
    ops::call(cx, make, &[strings, interpolations])
}

fn interpolation(cx: &Cx, parts: &[Value; 4]) -> Res {
    let make = orochi_object::hooks::module_attr(cx, "_orochi_template", "_make_interpolation")?;
    ops::call(cx, make, parts)
}

/// A function without parameters that runs `code`; for the module's own use.
#[allow(dead_code, reason = "embedding will call it")]
pub(crate) fn function_of(cx: &Cx, code: Ref<PyCode>, globals: Ref<PyDict>) -> Res {
    let builtins = orochi_runtime::function::builtins_of(cx, globals);
    Ok(Ref::value(new_function(cx, code, globals, builtins)?))
}
