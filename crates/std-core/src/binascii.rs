//! The module `binascii`.

use orochi_builtins::bytes::{hex_group, hex_of};
use orochi_builtins::bytes_like::{ByteView, bytes_like, try_bytes_like};
use orochi_object::collector::Root;
use orochi_object::prelude::*;

/// The module `binascii`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "binascii",
    doc: Some("Conversion between binary data and ASCII"),
    functions: &FUNCTIONS,
    init: Some(init),
    ..ModuleDef::DEFAULT
};

static FUNCTIONS: [NativeDef; 12] = [
    function("a2b_base64", "(data, /, *, strict_mode=False)", a2b_base64),
    function("b2a_base64", "(data, /, *, newline=True)", b2a_base64),
    function("a2b_hex", "(hexstr, /)", unhexlify),
    function("unhexlify", "(hexstr, /)", unhexlify),
    function("b2a_hex", "(data, sep=None, bytes_per_sep=1)", hexlify),
    function("hexlify", "(data, sep=None, bytes_per_sep=1)", hexlify),
    function("a2b_uu", "(data, /)", a2b_uu),
    function("b2a_uu", "(data, /, *, backtick=False)", b2a_uu),
    function("a2b_qp", "(data, header=False)", a2b_qp),
    function("b2a_qp", "(data, quotetabs=False, istext=True, header=False)", b2a_qp),
    function("crc32", "(data, crc=0, /)", crc32),
    function("crc_hqx", "(data, crc, /)", crc_hqx),
];

static ERROR: Root = Root::new();

fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    let make = |name: &str, base: &TypeCell| -> Res {
        let bases = cx.new_tuple(&[base.get().value()])?.value();
        let namespace = cx.new_dict()?;
        namespace.set_str(cx, name!(cx, "__module__"), cx.new_str("binascii")?.value())?;
        let name = cx.new_str(name)?.value();
        ops::call(cx, types::TYPE.get().value(), &[name, bases, namespace.value()])
    };
    if ERROR.get().is_none() {
        ERROR.set(make("Error", &exception::VALUE_ERROR)?);
    }
    let dict = module.namespace();
    dict.set_str(cx, name!(cx, "Error"), ERROR.get().unwrap_or(Value::NONE))?;
    let incomplete = make("Incomplete", &exception::EXCEPTION)?;
    dict.set_str(cx, name!(cx, "Incomplete"), incomplete)
}

fn error<T>(cx: &Cx, message: &str) -> Res<T> {
    let Some(class) = ERROR.get() else { return raise!(cx, VALUE_ERROR, "{message}") };
    let message = cx.new_str(message)?.value();
    match ops::call(cx, class, &[message])?.downcast() {
        Some(e) => Err(Raised::new(e)),
        None => raise!(cx, VALUE_ERROR, "binascii.Error"),
    }
}

/// ASCII text or a bytes-like object.
enum Input {
    Text(Vec<u8>),
    View(ByteView),
}
impl core::ops::Deref for Input {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Input::Text(data) => data,
            Input::View(view) => view,
        }
    }
}

fn ascii_input(cx: &Cx, v: Value) -> Res<Input> {
    if let Some(text) = v.as_str() {
        return match text.as_ascii() {
            Some(ascii) => Ok(Input::Text(cx.copied(ascii.as_bytes())?)),
            None => {
                raise!(cx, VALUE_ERROR, "string argument should contain only ASCII characters")
            }
        };
    }
    match try_bytes_like(cx, v)? {
        Some(view) => Ok(Input::View(view)),
        None => raise!(
            cx,
            TYPE_ERROR,
            "argument should be bytes, buffer or ASCII string, not '{}'",
            class_of(v).display_name()
        ),
    }
}

fn flag_at(cx: &Cx, args: Args, i: usize, default: bool) -> Res<bool> {
    args.opt(i).map_or(Ok(default), |v| ops::truth(cx, v))
}

fn bytes(cx: &Cx, data: &[u8]) -> Res {
    Ok(cx.new_bytes(data)?.value())
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each base64 digit; 255 for others.
static VALUES: [u8; 256] = {
    let mut table = [255; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

fn a2b_base64(cx: &Cx, args: Args) -> Res {
    let data = ascii_input(cx, args.get(0))?;
    let strict = flag_at(cx, args, 1, false)?;
    if strict && data.first() == Some(&b'=') {
        return error(cx, "Leading padding not allowed");
    }
    cx.expect_memory(data.len() / 4 * 3 + 3)?;
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    let (mut quad, mut left, mut pads) = (0u8, 0u8, 0u8);
    for (i, c) in data.iter().enumerate() {
        if *c == b'=' {
            if quad >= 2 && quad + pads < 4 {
                pads += 1;
            } else if strict && quad != 1 {
                let what = if i == 0 { "Leading" } else { "Excess" };
                return error(cx, &format!("{what} padding not allowed"));
            }
            continue;
        }
        let v = VALUES[*c as usize];
        if v == 255 {
            if strict {
                return error(cx, "Only base64 data is allowed");
            }
            continue;
        }
        if strict && pads > 0 {
            if quad + pads == 4 {
                return error(cx, "Excess data after padding");
            }
            return error(cx, "Discontinuous padding not allowed");
        }
        pads = 0;
        match quad {
            0 => left = v,
            1 => {
                out.push(left << 2 | v >> 4);
                left = v & 15;
            }
            2 => {
                out.push(left << 4 | v >> 2);
                left = v & 3;
            }
            _ => out.push(left << 6 | v),
        }
        quad = (quad + 1) & 3;
    }
    if quad == 1 {
        let n = out.len() / 3 * 4 + 1;
        return error(
            cx,
            &format!(
                "Invalid base64-encoded string: number of data characters ({n}) cannot be 1 more than a multiple of 4"
            ),
        );
    }
    if quad != 0 && quad + pads < 4 {
        return error(cx, "Incorrect padding");
    }
    bytes(cx, &out)
}

fn b2a_base64(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let newline = flag_at(cx, args, 1, true)?;
    cx.expect_memory(data.len() / 3 * 4 + 5)?;
    let mut out = Vec::with_capacity(data.len() / 3 * 4 + 5);
    let group = |a: u8, b: u8, c: u8| {
        let word = u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c);
        [18, 12, 6, 0].map(|shift| ALPHABET[(word >> shift & 63) as usize])
    };
    let mut triples = data.chunks_exact(3);
    out.extend(triples.by_ref().flat_map(|three| group(three[0], three[1], three[2])));
    match *triples.remainder() {
        [a] => out.extend([group(a, 0, 0)[0], group(a, 0, 0)[1], b'=', b'=']),
        [a, b] => {
            let [first, second, third, _] = group(a, b, 0);
            out.extend([first, second, third, b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    bytes(cx, &out)
}

fn unhexlify(cx: &Cx, args: Args) -> Res {
    let data = ascii_input(cx, args.get(0))?;
    if data.len() % 2 != 0 {
        return error(cx, "Odd-length string");
    }
    cx.expect_memory(data.len() / 2)?;
    let mut out = Vec::with_capacity(data.len() / 2);
    for pair in data.chunks_exact(2) {
        let digit = |c: u8| (c as char).to_digit(16);
        match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => out.push((high << 4 | low) as u8),
            _ => return error(cx, "Non-hexadecimal digit found"),
        }
    }
    bytes(cx, &out)
}

fn hexlify(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let group = hex_group(cx, args.opt(2))?;
    let text = hex_of(cx, &data, args.opt(1), group)?;
    match text.as_str().as_ref().and_then(|text| text.as_ascii()) {
        Some(hex) => bytes(cx, hex.as_bytes()),
        None => raise!(cx, VALUE_ERROR, "sep must be ASCII."),
    }
}

fn a2b_uu(cx: &Cx, args: Args) -> Res {
    let data = ascii_input(cx, args.get(0))?;
    let Some((first, rest)) = data.split_first() else {
        return error(cx, "Trailing garbage");
    };
    let length = usize::from(first.wrapping_sub(32) & 63);
    let mut out = Vec::with_capacity(length);
    let (mut bits, mut have) = (0u32, 0);
    let mut chars = rest.iter().copied();
    while out.len() < length {
        let c = chars.next().unwrap_or(b' ');
        let v = match c {
            b'\n' | b'\r' => 0,
            32..=96 => u32::from(c - 32) & 63,
            _ => return error(cx, "Illegal char"),
        };
        bits = bits << 6 | v;
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push((bits >> have) as u8);
            bits &= (1 << have) - 1;
        }
    }
    for c in chars {
        if !matches!(c, b' ' | b'`' | b'\n' | b'\r') {
            return error(cx, "Trailing garbage");
        }
    }
    bytes(cx, &out)
}

fn b2a_uu(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let backtick = flag_at(cx, args, 1, false)?;
    if data.len() > 45 {
        return error(cx, "At most 45 bytes at once");
    }
    let digit = |v: u32| if backtick && v == 0 { b'`' } else { (v + 32) as u8 };
    let mut out = vec![digit(data.len() as u32)];
    for chunk in data.chunks(3) {
        let word = u32::from(chunk[0]) << 16
            | u32::from(chunk.get(1).copied().unwrap_or(0)) << 8
            | u32::from(chunk.get(2).copied().unwrap_or(0));
        out.extend([18, 12, 6, 0].map(|shift| digit(word >> shift & 63)));
    }
    out.push(b'\n');
    bytes(cx, &out)
}

fn a2b_qp(cx: &Cx, args: Args) -> Res {
    let data = ascii_input(cx, args.get(0))?;
    let header = flag_at(cx, args, 1, false)?;
    cx.expect_memory(data.len())?;
    let mut out = Vec::with_capacity(data.len());
    let mut i = 0;
    while i < data.len() {
        let c = data[i];
        if c == b'=' {
            i += 1;
            let Some(next) = data.get(i) else { break };
            if matches!(next, b'\n' | b'\r') {
                // A soft line break.
                while i < data.len() && data[i] != b'\n' {
                    i += 1;
                }
                i += 1;
            } else if *next == b'=' {
                out.push(b'=');
                i += 1;
            } else {
                let digit = |i: usize| data.get(i).and_then(|c| (*c as char).to_digit(16));
                match (digit(i), digit(i + 1)) {
                    (Some(high), Some(low)) => {
                        out.push((high << 4 | low) as u8);
                        i += 2;
                    }
                    _ => out.push(b'='),
                }
            }
        } else {
            out.push(if header && c == b'_' { b' ' } else { c });
            i += 1;
        }
    }
    bytes(cx, &out)
}

fn b2a_qp(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let quotetabs = flag_at(cx, args, 1, false)?;
    let istext = flag_at(cx, args, 2, true)?;
    let header = flag_at(cx, args, 3, false)?;
    let crlf = data.iter().position(|c| *c == b'\n').is_some_and(|i| i > 0 && data[i - 1] == b'\r');
    // Three bytes for one at most, and line ends, in a vector that grows.
    cx.expect_memory(data.len().saturating_mul(7))?;
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut line = 0;
    let soft_break = |out: &mut Vec<u8>| {
        out.push(b'=');
        if crlf {
            out.push(b'\r');
        }
        out.push(b'\n');
    };
    let mut i = 0;
    while i < data.len() {
        let c = data[i];
        let next = data.get(i + 1).copied();
        let is_break = c == b'\n' || c == b'\r' && next == Some(b'\n');
        let encode = c > 126
            || c == b'='
            || header && c == b'_'
            || c == b'.'
                && line == 0
                && (next.is_none() || matches!(next, Some(b'\n' | b'\r' | 0)))
            || !istext && matches!(c, b'\r' | b'\n')
            || matches!(c, b'\t' | b' ') && next.is_none()
            || c < 33 && !matches!(c, b'\r' | b'\n' | b'\t' | b' ')
            || c < 33 && !matches!(c, b'\r' | b'\n') && (quotetabs || !matches!(c, b'\t' | b' '));
        if encode {
            if line + 3 >= 76 {
                soft_break(&mut out);
                line = 0;
            }
            out.extend(format!("={c:02X}").bytes());
            line += 3;
            i += 1;
            continue;
        }
        if istext && is_break {
            // White space before the end of a line is quoted.
            if let Some(last @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                out.extend(format!("={last:02X}").bytes());
            }
            if crlf {
                out.push(b'\r');
            }
            out.push(b'\n');
            i += if c == b'\r' { 2 } else { 1 };
            line = 0;
            continue;
        }
        if next.is_some() && next != Some(b'\n') && line + 1 >= 76 {
            soft_break(&mut out);
            line = 0;
        }
        line += 1;
        out.push(if header && c == b' ' { b'_' } else { c });
        i += 1;
    }
    bytes(cx, &out)
}

/// The table of CRC-32 (polynomial 0xEDB88320), eight slices of it.
static CRC: [[u32; 256]; 8] = {
    let mut table = [[0; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let (mut c, mut bit) = (i as u32, 0);
        while bit < 8 {
            c = if c & 1 != 0 { 0xEDB8_8320 ^ c >> 1 } else { c >> 1 };
            bit += 1;
        }
        table[0][i] = c;
        i += 1;
    }
    let mut slice = 1;
    while slice < 8 {
        let mut i = 0;
        while i < 256 {
            let before = table[slice - 1][i];
            table[slice][i] = before >> 8 ^ table[0][(before & 255) as usize];
            i += 1;
        }
        slice += 1;
    }
    table
};

/// CRC-32 of `data`, continued from `crc`.
pub fn crc32_of(data: &[u8], crc: u32) -> u32 {
    let mut c = !crc;
    let mut chunks = data.chunks_exact(8);
    for chunk in &mut chunks {
        let low = c ^ u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        let at = |slice: usize, byte: u32| CRC[slice][(byte & 255) as usize];
        c = at(7, low)
            ^ at(6, low >> 8)
            ^ at(5, low >> 16)
            ^ at(4, low >> 24)
            ^ at(3, u32::from(chunk[4]))
            ^ at(2, u32::from(chunk[5]))
            ^ at(1, u32::from(chunk[6]))
            ^ at(0, u32::from(chunk[7]));
    }
    for b in chunks.remainder() {
        c = c >> 8 ^ CRC[0][((c ^ u32::from(*b)) & 255) as usize];
    }
    !c
}

/// An int argument modulo 2^32.
fn word(cx: &Cx, v: Option<Value>) -> Res<u32> {
    let Some(v) = v else { return Ok(0) };
    let n = ops::index(cx, v)?;
    if let Some(n) = n.as_i64() {
        return Ok(n as u32);
    }
    let Some(big) = n.to_big() else { return Ok(0) };
    let low = big.mag.first().copied().unwrap_or(0) as u32;
    Ok(if big.neg { low.wrapping_neg() } else { low })
}

fn crc32(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    Ok(Value::int(i64::from(crc32_of(&data, word(cx, args.opt(1))?))))
}

fn crc_hqx(cx: &Cx, args: Args) -> Res {
    let data = bytes_like(cx, args.get(0))?;
    let mut crc = word(cx, args.opt(1))? & 0xffff;
    for b in data.iter() {
        crc ^= u32::from(*b) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 } & 0xffff;
        }
    }
    Ok(Value::int(i64::from(crc)))
}
