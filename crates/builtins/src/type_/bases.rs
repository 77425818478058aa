//! Assignment to `__bases__`.

use super::{attrs, layout, mro};
use orochi_object::prelude::*;
use orochi_object::{slotdefs, typedef};

/// `class.__bases__ = bases`.
pub(super) fn set_bases(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    // SAFETY: a row of `type`, whose instances are PyType.
    let t: Ref<PyType> = unsafe { v.cast() };
    let value = attrs::check_settable(cx, t, "__bases__", value)?;
    let bases = checked(cx, t, value)?;
    let base = layout::best_base(cx, bases)?;
    let old_base = t.base_type().unwrap_or(base);
    if !layout::same_layout(old_base, base) {
        let heap_types = base.has_flag(flag::HEAPTYPE) && old_base.has_flag(flag::HEAPTYPE);
        let what = if heap_types { "object layout" } else { "deallocator" };
        return raise!(
            cx,
            TYPE_ERROR,
            "__bases__ assignment: '{}' {what} differs from '{}'",
            base.display_name(),
            old_base.display_name()
        );
    }
    let old_bases = t.bases_tuple();
    let set = |bases: Ref<PyTuple>, base: Ref<PyType>| {
        types::with_type_lock(cx, || {
            // Asked again under the lock: another thread may have set the bases of these.
            if mro::any_reaches(cx, bases, t)? {
                return Ok(false);
            }
            t.bases.set(cx, t, bases.value());
            t.base.set(cx, t, base.value());
            Ok(true)
        })
    };
    if !set(bases, base)? {
        return raise!(cx, TYPE_ERROR, "a __bases__ item causes an inheritance cycle");
    }
    let orders = cx.new_list(&[])?;
    let done = reorder(cx, t, orders);
    let replaced = !t.bases.or_none().is(bases.value());
    if let Err(raised) = done {
        if !replaced {
            set(old_bases, old_base)?;
        }
        for i in (0..orders.len()).step_by(3) {
            let [class, old, new] = [i, i + 1, i + 2].map(|i| orders.get(i));
            if let (Some(class), Some(old), Some(new)) = (class, old, new)
                && let Some(class) = class.downcast::<PyType>()
                && class.mro.or_none().is(new)
            {
                class.mro.set(cx, class, old);
            }
        }
        types::with_type_lock(cx, || t.modified());
        return Err(raised);
    }
    if replaced {
        // A `mro` method has set other bases meanwhile, and that has done the rest.
        return Ok(());
    }
    for old in old_bases.values().iter().filter_map(|base| base.downcast::<PyType>()) {
        typedef::remove_subclass(cx, old, t)?;
    }
    for new in bases.values().iter().filter_map(|base| base.downcast::<PyType>()) {
        typedef::add_subclass(cx, new, t)?;
    }
    types::with_type_lock(cx, || {
        t.modified();
        update_all(cx, t)
    })
}

fn checked(cx: &Cx, t: Ref<PyType>, value: Value) -> Res<Ref<PyTuple>> {
    let name = t.display_name();
    let Some(bases) = value.downcast::<PyTuple>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only assign tuple to {name}.__bases__, not {}",
            class_of(value).display_name()
        );
    };
    if bases.len() == 0 {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        );
    }
    for base in bases.values() {
        let Some(base) = base.downcast::<PyType>() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "{name}.__bases__ must be tuple of classes, not '{}'",
                class_of(*base).display_name()
            );
        };
        if base.is_subtype(t) {
            return raise!(cx, TYPE_ERROR, "a __bases__ item causes an inheritance cycle");
        }
    }
    Ok(bases)
}

/// Computes the order of a class and its subclasses anew; each class, its old order and its new one
/// are put in a list.
fn reorder(cx: &Cx, t: Ref<PyType>, orders: Ref<PyList>) -> Res<()> {
    cx.check_native_stack()?;
    let order = mro::compute(cx, t, t.bases_tuple())?;
    for word in [t.value(), t.mro.or_none(), order.value()] {
        orders.push(cx, word)?;
    }
    mro::set(cx, t, order)?;
    types::with_type_lock(cx, || t.modified());
    let subclasses = super::subclasses(cx, t)?.snapshot(cx)?;
    for sub in subclasses.values().iter().filter_map(|sub| sub.downcast::<PyType>()) {
        reorder(cx, sub, orders)?;
    }
    Ok(())
}

fn update_all(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    slotdefs::update_slots(cx, t)?;
    let mut result = Ok(());
    types::for_each_subclass(t, &mut |sub| {
        if result.is_ok() {
            result = update_all(cx, sub);
        }
    });
    result
}
