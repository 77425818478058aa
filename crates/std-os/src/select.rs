//! `select`: waiting for descriptors by `select`, `poll` and `epoll`.

use crate::consts;
use crate::util::*;
use core::sync::atomic::{AtomicI32, Ordering};
use libc::c_int;
use orochi_object::layout::{self, HeapLayout};
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use std::time::Instant;

/// The module `select`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "select",
    functions: &[
        function("select", "(rlist, wlist, xlist, timeout=None, /)", select),
        function("poll", "()", new_poll),
    ],
    constants: consts::select::CONSTANTS,
    types: &[&POLL_TYPE, &EPOLL_TYPE],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    dict.set_str(cx, name!(cx, "error"), exception::OS_ERROR.get().value())?;
    // The type has the name of the function that makes it.
    let native = cx.new_native(&MODULE.functions[1], None)?;
    native.module.init(name!(cx, "select").value());
    dict.set_str(cx, name!(cx, "poll"), native.value())
}

/// Waits for descriptors; signals' handlers run meanwhile.
pub(crate) fn wait(cx: &Cx, fds: &mut [libc::pollfd], deadline: Option<Instant>) -> Res<usize> {
    let (p, n) = (fds.as_mut_ptr(), fds.len() as libc::nfds_t);
    loop {
        let timeout = match deadline {
            None => -1,
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as c_int
            }
        };
        // SAFETY: `p` points to `n` records that outlive the call.
        let (result, code) = cx.detached(|| (unsafe { libc::poll(p, n, timeout) }, errno()));
        if result >= 0 {
            return Ok(result as usize);
        }
        if code != libc::EINTR {
            return Err(exception::os_error(cx, code, None));
        }
        cx.check_signals()?;
    }
}

/// A deadline from a timeout in seconds; `None` and negative numbers wait for ever.
fn deadline(cx: &Cx, v: Option<Value>) -> Res<Option<Instant>> {
    match v.and_then(Value::non_none) {
        None => Ok(None),
        Some(v) => Ok(timeout(cx, v)?.and_then(|span| Instant::now().checked_add(span))),
    }
}

/// Descriptors of one list, and the objects they came from.
fn watch(cx: &Cx, v: Value, events: i16, fds: &mut Vec<libc::pollfd>) -> Res<Ref<PyTuple>> {
    if class_of(v).slots.iter().is_none() && class_of(v).slots.getitem().is_none() {
        return raise!(cx, TYPE_ERROR, "arguments 1-3 must be sequences");
    }
    // A `fileno` method may change the sequence, so each item is fetched when its turn comes.
    let all = match v.downcast::<PyList>() {
        Some(list) => list,
        None => ops::to_list(cx, v)?,
    };
    let items = cx.new_list(&[])?;
    let mut at = 0;
    while let Some(item) = all.get(at) {
        at += 1;
        let fd = fileno(cx, item)?;
        if fd >= libc::FD_SETSIZE as c_int {
            return raise!(cx, VALUE_ERROR, "filedescriptor out of range in select()");
        }
        items.push(cx, item)?;
        fds.push(libc::pollfd { fd, events, revents: 0 });
    }
    let items = items.snapshot(cx)?;
    Ok(items)
}

fn select(cx: &Cx, args: Args) -> Res {
    let until = match args.non_none(3) {
        None => None,
        Some(v) => {
            if v.as_float().is_none() && class_of(v).slots.index().is_none() && !v.is_int() {
                return raise!(cx, TYPE_ERROR, "timeout must be a float or None");
            }
            deadline(cx, Some(v))?
        }
    };
    let mut fds = Vec::new();
    let kinds = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
    let reads = watch(cx, args.get(0), kinds[0], &mut fds)?;
    let writes = watch(cx, args.get(1), kinds[1], &mut fds)?;
    let others = watch(cx, args.get(2), kinds[2], &mut fds)?;
    wait(cx, &mut fds, until)?;
    if fds.iter().any(|fd| fd.revents & libc::POLLNVAL != 0) {
        return Err(exception::os_error(cx, libc::EBADF, None));
    }
    let also = [libc::POLLHUP | libc::POLLERR, libc::POLLERR, 0];
    let mut at = 0;
    let mut results = [Value::NONE; 3];
    for (i, items) in [reads, writes, others].into_iter().enumerate() {
        let ready = cx.new_list(&[])?;
        for item in items.values() {
            if fds[at].revents & (kinds[i] | also[i]) != 0 {
                ready.push(cx, *item)?;
            }
            at += 1;
        }
        results[i] = ready.value();
    }
    Ok(cx.new_tuple(&results)?.value())
}

/// A `select.poll` object: a dict of descriptors and event masks.
#[repr(C)]
struct Poll {
    header: Header,
    watched: Slot,
}
// SAFETY: repr(C) with a Header first; every word after it is a slot.
unsafe impl Object for Poll {
    const LAYOUT: u16 = layout::WORDS;
}

static POLL: TypeCell = TypeCell::new();
static POLL_TYPE: TypeDef = TypeDef {
    name: "select.poll",
    cell: &POLL,
    layout: layout::WORDS,
    size: size_of::<Poll>(),
    methods: &[
        method("register", "(self, fd, eventmask=POLLIN | POLLPRI | POLLOUT, /)", poll_register),
        method("modify", "(self, fd, eventmask, /)", poll_modify),
        method("unregister", "(self, fd, /)", poll_unregister),
        method("poll", "(self, timeout=None, /)", poll_poll),
    ],
    ..TypeDef::DEFAULT
};

fn new_poll(cx: &Cx, _: Args) -> Res {
    let poll: Ref<Poll> = cx.alloc_instance(POLL.get(), 0)?;
    poll.watched.init(cx.new_dict()?.value());
    Ok(poll.value())
}

fn watched(v: Value) -> Ref<PyDict> {
    // SAFETY: receivers of the poll type, whose slot holds a dict.
    unsafe { v.cast::<Poll>().watched.or_none().cast() }
}

fn mask(cx: &Cx, v: Option<Value>, default: i64) -> Res<i64> {
    let Some(v) = v else { return Ok(default) };
    match ops::to_i64(cx, v)? {
        n if (0..=u16::MAX as i64).contains(&n) => Ok(n),
        n if n < 0 => raise!(cx, VALUE_ERROR, "value must be positive"),
        _ => raise!(cx, OVERFLOW_ERROR, "Python int too large for C unsigned short"),
    }
}

fn poll_register(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(1))?;
    let all = (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as i64;
    let events = mask(cx, args.opt(2), all)?;
    watched(args.get(0)).set(cx, Value::int(fd as i64), Value::int(events))?;
    Ok(Value::NONE)
}

fn poll_modify(cx: &Cx, args: Args) -> Res {
    let fd = Value::int(fileno(cx, args.get(1))? as i64);
    let events = mask(cx, args.opt(2), 0)?;
    let dict = watched(args.get(0));
    if dict.get(cx, fd)?.is_none() {
        return Err(exception::os_error(cx, libc::ENOENT, None));
    }
    dict.set(cx, fd, Value::int(events))?;
    Ok(Value::NONE)
}

fn poll_unregister(cx: &Cx, args: Args) -> Res {
    let fd = Value::int(fileno(cx, args.get(1))? as i64);
    match watched(args.get(0)).remove(cx, fd)? {
        Some(_) => Ok(Value::NONE),
        None => Err(cx.error_args(exception::KEY_ERROR.get(), &[fd])),
    }
}

fn poll_poll(cx: &Cx, args: Args) -> Res {
    let until = match args.non_none(1) {
        None => None,
        Some(v) => {
            if v.as_float().is_none() && class_of(v).slots.index().is_none() && !v.is_int() {
                return raise!(cx, TYPE_ERROR, "timeout must be an integer or None");
            }
            let ms = ops::to_f64(cx, v)?;
            if ms > i32::MAX as f64 {
                return raise!(cx, OVERFLOW_ERROR, "timeout is too large");
            }
            let span = std::time::Duration::from_nanos((ms.max(0.0) * 1e6) as u64);
            if ms < 0.0 { None } else { Instant::now().checked_add(span) }
        }
    };
    let pairs = watched(args.get(0)).snapshot(cx)?;
    let mut fds: Vec<libc::pollfd> = pairs
        .values()
        .chunks_exact(2)
        .map(|pair| libc::pollfd {
            fd: pair[0].as_small().unwrap_or(-1) as c_int,
            events: pair[1].as_small().unwrap_or(0) as i16,
            revents: 0,
        })
        .collect();
    wait(cx, &mut fds, until)?;
    let list = cx.new_list(&[])?;
    for fd in fds.iter().filter(|fd| fd.revents != 0) {
        let pair = [Value::int(fd.fd as i64), Value::int(fd.revents as u16 as i64)];
        list.push(cx, cx.new_tuple(&pair)?.value())?;
    }
    Ok(list.value())
}

/// A `select.epoll` object; owns its descriptor.
#[repr(C)]
pub(crate) struct Epoll {
    header: Header,
    /// -1 when closed.
    fd: AtomicI32,
}
// SAFETY: repr(C) with a Header first; there are no slots.
unsafe impl Object for Epoll {
    const LAYOUT: u16 = layout::STD_OS_BASE;
}

/// The heap layout of epoll objects.
pub(crate) const EPOLL_LAYOUT: HeapLayout = HeapLayout {
    name: "epoll",
    trace: Some(trace_epoll),
    trace_range: None,
    drop: Some(drop_epoll),
};

/// # Safety
/// Called by the collector with an epoll object.
unsafe fn trace_epoll(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: only a subclass's words follow the struct.
    unsafe { layout::visit_rest(header, size_of::<Epoll>(), tracer) }
}

/// # Safety
/// Called by the collector with an unreachable epoll object.
unsafe fn drop_epoll(header: *mut Header) {
    // SAFETY: as the caller promises; nobody else uses the descriptor any more.
    unsafe {
        let fd = (*header.cast::<Epoll>()).fd.swap(-1, Ordering::AcqRel);
        // 0 is an object whose making failed: descriptor 0 is never an epoll here.
        if fd > 0 {
            libc::close(fd);
        }
    }
}

static EPOLL: TypeCell = TypeCell::new();
static EPOLL_TYPE: TypeDef = TypeDef {
    name: "select.epoll",
    cell: &EPOLL,
    layout: layout::STD_OS_BASE,
    size: size_of::<Epoll>(),
    slots: Slots { new: Some(new_epoll), ..Slots::NONE },
    methods: &[
        class_method("fromfd", "(cls, fd, /)", epoll_fromfd),
        method("close", "(self, /)", epoll_close),
        method("fileno", "(self, /)", |cx, args| Ok(Value::int(epoll_fd(cx, args.get(0))? as i64))),
        method("register", "(self, fd, eventmask=EPOLLIN | EPOLLPRI | EPOLLOUT)", |cx, args| {
            control(cx, args, libc::EPOLL_CTL_ADD)
        }),
        method("modify", "(self, fd, eventmask)", |cx, args| {
            control(cx, args, libc::EPOLL_CTL_MOD)
        }),
        method("unregister", "(self, fd)", |cx, args| control(cx, args, libc::EPOLL_CTL_DEL)),
        method("poll", "(self, timeout=None, maxevents=-1)", epoll_poll),
        method("__enter__", "(self, /)", |cx, args| {
            epoll_fd(cx, args.get(0))?;
            Ok(args.get(0))
        }),
        method("__exit__", "(self, exc_type=None, exc_value=None, exc_tb=None, /)", epoll_close),
    ],
    getset: &[getter("closed", |_, v| Ok(Value::bool(epoll(v).fd.load(Ordering::Acquire) < 0)))],
    ..TypeDef::DEFAULT
};

fn epoll(v: Value) -> Ref<Epoll> {
    // SAFETY: receivers of the epoll type.
    unsafe { v.cast() }
}

fn epoll_fd(cx: &Cx, v: Value) -> Res<c_int> {
    match epoll(v).fd.load(Ordering::Acquire) {
        fd if fd >= 0 => Ok(fd),
        _ => raise!(cx, VALUE_ERROR, "I/O operation on closed epoll object"),
    }
}

fn from_fd(cx: &Cx, class: Ref<PyType>, fd: c_int) -> Res {
    let made: Ref<Epoll> = cx.alloc_instance(class, 0)?;
    made.fd.store(fd, Ordering::Release);
    Ok(made.value())
}

fn new_epoll(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let positional = args.positional();
    let size = positional.first().copied().or_else(|| args.keyword("sizehint"));
    let flags = positional.get(1).copied().or_else(|| args.keyword("flags"));
    let size = int_or(cx, size, -1)?;
    if size != -1 && size <= 0 {
        return raise!(cx, VALUE_ERROR, "sizehint must be positive or -1");
    }
    let flags = int_or(cx, flags, 0)?;
    if flags != 0 && flags != libc::EPOLL_CLOEXEC {
        return raise!(cx, OS_ERROR, "invalid flags");
    }
    // SAFETY: takes no pointers.
    let fd = check(cx, unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
    from_fd(cx, class, fd)
}

fn epoll_fromfd(cx: &Cx, args: Args) -> Res {
    let Some(class) = args.get(0).downcast::<PyType>() else { return Ok(Value::NONE) };
    from_fd(cx, class, ops::to_i32(cx, args.get(1))?)
}

fn epoll_close(cx: &Cx, args: Args) -> Res {
    let fd = epoll(args.get(0)).fd.swap(-1, Ordering::AcqRel);
    if fd >= 0 {
        // SAFETY: takes no pointers.
        cx.detached(|| unsafe { libc::close(fd) });
    }
    Ok(Value::NONE)
}

fn control(cx: &Cx, args: Args, operation: c_int) -> Res {
    let own = epoll_fd(cx, args.get(0))?;
    let fd = fileno(cx, args.get(1))?;
    let mut events = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;
    if operation != libc::EPOLL_CTL_DEL
        && let Some(v) = args.opt(2)
    {
        events = match u32::try_from(ops::to_i64(cx, v)?) {
            Ok(n) => n,
            Err(_) => return raise!(cx, OVERFLOW_ERROR, "Python int too large for C unsigned int"),
        };
    }
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the event is a local.
    check(cx, unsafe { libc::epoll_ctl(own, operation, fd, &raw mut event) })?;
    Ok(Value::NONE)
}

fn epoll_poll(cx: &Cx, args: Args) -> Res {
    let own = epoll_fd(cx, args.get(0))?;
    let until = match args.non_none(1) {
        None => None,
        Some(v) => {
            if v.as_float().is_none() && class_of(v).slots.index().is_none() && !v.is_int() {
                return raise!(cx, TYPE_ERROR, "timeout must be an integer or None");
            }
            if ops::to_f64(cx, v)? < 0.0 { None } else { deadline(cx, Some(v))? }
        }
    };
    let most = match int_or(cx, args.opt(2), -1)? {
        -1 => libc::FD_SETSIZE as c_int - 1,
        n if n < 1 => {
            return raise!(cx, VALUE_ERROR, "maxevents must be greater than 0, got {n}");
        }
        n => n.min(1 << 16),
    };
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most as usize];
    let p = events.as_mut_ptr();
    let n = loop {
        let timeout = match until {
            None => -1,
            Some(until) => {
                let left = until.saturating_duration_since(Instant::now());
                left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as c_int
            }
        };
        // SAFETY: `p` has room for `most` events.
        let (n, code) =
            cx.detached(|| (unsafe { libc::epoll_wait(own, p, most, timeout) }, errno()));
        if n >= 0 {
            break n as usize;
        }
        if code != libc::EINTR {
            return Err(exception::os_error(cx, code, None));
        }
        cx.check_signals()?;
    };
    let list = cx.new_list(&[])?;
    for event in &events[..n] {
        let (fd, mask) = (event.u64 as i64, event.events);
        list.push(cx, cx.new_tuple(&[Value::int(fd), Value::int(mask as i64)])?.value())?;
    }
    Ok(list.value())
}
