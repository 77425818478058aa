//! Newline translation and `IncrementalNewlineDecoder`.

use orochi_builtins::bind::Sig;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_text::{Buf, Builder, Units};

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// The state of newline recognition.
#[derive(Clone, Copy, Default, Debug)]
pub struct Newlines {
    /// Whether `\r` and `\r\n` become `\n`.
    pub translate: bool,
    /// Whether a `\r` at the end of the last input is held back.
    pub pending: bool,
    /// The kinds seen.
    pub seen: u8,
}

impl Newlines {
    /// Whether the text can pass as it is; notes `\n` as seen.
    fn is_plain(&mut self, s: Units<'_>) -> bool {
        if self.pending {
            return false;
        }
        let has = |c: u32| orochi_text::search::find_char(s, c, 0, s.len()).is_some();
        if has(13) {
            return false;
        }
        if has(10) {
            self.seen |= SEEN_LF;
        }
        true
    }

    /// Passes text on; `None` when it is unchanged.
    pub fn feed(&mut self, s: Units<'_>, last: bool) -> Option<Buf> {
        if self.is_plain(s) {
            return None;
        }
        let mut out = Builder::with_capacity(s.len() + 1);
        let mut i = 0;
        let mut cr = self.pending && !s.is_empty() || self.pending && last;
        self.pending &= !cr;
        loop {
            if cr {
                cr = false;
                if i < s.len() && s.get(i) == 10 {
                    self.seen |= SEEN_CRLF;
                    i += 1;
                    if !self.translate {
                        out.push(13);
                    }
                    out.push(10);
                } else if i == s.len() && !last {
                    self.pending = true;
                    break;
                } else {
                    self.seen |= SEEN_CR;
                    out.push(if self.translate { 10 } else { 13 });
                }
                continue;
            }
            if i == s.len() {
                break;
            }
            let c = s.get(i);
            i += 1;
            match c {
                13 => cr = true,
                10 => {
                    self.seen |= SEEN_LF;
                    out.push(10);
                }
                c => out.push(c),
            }
        }
        Some(out.finish())
    }

    /// The attribute `newlines`.
    pub fn seen_value(&self, cx: &Cx) -> Res {
        let kinds = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")];
        let list = cx.new_list(&[])?;
        for (bit, text) in kinds {
            if self.seen & bit != 0 {
                list.push(cx, cx.new_str(text)?.value())?;
            }
        }
        match list.len() {
            0 => Ok(Value::NONE),
            1 => Ok(list.get(0).unwrap_or(Value::NONE)),
            _ => Ok(list.snapshot(cx)?.value()),
        }
    }

    fn to_word(self) -> i64 {
        i64::from(self.translate) | i64::from(self.pending) << 1 | i64::from(self.seen) << 2
    }
    fn from_word(word: i64) -> Newlines {
        Newlines { translate: word & 1 != 0, pending: word & 2 != 0, seen: (word >> 2) as u8 & 7 }
    }
}

/// The type's cell.
pub static DECODER: TypeCell = TypeCell::new();

/// An `IncrementalNewlineDecoder`; `state` is a [`Newlines`] packed in an int.
#[repr(C)]
pub struct PyNewlineDecoder {
    pub header: Header,
    decoder: Slot,
    errors: Slot,
    state: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PyNewlineDecoder {
    const LAYOUT: u16 = layout::WORDS;
}

/// `_io.IncrementalNewlineDecoder`.
pub static TYPE: TypeDef = TypeDef {
    name: "_io.IncrementalNewlineDecoder",
    cell: &DECODER,
    layout: layout::WORDS,
    size: size_of::<PyNewlineDecoder>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::NONE },
    methods: &METHODS,
    getset: &GETSET,
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 4] = [
    method("decode", "(self, /, input, final=False)", decode),
    method("getstate", "(self, /)", getstate),
    method("setstate", "(self, state, /)", setstate),
    method("reset", "(self, /)", reset),
];

static GETSET: [GetSetDef; 1] = [getter("newlines", |cx, v| newlines(cast(v)).seen_value(cx))];

fn cast(v: Value) -> Ref<PyNewlineDecoder> {
    // SAFETY: slots and methods of the type get instances of it.
    unsafe { v.cast() }
}

fn newlines(d: Ref<PyNewlineDecoder>) -> Newlines {
    Newlines::from_word(d.state.or_none().as_small().unwrap_or(0))
}

fn store(cx: &Cx, d: Ref<PyNewlineDecoder>, state: Newlines) {
    d.state.set(cx, d, Value::int(state.to_word()));
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.alloc_instance::<PyNewlineDecoder>(class, 0)?.value())
}

static INIT: Sig = Sig::new("IncrementalNewlineDecoder", "(decoder, translate, errors='strict')");

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT.bind(cx, args, |args| {
        let d = cast(v);
        d.decoder.set(cx, d, args.get(0));
        let errors = args.opt(2).map_or_else(|| cx.new_str("strict").map(Ref::value), Ok)?;
        d.errors.set(cx, d, errors);
        let translate = ops::truth(cx, args.get(1))?;
        store(cx, d, Newlines { translate, ..Newlines::default() });
        Ok(())
    })
}

/// The inner decoder, `None` for text in, text out.
fn inner(cx: &Cx, d: Ref<PyNewlineDecoder>) -> Res<Option<Value>> {
    match d.decoder.get() {
        Some(decoder) => Ok(decoder.non_none()),
        None => raise!(cx, VALUE_ERROR, "IncrementalNewlineDecoder.__init__() not called"),
    }
}

fn decode(cx: &Cx, args: Args) -> Res {
    let last = args.opt(2).map_or(Ok(false), |last| ops::truth(cx, last))?;
    let d = cast(args.get(0));
    let text = match inner(cx, d)? {
        Some(decoder) => {
            ops::call_method(cx, decoder, name!(cx, "decode"), &[args.get(1), Value::bool(last)])?
        }
        None => args.get(1),
    };
    let Some(text) = text.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "decoder should return a string result, not '{}'",
            class_of(text).display_name()
        );
    };
    let mut state = newlines(d);
    let result = match state.feed(text.text(), last) {
        Some(buf) => cx.str_from_buf(&buf)?,
        None => text,
    };
    store(cx, d, state);
    Ok(result.value())
}

fn getstate(cx: &Cx, args: Args) -> Res {
    let d = cast(args.get(0));
    let (buffer, flag) = match inner(cx, d)? {
        None => (cx.new_bytes(b"")?.value(), 0),
        Some(decoder) => {
            let state = ops::call_method(cx, decoder, name!(cx, "getstate"), &[])?;
            let Some(state) = state.downcast::<PyTuple>().filter(|t| t.len() == 2) else {
                return raise!(cx, TYPE_ERROR, "illegal decoder state");
            };
            (state.values()[0], ops::to_i64(cx, state.values()[1])?)
        }
    };
    let flag = flag << 1 | i64::from(newlines(d).pending);
    Ok(cx.new_tuple(&[buffer, cx.new_int(flag)?])?.value())
}

fn setstate(cx: &Cx, args: Args) -> Res {
    let d = cast(args.get(0));
    let decoder = inner(cx, d)?;
    let Some(state) = args.get(1).downcast::<PyTuple>().filter(|t| t.len() == 2) else {
        return raise!(cx, TYPE_ERROR, "state argument must be a tuple");
    };
    let flag = ops::to_i64(cx, state.values()[1])?;
    store(cx, d, Newlines { pending: flag & 1 != 0, ..newlines(d) });
    if let Some(decoder) = decoder {
        let inner = cx.new_tuple(&[state.values()[0], cx.new_int(flag >> 1)?])?.value();
        ops::call_method(cx, decoder, name!(cx, "setstate"), &[inner])?;
    }
    Ok(Value::NONE)
}

fn reset(cx: &Cx, args: Args) -> Res {
    let d = cast(args.get(0));
    let decoder = inner(cx, d)?;
    store(cx, d, Newlines { pending: false, seen: 0, ..newlines(d) });
    if let Some(decoder) = decoder {
        ops::call_method(cx, decoder, name!(cx, "reset"), &[])?;
    }
    Ok(Value::NONE)
}
