//! `zlib`.

use crate::codec::{Codec, Done, Fault};
use crate::stream::{self, Machine};
use libz_rs_sys as z;
use orochi_object::collector::Root;
use orochi_object::error::Raised;
use orochi_object::module::PyModule;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;

const BUFFER: usize = 16384;

/// The module `zlib`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "zlib",
    functions: &[
        function("compress", "(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)", compress),
        function("decompress", "(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)", decompress),
        function(
            "compressobj",
            "(level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, \
             memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=None)",
            compressobj,
        ),
        function("decompressobj", "(wbits=MAX_WBITS, zdict=b'')", decompressobj),
        function("crc32", "(data, value=0, /)", crc32),
        function("adler32", "(data, value=1, /)", adler32),
        function("crc32_combine", "(crc1, crc2, len2, /)", |cx, args| {
            combine(cx, args, |a, b, n| z::crc32_combine64(a as _, b as _, n as _) as u64)
        }),
        function("adler32_combine", "(adler1, adler2, len2, /)", |cx, args| {
            combine(cx, args, |a, b, n| z::adler32_combine64(a as _, b as _, n as _) as u64)
        }),
    ],
    constants: &[
        ("DEFLATED", Const::Int(8)),
        ("DEF_BUF_SIZE", Const::Int(BUFFER as i64)),
        ("DEF_MEM_LEVEL", Const::Int(8)),
        ("MAX_WBITS", Const::Int(15)),
        ("ZLIB_RUNTIME_VERSION", Const::Str("1.3.1")),
        ("ZLIB_VERSION", Const::Str("1.3.1")),
        ("Z_BEST_COMPRESSION", Const::Int(9)),
        ("Z_BEST_SPEED", Const::Int(1)),
        ("Z_BLOCK", Const::Int(5)),
        ("Z_DEFAULT_COMPRESSION", Const::Int(-1)),
        ("Z_DEFAULT_STRATEGY", Const::Int(0)),
        ("Z_FILTERED", Const::Int(1)),
        ("Z_FINISH", Const::Int(4)),
        ("Z_FIXED", Const::Int(4)),
        ("Z_FULL_FLUSH", Const::Int(3)),
        ("Z_HUFFMAN_ONLY", Const::Int(2)),
        ("Z_NO_COMPRESSION", Const::Int(0)),
        ("Z_NO_FLUSH", Const::Int(0)),
        ("Z_PARTIAL_FLUSH", Const::Int(1)),
        ("Z_RLE", Const::Int(3)),
        ("Z_SYNC_FLUSH", Const::Int(2)),
        ("Z_TREES", Const::Int(6)),
    ],
    types: &[&COMPRESS_TYPE, &DECOMPRESS_TYPE, &DECOMPRESSOR_TYPE],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

static ERROR: Root = Root::new();

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    let bases = cx.new_tuple(&[exception::EXCEPTION.get().value()])?.value();
    let namespace = cx.new_dict()?;
    namespace.set_str(cx, name!(cx, "__module__"), name!(cx, "zlib").value())?;
    let args = [name!(cx, "error").value(), bases, namespace.value()];
    let class = ops::call(cx, types::TYPE.get().value(), &args)?;
    ERROR.set(class);
    dict.set_str(cx, name!(cx, "error"), class)?;
    dict.remove(cx, name!(cx, "Compress").value())?;
    dict.remove(cx, name!(cx, "Decompress").value())?;
    Ok(())
}

static COMPRESS: TypeCell = TypeCell::new();
static COMPRESS_TYPE: TypeDef = TypeDef {
    name: "zlib.Compress",
    cell: &COMPRESS,
    layout: Codec::LAYOUT_NUMBER,
    size: size_of::<stream::Stream<Codec>>(),
    methods: &[
        method("compress", "(self, data, /)", compress_more),
        method("flush", "(self, mode=zlib.Z_FINISH, /)", compress_flush),
        method("copy", "(self, /)", copy),
        method("__copy__", "(self, /)", copy),
        method("__deepcopy__", "(self, memo, /)", copy),
    ],
    ..TypeDef::DEFAULT
};

static DECOMPRESS: TypeCell = TypeCell::new();
static DECOMPRESS_TYPE: TypeDef = TypeDef {
    name: "zlib.Decompress",
    cell: &DECOMPRESS,
    layout: Codec::LAYOUT_NUMBER,
    size: size_of::<stream::Stream<Codec>>(),
    methods: &[
        method("decompress", "(self, data, /, max_length=0)", decompress_more),
        method("flush", "(self, length=zlib.DEF_BUF_SIZE, /)", decompress_flush),
        method("copy", "(self, /)", copy),
        method("__copy__", "(self, /)", copy),
        method("__deepcopy__", "(self, memo, /)", copy),
    ],
    getset: &[
        getter("unused_data", |_, v| Ok(of(v).unused.or_none())),
        getter("unconsumed_tail", |_, v| Ok(of(v).tail.or_none())),
        getter("eof", |_, v| Ok(of(v).eof.or_none())),
    ],
    ..TypeDef::DEFAULT
};

static DECOMPRESSOR: TypeCell = TypeCell::new();
static DECOMPRESSOR_TYPE: TypeDef = TypeDef {
    name: "zlib._ZlibDecompressor",
    cell: &DECOMPRESSOR,
    layout: Codec::LAYOUT_NUMBER,
    size: size_of::<stream::Stream<Codec>>(),
    slots: Slots { new: Some(new_decompressor), ..Slots::NONE },
    methods: &[method("decompress", "(self, /, data, max_length=-1)", decompressor_more)],
    getset: &[
        field_getter("unused_data", |_, v| Ok(of(v).unused.or_none())),
        field_getter("needs_input", |_, v| Ok(of(v).needs_input.or_none())),
        field_getter("eof", |_, v| Ok(of(v).eof.or_none())),
    ],
    ..TypeDef::DEFAULT
};

/// A `zlib.error` with this message.
#[cold]
fn error(cx: &Cx, message: &str) -> Raised {
    let make = || -> Res<Raised> {
        let text = cx.new_str(message)?.value();
        let class = ERROR.get().unwrap_or(exception::VALUE_ERROR.get().value());
        match ops::call(cx, class, &[text])?.downcast::<exception::PyException>() {
            Some(e) => Ok(Raised::new(e)),
            None => Ok(cx.error(&exception::VALUE_ERROR, message)),
        }
    };
    make().unwrap_or_else(|raised| raised)
}

#[cold]
fn failed(cx: &Cx, fault: &Fault, doing: &str) -> Raised {
    let text = match (&fault.text, fault.code) {
        (Some(text), _) => text.as_str(),
        (None, z::Z_BUF_ERROR) => "incomplete or truncated stream",
        (None, z::Z_STREAM_ERROR) => "inconsistent stream state",
        (None, z::Z_DATA_ERROR) => "invalid input data",
        (None, z::Z_MEM_ERROR) => return orochi_object::error::memory_error(cx),
        _ => return error(cx, &format!("Error {} {doing}", fault.code)),
    };
    error(cx, &format!("Error {} {doing}: {text}", fault.code))
}

fn int_or(cx: &Cx, v: Option<Value>, default: i32) -> Res<i32> {
    match v {
        Some(v) => ops::to_i32(cx, v),
        None => Ok(default),
    }
}

fn bytes(cx: &Cx, data: &[u8]) -> Res {
    Ok(cx.new_bytes(data)?.value())
}

fn compress(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let (level, wbits) = (int_or(cx, args.opt(1), -1)?, int_or(cx, args.opt(2), 15)?);
    let mut codec = match Codec::deflate(level, 8, wbits, 8, 0) {
        Ok(codec) => codec,
        Err(z::Z_MEM_ERROR) => {
            return raise!(cx, MEMORY_ERROR, "Out of memory while compressing data");
        }
        Err(z::Z_STREAM_ERROR) => return Err(error(cx, "Bad compression level")),
        Err(code) => return Err(failed(cx, &Fault { code, text: None }, "while compressing data")),
    };
    let input = data.as_slice();
    match cx.detached(|| codec.run(input, z::Z_FINISH, usize::MAX, BUFFER)) {
        Ok(done) => bytes(cx, &done.output),
        Err(fault) => Err(failed(cx, &fault, "while compressing data")),
    }
}

fn decompress(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let wbits = int_or(cx, args.opt(1), 15)?;
    let room = match args.opt(2) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => BUFFER as isize,
    };
    if room < 0 {
        return raise!(cx, VALUE_ERROR, "bufsize must be non-negative");
    }
    let mut codec = match Codec::inflate(wbits) {
        Ok(codec) => codec,
        Err(code) => {
            let doing = "while preparing to decompress data";
            return Err(failed(cx, &Fault { code, text: None }, doing));
        }
    };
    let (input, room) = (data.as_slice(), (room as usize).clamp(1, 1 << 26));
    match cx.detached(|| codec.run(input, z::Z_SYNC_FLUSH, usize::MAX, room)) {
        Ok(done) if done.ended => bytes(cx, &done.output),
        Ok(_) => {
            let fault = Fault { code: z::Z_BUF_ERROR, text: None };
            Err(failed(cx, &fault, "while decompressing data"))
        }
        Err(fault) => Err(failed(cx, &fault, "while decompressing data")),
    }
}

fn compressobj(cx: &Cx, args: Args) -> Res {
    let int = |i, default| int_or(cx, args.opt(i), default);
    let (level, method, wbits) = (int(0, -1)?, int(1, 8)?, int(2, 15)?);
    let (memory, strategy) = (int(3, 8)?, int(4, 0)?);
    let mut codec = match Codec::deflate(level, method, wbits, memory, strategy) {
        Ok(codec) => codec,
        Err(_) => return raise!(cx, VALUE_ERROR, "Invalid initialization option"),
    };
    if let Some(dictionary) = args.non_none(5) {
        let dictionary = bytes_like(cx, dictionary)?;
        if codec.set_dictionary(dictionary.as_slice()) != z::Z_OK {
            return raise!(cx, VALUE_ERROR, "Invalid dictionary");
        }
    }
    stream::make(cx, COMPRESS.get(), codec)
}

fn of(v: Value) -> Ref<stream::Stream<Codec>> {
    stream::of(v)
}

fn codec<'a>(cx: &Cx, v: Value) -> std::sync::MutexGuard<'a, Codec> {
    stream::machine(cx, v)
}

/// An inflating machine with an optional dictionary.
fn inflating(cx: &Cx, wbits: Option<Value>, dictionary: Option<Value>) -> Res<Codec> {
    let wbits = int_or(cx, wbits, 15)?;
    let dictionary = match dictionary {
        None => None,
        Some(v) if class_of(v).slots.buffer().is_none() && v.downcast::<PyBytes>().is_none() => {
            return raise!(cx, TYPE_ERROR, "zdict argument must support the buffer protocol");
        }
        Some(v) => Some(bytes_like(cx, v)?.as_slice().to_vec()),
    };
    let mut codec = match Codec::inflate(wbits) {
        Ok(codec) => codec,
        Err(_) => return raise!(cx, VALUE_ERROR, "Invalid initialization option"),
    };
    if let Some(dictionary) = dictionary {
        // A raw stream never asks for its dictionary.
        if wbits < 0 && codec.set_dictionary(&dictionary) != z::Z_OK {
            return Err(error(cx, "Invalid dictionary"));
        }
        codec.dictionary = Some(dictionary);
    }
    Ok(codec)
}

fn decompressobj(cx: &Cx, args: Args) -> Res {
    let codec = inflating(cx, args.opt(0), args.opt(1))?;
    stream::make(cx, DECOMPRESS.get(), codec)
}

fn new_decompressor(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let positional = args.positional();
    let wbits = positional.first().copied().or_else(|| args.keyword("wbits"));
    let dictionary = positional.get(1).copied().or_else(|| args.keyword("zdict"));
    stream::make(cx, class, inflating(cx, wbits, dictionary)?)
}

fn compress_more(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(1))?;
    let mut codec = codec(cx, args.get(0));
    let done = cx.detached(|| codec.run(data.as_slice(), z::Z_NO_FLUSH, usize::MAX, BUFFER));
    drop(codec);
    match done {
        Ok(done) => bytes(cx, &done.output),
        Err(fault) => Err(failed(cx, &fault, "while compressing data")),
    }
}

fn compress_flush(cx: &Cx, args: Args) -> Res {
    let mode = int_or(cx, args.opt(1), z::Z_FINISH)?;
    if mode == z::Z_NO_FLUSH {
        return bytes(cx, &[]);
    }
    let v = args.get(0);
    let mut codec = codec(cx, v);
    let done = cx.detached(|| codec.run(&[], mode, usize::MAX, BUFFER));
    drop(codec);
    match done {
        Ok(done) => bytes(cx, &done.output),
        Err(fault) => Err(failed(cx, &fault, "while flushing")),
    }
}

fn copy(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let copied = codec(cx, v).copy();
    let copied = match copied {
        Ok(copied) => copied,
        Err(z::Z_STREAM_ERROR) => return raise!(cx, VALUE_ERROR, "Inconsistent stream state"),
        Err(_) => return raise!(cx, MEMORY_ERROR, "Can't allocate memory for stream object"),
    };
    let made = stream::make(cx, class_of(v), copied)?;
    let (from, to) = (of(v), of(made));
    to.unused.set(cx, to, from.unused.or_none());
    to.tail.set(cx, to, from.tail.or_none());
    to.eof.set(cx, to, from.eof.or_none());
    Ok(made)
}

/// `slot`'s bytes followed by `more`.
fn appended(cx: &Cx, slot: &Slot, more: &[u8]) -> Res {
    let mut all = match slot.get().and_then(Value::downcast::<PyBytes>) {
        Some(old) => old.data().to_vec(),
        None => Vec::new(),
    };
    all.extend_from_slice(more);
    bytes(cx, &all)
}

/// Keeps what of `input` was not used where Python code can see it.
fn save_rest(cx: &Cx, v: Value, input: &[u8], done: &Done) -> Res<()> {
    let s = of(v);
    let rest = &input[done.used..];
    if done.ended {
        let unused = appended(cx, &s.unused, rest)?;
        s.unused.set(cx, s, unused);
        s.tail.set(cx, s, bytes(cx, &[])?);
        s.eof.set(cx, s, Value::TRUE);
    } else {
        s.tail.set(cx, s, bytes(cx, rest)?);
    }
    Ok(())
}

fn decompress_more(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let data = bytes_like(cx, args.get(1))?;
    let most = match args.opt(2) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => 0,
    };
    if most < 0 {
        return raise!(cx, VALUE_ERROR, "max_length must be non-negative");
    }
    let input = data.as_slice();
    if of(v).eof.or_none().is(Value::TRUE) {
        let done = Done { output: Vec::new(), used: 0, ended: true };
        save_rest(cx, v, input, &done)?;
        return bytes(cx, &[]);
    }
    let limit = if most == 0 { usize::MAX } else { most as usize };
    let mut codec = codec(cx, v);
    let done = cx.detached(|| codec.run(input, z::Z_SYNC_FLUSH, limit, BUFFER));
    drop(codec);
    match done {
        Ok(done) => {
            save_rest(cx, v, input, &done)?;
            bytes(cx, &done.output)
        }
        Err(fault) => Err(failed(cx, &fault, "while decompressing data")),
    }
}

fn decompress_flush(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let length = match args.opt(1) {
        Some(v) => ops::index_isize(cx, v, &exception::OVERFLOW_ERROR)?,
        None => BUFFER as isize,
    };
    if length <= 0 {
        return raise!(cx, VALUE_ERROR, "length must be greater than zero");
    }
    if of(v).eof.or_none().is(Value::TRUE) {
        return bytes(cx, &[]);
    }
    let tail = of(v).tail.get().and_then(Value::downcast::<PyBytes>);
    let input = tail.map_or(&[][..], |tail| tail.data());
    let room = (length as usize).min(1 << 26);
    let mut codec = codec(cx, v);
    let done = cx.detached(|| codec.run(input, z::Z_FINISH, usize::MAX, room));
    drop(codec);
    match done {
        Ok(done) => {
            save_rest(cx, v, input, &done)?;
            bytes(cx, &done.output)
        }
        Err(fault) => Err(failed(cx, &fault, "while decompressing data")),
    }
}

fn decompressor_more(cx: &Cx, args: Args) -> Res {
    stream::decompress::<Codec>(cx, args, |cx, fault| failed(cx, fault, "while decompressing data"))
}

/// The start value of a checksum, modulo 2^32.
fn start(cx: &Cx, v: Option<Value>, default: u32) -> Res<u32> {
    let Some(v) = v else { return Ok(default) };
    let n = ops::index(cx, v)?;
    let Some(big) = n.to_big() else { return Ok(default) };
    let low = big.as_ref().mag.first().copied().unwrap_or(0) as u32;
    Ok(if big.neg { low.wrapping_neg() } else { low })
}

fn crc32(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let value = start(cx, args.opt(1), 0)?;
    let (p, n) = (data.data, data.len);
    if n == 0 {
        return Ok(Value::int(value as i64));
    }
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    let sum = cx.detached(|| unsafe { z::crc32_z(value as _, p, n) });
    Ok(Value::int(sum as u32 as i64))
}

fn adler32(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let value = start(cx, args.opt(1), 1)?;
    let (p, n) = (data.data, data.len);
    if n == 0 {
        return Ok(Value::int(value as i64));
    }
    // SAFETY: the exported bytes stay in place until the buffer is dropped.
    let sum = cx.detached(|| unsafe { z::adler32_z(value as _, p, n) });
    Ok(Value::int(sum as u32 as i64))
}

fn combine(cx: &Cx, args: Args, f: fn(u32, u32, i64) -> u64) -> Res {
    let (a, b) = (start(cx, args.opt(0), 0)?, start(cx, args.opt(1), 0)?);
    Ok(Value::int(f(a, b, ops::to_i64(cx, args.get(2))?) as u32 as i64))
}
