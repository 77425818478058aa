//! The module `_csv`.

mod dialect;
mod reader;
mod writer;

use core::sync::atomic::{AtomicI64, Ordering};
use orochi_object::collector::Root;
use orochi_object::exception::PyException;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::typedef::Const;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_csv",
    doc: Some("CSV parsing and writing."),
    functions: &[
        function("reader", "(iterable, dialect='excel', /, **fmtparams)", reader::reader),
        function("writer", "(fileobj, dialect='excel', /, **fmtparams)", writer::writer),
        function("list_dialects", "()", list_dialects),
        function("register_dialect", "(name, dialect='excel', /, **fmtparams)", register),
        function("unregister_dialect", "(name)", unregister),
        function("get_dialect", "(name)", |cx, args| get_dialect(cx, args.get(0))),
        function("field_size_limit", "(new_limit=<unrepresentable>)", field_size_limit),
    ],
    constants: &[
        ("QUOTE_MINIMAL", Const::Int(0)),
        ("QUOTE_ALL", Const::Int(1)),
        ("QUOTE_NONNUMERIC", Const::Int(2)),
        ("QUOTE_NONE", Const::Int(3)),
        ("QUOTE_STRINGS", Const::Int(4)),
        ("QUOTE_NOTNULL", Const::Int(5)),
    ],
    types: &[&ERROR, &dialect::DIALECT, &reader::READER, &writer::WRITER],
    init: Some(init),
};

fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    let dict = module.namespace();
    for name in [name!(cx, "Reader"), name!(cx, "Writer")] {
        if let Some(class) = dict.get_str(name).and_then(Value::downcast::<PyType>) {
            let shown = cx.new_str(&name.to_string_lossy().to_lowercase())?;
            class.qualname.set(cx, class, shown.value());
        }
    }
    dict.set_str(cx, name!(cx, "_dialects"), dialects(cx)?.value())
}

static ERROR_CELL: TypeCell = TypeCell::new();

static ERROR: TypeDef = TypeDef {
    name: "_csv.Error",
    cell: &ERROR_CELL,
    base: Some(&exception::EXCEPTION),
    layout: layout::EXCEPTION,
    size: size_of::<PyException>(),
    dict: true,
    flags: flag::BASETYPE | flag::EXCEPTION,
    ..TypeDef::DEFAULT
};

/// Raises `_csv.Error`.
#[cold]
fn error<T>(cx: &Cx, message: &str) -> Res<T> {
    Err(cx.error(&ERROR_CELL, message))
}

static DIALECTS: Root = Root::new();

/// The registered dialects by name.
fn dialects(cx: &Cx) -> Res<Ref<PyDict>> {
    if let Some(dict) = DIALECTS.get().and_then(Value::downcast) {
        return Ok(dict);
    }
    let dict = cx.new_dict()?;
    DIALECTS.set(dict.value());
    Ok(dict)
}

fn list_dialects(cx: &Cx, _: Args) -> Res {
    Ok(ops::to_list(cx, dialects(cx)?.value())?.value())
}

fn get_dialect(cx: &Cx, name: Value) -> Res {
    match dialects(cx)?.get(cx, name)? {
        Some(dialect) => Ok(dialect),
        None => error(cx, "unknown dialect"),
    }
}

fn register(cx: &Cx, args: Args) -> Res {
    if args.get(0).as_str().is_none() {
        return raise!(cx, TYPE_ERROR, "dialect name must be a string");
    }
    let dialect = dialect::make(cx, args.opt(1), args.kwargs(2))?;
    dialects(cx)?.set(cx, args.get(0), dialect)?;
    Ok(Value::NONE)
}

fn unregister(cx: &Cx, args: Args) -> Res {
    match dialects(cx)?.remove(cx, args.get(0))? {
        Some(_) => Ok(Value::NONE),
        None => error(cx, "unknown dialect"),
    }
}

static FIELD_LIMIT: AtomicI64 = AtomicI64::new(128 * 1024);

fn field_size_limit(cx: &Cx, args: Args) -> Res {
    let old = FIELD_LIMIT.load(Ordering::Relaxed);
    if let Some(limit) = args.opt(0) {
        if !limit.is_int() {
            return raise!(cx, TYPE_ERROR, "limit must be an integer");
        }
        FIELD_LIMIT.store(ops::to_i64(cx, limit)?, Ordering::Relaxed);
    }
    cx.new_int(old)
}

fn field_limit() -> usize {
    FIELD_LIMIT.load(Ordering::Relaxed).max(0) as usize
}
