//! `try` in its three forms, and `with`.

use crate::compiler::{Compiler, Res};
use crate::unit::{Block, Reg};
use orochi_bytecode::Op;
use orochi_syntax::ast::{self, Stmt};
use orochi_syntax::{Ranged, TextRange};

impl<'a> Compiler<'a> {
    pub(crate) fn try_stmt(&mut self, t: &'a ast::StmtTry) -> Res {
        // The statement has a line event of its own.
        self.emit(Op::Nop, 0, 0, 0);
        if t.finalbody.is_empty() {
            return self.try_except(t);
        }
        self.warn_finally(&t.finalbody, true);
        let (handler, cleanup, end) = (self.label(), self.label(), self.label());
        let mark = self.mark();
        let region = self.u().open(handler, mark as Reg);
        let body = self.unit().finals.len();
        self.u().finals.push(&t.finalbody);
        self.push_block(Block::Finally { region, body })?;
        if t.handlers.is_empty() {
            self.body(&t.body)?;
        } else {
            self.try_except(t)?;
        }
        self.close_block();
        self.body(&t.finalbody)?;
        self.pos = None;
        self.jump(end);

        self.bind(handler);
        self.release(mark);
        self.pos = None;
        let (exc, save, second) = (self.tmp(), self.tmp(), self.tmp());
        self.emit(Op::PushExc, save, exc, 0);
        let region = self.u().open(cleanup, second);
        self.push_block(Block::Handler { save, region })?;
        let warnings = self.lits.warnings.len();
        self.body(&t.finalbody)?;
        self.lits.warnings.truncate(warnings);
        self.pos = None;
        self.emit(Op::Reraise, exc, 0, 0);
        self.close_block();
        self.bind(cleanup);
        self.emit(Op::PopExc, save, 0, 0);
        self.emit(Op::Reraise, second, 0, 0);
        self.release(mark);
        self.bind(end);
        Ok(())
    }

    /// Ends the innermost block and its region.
    fn close_block(&mut self) {
        let block = self.u().blocks.pop();
        let region = match block {
            Some(
                Block::Try { region }
                | Block::Finally { region, .. }
                | Block::Handler { region, .. }
                | Block::NamedHandler { region, .. }
                | Block::With { region, .. },
            ) => region,
            _ => return,
        };
        self.u().close(region);
    }

    fn try_except(&mut self, t: &'a ast::StmtTry) -> Res {
        let (handler, cleanup, end) = (self.label(), self.label(), self.label());
        let mark = self.mark();
        let region = self.u().open(handler, mark as Reg);
        self.push_block(Block::Try { region })?;
        self.body(&t.body)?;
        self.close_block();
        self.body(&t.orelse)?;
        self.pos = None;
        self.jump(end);

        self.bind(handler);
        self.release(mark);
        self.pos = None;
        let (exc, save, second) = (self.tmp(), self.tmp(), self.tmp());
        self.emit(Op::PushExc, save, exc, 0);
        let region = self.u().open(cleanup, second);
        self.push_block(Block::Handler { save, region })?;
        if t.is_star {
            self.star_handlers(t, exc)?;
        } else {
            self.handlers(t, exc, save, end)?;
        }
        self.close_block();
        if t.is_star {
            // Normal end of the star handlers.
            self.pos = None;
            self.emit(Op::PopExc, save, 0, 0);
            self.jump(end);
        }
        self.bind(cleanup);
        self.pos = None;
        self.emit(Op::PopExc, save, 0, 0);
        self.emit(Op::Reraise, second, 0, 0);
        self.release(mark);
        self.bind(end);
        Ok(())
    }

    fn handlers(
        &mut self,
        t: &'a ast::StmtTry,
        exc: Reg,
        save: Reg,
        end: crate::unit::Label,
    ) -> Res {
        let n = t.handlers.len();
        for (i, ast::ExceptHandler::ExceptHandler(h)) in t.handlers.iter().enumerate() {
            if h.type_.is_none() && i + 1 < n {
                return self.error(h.range, "default 'except:' must be last");
            }
            let next = self.label();
            let mark = self.mark();
            self.pos = Some(h.range);
            if let Some(e) = &h.type_ {
                let r = self.expr_any(e)?;
                self.pos = Some(h.range);
                self.jump_op(Op::JumpIfNotExcMatch, exc, r, next);
                self.release(mark);
            } else {
                self.emit(Op::Nop, 0, 0, 0);
            }
            match &h.name {
                None => {
                    self.body(&h.body)?;
                    self.pos = None;
                    self.leave_handler(save, end);
                }
                Some(name) => self.named_handler(h, name, exc, save, end)?,
            }
            self.bind(next);
            self.release(mark);
        }
        self.pos = None;
        self.emit(Op::Reraise, exc, 0, 0);
        Ok(())
    }

    /// Normal end of a handler: the region is left before the exception state is restored.
    fn leave_handler(&mut self, save: Reg, end: crate::unit::Label) {
        self.emit(Op::PopExc, save, 0, 0);
        self.jump(end);
    }

    fn named_handler(
        &mut self,
        h: &'a ast::ExceptHandlerExceptHandler,
        name: &'a ast::Identifier,
        exc: Reg,
        save: Reg,
        end: crate::unit::Label,
    ) -> Res {
        self.check_store(&name.id, h.range)?;
        let mangled = self.mangle(&name.id);
        self.store_var(&mangled, exc);
        let failed = self.label();
        let mark = self.mark();
        let region = self.u().open(failed, mark as Reg);
        self.push_block(Block::NamedHandler { region, name: mangled.clone() })?;
        self.body(&h.body)?;
        self.close_block();
        self.pos = None;
        self.emit(Op::PopExc, save, 0, 0);
        self.unbind(&mangled);
        self.jump(end);
        self.bind(failed);
        self.release(mark);
        let e = self.tmp();
        self.unbind(&mangled);
        self.emit(Op::Reraise, e, 0, 0);
        self.release(mark);
        Ok(())
    }

    /// `name = None; del name`, without a trace of it.
    pub(crate) fn unbind(&mut self, name: &str) {
        use crate::compiler::Var;
        match self.resolve(name) {
            Var::Fast(r) => self.emit(Op::LoadUnset, r, 0, 0),
            _ => {
                let mark = self.mark();
                let t = self.tmp();
                self.emit(Op::LoadNone, t, 0, 0);
                self.store_var(name, t);
                self.delete_var(name);
                self.release(mark);
            }
        }
    }

    fn star_handlers(&mut self, t: &'a ast::StmtTry, exc: Reg) -> Res {
        let (list, rest) = (self.tmp(), self.tmp());
        self.emit(Op::BuildList, list, list, 0);
        self.move_to(rest, exc);
        for ast::ExceptHandler::ExceptHandler(h) in &t.handlers {
            self.star_handler(h, list, rest)?;
        }
        self.pos = None;
        let ok = self.label();
        let r = self.tmp();
        self.emit(Op::ListAppend, list, rest, 0);
        self.emit(Op::PrepReraiseStar, r, exc, list);
        self.jump_op(Op::JumpIfNone, r, 0, ok);
        self.emit(Op::Reraise, r, 0, 0);
        self.bind(ok);
        Ok(())
    }

    fn star_handler(
        &mut self,
        h: &'a ast::ExceptHandlerExceptHandler,
        list: Reg,
        rest: Reg,
    ) -> Res {
        let Some(e) = &h.type_ else {
            return self.error(h.range, "expected one or more exception types");
        };
        let mark = self.mark();
        let (failed, done, next) = (self.label(), self.label(), self.label());
        self.pos = Some(h.range);
        let (found, left) = (self.tmp(), self.tmp());
        let r = self.expr_any(e)?;
        self.pos = Some(h.range);
        self.emit(Op::CheckEgMatch, found, rest, r);
        self.release(left as u32 + 1);
        self.move_to(rest, left);
        self.jump_op(Op::JumpIfNone, found, 0, next);
        // The matching part is the exception being handled.
        self.emit(Op::PopExc, found, 0, 0);
        let name = h.name.as_ref().map(|n| self.mangle(&n.id));
        if let (Some(n), Some(id)) = (&name, &h.name) {
            self.check_store(&id.id, h.range)?;
            self.store_var(n, found);
        }
        let inner = self.mark();
        let region = self.u().open(failed, inner as Reg);
        self.push_block(Block::StarHandler)?;
        self.body(&h.body)?;
        self.u().blocks.pop();
        self.u().close(region);
        self.pos = None;
        if let Some(n) = &name {
            self.unbind(n);
        }
        self.jump(done);
        self.bind(failed);
        self.release(inner);
        let raised = self.tmp();
        if let Some(n) = &name {
            self.unbind(n);
        }
        self.emit(Op::ListAppend, list, raised, 0);
        // The part that matched stays what is handled.
        self.bind(done);
        self.bind(next);
        self.release(mark);
        Ok(())
    }

    // ---- with ------------------------------------------------------------------------------

    pub(crate) fn with_stmt(&mut self, w: &'a ast::StmtWith) -> Res {
        if w.is_async {
            let msg = "'async with' outside async function";
            self.require_async(w.range, msg, msg)?;
        }
        self.with_items(w, 0)
    }

    fn with_items(&mut self, w: &'a ast::StmtWith, n: usize) -> Res {
        let Some(item) = w.items.get(n) else { return self.body(&w.body) };
        let pos = item.context_expr.range();
        let (handler, cleanup, suppress, end) =
            (self.label(), self.label(), self.label(), self.label());
        let mark = self.mark();
        let exit = self.tmp();
        self.tmp();
        let inner = self.mark();
        let (group, _) = (self.tmp(), self.tmp());
        let ctx = self.expr_any(&item.context_expr)?;
        self.pos = Some(pos);
        let (enter_which, exit_which) = if w.is_async { (2, 3) } else { (0, 1) };
        self.emit(Op::LoadSpecial, exit, ctx, exit_which);
        self.emit(Op::LoadSpecial, group, ctx, enter_which);
        self.emit(Op::CallMethod, group, group, 0);
        if w.is_async {
            let t = self.tmp();
            self.await_value(group, t, 1);
            self.move_to(group, t);
        }
        let region = self.u().open(handler, inner as Reg);
        self.push_block(Block::With { region, exit, is_async: w.is_async, pos })?;
        if let Some(target) = &item.optional_vars {
            self.assign(target, group)?;
        }
        self.release(inner);
        self.with_items(w, n + 1)?;
        self.close_block();
        self.pos = Some(pos);
        self.call_exit(exit, w.is_async);
        self.jump(end);

        self.bind(handler);
        self.release(inner);
        let (exc, save, second) = (self.tmp(), self.tmp(), self.tmp());
        self.emit(Op::PushExc, save, exc, 0);
        let region = self.u().open(cleanup, second);
        let (group, this) = (self.tmp(), self.tmp());
        self.move_to(group, exit);
        self.move_to(this, exit + 1);
        let args = self.tmp();
        self.tmp();
        self.tmp();
        self.emit(Op::LoadExcTriple, args, exc, 0);
        self.emit(Op::CallMethod, group, group, 3);
        if w.is_async {
            let t = self.tmp();
            self.await_value(group, t, 2);
            self.move_to(group, t);
        }
        self.jump_op(Op::JumpIfTrue, group, 0, suppress);
        self.u().close(region);
        // Without a line, so that the frame ends where the exception came from.
        self.pos = None;
        self.emit(Op::PopExc, save, 0, 0);
        self.emit(Op::Reraise, exc, 0, 0);
        self.bind(suppress);
        self.pos = Some(pos);
        self.emit(Op::PopExc, save, 0, 0);
        self.jump(end);
        self.bind(cleanup);
        self.pos = None;
        self.emit(Op::PopExc, save, 0, 0);
        self.emit(Op::Reraise, second, 0, 0);
        self.release(mark);
        self.bind(end);
        Ok(())
    }

    /// Calls the exit function of a `with` block with three times None.
    pub(crate) fn call_exit(&mut self, exit: Reg, is_async: bool) {
        let mark = self.mark();
        let (group, this) = (self.tmp(), self.tmp());
        self.move_to(group, exit);
        self.move_to(this, exit + 1);
        for _ in 0..3 {
            let t = self.tmp();
            self.emit(Op::LoadNone, t, 0, 0);
        }
        self.emit(Op::CallMethod, group, group, 3);
        if is_async {
            let t = self.tmp();
            self.await_value(group, t, 2);
        }
        self.release(mark);
    }

    /// PEP 765: jumps out of a finally body.
    fn warn_finally(&mut self, body: &[Stmt], loops: bool) {
        for s in body {
            match s {
                Stmt::Return(r) => self.warn_in_finally(r.range, "return"),
                Stmt::Break(b) if loops => self.warn_in_finally(b.range, "break"),
                Stmt::Continue(c) if loops => self.warn_in_finally(c.range, "continue"),
                Stmt::If(i) => {
                    self.warn_finally(&i.body, loops);
                    i.elif_else_clauses.iter().for_each(|c| self.warn_finally(&c.body, loops));
                }
                Stmt::For(f) => {
                    self.warn_finally(&f.body, false);
                    self.warn_finally(&f.orelse, loops);
                }
                Stmt::While(f) => {
                    self.warn_finally(&f.body, false);
                    self.warn_finally(&f.orelse, loops);
                }
                Stmt::With(w) => self.warn_finally(&w.body, loops),
                Stmt::Match(m) => m.cases.iter().for_each(|c| self.warn_finally(&c.body, loops)),
                Stmt::Try(t) => {
                    self.warn_finally(&t.body, loops);
                    for ast::ExceptHandler::ExceptHandler(h) in &t.handlers {
                        self.warn_finally(&h.body, loops);
                    }
                    self.warn_finally(&t.orelse, loops);
                }
                _ => {}
            }
        }
    }

    fn warn_in_finally(&mut self, range: TextRange, what: &str) {
        self.warn(range, format!("'{what}' in a 'finally' block"));
    }
}
