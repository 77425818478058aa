//! `memory_iterator`.

use super::{PyMemoryView, Window, access};
use orochi_object::layout;
use orochi_object::prelude::*;

/// The type's cell.
pub(super) static CELL: TypeCell = TypeCell::new();

/// The next index and the view, UNSET once exhausted.
#[repr(C)]
pub(super) struct PyMemoryIter {
    pub header: Header,
    view: Slot,
    index: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PyMemoryIter {
    const LAYOUT: u16 = layout::WORDS;
}

/// The type `memory_iterator`.
pub static ITERATOR: TypeDef = TypeDef {
    name: "memory_iterator",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<PyMemoryIter>(),
    slots: Slots { iter: Some(|_, v| Ok(v)), next: Some(next), ..Slots::NONE },
    ..TypeDef::DEFAULT
};

pub(super) fn iter(cx: &Cx, v: Value) -> Res {
    let view = super::slots::cast(v);
    view.check(cx)?;
    let window = Window::of_view(&view);
    match window.shape.len() {
        0 => return raise!(cx, TYPE_ERROR, "invalid indexing of 0-dim memory"),
        1 => {}
        _ => {
            return raise!(
                cx,
                NOT_IMPLEMENTED_ERROR,
                "multi-dimensional sub-views are not implemented"
            );
        }
    }
    access::native_format(cx, &view, &window)?;
    let it: Ref<PyMemoryIter> = cx.alloc_instance(CELL.get(), 0)?;
    it.view.init(v);
    it.index.init(Value::int(0));
    Ok(it.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    // SAFETY: the next slot of the type of PyMemoryIter.
    let it: Ref<PyMemoryIter> = unsafe { v.cast() };
    let Some(view) = it.view.get().and_then(Value::downcast::<PyMemoryView>) else {
        return Ok(None);
    };
    let at = it.index.or_none().as_small().unwrap_or(0);
    let len = view.dims().first().and_then(|n| n.as_small()).unwrap_or(0);
    if at >= len {
        it.view.clear();
        return Ok(None);
    }
    it.index.set(cx, it, Value::int(at + 1));
    Ok(Some(access::getitem(cx, view.value(), Value::int(at))?))
}
