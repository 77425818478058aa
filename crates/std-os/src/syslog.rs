//! `syslog`: messages to the system's log.

use crate::consts;
use crate::util::*;
use orochi_object::prelude::*;
use std::ffi::CString;
use std::sync::Mutex;

/// The module `syslog`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "syslog",
    functions: &[
        function("openlog", "(ident=None, logoption=0, facility=LOG_USER)", openlog),
        function("closelog", "()", closelog),
        function("syslog", "(priority, message=None, /)", syslog),
        function("setlogmask", "(maskpri, /)", setlogmask),
        function("LOG_MASK", "(pri, /)", |cx, args| {
            Ok(Value::int(1 << (ops::to_i32(cx, args.get(0))? & 31)))
        }),
        function("LOG_UPTO", "(pri, /)", |cx, args| {
            Ok(Value::int((1i64 << ((ops::to_i32(cx, args.get(0))? & 31) + 1)) - 1))
        }),
    ],
    constants: consts::syslog::CONSTANTS,
    ..ModuleDef::DEFAULT
};

/// The identity the C library points to while the log is open.
static IDENTITY: Mutex<Option<CString>> = Mutex::new(None);

fn open(ident: Option<CString>, option: i32, facility: i32) {
    let mut own = IDENTITY.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let p = ident.as_ref().map_or(core::ptr::null(), |ident| ident.as_ptr());
    // SAFETY: the identity is kept until another one replaces it.
    unsafe { libc::openlog(p, option, facility) };
    *own = ident;
}

fn openlog(cx: &Cx, args: Args) -> Res {
    let ident = match args.non_none(0) {
        Some(v) => Some(c_text(cx, v, "openlog", 1)?),
        None => None,
    };
    let option = int_or(cx, args.opt(1), 0)?;
    let facility = int_or(cx, args.opt(2), libc::LOG_USER)?;
    cx.detached(|| open(ident, option, facility));
    Ok(Value::NONE)
}

fn closelog(cx: &Cx, _: Args) -> Res {
    // SAFETY: takes no arguments.
    cx.detached(|| unsafe { libc::closelog() });
    Ok(Value::NONE)
}

fn syslog(cx: &Cx, args: Args) -> Res {
    let (priority, message) = match args.opt(1) {
        Some(message) => (ops::to_i32(cx, args.get(0))?, message),
        None => (libc::LOG_INFO, args.get(0)),
    };
    let message = c_text(cx, message, "syslog", 2)?;
    // SAFETY: format and message are NUL-terminated.
    cx.detached(|| unsafe { libc::syslog(priority, c"%s".as_ptr(), message.as_ptr()) });
    Ok(Value::NONE)
}

fn setlogmask(cx: &Cx, args: Args) -> Res {
    let mask = ops::to_i32(cx, args.get(0))?;
    // SAFETY: takes no pointers.
    Ok(Value::int(unsafe { libc::setlogmask(mask) } as i64))
}
