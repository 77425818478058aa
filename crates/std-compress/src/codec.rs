//! A deflating or inflating machine: the safe face of the zlib library.

use crate::stream::Machine;
use core::ffi::CStr;
use libz_rs_sys as z;
use orochi_object::layout;

const CHUNK: usize = 16 * 1024;

/// A machine, its stream initialised.
pub(crate) struct Codec {
    stream: Box<z::z_stream>,
    inflates: bool,
    /// Input that waits for the next call.
    pub(crate) pending: Vec<u8>,
    /// The dictionary that an inflating stream may ask for.
    pub(crate) dictionary: Option<Vec<u8>>,
}

// SAFETY: the stream's state is memory of its own; a machine is used by one thread at a time.
unsafe impl Send for Codec {}

/// Why a call failed: zlib's code and text.
pub(crate) struct Fault {
    pub(crate) code: i32,
    pub(crate) text: Option<String>,
}

/// What a call did.
pub(crate) struct Done {
    pub(crate) output: Vec<u8>,
    /// Bytes of input used.
    pub(crate) used: usize,
    /// Whether the stream has ended.
    pub(crate) ended: bool,
}

fn version() -> *const core::ffi::c_char {
    z::zlibVersion()
}

impl Machine for Codec {
    const LAYOUT_NUMBER: u16 = layout::STD_OS_BASE + 17;

    fn pending(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    fn expand(&mut self, input: &[u8], limit: usize) -> Result<Done, Fault> {
        self.run(input, z::Z_SYNC_FLUSH, limit, CHUNK)
    }
}

impl Codec {
    pub(crate) fn deflate(
        level: i32,
        method: i32,
        wbits: i32,
        memory: i32,
        strategy: i32,
    ) -> Result<Codec, i32> {
        let mut codec = Codec::empty(false);
        let size = size_of::<z::z_stream>() as i32;
        let p = &raw mut *codec.stream;
        // SAFETY: a fresh stream with the library's own allocator.
        let code =
            unsafe { z::deflateInit2_(p, level, method, wbits, memory, strategy, version(), size) };
        if code == z::Z_OK { Ok(codec) } else { Err(code) }
    }

    pub(crate) fn inflate(wbits: i32) -> Result<Codec, i32> {
        let mut codec = Codec::empty(true);
        let size = size_of::<z::z_stream>() as i32;
        // SAFETY: a fresh stream with the library's own allocator.
        let code = unsafe { z::inflateInit2_(&raw mut *codec.stream, wbits, version(), size) };
        if code == z::Z_OK { Ok(codec) } else { Err(code) }
    }

    fn empty(inflates: bool) -> Codec {
        Codec {
            stream: Box::new(z::z_stream::default()),
            inflates,
            pending: Vec::new(),
            dictionary: None,
        }
    }

    /// A second machine in the same state.
    pub(crate) fn copy(&mut self) -> Result<Codec, i32> {
        let mut copy = Codec::empty(self.inflates);
        copy.pending = self.pending.clone();
        copy.dictionary = self.dictionary.clone();
        let (to, from) = (&raw mut *copy.stream, &raw mut *self.stream);
        // SAFETY: `from` is initialised, `to` is a fresh stream.
        let code = unsafe {
            if self.inflates { z::inflateCopy(to, from) } else { z::deflateCopy(to, from) }
        };
        if code == z::Z_OK { Ok(copy) } else { Err(code) }
    }

    /// Gives the machine its dictionary now.
    pub(crate) fn set_dictionary(&mut self, dictionary: &[u8]) -> i32 {
        let (p, n) = (dictionary.as_ptr(), dictionary.len() as u32);
        // SAFETY: an initialised stream and `n` readable bytes.
        unsafe {
            if self.inflates {
                z::inflateSetDictionary(&raw mut *self.stream, p, n)
            } else {
                z::deflateSetDictionary(&raw mut *self.stream, p, n)
            }
        }
    }

    fn fault(&self, code: i32) -> Fault {
        let text = if self.stream.msg.is_null() {
            None
        } else {
            // SAFETY: the library's texts are static.
            let text = unsafe { CStr::from_ptr(self.stream.msg) };
            Some(text.to_string_lossy().into_owned())
        };
        Fault { code, text }
    }

    /// Works through `input` until it is used up, the stream ends, or `limit` bytes have come out.
    /// `flush` applies to the last of the input.
    pub(crate) fn run(
        &mut self,
        input: &[u8],
        flush: i32,
        limit: usize,
        first_room: usize,
    ) -> Result<Done, Fault> {
        let mut output: Vec<u8> = Vec::new();
        let mut used = 0;
        let mut room = first_room.max(1);
        loop {
            let n = (input.len() - used).min(1 << 30);
            let last = used + n == input.len();
            room = room.min(limit - output.len());
            if output.try_reserve(room.max(1)).is_err() {
                return Err(Fault { code: z::Z_MEM_ERROR, text: None });
            }
            self.stream.next_in = input[used..].as_ptr();
            self.stream.avail_in = n as u32;
            self.stream.next_out = output.spare_capacity_mut().as_mut_ptr().cast();
            self.stream.avail_out = room as u32;
            let mode = if last || self.inflates { flush } else { z::Z_NO_FLUSH };
            let p = &raw mut *self.stream;
            // SAFETY: the stream is initialised and describes readable and writable bytes.
            let code =
                unsafe { if self.inflates { z::inflate(p, mode) } else { z::deflate(p, mode) } };
            used += n - self.stream.avail_in as usize;
            let made = room - self.stream.avail_out as usize;
            // SAFETY: the call wrote `made` bytes into the spare capacity.
            unsafe { output.set_len(output.len() + made) };
            match code {
                z::Z_OK | z::Z_BUF_ERROR => {}
                z::Z_STREAM_END => {
                    return Ok(Done { output, used, ended: true });
                }
                z::Z_NEED_DICT if self.dictionary.is_some() => {
                    let dictionary = self.dictionary.clone().unwrap_or_default();
                    let code = self.set_dictionary(&dictionary);
                    if code != z::Z_OK {
                        return Err(self.fault(code));
                    }
                    continue;
                }
                code => return Err(self.fault(code)),
            }
            let full = self.stream.avail_out == 0;
            if output.len() >= limit || (last && !full) {
                return Ok(Done { output, used, ended: false });
            }
            room = (output.len().max(CHUNK)).min(1 << 26);
        }
    }
}

impl Drop for Codec {
    fn drop(&mut self) {
        // SAFETY: an initialised stream, or one whose making failed and whose state is null.
        unsafe {
            if self.inflates {
                z::inflateEnd(&raw mut *self.stream);
            } else {
                z::deflateEnd(&raw mut *self.stream);
            }
        }
    }
}
