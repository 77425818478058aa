//! `str` objects: immutable, one of three widths; the code points follow the object, or lie in a buffer that
//! it shares with the strings that it has grown from and into.
//!
//! Rules:
//! 1. Everything but `hash` and `state` is immutable after publication.
//! 2. `hash` is 0 until computed; racing writers write the same number (Relaxed suffices).
//! 3. `state` goes from 0 to `INTERNED` once, under the intern table's lock.
//! 4. The width is the narrowest that holds the text, so equal strings have equal widths.
//! 5. Of a buffer ([`Growing`]) the first `used` bytes are texts of strings, and immutable. Who moves `used` on
//!    owns the bytes between, writes them, and only then shows a string that has them.

use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::layout;
use crate::object::{Object, Ref};
use crate::slot::Slot;
use crate::types::{self, PyType};
use crate::value::Value;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicI64, AtomicU8, AtomicUsize, Ordering};
use orochi_heap::{Header, Tracer};
use orochi_text::{Buf, Builder, Unit, Units};

/// A `str` object; the code points follow the struct, or a slot with the buffer does.
#[repr(C)]
pub struct PyStr {
    pub header: Header,
    hash: AtomicI64,
    len: usize,
    /// Bytes a code point: 1, 2 or 4.
    width: u8,
    ascii: bool,
    state: AtomicU8,
    /// Whether the code points are in a buffer.
    shared: bool,
}

const _: () = {
    assert!(core::mem::offset_of!(PyStr, shared) == PyStr::FORM_OFFSET + 3);
    assert!(cfg!(target_endian = "little"));
};

const INTERNED: u8 = 1;
/// Made by adding to another string: if more is added, there will probably be more still.
const GROWN: u8 = 2;
/// From this size on, in bytes, what is added to goes into a buffer with room for more.
const GROWING: usize = 512;

/// A text that grows at its end, so that adding to a string in a loop does not copy it each time. Python never
/// sees it.
#[repr(C)]
struct Growing {
    header: Header,
    /// Bytes of text.
    used: AtomicUsize,
    /// Bytes there is room for.
    capacity: usize,
}

// SAFETY: repr(C) with a Header first, no slots.
unsafe impl Object for Growing {
    const LAYOUT: u16 = layout::BYTES_RAW;
}

impl Growing {
    /// Makes the `more` bytes behind the first `from` the caller's own, if they are nobody's.
    fn claim(&self, from: usize, more: usize) -> bool {
        more <= self.capacity - from
            && self
                .used
                .compare_exchange(from, from + more, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

impl Ref<Growing> {
    fn bytes_start(self) -> *mut u8 {
        // SAFETY: the bytes follow the struct.
        unsafe { self.as_ptr().add(1).cast() }
    }
}

// SAFETY: repr(C) with a Header first; the payload holds no slots before its rounded end.
unsafe impl Object for PyStr {
    const LAYOUT: u16 = layout::STR;
}

/// The heap layout of strings: only a subclass's trailing words are references.
pub const STR_LAYOUT: layout::HeapLayout =
    layout::HeapLayout { name: "str", trace: Some(trace_str), trace_range: None, drop: None };

/// # Safety
/// Called by the collector with a str.
unsafe fn trace_str(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the layout is PyStr; words after the text are zero or a subclass's dict word.
    unsafe {
        let s = &*header.cast::<PyStr>();
        if s.shared {
            return layout::visit(s.slot(), tracer);
        }
        let end = size_of::<PyStr>() + (s.len + 1) * s.width as usize;
        layout::visit_rest(header, end, tracer);
    }
}

impl PyStr {
    /// Offsets for generated code. At `FORM_OFFSET` are four bytes, which are `NARROW_IN_PLACE` but for those of
    /// `NARROW_MASK` where a code point is a byte and the text follows the struct, at `TEXT_OFFSET`.
    pub const LEN_OFFSET: usize = core::mem::offset_of!(PyStr, len);
    pub const FORM_OFFSET: usize = core::mem::offset_of!(PyStr, width);
    pub const TEXT_OFFSET: usize = size_of::<PyStr>();
    pub const NARROW_IN_PLACE: u32 = 1;
    pub const NARROW_MASK: u32 = 0xff00_00ff;

    #[inline]
    fn data(&self) -> *const u8 {
        if self.shared {
            return self.shared_data();
        }
        // SAFETY: the payload follows the struct.
        unsafe { (self as *const PyStr).add(1).cast() }
    }

    #[cold]
    fn shared_data(&self) -> *const u8 {
        match self.buffer() {
            Some(buffer) => buffer.bytes_start(),
            None => core::ptr::NonNull::dangling().as_ptr(),
        }
    }

    /// The slot of a string whose text is in a buffer.
    fn slot(&self) -> &Slot {
        debug_assert!(self.shared);
        // SAFETY: in strings of this form a slot follows the struct.
        unsafe { &*(self as *const PyStr).add(1).cast() }
    }

    fn buffer(&self) -> Option<Ref<Growing>> {
        // SAFETY: the slot holds a `Growing`, set before publication.
        self.shared.then(|| self.slot().get()).flatten().map(|buffer| unsafe { buffer.cast() })
    }

    /// The code points. The lifetime is that of the borrowed object.
    #[inline]
    pub fn units(&self) -> Units<'_> {
        // SAFETY: `len` units of `width` bytes were written before publication; immutable since.
        unsafe {
            match self.width {
                1 => Units::One(core::slice::from_raw_parts(self.data(), self.len)),
                2 => Units::Two(core::slice::from_raw_parts(self.data().cast(), self.len)),
                _ => Units::Four(core::slice::from_raw_parts(self.data().cast(), self.len)),
            }
        }
    }

    /// Length in code points.
    #[inline(always)]
    #[allow(clippy::len_without_is_empty, reason = "Python tests `len(s) == 0`")]
    pub fn len(&self) -> usize {
        self.len
    }
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }
    /// The text as UTF-8, if it is ASCII (no copy).
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        match self.units() {
            Units::One(bytes) if self.ascii => {
                // SAFETY: `ascii` was established when the string was made.
                Some(unsafe { core::str::from_utf8_unchecked(bytes) })
            }
            _ => None,
        }
    }
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.state.load(Ordering::Relaxed) & INTERNED != 0
    }
    pub(crate) fn mark_interned(&self) {
        self.state.fetch_or(INTERNED, Ordering::Relaxed);
    }

    /// The text as a Rust string; lone surrogates become U+FFFD. For messages and host calls that
    /// have checked before.
    pub fn to_string_lossy(&self) -> String {
        match self.as_ascii() {
            Some(text) => text.to_owned(),
            None => self
                .units()
                .iter()
                .map(|point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        }
    }
    /// Whether the text equals this Rust string.
    pub fn eq_str(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => self.units().iter().eq(text.chars().map(|c| c as u32)),
        }
    }

    /// Content equality. O(n); pointer-equal strings are equal at once.
    #[inline]
    pub fn same(&self, other: &PyStr) -> bool {
        core::ptr::eq(self, other)
            || self.len == other.len
                && self.width == other.width
                && self.bytes_of_units() == other.bytes_of_units()
    }

    /// Whether this is the text of these ASCII bytes.
    #[inline]
    pub(crate) fn is_ascii_text(&self, text: &[u8]) -> bool {
        self.ascii && self.bytes_of_units() == text
    }

    fn bytes_of_units(&self) -> &[u8] {
        // SAFETY: `len * width` bytes follow the struct.
        unsafe { core::slice::from_raw_parts(self.data(), self.len * self.width as usize) }
    }

    /// The string's hash , keyed per process, never -1; cached.
    #[inline]
    pub fn hash(&self) -> i64 {
        let cached = self.hash.load(Ordering::Relaxed);
        if cached != 0 { cached } else { self.compute_hash() }
    }

    #[cold]
    fn compute_hash(&self) -> i64 {
        let hash = crate::hash::bytes(self.bytes_of_units());
        self.hash.store(hash, Ordering::Relaxed);
        hash
    }
}

/// Room for `len` units of `width` bytes, filled by `fill` before anyone sees the string.
#[inline]
fn allocate(cx: &Cx, class: Ref<PyType>, len: usize, width: u8, ascii: bool) -> Res<Ref<PyStr>> {
    let bytes = len
        .checked_add(1)
        .and_then(|n| n.checked_mul(width as usize))
        .filter(|n| *n < isize::MAX as usize / 2)
        .ok_or_else(|| memory_error(cx))?;
    // A subclass's dict word is the object's last word: keep it clear of the text.
    let slack = if class.attrs_offset == types::ATTRS_AT_END { 16 } else { 0 };
    let s = cx.alloc_unzeroed::<PyStr>(class, bytes + slack)?;
    // SAFETY: fresh and unpublished.
    unsafe { describe(s, len, width, ascii) };
    Ok(s)
}

/// # Safety
/// The string is fresh and unpublished, with room for its units.
unsafe fn describe(s: Ref<PyStr>, len: usize, width: u8, ascii: bool) {
    let raw = s.as_ptr();
    // SAFETY: by contract.
    unsafe {
        (*raw).len = len;
        (*raw).width = width;
        (*raw).ascii = ascii;
    }
}

impl Ref<PyStr> {
    /// The code points, borrowed for as long as the caller keeps this `Ref` on its stack.
    #[inline]
    pub fn text<'a>(self) -> Units<'a> {
        // SAFETY: strings are immutable and do not move; `self` is on the caller's stack.
        unsafe { (*self.as_ptr()).units() }
    }
}

impl Cx {
    /// A new `str` of exactly these units, which must be the narrowest width.
    pub fn str_from_narrow(&self, class: Ref<PyType>, units: Units<'_>) -> Res<Ref<PyStr>> {
        let copy = |source: *const u8, len: usize, width: u8, ascii: bool| {
            let s = allocate(self, class, len, width, ascii)?;
            // SAFETY: `allocate` made room for len units; source has as many.
            unsafe {
                let to = s.as_ptr().add(1).cast::<u8>();
                copy_short(core::slice::from_raw_parts(source, len * width as usize), to);
            }
            Ok(s)
        };
        match units {
            Units::One(u) => copy(u.as_ptr(), u.len(), 1, u.is_ascii()),
            Units::Two(u) => copy(u.as_ptr().cast(), u.len(), 2, false),
            Units::Four(u) => copy(u.as_ptr().cast(), u.len(), 4, false),
        }
    }

    /// The part `range` of `s`, of class `str` exactly.
    #[inline]
    pub fn str_part(&self, s: Ref<PyStr>, range: core::ops::Range<usize>) -> Res<Ref<PyStr>> {
        match range.len() {
            0 => crate::intern::empty(self),
            1 => self.str_from_char(s.text().get(range.start)),
            n if n == s.len => self.exact_str(s),
            _ => self.str_some(s, range),
        }
    }

    fn str_some(&self, s: Ref<PyStr>, range: core::ops::Range<usize>) -> Res<Ref<PyStr>> {
        let Some(text) = s.as_ascii() else { return self.str_from_units(s.text().slice(range)) };
        let text = &text.as_bytes()[range];
        let part = allocate(self, types::STR.get(), text.len(), 1, true)?;
        // SAFETY: fresh, with room for the text.
        unsafe { copy_short(text, part.as_ptr().add(1).cast()) };
        Ok(part)
    }

    /// A new `str` of what `map` makes of each byte of Latin-1 text.
    #[inline]
    pub fn str_mapped(&self, text: &[u8], mut map: impl FnMut(u8) -> u8) -> Res<Ref<PyStr>> {
        let s = allocate(self, types::STR.get(), text.len(), 1, false)?;
        let mut all = 0;
        for (i, byte) in text.iter().enumerate() {
            let mapped = map(*byte);
            all |= mapped;
            // SAFETY: `allocate` made room for as many bytes.
            unsafe { s.as_ptr().add(1).cast::<u8>().add(i).write(mapped) };
        }
        // SAFETY: as above; the string is unpublished.
        unsafe { (*s.as_ptr()).ascii = all < 0x80 };
        Ok(s)
    }

    /// A new `str` of `len` units of Latin-1 text, which `write` appends piece by piece.
    #[inline]
    pub fn str_written(&self, len: usize, write: impl FnOnce(&mut Pieces<'_>)) -> Res<Ref<PyStr>> {
        let s = allocate(self, types::STR.get(), len, 1, false)?;
        // SAFETY: `allocate` made room for `len` bytes, which nobody else knows yet.
        let room = unsafe {
            core::slice::from_raw_parts_mut(s.as_ptr().add(1).cast::<MaybeUninit<u8>>(), len)
        };
        let mut pieces = Pieces::over(room);
        write(&mut pieces);
        let (ascii, rest) = (pieces.ascii, pieces.room);
        rest.fill(MaybeUninit::new(0));
        // SAFETY: as above.
        unsafe { (*s.as_ptr()).ascii = ascii };
        Ok(s)
    }

    /// A new `str` of `len` ASCII characters, all of which `fill` writes.
    pub fn ascii_filled(
        &self,
        len: usize,
        fill: impl FnOnce(&mut [MaybeUninit<u8>]),
    ) -> Res<Ref<PyStr>> {
        let s = allocate(self, types::STR.get(), len, 1, true)?;
        // SAFETY: `allocate` made room for `len` bytes, which nobody else knows yet.
        fill(unsafe { core::slice::from_raw_parts_mut(s.as_ptr().add(1).cast(), len) });
        Ok(s)
    }

    /// A new `str` of `len` units, which must be the narrowest width that holds what `fill` writes to all of them, and not all
    /// of them ASCII; `None` if it says that it could not.
    pub fn str_filled<T: Unit>(
        &self,
        len: usize,
        fill: impl FnOnce(&mut [MaybeUninit<T>]) -> bool,
    ) -> Res<Option<Ref<PyStr>>> {
        let s = allocate(self, types::STR.get(), len, size_of::<T>() as u8, false)?;
        // SAFETY: `allocate` made room for `len` units, which nobody else knows yet.
        let room = unsafe { core::slice::from_raw_parts_mut(s.as_ptr().add(1).cast(), len) };
        Ok(fill(room).then_some(s))
    }

    /// A new `str` with the content of `units`, narrowed.
    pub fn str_from_units(&self, units: Units<'_>) -> Res<Ref<PyStr>> {
        self.str_of_class(types::STR.get(), units)
    }

    /// As [`Cx::str_from_units`] for a subclass of `str`.
    pub fn str_of_class(&self, class: Ref<PyType>, units: Units<'_>) -> Res<Ref<PyStr>> {
        let max = match units {
            Units::One(_) => return self.str_from_narrow(class, units),
            _ => units.max_char(),
        };
        if max < 0x100 {
            let s = allocate(self, class, units.len(), 1, max < 0x80)?;
            // SAFETY: room for len bytes; every unit fits one.
            unsafe {
                let to = s.as_ptr().add(1).cast::<u8>();
                units.iter().enumerate().for_each(|(i, c)| to.add(i).write(c as u8));
            }
            Ok(s)
        } else if max < 0x10000
            && let Units::Four(_) = units
        {
            let s = allocate(self, class, units.len(), 2, false)?;
            // SAFETY: room for len u16; every unit fits one.
            unsafe {
                let to = s.as_ptr().add(1).cast::<u16>();
                units.iter().enumerate().for_each(|(i, c)| to.add(i).write(c as u16));
            }
            Ok(s)
        } else {
            self.str_from_narrow(class, units)
        }
    }

    /// A new `str` from a finished buffer.
    pub fn str_from_buf(&self, buf: &Buf) -> Res<Ref<PyStr>> {
        if buf.is_lost() {
            return Err(memory_error(self));
        }
        self.str_from_units(buf.units())
    }

    /// A new `str` from Rust text.
    pub fn new_str(&self, text: &str) -> Res<Ref<PyStr>> {
        if text.is_ascii() {
            return self.str_from_narrow(types::STR.get(), Units::One(text.as_bytes()));
        }
        let mut built = Builder::with_capacity(text.len());
        built.push_str(text);
        self.str_from_buf(&built.finish())
    }

    /// A new `str` of a short ASCII text; draws on the heap's reserve if there is no memory.
    pub(crate) fn reserved_str(&self, text: &'static str) -> Res<Ref<PyStr>> {
        debug_assert!(text.is_ascii());
        let class = types::STR.get();
        let size = class.instance_size() + text.len() + 1 - size_of::<Header>();
        let made = self.mutator.alloc_reserved(PyStr::LAYOUT, size, class.root_shape_word());
        let Some(object) = made else { return Err(memory_error(self)) };
        // SAFETY: fresh memory of the layout, with room for the text and the zero behind it.
        unsafe {
            let s: Ref<PyStr> = Ref::from_ptr(object.as_ptr().cast());
            describe(s, text.len(), 1, true);
            let to = s.as_ptr().add(1).cast::<u8>();
            core::ptr::copy_nonoverlapping(text.as_ptr(), to, text.len());
            Ok(s)
        }
    }

    /// A one-character string.
    #[inline]
    pub fn str_from_char(&self, point: u32) -> Res<Ref<PyStr>> {
        if point < 0x100 {
            return crate::intern::latin1(self, point as u8);
        }
        self.str_from_units(Units::Four(&[point]))
    }

    /// `a + b`, in one allocation.
    pub fn str_concat(&self, a: Ref<PyStr>, b: Ref<PyStr>) -> Res<Ref<PyStr>> {
        if a.len == 0 {
            return self.exact_str(b);
        }
        if b.len == 0 {
            return self.exact_str(a);
        }
        let width = a.width.max(b.width);
        let len = a.len + b.len;
        let grows = a.len * a.width as usize >= GROWING && width == a.width && b.len <= a.len;
        if grows && let Some(s) = self.grown(a, b)? {
            return Ok(s);
        }
        let s = allocate(self, types::STR.get(), len, width, a.ascii && b.ascii)?;
        if grows {
            s.state.store(GROWN, Ordering::Relaxed);
        }
        // SAFETY: room for len units of `width` bytes; `widen_into` writes a.len, then b.len.
        unsafe {
            let to = s.as_ptr().add(1).cast::<u8>();
            widen_into(a.text(), to, width);
            widen_into(b.text(), to.add(a.len * width as usize), width);
        }
        Ok(s)
    }

    /// `a + b` in a buffer, where `a` is in one that it ends, or has been added to before. `b` is not wider.
    fn grown(&self, a: Ref<PyStr>, b: Ref<PyStr>) -> Res<Option<Ref<PyStr>>> {
        let (from, more) = (a.len * a.width as usize, b.len * a.width as usize);
        let buffer = match a.buffer() {
            Some(buffer) if buffer.claim(from, more) => buffer,
            _ if a.state.load(Ordering::Relaxed) & GROWN == 0 => return Ok(None),
            _ => {
                let used = from + more;
                let Some(capacity) = used.checked_add(used / 2) else { return Ok(None) };
                // Where there is no room for more than the text, the text alone may still fit.
                let Ok(buffer) = self.alloc_internal_unzeroed::<Growing>(capacity) else {
                    return Ok(None);
                };
                // SAFETY: fresh and unpublished, with room for `capacity` bytes.
                unsafe {
                    (*buffer.as_ptr()).capacity = capacity;
                    core::ptr::copy_nonoverlapping(a.data(), buffer.bytes_start(), from);
                }
                buffer.used.store(used, Ordering::Relaxed);
                buffer
            }
        };
        // SAFETY: the `more` bytes behind `from` are ours; both are multiples of the width.
        unsafe { widen_into(b.text(), buffer.bytes_start().add(from), a.width) };
        let s = self.alloc_instance::<PyStr>(types::STR.get(), size_of::<Slot>())?;
        // SAFETY: fresh and unpublished.
        unsafe {
            describe(s, a.len + b.len, a.width, a.ascii && b.ascii);
            (*s.as_ptr()).shared = true;
        }
        s.state.store(GROWN, Ordering::Relaxed);
        s.slot().init(buffer.value());
        Ok(Some(s))
    }

    /// Joins pieces without separator, in one allocation.
    pub fn str_join_pieces(&self, pieces: &[Ref<PyStr>]) -> Res<Ref<PyStr>> {
        let pieces = pieces.iter().copied();
        self.join_all(None, pieces.clone(), Joined::of(None, pieces))
    }

    /// Joins pieces with `sep` in between, in one allocation; `None` if not all of them are strings.
    pub fn str_join(&self, sep: Ref<PyStr>, pieces: &[Value]) -> Res<Option<Ref<PyStr>>> {
        let sep = (sep.len > 0).then_some(sep);
        let strings = pieces.iter().map_while(|piece| piece.as_str());
        let size = Joined::of(sep, strings.clone());
        if size.count < pieces.len() {
            return Ok(None);
        }
        Ok(Some(self.join_all(sep, strings, size)?))
    }

    fn join_all(
        &self,
        sep: Option<Ref<PyStr>>,
        pieces: impl Iterator<Item = Ref<PyStr>>,
        Joined { len, width, ascii, .. }: Joined,
    ) -> Res<Ref<PyStr>> {
        let Some(len) = len else { return Err(memory_error(self)) };
        let s = allocate(self, types::STR.get(), len, width, ascii)?;
        // SAFETY: the sum of the lengths was reserved.
        let to = unsafe { s.as_ptr().add(1).cast::<u8>() };
        // SAFETY: as above; where the width is 1 it is that of all pieces.
        unsafe {
            match width {
                1 => join_into(to, sep, pieces, |piece, to| {
                    let text = piece.bytes_of_units();
                    copy_short(text, to);
                    text.len()
                }),
                _ => join_into(to, sep, pieces, |piece, to| {
                    widen_into(piece.text(), to, width);
                    piece.len * width as usize
                }),
            }
        }
        Ok(s)
    }

    /// The same text as an object of class `str` exactly.
    pub fn exact_str(&self, s: Ref<PyStr>) -> Res<Ref<PyStr>> {
        if s.class() == types::STR.get() { Ok(s) } else { self.str_from_units(s.text()) }
    }
}

/// Takes the pieces of a new string.
pub struct Pieces<'a> {
    room: &'a mut [MaybeUninit<u8>],
    ascii: bool,
}

impl<'a> Pieces<'a> {
    /// Pieces that go to `room`, one behind the other.
    fn over(room: &'a mut [MaybeUninit<u8>]) -> Pieces<'a> {
        Pieces { room, ascii: true }
    }

    /// Appends a piece; what there is no room for is left out.
    #[inline]
    pub fn push(&mut self, piece: &[u8]) {
        self.ascii &= piece.is_ascii();
        let room = core::mem::take(&mut self.room);
        if let Some((to, rest)) = room.split_at_mut_checked(piece.len()) {
            // SAFETY: as long as the piece, and no part of it.
            unsafe { copy_short(piece, to.as_mut_ptr().cast()) };
            self.room = rest;
        }
    }
}

/// What joined pieces are.
struct Joined {
    /// `None` if that is too much for a number.
    len: Option<usize>,
    width: u8,
    ascii: bool,
    count: usize,
}

impl Joined {
    #[inline(always)]
    fn of(sep: Option<Ref<PyStr>>, pieces: impl Iterator<Item = Ref<PyStr>>) -> Joined {
        let (mut len, mut width, mut ascii, mut count) = (Some(0_usize), 1, true, 0_usize);
        for piece in pieces {
            width = width.max(piece.width);
            ascii &= piece.ascii;
            len = len.and_then(|len| len.checked_add(piece.len));
            count += 1;
        }
        if let Some(sep) = sep
            && count > 1
        {
            width = width.max(sep.width);
            ascii &= sep.ascii;
            len = len.and_then(|len| sep.len.checked_mul(count - 1)?.checked_add(len));
        }
        Joined { len, width, ascii, count }
    }
}

/// Writes pieces with `sep` in between from `to` on; `put` writes one and says how many bytes it took.
///
/// # Safety
/// There is room for all.
#[inline(always)]
unsafe fn join_into(
    to: *mut u8,
    sep: Option<Ref<PyStr>>,
    pieces: impl Iterator<Item = Ref<PyStr>>,
    put: impl Fn(Ref<PyStr>, *mut u8) -> usize,
) {
    let mut at = 0;
    for (i, piece) in pieces.enumerate() {
        // SAFETY: as the caller promises.
        unsafe {
            if let Some(sep) = sep
                && i > 0
            {
                at += put(sep, to.add(at));
            }
            at += put(piece, to.add(at));
        }
    }
}

/// Copies bytes that mostly are few to as many.
#[inline]
pub fn copy_few(from: &[u8], to: &mut [u8]) {
    assert_eq!(from.len(), to.len());
    // SAFETY: as many bytes, and nobody else has them while they are borrowed for writing.
    unsafe { copy_short(from, to.as_mut_ptr()) }
}

/// As [`copy_few`].
///
/// # Safety
/// `to` has room for them and is not part of them.
#[inline(always)]
pub(crate) unsafe fn copy_short(from: &[u8], to: *mut u8) {
    // SAFETY: as the caller promises; the two halves overlap where the length is not twice theirs.
    unsafe {
        let n = from.len();
        match (from.first_chunk::<8>(), from.last_chunk::<8>()) {
            (Some(first), Some(last)) if n <= 16 => {
                to.cast::<[u8; 8]>().write_unaligned(*first);
                to.add(n - 8).cast::<[u8; 8]>().write_unaligned(*last);
            }
            (None, None) => match (from.first_chunk::<4>(), from.last_chunk::<4>()) {
                (Some(first), Some(last)) => {
                    to.cast::<[u8; 4]>().write_unaligned(*first);
                    to.add(n - 4).cast::<[u8; 4]>().write_unaligned(*last);
                }
                _ => from.iter().enumerate().for_each(|(i, b)| to.add(i).write(*b)),
            },
            _ => match (from.first_chunk::<16>(), from.last_chunk::<16>()) {
                (Some(first), Some(last)) if n <= 32 => {
                    to.cast::<[u8; 16]>().write_unaligned(*first);
                    to.add(n - 16).cast::<[u8; 16]>().write_unaligned(*last);
                }
                _ => core::ptr::copy_nonoverlapping(from.as_ptr(), to, n),
            },
        }
    }
}

/// Copies `units` to `to` as units of `width` bytes.
///
/// # Safety
/// `to` has room for `units.len() * width` bytes, aligned to `width`; `width` is not narrower.
#[inline]
unsafe fn widen_into(units: Units<'_>, to: *mut u8, width: u8) {
    // SAFETY: as the caller promises.
    unsafe {
        match (units, width) {
            (Units::One(u), 1) => copy_short(u, to),
            (Units::Two(u), 2) => core::ptr::copy_nonoverlapping(u.as_ptr(), to.cast(), u.len()),
            (Units::Four(u), 4) => core::ptr::copy_nonoverlapping(u.as_ptr(), to.cast(), u.len()),
            (units, 2) => {
                let to = to.cast::<u16>();
                units.iter().enumerate().for_each(|(i, c)| to.add(i).write(c as u16));
            }
            (units, _) => {
                let to = to.cast::<u32>();
                units.iter().enumerate().for_each(|(i, c)| to.add(i).write(c));
            }
        }
    }
}

impl Value {
    /// The value as a `str` (or subclass) object.
    #[inline(always)]
    pub fn as_str(self) -> Option<Ref<PyStr>> {
        self.downcast()
    }
}
