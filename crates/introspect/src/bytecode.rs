//! The module `_orochi_bytecode`: what `dis` shows of our instructions.

use orochi_bytecode::{CodeUnit, Instr, Kind, Op};
use orochi_object::prelude::*;
use orochi_runtime::code::{PyCode, load};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_orochi_bytecode",
    functions: &[
        function("operations", "()", operations),
        function("operands", "()", operands),
        function("instructions", "(code, /)", instructions),
        function("exceptions", "(code, /)", exceptions),
    ],
    ..ModuleDef::DEFAULT
};

/// The name of an operation in the style of Python's `dis`: `LOAD_ATTR`.
fn shown_name(op: Op) -> String {
    let mut out = String::new();
    let mut before = 'A';
    for c in op.name().chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
        before = c;
    }
    out
}

/// The names of all operations, by number.
fn operations(cx: &Cx, _: Args) -> Res {
    let list = cx.new_list(&[])?;
    for op in Op::ALL {
        list.push(cx, cx.new_str(&shown_name(*op))?.value())?;
    }
    Ok(list.snapshot(cx)?.value())
}

/// What the operands of each operation are: a tuple of words for each.
fn operands(cx: &Cx, _: Args) -> Res {
    let list = cx.new_list(&[])?;
    for op in Op::ALL {
        let words = cx.new_list(&[])?;
        for kind in op.kinds() {
            let word = match kind {
                Kind::No | Kind::Hi => continue,
                Kind::Const => "const",
                Kind::Name | Kind::Site => "name",
                Kind::Off16 | Kind::Off32 => "jump",
                Kind::Cell => "cell",
                Kind::Imm | Kind::Imm32 | Kind::Count | Kind::Which => "number",
                Kind::Dst | Kind::Src | Kind::Opt | Kind::Mut | Kind::Base => "register",
            };
            words.push(cx, cx.new_str(word)?.value())?;
        }
        list.push(cx, words.snapshot(cx)?.value())?;
    }
    Ok(list.value())
}

fn code(cx: &Cx, v: Value) -> Res<Ref<PyCode>> {
    let Some(code) = v.downcast::<PyCode>() else {
        return raise!(cx, TYPE_ERROR, "expected a code object");
    };
    load(cx, code)?;
    Ok(code)
}

/// A row for each instruction: the operation's number, a tuple of its operands, the value that it
/// names (or None), its operands as text, and the number of the instruction it may jump to (or None).
/// A register is shown by its name, a jump by its target counted in instructions.
fn instructions(cx: &Cx, args: Args) -> Res {
    let code = code(cx, args.get(0))?;
    let list = cx.new_list(&[])?;
    for (at, i) in code.unit().instrs.iter().enumerate() {
        list.push(cx, row(cx, code, at, *i)?)?;
    }
    Ok(list.value())
}

fn row(cx: &Cx, code: Ref<PyCode>, at: usize, i: Instr) -> Res {
    let unit = code.unit();
    let (mut texts, mut named) = (Vec::new(), Value::NONE);
    let operands = cx.new_list(&[])?;
    for (kind, x) in i.operation().kinds().into_iter().zip([i.a, i.b, i.c]) {
        let number = match kind {
            Kind::No | Kind::Hi => continue,
            Kind::Const => i64::from(i.bc()),
            Kind::Imm32 | Kind::Off32 => i64::from(i.sbc()),
            Kind::Imm | Kind::Off16 => i64::from(x as i16),
            _ => i64::from(x),
        };
        operands.push(cx, Value::int(number))?;
        match kind {
            Kind::No | Kind::Hi | Kind::Off32 | Kind::Off16 => {}
            Kind::Const => {
                named = code.consts().get(number as usize).copied().unwrap_or(Value::NONE);
                texts.push(ops::repr_text(cx, named)?);
            }
            Kind::Imm32 | Kind::Imm => {
                named = Value::int(number);
                texts.push(number.to_string());
            }
            Kind::Count | Kind::Which => texts.push(number.to_string()),
            Kind::Name => {
                named = code.name(x as usize).value();
                texts.push(ops::str(cx, named)?.to_string_lossy());
            }
            Kind::Site => {
                named = code.site_name(x as usize).value();
                texts.push(ops::str(cx, named)?.to_string_lossy());
            }
            Kind::Dst | Kind::Src | Kind::Opt | Kind::Mut | Kind::Cell | Kind::Base => {
                texts.push(register(unit, x as usize));
            }
        }
    }
    let target = match i.jump_offset() {
        Some(offset) => Value::int(at as i64 + 1 + i64::from(offset)),
        None => Value::NONE,
    };
    let text = cx.new_str(&texts.join(", "))?.value();
    let operands = operands.snapshot(cx)?.value();
    let row = [Value::int(i64::from(i.op)), operands, named, text, target];
    Ok(cx.new_tuple(&row)?.value())
}

fn register(unit: &CodeUnit, r: usize) -> String {
    let named = unit.varnames.iter().chain(&unit.cellvars).chain(&unit.freevars).nth(r);
    match named {
        Some(name) => name.to_string(),
        None => format!("t{}", r - unit.temp_base()),
    }
}

/// The rows of the exception table: first instruction, the one after the last, handler, and the
/// register that the handler finds the exception in.
fn exceptions(cx: &Cx, args: Args) -> Res {
    let code = code(cx, args.get(0))?;
    let list = cx.new_list(&[])?;
    for row in &code.unit().exceptions {
        let numbers = [row.start, row.end, row.target].map(|n| Value::int(i64::from(n)));
        let name = cx.new_str(&register(code.unit(), row.reg as usize))?.value();
        let row = cx.new_tuple(&[numbers[0], numbers[1], numbers[2], name])?;
        list.push(cx, row.value())?;
    }
    Ok(list.value())
}
