//! What SQLite calls: functions, aggregates, collations and handlers. Each is an index into the list of hooks of the connection
//! object. The library calls on the thread that uses the connection, detached and with the connection's lock; the thread attaches
//! for as long as Python runs. Hooks tell of their own errors; here an error only decides what the library is told.

use crate::database::{self, Database, c_text, check};
use crate::statement::bytes_at;
use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use libsqlite3_sys as lite;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use std::sync::PoisonError;

/// What the library keeps for a hook. The object lives: the library calls only while a method of it, or of a
/// statement that refers to it, is on this thread's stack.
pub(crate) struct Target {
    database: *mut Header,
    index: usize,
}

impl Target {
    fn boxed(v: Value, index: usize) -> *mut c_void {
        let database = v.as_object().unwrap_or(core::ptr::null_mut());
        Box::into_raw(Box::new(Target { database, index })).cast()
    }

    /// Calls the hook with a tuple of arguments.
    fn call(&self, cx: &Cx, args: Ref<PyTuple>) -> Res {
        // SAFETY: a connection object that lives, see above.
        let database: Ref<Database> = unsafe { Value::from_object(self.database).cast() };
        let hook = database.hooks.or_none().downcast::<PyList>().and_then(|l| l.get(self.index));
        match hook {
            Some(hook) => ops::call(cx, hook, args.values()),
            None => raise!(cx, RUNTIME_ERROR, "the hook is gone"),
        }
    }

    /// Shows the error of a hook, or of what it answered, if programs want that.
    fn show(&self, cx: &Cx, raised: Raised) {
        if !SHOWS_ERRORS.load(Ordering::Relaxed) {
            return;
        }
        // SAFETY: as in `call`.
        let database: Ref<Database> = unsafe { Value::from_object(self.database).cast() };
        let hook = database.hooks.or_none().downcast::<PyList>().and_then(|l| l.get(self.index));
        let hook = hook.unwrap_or(Value::NONE);
        // What a program gave, where the module has put something around it.
        let shown = match ops::getattr_opt(cx, hook, name!(cx, "_shown")) {
            Ok(shown) => shown.unwrap_or(hook),
            Err(_) => hook,
        };
        orochi_object::hooks::unraisable(
            cx,
            raised,
            "Exception ignored on sqlite3 callback",
            shown,
        );
    }
}

/// `enable_callback_tracebacks`.
static SHOWS_ERRORS: AtomicBool = AtomicBool::new(false);

/// `show_errors(enable)`.
pub(crate) fn show_errors(cx: &Cx, args: Args) -> Res {
    SHOWS_ERRORS.store(ops::truth(cx, args.get(0))?, Ordering::Relaxed);
    Ok(Value::NONE)
}

/// Destroys a [`Target`].
unsafe extern "C" fn destroy(target: *mut c_void) {
    // SAFETY: from `Target::boxed`; the library calls this once.
    drop(unsafe { Box::from_raw(target.cast::<Target>()) });
}

/// Runs `f` attached, if this is a thread of Python.
fn attached<R>(f: impl FnOnce(&Cx) -> R) -> Option<R> {
    let cx = Cx::current()?;
    Some(cx.attached(|| f(cx)))
}

/// Runs `f` attached; shows its error and tells of none.
fn called<R>(target: &Target, f: impl FnOnce(&Cx) -> Res<R>) -> Option<R> {
    attached(|cx| f(cx).map_err(|raised| target.show(cx, raised)).ok()).flatten()
}

fn index(cx: &Cx, v: Value) -> Res<usize> {
    Ok(ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?.max(0) as usize)
}

/// `database.add_hook(callable)`: its index.
pub(crate) fn add_hook(cx: &Cx, args: Args) -> Res {
    let Some(hooks) = database::of(args.get(0)).hooks.or_none().downcast::<PyList>() else {
        return Ok(Value::NONE);
    };
    let at = hooks.edit(cx, |edit| edit.push(args.get(1)).map(|()| edit.len() - 1))?;
    Ok(Value::int(at as i64))
}

/// `database.set_hook(index, callable)`.
pub(crate) fn set_hook(cx: &Cx, args: Args) -> Res {
    let at = index(cx, args.get(1))?;
    if let Some(hooks) = database::of(args.get(0)).hooks.or_none().downcast::<PyList>() {
        hooks.set(cx, at, args.get(2));
    }
    Ok(Value::NONE)
}

// Functions.

/// The arguments of a call, behind `first`.
///
/// # Safety
/// `argv` has `argc` values.
unsafe fn arguments(
    cx: &Cx,
    first: &[Value],
    argc: c_int,
    argv: *mut *mut lite::sqlite3_value,
) -> Res<Ref<PyTuple>> {
    let args = PyTuple::new_internal(cx, first.len() + argc as usize)?;
    for (slot, value) in args.items().iter().zip(first) {
        slot.init(*value);
    }
    for (i, slot) in args.items()[first.len()..].iter().enumerate() {
        // SAFETY: by contract; what a value points to is copied at once.
        let value = unsafe {
            let value = *argv.add(i);
            match lite::sqlite3_value_type(value) {
                lite::SQLITE_NULL => Value::NONE,
                lite::SQLITE_INTEGER => cx.new_int(lite::sqlite3_value_int64(value))?,
                lite::SQLITE_FLOAT => cx.new_float(lite::sqlite3_value_double(value))?,
                lite::SQLITE_TEXT => {
                    let text = lite::sqlite3_value_text(value).cast();
                    let text = bytes_at(text, lite::sqlite3_value_bytes(value));
                    match core::str::from_utf8(text) {
                        Ok(text) => cx.new_str(text)?.value(),
                        Err(_) => return raise!(cx, VALUE_ERROR, "the text is not UTF-8"),
                    }
                }
                _ => {
                    let blob = lite::sqlite3_value_blob(value).cast();
                    cx.new_bytes(bytes_at(blob, lite::sqlite3_value_bytes(value)))?.value()
                }
            }
        };
        slot.init(value);
    }
    Ok(args)
}

/// Gives the library what a hook returned.
///
/// # Safety
/// A context that the library passed.
unsafe fn answer(
    cx: &Cx,
    target: &Target,
    context: *mut lite::sqlite3_context,
    result: Res,
    failed: &CStr,
) {
    let told = result.and_then(|v| {
        // SAFETY: by contract; the library copies what it is given.
        unsafe {
            if v.is_none() {
                lite::sqlite3_result_null(context);
            } else if v.is_int() {
                match v.as_i64() {
                    Some(n) => lite::sqlite3_result_int64(context, n),
                    None => return raise!(cx, OVERFLOW_ERROR, "int too large for SQLite"),
                }
            } else if class_of(v).is_subtype(types::FLOAT.get()) {
                lite::sqlite3_result_double(context, ops::to_f64(cx, v)?);
            } else if let Some(text) = v.as_str() {
                let text = database::utf8(cx, text)?;
                let Ok(len) = c_int::try_from(text.len()) else {
                    return raise!(cx, OVERFLOW_ERROR, "string is longer than INT_MAX bytes");
                };
                let copy = lite::SQLITE_TRANSIENT();
                lite::sqlite3_result_text(context, text.as_ptr().cast(), len, copy);
            } else {
                let blob = bytes_like(cx, v)?;
                let Ok(len) = c_int::try_from(blob.as_slice().len()) else {
                    return raise!(cx, OVERFLOW_ERROR, "BLOB longer than INT_MAX bytes");
                };
                if len == 0 {
                    lite::sqlite3_result_zeroblob(context, 0);
                } else {
                    let copy = lite::SQLITE_TRANSIENT();
                    lite::sqlite3_result_blob(context, blob.as_slice().as_ptr().cast(), len, copy);
                }
            }
        }
        Ok(())
    });
    let Err(raised) = told else { return };
    // SAFETY: by contract.
    unsafe {
        if raised.is(&exception::MEMORY_ERROR) {
            lite::sqlite3_result_error_nomem(context);
        } else if raised.is(&exception::OVERFLOW_ERROR) {
            lite::sqlite3_result_error_toobig(context);
        } else {
            lite::sqlite3_result_error(context, failed.as_ptr(), -1);
        }
    }
    target.show(cx, raised);
}

unsafe extern "C" fn call_function(
    context: *mut lite::sqlite3_context,
    argc: c_int,
    argv: *mut *mut lite::sqlite3_value,
) {
    attached(|cx| {
        // SAFETY: the library passes a context with the target, and that many values.
        unsafe {
            let target = &*lite::sqlite3_user_data(context).cast::<Target>();
            let result = arguments(cx, &[], argc, argv).and_then(|args| target.call(cx, args));
            answer(cx, target, context, result, c"user-defined function raised exception");
        }
    });
}

/// What an aggregate's hook is asked for.
const STEP: i64 = 0;
const FINAL: i64 = 1;
const VALUE: i64 = 2;
const INVERSE: i64 = 3;

/// Calls an aggregate's hook: what, which instance, and the arguments.
///
/// # Safety
/// A context that the library passed for an aggregate, and that many values.
unsafe fn call_aggregate(
    context: *mut lite::sqlite3_context,
    what: i64,
    argc: c_int,
    argv: *mut *mut lite::sqlite3_value,
) {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    attached(|cx| {
        // SAFETY: by contract; the context's memory is zeroed when it is made, and absent if it was never.
        unsafe {
            let target = &*lite::sqlite3_user_data(context).cast::<Target>();
            let room = if what == FINAL { 0 } else { size_of::<i64>() as c_int };
            let number = lite::sqlite3_aggregate_context(context, room).cast::<i64>();
            let number = match number.as_mut() {
                Some(number) => {
                    if *number == 0 {
                        *number = NEXT.fetch_add(1, Ordering::Relaxed);
                    }
                    *number
                }
                None => 0,
            };
            let first = [Value::int(what), Value::int(number)];
            let result = arguments(cx, &first, argc, argv).and_then(|args| target.call(cx, args));
            let failed = match what {
                STEP => c"user-defined aggregate's 'step' method raised error",
                FINAL => c"user-defined aggregate's 'finalize' method raised error",
                VALUE => c"user-defined aggregate's 'value' method raised error",
                _ => c"user-defined aggregate's 'inverse' method raised error",
            };
            match result {
                // The hook words what is no error of a method.
                Ok(v) if v.downcast::<PyTuple>().is_some() => {
                    let text =
                        v.downcast::<PyTuple>().and_then(|t| t.get(0)).and_then(Value::as_str);
                    let text = text.map_or(String::new(), |text| text.to_string_lossy());
                    let len = text.len() as c_int;
                    lite::sqlite3_result_error(context, text.as_ptr().cast(), len);
                    let error = v.downcast::<PyTuple>().and_then(|t| t.get(1));
                    if let Some(error) = error.and_then(Value::downcast) {
                        target.show(cx, Raised::new(error));
                    }
                }
                Ok(_) if matches!(what, STEP | INVERSE) => {}
                result => answer(cx, target, context, result, failed),
            }
        }
    });
}

unsafe extern "C" fn aggregate_step(
    context: *mut lite::sqlite3_context,
    argc: c_int,
    argv: *mut *mut lite::sqlite3_value,
) {
    // SAFETY: what the library passes.
    unsafe { call_aggregate(context, STEP, argc, argv) }
}

unsafe extern "C" fn aggregate_inverse(
    context: *mut lite::sqlite3_context,
    argc: c_int,
    argv: *mut *mut lite::sqlite3_value,
) {
    // SAFETY: what the library passes.
    unsafe { call_aggregate(context, INVERSE, argc, argv) }
}

unsafe extern "C" fn aggregate_final(context: *mut lite::sqlite3_context) {
    // SAFETY: what the library passes; no values.
    unsafe { call_aggregate(context, FINAL, 0, core::ptr::null_mut()) }
}

unsafe extern "C" fn aggregate_value(context: *mut lite::sqlite3_context) {
    // SAFETY: what the library passes; no values.
    unsafe { call_aggregate(context, VALUE, 0, core::ptr::null_mut()) }
}

/// `database.function(name, narg, flags, index)`; no index takes the function away.
pub(crate) fn create_function(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let name = c_text(cx, args.get(1))?;
    let (narg, flags) = (ops::to_i32(cx, args.get(2))?, ops::to_i32(cx, args.get(3))?);
    let target = match args.non_none(4) {
        Some(at) => Target::boxed(v, index(cx, at)?),
        None => core::ptr::null_mut(),
    };
    let call = (!target.is_null()).then_some(call_function as unsafe extern "C" fn(_, _, _));
    let gone = (!target.is_null()).then_some(destroy as unsafe extern "C" fn(_));
    let open = match database::shared(v).open(cx) {
        Ok(open) => open,
        Err(raised) => {
            free_unused(target);
            return Err(raised);
        }
    };
    let flags = flags | lite::SQLITE_UTF8;
    // SAFETY: an open and locked connection; the target goes with the function, also if this fails.
    let code = unsafe {
        lite::sqlite3_create_function_v2(
            open.raw,
            name.as_ptr(),
            narg,
            flags,
            target,
            call,
            None,
            None,
            gone,
        )
    };
    check(cx, open, code)?;
    Ok(Value::NONE)
}

fn free_unused(target: *mut c_void) {
    if !target.is_null() {
        // SAFETY: just made, and given to nobody.
        unsafe { destroy(target) };
    }
}

/// `database.aggregate(name, narg, flags, index, window)`.
pub(crate) fn create_aggregate(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let name = c_text(cx, args.get(1))?;
    let (narg, flags) = (ops::to_i32(cx, args.get(2))?, ops::to_i32(cx, args.get(3))?);
    let window = ops::truth(cx, args.get(5))?;
    let target = match args.non_none(4) {
        Some(at) => Target::boxed(v, index(cx, at)?),
        None => core::ptr::null_mut(),
    };
    let there = !target.is_null();
    let open = match database::shared(v).open(cx) {
        Ok(open) => open,
        Err(raised) => {
            free_unused(target);
            return Err(raised);
        }
    };
    let flags = flags | lite::SQLITE_UTF8;
    let step = there.then_some(aggregate_step as unsafe extern "C" fn(_, _, _));
    let last = there.then_some(aggregate_final as unsafe extern "C" fn(_));
    let value = there.then_some(aggregate_value as unsafe extern "C" fn(_));
    let inverse = there.then_some(aggregate_inverse as unsafe extern "C" fn(_, _, _));
    let gone = there.then_some(destroy as unsafe extern "C" fn(_));
    // SAFETY: as in `create_function`.
    let code = unsafe {
        if window {
            lite::sqlite3_create_window_function(
                open.raw,
                name.as_ptr(),
                narg,
                flags,
                target,
                step,
                last,
                value,
                inverse,
                gone,
            )
        } else {
            lite::sqlite3_create_function_v2(
                open.raw,
                name.as_ptr(),
                narg,
                flags,
                target,
                None,
                step,
                last,
                gone,
            )
        }
    };
    check(cx, open, code)?;
    Ok(Value::NONE)
}

// Collations.

unsafe extern "C" fn collate(
    target: *mut c_void,
    len: c_int,
    text: *const c_void,
    other_len: c_int,
    other: *const c_void,
) -> c_int {
    // SAFETY: the target, and two texts of these lengths.
    let (target, one, two) = unsafe {
        let one = bytes_at(text.cast(), len);
        (&*target.cast::<Target>(), one, bytes_at(other.cast(), other_len))
    };
    let order = called(target, |cx| -> Res<c_int> {
        let one = cx.new_str(&String::from_utf8_lossy(one))?.value();
        let two = cx.new_str(&String::from_utf8_lossy(two))?.value();
        let order = target.call(cx, cx.new_tuple(&[one, two])?)?;
        let order = ops::index(cx, order)?;
        Ok(match order.as_i64() {
            Some(n) => n.signum() as c_int,
            None if order.to_big().is_some_and(|n| n.neg) => -1,
            None => 1,
        })
    });
    order.unwrap_or(0)
}

/// `database.collation(name, index)`.
pub(crate) fn create_collation(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let name = c_text(cx, args.get(1))?;
    let target = match args.non_none(2) {
        Some(at) => Target::boxed(v, index(cx, at)?),
        None => core::ptr::null_mut(),
    };
    let there = !target.is_null();
    let open = match database::shared(v).open(cx) {
        Ok(open) => open,
        Err(raised) => {
            free_unused(target);
            return Err(raised);
        }
    };
    let call = there.then_some(collate as unsafe extern "C" fn(_, _, _, _, _) -> _);
    let gone = there.then_some(destroy as unsafe extern "C" fn(_));
    // SAFETY: as in `create_function`, but a failure leaves the target to us.
    let code = unsafe {
        lite::sqlite3_create_collation_v2(
            open.raw,
            name.as_ptr(),
            lite::SQLITE_UTF8,
            target,
            call,
            gone,
        )
    };
    if code != lite::SQLITE_OK {
        free_unused(target);
    }
    check(cx, open, code)?;
    Ok(Value::NONE)
}

// Handlers. There is one of each for a connection. The library does not say when it lets go of a target, so that they stay
// as long as the connection.

/// The targets of a connection's handlers, by index.
pub(crate) struct Kept(Vec<Box<Target>>);

// SAFETY: a target's pointer is used only where the library calls, on a thread that uses the connection.
unsafe impl Send for Kept {}

impl Kept {
    pub(crate) const fn new() -> Kept {
        Kept(Vec::new())
    }
}

fn keep(cx: &Cx, args: Args, at: usize) -> Res<*mut c_void> {
    let Some(i) = args.non_none(at) else { return Ok(core::ptr::null_mut()) };
    let index = index(cx, i)?;
    let mut kept =
        database::shared(args.get(0)).kept.lock().unwrap_or_else(PoisonError::into_inner);
    if !kept.0.iter().any(|target| target.index == index) {
        let database = args.get(0).as_object().unwrap_or(core::ptr::null_mut());
        kept.0.push(Box::new(Target { database, index }));
    }
    let found = kept.0.iter().find(|target| target.index == index);
    Ok(found.map_or(core::ptr::null_mut(), |target| ptr::from_ref(&**target).cast_mut().cast()))
}

/// A text or None.
///
/// # Safety
/// Null, or a text that ends with a null byte.
unsafe fn text(cx: &Cx, text: *const c_char) -> Res {
    if text.is_null() {
        return Ok(Value::NONE);
    }
    // SAFETY: by contract.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    Ok(cx.new_str(&text)?.value())
}

unsafe extern "C" fn authorize(
    target: *mut c_void,
    action: c_int,
    one: *const c_char,
    two: *const c_char,
    database: *const c_char,
    trigger: *const c_char,
) -> c_int {
    // SAFETY: the target.
    let target = unsafe { &*target.cast::<Target>() };
    let answer = called(target, |cx| -> Res<c_int> {
        // SAFETY: texts or null.
        let answer = unsafe {
            let names = [
                Value::int(i64::from(action)),
                text(cx, one)?,
                text(cx, two)?,
                text(cx, database)?,
                text(cx, trigger)?,
            ];
            target.call(cx, cx.new_tuple(&names)?)?
        };
        if !answer.is_int() {
            return Ok(lite::SQLITE_DENY);
        }
        ops::to_i32(cx, answer)
    });
    answer.unwrap_or(lite::SQLITE_DENY)
}

/// `database.authorizer(index)`.
pub(crate) fn set_authorizer(cx: &Cx, args: Args) -> Res {
    let target = keep(cx, args, 1)?;
    let call =
        (!target.is_null()).then_some(authorize as unsafe extern "C" fn(_, _, _, _, _, _) -> _);
    let open = database::shared(args.get(0)).open(cx)?;
    // SAFETY: an open and locked connection.
    let code = unsafe { lite::sqlite3_set_authorizer(open.raw, call, target) };
    check(cx, open, code)?;
    Ok(Value::NONE)
}

unsafe extern "C" fn progress(target: *mut c_void) -> c_int {
    // SAFETY: the target.
    let target = unsafe { &*target.cast::<Target>() };
    let stop = called(target, |cx| {
        let answer = target.call(cx, cx.new_tuple(&[])?)?;
        ops::truth(cx, answer)
    });
    c_int::from(stop.unwrap_or(true))
}

/// `database.progress(index, n)`.
pub(crate) fn set_progress(cx: &Cx, args: Args) -> Res {
    let target = keep(cx, args, 1)?;
    let n = ops::to_i32(cx, args.get(2))?;
    let call = (!target.is_null()).then_some(progress as unsafe extern "C" fn(_) -> _);
    let open = database::shared(args.get(0)).open(cx)?;
    // SAFETY: an open and locked connection.
    unsafe { lite::sqlite3_progress_handler(open.raw, n, call, target) };
    Ok(Value::NONE)
}

unsafe extern "C" fn traced(
    kind: c_uint,
    target: *mut c_void,
    statement: *mut c_void,
    sql: *mut c_void,
) -> c_int {
    if kind != lite::SQLITE_TRACE_STMT as c_uint {
        return 0;
    }
    // SAFETY: the target.
    let target = unsafe { &*target.cast::<Target>() };
    called(target, |cx| {
        // SAFETY: a statement, and the text of it or of a trigger's comment.
        unsafe {
            let raw = sql.cast::<c_char>();
            let comment = !raw.is_null() && CStr::from_ptr(raw).to_bytes().starts_with(b"--");
            let expanded = match comment {
                true => core::ptr::null_mut(),
                false => lite::sqlite3_expanded_sql(statement.cast()),
            };
            let shown = if expanded.is_null() { raw } else { expanded };
            let shown = text(cx, shown);
            lite::sqlite3_free(expanded.cast());
            target.call(cx, cx.new_tuple(&[shown?])?)
        }
    });
    0
}

/// `database.trace(index)`.
pub(crate) fn set_trace(cx: &Cx, args: Args) -> Res {
    let target = keep(cx, args, 1)?;
    let there = !target.is_null();
    let call = there.then_some(traced as unsafe extern "C" fn(_, _, _, _) -> _);
    let mask = if there { lite::SQLITE_TRACE_STMT as c_uint } else { 0 };
    let open = database::shared(args.get(0)).open(cx)?;
    // SAFETY: an open and locked connection.
    let code = unsafe { lite::sqlite3_trace_v2(open.raw, mask, call, target) };
    check(cx, open, code)?;
    Ok(Value::NONE)
}
