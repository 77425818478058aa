//! What all file objects share: the lock, errors, argument helpers.

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use orochi_base::sync::RawLock;
use orochi_object::collector::Root;
use orochi_object::prelude::*;

/// Counts forks: locks taken before the last one by threads that are gone are free in the child.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// To be called in the child of a `fork`.
pub fn after_fork_in_child() {
    FORKS.fetch_add(1, Ordering::AcqRel);
}

/// The lock of a file object. Held while its raw file is read or written, also by Python code, so
/// waiting for it is detached, and taking it twice raises.
pub struct IoLock {
    raw: RawLock,
    owner: AtomicU64,
    forks: AtomicU32,
}

/// Releases the lock on drop.
pub struct IoGuard<'a>(&'a IoLock);

impl Drop for IoGuard<'_> {
    fn drop(&mut self) {
        self.0.owner.store(0, Ordering::Release);
        self.0.raw.unlock();
    }
}

/// A number of the calling thread, never 0.
fn thread_number(cx: &Cx) -> u64 {
    (core::ptr::from_ref(cx) as u64).max(1)
}

impl IoLock {
    /// A free lock.
    pub const fn new() -> Self {
        IoLock { raw: RawLock::new(), owner: AtomicU64::new(0), forks: AtomicU32::new(0) }
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// RuntimeError if this thread holds it already (a signal handler or a raw file that calls back).
    #[inline]
    pub fn acquire(&self, cx: &Cx, object: Value) -> Res<IoGuard<'_>> {
        match self.enter(cx) {
            Some(guard) => Ok(guard),
            None => {
                let repr = ops::repr(cx, object)?.to_string_lossy();
                raise!(cx, RUNTIME_ERROR, "reentrant call inside {repr}")
            }
        }
    }

    /// Takes the lock, unless this thread holds it already.
    #[inline]
    pub fn enter(&self, cx: &Cx) -> Option<IoGuard<'_>> {
        self.try_acquire(cx).or_else(|| self.enter_slow(cx))
    }

    #[cold]
    fn enter_slow(&self, cx: &Cx) -> Option<IoGuard<'_>> {
        if self.owner.load(Ordering::Acquire) == thread_number(cx) {
            return None;
        }
        let forks = FORKS.load(Ordering::Acquire);
        if self.forks.load(Ordering::Acquire) != forks && self.owner.load(Ordering::Acquire) != 0 {
            self.raw.reset();
        }
        cx.detached(|| self.raw.lock());
        self.owner.store(thread_number(cx), Ordering::Release);
        self.forks.store(forks, Ordering::Relaxed);
        Some(IoGuard(self))
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_acquire(&self, cx: &Cx) -> Option<IoGuard<'_>> {
        if !self.raw.try_lock() {
            return None;
        }
        self.owner.store(thread_number(cx), Ordering::Release);
        self.forks.store(FORKS.load(Ordering::Relaxed), Ordering::Relaxed);
        Some(IoGuard(self))
    }
}

/// The class `UnsupportedOperation`; made with the module.
pub static UNSUPPORTED: Root = Root::new();

/// Raises `io.UnsupportedOperation`.
pub fn unsupported<T>(cx: &Cx, message: &str) -> Res<T> {
    let Some(class) = UNSUPPORTED.get() else { return raise!(cx, OS_ERROR, "{message}") };
    let message = cx.new_str(message)?.value();
    let instance = ops::call(cx, class, &[message])?;
    match instance.downcast() {
        Some(e) => Err(Raised::new(e)),
        None => raise!(cx, OS_ERROR, "unsupported operation"),
    }
}

/// The last error number of the C library.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

pub use orochi_object::exception::os_error;

/// A `BlockingIOError` that says how much was written.
pub fn blocking_error(cx: &Cx, message: &str, written: usize) -> Raised {
    let make = || -> Res<Raised> {
        let text = cx.new_str(message)?.value();
        let number = Value::int(i64::from(libc::EAGAIN));
        let class = exception::BLOCKING_IO_ERROR.get();
        Ok(cx.error_args(class, &[number, text, Value::int(written as i64)]))
    };
    make().unwrap_or_else(|raised| raised)
}

/// Runs a system call detached, again when a signal interrupts it (after its handlers ran).
///
/// # Errors
/// The error number of the call, or what a signal handler raised.
pub fn retry(cx: &Cx, mut call: impl FnMut() -> isize) -> Res<Result<isize, i32>> {
    loop {
        let (result, error) = cx.detached(|| {
            let result = call();
            (result, if result < 0 { errno() } else { 0 })
        });
        if result >= 0 {
            return Ok(Ok(result));
        }
        if error != libc::EINTR {
            return Ok(Err(error));
        }
        cx.check_signals()?;
    }
}

/// An optional size argument: `None` and omission are -1.
pub fn size_argument(cx: &Cx, v: Option<Value>) -> Res<isize> {
    match v.and_then(Value::non_none) {
        None => Ok(-1),
        Some(v) if v.is_int() || class_of(v).slots.index().is_some() => {
            ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)
        }
        Some(v) => raise!(
            cx,
            TYPE_ERROR,
            "argument should be integer or None, not '{}'",
            class_of(v).display_name()
        ),
    }
}

/// An offset argument.
pub fn offset(cx: &Cx, v: Value) -> Res<i64> {
    if v.as_float().is_some() {
        return raise!(cx, TYPE_ERROR, "'float' object cannot be interpreted as an integer");
    }
    ops::to_i64(cx, v)
}

/// The truth of `object.closed`.
pub fn is_closed(cx: &Cx, object: Value) -> Res<bool> {
    let closed = ops::getattr(cx, object, name!(cx, "closed"))?;
    ops::truth(cx, closed)
}

/// Raises ValueError if the object is closed.
pub fn check_closed(cx: &Cx, object: Value) -> Res<()> {
    if is_closed(cx, object)? { closed_error(cx) } else { Ok(()) }
}

/// ValueError "I/O operation on closed file."
pub fn closed_error<T>(cx: &Cx) -> Res<T> {
    raise!(cx, VALUE_ERROR, "I/O operation on closed file.")
}

/// ValueError for a `bytes` method's result that is none.
pub fn expect_bytes(cx: &Cx, v: Value, what: &str) -> Res<Ref<PyBytes>> {
    match v.downcast::<PyBytes>() {
        Some(b) => Ok(b),
        None => raise!(
            cx,
            TYPE_ERROR,
            "{what} should have returned bytes, not '{}'",
            class_of(v).display_name()
        ),
    }
}

/// `getattr(v, name, None)` for a `repr`: nothing also where the getter raises.
pub fn shown_attr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<Option<Value>> {
    match ops::getattr(cx, v, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised)
            if raised.is(&exception::ATTRIBUTE_ERROR) || raised.is(&exception::VALUE_ERROR) =>
        {
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}
