//! `str`: the type, its constructor and its slots. Immutable, hence no locking.

mod case;
mod find;
mod format;
mod iter;
mod percent;
mod split;
pub(crate) mod translate;

pub(crate) use format::Padded;
pub use format::{ascii, str_format};
pub use iter::{ASCII_ITERATOR, STR_ITERATOR};
pub use percent::{percent_format, percent_format_bytes};
pub use split::join_values;

use crate::bind::Sig;
use crate::bytes_like::try_bytes_like;
use crate::codecs;
use core::cmp::Ordering;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::slice::PySlice;
use orochi_text::{Buf, Units};

/// The type `str`.
pub static TYPE: TypeDef = TypeDef {
    name: "str",
    cell: &types::STR,
    layout: layout::STR,
    size: size_of::<PyStr>(),
    flags: flag::BASETYPE | flag::STR | flag::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(to_str),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(iter::iter),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        mod_: Some(modulo),
        ..Slots::NONE
    },
    methods: &METHODS,
    doc: Some(
        "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object.",
    ),
    ..TypeDef::DEFAULT
};

static METHODS: [NativeDef; 50] = [
    method("encode", "(self, encoding='utf-8', errors='strict')", encode),
    method("replace", "(self, old, new, /, count=-1)", translate::replace),
    method("split", "(self, sep=None, maxsplit=-1)", split::split),
    method("rsplit", "(self, sep=None, maxsplit=-1)", split::rsplit),
    method("join", "(self, iterable, /)", split::join),
    method("capitalize", "(self, /)", case::capitalize),
    method("casefold", "(self, /)", case::casefold),
    method("title", "(self, /)", case::title),
    method("center", "(self, width, fillchar=' ', /)", case::center),
    method("count", "(self, sub, start=None, end=None, /)", find::count),
    method("expandtabs", "(self, /, tabsize=8)", case::expandtabs),
    method("find", "(self, sub, start=None, end=None, /)", find::find),
    method("partition", "(self, sep, /)", split::partition),
    method("index", "(self, sub, start=None, end=None, /)", find::index),
    method("ljust", "(self, width, fillchar=' ', /)", case::ljust),
    method("lower", "(self, /)", case::lower),
    method("lstrip", "(self, chars=None, /)", case::lstrip),
    method("rfind", "(self, sub, start=None, end=None, /)", find::rfind),
    method("rindex", "(self, sub, start=None, end=None, /)", find::rindex),
    method("rjust", "(self, width, fillchar=' ', /)", case::rjust),
    method("rstrip", "(self, chars=None, /)", case::rstrip),
    method("rpartition", "(self, sep, /)", split::rpartition),
    method("splitlines", "(self, /, keepends=False)", split::splitlines),
    method("strip", "(self, chars=None, /)", case::strip),
    method("swapcase", "(self, /)", case::swapcase),
    method("translate", "(self, table, /)", translate::translate),
    method("upper", "(self, /)", case::upper),
    method("startswith", "(self, prefix, start=None, end=None, /)", find::startswith),
    method("endswith", "(self, suffix, start=None, end=None, /)", find::endswith),
    method("removeprefix", "(self, prefix, /)", find::removeprefix),
    method("removesuffix", "(self, suffix, /)", find::removesuffix),
    method("isascii", "(self, /)", case::isascii),
    method("islower", "(self, /)", case::islower),
    method("isupper", "(self, /)", case::isupper),
    method("istitle", "(self, /)", case::istitle),
    method("isspace", "(self, /)", case::isspace),
    method("isdecimal", "(self, /)", case::isdecimal),
    method("isdigit", "(self, /)", case::isdigit),
    method("isnumeric", "(self, /)", case::isnumeric),
    method("isalpha", "(self, /)", case::isalpha),
    method("isalnum", "(self, /)", case::isalnum),
    method("isidentifier", "(self, /)", case::isidentifier),
    method("isprintable", "(self, /)", case::isprintable),
    method("zfill", "(self, width, /)", case::zfill),
    method("__getnewargs__", "(self, /)", getnewargs),
    method("__sizeof__", "(self, /)", sizeof),
    static_method("maketrans", "(x, y=None, z=None, /)", translate::maketrans),
    method("__format__", "(self, format_spec, /)", format::format_text),
    method("format", "(self, /, *args, **kwargs)", format::format),
    method("format_map", "(self, mapping, /)", format::format_map),
];

/// The receiver of a method of `str`.
#[inline(always)]
pub(crate) fn receiver(args: Args) -> Ref<PyStr> {
    // SAFETY: method descriptors of `str` check their receiver.
    unsafe { args.get(0).cast() }
}

/// The text of a slot's receiver.
#[inline(always)]
fn text_of(v: Value) -> Ref<PyStr> {
    // SAFETY: slots of `str` are called with instances of it.
    unsafe { v.cast() }
}

/// A `str` value from a buffer.
#[inline]
pub(crate) fn made(cx: &Cx, buf: &Buf) -> Res {
    if buf.is_empty() && !buf.is_lost() {
        return Ok(orochi_object::intern::empty(cx)?.value());
    }
    Ok(cx.str_from_buf(buf)?.value())
}

/// The receiver as an exact `str`.
#[inline]
pub(crate) fn same(cx: &Cx, s: Ref<PyStr>) -> Res {
    Ok(cx.exact_str(s)?.value())
}

/// The part `range` of `s`.
#[inline]
pub(crate) fn part(cx: &Cx, s: Ref<PyStr>, range: core::ops::Range<usize>) -> Res {
    Ok(cx.str_part(s, range)?.value())
}

static NEW: Sig = Sig::new("str", "(object='', encoding='utf-8', errors='strict')");

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if args.names().is_none() && args.all().len() == 1 {
        let text = ops::str(cx, args.all()[0])?;
        return of_class(cx, class, text);
    }
    let plain = args.keyword_count() == 0;
    if args.all().len() > 3 && !(plain && class == types::STR.get()) {
        let n = args.all().len();
        return raise!(cx, TYPE_ERROR, "str() takes at most 3 arguments ({n} given)");
    }
    if args.all().len() > 3 {
        return raise!(
            cx,
            TYPE_ERROR,
            "str expected at most 3 arguments, got {}",
            args.all().len()
        );
    }
    NEW.bind(cx, args, |args| {
        if class == types::STR.get() && plain {
            check_names(cx, args)?;
        }
        let encoding = name_argument(cx, args.opt(1), "str", "encoding")?;
        let errors = name_argument(cx, args.opt(2), "str", "errors")?;
        let text = match args.opt(0) {
            None => orochi_object::intern::empty(cx)?,
            Some(object) if encoding.is_none() && errors.is_none() => ops::str(cx, object)?,
            Some(object) => decode_object(cx, object, encoding, errors)?,
        };
        of_class(cx, class, text)
    })
}

/// Names what is no str among the arguments of `str` in full: only a call of the type itself, without keywords, does.
fn check_names(cx: &Cx, args: Args) -> Res<()> {
    for (i, name) in [(1, "encoding"), (2, "errors")] {
        if let Some(v) = args.opt(i)
            && v.as_str().is_none()
        {
            let class = ops::name_in_errors(cx, class_of(v));
            return raise!(cx, TYPE_ERROR, "str() argument '{name}' must be str, not {class}");
        }
    }
    Ok(())
}

/// An optional `encoding` or `errors` argument.
pub(crate) fn name_argument(
    cx: &Cx,
    v: Option<Value>,
    function: &str,
    name: &str,
) -> Res<Option<Ref<PyStr>>> {
    let Some(v) = v else { return Ok(None) };
    let Some(text) = v.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{function}() argument '{name}' must be str, not {}",
            ops::argument_class(v)
        );
    };
    check_c_text(cx, text)?;
    Ok(Some(text))
}

/// Raises UnicodeEncodeError for a text that UTF-8 cannot have.
pub(crate) fn check_utf8(cx: &Cx, text: Ref<PyStr>) -> Res<()> {
    if text.text().iter().any(|c| (0xD800..0xE000).contains(&c)) {
        codecs::encode_text(cx, text, None, None)?;
    }
    Ok(())
}

/// Raises unless the text of an argument could be a C string in UTF-8.
pub(crate) fn check_c_text(cx: &Cx, text: Ref<PyStr>) -> Res<()> {
    check_utf8(cx, text)?;
    if text.text().iter().any(|c| c == 0) {
        return raise!(cx, VALUE_ERROR, "embedded null character");
    }
    Ok(())
}

/// `str(object, encoding, errors)`.
pub fn decode_object(
    cx: &Cx,
    object: Value,
    encoding: Option<Ref<PyStr>>,
    errors: Option<Ref<PyStr>>,
) -> Res<Ref<PyStr>> {
    if object.as_str().is_some() {
        return raise!(cx, TYPE_ERROR, "decoding str is not supported");
    }
    let Ok(Some(view)) = try_bytes_like(cx, object) else {
        return raise!(
            cx,
            TYPE_ERROR,
            "decoding to str: need a bytes-like object, {} found",
            class_of(object).display_name()
        );
    };
    codecs::decode_text(cx, object, &view, encoding, errors)
}

fn of_class(cx: &Cx, class: Ref<PyType>, text: Ref<PyStr>) -> Res {
    if class == types::STR.get() {
        return Ok(text.value());
    }
    Ok(cx.str_from_narrow(class, text.text())?.value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    made(cx, &orochi_text::repr::repr(text_of(v).text()))
}

fn to_str(cx: &Cx, v: Value) -> Res {
    same(cx, text_of(v))
}

fn hash(_: &Cx, v: Value) -> Res<i64> {
    Ok(text_of(v).hash())
}

fn compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (v.as_str(), w.as_str()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let result = match op {
        CmpOp::Eq => a.same(&b),
        CmpOp::Ne => !a.same(&b),
        _ => {
            let order = if a == b { Ordering::Equal } else { a.text().compare(b.text()) };
            op.holds(order)
        }
    };
    Ok(Value::bool(result))
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(text_of(v).len())
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let s = text_of(v);
    if let Some(i) = key.as_small() {
        return item(cx, s, i as isize);
    }
    if let Some(slice) = key.downcast::<PySlice>() {
        let span = slice.span(cx, || s.len())?;
        if span.step == 1 {
            return part(cx, s, span.start as usize..span.start as usize + span.count);
        }
        return stepped(cx, s, span);
    }
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "string indices must be integers, not '{}'",
            class_of(key).display_name()
        );
    }
    let i = ops::index_isize(cx, key, &exception::INDEX_ERROR)?;
    item(cx, s, i)
}

#[inline]
fn item(cx: &Cx, s: Ref<PyStr>, i: isize) -> Res {
    match ops::position(i, s.len()) {
        Some(at) => Ok(cx.str_from_char(s.text().get(at))?.value()),
        None => raise!(cx, INDEX_ERROR, "string index out of range"),
    }
}

fn stepped(cx: &Cx, s: Ref<PyStr>, span: orochi_object::slice::Span) -> Res {
    let index = |i: usize| (span.start + i as isize * span.step) as usize;
    let buf = match s.text() {
        Units::One(u) => Buf::collect((0..span.count).map(|i| u[index(i)])),
        Units::Two(u) => Buf::collect((0..span.count).map(|i| u[index(i)])),
        Units::Four(u) => Buf::collect((0..span.count).map(|i| u[index(i)])),
    };
    made(cx, &buf)
}

fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    match item.as_str() {
        Some(item) => Ok(orochi_text::search::contains(text_of(v).text(), item.text())),
        None => raise!(
            cx,
            TYPE_ERROR,
            "'in <string>' requires string as left operand, not {}",
            class_of(item).display_name()
        ),
    }
}

fn concat(cx: &Cx, v: Value, w: Value) -> Res {
    match w.as_str() {
        Some(w) => Ok(cx.str_concat(text_of(v), w)?.value()),
        None => raise!(
            cx,
            TYPE_ERROR,
            "can only concatenate str (not \"{}\") to str",
            class_of(w).display_name()
        ),
    }
}

fn repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let s = text_of(v);
    if n <= 0 || s.len() == 0 {
        return Ok(orochi_object::intern::empty(cx)?.value());
    }
    if n == 1 {
        return same(cx, s);
    }
    let unit = match s.text() {
        Units::One(_) => 1,
        Units::Two(_) => 2,
        Units::Four(_) => 4,
    };
    let fits = s.len().checked_mul(n as usize).and_then(|n| n.checked_mul(unit));
    if s.len().checked_mul(n as usize).is_none_or(|n| n > isize::MAX as usize) {
        return raise!(cx, OVERFLOW_ERROR, "repeated string is too long");
    }
    if fits.is_none_or(|n| n > 1 << 40) {
        return Err(orochi_object::error::memory_error(cx));
    }
    made(cx, &orochi_text::replace::repeat(s.text(), n as usize))
}

fn modulo(cx: &Cx, v: Value, w: Value) -> Res {
    match v.as_str() {
        Some(template) => percent_format(cx, template, w),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn encode(cx: &Cx, args: Args) -> Res {
    let encoding = name_argument(cx, args.opt(1), "encode", "encoding")?;
    let errors = name_argument(cx, args.opt(2), "encode", "errors")?;
    codecs::encode_text(cx, receiver(args), encoding, errors)
}

fn getnewargs(cx: &Cx, args: Args) -> Res {
    let text = cx.str_from_units(receiver(args).text())?;
    Ok(cx.new_tuple(&[text.value()])?.value())
}

fn sizeof(_: &Cx, args: Args) -> Res {
    let s = receiver(args);
    // What CPython's compact representation takes in its build without GIL.
    let size = match s.text() {
        Units::One(u) if s.is_ascii() => 56 + u.len() + 1,
        Units::One(u) => 72 + u.len() + 1,
        Units::Two(u) => 72 + 2 * (u.len() + 1),
        Units::Four(u) => 72 + 4 * (u.len() + 1),
    };
    Ok(Value::int(size as i64))
}
