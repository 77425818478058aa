//! Heap ints: those that do not fit 63 bits, and instances of subclasses of `int`.
//!
//! Immutable. Limbs are little-endian `u64` inline after the struct.

use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::layout;
use crate::object::{Object, Ref};
use crate::types::{self, PyType};
use crate::value::Value;
use core::sync::atomic::AtomicUsize;
use orochi_heap::{Header, Tracer};
use orochi_num::{Int, IntRef};

/// `sys.get_int_max_str_digits()`; 0 for no limit.
pub static MAX_STR_DIGITS: AtomicUsize = AtomicUsize::new(4300);

/// A heap int; its limbs follow the struct.
#[repr(C)]
pub struct PyInt {
    pub header: Header,
    /// Number of limbs; negative for negative numbers; 0 is zero (subclasses only).
    size: i64,
}

// SAFETY: repr(C) with a Header first; limbs are skipped by the trace function.
unsafe impl Object for PyInt {
    const LAYOUT: u16 = layout::INT;
}

/// The heap layout of ints.
pub const INT_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { name: "int", trace: Some(trace_int), trace_range: None, drop: None };

/// # Safety
/// Called by the collector with an int.
unsafe fn trace_int(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is PyInt; words after the limbs are zero or a subclass's dict word.
    unsafe {
        let n = (*header.cast::<PyInt>()).size.unsigned_abs() as usize;
        layout::visit_rest(header, size_of::<PyInt>() + n * 8, tracer);
    }
}

impl Ref<PyInt> {
    pub fn is_negative(self) -> bool {
        self.size < 0
    }
    /// The magnitude's limbs, least significant first.
    pub fn limbs<'a>(self) -> &'a [u64] {
        // SAFETY: `|size|` limbs follow the struct; immutable.
        unsafe {
            core::slice::from_raw_parts(
                self.as_ptr().add(1).cast(),
                self.size.unsigned_abs() as usize,
            )
        }
    }
    /// The number as an owned big int.
    pub fn to_int(self) -> Int {
        self.borrow().to_int()
    }
    /// The number as borrowed limbs.
    pub fn borrow<'a>(self) -> IntRef<'a> {
        IntRef::new(self.is_negative(), self.limbs())
    }
    /// The number, if it fits.
    pub fn to_i64(self) -> Option<i64> {
        match (self.limbs(), self.is_negative()) {
            ([], _) => Some(0),
            ([n], false) => i64::try_from(*n).ok(),
            ([n], true) => 0i64.checked_sub_unsigned(*n),
            _ => None,
        }
    }
}

impl Cx {
    /// The int `n`.
    #[inline]
    pub fn new_int(&self, n: i64) -> Res {
        match Value::small(n) {
            Some(value) => Ok(value),
            None => self.int_of_class(types::INT.get(), n < 0, &[n.unsigned_abs()]),
        }
    }
    /// The int `n`.
    #[inline]
    pub fn new_uint(&self, n: u64) -> Res {
        match i64::try_from(n) {
            Ok(n) => self.new_int(n),
            Err(_) => self.int_of_class(types::INT.get(), false, &[n]),
        }
    }
    /// The int with the value of `n`, small if it fits.
    pub fn int_from_big(&self, n: &Int) -> Res {
        if let Some(value) = n.to_i64().and_then(Value::small) {
            return Ok(value);
        }
        self.int_of_class(types::INT.get(), n.neg, &n.mag)
    }
    /// The int with this magnitude, the least significant limb first; zeros at the end are dropped.
    pub fn int_from_limbs(&self, negative: bool, limbs: &[u64]) -> Res {
        match orochi_num::int::trim(limbs) {
            [] => Ok(Value::int(0)),
            [limb] if *limb <= i64::MAX as u64 => {
                self.new_int(if negative { -(*limb as i64) } else { *limb as i64 })
            }
            limbs => self.int_of_class(types::INT.get(), negative, limbs),
        }
    }
    /// A heap int of `class` (always a heap object, also for small numbers).
    pub fn int_of_class(&self, class: Ref<PyType>, negative: bool, limbs: &[u64]) -> Res {
        if limbs.len() > i32::MAX as usize {
            return Err(memory_error(self));
        }
        let slack = if class.attrs_offset == types::ATTRS_AT_END { 16 } else { 0 };
        let n = self.alloc_unzeroed::<PyInt>(class, limbs.len() * 8 + slack)?;
        // SAFETY: fresh and unpublished, with room for the limbs.
        unsafe {
            let size = limbs.len() as i64;
            (*n.as_ptr()).size = if negative { -size } else { size };
            let to = n.as_ptr().add(1).cast::<u64>();
            core::ptr::copy_nonoverlapping(limbs.as_ptr(), to, limbs.len());
        }
        Ok(n.value())
    }
}

impl Value {
    /// Whether the value is an `int` (or `bool`, or an instance of a subclass).
    #[inline]
    pub fn is_int(self) -> bool {
        self.is_small() || self.as_bool().is_some() || self.downcast::<PyInt>().is_some()
    }
    /// The number of an `int`, `bool` or subclass, if it fits 64 bits. `None` also for non-ints.
    #[inline]
    pub fn as_i64(self) -> Option<i64> {
        if let Some(n) = self.as_small() {
            return Some(n);
        }
        match self.as_bool() {
            Some(b) => Some(b as i64),
            None => self.downcast::<PyInt>()?.to_i64(),
        }
    }
    /// The number of an `int`, `bool` or subclass as an owned big int. `None` for non-ints.
    pub fn to_big(self) -> Option<Int> {
        if let Some(n) = self.as_small() {
            return Some(Int::from(n));
        }
        match self.as_bool() {
            Some(b) => Some(Int::from(b as i64)),
            None => Some(self.downcast::<PyInt>()?.to_int()),
        }
    }
}
