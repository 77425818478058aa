//! `getattr` and its kin, `dir`, `vars`.

use crate::hooks;
use orochi_object::prelude::*;

pub(super) fn getattr(cx: &Cx, args: Args) -> Res {
    let name = ops::attribute_name(cx, args.get(1))?;
    match args.opt(2) {
        None => ops::getattr(cx, args.get(0), name),
        Some(default) => Ok(ops::getattr_opt(cx, args.get(0), name)?.unwrap_or(default)),
    }
}

pub(super) fn hasattr(cx: &Cx, args: Args) -> Res {
    let name = ops::attribute_name(cx, args.get(1))?;
    Ok(Value::bool(ops::getattr_opt(cx, args.get(0), name)?.is_some()))
}

pub(super) fn setattr(cx: &Cx, args: Args) -> Res {
    let name = ops::attribute_name(cx, args.get(1))?;
    ops::setattr(cx, args.get(0), name, args.get(2))?;
    Ok(Value::NONE)
}

pub(super) fn delattr(cx: &Cx, args: Args) -> Res {
    let name = ops::attribute_name(cx, args.get(1))?;
    ops::delattr(cx, args.get(0), name)?;
    Ok(Value::NONE)
}

pub(super) fn vars(cx: &Cx, args: Args) -> Res {
    let Some(v) = args.opt(0) else { return (hooks::hooks(cx)?.locals)(cx) };
    match ops::getattr_opt(cx, v, name!(cx, "__dict__"))? {
        Some(dict) => Ok(dict),
        None => raise!(cx, TYPE_ERROR, "vars() argument must have __dict__ attribute"),
    }
}

pub(super) fn dir(cx: &Cx, args: Args) -> Res {
    let names = match args.opt(0) {
        None => {
            let locals = (hooks::hooks(cx)?.locals)(cx)?;
            ops::call_method(cx, locals, name!(cx, "keys"), &[])?
        }
        Some(v) => match ops::lookup_special(cx, v, name!(cx, "__dir__"))? {
            Some(method) => method.call(cx, &[])?,
            None => return raise!(cx, TYPE_ERROR, "object does not provide __dir__"),
        },
    };
    let list = ops::to_list(cx, names)?.value();
    ops::call_method(cx, list, name!(cx, "sort"), &[])?;
    Ok(list)
}
