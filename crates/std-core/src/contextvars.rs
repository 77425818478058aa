//! The module `_contextvars`.
//!
//! Rules:
//! 1. A context's variables are a dict from variable to value. Copies share it: `shared` says that
//!    it must be copied before it is changed, and once set for a dict stays set.
//! 2. One thread at a time is in a context (`entered`), and only that one changes it.

use crate::common::{own_iter, receiver, words};
use orochi_object::collector::Root;
use orochi_object::dict::Key;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::typedef::with_keywords;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_contextvars",
    doc: Some("Context Variables"),
    functions: &[function("copy_context", "()", |cx, _| copy_context(cx))],
    types: &[&MISSING, &CONTEXT, &VAR, &TOKEN],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &Cx, module: Ref<orochi_object::module::PyModule>) -> Res<()> {
    module.namespace().remove(cx, name!(cx, "_token_missing").value())?;
    Ok(())
}

/// A `Context`.
#[repr(C)]
struct Context {
    header: Header,
    vars: Slot,
    shared: Slot,
    entered: Slot,
}
/// A `ContextVar`: its name and default.
#[repr(C)]
struct Var {
    header: Header,
    name: Slot,
    default: Slot,
}
/// A `Token`: where and what `set` replaced (`old` is UNSET if nothing).
#[repr(C)]
struct Token {
    header: Header,
    context: Slot,
    var: Slot,
    old: Slot,
    used: Slot,
}
words!(Context, Var, Token);
receiver!(context_of, Context);
receiver!(var_of, Var);
receiver!(token_of, Token);

static CONTEXT_CELL: TypeCell = TypeCell::new();
static VAR_CELL: TypeCell = TypeCell::new();
static TOKEN_CELL: TypeCell = TypeCell::new();
static MISSING_CELL: TypeCell = TypeCell::new();

static CONTEXT: TypeDef = TypeDef {
    name: "_contextvars.Context",
    cell: &CONTEXT_CELL,
    layout: layout::WORDS,
    size: size_of::<Context>(),
    flags: flag::WEAKREF,
    slots: Slots {
        new: Some(context_new),
        iter: Some(|cx, v| {
            let keys = ops::to_list(cx, vars(context_of(v)).value())?;
            ops::iter(cx, keys.value())
        }),
        len: Some(|_, v| Ok(vars(context_of(v)).len())),
        contains: Some(|cx, v, key| {
            check_key(cx, key)?;
            Ok(lookup(cx, context_of(v), key)?.is_some())
        }),
        getitem: Some(|cx, v, key| {
            check_key(cx, key)?;
            match lookup(cx, context_of(v), key)? {
                Some(value) => Ok(value),
                None => Err(cx.error_args(exception::KEY_ERROR.get(), &[key])),
            }
        }),
        compare: Some(context_compare),
        ..Slots::NONE
    },
    methods: &[
        method("run", "(self, /, *args, **kwargs)", run),
        method("copy", "(self, /)", |cx, args| Ok(copy_of(cx, context_of(args.get(0)))?.value())),
        method("get", "(self, key, default=None, /)", |cx, args| {
            check_key(cx, args.get(1))?;
            let found = lookup(cx, context_of(args.get(0)), args.get(1))?;
            Ok(found.unwrap_or(args.or(2, Value::NONE)))
        }),
        method("items", "(self, /)", |cx, args| view(cx, args, name!(cx, "items"))),
        method("keys", "(self, /)", |cx, args| view(cx, args, name!(cx, "keys"))),
        method("values", "(self, /)", |cx, args| view(cx, args, name!(cx, "values"))),
    ],
    ..TypeDef::DEFAULT
};

static VAR: TypeDef = TypeDef {
    name: "_contextvars.ContextVar",
    cell: &VAR_CELL,
    layout: layout::WORDS,
    size: size_of::<Var>(),
    flags: flag::WEAKREF,
    slots: Slots { new: Some(var_new), repr: Some(var_repr), ..Slots::NONE },
    methods: &[
        method("get", "(self, default=<unrepresentable>, /)", var_get),
        method("set", "(self, value, /)", var_set),
        method("reset", "(self, token, /)", |cx, args| {
            reset(cx, args.get(0), args.get(1))?;
            Ok(Value::NONE)
        }),
        ops::CLASS_GETITEM,
    ],
    getset: &[field_getter("name", |_, v| Ok(var_of(v).name.or_none()))],
    ..TypeDef::DEFAULT
};

static TOKEN: TypeDef = TypeDef {
    name: "_contextvars.Token",
    cell: &TOKEN_CELL,
    layout: layout::WORDS,
    size: size_of::<Token>(),
    flags: flag::NO_NEW,
    slots: Slots { repr: Some(token_repr), ..Slots::NONE },
    methods: &[
        method("__enter__", "(self, /)", |_, args| Ok(args.get(0))),
        method("__exit__", "(self, type, value, traceback, /)", |cx, args| {
            let token = args.get(0);
            reset(cx, token_of(token).var.or_none(), token)?;
            Ok(Value::NONE)
        }),
        ops::CLASS_GETITEM,
    ],
    getset: &[
        getter("var", |_, v| Ok(token_of(v).var.or_none())),
        getter("old_value", |cx, v| match token_of(v).old.get() {
            Some(old) => Ok(old),
            None => missing(cx),
        }),
    ],
    // The module's table makes the type of the value first.
    init: Some(|cx, t| t.namespace().set_str(cx, name!(cx, "MISSING"), missing(cx)?)),
    ..TypeDef::DEFAULT
};

static MISSING: TypeDef = TypeDef {
    name: "_contextvars._token_missing",
    cell: &MISSING_CELL,
    flags: flag::NO_NEW,
    slots: Slots { repr: Some(|cx, _| Ok(cx.new_str("<Token.MISSING>")?.value())), ..Slots::NONE },
    ..TypeDef::DEFAULT
};

static THE_MISSING: Root = Root::new();

fn missing(cx: &Cx) -> Res {
    if let Some(own) = THE_MISSING.get() {
        return Ok(own);
    }
    let own = cx.new_instance(MISSING_CELL.get())?;
    THE_MISSING.set(own);
    Ok(own)
}

fn vars(context: Ref<Context>) -> Ref<PyDict> {
    // SAFETY: `vars` holds a dict from creation on.
    unsafe { context.vars.or_none().cast() }
}

fn new_context(cx: &Cx, vars: Ref<PyDict>, shared: bool) -> Res<Ref<Context>> {
    let context: Ref<Context> = cx.alloc_instance(CONTEXT_CELL.get(), 0)?;
    context.vars.init(vars.value());
    context.shared.init(Value::bool(shared));
    context.entered.init(Value::FALSE);
    Ok(context)
}

fn context_new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    if !args.is_empty() {
        return raise!(cx, TYPE_ERROR, "Context() does not accept any arguments");
    }
    Ok(new_context(cx, cx.new_dict()?, false)?.value())
}

/// The calling thread's context, made at first use.
fn current(cx: &Cx) -> Res<Ref<Context>> {
    if let Some(context) = cx.context.get() {
        return Ok(context_of(context));
    }
    let context = new_context(cx, cx.new_dict()?, false)?;
    context.entered.init(Value::TRUE);
    cx.context.init(context.value());
    Ok(context)
}

fn copy_of(cx: &Cx, context: Ref<Context>) -> Res<Ref<Context>> {
    context.shared.init(Value::TRUE);
    new_context(cx, vars(context), true)
}

/// `copy_context()`.
pub fn copy_context(cx: &Cx) -> Res {
    Ok(copy_of(cx, current(cx)?)?.value())
}

/// The dict of a context, for changing.
fn own_vars(cx: &Cx, context: Ref<Context>) -> Res<Ref<PyDict>> {
    if context.shared.get() == Some(Value::TRUE) {
        let copy = vars(context).copy(cx)?;
        context.vars.set(cx, context, copy.value());
        context.shared.init(Value::FALSE);
        return Ok(copy);
    }
    Ok(vars(context))
}

fn key_of(cx: &Cx, var: Value) -> Res<Key> {
    Ok(Key { value: var, hash: ops::hash_identity(cx, var)? })
}

fn lookup(cx: &Cx, context: Ref<Context>, var: Value) -> Res<Option<Value>> {
    vars(context).get_key(cx, key_of(cx, var)?)
}

fn check_key(cx: &Cx, key: Value) -> Res<()> {
    if is_exact(key, &VAR_CELL) {
        return Ok(());
    }
    raise!(cx, TYPE_ERROR, "a ContextVar key was expected, got {}", ops::repr_text(cx, key)?)
}

fn view(cx: &Cx, args: Args, name: Ref<PyStr>) -> Res {
    // A copy: what the iterator shows does not change.
    let copy = vars(context_of(args.get(0))).copy(cx)?;
    let view = ops::call_method(cx, copy.value(), name, &[])?;
    let iterator = ops::iter(cx, view)?;
    own_iter(cx, iterator)
}

fn context_compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !is_exact(w, &CONTEXT_CELL) || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (vars(context_of(v)).value(), vars(context_of(w)).value());
    ops::compare(cx, a, b, op)
}

fn run(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let context = context_of(v);
    let Some((callable, rest)) = args.rest(1).split_first() else {
        return raise!(cx, TYPE_ERROR, "run() missing 1 required positional argument");
    };
    if context.entered.replace(cx, context, Some(Value::FALSE), Value::TRUE).is_err() {
        return raise!(
            cx,
            RUNTIME_ERROR,
            "cannot enter context: {} is already entered",
            ops::repr_text(cx, v)?
        );
    }
    let previous = cx.context.get();
    cx.context.init(v);
    let result = match args.kwargs(2).filter(|keywords| !keywords.is_empty()) {
        None => ops::call(cx, *callable, rest),
        Some(keywords) => {
            with_keywords(cx, rest, keywords, |args| ops::call_args(cx, *callable, args))
        }
    };
    cx.context.init_opt(previous);
    context.entered.init(Value::FALSE);
    result
}

fn var_new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    crate::common::bind!(cx, "ContextVar", "(name, *, default=None)", args, |row| {
        if row.get(0).as_str().is_none() {
            return raise!(cx, TYPE_ERROR, "context variable name must be a str");
        }
        let var: Ref<Var> = cx.alloc_instance(class, 0)?;
        var.name.init(row.get(0));
        var.default.init_opt(row.opt(1));
        Ok(var.value())
    })
}

fn var_repr(cx: &Cx, v: Value) -> Res {
    let var = var_of(v);
    let name = ops::repr_text(cx, var.name.or_none())?;
    let default = match var.default.get() {
        Some(default) => format!(" default={}", ops::repr_text(cx, default)?),
        None => String::new(),
    };
    Ok(cx.new_str(&format!("<ContextVar name={name}{default} at {:#x}>", v.word()))?.value())
}

fn var_get(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    if let Some(context) = cx.context.get()
        && let Some(value) = lookup(cx, context_of(context), v)?
    {
        return Ok(value);
    }
    match args.opt(1).or(var_of(v).default.get()) {
        Some(default) => Ok(default),
        None => Err(cx.error_args(exception::LOOKUP_ERROR.get(), &[v])),
    }
}

fn var_set(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let context = current(cx)?;
    let key = key_of(cx, v)?;
    let dict = own_vars(cx, context)?;
    let old = dict.get_key(cx, key)?;
    dict.set_key(cx, key, args.get(1))?;
    let token: Ref<Token> = cx.alloc_instance(TOKEN_CELL.get(), 0)?;
    token.context.init(context.value());
    token.var.init(v);
    token.old.init_opt(old);
    token.used.init(Value::FALSE);
    Ok(token.value())
}

fn reset(cx: &Cx, v: Value, token: Value) -> Res<()> {
    if !is_exact(token, &TOKEN_CELL) {
        return raise!(
            cx,
            TYPE_ERROR,
            "expected an instance of Token, got {}",
            ops::repr_text(cx, token)?
        );
    }
    let own = token_of(token);
    let text = |_: &str| ops::repr_text(cx, token);
    if own.used.get() == Some(Value::TRUE) {
        return raise!(cx, RUNTIME_ERROR, "{} has already been used once", text("used")?);
    }
    if own.var.get() != Some(v) {
        return raise!(cx, VALUE_ERROR, "{} was created by a different ContextVar", text("var")?);
    }
    let context = current(cx)?;
    if own.context.get() != Some(context.value()) {
        return raise!(cx, VALUE_ERROR, "{} was created in a different Context", text("context")?);
    }
    own.used.init(Value::TRUE);
    let key = key_of(cx, v)?;
    let dict = own_vars(cx, context)?;
    match own.old.get() {
        Some(old) => dict.set_key(cx, key, old),
        None => dict.remove_key(cx, key).map(|_| ()),
    }
}

fn token_repr(cx: &Cx, v: Value) -> Res {
    let token = token_of(v);
    let used = if token.used.get() == Some(Value::TRUE) { " used" } else { "" };
    let var = ops::repr_text(cx, token.var.or_none())?;
    Ok(cx.new_str(&format!("<Token{used} var={var} at {:#x}>", v.word()))?.value())
}
