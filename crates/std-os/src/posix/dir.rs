//! Directories: `listdir`, `scandir` and its entries.

use super::*;
use core::ffi::CStr;
use orochi_object::layout;

/// What reading a directory gives for each entry but `.` and `..`.
struct Found {
    name: Vec<u8>,
    inode: u64,
    kind: u8,
}

/// Reads a whole directory. The listing is taken at once, so that no descriptor stays open.
fn read_dir(cx: &Cx, place: &PathArg) -> Res<Vec<Found>> {
    let read = || -> Result<Vec<Found>, i32> {
        // SAFETY: the path is NUL-terminated; a duplicated descriptor is handed to fdopendir, which
        // owns it afterwards.
        let dir = unsafe {
            match place.fd {
                Some(fd) => {
                    let own = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                    if own < 0 {
                        return Err(errno());
                    }
                    let dir = libc::fdopendir(own);
                    if dir.is_null() {
                        let code = errno();
                        libc::close(own);
                        return Err(code);
                    }
                    libc::rewinddir(dir);
                    dir
                }
                None => libc::opendir(place.ptr()),
            }
        };
        if dir.is_null() {
            return Err(errno());
        }
        let mut found = Vec::new();
        loop {
            set_errno(0);
            // SAFETY: `dir` is open and used by this thread only.
            let entry = unsafe { libc::readdir64(dir) };
            if entry.is_null() {
                break;
            }
            // SAFETY: readdir gave a valid record, whose name is NUL-terminated.
            let (name, inode, kind) = unsafe {
                let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                (name, (*entry).d_ino, (*entry).d_type)
            };
            if name != b"." && name != b".." {
                found.push(Found { name: name.to_vec(), inode, kind });
            }
        }
        let code = errno();
        // SAFETY: opened above.
        unsafe { libc::closedir(dir) };
        if code != 0 { Err(code) } else { Ok(found) }
    };
    match cx.detached(read) {
        Ok(found) => Ok(found),
        Err(code) => Err(exception::os_error(cx, code, place.name().or(Some(Value::NONE)))),
    }
}

pub(super) fn listdir(cx: &Cx, args: Args) -> Res {
    let place = path_arg(cx, args.opt(0), "listdir", "path", Also::FdOrNone)?;
    let list = cx.new_list(&[])?;
    for entry in read_dir(cx, &place)? {
        list.push(cx, place.same_kind(cx, &entry.name)?)?;
    }
    Ok(list.value())
}

pub(super) fn scandir(cx: &Cx, args: Args) -> Res {
    let place = path_arg(cx, args.opt(0), "scandir", "path", Also::FdOrNone)?;
    let entries = cx.new_list(&[])?;
    let prefix: Vec<u8> = match (place.given, place.fd) {
        (None, _) => Vec::new(),
        (Some(v), _) if v.is_none() => Vec::new(),
        (Some(_), Some(_)) => Vec::new(),
        (Some(_), None) => {
            let mut prefix = place.text.as_bytes().to_vec();
            if prefix.last().is_some_and(|last| *last != b'/') {
                prefix.push(b'/');
            }
            prefix
        }
    };
    let implicit = place.fd.is_none() && prefix.is_empty();
    for found in read_dir(cx, &place)? {
        let entry: Ref<DirEntry> = cx.alloc_instance(DIR_ENTRY.get(), 0)?;
        let name = place.same_kind(cx, &found.name)?;
        entry.name.init(name);
        if place.fd.is_some() {
            entry.path.init(name);
        } else {
            let mut path = if implicit { b"./".to_vec() } else { prefix.clone() };
            path.extend_from_slice(&found.name);
            entry.path.init(place.same_kind(cx, &path)?);
        }
        entry.dir.init(Value::int(place.fd.map_or(libc::AT_FDCWD, |fd| fd) as i64));
        entry.inode.init(cx.new_uint(found.inode)?);
        entry.kind.init(Value::int(found.kind as i64));
        list_push(cx, entries, entry.value())?;
    }
    let iterator: Ref<ScandirIterator> = cx.alloc_instance(SCANDIR_ITERATOR.get(), 0)?;
    iterator.entries.init(entries.value());
    iterator.next.init(Value::int(0));
    Ok(iterator.value())
}

fn list_push(cx: &Cx, list: Ref<PyList>, value: Value) -> Res<()> {
    list.push(cx, value)
}

/// The iterator that `scandir` gives: a list and a position.
#[repr(C)]
struct ScandirIterator {
    header: Header,
    entries: Slot,
    next: Slot,
}
// SAFETY: repr(C) with a Header first; every word after it is a slot.
unsafe impl Object for ScandirIterator {
    const LAYOUT: u16 = layout::WORDS;
}

static SCANDIR_ITERATOR: TypeCell = TypeCell::new();
pub(super) static SCANDIR_TYPE: TypeDef = TypeDef {
    name: "posix.ScandirIterator",
    cell: &SCANDIR_ITERATOR,
    layout: layout::WORDS,
    size: size_of::<ScandirIterator>(),
    slots: Slots { iter: Some(|_, v| Ok(v)), next: Some(scandir_next), ..Slots::NONE },
    methods: &[
        method("__enter__", "(self, /)", |_, args| Ok(args.get(0))),
        method("__exit__", "(self, /, *args)", scandir_close),
        method("close", "(self, /)", scandir_close),
    ],
    ..TypeDef::DEFAULT
};

fn scandir_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    // SAFETY: a receiver of this type's slot.
    let it: Ref<ScandirIterator> = unsafe { v.cast() };
    it.locked(cx, || {
        let Some(list) = it.entries.get().and_then(Value::downcast::<PyList>) else {
            return Ok(None);
        };
        let at = it.next.or_none().as_small().unwrap_or(0);
        it.next.init(Value::int(at + 1));
        let found = list.get(at as usize);
        if found.is_none() {
            it.entries.clear();
        }
        Ok(found)
    })
}

fn scandir_close(_: &Cx, args: Args) -> Res {
    // SAFETY: a receiver of this type's methods.
    let it: Ref<ScandirIterator> = unsafe { args.get(0).cast() };
    it.entries.clear();
    Ok(Value::NONE)
}

/// An `os.DirEntry`.
#[repr(C)]
struct DirEntry {
    header: Header,
    name: Slot,
    path: Slot,
    /// The descriptor that `scandir` was given, else `AT_FDCWD`.
    dir: Slot,
    inode: Slot,
    /// `d_type`.
    kind: Slot,
    stat: Slot,
    lstat: Slot,
}
// SAFETY: repr(C) with a Header first; every word after it is a slot.
unsafe impl Object for DirEntry {
    const LAYOUT: u16 = layout::WORDS;
}

static DIR_ENTRY: TypeCell = TypeCell::new();
pub(super) static DIR_ENTRY_TYPE: TypeDef = TypeDef {
    name: "posix.DirEntry",
    cell: &DIR_ENTRY,
    layout: layout::WORDS,
    size: size_of::<DirEntry>(),
    slots: Slots { repr: Some(entry_repr), ..Slots::NONE },
    methods: &[
        method("is_dir", "(self, /, *, follow_symlinks=True)", entry_is_dir),
        method("is_file", "(self, /, *, follow_symlinks=True)", entry_is_file),
        method("is_symlink", "(self, /)", entry_is_symlink),
        method("is_junction", "(self, /)", |_, _| Ok(Value::FALSE)),
        method("stat", "(self, /, *, follow_symlinks=True)", entry_stat),
        method("inode", "(self, /)", |_, args| Ok(entry(args.get(0)).inode.or_none())),
        method("__fspath__", "(self, /)", |_, args| Ok(entry(args.get(0)).path.or_none())),
        class_method("__class_getitem__", "(cls, item, /)", ops::class_getitem),
    ],
    getset: &[
        field_getter("name", |_, v| Ok(entry(v).name.or_none())),
        field_getter("path", |_, v| Ok(entry(v).path.or_none())),
    ],
    ..TypeDef::DEFAULT
};

fn entry(v: Value) -> Ref<DirEntry> {
    // SAFETY: receivers of this type's methods.
    unsafe { v.cast() }
}

fn entry_repr(cx: &Cx, v: Value) -> Res {
    let name = ops::repr_text(cx, entry(v).name.or_none())?;
    Ok(cx.new_str(&format!("<DirEntry {name}>"))?.value())
}

/// The entry's record, through a symlink or not.
fn record(cx: &Cx, v: Value, follow: bool) -> Res<Result<libc::stat, i32>> {
    let e = entry(v);
    let dir = e.dir.or_none().as_small().unwrap_or(libc::AT_FDCWD as i64) as c_int;
    let path = plain_path(cx, e.path.or_none(), "stat")?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut st: libc::stat = unsafe { core::mem::zeroed() };
    let out = &raw mut st;
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated, `out` points to a local.
    let done = try_sys(cx, || unsafe { libc::fstatat(dir, path.ptr(), out, flags) })?;
    Ok(done.map(|_| st))
}

fn is_link(cx: &Cx, v: Value) -> Res<bool> {
    match entry(v).kind.or_none().as_small().unwrap_or(0) as u8 {
        libc::DT_LNK => Ok(true),
        libc::DT_UNKNOWN => {
            let result = stat_cached(cx, v, false)?;
            Ok(result.is_some_and(|st| mode_of(st) & libc::S_IFMT == libc::S_IFLNK))
        }
        _ => Ok(false),
    }
}

fn mode_of(result: Value) -> u32 {
    orochi_object::structseq::field(result, 0).as_small().unwrap_or(0) as u32
}

/// The cached `stat_result`; `None` if the file is gone.
fn stat_cached(cx: &Cx, v: Value, follow: bool) -> Res<Option<Value>> {
    let e = entry(v);
    let own = if follow { &e.stat } else { &e.lstat };
    if let Some(result) = own.get() {
        return Ok(Some(result));
    }
    let result = if follow && !is_link(cx, v)? {
        match stat_cached(cx, v, false)? {
            Some(result) => result,
            None => return Ok(None),
        }
    } else {
        match record(cx, v, follow)? {
            Ok(st) => super::stat::stat_result(cx, &st)?,
            Err(libc::ENOENT) => return Ok(None),
            Err(code) => return Err(exception::os_error(cx, code, Some(e.path.or_none()))),
        }
    };
    own.set(cx, e, result);
    Ok(Some(result))
}

fn entry_stat(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    match stat_cached(cx, v, flag(cx, args.opt(1), true)?)? {
        Some(result) => Ok(result),
        None => Err(exception::os_error(cx, libc::ENOENT, Some(entry(v).path.or_none()))),
    }
}

fn has_kind(cx: &Cx, args: Args, kind: u8, mode: u32) -> Res {
    let v = args.get(0);
    let follow = flag(cx, args.opt(1), true)?;
    let own = entry(v).kind.or_none().as_small().unwrap_or(0) as u8;
    if own != libc::DT_UNKNOWN && !(own == libc::DT_LNK && follow) {
        return Ok(Value::bool(own == kind));
    }
    let result = stat_cached(cx, v, follow)?;
    Ok(Value::bool(result.is_some_and(|st| mode_of(st) & libc::S_IFMT == mode)))
}

fn entry_is_dir(cx: &Cx, args: Args) -> Res {
    has_kind(cx, args, libc::DT_DIR, libc::S_IFDIR)
}
fn entry_is_file(cx: &Cx, args: Args) -> Res {
    has_kind(cx, args, libc::DT_REG, libc::S_IFREG)
}
fn entry_is_symlink(cx: &Cx, args: Args) -> Res {
    Ok(Value::bool(is_link(cx, args.get(0))?))
}

pub(super) static FUNCTIONS: &[NativeDef] =
    &[function("listdir", "(path=None)", listdir), function("scandir", "(path=None)", scandir)];
