//! Syntax errors and warnings as plain data.

use crate::source::Source;
use ruff_text_size::TextRange;

/// Which exception class a syntax error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `SyntaxError` of a file as a whole, on line 0: its encoding.
    Encoding,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// Not a syntax error: `RecursionError` ("maximum recursion depth exceeded during compilation").
    Recursion,
    /// Not a syntax error: `MemoryError`.
    Memory,
    /// Not a syntax error: `OverflowError`.
    Overflow,
    /// Not a syntax error: `ValueError`.
    Value,
}

/// An error that stops compilation. Lines and columns are 1-based and count characters, as the attributes of Python's
/// SyntaxError do; 0 stands for "none".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Exception class.
    pub kind: ErrorKind,
    /// Message.
    pub msg: String,
    /// `lineno`
    pub line: u32,
    /// `offset`
    pub col: u32,
    /// `end_lineno`
    pub end_line: u32,
    /// `end_offset`; sometimes 0 or -1, as CPython's.
    pub end_col: i32,
    /// `text`: the source line.
    pub text: Option<String>,
    /// It was found after parsing: then the line is shown only of a source that is a file.
    pub late: bool,
    /// The source may be the beginning of something valid: an interactive prompt asks for more.
    pub incomplete: bool,
    /// What there was to warn of before the parser came to the error.
    pub warnings: Vec<Warning>,
}

impl SyntaxError {
    /// An error at a source range.
    pub fn at(source: &Source, range: TextRange, msg: impl Into<String>) -> SyntaxError {
        let index = source.index();
        let start = index.char_position(source.text(), range.start());
        let end = index.char_position(source.text(), range.end());
        SyntaxError {
            kind: ErrorKind::Syntax,
            msg: msg.into(),
            line: start.line,
            col: start.col + 1,
            end_line: end.line,
            end_col: end.col as i32 + 1,
            text: source
                .is_written()
                .then(|| index.line_text(source.text(), start.line).to_string()),
            late: false,
            incomplete: false,
            warnings: Vec::new(),
        }
    }

    /// The same with columns in UTF-8 bytes, as CPython's compiler (unlike its parser) reports them.
    pub fn at_bytes(source: &Source, range: TextRange, msg: impl Into<String>) -> SyntaxError {
        let mut e = SyntaxError::at(source, range, msg);
        e.col = source.index().position(range.start()).col + 1;
        e.end_col = source.index().position(range.end()).col as i32 + 1;
        e.late = true;
        e
    }

    /// An error without a place.
    pub fn nowhere(kind: ErrorKind, msg: impl Into<String>) -> SyntaxError {
        SyntaxError {
            kind,
            msg: msg.into(),
            line: 0,
            col: 0,
            end_line: 0,
            end_col: 0,
            text: None,
            late: false,
            incomplete: false,
            warnings: Vec::new(),
        }
    }

    /// The same error as another exception class.
    pub fn of_kind(mut self, kind: ErrorKind) -> SyntaxError {
        self.kind = kind;
        self
    }

    /// Whether an interactive prompt should ask for more lines.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (line {}, column {})", self.msg, self.line, self.col)
    }
}

/// Category of a compile-time warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    /// `SyntaxWarning`
    Syntax,
    /// `DeprecationWarning`
    Deprecation,
}

/// A warning found while compiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Category.
    pub kind: WarningKind,
    /// Message.
    pub msg: String,
    /// 1-based line.
    pub line: u32,
    /// The range, for the case that the warning is turned into an error.
    pub range: TextRange,
}
