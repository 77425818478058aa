//! `BaseException`: construction, text, chaining attributes, notes, pickling.

use orochi_object::exception::PyException;
use orochi_object::instance;
use orochi_object::prelude::*;

/// The exception behind a receiver whose class was checked.
pub(super) fn exc(v: Value) -> Ref<PyException> {
    // SAFETY: receivers of these slots and rows are exceptions.
    unsafe { v.cast() }
}

pub(super) fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    Ok(exception::allocate(cx, class, args.positional())?.value())
}

pub(super) fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    no_keywords(cx, class_of(v), args)?;
    set_args(cx, v, args)
}

/// Raises TypeError if there are keywords; the class is named only then.
pub(super) fn no_keywords(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res<()> {
    match args.keyword_count() {
        0 => Ok(()),
        _ => args.no_keywords(cx, &class.display_name()),
    }
}

/// Stores the positional arguments as `args`.
pub(super) fn set_args(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let e = exc(v);
    if e.args_tuple().is_some_and(|own| own.values() == args.positional()) {
        return Ok(());
    }
    e.args.set(cx, e, args.positional_tuple(cx)?.value());
    Ok(())
}

/// The `args` tuple; a MemoryError raised without memory has none, which reads as `()`.
pub(super) fn args_of(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    match exc(v).args_tuple() {
        Some(args) => Ok(args),
        None => cx.new_tuple(&[]),
    }
}

pub(super) fn str(cx: &Cx, v: Value) -> Res {
    let args = args_of(cx, v)?;
    match args.values() {
        [] => Ok(cx.new_str("")?.value()),
        [only] => Ok(ops::str(cx, *only)?.value()),
        _ => Ok(ops::str(cx, args.value())?.value()),
    }
}

pub(super) fn repr(cx: &Cx, v: Value) -> Res {
    let args = args_of(cx, v)?;
    let name = class_of(v).name_str();
    let inner = match args.values() {
        [only] => ops::repr(cx, *only)?,
        _ => return Ok(cx.str_concat(name, ops::repr(cx, args.value())?)?.value()),
    };
    let (open, close) = (cx.new_str("(")?, cx.new_str(")")?);
    Ok(cx.str_join_pieces(&[name, open, inner, close])?.value())
}

fn get_args(cx: &Cx, v: Value) -> Res {
    Ok(args_of(cx, v)?.value())
}
fn write_args(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else { return raise!(cx, TYPE_ERROR, "args may not be deleted") };
    let args = ops::to_tuple(cx, value)?;
    exc(v).args.set(cx, exc(v), args.value());
    Ok(())
}

fn get_traceback(_: &Cx, v: Value) -> Res {
    Ok(exc(v).traceback.or_none())
}
fn set_traceback(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, TYPE_ERROR, "__traceback__ may not be deleted");
    };
    let fits = types::TRACEBACK.is_ready() && is_exact(value, &types::TRACEBACK);
    if !value.is_none() && !fits {
        return raise!(cx, TYPE_ERROR, "__traceback__ must be a traceback or None");
    }
    exc(v).traceback.set(cx, exc(v), value);
    Ok(())
}

/// Checks the new value of `__context__` or `__cause__`.
fn check_link(cx: &Cx, value: Option<Value>, name: &str) -> Res<Value> {
    match value {
        None => raise!(cx, TYPE_ERROR, "__{name}__ may not be deleted"),
        Some(value) if value.is_none() || value.downcast::<PyException>().is_some() => Ok(value),
        Some(_) => {
            raise!(cx, TYPE_ERROR, "exception {name} must be None or derive from BaseException")
        }
    }
}
fn get_context(_: &Cx, v: Value) -> Res {
    Ok(exc(v).context.or_none())
}
fn set_context(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let value = check_link(cx, value, "context")?;
    exc(v).context.set_opt(cx, exc(v), value.non_none());
    Ok(())
}
fn get_cause(_: &Cx, v: Value) -> Res {
    Ok(exc(v).cause.or_none())
}
fn set_cause(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let value = check_link(cx, value, "cause")?;
    put_cause(cx, exc(v), value.non_none());
    Ok(())
}

/// Sets `__cause__` as `raise … from` does: the context is no longer shown.
pub fn put_cause(cx: &Cx, e: Ref<PyException>, cause: Option<Value>) {
    e.cause.set_opt(cx, e, cause);
    e.suppress.set(cx, e, Value::TRUE);
}

fn get_suppress(_: &Cx, v: Value) -> Res {
    Ok(Value::bool(exc(v).suppress.get() == Some(Value::TRUE)))
}
fn set_suppress(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    match value {
        None => raise!(cx, TYPE_ERROR, "can't delete numeric/char attribute"),
        Some(value) if value.as_bool().is_some() => {
            exc(v).suppress.set(cx, exc(v), value);
            Ok(())
        }
        Some(_) => raise!(cx, TYPE_ERROR, "attribute value type must be bool"),
    }
}

fn with_traceback(cx: &Cx, args: Args) -> Res {
    set_traceback(cx, args.get(0), Some(args.get(1)))?;
    Ok(args.get(0))
}

fn add_note(cx: &Cx, args: Args) -> Res {
    let (v, note) = (args.get(0), args.get(1));
    if note.as_str().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "add_note() argument must be str, not {}",
            ops::argument_class(note)
        );
    }
    let name = name!(cx, "__notes__");
    let notes = match ops::getattr_opt(cx, v, name)? {
        Some(notes) => notes,
        None => {
            let notes = cx.new_list(&[])?.value();
            ops::setattr(cx, v, name, notes)?;
            notes
        }
    };
    match notes.downcast::<PyList>() {
        Some(notes) => notes.push(cx, note)?,
        None => return raise!(cx, TYPE_ERROR, "Cannot add note: __notes__ is not a list"),
    }
    Ok(Value::NONE)
}

/// The instance's `__dict__`, if it holds anything.
pub(super) fn state_dict(cx: &Cx, v: Value) -> Res<Option<Ref<PyDict>>> {
    Ok(instance::dict(cx, v)?.filter(|dict| !dict.is_empty()))
}

/// `(class, args)` or `(class, args, state)`.
pub(super) fn reduced(cx: &Cx, v: Value, args: Value, state: Option<Ref<PyDict>>) -> Res {
    let class = class_of(v).value();
    let tuple = match state {
        Some(state) => cx.new_tuple(&[class, args, state.value()])?,
        None => cx.new_tuple(&[class, args])?,
    };
    Ok(tuple.value())
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    reduced(cx, v, args_of(cx, v)?.value(), state_dict(cx, v)?)
}

fn setstate(cx: &Cx, args: Args) -> Res {
    let (v, state) = (args.get(0), args.get(1));
    if state.is_none() {
        return Ok(Value::NONE);
    }
    let Some(state) = state.downcast::<PyDict>() else {
        return raise!(cx, TYPE_ERROR, "state is not a dictionary");
    };
    for pair in state.snapshot(cx)?.values().chunks_exact(2) {
        ops::setattr(cx, v, ops::attribute_name(cx, pair[0])?, pair[1])?;
    }
    Ok(Value::NONE)
}

pub(super) static METHODS: &[NativeDef] = &[
    method("with_traceback", "(self, object, /)", with_traceback)
        .doc("Set self.__traceback__ to tb and return self."),
    method("add_note", "(self, object, /)", add_note).doc("Add a note to the exception."),
    method("__reduce__", "(self, /)", reduce),
    method("__setstate__", "(self, object, /)", setstate),
];

pub(super) static GETSET: &[GetSetDef] = &[
    getset("args", get_args, write_args),
    getset("__traceback__", get_traceback, set_traceback),
    getset("__context__", get_context, set_context),
    getset("__cause__", get_cause, set_cause),
    field("__suppress_context__", get_suppress, set_suppress),
];
