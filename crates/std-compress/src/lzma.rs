//! `_orochi_lzma`: the safe face of liblzma. The module `_lzma`, which is Python, checks what it is given and words it as
//! chains of filters: tuples of numbers, the filter's id first.

use crate::codec::{Done, Fault};
use crate::stream::{self, Machine, Stream};
use core::ffi::c_void;
use core::ptr;
use liblzma_sys as lz;
use orochi_object::error::Raised;
use orochi_object::layout;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;

const CHUNK: usize = 16 * 1024;
/// What `check` says before a stream has told it.
const CHECK_UNKNOWN: u32 = 16;
/// Container formats, as `_lzma` numbers them.
const AUTO: i32 = 0;
const XZ: i32 = 1;
const ALONE: i32 = 2;

/// A compressing or decompressing machine, its stream initialised.
pub(crate) struct Codec {
    stream: Box<lz::lzma_stream>,
    pending: Vec<u8>,
    check: u32,
    /// The compressor has given its last bytes.
    flushed: bool,
}

// SAFETY: the stream's state is memory of its own; a machine is used by one thread at a time.
unsafe impl Send for Codec {}

impl Machine for Codec {
    const LAYOUT_NUMBER: u16 = layout::STD_OS_BASE + 19;

    fn pending(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    fn expand(&mut self, input: &[u8], limit: usize) -> Result<Done, Fault> {
        self.run(input, lz::LZMA_RUN, limit)
    }
}

/// The options of one filter. What a filter refers to is on the heap and does not move.
enum Options {
    Lzma(Box<lz::lzma_options_lzma>),
    Delta(Box<lz::lzma_options_delta>),
    Bcj(Box<lz::lzma_options_bcj>),
    None,
}

/// A chain of filters, and the end mark that the library wants.
struct Chain {
    filters: Vec<lz::lzma_filter>,
    options: Vec<Options>,
}

fn end_mark() -> lz::lzma_filter {
    lz::lzma_filter { id: lz::LZMA_VLI_UNKNOWN, options: ptr::null_mut() }
}

/// A number that `_lzma` has checked.
fn number(cx: &Cx, v: Value) -> Res<u64> {
    let n = ops::index(cx, v)?;
    match n.to_big().and_then(|n| if n.neg { None } else { n.as_ref().to_u64() }) {
        Some(n) => Ok(n),
        None => raise!(cx, OVERFLOW_ERROR, "int out of range"),
    }
}

/// Zeroed options: the library reads reserved members.
fn zeroed<T: Copy>() -> Box<T> {
    // SAFETY: used for the library's option structs: numbers and pointers, which may be zero.
    Box::new(unsafe { core::mem::zeroed() })
}

impl Chain {
    /// Of a tuple of tuples of numbers.
    fn of(cx: &Cx, v: Value) -> Res<Chain> {
        let mut chain = Chain { filters: Vec::new(), options: Vec::new() };
        let Some(rows) = v.downcast::<PyTuple>() else {
            return raise!(cx, TYPE_ERROR, "a chain of filters must be a tuple");
        };
        for row in rows.items() {
            let Some(row) = row.or_none().downcast::<PyTuple>() else {
                return raise!(cx, TYPE_ERROR, "a filter must be a tuple");
            };
            let mut numbers = Vec::new();
            for n in row.items() {
                numbers.push(number(cx, n.or_none())?);
            }
            chain.push(&numbers);
        }
        chain.filters.push(end_mark());
        Ok(chain)
    }

    fn push(&mut self, numbers: &[u64]) {
        let number = |i: usize| numbers.get(i).map_or(0, |n| *n as u32);
        let id = numbers.first().copied().unwrap_or_default();
        let mut options = match id {
            lz::LZMA_FILTER_LZMA1 | lz::LZMA_FILTER_LZMA2 => {
                let mut o: Box<lz::lzma_options_lzma> = zeroed();
                (o.dict_size, o.lc, o.lp, o.pb) = (number(1), number(2), number(3), number(4));
                (o.mode, o.nice_len) = (number(5) as lz::lzma_mode, number(6));
                (o.mf, o.depth) = (number(7) as lz::lzma_match_finder, number(8));
                Options::Lzma(o)
            }
            lz::LZMA_FILTER_DELTA => {
                let mut o: Box<lz::lzma_options_delta> = zeroed();
                (o.type_, o.dist) = (lz::lzma_delta_type_LZMA_DELTA_TYPE_BYTE, number(1));
                Options::Delta(o)
            }
            _ if number(1) != 0 => {
                let mut o: Box<lz::lzma_options_bcj> = zeroed();
                o.start_offset = number(1);
                Options::Bcj(o)
            }
            _ => Options::None,
        };
        let pointer: *mut c_void = match &mut options {
            Options::Lzma(o) => ptr::from_mut(&mut **o).cast(),
            Options::Delta(o) => ptr::from_mut(&mut **o).cast(),
            Options::Bcj(o) => ptr::from_mut(&mut **o).cast(),
            Options::None => ptr::null_mut(),
        };
        self.filters.push(lz::lzma_filter { id, options: pointer });
        self.options.push(options);
    }

    /// The address of the first filter.
    fn first(&self) -> *const lz::lzma_filter {
        self.filters.as_ptr()
    }
}

/// A stream that one of the library's functions initialises.
fn initialised(
    init: impl FnOnce(*mut lz::lzma_stream) -> lz::lzma_ret,
    check: u32,
) -> Result<Codec, Fault> {
    let stream: Box<lz::lzma_stream> = zeroed();
    let mut codec = Codec { stream, pending: Vec::new(), check, flushed: false };
    match init(&raw mut *codec.stream) {
        lz::LZMA_OK => Ok(codec),
        code => Err(fault(code)),
    }
}

fn fault(code: lz::lzma_ret) -> Fault {
    Fault { code: code as i32, text: None }
}

impl Codec {
    /// Works through `input` until it is used up, the stream ends, or `limit` bytes have come out.
    fn run(&mut self, input: &[u8], action: lz::lzma_action, limit: usize) -> Result<Done, Fault> {
        let mut output: Vec<u8> = Vec::new();
        let mut room = CHUNK;
        self.stream.next_in = input.as_ptr();
        self.stream.avail_in = input.len();
        loop {
            room = room.min(limit - output.len());
            if output.try_reserve(room.max(1)).is_err() {
                return Err(fault(lz::LZMA_MEM_ERROR));
            }
            self.stream.next_out = output.spare_capacity_mut().as_mut_ptr().cast();
            self.stream.avail_out = room;
            // SAFETY: the stream is initialised and describes readable and writable bytes.
            let code = unsafe { lz::lzma_code(&raw mut *self.stream, action) };
            let made = room - self.stream.avail_out;
            // SAFETY: the call wrote `made` bytes into the spare capacity.
            unsafe { output.set_len(output.len() + made) };
            let used = input.len() - self.stream.avail_in;
            match code {
                lz::LZMA_OK | lz::LZMA_BUF_ERROR => {}
                lz::LZMA_GET_CHECK | lz::LZMA_NO_CHECK => {
                    // SAFETY: an initialised stream, which has just said that it knows.
                    self.check = unsafe { lz::lzma_get_check(&raw const *self.stream) } as u32;
                    continue;
                }
                lz::LZMA_STREAM_END => return Ok(Done { output, used, ended: true }),
                code => return Err(fault(code)),
            }
            let full = self.stream.avail_out == 0;
            let finishing = action == lz::LZMA_FINISH;
            // Nothing in, nothing out: the stream wants more.
            let stuck = code == lz::LZMA_BUF_ERROR && !full;
            let empty = self.stream.avail_in == 0 && !full && !finishing;
            if output.len() >= limit || empty || stuck {
                return Ok(Done { output, used, ended: false });
            }
            room = (output.len().max(CHUNK)).min(1 << 26);
        }
    }
}

impl Drop for Codec {
    fn drop(&mut self) {
        // SAFETY: an initialised stream, or one whose making failed and whose state is null.
        unsafe { lz::lzma_end(&raw mut *self.stream) };
    }
}

#[cold]
fn failed(cx: &Cx, fault: &Fault) -> Raised {
    let code = fault.code as lz::lzma_ret;
    let text = match code {
        lz::LZMA_MEM_ERROR => return orochi_object::error::memory_error(cx),
        lz::LZMA_UNSUPPORTED_CHECK => "Unsupported integrity check".to_string(),
        lz::LZMA_MEMLIMIT_ERROR => "Memory usage limit exceeded".to_string(),
        lz::LZMA_FORMAT_ERROR => "Input format not supported by decoder".to_string(),
        lz::LZMA_OPTIONS_ERROR => "Invalid or unsupported options".to_string(),
        lz::LZMA_DATA_ERROR => "Corrupt input data".to_string(),
        lz::LZMA_BUF_ERROR => "Insufficient buffer space".to_string(),
        lz::LZMA_PROG_ERROR => "Internal error".to_string(),
        code => format!("Unrecognized error from liblzma: {code}"),
    };
    let made = || -> Res<Raised> {
        let class = orochi_object::hooks::module_attr(cx, "_lzma", "LZMAError")?;
        let text = cx.new_str(&text)?.value();
        match class.downcast::<PyType>() {
            Some(class) => Ok(cx.error_args(class, &[text])),
            None => Ok(cx.error(&exception::VALUE_ERROR, "_lzma has no LZMAError")),
        }
    };
    made().unwrap_or_else(|raised| raised)
}

static ENCODER: TypeCell = TypeCell::new();
static ENCODER_TYPE: TypeDef = TypeDef {
    name: "_orochi_lzma.Encoder",
    cell: &ENCODER,
    layout: Codec::LAYOUT_NUMBER,
    size: size_of::<Stream<Codec>>(),
    slots: Slots { new: Some(new_encoder), ..Slots::NONE },
    methods: &[
        method("compress", "(self, data, /)", |cx, args| {
            let data = bytes_like(cx, args.get(1))?;
            press(cx, args.get(0), data.as_slice(), lz::LZMA_RUN, "Compressor has been flushed")
        }),
        method("flush", "(self, /)", |cx, args| {
            press(cx, args.get(0), &[], lz::LZMA_FINISH, "Repeated call to flush()")
        }),
    ],
    ..TypeDef::DEFAULT
};

static DECODER: TypeCell = TypeCell::new();
static DECODER_TYPE: TypeDef = TypeDef {
    name: "_orochi_lzma.Decoder",
    cell: &DECODER,
    layout: Codec::LAYOUT_NUMBER,
    size: size_of::<Stream<Codec>>(),
    slots: Slots { new: Some(new_decoder), ..Slots::NONE },
    methods: &[method("decompress", "(self, data, max_length=-1)", |cx, args| {
        stream::decompress::<Codec>(cx, args, failed)
    })],
    getset: &[
        getter("unused_data", |_, v| Ok(stream::of::<Codec>(v).unused.or_none())),
        getter("needs_input", |_, v| Ok(stream::of::<Codec>(v).needs_input.or_none())),
        getter("eof", |_, v| Ok(stream::of::<Codec>(v).eof.or_none())),
        getter("check", |cx, v| {
            let check = stream::machine::<Codec>(cx, v).check;
            Ok(Value::int(i64::from(check)))
        }),
    ],
    ..TypeDef::DEFAULT
};

/// `Encoder(format, check, preset, chain)`: the chain is None where the preset counts.
fn new_encoder(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let [format, check, preset, chain] = *args.exactly(cx, "Encoder", 4, 4)? else {
        return raise!(cx, TYPE_ERROR, "Encoder() takes 4 arguments");
    };
    let format = ops::to_i32(cx, format)?;
    let check = ops::to_i32(cx, check)? as lz::lzma_check;
    let preset = number(cx, preset)? as u32;
    let chain = chain.non_none().map(|chain| Chain::of(cx, chain)).transpose()?;
    // SAFETY: each call gets a fresh stream and a chain or options that live until it returns.
    let made = initialised(
        |stream| unsafe {
            match (format, &chain) {
                (XZ, None) => lz::lzma_easy_encoder(stream, preset, check),
                (XZ, Some(chain)) => lz::lzma_stream_encoder(stream, chain.first(), check),
                (ALONE, None) => {
                    let mut options: Box<lz::lzma_options_lzma> = zeroed();
                    if lz::lzma_lzma_preset(&raw mut *options, preset) != 0 {
                        return lz::LZMA_OPTIONS_ERROR;
                    }
                    lz::lzma_alone_encoder(stream, &raw const *options)
                }
                (ALONE, Some(chain)) => match chain.options.first() {
                    Some(Options::Lzma(options)) => {
                        lz::lzma_alone_encoder(stream, &raw const **options)
                    }
                    _ => lz::LZMA_OPTIONS_ERROR,
                },
                (_, Some(chain)) => lz::lzma_raw_encoder(stream, chain.first()),
                (_, None) => lz::LZMA_PROG_ERROR,
            }
        },
        check as u32,
    );
    let codec = made.map_err(|fault| failed(cx, &fault))?;
    stream::make(cx, class, codec)
}

/// `Decoder(format, memlimit, chain)`: the chain is None except for raw streams.
fn new_decoder(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let [format, memlimit, chain] = *args.exactly(cx, "Decoder", 3, 3)? else {
        return raise!(cx, TYPE_ERROR, "Decoder() takes 3 arguments");
    };
    let format = ops::to_i32(cx, format)?;
    let memlimit = number(cx, memlimit)?;
    let chain = chain.non_none().map(|chain| Chain::of(cx, chain)).transpose()?;
    let flags = lz::LZMA_TELL_ANY_CHECK | lz::LZMA_TELL_NO_CHECK;
    let check = if matches!(format, AUTO | XZ) { CHECK_UNKNOWN } else { 0 };
    // SAFETY: each call gets a fresh stream and a chain that lives until it returns.
    let made = initialised(
        |stream| unsafe {
            match (format, &chain) {
                (AUTO, _) => lz::lzma_auto_decoder(stream, memlimit, flags),
                (XZ, _) => lz::lzma_stream_decoder(stream, memlimit, flags),
                (ALONE, _) => lz::lzma_alone_decoder(stream, memlimit),
                (_, Some(chain)) => lz::lzma_raw_decoder(stream, chain.first()),
                (_, None) => lz::LZMA_PROG_ERROR,
            }
        },
        check,
    );
    let codec = made.map_err(|fault| failed(cx, &fault))?;
    stream::make(cx, class, codec)
}

fn press(cx: &Cx, v: Value, data: &[u8], action: lz::lzma_action, too_late: &str) -> Res {
    let mut codec = stream::machine::<Codec>(cx, v);
    if codec.flushed {
        drop(codec);
        return raise!(cx, VALUE_ERROR, "{too_late}");
    }
    codec.flushed = action == lz::LZMA_FINISH;
    let done = cx.detached(|| codec.run(data, action, usize::MAX));
    drop(codec);
    match done {
        Ok(done) => Ok(cx.new_bytes(&done.output)?.value()),
        Err(fault) => Err(failed(cx, &fault)),
    }
}

/// The numbers of a preset, as a chain has them behind the id; None if there is no such preset.
fn preset(cx: &Cx, args: Args) -> Res {
    let preset = number(cx, args.get(0))? as u32;
    let mut o: Box<lz::lzma_options_lzma> = zeroed();
    // SAFETY: fills the options that it is given.
    if unsafe { lz::lzma_lzma_preset(&raw mut *o, preset) } != 0 {
        return Ok(Value::NONE);
    }
    let row = [o.dict_size, o.lc, o.lp, o.pb, o.mode as u32, o.nice_len, o.mf as u32, o.depth];
    Ok(cx.new_tuple(&row.map(|n| Value::int(i64::from(n))))?.value())
}

fn is_check_supported(cx: &Cx, args: Args) -> Res {
    let check = ops::to_i32(cx, args.get(0))?;
    // SAFETY: takes any number.
    Ok(Value::bool(unsafe { lz::lzma_check_is_supported(check as lz::lzma_check) } != 0))
}

/// The encoded properties of the only filter of a chain.
fn encode_properties(cx: &Cx, args: Args) -> Res {
    let chain = Chain::of(cx, args.get(0))?;
    let mut size = 0;
    // SAFETY: a chain with at least its end mark, and room of the size that was asked for.
    let (code, properties) = unsafe {
        let mut code = lz::lzma_properties_size(&raw mut size, chain.first());
        let mut properties = vec![0u8; size as usize];
        if code == lz::LZMA_OK {
            code = lz::lzma_properties_encode(chain.first(), properties.as_mut_ptr());
        }
        (code, properties)
    };
    match code {
        lz::LZMA_OK => Ok(cx.new_bytes(&properties)?.value()),
        code => Err(failed(cx, &fault(code))),
    }
}

/// The numbers behind the id of a filter with these properties.
fn decode_properties(cx: &Cx, args: Args) -> Res {
    let id = number(cx, args.get(0))?;
    let data = bytes_like(cx, args.get(1))?;
    let mut filter = lz::lzma_filter { id, options: ptr::null_mut() };
    let bytes = data.as_slice();
    // SAFETY: readable bytes; the options, if any, are of the kind that the id says, and from `malloc`.
    let (code, row) = unsafe {
        let code =
            lz::lzma_properties_decode(&raw mut filter, ptr::null(), bytes.as_ptr(), bytes.len());
        let row = match (code, id) {
            (lz::LZMA_OK, _) if filter.options.is_null() => Vec::new(),
            (lz::LZMA_OK, lz::LZMA_FILTER_LZMA1 | lz::LZMA_FILTER_LZMA2) => {
                let o = &*filter.options.cast::<lz::lzma_options_lzma>();
                vec![o.dict_size, o.lc, o.lp, o.pb]
            }
            (lz::LZMA_OK, lz::LZMA_FILTER_DELTA) => {
                vec![(*filter.options.cast::<lz::lzma_options_delta>()).dist]
            }
            (lz::LZMA_OK, _) => {
                vec![(*filter.options.cast::<lz::lzma_options_bcj>()).start_offset]
            }
            _ => Vec::new(),
        };
        if code == lz::LZMA_OK {
            libc::free(filter.options);
        }
        (code, row)
    };
    if code != lz::LZMA_OK {
        return Err(failed(cx, &fault(code)));
    }
    let row: Vec<Value> = row.into_iter().map(|n| Value::int(i64::from(n))).collect();
    Ok(cx.new_tuple(&row)?.value())
}

/// The module `_orochi_lzma`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_orochi_lzma",
    types: &[&ENCODER_TYPE, &DECODER_TYPE],
    functions: &[
        function("preset", "(preset, /)", preset),
        function("is_check_supported", "(check_id, /)", is_check_supported),
        function("encode_properties", "(chain, /)", encode_properties),
        function("decode_properties", "(filter_id, data, /)", decode_properties),
    ],
    ..ModuleDef::DEFAULT
};
