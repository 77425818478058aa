//! Functions and lambdas: defaults, annotations, closures, decorators, type parameters.

use crate::compiler::{Compiler, Res};
use crate::names::Name;
use crate::symtable::{Part, ScopeId};
use crate::unit::Reg;
use orochi_bytecode::{CodeFlags, CodeUnit, Const, Op};
use orochi_syntax::ast::{self, Expr, Stmt};
use orochi_syntax::{Ranged, TextRange, TextSize};

impl<'a> Compiler<'a> {
    pub(crate) fn function_def(&mut self, f: &'a ast::StmtFunctionDef) -> Res {
        let mark = self.mark();
        let header = self.header_range(f.range, &f.decorator_list);
        let base = self.decorators(&f.decorator_list)?;
        let first = f.decorator_list.first().map_or(header.start(), |d| d.range.start());
        let line = self.line_of(first);
        self.pos = Some(header);
        let value = self.tmp();
        match &f.type_params {
            None => {
                let d = self.defaults(&f.parameters, line)?;
                self.function_object(f, d, line, value)?;
            }
            Some(params) => self.generic_function(f, params, line, value)?,
        }
        self.pos = Some(header);
        self.apply_decorators(&f.decorator_list, base, value);
        let name = self.mangle(&f.name.id);
        self.check_store(&f.name.id, header)?;
        self.store_var(&name, value);
        self.release(mark);
        Ok(())
    }

    /// The range of a definition without its decorators.
    pub(crate) fn header_range(
        &self,
        range: TextRange,
        decorators: &[ast::Decorator],
    ) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let text = self.source.text();
        let mut at = last.range.end().to_usize();
        let bytes = text.as_bytes();
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

    /// Evaluates decorators; each occupies the first two registers of a call group. Returns the first register.
    pub(crate) fn decorators(&mut self, all: &'a [ast::Decorator]) -> Res<Reg> {
        let base = self.mark() as Reg;
        for d in all {
            let t = self.tmp();
            self.tmp();
            self.expr_to(&d.expression, t)?;
        }
        Ok(base)
    }

    /// Calls the decorators, innermost first, on `r[value]`, which is the register after the last of them.
    pub(crate) fn apply_decorators(&mut self, all: &[ast::Decorator], base: Reg, value: Reg) {
        let old = self.pos;
        for (i, d) in all.iter().enumerate().rev() {
            self.pos = Some(d.expression.range());
            // Beyond the last register the code is refused in the end.
            let callee = base.saturating_add((2 * i).min(Reg::MAX.into()) as Reg);
            // The argument lies right after the callee: the value, or the result of the call before.
            let dst = if i == 0 { value } else { callee };
            self.emit(Op::Call, dst, callee, 1);
        }
        self.pos = old;
    }

    /// Defaults, evaluated: registers of the tuple and of the dict.
    pub(crate) fn defaults(
        &mut self,
        p: &'a ast::Parameters,
        _line: u32,
    ) -> Res<(Option<Reg>, Option<Reg>)> {
        let positional: Vec<&'a Expr> =
            p.posonlyargs.iter().chain(&p.args).filter_map(|a| a.default.as_deref()).collect();
        let mut tuple = None;
        if !positional.is_empty() {
            let t = self.tmp();
            tuple = Some(t);
            match crate::fold::fold_refs(self, &positional)? {
                Some(items) => self.load_const(Const::Tuple(items), t),
                None => {
                    let mark = self.mark();
                    for e in &positional {
                        let t = self.tmp();
                        self.expr_to(e, t)?;
                    }
                    self.emit(Op::BuildTuple, t, mark as Reg, positional.len() as u16);
                    self.release(mark);
                }
            }
        }
        let keyword: Vec<(&'a ast::Identifier, &'a Expr)> = p
            .kwonlyargs
            .iter()
            .filter_map(|a| Some((&a.parameter.name, a.default.as_deref()?)))
            .collect();
        let mut dict = None;
        if !keyword.is_empty() {
            let t = self.tmp();
            dict = Some(t);
            let mark = self.mark();
            for (n, e) in &keyword {
                let (k, v) = (self.tmp(), self.tmp());
                let name = self.mangle(&n.id);
                self.load_const(Const::text(&name), k);
                self.expr_to(e, v)?;
            }
            self.emit(Op::BuildMap, t, mark as Reg, keyword.len() as u16);
            self.release(mark);
        }
        Ok((tuple, dict))
    }

    /// Makes the function of a definition in `dst`.
    fn function_object(
        &mut self,
        f: &'a ast::StmtFunctionDef,
        defaults: (Option<Reg>, Option<Reg>),
        line: u32,
        dst: Reg,
    ) -> Res {
        let mark = self.mark();
        let annotate = self.function_annotations(f)?;
        let scope = self.table.scope_of(f, Part::Body);
        let pos = self.pos;
        let code = self.function_code(f, scope, line)?;
        self.pos = pos;
        self.closure_function(code, dst);
        let (tuple, dict) = defaults;
        for (r, which) in [(tuple, 1), (dict, 2), (annotate, 16)] {
            if let Some(r) = r {
                self.emit(Op::SetFuncAttr, dst, r, which);
            }
        }
        self.release(mark);
        Ok(())
    }

    /// `dst` = function of `code` with its closure.
    pub(crate) fn closure_function(&mut self, code: CodeUnit, dst: Reg) {
        let free: Vec<Name> = code.freevars.iter().map(|n| Name::from(&**n)).collect();
        let c = self.u().constant(Const::Code(Box::new(code)));
        self.emit_wide(Op::MakeFunction, dst, c);
        if free.is_empty() {
            return;
        }
        let mark = self.mark();
        for n in &free {
            let t = self.tmp();
            match self.cell_register(n) {
                Some(r) => self.move_to(t, r),
                None => self.emit(Op::NewCell, t, 0, 0),
            }
        }
        let t = self.tmp();
        self.emit(Op::BuildTuple, t, mark as Reg, free.len() as u16);
        self.emit(Op::SetFuncAttr, dst, t, 8);
        self.release(mark);
    }

    /// Parameter counts and flags of the current unit.
    fn signature(&mut self, p: &ast::Parameters) {
        let u = self.u();
        u.posonly = p.posonlyargs.len() as u32;
        u.argcount = (p.posonlyargs.len() + p.args.len()) as u32;
        u.kwonly = p.kwonlyargs.len() as u32;
        if p.vararg.is_some() {
            u.flags |= CodeFlags::VARARGS;
        }
        if p.kwarg.is_some() {
            u.flags |= CodeFlags::VARKEYWORDS;
        }
    }

    fn check_parameters(&self, p: &ast::Parameters) -> Res {
        let plain = p.posonlyargs.iter().chain(&p.args).chain(&p.kwonlyargs).map(|a| &a.parameter);
        for a in plain.chain(p.vararg.iter().chain(&p.kwarg).map(|a| &**a)) {
            let range = TextRange::new(a.name.range.start(), a.range.end());
            self.check_store(&a.name.id, range)?;
        }
        Ok(())
    }

    fn function_code(
        &mut self,
        f: &'a ast::StmtFunctionDef,
        scope_id: ScopeId,
        line: u32,
    ) -> Res<CodeUnit> {
        self.check_parameters(&f.parameters)?;
        let scope = &self.table.scopes[scope_id];
        self.enter(scope_id, f.name.id.as_str().into(), line);
        self.signature(&f.parameters);
        self.u().flags |= match (f.is_async, scope.generator) {
            (true, true) => CodeFlags::ASYNC_GENERATOR,
            (true, false) => CodeFlags::COROUTINE,
            (false, true) => CodeFlags::GENERATOR,
            (false, false) => 0,
        };
        if f.is_async || scope.generator {
            self.emit(Op::ReturnGenerator, 0, 0, 0);
        }
        let body = self.docstring(&f.body);
        self.body(body)?;
        // It belongs to whichever line ran last.
        self.pos = None;
        self.emit(Op::ReturnNone, 0, 0, 0);
        self.finish()
    }

    /// Makes a leading string the docstring (`consts[0]`); returns the statements to compile.
    fn docstring(&mut self, body: &'a [Stmt]) -> &'a [Stmt] {
        let Some(doc) = self.docstring_of(body) else { return body };
        if self.options.optimize < 2 {
            self.u().constant(Const::wtf8(&doc));
            self.u().flags |= CodeFlags::HAS_DOCSTRING;
        }
        &body[1..]
    }

    /// The cleaned docstring of a body.
    pub(crate) fn docstring_of(&mut self, body: &'a [Stmt]) -> Option<Vec<u8>> {
        let Some(Stmt::Expr(e)) = body.first() else { return None };
        let Expr::StringLiteral(s) = &*e.value else { return None };
        let value = orochi_syntax::string_value(&mut self.lits, s);
        Some(clean_doc(&value))
    }

    pub(crate) fn lambda(&mut self, l: &'a ast::ExprLambda, dst: Reg) -> Res {
        let mark = self.mark();
        let line = self.line_of(l.range.start());
        let mut defaults = (None, None);
        if let Some(p) = &l.parameters {
            self.check_parameters(p)?;
            defaults = self.defaults(p, line)?;
        }
        let pos = self.pos;
        let scope_id = self.table.scope_of(l, Part::Body);
        let scope = &self.table.scopes[scope_id];
        self.enter(scope_id, "<lambda>".into(), line);
        if let Some(p) = &l.parameters {
            self.signature(p);
        }
        if scope.generator {
            self.u().flags |= CodeFlags::GENERATOR;
            self.emit(Op::ReturnGenerator, 0, 0, 0);
        }
        self.pos = Some(l.body.range());
        self.return_arms(&l.body)?;
        let code = self.finish()?;
        self.pos = pos;
        let target = if self.is_temp(dst) { dst } else { self.tmp() };
        self.closure_function(code, target);
        for (r, which) in [(defaults.0, 1), (defaults.1, 2)] {
            if let Some(r) = r {
                self.emit(Op::SetFuncAttr, target, r, which);
            }
        }
        self.move_to(dst, target);
        self.release(mark);
        Ok(())
    }

    // ---- type parameters -------------------------------------------------------------------

    fn generic_function(
        &mut self,
        f: &'a ast::StmtFunctionDef,
        params: &'a ast::TypeParams,
        line: u32,
        dst: Reg,
    ) -> Res {
        let mark = self.mark();
        let (callee, _) = (self.tmp(), self.tmp());
        let (tuple, dict) = self.defaults(&f.parameters, line)?;
        let count = tuple.is_some() as u16 + dict.is_some() as u16;
        let pos = self.pos;
        let scope = self.table.scope_of(f, Part::TypeParams);
        let name = format!("<generic parameters of {}>", f.name.id);
        self.enter(scope, name.into(), line);
        self.u().argcount = count as u32;
        self.pos = pos;
        let types = self.tmp();
        self.type_params(params, types)?;
        let t = self.u().locals.get(".defaults").copied();
        let d = self.u().locals.get(".kwdefaults").copied();
        let value = self.tmp();
        self.function_object(f, (t, d), line, value)?;
        self.emit(Op::SetTypeParams, value, types, 0);
        self.emit(Op::Return, value, 0, 0);
        let code = self.finish()?;
        self.pos = pos;
        self.closure_function(code, callee);
        self.emit(Op::Call, dst, callee, count);
        self.release(mark);
        Ok(())
    }

    /// Makes the type parameters, binds their names, and leaves the tuple of them in `dst`.
    pub(crate) fn type_params(&mut self, params: &'a ast::TypeParams, dst: Reg) -> Res {
        let mark = self.mark();
        let old = self.pos;
        for p in &params.type_params {
            self.pos = Some(p.range());
            self.check_store(&p.name().id, p.range())?;
            let t = self.tmp();
            self.type_param(p, t)?;
            let name = self.mangle(&p.name().id);
            self.store_var(&name, t);
        }
        self.pos = Some(params.range);
        self.emit(Op::BuildTuple, dst, mark as Reg, params.type_params.len() as u16);
        self.pos = old;
        self.release(mark);
        Ok(())
    }

    fn type_param(&mut self, p: &'a ast::TypeParam, t: Reg) -> Res {
        let mark = self.mark();
        let (name, value) = (self.tmp(), self.tmp());
        self.load_const(Const::text(&p.name().id), name);
        let default = match p {
            ast::TypeParam::TypeVar(v) => {
                match &v.bound {
                    None => self.emit(Op::MakeTypeVar, t, name, 0),
                    Some(e) => {
                        self.evaluator(p.name(), e, self.table.scope_of(p, Part::Bound), value)?;
                        let op = if e.is_tuple_expr() {
                            Op::MakeTypeVarConstraints
                        } else {
                            Op::MakeTypeVarBound
                        };
                        self.emit(op, t, name, value);
                    }
                }
                &v.default
            }
            ast::TypeParam::ParamSpec(v) => {
                self.emit(Op::MakeParamSpec, t, name, 0);
                &v.default
            }
            ast::TypeParam::TypeVarTuple(v) => {
                self.emit(Op::MakeTypeVarTuple, t, name, 0);
                &v.default
            }
        };
        if let Some(e) = default {
            self.evaluator(p.name(), e, self.table.scope_of(p, Part::Default), value)?;
            self.emit(Op::SetTypeParamDefault, t, value, 0);
        }
        self.release(mark);
        Ok(())
    }

    /// A function `(format=1)` that computes a lazily evaluated type expression.
    fn evaluator(&mut self, name: &ast::Identifier, e: &'a Expr, scope: ScopeId, dst: Reg) -> Res {
        let pos = self.pos;
        let line = self.line_of(e.range().start());
        self.enter_annotation(scope, name.id.as_str().into(), line);
        self.pos = Some(e.range());
        self.format_guard();
        let t = self.tmp();
        match e {
            // A starred default of a TypeVarTuple unpacks to one item.
            Expr::Starred(s) => {
                let r = self.expr_any(&s.value)?;
                self.emit(Op::UnpackSequence, t, r, 1);
            }
            e => self.expr_to(e, t)?,
        }
        self.emit(Op::Return, t, 0, 0);
        let code = self.finish()?;
        self.pos = pos;
        self.closure_function(code, dst);
        self.format_default(dst);
        Ok(())
    }

    /// Gives an evaluator its default argument.
    fn format_default(&mut self, f: Reg) {
        let mark = self.mark();
        let t = self.tmp();
        self.load_const(Const::Tuple(vec![Const::Int(1)]), t);
        self.emit(Op::SetFuncAttr, f, t, 1);
        self.release(mark);
    }

    pub(crate) fn type_alias(&mut self, t: &'a ast::StmtTypeAlias) -> Res {
        let Expr::Name(n) = &*t.name else { return Ok(()) };
        let mark = self.mark();
        let dst = self.tmp();
        let line = self.line_of(t.range.start());
        match &t.type_params {
            None => self.alias_object(t, &n.id, line, None, dst)?,
            Some(params) => {
                let (callee, _) = (self.tmp(), self.tmp());
                let pos = self.pos;
                let scope = self.table.scope_of(t, Part::TypeParams);
                let name = format!("<generic parameters of {}>", n.id);
                self.enter(scope, name.into(), line);
                self.pos = pos;
                let types = self.tmp();
                self.type_params(params, types)?;
                let value = self.tmp();
                self.alias_object(t, &n.id, line, Some(types), value)?;
                self.emit(Op::Return, value, 0, 0);
                let code = self.finish()?;
                self.pos = pos;
                self.closure_function(code, callee);
                self.emit(Op::Call, dst, callee, 0);
            }
        }
        self.assign(&t.name, dst)?;
        self.release(mark);
        Ok(())
    }

    fn alias_object(
        &mut self,
        t: &'a ast::StmtTypeAlias,
        name: &str,
        line: u32,
        types: Option<Reg>,
        dst: Reg,
    ) -> Res {
        let mark = self.mark();
        let (n, p, f) = (self.tmp(), self.tmp(), self.tmp());
        self.load_const(Const::text(name), n);
        match types {
            Some(r) => self.move_to(p, r),
            None => self.emit(Op::LoadNone, p, 0, 0),
        }
        let pos = self.pos;
        let scope = self.table.scope_of(t, Part::Body);
        self.enter_annotation(scope, name.into(), line);
        self.pos = Some(t.value.range());
        self.format_guard();
        let r = self.expr_any(&t.value)?;
        self.emit(Op::Return, r, 0, 0);
        let code = self.finish()?;
        self.pos = pos;
        self.closure_function(code, f);
        self.format_default(f);
        self.emit(Op::MakeTypeAlias, dst, n, 0);
        self.release(mark);
        Ok(())
    }
}

/// Removes the common indentation of all lines but the first, as the compiler does since 3.13.
fn clean_doc(doc: &[u8]) -> Vec<u8> {
    let expand = |line: &[u8]| -> Vec<u8> {
        let mut out = Vec::new();
        let mut col = 0;
        for &b in line {
            if b == b'\t' {
                let n = 8 - col % 8;
                out.extend(std::iter::repeat_n(b' ', n));
                col += n;
            } else {
                out.push(b);
                col += 1;
            }
        }
        out
    };
    let has_tabs = doc.contains(&b'\t');
    let lines: Vec<Vec<u8>> =
        doc.split(|b| *b == b'\n').map(|l| if has_tabs { expand(l) } else { l.to_vec() }).collect();
    let indent = |l: &[u8]| l.iter().take_while(|b| **b == b' ').count();
    let margin =
        lines[1..].iter().filter(|l| indent(l) < l.len()).map(|l| indent(l)).min().unwrap_or(0);
    let mut out = lines[0][indent(&lines[0])..].to_vec();
    for l in &lines[1..] {
        out.push(b'\n');
        out.extend_from_slice(&l[margin.min(l.len())..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::clean_doc;

    #[test]
    fn docstrings() {
        assert_eq!(clean_doc(b"  a\n    b\n      c\n"), b"a\nb\n  c\n");
        assert_eq!(clean_doc(b"a"), b"a");
    }
}
