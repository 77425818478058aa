//! Attributes of instances: inline slots by shape, then the object's dict.
//!
//! An object of a class with `has_dict()` has an attribute area: one word for its dict (UNSET until
//! needed), then `shape.capacity` inline slots. Variable-size objects have the word only, at their
//! end.
//!
//! Rules:
//! 1. Readers load the shape (Acquire), then the slot. UNSET means: not there (any more).
//! 2. Overwriting a live inline slot is one Release store, no lock: a slot belongs to its name for
//!    the object's life, so a late store can only win or lose a race it took part in.
//! 3. Adding an attribute: take the object's lock, store the value, publish the shape (Release).
//! 4. What does not fit inline, and any name deleted before, goes to the dict's own rows; the shape
//!    is then in `DICT_MODE`. Deleting stores UNSET and enters `DICT_MODE`, so that a name added
//!    again comes last.
//! 5. `__class__` assignment keeps slots where they are: the new shape has the same names in the
//!    same order.

use crate::cx::Cx;
use crate::dict::table::Probe;
use crate::dict::{Key, PyDict};
use crate::error::Res;
use crate::intern;
use crate::layout;
use crate::object::{Ref, shape_of};
use crate::shape::{DELETED, DICT_MODE, FOREIGN_DICT, Shape};
use crate::slot::Slot;
use crate::str::PyStr;
use crate::types::{ATTRS_AT_END, PyType, flag};
use crate::value::Value;
use core::sync::atomic::Ordering;
use orochi_heap::Header;

/// An object without native payload: instances of `object` and of ordinary classes.
#[repr(C)]
pub struct PyObject {
    pub header: Header,
}
crate::trace!(PyObject, layout::OBJECT, []);

/// The attribute area of an object.
#[derive(Clone, Copy)]
struct Area<'a> {
    object: *mut Header,
    shape: Ref<Shape>,
    dict: &'a Slot,
    slots: &'a [Slot],
}

fn area<'a>(object: Value) -> Option<Area<'a>> {
    let header = object.as_object()?;
    // SAFETY: a pointer value points to a live object; the area lies where its class says.
    unsafe {
        let shape = shape_of(&*header);
        let offset = match shape.owner().attrs_offset {
            0 => return None,
            ATTRS_AT_END => (*header).granules as usize * 16 - 8,
            offset => offset as usize,
        };
        let dict = header.byte_add(offset).cast::<Slot>();
        let slots = core::slice::from_raw_parts(dict.add(1), shape.capacity as usize);
        Some(Area { object: header, shape, dict: &*dict, slots })
    }
}

impl<'a> Area<'a> {
    fn count(&self) -> usize {
        self.shape.count as usize
    }
    fn load(&self, slot: u32) -> Option<Value> {
        self.slots[slot as usize].get()
    }
    fn store(&self, cx: &Cx, slot: u32, value: Value) {
        self.slots[slot as usize].set_in(cx, self.object, value);
    }
    fn publish(&self, cx: &Cx, shape: Ref<Shape>) {
        set_shape(cx, self.object, shape);
    }
    fn dict(&self) -> Option<Ref<PyDict>> {
        self.dict.get().and_then(Value::downcast)
    }
    fn lock<'b>(&self, cx: &'b Cx) -> crate::object::ObjectLock<'b>
    where
        'a: 'b,
    {
        // SAFETY: the object is live while the caller holds its value.
        crate::object::ObjectLock::acquire(cx, unsafe { &*self.object })
    }
}

/// Publishes a new shape of an object; the object's lock is held.
pub(crate) fn set_shape(cx: &Cx, object: *mut Header, shape: Ref<Shape>) {
    // SAFETY: the object is live; its word is a traced reference.
    unsafe {
        (*object).word.store(shape.value().word(), Ordering::Release);
        cx.mutator.barrier(object, &raw const (*object).word);
    }
}

/// The attribute `name` (interned) of the object itself, not of its class. Lock-free.
pub fn get(cx: &Cx, object: Value, name: Ref<PyStr>) -> Option<Value> {
    let area = area(object)?;
    if let Some(slot) = area.shape.find(cx, name)
        && let Some(value) = area.load(slot)
    {
        return Some(value);
    }
    area.dict()?.get_str(name)
}

/// Where `name` lies inline for inline caches: (shape, byte offset in the object). Only for names
/// that are live inline.
pub fn inline_offset(cx: &Cx, object: Value, name: Ref<PyStr>) -> Option<(Ref<Shape>, u32)> {
    let area = area(object)?;
    let slot = area.shape.find(cx, name)?;
    area.load(slot)?;
    Some((area.shape, offset_of_slot(area.shape, slot)))
}

fn offset_of_slot(shape: Ref<Shape>, slot: u32) -> u32 {
    shape.owner().attrs_offset + 8 + slot * 8
}

/// Sets the attribute `name` (interned) of the object itself. False if it can have none.
pub fn set(cx: &Cx, object: Value, name: Ref<PyStr>, value: Value) -> Res<bool> {
    let Some(area) = area(object) else { return Ok(false) };
    if let Some(slot) = area.shape.find(cx, name)
        && area.load(slot).is_some()
    {
        area.store(cx, slot, value);
        return Ok(true);
    }
    if area.shape.is_foreign() {
        if let Some(dict) = area.dict() {
            dict.set_str(cx, name, value)?;
        }
        return Ok(true);
    }
    let dict = match area.dict() {
        Some(dict) if area.shape.is_dict_mode() && overwrite_row(cx, dict, name, value) => {
            return Ok(true);
        }
        Some(dict) => dict,
        None => {
            let added = {
                let _guard = area.lock(cx);
                add_inline_locked(cx, object, name, value)?
            };
            if added {
                return Ok(true);
            }
            let class = area.shape.owner();
            let is_full = area.shape.flags == 0 && area.shape.count >= area.shape.capacity;
            if is_full && class.has_flag(flag::HEAPTYPE) {
                PyType::make_room(class, cx, area.shape.capacity)?;
            }
            match self::dict(cx, object)? {
                Some(dict) => dict,
                None => return Ok(false),
            }
        }
    };
    dict.set_str(cx, name, value)?;
    Ok(true)
}

/// Overwrites an attribute that is a row of the object's dict, and, as inline names stay or go but never come back once there
/// are rows (rule 4), not inline. False if there is none that has this very string.
fn overwrite_row(cx: &Cx, dict: Ref<PyDict>, name: Ref<PyStr>, value: Value) -> bool {
    dict.with_lock(cx, || {
        let Some(table) = dict.table() else { return false };
        match table.search(name.hash(), &[], |own| Some(own.is(name.value()))) {
            Probe::Found(at, _) => {
                table.row(at.row).value.set(cx, table, value);
                true
            }
            _ => false,
        }
    })
}

/// Deletes the attribute `name` (interned) of the object itself; false if it is not there.
pub fn delete(cx: &Cx, object: Value, name: Ref<PyStr>) -> Res<bool> {
    match dict(cx, object)? {
        Some(dict) => Ok(dict.remove_key(cx, Key::str(name))?.is_some()),
        None => Ok(false),
    }
}

/// The object's `__dict__`, made on first demand; `None` if its class has none.
pub fn dict(cx: &Cx, object: Value) -> Res<Option<Ref<PyDict>>> {
    let Some(area) = area(object) else { return Ok(None) };
    if let Some(dict) = area.dict() {
        return Ok(Some(dict));
    }
    let fresh = cx.instance_dict(object)?;
    let _guard = area.lock(cx);
    if let Some(dict) = area.dict() {
        return Ok(Some(dict));
    }
    area.dict.set_in(cx, area.object, fresh.value());
    Ok(Some(fresh))
}

/// Replaces the object's `__dict__`; the old one keeps the values it had.
pub fn set_dict(cx: &Cx, object: Value, dict: Ref<PyDict>) -> Res<()> {
    let Some(old) = self::dict(cx, object)? else { return Ok(()) };
    let Some(area) = area(object) else { return Ok(()) };
    if old == dict {
        return Ok(());
    }
    let root = root_of(cx, area.shape.owner(), area.shape.capacity)?;
    let foreign = root.child(cx, None, FOREIGN_DICT)?;
    let _guard = area.lock(cx);
    if let Some(now) = area.dict()
        && now.owner() == Some(object)
    {
        now.disown_locked(cx)?;
    }
    area.publish(cx, foreign);
    area.slots.iter().for_each(Slot::clear);
    area.dict.set_in(cx, area.object, dict.value());
    Ok(())
}

/// A root shape of `class` for an object that has this many slots: those that the class gives its instances now may be more
/// ([`PyType::make_room`]).
fn root_of(cx: &Cx, class: Ref<PyType>, capacity: u32) -> Res<Ref<Shape>> {
    let root = class.root_shape();
    if root.capacity == capacity { Ok(root) } else { Shape::new_root(cx, class, capacity, 0) }
}

/// Changes the class of an instance whose memory layout the caller has compared (rule 5).
pub fn set_class(cx: &Cx, object: Value, class: Ref<PyType>) -> Res<()> {
    let Some(header) = object.as_object() else { return Ok(()) };
    // SAFETY: a pointer value points to a live object.
    let old = shape_of(unsafe { &*header });
    let mut shape = root_of(cx, class, old.capacity)?;
    for name in old.names().flatten() {
        shape = shape.child(cx, Some(name), 0)?;
    }
    if old.flags != 0 {
        shape = shape.child(cx, None, old.flags)?;
    }
    // SAFETY: as above.
    let _guard = crate::object::ObjectLock::acquire(cx, unsafe { &*header });
    set_shape(cx, header, shape);
    Ok(())
}

/// A slot at a fixed offset (`__slots__` members).
pub fn slot_at<'a>(object: Value, offset: u32) -> Option<(&'a Slot, *mut Header)> {
    let header = object.as_object()?;
    // SAFETY: the member descriptor checked that the object's class has this slot.
    Some((unsafe { &*header.byte_add(offset as usize).cast::<Slot>() }, header))
}

// What the dict of an instance (`dict/mod.rs`) needs.

/// The interned twin of a str key, if there is one.
fn interned(cx: &Cx, key: Value) -> Option<Ref<PyStr>> {
    let name = key.as_str()?;
    if name.is_interned() { Some(name) } else { intern::find(cx, name) }
}

/// The live inline slot of a key.
pub(crate) fn inline_slot(cx: &Cx, owner: Value, key: Value) -> Option<u32> {
    let area = area(owner)?;
    let slot = area.shape.find(cx, interned(cx, key)?)?;
    area.load(slot)?;
    Some(slot)
}

pub(crate) fn inline_by_key(cx: &Cx, owner: Value, key: Value) -> Option<Value> {
    let area = area(owner)?;
    let slot = area.shape.find(cx, interned(cx, key)?)?;
    area.load(slot)
}

pub(crate) fn inline_by_name(owner: Value, name: Ref<PyStr>) -> Option<Value> {
    let area = area(owner)?;
    let slot = area.shape.find_by_text(name)?;
    area.load(slot)
}

pub(crate) fn load_inline(owner: Value, slot: u32) -> Option<Value> {
    area(owner)?.load(slot)
}

pub(crate) fn store_inline(cx: &Cx, owner: Value, slot: u32, value: Value) {
    if let Some(area) = area(owner) {
        area.store(cx, slot, value);
    }
}

/// Adds `name` inline if the shape has room and is not in dict mode. The object's lock is held.
pub(crate) fn add_inline_locked(
    cx: &Cx,
    owner: Value,
    name: Ref<PyStr>,
    value: Value,
) -> Res<bool> {
    let Some(area) = area(owner) else { return Ok(false) };
    if let Some(slot) = interned(cx, name.value()).and_then(|name| area.shape.find(cx, name))
        && area.load(slot).is_some()
    {
        area.store(cx, slot, value);
        return Ok(true);
    }
    if area.shape.flags != 0 || area.shape.count >= area.shape.capacity {
        return Ok(false);
    }
    let name = intern::intern(cx, name)?;
    let shape = area.shape.child(cx, Some(name), 0)?;
    area.store(cx, shape.count - 1, value);
    area.publish(cx, shape);
    Ok(true)
}

/// The object's dict has rows of its own from now on. The object's lock is held.
pub(crate) fn enter_dict_mode_locked(cx: &Cx, owner: Value) -> Res<()> {
    add_flags_locked(cx, owner, DICT_MODE)
}

fn add_flags_locked(cx: &Cx, owner: Value, flags: u32) -> Res<()> {
    if let Some(area) = area(owner)
        && area.shape.flags & flags != flags
        && !area.shape.is_foreign()
    {
        let shape = area.shape.child(cx, None, flags)?;
        area.publish(cx, shape);
    }
    Ok(())
}

/// Whether rows of the object's dict may be hidden by inline attributes of the same names.
pub(crate) fn may_hide(owner: Value) -> bool {
    area(owner).is_some_and(|area| area.shape.flags & DELETED != 0)
}

/// The word of the object's shape, if all its attributes lie inline and none was ever deleted: then the shape says which
/// ones there are.
pub(crate) fn plain_shape(owner: Value) -> Option<u64> {
    let shape = area(owner)?.shape;
    (shape.flags & (DICT_MODE | DELETED | FOREIGN_DICT) == 0).then_some(shape.value().word())
}

/// The name of inline slot `slot`.
pub(crate) fn inline_name(owner: Value, slot: u32) -> Option<Ref<PyStr>> {
    area(owner)?.shape.name_at(slot)
}

/// Takes a live inline value out and enters dict mode (rule 4). The object's lock is held.
pub(crate) fn take_inline(owner: Value, slot: u32) -> Option<Value> {
    let area = area(owner)?;
    let value = area.slots[slot as usize].take();
    if let Some(cx) = Cx::current() {
        // Without memory for the shape, a name added again keeps its old place: harmless.
        let _ = add_flags_locked(cx, owner, DICT_MODE | DELETED);
    }
    value
}

pub(crate) fn inline_count(owner: Value) -> usize {
    area(owner).map_or(0, |area| area.count())
}

/// How many inline slots are live.
pub(crate) fn live_inline(owner: Value) -> usize {
    area(owner)
        .map_or(0, |area| area.slots[..area.count()].iter().filter(|s| !s.is_unset()).count())
}

pub(crate) fn inline_item(owner: Value, slot: u32) -> Option<(Ref<PyStr>, Value)> {
    let area = area(owner)?;
    let value = area.load(slot)?;
    Some((area.shape.name_at(slot)?, value))
}

pub(crate) fn last_inline(owner: Value) -> Option<(u32, Ref<PyStr>, Value)> {
    (0..inline_count(owner) as u32)
        .rev()
        .find_map(|slot| inline_item(owner, slot).map(|(name, value)| (slot, name, value)))
}

/// Deletes all inline attributes. The object's lock is held.
pub(crate) fn clear_inline(owner: Value) {
    for slot in 0..inline_count(owner) as u32 {
        take_inline(owner, slot);
    }
}
