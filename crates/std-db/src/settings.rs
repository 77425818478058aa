//! What a connection can be told and asked beside statements: limits, switches, extensions, and its whole content as bytes.

use crate::database::{Fault, c_text, c_text_or_none, check, pointer, shared};
use core::ffi::{CStr, c_int};
use core::ptr;
use libsqlite3_sys as lite;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;

/// `database.limit(category, limit)`: the limit before; a negative one changes nothing.
pub(crate) fn limit(cx: &Cx, args: Args) -> Res {
    let (category, limit) = (ops::to_i32(cx, args.get(1))?, ops::to_i32(cx, args.get(2))?);
    let open = shared(args.get(0)).open(cx)?;
    // SAFETY: an open and locked connection; any numbers.
    let before = unsafe { lite::sqlite3_limit(open.raw, category, limit) };
    Ok(Value::int(i64::from(before)))
}

/// `database.config(op, value)`: the switch as it is then; a negative value changes nothing.
pub(crate) fn config(cx: &Cx, args: Args) -> Res {
    let (op, value) = (ops::to_i32(cx, args.get(1))?, ops::to_i32(cx, args.get(2))?);
    let open = shared(args.get(0)).open(cx)?;
    let mut now: c_int = 0;
    // SAFETY: an open and locked connection; a switch takes a number and a place for one (the caller has checked that it is one).
    let code = unsafe { lite::sqlite3_db_config(open.raw, op, value, &raw mut now) };
    check(cx, open, code)?;
    Ok(Value::bool(now != 0))
}

/// `database.load_extension(path, entry)`.
pub(crate) fn load_extension(cx: &Cx, args: Args) -> Res {
    let path = c_text(cx, args.get(1))?;
    let entry = c_text_or_none(cx, args.non_none(2))?;
    let open = shared(args.get(0)).open(cx)?;
    let mut text = ptr::null_mut();
    let code = cx.detached(|| {
        // SAFETY: an open and locked connection, texts, and a place for the error's text.
        unsafe {
            lite::sqlite3_load_extension(open.raw, path.as_ptr(), pointer(&entry), &raw mut text)
        }
    });
    if code == lite::SQLITE_OK {
        return Ok(Value::NONE);
    }
    let text = if text.is_null() {
        String::from("error during initialization")
    } else {
        // SAFETY: the library's text, which is ours to free.
        unsafe {
            let copy = CStr::from_ptr(text).to_string_lossy().into_owned();
            lite::sqlite3_free(text.cast());
            copy
        }
    };
    drop(open);
    Err(crate::database::raised(cx, "OperationalError", &text))
}

/// `database.serialize(name)`: bytes, or None if there is no such database.
pub(crate) fn serialize(cx: &Cx, args: Args) -> Res {
    let name = c_text(cx, args.get(1))?;
    let open = shared(args.get(0)).open(cx)?;
    let mut size = 0;
    let copy = cx.detached(|| {
        // SAFETY: an open and locked connection.
        unsafe { lite::sqlite3_serialize(open.raw, name.as_ptr(), &raw mut size, 0) }
    });
    if copy.is_null() {
        return Ok(Value::NONE);
    }
    // SAFETY: the library's copy of that size, which is ours to free.
    unsafe {
        let made = cx.new_bytes(core::slice::from_raw_parts(copy, size as usize));
        lite::sqlite3_free(copy.cast());
        Ok(made?.value())
    }
}

/// `database.deserialize(data, name)`.
pub(crate) fn deserialize(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(1))?;
    let name = c_text(cx, args.get(2))?;
    let len = data.as_slice().len();
    let open = shared(args.get(0)).open(cx)?;
    // SAFETY: room of that size is filled, and given to the library, which frees it also if it fails.
    let code = unsafe {
        let copy: *mut u8 = lite::sqlite3_malloc64(len.max(1) as u64).cast();
        if copy.is_null() {
            drop(open);
            return Err(Fault::plain(lite::SQLITE_NOMEM).raise(cx));
        }
        ptr::copy_nonoverlapping(data.as_slice().as_ptr(), copy, len);
        let flags = lite::SQLITE_DESERIALIZE_FREEONCLOSE | lite::SQLITE_DESERIALIZE_RESIZEABLE;
        let len = len as i64;
        cx.detached(|| {
            lite::sqlite3_deserialize(open.raw, name.as_ptr(), copy, len, len, flags as _)
        })
    };
    check(cx, open, code)?;
    Ok(Value::NONE)
}
