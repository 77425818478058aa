//! A generic pre-order walk over expressions.

use orochi_syntax::ast::{self, Expr};

/// Calls `f` for `e` and its subexpressions; `f` returns whether to go below.
pub(crate) fn walk<'a>(e: &'a Expr, f: &mut dyn FnMut(&'a Expr) -> bool) {
    if !f(e) {
        return;
    }
    match e {
        Expr::Named(n) => {
            walk(&n.value, f);
            walk(&n.target, f);
        }
        Expr::BoolOp(b) => all(&b.values, f),
        Expr::BinOp(b) => {
            walk(&b.left, f);
            walk(&b.right, f);
        }
        Expr::UnaryOp(u) => walk(&u.operand, f),
        Expr::Lambda(l) => {
            for p in l.parameters.iter().flat_map(|p| p.iter_non_variadic_params()) {
                opt(p.default.as_deref(), f);
            }
            walk(&l.body, f);
        }
        Expr::If(i) => {
            walk(&i.test, f);
            walk(&i.body, f);
            walk(&i.orelse, f);
        }
        Expr::Dict(d) => {
            for i in &d.items {
                opt(i.key.as_ref(), f);
                walk(&i.value, f);
            }
        }
        Expr::Set(s) => all(&s.elts, f),
        Expr::ListComp(c) => {
            generators(&c.generators, f);
            walk(&c.elt, f);
        }
        Expr::SetComp(c) => {
            generators(&c.generators, f);
            walk(&c.elt, f);
        }
        Expr::DictComp(c) => {
            generators(&c.generators, f);
            opt(c.key.as_deref(), f);
            walk(&c.value, f);
        }
        Expr::Generator(c) => {
            generators(&c.generators, f);
            walk(&c.elt, f);
        }
        Expr::Await(a) => walk(&a.value, f),
        Expr::Yield(y) => opt(y.value.as_deref(), f),
        Expr::YieldFrom(y) => walk(&y.value, f),
        Expr::Compare(c) => {
            walk(&c.left, f);
            all(&c.comparators, f);
        }
        Expr::Call(c) => {
            walk(&c.func, f);
            all(&c.arguments.args, f);
            for k in &c.arguments.keywords {
                walk(&k.value, f);
            }
        }
        Expr::FString(s) => s.value.elements().for_each(|e| interpolated(e, f)),
        Expr::TString(s) => s.value.elements().for_each(|e| interpolated(e, f)),
        Expr::Attribute(a) => walk(&a.value, f),
        Expr::Subscript(s) => {
            walk(&s.value, f);
            walk(&s.slice, f);
        }
        Expr::Starred(s) => walk(&s.value, f),
        Expr::List(l) => all(&l.elts, f),
        Expr::Tuple(t) => all(&t.elts, f),
        Expr::Slice(s) => {
            opt(s.lower.as_deref(), f);
            opt(s.upper.as_deref(), f);
            opt(s.step.as_deref(), f);
        }
        Expr::Name(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_)
        | Expr::IpyEscapeCommand(_) => {}
    }
}

fn all<'a>(es: &'a [Expr], f: &mut dyn FnMut(&'a Expr) -> bool) {
    es.iter().for_each(|e| walk(e, f));
}

fn opt<'a>(e: Option<&'a Expr>, f: &mut dyn FnMut(&'a Expr) -> bool) {
    if let Some(e) = e {
        walk(e, f);
    }
}

fn generators<'a>(gs: &'a [ast::Comprehension], f: &mut dyn FnMut(&'a Expr) -> bool) {
    for g in gs {
        walk(&g.iter, f);
        walk(&g.target, f);
        all(&g.ifs, f);
    }
}

fn interpolated<'a>(e: &'a ast::InterpolatedStringElement, f: &mut dyn FnMut(&'a Expr) -> bool) {
    if let ast::InterpolatedStringElement::Interpolation(i) = e {
        walk(&i.expression, f);
        for e in i.format_spec.iter().flat_map(|s| s.elements.iter()) {
            interpolated(e, f);
        }
    }
}
