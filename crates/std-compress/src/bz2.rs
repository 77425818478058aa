//! `_bz2`: the safe face of the bzip2 library and the two types over it.

use crate::codec::{Done, Fault};
use crate::stream::{self, Machine, Stream};
use core::ffi::c_int;
use core::ptr;
use libbz2_rs_sys as bz;
use orochi_object::error::Raised;
use orochi_object::layout;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;

const CHUNK: usize = 16 * 1024;

/// A compressing or decompressing machine, its stream initialised.
pub(crate) struct Codec {
    stream: Box<bz::bz_stream>,
    compresses: bool,
    pending: Vec<u8>,
    /// The compressor has given its last bytes.
    flushed: bool,
}

// SAFETY: the stream's state is memory of its own; a machine is used by one thread at a time.
unsafe impl Send for Codec {}

impl Machine for Codec {
    const LAYOUT_NUMBER: u16 = layout::STD_OS_BASE + 18;

    fn pending(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    fn expand(&mut self, input: &[u8], limit: usize) -> Result<Done, Fault> {
        self.run(input, bz::BZ_RUN, limit)
    }
}

impl Codec {
    fn new(level: Option<c_int>) -> Result<Codec, Fault> {
        let stream = Box::new(bz::bz_stream {
            next_in: ptr::null(),
            avail_in: 0,
            total_in_lo32: 0,
            total_in_hi32: 0,
            next_out: ptr::null_mut(),
            avail_out: 0,
            total_out_lo32: 0,
            total_out_hi32: 0,
            state: ptr::null_mut(),
            bzalloc: None,
            bzfree: None,
            opaque: ptr::null_mut(),
        });
        let compresses = level.is_some();
        let mut codec = Codec { stream, compresses, pending: Vec::new(), flushed: false };
        let p = &raw mut *codec.stream;
        // SAFETY: a fresh stream with the library's own allocator.
        let code = unsafe {
            match level {
                Some(level) => bz::BZ2_bzCompressInit(p, level, 0, 0),
                None => bz::BZ2_bzDecompressInit(p, 0, 0),
            }
        };
        if code == bz::BZ_OK { Ok(codec) } else { Err(Fault { code, text: None }) }
    }

    /// Works through `input` until it is used up, the stream ends, or `limit` bytes have come out.
    /// `action` is that of the compressor.
    fn run(&mut self, input: &[u8], action: c_int, limit: usize) -> Result<Done, Fault> {
        let mut output: Vec<u8> = Vec::new();
        let (mut used, mut room) = (0, CHUNK);
        loop {
            let n = (input.len() - used).min(1 << 30);
            let last = used + n == input.len();
            room = room.min(limit - output.len());
            if output.try_reserve(room.max(1)).is_err() {
                return Err(Fault { code: bz::BZ_MEM_ERROR, text: None });
            }
            self.stream.next_in = input[used..].as_ptr().cast();
            self.stream.avail_in = n as u32;
            self.stream.next_out = output.spare_capacity_mut().as_mut_ptr().cast();
            self.stream.avail_out = room as u32;
            let p = &raw mut *self.stream;
            let idle = self.compresses && action == bz::BZ_RUN && n == 0;
            // SAFETY: the stream is initialised and describes readable and writable bytes.
            let code = unsafe {
                match (idle, self.compresses) {
                    // The library takes a call without input for a mistake.
                    (true, _) => bz::BZ_RUN_OK,
                    (false, true) => bz::BZ2_bzCompress(p, if last { action } else { bz::BZ_RUN }),
                    (false, false) => bz::BZ2_bzDecompress(p),
                }
            };
            used += n - self.stream.avail_in as usize;
            let made = room - self.stream.avail_out as usize;
            // SAFETY: the call wrote `made` bytes into the spare capacity.
            unsafe { output.set_len(output.len() + made) };
            match code {
                bz::BZ_OK | bz::BZ_RUN_OK | bz::BZ_FLUSH_OK | bz::BZ_FINISH_OK => {}
                bz::BZ_STREAM_END => return Ok(Done { output, used, ended: true }),
                code => return Err(Fault { code, text: None }),
            }
            let full = self.stream.avail_out == 0;
            let finishing = action == bz::BZ_FINISH;
            if output.len() >= limit || (used == input.len() && !full && !finishing) {
                return Ok(Done { output, used, ended: false });
            }
            room = (output.len().max(CHUNK)).min(1 << 26);
        }
    }
}

impl Drop for Codec {
    fn drop(&mut self) {
        let p = &raw mut *self.stream;
        // SAFETY: an initialised stream, or one whose making failed and whose state is null.
        unsafe {
            if self.compresses {
                bz::BZ2_bzCompressEnd(p);
            } else {
                bz::BZ2_bzDecompressEnd(p);
            }
        }
    }
}

#[cold]
fn failed(cx: &Cx, fault: &Fault) -> Raised {
    match fault.code {
        bz::BZ_DATA_ERROR | bz::BZ_DATA_ERROR_MAGIC => {
            cx.error(&exception::OS_ERROR, "Invalid data stream")
        }
        bz::BZ_PARAM_ERROR => cx.error(
            &exception::VALUE_ERROR,
            "Internal error - invalid parameters passed to libbzip2",
        ),
        bz::BZ_MEM_ERROR => orochi_object::error::memory_error(cx),
        bz::BZ_UNEXPECTED_EOF => cx.error(
            &exception::EOF_ERROR,
            "Compressed file ended before the logical end-of-stream was detected",
        ),
        bz::BZ_SEQUENCE_ERROR => cx.error(
            &exception::RUNTIME_ERROR,
            "Internal error - Invalid sequence of commands sent to libbzip2",
        ),
        code => {
            let text = format!("Unrecognized error from libbzip2: {code}");
            cx.error(&exception::OS_ERROR, &text)
        }
    }
}

static COMPRESSOR: TypeCell = TypeCell::new();
static COMPRESSOR_TYPE: TypeDef = TypeDef {
    name: "_bz2.BZ2Compressor",
    cell: &COMPRESSOR,
    layout: Codec::LAYOUT_NUMBER,
    size: size_of::<Stream<Codec>>(),
    slots: Slots { new: Some(new_compressor), ..Slots::NONE },
    methods: &[
        method("compress", "(self, data, /)", compress),
        method("flush", "(self, /)", flush),
        method("__reduce__", "(self, /)", no_pickle),
    ],
    doc: Some("BZ2Compressor(compresslevel=9, /)\n--\n\nCompresses a stream piece by piece."),
    ..TypeDef::DEFAULT
};

static DECOMPRESSOR: TypeCell = TypeCell::new();
static DECOMPRESSOR_TYPE: TypeDef = TypeDef {
    name: "_bz2.BZ2Decompressor",
    cell: &DECOMPRESSOR,
    layout: Codec::LAYOUT_NUMBER,
    size: size_of::<Stream<Codec>>(),
    slots: Slots { new: Some(new_decompressor), ..Slots::NONE },
    methods: &[
        method("decompress", "(self, data, max_length=-1)", |cx, args| {
            stream::decompress::<Codec>(cx, args, failed)
        }),
        method("__reduce__", "(self, /)", no_pickle),
    ],
    getset: &[
        field_getter("unused_data", |_, v| Ok(stream::of::<Codec>(v).unused.or_none())),
        field_getter("needs_input", |_, v| Ok(stream::of::<Codec>(v).needs_input.or_none())),
        field_getter("eof", |_, v| Ok(stream::of::<Codec>(v).eof.or_none())),
    ],
    doc: Some("BZ2Decompressor()\n--\n\nDecompresses a stream piece by piece."),
    ..TypeDef::DEFAULT
};

fn new_compressor(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if args.keyword_count() != 0 {
        return raise!(cx, TYPE_ERROR, "BZ2Compressor() takes no keyword arguments");
    }
    let level = match args.positional() {
        [] => 9,
        [level] => ops::to_i32(cx, *level)?,
        more => {
            let n = more.len();
            return raise!(cx, TYPE_ERROR, "BZ2Compressor expected at most 1 argument, got {n}");
        }
    };
    if !(1..=9).contains(&level) {
        return raise!(cx, VALUE_ERROR, "compresslevel must be between 1 and 9");
    }
    let codec = Codec::new(Some(level)).map_err(|fault| failed(cx, &fault))?;
    stream::make(cx, class, codec)
}

fn new_decompressor(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let n = args.positional().len();
    if n != 0 || args.keyword_count() != 0 {
        return raise!(cx, TYPE_ERROR, "BZ2Decompressor() takes no arguments ({n} given)");
    }
    let codec = Codec::new(None).map_err(|fault| failed(cx, &fault))?;
    stream::make(cx, class, codec)
}

fn compress(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(1))?;
    press(cx, args.get(0), data.as_slice(), bz::BZ_RUN, "Compressor has been flushed")
}

fn flush(cx: &Cx, args: Args) -> Res {
    press(cx, args.get(0), &[], bz::BZ_FINISH, "Repeated call to flush()")
}

fn press(cx: &Cx, v: Value, data: &[u8], action: c_int, too_late: &str) -> Res {
    let mut codec = stream::machine::<Codec>(cx, v);
    if codec.flushed {
        drop(codec);
        return raise!(cx, VALUE_ERROR, "{too_late}");
    }
    codec.flushed = action == bz::BZ_FINISH;
    let done = cx.detached(|| codec.run(data, action, usize::MAX));
    drop(codec);
    match done {
        Ok(done) => Ok(cx.new_bytes(&done.output)?.value()),
        Err(fault) => Err(failed(cx, &fault)),
    }
}

fn no_pickle(cx: &Cx, args: Args) -> Res {
    raise!(cx, TYPE_ERROR, "cannot pickle '{}' object", class_of(args.get(0)).display_name())
}

/// The module `_bz2`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_bz2",
    types: &[&COMPRESSOR_TYPE, &DECOMPRESSOR_TYPE],
    ..ModuleDef::DEFAULT
};
