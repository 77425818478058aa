//! Expressions back to text, for `from __future__ import annotations`.

use crate::compiler::Compiler;
use orochi_syntax::Ranged;
use orochi_syntax::ast::{self, CmpOp, Expr, Operator, UnaryOp};

/// Binding strengths, weakest first.
const TUPLE: u8 = 0;
const TEST: u8 = 2;
const OR: u8 = 3;
const AND: u8 = 4;
const NOT: u8 = 5;
const CMP: u8 = 6;
const EXPR: u8 = 7;
const BXOR: u8 = 8;
const BAND: u8 = 9;
const SHIFT: u8 = 10;
const ARITH: u8 = 11;
const TERM: u8 = 12;
const FACTOR: u8 = 13;
const POWER: u8 = 14;
const AWAIT: u8 = 15;
const ATOM: u8 = 16;

/// The normalised text of an expression (WTF-8).
pub(crate) fn unparse(c: &mut Compiler<'_>, e: &Expr) -> Vec<u8> {
    let mut w = Writer { c, out: Vec::new() };
    w.expr(e, TEST);
    w.out
}

struct Writer<'c, 'a> {
    c: &'c mut Compiler<'a>,
    out: Vec<u8>,
}

impl Writer<'_, '_> {
    fn put(&mut self, s: &str) {
        self.out.extend_from_slice(s.as_bytes());
    }

    fn parens(&mut self, needed: bool, f: impl FnOnce(&mut Self)) {
        if needed {
            self.put("(");
        }
        f(self);
        if needed {
            self.put(")");
        }
    }

    fn list(&mut self, es: &[Expr], level: u8) {
        for (i, e) in es.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(e, level);
        }
    }

    fn expr(&mut self, e: &Expr, level: u8) {
        match e {
            Expr::Name(n) => self.put(&n.id),
            Expr::NoneLiteral(_) => self.put("None"),
            Expr::EllipsisLiteral(_) => self.put("..."),
            Expr::BooleanLiteral(b) => self.put(if b.value { "True" } else { "False" }),
            Expr::NumberLiteral(n) => self.number(n),
            Expr::StringLiteral(s) => {
                let v = orochi_syntax::string_value(&mut self.c.lits, s);
                self.string(&v);
            }
            Expr::BytesLiteral(b) => {
                let v = orochi_syntax::bytes_value(&mut self.c.lits, b);
                self.bytes(&v);
            }
            Expr::FString(_) | Expr::TString(_) | Expr::IpyEscapeCommand(_) => {
                let text = self.c.source.text()[e.range()].to_string();
                self.put(&text);
            }
            Expr::Attribute(a) => {
                let number = matches!(&*a.value, Expr::NumberLiteral(n) if matches!(n.value, ast::Number::Int(_)));
                self.expr(&a.value, ATOM);
                self.put(if number { " ." } else { "." });
                self.put(&a.attr.id);
            }
            Expr::Subscript(s) => {
                self.expr(&s.value, ATOM);
                self.put("[");
                match &*s.slice {
                    Expr::Tuple(t) if !t.elts.is_empty() => self.bare_tuple(&t.elts),
                    e => self.expr(e, TUPLE),
                }
                self.put("]");
            }
            Expr::Slice(s) => {
                if let Some(e) = &s.lower {
                    self.expr(e, TEST);
                }
                self.put(":");
                if let Some(e) = &s.upper {
                    self.expr(e, TEST);
                }
                if let Some(e) = &s.step {
                    self.put(":");
                    self.expr(e, TEST);
                }
            }
            Expr::Call(c) => self.call(c),
            Expr::Starred(s) => {
                self.put("*");
                self.expr(&s.value, EXPR);
            }
            Expr::Tuple(t) if t.elts.is_empty() => self.put("()"),
            Expr::Tuple(t) => self.parens(level > TUPLE, |w| w.bare_tuple(&t.elts)),
            Expr::List(l) => {
                self.put("[");
                self.list(&l.elts, TEST);
                self.put("]");
            }
            Expr::Set(s) => {
                self.put("{");
                self.list(&s.elts, TEST);
                self.put("}");
            }
            Expr::Dict(d) => self.dict(d),
            Expr::ListComp(c) => self.comprehension("[", &[&c.elt], &c.generators, "]"),
            Expr::SetComp(c) => self.comprehension("{", &[&c.elt], &c.generators, "}"),
            Expr::Generator(c) => self.comprehension("(", &[&c.elt], &c.generators, ")"),
            Expr::DictComp(c) => {
                let elts: Vec<&Expr> = c.key.as_deref().into_iter().chain([&*c.value]).collect();
                self.comprehension("{", &elts, &c.generators, "}");
            }
            Expr::BinOp(b) => self.binary(b, level),
            Expr::UnaryOp(u) => {
                let (text, own) = match u.op {
                    UnaryOp::Not => ("not ", NOT),
                    UnaryOp::USub => ("-", FACTOR),
                    UnaryOp::UAdd => ("+", FACTOR),
                    UnaryOp::Invert => ("~", FACTOR),
                };
                self.parens(level > own, |w| {
                    w.put(text);
                    w.expr(&u.operand, own);
                });
            }
            Expr::BoolOp(b) => {
                let (text, own) =
                    if b.op == ast::BoolOp::And { (" and ", AND) } else { (" or ", OR) };
                self.parens(level > own, |w| {
                    for (i, v) in b.values.iter().enumerate() {
                        if i > 0 {
                            w.put(text);
                        }
                        w.expr(v, own + 1);
                    }
                });
            }
            Expr::Compare(c) => self.parens(level > CMP, |w| {
                w.expr(&c.left, CMP + 1);
                for (op, e) in c.ops.iter().zip(&c.comparators) {
                    w.put(compare(*op));
                    w.expr(e, CMP + 1);
                }
            }),
            Expr::If(i) => self.parens(level > TEST, |w| {
                w.expr(&i.body, TEST + 1);
                w.put(" if ");
                w.expr(&i.test, TEST + 1);
                w.put(" else ");
                w.expr(&i.orelse, TEST);
            }),
            Expr::Lambda(l) => self.parens(level > TEST, |w| {
                w.put("lambda");
                if let Some(p) = &l.parameters {
                    w.put(" ");
                    w.parameters(p);
                }
                w.put(": ");
                w.expr(&l.body, TEST);
            }),
            Expr::Named(n) => {
                self.put("(");
                self.expr(&n.target, ATOM);
                self.put(" := ");
                self.expr(&n.value, ATOM);
                self.put(")");
            }
            Expr::Await(a) => self.parens(level > AWAIT, |w| {
                w.put("await ");
                w.expr(&a.value, ATOM);
            }),
            Expr::Yield(y) => {
                self.put("(yield");
                if let Some(v) = &y.value {
                    self.put(" ");
                    self.expr(v, TUPLE);
                }
                self.put(")");
            }
            Expr::YieldFrom(y) => {
                self.put("(yield from ");
                self.expr(&y.value, TEST);
                self.put(")");
            }
        }
    }

    fn bare_tuple(&mut self, elts: &[Expr]) {
        self.list(elts, TEST);
        if elts.len() == 1 {
            self.put(",");
        }
    }

    fn number(&mut self, n: &ast::ExprNumberLiteral) {
        match &n.value {
            ast::Number::Float(x) => {
                let t = float(*x);
                self.put(&t);
            }
            ast::Number::Complex { imag, .. } => {
                let t = float(*imag);
                self.put(t.strip_suffix(".0").unwrap_or(&t));
                self.put("j");
            }
            ast::Number::Int(i) => {
                let text = match i.as_i64() {
                    Some(i) => i.to_string(),
                    None => self.c.source.text()[n.range].replace('_', ""),
                };
                self.put(&text);
            }
        }
    }

    fn binary(&mut self, b: &ast::ExprBinOp, level: u8) {
        let (text, own) = match b.op {
            Operator::Add => (" + ", ARITH),
            Operator::Sub => (" - ", ARITH),
            Operator::Mult => (" * ", TERM),
            Operator::MatMult => (" @ ", TERM),
            Operator::Div => (" / ", TERM),
            Operator::Mod => (" % ", TERM),
            Operator::FloorDiv => (" // ", TERM),
            Operator::Pow => (" ** ", POWER),
            Operator::LShift => (" << ", SHIFT),
            Operator::RShift => (" >> ", SHIFT),
            Operator::BitOr => (" | ", EXPR),
            Operator::BitXor => (" ^ ", BXOR),
            Operator::BitAnd => (" & ", BAND),
        };
        let right_first = b.op == Operator::Pow;
        self.parens(level > own, |w| {
            w.expr(&b.left, own + right_first as u8);
            w.put(text);
            w.expr(&b.right, own + !right_first as u8);
        });
    }

    fn call(&mut self, c: &ast::ExprCall) {
        self.expr(&c.func, ATOM);
        if let ([Expr::Generator(_)], []) = (&*c.arguments.args, &*c.arguments.keywords) {
            self.expr(&c.arguments.args[0], ATOM);
            return;
        }
        self.put("(");
        self.list(&c.arguments.args, TEST);
        for (i, k) in c.arguments.keywords.iter().enumerate() {
            if i > 0 || !c.arguments.args.is_empty() {
                self.put(", ");
            }
            match &k.arg {
                Some(n) => {
                    self.put(&n.id);
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expr(&k.value, TEST);
        }
        self.put(")");
    }

    fn dict(&mut self, d: &ast::ExprDict) {
        self.put("{");
        for (i, item) in d.items.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            match &item.key {
                Some(k) => {
                    self.expr(k, TEST);
                    self.put(": ");
                    self.expr(&item.value, TEST);
                }
                None => {
                    self.put("**");
                    self.expr(&item.value, EXPR);
                }
            }
        }
        self.put("}");
    }

    fn comprehension(
        &mut self,
        open: &str,
        elts: &[&Expr],
        gs: &[ast::Comprehension],
        close: &str,
    ) {
        self.put(open);
        for (i, e) in elts.iter().enumerate() {
            if i > 0 {
                self.put(": ");
            }
            self.expr(e, TEST);
        }
        for g in gs {
            self.put(if g.is_async { " async for " } else { " for " });
            self.expr(&g.target, TUPLE);
            self.put(" in ");
            self.expr(&g.iter, TEST + 1);
            for i in &g.ifs {
                self.put(" if ");
                self.expr(i, TEST + 1);
            }
        }
        self.put(close);
    }

    fn parameters(&mut self, p: &ast::Parameters) {
        let mut first = true;
        let mut sep = |w: &mut Self| {
            if !std::mem::take(&mut first) {
                w.put(", ");
            }
        };
        for (i, a) in p.posonlyargs.iter().chain(&p.args).enumerate() {
            sep(self);
            self.parameter(a);
            if !p.posonlyargs.is_empty() && i + 1 == p.posonlyargs.len() {
                self.put(", /");
            }
        }
        if p.vararg.is_some() || !p.kwonlyargs.is_empty() {
            sep(self);
            self.put("*");
            if let Some(a) = &p.vararg {
                self.put(&a.name.id);
            }
        }
        for a in &p.kwonlyargs {
            sep(self);
            self.parameter(a);
        }
        if let Some(a) = &p.kwarg {
            sep(self);
            self.put("**");
            self.put(&a.name.id);
        }
    }

    fn parameter(&mut self, a: &ast::ParameterWithDefault) {
        self.put(&a.parameter.name.id);
        if let Some(d) = &a.default {
            self.put("=");
            self.expr(d, TEST);
        }
    }

    /// `repr` of a str.
    fn string(&mut self, v: &[u8]) {
        let quote = if v.contains(&b'\'') && !v.contains(&b'"') { b'"' } else { b'\'' };
        self.out.push(quote);
        let text = String::from_utf8_lossy(v);
        for ch in text.chars() {
            match ch {
                '\\' => self.put("\\\\"),
                '\n' => self.put("\\n"),
                '\r' => self.put("\\r"),
                '\t' => self.put("\\t"),
                c if c as u32 == quote as u32 => {
                    self.put("\\");
                    self.out.push(quote);
                }
                c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                    let t = format!("\\x{:02x}", c as u32);
                    self.put(&t);
                }
                c => self.put(c.encode_utf8(&mut [0; 4])),
            }
        }
        self.out.push(quote);
    }

    fn bytes(&mut self, v: &[u8]) {
        let quote = if v.contains(&b'\'') && !v.contains(&b'"') { '"' } else { '\'' };
        let mut t = format!("b{quote}");
        for &b in v {
            match b {
                b'\\' => t.push_str("\\\\"),
                b'\n' => t.push_str("\\n"),
                b'\r' => t.push_str("\\r"),
                b'\t' => t.push_str("\\t"),
                b if b as char == quote => {
                    t.push('\\');
                    t.push(quote);
                }
                0x20..0x7f => t.push(b as char),
                b => t.push_str(&format!("\\x{b:02x}")),
            }
        }
        t.push(quote);
        self.put(&t);
    }
}

fn compare(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// `repr` of a float; infinities are written as literals that overflow.
fn float(x: f64) -> String {
    if x.is_infinite() {
        return "1e309".into();
    }
    let exp = if x == 0.0 { 0 } else { x.abs().log10().floor() as i32 };
    if (-4..16).contains(&exp) {
        let t = format!("{x:?}");
        if !t.contains('e') {
            return t;
        }
    }
    let t = format!("{x:e}");
    match t.split_once('e') {
        Some((m, e)) => {
            let n: i32 = e.parse().unwrap_or(0);
            format!("{m}e{}{:02}", if n < 0 { '-' } else { '+' }, n.abs())
        }
        None => t,
    }
}
