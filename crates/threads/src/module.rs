//! The module `_thread`.

use crate::hooks::HOOKS;
use crate::{handle, local, lock, registry, rlock, signal, start, time};
use orochi_object::intern;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::structseq;

static HOOK_ARGS_CELL: TypeCell = TypeCell::new();
static HOOK_ARGS_ROWS: [orochi_object::descr::GetSetDef; 4] =
    structseq::rows(["exc_type", "exc_value", "exc_traceback", "thread"]);
static HOOK_ARGS: TypeDef = structseq::definition::<4, 4>(
    "_thread._ExceptHookArgs",
    &HOOK_ARGS_CELL,
    &HOOK_ARGS_ROWS,
    "What threading.excepthook is called with.",
);

fn checked_callable(cx: &Cx, v: Value, message: &str) -> Res<()> {
    if class_of(v).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "{message}");
    }
    Ok(())
}

fn start_new_thread(cx: &Cx, args: Args) -> Res {
    checked_callable(cx, args.get(0), "first arg must be callable")?;
    let Some(positional) = args.get(1).downcast::<PyTuple>() else {
        return raise!(cx, TYPE_ERROR, "2nd arg must be a tuple");
    };
    let kwargs = match args.opt(2) {
        None => None,
        Some(kwargs) => match kwargs.downcast::<PyDict>() {
            Some(kwargs) => Some(kwargs),
            None => return raise!(cx, TYPE_ERROR, "optional 3rd arg must be a dictionary"),
        },
    };
    let handle = handle::new_handle(cx)?;
    cx.new_uint(start::start(cx, args.get(0), positional, kwargs, handle, true)?)
}

fn start_joinable_thread(cx: &Cx, args: Args) -> Res {
    let function = args.get(0);
    checked_callable(cx, function, "thread function must be callable")?;
    let handle = match args.non_none(1) {
        None => handle::new_handle(cx)?,
        Some(given) => match given.downcast() {
            Some(handle) => handle,
            None => return raise!(cx, TYPE_ERROR, "'handle' must be a _ThreadHandle"),
        },
    };
    let daemon = match args.opt(2) {
        None => true,
        Some(daemon) => ops::truth(cx, daemon)?,
    };
    start::start(cx, function, cx.new_tuple(&[])?, None, handle, daemon)?;
    Ok(handle.value())
}

fn allocate_lock(cx: &Cx, _: Args) -> Res {
    lock::new_lock(cx)
}
fn exit(cx: &Cx, _: Args) -> Res {
    Err(cx.error_args(exception::SYSTEM_EXIT.get(), &[]))
}
fn get_ident(cx: &Cx, _: Args) -> Res {
    cx.new_uint(cx.ident.get())
}
fn get_native_id(_: &Cx, _: Args) -> Res {
    // SAFETY: asks for the calling thread's own id.
    Ok(Value::int(unsafe { libc::gettid() } as i64))
}
fn count(_: &Cx, _: Args) -> Res {
    Ok(Value::int(start::running()))
}
fn yes(_: &Cx, _: Args) -> Res {
    Ok(Value::TRUE)
}
fn main_ident(cx: &Cx, _: Args) -> Res {
    cx.new_uint(registry::main_context().map_or(0, |main| main.ident.get()))
}
fn make_handle(cx: &Cx, args: Args) -> Res {
    let ident = ops::index(cx, args.get(0))?;
    match ident.as_i64().and_then(|n| u64::try_from(n).ok()) {
        Some(ident) => handle::handle_of(cx, ident),
        None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C unsigned long"),
    }
}
fn shutdown(cx: &Cx, _: Args) -> Res {
    handle::shutdown(cx)?;
    Ok(Value::NONE)
}

/// The smallest stack that can be asked for, as in CPython; no thread gets less than twice that.
const LEAST_STACK: i64 = 52 << 10;

fn stack_size(cx: &Cx, args: Args) -> Res {
    let Some(size) = args.opt(0) else { return cx.new_int(start::stack_size() as i64) };
    let size = ops::to_i64(cx, size)?;
    if size != 0 && size < LEAST_STACK {
        return raise!(cx, VALUE_ERROR, "size must be at least {LEAST_STACK} bytes");
    }
    cx.new_int(start::set_stack_size(size as usize) as i64)
}

fn interrupt_main(cx: &Cx, args: Args) -> Res {
    let number = match args.opt(0) {
        None => libc::SIGINT,
        Some(number) => ops::to_i32(cx, number)?,
    };
    if !(1..signal::COUNT as i32).contains(&number) {
        return raise!(cx, VALUE_ERROR, "signal number out of range");
    }
    signal::trip(number);
    // In the main thread the handler runs before the call returns.
    signal::run_pending(cx)?;
    Ok(Value::NONE)
}

/// Longest name that the system keeps, without the NUL.
const NAME_MAX: usize = 15;

fn set_name(cx: &Cx, args: Args) -> Res {
    let name = ops::expect_str(cx, args.get(0), "set_name() argument 'name'")?;
    let mut text = [0u8; NAME_MAX + 1];
    let known = |point| char::from_u32(point).unwrap_or('?');
    let name: String = name.units().iter().map(known).collect();
    for (to, from) in text.iter_mut().zip(name.bytes().take(NAME_MAX)) {
        *to = from;
    }
    // SAFETY: names the calling thread with a NUL-terminated text.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), text.as_ptr().cast()) };
    Ok(Value::NONE)
}

fn get_name(cx: &Cx, _: Args) -> Res {
    let mut text = [0u8; 64];
    // SAFETY: the buffer is writable for its length; the name ends with a NUL.
    unsafe { libc::pthread_getname_np(libc::pthread_self(), text.as_mut_ptr().cast(), text.len()) };
    let end = text.iter().position(|b| *b == 0).unwrap_or(text.len());
    Ok(orochi_object::path::fs_decode(cx, &text[..end])?.value())
}

/// Prints an exception that ended a thread, as `threading.excepthook` does.
fn excepthook(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    if !is_exact(v, &HOOK_ARGS_CELL) {
        return raise!(cx, TYPE_ERROR, "_thread.excepthook argument type must be ExceptHookArgs");
    }
    let [class, value, traceback, thread] = [0, 1, 2, 3].map(|i| structseq::field(v, i));
    if class.is(exception::SYSTEM_EXIT.get().value()) {
        return Ok(Value::NONE);
    }
    let Some(hooks) = HOOKS.get() else { return Ok(Value::NONE) };
    let mut file = (hooks.sys_attr)(cx, "stderr").and_then(Value::non_none);
    if file.is_none() && !thread.is_none() {
        file = ops::getattr_opt(cx, thread, name!(cx, "_stderr"))?.and_then(Value::non_none);
    }
    let Some(file) = file else { return Ok(Value::NONE) };
    let name = match thread.non_none() {
        None => None,
        Some(thread) => ops::getattr_opt(cx, thread, name!(cx, "name"))?,
    };
    let name = match name {
        Some(name) => ops::str(cx, name)?.to_string_lossy(),
        None => cx.ident.get().to_string(),
    };
    let line = cx.new_str(&format!("Exception in thread {name}:\n"))?;
    ops::call_method(cx, file, name!(cx, "write"), &[line.value()])?;
    let module = (hooks.import)(cx, "traceback")?;
    let print = ops::getattr(cx, module, name!(cx, "print_exception"))?;
    let names = cx.new_tuple(&[name!(cx, "file").value()])?;
    let row = [class, value, traceback, file];
    ops::call_args(cx, print, ArgRow::new(&row, Some(names)).args())?;
    ops::call_method(cx, file, name!(cx, "flush"), &[])
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    let error = exception::RUNTIME_ERROR.get().value();
    dict.set_str(cx, name!(cx, "error"), error)?;
    dict.set_str(cx, name!(cx, "LockType"), lock::CELL.get().value())?;
    dict.set_str(cx, intern::intern_text(cx, "TIMEOUT_MAX")?, cx.new_float(time::TIMEOUT_MAX)?)
}

/// The module `_thread`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_thread",
    doc: Some("Primitive operations on threads."),
    functions: &[
        function("start_new_thread", "(function, args, kwargs=None, /)", start_new_thread),
        function("start_new", "(function, args, kwargs=None, /)", start_new_thread),
        function(
            "start_joinable_thread",
            "(function, handle=None, daemon=True)",
            start_joinable_thread,
        ),
        function("allocate_lock", "()", allocate_lock),
        function("allocate", "()", allocate_lock),
        function("exit", "()", exit),
        function("exit_thread", "()", exit),
        function("get_ident", "()", get_ident),
        function("get_native_id", "()", get_native_id),
        function("interrupt_main", "(signum=2, /)", interrupt_main),
        function("stack_size", "(size=0, /)", stack_size),
        function("daemon_threads_allowed", "()", yes),
        function("_is_main_interpreter", "()", yes),
        function("_count", "()", count),
        function("_shutdown", "()", shutdown),
        function("_make_thread_handle", "(ident, /)", make_handle),
        function("_get_main_thread_ident", "()", main_ident),
        function("_excepthook", "(excepthook_args, /)", excepthook),
        function("set_name", "(name)", set_name),
        function("_get_name", "()", get_name),
    ],
    constants: &[("_NAME_MAXLEN", orochi_object::typedef::Const::Int(NAME_MAX as i64))],
    types: &[&lock::TYPE, &rlock::TYPE, &local::TYPE, &handle::TYPE, &HOOK_ARGS],
    init: Some(init),
};
