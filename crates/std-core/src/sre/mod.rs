//! `_sre`: patterns, matches and scanners over the engine in `orochi-regex`.

mod matches;
mod pattern;
mod scanner;
mod subject;
mod template;

use orochi_object::module::PyModule;
use orochi_object::prelude::*;
use orochi_object::typedef::make_type;

/// The module `_sre`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_sre",
    functions: &[
        function(
            "compile",
            "(pattern, flags, code, groups, groupindex, indexgroup)",
            pattern::compile,
        ),
        function("template", "(pattern, template, /)", template::template),
        function("getcodesize", "()", |_, _| Ok(Value::int(orochi_regex::CODESIZE as i64))),
        function("ascii_iscased", "(character, /)", |cx, args| {
            Ok(Value::bool(orochi_regex::ascii_iscased(character(cx, args)?)))
        }),
        function("unicode_iscased", "(character, /)", |cx, args| {
            Ok(Value::bool(orochi_regex::unicode_iscased(character(cx, args)?)))
        }),
        function("ascii_tolower", "(character, /)", |cx, args| {
            Ok(Value::int(orochi_regex::ascii_tolower(character(cx, args)?) as i64))
        }),
        function("unicode_tolower", "(character, /)", |cx, args| {
            Ok(Value::int(orochi_regex::unicode_tolower(character(cx, args)?) as i64))
        }),
    ],
    constants: &[
        ("MAGIC", Const::Int(orochi_regex::MAGIC as i64)),
        ("CODESIZE", Const::Int(orochi_regex::CODESIZE as i64)),
        ("MAXREPEAT", Const::Int(orochi_regex::MAXREPEAT as i64)),
        ("MAXGROUPS", Const::Int(orochi_regex::MAXGROUPS as i64)),
        ("copyright", Const::Str(" SRE 2.2.2 for Orochi ")),
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &Cx, _: Ref<PyModule>) -> Res<()> {
    for def in
        [&pattern::TYPE, &matches::TYPE, &scanner::TYPE, &scanner::ITERATOR_TYPE, &template::TYPE]
    {
        make_type(cx, def)?;
    }
    Ok(())
}

/// A code point argument.
fn character(cx: &Cx, args: Args) -> Res<u32> {
    Ok(ops::to_i32(cx, args.get(0))? as u32)
}
