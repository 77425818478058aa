//! The second pass: when the parser rejects a source, this finds out what CPython would say.
//!
//! A tokenizer and a recursive-descent recogniser that follow CPython's grammar including its `invalid_*` rules. It builds
//! only what messages need, and runs only on rejected sources, so it favours plainness over speed.

mod escape;
mod expr;
pub(crate) mod flufl;
mod lex;
mod node;
mod params;
mod stmt;

use crate::error::{ErrorKind, SyntaxError, Warning};
use crate::literal::{Literals, check_escapes};
use crate::parse::Mode;
use crate::source::Source;
use lex::{LexError, Tok, Token};
use ruff_text_size::{TextRange, TextSize};
use std::cell::Cell;

/// How the recogniser stopped.
pub(crate) enum Verdict {
    /// It found nothing wrong (the parser disagrees).
    Valid,
    /// CPython's error.
    Error(Box<SyntaxError>),
}

/// A failure inside the recogniser.
#[derive(Debug)]
enum Fail {
    /// The current token fits no rule: generic "invalid syntax".
    Generic,
    /// A specific message.
    Custom(Raised),
}

/// A specific error.
#[derive(Debug)]
struct Raised {
    kind: ErrorKind,
    msg: String,
    start: usize,
    end: usize,
    /// `offset` and `end_offset` where CPython's do not follow from the range.
    cols: (Option<u32>, Option<i32>),
}

impl Raised {
    fn new(kind: ErrorKind, msg: impl Into<String>, start: usize, end: usize) -> Raised {
        Raised { kind, msg: msg.into(), start, end, cols: (None, None) }
    }

    fn end_col(mut self, n: i32) -> Raised {
        self.cols.1 = Some(n);
        self
    }
}

type Res<T> = Result<T, Fail>;

/// The recogniser: tokens and a position.
struct Checker<'a> {
    text: &'a str,
    source: &'a Source,
    toks: Vec<Token>,
    i: usize,
    depth: u32,
    /// The furthest token that a rule tried in vain has looked at.
    far: usize,
    /// The furthest token that any rule has looked at: CPython's tokenizer has gone so far.
    seen: Cell<usize>,
    /// Tokens of replacement fields, by the position of their string.
    fields: Vec<lex::Field>,
}

/// Nesting of brackets that the tokenizer allows.
pub(crate) const MAX_PARENS: usize = 200;

/// Finds CPython's error for a source.
pub(crate) fn diagnose(source: &Source, mode: Mode) -> Verdict {
    let text = source.text();
    let lexed = lex::lex(text);
    let failed_lexing = lexed.error;
    let mut c = Checker {
        text,
        source,
        toks: lexed.tokens,
        i: 0,
        depth: 0,
        far: 0,
        seen: Cell::new(0),
        fields: lexed.fields,
    };
    let result = match mode {
        Mode::Eval => c.eval_input(),
        Mode::Exec => c.file_input(),
        Mode::Single => c.single_input(),
    };
    let at_end = c.at_end_of_source(&failed_lexing);
    let mut verdict = match (result, &failed_lexing) {
        (Ok(()), None) => match c.bad_escape() {
            Some(r) => c.error(&r),
            None => return Verdict::Valid,
        },
        (Ok(()), Some(e)) => c.lexical(e),
        (Err(f), e) => c.failure(f, e.as_ref()),
    };
    verdict.incomplete = at_end;
    verdict.warnings = c.escape_warnings();
    Verdict::Error(Box::new(verdict))
}

impl Checker<'_> {
    /// Warnings of escapes in the strings that the parser has read.
    fn escape_warnings(&self) -> Vec<Warning> {
        let mut lits = Literals { source: self.source, names: None, warnings: Vec::new() };
        let read = self.toks.len().min(self.seen.get() + 1);
        for t in &self.toks[..read] {
            if let lex::Tok::Str(bytes) = t.tok {
                let [start, end] = [t.start, t.end].map(|at| TextSize::from(at as u32));
                check_escapes(&mut lits, TextRange::new(start, end), bytes);
            }
        }
        lits.warnings
    }

    fn error(&self, r: &Raised) -> SyntaxError {
        let clamp = |n: usize| TextSize::from(n.min(self.text.len()) as u32);
        let mut end = r.end.max(r.start);
        // A newline token ends on its own line.
        let newline =
            end > r.start && matches!(self.text.as_bytes().get(end - 1), Some(b'\n') | None);
        end -= newline as usize;
        let range = TextRange::new(clamp(r.start), clamp(end));
        let mut e = SyntaxError::at(self.source, range, r.msg.clone()).of_kind(r.kind);
        e.end_col += newline as i32;
        // The tokenizer supplies the newline that a last line lacks.
        if let Some(text) = e.text.as_mut().filter(|t| !t.ends_with('\n')) {
            text.push('\n');
        }
        if let Some(n) = r.cols.0 {
            e.col = n;
        }
        if let Some(n) = r.cols.1 {
            e.end_line = e.line;
            e.end_col = n;
        }
        e
    }

    /// The first string with a malformed escape.
    fn bad_escape(&self) -> Option<Raised> {
        let strings = self.toks.iter().filter(|t| matches!(t.tok, Tok::Str(_)));
        strings.into_iter().find_map(|t| {
            let msg = escape::escape_error(self.word(t))?;
            Some(Raised::new(ErrorKind::Syntax, msg, t.start, t.end))
        })
    }

    fn lexical(&self, e: &LexError) -> SyntaxError {
        match e {
            LexError::At(r) | LexError::Late(r) => self.error(r),
            LexError::Unclosed(c, at) => self.unclosed(*c, *at),
            LexError::Eof(at) => {
                let msg = "unexpected EOF while parsing";
                self.error(&Raised::new(ErrorKind::Syntax, msg, *at, *at).end_col(-1))
            }
        }
    }

    fn unclosed(&self, c: char, at: usize) -> SyntaxError {
        let msg = format!("'{c}' was never closed");
        self.error(&Raised::new(ErrorKind::Syntax, msg, at, at).end_col(0))
    }

    /// An error at a token that has no text: CPython reports where its tokenizer stands.
    fn at_margin(&self, kind: ErrorKind, msg: String, t: &Token) -> Raised {
        let index = self.source.index();
        let at = match t.tok {
            Tok::Indent => t.end,
            _ => t.start,
        };
        let mut line = index.position(TextSize::from(at as u32)).line;
        let mut col = index.char_position(self.text, TextSize::from(at as u32)).col;
        let mut start = at;
        if t.tok == Tok::End || t.tok == Tok::Dedent && at >= self.text.len() {
            // The last line with its newline.
            if col == 0 && line > 1 {
                line -= 1;
                start = index.line_start(line);
            }
            let text = index.line_text(self.text, line);
            col = text.chars().count() as u32 + !text.ends_with('\n') as u32;
            start = start.min(index.line_start(line));
        }
        let mut r = Raised::new(kind, msg, start, start).end_col(-1);
        r.cols.0 = Some(col);
        r
    }

    /// CPython's priorities between the parser's error and the tokenizer's.
    fn failure(&self, f: Fail, lex: Option<&LexError>) -> SyntaxError {
        let seen = self.seen.get().min(self.toks.len() - 1);
        let furthest = &self.toks[self.i.max(self.far).min(self.toks.len() - 1)];
        let indents =
            matches!(f, Fail::Generic) && matches!(furthest.tok, Tok::Indent | Tok::Dedent);
        if let Some(e) = lex {
            match e {
                // An unexpected indentation ends the matter: the rest is not looked at.
                LexError::At(_) if indents => {}
                LexError::At(_) => return self.lexical(e),
                _ if self.toks[seen].tok == Tok::Error => return self.lexical(e),
                LexError::Late(_) | LexError::Eof(_) => {}
                LexError::Unclosed(c, at) => {
                    // An open bracket on an earlier line is the likelier culprit.
                    let line =
                        |n: usize| self.source.index().position(TextSize::from(n as u32)).line;
                    if line(self.toks[seen].start) > line(*at) {
                        return self.unclosed(*c, *at);
                    }
                }
            }
        }
        match f {
            Fail::Custom(r) => self.error(&r),
            Fail::Generic => {
                let token = furthest;
                match token.tok {
                    Tok::Indent => self.error(&self.at_margin(
                        ErrorKind::Indentation,
                        "unexpected indent".into(),
                        token,
                    )),
                    Tok::Dedent => self.error(&self.at_margin(
                        ErrorKind::Indentation,
                        "unexpected unindent".into(),
                        token,
                    )),
                    Tok::End => {
                        let mut r =
                            self.at_margin(ErrorKind::Syntax, "invalid syntax".into(), token);
                        r.cols = (Some(0), Some(0));
                        let mut e = self.error(&r);
                        // There is nothing but blank lines and comments: no newline is supplied, and no line if none is there.
                        if self.text.is_empty() {
                            (e.line, e.end_line) = (0, 0);
                        }
                        if !self.text.ends_with('\n') {
                            e.text = e.text.map(|text| text.trim_end_matches('\n').to_owned());
                        }
                        e
                    }
                    _ => self.error(&Raised::new(
                        ErrorKind::Syntax,
                        "invalid syntax",
                        token.start,
                        token.end,
                    )),
                }
            }
        }
    }

    /// Whether the error lies at the end of the source, so that more input might repair it.
    fn at_end_of_source(&self, lex: &Option<LexError>) -> bool {
        let blank = |from: usize| self.text[from.min(self.text.len())..].trim().is_empty();
        match lex {
            Some(LexError::Unclosed(..)) => {
                matches!(self.toks[self.i.min(self.toks.len() - 1)].tok, Tok::Error)
            }
            Some(LexError::Eof(_)) => true,
            Some(LexError::At(r) | LexError::Late(r)) => {
                // A string that a backslash continues beyond the end may yet be ended.
                r.msg.starts_with("unterminated triple-quoted")
                    || r.msg.starts_with("unterminated")
                        && (self.text.ends_with('\\') || self.text.ends_with("\\\n"))
            }
            None => {
                let token = &self.toks[self.i.min(self.toks.len() - 1)];
                match token.tok {
                    Tok::End => true,
                    Tok::Dedent => blank(token.start),
                    _ => false,
                }
            }
        }
    }

    // ---- tokens ----------------------------------------------------------------------------

    fn tok(&self) -> &Token {
        self.seen.set(self.seen.get().max(self.i));
        &self.toks[self.i.min(self.toks.len() - 1)]
    }

    fn peek(&self, n: usize) -> &Token {
        if n == 0 {
            return self.tok();
        }
        &self.toks[(self.i + n).min(self.toks.len() - 1)]
    }

    fn bump(&mut self) {
        if self.i + 1 < self.toks.len() {
            self.i += 1;
        }
    }

    fn word(&self, t: &Token) -> &str {
        self.text.get(t.start..t.end).unwrap_or("")
    }

    /// Whether the current token is this operator or keyword.
    fn is(&self, s: &str) -> bool {
        self.is_at(0, s)
    }

    fn is_at(&self, n: usize, s: &str) -> bool {
        let t = self.peek(n);
        matches!(t.tok, Tok::Op | Tok::Name | Tok::Keyword) && self.word(t) == s
    }

    fn is_newline(&self) -> bool {
        matches!(self.tok().tok, Tok::Newline)
    }

    fn is_name(&self) -> bool {
        matches!(self.tok().tok, Tok::Name)
    }

    fn eat(&mut self, s: &str) -> bool {
        let yes = self.is(s);
        if yes {
            self.bump();
        }
        yes
    }

    fn expect(&mut self, s: &str) -> Res<()> {
        if self.eat(s) { Ok(()) } else { Err(Fail::Generic) }
    }

    /// A token that must follow: "expected '...'" at the current token.
    fn force(&mut self, s: &str) -> Res<()> {
        if self.eat(s) {
            return Ok(());
        }
        if matches!(self.tok().tok, Tok::Error) {
            return Err(Fail::Generic);
        }
        let (a, b) = (self.tok().start, self.tok().end);
        self.raise(a, b, format!("expected '{s}'"))
    }

    fn name(&mut self) -> Res<()> {
        if self.is_name() {
            self.bump();
            Ok(())
        } else {
            Err(Fail::Generic)
        }
    }

    /// End of the previous token.
    fn last_end(&self) -> usize {
        if self.i == 0 { 0 } else { self.toks[self.i - 1].end }
    }

    fn raise<T>(&self, start: usize, end: usize, msg: impl Into<String>) -> Res<T> {
        Err(Fail::Custom(Raised::new(ErrorKind::Syntax, msg, start, end)))
    }

    /// Raises an `IndentationError` at the current token.
    fn raise_indentation<T>(&self, msg: String) -> Res<T> {
        let t = self.tok();
        let margin = matches!(t.tok, Tok::Indent | Tok::Dedent | Tok::End);
        Err(Fail::Custom(if margin {
            self.at_margin(ErrorKind::Indentation, msg, t)
        } else {
            Raised::new(ErrorKind::Indentation, msg, t.start, t.end)
        }))
    }

    /// Raises at the current token.
    fn raise_here<T>(&self, msg: impl Into<String>) -> Res<T> {
        let t = self.tok();
        if matches!(t.tok, Tok::Indent | Tok::Dedent | Tok::End) {
            return Err(Fail::Custom(self.at_margin(ErrorKind::Syntax, msg.into(), t)));
        }
        self.raise(t.start, t.end, msg)
    }

    /// Tries a rule; on generic failure goes back. A specific error stays one.
    fn attempt<T>(&mut self, f: impl FnOnce(&mut Self) -> Res<T>) -> Res<Option<T>> {
        let at = self.i;
        match f(self) {
            Ok(v) => Ok(Some(v)),
            Err(Fail::Generic) => {
                self.i = at;
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    /// Tries a rule without any consequence.
    fn looks_like<T>(&mut self, f: impl FnOnce(&mut Self) -> Res<T>) -> bool {
        let at = self.i;
        let ok = f(self).is_ok();
        self.i = at;
        ok
    }
}

#[cfg(test)]
mod tests;
