//! The type `array.array` and its iterator.

use super::item::Code;
use super::{LAYOUT, PyArray};
use crate::common::{number, own_iter, receiver, words};
use core::sync::atomic::Ordering;
use orochi_object::buffer::{Buffer, request};
use orochi_object::layout;
use orochi_object::module::builtin;
use orochi_object::prelude::*;
use orochi_object::slice::{PySlice, adjust};
use orochi_text::Builder;

pub(super) static CELL: TypeCell = TypeCell::new();
receiver!(this, PyArray);

pub(super) static TYPE: TypeDef = TypeDef {
    name: "array.array",
    cell: &CELL,
    layout: LAYOUT,
    size: size_of::<PyArray>(),
    flags: flag::BASETYPE | flag::SEQUENCE | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(iter),
        len: Some(|_, v| Ok(this(v).len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|cx, v, item| Ok(find(cx, this(v), item, 0, usize::MAX)?.is_some())),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(inplace_concat),
        inplace_repeat: Some(inplace_repeat),
        buffer: Some(|cx, v, _| this(v).export(cx)),
        ..Slots::NONE
    },
    methods: &[
        method("append", "(self, v, /)", |cx, args| {
            put(cx, this(args.get(0)), usize::MAX, args.get(1))
        }),
        method("buffer_info", "(self, /)", buffer_info),
        method("byteswap", "(self, /)", byteswap),
        method("clear", "(self, /)", |cx, args| {
            this(args.get(0)).splice(cx, 0, usize::MAX, &[])?;
            Ok(Value::NONE)
        }),
        method("count", "(self, v, /)", count),
        method("extend", "(self, bb, /)", |cx, args| {
            extend_with(cx, this(args.get(0)), args.get(1))?;
            Ok(Value::NONE)
        }),
        method("frombytes", "(self, buffer, /)", frombytes),
        method("fromfile", "(self, f, n, /)", fromfile),
        method("fromlist", "(self, list, /)", fromlist),
        method("fromunicode", "(self, ustr, /)", fromunicode),
        method("index", "(self, v, start=0, stop=9223372036854775807, /)", index),
        method("insert", "(self, i, v, /)", insert),
        method("pop", "(self, i=-1, /)", pop),
        method("remove", "(self, v, /)", remove),
        method("reverse", "(self, /)", reverse),
        method("tobytes", "(self, /)", |cx, args| {
            Ok(cx.new_bytes(&this(args.get(0)).copied(cx))?.value())
        }),
        method("tofile", "(self, f, /)", tofile),
        method("tolist", "(self, /)", |cx, args| Ok(tolist(cx, this(args.get(0)))?.value())),
        method("tounicode", "(self, /)", |cx, args| tounicode(cx, this(args.get(0)))),
        method("__copy__", "(self, /)", copy),
        method("__deepcopy__", "(self, unused, /)", copy),
        method("__reduce_ex__", "(self, value, /)", reduce_ex),
        method("__sizeof__", "(self, /)", |cx, args| {
            let array = this(args.get(0));
            let bytes = array.block().map_or(0, |block| block.capacity());
            cx.new_int((class_of(args.get(0)).instance_size() + bytes) as i64)
        }),
        ops::CLASS_GETITEM,
    ],
    getset: &[
        getter("typecode", |cx, v| Ok(cx.str_from_char(this(v).code().0 as u32)?.value())),
        getter("itemsize", |_, v| Ok(Value::int(this(v).code().size() as i64))),
    ],
    doc: Some("array(typecode [, initializer]) -> array"),
    ..TypeDef::DEFAULT
};

const BAD_CODE: &str = "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)";

fn empty(cx: &Cx, class: Ref<PyType>, code: Code) -> Res<Ref<PyArray>> {
    let array: Ref<PyArray> = cx.alloc_instance(class, 0)?;
    array.code.store(code.0 as usize, Ordering::Relaxed);
    Ok(array)
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let given = match class.overrides(orochi_object::slots::SlotId::Init) {
        true => CallArgs::new(args.positional()).exactly(cx, "array", 1, 2)?,
        false => {
            if args.keyword_count() > 0 {
                return raise!(cx, TYPE_ERROR, "array.array() takes no keyword arguments");
            }
            args.exactly(cx, "array", 1, 2)?
        }
    };
    let code = match given[0].as_str() {
        Some(text) if text.len() == 1 => text.text().get(0),
        Some(text) => {
            return raise!(
                cx,
                TYPE_ERROR,
                "array() argument 1 must be a unicode character, not a string of length {}",
                text.len()
            );
        }
        None => {
            return raise!(
                cx,
                TYPE_ERROR,
                "array() argument 1 must be a unicode character, not {}",
                class_of(given[0]).display_name()
            );
        }
    };
    let Some(code) = Code::new(code) else { return raise!(cx, VALUE_ERROR, "{BAD_CODE}") };
    if code.0 == b'u' {
        warn_about_u(cx)?;
    }
    let array = empty(cx, class, code)?;
    if let Some(initial) = given.get(1) {
        fill(cx, array, *initial)?;
    }
    Ok(array.value())
}

/// Warns that the type code `u` goes away.
fn warn_about_u(cx: &Cx) -> Res<()> {
    let import = builtin(cx, name!(cx, "__import__"))?;
    let module = ops::call(cx, import, &[name!(cx, "_warnings").value()])?;
    let text = "The 'u' type code is deprecated and will be removed in Python 3.16";
    let arguments =
        [cx.new_str(text)?.value(), exception::DEPRECATION_WARNING.get().value(), Value::int(1)];
    ops::call_method(cx, module, name!(cx, "warn"), &arguments)?;
    Ok(())
}

/// Fills a new array from the constructor's second argument.
fn fill(cx: &Cx, array: Ref<PyArray>, initial: Value) -> Res<()> {
    let code = array.code();
    if let Some(text) = initial.as_str() {
        if !code.is_text() {
            return raise!(
                cx,
                TYPE_ERROR,
                "cannot use a str to initialize an array with typecode '{}'",
                code.0 as char
            );
        }
        return add_text(cx, array, text);
    }
    if let Some(other) = initial.downcast::<PyArray>() {
        if other.code().is_text() && !code.is_text() {
            return raise!(
                cx,
                TYPE_ERROR,
                "cannot use a unicode array to initialize an array with typecode '{}'",
                code.0 as char
            );
        }
        if other.code() == code {
            let bytes = other.copied(cx);
            return array.splice(cx, 0, 0, &bytes);
        }
    } else if initial.downcast::<PyBytes>().is_some() || is_bytearray(initial) {
        return add_bytes(cx, array, initial);
    }
    add_items(cx, array, initial)
}

fn is_bytearray(v: Value) -> bool {
    class_of(v).mro_tuple().values().iter().any(|class| {
        class.downcast::<PyType>().is_some_and(|class| {
            !class.has_flag(flag::HEAPTYPE) && class.name_str().eq_str("bytearray")
        })
    })
}

fn add_text(cx: &Cx, array: Ref<PyArray>, text: Ref<PyStr>) -> Res<()> {
    let bytes: Vec<u8> = text.text().iter().flat_map(u32::to_ne_bytes).collect();
    array.splice(cx, usize::MAX, usize::MAX, &bytes)
}

/// The bytes of an object with the buffer protocol.
fn bytes_of(cx: &Cx, v: Value) -> Res<Vec<u8>> {
    if let Some(bytes) = v.downcast::<PyBytes>() {
        return Ok(bytes.data().to_vec());
    }
    match class_of(v).slots.buffer() {
        Some(buffer) => {
            let buffer: Buffer = buffer(cx, v, request::SIMPLE)?;
            Ok(buffer.as_slice().to_vec())
        }
        None => raise!(
            cx,
            TYPE_ERROR,
            "a bytes-like object is required, not '{}'",
            class_of(v).display_name()
        ),
    }
}

fn add_bytes(cx: &Cx, array: Ref<PyArray>, v: Value) -> Res<()> {
    let bytes = bytes_of(cx, v)?;
    if bytes.len() % array.code().size() != 0 {
        return raise!(cx, VALUE_ERROR, "bytes length not a multiple of item size");
    }
    array.splice(cx, usize::MAX, usize::MAX, &bytes)
}

fn add_items(cx: &Cx, array: Ref<PyArray>, iterable: Value) -> Res<()> {
    let added = ops::for_each(cx, iterable, &mut |item| {
        put(cx, array, usize::MAX, item)?;
        Ok(true)
    });
    // What was taken from the iterator cannot be taken once more.
    added.inspect_err(|_| cx.again.set(None))
}

/// Inserts one item before index `at`.
fn put(cx: &Cx, array: Ref<PyArray>, at: usize, item: Value) -> Res {
    let code = array.code();
    let raw = code.encode(cx, item)?;
    array.splice(cx, at, at, &raw[..code.size()])?;
    Ok(Value::NONE)
}

fn extend_with(cx: &Cx, array: Ref<PyArray>, other: Value) -> Res<()> {
    match other.downcast::<PyArray>() {
        Some(other) if other.code() == array.code() => {
            let bytes = other.copied(cx);
            array.splice(cx, usize::MAX, usize::MAX, &bytes)
        }
        Some(_) => raise!(cx, TYPE_ERROR, "can only extend with array of same kind"),
        None => add_items(cx, array, other),
    }
}

fn tolist(cx: &Cx, array: Ref<PyArray>) -> Res<Ref<PyList>> {
    let (bytes, code) = (array.copied(cx), array.code());
    let list = cx.new_list(&[])?;
    for raw in bytes.chunks_exact(code.size()) {
        list.push(cx, code.decode(cx, raw)?)?;
    }
    Ok(list)
}

fn tounicode(cx: &Cx, array: Ref<PyArray>) -> Res {
    if !array.code().is_text() {
        return raise!(
            cx,
            VALUE_ERROR,
            "tounicode() may only be called on unicode type arrays ('u' or 'w')"
        );
    }
    let mut text = Builder::new();
    for raw in array.copied(cx).chunks_exact(4) {
        let mut point = [0; 4];
        point.copy_from_slice(raw);
        let point = u32::from_ne_bytes(point);
        if point > 0x10ffff {
            return raise!(
                cx,
                VALUE_ERROR,
                "character U+{point:x} is not in range [U+0000; U+10ffff]"
            );
        }
        text.push(point);
    }
    Ok(cx.str_from_buf(&text.finish())?.value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let array = this(v);
    let (name, code) = (class_of(v).name_str().to_string_lossy(), array.code());
    if array.len() == 0 {
        return Ok(cx.new_str(&format!("{name}('{}')", code.0 as char))?.value());
    }
    let items = match code.is_text() {
        true => tounicode(cx, array)?,
        false => tolist(cx, array)?.value(),
    };
    let mut text = Builder::new();
    text.push_str(&format!("{name}('{}', ", code.0 as char));
    text.push_units(ops::repr(cx, items)?.text());
    text.push_str(")");
    Ok(cx.str_from_buf(&text.finish())?.value())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (v.downcast::<PyArray>(), w.downcast::<PyArray>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if a.len() != b.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    let (x, y) = (tolist(cx, a)?, tolist(cx, b)?);
    ops::compare(cx, x.value(), y.value(), op)
}

fn check_index(cx: &Cx, key: Value) -> Res<isize> {
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(cx, TYPE_ERROR, "array indices must be integers");
    }
    ops::index_isize(cx, key, &exception::INDEX_ERROR)
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let array = this(v);
    if let Some(slice) = key.downcast::<PySlice>() {
        let (start, stop, step) = slice.unpack(cx)?;
        let (bytes, size) = (array.copied(cx), array.code().size());
        let span = adjust(start, stop, step, bytes.len() / size);
        cx.expect_memory(span.count * size)?;
        let mut picked = Vec::with_capacity(span.count * size);
        let mut at = span.start;
        for _ in 0..span.count {
            let from = at as usize * size;
            picked.extend_from_slice(&bytes[from..from + size]);
            at = at.wrapping_add(span.step);
        }
        let made = empty(cx, CELL.get(), array.code())?;
        made.splice(cx, 0, 0, &picked)?;
        return Ok(made.value());
    }
    let i = match key.as_small() {
        Some(i) => i as isize,
        None => check_index(cx, key)?,
    };
    match ops::position(i, array.len()).and_then(|i| array.item(cx, i)) {
        Some(item) => item,
        None => raise!(cx, INDEX_ERROR, "array index out of range"),
    }
}

fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    let array = this(v);
    if let Some(slice) = key.downcast::<PySlice>() {
        return set_slice(cx, array, slice, value);
    }
    let i = check_index(cx, key)?;
    let Some(value) = value else {
        return match ops::position(i, array.len()) {
            Some(at) => array.splice(cx, at, at + 1, &[]),
            None => raise!(cx, INDEX_ERROR, "array assignment index out of range"),
        };
    };
    let word = array.code().encode_word(cx, value)?;
    match ops::position(i, array.len()).is_some_and(|i| array.set_item(cx, i, word)) {
        true => Ok(()),
        false => raise!(cx, INDEX_ERROR, "array assignment index out of range"),
    }
}

fn set_slice(cx: &Cx, array: Ref<PyArray>, slice: Ref<PySlice>, value: Option<Value>) -> Res<()> {
    let size = array.code().size();
    let data = match value {
        None => Vec::new(),
        Some(value) => match value.downcast::<PyArray>() {
            Some(other) if other.code() == array.code() => other.copied(cx),
            Some(_) => return raise!(cx, TYPE_ERROR, "bad argument type for built-in operation"),
            None => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "can only assign array (not \"{}\") to array slice",
                    class_of(value).display_name()
                );
            }
        },
    };
    let (start, stop, step) = slice.unpack(cx)?;
    let span = adjust(start, stop, step, array.len());
    if span.step == 1 {
        let start = span.start as usize;
        return array.splice(cx, start, start + span.count, &data);
    }
    let old = array.copied(cx);
    let picked: Vec<usize> =
        (0..span.count).map(|k| (span.start + k as isize * span.step) as usize).collect();
    if value.is_none() {
        let kept: Vec<u8> = old
            .chunks_exact(size)
            .enumerate()
            .filter(|(i, _)| {
                let low = picked.first().zip(picked.last()).map(|(a, b)| (*a.min(b), *a.max(b)));
                !low.is_some_and(|(low, high)| {
                    (low..=high).contains(i) && (i - low) % span.step.unsigned_abs() == 0
                })
            })
            .flat_map(|(_, raw)| raw.iter().copied())
            .collect();
        return array.splice(cx, 0, usize::MAX, &kept);
    }
    if data.len() / size != span.count {
        return raise!(
            cx,
            VALUE_ERROR,
            "attempt to assign array of size {} to extended slice of size {}",
            data.len() / size,
            span.count
        );
    }
    array.with_items(cx, |block, len| {
        let Some(block) = block else { return };
        for (at, raw) in picked.iter().zip(data.chunks_exact(size)).filter(|(at, _)| **at < len) {
            block.store(*at, size, Code::word(raw));
        }
    });
    Ok(())
}

fn find(
    cx: &Cx,
    array: Ref<PyArray>,
    item: Value,
    start: usize,
    stop: usize,
) -> Res<Option<usize>> {
    let mut i = start;
    while i < stop
        && let Some(own) = array.item(cx, i)
    {
        if ops::eq(cx, own?, item)? {
            return Ok(Some(i));
        }
        i += 1;
        if i % 256 == 0 {
            cx.poll();
        }
    }
    Ok(None)
}

fn concat(cx: &Cx, v: Value, w: Value) -> Res {
    let array = this(v);
    let Some(other) = w.downcast::<PyArray>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only append array (not \"{}\") to array",
            class_of(w).display_name()
        );
    };
    if other.code() != array.code() {
        return raise!(cx, TYPE_ERROR, "bad argument type for built-in operation");
    }
    let mut bytes = array.copied(cx);
    bytes.extend(other.copied(cx));
    let made = empty(cx, CELL.get(), array.code())?;
    made.splice(cx, 0, 0, &bytes)?;
    Ok(made.value())
}

fn repeated(cx: &Cx, array: Ref<PyArray>, n: isize) -> Res<Vec<u8>> {
    let bytes = array.copied(cx);
    let n = n.max(0) as usize;
    match bytes.len().checked_mul(n) {
        Some(total) if total < 1 << 40 => {
            cx.expect_memory(total)?;
            Ok(bytes.repeat(n))
        }
        _ => Err(orochi_object::error::memory_error(cx)),
    }
}

fn repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let array = this(v);
    let bytes = repeated(cx, array, n)?;
    let made = empty(cx, CELL.get(), array.code())?;
    made.splice(cx, 0, 0, &bytes)?;
    Ok(made.value())
}

fn inplace_concat(cx: &Cx, v: Value, w: Value) -> Res {
    if w.downcast::<PyArray>().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only extend with array (not \"{}\")",
            class_of(w).display_name()
        );
    }
    extend_with(cx, this(v), w)?;
    Ok(v)
}

fn inplace_repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let bytes = repeated(cx, this(v), n)?;
    this(v).splice(cx, 0, usize::MAX, &bytes)?;
    Ok(v)
}

fn buffer_info(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let address = array.block().map_or(0, |block| block.data() as u64);
    let (address, len) = (cx.new_uint(address)?, Value::int(array.len() as i64));
    Ok(cx.new_tuple(&[address, len])?.value())
}

fn byteswap(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let size = array.code().size() as u32;
    let swap = |word: &mut u64| *word = word.swap_bytes() >> (64 - 8 * size);
    array.rewrite(cx, |words| words.iter_mut().for_each(swap));
    Ok(Value::NONE)
}

fn count(cx: &Cx, args: Args) -> Res {
    let items = tolist(cx, this(args.get(0)))?;
    ops::call_method(cx, items.value(), name!(cx, "count"), &[args.get(1)])
}

fn frombytes(cx: &Cx, args: Args) -> Res {
    add_bytes(cx, this(args.get(0)), args.get(1))?;
    Ok(Value::NONE)
}

fn fromfile(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let n = ops::index_isize(cx, args.get(2), &exception::OVERFLOW_ERROR)?;
    if n < 0 {
        return raise!(cx, VALUE_ERROR, "negative count");
    }
    let Some(wanted) = (n as usize).checked_mul(array.code().size()) else {
        return Err(orochi_object::error::memory_error(cx));
    };
    let size = cx.new_int(wanted as i64)?;
    let read = ops::call_method(cx, args.get(1), name!(cx, "read"), &[size])?;
    let Some(bytes) = read.downcast::<PyBytes>() else {
        return raise!(cx, TYPE_ERROR, "read() didn't return bytes");
    };
    // What was read cannot be read once more.
    add_bytes(cx, array, read).inspect_err(|_| cx.again.set(None))?;
    if bytes.len() != wanted {
        return raise!(cx, EOF_ERROR, "read() returned not enough data");
    }
    Ok(Value::NONE)
}

fn tofile(cx: &Cx, args: Args) -> Res {
    let bytes = this(args.get(0)).copied(cx);
    for chunk in bytes.chunks(64 * 1024) {
        let chunk = cx.new_bytes(chunk)?;
        ops::call_method(cx, args.get(1), name!(cx, "write"), &[chunk.value()])?;
    }
    Ok(Value::NONE)
}

fn fromlist(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let Some(list) = args.get(1).downcast::<PyList>() else {
        return raise!(cx, TYPE_ERROR, "arg must be list");
    };
    let (items, code) = (list.snapshot(cx)?, array.code());
    cx.expect_memory(items.len() * code.size())?;
    let mut bytes = Vec::with_capacity(items.len() * code.size());
    for item in items.values() {
        bytes.extend_from_slice(&code.encode(cx, *item)?[..code.size()]);
    }
    array.splice(cx, usize::MAX, usize::MAX, &bytes)?;
    Ok(Value::NONE)
}

fn fromunicode(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let Some(text) = args.get(1).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "fromunicode() argument must be str, not {}",
            class_of(args.get(1)).display_name()
        );
    };
    if !array.code().is_text() {
        return raise!(
            cx,
            VALUE_ERROR,
            "fromunicode() may only be called on unicode type arrays ('u' or 'w')"
        );
    }
    add_text(cx, array, text)?;
    Ok(Value::NONE)
}

fn index(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let bound = |i: usize, default: usize| -> Res<usize> {
        let Some(v) = args.opt(i) else { return Ok(default) };
        let n = ops::slice_index(cx, v)?;
        Ok(if n < 0 { n.saturating_add(array.len() as isize).max(0) as usize } else { n as usize })
    };
    match find(cx, array, args.get(1), bound(2, 0)?, bound(3, usize::MAX)?)? {
        Some(i) => Ok(Value::int(i as i64)),
        None => raise!(cx, VALUE_ERROR, "array.index(x): x not in array"),
    }
}

fn insert(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let i = ops::index_isize(cx, args.get(1), &exception::OVERFLOW_ERROR)?;
    let at = if i < 0 { i.saturating_add(array.len() as isize).max(0) } else { i };
    put(cx, array, at as usize, args.get(2))
}

fn pop(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let i = match args.opt(1) {
        Some(i) => ops::index_isize(cx, i, &exception::OVERFLOW_ERROR)?,
        None => -1,
    };
    let len = array.len();
    let Some((at, item)) = ops::position(i, len).and_then(|at| Some((at, array.item(cx, at)?)))
    else {
        return match len {
            0 => raise!(cx, INDEX_ERROR, "pop from empty array"),
            _ => raise!(cx, INDEX_ERROR, "pop index out of range"),
        };
    };
    let item = item?;
    array.splice(cx, at, at + 1, &[])?;
    Ok(item)
}

fn remove(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    match find(cx, array, args.get(1), 0, usize::MAX)? {
        Some(at) => {
            array.splice(cx, at, at + 1, &[])?;
            Ok(Value::NONE)
        }
        None => raise!(cx, VALUE_ERROR, "array.remove(x): x not in array"),
    }
}

fn reverse(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).rewrite(cx, <[u64]>::reverse);
    Ok(Value::NONE)
}

fn copy(cx: &Cx, args: Args) -> Res {
    let array = this(args.get(0));
    let made = empty(cx, CELL.get(), array.code())?;
    made.splice(cx, 0, 0, &array.copied(cx))?;
    Ok(made.value())
}

/// How items lie in memory, by the numbers of the pickle format.
fn machine_format(code: Code) -> i64 {
    let little = cfg!(target_endian = "little");
    let of = |little_end: i64| if little { little_end } else { little_end + 1 };
    match code.0 {
        b'B' => 0,
        b'b' => 1,
        b'H' => of(2),
        b'h' => of(4),
        b'I' => of(6),
        b'i' => of(8),
        b'L' | b'Q' => of(10),
        b'l' | b'q' => of(12),
        b'f' => of(14),
        b'd' => of(16),
        _ => of(20),
    }
}

fn reduce_ex(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let array = this(v);
    let code = array.code();
    let state = match orochi_object::instance::dict(cx, v)? {
        Some(dict) => dict.value(),
        None => Value::NONE,
    };
    let letter = cx.str_from_char(code.0 as u32)?.value();
    let class = class_of(v).value();
    if ops::to_i64(cx, args.get(1))? < 3 {
        let items = tolist(cx, array)?.value();
        let parts = cx.new_tuple(&[letter, items])?.value();
        return Ok(cx.new_tuple(&[class, parts, state])?.value());
    }
    let import = builtin(cx, name!(cx, "__import__"))?;
    let module = ops::call(cx, import, &[name!(cx, "array").value()])?;
    let rebuild = ops::getattr(cx, module, name!(cx, "_array_reconstructor"))?;
    let bytes = cx.new_bytes(&array.copied(cx))?.value();
    let parts = cx.new_tuple(&[class, letter, Value::int(machine_format(code)), bytes])?.value();
    Ok(cx.new_tuple(&[rebuild, parts, state])?.value())
}

/// The code and byte order of a pickle format number: `(code, big endian)`.
fn format_code(format: i64) -> Option<(u8, bool)> {
    let code = match format {
        0 => b'B',
        1 => b'b',
        2 | 3 => b'H',
        4 | 5 => b'h',
        6 | 7 => b'I',
        8 | 9 => b'i',
        10 | 11 => b'Q',
        12 | 13 => b'q',
        14 | 15 => b'f',
        16 | 17 => b'd',
        18..=21 => b'w',
        _ => return None,
    };
    Some((code, format > 1 && format % 2 == 1))
}

/// `_array_reconstructor(arraytype, typecode, mformat_code, items)`.
pub(super) fn reconstruct(cx: &Cx, args: Args) -> Res {
    let Some(class) = args.get(0).downcast::<PyType>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "first argument must be a type object, not {}",
            class_of(args.get(0)).display_name()
        );
    };
    if !class.is_subtype(CELL.get()) {
        let name = class.display_name();
        return raise!(cx, TYPE_ERROR, "{name} is not a subtype of array.array");
    }
    let letter = args.get(1).as_str().filter(|s| s.len() == 1).map(|s| s.text().get(0));
    let Some(code) = letter.and_then(Code::new) else {
        return raise!(cx, VALUE_ERROR, "second argument must be a valid type code");
    };
    let format = ops::to_i64(cx, args.get(2))?;
    let Some((stored, big)) = format_code(format) else {
        return raise!(cx, VALUE_ERROR, "third argument must be a valid machine format code.");
    };
    let Some(items) = args.get(3).downcast::<PyBytes>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "fourth argument should be bytes, not {}",
            class_of(args.get(3)).display_name()
        );
    };
    let array = empty(cx, class, code)?;
    let stored = Code(stored);
    let size = stored.size();
    let mut bytes = items.data().to_vec();
    if format >= 18 && format <= 19 {
        // UTF-16: decode to code points.
        let text = ops::call_method(
            cx,
            args.get(3),
            name!(cx, "decode"),
            &[cx.new_str(if big { "utf-16-be" } else { "utf-16-le" })?.value()],
        )?;
        if let Some(text) = text.as_str() {
            add_text(cx, array, text)?;
        }
        return Ok(array.value());
    }
    if bytes.len() % size != 0 {
        return raise!(cx, VALUE_ERROR, "bytes length not a multiple of item size");
    }
    if big == cfg!(target_endian = "little") {
        bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }
    if stored.format() == code.format() {
        array.splice(cx, 0, 0, &bytes)?;
        return Ok(array.value());
    }
    for raw in bytes.chunks_exact(size) {
        put(cx, array, usize::MAX, stored.decode(cx, raw)?)?;
    }
    Ok(array.value())
}

/// An `arrayiterator`: the array (UNSET once exhausted) and the next index.
#[repr(C)]
struct ArrayIter {
    header: Header,
    array: Slot,
    index: Slot,
}
words!(ArrayIter);
receiver!(iter_of, ArrayIter);

static ITERATOR_CELL: TypeCell = TypeCell::new();

pub(super) static ITERATOR: TypeDef = TypeDef {
    name: "array.arrayiterator",
    cell: &ITERATOR_CELL,
    layout: layout::WORDS,
    size: size_of::<ArrayIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    methods: &[
        method("__reduce__", "(self, /)", iterator_reduce),
        method("__setstate__", "(self, state, /)", iterator_setstate),
    ],
    ..TypeDef::DEFAULT
};

fn iter(cx: &Cx, v: Value) -> Res {
    let it: Ref<ArrayIter> = cx.alloc_instance(ITERATOR_CELL.get(), 0)?;
    it.array.init(v);
    it.index.init(Value::int(0));
    Ok(it.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = iter_of(v);
    let Some(array) = it.array.get().map(this) else { return Ok(None) };
    let index = number(&it.index) as usize;
    match array.item(cx, index) {
        Some(item) => {
            it.index.init(Value::int(index as i64 + 1));
            Ok(Some(item?))
        }
        None => {
            it.array.clear();
            Ok(None)
        }
    }
}

fn iterator_reduce(cx: &Cx, args: Args) -> Res {
    let it = iter_of(args.get(0));
    let iter = builtin(cx, name!(cx, "iter"))?;
    match it.array.get() {
        Some(array) => {
            let parts = cx.new_tuple(&[array])?.value();
            Ok(cx.new_tuple(&[iter, parts, it.index.or_none()])?.value())
        }
        None => {
            let parts = cx.new_tuple(&[cx.new_tuple(&[])?.value()])?.value();
            Ok(cx.new_tuple(&[iter, parts])?.value())
        }
    }
}

fn iterator_setstate(cx: &Cx, args: Args) -> Res {
    let it = iter_of(args.get(0));
    let index = ops::index_clamped(cx, args.get(1))?.max(0) as usize;
    if let Some(array) = it.array.get().map(this) {
        it.index.init(Value::int(index.min(array.len()) as i64));
    }
    Ok(Value::NONE)
}
