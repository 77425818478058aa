//! Native hash modules: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`, `_hmac` and `_hashlib`.

mod blake2;
mod kdf;
mod mac;
mod names;
mod object;
mod sha3;

use object::{Algorithm, HASH_LAYOUT, HASH_LAYOUT_NUMBER};
use orochi_object::layout::HeapLayout;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::typedef::make_type;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] =
    &[&MD5, &SHA1, &SHA2, &sha3::MODULE, &blake2::MODULE, &mac::MODULE, &names::MODULE];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[(HASH_LAYOUT_NUMBER, HASH_LAYOUT)];

/// From this size on, data is hashed without holding up a collection.
pub(crate) const DETACH_SIZE: usize = 2048;

macro_rules! plain {
    ($cell:ident, $def:ident, $function:ident, $name:literal, $algorithm:ident) => {
        static $cell: TypeCell = TypeCell::new();
        static $def: TypeDef = object::definition($name, &$cell);
        fn $function(cx: &Cx, args: Args) -> Res {
            object::new_plain(cx, &$cell, Algorithm::$algorithm, args)
        }
    };
}

plain!(MD5_CELL, MD5_TYPE, md5, "_md5.md5", Md5);
plain!(SHA1_CELL, SHA1_TYPE, sha1, "_sha1.sha1", Sha1);
plain!(SHA224_CELL, SHA224_TYPE, sha224, "_sha2.SHA224Type", Sha224);
plain!(SHA256_CELL, SHA256_TYPE, sha256, "_sha2.SHA256Type", Sha256);
plain!(SHA384_CELL, SHA384_TYPE, sha384, "_sha2.SHA384Type", Sha384);
plain!(SHA512_CELL, SHA512_TYPE, sha512, "_sha2.SHA512Type", Sha512);

pub(crate) const SIGNATURE: &str = "(data=b'', *, usedforsecurity=True, string=None)";
const MINSIZE: (&str, Const) = ("_GIL_MINSIZE", Const::Int(DETACH_SIZE as i64));

static MD5: ModuleDef = ModuleDef {
    name: "_md5",
    functions: &[function("md5", SIGNATURE, md5)
        .doc("Return a new MD5 hash object; optionally initialized with a string.")],
    constants: &[MINSIZE],
    init: Some(|cx, module| {
        let class = make_type(cx, &MD5_TYPE)?.value();
        module.namespace().set_str(cx, name!(cx, "MD5Type"), class)
    }),
    ..ModuleDef::DEFAULT
};

static SHA1: ModuleDef = ModuleDef {
    name: "_sha1",
    functions: &[function("sha1", SIGNATURE, sha1)
        .doc("Return a new SHA1 hash object; optionally initialized with a string.")],
    constants: &[MINSIZE],
    init: Some(|cx, module| {
        let class = make_type(cx, &SHA1_TYPE)?.value();
        module.namespace().set_str(cx, name!(cx, "SHA1Type"), class)
    }),
    ..ModuleDef::DEFAULT
};

static SHA2: ModuleDef = ModuleDef {
    name: "_sha2",
    functions: &[
        function("sha224", SIGNATURE, sha224)
            .doc("Return a new SHA-224 hash object; optionally initialized with a string."),
        function("sha256", SIGNATURE, sha256)
            .doc("Return a new SHA-256 hash object; optionally initialized with a string."),
        function("sha384", SIGNATURE, sha384)
            .doc("Return a new SHA-384 hash object; optionally initialized with a string."),
        function("sha512", SIGNATURE, sha512)
            .doc("Return a new SHA-512 hash object; optionally initialized with a string."),
    ],
    constants: &[MINSIZE],
    types: &[&SHA224_TYPE, &SHA256_TYPE, &SHA384_TYPE, &SHA512_TYPE],
    init: Some(|_: &Cx, _: Ref<PyModule>| Ok(())),
    ..ModuleDef::DEFAULT
};
