//! `match`: patterns. Captured values wait in temporaries until the whole pattern has matched.

use crate::compiler::{Compiler, Res};
use crate::names::Name;
use crate::unit::{Label, Reg};
use orochi_bytecode::{Const, Op};
use orochi_syntax::ast::{self, Expr, Pattern, Singleton};
use orochi_syntax::{Ranged, TextRange};

/// What a case captures so far.
struct Captures {
    /// Name, its temporary, whether bound on the current path.
    names: Vec<(Name, Reg)>,
    bound: Vec<Name>,
}

impl<'a> Compiler<'a> {
    pub(crate) fn match_stmt(&mut self, m: &'a ast::StmtMatch) -> Res {
        let subject = self.tmp();
        self.expr_to(&m.subject, subject)?;
        let end = self.label();
        let n = m.cases.len();
        for (i, case) in m.cases.iter().enumerate() {
            if i + 1 < n && case.guard.is_none() {
                self.check_reachable(&case.pattern)?;
            }
            let mark = self.mark();
            let next = self.label();
            self.pos = Some(case.pattern.range());
            if is_wildcard(&case.pattern) {
                // It tests nothing, but its line has an event.
                self.emit(Op::Nop, 0, 0, 0);
            }
            let mut c = Captures { names: Vec::new(), bound: Vec::new() };
            self.capture_registers(&case.pattern, &mut c);
            self.pattern(&case.pattern, subject, next, &mut c)?;
            for (name, r) in &c.names {
                self.store_var(name, *r);
            }
            self.release(mark);
            if let Some(g) = &case.guard {
                self.jump_if(g, false, next)?;
            }
            self.body(&case.body)?;
            if i + 1 < n {
                self.pos = None;
                self.jump(end);
            }
            self.bind(next);
        }
        self.bind(end);
        Ok(())
    }

    fn check_reachable(&self, p: &Pattern) -> Res {
        if let Pattern::MatchAs(a) = p {
            if let Some(inner) = &a.pattern {
                return self.check_reachable(inner);
            } else {
                let msg = match &a.name {
                    Some(n) => {
                        format!("name capture '{}' makes remaining patterns unreachable", n.id)
                    }
                    None => "wildcard makes remaining patterns unreachable".to_string(),
                };
                return self.error(p.range(), msg);
            }
        }
        if let Pattern::MatchOr(o) = p {
            o.patterns.iter().try_for_each(|p| self.check_reachable(p))?;
        }
        Ok(())
    }

    /// Gives a temporary to each captured name.
    fn capture_registers(&mut self, p: &Pattern, c: &mut Captures) {
        let mut name = |s: &mut Self, n: &Option<ast::Identifier>| {
            if let Some(n) = n {
                let n = s.mangle(&n.id);
                if !c.names.iter().any(|(o, _)| *o == n) {
                    let r = s.tmp();
                    c.names.push((n, r));
                }
            }
        };
        match p {
            Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
            Pattern::MatchStar(s) => name(self, &s.name),
            Pattern::MatchAs(a) => {
                name(self, &a.name);
                if let Some(p) = &a.pattern {
                    self.capture_registers(p, c);
                }
            }
            Pattern::MatchMapping(m) => {
                name(self, &m.rest);
                m.patterns.iter().for_each(|p| self.capture_registers(p, c));
            }
            Pattern::MatchSequence(s) => {
                s.patterns.iter().for_each(|p| self.capture_registers(p, c))
            }
            Pattern::MatchClass(k) => {
                k.arguments.patterns.iter().for_each(|p| self.capture_registers(p, c));
                k.arguments.keywords.iter().for_each(|p| self.capture_registers(&p.pattern, c));
            }
            Pattern::MatchOr(o) => o.patterns.iter().for_each(|p| self.capture_registers(p, c)),
        }
    }

    fn capture(&mut self, n: &ast::Identifier, range: TextRange, r: Reg, c: &mut Captures) -> Res {
        self.check_store(&n.id, range)?;
        let name = self.mangle(&n.id);
        if c.bound.contains(&name) {
            let msg = format!("multiple assignments to name '{name}' in pattern");
            return self.error(range, msg);
        }
        if let Some((_, t)) = c.names.iter().find(|(o, _)| *o == name) {
            self.move_to(*t, r);
        }
        c.bound.push(name);
        Ok(())
    }

    /// Matches `r[subject]`; jumps to `fail` if it does not.
    fn pattern(&mut self, p: &'a Pattern, subject: Reg, fail: Label, c: &mut Captures) -> Res {
        self.nesting += 1;
        if self.nesting > 20_000 {
            return Err(crate::expr::too_deep());
        }
        let old = self.at(p.range());
        let mark = self.mark();
        match p {
            Pattern::MatchValue(v) => {
                self.check_value(&v.value)?;
                let r = self.expr_any(&v.value)?;
                self.pos = Some(p.range());
                self.jump_op(Op::JumpIfNotEq, subject, r, fail);
            }
            Pattern::MatchSingleton(s) => {
                let t = self.tmp();
                match s.value {
                    Singleton::None => self.jump_op(Op::JumpIfNotNone, subject, 0, fail),
                    Singleton::True => {
                        self.emit(Op::LoadTrue, t, 0, 0);
                        self.jump_op(Op::JumpIfNotIs, subject, t, fail);
                    }
                    Singleton::False => {
                        self.emit(Op::LoadFalse, t, 0, 0);
                        self.jump_op(Op::JumpIfNotIs, subject, t, fail);
                    }
                }
            }
            Pattern::MatchSequence(s) => self.sequence_pattern(s, subject, fail, c)?,
            Pattern::MatchMapping(m) => self.mapping_pattern(m, subject, fail, c)?,
            Pattern::MatchClass(k) => self.class_pattern(k, subject, fail, c)?,
            Pattern::MatchStar(s) => {
                if let Some(n) = &s.name {
                    self.capture(n, s.range, subject, c)?;
                }
            }
            Pattern::MatchAs(a) => {
                if let Some(inner) = &a.pattern {
                    self.pattern(inner, subject, fail, c)?;
                }
                if let Some(n) = &a.name {
                    self.capture(n, a.range, subject, c)?;
                }
            }
            Pattern::MatchOr(o) => self.or_pattern(o, subject, fail, c)?,
        }
        self.release(mark);
        self.pos = old;
        self.nesting -= 1;
        Ok(())
    }

    fn check_value(&self, e: &Expr) -> Res {
        if let Expr::UnaryOp(u) = e
            && let Some(power) = u.operand.as_bin_op_expr()
        {
            let after = power.left.range().end();
            let rest = &self.source.text()[after.to_usize()..];
            let blank = rest.len() - rest.trim_start().len();
            let start = after + orochi_syntax::TextSize::from(blank as u32);
            let operator = TextRange::at(start, orochi_syntax::TextSize::from(2));
            return self.error(operator, "invalid syntax");
        }
        let ok = e.is_literal_expr()
            || e.is_attribute_expr()
            || e.is_f_string_expr()
            || e.is_bin_op_expr()
            || e.is_unary_op_expr();
        if let Expr::BinOp(b) = e
            && !matches!(b.op, ast::Operator::Add | ast::Operator::Sub)
        {
            return self.error(
                TextRange::new(b.left.range().end(), b.right.range().start()),
                "invalid syntax",
            );
        }
        if e.is_f_string_expr() || e.is_t_string_expr() || !ok {
            let msg = "patterns may only match literals and attribute lookups";
            return self.error(e.range(), msg);
        }
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        s: &'a ast::PatternMatchSequence,
        subject: Reg,
        fail: Label,
        c: &mut Captures,
    ) -> Res {
        let stars: Vec<usize> = s
            .patterns
            .iter()
            .enumerate()
            .filter(|(_, p)| p.is_match_star())
            .map(|(i, _)| i)
            .collect();
        if stars.len() > 1 {
            return self.error(s.range, "multiple starred names in sequence pattern");
        }
        let n = s.patterns.len();
        let star = stars.first().copied();
        self.jump_op(Op::JumpIfNotSequence, subject, 0, fail);
        let least = n - star.is_some() as usize;
        let wildcards = s.patterns.iter().all(|p| match p {
            Pattern::MatchStar(s) => s.name.is_none(),
            p => is_wildcard(p),
        });
        let len = self.tmp();
        if least > i16::MAX as usize {
            return self.error(s.range, "too many expressions in star-unpacking sequence pattern");
        }
        if star.is_none() || least > 0 {
            self.emit(Op::GetLen, len, subject, 0);
            let op = if star.is_none() { Op::JumpIfNotEqI } else { Op::JumpIfNotGeI };
            self.jump_op(op, len, least as u16, fail);
        }
        if wildcards {
            return Ok(());
        }
        let star_wildcard = star
            .is_some_and(|i| matches!(&s.patterns[i], Pattern::MatchStar(p) if p.name.is_none()));
        if star_wildcard {
            return self.subscript_patterns(s, subject, len, star.unwrap_or(0), fail, c);
        }
        let base = self.mark() as Reg;
        for _ in 0..n {
            self.tmp();
        }
        match star {
            None => self.emit(Op::UnpackSequence, base, subject, n as u16),
            Some(before) => {
                let after = n - before - 1;
                if before > 255 || after > 255 {
                    let msg = "too many expressions in star-unpacking sequence pattern";
                    return self.error(s.range, msg);
                }
                self.emit(Op::UnpackEx, base, subject, before as u16 | (after as u16) << 8);
            }
        }
        for (i, p) in s.patterns.iter().enumerate() {
            self.pattern(p, base.saturating_add(i as Reg), fail, c)?;
        }
        Ok(())
    }

    /// `[a, *_, b]`: items are fetched by index, the rest is not copied.
    fn subscript_patterns(
        &mut self,
        s: &'a ast::PatternMatchSequence,
        subject: Reg,
        len: Reg,
        star: usize,
        fail: Label,
        c: &mut Captures,
    ) -> Res {
        let n = s.patterns.len();
        for (i, p) in s.patterns.iter().enumerate() {
            if i == star || is_wildcard(p) {
                continue;
            }
            let mark = self.mark();
            let t = self.tmp();
            if i < star {
                self.emit(Op::GetItemI, t, subject, i as u16);
            } else {
                self.emit(Op::SubI, t, len, (n - i) as u16);
                self.emit(Op::GetItem, t, subject, t);
            }
            self.pattern(p, t, fail, c)?;
            self.release(mark);
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        m: &'a ast::PatternMatchMapping,
        subject: Reg,
        fail: Label,
        c: &mut Captures,
    ) -> Res {
        self.jump_op(Op::JumpIfNotMapping, subject, 0, fail);
        let n = m.keys.len();
        if n == 0 && m.rest.is_none() {
            return Ok(());
        }
        if n > i16::MAX as usize {
            return self.error(m.range, "too many sub-patterns in mapping pattern");
        }
        let (len, keys, values) = (self.tmp(), self.tmp(), self.tmp());
        if n > 0 {
            self.emit(Op::GetLen, len, subject, 0);
            self.jump_op(Op::JumpIfNotGeI, len, n as u16, fail);
        }
        self.check_keys(m)?;
        let inner = self.mark();
        let base = self.consecutive(&m.keys)?;
        self.emit(Op::BuildTuple, keys, base, n as u16);
        self.release(inner);
        if n > 0 {
            self.emit(Op::MatchKeys, values, subject, keys);
            self.jump_op(Op::JumpIfNone, values, 0, fail);
            let base = self.mark() as Reg;
            for _ in 0..n {
                self.tmp();
            }
            self.emit(Op::UnpackSequence, base, values, n as u16);
            for (i, p) in m.patterns.iter().enumerate() {
                self.pattern(p, base.saturating_add(i as Reg), fail, c)?;
            }
        }
        if let Some(rest) = &m.rest {
            self.rest_of_mapping(rest, m.range, subject, keys, n, c)?;
        }
        Ok(())
    }

    /// `**rest`: a copy of the mapping without the keys.
    fn rest_of_mapping(
        &mut self,
        rest: &ast::Identifier,
        range: TextRange,
        subject: Reg,
        keys: Reg,
        n: usize,
        c: &mut Captures,
    ) -> Res {
        let map = self.tmp();
        self.emit(Op::BuildMap, map, map, 0);
        self.emit(Op::DictUpdate, map, subject, 0);
        let base = self.mark() as Reg;
        for _ in 0..n {
            self.tmp();
        }
        if n > 0 {
            self.emit(Op::UnpackSequence, base, keys, n as u16);
        }
        for i in 0..n {
            self.emit(Op::DelItem, map, base.saturating_add(i as Reg), 0);
        }
        self.capture(rest, range, map, c)
    }

    fn check_keys(&mut self, m: &'a ast::PatternMatchMapping) -> Res {
        let mut seen: Vec<Const> = Vec::new();
        for k in &m.keys {
            if !(k.is_literal_expr()
                || k.is_attribute_expr()
                || k.is_bin_op_expr()
                || k.is_unary_op_expr())
            {
                let msg = "mapping pattern keys may only match literals and attribute lookups";
                return self.error(k.range(), msg);
            }
            let value = match crate::fold::literal(self, k)? {
                Some(v) => v,
                None => continue,
            };
            if seen.iter().any(|s| crate::fold::equal(s, &value)) {
                let text = crate::fold::repr(&value);
                return self
                    .error(m.range, format!("mapping pattern checks duplicate key ({text})"));
            }
            seen.push(value);
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        k: &'a ast::PatternMatchClass,
        subject: Reg,
        fail: Label,
        c: &mut Captures,
    ) -> Res {
        let (positional, keywords) = (&k.arguments.patterns, &k.arguments.keywords);
        let n = positional.len() + keywords.len();
        if n > i16::MAX as usize {
            return self.error(k.range, "too many sub-patterns in class pattern");
        }
        for (i, kw) in keywords.iter().enumerate() {
            self.check_store(&kw.attr.id, kw.pattern.range())?;
            if keywords[..i].iter().any(|o| o.attr.id == kw.attr.id) {
                let msg = format!("attribute name repeated in class pattern: {}", kw.attr.id);
                return self.error(kw.pattern.range(), msg);
            }
        }
        let values = self.tmp();
        let inner = self.mark();
        let (s, class, names) = (self.tmp(), self.tmp(), self.tmp());
        self.expr_to(&k.cls, class)?;
        self.move_to(s, subject);
        // As in CPython, private names of class patterns are not mangled.
        let list = keywords.iter().map(|k| Const::text(&k.attr.id)).collect();
        self.load_const(Const::Tuple(list), names);
        self.emit(Op::MatchClass, values, s, positional.len() as u16);
        self.jump_op(Op::JumpIfNone, values, 0, fail);
        self.release(inner);
        let base = self.mark() as Reg;
        for _ in 0..n {
            self.tmp();
        }
        self.emit(Op::UnpackSequence, base, values, n as u16);
        let all = positional.iter().chain(keywords.iter().map(|k| &k.pattern));
        for (i, p) in all.enumerate() {
            self.pattern(p, base.saturating_add(i as Reg), fail, c)?;
        }
        Ok(())
    }

    fn or_pattern(
        &mut self,
        o: &'a ast::PatternMatchOr,
        subject: Reg,
        fail: Label,
        c: &mut Captures,
    ) -> Res {
        let done = self.label();
        let before = c.bound.clone();
        let mut expected: Option<Vec<Name>> = None;
        let n = o.patterns.len();
        for (i, p) in o.patterns.iter().enumerate() {
            if i + 1 < n {
                self.check_reachable(p)?;
            }
            let next = if i + 1 < n { self.label() } else { fail };
            c.bound = before.clone();
            self.pattern(p, subject, next, c)?;
            let mut names = c.bound.clone();
            names.sort();
            match &expected {
                None => expected = Some(names),
                Some(e) if *e != names => {
                    return self.error(o.range, "alternative patterns bind different names");
                }
                _ => {}
            }
            if i + 1 < n {
                self.jump(done);
                self.bind(next);
            }
        }
        self.bind(done);
        Ok(())
    }
}

/// `_`
fn is_wildcard(p: &Pattern) -> bool {
    matches!(p, Pattern::MatchAs(a) if a.pattern.is_none() && a.name.is_none())
}
