//! The module `_plain_pickle`: pickling of plain data, which `_pickle` tries before the pickler in Python.
//!
//! Plain are None, numbers, text, bytes and the built-in containers of such, all of exactly these types: no Python
//! code runs for them, so that either function may give up at any point (it answers None, or `NotImplemented`)
//! and the whole be done again in Python, errors included.

mod dump;
mod load;

use orochi_object::prelude::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_plain_pickle",
    doc: Some("Pickling of plain data."),
    functions: &[
        function("dumps", "(obj, protocol, /)", |cx, args| dump::dumps(cx, args))
            .doc("The pickle of obj in protocol 4 or 5, None if it is not plain."),
        function("loads", "(data, /)", |cx, args| load::loads(cx, args))
            .doc("What data is the pickle of, NotImplemented if it is not plain."),
    ],
    ..ModuleDef::DEFAULT
};

/// Opcodes of the pickle machine.
mod op {
    pub(super) const MARK: u8 = b'(';
    pub(super) const STOP: u8 = b'.';
    pub(super) const POP: u8 = b'0';
    pub(super) const POP_MARK: u8 = b'1';
    pub(super) const FLOAT: u8 = b'G';
    pub(super) const INT4: u8 = b'J';
    pub(super) const INT1: u8 = b'K';
    pub(super) const INT2: u8 = b'M';
    pub(super) const NONE: u8 = b'N';
    pub(super) const UNICODE: u8 = b'X';
    pub(super) const APPEND: u8 = b'a';
    pub(super) const EMPTY_DICT: u8 = b'}';
    pub(super) const APPENDS: u8 = b'e';
    pub(super) const GET1: u8 = b'h';
    pub(super) const GET4: u8 = b'j';
    pub(super) const EMPTY_LIST: u8 = b']';
    pub(super) const PUT1: u8 = b'q';
    pub(super) const PUT4: u8 = b'r';
    pub(super) const SETITEM: u8 = b's';
    pub(super) const TUPLE: u8 = b't';
    pub(super) const EMPTY_TUPLE: u8 = b')';
    pub(super) const SETITEMS: u8 = b'u';
    pub(super) const BYTES: u8 = b'B';
    pub(super) const BYTES1: u8 = b'C';
    pub(super) const PROTO: u8 = 0x80;
    pub(super) const TUPLE1: u8 = 0x85;
    pub(super) const TUPLE3: u8 = 0x87;
    pub(super) const TRUE: u8 = 0x88;
    pub(super) const FALSE: u8 = 0x89;
    pub(super) const LONG1: u8 = 0x8a;
    pub(super) const LONG4: u8 = 0x8b;
    pub(super) const UNICODE1: u8 = 0x8c;
    pub(super) const UNICODE8: u8 = 0x8d;
    pub(super) const BYTES8: u8 = 0x8e;
    pub(super) const EMPTY_SET: u8 = 0x8f;
    pub(super) const ADDITEMS: u8 = 0x90;
    pub(super) const FROZENSET: u8 = 0x91;
    pub(super) const MEMOIZE: u8 = 0x94;
    pub(super) const FRAME: u8 = 0x95;
    pub(super) const BYTEARRAY8: u8 = 0x96;
}
