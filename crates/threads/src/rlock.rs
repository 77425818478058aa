//! `_thread.RLock`: a lock that its owner may take again.

use crate::reentrant::Reentrant;
use crate::time::{Patience, patience};
use orochi_object::prelude::*;

/// A `_thread.RLock`.
#[repr(C)]
pub struct PyRLock {
    pub header: Header,
    lock: Reentrant,
}
orochi_object::trace!(PyRLock, crate::RLOCK, []);

/// The cell of `_thread.RLock`.
pub static CELL: TypeCell = TypeCell::new();

fn this<'a>(v: Value) -> &'a Reentrant {
    // SAFETY: receivers of these methods are RLocks, which their callers keep alive.
    let lock: Ref<PyRLock> = unsafe { v.cast() };
    // SAFETY: objects do not move; as above.
    unsafe { &(*lock.as_ptr()).lock }
}

#[cold]
fn not_owned<T>(cx: &Cx) -> Res<T> {
    raise!(cx, RUNTIME_ERROR, "cannot release un-acquired lock")
}

/// A new RLock.
pub fn new_rlock(cx: &Cx) -> Res {
    let lock: Ref<PyRLock> = cx.alloc_instance(CELL.get(), 0)?;
    Ok(lock.value())
}

/// Takes any arguments, as CPython's does.
fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    let lock: Ref<PyRLock> = cx.alloc_instance(class, 0)?;
    Ok(lock.value())
}

fn acquire(cx: &Cx, args: Args) -> Res {
    let patience = patience(cx, args.opt(1), args.opt(2))?;
    Ok(Value::bool(this(args.get(0)).acquire_within(cx, patience)?))
}

fn enter(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).acquire_within(cx, Patience::Forever)?))
}

fn release(cx: &Cx, args: Args) -> Res {
    if this(args.get(0)).release(cx) { Ok(Value::NONE) } else { not_owned(cx) }
}

fn locked(_: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).is_held()))
}

fn is_owned(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(this(args.get(0)).is_owned(cx)))
}

fn recursion_count(cx: &Cx, args: Args) -> Res {
    let lock = this(args.get(0));
    let count = if lock.is_owned(cx) { lock.count() } else { 0 };
    Ok(Value::int(count as i64))
}

fn release_save(cx: &Cx, args: Args) -> Res {
    let lock = this(args.get(0));
    if !lock.is_owned(cx) {
        return not_owned(cx);
    }
    let count = Value::int(lock.count() as i64);
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
    lock.acquire_times(cx, count as u32)?;
    Ok(Value::NONE)
}

fn at_fork_reinit(_: &Cx, args: Args) -> Res {
    this(args.get(0)).reset();
    Ok(Value::NONE)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let lock = this(v);
    let state = if lock.is_held() { "locked" } else { "unlocked" };
    let text = format!(
        "<{state} {} object owner={} count={} at {:#x}>",
        ops::full_name(cx, class_of(v)),
        lock.owner(),
        lock.count(),
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
        method("__exit__", "(self, /, *exc_info)", release).ignoring_rest(),
        method("_at_fork_reinit", "(self, /)", at_fork_reinit),
    ],
    doc: Some("A lock that the thread which holds it may take again."),
    ..TypeDef::DEFAULT
};

/// Takes an RLock for native code.
pub fn acquire_object(cx: &Cx, lock: Value) -> Res<()> {
    this(lock).acquire(cx)
}

/// Undoes one [`acquire_object`].
pub fn release_object(cx: &Cx, lock: Value) -> Res<()> {
    release(cx, Args::new(&[Some(lock)]))?;
    Ok(())
}

/// Whether the calling thread holds this RLock.
pub fn is_held(cx: &Cx, lock: Value) -> bool {
    this(lock).is_owned(cx)
}
