//! `mmap`: memory mapped files.
//!
//! The mapping is used and removed under the object's lock, so that a thread that closes it cannot
//! pull it from under another one; exported windows keep it.

use crate::consts;
use crate::util::*;
use core::sync::atomic::{AtomicI32, AtomicI64, AtomicUsize, Ordering};
use libc::c_int;
use orochi_object::buffer::{Buffer, Exports, request};
use orochi_object::layout::{self, HeapLayout};
use orochi_object::module::PyModule;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use orochi_object::slice::PySlice;

/// The layout number of mappings.
pub(crate) const LAYOUT_NUMBER: u16 = layout::STD_OS_BASE + 2;

/// A mapping. All fields change under the object's lock.
#[repr(C)]
pub(crate) struct Mmap {
    header: Header,
    /// Address; 0 when closed.
    data: AtomicUsize,
    len: AtomicUsize,
    pos: AtomicUsize,
    exports: Exports,
    /// A descriptor of its own plus one; 0 is none.
    fd_plus: AtomicI32,
    access: AtomicI32,
    offset: AtomicI64,
    shared: AtomicI32,
}
// SAFETY: repr(C) with a Header first; there are no slots.
unsafe impl Object for Mmap {
    const LAYOUT: u16 = LAYOUT_NUMBER;
}

/// The heap layout of mappings.
pub(crate) const LAYOUT: HeapLayout =
    HeapLayout { name: "mmap", trace: Some(trace), trace_range: None, drop: Some(unmap_dead) };

/// # Safety
/// Called by the collector with a mapping.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: only a subclass's words follow the struct.
    unsafe { layout::visit_rest(header, size_of::<Mmap>(), tracer) }
}

/// # Safety
/// Called by the collector with an unreachable mapping.
unsafe fn unmap_dead(header: *mut Header) {
    // SAFETY: nobody else refers to the object.
    unsafe {
        (*header.cast::<Mmap>()).release();
        (*header.cast::<Mmap>()).exports.free();
    }
}

const ACCESS_DEFAULT: c_int = 0;
const ACCESS_READ: c_int = 1;
const ACCESS_WRITE: c_int = 2;
const ACCESS_COPY: c_int = 3;

static CELL: TypeCell = TypeCell::new();
static TYPE: TypeDef = TypeDef {
    name: "mmap.mmap",
    cell: &CELL,
    layout: LAYOUT_NUMBER,
    size: size_of::<Mmap>(),
    flags: types::flag::BASETYPE | types::flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        len: Some(|cx, v| with(cx, v, |m| Ok(m.len()))),
        getitem: Some(getitem),
        setitem: Some(setitem),
        buffer: Some(export),
        ..Slots::NONE
    },
    methods: &[
        method_outside("close", "(self, /)", close),
        method("find", "(self, sub, start=-1, end=-1, /)", |cx, args| find(cx, args, false)),
        method("rfind", "(self, sub, start=-1, end=-1, /)", |cx, args| find(cx, args, true)),
        method("flush", "(self, offset=0, size=-1, /)", flush),
        method("madvise", "(self, option, start=0, length=-1, /)", madvise),
        method("move", "(self, dest, src, count, /)", move_bytes),
        method("read", "(self, n=None, /)", read),
        method("read_byte", "(self, /)", read_byte),
        method("readline", "(self, /)", readline),
        method_outside("resize", "(self, newsize, /)", resize),
        method("seek", "(self, pos, whence=0, /)", seek),
        method("seekable", "(self, /)", |_, _| Ok(Value::TRUE)),
        method("size", "(self, /)", size),
        method("tell", "(self, /)", |cx, args| {
            with(cx, args.get(0), |m| Ok(Value::int(m.pos() as i64)))
        }),
        method("write", "(self, bytes, /)", write),
        method("write_byte", "(self, byte, /)", write_byte),
        method("__enter__", "(self, /)", |cx, args| with(cx, args.get(0), |_| Ok(args.get(0)))),
        method("__exit__", "(self, exc_type, exc_value, traceback, /)", close),
    ],
    getset: &[getter("closed", |_, v| Ok(Value::bool(of(v).data.load(Ordering::Acquire) == 0)))],
    ..TypeDef::DEFAULT
};

/// The module `mmap`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "mmap",
    constants: consts::mmap::CONSTANTS,
    types: &[&TYPE],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn page() -> i64 {
    // SAFETY: takes no pointers.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    dict.set_str(cx, name!(cx, "error"), exception::OS_ERROR.get().value())?;
    dict.set_str(cx, name!(cx, "PAGESIZE"), Value::int(page()))?;
    dict.set_str(cx, name!(cx, "ALLOCATIONGRANULARITY"), Value::int(page()))
}

fn of(v: Value) -> Ref<Mmap> {
    // SAFETY: receivers of this type.
    unsafe { v.cast() }
}

impl Mmap {
    fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }
    fn pos(&self) -> usize {
        self.pos.load(Ordering::Relaxed).min(self.len())
    }
    fn advance(&self, to: usize) {
        self.pos.store(to, Ordering::Relaxed);
    }
    fn access(&self) -> c_int {
        self.access.load(Ordering::Relaxed)
    }
    /// The bytes, while the object's lock is held. Other processes may change them.
    fn bytes(&self) -> &[u8] {
        let data = self.data.load(Ordering::Relaxed) as *const u8;
        // SAFETY: mapped for `len` bytes until `release`, which needs the lock.
        unsafe { core::slice::from_raw_parts(data, self.len()) }
    }
    /// Writes within the mapping, while the object's lock is held.
    fn put(&self, at: usize, bytes: &[u8]) {
        debug_assert!(at + bytes.len() <= self.len());
        let data = self.data.load(Ordering::Relaxed) as *mut u8;
        // SAFETY: the range is mapped and writable (checked by the caller).
        unsafe { core::ptr::copy(bytes.as_ptr(), data.add(at), bytes.len()) };
    }
    fn release(&self) {
        let data = self.data.swap(0, Ordering::AcqRel);
        let fd = self.fd_plus.swap(0, Ordering::AcqRel) - 1;
        // SAFETY: the mapping and the descriptor are this object's own.
        unsafe {
            if data != 0 {
                libc::munmap(data as *mut _, self.len());
            }
            if fd >= 0 {
                libc::close(fd);
            }
        }
    }
}

/// Runs `f` with the object's lock held and the mapping open.
fn with<R>(cx: &Cx, v: Value, f: impl FnOnce(&Mmap) -> Res<R>) -> Res<R> {
    let m = of(v);
    m.locked(cx, || {
        if m.data.load(Ordering::Acquire) == 0 {
            return raise!(cx, VALUE_ERROR, "mmap closed or invalid");
        }
        f(&m)
    })
}

/// As [`with`] for writing.
fn writing<R>(cx: &Cx, v: Value, f: impl FnOnce(&Mmap) -> Res<R>) -> Res<R> {
    with(cx, v, |m| {
        if m.access() == ACCESS_READ {
            return raise!(cx, TYPE_ERROR, "mmap can't modify a readonly memory map.");
        }
        f(m)
    })
}

static SIGNATURE: std::sync::LazyLock<orochi_object::args::Signature> =
    std::sync::LazyLock::new(|| {
        orochi_object::args::Signature::parse(
            "(fileno, length, flags=MAP_SHARED, prot=3, access=0, offset=0, *, trackfd=True)",
        )
    });

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    SIGNATURE.bind(cx, "mmap", 0, args, &mut |args| open(cx, class, args))
}

fn open(cx: &Cx, class: Ref<PyType>, args: Args) -> Res {
    let fd = ops::to_i32(cx, args.get(0))?;
    let length = ops::index_isize(cx, args.get(1), &exception::OVERFLOW_ERROR)?;
    let mut flags = int_or(cx, args.opt(2), libc::MAP_SHARED)?;
    let mut prot = int_or(cx, args.opt(3), libc::PROT_READ | libc::PROT_WRITE)?;
    let mut access = int_or(cx, args.opt(4), ACCESS_DEFAULT)?;
    let offset = match args.opt(5) {
        Some(v) => ops::to_i64(cx, v)?,
        None => 0,
    };
    let track = flag(cx, args.opt(6), true)?;
    if length < 0 {
        return raise!(cx, OVERFLOW_ERROR, "memory mapped length must be positive");
    }
    if offset < 0 {
        return raise!(cx, OVERFLOW_ERROR, "memory mapped offset must be positive");
    }
    if access != ACCESS_DEFAULT && (args.opt(2).is_some() || args.opt(3).is_some()) {
        return raise!(cx, VALUE_ERROR, "mmap can't specify both access and flags, prot.");
    }
    match access {
        ACCESS_READ => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ),
        ACCESS_WRITE => {
            (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE);
        }
        ACCESS_COPY => {
            (flags, prot) = (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE);
        }
        ACCESS_DEFAULT => match (prot & libc::PROT_READ != 0, prot & libc::PROT_WRITE != 0) {
            (true, true) => {}
            (_, true) => access = ACCESS_WRITE,
            _ => access = ACCESS_READ,
        },
        _ => return raise!(cx, VALUE_ERROR, "mmap invalid access parameter."),
    }
    cx.flush_writers();
    let length = file_length(cx, fd, length as u64, offset as u64)?;
    let mut own = -1;
    if fd == -1 {
        flags |= libc::MAP_ANONYMOUS;
    } else if track {
        // SAFETY: takes no pointers.
        own = check(cx, unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?;
    }
    let m: Ref<Mmap> = cx.alloc_instance(class, 0)?;
    m.fd_plus.store(own + 1, Ordering::Relaxed);
    m.access.store(access, Ordering::Relaxed);
    m.offset.store(offset, Ordering::Relaxed);
    m.shared.store(flags & libc::MAP_SHARED, Ordering::Relaxed);
    // SAFETY: a new mapping wherever the system wants it.
    let data = unsafe { libc::mmap(core::ptr::null_mut(), length, prot, flags, fd, offset) };
    if data == libc::MAP_FAILED {
        return Err(exception::last_os_error(cx, None));
    }
    m.len.store(length, Ordering::Relaxed);
    m.data.store(data as usize, Ordering::Release);
    Ok(m.value())
}

/// The length to map: 0 means up to the file's end.
fn file_length(cx: &Cx, fd: c_int, length: u64, offset: u64) -> Res<usize> {
    if fd == -1 {
        return Ok(length as usize);
    }
    // SAFETY: plain data, for which zeroes are valid.
    let mut st: libc::stat = unsafe { core::mem::zeroed() };
    // SAFETY: fills a local.
    check(cx, unsafe { libc::fstat(fd, &raw mut st) })?;
    if st.st_mode & libc::S_IFMT != libc::S_IFREG {
        return Ok(length as usize);
    }
    let file = st.st_size as u64;
    if length == 0 {
        if file == 0 {
            return raise!(cx, VALUE_ERROR, "cannot mmap an empty file");
        }
        if offset >= file {
            return raise!(cx, VALUE_ERROR, "mmap offset is greater than file size");
        }
        return Ok((file - offset) as usize);
    }
    if offset > file || file - offset < length {
        return raise!(cx, VALUE_ERROR, "mmap length is greater than file size");
    }
    Ok(length as usize)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let m = of(v);
    let name = ops::full_name(cx, class_of(v));
    let text = m.locked(cx, || {
        if m.data.load(Ordering::Acquire) == 0 {
            return format!("<{name} closed=True>");
        }
        let access = match m.access() {
            ACCESS_READ => "ACCESS_READ",
            ACCESS_WRITE => "ACCESS_WRITE",
            ACCESS_COPY => "ACCESS_COPY",
            _ => "ACCESS_DEFAULT",
        };
        format!(
            "<{name} closed=False, access={access}, length={}, pos={}, offset={}>",
            m.len(),
            m.pos.load(Ordering::Relaxed),
            m.offset.load(Ordering::Relaxed)
        )
    });
    Ok(cx.new_str(&text)?.value())
}

fn close(cx: &Cx, args: Args) -> Res {
    const IN_USE: &str = "cannot close exported pointers exist";
    let m = of(args.get(0));
    m.exports.settle(cx, args.get(0), IN_USE)?;
    m.locked(cx, || {
        if m.exports.any() {
            return raise!(cx, BUFFER_ERROR, "{IN_USE}");
        }
        m.release();
        Ok(Value::NONE)
    })
}

fn export(cx: &Cx, v: Value, flags: u32) -> Res<Buffer> {
    with(cx, v, |m| {
        let readonly = m.access() == ACCESS_READ;
        if readonly && flags & request::WRITABLE != 0 {
            return raise!(cx, BUFFER_ERROR, "Object is not writable.");
        }
        let count = m.exports.take();
        let data = m.data.load(Ordering::Relaxed) as *mut u8;
        let mut buffer = Buffer::bytes(v, data, m.len(), readonly);
        buffer.on_release = Some(|owner| of(owner).exports.give_back());
        buffer.count = Some(count);
        Ok(buffer)
    })
}

/// The positions that a slice selects.
fn selected(cx: &Cx, v: Value, slice: Ref<PySlice>) -> Res<(i64, i64, i64)> {
    let length = with(cx, v, |m| Ok(m.len()))?;
    let indices = name!(cx, "indices");
    let triple = ops::call_method(cx, slice.value(), indices, &[Value::int(length as i64)])?;
    let part = |i: usize| -> i64 {
        let item = triple.downcast::<PyTuple>().and_then(|t| t.get(i));
        item.and_then(Value::as_i64).unwrap_or(0)
    };
    let (start, stop, step) = (part(0), part(1), part(2));
    let n = match step {
        1.. => (stop - start + step - 1).max(0) / step,
        0 => 0,
        _ => (start - stop - step - 1).max(0) / -step,
    };
    Ok((start, step, n))
}

fn item_index(cx: &Cx, key: Value, m: &Mmap) -> Res<usize> {
    let i = key.as_i64().unwrap_or(i64::MAX);
    let i = if i < 0 { i + m.len() as i64 } else { i };
    if i < 0 || i as usize >= m.len() {
        return raise!(cx, INDEX_ERROR, "mmap index out of range");
    }
    Ok(i as usize)
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    if let Some(slice) = key.downcast::<PySlice>() {
        let (start, step, n) = selected(cx, v, slice)?;
        return with(cx, v, |m| {
            let bytes = m.bytes();
            let at = |i: i64| bytes.get((start + i * step) as usize).copied();
            let chosen: Vec<u8> = (0..n).map_while(at).collect();
            Ok(cx.new_bytes(&chosen)?.value())
        });
    }
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(cx, TYPE_ERROR, "mmap indices must be integers");
    }
    let key = ops::index(cx, key)?;
    with(cx, v, |m| Ok(Value::int(m.bytes()[item_index(cx, key, m)?] as i64)))
}

fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        let what = if key.downcast::<PySlice>().is_some() { "slice" } else { "item" };
        return raise!(cx, TYPE_ERROR, "mmap object doesn't support {what} deletion");
    };
    if let Some(slice) = key.downcast::<PySlice>() {
        let (start, step, n) = selected(cx, v, slice)?;
        let source = bytes_like(cx, value)?;
        if source.len as i64 != n {
            return raise!(cx, INDEX_ERROR, "mmap slice assignment is wrong size");
        }
        return writing(cx, v, |m| {
            for (i, byte) in source.as_slice().iter().enumerate() {
                let at = (start + i as i64 * step) as usize;
                if at < m.len() {
                    m.put(at, &[*byte]);
                }
            }
            Ok(())
        });
    }
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(cx, TYPE_ERROR, "mmap indices must be integers");
    }
    let key = ops::index(cx, key)?;
    if !value.is_int() && class_of(value).slots.index().is_none() {
        return raise!(cx, TYPE_ERROR, "mmap item value must be an int");
    }
    let byte = ops::to_i64(cx, value)?;
    writing(cx, v, |m| {
        let at = item_index(cx, key, m)?;
        match u8::try_from(byte) {
            Ok(byte) => m.put(at, &[byte]),
            Err(_) => {
                return raise!(cx, VALUE_ERROR, "mmap item value must be in range(0, 256)");
            }
        }
        Ok(())
    })
}

/// A position counted from the end if negative, clamped to the length.
fn clamp(n: i64, len: usize) -> usize {
    let n = if n < 0 { n + len as i64 } else { n };
    n.clamp(0, len as i64) as usize
}

fn optional(cx: &Cx, v: Option<Value>) -> Res<Option<i64>> {
    match v.and_then(Value::non_none) {
        Some(v) => Ok(Some(ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)? as i64)),
        None => Ok(None),
    }
}

fn find(cx: &Cx, args: Args, reverse: bool) -> Res {
    let needle = bytes_like(cx, args.get(1))?;
    let (start, end) = (optional(cx, args.opt(2))?, optional(cx, args.opt(3))?);
    with(cx, args.get(0), |m| {
        let start = start.map_or(m.pos(), |n| clamp(n, m.len()));
        let end = end.map_or(m.len(), |n| clamp(n, m.len()));
        let Some(part) = m.bytes().get(start..end) else { return Ok(Value::int(-1)) };
        let found = if reverse {
            orochi_text::search::rfind_bytes(part, needle.as_slice())
        } else {
            orochi_text::search::find_bytes(part, needle.as_slice())
        };
        Ok(Value::int(found.map_or(-1, |i| (start + i) as i64)))
    })
}

fn flush(cx: &Cx, args: Args) -> Res {
    let offset = optional(cx, args.opt(1))?.unwrap_or(0);
    let size = optional(cx, args.opt(2))?.filter(|n| *n != -1);
    with(cx, args.get(0), |m| {
        let size = size.unwrap_or(m.len() as i64 - offset);
        if offset < 0 || size < 0 || offset + size > m.len() as i64 {
            return raise!(cx, VALUE_ERROR, "flush values out of range");
        }
        if matches!(m.access(), ACCESS_READ | ACCESS_COPY) {
            return Ok(Value::NONE);
        }
        let data = m.data.load(Ordering::Relaxed) + offset as usize;
        // SAFETY: the range is mapped.
        check(cx, unsafe { libc::msync(data as *mut _, size as usize, libc::MS_SYNC) })?;
        Ok(Value::NONE)
    })
}

fn madvise(cx: &Cx, args: Args) -> Res {
    let option = ops::to_i32(cx, args.get(1))?;
    let start = optional(cx, args.opt(2))?.unwrap_or(0);
    let length = optional(cx, args.opt(3))?;
    with(cx, args.get(0), |m| {
        let length = length.unwrap_or(m.len() as i64);
        if start < 0 || start >= m.len() as i64 {
            return raise!(cx, VALUE_ERROR, "madvise start out of bounds");
        }
        if length < 0 {
            return raise!(cx, VALUE_ERROR, "madvise length invalid");
        }
        let length = length.min(m.len() as i64 - start);
        let data = m.data.load(Ordering::Relaxed) + start as usize;
        // SAFETY: the range is mapped.
        check(cx, unsafe { libc::madvise(data as *mut _, length as usize, option) })?;
        Ok(Value::NONE)
    })
}

fn move_bytes(cx: &Cx, args: Args) -> Res {
    let number = |i| ops::index_isize(cx, args.get(i), &exception::OVERFLOW_ERROR);
    let (to, from, n) = (number(1)?, number(2)?, number(3)?);
    writing(cx, args.get(0), |m| {
        let len = m.len() as isize;
        if to < 0 || from < 0 || n < 0 || len - to < n || len - from < n {
            return raise!(cx, VALUE_ERROR, "source, destination, or count out of range");
        }
        m.put(to as usize, &m.bytes()[from as usize..(from + n) as usize]);
        Ok(Value::NONE)
    })
}

fn read(cx: &Cx, args: Args) -> Res {
    let n = optional(cx, args.opt(1))?;
    with(cx, args.get(0), |m| {
        let rest = &m.bytes()[m.pos()..];
        let n = n.filter(|n| *n >= 0).map_or(rest.len(), |n| (n as usize).min(rest.len()));
        let result = cx.new_bytes(&rest[..n])?;
        m.advance(m.pos() + n);
        Ok(result.value())
    })
}

fn read_byte(cx: &Cx, args: Args) -> Res {
    with(cx, args.get(0), |m| match m.bytes().get(m.pos()) {
        Some(byte) => {
            m.advance(m.pos() + 1);
            Ok(Value::int(*byte as i64))
        }
        None => raise!(cx, VALUE_ERROR, "read byte out of range"),
    })
}

fn readline(cx: &Cx, args: Args) -> Res {
    with(cx, args.get(0), |m| {
        let rest = &m.bytes()[m.pos()..];
        let n = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |i| i + 1);
        let result = cx.new_bytes(&rest[..n])?;
        m.advance(m.pos() + n);
        Ok(result.value())
    })
}

fn resize(cx: &Cx, args: Args) -> Res {
    let new = ops::index_isize(cx, args.get(1), &exception::OVERFLOW_ERROR)?;
    const IN_USE: &str = "mmap can't resize with extant pointers exported.";
    with(cx, args.get(0), |_| Ok(()))?;
    of(args.get(0)).exports.settle(cx, args.get(0), IN_USE)?;
    with(cx, args.get(0), |m| {
        if m.exports.any() {
            return raise!(cx, BUFFER_ERROR, "{IN_USE}");
        }
        if matches!(m.access(), ACCESS_READ | ACCESS_COPY) {
            return raise!(
                cx,
                TYPE_ERROR,
                "mmap can't resize a readonly or copy-on-write memory map."
            );
        }
        if new < 0 {
            return raise!(cx, VALUE_ERROR, "new size out of range");
        }
        let fd = m.fd_plus.load(Ordering::Relaxed) - 1;
        if fd < 0 && m.shared.load(Ordering::Relaxed) != 0 && new as usize > m.len() {
            return raise!(cx, VALUE_ERROR, "mmap: can't expand a shared anonymous mapping");
        }
        let new = new as usize;
        if fd >= 0 {
            let end = m.offset.load(Ordering::Relaxed) + new as i64;
            // SAFETY: takes no pointers.
            check(cx, unsafe { libc::ftruncate(fd, end) })?;
        }
        let old = m.data.load(Ordering::Relaxed) as *mut libc::c_void;
        // SAFETY: the mapping is this object's own, and nobody uses its bytes: the lock is held.
        let data = unsafe { libc::mremap(old, m.len(), new, libc::MREMAP_MAYMOVE) };
        if data == libc::MAP_FAILED {
            return Err(exception::last_os_error(cx, None));
        }
        m.data.store(data as usize, Ordering::Release);
        m.len.store(new, Ordering::Release);
        Ok(Value::NONE)
    })
}

fn seek(cx: &Cx, args: Args) -> Res {
    let to = ops::index_isize(cx, args.get(1), &exception::OVERFLOW_ERROR)?;
    let whence = int_or(cx, args.opt(2), 0)?;
    with(cx, args.get(0), |m| {
        let base = match whence {
            0 => 0,
            1 => m.pos() as isize,
            2 => m.len() as isize,
            _ => return raise!(cx, VALUE_ERROR, "unknown seek type"),
        };
        match base.checked_add(to) {
            Some(at) if at >= 0 && at as usize <= m.len() => {
                m.advance(at as usize);
                Ok(Value::int(at as i64))
            }
            _ => raise!(cx, VALUE_ERROR, "seek out of range"),
        }
    })
}

fn size(cx: &Cx, args: Args) -> Res {
    with(cx, args.get(0), |m| {
        // SAFETY: plain data, for which zeroes are valid.
        let mut st: libc::stat = unsafe { core::mem::zeroed() };
        let fd = m.fd_plus.load(Ordering::Relaxed) - 1;
        // SAFETY: fills a local.
        check(cx, unsafe { libc::fstat(fd, &raw mut st) })?;
        Ok(Value::int(st.st_size))
    })
}

fn write(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(1))?;
    writing(cx, args.get(0), |m| {
        let at = m.pos();
        if data.len > m.len() - at {
            return raise!(cx, VALUE_ERROR, "data out of range");
        }
        m.put(at, data.as_slice());
        m.advance(at + data.len);
        Ok(Value::int(data.len as i64))
    })
}

fn write_byte(cx: &Cx, args: Args) -> Res {
    let byte = ops::to_i64(cx, args.get(1))?;
    writing(cx, args.get(0), |m| {
        let at = m.pos();
        let Ok(byte) = u8::try_from(byte) else {
            return raise!(cx, OVERFLOW_ERROR, "unsigned byte integer is greater than maximum");
        };
        if at >= m.len() {
            return raise!(cx, VALUE_ERROR, "write byte out of range");
        }
        m.put(at, &[byte]);
        m.advance(at + 1);
        Ok(Value::NONE)
    })
}
