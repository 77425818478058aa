//! Methods and attributes of `memoryview`.

use super::slots::{cast, make};
use super::window::c_strides;
use super::{PyMemoryView, READONLY, Window, access, derive, format};
use core::sync::atomic::Ordering;
use orochi_object::prelude::*;

pub(super) static TABLE: [NativeDef; 13] = [
    method("release", "(self, /)", release),
    method("tobytes", "(self, /, order='C')", tobytes),
    method("hex", "(self, /, sep=None, bytes_per_sep=1)", hex).doc(
        "The bytes as hexadecimal digits, in groups if there is a separator.\n\n\
         >>> memoryview(b'abc').hex()\n'616263'",
    ),
    method("tolist", "(self, /)", tolist),
    method("cast", "(self, /, format, shape=None)", cast_to),
    method("toreadonly", "(self, /)", toreadonly),
    method("count", "(self, value, /)", count),
    method("index", "(self, value, start=0, stop=9223372036854775807, /)", index),
    class_method("_from_flags", "(cls, /, object, flags)", from_flags),
    method("__enter__", "(self, /)", enter),
    method("__exit__", "(self, /, *exc_info)", exit),
    method("__release_buffer__", "(self, buffer, /)", |_, _| Ok(Value::NONE)),
    class_method("__class_getitem__", "(cls, item, /)", class_getitem),
];

pub(super) static GETSET: [GetSetDef; 12] = [
    getter("obj", |cx, v| checked(cx, v, |view| Ok(view.owner.or_none()))),
    getter("nbytes", |cx, v| {
        checked(cx, v, |view| Ok(Value::int(Window::of_view(view).nbytes() as i64)))
    }),
    getter("itemsize", |cx, v| checked(cx, v, |view| Ok(Value::int(view.itemsize() as i64)))),
    getter("format", |cx, v| {
        checked(cx, v, |view| match view.format.get() {
            Some(format) => Ok(format),
            None => Ok(cx.new_str("B")?.value()),
        })
    }),
    getter("ndim", |cx, v| checked(cx, v, |view| Ok(Value::int(view.dims().len() as i64)))),
    getter("shape", |cx, v| checked(cx, v, |view| Ok(view.shape.or_none()))),
    getter("strides", |cx, v| checked(cx, v, |view| Ok(view.strides.or_none()))),
    getter("suboffsets", |cx, v| checked(cx, v, |_| Ok(cx.new_tuple(&[])?.value()))),
    getter("readonly", |cx, v| checked(cx, v, |view| Ok(Value::bool(view.has(READONLY))))),
    getter("c_contiguous", |cx, v| {
        checked(cx, v, |view| Ok(Value::bool(Window::of_view(view).is_c_contiguous())))
    }),
    getter("f_contiguous", |cx, v| {
        checked(cx, v, |view| Ok(Value::bool(Window::of_view(view).is_f_contiguous())))
    }),
    getter("contiguous", |cx, v| {
        checked(cx, v, |view| {
            let window = Window::of_view(view);
            Ok(Value::bool(window.is_c_contiguous() || window.is_f_contiguous()))
        })
    }),
];

fn checked(cx: &Cx, v: Value, f: impl FnOnce(&PyMemoryView) -> Res) -> Res {
    let view = cast(v);
    view.check(cx)?;
    f(&view)
}

fn release(cx: &Cx, args: Args) -> Res {
    let view = cast(args.get(0));
    if view.has(super::RELEASED) {
        return Ok(Value::NONE);
    }
    match view.exports.load(Ordering::Acquire) {
        0 => {
            super::release(cx, view);
            Ok(Value::NONE)
        }
        n => raise!(
            cx,
            BUFFER_ERROR,
            "memoryview has {n} exported buffer{}",
            if n == 1 { "" } else { "s" }
        ),
    }
}

fn enter(cx: &Cx, args: Args) -> Res {
    cast(args.get(0)).check(cx)?;
    Ok(args.get(0))
}
fn exit(cx: &Cx, args: Args) -> Res {
    release(cx, args)
}

fn class_getitem(cx: &Cx, args: Args) -> Res {
    let alias = cx.import_from("types", "GenericAlias")?;
    ops::call(cx, alias, &[args.get(0), args.get(1)])
}

fn tobytes(cx: &Cx, args: Args) -> Res {
    let view = cast(args.get(0));
    let order = match args.non_none(1) {
        None => None,
        Some(order) => {
            let Some(order) = order.as_str() else {
                let class = class_of(order).display_name();
                let text = "tobytes() argument 'order' must be str or None, not";
                return raise!(cx, TYPE_ERROR, "{text} {class}");
            };
            crate::str::check_c_text(cx, order)?;
            Some(order)
        }
    };
    view.check(cx)?;
    let window = Window::of_view(&view);
    let order = match order {
        None => 'C',
        Some(order) if order.eq_str("C") => 'C',
        Some(order) if order.eq_str("F") => 'F',
        Some(order) if order.eq_str("A") => 'A',
        Some(_) => return raise!(cx, VALUE_ERROR, "order must be 'C', 'F' or 'A'"),
    };
    let fortran =
        order == 'F' || order == 'A' && !window.is_c_contiguous() && window.is_f_contiguous();
    let data = if fortran { window.to_vec_fortran(cx)? } else { window.to_vec(cx)? };
    Ok(cx.new_bytes(&data)?.value())
}

fn hex(cx: &Cx, args: Args) -> Res {
    let view = cast(args.get(0));
    let group = crate::bytes::hex_group(cx, args.opt(2))?;
    view.check(cx)?;
    let data = Window::of_view(&view).to_vec(cx)?;
    // While the separator is asked for its length the view cannot be released.
    let _held = class_of(view.value())
        .slots
        .buffer()
        .map(|buffer| buffer(cx, view.value(), orochi_object::buffer::request::FULL_RO))
        .transpose()?;
    crate::bytes::methods::hex_of(cx, &data, args.opt(1), group)
}

fn tolist(cx: &Cx, args: Args) -> Res {
    let view = cast(args.get(0));
    view.check(cx)?;
    let window = Window::of_view(&view);
    let c = access::native_format(cx, &view, &window)?;
    list_of(cx, c, &window, 0, window.data)
}

fn list_of(cx: &Cx, c: u8, window: &Window, dim: usize, at: *mut u8) -> Res {
    if dim == window.shape.len() {
        return access::read_item(cx, c, window, at);
    }
    let list = cx.new_list(&[])?;
    for i in 0..window.shape[dim] {
        let at = at.wrapping_offset(i as isize * window.strides[dim]);
        list.push(cx, list_of(cx, c, window, dim + 1, at)?)?;
    }
    Ok(list.value())
}

fn toreadonly(cx: &Cx, args: Args) -> Res {
    let view = cast(args.get(0));
    view.check(cx)?;
    let window = Window { readonly: true, ..Window::of_view(&view) };
    Ok(derive(cx, view, &window, view.format.get())?.value())
}

fn from_flags(cx: &Cx, args: Args) -> Res {
    let flags = ops::to_i32(cx, args.get(2))?;
    let made = make(cx, args.get(1), flags as u32)?;
    // What is a view already is not asked.
    if flags as u32 & orochi_object::buffer::request::WRITABLE != 0
        && args.get(1).downcast::<PyMemoryView>().is_none()
        && cast(made).has(READONLY)
    {
        return raise!(cx, BUFFER_ERROR, "Object is not writable.");
    }
    Ok(made)
}

fn cast_to(cx: &Cx, args: Args) -> Res {
    let view = cast(args.get(0));
    let Some(text) = args.get(1).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "cast() argument 'format' must be str, not {}",
            ops::argument_class(args.get(1))
        );
    };
    view.check(cx)?;
    let window = Window::of_view(&view);
    if !window.is_c_contiguous() {
        return raise!(cx, TYPE_ERROR, "memoryview: casts are restricted to C-contiguous views");
    }
    if (args.opt(2).is_some() || window.shape.len() != 1) && window.shape.contains(&0) {
        return raise!(
            cx,
            TYPE_ERROR,
            "memoryview: cannot cast view with zeros in shape or strides"
        );
    }
    let shape = args.opt(2).map(|shape| shape_argument(cx, shape)).transpose()?;
    if shape.as_ref().is_some_and(|shape| shape.len() != 1) && window.shape.len() != 1 {
        return raise!(cx, TYPE_ERROR, "memoryview: cast must be 1D -> ND or ND -> 1D");
    }
    let Some(c) = format::parse(&text.to_string_lossy()) else {
        return raise!(
            cx,
            VALUE_ERROR,
            "memoryview: destination format must be a native single character format prefixed with an optional '@'"
        );
    };
    let Some(old) = window.format else {
        return raise!(
            cx,
            VALUE_ERROR,
            "memoryview: source format must be a native single character format prefixed with an optional '@'"
        );
    };
    let is_byte = |c: u8| matches!(c, b'b' | b'B' | b'c');
    if !is_byte(c) && !is_byte(old) {
        return raise!(cx, TYPE_ERROR, "memoryview: cannot cast between two non-byte formats");
    }
    let (size, total) = (format::size(c).unwrap_or(1), window.nbytes());
    if total % size != 0 {
        return raise!(cx, TYPE_ERROR, "memoryview: length is not a multiple of itemsize");
    }
    let shape = match shape {
        Some(shape) => {
            if shape.iter().product::<usize>().checked_mul(size) != Some(total) {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "memoryview: product(shape) * itemsize != buffer size"
                );
            }
            shape
        }
        None => vec![total / size],
    };
    let strides = c_strides(&shape, size);
    let window = Window { itemsize: size, shape, strides, format: Some(c), ..window };
    Ok(derive(cx, view, &window, Some(text.value()))?.value())
}

fn shape_argument(cx: &Cx, v: Value) -> Res<Vec<usize>> {
    let is_row = v.downcast::<PyTuple>().is_some() || v.downcast::<PyList>().is_some();
    if !is_row {
        return raise!(cx, TYPE_ERROR, "shape must be a list or a tuple");
    }
    let row = ops::to_tuple(cx, v)?;
    if row.len() > 64 {
        return raise!(cx, VALUE_ERROR, "memoryview: number of dimensions must not exceed 64");
    }
    let mut shape = Vec::new();
    for n in row.values() {
        if !n.is_int() {
            return raise!(cx, TYPE_ERROR, "memoryview.cast(): elements of shape must be integers");
        }
        match n.as_i64() {
            Some(n) if n > 0 => shape.push(n as usize),
            _ => {
                return raise!(
                    cx,
                    VALUE_ERROR,
                    "memoryview.cast(): elements of shape must be integers > 0"
                );
            }
        }
    }
    Ok(shape)
}

fn count(cx: &Cx, args: Args) -> Res {
    let mut n = 0;
    ops::for_each(cx, args.get(0), &mut |item| {
        n += i64::from(ops::eq(cx, item, args.get(1))?);
        Ok(true)
    })?;
    Ok(Value::int(n))
}

fn index(cx: &Cx, args: Args) -> Res {
    let view = cast(args.get(0));
    let bound = |v: Option<Value>, default: i64| match v {
        None => Ok(default),
        Some(v) => Ok(ops::slice_index_not_none(cx, v)? as i64),
    };
    let (start, stop) = (bound(args.opt(2), 0)?, bound(args.opt(3), i64::MAX)?);
    view.check(cx)?;
    match view.dims().len() {
        0 => return raise!(cx, TYPE_ERROR, "invalid lookup on 0-dim memory"),
        1 => {}
        _ => {
            let message = "multi-dimensional lookup is not implemented";
            return raise!(cx, NOT_IMPLEMENTED_ERROR, "{message}");
        }
    }
    let len = view.dims().first().and_then(|n| n.as_i64()).unwrap_or(0);
    let fix = |n: i64| if n < 0 { n.saturating_add(len).max(0) } else { n };
    let (start, stop) = (fix(start), fix(stop).min(len));
    for i in start..stop {
        let item = access::getitem(cx, args.get(0), Value::int(i))?;
        if ops::eq(cx, item, args.get(1))? {
            return Ok(Value::int(i));
        }
    }
    raise!(cx, VALUE_ERROR, "memoryview.index(x): x not found")
}
