//! Exceptions with a few attributes of their own: StopIteration, SystemExit, ImportError,
//! NameError, AttributeError, KeyError.

use super::base::{self, args_of, exc, set_args, state_dict};
use orochi_object::args::unexpected_keyword;
use orochi_object::exception::field;
use orochi_object::prelude::*;

/// Reads field `I`; UNSET reads as None.
pub(super) fn get_field<const I: usize>(_: &Cx, v: Value) -> Res {
    Ok(exc(v).fields[I].or_none())
}
/// Writes or deletes field `I`.
pub(super) fn set_field<const I: usize>(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    exc(v).fields[I].set_opt(cx, exc(v), value);
    Ok(())
}
/// A plain attribute kept in field `I`.
pub(super) const fn member<const I: usize>(name: &'static str) -> GetSetDef {
    field(name, get_field::<I>, set_field::<I>)
}

pub(super) fn init_stop_iteration(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    base::init(cx, v, args)?;
    let value = args.positional().first().copied().unwrap_or(Value::NONE);
    exc(v).set_field(cx, field::VALUE, value);
    Ok(())
}

pub(super) fn init_system_exit(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    base::init(cx, v, args)?;
    let code = match args.positional() {
        [] => return Ok(()),
        [only] => *only,
        _ => args_of(cx, v)?.value(),
    };
    exc(v).set_field(cx, field::VALUE, code);
    Ok(())
}

pub(super) static VALUE: &[GetSetDef] = &[member::<{ field::VALUE }>("value")];
pub(super) static CODE: &[GetSetDef] = &[member::<{ field::VALUE }>("code")];

/// Stores keyword arguments in the fields that `names` lists, and the rest as `args`.
fn init_with_keywords(
    cx: &Cx,
    v: Value,
    args: CallArgs,
    function: &str,
    names: &[(&str, usize)],
) -> Res<()> {
    let e = exc(v);
    set_args(cx, v, args)?;
    for (_, i) in names {
        e.fields[*i].clear();
    }
    for (keyword, value) in args.keywords() {
        match names.iter().find(|(name, _)| keyword.eq_str(name)) {
            Some((_, i)) => e.set_field(cx, *i, value),
            None => {
                let names = names.iter().map(|(name, _)| *name);
                return Err(unexpected_keyword(cx, &format!("{function}()"), keyword, names));
            }
        }
    }
    Ok(())
}

const IMPORT_FIELDS: &[(&str, usize)] = &[
    ("name", field::IMPORT_NAME),
    ("path", field::IMPORT_PATH),
    ("name_from", field::IMPORT_NAME_FROM),
];

pub(super) fn init_import_error(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    init_with_keywords(cx, v, args, "ImportError", IMPORT_FIELDS)?;
    match args.positional() {
        [only] => exc(v).set_field(cx, field::IMPORT_MSG, *only),
        _ => exc(v).fields[field::IMPORT_MSG].clear(),
    }
    Ok(())
}

pub(super) fn str_import_error(cx: &Cx, v: Value) -> Res {
    match exc(v).field(field::IMPORT_MSG) {
        Some(msg) if is_exact(msg, &types::STR) => Ok(msg),
        _ => base::str(cx, v),
    }
}

/// The instance's dict with the set ones of `names` added; `None` if all is empty.
fn state_with(cx: &Cx, v: Value, names: &[(&str, usize)]) -> Res<Option<Ref<PyDict>>> {
    let own = state_dict(cx, v)?;
    if own.is_none() && names.iter().all(|(_, i)| exc(v).field(*i).is_none()) {
        return Ok(None);
    }
    let state = match own {
        Some(own) => own.copy(cx)?,
        None => cx.new_dict()?,
    };
    for (name, i) in names {
        if let Some(value) = exc(v).field(*i) {
            state.set_str(cx, orochi_object::intern::intern_text(cx, name)?, value)?;
        }
    }
    Ok(Some(state))
}

fn reduce_import_error(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let state = state_with(cx, v, IMPORT_FIELDS)?;
    base::reduced(cx, v, args_of(cx, v)?.value(), state)
}

pub(super) static IMPORT_METHODS: &[NativeDef] =
    &[method("__reduce__", "(self, /)", reduce_import_error)];
pub(super) static IMPORT_GETSET: &[GetSetDef] = &[
    member::<{ field::IMPORT_MSG }>("msg"),
    member::<{ field::IMPORT_NAME }>("name"),
    member::<{ field::IMPORT_PATH }>("path"),
    member::<{ field::IMPORT_NAME_FROM }>("name_from"),
];

pub(super) fn init_name_error(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    init_with_keywords(cx, v, args, "NameError", &[("name", field::NAME)])
}

pub(super) static NAME_GETSET: &[GetSetDef] = &[member::<{ field::NAME }>("name")];

pub(super) fn init_attribute_error(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let names = [("name", field::NAME), ("obj", field::OBJ)];
    init_with_keywords(cx, v, args, "AttributeError", &names)
}

/// The object itself is not pickled: it may be anything.
fn attribute_error_state(cx: &Cx, v: Value) -> Res<Ref<PyDict>> {
    let state = match state_with(cx, v, &[("name", field::NAME)])? {
        Some(state) => state,
        None => cx.new_dict()?,
    };
    state.set_str(cx, name!(cx, "args"), args_of(cx, v)?.value())?;
    Ok(state)
}
fn getstate_attribute_error(cx: &Cx, args: Args) -> Res {
    Ok(attribute_error_state(cx, args.get(0))?.value())
}
fn reduce_attribute_error(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let state = attribute_error_state(cx, v)?;
    base::reduced(cx, v, args_of(cx, v)?.value(), Some(state))
}

pub(super) static ATTRIBUTE_METHODS: &[NativeDef] = &[
    method("__getstate__", "(self, /)", getstate_attribute_error),
    method("__reduce__", "(self, /)", reduce_attribute_error),
];
pub(super) static ATTRIBUTE_GETSET: &[GetSetDef] =
    &[member::<{ field::NAME }>("name"), member::<{ field::OBJ }>("obj")];

/// A single argument is shown as its repr, so that `KeyError('')` is not empty.
pub(super) fn str_key_error(cx: &Cx, v: Value) -> Res {
    let args = args_of(cx, v)?;
    match args.values() {
        [only] => Ok(ops::repr(cx, *only)?.value()),
        _ => base::str(cx, v),
    }
}
