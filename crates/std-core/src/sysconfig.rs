//! The module `_sysconfig`: how this interpreter was built.

use orochi_object::intern;
use orochi_object::prelude::*;

fn config_vars(cx: &Cx, _: Args) -> Res {
    let dict = cx.new_dict()?;
    let numbers = [("Py_GIL_DISABLED", 1), ("Py_DEBUG", 0), ("WITH_PYMALLOC", 0)];
    for (name, n) in numbers {
        dict.set_str(cx, intern::intern_text(cx, name)?, Value::int(n))?;
    }
    let suffix = format!(".cpython-314t-{}-linux-gnu.so", std::env::consts::ARCH);
    let texts = [
        ("EXT_SUFFIX", suffix.as_str()),
        ("SOABI", suffix.trim_matches('.').trim_end_matches(".so")),
    ];
    for (name, text) in texts {
        dict.set_str(cx, intern::intern_text(cx, name)?, cx.new_str(text)?.value())?;
    }
    Ok(dict.value())
}

/// The module `_sysconfig`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_sysconfig",
    functions: &[function("config_vars", "()", config_vars)],
    ..ModuleDef::DEFAULT
};
