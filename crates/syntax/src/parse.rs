//! Parsing: limits first, then the parser, then the mapping of its errors.

use crate::error::SyntaxError;
use crate::source::Source;
use ruff_python_ast as ast;
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

/// Bytes of one logical line from which trees may be so deep that a bigger native stack is used.
const BIG_LINE: usize = 8 << 10;

/// Runs `f` on a native stack that is big enough for the tree of `source`, however it is nested.
pub fn with_big_stack<R>(source: &Source, f: impl FnOnce() -> R) -> R {
    let longest = source.text().len();
    if longest <= BIG_LINE {
        stacker::maybe_grow(1 << 20, 8 << 20, f)
    } else {
        let size = (longest.saturating_mul(1200)).clamp(16 << 20, 1 << 30);
        stacker::grow(size, f)
    }
}

/// Parses; the first error in CPython's sense is reported.
pub fn parse(source: &Source, mode: Mode) -> Result<ParsedModule, SyntaxError> {
    let options = ParseOptions::from(match mode {
        Mode::Eval => ruff_python_parser::Mode::Expression,
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
    })
    .with_target_version(ast::PythonVersion::PY314);
    let parsed = parse_unchecked(source.text(), options);
    if let Some(e) = parsed.errors().first() {
        return Err(SyntaxError::at(source, e.location, format!("invalid syntax ({})", e.error)));
    }
    if let Some(e) = parsed.unsupported_syntax_errors().first() {
        return Err(SyntaxError::at(source, e.range(), "invalid syntax"));
    }
    Ok(ParsedModule { tree: parsed.into_syntax() })
}
