//! Python source text: decoding, the line index, parsing (the only user of the parser crate), literal values and
//! syntax errors in CPython's words.
#![forbid(unsafe_code)]

mod blocks;
mod check;
mod error;
mod layout;
mod literal;
mod parse;
mod source;
mod tree;

pub use check::flufl::with_plain_operators;
pub use error::{ErrorKind, SyntaxError, Warning, WarningKind};
pub use layout::Layout;
pub use literal::{
    Literals, Number, NumberError, bytes_value, fstring_literal, number_value, string_part,
    string_value, warn_joined,
};
pub use parse::{Mode, ParsedModule, parse, with_big_stack};
pub use source::{DecodeHook, LineCol, LineIndex, Source, SourceError};
pub use tree::{Field, Node, to_tree};

/// The syntax tree.
pub use ruff_python_ast as ast;
pub use ruff_text_size::{Ranged, TextRange, TextSize};
