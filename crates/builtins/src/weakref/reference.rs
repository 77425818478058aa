//! `weakref.ReferenceType`.

use super::{check_target, table};
use core::sync::atomic::Ordering;
use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;

fn this(v: Value) -> Ref<PyWeak> {
    // SAFETY: receivers of these slots are weak references.
    unsafe { v.cast() }
}

/// The one plain reference to an object is shared by all who ask for it.
pub(super) fn is_plain(weak: Ref<PyWeak>) -> bool {
    weak.class() == types::WEAKREF.get() && weak.callback.is_unset()
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let exact = class == types::WEAKREF.get();
    if exact {
        args.no_keywords(cx, "ReferenceType")?;
    }
    let positional = args.positional();
    check_count(cx, "__new__", positional.len())?;
    let (target, callback) = (positional[0], positional.get(1).copied().and_then(Value::non_none));
    check_target(cx, target)?;
    let shared = exact && callback.is_none();
    if shared && let Some(weak) = table::find(target, is_plain) {
        return Ok(weak.value());
    }
    let weak = cx.new_weak(class, target, callback)?;
    Ok(table::enter(target, weak, |other| shared && is_plain(other)).value())
}

fn check_count(cx: &Cx, name: &str, n: usize) -> Res<()> {
    if n == 0 {
        return raise!(cx, TYPE_ERROR, "{name} expected at least 1 argument, got 0");
    }
    if n > 2 {
        return raise!(cx, TYPE_ERROR, "{name} expected at most 2 arguments, got {n}");
    }
    Ok(())
}

fn init(cx: &Cx, _: Value, args: CallArgs) -> Res<()> {
    args.no_keywords(cx, "ref")?;
    check_count(cx, "__init__", args.positional().len())
}

fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    args.exactly(cx, "__call__", 0, 0)?;
    Ok(this(v).target().unwrap_or(Value::NONE))
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    let weak = this(v);
    let cached = weak.hash.load(Ordering::Relaxed);
    if cached != 0 {
        // 0 stands for "not known", so the hash is kept with one bit turned when it is 0.
        return Ok(if cached == i64::MIN + 1 { 0 } else { cached });
    }
    let Some(target) = weak.target() else {
        return raise!(cx, TYPE_ERROR, "weak object has gone away");
    };
    let hash = ops::hash(cx, target)?;
    weak.hash.store(if hash == 0 { i64::MIN + 1 } else { hash }, Ordering::Relaxed);
    Ok(hash)
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let reference = types::WEAKREF.get();
    let both = class_of(v).is_subtype(reference) && class_of(w).is_subtype(reference);
    if !both || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match (this(v).target(), this(w).target()) {
        (Some(a), Some(b)) => ops::compare(cx, a, b, op),
        _ => Ok(Value::bool(v.is(w) == (op == CmpOp::Eq))),
    }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let Some(target) = this(v).target() else {
        return Ok(cx.new_str(&format!("<weakref at {:#x}; dead>", v.word()))?.value());
    };
    let name = match class_of(target).lookup(cx, name!(cx, "__name__")) {
        Some(_) => ops::generic_getattr_opt(cx, target, name!(cx, "__name__"))?,
        // Of what answers to any name nothing is asked.
        None => None,
    };
    let name = name.and_then(Value::as_str);
    let name = name.map(|name| format!(" ({})", name.to_string_lossy())).unwrap_or_default();
    let text = format!(
        "<weakref at {:#x}; to '{}' at {:#x}{name}>",
        v.word(),
        ops::name_in_errors(cx, class_of(target)),
        target.word()
    );
    Ok(cx.new_str(&text)?.value())
}

fn get_callback(_: &Cx, v: Value) -> Res {
    let weak = this(v);
    Ok(weak.target().map_or(Value::NONE, |_| weak.callback.or_none()))
}

fn class_getitem(cx: &Cx, args: Args) -> Res {
    crate::generic_alias::new(cx, args.get(0), args.get(1))
}

/// The type `weakref.ReferenceType`.
pub static REFERENCE: TypeDef = TypeDef {
    name: "weakref.ReferenceType",
    cell: &types::WEAKREF,
    layout: orochi_object::layout::WEAKREF,
    size: size_of::<PyWeak>(),
    flags: flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        call: Some(call),
        hash: Some(hash),
        compare: Some(compare),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &[class_method("__class_getitem__", "(cls, item, /)", class_getitem)],
    getset: &[field_getter("__callback__", get_callback)],
    ..TypeDef::DEFAULT
};
