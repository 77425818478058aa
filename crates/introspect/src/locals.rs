//! `frame.f_locals`: a write-through view of a function's variables (PEP 667), the namespace itself
//! elsewhere.

use orochi_bytecode::CodeFlags;
use orochi_object::cell::PyCell;
use orochi_object::prelude::*;
use orochi_object::{intern, layout};
use orochi_runtime::pyframe::PyFrame;

/// A `FrameLocalsProxy`: the frame it shows.
#[repr(C)]
pub struct Proxy {
    pub header: Header,
    pub frame: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Proxy {
    const LAYOUT: u16 = layout::WORDS;
}

/// The type `FrameLocalsProxy`.
pub static CELL: TypeCell = TypeCell::new();

/// The table of `FrameLocalsProxy`.
pub static TYPE: TypeDef = TypeDef {
    name: "FrameLocalsProxy",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Proxy>(),
    flags: flag::MAPPING,
    slots: Slots {
        repr: Some(|cx, v| {
            let Some(text) = ops::repr_guarded(cx, v, || {
                let dict = to_dict(cx, frame(v))?;
                Ok(ops::repr(cx, dict.value())?.value())
            })?
            else {
                return crate::util::text(cx, "{...}");
            };
            Ok(text)
        }),
        compare: Some(compare),
        len: Some(|cx, v| Ok(to_dict(cx, frame(v))?.len())),
        iter: Some(|cx, v| ops::iter(cx, list_of(cx, v, 1)?)),
        getitem: Some(|cx, v, key| match lookup(cx, frame(v), key)? {
            Some(value) => Ok(value),
            None => {
                let name = ops::repr_text(cx, key)?;
                raise!(cx, KEY_ERROR, "local variable '{name}' is not defined")
            }
        }),
        setitem: Some(|cx, v, key, value| match value {
            Some(value) => store(cx, frame(v), key, value),
            None => remove(cx, frame(v), key).map(|_| ()),
        }),
        contains: Some(|cx, v, key| Ok(lookup(cx, frame(v), key)?.is_some())),
        or: Some(or),
        ior: Some(|cx, v, w| {
            update(cx, frame(v), w)?;
            Ok(v)
        }),
        new: Some(|cx, class, args| {
            let given = args.exactly(cx, "FrameLocalsProxy", 1, 1)?;
            if given[0].downcast::<PyFrame>().is_none() {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "expect frame, not {}",
                    class_of(given[0]).display_name()
                );
            }
            let made: Ref<Proxy> = cx.alloc_instance(class, 0)?;
            made.frame.init(given[0]);
            Ok(made.value())
        }),
        ..Slots::NONE
    },
    methods: &[
        method("keys", "(self, /)", |cx, args| list_of(cx, args.get(0), 1)),
        method("values", "(self, /)", |cx, args| list_of(cx, args.get(0), 2)),
        method("items", "(self, /)", |cx, args| list_of(cx, args.get(0), 3)),
        method("__reversed__", "(self, /)", |cx, args| {
            let list = ops::to_list(cx, list_of(cx, args.get(0), 1)?)?;
            list.edit(cx, |edit| edit.reverse());
            Ok(list.value())
        }),
        method("copy", "(self, /)", |cx, args| Ok(to_dict(cx, frame(args.get(0)))?.value())),
        method("get", "(self, key, default=None, /)", |cx, args| {
            Ok(lookup(cx, frame(args.get(0)), args.get(1))?.unwrap_or(args.or(2, Value::NONE)))
        }),
        method("setdefault", "(self, key, default=None, /)", |cx, args| {
            let (own, key) = (frame(args.get(0)), args.get(1));
            if let Some(value) = lookup(cx, own, key)? {
                return Ok(value);
            }
            let value = args.or(2, Value::NONE);
            store(cx, own, key, value)?;
            Ok(value)
        }),
        method("update", "(self, other, /)", |cx, args| {
            update(cx, frame(args.get(0)), args.get(1))?;
            Ok(Value::NONE)
        }),
        method("pop", "(self, key, default=None, /)", |cx, args| {
            match (remove(cx, frame(args.get(0)), args.get(1)), args.opt(2)) {
                (Err(raised), Some(default)) if raised.is(&exception::KEY_ERROR) => Ok(default),
                (result, _) => result,
            }
        }),
    ],
    ..TypeDef::DEFAULT
};

fn frame(v: Value) -> Ref<PyFrame> {
    // SAFETY: slots and rows of the proxy, whose only slot holds a frame.
    unsafe { v.cast::<Proxy>().frame.or_none().cast() }
}

/// What `frame.f_locals` is.
pub fn of_frame(cx: &Cx, frame: Ref<PyFrame>) -> Res {
    if let Some(locals) = frame.locals.get() {
        return Ok(locals);
    }
    if let Some(locals) = frame.record(cx).and_then(|record| record.locals) {
        return Ok(locals);
    }
    if frame.code().flags & CodeFlags::OPTIMIZED == 0 {
        return Ok(frame.globals.or_none());
    }
    let proxy: Ref<Proxy> = cx.alloc_instance(CELL.get(), 0)?;
    proxy.frame.init(frame.value());
    Ok(proxy.value())
}

/// The value of named register `i`, seen through its cell.
fn variable(cx: &Cx, frame: Ref<PyFrame>, i: usize) -> Option<Value> {
    let value = frame.fast_local(cx, i)?;
    if i < frame.code().unit().cell_base() {
        return Some(value);
    }
    match value.downcast::<PyCell>() {
        Some(cell) => cell.content.get(),
        None => Some(value),
    }
}

/// Whether Python sees a variable of this name; the compiler's own begin with a dot.
fn is_shown(name: &str) -> bool {
    !name.starts_with('.') || name == ".0"
}

/// The registers that may hold the variable of this name: a str, or anything that equals one.
fn registers(cx: &Cx, frame: Ref<PyFrame>, key: Value) -> Res<Vec<usize>> {
    let code = frame.code();
    let all = (0..code.unit().temp_base()).filter(|i| code.register_name(*i).is_some_and(is_shown));
    if let Some(name) = key.as_str().filter(|_| is_exact(key, &types::STR)) {
        let same = |i: &usize| code.register_name(*i).is_some_and(|own| name.eq_str(own));
        return Ok(all.filter(same).collect());
    }
    let hash = ops::hash(cx, key)?;
    let mut found = Vec::new();
    for i in all {
        let Some(own) = code.register_name(i) else { continue };
        let own = intern::intern_text(cx, own)?;
        if own.hash() == hash && ops::eq(cx, own.value(), key)? {
            found.push(i);
        }
    }
    Ok(found)
}

fn extra(frame: Ref<PyFrame>) -> Option<Ref<PyDict>> {
    frame.extra_locals.get().and_then(Value::downcast)
}

fn lookup(cx: &Cx, frame: Ref<PyFrame>, key: Value) -> Res<Option<Value>> {
    let found = registers(cx, frame, key)?.into_iter().find_map(|i| variable(cx, frame, i));
    if found.is_some() {
        return Ok(found);
    }
    match extra(frame) {
        Some(dict) => dict.get(cx, key),
        None => Ok(None),
    }
}

fn store(cx: &Cx, frame: Ref<PyFrame>, key: Value, value: Value) -> Res<()> {
    let places = registers(cx, frame, key)?;
    let first_cell = frame.code().unit().cell_base();
    let cell = places
        .iter()
        .filter(|i| **i >= first_cell)
        .find_map(|i| frame.fast_local(cx, *i)?.downcast::<PyCell>());
    if let Some(cell) = cell {
        cell.content.set(cx, cell, value);
        return Ok(());
    }
    if let Some(i) = places.first() {
        frame.set_fast_local(cx, *i, Some(value));
        return Ok(());
    }
    let dict = match extra(frame) {
        Some(dict) => dict,
        None => {
            let dict = cx.new_dict()?;
            frame.extra_locals.set(cx, frame, dict.value());
            dict
        }
    };
    dict.set(cx, key, value)
}

fn remove(cx: &Cx, frame: Ref<PyFrame>, key: Value) -> Res {
    if !registers(cx, frame, key)?.is_empty() {
        return raise!(cx, VALUE_ERROR, "cannot remove local variables from FrameLocalsProxy");
    }
    let removed = match extra(frame) {
        Some(dict) => dict.remove(cx, key)?,
        None => None,
    };
    match removed {
        Some(value) => Ok(value),
        None => Err(cx.error_args(exception::KEY_ERROR.get(), &[key])),
    }
}

/// The variables that are bound, in a fresh dict: also what `locals()` gives in a function.
pub fn to_dict(cx: &Cx, frame: Ref<PyFrame>) -> Res<Ref<PyDict>> {
    let dict = cx.new_dict()?;
    let code = frame.code();
    for i in 0..code.unit().temp_base() {
        let Some(name) = code.register_name(i).filter(|name| is_shown(name)) else { continue };
        if let Some(value) = variable(cx, frame, i) {
            dict.set_str(cx, intern::intern_text(cx, name)?, value)?;
        }
    }
    if let Some(extra) = extra(frame) {
        for pair in extra.snapshot(cx)?.values().chunks_exact(2) {
            dict.set(cx, pair[0], pair[1])?;
        }
    }
    Ok(dict)
}

/// A list of keys (1), values (2) or pairs (3).
fn list_of(cx: &Cx, v: Value, what: u8) -> Res {
    let list = cx.new_list(&[])?;
    for pair in to_dict(cx, frame(v))?.snapshot(cx)?.values().chunks_exact(2) {
        list.push(
            cx,
            match what {
                1 => pair[0],
                2 => pair[1],
                _ => cx.new_tuple(pair)?.value(),
            },
        )?;
    }
    Ok(list.value())
}

fn update(cx: &Cx, frame: Ref<PyFrame>, other: Value) -> Res<()> {
    if ops::is_instance_of(other, &CELL) {
        let dict = to_dict(cx, self::frame(other))?;
        return update(cx, frame, dict.value());
    }
    let keys = match ops::getattr_opt(cx, other, name!(cx, "keys"))? {
        Some(keys) => ops::to_tuple(cx, ops::call(cx, keys, &[])?)?,
        None => {
            return raise!(
                cx,
                TYPE_ERROR,
                "update() argument must be dict or another FrameLocalsProxy"
            );
        }
    };
    for key in keys.values() {
        store(cx, frame, *key, ops::getitem(cx, other, *key)?)?;
    }
    Ok(())
}

fn or(cx: &Cx, v: Value, w: Value) -> Res {
    let side = |v: Value| -> Res<Option<Ref<PyDict>>> {
        if ops::is_instance_of(v, &CELL) {
            return Ok(Some(to_dict(cx, frame(v))?));
        }
        v.downcast::<PyDict>().map(|dict| dict.copy(cx)).transpose()
    };
    let (Some(left), Some(right)) = (side(v)?, side(w)?) else { return Ok(Value::NOT_IMPLEMENTED) };
    for pair in right.snapshot(cx)?.values().chunks_exact(2) {
        left.set(cx, pair[0], pair[1])?;
    }
    Ok(left.value())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let equal = if ops::is_instance_of(w, &CELL) {
        frame(v) == frame(w)
    } else if w.downcast::<PyDict>().is_some() {
        ops::eq(cx, to_dict(cx, frame(v))?.value(), w)?
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match op {
        CmpOp::Eq => Ok(Value::bool(equal)),
        CmpOp::Ne => Ok(Value::bool(!equal)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
