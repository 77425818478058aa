//! `pwd` and `grp`: the user and group databases.

use crate::posix::id_arg;
use crate::util::*;
use core::ptr::null_mut;
use libc::c_char;
use orochi_object::prelude::*;
use orochi_object::structseq;
use std::sync::Mutex;

static PASSWD: TypeCell = TypeCell::new();
static PASSWD_ROWS: [GetSetDef; 7] =
    structseq::rows(["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"]);
static PASSWD_TYPE: TypeDef = structseq::definition::<7, 7>(
    "pwd.struct_passwd",
    &PASSWD,
    &PASSWD_ROWS,
    "pwd.struct_passwd: Results from getpw*() routines.",
);

static GROUP: TypeCell = TypeCell::new();
static GROUP_ROWS: [GetSetDef; 4] = structseq::rows(["gr_name", "gr_passwd", "gr_gid", "gr_mem"]);
static GROUP_TYPE: TypeDef = structseq::definition::<4, 4>(
    "grp.struct_group",
    &GROUP,
    &GROUP_ROWS,
    "grp.struct_group: Results from getgr*() routines.",
);

/// The module `pwd`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "pwd",
    functions: &[
        function("getpwuid", "(uidobj, /)", getpwuid),
        function("getpwnam", "(name, /)", getpwnam),
        function("getpwall", "()", getpwall),
    ],
    types: &[&PASSWD_TYPE],
    ..ModuleDef::DEFAULT
};

/// The module `grp`.
pub(crate) static GRP: ModuleDef = ModuleDef {
    name: "grp",
    functions: &[
        function("getgrgid", "(id)", getgrgid),
        function("getgrnam", "(name)", getgrnam),
        function("getgrall", "()", getgrall),
    ],
    types: &[&GROUP_TYPE],
    ..ModuleDef::DEFAULT
};

/// The walk over a whole database has one position for the process.
static WALK: Mutex<()> = Mutex::new(());

/// # Safety
/// The record's strings are NUL-terminated or null.
unsafe fn user(cx: &Cx, p: &libc::passwd) -> Res {
    // SAFETY: as the caller promises.
    let text = |s: *const c_char| unsafe { text_or_none(cx, s) };
    let fields = [
        text(p.pw_name)?,
        text(p.pw_passwd)?,
        Value::int(p.pw_uid as i64),
        Value::int(p.pw_gid as i64),
        text(p.pw_gecos)?,
        text(p.pw_dir)?,
        text(p.pw_shell)?,
    ];
    structseq::make(cx, &PASSWD, &fields)
}

/// # Safety
/// As [`user`]; the member list ends with null.
unsafe fn group(cx: &Cx, g: &libc::group) -> Res {
    // SAFETY: as the caller promises.
    let text = |s: *const c_char| unsafe { text_or_none(cx, s) };
    let members = cx.new_list(&[])?;
    let mut at = g.gr_mem;
    // SAFETY: the list ends with null.
    unsafe {
        while !at.is_null() && !(*at).is_null() {
            members.push(cx, text(*at)?)?;
            at = at.add(1);
        }
    }
    let fields =
        [text(g.gr_name)?, text(g.gr_passwd)?, Value::int(g.gr_gid as i64), members.value()];
    structseq::make(cx, &GROUP, &fields)
}

/// Runs a reentrant lookup with growing room; false when nothing was found.
fn look_up(cx: &Cx, mut f: impl FnMut(&mut [u8]) -> (i32, bool)) -> Res<(bool, Vec<u8>)> {
    let mut room = vec![0u8; 1024];
    loop {
        match cx.detached(|| f(&mut room)) {
            (0, found) => return Ok((found, room)),
            (libc::ERANGE, _) if room.len() < 1 << 20 => room.resize(room.len() * 4, 0),
            (libc::EINTR, _) => cx.check_signals()?,
            (libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM, _) => {
                return Ok((false, room));
            }
            (code, _) => return Err(exception::os_error(cx, code, None)),
        }
    }
}

fn getpwuid(cx: &Cx, args: Args) -> Res {
    let shown = ops::repr_text(cx, args.get(0))?;
    let missing = || raise!(cx, KEY_ERROR, "getpwuid(): uid not found: {shown}");
    let uid = match id_arg(cx, args.get(0), "uid") {
        Ok(uid) => uid,
        Err(raised) if raised.is(&exception::OVERFLOW_ERROR) => return missing(),
        Err(raised) => return Err(raised),
    };
    // SAFETY: plain data, for which zeroes are valid.
    let mut p: libc::passwd = unsafe { core::mem::zeroed() };
    let (found, _room) = look_up(cx, |room| {
        let mut result = null_mut();
        // SAFETY: the record is a local and the room writable for its length.
        let code = unsafe {
            libc::getpwuid_r(uid, &raw mut p, room.as_mut_ptr().cast(), room.len(), &raw mut result)
        };
        (code, !result.is_null())
    })?;
    // SAFETY: filled by the lookup, whose room is still alive.
    if found { unsafe { user(cx, &p) } } else { missing() }
}

fn getpwnam(cx: &Cx, args: Args) -> Res {
    let name = c_text(cx, args.get(0), "getpwnam", 1)?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut p: libc::passwd = unsafe { core::mem::zeroed() };
    let (found, _room) = look_up(cx, |room| {
        let mut result = null_mut();
        // SAFETY: as above; the name is NUL-terminated.
        let code = unsafe {
            let n = room.len();
            libc::getpwnam_r(
                name.as_ptr(),
                &raw mut p,
                room.as_mut_ptr().cast(),
                n,
                &raw mut result,
            )
        };
        (code, !result.is_null())
    })?;
    if found {
        // SAFETY: filled by the lookup, whose room is still alive.
        return unsafe { user(cx, &p) };
    }
    let shown = ops::repr_text(cx, args.get(0))?;
    raise!(cx, KEY_ERROR, "getpwnam(): name not found: {shown}")
}

fn getpwall(cx: &Cx, _: Args) -> Res {
    let list = cx.new_list(&[])?;
    let _walk = cx.detached(|| WALK.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    // SAFETY: the walk's lock is held; nothing here polls, so no other thread moves the position.
    unsafe {
        libc::setpwent();
        loop {
            let p = libc::getpwent();
            if p.is_null() {
                break;
            }
            list.push(cx, user(cx, &*p)?)?;
        }
        libc::endpwent();
    }
    Ok(list.value())
}

fn getgrgid(cx: &Cx, args: Args) -> Res {
    let shown = ops::repr_text(cx, args.get(0))?;
    let missing = || raise!(cx, KEY_ERROR, "getgrgid(): gid not found: {shown}");
    let gid = id_arg(cx, args.get(0), "gid")?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut g: libc::group = unsafe { core::mem::zeroed() };
    let (found, _room) = look_up(cx, |room| {
        let mut result = null_mut();
        // SAFETY: the record is a local and the room writable for its length.
        let code = unsafe {
            libc::getgrgid_r(gid, &raw mut g, room.as_mut_ptr().cast(), room.len(), &raw mut result)
        };
        (code, !result.is_null())
    })?;
    // SAFETY: filled by the lookup, whose room is still alive.
    if found { unsafe { group(cx, &g) } } else { missing() }
}

fn getgrnam(cx: &Cx, args: Args) -> Res {
    let name = c_text(cx, args.get(0), "getgrnam", 1)?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut g: libc::group = unsafe { core::mem::zeroed() };
    let (found, _room) = look_up(cx, |room| {
        let mut result = null_mut();
        // SAFETY: as above; the name is NUL-terminated.
        let code = unsafe {
            let n = room.len();
            libc::getgrnam_r(
                name.as_ptr(),
                &raw mut g,
                room.as_mut_ptr().cast(),
                n,
                &raw mut result,
            )
        };
        (code, !result.is_null())
    })?;
    if found {
        // SAFETY: filled by the lookup, whose room is still alive.
        return unsafe { group(cx, &g) };
    }
    let shown = ops::repr_text(cx, args.get(0))?;
    raise!(cx, KEY_ERROR, "getgrnam(): name not found: {shown}")
}

fn getgrall(cx: &Cx, _: Args) -> Res {
    let list = cx.new_list(&[])?;
    let _walk = cx.detached(|| WALK.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    // SAFETY: as `getpwall`.
    unsafe {
        libc::setgrent();
        loop {
            let g = libc::getgrent();
            if g.is_null() {
                break;
            }
            list.push(cx, group(cx, &*g)?)?;
        }
        libc::endgrent();
    }
    Ok(list.value())
}
