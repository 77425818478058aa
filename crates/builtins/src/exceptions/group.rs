//! `BaseExceptionGroup` and `ExceptionGroup`, and what `except*` needs of them.

use super::base::{self, args_of, exc, put_cause};
use super::simple::get_field;
use orochi_object::exception::{PyException, field};
use orochi_object::prelude::*;

/// Whether a value is an exception group.
pub fn is_group(v: Value) -> bool {
    class_of(v).is_subtype(exception::BASE_EXCEPTION_GROUP.get())
}

fn is_exception_class(v: Value) -> bool {
    v.downcast::<PyType>().is_some_and(|class| class.has_flag(flag::EXCEPTION))
}

pub(super) fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let [message, exceptions] = args.positional() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.positional().len()
        );
    };
    if message.as_str().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            class_of(*message).display_name()
        );
    }
    let slots = &class_of(*exceptions).slots;
    if slots.getitem().is_none() || class_of(*exceptions).is_subtype(types::DICT.get()) {
        return raise!(cx, TYPE_ERROR, "second argument (exceptions) must be a sequence");
    }
    let members = ops::to_tuple(cx, *exceptions)?;
    if members.len() == 0 {
        return raise!(
            cx,
            VALUE_ERROR,
            "second argument (exceptions) must be a non-empty sequence"
        );
    }
    let mut nested_base = false;
    for (i, member) in members.values().iter().enumerate() {
        if member.downcast::<PyException>().is_none() {
            return raise!(
                cx,
                VALUE_ERROR,
                "Item {i} of second argument (exceptions) is not an exception"
            );
        }
        nested_base |= !ops::is_instance_of(*member, &exception::EXCEPTION);
    }
    let class = class_for(cx, class, nested_base)?;
    let e = exception::allocate(cx, class, args.positional())?;
    e.fields[field::GROUP_MSG].init(*message);
    e.fields[field::GROUP_EXCS].init(members.value());
    Ok(e.value())
}

fn class_for(cx: &Cx, class: Ref<PyType>, nested_base: bool) -> Res<Ref<PyType>> {
    let plain = exception::EXCEPTION_GROUP.get();
    if class == exception::BASE_EXCEPTION_GROUP.get() {
        return Ok(if nested_base { class } else { plain });
    }
    if nested_base && class == plain {
        return raise!(cx, TYPE_ERROR, "Cannot nest BaseExceptions in an ExceptionGroup");
    }
    if nested_base && class.is_subtype(exception::EXCEPTION.get()) {
        return raise!(cx, TYPE_ERROR, "Cannot nest BaseExceptions in '{}'", class.display_name());
    }
    Ok(class)
}

/// An `ExceptionGroup`, or a `BaseExceptionGroup` where the members demand it.
pub fn new_group(cx: &Cx, message: &str, members: Value) -> Res {
    let message = cx.new_str(message)?.value();
    new(cx, exception::BASE_EXCEPTION_GROUP.get(), CallArgs::new(&[message, members]))
}

/// The exceptions of a group.
pub fn members(v: Value) -> Option<Ref<PyTuple>> {
    exc(v).field(field::GROUP_EXCS).and_then(Value::downcast)
}

fn members_of(cx: &Cx, v: Value) -> Res<Ref<PyTuple>> {
    match members(v) {
        Some(members) => Ok(members),
        None => cx.new_tuple(&[]),
    }
}

pub(super) fn str(cx: &Cx, v: Value) -> Res {
    let message = ops::str(cx, exc(v).field(field::GROUP_MSG).unwrap_or(Value::NONE))?;
    let n = members_of(cx, v)?.len();
    let plural = if n == 1 { "" } else { "s" };
    let tail = cx.new_str(&format!(" ({n} sub-exception{plural})"))?;
    Ok(cx.str_concat(message, tail)?.value())
}

pub(super) fn repr(cx: &Cx, v: Value) -> Res {
    let Some(message) = exc(v).field(field::GROUP_MSG) else { return base::repr(cx, v) };
    let message = ops::repr(cx, message)?;
    let members = members_of(cx, v)?;
    let as_list = args_of(cx, v)?.get(1).is_some_and(|own| own.downcast::<PyList>().is_some());
    let inner = if as_list {
        ops::repr(cx, cx.new_list(members.values())?.value())?
    } else {
        ops::repr(cx, members.value())?
    };
    let pieces = [
        class_of(v).name_str(),
        cx.new_str("(")?,
        message,
        cx.new_str(", ")?,
        inner,
        cx.new_str(")")?,
    ];
    Ok(cx.str_join_pieces(&pieces)?.value())
}

fn derive(cx: &Cx, args: Args) -> Res {
    let message = exc(args.get(0)).field(field::GROUP_MSG).unwrap_or(Value::NONE);
    let base = exception::BASE_EXCEPTION_GROUP.get();
    new(cx, base, CallArgs::new(&[message, args.get(1)]))
}

/// What selects the exceptions of a split.
#[derive(Clone, Copy)]
enum Matcher {
    /// A class or a tuple of classes.
    Type(Value),
    Predicate(Value),
    /// A list of exceptions, compared by identity.
    Members(Ref<PyList>),
}

impl Matcher {
    fn of(cx: &Cx, v: Value) -> Res<Matcher> {
        let tuple = v.downcast::<PyTuple>();
        if is_exception_class(v)
            || tuple.is_some_and(|t| t.values().iter().all(|c| is_exception_class(*c)))
        {
            return Ok(Matcher::Type(v));
        }
        if v.downcast::<PyType>().is_none() && class_of(v).slots.call().is_some() {
            return Ok(Matcher::Predicate(v));
        }
        raise!(
            cx,
            TYPE_ERROR,
            "expected an exception type, a tuple of exception types, or a callable (other than a \
             class)"
        )
    }

    fn matches(self, cx: &Cx, e: Value) -> Res<bool> {
        match self {
            Matcher::Type(class) => Ok(matches_class(e, class)),
            Matcher::Predicate(f) => {
                let result = ops::call(cx, f, &[e])?;
                ops::truth(cx, result)
            }
            Matcher::Members(list) => {
                Ok(!is_group(e) && (0..list.len()).any(|i| list.get(i) == Some(e)))
            }
        }
    }
}

/// Whether an exception instance matches a class or a (nested) tuple of classes, as `except` does.
pub fn matches_class(e: Value, class: Value) -> bool {
    if let Some(tuple) = class.downcast::<PyTuple>() {
        return tuple.values().iter().any(|class| matches_class(e, *class));
    }
    class.downcast::<PyType>().is_some_and(|class| class_of(e).is_subtype(class))
}

/// Splits into (matching, rest); the rest is only made if `rest` is wanted.
fn split_by(
    cx: &Cx,
    e: Value,
    matcher: Matcher,
    rest: bool,
) -> Res<(Option<Value>, Option<Value>)> {
    if matcher.matches(cx, e)? {
        return Ok((Some(e), None));
    }
    if !is_group(e) {
        return Ok((None, rest.then_some(e)));
    }
    cx.check_native_stack()?;
    let (yes, no) = (cx.new_list(&[])?, cx.new_list(&[])?);
    for member in members_of(cx, e)?.values() {
        let (matching, other) = split_by(cx, *member, matcher, rest)?;
        if let Some(matching) = matching {
            yes.push(cx, matching)?;
        }
        if let Some(other) = other {
            no.push(cx, other)?;
        }
    }
    Ok((subset(cx, e, yes)?, if rest { subset(cx, e, no)? } else { None }))
}

/// A group like `original` with these members; `None` without members.
fn subset(cx: &Cx, original: Value, kept: Ref<PyList>) -> Res<Option<Value>> {
    if kept.len() == 0 {
        return Ok(None);
    }
    let group = ops::call_method(cx, original, name!(cx, "derive"), &[kept.value()])?;
    if !is_group(group) {
        return raise!(cx, TYPE_ERROR, "derive must return an instance of BaseExceptionGroup");
    }
    let (from, to) = (exc(original), exc(group));
    if let Some(traceback) = from.traceback.get() {
        to.traceback.set(cx, to, traceback);
    }
    to.context.set_opt(cx, to, from.context.get());
    put_cause(cx, to, from.cause.get());
    let name = name!(cx, "__notes__");
    if let Some(notes) = ops::getattr_opt(cx, original, name)?
        && class_of(notes).slots.getitem().is_some()
    {
        let copy = ops::to_list(cx, notes)?;
        ops::setattr(cx, group, name, copy.value())?;
    }
    Ok(Some(group))
}

fn split(cx: &Cx, args: Args) -> Res {
    let matcher = Matcher::of(cx, args.get(1))?;
    let (matching, rest) = split_by(cx, args.get(0), matcher, true)?;
    let (matching, rest) = (matching.unwrap_or(Value::NONE), rest.unwrap_or(Value::NONE));
    Ok(cx.new_tuple(&[matching, rest])?.value())
}

fn subgroup(cx: &Cx, args: Args) -> Res {
    let matcher = Matcher::of(cx, args.get(1))?;
    let (matching, _) = split_by(cx, args.get(0), matcher, false)?;
    Ok(matching.unwrap_or(Value::NONE))
}

/// `except* classes:` for the exception `e` (or None): (what matches, what is left), both None if
/// nothing. The caller adds the current frame to the traceback of a naked exception's new group.
pub fn match_star(cx: &Cx, e: Value, classes: Value) -> Res<(Value, Value)> {
    if e.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    if matches_class(e, classes) {
        if is_group(e) {
            return Ok((e, Value::NONE));
        }
        let members = cx.new_tuple(&[e])?;
        return Ok((new_group(cx, "", members.value())?, Value::NONE));
    }
    if !is_group(e) {
        return Ok((Value::NONE, e));
    }
    let pair = ops::call_method(cx, e, name!(cx, "split"), &[classes])?;
    let class = class_of(e).display_name();
    let Some(tuple) = pair.downcast::<PyTuple>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{class}.split must return a tuple, not {}",
            class_of(pair).display_name()
        );
    };
    if let [matching, rest, ..] = tuple.values() {
        return Ok((*matching, *rest));
    }
    raise!(cx, TYPE_ERROR, "{class}.split must return a 2-tuple, got tuple of size {}", tuple.len())
}

/// What the end of a `try … except*` raises: `raised` lists the exceptions that the clauses left
/// (None where a clause left none). None if nothing is to be raised.
pub fn reraise_star(cx: &Cx, original: Value, raised: Ref<PyList>) -> Res {
    let all = raised.snapshot(cx)?;
    let mut left = all.values().iter().copied().filter(|e| !e.is_none());
    if !is_group(original) {
        return Ok(left.next().unwrap_or(Value::NONE));
    }
    let (fresh, again) = (cx.new_list(&[])?, cx.new_list(&[])?);
    for e in left {
        if same_origin(e, original) { again.push(cx, e)? } else { fresh.push(cx, e)? }
    }
    let projected = projection(cx, original, again)?;
    if let Some(projected) = projected {
        if fresh.len() == 0 {
            return Ok(projected);
        }
        fresh.push(cx, projected)?;
    }
    match fresh.len() {
        0 => Ok(Value::NONE),
        1 => Ok(fresh.get(0).unwrap_or(Value::NONE)),
        _ => new_group(cx, "", fresh.value()),
    }
}

/// Whether `e` is a part of `original` that was raised again.
fn same_origin(e: Value, original: Value) -> bool {
    if !is_group(e) {
        return false;
    }
    let (a, b) = (exc(e), exc(original));
    let notes = |v: Value| {
        let cx = Cx::current()?;
        orochi_object::instance::get(cx, v, name!(cx, "__notes__"))
    };
    let same_notes = match (notes(e), notes(original)) {
        (None, None) => true,
        (Some(x), Some(y)) => match (x.downcast::<PyList>(), y.downcast::<PyList>()) {
            (Some(x), Some(y)) => x.len() == y.len() && (0..x.len()).all(|i| x.get(i) == y.get(i)),
            _ => x.is(y),
        },
        _ => false,
    };
    same_notes
        && a.traceback.get() == b.traceback.get()
        && a.cause.get() == b.cause.get()
        && a.context.get() == b.context.get()
}

/// The part of `group` whose leaves occur in the groups of `keep`.
fn projection(cx: &Cx, group: Value, keep: Ref<PyList>) -> Res<Option<Value>> {
    if keep.len() == 0 {
        return Ok(None);
    }
    let leaves = cx.new_list(&[])?;
    for i in 0..keep.len() {
        if let Some(e) = keep.get(i) {
            collect_leaves(cx, e, leaves)?;
        }
    }
    Ok(split_by(cx, group, Matcher::Members(leaves), false)?.0)
}

fn collect_leaves(cx: &Cx, e: Value, into: Ref<PyList>) -> Res<()> {
    if !is_group(e) {
        return into.push(cx, e);
    }
    cx.check_native_stack()?;
    for member in members_of(cx, e)?.values() {
        collect_leaves(cx, *member, into)?;
    }
    Ok(())
}

/// `Group[T]`: the alias type is reached by name, as it is made elsewhere.
fn class_getitem(cx: &Cx, args: Args) -> Res {
    ALIAS.get().map_or_else(|| Ok(args.get(0)), |alias| alias(cx, args.get(0), args.get(1)))
}

/// Makes a `types.GenericAlias` of origin and arguments; set by `vm`.
pub static ALIAS: std::sync::OnceLock<fn(&Cx, Value, Value) -> Res> = std::sync::OnceLock::new();

pub(super) static METHODS: &[NativeDef] = &[
    method("derive", "(self, excs, /)", derive),
    method("split", "(self, matcher_value, /)", split),
    method("subgroup", "(self, matcher_value, /)", subgroup),
    class_method("__class_getitem__", "(cls, item, /)", class_getitem).doc("See PEP 585"),
];
pub(super) static GETSET: &[GetSetDef] = &[
    field_getter("message", get_field::<{ field::GROUP_MSG }>),
    field_getter("exceptions", get_field::<{ field::GROUP_EXCS }>),
];

/// `ExceptionGroup` derives from `Exception` too, which a definition table cannot say.
pub(super) fn add_second_base(cx: &Cx, class: Ref<PyType>) -> Res<()> {
    let group = exception::BASE_EXCEPTION_GROUP.get();
    let second = exception::EXCEPTION.get();
    let bases = cx.new_tuple(&[group.value(), second.value()])?;
    class.bases.set(cx, class, bases.value());
    let mro = [
        class.value(),
        group.value(),
        second.value(),
        exception::BASE_EXCEPTION.get().value(),
        types::OBJECT.get().value(),
    ];
    class.mro.set(cx, class, cx.new_tuple(&mro)?.value());
    class.set_flag(flag::WEAKREF);
    class.namespace().set_str(cx, name!(cx, "__module__"), name!(cx, "builtins").value())?;
    orochi_object::typedef::add_subclass(cx, second, class)
}
