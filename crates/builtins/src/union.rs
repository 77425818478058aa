//! `typing.Union`: `int | str`.

use orochi_object::prelude::*;

/// `|` of classes.
pub fn or(_: &Cx, _: Value, _: Value) -> Res {
    Ok(Value::NOT_IMPLEMENTED)
}
