//! The module `_json`.

mod encoder;
mod scanner;
mod strings;

use orochi_object::prelude::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_json",
    doc: Some("json speedups\n"),
    functions: &[
        function("encode_basestring", "(string, /)", strings::encode_basestring),
        function("encode_basestring_ascii", "(string, /)", strings::encode_basestring_ascii),
        function("scanstring", "(string, end, strict=True, /)", strings::scanstring),
    ],
    types: &[&scanner::SCANNER, &encoder::ENCODER],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// The types go by the names of the functions they replace.
fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    let dict = module.namespace();
    for (name, public) in [
        (name!(cx, "Scanner"), name!(cx, "make_scanner")),
        (name!(cx, "Encoder"), name!(cx, "make_encoder")),
    ] {
        if let Some(class) = dict.remove(cx, name.value())? {
            dict.set_str(cx, public, class)?;
        }
    }
    Ok(())
}

/// Raises `json.decoder.JSONDecodeError`.
#[cold]
fn decode_error<T>(cx: &Cx, message: &str, text: Ref<PyStr>, at: usize) -> Res<T> {
    let import = orochi_object::module::builtin(cx, name!(cx, "__import__"))?;
    let class_name = name!(cx, "JSONDecodeError");
    let from = cx.new_tuple(&[class_name.value()])?.value();
    let module = cx.new_str("json.decoder")?.value();
    let module = ops::call(cx, import, &[module, Value::NONE, Value::NONE, from])?;
    let class = ops::getattr(cx, module, class_name)?;
    let message = cx.new_str(message)?.value();
    let error = ops::call(cx, class, &[message, text.value(), Value::int(at as i64)])?;
    match error.downcast::<orochi_object::exception::PyException>() {
        Some(error) => Err(Raised::new(error)),
        None => raise!(cx, VALUE_ERROR, "invalid JSON"),
    }
}
