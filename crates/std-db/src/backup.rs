//! Copying a database into another, page by page.

use crate::database::{self, Fault, c_text, check};
use core::ffi::c_int;
use core::time::Duration;
use libsqlite3_sys as lite;
use orochi_object::prelude::*;

/// `database.backup(target, name, target_name, pages, progress, sleep)`. The target is locked all the time, the source in
/// between not: it may change, and then the library begins anew.
pub(crate) fn run(cx: &Cx, args: Args) -> Res {
    let target = database::checked(cx, args.get(1))?;
    let (name, target_name) = (c_text(cx, args.get(2))?, c_text(cx, args.get(3))?);
    let pages = ops::to_i32(cx, args.get(4))?;
    let progress = args.non_none(5);
    let sleep = Duration::from_secs_f64(ops::to_f64(cx, args.get(6))?.clamp(0.0, 1e9));
    let shared = database::shared(args.get(0));
    let into = database::shared(target).open(cx)?;
    let raw = {
        let open = shared.open(cx)?;
        // SAFETY: two open and locked connections.
        unsafe {
            lite::sqlite3_backup_init(into.raw, target_name.as_ptr(), open.raw, name.as_ptr())
        }
    };
    if raw.is_null() {
        let fault = Fault::of(into.raw);
        drop(into);
        return Err(fault.raise(cx));
    }
    let mut failed = None;
    let mut code = lite::SQLITE_OK;
    loop {
        code = match shared.open(cx) {
            // SAFETY: a backup whose connections are open and locked.
            Ok(_open) => cx.detached(|| unsafe { lite::sqlite3_backup_step(raw, pages) }),
            Err(raised) => {
                failed = Some(raised);
                break;
            }
        };
        if let Some(progress) = progress {
            // SAFETY: as above; the numbers are those of the last step.
            let (left, total) = unsafe {
                (lite::sqlite3_backup_remaining(raw), lite::sqlite3_backup_pagecount(raw))
            };
            let told = [code, left, total].map(|n: c_int| Value::int(i64::from(n)));
            if let Err(raised) = ops::call(cx, progress, &told) {
                failed = Some(raised);
                break;
            }
        }
        match code {
            lite::SQLITE_OK => {}
            lite::SQLITE_BUSY | lite::SQLITE_LOCKED => {
                cx.detached(|| std::thread::sleep(sleep));
                if let Err(raised) = cx.check_signals() {
                    failed = Some(raised);
                    break;
                }
            }
            _ => break,
        }
    }
    // SAFETY: ends the backup; the connections' memory lives as long as it.
    let end = cx.detached(|| unsafe { lite::sqlite3_backup_finish(raw) });
    if let Some(raised) = failed {
        return Err(raised);
    }
    check(cx, into, if code == lite::SQLITE_DONE { end } else { code })?;
    Ok(Value::NONE)
}
