//! `FileIO`: a file descriptor. System calls run detached and are repeated when interrupted.
//!
//! The descriptor is an atomic word: -1 when closed. Racing closers close it once.

use crate::base;
use crate::common::{errno, offset, os_error, retry, size_argument, unsupported};
use core::sync::atomic::{AtomicI32, AtomicI64, AtomicU32, Ordering};
use orochi_builtins::bind::Sig;
use orochi_builtins::bytes_like::{bytes_like, writable_buffer};
use orochi_object::layout;
use orochi_object::prelude::*;

/// The type's cell.
pub static FILE_IO: TypeCell = TypeCell::new();
/// Layout number.
pub const LAYOUT: u16 = layout::STD_IO_BASE;

const READABLE: u32 = 1;
const WRITABLE: u32 = 2;
const CREATED: u32 = 4;
const APPENDING: u32 = 8;
const CLOSEFD: u32 = 16;
/// Whether the descriptor is seekable: unknown until asked.
const SEEKABLE: u32 = 32;
const NOT_SEEKABLE: u32 = 64;
/// A regular file: never a terminal.
const REGULAR: u32 = 128;
const FINALIZING: u32 = 256;

/// A `FileIO`.
#[repr(C)]
pub struct PyFileIO {
    pub header: Header,
    fd: AtomicI32,
    flags: AtomicU32,
    blksize: AtomicU32,
    /// Size when it was opened, 0 if unknown.
    size: AtomicI64,
}
orochi_object::trace!(PyFileIO, LAYOUT, []);

/// The heap layout: closes descriptors of dead objects.
pub const HEAP_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { drop: Some(drop_file), ..PyFileIO::HEAP_LAYOUT };

/// # Safety
/// Called by the collector with a dead `FileIO`.
unsafe fn drop_file(header: *mut Header) {
    // SAFETY: the layout is PyFileIO; the descriptor is closed once.
    unsafe {
        let file = &*header.cast::<PyFileIO>();
        let fd = file.take_fd();
        if fd >= 0 && file.has(CLOSEFD) {
            libc::close(fd);
        }
    }
}

impl PyFileIO {
    /// The descriptor, `None` when closed. (Stored plus one, so that zeroed memory is closed.)
    pub fn fd(&self) -> Option<i32> {
        match self.fd.load(Ordering::Acquire) {
            0 => None,
            n => Some(n - 1),
        }
    }
    fn set_fd(&self, fd: i32) {
        self.fd.store(fd + 1, Ordering::Release);
    }
    fn take_fd(&self) -> i32 {
        self.fd.swap(0, Ordering::AcqRel) - 1
    }
    fn has(&self, bit: u32) -> bool {
        self.flags.load(Ordering::Relaxed) & bit != 0
    }
    pub fn is_readable(&self) -> bool {
        self.has(READABLE)
    }
    pub fn is_writable(&self) -> bool {
        self.has(WRITABLE)
    }
    /// The block size the file system prefers.
    pub fn block_size(&self) -> usize {
        self.blksize.load(Ordering::Relaxed) as usize
    }
    fn mode(&self) -> &'static str {
        let plus = self.is_readable() && self.is_writable();
        match (self.has(CREATED), self.has(APPENDING), plus) {
            (true, _, true) => "xb+",
            (true, _, false) => "xb",
            (_, true, true) => "ab+",
            (_, true, false) => "ab",
            (_, _, true) => "rb+",
            _ if self.is_readable() => "rb",
            _ => "wb",
        }
    }
}

/// `_io.FileIO`.
pub static TYPE: TypeDef = TypeDef {
    name: "_io.FileIO",
    cell: &FILE_IO,
    base: Some(&base::RAW_IO_BASE),
    layout: LAYOUT,
    size: size_of::<PyFileIO>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::NONE },
    methods: &METHODS,
    getset: &GETSET,
    doc: Some("Open a file."),
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 16] = [
    method("__getstate__", "(self, /)", base::no_pickle),
    method("read", "(self, size=-1, /)", read),
    method("readall", "(self, /)", readall),
    method("readinto", "(self, buffer, /)", readinto),
    method("write", "(self, b, /)", write),
    method("seek", "(self, pos, whence=0, /)", seek),
    method("tell", "(self, /)", tell),
    method("truncate", "(self, size=None, /)", truncate),
    method("close", "(self, /)", close),
    method("seekable", "(self, /)", seekable),
    method("readable", "(self, /)", readable),
    method("writable", "(self, /)", writable),
    method("fileno", "(self, /)", fileno),
    method("isatty", "(self, /)", isatty),
    method("_isatty_open_only", "(self, /)", isatty),
    method("_dealloc_warn", "(self, source, /)", |_, _| Ok(Value::NONE)),
];

static GETSET: [GetSetDef; 5] = [
    getter("closed", |_, v| Ok(Value::bool(cast(v).fd().is_none())))
        .doc("True if the file is closed"),
    getter("closefd", |_, v| Ok(Value::bool(cast(v).has(CLOSEFD)))),
    getter("mode", |cx, v| Ok(cx.new_str(cast(v).mode())?.value())),
    getter("_blksize", |_, v| Ok(Value::int(cast(v).block_size() as i64))),
    field("_finalizing", get_finalizing, set_finalizing),
];

fn get_finalizing(_: &Cx, v: Value) -> Res {
    Ok(Value::bool(cast(v).has(FINALIZING)))
}
fn set_finalizing(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let on = value.map_or(Ok(false), |value| ops::truth(cx, value))?;
    if on {
        cast(v).flags.fetch_or(FINALIZING, Ordering::Relaxed);
    } else {
        cast(v).flags.fetch_and(!FINALIZING, Ordering::Relaxed);
    }
    Ok(())
}

/// Whether the descriptor is of a terminal, without asking where that is known.
pub fn is_terminal(file: Ref<PyFileIO>) -> bool {
    if file.has(REGULAR) {
        return false;
    }
    // SAFETY: isatty has no memory effects.
    file.fd().is_some_and(|fd| unsafe { libc::isatty(fd) } == 1)
}

fn cast(v: Value) -> Ref<PyFileIO> {
    // SAFETY: slots and methods of FileIO get instances of it.
    unsafe { v.cast() }
}

/// The file behind a value that is exactly a `FileIO`.
pub fn exact(v: Value) -> Option<Ref<PyFileIO>> {
    v.downcast::<PyFileIO>().filter(|file| file.class() == FILE_IO.get())
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    let file: Ref<PyFileIO> = cx.alloc_instance(class, 0)?;
    Ok(file.value())
}

static INIT: Sig = Sig::new("FileIO", "(file, mode='r', closefd=True, opener=None)");

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT.bind(cx, args, |args| {
        let mode = match args.opt(1) {
            None => "r".to_string(),
            Some(mode) => match mode.as_str() {
                Some(mode) => mode.to_string_lossy(),
                None => {
                    return raise!(
                        cx,
                        TYPE_ERROR,
                        "FileIO() argument 'mode' must be str, not {}",
                        class_of(mode).display_name()
                    );
                }
            },
        };
        let closefd = args.opt(2).map_or(Ok(true), |closefd| ops::truth(cx, closefd))?;
        open_into(cx, cast(v), args.get(0), &mode, closefd, args.non_none(3))
    })
}

/// Flags of the object and of `open(2)` for a mode.
fn parse_mode(cx: &Cx, mode: &str) -> Res<(u32, i32)> {
    const MUST: &str =
        "Must have exactly one of create/read/write/append mode and at most one plus";
    let (mut bits, mut open, mut kinds, mut plus) = (0, 0, 0, false);
    for c in mode.chars() {
        match c {
            'r' => (kinds, bits) = (kinds + 1, bits | READABLE),
            'w' => {
                (kinds, bits) = (kinds + 1, bits | WRITABLE);
                open |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                (kinds, bits) = (kinds + 1, bits | WRITABLE | APPENDING);
                open |= libc::O_CREAT | libc::O_APPEND;
            }
            'x' => {
                (kinds, bits) = (kinds + 1, bits | WRITABLE | CREATED);
                open |= libc::O_CREAT | libc::O_EXCL;
            }
            'b' => {}
            '+' if plus => return raise!(cx, VALUE_ERROR, "{MUST}"),
            '+' => (plus, bits) = (true, bits | READABLE | WRITABLE),
            _ => return raise!(cx, VALUE_ERROR, "invalid mode: {mode}"),
        }
        if kinds > 1 {
            return raise!(cx, VALUE_ERROR, "{MUST}");
        }
    }
    if kinds == 0 {
        return raise!(cx, VALUE_ERROR, "{MUST}");
    }
    open |= match (bits & READABLE != 0, bits & WRITABLE != 0) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok((bits, open | libc::O_CLOEXEC))
}

/// Opens into a fresh object.
pub fn open_into(
    cx: &Cx,
    file: Ref<PyFileIO>,
    target: Value,
    mode: &str,
    closefd: bool,
    opener: Option<Value>,
) -> Res<()> {
    if let Some(fd) = file.fd() {
        // A second __init__ closes what the first has opened.
        if file.has(CLOSEFD) {
            close_fd(cx, file, fd)?;
        }
    }
    file.take_fd();
    if target.as_float().is_some() {
        return raise!(cx, TYPE_ERROR, "integer argument expected, got float");
    }
    let mut given = None;
    if target.is_int() {
        if target.as_bool().is_some() {
            cx.warn(&exception::RUNTIME_WARNING, "bool is used as a file descriptor", 1)?;
        }
        let fd = ops::to_i32(cx, target)?;
        if fd < 0 {
            return raise!(cx, VALUE_ERROR, "negative file descriptor");
        }
        given = Some(fd);
    }
    let (bits, flags) = parse_mode(cx, mode)?;
    let bits = bits | if closefd { CLOSEFD } else { 0 };
    file.flags.store(bits, Ordering::Release);
    file.blksize.store(131_072, Ordering::Relaxed);
    let fd = match given {
        Some(fd) => fd,
        None if !closefd => {
            return raise!(cx, VALUE_ERROR, "Cannot use closefd=False with file name");
        }
        None => open_path(cx, target, flags, opener)?,
    };
    check_opened(cx, file, fd, target, given.is_none())?;
    file.set_fd(fd);
    ops::setattr(cx, file.value(), name!(cx, "name"), target)?;
    if bits & APPENDING != 0 {
        // SAFETY: lseek has no memory effects.
        cx.detached(|| unsafe { libc::lseek(fd, 0, libc::SEEK_END) });
    }
    Ok(())
}

fn open_path(cx: &Cx, target: Value, flags: i32, opener: Option<Value>) -> Res<i32> {
    crate::dirty::flush_dirty(cx);
    if let Some(opener) = opener {
        let fd = ops::call(cx, opener, &[target, Value::int(i64::from(flags))])?;
        if !fd.is_int() && class_of(fd).slots.index().is_none() {
            return raise!(cx, TYPE_ERROR, "expected integer from opener");
        }
        let fd = ops::to_i32(cx, fd)?;
        if fd < 0 {
            return raise!(cx, VALUE_ERROR, "opener returned {fd}");
        }
        set_inheritable(fd);
        return Ok(fd);
    }
    let path = path_bytes(cx, target)?;
    for attempt in 0..2 {
        let result = retry(cx, || {
            // SAFETY: `path` is NUL-terminated.
            unsafe { libc::open(path.as_ptr(), flags, 0o666) as isize }
        })?;
        match result {
            Ok(fd) => return Ok(fd as i32),
            Err(libc::EMFILE | libc::ENFILE) if attempt == 0 => cx.mutator.collect(true),
            Err(number) => return Err(os_error(cx, number, Some(target))),
        }
    }
    Err(os_error(cx, libc::EMFILE, Some(target)))
}

fn set_inheritable(fd: i32) {
    // SAFETY: fcntl on a descriptor has no memory effects.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        if flags >= 0 {
            libc::fcntl(fd, libc::F_SETFD, flags | libc::FD_CLOEXEC);
        }
    }
}

/// A path as a C string: `str` (with surrogate escapes), `bytes` or an object with `__fspath__`.
pub fn path_bytes(cx: &Cx, v: Value) -> Res<std::ffi::CString> {
    let mut v = v;
    if v.as_str().is_none() && v.downcast::<PyBytes>().is_none() {
        let Some(method) = ops::lookup_special(cx, v, name!(cx, "__fspath__"))? else {
            return raise!(
                cx,
                TYPE_ERROR,
                "expected str, bytes or os.PathLike object, not {}",
                class_of(v).display_name()
            );
        };
        v = method.call(cx, &[])?;
    }
    let bytes = if let Some(text) = v.as_str() {
        let errors = cx.new_str("surrogateescape")?;
        let encoded = orochi_builtins::codecs::encode_text(cx, text, None, Some(errors))?;
        encoded.downcast::<PyBytes>().map_or_else(Vec::new, |b| b.data().to_vec())
    } else if let Some(b) = v.downcast::<PyBytes>() {
        b.data().to_vec()
    } else {
        return raise!(
            cx,
            TYPE_ERROR,
            "expected __fspath__() to return str or bytes, not {}",
            class_of(v).display_name()
        );
    };
    match std::ffi::CString::new(bytes) {
        Ok(path) => Ok(path),
        Err(_) => raise!(cx, VALUE_ERROR, "embedded null byte"),
    }
}

/// Refuses directories and notes the block size.
fn check_opened(cx: &Cx, file: Ref<PyFileIO>, fd: i32, target: Value, own: bool) -> Res<()> {
    // SAFETY: `stat` is plain data that fstat fills.
    let (result, stat) = unsafe {
        let mut stat: libc::stat = core::mem::zeroed();
        (libc::fstat(fd, &raw mut stat), stat)
    };
    if result < 0 {
        let number = errno();
        if number == libc::EBADF {
            return Err(os_error(cx, number, None));
        }
        return Ok(());
    }
    if stat.st_mode & libc::S_IFMT == libc::S_IFDIR {
        if own {
            // SAFETY: the descriptor was opened here.
            unsafe { libc::close(fd) };
        }
        return Err(os_error(cx, libc::EISDIR, Some(target)));
    }
    if stat.st_blksize > 1 {
        file.blksize.store(stat.st_blksize as u32, Ordering::Relaxed);
    }
    if stat.st_mode & libc::S_IFMT == libc::S_IFREG {
        file.flags.fetch_or(REGULAR, Ordering::Relaxed);
        file.size.store(stat.st_size, Ordering::Relaxed);
    }
    Ok(())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let file = cast(v);
    let name = ops::full_name(cx, class_of(v));
    let Some(fd) = file.fd() else { return Ok(cx.new_str(&format!("<{name} [closed]>"))?.value()) };
    let closefd = if file.has(CLOSEFD) { "True" } else { "False" };
    let mode = file.mode();
    let text = match ops::getattr_opt(cx, v, name!(cx, "name"))? {
        Some(own) => {
            let own = ops::repr_text(cx, own)?;
            format!("<{name} name={own} mode='{mode}' closefd={closefd}>")
        }
        None => format!("<{name} fd={fd} mode='{mode}' closefd={closefd}>"),
    };
    Ok(cx.new_str(&text)?.value())
}

/// The descriptor of an open file.
pub fn fd_of(cx: &Cx, file: Ref<PyFileIO>) -> Res<i32> {
    match file.fd() {
        Some(fd) => Ok(fd),
        None => raise!(cx, VALUE_ERROR, "I/O operation on closed file"),
    }
}

/// Reads at most `room.len()` bytes. `None`: the file does not block and has nothing now.
pub fn read_into(cx: &Cx, file: Ref<PyFileIO>, room: &mut [u8]) -> Res<Option<usize>> {
    let fd = fd_of(cx, file)?;
    if !file.is_readable() {
        return unsupported(cx, "File not open for reading");
    }
    // SAFETY: the kernel writes at most `room.len()` bytes.
    let result = retry(cx, || unsafe { libc::read(fd, room.as_mut_ptr().cast(), room.len()) })?;
    match result {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(number) => Err(os_error(cx, number, None)),
    }
}

/// Writes at most `data`. `None`: the file does not block and takes nothing now.
pub fn write_from(cx: &Cx, file: Ref<PyFileIO>, data: &[u8]) -> Res<Option<usize>> {
    let fd = fd_of(cx, file)?;
    if !file.is_writable() {
        return unsupported(cx, "File not open for writing");
    }
    // SAFETY: the kernel reads at most `data.len()` bytes.
    let result = retry(cx, || unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) })?;
    match result {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(number) => Err(os_error(cx, number, None)),
    }
}

/// Reads to the end.
pub fn read_all(cx: &Cx, file: Ref<PyFileIO>) -> Res<Option<Vec<u8>>> {
    let fd = fd_of(cx, file)?;
    if !file.is_readable() {
        return unsupported(cx, "File not open for reading");
    }
    let size = file.size.load(Ordering::Relaxed);
    // A small file is worth no system call more.
    let at = if size > 65536 {
        // SAFETY: lseek has no memory effects.
        unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) }.max(0)
    } else {
        0
    };
    let expected = (size - at).max(0) as usize;
    let expected = expected.min(1 << 40) + 1;
    let mut out = cx.zeroed(expected)?;
    let mut len = 0;
    loop {
        if len == out.len() {
            let more = (out.len() / 2).clamp(8192, 1 << 28);
            cx.make_room(&mut out, more)?;
            out.resize(len + more, 0);
        }
        match read_into(cx, file, &mut out[len..])? {
            Some(0) => break,
            Some(n) => len += n,
            None if len == 0 => return Ok(None),
            None => break,
        }
    }
    out.truncate(len);
    Ok(Some(out))
}

fn read(cx: &Cx, args: Args) -> Res {
    let file = cast(args.get(0));
    fd_of(cx, file)?;
    if !file.is_readable() {
        return unsupported(cx, "File not open for reading");
    }
    let n = size_argument(cx, args.opt(1))?;
    if n < 0 {
        return ops::call_method(cx, args.get(0), name!(cx, "readall"), &[]);
    }
    if n as usize > 1 << 40 {
        return Err(orochi_object::error::memory_error(cx));
    }
    let mut room = cx.zeroed(n as usize)?;
    match read_into(cx, file, &mut room)? {
        Some(n) => Ok(cx.new_bytes(&room[..n])?.value()),
        None => Ok(Value::NONE),
    }
}

fn readall(cx: &Cx, args: Args) -> Res {
    match read_all(cx, cast(args.get(0)))? {
        Some(data) => Ok(cx.new_bytes(&data)?.value()),
        None => Ok(Value::NONE),
    }
}

fn readinto(cx: &Cx, args: Args) -> Res {
    let file = cast(args.get(0));
    fd_of(cx, file)?;
    if !file.is_readable() {
        return unsupported(cx, "File not open for reading");
    }
    let target = writable_buffer(cx, args.get(1), "readinto() argument")?;
    // SAFETY: the export keeps `len` bytes at `data` in place.
    let room = unsafe { core::slice::from_raw_parts_mut(target.data, target.len) };
    match read_into(cx, file, room)? {
        Some(n) => Ok(Value::int(n as i64)),
        None => Ok(Value::NONE),
    }
}

fn write(cx: &Cx, args: Args) -> Res {
    let file = cast(args.get(0));
    fd_of(cx, file)?;
    if !file.is_writable() {
        return unsupported(cx, "File not open for writing");
    }
    let data = bytes_like(cx, args.get(1))?;
    match write_from(cx, file, &data)? {
        Some(n) => Ok(Value::int(n as i64)),
        None => Ok(Value::NONE),
    }
}

/// Moves the position.
pub fn seek_to(cx: &Cx, file: Ref<PyFileIO>, at: i64, whence: i32) -> Res<i64> {
    let fd = fd_of(cx, file)?;
    // SAFETY: lseek has no memory effects.
    let result = retry(cx, || unsafe { libc::lseek(fd, at, whence) as isize })?;
    match result {
        Ok(at) => {
            file.flags.fetch_or(SEEKABLE, Ordering::Relaxed);
            Ok(at as i64)
        }
        Err(number) => Err(os_error(cx, number, None)),
    }
}

fn seek(cx: &Cx, args: Args) -> Res {
    let whence = args.opt(2).map_or(Ok(0), |whence| ops::to_i32(cx, whence))?;
    fd_of(cx, cast(args.get(0)))?;
    let at = offset(cx, args.get(1))?;
    cx.new_int(seek_to(cx, cast(args.get(0)), at, whence)?)
}

fn tell(cx: &Cx, args: Args) -> Res {
    cx.new_int(seek_to(cx, cast(args.get(0)), 0, libc::SEEK_CUR)?)
}

fn truncate(cx: &Cx, args: Args) -> Res {
    let file = cast(args.get(0));
    let fd = fd_of(cx, file)?;
    if !file.is_writable() {
        return unsupported(cx, "File not open for writing");
    }
    let size = match args.non_none(1) {
        Some(size) => offset(cx, size)?,
        None => seek_to(cx, file, 0, libc::SEEK_CUR)?,
    };
    // SAFETY: ftruncate has no memory effects.
    match retry(cx, || unsafe { libc::ftruncate(fd, size) as isize })? {
        Ok(_) => cx.new_int(size),
        Err(number) => Err(os_error(cx, number, None)),
    }
}

fn close_fd(cx: &Cx, file: Ref<PyFileIO>, _: i32) -> Res<()> {
    let fd = file.take_fd();
    if fd < 0 {
        return Ok(());
    }
    // SAFETY: the descriptor was taken out, so it is closed once.
    let (result, number) = cx.detached(|| unsafe {
        let result = libc::close(fd);
        (result, if result < 0 { errno() } else { 0 })
    });
    if result < 0 && number != libc::EINTR {
        return Err(os_error(cx, number, None));
    }
    Ok(())
}

fn close(cx: &Cx, args: Args) -> Res {
    let file = cast(args.get(0));
    let flushed = base::close_base(cx, args.get(0));
    match file.fd() {
        Some(fd) if file.has(CLOSEFD) => close_fd(cx, file, fd)?,
        _ => {
            file.take_fd();
        }
    }
    flushed?;
    Ok(Value::NONE)
}

/// Whether the file can seek; asked once.
pub fn is_seekable(cx: &Cx, file: Ref<PyFileIO>) -> Res<bool> {
    let Some(_) = file.fd() else { return closed_error_plain(cx) };
    if file.has(SEEKABLE) {
        return Ok(true);
    }
    if file.has(NOT_SEEKABLE) {
        return Ok(false);
    }
    match seek_to(cx, file, 0, libc::SEEK_CUR) {
        Ok(_) => Ok(true),
        Err(_) => {
            file.flags.fetch_or(NOT_SEEKABLE, Ordering::Relaxed);
            Ok(false)
        }
    }
}

fn closed_error_plain<T>(cx: &Cx) -> Res<T> {
    raise!(cx, VALUE_ERROR, "I/O operation on closed file")
}

fn seekable(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(is_seekable(cx, cast(args.get(0)))?))
}
fn readable(cx: &Cx, args: Args) -> Res {
    fd_of(cx, cast(args.get(0)))?;
    Ok(Value::bool(cast(args.get(0)).is_readable()))
}
fn writable(cx: &Cx, args: Args) -> Res {
    fd_of(cx, cast(args.get(0)))?;
    Ok(Value::bool(cast(args.get(0)).is_writable()))
}
fn fileno(cx: &Cx, args: Args) -> Res {
    Ok(Value::int(i64::from(fd_of(cx, cast(args.get(0)))?)))
}
fn isatty(cx: &Cx, args: Args) -> Res {
    let fd = fd_of(cx, cast(args.get(0)))?;
    // SAFETY: isatty has no memory effects.
    Ok(Value::bool(cx.detached(|| unsafe { libc::isatty(fd) }) == 1))
}
