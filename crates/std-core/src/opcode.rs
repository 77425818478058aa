//! The module `_opcode`: what `opcode` knows of CPython's instructions. Our own bytecode is another one,
//! which `dis` shows; these tables let `opcode` be imported.

use orochi_object::prelude::*;
use orochi_object::typedef::Const;

const CONST: &[i64] = &[82, 190, 191];
const NAME: &[i64] =
    &[61, 64, 65, 72, 73, 80, 91, 92, 93, 96, 110, 115, 116, 179, 189, 194, 195, 200, 249];
const JUMP: &[i64] = &[
    68, 70, 75, 76, 77, 100, 101, 102, 103, 106, 172, 173, 174, 175, 176, 237, 248, 257, 258, 259,
    260,
];
const FREE: &[i64] = &[62, 90, 97, 111];
const LOCAL: &[i64] = &[3, 63, 83, 84, 85, 86, 87, 88, 89, 112, 113, 114, 261, 266];
const EXC: &[i64] = &[263, 264, 265];

macro_rules! tests {
    ($($function:ident $list:ident)*) => {
        $(fn $function(cx: &Cx, args: Args) -> Res {
            let op = ops::to_i64(cx, args.get(0))?;
            Ok(Value::bool($list.contains(&op)))
        })*
    };
}
tests! { has_const CONST has_name NAME has_jump JUMP has_free FREE has_local LOCAL has_exc EXC }

fn has_arg(cx: &Cx, args: Args) -> Res {
    let op = ops::to_i64(cx, args.get(0))?;
    Ok(Value::bool((44..=120).contains(&op) || (143..=266).contains(&op)))
}
fn is_valid(cx: &Cx, args: Args) -> Res {
    let op = ops::to_i64(cx, args.get(0))?;
    Ok(Value::bool(matches!(op, 0..=120 | 128..=211 | 234..=266)))
}

fn texts(cx: &Cx, names: &[&str]) -> Res {
    let list = cx.new_list(&[])?;
    for name in names {
        list.push(cx, cx.new_str(name)?.value())?;
    }
    Ok(list.value())
}

fn intrinsic1(cx: &Cx, _: Args) -> Res {
    texts(
        cx,
        &[
            "INTRINSIC_1_INVALID",
            "INTRINSIC_PRINT",
            "INTRINSIC_IMPORT_STAR",
            "INTRINSIC_STOPITERATION_ERROR",
            "INTRINSIC_ASYNC_GEN_WRAP",
            "INTRINSIC_UNARY_POSITIVE",
            "INTRINSIC_LIST_TO_TUPLE",
            "INTRINSIC_TYPEVAR",
            "INTRINSIC_PARAMSPEC",
            "INTRINSIC_TYPEVARTUPLE",
            "INTRINSIC_SUBSCRIPT_GENERIC",
            "INTRINSIC_TYPEALIAS",
        ],
    )
}
fn intrinsic2(cx: &Cx, _: Args) -> Res {
    texts(
        cx,
        &[
            "INTRINSIC_2_INVALID",
            "INTRINSIC_PREP_RERAISE_STAR",
            "INTRINSIC_TYPEVAR_WITH_BOUND",
            "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
            "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
            "INTRINSIC_SET_TYPEPARAM_DEFAULT",
        ],
    )
}
fn special_methods(cx: &Cx, _: Args) -> Res {
    texts(cx, &["__enter__", "__exit__", "__aenter__", "__aexit__"])
}

fn nb_ops(cx: &Cx, _: Args) -> Res {
    let plain = [
        ("ADD", "+"),
        ("AND", "&"),
        ("FLOOR_DIVIDE", "//"),
        ("LSHIFT", "<<"),
        ("MATRIX_MULTIPLY", "@"),
        ("MULTIPLY", "*"),
        ("REMAINDER", "%"),
        ("OR", "|"),
        ("POWER", "**"),
        ("RSHIFT", ">>"),
        ("SUBTRACT", "-"),
        ("TRUE_DIVIDE", "/"),
        ("XOR", "^"),
    ];
    let list = cx.new_list(&[])?;
    let push = |name: String, symbol: String| {
        let row = [cx.new_str(&name)?.value(), cx.new_str(&symbol)?.value()];
        list.push(cx, cx.new_tuple(&row)?.value())
    };
    for (name, symbol) in plain {
        push(format!("NB_{name}"), symbol.into())?;
    }
    for (name, symbol) in plain {
        push(format!("NB_INPLACE_{name}"), format!("{symbol}="))?;
    }
    push("NB_SUBSCR".into(), "[]".into())?;
    Ok(list.value())
}

fn stack_effect(cx: &Cx, _: Args) -> Res {
    raise!(cx, VALUE_ERROR, "invalid opcode or oparg")
}
fn none(_: &Cx, _: Args) -> Res {
    Ok(Value::NONE)
}
fn get_executor(cx: &Cx, _: Args) -> Res {
    raise!(cx, RUNTIME_ERROR, "Executors are not available in this build")
}

/// The module `_opcode`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_opcode",
    doc: Some("Opcode support module."),
    functions: &[
        function("stack_effect", "(opcode, oparg=None, /, *, jump=None)", stack_effect),
        function("is_valid", "(opcode)", is_valid),
        function("has_arg", "(opcode)", has_arg),
        function("has_const", "(opcode)", has_const),
        function("has_name", "(opcode)", has_name),
        function("has_jump", "(opcode)", has_jump),
        function("has_free", "(opcode)", has_free),
        function("has_local", "(opcode)", has_local),
        function("has_exc", "(opcode)", has_exc),
        function("get_intrinsic1_descs", "()", intrinsic1),
        function("get_intrinsic2_descs", "()", intrinsic2),
        function("get_special_method_names", "()", special_methods),
        function("get_nb_ops", "()", nb_ops),
        function("get_specialization_stats", "()", none),
        function("get_executor", "(*, code, offset)", get_executor),
    ],
    constants: &[
        ("ENABLE_SPECIALIZATION", Const::Int(0)),
        ("ENABLE_SPECIALIZATION_FT", Const::Int(0)),
    ],
    ..ModuleDef::DEFAULT
};
