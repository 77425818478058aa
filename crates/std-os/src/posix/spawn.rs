//! `posix_spawn` and `posix_spawnp`.

use super::process::environment;
use super::*;
use std::ffi::CString;

const SPAWN: &str = "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)";

pub(super) static FUNCTIONS: &[NativeDef] = &[
    function("posix_spawn", SPAWN, |cx, args| spawn(cx, args, false)),
    function("posix_spawnp", SPAWN, |cx, args| spawn(cx, args, true)),
];

/// Attributes and actions of a spawn, destroyed on drop.
struct Settings {
    attributes: libc::posix_spawnattr_t,
    actions: libc::posix_spawn_file_actions_t,
    flags: c_int,
    /// Paths that the actions point to.
    paths: Vec<CString>,
}

impl Settings {
    fn new() -> Settings {
        // SAFETY: plain data, initialised by the calls below.
        unsafe {
            let mut settings = Settings {
                attributes: core::mem::zeroed(),
                actions: core::mem::zeroed(),
                flags: 0,
                paths: Vec::new(),
            };
            libc::posix_spawnattr_init(&raw mut settings.attributes);
            libc::posix_spawn_file_actions_init(&raw mut settings.actions);
            settings
        }
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        // SAFETY: both were initialised by `new`.
        unsafe {
            libc::posix_spawn_file_actions_destroy(&raw mut self.actions);
            libc::posix_spawnattr_destroy(&raw mut self.attributes);
        }
    }
}

/// A set of signals from an iterable of numbers.
pub(crate) fn signal_set(cx: &Cx, v: Value) -> Res<libc::sigset_t> {
    // SAFETY: sigemptyset initialises the local.
    let mut set: libc::sigset_t = unsafe {
        let mut set = core::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        set
    };
    let items = ops::to_tuple(cx, v)?;
    for item in items.values() {
        let n = ops::to_i64(cx, *item)?;
        if !(1..=64).contains(&n) {
            return raise!(cx, VALUE_ERROR, "signal number {n} out of range [1; 64]");
        }
        // SAFETY: a local and a valid number.
        unsafe { libc::sigaddset(&raw mut set, n as c_int) };
    }
    Ok(set)
}

fn number(cx: &Cx, code: c_int) -> Res<()> {
    if code != 0 { Err(exception::os_error(cx, code, None)) } else { Ok(()) }
}

fn attributes(cx: &Cx, args: Args, function: &str, s: &mut Settings) -> Res<()> {
    let at = &raw mut s.attributes;
    if let Some(group) = args.non_none(4) {
        let group = ops::to_i32(cx, group)?;
        // SAFETY: initialised attributes, here and below.
        number(cx, unsafe { libc::posix_spawnattr_setpgroup(at, group) })?;
        s.flags |= libc::POSIX_SPAWN_SETPGROUP as c_int;
    }
    if flag(cx, args.opt(5), false)? {
        s.flags |= libc::POSIX_SPAWN_RESETIDS as c_int;
    }
    if flag(cx, args.opt(6), false)? {
        s.flags |= libc::POSIX_SPAWN_SETSID as c_int;
    }
    if let Some(mask) = args.opt(7) {
        let set = signal_set(cx, mask)?;
        // SAFETY: as above.
        number(cx, unsafe { libc::posix_spawnattr_setsigmask(at, &raw const set) })?;
        s.flags |= libc::POSIX_SPAWN_SETSIGMASK as c_int;
    }
    if let Some(defaults) = args.opt(8) {
        let set = signal_set(cx, defaults)?;
        // SAFETY: as above.
        number(cx, unsafe { libc::posix_spawnattr_setsigdefault(at, &raw const set) })?;
        s.flags |= libc::POSIX_SPAWN_SETSIGDEF as c_int;
    }
    if let Some(scheduler) = args.non_none(9) {
        let Some(pair) = scheduler.downcast::<PyTuple>().filter(|t| t.len() == 2) else {
            return raise!(cx, TYPE_ERROR, "{function}: scheduler must be a tuple or None");
        };
        if let Some(policy) = pair.values()[0].non_none() {
            let policy = ops::to_i32(cx, policy)?;
            // SAFETY: as above.
            number(cx, unsafe { libc::posix_spawnattr_setschedpolicy(at, policy) })?;
            s.flags |= libc::POSIX_SPAWN_SETSCHEDULER as c_int;
        }
        let param = super::ids::param(cx, pair.values()[1])?;
        // SAFETY: as above.
        number(cx, unsafe { libc::posix_spawnattr_setschedparam(at, &raw const param) })?;
        s.flags |= libc::POSIX_SPAWN_SETSCHEDPARAM as c_int;
    }
    // SAFETY: as above.
    number(cx, unsafe { libc::posix_spawnattr_setflags(at, s.flags as libc::c_short) })
}

const OPEN: i64 = 0;
const CLOSE: i64 = 1;
const DUP2: i64 = 2;
const CLOSEFROM: i64 = 3;

fn file_actions(cx: &Cx, v: Value, s: &mut Settings) -> Res<()> {
    let items = ops::to_tuple(cx, v)?;
    for item in items.values() {
        let Some(action) = item.downcast::<PyTuple>().filter(|t| t.len() > 0) else {
            return raise!(cx, TYPE_ERROR, "Each file_actions element must be a non-empty tuple");
        };
        add_action(cx, action.values(), s)?;
    }
    Ok(())
}

fn add_action(cx: &Cx, action: &[Value], s: &mut Settings) -> Res<()> {
    let to = &raw mut s.actions;
    let fd = |i: usize| ops::to_i32(cx, action[i]);
    match (ops::to_i64(cx, action[0])?, action.len()) {
        (OPEN, 5) => {
            let path = c_string(cx, action[2])?;
            let (fd, flags, mode) = (fd(1)?, fd(3)?, fd(4)? as libc::mode_t);
            // SAFETY: initialised actions; the path is kept in `paths`.
            number(cx, unsafe {
                libc::posix_spawn_file_actions_addopen(to, fd, path.as_ptr(), flags, mode)
            })?;
            s.paths.push(path);
            Ok(())
        }
        (OPEN, _) => raise!(cx, TYPE_ERROR, "A open file_action tuple must have 5 elements"),
        (CLOSE, 2) => {
            // SAFETY: initialised actions.
            number(cx, unsafe { libc::posix_spawn_file_actions_addclose(to, fd(1)?) })
        }
        (CLOSE, _) => raise!(cx, TYPE_ERROR, "A close file_action tuple must have 2 elements"),
        (DUP2, 3) => {
            let (from, onto) = (fd(1)?, fd(2)?);
            // SAFETY: initialised actions.
            number(cx, unsafe { libc::posix_spawn_file_actions_adddup2(to, from, onto) })
        }
        (DUP2, _) => raise!(cx, TYPE_ERROR, "A dup2 file_action tuple must have 3 elements"),
        (CLOSEFROM, 2) => {
            let low = fd(1)?;
            for fd in open_descriptors().into_iter().filter(|fd| *fd >= low) {
                // SAFETY: initialised actions.
                number(cx, unsafe { libc::posix_spawn_file_actions_addclose(to, fd) })?;
            }
            Ok(())
        }
        (CLOSEFROM, _) => {
            raise!(cx, TYPE_ERROR, "A closefrom file_action tuple must have 2 elements")
        }
        _ => raise!(cx, TYPE_ERROR, "Unknown file_actions identifier"),
    }
}

/// The descriptors open now.
fn open_descriptors() -> Vec<c_int> {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        // The descriptor of the listing itself is gone by now.
        // SAFETY: takes no pointers.
        .filter(|fd| unsafe { libc::fcntl(*fd, libc::F_GETFD) } >= 0)
        .collect()
}

fn spawn(cx: &Cx, args: Args, search: bool) -> Res {
    let function = if search { "posix_spawnp" } else { "posix_spawn" };
    let file = plain_path(cx, args.get(0), function)?;
    let argv = super::process::argv(cx, args.get(1), function, "argv")?;
    let env = match args.non_none(2) {
        None => None,
        Some(v) if class_of(v).slots.getitem().is_none() => {
            return raise!(
                cx,
                TYPE_ERROR,
                "{function}: environment must be a mapping object or None"
            );
        }
        Some(v) => Some(environment(cx, v)?),
    };
    let mut settings = Box::new(Settings::new());
    attributes(cx, args, function, &mut settings)?;
    if let Some(actions) = args.non_none(3) {
        file_actions(cx, actions, &mut settings)?;
    }
    cx.flush_writers();
    let mut pid = 0;
    let out = &raw mut pid;
    let code = cx.detached(|| {
        // SAFETY: strings are NUL-terminated, arrays end with null, settings are initialised;
        // `environ` is the C library's own array.
        unsafe {
            let env = env.as_ref().map_or(environ.cast_const().cast(), |env| env.ptr());
            let (attributes, actions) =
                (&raw const settings.attributes, &raw const settings.actions);
            let f = if search { libc::posix_spawnp } else { libc::posix_spawn };
            f(out, file.ptr(), actions, attributes, argv.ptr().cast(), env.cast())
        }
    });
    if code != 0 {
        return Err(exception::os_error(cx, code, file.name()));
    }
    Ok(Value::int(pid as i64))
}

unsafe extern "C" {
    static mut environ: *mut *mut libc::c_char;
}
