//! `typing.Union`: `int | str`.

use crate::generic_alias;
use orochi_object::layout;
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;

/// The type's cell.
pub static CELL: TypeCell = TypeCell::new();

/// A `typing.Union`. Immutable but for `parameters`, computed once asked for.
#[repr(C)]
pub struct PyUnion {
    pub header: Header,
    pub args: Slot,
    parameters: Slot,
    /// A tuple of the members that had no hash when the union was made, if there were any: then it has none.
    unhashable: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PyUnion {
    const LAYOUT: u16 = layout::WORDS;
}

/// The table of `typing.Union`.
pub static TYPE: TypeDef = TypeDef {
    name: "typing.Union",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<PyUnion>(),
    flags: flag::WEAKREF | flag::NO_MODULE,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        getattr: Some(getattr),
        getitem: Some(getitem),
        or: Some(or_union),
        ..Slots::NONE
    },
    methods: &[
        method("__mro_entries__", "(self, bases, /)", |cx, args| {
            let text = ops::repr_text(cx, args.get(0))?;
            raise!(cx, TYPE_ERROR, "Cannot subclass {text}")
        }),
        method("__instancecheck__", "(self, instance, /)", |cx, args| {
            check(cx, args, "isinstance")
        }),
        method("__subclasscheck__", "(self, subclass, /)", |cx, args| {
            check(cx, args, "issubclass")
        }),
        class_method("__class_getitem__", "(cls, item, /)", class_getitem),
    ],
    getset: &[
        field_getter("__args__", |_, v| Ok(union(v).args.or_none())),
        getter("__parameters__", |cx, v| Ok(parameters(cx, v)?.value())),
        getter("__name__", |cx, _| Ok(name!(cx, "Union").value())),
        getter("__qualname__", |cx, _| Ok(name!(cx, "Union").value())),
        getter("__origin__", |_, _| Ok(CELL.get().value())),
    ],
    doc: Some("Represent a union type\n\nE.g. for int | str"),
    ..TypeDef::DEFAULT
};

fn union(v: Value) -> Ref<PyUnion> {
    // SAFETY: slots, methods and rows of Union, whose instances are PyUnion.
    unsafe { v.cast() }
}

fn args_of(v: Value) -> Ref<PyTuple> {
    // SAFETY: `args` holds a tuple from creation on.
    unsafe { union(v).args.or_none().cast() }
}

/// Whether a value is a union.
pub fn is_union(v: Value) -> bool {
    is_exact(v, &CELL)
}

fn is_unionable(v: Value) -> bool {
    v.is_none()
        || v.downcast::<PyType>().is_some()
        || is_union(v)
        || generic_alias::is_alias(v)
        || class_of(v).definition.is_some_and(|def| def.name == "typing.TypeAliasType")
}

/// `|` of classes and the like.
pub fn or(cx: &Cx, v: Value, w: Value) -> Res {
    if !is_unionable(v) || !is_unionable(w) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    make(cx, &[v, w])
}

/// `|` with a union: what the other side may be is `typing`'s to say.
fn or_union(cx: &Cx, v: Value, w: Value) -> Res {
    if is_unionable(v) && is_unionable(w) {
        return make(cx, &[v, w]);
    }
    let both = cx.new_tuple(&[v, w])?.value();
    ops::getitem(cx, CELL.get().value(), both)
}

/// The union of `members`: unions among them spread out, each once; a single member is itself.
pub fn make(cx: &Cx, members: &[Value]) -> Res {
    let list = cx.new_list(&[])?;
    for member in members {
        if is_union(*member) {
            for inner in args_of(*member).values() {
                add(cx, list, *inner)?;
            }
        } else {
            let none = types::NONE_TYPE.get().value();
            add(cx, list, if member.is_none() { none } else { *member })?;
        }
    }
    let args = list.snapshot(cx)?;
    if let [only] = args.values() {
        return Ok(*only);
    }
    let made: Ref<PyUnion> = cx.alloc_instance(CELL.get(), 0)?;
    made.args.init(args.value());
    let unhashable = cx.new_list(&[])?;
    for arg in args.values() {
        if ops::hash(cx, *arg).is_err() {
            unhashable.push(cx, *arg)?;
        }
    }
    if unhashable.len() > 0 {
        made.unhashable.set(cx, made, unhashable.snapshot(cx)?.value());
    }
    Ok(made.value())
}

fn add(cx: &Cx, list: Ref<PyList>, member: Value) -> Res<()> {
    for i in 0..list.len() {
        if let Some(own) = list.get(i)
            && class_of(own) == class_of(member)
            && ops::eq(cx, own, member)?
        {
            return Ok(());
        }
    }
    list.push(cx, member)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let parts = args_of(v)
        .values()
        .iter()
        .map(|arg| generic_alias::type_repr(cx, *arg))
        .collect::<Res<Vec<_>>>()?;
    Ok(cx.new_str(&parts.join(" | "))?.value())
}

fn set_of(cx: &Cx, v: Value) -> Res<Ref<PySet>> {
    let set = cx.new_set(types::FROZENSET.get())?;
    for arg in args_of(v).values() {
        set.add(cx, *arg)?;
    }
    Ok(set)
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    if let Some(unhashable) = union(v).unhashable.get().and_then(Value::downcast::<PyTuple>) {
        for member in unhashable.values() {
            ops::hash(cx, *member)?;
        }
        return raise!(cx, TYPE_ERROR, "union contains {} unhashable elements", unhashable.len());
    }
    ops::hash(cx, set_of(cx, v)?.value())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !is_union(w) || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (args_of(v), args_of(w));
    let within = |a: Ref<PyTuple>, b: Ref<PyTuple>| -> Res<bool> {
        for x in a.values() {
            let mut found = false;
            for y in b.values() {
                found = found || ops::eq(cx, *x, *y)?;
            }
            if !found {
                return Ok(false);
            }
        }
        Ok(true)
    };
    let same = a.len() == b.len() && within(a, b)? && within(b, a)?;
    Ok(Value::bool(same == (op == CmpOp::Eq)))
}

/// `__module__` is that of the type; all else as usual.
fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    if name.eq_str("__module__") {
        return ops::getattr(cx, class_of(v).value(), name);
    }
    ops::generic_getattr(cx, v, name)
}

fn parameters(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    let u = union(v);
    if let Some(known) = u.parameters.get().and_then(Value::downcast) {
        return Ok(known);
    }
    let made = generic_alias::make_parameters(cx, u.args.or_none())?;
    u.parameters.set(cx, u, made.value());
    Ok(made)
}

fn getitem(cx: &Cx, v: Value, item: Value) -> Res {
    let parameters = parameters(cx, v)?;
    let args = generic_alias::substitute(cx, v, union(v).args.or_none(), parameters, item)?;
    let mut result = None;
    for arg in args.values() {
        result = Some(match result {
            None => *arg,
            Some(so_far) => ops::binary(cx, BinOp::Or, so_far, *arg)?,
        });
    }
    Ok(result.unwrap_or(Value::NONE))
}

fn check(cx: &Cx, args: Args, function: &str) -> Res {
    let members = args_of(args.get(0));
    for member in members.values() {
        let holds = if function == "isinstance" {
            ops::isinstance(cx, args.get(1), *member)?
        } else {
            ops::issubclass(cx, args.get(1), *member)?
        };
        if holds {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

/// `Union[...]`: strings become forward references, and `typing` says what else is no type.
fn class_getitem(cx: &Cx, args: Args) -> Res {
    let item = args.get(1);
    let items = match item.downcast::<PyTuple>() {
        Some(items) => items,
        None => cx.new_tuple(&[item])?,
    };
    if items.len() == 0 {
        return raise!(cx, TYPE_ERROR, "Cannot take a Union of no types.");
    }
    let members = cx.new_list(&[])?;
    for item in items.values() {
        let member = match is_unionable(*item) {
            true => *item,
            false => {
                let check = crate::hooks::import_attr(cx, "typing", "_type_check")?;
                let text = cx.new_str("Union[arg, ...]: each arg must be a type.")?;
                ops::call(cx, check, &[*item, text.value()])?
            }
        };
        members.push(cx, member)?;
    }
    make(cx, members.snapshot(cx)?.values())
}
