//! Expressions, with the `invalid_*` rules where CPython's grammar tries them.

use super::lex::Tok;
use super::node::{Kind, Node};
use super::{Checker, Fail, Res};
use crate::error::ErrorKind;

/// Depth at which the recogniser gives up; the compiler has its own limit.
const MAX_DEPTH: u32 = 2000;

impl Checker<'_> {
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let at = self.tok().start;
            return Err(Fail::Custom(super::Raised::new(
                ErrorKind::Memory,
                "Parser stack overflowed - Python source too complex to parse",
                at,
                at,
            )));
        }
        let r = f(self);
        self.depth -= 1;
        r
    }

    fn span(&self, kind: Kind, start: usize) -> Node {
        Node::new(kind, start, self.last_end())
    }

    /// Whether the current token can begin an expression.
    pub(super) fn starts_expression(&self) -> bool {
        let t = self.tok();
        match t.tok {
            Tok::Name | Tok::Number | Tok::Str(_) | Tok::FStr | Tok::TStr => true,
            Tok::Keyword => {
                matches!(self.word(t), "None" | "True" | "False" | "not" | "lambda" | "await")
            }
            Tok::Op => {
                matches!(self.word(t), "(" | "[" | "{" | "-" | "+" | "~" | "...")
            }
            _ => false,
        }
    }

    // ---- lists of expressions --------------------------------------------------------------

    /// `star_expressions`
    pub(super) fn star_expressions(&mut self) -> Res<Node> {
        let start = self.tok().start;
        let first = self.star_expression()?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut kids = vec![first];
        while self.eat(",") {
            if !self.starts_expression() && !self.is("*") {
                break;
            }
            kids.push(self.star_expression()?);
        }
        let mut n = self.span(Kind::Tuple, start);
        n.kids = kids;
        Ok(n)
    }

    pub(super) fn star_expression(&mut self) -> Res<Node> {
        if self.is("*") { self.starred_bitwise() } else { self.expression() }
    }

    fn starred_bitwise(&mut self) -> Res<Node> {
        let start = self.tok().start;
        self.expect("*")?;
        let v = self.bitwise_or()?;
        let mut n = self.span(Kind::Starred, start);
        n.kids.push(v);
        Ok(n)
    }

    /// `star_named_expression`
    pub(super) fn star_named_expression(&mut self) -> Res<Node> {
        if self.is("*") { self.starred_bitwise() } else { self.named_expression() }
    }

    /// `named_expression` with its invalid rules.
    pub(super) fn named_expression(&mut self) -> Res<Node> {
        let start = self.tok().start;
        if self.is_name() && self.is_at(1, ":=") {
            self.bump();
            self.bump();
            self.expression()?;
            return Ok(self.span(Kind::Named, start));
        }
        let at = self.i;
        let e = self.expression()?;
        if self.is(":=") {
            self.bump();
            if self.looks_like(|c| c.expression()) {
                let msg = format!("cannot use assignment expressions with {}", e.name());
                return self.raise(e.start, e.end, msg);
            }
            self.i -= 1;
            return Err(Fail::Generic);
        }
        if self.is("=") {
            self.named_equals(&e, at)?;
        }
        Ok(e)
    }

    /// `a = b` where an expression was wanted.
    pub(super) fn named_equals(&mut self, e: &Node, _at: usize) -> Res<()> {
        let back = self.i;
        self.bump();
        let value = self.attempt(|c| c.bitwise_or())?;
        let more = self.is("=") || self.is(":=");
        let end = self.last_end();
        self.i = back;
        if value.is_none() || more {
            return Ok(());
        }
        let bitwise = !matches!(
            e.kind,
            Kind::Compare(_) | Kind::Conditional | Kind::Lambda | Kind::Named | Kind::Boolean
        ) || e.grouped;
        if !bitwise {
            return Ok(());
        }
        if e.kind == Kind::Name && !e.grouped {
            let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return self.raise(e.start, end, msg);
        }
        let excluded = matches!(
            e.kind,
            Kind::List | Kind::Tuple | Kind::Generator | Kind::True | Kind::None | Kind::False
        );
        if !excluded {
            let msg =
                format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", e.name());
            return self.raise(e.start, e.end, msg);
        }
        Ok(())
    }

    // ---- expression ------------------------------------------------------------------------

    /// `expression`
    pub(super) fn expression(&mut self) -> Res<Node> {
        self.nested(|c| c.expression_inner())
    }

    fn expression_inner(&mut self) -> Res<Node> {
        if self.is("lambda") {
            return self.lambda();
        }
        for word in ["pass", "break", "continue"] {
            if self.is(word) && self.is_at(1, "if") {
                let (a, b) = (self.tok().start, self.tok().end);
                let valid = self.looks_like(|c| {
                    c.bump();
                    c.bump();
                    c.disjunction()?;
                    c.expect("else")
                });
                if valid {
                    return self.raise(
                        a,
                        b,
                        "expected expression before 'if', but statement is given",
                    );
                }
            }
        }
        let first = self.i;
        let start = self.tok().start;
        let e = self.disjunction()?;
        if self.is("if") {
            let at = self.i;
            self.bump();
            let test = self.disjunction()?;
            if self.is("else") {
                self.bump();
                if !self.starts_expression() && self.tok().tok != Tok::Error {
                    return self
                        .raise_here("expected expression after 'else', but statement is given");
                }
                self.expression()?;
                return Ok(self.span(Kind::Conditional, start));
            }
            if !self.is(":") {
                if matches!(self.tok().tok, Tok::Error) {
                    return Err(Fail::Generic);
                }
                return self.raise(e.start, test.end, "expected 'else' after 'if' expression");
            }
            self.far = self.far.max(self.i);
            self.i = at;
            return Ok(e);
        }
        if self.starts_expression()
            && !self.is("-")
            && !self.is("+")
            && !self.is("(")
            && !self.is("[")
        {
            self.missing_comma(first, &e)?;
        }
        Ok(e)
    }

    /// Two expressions in a row.
    fn missing_comma(&mut self, first: usize, e: &Node) -> Res<()> {
        let t = self.toks[first];
        let word = self.word(&t).to_string();
        let name_string =
            t.tok == Tok::Name && matches!(self.toks[first + 1].tok, Tok::Str(_) | Tok::FStr);
        let soft = t.tok == Tok::Name && matches!(word.as_str(), "match" | "case" | "_" | "type");
        let legacy = matches!(word.as_str(), "print" | "exec");
        if e.kind == Kind::Name && legacy && !e.grouped {
            // "Missing parentheses" comes from its own rule.
            let at = self.i;
            let ok = self.attempt(|c| c.star_expressions())?.is_some();
            let end = self.last_end();
            self.i = at;
            if ok {
                let msg =
                    format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
                return self.raise(e.start, end, msg);
            }
            return Ok(());
        }
        if name_string || soft {
            return Ok(());
        }
        if matches!(t.tok, Tok::Str(_)) && e.kind == Kind::Literal {
            self.inside_string()?;
        }
        let at = self.i;
        let second = self.attempt(|c| c.expression_without_invalid())?;
        let level = self.toks[self.i.saturating_sub(1)].level;
        self.i = at;
        match second {
            Some(b) if level > 0 => {
                self.raise(e.start, b.end, "invalid syntax. Perhaps you forgot a comma?")
            }
            _ => Ok(()),
        }
    }

    /// `"a" b "c"`: the middle may be meant as part of the string.
    fn inside_string(&mut self) -> Res<()> {
        let at = self.i;
        let mut span: Option<(usize, usize)> = None;
        while self.starts_expression() && !matches!(self.tok().tok, Tok::Str(_)) {
            let Some(e) = self.attempt(|c| c.expression_without_invalid())? else { break };
            span = Some((span.map_or(e.start, |s| s.0), e.end));
        }
        let closed = matches!(self.tok().tok, Tok::Str(_));
        self.i = at;
        match span {
            Some((a, b)) if closed => {
                self.raise(a, b, "invalid syntax. Is this intended to be part of the string?")
            }
            _ => Ok(()),
        }
    }

    fn expression_without_invalid(&mut self) -> Res<Node> {
        let start = self.tok().start;
        if self.is("lambda") {
            return self.lambda();
        }
        let e = self.disjunction()?;
        if self.eat("if") {
            self.disjunction()?;
            self.expect("else")?;
            self.expression()?;
            return Ok(self.span(Kind::Conditional, start));
        }
        Ok(e)
    }

    fn lambda(&mut self) -> Res<Node> {
        let start = self.tok().start;
        self.expect("lambda")?;
        self.lambda_parameters()?;
        self.expect(":")?;
        self.expression()?;
        Ok(self.span(Kind::Lambda, start))
    }

    pub(super) fn disjunction(&mut self) -> Res<Node> {
        let start = self.tok().start;
        let mut e = self.conjunction()?;
        while self.eat("or") {
            self.conjunction()?;
            e = self.span(Kind::Boolean, start);
        }
        Ok(e)
    }

    fn conjunction(&mut self) -> Res<Node> {
        let start = self.tok().start;
        let mut e = self.inversion()?;
        while self.eat("and") {
            self.inversion()?;
            e = self.span(Kind::Boolean, start);
        }
        Ok(e)
    }

    fn inversion(&mut self) -> Res<Node> {
        let start = self.tok().start;
        if self.eat("not") {
            self.nested(|c| c.inversion())?;
            return Ok(self.span(Kind::Boolean, start));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Res<Node> {
        let start = self.tok().start;
        let mut e = self.bitwise_or()?;
        let mut first = None;
        loop {
            let is_in = self.is("in");
            let op = ["==", "!=", "<", "<=", ">", ">=", "in"].iter().any(|o| self.is(o));
            if op {
                if self.is("<") && self.is_at(1, ">") && self.peek(1).start == self.tok().end {
                    let (a, b) = (self.tok().start, self.peek(1).end);
                    let msg = "invalid syntax.  Maybe you meant '!=' instead of '<>'?";
                    return self.raise(a, b, msg);
                }
                self.bump();
            } else if self.is("not") && self.is_at(1, "in") {
                self.bump();
                self.bump();
            } else if self.is("is") {
                self.bump();
                self.eat("not");
            } else {
                if self.is("not") {
                    // `not in` was tried.
                    self.far = self.far.max(self.i + 1);
                }
                return Ok(e);
            }
            self.bitwise_or()?;
            let left = first.get_or_insert((is_in, e)).clone();
            e = self.span(Kind::Compare(left.0), start);
            e.kids.push(left.1);
        }
    }

    pub(super) fn bitwise_or(&mut self) -> Res<Node> {
        self.binary(0)
    }

    /// Left-associative binary operators by level.
    fn binary(&mut self, level: usize) -> Res<Node> {
        const LEVELS: [&[&str]; 6] =
            [&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "/", "//", "%", "@"]];
        let Some(ops) = LEVELS.get(level) else { return self.factor() };
        let start = self.tok().start;
        let mut e = self.binary(level + 1)?;
        while ops.iter().any(|o| self.is(o)) {
            self.bump();
            if level >= 4 {
                self.not_after_operator()?;
            }
            self.binary(level + 1)?;
            e = self.span(Kind::Operation, start);
        }
        Ok(e)
    }

    fn not_after_operator(&mut self) -> Res<()> {
        if !self.is("not") {
            return Ok(());
        }
        let start = self.tok().start;
        match self.attempt(|c| c.inversion())? {
            Some(e) => self.raise(start, e.end, "'not' after an operator must be parenthesized"),
            None => Err(Fail::Generic),
        }
    }

    fn factor(&mut self) -> Res<Node> {
        let start = self.tok().start;
        if ["+", "-", "~"].iter().any(|o| self.is(o)) {
            self.bump();
            // `- not x` has its own message.
            self.not_after_operator()?;
            self.nested(|c| c.factor())?;
            return Ok(self.span(Kind::Operation, start));
        }
        let e = self.await_primary()?;
        if self.eat("**") {
            self.nested(|c| c.factor())?;
            return Ok(self.span(Kind::Operation, start));
        }
        Ok(e)
    }

    fn await_primary(&mut self) -> Res<Node> {
        let start = self.tok().start;
        if self.eat("await") {
            self.primary()?;
            return Ok(self.span(Kind::Await, start));
        }
        self.primary()
    }

    fn primary(&mut self) -> Res<Node> {
        let start = self.tok().start;
        let mut e = self.atom()?;
        loop {
            if self.eat(".") {
                self.name()?;
                e = self.span(Kind::Attribute, start);
            } else if self.is("(") {
                self.call_arguments()?;
                e = self.span(Kind::Call, start);
            } else if self.eat("[") {
                self.slices()?;
                self.expect("]")?;
                e = self.span(Kind::Subscript, start);
            } else {
                return Ok(e);
            }
        }
    }

    pub(super) fn slices(&mut self) -> Res<()> {
        loop {
            self.slice()?;
            if !self.eat(",") || self.is("]") {
                return Ok(());
            }
        }
    }

    fn slice(&mut self) -> Res<()> {
        if self.eat("*") {
            return self.star_argument();
        }
        if !self.is(":") {
            self.named_expression()?;
        }
        for _ in 0..2 {
            if !self.eat(":") {
                return Ok(());
            }
            if !self.is(":") && !self.is("]") && !self.is(",") {
                self.expression()?;
            }
        }
        Ok(())
    }

    // ---- atoms -----------------------------------------------------------------------------

    fn atom(&mut self) -> Res<Node> {
        let t = *self.tok();
        let simple = match t.tok {
            Tok::Name => Kind::Name,
            Tok::Number => Kind::Literal,
            Tok::Str(_) | Tok::FStr | Tok::TStr => return self.strings(),
            Tok::Keyword => match self.word(&t) {
                "None" => Kind::None,
                "True" => Kind::True,
                "False" => Kind::False,
                _ => return Err(Fail::Generic),
            },
            Tok::Op => match self.word(&t) {
                "..." => Kind::Ellipsis,
                "(" => return self.nested(|c| c.parenthesised()),
                "[" => return self.nested(|c| c.list()),
                "{" => return self.nested(|c| c.braces()),
                _ => return Err(Fail::Generic),
            },
            _ => return Err(Fail::Generic),
        };
        self.bump();
        Ok(Node::new(simple, t.start, t.end))
    }

    fn strings(&mut self) -> Res<Node> {
        let start = self.tok().start;
        let (mut text, mut bytes, mut f, mut t) = (false, false, false, false);
        loop {
            match self.tok().tok {
                Tok::Str(true) => {
                    bytes = true;
                    let s = *self.tok();
                    if !self.word(&s).is_ascii() {
                        let msg = "bytes can only contain ASCII literal characters";
                        return self.raise(s.start, s.end, msg);
                    }
                }
                Tok::Str(false) => text = true,
                Tok::FStr => {
                    f = true;
                    self.replacement_fields('f')?;
                }
                Tok::TStr => {
                    t = true;
                    self.replacement_fields('t')?;
                }
                _ => break,
            }
            self.bump();
        }
        let end = self.last_end();
        if bytes && (text || f || t) {
            return self.raise_here("cannot mix bytes and nonbytes literals");
        }
        if t && (text || f) {
            return self.raise(
                start,
                end,
                "cannot mix t-string literals with string or f-string literals",
            );
        }
        let kind = if t {
            Kind::TString
        } else if f {
            Kind::FString
        } else {
            Kind::Literal
        };
        Ok(self.span(kind, start))
    }

    /// Checks the expressions within the current f-string or t-string.
    fn replacement_fields(&mut self, letter: char) -> Res<()> {
        let string = self.tok().start;
        let fields: Vec<_> = self.fields.iter().filter(|f| f.string == string).cloned().collect();
        for f in fields {
            let toks = std::mem::replace(&mut self.toks, f.tokens);
            let (i, far) = (std::mem::take(&mut self.i), self.far);
            let result = self.replacement_field(letter);
            match result {
                Ok(()) => {
                    self.toks = toks;
                    self.i = i;
                    self.far = far;
                }
                // A generic failure is reported at the token of the field.
                Err(Fail::Generic) if self.tok().tok != Tok::Error => {
                    let (a, b) = (self.tok().start, self.tok().end);
                    self.toks = toks;
                    self.i = i;
                    return self.raise(a, b, "invalid syntax");
                }
                Err(e) => {
                    self.toks = toks;
                    self.i = i;
                    return Err(e);
                }
            }
        }
        Ok(())
    }

    fn replacement_field(&mut self, letter: char) -> Res<()> {
        let t = *self.tok();
        if t.tok == Tok::Error {
            return Ok(());
        }
        for stop in ["}", "=", "!", ":"] {
            if self.is(stop) {
                let msg = format!("{letter}-string: valid expression required before '{stop}'");
                return self.raise(t.start, t.end, msg);
            }
        }
        if self.is("lambda") {
            let colon = self.toks.iter().find(|c| self.word(c) == ":").copied();
            if let Some(c) = colon {
                let msg = format!(
                    "{letter}-string: lambda expressions are not allowed without parentheses"
                );
                return self.raise(t.start, c.end, msg);
            }
        }
        if self.is("yield") {
            self.yield_expression()?;
        } else {
            self.star_expressions()?;
        }
        self.eat("=");
        if self.eat("!") {
            let c = *self.tok();
            if self.is(":") || self.is("}") {
                let msg = format!("{letter}-string: missing conversion character");
                return self.raise(c.start, c.end, msg);
            }
            if self.toks[self.i - 1].end != c.start {
                let msg = format!(
                    "{letter}-string: conversion type must come right after the exclamation mark"
                );
                return self.raise(self.toks[self.i - 1].start, c.end, msg);
            }
            if c.tok != Tok::Name {
                let msg = format!("{letter}-string: invalid conversion character");
                return self.raise(c.start, c.end, msg);
            }
            let word = self.word(&c);
            if !matches!(word, "s" | "r" | "a") {
                let msg = format!(
                    "{letter}-string: invalid conversion character '{word}': expected 's', 'r', or 'a'"
                );
                return self.raise(c.start, c.end, msg);
            }
            self.bump();
            if !self.is(":") && !self.is("}") {
                let t = *self.tok();
                let msg = format!("{letter}-string: expecting ':' or '}}'");
                return self.raise(t.start, t.end, msg);
            }
        }
        if self.is(":") || self.is("}") || self.tok().tok == Tok::Error {
            return Ok(());
        }
        let t = *self.tok();
        let msg = format!("{letter}-string: expecting '=', or '!', or ':', or '}}'");
        self.raise(t.start, t.end, msg)
    }

    fn parenthesised(&mut self) -> Res<Node> {
        let start = self.tok().start;
        self.expect("(")?;
        if self.eat(")") {
            return Ok(self.span(Kind::Tuple, start));
        }
        if self.is("yield") {
            let mut y = self.yield_expression()?;
            self.expect(")")?;
            y.grouped = true;
            return Ok(y);
        }
        if self.is("**") {
            let at = self.i;
            let star = self.tok().start;
            self.bump();
            if self.attempt(|c| c.expression())?.is_some() && self.is(")") {
                let end = self.last_end();
                let _ = end;
                let two = star + 2;
                return self.raise(star, two, "cannot use double starred expression here");
            }
            self.i = at;
            return Err(Fail::Generic);
        }
        let first = self.star_named_expression()?;
        if self.is("for") || self.is("async") {
            return self.comprehension_tail(first, ")", Kind::Generator, start);
        }
        if !self.is(",") {
            self.expect(")")?;
            if first.kind == Kind::Starred {
                let msg = "cannot use starred expression here";
                return self.raise(first.start, first.end, msg);
            }
            let mut e = first;
            e.grouped = true;
            return Ok(e);
        }
        let kids = self.more_elements(first, ")")?;
        self.expect(")")?;
        let mut n = self.span(Kind::Tuple, start);
        n.kids = kids;
        Ok(n)
    }

    /// `, e, e` up to a closing bracket, watching for a comprehension without parentheses.
    fn more_elements(&mut self, first: Node, close: &str) -> Res<Vec<Node>> {
        let start = first.start;
        let mut kids = vec![first];
        while self.eat(",") {
            if self.is(close) || (!self.starts_expression() && !self.is("*")) {
                break;
            }
            kids.push(self.star_named_expression()?);
        }
        let clause =
            (self.is("for") || self.is("async")) && close != ")" || close == ")" && self.is("for");
        if clause && self.looks_like(|c| c.for_if_clauses()) && close != ")" {
            let end =
                if kids.len() > 1 { kids.last().map_or(start, |k| k.end) } else { self.last_end() };
            let msg = "did you forget parentheses around the comprehension target?";
            return self.raise(start, end, msg);
        }
        Ok(kids)
    }

    fn comprehension_tail(
        &mut self,
        first: Node,
        close: &str,
        kind: Kind,
        start: usize,
    ) -> Res<Node> {
        self.for_if_clauses()?;
        if first.kind == Kind::Starred {
            let msg = "iterable unpacking cannot be used in comprehension";
            return self.raise(first.start, first.end, msg);
        }
        self.expect(close)?;
        Ok(self.span(kind, start))
    }

    fn list(&mut self) -> Res<Node> {
        let start = self.tok().start;
        self.expect("[")?;
        if self.eat("]") {
            return Ok(self.span(Kind::List, start));
        }
        let first = self.star_named_expression()?;
        if self.is("for") || self.is("async") {
            return self.comprehension_tail(first, "]", Kind::ListComp, start);
        }
        let kids = self.more_elements(first, "]")?;
        self.expect("]")?;
        let mut n = self.span(Kind::List, start);
        n.kids = kids;
        Ok(n)
    }

    fn braces(&mut self) -> Res<Node> {
        let start = self.tok().start;
        self.expect("{")?;
        if self.eat("}") {
            return Ok(self.span(Kind::Dict, start));
        }
        if self.is("**") {
            return self.dict(start, None);
        }
        let first = self.star_named_expression()?;
        if self.is(":") && first.kind != Kind::Starred {
            return self.dict(start, Some(first));
        }
        if self.is("for") || self.is("async") {
            return self.comprehension_tail(first, "}", Kind::SetComp, start);
        }
        let kids = self.more_elements(first, "}")?;
        self.expect("}")?;
        let mut n = self.span(Kind::Set, start);
        n.kids = kids;
        Ok(n)
    }

    /// A dict display after its first key (or at its first `**`).
    fn dict(&mut self, start: usize, mut key: Option<Node>) -> Res<Node> {
        let mut first = true;
        loop {
            if key.is_none() && self.is("**") {
                let at = self.tok().start;
                self.bump();
                self.bitwise_or()?;
                if (self.is("for") || self.is("async"))
                    && self.looks_like(|c| c.for_if_clauses())
                    && first
                {
                    let msg = "dict unpacking cannot be used in dict comprehension";
                    return self.raise(at, at + 2, msg);
                }
            } else {
                if key.take().is_none() {
                    self.expression()?;
                    if !self.is(":") {
                        if matches!(self.tok().tok, Tok::Error) {
                            return Err(Fail::Generic);
                        }
                        let at = self.last_end() - 1;
                        let msg = "':' expected after dictionary key";
                        return Err(Fail::Custom(
                            super::Raised::new(ErrorKind::Syntax, msg, at, at).end_col(0),
                        ));
                    }
                }
                let colon = *self.tok();
                self.expect(":")?;
                if self.is("}") || self.is(",") {
                    let msg = "expression expected after dictionary key and ':'";
                    return self.raise(colon.start, colon.end, msg);
                }
                if self.is("*") {
                    let star = *self.tok();
                    self.bump();
                    if let Some(e) = self.attempt(|c| c.bitwise_or())? {
                        let msg = "cannot use a starred expression in a dictionary value";
                        return self.raise(star.start, e.end, msg);
                    }
                    return Err(Fail::Generic);
                }
                self.expression()?;
                if first && (self.is("for") || self.is("async")) {
                    self.for_if_clauses()?;
                    self.expect("}")?;
                    return Ok(self.span(Kind::DictComp, start));
                }
            }
            first = false;
            if !self.eat(",") || self.is("}") {
                break;
            }
        }
        self.expect("}")?;
        Ok(self.span(Kind::Dict, start))
    }

    pub(super) fn for_if_clauses(&mut self) -> Res<()> {
        if !self.is("for") && !(self.is("async") && self.is_at(1, "for")) {
            return Err(Fail::Generic);
        }
        while self.is("for") || self.is("async") && self.is_at(1, "for") {
            self.eat("async");
            self.bump();
            let target = self.target_list()?;
            if !self.is("in") {
                let t = *self.tok();
                if t.tok == Tok::Error {
                    return Err(Fail::Generic);
                }
                return self.raise(t.start, t.end, "'in' expected after for-loop variables");
            }
            if let Some(bad) = target.invalid_target(super::node::Target::For) {
                let msg = format!("cannot assign to {}", bad.name());
                return self.raise(bad.start, bad.end, msg);
            }
            self.bump();
            self.disjunction()?;
            while self.is("if") {
                self.bump();
                self.disjunction()?;
            }
        }
        Ok(())
    }

    /// The targets of a `for`: everything up to `in` that could be meant as one.
    pub(super) fn target_list(&mut self) -> Res<Node> {
        let start = self.tok().start;
        let one = |c: &mut Self| -> Res<Node> {
            if c.is("*") { c.starred_bitwise() } else { c.bitwise_or() }
        };
        let first = one(self)?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut kids = vec![first];
        while self.eat(",") {
            if self.is("in") || !self.starts_expression() && !self.is("*") {
                break;
            }
            kids.push(one(self)?);
        }
        let mut n = self.span(Kind::Tuple, start);
        n.kids = kids;
        Ok(n)
    }

    pub(super) fn yield_expression(&mut self) -> Res<Node> {
        let start = self.tok().start;
        self.expect("yield")?;
        if self.eat("from") {
            self.expression()?;
        } else if self.starts_expression() || self.is("*") {
            self.star_expressions()?;
        }
        Ok(self.span(Kind::Yield, start))
    }

    // ---- calls -----------------------------------------------------------------------------

    /// `(arguments)` of a call, or the bases of a class.
    pub(super) fn call_arguments(&mut self) -> Res<()> {
        self.arguments(false)
    }

    pub(super) fn arguments(&mut self, class: bool) -> Res<()> {
        self.expect("(")?;
        if self.eat(")") {
            return Ok(());
        }
        let mut count = 0;
        let (mut keyword, mut double) = (false, false);
        while !self.is(")") {
            let t = *self.tok();
            if self.is("**") {
                self.bump();
                self.expression()?;
                if self.is("=") {
                    self.bump();
                    let end = self.attempt(|c| c.expression())?.map_or(self.last_end(), |e| e.end);
                    let msg = "cannot assign to keyword argument unpacking";
                    return self.raise(t.start, end, msg);
                }
                double = true;
            } else if self.is("*") {
                if double {
                    let msg = "iterable argument unpacking follows keyword argument unpacking";
                    let comma = self.toks[self.i - 1];
                    self.bump();
                    let Some(after) = self.attempt(|c| c.expression())? else {
                        return self.raise_here("Invalid star expression");
                    };
                    let end = after.end;
                    return self.raise(comma.start, end, msg);
                }
                self.bump();
                self.star_argument()?;
                if self.is("=") {
                    self.bump();
                    let end = self.attempt(|c| c.expression())?.map_or(self.last_end(), |e| e.end);
                    let msg = "cannot assign to iterable argument unpacking";
                    return self.raise(t.start, end, msg);
                }
            } else if self.is_at(1, "=") && matches!(t.tok, Tok::Name | Tok::Keyword) {
                self.keyword_argument(count)?;
                keyword = true;
            } else {
                self.positional_argument(count, keyword, double, class)?;
            }
            count += 1;
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")
    }

    /// What follows a star in arguments and subscripts.
    fn star_argument(&mut self) -> Res<()> {
        match self.expression() {
            Ok(_) => Ok(()),
            Err(Fail::Generic) if self.tok().tok != Tok::Error => {
                self.raise_here("Invalid star expression")
            }
            Err(e) => Err(e),
        }
    }

    fn keyword_argument(&mut self, _count: usize) -> Res<()> {
        let t = *self.tok();
        let eq = *self.peek(1);
        if t.tok == Tok::Keyword {
            let word = self.word(&t).to_string();
            if matches!(word.as_str(), "True" | "False" | "None") {
                return self.raise(t.start, eq.end, format!("cannot assign to {word}"));
            }
            return Err(Fail::Generic);
        }
        self.bump();
        self.bump();
        if self.is(")") || self.is(",") {
            return self.raise(t.start, eq.end, "expected argument value expression");
        }
        let value = self.expression()?;
        let _ = value;
        if (self.is("for") || self.is("async")) && self.looks_like(|c| c.for_if_clauses()) {
            let msg = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return self.raise(t.start, eq.end, msg);
        }
        Ok(())
    }

    fn positional_argument(
        &mut self,
        count: usize,
        keyword: bool,
        double: bool,
        class: bool,
    ) -> Res<()> {
        let start = self.tok().start;
        let e = if self.is_name() && self.is_at(1, ":=") {
            self.bump();
            self.bump();
            self.expression()?;
            self.span(Kind::Named, start)
        } else {
            self.expression()?
        };
        if self.is(":=") {
            return Err(Fail::Generic);
        }
        if self.is("=") {
            let end = self.tok().end;
            let msg = "expression cannot contain assignment, perhaps you meant \"==\"?";
            return self.raise(e.start, end, msg);
        }
        if self.is("for") || self.is("async") {
            let at = self.i;
            self.for_if_clauses()?;
            let end = self.last_end();
            if self.eat(",") {
                // What follows the comma is looked at before the generator is found fault with.
                self.tok();
                self.i -= 1;
            }
            if class && count == 0 && !self.is(",") {
                self.i = at;
                return Err(Fail::Generic);
            }
            if count > 0 || self.is(",") && !self.is_at(1, ")") || self.is(",") {
                let msg = "Generator expression must be parenthesized";
                return self.raise(e.start, end, msg);
            }
            return Ok(());
        }
        if keyword || double {
            let msg = if double {
                "positional argument follows keyword argument unpacking"
            } else {
                "positional argument follows keyword argument"
            };
            // The whole list of arguments is read before this is noticed.
            while self.eat(",") {
                if self.is(")") {
                    break;
                }
                self.attempt(|c| c.expression())?;
                if self.eat("=") {
                    self.attempt(|c| c.expression())?;
                }
            }
            let t = *self.tok();
            return self.raise(t.start, t.end, msg);
        }
        Ok(())
    }
}
