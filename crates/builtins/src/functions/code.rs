//! What needs frames, the compiler or the import system: through hooks.

use crate::hooks::{self, CompileMode, CompileRequest, ImportRequest, hooks};
use orochi_object::module::{BUILTINS, PyModule};
use orochi_object::prelude::*;

pub(super) fn globals(cx: &Cx, _: Args) -> Res {
    match hooks::caller_globals(cx) {
        Some(dict) => Ok(dict.value()),
        None => raise!(cx, SYSTEM_ERROR, "globals does not exist"),
    }
}

pub(super) fn locals(cx: &Cx, _: Args) -> Res {
    (hooks(cx)?.locals)(cx)
}

pub(super) fn import(cx: &Cx, args: Args) -> Res {
    let request = ImportRequest {
        name: args.get(0),
        globals: args.or(1, Value::NONE),
        locals: args.or(2, Value::NONE),
        fromlist: args.or(3, Value::NONE),
        level: match args.opt(4) {
            Some(level) => ops::to_i32(cx, level)?,
            None => 0,
        },
    };
    (hooks(cx)?.import)(cx, &request)
}

pub(super) fn breakpoint(cx: &Cx, args: Args) -> Res {
    let Some(hook) = hooks::sys_attr(cx, name!(cx, "breakpointhook"))? else {
        return raise!(cx, RUNTIME_ERROR, "lost sys.breakpointhook");
    };
    match args.kwargs(1).filter(|kwargs| !kwargs.is_empty()) {
        Some(kwargs) => orochi_object::typedef::with_keywords(cx, args.rest(0), kwargs, |args| {
            ops::call_args(cx, hook, args)
        }),
        None => ops::call(cx, hook, args.rest(0)),
    }
}

pub(super) fn open(cx: &Cx, args: Args) -> Res {
    let open = hooks::import_attr(cx, "io", "open")?;
    let names = ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"];
    let kwargs = cx.new_dict()?;
    for (i, name) in names.iter().enumerate().skip(1) {
        if let Some(value) = args.opt(i) {
            kwargs.set_str(cx, orochi_object::intern::intern_text(cx, name)?, value)?;
        }
    }
    orochi_object::typedef::with_keywords(cx, &[args.get(0)], kwargs, |args| {
        ops::call_args(cx, open, args)
    })
}

const ONLY_AST: i64 = 0x400;
/// All flags `compile()` knows: those of the parser and those of `__future__`.
const KNOWN_FLAGS: i64 =
    0x100 | 0x200 | 0x400 | 0x800 | 0x1000 | 0x2000 | 0x4000 | 0x8000 | 0x1fe_0000 | 0x10;

/// The `filename` argument: a str, bytes or path.
fn file_name(cx: &Cx, v: Value) -> Res {
    if let Some(text) = v.as_str() {
        if text.text().iter().any(|c| c == 0) {
            return raise!(cx, VALUE_ERROR, "embedded null character");
        }
        return Ok(v);
    }
    let decode = hooks::import_attr(cx, "os", "fsdecode")?;
    ops::call(cx, decode, &[v])
}

fn is_text(v: Value) -> bool {
    v.as_str().is_some() || class_of(v).slots.buffer().is_some()
}

pub(super) fn compile(cx: &Cx, args: Args) -> Res {
    let filename = file_name(cx, args.get(1))?;
    let Some(mode_text) = args.get(2).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "compile() argument 'mode' must be str, not {}",
            class_of(args.get(2)).display_name()
        );
    };
    crate::str::check_c_text(cx, mode_text)?;
    let number = |i: usize, default: i64| match args.opt(i) {
        Some(v) => ops::to_i64(cx, v),
        None => Ok(default),
    };
    let flags = number(3, 0)?;
    let dont_inherit = match args.opt(4) {
        Some(v) => ops::truth(cx, v)?,
        None => false,
    };
    let optimize = number(5, -1)?;
    let feature_version = number(6, -1)?;
    if flags & !KNOWN_FLAGS != 0 {
        return raise!(cx, VALUE_ERROR, "compile(): unrecognised flags");
    }
    if !(-1..=2).contains(&optimize) {
        return raise!(cx, VALUE_ERROR, "compile(): invalid optimize value");
    }
    let mode = match mode_text.to_string_lossy().as_str() {
        "exec" => CompileMode::Exec,
        "eval" => CompileMode::Eval,
        "single" => CompileMode::Single,
        "func_type" if flags & ONLY_AST == 0 => {
            return raise!(
                cx,
                VALUE_ERROR,
                "compile() mode 'func_type' requires flag PyCF_ONLY_AST"
            );
        }
        "func_type" => CompileMode::FuncType,
        _ if flags & ONLY_AST != 0 => {
            return raise!(
                cx,
                VALUE_ERROR,
                "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
            );
        }
        _ => {
            return raise!(cx, VALUE_ERROR, "compile() mode must be 'exec', 'eval' or 'single'");
        }
    };
    let request = CompileRequest {
        source: args.get(0),
        filename,
        mode,
        flags,
        dont_inherit,
        optimize: optimize as i32,
        feature_version: feature_version as i32,
    };
    (hooks(cx)?.compile)(cx, &request)
}

fn is_mapping(v: Value) -> bool {
    class_of(v).slots.getitem().is_some()
}

/// Globals and locals for `eval` and `exec`: as given, else those of the caller.
fn scopes(cx: &Cx, function: &str, args: Args) -> Res<(Ref<PyDict>, Value)> {
    let (globals, locals) = (args.non_none(1), args.non_none(2));
    let globals = match globals {
        Some(given) => match given.downcast::<PyDict>() {
            Some(dict) => Some(dict),
            None if function == "eval" && is_mapping(given) => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "globals must be a real dict; try eval(expr, {{}}, mapping)"
                );
            }
            None if function == "eval" => {
                return raise!(cx, TYPE_ERROR, "globals must be a dict");
            }
            None => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "exec() globals must be a dict, not {}",
                    class_of(given).display_name()
                );
            }
        },
        None => None,
    };
    if let Some(locals) = locals
        && !is_mapping(locals)
    {
        if function == "eval" {
            return raise!(cx, TYPE_ERROR, "locals must be a mapping");
        }
        return raise!(
            cx,
            TYPE_ERROR,
            "locals must be a mapping or None, not {}",
            class_of(locals).display_name()
        );
    }
    let (globals, locals) = match (globals, locals) {
        (Some(globals), locals) => (globals, locals.unwrap_or(globals.value())),
        (None, locals) => {
            let Some(globals) = hooks::caller_globals(cx) else {
                return raise!(cx, SYSTEM_ERROR, "globals and locals cannot be NULL");
            };
            match locals {
                Some(locals) => (globals, locals),
                None => (globals, (hooks(cx)?.locals)(cx)?),
            }
        }
    };
    let key = name!(cx, "__builtins__");
    if globals.get_str(key).is_none()
        && let Some(builtins) = BUILTINS.get().and_then(Value::downcast::<PyModule>)
    {
        globals.set_str(cx, key, builtins.namespace().value())?;
    }
    Ok((globals, locals))
}

/// How many free variables a code object has.
fn free_variables(cx: &Cx, code: Value) -> Res<usize> {
    let names = ops::getattr(cx, code, name!(cx, "co_freevars"))?;
    ops::len(cx, names)
}

fn is_code(v: Value) -> bool {
    types::CODE.is_ready() && is_exact(v, &types::CODE)
}

/// Compiles a string for `eval` or `exec`.
fn compile_text(cx: &Cx, source: Value, mode: CompileMode) -> Res {
    let request = CompileRequest {
        source,
        filename: name!(cx, "<string>").value(),
        mode,
        flags: 0,
        dont_inherit: false,
        optimize: -1,
        feature_version: -1,
    };
    (hooks(cx)?.compile)(cx, &request)
}

pub(super) fn eval(cx: &Cx, args: Args) -> Res {
    let source = args.get(0);
    let (globals, locals) = scopes(cx, "eval", args)?;
    let code = if is_code(source) {
        if free_variables(cx, source)? > 0 {
            return raise!(
                cx,
                TYPE_ERROR,
                "code object passed to eval() may not contain free variables"
            );
        }
        source
    } else if is_text(source) {
        compile_text(cx, strip_indent(cx, source)?, CompileMode::Eval)?
    } else {
        return raise!(cx, TYPE_ERROR, "eval() arg 1 must be a string, bytes or code object");
    };
    (hooks(cx)?.run_code)(cx, code, globals, locals, None)
}

/// The source without leading blanks and tabs.
fn strip_indent(cx: &Cx, source: Value) -> Res {
    let Some(text) = source.as_str() else { return Ok(source) };
    let units = text.text();
    let blanks = units.iter().take_while(|c| *c == 32 || *c == 9).count();
    if blanks == 0 {
        return Ok(source);
    }
    Ok(cx.str_from_units(units.slice(blanks..units.len()))?.value())
}

pub(super) fn exec(cx: &Cx, args: Args) -> Res {
    let source = args.get(0);
    let (globals, locals) = scopes(cx, "exec", args)?;
    let closure = args.non_none(3);
    if is_code(source) {
        let cells = checked_closure(cx, source, closure)?;
        (hooks(cx)?.run_code)(cx, source, globals, locals, cells)?;
        return Ok(Value::NONE);
    }
    if closure.is_some() {
        return raise!(cx, TYPE_ERROR, "closure can only be used when source is a code object");
    }
    if !is_text(source) {
        return raise!(cx, TYPE_ERROR, "exec() arg 1 must be a string, bytes or code object");
    }
    let code = compile_text(cx, source, CompileMode::Exec)?;
    (hooks(cx)?.run_code)(cx, code, globals, locals, None)?;
    Ok(Value::NONE)
}

fn checked_closure(cx: &Cx, code: Value, closure: Option<Value>) -> Res<Option<Ref<PyTuple>>> {
    let wanted = free_variables(cx, code)?;
    let Some(closure) = closure else {
        if wanted > 0 {
            return raise!(
                cx,
                TYPE_ERROR,
                "code object requires a closure of exactly length {wanted}"
            );
        }
        return Ok(None);
    };
    if wanted == 0 {
        return raise!(cx, TYPE_ERROR, "cannot use a closure with this code object");
    }
    let cells = closure.downcast::<PyTuple>().filter(|cells| {
        cells.len() == wanted && cells.values().iter().all(|cell| is_exact(*cell, &types::CELL))
    });
    match cells {
        Some(cells) => Ok(Some(cells)),
        None => raise!(cx, TYPE_ERROR, "code object requires a closure of exactly length {wanted}"),
    }
}
