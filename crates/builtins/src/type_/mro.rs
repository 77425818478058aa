//! Method resolution order: C3, and `mro()` of metaclasses.

use orochi_object::prelude::*;
use orochi_object::typedef;

/// `type.mro`: the C3 linearisation of `t` over its `__bases__`.
pub(super) fn linearize(cx: &Cx, t: Ref<PyType>, bases: Ref<PyTuple>) -> Res<Ref<PyTuple>> {
    let values = bases.values();
    if let [only] = values
        && let Some(base) = only.downcast::<PyType>()
    {
        let above = base.mro_tuple();
        let mro = PyTuple::new_internal(cx, above.len() + 1)?;
        mro.items()[0].init(t.value());
        for (to, from) in mro.items()[1..].iter().zip(above.values()) {
            to.init(*from);
        }
        return Ok(mro);
    }
    for (i, base) in values.iter().enumerate() {
        if values[..i].contains(base) {
            let name = base.downcast::<PyType>().map_or(String::new(), |t| t.display_name());
            return raise!(cx, TYPE_ERROR, "duplicate base class {name}");
        }
    }
    // The classes are held by the bases' own orders, and nothing polls here.
    let mut rows: Vec<&[Value]> = values
        .iter()
        .filter_map(|base| base.downcast::<PyType>())
        .map(|base| base.mro_tuple().values())
        .collect();
    rows.push(values);
    let mut merged = vec![t.value()];
    loop {
        rows.retain(|row| !row.is_empty());
        if rows.is_empty() {
            return cx.new_tuple(&merged);
        }
        let in_tail = |class: &Value| rows.iter().any(|row| row[1..].contains(class));
        let Some(next) = rows.iter().map(|row| row[0]).find(|class| !in_tail(class)) else {
            return inconsistent(cx, &rows);
        };
        merged.push(next);
        for row in &mut rows {
            if row[0] == next {
                *row = &row[1..];
            }
        }
    }
}

#[cold]
fn inconsistent<T>(cx: &Cx, rows: &[&[Value]]) -> Res<T> {
    let mut heads: Vec<Value> = Vec::new();
    for row in rows {
        if !heads.contains(&row[0]) {
            heads.push(row[0]);
        }
    }
    let names: Vec<String> = heads
        .iter()
        .filter_map(|class| class.downcast::<PyType>())
        .map(|class| class.display_name())
        .collect();
    raise!(
        cx,
        TYPE_ERROR,
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    )
}

/// The C3 order of a class over the bases it has now.
pub(super) fn linearize_now(cx: &Cx, t: Ref<PyType>) -> Res<Ref<PyTuple>> {
    if t.base_type().is_none() {
        return cx.new_tuple(&[t.value()]);
    }
    let bases = t.bases_tuple();
    for base in bases.values().iter().filter_map(|base| base.downcast::<PyType>()) {
        if base.has_flag(flag::UNORDERED) {
            let name = base.name_str().to_string_lossy();
            return raise!(cx, TYPE_ERROR, "Cannot extend an incomplete type '{name}'");
        }
    }
    linearize(cx, t, bases)
}

/// Gives `t` a new order, and sees to it that its caches hear of changes to classes in there that are no
/// bases.
pub(super) fn set(cx: &Cx, t: Ref<PyType>, order: Ref<PyTuple>) -> Res<()> {
    t.mro.set(cx, t, order.value());
    if t.has_flag(flag::UNORDERED) {
        t.clear_flag(flag::UNORDERED);
    }
    if t.class() == types::TYPE.get() {
        // Only a `mro` method brings such classes in, of its own metaclass or of a base's.
        return Ok(());
    }
    for class in order.values().iter().filter_map(|class| class.downcast::<PyType>()) {
        if !reaches(cx, t, class)? {
            typedef::add_heir(cx, class, t)?;
        }
    }
    Ok(())
}

/// Whether `t` is `class` or one of its bases, by the bases alone: a `mro` method finds orders that are
/// not up to date.
pub(super) fn reaches(cx: &Cx, class: Ref<PyType>, t: Ref<PyType>) -> Res<bool> {
    cx.check_native_stack()?;
    Ok(class == t || any_reaches(cx, class.bases_tuple(), t)?)
}

/// Whether one of `bases` [`reaches`] `t`.
pub(super) fn any_reaches(cx: &Cx, bases: Ref<PyTuple>, t: Ref<PyType>) -> Res<bool> {
    for base in bases.values().iter().filter_map(|base| base.downcast::<PyType>()) {
        if reaches(cx, base, t)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The order for `t`: what its metaclass's `mro()` says, C3 for `type.mro`.
pub(super) fn compute(cx: &Cx, t: Ref<PyType>, bases: Ref<PyTuple>) -> Res<Ref<PyTuple>> {
    let name = name!(cx, "mro");
    let custom = t.class().lookup(cx, name);
    if custom == types::TYPE.get().namespace().get_str(name) {
        return linearize(cx, t, bases);
    }
    let made = ops::call_method(cx, t.value(), name, &[])?;
    let mro = ops::to_tuple(cx, made)?;
    for class in mro.values() {
        let Some(class) = class.downcast::<PyType>() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "mro() returned a non-class ('{}')",
                class_of(*class).display_name()
            );
        };
        let solid = super::layout::solid_base(class);
        if !super::layout::solid_base(t).is_subtype(solid) && class != t {
            return raise!(
                cx,
                TYPE_ERROR,
                "mro() returned base with unsuitable layout ('{}')",
                class.display_name()
            );
        }
    }
    Ok(mro)
}
