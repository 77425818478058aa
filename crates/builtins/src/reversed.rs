//! The type `reversed`: iteration by length and `__getitem__`, from the end.

use crate::list::own_iter;
use orochi_object::layout;
use orochi_object::prelude::*;

/// A `reversed`: the sequence (UNSET once exhausted) and the next index.
#[repr(C)]
pub struct Reversed {
    header: Header,
    sequence: Slot,
    index: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Reversed {
    const LAYOUT: u16 = layout::WORDS;
}

static CELL: TypeCell = TypeCell::new();

/// The type `reversed`.
pub static TYPE: TypeDef = TypeDef {
    name: "reversed",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Reversed>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    methods: &[
        method("__length_hint__", "(self, /)", hint),
        method("__reduce__", "(self, /)", reduce),
        method("__setstate__", "(self, state, /)", setstate),
    ],
    doc: Some("Return a reverse iterator over the values of the given sequence."),
    ..TypeDef::DEFAULT
};

fn this(v: Value) -> Ref<Reversed> {
    // SAFETY: slots and methods of `reversed` are called with its instances.
    unsafe { v.cast() }
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if !class.overrides(orochi_object::slots::SlotId::Init) {
        args.no_keywords(cx, "reversed")?;
    }
    let sequence = CallArgs::new(args.positional()).exactly(cx, "reversed", 1, 1)?[0];
    let own = ops::lookup_special(cx, sequence, name!(cx, "__reversed__"))?;
    let of = class_of(sequence);
    let irreversible = match own {
        Some(own) if !own.is_none() => return own.call(cx, &[]),
        Some(_) => true,
        None => of.slots.getitem().is_none() || of.is_subtype(types::DICT.get()),
    };
    if irreversible {
        return raise!(cx, TYPE_ERROR, "'{}' object is not reversible", of.display_name());
    }
    let len = ops::len(cx, sequence)?;
    let it: Ref<Reversed> = cx.alloc_instance(class, 0)?;
    it.sequence.init(sequence);
    it.index.init(Value::int(len as i64 - 1));
    Ok(it.value())
}

fn index_of(it: Ref<Reversed>) -> i64 {
    it.index.or_none().as_small().unwrap_or(-1)
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = this(v);
    let index = index_of(it);
    if let Some(sequence) = it.sequence.get()
        && index >= 0
    {
        match ops::getitem(cx, sequence, Value::int(index)) {
            Ok(item) => {
                it.index.init(Value::int(index - 1));
                return Ok(Some(item));
            }
            Err(raised)
                if raised.is(&exception::INDEX_ERROR) || raised.is(&exception::STOP_ITERATION) => {}
            Err(raised) => return Err(raised),
        }
    }
    it.index.init(Value::int(-1));
    it.sequence.clear();
    Ok(None)
}

fn hint(cx: &Cx, args: Args) -> Res {
    let it = this(args.get(0));
    let Some(sequence) = it.sequence.get() else { return Ok(Value::int(0)) };
    let left = index_of(it) + 1;
    Ok(Value::int(if (ops::len(cx, sequence)? as i64) < left { 0 } else { left }))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let it = this(args.get(0));
    let class = class_of(args.get(0)).value();
    match it.sequence.get() {
        Some(sequence) => {
            let args = cx.new_tuple(&[sequence])?;
            Ok(cx.new_tuple(&[class, args.value(), it.index.or_none()])?.value())
        }
        None => {
            let args = cx.new_tuple(&[cx.new_tuple(&[])?.value()])?;
            Ok(cx.new_tuple(&[class, args.value()])?.value())
        }
    }
}

fn setstate(cx: &Cx, args: Args) -> Res {
    let it = this(args.get(0));
    let index = ops::state_index(cx, args.get(1))? as i64;
    if let Some(sequence) = it.sequence.get() {
        let len = ops::len(cx, sequence)? as i64;
        it.index.init(Value::int(index.clamp(-1, len - 1)));
    }
    Ok(Value::NONE)
}
