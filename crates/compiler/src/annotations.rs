//! Deferred annotations (PEP 649): `__annotate__` functions of functions, classes and modules.

use crate::compiler::{Compiler, Res, Var};
use crate::names::Name;
use crate::symtable::{Part, ScopeId, ScopeKind};
use crate::unit::{Deferred, Reg};
use orochi_bytecode::{CodeFlags, CodeUnit, Const, Op, SiteKind};
use orochi_syntax::Ranged;
use orochi_syntax::ast::{self, Expr};

impl<'a> Compiler<'a> {
    pub(crate) fn future_annotations(&self) -> bool {
        self.future & CodeFlags::FUTURE_ANNOTATIONS != 0
    }

    /// Begins the code of an annotation-like scope: one positional-only parameter.
    pub(crate) fn enter_annotation(&mut self, scope: ScopeId, name: Name, line: u32) {
        self.enter(scope, name, line);
        let u = self.u();
        u.argcount = 1;
        u.posonly = 1;
    }

    /// `if format > 2: raise NotImplementedError`.
    pub(crate) fn format_guard(&mut self) {
        let ok = self.label();
        let mark = self.mark();
        self.jump_op(Op::JumpIfNotGtI, 0, 2, ok);
        let (t, cause) = (self.tmp(), self.tmp());
        self.emit(Op::LoadCommon, t, 1, 0);
        self.emit(Op::LoadUnset, cause, 0, 0);
        self.emit(Op::Raise, t, cause, 0);
        self.release(mark);
        self.bind(ok);
    }

    /// The parameter is called `.format` in the symbol table so that annotations may use the name `format`.
    fn rename_format(code: &mut CodeUnit) {
        if let Some(n) = code.varnames.first_mut() {
            if &**n == ".format" {
                *n = "format".into();
            }
        }
    }

    /// The `__annotate__` function of a definition, if it has annotations.
    pub(crate) fn function_annotations(&mut self, f: &'a ast::StmtFunctionDef) -> Res<Option<Reg>> {
        let scope = self.table.scope_of(f, Part::Annotations);
        if !self.table.scopes[scope].annotations_used {
            return Ok(None);
        }
        let t = self.tmp();
        let pos = self.pos;
        let line = self.line_of(self.header_range(f.range, &f.decorator_list).start());
        let private = self.unit().private.clone();
        self.enter_annotation(scope, "__annotate__".into(), line);
        self.u().private = private;
        self.pos = pos;
        self.format_guard();
        let map = self.tmp();
        let base = self.mark();
        let mut count = 0;
        let p = &f.parameters;
        // Those that are positional only come second: the order in which the dict is filled can be seen.
        let plain = p.args.iter().chain(&p.posonlyargs).map(|a| &a.parameter);
        let rest = p.kwonlyargs.iter().map(|a| &a.parameter);
        let var = p.vararg.iter().map(|a| &**a);
        let kw = p.kwarg.iter().map(|a| &**a);
        for a in plain.chain(var).chain(rest).chain(kw) {
            if let Some(e) = &a.annotation {
                self.annotation_pair(&a.name.id, e)?;
                count += 1;
            }
        }
        if let Some(e) = &f.returns {
            self.annotation_pair("return", e)?;
            count += 1;
        }
        self.emit(Op::BuildMap, map, base as Reg, count);
        self.emit(Op::Return, map, 0, 0);
        let mut code = self.finish()?;
        Self::rename_format(&mut code);
        self.pos = pos;
        self.closure_function(code, t);
        Ok(Some(t))
    }

    fn annotation_pair(&mut self, name: &str, e: &'a Expr) -> Res {
        let (k, v) = (self.tmp(), self.tmp());
        let name = self.mangle(name);
        self.load_const(Const::text(&name), k);
        self.annotation_value(e, v)
    }

    fn annotation_value(&mut self, e: &'a Expr, v: Reg) -> Res {
        if self.future_annotations() {
            let text = crate::unparse::unparse(self, e);
            self.load_const(Const::wtf8(&text), v);
            return Ok(());
        }
        match e {
            // `*args: *Ts`: the one item of the iterable.
            Expr::Starred(s) => {
                let mark = self.mark();
                let r = self.expr_any(&s.value)?;
                let t = self.tmp();
                self.emit(Op::UnpackSequence, t, r, 1);
                self.move_to(v, t);
                self.release(mark);
                Ok(())
            }
            e => self.expr_to(e, v),
        }
    }

    pub(crate) fn ann_assign(&mut self, a: &'a ast::StmtAnnAssign) -> Res {
        if let Some(v) = &a.value {
            self.assign_value(&a.target, v)?;
        }
        match &*a.target {
            Expr::Name(n) => {
                self.check_store(&n.id, n.range)?;
                let namespace = matches!(self.scope().kind, ScopeKind::Module | ScopeKind::Class);
                if a.simple && namespace {
                    self.namespace_annotation(a, &n.id)?;
                }
            }
            Expr::Attribute(t) => {
                self.check_store(&t.attr.id, t.range)?;
                if a.value.is_none() {
                    self.expr_discard(&t.value)?;
                }
            }
            Expr::Subscript(s) => {
                if a.value.is_none() {
                    self.expr_discard(&s.value)?;
                    self.expr_discard(&s.slice)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn namespace_annotation(&mut self, a: &'a ast::StmtAnnAssign, name: &str) -> Res {
        let mangled = self.mangle(name);
        let mark = self.mark();
        if self.future_annotations() {
            let (v, m, k) = (self.tmp(), self.tmp(), self.tmp());
            self.annotation_value(&a.annotation, v)?;
            let s = self.site("__annotations__", SiteKind::Name);
            self.emit(Op::LoadName, m, 0, s);
            self.load_const(Const::text(&mangled), k);
            self.emit(Op::SetItem, m, k, v);
            self.release(mark);
            return Ok(());
        }
        let key = std::ptr::from_ref(a) as usize;
        if let Some(Some(n)) = self.unit().annotation_index.get(&key).copied() {
            let (set, i) = (self.tmp(), self.tmp());
            match self.unit().cells.get("__conditional_annotations__").copied() {
                // A class body has it in a cell, for its `__annotate__`.
                Some(cell) => {
                    let name = self.name_index("__conditional_annotations__");
                    self.emit(Op::LoadDeref, set, cell, name);
                }
                None => self.load_var("__conditional_annotations__", set),
            }
            self.load_const(Const::Int(n as i64), i);
            self.emit(Op::SetAdd, set, i, 0);
        }
        self.release(mark);
        Ok(())
    }

    /// Finds the annotations of a module or class body. Those in conditional blocks (in a module: all) are numbered.
    pub(crate) fn defer_annotations(&mut self, body: &'a [ast::Stmt]) {
        if self.future_annotations() {
            return;
        }
        let module = self.scope().kind == ScopeKind::Module;
        let mut found = Vec::new();
        collect(body, false, &mut found);
        let mut next = 0;
        for (a, conditional) in found {
            let Expr::Name(n) = &*a.target else { continue };
            let name = self.mangle(&n.id);
            let mut index = None;
            if module || conditional {
                index = Some(next);
                next += 1;
            }
            let u = self.u();
            u.annotation_index.insert(std::ptr::from_ref(a) as usize, index);
            u.deferred.push(Deferred { name, value: &a.annotation, index, range: a.range });
        }
    }

    /// The `__annotate__` function of the module or class being compiled, from what was deferred.
    pub(crate) fn namespace_annotate(&mut self, line: u32) -> Res {
        let deferred = std::mem::take(&mut self.u().deferred);
        let Some(scope) = self.scope().annotation_scope.filter(|_| !deferred.is_empty()) else {
            return Ok(());
        };
        let class = self.scope().kind == ScopeKind::Class;
        let private = self.unit().private.clone();
        let pos = self.pos;
        self.enter_annotation(scope, "__annotate__".into(), line);
        self.u().private = private;
        self.pos = pos;
        self.format_guard();
        let map = self.tmp();
        self.emit(Op::BuildMap, map, map, 0);
        for d in &deferred {
            let mark = self.mark();
            let skip = self.label();
            self.pos = Some(d.range);
            if let Some(n) = d.index {
                let (i, set) = (self.tmp(), self.tmp());
                self.load_const(Const::Int(n as i64), i);
                match self.resolve("__conditional_annotations__") {
                    Var::Deref(r) | Var::DictDeref(_, r) => {
                        let n = self.name_index("__conditional_annotations__");
                        self.emit(Op::LoadDeref, set, r, n);
                    }
                    _ => {
                        let s = self.site("__conditional_annotations__", SiteKind::Name);
                        self.emit(Op::LoadGlobal, set, 0, s);
                    }
                }
                self.jump_op(Op::JumpIfNotIn, i, set, skip);
            }
            let (k, v) = (self.tmp(), self.tmp());
            self.annotation_value(d.value, v)?;
            self.load_const(Const::text(&d.name), k);
            self.emit(Op::SetItem, map, k, v);
            self.bind(skip);
            self.release(mark);
        }
        self.pos = deferred.last().map(|d| d.value.range());
        self.emit(Op::Return, map, 0, 0);
        let mut code = self.finish()?;
        Self::rename_format(&mut code);
        self.pos = pos;
        let mark = self.mark();
        let t = self.tmp();
        self.closure_function(code, t);
        let name = if class { "__annotate_func__" } else { "__annotate__" };
        let s = self.site(name, SiteKind::Name);
        self.emit(Op::StoreName, 0, t, s);
        self.release(mark);
        Ok(())
    }
}

/// Collects the annotated plain names of a body that belong to its namespace.
fn collect<'a>(body: &'a [ast::Stmt], within: bool, out: &mut Vec<(&'a ast::StmtAnnAssign, bool)>) {
    use ast::Stmt;
    for s in body {
        match s {
            Stmt::AnnAssign(a) if a.simple => out.push((a, within)),
            Stmt::For(f) => {
                collect(&f.body, true, out);
                collect(&f.orelse, true, out);
            }
            Stmt::While(f) => {
                collect(&f.body, true, out);
                collect(&f.orelse, true, out);
            }
            Stmt::If(f) => {
                collect(&f.body, true, out);
                f.elif_else_clauses.iter().for_each(|c| collect(&c.body, true, out));
            }
            Stmt::With(w) => collect(&w.body, true, out),
            Stmt::Try(t) => {
                collect(&t.body, true, out);
                for ast::ExceptHandler::ExceptHandler(h) in &t.handlers {
                    collect(&h.body, true, out);
                }
                collect(&t.orelse, true, out);
                collect(&t.finalbody, true, out);
            }
            Stmt::Match(m) => m.cases.iter().for_each(|c| collect(&c.body, true, out)),
            _ => {}
        }
    }
}
