//! Conditions compiled to jumps.

use crate::compiler::{Compiler, Res};
use crate::expr::small;
use crate::fold::fold;
use crate::unit::Label;
use orochi_bytecode::{Const, Op};
use orochi_syntax::Ranged;
use orochi_syntax::ast::{self, CmpOp, Expr, UnaryOp};

impl<'a> Compiler<'a> {
    /// Jumps to `label` if the truth of `e` is `sense`, else falls through.
    pub(crate) fn jump_if(&mut self, e: &'a Expr, sense: bool, label: Label) -> Res {
        let old = self.at(e.range());
        self.nesting += 1;
        if self.nesting > 20_000 {
            return Err(crate::expr::too_deep());
        }
        let r = self.jump_if_inner(e, sense, label);
        self.nesting -= 1;
        self.pos = old;
        r
    }

    fn jump_if_inner(&mut self, e: &'a Expr, sense: bool, label: Label) -> Res {
        if let Some(truth) = constant_truth(self, e)? {
            if truth == sense {
                self.jump(label);
            }
            return Ok(());
        }
        match e {
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => self.jump_if(&u.operand, !sense, label),
            Expr::BoolOp(b) => self.jump_bool(b, sense, label),
            Expr::Compare(c) => {
                self.check_compare(c);
                if c.ops.len() == 1 {
                    self.jump_compare(c, sense, label)
                } else {
                    self.jump_chain(c, sense, label)
                }
            }
            Expr::If(i) => {
                let (other, end) = (self.label(), self.label());
                self.jump_if(&i.test, false, other)?;
                self.jump_if(&i.body, sense, label)?;
                self.jump(end);
                self.bind(other);
                self.jump_if(&i.orelse, sense, label)?;
                self.bind(end);
                Ok(())
            }
            e => {
                let mark = self.mark();
                let r = self.expr_any(e)?;
                self.jump_op(if sense { Op::JumpIfTrue } else { Op::JumpIfFalse }, r, 0, label);
                self.release(mark);
                Ok(())
            }
        }
    }

    fn jump_bool(&mut self, b: &'a ast::ExprBoolOp, sense: bool, label: Label) -> Res {
        let Some((last, init)) = b.values.split_last() else { return Ok(()) };
        let short = b.op == ast::BoolOp::Or;
        if short == sense {
            for v in &b.values {
                self.jump_if(v, sense, label)?;
            }
            return Ok(());
        }
        let end = self.label();
        for v in init {
            self.jump_if(v, short, end)?;
        }
        self.jump_if(last, sense, label)?;
        self.bind(end);
        Ok(())
    }

    fn jump_compare(&mut self, c: &'a ast::ExprCompare, sense: bool, label: Label) -> Res {
        let mark = self.mark();
        let (op, right) = (c.ops[0], &c.comparators[0]);
        if right.is_none_literal_expr() && matches!(op, CmpOp::Is | CmpOp::IsNot) {
            let r = self.expr_any(&c.left)?;
            let none = (op == CmpOp::Is) == sense;
            self.jump_op(if none { Op::JumpIfNone } else { Op::JumpIfNotNone }, r, 0, label);
        } else if let (Some(j), Some(imm)) = (immediate_jump(op, sense), small(self, right)?) {
            let l = self.expr_any(&c.left)?;
            self.jump_op(j, l, imm as u16, label);
        } else {
            let l = self.operand(&c.left, &[right])?;
            let r = self.container(op, right)?;
            self.jump_op(compare_jump(op, sense), l, r, label);
        }
        self.release(mark);
        Ok(())
    }

    fn jump_chain(&mut self, c: &'a ast::ExprCompare, sense: bool, label: Label) -> Res {
        let mark = self.mark();
        let end = self.label();
        let fail = if sense { end } else { label };
        self.chain(c, |s, op, l, r, last| {
            if last {
                s.jump_op(compare_jump(op, sense), l, r, label);
            } else {
                s.jump_op(compare_jump(op, false), l, r, fail);
            }
        })?;
        self.bind(end);
        self.release(mark);
        Ok(())
    }
}

/// The truth of a constant expression.
pub(crate) fn constant_truth(c: &mut Compiler<'_>, e: &Expr) -> Res<Option<bool>> {
    let value = match e {
        Expr::BooleanLiteral(b) => return Ok(Some(b.value)),
        Expr::NoneLiteral(_) => return Ok(Some(false)),
        Expr::EllipsisLiteral(_) => return Ok(Some(true)),
        Expr::StringLiteral(s) => return Ok(Some(!s.value.is_empty())),
        Expr::BytesLiteral(s) => return Ok(Some(!s.value.is_empty())),
        Expr::NumberLiteral(n) => Some(c.number(n)?),
        e => fold(c, e)?,
    };
    Ok(value.map(|v| truth(&v)))
}

/// The truth of a constant.
pub(crate) fn truth(c: &Const) -> bool {
    match c {
        Const::None | Const::False => false,
        Const::Int(n) => *n != 0,
        Const::Float(x) => *x != 0.0,
        Const::Complex(x, y) => *x != 0.0 || *y != 0.0,
        Const::Str(s, _) => !s.is_empty(),
        Const::Bytes(s) => !s.is_empty(),
        Const::Tuple(x) | Const::FrozenSet(x) => !x.is_empty(),
        _ => true,
    }
}

pub(crate) fn compare_jump(op: CmpOp, sense: bool) -> Op {
    match (op, sense) {
        (CmpOp::Lt, true) => Op::JumpIfLt,
        (CmpOp::Lt, false) => Op::JumpIfNotLt,
        (CmpOp::LtE, true) => Op::JumpIfLe,
        (CmpOp::LtE, false) => Op::JumpIfNotLe,
        (CmpOp::Eq, true) => Op::JumpIfEq,
        (CmpOp::Eq, false) => Op::JumpIfNotEq,
        (CmpOp::NotEq, true) => Op::JumpIfNe,
        (CmpOp::NotEq, false) => Op::JumpIfNotNe,
        (CmpOp::Gt, true) => Op::JumpIfGt,
        (CmpOp::Gt, false) => Op::JumpIfNotGt,
        (CmpOp::GtE, true) => Op::JumpIfGe,
        (CmpOp::GtE, false) => Op::JumpIfNotGe,
        (CmpOp::Is, true) | (CmpOp::IsNot, false) => Op::JumpIfIs,
        (CmpOp::Is, false) | (CmpOp::IsNot, true) => Op::JumpIfNotIs,
        (CmpOp::In, true) | (CmpOp::NotIn, false) => Op::JumpIfIn,
        (CmpOp::In, false) | (CmpOp::NotIn, true) => Op::JumpIfNotIn,
    }
}

fn immediate_jump(op: CmpOp, sense: bool) -> Option<Op> {
    Some(match (op, sense) {
        (CmpOp::Lt, true) => Op::JumpIfLtI,
        (CmpOp::Lt, false) => Op::JumpIfNotLtI,
        (CmpOp::LtE, true) => Op::JumpIfLeI,
        (CmpOp::LtE, false) => Op::JumpIfNotLeI,
        (CmpOp::Eq, true) => Op::JumpIfEqI,
        (CmpOp::Eq, false) => Op::JumpIfNotEqI,
        (CmpOp::NotEq, true) => Op::JumpIfNeI,
        (CmpOp::NotEq, false) => Op::JumpIfNotNeI,
        (CmpOp::Gt, true) => Op::JumpIfGtI,
        (CmpOp::Gt, false) => Op::JumpIfNotGtI,
        (CmpOp::GtE, true) => Op::JumpIfGeI,
        (CmpOp::GtE, false) => Op::JumpIfNotGeI,
        _ => return None,
    })
}
