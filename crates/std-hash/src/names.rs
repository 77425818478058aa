//! `_hashlib`: the hashes by the names that OpenSSL has for them, here without OpenSSL; and the key derivation functions.

use crate::mac;
use crate::object::{self, Algorithm, State};
use crate::{DETACH_SIZE, SIGNATURE, kdf};
use orochi_object::hooks;
use orochi_object::module::PyModule;
use orochi_object::native::PyNative;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;

/// What can be asked for: Python's name, OpenSSL's other names in lower case, and how it is made.
struct Row {
    name: &'static str,
    others: &'static [&'static str],
    make: fn() -> State,
}

macro_rules! row {
    ($name:literal, $others:expr, $algorithm:ident) => {
        Row { name: $name, others: &$others, make: || State::new(Algorithm::$algorithm) }
    };
}

static ROWS: &[Row] = &[
    row!("md5", ["ssl3-md5"], Md5),
    row!("sha1", ["sha-1", "ssl3-sha1"], Sha1),
    row!("sha224", ["sha-224", "sha2-224"], Sha224),
    row!("sha256", ["sha-256", "sha2-256"], Sha256),
    row!("sha384", ["sha-384", "sha2-384"], Sha384),
    row!("sha512", ["sha-512", "sha2-512"], Sha512),
    row!("sha3_224", ["sha3-224"], Sha3x224),
    row!("sha3_256", ["sha3-256"], Sha3x256),
    row!("sha3_384", ["sha3-384"], Sha3x384),
    row!("sha3_512", ["sha3-512"], Sha3x512),
    row!("shake_128", ["shake-128", "shake128"], Shake128),
    row!("shake_256", ["shake-256", "shake256"], Shake256),
    Row { name: "blake2b", others: &["blake2b512", "blake2b-512"], make: mac::blake2b },
    Row { name: "blake2s", others: &["blake2s256", "blake2s-256"], make: mac::blake2s },
];

static HASH_CELL: TypeCell = TypeCell::new();
static HASH: TypeDef = TypeDef {
    flags: flag::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    ..object::definition("_hashlib.HASH", &HASH_CELL)
};

static XOF_CELL: TypeCell = TypeCell::new();
static XOF: TypeDef = TypeDef {
    base: Some(&HASH_CELL),
    flags: flag::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: object::EXTENDABLE_METHODS,
    ..object::definition("_hashlib.HASHXOF", &XOF_CELL)
};

static HMAC_CELL: TypeCell = TypeCell::new();
static HMAC: TypeDef = mac::definition("_hashlib.HMAC", &HMAC_CELL);

static UNSUPPORTED_CELL: TypeCell = TypeCell::new();
static UNSUPPORTED: TypeDef = mac::error("_hashlib.UnsupportedDigestmodError", &UNSUPPORTED_CELL);

fn repr(cx: &Cx, v: Value) -> Res {
    let (name, class) = (object::state(cx, v).name(), ops::full_name(cx, class_of(v)));
    Ok(cx.new_str(&format!("<{name} {class} object @ {:#x}>", v.word()))?.value())
}

/// The error for a name that is none.
#[cold]
pub(crate) fn unsupported(cx: &Cx) -> Raised {
    cx.error(&UNSUPPORTED_CELL, "[digital envelope routines] unsupported")
}

/// The row of a name: Python's as it is, OpenSSL's in any case.
fn row_of(name: &str) -> Option<&'static Row> {
    let lower = name.to_ascii_lowercase();
    // Python's names with an underscore are unknown to OpenSSL.
    let known = |own: &str| own == name || own == lower && !own.contains('_');
    ROWS.iter().find(|row| known(row.name) || row.others.contains(&lower.as_str()))
}

/// A hash object of the kind, fed with the data that was given as `data` or as `string`.
fn make(cx: &Cx, row: &Row, data: Option<Value>, string: Option<Value>) -> Res {
    let data = object::initial(cx, data, string)?;
    let state = (row.make)();
    let class = if state.is_extendable() { &XOF_CELL } else { &HASH_CELL };
    let made = object::make(cx, class.get(), state)?;
    if let Some(data) = data {
        object::feed(cx, made, data)?;
    }
    Ok(made)
}

fn new(cx: &Cx, args: Args) -> Res {
    let Some(name) = args.get(0).as_str() else {
        let got = class_of(args.get(0)).display_name();
        let got = if args.get(0).is_none() { "None".into() } else { got };
        return raise!(cx, TYPE_ERROR, "new() argument 'name' must be str, not {got}");
    };
    match row_of(&name.to_string_lossy()) {
        Some(row) => make(cx, row, args.opt(1), args.opt(3)),
        None => Err(unsupported(cx)),
    }
}

/// The hash that is named, or made by one of this module's functions.
fn hash_of(cx: &Cx, digest: Value) -> Res<State> {
    let row = match digest.as_str() {
        Some(name) => row_of(&name.to_string_lossy()).ok_or_else(|| unsupported(cx))?,
        None => {
            let own = digest.downcast::<PyNative>().map(|native| native.def());
            let found =
                FUNCTIONS.iter().position(|def| own.is_some_and(|own| core::ptr::eq(own, def)));
            let row = found.and_then(|at| ROWS.get(at));
            let Some(row) = row else {
                let message = format!("Unsupported digestmod {}", ops::repr_text(cx, digest)?);
                return Err(cx.error(&UNSUPPORTED_CELL, &message));
            };
            row
        }
    };
    let state = (row.make)();
    if state.is_extendable() {
        return raise!(cx, VALUE_ERROR, "no reason supplied");
    }
    Ok(state)
}

fn hmac_new(cx: &Cx, args: Args) -> Res {
    let key = bytes_like(cx, args.get(0))?;
    let Some(digest) = args.opt(2) else {
        return raise!(cx, TYPE_ERROR, "Missing required parameter 'digestmod'.");
    };
    let state = State::keyed(hash_of(cx, digest)?, key.as_slice());
    let made = object::make(cx, HMAC_CELL.get(), state)?;
    if let Some(message) = args.non_none(1) {
        object::feed(cx, made, message)?;
    }
    Ok(made)
}

fn hmac_digest(cx: &Cx, args: Args) -> Res {
    let (key, message) = (bytes_like(cx, args.get(0))?, bytes_like(cx, args.get(1))?);
    let state = State::keyed(hash_of(cx, args.get(2))?, key.as_slice());
    mac::digest(cx, state, message.as_slice())
}

macro_rules! constructor {
    ($name:literal, $row:literal) => {
        function($name, SIGNATURE, |cx, args| make(cx, &ROWS[$row], args.opt(0), args.opt(2)))
    };
}

/// The functions that make hashes come first, in the order of [`ROWS`].
static FUNCTIONS: &[NativeDef] = &[
    constructor!("openssl_md5", 0),
    constructor!("openssl_sha1", 1),
    constructor!("openssl_sha224", 2),
    constructor!("openssl_sha256", 3),
    constructor!("openssl_sha384", 4),
    constructor!("openssl_sha512", 5),
    constructor!("openssl_sha3_224", 6),
    constructor!("openssl_sha3_256", 7),
    constructor!("openssl_sha3_384", 8),
    constructor!("openssl_sha3_512", 9),
    constructor!("openssl_shake_128", 10),
    constructor!("openssl_shake_256", 11),
    function("new", "(name, data=b'', *, usedforsecurity=True, string=None)", new)
        .doc("A new hash object of the named kind, fed with the data."),
    function("hmac_new", "(key, msg=b'', digestmod=<unrepresentable>)", hmac_new)
        .doc("Return a new hmac object."),
    function("hmac_digest", "(key, msg, digest)", hmac_digest).doc("Single-shot HMAC."),
    function("get_fips_mode", "()", |_, _| Ok(Value::int(0))),
    function(
        "pbkdf2_hmac",
        "(hash_name, password, salt, iterations, dklen=None)",
        kdf::pbkdf2_hmac,
    )
    .doc("A key from a password, by PBKDF2 with HMAC over the named hash."),
    function("scrypt", "(password, *, salt, n, r, p, maxmem=0, dklen=64)", kdf::scrypt)
        .doc("A key from a password, by scrypt."),
];

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let space = module.namespace();
    let compare = hooks::module_attr(cx, "_operator", "_compare_digest")?;
    space.set_str(cx, name!(cx, "compare_digest"), compare)?;
    let (names, made) = (cx.new_set(types::SET.get())?, cx.new_dict()?);
    for row in ROWS {
        let name = cx.new_str(row.name)?.value();
        names.add(cx, name)?;
        let constructor = cx.new_str(&format!("openssl_{}", row.name))?;
        if let Some(constructor) = space.get_str(constructor) {
            made.set(cx, constructor, name)?;
        }
    }
    let names = ops::call(cx, types::FROZENSET.get().value(), &[names.value()])?;
    space.set_str(cx, name!(cx, "openssl_md_meth_names"), names)?;
    let proxy = hooks::module_attr(cx, "types", "MappingProxyType")?;
    space.set_str(cx, name!(cx, "_constructors"), ops::call(cx, proxy, &[made.value()])?)
}

/// The module `_hashlib`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_hashlib",
    doc: Some("The hashes by OpenSSL's names, and keys from passwords."),
    functions: FUNCTIONS,
    constants: &[("_GIL_MINSIZE", Const::Int(DETACH_SIZE as i64))],
    types: &[&HASH, &XOF, &HMAC, &UNSUPPORTED],
    init: Some(init),
};
