//! The module `_symtable`: the compiler's symbol tables as objects.

use crate::compile::{on_big_stack, read_source, syntax_error};
use orochi_builtins::hooks::{CompileMode, CompileRequest};
use orochi_compiler::Mode;
use orochi_compiler::scopes::{self, Scope};
use orochi_object::intern;
use orochi_object::prelude::*;
use orochi_object::typedef::{self, Const};

/// The cell of the type of one table.
static ENTRY: TypeCell = TypeCell::new();

/// What is known of a table is in the instance's `__dict__`.
static TYPE: TypeDef = TypeDef {
    name: "symtable entry",
    cell: &ENTRY,
    dict: true,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    ..TypeDef::DEFAULT
};

fn repr(cx: &Cx, v: Value) -> Res {
    let field = |name: &str| ops::getattr(cx, v, intern::intern_text(cx, name)?);
    let name = ops::str(cx, field("name")?)?.to_string_lossy();
    let (id, line) = (field("id")?, field("lineno")?);
    let (id, line) = (ops::repr_text(cx, id)?, ops::repr_text(cx, line)?);
    let text = format!("<symtable entry {name}({id}), line {line}>");
    Ok(cx.new_str(&text)?.value())
}

fn symtable(cx: &Cx, args: Args) -> Res {
    let Some(mode) = args.get(2).as_str() else {
        return raise!(cx, TYPE_ERROR, "symtable() argument 3 must be str");
    };
    let (mode, kind) = match &*mode.to_string_lossy() {
        "exec" => (Mode::Exec, CompileMode::Exec),
        "eval" => (Mode::Eval, CompileMode::Eval),
        "single" => (Mode::Single, CompileMode::Single),
        _ => {
            let text = "symtable() arg 3 must be 'exec' or 'eval' or 'single'";
            return raise!(cx, VALUE_ERROR, "{text}");
        }
    };
    let path = orochi_object::path::path_bytes(cx, args.get(1))?;
    let filename = orochi_object::path::fs_decode(cx, &path)?.to_string_lossy();
    let request = CompileRequest {
        source: args.get(0),
        filename: cx.new_str(&filename)?.value(),
        mode: kind,
        flags: 0,
        dont_inherit: true,
        optimize: -1,
        feature_version: -1,
    };
    let source = read_source(cx, &request, &filename, false)?;
    let scopes = on_big_stack(cx, &source, || scopes::scopes(&source, mode))?;
    match scopes {
        Ok(scopes) => entry(cx, &scopes, 0),
        Err(error) => Err(syntax_error(cx, &error, &filename, false)),
    }
}

/// The object of scope `id`, with those of the scopes in it.
fn entry(cx: &Cx, scopes: &[Scope], id: usize) -> Res {
    let Some(scope) = scopes.get(id) else { return Ok(Value::NONE) };
    cx.check_native_stack()?;
    let made = cx.new_instance(ENTRY.get())?;
    let symbols = cx.new_dict()?;
    for (name, flags) in &scope.symbols {
        symbols.set(cx, cx.new_str(name)?.value(), Value::int(i64::from(*flags)))?;
    }
    let params = cx.new_list(&[])?;
    for name in &scope.params {
        params.push(cx, cx.new_str(name)?.value())?;
    }
    let children = cx.new_list(&[])?;
    for child in &scope.children {
        children.push(cx, entry(cx, scopes, *child)?)?;
    }
    let fields = [
        ("id", cx.new_uint(made.word())?),
        ("name", cx.new_str(&scope.name)?.value()),
        ("type", Value::int(scope.kind as i64)),
        ("nested", Value::int(i64::from(scope.nested))),
        ("lineno", Value::int(i64::from(scope.line))),
        ("symbols", symbols.value()),
        ("varnames", params.value()),
        ("children", children.value()),
    ];
    for (name, value) in fields {
        ops::setattr(cx, made, intern::intern_text(cx, name)?, value)?;
    }
    Ok(made)
}

/// The module `_symtable`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
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
    init: Some(|cx, _| typedef::make_type(cx, &TYPE).map(|_| ())),
    ..ModuleDef::DEFAULT
};
