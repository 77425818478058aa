//! The type `module`.

use crate::type_::attrs;
use orochi_object::layout;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::shadow;

/// The table of `module`.
pub static TYPE: TypeDef = TypeDef {
    name: "module",
    cell: &types::MODULE,
    layout: layout::MODULE,
    size: size_of::<PyModule>(),
    flags: flag::BASETYPE | flag::WEAKREF,
    slots: Slots {
        repr: Some(repr),
        getattr: Some(getattr),
        setattr: Some(setattr),
        new: Some(|cx, class, _| Ok(cx.module_of_class(class)?.value())),
        init: Some(init),
        ..Slots::NONE
    },
    methods: &[method("__dir__", "(self, /)", dir)],
    init: Some(hide_setattr),
    getset: &[
        field_getter("__dict__", |_, v| Ok(module(v).dict.or_none())),
        getset("__annotations__", get_annotations, set_annotations),
        getset("__annotate__", get_annotate, set_annotate),
    ],
    doc: Some(
        "Create a module object.\n\nThe name must be a string; the optional docstring can have any \
         type.",
    ),
    ..TypeDef::DEFAULT
};

/// Takes out the names of the slot that writes attributes: those of `object` do the same.
fn hide_setattr(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    for name in [name!(cx, "__setattr__"), name!(cx, "__delattr__")] {
        t.namespace().remove(cx, name.value())?;
    }
    Ok(())
}

fn module(v: Value) -> Ref<PyModule> {
    // SAFETY: slots, methods and rows of `module`, whose instances are PyModule.
    unsafe { v.cast() }
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    static SIGNATURE: std::sync::OnceLock<orochi_object::args::Signature> =
        std::sync::OnceLock::new();
    let signature =
        SIGNATURE.get_or_init(|| orochi_object::args::Signature::parse("(name, doc=None)"));
    signature.bind(cx, "module", 0, args, &mut |args| {
        let name = args.get(0);
        if name.as_str().is_none() {
            return raise!(
                cx,
                TYPE_ERROR,
                "module() argument 'name' must be str, not {}",
                ops::argument_class(name)
            );
        }
        let dict = module(v).namespace();
        dict.set_str(cx, name!(cx, "__name__"), name)?;
        dict.set_str(cx, name!(cx, "__doc__"), args.or(1, Value::NONE))?;
        for key in [name!(cx, "__package__"), name!(cx, "__loader__"), name!(cx, "__spec__")] {
            dict.set_str(cx, key, Value::NONE)?;
        }
        Ok(())
    })
}

/// The attribute `name` of a module; `None` if only `__getattr__` could know it.
fn find(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<Option<Value>> {
    let class = class_of(v);
    let found = class.lookup(cx, name);
    let get = found.and_then(|found| class_of(found).slots.descr_get());
    if let (Some(found), Some(get)) = (found, get)
        && class_of(found).slots.descr_set().is_some()
    {
        return Ok(Some(get(cx, found, Some(v), Some(class.value()))?));
    }
    if let Some(value) = module(v).namespace().get_str(name) {
        return Ok(Some(value));
    }
    match (found, get) {
        (Some(found), Some(get)) => Ok(Some(get(cx, found, Some(v), Some(class.value()))?)),
        (found, _) => Ok(found),
    }
}

/// `getattr` of modules: the dict, then the module's `__getattr__` function.
pub fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    if let Some(value) = find(cx, v, name)? {
        return Ok(value);
    }
    if let Some(fallback) = module(v).namespace().get_str(name!(cx, "__getattr__")) {
        return ops::call(cx, fallback, &[name.value()]);
    }
    Err(no_attribute(cx, v, name)?)
}

/// The AttributeError for a missing attribute of a module.
#[cold]
fn no_attribute(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<Raised> {
    let dict = module(v).namespace();
    let text = name.to_string_lossy();
    let Some(own) = dict.get_str(name!(cx, "__name__")).and_then(Value::as_str) else {
        return Ok(ops::attribute_error(cx, v, name, &format!("module has no attribute '{text}'")));
    };
    let own_name = own.value();
    let own = own.to_string_lossy();
    let spec = dict.get_str(name!(cx, "__spec__")).unwrap_or(Value::NONE);
    let (initializing, origin) = (is_initializing(cx, spec)?, shadow::origin(cx, spec)?);
    if let Some(origin) = &origin {
        let hidden = shadow::hidden_by(cx, own_name, origin)?;
        if let Some(hint) = shadow::hint(hidden, initializing, &own, origin) {
            let message = format!("module '{own}' has no attribute '{text}' {hint}");
            return Ok(ops::attribute_error(cx, v, name, &message));
        }
    }
    let message = match origin {
        Some(origin) if initializing => format!(
            "partially initialized module '{own}' from '{origin}' has no attribute '{text}' \
             (most likely due to a circular import)"
        ),
        None if initializing => format!(
            "partially initialized module '{own}' has no attribute '{text}' (most likely due \
             to a circular import)"
        ),
        _ if shadow::is_importing_submodule(cx, spec, name.value())? => format!(
            "cannot access submodule '{text}' of module '{own}' (most likely due to a circular import)"
        ),
        _ => format!("module '{own}' has no attribute '{text}'"),
    };
    Ok(ops::attribute_error(cx, v, name, &message))
}

/// Whether a module's spec says that the module is still being executed.
pub fn is_initializing(cx: &Cx, spec: Value) -> Res<bool> {
    if spec.is_none() {
        return Ok(false);
    }
    match ops::getattr_opt(cx, spec, name!(cx, "_initializing"))? {
        Some(answer) => ops::truth(cx, answer),
        None => Ok(false),
    }
}

fn setattr(cx: &Cx, v: Value, name: Ref<PyStr>, value: Option<Value>) -> Res<()> {
    if let Some(found) = class_of(v).lookup(cx, name)
        && let Some(set) = class_of(found).slots.descr_set()
    {
        return set(cx, found, v, value);
    }
    let dict = module(v).namespace();
    match value {
        Some(value) => dict.set_str(cx, name, value),
        None => match dict.remove(cx, name.value())? {
            Some(_) => Ok(()),
            None => Err(ops::no_attribute(cx, v, name)),
        },
    }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let dict = module(v).namespace();
    let spec = dict.get_str(name!(cx, "__spec__")).unwrap_or(Value::NONE);
    let text = if spec.is_none() { repr_by_dict(cx, dict)? } else { repr_by_spec(cx, spec)? };
    Ok(cx.new_str(&text)?.value())
}

fn repr_by_spec(cx: &Cx, spec: Value) -> Res<String> {
    let name = match ops::getattr_opt(cx, spec, name!(cx, "name"))?.and_then(Value::non_none) {
        Some(name) => ops::repr_text(cx, name)?,
        None => "'?'".to_owned(),
    };
    let origin = ops::getattr_opt(cx, spec, name!(cx, "origin"))?.and_then(Value::non_none);
    let loader = ops::getattr_opt(cx, spec, name!(cx, "loader"))?.and_then(Value::non_none);
    let Some(origin) = origin else {
        return Ok(match loader {
            Some(loader) if &*class_of(loader).display_name() == "NamespaceLoader" => {
                let path = ops::getattr(cx, loader, name!(cx, "_path"))?;
                let path = ops::to_list(cx, path)?.value();
                format!("<module {name} (namespace) from {}>", ops::repr_text(cx, path)?)
            }
            Some(loader) => format!("<module {name} ({})>", ops::repr_text(cx, loader)?),
            None => format!("<module {name}>"),
        });
    };
    let located = ops::getattr(cx, spec, name!(cx, "has_location"))?;
    if ops::truth(cx, located)? {
        return Ok(format!("<module {name} from {}>", ops::repr_text(cx, origin)?));
    }
    Ok(format!("<module {name} ({})>", ops::str(cx, origin)?.to_string_lossy()))
}

fn repr_by_dict(cx: &Cx, dict: Ref<PyDict>) -> Res<String> {
    let name = match dict.get_str(name!(cx, "__name__")) {
        Some(name) => ops::repr_text(cx, name)?,
        None => "'?'".to_owned(),
    };
    if let Some(file) = dict.get_str(name!(cx, "__file__")) {
        return Ok(format!("<module {name} from {}>", ops::repr_text(cx, file)?));
    }
    match dict.get_str(name!(cx, "__loader__")).and_then(Value::non_none) {
        Some(loader) => Ok(format!("<module {name} ({})>", ops::repr_text(cx, loader)?)),
        None => Ok(format!("<module {name}>")),
    }
}

fn dir(cx: &Cx, args: Args) -> Res {
    let dict = ops::getattr(cx, args.get(0), name!(cx, "__dict__"))?;
    let Some(dict) = dict.downcast::<PyDict>() else {
        return raise!(cx, TYPE_ERROR, "<module>.__dict__ is not a dictionary");
    };
    match dict.get_str(name!(cx, "__dir__")) {
        Some(function) => ops::call(cx, function, &[]),
        None => Ok(ops::to_list(cx, dict.value())?.value()),
    }
}

fn get_annotate(cx: &Cx, v: Value) -> Res {
    let dict = module(v).namespace();
    let name = name!(cx, "__annotate__");
    match dict.get_str(name) {
        Some(annotate) => Ok(annotate),
        None => dict.set_default(cx, name.value(), Value::NONE),
    }
}

fn set_annotate(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, TYPE_ERROR, "cannot delete __annotate__ attribute");
    };
    if !value.is_none() && class_of(value).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "__annotate__ must be callable or None");
    }
    let dict = module(v).namespace();
    dict.set_str(cx, name!(cx, "__annotate__"), value)?;
    if !value.is_none() {
        dict.remove(cx, name!(cx, "__annotations__").value())?;
    }
    Ok(())
}

fn get_annotations(cx: &Cx, v: Value) -> Res {
    let dict = module(v).namespace();
    if let Some(found) = dict.get_str(name!(cx, "__annotations__")) {
        return Ok(found);
    }
    let spec = dict.get_str(name!(cx, "__spec__")).unwrap_or(Value::NONE);
    let unfinished = is_initializing(cx, spec)?;
    let annotate = dict.get_str(name!(cx, "__annotate__")).unwrap_or(Value::NONE);
    let made = attrs::call_annotate(cx, annotate)?;
    if !unfinished {
        dict.set_str(cx, name!(cx, "__annotations__"), made.value())?;
    }
    Ok(made.value())
}

fn set_annotations(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let dict = module(v).namespace();
    let name = name!(cx, "__annotations__");
    match value {
        Some(value) => dict.set_str(cx, name, value)?,
        None => {
            if dict.remove(cx, name.value())?.is_none() {
                return Err(ops::attribute_error(cx, v, name, "__annotations__"));
            }
        }
    }
    dict.remove(cx, name!(cx, "__annotate__").value())?;
    Ok(())
}
