//! A tokenizer after CPython's: its tokens, bracket levels, indentation, and error messages.

use super::{MAX_PARENS, Raised};
use crate::error::ErrorKind;
use orochi_text::classify::{is_id_continue, is_id_start, is_printable};

/// Kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tok {
    Name,
    Keyword,
    Number,
    /// A string; bytes if the flag is set.
    Str(bool),
    FStr,
    TStr,
    Op,
    Newline,
    Indent,
    Dedent,
    End,
    /// The tokenizer stopped here.
    Error,
}

/// A token: byte range and bracket level after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) tok: Tok,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) level: usize,
}

/// Why the tokenizer stopped.
#[derive(Debug)]
pub(super) enum LexError {
    At(Raised),
    /// As `At`, but of no weight once the parser has failed at an earlier token.
    Late(Raised),
    /// The source ends within brackets: the innermost open one.
    Unclosed(char, usize),
    /// The source ends after a backslash.
    Eof(usize),
}

/// A replacement field: the string it belongs to and its tokens up to and including the end marker.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Start of the string token.
    pub(super) string: usize,
    /// Tokens; the last one is the token after the expression and its conversion (`}` or `:`).
    pub(super) tokens: Vec<Token>,
}

pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    pub(super) fields: Vec<Field>,
    pub(super) error: Option<LexError>,
}

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

const OPERATORS: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "!=", "->", ":=", "==", "<=", ">=", "<<", ">>", "**", "//",
    "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "+", "-", "*", "/", "%", "@", "&", "|",
    "^", "~", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "=", "!",
];

struct Lexer<'a> {
    text: &'a str,
    b: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
    fields: Vec<Field>,
    parens: Vec<(u8, usize)>,
    /// Columns of the open indentations, with tabs to 8 and with tabs to 1.
    indents: Vec<(usize, usize)>,
}

type Res<T> = Result<T, LexError>;

/// Tokenizes as far as possible.
pub(super) fn lex(text: &str) -> Lexed {
    let mut l = Lexer {
        text,
        b: text.as_bytes(),
        at: 0,
        tokens: Vec::new(),
        fields: Vec::new(),
        parens: Vec::new(),
        indents: vec![(0, 0)],
    };
    let error = l.run().err();
    if error.is_some() {
        let at = l.at.min(l.b.len());
        l.push(Tok::Error, at, at);
    }
    Lexed { tokens: l.tokens, fields: l.fields, error }
}

impl<'a> Lexer<'a> {
    fn push(&mut self, tok: Tok, start: usize, end: usize) {
        self.tokens.push(Token { tok, start, end, level: self.parens.len() });
    }

    fn fail<T>(&self, start: usize, end: usize, msg: impl Into<String>) -> Res<T> {
        Err(LexError::At(Raised::new(ErrorKind::Syntax, msg, start, end)))
    }

    fn peek(&self) -> u8 {
        self.b.get(self.at).copied().unwrap_or(0)
    }

    fn run(&mut self) -> Res<()> {
        let mut line_start = true;
        loop {
            if line_start && self.parens.is_empty() {
                if self.indentation()? {
                    continue;
                }
                line_start = false;
            }
            self.blanks()?;
            let Some(&c) = self.b.get(self.at) else { return self.end() };
            match c {
                b'\n' => {
                    if self.parens.is_empty() {
                        self.push(Tok::Newline, self.at, self.at + 1);
                        line_start = true;
                    }
                    self.at += 1;
                }
                b'#' => self.comment(),
                _ => self.token()?,
            }
        }
    }

    fn comment(&mut self) {
        while self.at < self.b.len() && self.b[self.at] != b'\n' {
            self.at += 1;
        }
    }

    /// The source ends after a backslash; an open bracket is the likelier culprit.
    fn eof<T>(&self, at: usize) -> Res<T> {
        match self.parens.last() {
            Some((c, open)) => Err(LexError::Unclosed(*c as char, *open)),
            None => Err(LexError::Eof(at)),
        }
    }

    fn end(&mut self) -> Res<()> {
        let at = self.b.len();
        if let Some((c, open)) = self.parens.last() {
            return Err(LexError::Unclosed(*c as char, *open));
        }
        if matches!(self.tokens.last(), Some(t) if !matches!(t.tok, Tok::Newline | Tok::Dedent | Tok::Indent))
        {
            // The newline that is not there ends like one that is.
            self.push(Tok::Newline, at, at + 1);
        }
        for _ in 1..self.indents.len() {
            self.push(Tok::Dedent, at, at);
        }
        self.push(Tok::End, at, at);
        Ok(())
    }

    /// Skips blanks and joined lines.
    fn blanks(&mut self) -> Res<()> {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'\\' => {
                    let next = self.b.get(self.at + 1).copied();
                    match next {
                        Some(b'\n') => {
                            self.at += 2;
                            if self.at >= self.b.len() {
                                return self.eof(self.at - 1);
                            }
                        }
                        None => return self.eof(self.at + 1),
                        _ => {
                            let at = self.at + 1;
                            let msg = "unexpected character after line continuation character";
                            return Err(LexError::Late(
                                Raised::new(ErrorKind::Syntax, msg, at, at).end_col(0),
                            ));
                        }
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// At the start of a line: measures it. True if the line is blank and was skipped.
    fn indentation(&mut self) -> Res<bool> {
        let start = self.at;
        let (mut col, mut alt) = (0, 0);
        // Where the first of several joined lines ends its blanks.
        let mut joined = None;
        loop {
            match self.peek() {
                b' ' => {
                    col += 1;
                    alt += 1;
                }
                b'\t' => {
                    col = (col / 8 + 1) * 8;
                    alt += 1;
                }
                b'\x0c' => {
                    col = 0;
                    alt = 0;
                }
                b'\\' if self.b.get(self.at + 1) == Some(&b'\n') => {
                    if self.at + 2 == self.b.len() {
                        return self.eof(self.at + 1);
                    }
                    joined.get_or_insert((col, alt));
                    self.at += 1;
                }
                _ => break,
            }
            self.at += 1;
        }
        match self.b.get(self.at) {
            None => return Ok(false),
            Some(b'\n') => {
                self.at += 1;
                return Ok(true);
            }
            Some(b'#') => {
                self.comment();
                return Ok(true);
            }
            _ => {}
        }
        let (col, alt) = joined.filter(|(col, _)| *col > 0).unwrap_or((col, alt));
        let (top, top_alt) = self.indents[self.indents.len() - 1];
        if col == top {
            if alt != top_alt {
                return self.tabs();
            }
        } else if col > top {
            if alt <= top_alt {
                return self.tabs();
            }
            if self.indents.len() >= 100 {
                return Err(LexError::Late(
                    Raised::new(
                        ErrorKind::Indentation,
                        "too many levels of indentation",
                        start,
                        start,
                    )
                    .end_col(0),
                ));
            }
            self.indents.push((col, alt));
            self.push(Tok::Indent, start, self.at);
        } else {
            while self.indents.len() > 1 && col < self.indents[self.indents.len() - 1].0 {
                self.indents.pop();
                self.push(Tok::Dedent, self.at, self.at);
            }
            let (top, top_alt) = self.indents[self.indents.len() - 1];
            if col != top {
                let end = self.b[self.at..]
                    .iter()
                    .position(|b| *b == b'\n')
                    .map_or(self.b.len(), |n| self.at + n);
                return Err(LexError::Late(
                    Raised::new(
                        ErrorKind::Indentation,
                        "unindent does not match any outer indentation level",
                        end,
                        end,
                    )
                    .end_col(-1),
                ));
            }
            if alt != top_alt {
                return self.tabs();
            }
        }
        Ok(false)
    }

    fn tabs<T>(&self) -> Res<T> {
        let start = self.text[..self.at].rfind('\n').map_or(0, |n| n + 1);
        let msg = "inconsistent use of tabs and spaces in indentation";
        Err(LexError::Late(Raised::new(ErrorKind::Tab, msg, start, start).end_col(0)))
    }

    fn token(&mut self) -> Res<()> {
        let start = self.at;
        let c = self.b[start];
        match c {
            b'0'..=b'9' => self.number(),
            b'.' if self.b.get(start + 1).is_some_and(|d| d.is_ascii_digit()) => self.number(),
            b'"' | b'\'' => self.string(start),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => self.word(),
            0x80.. => self.word(),
            _ => self.operator(),
        }
    }

    fn word(&mut self) -> Res<()> {
        let start = self.at;
        // Whatever is not ASCII belongs to the word; whether it may is asked afterwards.
        let len = self.text[start..]
            .find(|c: char| c.is_ascii() && !(c == '_' || c.is_ascii_alphanumeric()))
            .unwrap_or(self.b.len() - start);
        let word = &self.text[start..start + len];
        if matches!(self.b.get(start + len), Some(b'"' | b'\'')) && word.len() <= 5 {
            let lower = word.to_ascii_lowercase();
            let mut letters: Vec<char> = lower.chars().collect();
            letters.sort_unstable();
            let sorted: String = letters.iter().collect();
            if matches!(sorted.as_str(), "b" | "r" | "u" | "f" | "t" | "br" | "fr" | "rt") {
                self.at = start + len;
                return self.string(start);
            }
            let distinct = letters.windows(2).all(|w| w[0] != w[1]);
            if distinct && sorted.chars().all(|c| "brutf".contains(c)) {
                let (a, b) = incompatible(&sorted);
                let msg = format!("'{a}' and '{b}' prefixes are incompatible");
                return self.fail(start, start + len, msg);
            }
        }
        self.at = start + len;
        for (i, c) in word.char_indices().filter(|(_, c)| !c.is_ascii()) {
            let fits = if i == 0 { is_id_start(c as u32) } else { is_id_continue(c as u32) };
            if !fits {
                return self.bad_character(start + i, c);
            }
        }
        let tok = if KEYWORDS.contains(&word) { Tok::Keyword } else { Tok::Name };
        self.push(tok, start, self.at);
        Ok(())
    }

    fn bad_character(&self, at: usize, c: char) -> Res<()> {
        let msg = if is_printable(c as u32) {
            format!("invalid character '{c}' (U+{:04X})", c as u32)
        } else {
            format!("invalid non-printable character U+{:04X}", c as u32)
        };
        self.fail(at, at, msg)
    }

    fn operator(&mut self) -> Res<()> {
        let start = self.at;
        let rest = &self.b[start..];
        let Some(op) = OPERATORS.iter().find(|o| rest.starts_with(o.as_bytes())) else {
            let c = self.b[start] as char;
            if c.is_ascii_control() {
                let msg = format!("invalid non-printable character U+{:04X}", c as u32);
                return self.fail(start, start, msg);
            }
            // `$`, `?` and the backquote are tokens that fit no rule.
            self.at += 1;
            self.push(Tok::Op, start, self.at);
            return Ok(());
        };
        self.at += op.len();
        match self.b[start] {
            c @ (b'(' | b'[' | b'{') => {
                if self.parens.len() >= MAX_PARENS {
                    return self.fail(start, start, "too many nested parentheses");
                }
                self.parens.push((c, start));
            }
            c @ (b')' | b']' | b'}') => self.close(c, start)?,
            _ => {}
        }
        self.push(Tok::Op, start, self.at);
        Ok(())
    }

    fn close(&mut self, c: u8, start: usize) -> Res<()> {
        let Some((open, at)) = self.parens.pop() else {
            return self.fail(start, start, format!("unmatched '{}'", c as char));
        };
        let matches = matches!((open, c), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        if matches {
            return Ok(());
        }
        let line = |n: usize| self.b[..n].iter().filter(|b| **b == b'\n').count() + 1;
        let mut msg = format!(
            "closing parenthesis '{}' does not match opening parenthesis '{}'",
            c as char, open as char
        );
        if line(at) != line(start) {
            msg += &format!(" on line {}", line(at));
        }
        self.fail(start, start, msg)
    }

    // ---- numbers ---------------------------------------------------------------------------

    fn digits(&mut self, ok: impl Fn(u8) -> bool, what: &str) -> Res<()> {
        loop {
            while ok(self.peek()) {
                self.at += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !ok(self.peek()) {
                if self.peek().is_ascii_digit() {
                    return self.bad_digit(what);
                }
                return self.fail(self.at - 1, self.at - 1, format!("invalid {what} literal"));
            }
        }
    }

    fn number(&mut self) -> Res<()> {
        let start = self.at;
        let second = self.b.get(start + 1).copied().unwrap_or(0).to_ascii_lowercase();
        if self.peek() == b'0' && matches!(second, b'x' | b'o' | b'b') {
            self.at += 2;
            let (what, radix) = match second {
                b'x' => ("hexadecimal", 16),
                b'o' => ("octal", 8),
                _ => ("binary", 2),
            };
            let ok = |c: u8| (c as char).is_digit(radix);
            if self.peek() == b'_' {
                self.at += 1;
            }
            if !ok(self.peek()) {
                if self.peek().is_ascii_digit() {
                    return self.bad_digit(what);
                }
                return self.fail(self.at - 1, self.at - 1, format!("invalid {what} literal"));
            }
            self.digits(ok, what)?;
            if self.peek().is_ascii_digit() {
                return self.bad_digit(what);
            }
            return self.number_end(start, what);
        }
        let digit = |c: u8| c.is_ascii_digit();
        let mut what = "decimal";
        self.digits(digit, what)?;
        let int_end = self.at;
        let mut float = false;
        if self.peek() == b'.' {
            float = true;
            self.at += 1;
            if digit(self.peek()) {
                self.digits(digit, what)?;
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            let sign = matches!(self.b.get(self.at + 1), Some(b'+' | b'-')) as usize;
            if self.b.get(self.at + 1 + sign).is_some_and(|c| digit(*c)) {
                float = true;
                self.at += 1 + sign;
                self.digits(digit, what)?;
            } else if sign == 1 {
                return self.fail(self.at + 1, self.at + 1, "invalid decimal literal");
            }
        }
        if matches!(self.peek(), b'j' | b'J') {
            float = true;
            self.at += 1;
            what = "imaginary";
        }
        if !float && self.b[start] == b'0' && int_end - start > 1 {
            let text = &self.b[start..int_end];
            if text.iter().any(|c| matches!(c, b'1'..=b'9')) {
                let msg = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
                let zeros = text.iter().take_while(|c| matches!(c, b'0' | b'_')).count();
                return self.fail(start, start + zeros, msg);
            }
        }
        self.number_end(start, what)
    }

    fn bad_digit<T>(&self, what: &str) -> Res<T> {
        let c = self.peek() as char;
        self.fail(self.at, self.at, format!("invalid digit '{c}' in {what} literal"))
    }

    /// After a number: a letter that follows directly is an error unless it begins a keyword.
    fn number_end(&mut self, start: usize, what: &str) -> Res<()> {
        let rest = &self.text[self.at..];
        let allowed = ["and", "else", "for", "if", "in", "is", "not", "or"];
        let c = rest.chars().next().unwrap_or(' ');
        if (c == '_' || c.is_alphanumeric()) && !allowed.iter().any(|k| rest.starts_with(k)) {
            // The literal up to its last character is shown.
            return self.fail(self.at - 1, self.at - 1, format!("invalid {what} literal"));
        }
        self.push(Tok::Number, start, self.at);
        Ok(())
    }

    // ---- strings ---------------------------------------------------------------------------

    /// A string whose prefix began at `start`; `at` is at the quote.
    fn string(&mut self, start: usize) -> Res<()> {
        let prefix = self.text[start..self.at].to_ascii_lowercase();
        let raw = prefix.contains('r');
        let bytes = prefix.contains('b');
        let interpolated = prefix.contains('f') || prefix.contains('t');
        let quote = self.b[self.at];
        let triple = self.b[self.at..].starts_with(&[quote; 3]);
        let open = self.at;
        self.at += if triple { 3 } else { 1 };
        let kind = if prefix.contains('f') {
            Tok::FStr
        } else if prefix.contains('t') {
            Tok::TStr
        } else {
            Tok::Str(bytes)
        };
        if interpolated {
            self.interpolated(
                start,
                quote,
                triple,
                raw,
                if kind == Tok::FStr { 'f' } else { 't' },
            )?;
        } else {
            self.plain_string(start, open, quote, triple)?;
        }
        self.push(kind, start, self.at);
        Ok(())
    }

    fn plain_string(&mut self, start: usize, open: usize, quote: u8, triple: bool) -> Res<()> {
        let mut escaped_quote = false;
        loop {
            match self.b.get(self.at) {
                None => return self.unterminated(start, open, triple, escaped_quote, ""),
                Some(b'\n') if !triple => {
                    return self.unterminated(start, open, false, escaped_quote, "");
                }
                Some(b'\\') => {
                    escaped_quote |= self.b.get(self.at + 1) == Some(&quote);
                    self.at += 2;
                }
                Some(c) if *c == quote => {
                    if !triple {
                        self.at += 1;
                        return Ok(());
                    }
                    if self.b[self.at..].starts_with(&[quote; 3]) {
                        self.at += 3;
                        return Ok(());
                    }
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn unterminated<T>(
        &mut self,
        start: usize,
        _open: usize,
        triple: bool,
        escaped: bool,
        what: &str,
    ) -> Res<T> {
        let end = self.at.min(self.b.len());
        let mut line = self.b[..end].iter().filter(|b| **b == b'\n').count() + 1;
        if triple && self.b.ends_with(b"\n") {
            line -= 1;
        }
        let triple_word = if triple { "triple-quoted " } else { "" };
        let mut msg =
            format!("unterminated {triple_word}{what}string literal (detected at line {line})");
        if escaped && !triple {
            msg += "; perhaps you escaped the end quote";
        }
        self.fail(start, start, msg)
    }

    /// The body of an f-string or t-string: literal text and replacement fields.
    fn interpolated(
        &mut self,
        start: usize,
        quote: u8,
        triple: bool,
        raw: bool,
        letter: char,
    ) -> Res<()> {
        let what = format!("{letter}-");
        loop {
            match self.b.get(self.at) {
                None => return self.unterminated(start, start, triple, false, &what),
                Some(b'\n') if !triple => {
                    return self.unterminated(start, start, false, false, &what);
                }
                Some(b'\\') if !raw && self.b[self.at + 1..].starts_with(b"N{") => {
                    self.at += 3;
                    while self.at < self.b.len() && !matches!(self.b[self.at], b'}' | b'\n') {
                        self.at += 1;
                    }
                    self.at = (self.at + 1).min(self.b.len());
                }
                Some(b'\\') => {
                    // A brace after a backslash still opens a field.
                    let brace = matches!(self.b.get(self.at + 1), Some(b'{' | b'}'));
                    self.at += if brace { 1 } else { 2 };
                }
                Some(b'{') => {
                    if self.b.get(self.at + 1) == Some(&b'{') {
                        self.at += 2;
                    } else {
                        self.field(start, quote, triple, letter)?;
                    }
                }
                Some(b'}') => {
                    if self.b.get(self.at + 1) != Some(&b'}') {
                        let msg = format!("{letter}-string: single '}}' is not allowed");
                        return self.fail(self.at, self.at, msg);
                    }
                    self.at += 2;
                }
                Some(c) if *c == quote && !triple => {
                    self.at += 1;
                    return Ok(());
                }
                Some(c) if *c == quote && self.b[self.at..].starts_with(&[quote; 3]) => {
                    self.at += 3;
                    return Ok(());
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// A replacement field from its `{` on. Its tokens are not kept.
    fn field(&mut self, start: usize, quote: u8, triple: bool, letter: char) -> Res<()> {
        let open = self.at;
        self.at += 1;
        let (tokens, parens) = (self.tokens.len(), self.parens.len());
        let result = self.field_inner(start, open, quote, triple, letter, parens);
        let mut own = self.tokens.split_off(tokens);
        self.parens.truncate(parens);
        if own.is_empty() {
            let at = self.at.min(self.b.len());
            own.push(Token { tok: Tok::Error, start: at, end: at, level: parens });
        }
        self.fields.push(Field { string: start, tokens: own });
        result
    }

    fn field_inner(
        &mut self,
        start: usize,
        open: usize,
        quote: u8,
        triple: bool,
        letter: char,
        level: usize,
    ) -> Res<()> {
        // Newlines within a field are insignificant.
        self.parens.push((b'{', open));
        loop {
            let Some(&c) = self.b.get(self.at) else {
                if triple {
                    return self.unterminated(start, start, true, false, &format!("{letter}-"));
                }
                return Err(LexError::Unclosed('{', open));
            };
            let top = self.parens.len() == level + 1;
            match c {
                b' ' | b'\t' | b'\n' | b'\x0c' => self.at += 1,
                b'#' => self.comment(),
                b'}' if top => {
                    self.at += 1;
                    self.push(Tok::Op, self.at - 1, self.at);
                    return Ok(());
                }
                b'!' if top && self.b.get(self.at + 1) != Some(&b'=') => {
                    self.at += 1;
                    self.push(Tok::Op, self.at - 1, self.at);
                }
                b':' if top => {
                    self.at += 1;
                    self.push(Tok::Op, self.at - 1, self.at);
                    return self.format_spec(start, quote, triple, letter);
                }
                b'\\' => {
                    if self.b.get(self.at + 1) == Some(&b'\n') {
                        self.at += 2;
                    } else {
                        return self.fail(
                            self.at + 1,
                            self.at + 1,
                            "unexpected character after line continuation character",
                        );
                    }
                }
                c if c == quote && top && self.closes(quote, triple) => {
                    let msg = format!("{letter}-string: expecting '}}'");
                    return self.fail(self.at, self.at, msg);
                }
                _ => self.token()?,
            }
        }
    }

    /// Whether the quote here can only be the end of the string around (nothing on the line closes another one).
    fn closes(&self, quote: u8, triple: bool) -> bool {
        if triple {
            return self.b[self.at..].starts_with(&[quote; 3]);
        }
        let rest = &self.b[self.at + 1..];
        let line = rest.split(|b| *b == b'\n').next().unwrap_or(rest);
        !line.contains(&quote)
    }

    fn format_spec(&mut self, start: usize, quote: u8, triple: bool, letter: char) -> Res<()> {
        loop {
            match self.b.get(self.at) {
                None => {
                    return self.unterminated(start, start, triple, false, &format!("{letter}-"));
                }
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'{') => self.field(start, quote, triple, letter)?,
                Some(b'\n') if !triple => {
                    let msg = format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                    );
                    return self.fail(self.at, self.at, msg);
                }
                Some(c)
                    if *c == quote && (!triple || self.b[self.at..].starts_with(&[quote; 3])) =>
                {
                    let msg = format!("{letter}-string: expecting '}}', or format specs");
                    return self.fail(self.at, self.at, msg);
                }
                Some(_) => self.at += 1,
            }
        }
    }
}

fn incompatible(sorted: &str) -> (char, char) {
    for pair in ["ub", "ur", "uf", "ut", "bf", "bt", "ft"] {
        let mut cs = pair.chars();
        if let (Some(a), Some(b)) = (cs.next(), cs.next()) {
            if sorted.contains(a) && sorted.contains(b) {
                return (a, b);
            }
        }
    }
    let mut cs = sorted.chars();
    (cs.next().unwrap_or('?'), cs.next().unwrap_or('?'))
}
