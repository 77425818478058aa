//! Type objects.
//!
//! Rules:
//! 1. `mro`, `bases`, `dict`, `slots` and the version are written under the type lock
//!    ([`with_type_lock`]); readers take no lock.
//! 2. A change is made first, then the versions of the class and all its subclasses are bumped.
//!    Who fills a cache reads the version before the lookup and checks it after.
//! 3. A version is unique for the life of the process.

use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::Res;
use crate::layout;
use crate::object::{Object, Ref};
use crate::seeded;
use crate::shape::{self, Shape};
use crate::slot::Slot;
use crate::slots::{SLOT_COUNT, SlotTable};
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::value::Value;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use orochi_heap::{Header, Tracer};

/// A type object.
#[repr(C)]
pub struct PyType {
    pub header: Header,
    pub name: Slot,
    pub qualname: Slot,
    pub base: Slot,
    pub bases: Slot,
    pub mro: Slot,
    /// The namespace: an ordinary dict.
    pub dict: Slot,
    root_shape: Slot,
    /// Direct subclasses: a dict from the subclass's id to a weak box (`weakref.rs`).
    pub subclasses: Slot,
    /// Documentation of a builtin type, `__slots__` names and the like: for other crates.
    pub extra: [Slot; 4],
    version: AtomicU64,
    flags: AtomicU64,
    pub slots: SlotTable,
    layout: u16,
    /// Inline attribute slots of instances that are made now ([`PyType::make_room`]).
    capacity: AtomicU32,
    /// Bytes of the native part with header.
    pub native_size: u32,
    /// Offset of the attribute area (dict word, then inline slots); 0: none; `ATTRS_AT_END`.
    pub attrs_offset: u32,
    /// Bytes of an instance (without variable items) that is made now.
    instance_bytes: AtomicU32,
    /// The builtin definition this was made from.
    pub definition: Option<&'static crate::typedef::TypeDef>,
}

/// The most attributes that lie in an object; further ones are in its dict.
pub const MOST_ATTRIBUTES: u32 = 29;

/// `attrs_offset` of variable-size objects: the dict word is the object's last word.
pub const ATTRS_AT_END: u32 = u32::MAX;

/// Bits of a type's flags.
pub mod flag {
    /// Instances may be created from Python by calling the type's `new`.
    pub const BASETYPE: u64 = 1;
    /// Made by a class statement or `type()`: attributes may be set.
    pub const HEAPTYPE: u64 = 2;
    /// Native, and attributes may be set all the same.
    pub const MUTABLE: u64 = 4;
    pub const ABSTRACT: u64 = 8;
    /// Cannot be instantiated.
    pub const NO_NEW: u64 = 16;
    /// Pattern matching treats instances as sequences / mappings.
    pub const SEQUENCE: u64 = 32;
    pub const MAPPING: u64 = 64;
    /// Matches its first positional pattern with the subject itself.
    pub const MATCH_SELF: u64 = 128;
    /// A subclass of `int`, `str` … (fast checks).
    pub const INT: u64 = 256;
    pub const STR: u64 = 512;
    pub const TYPE: u64 = 1024;
    pub const EXCEPTION: u64 = 2048;
    /// Instances can be weakly referenced.
    pub const WEAKREF: u64 = 4096;
    /// The class (or a base) defines `__del__`: instances are finalizable.
    pub const HAS_DEL: u64 = 8192;
    /// Methods of this type bind without a method object (functions).
    pub const METHOD_DESCRIPTOR: u64 = 1 << 14;
    /// A data descriptor type has `descr_set`; kept in `slots`.
    pub const HAS_SLOTS_AFTER_ATTRS: u64 = 1 << 15;
    /// Its metaclass is finding its first order: `__mro__` is None.
    pub const UNORDERED: u64 = 1 << 16;
    /// A builtin sequence without the slots of a mapping: `__getitem__` takes nothing but indices.
    pub const SEQUENCE_ONLY: u64 = 1 << 17;
    /// A builtin type of a module whose instances have no `__module__`: CPython's own static types.
    pub const NO_MODULE: u64 = 1 << 18;
    /// Flags a subclass inherits.
    pub const INHERITED: u64 = SEQUENCE
        | MAPPING
        | MATCH_SELF
        | INT
        | STR
        | TYPE
        | EXCEPTION
        | WEAKREF
        | HAS_DEL
        | HAS_SLOTS_AFTER_ATTRS;
}

// SAFETY: repr(C) with a Header first; `trace_type` visits every slot.
unsafe impl Object for PyType {
    const LAYOUT: u16 = layout::TYPE;
}

/// The heap layout of type objects (attribute slots of metaclass instances follow the struct).
pub const TYPE_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { name: "type", trace: Some(trace_type), trace_range: None, drop: None };

/// # Safety
/// Called by the collector with a type object.
unsafe fn trace_type(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is PyType.
    unsafe {
        let t = &*header.cast::<PyType>();
        for slot in
            [&t.name, &t.qualname, &t.base, &t.bases, &t.mro, &t.dict, &t.root_shape, &t.subclasses]
        {
            layout::visit(slot, tracer);
        }
        for slot in &t.extra {
            layout::visit(slot, tracer);
        }
        layout::visit_rest(header, size_of::<PyType>(), tracer);
    }
}

/// A static place for a builtin type's type object, filled at boot; a root of the collector.
pub struct TypeCell(AtomicU64);

impl TypeCell {
    #[allow(clippy::new_without_default, reason = "only statics are made of it")]
    pub const fn new() -> TypeCell {
        TypeCell(AtomicU64::new(0))
    }
    /// The type object. Only before boot is there none.
    #[inline(always)]
    pub fn get(&self) -> Ref<PyType> {
        let word = self.0.load(Ordering::Acquire);
        debug_assert!(word != 0, "type used before boot");
        // SAFETY: set at boot to a type object that is never freed (the cell is a root).
        unsafe { Ref::from_ptr(word as *mut PyType) }
    }
    /// Whether boot has made the type.
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }
    /// Stores the type unless there is one already; gives the one that is there.
    pub(crate) fn set_first(&'static self, t: Ref<PyType>) -> Ref<PyType> {
        let (word, order) = (t.value().word(), Ordering::AcqRel);
        if self.0.compare_exchange(0, word, order, Ordering::Acquire).is_ok() {
            crate::collector::register_cell(self);
        }
        self.get()
    }
    pub(crate) fn set(&'static self, t: Ref<PyType>) {
        crate::collector::register_cell(self);
        self.0.store(t.value().word(), Ordering::Release);
    }
    pub(crate) fn word(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// Types whose values are not heap objects, and the roots of the type system.
pub static OBJECT: TypeCell = TypeCell::new();
pub static TYPE: TypeCell = TypeCell::new();
pub static INT: TypeCell = TypeCell::new();
pub static BOOL: TypeCell = TypeCell::new();
pub static FLOAT: TypeCell = TypeCell::new();
pub static COMPLEX: TypeCell = TypeCell::new();
pub static STR: TypeCell = TypeCell::new();
pub static BYTES: TypeCell = TypeCell::new();
pub static TUPLE: TypeCell = TypeCell::new();
pub static LIST: TypeCell = TypeCell::new();
pub static DICT: TypeCell = TypeCell::new();
pub static SET: TypeCell = TypeCell::new();
pub static FROZENSET: TypeCell = TypeCell::new();
pub static NONE_TYPE: TypeCell = TypeCell::new();
pub static ELLIPSIS_TYPE: TypeCell = TypeCell::new();
pub static NOT_IMPLEMENTED_TYPE: TypeCell = TypeCell::new();
pub static CELL: TypeCell = TypeCell::new();
pub static MODULE: TypeCell = TypeCell::new();
pub static SLICE: TypeCell = TypeCell::new();
pub static NATIVE_FUNCTION: TypeCell = TypeCell::new();
pub static METHOD_DESCRIPTOR: TypeCell = TypeCell::new();
pub static CLASSMETHOD_DESCRIPTOR: TypeCell = TypeCell::new();
pub static WRAPPER_DESCRIPTOR: TypeCell = TypeCell::new();
pub static METHOD_WRAPPER: TypeCell = TypeCell::new();
pub static GETSET_DESCRIPTOR: TypeCell = TypeCell::new();
pub static MEMBER_DESCRIPTOR: TypeCell = TypeCell::new();
pub static METHOD: TypeCell = TypeCell::new();
pub static PROPERTY: TypeCell = TypeCell::new();
pub static STATICMETHOD: TypeCell = TypeCell::new();
pub static CLASSMETHOD: TypeCell = TypeCell::new();
pub static SUPER: TypeCell = TypeCell::new();
pub static WEAKREF: TypeCell = TypeCell::new();
/// `types.GenericAlias`: called with origin and arguments.
pub static GENERIC_ALIAS: TypeCell = TypeCell::new();
/// `types.SimpleNamespace`.
pub static SIMPLE_NAMESPACE: TypeCell = TypeCell::new();
/// Types that `runtime` defines.
pub static FUNCTION: TypeCell = TypeCell::new();
pub static CODE: TypeCell = TypeCell::new();
pub static FRAME: TypeCell = TypeCell::new();
pub static TRACEBACK: TypeCell = TypeCell::new();
pub static GENERATOR: TypeCell = TypeCell::new();
pub static COROUTINE: TypeCell = TypeCell::new();
pub static ASYNC_GENERATOR: TypeCell = TypeCell::new();

/// The class of any value. Never fails; O(1).
#[inline(always)]
pub fn class_of(value: Value) -> Ref<PyType> {
    if let Some(object) = value.as_object() {
        // SAFETY: a pointer value points to a live object whose word is its shape.
        return crate::object::shape_of(unsafe { &*object }).owner();
    }
    immediate_class(value)
}

fn immediate_class(value: Value) -> Ref<PyType> {
    if value.is_small() {
        return INT.get();
    }
    if value.is_inline_float() {
        return FLOAT.get();
    }
    if value.is_none() {
        NONE_TYPE.get()
    } else if value.as_bool().is_some() {
        BOOL.get()
    } else if value.is_not_implemented() {
        NOT_IMPLEMENTED_TYPE.get()
    } else {
        ELLIPSIS_TYPE.get()
    }
}

/// Whether the value's class is exactly this type.
#[inline(always)]
pub fn is_exact(value: Value, cell: &TypeCell) -> bool {
    class_of(value) == cell.get()
}

static TYPE_LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Runs `f` with the type lock held (rule 1). `f` calls no Python code and does not poll; waiting
/// for the lock is no safepoint.
pub fn with_type_lock<R>(_cx: &Cx, f: impl FnOnce() -> R) -> R {
    let guard = TYPE_LOCK.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let result = f();
    drop(guard);
    result
}

/// The numbers that fix how instances of a type lie in memory.
#[derive(Clone, Copy)]
pub struct InstanceLayout {
    pub layout: u16,
    pub native_size: u32,
    pub attrs_offset: u32,
    pub capacity: u32,
    pub instance_bytes: u32,
}

impl PyType {
    /// Offset for generated code.
    pub const VERSION_OFFSET: usize = core::mem::offset_of!(PyType, version);

    /// Allocates a type object of class `meta` with its root shape; everything else is empty.
    pub fn allocate(
        cx: &Cx,
        meta: Option<Ref<PyType>>,
        memory: InstanceLayout,
        flags: u64,
    ) -> Res<Ref<PyType>> {
        let t: Ref<PyType> = match meta {
            Some(meta) => cx.alloc_instance(meta, 0)?,
            None => cx.alloc_internal(0)?,
        };
        // SAFETY: fresh and unpublished; the remaining fields are valid when zero.
        unsafe {
            let raw = t.as_ptr();
            (*raw).layout = memory.layout;
            (*raw).native_size = memory.native_size;
            (*raw).attrs_offset = memory.attrs_offset;
            (*raw).capacity = AtomicU32::new(memory.capacity);
            (*raw).instance_bytes = AtomicU32::new(memory.instance_bytes);
            (&raw mut (*raw).definition).write(None);
        }
        t.flags.store(flags, Ordering::Release);
        t.version.store(shape::next_version(), Ordering::Release);
        let shape = Shape::new_root(cx, t, memory.capacity, 0)?;
        t.root_shape.init(shape.value());
        Ok(t)
    }

    pub fn memory(&self) -> InstanceLayout {
        InstanceLayout {
            layout: self.layout,
            native_size: self.native_size,
            attrs_offset: self.attrs_offset,
            capacity: self.capacity.load(Ordering::Relaxed),
            instance_bytes: self.instance_bytes.load(Ordering::Relaxed),
        }
    }
    #[inline(always)]
    pub fn instance_layout(&self) -> u16 {
        self.layout
    }
    #[inline(always)]
    pub fn instance_size(&self) -> usize {
        self.instance_bytes.load(Ordering::Relaxed) as usize
    }
    #[inline(always)]
    pub fn root_shape(&self) -> Ref<Shape> {
        // SAFETY: set to a shape when the type was made.
        unsafe { self.root_shape.or_none().cast() }
    }

    /// The word of the shape that instances begin with, and their size: in this order, so that there is room for as many attributes
    /// as the shape says ([`PyType::make_room`]).
    #[inline(always)]
    pub fn instance_start(&self) -> (u64, usize) {
        let shape = self.root_shape_word();
        (shape, self.instance_size())
    }

    /// An instance has more attributes than the `full` slots that there are for them: instances made from now on get twice as
    /// many, up to [`MOST_ATTRIBUTES`]. Methods name most attributes beforehand, but not those that dataclasses or `setattr` make.
    pub fn make_room(this: Ref<PyType>, cx: &Cx, full: u32) -> Res<()> {
        if this.attrs_offset == ATTRS_AT_END {
            return Ok(());
        }
        let capacity = (full * 2 + 1).min(MOST_ATTRIBUTES);
        let shape = Shape::new_root(cx, this, capacity, 0)?;
        this.locked(cx, || {
            let memory = this.memory();
            let at_end = memory.attrs_offset + 8 + 8 * memory.capacity == memory.instance_bytes;
            if memory.capacity != full || full >= MOST_ATTRIBUTES || !at_end {
                return;
            }
            let bytes = memory.attrs_offset + 8 + 8 * capacity;
            this.capacity.store(capacity, Ordering::Relaxed);
            this.instance_bytes.store(bytes, Ordering::Release);
            this.root_shape.set(cx, this, shape.value());
            this.version.store(shape::next_version(), Ordering::Release);
        });
        Ok(())
    }
    #[inline(always)]
    pub(crate) fn root_shape_word(&self) -> u64 {
        self.root_shape.or_none().word()
    }
    #[inline(always)]
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }
    #[inline(always)]
    pub fn flags(&self) -> u64 {
        self.flags.load(Ordering::Acquire)
    }
    #[inline(always)]
    pub fn has_flag(&self, flag: u64) -> bool {
        self.flags() & flag != 0
    }
    pub fn set_flag(&self, flag: u64) {
        self.flags.fetch_or(flag, Ordering::AcqRel);
    }
    pub fn clear_flag(&self, flag: u64) {
        self.flags.fetch_and(!flag, Ordering::AcqRel);
    }
    /// Whether instances have a `__dict__`.
    #[inline(always)]
    pub fn has_dict(&self) -> bool {
        self.attrs_offset != 0
    }

    /// The bare name: `deque` of `collections.deque`.
    pub fn name_str(&self) -> Ref<PyStr> {
        // SAFETY: `name` holds a str from creation on.
        unsafe { self.name.or_none().cast() }
    }
    /// The module of a builtin type that is not of `builtins`.
    pub fn builtin_module(&self) -> Option<&'static str> {
        self.definition.and_then(|def| def.module())
    }
    /// The name as Rust text, for messages: builtin types show their module, as CPython's do.
    pub fn display_name(&self) -> String {
        match self.definition {
            Some(def) => def.name.to_owned(),
            None => self.name_str().to_string_lossy(),
        }
    }
    pub fn mro_tuple(&self) -> Ref<PyTuple> {
        // SAFETY: `mro` holds a tuple from creation on.
        unsafe { self.mro.or_none().cast() }
    }
    pub fn bases_tuple(&self) -> Ref<PyTuple> {
        // SAFETY: `bases` holds a tuple from creation on.
        unsafe { self.bases.or_none().cast() }
    }
    /// The base that fixes the memory layout; `None` for `object`.
    pub fn base_type(&self) -> Option<Ref<PyType>> {
        self.base.get().and_then(Value::downcast)
    }
    pub fn namespace(&self) -> Ref<PyDict> {
        // SAFETY: `dict` holds a dict from creation on.
        unsafe { self.dict.or_none().cast() }
    }
}

impl Ref<PyType> {
    /// Records the static definition of a builtin type (boot only).
    pub(crate) fn set_definition(self, def: &'static crate::typedef::TypeDef) {
        // SAFETY: boot runs on one thread before the type is published.
        unsafe { (*self.as_ptr()).definition = Some(def) };
    }

    /// `issubclass` by the MRO alone.
    pub fn is_subtype(self, other: Ref<PyType>) -> bool {
        if self == other {
            return true;
        }
        match self.mro.get() {
            // SAFETY: `mro` holds a tuple.
            Some(mro) => unsafe { mro.cast::<PyTuple>() }
                .items()
                .iter()
                .any(|class| class.get() == Some(other.value())),
            None => false,
        }
    }

    /// Whether Python code has replaced a slot of the builtin class this one derives from.
    pub fn overrides(self, slot: crate::slots::SlotId) -> bool {
        let mut native = self;
        while native.has_flag(flag::HEAPTYPE) {
            match native.base_type() {
                Some(base) => native = base,
                None => break,
            }
        }
        self.slots.word(slot as usize) != native.slots.word(slot as usize)
    }

    /// Looks `name` (interned) up along the MRO, through this thread's cache.
    #[inline]
    pub fn lookup(self, cx: &Cx, name: Ref<PyStr>) -> Option<Value> {
        let version = self.version();
        let key = name.value().word();
        if let Some(found) = cx.type_cache.get(version, key) {
            return found;
        }
        self.lookup_uncached(cx, name, version)
    }

    #[inline(never)]
    fn lookup_uncached(self, cx: &Cx, name: Ref<PyStr>, version: u64) -> Option<Value> {
        let found = self.mro_tuple().items().iter().find_map(|class| {
            let class: Ref<PyType> = class.get()?.downcast()?;
            class.namespace().get_str(name)
        });
        if name.is_interned() && self.version() == version {
            cx.type_cache.put(version, name.value().word(), found);
        }
        found
    }

    /// The class in the MRO that defines `name`, and the value.
    pub fn lookup_where(self, name: Ref<PyStr>) -> Option<(Ref<PyType>, Value)> {
        self.mro_tuple().items().iter().find_map(|class| {
            let class: Ref<PyType> = class.get()?.downcast()?;
            Some((class, class.namespace().get_str(name)?))
        })
    }

    /// Gives this class and all classes that inherit from it new versions: rule 2. Type lock held.
    pub fn modified(self) {
        self.renew_versions();
        for_each_in(&self.extra[HEIRS], &mut |heir| heir.renew_versions());
    }

    fn renew_versions(self) {
        if seeded::has(seeded::Bug::Version) {
            return;
        }
        self.version.store(shape::next_version(), Ordering::Release);
        for_each_subclass(self, &mut |sub| sub.renew_versions());
    }
}

/// Index into [`PyType::extra`]: the classes that have this one in their order though it is no base of
/// theirs, which a `mro` method can bring about; a list as `subclasses`. They inherit its attributes but, as in
/// CPython, are not told of special methods it gets later.
pub const HEIRS: usize = 2;

/// Calls `f` with each live direct subclass.
pub fn for_each_subclass(t: Ref<PyType>, f: &mut dyn FnMut(Ref<PyType>)) {
    for_each_in(&t.subclasses, f);
}

fn for_each_in(classes: &Slot, f: &mut dyn FnMut(Ref<PyType>)) {
    let Some(list) = classes.get().and_then(Value::downcast::<crate::list::PyList>) else {
        return;
    };
    for i in 0..list.len() {
        let live = list.get(i).and_then(Value::downcast::<crate::weakref::PyWeak>);
        if let Some(sub) = live.and_then(|weak| weak.target()).and_then(Value::downcast) {
            f(sub);
        }
    }
}

const _: () = assert!(SLOT_COUNT < 128);
