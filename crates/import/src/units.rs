//! Code objects back to plain units, for `marshal`; and from their encoding.

use orochi_bytecode::{CodeUnit, Const};
use orochi_object::prelude::*;
use orochi_runtime::code::{PyCode, new_code};

/// The whole unit of a code object: nested code is put back where building the object took it.
pub fn full_unit(code: Ref<PyCode>) -> CodeUnit {
    let mut unit = code.unit().clone();
    if let Some(filename) = code.filename.get().and_then(Value::as_str) {
        unit.filename = filename.to_string_lossy().into();
    }
    for (constant, value) in unit.consts.iter_mut().zip(code.consts()) {
        if let (Const::Code(nested), Some(code)) = (constant, value.downcast::<PyCode>()) {
            **nested = full_unit(code);
        }
    }
    unit
}

/// `marshal`'s payload of a code object.
pub fn encode(code: Ref<PyCode>) -> Vec<u8> {
    orochi_bytecode::encode(&full_unit(code))
}

/// The code object behind such a payload; ValueError for anything else.
pub fn decode(cx: &Cx, bytes: &[u8]) -> Res<Ref<PyCode>> {
    match orochi_bytecode::decode(bytes) {
        Ok(unit) => new_code(cx, unit),
        Err(_) => raise!(cx, VALUE_ERROR, "bad marshal data (invalid code object)"),
    }
}
