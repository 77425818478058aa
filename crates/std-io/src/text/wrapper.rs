//! `TextIOWrapper`: the payload, reading and writing.
//!
//! Rules:
//! 1. `state` and the slots `decoded` and `snapshot` belong to who holds the object's [`IoLock`]; the
//!    byte file below is used under that lock, so that what a thread writes is whole.
//! 2. `decoded[used..]` has been read ahead. `snapshot` is what the decoder was fed since the state
//!    `snapshot_flags`, UNSET where no position can be computed.

use super::decoder;
use super::newline::Newlines;
use super::stringio::line_end;
use crate::buffered;
use crate::common::{IoGuard, IoLock, closed_error, expect_bytes, size_argument, unsupported};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_text::codec::Encoding;
use orochi_text::{Builder, Units, search};

/// The type's cell.
pub static TEXT_WRAPPER: TypeCell = TypeCell::new();
/// Layout number.
pub const LAYOUT: u16 = layout::STD_IO_BASE + 4;

/// A `TextIOWrapper`.
#[repr(C)]
pub struct PyTextWrapper {
    pub header: Header,
    pub(super) buffer: Slot,
    pub(super) encoding: Slot,
    pub(super) errors: Slot,
    pub(super) decoder: Slot,
    pub(super) encoder: Slot,
    pub(super) decoded: Slot,
    pub(super) snapshot: Slot,
    lock: IoLock,
    /// Whether there is text that the byte file has not got.
    pub(super) dirty: AtomicBool,
    pub(super) detached: AtomicBool,
    /// Address of a boxed [`TextState`], 0 before `__init__`.
    pub(super) state: AtomicUsize,
}
orochi_object::trace!(
    PyTextWrapper,
    LAYOUT,
    [buffer, encoding, errors, decoder, encoder, decoded, snapshot]
);

/// The heap layout: frees the state.
pub const HEAP_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { drop: Some(drop_state), ..PyTextWrapper::HEAP_LAYOUT };

/// # Safety
/// Called by the collector with a dead wrapper.
unsafe fn drop_state(header: *mut Header) {
    // SAFETY: the layout is PyTextWrapper; the word is 0 or came from Box::into_raw.
    unsafe {
        let word = (*header.cast::<PyTextWrapper>()).state.swap(0, Ordering::Relaxed);
        if word != 0 {
            drop(Box::from_raw(word as *mut TextState));
        }
    }
}

/// What the lock protects.
pub(super) struct TextState {
    /// The encoding, if it is handled natively.
    pub(super) native: Option<Encoding>,
    pub(super) can_read: bool,
    pub(super) can_write: bool,
    /// Newline recognition when reading, where all kinds are known.
    pub(super) universal: Option<Newlines>,
    /// Bytes of a character that is not complete.
    pub(super) pending_in: Vec<u8>,
    /// What ends a line when read; empty: any kind.
    pub(super) read_newline: &'static str,
    /// What `\n` becomes when written.
    pub(super) write_newline: Option<&'static str>,
    pub(super) line_buffering: bool,
    pub(super) write_through: bool,
    pub(super) seekable: bool,
    pub(super) telling: bool,
    pub(super) has_read1: bool,
    /// How much of `decoded` has been taken.
    pub(super) used: usize,
    pub(super) snapshot_flags: u64,
    /// Encoded text that the byte file has not got.
    pub(super) pending_out: Vec<u8>,
    pub(super) chunk: usize,
}

/// The state, while its lock is held.
pub(super) struct Held<'a> {
    state: &'a mut TextState,
    _guard: IoGuard<'a>,
}
impl core::ops::Deref for Held<'_> {
    type Target = TextState;
    fn deref(&self) -> &TextState {
        self.state
    }
}
impl core::ops::DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut TextState {
        self.state
    }
}

pub(super) fn cast(v: Value) -> Ref<PyTextWrapper> {
    // SAFETY: slots and methods of TextIOWrapper get instances of it.
    unsafe { v.cast() }
}

impl PyTextWrapper {
    pub(super) fn this(&self) -> Ref<PyTextWrapper> {
        // SAFETY: `self` is a live heap object.
        unsafe { Ref::from_ptr((self as *const PyTextWrapper).cast_mut()) }
    }

    /// The byte file.
    pub(super) fn file(&self, cx: &Cx) -> Res {
        match self.buffer.get() {
            Some(buffer) => Ok(buffer),
            None if self.detached.load(Ordering::Acquire) => {
                raise!(cx, VALUE_ERROR, "underlying buffer has been detached")
            }
            None => raise!(cx, VALUE_ERROR, "I/O operation on uninitialized object"),
        }
    }

    /// Raises unless the file is open.
    pub(super) fn check_open(&self, cx: &Cx) -> Res<()> {
        let file = self.file(cx)?;
        let closed = match buffered::exact(file) {
            Some(b) => match b.raw.get().and_then(crate::fileio::exact) {
                Some(raw) => raw.fd().is_none(),
                None => crate::common::is_closed(cx, file)?,
            },
            None => crate::common::is_closed(cx, file)?,
        };
        if closed { closed_error(cx) } else { Ok(()) }
    }

    /// Takes the lock.
    pub(super) fn hold(&self, cx: &Cx) -> Res<Held<'_>> {
        let guard = self.lock.acquire(cx, self.this().value())?;
        self.with_guard(cx, guard)
    }

    fn with_guard<'a>(&'a self, cx: &Cx, guard: IoGuard<'a>) -> Res<Held<'a>> {
        let state = self.state.load(Ordering::Acquire) as *mut TextState;
        if state.is_null() {
            return raise!(cx, VALUE_ERROR, "I/O operation on uninitialized object");
        }
        // SAFETY: the box lives as long as the object; the lock makes this the only reference.
        Ok(Held { state: unsafe { &mut *state }, _guard: guard })
    }

    pub(super) fn set_decoded(&self, cx: &Cx, st: &mut TextState, text: Option<Ref<PyStr>>) {
        self.decoded.set_opt(cx, self.this(), text.map(Ref::value));
        st.used = 0;
    }

    /// The text read ahead that nobody has taken.
    pub(super) fn ahead(&self, st: &TextState) -> Option<(Ref<PyStr>, usize)> {
        let text = self.decoded.get()?.as_str()?;
        (st.used < text.len()).then_some((text, st.used))
    }
}

/// Reads and decodes a chunk. False at the end of the file.
pub(super) fn read_chunk(cx: &Cx, w: &PyTextWrapper, st: &mut TextState, hint: usize) -> Res<bool> {
    if !st.can_read {
        return unsupported(cx, "not readable");
    }
    let before = if st.telling { Some(decoder::get_state(cx, w, st)?) } else { None };
    let file = w.file(cx)?;
    let size = st.chunk.max(hint);
    let input = read_bytes(cx, st, file, size)?;
    let last = input.is_empty();
    let text = decoder::decode(cx, w, st, &input, last)?;
    let got = text.len() > 0;
    w.set_decoded(cx, st, Some(text));
    if let Some((mut fed, flags)) = before {
        fed.extend_from_slice(&input);
        st.snapshot_flags = flags;
        w.snapshot.set(cx, w.this(), cx.new_bytes(&fed)?.value());
    }
    Ok(got || !last)
}

fn read_bytes(cx: &Cx, st: &TextState, file: Value, size: usize) -> Res<Vec<u8>> {
    if let Some(b) = buffered::exact(file) {
        return buffered::read1(cx, b, size);
    }
    let method = if st.has_read1 { name!(cx, "read1") } else { name!(cx, "read") };
    let data = ops::call_method(cx, file, method, &[Value::int(size as i64)])?;
    let name = if st.has_read1 { "read1" } else { "read" };
    match orochi_builtins::bytes_like::try_bytes_like(cx, data)? {
        Some(view) => Ok(view.to_vec()),
        None => raise!(
            cx,
            TYPE_ERROR,
            "underlying {name}() should have returned a bytes-like object, not '{}'",
            class_of(data).display_name()
        ),
    }
}

/// Hands encoded text to the byte file.
pub(super) fn write_pending(cx: &Cx, w: &PyTextWrapper, st: &mut TextState) -> Res<()> {
    if st.pending_out.is_empty() {
        return Ok(());
    }
    let file = w.file(cx)?;
    let data = core::mem::take(&mut st.pending_out);
    let Some(b) = buffered::exact(file) else {
        w.dirty.store(false, Ordering::Release);
        let bytes = cx.new_bytes(&data)?.value();
        ops::call_method(cx, file, name!(cx, "write"), &[bytes])?;
        return Ok(());
    };
    let written = buffered::write_bytes(cx, b, &data);
    // Only now: who asks whether anything is unwritten, without the lock, finds it here or there.
    w.dirty.store(false, Ordering::Release);
    if written.is_ok() {
        // Keep the memory for the next text.
        st.pending_out = data;
        st.pending_out.clear();
    }
    written.map(drop)
}

/// Flushes the byte file.
pub(super) fn flush_file(cx: &Cx, w: &PyTextWrapper) -> Res<()> {
    let file = w.file(cx)?;
    ops::call_method(cx, file, name!(cx, "flush"), &[])?;
    Ok(())
}

/// Whether a wrapper has text for a regular file that its native byte writer has not seen.
pub fn holds_back(writer: Value) -> bool {
    let dirty = |w: Ref<PyTextWrapper>| w.dirty.load(Ordering::Acquire);
    let Some(w) = writer.downcast::<PyTextWrapper>().filter(|w| dirty(*w)) else { return false };
    let b = w.buffer.get().and_then(buffered::exact);
    b.is_some_and(|b| buffered::is_of_file(&b, true))
}

/// Hands what a wrapper holds to a native byte writer if nobody uses it, and flushes that.
pub fn flush_quietly(cx: &Cx, writer: Value, regular: bool) {
    let Some(w) = writer.downcast::<PyTextWrapper>() else { return };
    let Some(b) = w.buffer.get().and_then(buffered::exact) else { return };
    if w.dirty.load(Ordering::Acquire)
        && let Some(guard) = w.lock.try_acquire(cx)
        && let Ok(mut held) = w.with_guard(cx, guard)
        && buffered::is_of_file(&b, false)
    {
        let _ = write_pending(cx, &w, &mut held);
    }
    buffered::flush_quietly(cx, b.value(), regular);
}

pub(super) fn write(cx: &Cx, args: Args) -> Res {
    let Some(text) = args.get(1).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "write() argument must be str, not {}",
            class_of(args.get(1)).display_name()
        );
    };
    write_text(cx, cast(args.get(0)), text)?;
    Ok(Value::int(text.len() as i64))
}

/// Writes text.
pub fn write_text(cx: &Cx, w: Ref<PyTextWrapper>, text: Ref<PyStr>) -> Res<()> {
    w.check_open(cx)?;
    let mut held = w.hold(cx)?;
    let st = &mut *held;
    if !st.can_write {
        drop(held);
        return unsupported(cx, "not writable");
    }
    let has = |c: u32| search::find_char(text.text(), c, 0, text.len()).is_some();
    let lf = (st.line_buffering || st.write_newline.is_some()) && has(10);
    let translated = match st.write_newline.filter(|_| lf) {
        Some(newline) => {
            let to = Units::One(newline.as_bytes());
            orochi_text::replace::replace(text.text(), Units::One(b"\n"), to, -1)
        }
        None => None,
    };
    let flush = st.line_buffering && (lf || has(13));
    let out = match translated {
        Some(buf) => cx.str_from_buf(&buf)?,
        None => text,
    };
    decoder::encode(cx, &w, st, out)?;
    w.dirty.store(true, Ordering::Release);
    if st.pending_out.len() >= st.chunk || flush || st.write_through {
        write_pending(cx, &w, st)?;
    }
    if flush {
        flush_file(cx, &w)?;
    }
    if w.decoded.get().is_some() || w.snapshot.get().is_some() {
        w.set_decoded(cx, st, None);
        w.snapshot.clear();
        if st.can_read {
            decoder::reset(cx, &w, st)?;
        }
    }
    Ok(())
}

pub(super) fn read(cx: &Cx, args: Args) -> Res {
    let n = size_argument(cx, args.opt(1))?;
    let w = cast(args.get(0));
    w.check_open(cx)?;
    let mut held = w.hold(cx)?;
    let st = &mut *held;
    if !st.can_read {
        drop(held);
        return unsupported(cx, "not readable");
    }
    write_pending(cx, &w, st)?;
    if n < 0 {
        return read_all(cx, &w, st);
    }
    let n = n as usize;
    if let Some((text, used)) = w.ahead(st)
        && text.len() - used >= n
    {
        st.used += n;
        return Ok(cx.str_from_units(text.text().slice(used..used + n))?.value());
    }
    let mut out = Builder::new();
    while out.len() < n {
        if w.ahead(st).is_none() && !read_chunk(cx, &w, st, n - out.len())? {
            break;
        }
        if let Some((text, used)) = w.ahead(st) {
            let take = (text.len() - used).min(n - out.len());
            out.push_units(text.text().slice(used..used + take));
            st.used += take;
        }
    }
    Ok(cx.str_from_buf(&out.finish())?.value())
}

fn read_all(cx: &Cx, w: &PyTextWrapper, st: &mut TextState) -> Res {
    let file = w.file(cx)?;
    let data = match buffered::exact(file) {
        Some(b) => match buffered::read_to_end(cx, b)? {
            Some(data) => data,
            None => {
                return raise!(cx, BLOCKING_IO_ERROR, "Read returned None.");
            }
        },
        None => {
            let data = ops::call_method(cx, file, name!(cx, "read"), &[])?;
            if data.is_none() {
                return raise!(cx, BLOCKING_IO_ERROR, "Read returned None.");
            }
            match orochi_builtins::bytes_like::try_bytes_like(cx, data)? {
                Some(view) => view.to_vec(),
                None => expect_bytes(cx, data, "underlying read()")?.data().to_vec(),
            }
        }
    };
    let text = decoder::decode(cx, w, st, &data, true)?;
    let result = match w.ahead(st) {
        Some((ahead, used)) => {
            let mut out = Builder::new();
            out.push_units(ahead.text().slice(used..ahead.len()));
            out.push_units(text.text());
            cx.str_from_buf(&out.finish())?
        }
        None => text,
    };
    w.set_decoded(cx, st, None);
    w.snapshot.clear();
    Ok(result.value())
}

/// A line of at most `limit` characters.
pub(super) fn read_line(
    cx: &Cx,
    w: &PyTextWrapper,
    st: &mut TextState,
    limit: Option<usize>,
) -> Res<Ref<PyStr>> {
    if !st.can_read {
        return unsupported(cx, "not readable");
    }
    write_pending(cx, w, st)?;
    let limit = limit.unwrap_or(usize::MAX);
    let mut partial: Option<Builder> = None;
    loop {
        if w.ahead(st).is_none() && !read_chunk(cx, w, st, 0)? {
            w.set_decoded(cx, st, None);
            w.snapshot.clear();
            break;
        }
        let Some((text, used)) = w.ahead(st) else { continue };
        let held_back = partial.as_ref().map_or(0, Builder::len);
        // A "\r\n" that is sought may lie across the border of two chunks.
        if let Some(partial) = &mut partial
            && st.read_newline == "\r\n"
            && partial.units().get(partial.len() - 1) == 13
            && text.text().get(used) == 10
        {
            partial.push(10);
            st.used += 1;
            break;
        }
        let found = line_end(text.text(), used, st.read_newline);
        let end = found.unwrap_or(text.len());
        let most = limit - held_back;
        let (end, done) =
            if end - used >= most { (used + most, true) } else { (end, found.is_some()) };
        st.used = end;
        if done && partial.is_none() {
            return cx.str_from_units(text.text().slice(used..end));
        }
        let line = partial.get_or_insert_with(Builder::new);
        line.push_units(text.text().slice(used..end));
        if done {
            break;
        }
    }
    match partial {
        Some(line) => cx.str_from_buf(&line.finish()),
        None => orochi_object::intern::empty(cx),
    }
}

pub(super) fn readline(cx: &Cx, args: Args) -> Res {
    let n = size_argument(cx, args.opt(1))?;
    let w = cast(args.get(0));
    w.check_open(cx)?;
    let mut held = w.hold(cx)?;
    if n == 0 {
        return Ok(orochi_object::intern::empty(cx)?.value());
    }
    Ok(read_line(cx, &w, &mut held, (n > 0).then_some(n as usize))?.value())
}

pub(super) fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let w = cast(v);
    w.file(cx)?;
    {
        let mut held = w.hold(cx)?;
        held.telling = false;
    }
    let line = if class_of(v) == TEXT_WRAPPER.get() {
        w.check_open(cx)?;
        let mut held = w.hold(cx)?;
        read_line(cx, &w, &mut held, None)?
    } else {
        let line = ops::call_method(cx, v, name!(cx, "readline"), &[])?;
        match line.as_str() {
            Some(line) => line,
            None => {
                return raise!(
                    cx,
                    OS_ERROR,
                    "readline() should have returned a str object, not '{}'",
                    class_of(line).display_name()
                );
            }
        }
    };
    if line.len() > 0 {
        return Ok(Some(line.value()));
    }
    w.snapshot.clear();
    let mut held = w.hold(cx)?;
    held.telling = held.seekable;
    Ok(None)
}
