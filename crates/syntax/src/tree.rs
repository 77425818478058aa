//! The syntax tree in the shape of Python's `ast` module, as plain data: class names, fields in `_fields` order, positions.

use crate::literal::{self, Literals, Number};
use crate::source::Source;
use ruff_python_ast::{self as ast, Expr, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// A field's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// `None`
    None,
    /// A node.
    Node(Box<Node>),
    /// A list.
    List(Vec<Field>),
    /// An identifier.
    Name(String),
    /// A str in WTF-8.
    Text(Vec<u8>),
    /// A bytes object.
    Bytes(Vec<u8>),
    /// An int that fits.
    Int(i64),
    /// A larger int, little-endian limbs.
    Big(Vec<u32>),
    /// A float.
    Float(f64),
    /// An imaginary number.
    Imaginary(f64),
    /// A bool.
    Bool(bool),
    /// `...`
    Ellipsis,
}

/// A node: class of the `ast` module, fields, and `lineno, col_offset, end_lineno, end_col_offset` where it has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Class name.
    pub class: &'static str,
    /// Fields in `_fields` order.
    pub fields: Vec<(&'static str, Field)>,
    /// Position: 1-based lines, columns in UTF-8 bytes.
    pub position: Option<[u32; 4]>,
}

/// Converts a parsed module; `interactive` gives `Interactive` instead of `Module`.
pub fn to_tree(lits: &mut Literals<'_>, tree: &ast::Mod, interactive: bool) -> Node {
    let source = lits.source;
    let mut b = Builder { source, lits };
    match tree {
        ast::Mod::Expression(e) => plain("Expression", vec![("body", b.expr(&e.body))]),
        ast::Mod::Module(m) => {
            let body = b.body(&m.body);
            if interactive {
                plain("Interactive", vec![("body", body)])
            } else {
                plain("Module", vec![("body", body), ("type_ignores", Field::List(Vec::new()))])
            }
        }
    }
}

fn plain(class: &'static str, fields: Vec<(&'static str, Field)>) -> Node {
    Node { class, fields, position: None }
}

fn bare(class: &'static str) -> Field {
    Field::Node(Box::new(plain(class, Vec::new())))
}

fn ident(n: &ast::Identifier) -> Field {
    Field::Name(n.id.to_string())
}

fn opt_ident(n: Option<&ast::Identifier>) -> Field {
    n.map_or(Field::None, ident)
}

fn context(c: ast::ExprContext) -> Field {
    bare(match c {
        ast::ExprContext::Store => "Store",
        ast::ExprContext::Del => "Del",
        _ => "Load",
    })
}

struct Builder<'b, 'a> {
    source: &'a Source,
    lits: &'b mut Literals<'a>,
}

impl Builder<'_, '_> {
    fn node(
        &self,
        class: &'static str,
        range: TextRange,
        fields: Vec<(&'static str, Field)>,
    ) -> Field {
        let (s, e) = (
            self.source.index().position(range.start()),
            self.source.index().position(range.end()),
        );
        let position = Some([s.line, s.col, e.line, e.col]);
        Field::Node(Box::new(Node { class, fields, position }))
    }

    fn body(&mut self, body: &[Stmt]) -> Field {
        Field::List(body.iter().map(|s| self.stmt(s)).collect())
    }

    fn exprs(&mut self, all: &[Expr]) -> Field {
        Field::List(all.iter().map(|e| self.expr(e)).collect())
    }

    fn opt(&mut self, e: Option<&Expr>) -> Field {
        e.map_or(Field::None, |e| self.expr(e))
    }

    // ---- statements ------------------------------------------------------------------------

    fn stmt(&mut self, s: &Stmt) -> Field {
        let r = s.range();
        match s {
            Stmt::FunctionDef(f) => {
                let fields = vec![
                    ("name", ident(&f.name)),
                    ("args", self.parameters(Some(&f.parameters))),
                    ("body", self.body(&f.body)),
                    ("decorator_list", self.decorators(&f.decorator_list)),
                    ("returns", self.opt(f.returns.as_deref())),
                    ("type_comment", Field::None),
                    ("type_params", self.type_params(f.type_params.as_deref())),
                ];
                let class = if f.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
                self.node(class, self.header(r, &f.decorator_list), fields)
            }
            Stmt::ClassDef(c) => {
                let (bases, keywords) = match &c.arguments {
                    Some(a) => (self.exprs(&a.args), self.keywords(&a.keywords)),
                    None => (Field::List(Vec::new()), Field::List(Vec::new())),
                };
                let fields = vec![
                    ("name", ident(&c.name)),
                    ("bases", bases),
                    ("keywords", keywords),
                    ("body", self.body(&c.body)),
                    ("decorator_list", self.decorators(&c.decorator_list)),
                    ("type_params", self.type_params(c.type_params.as_deref())),
                ];
                self.node("ClassDef", self.header(r, &c.decorator_list), fields)
            }
            Stmt::Return(x) => {
                let v = self.opt(x.value.as_deref());
                self.node("Return", r, vec![("value", v)])
            }
            Stmt::Delete(x) => {
                let v = self.exprs(&x.targets);
                self.node("Delete", r, vec![("targets", v)])
            }
            Stmt::Assign(x) => {
                let fields = vec![
                    ("targets", self.exprs(&x.targets)),
                    ("value", self.expr(&x.value)),
                    ("type_comment", Field::None),
                ];
                self.node("Assign", r, fields)
            }
            Stmt::TypeAlias(x) => {
                let fields = vec![
                    ("name", self.expr(&x.name)),
                    ("type_params", self.type_params(x.type_params.as_deref())),
                    ("value", self.expr(&x.value)),
                ];
                self.node("TypeAlias", r, fields)
            }
            Stmt::AugAssign(x) => {
                let fields = vec![
                    ("target", self.expr(&x.target)),
                    ("op", operator(x.op)),
                    ("value", self.expr(&x.value)),
                ];
                self.node("AugAssign", r, fields)
            }
            Stmt::AnnAssign(x) => {
                let fields = vec![
                    ("target", self.expr(&x.target)),
                    ("annotation", self.expr(&x.annotation)),
                    ("value", self.opt(x.value.as_deref())),
                    ("simple", Field::Int(x.simple as i64)),
                ];
                self.node("AnnAssign", r, fields)
            }
            Stmt::For(x) => {
                let fields = vec![
                    ("target", self.expr(&x.target)),
                    ("iter", self.expr(&x.iter)),
                    ("body", self.body(&x.body)),
                    ("orelse", self.body(&x.orelse)),
                    ("type_comment", Field::None),
                ];
                self.node(if x.is_async { "AsyncFor" } else { "For" }, r, fields)
            }
            Stmt::While(x) => {
                let fields = vec![
                    ("test", self.expr(&x.test)),
                    ("body", self.body(&x.body)),
                    ("orelse", self.body(&x.orelse)),
                ];
                self.node("While", r, fields)
            }
            Stmt::If(x) => {
                let orelse = self.clauses(&x.elif_else_clauses, r.end());
                let fields = vec![
                    ("test", self.expr(&x.test)),
                    ("body", self.body(&x.body)),
                    ("orelse", orelse),
                ];
                self.node("If", r, fields)
            }
            Stmt::With(x) => {
                let items = x.items.iter().map(|i| self.with_item(i)).collect();
                let fields = vec![
                    ("items", Field::List(items)),
                    ("body", self.body(&x.body)),
                    ("type_comment", Field::None),
                ];
                self.node(if x.is_async { "AsyncWith" } else { "With" }, r, fields)
            }
            Stmt::Match(x) => {
                let cases = x.cases.iter().map(|c| self.case(c)).collect();
                let fields =
                    vec![("subject", self.expr(&x.subject)), ("cases", Field::List(cases))];
                self.node("Match", r, fields)
            }
            Stmt::Raise(x) => {
                let fields = vec![
                    ("exc", self.opt(x.exc.as_deref())),
                    ("cause", self.opt(x.cause.as_deref())),
                ];
                self.node("Raise", r, fields)
            }
            Stmt::Try(x) => {
                let handlers = x.handlers.iter().map(|h| self.handler(h)).collect();
                let fields = vec![
                    ("body", self.body(&x.body)),
                    ("handlers", Field::List(handlers)),
                    ("orelse", self.body(&x.orelse)),
                    ("finalbody", self.body(&x.finalbody)),
                ];
                self.node(if x.is_star { "TryStar" } else { "Try" }, r, fields)
            }
            Stmt::Assert(x) => {
                let fields =
                    vec![("test", self.expr(&x.test)), ("msg", self.opt(x.msg.as_deref()))];
                self.node("Assert", r, fields)
            }
            Stmt::Import(x) => {
                let names = self.aliases(&x.names);
                self.node("Import", r, vec![("names", names)])
            }
            Stmt::ImportFrom(x) => {
                let fields = vec![
                    ("module", opt_ident(x.module.as_ref())),
                    ("names", self.aliases(&x.names)),
                    ("level", Field::Int(x.level as i64)),
                ];
                self.node("ImportFrom", r, fields)
            }
            Stmt::Global(x) => {
                let names = x.names.iter().map(ident).collect();
                self.node("Global", r, vec![("names", Field::List(names))])
            }
            Stmt::Nonlocal(x) => {
                let names = x.names.iter().map(ident).collect();
                self.node("Nonlocal", r, vec![("names", Field::List(names))])
            }
            Stmt::Expr(x) => {
                let v = self.expr(&x.value);
                self.node("Expr", r, vec![("value", v)])
            }
            Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => self.node("Pass", r, Vec::new()),
            Stmt::Break(_) => self.node("Break", r, Vec::new()),
            Stmt::Continue(_) => self.node("Continue", r, Vec::new()),
        }
    }

    /// A definition's range begins at its keyword, not at its decorators.
    fn header(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let bytes = self.source.text().as_bytes();
        let mut at = last.range.end().to_usize();
        while at < bytes.len() {
            match bytes[at] {
                b'#' => {
                    while at < bytes.len() && bytes[at] != b'\n' {
                        at += 1;
                    }
                }
                b' ' | b'\t' | b'\n' | b'\x0c' | b'\\' | b')' => at += 1,
                _ => break,
            }
        }
        TextRange::new(TextSize::from(at as u32), range.end())
    }

    fn decorators(&mut self, all: &[ast::Decorator]) -> Field {
        Field::List(all.iter().map(|d| self.expr(&d.expression)).collect())
    }

    /// `elif` and `else` clauses: an `elif` is an `If` that reaches to the end of the whole statement.
    fn clauses(&mut self, clauses: &[ast::ElifElseClause], end: TextSize) -> Field {
        let Some((first, rest)) = clauses.split_first() else { return Field::List(Vec::new()) };
        let Some(test) = &first.test else { return self.body(&first.body) };
        let orelse = self.clauses(rest, end);
        let fields =
            vec![("test", self.expr(test)), ("body", self.body(&first.body)), ("orelse", orelse)];
        let range = TextRange::new(first.range.start(), end);
        Field::List(vec![self.node("If", range, fields)])
    }

    fn with_item(&mut self, i: &ast::WithItem) -> Field {
        let fields = vec![
            ("context_expr", self.expr(&i.context_expr)),
            ("optional_vars", self.opt(i.optional_vars.as_deref())),
        ];
        Field::Node(Box::new(plain("withitem", fields)))
    }

    fn handler(&mut self, h: &ast::ExceptHandler) -> Field {
        let ast::ExceptHandler::ExceptHandler(h) = h;
        let fields = vec![
            ("type", self.opt(h.type_.as_deref())),
            ("name", opt_ident(h.name.as_ref())),
            ("body", self.body(&h.body)),
        ];
        self.node("ExceptHandler", h.range, fields)
    }

    fn aliases(&mut self, all: &[ast::Alias]) -> Field {
        let one = |a: &ast::Alias| {
            let fields = vec![("name", ident(&a.name)), ("asname", opt_ident(a.asname.as_ref()))];
            self.node("alias", a.range, fields)
        };
        Field::List(all.iter().map(one).collect())
    }

    fn keywords(&mut self, all: &[ast::Keyword]) -> Field {
        let mut out = Vec::new();
        for k in all {
            let fields = vec![("arg", opt_ident(k.arg.as_ref())), ("value", self.expr(&k.value))];
            out.push(self.node("keyword", k.range, fields));
        }
        Field::List(out)
    }

    fn type_params(&mut self, p: Option<&ast::TypeParams>) -> Field {
        let mut out = Vec::new();
        for t in p.iter().flat_map(|p| p.type_params.iter()) {
            let (class, mut fields) = match t {
                ast::TypeParam::TypeVar(v) => {
                    let fields =
                        vec![("name", ident(&v.name)), ("bound", self.opt(v.bound.as_deref()))];
                    ("TypeVar", fields)
                }
                ast::TypeParam::ParamSpec(v) => ("ParamSpec", vec![("name", ident(&v.name))]),
                ast::TypeParam::TypeVarTuple(v) => ("TypeVarTuple", vec![("name", ident(&v.name))]),
            };
            fields.push(("default_value", self.opt(t.default())));
            out.push(self.node(class, t.range(), fields));
        }
        Field::List(out)
    }

    fn parameters(&mut self, p: Option<&ast::Parameters>) -> Field {
        let mut fields = Vec::new();
        let (mut defaults, mut kw_defaults) = (Vec::new(), Vec::new());
        let empty = ast::Parameters::default();
        let p = p.unwrap_or(&empty);
        for (name, list) in [("posonlyargs", &p.posonlyargs), ("args", &p.args)] {
            let args = list.iter().map(|a| self.parameter(&a.parameter)).collect();
            fields.push((name, Field::List(args)));
            for a in list {
                if let Some(d) = &a.default {
                    defaults.push(self.expr(d));
                }
            }
        }
        let vararg = p.vararg.as_ref().map_or(Field::None, |a| self.parameter(a));
        fields.push(("vararg", vararg));
        let kwonly = p.kwonlyargs.iter().map(|a| self.parameter(&a.parameter)).collect();
        fields.push(("kwonlyargs", Field::List(kwonly)));
        for a in &p.kwonlyargs {
            kw_defaults.push(self.opt(a.default.as_deref()));
        }
        fields.push(("kw_defaults", Field::List(kw_defaults)));
        let kwarg = p.kwarg.as_ref().map_or(Field::None, |a| self.parameter(a));
        fields.push(("kwarg", kwarg));
        fields.push(("defaults", Field::List(defaults)));
        Field::Node(Box::new(plain("arguments", fields)))
    }

    fn parameter(&mut self, a: &ast::Parameter) -> Field {
        let fields = vec![
            ("arg", ident(&a.name)),
            ("annotation", self.opt(a.annotation.as_deref())),
            ("type_comment", Field::None),
        ];
        let range = TextRange::new(a.name.range.start(), a.range.end());
        self.node("arg", range, fields)
    }

    // ---- expressions -----------------------------------------------------------------------

    fn expr(&mut self, e: &Expr) -> Field {
        let r = e.range();
        match e {
            Expr::BoolOp(x) => {
                let op = bare(if x.op == ast::BoolOp::And { "And" } else { "Or" });
                let values = self.exprs(&x.values);
                self.node("BoolOp", r, vec![("op", op), ("values", values)])
            }
            Expr::Named(x) => {
                let fields = vec![("target", self.expr(&x.target)), ("value", self.expr(&x.value))];
                self.node("NamedExpr", r, fields)
            }
            Expr::BinOp(x) => {
                let fields = vec![
                    ("left", self.expr(&x.left)),
                    ("op", operator(x.op)),
                    ("right", self.expr(&x.right)),
                ];
                self.node("BinOp", r, fields)
            }
            Expr::UnaryOp(x) => {
                let op = bare(match x.op {
                    ast::UnaryOp::Invert => "Invert",
                    ast::UnaryOp::Not => "Not",
                    ast::UnaryOp::UAdd => "UAdd",
                    ast::UnaryOp::USub => "USub",
                });
                let operand = self.expr(&x.operand);
                self.node("UnaryOp", r, vec![("op", op), ("operand", operand)])
            }
            Expr::Lambda(x) => {
                let fields = vec![
                    ("args", self.parameters(x.parameters.as_deref())),
                    ("body", self.expr(&x.body)),
                ];
                self.node("Lambda", r, fields)
            }
            Expr::If(x) => {
                let fields = vec![
                    ("test", self.expr(&x.test)),
                    ("body", self.expr(&x.body)),
                    ("orelse", self.expr(&x.orelse)),
                ];
                self.node("IfExp", r, fields)
            }
            Expr::Dict(x) => {
                let keys = x.items.iter().map(|i| self.opt(i.key.as_ref())).collect();
                let values = x.items.iter().map(|i| self.expr(&i.value)).collect();
                let fields = vec![("keys", Field::List(keys)), ("values", Field::List(values))];
                self.node("Dict", r, fields)
            }
            Expr::Set(x) => {
                let elts = self.exprs(&x.elts);
                self.node("Set", r, vec![("elts", elts)])
            }
            Expr::ListComp(x) => self.comprehension("ListComp", r, &x.elt, &x.generators),
            Expr::SetComp(x) => self.comprehension("SetComp", r, &x.elt, &x.generators),
            Expr::Generator(x) => {
                let range = if x.parenthesized { r } else { self.in_parentheses(r) };
                self.comprehension("GeneratorExp", range, &x.elt, &x.generators)
            }
            Expr::DictComp(x) => {
                let fields = vec![
                    ("key", self.opt(x.key.as_deref())),
                    ("value", self.expr(&x.value)),
                    ("generators", self.generators(&x.generators)),
                ];
                self.node("DictComp", r, fields)
            }
            Expr::Await(x) => {
                let v = self.expr(&x.value);
                self.node("Await", r, vec![("value", v)])
            }
            Expr::Yield(x) => {
                let v = self.opt(x.value.as_deref());
                self.node("Yield", r, vec![("value", v)])
            }
            Expr::YieldFrom(x) => {
                let v = self.expr(&x.value);
                self.node("YieldFrom", r, vec![("value", v)])
            }
            Expr::Compare(x) => {
                let ops = x.ops.iter().map(|o| bare(comparison(*o))).collect();
                let fields = vec![
                    ("left", self.expr(&x.left)),
                    ("ops", Field::List(ops)),
                    ("comparators", self.exprs(&x.comparators)),
                ];
                self.node("Compare", r, fields)
            }
            Expr::Call(x) => {
                let fields = vec![
                    ("func", self.expr(&x.func)),
                    ("args", self.exprs(&x.arguments.args)),
                    ("keywords", self.keywords(&x.arguments.keywords)),
                ];
                self.node("Call", r, fields)
            }
            Expr::FString(x) => self.fstring(x),
            Expr::TString(x) => self.tstring(x),
            Expr::StringLiteral(x) => {
                let value = literal::string_value(self.lits, x);
                let kind = match x.value.is_unicode() {
                    true => Field::Text(b"u".to_vec()),
                    false => Field::None,
                };
                self.node("Constant", r, vec![("value", Field::Text(value)), ("kind", kind)])
            }
            Expr::BytesLiteral(x) => {
                let value = literal::bytes_value(self.lits, x);
                self.constant(r, Field::Bytes(value))
            }
            Expr::NumberLiteral(x) => {
                let value = match literal::number_value(self.source, x, 0) {
                    Ok(Number::Int(n)) => Field::Int(n),
                    Ok(Number::Big(limbs)) => Field::Big(limbs),
                    Ok(Number::Float(x)) => Field::Float(x),
                    Ok(Number::Complex(_, x)) => Field::Imaginary(x),
                    Err(_) => Field::Int(0),
                };
                self.constant(r, value)
            }
            Expr::BooleanLiteral(x) => self.constant(r, Field::Bool(x.value)),
            Expr::NoneLiteral(_) | Expr::IpyEscapeCommand(_) => self.constant(r, Field::None),
            Expr::EllipsisLiteral(_) => self.constant(r, Field::Ellipsis),
            Expr::Attribute(x) => {
                let fields = vec![
                    ("value", self.expr(&x.value)),
                    ("attr", ident(&x.attr)),
                    ("ctx", context(x.ctx)),
                ];
                self.node("Attribute", r, fields)
            }
            Expr::Subscript(x) => {
                let fields = vec![
                    ("value", self.expr(&x.value)),
                    ("slice", self.expr(&x.slice)),
                    ("ctx", context(x.ctx)),
                ];
                self.node("Subscript", r, fields)
            }
            Expr::Starred(x) => {
                let fields = vec![("value", self.expr(&x.value)), ("ctx", context(x.ctx))];
                self.node("Starred", r, fields)
            }
            Expr::Name(x) => {
                let fields = vec![("id", Field::Name(x.id.to_string())), ("ctx", context(x.ctx))];
                self.node("Name", r, fields)
            }
            Expr::List(x) => {
                let fields = vec![("elts", self.exprs(&x.elts)), ("ctx", context(x.ctx))];
                self.node("List", r, fields)
            }
            Expr::Tuple(x) => {
                let fields = vec![("elts", self.exprs(&x.elts)), ("ctx", context(x.ctx))];
                self.node("Tuple", r, fields)
            }
            Expr::Slice(x) => {
                let fields = vec![
                    ("lower", self.opt(x.lower.as_deref())),
                    ("upper", self.opt(x.upper.as_deref())),
                    ("step", self.opt(x.step.as_deref())),
                ];
                self.node("Slice", r, fields)
            }
        }
    }

    fn constant(&self, r: TextRange, value: Field) -> Field {
        self.node("Constant", r, vec![("value", value), ("kind", Field::None)])
    }

    fn in_parentheses(&self, range: TextRange) -> TextRange {
        let text = self.source.text();
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        let before = text[..start].trim_end();
        let blank = text[end..].len() - text[end..].trim_start().len();
        let open = before.ends_with('(').then(|| before.len() - 1).unwrap_or(start);
        let closed = text[end + blank..].starts_with(')');
        let close = if closed { end + blank + 1 } else { end };
        TextRange::new(TextSize::from(open as u32), TextSize::from(close as u32))
    }

    fn comprehension(
        &mut self,
        class: &'static str,
        r: TextRange,
        elt: &Expr,
        generators: &[ast::Comprehension],
    ) -> Field {
        let fields = vec![("elt", self.expr(elt)), ("generators", self.generators(generators))];
        self.node(class, r, fields)
    }

    fn generators(&mut self, all: &[ast::Comprehension]) -> Field {
        let mut out = Vec::new();
        for g in all {
            let fields = vec![
                ("target", self.expr(&g.target)),
                ("iter", self.expr(&g.iter)),
                ("ifs", self.exprs(&g.ifs)),
                ("is_async", Field::Int(g.is_async as i64)),
            ];
            out.push(Field::Node(Box::new(plain("comprehension", fields))));
        }
        Field::List(out)
    }

    // ---- f-strings -------------------------------------------------------------------------

    fn fstring(&mut self, f: &ast::ExprFString) -> Field {
        let mut values = Pieces::default();
        for part in &f.value {
            match part {
                ast::FStringPart::Literal(s) => {
                    let mut text = Vec::new();
                    literal::string_part(self.lits, s, &mut text);
                    self.piece(&mut values, s.range, text);
                }
                ast::FStringPart::FString(f) => {
                    let raw = f.flags.prefix().is_raw();
                    self.elements(&f.elements, raw, false, &mut values);
                }
            }
        }
        let values = self.flush(values);
        self.node("JoinedStr", f.range, vec![("values", values)])
    }

    fn tstring(&mut self, t: &ast::ExprTString) -> Field {
        let mut values = Pieces::default();
        for part in &t.value {
            let raw = part.flags.prefix().is_raw();
            self.elements(&part.elements, raw, true, &mut values);
        }
        let values = self.flush(values);
        self.node("TemplateStr", t.range, vec![("values", values)])
    }

    fn piece(&self, p: &mut Pieces, range: TextRange, text: Vec<u8>) {
        if text.is_empty() {
            return;
        }
        match &mut p.pending {
            Some((r, t)) => {
                *r = TextRange::new(r.start(), range.end());
                t.extend(text);
            }
            none => *none = Some((range, text)),
        }
    }

    fn push(&self, p: &mut Pieces, f: Field) {
        if let Some((r, t)) = p.pending.take() {
            p.out.push(self.constant(r, Field::Text(t)));
        }
        p.out.push(f);
    }

    fn flush(&self, mut p: Pieces) -> Field {
        if let Some((r, t)) = p.pending.take() {
            p.out.push(self.constant(r, Field::Text(t)));
        }
        Field::List(p.out)
    }

    fn elements(
        &mut self,
        elements: &ast::InterpolatedStringElements,
        raw: bool,
        template: bool,
        out: &mut Pieces,
    ) {
        for e in elements {
            match e {
                ast::InterpolatedStringElement::Literal(l) => {
                    let mut text = Vec::new();
                    literal::fstring_literal(self.lits, l, raw, &mut text);
                    self.piece(out, l.range, text);
                }
                ast::InterpolatedStringElement::Interpolation(i) => {
                    if let Some(d) = &i.debug_text {
                        let start = i.range.start() + TextSize::from(1);
                        let range = TextRange::at(start, TextSize::of(d.as_str()));
                        self.piece(out, range, d.as_str().as_bytes().to_vec());
                    }
                    let f = self.replacement(i, raw, template);
                    self.push(out, f);
                }
            }
        }
    }

    fn replacement(&mut self, i: &ast::InterpolatedElement, raw: bool, template: bool) -> Field {
        let conversion = match i.conversion {
            ast::ConversionFlag::None if i.debug_text.is_some() && i.format_spec.is_none() => 114,
            ast::ConversionFlag::None => -1,
            ast::ConversionFlag::Str => 115,
            ast::ConversionFlag::Repr => 114,
            ast::ConversionFlag::Ascii => 97,
        };
        let spec = match &i.format_spec {
            None => Field::None,
            Some(s) => {
                let mut values = Pieces::default();
                self.elements(&s.elements, raw, false, &mut values);
                let values = self.flush(values);
                // The colon counts.
                let start = s.range.start() - TextSize::from(1);
                let range = TextRange::new(start, s.range.end());
                self.node("JoinedStr", range, vec![("values", values)])
            }
        };
        let mut fields = vec![("value", self.expr(&i.expression))];
        if template {
            let text = self.source.text()[i.expression.range()].to_string();
            fields.push(("str", Field::Text(text.into_bytes())));
        }
        fields.push(("conversion", Field::Int(conversion)));
        fields.push(("format_spec", spec));
        self.node(if template { "Interpolation" } else { "FormattedValue" }, i.range, fields)
    }

    // ---- patterns --------------------------------------------------------------------------

    fn case(&mut self, c: &ast::MatchCase) -> Field {
        let fields = vec![
            ("pattern", self.pattern(&c.pattern)),
            ("guard", self.opt(c.guard.as_deref())),
            ("body", self.body(&c.body)),
        ];
        Field::Node(Box::new(plain("match_case", fields)))
    }

    fn patterns<'p>(&mut self, all: impl Iterator<Item = &'p Pattern>) -> Field {
        Field::List(all.map(|p| self.pattern(p)).collect())
    }

    fn pattern(&mut self, p: &Pattern) -> Field {
        let r = p.range();
        match p {
            Pattern::MatchValue(x) => {
                let v = self.expr(&x.value);
                self.node("MatchValue", r, vec![("value", v)])
            }
            Pattern::MatchSingleton(x) => {
                let v = match x.value {
                    ast::Singleton::None => Field::None,
                    ast::Singleton::True => Field::Bool(true),
                    ast::Singleton::False => Field::Bool(false),
                };
                self.node("MatchSingleton", r, vec![("value", v)])
            }
            Pattern::MatchSequence(x) => {
                let v = self.patterns(x.patterns.iter());
                self.node("MatchSequence", r, vec![("patterns", v)])
            }
            Pattern::MatchMapping(x) => {
                let fields = vec![
                    ("keys", self.exprs(&x.keys)),
                    ("patterns", self.patterns(x.patterns.iter())),
                    ("rest", opt_ident(x.rest.as_ref())),
                ];
                self.node("MatchMapping", r, fields)
            }
            Pattern::MatchClass(x) => {
                let attrs = x.arguments.keywords.iter().map(|k| ident(&k.attr)).collect();
                let fields = vec![
                    ("cls", self.expr(&x.cls)),
                    ("patterns", self.patterns(x.arguments.patterns.iter())),
                    ("kwd_attrs", Field::List(attrs)),
                    (
                        "kwd_patterns",
                        self.patterns(x.arguments.keywords.iter().map(|k| &k.pattern)),
                    ),
                ];
                self.node("MatchClass", r, fields)
            }
            Pattern::MatchStar(x) => {
                self.node("MatchStar", r, vec![("name", opt_ident(x.name.as_ref()))])
            }
            Pattern::MatchAs(x) => {
                let inner = x.pattern.as_deref().map_or(Field::None, |p| self.pattern(p));
                let fields = vec![("pattern", inner), ("name", opt_ident(x.name.as_ref()))];
                self.node("MatchAs", r, fields)
            }
            Pattern::MatchOr(x) => {
                let v = self.patterns(x.patterns.iter());
                self.node("MatchOr", r, vec![("patterns", v)])
            }
        }
    }
}

/// Pieces of an f-string; adjacent text is one constant.
#[derive(Default)]
struct Pieces {
    out: Vec<Field>,
    pending: Option<(TextRange, Vec<u8>)>,
}

fn operator(op: ast::Operator) -> Field {
    use ast::Operator as O;
    bare(match op {
        O::Add => "Add",
        O::Sub => "Sub",
        O::Mult => "Mult",
        O::MatMult => "MatMult",
        O::Div => "Div",
        O::Mod => "Mod",
        O::Pow => "Pow",
        O::LShift => "LShift",
        O::RShift => "RShift",
        O::BitOr => "BitOr",
        O::BitXor => "BitXor",
        O::BitAnd => "BitAnd",
        O::FloorDiv => "FloorDiv",
    })
}

fn comparison(op: ast::CmpOp) -> &'static str {
    use ast::CmpOp as O;
    match op {
        O::Eq => "Eq",
        O::NotEq => "NotEq",
        O::Lt => "Lt",
        O::LtE => "LtE",
        O::Gt => "Gt",
        O::GtE => "GtE",
        O::Is => "Is",
        O::IsNot => "IsNot",
        O::In => "In",
        O::NotIn => "NotIn",
    }
}
