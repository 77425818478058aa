//! `OSError` and its subclasses.

use super::base::{self, args_of, exc, state_dict};
use super::simple::member;
use orochi_object::exception::field;
use orochi_object::prelude::*;
use orochi_object::slots::{InitFn, NewFn};

/// Whether arguments are parsed by `__init__`: when a subclass overrides it but not `__new__`.
fn uses_init(class: Ref<PyType>) -> bool {
    let own_init = class.slots.init().map_or(0, |f| f as usize) == init as InitFn as usize;
    let own_new = class.slots.new().map_or(0, |f| f as usize) == new as NewFn as usize;
    !own_init && own_new
}

pub(super) fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if uses_init(class) {
        return Ok(exception::allocate(cx, class, &[])?.value());
    }
    base::no_keywords(cx, class, args)?;
    let values = args.positional();
    let mut class = class;
    if class == exception::OS_ERROR.get()
        && (2..=5).contains(&values.len())
        && let Some(errno) = values[0].as_i64()
    {
        class = exception::class_of_errno(errno).get();
    }
    let v = exception::allocate(cx, class, values)?.value();
    fill(cx, v, values)?;
    Ok(v)
}

pub(super) fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let class = class_of(v);
    if !uses_init(class) {
        // `new` has done the work, unless Rust code allocated the instance: with these arguments.
        let same = exc(v).args_tuple().is_some_and(|own| own.values() == args.positional());
        if class.has_flag(flag::HEAPTYPE) || exc(v).field(field::ERRNO).is_some() || !same {
            return Ok(());
        }
        return fill(cx, v, args.positional());
    }
    base::no_keywords(cx, class_of(v), args)?;
    fill(cx, v, args.positional())
}

fn fill(cx: &Cx, v: Value, values: &[Value]) -> Res<()> {
    let e = exc(v);
    let mut kept = values;
    if (2..=5).contains(&values.len()) {
        let filename = values.get(2).copied().and_then(Value::non_none);
        if let Some(filename) = filename {
            let blocking = class_of(v) == exception::BLOCKING_IO_ERROR.get();
            let slots = &class_of(filename).slots;
            if blocking && (filename.is_int() || slots.index().is_some() || slots.int().is_some()) {
                let n = ops::index_isize(cx, filename, &exception::VALUE_ERROR)?;
                e.set_field(cx, field::WRITTEN, cx.new_int(n as i64)?);
            } else {
                e.set_field(cx, field::FILENAME, filename);
                if let Some(second) = values.get(4).copied().and_then(Value::non_none) {
                    e.set_field(cx, field::FILENAME2, second);
                }
                kept = &values[..2];
            }
        }
        e.set_field(cx, field::ERRNO, values[0]);
        e.set_field(cx, field::STRERROR, values[1]);
    }
    e.args.set(cx, e, cx.new_tuple(kept)?.value());
    Ok(())
}

pub(super) fn str(cx: &Cx, v: Value) -> Res {
    let e = exc(v);
    let (errno, strerror) = (e.field(field::ERRNO), e.field(field::STRERROR));
    let head = |cx: &Cx| -> Res<Vec<Ref<PyStr>>> {
        let errno = ops::str(cx, errno.unwrap_or(Value::NONE))?;
        let strerror = ops::str(cx, strerror.unwrap_or(Value::NONE))?;
        Ok(vec![cx.new_str("[Errno ")?, errno, cx.new_str("] ")?, strerror])
    };
    let Some(filename) = e.field(field::FILENAME) else {
        if errno.is_none() || strerror.is_none() {
            return base::str(cx, v);
        }
        return Ok(cx.str_join_pieces(&head(cx)?)?.value());
    };
    let first = ops::repr(cx, filename)?;
    let second = match e.field(field::FILENAME2) {
        Some(second) => Some(ops::repr(cx, second)?),
        None => None,
    };
    let mut pieces = head(cx)?;
    pieces.extend([cx.new_str(": ")?, first]);
    if let Some(second) = second {
        pieces.extend([cx.new_str(" -> ")?, second]);
    }
    Ok(cx.str_join_pieces(&pieces)?.value())
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let e = exc(v);
    let mut own = args_of(cx, v)?;
    if let ([errno, strerror], Some(filename)) = (own.values(), e.field(field::FILENAME)) {
        own = match e.field(field::FILENAME2) {
            Some(second) => cx.new_tuple(&[*errno, *strerror, filename, Value::NONE, second])?,
            None => cx.new_tuple(&[*errno, *strerror, filename])?,
        };
    }
    base::reduced(cx, v, own.value(), state_dict(cx, v)?)
}

fn get_written(cx: &Cx, v: Value) -> Res {
    match exc(v).field(field::WRITTEN) {
        Some(n) => Ok(n),
        None => raise!(cx, ATTRIBUTE_ERROR, "characters_written"),
    }
}
fn set_written(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    match value {
        None => {
            get_written(cx, v)?;
            exc(v).fields[field::WRITTEN].clear();
        }
        Some(value) => {
            let n = ops::index_isize(cx, value, &exception::VALUE_ERROR)?;
            exc(v).set_field(cx, field::WRITTEN, cx.new_int(n as i64)?);
        }
    }
    Ok(())
}

pub(super) static METHODS: &[NativeDef] = &[method("__reduce__", "(self, /)", reduce)];
pub(super) static GETSET: &[GetSetDef] = &[
    member::<{ field::ERRNO }>("errno"),
    member::<{ field::STRERROR }>("strerror"),
    member::<{ field::FILENAME }>("filename"),
    member::<{ field::FILENAME2 }>("filename2"),
    getset("characters_written", get_written, set_written),
];
