//! `__build_class__`: what a class statement calls.

use crate::hooks;
use crate::type_::calculate_metaclass;
use orochi_object::cell::PyCell;
use orochi_object::prelude::*;
use orochi_object::typedef::with_keywords;

pub(super) fn build_class(cx: &Cx, args: Args) -> Res {
    let (function, name) = (args.get(0), args.get(1));
    if !is_exact(function, &types::FUNCTION) {
        return raise!(cx, TYPE_ERROR, "__build_class__: func must be a function");
    }
    let Some(name) = name.as_str() else {
        return raise!(cx, TYPE_ERROR, "__build_class__: name is not a string");
    };
    let original = cx.new_tuple(args.rest(2))?;
    let bases = resolve_bases(cx, original)?;
    let keywords = match args.kwargs(3) {
        Some(keywords) => keywords,
        None => cx.new_dict()?,
    };
    let meta = metaclass(cx, bases, keywords)?;
    let namespace = prepare(cx, meta, name, bases, keywords)?;
    let cell = (hooks::hooks(cx)?.run_class_body)(cx, function, namespace)?;
    if bases != original {
        let key = name!(cx, "__orig_bases__").value();
        ops::setitem(cx, namespace, key, original.value())?;
    }
    let row = [name.value(), bases.value(), namespace];
    let class = with_keywords(cx, &row, keywords, |args| ops::call_args(cx, meta, args))?;
    check_cell(cx, class, name, cell)?;
    Ok(class)
}

/// The bases with `__mro_entries__` of those that are no classes put in their places.
pub(super) fn resolve_bases(cx: &Cx, bases: Ref<PyTuple>) -> Res<Ref<PyTuple>> {
    if bases.values().iter().all(|base| base.downcast::<PyType>().is_some()) {
        return Ok(bases);
    }
    let resolved = cx.new_list(&[])?;
    let mut changed = false;
    for base in bases.values() {
        let entries = match base.downcast::<PyType>() {
            Some(_) => None,
            None => ops::getattr_opt(cx, *base, name!(cx, "__mro_entries__"))?,
        };
        let Some(entries) = entries else {
            resolved.push(cx, *base)?;
            continue;
        };
        changed = true;
        let made = ops::call(cx, entries, &[bases.value()])?;
        let Some(made) = made.downcast::<PyTuple>() else {
            return raise!(cx, TYPE_ERROR, "__mro_entries__ must return a tuple");
        };
        for entry in made.values() {
            resolved.push(cx, *entry)?;
        }
    }
    if changed { resolved.snapshot(cx) } else { Ok(bases) }
}

/// The metaclass: as given, or that of the first base; the most derived one if it is a class.
fn metaclass(cx: &Cx, bases: Ref<PyTuple>, keywords: Ref<PyDict>) -> Res {
    let given = keywords.remove(cx, name!(cx, "metaclass").value())?;
    let meta = match (given, bases.get(0)) {
        (Some(meta), _) => meta,
        (None, Some(base)) => class_of(base).value(),
        (None, None) => types::TYPE.get().value(),
    };
    match meta.downcast::<PyType>() {
        Some(class) => Ok(calculate_metaclass(cx, class, bases)?.value()),
        None => Ok(meta),
    }
}

fn prepare(
    cx: &Cx,
    meta: Value,
    name: Ref<PyStr>,
    bases: Ref<PyTuple>,
    keywords: Ref<PyDict>,
) -> Res {
    let attr = name!(cx, "__prepare__");
    let plain = meta
        .downcast::<PyType>()
        .is_some_and(|meta| meta.lookup(cx, attr) == types::TYPE.get().namespace().get_str(attr));
    if plain {
        return Ok(cx.new_dict()?.value());
    }
    let Some(prepare) = ops::getattr_opt(cx, meta, attr)? else {
        return Ok(cx.new_dict()?.value());
    };
    let row = [name.value(), bases.value()];
    let namespace = with_keywords(cx, &row, keywords, |args| ops::call_args(cx, prepare, args))?;
    if class_of(namespace).slots.getitem().is_none() {
        let what = match meta.downcast::<PyType>() {
            Some(meta) => meta.display_name(),
            None => "<metaclass>".to_owned(),
        };
        return raise!(
            cx,
            TYPE_ERROR,
            "{what}.__prepare__() must return a mapping, not {}",
            class_of(namespace).display_name()
        );
    }
    Ok(namespace)
}

/// The `__class__` cell must hold the new class by now.
fn check_cell(cx: &Cx, class: Value, name: Ref<PyStr>, cell: Value) -> Res<()> {
    let Some(cell) = cell.downcast::<PyCell>() else { return Ok(()) };
    if class.downcast::<PyType>().is_none() {
        return Ok(());
    }
    let name = ops::repr_text(cx, name.value())?;
    match cell.content.get() {
        Some(content) if content.is(class) => Ok(()),
        Some(content) => raise!(
            cx,
            TYPE_ERROR,
            "__class__ set to {} defining {name} as {}",
            ops::repr_text(cx, content)?,
            ops::repr_text(cx, class)?
        ),
        None => raise!(
            cx,
            RUNTIME_ERROR,
            "__class__ not set defining {name} as {}. Was __classcell__ propagated to type.__new__?",
            ops::repr_text(cx, class)?
        ),
    }
}
