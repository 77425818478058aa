//! Shapes (hidden classes): class, and which attribute name lies in which inline slot.
//!
//! Rules:
//! 1. A shape is immutable after publication, except `transitions` and `table` (grown under the
//!    parent shape's object lock, published with Release).
//! 2. Shapes of a class form a tree from its root; adding an attribute goes to a child.
//! 3. An (object, slot) belongs to one name for the object's life: slots are handed out in order
//!    and never reused; a deleted attribute leaves UNSET in its slot.
//! 4. `DICT_MODE`: further attributes live in the object's dict (`instance.rs`); the inline ones of
//!    the shape stay inline. `FOREIGN_DICT`: `__dict__` was replaced; no attribute is inline.

use crate::cx::Cx;
use crate::error::Res;
use crate::layout;
use crate::object::{Object, Ref};
use crate::slot::Slot;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::types::PyType;
use crate::value::Value;
use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};
use orochi_heap::{Header, Tracer};

/// A shape. `name` is the attribute this shape adds to `parent`, at inline slot `count - 1`.
#[repr(C)]
pub struct Shape {
    pub header: Header,
    class: Slot,
    parent: Slot,
    name: Slot,
    /// Children: a tuple of shapes.
    transitions: Slot,
    /// Hash table from name to slot, made when `count` is large.
    table: Slot,
    /// Number of inline slots in use; immutable.
    pub count: u32,
    /// Number of inline slots there are; immutable.
    pub capacity: u32,
    /// `DICT_MODE`, `FOREIGN_DICT`, `DELETED`; immutable.
    pub flags: u32,
    reserved: u32,
}

pub const DICT_MODE: u32 = 1;
pub const FOREIGN_DICT: u32 = 2;
/// An inline attribute was deleted. A store that raced with that may come late and make it live
/// again, after a row of the same name went into the dict: the row is hidden then.
pub const DELETED: u32 = 4;
/// The largest number of inline slots.
pub const MAX_INLINE: usize = 60;
/// Up to this many names the chain of parents is walked.
const WALK: u32 = 8;

// SAFETY: repr(C) with a Header first; the layout's trace visits all five slots.
unsafe impl Object for Shape {
    const LAYOUT: u16 = layout::SHAPE;
}

impl Shape {
    /// The heap layout of shapes.
    pub const HEAP_LAYOUT: layout::HeapLayout = layout::HeapLayout {
        name: "shape",
        trace: Some(trace_shape),
        trace_range: None,
        drop: None,
    };
}

/// # Safety
/// Called by the collector with a shape.
unsafe fn trace_shape(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is Shape.
    let shape = unsafe { &*header.cast::<Shape>() };
    for slot in [&shape.class, &shape.parent, &shape.name, &shape.transitions, &shape.table] {
        layout::visit(slot, tracer);
    }
}

/// Open-addressing map from interned name to slot number: pairs of (name word, slot).
#[repr(C)]
pub struct ShapeTable {
    header: Header,
    mask: u64,
}

// SAFETY: repr(C) with a Header first; holds names as value words traced below.
unsafe impl Object for ShapeTable {
    const LAYOUT: u16 = layout::SHAPE_TABLE;
}

/// Entries are (name, small int) pairs: all value words; `mask` is kept as a tagged int.
pub const TABLE_LAYOUT: layout::HeapLayout = layout::WORDS_LAYOUT;

impl ShapeTable {
    fn entries(&self) -> &[[Slot; 2]] {
        let n = (self.mask >> 1) as usize + 1;
        // SAFETY: allocated with n pairs after the struct; all words are slots.
        unsafe {
            let first = (self as *const ShapeTable).add(1).cast::<[Slot; 2]>();
            core::slice::from_raw_parts(first, n)
        }
    }
}

impl Shape {
    /// Where the owner is, for generated code.
    pub const CLASS_OFFSET: usize = core::mem::offset_of!(Shape, class);

    /// Makes the root shape of a class.
    pub fn new_root(cx: &Cx, class: Ref<PyType>, capacity: u32, flags: u32) -> Res<Ref<Shape>> {
        let shape = cx.alloc_internal::<Shape>(0)?;
        shape.class.init(class.value());
        Shape::fill(shape, 0, capacity, flags);
        Ok(shape)
    }

    fn fill(shape: Ref<Shape>, count: u32, capacity: u32, flags: u32) {
        // SAFETY: the shape is fresh and not yet published.
        unsafe {
            (*shape.as_ptr()).count = count;
            (*shape.as_ptr()).capacity = capacity;
            (*shape.as_ptr()).flags = flags;
        }
    }

    /// The class of the objects with this shape.
    #[inline(always)]
    pub fn owner(&self) -> Ref<PyType> {
        // SAFETY: set to a type before publication, never changed.
        unsafe { self.class.or_none().cast() }
    }

    #[inline(always)]
    pub fn is_dict_mode(&self) -> bool {
        self.flags & DICT_MODE != 0
    }

    #[inline(always)]
    pub fn is_foreign(&self) -> bool {
        self.flags & FOREIGN_DICT != 0
    }

    fn parent(&self) -> Option<Ref<Shape>> {
        // SAFETY: `parent` holds a shape or UNSET.
        self.parent.get().map(|parent| unsafe { parent.cast() })
    }

    fn find_in(table: &ShapeTable, name: Ref<PyStr>) -> Option<u32> {
        let entries = table.entries();
        let mask = entries.len() - 1;
        let mut i = hash(name) & mask;
        loop {
            let key = entries[i][0].get()?;
            if key.is(name.value()) {
                return entries[i][1].or_none().as_small().map(|n| n as u32);
            }
            i = (i + 1) & mask;
        }
    }
}

impl Ref<Shape> {
    /// The inline slot of `name` (interned), if this shape has it. O(1) amortised.
    pub fn find(self, cx: &Cx, name: Ref<PyStr>) -> Option<u32> {
        if self.count > WALK {
            if self.table.is_unset() {
                self.make_table(cx);
            }
            if let Some(table) = self.table.get() {
                // SAFETY: `table` holds a ShapeTable.
                let table: Ref<ShapeTable> = unsafe { table.cast() };
                return Shape::find_in(&table, name);
            }
        }
        self.walk(name)
    }

    fn walk(self, name: Ref<PyStr>) -> Option<u32> {
        let mut shape = self;
        loop {
            if shape.name.get() == Some(name.value()) {
                return Some(shape.count - 1);
            }
            shape = shape.parent()?;
        }
    }

    /// As [`find`](Self::find) for a name that need not be interned; never allocates.
    pub fn find_by_text(self, name: Ref<PyStr>) -> Option<u32> {
        if name.is_interned() {
            return self.walk(name);
        }
        self.names().flatten().position(|own| own.same(&name)).map(|slot| slot as u32)
    }

    /// Builds the hash table; without memory the walk still answers.
    #[cold]
    fn make_table(self, cx: &Cx) {
        let size = (self.count as usize * 2).next_power_of_two();
        let Ok(table) = cx.alloc_internal::<ShapeTable>(size * 16) else { return };
        // SAFETY: fresh and unpublished; the mask is kept tagged so that every word is a value.
        unsafe { (*table.as_ptr()).mask = (size as u64 - 1) << 1 | 1 };
        for (i, name) in self.names().flatten().enumerate() {
            let entries = table.entries();
            let mut at = hash(name) & (size - 1);
            while !entries[at][0].is_unset() {
                at = (at + 1) & (size - 1);
            }
            entries[at][0].init(name.value());
            entries[at][1].init(Value::int(i as i64));
        }
        self.table.set(cx, self, table.value());
    }

    /// The names of the inline slots, in order.
    pub fn names(self) -> Names {
        let mut names = [None; MAX_INLINE];
        let mut shape = Some(self);
        while let Some(at) = shape {
            if let Some(own) = at.name.get() {
                // SAFETY: `name` holds a str.
                names[at.count as usize - 1] = Some(unsafe { own.cast() });
            }
            shape = at.parent();
        }
        names.into_iter().take(self.count as usize)
    }

    /// The name of inline slot `index`.
    pub fn name_at(self, index: u32) -> Option<Ref<PyStr>> {
        let mut shape = self;
        loop {
            if let Some(own) = shape.name.get()
                && shape.count == index + 1
            {
                // SAFETY: `name` holds a str.
                return Some(unsafe { own.cast() });
            }
            shape = shape.parent()?;
        }
    }

    /// The child that adds `name`, or that has `flags` more (then `name` is `None`).
    pub fn child(self, cx: &Cx, name: Option<Ref<PyStr>>, flags: u32) -> Res<Ref<Shape>> {
        let wanted = |children: Ref<PyTuple>| {
            children.items().iter().find_map(|child| {
                // SAFETY: transitions hold shapes.
                let child: Ref<Shape> = unsafe { child.or_none().cast() };
                let same_name = child.name.get() == name.map(Ref::value)
                    || (name.is_none() && child.count == self.count);
                (same_name && child.flags == self.flags | flags).then_some(child)
            })
        };
        let children = |shape: Ref<Shape>| {
            // SAFETY: `transitions` holds a tuple or UNSET.
            shape.transitions.get().map(|tuple| unsafe { tuple.cast::<PyTuple>() })
        };
        if let Some(found) = children(self).and_then(wanted) {
            return Ok(found);
        }
        let child = cx.alloc_internal::<Shape>(0)?;
        child.class.init(self.owner().value());
        child.parent.init(self.value());
        child.name.init_opt(name.map(Ref::value));
        let count = self.count + name.is_some() as u32;
        Shape::fill(child, count, self.capacity, self.flags | flags);
        self.locked_inside(cx, || {
            let old = children(self);
            if let Some(found) = old.and_then(wanted) {
                return Ok(found);
            }
            let old_items = old.map_or(&[][..], |tuple| tuple.items_static());
            let grown = PyTuple::new_internal(cx, old_items.len() + 1)?;
            for (to, from) in grown.items().iter().zip(old_items) {
                to.init_opt(from.get());
            }
            grown.items()[old_items.len()].init(child.value());
            self.transitions.set(cx, self, grown.value());
            Ok(child)
        })
    }
}

/// Iterator over a shape's names; no entry is `None`.
pub type Names = core::iter::Take<core::array::IntoIter<Option<Ref<PyStr>>, MAX_INLINE>>;

#[inline]
fn hash(name: Ref<PyStr>) -> usize {
    let word = name.value().word() >> 4;
    (word ^ word >> 12) as usize
}

/// A fresh class version; 0 is "no version". Threads take them by the batch, so that they seldom write to the same word.
pub(crate) fn next_version() -> u64 {
    const BATCH: u64 = 256;
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        /// The next version of this thread's batch, and the end of it.
        static OWN: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    }
    let (mut next, mut end) = OWN.get();
    if next == end {
        next = NEXT.fetch_add(BATCH, Ordering::Relaxed);
        end = next + BATCH;
    }
    OWN.set((next + 1, end));
    next
}
