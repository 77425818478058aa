//! `_thread.lock`: a futex mutex that any thread may release.
//!
//! The word is 0 (free), 1 (held) or 2 (held, and somebody may sleep).

use crate::time::{Patience, patience};
use crate::wait;
use core::sync::atomic::{AtomicU32, Ordering};
use orochi_base::sync::{Futex, contention};
use orochi_object::prelude::*;

/// Rounds of the first wait; a round is one pause instruction, so the whole is about a microsecond.
const SPINS: u32 = 40;

/// A `_thread.lock`.
#[repr(C)]
pub struct PyLock {
    pub header: Header,
    word: AtomicU32,
}
orochi_object::trace!(PyLock, crate::LOCK, []);

/// The cell of `_thread.lock`.
pub static CELL: TypeCell = TypeCell::new();

/// Takes the lock word if it is free.
#[inline(always)]
pub(crate) fn try_take(word: &AtomicU32) -> bool {
    word.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
}

/// Takes the lock word, waiting as long as `patience` says.
#[inline]
pub(crate) fn take(cx: &Cx, word: &AtomicU32, patience: Patience) -> Res<bool> {
    if try_take(word) {
        return Ok(true);
    }
    take_slow(cx, word, patience)
}

#[cold]
fn take_slow(cx: &Cx, word: &AtomicU32, patience: Patience) -> Res<bool> {
    let deadline = match patience {
        Patience::None => return Ok(false),
        Patience::Until(deadline) => Some(deadline),
        Patience::Forever => None,
    };
    if contention::met() && deadline.is_none() {
        cx.detached(contention::step_back);
    }
    for _ in 0..SPINS {
        core::hint::spin_loop();
        // Looks before it writes, so that waiters do not take the cache line from the holder.
        if word.load(Ordering::Relaxed) == 0 && try_take(word) {
            return Ok(true);
        }
    }
    // Who comes to sleep marks the word, and takes it marked: there may be others.
    wait::wait_until(cx, word, deadline, &|| match word.swap(2, Ordering::Acquire) {
        0 => Ok(()),
        _ => Err(2),
    })
}

/// Frees the lock word; false if it was free.
#[inline]
pub(crate) fn free(word: &AtomicU32) -> bool {
    match word.swap(0, Ordering::Release) {
        0 => false,
        2 => {
            Futex::wake(word, 1);
            true
        }
        _ => true,
    }
}

fn this(v: Value) -> Ref<PyLock> {
    // SAFETY: receivers of these methods are locks.
    unsafe { v.cast() }
}

/// A new lock.
pub fn new_lock(cx: &Cx) -> Res {
    let lock: Ref<PyLock> = cx.alloc_instance(CELL.get(), 0)?;
    Ok(lock.value())
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    args.exactly(cx, "lock", 0, 0)?;
    let lock: Ref<PyLock> = cx.alloc_instance(class, 0)?;
    Ok(lock.value())
}

fn acquire(cx: &Cx, args: Args) -> Res {
    let lock = this(args.get(0));
    if args.opt(1).is_none() && args.opt(2).is_none() && try_take(&lock.word) {
        return Ok(Value::TRUE);
    }
    let patience = patience(cx, args.opt(1), args.opt(2))?;
    Ok(Value::bool(take(cx, &lock.word, patience)?))
}

fn enter(cx: &Cx, args: Args) -> Res {
    take(cx, &this(args.get(0)).word, Patience::Forever)?;
    Ok(Value::TRUE)
}

fn release(cx: &Cx, args: Args) -> Res {
    if free(&this(args.get(0)).word) {
        return Ok(Value::NONE);
    }
    raise!(cx, RUNTIME_ERROR, "release unlocked lock")
}

fn locked(_: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).word.load(Ordering::Acquire) != 0))
}

fn at_fork_reinit(_: &Cx, args: Args) -> Res {
    this(args.get(0)).word.store(0, Ordering::Release);
    Ok(Value::NONE)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let state = if this(v).word.load(Ordering::Acquire) != 0 { "locked" } else { "unlocked" };
    let class = ops::full_name(cx, class_of(v));
    Ok(cx.new_str(&format!("<{state} {class} object at {:#x}>", v.word()))?.value())
}

/// The type `_thread.lock`.
pub static TYPE: TypeDef = TypeDef {
    name: "_thread.lock",
    cell: &CELL,
    layout: crate::LOCK,
    size: size_of::<PyLock>(),
    flags: flag::WEAKREF,
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::NONE },
    methods: &[
        method("acquire", "(self, /, blocking=True, timeout=-1)", acquire),
        method("acquire_lock", "(self, /, blocking=True, timeout=-1)", acquire),
        method("release", "(self, /)", release),
        method("release_lock", "(self, /)", release),
        method("locked", "(self, /)", locked),
        method("locked_lock", "(self, /)", locked),
        method("__enter__", "(self, /)", enter),
        method("__exit__", "(self, /, *exc_info)", release).ignoring_rest(),
        method("_at_fork_reinit", "(self, /)", at_fork_reinit),
    ],
    doc: Some("A lock: acquire() takes it, release() frees it, whichever thread calls."),
    ..TypeDef::DEFAULT
};
