//! The module `itertools`.
//!
//! State is kept in slots without locks: threads that share an iterator may see an item twice or
//! miss one, never anything worse.

mod combinatoric;
mod combine;
mod endless;
mod groups;
mod select;
mod tee;

use orochi_object::layout;
use orochi_object::prelude::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "itertools",
    doc: Some("Functional tools for creating and using iterators."),
    functions: &[function("tee", "(iterable, n=2, /)", tee::tee)
        .doc("Returns a tuple of n independent iterators.")],
    types: &[
        &combine::ACCUMULATE,
        &combine::BATCHED,
        &combine::CHAIN,
        &combine::PAIRWISE,
        &combine::ZIP_LONGEST,
        &combinatoric::COMBINATIONS,
        &combinatoric::COMBINATIONS_WITH_REPLACEMENT,
        &combinatoric::PERMUTATIONS,
        &combinatoric::PRODUCT,
        &endless::COUNT,
        &endless::CYCLE,
        &endless::REPEAT,
        &groups::GROUPBY,
        &groups::GROUPER,
        &select::COMPRESS,
        &select::DROPWHILE,
        &select::FILTERFALSE,
        &select::ISLICE,
        &select::STARMAP,
        &select::TAKEWHILE,
        &tee::TEE,
    ],
    ..ModuleDef::DEFAULT
};

/// The table of an iterator type whose payload is all slots.
const fn iterator(
    name: &'static str,
    cell: &'static TypeCell,
    size: usize,
    new: orochi_object::slots::NewFn,
    next: orochi_object::slots::NextFn,
) -> TypeDef {
    TypeDef {
        name,
        cell,
        layout: layout::WORDS,
        size,
        flags: flag::BASETYPE,
        slots: Slots {
            new: Some(new),
            iter: Some(crate::common::own_iter),
            next: Some(next),
            ..Slots::NONE
        },
        ..TypeDef::DEFAULT
    }
}

/// Raises TypeError for keywords, unless a subclass may want them.
fn no_keywords(cx: &Cx, class: Ref<PyType>, args: CallArgs, name: &str) -> Res<()> {
    match class.overrides(orochi_object::slots::SlotId::Init) {
        true => Ok(()),
        false => args.no_keywords(cx, name),
    }
}
