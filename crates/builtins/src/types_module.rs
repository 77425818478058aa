//! The module `_types`: names of the types that have none in `builtins`.

use orochi_object::module::PyModule;
use orochi_object::prelude::*;

static CAPSULE_CELL: TypeCell = TypeCell::new();
static CAPSULE: TypeDef = TypeDef {
    name: "PyCapsule",
    cell: &CAPSULE_CELL,
    flags: flag::NO_NEW,
    doc: Some("Capsules wrap pointers of C code; there is none here."),
    ..TypeDef::DEFAULT
};

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    orochi_object::typedef::make_type(cx, &CAPSULE)?;
    let dict = module.namespace();
    for (name, cell) in [
        ("AsyncGeneratorType", &types::ASYNC_GENERATOR),
        ("BuiltinFunctionType", &types::NATIVE_FUNCTION),
        ("BuiltinMethodType", &types::NATIVE_FUNCTION),
        ("CapsuleType", &CAPSULE_CELL),
        ("CellType", &types::CELL),
        ("ClassMethodDescriptorType", &types::CLASSMETHOD_DESCRIPTOR),
        ("CodeType", &types::CODE),
        ("CoroutineType", &types::COROUTINE),
        ("EllipsisType", &types::ELLIPSIS_TYPE),
        ("FrameType", &types::FRAME),
        ("FunctionType", &types::FUNCTION),
        ("GeneratorType", &types::GENERATOR),
        ("GenericAlias", &crate::generic_alias::CELL),
        ("GetSetDescriptorType", &types::GETSET_DESCRIPTOR),
        ("LambdaType", &types::FUNCTION),
        ("MappingProxyType", &crate::mappingproxy::CELL),
        ("MemberDescriptorType", &types::MEMBER_DESCRIPTOR),
        ("MethodDescriptorType", &types::METHOD_DESCRIPTOR),
        ("MethodType", &types::METHOD),
        ("MethodWrapperType", &types::METHOD_WRAPPER),
        ("ModuleType", &types::MODULE),
        ("NoneType", &types::NONE_TYPE),
        ("NotImplementedType", &types::NOT_IMPLEMENTED_TYPE),
        ("SimpleNamespace", &types::SIMPLE_NAMESPACE),
        ("TracebackType", &types::TRACEBACK),
        ("UnionType", &crate::union::CELL),
        ("WrapperDescriptorType", &types::WRAPPER_DESCRIPTOR),
    ] {
        let name = orochi_object::intern::intern_text(cx, name)?;
        dict.set_str(cx, name, cell.get().value())?;
    }
    Ok(())
}

/// The module `_types`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_types",
    doc: Some("Define names for built-in types."),
    init: Some(init),
    ..ModuleDef::DEFAULT
};
