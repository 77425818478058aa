//! Heap layouts: which trace function belongs to which layout number.
//!
//! Numbers are constants so that a downcast is one compare. Each crate has a range of its own;
//! `vm` assembles the table the heap is started with.

use crate::slot::Slot;
pub use orochi_heap::{Header, Layout as HeapLayout, Tracer};

/// First layout number of each crate that defines payload structs.
pub const RUNTIME_BASE: u16 = 64;
pub const BUILTINS_BASE: u16 = 80;
pub const STD_CORE_BASE: u16 = 144;
pub const STD_OS_BASE: u16 = 192;
pub const STD_DATETIME_BASE: u16 = 216;
pub const STD_IO_BASE: u16 = 224;
pub const THREADS_BASE: u16 = 248;
/// One past the largest layout number (the heap keeps one bit for each).
pub const LIMIT: usize = 256;

macro_rules! core_layouts {
    ($($name:ident = $n:literal),* $(,)?) => { $(pub const $name: u16 = $n;)* };
}
core_layouts! {
    OBJECT = 0, TYPE = 1, SHAPE = 2, SHAPE_TABLE = 3, WORDS = 4, BYTES_RAW = 5,
    INT = 6, FLOAT = 7, COMPLEX = 8, STR = 9, BYTES = 10, TUPLE = 11, LIST = 12, ARRAY = 13,
    DICT = 14, DICT_TABLE = 15, SET = 16, CELL = 17, MODULE = 18, NATIVE = 19, METHOD = 20,
    EXCEPTION = 21, GETSET = 22, WRAPPER = 23, SLICE = 24, MEMBER = 25, WEAKREF = 26,
    METHOD_WRAPPER = 27, RANGE_ITER = 28, LIST_ITER = 29, TUPLE_ITER = 30, DICT_ITER = 31,
    STR_ITER = 32, REVERSE_LIST_ITER = 33,
}

/// The layouts of this crate, by number.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (OBJECT, crate::instance::PyObject::HEAP_LAYOUT),
    (TYPE, crate::types::TYPE_LAYOUT),
    (SHAPE, crate::shape::Shape::HEAP_LAYOUT),
    (SHAPE_TABLE, crate::shape::TABLE_LAYOUT),
    (WORDS, WORDS_LAYOUT),
    (BYTES_RAW, leaf("raw bytes")),
    (INT, crate::int::INT_LAYOUT),
    (FLOAT, crate::float::PyFloat::HEAP_LAYOUT),
    (COMPLEX, crate::float::PyComplex::HEAP_LAYOUT),
    (STR, crate::str::STR_LAYOUT),
    (BYTES, crate::bytes::BYTES_LAYOUT),
    (TUPLE, crate::tuple::TUPLE_LAYOUT),
    (LIST, crate::list::PyList::HEAP_LAYOUT),
    (ARRAY, crate::list::ARRAY_LAYOUT),
    (DICT, crate::dict::PyDict::HEAP_LAYOUT),
    (DICT_TABLE, crate::dict::table::TABLE_LAYOUT),
    (SET, crate::set::PySet::HEAP_LAYOUT),
    (CELL, crate::cell::PyCell::HEAP_LAYOUT),
    (MODULE, crate::module::PyModule::HEAP_LAYOUT),
    (NATIVE, crate::native::PyNative::HEAP_LAYOUT),
    (METHOD, crate::native::PyMethod::HEAP_LAYOUT),
    (EXCEPTION, crate::exception::PyException::HEAP_LAYOUT),
    (GETSET, crate::descr::PyGetSet::HEAP_LAYOUT),
    (WRAPPER, crate::descr::PyWrapper::HEAP_LAYOUT),
    (METHOD_WRAPPER, crate::descr::PyMethodWrapper::HEAP_LAYOUT),
    (SLICE, crate::slice::PySlice::HEAP_LAYOUT),
    (MEMBER, crate::descr::PyMember::HEAP_LAYOUT),
    (WEAKREF, crate::weakref::WEAKREF_LAYOUT),
    (RANGE_ITER, crate::iters::RangeIter::HEAP_LAYOUT),
    (LIST_ITER, crate::iters::ListIter::HEAP_LAYOUT),
    (TUPLE_ITER, crate::iters::TupleIter::HEAP_LAYOUT),
    (DICT_ITER, crate::iters::DictIter::HEAP_LAYOUT),
    (STR_ITER, crate::iters::StrIter::HEAP_LAYOUT),
    (REVERSE_LIST_ITER, crate::iters::ReverseListIter::HEAP_LAYOUT),
];

/// A layout whose payload holds no references.
pub const fn leaf(name: &'static str) -> HeapLayout {
    HeapLayout { name, trace: None, trace_range: None, drop: None }
}

/// A payload every word of which is a value word: for types whose fields are all `Slot`s.
pub const WORDS_LAYOUT: HeapLayout = HeapLayout {
    name: "words",
    trace: Some(trace_words),
    trace_range: Some(trace_word_range),
    drop: None,
};

/// # Safety
/// Called by the collector with an object whose payload is all value words.
unsafe fn trace_words(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: as promised by the layout.
    unsafe { visit_rest(header, size_of::<Header>(), tracer) }
}

/// # Safety
/// `start..end` are byte offsets within the payload (so behind the header), multiples of 8; the words there
/// are value words.
pub unsafe fn trace_word_range(header: *mut Header, start: usize, end: usize, tracer: &mut Tracer) {
    if start < end {
        // SAFETY: the range lies within the object's payload of value words.
        unsafe { tracer.visit_range(header.add(1).byte_add(start).cast(), (end - start) / 8) }
    }
}

/// Visits one slot.
#[inline(always)]
pub fn visit(slot: &Slot, tracer: &mut Tracer) {
    tracer.visit(slot.get().map_or(0, |value| value.word()));
}

/// Visits the words from byte `offset` to the object's end.
///
/// # Safety
/// `header` is a live object whose bytes from `offset` on are value words or zero.
#[inline]
pub unsafe fn visit_rest(header: *mut Header, offset: usize, tracer: &mut Tracer) {
    // SAFETY: the header is live; the range lies within the object.
    unsafe {
        let end = (*header).granules as usize * 16;
        let start = offset.next_multiple_of(8);
        if start < end {
            tracer.visit_range(header.byte_add(start).cast(), (end - start) / 8);
        }
    }
}
