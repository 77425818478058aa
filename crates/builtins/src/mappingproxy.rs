//! The type `mappingproxy`: a read-only view of a mapping.

use orochi_object::layout;
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;

/// The type's cell.
pub static CELL: TypeCell = TypeCell::new();

/// A `mappingproxy`. Immutable.
#[repr(C)]
pub struct PyMappingProxy {
    pub header: Header,
    mapping: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PyMappingProxy {
    const LAYOUT: u16 = layout::WORDS;
}

/// The table of `mappingproxy`.
pub static TYPE: TypeDef = TypeDef {
    name: "mappingproxy",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<PyMappingProxy>(),
    flags: flag::MAPPING,
    slots: Slots {
        repr: Some(|cx, v| {
            let text = format!("mappingproxy({})", ops::repr_text(cx, mapping(v))?);
            Ok(cx.new_str(&text)?.value())
        }),
        str: Some(|cx, v| Ok(ops::str(cx, mapping(v))?.value())),
        hash: Some(|cx, v| ops::hash(cx, mapping(v))),
        compare: Some(|cx, v, w, op| ops::compare(cx, mapping(v), w, op)),
        iter: Some(|cx, v| ops::iter(cx, mapping(v))),
        items: Some(|cx, v| ops::to_tuple(cx, mapping(v))),
        len: Some(|cx, v| ops::len(cx, mapping(v))),
        getitem: Some(|cx, v, key| ops::getitem(cx, mapping(v), key)),
        contains: Some(|cx, v, key| ops::contains(cx, mapping(v), key)),
        or: Some(|cx, v, w| ops::binary(cx, BinOp::Or, unwrap(v), unwrap(w))),
        ior: Some(|cx, v, w| {
            let _ = w;
            raise!(
                cx,
                TYPE_ERROR,
                "'|=' is not supported by {}; use '|' instead",
                class_of(v).display_name()
            )
        }),
        new: Some(construct),
        ..Slots::NONE
    },
    methods: &[
        method("get", "(self, key, default=None, /)", |cx, args| {
            let row = [args.get(1), args.or(2, Value::NONE)];
            ops::call_method(cx, mapping(args.get(0)), name!(cx, "get"), &row)
        })
        .doc("Return the value for key if key is in the mapping, else default."),
        method("keys", "(self, /)", |cx, args| forward(cx, args, name!(cx, "keys")))
            .doc("D.keys() -> a set-like object providing a view on D's keys"),
        method("values", "(self, /)", |cx, args| forward(cx, args, name!(cx, "values")))
            .doc("D.values() -> an object providing a view on D's values"),
        method("items", "(self, /)", |cx, args| forward(cx, args, name!(cx, "items")))
            .doc("D.items() -> a set-like object providing a view on D's items"),
        method("copy", "(self, /)", |cx, args| forward(cx, args, name!(cx, "copy")))
            .doc("D.copy() -> a shallow copy of D"),
        method("__reversed__", "(self, /)", |cx, args| {
            forward(cx, args, name!(cx, "__reversed__"))
        }),
        class_method("__class_getitem__", "(cls, item, /)", crate::generic_alias::of_class),
    ],
    doc: Some("Read-only proxy of a mapping."),
    ..TypeDef::DEFAULT
};

fn mapping(v: Value) -> Value {
    // SAFETY: slots and methods of `mappingproxy`, whose instances are PyMappingProxy.
    unsafe { v.cast::<PyMappingProxy>() }.mapping.or_none()
}

/// What a proxy shows.
pub(crate) fn target(v: Value) -> Option<Value> {
    is_exact(v, &CELL).then(|| mapping(v))
}

fn unwrap(v: Value) -> Value {
    if is_exact(v, &CELL) { mapping(v) } else { v }
}

fn forward(cx: &Cx, args: Args, name: Ref<PyStr>) -> Res {
    ops::call_method(cx, mapping(args.get(0)), name, &[])
}

/// A new `mappingproxy` on a mapping.
pub fn new(cx: &Cx, mapping: Value) -> Res {
    let made: Ref<PyMappingProxy> = cx.alloc_instance(CELL.get(), 0)?;
    made.mapping.init(mapping);
    Ok(made.value())
}

fn construct(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    let given = match (args.positional(), args.keyword("mapping")) {
        ([], Some(mapping)) if args.keyword_count() == 1 => mapping,
        _ => args.exactly(cx, "mappingproxy", 1, 1)?[0],
    };
    let class = class_of(given);
    let sequence = is_exact(given, &types::LIST) || is_exact(given, &types::TUPLE);
    if class.slots.getitem().is_none() || sequence || given.as_str().is_some() {
        return raise!(
            cx,
            TYPE_ERROR,
            "mappingproxy() argument must be a mapping, not {}",
            class.display_name()
        );
    }
    new(cx, given)
}
