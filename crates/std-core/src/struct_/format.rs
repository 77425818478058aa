//! Format strings.

use super::{error, fail};
use orochi_object::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

/// One code of a format with its repeat count. `Struct` objects keep rows of them as bytes: there is none between the fields.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Code {
    pub offset: usize,
    /// How often; for `s` and `p` the length in bytes.
    pub count: usize,
    /// Bytes of one item.
    size: u32,
    pub kind: u8,
    little: u8,
    _rest: u16,
}

impl Code {
    pub(super) fn new(kind: u8, little: bool, count: usize, size: usize, offset: usize) -> Code {
        Code { offset, count, size: size as u32, kind, little: little as u8, _rest: 0 }
    }
    pub(super) fn to_bytes(&self) -> [u8; size_of::<Code>()] {
        // SAFETY: all bytes of a code are those of its fields.
        unsafe { core::mem::transmute(*self) }
    }
    /// The codes whose bytes these are, from the beginning of an object.
    pub(super) fn row(bytes: &[u8]) -> &[Code] {
        // SAFETY: any bytes are those of codes.
        let (before, codes, _) = unsafe { bytes.align_to::<Code>() };
        debug_assert!(before.is_empty());
        codes
    }
    #[inline]
    pub(super) fn size(&self) -> usize {
        self.size as usize
    }
    #[inline]
    pub(super) fn little(&self) -> bool {
        self.little != 0
    }
    /// How many Python values it stands for, and the bytes of each.
    #[inline]
    pub(super) fn shape(&self) -> (usize, usize) {
        match self.kind {
            b's' | b'p' => (1, self.count),
            _ => (self.count, self.size()),
        }
    }
}

/// A parsed format.
#[derive(Clone, Copy)]
pub(super) struct Format<'a> {
    pub codes: &'a [Code],
    pub size: usize,
    pub values: usize,
}

/// A parsed format that owns its codes.
pub(super) struct Parsed {
    codes: Vec<Code>,
    size: usize,
    values: usize,
}

impl Parsed {
    pub(super) fn get(&self) -> Format<'_> {
        Format { codes: &self.codes, size: self.size, values: self.values }
    }
}

/// Size and alignment of a code; `None` if there is none such.
fn measure(kind: u8, native: bool) -> Option<(usize, usize)> {
    let size = match kind {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' if native => 8,
        b'l' | b'L' => 4,
        b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        b'F' => 8,
        b'D' => 16,
        _ => return None,
    };
    let align = match kind {
        b'F' => 4,
        b'D' => 8,
        _ => size,
    };
    Some((size, align))
}

/// The text of a format argument.
pub(super) fn text_of(cx: &Cx, v: Value) -> Res<Vec<u8>> {
    if let Some(bytes) = v.downcast::<PyBytes>() {
        return cx.copied(bytes.data());
    }
    match v.as_str() {
        Some(text) => match text.as_ascii() {
            Some(ascii) => cx.copied(ascii.as_bytes()),
            None => {
                let ascii = cx.new_str("ascii")?.value();
                let bytes = ops::call_method(cx, v, name!(cx, "encode"), &[ascii])?;
                Ok(bytes.downcast::<PyBytes>().map_or(Vec::new(), |bytes| bytes.data().to_vec()))
            }
        },
        None => raise!(
            cx,
            TYPE_ERROR,
            "Struct() argument 1 must be a str or bytes object, not {}",
            class_of(v).display_name()
        ),
    }
}

/// Parses a format argument.
pub(super) fn parse(cx: &Cx, v: Value) -> Res<Rc<Parsed>> {
    parse_text(cx, &text_of(cx, v)?)
}

/// How many formats a thread remembers, and up to what length.
const RECENT: usize = 8;
const RECENT_BYTES: usize = 64;

/// A place of the memory: a text and what it means.
type Known = Option<(Box<[u8]>, Rc<Parsed>)>;

thread_local! {
    /// Formats by a hash of their text. A thread's own: no other has to be asked or kept out.
    static KNOWN: RefCell<[Known; RECENT]> = const { RefCell::new([const { None }; RECENT]) };
}

/// What a format means; programs use few formats over and over.
pub(super) fn parse_text(cx: &Cx, text: &[u8]) -> Res<Rc<Parsed>> {
    let hash = text.iter().fold(0_usize, |hash, b| hash.wrapping_mul(31).wrapping_add(*b as usize));
    let place = hash % RECENT;
    // A thread that is ending has no memory any more.
    let known = KNOWN.try_with(|known| match &known.borrow()[place] {
        Some((own, format)) if **own == *text => Some(Rc::clone(format)),
        _ => None,
    });
    if let Ok(Some(format)) = known {
        return Ok(format);
    }
    let format = Rc::new(parse_anew(cx, text)?);
    if text.len() <= RECENT_BYTES {
        let entry = Some((text.into(), Rc::clone(&format)));
        let _ = KNOWN.try_with(|known| known.borrow_mut()[place] = entry);
    }
    Ok(format)
}

pub(super) fn parse_anew(cx: &Cx, text: &[u8]) -> Res<Parsed> {
    let (rest, little, native, aligned) = match text {
        [b'@', rest @ ..] => (rest, cfg!(target_endian = "little"), true, true),
        [b'=', rest @ ..] => (rest, cfg!(target_endian = "little"), false, false),
        [b'<', rest @ ..] => (rest, true, false, false),
        [b'>' | b'!', rest @ ..] => (rest, false, false, false),
        rest => (rest, cfg!(target_endian = "little"), true, true),
    };
    // As many codes as characters, in a vector that grows.
    cx.expect_memory(rest.len() * 3 * size_of::<Code>())?;
    let mut format = Parsed { codes: Vec::new(), size: 0, values: 0 };
    let too_long = || error(cx, "total struct size too long");
    let mut i = 0;
    while i < rest.len() {
        let mut kind = rest[i];
        i += 1;
        if kind.is_ascii_whitespace() || kind == 0x0b {
            continue;
        }
        if kind == 0 {
            return fail(cx, "embedded null character");
        }
        let mut count = None;
        if kind.is_ascii_digit() {
            let mut n = (kind - b'0') as usize;
            while i < rest.len() && rest[i].is_ascii_digit() {
                let digit = (rest[i] - b'0') as usize;
                n = n
                    .checked_mul(10)
                    .and_then(|n| n.checked_add(digit))
                    .filter(|n| *n <= isize::MAX as usize)
                    .ok_or_else(too_long)?;
                i += 1;
            }
            if i >= rest.len() {
                return fail(cx, "repeat count given without format specifier");
            }
            kind = rest[i];
            i += 1;
            count = Some(n);
        }
        let count = count.unwrap_or(1);
        let Some((size, align)) = measure(kind, native) else {
            return fail(cx, "bad char in struct format");
        };
        if aligned {
            format.size = format.size.next_multiple_of(align);
        }
        let bytes = count.checked_mul(size).filter(|n| *n <= isize::MAX as usize);
        let bytes = bytes.ok_or_else(too_long)?;
        let offset = format.size;
        format.size =
            offset.checked_add(bytes).filter(|n| *n <= isize::MAX as usize).ok_or_else(too_long)?;
        if kind != b'x' {
            let code = Code::new(kind, little, count, size, offset);
            let (values, _) = code.shape();
            format.values += values;
            if values > 0 {
                format.codes.push(code);
            }
        }
    }
    Ok(format)
}
