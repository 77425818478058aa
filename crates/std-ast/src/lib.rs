//! Syntax trees as Python objects. The classes are Python (the module `_ast`); this crate makes nested tuples of a parsed
//! source, which that module builds nodes of, and takes trees over for the compiler.

mod take;

use orochi_builtins::hooks::{CompileMode, CompileRequest};
use orochi_bytecode::Const;
use orochi_compiler::{ErrorKind, Mode, Options, Source, SyntaxError};
use orochi_import::compile::{AST, AstHooks, NAMES, code_of, flags, on_big_stack, syntax_error};
use orochi_object::prelude::*;
use orochi_runtime::code::const_value;
use orochi_syntax::{Field, Literals, Node};
use take::Taker;

/// Lets `compile()` make and take syntax trees.
pub fn install() {
    let _ = AST.set(AstHooks { parse, compile, is_ast });
}

/// Whether the value is a syntax tree: no text, and of a class with fields.
fn is_ast(cx: &Cx, v: Value) -> bool {
    if v.as_str().is_some() || class_of(v).slots.buffer().is_some() {
        return false;
    }
    match ops::getattr(cx, class_of(v).value(), name!(cx, "_fields")) {
        Ok(_) => ops::getattr(cx, class_of(v).value(), name!(cx, "_attributes")).is_ok(),
        Err(_) => false,
    }
}

fn filename(request: &CompileRequest) -> String {
    match request.filename.as_str() {
        Some(name) => name.to_string_lossy(),
        None => "<unknown>".to_string(),
    }
}

fn mode(request: &CompileRequest) -> Mode {
    match request.mode {
        CompileMode::Eval => Mode::Eval,
        CompileMode::Single => Mode::Single,
        _ => Mode::Exec,
    }
}

/// Calls a function of the module `_ast`.
fn call_helper(cx: &Cx, name: &str, args: &[Value]) -> Res {
    let module = orochi_object::hooks::import_module(cx, "_ast")?;
    let function = ops::getattr(cx, module, cx.new_str(name)?)?;
    ops::call(cx, function, args)
}

fn parse(cx: &Cx, source: &Source, request: &CompileRequest) -> Res {
    if request.mode == CompileMode::FuncType {
        return raise!(cx, NOT_IMPLEMENTED_ERROR, "function type comments are not supported");
    }
    let names = NAMES.get().map(|names| names as &dyn Fn(&str) -> Option<String>);
    let made = on_big_stack(cx, source, || {
        plain_tree(source, mode(request), names).map(|tree| const_value(cx, &tree))
    });
    match made? {
        Ok(tree) => call_helper(cx, "_build", &[tree?]),
        Err(error) => {
            let incomplete = request.flags & flags::ALLOW_INCOMPLETE_INPUT != 0;
            Err(syntax_error(cx, &error, &filename(request), incomplete))
        }
    }
}

/// The tree as a constant: a node is a tuple of class name, tuple of fields and the position; a list is a tuple whose first
/// item is None.
fn plain_tree(
    source: &Source,
    mode: Mode,
    names: Option<&dyn Fn(&str) -> Option<String>>,
) -> Result<Const, SyntaxError> {
    let parsed = orochi_syntax::parse(source, mode)?;
    let mut lits = Literals { source, names, warnings: Vec::new() };
    let tree = orochi_syntax::to_tree(&mut lits, &parsed.tree, mode == Mode::Single);
    node(tree, 0)
}

/// Levels of nodes that a tree may have: more than Python code can go down.
const MAX_DEPTH: usize = 6000;

fn node(n: Node, depth: usize) -> Result<Const, SyntaxError> {
    if depth > MAX_DEPTH {
        let msg = "maximum recursion depth exceeded during ast construction";
        return Err(SyntaxError::nowhere(ErrorKind::Recursion, msg));
    }
    let fields = n.fields.into_iter().map(|(_, f)| field(f, depth));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let mut items = vec![Const::text(n.class), Const::Tuple(fields)];
    items.extend(n.position.iter().flatten().map(|n| Const::Int(i64::from(*n))));
    Ok(Const::Tuple(items))
}

fn field(f: Field, depth: usize) -> Result<Const, SyntaxError> {
    Ok(match f {
        Field::None => Const::None,
        Field::Node(n) => node(*n, depth + 1)?,
        Field::List(items) => {
            let mut all = vec![Const::None];
            for item in items {
                all.push(field(item, depth)?);
            }
            Const::Tuple(all)
        }
        Field::Name(s) => Const::text(&s),
        Field::Text(s) => Const::wtf8(&s),
        Field::Bytes(b) => Const::Bytes(b.into()),
        Field::Int(n) => Const::Int(n),
        Field::Big(limbs) => Const::BigInt { negative: false, limbs },
        Field::Float(x) => Const::Float(x),
        Field::Imaginary(x) => Const::Complex(0.0, x),
        Field::Bool(true) => Const::True,
        Field::Bool(false) => Const::False,
        Field::Ellipsis => Const::Ellipsis,
    })
}

/// Compiles a tree.
fn compile(cx: &Cx, request: &CompileRequest, options: &Options) -> Res {
    if request.flags & flags::ONLY_AST != 0 {
        return Ok(request.source);
    }
    let (filename, mode) = (filename(request), mode(request));
    let mut taker = Taker::new(cx);
    let tree = taker.module(request.source, mode)?;
    let source = taker.layout.finish();
    match orochi_compiler::compile_made(&source, &tree, &filename, mode, options) {
        Ok(compiled) => Ok(code_of(cx, &source, compiled, &filename)?.value()),
        Err(error) => Err(syntax_error(cx, &error, &filename, false)),
    }
}
