//! `types.GenericAlias`: `list[int]`.

use orochi_object::prelude::*;

/// `__class_getitem__` of generic classes.
pub fn of_class(cx: &Cx, args: Args) -> Res {
    new(cx, args.get(0), args.get(1))
}

/// `origin[args]`; a tuple is several arguments.
pub fn new(cx: &Cx, origin: Value, args: Value) -> Res {
    let _ = (cx, args);
    Ok(origin)
}
