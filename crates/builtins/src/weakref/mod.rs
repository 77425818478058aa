//! Weak references: `weakref.ref`, proxies, the module `_weakref`, and running callbacks.

mod proxy;
mod reference;
pub mod table;

pub use proxy::{CALLABLE_PROXY, PROXY};
pub use reference::REFERENCE;
pub use table::{after_fork_child, after_mark};

use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;

fn unraisable(cx: &Cx, raised: Raised, message: &str) {
    orochi_object::hooks::unraisable(cx, raised, message, Value::NONE);
}

/// Runs the callbacks of weak references whose objects died, and the finalizers of unreachable
/// objects. Between bytecodes only.
pub fn run_callbacks(cx: &Cx) {
    while let Some(container) = orochi_heap::take_cleared() {
        // SAFETY: queued containers are live.
        let weak = unsafe { Value::from_object(container.as_ptr()) };
        let Some(weak) = weak.downcast::<PyWeak>() else { continue };
        let Some(callback) = weak.callback.take().and_then(Value::non_none) else { continue };
        if weak.target().is_some() {
            continue;
        }
        if let Err(raised) = ops::call(cx, callback, &[weak.value()]) {
            let shown = ops::repr_text(cx, callback).unwrap_or_default();
            let message = format!("Exception ignored while calling weakref callback {shown}");
            unraisable(cx, raised, &message);
        }
    }
    while let Some(object) = orochi_heap::take_finalizable() {
        // SAFETY: queued objects are live.
        finalize(cx, unsafe { Value::from_object(object.as_ptr()) });
    }
}

/// Calls the finalizer of an object; errors are reported.
pub fn finalize(cx: &Cx, object: Value) {
    let Some(del) = class_of(object).slots.del() else { return };
    let handled = cx.handled.take();
    if let Err(raised) = del(cx, object) {
        let method = class_of(object).lookup(cx, name!(cx, "__del__"));
        let shown = method.map(|method| ops::repr_text(cx, method).unwrap_or_default());
        let message =
            format!("Exception ignored while calling deallocator {}", shown.unwrap_or_default());
        unraisable(cx, raised, &message);
    }
    cx.handled.init_opt(handled);
}

/// Raises TypeError unless the object can be weakly referenced.
fn check_target(cx: &Cx, target: Value) -> Res<()> {
    if target.is_object() && class_of(target).has_flag(flag::WEAKREF) {
        return Ok(());
    }
    raise!(
        cx,
        TYPE_ERROR,
        "cannot create weak reference to '{}' object",
        ops::full_name(cx, class_of(target))
    )
}

fn count(cx: &Cx, args: Args) -> Res {
    Ok(Value::int(table::all(cx, args.get(0))?.len() as i64))
}

fn all(cx: &Cx, args: Args) -> Res {
    Ok(table::all(cx, args.get(0))?.value())
}

fn make_proxy(cx: &Cx, args: Args) -> Res {
    proxy::make(cx, args.get(0), args.non_none(1))
}

fn remove_dead(cx: &Cx, args: Args) -> Res {
    let Some(dict) = args.get(0).downcast::<PyDict>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "_remove_dead_weakref() argument 1 must be dict, not {}",
            class_of(args.get(0)).display_name()
        );
    };
    let key = args.get(1);
    if let Some(weak) = dict.get(cx, key)?.and_then(Value::downcast::<PyWeak>)
        && weak.target().is_none()
    {
        let removed = dict.remove(cx, key)?;
        if let Some(other) = removed.filter(|other| !other.is(weak.value())) {
            // Another thread put a new value there in between.
            dict.set_default(cx, key, other)?;
        }
    }
    Ok(Value::NONE)
}

fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    let dict = module.namespace();
    let reference = types::WEAKREF.get().value();
    dict.set_str(cx, name!(cx, "ref"), reference)?;
    dict.set_str(cx, name!(cx, "ReferenceType"), reference)
}

/// The module `_weakref`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_weakref",
    doc: Some("Weak-reference support module."),
    functions: &[
        function("getweakrefcount", "(object, /)", count),
        function("getweakrefs", "(object, /)", all),
        function("proxy", "(object, callback=None, /)", make_proxy),
        function("_remove_dead_weakref", "(dct, key, /)", remove_dead),
    ],
    types: &[&PROXY, &CALLABLE_PROXY],
    init: Some(init),
    ..ModuleDef::DEFAULT
};
