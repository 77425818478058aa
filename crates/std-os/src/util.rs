//! What the modules of this crate share: system calls that let signals run, paths, descriptors.

use core::ffi::CStr;
use libc::c_int;
use orochi_object::error::Raised;
use orochi_object::path;
use orochi_object::prelude::*;
use std::ffi::CString;

/// The result of a system call: -1 says that `errno` holds the reason.
pub(crate) trait SysResult: Copy {
    fn failed(self) -> bool;
}
impl SysResult for i32 {
    fn failed(self) -> bool {
        self == -1
    }
}
impl SysResult for i64 {
    fn failed(self) -> bool {
        self == -1
    }
}
impl SysResult for isize {
    fn failed(self) -> bool {
        self == -1
    }
}

/// The calling thread's `errno`.
pub(crate) fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Sets the calling thread's `errno`.
pub(crate) fn set_errno(n: i32) {
    // SAFETY: the C library gives the address of this thread's errno.
    unsafe { *libc::__errno_location() = n };
}

/// Runs a system call detached, again after a signal whose handlers raised nothing. The inner
/// error is `errno`.
pub(crate) fn try_sys<R: SysResult>(cx: &Cx, mut f: impl FnMut() -> R) -> Res<Result<R, i32>> {
    loop {
        let (result, code) = cx.detached(|| {
            let result = f();
            (result, if result.failed() { errno() } else { 0 })
        });
        if !result.failed() {
            return Ok(Ok(result));
        }
        if code != libc::EINTR {
            return Ok(Err(code));
        }
        cx.check_signals()?;
    }
}

/// As [`try_sys`]; failures raise OSError.
pub(crate) fn sys<R: SysResult>(cx: &Cx, f: impl FnMut() -> R) -> Res<R> {
    try_sys(cx, f)?.map_err(|code| exception::os_error(cx, code, None))
}

/// As [`sys`] for a call about a file.
pub(crate) fn sys_at<R: SysResult>(cx: &Cx, file: &PathArg, f: impl FnMut() -> R) -> Res<R> {
    try_sys(cx, f)?.map_err(|code| exception::os_error(cx, code, file.name()))
}

/// The result of a call that cannot block, already made.
pub(crate) fn check<R: SysResult>(cx: &Cx, result: R) -> Res<R> {
    if result.failed() { Err(exception::last_os_error(cx, None)) } else { Ok(result) }
}

/// What a path parameter accepts beside paths.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Also {
    Nothing,
    Fd,
    FdOrNone,
}

/// A path argument, converted. Lives on the stack only: it holds the argument itself.
pub(crate) struct PathArg {
    /// As given; UNSET for an omitted one.
    pub(crate) given: Option<Value>,
    pub(crate) fd: Option<c_int>,
    pub(crate) text: CString,
    pub(crate) is_bytes: bool,
}

impl PathArg {
    /// What an OSError shows as file name.
    pub(crate) fn name(&self) -> Option<Value> {
        self.given
    }
    pub(crate) fn ptr(&self) -> *const libc::c_char {
        self.text.as_ptr()
    }
    /// The same kind of string as the argument: bytes for bytes, else str.
    pub(crate) fn same_kind(&self, cx: &Cx, bytes: &[u8]) -> Res {
        if self.is_bytes {
            Ok(cx.new_bytes(bytes)?.value())
        } else {
            Ok(path::fs_decode(cx, bytes)?.value())
        }
    }
}

/// Converts parameter `name` of `function`.
pub(crate) fn path_arg(
    cx: &Cx,
    v: Option<Value>,
    function: &str,
    name: &str,
    also: Also,
) -> Res<PathArg> {
    let fd_ok = matches!(also, Also::Fd | Also::FdOrNone);
    let v = match v {
        None => return Ok(current_directory()),
        Some(v) if v.is_none() && also == Also::FdOrNone => return Ok(current_directory()),
        Some(v) => v,
    };
    if let Some(text) = path::fspath_opt(cx, v)? {
        let bytes = path::path_bytes(cx, text)?;
        let Ok(c_text) = CString::new(bytes) else {
            return raise!(cx, VALUE_ERROR, "{function}: embedded null character in {name}");
        };
        let is_bytes = text.as_str().is_none();
        return Ok(PathArg { given: Some(v), fd: None, text: c_text, is_bytes });
    }
    if fd_ok && (v.is_int() || class_of(v).slots.index().is_some()) {
        let fd = Some(fd_number(cx, v)?);
        return Ok(PathArg { given: Some(v), fd, text: CString::default(), is_bytes: false });
    }
    let allowed = match also {
        Also::Nothing => "string, bytes or os.PathLike",
        Also::Fd => "string, bytes, os.PathLike or integer",
        Also::FdOrNone => "string, bytes, os.PathLike, integer or None",
    };
    let class = class_of(v).display_name();
    raise!(cx, TYPE_ERROR, "{function}: {name} should be {allowed}, not {class}")
}

/// The path that an omitted argument means.
fn current_directory() -> PathArg {
    PathArg { given: None, fd: None, text: c".".to_owned(), is_bytes: false }
}

/// The ordinary case: a required path and nothing else.
pub(crate) fn plain_path(cx: &Cx, v: Value, function: &str) -> Res<PathArg> {
    path_arg(cx, Some(v), function, "path", Also::Nothing)
}

/// Warns of a bool where a descriptor belongs.
fn warn_of_bool(cx: &Cx, v: Value) -> Res<()> {
    if v.as_bool().is_none() {
        return Ok(());
    }
    cx.warn(&exception::RUNTIME_WARNING, "bool is used as a file descriptor", 1)
}

/// A descriptor given as a path or `dir_fd`.
fn fd_number(cx: &Cx, v: Value) -> Res<c_int> {
    warn_of_bool(cx, v)?;
    let n = ops::index(cx, v)?;
    match n.as_i64().or_else(|| n.to_big().map(|n| if n.neg { i64::MIN } else { i64::MAX })) {
        Some(n) if n > i32::MAX as i64 => {
            raise!(cx, OVERFLOW_ERROR, "fd is greater than maximum")
        }
        Some(n) if n >= i32::MIN as i64 => Ok(n as c_int),
        _ => raise!(cx, OVERFLOW_ERROR, "fd is less than minimum"),
    }
}

/// A `dir_fd` parameter; omitted and `None` mean the current directory.
pub(crate) fn dir_fd(cx: &Cx, v: Option<Value>) -> Res<c_int> {
    let Some(v) = v.and_then(Value::non_none) else { return Ok(libc::AT_FDCWD) };
    if !v.is_int() && class_of(v).slots.index().is_none() {
        let class = class_of(v).display_name();
        return raise!(cx, TYPE_ERROR, "argument should be integer or None, not {class}");
    }
    fd_number(cx, v)
}

/// An object's descriptor: an int or what its `fileno()` gives.
pub(crate) fn fileno(cx: &Cx, v: Value) -> Res<c_int> {
    let fd = if v.is_int() {
        warn_of_bool(cx, v)?;
        ops::to_i32(cx, v)?
    } else {
        let Some(method) = ops::getattr_opt(cx, v, name!(cx, "fileno"))? else {
            return raise!(cx, TYPE_ERROR, "argument must be an int, or have a fileno() method.");
        };
        let fd = ops::call(cx, method, &[])?;
        if !fd.is_int() {
            return raise!(cx, TYPE_ERROR, "fileno() returned a non-integer");
        }
        ops::to_i32(cx, fd)?
    };
    if fd < 0 {
        return raise!(cx, VALUE_ERROR, "file descriptor cannot be a negative integer ({fd})");
    }
    Ok(fd)
}

/// A boolean parameter with a default.
pub(crate) fn flag(cx: &Cx, v: Option<Value>, default: bool) -> Res<bool> {
    match v {
        Some(v) => ops::truth(cx, v),
        None => Ok(default),
    }
}

/// A C int parameter with a default.
pub(crate) fn int_or(cx: &Cx, v: Option<Value>, default: i32) -> Res<i32> {
    match v {
        Some(v) => ops::to_i32(cx, v),
        None => Ok(default),
    }
}

/// Text or bytes without NULs as a C string (names, variables, commands).
pub(crate) fn c_string(cx: &Cx, v: Value) -> Res<CString> {
    let text = path::fspath(cx, v)?;
    match CString::new(path::path_bytes(cx, text)?) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, VALUE_ERROR, "embedded null byte"),
    }
}

/// A str parameter as a C string.
pub(crate) fn c_text(cx: &Cx, v: Value, function: &str, position: usize) -> Res<CString> {
    let Some(s) = v.as_str() else {
        let class = if v.is_none() { "None".into() } else { class_of(v).display_name() };
        return raise!(cx, TYPE_ERROR, "{function}() argument {position} must be str, not {class}");
    };
    match CString::new(path::fs_encode(cx, s)?) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, VALUE_ERROR, "embedded null character"),
    }
}

/// A C string of the system as a str; null gives None.
///
/// # Safety
/// `text` is null or a NUL-terminated string that stays as it is during the call.
pub(crate) unsafe fn text_or_none(cx: &Cx, text: *const libc::c_char) -> Res {
    if text.is_null() {
        return Ok(Value::NONE);
    }
    // SAFETY: as the caller promises.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    Ok(path::fs_decode(cx, bytes)?.value())
}

/// Seconds and nanoseconds from a number of seconds, rounded up away from zero as timeouts are.
pub(crate) fn timeout(cx: &Cx, v: Value) -> Res<Option<std::time::Duration>> {
    if v.is_none() {
        return Ok(None);
    }
    let seconds = ops::to_f64(cx, v)?;
    if seconds.is_nan() {
        return raise!(cx, VALUE_ERROR, "Invalid value NaN (not a number)");
    }
    if seconds < 0.0 {
        return raise!(cx, VALUE_ERROR, "timeout must be non-negative");
    }
    if seconds > 9.2e9 {
        return raise!(cx, OVERFLOW_ERROR, "timestamp too large to convert to C PyTime_t");
    }
    Ok(Some(std::time::Duration::from_nanos((seconds * 1e9).ceil() as u64)))
}

/// A sequence as a snapshot, for arguments that must be a list or tuple.
pub(crate) fn snapshot(cx: &Cx, v: Value) -> Res<Option<Ref<PyTuple>>> {
    if let Some(list) = v.downcast::<PyList>() {
        return Ok(Some(list.snapshot(cx)?));
    }
    Ok(v.downcast::<PyTuple>())
}

/// The error for an argument of the wrong class.
#[cold]
pub(crate) fn wrong_type(cx: &Cx, what: &str, v: Value) -> Raised {
    let class = class_of(v).display_name();
    cx.error(&exception::TYPE_ERROR, &format!("{what}, not {class}"))
}
