//! `_sha3`: types that are called to make hash objects.

use crate::object::{self, Algorithm, State};
use crate::{DETACH_SIZE, SIGNATURE};
use orochi_object::args::Signature;
use orochi_object::prelude::*;
use std::sync::LazyLock;

static PARSED: LazyLock<Signature> = LazyLock::new(|| Signature::parse(SIGNATURE));

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs, algorithm: Algorithm) -> Res {
    let name = class.display_name();
    PARSED.bind(cx, &name, 0, args, &mut |args| {
        let data = object::initial(cx, args.opt(0), args.opt(2))?;
        let made = object::make(cx, class, State::new(algorithm))?;
        if let Some(data) = data {
            object::feed(cx, made, data)?;
        }
        Ok(made)
    })
}

macro_rules! kind {
    ($cell:ident, $def:ident, $name:literal, $algorithm:ident, $methods:expr) => {
        static $cell: TypeCell = TypeCell::new();
        static $def: TypeDef = TypeDef {
            slots: Slots {
                new: Some(|cx, class, args| new(cx, class, args, Algorithm::$algorithm)),
                ..Slots::NONE
            },
            methods: $methods,
            getset: object::KECCAK_GETSET,
            ..object::definition($name, &$cell)
        };
    };
}

kind!(SHA3_224, SHA3_224_TYPE, "_sha3.sha3_224", Sha3x224, object::METHODS);
kind!(SHA3_256, SHA3_256_TYPE, "_sha3.sha3_256", Sha3x256, object::METHODS);
kind!(SHA3_384, SHA3_384_TYPE, "_sha3.sha3_384", Sha3x384, object::METHODS);
kind!(SHA3_512, SHA3_512_TYPE, "_sha3.sha3_512", Sha3x512, object::METHODS);
kind!(SHAKE_128, SHAKE_128_TYPE, "_sha3.shake_128", Shake128, object::EXTENDABLE_METHODS);
kind!(SHAKE_256, SHAKE_256_TYPE, "_sha3.shake_256", Shake256, object::EXTENDABLE_METHODS);

/// The module `_sha3`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "_sha3",
    constants: &[
        ("_GIL_MINSIZE", Const::Int(DETACH_SIZE as i64)),
        ("implementation", Const::Str("RustCrypto")),
    ],
    types: &[
        &SHA3_224_TYPE,
        &SHA3_256_TYPE,
        &SHA3_384_TYPE,
        &SHA3_512_TYPE,
        &SHAKE_128_TYPE,
        &SHAKE_256_TYPE,
    ],
    ..ModuleDef::DEFAULT
};
