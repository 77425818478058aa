//! Calling Python functions: pushing frames, binding arguments.

use crate::dispatch;
use crate::machine::{self, Entered};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicU64, Ordering};
use orochi_bytecode::CodeFlags;
use orochi_object::args::{copy_one_by_one, unexpected_keyword};
use orochi_object::dict::Key;
use orochi_object::prelude::*;
use orochi_runtime::code::{self, PyCode};
use orochi_runtime::frame::{Frame, Vm, WINDOW_SLACK, ret};
use orochi_runtime::function::{PyFunction, builtins_of, new_function};

/// Where the result of a pushed frame goes, and how.
#[derive(Clone, Copy)]
pub(crate) struct Dest {
    pub(crate) dst: u16,
    pub(crate) instance: u16,
    pub(crate) flags: u16,
}

impl Dest {
    #[inline(always)]
    pub(crate) fn register(dst: u16) -> Dest {
        Dest { dst, instance: 0, flags: 0 }
    }
    pub(crate) const ENTRY: Dest = Dest { dst: 0, instance: 0, flags: ret::ENTRY };
    pub(crate) const DRAINED: Dest = Dest { dst: 0, instance: 0, flags: ret::ENTRY | ret::DRAINED };
}

/// Makes `frame`, the record after the running one, a frame of `function` whose window begins at `base`,
/// where its parameters have been bound: the others of its `nregs` registers, from `bound` on, are cleared
/// here. The window must fit (`Vm::window`). The record's `pc` is not set.
#[inline(always)]
pub(crate) fn push(
    vm: &Vm,
    frame: *mut Frame,
    function: Ref<PyFunction>,
    code: Ref<PyCode>,
    (base, nregs): (*mut u64, usize),
    bound: usize,
    dest: Dest,
) {
    // SAFETY: the window of `nregs` words fits, and WINDOW_SLACK more; the record is unused.
    unsafe {
        let top = base.add(nregs);
        let mut word = base.add(bound);
        while word < top {
            // Atomic stores, so that the short loop does not become a call of memset.
            for i in 0..WINDOW_SLACK {
                AtomicU64::from_ptr(word.add(i)).store(0, Ordering::Relaxed);
            }
            word = word.add(WINDOW_SLACK);
        }
        Frame::prime(frame, function, code);
        (*frame).base = base;
        (*frame).top = top;
        (*frame).dst = dest.dst;
        (*frame).instance = dest.instance;
        (*frame).flags = dest.flags;
        vm.fp.set(frame);
    }
}

/// What a call has by name.
#[derive(Clone, Copy)]
enum Keywords {
    /// The names of the last arguments in the row, if there are any.
    Names(Option<Ref<PyTuple>>),
    /// What becomes `**kwargs` as it is.
    All(Ref<PyDict>),
}

/// Whether a call with `nargs` positional arguments leaves nothing to bind but `*args` and `**kwargs`.
fn fits_stars(code: Ref<PyCode>, nargs: usize) -> bool {
    let argcount = code.argcount as usize;
    let fits = nargs == argcount || nargs > argcount && code.flags & CodeFlags::VARARGS != 0;
    fits && code.unit().kwonlyargcount == 0
}

/// As [`push_call`], for positional arguments and a dict that nobody else has, which becomes `**kwargs` as it is. Only where
/// [`takes_all`] says so.
pub(crate) fn push_call_with_dict(
    cx: &Cx,
    vm: &Vm,
    function: Ref<PyFunction>,
    at: Place,
    nargs: usize,
    named: Ref<PyDict>,
    dest: Dest,
) -> Res<*mut Frame> {
    push_bound(cx, vm, function, at, nargs, Keywords::All(named), dest)
}

/// Whether a call with `nargs` positional arguments and any keywords has all of these in `**kwargs`.
pub(crate) fn takes_all(cx: &Cx, function: Ref<PyFunction>, nargs: usize) -> Res<bool> {
    let code = function.code();
    code::load(cx, code)?;
    let by_position = code.unit().posonlyargcount == code.unit().argcount;
    Ok(code.flags & CodeFlags::VARKEYWORDS != 0 && by_position && fits_stars(code, nargs))
}

/// Pushes a frame for a call whose `args` positional and keyword arguments lie at `at` (in the
/// caller's window or above the stack's top): checks depth, makes room, binds. Does not poll: a poll
/// may run Python code, which would overwrite arguments above the top.
pub(crate) fn push_call(
    cx: &Cx,
    vm: &Vm,
    function: Ref<PyFunction>,
    at: Place,
    nargs: usize,
    names: Option<Ref<PyTuple>>,
    dest: Dest,
) -> Res<*mut Frame> {
    push_bound(cx, vm, function, at, nargs, Keywords::Names(names), dest)
}

fn push_bound(
    cx: &Cx,
    vm: &Vm,
    function: Ref<PyFunction>,
    at: Place,
    nargs: usize,
    keywords: Keywords,
    dest: Dest,
) -> Res<*mut Frame> {
    let code = function.code();
    code::load(cx, code)?;
    let frame = vm.next_record(cx, vm.fp.get())?;
    let nregs = (code.nregs as usize).max(nargs);
    let (base, chunk, saved) = vm.window(cx, at.words, at.on_stack, nargs, nregs + 1)?;
    let bound = match bind(cx, function, code, base, nargs, keywords) {
        Ok(bound) => bound,
        Err(raised) => {
            if chunk != 0 {
                vm.drop_window_chunk(cx, saved);
            }
            return Err(raised);
        }
    };
    let dest = Dest { flags: dest.flags | chunk, ..dest };
    push(vm, frame, function, code, (base, code.nregs as usize), bound, dest);
    // SAFETY: just pushed.
    unsafe {
        (*frame).pc = code.instrs();
        (*frame).set_saved_limit(saved);
    }
    Ok(frame)
}

/// Binds arguments at `base` to the parameters of `function`; gives how many registers are set.
fn bind(
    cx: &Cx,
    function: Ref<PyFunction>,
    code: Ref<PyCode>,
    base: *mut u64,
    nargs: usize,
    keywords: Keywords,
) -> Res<usize> {
    let argcount = code.argcount as usize;
    let (names, named) = match keywords {
        Keywords::Names(names) => (names, None),
        Keywords::All(named) => (None, Some(named)),
    };
    if names.is_none() && code.flags & (CodeFlags::VARARGS | CodeFlags::VARKEYWORDS) == 0 {
        let plain = code.unit().kwonlyargcount == 0;
        if plain && nargs == argcount {
            return Ok(nargs);
        }
        let defaults = function.defaults();
        if plain && nargs < argcount && nargs + defaults.len() >= argcount {
            for i in nargs..argcount {
                // SAFETY: parameters lie within the window.
                unsafe { *base.add(i) = defaults[i + defaults.len() - argcount].word() };
            }
            return Ok(argcount);
        }
    }
    let stars = code.flags & (CodeFlags::VARARGS | CodeFlags::VARKEYWORDS);
    if names.is_none() && stars != 0 && fits_stars(code, nargs) {
        let mut bound = argcount;
        // SAFETY: `nargs` argument words lie at `base`, and parameters lie within the window.
        unsafe {
            if stars & CodeFlags::VARARGS != 0 {
                let rest = base.add(bound);
                let args = core::slice::from_raw_parts(rest.cast::<Value>(), nargs - argcount);
                *rest = cx.new_tuple(args)?.value().word();
                bound += 1;
            }
            if stars & CodeFlags::VARKEYWORDS != 0 {
                let named = named.map_or_else(|| cx.new_dict(), Ok)?;
                *base.add(bound) = named.value().word();
                bound += 1;
            }
        }
        return Ok(bound);
    }
    // SAFETY: `nargs` argument words lie at `base`; they are copied out before anything is written.
    let args = unsafe { core::slice::from_raw_parts(base.cast::<Value>(), nargs) };
    let mut few = [Value::NONE; 8];
    let many;
    let args = match few.get_mut(..nargs) {
        Some(few) => {
            copy_one_by_one(args, few);
            &*few
        }
        None => {
            many = cx.new_tuple(args)?;
            many.values()
        }
    };
    let params = code::params(cx, code)?;
    Binder { cx, function, code, params, base }.run(ArgRow::new(args, names).args())?;
    Ok(code.nparams as usize)
}

/// The general case of binding, with CPython's messages.
struct Binder<'a> {
    cx: &'a Cx,
    function: Ref<PyFunction>,
    code: Ref<PyCode>,
    /// The parameters' names.
    params: Ref<PyTuple>,
    base: *mut u64,
}

impl Binder<'_> {
    fn get(&self, i: usize) -> Option<Value> {
        // SAFETY: parameters lie within the window.
        Value::from_word(unsafe { *self.base.add(i) })
    }
    fn set(&self, i: usize, value: Option<Value>) {
        // SAFETY: parameters lie within the window.
        unsafe { *self.base.add(i) = value.map_or(0, Value::word) };
    }
    fn name(&self) -> String {
        match self.function.qualname.get().and_then(Value::as_str) {
            Some(name) => name.to_string_lossy(),
            None => self.code.unit().qualname.to_string(),
        }
    }
    fn param(&self, i: usize) -> &str {
        &self.code.unit().varnames[i]
    }

    fn run(&self, args: CallArgs) -> Res<()> {
        let unit = self.code.unit();
        let argcount = unit.argcount as usize;
        let kwonly = unit.kwonlyargcount as usize;
        let nparams = self.code.nparams as usize;
        (0..nparams).for_each(|i| self.set(i, None));
        let star = argcount + kwonly;
        let has_star = unit.flags & CodeFlags::VARARGS != 0;
        let kwargs = if unit.flags & CodeFlags::VARKEYWORDS != 0 {
            let dict = self.cx.new_dict()?;
            self.set(star + has_star as usize, Some(dict.value()));
            Some(dict)
        } else {
            None
        };
        let positional = args.positional();
        for (i, value) in positional.iter().take(argcount).enumerate() {
            self.set(i, Some(*value));
        }
        if has_star {
            let rest = positional.get(argcount..).unwrap_or(&[]);
            self.set(star, Some(self.cx.new_tuple(rest)?.value()));
        }
        for (name, value) in args.keywords() {
            self.keyword(name, value, kwargs, args)?;
        }
        if positional.len() > argcount && !has_star {
            return self.too_many(positional.len());
        }
        self.defaults(positional.len())?;
        self.keyword_defaults(argcount, kwonly)
    }

    fn keyword(
        &self,
        name: Ref<PyStr>,
        value: Value,
        kwargs: Option<Ref<PyDict>>,
        args: CallArgs,
    ) -> Res<()> {
        let unit = self.code.unit();
        let total = (unit.argcount + unit.kwonlyargcount) as usize;
        let named = unit.posonlyargcount as usize..total;
        let own = &self.params.values()[named.clone()];
        // Names in code are interned; others, from a dict, may be any strings.
        let found = own
            .iter()
            .position(|param| param.is(name.value()))
            .or_else(|| own.iter().position(|param| param.as_str().is_some_and(|p| p.same(&name))))
            .map(|i| i + named.start);
        match (found, kwargs) {
            (Some(i), _) if self.get(i).is_some() => raise!(
                self.cx,
                TYPE_ERROR,
                "{}() got multiple values for argument '{}'",
                self.name(),
                name.to_string_lossy()
            ),
            (Some(i), _) => {
                self.set(i, Some(value));
                Ok(())
            }
            (None, Some(dict)) => {
                // Most such dicts get all that there is, and nothing more.
                dict.reserve_own(self.cx, args.keyword_count())?;
                dict.set_own_key(self.cx, Key::str(name), value)
            }
            (None, None) => self.unexpected(name, args),
        }
    }

    #[cold]
    fn unexpected(&self, name: Ref<PyStr>, args: CallArgs) -> Res<()> {
        let unit = self.code.unit();
        let function = self.name();
        let posonly = unit.posonlyargcount as usize;
        let passed: Vec<&str> = (0..posonly)
            .map(|i| self.param(i))
            .filter(|param| args.keywords().any(|(name, _)| name.eq_str(param)))
            .collect();
        if !passed.is_empty() {
            return raise!(
                self.cx,
                TYPE_ERROR,
                "{function}() got some positional-only arguments passed as keyword arguments: \
                 '{}'",
                passed.join(", ")
            );
        }
        let named = posonly..(unit.argcount + unit.kwonlyargcount) as usize;
        let named = named.map(|i| self.param(i));
        Err(unexpected_keyword(self.cx, &format!("{function}()"), name, named))
    }

    fn defaults(&self, given: usize) -> Res<()> {
        let argcount = self.code.argcount as usize;
        if given >= argcount {
            return Ok(());
        }
        let defaults = self.function.defaults();
        let first_default = argcount.saturating_sub(defaults.len());
        for i in given..argcount {
            if self.get(i).is_none() && i >= first_default {
                self.set(
                    i,
                    Some(defaults[i - first_default + defaults.len().saturating_sub(argcount)]),
                );
            }
        }
        let missing: Vec<&str> =
            (given..argcount).filter(|i| self.get(*i).is_none()).map(|i| self.param(i)).collect();
        if missing.is_empty() { Ok(()) } else { self.missing("positional", &missing) }
    }

    fn keyword_defaults(&self, argcount: usize, kwonly: usize) -> Res<()> {
        let dict = self.function.kwdefaults.get().and_then(Value::downcast::<PyDict>);
        let mut missing = Vec::new();
        for i in argcount..argcount + kwonly {
            if self.get(i).is_some() {
                continue;
            }
            let name = self.params.values()[i].as_str();
            match dict.and_then(|dict| dict.get_str(name?)) {
                Some(value) => self.set(i, Some(value)),
                None => missing.push(self.param(i)),
            }
        }
        if missing.is_empty() { Ok(()) } else { self.missing("keyword-only", &missing) }
    }

    #[cold]
    fn missing(&self, kind: &str, names: &[&str]) -> Res<()> {
        let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let list = match &quoted[..] {
            [one] => one.clone(),
            [one, two] => format!("{one} and {two}"),
            [first @ .., last] => format!("{}, and {last}", first.join(", ")),
            [] => String::new(),
        };
        let plural = if names.len() == 1 { "" } else { "s" };
        raise!(
            self.cx,
            TYPE_ERROR,
            "{}() missing {} required {kind} argument{plural}: {list}",
            self.name(),
            names.len()
        )
    }

    #[cold]
    fn too_many(&self, given: usize) -> Res<()> {
        let unit = self.code.unit();
        let argcount = unit.argcount as usize;
        let defaults = self.function.defaults().len();
        let total = (unit.argcount + unit.kwonlyargcount) as usize;
        let keyword_given = (argcount..total).filter(|i| self.get(*i).is_some()).count();
        let takes = if defaults > 0 {
            format!("from {} to {argcount}", argcount - defaults.min(argcount))
        } else {
            argcount.to_string()
        };
        let plural = if (defaults > 0) || argcount != 1 { "s" } else { "" };
        let were = if given == 1 && keyword_given == 0 { "was" } else { "were" };
        let extra = if keyword_given > 0 {
            let s = |n: usize| if n == 1 { "" } else { "s" };
            format!(
                " positional argument{} (and {keyword_given} keyword-only argument{})",
                s(given),
                s(keyword_given)
            )
        } else {
            String::new()
        };
        raise!(
            self.cx,
            TYPE_ERROR,
            "{}() takes {takes} positional argument{plural} but {given}{extra} {were} given",
            self.name()
        )
    }
}

/// The call slot of functions: runs the function in a nested loop.
pub fn call_function(cx: &Cx, callable: Value, args: CallArgs) -> Res {
    cx.check_native_stack()?;
    // SAFETY: this is the call slot of the type of PyFunction.
    let function: Ref<PyFunction> = unsafe { callable.cast() };
    let vm = Vm::of(cx);
    if crate::poll::pending(cx) {
        crate::poll::handle_poll(cx)?;
    }
    let at = place_args(cx, vm, args);
    let n = args.all().len();
    push_call(cx, vm, function, at, n, args.names(), Dest::ENTRY)?;
    match machine::enter_called(cx, vm, vm.fp.get()) {
        Entered::Returned(value) => Ok(value),
        Entered::Left => dispatch::run(cx, vm, None),
        Entered::Raised(raised) => dispatch::run(cx, vm, Some(raised)),
    }
}

/// Where the arguments of a call lie.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) words: *mut u64,
    /// In the current window chunk, so that the callee's window may begin there.
    pub(crate) on_stack: bool,
}

impl Place {
    #[inline(always)]
    pub(crate) fn stack(words: *mut u64) -> Place {
        Place { words, on_stack: true }
    }
}

/// Copies arguments to the top of the window stack; if they do not fit there they stay where they
/// are, and `Vm::window` copies them to a new chunk.
pub(crate) fn place_args(cx: &Cx, vm: &Vm, args: CallArgs) -> Place {
    let at = vm.top();
    let n = args.all().len();
    if at.wrapping_add(n) as usize > cx.mutator.poll_limit() {
        return Place { words: args.all().as_ptr().cast_mut().cast(), on_stack: false };
    }
    // SAFETY: checked above that the words are within the current chunk.
    unsafe {
        let to = core::slice::from_raw_parts_mut(at.cast::<MaybeUninit<Value>>(), n);
        copy_one_by_one(core::slice::from_raw_parts(args.all().as_ptr().cast(), n), to);
    }
    Place::stack(at)
}

/// Runs a module, class or exec body with its namespaces.
pub fn run_code(
    cx: &Cx,
    code: Ref<PyCode>,
    globals: Ref<PyDict>,
    locals: Value,
    closure: Option<Value>,
) -> Res {
    cx.check_native_stack()?;
    let vm = Vm::of(cx);
    let function = new_function(cx, code, globals, builtins_of(cx, globals))?;
    function.closure.init_opt(closure);
    let frame = push_call(cx, vm, function, Place::stack(vm.top()), 0, None, Dest::ENTRY)?;
    // SAFETY: just pushed.
    unsafe { (*frame).set_locals(locals) };
    dispatch::run(cx, vm, None)
}

/// Runs the body of a class statement: its function, with `namespace` as locals. Gives the body's
/// result (the `__class__` cell or None).
pub fn run_class_body(cx: &Cx, function: Ref<PyFunction>, namespace: Value) -> Res {
    cx.check_native_stack()?;
    let vm = Vm::of(cx);
    let frame = push_call(cx, vm, function, Place::stack(vm.top()), 0, None, Dest::ENTRY)?;
    // SAFETY: just pushed.
    unsafe { (*frame).set_locals(namespace) };
    dispatch::run(cx, vm, None)
}
