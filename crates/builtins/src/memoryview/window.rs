//! A window on memory: base address, item size, shape and strides.

use super::{PyMemoryView, READONLY, format};
use core::sync::atomic::Ordering;
use orochi_object::buffer::Buffer;
use orochi_object::prelude::*;

/// A strided window. The memory belongs to an exporter that the caller keeps alive.
#[derive(Clone, Debug)]
pub struct Window {
    pub data: *mut u8,
    pub itemsize: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<isize>,
    pub readonly: bool,
    /// The character of a native format; `None` for others.
    pub format: Option<u8>,
}

fn numbers(v: Option<Value>) -> Option<Vec<i64>> {
    let row = v?.downcast::<PyTuple>()?;
    Some(row.values().iter().map(|n| n.as_i64().unwrap_or(0)).collect())
}

/// The strides of a shape in C order.
pub(super) fn c_strides(shape: &[usize], itemsize: usize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = itemsize as isize;
    for (stride, n) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step *= (*n).max(1) as isize;
    }
    strides
}

impl Window {
    /// The window of an export.
    pub fn of_buffer(buffer: &Buffer) -> Window {
        let itemsize = buffer.itemsize.max(1);
        let shape = match numbers(buffer.shape) {
            Some(shape) => shape.into_iter().map(|n| n as usize).collect(),
            None => vec![buffer.len / itemsize],
        };
        let strides = match numbers(buffer.strides) {
            Some(strides) => strides.into_iter().map(|n| n as isize).collect(),
            None => c_strides(&shape, itemsize),
        };
        let format = format::of_value(buffer.format);
        Window { data: buffer.data, itemsize, shape, strides, readonly: buffer.readonly, format }
    }

    /// The window of a view.
    pub(super) fn of_view(view: &PyMemoryView) -> Window {
        let int = |n: &Value| n.as_i64().unwrap_or(0);
        Window {
            data: view.data.load(Ordering::Relaxed) as *mut u8,
            itemsize: view.itemsize(),
            shape: view.dims().iter().map(|n| int(n) as usize).collect(),
            strides: view.strides().iter().map(|n| int(n) as isize).collect(),
            readonly: view.has(READONLY),
            format: format::of_value(view.format.get()),
        }
    }

    /// Number of items.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }
    /// Number of bytes of the items.
    pub fn nbytes(&self) -> usize {
        self.count() * self.itemsize
    }
    /// Whether the items lie one after the other in C order.
    pub fn is_c_contiguous(&self) -> bool {
        self.count() == 0 || {
            let mut step = self.itemsize as isize;
            self.shape.iter().zip(&self.strides).rev().all(|(n, stride)| {
                let fits = *n == 1 || *stride == step;
                step *= *n as isize;
                fits
            })
        }
    }
    /// Whether the items lie one after the other in Fortran order.
    pub fn is_f_contiguous(&self) -> bool {
        self.count() == 0 || {
            let mut step = self.itemsize as isize;
            self.shape.iter().zip(&self.strides).all(|(n, stride)| {
                let fits = *n == 1 || *stride == step;
                step *= *n as isize;
                fits
            })
        }
    }

    /// Calls `f` with the address of each item in C order.
    pub fn each(&self, f: &mut dyn FnMut(*mut u8)) {
        self.walk(0, self.data, f);
    }
    fn walk(&self, dim: usize, at: *mut u8, f: &mut dyn FnMut(*mut u8)) {
        if dim == self.shape.len() {
            return f(at);
        }
        for i in 0..self.shape[dim] {
            self.walk(dim + 1, at.wrapping_offset(i as isize * self.strides[dim]), f);
        }
    }

    /// The bytes of the items in C order.
    pub fn to_vec(&self, cx: &Cx) -> Res<Vec<u8>> {
        let mut out = Vec::new();
        cx.make_room(&mut out, self.nbytes())?;
        if self.count() == 0 {
            return Ok(out);
        }
        if self.is_c_contiguous() {
            // SAFETY: the exporter keeps the whole window readable.
            out.extend_from_slice(unsafe { core::slice::from_raw_parts(self.data, self.nbytes()) });
            return Ok(out);
        }
        self.each(&mut |at| {
            // SAFETY: each item lies in the exporter's memory.
            out.extend_from_slice(unsafe { core::slice::from_raw_parts(at, self.itemsize) });
        });
        Ok(out)
    }

    /// The bytes of the items in Fortran order.
    pub fn to_vec_fortran(&self, cx: &Cx) -> Res<Vec<u8>> {
        let mut turned = self.clone();
        turned.shape.reverse();
        turned.strides.reverse();
        turned.to_vec(cx)
    }
}

/// The bytes of a buffer in C order.
pub fn contiguous(cx: &Cx, buffer: &Buffer) -> Res<Vec<u8>> {
    if buffer.shape.is_none() && buffer.strides.is_none() {
        return cx.copied(buffer.as_slice());
    }
    Window::of_buffer(buffer).to_vec(cx)
}
