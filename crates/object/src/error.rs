//! Raising: the error type of every fallible operation and the helpers that make exceptions.

use crate::cx::Cx;
use crate::exception::{self, PyException};
use crate::object::Ref;
use crate::types::TypeCell;
use crate::value::Value;

/// A raised exception on its way to a handler; holds the exception instance.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Raised(Value);

/// The result of anything that can raise.
pub type Res<T = Value> = Result<T, Raised>;

impl Raised {
    /// Wraps an exception instance.
    #[inline]
    pub fn new(exception: Ref<PyException>) -> Raised {
        Raised(exception.value())
    }
    /// The exception instance.
    #[inline]
    pub fn exception(self) -> Ref<PyException> {
        // SAFETY: only `new` makes a Raised, from an exception.
        unsafe { self.0.cast() }
    }
    #[inline]
    pub fn value(self) -> Value {
        self.0
    }
    /// Whether the exception is an instance of this class.
    pub fn is(self, class: &TypeCell) -> bool {
        self.exception().class().is_subtype(class.get())
    }
}

/// The preallocated MemoryError: raising it allocates nothing.
pub fn memory_error(cx: &Cx) -> Raised {
    Raised::new(exception::memory_error_instance(cx))
}

/// Allocations up to this size are not asked for first: the allocator has a reserve for them.
const SMALL: usize = 512 << 10;

impl Cx {
    /// What was built, or MemoryError where a buffer could not grow.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn built<T>(&self, made: Result<T, std::collections::TryReserveError>) -> Res<T> {
        made.map_err(|_| memory_error(self))
    }

    /// MemoryError if the system would not give `bytes` now. For buffers outside the heap whose size a
    /// program chooses and that are then allocated by code which cannot report a failure.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn expect_memory(&self, bytes: usize) -> Res<()> {
        if bytes <= SMALL || orochi_base::pages::available(bytes) {
            return Ok(());
        }
        Err(memory_error(self))
    }

    /// A copy of data whose size a program chooses.
    ///
    /// # Errors
    /// MemoryError.
    pub fn copied<T: Copy>(&self, data: &[T]) -> Res<Vec<T>> {
        let mut copy = Vec::new();
        self.make_room(&mut copy, data.len())?;
        copy.extend_from_slice(data);
        Ok(copy)
    }

    /// `n` zeros, untouched memory where there are many.
    ///
    /// # Errors
    /// MemoryError.
    pub fn zeroed(&self, n: usize) -> Res<Vec<u8>> {
        let layout = core::alloc::Layout::array::<u8>(n).map_err(|_| memory_error(self))?;
        if n == 0 {
            return Ok(Vec::new());
        }
        // SAFETY: the layout is not empty.
        let memory = unsafe { std::alloc::alloc_zeroed(layout) };
        if memory.is_null() {
            return Err(memory_error(self));
        }
        // SAFETY: memory of this layout from the global allocator, all of it written.
        Ok(unsafe { Vec::from_raw_parts(memory, n, n) })
    }

    /// Room for exactly `more` items in a buffer whose size a program chooses.
    ///
    /// # Errors
    /// MemoryError.
    pub fn make_room<T>(&self, buffer: &mut Vec<T>, more: usize) -> Res<()> {
        self.built(buffer.try_reserve_exact(more))
    }

    /// An exception of `class` whose only argument is `message`.
    #[cold]
    pub fn error(&self, class: &TypeCell, message: &str) -> Raised {
        match self.new_str(message) {
            Ok(text) => self.error_args(class.get(), &[text.value()]),
            Err(raised) => raised,
        }
    }

    /// An exception of the builtin `class` with `args`, made without calling Python code.
    #[cold]
    pub fn error_args(&self, class: Ref<crate::types::PyType>, args: &[Value]) -> Raised {
        match exception::new_exception(self, class, args) {
            Ok(exception) => Raised::new(exception),
            Err(raised) => raised,
        }
    }
}

/// `raise!(cx, TYPE_ERROR, "format {}", x)`: an `Err` with that message.
#[macro_export]
macro_rules! raise {
    ($cx:expr, $class:ident, $($message:tt)+) => {
        Err($cx.error(&$crate::exception::$class, &format!($($message)+)))
    };
}
