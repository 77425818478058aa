//! Descriptor objects of builtin types: getset, member (`__slots__` and fields), slot wrappers. Immutable.

use crate::args::{ArgRow, CallArgs};
use crate::cx::Cx;
use crate::error::Res;
use crate::layout;
use crate::object::{Object, Ref};
use crate::slot::Slot;
use crate::slotdefs::SlotDef;
use crate::types::{self, PyType};
use crate::value::Value;
use core::sync::atomic::{AtomicUsize, Ordering};
use orochi_heap::Header;

/// A computed attribute of a builtin type: a row of its table.
pub struct GetSetDef {
    pub name: &'static str,
    pub get: fn(&Cx, Value) -> Res,
    /// `None` as value deletes.
    pub set: Option<fn(&Cx, Value, Option<Value>) -> Res<()>>,
    /// Whether CPython has it as a field rather than as a function: its descriptor is a `member_descriptor`.
    pub is_field: bool,
    /// The docstring, or nothing.
    pub doc: &'static str,
}

impl GetSetDef {
    /// The same row with a docstring.
    pub const fn doc(mut self, doc: &'static str) -> GetSetDef {
        self.doc = doc;
        self
    }
}

/// A read-only row.
pub const fn getter(name: &'static str, get: fn(&Cx, Value) -> Res) -> GetSetDef {
    GetSetDef { name, get, set: None, is_field: false, doc: "" }
}
/// A read-only row that shows a field.
pub const fn field_getter(name: &'static str, get: fn(&Cx, Value) -> Res) -> GetSetDef {
    GetSetDef { name, get, set: None, is_field: true, doc: "" }
}
/// A row that shows a field and can be written.
pub const fn field(
    name: &'static str,
    get: fn(&Cx, Value) -> Res,
    set: fn(&Cx, Value, Option<Value>) -> Res<()>,
) -> GetSetDef {
    GetSetDef { name, get, set: Some(set), is_field: true, doc: "" }
}
/// A row that can be written.
pub const fn getset(
    name: &'static str,
    get: fn(&Cx, Value) -> Res,
    set: fn(&Cx, Value, Option<Value>) -> Res<()>,
) -> GetSetDef {
    GetSetDef { name, get, set: Some(set), is_field: false, doc: "" }
}

/// A `getset_descriptor`.
#[repr(C)]
pub struct PyGetSet {
    pub header: Header,
    def: AtomicUsize,
    pub owner: Slot,
}
crate::trace!(PyGetSet, layout::GETSET, [owner]);

impl PyGetSet {
    #[inline(always)]
    pub fn def(&self) -> &'static GetSetDef {
        // SAFETY: set at creation to the address of a static.
        unsafe { &*(self.def.load(Ordering::Relaxed) as *const GetSetDef) }
    }
}

/// A `member_descriptor`: a slot at a fixed offset, or the field of a builtin type.
#[repr(C)]
pub struct PyMember {
    pub header: Header,
    pub name: Slot,
    pub owner: Slot,
    /// Byte offset as a small int; 0 for a slot that is found by its name, and for a field.
    pub offset: Slot,
    /// The address of a field's row in its type's table, or 0.
    row: AtomicUsize,
}
crate::trace!(PyMember, layout::MEMBER, [name, owner, offset]);

impl PyMember {
    #[inline(always)]
    pub fn offset(&self) -> u32 {
        self.offset.or_none().as_small().unwrap_or(0) as u32
    }
    /// The row of a builtin type's field.
    #[inline(always)]
    pub fn row(&self) -> Option<&'static GetSetDef> {
        let row = self.row.load(Ordering::Relaxed) as *const GetSetDef;
        // SAFETY: zero, or set at creation to the address of a static.
        unsafe { row.as_ref() }
    }
}

/// The table row behind a descriptor of a builtin type's attribute.
pub fn row_of(descriptor: Value) -> Option<&'static GetSetDef> {
    match descriptor.downcast::<PyGetSet>() {
        Some(getset) => Some(getset.def()),
        None => descriptor.downcast::<PyMember>()?.row(),
    }
}

/// A `wrapper_descriptor`: the dunder method of a native slot.
#[repr(C)]
pub struct PyWrapper {
    pub header: Header,
    def: AtomicUsize,
    /// The slot function.
    word: AtomicUsize,
    pub owner: Slot,
}
crate::trace!(PyWrapper, layout::WRAPPER, [owner]);

impl PyWrapper {
    #[inline(always)]
    pub fn def(&self) -> &'static SlotDef {
        // SAFETY: set at creation to the address of a static.
        unsafe { &*(self.def.load(Ordering::Relaxed) as *const SlotDef) }
    }
    /// The function in the slot, as a word.
    #[inline(always)]
    pub fn word(&self) -> usize {
        self.word.load(Ordering::Relaxed)
    }
    pub fn owner_type(&self) -> Ref<PyType> {
        // SAFETY: `owner` holds a type from creation on.
        unsafe { self.owner.or_none().cast() }
    }
}

/// A `method-wrapper`: a slot wrapper bound to an instance.
#[repr(C)]
pub struct PyMethodWrapper {
    pub header: Header,
    pub wrapper: Slot,
    pub receiver: Slot,
}
crate::trace!(PyMethodWrapper, layout::METHOD_WRAPPER, [wrapper, receiver]);

impl Cx {
    /// The descriptor of a row: a `getset_descriptor`, or a `member_descriptor` for a field.
    pub fn new_row(&self, def: &'static GetSetDef, owner: Ref<PyType>) -> Res {
        if def.is_field {
            let name = crate::intern::intern_text(self, def.name)?.value();
            let object = self.new_member(name, owner, 0)?;
            // SAFETY: just made by `new_member`.
            let member: Ref<PyMember> = unsafe { object.cast() };
            member.row.store(def as *const GetSetDef as usize, Ordering::Relaxed);
            return Ok(object);
        }
        let object: Ref<PyGetSet> = self.alloc_instance(types::GETSET_DESCRIPTOR.get(), 0)?;
        object.def.store(def as *const GetSetDef as usize, Ordering::Relaxed);
        object.owner.init(owner.value());
        Ok(object.value())
    }
    pub fn new_wrapper(&self, def: &'static SlotDef, word: usize, owner: Ref<PyType>) -> Res {
        let object: Ref<PyWrapper> = self.alloc_instance(types::WRAPPER_DESCRIPTOR.get(), 0)?;
        object.def.store(def as *const SlotDef as usize, Ordering::Relaxed);
        object.word.store(word, Ordering::Relaxed);
        object.owner.init(owner.value());
        Ok(object.value())
    }
    pub fn new_member(&self, name: Value, owner: Ref<PyType>, offset: u32) -> Res {
        let object: Ref<PyMember> = self.alloc_instance(types::MEMBER_DESCRIPTOR.get(), 0)?;
        object.name.init(name);
        object.owner.init(owner.value());
        object.offset.init(Value::int(offset as i64));
        Ok(object.value())
    }
}

/// Calls a slot wrapper with the receiver first.
pub fn call_wrapper(cx: &Cx, callable: Value, args: CallArgs) -> Res {
    // SAFETY: this is the call slot of the type of PyWrapper.
    let wrapper: Ref<PyWrapper> = unsafe { callable.cast() };
    let owner = wrapper.owner_type();
    let name = wrapper.def().name;
    let Some((receiver, _)) = args.positional().split_first() else {
        return crate::raise!(
            cx,
            TYPE_ERROR,
            "descriptor '{name}' of '{}' object needs an argument",
            owner.display_name()
        );
    };
    if !types::class_of(*receiver).is_subtype(owner) {
        return crate::raise!(
            cx,
            TYPE_ERROR,
            "descriptor '{name}' requires a '{}' object but received a '{}'",
            owner.display_name(),
            types::class_of(*receiver).display_name()
        );
    }
    let rest = ArgRow::new(&args.all()[1..], args.names());
    wrapper.def().call(cx, wrapper, *receiver, rest.args())
}

/// Calls a bound slot wrapper.
pub fn call_method_wrapper(cx: &Cx, callable: Value, args: CallArgs) -> Res {
    // SAFETY: this is the call slot of the type of PyMethodWrapper.
    let bound: Ref<PyMethodWrapper> = unsafe { callable.cast() };
    // SAFETY: `wrapper` holds a PyWrapper from creation on.
    let wrapper: Ref<PyWrapper> = unsafe { bound.wrapper.or_none().cast() };
    wrapper.def().call(cx, wrapper, bound.receiver.or_none(), args)
}

/// A `property`; fields that were not given are UNSET. Immutable but for its name and doc, and what `__init__` does
/// when it is called again.
#[repr(C)]
pub struct PyProperty {
    pub header: Header,
    pub getter: Slot,
    pub setter: Slot,
    pub deleter: Slot,
    pub doc: Slot,
    pub name: Slot,
    /// `True` if the doc comes from the getter.
    pub getter_doc: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PyProperty {
    const LAYOUT: u16 = layout::WORDS;
}
