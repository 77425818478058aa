//! The type `cell`.

use orochi_object::cell::PyCell;
use orochi_object::layout;
use orochi_object::prelude::*;

/// The table of `cell`.
pub static TYPE: TypeDef = TypeDef {
    name: "cell",
    cell: &types::CELL,
    layout: layout::CELL,
    size: size_of::<PyCell>(),
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        new: Some(|cx, _, args| {
            let given = args.exactly(cx, "cell", 0, 1)?;
            Ok(cx.new_cell(given.first().copied())?.value())
        }),
        ..Slots::NONE
    },
    getset: &[getset(
        "cell_contents",
        |cx, v| match cell(v).content.get() {
            Some(content) => Ok(content),
            None => raise!(cx, VALUE_ERROR, "Cell is empty"),
        },
        |cx, v, value| {
            cell(v).content.set_opt(cx, cell(v), value);
            Ok(())
        },
    )],
    doc: Some(
        "Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, \
         the cell will be empty,\n    and further attempts to access its cell_contents attribute \
         will\n    raise a ValueError.",
    ),
    ..TypeDef::DEFAULT
};

fn cell(v: Value) -> Ref<PyCell> {
    // SAFETY: slots and rows of `cell`, whose instances are PyCell.
    unsafe { v.cast() }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let text = match cell(v).content.get() {
        Some(content) => format!(
            "<cell at {:#x}: {} object at {:#x}>",
            v.word(),
            class_of(content).display_name(),
            content.word()
        ),
        None => format!("<cell at {:#x}: empty>", v.word()),
    };
    Ok(cx.new_str(&text)?.value())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let Some(other) = w.downcast::<PyCell>() else { return Ok(Value::NOT_IMPLEMENTED) };
    match (cell(v).content.get(), other.content.get()) {
        (Some(a), Some(b)) => ops::compare(cx, a, b, op),
        (a, b) => Ok(Value::bool(op.holds(a.is_some().cmp(&b.is_some())))),
    }
}
