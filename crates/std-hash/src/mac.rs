//! `_hmac`: messages authenticated with a key, over every hash with a fixed digest size.

use crate::DETACH_SIZE;
use crate::object::{self, Algorithm, State};
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;

/// The hashes by their names in lower case.
const BY_NAME: &[(&str, fn() -> State)] = &[
    ("md5", || State::new(Algorithm::Md5)),
    ("sha1", || State::new(Algorithm::Sha1)),
    ("sha224", || State::new(Algorithm::Sha224)),
    ("sha256", || State::new(Algorithm::Sha256)),
    ("sha384", || State::new(Algorithm::Sha384)),
    ("sha512", || State::new(Algorithm::Sha512)),
    ("sha3_224", || State::new(Algorithm::Sha3x224)),
    ("sha3_256", || State::new(Algorithm::Sha3x256)),
    ("sha3_384", || State::new(Algorithm::Sha3x384)),
    ("sha3_512", || State::new(Algorithm::Sha3x512)),
    ("blake2b", blake2b),
    ("blake2b_32", blake2b),
    ("blake2s", blake2s),
    ("blake2s_32", blake2s),
];

/// Without a key of its own.
pub(crate) fn blake2b() -> State {
    State::Blake2b(Box::default(), 64)
}

/// As [`blake2b`].
pub(crate) fn blake2s() -> State {
    State::Blake2s(Box::default(), 32)
}

static CELL: TypeCell = TypeCell::new();
static TYPE: TypeDef = definition("_hmac.HMAC", &CELL);

/// The table of a type of messages with keys.
pub(crate) const fn definition(name: &'static str, cell: &'static TypeCell) -> TypeDef {
    TypeDef {
        slots: Slots { repr: Some(repr), ..Slots::NONE },
        flags: flag::NO_NEW,
        methods: object::KEYED_METHODS,
        ..object::definition(name, cell)
    }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let name = object::state(cx, v).name();
    let name = name.strip_prefix("hmac-").unwrap_or(&name).to_owned();
    Ok(cx.new_str(&format!("<{name} HMAC object @ {:#x}>", v.word()))?.value())
}

static UNKNOWN_CELL: TypeCell = TypeCell::new();
static UNKNOWN: TypeDef = error("_hmac.UnknownHashError", &UNKNOWN_CELL);

/// The table of an exception for hashes that there are not.
pub(crate) const fn error(name: &'static str, cell: &'static TypeCell) -> TypeDef {
    TypeDef {
        name,
        cell,
        base: Some(&exception::VALUE_ERROR),
        layout: orochi_object::layout::EXCEPTION,
        size: size_of::<exception::PyException>(),
        dict: true,
        flags: flag::BASETYPE | flag::EXCEPTION | flag::WEAKREF,
        ..TypeDef::DEFAULT
    }
}

/// The hash that is called so.
fn named(cx: &Cx, digest: Value) -> Res<State> {
    let found = digest.as_str().and_then(|name| {
        let name = name.to_string_lossy().to_ascii_lowercase();
        BY_NAME.iter().find(|(known, _)| *known == name)
    });
    match found {
        Some((_, make)) => Ok(make()),
        None => {
            let message = format!("unsupported hash type: {}", ops::repr_text(cx, digest)?);
            Err(cx.error(&UNKNOWN_CELL, &message))
        }
    }
}

/// The computation with a key, before any message.
fn keyed(cx: &Cx, hash: State, key: Value) -> Res<State> {
    object::check_data(cx, key)?;
    let key = bytes_like(cx, key)?;
    Ok(State::keyed(hash, key.as_slice()))
}

fn new(cx: &Cx, args: Args) -> Res {
    let Some(digest) = args.opt(2) else {
        return raise!(cx, TYPE_ERROR, "new() missing 1 required argument 'digestmod'");
    };
    let state = keyed(cx, named(cx, digest)?, args.get(0))?;
    let made = object::make(cx, CELL.get(), state)?;
    if let Some(message) = args.non_none(1) {
        object::feed(cx, made, message)?;
    }
    Ok(made)
}

/// The digest of one message.
fn compute(cx: &Cx, hash: State, key: Value, message: Value) -> Res {
    let state = keyed(cx, hash, key)?;
    object::check_data(cx, message)?;
    let message = bytes_like(cx, message)?;
    digest(cx, state, message.as_slice())
}

/// The digest of the whole message.
pub(crate) fn digest(cx: &Cx, mut state: State, message: &[u8]) -> Res {
    if message.len() < DETACH_SIZE {
        state.update(message);
    } else {
        cx.detached(|| state.update(message));
    }
    Ok(cx.new_bytes(&state.digest(0))?.value())
}

macro_rules! one_shot {
    ($name:literal, $row:literal) => {
        function($name, "(key, msg, /)", |cx, args| {
            compute(cx, BY_NAME[$row].1(), args.get(0), args.get(1))
        })
    };
}

/// The module `_hmac`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_hmac",
    functions: &[
        function("new", "(key, msg=None, digestmod=<unrepresentable>)", new)
            .doc("Return a new HMAC object."),
        function("compute_digest", "(key, msg, digest)", |cx, args| {
            compute(cx, named(cx, args.get(2))?, args.get(0), args.get(1))
        }),
        one_shot!("compute_md5", 0),
        one_shot!("compute_sha1", 1),
        one_shot!("compute_sha224", 2),
        one_shot!("compute_sha256", 3),
        one_shot!("compute_sha384", 4),
        one_shot!("compute_sha512", 5),
        one_shot!("compute_sha3_224", 6),
        one_shot!("compute_sha3_256", 7),
        one_shot!("compute_sha3_384", 8),
        one_shot!("compute_sha3_512", 9),
        one_shot!("compute_blake2b_32", 11),
        one_shot!("compute_blake2s_32", 13),
    ],
    constants: &[("_GIL_MINSIZE", Const::Int(DETACH_SIZE as i64))],
    types: &[&TYPE, &UNKNOWN],
    ..ModuleDef::DEFAULT
};
