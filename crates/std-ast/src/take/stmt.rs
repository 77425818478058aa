//! Statements and what belongs to them.

use super::{Ctx, Taker, field};
use orochi_object::prelude::*;
use orochi_syntax::ast::{self, AtomicNodeIndex, Stmt};
use orochi_syntax::{Ranged, TextRange, TextSize};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Taker<'_> {
    /// A list of statements, which may be empty.
    pub(super) fn body(&mut self, found: Option<Value>, class: &str, name: &str) -> Res<Vec<Stmt>> {
        let items = self.list(found, class, name)?;
        let mut out = Vec::with_capacity(items.items().len());
        for item in items.items() {
            let item = item.or_none();
            if item.is_none() {
                return self.value_error("None disallowed in statement list");
            }
            out.push(self.stmt(item)?);
        }
        Ok(out)
    }

    /// A list of statements that must not be empty.
    fn block(&mut self, found: Option<Value>, class: &str, name: &str) -> Res<Vec<Stmt>> {
        let body = self.body(found, class, name)?;
        if body.is_empty() {
            return self.value_error(&format!("empty {name} on {class}"));
        }
        Ok(body)
    }

    fn stmt(&mut self, v: Value) -> Res<Stmt> {
        self.cx.check_native_stack()?;
        let kind = self.kind(v)?;
        match kind.as_str() {
            "FunctionDef" => return self.function(v, &kind, false),
            "AsyncFunctionDef" => return self.function(v, &kind, true),
            "ClassDef" => return self.class(v),
            _ => {}
        }
        let place = self.place(v, "stmt")?;
        let start = self.begin(place);
        let node_index = NONE;
        let made = match kind.as_str() {
            "Return" => {
                let value = self.opt_expr(field!(self, v, "value")?)?;
                let range = self.end(start, place);
                Stmt::Return(ast::StmtReturn { node_index, range, value })
            }
            "Delete" => {
                let targets =
                    self.exprs(field!(self, v, "targets")?, &kind, "targets", Ctx::Del)?;
                self.not_empty(targets.len(), "targets", &kind)?;
                let range = self.end(start, place);
                Stmt::Delete(ast::StmtDelete { node_index, range, targets })
            }
            "Assign" => {
                let found = field!(self, v, "targets")?;
                let targets = self.exprs(found, &kind, "targets", Ctx::Store)?;
                self.not_empty(targets.len(), "targets", &kind)?;
                let value = self.need_expr(field!(self, v, "value")?, &kind, "value")?;
                let range = self.end(start, place);
                Stmt::Assign(ast::StmtAssign { node_index, range, targets, value })
            }
            "TypeAlias" => {
                let name = self.need(field!(self, v, "name")?, &kind, "name")?;
                if self.kind(name)? != "Name" {
                    return raise!(self.cx, TYPE_ERROR, "TypeAlias with non-Name name");
                }
                let name = Box::new(self.expr(name, Ctx::Store)?);
                let type_params = self.type_params(field!(self, v, "type_params")?, &kind)?;
                let value = self.need_expr(field!(self, v, "value")?, &kind, "value")?;
                let range = self.end(start, place);
                Stmt::TypeAlias(ast::StmtTypeAlias { node_index, range, name, type_params, value })
            }
            "AugAssign" => {
                let target = self.target(field!(self, v, "target")?, &kind)?;
                let op = self.need(field!(self, v, "op")?, &kind, "op")?;
                let op = self.operator(op)?;
                let value = self.need_expr(field!(self, v, "value")?, &kind, "value")?;
                let range = self.end(start, place);
                Stmt::AugAssign(ast::StmtAugAssign { node_index, range, target, op, value })
            }
            "AnnAssign" => {
                let target = field!(self, v, "target")?;
                let simple = self.need(field!(self, v, "simple")?, &kind, "simple")?;
                let simple = self.int(simple)? != 0;
                if let (true, Some(target)) = (simple, target) {
                    if self.kind(target)? != "Name" {
                        return raise!(
                            self.cx,
                            TYPE_ERROR,
                            "AnnAssign with simple non-Name target"
                        );
                    }
                }
                let target = self.target(target, &kind)?;
                let found = field!(self, v, "annotation")?;
                let annotation = self.need_expr(found, &kind, "annotation")?;
                let value = self.opt_expr(field!(self, v, "value")?)?;
                let range = self.end(start, place);
                let made =
                    ast::StmtAnnAssign { node_index, range, target, annotation, value, simple };
                Stmt::AnnAssign(made)
            }
            "For" | "AsyncFor" => {
                let target = self.target(field!(self, v, "target")?, &kind)?;
                let iter = self.need_expr(field!(self, v, "iter")?, &kind, "iter")?;
                let body = self.block(field!(self, v, "body")?, &kind, "body")?.into();
                let orelse = self.body(field!(self, v, "orelse")?, &kind, "orelse")?.into();
                let range = self.end(start, place);
                let is_async = kind == "AsyncFor";
                Stmt::For(ast::StmtFor { node_index, range, is_async, target, iter, body, orelse })
            }
            "While" => {
                let test = self.need_expr(field!(self, v, "test")?, &kind, "test")?;
                let body = self.block(field!(self, v, "body")?, &kind, "body")?.into();
                let orelse = self.body(field!(self, v, "orelse")?, &kind, "orelse")?.into();
                let range = self.end(start, place);
                Stmt::While(ast::StmtWhile { node_index, range, test, body, orelse })
            }
            "If" => {
                let test = self.need_expr(field!(self, v, "test")?, &kind, "test")?;
                let body = self.block(field!(self, v, "body")?, &kind, "body")?.into();
                let elif_else_clauses = self.clauses(field!(self, v, "orelse")?)?;
                let range = self.end(start, place);
                Stmt::If(ast::StmtIf { node_index, range, test, body, elif_else_clauses })
            }
            "With" | "AsyncWith" => {
                let items = self.with_items(field!(self, v, "items")?, &kind)?;
                let body = self.block(field!(self, v, "body")?, &kind, "body")?.into();
                let range = self.end(start, place);
                let is_async = kind == "AsyncWith";
                Stmt::With(ast::StmtWith { node_index, range, is_async, items, body })
            }
            "Match" => {
                let subject = self.need_expr(field!(self, v, "subject")?, &kind, "subject")?;
                let cases = self.cases(field!(self, v, "cases")?)?;
                let range = self.end(start, place);
                Stmt::Match(ast::StmtMatch { node_index, range, subject, cases })
            }
            "Raise" => {
                let exc = self.opt_expr(field!(self, v, "exc")?)?;
                let cause = self.opt_expr(field!(self, v, "cause")?)?;
                if exc.is_none() && cause.is_some() {
                    return self.value_error("Raise with cause but no exception");
                }
                let range = self.end(start, place);
                Stmt::Raise(ast::StmtRaise { node_index, range, exc, cause })
            }
            "Try" | "TryStar" => {
                let body = self.block(field!(self, v, "body")?, &kind, "body")?.into();
                let handlers = self.handlers(field!(self, v, "handlers")?, &kind)?;
                let orelse = self.body(field!(self, v, "orelse")?, &kind, "orelse")?;
                let finalbody = self.body(field!(self, v, "finalbody")?, &kind, "finalbody")?;
                if handlers.is_empty() && finalbody.is_empty() {
                    let text = format!("{kind} has neither except handlers nor finalbody");
                    return self.value_error(&text);
                }
                if handlers.is_empty() && !orelse.is_empty() {
                    let text = format!("{kind} has orelse but no except handlers");
                    return self.value_error(&text);
                }
                let range = self.end(start, place);
                Stmt::Try(ast::StmtTry {
                    node_index,
                    range,
                    body,
                    handlers,
                    orelse: orelse.into(),
                    finalbody: finalbody.into(),
                    is_star: kind == "TryStar",
                })
            }
            "Assert" => {
                let test = self.need_expr(field!(self, v, "test")?, &kind, "test")?;
                let msg = self.opt_expr(field!(self, v, "msg")?)?;
                let range = self.end(start, place);
                Stmt::Assert(ast::StmtAssert { node_index, range, test, msg })
            }
            "Import" => {
                let names = self.aliases(field!(self, v, "names")?, &kind)?;
                let range = self.end(start, place);
                Stmt::Import(ast::StmtImport { node_index, range, names, is_lazy: false })
            }
            "ImportFrom" => {
                let level = field!(self, v, "level")?.and_then(Value::non_none);
                let level = level.map_or(Ok(0), |level| self.int(level))?;
                let Ok(level) = u32::try_from(level) else {
                    return self.value_error("Negative ImportFrom level");
                };
                let module = self.opt_ident(field!(self, v, "module")?, start)?;
                let names = self.aliases(field!(self, v, "names")?, &kind)?;
                let range = self.end(start, place);
                Stmt::ImportFrom(ast::StmtImportFrom {
                    node_index,
                    range,
                    module,
                    names,
                    level,
                    is_lazy: false,
                })
            }
            "Global" => {
                let names = self.names(field!(self, v, "names")?, &kind, start)?;
                let range = self.end(start, place);
                Stmt::Global(ast::StmtGlobal { node_index, range, names })
            }
            "Nonlocal" => {
                let names = self.names(field!(self, v, "names")?, &kind, start)?;
                let range = self.end(start, place);
                Stmt::Nonlocal(ast::StmtNonlocal { node_index, range, names })
            }
            "Expr" => {
                let value = self.need_expr(field!(self, v, "value")?, &kind, "value")?;
                let range = self.end(start, place);
                Stmt::Expr(ast::StmtExpr { node_index, range, value })
            }
            "Pass" => Stmt::Pass(ast::StmtPass { node_index, range: self.end(start, place) }),
            "Break" => Stmt::Break(ast::StmtBreak { node_index, range: self.end(start, place) }),
            "Continue" => {
                Stmt::Continue(ast::StmtContinue { node_index, range: self.end(start, place) })
            }
            _ => return self.unexpected("stmt", v),
        };
        Ok(made)
    }

    pub(super) fn not_empty(&self, n: usize, what: &str, class: &str) -> Res<()> {
        if n == 0 { self.value_error(&format!("empty {what} on {class}")) } else { Ok(()) }
    }

    fn target(&mut self, found: Option<Value>, class: &str) -> Res<Box<ast::Expr>> {
        let v = self.need(found, class, "target")?;
        Ok(Box::new(self.expr(v, Ctx::Store)?))
    }

    /// Decorators stand before the place where the definition begins.
    fn decorators(&mut self, found: Option<Value>, class: &str) -> Res<Vec<ast::Decorator>> {
        let all = self.exprs(found, class, "decorator_list", Ctx::Load)?;
        let one = |expression: ast::Expr| ast::Decorator {
            range: expression.range(),
            node_index: NONE,
            expression,
        };
        Ok(all.into_iter().map(one).collect())
    }

    fn function(&mut self, v: Value, class: &str, is_async: bool) -> Res<Stmt> {
        let place = self.place(v, "stmt")?;
        let decorators = self.decorators(field!(self, v, "decorator_list")?, class)?;
        let start = self.begin(place);
        let name = self.need(field!(self, v, "name")?, class, "name")?;
        let name = self.ident(name, start)?;
        let type_params = self.type_params(field!(self, v, "type_params")?, class)?;
        let args = self.need(field!(self, v, "args")?, class, "args")?;
        let parameters = Box::new(self.parameters(args)?);
        let returns = self.opt_expr(field!(self, v, "returns")?)?;
        let body = self.block(field!(self, v, "body")?, class, "body")?.into();
        let range = self.end(start, place);
        let first = decorators.first().map_or(start, |d| d.range.start());
        Ok(Stmt::FunctionDef(ast::StmtFunctionDef {
            node_index: NONE,
            range: TextRange::new(first, range.end()),
            is_async,
            decorator_list: decorators.into(),
            name,
            type_params,
            parameters,
            returns,
            body,
        }))
    }

    fn class(&mut self, v: Value) -> Res<Stmt> {
        let place = self.place(v, "stmt")?;
        let class = "ClassDef";
        let decorators = self.decorators(field!(self, v, "decorator_list")?, class)?;
        let start = self.begin(place);
        let name = self.need(field!(self, v, "name")?, class, "name")?;
        let name = self.ident(name, start)?;
        let type_params = self.type_params(field!(self, v, "type_params")?, class)?;
        let from = self.layout.offset();
        let args = self.exprs(field!(self, v, "bases")?, class, "bases", Ctx::Load)?;
        let keywords = self.keywords(field!(self, v, "keywords")?, class)?;
        let arguments = (!args.is_empty() || !keywords.is_empty()).then(|| {
            Box::new(ast::Arguments {
                range: TextRange::new(from, self.layout.offset()),
                node_index: NONE,
                args: args.into(),
                keywords: keywords.into(),
            })
        });
        let body = self.block(field!(self, v, "body")?, class, "body")?.into();
        let range = self.end(start, place);
        let first = decorators.first().map_or(start, |d| d.range.start());
        Ok(Stmt::ClassDef(ast::StmtClassDef {
            node_index: NONE,
            range: TextRange::new(first, range.end()),
            decorator_list: decorators.into(),
            name,
            type_params,
            arguments,
            body,
        }))
    }

    /// What follows the body of an `if`: as long as it is nothing but another `if`, a clause of the first.
    fn clauses(&mut self, found: Option<Value>) -> Res<Vec<ast::ElifElseClause>> {
        let mut out = Vec::new();
        let mut orelse = self.list(found, "If", "orelse")?;
        loop {
            let from = self.layout.offset();
            let only = match orelse.items() {
                [] => return Ok(out),
                [only] => only.or_none(),
                _ => Value::NONE,
            };
            if self.kind(only)? != "If" {
                let mut body = Vec::new();
                for item in orelse.items() {
                    let item = item.or_none();
                    if item.is_none() {
                        return self.value_error("None disallowed in statement list");
                    }
                    body.push(self.stmt(item)?);
                }
                let range = TextRange::new(from, self.layout.offset());
                let body = body.into();
                out.push(ast::ElifElseClause { range, node_index: NONE, test: None, body });
                return Ok(out);
            }
            let place = self.place(only, "stmt")?;
            let start = self.begin(place);
            let test = *self.need_expr(field!(self, only, "test")?, "If", "test")?;
            let body = self.block(field!(self, only, "body")?, "If", "body")?.into();
            let range = self.end(start, place);
            out.push(ast::ElifElseClause { range, node_index: NONE, test: Some(test), body });
            orelse = self.list(field!(self, only, "orelse")?, "If", "orelse")?;
        }
    }

    fn with_items(&mut self, found: Option<Value>, class: &str) -> Res<Vec<ast::WithItem>> {
        let items = self.list(found, class, "items")?;
        self.not_empty(items.items().len(), "items", class)?;
        let mut out = Vec::new();
        for item in items.items() {
            let item = item.or_none();
            if self.kind(item)? != "withitem" {
                return self.unexpected("withitem", item);
            }
            let found = field!(self, item, "context_expr")?;
            let context_expr = *self.need_expr(found, "withitem", "context_expr")?;
            let found = field!(self, item, "optional_vars")?.and_then(Value::non_none);
            let optional_vars = match found {
                Some(v) => Some(Box::new(self.expr(v, Ctx::Store)?)),
                None => None,
            };
            let range = context_expr.range();
            out.push(ast::WithItem { range, node_index: NONE, context_expr, optional_vars });
        }
        Ok(out)
    }

    fn handlers(&mut self, found: Option<Value>, class: &str) -> Res<Vec<ast::ExceptHandler>> {
        let items = self.list(found, class, "handlers")?;
        let mut out = Vec::new();
        for item in items.items() {
            let item = item.or_none();
            if self.kind(item)? != "ExceptHandler" {
                return self.unexpected("excepthandler", item);
            }
            let place = self.place(item, "excepthandler")?;
            let start = self.begin(place);
            let type_ = self.opt_expr(field!(self, item, "type")?)?;
            let name = self.opt_ident(field!(self, item, "name")?, start)?;
            let body = self.block(field!(self, item, "body")?, "ExceptHandler", "body")?.into();
            let range = self.end(start, place);
            out.push(ast::ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler {
                range,
                node_index: NONE,
                type_,
                name,
                body,
            }));
        }
        Ok(out)
    }

    fn aliases(&mut self, found: Option<Value>, class: &str) -> Res<Vec<ast::Alias>> {
        let items = self.list(found, class, "names")?;
        self.not_empty(items.items().len(), "names", class)?;
        let mut out = Vec::new();
        for item in items.items() {
            let item = item.or_none();
            if self.kind(item)? != "alias" {
                return self.unexpected("alias", item);
            }
            let place = self.place(item, "alias")?;
            let start = self.begin(place);
            let name = self.need(field!(self, item, "name")?, "alias", "name")?;
            let name = self.ident(name, start)?;
            let asname = self.opt_ident(field!(self, item, "asname")?, start)?;
            let range = self.end(start, place);
            out.push(ast::Alias { range, node_index: NONE, name, asname });
        }
        Ok(out)
    }

    fn names(
        &mut self,
        found: Option<Value>,
        class: &str,
        at: TextSize,
    ) -> Res<Vec<ast::Identifier>> {
        let items = self.list(found, class, "names")?;
        self.not_empty(items.items().len(), "names", class)?;
        items.items().iter().map(|item| self.ident(item.or_none(), at)).collect()
    }

    fn type_params(
        &mut self,
        found: Option<Value>,
        class: &str,
    ) -> Res<Option<Box<ast::TypeParams>>> {
        let items = self.list(found, class, "type_params")?;
        if items.items().is_empty() {
            return Ok(None);
        }
        let from = self.layout.offset();
        let mut type_params = Vec::new();
        for item in items.items() {
            let item = item.or_none();
            let kind = self.kind(item)?;
            if !matches!(kind.as_str(), "TypeVar" | "ParamSpec" | "TypeVarTuple") {
                return self.unexpected("type_param", item);
            }
            let place = self.place(item, "type_param")?;
            let start = self.begin(place);
            let name = self.need(field!(self, item, "name")?, &kind, "name")?;
            let name = self.ident(name, start)?;
            let bound = match kind == "TypeVar" {
                true => self.opt_expr(field!(self, item, "bound")?)?,
                false => None,
            };
            let default = self.opt_expr(field!(self, item, "default_value")?)?;
            let range = self.end(start, place);
            let node_index = NONE;
            type_params.push(match kind.as_str() {
                "TypeVar" => ast::TypeParam::TypeVar(ast::TypeParamTypeVar {
                    node_index,
                    range,
                    name,
                    bound,
                    default,
                }),
                "ParamSpec" => ast::TypeParam::ParamSpec(ast::TypeParamParamSpec {
                    node_index,
                    range,
                    name,
                    default,
                }),
                _ => ast::TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple {
                    node_index,
                    range,
                    name,
                    default,
                }),
            });
        }
        let range = TextRange::new(from, self.layout.offset());
        Ok(Some(Box::new(ast::TypeParams { range, node_index: NONE, type_params })))
    }
}
