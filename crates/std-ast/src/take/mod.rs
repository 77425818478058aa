//! Trees of Python objects, checked and taken over for the compiler. Nodes may be of subclasses, and anybody may have
//! changed them, so every field is looked at as it is now.

mod expr;
mod literal;
mod pattern;
mod stmt;

use orochi_compiler::Mode;
use orochi_import::compile::utf8_of;
use orochi_object::prelude::*;
use orochi_object::tuple::PyTuple;
use orochi_syntax::{Layout, LineCol, TextRange, TextSize, ast};

/// The value of a node's field; `None` where the attribute is missing.
macro_rules! field {
    ($t:expr, $node:expr, $name:literal) => {
        $t.field($node, name!($t.cx, $name))
    };
}
pub(crate) use field;

/// A tree in the making and the source that is laid out for it.
pub(crate) struct Taker<'a> {
    cx: &'a Cx,
    pub(crate) layout: Layout,
}

/// A node: its class among those of `ast`, and where it says it is.
#[derive(Clone, Copy)]
struct Place {
    start: LineCol,
    end: LineCol,
}

impl<'a> Taker<'a> {
    pub(crate) fn new(cx: &'a Cx) -> Taker<'a> {
        Taker { cx, layout: Layout::default() }
    }

    /// A whole tree, which must be of the class that the mode wants.
    pub(crate) fn module(&mut self, tree: Value, mode: Mode) -> Res<ast::Mod> {
        let wanted = match mode {
            Mode::Exec => "Module",
            Mode::Eval => "Expression",
            Mode::Single => "Interactive",
        };
        if self.kind(tree)? != wanted {
            let class = class_of(tree).display_name();
            return raise!(self.cx, TYPE_ERROR, "expected {wanted} node, got {class}");
        }
        // Something of the source is there even for an empty module.
        let range = TextRange::empty(self.layout.mark(LineCol { line: 1, col: 0 }));
        self.layout.put(" ");
        let node_index = ast::AtomicNodeIndex::NONE;
        if mode == Mode::Eval {
            let body = self.need_expr(field!(self, tree, "body")?, wanted, "body")?;
            return Ok(ast::Mod::Expression(ast::ModExpression { node_index, range, body }));
        }
        let body = field!(self, tree, "body")?;
        let body = self.body(body, wanted, "body")?.into();
        Ok(ast::Mod::Module(ast::ModModule { node_index, range, body }))
    }

    /// The class of `ast` that a node is of, or a text that none has.
    fn kind(&self, node: Value) -> Res<String> {
        let kind = ops::getattr_opt(self.cx, class_of(node).value(), name!(self.cx, "_kind"))?;
        Ok(kind.and_then(Value::as_str).map_or_else(String::new, |kind| kind.to_string_lossy()))
    }

    fn field(&self, node: Value, name: Ref<PyStr>) -> Res<Option<Value>> {
        ops::getattr_opt(self.cx, node, name)
    }

    /// A field that must be there.
    fn need(&self, found: Option<Value>, class: &str, name: &str) -> Res {
        match found {
            Some(v) => Ok(v),
            None => {
                raise!(self.cx, TYPE_ERROR, "required field \"{name}\" missing from {class}")
            }
        }
    }

    fn value_error<T>(&self, text: &str) -> Res<T> {
        raise!(self.cx, VALUE_ERROR, "{text}")
    }

    /// "expected some sort of expr, but got ...".
    fn unexpected<T>(&self, sort: &str, v: Value) -> Res<T> {
        let shown = ops::repr_text(self.cx, v)?;
        raise!(self.cx, TYPE_ERROR, "expected some sort of {sort}, but got {shown}")
    }

    /// The items of a field that must be a list; a missing one is empty.
    fn list(&self, found: Option<Value>, class: &str, name: &str) -> Res<Ref<PyTuple>> {
        let Some(v) = found else { return self.cx.new_tuple(&[]) };
        match v.downcast::<PyList>() {
            Some(list) => list.snapshot(self.cx),
            None => {
                let got = class_of(v).display_name();
                raise!(self.cx, TYPE_ERROR, "{class} field \"{name}\" must be a list, not a {got}")
            }
        }
    }

    fn int(&self, v: Value) -> Res<i64> {
        match v.as_i64() {
            Some(n) => Ok(n),
            None => {
                let shown = ops::repr_text(self.cx, v)?;
                raise!(self.cx, VALUE_ERROR, "invalid integer value: {shown}")
            }
        }
    }

    fn name(&self, v: Value) -> Res<String> {
        match v.as_str() {
            Some(text) => utf8_of(self.cx, text),
            None => raise!(self.cx, TYPE_ERROR, "AST identifier must be of type str"),
        }
    }

    /// An identifier at a place of its own within the node that begins at `at`.
    fn ident(&self, v: Value, at: TextSize) -> Res<ast::Identifier> {
        Ok(ast::Identifier::new(self.name(v)?, TextRange::empty(at)))
    }

    fn opt_ident(&self, v: Option<Value>, at: TextSize) -> Res<Option<ast::Identifier>> {
        v.and_then(Value::non_none).map(|v| self.ident(v, at)).transpose()
    }

    /// Where a node of the group `sort` says it is.
    fn place(&self, node: Value, sort: &str) -> Res<Place> {
        let line = self.need(field!(self, node, "lineno")?, sort, "lineno")?;
        let col = self.need(field!(self, node, "col_offset")?, sort, "col_offset")?;
        let (line, col) = (self.int(line)?, self.int(col)?);
        let end_line = field!(self, node, "end_lineno")?.and_then(Value::non_none);
        let end_col = field!(self, node, "end_col_offset")?.and_then(Value::non_none);
        let end_line = end_line.map_or(Ok(line), |v| self.int(v))?;
        let end_col = end_col.map_or(Ok(col), |v| self.int(v))?;
        if line > end_line {
            let text = format!("AST node line range ({line}, {end_line}) is not valid");
            return self.value_error(&text);
        }
        if line < 0 && end_line != line || col < 0 && end_col != col {
            let text = format!(
                "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
            );
            return self.value_error(&text);
        }
        if line == end_line && col > end_col {
            let text = format!("line {line}, column {col}-{end_col} is not a valid range");
            return self.value_error(&text);
        }
        let at = |line: i64, col: i64| LineCol {
            line: line.clamp(0, i64::from(i32::MAX)) as u32,
            col: col.clamp(0, i64::from(i32::MAX)) as u32,
        };
        Ok(Place { start: at(line, col), end: at(end_line, end_col) })
    }

    /// Begins a node: a character that is no blank.
    fn begin(&mut self, place: Place) -> TextSize {
        let start = self.layout.mark(place.start);
        self.layout.put("x");
        start
    }

    /// Ends the node that began at `start`.
    fn end(&mut self, start: TextSize, place: Place) -> TextRange {
        let end = self.layout.mark(place.end);
        self.layout.put(" ");
        TextRange::new(start, end)
    }
}

/// What is done with an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ctx {
    Load,
    Store,
    Del,
}

impl Ctx {
    fn of_parser(self) -> ast::ExprContext {
        match self {
            Ctx::Load => ast::ExprContext::Load,
            Ctx::Store => ast::ExprContext::Store,
            Ctx::Del => ast::ExprContext::Del,
        }
    }
}
