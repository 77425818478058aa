//! Struct sequences: tuples whose items have names, some perhaps reachable by name only.
//!
//! A type is one `static TYPE: TypeDef = structseq::definition::<VISIBLE>(...)` with a table of
//! rows made by [`rows`] or [`rows_at`]. The row of a field holds its index; items past `VISIBLE`
//! lie behind the tuple's own.

use crate::args::unexpected_keyword;
use crate::args::{Args, CallArgs};
use crate::cx::Cx;
use crate::descr::{GetSetDef, field_getter};
use crate::dict::PyDict;
use crate::error::Res;
use crate::intern;
use crate::layout;
use crate::native::{NativeDef, method};
use crate::object::Ref;
use crate::ops;
use crate::raise;
use crate::slot::Slot;
use crate::slots::Slots;
use crate::tuple::PyTuple;
use crate::typedef::TypeDef;
use crate::types::{self, PyType, TypeCell, class_of};
use crate::value::Value;

/// Field `i` of a struct sequence, hidden or not.
pub fn field(v: Value, i: usize) -> Value {
    // SAFETY: receivers are struct sequences, made with room for all fields.
    let slot = unsafe { &*v.cast::<PyTuple>().as_ptr().add(1).cast::<Slot>().add(i) };
    slot.or_none()
}

fn get<const I: usize>(_: &Cx, v: Value) -> Res {
    Ok(field(v, I))
}

macro_rules! getters {
    ($($i:literal)*) => { [$(get::<$i>),*] };
}
/// Most fields a struct sequence can have.
pub const MAX_FIELDS: usize = 32;
const GETTERS: [fn(&Cx, Value) -> Res; MAX_FIELDS] = getters! {
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
};

/// Rows of fields in order.
pub const fn rows<const N: usize>(names: [&'static str; N]) -> [GetSetDef; N] {
    let mut table = [const { field_getter("", get::<0>) }; N];
    let mut i = 0;
    while i < N {
        table[i] = field_getter(names[i], GETTERS[i]);
        i += 1;
    }
    table
}

/// Rows of fields with their indices, where some items have no name.
pub const fn rows_at<const N: usize>(names: [(&'static str, usize); N]) -> [GetSetDef; N] {
    let mut table = [const { field_getter("", get::<0>) }; N];
    let mut i = 0;
    while i < N {
        table[i] = field_getter(names[i].0, GETTERS[names[i].1]);
        i += 1;
    }
    table
}

/// The definition of a struct sequence type: `visible` items of `total` count as the tuple's.
pub const fn definition<const VISIBLE: usize, const TOTAL: usize>(
    name: &'static str,
    cell: &'static TypeCell,
    rows: &'static [GetSetDef],
    doc: &'static str,
) -> TypeDef {
    TypeDef {
        name,
        cell,
        base: Some(&types::TUPLE),
        layout: layout::TUPLE,
        size: size_of::<PyTuple>(),
        slots: Slots { new: Some(new::<VISIBLE, TOTAL>), repr: Some(repr), ..Slots::NONE },
        methods: METHODS,
        getset: rows,
        doc: Some(doc),
        init: Some(init::<VISIBLE, TOTAL>),
        ..TypeDef::DEFAULT
    }
}

/// As [`definition`], for a type that Python code cannot instantiate (`sys.flags`).
pub const fn sealed<const VISIBLE: usize, const TOTAL: usize>(
    name: &'static str,
    cell: &'static TypeCell,
    rows: &'static [GetSetDef],
    doc: &'static str,
) -> TypeDef {
    let mut def = definition::<VISIBLE, TOTAL>(name, cell, rows, doc);
    def.flags |= types::flag::NO_NEW;
    def
}

static METHODS: &[NativeDef] = &[
    method("__reduce__", "(self, /)", reduce),
    method("__replace__", "(self, /, **changes)", replace),
];

fn init<const VISIBLE: usize, const TOTAL: usize>(cx: &Cx, class: Ref<PyType>) -> Res<()> {
    let dict = class.namespace();
    let names = class.definition.map_or(&[][..], |def| def.getset);
    let numbers = [
        ("n_sequence_fields", VISIBLE),
        ("n_fields", TOTAL),
        ("n_unnamed_fields", TOTAL - names.len().min(TOTAL)),
    ];
    for (name, n) in numbers {
        dict.set_str(cx, intern::intern_text(cx, name)?, Value::int(n as i64))?;
    }
    // Only visible fields lack a name.
    let unnamed = TOTAL - names.len().min(TOTAL);
    let match_args = PyTuple::new_internal(cx, VISIBLE.min(names.len()).saturating_sub(unnamed))?;
    for (item, row) in match_args.items().iter().zip(names) {
        item.init(intern::intern_text(cx, row.name)?.value());
    }
    dict.set_str(cx, crate::name!(cx, "__match_args__"), match_args.value())
}

/// A struct sequence of the ready type `class` with all its fields.
pub fn make(cx: &Cx, class: &TypeCell, fields: &[Value]) -> Res {
    let class = class.get();
    let visible = class
        .namespace()
        .get_str(crate::name!(cx, "n_sequence_fields"))
        .and_then(Value::as_small)
        .unwrap_or(fields.len() as i64);
    Ok(cx.tuple_with_hidden(class, fields, visible as usize)?.value())
}

fn new<const VISIBLE: usize, const TOTAL: usize>(
    cx: &Cx,
    class: Ref<PyType>,
    args: CallArgs,
) -> Res {
    let name = ops::full_name(cx, class);
    for (keyword, _) in args.keywords() {
        if !keyword.eq_str("sequence") && !keyword.eq_str("dict") {
            let names = ["sequence", "dict"].into_iter();
            return Err(unexpected_keyword(cx, "structseq()", keyword, names));
        }
    }
    let positional = args.positional();
    let Some(sequence) = positional.first().copied().or_else(|| args.keyword("sequence")) else {
        return raise!(cx, TYPE_ERROR, "structseq() missing required argument 'sequence' (pos 1)");
    };
    let named = positional.get(1).copied().or_else(|| args.keyword("dict"));
    let items = match ops::to_list(cx, sequence) {
        Ok(list) => list.snapshot(cx)?,
        Err(raised) if raised.is(&crate::exception::TYPE_ERROR) => {
            return raise!(cx, TYPE_ERROR, "constructor requires a sequence");
        }
        Err(raised) => return Err(raised),
    };
    let named = match named {
        None => None,
        Some(named) => match named.downcast::<PyDict>() {
            Some(named) => Some(named),
            None => {
                return raise!(cx, TYPE_ERROR, "{name}() takes a dict as second arg, if any");
            }
        },
    };
    check_length(cx, &name, items.len(), VISIBLE, TOTAL)?;
    let row = fill(cx, class, items, named, TOTAL)?;
    Ok(cx.tuple_with_hidden(class, row.values(), VISIBLE)?.value())
}

fn check_length(cx: &Cx, name: &str, n: usize, least: usize, most: usize) -> Res<()> {
    if n >= least && n <= most {
        return Ok(());
    }
    if least == most {
        return raise!(cx, TYPE_ERROR, "{name}() takes a {least}-sequence ({n}-sequence given)");
    }
    let (word, bound) = if n < least { ("at least", least) } else { ("at most", most) };
    raise!(cx, TYPE_ERROR, "{name}() takes an {word} {bound}-sequence ({n}-sequence given)")
}

/// All fields: the items given, then what `named` says, else None.
fn fill(
    cx: &Cx,
    class: Ref<PyType>,
    items: Ref<PyTuple>,
    named: Option<Ref<PyDict>>,
    total: usize,
) -> Res<Ref<PyTuple>> {
    let row = PyTuple::new_internal(cx, total)?;
    for (i, to) in row.items().iter().enumerate() {
        to.init(items.get(i).unwrap_or(Value::NONE));
    }
    let Some(named) = named else { return Ok(row) };
    let mut used = 0;
    for (name, at) in names(cx, class, total)? {
        if at >= items.len()
            && let Some(value) = named.get_str(intern::intern_text(cx, name)?)
        {
            row.items()[at].init(value);
            used += 1;
        }
    }
    if used < named.len() {
        return raise!(
            cx,
            TYPE_ERROR,
            "{}() got duplicate or unexpected field name(s)",
            ops::full_name(cx, class)
        );
    }
    Ok(row)
}

/// Names and indices of the fields. The index is found by asking each row's getter for its item of
/// a probe that holds 0, 1, 2, …
fn names(cx: &Cx, class: Ref<PyType>, total: usize) -> Res<Vec<(&'static str, usize)>> {
    let rows = class.definition.map_or(&[][..], |def| def.getset);
    let probe: Vec<Value> = (0..total as i64).map(Value::int).collect();
    let probe = cx.tuple_with_hidden(class, &probe, total)?.value();
    rows.iter()
        .map(|row| Ok((row.name, (row.get)(cx, probe)?.as_small().unwrap_or(0) as usize)))
        .collect()
}

fn number(cx: &Cx, class: Ref<PyType>, name: &str) -> Res<usize> {
    let found = class.namespace().get_str(intern::intern_text(cx, name)?);
    Ok(found.and_then(Value::as_small).unwrap_or(0) as usize)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let class = class_of(v);
    // SAFETY: the receiver is a struct sequence.
    let tuple: Ref<PyTuple> = unsafe { v.cast() };
    let mut pieces: Vec<String> = Vec::new();
    let rows = class.definition.map_or(&[][..], |def| def.getset);
    for (row, item) in rows.iter().zip(tuple.values()) {
        pieces.push(format!("{}={}", row.name, ops::repr_text(cx, *item)?));
    }
    let text = format!("{}({})", ops::full_name(cx, class), pieces.join(", "));
    Ok(cx.new_str(&text)?.value())
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let class = class_of(v);
    // SAFETY: the receiver is a struct sequence.
    let tuple: Ref<PyTuple> = unsafe { v.cast() };
    let hidden = cx.new_dict()?;
    for (name, at) in names(cx, class, number(cx, class, "n_fields")?)? {
        if at >= tuple.len() {
            hidden.set_str(cx, intern::intern_text(cx, name)?, field(v, at))?;
        }
    }
    let plain = cx.new_tuple(tuple.values())?;
    let inner = cx.new_tuple(&[plain.value(), hidden.value()])?;
    Ok(cx.new_tuple(&[class.value(), inner.value()])?.value())
}

fn replace(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let class = class_of(v);
    let total = number(cx, class, "n_fields")?;
    if number(cx, class, "n_unnamed_fields")? > 0 {
        return raise!(
            cx,
            TYPE_ERROR,
            "__replace__() is not supported for {} because it has unnamed field(s)",
            ops::full_name(cx, class)
        );
    }
    let row = PyTuple::new_internal(cx, total)?;
    for (i, to) in row.items().iter().enumerate() {
        to.init(field(v, i));
    }
    let Some(changes) = args.kwargs(1) else { return make_row(cx, class, row) };
    let pairs = changes.snapshot(cx)?;
    let names = names(cx, class, total)?;
    let mut unknown = Vec::new();
    for pair in pairs.values().chunks_exact(2) {
        let key = pair[0].as_str();
        match names.iter().find(|(name, _)| key.is_some_and(|key| key.eq_str(name))) {
            Some((_, at)) => row.items()[*at].init(pair[1]),
            None => unknown.push(ops::repr_text(cx, pair[0])?),
        }
    }
    if !unknown.is_empty() {
        return raise!(cx, TYPE_ERROR, "Got unexpected field name(s): [{}]", unknown.join(", "));
    }
    make_row(cx, class, row)
}

fn make_row(cx: &Cx, class: Ref<PyType>, row: Ref<PyTuple>) -> Res {
    let visible = number(cx, class, "n_sequence_fields")?;
    Ok(cx.tuple_with_hidden(class, row.values(), visible)?.value())
}
