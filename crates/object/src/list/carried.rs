//! The items of a list at one moment, for whoever looks at them once: few lie on the native stack, where the collector finds
//! them; of more a tuple is made.

use super::PyList;
use crate::cx::Cx;
use crate::error::Res;
use crate::object::Ref;
use crate::value::Value;
use core::cell::Cell;
use core::mem::MaybeUninit;

/// So many items need no tuple.
const CARRIED: usize = 16;

impl Ref<PyList> {
    /// Calls `f` with the items of one moment.
    pub fn with_items<R>(self, cx: &Cx, f: impl FnOnce(&[Value]) -> Res<R>) -> Res<R> {
        let carried = [const { Cell::new(MaybeUninit::<Value>::uninit()) }; CARRIED];
        let few = self.read(cx, |items| {
            if items.len() > CARRIED {
                return Ok(None);
            }
            for (to, from) in carried.iter().zip(items) {
                to.set(MaybeUninit::new(from.or_none()));
            }
            Ok(Some(items.len()))
        })?;
        match few {
            // SAFETY: a cell is as its content; the first ones were set, and nobody writes to them any more.
            Some(n) => f(unsafe { core::slice::from_raw_parts(carried.as_ptr().cast(), n) }),
            None => f(self.snapshot(cx)?.values()),
        }
    }
}
