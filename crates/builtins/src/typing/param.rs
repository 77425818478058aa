//! `TypeVar`, `ParamSpec`, `TypeVarTuple` and the two views of a ParamSpec.
//!
//! One payload serves all three. A lazily evaluated value is computed once; racing threads may
//! compute it twice and keep either.

use super::{
    call_typing, evaluate, evaluator, is_no_default, no_default, ready, set_module, union,
    unpacked, words,
};
use crate::bind::Sig;
use orochi_object::layout;
use orochi_object::object::Object;
use orochi_object::prelude::*;

pub(super) static TYPE_VAR_CELL: TypeCell = TypeCell::new();
static PARAM_SPEC_CELL: TypeCell = TypeCell::new();
static TUPLE_CELL: TypeCell = TypeCell::new();
static ARGS_CELL: TypeCell = TypeCell::new();
static KWARGS_CELL: TypeCell = TypeCell::new();

const COVARIANT: i64 = 1;
const CONTRAVARIANT: i64 = 2;
const INFER: i64 = 4;

#[repr(C)]
struct Param {
    header: Header,
    name: Slot,
    bound: Slot,
    evaluate_bound: Slot,
    constraints: Slot,
    evaluate_constraints: Slot,
    default: Slot,
    evaluate_default: Slot,
    variance: Slot,
}
words!(Param);

fn this(v: Value) -> Ref<Param> {
    // SAFETY: receivers of these rows are type parameters.
    unsafe { v.cast() }
}

fn make(cx: &Cx, class: Ref<PyType>, name: Value, variance: i64) -> Res<Ref<Param>> {
    let param: Ref<Param> = cx.alloc_instance(class, 0)?;
    param.name.init(name);
    param.variance.init(Value::int(variance));
    Ok(param)
}

/// `TypeVar` of `def f[T]`.
pub fn new_type_var(cx: &Cx, name: Value) -> Res {
    ready(cx)?;
    Ok(make(cx, TYPE_VAR_CELL.get(), name, INFER)?.value())
}
/// `TypeVar` of `def f[T: bound]`.
pub fn new_type_var_bound(cx: &Cx, name: Value, bound: Value) -> Res {
    ready(cx)?;
    let param = make(cx, TYPE_VAR_CELL.get(), name, INFER)?;
    param.evaluate_bound.init(bound);
    Ok(param.value())
}
/// `TypeVar` of `def f[T: (a, b)]`.
pub fn new_type_var_constraints(cx: &Cx, name: Value, constraints: Value) -> Res {
    ready(cx)?;
    let param = make(cx, TYPE_VAR_CELL.get(), name, INFER)?;
    param.evaluate_constraints.init(constraints);
    Ok(param.value())
}
/// `ParamSpec` of `def f[**P]`.
pub fn new_param_spec(cx: &Cx, name: Value) -> Res {
    ready(cx)?;
    Ok(make(cx, PARAM_SPEC_CELL.get(), name, INFER)?.value())
}
/// `TypeVarTuple` of `def f[*Ts]`.
pub fn new_type_var_tuple(cx: &Cx, name: Value) -> Res {
    ready(cx)?;
    Ok(make(cx, TUPLE_CELL.get(), name, 0)?.value())
}
/// Gives a type parameter a lazily evaluated default.
pub fn set_default(cx: &Cx, param: Value, function: Value) -> Res<()> {
    if is_param(param) {
        this(param).evaluate_default.set(cx, this(param), function);
    }
    Ok(())
}

fn is_param(v: Value) -> bool {
    let class = class_of(v);
    class == TYPE_VAR_CELL.get() || class == PARAM_SPEC_CELL.get() || class == TUPLE_CELL.get()
}

/// Whether a value is a TypeVarTuple.
pub(super) fn is_tuple_param(v: Value) -> bool {
    class_of(v) == TUPLE_CELL.get()
}

/// Whether a value is a type parameter that has a default.
pub(super) fn has_default_value(v: Value) -> bool {
    is_param(v) && defaulted(v)
}

/// Whether the name of a value's class says it is a type parameter of any make.
pub(super) fn is_any_param(v: Value) -> bool {
    is_param(v)
}

fn new_name(cx: &Cx, function: &str, v: Value) -> Res {
    if v.as_str().is_some() {
        return Ok(v);
    }
    raise!(
        cx,
        TYPE_ERROR,
        "{function}() argument 'name' must be str, not {}",
        class_of(v).display_name()
    )
}

fn variance(cx: &Cx, args: Args, first: usize) -> Res<i64> {
    let flag = |i| args.opt(i).map_or(Ok(false), |v| ops::truth(cx, v));
    let (co, contra, infer) = (flag(first)?, flag(first + 1)?, flag(first + 2)?);
    if co && contra {
        return raise!(cx, VALUE_ERROR, "Bivariant types are not supported.");
    }
    if infer && (co || contra) {
        return raise!(cx, VALUE_ERROR, "Variance cannot be specified with infer_variance.");
    }
    Ok(co as i64 * COVARIANT + contra as i64 * CONTRAVARIANT + infer as i64 * INFER)
}

fn checked_bound(cx: &Cx, bound: Option<Value>) -> Res<Option<Value>> {
    let Some(bound) = bound else { return Ok(None) };
    let message = cx.new_str("Bound must be a type.")?.value();
    Ok(Some(call_typing(cx, "_type_check", &[bound, message])?))
}

static TYPE_VAR_SIG: Sig = Sig::new(
    "typevar",
    "(name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False, \
     infer_variance=False)",
);
static PARAM_SPEC_SIG: Sig = Sig::new(
    "paramspec",
    "(name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, \
     infer_variance=False)",
);
static TUPLE_SIG: Sig = Sig::new("typevartuple", "(name, *, default=NoDefault)");

fn type_var_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    TYPE_VAR_SIG.bind(cx, args, |args| {
        let name = new_name(cx, "typevar", args.get(0))?;
        let variance = variance(cx, args, 4)?;
        let bound = checked_bound(cx, args.non_none(2))?;
        let constraints = args.rest(1);
        if constraints.len() == 1 {
            return raise!(cx, TYPE_ERROR, "A single constraint is not allowed");
        }
        if !constraints.is_empty() && bound.is_some() {
            return raise!(cx, TYPE_ERROR, "Constraints cannot be combined with bound=...");
        }
        let checked = cx.new_list(&[])?;
        let message = cx.new_str("TypeVar(name, constraint, ...): constraints must be types.")?;
        for constraint in constraints {
            checked.push(cx, call_typing(cx, "_type_check", &[*constraint, message.value()])?)?;
        }
        let param = make(cx, class, name, variance)?;
        param.bound.init_opt(bound);
        param.constraints.init(checked.snapshot(cx)?.value());
        param.default.init_opt(args.opt(3));
        set_module(cx, param.value())?;
        Ok(param.value())
    })
}

fn param_spec_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    if args.positional().len() > 1 {
        return raise!(
            cx,
            TYPE_ERROR,
            "paramspec() takes exactly 1 positional argument ({} given)",
            args.positional().len()
        );
    }
    PARAM_SPEC_SIG.bind(cx, args, |args| {
        let name = new_name(cx, "paramspec", args.get(0))?;
        let variance = variance(cx, args, 3)?;
        let bound = args.non_none(1);
        let param = make(cx, class, name, variance)?;
        param.bound.init_opt(bound);
        param.default.init_opt(args.opt(2));
        set_module(cx, param.value())?;
        Ok(param.value())
    })
}

fn tuple_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    TUPLE_SIG.bind(cx, args, |args| {
        let name = new_name(cx, "typevartuple", args.get(0))?;
        let param = make(cx, class, name, 0)?;
        param.default.init_opt(args.opt(1));
        set_module(cx, param.value())?;
        Ok(param.value())
    })
}

/// The value in `slot`, computed by the function in `lazy` if need be.
fn lazily(cx: &Cx, owner: Ref<Param>, slot: &Slot, lazy: &Slot) -> Res<Option<Value>> {
    if let Some(value) = slot.get() {
        return Ok(Some(value));
    }
    let Some(function) = lazy.get() else { return Ok(None) };
    let value = evaluate(cx, function)?;
    slot.set(cx, owner, value);
    Ok(Some(value))
}

fn get_name(_: &Cx, v: Value) -> Res {
    Ok(this(v).name.or_none())
}
fn get_bound(cx: &Cx, v: Value) -> Res {
    let p = this(v);
    Ok(lazily(cx, p, &p.bound, &p.evaluate_bound)?.unwrap_or(Value::NONE))
}
fn get_constraints(cx: &Cx, v: Value) -> Res {
    let p = this(v);
    match lazily(cx, p, &p.constraints, &p.evaluate_constraints)? {
        Some(constraints) => Ok(constraints),
        None => Ok(cx.new_tuple(&[])?.value()),
    }
}
fn get_default(cx: &Cx, v: Value) -> Res {
    let p = this(v);
    match lazily(cx, p, &p.default, &p.evaluate_default)? {
        Some(default) => Ok(default),
        None => no_default(cx),
    }
}

/// The function that evaluates a value: its own, or one made for a value given at once.
fn evaluator_of(cx: &Cx, slot: &Slot, lazy: &Slot) -> Res {
    if let Some(function) = lazy.get() {
        return Ok(function);
    }
    match slot.get() {
        Some(value) if !is_no_default(value) => evaluator::constant(cx, value),
        _ => Ok(Value::NONE),
    }
}
fn get_evaluate_bound(cx: &Cx, v: Value) -> Res {
    evaluator_of(cx, &this(v).bound, &this(v).evaluate_bound)
}
fn get_evaluate_constraints(cx: &Cx, v: Value) -> Res {
    let p = this(v);
    let empty = p.constraints.get().and_then(Value::downcast::<PyTuple>);
    if empty.is_some_and(|t| t.len() == 0) {
        return Ok(Value::NONE);
    }
    evaluator_of(cx, &p.constraints, &p.evaluate_constraints)
}
fn get_evaluate_default(cx: &Cx, v: Value) -> Res {
    evaluator_of(cx, &this(v).default, &this(v).evaluate_default)
}

fn variance_bit<const BIT: i64>(_: &Cx, v: Value) -> Res {
    let bits = this(v).variance.or_none().as_small().unwrap_or(0);
    Ok(Value::bool(bits & BIT != 0))
}

fn defaulted(v: Value) -> bool {
    let p = this(v);
    !p.evaluate_default.is_unset() || p.default.get().is_some_and(|v| !is_no_default(v))
}
fn has_default(_: &Cx, args: Args) -> Res {
    Ok(Value::bool(defaulted(args.get(0))))
}

fn repr(cx: &Cx, v: Value) -> Res {
    let p = this(v);
    let name = p.name.or_none();
    let sign = match p.variance.or_none().as_small().unwrap_or(0) {
        bits if bits & INFER != 0 => return Ok(name),
        bits if bits & COVARIANT != 0 => "+",
        bits if bits & CONTRAVARIANT != 0 => "-",
        _ => "~",
    };
    let text = format!("{sign}{}", ops::str(cx, name)?.to_string_lossy());
    Ok(cx.new_str(&text)?.value())
}
fn repr_name(cx: &Cx, v: Value) -> Res {
    get_name(cx, v)
}

fn reduce(_: &Cx, args: Args) -> Res {
    Ok(this(args.get(0)).name.or_none())
}

fn mro_entries(cx: &Cx, args: Args) -> Res {
    let class = ops::qualname(class_of(args.get(0)));
    raise!(cx, TYPE_ERROR, "Cannot subclass an instance of {class}")
}

fn subst_type_var(cx: &Cx, args: Args) -> Res {
    call_typing(cx, "_typevar_subst", &[args.get(0), args.get(1)])
}
fn subst_param_spec(cx: &Cx, args: Args) -> Res {
    call_typing(cx, "_paramspec_subst", &[args.get(0), args.get(1)])
}
fn subst_tuple(cx: &Cx, _: Args) -> Res {
    raise!(cx, TYPE_ERROR, "Substitution of bare TypeVarTuple is not supported")
}

/// Fills in the default where the arguments end before this parameter.
fn prepare_type_var(cx: &Cx, args: Args) -> Res {
    let (v, alias, given) = (args.get(0), args.get(1), args.get(2));
    let params = ops::getattr(cx, alias, name!(cx, "__parameters__"))?;
    let params = ops::to_tuple(cx, params)?;
    let given_row = ops::to_tuple(cx, given)?;
    let index = params.values().iter().position(|p| p.is(v)).unwrap_or(0);
    if index < given_row.len() {
        return Ok(given);
    }
    if index == given_row.len() && defaulted(v) {
        let list = ops::to_list(cx, given)?;
        list.push(cx, get_default(cx, v)?)?;
        return Ok(list.snapshot(cx)?.value());
    }
    let text = ops::str(cx, alias)?.to_string_lossy();
    raise!(
        cx,
        TYPE_ERROR,
        "Too few arguments for {text}; actual {}, expected at least {}",
        given_row.len(),
        index + 1
    )
}
fn prepare_param_spec(cx: &Cx, args: Args) -> Res {
    call_typing(cx, "_paramspec_prepare_subst", &[args.get(0), args.get(1), args.get(2)])
}
fn prepare_tuple(cx: &Cx, args: Args) -> Res {
    call_typing(cx, "_typevartuple_prepare_subst", &[args.get(0), args.get(1), args.get(2)])
}

fn tuple_iter(cx: &Cx, v: Value) -> Res {
    let row = cx.new_tuple(&[unpacked(cx, v)?])?;
    ops::iter(cx, row.value())
}

const NAME: GetSetDef = field_getter("__name__", get_name);
const DEFAULT: GetSetDef = getter("__default__", get_default);
const EVALUATE_DEFAULT: GetSetDef = getter("evaluate_default", get_evaluate_default);
const CO: GetSetDef = field_getter("__covariant__", variance_bit::<COVARIANT>);
const CONTRA: GetSetDef = field_getter("__contravariant__", variance_bit::<CONTRAVARIANT>);
const INFERRED: GetSetDef = field_getter("__infer_variance__", variance_bit::<INFER>);

const TEMPLATE: TypeDef = TypeDef {
    layout: layout::WORDS,
    size: size_of::<Param>(),
    dict: true,
    flags: flag::WEAKREF,
    ..TypeDef::DEFAULT
};

pub(super) static TYPE_VAR: TypeDef = TypeDef {
    name: "typing.TypeVar",
    cell: &TYPE_VAR_CELL,
    slots: Slots { new: Some(type_var_new), repr: Some(repr), or: Some(union), ..Slots::NONE },
    methods: &[
        method("has_default", "(self, /)", has_default),
        method("__reduce__", "(self, /)", reduce),
        method("__mro_entries__", "(self, bases, /)", mro_entries),
        method("__typing_subst__", "(self, arg, /)", subst_type_var),
        method("__typing_prepare_subst__", "(self, alias, args, /)", prepare_type_var),
    ],
    getset: &[
        NAME,
        getter("__bound__", get_bound),
        getter("__constraints__", get_constraints),
        DEFAULT,
        CO,
        CONTRA,
        INFERRED,
        getter("evaluate_bound", get_evaluate_bound),
        getter("evaluate_constraints", get_evaluate_constraints),
        EVALUATE_DEFAULT,
    ],
    doc: Some("Type variable."),
    ..TEMPLATE
};

pub(super) static PARAM_SPEC: TypeDef = TypeDef {
    name: "typing.ParamSpec",
    cell: &PARAM_SPEC_CELL,
    slots: Slots { new: Some(param_spec_new), repr: Some(repr), or: Some(union), ..Slots::NONE },
    methods: &[
        method("has_default", "(self, /)", has_default),
        method("__reduce__", "(self, /)", reduce),
        method("__mro_entries__", "(self, bases, /)", mro_entries),
        method("__typing_subst__", "(self, arg, /)", subst_param_spec),
        method("__typing_prepare_subst__", "(self, alias, args, /)", prepare_param_spec),
    ],
    getset: &[
        NAME,
        field_getter("__bound__", get_bound),
        DEFAULT,
        CO,
        CONTRA,
        INFERRED,
        EVALUATE_DEFAULT,
        getter("args", |cx, v| view(cx, &ARGS_CELL, v)),
        getter("kwargs", |cx, v| view(cx, &KWARGS_CELL, v)),
    ],
    doc: Some(
        "Parameter specification variable.\n\n\
         It stands for the parameters of a callable:\n\n    \
         >>> P = ParamSpec('P')\n    \
         >>> P.__name__\n    \
         'P'\n",
    ),
    ..TEMPLATE
};

pub(super) static TYPE_VAR_TUPLE: TypeDef = TypeDef {
    name: "typing.TypeVarTuple",
    cell: &TUPLE_CELL,
    slots: Slots {
        new: Some(tuple_new),
        repr: Some(repr_name),
        iter: Some(tuple_iter),
        ..Slots::NONE
    },
    methods: &[
        method("has_default", "(self, /)", has_default),
        method("__reduce__", "(self, /)", reduce),
        method("__mro_entries__", "(self, bases, /)", mro_entries),
        method("__typing_subst__", "(self, arg, /)", subst_tuple),
        method("__typing_prepare_subst__", "(self, alias, args, /)", prepare_tuple),
    ],
    getset: &[NAME, DEFAULT, EVALUATE_DEFAULT],
    doc: Some("Type variable tuple: a parameter that stands for any number of types."),
    ..TEMPLATE
};

/// `P.args` or `P.kwargs`.
#[repr(C)]
struct View {
    header: Header,
    origin: Slot,
}
words!(View);

fn view(cx: &Cx, cell: &TypeCell, origin: Value) -> Res {
    let view: Ref<View> = cx.alloc_instance(cell.get(), 0)?;
    view.origin.init(origin);
    Ok(view.value())
}

fn origin(_: &Cx, v: Value) -> Res {
    // SAFETY: receivers of these slots are views.
    Ok(unsafe { v.cast::<View>() }.origin.or_none())
}

fn view_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let origin = match (args.positional(), args.keyword("origin")) {
        ([origin], None) => *origin,
        ([], Some(origin)) => origin,
        _ => {
            return raise!(
                cx,
                TYPE_ERROR,
                "{} expected 1 argument, got {}",
                class.display_name(),
                args.all().len()
            );
        }
    };
    let view: Ref<View> = cx.alloc_instance(class, 0)?;
    view.origin.init(origin);
    Ok(view.value())
}

fn view_repr(cx: &Cx, v: Value) -> Res {
    let origin = origin(cx, v)?;
    let suffix = if class_of(v) == ARGS_CELL.get() { "args" } else { "kwargs" };
    let name = if class_of(origin) == PARAM_SPEC_CELL.get() {
        ops::str(cx, this(origin).name.or_none())?.to_string_lossy()
    } else {
        ops::repr_text(cx, origin)?
    };
    Ok(cx.new_str(&format!("{name}.{suffix}"))?.value())
}

fn view_compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if class_of(v) != class_of(w) || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    ops::compare(cx, origin(cx, v)?, origin(cx, w)?, op)
}

fn view_mro_entries(cx: &Cx, args: Args) -> Res {
    let class = ops::qualname(class_of(args.get(0)));
    raise!(cx, TYPE_ERROR, "Cannot subclass an instance of {class}")
}

const VIEW: TypeDef = TypeDef {
    layout: layout::WORDS,
    size: size_of::<View>(),
    flags: flag::WEAKREF,
    slots: Slots {
        new: Some(view_new),
        repr: Some(view_repr),
        compare: Some(view_compare),
        ..Slots::NONE
    },
    methods: VIEW_METHODS,
    getset: VIEW_ROWS,
    ..TypeDef::DEFAULT
};
const VIEW_METHODS: &[NativeDef] =
    &[method("__mro_entries__", "(self, bases, /)", view_mro_entries)];
const VIEW_ROWS: &[GetSetDef] = &[field_getter("__origin__", origin)];

pub(super) static PARAM_SPEC_ARGS: TypeDef = TypeDef {
    name: "typing.ParamSpecArgs",
    cell: &ARGS_CELL,
    doc: Some(
        "The args for a ParamSpec object.\n\n    \
         >>> P = ParamSpec('P')\n    \
         >>> P.args.__origin__ is P\n    \
         True\n",
    ),
    ..VIEW
};
pub(super) static PARAM_SPEC_KWARGS: TypeDef = TypeDef {
    name: "typing.ParamSpecKwargs",
    cell: &KWARGS_CELL,
    doc: Some(
        "The kwargs for a ParamSpec object.\n\n    \
         >>> P = ParamSpec('P')\n    \
         >>> P.kwargs.__origin__ is P\n    \
         True\n",
    ),
    ..VIEW
};
