//! `from __future__ import barry_as_FLUFL`: `<>` is the operator, and `!=` is none.
//!
//! The parser knows `!=` only, so the tokens are put right in a copy of the text; both are two bytes long.

use super::lex::{self, Tok, Token};
use crate::error::SyntaxError;
use crate::source::Source;
use ruff_text_size::{TextRange, TextSize};

const FEATURE: &str = "barry_as_FLUFL";

/// The source with `!=` for `<>` from where the feature is in force; `None` if it is nowhere. `inherited`: from the
/// beginning.
pub fn with_plain_operators(
    source: &Source,
    inherited: bool,
) -> Result<Option<Source>, SyntaxError> {
    let text = source.text();
    if !source.is_written() || !(inherited || text.contains(FEATURE)) {
        return Ok(None);
    }
    let tokens = lex::lex(text).tokens;
    let first = if inherited { Some(0) } else { after_import(text, &tokens) };
    let Some(first) = first else { return Ok(None) };
    let mut changed = text.to_string();
    for (i, t) in tokens.iter().enumerate().skip(first) {
        if t.tok != Tok::Op {
            continue;
        }
        match word(text, t) {
            "!=" => {
                let [start, end] = [t.start, t.end].map(|at| TextSize::from(at as u32));
                let msg = "with Barry as BDFL, use '<>' instead of '!='";
                let mut e = SyntaxError::at(source, TextRange::new(start, end), msg);
                // The tokenizer supplies the newline that a last line lacks.
                if let Some(line) = e.text.as_mut().filter(|line| !line.ends_with('\n')) {
                    line.push('\n');
                }
                return Err(e);
            }
            "<" if tokens.get(i + 1).is_some_and(|next| is(text, next, ">", t.end)) => {
                changed.replace_range(t.start..t.start + 2, "!=");
            }
            _ => {}
        }
    }
    Ok(Source::from_text(&changed).ok())
}

fn is(text: &str, t: &Token, op: &str, start: usize) -> bool {
    t.tok == Tok::Op && t.start == start && word(text, t) == op
}

/// What a token is; nothing for one at the end of the text.
fn word<'a>(text: &'a str, t: &Token) -> &'a str {
    text.get(t.start..t.end).unwrap_or("")
}

/// The token after the name of the feature in a statement that imports it.
fn after_import(text: &str, tokens: &[Token]) -> Option<usize> {
    let at = |i: usize| tokens.get(i).map(|t| word(text, t));
    (0..tokens.len()).find_map(|i| {
        if [at(i), at(i + 1), at(i + 2)] != [Some("from"), Some("__future__"), Some("import")] {
            return None;
        }
        let end = (i + 3..tokens.len())
            .find(|i| tokens[*i].tok == Tok::Newline || at(*i) == Some(";"))
            .unwrap_or(tokens.len());
        (i + 3..end).find(|i| at(*i) == Some(FEATURE)).map(|i| i + 1)
    })
}
