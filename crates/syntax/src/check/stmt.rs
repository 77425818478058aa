//! Statements and blocks.

use super::lex::Tok;
use super::node::{Kind, Node, Target};
use super::{Checker, Fail, Res};

const AUGMENTED: &[&str] =
    &["+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**="];

/// What blocks begin with; not all matches are blocks.
const BLOCKS: &[&str] = &["if", "while", "for", "try", "with", "def", "class", "async", "@"];

impl Checker<'_> {
    pub(super) fn file_input(&mut self) -> Res<()> {
        while self.tok().tok != Tok::End {
            self.statement()?;
        }
        Ok(())
    }

    pub(super) fn single_input(&mut self) -> Res<()> {
        while self.is_newline() {
            self.bump();
        }
        if self.tok().tok == Tok::End {
            return Ok(());
        }
        let first = *self.tok();
        let is_block = BLOCKS.contains(&self.word(&first));
        self.statement()?;
        let newline = self.toks[self.i - 1];
        while self.is_newline() {
            self.bump();
        }
        if self.tok().tok == Tok::End {
            return Ok(());
        }
        if is_block || newline.tok != Tok::Newline {
            // Nothing but the end of the input ends a block.
            return Err(Fail::Generic);
        }
        let msg = "multiple statements found while compiling a single statement";
        self.raise(newline.start, newline.end, msg)
    }

    pub(super) fn eval_input(&mut self) -> Res<()> {
        self.star_expressions()?;
        while self.is_newline() {
            self.bump();
        }
        if self.tok().tok == Tok::End { Ok(()) } else { Err(Fail::Generic) }
    }

    fn line(&self, at: usize) -> u32 {
        self.source.index().position(ruff_text_size::TextSize::from(at as u32)).line
    }

    fn statement(&mut self) -> Res<()> {
        let t = *self.tok();
        if matches!(t.tok, Tok::Keyword | Tok::Name) || self.is("@") {
            match self.word(&t) {
                "if" => return self.if_statement(),
                "while" => return self.while_statement(),
                "for" => return self.for_statement(),
                "try" => return self.try_statement(),
                "with" => return self.with_statement(),
                "def" => return self.function(),
                "class" => return self.class(),
                "async" => return self.async_statement(),
                "@" => return self.decorated(),
                "match" if t.tok == Tok::Name => {
                    if let Some(done) = self.match_statement()? {
                        return Ok(done);
                    }
                }
                "elif" => {
                    // Only after an else block can an elif stand where a statement should.
                    return Err(Fail::Generic);
                }
                _ => {}
            }
        }
        self.simple_statements()
    }

    fn simple_statements(&mut self) -> Res<()> {
        loop {
            self.simple_statement()?;
            if !self.eat(";") {
                break;
            }
            if self.is_newline() {
                break;
            }
        }
        if self.is_newline() {
            self.bump();
            return Ok(());
        }
        Err(Fail::Generic)
    }

    fn simple_statement(&mut self) -> Res<()> {
        let t = *self.tok();
        if t.tok == Tok::Keyword {
            match self.word(&t) {
                "pass" | "break" | "continue" => {
                    if self.is_at(1, "if") {
                        return self.expression_statement();
                    }
                    self.bump();
                    return Ok(());
                }
                "return" => {
                    self.bump();
                    if self.starts_expression() || self.is("*") {
                        self.star_expressions()?;
                    }
                    return Ok(());
                }
                "raise" => return self.raise_statement(),
                "global" | "nonlocal" => {
                    self.bump();
                    self.name()?;
                    while self.eat(",") {
                        self.name()?;
                    }
                    return Ok(());
                }
                "del" => return self.del_statement(),
                "assert" => return self.assert_statement(),
                "import" => return self.import(),
                "from" => return self.import_from(),
                _ => {}
            }
        }
        let soft_type = t.tok == Tok::Name && self.word(&t) == "type";
        if soft_type && self.peek(1).tok == Tok::Name && (self.is_at(2, "=") || self.is_at(2, "["))
        {
            return self.type_statement();
        }
        self.expression_statement()
    }

    fn type_statement(&mut self) -> Res<()> {
        self.bump();
        self.name()?;
        if self.is("[") {
            self.type_params()?;
        }
        self.expect("=")?;
        self.expression().map(|_| ())
    }

    fn raise_statement(&mut self) -> Res<()> {
        self.bump();
        if self.starts_expression() {
            self.expression()?;
            if self.eat("from") {
                self.expression()?;
            }
        }
        Ok(())
    }

    fn del_statement(&mut self) -> Res<()> {
        self.bump();
        let e = self.star_expressions()?;
        if let Some(bad) = e.invalid_target(Target::Del) {
            let msg = format!("cannot delete {}", bad.name());
            return self.raise(bad.start, bad.end, msg);
        }
        Ok(())
    }

    fn assert_statement(&mut self) -> Res<()> {
        self.bump();
        self.expression()?;
        if self.eat(",") {
            self.expression()?;
        }
        Ok(())
    }

    // ---- expressions as statements, assignments --------------------------------------------

    fn expression_statement(&mut self) -> Res<()> {
        if self.is("yield") {
            let y = self.yield_expression()?;
            if self.is("=") {
                let msg = "assignment to yield expression not possible";
                return self.raise(y.start, y.end, msg);
            }
            return Ok(());
        }
        let first = self.star_expressions()?;
        if self.is(":") {
            return self.annotation(&first);
        }
        if let Some(op) = AUGMENTED.iter().find(|o| self.is(o)) {
            let _ = op;
            let ok = matches!(first.kind, Kind::Name | Kind::Attribute | Kind::Subscript);
            if !ok {
                let msg =
                    format!("'{}' is an illegal expression for augmented assignment", first.name());
                return self.raise(first.start, first.end, msg);
            }
            self.bump();
            return self.right_hand_side().map(|_| ());
        }
        if self.is(":=") {
            return self.walrus(&first);
        }
        if self.is("=") {
            return self.assignment(first);
        }
        Ok(())
    }

    fn walrus(&mut self, first: &Node) -> Res<()> {
        let at = self.i;
        self.bump();
        let ok = self.attempt(|c| c.expression())?.is_some();
        self.i = at;
        if ok && !matches!(first.kind, Kind::Name | Kind::Tuple) {
            let msg = format!("cannot use assignment expressions with {}", first.name());
            return self.raise(first.start, first.end, msg);
        }
        Err(Fail::Generic)
    }

    fn right_hand_side(&mut self) -> Res<Node> {
        if self.is("yield") { self.yield_expression() } else { self.star_expressions() }
    }

    fn annotation(&mut self, target: &Node) -> Res<()> {
        // What follows must be an expression for the specific messages.
        let at = self.i;
        self.bump();
        let ok = self.attempt(|c| c.expression())?.is_some();
        if !ok {
            self.i = at + 1;
            return self.expression().map(|_| ());
        }
        let what = match target.kind {
            Kind::Name | Kind::Attribute | Kind::Subscript => {
                if self.eat("=") {
                    self.right_hand_side()?;
                }
                return Ok(());
            }
            Kind::List => "only single target (not list) can be annotated",
            Kind::Tuple => "only single target (not tuple) can be annotated",
            _ => "illegal target for annotation",
        };
        let end = match (target.kind, target.grouped) {
            // Of a bare tuple only the first element is shown.
            (Kind::Tuple, false) if self.text.as_bytes().get(target.start) != Some(&b'(') => {
                target.kids.first().map_or(target.end, |k| k.end)
            }
            _ => target.end,
        };
        self.raise(target.start, end, what)
    }

    fn assignment(&mut self, first: Node) -> Res<()> {
        let mut targets = vec![first];
        let start = self.i;
        let mut last = None;
        while self.is("=") {
            self.bump();
            if self.is("yield") {
                let y = self.yield_expression()?;
                if self.is("=") {
                    self.check_targets(&targets, start)?;
                    let msg = "assignment to yield expression not possible";
                    return self.raise(y.start, y.end, msg);
                }
                last = Some(y);
                break;
            }
            match self.attempt(|c| c.star_expressions())? {
                Some(e) if self.is("=") => targets.push(e),
                Some(e) => last = Some(e),
                None => {
                    let here = self.i;
                    self.check_targets(&targets, start)?;
                    self.i = here;
                    // Fail where the value is missing.
                    return self.star_expressions().map(|_| ());
                }
            }
        }
        let here = self.i;
        self.check_targets(&targets, start)?;
        self.i = here;
        let _ = last;
        Ok(())
    }

    /// Reports the first target that is none. `at` is the position of the first `=`.
    fn check_targets(&mut self, targets: &[Node], at: usize) -> Res<()> {
        let bad = targets.iter().any(|t| t.invalid_target(Target::Star).is_some());
        if !bad {
            if let [t] = targets {
                if t.kind == Kind::Starred {
                    let msg = "starred assignment target must be in a list or tuple";
                    return self.raise(t.start, t.end, msg);
                }
            }
            return Ok(());
        }
        let here = self.i;
        self.i = at;
        // `f() = 1` is first seen as a mistaken comparison.
        if !matches!(targets[0].kind, Kind::Tuple | Kind::Starred) || targets[0].grouped {
            self.named_equals(&targets[0], at)?;
        } else if targets[0].kind == Kind::Tuple && self.toks[at - 1].level == 0 {
            // The last element of a bare tuple is tried in the same way.
            if let Some(last) = targets[0].kids.last() {
                let bare = last.end == self.toks[at - 1].end
                    && self.text.as_bytes().get(targets[0].start) != Some(&b'(');
                if bare && last.invalid_target(Target::Star).is_some() {
                    self.named_equals(last, at)?;
                }
            }
        }
        self.i = here;
        for t in targets {
            if let Some(b) = t.invalid_target(Target::Star) {
                let msg = format!("cannot assign to {}", b.name());
                return self.raise(b.start, b.end, msg);
            }
        }
        Ok(())
    }

    // ---- imports ---------------------------------------------------------------------------

    fn dotted_name(&mut self) -> Res<()> {
        self.name()?;
        while self.eat(".") {
            self.name()?;
        }
        Ok(())
    }

    fn import_target(&mut self) -> Res<()> {
        let at = self.i;
        if self.is_name() {
            self.bump();
            if self.is(",") || self.is(")") || self.is_newline() || self.is(";") {
                return Ok(());
            }
            self.i = at;
        }
        match self.attempt(|c| c.expression())? {
            Some(e) => {
                let msg = format!("cannot use {} as import target", e.name());
                self.raise(e.start, e.end, msg)
            }
            None => Err(Fail::Generic),
        }
    }

    fn import(&mut self) -> Res<()> {
        let start = self.tok().start;
        self.bump();
        if self.is_newline() {
            let at = self.tok().start;
            return self.raise(at, at, "Expected one or more names after 'import'");
        }
        loop {
            self.dotted_name()?;
            if self.eat("as") {
                self.import_target()?;
            }
            if !self.eat(",") {
                break;
            }
        }
        if self.is("from") {
            let ok = self.looks_like(|c| {
                c.bump();
                c.dotted_name()
            });
            if ok {
                self.bump();
                self.dotted_name()?;
                let end = if self.is_newline() { self.last_end() } else { self.tok().end - 1 };
                let msg = "Did you mean to use 'from ... import ...' instead?";
                return self.raise(start, end, msg);
            }
        }
        Ok(())
    }

    fn import_from(&mut self) -> Res<()> {
        self.bump();
        let mut dots = false;
        while self.eat(".") || self.eat("...") {
            dots = true;
        }
        if !(dots && self.is("import")) {
            self.dotted_name()?;
        }
        self.expect("import")?;
        if self.eat("*") {
            return Ok(());
        }
        let paren = self.eat("(");
        if self.is_newline() && !paren {
            let at = self.tok().start;
            return self.raise(at, at, "Expected one or more names after 'import'");
        }
        loop {
            self.name()?;
            if self.eat("as") {
                self.import_target()?;
            }
            if !self.eat(",") {
                break;
            }
            if paren && self.is(")") {
                break;
            }
            if !paren && self.is_newline() {
                let msg = "trailing comma not allowed without surrounding parentheses";
                return self.raise_here(msg);
            }
        }
        if paren { self.expect(")") } else { Ok(()) }
    }

    // ---- blocks ----------------------------------------------------------------------------

    /// `:` after a header: a missing one at the end of the line has its own message.
    fn colon(&mut self) -> Res<()> {
        if self.is_newline() {
            return self.raise_here("expected ':'");
        }
        self.expect(":")
    }

    /// A block; `what` began at `start`.
    fn block(&mut self, what: &str, start: usize) -> Res<()> {
        if !self.is_newline() {
            return self.simple_statements();
        }
        self.bump();
        if self.tok().tok != Tok::Indent {
            if self.tok().tok == Tok::Error {
                return Err(Fail::Generic);
            }
            return self.raise_indentation(format!(
                "expected an indented block after {what} on line {}",
                self.line(start)
            ));
        }
        self.bump();
        while self.tok().tok != Tok::Dedent {
            if self.tok().tok == Tok::End {
                return Ok(());
            }
            self.statement()?;
        }
        self.bump();
        Ok(())
    }

    fn if_statement(&mut self) -> Res<()> {
        let mut word = "if";
        loop {
            let start = self.tok().start;
            self.bump();
            self.named_expression()?;
            self.colon()?;
            self.block(&format!("'{word}' statement"), start)?;
            if !self.is("elif") {
                break;
            }
            word = "elif";
        }
        self.else_block()?;
        if self.is("elif") {
            return self.raise_here("'elif' block follows an 'else' block");
        }
        Ok(())
    }

    fn else_block(&mut self) -> Res<()> {
        if !self.is("else") {
            return Ok(());
        }
        let start = self.tok().start;
        self.bump();
        self.force(":")?;
        self.block("'else' statement", start)
    }

    fn while_statement(&mut self) -> Res<()> {
        let start = self.tok().start;
        self.bump();
        self.named_expression()?;
        self.colon()?;
        self.block("'while' statement", start)?;
        self.else_block()
    }

    fn for_statement(&mut self) -> Res<()> {
        let start = self.tok().start;
        self.bump();
        let target = self.target_list()?;
        if let Some(bad) = target.invalid_target(Target::For) {
            let msg = format!("cannot assign to {}", bad.name());
            return self.raise(bad.start, bad.end, msg);
        }
        self.expect("in")?;
        self.star_expressions()?;
        self.colon()?;
        self.block("'for' statement", start)?;
        self.else_block()
    }

    fn async_statement(&mut self) -> Res<()> {
        let at = self.i;
        self.bump();
        if self.is("def") {
            self.function()
        } else if self.is("for") {
            self.for_statement()
        } else if self.is("with") {
            self.with_statement()
        } else {
            let _ = at;
            Err(Fail::Generic)
        }
    }

    fn with_statement(&mut self) -> Res<()> {
        let start = self.tok().start;
        self.bump();
        // `with (a as b, c):` or a parenthesised expression as the first item.
        let at = self.i;
        let mut done = false;
        if self.is("(") {
            let tried = self.attempt(|c| {
                c.expect("(")?;
                loop {
                    c.with_item()?;
                    if !c.eat(",") || c.is(")") {
                        break;
                    }
                }
                c.expect(")")?;
                if c.is(":") || c.is_newline() { Ok(()) } else { Err(Fail::Generic) }
            });
            match tried {
                Ok(Some(())) => done = true,
                Ok(None) => {}
                Err(e) => {
                    self.i = at;
                    let plain = self.looks_like(|c| c.expression());
                    if !plain {
                        return Err(e);
                    }
                    self.i = at;
                }
            }
        }
        if !done {
            loop {
                self.with_item()?;
                if !self.eat(",") {
                    break;
                }
            }
        }
        self.colon()?;
        self.block("'with' statement", start)
    }

    fn with_item(&mut self) -> Res<()> {
        self.expression()?;
        if self.eat("as") {
            let start = self.tok().start;
            let e = if self.is("*") { self.star_expressions()? } else { self.expression()? };
            let _ = start;
            if let Some(bad) = e.invalid_target(Target::Star) {
                if self.is(",") || self.is(")") || self.is(":") {
                    let msg = format!("cannot assign to {}", bad.name());
                    return self.raise(bad.start, bad.end, msg);
                }
                return Err(Fail::Generic);
            }
        }
        Ok(())
    }

    fn try_statement(&mut self) -> Res<()> {
        let start = self.tok().start;
        self.bump();
        self.force(":")?;
        self.block("'try' statement", start)?;
        if !self.is("except") && !self.is("finally") {
            if self.tok().tok == Tok::Error {
                return Err(Fail::Generic);
            }
            return self.raise_here("expected 'except' or 'finally' block");
        }
        let mut star: Option<bool> = None;
        while self.is("except") {
            let start = self.tok().start;
            self.bump();
            let starred = self.eat("*");
            if star.is_some_and(|s| s != starred) {
                let msg = "cannot have both 'except' and 'except*' on the same 'try'";
                return self.raise(start, self.last_end(), msg);
            }
            star = Some(starred);
            self.except_clause(starred)?;
            let what = if starred { "'except*' statement" } else { "'except' statement" };
            self.block(what, start)?;
        }
        if star.is_some() {
            self.else_block()?;
        }
        if self.is("finally") {
            let start = self.tok().start;
            self.bump();
            self.force(":")?;
            self.block("'finally' statement", start)?;
        }
        Ok(())
    }

    fn except_clause(&mut self, starred: bool) -> Res<()> {
        if starred && (self.is(":") || self.is_newline()) {
            return self.raise_here("expected one or more exception types");
        }
        if !self.is(":") && !self.is_newline() {
            let first = self.expression()?;
            let mut several = false;
            while self.eat(",") {
                several = true;
                if self.is(":") {
                    break;
                }
                self.expression()?;
            }
            if self.is("as") {
                if several {
                    let start = first.start;
                    self.bump();
                    if self.is_name() {
                        self.bump();
                    }
                    let end = self.last_end();
                    let msg = "multiple exception types must be parenthesized when using 'as'";
                    return self.raise(start, end, msg);
                }
                self.bump();
                let at = self.i;
                if self.is_name() {
                    self.bump();
                }
                if !self.is(":") && !self.is_newline() {
                    self.i = at;
                    if let Some(e) = self.attempt(|c| c.expression())? {
                        let kind = if starred { "except*" } else { "except" };
                        let msg = format!("cannot use {kind} statement with {}", e.name());
                        return self.raise(e.start, e.end, msg);
                    }
                    return Err(Fail::Generic);
                }
            }
        }
        self.colon()
    }

    fn decorated(&mut self) -> Res<()> {
        while self.eat("@") {
            self.named_expression()?;
            if !self.is_newline() {
                return Err(Fail::Generic);
            }
            self.bump();
        }
        if self.is("class") {
            self.class()
        } else if self.is("def") {
            self.function()
        } else if self.is("async") && self.is_at(1, "def") {
            self.bump();
            self.function()
        } else {
            Err(Fail::Generic)
        }
    }

    fn function(&mut self) -> Res<()> {
        let start = self.tok().start;
        self.bump();
        self.name()?;
        if self.is("[") {
            self.type_params()?;
        }
        self.force("(")?;
        self.function_parameters()?;
        self.expect(")")?;
        // Without an expression the arrow is where the colon was wanted.
        self.attempt(|c| {
            c.expect("->")?;
            c.expression()
        })?;
        self.force(":")?;
        self.block("function definition", start)
    }

    fn class(&mut self) -> Res<()> {
        let start = self.tok().start;
        self.bump();
        self.name()?;
        if self.is("[") {
            self.type_params()?;
        }
        if self.is("(") {
            self.arguments(true)?;
        }
        self.colon()?;
        self.block("class definition", start)
    }

    fn type_params(&mut self) -> Res<()> {
        self.expect("[")?;
        if self.is("]") {
            let t = *self.tok();
            return self.raise(t.start, t.start, "Type parameter list cannot be empty");
        }
        loop {
            let double = self.is("**");
            let star = self.is("*");
            if double || star {
                self.bump();
            }
            self.name()?;
            if self.is(":") {
                let t = *self.tok();
                self.bump();
                let e = self.expression()?;
                if double || star {
                    let what = if star { "TypeVarTuple" } else { "ParamSpec" };
                    let many = if e.kind == Kind::Tuple { "constraints" } else { "bound" };
                    let msg = format!("cannot use {many} with {what}");
                    return self.raise(t.start, e.end, msg);
                }
            }
            if self.eat("=") {
                if star && self.is("*") {
                    self.star_expression()?;
                } else {
                    self.expression()?;
                }
            }
            if !self.eat(",") || self.is("]") {
                break;
            }
        }
        self.expect("]")
    }

    // ---- match -----------------------------------------------------------------------------

    /// A `match` statement, if the word is the keyword here.
    fn match_statement(&mut self) -> Res<Option<()>> {
        let at = self.i;
        let start = self.tok().start;
        self.bump();
        if !self.starts_expression() && !self.is("*") {
            self.i = at;
            return Ok(None);
        }
        let mut reached = 0;
        let subject = self.looks_like(|c| {
            let r = c.star_named_list();
            reached = c.i;
            r?;
            if c.is(":") && c.peek(1).tok == Tok::Newline || c.is_newline() {
                Ok(())
            } else {
                Err(Fail::Generic)
            }
        });
        // `match (x)` alone is a call.
        let call = self.is("(") || self.is("[") || self.is("-") || self.is("+");
        if !subject {
            self.i = at;
            self.far = self.far.max(reached);
            return Ok(None);
        }
        self.star_named_list()?;
        if self.is_newline() {
            if call {
                self.i = at;
                return Ok(None);
            }
            return self.raise_here("expected ':'");
        }
        self.expect(":")?;
        self.bump();
        if self.tok().tok != Tok::Indent {
            if self.tok().tok == Tok::Error {
                return Err(Fail::Generic);
            }
            return self.raise_indentation(format!(
                "expected an indented block after 'match' statement on line {}",
                self.line(start)
            ));
        }
        self.bump();
        if !self.is("case") {
            return Err(Fail::Generic);
        }
        while self.is("case") {
            self.case()?;
        }
        if self.tok().tok == Tok::Dedent {
            self.bump();
            return Ok(Some(()));
        }
        if self.tok().tok == Tok::End {
            return Ok(Some(()));
        }
        Err(Fail::Generic)
    }

    fn star_named_list(&mut self) -> Res<()> {
        self.star_named_expression()?;
        while self.eat(",") {
            if self.is(":") {
                break;
            }
            self.star_named_expression()?;
        }
        Ok(())
    }

    fn case(&mut self) -> Res<()> {
        let start = self.tok().start;
        self.bump();
        self.open_pattern()?;
        if self.eat("if") {
            self.named_expression()?;
        }
        self.colon()?;
        self.block("'case' statement", start)
    }

    fn open_pattern(&mut self) -> Res<()> {
        self.maybe_star_pattern()?;
        while self.eat(",") {
            if self.is(":") || self.is("if") || self.is(")") || self.is("]") {
                break;
            }
            self.maybe_star_pattern()?;
        }
        Ok(())
    }

    fn maybe_star_pattern(&mut self) -> Res<()> {
        if self.eat("*") { self.name() } else { self.pattern() }
    }

    fn pattern(&mut self) -> Res<()> {
        self.closed_pattern()?;
        while self.eat("|") {
            self.closed_pattern()?;
        }
        if self.is("as") {
            self.bump();
            let t = *self.tok();
            if t.tok == Tok::Name && self.word(&t) == "_" {
                return self.raise(t.start, t.end, "cannot use '_' as a target");
            }
            if t.tok == Tok::Name
                && !self.is_at(1, ".")
                && !self.is_at(1, "(")
                && !self.is_at(1, "[")
            {
                self.bump();
                return Ok(());
            }
            let at = self.i;
            if let Some(e) = self.attempt(|c| c.expression())? {
                let msg = format!("cannot use {} as pattern target", e.name());
                return self.raise(e.start, e.end, msg);
            }
            self.i = at;
            return Err(Fail::Generic);
        }
        Ok(())
    }

    fn closed_pattern(&mut self) -> Res<()> {
        let t = *self.tok();
        match t.tok {
            Tok::Str(_) | Tok::FStr | Tok::TStr => {
                while matches!(self.tok().tok, Tok::Str(_) | Tok::FStr | Tok::TStr) {
                    self.bump();
                }
                Ok(())
            }
            Tok::Number => self.number_pattern(),
            Tok::Name => {
                self.dotted_name()?;
                if self.is("(") {
                    return self.class_pattern();
                }
                Ok(())
            }
            Tok::Keyword if matches!(self.word(&t), "None" | "True" | "False") => {
                self.bump();
                Ok(())
            }
            Tok::Op => match self.word(&t) {
                "-" => {
                    self.bump();
                    self.number_pattern()
                }
                "(" => {
                    self.bump();
                    if !self.is(")") {
                        self.open_pattern()?;
                    }
                    self.expect(")")
                }
                "[" => {
                    self.bump();
                    if !self.is("]") {
                        self.open_pattern()?;
                    }
                    self.expect("]")
                }
                "{" => self.mapping_pattern(),
                _ => Err(Fail::Generic),
            },
            _ => Err(Fail::Generic),
        }
    }

    fn number_pattern(&mut self) -> Res<()> {
        if self.tok().tok != Tok::Number {
            return Err(Fail::Generic);
        }
        let real = *self.tok();
        self.bump();
        if self.is("+") || self.is("-") {
            self.bump();
            if self.word(&real).ends_with(['j', 'J']) {
                let msg = "real number required in complex literal";
                return self.raise(real.start, real.end, msg);
            }
            let t = *self.tok();
            if t.tok != Tok::Number {
                return Err(Fail::Generic);
            }
            if !self.word(&t).ends_with(['j', 'J']) {
                return self.raise(t.start, t.end, "imaginary number required in complex literal");
            }
            self.bump();
        }
        Ok(())
    }

    fn class_pattern(&mut self) -> Res<()> {
        self.expect("(")?;
        let mut keywords = false;
        let mut late = None;
        while !self.is(")") {
            let start = self.tok().start;
            if self.is_name() && self.is_at(1, "=") {
                self.bump();
                self.bump();
                self.pattern()?;
                keywords = true;
            } else {
                self.pattern()?;
                if keywords {
                    let start = *late.get_or_insert(start);
                    let comma = self.is(",") as usize;
                    if self.peek(comma).tok == Tok::End {
                        return Err(Fail::Generic);
                    }
                    if comma == 0 || self.is_at(1, ")") || self.is_at(2, "=") {
                        let msg = "positional patterns follow keyword patterns";
                        return self.raise(start, self.last_end(), msg);
                    }
                }
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")
    }

    fn mapping_pattern(&mut self) -> Res<()> {
        self.expect("{")?;
        while !self.is("}") {
            if self.eat("**") {
                self.name()?;
                self.eat(",");
                break;
            } else {
                let t = *self.tok();
                if t.tok == Tok::Name {
                    self.dotted_name()?;
                } else {
                    self.closed_pattern()?;
                }
                self.expect(":")?;
                self.pattern()?;
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect("}")
    }
}
