//! `typing.Generic`.

use super::alias::with_unpacked;
use super::{call_typing, ready};
use orochi_object::prelude::*;
use orochi_object::slots::{NewFn, SlotId};

static CELL: TypeCell = TypeCell::new();

/// `Generic[params]` for a class statement with type parameters.
pub fn subscript_generic(cx: &Cx, params: Value) -> Res {
    ready(cx)?;
    let params = ops::to_tuple(cx, params)?;
    let row = with_unpacked(cx, params)?;
    call_typing(cx, "_GenericAlias", &[CELL.get().value(), row.value()])
}

fn class_getitem(cx: &Cx, args: Args) -> Res {
    call_typing(cx, "_generic_class_getitem", &[args.get(0), args.get(1)])
}

fn init_subclass(cx: &Cx, args: Args) -> Res {
    let function = orochi_object::hooks::module_attr(cx, "typing", "_generic_init_subclass")?;
    // A heap list, as the row lives across calls.
    let row = cx.new_list(&[args.get(0)])?;
    for value in args.rest(1) {
        row.push(cx, *value)?;
    }
    let row = row.snapshot(cx)?;
    match args.kwargs(2) {
        None => ops::call(cx, function, row.values()),
        Some(kwargs) => orochi_object::typedef::with_keywords(cx, row.values(), kwargs, |args| {
            ops::call_args(cx, function, args)
        }),
    }
}

/// Instances are made by `object.__new__`. A `__new__` of its own would hide that of another base.
fn inherit_new(_: &Cx, class: Ref<PyType>) -> Res<()> {
    class.clear_flag(flag::NO_NEW);
    class.slots.set_word(SlotId::New as usize, crate::object::new as NewFn as usize);
    Ok(())
}

pub(super) static TYPE: TypeDef = TypeDef {
    name: "typing.Generic",
    cell: &CELL,
    flags: flag::BASETYPE,
    methods: &[
        class_method("__class_getitem__", "(cls, item, /)", class_getitem),
        class_method("__init_subclass__", "(cls, /, *args, **kwargs)", init_subclass),
    ],
    doc: Some("Abstract base class for generic types."),
    init: Some(inherit_new),
    ..TypeDef::DEFAULT
};
