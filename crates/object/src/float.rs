//! Boxed floats (exponents outside the inline range, NaN, subclasses) and complex numbers.

use crate::cx::Cx;
use crate::error::Res;
use crate::layout;
use crate::object::Ref;
use crate::types::{self, PyType};
use crate::value::Value;
use orochi_heap::Header;

/// A boxed `float`; immutable.
#[repr(C)]
pub struct PyFloat {
    pub header: Header,
    value: f64,
}
crate::trace!(PyFloat, layout::FLOAT, []);

/// A `complex`; immutable.
#[repr(C)]
pub struct PyComplex {
    pub header: Header,
    pub re: f64,
    pub im: f64,
}
crate::trace!(PyComplex, layout::COMPLEX, []);

impl Cx {
    /// The float `f`, inline where its exponent allows.
    #[inline]
    pub fn new_float(&self, f: f64) -> Res {
        match Value::inline_float(f) {
            Some(value) => Ok(value),
            None => self.float_of_class(types::FLOAT.get(), f),
        }
    }
    /// A boxed float of `class`.
    pub fn float_of_class(&self, class: Ref<PyType>, f: f64) -> Res {
        let object = self.alloc_instance::<PyFloat>(class, 0)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*object.as_ptr()).value = f };
        Ok(object.value())
    }
    /// A complex number of class `class`.
    pub fn complex_of_class(&self, class: Ref<PyType>, re: f64, im: f64) -> Res {
        let object = self.alloc_instance::<PyComplex>(class, 0)?;
        // SAFETY: fresh and unpublished.
        unsafe {
            (*object.as_ptr()).re = re;
            (*object.as_ptr()).im = im;
        }
        Ok(object.value())
    }
    pub fn new_complex(&self, re: f64, im: f64) -> Res {
        self.complex_of_class(types::COMPLEX.get(), re, im)
    }
}

impl Value {
    /// The number of a `float` or subclass instance (not of an int).
    #[inline]
    pub fn as_float(self) -> Option<f64> {
        match self.as_inline_float() {
            Some(f) => Some(f),
            None => Some(self.downcast::<PyFloat>()?.value),
        }
    }
    #[inline]
    pub fn is_float(self) -> bool {
        self.is_inline_float() || self.downcast::<PyFloat>().is_some()
    }
    pub fn as_complex(self) -> Option<(f64, f64)> {
        let z = self.downcast::<PyComplex>()?;
        Some((z.re, z.im))
    }
}
