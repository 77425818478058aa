//! `cell` objects: the variables closures share. One slot; plain atomic loads and stores.

use crate::cx::Cx;
use crate::error::Res;
use crate::layout;
use crate::object::Ref;
use crate::slot::Slot;
use crate::types;
use crate::value::Value;
use orochi_heap::Header;

/// A variable shared between a function and the functions nested in it.
#[repr(C)]
pub struct PyCell {
    pub header: Header,
    pub content: Slot,
}
crate::trace!(PyCell, layout::CELL, [content]);

impl Cx {
    /// A new cell with this content (UNSET for an unbound variable).
    #[inline]
    pub fn new_cell(&self, content: Option<Value>) -> Res<Ref<PyCell>> {
        let cell: Ref<PyCell> = self.alloc_instance(types::CELL.get(), 0)?;
        cell.content.init_opt(content);
        Ok(cell)
    }
}
