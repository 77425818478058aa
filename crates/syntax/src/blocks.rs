//! Where the parser library sees blocks in another way than CPython does: how far a compound statement reaches whose last line
//! ends with a semicolon, and a `try` with an `else` and nothing to catch.

use ruff_python_ast as ast;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::{Stmt, statement_visitor};
use ruff_text_size::{Ranged, TextRange, TextSize};
use statement_visitor::StatementVisitor;
use std::collections::HashMap;

/// Has compound statements reach over the semicolon at their end.
pub(crate) fn include_semicolons(tokens: &Tokens, module: &mut ast::ModModule) {
    let mut ends = HashMap::new();
    let mut before = TextSize::new(0);
    let mut open = None;
    for token in tokens.iter() {
        match token.kind() {
            TokenKind::Comment | TokenKind::NonLogicalNewline => {}
            TokenKind::Semi => open = Some((before, token.end())),
            kind => {
                if matches!(kind, TokenKind::Newline | TokenKind::EndOfFile) {
                    ends.extend(open);
                }
                open = None;
                before = token.end();
            }
        }
    }
    if !ends.is_empty() {
        Semicolons(ends).visit_body(&mut module.body);
    }
}

/// The ends of statements before a semicolon that ends a line, and where that ends.
struct Semicolons(HashMap<TextSize, TextSize>);

impl Semicolons {
    fn extend(&self, range: &mut TextRange) {
        if let Some(end) = self.0.get(&range.end()) {
            *range = TextRange::new(range.start(), *end);
        }
    }
}

impl Transformer for Semicolons {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        transformer::walk_stmt(self, stmt);
        match stmt {
            Stmt::FunctionDef(s) => self.extend(&mut s.range),
            Stmt::ClassDef(s) => self.extend(&mut s.range),
            Stmt::For(s) => self.extend(&mut s.range),
            Stmt::While(s) => self.extend(&mut s.range),
            Stmt::If(s) => {
                self.extend(&mut s.range);
                s.elif_else_clauses.iter_mut().for_each(|clause| self.extend(&mut clause.range));
            }
            Stmt::With(s) => self.extend(&mut s.range),
            Stmt::Match(s) => {
                self.extend(&mut s.range);
                s.cases.iter_mut().for_each(|case| self.extend(&mut case.range));
            }
            Stmt::Try(s) => {
                self.extend(&mut s.range);
                for ast::ExceptHandler::ExceptHandler(handler) in &mut s.handlers {
                    self.extend(&mut handler.range);
                }
            }
            _ => {}
        }
    }
    // There are no statements in expressions.
    fn visit_expr(&self, _: &mut ast::Expr) {}
}

/// Whether a `try` has an `else` although it catches nothing.
pub(crate) fn has_lone_else(module: &ast::ModModule) -> bool {
    let mut search = LoneElse(false);
    search.visit_body(&module.body);
    search.0
}

struct LoneElse(bool);

impl StatementVisitor<'_> for LoneElse {
    fn visit_stmt(&mut self, stmt: &Stmt) {
        if let Stmt::Try(s) = stmt {
            self.0 |= s.handlers.is_empty() && !s.orelse.is_empty();
        }
        statement_visitor::walk_stmt(self, stmt);
    }
}
