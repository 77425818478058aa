//! Constant folding with CPython's size limits.

use crate::compiler::{Compiler, Res};
use crate::jump::truth;
use orochi_bytecode::Const;
use orochi_syntax::ast::{Expr, ExprContext, Operator, UnaryOp};

/// Limits on what folding may produce.
const MAX_INT_BITS: u32 = 127;
const MAX_STR: usize = 4096;
const MAX_COLLECTION: usize = 256;

/// The value of a compound constant expression; plain literals are not its business.
pub(crate) fn fold(c: &mut Compiler<'_>, e: &Expr) -> Res<Option<Const>> {
    match e {
        Expr::BinOp(_) | Expr::UnaryOp(_) | Expr::Tuple(_) | Expr::Subscript(_) => {}
        Expr::Name(n) if n.id == "__debug__" && matches!(n.ctx, ExprContext::Load) => {
            return Ok(Some(bool_const(c.options.optimize == 0)));
        }
        _ => return Ok(None),
    }
    if !may_be_constant(e) {
        return Ok(None);
    }
    let warnings = c.lits.warnings.len();
    let value = value(c, e)?;
    if value.is_none() {
        c.lits.warnings.truncate(warnings);
    }
    Ok(value)
}

/// The value of any constant expression, literals included.
pub(crate) fn literal(c: &mut Compiler<'_>, e: &Expr) -> Res<Option<Const>> {
    if !may_be_constant(e) {
        return Ok(None);
    }
    let warnings = c.lits.warnings.len();
    let value = value(c, e)?;
    if value.is_none() {
        c.lits.warnings.truncate(warnings);
    }
    Ok(value)
}

/// The values of all expressions, if all are constant.
pub(crate) fn fold_all(c: &mut Compiler<'_>, elts: &[Expr]) -> Res<Option<Vec<Const>>> {
    let refs: Vec<&Expr> = elts.iter().collect();
    fold_refs(c, &refs)
}

/// The same over references.
pub(crate) fn fold_refs(c: &mut Compiler<'_>, elts: &[&Expr]) -> Res<Option<Vec<Const>>> {
    if !elts.iter().all(|e| may_be_constant(e)) {
        return Ok(None);
    }
    let warnings = c.lits.warnings.len();
    let mut out = Vec::with_capacity(elts.len());
    for e in elts {
        match value(c, e)? {
            Some(v) => out.push(v),
            None => {
                c.lits.warnings.truncate(warnings);
                return Ok(None);
            }
        }
    }
    Ok(Some(out))
}

/// A list, set or tuple display of constants that is only iterated over or searched.
pub(crate) fn fold_container(c: &mut Compiler<'_>, e: &Expr) -> Res<Option<Const>> {
    Ok(match e {
        Expr::List(l) => fold_all(c, &l.elts)?.map(Const::Tuple),
        Expr::Set(s) if !s.elts.is_empty() => {
            fold_all(c, &s.elts)?.filter(|v| v.iter().all(hashable)).map(|mut items| {
                let mut unique: Vec<Const> = Vec::new();
                for i in items.drain(..) {
                    if !unique.iter().any(|u| equal(u, &i)) {
                        unique.push(i);
                    }
                }
                Const::FrozenSet(unique)
            })
        }
        _ => None,
    })
}

fn hashable(c: &Const) -> bool {
    !matches!(c, Const::Slice(_) | Const::Code(_))
}

/// Depth to which operands are looked at: folding is tried at every level, so this keeps long chains linear.
const MAX_DEPTH: u32 = 100;

/// A cheap test that spares decoding literals in vain.
fn may_be_constant(e: &Expr) -> bool {
    constant_to(e, MAX_DEPTH)
}

fn constant_to(e: &Expr, depth: u32) -> bool {
    let Some(d) = depth.checked_sub(1) else { return false };
    match e {
        Expr::BinOp(b) => constant_to(&b.right, d) && constant_to(&b.left, d),
        Expr::UnaryOp(u) => constant_to(&u.operand, d),
        Expr::Tuple(t) => t.elts.iter().all(|e| constant_to(e, d)),
        Expr::Subscript(s) => constant_to(&s.slice, d) && constant_to(&s.value, d),
        Expr::Name(n) => n.id == "__debug__",
        e => e.is_literal_expr(),
    }
}

fn bool_const(b: bool) -> Const {
    if b { Const::True } else { Const::False }
}

fn value(c: &mut Compiler<'_>, e: &Expr) -> Res<Option<Const>> {
    Ok(match e {
        Expr::NumberLiteral(n) => Some(c.number(n)?),
        Expr::StringLiteral(s) => {
            let v = orochi_syntax::string_value(&mut c.lits, s);
            Some(Const::wtf8(&v))
        }
        Expr::BytesLiteral(b) => {
            let v = orochi_syntax::bytes_value(&mut c.lits, b);
            Some(Const::Bytes(v.into()))
        }
        Expr::BooleanLiteral(b) => Some(bool_const(b.value)),
        Expr::NoneLiteral(_) => Some(Const::None),
        Expr::EllipsisLiteral(_) => Some(Const::Ellipsis),
        Expr::Name(n) if n.id == "__debug__" => Some(bool_const(c.options.optimize == 0)),
        Expr::Tuple(t) if matches!(t.ctx, ExprContext::Load) => {
            fold_all(c, &t.elts)?.map(Const::Tuple)
        }
        Expr::BinOp(b) => match (value(c, &b.left)?, value(c, &b.right)?) {
            (Some(l), Some(r)) => binary(b.op, &l, &r),
            _ => None,
        },
        Expr::UnaryOp(u) => value(c, &u.operand)?.and_then(|v| unary(u.op, &v)),
        Expr::Subscript(s) if matches!(s.ctx, ExprContext::Load) => {
            match (value(c, &s.value)?, value(c, &s.slice)?) {
                (Some(v), Some(i)) => subscript(&v, &i),
                _ => None,
            }
        }
        _ => None,
    })
}

/// The int value of an int or bool that fits.
fn int(c: &Const) -> Option<i128> {
    match c {
        Const::Int(n) => Some(*n as i128),
        Const::True => Some(1),
        Const::False => Some(0),
        Const::BigInt { negative, limbs } if limbs.len() <= 4 => {
            let n = limbs.iter().rev().fold(0u128, |n, l| n << 32 | *l as u128);
            let n = i128::try_from(n).ok()?;
            Some(if *negative { -n } else { n })
        }
        _ => None,
    }
}

fn int_const(n: i128) -> Const {
    if let Ok(n) = i64::try_from(n) {
        return Const::Int(n);
    }
    let mut m = n.unsigned_abs();
    let mut limbs = Vec::new();
    while m > 0 {
        limbs.push(m as u32);
        m >>= 32;
    }
    Const::BigInt { negative: n < 0, limbs }
}

fn float(c: &Const) -> Option<f64> {
    match c {
        Const::Float(x) => Some(*x),
        _ => int(c).filter(|n| n.abs() <= 1 << 53).map(|n| n as f64),
    }
}

fn unary(op: UnaryOp, v: &Const) -> Option<Const> {
    match op {
        UnaryOp::Not => Some(bool_const(!truth(v))),
        UnaryOp::USub => match v {
            Const::Float(x) => Some(Const::Float(-x)),
            Const::Complex(x, y) => Some(Const::Complex(-x, -y)),
            Const::BigInt { negative, limbs } => {
                // The smallest i64 is written as the negation of what does not fit.
                match int(v) {
                    Some(n) => Some(int_const(-n)),
                    None => Some(Const::BigInt { negative: !negative, limbs: limbs.clone() }),
                }
            }
            v => int(v).map(|n| int_const(-n)),
        },
        UnaryOp::UAdd => match v {
            Const::Float(_) | Const::Complex(..) | Const::BigInt { .. } => Some(v.clone()),
            v => int(v).map(int_const),
        },
        UnaryOp::Invert => match v {
            Const::True | Const::False => None,
            v => int(v).map(|n| int_const(!n)),
        },
    }
}

fn binary(op: Operator, l: &Const, r: &Const) -> Option<Const> {
    if let (Some(a), Some(b)) = (int(l), int(r)) {
        return int_binary(op, a, b, l, r);
    }
    match (l, r) {
        (Const::Str(a, _), Const::Str(b, _)) if op == Operator::Add => {
            // Joining may not fuse surrogate halves into a different encoding.
            let surrogate = |s: &[u8]| s.contains(&0xed);
            (!surrogate(a) && !surrogate(b)).then(|| Const::wtf8(&[&a[..], b].concat()))
        }
        (Const::Bytes(a), Const::Bytes(b)) if op == Operator::Add => {
            Some(Const::Bytes([&a[..], b].concat().into()))
        }
        (Const::Tuple(a), Const::Tuple(b)) if op == Operator::Add => {
            Some(Const::Tuple([&a[..], b].concat()))
        }
        (Const::Str(..) | Const::Bytes(_) | Const::Tuple(_), _) if op == Operator::Mult => {
            repeat(l, int(r)?)
        }
        (_, Const::Str(..) | Const::Bytes(_) | Const::Tuple(_)) if op == Operator::Mult => {
            repeat(r, int(l)?)
        }
        (Const::Complex(..), _) | (_, Const::Complex(..)) => complex(op, l, r),
        _ => {
            let (a, b) = (float(l)?, float(r)?);
            match op {
                Operator::Add => Some(Const::Float(a + b)),
                Operator::Sub => Some(Const::Float(a - b)),
                Operator::Mult => Some(Const::Float(a * b)),
                Operator::Div if b != 0.0 => Some(Const::Float(a / b)),
                _ => None,
            }
        }
    }
}

fn int_binary(op: Operator, a: i128, b: i128, l: &Const, r: &Const) -> Option<Const> {
    let both_bool = |c: &Const| matches!(c, Const::True | Const::False);
    if matches!(op, Operator::BitAnd | Operator::BitOr | Operator::BitXor)
        && both_bool(l)
        && both_bool(r)
    {
        let n = match op {
            Operator::BitAnd => a & b,
            Operator::BitOr => a | b,
            _ => a ^ b,
        };
        return Some(bool_const(n != 0));
    }
    let n = match op {
        Operator::Add => a.checked_add(b)?,
        Operator::Sub => a.checked_sub(b)?,
        Operator::Mult => a.checked_mul(b)?,
        Operator::FloorDiv if b != 0 => a.checked_div_euclid(b).map(|_| floor_div(a, b))?,
        Operator::Mod if b != 0 => a - floor_div(a, b).checked_mul(b)?,
        Operator::Div if b != 0 => {
            let limit = 1i128 << 53;
            if a.abs() > limit || b.abs() > limit {
                return None;
            }
            return Some(Const::Float(a as f64 / b as f64));
        }
        Operator::Pow if (0..=128).contains(&b) => a.checked_pow(b as u32)?,
        Operator::LShift if (0..128).contains(&b) => {
            let bits = 128 - a.unsigned_abs().leading_zeros();
            if bits + b as u32 > MAX_INT_BITS {
                return None;
            }
            a << b
        }
        Operator::RShift if (0..128).contains(&b) => a >> b,
        Operator::BitAnd => a & b,
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        _ => return None,
    };
    Some(int_const(n))
}

fn floor_div(a: i128, b: i128) -> i128 {
    let q = a / b;
    if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q }
}

fn repeat(c: &Const, n: i128) -> Option<Const> {
    let n = usize::try_from(n.max(0)).ok()?;
    match c {
        // However often it is asked for.
        Const::Tuple(t) if t.is_empty() => Some(c.clone()),
        Const::Str(s, _) if s.len().checked_mul(n)? <= MAX_STR => Some(Const::wtf8(&s.repeat(n))),
        Const::Bytes(s) if s.len().checked_mul(n)? <= MAX_STR => {
            Some(Const::Bytes(s.repeat(n).into()))
        }
        Const::Tuple(t) if t.len().checked_mul(n)? <= MAX_COLLECTION => {
            let nested = t.iter().any(|c| matches!(c, Const::Tuple(_)));
            (!nested).then(|| Const::Tuple((0..n).flat_map(|_| t.iter().cloned()).collect()))
        }
        _ => None,
    }
}

fn complex(op: Operator, l: &Const, r: &Const) -> Option<Const> {
    match (op, l, r) {
        (Operator::Add, Const::Complex(a, b), Const::Complex(c, d)) => {
            Some(Const::Complex(a + c, b + d))
        }
        (Operator::Sub, Const::Complex(a, b), Const::Complex(c, d)) => {
            Some(Const::Complex(a - c, b - d))
        }
        (Operator::Add, Const::Complex(a, b), x) => Some(Const::Complex(a + float(x)?, *b)),
        (Operator::Sub, Const::Complex(a, b), x) => Some(Const::Complex(a - float(x)?, *b)),
        (Operator::Add, x, Const::Complex(a, b)) => Some(Const::Complex(float(x)? + a, *b)),
        (Operator::Sub, x, Const::Complex(a, b)) => Some(Const::Complex(float(x)? - a, -b)),
        _ => None,
    }
}

fn subscript(v: &Const, i: &Const) -> Option<Const> {
    let index = |len: usize| {
        let n = int(i)?;
        let n = if n < 0 { n + len as i128 } else { n };
        usize::try_from(n).ok().filter(|n| *n < len)
    };
    match v {
        Const::Tuple(t) => Some(t[index(t.len())?].clone()),
        Const::Str(s, _) if s.is_ascii() => {
            let n = index(s.len())?;
            Some(Const::wtf8(&s[n..=n]))
        }
        Const::Bytes(s) => Some(Const::Int(s[index(s.len())?] as i64)),
        _ => None,
    }
}

/// Equality as Python's `==` on constants.
pub(crate) fn equal(a: &Const, b: &Const) -> bool {
    if let (Some(x), Some(y)) = (int(a), int(b)) {
        return x == y;
    }
    if let (Some(x), Some(y)) = (float(a), float(b)) {
        return x == y;
    }
    match (a, b) {
        (Const::Complex(x, y), c) | (c, Const::Complex(x, y)) if float(c).is_some() => {
            *y == 0.0 && float(c) == Some(*x)
        }
        (Const::Str(x, _), Const::Str(y, _)) => x == y,
        (Const::Tuple(x), Const::Tuple(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y))
        }
        _ => a == b,
    }
}

/// A short repr for messages.
pub(crate) fn repr(c: &Const) -> String {
    match c {
        Const::None => "None".into(),
        Const::True => "True".into(),
        Const::False => "False".into(),
        Const::Ellipsis => "Ellipsis".into(),
        Const::Int(n) => n.to_string(),
        Const::Float(x) => format!("{x:?}"),
        Const::Complex(re, im) if *re == 0.0 => format!("{im}j"),
        Const::Complex(re, im) => format!("({re}{im:+}j)"),
        Const::Str(s, _) => format!("'{}'", String::from_utf8_lossy(s)),
        Const::Bytes(s) => format!("b'{}'", s.escape_ascii()),
        _ => "...".into(),
    }
}
