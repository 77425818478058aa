//! Control flow: branches, loops, and the unwinding of blocks by jumps out of them.

use crate::compiler::{Compiler, Res};
use crate::jump::constant_truth;
use crate::symtable::ScopeKind;
use crate::unit::{Block, Label, Reg};
use orochi_bytecode::{CodeFlags, Op, PAST_LINE};
use orochi_syntax::ast::{self, Expr};
use orochi_syntax::{Ranged, TextRange};

/// Blocks that may be nested, as CPython's `CO_MAXBLOCKS`.
const MAX_BLOCKS: usize = 21;
/// Tests with at most so many nodes are repeated at the bottom of a `while` loop.
const MAX_REPEATED_TEST: usize = 24;

impl<'a> Compiler<'a> {
    pub(crate) fn if_stmt(&mut self, i: &'a ast::StmtIf) -> Res {
        let end = self.label();
        let mut arms: Vec<(Option<&'a Expr>, &'a [ast::Stmt])> = vec![(Some(&i.test), &i.body)];
        arms.extend(i.elif_else_clauses.iter().map(|c| (c.test.as_ref(), &*c.body)));
        let n = arms.len();
        for (k, (test, body)) in arms.into_iter().enumerate() {
            let next = self.label();
            if let Some(t) = test {
                self.constant_test(t)?;
                self.jump_if(t, false, next)?;
            }
            self.body(body)?;
            if k + 1 < n {
                self.pos = None;
                self.jump(end);
            }
            self.bind(next);
        }
        self.bind(end);
        Ok(())
    }

    /// A test whose outcome is known is no code, but its line has an event. Gives the outcome.
    fn constant_test(&mut self, test: &'a Expr) -> Res<Option<bool>> {
        let truth = constant_truth(self, test)?;
        if truth.is_some() {
            let old = self.at(test.range());
            self.emit(Op::Nop, 0, 0, 0);
            self.pos = old;
        }
        Ok(truth)
    }

    pub(crate) fn while_stmt(&mut self, w: &'a ast::StmtWhile) -> Res {
        let truth = self.constant_test(&w.test)?;
        let (body, next, other, exit) = (self.label(), self.label(), self.label(), self.label());
        let top = self.label();
        self.bind(top);
        self.jump_if(&w.test, false, other)?;
        self.bind(body);
        let start = self.unit().ins.len();
        self.push_block(Block::Loop { exit, next })?;
        self.body(&w.body)?;
        self.u().blocks.pop();
        self.pos = Some(w.test.range());
        if truth == Some(true) {
            // No test stands here: the jump belongs to the statement before it, or if jumps lead here, to the line of the
            // loop.
            match w.body.last() {
                Some(ast::Stmt::If(_) | ast::Stmt::Match(_)) => {}
                _ if self.unit().ins[start..].iter().any(|ins| ins.label == next) => {}
                last => self.pos = last.map(|last| last.range()),
            }
            self.bind(next);
            // Tracing comes by the line of the loop each time.
            self.jump_op(Op::Jump, PAST_LINE, 0, body);
        } else {
            self.bind(next);
            let mut size = 0;
            let mut binds = false;
            crate::walk::walk(&w.test, &mut |e| {
                size += 1;
                // What makes code objects or binds names is not compiled twice.
                binds |= matches!(
                    e,
                    Expr::Lambda(_)
                        | Expr::Generator(_)
                        | Expr::ListComp(_)
                        | Expr::SetComp(_)
                        | Expr::DictComp(_)
                );
                size <= MAX_REPEATED_TEST
            });
            if size <= MAX_REPEATED_TEST && !binds {
                let count = self.lits.warnings.len();
                self.jump_if(&w.test, true, body)?;
                self.lits.warnings.truncate(count);
            } else {
                // Back to the test at the top.
                self.jump(top);
            }
        }
        self.bind(other);
        self.body(&w.orelse)?;
        self.bind(exit);
        Ok(())
    }

    pub(crate) fn for_stmt(&mut self, f: &'a ast::StmtFor) -> Res {
        if f.is_async {
            return self.async_for(f);
        }
        let (body, next, other, exit) = (self.label(), self.label(), self.label(), self.label());
        let it = self.tmp();
        let mark = self.mark();
        let r = self.iterable(&f.iter)?;
        self.pos = Some(f.iter.range());
        self.emit(Op::GetIter, it, r, 0);
        self.release(mark);
        let target = self.loop_target(&f.target);
        let v = match target {
            Some(r) => r,
            None => self.tmp(),
        };
        self.jump_op(Op::ForIter, v, it, other);
        self.bind(body);
        if target.is_none() {
            self.assign(&f.target, v)?;
        } else if let Expr::Name(n) = &*f.target {
            self.check_store(&n.id, n.range)?;
        }
        self.push_block(Block::Loop { exit, next })?;
        self.body(&f.body)?;
        self.u().blocks.pop();
        self.bind(next);
        self.pos = Some(f.iter.range());
        self.jump_op(Op::ForLoop, v, it, body);
        self.bind(other);
        self.body(&f.orelse)?;
        self.bind(exit);
        Ok(())
    }

    /// What a `for` loop iterates over; list and set displays become constants.
    pub(crate) fn iterable(&mut self, e: &'a Expr) -> Res<Reg> {
        if let Some(c) = crate::fold::fold_container(self, e)? {
            let t = self.tmp();
            let old = self.at(e.range());
            self.load_const(c, t);
            self.pos = old;
            return Ok(t);
        }
        self.expr_any(e)
    }

    fn async_for(&mut self, f: &'a ast::StmtFor) -> Res {
        self.require_async(
            f.range,
            "'async for' outside async function",
            "'async for' outside async function",
        )?;
        let (next, handler, exit) = (self.label(), self.label(), self.label());
        let it = self.tmp();
        let mark = self.mark();
        let r = self.expr_any(&f.iter)?;
        self.pos = Some(f.iter.range());
        self.emit(Op::GetAIter, it, r, 0);
        self.release(mark);
        self.bind(next);
        let reg = self.mark() as Reg;
        let region = self.u().open(handler, reg);
        let v = self.tmp();
        self.pos = Some(f.iter.range());
        self.async_next(it, v);
        self.u().close(region);
        self.assign(&f.target, v)?;
        self.release(mark);
        self.push_block(Block::Loop { exit, next })?;
        self.body(&f.body)?;
        self.u().blocks.pop();
        self.pos = None;
        self.jump(next);
        self.bind(handler);
        self.pos = Some(f.iter.range());
        self.release(mark);
        let e = self.tmp();
        self.emit(Op::EndAsyncFor, e, 0, 0);
        self.release(mark);
        self.body(&f.orelse)?;
        self.bind(exit);
        Ok(())
    }

    /// Awaits the next item of asynchronous iterator `r[it]` into the temporary `v`.
    pub(crate) fn async_next(&mut self, it: Reg, v: Reg) {
        let mark = self.mark();
        let a = self.tmp();
        self.emit(Op::GetANext, a, it, 0);
        self.delegate(a, v);
        self.release(mark);
    }

    /// Enters a block; there may not be too many in each other.
    pub(crate) fn push_block(&mut self, block: Block) -> Res {
        // Generators have a block of their own around the body.
        let generator = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
        let own = (self.unit().flags & generator != 0) as usize;
        if self.unit().blocks.len() + own >= MAX_BLOCKS {
            let range = self.pos.unwrap_or_default();
            return self.error(range, "too many statically nested blocks");
        }
        self.u().blocks.push(block);
        Ok(())
    }

    // ---- jumps out of blocks ---------------------------------------------------------------

    pub(crate) fn break_stmt(&mut self, range: TextRange) -> Res {
        self.loop_jump(range, "'break' outside loop", |exit, _| exit)
    }

    pub(crate) fn continue_stmt(&mut self, range: TextRange) -> Res {
        self.loop_jump(range, "'continue' not properly in loop", |_, next| next)
    }

    fn loop_jump(
        &mut self,
        range: TextRange,
        outside: &str,
        choose: impl Fn(Label, Label) -> Label,
    ) -> Res {
        let at = self.unit().blocks.iter().rposition(|b| matches!(b, Block::Loop { .. }));
        let star = self.unit().blocks.iter().rposition(|b| matches!(b, Block::StarHandler));
        if star.is_some() && star > at {
            return self.star_error(range);
        }
        let Some(at) = at else { return self.error(range, outside) };
        let Block::Loop { exit, next } = self.unit().blocks[at] else { return Ok(()) };
        let target = choose(exit, next);
        if self.unit().blocks.len() > at + 1 {
            // A line event belongs to the statement, not to what it unwinds.
            self.emit(Op::Nop, 0, 0, 0);
        }
        self.unwind(at + 1, range, |s| s.jump(target))
    }

    fn star_error(&self, range: TextRange) -> Res {
        self.error(range, "'break', 'continue' and 'return' cannot appear in an except* block")
    }

    /// Returns a value where nothing is to be unwound: each arm of a conditional expression returns by itself.
    pub(crate) fn return_arms(&mut self, value: &'a Expr) -> Res {
        if let Expr::If(i) = value
            && constant_truth(self, &i.test)?.is_none()
        {
            let other = self.label();
            self.jump_if(&i.test, false, other)?;
            self.return_arms(&i.body)?;
            self.bind(other);
            return self.return_arms(&i.orelse);
        }
        let mark = self.mark();
        let value = self.expr_any(value)?;
        self.emit(Op::Return, value, 0, 0);
        self.release(mark);
        Ok(())
    }

    pub(crate) fn return_stmt(&mut self, r: &'a ast::StmtReturn) -> Res {
        let scope = self.scope();
        if scope.kind != ScopeKind::Function {
            return self.error(r.range, "'return' outside function");
        }
        if r.value.is_some() && self.unit().flags & CodeFlags::ASYNC_GENERATOR != 0 {
            return self.error(r.range, "'return' with value in async generator");
        }
        if self.unit().blocks.iter().any(|b| matches!(b, Block::StarHandler)) {
            return self.star_error(r.range);
        }
        let runs_code = self.unit().blocks.iter().any(|b| {
            matches!(b, Block::Finally { .. } | Block::With { .. } | Block::NamedHandler { .. })
        });
        if let Some(v @ Expr::If(_)) = r.value.as_deref()
            && self.unit().blocks.is_empty()
        {
            return self.return_arms(v);
        }
        let none = match &r.value {
            None => true,
            Some(v) => v.is_none_literal_expr(),
        };
        let constant = r.value.as_deref().is_some_and(|v| v.is_literal_expr());
        let range = r.range;
        let mark = self.mark();
        let value = match &r.value {
            Some(v) if !none && !constant => {
                // A finally body may rebind the variable.
                let v = match (self.local_register(v), runs_code) {
                    (Some(r), false) => r,
                    _ => {
                        let t = self.tmp();
                        self.expr_to(v, t)?;
                        t
                    }
                };
                Some(v)
            }
            _ => {
                if !self.unit().blocks.is_empty() {
                    self.emit(Op::Nop, 0, 0, 0);
                }
                None
            }
        };
        let mut failed = None;
        self.unwind(0, range, |s| match (value, &r.value) {
            (Some(v), _) => s.emit(Op::Return, v, 0, 0),
            (None, Some(e)) if !none => {
                let t = s.tmp();
                let (from, ran) = (s.unit().ins.len(), s.pos.is_none());
                if let Err(e) = s.expr_to(e, t) {
                    failed = Some(e);
                }
                if ran {
                    s.u().ins[from..].iter_mut().for_each(|ins| ins.pos = None);
                }
                s.emit(Op::Return, t, 0, 0);
            }
            _ => s.emit(Op::ReturnNone, 0, 0, 0),
        })?;
        self.release(mark);
        match failed {
            Some(e) => Err(e),
            None => Ok(()),
        }
    }

    /// Emits what leaving the blocks from `keep` on takes, then `last`, and restores the blocks for the code that
    /// follows in the text. `range` is the statement that leaves them: its line is not met again
    /// once a block's own code has run.
    fn unwind(&mut self, keep: usize, range: TextRange, last: impl FnOnce(&mut Self)) -> Res {
        let mut popped = Vec::new();
        let mut ran = false;
        while self.unit().blocks.len() > keep {
            // Code that unwinds a block may itself jump: it sees only the outer blocks.
            let Some(block) = self.u().blocks.pop() else { break };
            self.unwind_block(&block)?;
            ran |= matches!(block, Block::Finally { .. } | Block::With { .. });
            popped.push(block);
        }
        self.pos = if ran { None } else { Some(range) };
        last(self);
        while let Some(block) = popped.pop() {
            let block = self.reopened(block);
            self.u().blocks.push(block);
        }
        Ok(())
    }

    fn unwind_block(&mut self, block: &Block) -> Res {
        match block {
            Block::Loop { .. } | Block::StarHandler => {}
            Block::Try { region } => self.u().close(*region),
            Block::Finally { region, body } => {
                self.u().close(*region);
                let stmts = self.unit().finals[*body];
                let pos = self.pos;
                let count = self.lits.warnings.len();
                self.body(stmts)?;
                self.lits.warnings.truncate(count);
                self.pos = pos;
            }
            Block::Handler { save, region } => {
                self.u().close(*region);
                self.emit(Op::PopExc, *save, 0, 0);
            }
            Block::NamedHandler { region, name } => {
                self.u().close(*region);
                self.unbind(name);
            }
            Block::With { region, exit, is_async, pos } => {
                self.u().close(*region);
                let old = self.at(*pos);
                self.call_exit(*exit, *is_async);
                self.pos = old;
            }
        }
        Ok(())
    }

    fn reopened(&self, block: Block) -> Block {
        let u = self.unit();
        match block {
            Block::Try { region } => Block::Try { region: u.reopen(region) },
            Block::Finally { region, body } => Block::Finally { region: u.reopen(region), body },
            Block::Handler { save, region } => Block::Handler { save, region: u.reopen(region) },
            Block::NamedHandler { region, name } => {
                Block::NamedHandler { region: u.reopen(region), name }
            }
            Block::With { region, exit, is_async, pos } => {
                Block::With { region: u.reopen(region), exit, is_async, pos }
            }
            b => b,
        }
    }
}
