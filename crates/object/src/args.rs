//! Arguments: how calls pass them, and how a native function's signature binds them.

use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::{Raised, Res};
use crate::native::PyNative;
use crate::object::Ref;
use crate::raise;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::value::Value;
use core::marker::PhantomData;

/// The arguments of a call: positional values, then one value for each of its keywords.
///
/// Two words, so that it is passed in registers: as three words in memory it would be copied in other pieces than it was
/// just written in, and wait for them at each step of a call.
#[derive(Clone, Copy)]
pub struct CallArgs<'a> {
    /// The first value; with keywords an [`ArgRow`].
    at: *const (),
    /// The number of values, or [`NAMED`].
    count: usize,
    life: PhantomData<&'a [Value]>,
}

/// Stands for a count where there are keywords.
const NAMED: usize = usize::MAX;

/// Values of a call and the keywords of the last of them, if there are any; [`CallArgs`] refer to it.
#[derive(Clone, Copy)]
pub struct ArgRow<'a> {
    all: &'a [Value],
    names: Option<Ref<PyTuple>>,
}

impl<'a> ArgRow<'a> {
    /// Positional arguments, then the values of the keywords in `names` (a tuple of strs).
    #[inline(always)]
    pub fn new(all: &'a [Value], names: Option<Ref<PyTuple>>) -> ArgRow<'a> {
        ArgRow { all, names }
    }
    #[inline(always)]
    pub fn args(&self) -> CallArgs<'_> {
        match self.names {
            None => CallArgs::new(self.all),
            Some(_) => {
                CallArgs { at: core::ptr::from_ref(self).cast(), count: NAMED, life: PhantomData }
            }
        }
    }
}

impl<'a> CallArgs<'a> {
    pub const EMPTY: CallArgs<'static> = CallArgs::new(&[]);

    /// Positional arguments only.
    #[inline(always)]
    pub const fn new(positional: &'a [Value]) -> CallArgs<'a> {
        CallArgs { at: positional.as_ptr().cast(), count: positional.len(), life: PhantomData }
    }
    /// The row, if there are keywords.
    #[inline(always)]
    fn row(&self) -> Option<&'a ArgRow<'a>> {
        // SAFETY: with this count `at` is a row, which lives as long.
        (self.count == NAMED).then(|| unsafe { &*self.at.cast::<ArgRow<'a>>() })
    }
    #[inline(always)]
    pub fn all(&self) -> &'a [Value] {
        match self.row() {
            Some(row) => row.all,
            // SAFETY: so many values lie there, made of a slice that lives as long.
            None => unsafe { core::slice::from_raw_parts(self.at.cast(), self.count) },
        }
    }
    #[inline(always)]
    pub fn names(&self) -> Option<Ref<PyTuple>> {
        self.row().and_then(|row| row.names)
    }
    #[inline(always)]
    pub fn keyword_count(&self) -> usize {
        self.names().map_or(0, |names| names.len())
    }
    #[inline(always)]
    pub fn positional(&self) -> &'a [Value] {
        let all = self.all();
        &all[..all.len() - self.keyword_count()]
    }
    /// The keywords in order.
    pub fn keywords(&self) -> impl Iterator<Item = (Ref<PyStr>, Value)> + 'a {
        let values = &self.all()[self.positional().len()..];
        let names: &[Value] = self.names().map_or(&[], |names| names.values());
        // SAFETY: keyword names are strs.
        names.iter().zip(values).map(|(name, value)| (unsafe { name.cast() }, *value))
    }
    pub fn keyword(&self, name: &str) -> Option<Value> {
        self.keywords().find(|(own, _)| own.eq_str(name)).map(|(_, value)| value)
    }
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }
    /// The same call with `first` before the positional arguments, passed to `f`.
    pub fn prepended<R>(&self, first: Value, f: impl FnOnce(CallArgs) -> R) -> R {
        let (all, names) = (self.all(), self.names());
        let n = all.len() + 1;
        if n <= 8 {
            let mut buffer = [Value::NONE; 8];
            buffer[0] = first;
            copy_one_by_one(all, &mut buffer[1..]);
            return f(ArgRow::new(&buffer[..n], names).args());
        }
        // Call arguments are also held by the caller, so the Rust heap may hold this copy.
        let mut longer = Vec::with_capacity(n);
        longer.push(first);
        longer.extend_from_slice(all);
        f(ArgRow::new(&longer, names).args())
    }
    /// The positional arguments as a tuple.
    pub fn positional_tuple(&self, cx: &Cx) -> Res<Ref<PyTuple>> {
        cx.new_tuple(self.positional())
    }
    /// The keywords as a dict; `None` without keywords.
    pub fn keyword_dict(&self, cx: &Cx) -> Res<Option<Ref<PyDict>>> {
        if self.names().is_none() {
            return Ok(None);
        }
        let dict = cx.new_dict()?;
        for (name, value) in self.keywords() {
            dict.set_str(cx, name, value)?;
        }
        Ok(Some(dict))
    }
    /// Raises TypeError if there are keywords.
    pub fn no_keywords(&self, cx: &Cx, function: &str) -> Res<()> {
        if self.keyword_count() > 0 {
            return raise!(cx, TYPE_ERROR, "{function}() takes no keyword arguments");
        }
        Ok(())
    }
    /// The positional arguments, `min..=max` of them and no keywords, else TypeError. An empty
    /// `function` leaves the name out of the message.
    pub fn exactly(&self, cx: &Cx, function: &str, min: usize, max: usize) -> Res<&'a [Value]> {
        self.no_keywords(cx, function)?;
        let n = self.all().len();
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let prefix = |name: &str| if name.is_empty() { String::new() } else { format!("{name} ") };
        if n < min {
            let word = if min == max { "" } else { "at least " };
            return raise!(
                cx,
                TYPE_ERROR,
                "{}expected {word}{min} argument{}, got {n}",
                prefix(function),
                plural(min)
            );
        }
        if n > max {
            let word = if min == max { "" } else { "at most " };
            return raise!(
                cx,
                TYPE_ERROR,
                "{}expected {word}{max} argument{}, got {n}",
                prefix(function),
                plural(max)
            );
        }
        Ok(self.all())
    }
}

/// Copies few words that were just written: read in pairs, in other pieces than they were written, they would have to arrive in
/// memory first.
#[inline(always)]
pub fn copy_one_by_one<T: Copy>(from: &[T], to: &mut [T]) {
    for (to, from) in to.iter_mut().zip(from) {
        // SAFETY: a reference is valid. Volatile, so that it is one read.
        *to = unsafe { core::ptr::from_ref(from).read_volatile() };
    }
}

/// TypeError for a keyword that `callee` (`f()`) has no parameter for, with the nearest of those that it has.
#[cold]
pub fn unexpected_keyword<'a>(
    cx: &Cx,
    callee: &str,
    name: Ref<PyStr>,
    params: impl Iterator<Item = &'a str>,
) -> Raised {
    let name = name.to_string_lossy();
    let hint = match orochi_text::nearest::nearest_name(&name, params) {
        Some(near) => format!(". Did you mean '{near}'?"),
        None => String::new(),
    };
    let message = format!("{callee} got an unexpected keyword argument '{name}'{hint}");
    cx.error(&crate::exception::TYPE_ERROR, &message)
}

/// What arguments are bound for, as errors name it.
#[derive(Clone, Copy)]
struct Callee<'a> {
    name: &'a str,
    native: Option<&'a PyNative>,
    /// 1 when the first parameter is a bound `self`, which messages do not count.
    skip: usize,
}

impl Callee<'_> {
    /// With the class or module before the name.
    fn full(&self) -> String {
        self.native.map_or_else(|| self.name.to_owned(), PyNative::full_name)
    }
}

/// Arguments bound to a native function's parameters, in the order of its signature. `**kwargs` is a dict, UNSET without any; an
/// omitted optional parameter is UNSET. In the place of a `*args` is the number of its values, UNSET without any, and the
/// address of the first is behind the parameters: no tuple is made of what the caller has in a row anyway.
#[derive(Clone, Copy)]
pub struct Args<'a>(&'a [Option<Value>]);

impl<'a> Args<'a> {
    #[inline(always)]
    pub fn new(bound: &'a [Option<Value>]) -> Args<'a> {
        Args(bound)
    }
    /// Parameter `i`, which the signature requires (or has made a tuple or dict).
    #[inline(always)]
    pub fn get(&self, i: usize) -> Value {
        debug_assert!(self.0[i].is_some());
        self.0[i].unwrap_or(Value::NONE)
    }
    /// Optional parameter `i`; `None` if omitted.
    #[inline(always)]
    pub fn opt(&self, i: usize) -> Option<Value> {
        self.0[i]
    }
    /// Optional parameter `i`; `None` if omitted or Python's `None`.
    #[inline(always)]
    pub fn non_none(&self, i: usize) -> Option<Value> {
        self.0[i].and_then(Value::non_none)
    }
    /// Parameter `i` with a default.
    #[inline(always)]
    pub fn or(&self, i: usize, default: Value) -> Value {
        self.0[i].unwrap_or(default)
    }
    /// The `*args` parameter at `i`.
    #[inline]
    pub fn rest(&self, i: usize) -> &'a [Value] {
        match (self.0[i].and_then(Value::as_small), self.0.last()) {
            (Some(n), Some(Some(first))) => {
                // SAFETY: `put_rest` put both there, of a row that outlives the call.
                unsafe { core::slice::from_raw_parts(first.word() as *const Value, n as usize) }
            }
            _ => &[],
        }
    }
    /// The `**kwargs` parameter at `i`, if there are any.
    pub fn kwargs(&self, i: usize) -> Option<Ref<PyDict>> {
        self.0[i].and_then(Value::downcast)
    }
    pub fn len(&self) -> usize {
        self.0.len()
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One parameter of a native signature.
pub struct Param {
    pub name: &'static str,
    pub required: bool,
    /// The text of the default in the signature.
    pub default: Option<&'static str>,
}

/// A parsed signature: `(self, value, start=0, /, *args, key=None, **kwargs)`.
pub struct Signature {
    pub params: Vec<Param>,
    /// How many parameters, from the first, are positional-only.
    pub positional_only: usize,
    /// How many parameters may be given by position.
    pub positional: usize,
    /// How many of those are required.
    pub required: usize,
    /// Index of `*args` / `**kwargs` among the bound arguments.
    pub star: Option<usize>,
    pub star_star: Option<usize>,
    /// Keyword-only parameters that are required.
    keyword_required: bool,
}

/// Puts the values of a `*args` in its place; see [`Args`].
#[inline]
fn put_rest(row: &mut [Option<Value>], star: usize, values: &[Value]) {
    if let (false, Some(last)) = (values.is_empty(), row.len().checked_sub(1)) {
        row[star] = Some(Value::int(values.len() as i64));
        row[last] = Value::from_word(values.as_ptr() as u64);
    }
}

impl Signature {
    /// Parses a signature written in a table. The text is the project's own, so it is not checked
    /// beyond what parsing needs.
    pub fn parse(text: &'static str) -> Signature {
        let inner = text.trim().trim_start_matches('(').trim_end_matches(')');
        let mut s = Signature {
            params: Vec::new(),
            positional_only: 0,
            positional: 0,
            required: 0,
            star: None,
            star_star: None,
            keyword_required: false,
        };
        let mut keyword_only = false;
        for part in split_params(inner) {
            if part == "/" {
                s.positional_only = s.params.len();
            } else if part == "*" {
                keyword_only = true;
            } else if let Some(name) = part.strip_prefix("**") {
                s.star_star = Some(s.params.len());
                s.params.push(Param { name, required: false, default: None });
            } else if let Some(name) = part.strip_prefix('*') {
                s.star = Some(s.params.len());
                s.params.push(Param { name, required: false, default: None });
                keyword_only = true;
            } else {
                let (name, default) = match part.split_once('=') {
                    Some((name, default)) => (name.trim(), Some(default.trim())),
                    None => (part, None),
                };
                s.params.push(Param { name, required: default.is_none(), default });
                if keyword_only {
                    s.keyword_required |= default.is_none();
                } else {
                    s.positional += 1;
                    s.required += default.is_none() as usize;
                }
            }
        }
        s
    }

    /// Whether `n` positional arguments bind without more ado.
    #[inline(always)]
    pub fn is_plain(&self, n: usize) -> bool {
        n >= self.required
            && n <= self.positional
            && self.star.is_none()
            && self.star_star.is_none()
            && !self.keyword_required
    }

    /// Binds a call to the parameters and calls `f` with the bound row.
    ///
    /// # Errors
    /// TypeError with CPython's message when the arguments do not fit. `skip` is 1 when the first
    /// parameter is a bound `self`, which messages do not count.
    pub fn bind<R>(
        &self,
        cx: &Cx,
        function: &str,
        skip: usize,
        args: CallArgs,
        f: &mut dyn FnMut(Args) -> Res<R>,
    ) -> Res<R> {
        self.bind_for(cx, Callee { name: function, native: None, skip }, args, f)
    }

    /// As [`Signature::bind`], for the function object itself.
    pub fn bind_native<R>(
        &self,
        cx: &Cx,
        native: &PyNative,
        skip: usize,
        args: CallArgs,
        f: &mut dyn FnMut(Args) -> Res<R>,
    ) -> Res<R> {
        let callee = Callee { name: native.def().name, native: Some(native), skip };
        self.bind_for(cx, callee, args, f)
    }

    fn bind_for<R>(
        &self,
        cx: &Cx,
        function: Callee,
        args: CallArgs,
        f: &mut dyn FnMut(Args) -> Res<R>,
    ) -> Res<R> {
        let n = self.params.len() + self.star.is_some() as usize;
        if n <= 8 {
            let mut row = [None; 8];
            self.fill(cx, function, args, &mut row[..n])?;
            return f(Args(&row[..n]));
        }
        // The caller's arguments hold all values strongly; a dict of keywords is held by this row only,
        // so it stays on the stack.
        let mut row = [None; 24];
        self.fill(cx, function, args, &mut row[..n])?;
        f(Args(&row[..n]))
    }

    /// Fills the row of the parameters, with a place behind them if there is a `*args`.
    fn fill(
        &self,
        cx: &Cx,
        function: Callee,
        args: CallArgs,
        row: &mut [Option<Value>],
    ) -> Res<()> {
        let positional = args.positional();
        if self.fill_positional(positional, row) && args.names().is_none() {
            return Ok(());
        }
        self.check_total(cx, function, args)?;
        if self.star.is_none() && positional.len() > self.positional {
            return self.too_many(cx, function, positional.len());
        }
        let (mut extra, mut trouble) = (None, None);
        for (name, value) in args.keywords() {
            if let Err(raised) = self.bind_keyword(cx, function, name, value, row, &mut extra) {
                trouble.get_or_insert(raised);
            }
        }
        if let Some(at) = self.star_star {
            row[at] = extra.map(Ref::value);
        }
        // What is missing is told before what is too much.
        self.check_required(cx, function, row, positional.len())?;
        trouble.map_or(Ok(()), Err)
    }

    /// Fills the row, as [`fill`](Self::fill) does, by positional arguments. Says whether that is all: nothing is missing, and
    /// nothing is too much.
    #[inline]
    pub(crate) fn fill_positional(&self, given: &[Value], row: &mut [Option<Value>]) -> bool {
        let (direct, rest) = given.split_at(given.len().min(self.positional));
        // SAFETY: Option<Value> has the layout of Value (None is the zero word).
        let words = unsafe { core::slice::from_raw_parts(direct.as_ptr().cast(), direct.len()) };
        copy_one_by_one(words, row);
        if let Some(star) = self.star {
            put_rest(row, star, rest);
        }
        let fits = self.star.is_some() || rest.is_empty();
        fits && direct.len() >= self.required && !self.keyword_required
    }

    /// What is wrong whatever the arguments are: keywords where none can be given, and more arguments than
    /// there are parameters.
    fn check_total(&self, cx: &Cx, function: Callee, args: CallArgs) -> Res<()> {
        if args.names().is_none() && args.all().len() <= self.positional {
            return Ok(());
        }
        let keywords = args.keyword_count();
        let no_names = self.params.len() - self.star.is_some() as usize == self.positional_only;
        if no_names {
            if keywords > 0 && self.star_star.is_none() {
                return raise!(cx, TYPE_ERROR, "{}() takes no keyword arguments", function.full());
            }
            return Ok(());
        }
        if self.star.is_some() || self.star_star.is_some() {
            return Ok(());
        }
        let (most, given) = (
            self.params.len().saturating_sub(function.skip),
            args.all().len().saturating_sub(function.skip),
        );
        if given <= most {
            return Ok(());
        }
        let kind = if given == keywords { "keyword " } else { "" };
        let plural = if most == 1 { "" } else { "s" };
        let name = function.name;
        raise!(
            cx,
            TYPE_ERROR,
            "{name}() takes at most {most} {kind}argument{plural} ({given} given)"
        )
    }

    fn bind_keyword(
        &self,
        cx: &Cx,
        function: Callee,
        name: Ref<PyStr>,
        value: Value,
        row: &mut [Option<Value>],
        extra: &mut Option<Ref<PyDict>>,
    ) -> Res<()> {
        let found = self.params.iter().enumerate().position(|(i, param)| {
            i >= self.positional_only
                && Some(i) != self.star
                && Some(i) != self.star_star
                && name.eq_str(param.name)
        });
        match found {
            Some(i) if row[i].is_some() => raise!(
                cx,
                TYPE_ERROR,
                "argument for {}() given by name ('{}') and position ({})",
                function.name,
                self.params[i].name,
                i + 1 - function.skip.min(i)
            ),
            Some(i) => {
                row[i] = Some(value);
                Ok(())
            }
            None if self.star_star.is_some() => {
                let dict = match *extra {
                    Some(dict) => dict,
                    None => *extra.insert(cx.new_dict()?),
                };
                dict.set_str(cx, name, value)
            }
            None => {
                let named = self.params.iter().enumerate().skip(self.positional_only);
                let named = named.filter(|(i, _)| Some(*i) != self.star).map(|(_, p)| p.name);
                let callee = format!("{}()", function.name);
                Err(unexpected_keyword(cx, &callee, name, named))
            }
        }
    }

    #[cold]
    fn too_many<R>(&self, cx: &Cx, callee: Callee, given: usize) -> Res<R> {
        let (function, skip) = (callee.name, callee.skip);
        let (most, given) = (self.positional - skip, given - skip.min(given));
        if most == 0 && self.positional < self.params.len() {
            return raise!(cx, TYPE_ERROR, "{function}() takes no positional arguments");
        }
        if most == 0 {
            let name = callee.full();
            return raise!(cx, TYPE_ERROR, "{name}() takes no arguments ({given} given)");
        }
        let word = if self.required == self.positional { "exactly" } else { "at most" };
        let (name, noun) = if self.positional_only == self.params.len() {
            (function.to_string(), "expected")
        } else {
            (format!("{function}()"), "takes")
        };
        let plural = if most == 1 { "" } else { "s" };
        if noun == "expected" {
            if most == 1 && word == "exactly" {
                let name = callee.full();
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "{name}() takes exactly one argument ({given} given)"
                );
            }
            let word = if word == "exactly" { "" } else { "at most " };
            return raise!(
                cx,
                TYPE_ERROR,
                "{name} expected {word}{most} argument{plural}, got {given}"
            );
        }
        // Where the others could be given by name, it is said what these are.
        let by_name = self.positional < self.params.len() && self.star_star.is_none();
        let kind = if by_name { "positional " } else { "" };
        raise!(cx, TYPE_ERROR, "{name} takes {word} {most} {kind}argument{plural} ({given} given)")
    }

    fn check_required(
        &self,
        cx: &Cx,
        callee: Callee,
        row: &[Option<Value>],
        positional: usize,
    ) -> Res<()> {
        let (function, skip) = (callee.name, callee.skip);
        let missing = self.params.iter().enumerate().find(|(i, p)| p.required && row[*i].is_none());
        let Some((i, param)) = missing else { return Ok(()) };
        if i < self.positional_only {
            let least = self.required - skip.min(self.required);
            let given = positional - skip.min(positional);
            if least == 1 && self.positional - skip == 1 && self.params.len() == self.positional {
                let name = callee.full();
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "{name}() takes exactly one argument ({given} given)"
                );
            }
            let plural = if least == 1 { "" } else { "s" };
            if self.positional_only < self.params.len()
                && self.star.is_none()
                && self.star_star.is_none()
            {
                let word = if self.required == self.positional { "exactly" } else { "at least" };
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "{function}() takes {word} {least} positional argument{plural} ({given} given)"
                );
            }
            let word = if self.required == self.positional { "" } else { "at least " };
            return raise!(
                cx,
                TYPE_ERROR,
                "{function} expected {word}{least} argument{plural}, got {given}"
            );
        }
        raise!(
            cx,
            TYPE_ERROR,
            "{function}() missing required argument '{}' (pos {})",
            param.name,
            i + 1 - skip.min(i)
        )
    }
}

/// Splits at commas outside brackets and quotes.
fn split_params(text: &'static str) -> impl Iterator<Item = &'static str> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut start) = (0, None, 0);
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.into_iter().filter(|part| !part.is_empty())
}
