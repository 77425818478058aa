//! What a call may go to: Python functions, classes, native functions; and how arguments become parameters.

use crate::plan::Plan;
use orochi_object::layout;
use orochi_object::native::{Binding, MOST_PADDED, NativeDef, PyNative};
use orochi_object::prelude::*;
use orochi_object::slots::SlotId;
use orochi_runtime::code::takes_fixed;
use orochi_runtime::function::PyFunction;

/// What a parameter gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// The argument with this number.
    Argument(u16),
    /// This word, the default.
    Default(u64),
}

/// A Python function that a call may go to directly.
#[derive(Clone, Debug)]
pub(crate) struct Callee {
    pub function: u64,
    pub code: u64,
    /// The tuple of defaults that must still be the function's, where some are used.
    pub defaults: u64,
    /// The dict of defaults of keyword-only parameters, where some are used.
    pub keywords: Option<Keywords>,
    /// By parameter.
    pub sources: Vec<Source>,
}

/// Defaults of keyword-only parameters: they hold while the function has this dict, the dict this table, and the slots
/// of the table these values.
#[derive(Clone, Debug)]
pub(crate) struct Keywords {
    pub dict: u64,
    pub table: u64,
    /// Addresses of slots, and what is in them.
    pub slots: Vec<(usize, u64)>,
}

impl Callee {
    /// Whether parameters get defaults.
    pub(crate) fn uses_defaults(&self) -> bool {
        self.sources.iter().any(|source| matches!(source, Source::Default(_)))
    }

    /// The number of arguments, if they are the first parameters as they are.
    pub(crate) fn in_order(&self) -> Option<usize> {
        let given = |at: usize| self.sources[at] == Source::Argument(at as u16);
        let n = (0..self.sources.len()).take_while(|at| given(*at)).count();
        let rest = self.sources[n..].iter();
        rest.clone().all(|source| matches!(source, Source::Default(_))).then_some(n)
    }
}

/// A class whose instances are made in line: an ordinary one with an `__init__` in Python.
#[derive(Clone, Debug)]
pub(crate) struct Construction {
    pub class: u64,
    pub version: u64,
    pub shape: u64,
    /// The second word of the header, and the bytes of an instance.
    pub header: u64,
    pub size: usize,
    pub init: Callee,
}

/// A native function that is done in line, or has a helper of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Intrinsic {
    ListAppend,
    Len,
    Abs,
    Min,
    Max,
    IsInstance,
    /// A range that is looped over at once: it is not made.
    Range,
    /// A function of one real number at this address: [`NativeDef::real`].
    Real(usize),
}

/// A native function.
#[derive(Clone, Copy)]
pub(crate) struct Native {
    pub def: &'static NativeDef,
    /// Its parameters, if it takes a row of positional arguments as they are: those without arguments are passed as
    /// absent.
    pub params: Option<u32>,
    pub intrinsic: Option<Intrinsic>,
}

/// What a call instruction calls, where that is known.
#[derive(Clone)]
pub(crate) enum Target {
    Function(Callee),
    Class(Construction),
    Native(Native),
    /// The built-in class with this word.
    Builtin(u64),
    /// A method of a built-in type, bound to some instance.
    Bound(Native),
}

impl Target {
    /// Whether both are guarded by the same comparison.
    pub(crate) fn same(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::Function(a), Target::Function(b)) => a.code == b.code,
            (Target::Class(a), Target::Class(b)) => a.class == b.class,
            (Target::Bound(a), Target::Bound(b)) => core::ptr::eq(a.def, b.def),
            _ => false,
        }
    }
}

/// The arguments of a call: how many, and the names of the last ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Passed {
    pub count: u32,
    /// The word of the tuple of names; 0 without.
    pub names: u64,
}

impl Passed {
    pub(crate) fn positional(count: u32) -> Passed {
        Passed { count, names: 0 }
    }

    /// With a receiver ahead.
    pub(crate) fn with_receiver(self) -> Passed {
        Passed { count: self.count + 1, ..self }
    }

    fn names(self) -> &'static [Value] {
        let tuple: Option<Ref<PyTuple>> = Value::from_word(self.names).and_then(Value::downcast);
        tuple.map_or(&[], |names| names.values())
    }
}

impl Plan {
    pub(crate) fn find_target(&mut self, cx: &Cx, word: u64, passed: Passed) -> Option<Target> {
        if let Some(callee) = self.callee(cx, word, passed) {
            return Some(Target::Function(callee));
        }
        if let Some(made) = self.construction(cx, word, passed) {
            return Some(Target::Class(made));
        }
        if passed.names != 0 {
            return None;
        }
        native(word, passed.count).map(Target::Native).or_else(|| builtin(word))
    }

    /// The Python function with this word, if it can be called with such arguments: it takes no stars, and what it is
    /// not given has defaults.
    pub(crate) fn callee(&mut self, cx: &Cx, word: u64, passed: Passed) -> Option<Callee> {
        let function: Ref<PyFunction> = Value::from_word(word)?.downcast()?;
        let code = function.code();
        if !code.is_loaded() || !takes_fixed(code.unit()) {
            return None;
        }
        let (sources, keywords) = sources(function, passed)?;
        let defaults = function.defaults.get().map_or(0, Value::word);
        self.root(word);
        self.root(code.value().word());
        self.root(defaults);
        if let Some(keywords) = &keywords {
            self.root(keywords.dict);
            self.root(keywords.table);
            keywords.slots.iter().for_each(|(_, value)| self.root(*value));
        }
        self.find_body(cx, code);
        let code = code.value().word();
        Some(Callee { function: word, code, defaults, keywords, sources })
    }

    /// The class with this word, if calling it with such arguments makes an instance and runs an `__init__` in Python,
    /// and nothing else.
    fn construction(&mut self, cx: &Cx, word: u64, passed: Passed) -> Option<Construction> {
        let class: Ref<PyType> = Value::from_word(word)?.downcast()?;
        let version = class.version();
        let object_new = types::OBJECT.get().slots.word(SlotId::New as usize);
        let plain = class.class() == types::TYPE.get()
            && class.slots.word(SlotId::New as usize) == object_new
            && !class.has_flag(flag::ABSTRACT | flag::HAS_DEL)
            && class.instance_layout() == layout::OBJECT;
        let name = orochi_object::intern::intern_text(cx, "__init__").ok()?;
        let init = class.lookup(cx, name).filter(|_| plain)?;
        let init = self.callee(cx, init.word(), passed.with_receiver())?;
        let (shape, size) = class.instance_start();
        let (header, size) = Header::template(layout::OBJECT, size - size_of::<Header>());
        if size > MOST_INLINE_BYTES || class.version() != version {
            return None;
        }
        self.root(word);
        self.root(shape);
        Some(Construction { class: word, version, shape, header, size, init })
    }
}

/// What each parameter of a function without stars gets from such arguments; `None` if they do not bind.
fn sources(function: Ref<PyFunction>, passed: Passed) -> Option<(Vec<Source>, Option<Keywords>)> {
    let code = function.code();
    let unit = code.unit();
    let (argcount, names) = (unit.argcount as usize, passed.names());
    let positional = (passed.count as usize).checked_sub(names.len())?;
    let mut sources: Vec<Option<Source>> = vec![None; unit.parameter_count()];
    if positional > argcount {
        return None;
    }
    for (at, source) in sources[..positional].iter_mut().enumerate() {
        *source = Some(Source::Argument(at as u16));
    }
    for (at, name) in names.iter().enumerate() {
        let name = name.as_str()?;
        let by_name = &unit.varnames[unit.posonlyargcount as usize..sources.len()];
        let at_name = by_name.iter().position(|own| name.eq_str(own))?;
        let source = &mut sources[unit.posonlyargcount as usize + at_name];
        if source.is_some() {
            return None;
        }
        *source = Some(Source::Argument((positional + at) as u16));
    }
    let defaults = function.defaults();
    let mut keywords = None;
    for (at, source) in sources.iter_mut().enumerate().filter(|(_, source)| source.is_none()) {
        *source = Some(if at < argcount {
            let from = argcount.checked_sub(defaults.len())?;
            Source::Default(defaults[at.checked_sub(from)?].word())
        } else {
            Source::Default(keyword(function, &unit.varnames[at], &mut keywords)?)
        });
    }
    Some((sources.into_iter().collect::<Option<_>>()?, keywords))
}

/// The default of a keyword-only parameter; notes where it was found.
fn keyword(function: Ref<PyFunction>, name: &str, keywords: &mut Option<Keywords>) -> Option<u64> {
    let dict: Ref<PyDict> = function.kwdefaults.get()?.downcast()?;
    let table = dict.table()?;
    let row = table
        .rows()
        .iter()
        .find(|row| row.key().and_then(Value::as_str).is_some_and(|key| key.eq_str(name)))?;
    let value = row.value.get()?.word();
    let (dict, table) = (dict.value().word(), table.value().word());
    let found = keywords.get_or_insert_with(|| Keywords { dict, table, slots: Vec::new() });
    if found.table != table {
        return None;
    }
    found.slots.push((core::ptr::from_ref(&row.value) as usize, value));
    Some(value)
}

/// The built-in class with this word, if calling it does what its own slots say.
fn builtin(word: u64) -> Option<Target> {
    let class: Ref<PyType> = Value::from_word(word)?.downcast()?;
    let own = class.class() == types::TYPE.get() && class.definition.is_some();
    (own && class != types::TYPE.get()).then_some(Target::Builtin(word))
}

/// The native function with this word, if there is a better way to call it with `nargs` positional arguments than the
/// general one.
fn native(word: u64, nargs: u32) -> Option<Native> {
    let native: Ref<PyNative> = Value::from_word(word)?.downcast()?;
    let intrinsic = intrinsic(native, nargs);
    let signature = native.signature();
    let params = signature.params.len();
    let fits = matches!(native.def().binding, Binding::Function | Binding::Method)
        && native.bound.is_unset()
        && signature.is_plain(nargs as usize)
        && params <= MOST_PADDED;
    let params = fits.then_some(params as u32);
    (fits || intrinsic.is_some()).then(|| Native { def: native.def(), params, intrinsic })
}

/// The native method with this word, if it is bound to an instance and takes `nargs` positional arguments more without
/// more ado.
pub(crate) fn bound(word: u64, nargs: u32) -> Option<Target> {
    let native: Ref<PyNative> = Value::from_word(word)?.downcast()?;
    let instance = native.bound.get().filter(|_| native.def().binding == Binding::Method)?;
    let signature = native.signature();
    let params = signature.params.len();
    if !signature.is_plain(nargs as usize + 1) || params > MOST_PADDED {
        return None;
    }
    let appends = native.def().name == "append" && nargs == 1 && is_exact(instance, &types::LIST);
    let intrinsic = appends.then_some(Intrinsic::ListAppend);
    Some(Target::Bound(Native { def: native.def(), params: Some(params as u32), intrinsic }))
}

/// What a native function is, if it is done in line for `nargs` arguments.
fn intrinsic(native: Ref<PyNative>, nargs: u32) -> Option<Intrinsic> {
    if let Some(real) = native.def().real {
        return (nargs == 1).then_some(Intrinsic::Real(real as usize));
    }
    let of_list = native.owner.get() == Some(types::LIST.get().value());
    let builtin = native.owner.is_unset()
        && native.def().binding == Binding::Function
        && native.module.get().and_then(Value::as_str).is_some_and(|s| s.eq_str("builtins"));
    match (native.def().name, nargs) {
        ("append", 2) if of_list => Some(Intrinsic::ListAppend),
        ("len", 1) if builtin => Some(Intrinsic::Len),
        ("abs", 1) if builtin => Some(Intrinsic::Abs),
        ("min", 2) if builtin => Some(Intrinsic::Min),
        ("max", 2) if builtin => Some(Intrinsic::Max),
        ("isinstance", 2) if builtin => Some(Intrinsic::IsInstance),
        _ => None,
    }
}

/// Larger instances are made by the interpreter.
const MOST_INLINE_BYTES: usize = 1024;
