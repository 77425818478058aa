//! Attribute access through inline caches.
//!
//! An entry is guarded by the receiver's shape and its class's version (`cache.rs`, rule 2). The
//! version is read before the lookup that fills an entry and checked after it.

use crate::calls::{self, Dest};
use crate::invoke::Called;
use crate::poll;
use core::sync::atomic::Ordering;
use orochi_bytecode::{Instr, SiteKind};
use orochi_object::descr::{PyMember, PyProperty};
use orochi_object::dict::table::Entry as Row;
use orochi_object::instance;
use orochi_object::module::PyModule;
use orochi_object::object::{ObjectLock, shape_of};
use orochi_object::ops::{has_generic_getattr, has_generic_setattr};
use orochi_object::prelude::*;
use orochi_object::shape::Shape;
use orochi_runtime::cache::{self, Entry, Kind, NewEntry};
use orochi_runtime::code::PyCode;
use orochi_runtime::frame::{Frame, Vm};
use orochi_runtime::function::PyFunction;

/// The shape of a heap object.
#[inline(always)]
fn shape(object: Value) -> Option<Ref<Shape>> {
    // SAFETY: a pointer value points to a live object.
    object.as_object().map(|header| shape_of(unsafe { &*header }))
}

/// The slot at byte `offset` of an object.
#[inline(always)]
fn slot_at<'a>(object: Value, offset: usize) -> &'a Slot {
    // SAFETY: the entry's shape guard says that the object has a slot there.
    unsafe { &*((object.word() as usize + offset) as *const Slot) }
}

/// The entry of site `i` that fits the object's shape and its class's version.
#[inline(always)]
fn matching(code: Ref<PyCode>, object: Value, i: usize) -> Option<Ref<Entry>> {
    let shape = shape(object)?;
    let mut entry = code.caches().get(i)?;
    loop {
        if entry.key_word() == shape.value().word() {
            return (shape.owner().version() == entry.version()).then_some(entry);
        }
        if entry.key_word() == object.word() {
            // A class as the receiver: its own version guards.
            let class: Ref<PyType> = object.downcast()?;
            return (class.version() == entry.version()).then_some(entry);
        }
        entry = entry.next()?;
    }
}

/// The cached attribute of `object` at site `i`.
#[inline(always)]
pub(crate) fn cached_load(code: Ref<PyCode>, object: Value, i: usize) -> Option<Value> {
    let entry = matching(code, object, i)?;
    match entry.kind() {
        Kind::Slot | Kind::Member => slot_at(object, entry.offset()).get(),
        Kind::Class | Kind::OfClass => Some(entry.payload()),
        Kind::Module => {
            let module: Ref<PyModule> = object.downcast()?;
            let table = module.namespace().table()?;
            if Some(table.value()) != entry.extra() {
                return None;
            }
            // SAFETY: the row lies in `extra`, which the entry keeps.
            unsafe { &*(entry.offset() as *const Row) }.value.get()
        }
        _ => None,
    }
}

/// The cached method of `object` at site `i`: the function, to be called with the object first.
#[inline(always)]
pub(crate) fn cached_method(code: Ref<PyCode>, object: Value, i: usize) -> Option<Value> {
    let entry = matching(code, object, i)?;
    (entry.kind() == Kind::Method).then(|| entry.payload())
}

/// Stores through the cache of site `i`; false if it does not apply.
#[inline(always)]
pub(crate) fn cached_store(
    cx: &Cx,
    code: Ref<PyCode>,
    object: Value,
    value: Value,
    i: usize,
) -> bool {
    let Some(entry) = matching(code, object, i) else { return false };
    let header = object.word() as *mut Header;
    let slot = slot_at(object, entry.offset());
    match entry.kind() {
        Kind::Slot => {
            if slot.is_unset() {
                return false;
            }
            slot.set_in(cx, header, value);
            true
        }
        Kind::Add => add_attribute(cx, object, value, entry),
        Kind::Member => {
            slot.set_in(cx, header, value);
            true
        }
        _ => false,
    }
}

/// Adds an attribute: the object's lock, the value, then the new shape (instance.rs, rule 3). Not a part of the interpreter's loop: what that
/// keeps in its native frame over a call stays alive (docs/gc.md).
#[inline(never)]
fn add_attribute(cx: &Cx, object: Value, value: Value, entry: Ref<Entry>) -> bool {
    let header = object.word() as *mut Header;
    let Some(shape) = entry.extra() else { return false };
    // SAFETY: the object is live.
    let header_ref = unsafe { &*header };
    let _guard = ObjectLock::acquire(cx, header_ref);
    if header_ref.word.load(Ordering::Relaxed) != entry.key_word() {
        return false;
    }
    slot_at(object, entry.offset()).set_in(cx, header, value);
    header_ref.word.store(shape.word(), Ordering::Release);
    // SAFETY: the header word is a traced reference of this object.
    unsafe { cx.mutator.barrier(header, &raw const header_ref.word) };
    true
}

/// `r[i.a] = object.name` where the cache has no value: pushes the frame of a property's getter if it knows of one.
#[inline(never)]
pub(crate) fn load_at(cx: &Cx, vm: &Vm, fp: *mut Frame, object: Value, i: Instr) -> Res<Called> {
    // SAFETY: the running frame.
    let code = unsafe { (*fp).code };
    let entry = matching(code, object, i.c as usize);
    if let Some(getter) = entry.and_then(getter) {
        if poll::pending(cx) {
            poll::handle_poll(cx)?;
        }
        let args = calls::place_args(cx, vm, CallArgs::new(&[object]));
        calls::push_call(cx, vm, getter, args, 1, None, Dest::register(i.a))?;
        return Ok(Called::Pushed);
    }
    let value = match entry.and_then(|entry| native(cx, code, object, entry, i.c as usize)) {
        Some(given) => given?,
        None => load(cx, code, object, i.c as usize)?,
    };
    // SAFETY: the running frame, its destination a register.
    unsafe { *(*fp).base.add(i.a as usize) = value.word() };
    Ok(Called::Finished)
}

/// The getter that the attribute is to be had from, if the entry is of a property.
#[inline(always)]
fn getter(entry: Ref<Entry>) -> Option<Ref<PyFunction>> {
    if entry.kind() != Kind::Property {
        return None;
    }
    // SAFETY: `remember_instance` stores a property.
    let property: Ref<PyProperty> = unsafe { entry.payload().cast() };
    property.getter.get()?.downcast()
}

/// What the native descriptor gives that the attribute of `object` is to be had from, if the entry of site `i` is of one.
#[inline(always)]
fn native(cx: &Cx, code: Ref<PyCode>, object: Value, entry: Ref<Entry>, i: usize) -> Option<Res> {
    if entry.kind() != Kind::Native {
        return None;
    }
    let (descriptor, class) = (entry.payload(), class_of(object));
    let get = class_of(descriptor).slots.descr_get()?;
    let given = get(cx, descriptor, Some(object), Some(class.value()));
    // As `ops::getattr` does.
    Some(given.map_err(|raised| match class.slots.getattr() {
        Some(_) => ops::placed(cx, raised, object, code.site_name(i)),
        None => raised,
    }))
}

/// `object.name` at site `i`, filling the cache where the answer can be guarded.
#[inline(never)]
pub(crate) fn load(cx: &Cx, code: Ref<PyCode>, object: Value, i: usize) -> Res {
    if let Some(entry) = matching(code, object, i) {
        if let Some(getter) = getter(entry) {
            return ops::call(cx, getter.value(), &[object]);
        }
        if let Some(given) = native(cx, code, object, entry, i) {
            return given;
        }
    }
    let name = code.site_name(i);
    let class = class_of(object);
    let version = class.version();
    if has_generic_getattr(class) {
        remember_instance(cx, code, object, class, version, name, i);
    } else if let Some(own) = object.downcast::<PyType>() {
        remember_class(cx, code, own, class, name, i);
    } else if let Some(module) = object.downcast::<PyModule>()
        && is_exact(object, &types::MODULE)
    {
        remember_module(cx, code, module, class, name, i);
    }
    ops::getattr(cx, object, name)
}

fn remember_instance(
    cx: &Cx,
    code: Ref<PyCode>,
    object: Value,
    class: Ref<PyType>,
    version: u64,
    name: Ref<PyStr>,
    i: usize,
) {
    let Some(own_shape) = shape(object) else { return };
    let found = class.lookup(cx, name);
    if let Some(entry) = found.and_then(|found| member_entry(class, found, own_shape, version)) {
        if class.version() == version {
            cache::add(cx, code.caches(), i, entry);
        }
        return;
    }
    if let Some(property) = found.filter(|found| is_exact(*found, &types::PROPERTY)) {
        if class.version() == version {
            let (key, value) = (own_shape.value(), Some(property));
            let entry =
                NewEntry { kind: Kind::Property, key, version, offset: 0, value, extra: None };
            cache::add(cx, code.caches(), i, entry);
        }
        return;
    }
    let descr = found.map(class_of);
    let is_data = |d: &Ref<PyType>| d.slots.descr_set().is_some();
    if let Some(kind) = descr.filter(is_data) {
        // Classes that Python code makes may change.
        if !kind.has_flag(flag::HEAPTYPE)
            && kind.slots.descr_get().is_some()
            && class.version() == version
        {
            let key = own_shape.value();
            let entry =
                NewEntry { kind: Kind::Native, key, version, offset: 0, value: found, extra: None };
            cache::add(cx, code.caches(), i, entry);
        }
        return;
    }
    let entry = match instance::inline_offset(cx, object, name) {
        Some((shape, offset)) if shape == own_shape => NewEntry {
            kind: Kind::Slot,
            key: shape.value(),
            version,
            offset: offset as usize,
            value: None,
            extra: None,
        },
        Some(_) => return,
        None => match found {
            Some(value)
                if descr.is_some_and(|d| d.slots.descr_get().is_none())
                    && own_shape.flags == 0
                    && own_shape.find(cx, name).is_none() =>
            {
                NewEntry {
                    kind: Kind::Class,
                    key: own_shape.value(),
                    version,
                    offset: 0,
                    value: Some(value),
                    extra: None,
                }
            }
            _ => return,
        },
    };
    if class.version() == version {
        cache::add(cx, code.caches(), i, entry);
    }
}

/// The entry for a member found in the class, if its slot lies in the object.
fn member_entry(
    class: Ref<PyType>,
    found: Value,
    shape: Ref<Shape>,
    version: u64,
) -> Option<NewEntry> {
    if !is_exact(found, &types::MEMBER_DESCRIPTOR) {
        return None;
    }
    let member: Ref<PyMember> = found.downcast()?;
    let owner: Ref<PyType> = member.owner.get()?.downcast()?;
    let offset = member.offset() as usize;
    if offset == 0 || !class.is_subtype(owner) {
        return None;
    }
    let key = shape.value();
    Some(NewEntry { kind: Kind::Member, key, version, offset, value: None, extra: None })
}

fn remember_class(
    cx: &Cx,
    code: Ref<PyCode>,
    own: Ref<PyType>,
    meta: Ref<PyType>,
    name: Ref<PyStr>,
    i: usize,
) {
    let type_getattr = ops::type_getattr as orochi_object::slots::GetAttrFn as usize;
    if meta != types::TYPE.get()
        || meta.slots.getattr().is_none_or(|f| f as usize != type_getattr)
        || meta.lookup(cx, name).is_some()
    {
        return;
    }
    let version = own.version();
    let Some(value) = own.lookup(cx, name) else { return };
    let descr = class_of(value);
    // A function read from its class is itself.
    let plain = descr.slots.descr_get().is_none() || descr == types::FUNCTION.get();
    if plain && own.version() == version {
        let key = Ref::value(own);
        let entry = NewEntry {
            kind: Kind::OfClass,
            key,
            version,
            offset: 0,
            value: Some(value),
            extra: None,
        };
        cache::add(cx, code.caches(), i, entry);
    }
}

fn remember_module(
    cx: &Cx,
    code: Ref<PyCode>,
    module: Ref<PyModule>,
    class: Ref<PyType>,
    name: Ref<PyStr>,
    i: usize,
) {
    if class.lookup(cx, name).is_some() {
        return;
    }
    let Some((table, row)) = module.namespace().row_of(name) else { return };
    let entry = NewEntry {
        kind: Kind::Module,
        key: class.root_shape().value(),
        version: class.version(),
        offset: core::ptr::from_ref(row) as usize,
        value: None,
        extra: Some(table.value()),
    };
    if module.shape() == class.root_shape() {
        cache::add(cx, code.caches(), i, entry);
    }
}

/// What a method call at site `i` calls; writes what it is called with as the first argument (or UNSET) to `receiver`.
///
/// # Safety
/// `receiver` is a register of the running frame.
#[inline(never)]
pub(crate) unsafe fn load_method(
    cx: &Cx,
    code: Ref<PyCode>,
    object: Value,
    i: usize,
    receiver: *mut u64,
) -> Res {
    if let Some(value) = cached_load(code, object, i) {
        // SAFETY: as the caller promises.
        unsafe { *receiver = 0 };
        return Ok(value);
    }
    if let Some(function) = find_method(cx, code, object, i) {
        // SAFETY: as above.
        unsafe { *receiver = object.word() };
        return Ok(function);
    }
    let value = load(cx, code, object, i)?;
    // SAFETY: as above.
    unsafe { *receiver = 0 };
    Ok(value)
}

/// The method of the class of `object` that site `i` names, if it can be called without being bound first. Remembers it.
fn find_method(cx: &Cx, code: Ref<PyCode>, object: Value, i: usize) -> Option<Value> {
    let name = code.site_name(i);
    let class = class_of(object);
    let version = class.version();
    if !has_generic_getattr(class) {
        return None;
    }
    let found = class.lookup(cx, name).filter(|&found| ops::is_method_descriptor(found))?;
    let own_shape = shape(object);
    let hidden = own_shape.is_some_and(|shape| {
        class.has_dict()
            && (shape.flags != 0 || shape.find(cx, name).is_some())
            && instance::get(cx, object, name).is_some()
    });
    if hidden {
        return None;
    }
    if let Some(shape) = own_shape
        && shape.flags == 0
        && shape.find(cx, name).is_none()
        && class.version() == version
    {
        let entry = NewEntry {
            kind: Kind::Method,
            key: shape.value(),
            version,
            offset: 0,
            value: Some(found),
            extra: None,
        };
        cache::add(cx, code.caches(), i, entry);
    }
    Some(found)
}

/// `object.name = value` at site `i`.
#[inline(never)]
pub(crate) fn store(cx: &Cx, code: Ref<PyCode>, object: Value, value: Value, i: usize) -> Res<()> {
    let name = code.site_name(i);
    let class = class_of(object);
    let version = class.version();
    let before = shape(object);
    ops::setattr(cx, object, name, value)?;
    if !has_generic_setattr(class) {
        return Ok(());
    }
    let found = class.lookup(cx, name);
    let (Some(before), Some(after)) = (before, shape(object)) else { return Ok(()) };
    if let Some(entry) = found.and_then(|found| member_entry(class, found, before, version)) {
        if before == after && class.version() == version {
            cache::add(cx, code.caches(), i, entry);
        }
        return Ok(());
    }
    if !class.has_dict() {
        return Ok(());
    }
    let is_data = found.is_some_and(|found| class_of(found).slots.descr_set().is_some());
    if is_data || class.version() != version || class_of(object) != class {
        return Ok(());
    }
    let Some((shape, offset)) = instance::inline_offset(cx, object, name) else { return Ok(()) };
    let (kind, extra) = if before == after {
        (Kind::Slot, None)
    } else if before.flags == 0
        && after.flags == 0
        && after.count == before.count + 1
        && after.name_at(before.count) == Some(name)
    {
        (Kind::Add, Some(after.value()))
    } else {
        return Ok(());
    };
    if shape == after {
        let key = before.value();
        let offset = offset as usize;
        let entry = NewEntry { kind, key, version, offset, value: None, extra };
        cache::add(cx, code.caches(), i, entry);
    }
    Ok(())
}

/// `super().name`: `parts` are the global `super`, the class and the object.
pub(crate) fn load_super(
    cx: &Cx,
    code: Ref<PyCode>,
    parts: [Value; 3],
    i: usize,
    method: bool,
) -> Res<(Value, Option<Value>)> {
    let name = code.site_name(i);
    let [global_super, class, object] = parts;
    if global_super.is(types::SUPER.get().value())
        && let Some(class) = class.downcast::<PyType>()
        && let Some(start) = super_start(class, object)
    {
        let class_name = name!(cx, "__class__");
        if name != class_name
            && let Some(found) = lookup_after(start, class, name)
        {
            let of_instance = !object.is(start.value());
            if method && of_instance && ops::is_method_descriptor(found) {
                return Ok((found, Some(object)));
            }
            let value = match class_of(found).slots.descr_get() {
                Some(get) => get(cx, found, of_instance.then_some(object), Some(start.value()))?,
                None => found,
            };
            return Ok((value, None));
        }
    }
    let shadowed = !global_super.is(types::SUPER.get().value());
    let bound = if shadowed && code.unit().sites[i].kind == SiteKind::Super0 {
        ops::call(cx, global_super, &[])?
    } else {
        ops::call(cx, global_super, &[class, object])?
    };
    Ok((ops::getattr(cx, bound, name)?, None))
}

/// The class whose MRO `super(class, object)` walks.
fn super_start(class: Ref<PyType>, object: Value) -> Option<Ref<PyType>> {
    if let Some(own) = object.downcast::<PyType>()
        && own.is_subtype(class)
    {
        return Some(own);
    }
    let own = class_of(object);
    own.is_subtype(class).then_some(own)
}

/// Looks `name` up in the MRO of `start` after `class`.
pub fn lookup_after(start: Ref<PyType>, class: Ref<PyType>, name: Ref<PyStr>) -> Option<Value> {
    let mro = start.mro_tuple();
    let at = mro.values().iter().position(|c| c.is(class.value()))?;
    mro.values()[at + 1..].iter().find_map(|c| c.downcast::<PyType>()?.namespace().get_str(name))
}
