//! `_thread.RLock`: a lock that its owner may take again.
//!
//! `owner` is written only by the thread that holds the word; a thread that reads its own ident
//! there holds the lock. `count` is the owner's.

use crate::lock::{free, take};
use crate::time::{Patience, patience};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use orochi_object::prelude::*;

/// A `_thread.RLock`.
#[repr(C)]
pub struct PyRLock {
    pub header: Header,
    word: AtomicU32,
    count: AtomicU32,
    owner: AtomicU64,
}
orochi_object::trace!(PyRLock, crate::RLOCK, []);

/// The cell of `_thread.RLock`.
pub static CELL: TypeCell = TypeCell::new();

fn this(v: Value) -> Ref<PyRLock> {
    // SAFETY: receivers of these methods are RLocks.
    unsafe { v.cast() }
}

impl PyRLock {
    fn owned(&self, cx: &Cx) -> bool {
        self.owner.load(Ordering::Relaxed) == cx.ident.get()
    }
    fn lock(&self, cx: &Cx, patience: Patience) -> Res<bool> {
        if self.owned(cx) {
            let count = self.count.load(Ordering::Relaxed);
            if count == u32::MAX {
                return raise!(cx, OVERFLOW_ERROR, "Internal lock count overflowed");
            }
            self.count.store(count + 1, Ordering::Relaxed);
            return Ok(true);
        }
        let taken = take(cx, &self.word, patience)?;
        if taken {
            self.own(cx, 1);
        }
        Ok(taken)
    }
    fn own(&self, cx: &Cx, count: u32) {
        self.owner.store(cx.ident.get(), Ordering::Relaxed);
        self.count.store(count, Ordering::Relaxed);
    }
    fn disown(&self) {
        self.count.store(0, Ordering::Relaxed);
        self.owner.store(0, Ordering::Relaxed);
        free(&self.word);
    }
    fn must_own(&self, cx: &Cx) -> Res<()> {
        if self.owned(cx) {
            return Ok(());
        }
        raise!(cx, RUNTIME_ERROR, "cannot release un-acquired lock")
    }
}

/// A new RLock.
pub fn new_rlock(cx: &Cx) -> Res {
    let lock: Ref<PyRLock> = cx.alloc_instance(CELL.get(), 0)?;
    Ok(lock.value())
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if class == CELL.get() {
        args.exactly(cx, "RLock", 0, 0)?;
    }
    let lock: Ref<PyRLock> = cx.alloc_instance(class, 0)?;
    Ok(lock.value())
}

fn acquire(cx: &Cx, args: Args) -> Res {
    let patience = patience(cx, args.opt(1), args.opt(2))?;
    Ok(Value::bool(this(args.get(0)).lock(cx, patience)?))
}

fn enter(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).lock(cx, Patience::Forever)?))
}

fn release(cx: &Cx, args: Args) -> Res {
    let lock = this(args.get(0));
    lock.must_own(cx)?;
    match lock.count.load(Ordering::Relaxed) {
        0 | 1 => lock.disown(),
        n => lock.count.store(n - 1, Ordering::Relaxed),
    }
    Ok(Value::NONE)
}

fn locked(_: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).word.load(Ordering::Acquire) != 0))
}

fn is_owned(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).owned(cx)))
}

fn recursion_count(cx: &Cx, args: Args) -> Res {
    let lock = this(args.get(0));
    let count = if lock.owned(cx) { lock.count.load(Ordering::Relaxed) } else { 0 };
    Ok(Value::int(count as i64))
}

fn release_save(cx: &Cx, args: Args) -> Res {
    let lock = this(args.get(0));
    lock.must_own(cx)?;
    let count = Value::int(lock.count.load(Ordering::Relaxed) as i64);
    let state = cx.new_tuple(&[count, cx.new_uint(cx.ident.get())?])?;
    lock.disown();
    Ok(state.value())
}

fn acquire_restore(cx: &Cx, args: Args) -> Res {
    let lock = this(args.get(0));
    let state = args.get(1).downcast::<PyTuple>();
    let Some([count, _owner]) = state.map(|state| state.values()) else {
        return raise!(cx, TYPE_ERROR, "_acquire_restore() argument 1 must be tuple");
    };
    let count = ops::to_i64(cx, *count)?;
    take(cx, &lock.word, Patience::Forever)?;
    lock.own(cx, count as u32);
    Ok(Value::NONE)
}

fn at_fork_reinit(_: &Cx, args: Args) -> Res {
    let lock = this(args.get(0));
    lock.count.store(0, Ordering::Relaxed);
    lock.owner.store(0, Ordering::Relaxed);
    lock.word.store(0, Ordering::Release);
    Ok(Value::NONE)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let lock = this(v);
    let state = if lock.word.load(Ordering::Acquire) != 0 { "locked" } else { "unlocked" };
    let text = format!(
        "<{state} {} object owner={} count={} at {:#x}>",
        ops::full_name(cx, class_of(v)),
        lock.owner.load(Ordering::Relaxed),
        lock.count.load(Ordering::Relaxed),
        v.word()
    );
    Ok(cx.new_str(&text)?.value())
}

/// The type `_thread.RLock`.
pub static TYPE: TypeDef = TypeDef {
    name: "_thread.RLock",
    cell: &CELL,
    layout: crate::RLOCK,
    size: size_of::<PyRLock>(),
    flags: flag::WEAKREF | flag::BASETYPE,
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::NONE },
    methods: &[
        method("acquire", "(self, /, blocking=True, timeout=-1)", acquire),
        method("release", "(self, /)", release),
        method("locked", "(self, /)", locked),
        method("_is_owned", "(self, /)", is_owned),
        method("_recursion_count", "(self, /)", recursion_count),
        method("_release_save", "(self, /)", release_save),
        method("_acquire_restore", "(self, state, /)", acquire_restore),
        method("__enter__", "(self, /)", enter),
        method("__exit__", "(self, /, *exc_info)", release),
        method("_at_fork_reinit", "(self, /)", at_fork_reinit),
    ],
    doc: Some("A lock that the thread which holds it may take again."),
    ..TypeDef::DEFAULT
};

/// Takes an RLock for native code.
pub fn acquire_object(cx: &Cx, lock: Value) -> Res<()> {
    this(lock).lock(cx, Patience::Forever)?;
    Ok(())
}

/// Undoes one [`acquire_object`].
pub fn release_object(cx: &Cx, lock: Value) -> Res<()> {
    release(cx, Args::new(&[Some(lock)]))?;
    Ok(())
}

/// Whether the calling thread holds this RLock.
pub fn is_held(cx: &Cx, lock: Value) -> bool {
    this(lock).owned(cx)
}
