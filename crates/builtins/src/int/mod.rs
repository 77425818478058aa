//! The type `int`: operators, small ints first.

mod convert;
mod methods;

pub use convert::{
    MAX_STR_DIGITS, decimal_text, exact, from_text, number_to_int, parse_error, repr, repr_radix,
};
pub use methods::round_int;

use crate::number::{Operand, Work, checked, error, run, run_one};
use orochi_num::{Int, IntRef, arith, bitwise, convert as conv, hash as num_hash};
use orochi_object::layout;
use orochi_object::prelude::*;

/// The table of `int`.
pub static TYPE: TypeDef = TypeDef {
    name: "int",
    cell: &types::INT,
    layout: layout::INT,
    size: size_of::<orochi_object::int::PyInt>(),
    flags: flag::BASETYPE | flag::INT | flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        bool_: Some(|_, v| Ok(v.as_i64() != Some(0))),
        add: Some(add),
        sub: Some(sub),
        mul: Some(mul),
        truediv: Some(truediv),
        floordiv: Some(floordiv),
        mod_: Some(modulo),
        divmod: Some(divmod),
        pow: Some(pow),
        lshift: Some(lshift),
        rshift: Some(rshift),
        and: Some(and),
        or: Some(or),
        xor: Some(xor),
        neg: Some(neg),
        pos: Some(exact),
        abs: Some(abs),
        invert: Some(invert),
        int: Some(exact),
        index: Some(exact),
        float: Some(float),
        new: Some(convert::new),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: Some(
        "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, \
         or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For \
         floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base \
         is given, then x must be a string,\nbytes, or bytearray instance representing an integer \
         literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be \
         surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 \
         means to interpret the base from the string as an integer\niteral.\n>>> int('0b100', \
         base=0)\n4",
    ),
    ..TypeDef::DEFAULT
};

fn big(cx: &Cx, v: Value, w: Value, work: Work, f: fn(IntRef<'_>, IntRef<'_>) -> Int) -> Res {
    match (Operand::new(v), Operand::new(w)) {
        (Some(a), Some(b)) => cx.int_from_big(&run(cx, &a, &b, work, f)?),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn fallible(
    cx: &Cx,
    v: Value,
    w: Value,
    work: Work,
    f: fn(IntRef<'_>, IntRef<'_>) -> orochi_num::Result<Int>,
) -> Res {
    match (Operand::new(v), Operand::new(w)) {
        (Some(a), Some(b)) => checked(cx, run(cx, &a, &b, work, f)?),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn add(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.as_small(), w.as_small()) {
        (Some(a), Some(b)) => cx.new_int(a + b),
        _ => big(cx, v, w, Work::Linear, arith::add),
    }
}

fn sub(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.as_small(), w.as_small()) {
        (Some(a), Some(b)) => cx.new_int(a - b),
        _ => big(cx, v, w, Work::Linear, arith::sub),
    }
}

fn mul(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.as_small(), w.as_small()) {
        (Some(a), Some(b)) => match a.checked_mul(b) {
            Some(n) => cx.new_int(n),
            None => cx.int_from_big(&arith::mul_i64(a, b)),
        },
        _ => match (Operand::new(v), Operand::new(w)) {
            (Some(a), Some(b)) if a.get().mag.len().max(b.get().mag.len()) <= FEW_LIMBS => {
                // What is small is multiplied on the stack.
                let (a, b) = (a.get(), b.get());
                let mut product = [0; 2 * FEW_LIMBS];
                let product = &mut product[..a.mag.len() + b.mag.len()];
                arith::mul_into(product, a.mag, b.mag);
                cx.int_from_limbs(a.neg != b.neg, product)
            }
            _ => big(cx, v, w, Work::Product, arith::mul),
        },
    }
}

const FEW_LIMBS: usize = 8;

fn truediv(cx: &Cx, v: Value, w: Value) -> Res {
    const EXACT: u64 = 1 << 53;
    if let (Some(a), Some(b)) = (v.as_small(), w.as_small())
        && b != 0
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        return cx.new_float(a as f64 / b as f64);
    }
    match (Operand::new(v), Operand::new(w)) {
        (Some(a), Some(b)) => match run(cx, &a, &b, Work::Product, conv::true_divide)? {
            Ok(x) => cx.new_float(x),
            Err(kind) => Err(error(cx, kind)),
        },
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Floor division and its remainder; `b` is not 0.
#[inline]
fn small_divmod(a: i64, b: i64) -> (i64, i64) {
    let (q, r) = (a / b, a % b);
    if r != 0 && (r < 0) != (b < 0) { (q - 1, r + b) } else { (q, r) }
}

fn floordiv(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.as_small(), w.as_small()) {
        (Some(a), Some(b)) if b != 0 => cx.new_int(small_divmod(a, b).0),
        _ => fallible(cx, v, w, Work::Product, arith::floordiv),
    }
}

fn modulo(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.as_small(), w.as_small()) {
        (Some(a), Some(b)) if b != 0 => cx.new_int(small_divmod(a, b).1),
        _ => fallible(cx, v, w, Work::Product, arith::modulo),
    }
}

fn divmod(cx: &Cx, v: Value, w: Value) -> Res {
    if let (Some(a), Some(b)) = (v.as_small(), w.as_small())
        && b != 0
    {
        let (q, r) = small_divmod(a, b);
        return Ok(cx.new_tuple(&[cx.new_int(q)?, cx.new_int(r)?])?.value());
    }
    match (Operand::new(v), Operand::new(w)) {
        (Some(a), Some(b)) => match run(cx, &a, &b, Work::Product, arith::divmod)? {
            Ok((q, r)) => {
                let pair = [cx.int_from_big(&q)?, cx.int_from_big(&r)?];
                Ok(cx.new_tuple(&pair)?.value())
            }
            Err(kind) => Err(error(cx, kind)),
        },
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn pow(cx: &Cx, v: Value, w: Value, modulus: Option<Value>) -> Res {
    let (Some(a), Some(e)) = (Operand::new(v), Operand::new(w)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if let Some(modulus) = modulus {
        let Some(m) = Operand::new(modulus) else { return Ok(Value::NOT_IMPLEMENTED) };
        if m.get().is_zero() {
            return raise!(cx, VALUE_ERROR, "pow() 3rd argument cannot be 0");
        }
        let (a, e, m) = (a.get().to_int(), e.get().to_int(), m.get().to_int());
        let power = || arith::powmod(a.as_ref(), e.as_ref(), m.as_ref());
        let long = e.mag.len() > 2 || m.mag.len() > 16;
        return checked(cx, if long { cx.detached(power) } else { power() });
    }
    if e.get().neg {
        let (x, y) = (ops::to_f64(cx, v)?, ops::to_f64(cx, w)?);
        return crate::float::power(cx, x, y);
    }
    if let (Some(a), Some(e)) = (v.as_small(), w.as_small())
        && let Some(n) = u32::try_from(e).ok().and_then(|e| a.checked_pow(e))
    {
        return cx.new_int(n);
    }
    let bits = bitwise::bit_length(a.get());
    let long = e.get().to_i64().is_none_or(|e| bits.saturating_mul(e as u64) > 64 * 512);
    if !long {
        return checked(cx, arith::pow(a.get(), e.get()));
    }
    let (a, e) = (a.get().to_int(), e.get().to_int());
    let result = cx.detached(|| arith::pow(a.as_ref(), e.as_ref()));
    match result {
        Err(orochi_num::NumError::TooLarge | orochi_num::NumError::NoMemory) => {
            Err(orochi_object::error::memory_error(cx))
        }
        result => checked(cx, result),
    }
}

fn lshift(cx: &Cx, v: Value, w: Value) -> Res {
    if let (Some(a), Some(n)) = (v.as_small(), w.as_small())
        && (0..62).contains(&n)
        && a.unsigned_abs().leading_zeros() as i64 > n + 1
    {
        return cx.new_int(a << n);
    }
    fallible(cx, v, w, Work::Linear, bitwise::shl)
}

fn rshift(cx: &Cx, v: Value, w: Value) -> Res {
    if let (Some(a), Some(n)) = (v.as_small(), w.as_small())
        && n >= 0
    {
        return cx.new_int(a >> n.min(63));
    }
    fallible(cx, v, w, Work::Linear, bitwise::shr)
}

fn and(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.as_small(), w.as_small()) {
        (Some(a), Some(b)) => cx.new_int(a & b),
        _ => big(cx, v, w, Work::Linear, bitwise::and),
    }
}

fn or(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.as_small(), w.as_small()) {
        (Some(a), Some(b)) => cx.new_int(a | b),
        _ => big(cx, v, w, Work::Linear, bitwise::or),
    }
}

fn xor(cx: &Cx, v: Value, w: Value) -> Res {
    match (v.as_small(), w.as_small()) {
        (Some(a), Some(b)) => cx.new_int(a ^ b),
        _ => big(cx, v, w, Work::Linear, bitwise::xor),
    }
}

fn unary(cx: &Cx, v: Value, f: fn(IntRef<'_>) -> Int) -> Res {
    match Operand::new(v) {
        Some(a) => cx.int_from_big(&run_one(cx, &a, Work::Linear, f)?),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn neg(cx: &Cx, v: Value) -> Res {
    match v.as_small() {
        Some(n) => cx.new_int(-n),
        None => unary(cx, v, arith::neg),
    }
}

fn abs(cx: &Cx, v: Value) -> Res {
    match v.as_small() {
        Some(n) => cx.new_int(n.abs()),
        None => unary(cx, v, arith::abs),
    }
}

fn invert(cx: &Cx, v: Value) -> Res {
    match v.as_small() {
        Some(n) => cx.new_int(!n),
        None => unary(cx, v, bitwise::not),
    }
}

fn float(cx: &Cx, v: Value) -> Res {
    if let Some(n) = v.as_small() {
        return cx.new_float(n as f64);
    }
    match Operand::new(v).map(|n| conv::to_f64(n.get())) {
        Some(Ok(x)) => cx.new_float(x),
        _ => raise!(cx, OVERFLOW_ERROR, "int too large to convert to float"),
    }
}

fn hash(_: &Cx, v: Value) -> Res<i64> {
    match v.as_small() {
        Some(n) => Ok(ops::hash_small(n)),
        None => Ok(Operand::new(v).map_or(0, |n| num_hash::int(n.get()))),
    }
}

fn compare(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if let (Some(a), Some(b)) = (v.as_small(), w.as_small()) {
        return Ok(Value::bool(op.holds(a.cmp(&b))));
    }
    match (Operand::new(v), Operand::new(w)) {
        (Some(a), Some(b)) => Ok(Value::bool(op.holds(a.get().compare(b.get())))),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
