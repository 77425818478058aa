//! The module `marshal`: values to bytes and back, in CPython's format 5. Code objects have our own
//! encoding, by hooks.
//!
//! Nothing here polls, so the addresses in the writer's table stay those of the same objects.

use orochi_object::prelude::*;
use orochi_object::slice::PySlice;
use orochi_object::typedef::Const;
use std::collections::HashMap;
use std::sync::OnceLock;

/// How code objects are written and read.
pub struct CodeHooks {
    pub write: fn(&Cx, Value) -> Res<Vec<u8>>,
    pub read: fn(&Cx, &[u8]) -> Res,
}

/// The installed functions.
pub static CODE: OnceLock<CodeHooks> = OnceLock::new();

const VERSION: i64 = 5;
const FLAG_REF: u8 = 0x80;
const MAX_DEPTH: u32 = 2000;

struct Writer<'a> {
    cx: &'a Cx,
    out: Vec<u8>,
    seen: HashMap<u64, u32>,
    refs: bool,
    version: i64,
    allow_code: bool,
}

impl Writer<'_> {
    fn long(&mut self, n: i32) {
        self.out.extend_from_slice(&n.to_le_bytes());
    }
    fn size(&mut self, n: usize) -> Res<()> {
        match i32::try_from(n) {
            Ok(n) => {
                self.long(n);
                Ok(())
            }
            Err(_) => raise!(self.cx, VALUE_ERROR, "unmarshallable object"),
        }
    }

    fn write(&mut self, v: Value, depth: u32) -> Res<()> {
        if depth > MAX_DEPTH {
            return raise!(self.cx, VALUE_ERROR, "object too deeply nested to marshal");
        }
        if let Some(code) = immediate_code(v) {
            self.out.push(code);
            return Ok(());
        }
        if let Some(n) = v.as_small() {
            match i32::try_from(n) {
                Ok(n) => {
                    self.out.push(b'i');
                    self.long(n);
                }
                Err(_) => self.big(v, 0)?,
            }
            return Ok(());
        }
        let mut flag = 0;
        if self.refs && v.is_object() {
            if let Some(index) = self.seen.get(&v.word()) {
                let index = *index;
                self.out.push(b'r');
                self.long(index as i32);
                return Ok(());
            }
            self.seen.insert(v.word(), self.seen.len() as u32);
            flag = FLAG_REF;
        }
        self.object(v, flag, depth)
    }

    fn object(&mut self, v: Value, flag: u8, depth: u32) -> Res<()> {
        let cx = self.cx;
        if let Some(f) = v.as_float().filter(|_| is_exact(v, &types::FLOAT)) {
            self.out.push(b'g' | flag);
            self.out.extend_from_slice(&f.to_le_bytes());
        } else if let Some((re, im)) = v.as_complex().filter(|_| is_exact(v, &types::COMPLEX)) {
            self.out.push(b'y' | flag);
            self.out.extend_from_slice(&re.to_le_bytes());
            self.out.extend_from_slice(&im.to_le_bytes());
        } else if is_exact(v, &types::INT) {
            self.big(v, flag)?;
        } else if let Some(s) = v.as_str().filter(|_| is_exact(v, &types::STR)) {
            self.text(s, flag)?;
        } else if let Some(b) = v.downcast::<PyBytes>().filter(|_| is_exact(v, &types::BYTES)) {
            self.out.push(b's' | flag);
            self.size(b.len())?;
            self.out.extend_from_slice(b.data());
        } else if let Some(t) = v.downcast::<PyTuple>().filter(|_| is_exact(v, &types::TUPLE)) {
            match u8::try_from(t.len()) {
                Ok(n) if self.version >= 4 => self.out.extend([b')' | flag, n]),
                _ => {
                    self.out.push(b'(' | flag);
                    self.size(t.len())?;
                }
            }
            for item in t.values() {
                self.write(*item, depth + 1)?;
            }
        } else if let Some(list) = v.downcast::<PyList>().filter(|_| is_exact(v, &types::LIST)) {
            self.out.push(b'[' | flag);
            self.items(list.snapshot(cx)?, depth)?;
        } else if let Some(dict) = v.downcast::<PyDict>().filter(|_| is_exact(v, &types::DICT)) {
            self.out.push(b'{' | flag);
            for item in dict.snapshot(cx)?.values() {
                self.write(*item, depth + 1)?;
            }
            self.out.push(b'0');
        } else if is_exact(v, &types::SET) || is_exact(v, &types::FROZENSET) {
            let code = if is_exact(v, &types::SET) { b'<' } else { b'>' };
            self.out.push(code | flag);
            self.items(ops::to_tuple(cx, v)?, depth)?;
        } else if let Some(slice) = v.downcast::<PySlice>().filter(|_| self.version >= 5) {
            self.out.push(b':' | flag);
            for part in [slice.start.or_none(), slice.stop.or_none(), slice.step.or_none()] {
                self.write(part, depth + 1)?;
            }
        } else if types::CODE.is_ready() && is_exact(v, &types::CODE) {
            self.code(v, flag)?;
        } else if class_of(v).slots.buffer().is_some() {
            self.buffer(v, flag)?;
        } else {
            return raise!(cx, VALUE_ERROR, "unmarshallable object");
        }
        Ok(())
    }

    fn items(&mut self, row: Ref<PyTuple>, depth: u32) -> Res<()> {
        self.size(row.len())?;
        row.values().iter().try_for_each(|item| self.write(*item, depth + 1))
    }

    /// An int in digits of 15 bits.
    fn big(&mut self, v: Value, flag: u8) -> Res<()> {
        let Some(n) = v.to_big() else { return Ok(()) };
        let mut digits: Vec<u16> = Vec::new();
        let (mut bits, mut have) = (0u128, 0);
        for limb in &n.mag {
            bits |= (*limb as u128) << have;
            have += 64;
            while have >= 15 {
                digits.push((bits & 0x7fff) as u16);
                bits >>= 15;
                have -= 15;
            }
        }
        digits.push(bits as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        self.out.push(b'l' | flag);
        let count = digits.len() as i32;
        self.long(if n.neg { -count } else { count });
        digits.iter().for_each(|d| self.out.extend_from_slice(&d.to_le_bytes()));
        Ok(())
    }

    fn text(&mut self, s: Ref<PyStr>, flag: u8) -> Res<()> {
        let interned = s.is_interned() && self.version >= 1;
        if let Some(ascii) = s.as_ascii().filter(|_| self.version >= 4) {
            match u8::try_from(ascii.len()) {
                Ok(n) => self.out.extend([if interned { b'Z' } else { b'z' } | flag, n]),
                Err(_) => {
                    self.out.push(if interned { b'A' } else { b'a' } | flag);
                    self.size(ascii.len())?;
                }
            }
            self.out.extend_from_slice(ascii.as_bytes());
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(s.len());
        s.text().iter().for_each(|point| push_utf8(&mut bytes, point));
        self.out.push(if interned { b't' } else { b'u' } | flag);
        self.size(bytes.len())?;
        self.out.append(&mut bytes);
        Ok(())
    }

    fn code(&mut self, v: Value, flag: u8) -> Res<()> {
        if !self.allow_code {
            return raise!(self.cx, VALUE_ERROR, "marshalling code objects is disallowed");
        }
        let Some(hooks) = CODE.get() else {
            return raise!(self.cx, VALUE_ERROR, "unmarshallable object");
        };
        let bytes = (hooks.write)(self.cx, v)?;
        self.out.push(b'c' | flag);
        self.size(bytes.len())?;
        self.out.extend_from_slice(&bytes);
        Ok(())
    }

    fn buffer(&mut self, v: Value, flag: u8) -> Res<()> {
        let Some(get) = class_of(v).slots.buffer() else { return Ok(()) };
        let buffer = get(self.cx, v, orochi_object::buffer::request::SIMPLE)?;
        self.out.push(b's' | flag);
        self.size(buffer.len)?;
        self.out.extend_from_slice(buffer.as_slice());
        Ok(())
    }
}

fn immediate_code(v: Value) -> Option<u8> {
    if v.is_none() {
        Some(b'N')
    } else if v.is(Value::TRUE) {
        Some(b'T')
    } else if v.is(Value::FALSE) {
        Some(b'F')
    } else if v.is(Value::ELLIPSIS) {
        Some(b'.')
    } else if v.is(exception::STOP_ITERATION.get().value()) {
        Some(b'S')
    } else {
        None
    }
}

/// UTF-8 that admits surrogates.
fn push_utf8(out: &mut Vec<u8>, point: u32) {
    match char::from_u32(point) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend([
            0xe0 | (point >> 12) as u8,
            0x80 | (point >> 6 & 0x3f) as u8,
            0x80 | (point & 0x3f) as u8,
        ]),
    }
}

fn decode_utf8(bytes: &[u8]) -> Option<Vec<u32>> {
    let mut points = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        let (len, mut point) = match first {
            0..=0x7f => (1, *first as u32),
            0xc2..=0xdf => (2, (*first & 0x1f) as u32),
            0xe0..=0xef => (3, (*first & 0xf) as u32),
            0xf0..=0xf4 => (4, (*first & 7) as u32),
            _ => return None,
        };
        for byte in bytes.get(at + 1..at + len)? {
            if byte & 0xc0 != 0x80 {
                return None;
            }
            point = point << 6 | (byte & 0x3f) as u32;
        }
        points.push(point);
        at += len;
    }
    Some(points)
}

/// `marshal.dumps(v)`.
pub fn dump(cx: &Cx, v: Value, version: i64, allow_code: bool) -> Res<Vec<u8>> {
    let mut writer = Writer {
        cx,
        out: Vec::new(),
        seen: HashMap::new(),
        refs: version >= 3,
        version,
        allow_code,
    };
    writer.write(v, 0)?;
    Ok(writer.out)
}

struct Reader<'a> {
    cx: &'a Cx,
    data: &'a [u8],
    at: usize,
    /// Objects that references name, by index; None while under construction.
    refs: Ref<PyList>,
    allow_code: bool,
}

impl<'a> Reader<'a> {
    fn bad<T>(&self, what: &str) -> Res<T> {
        raise!(self.cx, VALUE_ERROR, "bad marshal data ({what})")
    }
    fn bytes(&mut self, n: usize) -> Res<&'a [u8]> {
        match self.data.get(self.at..).and_then(|rest| rest.get(..n)) {
            Some(bytes) => {
                self.at += n;
                Ok(bytes)
            }
            None => raise!(self.cx, EOF_ERROR, "marshal data too short"),
        }
    }
    fn byte(&mut self) -> Res<u8> {
        Ok(self.bytes(1)?[0])
    }
    fn long(&mut self) -> Res<i32> {
        let b = self.bytes(4)?;
        Ok(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
    fn size(&mut self, what: &str) -> Res<usize> {
        let n = self.long()?;
        match usize::try_from(n) {
            Ok(n) => Ok(n),
            Err(_) => self.bad(&format!("{what} size out of range")),
        }
    }
    fn double(&mut self) -> Res<f64> {
        let mut word = [0; 8];
        word.copy_from_slice(self.bytes(8)?);
        Ok(f64::from_le_bytes(word))
    }
    fn text_double(&mut self) -> Res<f64> {
        let n = self.byte()? as usize;
        let text = core::str::from_utf8(self.bytes(n)?).ok().and_then(|text| text.parse().ok());
        match text {
            Some(f) => Ok(f),
            None => self.bad("float"),
        }
    }

    /// Keeps the place of an object in the list of references.
    fn reserve(&mut self, flag: bool) -> Res<Option<usize>> {
        if !flag {
            return Ok(None);
        }
        self.refs.push(self.cx, Value::NONE)?;
        Ok(Some(self.refs.len() - 1))
    }
    fn keep(&mut self, place: Option<usize>, v: Value) -> Value {
        if let Some(place) = place {
            self.refs.set(self.cx, place, v);
        }
        v
    }

    /// The next object; `None` for the NULL that ends a dict.
    fn read(&mut self, depth: u32) -> Res<Option<Value>> {
        if depth > MAX_DEPTH {
            return raise!(self.cx, VALUE_ERROR, "recursion limit exceeded");
        }
        let Some(code) = self.data.get(self.at) else {
            return raise!(self.cx, EOF_ERROR, "EOF read where object expected");
        };
        self.at += 1;
        let (flag, code) = (code & FLAG_REF != 0, code & !FLAG_REF);
        let cx = self.cx;
        let v = match code {
            b'0' => return Ok(None),
            b'N' => Value::NONE,
            b'T' => Value::TRUE,
            b'F' => Value::FALSE,
            b'.' => Value::ELLIPSIS,
            b'S' => exception::STOP_ITERATION.get().value(),
            b'r' => {
                let n = self.size("invalid reference")?;
                return match self.refs.get(n) {
                    Some(v) => Ok(Some(v)),
                    None => self.bad("invalid reference"),
                };
            }
            b'(' | b')' | b'[' | b'<' | b'>' | b'{' | b':' | b'c' => {
                return self.container(code, flag, depth).map(Some);
            }
            _ => {
                let v = self.scalar(code)?;
                if flag {
                    self.refs.push(cx, v)?;
                }
                return Ok(Some(v));
            }
        };
        Ok(Some(v))
    }

    fn scalar(&mut self, code: u8) -> Res {
        let cx = self.cx;
        match code {
            b'i' => Ok(Value::int(self.long()? as i64)),
            b'I' => {
                let mut word = [0; 8];
                word.copy_from_slice(self.bytes(8)?);
                cx.new_int(i64::from_le_bytes(word))
            }
            b'l' => self.big(),
            b'g' => cx.new_float(self.double()?),
            b'f' => cx.new_float(self.text_double()?),
            b'y' => cx.new_complex(self.double()?, self.double()?),
            b'x' => cx.new_complex(self.text_double()?, self.text_double()?),
            b's' => {
                let n = self.size("bytes object")?;
                Ok(cx.new_bytes(self.bytes(n)?)?.value())
            }
            b'z' | b'Z' => {
                let n = self.byte()? as usize;
                self.text(n, code == b'Z')
            }
            b'a' | b'A' | b'u' | b't' => {
                let n = self.size("string")?;
                self.text(n, matches!(code, b'A' | b't'))
            }
            _ => self.bad("unknown type code"),
        }
    }

    fn text(&mut self, n: usize, interned: bool) -> Res {
        let bytes = self.bytes(n)?;
        let s = match core::str::from_utf8(bytes) {
            Ok(text) => self.cx.new_str(text)?,
            Err(_) => match decode_utf8(bytes) {
                Some(points) => self.cx.str_from_units(orochi_text::Units::Four(&points))?,
                None => return self.bad("invalid UTF-8"),
            },
        };
        Ok(if interned { orochi_object::intern::intern(self.cx, s)? } else { s }.value())
    }

    fn big(&mut self) -> Res {
        let count = self.long()?;
        let digits = self.bytes((count.unsigned_abs() as usize).saturating_mul(2))?;
        let mut mag = Vec::new();
        let (mut bits, mut have) = (0u128, 0);
        for pair in digits.chunks_exact(2) {
            let digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit > 0x7fff {
                return self.bad("digit out of range in long");
            }
            bits |= (digit as u128) << have;
            have += 15;
            if have >= 64 {
                mag.push(bits as u64);
                bits >>= 64;
                have -= 64;
            }
        }
        mag.push(bits as u64);
        if digits.ends_with(&[0, 0]) {
            return self.bad("unnormalized long data");
        }
        self.cx.int_from_big(&orochi_num::Int::new(count < 0, mag))
    }

    fn item(&mut self, what: &str, depth: u32) -> Res {
        match self.read(depth + 1)? {
            Some(v) => Ok(v),
            None => raise!(self.cx, TYPE_ERROR, "NULL object in marshal data for {what}"),
        }
    }

    fn container(&mut self, code: u8, flag: bool, depth: u32) -> Res {
        let cx = self.cx;
        match code {
            b'(' | b')' => {
                let n = if code == b')' { self.byte()? as usize } else { self.size("tuple")? };
                let place = self.reserve(flag)?;
                let list = cx.new_list(&[])?;
                for _ in 0..n {
                    list.push(cx, self.item("tuple", depth)?)?;
                }
                let tuple = list.snapshot(cx)?.value();
                Ok(self.keep(place, tuple))
            }
            b'[' => {
                let n = self.size("list")?;
                let place = self.reserve(flag)?;
                let list = cx.new_list(&[])?;
                self.keep(place, list.value());
                for _ in 0..n {
                    list.push(cx, self.item("list", depth)?)?;
                }
                Ok(list.value())
            }
            b'{' => {
                let place = self.reserve(flag)?;
                let dict = cx.new_dict()?;
                self.keep(place, dict.value());
                while let Some(key) = self.read(depth + 1)? {
                    let Some(value) = self.read(depth + 1)? else { break };
                    dict.set(cx, key, value)?;
                }
                Ok(dict.value())
            }
            b'<' | b'>' => {
                let n = self.size("set")?;
                let place = self.reserve(flag)?;
                let list = cx.new_list(&[])?;
                for _ in 0..n {
                    list.push(cx, self.item("set", depth)?)?;
                }
                let class = if code == b'<' { &types::SET } else { &types::FROZENSET };
                let set = ops::call(cx, class.get().value(), &[list.value()])?;
                Ok(self.keep(place, set))
            }
            b':' => {
                let place = self.reserve(flag)?;
                let start = self.item("slice", depth)?;
                let stop = self.item("slice", depth)?;
                let step = self.item("slice", depth)?;
                let slice = cx.new_slice(start, stop, step)?.value();
                Ok(self.keep(place, slice))
            }
            _ => {
                if !self.allow_code {
                    return raise!(cx, VALUE_ERROR, "unmarshalling code objects is disallowed");
                }
                let Some(hooks) = CODE.get() else { return self.bad("unknown type code") };
                let place = self.reserve(flag)?;
                let n = self.size("code")?;
                let code = (hooks.read)(cx, self.bytes(n)?)?;
                Ok(self.keep(place, code))
            }
        }
    }
}

/// `marshal.loads(data)`: the value and how many bytes it took.
pub fn load(cx: &Cx, data: &[u8], allow_code: bool) -> Res<(Value, usize)> {
    let refs = cx.new_list(&[])?;
    let mut reader = Reader { cx, data, at: 0, refs, allow_code };
    match reader.read(0)? {
        Some(v) => Ok((v, reader.at)),
        None => raise!(cx, TYPE_ERROR, "NULL object in marshal data for object"),
    }
}

fn flag(cx: &Cx, v: Option<Value>) -> Res<bool> {
    v.map_or(Ok(true), |v| ops::truth(cx, v))
}
fn version(cx: &Cx, v: Option<Value>) -> Res<i64> {
    v.map_or(Ok(VERSION), |v| ops::to_i64(cx, v))
}

fn dumps(cx: &Cx, args: Args) -> Res {
    let data = dump(cx, args.get(0), version(cx, args.opt(1))?, flag(cx, args.opt(2))?)?;
    Ok(cx.new_bytes(&data)?.value())
}

fn dump_to_file(cx: &Cx, args: Args) -> Res {
    let data = dump(cx, args.get(0), version(cx, args.opt(2))?, flag(cx, args.opt(3))?)?;
    let data = cx.new_bytes(&data)?.value();
    ops::call_method(cx, args.get(1), name!(cx, "write"), &[data])
}

fn loads(cx: &Cx, args: Args) -> Res {
    let (v, allow) = (args.get(0), flag(cx, args.opt(1))?);
    let Some(get) = class_of(v).slots.buffer() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "a bytes-like object is required, not '{}'",
            class_of(v).display_name()
        );
    };
    let buffer = get(cx, v, orochi_object::buffer::request::SIMPLE)?;
    Ok(load(cx, buffer.as_slice(), allow)?.0)
}

/// Reads one value and leaves the file behind it.
fn load_from_file(cx: &Cx, args: Args) -> Res {
    let (file, allow) = (args.get(0), flag(cx, args.opt(1))?);
    let data = ops::call_method(cx, file, name!(cx, "read"), &[])?;
    let Some(bytes) = data.downcast::<PyBytes>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "file.read() returned not bytes but {}",
            class_of(data).display_name()
        );
    };
    let (v, used) = load(cx, bytes.data(), allow)?;
    let back = used as i64 - bytes.len() as i64;
    if back != 0 {
        let row = [Value::int(back), Value::int(1)];
        ops::call_method(cx, file, name!(cx, "seek"), &row)?;
    }
    Ok(v)
}

/// The module `marshal`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "marshal",
    doc: Some("Values to bytes and back, for cached code."),
    functions: &[
        function("dumps", "(value, version=5, /, *, allow_code=True)", dumps),
        function("dump", "(value, file, version=5, /, *, allow_code=True)", dump_to_file),
        function("loads", "(bytes, /, *, allow_code=True)", loads),
        function("load", "(file, /, *, allow_code=True)", load_from_file),
    ],
    constants: &[("version", Const::Int(VERSION))],
    ..ModuleDef::DEFAULT
};
