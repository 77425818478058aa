//! Statements, bodies, imports.

use crate::compiler::{Compiler, Res, Var};
use crate::expr::{binary_op, immediate_op, small};
use crate::symtable::ScopeKind;
use orochi_bytecode::{Const, Op, SiteKind};
use orochi_syntax::ast::{self, Expr, Stmt};
use orochi_syntax::{Mode, Ranged, Source, SyntaxError};

/// The flags of the `from __future__` imports at the head of a module; misplaced ones are errors.
pub(crate) fn future_flags(source: &Source, body: &[Stmt]) -> Res<u32> {
    let mut flags = 0;
    let mut head = true;
    for (i, s) in body.iter().enumerate() {
        match s {
            Stmt::ImportFrom(f)
                if f.level == 0 && f.module.as_ref().is_some_and(|m| m.id == "__future__") =>
            {
                if !head {
                    let msg = "from __future__ imports must occur at the beginning of the file";
                    return Err(SyntaxError::at(source, f.range, msg));
                }
                for a in &f.names {
                    flags |= feature(source, a)?;
                }
            }
            Stmt::Expr(e) if i == 0 && e.value.is_string_literal_expr() => {}
            _ => head = false,
        }
    }
    Ok(flags)
}

fn feature(source: &Source, a: &ast::Alias) -> Res<u32> {
    let known = crate::compiler::future::FEATURES.iter().find(|(n, _)| *n == a.name.id.as_str());
    match known {
        Some((_, flag)) => Ok(*flag),
        None => {
            let msg = if a.name.id == "braces" {
                "not a chance".to_string()
            } else {
                format!("future feature {} is not defined", a.name.id)
            };
            Err(SyntaxError::at_bytes(source, a.range, msg))
        }
    }
}

impl<'a> Compiler<'a> {
    pub(crate) fn module_body(&mut self, body: &'a [Stmt]) -> Res {
        let annotated = crate::class::has_annotations(body);
        if annotated && self.future_annotations() {
            self.pos = body.first().map(|s| s.range());
            self.emit(Op::SetupAnnotations, 0, 0, 0);
        }
        self.defer_annotations(body);
        if annotated && self.mode != Mode::Single {
            self.pos = body.first().map(|s| s.range());
            self.namespace_annotate(1)?;
        }
        if self.scope().has_conditional_annotations {
            let mark = self.mark();
            let t = self.tmp();
            self.emit(Op::BuildSet, t, t, 0);
            let s = self.site("__conditional_annotations__", SiteKind::Name);
            self.emit(Op::StoreName, 0, t, s);
            self.release(mark);
        }
        if annotated && self.mode == Mode::Single {
            self.namespace_annotate(1)?;
        }
        if self.mode == Mode::Single { self.body(body) } else { self.doc_and_body(body) }
    }

    /// The body of a class.
    pub(crate) fn namespace_body(&mut self, body: &'a [Stmt]) -> Res {
        self.defer_annotations(body);
        self.doc_and_body(body)
    }

    fn doc_and_body(&mut self, body: &'a [Stmt]) -> Res {
        let Some(doc) = self.docstring_of(body) else { return self.body(body) };
        if self.options.optimize < 2 {
            let old = self.at(body[0].range());
            let mark = self.mark();
            let t = self.tmp();
            self.load_const(Const::wtf8(&doc), t);
            let s = self.site("__doc__", SiteKind::Name);
            self.emit(Op::StoreName, 0, t, s);
            self.release(mark);
            self.pos = old;
        }
        self.body(&body[1..])
    }

    pub(crate) fn body(&mut self, body: &'a [Stmt]) -> Res {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn stmt(&mut self, s: &'a Stmt) -> Res {
        self.nesting += 1;
        if self.nesting > 20_000 {
            return Err(crate::expr::too_deep());
        }
        self.pos = Some(s.range());
        let mark = self.mark();
        self.stmt_inner(s)?;
        self.release(mark);
        self.nesting -= 1;
        Ok(())
    }

    fn stmt_inner(&mut self, s: &'a Stmt) -> Res {
        match s {
            Stmt::Expr(e) => self.expr_stmt(e),
            Stmt::Assign(a) => self.assign_stmt(a),
            Stmt::AugAssign(a) => self.aug_assign(a),
            Stmt::AnnAssign(a) => self.ann_assign(a),
            Stmt::Return(r) => self.return_stmt(r),
            Stmt::If(i) => self.if_stmt(i),
            Stmt::While(w) => self.while_stmt(w),
            Stmt::For(f) => self.for_stmt(f),
            Stmt::Break(b) => self.break_stmt(b.range),
            Stmt::Continue(c) => self.continue_stmt(c.range),
            Stmt::Pass(_) => {
                self.emit(Op::Nop, 0, 0, 0);
                Ok(())
            }
            Stmt::FunctionDef(f) => self.function_def(f),
            Stmt::ClassDef(c) => self.class_def(c),
            Stmt::TypeAlias(t) => self.type_alias(t),
            Stmt::Try(t) => self.try_stmt(t),
            Stmt::With(w) => self.with_stmt(w),
            Stmt::Raise(r) => self.raise_stmt(r),
            Stmt::Assert(a) => self.assert_stmt(a),
            Stmt::Delete(d) => d.targets.iter().try_for_each(|t| self.delete(t)),
            Stmt::Import(i) => self.import(i),
            Stmt::ImportFrom(i) => self.import_from(i),
            Stmt::Match(m) => self.match_stmt(m),
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::IpyEscapeCommand(i) => self.error(i.range, "invalid syntax"),
        }
    }

    fn expr_stmt(&mut self, e: &'a ast::StmtExpr) -> Res {
        let module = self.scope().kind == ScopeKind::Module;
        if self.mode == Mode::Single && module && self.units.len() == 1 {
            let t = self.expr_any(&e.value)?;
            self.pos = Some(e.range);
            self.emit(Op::PrintExpr, t, 0, 0);
            return Ok(());
        }
        let constant = matches!(
            &*e.value,
            Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::NumberLiteral(_)
                | Expr::NoneLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::EllipsisLiteral(_)
        );
        if constant {
            if let Expr::StringLiteral(s) = &*e.value {
                // Invalid escapes are reported even here.
                orochi_syntax::string_value(&mut self.lits, s);
            }
            if let Expr::NumberLiteral(n) = &*e.value {
                self.number(n)?;
            }
            self.emit(Op::Nop, 0, 0, 0);
            return Ok(());
        }
        self.expr_discard(&e.value)
    }

    fn assign_stmt(&mut self, a: &'a ast::StmtAssign) -> Res {
        match &*a.targets {
            [target] => self.assign_value(target, &a.value),
            targets => {
                let t = self.tmp();
                self.expr_to(&a.value, t)?;
                targets.iter().try_for_each(|target| self.assign(target, t))
            }
        }
    }

    /// `target = value`.
    pub(crate) fn assign_value(&mut self, target: &'a Expr, value: &'a Expr) -> Res {
        let mark = self.mark();
        if let Some(r) = self.loop_target(target) {
            self.expr_to(value, r)?;
        } else if let Some(pairs) = parallel(target, value) {
            self.parallel_assign(pairs)?;
        } else if target.is_name_expr() {
            let v = self.expr_any(value)?;
            self.assign(target, v)?;
        } else {
            // The target's own expressions could rebind a local that is the value.
            let v = match self.local_register(value) {
                Some(r) if !self.scope().has_walrus && !unpacks(target) => r,
                _ => {
                    let t = self.tmp();
                    self.expr_to(value, t)?;
                    t
                }
            };
            self.assign(target, v)?;
        }
        self.release(mark);
        Ok(())
    }

    /// `a, b = x, y`: no tuple is made.
    fn parallel_assign(&mut self, (targets, values): (&'a [Expr], &'a [Expr])) -> Res {
        // A local that no earlier target overwrites is read in place.
        let registers: Vec<Option<u16>> = targets.iter().map(|t| self.loop_target(t)).collect();
        let simple = registers.iter().all(|r| r.is_some()) && !self.scope().has_walrus;
        let mut sources = Vec::new();
        for (i, v) in values.iter().enumerate() {
            let own = if simple { self.local_register(v) } else { None };
            match own {
                Some(r) if !registers[..i].contains(&Some(r)) => sources.push(r),
                _ => {
                    let t = self.tmp();
                    self.expr_to(v, t)?;
                    sources.push(t);
                }
            }
        }
        for (t, r) in targets.iter().zip(sources) {
            self.assign(t, r)?;
        }
        Ok(())
    }

    fn aug_assign(&mut self, a: &'a ast::StmtAugAssign) -> Res {
        let whole = a.range;
        match &*a.target {
            Expr::Name(n) => {
                self.check_store(&n.id, n.range)?;
                let name = self.mangle(&n.id);
                match self.resolve(&name) {
                    Var::Fast(r) => {
                        let later = self.operand(&a.target, &[&a.value])?;
                        self.in_place(a, later, r)?;
                    }
                    _ => {
                        let t = self.tmp();
                        let old = self.at(n.range);
                        self.load_var(&name, t);
                        self.pos = old;
                        self.in_place(a, t, t)?;
                        self.pos = Some(n.range);
                        self.store_var(&name, t);
                    }
                }
            }
            Expr::Attribute(t) => {
                self.check_store(&t.attr.id, t.range)?;
                let obj = self.operand(&t.value, &[&a.value])?;
                let name = self.mangle(&t.attr.id);
                let v = self.tmp();
                let s = self.site(&name, SiteKind::Attr);
                self.pos = Some(t.range);
                self.emit(Op::LoadAttr, v, obj, s);
                self.pos = Some(whole);
                self.in_place(a, v, v)?;
                let s = self.site(&name, SiteKind::Attr);
                self.pos = Some(t.range);
                self.emit(Op::StoreAttr, obj, v, s);
            }
            Expr::Subscript(s) => {
                let obj = self.operand(&s.value, &[&s.slice, &a.value])?;
                match &*s.slice {
                    Expr::Slice(sl) if sl.step.is_none() => {
                        let base = self.slice_bounds(sl)?;
                        let v = self.tmp();
                        self.pos = Some(s.range);
                        self.emit(Op::GetSlice, v, obj, base);
                        self.pos = Some(whole);
                        self.in_place(a, v, v)?;
                        self.pos = Some(s.range);
                        self.emit(Op::SetSlice, obj, base, v);
                    }
                    slice => {
                        let k = self.operand(slice, &[&a.value])?;
                        let v = self.tmp();
                        self.pos = Some(s.range);
                        self.emit(Op::GetItem, v, obj, k);
                        self.pos = Some(whole);
                        self.in_place(a, v, v)?;
                        self.pos = Some(s.range);
                        self.emit(Op::SetItem, obj, k, v);
                    }
                }
            }
            e => return self.error(e.range(), "illegal expression for augmented assignment"),
        }
        Ok(())
    }

    /// `r[dst] = r[left] op= value`.
    fn in_place(&mut self, a: &'a ast::StmtAugAssign, left: u16, dst: u16) -> Res {
        let mark = self.mark();
        if let (Some(op), Some(imm)) = (immediate_op(a.op, true), small(self, &a.value)?) {
            self.emit(op, dst, left, imm as u16);
        } else {
            let r = self.expr_any(&a.value)?;
            self.pos = Some(a.range);
            self.emit(binary_op(a.op, true), dst, left, r);
        }
        self.release(mark);
        Ok(())
    }

    fn raise_stmt(&mut self, r: &'a ast::StmtRaise) -> Res {
        let Some(exc) = &r.exc else {
            self.emit(Op::RaiseCurrent, 0, 0, 0);
            return Ok(());
        };
        let later: Vec<&'a Expr> = r.cause.as_deref().into_iter().collect();
        let e = self.operand(exc, &later)?;
        let cause = match &r.cause {
            Some(c) => self.expr_any(c)?,
            None => {
                let t = self.tmp();
                self.emit(Op::LoadUnset, t, 0, 0);
                t
            }
        };
        self.emit(Op::Raise, e, cause, 0);
        Ok(())
    }

    /// Checks that what awaits in an expression may do so here.
    fn check_awaits(&self, e: &Expr) -> Res {
        let mut done = Ok(());
        crate::walk::walk(e, &mut |e| {
            let generators = match e {
                Expr::ListComp(c) => &c.generators[..],
                Expr::SetComp(c) => &c.generators[..],
                Expr::DictComp(c) => &c.generators[..],
                _ => &[],
            };
            let wrong = "asynchronous comprehension outside of an asynchronous function";
            let checked = match e {
                Expr::Await(a) => self.require_async(
                    a.range,
                    "'await' outside function",
                    "'await' outside async function",
                ),
                _ if generators.iter().any(|g| g.is_async) => {
                    self.require_async(e.range(), wrong, wrong)
                }
                _ => Ok(()),
            };
            if done.is_ok() {
                done = checked;
            }
            done.is_ok() && !matches!(e, Expr::Lambda(_) | Expr::Generator(_))
        });
        done
    }

    fn assert_stmt(&mut self, a: &'a ast::StmtAssert) -> Res {
        if let Expr::Tuple(t) = &*a.test {
            if !t.elts.is_empty() {
                self.warn(a.range, "assertion is always true, perhaps remove parentheses?");
            }
        }
        if self.options.optimize > 0 {
            // What is left out must be allowed where it stands.
            let parts = [Some(&*a.test), a.msg.as_deref()];
            return parts.into_iter().flatten().try_for_each(|part| self.check_awaits(part));
        }
        let ok = self.label();
        self.jump_if(&a.test, true, ok)?;
        self.pos = Some(a.range);
        let base = self.tmp();
        let cause = self.tmp();
        self.emit(Op::LoadCommon, base, 0, 0);
        if let Some(msg) = &a.msg {
            let t = self.tmp();
            self.expr_to(msg, t)?;
            self.emit(Op::Call, base, base, 1);
        }
        self.pos = Some(a.test.range());
        self.emit(Op::LoadUnset, cause, 0, 0);
        self.emit(Op::Raise, base, cause, 0);
        self.bind(ok);
        Ok(())
    }

    // ---- imports ---------------------------------------------------------------------------

    fn import(&mut self, i: &'a ast::StmtImport) -> Res {
        for a in &i.names {
            let mark = self.mark();
            let (level, list) = (self.tmp(), self.tmp());
            self.load_const(Const::Int(0), level);
            self.load_const(Const::None, list);
            let n = self.name_index(&a.name.id);
            self.emit(Op::ImportName, level, level, n);
            match &a.asname {
                None => {
                    let first = a.name.id.split('.').next().unwrap_or("");
                    self.check_store(first, a.range)?;
                    let name = self.mangle(first);
                    self.store_var(&name, level);
                }
                Some(alias) => {
                    self.check_store(&alias.id, a.range)?;
                    for part in a.name.id.split('.').skip(1) {
                        let n = self.name_index(part);
                        self.emit(Op::ImportFrom, level, level, n);
                    }
                    let name = self.mangle(&alias.id);
                    self.store_var(&name, level);
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    fn import_from(&mut self, i: &'a ast::StmtImportFrom) -> Res {
        let mark = self.mark();
        let (level, list) = (self.tmp(), self.tmp());
        self.load_const(Const::Int(i.level as i64), level);
        let names = i.names.iter().map(|a| Const::text(&a.name.id)).collect();
        self.load_const(Const::Tuple(names), list);
        let module = i.module.as_ref().map_or("", |m| m.id.as_str());
        let n = self.name_index(module);
        self.emit(Op::ImportName, level, level, n);
        for a in &i.names {
            if a.name.id == "*" {
                self.emit(Op::ImportStar, level, 0, 0);
                break;
            }
            let n = self.name_index(&a.name.id);
            self.emit(Op::ImportFrom, list, level, n);
            let bound = a.asname.as_ref().unwrap_or(&a.name);
            self.check_store(&bound.id, a.range)?;
            let name = self.mangle(&bound.id);
            self.store_var(&name, list);
        }
        self.release(mark);
        Ok(())
    }
}

/// Tuple displays of the same length without stars on both sides.
fn parallel<'a>(target: &'a Expr, value: &'a Expr) -> Option<(&'a [Expr], &'a [Expr])> {
    let (Expr::Tuple(t), Expr::Tuple(v)) = (target, value) else { return None };
    let plain = |e: &Expr| !e.is_starred_expr();
    let fits = t.elts.len() == v.elts.len() && (2..=8).contains(&t.elts.len());
    (fits && t.elts.iter().all(plain) && v.elts.iter().all(plain)).then_some((&t.elts, &v.elts))
}

/// Whether assigning to the target may rebind locals before everything is read.
fn unpacks(e: &Expr) -> bool {
    matches!(e, Expr::Tuple(_) | Expr::List(_))
}
