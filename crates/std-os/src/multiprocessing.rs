//! `_multiprocessing`: semaphores with names, which processes share, and `_posixshmem`: memory with a name.
//!
//! The semaphore itself is the C library's. Beside it each process counts how often it has acquired it and which thread
//! did so last; a thread that finds itself there with a count above zero owns the lock, and nobody else
//! writes the two then, so they need no lock of their own.

use crate::util::*;
use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, AtomicU64, AtomicUsize, Ordering};
use orochi_object::args::Signature;
use orochi_object::layout::{self, HeapLayout};
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The layout number of semaphores.
pub(crate) const LAYOUT_NUMBER: u16 = layout::STD_OS_BASE + 3;

const RECURSIVE_MUTEX: c_int = 0;
const SEMAPHORE: c_int = 1;
const SEM_VALUE_MAX: i64 = c_int::MAX as i64;
/// A longer wait than this is one without end.
const LONGEST: f64 = 1e9;

/// A `_multiprocessing.SemLock`.
#[repr(C)]
pub(crate) struct SemLock {
    header: Header,
    name: Slot,
    /// Address of the `sem_t`; never 0.
    handle: AtomicUsize,
    /// The thread that acquired it last.
    owner: AtomicU64,
    kind: AtomicI32,
    maxvalue: AtomicI32,
    /// Acquisitions less releases in this process.
    count: AtomicI32,
}
// SAFETY: repr(C) with a Header first; `trace` visits the only slot.
unsafe impl Object for SemLock {
    const LAYOUT: u16 = LAYOUT_NUMBER;
}

/// The heap layout of semaphores.
pub(crate) const LAYOUT: HeapLayout =
    HeapLayout { name: "SemLock", trace: Some(trace), trace_range: None, drop: Some(close_dead) };

/// # Safety
/// Called by the collector with a semaphore.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: only a subclass's words follow the struct.
    unsafe {
        layout::visit(&(*header.cast::<SemLock>()).name, tracer);
        layout::visit_rest(header, size_of::<SemLock>(), tracer);
    }
}

/// # Safety
/// Called by the collector with an unreachable semaphore.
unsafe fn close_dead(header: *mut Header) {
    // SAFETY: nobody else refers to the object; the C library counts how often a semaphore was opened.
    unsafe {
        let handle = (*header.cast::<SemLock>()).handle.load(Ordering::Relaxed);
        if handle != 0 {
            libc::sem_close(handle as *mut libc::sem_t);
        }
    }
}

static CELL: TypeCell = TypeCell::new();
static TYPE: TypeDef = TypeDef {
    name: "_multiprocessing.SemLock",
    cell: &CELL,
    layout: LAYOUT_NUMBER,
    size: size_of::<SemLock>(),
    flags: types::flag::BASETYPE,
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &[
        method("acquire", "(self, /, block=True, timeout=None)", |cx, args| {
            acquire(cx, of(args.get(0)), flag(cx, args.opt(1), true)?, args.non_none(2))
        }),
        method("release", "(self, /)", |cx, args| release(cx, of(args.get(0)))),
        method("__enter__", "(self, /)", |cx, args| acquire(cx, of(args.get(0)), true, None)),
        method("__exit__", "(self, exc_type=None, exc_value=None, exc_tb=None, /)", |cx, args| {
            release(cx, of(args.get(0)))
        }),
        method("_count", "(self, /)", |_, args| {
            Ok(Value::int(of(args.get(0)).count.load(Ordering::Acquire).into()))
        }),
        method("_is_mine", "(self, /)", |cx, args| Ok(Value::bool(of(args.get(0)).is_mine(cx)))),
        method("_get_value", "(self, /)", |cx, args| {
            Ok(Value::int(of(args.get(0)).value_of(cx)?.into()))
        }),
        method("_is_zero", "(self, /)", |cx, args| {
            Ok(Value::bool(of(args.get(0)).value_of(cx)? == 0))
        }),
        method("_after_fork", "(self, /)", |_, args| {
            of(args.get(0)).count.store(0, Ordering::Release);
            Ok(Value::NONE)
        }),
        class_method("_rebuild", "(cls, handle, kind, maxvalue, name, /)", rebuild),
    ],
    getset: &[
        getter("handle", |cx, v| cx.new_uint(of(v).handle.load(Ordering::Acquire) as u64)),
        getter("kind", |_, v| Ok(Value::int(of(v).kind.load(Ordering::Acquire).into()))),
        getter("maxvalue", |_, v| Ok(Value::int(of(v).maxvalue.load(Ordering::Acquire).into()))),
        getter("name", |_, v| Ok(of(v).name.or_none())),
    ],
    doc: Some("A semaphore or lock that processes share."),
    init: Some(|cx, t| {
        t.namespace().set_str(cx, name!(cx, "SEM_VALUE_MAX"), Value::int(SEM_VALUE_MAX))
    }),
    ..TypeDef::DEFAULT
};

/// The module `_multiprocessing`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_multiprocessing",
    functions: &[function("sem_unlink", "(name, /)", sem_unlink)],
    types: &[&TYPE],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// The module `_posixshmem`.
pub(crate) static SHARED_MEMORY: ModuleDef = ModuleDef {
    name: "_posixshmem",
    doc: Some("Shared memory with a name."),
    functions: &[
        function("shm_open", "(path, flags, mode=511)", shm_open),
        function("shm_unlink", "(path)", shm_unlink),
    ],
    ..ModuleDef::DEFAULT
};

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let flags = cx.new_dict()?;
    flags.set_str(cx, name!(cx, "HAVE_SEM_OPEN"), Value::int(1))?;
    flags.set_str(cx, name!(cx, "HAVE_SEM_TIMEDWAIT"), Value::int(1))?;
    module.namespace().set_str(cx, name!(cx, "flags"), flags.value())
}

fn of(v: Value) -> Ref<SemLock> {
    // SAFETY: receivers of this type.
    unsafe { v.cast() }
}

impl SemLock {
    fn semaphore(&self) -> *mut libc::sem_t {
        self.handle.load(Ordering::Acquire) as *mut libc::sem_t
    }

    fn is_mine(&self, cx: &Cx) -> bool {
        self.count.load(Ordering::SeqCst) > 0 && self.owner.load(Ordering::SeqCst) == cx.ident.get()
    }

    fn is_recursive(&self) -> bool {
        self.kind.load(Ordering::Relaxed) == RECURSIVE_MUTEX
    }

    fn acquired(&self, cx: &Cx) {
        // In this order: whoever sees the new count does not see an old owner.
        self.owner.store(cx.ident.get(), Ordering::SeqCst);
        self.count.fetch_add(1, Ordering::SeqCst);
    }

    fn value_of(&self, cx: &Cx) -> Res<c_int> {
        let mut value = 0;
        // SAFETY: an open semaphore, kept so by the receiver; a place for its value.
        check(cx, unsafe { libc::sem_getvalue(self.semaphore(), &mut value) })?;
        Ok(value.max(0))
    }
}

static SIGNATURE: LazyLock<Signature> =
    LazyLock::new(|| Signature::parse("(kind, value, maxvalue, name, unlink)"));

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    SIGNATURE.bind(cx, "SemLock", 0, args, &mut |args| {
        let kind = ops::to_i32(cx, args.get(0))?;
        let value = ops::to_i32(cx, args.get(1))?;
        let maxvalue = ops::to_i32(cx, args.get(2))?;
        if args.get(3).as_str().is_none() {
            return Err(wrong_type(cx, "SemLock() argument 'name' must be str", args.get(3)));
        }
        let name = c_text(cx, args.get(3), "SemLock", 4)?;
        let unlink = ops::truth(cx, args.get(4))?;
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return raise!(cx, VALUE_ERROR, "unrecognized kind");
        }
        let flags = libc::O_CREAT | libc::O_EXCL;
        let (mode, value): (libc::c_uint, libc::c_uint) = (0o600, value as libc::c_uint);
        // SAFETY: a C string; with O_CREAT a mode and a value follow.
        let semaphore = unsafe { libc::sem_open(name.as_ptr(), flags, mode, value) };
        // Without a name for others to open it by there is none to show.
        let shown = if unlink { Value::NONE } else { args.get(3) };
        let lock = opened(cx, class, semaphore, kind, maxvalue, shown)?;
        if unlink {
            // SAFETY: a C string.
            check(cx, unsafe { libc::sem_unlink(name.as_ptr()) })?;
        }
        Ok(lock)
    })
}

/// The object for a semaphore that was opened just now, or could not be.
fn opened(
    cx: &Cx,
    class: Ref<PyType>,
    semaphore: *mut libc::sem_t,
    kind: c_int,
    maxvalue: c_int,
    name: Value,
) -> Res {
    if semaphore == libc::SEM_FAILED {
        return Err(exception::last_os_error(cx, None));
    }
    let lock: Ref<SemLock> = match cx.alloc_instance(class, 0) {
        Ok(lock) => lock,
        Err(raised) => {
            // SAFETY: nobody uses it.
            unsafe { libc::sem_close(semaphore) };
            return Err(raised);
        }
    };
    lock.handle.store(semaphore as usize, Ordering::Release);
    lock.name.init(name);
    lock.kind.store(kind, Ordering::Relaxed);
    lock.maxvalue.store(maxvalue, Ordering::Relaxed);
    Ok(lock.value())
}

/// Opens a semaphore that another process has made. The name says which; the handle is an address over there.
fn rebuild(cx: &Cx, args: Args) -> Res {
    let class: Ref<PyType> = match args.get(0).downcast() {
        Some(class) => class,
        None => CELL.get(),
    };
    ops::index(cx, args.get(1))?;
    let (kind, maxvalue) = (ops::to_i32(cx, args.get(2))?, ops::to_i32(cx, args.get(3))?);
    if args.get(4).is_none() {
        return raise!(cx, VALUE_ERROR, "a semaphore without a name cannot be opened");
    }
    let name = c_text(cx, args.get(4), "_rebuild", 4)?;
    // SAFETY: a C string.
    let semaphore = unsafe { libc::sem_open(name.as_ptr(), 0) };
    opened(cx, class, semaphore, kind, maxvalue, args.get(4))
}

fn acquire(cx: &Cx, lock: Ref<SemLock>, block: bool, timeout: Option<Value>) -> Res {
    if lock.is_recursive() && lock.is_mine(cx) {
        lock.count.fetch_add(1, Ordering::SeqCst);
        return Ok(Value::TRUE);
    }
    let until = match timeout {
        Some(timeout) if block => deadline(cx, timeout)?,
        _ => None,
    };
    let semaphore = lock.semaphore();
    // SAFETY: an open semaphore, kept so by the receiver, which is on the stack.
    let mut outcome = try_sys(cx, || unsafe { libc::sem_trywait(semaphore) })?;
    if block && outcome == Err(libc::EAGAIN) {
        outcome = try_sys(cx, || {
            // SAFETY: as above.
            unsafe {
                match &until {
                    Some(until) => libc::sem_timedwait(semaphore, until),
                    None => libc::sem_wait(semaphore),
                }
            }
        })?;
    }
    match outcome {
        Ok(_) => {
            lock.acquired(cx);
            Ok(Value::TRUE)
        }
        Err(libc::EAGAIN | libc::ETIMEDOUT) => Ok(Value::FALSE),
        Err(code) => Err(exception::os_error(cx, code, None)),
    }
}

/// The moment at which waiting for so many seconds ends; `None` if never.
fn deadline(cx: &Cx, timeout: Value) -> Res<Option<libc::timespec>> {
    let seconds = ops::to_f64(cx, timeout)?;
    if seconds.is_nan() {
        return Err(exception::os_error(cx, libc::EINVAL, None));
    }
    if seconds > LONGEST {
        return Ok(None);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let end = now + Duration::from_secs_f64(seconds.max(0.0));
    Ok(Some(libc::timespec {
        tv_sec: end.as_secs() as libc::time_t,
        tv_nsec: end.subsec_nanos().into(),
    }))
}

fn release(cx: &Cx, lock: Ref<SemLock>) -> Res {
    if lock.is_recursive() {
        if !lock.is_mine(cx) {
            let message = "attempt to release recursive lock not owned by thread";
            return raise!(cx, ASSERTION_ERROR, "{message}");
        }
        if lock.count.load(Ordering::SeqCst) > 1 {
            lock.count.fetch_sub(1, Ordering::SeqCst);
            return Ok(Value::NONE);
        }
    } else if lock.value_of(cx)? >= lock.maxvalue.load(Ordering::Relaxed) {
        return raise!(cx, VALUE_ERROR, "semaphore or lock released too many times");
    }
    // Before the post: afterwards another thread may be the owner.
    lock.count.fetch_sub(1, Ordering::SeqCst);
    // SAFETY: an open semaphore, kept so by the receiver.
    if unsafe { libc::sem_post(lock.semaphore()) } == -1 {
        let raised = exception::last_os_error(cx, None);
        lock.count.fetch_add(1, Ordering::SeqCst);
        return Err(raised);
    }
    Ok(Value::NONE)
}

fn sem_unlink(cx: &Cx, args: Args) -> Res {
    let name = c_text_alone(cx, args.get(0), "sem_unlink")?;
    // SAFETY: a C string.
    check(cx, unsafe { libc::sem_unlink(name.as_ptr()) })?;
    Ok(Value::NONE)
}

/// The only parameter of `function`, a str, as a C string.
fn c_text_alone(cx: &Cx, v: Value, function: &str) -> Res<std::ffi::CString> {
    if v.as_str().is_none() {
        return Err(wrong_type(cx, &format!("{function}() argument must be str"), v));
    }
    c_text(cx, v, function, 1)
}

fn shm_open(cx: &Cx, args: Args) -> Res {
    let path = c_text(cx, args.get(0), "shm_open", 1)?;
    let flags = ops::to_i32(cx, args.get(1))? | libc::O_CLOEXEC;
    let mode = int_or(cx, args.opt(2), 0o777)? as libc::mode_t;
    // SAFETY: a C string.
    let fd = try_sys(cx, || unsafe { libc::shm_open(path.as_ptr(), flags, mode) })?
        .map_err(|code| exception::os_error(cx, code, Some(args.get(0))))?;
    Ok(Value::int(fd.into()))
}

fn shm_unlink(cx: &Cx, args: Args) -> Res {
    let path = c_text_alone(cx, args.get(0), "shm_unlink")?;
    // SAFETY: a C string.
    try_sys(cx, || unsafe { libc::shm_unlink(path.as_ptr()) })?
        .map_err(|code| exception::os_error(cx, code, Some(args.get(0))))?;
    Ok(Value::NONE)
}
