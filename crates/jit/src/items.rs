//! Items of sequences by index, as far as they are read and written in line: what is taken for what at an instruction, part of the
//! transfer function of [`kind`](crate::kind).

use crate::kind::{APPENDS_IN_LINE, Kind, State, guess, refine, refine_shape};
use crate::plan::Plan;
use orochi_bytecode::Op;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::typed::{Item, TYPED_ARRAYS};
use orochi_runtime::feedback::Seen;

/// The items of the array that register `r`, indexed by register `index`, is guarded to be at `pc`, and what they are; `None` if it has been no
/// array of numbers, or is not indexed by a small int.
fn typed(plan: &Plan, state: &State, pc: u32, r: u16, index: Option<u16>) -> Option<(u8, Item)> {
    let Seen::Typed(code) = plan.seen(pc, r) else { return None };
    let by_int =
        index.is_none_or(|index| guess(plan, state.kinds[index as usize], pc, index) == Kind::Int);
    (by_int && plan.may_guess(pc)).then_some((code, Item::of(code)?))
}

/// The item that `GetItem` or `GetItemI` at `pc` reads, if it is one of an array.
pub(crate) fn typed_item(plan: &Plan, state: &State, pc: u32) -> Option<(u8, Item)> {
    let i = plan.at(pc);
    typed(plan, state, pc, i.b, (i.operation() == Op::GetItem).then_some(i.c))
}

/// The item that `SetItem` at `pc` writes, if it is one of an array and gets a number of its kind.
pub(crate) fn typed_store(plan: &Plan, state: &State, pc: u32) -> Option<(u8, Item)> {
    let i = plan.at(pc);
    let (code, item) = typed(plan, state, pc, i.a, Some(i.b))?;
    let fits = match guess(plan, state.kinds[i.c as usize], pc, i.c) {
        Kind::Float => matches!(item, Item::Float { .. }),
        Kind::Int => true,
        _ => false,
    };
    (fits && APPENDS_IN_LINE).then_some((code, item))
}

/// The register with an index was found to be a small int, that of the array to be one.
pub(crate) fn refine_array(state: &mut State, r: u16, index: Option<u16>) {
    if let Some(index) = index {
        refine(state, index, Kind::Int);
    }
    if let Some(arrays) = TYPED_ARRAYS.get() {
        refine_shape(state, r, arrays.class.get().root_shape().value().word());
    }
}

/// The layout of the sequence that the item at `pc` is taken to be of, by a small int. What is not known to be
/// another thing is taken for a list where the index is certain: a wrong guess costs no exit.
pub(crate) fn indexes(plan: &Plan, state: &State, pc: u32) -> Option<u16> {
    let i = plan.at(pc);
    if !plan.may_guess(pc) {
        return None;
    }
    let immediate = i.operation() == Op::GetItemI;
    match plan.seen(pc, i.b) {
        Seen::Object(found @ (layout::LIST | layout::TUPLE | layout::STR | layout::BYTES)) => {
            let by_int = immediate || guess(plan, state.kinds[i.c as usize], pc, i.c) == Kind::Int;
            by_int.then_some(found)
        }
        Seen::Object(layout::DICT) | Seen::Instance(_) | Seen::Typed(_) => None,
        _ => {
            let by_int = immediate || state.kinds[i.c as usize].widened() == Kind::Int;
            by_int.then_some(layout::LIST)
        }
    }
}

/// Whether the store of an item at `pc` is taken to go into a list, by a small int. Generated code takes the list's lock,
/// with plain stores afterwards: x86-64 keeps their order.
pub(crate) fn stores_in_line(plan: &Plan, state: &State, pc: u32) -> bool {
    let i = plan.at(pc);
    if !cfg!(target_arch = "x86_64") || !plan.may_guess(pc) {
        return false;
    }
    match plan.seen(pc, i.a) {
        Seen::Object(layout::LIST) => guess(plan, state.kinds[i.b as usize], pc, i.b) == Kind::Int,
        Seen::Object(layout::DICT) | Seen::Typed(_) => false,
        _ => state.kinds[i.b as usize].widened() == Kind::Int,
    }
}

/// The shape of the exact list, tuple, str or bytes that register `r` is guarded to be at `pc`, where it has been one.
pub(crate) fn exact(plan: &Plan, pc: u32, r: u16) -> Option<Ref<PyType>> {
    let Seen::Object(found) = plan.seen(pc, r) else { return None };
    plan.may_guess(pc).then_some(sequence_class(found)?.get())
}

/// The class of the sequences that are indexed in line, by layout.
pub(crate) fn sequence_class(found: u16) -> Option<&'static TypeCell> {
    Some(match found {
        layout::LIST => &types::LIST,
        layout::TUPLE => &types::TUPLE,
        layout::STR => &types::STR,
        layout::BYTES => &types::BYTES,
        _ => return None,
    })
}

/// After register `r` was guarded to be of its [`exact`] class.
pub(crate) fn refine_exact(plan: &Plan, state: &mut State, pc: u32, r: u16) {
    if let Some(class) = exact(plan, pc, r) {
        refine_shape(state, r, class.root_shape().value().word());
    }
}
