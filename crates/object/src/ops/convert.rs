//! Conversions: repr, str, index, lengths.

use crate::cx::Cx;
use crate::error::{Raised, Res};
use crate::exception;
use crate::intern;
use crate::name;
use crate::object::Ref;
use crate::raise;
use crate::str::PyStr;
use crate::types::{self, TypeCell, class_of, is_exact};
use crate::value::Value;

/// `repr(v)`.
pub fn repr(cx: &Cx, v: Value) -> Res<Ref<PyStr>> {
    cx.check_native_stack()?;
    let result = match class_of(v).slots.repr() {
        Some(repr) => repr(cx, v)?,
        None => default_repr(cx, v)?,
    };
    match result.as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "__repr__ returned non-string (type {})",
            class_of(result).display_name()
        ),
    }
}

/// `str(v)`.
pub fn str(cx: &Cx, v: Value) -> Res<Ref<PyStr>> {
    if let Some(text) = v.as_str()
        && is_exact(v, &types::STR)
    {
        return Ok(text);
    }
    cx.check_native_stack()?;
    let result = match class_of(v).slots.str() {
        Some(str) => str(cx, v)?,
        None => return repr(cx, v),
    };
    match result.as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "__str__ returned non-string (type {})",
            class_of(result).display_name()
        ),
    }
}

/// `object.__repr__`.
pub fn default_repr(cx: &Cx, v: Value) -> Res {
    let class = super::shown_name(cx, class_of(v));
    Ok(cx.new_str(&format!("<{class} object at {:#x}>", v.word()))?.value())
}

/// `repr(v)` as Rust text, for messages.
pub fn repr_text(cx: &Cx, v: Value) -> Res<String> {
    let text = repr(cx, v)?;
    // The copy, and the message that it becomes part of.
    cx.expect_memory(text.len().saturating_mul(4))?;
    Ok(text.to_string_lossy())
}

/// `ascii(v)` is in the builtins. This is `format(v, spec)`.
pub fn format(cx: &Cx, v: Value, spec: Option<Ref<PyStr>>) -> Res<Ref<PyStr>> {
    let empty = spec.is_none_or(|spec| spec.len() == 0);
    if empty {
        if let Some(text) = v.as_str()
            && is_exact(v, &types::STR)
        {
            return Ok(text);
        }
        if v.is_small() {
            return str(cx, v);
        }
    }
    let spec = match spec {
        Some(spec) => spec,
        None => intern::empty(cx)?,
    };
    let Some(method) = super::lookup_special(cx, v, name!(cx, "__format__"))? else {
        return raise!(
            cx,
            TYPE_ERROR,
            "Type {} doesn't define __format__",
            class_of(v).display_name()
        );
    };
    let result = method.call(cx, &[spec.value()])?;
    match result.as_str() {
        Some(text) => Ok(text),
        None => raise!(
            cx,
            TYPE_ERROR,
            "__format__ must return a str, not {}",
            class_of(result).display_name()
        ),
    }
}

/// `operator.index(v)`: an int.
pub fn index(cx: &Cx, v: Value) -> Res {
    if v.is_int() {
        return Ok(v);
    }
    match class_of(v).slots.index() {
        Some(index) => {
            let result = index(cx, v)?;
            if is_exact(result, &types::INT) {
                return Ok(result);
            }
            if result.is_int() {
                let class = class_of(result).display_name();
                let message = format!(
                    "__index__ returned non-int (type {class}).  The ability to return an \
                     instance of a strict subclass of int is deprecated, and may not be supported \
                     in a future version of Python."
                );
                crate::hooks::warn(cx, &exception::DEPRECATION_WARNING, &message, 1)?;
                return Ok(result);
            }
            raise!(
                cx,
                TYPE_ERROR,
                "__index__ returned non-int (type {})",
                class_of(result).display_name()
            )
        }
        None => raise!(
            cx,
            TYPE_ERROR,
            "'{}' object cannot be interpreted as an integer",
            class_of(v).display_name()
        ),
    }
}

/// `operator.index(v)` as `isize`; numbers that do not fit raise `class`.
pub fn index_isize(cx: &Cx, v: Value, class: &TypeCell) -> Res<isize> {
    let n = index(cx, v)?;
    match n.as_i64() {
        Some(n) => Ok(n as isize),
        None => Err(cx.error(
            class,
            &format!("cannot fit '{}' into an index-sized integer", class_of(v).display_name()),
        )),
    }
}

/// An argument that is a size or a count.
#[inline]
pub fn size_argument(cx: &Cx, v: Value) -> Res<isize> {
    match v.as_small() {
        Some(n) => Ok(n as isize),
        None => size_argument_slow(cx, v),
    }
}

#[inline(never)]
fn size_argument_slow(cx: &Cx, v: Value) -> Res<isize> {
    match index(cx, v)?.as_i64() {
        Some(n) => Ok(n as isize),
        None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"),
    }
}

/// What `__setstate__` of an iterator is given: an int, and nothing that could be made one.
pub fn state_index(cx: &Cx, v: Value) -> Res<isize> {
    if !v.is_int() && !class_of(v).is_subtype(types::INT.get()) {
        return raise!(cx, TYPE_ERROR, "an integer is required");
    }
    size_argument(cx, v)
}

/// A start or stop of an `index` method: as [`slice_index`], but None is none.
pub fn slice_index_not_none(cx: &Cx, v: Value) -> Res<isize> {
    if !v.is_int() && class_of(v).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "slice indices must be integers or have an __index__ method"
        );
    }
    index_clamped(cx, v)
}

/// A value's class as errors about arguments name it.
pub fn argument_class(v: Value) -> String {
    if v.is_none() { "None".to_owned() } else { class_of(v).display_name() }
}

/// `operator.index(v)` clamped to `isize`.
pub fn index_clamped(cx: &Cx, v: Value) -> Res<isize> {
    let n = index(cx, v)?;
    match n.as_i64() {
        Some(n) => Ok(n as isize),
        None if n.to_big().is_some_and(|n| n.neg) => Ok(isize::MIN),
        None => Ok(isize::MAX),
    }
}

/// An index of a slice: an int or an object with `__index__`.
#[inline]
pub fn slice_index(cx: &Cx, v: Value) -> Res<isize> {
    match v.as_small() {
        Some(n) => Ok(n as isize),
        None => slice_index_slow(cx, v),
    }
}

fn slice_index_slow(cx: &Cx, v: Value) -> Res<isize> {
    if !v.is_int() && class_of(v).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "slice indices must be integers or None or have an __index__ method"
        );
    }
    index_clamped(cx, v)
}

/// An int argument as `i64`.
///
/// # Errors
/// TypeError if it is no int, OverflowError if it does not fit.
pub fn to_i64(cx: &Cx, v: Value) -> Res<i64> {
    let n = index(cx, v)?;
    match n.as_i64() {
        Some(n) => Ok(n),
        None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C long"),
    }
}

/// As [`to_i64`] for a C int.
pub fn to_i32(cx: &Cx, v: Value) -> Res<i32> {
    match index(cx, v)?.as_i64().and_then(|n| i32::try_from(n).ok()) {
        Some(n) => Ok(n),
        None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C int"),
    }
}

/// A real number argument as a double (`float()` without strings).
pub fn to_f64(cx: &Cx, v: Value) -> Res<f64> {
    if let Some(f) = v.as_float() {
        return Ok(f);
    }
    if let Some(n) = v.as_small() {
        return Ok(n as f64);
    }
    let class = class_of(v);
    if !v.is_int()
        && let Some(float) = class.slots.float()
    {
        let result = float(cx, v)?;
        return match result.as_float() {
            Some(f) => Ok(f),
            None => raise!(
                cx,
                TYPE_ERROR,
                "{}.__float__ returned non-float (type {})",
                class.display_name(),
                class_of(result).display_name()
            ),
        };
    }
    if !v.is_int() && class.slots.index().is_none() {
        return raise!(cx, TYPE_ERROR, "must be real number, not {}", class.display_name());
    }
    let big = index(cx, v)?.to_big();
    match big.and_then(|n| orochi_num::convert::to_f64(n.as_ref()).ok()) {
        Some(f) => Ok(f),
        None => raise!(cx, OVERFLOW_ERROR, "int too large to convert to float"),
    }
}

/// `len(v)`.
pub fn len(cx: &Cx, v: Value) -> Res<usize> {
    match class_of(v).slots.len() {
        Some(len) => len(cx, v),
        None => {
            raise!(cx, TYPE_ERROR, "object of type '{}' has no len()", class_of(v).display_name())
        }
    }
}

/// The text of a str argument, else TypeError "`what` must be str, not …".
pub fn expect_str(cx: &Cx, v: Value, what: &str) -> Res<Ref<PyStr>> {
    match v.as_str() {
        Some(text) => Ok(text),
        None => raise!(cx, TYPE_ERROR, "{what} must be str, not {}", class_of(v).display_name()),
    }
}

/// A `StopIteration` with the value the exhausted iterator left.
pub fn stop_iteration(cx: &Cx) -> Raised {
    match cx.stop_value.take() {
        Some(value) if !value.is_none() => cx.error_args(exception::STOP_ITERATION.get(), &[value]),
        _ => cx.error_args(exception::STOP_ITERATION.get(), &[]),
    }
}

/// Runs `f`, which makes the repr of the container `v`; `None` if that is under way already.
pub fn repr_guarded(cx: &Cx, v: Value, f: impl FnOnce() -> Res) -> Res<Option<Value>> {
    cx.check_native_stack()?;
    let stack = match cx.repr_stack.get().and_then(Value::downcast::<crate::list::PyList>) {
        Some(stack) => stack,
        None => {
            let stack = cx.new_list(&[])?;
            cx.repr_stack.init(stack.value());
            stack
        }
    };
    let depth = stack.len();
    if (0..depth).any(|i| stack.get(i) == Some(v)) {
        return Ok(None);
    }
    stack.push(cx, v)?;
    let result = f();
    stack.edit(cx, |edit| {
        while edit.len() > depth {
            edit.pop();
        }
    });
    Ok(Some(result?))
}
