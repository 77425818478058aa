//! Users, groups, sessions, priorities and scheduling.

use super::*;
use orochi_object::structseq;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    // SAFETY: none of these takes arguments.
    function("getpid", "()", |_, _| Ok(Value::int(unsafe { libc::getpid() } as i64))),
    // SAFETY: as above.
    function("getppid", "()", |_, _| Ok(Value::int(unsafe { libc::getppid() } as i64))),
    // SAFETY: as above.
    function("getuid", "()", |_, _| Ok(Value::int(unsafe { libc::getuid() } as i64))),
    // SAFETY: as above.
    function("geteuid", "()", |_, _| Ok(Value::int(unsafe { libc::geteuid() } as i64))),
    // SAFETY: as above.
    function("getgid", "()", |_, _| Ok(Value::int(unsafe { libc::getgid() } as i64))),
    // SAFETY: as above.
    function("getegid", "()", |_, _| Ok(Value::int(unsafe { libc::getegid() } as i64))),
    // SAFETY: as above.
    function("getpgrp", "()", |_, _| Ok(Value::int(unsafe { libc::getpgrp() } as i64))),
    function("getpgid", "(pid)", getpgid),
    function("getsid", "(pid, /)", getsid),
    function("setsid", "()", setsid),
    function("setpgrp", "()", setpgrp),
    function("setpgid", "(pid, pgrp, /)", setpgid),
    function("getresuid", "()", getresuid),
    function("getresgid", "()", getresgid),
    function("setuid", "(uid, /)", |cx, args| set_one(cx, args, "uid", libc::setuid)),
    function("setgid", "(gid, /)", |cx, args| set_one(cx, args, "gid", libc::setgid)),
    function("seteuid", "(euid, /)", |cx, args| set_one(cx, args, "uid", libc::seteuid)),
    function("setegid", "(egid, /)", |cx, args| set_one(cx, args, "gid", libc::setegid)),
    function("setreuid", "(ruid, euid, /)", |cx, args| set_two(cx, args, "uid", libc::setreuid)),
    function("setregid", "(rgid, egid, /)", |cx, args| set_two(cx, args, "gid", libc::setregid)),
    function("setresuid", "(ruid, euid, suid, /)", |cx, args| {
        set_three(cx, args, "uid", libc::setresuid)
    }),
    function("setresgid", "(rgid, egid, sgid, /)", |cx, args| {
        set_three(cx, args, "gid", libc::setresgid)
    }),
    function("getgroups", "()", getgroups),
    function("setgroups", "(groups, /)", setgroups),
    function("initgroups", "(username, gid, /)", initgroups),
    function("getgrouplist", "(user, group, /)", getgrouplist),
    function("getlogin", "()", getlogin),
    function("getpriority", "(which, who)", getpriority),
    function("setpriority", "(which, who, priority)", setpriority),
    function("sched_yield", "()", sched_yield),
    function("sched_get_priority_max", "(policy)", sched_max),
    function("sched_get_priority_min", "(policy)", sched_min),
    function("sched_getscheduler", "(pid, /)", sched_getscheduler),
    function("sched_setscheduler", "(pid, policy, param, /)", sched_setscheduler),
    function("sched_getparam", "(pid, /)", sched_getparam),
    function("sched_setparam", "(pid, param, /)", sched_setparam),
    function("sched_rr_get_interval", "(pid, /)", sched_rr_get_interval),
    function("sched_getaffinity", "(pid, /)", sched_getaffinity),
    function("sched_setaffinity", "(pid, mask, /)", sched_setaffinity),
    function("unshare", "(flags)", unshare),
    function("setns", "(fd, nstype=0)", setns),
];

static SCHED_PARAM: TypeCell = TypeCell::new();
static SCHED_PARAM_ROWS: [GetSetDef; 1] = structseq::rows(["sched_priority"]);
pub(super) static SCHED_PARAM_TYPE: TypeDef = TypeDef {
    slots: Slots { new: Some(new_sched_param), ..SCHED_PARAM_BASE.slots },
    ..SCHED_PARAM_BASE
};
const SCHED_PARAM_BASE: TypeDef = structseq::definition::<1, 1>(
    "posix.sched_param",
    &SCHED_PARAM,
    &SCHED_PARAM_ROWS,
    "Currently has only one field: sched_priority",
);

fn new_sched_param(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.positional().first().copied().or_else(|| args.keyword("sched_priority"));
    match given {
        Some(priority) => structseq::make(cx, &SCHED_PARAM, &[priority]),
        None => raise!(
            cx,
            TYPE_ERROR,
            "sched_param() missing required argument 'sched_priority' (pos 1)"
        ),
    }
}

fn int(n: c_int) -> Res {
    Ok(Value::int(n as i64))
}

fn getpgid(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    int(check(cx, unsafe { libc::getpgid(ops::to_i32(cx, args.get(0))?) })?)
}

fn getsid(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    int(check(cx, unsafe { libc::getsid(ops::to_i32(cx, args.get(0))?) })?)
}

fn setsid(cx: &Cx, _: Args) -> Res {
    // SAFETY: takes no arguments.
    check(cx, unsafe { libc::setsid() })?;
    Ok(Value::NONE)
}

fn setpgrp(cx: &Cx, _: Args) -> Res {
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::setpgid(0, 0) })?;
    Ok(Value::NONE)
}

fn setpgid(cx: &Cx, args: Args) -> Res {
    let (pid, group) = (ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::setpgid(pid, group) })?;
    Ok(Value::NONE)
}

fn three(cx: &Cx, ids: [u32; 3]) -> Res {
    Ok(cx.new_tuple(&ids.map(|id| Value::int(id as i64)))?.value())
}

fn getresuid(cx: &Cx, _: Args) -> Res {
    let (mut a, mut b, mut c) = (0, 0, 0);
    // SAFETY: the pointers are to locals.
    check(cx, unsafe { libc::getresuid(&raw mut a, &raw mut b, &raw mut c) })?;
    three(cx, [a, b, c])
}

fn getresgid(cx: &Cx, _: Args) -> Res {
    let (mut a, mut b, mut c) = (0, 0, 0);
    // SAFETY: the pointers are to locals.
    check(cx, unsafe { libc::getresgid(&raw mut a, &raw mut b, &raw mut c) })?;
    three(cx, [a, b, c])
}

fn set_one(cx: &Cx, args: Args, what: &str, f: unsafe extern "C" fn(u32) -> c_int) -> Res {
    let id = super::stat::id_arg(cx, args.get(0), what)?;
    // SAFETY: takes no pointers.
    check(cx, unsafe { f(id) })?;
    Ok(Value::NONE)
}

fn set_two(cx: &Cx, args: Args, what: &str, f: unsafe extern "C" fn(u32, u32) -> c_int) -> Res {
    let id = |i| super::stat::id_arg(cx, args.get(i), what);
    // SAFETY: takes no pointers.
    check(cx, unsafe { f(id(0)?, id(1)?) })?;
    Ok(Value::NONE)
}

fn set_three(
    cx: &Cx,
    args: Args,
    what: &str,
    f: unsafe extern "C" fn(u32, u32, u32) -> c_int,
) -> Res {
    let id = |i| super::stat::id_arg(cx, args.get(i), what);
    // SAFETY: takes no pointers.
    check(cx, unsafe { f(id(0)?, id(1)?, id(2)?) })?;
    Ok(Value::NONE)
}

fn group_list(cx: &Cx, groups: &[libc::gid_t]) -> Res {
    let list = cx.new_list(&[])?;
    for group in groups {
        list.push(cx, Value::int(*group as i64))?;
    }
    Ok(list.value())
}

fn getgroups(cx: &Cx, _: Args) -> Res {
    // SAFETY: asks for the number only.
    let n = check(cx, unsafe { libc::getgroups(0, core::ptr::null_mut()) })?;
    let mut groups = vec![0; n as usize + 16];
    // SAFETY: the array has room for its length.
    let n = check(cx, unsafe { libc::getgroups(groups.len() as c_int, groups.as_mut_ptr()) })?;
    group_list(cx, &groups[..n as usize])
}

fn setgroups(cx: &Cx, args: Args) -> Res {
    let items = ops::to_tuple(cx, args.get(0))?;
    let mut groups = Vec::with_capacity(items.len());
    for item in items.values() {
        groups.push(super::stat::id_arg(cx, *item, "gid")?);
    }
    // SAFETY: the array has the length given.
    check(cx, unsafe { libc::setgroups(groups.len(), groups.as_ptr()) })?;
    Ok(Value::NONE)
}

fn initgroups(cx: &Cx, args: Args) -> Res {
    let name = c_string(cx, args.get(0))?;
    let gid = super::stat::id_arg(cx, args.get(1), "gid")?;
    // SAFETY: the name is NUL-terminated.
    sys(cx, || unsafe { libc::initgroups(name.as_ptr(), gid) })?;
    Ok(Value::NONE)
}

fn getgrouplist(cx: &Cx, args: Args) -> Res {
    let name = c_text(cx, args.get(0), "getgrouplist", 1)?;
    let gid = super::stat::id_arg(cx, args.get(1), "gid")?;
    let mut n: c_int = 1024;
    let mut groups = vec![0; n as usize];
    let (to, count) = (groups.as_mut_ptr(), &raw mut n);
    // SAFETY: `to` has room for `n` numbers.
    sys(cx, || unsafe { libc::getgrouplist(name.as_ptr(), gid, to, count) })?;
    group_list(cx, &groups[..n as usize])
}

fn getlogin(cx: &Cx, _: Args) -> Res {
    let mut name = [0 as libc::c_char; 256];
    // SAFETY: the buffer is writable for its length.
    let code = unsafe { getlogin_r(name.as_mut_ptr(), name.len()) };
    if code != 0 {
        return Err(exception::os_error(cx, code, None));
    }
    // SAFETY: the call has ended the name with a NUL.
    unsafe { text_or_none(cx, name.as_ptr()) }
}

fn getpriority(cx: &Cx, args: Args) -> Res {
    let (which, who) = (ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    set_errno(0);
    // SAFETY: takes no pointers.
    let value = unsafe { libc::getpriority(which as u32, who as u32) };
    if value == -1 && errno() != 0 {
        return Err(exception::last_os_error(cx, None));
    }
    int(value)
}

fn setpriority(cx: &Cx, args: Args) -> Res {
    let (which, who) = (ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    let value = ops::to_i32(cx, args.get(2))?;
    // SAFETY: takes no pointers.
    check(cx, unsafe { libc::setpriority(which as u32, who as u32, value) })?;
    Ok(Value::NONE)
}

fn sched_yield(cx: &Cx, _: Args) -> Res {
    cx.detached(std::thread::yield_now);
    Ok(Value::NONE)
}

fn sched_max(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    int(check(cx, unsafe { libc::sched_get_priority_max(ops::to_i32(cx, args.get(0))?) })?)
}

fn sched_min(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    int(check(cx, unsafe { libc::sched_get_priority_min(ops::to_i32(cx, args.get(0))?) })?)
}

fn sched_getscheduler(cx: &Cx, args: Args) -> Res {
    // SAFETY: takes no pointers.
    int(check(cx, unsafe { libc::sched_getscheduler(ops::to_i32(cx, args.get(0))?) })?)
}

/// The priority in a `sched_param`.
pub(super) fn param(cx: &Cx, v: Value) -> Res<libc::sched_param> {
    if !class_of(v).is_subtype(SCHED_PARAM.get()) {
        return raise!(cx, TYPE_ERROR, "must have a sched_param object");
    }
    let priority = match ops::to_i64(cx, structseq::field(v, 0))?.try_into() {
        Ok(n) => n,
        Err(_) => return raise!(cx, OVERFLOW_ERROR, "sched_priority out of range"),
    };
    Ok(libc::sched_param { sched_priority: priority })
}

fn sched_setscheduler(cx: &Cx, args: Args) -> Res {
    let (pid, policy) = (ops::to_i32(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    let param = param(cx, args.get(2))?;
    // SAFETY: the parameter is a local.
    check(cx, unsafe { libc::sched_setscheduler(pid, policy, &raw const param) })?;
    Ok(Value::NONE)
}

fn sched_getparam(cx: &Cx, args: Args) -> Res {
    let pid = ops::to_i32(cx, args.get(0))?;
    let mut param = libc::sched_param { sched_priority: 0 };
    // SAFETY: the parameter is a local.
    check(cx, unsafe { libc::sched_getparam(pid, &raw mut param) })?;
    structseq::make(cx, &SCHED_PARAM, &[Value::int(param.sched_priority as i64)])
}

fn sched_setparam(cx: &Cx, args: Args) -> Res {
    let pid = ops::to_i32(cx, args.get(0))?;
    let param = param(cx, args.get(1))?;
    // SAFETY: the parameter is a local.
    check(cx, unsafe { libc::sched_setparam(pid, &raw const param) })?;
    Ok(Value::NONE)
}

fn sched_rr_get_interval(cx: &Cx, args: Args) -> Res {
    let pid = ops::to_i32(cx, args.get(0))?;
    let mut span = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the result is a local.
    check(cx, unsafe { libc::sched_rr_get_interval(pid, &raw mut span) })?;
    cx.new_float(span.tv_sec as f64 + 1e-9 * span.tv_nsec as f64)
}

/// Words of a processor mask: 8192 processors.
const MASK_WORDS: usize = 128;

/// The processors a process may run on.
pub(super) fn affinity(pid: c_int) -> Result<Vec<usize>, i32> {
    let mut mask = [0u64; MASK_WORDS];
    // SAFETY: the mask is writable for its size.
    let done =
        unsafe { libc::sched_getaffinity(pid, size_of_val(&mask), mask.as_mut_ptr().cast()) };
    if done < 0 {
        return Err(errno());
    }
    Ok((0..MASK_WORDS * 64).filter(|i| mask[i / 64] >> (i % 64) & 1 != 0).collect())
}

fn sched_getaffinity(cx: &Cx, args: Args) -> Res {
    match affinity(ops::to_i32(cx, args.get(0))?) {
        Ok(all) => {
            let set = cx.new_list(&[])?;
            for i in all {
                set.push(cx, Value::int(i as i64))?;
            }
            ops::call(cx, types::SET.get().value(), &[set.value()])
        }
        Err(code) => Err(exception::os_error(cx, code, None)),
    }
}

fn sched_setaffinity(cx: &Cx, args: Args) -> Res {
    let pid = ops::to_i32(cx, args.get(0))?;
    let items = ops::to_tuple(cx, args.get(1))?;
    let mut mask = [0u64; MASK_WORDS];
    for item in items.values() {
        match ops::to_i64(cx, *item)? {
            n if n < 0 => return raise!(cx, VALUE_ERROR, "negative CPU number"),
            n if n as usize >= MASK_WORDS * 64 => {
                return raise!(cx, OVERFLOW_ERROR, "CPU number too large");
            }
            n => mask[n as usize / 64] |= 1 << (n % 64),
        }
    }
    // SAFETY: the mask is readable for its size.
    check(cx, unsafe { libc::sched_setaffinity(pid, size_of_val(&mask), mask.as_ptr().cast()) })?;
    Ok(Value::NONE)
}

fn unshare(cx: &Cx, args: Args) -> Res {
    let flags = ops::to_i32(cx, args.get(0))?;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::unshare(flags) })?;
    Ok(Value::NONE)
}

fn setns(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let kind = int_or(cx, args.opt(1), 0)?;
    // SAFETY: takes no pointers.
    sys(cx, || unsafe { libc::setns(fd, kind) })?;
    Ok(Value::NONE)
}

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, len: usize) -> c_int;
}
