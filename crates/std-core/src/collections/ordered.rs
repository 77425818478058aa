//! `collections.OrderedDict`. Every dict keeps the order of insertion; this one can change it and
//! compares by it.

use super::ordered_views;
use orochi_object::dict::Key;
use orochi_object::iters::dict_kind;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_text::Builder;

pub(super) static CELL: TypeCell = TypeCell::new();

/// The type's table.
pub static TYPE: TypeDef = TypeDef {
    name: "collections.OrderedDict",
    cell: &CELL,
    base: Some(&types::DICT),
    layout: layout::DICT,
    size: size_of::<PyDict>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::NO_MODULE,
    slots: Slots {
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|cx, v| ordered_views::iterator(cx, v, dict_kind::KEYS)),
        items: Some(|cx, v| this(v).items(cx, dict_kind::KEYS)),
        setitem: Some(setitem),
        or: Some(or),
        ior: Some(ior),
        ..Slots::NONE
    },
    methods: &[
        class_method("fromkeys", "(type, iterable, value=None)", fromkeys),
        method("__reduce__", "(self, /)", reduce),
        method("__reversed__", "(self, /)", reversed),
        method("__sizeof__", "(self, /)", sizeof),
        method("clear", "(self, /)", clear),
        method("copy", "(self, /)", copy),
        method("items", "(self, /)", |cx, args| ordered_views::new(cx, args, dict_kind::ITEMS)),
        method("keys", "(self, /)", |cx, args| ordered_views::new(cx, args, dict_kind::KEYS)),
        method("values", "(self, /)", |cx, args| ordered_views::new(cx, args, dict_kind::VALUES)),
        method("move_to_end", "(self, key, last=True)", move_to_end),
        method("pop", "(self, key, default=<unrepresentable>)", pop),
        method("popitem", "(self, last=True)", popitem),
        method("setdefault", "(self, key, default=None)", setdefault),
        method("update", "(self, /, *args, **kwargs)", update_method),
    ],
    doc: Some("Dictionary that remembers insertion order"),
    ..TypeDef::DEFAULT
};

fn this(v: Value) -> Ref<PyDict> {
    // SAFETY: slots and methods of OrderedDict are called with its instances.
    unsafe { v.cast() }
}

/// Whether a key's class may have a hash of its own: such a key is looked up again whenever its value is wanted, for it may be
/// found no more.
pub(super) fn is_lively(key: Value) -> bool {
    class_of(key).has_flag(flag::HEAPTYPE)
}

fn has_lively_keys(cx: &Cx, dict: Ref<PyDict>) -> Res<bool> {
    Ok(dict.items(cx, dict_kind::KEYS)?.values().iter().any(|key| is_lively(*key)))
}

#[cold]
fn key_error(cx: &Cx, key: Value) -> Raised {
    // The key is given as exceptions are raised: None is no argument, a tuple is all of them.
    let class = exception::KEY_ERROR.get();
    match key.downcast::<PyTuple>() {
        Some(arguments) => cx.error_args(class, arguments.values()),
        None if key.is_none() => cx.error_args(class, &[]),
        None => cx.error_args(class, &[key]),
    }
}

fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    let hashed = Key::hashed(cx, key)?;
    match value {
        Some(value) => this(v).set_key(cx, hashed, value),
        None => match this(v).remove_key(cx, hashed)? {
            Some(_) => Ok(()),
            None => Err(cx.error_args(exception::KEY_ERROR.get(), &[key])),
        },
    }
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let given = CallArgs::new(args.positional());
    if given.all().len() > 1 {
        return raise!(cx, TYPE_ERROR, "expected at most 1 argument, got {}", given.all().len());
    }
    if let Some(source) = given.all().first() {
        update(cx, v, *source)?;
    }
    for (name, value) in args.keywords() {
        ops::setitem(cx, v, name.value(), value)?;
    }
    Ok(())
}

/// `MutableMapping.update`.
fn update(cx: &Cx, v: Value, source: Value) -> Res<()> {
    if (is_exact(source, &types::DICT) || is_exact(source, &CELL))
        && let Some(from) = source.downcast::<PyDict>()
    {
        if is_exact(v, &CELL) {
            // All at once, as for a dict.
            return this(v).merge_copy(cx, from);
        }
        let items = from.snapshot(cx)?;
        for pair in items.values().chunks_exact(2) {
            ops::setitem(cx, v, pair[0], pair[1])?;
        }
        return Ok(());
    }
    if let Some(keys) = ops::getattr_opt(cx, source, name!(cx, "keys"))? {
        let keys = ops::call(cx, keys, &[])?;
        let keys = ops::own_items(cx, keys)?.map_or(keys, Ref::value);
        return ops::for_each(cx, keys, &mut |key| {
            let value = ops::getitem(cx, source, key)?;
            ops::setitem(cx, v, key, value)?;
            Ok(true)
        });
    }
    if let Some(items) = ops::getattr_opt(cx, source, name!(cx, "items"))? {
        let items = ops::call(cx, items, &[])?;
        return add_pairs(cx, v, items);
    }
    add_pairs(cx, v, source)
}

fn add_pairs(cx: &Cx, v: Value, pairs: Value) -> Res<()> {
    ops::for_each(cx, pairs, &mut |pair| {
        let pair = ops::to_tuple(cx, pair)?;
        match pair.values() {
            [key, value] => ops::setitem(cx, v, *key, *value)?,
            values => {
                let (more, n) = (values.len() > 2, values.len());
                return match more {
                    true => raise!(cx, VALUE_ERROR, "too many values to unpack (expected 2)"),
                    false => {
                        let plural = if n == 1 { "" } else { "s" };
                        raise!(cx, VALUE_ERROR, "need more than {n} value{plural} to unpack")
                    }
                };
            }
        }
        Ok(true)
    })
}

fn update_method(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let given = args.rest(1);
    if given.len() > 1 {
        return raise!(
            cx,
            TYPE_ERROR,
            "update() takes at most 1 positional argument ({} given)",
            given.len()
        );
    }
    if let Some(source) = given.first() {
        update(cx, v, *source)?;
    }
    if let Some(keywords) = args.kwargs(2) {
        update(cx, v, keywords.value())?;
    }
    Ok(Value::NONE)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let name = class_of(v).name_str().to_string_lossy();
    if this(v).is_empty() {
        return Ok(cx.new_str(&format!("{name}()"))?.value());
    }
    let done = ops::repr_guarded(cx, v, || {
        let plain = match is_exact(v, &CELL) && !has_lively_keys(cx, this(v))? {
            true => this(v).copy(cx)?,
            false => {
                let copy = cx.new_dict()?;
                let items = ops::call_method(cx, v, name!(cx, "items"), &[])?;
                add_pairs(cx, copy.value(), items)?;
                copy
            }
        };
        let items = ops::repr(cx, plain.value())?;
        let mut text = Builder::new();
        text.push_str(&name);
        text.push_str("(");
        text.push_units(items.text());
        text.push_str(")");
        Ok(cx.str_from_buf(&text.finish())?.value())
    })?;
    match done {
        Some(text) => Ok(text),
        None => Ok(cx.new_str("...")?.value()),
    }
}

/// What changes when entries come or go: the table, its rows, how many of them are live.
#[derive(PartialEq)]
struct State(u64, usize, usize);

impl State {
    fn of(dict: Ref<PyDict>) -> State {
        let table = dict.table();
        let rows = table.map_or(0, |table| table.rows().len());
        State(table.map_or(0, |table| table.value().word()), rows, dict.len())
    }
    /// Raises RuntimeError if the dict is no longer as it was.
    fn check(&self, cx: &Cx, dict: Ref<PyDict>) -> Res<()> {
        if *self == State::of(dict) {
            return Ok(());
        }
        raise!(cx, RUNTIME_ERROR, "OrderedDict mutated during iteration")
    }
}

fn same_order(cx: &Cx, a: Ref<PyDict>, b: Ref<PyDict>) -> Res<bool> {
    let states = [State::of(a), State::of(b)];
    let (mine, other) = (a.snapshot(cx)?, b.snapshot(cx)?);
    for (x, y) in mine.values().iter().zip(other.values()).step_by(2) {
        let same = ops::eq(cx, *x, *y)?;
        states[0].check(cx, a)?;
        states[1].check(cx, b)?;
        if !same {
            return Ok(false);
        }
    }
    // Comparing the dicts may have taken keys away; the shared beginning is compared all the same, as in CPython.
    Ok(mine.len() == other.len())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (Some(base), Some(other)) = (types::DICT.get().slots.compare(), w.downcast::<PyDict>())
    else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mut equal = base(cx, v, w, CmpOp::Eq)?.is(Value::TRUE);
    if equal && class_of(w).is_subtype(CELL.get()) {
        equal = same_order(cx, this(v), other)?;
    }
    Ok(Value::bool(equal == (op == CmpOp::Eq)))
}

fn or(cx: &Cx, v: Value, w: Value) -> Res {
    let (mine, other) = match class_of(v).is_subtype(CELL.get()) {
        true => (v, w),
        false => (w, v),
    };
    if other.downcast::<PyDict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let made = ops::call(cx, class_of(mine).value(), &[v])?;
    update(cx, made, w)?;
    Ok(made)
}

fn ior(cx: &Cx, v: Value, w: Value) -> Res {
    update(cx, v, w)?;
    Ok(v)
}

fn fromkeys(cx: &Cx, args: Args) -> Res {
    let made = ops::call(cx, args.get(0), &[])?;
    let value = args.or(2, Value::NONE);
    ops::for_each(cx, args.get(1), &mut |key| {
        ops::setitem(cx, made, key, value)?;
        Ok(true)
    })?;
    Ok(made)
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let state = ops::call_method(cx, v, name!(cx, "__getstate__"), &[])?;
    let items = ops::call_method(cx, v, name!(cx, "items"), &[])?;
    let items = ops::iter(cx, items)?;
    let parts = cx.new_tuple(&[])?.value();
    Ok(cx.new_tuple(&[class_of(v).value(), parts, state, Value::NONE, items])?.value())
}

fn reversed(cx: &Cx, args: Args) -> Res {
    ordered_views::iterator(cx, args.get(0), dict_kind::KEYS | dict_kind::REVERSE)
}

fn sizeof(cx: &Cx, args: Args) -> Res {
    let rows = this(args.get(0)).table().map_or(0, |table| table.capacity());
    cx.new_int((class_of(args.get(0)).instance_size() + rows * 40) as i64)
}

fn clear(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).clear(cx);
    Ok(Value::NONE)
}

fn copy(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let made = ops::call(cx, class_of(v).value(), &[])?;
    if is_exact(v, &CELL) && !has_lively_keys(cx, this(v))? {
        this(made).merge(cx, this(v).copy(cx)?)?;
    } else {
        let state = State::of(this(v));
        for key in this(v).items(cx, dict_kind::KEYS)?.values() {
            let value = ops::getitem(cx, v, *key)?;
            ops::setitem(cx, made, *key, value)?;
            state.check(cx, this(v))?;
        }
    }
    if let Some(attributes) = orochi_object::instance::dict(cx, v)?
        && !attributes.is_empty()
    {
        let own = ops::getattr(cx, made, name!(cx, "__dict__"))?;
        ops::call_method(cx, own, name!(cx, "update"), &[attributes.value()])?;
    }
    Ok(made)
}

fn move_to_end(cx: &Cx, args: Args) -> Res {
    let last = match args.opt(2) {
        Some(last) => ops::truth(cx, last)?,
        None => true,
    };
    if this(args.get(0)).is_empty() {
        return Err(key_error(cx, args.get(1)));
    }
    let dict = this(args.get(0));
    let there = if last { dict.previous(usize::MAX) } else { dict.next(0) };
    if there.is_some_and(|(_, key, _)| key.is(args.get(1))) {
        // It is where it belongs, and nobody asks for its hash.
        return Ok(Value::NONE);
    }
    let key = Key::hashed(cx, args.get(1))?;
    match dict.move_item(cx, key, last)? {
        Some(_) => Ok(Value::NONE),
        None => Err(key_error(cx, args.get(1))),
    }
}

fn pop(cx: &Cx, args: Args) -> Res {
    let (v, key) = (args.get(0), args.get(1));
    match (this(v).remove_key(cx, Key::hashed(cx, key)?)?, args.opt(2)) {
        (Some(value), _) | (None, Some(value)) => Ok(value),
        (None, None) => Err(key_error(cx, key)),
    }
}

fn popitem(cx: &Cx, args: Args) -> Res {
    let last = match args.opt(1) {
        Some(last) => ops::truth(cx, last)?,
        None => true,
    };
    let dict = this(args.get(0));
    let item = if last { dict.pop_item(cx) } else { dict.pop_first(cx) };
    match item {
        Some((key, value)) => Ok(cx.new_tuple(&[key, value])?.value()),
        None => raise!(cx, KEY_ERROR, "dictionary is empty"),
    }
}

fn setdefault(cx: &Cx, args: Args) -> Res {
    let (v, key, default) = (args.get(0), args.get(1), args.or(2, Value::NONE));
    if is_exact(v, &CELL) {
        return this(v).set_default(cx, key, default);
    }
    if ops::contains(cx, v, key)? {
        return ops::getitem(cx, v, key);
    }
    ops::setitem(cx, v, key, default)?;
    Ok(default)
}
