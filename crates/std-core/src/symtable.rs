//! The module `_symtable`: its constants; the tables themselves come from the compiler, by a hook.

use orochi_object::prelude::*;
use orochi_object::typedef::Const;
use std::sync::OnceLock;

/// Makes the symbol table of a source: source, file name, mode.
pub static SYMTABLE: OnceLock<fn(&Cx, Value, Value, Value) -> Res> = OnceLock::new();

fn symtable(cx: &Cx, args: Args) -> Res {
    match SYMTABLE.get() {
        Some(make) => make(cx, args.get(0), args.get(1), args.get(2)),
        None => raise!(cx, NOT_IMPLEMENTED_ERROR, "symbol tables are not available"),
    }
}

/// The module `_symtable`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_symtable",
    functions: &[function("symtable", "(source, filename, startstr, /, *, module=None)", symtable)],
    constants: &[
        ("USE", Const::Int(16)),
        ("DEF_GLOBAL", Const::Int(1)),
        ("DEF_NONLOCAL", Const::Int(8)),
        ("DEF_LOCAL", Const::Int(2)),
        ("DEF_PARAM", Const::Int(4)),
        ("DEF_TYPE_PARAM", Const::Int(1024)),
        ("DEF_FREE_CLASS", Const::Int(64)),
        ("DEF_IMPORT", Const::Int(128)),
        ("DEF_BOUND", Const::Int(134)),
        ("DEF_ANNOT", Const::Int(256)),
        ("DEF_COMP_ITER", Const::Int(512)),
        ("DEF_COMP_CELL", Const::Int(2048)),
        ("TYPE_FUNCTION", Const::Int(0)),
        ("TYPE_CLASS", Const::Int(1)),
        ("TYPE_MODULE", Const::Int(2)),
        ("TYPE_ANNOTATION", Const::Int(3)),
        ("TYPE_TYPE_ALIAS", Const::Int(4)),
        ("TYPE_TYPE_PARAMETERS", Const::Int(5)),
        ("TYPE_TYPE_VARIABLE", Const::Int(6)),
        ("LOCAL", Const::Int(1)),
        ("GLOBAL_EXPLICIT", Const::Int(2)),
        ("GLOBAL_IMPLICIT", Const::Int(3)),
        ("FREE", Const::Int(4)),
        ("CELL", Const::Int(5)),
        ("SCOPE_OFF", Const::Int(12)),
        ("SCOPE_MASK", Const::Int(15)),
    ],
    ..ModuleDef::DEFAULT
};
