//! The cases of `match` and their patterns.

use super::{Ctx, Taker, field};
use orochi_object::prelude::*;
use orochi_syntax::ast::{self, AtomicNodeIndex, Expr, Pattern};
use orochi_syntax::{Ranged, TextRange};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

impl Taker<'_> {
    pub(super) fn cases(&mut self, found: Option<Value>) -> Res<Vec<ast::MatchCase>> {
        let items = self.list(found, "Match", "cases")?;
        self.not_empty(items.items().len(), "cases", "Match")?;
        let mut out = Vec::new();
        for item in items.items() {
            let item = item.or_none();
            let class = "match_case";
            if self.kind(item)? != class {
                return self.unexpected(class, item);
            }
            let pattern = self.need(field!(self, item, "pattern")?, class, "pattern")?;
            let pattern = self.pattern(pattern)?;
            let guard = self.opt_expr(field!(self, item, "guard")?)?;
            let body = self.body(field!(self, item, "body")?, class, "body")?;
            self.not_empty(body.len(), "body", class)?;
            let range = TextRange::new(pattern.start(), self.layout.offset());
            let body = body.into();
            out.push(ast::MatchCase { range, node_index: NONE, pattern, guard, body });
        }
        Ok(out)
    }

    fn patterns(&mut self, found: Option<Value>, class: &str, name: &str) -> Res<Vec<Pattern>> {
        let items = self.list(found, class, name)?;
        items.items().iter().map(|item| self.pattern(item.or_none())).collect()
    }

    fn pattern(&mut self, v: Value) -> Res<Pattern> {
        self.cx.check_native_stack()?;
        let kind = self.kind(v)?;
        let kind = kind.as_str();
        let place = self.place(v, "pattern")?;
        let start = self.begin(place);
        let node_index = NONE;
        Ok(match kind {
            "MatchValue" => {
                let value = self.need_expr(field!(self, v, "value")?, kind, "value")?;
                if !is_value(&value) {
                    let text = "patterns may only match literals and attribute lookups";
                    return self.value_error(text);
                }
                let range = self.end(start, place);
                Pattern::MatchValue(ast::PatternMatchValue { node_index, range, value })
            }
            "MatchSingleton" => {
                let value = self.need(field!(self, v, "value")?, kind, "value")?;
                let value = match value {
                    v if v.is_none() => ast::Singleton::None,
                    v if v.is(Value::TRUE) => ast::Singleton::True,
                    v if v.is(Value::FALSE) => ast::Singleton::False,
                    _ => {
                        let text = "MatchSingleton can only contain True, False and None";
                        return self.value_error(text);
                    }
                };
                let range = self.end(start, place);
                Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index, range, value })
            }
            "MatchSequence" => {
                let patterns = self.patterns(field!(self, v, "patterns")?, kind, "patterns")?;
                let range = self.end(start, place);
                Pattern::MatchSequence(ast::PatternMatchSequence { node_index, range, patterns })
            }
            "MatchMapping" => {
                let keys = self.exprs(field!(self, v, "keys")?, kind, "keys", Ctx::Load)?;
                let patterns = self.patterns(field!(self, v, "patterns")?, kind, "patterns")?;
                if keys.len() != patterns.len() {
                    let text = "MatchMapping doesn't have the same number of keys as patterns";
                    return self.value_error(text);
                }
                let rest = self.opt_ident(field!(self, v, "rest")?, start)?;
                let range = self.end(start, place);
                Pattern::MatchMapping(ast::PatternMatchMapping {
                    node_index,
                    range,
                    keys: keys.into(),
                    patterns: patterns.into(),
                    rest,
                })
            }
            "MatchClass" => {
                let cls = self.need_expr(field!(self, v, "cls")?, kind, "cls")?;
                if !matches!(&*cls, Expr::Name(_) | Expr::Attribute(_)) {
                    let text = "MatchClass cls field can only contain Name or Attribute nodes.";
                    return self.value_error(text);
                }
                let patterns = self.patterns(field!(self, v, "patterns")?, kind, "patterns")?;
                let attrs = self.list(field!(self, v, "kwd_attrs")?, kind, "kwd_attrs")?;
                let found = field!(self, v, "kwd_patterns")?;
                let of_names = self.patterns(found, kind, "kwd_patterns")?;
                if attrs.items().len() != of_names.len() {
                    let text =
                        "MatchClass doesn't have the same number of keyword attributes as patterns";
                    return self.value_error(text);
                }
                let mut keywords = Vec::new();
                for (attr, pattern) in attrs.items().iter().zip(of_names) {
                    let range = pattern.range();
                    let attr = self.ident(attr.or_none(), range.start())?;
                    keywords.push(ast::PatternKeyword { range, node_index: NONE, attr, pattern });
                }
                let range = self.end(start, place);
                let patterns = patterns.into();
                let arguments =
                    ast::PatternArguments { range, node_index: NONE, patterns, keywords };
                Pattern::MatchClass(ast::PatternMatchClass { node_index, range, cls, arguments })
            }
            "MatchStar" => {
                let name = self.opt_ident(field!(self, v, "name")?, start)?;
                let range = self.end(start, place);
                Pattern::MatchStar(ast::PatternMatchStar { node_index, range, name })
            }
            "MatchAs" => {
                let pattern = match field!(self, v, "pattern")?.and_then(Value::non_none) {
                    Some(v) => Some(Box::new(self.pattern(v)?)),
                    None => None,
                };
                let name = self.opt_ident(field!(self, v, "name")?, start)?;
                if name.as_ref().is_some_and(|name| name.id.as_str() == "_") {
                    return self.value_error("can't capture name '_' in patterns");
                }
                if name.is_none() && pattern.is_some() {
                    let text = "MatchAs must specify a target name if a pattern is given";
                    return self.value_error(text);
                }
                let range = self.end(start, place);
                Pattern::MatchAs(ast::PatternMatchAs { node_index, range, pattern, name })
            }
            "MatchOr" => {
                let patterns = self.patterns(field!(self, v, "patterns")?, kind, "patterns")?;
                if patterns.len() < 2 {
                    return self.value_error("MatchOr requires at least 2 patterns");
                }
                let range = self.end(start, place);
                Pattern::MatchOr(ast::PatternMatchOr { node_index, range, patterns })
            }
            _ => return self.unexpected("pattern", v),
        })
    }
}

/// Whether a pattern may be this value: a literal, a sum with an imaginary number, an attribute.
fn is_value(e: &Expr) -> bool {
    match e {
        Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::FString(_)
        | Expr::Attribute(_) => true,
        Expr::UnaryOp(u) => {
            u.op == ast::UnaryOp::USub && matches!(&*u.operand, Expr::NumberLiteral(_))
        }
        Expr::BinOp(b) => {
            matches!(b.op, ast::Operator::Add | ast::Operator::Sub)
                && is_value(&b.left)
                && matches!(&*b.right, Expr::NumberLiteral(_))
        }
        _ => false,
    }
}
