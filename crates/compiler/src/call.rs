//! Calls: arguments are computed where the callee's window will lie.

use crate::compiler::{Compiler, Res, Var};
use crate::symtable::{CompKind, Place, ScopeKind};
use crate::unit::Reg;
use orochi_bytecode::{Const, Op, SiteKind};
use orochi_syntax::ast::{self, Expr};
use orochi_syntax::{Ranged, TextRange};

/// Positional and keyword arguments up to this number lie in registers; more go through a list and a dict.
const MAX_DIRECT: usize = crate::expr::MAX_AT_ONCE;

impl<'a> Compiler<'a> {
    pub(crate) fn call(&mut self, c: &'a ast::ExprCall, dst: Reg) -> Res {
        self.check_callee(c);
        let mark = self.mark();
        // The group may begin with the destination if that is the topmost temporary.
        let base = if self.is_top(dst) { dst } else { self.tmp() };
        self.tmp();
        let method = self.callee(&c.func, &c.arguments, base)?;
        // Attribute calls over several lines are reported at the attribute.
        let range = match &*c.func {
            Expr::Attribute(a) if self.attribute_range(a.range, a) != a.range => {
                TextRange::new(a.attr.range.start(), c.range().end())
            }
            // CPython runs these loops in line, and what they raise is at the name.
            Expr::Name(name) if consumes(&name.id, &c.arguments) => name.range,
            _ => c.range(),
        };
        let old = self.at(range);
        self.arguments(&c.arguments, base, method, dst, None)?;
        self.pos = old;
        self.release(mark);
        Ok(())
    }

    /// Loads the callee at `base`; true if `r[base+1]` was set too (a pair).
    fn callee(&mut self, func: &'a Expr, _args: &'a ast::Arguments, base: Reg) -> Res<bool> {
        let Expr::Attribute(a) = func else {
            self.expr_to(func, base)?;
            return Ok(false);
        };
        let old = self.at(a.range);
        let mark = self.mark();
        let name = self.mangle(&a.attr.id);
        if let Some((group, kind)) = self.super_call(&a.value)? {
            self.pos = Some(a.range);
            let s = self.site(&name, kind);
            self.emit(Op::LoadSuperMethod, base, group, s);
        } else {
            let r = match self.local_register(&a.value) {
                Some(r) => r,
                None => {
                    self.expr_to(&a.value, base)?;
                    base
                }
            };
            self.pos = Some(self.attribute_range(a.range, a));
            let s = self.site(&name, SiteKind::Method);
            self.emit(Op::LoadMethod, base, r, s);
        }
        self.release(mark);
        self.pos = old;
        Ok(true)
    }

    /// Emits arguments and call for the callee at `base` (two registers allocated). `first`: a register with an
    /// extra first positional argument, already at `base + 2`.
    pub(crate) fn arguments(
        &mut self,
        args: &'a ast::Arguments,
        base: Reg,
        pair: bool,
        dst: Reg,
        first: Option<Reg>,
    ) -> Res {
        self.check_keywords(args)?;
        let extra = first.is_some() as usize;
        let spread = args.args.iter().any(|a| a.is_starred_expr())
            || args.keywords.iter().any(|k| k.arg.is_none())
            || args.args.len() + args.keywords.len() > MAX_DIRECT;
        if spread {
            return self.spread_call(args, base, pair, dst, extra);
        }
        let pos = self.pos;
        for a in &args.args {
            let t = self.tmp();
            self.expr_to(a, t)?;
        }
        for k in &args.keywords {
            let t = self.tmp();
            self.expr_to(&k.value, t)?;
        }
        self.pos = pos;
        let n = (extra + args.args.len() + args.keywords.len()) as u16;
        if args.keywords.is_empty() {
            self.emit(if pair { Op::CallMethod } else { Op::Call }, dst, base, n);
        } else {
            if !pair {
                self.emit(Op::LoadUnset, base.saturating_add(1), 0, 0);
            }
            let names = self.keyword_names(args);
            let t = self.tmp();
            self.load_const(names, t);
            self.emit(Op::CallKw, dst, base, n);
        }
        Ok(())
    }

    fn keyword_names(&self, args: &ast::Arguments) -> Const {
        // Names of arguments are not mangled, unlike those of parameters.
        let name = |k: &ast::Keyword| k.arg.as_ref().map(|n| Const::text(&n.id));
        Const::Tuple(args.keywords.iter().filter_map(name).collect())
    }

    fn spread_call(
        &mut self,
        args: &'a ast::Arguments,
        base: Reg,
        pair: bool,
        dst: Reg,
        extra: usize,
    ) -> Res {
        let pos = self.pos;
        if !pair {
            self.emit(Op::LoadUnset, base.saturating_add(1), 0, 0);
        }
        // An extra first argument lies in the register of the positional tuple already.
        let tuple = if extra > 0 { base + 2 } else { self.tmp() };
        self.positional_tuple(&args.args, tuple, extra)?;
        let map = self.tmp();
        let own = match &*args.keywords {
            // The call makes no use of it but to read it.
            [only] if only.arg.is_none() => {
                self.expr_to(&only.value, map)?;
                0
            }
            keywords => {
                self.keyword_map(keywords, map, base)?;
                1
            }
        };
        self.pos = pos;
        self.emit(Op::CallEx, dst, base, own);
        Ok(())
    }

    fn positional_tuple(&mut self, args: &'a [Expr], tuple: Reg, extra: usize) -> Res {
        if extra == 0 {
            if let [Expr::Starred(s)] = args {
                return self.expr_to(&s.value, tuple);
            }
            if !args.iter().any(|a| a.is_starred_expr()) && args.len() <= MAX_DIRECT {
                let mark = self.mark();
                let base = self.consecutive(args)?;
                self.emit(Op::BuildTuple, tuple, base, args.len() as u16);
                self.release(mark);
                return Ok(());
            }
        }
        self.emit(Op::BuildList, tuple, tuple, extra as u16);
        for a in args {
            let mark = self.mark();
            let old = self.at(a.range());
            match a {
                Expr::Starred(s) => {
                    let r = self.expr_any(&s.value)?;
                    // What cannot be iterated over is an error of the whole call.
                    self.pos = old;
                    self.emit(Op::ListExtend, tuple, r, 0);
                }
                a => {
                    let r = self.expr_any(a)?;
                    self.emit(Op::ListAppend, tuple, r, 0);
                }
            }
            self.pos = old;
            self.release(mark);
        }
        self.emit(Op::ListToTuple, tuple, tuple, 0);
        Ok(())
    }

    pub(crate) fn keyword_map(
        &mut self,
        keywords: &'a [ast::Keyword],
        map: Reg,
        callee: Reg,
    ) -> Res {
        if keywords.is_empty() {
            self.emit(Op::LoadUnset, map, 0, 0);
            return Ok(());
        }
        let mut i = self.keyword_group(keywords, map)?;
        while i < keywords.len() {
            let mark = self.mark();
            let more = self.tmp();
            if keywords[i].arg.is_none() {
                self.expr_to(&keywords[i].value, more)?;
                i += 1;
            } else {
                i += self.keyword_group(&keywords[i..], more)?;
            }
            self.emit(Op::DictMerge, map, more, callee);
            self.release(mark);
        }
        Ok(())
    }

    /// A dict of the first keywords, up to one of the form `**d`; gives how many.
    fn keyword_group(&mut self, keywords: &'a [ast::Keyword], dst: Reg) -> Res<usize> {
        let mark = self.mark();
        let mut n = 0;
        // A keyword takes two registers.
        for keyword in keywords.iter().take(MAX_DIRECT / 2) {
            let Some(name) = &keyword.arg else { break };
            let (k, v) = (self.tmp(), self.tmp());
            self.load_const(Const::text(&name.id), k);
            self.expr_to(&keyword.value, v)?;
            n += 1;
        }
        self.emit(Op::BuildMap, dst, mark as Reg, n as u16);
        self.release(mark);
        Ok(n)
    }

    pub(crate) fn check_keywords(&self, args: &ast::Arguments) -> Res {
        for (i, k) in args.keywords.iter().enumerate() {
            let Some(name) = &k.arg else { continue };
            if name.id == "__debug__" {
                return self.error(k.range, "cannot assign to __debug__");
            }
            let again = args.keywords[i + 1..]
                .iter()
                .find(|o| o.arg.as_ref().is_some_and(|n| n.id == name.id));
            if let Some(o) = again {
                return self.error(o.range, format!("keyword argument repeated: {}", name.id));
            }
        }
        Ok(())
    }

    fn check_callee(&mut self, c: &ast::ExprCall) {
        let f = &*c.func;
        let literal = matches!(
            f,
            Expr::NoneLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::EllipsisLiteral(_)
                | Expr::NumberLiteral(_)
                | Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::Tuple(_)
                | Expr::List(_)
                | Expr::ListComp(_)
                | Expr::Dict(_)
                | Expr::DictComp(_)
                | Expr::Set(_)
                | Expr::SetComp(_)
                | Expr::Generator(_)
                | Expr::FString(_)
                | Expr::TString(_)
        );
        if let (true, Some(kind)) = (literal, crate::expr::type_name(f)) {
            let msg = format!("'{kind}' object is not callable; perhaps you missed a comma?");
            self.warn(c.range(), msg);
        }
    }

    /// `super()` or `super(C, self)` that can be looked up without building the proxy: loads the group
    /// (global `super`, class, self) and gives its base.
    pub(crate) fn super_call(&mut self, e: &'a Expr) -> Res<Option<(Reg, SiteKind)>> {
        let Expr::Call(c) = e else { return Ok(None) };
        let Expr::Name(n) = &*c.func else { return Ok(None) };
        if n.id != "super" || !c.arguments.keywords.is_empty() {
            return Ok(None);
        }
        if self.scope().kind != ScopeKind::Function
            || self.scope().comprehension != CompKind::No
            || !self.unit().comps.is_empty()
            || self.resolve("super") != Var::Global
            || self.table.scopes[0].place("super").is_some_and(|p| p == Place::Local)
        {
            return Ok(None);
        }
        match &*c.arguments.args {
            [] => self.super_no_arguments(n.range, c.range()),
            [class, this] if !class.is_starred_expr() && !this.is_starred_expr() => {
                let old = self.at(c.range());
                let base = self.tmp();
                let (k, t) = (self.tmp(), self.tmp());
                self.pos = Some(n.range);
                self.load_var("super", base);
                self.expr_to(class, k)?;
                self.expr_to(this, t)?;
                self.pos = old;
                Ok(Some((base, SiteKind::Super2)))
            }
            _ => Ok(None),
        }
    }

    fn super_no_arguments(
        &mut self,
        name: TextRange,
        range: TextRange,
    ) -> Res<Option<(Reg, SiteKind)>> {
        let Some(first) = self.unit().varnames.first().cloned() else { return Ok(None) };
        if self.unit().argcount == 0 || !self.unit().freevars.iter().any(|n| &**n == "__class__") {
            return Ok(None);
        }
        let old = self.at(name);
        let base = self.tmp();
        let (k, t) = (self.tmp(), self.tmp());
        self.load_var("super", base);
        self.pos = Some(range);
        self.load_var("__class__", k);
        self.load_var(&first, t);
        self.pos = old;
        Ok(Some((base, SiteKind::Super0)))
    }
}

/// Whether a call is `all`, `any` or `tuple` of a generator expression and nothing else.
fn consumes(name: &str, arguments: &ast::Arguments) -> bool {
    matches!(name, "all" | "any" | "tuple")
        && arguments.keywords.is_empty()
        && matches!(&*arguments.args, [Expr::Generator(items)] if !items.generators.iter().any(|g| g.is_async))
}
