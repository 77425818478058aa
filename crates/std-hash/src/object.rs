//! Hash objects: a running computation behind a mutex, in memory of its own.

use crate::DETACH_SIZE;
use core::sync::atomic::{AtomicPtr, Ordering};
use md5::Digest;
use orochi_object::layout::{self, HeapLayout};
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use shake::digest::{ExtendableOutput, Update, XofReader};
use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard};

/// The layout number of hash objects (in the range of the crates over the system).
pub(crate) const HASH_LAYOUT_NUMBER: u16 = layout::STD_OS_BASE + 16;

/// The algorithms without parameters.
#[derive(Clone, Copy)]
pub(crate) enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha3x224,
    Sha3x256,
    Sha3x384,
    Sha3x512,
    Shake128,
    Shake256,
}

/// A running computation.
#[derive(Clone)]
pub(crate) enum State {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    Sha3x224(sha3::Sha3_224),
    Sha3x256(sha3::Sha3_256),
    Sha3x384(sha3::Sha3_384),
    Sha3x512(sha3::Sha3_512),
    Shake128(shake::Shake128),
    Shake256(shake::Shake256),
    Blake2b(Box<blake2b_simd::State>, u8),
    Blake2s(Box<blake2s_simd::State>, u8),
    Hmac(Box<Keyed>),
}

/// A message with a key: what is fed goes to `inner`, whose digest `outer` gets.
#[derive(Clone)]
pub(crate) struct Keyed {
    inner: State,
    outer: State,
}

impl Keyed {
    /// The computation over a fresh hash.
    fn new(hash: State, key: &[u8]) -> Keyed {
        let block = hash.block_size() as usize;
        let mut padded = if key.len() > block {
            let mut shorter = hash.clone();
            shorter.update(key);
            shorter.digest(0)
        } else {
            key.to_vec()
        };
        padded.resize(block, 0);
        let mixed = |with: u8| padded.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
        let mut keyed = Keyed { inner: hash.clone(), outer: hash };
        keyed.inner.update(&mixed(0x36));
        keyed.outer.update(&mixed(0x5c));
        keyed
    }

    fn digest(&self) -> Vec<u8> {
        let mut outer = self.outer.clone();
        outer.update(&self.inner.digest(0));
        outer.digest(0)
    }
}

/// Runs an expression for each algorithm with a fixed digest size.
macro_rules! each {
    (
        $state:expr,
        $s:ident => $fixed:expr,
        $x:ident => $xof:expr,
        $b:ident => $blake:expr,
        $k:ident => $keyed:expr
    ) => {
        match $state {
            State::Md5($s) => $fixed,
            State::Sha1($s) => $fixed,
            State::Sha224($s) => $fixed,
            State::Sha256($s) => $fixed,
            State::Sha384($s) => $fixed,
            State::Sha512($s) => $fixed,
            State::Sha3x224($s) => $fixed,
            State::Sha3x256($s) => $fixed,
            State::Sha3x384($s) => $fixed,
            State::Sha3x512($s) => $fixed,
            State::Shake128($x) => $xof,
            State::Shake256($x) => $xof,
            State::Blake2b($b, _) => $blake,
            State::Blake2s($b, _) => $blake,
            State::Hmac($k) => $keyed,
        }
    };
}

impl State {
    pub(crate) fn new(algorithm: Algorithm) -> State {
        match algorithm {
            Algorithm::Md5 => State::Md5(Digest::new()),
            Algorithm::Sha1 => State::Sha1(Digest::new()),
            Algorithm::Sha224 => State::Sha224(Digest::new()),
            Algorithm::Sha256 => State::Sha256(Digest::new()),
            Algorithm::Sha384 => State::Sha384(Digest::new()),
            Algorithm::Sha512 => State::Sha512(Digest::new()),
            Algorithm::Sha3x224 => State::Sha3x224(Digest::new()),
            Algorithm::Sha3x256 => State::Sha3x256(Digest::new()),
            Algorithm::Sha3x384 => State::Sha3x384(Digest::new()),
            Algorithm::Sha3x512 => State::Sha3x512(Digest::new()),
            Algorithm::Shake128 => State::Shake128(Default::default()),
            Algorithm::Shake256 => State::Shake256(Default::default()),
        }
    }

    /// A message with a key, over a fresh hash.
    pub(crate) fn keyed(hash: State, key: &[u8]) -> State {
        State::Hmac(Box::new(Keyed::new(hash, key)))
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        each!(self,
            s => Digest::update(s, data),
            x => Update::update(x, data),
            b => { b.update(data); },
            k => k.inner.update(data)
        );
    }

    /// The digest; `length` counts for extendable outputs only.
    pub(crate) fn digest(&self, length: usize) -> Vec<u8> {
        let extend = |mut reader: Box<dyn XofReader>| {
            let mut out = vec![0u8; length];
            reader.read(&mut out);
            out
        };
        match self {
            State::Shake128(x) => extend(Box::new(x.clone().finalize_xof())),
            State::Shake256(x) => extend(Box::new(x.clone().finalize_xof())),
            State::Blake2b(b, _) => b.finalize().as_bytes().to_vec(),
            State::Blake2s(b, _) => b.finalize().as_bytes().to_vec(),
            State::Hmac(keyed) => keyed.digest(),
            state => each!(state.clone(),
                s => s.finalize().to_vec(), _x => Vec::new(), _b => Vec::new(), _k => Vec::new()),
        }
    }

    pub(crate) fn name(&self) -> Cow<'static, str> {
        let name = match self {
            State::Md5(_) => "md5",
            State::Sha1(_) => "sha1",
            State::Sha224(_) => "sha224",
            State::Sha256(_) => "sha256",
            State::Sha384(_) => "sha384",
            State::Sha512(_) => "sha512",
            State::Sha3x224(_) => "sha3_224",
            State::Sha3x256(_) => "sha3_256",
            State::Sha3x384(_) => "sha3_384",
            State::Sha3x512(_) => "sha3_512",
            State::Shake128(_) => "shake_128",
            State::Shake256(_) => "shake_256",
            State::Blake2b(..) => "blake2b",
            State::Blake2s(..) => "blake2s",
            State::Hmac(keyed) => return format!("hmac-{}", keyed.inner.name()).into(),
        };
        name.into()
    }

    fn block_size(&self) -> i64 {
        match self {
            State::Sha384(_) | State::Sha512(_) | State::Blake2b(..) => 128,
            State::Sha3x224(_) => 144,
            State::Sha3x256(_) | State::Shake256(_) => 136,
            State::Sha3x384(_) => 104,
            State::Sha3x512(_) => 72,
            State::Shake128(_) => 168,
            State::Hmac(keyed) => keyed.inner.block_size(),
            _ => 64,
        }
    }

    fn digest_size(&self) -> i64 {
        match self {
            State::Md5(_) => 16,
            State::Sha1(_) => 20,
            State::Sha224(_) | State::Sha3x224(_) => 28,
            State::Sha256(_) | State::Sha3x256(_) => 32,
            State::Sha384(_) | State::Sha3x384(_) => 48,
            State::Sha512(_) | State::Sha3x512(_) => 64,
            State::Shake128(_) | State::Shake256(_) => 0,
            State::Blake2b(_, n) | State::Blake2s(_, n) => *n as i64,
            State::Hmac(keyed) => keyed.inner.digest_size(),
        }
    }

    /// `_capacity_bits` of the Keccak family.
    pub(crate) fn capacity(&self) -> i64 {
        1600 - self.block_size() * 8
    }

    pub(crate) fn is_extendable(&self) -> bool {
        matches!(self, State::Shake128(_) | State::Shake256(_))
    }
}

/// A hash object. The state is written once, before publication.
#[repr(C)]
pub(crate) struct Hash {
    header: Header,
    state: AtomicPtr<Mutex<State>>,
}
// SAFETY: repr(C) with a Header first; there are no slots.
unsafe impl Object for Hash {
    const LAYOUT: u16 = HASH_LAYOUT_NUMBER;
}

pub(crate) const HASH_LAYOUT: HeapLayout =
    HeapLayout { name: "hash", trace: Some(trace), trace_range: None, drop: Some(drop_state) };

/// # Safety
/// Called by the collector with a hash object.
unsafe fn trace(header: *mut Header, tracer: &mut layout::Tracer) {
    // SAFETY: only a subclass's words follow the struct.
    unsafe { layout::visit_rest(header, size_of::<Hash>(), tracer) }
}

/// # Safety
/// Called by the collector with an unreachable hash object.
unsafe fn drop_state(header: *mut Header) {
    // SAFETY: nobody else refers to the object; the pointer came from a Box.
    unsafe {
        let state = (*header.cast::<Hash>()).state.swap(core::ptr::null_mut(), Ordering::AcqRel);
        if !state.is_null() {
            drop(Box::from_raw(state));
        }
    }
}

fn hash(v: Value) -> Ref<Hash> {
    // SAFETY: receivers of the hash types.
    unsafe { v.cast() }
}

/// The locked state. Holders neither poll nor allocate in the heap.
pub(crate) fn state<'a>(cx: &Cx, v: Value) -> MutexGuard<'a, State> {
    // SAFETY: set at creation, freed when the object is unreachable; `v` is on the caller's stack.
    let mutex = unsafe { &*hash(v).state.load(Ordering::Acquire) };
    match mutex.try_lock() {
        Ok(guard) => guard,
        Err(_) => cx.detached(|| mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())),
    }
}

/// A hash object of `class` with this state.
pub(crate) fn make(cx: &Cx, class: Ref<PyType>, state: State) -> Res {
    let object: Ref<Hash> = cx.alloc_instance(class, 0)?;
    object.state.store(Box::into_raw(Box::new(Mutex::new(state))), Ordering::Release);
    orochi_heap::account_external(256);
    Ok(object.value())
}

/// Whether an argument can be hashed; TypeError if not.
pub(crate) fn check_data(cx: &Cx, data: Value) -> Res<()> {
    if data.as_str().is_some() {
        return raise!(cx, TYPE_ERROR, "Strings must be encoded before hashing");
    }
    if class_of(data).slots.buffer().is_none() && data.downcast::<PyBytes>().is_none() {
        return raise!(cx, TYPE_ERROR, "object supporting the buffer API required");
    }
    Ok(())
}

/// Feeds a bytes-like argument.
pub(crate) fn feed(cx: &Cx, v: Value, data: Value) -> Res<()> {
    check_data(cx, data)?;
    let buffer = bytes_like(cx, data)?;
    let mut state = state(cx, v);
    if buffer.len < DETACH_SIZE {
        state.update(buffer.as_slice());
    } else {
        cx.detached(|| state.update(buffer.as_slice()));
    }
    Ok(())
}

/// The data that a constructor was given as `data` or as `string`.
pub(crate) fn initial(cx: &Cx, data: Option<Value>, string: Option<Value>) -> Res<Option<Value>> {
    match (data, string.and_then(Value::non_none)) {
        (Some(_), Some(_)) => raise!(
            cx,
            TYPE_ERROR,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter \
             is slated for removal in a future version."
        ),
        (data, string) => Ok(data.or(string)),
    }
}

/// A new object from the arguments `data`, `usedforsecurity`, `string`.
pub(crate) fn new_plain(cx: &Cx, cell: &TypeCell, algorithm: Algorithm, args: Args) -> Res {
    let data = initial(cx, args.opt(0), args.opt(2))?;
    let object = make(cx, cell.get(), State::new(algorithm))?;
    if let Some(data) = data {
        feed(cx, object, data)?;
    }
    Ok(object)
}

pub(crate) static METHODS: &[NativeDef] = &[
    method("update", "(self, obj, /)", update),
    method("digest", "(self, /)", digest),
    method("hexdigest", "(self, /)", hexdigest),
    method("copy", "(self, /)", copy),
];

/// The same, of a type whose `update` takes its argument by name too.
pub(crate) static KEYED_METHODS: &[NativeDef] = &[
    method("update", "(self, /, msg)", update),
    method("digest", "(self, /)", digest),
    method("hexdigest", "(self, /)", hexdigest),
    method("copy", "(self, /)", copy),
];

fn update(cx: &Cx, args: Args) -> Res {
    feed(cx, args.get(0), args.get(1))?;
    Ok(Value::NONE)
}

fn digest(cx: &Cx, args: Args) -> Res {
    let digest = state(cx, args.get(0)).digest(0);
    Ok(cx.new_bytes(&digest)?.value())
}

fn hexdigest(cx: &Cx, args: Args) -> Res {
    let digest = state(cx, args.get(0)).digest(0);
    Ok(cx.new_str(&hex(&digest))?.value())
}

pub(crate) static EXTENDABLE_METHODS: &[NativeDef] = &[
    method("update", "(self, obj, /)", update),
    method("digest", "(self, length)", |cx, args| {
        let digest = extended(cx, args)?;
        Ok(cx.new_bytes(&digest)?.value())
    }),
    method("hexdigest", "(self, length)", |cx, args| {
        let digest = extended(cx, args)?;
        Ok(cx.new_str(&hex(&digest))?.value())
    }),
    method("copy", "(self, /)", copy),
];

fn extended(cx: &Cx, args: Args) -> Res<Vec<u8>> {
    match ops::to_i64(cx, args.get(1))? {
        n if n < 0 => raise!(cx, VALUE_ERROR, "length must be non-negative"),
        n if n >= 1 << 29 => raise!(cx, OVERFLOW_ERROR, "digest length is too large"),
        n => {
            let state = state(cx, args.get(0));
            cx.expect_memory(n as usize)?;
            Ok(cx.detached(|| state.digest(n as usize)))
        }
    }
}

fn copy(cx: &Cx, args: Args) -> Res {
    let copied = state(cx, args.get(0)).clone();
    make(cx, class_of(args.get(0)), copied)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[(b >> 4) as usize] as char, DIGITS[(b & 15) as usize] as char])
        .collect()
}

pub(crate) static GETSET: &[GetSetDef] = &[
    getter("name", |cx, v| {
        let name = state(cx, v).name();
        Ok(cx.new_str(&name)?.value())
    }),
    getter("block_size", |cx, v| Ok(Value::int(state(cx, v).block_size()))),
    getter("digest_size", |cx, v| Ok(Value::int(state(cx, v).digest_size()))),
];

pub(crate) static KECCAK_GETSET: &[GetSetDef] = &[
    getter("name", |cx, v| {
        let name = state(cx, v).name();
        Ok(cx.new_str(&name)?.value())
    }),
    getter("block_size", |cx, v| Ok(Value::int(state(cx, v).block_size()))),
    getter("digest_size", |cx, v| Ok(Value::int(state(cx, v).digest_size()))),
    getter("_capacity_bits", |cx, v| Ok(Value::int(state(cx, v).capacity()))),
    getter("_rate_bits", |cx, v| Ok(Value::int(state(cx, v).block_size() * 8))),
    getter("_suffix", |cx, v| {
        let extendable = state(cx, v).is_extendable();
        Ok(cx.new_bytes(if extendable { &[0x1f] } else { &[6] })?.value())
    }),
];

/// The table of a type that only module functions make.
pub(crate) const fn definition(name: &'static str, cell: &'static TypeCell) -> TypeDef {
    TypeDef {
        name,
        cell,
        layout: HASH_LAYOUT_NUMBER,
        size: size_of::<Hash>(),
        methods: METHODS,
        getset: GETSET,
        ..TypeDef::DEFAULT
    }
}
