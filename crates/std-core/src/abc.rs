//! The module `_abc`: the machinery of abstract base classes.
//!
//! Rules:
//! 1. Caches are dicts from a class's address to a weak box; a box whose target is another class or
//!    none is no entry. Readers take no lock.
//! 2. Negative caches hold for one value of the counter of registrations.

use crate::common::{number, receiver, words};
use core::sync::atomic::{AtomicI64, Ordering};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::weakref::PyWeak;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_abc",
    doc: Some("Module contains faster C implementation of abc.ABCMeta"),
    functions: &[
        function("get_cache_token", "()", |_, _| Ok(Value::int(counter())))
            .doc("Returns the current ABC cache token."),
        function("_abc_init", "(self, /)", abc_init),
        function("_abc_register", "(self, subclass, /)", abc_register),
        function("_abc_instancecheck", "(self, instance, /)", abc_instancecheck),
        function("_abc_subclasscheck", "(self, subclass, /)", abc_subclasscheck),
        function("_get_dump", "(self, /)", get_dump),
        function("_reset_registry", "(self, /)", reset_registry),
        function("_reset_caches", "(self, /)", reset_caches),
    ],
    types: &[&DATA],
    ..ModuleDef::DEFAULT
};

/// Moves at every registration.
static COUNTER: AtomicI64 = AtomicI64::new(0);

fn counter() -> i64 {
    COUNTER.load(Ordering::Acquire)
}

/// What an abstract class knows: three dicts (rule 1) and the counter of the negative one.
#[repr(C)]
struct Data {
    header: Header,
    registry: Slot,
    cache: Slot,
    negative: Slot,
    version: Slot,
}
words!(Data);
receiver!(data_cast, Data);

static DATA_CELL: TypeCell = TypeCell::new();

static DATA: TypeDef = TypeDef {
    name: "_abc._abc_data",
    cell: &DATA_CELL,
    layout: layout::WORDS,
    size: size_of::<Data>(),
    slots: Slots {
        new: Some(|cx, class, _| {
            let data: Ref<Data> = cx.alloc_instance(class, 0)?;
            data.version.init(Value::int(counter()));
            Ok(data.value())
        }),
        ..Slots::NONE
    },
    doc: Some("Internal state held by ABC machinery."),
    ..TypeDef::DEFAULT
};

fn data_of(cx: &Cx, class: Value) -> Res<Ref<Data>> {
    let data = ops::getattr(cx, class, name!(cx, "_abc_impl"))?;
    if !is_exact(data, &DATA_CELL) {
        return raise!(cx, TYPE_ERROR, "_abc_impl is set to a wrong type");
    }
    Ok(data_cast(data))
}

fn weak_key(class: Value) -> Value {
    Value::int((class.word() >> 4) as i64)
}

fn weak_dict(slot: &Slot) -> Option<Ref<PyDict>> {
    slot.get().and_then(Value::downcast)
}

fn holds(cx: &Cx, slot: &Slot, class: Value) -> Res<bool> {
    let Some(dict) = weak_dict(slot) else { return Ok(false) };
    let found = dict.get(cx, weak_key(class))?.and_then(Value::downcast::<PyWeak>);
    Ok(found.and_then(|weak| weak.target()) == Some(class))
}

fn add(cx: &Cx, data: Ref<Data>, slot: &Slot, class: Value) -> Res<()> {
    let dict = match weak_dict(slot) {
        Some(dict) => dict,
        None => {
            let dict = cx.new_dict()?;
            // Who loses the race uses the winner's.
            match slot.replace(cx, data, None, dict.value()) {
                Ok(()) => dict,
                Err(other) => other.and_then(Value::downcast).unwrap_or(dict),
            }
        }
    };
    if dict.len() >= 64 && dict.len().is_power_of_two() {
        drop_dead(cx, dict)?;
    }
    dict.set(cx, weak_key(class), cx.new_weak_box(class)?.value())
}

fn drop_dead(cx: &Cx, dict: Ref<PyDict>) -> Res<()> {
    let items = dict.snapshot(cx)?;
    for pair in items.values().chunks_exact(2) {
        if pair[1].downcast::<PyWeak>().is_none_or(|weak| weak.target().is_none()) {
            dict.remove(cx, pair[0])?;
        }
    }
    Ok(())
}

/// The live classes of a cache.
fn live(cx: &Cx, slot: &Slot) -> Res<Ref<PyList>> {
    let classes = cx.new_list(&[])?;
    if let Some(dict) = weak_dict(slot) {
        let items = dict.snapshot(cx)?;
        for pair in items.values().chunks_exact(2) {
            if let Some(class) = pair[1].downcast::<PyWeak>().and_then(|weak| weak.target()) {
                classes.push(cx, class)?;
            }
        }
    }
    Ok(classes)
}

fn is_abstract(cx: &Cx, value: Value) -> Res<bool> {
    match ops::getattr_opt(cx, value, name!(cx, "__isabstractmethod__"))? {
        Some(mark) => ops::truth(cx, mark),
        None => Ok(false),
    }
}

fn compute_abstract_methods(cx: &Cx, class: Value) -> Res<()> {
    let names = cx.new_set(types::SET.get())?;
    let dict = ops::getattr(cx, class, name!(cx, "__dict__"))?;
    let items = ops::call_method(cx, dict, name!(cx, "items"), &[])?;
    let items = ops::to_list(cx, items)?;
    ops::for_each(cx, items.value(), &mut |item| {
        let pair = ops::to_tuple(cx, item)?;
        if let [name, value] = pair.values()
            && is_abstract(cx, *value)?
        {
            names.add(cx, *name)?;
        }
        Ok(true)
    })?;
    let own = name!(cx, "__abstractmethods__");
    let bases = ops::getattr(cx, class, name!(cx, "__bases__"))?;
    let Some(bases) = bases.downcast::<PyTuple>() else {
        return raise!(cx, TYPE_ERROR, "__bases__ is not tuple");
    };
    for base in bases.values() {
        let Some(inherited) = ops::getattr_opt(cx, *base, own)? else { continue };
        let inherited = ops::to_tuple(cx, inherited)?;
        for name in inherited.values() {
            let name = ops::attribute_name(cx, *name)?;
            if let Some(value) = ops::getattr_opt(cx, class, name)?
                && is_abstract(cx, value)?
            {
                names.add(cx, name.value())?;
            }
        }
    }
    let frozen = names.copy(cx, types::FROZENSET.get())?;
    ops::setattr(cx, class, own, frozen.value())
}

fn abc_init(cx: &Cx, args: Args) -> Res {
    let class = args.get(0);
    compute_abstract_methods(cx, class)?;
    let data: Ref<Data> = cx.alloc_instance(DATA_CELL.get(), 0)?;
    data.version.init(Value::int(counter()));
    ops::setattr(cx, class, name!(cx, "_abc_impl"), data.value())?;
    if let Some(class) = class.downcast::<PyType>() {
        take_flags(cx, class)?;
    }
    Ok(Value::NONE)
}

const COLLECTION: u64 = flag::SEQUENCE | flag::MAPPING;

/// `__abc_tpflags__` says whether instances match sequence or mapping patterns.
fn take_flags(cx: &Cx, class: Ref<PyType>) -> Res<()> {
    let Some(flags) = class.namespace().remove(cx, name!(cx, "__abc_tpflags__").value())? else {
        return Ok(());
    };
    let Some(flags) = flags.as_small() else { return Ok(()) };
    let (sequence, mapping) = (flags & 1 << 5 != 0, flags & 1 << 6 != 0);
    if sequence && mapping {
        return raise!(
            cx,
            TYPE_ERROR,
            "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
        );
    }
    if sequence {
        class.set_flag(flag::SEQUENCE);
    }
    if mapping {
        class.set_flag(flag::MAPPING);
    }
    Ok(())
}

fn spread_flags(class: Ref<PyType>, flags: u64) {
    // Builtin types are what they are: bytes, though registered, match no sequence pattern.
    if !class.has_flag(flag::HEAPTYPE) || class.flags() & COLLECTION == flags {
        return;
    }
    class.clear_flag(COLLECTION);
    class.set_flag(flags);
    types::for_each_subclass(class, &mut |sub| spread_flags(sub, flags));
}

fn abc_register(cx: &Cx, args: Args) -> Res {
    let (class, subclass) = (args.get(0), args.get(1));
    let Some(sub) = subclass.downcast::<PyType>() else {
        return raise!(cx, TYPE_ERROR, "Can only register classes");
    };
    if ops::issubclass(cx, subclass, class)? {
        return Ok(subclass);
    }
    if ops::issubclass(cx, class, subclass)? {
        return raise!(cx, RUNTIME_ERROR, "Refusing to create an inheritance cycle");
    }
    let data = data_of(cx, class)?;
    add(cx, data, &data.registry, subclass)?;
    COUNTER.fetch_add(1, Ordering::AcqRel);
    if let Some(class) = class.downcast::<PyType>() {
        let flags = class.flags() & COLLECTION;
        if flags != 0 {
            spread_flags(sub, flags);
        }
    }
    Ok(subclass)
}

fn subclasscheck(cx: &Cx, class: Value, subclass: Value) -> Res {
    ops::call_method(cx, class, name!(cx, "__subclasscheck__"), &[subclass])
}

fn abc_instancecheck(cx: &Cx, args: Args) -> Res {
    let (class, instance) = (args.get(0), args.get(1));
    let data = data_of(cx, class)?;
    let subclass = ops::getattr_opt(cx, instance, name!(cx, "__class__"))?
        .unwrap_or(class_of(instance).value());
    if holds(cx, &data.cache, subclass)? {
        return Ok(Value::TRUE);
    }
    let own = class_of(instance).value();
    if own.is(subclass) {
        if number(&data.version) == counter() && holds(cx, &data.negative, subclass)? {
            return Ok(Value::FALSE);
        }
        return subclasscheck(cx, class, subclass);
    }
    let result = subclasscheck(cx, class, subclass)?;
    if ops::truth(cx, result)? { Ok(result) } else { subclasscheck(cx, class, own) }
}

fn abc_subclasscheck(cx: &Cx, args: Args) -> Res {
    let (class, subclass) = (args.get(0), args.get(1));
    cx.check_native_stack()?;
    if subclass.downcast::<PyType>().is_none() {
        return raise!(cx, TYPE_ERROR, "issubclass() arg 1 must be a class");
    }
    let data = data_of(cx, class)?;
    if holds(cx, &data.cache, subclass)? {
        return Ok(Value::TRUE);
    }
    let now = counter();
    if number(&data.version) < now {
        data.negative.clear();
        data.version.init(Value::int(now));
    } else if holds(cx, &data.negative, subclass)? {
        return Ok(Value::FALSE);
    }
    let verdict = is_subclass(cx, class, subclass, data)?;
    add(cx, data, if verdict { &data.cache } else { &data.negative }, subclass)?;
    Ok(Value::bool(verdict))
}

/// The answer where the caches have none.
fn is_subclass(cx: &Cx, class: Value, subclass: Value, data: Ref<Data>) -> Res<bool> {
    let hook = ops::call_method(cx, class, name!(cx, "__subclasshook__"), &[subclass])?;
    if let Some(verdict) = hook.as_bool() {
        return Ok(verdict);
    }
    if !hook.is_not_implemented() {
        return raise!(
            cx,
            ASSERTION_ERROR,
            "__subclasshook__ must return either False, True, or NotImplemented"
        );
    }
    if let Some(own) = class.downcast::<PyType>()
        && subclass.downcast::<PyType>().is_some_and(|sub| sub.is_subtype(own))
    {
        return Ok(true);
    }
    let registered = live(cx, &data.registry)?;
    let mut i = 0;
    while let Some(other) = registered.get(i) {
        i += 1;
        if ops::issubclass(cx, subclass, other)? {
            return Ok(true);
        }
    }
    let subclasses = ops::call_method(cx, class, name!(cx, "__subclasses__"), &[])?;
    let Some(subclasses) = subclasses.downcast::<PyList>() else {
        return raise!(cx, TYPE_ERROR, "__subclasses__() must return a list");
    };
    let mut i = 0;
    while let Some(other) = subclasses.get(i) {
        i += 1;
        if ops::issubclass(cx, subclass, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn get_dump(cx: &Cx, args: Args) -> Res {
    let data = data_of(cx, args.get(0))?;
    let weak_set = |slot: &Slot| -> Res {
        let set = cx.new_set(types::SET.get())?;
        let classes = live(cx, slot)?.snapshot(cx)?;
        for class in classes.values() {
            let weak = ops::call(cx, types::WEAKREF.get().value(), &[*class])?;
            set.add(cx, weak)?;
        }
        Ok(set.value())
    };
    let (registry, cache) = (weak_set(&data.registry)?, weak_set(&data.cache)?);
    let negative = weak_set(&data.negative)?;
    let parts = [registry, cache, negative, data.version.or_none()];
    Ok(cx.new_tuple(&parts)?.value())
}

fn reset_registry(cx: &Cx, args: Args) -> Res {
    data_of(cx, args.get(0))?.registry.clear();
    Ok(Value::NONE)
}

fn reset_caches(cx: &Cx, args: Args) -> Res {
    let data = data_of(cx, args.get(0))?;
    data.cache.clear();
    data.negative.clear();
    Ok(Value::NONE)
}
