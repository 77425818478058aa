//! Typed references to heap objects.

use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::seeded;
use crate::shape::Shape;
use crate::types::PyType;
use crate::value::Value;
use core::marker::PhantomData;
use core::ptr::NonNull;
use core::sync::atomic::Ordering;
use orochi_heap::biased::Taken;
use orochi_heap::{Header, MIN_RAW_BYTES, Mutator};

/// A payload struct that lives in the heap.
///
/// # Safety
/// The struct is `repr(C)` and begins with a [`Header`]; objects of layout `LAYOUT` have this
/// struct as their first bytes, and the layout's trace function visits every `Slot` in it.
pub unsafe trait Object: Sized + 'static {
    const LAYOUT: u16;
}

/// A typed pointer to a live heap object. Copy; keeps the object alive while it is on the native
/// stack (stacks are scanned conservatively), so it must not be stored in Rust-heap memory.
#[repr(transparent)]
pub struct Ref<T>(NonNull<T>, PhantomData<*const T>);

impl<T> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Ref<T> {}
impl<T> PartialEq for Ref<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Ref<T> {}

impl<T> core::ops::Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a Ref points to a live object (it is on a scanned stack); objects do not move and
        // all their shared fields are atomics or immutable after publication.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Ref<T> {
    /// # Safety
    /// `ptr` points to a live object whose payload begins as `T`.
    #[inline(always)]
    pub const unsafe fn from_ptr(ptr: *mut T) -> Ref<T> {
        // SAFETY: the caller promises a live, non-null object.
        Ref(unsafe { NonNull::new_unchecked(ptr) }, PhantomData)
    }
    #[inline(always)]
    pub const fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }
    #[inline(always)]
    pub const fn header_ptr(self) -> *mut Header {
        self.0.as_ptr().cast()
    }
    #[inline(always)]
    pub fn value(self) -> Value {
        // SAFETY: the object is live.
        unsafe { Value::from_object(self.header_ptr()) }
    }
    #[inline(always)]
    pub fn header(&self) -> &Header {
        // SAFETY: every object begins with a Header.
        unsafe { &*self.header_ptr() }
    }
    /// The shape word of the object.
    #[inline(always)]
    pub fn shape(self) -> Ref<Shape> {
        shape_of(self.header())
    }
    /// The object's class.
    #[inline(always)]
    pub fn class(self) -> Ref<PyType> {
        self.shape().owner()
    }
    /// Runs `f` with the object's own lock held. `f` must not call Python, block, or poll
    /// (docs/architecture.md, "No lock is held across Python code").
    #[inline]
    pub fn locked<R>(&self, cx: &Cx, f: impl FnOnce() -> R) -> R {
        let _guard = ObjectLock::acquire(cx, self.header());
        f()
    }
    /// As [`locked`](Self::locked), for objects of the runtime's own that are always locked so: the caller may hold another
    /// object's lock, and `f` takes none.
    pub fn locked_inside<R>(&self, cx: &Cx, f: impl FnOnce() -> R) -> R {
        let _guard = ObjectLock::acquire_inside(cx, self.header());
        f()
    }
    /// The size in bytes of the object's memory.
    #[inline(always)]
    pub fn bytes(&self) -> usize {
        self.header().granules as usize * 16
    }
}

impl<T> From<Ref<T>> for Value {
    #[inline(always)]
    fn from(object: Ref<T>) -> Value {
        object.value()
    }
}

/// Holds an object's lock (`orochi_heap::biased`); released on drop, also when the holder unwinds.
pub struct ObjectLock<'a>(&'a Header, Taken);

impl<'a> ObjectLock<'a> {
    /// Takes the lock; the caller holds no other object's. If others hold it, it spins, then sleeps. The wait is attached, so that
    /// taking a lock is no safepoint: a holder runs no Python code, polls never and ends soon, stop or no stop.
    #[inline(always)]
    pub fn acquire(cx: &Cx, header: &'a Header) -> ObjectLock<'a> {
        if seeded::leaves_open(header) {
            return ObjectLock(header, Taken::Owned);
        }
        ObjectLock(header, cx.mutator.lock_object(&header.lock))
    }

    /// Takes the lock of an object that is always locked so, perhaps by who holds another's.
    pub fn acquire_inside(cx: &Cx, header: &'a Header) -> ObjectLock<'a> {
        ObjectLock(header, cx.mutator.lock_inside(&header.lock))
    }
}
impl Drop for ObjectLock<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        Mutator::unlock_object(&self.0.lock, self.1);
    }
}

/// The shape in an object's header.
#[inline(always)]
pub fn shape_of(header: &Header) -> Ref<Shape> {
    let word = header.word.load(Ordering::Acquire);
    // SAFETY: the word of every Python object is its shape, set before publication.
    unsafe { Ref::from_ptr(word as *mut Shape) }
}

impl Value {
    /// The object as a `T`, if its layout is `T`'s; true also for instances of subclasses.
    #[inline(always)]
    pub fn downcast<T: Object>(self) -> Option<Ref<T>> {
        let object = self.as_object()?;
        // SAFETY: a pointer value points to a live object.
        if unsafe { (*object).layout } == T::LAYOUT {
            // SAFETY: the layout says the payload is a `T`.
            Some(unsafe { Ref::from_ptr(object.cast()) })
        } else {
            None
        }
    }

    /// The object as a `T`.
    ///
    /// # Safety
    /// The value is an object of layout `T`.
    #[inline(always)]
    pub unsafe fn cast<T: Object>(self) -> Ref<T> {
        debug_assert!(self.downcast::<T>().is_some());
        // SAFETY: the caller promises the layout.
        unsafe { Ref::from_ptr(self.word() as *mut T) }
    }
}

impl Cx {
    /// Allocates a zeroed object of `class` with room for its attributes and `extra` bytes more.
    /// The caller fills the payload before the next poll.
    #[inline]
    pub fn alloc_instance<T: Object>(&self, class: Ref<PyType>, extra: usize) -> Res<Ref<T>> {
        debug_assert_eq!(class.instance_layout(), T::LAYOUT);
        let (word, size) = class.instance_start();
        let size = size + extra - size_of::<Header>();
        match self.mutator.alloc(T::LAYOUT, size, word) {
            Some(object) => {
                if class.has_flag(crate::types::flag::HAS_DEL) {
                    self.mutator.register_finalizable(object.as_ptr());
                }
                // SAFETY: fresh memory of layout T.
                Ok(unsafe { Ref::from_ptr(object.as_ptr().cast()) })
            }
            None => Err(memory_error(self)),
        }
    }

    /// As [`Cx::alloc_instance`] of a class whose instances are a `T` and `extra` bytes: these are anything but the last
    /// 32, which are zero, and the caller writes all of them before the next poll.
    #[inline]
    pub(crate) fn alloc_unzeroed<T: Object>(
        &self,
        class: Ref<PyType>,
        extra: usize,
    ) -> Res<Ref<T>> {
        let plain =
            class.instance_size() == size_of::<T>() && !class.has_flag(crate::types::flag::HAS_DEL);
        if extra < MIN_RAW_BYTES || !plain {
            return self.alloc_instance(class, extra);
        }
        self.alloc_rest_unzeroed(class.root_shape_word(), extra)
    }

    #[inline(never)]
    fn alloc_rest_unzeroed<T: Object>(&self, word: u64, extra: usize) -> Res<Ref<T>> {
        let fixed = size_of::<T>() - size_of::<Header>();
        let Some(object) = self.mutator.alloc_unzeroed(T::LAYOUT, fixed + extra, word) else {
            return Err(memory_error(self));
        };
        // SAFETY: the object is fresh; its memory is that of the payload, rounded up.
        unsafe {
            let start = object.as_ptr().cast::<u8>();
            start.add(size_of::<Header>()).write_bytes(0, fixed);
            let end = object.as_ref().granules as usize * 16;
            let tail = (end - size_of::<T>()).min(32);
            start.add(end - tail).write_bytes(0, tail);
            Ok(Ref::from_ptr(object.as_ptr().cast()))
        }
    }

    /// A zeroed instance of any class that has no native payload to fill (`object.__new__`).
    pub fn new_instance(&self, class: Ref<PyType>) -> Res {
        let (word, size) = class.instance_start();
        let made = self.mutator.alloc(class.instance_layout(), size - size_of::<Header>(), word);
        let Some(object) = made else { return Err(memory_error(self)) };
        if class.has_flag(crate::types::flag::HAS_DEL) {
            self.mutator.register_finalizable(object.as_ptr());
        }
        // SAFETY: a fresh object.
        Ok(unsafe { Value::from_object(object.as_ptr()) })
    }

    /// Allocates a zeroed helper object that Python never sees (tables, arrays); no shape.
    #[inline]
    pub fn alloc_internal<T: Object>(&self, extra: usize) -> Res<Ref<T>> {
        let size = size_of::<T>() + extra - size_of::<Header>();
        match self.mutator.alloc(T::LAYOUT, size, 0) {
            // SAFETY: fresh memory of layout T.
            Some(object) => Ok(unsafe { Ref::from_ptr(object.as_ptr().cast()) }),
            None => Err(memory_error(self)),
        }
    }

    /// As [`Cx::alloc_internal`], with `extra` bytes that are anything but the last 32, which are zero: the caller writes
    /// all of them before the next poll.
    #[inline]
    pub(crate) fn alloc_internal_unzeroed<T: Object>(&self, extra: usize) -> Res<Ref<T>> {
        if extra < MIN_RAW_BYTES {
            return self.alloc_internal(extra);
        }
        self.alloc_rest_unzeroed(0, extra)
    }
}

/// Declares the tracing of a fixed-size payload struct: its `Slot` fields by name, then every word
/// after the struct (attribute slots of subclasses). Implements [`Object`].
#[macro_export]
macro_rules! trace {
    ($type:ty, $layout:expr, [$($field:ident),* $(,)?]) => {
        // SAFETY: the struct is repr(C), begins with a Header, and all Slot fields are listed.
        unsafe impl $crate::object::Object for $type {
            const LAYOUT: u16 = $layout;
        }
        impl $type {
            /// The heap layout of this type.
            pub const HEAP_LAYOUT: $crate::layout::HeapLayout = $crate::layout::HeapLayout {
                name: stringify!($type),
                trace: Some({
                    /// # Safety
                    /// Called by the collector with an object of this layout.
                    unsafe fn trace(
                        header: *mut $crate::layout::Header,
                        tracer: &mut $crate::layout::Tracer,
                    ) {
                        let _object = header.cast::<$type>();
                        // SAFETY: the collector passes live objects of this layout.
                        unsafe {
                            $( $crate::layout::visit(&(*_object).$field, tracer); )*
                            $crate::layout::visit_rest(header, size_of::<$type>(), tracer);
                        }
                    }
                    trace
                }),
                trace_range: None,
                drop: None,
            };
        }
    };
}
