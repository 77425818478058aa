//! Builtin types, one file each, the exception hierarchy, and the functions of `builtins`.
//!
//! A type is one file `src/<name>.rs` whose table is `pub static TYPE: TypeDef`; here it is one
//! `mod` line and one line of [`TYPES`]. Bases come before the types derived from them.

pub mod bind;
pub mod bool;
pub mod bytearray;
pub mod bytes;
pub mod bytes_like;
pub mod cell;
pub mod codecs;
pub mod complex;
pub mod descriptors;
pub mod dict;
pub mod enumerate;
pub mod exceptions;
pub mod filter;
pub mod float;
pub mod functions;
pub mod generic_alias;
pub mod hooks;
pub mod int;
pub mod iterators;
pub mod list;
pub mod map;
pub mod mappingproxy;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod namespace;
pub mod none;
pub mod number;
pub mod object;
mod pickling;
pub mod powersort;
pub mod property;
pub mod range;
pub mod reversed;
pub mod set;
pub mod slice;
pub mod sort;
pub mod sort_native;
pub mod staticmethod;
pub mod str;
pub mod super_;
pub mod tuple;
pub mod type_;
pub mod types_module;
pub mod typing;
pub mod union;
pub mod weakref;
pub mod zip;

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::{ModuleDef, TypeDef};

/// All types made at boot, bases first; [`exceptions::TYPES`] come after them.
pub static TYPES: &[&TypeDef] = &[
    &object::TYPE,
    &type_::TYPE,
    &int::TYPE,
    &bool::TYPE,
    &cell::TYPE,
    &complex::TYPE,
    &descriptors::CLASSMETHOD_DESCRIPTOR,
    &descriptors::GETSET_DESCRIPTOR,
    &descriptors::MEMBER_DESCRIPTOR,
    &descriptors::METHOD_DESCRIPTOR,
    &descriptors::METHOD_WRAPPER,
    &descriptors::NATIVE_FUNCTION,
    &descriptors::WRAPPER_DESCRIPTOR,
    &float::TYPE,
    &mappingproxy::TYPE,
    &method::TYPE,
    &module::TYPE,
    &namespace::TYPE,
    &none::ELLIPSIS_TYPE,
    &none::NONE_TYPE,
    &none::NOT_IMPLEMENTED_TYPE,
    &property::TYPE,
    &staticmethod::CLASSMETHOD,
    &staticmethod::STATICMETHOD,
    &super_::TYPE,
    &str::TYPE,
    &str::STR_ITERATOR,
    &str::ASCII_ITERATOR,
    &bytes::TYPE,
    &bytes::BYTES_ITERATOR,
    &bytes::BYTEARRAY_ITERATOR,
    &bytearray::TYPE,
    &memoryview::TYPE,
    &memoryview::ITERATOR,
    &tuple::TYPE,
    &tuple::ITERATOR,
    &list::TYPE,
    &list::ITERATOR,
    &list::REVERSE_ITERATOR,
    &dict::TYPE,
    &dict::iter::KEYS,
    &dict::iter::VALUES,
    &dict::iter::ITEMS,
    &dict::iter::KEYS_REVERSE,
    &dict::iter::VALUES_REVERSE,
    &dict::iter::ITEMS_REVERSE,
    &dict::views::KEYS,
    &dict::views::VALUES,
    &dict::views::ITEMS,
    &set::TYPE,
    &set::FROZENSET,
    &set::ITERATOR,
    &slice::TYPE,
    &range::TYPE,
    &range::ITERATOR,
    &range::LONG_ITERATOR,
    &iterators::SEQUENCE,
    &iterators::CALLABLE,
    &enumerate::TYPE,
    &filter::TYPE,
    &map::TYPE,
    &reversed::TYPE,
    &zip::TYPE,
    &weakref::REFERENCE,
    &weakref::PROXY,
    &weakref::CALLABLE_PROXY,
    &functions::ANEXT_AWAITABLE,
    &generic_alias::TYPE,
    &generic_alias::ITERATOR,
    &union::TYPE,
];

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] =
    &[&functions::MODULE, &types_module::MODULE, &typing::MODULE, &weakref::MODULE];

/// Heap layouts of payload structs of this crate, numbered from
/// [`orochi_object::layout::BUILTINS_BASE`].
pub static LAYOUTS: &[(u16, HeapLayout)] =
    &[(bytearray::LAYOUT, bytearray::HEAP_LAYOUT), (memoryview::LAYOUT, memoryview::HEAP_LAYOUT)];
