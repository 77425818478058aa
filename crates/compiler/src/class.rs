//! Class definitions.

use crate::compiler::{Compiler, Res};
use crate::symtable::{Part, ScopeId};
use crate::unit::Reg;
use orochi_bytecode::{CodeUnit, Const, Op, SiteKind};
use orochi_syntax::ast::{self, Expr};
use orochi_syntax::{Ranged, TextRange, TextSize};

impl<'a> Compiler<'a> {
    /// The end of a block that ends there: a semicolon after its last statement belongs to it.
    fn end_of_block(&self, end: TextSize) -> TextSize {
        let rest = &self.source.text()[end.to_usize()..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let more = if rest[blank..].starts_with(';') { blank + 1 } else { 0 };
        end + TextSize::from(more as u32)
    }

    pub(crate) fn class_def(&mut self, c: &'a ast::StmtClassDef) -> Res {
        let mark = self.mark();
        let header = self.header_range(c.range, &c.decorator_list);
        let header = TextRange::new(header.start(), self.end_of_block(header.end()));
        let base = self.decorators(&c.decorator_list)?;
        let first = c.decorator_list.first().map_or(header.start(), |d| d.range.start());
        let line = self.line_of(first);
        self.pos = Some(header);
        let value = self.tmp();
        match &c.type_params {
            None => self.class_object(c, line, None, value)?,
            Some(params) => self.generic_class(c, params, line, value)?,
        }
        self.pos = Some(header);
        self.apply_decorators(&c.decorator_list, base, value);
        self.pos = Some(header);
        let name = self.mangle(&c.name.id);
        self.check_store(&c.name.id, header)?;
        self.store_var(&name, value);
        self.release(mark);
        Ok(())
    }

    /// Calls `__build_class__`. `generic`: register of the tuple of type parameters.
    fn class_object(
        &mut self,
        c: &'a ast::StmtClassDef,
        line: u32,
        generic: Option<Reg>,
        dst: Reg,
    ) -> Res {
        let mark = self.mark();
        let pos = self.pos;
        let scope = self.table.scope_of(c, Part::Body);
        let code = self.class_code(c, scope, line)?;
        self.pos = pos;
        // The generic base is made before the other bases.
        let alias = generic.map(|types| {
            let alias = self.tmp();
            self.emit(Op::SubscriptGeneric, alias, types, 0);
            alias
        });
        let group = self.tmp();
        self.emit(Op::LoadBuildClass, group, 0, 0);
        self.tmp();
        let f = self.tmp();
        self.closure_function(code, f);
        let name = self.tmp();
        self.load_const(Const::text(&c.name.id), name);
        let args = c.arguments.as_deref();
        if let Some(a) = args {
            self.check_keywords(a)?;
        }
        let spread = args.is_some_and(|a| {
            a.args.iter().any(|e| e.is_starred_expr()) || a.keywords.iter().any(|k| k.arg.is_none())
        });
        if spread {
            self.spread_class(c, group, alias, dst)?;
        } else {
            let mut n = 2;
            for e in args.iter().flat_map(|a| a.args.iter()) {
                let t = self.tmp();
                self.expr_to(e, t)?;
                n += 1;
            }
            if let Some(alias) = alias {
                let t = self.tmp();
                self.move_to(t, alias);
                n += 1;
            }
            let mut names = Vec::new();
            for k in args.iter().flat_map(|a| a.keywords.iter()) {
                let t = self.tmp();
                self.expr_to(&k.value, t)?;
                if let Some(name) = &k.arg {
                    names.push(Const::text(&name.id));
                }
                n += 1;
            }
            self.pos = pos;
            if names.is_empty() {
                self.emit(Op::Call, dst, group, n);
            } else {
                let t = self.tmp();
                self.load_const(Const::Tuple(names), t);
                self.emit(Op::LoadUnset, group + 1, 0, 0);
                self.emit(Op::CallKw, dst, group, n);
            }
        }
        self.release(mark);
        Ok(())
    }

    /// The same with `*bases` or `**keywords`: function and name lie at `group + 2`.
    fn spread_class(
        &mut self,
        c: &'a ast::StmtClassDef,
        group: Reg,
        alias: Option<Reg>,
        dst: Reg,
    ) -> Res {
        let Some(args) = c.arguments.as_deref() else { return Ok(()) };
        let pos = self.pos;
        let list = group + 2;
        self.emit(Op::BuildList, list, list, 2);
        self.emit(Op::LoadUnset, group + 1, 0, 0);
        self.release(list as u32 + 1);
        let map = self.tmp();
        for e in &args.args {
            let mark = self.mark();
            match e {
                Expr::Starred(s) => {
                    let r = self.expr_any(&s.value)?;
                    self.emit(Op::ListExtend, list, r, 0);
                }
                e => {
                    let r = self.expr_any(e)?;
                    self.emit(Op::ListAppend, list, r, 0);
                }
            }
            self.release(mark);
        }
        if let Some(alias) = alias {
            self.emit(Op::ListAppend, list, alias, 0);
        }
        self.emit(Op::ListToTuple, list, list, 0);
        self.keyword_map(&args.keywords, map, group)?;
        self.pos = pos;
        self.emit(Op::CallEx, dst, group, 1);
        Ok(())
    }

    fn generic_class(
        &mut self,
        c: &'a ast::StmtClassDef,
        params: &'a ast::TypeParams,
        line: u32,
        dst: Reg,
    ) -> Res {
        let mark = self.mark();
        let (callee, _) = (self.tmp(), self.tmp());
        let pos = self.pos;
        let scope = self.table.scope_of(c, Part::TypeParams);
        let name = format!("<generic parameters of {}>", c.name.id);
        self.enter(scope, name.into(), line);
        self.u().private = Some(c.name.id.as_str().into());
        self.pos = pos;
        let types = self.tmp();
        self.type_params(params, types)?;
        self.store_var(".type_params", types);
        let value = self.tmp();
        self.class_object(c, line, Some(types), value)?;
        self.emit(Op::Return, value, 0, 0);
        let code = self.finish()?;
        self.pos = pos;
        self.closure_function(code, callee);
        self.emit(Op::Call, dst, callee, 0);
        self.release(mark);
        Ok(())
    }

    fn store_namespace(&mut self, name: &str, src: Reg) {
        if self.scope().place(name).is_some() {
            // The body may have declared it global or nonlocal.
            return self.store_var(name, src);
        }
        let s = self.site(name, SiteKind::Name);
        self.emit(Op::StoreName, 0, src, s);
    }

    fn class_code(
        &mut self,
        c: &'a ast::StmtClassDef,
        scope_id: ScopeId,
        line: u32,
    ) -> Res<CodeUnit> {
        let header = self.pos;
        self.enter(scope_id, c.name.id.as_str().into(), line);
        let scope = &self.table.scopes[scope_id];
        self.u().private = Some(c.name.id.as_str().into());
        self.pos = c.decorator_list.first().map_or(header, |d| Some(d.expression.range()));
        let t = self.tmp();
        let s = self.site("__name__", SiteKind::Name);
        self.emit(Op::LoadName, t, 0, s);
        self.store_namespace("__module__", t);
        let qualname = self.unit().qualname.clone();
        self.load_const(Const::text(&qualname), t);
        self.store_namespace("__qualname__", t);
        self.load_const(Const::Int(line as i64), t);
        self.store_namespace("__firstlineno__", t);
        if c.type_params.is_some() {
            self.load_var(".type_params", t);
            self.store_namespace("__type_params__", t);
        }
        if let Some(cell) = self.unit().cells.get("__classdict__").copied() {
            if scope.needs_classdict {
                self.emit(Op::LoadLocals, t, 0, 0);
                self.emit(Op::StoreDeref, cell, t, 0);
            }
        }
        if scope.has_conditional_annotations {
            if let Some(cell) = self.unit().cells.get("__conditional_annotations__").copied() {
                self.emit(Op::BuildSet, t, t, 0);
                self.emit(Op::StoreDeref, cell, t, 0);
            }
        }
        self.release(t as u32);
        if self.future_annotations() && has_annotations(&c.body) {
            self.emit(Op::SetupAnnotations, 0, 0, 0);
        }
        self.namespace_body(&c.body)?;
        self.pos = header;
        self.namespace_annotate(line)?;
        self.class_epilogue(scope_id);
        self.finish()
    }

    fn class_epilogue(&mut self, scope_id: ScopeId) {
        let scope = &self.table.scopes[scope_id];
        self.pos = None;
        let t = self.tmp();
        let mut attributes = std::mem::take(&mut self.u().static_attributes);
        attributes.sort();
        let names = attributes.iter().map(|n| Const::text(n)).collect();
        self.load_const(Const::Tuple(names), t);
        self.store_namespace("__static_attributes__", t);
        if scope.needs_classdict {
            if let Some(cell) = self.unit().cells.get("__classdict__").copied() {
                self.move_to(t, cell);
                self.store_namespace("__classdictcell__", t);
            }
        }
        match self.unit().cells.get("__class__").copied().filter(|_| scope.needs_class_closure) {
            Some(cell) => {
                self.move_to(t, cell);
                self.store_namespace("__classcell__", t);
                self.emit(Op::Return, t, 0, 0);
            }
            None => self.emit(Op::ReturnNone, 0, 0, 0),
        }
    }
}

/// Whether the body has a variable annotation anywhere that belongs to it.
pub(crate) fn has_annotations(body: &[ast::Stmt]) -> bool {
    use ast::Stmt;
    body.iter().any(|s| match s {
        Stmt::AnnAssign(_) => true,
        Stmt::For(f) => has_annotations(&f.body) || has_annotations(&f.orelse),
        Stmt::While(f) => has_annotations(&f.body) || has_annotations(&f.orelse),
        Stmt::If(f) => {
            has_annotations(&f.body) || f.elif_else_clauses.iter().any(|c| has_annotations(&c.body))
        }
        Stmt::With(w) => has_annotations(&w.body),
        Stmt::Try(t) => {
            has_annotations(&t.body)
                || has_annotations(&t.orelse)
                || has_annotations(&t.finalbody)
                || t.handlers
                    .iter()
                    .any(|ast::ExceptHandler::ExceptHandler(h)| has_annotations(&h.body))
        }
        Stmt::Match(m) => m.cases.iter().any(|c| has_annotations(&c.body)),
        _ => false,
    })
}
