//! Expressions: destination-driven. `expr_to` computes into a given register, `expr_any` wherever it is cheapest.
//!
//! A local variable as destination is written only by the last instruction, so that its old value can still be read
//! (and survives an exception); a temporary may be used as scratch.

use crate::compiler::{Compiler, Res, Var};
use crate::fold::fold;
use crate::unit::{Label, Reg};
use orochi_bytecode::{CodeFlags, Const, Op, SiteKind};
use orochi_syntax::ast::{self, CmpOp, Expr, Operator, UnaryOp};
use orochi_syntax::{ErrorKind, Number, NumberError, Ranged, SyntaxError, TextRange};

/// Nesting of expressions and statements that the compiler follows.
const MAX_NESTING: u32 = 20_000;

/// Items of a display, or arguments of a call, that are first put into registers and then taken all at once; more go
/// into a list or dict one by one, so that a frame stays small.
pub(crate) const MAX_AT_ONCE: usize = 30;

/// Links of a comparison up to which each operand has a register of its own.
const LONG_CHAIN: usize = 4;

impl<'a> Compiler<'a> {
    /// Computes `e` into `dst`.
    pub(crate) fn expr_to(&mut self, e: &'a Expr, dst: Reg) -> Res {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(too_deep());
        }
        let old = self.at(e.range());
        let r = self.expr_inner(e, dst);
        self.pos = old;
        self.nesting -= 1;
        r
    }

    fn expr_inner(&mut self, e: &'a Expr, dst: Reg) -> Res {
        if let Some(c) = fold(self, e)? {
            self.load_const(c, dst);
            return Ok(());
        }
        match e {
            Expr::Name(n) => {
                let name = self.mangle(&n.id);
                self.load_var(&name, dst);
                Ok(())
            }
            Expr::StringLiteral(s) => {
                let v = orochi_syntax::string_value(&mut self.lits, s);
                self.load_const(Const::wtf8(&v), dst);
                Ok(())
            }
            Expr::BytesLiteral(b) => {
                let v = orochi_syntax::bytes_value(&mut self.lits, b);
                self.load_const(Const::Bytes(v.into()), dst);
                Ok(())
            }
            Expr::NumberLiteral(n) => {
                let c = self.number(n)?;
                self.load_const(c, dst);
                Ok(())
            }
            Expr::BooleanLiteral(b) => {
                self.load_const(if b.value { Const::True } else { Const::False }, dst);
                Ok(())
            }
            Expr::NoneLiteral(_) => {
                self.load_const(Const::None, dst);
                Ok(())
            }
            Expr::EllipsisLiteral(_) => {
                self.load_const(Const::Ellipsis, dst);
                Ok(())
            }
            Expr::FString(f) => self.fstring(f, dst),
            Expr::TString(t) => self.tstring(t, dst),
            Expr::BinOp(b) => self.binary(b, dst),
            Expr::UnaryOp(u) => self.unary(u, dst),
            Expr::BoolOp(b) => self.bool_op(b, dst),
            Expr::Compare(c) => self.compare(c, dst),
            Expr::Named(n) => {
                self.expr_to(&n.value, dst)?;
                // The destination must hold the value even if the target is another register.
                self.assign(&n.target, dst)
            }
            Expr::If(i) => self.if_expr(i, dst),
            Expr::Lambda(l) => self.lambda(l, dst),
            Expr::Tuple(t) => self.sequence(&t.elts, Op::BuildTuple, dst, t.range),
            Expr::List(l) => self.sequence(&l.elts, Op::BuildList, dst, l.range),
            Expr::Set(s) => self.sequence(&s.elts, Op::BuildSet, dst, s.range),
            Expr::Dict(d) => self.dict(d, dst),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(e, dst)
            }
            Expr::Await(a) => self.await_expr(a, dst),
            Expr::Yield(y) => self.yield_expr(y, dst),
            Expr::YieldFrom(y) => self.yield_from(y, dst),
            Expr::Call(c) => self.call(c, dst),
            Expr::Attribute(a) => self.attribute(a, dst),
            Expr::Subscript(s) => self.subscript(s, dst),
            Expr::Slice(s) => self.slice(s, dst),
            Expr::Starred(s) => self.error(s.range, "can't use starred expression here"),
            Expr::IpyEscapeCommand(i) => self.error(i.range, "invalid syntax"),
        }
    }

    /// Computes `e` into some register: a local variable's own if it is one, else a new temporary.
    pub(crate) fn expr_any(&mut self, e: &'a Expr) -> Res<Reg> {
        if let Some(r) = self.local_register(e) {
            return Ok(r);
        }
        let t = self.tmp();
        self.expr_to(e, t)?;
        Ok(t)
    }

    /// If `e` is a local variable: its register, checked to be bound.
    pub(crate) fn local_register(&mut self, e: &'a Expr) -> Option<Reg> {
        let Expr::Name(n) = e else { return None };
        let name = self.mangle(&n.id);
        let Var::Fast(r) = self.resolve(&name) else { return None };
        let old = self.at(n.range);
        self.check_bound(r, &name);
        self.pos = old;
        Some(r)
    }

    /// Like `expr_any` for an operand that is read only after `later` have been evaluated: a local that those may
    /// rebind is copied.
    pub(crate) fn operand(&mut self, e: &'a Expr, later: &[&'a Expr]) -> Res<Reg> {
        if let Some(r) = self.local_register(e) {
            if later.iter().any(|l| self.rebinds(l, e)) {
                let t = self.tmp();
                let old = self.at(e.range());
                self.move_to(t, r);
                self.pos = old;
                return Ok(t);
            }
            return Ok(r);
        }
        let t = self.tmp();
        self.expr_to(e, t)?;
        Ok(t)
    }

    /// The same, using `dst` as the temporary if that is possible.
    fn operand_in(&mut self, e: &'a Expr, later: &[&'a Expr], dst: Reg) -> Res<Reg> {
        if self.is_temp(dst) && !self.hidden(dst) && !is_name(e) {
            self.expr_to(e, dst)?;
            return Ok(dst);
        }
        self.operand(e, later)
    }

    /// Whether a temporary is a comprehension variable.
    fn hidden(&self, r: Reg) -> bool {
        self.unit().comps.iter().any(|c| c.vars.iter().any(|(_, v, _)| *v == r))
    }

    /// Whether evaluating `e` may bind the local variable `name`.
    fn rebinds(&self, e: &'a Expr, name: &Expr) -> bool {
        let Expr::Name(name) = name else { return false };
        if !self.scope().has_walrus && self.unit().comps.is_empty() {
            return false;
        }
        let mut found = false;
        crate::walk::walk(e, &mut |e| {
            if let Expr::Named(n) = e {
                found |= matches!(&*n.target, Expr::Name(t) if t.id == name.id);
            }
            !found && !e.is_lambda_expr()
        });
        found
    }

    /// A scratch register for a computation in several steps: `dst` itself unless it is a variable.
    fn work(&mut self, dst: Reg) -> Reg {
        if self.is_temp(dst) && !self.hidden(dst) { dst } else { self.tmp() }
    }

    /// Evaluates for the effect only.
    pub(crate) fn expr_discard(&mut self, e: &'a Expr) -> Res {
        let mark = self.mark();
        let t = self.tmp();
        self.expr_to(e, t)?;
        self.release(mark);
        Ok(())
    }

    pub(crate) fn number(&mut self, n: &ast::ExprNumberLiteral) -> Res<Const> {
        orochi_syntax::warn_joined(&mut self.lits, n);
        let limit = match self.options.max_int_digits {
            0 => 4300,
            usize::MAX => 0,
            n => n,
        };
        match orochi_syntax::number_value(self.source, n, limit) {
            Ok(Number::Int(n)) => Ok(Const::Int(n)),
            Ok(Number::Big(limbs)) => Ok(Const::BigInt { negative: false, limbs }),
            Ok(Number::Float(x)) => Ok(Const::Float(x)),
            Ok(Number::Complex(x, y)) => Ok(Const::Complex(x, y)),
            Err(NumberError::TooManyDigits(d)) => {
                let msg = format!(
                    "Exceeds the limit ({limit} digits) for integer string conversion: value has {d} digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits."
                );
                // Only the line is told.
                let mut e = SyntaxError::at_bytes(self.source, n.range, msg);
                (e.col, e.end_col) = (0, 0);
                Err(e)
            }
        }
    }

    // ---- operators -------------------------------------------------------------------------

    fn binary(&mut self, b: &'a ast::ExprBinOp, dst: Reg) -> Res {
        let mark = self.mark();
        if let (Some(op), Some(imm)) = (immediate_op(b.op, false), small(self, &b.right)?) {
            let l = self.operand_in(&b.left, &[], dst)?;
            self.emit(op, dst, l, imm as u16);
        } else {
            let l = self.operand_in(&b.left, &[&b.right], dst)?;
            let r = self.expr_any(&b.right)?;
            self.emit(binary_op(b.op, false), dst, l, r);
        }
        self.release(mark);
        Ok(())
    }

    fn unary(&mut self, u: &'a ast::ExprUnaryOp, dst: Reg) -> Res {
        let mark = self.mark();
        if u.op == UnaryOp::Not {
            if let Expr::Compare(c) = &*u.operand {
                if c.ops.len() == 1 && compare_op(c.ops[0].negate()) != compare_op(c.ops[0]) {
                    // `not a in b`, `not a is b`: only these have exact opposites.
                    if let Some(op) = exact_opposite(c.ops[0]) {
                        let l = self.operand_in(&c.left, &[&c.comparators[0]], dst)?;
                        let r = self.expr_any(&c.comparators[0])?;
                        self.emit(op, dst, l, r);
                        self.release(mark);
                        return Ok(());
                    }
                }
            }
        }
        let r = match &*u.operand {
            // As in CPython, what goes wrong in the comparison is said of the whole.
            Expr::Compare(c) if u.op == UnaryOp::Not && c.ops.len() == 1 => {
                let work = self.work(dst);
                self.compare(c, work)?;
                work
            }
            operand => self.operand_in(operand, &[], dst)?,
        };
        let op = match u.op {
            UnaryOp::Not => Op::Not,
            UnaryOp::USub => Op::Neg,
            UnaryOp::UAdd => Op::Pos,
            UnaryOp::Invert => Op::Invert,
        };
        self.emit(op, dst, r, 0);
        self.release(mark);
        Ok(())
    }

    fn bool_op(&mut self, b: &'a ast::ExprBoolOp, dst: Reg) -> Res {
        let mark = self.mark();
        let end = self.label();
        let jump = if b.op == ast::BoolOp::Or { Op::JumpIfTrue } else { Op::JumpIfFalse };
        let Some((last, init)) = b.values.split_last() else { return Ok(()) };
        // `x = x or y`: the variable may be tested in place, the rest only ends in a write.
        if !self.is_temp(dst) && init.len() == 1 {
            if let Some(r) = self.local_register(&init[0]) {
                if r == dst {
                    self.jump_op(jump, r, 0, end);
                    self.expr_to(last, dst)?;
                    self.bind(end);
                    return Ok(());
                }
            }
        }
        let work = self.work(dst);
        for v in init {
            self.bool_operand(v, work, b.op, end)?;
        }
        self.expr_to(last, work)?;
        self.bind(end);
        self.move_to(dst, work);
        self.release(mark);
        Ok(())
    }

    /// An operand of `op` that others follow, into `work`; jumps to `end` if it decides. No value is asked for its truth
    /// twice: what ends an operation inside of this one decides here, too.
    fn bool_operand(&mut self, e: &'a Expr, work: Reg, op: ast::BoolOp, end: Label) -> Res {
        let Expr::BoolOp(inner) = e else {
            self.expr_to(e, work)?;
            let jump = if op == ast::BoolOp::Or { Op::JumpIfTrue } else { Op::JumpIfFalse };
            self.jump_op(jump, work, 0, end);
            return Ok(());
        };
        let old = self.at(e.range());
        let next = self.label();
        let inner_end = if inner.op == op { end } else { next };
        if let Some((last, init)) = inner.values.split_last() {
            for v in init {
                self.bool_operand(v, work, inner.op, inner_end)?;
            }
            self.bool_operand(last, work, op, end)?;
        }
        self.bind(next);
        self.pos = old;
        Ok(())
    }

    fn compare(&mut self, c: &'a ast::ExprCompare, dst: Reg) -> Res {
        self.check_compare(c);
        let mark = self.mark();
        if c.ops.len() == 1 {
            let right = &c.comparators[0];
            let l = self.operand_in(&c.left, &[right], dst)?;
            let r = self.container(c.ops[0], right)?;
            self.emit(compare_op(c.ops[0]), dst, l, r);
            self.release(mark);
            return Ok(());
        }
        let end = self.label();
        let work = self.work(dst);
        self.chain(c, |s, op, l, r, last| {
            s.emit(compare_op(op), work, l, r);
            if !last {
                s.jump_op(Op::JumpIfFalse, work, 0, end);
            }
        })?;
        self.bind(end);
        self.move_to(dst, work);
        self.release(mark);
        Ok(())
    }

    /// Evaluates a comparison chain, calling `f` for each link.
    pub(crate) fn chain(
        &mut self,
        c: &'a ast::ExprCompare,
        mut f: impl FnMut(&mut Self, CmpOp, Reg, Reg, bool),
    ) -> Res {
        let later: Vec<&'a Expr> = c.comparators.iter().collect();
        let mut left = self.operand(&c.left, &later)?;
        let n = c.ops.len();
        // The operands of a long chain take turns in two registers.
        let turns = if n > LONG_CHAIN { Some([self.tmp(), self.tmp()]) } else { None };
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            let r = if i + 1 == n {
                self.container(*op, right)?
            } else if let Some(turns) = turns {
                let mark = self.mark();
                self.expr_to(right, turns[i % 2])?;
                self.release(mark);
                turns[i % 2]
            } else {
                self.operand(right, &later[i + 1..])?
            };
            f(self, *op, left, r, i + 1 == n);
            left = r;
        }
        Ok(())
    }

    /// The right operand of a comparison; displays after `in` become constants.
    pub(crate) fn container(&mut self, op: CmpOp, e: &'a Expr) -> Res<Reg> {
        if matches!(op, CmpOp::In | CmpOp::NotIn) {
            if let Some(c) = crate::fold::fold_container(self, e)? {
                let t = self.tmp();
                let old = self.at(e.range());
                self.load_const(c, t);
                self.pos = old;
                return Ok(t);
            }
        }
        self.expr_any(e)
    }

    /// Warns about `is` with a literal.
    pub(crate) fn check_compare(&mut self, c: &ast::ExprCompare) {
        let mut left = literal_type(&c.left);
        for (op, right) in c.ops.iter().zip(&c.comparators) {
            let r = literal_type(right);
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                if let Some(kind) = left.or(r) {
                    let (is, eq) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                    let msg = format!("\"{is}\" with '{kind}' literal. Did you mean \"{eq}\"?");
                    self.warn(c.range, msg);
                }
            }
            left = r;
        }
    }

    fn if_expr(&mut self, i: &'a ast::ExprIf, dst: Reg) -> Res {
        if let Some(truth) = crate::jump::constant_truth(self, &i.test)? {
            return self.expr_to(if truth { &i.body } else { &i.orelse }, dst);
        }
        let (other, end) = (self.label(), self.label());
        self.jump_if(&i.test, false, other)?;
        self.expr_to(&i.body, dst)?;
        self.jump(end);
        self.bind(other);
        self.expr_to(&i.orelse, dst)?;
        self.bind(end);
        Ok(())
    }

    // ---- displays --------------------------------------------------------------------------

    /// Evaluates into consecutive registers on top; returns the first.
    pub(crate) fn consecutive(&mut self, elts: &'a [Expr]) -> Res<Reg> {
        let base = self.mark() as Reg;
        for e in elts {
            let t = self.tmp();
            self.expr_to(e, t)?;
        }
        Ok(base)
    }

    fn sequence(&mut self, elts: &'a [Expr], build: Op, dst: Reg, _range: TextRange) -> Res {
        let mark = self.mark();
        let starred = elts.iter().any(|e| e.is_starred_expr());
        if !starred && build != Op::BuildTuple && elts.len() >= 3 {
            if let Some(items) = crate::fold::fold_all(self, elts)? {
                return self.constant_display(items, build, dst);
            }
        }
        if !starred && elts.len() <= MAX_AT_ONCE {
            let base = self.consecutive(elts)?;
            self.emit(build, dst, base, elts.len() as u16);
            self.release(mark);
            return Ok(());
        }
        let work = self.work(dst);
        let list = if build == Op::BuildTuple { Op::BuildList } else { build };
        let (add, extend) = if build == Op::BuildSet {
            (Op::SetAdd, Op::SetUpdate)
        } else {
            (Op::ListAppend, Op::ListExtend)
        };
        // Many are added one by one from the start.
        let before = if elts.len() > MAX_AT_ONCE { &[] } else { elts };
        let first = before.iter().position(|e| e.is_starred_expr()).unwrap_or(0);
        let inner = self.mark();
        let base = self.consecutive(&elts[..first])?;
        self.emit(list, work, base, first as u16);
        self.release(inner);
        for e in &elts[first..] {
            match e {
                Expr::Starred(s) => {
                    let r = self.expr_any(&s.value)?;
                    self.emit(extend, work, r, 0);
                }
                e => {
                    let r = self.expr_any(e)?;
                    self.emit(add, work, r, 0);
                }
            }
            self.release(inner);
        }
        if build == Op::BuildTuple {
            self.emit(Op::ListToTuple, dst, work, 0);
        } else {
            self.move_to(dst, work);
        }
        self.release(mark);
        Ok(())
    }

    fn constant_display(&mut self, items: Vec<Const>, build: Op, dst: Reg) -> Res {
        let mark = self.mark();
        let work = self.work(dst);
        let t = self.tmp();
        self.emit(build, work, t, 0);
        if build == Op::BuildSet {
            self.load_const(Const::FrozenSet(items), t);
            self.emit(Op::SetUpdate, work, t, 0);
        } else {
            self.load_const(Const::Tuple(items), t);
            self.emit(Op::ListExtend, work, t, 0);
        }
        self.move_to(dst, work);
        self.release(mark);
        Ok(())
    }

    fn dict(&mut self, d: &'a ast::ExprDict, dst: Reg) -> Res {
        let mark = self.mark();
        let most = MAX_AT_ONCE / 2;
        let whole = d.items.len() <= most && d.items.iter().all(|item| item.key.is_some());
        let work = if whole { dst } else { self.work(dst) };
        let inner = self.mark();
        let mut rest = &d.items[..];
        let mut made = false;
        while let Some(first) = rest.first() {
            // CPython evaluates the pairs of a group before it hashes the keys, unless they are many.
            let n = rest.iter().take(most + 2).take_while(|item| item.key.is_some()).count();
            if !made && (n == 0 || n > most) {
                self.emit(Op::BuildMap, work, inner as Reg, 0);
                made = true;
            }
            if n == 0 {
                let v = self.expr_any(&first.value)?;
                self.emit(Op::DictUpdate, work, v, 0);
            } else if n > most {
                self.add_pairs(&rest[..n], work)?;
            } else if made {
                let group = self.tmp();
                self.build_pairs(&rest[..n], group)?;
                self.emit(Op::DictUpdate, work, group, 0);
            } else {
                self.build_pairs(&rest[..n], work)?;
                made = true;
            }
            self.release(inner);
            rest = &rest[n.max(1)..];
        }
        if !made {
            self.emit(Op::BuildMap, work, inner as Reg, 0);
        }
        self.move_to(dst, work);
        self.release(mark);
        Ok(())
    }

    /// A dict of these pairs, all evaluated before the first is put in.
    fn build_pairs(&mut self, items: &'a [ast::DictItem], dst: Reg) -> Res {
        let base = self.mark();
        for item in items {
            for e in item.key.iter().chain([&item.value]) {
                let t = self.tmp();
                self.expr_to(e, t)?;
            }
        }
        self.emit(Op::BuildMap, dst, base as Reg, items.len() as u16);
        self.release(base);
        Ok(())
    }

    /// Puts pairs into a dict, each when it is evaluated.
    fn add_pairs(&mut self, items: &'a [ast::DictItem], dict: Reg) -> Res {
        let mark = self.mark();
        for item in items {
            let Some(key) = &item.key else { continue };
            let k = self.operand(key, &[&item.value])?;
            let v = self.expr_any(&item.value)?;
            self.emit(Op::MapAdd, dict, k, v);
            self.release(mark);
        }
        Ok(())
    }

    // ---- access ----------------------------------------------------------------------------

    fn attribute(&mut self, a: &'a ast::ExprAttribute, dst: Reg) -> Res {
        let mark = self.mark();
        let name = self.mangle(&a.attr.id);
        if let Some((base, kind)) = self.super_call(&a.value)? {
            let s = self.site(&name, kind);
            self.emit(Op::LoadSuperAttr, dst, base, s);
        } else {
            let r = self.operand_in(&a.value, &[], dst)?;
            let s = self.site(&name, SiteKind::Attr);
            let old = self.pos;
            self.pos = Some(self.attribute_range(a.range, a));
            self.emit(Op::LoadAttr, dst, r, s);
            self.pos = old;
        }
        self.release(mark);
        Ok(())
    }

    /// The range of an attribute access within `whole`: if it spans lines, that of the name.
    pub(crate) fn attribute_range(&self, whole: TextRange, a: &ast::ExprAttribute) -> TextRange {
        let same = self.line_of(whole.start()) == self.line_of(a.range.end());
        if same { whole } else { a.attr.range }
    }

    fn subscript(&mut self, s: &'a ast::ExprSubscript, dst: Reg) -> Res {
        self.check_subscript(s);
        let mark = self.mark();
        if let Some(i) = small(self, &s.slice)? {
            let r = self.operand_in(&s.value, &[], dst)?;
            self.emit(Op::GetItemI, dst, r, i as u16);
            self.release(mark);
            return Ok(());
        }
        match &*s.slice {
            Expr::Slice(sl) if sl.step.is_none() && fold(self, &s.slice)?.is_none() => {
                let r = self.operand_in(&s.value, &[&s.slice], dst)?;
                let base = self.slice_bounds(sl)?;
                self.emit(Op::GetSlice, dst, r, base);
            }
            Expr::Slice(sl) if fold(self, &s.slice)?.is_none() => {
                let r = self.operand_in(&s.value, &[&s.slice], dst)?;
                let base = self.slice_parts(sl)?;
                self.emit(Op::GetStepped, dst, r, base);
            }
            slice => {
                let r = self.operand_in(&s.value, &[slice], dst)?;
                let k = self.expr_any(slice)?;
                self.emit(Op::GetItem, dst, r, k);
            }
        }
        self.release(mark);
        Ok(())
    }

    /// Start and stop of a slice in two consecutive registers.
    pub(crate) fn slice_bounds(&mut self, s: &'a ast::ExprSlice) -> Res<Reg> {
        let base = self.mark() as Reg;
        for part in [&s.lower, &s.upper] {
            let t = self.tmp();
            match part {
                Some(e) => self.expr_to(e, t)?,
                None => self.emit(Op::LoadNone, t, 0, 0),
            }
        }
        Ok(base)
    }

    fn slice(&mut self, s: &'a ast::ExprSlice, dst: Reg) -> Res {
        let mark = self.mark();
        let base = self.slice_parts(s)?;
        self.emit(Op::BuildSlice, dst, base, 0);
        self.release(mark);
        Ok(())
    }

    /// Start, stop and step of a slice in three consecutive registers.
    fn slice_parts(&mut self, s: &'a ast::ExprSlice) -> Res<Reg> {
        let base = self.slice_bounds(s)?;
        let t = self.tmp();
        match &s.step {
            Some(e) => self.expr_to(e, t)?,
            None => self.emit(Op::LoadNone, t, 0, 0),
        }
        Ok(base)
    }

    // ---- suspension ------------------------------------------------------------------------

    fn await_expr(&mut self, a: &'a ast::ExprAwait, dst: Reg) -> Res {
        self.require_async(a.range, "'await' outside function", "'await' outside async function")?;
        let mark = self.mark();
        let v = self.expr_any(&a.value)?;
        let work = self.work(dst);
        self.await_value(v, work, 0);
        self.move_to(dst, work);
        self.release(mark);
        Ok(())
    }

    /// Checks that an await may be here.
    pub(crate) fn require_async(&self, range: TextRange, no_function: &str, no_async: &str) -> Res {
        let scope = self.scope();
        if self.unit().flags & (CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR) != 0 {
            return Ok(());
        }
        let is_module = scope.kind == crate::symtable::ScopeKind::Module;
        if is_module && self.options.top_level_await {
            return Ok(());
        }
        // A generator expression with an await is an asynchronous generator wherever it stands.
        if scope.comprehension == crate::symtable::CompKind::Generator {
            return Ok(());
        }
        let function = scope.kind == crate::symtable::ScopeKind::Function;
        self.error(range, if function { no_async } else { no_function })
    }

    /// Awaits `r[v]`; the result goes to the temporary `work`.
    pub(crate) fn await_value(&mut self, v: Reg, work: Reg, which: u16) {
        let mark = self.mark();
        let it = self.tmp();
        self.emit(Op::GetAwaitable, it, v, which);
        self.delegate(it, work);
        self.release(mark);
    }

    /// The send loop over iterator `r[it]`; the result goes to the temporary `work`.
    pub(crate) fn delegate(&mut self, it: Reg, work: Reg) {
        let (again, end) = (self.label(), self.label());
        self.emit(Op::LoadNone, work, 0, 0);
        self.bind(again);
        self.jump_op(Op::Send, work, it, end);
        self.jump_op(Op::YieldDelegate, work, it, end);
        self.jump(again);
        self.bind(end);
    }

    fn yield_expr(&mut self, y: &'a ast::ExprYield, dst: Reg) -> Res {
        if self.scope().kind != crate::symtable::ScopeKind::Function {
            return self.error(y.range, "'yield' outside function");
        }
        let mark = self.mark();
        let v = match &y.value {
            Some(e) => self.expr_any(e)?,
            None => {
                let t = self.tmp();
                self.emit(Op::LoadNone, t, 0, 0);
                t
            }
        };
        self.emit_yield(dst, v);
        self.release(mark);
        Ok(())
    }

    /// Yields `r[v]`, the value sent goes to `dst`.
    pub(crate) fn emit_yield(&mut self, dst: Reg, v: Reg) {
        let is_async = self.unit().flags & CodeFlags::ASYNC_GENERATOR != 0;
        self.emit(if is_async { Op::YieldAsyncGen } else { Op::Yield }, dst, v, 0);
    }

    fn yield_from(&mut self, y: &'a ast::ExprYieldFrom, dst: Reg) -> Res {
        if self.scope().kind != crate::symtable::ScopeKind::Function {
            return self.error(y.range, "'yield from' outside function");
        }
        if self.scope().is_async {
            return self.error(y.range, "'yield from' inside async function");
        }
        let mark = self.mark();
        let v = self.expr_any(&y.value)?;
        let work = self.work(dst);
        let it = self.tmp();
        self.emit(Op::GetYieldFromIter, it, v, 0);
        self.delegate(it, work);
        self.move_to(dst, work);
        self.release(mark);
        Ok(())
    }

    fn check_subscript(&mut self, s: &ast::ExprSubscript) {
        let value = &*s.value;
        let kind = match value {
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Generator(_)
            | Expr::TString(_)
            | Expr::Lambda(_) => type_name(value),
            _ => None,
        };
        if let Some(kind) = kind {
            let msg = format!("'{kind}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(s.range, msg);
            return;
        }
        let index = match &*s.slice {
            Expr::NumberLiteral(n) if matches!(n.value, ast::Number::Int(_)) => None,
            Expr::BooleanLiteral(_) | Expr::Slice(_) => None,
            Expr::Tuple(_)
            | Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::List(_)
            | Expr::ListComp(_)
            | Expr::Dict(_)
            | Expr::DictComp(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Generator(_)
            | Expr::Lambda(_)
            | Expr::FString(_)
            | Expr::TString(_) => type_name(&s.slice),
            _ => None,
        };
        let sequence = matches!(
            value,
            Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::Tuple(_)
                | Expr::List(_)
                | Expr::ListComp(_)
                | Expr::FString(_)
        );
        if let (true, Some(index), Some(kind)) = (sequence, index, type_name(value)) {
            let msg = format!(
                "{kind} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            );
            self.warn(s.range, msg);
        }
    }
}

pub(crate) fn too_deep() -> SyntaxError {
    SyntaxError::nowhere(
        ErrorKind::Recursion,
        "maximum recursion depth exceeded during compilation",
    )
}

fn is_name(e: &Expr) -> bool {
    e.is_name_expr()
}

/// The type name of an expression whose type is evident.
pub(crate) fn type_name(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::NoneLiteral(_) => "NoneType",
        Expr::BooleanLiteral(_) => "bool",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::NumberLiteral(n) => match n.value {
            ast::Number::Int(_) => "int",
            ast::Number::Float(_) => "float",
            ast::Number::Complex { .. } => "complex",
        },
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::TString(_) => "string.templatelib.Template",
        _ => return None,
    })
}

/// Literals whose identity means nothing (None, booleans and the ellipsis are fine with `is`).
fn literal_type(e: &Expr) -> Option<&'static str> {
    match e {
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => type_name(e),
        Expr::Tuple(t) if t.elts.iter().all(|e| e.is_literal_expr()) => Some("tuple"),
        Expr::UnaryOp(u) if u.op == UnaryOp::USub && u.operand.is_number_literal_expr() => {
            type_name(&u.operand)
        }
        _ => None,
    }
}

/// A small int constant that fits an immediate.
pub(crate) fn small(c: &mut Compiler<'_>, e: &Expr) -> Res<Option<i16>> {
    // Cheap tests first: most operands are not numbers.
    match e {
        Expr::NumberLiteral(_) => {}
        Expr::UnaryOp(u) if u.operand.is_number_literal_expr() => {}
        Expr::BinOp(_) => {}
        _ => return Ok(None),
    }
    Ok(match fold(c, e)? {
        Some(Const::Int(n)) => i16::try_from(n).ok(),
        _ => match e {
            Expr::NumberLiteral(n) => match c.number(n)? {
                Const::Int(n) => i16::try_from(n).ok(),
                _ => None,
            },
            _ => None,
        },
    })
}

pub(crate) fn binary_op(op: Operator, in_place: bool) -> Op {
    match (op, in_place) {
        (Operator::Add, false) => Op::Add,
        (Operator::Sub, false) => Op::Sub,
        (Operator::Mult, false) => Op::Mul,
        (Operator::MatMult, false) => Op::MatMul,
        (Operator::Div, false) => Op::TrueDiv,
        (Operator::Mod, false) => Op::Mod,
        (Operator::Pow, false) => Op::Pow,
        (Operator::LShift, false) => Op::LShift,
        (Operator::RShift, false) => Op::RShift,
        (Operator::BitOr, false) => Op::Or,
        (Operator::BitXor, false) => Op::Xor,
        (Operator::BitAnd, false) => Op::And,
        (Operator::FloorDiv, false) => Op::FloorDiv,
        (Operator::Add, true) => Op::IAdd,
        (Operator::Sub, true) => Op::ISub,
        (Operator::Mult, true) => Op::IMul,
        (Operator::MatMult, true) => Op::IMatMul,
        (Operator::Div, true) => Op::ITrueDiv,
        (Operator::Mod, true) => Op::IMod,
        (Operator::Pow, true) => Op::IPow,
        (Operator::LShift, true) => Op::ILShift,
        (Operator::RShift, true) => Op::IRShift,
        (Operator::BitOr, true) => Op::IOr,
        (Operator::BitXor, true) => Op::IXor,
        (Operator::BitAnd, true) => Op::IAnd,
        (Operator::FloorDiv, true) => Op::IFloorDiv,
    }
}

/// The form with an immediate right operand.
pub(crate) fn immediate_op(op: Operator, in_place: bool) -> Option<Op> {
    Some(match (op, in_place) {
        (Operator::Add, false) => Op::AddI,
        (Operator::Sub, false) => Op::SubI,
        (Operator::Mult, false) => Op::MulI,
        (Operator::FloorDiv, false) => Op::FloorDivI,
        (Operator::Mod, false) => Op::ModI,
        (Operator::LShift, false) => Op::LShiftI,
        (Operator::RShift, false) => Op::RShiftI,
        (Operator::BitAnd, false) => Op::AndI,
        (Operator::Add, true) => Op::IAddI,
        (Operator::Sub, true) => Op::ISubI,
        (Operator::Mult, true) => Op::IMulI,
        (Operator::FloorDiv, true) => Op::IFloorDivI,
        (Operator::Mod, true) => Op::IModI,
        (Operator::LShift, true) => Op::ILShiftI,
        (Operator::RShift, true) => Op::IRShiftI,
        (Operator::BitAnd, true) => Op::IAndI,
        _ => return None,
    })
}

pub(crate) fn compare_op(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::Ne,
        CmpOp::Lt => Op::Lt,
        CmpOp::LtE => Op::Le,
        CmpOp::Gt => Op::Gt,
        CmpOp::GtE => Op::Ge,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::Contains,
        CmpOp::NotIn => Op::NotContains,
    }
}

fn exact_opposite(op: CmpOp) -> Option<Op> {
    Some(match op {
        CmpOp::Is => Op::IsNot,
        CmpOp::IsNot => Op::Is,
        CmpOp::In => Op::NotContains,
        CmpOp::NotIn => Op::Contains,
        _ => return None,
    })
}
