//! `_blake2`: BLAKE2b and BLAKE2s with all their parameters.

use crate::DETACH_SIZE;
use crate::object::{self, State};
use orochi_object::args::Signature;
use orochi_object::path::bytes_like;
use orochi_object::prelude::*;
use std::sync::LazyLock;

const SIGNATURE: &str = "(data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, \
     depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, \
     usedforsecurity=True, string=None)";
static PARSED: LazyLock<Signature> = LazyLock::new(|| Signature::parse(SIGNATURE));

static BLAKE2B: TypeCell = TypeCell::new();
static BLAKE2B_TYPE: TypeDef = TypeDef {
    slots: Slots { new: Some(|cx, class, args| new(cx, class, args, true)), ..Slots::NONE },
    flags: types::flag::BASETYPE,
    init: Some(|cx, class| limits(cx, class, 16, 64)),
    ..object::definition("_blake2.blake2b", &BLAKE2B)
};
static BLAKE2S: TypeCell = TypeCell::new();
static BLAKE2S_TYPE: TypeDef = TypeDef {
    slots: Slots { new: Some(|cx, class, args| new(cx, class, args, false)), ..Slots::NONE },
    flags: types::flag::BASETYPE,
    init: Some(|cx, class| limits(cx, class, 8, 32)),
    ..object::definition("_blake2.blake2s", &BLAKE2S)
};

/// The module `_blake2`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_blake2",
    constants: &[
        ("_GIL_MINSIZE", Const::Int(DETACH_SIZE as i64)),
        ("BLAKE2B_MAX_DIGEST_SIZE", Const::Int(64)),
        ("BLAKE2B_MAX_KEY_SIZE", Const::Int(64)),
        ("BLAKE2B_PERSON_SIZE", Const::Int(16)),
        ("BLAKE2B_SALT_SIZE", Const::Int(16)),
        ("BLAKE2S_MAX_DIGEST_SIZE", Const::Int(32)),
        ("BLAKE2S_MAX_KEY_SIZE", Const::Int(32)),
        ("BLAKE2S_PERSON_SIZE", Const::Int(8)),
        ("BLAKE2S_SALT_SIZE", Const::Int(8)),
    ],
    types: &[&BLAKE2B_TYPE, &BLAKE2S_TYPE],
    ..ModuleDef::DEFAULT
};

fn limits(cx: &Cx, class: Ref<PyType>, salt: i64, most: i64) -> Res<()> {
    let dict = class.namespace();
    dict.set_str(cx, name!(cx, "SALT_SIZE"), Value::int(salt))?;
    dict.set_str(cx, name!(cx, "PERSON_SIZE"), Value::int(salt))?;
    dict.set_str(cx, name!(cx, "MAX_KEY_SIZE"), Value::int(most))?;
    dict.set_str(cx, name!(cx, "MAX_DIGEST_SIZE"), Value::int(most))
}

/// The bytes of an optional parameter, at most `most`.
fn bytes(cx: &Cx, v: Option<Value>, what: &str, most: usize) -> Res<Vec<u8>> {
    let Some(v) = v else { return Ok(Vec::new()) };
    let buffer = bytes_like(cx, v)?;
    if buffer.len > most {
        return raise!(cx, VALUE_ERROR, "maximum {what} length is {most} bytes");
    }
    Ok(buffer.as_slice().to_vec())
}

/// A number parameter within limits.
fn number(cx: &Cx, v: Option<Value>, default: u64, range: (u64, u64), message: &str) -> Res<u64> {
    let Some(v) = v else { return Ok(default) };
    let n = ops::index(cx, v)?;
    let n = match n.to_big().and_then(|n| if n.neg { None } else { n.as_ref().to_u64() }) {
        Some(n) => n,
        None if n.as_i64().is_some_and(|n| n < 0) => {
            return raise!(cx, VALUE_ERROR, "{message}");
        }
        None => return raise!(cx, OVERFLOW_ERROR, "int too big to convert"),
    };
    if n < range.0 || n > range.1 {
        return raise!(cx, VALUE_ERROR, "{message}");
    }
    Ok(n)
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs, big: bool) -> Res {
    let name = class.display_name();
    PARSED.bind(cx, &name, 0, args, &mut |args| {
        let data = object::initial(cx, args.opt(0), args.opt(13))?;
        let made = object::make(cx, class, state(cx, args, big)?)?;
        if let Some(data) = data {
            object::feed(cx, made, data)?;
        }
        Ok(made)
    })
}

fn state(cx: &Cx, args: Args, big: bool) -> Res<State> {
    let (most, half) = if big { (64u64, 16) } else { (32, 8) };
    let message = format!(
        "digest_size for blake2{} must be between 1 and {most} bytes, here it is {}",
        if big { 'b' } else { 's' },
        args.opt(1).and_then(Value::as_i64).unwrap_or(0)
    );
    let size = number(cx, args.opt(1), most, (1, most), &message)?;
    let key = bytes(cx, args.opt(2), "key", most as usize)?;
    let salt = bytes(cx, args.opt(3), "salt", half)?;
    let person = bytes(cx, args.opt(4), "person", half)?;
    let byte = (0, 255);
    let fanout = number(cx, args.opt(5), 1, byte, "fanout must be between 0 and 255")?;
    let depth = number(cx, args.opt(6), 1, (1, 255), "depth must be between 1 and 255")?;
    let leaf = number(cx, args.opt(7), 0, (0, u32::MAX as u64), "leaf_size is too large")?;
    let offset = (0, if big { u64::MAX } else { (1 << 48) - 1 });
    let offset = number(cx, args.opt(8), 0, offset, "node_offset is too large")?;
    let node = number(cx, args.opt(9), 0, byte, "node_depth must be between 0 and 255")?;
    let message = format!("inner_size must be between 0 and is {most}");
    let inner = number(cx, args.opt(10), 0, (0, most), &message)?;
    let last = match args.opt(11) {
        Some(v) => ops::truth(cx, v)?,
        None => false,
    };
    if big {
        let mut p = blake2b_simd::Params::new();
        p.hash_length(size as usize).key(&key).salt(&salt).personal(&person);
        p.fanout(fanout as u8).max_depth(depth as u8).max_leaf_length(leaf as u32);
        p.node_offset(offset).node_depth(node as u8).inner_hash_length(inner as usize);
        p.last_node(last);
        return Ok(State::Blake2b(Box::new(p.to_state()), size as u8));
    }
    let mut p = blake2s_simd::Params::new();
    p.hash_length(size as usize).key(&key).salt(&salt).personal(&person);
    p.fanout(fanout as u8).max_depth(depth as u8).max_leaf_length(leaf as u32);
    p.node_offset(offset).node_depth(node as u8).inner_hash_length(inner as usize);
    p.last_node(last);
    Ok(State::Blake2s(Box::new(p.to_state()), size as u8))
}
