//! Arithmetic dispatch: CPython's `binary_op1` with reflected operands and sequence fallbacks.

use crate::cx::Cx;
use crate::error::Res;
use crate::exception;
use crate::pyslots;
use crate::raise;
use crate::slots::{BinaryFn, RepeatFn, SlotId, TernaryFn};
use crate::types::class_of;
use crate::value::Value;

/// The binary operators, in the order of CPython's `NB_*` numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinOp {
    Add,
    And,
    FloorDiv,
    LShift,
    MatMul,
    Mul,
    Mod,
    Or,
    Pow,
    RShift,
    Sub,
    TrueDiv,
    Xor,
}

impl BinOp {
    pub const fn symbol(self) -> &'static str {
        ["+", "&", "//", "<<", "@", "*", "%", "|", "** or pow()", ">>", "-", "/", "^"]
            [self as usize]
    }
    const fn slot(self) -> SlotId {
        [
            SlotId::Add,
            SlotId::And,
            SlotId::FloorDiv,
            SlotId::LShift,
            SlotId::MatMul,
            SlotId::Mul,
            SlotId::Mod,
            SlotId::Or,
            SlotId::Pow,
            SlotId::RShift,
            SlotId::Sub,
            SlotId::TrueDiv,
            SlotId::Xor,
        ][self as usize]
    }
    const fn inplace_slot(self) -> SlotId {
        [
            SlotId::IAdd,
            SlotId::IAnd,
            SlotId::IFloorDiv,
            SlotId::ILShift,
            SlotId::IMatMul,
            SlotId::IMul,
            SlotId::IMod,
            SlotId::IOr,
            SlotId::IPow,
            SlotId::IRShift,
            SlotId::ISub,
            SlotId::ITrueDiv,
            SlotId::IXor,
        ][self as usize]
    }
}

/// A word of a binary slot as a function.
///
/// # Safety
/// `word` comes from a slot of type `BinaryFn` and is not 0.
unsafe fn binary_fn(word: usize) -> BinaryFn {
    // SAFETY: as the caller promises.
    unsafe { core::mem::transmute::<usize, BinaryFn>(word) }
}

/// Tries the slot of both operands; `NotImplemented` where neither knows.
pub fn binary_slot(cx: &Cx, v: Value, w: Value, slot: SlotId) -> Res {
    let (vc, wc) = (class_of(v), class_of(w));
    let left = vc.slots.word(slot as usize);
    let mut right = if vc == wc { 0 } else { wc.slots.word(slot as usize) };
    if right == left {
        right = 0;
    }
    if left != 0 {
        if right != 0 && wc.is_subtype(vc) {
            // SAFETY: a non-zero word of a binary slot.
            let result = unsafe { binary_fn(right) }(cx, v, w)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
            right = 0;
        }
        // SAFETY: a non-zero word of a binary slot.
        let result = unsafe { binary_fn(left) }(cx, v, w)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if right != 0 {
        // SAFETY: a non-zero word of a binary slot.
        return unsafe { binary_fn(right) }(cx, v, w);
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// What `v op w`, or `v op= w` if `inplace`, comes to after the method of `v`, whose class was made by Python code, has given
/// NotImplemented. The class of `w` is no subclass of that of `v`, and the operator is not `**`.
pub fn binary_after_left(cx: &Cx, op: BinOp, v: Value, w: Value, inplace: bool) -> Res {
    let result = reflected(cx, op.slot(), v, w)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    let symbol = if inplace { inplace_symbol(op) } else { op.symbol() };
    sequence_op(cx, op, v, w, inplace, symbol)
}

fn reflected(cx: &Cx, slot: SlotId, v: Value, w: Value) -> Res {
    let (vc, wc) = (class_of(v), class_of(w));
    let right = wc.slots.word(slot as usize);
    if vc == wc || right == 0 {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if right != vc.slots.word(slot as usize) {
        // SAFETY: a non-zero word of a binary slot.
        return unsafe { binary_fn(right) }(cx, v, w);
    }
    let result = pyslots::call_method_opt(cx, w, pyslots::backward_name(cx, slot), &[v])?;
    Ok(result.unwrap_or(Value::NOT_IMPLEMENTED))
}

/// `v op w`.
pub fn binary(cx: &Cx, op: BinOp, v: Value, w: Value) -> Res {
    // What natives do most: sums.
    if let (BinOp::Add, Some(a), Some(b)) = (op, v.as_small(), w.as_small())
        && let Some(sum) = a.checked_add(b)
    {
        return cx.new_int(sum);
    }
    cx.check_native_stack()?;
    if op == BinOp::Pow {
        return power(cx, v, w, None);
    }
    let result = binary_slot(cx, v, w, op.slot())?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    sequence_op(cx, op, v, w, false, op.symbol())
}

/// `v op= w`.
pub fn inplace(cx: &Cx, op: BinOp, v: Value, w: Value) -> Res {
    cx.check_native_stack()?;
    let word = class_of(v).slots.word(op.inplace_slot() as usize);
    if word != 0 {
        // SAFETY: a non-zero word of a binary slot.
        let result = unsafe { binary_fn(word) }(cx, v, w)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    let symbol = inplace_symbol(op);
    if op == BinOp::Pow {
        let result = power_slots(cx, v, w, None)?;
        if result.is_not_implemented() {
            return unsupported(cx, symbol, v, w);
        }
        return Ok(result);
    }
    let result = binary_slot(cx, v, w, op.slot())?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    sequence_op(cx, op, v, w, true, symbol)
}

fn inplace_symbol(op: BinOp) -> &'static str {
    ["+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^="][op as usize]
}

/// Concatenation and repetition of sequences, the last resort of `+` and `*`.
fn sequence_op(cx: &Cx, op: BinOp, v: Value, w: Value, inplace_op: bool, symbol: &str) -> Res {
    let (vc, wc) = (class_of(v), class_of(w));
    match op {
        BinOp::Add => {
            let inplace = if inplace_op { vc.slots.inplace_concat() } else { None };
            if let Some(concat) = inplace.or(vc.slots.concat()) {
                return concat(cx, v, w);
            }
        }
        BinOp::Mul => {
            let inplace = if inplace_op { vc.slots.inplace_repeat() } else { None };
            if let Some(repeat) = inplace.or(vc.slots.repeat()) {
                return repeat_by(cx, repeat, v, w);
            }
            if let Some(repeat) = wc.slots.repeat()
                // `v *= w` does not ask `w` if `v` is a sequence, with or without repetition.
                && !(inplace_op && super::has_sequence_slots(vc))
            {
                return repeat_by(cx, repeat, w, v);
            }
        }
        _ => {}
    }
    unsupported(cx, symbol, v, w)
}

fn repeat_by(cx: &Cx, repeat: RepeatFn, sequence: Value, count: Value) -> Res {
    if !count.is_int() && class_of(count).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "can't multiply sequence by non-int of type '{}'",
            class_of(count).display_name()
        );
    }
    let n = super::index_isize(cx, count, &exception::OVERFLOW_ERROR)?;
    repeat(cx, sequence, n)
}

/// `pow(v, w)` or `pow(v, w, modulus)`.
pub fn power(cx: &Cx, v: Value, w: Value, modulus: Option<Value>) -> Res {
    let result = power_slots(cx, v, w, modulus)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    match modulus {
        None => unsupported(cx, BinOp::Pow.symbol(), v, w),
        Some(modulus) => raise!(
            cx,
            TYPE_ERROR,
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            class_of(v).display_name(),
            class_of(w).display_name(),
            class_of(modulus).display_name()
        ),
    }
}

fn power_slots(cx: &Cx, v: Value, w: Value, modulus: Option<Value>) -> Res {
    let (vc, wc) = (class_of(v), class_of(w));
    let word = |f: Option<TernaryFn>| f.map_or(0, |f| f as usize);
    let (left, mut right) = (vc.slots.pow(), wc.slots.pow());
    if word(left) == word(right) {
        right = None;
    }
    if let Some(pow) = left {
        if let Some(reflected) = right
            && vc != wc
            && wc.is_subtype(vc)
        {
            let result = reflected(cx, v, w, modulus)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
            right = None;
        }
        let result = pow(cx, v, w, modulus)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(pow) = right {
        let result = pow(cx, v, w, modulus)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(modulus) = modulus
        && let Some(pow) = class_of(modulus).slots.pow()
        && word(Some(pow)) != word(left)
    {
        return pow(cx, v, w, Some(modulus));
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// `divmod(v, w)`.
pub fn divmod(cx: &Cx, v: Value, w: Value) -> Res {
    let result = binary_slot(cx, v, w, SlotId::DivMod)?;
    if result.is_not_implemented() {
        return unsupported(cx, "divmod()", v, w);
    }
    Ok(result)
}

#[cold]
fn unsupported(cx: &Cx, symbol: &str, v: Value, w: Value) -> Res {
    let (left, right) = (class_of(v).display_name(), class_of(w).display_name());
    if symbol == ">>"
        && v.downcast::<crate::native::PyNative>().is_some_and(|f| f.def().name == "print")
    {
        return raise!(
            cx,
            TYPE_ERROR,
            "unsupported operand type(s) for >>: '{left}' and '{right}'. Did you mean \
             \"print(<message>, file=<output_stream>)\"?"
        );
    }
    raise!(cx, TYPE_ERROR, "unsupported operand type(s) for {symbol}: '{left}' and '{right}'")
}

macro_rules! unary_ops {
    ($($(#[$doc:meta])* $name:ident $slot:ident $symbol:literal;)*) => {
        $($(#[$doc])*
        pub fn $name(cx: &Cx, v: Value) -> Res {
            match class_of(v).slots.$slot() {
                Some(f) => f(cx, v),
                None => raise!(
                    cx, TYPE_ERROR, "bad operand type for {}: '{}'",
                    $symbol, class_of(v).display_name()
                ),
            }
        })*
    };
}
unary_ops! {
    /// `-v`
    negative neg "unary -";
    /// `+v`
    positive pos "unary +";
    /// `~v`
    invert invert "unary ~";
    /// `abs(v)`
    absolute abs "abs()";
}
