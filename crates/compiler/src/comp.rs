//! Comprehensions: list, set and dict comprehensions are inlined (PEP 709), generator expressions are functions.

use crate::compiler::{Compiler, Res};
use crate::symtable::{CompKind, Part, Place, ScopeId, def};
use crate::unit::{CompFrame, Label, Reg};
use orochi_bytecode::{CodeFlags, Op};
use orochi_syntax::ast::{self, Expr};
use orochi_syntax::{Ranged, TextRange};

/// What a comprehension makes of an element.
#[derive(Clone, Copy)]
struct Sink<'a> {
    kind: CompKind,
    first: Option<&'a Expr>,
    second: &'a Expr,
    result: Reg,
}

impl<'a> Compiler<'a> {
    pub(crate) fn comprehension(&mut self, e: &'a Expr, dst: Reg) -> Res {
        let (kind, scope, generators, first, second): (_, _, &'a [ast::Comprehension], _, _) =
            match e {
                Expr::ListComp(c) => (
                    CompKind::List,
                    self.table.scope_of(c, Part::Body),
                    &c.generators,
                    None,
                    &*c.elt,
                ),
                Expr::SetComp(c) => (
                    CompKind::Set,
                    self.table.scope_of(c, Part::Body),
                    &c.generators,
                    None,
                    &*c.elt,
                ),
                Expr::DictComp(c) => {
                    let key = c.key.as_deref();
                    (
                        CompKind::Dict,
                        self.table.scope_of(c, Part::Body),
                        &c.generators,
                        key,
                        &*c.value,
                    )
                }
                Expr::Generator(c) => {
                    let scope = self.table.scope_of(c, Part::Body);
                    (CompKind::Generator, scope, &c.generators, None, &*c.elt)
                }
                _ => return Ok(()),
            };
        let sink = Sink { kind, first, second, result: 0 };
        let range = match e {
            // The only argument of a call: its parentheses are the call's.
            Expr::Generator(g) if !g.parenthesized => self.in_parentheses(g.range),
            e => e.range(),
        };
        self.check_async(e.range(), scope, kind)?;
        if self.table.scopes[scope].inlined {
            self.inline_comprehension(scope, generators, sink, dst)
        } else {
            self.function_comprehension(range, scope, generators, sink, dst)
        }
    }

    /// The range widened to the parentheses directly around it.
    fn in_parentheses(&self, range: TextRange) -> TextRange {
        let text = self.source.text();
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        let before = text[..start].trim_end();
        let blank = text[end..].len() - text[end..].trim_start().len();
        let open = before.ends_with('(').then(|| before.len() - 1);
        let close = text[end + blank..].starts_with(')').then_some(end + blank + 1);
        let at = |n: usize| orochi_syntax::TextSize::from(n as u32);
        TextRange::new(at(open.unwrap_or(start)), at(close.unwrap_or(end)))
    }

    /// An asynchronous comprehension needs an asynchronous function around it.
    fn check_async(&self, range: TextRange, scope: ScopeId, kind: CompKind) -> Res {
        let here = self.unit().flags & (CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR) != 0;
        let is_async = self.table.scopes[scope].coroutine && kind != CompKind::Generator;
        let top =
            self.options.top_level_await && self.scope().kind == crate::symtable::ScopeKind::Module;
        let within = self.scope().comprehension == CompKind::Generator;
        if is_async && !here && !top && !within {
            let msg = "asynchronous comprehension outside of an asynchronous function";
            return self.error(range, msg);
        }
        Ok(())
    }

    fn inline_comprehension(
        &mut self,
        scope: ScopeId,
        generators: &'a [ast::Comprehension],
        mut sink: Sink<'a>,
        dst: Reg,
    ) -> Res {
        let Some(first) = generators.first() else { return Ok(()) };
        let mark = self.mark();
        sink.result = if self.is_temp(dst) { dst } else { self.tmp() };
        // The destination may be a comprehension variable's temporary of an outer comprehension.
        if self.unit().comps.iter().any(|c| c.vars.iter().any(|(_, v, _)| *v == dst)) {
            sink.result = self.tmp();
        }
        let it = self.tmp();
        self.iterator(first, it)?;
        let locals = self.bind_variables(scope);
        let build = match sink.kind {
            CompKind::Set => Op::BuildSet,
            CompKind::Dict => Op::BuildMap,
            _ => Op::BuildList,
        };
        self.emit(build, sink.result, sink.result, 0);
        self.generators(generators, 0, it, sink)?;
        self.u().comps.pop();
        for r in locals {
            self.emit(Op::LoadUnset, r, 0, 0);
        }
        self.move_to(dst, sink.result);
        self.release(mark);
        Ok(())
    }

    /// Gives registers to the variables of an inlined comprehension; returns those that are locals of the function.
    fn bind_variables(&mut self, scope: ScopeId) -> Vec<Reg> {
        let mut vars = Vec::new();
        let mut locals = Vec::new();
        for (name, symbol) in self.table.scopes[scope].symbols.iter() {
            let own = matches!(symbol.place, Place::Local | Place::Cell);
            if symbol.flags & def::PARAM != 0 || !own {
                continue;
            }
            let taken = self.scope().symbols.contains(name)
                || self.unit().comps.iter().any(|c| c.vars.iter().any(|(n, _, _)| n == name));
            let slot = self.unit().locals.get(name).copied();
            match (symbol.place, slot) {
                (Place::Local, Some(r)) if !taken => {
                    vars.push((name.clone(), r, false));
                    locals.push(r);
                }
                (Place::Cell, _) => {
                    let r = self.tmp();
                    self.emit(Op::NewCell, r, 0, 0);
                    vars.push((name.clone(), r, true));
                }
                _ => {
                    let r = self.tmp();
                    self.emit(Op::LoadUnset, r, 0, 0);
                    vars.push((name.clone(), r, false));
                }
            }
        }
        self.u().comps.push(CompFrame { scope, vars });
        locals
    }

    /// The iterator of a `for` clause.
    fn iterator(&mut self, g: &'a ast::Comprehension, it: Reg) -> Res {
        let mark = self.mark();
        let r = self.iterable(&g.iter)?;
        let old = self.at(g.iter.range());
        self.emit(if g.is_async { Op::GetAIter } else { Op::GetIter }, it, r, 0);
        self.pos = old;
        self.release(mark);
        Ok(())
    }

    fn generators(
        &mut self,
        all: &'a [ast::Comprehension],
        n: usize,
        it: Reg,
        sink: Sink<'a>,
    ) -> Res {
        let Some(g) = all.get(n) else { return self.element(sink) };
        let mark = self.mark();
        // `for x in [e]` is an assignment.
        let (again, body, exit) = (self.label(), self.label(), self.label());
        let old = self.at(g.iter.range());
        if g.is_async {
            self.bind(again);
            let handler = self.label();
            let reg = self.mark() as Reg;
            let region = self.u().open(handler, reg);
            let v = self.tmp();
            self.async_next(it, v);
            self.u().close(region);
            self.assign(&g.target, v)?;
            self.bind(body);
            self.conditions(g, again)?;
            self.release(mark);
            self.clause(all, n + 1, sink)?;
            self.pos = Some(g.iter.range());
            self.jump(again);
            self.bind(handler);
            self.release(mark);
            let e = self.tmp();
            self.emit(Op::EndAsyncFor, e, 0, 0);
        } else {
            let target = self.loop_target(&g.target);
            let v = match target {
                Some(r) => r,
                None => self.tmp(),
            };
            self.jump_op(Op::ForIter, v, it, exit);
            self.bind(body);
            if target.is_none() {
                self.assign(&g.target, v)?;
            }
            self.conditions(g, again)?;
            self.clause(all, n + 1, sink)?;
            self.bind(again);
            self.pos = Some(g.iter.range());
            self.jump_op(Op::ForLoop, v, it, body);
            self.bind(exit);
        }
        self.pos = old;
        self.release(mark);
        Ok(())
    }

    fn conditions(&mut self, g: &'a ast::Comprehension, again: Label) -> Res {
        g.ifs.iter().try_for_each(|c| self.jump_if(c, false, again))
    }

    /// The next clause: its iterator is computed in the scope of the comprehension.
    fn clause(&mut self, all: &'a [ast::Comprehension], n: usize, sink: Sink<'a>) -> Res {
        let mark = self.mark();
        let it = match all.get(n) {
            Some(g) => {
                let it = self.tmp();
                self.iterator(g, it)?;
                it
            }
            None => 0,
        };
        self.generators(all, n, it, sink)?;
        self.release(mark);
        Ok(())
    }

    fn element(&mut self, sink: Sink<'a>) -> Res {
        let mark = self.mark();
        let old = self.at(sink.second.range());
        match sink.kind {
            CompKind::Dict => match sink.first {
                Some(key) => {
                    let k = self.operand(key, &[sink.second])?;
                    let v = self.expr_any(sink.second)?;
                    self.pos = Some(TextRange::new(key.range().start(), sink.second.range().end()));
                    self.emit(Op::MapAdd, sink.result, k, v);
                }
                None => {
                    let v = self.expr_any(sink.second)?;
                    self.emit(Op::DictUpdate, sink.result, v, 0);
                }
            },
            CompKind::Generator => {
                let v = self.expr_any(sink.second)?;
                let t = self.tmp();
                self.emit_yield(t, v);
            }
            kind => {
                let v = self.expr_any(sink.second)?;
                let op = if kind == CompKind::Set { Op::SetAdd } else { Op::ListAppend };
                self.emit(op, sink.result, v, 0);
            }
        }
        self.pos = old;
        self.release(mark);
        Ok(())
    }

    /// A generator expression, or a comprehension that cannot be inlined: a function called with the iterator.
    fn function_comprehension(
        &mut self,
        range: TextRange,
        scope_id: ScopeId,
        generators: &'a [ast::Comprehension],
        mut sink: Sink<'a>,
        dst: Reg,
    ) -> Res {
        let Some(first) = generators.first() else { return Ok(()) };
        let scope = &self.table.scopes[scope_id];
        let line = self.line_of(range.start());
        let pos = self.pos;
        self.enter(scope_id, scope.name.clone(), line);
        self.pos = Some(range);
        self.u().argcount = 1;
        let generator = sink.kind == CompKind::Generator;
        self.u().flags |= match (generator, scope.coroutine) {
            (true, true) => CodeFlags::ASYNC_GENERATOR,
            (true, false) => CodeFlags::GENERATOR,
            (false, true) => CodeFlags::COROUTINE,
            (false, false) => 0,
        };
        if generator || scope.coroutine {
            self.emit(Op::ReturnGenerator, 0, 0, 0);
        }
        if !generator {
            sink.result = self.tmp();
            let build = match sink.kind {
                CompKind::Set => Op::BuildSet,
                CompKind::Dict => Op::BuildMap,
                _ => Op::BuildList,
            };
            self.emit(build, sink.result, sink.result, 0);
        }
        self.generators(generators, 0, 0, sink)?;
        self.pos = Some(range);
        if generator {
            self.emit(Op::ReturnNone, 0, 0, 0);
        } else {
            self.emit(Op::Return, sink.result, 0, 0);
        }
        let code = self.finish()?;
        self.pos = pos.map(|_| range);
        let mark = self.mark();
        let base = if self.is_top(dst) { dst } else { self.tmp() };
        self.tmp();
        self.closure_function(code, base);
        let it = self.tmp();
        self.iterator(first, it)?;
        self.emit(Op::Call, dst, base, 1);
        if !generator && scope.coroutine {
            let work = self.tmp();
            self.move_to(work, dst);
            let t = self.tmp();
            self.await_value(work, t, 0);
            self.move_to(dst, t);
        }
        self.release(mark);
        Ok(())
    }
}
