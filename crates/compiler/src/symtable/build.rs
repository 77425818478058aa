//! Walks the tree and records definitions and uses.

use super::{
    CompKind, Part, Place, Scope, ScopeId, ScopeKind, Symbol, SymbolTable, analyse, def, key,
};
use crate::names::{FastMap, Name, OrderedMap, mangle};
use orochi_syntax::ast::{self, Expr, Pattern, Stmt};
use orochi_syntax::{Ranged, Source, SyntaxError, TextRange};

type Res<T = ()> = Result<T, SyntaxError>;

/// Builds and resolves the tables of a module.
pub(crate) fn build(
    source: &Source,
    tree: &ast::Mod,
    future_annotations: bool,
) -> Res<SymbolTable> {
    let mut b = Builder {
        source,
        table: SymbolTable { scopes: Vec::new(), by_node: FastMap::default() },
        stack: Vec::new(),
        private: None,
        future_annotations,
        conditional: false,
    };
    b.enter(ScopeKind::Module, "top", None, TextRange::default());
    match tree {
        ast::Mod::Module(m) => b.body(&m.body)?,
        ast::Mod::Expression(e) => b.expr(&e.body)?,
    }
    b.stack.pop();
    let mut table = b.table;
    analyse::analyse(&mut table, source)?;
    Ok(table)
}

struct Builder<'a> {
    source: &'a Source,
    table: SymbolTable,
    stack: Vec<ScopeId>,
    private: Option<Name>,
    future_annotations: bool,
    /// Within an `if`, loop, `try`, `with` or `match` of the current module or class body.
    conditional: bool,
}

impl<'a> Builder<'a> {
    fn cur(&mut self) -> &mut Scope {
        let id = self.stack.last().copied().unwrap_or(0);
        &mut self.table.scopes[id]
    }

    fn error<T>(&self, range: TextRange, msg: impl Into<String>) -> Res<T> {
        Err(SyntaxError::at_bytes(self.source, range, msg))
    }

    fn enter(
        &mut self,
        kind: ScopeKind,
        name: &str,
        at: Option<(usize, u8)>,
        range: TextRange,
    ) -> ScopeId {
        let id = self.table.scopes.len();
        let nested = self.stack.last().is_some_and(|p| {
            let p = &self.table.scopes[*p];
            p.nested || p.is_function_like()
        });
        let in_class =
            self.stack.last().is_some_and(|p| self.table.scopes[*p].kind == ScopeKind::Class);
        self.table.scopes.push(Scope {
            kind,
            name: name.into(),
            children: Vec::new(),
            symbols: OrderedMap::default(),
            params: Vec::new(),
            private: self.private.clone(),
            nested,
            generator: false,
            coroutine: false,
            is_async: false,
            comprehension: CompKind::No,
            comp_iter_target: false,
            comp_iter_expr: 0,
            free: false,
            child_free: false,
            needs_class_closure: false,
            needs_classdict: false,
            can_see_class_scope: false,
            has_conditional_annotations: false,
            annotations_used: false,
            method: in_class && kind == ScopeKind::Function,
            inlined: false,
            has_walrus: false,
            annotation_scope: None,
            range,
            info: "",
            directives: Vec::new(),
        });
        if let Some(parent) = self.stack.last() {
            self.table.scopes[*parent].children.push(id);
        }
        if let Some(k) = at {
            self.table.by_node.insert(k, id);
        }
        self.stack.push(id);
        id
    }

    fn leave(&mut self) {
        self.stack.pop();
    }

    /// Records a definition or use in the current scope.
    fn add(&mut self, name: &str, flags: u32, range: TextRange) -> Res {
        let id = self.stack.last().copied().unwrap_or(0);
        let mangled = mangle(self.private.as_deref(), name);
        self.add_to(id, mangled, flags, range)
    }

    fn add_to(&mut self, id: ScopeId, name: Name, mut flags: u32, range: TextRange) -> Res {
        let scope = &mut self.table.scopes[id];
        let old = scope.symbols.get(&name).map_or(0, |s| s.flags);
        if flags & def::PARAM != 0 && old & def::PARAM != 0 {
            return self
                .error(range, format!("duplicate argument '{name}' in function definition"));
        }
        if flags & def::TYPE_PARAM != 0 && old & def::TYPE_PARAM != 0 {
            return self.error(range, format!("duplicate type parameter '{name}'"));
        }
        if scope.comp_iter_target && flags & def::LOCAL != 0 {
            if old & (def::GLOBAL | def::NONLOCAL) != 0 {
                let msg = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{name}'"
                );
                return self.error(range, msg);
            }
            flags |= def::COMP_ITER;
        }
        if flags & def::PARAM != 0 {
            scope.params.push(name.clone());
        }
        scope.symbols.insert(name, Symbol { flags: old | flags, place: Place::Unknown });
        Ok(())
    }

    fn flags_of(&self, id: ScopeId, name: &str) -> u32 {
        self.table.scopes[id].symbols.get(name).map_or(0, |s| s.flags)
    }

    // ---- statements ------------------------------------------------------------------------

    fn body(&mut self, body: &'a [Stmt]) -> Res {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn conditional_body(&mut self, body: &'a [Stmt]) -> Res {
        let old = std::mem::replace(&mut self.conditional, true);
        let r = self.body(body);
        self.conditional = old;
        r
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Res {
        match stmt {
            Stmt::FunctionDef(f) => self.function(f),
            Stmt::ClassDef(c) => self.class(c),
            Stmt::TypeAlias(t) => self.type_alias(t),
            Stmt::Return(r) => self.opt(r.value.as_deref()),
            Stmt::Delete(d) => self.exprs(&d.targets),
            Stmt::Assign(a) => {
                self.exprs(&a.targets)?;
                self.expr(&a.value)
            }
            Stmt::AugAssign(a) => {
                self.expr(&a.target)?;
                self.expr(&a.value)
            }
            Stmt::AnnAssign(a) => self.ann_assign(a),
            Stmt::For(f) => {
                // Matters at the top level, where awaiting may be allowed.
                self.cur().coroutine |= f.is_async;
                self.expr(&f.target)?;
                self.expr(&f.iter)?;
                self.conditional_body(&f.body)?;
                self.conditional_body(&f.orelse)
            }
            Stmt::While(w) => {
                self.expr(&w.test)?;
                self.conditional_body(&w.body)?;
                self.conditional_body(&w.orelse)
            }
            Stmt::If(i) => {
                self.expr(&i.test)?;
                self.conditional_body(&i.body)?;
                for clause in &i.elif_else_clauses {
                    self.opt(clause.test.as_ref())?;
                    self.conditional_body(&clause.body)?;
                }
                Ok(())
            }
            Stmt::Match(m) => {
                self.expr(&m.subject)?;
                for case in &m.cases {
                    self.pattern(&case.pattern)?;
                    self.opt(case.guard.as_deref())?;
                    self.conditional_body(&case.body)?;
                }
                Ok(())
            }
            Stmt::Raise(r) => {
                self.opt(r.exc.as_deref())?;
                self.opt(r.cause.as_deref())
            }
            Stmt::Try(t) => {
                self.conditional_body(&t.body)?;
                for ast::ExceptHandler::ExceptHandler(h) in &t.handlers {
                    self.opt(h.type_.as_deref())?;
                    if let Some(n) = &h.name {
                        self.add(&n.id, def::LOCAL, n.range)?;
                    }
                    self.conditional_body(&h.body)?;
                }
                self.conditional_body(&t.orelse)?;
                self.conditional_body(&t.finalbody)
            }
            Stmt::Assert(a) => {
                self.expr(&a.test)?;
                self.opt(a.msg.as_deref())
            }
            Stmt::Import(i) => i.names.iter().try_for_each(|a| self.alias(a)),
            Stmt::ImportFrom(i) => i.names.iter().try_for_each(|a| self.alias(a)),
            Stmt::Global(g) => {
                g.names.iter().try_for_each(|n| self.directive(n, g.range, def::GLOBAL))
            }
            Stmt::Nonlocal(g) => {
                g.names.iter().try_for_each(|n| self.directive(n, g.range, def::NONLOCAL))
            }
            Stmt::Expr(e) => self.expr(&e.value),
            Stmt::With(w) => {
                self.cur().coroutine |= w.is_async;
                for item in &w.items {
                    self.expr(&item.context_expr)?;
                    self.opt(item.optional_vars.as_deref())?;
                }
                self.conditional_body(&w.body)
            }
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => {
                Ok(())
            }
        }
    }

    fn directive(&mut self, name: &ast::Identifier, range: TextRange, flag: u32) -> Res {
        let id = self.stack.last().copied().unwrap_or(0);
        let mangled = mangle(self.private.as_deref(), &name.id);
        let old = self.flags_of(id, &mangled);
        let word = if flag == def::GLOBAL { "global" } else { "nonlocal" };
        if old & (def::PARAM | def::LOCAL | def::USE | def::ANNOT) != 0 {
            let msg = if old & def::PARAM != 0 {
                format!("name '{mangled}' is parameter and {word}")
            } else if old & def::USE != 0 {
                format!("name '{mangled}' is used prior to {word} declaration")
            } else if old & def::ANNOT != 0 {
                format!("annotated name '{mangled}' can't be {word}")
            } else {
                format!("name '{mangled}' is assigned to before {word} declaration")
            };
            return self.error(range, msg);
        }
        self.add(&name.id, flag, range)?;
        if flag == def::GLOBAL && id != 0 {
            // As in CPython, the module's own code then means the global too, even where it is
            // executed with a namespace apart from the globals.
            let module = &mut self.table.scopes[0];
            let flags = module.symbols.get(&mangled).map_or(0, |s| s.flags) | def::GLOBAL;
            module.symbols.insert(mangled.clone(), Symbol { flags, place: Place::Unknown });
        }
        self.cur().directives.push((mangled, range));
        Ok(())
    }

    fn alias(&mut self, a: &ast::Alias) -> Res {
        let name = match &a.asname {
            Some(n) => n.id.as_str(),
            None => a.name.id.split('.').next().unwrap_or(""),
        };
        if name == "*" {
            if self.cur().kind != ScopeKind::Module {
                return self.error(a.range, "import * only allowed at module level");
            }
            return Ok(());
        }
        self.add(name, def::IMPORT, a.range)
    }

    fn function(&mut self, f: &'a ast::StmtFunctionDef) -> Res {
        self.add(&f.name.id, def::LOCAL, f.name.range)?;
        self.defaults(&f.parameters)?;
        for d in &f.decorator_list {
            self.expr(&d.expression)?;
        }
        let in_class_scope = self.cur().kind == ScopeKind::Class;
        if let Some(params) = &f.type_params {
            let (d, k) = default_kinds(&f.parameters);
            self.enter_type_params(
                &f.name.id,
                (key(f, Part::TypeParams), f.name.range),
                d,
                k,
                false,
            )?;
            self.type_params(params)?;
        }
        self.annotations(f)?;
        let old = std::mem::replace(&mut self.conditional, false);
        self.enter(ScopeKind::Function, &f.name.id, Some(key(f, Part::Body)), f.name.range);
        self.cur().is_async = f.is_async;
        self.cur().coroutine = f.is_async;
        if in_class_scope {
            self.cur().method = true;
        }
        self.parameters(&f.parameters)?;
        self.body(&f.body)?;
        self.leave();
        self.conditional = old;
        if f.type_params.is_some() {
            self.leave();
        }
        Ok(())
    }

    fn class(&mut self, c: &'a ast::StmtClassDef) -> Res {
        self.add(&c.name.id, def::LOCAL, c.name.range)?;
        for d in &c.decorator_list {
            self.expr(&d.expression)?;
        }
        let old_private = self.private.clone();
        if let Some(params) = &c.type_params {
            self.private = Some(c.name.id.as_str().into());
            self.enter_type_params(
                &c.name.id,
                (key(c, Part::TypeParams), c.name.range),
                false,
                false,
                true,
            )?;
            self.type_params(params)?;
        }
        if let Some(args) = &c.arguments {
            self.exprs(&args.args)?;
            for k in &args.keywords {
                self.expr(&k.value)?;
            }
        }
        self.private = Some(c.name.id.as_str().into());
        let old = std::mem::replace(&mut self.conditional, false);
        self.enter(ScopeKind::Class, &c.name.id, Some(key(c, Part::Body)), c.name.range);
        if c.type_params.is_some() {
            self.add("__type_params__", def::LOCAL, c.range)?;
            self.add(".type_params", def::USE, c.range)?;
        }
        self.body(&c.body)?;
        self.leave();
        self.conditional = old;
        if c.type_params.is_some() {
            self.leave();
        }
        self.private = old_private;
        Ok(())
    }

    fn type_alias(&mut self, t: &'a ast::StmtTypeAlias) -> Res {
        self.expr(&t.name)?;
        let name = match &*t.name {
            Expr::Name(n) => n.id.as_str(),
            _ => "",
        };
        let in_class = self.cur().kind == ScopeKind::Class;
        let sees = in_class || self.cur().can_see_class_scope;
        if let Some(params) = &t.type_params {
            self.enter_type_params(name, (key(t, Part::TypeParams), t.range), false, false, false)?;
            self.type_params(params)?;
        }
        self.enter(ScopeKind::TypeAlias, name, Some(key(t, Part::Body)), t.range);
        self.add(".format", def::PARAM, t.range)?;
        if sees {
            self.see_class()?;
        }
        self.expr(&t.value)?;
        self.leave();
        if t.type_params.is_some() {
            self.leave();
        }
        Ok(())
    }

    fn see_class(&mut self) -> Res {
        self.cur().can_see_class_scope = true;
        self.add("__classdict__", def::USE, TextRange::default())
    }

    fn enter_type_params(
        &mut self,
        name: &str,
        (at, range): ((usize, u8), TextRange),
        defaults: bool,
        kwdefaults: bool,
        class: bool,
    ) -> Res {
        let sees = self.cur().kind == ScopeKind::Class;
        self.enter(ScopeKind::TypeParameters, name, Some(at), range);
        let none = TextRange::default();
        if sees {
            self.see_class()?;
        }
        if class {
            self.add(".type_params", def::LOCAL | def::USE, none)?;
            self.add(".generic_base", def::LOCAL | def::USE, none)?;
        }
        if defaults {
            self.add(".defaults", def::PARAM, none)?;
        }
        if kwdefaults {
            self.add(".kwdefaults", def::PARAM, none)?;
        }
        Ok(())
    }

    fn type_params(&mut self, params: &'a ast::TypeParams) -> Res {
        let mut seen_default = false;
        for p in &params.type_params {
            let name = p.name();
            if matches!(name.id.as_str(), "__classdict__" | "__classcell__" | "__class__") {
                let msg = format!("reserved name '{}' cannot be used for type parameter", name.id);
                return self.error(name.range, msg);
            }
            self.add(&name.id, def::TYPE_PARAM | def::LOCAL, p.range())?;
            let (bound, default) = match p {
                ast::TypeParam::TypeVar(t) => (t.bound.as_deref(), t.default.as_deref()),
                ast::TypeParam::ParamSpec(t) => (None, t.default.as_deref()),
                ast::TypeParam::TypeVarTuple(t) => (None, t.default.as_deref()),
            };
            if let Some(e) = bound {
                let info =
                    if e.is_tuple_expr() { "a TypeVar constraint" } else { "a TypeVar bound" };
                self.type_variable(name, e, key(p, Part::Bound), info)?;
            }
            if let Some(e) = default {
                seen_default = true;
                let info = match p {
                    ast::TypeParam::TypeVar(_) => "a TypeVar default",
                    ast::TypeParam::ParamSpec(_) => "a ParamSpec default",
                    ast::TypeParam::TypeVarTuple(_) => "a TypeVarTuple default",
                };
                self.type_variable(name, e, key(p, Part::Default), info)?;
            } else if seen_default {
                let msg = format!(
                    "non-default type parameter '{}' follows default type parameter",
                    name.id
                );
                return self.error(p.range(), msg);
            }
        }
        Ok(())
    }

    fn type_variable(
        &mut self,
        name: &ast::Identifier,
        e: &'a Expr,
        at: (usize, u8),
        info: &'static str,
    ) -> Res {
        let sees = self.cur().can_see_class_scope;
        self.enter(ScopeKind::TypeVariable, &name.id, Some(at), name.range);
        self.cur().info = info;
        self.add(".format", def::PARAM, name.range)?;
        if sees {
            self.see_class()?;
        }
        self.expr(e)?;
        self.leave();
        Ok(())
    }

    fn annotations(&mut self, f: &'a ast::StmtFunctionDef) -> Res {
        let p = &f.parameters;
        let annotated = f.returns.is_some() || p.iter().any(|a| a.annotation().is_some());
        let sees =
            annotated && (self.cur().kind == ScopeKind::Class || self.cur().can_see_class_scope);
        let at = Some(key(f, Part::Annotations));
        self.enter(ScopeKind::Annotation, "__annotate__", at, f.name.range);
        self.add(".format", def::PARAM, f.range)?;
        if sees {
            self.see_class()?;
        }
        let all = p.posonlyargs.iter().chain(&p.args).map(|a| &a.parameter);
        for a in all {
            self.opt_annotation(a.annotation.as_deref())?;
        }
        for a in p.vararg.iter() {
            self.opt_annotation(a.annotation.as_deref())?;
        }
        for a in p.kwonlyargs.iter() {
            self.opt_annotation(a.parameter.annotation.as_deref())?;
        }
        for a in p.kwarg.iter() {
            self.opt_annotation(a.annotation.as_deref())?;
        }
        self.opt_annotation(f.returns.as_deref())?;
        self.leave();
        Ok(())
    }

    fn opt_annotation(&mut self, e: Option<&'a Expr>) -> Res {
        let Some(e) = e else { return Ok(()) };
        self.cur().annotations_used = true;
        if self.future_annotations { self.unevaluated(e) } else { self.expr(e) }
    }

    /// An annotation that is never evaluated: only what is forbidden there is looked for.
    fn unevaluated(&mut self, e: &'a Expr) -> Res {
        match forbidden_in_annotation(e) {
            Some((range, what)) => {
                self.error(range, format!("{what} cannot be used within an annotation"))
            }
            None => Ok(()),
        }
    }

    fn ann_assign(&mut self, a: &'a ast::StmtAnnAssign) -> Res {
        self.cur().annotations_used = true;
        let id = self.stack.last().copied().unwrap_or(0);
        if let Expr::Name(n) = &*a.target {
            let mangled = mangle(self.private.as_deref(), &n.id);
            let old = self.flags_of(id, &mangled);
            if a.simple && id != 0 && old & (def::GLOBAL | def::NONLOCAL) != 0 {
                let word = if old & def::GLOBAL != 0 { "global" } else { "nonlocal" };
                let msg = format!("annotated name '{}' can't be {word}", n.id);
                return self.error(a.range, msg);
            }
            if a.simple {
                self.add(&n.id, def::ANNOT | def::LOCAL, n.range)?;
            } else if a.value.is_some() {
                self.add(&n.id, def::LOCAL, n.range)?;
            }
        } else {
            self.expr(&a.target)?;
        }
        self.variable_annotation(a)?;
        self.opt(a.value.as_deref())
    }

    fn variable_annotation(&mut self, a: &'a ast::StmtAnnAssign) -> Res {
        let id = self.stack.last().copied().unwrap_or(0);
        let kind = self.table.scopes[id].kind;
        let namespace = matches!(kind, ScopeKind::Module | ScopeKind::Class);
        if self.future_annotations || !namespace {
            return self.unevaluated(&a.annotation);
        }
        if !a.simple {
            // Evaluated nowhere either, but names in it count as annotation scope uses.
            return self.unevaluated(&a.annotation);
        }
        if (kind == ScopeKind::Module || self.conditional)
            && !self.table.scopes[id].has_conditional_annotations
        {
            self.table.scopes[id].has_conditional_annotations = true;
            self.add("__conditional_annotations__", def::USE, a.range)?;
        }
        match self.table.scopes[id].annotation_scope {
            Some(existing) => self.stack.push(existing),
            None => {
                let s = self.enter(ScopeKind::Annotation, "__annotate__", None, a.range);
                self.table.scopes[id].annotation_scope = Some(s);
                self.add(".format", def::PARAM, a.range)?;
                if kind == ScopeKind::Class {
                    self.see_class()?;
                }
            }
        }
        if self.table.scopes[id].has_conditional_annotations {
            self.add("__conditional_annotations__", def::USE, a.range)?;
        }
        self.expr(&a.annotation)?;
        self.leave();
        Ok(())
    }

    fn defaults(&mut self, p: &'a ast::Parameters) -> Res {
        for a in p.posonlyargs.iter().chain(&p.args) {
            self.opt(a.default.as_deref())?;
        }
        for a in &p.kwonlyargs {
            self.opt(a.default.as_deref())?;
        }
        Ok(())
    }

    fn parameters(&mut self, p: &'a ast::Parameters) -> Res {
        for a in p.posonlyargs.iter().chain(&p.args).chain(&p.kwonlyargs) {
            self.add(&a.parameter.name.id, def::PARAM, a.parameter.range)?;
        }
        for a in p.vararg.iter().chain(&p.kwarg) {
            let range = TextRange::new(a.name.range.start(), a.range.end());
            self.add(&a.name.id, def::PARAM, range)?;
        }
        Ok(())
    }

    // ---- expressions -----------------------------------------------------------------------

    fn opt(&mut self, e: Option<&'a Expr>) -> Res {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    fn exprs(&mut self, all: &'a [Expr]) -> Res {
        all.iter().try_for_each(|e| self.expr(e))
    }

    fn expr(&mut self, e: &'a Expr) -> Res {
        match e {
            Expr::Name(n) => self.name(n),
            Expr::Named(n) => self.named(n),
            Expr::BoolOp(b) => self.exprs(&b.values),
            Expr::BinOp(b) => {
                self.expr(&b.left)?;
                self.expr(&b.right)
            }
            Expr::UnaryOp(u) => self.expr(&u.operand),
            Expr::Lambda(l) => {
                if let Some(p) = &l.parameters {
                    self.defaults(p)?;
                }
                let old = std::mem::replace(&mut self.conditional, false);
                self.enter(ScopeKind::Function, "<lambda>", Some(key(l, Part::Body)), l.range);
                if let Some(p) = &l.parameters {
                    self.parameters(p)?;
                }
                self.expr(&l.body)?;
                self.leave();
                self.conditional = old;
                Ok(())
            }
            Expr::If(i) => {
                self.expr(&i.test)?;
                self.expr(&i.body)?;
                self.expr(&i.orelse)
            }
            Expr::Dict(d) => d.items.iter().try_for_each(|i| {
                self.opt(i.key.as_ref())?;
                self.expr(&i.value)
            }),
            Expr::Set(s) => self.exprs(&s.elts),
            Expr::ListComp(c) => self.comprehension(
                CompKind::List,
                "<listcomp>",
                key(c, Part::Body),
                &c.generators,
                &[&c.elt],
                c.range,
            ),
            Expr::SetComp(c) => self.comprehension(
                CompKind::Set,
                "<setcomp>",
                key(c, Part::Body),
                &c.generators,
                &[&c.elt],
                c.range,
            ),
            Expr::DictComp(c) => {
                let k = c.key.as_deref();
                let elts: Vec<&'a Expr> = k.into_iter().chain([&*c.value]).collect();
                let at = key(c, Part::Body);
                self.comprehension(CompKind::Dict, "<dictcomp>", at, &c.generators, &elts, c.range)
            }
            Expr::Generator(c) => self.comprehension(
                CompKind::Generator,
                "<genexpr>",
                key(c, Part::Body),
                &c.generators,
                &[&c.elt],
                c.range,
            ),
            Expr::Await(a) => {
                self.forbid(a.range, "await expression")?;
                self.expr(&a.value)?;
                self.cur().coroutine = true;
                Ok(())
            }
            Expr::Yield(y) => {
                self.opt(y.value.as_deref())?;
                self.yields(y.range)
            }
            Expr::YieldFrom(y) => {
                self.expr(&y.value)?;
                self.yields(y.range)
            }
            Expr::Compare(c) => {
                self.expr(&c.left)?;
                self.exprs(&c.comparators)
            }
            Expr::Call(c) => {
                self.expr(&c.func)?;
                self.exprs(&c.arguments.args)?;
                c.arguments.keywords.iter().try_for_each(|k| self.expr(&k.value))
            }
            Expr::FString(f) => f.value.elements().try_for_each(|e| self.interpolated(e)),
            Expr::TString(t) => t.value.elements().try_for_each(|e| self.interpolated(e)),
            Expr::Attribute(a) => self.expr(&a.value),
            Expr::Subscript(s) => {
                self.expr(&s.value)?;
                self.expr(&s.slice)
            }
            Expr::Starred(s) => self.expr(&s.value),
            Expr::List(l) => self.exprs(&l.elts),
            Expr::Tuple(t) => self.exprs(&t.elts),
            Expr::Slice(s) => {
                self.opt(s.lower.as_deref())?;
                self.opt(s.upper.as_deref())?;
                self.opt(s.step.as_deref())
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => Ok(()),
        }
    }

    fn interpolated(&mut self, e: &'a ast::InterpolatedStringElement) -> Res {
        let ast::InterpolatedStringElement::Interpolation(i) = e else { return Ok(()) };
        self.expr(&i.expression)?;
        match &i.format_spec {
            Some(spec) => spec.elements.iter().try_for_each(|e| self.interpolated(e)),
            None => Ok(()),
        }
    }

    fn name(&mut self, n: &ast::ExprName) -> Res {
        let load = matches!(n.ctx, ast::ExprContext::Load);
        self.add(&n.id, if load { def::USE } else { def::LOCAL }, n.range)?;
        if load && &*n.id == "super" && self.cur().is_function_like() {
            self.add("__class__", def::USE, n.range)?;
        }
        Ok(())
    }

    fn forbid(&mut self, range: TextRange, what: &str) -> Res {
        let info = self.cur().info;
        let place = match self.cur().kind {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => info,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParameters => "the definition of a generic",
            _ => return Ok(()),
        };
        self.error(range, format!("{what} cannot be used within {place}"))
    }

    fn yields(&mut self, range: TextRange) -> Res {
        self.forbid(range, "yield expression")?;
        let what = match self.cur().comprehension {
            CompKind::No => {
                self.cur().generator = true;
                return Ok(());
            }
            CompKind::List => "list comprehension",
            CompKind::Set => "set comprehension",
            CompKind::Dict => "dict comprehension",
            CompKind::Generator => "generator expression",
        };
        self.error(range, format!("'yield' inside {what}"))
    }

    fn named(&mut self, n: &'a ast::ExprNamed) -> Res {
        self.forbid(n.range, "named expression")?;
        if self.cur().comp_iter_expr > 0 {
            let msg = "assignment expression cannot be used in a comprehension iterable expression";
            return self.error(n.range, msg);
        }
        if self.cur().comprehension != CompKind::No {
            self.walrus_in_comprehension(n)?;
        } else {
            self.cur().has_walrus = true;
        }
        self.expr(&n.value)?;
        self.expr(&n.target)
    }

    /// The target of an assignment expression in a comprehension belongs to the enclosing function or module.
    fn walrus_in_comprehension(&mut self, n: &ast::ExprNamed) -> Res {
        let Expr::Name(target) = &*n.target else { return Ok(()) };
        let name = mangle(self.private.as_deref(), &target.id);
        for at in (0..self.stack.len()).rev() {
            let id = self.stack[at];
            let flags = self.flags_of(id, &name);
            let scope = &self.table.scopes[id];
            if scope.comprehension != CompKind::No {
                if flags & def::COMP_ITER != 0 && flags & (def::LOCAL | def::GLOBAL) != 0 {
                    let msg = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{}'",
                        target.id
                    );
                    return self.error(target.range, msg);
                }
                continue;
            }
            let (here, there) = match scope.kind {
                ScopeKind::Function => {
                    (if flags & def::GLOBAL != 0 { def::GLOBAL } else { def::NONLOCAL }, def::LOCAL)
                }
                ScopeKind::Module => (def::GLOBAL, def::GLOBAL),
                ScopeKind::Class => {
                    let msg = "assignment expression within a comprehension cannot be used in a class body";
                    return self.error(target.range, msg);
                }
                kind => {
                    let place = match kind {
                        ScopeKind::TypeVariable => scope.info,
                        ScopeKind::TypeAlias => "a type alias",
                        ScopeKind::Annotation => "an annotation",
                        _ => "the definition of a generic",
                    };
                    let msg = format!(
                        "assignment expression within a comprehension cannot be used within {place}"
                    );
                    return self.error(target.range, msg);
                }
            };
            self.table.scopes[id].has_walrus = true;
            self.add(&target.id, here, target.range)?;
            self.cur().directives.push((name.clone(), target.range));
            return self.add_to(id, name, there, target.range);
        }
        Ok(())
    }

    fn comprehension(
        &mut self,
        kind: CompKind,
        name: &str,
        at: (usize, u8),
        generators: &'a [ast::Comprehension],
        elts: &[&'a Expr],
        range: TextRange,
    ) -> Res {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        self.cur().comp_iter_expr += 1;
        self.expr(&first.iter)?;
        self.cur().comp_iter_expr -= 1;
        self.enter(ScopeKind::Function, name, Some(at), range);
        self.cur().comprehension = kind;
        self.cur().method = false;
        if first.is_async {
            self.cur().coroutine = true;
        }
        self.add(".0", def::PARAM, range)?;
        self.cur().comp_iter_target = true;
        self.expr(&first.target)?;
        self.cur().comp_iter_target = false;
        self.exprs(&first.ifs)?;
        for g in rest {
            self.cur().comp_iter_target = true;
            self.expr(&g.target)?;
            self.cur().comp_iter_target = false;
            self.cur().comp_iter_expr += 1;
            self.expr(&g.iter)?;
            self.cur().comp_iter_expr -= 1;
            self.exprs(&g.ifs)?;
            if g.is_async {
                self.cur().coroutine = true;
            }
        }
        elts.iter().try_for_each(|e| self.expr(e))?;
        let generator = kind == CompKind::Generator;
        self.cur().generator = generator;
        let is_async = self.cur().coroutine && !generator;
        self.leave();
        if is_async {
            self.cur().coroutine = true;
        }
        Ok(())
    }

    // ---- patterns --------------------------------------------------------------------------

    fn pattern(&mut self, p: &'a Pattern) -> Res {
        match p {
            Pattern::MatchValue(v) => self.expr(&v.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(s) => s.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(m) => {
                m.keys.iter().try_for_each(|k| self.expr(k))?;
                m.patterns.iter().try_for_each(|p| self.pattern(p))?;
                self.capture(m.rest.as_ref())
            }
            Pattern::MatchClass(c) => {
                self.expr(&c.cls)?;
                c.arguments.patterns.iter().try_for_each(|p| self.pattern(p))?;
                c.arguments.keywords.iter().try_for_each(|k| self.pattern(&k.pattern))
            }
            Pattern::MatchStar(s) => self.capture(s.name.as_ref()),
            Pattern::MatchAs(a) => {
                if let Some(p) = &a.pattern {
                    self.pattern(p)?;
                }
                self.capture(a.name.as_ref())
            }
            Pattern::MatchOr(o) => o.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }

    fn capture(&mut self, name: Option<&ast::Identifier>) -> Res {
        name.map_or(Ok(()), |n| self.add(&n.id, def::LOCAL, n.range))
    }
}

fn default_kinds(p: &ast::Parameters) -> (bool, bool) {
    (
        p.posonlyargs.iter().chain(&p.args).any(|a| a.default.is_some()),
        p.kwonlyargs.iter().any(|a| a.default.is_some()),
    )
}

/// The first thing in an annotation that may not be there.
fn forbidden_in_annotation(e: &Expr) -> Option<(TextRange, &'static str)> {
    let mut found = None;
    crate::walk::walk(e, &mut |e| {
        let what = match e {
            Expr::Named(_) => "named expression",
            Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
            Expr::Await(_) => "await expression",
            Expr::Lambda(_) => return false,
            _ => return true,
        };
        if found.is_none() {
            found = Some((e.range(), what));
        }
        true
    });
    found
}
