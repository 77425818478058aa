//! `resource`: limits and usage of processes.

use crate::util::*;
use libc::c_int;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::structseq;

static USAGE: TypeCell = TypeCell::new();
static USAGE_ROWS: [GetSetDef; 16] = structseq::rows([
    "ru_utime",
    "ru_stime",
    "ru_maxrss",
    "ru_ixrss",
    "ru_idrss",
    "ru_isrss",
    "ru_minflt",
    "ru_majflt",
    "ru_nswap",
    "ru_inblock",
    "ru_oublock",
    "ru_msgsnd",
    "ru_msgrcv",
    "ru_nsignals",
    "ru_nvcsw",
    "ru_nivcsw",
]);
static USAGE_TYPE: TypeDef = structseq::definition::<16, 16>(
    "resource.struct_rusage",
    &USAGE,
    &USAGE_ROWS,
    "struct_rusage: Result from getrusage.",
);

/// The module `resource`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "resource",
    functions: &[
        function("getrusage", "(who, /)", getrusage),
        function("getrlimit", "(resource, /)", getrlimit),
        function("setrlimit", "(resource, limits, /)", setrlimit),
        function("prlimit", "(pid, resource, limits=None, /)", prlimit),
        function("getpagesize", "()", getpagesize),
    ],
    constants: &[
        ("RLIMIT_AS", Const::Int(libc::RLIMIT_AS as i64)),
        ("RLIMIT_CORE", Const::Int(libc::RLIMIT_CORE as i64)),
        ("RLIMIT_CPU", Const::Int(libc::RLIMIT_CPU as i64)),
        ("RLIMIT_DATA", Const::Int(libc::RLIMIT_DATA as i64)),
        ("RLIMIT_FSIZE", Const::Int(libc::RLIMIT_FSIZE as i64)),
        ("RLIMIT_MEMLOCK", Const::Int(libc::RLIMIT_MEMLOCK as i64)),
        ("RLIMIT_MSGQUEUE", Const::Int(libc::RLIMIT_MSGQUEUE as i64)),
        ("RLIMIT_NICE", Const::Int(libc::RLIMIT_NICE as i64)),
        ("RLIMIT_NOFILE", Const::Int(libc::RLIMIT_NOFILE as i64)),
        ("RLIMIT_NPROC", Const::Int(libc::RLIMIT_NPROC as i64)),
        ("RLIMIT_OFILE", Const::Int(libc::RLIMIT_NOFILE as i64)),
        ("RLIMIT_RSS", Const::Int(libc::RLIMIT_RSS as i64)),
        ("RLIMIT_RTPRIO", Const::Int(libc::RLIMIT_RTPRIO as i64)),
        ("RLIMIT_RTTIME", Const::Int(libc::RLIMIT_RTTIME as i64)),
        ("RLIMIT_SIGPENDING", Const::Int(libc::RLIMIT_SIGPENDING as i64)),
        ("RLIMIT_STACK", Const::Int(libc::RLIMIT_STACK as i64)),
        ("RLIM_INFINITY", Const::Int(-1)),
        ("RUSAGE_CHILDREN", Const::Int(-1)),
        ("RUSAGE_SELF", Const::Int(0)),
        ("RUSAGE_THREAD", Const::Int(1)),
    ],
    types: &[&USAGE_TYPE],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    module.namespace().set_str(cx, name!(cx, "error"), exception::OS_ERROR.get().value())
}

/// A `struct_rusage`.
pub(crate) fn usage_result(cx: &Cx, u: &libc::rusage) -> Res {
    orochi_object::typedef::make_type(cx, &USAGE_TYPE)?;
    let seconds = |t: &libc::timeval| cx.new_float(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    let mut fields = [Value::NONE; 16];
    fields[0] = seconds(&u.ru_utime)?;
    fields[1] = seconds(&u.ru_stime)?;
    let counts = [
        u.ru_maxrss,
        u.ru_ixrss,
        u.ru_idrss,
        u.ru_isrss,
        u.ru_minflt,
        u.ru_majflt,
        u.ru_nswap,
        u.ru_inblock,
        u.ru_oublock,
        u.ru_msgsnd,
        u.ru_msgrcv,
        u.ru_nsignals,
        u.ru_nvcsw,
        u.ru_nivcsw,
    ];
    for (to, n) in fields[2..].iter_mut().zip(counts) {
        *to = cx.new_int(n)?;
    }
    structseq::make(cx, &USAGE, &fields)
}

fn getrusage(cx: &Cx, args: Args) -> Res {
    let who = ops::to_i32(cx, args.get(0))?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut usage: libc::rusage = unsafe { core::mem::zeroed() };
    // SAFETY: fills a local.
    if unsafe { libc::getrusage(who, &raw mut usage) } < 0 {
        if errno() == libc::EINVAL {
            return raise!(cx, VALUE_ERROR, "invalid who parameter");
        }
        return Err(exception::last_os_error(cx, None));
    }
    usage_result(cx, &usage)
}

fn which(cx: &Cx, v: Value) -> Res<c_int> {
    let n = ops::to_i32(cx, v)?;
    if !(0..16).contains(&n) {
        return raise!(cx, VALUE_ERROR, "invalid resource specified");
    }
    Ok(n)
}

fn limits_result(cx: &Cx, limits: &libc::rlimit) -> Res {
    let shown = |limit| match limit {
        libc::RLIM_INFINITY => Ok(Value::int(-1)),
        limit => cx.new_uint(limit),
    };
    let items = [shown(limits.rlim_cur)?, shown(limits.rlim_max)?];
    Ok(cx.new_tuple(&items)?.value())
}

fn limits_arg(cx: &Cx, v: Value) -> Res<libc::rlimit> {
    let pair = ops::to_tuple(cx, v)?;
    if pair.len() != 2 {
        return raise!(cx, VALUE_ERROR, "expected a tuple of 2 integers");
    }
    let limit = |v: Value| -> Res<u64> {
        let n = ops::index(cx, v)?;
        if n.as_i64() == Some(-1) {
            return Ok(u64::MAX);
        }
        match n.to_big() {
            Some(n) if n.neg => raise!(cx, VALUE_ERROR, "Cannot convert negative int"),
            Some(n) => match n.as_ref().to_u64() {
                Some(n) => Ok(n),
                None => raise!(cx, OVERFLOW_ERROR, "int too big to convert"),
            },
            None => Ok(u64::MAX),
        }
    };
    Ok(libc::rlimit { rlim_cur: limit(pair.values()[0])?, rlim_max: limit(pair.values()[1])? })
}

/// Gets and sets limits of a process; 0 is this one.
fn limits(cx: &Cx, pid: c_int, resource: c_int, new: Option<Value>) -> Res {
    let new = new.map(|v| limits_arg(cx, v)).transpose()?;
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let set = new.as_ref().map_or(core::ptr::null(), |new| &raw const *new);
    // SAFETY: the pointers are null or to locals.
    if unsafe { libc::prlimit(pid, resource as _, set, &raw mut old) } < 0 {
        return match errno() {
            libc::EINVAL => raise!(cx, VALUE_ERROR, "current limit exceeds maximum limit"),
            libc::EPERM if pid == 0 => {
                raise!(cx, VALUE_ERROR, "not allowed to raise maximum limit")
            }
            code => Err(exception::os_error(cx, code, None)),
        };
    }
    limits_result(cx, &old)
}

fn getrlimit(cx: &Cx, args: Args) -> Res {
    limits(cx, 0, which(cx, args.get(0))?, None)
}

fn setrlimit(cx: &Cx, args: Args) -> Res {
    limits(cx, 0, which(cx, args.get(0))?, args.opt(1))?;
    Ok(Value::NONE)
}

fn prlimit(cx: &Cx, args: Args) -> Res {
    let pid = ops::to_i32(cx, args.get(0))?;
    limits(cx, pid, which(cx, args.get(1))?, args.non_none(2))
}

fn getpagesize(_: &Cx, _: Args) -> Res {
    // SAFETY: takes no pointers.
    Ok(Value::int(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }))
}
