//! `types.GenericAlias`: `list[int]`.

use crate::union;
use orochi_object::layout;
use orochi_object::prelude::*;

pub use orochi_object::types::GENERIC_ALIAS as CELL;

/// A `types.GenericAlias`. Immutable but for `parameters`, computed once asked for.
#[repr(C)]
pub struct PyGenericAlias {
    pub header: Header,
    pub origin: Slot,
    pub args: Slot,
    parameters: Slot,
    /// `True` for `*list[int]`.
    starred: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PyGenericAlias {
    const LAYOUT: u16 = layout::WORDS;
}

/// The table of `types.GenericAlias`.
pub static TYPE: TypeDef = TypeDef {
    name: "types.GenericAlias",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<PyGenericAlias>(),
    flags: flag::BASETYPE | flag::WEAKREF | flag::NO_MODULE,
    slots: Slots {
        repr: Some(repr),
        hash: Some(|cx, v| {
            let a = alias(v);
            let hash = ops::hash(cx, a.origin.or_none())? ^ ops::hash(cx, a.args.or_none())?;
            Ok(if hash == -1 { -2 } else { hash })
        }),
        compare: Some(compare),
        call: Some(call),
        getattr: Some(getattr),
        getitem: Some(getitem),
        iter: Some(unpack),
        or: Some(union::or),
        new: Some(|cx, class, args| {
            let given = args.exactly(cx, "GenericAlias", 2, 2)?;
            make(cx, class, given[0], given[1])
        }),
        ..Slots::NONE
    },
    methods: &[
        method("__mro_entries__", "(self, bases, /)", |cx, args| {
            Ok(cx.new_tuple(&[alias(args.get(0)).origin.or_none()])?.value())
        }),
        method("__instancecheck__", "(self, instance, /)", |cx, _| {
            raise!(cx, TYPE_ERROR, "isinstance() argument 2 cannot be a parameterized generic")
        }),
        method("__subclasscheck__", "(self, subclass, /)", |cx, _| {
            raise!(cx, TYPE_ERROR, "issubclass() argument 2 cannot be a parameterized generic")
        }),
        method("__reduce__", "(self, /)", reduce),
        method("__dir__", "(self, /)", dir),
    ],
    getset: &[
        field_getter("__origin__", |_, v| Ok(alias(v).origin.or_none())),
        field_getter("__args__", |_, v| Ok(alias(v).args.or_none())),
        getter("__parameters__", |cx, v| Ok(parameters(cx, v)?.value())),
        field_getter("__unpacked__", |_, v| Ok(Value::bool(is_starred(v)))),
        getter("__typing_unpacked_tuple_args__", |_, v| {
            let of_tuple = alias(v).origin.or_none().is(types::TUPLE.get().value());
            Ok(if is_starred(v) && of_tuple { alias(v).args.or_none() } else { Value::NONE })
        }),
    ],
    doc: Some(
        "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and \
         t.__args__ is (int,).",
    ),
    ..TypeDef::DEFAULT
};

/// Attributes of the alias itself; all others are the origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__bases__",
    "__copy__",
    "__deepcopy__",
];

fn alias(v: Value) -> Ref<PyGenericAlias> {
    // SAFETY: slots, methods and rows of GenericAlias, whose instances are PyGenericAlias.
    unsafe { v.cast() }
}

/// Whether a value is a generic alias.
pub fn is_alias(v: Value) -> bool {
    class_of(v).is_subtype(CELL.get())
}

fn is_starred(v: Value) -> bool {
    !alias(v).starred.is_unset()
}

/// `__class_getitem__` of generic classes.
pub fn of_class(cx: &Cx, args: Args) -> Res {
    new(cx, args.get(0), args.get(1))
}

/// `origin[args]`; a tuple is several arguments.
pub fn new(cx: &Cx, origin: Value, args: Value) -> Res {
    make(cx, CELL.get(), origin, args)
}

fn make(cx: &Cx, class: Ref<PyType>, origin: Value, args: Value) -> Res {
    let args = match args.downcast::<PyTuple>() {
        Some(args) => args,
        None => cx.new_tuple(&[args])?,
    };
    let made: Ref<PyGenericAlias> = cx.alloc_instance(class, 0)?;
    made.origin.init(origin);
    made.args.init(args.value());
    Ok(made.value())
}

/// A type as annotations show it.
pub fn type_repr(cx: &Cx, v: Value) -> Res<String> {
    if v.is(Value::ELLIPSIS) {
        return Ok("...".to_owned());
    }
    if v.is(types::NONE_TYPE.get().value()) {
        return Ok("None".to_owned());
    }
    let has = |name| Ok(ops::getattr_opt(cx, v, name)?.is_some());
    if has(name!(cx, "__origin__"))? && has(name!(cx, "__args__"))? {
        return ops::repr_text(cx, v);
    }
    let Some(qualname) = ops::getattr_opt(cx, v, name!(cx, "__qualname__"))? else {
        return ops::repr_text(cx, v);
    };
    let module = ops::getattr_opt(cx, v, name!(cx, "__module__"))?.and_then(Value::non_none);
    let Some(module) = module else { return ops::repr_text(cx, v) };
    let qualname = ops::str(cx, qualname)?.to_string_lossy();
    let module = ops::str(cx, module)?.to_string_lossy();
    Ok(if module == "builtins" { qualname } else { format!("{module}.{qualname}") })
}

fn item_repr(cx: &Cx, v: Value) -> Res<String> {
    cx.check_native_stack()?;
    if !is_exact(v, &types::LIST) {
        return type_repr(cx, v);
    }
    let items = ops::to_tuple(cx, v)?;
    let parts = items.values().iter().map(|item| item_repr(cx, *item)).collect::<Res<Vec<_>>>()?;
    Ok(format!("[{}]", parts.join(", ")))
}

fn repr(cx: &Cx, v: Value) -> Res {
    let a = alias(v);
    let mut text = if is_starred(v) { "*".to_owned() } else { String::new() };
    text.push_str(&type_repr(cx, a.origin.or_none())?);
    let args = row_of(cx, a.args.or_none())?;
    let parts = args.values().iter().map(|item| item_repr(cx, *item)).collect::<Res<Vec<_>>>()?;
    let inner = if parts.is_empty() { "()".to_owned() } else { parts.join(", ") };
    text.push_str(&format!("[{inner}]"));
    Ok(cx.new_str(&text)?.value())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !is_alias(w) || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (alias(v), alias(w));
    let same = is_starred(v) == is_starred(w)
        && ops::eq(cx, a.origin.or_none(), b.origin.or_none())?
        && ops::eq(cx, a.args.or_none(), b.args.or_none())?;
    Ok(Value::bool(same == (op == CmpOp::Eq)))
}

fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let made = ops::call_args(cx, alias(v).origin.or_none(), args)?;
    match ops::setattr(cx, made, name!(cx, "__orig_class__"), v) {
        Ok(()) => {}
        Err(raised)
            if raised.is(&exception::ATTRIBUTE_ERROR) || raised.is(&exception::TYPE_ERROR) => {}
        Err(raised) => return Err(raised),
    }
    Ok(made)
}

fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    let own = name.as_ascii().is_some_and(|text| OWN.contains(&text));
    if own {
        return ops::generic_getattr(cx, v, name);
    }
    ops::getattr(cx, alias(v).origin.or_none(), name)
}

/// `*alias`: one starred alias.
fn unpack(cx: &Cx, v: Value) -> Res {
    let a = alias(v);
    let made = alias(new(cx, a.origin.or_none(), a.args.or_none())?);
    made.starred.init(Value::TRUE);
    let it: Ref<AliasIter> = cx.alloc_instance(ITERATOR_CELL.get(), 0)?;
    it.plain.init(v);
    it.starred.init(made.value());
    Ok(it.value())
}

/// Gives the starred alias once: `starred` is UNSET afterwards.
#[repr(C)]
struct AliasIter {
    header: Header,
    plain: Slot,
    starred: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for AliasIter {
    const LAYOUT: u16 = layout::WORDS;
}

static ITERATOR_CELL: TypeCell = TypeCell::new();

/// `generic_alias_iterator`.
pub static ITERATOR: TypeDef = TypeDef {
    name: "generic_alias_iterator",
    cell: &ITERATOR_CELL,
    layout: layout::WORDS,
    size: size_of::<AliasIter>(),
    flags: flag::NO_NEW,
    slots: Slots {
        iter: Some(crate::list::own_iter),
        next: Some(|_, v| Ok(alias_iter(v).starred.take())),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", |cx, args| {
        let it = alias_iter(args.get(0));
        // The lookup may run code that exhausts the iterator.
        let iter = orochi_object::module::builtin(cx, name!(cx, "iter"))?;
        let rest = match it.starred.get() {
            Some(_) => it.plain.or_none(),
            None => cx.new_tuple(&[])?.value(),
        };
        let rest = cx.new_tuple(&[rest])?.value();
        Ok(cx.new_tuple(&[iter, rest])?.value())
    })],
    ..TypeDef::DEFAULT
};

fn alias_iter(v: Value) -> Ref<AliasIter> {
    // SAFETY: slots and methods of `generic_alias_iterator` are called with its instances.
    unsafe { v.cast() }
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let a = alias(args.get(0));
    let plain = [a.origin.or_none(), a.args.or_none()];
    if is_starred(args.get(0)) {
        let inner = new(cx, plain[0], plain[1])?;
        let iterator = ops::iter(cx, inner)?;
        let next = orochi_object::module::builtin(cx, name!(cx, "next"))?;
        let row = cx.new_tuple(&[iterator])?;
        return Ok(cx.new_tuple(&[next, row.value()])?.value());
    }
    let row = cx.new_tuple(&plain)?;
    Ok(cx.new_tuple(&[CELL.get().value(), row.value()])?.value())
}

fn dir(cx: &Cx, args: Args) -> Res {
    let origin = alias(args.get(0)).origin.or_none();
    let dir = orochi_object::module::builtin(cx, name!(cx, "dir"))?;
    let names = ops::to_list(cx, ops::call(cx, dir, &[origin])?)?;
    for own in OWN.iter().filter(|own| !matches!(**own, "__bases__" | "__copy__" | "__deepcopy__"))
    {
        let own = orochi_object::intern::intern_text(cx, own)?.value();
        if !ops::contains(cx, names.value(), own)? {
            names.push(cx, own)?;
        }
    }
    Ok(names.value())
}

fn parameters(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    let a = alias(v);
    if let Some(known) = a.parameters.get().and_then(Value::downcast) {
        return Ok(known);
    }
    let made = make_parameters(cx, a.args.or_none())?;
    a.parameters.set(cx, a, made.value());
    Ok(made)
}

fn add_once(cx: &Cx, list: Ref<PyList>, item: Value) -> Res<()> {
    for i in 0..list.len() {
        if list.get(i).is_some_and(|own| own.is(item)) {
            return Ok(());
        }
    }
    list.push(cx, item)
}

/// The arguments of an alias: what a subclass of tuple holds, whatever it iterates over.
fn row_of(cx: &Cx, args: Value) -> Res<Ref<PyTuple>> {
    match args.downcast::<PyTuple>() {
        Some(row) => Ok(row),
        None => ops::to_tuple(cx, args),
    }
}

/// Whether an argument is a row of arguments itself.
fn as_row(cx: &Cx, v: Value) -> Res<Option<Ref<PyTuple>>> {
    if is_exact(v, &types::LIST) || is_exact(v, &types::TUPLE) {
        return Ok(Some(ops::to_tuple(cx, v)?));
    }
    Ok(None)
}

/// The type variables in `args`, each once.
pub fn make_parameters(cx: &Cx, args: Value) -> Res<Ref<PyTuple>> {
    cx.check_native_stack()?;
    let found = cx.new_list(&[])?;
    for arg in row_of(cx, args)?.values() {
        if arg.downcast::<PyType>().is_some() {
            continue;
        }
        if let Some(row) = as_row(cx, *arg)? {
            for inner in make_parameters(cx, row.value())?.values() {
                add_once(cx, found, *inner)?;
            }
            continue;
        }
        if ops::getattr_opt(cx, *arg, name!(cx, "__typing_subst__"))?.is_some() {
            add_once(cx, found, *arg)?;
            continue;
        }
        let inner = ops::getattr_opt(cx, *arg, name!(cx, "__parameters__"))?;
        if let Some(inner) = inner.and_then(Value::downcast::<PyTuple>) {
            for inner in inner.values() {
                add_once(cx, found, *inner)?;
            }
        }
    }
    found.snapshot(cx)
}

fn getitem(cx: &Cx, v: Value, item: Value) -> Res {
    let a = alias(v);
    let parameters = parameters(cx, v)?;
    let args = substitute(cx, v, a.args.or_none(), parameters, item)?;
    let made = alias(new(cx, a.origin.or_none(), args.value())?);
    made.starred.init_opt(a.starred.get());
    Ok(made.value())
}

/// The items of a subscript, `*tuple[...]` spread out.
fn spread(cx: &Cx, item: Value) -> Res<Ref<PyTuple>> {
    let items = match item.downcast::<PyTuple>() {
        Some(items) => items,
        None => cx.new_tuple(&[item])?,
    };
    let list = cx.new_list(&[])?;
    for item in items.values() {
        let inner = if item.downcast::<PyType>().is_some() {
            None
        } else {
            ops::getattr_opt(cx, *item, name!(cx, "__typing_unpacked_tuple_args__"))?
                .and_then(Value::downcast::<PyTuple>)
        };
        match inner {
            Some(inner) if inner.values().last() != Some(&Value::ELLIPSIS) => {
                for item in inner.values() {
                    list.push(cx, *item)?;
                }
            }
            _ => list.push(cx, *item)?,
        }
    }
    list.snapshot(cx)
}

/// `args` with the type variables of `alias` replaced by the items of a subscript.
pub fn substitute(
    cx: &Cx,
    alias: Value,
    args: Value,
    parameters: Ref<PyTuple>,
    item: Value,
) -> Res<Ref<PyTuple>> {
    if parameters.len() == 0 {
        return raise!(cx, TYPE_ERROR, "{} is not a generic class", ops::repr_text(cx, alias)?);
    }
    let mut items = spread(cx, item)?;
    for parameter in parameters.values() {
        let prepare = ops::getattr_opt(cx, *parameter, name!(cx, "__typing_prepare_subst__"))?;
        if let Some(prepare) = prepare.and_then(Value::non_none) {
            let made = ops::call(cx, prepare, &[alias, items.value()])?;
            items = match made.downcast::<PyTuple>() {
                Some(items) => items,
                None => cx.new_tuple(&[made])?,
            };
        }
    }
    if items.len() != parameters.len() {
        let word = if items.len() > parameters.len() { "many" } else { "few" };
        return raise!(
            cx,
            TYPE_ERROR,
            "Too {word} arguments for {}; actual {}, expected {}",
            ops::repr_text(cx, alias)?,
            items.len(),
            parameters.len()
        );
    }
    replace_all(cx, args, parameters, items)
}

fn replace_all(
    cx: &Cx,
    args: Value,
    parameters: Ref<PyTuple>,
    items: Ref<PyTuple>,
) -> Res<Ref<PyTuple>> {
    cx.check_native_stack()?;
    let list = cx.new_list(&[])?;
    for arg in row_of(cx, args)?.values() {
        if arg.downcast::<PyType>().is_some() {
            list.push(cx, *arg)?;
            continue;
        }
        if let Some(row) = as_row(cx, *arg)? {
            let made = replace_all(cx, row.value(), parameters, items)?;
            let made = if is_exact(*arg, &types::LIST) {
                cx.new_list(made.values())?.value()
            } else {
                made.value()
            };
            list.push(cx, made)?;
            continue;
        }
        let unpacked =
            ops::getattr_opt(cx, *arg, name!(cx, "__typing_is_unpacked_typevartuple__"))?;
        let unpacked = match unpacked {
            Some(answer) => ops::truth(cx, answer)?,
            None => false,
        };
        let replaced = replace_one(cx, *arg, parameters, items)?;
        match replaced.downcast::<PyTuple>().filter(|_| unpacked) {
            Some(row) => {
                for item in row.values() {
                    list.push(cx, *item)?;
                }
            }
            None if unpacked => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "expected __typing_subst__ of {} objects to return a tuple, not {}",
                    class_of(*arg).display_name(),
                    class_of(replaced).display_name()
                );
            }
            None => list.push(cx, replaced)?,
        }
    }
    list.snapshot(cx)
}

fn replace_one(cx: &Cx, arg: Value, parameters: Ref<PyTuple>, items: Ref<PyTuple>) -> Res {
    let position = |v: Value| parameters.values().iter().position(|own| own.is(v));
    if let Some(subst) = ops::getattr_opt(cx, arg, name!(cx, "__typing_subst__"))? {
        return match position(arg).and_then(|at| items.get(at)) {
            Some(item) => ops::call(cx, subst, &[item]),
            // It became a parameter after the parameters were gathered.
            None => raise!(
                cx,
                TYPE_ERROR,
                "argument {} with __typing_subst__ was not found in __parameters__",
                ops::repr_text(cx, arg)?
            ),
        };
    }
    let inner = ops::getattr_opt(cx, arg, name!(cx, "__parameters__"))?;
    let Some(inner) = inner.and_then(Value::downcast::<PyTuple>).filter(|row| row.len() > 0) else {
        return Ok(arg);
    };
    let row = cx.new_list(&[])?;
    for parameter in inner.values() {
        match position(*parameter).and_then(|at| items.get(at)) {
            Some(item) => {
                let many = class_of(*parameter).slots.iter().is_some();
                match item.downcast::<PyTuple>().filter(|_| many) {
                    Some(items) => {
                        for item in items.values() {
                            row.push(cx, *item)?;
                        }
                    }
                    None => row.push(cx, item)?,
                }
            }
            None => row.push(cx, *parameter)?,
        }
    }
    ops::getitem(cx, arg, row.snapshot(cx)?.value())
}
