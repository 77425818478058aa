//! Plain data into a pickle, byte for byte as CPython writes it.

use super::op;
use orochi_builtins::bytes_like::bytes_like;
use orochi_num::bytes::to_bytes;
use orochi_object::prelude::*;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Items in one `APPENDS`, `SETITEMS` or `ADDITEMS`.
const BATCH: usize = 1000;
/// Bytes from which a frame is ended, and from which text and bytes stand outside of frames.
const FRAME_TARGET: usize = 64 * 1024;
const FRAME_HEADER: usize = 9;
/// Bytes that are not worth a frame.
const FRAME_LEAST: usize = 4;

/// Objects that there is room for in the beginning: few pickles need less, and growing costs as much as filling.
const FIRST_ROOM: usize = 112;

/// Why a pickle does not come about: something is not plain, or an error that Python code would get as well.
struct GivesUp;

impl From<Raised> for GivesUp {
    fn from(_: Raised) -> GivesUp {
        GivesUp
    }
}

type Done = Result<(), GivesUp>;

pub(super) fn dumps(cx: &Cx, args: Args) -> Res {
    let protocol = match args.get(1).as_i64() {
        Some(protocol @ 4..=5) => protocol as u8,
        _ => return Ok(Value::NONE),
    };
    let kept = cx.new_list(&[])?;
    let mut dump = Dump {
        cx,
        protocol,
        out: Vec::with_capacity(FIRST_ROOM * 8),
        frame: None,
        frames: false,
        memo: HashMap::with_capacity_and_hasher(FIRST_ROOM, BuildHasherDefault::default()),
        kept,
    };
    if dump.all(args.get(0)).is_err() {
        return Ok(Value::NONE);
    }
    Ok(cx.new_bytes(&dump.out)?.value())
}

struct Dump<'a> {
    cx: &'a Cx,
    protocol: u8,
    out: Vec<u8>,
    /// Where the header of the open frame is.
    frame: Option<usize>,
    frames: bool,
    /// Numbers of objects by address.
    memo: HashMap<u64, u32, BuildHasherDefault<AddressHasher>>,
    /// What is in the memo, so that no address comes to mean another object.
    kept: Ref<PyList>,
}

#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*b);
        }
    }
    fn write_u64(&mut self, n: u64) {
        // The low bits of addresses are all the same.
        self.0 = (n >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

impl Dump<'_> {
    fn all(&mut self, v: Value) -> Done {
        self.out.extend([op::PROTO, self.protocol]);
        self.frames = true;
        self.save(v)?;
        self.write(&[op::STOP])?;
        self.end_frame();
        Ok(())
    }

    /// Most of what is written is of a length that is known here: then it takes no call.
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Done {
        let opens = self.frames && self.frame.is_none();
        if opens || self.out.capacity() - self.out.len() < bytes.len() {
            self.make_ready(bytes.len())?;
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// Makes room for more bytes, and opens a frame where there has to be one.
    #[cold]
    fn make_ready(&mut self, more: usize) -> Done {
        self.out.try_reserve(more + FRAME_HEADER).map_err(|_| GivesUp)?;
        if self.frames && self.frame.is_none() {
            self.frame = Some(self.out.len());
            self.out.extend([0; FRAME_HEADER]);
        }
        Ok(())
    }

    fn end_frame(&mut self) {
        let Some(start) = self.frame.take() else { return };
        let length = self.out.len() - start - FRAME_HEADER;
        if length < FRAME_LEAST {
            self.out.drain(start..start + FRAME_HEADER);
            return;
        }
        self.out[start] = op::FRAME;
        self.out[start + 1..start + FRAME_HEADER].copy_from_slice(&(length as u64).to_le_bytes());
    }

    /// The next object's beginning: a frame that is long enough ends here.
    fn boundary(&mut self) {
        if let Some(start) = self.frame
            && self.out.len() - start - FRAME_HEADER >= FRAME_TARGET
        {
            self.end_frame();
        }
    }

    fn save(&mut self, v: Value) -> Done {
        self.boundary();
        if v.is_none() {
            return self.write(&[op::NONE]);
        }
        if v.is(Value::TRUE) || v.is(Value::FALSE) {
            return self.write(&[if v.is(Value::TRUE) { op::TRUE } else { op::FALSE }]);
        }
        if is_exact(v, &types::INT) {
            return self.int(v);
        }
        if is_exact(v, &types::FLOAT) {
            let Some(x) = v.as_float() else { return Err(GivesUp) };
            let mut row = [op::FLOAT; 9];
            row[1..].copy_from_slice(&x.to_be_bytes());
            return self.write(&row);
        }
        if let Some(number) = self.memo.get(&v.word()) {
            return self.get(*number);
        }
        if is_exact(v, &types::STR) {
            return self.text(v);
        }
        if is_exact(v, &types::BYTES) {
            let data = bytes_like(self.cx, v)?;
            self.payload(op::BYTES1, op::BYTES, op::BYTES8, &data)?;
            return self.memoize(v);
        }
        self.cx.check_native_stack()?;
        self.cx.poll();
        self.container(v)
    }

    fn container(&mut self, v: Value) -> Done {
        let cx = self.cx;
        if is_exact(v, &types::LIST) {
            self.write(&[op::EMPTY_LIST])?;
            self.memoize(v)?;
            let items = ops::to_tuple(cx, v)?;
            return self.batches(items.values(), 1, op::APPEND, op::APPENDS);
        }
        if is_exact(v, &types::DICT) {
            self.write(&[op::EMPTY_DICT])?;
            self.memoize(v)?;
            let Some(dict) = v.downcast::<PyDict>() else { return Err(GivesUp) };
            let pairs = dict.snapshot(cx)?;
            return self.batches(pairs.values(), 2, op::SETITEM, op::SETITEMS);
        }
        if let Some(tuple) = v.downcast::<PyTuple>().filter(|_| is_exact(v, &types::TUPLE)) {
            return self.tuple(v, tuple);
        }
        if is_exact(v, &types::SET) {
            self.write(&[op::EMPTY_SET])?;
            self.memoize(v)?;
            let items = ops::to_tuple(cx, v)?;
            if items.len() == 0 {
                return Ok(());
            }
            return self.full_batches(items.values(), 1, op::ADDITEMS);
        }
        if is_exact(v, &types::FROZENSET) {
            let items = ops::to_tuple(cx, v)?;
            self.write(&[op::MARK])?;
            for item in items.values() {
                self.save(*item)?;
            }
            if let Some(number) = self.memo.get(&v.word()).copied() {
                self.write(&[op::POP_MARK])?;
                return self.get(number);
            }
            self.write(&[op::FROZENSET])?;
            return self.memoize(v);
        }
        if self.protocol >= 5 && class_of(v) == orochi_builtins::bytearray::CELL.get() {
            let data = bytes_like(cx, v)?;
            self.payload(op::BYTEARRAY8, op::BYTEARRAY8, op::BYTEARRAY8, &data)?;
            return self.memoize(v);
        }
        Err(GivesUp)
    }

    fn int(&mut self, v: Value) -> Done {
        if let Some(n) = v.as_i64() {
            let bytes = n.to_le_bytes();
            match n {
                0..=0xff => return self.write(&[op::INT1, bytes[0]]),
                0..=0xffff => return self.write(&[op::INT2, bytes[0], bytes[1]]),
                -0x8000_0000..=0x7fff_ffff => {
                    return self.write(&[op::INT4, bytes[0], bytes[1], bytes[2], bytes[3]]);
                }
                _ => {}
            }
        }
        let Some(big) = v.to_big() else { return Err(GivesUp) };
        let bits = big.mag.len() * 64;
        let Ok(mut bytes) = to_bytes(big.as_ref(), bits / 8 + 1, true, true) else {
            return Err(GivesUp);
        };
        // As few bytes as keep the sign.
        while let [.., second, last] = bytes[..]
            && (last == 0 && second & 0x80 == 0 || last == 0xff && second & 0x80 != 0)
        {
            bytes.pop();
        }
        match u8::try_from(bytes.len()) {
            Ok(length) => self.write(&[op::LONG1, length])?,
            Err(_) => {
                let length = u32::try_from(bytes.len()).map_err(|_| GivesUp)?.to_le_bytes();
                self.write(&[op::LONG4, length[0], length[1], length[2], length[3]])?;
            }
        }
        self.write(&bytes)
    }

    fn text(&mut self, v: Value) -> Done {
        let Some(text) = v.as_str() else { return Err(GivesUp) };
        match text.as_ascii() {
            Some(ascii) => {
                self.payload(op::UNICODE1, op::UNICODE, op::UNICODE8, ascii.as_bytes())?;
            }
            None => {
                // A lone surrogate is left to the Python code.
                let whole: Option<String> = text.text().iter().map(char::from_u32).collect();
                let whole = whole.ok_or(GivesUp)?;
                self.payload(op::UNICODE1, op::UNICODE, op::UNICODE8, whole.as_bytes())?;
            }
        }
        self.memoize(v)
    }

    /// An opcode by the length, the length, the bytes.
    fn payload(&mut self, one: u8, four: u8, eight: u8, data: &[u8]) -> Done {
        if data.len() <= 0xff && one != eight {
            self.write(&[one, data.len() as u8])?;
            return self.write(data);
        }
        let length = data.len().to_le_bytes();
        let mut head = [0; 9];
        head[1..].copy_from_slice(&length);
        let (opcode, width) = match data.len() {
            n if n <= 0xffff_ffff && four != eight => (four, 4),
            _ => (eight, 8),
        };
        head[0] = opcode;
        if data.len() < FRAME_TARGET {
            self.write(&head[..=width])?;
            return self.write(data);
        }
        self.end_frame();
        self.frames = false;
        self.write(&head[..=width])?;
        self.write(data)?;
        self.frames = true;
        Ok(())
    }

    fn tuple(&mut self, v: Value, tuple: Ref<PyTuple>) -> Done {
        let items = tuple.values();
        if items.is_empty() {
            return self.write(&[op::EMPTY_TUPLE]);
        }
        let short = items.len() <= 3;
        if !short {
            self.write(&[op::MARK])?;
        }
        for item in items {
            self.save(*item)?;
        }
        // A tuple that is in itself came by while its items were saved.
        if let Some(number) = self.memo.get(&v.word()).copied() {
            match short {
                true => self.write(&[op::POP; 3][..items.len()])?,
                false => self.write(&[op::POP_MARK])?,
            }
            return self.get(number);
        }
        self.write(&[if short { op::TUPLE1 + items.len() as u8 - 1 } else { op::TUPLE }])?;
        self.memoize(v)
    }

    /// The items of a list (`width` 1) or dict (2).
    fn batches(&mut self, items: &[Value], width: usize, single: u8, many: u8) -> Done {
        if items.is_empty() {
            return Ok(());
        }
        if items.len() == width {
            for item in items {
                self.save(*item)?;
            }
            return self.write(&[single]);
        }
        if width == 1 {
            for batch in items.chunks(BATCH) {
                self.marked(batch, many)?;
            }
            return Ok(());
        }
        self.full_batches(items, width, many)
    }

    /// Batches, after a full last one an empty one: what CPython writes of dicts and sets.
    fn full_batches(&mut self, items: &[Value], width: usize, many: u8) -> Done {
        let mut chunks = items.chunks(BATCH * width);
        loop {
            let batch = chunks.next().unwrap_or(&[]);
            self.marked(batch, many)?;
            if batch.len() < BATCH * width {
                return Ok(());
            }
        }
    }

    fn marked(&mut self, items: &[Value], opcode: u8) -> Done {
        self.write(&[op::MARK])?;
        for item in items {
            self.save(*item)?;
        }
        self.write(&[opcode])
    }

    fn get(&mut self, number: u32) -> Done {
        let bytes = number.to_le_bytes();
        match number {
            0..=0xff => self.write(&[op::GET1, bytes[0]]),
            _ => self.write(&[op::GET4, bytes[0], bytes[1], bytes[2], bytes[3]]),
        }
    }

    fn memoize(&mut self, v: Value) -> Done {
        let number = u32::try_from(self.memo.len()).map_err(|_| GivesUp)?;
        self.memo.insert(v.word(), number);
        self.kept.push(self.cx, v)?;
        self.write(&[op::MEMOIZE])
    }
}
