//! Parsing: limits first, then the parser, then the mapping of its errors.

use crate::blocks;
use crate::check::{MAX_PARENS, Verdict, diagnose};
use crate::error::SyntaxError;
use crate::source::Source;
use ruff_python_ast as ast;
use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_parser::{ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

/// What a source is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module: statements.
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement.
    Single,
}

/// A syntax tree.
#[derive(Debug)]
pub struct ParsedModule {
    /// The tree: `Mod::Expression` in eval mode.
    pub tree: ast::Mod,
}

/// Native stack for a byte of source: two bytes make a level (`.a`), which takes several frames.
const STACK_PER_BYTE: usize = 2400;

/// Memory that tree, tables and code take for a byte of source, at most.
const MEMORY_PER_BYTE: usize = 300;

/// Runs `f` on a native stack that is big enough for the tree of `source`, however it is nested.
/// `None`: there is no memory for that.
pub fn with_big_stack<R>(source: &Source, f: impl FnOnce() -> R) -> Option<R> {
    let length = source.text().len();
    let enough = length.saturating_mul(STACK_PER_BYTE).clamp(2 << 20, 1 << 30);
    let size = enough.max(8 << 20);
    // What parser and compiler allocate cannot fail halfway, nor can the stack.
    let grows = stacker::remaining_stack().is_none_or(|rest| rest < enough);
    let memory = length.saturating_mul(MEMORY_PER_BYTE);
    let all = if grows { memory.saturating_add(size) } else { memory };
    if (grows || memory > 1 << 20) && !base::pages::available(all) {
        return None;
    }
    Some(stacker::maybe_grow(enough, size, f))
}

/// Parses; the first error in CPython's sense is reported.
pub fn parse(source: &Source, mode: Mode) -> Result<ParsedModule, SyntaxError> {
    if may_be_deep(source.text()) {
        if let Verdict::Error(e) = diagnose(source, mode) {
            return Err(*e);
        }
    }
    let options = ParseOptions::from(match mode {
        Mode::Eval => ruff_python_parser::Mode::Expression,
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
    })
    .with_target_version(ast::PythonVersion::PY314);
    let parsed = parse_unchecked(source.text(), options);
    let is_real = |e: &&ruff_python_parser::ParseError| !is_bare_raise(source.text(), e);
    let first = parsed.errors().iter().find(is_real).map(|e| (e.location, e.error.to_string()));
    let other = parsed.unsupported_syntax_errors().first().map(|e| (e.range(), String::new()));
    if let Some((range, words)) = first.or(other) {
        return Err(match diagnose(source, mode) {
            Verdict::Error(e) => *e,
            Verdict::Valid => translated(source, range, &words),
        });
    }
    if mode == Mode::Single
        && parsed.syntax().as_module().is_some_and(|module| module.body.len() > 1)
        && let Verdict::Error(e) = diagnose(source, mode)
    {
        return Err(*e);
    }
    if source.text().contains("finally")
        && parsed.syntax().as_module().is_some_and(blocks::has_lone_else)
        && let Verdict::Error(e) = diagnose(source, mode)
    {
        return Err(*e);
    }
    let bare = !parsed.errors().is_empty();
    let tokens = source.text().contains(';').then(|| parsed.tokens().clone());
    let mut tree = parsed.into_syntax();
    if let ast::Mod::Module(module) = &mut tree {
        if bare {
            BareRaises.visit_body(&mut module.body);
        }
        if let Some(tokens) = tokens {
            blocks::include_semicolons(&tokens, module);
        }
    }
    Ok(ParsedModule { tree })
}

/// Whether the parser complains that nothing follows a `raise` before a semicolon, where nothing need follow.
fn is_bare_raise(text: &str, error: &ruff_python_parser::ParseError) -> bool {
    let at = error.location.start().to_usize();
    let before = text[..at].trim_end_matches([' ', '\t', '\x0c']);
    let Some(before) = before.strip_suffix("raise") else { return false };
    text[at..].starts_with(';')
        && !before.ends_with(|c: char| c == '_' || c == '.' || c.is_alphanumeric())
}

/// Takes out the empty names that stand for the missing exceptions of [`is_bare_raise`].
struct BareRaises;

impl Transformer for BareRaises {
    fn visit_stmt(&self, stmt: &mut ast::Stmt) {
        if let ast::Stmt::Raise(raise) = stmt
            && let Some(ast::Expr::Name(name)) = raise.exc.as_deref()
            && name.id.is_empty()
        {
            raise.exc = None;
        }
        transformer::walk_stmt(self, stmt);
    }
}

/// Operators in one logical line from which its tree may be deeper than CPython's parser goes.
const MANY_OPERATORS: usize = 1000;

/// Blanks at the beginning of a line from which blocks may be nested deeper than the tokenizer allows.
const MANY_BLANKS: usize = 99;

/// Whether brackets or blocks may be nested deeper than the tokenizer allows, or operators deeper than the
/// recogniser follows (strings and comments are not told apart here).
fn may_be_deep(text: &str) -> bool {
    let (mut depth, mut operators) = (0usize, 0usize);
    let (mut at_start, mut blanks) = (true, 0);
    let bytes = text.as_bytes();
    for (i, b) in bytes.iter().enumerate() {
        if at_start {
            at_start = matches!(b, b' ' | b'\t');
            blanks = if at_start { blanks + 1 } else { 0 };
            if blanks >= MANY_BLANKS {
                return true;
            }
        }
        at_start |= *b == b'\n';
        match b {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > MAX_PARENS {
                    return true;
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' if depth == 0 => operators = 0,
            b'-' | b'+' | b'~' | b'*' => operators += 1,
            b'n' => operators += bytes[i..].starts_with(b"not") as usize,
            b'l' => operators += bytes[i..].starts_with(b"lambda") as usize,
            b'a' => operators += bytes[i..].starts_with(b"await") as usize,
            b'i' => operators += bytes[i..].starts_with(b"if") as usize,
            b'y' => operators += bytes[i..].starts_with(b"yield") as usize,
            _ => {}
        }
        if operators > MANY_OPERATORS {
            return true;
        }
    }
    false
}

/// An error that only the parser sees: what is wrong inside of literals, mostly.
fn translated(source: &Source, range: ruff_text_size::TextRange, words: &str) -> SyntaxError {
    let msg = if words.contains("bytes can only contain ASCII") {
        "bytes can only contain ASCII literal characters"
    } else if words.contains("missing closing") || words.contains("unicode") {
        "(unicode error) 'unicodeescape' codec can't decode bytes: malformed escape"
    } else if words.contains("f-string: lambda") {
        "f-string: lambda expressions are not allowed without parentheses"
    } else if words.contains("t-string: lambda") {
        "t-string: lambda expressions are not allowed without parentheses"
    } else {
        "invalid syntax"
    };
    SyntaxError::at(source, range, msg)
}
